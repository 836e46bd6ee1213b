# SPDX-License-Identifier: GPL-2.0-or-later
"""MACs, addresses and ports: one value, counted through a range, or random."""

from dataclasses import replace

import pytest

from lib import uapi
from lib.gen import Gen, fields_mask
from lib.genmodel import IPV6S
from lib.genrun import assert_made, model_of, run
from lib.link import Link
from lib.setup import CardMaker
from lib.traffic import BROADCAST

ARP, RAW = uapi.VNET_GEN_ARP, uapi.VNET_GEN_RAW
UDP4, UDP6 = uapi.VNET_GEN_UDP4, uapi.VNET_GEN_UDP6
TCP4, TCP6 = uapi.VNET_GEN_TCP4, uapi.VNET_GEN_TCP6
ICMP4, ICMP6 = uapi.VNET_GEN_ICMP4, uapi.VNET_GEN_ICMP6
HASH = uapi.VNET_GEN_HASH

MACS = ("src_mac", "dst_mac")
ADDRESSES = ("src", "dst")
PORTS = ("src_port", "dst_port")
ALL = (*MACS, *ADDRESSES, *PORTS)

RANGES: dict[str, list[tuple[object, object]]] = {
    "mac": [
        ("02:00:00:00:00:10", "02:00:00:00:00:10"),
        ("02:00:00:00:00:fe", "02:00:00:00:01:03"),
        ("00:00:00:00:00:01", "ff:ff:ff:ff:ff:ff"),
    ],
    "4": [
        ("192.0.2.7", "192.0.2.7"),
        ("10.0.0.254", "10.0.1.3"),
        ("0.0.0.0", "255.255.255.255"),
    ],
    "6": [
        ("2001:db8::7", "2001:db8::7"),
        ("fd00:1:2:3::ffff:fffe", "fd00:1:2:3::1:0:3"),
        ("fd00:1:2:3::", "fd00:1:2:3:ffff:ffff:ffff:ffff"),
    ],
    "port": [(53, 53), (65530, 65535), (0, 65535)],
}
"""Of each kind: a range of one, one across a carry, and the widest."""


def cases() -> list[Gen]:
    """Every field that a protocol has, with every range."""
    found = []
    for proto in (ARP, UDP4, UDP6, TCP6, ICMP4, ICMP6):
        for field in ALL:
            if field in PORTS and proto not in (UDP4, UDP6, TCP6):
                continue
            kind = "port" if field in PORTS else "mac"
            if field in ADDRESSES:
                kind = "6" if proto in IPV6S else "4"
            for first, last in RANGES[kind]:
                if field == "src_mac" and last == BROADCAST:
                    last = "00:ff:ff:ff:ff:ff"  # no multicast in between
                chosen = {field: first, f"{field}_last": last}
                found.append(Gen(proto=proto, **chosen))  # type: ignore[arg-type]
    return found


def field_of(gen: Gen) -> str:
    """The field that has a range."""
    return next(f for f in ALL if getattr(gen, f) is not None)


@pytest.fixture
def card(make_card: CardMaker) -> Link:
    """A device alone with one RX queue."""
    return make_card()


@pytest.mark.parametrize("gen", cases(), ids=str)
def test_values_of_one_field(card: Link, gen: Gen) -> None:
    """Counted; random of two seeds; and by flow. TCP says SYN: none merge."""
    assert_made(card, gen, 10)
    drawn = replace(gen, random=fields_mask(field_of(gen)))
    for seed in (0, 77):
        assert_made(card, replace(drawn, seed=seed), 10)
    assert_made(card, replace(drawn, seed=77, flows=4), 10)
    assert_made(card, replace(gen, seed=77, flows=7, random=0), 15)


EVERYTHING = Gen(
    src_mac="02:00:00:00:01:00",
    src_mac_last="02:00:00:00:01:02",
    dst_mac="02:00:00:00:02:00",
    dst_mac_last="02:00:00:00:02:06",
    src_port=1000,
    src_port_last=1003,
    dst_port=2000,
    dst_port_last=2010,
    seed=11,
)
IPV4_TOO = replace(
    EVERYTHING,
    src="10.1.0.0",
    src_last="10.1.0.4",
    dst="10.2.0.0",
    dst_last="10.2.255.255",
)
IPV6_TOO = replace(
    EVERYTHING,
    src="fd00:1::",
    src_last="fd00:1::4",
    dst="fd00:2::",
    dst_last="fd00:2::ffff:ffff:ffff",
)


