# SPDX-License-Identifier: GPL-2.0-or-later
"""Flow control: a full receiver holds its sender back, or drops and counts.

The receiver is held still (lib/hold.py), so that its ring fills to a count
that is known, whatever the speed of the machine.
"""

import itertools

import pytest

from lib import genl
from lib.bql import inflight
from lib.ethtool import RefusedError, ethtool
from lib.hold import Held
from lib.link import (
    RTM_NEWLINK,
    RTNLGRP_LINK,
    Make,
    Options,
    Pair,
    parse_info,
)
from lib.setup import B4, PairMaker
from lib.traffic import Receiver, Sender, assert_all
from lib.wait import wait_equal

pytestmark = pytest.mark.usefixtures("fifo")

ONE = Make(tx_queues=1, rx_queues=1)


def small(
    *, rx_pause: bool | None = None, tx_pause: bool | None = None
) -> Make:
    """One queue, an RX ring of 64 and these pause settings."""
    options = Options(rx_ring=64, rx_pause=rx_pause, tx_pause=tx_pause)
    return Make(tx_queues=1, rx_queues=1, options=options)


@pytest.mark.smoke
def test_with_flow_control_nothing_is_lost(make_pair: PairMaker) -> None:
    """Far more than all rings hold waits in the qdisc, and arrives."""
    pair = make_pair(
        Make(tx_queues=1, rx_queues=1, options=Options(tx_ring=64)), small()
    )
    with (
        Receiver(pair.b) as receiver,
        Sender(pair.a).roomy() as sender,
        Held(pair.a, pair.b, B4) as held,
    ):
        sender.send(900)
        assert pair.b.state().rx_queued <= 64
        assert pair.a.state().tx_queued <= 64
        held.release()
        assert_all(receiver.take(900), range(900))
    totals = pair.b.xstats()
    assert totals["rx_missed"] == 0
    assert pair.a.xstats()["tx_drop_ring"] == 0
    assert pair.a.info().stats["tx_dropped"] == 0


@pytest.mark.smoke
def test_without_it_what_does_not_fit_is_missed_to_the_frame(
    make_pair: PairMaker,
) -> None:
    """64 of 200 find room; 136 are counted at the receiver, as on hardware."""
    pair = make_pair(ONE, small(tx_pause=False))
    with (
        Receiver(pair.b) as receiver,
        Sender(pair.a).roomy() as sender,
        Held(pair.a, pair.b, B4) as held,
    ):
        sender.send(200)
        assert pair.b.state().rx_queued == 64
        assert pair.b.xstats()["rx_missed"] == 136
        held.release()
        assert_all(receiver.take(64), range(64))
        numbers = sender.send(10)
        assert_all(receiver.take(10), numbers)
    info = pair.b.info()
    assert info.xstats["rx_missed"] == 136
    assert info.stats["rx_missed_errors"] == 136
    assert pair.a.xstats()["tx_stops"] == 0


@pytest.mark.parametrize(
    ("heeds", "pauses"), list(itertools.product([True, False], repeat=2))
)
def test_a_sender_is_held_back_only_if_both_ends_want_it(
    make_pair: PairMaker, heeds: bool, pauses: bool
) -> None:
    """The sender heeds pause (rx_pause), the receiver sends it (tx_pause)."""
    pair = make_pair(
        Make(tx_queues=1, rx_queues=1, options=Options(rx_pause=heeds)),
        small(tx_pause=pauses),
    )
    with (
        Receiver(pair.b) as receiver,
        Sender(pair.a).roomy() as sender,
        Held(pair.a, pair.b, B4) as held,
    ):
        sender.send(100)
        held.release()
        expected = 100 if heeds and pauses else 64
        assert_all(receiver.take(expected), range(expected))
    assert pair.b.xstats()["rx_missed"] == 100 - expected


def test_each_direction_has_its_own_setting(make_pair: PairMaker) -> None:
    """What a pauses says nothing of what b pauses."""
    pair = make_pair(small(tx_pause=False), small())
    for source, target, near in (
        (pair.a, pair.b, B4),
        (pair.b, pair.a, "10.1.0.1"),
    ):
        with (
            Sender(source).roomy() as sender,
            Held(source, target, near) as held,
        ):
            sender.send(100)
            held.release()
    assert pair.b.xstats()["rx_missed"] == 0
    assert pair.a.xstats()["rx_missed"] == 36


def test_it_is_switched_while_the_sender_is_held_back(
    make_pair: PairMaker,
) -> None:
    """What was accepted before is delivered; what comes later is missed."""
    pair = make_pair(ONE, small())
    with (
        Receiver(pair.b) as receiver,
        Sender(pair.a).roomy() as sender,
        Held(pair.a, pair.b, B4) as held,
    ):
        sender.send(100)
        pair.b.set(Options(tx_pause=False))
        sender.send(50)
        assert pair.b.xstats()["rx_missed"] == 50
        held.release()
        assert_all(receiver.take(100), range(100))


