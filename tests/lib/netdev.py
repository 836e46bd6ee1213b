# SPDX-License-Identifier: GPL-2.0-or-later
"""The generic netlink family netdev: queues, NAPIs and what is set of them."""

import errno
import struct
from dataclasses import dataclass

from lib import nl
from lib.genl import (
    CTRL_ATTR_FAMILY_ID,
    CTRL_ATTR_FAMILY_NAME,
    CTRL_CMD_GETFAMILY,
    GENL_ID_CTRL,
)
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

_HEADER = struct.Struct("=BBH")


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
        with ns.entered():
            self._socket = nl.Socket(nl.NETLINK_GENERIC)
        try:
            answer = self._socket.request(
                GENL_ID_CTRL,
                0,
                _HEADER.pack(CTRL_CMD_GETFAMILY, 1, 0)
                + nl.text(CTRL_ATTR_FAMILY_NAME, "netdev"),
            )
        except nl.NetlinkError:
            self._socket.close()
            raise
        found = nl.parse(answer.messages[0].body[_HEADER.size :])
        self._family = nl.number(found[CTRL_ATTR_FAMILY_ID])

    def _ask(self, command: int, flags: int, body: bytes) -> list[bytes]:
        answer = self._socket.request(
            self._family, flags, _HEADER.pack(command, 1, 0) + body
        )
        return [message.body[_HEADER.size :] for message in answer.messages]

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def queues(self, device: Link) -> dict[tuple[int, int], int | None]:
        """The NAPI of each queue, by type and number."""
        found = {}
        told = self._ask(
            QUEUE_GET, nl.NLM_F_DUMP, nl.u32(2, device.index)
        )
        for body in told:
            queue = _named(body, _QUEUE)
            found[queue["type"], queue["id"]] = queue.get("napi")
        return found

    def napis(self, device: Link) -> list[Napi]:
        """The NAPIs of a device, by their number."""
        told = self._ask(NAPI_GET, nl.NLM_F_DUMP, nl.u32(1, device.index))
        found = []
        for body in told:
            napi = _named(body, _NAPI)
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
        self._ask(NAPI_SET, 0, body)


def _named(body: bytes, names: dict[int, str]) -> dict[str, int]:
    return {
        names[kind]: nl.number(payload)
        for kind, payload in nl.attributes(body)
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
