# SPDX-License-Identifier: GPL-2.0-or-later
"""Counters: the same frames in every place, to the last one."""

import re
import socket
from collections.abc import Callable

import pytest

from lib import counters, genl, link, nl, qstats, uapi
from lib.ethtool import (
    ETH_SS_STATS,
    STANDARD,
    ethtool,
    private_stats,
    stats,
    summed,
)
from lib.hold import Held
from lib.link import Link, Make, Options, Pair
from lib.setup import A4, B4, PairMaker
from lib.traffic import (
    BROADCAST,
    ETH_P_8021Q,
    ETH_P_ALL,
    ETH_P_ARP,
    ETH_P_IP,
    ETH_P_IPV6,
    ETH_P_TEST,
    Receiver,
    Sender,
    ethernet,
    ipv4_udp,
    numbered,
)
from lib.wait import wait_equal

DEVICE_WIDE = ("gen_runs", "rx_remaps")
"""Counters of a whole device, and not of a queue."""


def standard_names(link: Link) -> set[str]:
    """What ethtool -S leaves out, since netdev-genl tells it."""
    return set() if qstats.of_device(link) is None else set(STANDARD.values())


PROTOCOLS = {
    "arp": ETH_P_ARP,
    "ipv4": ETH_P_IP,
    "ipv6": ETH_P_IPV6,
    "other": ETH_P_TEST,
}


@pytest.mark.smoke
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_frames_are_counted_by_protocol(pair: Pair, protocol: str) -> None:
    with Sender(pair.a) as sender:
        for i in range(7):
            sender.send_frame(
                numbered(i, pair.a.mac, BROADCAST, 60, PROTOCOLS[protocol])
            )
        wait_equal(lambda: pair.b.xstats()["rx_frames"], 7, "seven frames")
    expected = {"frames": 7, "bytes": 420, protocol: 7}
    for end, side in ((pair.a, "tx"), (pair.b, "rx")):
        totals = end.xstats()
        found = {
            name.removeprefix(f"{side}_"): value
            for name, value in totals.items()
            if value and name.startswith(f"{side}_")
        }
        found.pop("polls", None)
        found.pop("irqs", None)
        assert found == expected


def test_the_protocol_behind_a_vlan_tag_is_counted(pair: Pair) -> None:
    tag = ETH_P_8021Q.to_bytes(2, "big") + (5).to_bytes(2, "big")
    frame = ethernet(
        pair.a.mac, BROADCAST, ETH_P_IP, ipv4_udp(A4, B4, bytes(40))
    )
    with Sender(pair.a) as sender:
        sender.send_frame(frame[:12] + tag + frame[12:])
        wait_equal(lambda: pair.b.xstats()["rx_frames"], 1, "the frame")
    assert pair.a.xstats()["tx_ipv4"] == 1
    assert pair.b.xstats()["rx_ipv4"] == 1


@pytest.mark.smoke
def test_every_place_says_the_same(dual_pair: Pair) -> None:
    """ndo_get_stats64, IFLA_INFO_XSTATS and the sums of ethtool -S."""
    dual_pair.a.ns.run(["ping", "-c", "5", "-i", "0.05", B4])
    with Sender(dual_pair.a) as sender:
        sender.send(100)
    for end in dual_pair:
        end.down()
    for end in dual_pair:
        info, found = end.info(), private_stats(end)
        for name, total in info.xstats.items():
            side, _, what = name.partition("_")
            if side == "gen":
                side, what = "rx", name
            if name not in DEVICE_WIDE and what not in standard_names(end):
                assert summed(found, side, what) == total, name
        standard, totals = info.stats, info.xstats
        assert standard["tx_packets"] == totals["tx_frames"]
        assert standard["tx_bytes"] == totals["tx_bytes"]
        assert standard["rx_packets"] == totals["rx_frames"]
        assert standard["rx_bytes"] == totals["rx_bytes"]
        assert counters.protocols_wrong(totals) is None


