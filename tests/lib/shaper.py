# SPDX-License-Identifier: GPL-2.0-or-later
"""The generic netlink family net-shaper: rates of TX queues and of devices."""

from dataclasses import dataclass
from enum import IntEnum

from lib import nl
from lib.genl import Family
from lib.link import Link
from lib.netns import Netns

GET, SET, DELETE, CAP_GET = 1, 2, 3, 5

HANDLE, METRIC, BW_MAX, WEIGHT, IFINDEX = 1, 2, 4, 7, 8
HANDLE_SCOPE, HANDLE_ID = 1, 2
CAPS_IFINDEX, CAPS_SCOPE = 1, 2
_CAPS = {
    3: "bps",
    4: "pps",
    5: "nesting",
    6: "bw-min",
    7: "bw-max",
    8: "burst",
    9: "priority",
    10: "weight",
}


class Scope(IntEnum):
    """What a shaper is of."""

    NETDEV = 1
    QUEUE = 2
    NODE = 3


class Metric(IntEnum):
    """What it counts, in a second."""

    BITS = 0
    FRAMES = 1


@dataclass(frozen=True)
class Handle:
    """Which shaper: that of the device, or of a TX queue."""

    scope: Scope = Scope.NETDEV
    id: int = 0

    def packed(self) -> bytes:
        """As an attribute."""
        return nl.nest(
            HANDLE,
            nl.u32(HANDLE_SCOPE, self.scope),
            nl.u32(HANDLE_ID, self.id),
        )


DEVICE = Handle()


def queue(number: int) -> Handle:
    """The shaper of a TX queue."""
    return Handle(Scope.QUEUE, number)


class Shapers:
    """Asks the family of a namespace, or of where we are; ENOENT: there is none."""

    def __init__(self, ns: Netns | None) -> None:
        self._family = Family(ns, "net-shaper")

    def close(self) -> None:
        """Close the socket."""
        self._family.socket.close()

    def limit(
        self,
        device: Link,
        handle: Handle,
        rate: int,
        metric: Metric = Metric.BITS,
    ) -> None:
        """Set how much may go in a second."""
        self._family.ask(
            SET,
            nl.u32(IFINDEX, device.index),
            handle.packed(),
            nl.u32(METRIC, metric),
            nl.u64(BW_MAX, rate),
        )

    def weigh(self, device: Link, handle: Handle, weight: int) -> None:
        """Set a share of what is above."""
        self._family.ask(
            SET,
            nl.u32(IFINDEX, device.index),
            handle.packed(),
            nl.u32(WEIGHT, weight),
        )

    def delete(self, device: Link, handle: Handle) -> None:
        """Let it be as if it had never been set."""
        self._family.ask(
            DELETE, nl.u32(IFINDEX, device.index), handle.packed()
        )

    def limits(self, device: Link) -> dict[Handle, tuple[int, Metric]]:
        """What is set of a device."""
        found = {}
        for told in self._family.ask(
            GET, nl.u32(IFINDEX, device.index), flags=nl.NLM_F_DUMP
        ):
            handle = nl.parse(told[HANDLE])
            which = Handle(
                Scope(nl.number(handle[HANDLE_SCOPE])),
                nl.number(handle.get(HANDLE_ID, b"\0")),
            )
            metric = Metric(nl.number(told[METRIC]))
            found[which] = nl.number(told[BW_MAX]), metric
        return found

    def capabilities(self, device: Link) -> dict[Scope, set[str]]:
        """What can be set, by scope."""
        return {
            Scope(nl.number(told[CAPS_SCOPE])): {
                name for number, name in _CAPS.items() if number in told
            }
            for told in self._family.ask(
                CAP_GET,
                nl.u32(CAPS_IFINDEX, device.index),
                flags=nl.NLM_F_DUMP,
            )
        }
