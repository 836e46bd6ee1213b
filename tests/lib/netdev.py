# SPDX-License-Identifier: GPL-2.0-or-later
"""The generic netlink family netdev: queues, NAPIs and what is set of them."""

import errno
from dataclasses import dataclass

from lib import nl
from lib.genl import Family
from lib.link import Link
from lib.netns import Netns

QUEUE_GET = 10
NAPI_GET = 11
NAPI_SET = 14

_QUEUE = {1: "id", 2: "ifindex", 3: "type", 4: "napi"}
_NAPI = {
    1: "ifindex",
    2: "id",
    3: "irq",
    4: "pid",
    5: "defer_hard_irqs",
    6: "gro_flush_timeout",
    7: "irq_suspend_timeout",
    8: "threaded",
}
_NUMBERS = {name: number for number, name in _NAPI.items()}
RX, TX = 0, 1


@dataclass(frozen=True)
class Napi:
    """What the kernel says of a NAPI."""

    id: int
    irq: int | None = None
    pid: int | None = None
    defer_hard_irqs: int = 0
    gro_flush_timeout: int = 0
    irq_suspend_timeout: int = 0
    threaded: int = 0


class Netdev:
    """Asks the family in a namespace."""

    def __init__(self, ns: Netns) -> None:
        self._family = Family(ns, "netdev")

    def close(self) -> None:
        """Close the socket."""
        self._family.socket.close()

    def queues(self, device: Link) -> dict[tuple[int, int], int | None]:
        """The NAPI of each queue, by type and number."""
        found = {}
        told = self._family.ask(
            QUEUE_GET, nl.u32(2, device.index), flags=nl.NLM_F_DUMP
        )
        for members in told:
            queue = _named(members, _QUEUE)
            found[queue["type"], queue["id"]] = queue.get("napi")
        return found

    def napis(self, device: Link) -> list[Napi]:
        """The NAPIs of a device, by their number."""
        told = self._family.ask(
            NAPI_GET, nl.u32(1, device.index), flags=nl.NLM_F_DUMP
        )
        found = []
        for members in told:
            napi = _named(members, _NAPI)
            napi.pop("ifindex")
            found.append(Napi(**napi))
        return sorted(found, key=lambda napi: napi.id)

    def set(self, napi: int, **settings: int) -> None:
        """Set something of a NAPI."""
        body = nl.u32(_NUMBERS["id"], napi)
        for name, value in settings.items():
            wide = name.endswith("timeout") and value >= 1 << 32
            put = nl.u64 if wide else nl.u32
            body += put(_NUMBERS[name], value)
        self._family.ask(NAPI_SET, body)


def _named(members: dict[int, bytes], names: dict[int, str]) -> dict[str, int]:
    return {
        names[kind]: nl.number(payload)
        for kind, payload in members.items()
        if kind in names
    }


def available(ns: Netns) -> bool:
    """Has this kernel the family, with queues and NAPIs?"""
    try:
        asked = Netdev(ns)
    except nl.NetlinkError as error:
        if error.errno == errno.ENOENT:
            return False
        raise
    asked.close()
    return True


def can_set(ns: Netns) -> bool:
    """Has this kernel settings of each NAPI?"""
    if not available(ns):
        return False
    asked = Netdev(ns)
    try:
        asked.set((1 << 32) - 1)
    except nl.NetlinkError as error:
        return error.errno != errno.EOPNOTSUPP
    finally:
        asked.close()
    return True
