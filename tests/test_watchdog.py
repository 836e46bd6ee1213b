# SPDX-License-Identifier: GPL-2.0-or-later
"""The TX watchdog: a dead receiver costs what waits for it, a slow one nothing.

The core waits ten seconds (watchdog_timeo) before it calls a stopped queue dead.
No test decides by that time: what the core counted is what is waited for.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from lib import bql
from lib.hold import Held
from lib.kmsg import KernelLog
from lib.link import Make, Options, Pair
from lib.queues import by_priority, timeouts
from lib.setup import B4, PairMaker
from lib.traffic import Receiver, Sender, assert_all, number_of
from lib.wait import wait_equal, wait_for

RX_RING = 64
TX_RING = 256
SENT = 400

pytestmark = pytest.mark.usefixtures("fifo")


def shape(tx_queues: int = 1, tx_ring: int = TX_RING) -> Make:
    """One RX queue with a small ring, so that most of what is sent waits."""
    return Make(
        tx_queues=tx_queues,
        rx_queues=1,
        options=Options(tx_ring=tx_ring, rx_ring=RX_RING),
    )


@pytest.fixture(autouse=True)
def expected(kernel_log: KernelLog) -> None:
    """The core says that a queue timed out, on 6.1 with a warning, once."""
    kernel_log.expect("NETDEV WATCHDOG")


def assert_gap(frames: Iterable[bytes], sent: int, dropped: int) -> None:
    """All came in order, but for this many in a row."""
    got = [number_of(frame) for frame in frames]
    first = next((n for n, g in enumerate(got) if n != g), len(got))
    assert got == [*range(first), *range(first + dropped, sent)]


def flushed(pair: Pair) -> int:
    """Frames that the sender's queues dropped while the link was up."""
    totals = pair.a.xstats()
    return totals["tx_drop_flush"] + totals["tx_drop_down"]


def wait_timeouts(pair: Pair, times: int = 1, queue: int = 0) -> None:
    """Wait until the core found a queue of a stopped for too long so often."""
    wait_for(lambda: timeouts(pair.a, queue) >= times, f"{times} timeouts")


def wait_settled(pair: Pair, sent: int) -> int:
    """Wait until all frames are accounted for; how many were dropped."""
    wait_equal(
        lambda: pair.b.xstats()["rx_other"] + flushed(pair),
        sent,
        "all to be delivered or dropped",
    )
    return flushed(pair)


def assert_flows(
    pair: Pair, sender: Sender, receiver: Receiver, count: int = 1000
) -> None:
    """Much more is sent and arrives whole; nobody times out."""
    before = timeouts(pair.a), flushed(pair)
    numbers = sender.send(count)
    assert_all(receiver.take(count), numbers)
    assert (timeouts(pair.a), flushed(pair)) == before


def test_what_waits_for_a_dead_receiver_is_dropped_and_counted(
    make_pair: PairMaker,
) -> None:
    """What its ring held is still the receiver's; what comes later arrives."""
    pair = make_pair(shape(), shape())
    with (
        Receiver(pair.b) as receiver,
        Sender(pair.a).roomy() as sender,
        Held(pair.a, pair.b, B4) as held,
    ):
        sender.send(SENT)
        assert pair.a.state().tx_queued == TX_RING
        assert pair.b.state().rx_queued == RX_RING
        wait_timeouts(pair)
        wait_for(lambda: flushed(pair), "what waits to be dropped")
        assert pair.b.state().rx_queued == RX_RING
        held.release()
        assert timeouts(pair.a) > 1 or flushed(pair) == TX_RING - RX_RING
        dropped = flushed(pair)
        frames = receiver.take(SENT - dropped)
        assert_all(
            frames, [*range(RX_RING), *range(RX_RING + dropped, SENT)]
        )
        assert_flows(pair, sender, receiver)
    assert pair.a.xstats()["tx_drop_down"] == 0
    assert pair.b.xstats()["rx_missed"] == 0


def test_a_receiver_that_stays_dead_is_given_up_again_and_again(
    make_pair: PairMaker,
) -> None:
    """The queue goes on each time, with what the qdisc held back."""
    pair = make_pair(shape(), shape())
    with (
        Receiver(pair.b) as receiver,
        Sender(pair.a).roomy() as sender,
        Held(pair.a, pair.b, B4) as held,
    ):
        sender.send(SENT)
        for times in (1, 2, 3):
            wait_timeouts(pair, times)
            sender.send(SENT)
        held.release()
        dropped = wait_settled(pair, sender.sent)
        assert_gap(
            receiver.take(sender.sent - dropped), sender.sent, dropped
        )
        assert_flows(pair, sender, receiver)


