# SPDX-License-Identifier: GPL-2.0-or-later
"""The rings: their sizes, what they hold, and resizing them under traffic."""

import errno
import itertools
import threading
from functools import partial

import pytest

from lib import genl, link, napi, nl, uapi
from lib.ethtool import RefusedError, ethtool
from lib.genl import EthtoolMonitor
from lib.hold import Held
from lib.link import RTM_NEWLINK, RTNLGRP_LINK, Link, Make, Options, Pair
from lib.nl import NetlinkError
from lib.setup import B4, PairMaker
from lib.traffic import Receiver, Sender, assert_all
from lib.wait import DEADLINE, wait_equal, wait_for

pytestmark = pytest.mark.usefixtures("fifo")

SIZES = [1 << power for power in range(6, 16)]
ONE_QUEUE = Make(tx_queues=1, rx_queues=1)


def test_every_power_of_two_from_64_to_32768_is_a_size() -> None:
    assert SIZES[0] == uapi.VNET_RING_MIN
    assert SIZES[-1] == uapi.VNET_RING_MAX


@pytest.mark.smoke
@pytest.mark.parametrize("up", [True, False], ids=["up", "down"])
def test_each_size_can_be_set_through_netlink(
    make_pair: PairMaker, up: bool
) -> None:
    pair = make_pair(up=up)
    for size in SIZES:
        pair.a.set(Options(tx_ring=size))
        assert pair.a.options().tx_ring == size
        assert pair.a.options().rx_ring == uapi.VNET_RING_DEFAULT
    for size in SIZES:
        pair.a.set(Options(rx_ring=size))
        assert pair.a.options().rx_ring == size
        assert pair.a.options().tx_ring == uapi.VNET_RING_MAX
    assert pair.b.options().rx_ring == uapi.VNET_RING_DEFAULT


@pytest.mark.smoke
def test_rtnetlink_and_ethtool_are_two_doors_to_one_state(pair: Pair) -> None:
    shown = genl.rings(pair.a)
    assert (shown["tx"], shown["rx"]) == (512, 512)
    assert (shown["tx_max"], shown["rx_max"]) == (32768, 32768)
    ethtool(pair.a, "-G", "tx", "1024", "rx", "64")
    assert pair.a.options().tx_ring == 1024
    assert pair.a.options().rx_ring == 64
    pair.a.set(Options(tx_ring=128, rx_ring=4096))
    shown = genl.rings(pair.a)
    assert (shown["tx"], shown["rx"]) == (128, 4096)


@pytest.mark.parametrize(
    "words",
    [
        ("tx", "0"),
        ("tx", "63"),
        ("rx", "65"),
        ("rx", "100000"),
        ("tx", "1000"),
        ("tx", "128", "rx", "1"),
        ("rx-mini", "64"),
        ("rx-jumbo", "64"),
    ],
    ids=" ".join,
)
def test_ethtool_refuses_what_netlink_refuses(
    lone: Link, words: tuple[str, ...]
) -> None:
    before = lone.options()
    with pytest.raises(RefusedError):
        ethtool(lone, "-G", *words)
    assert lone.options() == before


def test_sizes_survive_down_and_up(pair: Pair) -> None:
    pair.a.set(Options(tx_ring=64, rx_ring=32768))
    pair.a.down()
    assert (pair.a.options().tx_ring, pair.a.options().rx_ring) == (64, 32768)
    pair.a.set(Options(tx_ring=2048))
    pair.up()
    assert (pair.a.options().tx_ring, pair.a.options().rx_ring) == (
        2048,
        32768,
    )
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        numbers = sender.send(10)
        assert_all(receiver.take(10), numbers)


def _told(listener: nl.Socket, index: int) -> list[Options]:
    """The options in the RTM_NEWLINK notifications that are there."""
    return [
        info.options
        for message in listener.receive(0.2)
        if message.kind == RTM_NEWLINK
        and (info := link.parse_info(message.body)).index == index
    ]


