# SPDX-License-Identifier: GPL-2.0-or-later
"""RX queues that have failed: others stand in for them, and nothing is lost."""

import errno
from contextlib import ExitStack
from functools import partial

import pytest

from lib.ethtool import RefusedError, ethtool
from lib.link import Link, Make, Options, Pair
from lib.nl import NetlinkError
from lib.queues import by_destination, frames
from lib.setup import PairMaker
from lib.traffic import Background, Receiver, Sender, assert_all, number_of
from lib.wait import wait_for

QUEUES = 4

pytestmark = pytest.mark.usefixtures("fifo")


def mac(queue: int) -> str:
    """The destination that tells the frames of a TX queue."""
    return f"02:00:00:00:00:{queue:02x}"


def declare(device: Link, failed: bool, *queues: int) -> None:
    """Declare RX queues failed, or healthy."""
    device.set(Options(failed=dict.fromkeys(queues, failed)))


def wide(make_pair: PairMaker, tx: int = QUEUES, rx_ring: int = 512) -> Pair:
    """A pair that sends on so many queues, and receives on four."""
    pair = make_pair(
        Make(tx_queues=tx, rx_queues=1),
        Make(tx_queues=1, rx_queues=QUEUES, options=Options(rx_ring=rx_ring)),
    )
    by_destination(pair.a, {mac(i): i for i in range(tx)})
    return pair


def arrives_on(pair: Pair, tx: int) -> dict[int, int]:
    """Send ten frames on a TX queue. Return the RX queues that had them."""
    before = frames(pair.b, "rx")
    with Receiver(pair.b) as receiver, Sender(pair.a, mac(tx)) as sender:
        numbers = sender.send(10)
        assert_all(receiver.take(10), numbers)
    counts = zip(frames(pair.b, "rx"), before, strict=True)
    return {
        queue: now - then
        for queue, (now, then) in enumerate(counts)
        if now != then
    }


@pytest.mark.smoke
def test_others_stand_in_and_it_comes_back(make_pair: PairMaker) -> None:
    """Only frames of the queue that failed go elsewhere."""
    pair = wide(make_pair)
    assert [arrives_on(pair, i) for i in range(QUEUES)] == [
        {i: 10} for i in range(QUEUES)
    ]
    declare(pair.b, True, 1)
    elsewhere = arrives_on(pair, 1)
    assert 1 not in elsewhere
    assert [arrives_on(pair, i) for i in (0, 2, 3)] == [{i: 10} for i in (0, 2, 3)]
    declare(pair.b, False, 1)
    assert arrives_on(pair, 1) == {1: 10}
    assert pair.b.xstats()["rx_remaps"] == 2


def test_its_share_is_spread(make_pair: PairMaker) -> None:
    """Six of 24 TX queues feed a queue; three stand in, two of the six each."""
    pair = wide(make_pair, tx=24)
    declare(pair.b, True, 0)
    share = [arrives_on(pair, i) for i in range(0, 24, QUEUES)]
    assert sorted(queue for found in share for queue in found) == [
        1, 1, 2, 2, 3, 3,
    ]  # fmt: skip


def test_the_last_that_is_healthy_has_to_be(make_pair: PairMaker) -> None:
    pair = wide(make_pair)
    declare(pair.b, True, 0, 1, 3)
    before = pair.b.info().data
    with pytest.raises(NetlinkError) as refused:
        declare(pair.b, True, 2)
    assert refused.value.errno == errno.EINVAL
    assert "queue failed" in refused.value.said
    assert pair.b.info().data == before
    assert [arrives_on(pair, i) for i in range(QUEUES)] == [{2: 10}] * QUEUES
    assert pair.b.xstats()["rx_remaps"] == 3


def test_those_that_are_left_must_not_all_have_failed(
    make_pair: PairMaker,
) -> None:
    """Of fewer queues one has to be healthy, too."""
    pair = wide(make_pair)
    declare(pair.b, True, 0, 1)
    with pytest.raises(RefusedError):
        ethtool(pair.b, "-L", "rx", "1", "combined", "1")
    ethtool(pair.b, "-L", "rx", "2", "combined", "1")
    assert [arrives_on(pair, i) for i in range(QUEUES)] == [{2: 10}] * QUEUES


@pytest.mark.parametrize("end", ["a", "b"])
def test_it_survives_down_and_up(make_pair: PairMaker, end: str) -> None:
    pair = wide(make_pair)
    declare(pair.b, True, 3)
    device: Link = getattr(pair, end)
    device.down()
    device.up()
    pair.b.wait_carrier()
    assert 3 not in arrives_on(pair, 3)
    assert arrives_on(pair, 0) == {0: 10}
    device.down()
    declare(pair.b, False, 3)
    device.up()
    pair.b.wait_carrier()
    assert arrives_on(pair, 3) == {3: 10}


def test_nothing_new_is_no_remapping(make_pair: PairMaker) -> None:
    pair = wide(make_pair)
    declare(pair.b, False, 0, 1, 2, 3)
    declare(pair.b, True, 2)
    declare(pair.b, True, 2)
    assert pair.b.xstats()["rx_remaps"] == 1


def wait_more(pair: Pair) -> None:
    """Wait until more frames have come."""
    before = pair.b.xstats()["rx_frames"]
    wait_for(
        lambda: pair.b.xstats()["rx_frames"] >= before + 100, "frames to come"
    )


@pytest.mark.parametrize("rx_ring", [64, 512])
def test_under_load_nothing_is_lost(make_pair: PairMaker, rx_ring: int) -> None:
    """Queues fail and come back while all send.

    All frames come; those whose queue never failed come in order.
    """
    pair = wide(make_pair, rx_ring=rx_ring)
    with ExitStack() as stack:
        receiver = stack.enter_context(Receiver(pair.b))
        senders = [
            stack.enter_context(Sender(pair.a, mac(i)).roomy())
            for i in range(QUEUES)
        ]
        with ExitStack() as load:
            for sender in senders:
                load.enter_context(Background(partial(sender.send, 20)))
            for queues in ((0,), (0, 1), (1,)) * 2:
                declare(pair.b, True, *queues)
                wait_more(pair)
                declare(pair.b, False, *queues)
                wait_more(pair)
        arrived = receiver.take(sum(sender.sent for sender in senders))
        assert receiver.dropped() == 0
    for i, sender in enumerate(senders):
        flow = [frame for frame in arrived if frame[5] == i]
        if i < 2:
            flow.sort(key=number_of)
        assert_all(flow, range(sender.sent))
    assert pair.b.xstats()["rx_remaps"] == 16
    assert arrives_on(pair, 0) == {0: 10}
