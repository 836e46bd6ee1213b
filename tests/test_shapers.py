# SPDX-License-Identifier: GPL-2.0-or-later
"""Shapers of the kernel's net-shaper family: rates of TX queues and of the device.

They act as tx_maxrate does (test_tx_rate.py), in any number of bits or frames, and for
all queues together. As there, the one thing that a clock says is that a frame did not
come before the wire can have carried those in front of it.
"""

import errno
import time
from collections.abc import Iterator

import pytest

from lib import nl
from lib.ethtool import set_channels
from lib.link import Link, Make, Pair
from lib.marks import SMP
from lib.queues import by_destination
from lib.setup import PairMaker
from lib.shaper import DEVICE, Handle, Metric, Scope, Shapers, paced, queue, shapers_of
from lib.traffic import Receiver, Sender, assert_all

SIZE = 1000
CATCH_UP = 1e-3
FLOWS = ("02:00:00:00:00:00", "02:00:00:00:00:01")

pytestmark = pytest.mark.usefixtures("fifo")


@pytest.fixture(name="pair")
def _pair(make_pair: PairMaker) -> Pair:
    """Two TX queues into one RX queue; a flow goes by the queue of its number."""
    pair = make_pair(
        Make(tx_queues=2, rx_queues=1), Make(tx_queues=1, rx_queues=1)
    )
    by_destination(pair.a, dict(zip(FLOWS, (0, 1), strict=True)))
    return pair


@pytest.fixture(name="shapers")
def _shapers(pair: Pair) -> Iterator[Shapers]:
    """The family in a's namespace."""
    with shapers_of(pair.a) as found:
        yield found


def sender(pair: Pair, flow: int = 0) -> Sender:
    """Sends frames of a flow, which all find room in its qdisc."""
    return Sender(pair.a, FLOWS[flow], SIZE).roomy()


@pytest.mark.smoke
@pytest.mark.parametrize("of", [DEVICE, queue(0)], ids=["device", "queue"])
@pytest.mark.parametrize(
    ("rate", "metric"),
    [(8_000_000, Metric.BITS), (1000, Metric.FRAMES)],
    ids=["bits", "frames"],
)
def test_no_frame_comes_before_its_time(
    pair: Pair, shapers: Shapers, of: Handle, rate: int, metric: Metric
) -> None:
    """A thousand frames a second, counted as such or as bits; all come, in order."""
    shapers.limit(pair.a, of, rate, metric)
    assert shapers.limits(pair.a) == {of: (rate, metric)}
    count = 100
    with Receiver(pair.b) as receiver, sender(pair) as sending:
        begin = time.monotonic()
        numbers = sending.send(count)
        assert_all(receiver.take(count), numbers)
        lasted = time.monotonic() - begin
    assert lasted >= (count - 1) / 1000 - CATCH_UP


def test_queues_take_turns_with_what_the_device_may_send(
    pair: Pair, shapers: Shapers
) -> None:
    """However many wait in each: with a third of the other's, one has long been
    through when the other is."""
    shapers.limit(pair.a, DEVICE, 100, Metric.FRAMES)
    with (
        Receiver(pair.b) as receiver,
        sender(pair, 0) as first,
        sender(pair, 1) as second,
    ):
        first.send(30)
        second.send(10)
        order = [frame[5] for frame in receiver.take(40)]
    assert sorted(order) == [0] * 30 + [1] * 10
    assert order[-5:] == [0] * 5


@SMP
def test_the_slowest_rate_counts(pair: Pair, shapers: Shapers) -> None:
    """Whether the device's, the queue's, or tx_maxrate."""
    tx_maxrate = pair.a.ns.sys / "class/net" / pair.a.name / "queues/tx-0/tx_maxrate"
    fast, slow = 10**9, 10**6
    with Receiver(pair.b) as receiver, sender(pair) as sending:
        for device, own, mbps in (
            (slow, fast, 1000),
            (fast, slow, 1000),
            (fast, fast, 1),
        ):
            shapers.limit(pair.a, DEVICE, device)
            shapers.limit(pair.a, queue(0), own)
            tx_maxrate.write_text(str(mbps))
            begin = time.monotonic()
            numbers = sending.send(10)
            assert_all(receiver.take(10), numbers)
            lasted = time.monotonic() - begin
            assert lasted >= 9 * SIZE * 8 / slow - CATCH_UP