def test_without_a_qdisc_the_driver_drops_and_counts(
    make_pair: PairMaker,
) -> None:
    """It never stops its queue: the core would drop and complain."""
    pair = make_pair(
        Make(tx_queues=1, rx_queues=1, options=Options(tx_ring=128)), small()
    )
    pair.a.ns.run(
        ["tc", "qdisc", "replace", "dev", "vnet0", "root", "noqueue"]
    )
    with (
        Receiver(pair.b) as receiver,
        Sender(pair.a).roomy() as sender,
        Held(pair.a, pair.b, B4) as held,
    ):
        sender.send(200)
        assert pair.a.state().tx_queued == 128
        assert pair.a.xstats()["tx_drop_ring"] == 72
        held.release()
        assert_all(receiver.take(128), range(128))
    info = pair.a.info()
    assert info.xstats["tx_stops"] == 0
    assert info.stats["tx_dropped"] == 72


def test_ethtool_and_netlink_set_the_same_pause(pair: Pair) -> None:
    shown = genl.pause(pair.a)
    assert (shown["rx"], shown["tx"]) == (True, True)
    ethtool(pair.a, "-A", "rx", "off", "tx", "on")
    assert pair.a.options().rx_pause is False
    assert pair.a.options().tx_pause is True
    pair.a.set(Options(rx_pause=True, tx_pause=False))
    shown = genl.pause(pair.a)
    assert (shown["rx"], shown["tx"]) == (True, False)
    with pytest.raises(RefusedError):
        ethtool(pair.a, "-A", "autoneg", "on")
    assert pair.b.options().rx_pause is True


def test_a_new_pause_is_told_of_through_both_doors(pair: Pair) -> None:
    """ip monitor and ethtool --monitor see it, whoever set it."""
    listener = pair.a.ns.rtnl_listener(RTNLGRP_LINK)

    def told() -> tuple[bool | None, bool | None] | None:
        for message in listener.receive(0.05):
            if message.kind == RTM_NEWLINK:
                options = parse_info(message.body).options
                return options.rx_pause, options.tx_pause
        return None

    with genl.EthtoolMonitor(pair.a.ns) as monitor:
        pair.a.set(Options(rx_pause=False))
        wait_equal(monitor.last_pause, (0, 1), "ethtool after rtnetlink")
        wait_equal(told, (False, True), "rtnetlink after rtnetlink")
        ethtool(pair.a, "-A", "tx", "off")
        wait_equal(monitor.last_pause, (0, 0), "ethtool after ethtool")
        wait_equal(told, (False, False), "rtnetlink after ethtool")
    listener.close()


def test_what_is_not_completed_is_charged_to_bql(
    make_pair: PairMaker,
) -> None:
    """Charged when posted, given back when the receiver has taken it."""
    pair = make_pair(ONE, ONE)
    pair.a.set(Options(tx_frames=1))
    with (
        Sender(pair.a).roomy() as sender,
        Held(pair.a, pair.b, B4) as held,
    ):
        assert inflight(pair.a) == 0
        sender.send(1)
        one = inflight(pair.a)
        assert one >= 60
        held.release()
        wait_equal(lambda: inflight(pair.a), 0, "the charge to be given back")


def test_bql_holds_frames_in_the_qdisc_before_the_ring_is_full(
    make_pair: PairMaker,
) -> None:
    """A small limit bounds the time a frame waits behind a slow receiver."""
    pair = make_pair(ONE, ONE)
    queue = pair.a.ns.sys / "class/net/vnet0/queues/tx-0/byte_queue_limits"
    (queue / "limit_max").write_text("4000", encoding="ascii")
    with (
        Receiver(pair.b) as receiver,
        Sender(pair.a, size=1514).roomy() as sender,
        Held(pair.a, pair.b, B4, keep_bql=True) as held,
    ):
        sender.send(100)
        assert pair.a.state().tx_queued < 10
        held.release()
        assert_all(receiver.take(100), range(100))


def test_a_burst_larger_than_the_ring_arrives_whole(
    small_pair: Pair,
) -> None:
    """A qdisc lets go of 800 frames at once, on the CPU of the receiver."""
    tc = ["tc", "qdisc"]
    dev = ["dev", "vnet0", "root"]
    ns = small_pair.a.ns
    ns.run([*tc, "replace", *dev, "plug", "limit", "10000000"])
    with (
        Receiver(small_pair.b) as receiver,
        Sender(small_pair.a).roomy() as sender,
    ):
        sender.send(800)
        assert small_pair.a.xstats()["tx_frames"] == 0
        ns.run([*tc, "change", *dev, "plug", "release_indefinite"])
        assert_all(receiver.take(800), range(800))
    assert small_pair.b.xstats()["rx_missed"] == 0