def test_every_total_is_there_under_its_name(lone: Link) -> None:
    assert list(lone.xstats()) == [
        name.removeprefix("IFLA_VNET_XSTATS_").lower()
        for name in uapi.ENUMS["vnet_xstats_attrs"]
        if not name.endswith(("_UNSPEC", "_PAD", "_MAX"))
    ]


def test_ethtool_names_every_counter_of_every_queue(
    make_pair: PairMaker,
) -> None:
    """Names are unique after what exporters do to them, and never change."""
    pair = make_pair(Make(tx_queues=3, rx_queues=2), up=False)
    found = set(private_stats(pair.a))
    elsewhere = standard_names(pair.a)
    expected = set()
    for name in uapi.XSTATS.values():
        side, _, what = name.partition("_")
        if side == "gen":
            side, what = "rx", name
        if name not in DEVICE_WIDE and what not in elsewhere:
            number = {"tx": 3, "rx": 2}[side]
            expected |= {f"{side}{i}_{what}" for i in range(number)}
    assert found == expected
    folded = {re.sub(r"[^a-z0-9_]", "_", name.lower()) for name in found}
    assert len(folded) == len(found)
    pair.up()
    assert set(private_stats(pair.a)) == expected


@pytest.mark.parametrize("tx, rx", [(256, 256), (256, 1), (1, 256)])
def test_ethtool_tells_of_the_first_queues_whose_names_fit_into_a_message(
    make_pair: PairMaker, tx: int, rx: int
) -> None:
    """Into one attribute of netlink, that is; of more the core would warn."""
    options = Options(64, 64)
    shape = Make(tx_queues=tx, rx_queues=rx, options=options)
    pair = make_pair(shape, Make(options=options), up=False)
    told = genl.strings(pair.a, ETH_SS_STATS)
    assert told == list(private_stats(pair.a))
    for side, number in ("tx", tx), ("rx", rx):
        queues = {
            int(name.partition("_")[0][2:])
            for name in told
            if name.startswith(side)
        }
        assert queues == set(range(len(queues)))
        assert min(number, 40) <= len(queues) <= number
    for name in ("tx0_drop_ring", "rx0_gen_delivered"):
        assert name in told


def test_ethtool_prints_them(lone: Link) -> None:
    with Sender(lone) as sender:
        sender.send(3)
    wait_equal(lambda: summed(stats(lone), "tx", "frames"), 3, "three frames")
    printed = ethtool(lone, "-S")
    assert re.search(r"^\s+tx0_sunk: \d+$", printed, re.MULTILINE)
    assert re.search(r"^\s+rx0_gen_frames: 0$", printed, re.MULTILINE)


@pytest.mark.smoke
def test_what_waits_when_the_receiver_goes_down_is_counted(
    make_pair: PairMaker,
) -> None:
    """rx_drop_flush in the RX ring, tx_drop_flush behind it in the TX ring."""
    pair = make_pair(
        Make(tx_queues=1, rx_queues=1),
        Make(tx_queues=1, rx_queues=1, options=Options(rx_ring=64)),
    )
    _hold_and(pair, 100, pair.b.down)
    assert pair.b.xstats()["rx_drop_flush"] == 64
    assert pair.a.xstats()["tx_drop_flush"] == 36
    assert pair.a.state().tx_queued == pair.b.state().rx_queued == 0


def test_what_waits_when_the_sender_goes_down_is_counted(
    make_pair: PairMaker,
) -> None:
    """What is in the peer's RX ring is the peer's; the rest is dropped."""
    pair = make_pair(
        Make(tx_queues=1, rx_queues=1),
        Make(tx_queues=1, rx_queues=1, options=Options(rx_ring=64)),
    )
    before = pair.b.xstats()["rx_frames"]
    with Receiver(pair.b) as receiver:
        _hold_and(pair, 100, pair.a.down)
        receiver.take(64)
    assert pair.a.xstats()["tx_drop_flush"] == 36
    assert pair.b.xstats()["rx_drop_flush"] == 0
    assert pair.b.xstats()["rx_frames"] - before >= 64


def _hold_and(pair: Pair, count: int, action: Callable[[], None]) -> None:
    """Post frames to a receiver that is held, then do something."""
    with Sender(pair.a).roomy() as sender, Held(pair.a, pair.b, B4):
        sender.send(count)
        assert pair.a.state().tx_queued == count
        action()