@pytest.mark.parametrize("of", [DEVICE, queue(0)], ids=["device", "queue"])
def test_what_waits_goes_when_the_shaper_does(
    pair: Pair, shapers: Shapers, of: Handle
) -> None:
    """Of a rate that would have kept it for hours, or when that is raised."""
    with Receiver(pair.b) as receiver, sender(pair) as sending:
        for undo in (
            lambda: shapers.delete(pair.a, of),
            lambda: shapers.limit(pair.a, of, 10**9),
        ):
            shapers.limit(pair.a, of, 1)
            numbers = sending.send(20)
            assert pair.a.state().tx_queued > 0
            undo()
            assert_all(receiver.take(20), numbers)


def test_only_what_has_a_rate_goes_by_one(pair: Pair, shapers: Shapers) -> None:
    """Frames of others go straight into the RX ring."""
    assert paced(pair.a) == [False, False]
    shapers.limit(pair.a, queue(1), 10**6)
    assert paced(pair.a) == [False, True]
    shapers.limit(pair.a, DEVICE, 10**9)
    assert paced(pair.a) == [True, True]
    shapers.delete(pair.a, queue(1))
    assert paced(pair.a) == [True, True]
    shapers.delete(pair.a, DEVICE)
    assert paced(pair.a) == [False, False]
    assert not shapers.limits(pair.a)
    assert paced(pair.b) == [False]


@pytest.mark.parametrize("up", [True, False], ids=["up", "down"])
def test_a_queue_that_goes_takes_its_shaper_along(
    pair: Pair, shapers: Shapers, up: bool
) -> None:
    """One that comes in its place has none."""
    shapers.limit(pair.a, queue(1), 1, Metric.FRAMES)
    if not up:
        pair.a.down()
    set_channels(pair.a, 1, 1)
    assert not shapers.limits(pair.a)
    set_channels(pair.a, 2, 1)
    assert not shapers.limits(pair.a)
    assert paced(pair.a) == [False, False]


def test_down_and_up_again_the_shapers_hold(pair: Pair, shapers: Shapers) -> None:
    """What waited is flushed and counted."""
    shapers.limit(pair.a, DEVICE, 1, Metric.FRAMES)
    with sender(pair) as sending:
        sending.send(20)
        assert pair.a.state().tx_queued > 0
        pair.a.down()
        assert pair.a.state().tx_queued == 0
        assert pair.a.xstats()["tx_drop_flush"] > 0
        pair.a.up()
        pair.b.wait_carrier()
        assert paced(pair.a) == [True, True]
        shapers.limit(pair.a, DEVICE, 1000, Metric.FRAMES)
        with Receiver(pair.b) as receiver:
            numbers = sending.send(20)
            assert_all(receiver.take(20), numbers)


def test_deleted_while_it_waits(pair: Pair, shapers: Shapers) -> None:
    shapers.limit(pair.a, queue(0), 1, Metric.FRAMES)
    shapers.limit(pair.a, DEVICE, 1, Metric.FRAMES)
    with sender(pair) as sending:
        sending.send(20)
        assert pair.a.state().tx_queued > 0
        pair.a.delete()


def test_what_can_be_set_is_said(pair: Pair, shapers: Shapers) -> None:
    able = {"bps", "pps", "bw-max"}
    assert shapers.capabilities(pair.a) == {
        Scope.NETDEV: able,
        Scope.QUEUE: able | {"nesting", "weight"},
        Scope.NODE: able | {"nesting", "weight"},
    }


@pytest.mark.parametrize(
    ("handle", "refusal"),
    [
        (queue(2), errno.ENOENT),
        (Handle(Scope.NODE, 1), errno.ENOENT),
    ],
    ids=["queue", "node"],
)
def test_what_there_is_not_is_refused(
    pair: Pair, shapers: Shapers, handle: Handle, refusal: int
) -> None:
    with pytest.raises(nl.NetlinkError) as refused:
        shapers.limit(pair.a, handle, 1000)
    assert refused.value.errno == refusal
    assert not shapers.limits(pair.a)
    assert paced(pair.a) == [False, False]


@pytest.mark.usefixtures("shapers")
def test_a_device_alone_has_nothing_to_pace(lone: Link) -> None:
    alone = Shapers(lone.ns)
    assert not alone.capabilities(lone)
    with pytest.raises(nl.NetlinkError) as refused:
        alone.limit(lone, DEVICE, 1000)
    assert refused.value.errno == errno.EOPNOTSUPP
    alone.close()
