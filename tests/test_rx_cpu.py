# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the RX work of a queue runs, seen in the tracepoint of the poll."""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from lib import cpus, marks, napi, tracing, uapi
from lib.ethtool import ethtool
from lib.link import Link, Make, Options, Pair
from lib.setup import PairMaker
from lib.traffic import Background, Receiver, Sender, assert_all, numbered
from lib.wait import wait_equal, wait_for

ANY = uapi.VNET_CPU_ANY
ONE = Make(tx_queues=1, rx_queues=1)
TWO = Make(tx_queues=2, rx_queues=2)

pytestmark = marks.TWO_CPUS


def polled_on(trace: tracing.Trace, device: Link) -> set[tuple[int, int]]:
    """Queues and CPUs of the polls that took a frame."""
    return {
        (poll["queue"], poll["cpu"])
        for poll in trace.numbers("vnet_poll", device)
        if poll["frames"]
    }


def sent_from(pair: Pair, cpu: int, count: int = 20) -> set[tuple[int, int]]:
    """Send from a CPU, one by one; where the frames were received."""
    with (
        tracing.traced() as trace,
        Receiver(pair.b) as receiver,
        Sender(pair.a) as sender,
        cpus.running_on(cpu),
    ):
        for _ in range(count):
            numbers = sender.send(1)
            assert_all(receiver.take(1), numbers)
        return polled_on(trace, pair.b)


def progress(device: Link, frames: int = 100) -> None:
    """Wait until the device has received some more."""
    seen = device.xstats()["rx_frames"]
    wait_for(
        lambda: device.xstats()["rx_frames"] >= seen + frames,
        f"{frames} more frames",
    )


@pytest.mark.smoke
@pytest.mark.parametrize("sender", [0, 1])
@pytest.mark.parametrize("cpu", [ANY, 0, 1])
def test_frames_are_received_on_the_cpu_of_the_queue(
    make_pair: PairMaker, sender: int, cpu: int
) -> None:
    """On any: on the sender's. Set at creation, or live."""
    pair = make_pair(
        ONE, Make(tx_queues=1, rx_queues=1, options=Options(queues={0: cpu}))
    )
    expected = sender if cpu == ANY else cpu
    assert sent_from(pair, sender) == {(0, expected)}
    pair.b.set(Options(queues={0: 1 - expected}))
    assert sent_from(pair, sender) == {(0, 1 - expected)}
    pair.b.set(Options(queues={0: cpu}))
    assert sent_from(pair, sender) == {(0, expected)}
    pair.b.set(Options(queues={0: ANY}))
    assert sent_from(pair, sender) == {(0, sender)}


def test_it_is_the_receiver_that_says(make_pair: PairMaker) -> None:
    """What the sender's own queues have matters in the other direction."""
    pair = make_pair(ONE, ONE)
    pair.a.set(Options(queues={0: 1}))
    assert sent_from(pair, 0) == {(0, 0)}
    assert sent_from(Pair(pair.b, pair.a), 0) == {(0, 1)}


@pytest.mark.parametrize("how", ["down", "channels", "rings"])
def test_it_holds_when_the_queue_comes_back(
    make_pair: PairMaker, how: str
) -> None:
    pair = make_pair(ONE, TWO)
    pair.b.set(Options(queues={0: 1}))
    if how == "down":
        pair.b.down()
        pair.up()
    elif how == "channels":
        ethtool(pair.b, "-L", "combined", "1")
        ethtool(pair.b, "-L", "combined", "2")
    else:
        pair.b.set(Options(rx_ring=64))
    assert sent_from(pair, 0) == {(0, 1)}


def test_the_generator_is_received_there_too(lone: Link) -> None:
    """Wherever its timer fires."""
    for cpu in (0, 1, 0):
        lone.set(Options(queues={0: cpu}))
        with tracing.traced() as trace, cpus.running_on(1 - cpu):
            lone.set(Options(gen=True, gen_rate=10000))
            progress(lone)
            lone.set(Options(gen=False))
            polled = polled_on(trace, lone)
        assert {place for place in polled if place[0] == 0} == {(0, cpu)}


def test_offline_it_is_any_and_online_it_is_the_cpu_again(
    make_pair: PairMaker,
) -> None:
    pair = make_pair(ONE, ONE)
    pair.b.set(Options(queues={0: 1}))
    assert sent_from(pair, 0) == {(0, 1)}
    with cpus.offline(1):
        assert sent_from(pair, 0) == {(0, 0)}
    assert sent_from(pair, 0) == {(0, 1)}


@contextmanager
def flooded(pair: Pair, cpu: int) -> Iterator[None]:
    """Send all the time from a CPU; all of it arrives, in order."""
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:

        def step() -> None:
            with cpus.running_on(cpu):
                numbers = sender.send(50)
            assert_all(receiver.take(50), numbers)

        with Background(step):
            yield
        assert receiver.dropped() == 0
    for end in pair:
        totals = end.xstats()
        assert totals["rx_missed"] == totals["tx_drop_ring"] == 0
        assert totals["tx_drop_flush"] == totals["rx_drop_flush"] == 0


@pytest.mark.parametrize("shape", [None, 64], ids=["default", "small"])
def test_changed_under_traffic_nothing_is_lost(
    make_pair: PairMaker, shape: int | None
) -> None:
    """Back and forth; with small rings the wire is stalled now and then."""
    options = Options(tx_ring=shape, rx_ring=shape)
    end = Make(tx_queues=1, rx_queues=1, options=options)
    pair = make_pair(end, end)
    with flooded(pair, 0):
        for cpu, _ in itertools.product((1, 0, ANY, 1, ANY), range(3)):
            pair.b.set(Options(queues={0: cpu}))
            progress(pair.b)


def test_a_cpu_that_goes_and_comes_under_traffic_loses_nothing(
    make_pair: PairMaker,
) -> None:
    """What it was about to receive, another does."""
    pair = make_pair(ONE, ONE)
    pair.b.set(Options(queues={0: 1}))
    with flooded(pair, 0):
        for _ in range(5):
            progress(pair.b)
            with cpus.offline(1):
                progress(pair.b)


def test_a_thread_runs_where_it_is_put(make_pair: PairMaker) -> None:
    """NAPI threads have an affinity of their own, and the queue's CPU none."""
    pair = make_pair(ONE, Make(name="there", tx_queues=1, rx_queues=1))
    pair.b.set(Options(queues={0: 1}))
    napi.set_threaded(pair.b, True)
    (thread,) = napi.threads("there")
    os.sched_setaffinity(thread, {0})
    assert sent_from(pair, 0) == {(0, 0)}
    napi.set_threaded(pair.b, False)
    assert sent_from(pair, 0) == {(0, 1)}


@pytest.mark.usefixtures("fifo")
def test_many_frames_from_one_cpu_to_another(make_pair: PairMaker) -> None:
    """Without a pause: KCSAN sees a race of a ring once in some thousands."""
    there = Make(tx_queues=1, rx_queues=1, options=Options(queues={0: 1}))
    pair = make_pair(ONE, there)
    frame = numbered(0, pair.a.mac)
    before = pair.b.xstats()["rx_frames"]
    with Sender(pair.a) as sender, cpus.running_on(0):
        for _ in range(20000):
            sender.send_frame(frame)
    wait_equal(
        lambda: pair.b.xstats()["rx_frames"] - before, 20000, "all frames"
    )
