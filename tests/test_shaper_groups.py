# SPDX-License-Identifier: GPL-2.0-or-later
"""Groups of net-shaper: what TX queues send together, shared by weight.

Whose turn it is can be seen in the order of what arrives, however slow the machine is:
all frames wait in the TX rings behind a rate that would keep them for hours, until it
is raised. The arithmetic is in kmod/kunit/group.c.
"""

import errno
import time
from collections.abc import Callable, Iterator
from itertools import accumulate

import pytest

from lib import bql, nl
from lib.ethtool import set_channels
from lib.link import Make, Pair
from lib.queues import by_destination
from lib.setup import PairMaker
from lib.shaper import (
    DEVICE,
    NEW_NODE,
    Handle,
    Metric,
    Scope,
    Shaper,
    Shapers,
    paced,
    queue,
    shapers_of,
)
from lib.traffic import Receiver, Sender, assert_all, number_of

SIZE = 1000
QUEUES = 4
FLOWS = tuple(f"02:00:00:00:00:{number:02x}" for number in range(QUEUES))
HOURS = 1
"""Bits a second: a frame goes, and then for hours none does."""
QUICK = 100_000_000
CATCH_UP = 1e-3
DEPTH = 7
"""Nodes in a row below the first, as docs/ethtool.md says."""

pytestmark = pytest.mark.usefixtures("fifo")


@pytest.fixture(name="pair")
def _pair(make_pair: PairMaker) -> Pair:
    """Four TX queues into one RX queue; a flow goes by the queue of its number.

    BQL, which would keep frames in the qdisc, lets all go once it has seen one.
    """
    pair = make_pair(
        Make(tx_queues=QUEUES, rx_queues=1), Make(tx_queues=1, rx_queues=1)
    )
    by_destination(pair.a, {flow: number for number, flow in enumerate(FLOWS)})
    bql.unlimited(pair.a)
    with Receiver(pair.b) as receiver:
        for flow in FLOWS:
            with Sender(pair.a, flow, SIZE) as sender:
                sender.send(1)
                receiver.take(1)
    return pair


@pytest.fixture(name="shapers")
def _shapers(pair: Pair) -> Iterator[Shapers]:
    """The family in a's namespace."""
    with shapers_of(pair.a) as found:
        yield found


def order(
    pair: Pair, counts: dict[int, int], let_go: Callable[[], None]
) -> list[int]:
    """The queues of the frames as they arrive, which waited until they were let go.

    All arrive, those of each queue in the order in which they were sent.
    """
    with Receiver(pair.b) as receiver:
        for number, count in counts.items():
            with Sender(pair.a, FLOWS[number], SIZE).roomy() as sender:
                sender.send(count)
        assert pair.a.state().tx_queued >= sum(counts.values()) - len(counts)
        let_go()
        frames = receiver.take(sum(counts.values()))
    for number, count in counts.items():
        assert_all([f for f in frames if f[5] == number], range(count))
    return [frame[5] for frame in frames]


def assert_shared(arrived: list[int], parts: dict[int, int]) -> None:
    """Each has its part of any number of frames from the start, give or take a frame.

    As long as there are frames of all: they were sent in proportion.
    """
    whole = sum(parts.values())
    for number, part in parts.items():
        so_far = accumulate(int(flow == number) for flow in arrived)
        for total, count in enumerate(so_far, 1):
            assert abs(count - total * part / whole) < 2, (number, arrived[:total])


@pytest.mark.smoke
@pytest.mark.parametrize("metric", list(Metric), ids=["bits", "frames"])
def test_queues_share_what_the_device_may_send(
    pair: Pair, shapers: Shapers, metric: Metric
) -> None:
    """By weight, whichever was first; frames may be counted instead of bits."""
    parts = {0: 1, 1: 2, 2: 3, 3: 4}
    shapers.limit(pair.a, DEVICE, HOURS)
    assert shapers.group(pair.a, parts, DEVICE) == DEVICE
    arrived = order(
        pair,
        {number: 20 * part for number, part in parts.items()},
        lambda: shapers.limit(
            pair.a, DEVICE, QUICK if metric is Metric.BITS else 20_000, metric
        ),
    )
    assert_shared(arrived, parts)