def test_a_change_through_either_door_is_told_to_rtnetlink(
    pair: Pair,
) -> None:
    """ip monitor sees the new sizes, whoever set them."""
    listener = pair.a.ns.rtnl_listener(RTNLGRP_LINK)
    pair.a.set(Options(tx_ring=1024))
    wait_for(
        lambda: any(o.tx_ring == 1024 for o in _told(listener, pair.a.index)),
        "RTM_NEWLINK after a change through rtnetlink",
    )
    ethtool(pair.a, "-G", "tx", "2048")
    wait_for(
        lambda: any(o.tx_ring == 2048 for o in _told(listener, pair.a.index)),
        "RTM_NEWLINK after a change through ethtool",
    )
    listener.close()


def test_a_change_through_either_door_is_told_to_ethtool(pair: Pair) -> None:
    """ethtool --monitor sees the new sizes, whoever set them."""
    with EthtoolMonitor(pair.a.ns) as monitor:
        ethtool(pair.a, "-G", "tx", "2048")
        wait_equal(monitor.last_tx_ring, 2048, "a change through ethtool")
        pair.a.set(Options(tx_ring=1024))
        wait_equal(monitor.last_tx_ring, 1024, "a change through rtnetlink")


def test_what_is_set_already_is_told_to_nobody(pair: Pair) -> None:
    with EthtoolMonitor(pair.a.ns) as monitor:
        pair.a.set(pair.a.options())
        ethtool(pair.a, "-G", "tx", "1024")
        wait_equal(monitor.last_tx_ring, 1024, "the one change")
        assert [told["tx"] for told in monitor.rings] == [1024]


@pytest.mark.smoke
def test_the_rings_hold_what_they_say(make_pair: PairMaker) -> None:
    """rx_queued is what waits for NAPI, tx_queued what is not completed."""
    pair = make_pair(ONE_QUEUE, ONE_QUEUE)
    with (
        Receiver(pair.b) as receiver,
        Sender(pair.a).roomy() as sender,
        Held(pair.a, pair.b, B4) as held,
    ):
        for count in (1, 2, 40):
            sender.send(count)
            waiting = sender.sent
            assert pair.b.state().rx_queued == waiting
            assert pair.a.state().tx_queued == waiting
            assert pair.a.state().rx_queued == 0
            assert pair.b.state().tx_queued == 0
        held.release()
        assert_all(receiver.take(43), range(43))
        wait_equal(lambda: pair.a.state().tx_queued, 0, "all to complete")


def test_a_full_ring_holds_exactly_its_size(make_pair: PairMaker) -> None:
    """rx_ring bounds what waits; tx_ring bounds what is not completed."""
    pair = make_pair(
        Make(tx_queues=1, rx_queues=1, options=Options(tx_ring=128)),
        Make(tx_queues=1, rx_queues=1, options=Options(rx_ring=64)),
    )
    with (
        Receiver(pair.b) as receiver,
        Sender(pair.a).roomy() as sender,
        Held(pair.a, pair.b, B4) as held,
    ):
        sender.send(300)
        assert pair.b.state().rx_queued == 64
        assert pair.a.state().tx_queued == 128
        assert pair.a.xstats()["tx_stops"] >= 1
        held.release()
        assert_all(receiver.take(300), range(300))


@pytest.mark.parametrize("new", [64, 128, 32768])
def test_resizing_the_rx_ring_keeps_what_waits_in_it(
    make_pair: PairMaker, new: int
) -> None:
    """The ring is swapped with 50 frames in it."""
    pair = make_pair(ONE_QUEUE, ONE_QUEUE)
    with (
        Receiver(pair.b) as receiver,
        Sender(pair.a).roomy() as sender,
        Held(pair.a, pair.b, B4) as held,
    ):
        sender.send(50)
        assert pair.b.state().rx_queued == 50
        pair.b.set(Options(rx_ring=new))
        sender.send(50)
        held.release()
        assert_all(receiver.take(100), range(100))


@pytest.mark.parametrize("new", [128, 32768])
def test_resizing_the_tx_ring_keeps_what_waits_in_it(
    make_pair: PairMaker, new: int
) -> None:
    """64 frames wait in the RX ring, 36 behind them in the TX ring."""
    pair = make_pair(
        ONE_QUEUE,
        Make(tx_queues=1, rx_queues=1, options=Options(rx_ring=64)),
    )
    with (
        Receiver(pair.b) as receiver,
        Sender(pair.a).roomy() as sender,
        Held(pair.a, pair.b, B4) as held,
    ):
        sender.send(100)
        assert pair.a.state().tx_queued == 100
        pair.a.set(Options(tx_ring=new))
        assert pair.a.options().tx_ring == new
        sender.send(100)
        held.release()
        assert_all(receiver.take(200), range(200))


