# SPDX-License-Identifier: GPL-2.0-or-later
"""Completions come in batches: tx_frames and tx_usecs at work.

What BQL was not told of yet counts as in flight. Between two devices all is
seen in the tracepoint of the completion, and in BQL's own figures.
"""

import itertools

import pytest

from lib import bql, cpus, marks, tracing, uapi
from lib.hold import Held
from lib.link import Link, Make, Options, Pair
from lib.setup import B4, PairMaker
from lib.traffic import Background, Receiver, Sender, assert_all
from lib.wait import wait_equal

pytestmark = pytest.mark.usefixtures("fifo")

ONE = Make(tx_queues=1, rx_queues=1)
FRAMES_MAX = uapi.VNET_TX_FRAMES_MAX
USECS_MAX = uapi.VNET_TX_USECS_MAX


def batches(trace: tracing.Trace, device: Link) -> list[int]:
    """How many descriptors BQL was told of each time."""
    return [told["descs"] for told in trace.numbers("vnet_complete", device)]


@pytest.mark.smoke
@pytest.mark.parametrize("frames", [1, 8, 40, 100, FRAMES_MAX])
def test_a_queue_that_runs_is_told_of_so_many_at_least(
    make_pair: PairMaker, frames: int
) -> None:
    """Fewer than tx_frames wait for others, as long as nobody needs them."""
    pair = make_pair(ONE, ONE)
    pair.a.set(Options(tx_frames=frames))
    with (
        Receiver(pair.b) as receiver,
        Sender(pair.a).roomy() as sender,
        Held(pair.a, pair.b, B4) as held,
        tracing.traced() as trace,
    ):
        before = bql.inflight(pair.a)
        sender.send(1)
        unit = bql.inflight(pair.a) - before
        assert unit > 0
        sender.send(199)
        held.release()
        assert_all(receiver.take(200), range(200))
        told = batches(trace, pair.a)
        waiting = bql.inflight(pair.a) // unit
        assert waiting < frames
        assert all(batch >= frames for batch in told)
        assert sum(told) + waiting >= 200
        assert pair.a.state().tx_queued == 0


def test_fewer_frames_take_effect_on_what_waits(make_pair: PairMaker) -> None:
    """The next completion tells BQL of all that waited."""
    pair = make_pair(ONE, ONE)
    bql.unlimited(pair.a)
    pair.a.set(Options(tx_frames=FRAMES_MAX))
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        sender.send(50)
        receiver.take(50)
        assert bql.inflight(pair.a) > 0
        pair.a.set(Options(tx_frames=1))
        sender.send(1)
        assert_all(receiver.take(1), [50])
        wait_equal(lambda: bql.inflight(pair.a), 0, "all to be completed")


@pytest.mark.parametrize("usecs", [0, 100, USECS_MAX])
@pytest.mark.parametrize("by", ["ring", "BQL"])
def test_a_stopped_queue_does_not_wait_for_more(
    make_pair: PairMaker, by: str, usecs: int
) -> None:
    """However many there would have to be: its sender cannot send more."""
    small = Make(tx_queues=1, rx_queues=1, options=Options(64, 64))
    pair = make_pair(small, small)
    pair.a.set(Options(tx_usecs=usecs, tx_frames=FRAMES_MAX))
    if by == "BQL":
        limits = pair.a.ns.sys / "class/net/vnet0/queues/tx-0"
        (limits / "byte_queue_limits/limit_max").write_text("4000")
    with (
        Receiver(pair.b) as receiver,
        Sender(pair.a).roomy() as sender,
        Held(pair.a, pair.b, B4, keep_bql=by == "BQL") as held,
    ):
        sender.send(300)
        held.release()
        assert_all(receiver.take(300), range(300))


def told_on(pair: Pair, from_cpu: int, *, keep_bql: bool) -> set[int]:
    """Complete a stopped queue on a CPU; on which BQL was told."""
    pair.a.set(Options(tx_frames=FRAMES_MAX))
    if keep_bql:
        bql.limited(pair.a, 4000)
    with (
        Receiver(pair.b) as receiver,
        Sender(pair.a).roomy() as sender,
        Held(pair.a, pair.b, B4, keep_bql=keep_bql) as held,
        cpus.running_on(from_cpu),
    ):
        sender.send(300)
        with tracing.traced() as trace:
            held.release()
            assert_all(receiver.take(300), range(300))
            told = trace.numbers("vnet_complete", pair.a)
    return {report["cpu"] for report in told}


