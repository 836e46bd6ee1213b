# SPDX-License-Identifier: GPL-2.0-or-later
"""Settings of queues that are wrong are refused, in words that help."""

from collections.abc import Iterator

import pytest

from lib import link, nl, uapi
from lib.cpus import possible_cpus
from lib.refusal import BOOLEAN, EVERYWHERE, WRONG_LENGTH, Bad, Lab, Place

QUEUES = uapi.IFLA_VNET_QUEUES
QUEUE = uapi.IFLA_VNET_QUEUE


def _queues(*members: bytes) -> bytes:
    return nl.nest(QUEUES, *members)


def _bad_queues() -> Iterator[Bad]:
    most = uapi.VNET_QUEUES_MAX
    for value in (most, 1 << 31, (1 << 32) - 1):
        yield Bad(
            f"queue {value}",
            _queues(link.queue(value, 0)),
            ("queue index", str(most)),
            value=value,
        )
        yield Bad(
            f"queues to {value}",
            _queues(link.queue(0, 0, value)),
            ("queue last", str(most)),
            value=value,
        )
    yield Bad(
        "a queue that the device does not have",
        _queues(link.queue(0, 0), link.queue(most - 1, 0)),
        ("queue index", "number of RX queues"),
        value=most - 1,
    )
    yield Bad(
        "a range that the device does not have",
        _queues(link.queue(0, 0, most - 2)),
        ("queue index", "number of RX queues"),
        value=most - 2,
    )
    yield Bad(
        "a range that ends before it begins",
        _queues(link.queue(5, 0, 4)),
        ("queue last", "index"),
        value=4,
    )
    for cpu in (-2, -(1 << 31), possible_cpus(), 1 << 20, (1 << 31) - 1):
        yield Bad(
            f"cpu {cpu}",
            _queues(link.queue(0, cpu)),
            ("queue cpu", "-1"),
            value=cpu,
        )
    for number in (2, 255):
        yield Bad(
            f"failed {number}",
            _queues(
                nl.nest(
                    QUEUE,
                    nl.u32(uapi.IFLA_VNET_QUEUE_INDEX, 0),
                    nl.u8(uapi.IFLA_VNET_QUEUE_FAILED, number),
                )
            ),
            ("queue failed", *BOOLEAN),
            value=number,
        )
    yield Bad(
        "all queues failed",
        _queues(link.queue(0, last=most - 1, failed=True)),
        ("queue failed", "must not be all", "RX queues in use"),
    )
    if possible_cpus() > 1:  # and by that as many queues
        yield Bad(
            "all queues failed, one after the other, and with a CPU",
            _queues(
                link.queue(0, failed=True),
                link.queue(1, 0, most - 1, failed=True),
            ),
            ("queue failed", "must not be all", "RX queues in use"),
        )
    for what, first, second in (
        ("the same queue", link.queue(0, 0), link.queue(0, 0)),
        ("a queue and its range", link.queue(0, 0), link.queue(0, -1, 3)),
        ("a range and a queue in it", link.queue(0, 0, 3), link.queue(0, 0)),
        ("with its CPU and as failed", link.queue(0, 0),
         link.queue(0, failed=False)),
    ):
        yield Bad(
            f"{what} twice",
            _queues(first, second),
            ("queue index", "twice"),
            value=0,
        )
    yield Bad(
        "a queue without an index",
        _queues(nl.nest(QUEUE, nl.s32(uapi.IFLA_VNET_QUEUE_CPU, 0))),
        ("queue index",),
    )
    for name in ("INDEX", "LAST", "CPU"):
        kind = getattr(uapi, f"IFLA_VNET_QUEUE_{name}")
        for length in (0, 1, 3, 5, 8):
            yield Bad(
                f"a queue's {name.lower()} of {length} bytes",
                _queues(nl.nest(QUEUE, nl.attr(kind, bytes(length)))),
                (f"queue {name.lower()}",),
                WRONG_LENGTH,
            )
    for length in (0, 2, 3, 4, 8):
        yield Bad(
            f"a queue's failed of {length} bytes",
            _queues(
                nl.nest(
                    QUEUE,
                    nl.attr(uapi.IFLA_VNET_QUEUE_FAILED, bytes(length)),
                )
            ),
            ("queue failed",),
            WRONG_LENGTH,
        )
    unknown = uapi.IFLA_VNET_QUEUE_MAX + 1
    yield Bad(
        "an unknown attribute of a queue",
        _queues(nl.nest(QUEUE, nl.u32(unknown, 1))),
        ("unknown",),
        value=unknown,
    )
    unknown = uapi.IFLA_VNET_QUEUES_MAX + 1
    yield Bad(
        "an unknown attribute among queues",
        _queues(link.queue(0, 0), nl.nest(unknown)),
        ("unknown",),
        value=unknown,
    )
    yield Bad("queues that are a number", nl.u8(QUEUES, 1), ("queues",))
    yield Bad("a queue that is a number", _queues(nl.u8(QUEUE, 1)), ("queue",))
    yield Bad(
        "queues with bytes left over",
        nl.attr(QUEUES | nl.NLA_F_NESTED, link.queue(0, 0) + b"\xff\xff\xff"),
        ("queues",),
    )
    yield Bad(
        "a bad queue after a good ring and a good queue",
        nl.u32(uapi.IFLA_VNET_RX_RING, 2048)
        + _queues(link.queue(0, 0), link.queue(most, 0)),
        ("queue index",),
        value=most,
    )


BAD = [*_bad_queues()]


@EVERYWHERE
@pytest.mark.parametrize("bad", BAD, ids=str)
def test_is_refused(lab: Lab, place: Place, bad: Bad) -> None:
    place(lab, bad)
