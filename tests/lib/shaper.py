# SPDX-License-Identifier: GPL-2.0-or-later
"""The generic netlink family net-shaper: rates of TX queues and of devices."""

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum

import pytest

from lib import ethtool, nl, regs
from lib.genl import Family
from lib.link import Link
from lib.netns import Netns

GET, SET, DELETE, GROUP, CAP_GET = 1, 2, 3, 4, 5

HANDLE, METRIC, BW_MAX, WEIGHT, IFINDEX, PARENT, LEAVES = 1, 2, 4, 7, 8, 9, 10
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
    """Which shaper: that of the device, of a TX queue, or of several together.

    A node without a number is one that is yet to be made.
    """

    scope: Scope = Scope.NETDEV
    id: int | None = 0

    def packed(self, kind: int = HANDLE) -> bytes:
        """As an attribute."""
        number = b"" if self.id is None else nl.u32(HANDLE_ID, self.id)
        return nl.nest(kind, nl.u32(HANDLE_SCOPE, self.scope), number)


DEVICE = Handle()
NEW_NODE = Handle(Scope.NODE, None)


@dataclass(frozen=True)
class Shaper:
    """What is told of one."""

    parent: Handle | None = None
    rate: int | None = None
    metric: "Metric | None" = None
    weight: int | None = None


def queue(number: int) -> Handle:
    """The shaper of a TX queue."""
    return Handle(Scope.QUEUE, number)


def _handle(attribute: bytes) -> Handle:
    told = nl.parse(attribute)
    return Handle(
        Scope(nl.number(told[HANDLE_SCOPE])), nl.number(told.get(HANDLE_ID, b"\0"))
    )


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

    def group(
        self,
        device: Link,
        weights: Mapping[int, int],
        node: Handle = NEW_NODE,
        rate: int | None = None,
        metric: Metric = Metric.BITS,
        *,
        weight: int | None = None,
        parent: Handle | None = None,
    ) -> Handle:
        """Put TX queues, each with its weight, together into a node, or the device."""
        limit = [nl.u32(METRIC, metric), nl.u64(BW_MAX, rate)] if rate else []
        share = [nl.u32(WEIGHT, weight)] if weight is not None else []
        above = [parent.packed(PARENT)] if parent else []
        leaves = [
            nl.nest(LEAVES, queue(number).packed(), nl.u32(WEIGHT, part))
            for number, part in weights.items()
        ]
        told = self._family.ask(
            GROUP,
            nl.u32(IFINDEX, device.index),
            node.packed(),
            *limit,
            *share,
            *above,
            *leaves,
        )
        return _handle(told[0][HANDLE])

    def delete(self, device: Link, handle: Handle) -> None:
        """Let it be as if it had never been set."""
        self._family.ask(
            DELETE, nl.u32(IFINDEX, device.index), handle.packed()
        )

    def all(self, device: Link) -> dict[Handle, Shaper]:
        """What there is of a device."""
        found = {}
        for told in self._family.ask(
            GET, nl.u32(IFINDEX, device.index), flags=nl.NLM_F_DUMP
        ):
            rate, weight = told.get(BW_MAX), told.get(WEIGHT)
            found[_handle(told[HANDLE])] = Shaper(
                _handle(told[PARENT]) if PARENT in told else None,
                nl.number(rate) if rate else None,
                Metric(nl.number(told[METRIC])) if rate else None,
                nl.number(weight) if weight else None,
            )
        return found

    def limits(self, device: Link) -> dict[Handle, tuple[int, Metric]]:
        """The rates of a device."""
        return {
            handle: (shaper.rate, shaper.metric)
            for handle, shaper in self.all(device).items()
            if shaper.rate is not None and shaper.metric is not None
        }

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


def paced(device: Link) -> list[bool]:
    """Which TX queues go by a rate."""
    found = regs.decode(ethtool.registers(device)[1])
    return ["paced" in txq.flags for txq in found.tx]


@contextmanager
def shapers_of(device: Link) -> Iterator[Shapers]:
    """The family where a device is; a test without it is skipped."""
    try:
        found = Shapers(device.ns)
    except nl.NetlinkError as error:
        if error.errno != errno.ENOENT:
            raise
        pytest.skip("this kernel has no net-shaper family")
    yield found
    found.close()