def test_bytes_are_shared_not_frames(pair: Pair, shapers: Shapers) -> None:
    """Of frames a fourth as long there are four times as many."""
    shapers.limit(pair.a, DEVICE, HOURS)
    with (
        Receiver(pair.b) as receiver,
        Sender(pair.a, FLOWS[0], SIZE).roomy() as long,
        Sender(pair.a, FLOWS[1], SIZE // 4).roomy() as short,
    ):
        long.send(20)
        short.send(80)
        shapers.limit(pair.a, DEVICE, QUICK)
        arrived = [frame[5] for frame in receiver.take(100)]
    assert_shared(arrived, {0: 1, 1: 4})


def test_a_weight_is_changed_while_frames_wait(pair: Pair, shapers: Shapers) -> None:
    shapers.limit(pair.a, DEVICE, HOURS)
    shapers.group(pair.a, {0: 5, 1: 1}, DEVICE)

    def let_go() -> None:
        shapers.weigh(pair.a, queue(0), 1)
        shapers.weigh(pair.a, queue(1), 3)
        shapers.limit(pair.a, DEVICE, QUICK)

    assert_shared(order(pair, {0: 20, 1: 60}, let_go), {0: 1, 1: 3})


def test_a_node_has_a_share_of_its_parent(pair: Pair, shapers: Shapers) -> None:
    """Which its queues share among themselves."""
    shapers.limit(pair.a, DEVICE, HOURS)
    shapers.group(pair.a, {0: 2, 1: 1}, weight=3)
    arrived = order(
        pair,
        {0: 40, 1: 20, 2: 20},
        lambda: shapers.limit(pair.a, DEVICE, QUICK),
    )
    assert_shared(arrived, {0: 2, 1: 1, 2: 1})


@pytest.mark.parametrize("undo", ["raised", "deleted", "without its queues"])
def test_a_node_holds_back_its_queues_only(
    pair: Pair, shapers: Shapers, undo: str
) -> None:
    """What waits goes when the node does, or is raised, or has no queues any more."""
    node = shapers.group(pair.a, {0: 1, 1: 1}, rate=HOURS)
    with Receiver(pair.b) as receiver:
        with (
            Sender(pair.a, FLOWS[0], SIZE).roomy() as first,
            Sender(pair.a, FLOWS[1], SIZE).roomy() as second,
            Sender(pair.a, FLOWS[2], SIZE).roomy() as other,
        ):
            first.send(20)
            second.send(20)
            other.send(200)
        arrived = receiver.take(201)
        assert [f[5] for f in arrived if f[5] != 2] == [0]
        assert pair.a.state().tx_queued == 39
        if undo == "raised":
            shapers.limit(pair.a, node, 10**9)
        elif undo == "deleted":
            shapers.delete(pair.a, node)
        else:
            shapers.delete(pair.a, queue(0))
            shapers.delete(pair.a, queue(1))
            assert not shapers.all(pair.a)
        arrived += receiver.take(39)
    for flow, count in enumerate((20, 20, 200)):
        assert_all([f for f in arrived if f[5] == flow], range(count))


@pytest.mark.parametrize(
    ("rate", "metric"),
    [(8_000_000, Metric.BITS), (1000, Metric.FRAMES)],
    ids=["bits", "frames"],
)
def test_no_frame_of_a_node_comes_before_its_time(
    pair: Pair, shapers: Shapers, rate: int, metric: Metric
) -> None:
    """A thousand frames a second, of two queues together."""
    node = shapers.group(pair.a, {0: 1, 3: 1}, rate=rate, metric=metric)
    assert shapers.limits(pair.a) == {node: (rate, metric)}
    with (
        Receiver(pair.b) as receiver,
        Sender(pair.a, FLOWS[0], SIZE).roomy() as first,
        Sender(pair.a, FLOWS[3], SIZE).roomy() as second,
    ):
        begin = time.monotonic()
        first.send(50)
        second.send(50)
        receiver.take(100)
        lasted = time.monotonic() - begin
    assert lasted >= 99 / 1000 - CATCH_UP


def test_the_slowest_of_all_rates_counts(pair: Pair, shapers: Shapers) -> None:
    """A queue's own, its node's, that of the node around it, the device's."""
    around = shapers.group(pair.a, {0: 1, 1: 1})
    inner = shapers.group(pair.a, {0: 1}, parent=around)
    handles = (DEVICE, around, inner, queue(0))
    slow = 10**6
    with Receiver(pair.b) as receiver, Sender(pair.a, FLOWS[0], SIZE).roomy() as sender:
        for slowest in handles:
            for handle in handles:
                shapers.limit(pair.a, handle, slow if handle == slowest else 10**9)
            begin = time.monotonic()
            numbers = sender.send(10)
            assert_all(receiver.take(10), numbers)
            lasted = time.monotonic() - begin
            assert lasted >= 9 * SIZE * 8 / slow - CATCH_UP


def test_what_was_grouped_is_told(pair: Pair, shapers: Shapers) -> None:
    """A node without queues is gone, its parent stays."""
    node = shapers.group(pair.a, {0: 3, 1: 2}, rate=10**6)
    inner = shapers.group(pair.a, {1: 5}, rate=1000, metric=Metric.FRAMES, weight=7)
    assert shapers.all(pair.a) == {
        queue(0): Shaper(parent=node, weight=3),
        queue(1): Shaper(parent=inner, weight=5),
        node: Shaper(DEVICE, 10**6, Metric.BITS),
        inner: Shaper(node, 1000, Metric.FRAMES, 7),
    }
    shapers.delete(pair.a, queue(1))
    assert shapers.all(pair.a) == {
        queue(0): Shaper(parent=node, weight=3),
        node: Shaper(DEVICE, 10**6, Metric.BITS),
    }
    assert paced(pair.a) == [True, False, False, False]
    shapers.delete(pair.a, node)
    assert shapers.all(pair.a) == {queue(0): Shaper(parent=DEVICE, weight=3)}
    shapers.delete(pair.a, queue(0))
    assert paced(pair.a) == [False] * QUEUES


def test_nodes_of_a_node_that_goes_are_its_parent_s(
    pair: Pair, shapers: Shapers
) -> None:
    """They keep their rate, and lose that of the one that went."""
    around = shapers.group(pair.a, {0: 1, 1: 1}, rate=HOURS)
    inner = shapers.group(pair.a, {0: 1}, rate=10**9, parent=around)
    with Receiver(pair.b) as receiver, Sender(pair.a, FLOWS[0], SIZE).roomy() as sender:
        numbers = sender.send(20)
        assert pair.a.state().tx_queued == 19
        shapers.delete(pair.a, around)
        assert_all(receiver.take(20), numbers)
        assert shapers.all(pair.a)[inner] == Shaper(DEVICE, 10**9, Metric.BITS)
        shapers.limit(pair.a, inner, HOURS)
        numbers = sender.send(20)
        assert pair.a.state().tx_queued >= 19
        shapers.delete(pair.a, inner)
        assert_all(receiver.take(20), numbers)


@pytest.mark.parametrize("up", [True, False], ids=["up", "down"])
def test_queues_that_go_take_their_node_along(
    pair: Pair, shapers: Shapers, up: bool
) -> None:
    """Those that come in their place have nothing of it."""
    shapers.group(pair.a, {2: 1, 3: 9}, rate=HOURS)
    kept = shapers.group(pair.a, {0: 1}, rate=10**9)
    if not up:
        pair.a.down()
    set_channels(pair.a, 2, 1)
    assert shapers.all(pair.a).keys() == {kept, queue(0)}
    set_channels(pair.a, QUEUES, 1)
    assert shapers.all(pair.a).keys() == {kept, queue(0)}
    assert paced(pair.a) == [True, False, False, False]
    if not up:
        pair.a.up()
        pair.b.wait_carrier()
    with Receiver(pair.b) as receiver, Sender(pair.a, FLOWS[3], SIZE) as sender:
        assert_all(receiver.take(len(sender.send(20))), range(20))


def test_down_and_up_again_a_node_holds(pair: Pair, shapers: Shapers) -> None:
    """What waited is flushed and counted."""
    node = shapers.group(pair.a, {0: 1, 1: 1}, rate=HOURS)
    with Sender(pair.a, FLOWS[0], SIZE).roomy() as sender:
        sender.send(20)
        assert pair.a.state().tx_queued == 19
        pair.a.down()
        assert pair.a.xstats()["tx_drop_flush"] == 19
        pair.a.up()
        pair.b.wait_carrier()
        assert paced(pair.a) == [True, True, False, False]
        shapers.limit(pair.a, node, QUICK)
        with Receiver(pair.b) as receiver:
            numbers = sender.send(20)
            assert_all(receiver.take(20), numbers)


def test_deleted_while_frames_wait_in_groups(pair: Pair, shapers: Shapers) -> None:
    around = shapers.group(pair.a, {0: 1, 1: 1}, rate=HOURS)
    shapers.group(pair.a, {0: 1}, rate=HOURS, parent=around)
    for flow in FLOWS[:2]:
        with Sender(pair.a, flow, SIZE).roomy() as sender:
            sender.send(20)
    assert pair.a.state().tx_queued > 0
    pair.a.delete()


def test_groups_change_while_frames_go(pair: Pair, shapers: Shapers) -> None:
    """None is lost, none overtakes another of its queue."""
    rounds, each = 10, 20
    senders = [Sender(pair.a, flow, SIZE).roomy() for flow in FLOWS]
    with Receiver(pair.b) as receiver:
        shapers.limit(pair.a, DEVICE, QUICK)
        for number in range(rounds):
            for sender in senders:
                sender.send(each)
            node = shapers.group(
                pair.a, {number % 4: 2, (number + 1) % 4: 1}, rate=QUICK // 2
            )
            shapers.group(pair.a, {(number + 2) % 4: 3}, node)
            shapers.weigh(pair.a, node, 1 + number)
            if number % 3 == 0:
                shapers.delete(pair.a, node)
            elif number % 3 == 1:
                shapers.delete(pair.a, queue(number % 4))
        frames = receiver.take(QUEUES * rounds * each)
    for number, sender in enumerate(senders):
        sender.close()
        mine = [number_of(f) for f in frames if f[5] == number]
        assert mine == list(range(rounds * each))


@pytest.mark.parametrize(
    ("weights", "node", "refusal"),
    [
        ({QUEUES: 1}, NEW_NODE, errno.ENOENT),
        ({0: 1}, Handle(Scope.NODE, 9), errno.ENOENT),
        ({}, NEW_NODE, errno.EINVAL),
        ({0: 1}, queue(1), errno.EINVAL),
    ],
    ids=["no such queue", "no such node", "no queue", "a queue as a node"],
)
def test_what_there_is_not_is_refused(
    pair: Pair,
    shapers: Shapers,
    weights: dict[int, int],
    node: Handle,
    refusal: int,
) -> None:
    with pytest.raises(nl.NetlinkError) as refused:
        shapers.group(pair.a, weights, node, 1000)
    assert refused.value.errno == refusal
    assert not shapers.all(pair.a)
    assert paced(pair.a) == [False] * QUEUES


def test_nodes_nest_so_deep_and_no_deeper(pair: Pair, shapers: Shapers) -> None:
    parent = shapers.group(pair.a, {0: 1, 1: 1})
    for _ in range(DEPTH):
        parent = shapers.group(pair.a, {0: 1, 1: 1}, parent=parent)
    before = shapers.all(pair.a)
    with pytest.raises(nl.NetlinkError) as refused:
        shapers.group(pair.a, {0: 1}, parent=parent)
    assert refused.value.errno == errno.EINVAL
    assert f"{DEPTH} others at most" in refused.value.said
    assert shapers.all(pair.a) == before