def test_a_ring_that_does_not_drain_keeps_its_size(
    make_pair: PairMaker,
) -> None:
    """Smaller than what it holds it cannot become; the caller is told."""
    pair = make_pair(ONE_QUEUE, ONE_QUEUE)
    with (
        Receiver(pair.b) as receiver,
        Sender(pair.a).roomy() as sender,
        Held(pair.a, pair.b, B4) as held,
    ):
        sender.send(100)
        for device, options in (
            (pair.a, Options(tx_ring=64)),
            (pair.b, Options(rx_ring=64)),
        ):
            before = device.options()
            with pytest.raises(NetlinkError) as refusal:
                device.set(options)
            assert refusal.value.errno == errno.EBUSY
            assert "ring" in refusal.value.said
            assert device.options() == before
        held.release()
        assert_all(receiver.take(100), range(100))


def _went_on(
    senders: tuple[Sender, Sender],
    seen: tuple[int, int],
    errors: list[BaseException],
) -> bool:
    """Has each sender sent some more, or one of them failed?"""
    moved = (s.sent > was + 10 for s, was in zip(senders, seen, strict=True))
    return bool(errors) or all(moved)


def _resize_under_traffic(
    pair: Pair, changes: list[tuple[Link, Options]], rounds: int
) -> None:
    """Send both ways while rings change; nothing is lost or overtaken."""
    stop = threading.Event()
    errors: list[BaseException] = []

    def flood(sender: Sender) -> None:
        try:
            while not stop.is_set():
                sender.send(20)
        except BaseException as error:
            errors.append(error)

    with (
        Receiver(pair.a) as at_a,
        Receiver(pair.b) as at_b,
        Sender(pair.a) as from_a,
        Sender(pair.b) as from_b,
    ):
        threads = [
            threading.Thread(target=flood, args=(sender,))
            for sender in (from_a, from_b)
        ]
        for thread in threads:
            thread.start()
        try:
            for _, (device, options) in itertools.product(
                range(rounds), changes
            ):
                seen = from_a.sent, from_b.sent
                device.set(options)
                wait_for(
                    partial(_went_on, (from_a, from_b), seen, errors),
                    "traffic between two changes",
                )
        finally:
            stop.set()
            for thread in threads:
                thread.join(DEADLINE)
        assert not errors, errors
        assert_all(at_b.take(from_a.sent), range(from_a.sent))
        assert_all(at_a.take(from_b.sent), range(from_b.sent))
        assert at_a.dropped() == at_b.dropped() == 0
    for end in pair:
        totals = end.xstats()
        assert totals["tx_drop_flush"] == totals["rx_drop_flush"] == 0
        assert totals["rx_missed"] == totals["tx_drop_ring"] == 0


@pytest.mark.smoke
@pytest.mark.parametrize("ring", ["tx_ring", "rx_ring"])
def test_resizing_under_traffic_loses_nothing(pair: Pair, ring: str) -> None:
    """Growing and shrinking, both ends, traffic both ways."""
    changes = [
        (
            end,
            Options(tx_ring=size)
            if ring == "tx_ring"
            else Options(rx_ring=size),
        )
        for size in (64, 1024, 128, 32768, 512)
        for end in pair
    ]
    _resize_under_traffic(pair, changes, rounds=2)


@pytest.mark.parametrize("threaded", [False, True], ids=["softirq", "threads"])
def test_resizing_small_rings_under_traffic_loses_nothing(
    small_pair: Pair, threaded: bool
) -> None:
    """The rings are full most of the time, and both sizes change at once."""
    for end in small_pair:
        napi.set_threaded(end, threaded)
    changes = [
        (end, Options(tx_ring=tx, rx_ring=rx))
        for tx, rx in ((128, 64), (64, 128), (64, 64))
        for end in small_pair
    ]
    _resize_under_traffic(small_pair, changes, rounds=3)