@marks.TWO_CPUS
@pytest.mark.parametrize("keep_bql", [False, True], ids=["ring", "BQL"])
def test_a_stopped_queue_goes_on_from_its_own_cpu(
    make_pair: PairMaker, keep_bql: bool
) -> None:
    """Not from that of who completes it, unless that is any."""
    pair = make_pair(ONE, ONE)
    pair.a.set(Options(tx_ring=64, queues={0: 0}))
    assert told_on(pair, 1, keep_bql=keep_bql) == {0}
    pair.a.set(Options(queues={0: 1}))
    assert told_on(pair, 1, keep_bql=keep_bql) == {1}
    pair.a.set(Options(queues={0: uapi.VNET_CPU_ANY}))
    assert told_on(pair, 1, keep_bql=keep_bql) == {1}


@marks.TWO_CPUS
def test_a_stopped_queue_whose_cpu_is_offline_goes_on_from_another(
    make_pair: PairMaker,
) -> None:
    pair = make_pair(ONE, ONE)
    pair.a.set(Options(tx_ring=64, queues={0: 1}))
    with cpus.offline(1):
        assert told_on(pair, 0, keep_bql=False) == {0}


@marks.TWO_CPUS
def test_a_device_goes_while_its_own_cpu_is_being_told(
    make_pair: PairMaker,
) -> None:
    """Down or deleted, either end; the queue is stopped most of the time."""
    small = Make(tx_queues=1, rx_queues=1, options=Options(64, 64))
    for how in ("down", "peer down", "delete") * 10:
        pair = make_pair(small, small)
        pair.a.set(Options(queues={0: 0}))
        pair.b.set(Options(queues={0: 1}))
        with Sender(pair.a).roomy() as sender:
            sender.send(500)
        if how == "delete":
            pair.b.delete()
        else:
            (pair.a if how == "down" else pair.b).down()


@pytest.mark.parametrize("usecs", [0, USECS_MAX])
def test_with_tx_usecs_the_poll_ends_before_bql_is_told(
    small_pair: Pair, usecs: int
) -> None:
    """Without, it is told before the poll ends."""
    small_pair.a.set(Options(tx_usecs=usecs, tx_frames=FRAMES_MAX))
    with (
        Receiver(small_pair.b) as receiver,
        Sender(small_pair.a).roomy() as sender,
        Held(small_pair.a, small_pair.b, B4) as held,
    ):
        sender.send(300)
        assert small_pair.a.xstats()["tx_stops"] == 1
        with tracing.traced() as trace:
            held.release()
            assert_all(receiver.take(300), range(300))
            events = [
                event
                for line in trace.lines()
                for event in ("vnet_poll", "vnet_complete")
                if f" {event}: " in line and " frames=0 " not in line
            ]
    first = "vnet_poll" if usecs else "vnet_complete"
    assert events[0] == first


def test_what_waits_is_forgotten_when_the_device_goes_down(
    make_pair: PairMaker,
) -> None:
    """Of either end; nothing of it is told to BQL afterwards."""
    pair = make_pair(ONE, ONE)
    pair.a.set(Options(tx_frames=FRAMES_MAX))
    for end in (pair.a, pair.b, pair.a):
        with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
            assert_all(receiver.take(len(sender.send(30))), range(30))
        end.down()
        if end is pair.a:
            assert bql.inflight(pair.a) == 0
        pair.up()
    pair.a.set(Options(tx_frames=1))
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        assert_all(receiver.take(len(sender.send(30))), range(30))
        wait_equal(lambda: bql.inflight(pair.a), 0, "all to be completed")


def test_a_device_goes_while_completions_wait_for_their_time(
    make_pair: PairMaker,
) -> None:
    """Down and deletion come before the time is up, or while it is."""
    small = Make(
        tx_queues=1,
        rx_queues=1,
        options=Options(64, 64, tx_usecs=USECS_MAX, tx_frames=FRAMES_MAX),
    )
    for how in ("down", "peer down", "delete") * 3:
        pair = make_pair(small, small)
        with Sender(pair.a).roomy() as sender:
            sender.send(200)
        if how == "delete":
            pair.b.delete()
        else:
            (pair.a if how == "down" else pair.b).down()


def test_changed_under_traffic_nothing_is_lost(small_pair: Pair) -> None:
    """The queue is stopped most of the time."""
    got: list[bytes] = []
    with Receiver(small_pair.b) as receiver, Sender(small_pair.a) as sender:

        def step() -> None:
            sender.send(20)

        with Background(step):
            for usecs, frames in itertools.chain.from_iterable(
                itertools.repeat(
                    ((0, 1), (USECS_MAX, FRAMES_MAX), (50, 8), (0, 4096)), 4
                )
            ):
                small_pair.a.set(Options(tx_usecs=usecs, tx_frames=frames))
                got += receiver.take(100)
        got += receiver.take(sender.sent - len(got))
        assert_all(got, range(sender.sent))
        assert receiver.dropped() == 0
    for end in small_pair:
        totals = end.xstats()
        assert totals["rx_missed"] == totals["tx_drop_ring"] == 0