def test_a_queue_that_bql_stopped_goes_on_as_well(
    make_pair: PairMaker,
) -> None:
    """What waits in the qdisc needs no further frame to get it going."""
    pair = make_pair(shape(), shape())
    # some 100 of the frames: more than the RX ring holds, fewer than the TX ring
    bql.limited(pair.a, 6000)
    with (
        Receiver(pair.b) as receiver,
        Sender(pair.a).roomy() as sender,
        Held(pair.a, pair.b, B4, keep_bql=True) as held,
    ):
        before = pair.a.xstats()["tx_frames"]
        sender.send(SENT)
        assert pair.a.xstats()["tx_stops"] == 0
        posted = pair.a.xstats()["tx_frames"]
        assert posted < SENT
        wait_timeouts(pair)
        wait_for(
            lambda: pair.a.xstats()["tx_frames"] > posted,
            "the queue to go on",
        )
        held.release()
        wait_equal(
            lambda: pair.a.xstats()["tx_frames"],
            before + SENT,
            "the qdisc to be emptied",
        )
        dropped = flushed(pair)
        assert_gap(receiver.take(SENT - dropped), SENT, dropped)
        assert_flows(pair, sender, receiver)


def test_each_queue_of_a_dead_receiver_is_given_up(
    make_pair: PairMaker,
) -> None:
    """All wait for one ring; each drops what it holds itself."""
    number = 4
    pair = make_pair(shape(tx_queues=number), shape())
    by_priority(pair.a, number)
    senders = [
        Sender(pair.a, f"02:00:00:00:00:{i:02x}", priority=i).roomy()
        for i in range(number)
    ]
    with Receiver(pair.b) as receiver:
        held = Held(pair.a, pair.b, B4)
        for sender in senders:
            sender.send(1)  # BQL takes note of its setting
            receiver.take(1)
        held.begin()
        for sender in senders:
            sender.send(SENT)
        for i in range(number):
            wait_timeouts(pair, queue=i)
        wait_for(
            lambda: flushed(pair) >= number * TX_RING - RX_RING,
            "what waits to be dropped",
        )
        held.release()
        held.close()
        sent = number * (SENT + 1)
        dropped = wait_settled(pair, sent)
        frames = receiver.take(sent - dropped - number)
        for i, sender in enumerate(senders):
            mine = [number_of(f) for f in frames if f[5] == i]
            assert mine == sorted(set(mine))
            assert_flows(pair, sender, receiver, 300)
            sender.close()


@contextmanager
def dead(
    make_pair: PairMaker, number: int
) -> Iterator[list[tuple[Pair, Receiver, Sender, Held]]]:
    """Pairs whose receivers are dead, and whose senders wait for them."""
    with ExitStack() as stack:
        made = []
        for _ in range(number):
            pair = make_pair(shape(), shape())
            receiver = stack.enter_context(Receiver(pair.b))
            sender = stack.enter_context(Sender(pair.a)).roomy()
            held = Held(pair.a, pair.b, B4).begin()
            stack.callback(held.close)
            made.append((pair, receiver, sender, held))
        for _, _, sender, _ in made:
            sender.send(SENT)
        yield made


def test_the_receiver_comes_back_in_the_midst_of_it(
    make_pair: PairMaker,
) -> None:
    """Whatever it takes before it is given up is delivered, the rest counted."""
    with dead(make_pair, 6) as pairs:
        for pair, receiver, sender, held in pairs:
            while not timeouts(pair.a):
                pass
            held.release()
            dropped = wait_settled(pair, SENT)
            assert_gap(receiver.take(SENT - dropped), SENT, dropped)
            assert_flows(pair, sender, receiver)


@pytest.mark.parametrize("how", ["down", "peer down", "delete"])
def test_the_pair_goes_right_after_the_timeout(
    make_pair: PairMaker, how: str
) -> None:
    """The counts add up, and the pair comes back as new."""
    with dead(make_pair, 3) as pairs:
        for pair, receiver, sender, held in pairs:
            while not timeouts(pair.a):
                pass
            if how == "delete":
                pair.a.delete()
                continue
            (pair.a if how == "down" else pair.b).down()
            pair.up()
            held.release()
            (last,) = sender.send(1)
            got = [-1]
            while got[-1] != last:
                got += map(number_of, receiver.take(1))
            assert got == sorted(set(got))
            assert_flows(pair, sender, receiver)


def test_a_slow_receiver_is_none_that_is_dead(make_pair: PairMaker) -> None:
    """A queue stopped for far longer than the timeout, and nothing dropped.

    It is polled as long as it takes a dead one to be given up twice.
    """
    slow = make_pair(shape(tx_ring=8192), shape())
    with (
        dead(make_pair, 1) as ((other, _, more, gone),),
        Receiver(slow.b) as receiver,
        Sender(slow.a).roomy() as sender,
        Held(slow.a, slow.b, B4) as held,
    ):
        count = 8192 + SENT
        sender.send(count)
        assert slow.a.xstats()["tx_stops"] == 1
        for times in (1, 2):
            while timeouts(other.a) < times:
                held.poll_a_little()
                time.sleep(1)  # the receiver's pace, not a wait
            more.send(SENT)
        assert slow.a.xstats()["tx_stops"] == 1
        assert 100 < slow.b.xstats()["rx_frames"] < 8192 // 4
        assert timeouts(slow.a) == flushed(slow) == 0
        held.release()
        assert_all(receiver.take(count), range(count))
        assert_flows(slow, sender, receiver)
        gone.release()
    assert slow.b.xstats()["rx_missed"] == 0
