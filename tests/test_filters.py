# SPDX-License-Identifier: GPL-2.0-or-later
"""Which frames a device receives: by destination address, and by VLAN."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from lib import uapi
from lib.ethtool import feature
from lib.gen import Gen
from lib.genrun import wait_done
from lib.link import Link, Make, Pair
from lib.setup import B4, PairMaker, add_vlan
from lib.traffic import (
    BROADCAST,
    ETH_P_8021Q,
    ETH_P_ALL,
    Receiver,
    Sender,
    assert_all,
    number_of,
    numbered,
)
from lib.wait import wait_equal

ETH_P_8021AD = 0x88A8
STRANGER = "02:00:00:00:00:99"
GROUP = "01:00:5e:01:02:03"
SOL_UDP, UDP_SEGMENT = 17, 103
SEGMENT, SEGMENTS = 1000, 16


@pytest.fixture
def pair(make_pair: PairMaker) -> Pair:
    """A pair with one queue each way, so that all frames keep their order."""
    one = Make(tx_queues=1, rx_queues=1)
    return make_pair(one, one)


def crossing(pair: Pair, *destinations: str) -> list[str]:
    """Send a frame to each address; the addresses whose frame b took.

    A frame for all comes last, so that all others have been judged.
    """
    with (
        Receiver(pair.b, promiscuous=False) as receiver,
        Sender(pair.a) as sender,
    ):
        for number, destination in enumerate([*destinations, BROADCAST]):
            sender.send_frame(numbered(number, pair.a.mac, destination))
        came: list[int] = []
        while len(destinations) not in came:
            came += [number_of(frame) for frame in receiver.take(1)]
    assert came == sorted(came)
    return [destinations[number] for number in came[:-1]]


def filtered(link: Link) -> int:
    """Frames for addresses that the device does not receive."""
    return link.xstats()["rx_drop_filter"]


def fdb(link: Link, action: str, address: str) -> None:
    """``bridge fdb add|del ADDRESS``: another address of the device."""
    link.ns.run(["bridge", "fdb", action, address, "dev", link.name, "self"])


@pytest.mark.smoke
def test_frames_for_others_are_dropped_and_counted(pair: Pair) -> None:
    """As a card does, without a word to the standard counters."""
    before = pair.b.info().stats
    wanted = [pair.b.mac, BROADCAST]
    assert crossing(pair, pair.b.mac, STRANGER, GROUP, BROADCAST) == wanted
    assert filtered(pair.b) == 2
    after = pair.b.info()
    assert after.xstats["rx_frames"] == 3
    for name in ("rx_dropped", "rx_errors", "rx_missed_errors"):
        assert after.stats[name] == before[name]


def test_a_promiscuous_device_takes_all(pair: Pair) -> None:
    pair.b.promiscuous(True)
    wanted = [STRANGER, GROUP, pair.b.mac]
    assert crossing(pair, *wanted) == wanted
    assert filtered(pair.b) == 0
    pair.b.promiscuous(False)
    assert crossing(pair, *wanted) == [pair.b.mac]


def test_all_groups_but_no_strangers(pair: Pair) -> None:
    pair.b.ns.run(["ip", "link", "set", pair.b.name, "allmulticast", "on"])
    assert crossing(pair, STRANGER, GROUP) == [GROUP]
    pair.b.ns.run(["ip", "link", "set", pair.b.name, "allmulticast", "off"])
    assert crossing(pair, GROUP) == []


@pytest.mark.parametrize("address", [STRANGER, GROUP])
def test_an_address_that_is_added(pair: Pair, address: str) -> None:
    """Is received until it is removed, over down and up as well."""
    others = ["02:00:00:00:00:98", "01:00:5e:01:02:04"]
    fdb(pair.b, "add", address)
    assert crossing(pair, address, *others) == [address]
    pair.b.down()
    pair.b.up()
    pair.b.wait_carrier()
    assert crossing(pair, address, *others) == [address]
    fdb(pair.b, "del", address)
    assert crossing(pair, address) == []


def test_a_group_that_somebody_has_joined(pair: Pair) -> None:
    """The frame after the join is received; the core may tell of the end later."""
    group = "239.1.2.3"
    with pair.b.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as member:
        request = socket.inet_aton(group) + socket.inet_aton(B4)
        member.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, request)
        assert crossing(pair, GROUP) == [GROUP]
    wait_equal(lambda: crossing(pair, GROUP), [], "nobody is in the group")


def test_many_addresses(pair: Pair) -> None:
    """Each of them, and none of those in between."""
    macs = [f"02:00:00:00:01:{n:02x}" for n in range(1, 81)]
    lines = "".join(f"fdb add {mac} dev vnet1 self\n" for mac in macs[::2])
    pair.b.ns.run(["bridge", "-batch", "-"], stdin=lines)
    assert crossing(pair, *macs) == macs[::2]
    assert filtered(pair.b) == 40


def test_the_own_address_may_change(pair: Pair) -> None:
    old = pair.b.mac
    pair.b.ns.run(["ip", "link", "set", "vnet1", "address", STRANGER])
    assert crossing(pair, old, STRANGER) == [STRANGER]


def test_frames_that_are_several_count_as_such(pair: Pair) -> None:
    pair.a.ns.ip.neigh(
        "replace", dst=B4, lladdr=STRANGER, ifindex=pair.a.index
    )
    with pair.a.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.setsockopt(SOL_UDP, UDP_SEGMENT, SEGMENT)
        sender.sendto(bytes(SEGMENT * SEGMENTS), (B4, 6000))
    wait_equal(lambda: filtered(pair.b), SEGMENTS, "all to be counted")


def test_what_the_generator_makes_is_filtered(lone: Link) -> None:
    lone.generate(
        Gen(
            enable=True,
            rate=1000,
            count=20,
            proto=uapi.VNET_GEN_UDP4,
            dst_mac=STRANGER,
        )
    )
    wait_done(lone)
    wait_equal(lambda: filtered(lone), 20, "all to be counted")
    totals = lone.xstats()
    assert totals["gen_delivered"] == 20
    assert totals["rx_frames"] == 0


def tag(vid: int, ethertype: int = ETH_P_8021Q) -> bytes:
    """A VLAN tag."""
    return struct.pack("!HH", ethertype, vid)


def tagged(number: int, source: str, tags: bytes) -> bytes:
    """A numbered frame for all, with tags."""
    frame = numbered(number, source)
    return frame[:12] + tags + frame[12:]


def untagged(frame: bytes) -> bytes:
    """A frame without the tags that are in it."""
    while int.from_bytes(frame[12:14], "big") in (ETH_P_8021Q, ETH_P_8021AD):
        frame = frame[:12] + frame[16:]
    return frame


def vlans_crossing(pair: Pair, *tags: bytes) -> list[bytes]:
    """Send a frame with each of the tags; those that b took.

    They are in the frame; the stack of the sender takes none out.
    """
    with (
        Receiver(pair.b, ETH_P_ALL, promiscuous=False) as receiver,
        Sender(pair.a) as sender,
    ):
        for number, of_frame in enumerate([*tags, b""]):
            sender.send_frame(tagged(number, pair.a.mac, of_frame))
        came: list[int] = []
        while len(tags) not in came:
            came += [number_of(untagged(f)) for f in receiver.take(1)]
    return [tags[number] for number in came[:-1]]


FILTERS = pytest.mark.parametrize(
    ("name", "ethertype"),
    [
        ("rx-vlan-filter", ETH_P_8021Q),
        ("rx-vlan-stag-filter", ETH_P_8021AD),
    ],
)


@contextmanager
def vlan_on(link: Link, vid: int, ethertype: int) -> Iterator[None]:
    """A VLAN device on top of a device."""
    made = add_vlan(link, vid, protocol=ethertype)
    try:
        yield
    finally:
        made.ns.ip.link("del", index=made.index)


@FILTERS
@pytest.mark.parametrize("first", ["filter", "device"])
def test_only_vlans_that_somebody_is_in(
    pair: Pair, name: str, ethertype: int, first: str
) -> None:
    """And what has no VLAN: no tag, or one with a priority only."""
    seven, eight = tag(7, ethertype), tag(8, ethertype)
    none = tag(5 << 13, ethertype)
    if first == "filter":
        feature(pair.b, name, True)
        assert vlans_crossing(pair, seven, eight, none) == [none]
        assert pair.b.xstats()["rx_drop_vlan"] == 2
    with vlan_on(pair.b, 7, ethertype):
        feature(pair.b, name, True)
        assert vlans_crossing(pair, seven, eight, none) == [seven, none]
        pair.b.down()
        pair.b.up()
        pair.b.wait_carrier()
        assert vlans_crossing(pair, seven, eight) == [seven]
    assert vlans_crossing(pair, seven) == []
    feature(pair.b, name, False)
    assert vlans_crossing(pair, seven, eight) == [seven, eight]


@FILTERS
def test_the_other_kind_of_tag_passes(
    pair: Pair, name: str, ethertype: int
) -> None:
    """Each has a filter of its own; the outer tag counts."""
    other = ETH_P_8021AD if ethertype == ETH_P_8021Q else ETH_P_8021Q
    feature(pair.b, name, True)
    outer = tag(9, other) + tag(7, ethertype)
    assert vlans_crossing(pair, tag(7, other), outer) == [tag(7, other), outer]
    assert vlans_crossing(pair, tag(7, ethertype) + tag(9, other)) == []


def test_a_tag_beside_the_frame_counts_as_well(pair: Pair) -> None:
    feature(pair.b, "rx-vlan-filter", True)
    seven, eight = add_vlan(pair.a, 7), add_vlan(pair.a, 8)
    with (
        vlan_on(pair.b, 8, ETH_P_8021Q),
        Receiver(pair.b, ETH_P_ALL, promiscuous=False) as receiver,
    ):
        with Sender(seven) as sender:
            sender.send(2)
        with Sender(eight) as sender:
            sent = sender.send(2)
        captured = receiver.capture(2)
    assert {c.vlan for c in captured} == {8}
    assert_all([c.frame for c in captured], sent)
    assert pair.b.xstats()["rx_drop_vlan"] == 2


def test_promiscuous_it_takes_all_vlans(pair: Pair) -> None:
    feature(pair.b, "rx-vlan-filter", True)
    pair.b.promiscuous(True)
    assert vlans_crossing(pair, tag(7), tag(8)) == [tag(7), tag(8)]
    assert pair.b.xstats()["rx_drop_vlan"] == 0
