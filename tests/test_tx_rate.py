# SPDX-License-Identifier: GPL-2.0-or-later
"""The rate of a TX queue: queues/tx-N/tx_maxrate of sysfs, in Mbit/s.

A frame may not come before the wire has carried those before it, but for the
millisecond that a wire may catch up with. That is the one thing that a clock says
here, since no machine is too slow for it; all else is counted.
"""

import errno
import time
from pathlib import Path

import pytest

from lib.ethtool import set_channels
from lib.link import Link, Make, Options, Pair
from lib.marks import SMP
from lib.queues import by_destination
from lib.setup import PairMaker
from lib.traffic import Receiver, Sender, assert_all

SIZE = 1000
CATCH_UP = 1e-3

pytestmark = [pytest.mark.usefixtures("fifo"), SMP]


def setting(device: Link, queue: int = 0) -> Path:
    """The file of a TX queue's rate."""
    queues = device.ns.sys / "class/net" / device.name / "queues"
    return queues / f"tx-{queue}" / "tx_maxrate"


def set_rate(device: Link, mbps: int, queue: int = 0) -> None:
    """Set the rate of a TX queue, 0 for none."""
    setting(device, queue).write_text(str(mbps))


def rate(device: Link, queue: int = 0) -> int:
    """The rate of a TX queue as it is told."""
    return int(setting(device, queue).read_text())


def single(make_pair: PairMaker, b: Options | None = None) -> Pair:
    """A pair of one queue each way."""
    return make_pair(
        Make(tx_queues=1, rx_queues=1),
        Make(tx_queues=1, rx_queues=1, options=b or Options()),
    )


def held(pair: Pair, count: int = 50) -> Sender:
    """Send frames on a queue so slow that most of them wait.

    One Mbit/s are eight milliseconds a frame.
    """
    set_rate(pair.a, 1)
    sender = Sender(pair.a, size=SIZE).roomy()
    sender.send(count)
    return sender


@pytest.mark.smoke
@pytest.mark.parametrize("mbps", [10, 100])
def test_no_frame_comes_before_its_time(make_pair: PairMaker, mbps: int) -> None:
    """All come, in order, and the last not before the wire can have carried it."""
    pair = single(make_pair)
    set_rate(pair.a, mbps)
    assert rate(pair.a) == mbps
    count = mbps * 10
    with Receiver(pair.b) as receiver, Sender(pair.a, size=SIZE).roomy() as sender:
        begin = time.monotonic()
        numbers = sender.send(count)
        assert_all(receiver.take(count), numbers)
        lasted = time.monotonic() - begin
    assert lasted >= (count - 1) * SIZE * 8 / (mbps * 1e6) - CATCH_UP
    assert pair.b.xstats()["rx_rule_hits"] == 0


def test_what_waits_goes_when_the_rate_does(make_pair: PairMaker) -> None:
    """Also when it gets a higher one."""
    pair = single(make_pair)
    with Receiver(pair.b) as receiver, held(pair) as sender:
        assert pair.a.state().tx_queued > 0
        set_rate(pair.a, 1000)
        assert_all(receiver.take(50), range(50))
        set_rate(pair.a, 1)
        sender.send(50)
        set_rate(pair.a, 0)
        assert_all(receiver.take(50), range(50, 100))
        assert rate(pair.a) == 0


def test_only_its_own_queue_is_paced(make_pair: PairMaker) -> None:
    """What another queue sends overtakes it, though both feed one RX ring."""
    pair = make_pair(
        Make(tx_queues=2, rx_queues=1), Make(tx_queues=1, rx_queues=1)
    )
    slow, fast = "02:00:00:00:00:00", "02:00:00:00:00:01"
    by_destination(pair.a, {slow: 0, fast: 1})
    set_rate(pair.a, 1)
    with (
        Receiver(pair.b) as receiver,
        Sender(pair.a, slow, SIZE).roomy() as paced,
        Sender(pair.a, fast, SIZE).roomy() as free,
    ):
        paced.send(200)
        free.send(200)
        arrived = receiver.take(200)
        first = [frame for frame in arrived if frame[5] == 0]
        assert len(first) < 100
        set_rate(pair.a, 0)
        arrived += receiver.take(200)
    for flow, sender in enumerate((paced, free)):
        assert_all(
            [frame for frame in arrived if frame[5] == flow], range(sender.sent)
        )


def test_without_flow_control_what_waits_is_not_missed(
    make_pair: PairMaker,
) -> None:
    """More wait for the wire than the RX ring holds."""
    pair = single(make_pair, Options(rx_ring=64, tx_pause=False))
    with Receiver(pair.b) as receiver, held(pair, 200):
        set_rate(pair.a, 100)
        assert_all(receiver.take(200), range(200))
    assert pair.b.xstats()["rx_missed"] == 0


@pytest.mark.parametrize("end", ["a", "b"])
def test_down_flushes_what_waits(make_pair: PairMaker, end: str) -> None:
    """It is counted, and the rate holds afterwards."""
    pair = single(make_pair)
    device: Link = getattr(pair, end)
    with held(pair):
        device.down()
        totals = pair.a.xstats()
        assert totals["tx_drop_flush"] > 0
        assert pair.a.state().tx_queued == 0
        assert rate(pair.a) == 1
        device.up()
        pair.b.wait_carrier()
        set_rate(pair.a, 0)
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        numbers = sender.send(10)
        assert_all(receiver.take(10), numbers)


def test_deleted_while_it_waits(make_pair: PairMaker) -> None:
    pair = single(make_pair)
    with held(pair):
        assert pair.a.state().tx_queued > 0
        pair.a.delete()


def test_while_the_carrier_is_away_it_goes_on(make_pair: PairMaker) -> None:
    """What was posted before is delivered, between two that are up."""
    pair = single(make_pair)
    with Receiver(pair.b) as receiver, held(pair):
        pair.b.ns.ip.link("set", index=pair.b.index, carrier=0)
        posted = pair.a.xstats()["tx_frames"]
        assert_all(receiver.take(posted), range(posted))


def test_rings_and_queues_change_under_it(make_pair: PairMaker) -> None:
    pair = make_pair(
        Make(tx_queues=2, rx_queues=2), Make(tx_queues=2, rx_queues=2)
    )
    by_destination(pair.a, {"02:00:00:00:00:00": 0})
    set_rate(pair.a, 20)
    with (
        Receiver(pair.b) as receiver,
        Sender(pair.a, "02:00:00:00:00:00", SIZE).roomy() as sender,
    ):
        for step in range(4):
            sender.send(50)
            pair.a.set(Options(tx_ring=64 << step % 2))
            pair.b.set(Options(rx_ring=64 << step % 2))
            set_channels(pair.b, 2, 1 + step % 2)
        assert_all(receiver.take(200), range(200))


def test_without_a_qdisc_the_ring_is_all_there_is(make_pair: PairMaker) -> None:
    """What does not fit is dropped and counted."""
    pair = single(make_pair)
    pair.a.ns.run(["tc", "qdisc", "replace", "dev", pair.a.name, "root", "noqueue"])
    pair.a.set(Options(tx_ring=64))
    with held(pair, 200):
        totals = pair.a.xstats()
        assert totals["tx_drop_ring"] > 0
        assert totals["tx_frames"] + totals["tx_drop_ring"] == 200
        set_rate(pair.a, 0)


def test_a_device_alone_has_nothing_to_pace(lone: Link) -> None:
    with pytest.raises(OSError) as refused:
        set_rate(lone, 10)
    assert refused.value.errno == errno.EOPNOTSUPP
    assert rate(lone) == 0