@pytest.mark.smoke
@pytest.mark.parametrize("flows", [1, 2, 9, 65536])
@pytest.mark.parametrize("random", [(), ("src", "dst_port"), ALL], ids=str)
@pytest.mark.parametrize("proto", [UDP4, UDP6])
def test_all_fields_at_once(
    card: Link, proto: int, random: tuple[str, ...], flows: int
) -> None:
    """Each draws, or counts, by itself."""
    gen = IPV6_TOO if proto == UDP6 else IPV4_TOO
    random_bits = fields_mask(*random)
    gen = replace(gen, proto=proto, flows=flows, random=random_bits)
    assert_made(card, gen, 24)


@pytest.mark.parametrize(
    "gen",
    [
        Gen(proto=ARP),
        Gen(proto=UDP4),
        Gen(proto=UDP6, src_port=65533),
        Gen(proto=TCP4, src_port=5000, dst_port=80),
        Gen(proto=TCP6, tcp=uapi.VNET_GEN_TCP_ACK),
        Gen(proto=ICMP4, src="10.0.0.253"),
        Gen(proto=ICMP4, src="255.255.255.254"),
        Gen(proto=ICMP6, src="fd00::ffff:ffff:ffff:fffe"),
        Gen(proto=UDP4, dst_mac="02:00:00:00:02:00",
            dst_mac_last="02:00:00:00:02:06"),
    ],
    ids=str,
)  # fmt: skip
def test_flows_without_a_range_have_tuples_of_their_own(
    card: Link, gen: Gen
) -> None:
    """The source port counts, or the address where there is none."""
    got = assert_made(card, replace(gen, flows=5), 12)[0]
    assert len({c.frame[26:] for c in got[:5]}) == 5


def test_one_flow_more_or_less_begins_another_run(card: Link) -> None:
    gen = Gen(proto=UDP4, src_port=100, src_port_last=110)
    for flows in (1, 2, 1, 3):
        assert_made(card, replace(gen, flows=flows), 8)


def test_echo_requests_are_numbered(card: Link) -> None:
    """The identifier is the flow, the sequence counts over all of them."""
    for proto, start in ((ICMP4, 38), (ICMP6, 58)):
        got = assert_made(card, Gen(proto=proto, flows=3, size=70), 7)[0]
        numbers = [c.frame[start : start + 4] for c in got]
        assert numbers == [
            bytes([0, g % 3, 0, g]) for g in range(7)
        ]


def test_sequence_numbers_follow_the_seed(card: Link) -> None:
    """Of each flow another one; data goes on from where the last ended."""
    data = uapi.VNET_GEN_TCP_DATA
    for kind in (uapi.VNET_GEN_TCP_SYN, uapi.VNET_GEN_TCP_ACK):
        for seed in (1, 2):
            gen = Gen(proto=TCP4, tcp=kind, flows=3, seed=seed)
            assert_made(card, gen, 7)
    gen = Gen(proto=TCP6, tcp=data, flows=3, size=80, dst_port=1)
    assert len({model_of(card, gen).frame(g)[58:62] for g in range(9)}) == 9


@pytest.mark.smoke
def test_the_same_seed_makes_the_same_frames(card: Link) -> None:
    gen = replace(
        IPV4_TOO,
        proto=UDP4,
        random=fields_mask(*ALL),
        payload=uapi.VNET_GEN_PAYLOAD_RANDOM,
        size=100,
        size_last=140,
    )
    frames = [
        [c.frame for c in run(card, replace(gen, seed=seed), 40)[0]]
        for seed in (5, 5, 6)
    ]
    assert frames[0] == frames[1]
    assert not set(frames[0]) & set(frames[2])


def test_what_is_random_comes_from_anywhere_in_its_range(card: Link) -> None:
    gen = Gen(
        proto=UDP4,
        src="10.0.0.0",
        src_last="10.0.0.15",
        src_port=0,
        src_port_last=65535,
        random=fields_mask("src", "src_port"),
    )
    got = run(card, gen, 400)[0]
    seen = [c.frame[29] for c in got]
    assert set(seen) == set(range(16))
    assert max(seen.count(i) for i in range(16)) < 60
    assert len({c.frame[34:36] for c in got}) > 380