def test_a_frame_shorter_than_an_ethernet_header_is_a_runt(
    pair: Pair,
) -> None:
    """tc takes the Ethernet header away; what is left is too short to send."""
    ns = pair.a.ns
    ns.run("tc qdisc add dev vnet0 clsact".split())
    rule = "tc filter add dev vnet0 egress matchall action vlan pop_eth"
    ns.run(rule.split())
    with Sender(pair.a) as sender:
        sender.send(3, size=22)
    info = pair.a.info()
    assert info.xstats["tx_drop_runt"] == 3
    assert info.xstats["tx_frames"] == 0
    assert info.stats["tx_errors"] + info.stats["tx_dropped"] >= 3


def test_counters_survive_down_and_up_and_a_move(
    pair: Pair, make_pair: PairMaker
) -> None:
    with Sender(pair.a) as sender, Receiver(pair.b) as receiver:
        sender.send(10)
        receiver.take(10)
    pair.a.down()
    pair.up()
    assert pair.a.xstats()["tx_frames"] == 10
    assert pair.b.xstats()["rx_frames"] == 10
    elsewhere = make_pair(up=False).a.ns
    pair.b.move(elsewhere)
    assert pair.b.xstats()["rx_frames"] == 10


def test_multicast_is_counted_by_the_core(pair: Pair) -> None:
    """The device takes what comes, for it is promiscuous."""
    pair.b.promiscuous(True)
    with Sender(pair.a, "01:00:5e:00:00:09") as sender:
        sender.send(4)
        wait_equal(lambda: pair.b.xstats()["rx_frames"], 4, "four frames")
    assert pair.b.info().stats["rx_packets"] == 4


def test_the_answer_about_one_device_is_small(make_pair: PairMaker) -> None:
    """fill_xstats runs on every dump: no figures per queue in it."""
    shape = Make(tx_queues=256, rx_queues=256, options=Options(64, 64))
    pair = make_pair(shape, shape, up=False)
    answer = pair.a.ns.rtnl.request(
        link.RTM_GETLINK, 0, link.ifinfomsg(pair.a.index)
    )
    found = nl.parse(answer.messages[0].body[16:])
    assert len(found[link.IFLA_LINKINFO]) < 4096


def test_polls_are_fewer_than_frames_in_a_burst(
    make_pair: PairMaker,
) -> None:
    """One poll takes many frames."""
    one = Make(tx_queues=1, rx_queues=1)
    pair = make_pair(one, one)
    with (
        Receiver(pair.b) as receiver,
        Sender(pair.a).roomy() as sender,
        Held(pair.a, pair.b, B4) as held,
    ):
        sender.send(60)
        before = pair.b.xstats()["rx_polls"]
        held.poll()
        receiver.take(60)
        after = pair.b.xstats()["rx_polls"]
    assert after - before < 60


def test_tcp_is_counted_as_the_wire_carries_it(pair: Pair) -> None:
    """Bytes of segments and of their headers; both ends say the same."""
    where = (B4, 5000)
    with (
        pair.b.ns.socket(socket.AF_INET, socket.SOCK_STREAM) as server,
        pair.a.ns.socket(socket.AF_INET, socket.SOCK_STREAM) as client,
        Receiver(pair.b, ETH_P_ALL),
    ):
        server.bind(where)
        server.listen(1)
        client.connect(where)
        connection, _ = server.accept()
        client.sendall(bytes(100_000))
        left = 100_000
        while left:
            left -= len(connection.recv(left))
        connection.close()
    wait_equal(
        lambda: pair.b.xstats()["rx_bytes"] - pair.a.xstats()["tx_bytes"],
        0,
        "both ends to count the same bytes",
    )
    there, here = pair.a.xstats(), pair.b.xstats()
    assert there["tx_frames"] == here["rx_frames"]
    assert there["tx_ipv4"] >= 100_000 // 1460
    assert there["tx_bytes"] >= 100_000 + 54 * (100_000 // 1460)
