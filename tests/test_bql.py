# SPDX-License-Identifier: GPL-2.0-or-later
"""BQL under load: bursts stay bursts, and its limit fits small and large frames."""

import socket
from collections.abc import Callable

import pytest

from lib import bql, tracing
from lib.hold import Held
from lib.link import Make, Options, Pair
from lib.setup import B4, PairMaker
from lib.traffic import Receiver, Sender, assert_all, stream
from lib.wait import DEADLINE, wait_equal

pytestmark = pytest.mark.usefixtures("fifo")

SOL_UDP = 17
UDP_SEGMENT = 103
PORT = 6004
ONE = Make(tx_queues=1, rx_queues=1)
SMALL = 60
"""A small frame, which is charged for its length."""


@pytest.mark.smoke
@pytest.mark.parametrize("keep_bql", [False, True], ids=["ring", "BQL"])
def test_a_stopped_queue_that_drains_sends_bursts(
    make_pair: PairMaker, keep_bql: bool
) -> None:
    """The qdisc hands over many frames at once, with one doorbell for all.

    The RX ring has room for them all, so they wait for nothing else.
    """
    pair = make_pair(
        Make(tx_queues=1, rx_queues=1, options=Options(tx_ring=64)),
        Make(tx_queues=1, rx_queues=1, options=Options(rx_ring=1024)),
    )
    with (
        Receiver(pair.b) as receiver,
        Sender(pair.a).roomy() as sender,
        Held(pair.a, pair.b, B4, keep_bql=keep_bql) as held,
    ):
        sender.send(600)
        posted = pair.a.state().tx_queued
        assert 0 < posted <= 64
        with tracing.traced() as trace:
            held.release()
            assert_all(receiver.take(600), range(600))
            bursts = [
                wire["frames"]
                for wire in trace.numbers("vnet_wire", pair.a)
                if wire["frames"]
            ]
    assert sum(bursts) == 600 - posted
    assert max(bursts) > 4
    assert len(bursts) < sum(bursts) / 2


def test_a_burst_is_no_longer_than_bql_allows(make_pair: PairMaker) -> None:
    """What a qdisc hands over at once does not wait in front of all others."""
    frames = 20
    pair = make_pair(
        ONE, Make(tx_queues=1, rx_queues=1, options=Options(rx_ring=1024))
    )
    pair.a.set(Options(tx_frames=1))
    with Receiver(pair.b) as receiver, Sender(pair.a).roomy() as sender:
        before = pair.a.xstats()["tx_bytes"]
        assert_all(receiver.take(len(sender.send(1))), [0])
        length = pair.a.xstats()["tx_bytes"] - before
        bql.limited(pair.a, frames * length)
        with Held(pair.a, pair.b, B4, keep_bql=True) as held:
            sender.send(600)
            assert pair.a.state().tx_queued == frames + 1
            with tracing.traced() as trace:
                held.release()
                assert_all(receiver.take(600), range(1, 601))
                wires = trace.numbers("vnet_wire", pair.a)
    waiting = [wire["rx_queued"] + wire["frames"] for wire in wires]
    assert waiting
    assert max(waiting) <= frames + 1


def small_frames(pair: Pair) -> None:
    """Frames of 60 bytes, more than the ring holds."""
    with Receiver(pair.b) as receiver, Sender(pair.a).roomy() as sender:
        for _ in range(10):
            numbers = sender.send(800)
            assert_all(receiver.take(800), numbers)


def large_frames(pair: Pair) -> None:
    """GSO frames of 64 KiB, over TCP."""
    payload = bytes(4 << 20)
    assert stream(pair.a.ns, pair.b.ns, B4, payload) == payload


def datagrams(pair: Pair) -> None:
    """UDP GSO frames of 64 segments."""
    with (
        pair.a.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as outbox,
        pair.b.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as inbox,
    ):
        inbox.bind((B4, PORT))
        inbox.settimeout(DEADLINE)
        outbox.connect((B4, PORT))
        outbox.setsockopt(SOL_UDP, UDP_SEGMENT, 1000)
        for _ in range(200):
            outbox.send(bytes(60 * 1000))
            for _ in range(60):
                inbox.recv(1000)


@pytest.mark.parametrize("load", [small_frames, large_frames, datagrams])
@pytest.mark.parametrize("cpu", [0, -1], ids=["elsewhere", "here"])
def test_the_limit_neither_collapses_nor_explodes(
    make_pair: PairMaker, load: Callable[[Pair], None], cpu: int
) -> None:
    """Some small frames may always be in flight, and not very many large ones."""
    there = Options(queues={0: cpu}) if cpu >= 0 else Options()
    pair = make_pair(ONE, Make(tx_queues=1, rx_queues=1, options=there))
    load(pair)
    small_frames(pair)
    (limit,) = bql.limits(pair.a)
    assert 8 * SMALL <= limit <= 64 << 16
    for end in pair:
        totals = end.xstats()
        assert totals["rx_missed"] == totals["tx_drop_ring"] == 0
    pair.a.set(Options(tx_frames=1))
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        sender.send(1)
        receiver.take(1)
    wait_equal(lambda: bql.inflight(pair.a), 0, "all to be completed")


def test_without_a_qdisc_each_queue_drops_what_it_has_no_room_for(
    make_pair: PairMaker,
) -> None:
    """To the frame, by queue; nothing is held back, and nothing charged."""
    tx_ring = 64
    pair = make_pair(
        Make(tx_queues=2, rx_queues=1, options=Options(tx_ring=tx_ring)),
        Make(tx_queues=1, rx_queues=1, options=Options(rx_ring=64)),
    )
    pair.a.ns.run("tc qdisc replace dev vnet0 root noqueue".split())
    with (
        Receiver(pair.b) as receiver,
        Sender(pair.a).roomy() as sender,
        Held(pair.a, pair.b, B4) as held,
    ):
        for _ in range(3):
            before = pair.a.xstats()["tx_drop_ring"], pair.a.state().tx_queued
            sender.send(500)
            dropped = pair.a.xstats()["tx_drop_ring"] - before[0]
            accepted = pair.a.state().tx_queued - before[1]
            assert dropped + accepted == 500
            assert dropped >= 500 - 2 * tx_ring
            assert bql.inflight(pair.a) == 0
            held.poll()
        total = pair.a.xstats()["tx_drop_ring"]
        receiver.take(sender.sent - total)
        assert not receiver.pending()
    assert pair.a.info().stats["tx_dropped"] == total
    assert pair.a.xstats()["tx_stops"] == 0
