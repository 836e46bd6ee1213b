# SPDX-License-Identifier: GPL-2.0-or-later
"""Looking inside: tracepoints and messages."""

import re

import pytest

from lib import tracing
from lib.ethtool import ethtool
from lib.hold import Held
from lib.kmsg import KernelLog
from lib.link import Link, Make, Options, Pair
from lib.marks import TWO_CPUS
from lib.setup import B4, PairMaker
from lib.traffic import Receiver, Sender
from lib.wait import wait_for

ONE = Make(tx_queues=1, rx_queues=1)

EVENTS = {
    "vnet_xmit",
    "vnet_wire",
    "vnet_stall",
    "vnet_raise",
    "vnet_poll",
    "vnet_complete",
    "vnet_gen",
}


def test_the_tracepoints_are_listed(lone: Link) -> None:
    assert tracing.events() >= EVENTS


def way_of_a_frame(pair: Pair) -> tuple[list[str], str]:
    """The tracepoints that it passes, and what the first says."""
    pair.a.set(Options(tx_frames=1))
    with tracing.traced() as trace:
        with Sender(pair.a) as sender, Receiver(pair.b) as receiver:
            sender.send(1)
            receiver.take(1)
        wait_for(lambda: trace.of("vnet_poll"), "the poll")
        order = [
            match[1]
            for line in trace.lines()
            if (match := re.search(r" (vnet_\w+): ", line))
        ]
        return order, trace.of("vnet_xmit")[0]


@pytest.mark.smoke
def test_the_way_of_a_frame_is_traced(make_pair: PairMaker) -> None:
    """Posted, moved, completed, the poll done: without an interrupt."""
    pair = make_pair(ONE, ONE)
    order, xmit = way_of_a_frame(pair)
    assert order == ["vnet_xmit", "vnet_wire", "vnet_complete", "vnet_poll"]
    assert f"ifindex={pair.a.index} " in xmit
    assert "len=60" in xmit


@TWO_CPUS
def test_a_frame_for_another_cpu_raises_the_vector(
    make_pair: PairMaker,
) -> None:
    pair = make_pair(ONE, ONE)
    pair.b.set(Options(queues={0: 1}))
    order, _ = way_of_a_frame(pair)
    ways = ["vnet_xmit", "vnet_wire", "vnet_raise", "vnet_poll"]
    assert sorted(ways, key=order.index) == ways


def test_a_stalled_wire_is_traced(make_pair: PairMaker) -> None:
    small = Make(tx_queues=1, rx_queues=1, options=Options(rx_ring=64))
    pair = make_pair(ONE, small)
    with (
        tracing.traced() as trace,
        Sender(pair.a).roomy() as sender,
        Held(pair.a, pair.b, B4),
    ):
        assert not trace.of("vnet_stall")
        sender.send(70)
        assert trace.of("vnet_stall")


def test_the_generator_is_traced(lone: Link) -> None:
    with tracing.traced() as trace:
        lone.set(Options(gen=True, gen_rate=1000))
        wait_for(lambda: trace.of("vnet_gen"), "a batch")
        lone.set(Options(gen=False))


def test_the_message_level_tells_of_changes(
    lone: Link, kernel_log: KernelLog
) -> None:
    """Silent until asked for."""

    def told() -> bool:
        return any("rings:" in record.text for record in kernel_log.read())

    lone.set(Options(tx_ring=128))
    assert not told()
    ethtool(lone, "-s", "msglvl", "drv", "on")
    lone.set(Options(tx_ring=256))
    assert told()
    ethtool(lone, "-s", "msglvl", "drv", "off")
    lone.set(Options(tx_ring=128))
    assert not told()
