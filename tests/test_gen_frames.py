# SPDX-License-Identifier: GPL-2.0-or-later
"""The generator's frames, byte for byte: protocols, tags, sizes, payloads."""

import struct
import time

import pytest

from lib import link, uapi
from lib.gen import Gen
from lib.genmodel import PKTGEN_LENGTH, PKTGEN_MAGIC, Model
from lib.genrun import assert_made, model_of, run
from lib.link import Link
from lib.offload import apart
from lib.setup import CardMaker
from lib.traffic import TP_STATUS_CSUM_VALID, TP_STATUS_CSUMNOTREADY

ARP, RAW = uapi.VNET_GEN_ARP, uapi.VNET_GEN_RAW
UDP4, UDP6 = uapi.VNET_GEN_UDP4, uapi.VNET_GEN_UDP6
TCP4, TCP6 = uapi.VNET_GEN_TCP4, uapi.VNET_GEN_TCP6
ICMP4, ICMP6 = uapi.VNET_GEN_ICMP4, uapi.VNET_GEN_ICMP6
SYN, ACK = uapi.VNET_GEN_TCP_SYN, uapi.VNET_GEN_TCP_ACK
DATA = uapi.VNET_GEN_TCP_DATA
PATTERN = uapi.VNET_GEN_PAYLOAD_PATTERN
RANDOM = uapi.VNET_GEN_PAYLOAD_RANDOM
PKTGEN = uapi.VNET_GEN_PAYLOAD_PKTGEN
UNNECESSARY = uapi.VNET_GEN_CSUM_UNNECESSARY
BAD = uapi.VNET_GEN_CSUM_BAD

RAW_START = bytes.fromhex("ffffffffffff02000000007788b5") + b"starts so"

PROTOCOLS = [
    Gen(proto=ARP),
    Gen(proto=UDP4),
    Gen(proto=UDP6),
    Gen(proto=TCP4),
    Gen(proto=TCP6),
    Gen(proto=TCP4, tcp=ACK),
    Gen(proto=TCP6, tcp=ACK),
    Gen(proto=TCP4, tcp=DATA),
    Gen(proto=TCP6, tcp=DATA, size=80),
    Gen(proto=ICMP4),
    Gen(proto=ICMP6),
    Gen(proto=RAW, raw=RAW_START),
]


@pytest.fixture
def card(make_card: CardMaker) -> Link:
    """A device alone with one RX queue, that merges nothing."""
    device = make_card()
    apart(device)
    return device


def also(gen: Gen, **more: object) -> Gen:
    """The same settings, and more."""
    said = {k: v for k, v in vars(gen).items() if v is not None}
    return Gen(**(said | more))


@pytest.mark.smoke
@pytest.mark.parametrize("gen", PROTOCOLS, ids=str)
def test_protocols(card: Link, gen: Gen) -> None:
    assert_made(card, gen)


TAGS = [
    {"vlan": 1},
    {"vlan": 0, "vlan_prio": 7},
    {"vlan": 4094, "vlan_prio": 3},
    {"vlan": 5, "qinq": 6},
    {"vlan": 4094, "qinq": 4094, "vlan_prio": 7},
]


@pytest.mark.parametrize("tags", TAGS, ids=str)
@pytest.mark.parametrize(
    "gen",
    [
        Gen(proto=ARP),
        Gen(proto=UDP4),
        Gen(proto=TCP6, seed=3),
        Gen(proto=ICMP4, size=1000, payload=RANDOM),
    ],
    ids=str,
)
def test_tags(card: Link, gen: Gen, tags: dict[str, int]) -> None:
    assert_made(card, also(gen, **tags), 5)


def test_a_tag_can_be_taken_off(card: Link) -> None:
    assert_made(card, Gen(proto=UDP4, vlan=5, qinq=6), 3)
    none = uapi.VNET_GEN_VLAN_NONE
    assert_made(card, Gen(proto=UDP4, vlan=5, qinq=none), 3)
    assert_made(card, Gen(proto=UDP4, vlan=none), 3)
    assert card.gen().vlan is None


SIZES = [
    Gen(proto=ARP, size=42),
    Gen(proto=ARP, size=1514),
    Gen(proto=UDP4, size=42),
    Gen(proto=UDP4, size=43, payload=PATTERN),
    Gen(proto=UDP6, size=62),
    Gen(proto=TCP4, size=54),
    Gen(proto=TCP6, size=74),
    Gen(proto=TCP4, tcp=DATA, size=55, payload=RANDOM),
    Gen(proto=ICMP4, size=42),
    Gen(proto=ICMP6, size=62),
    Gen(proto=UDP4, size=1514, payload=PATTERN),
    Gen(proto=UDP6, size=1514, payload=RANDOM),
    Gen(proto=UDP4, vlan=5, size=1518, payload=RANDOM),
    Gen(proto=UDP4, vlan=5, qinq=6, size=1518, payload=RANDOM),
    Gen(proto=UDP4, vlan=5, qinq=6, size=50),
    Gen(proto=RAW, raw=RAW_START[:14], size=14),
    Gen(proto=RAW, raw=RAW_START, size=1514, payload=PATTERN),
    Gen(proto=UDP4, size=60, size_last=66),
    Gen(proto=TCP6, size=74, size_last=90, payload=PATTERN),
    Gen(proto=UDP6, size=62, size_last=1514, payload=RANDOM),
    Gen(proto=ARP, size=42, size_last=43),
]


@pytest.mark.parametrize("gen", SIZES, ids=str)
def test_sizes(card: Link, gen: Gen) -> None:
    assert_made(card, gen, 20)


@pytest.mark.parametrize("proto", [ARP, UDP4, TCP4, ICMP4])
def test_imix(card: Link, proto: int) -> None:
    got = assert_made(card, Gen(proto=proto, size=0), 25)
    sizes = [len(c.frame) for c in got[0]]
    assert sizes[:12] == [60, 590, 60, 60, 590, 60, 1514, 60, 590, 60, 590, 60]
    assert sizes[12:24] == sizes[:12]


@pytest.mark.parametrize("mtu", [68, 576, 9000, 65535])
def test_the_largest_frames_of_an_mtu(make_card: CardMaker, mtu: int) -> None:
    card = make_card(mtu=mtu)
    gen = Gen(proto=UDP4, size=mtu + 14, payload=RANDOM, seed=mtu)
    assert_made(card, gen, 4)
    gen = Gen(proto=TCP4, vlan=7, size=mtu + 18, payload=PATTERN, seed=1)
    assert_made(card, gen, 4)


PAYLOADS = [PATTERN, RANDOM, PKTGEN]


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("gen", PROTOCOLS[1:], ids=str)
def test_payloads(card: Link, gen: Gen, payload: int) -> None:
    """Of odd and even length, and longer than the pattern."""
    for size in (115, 378):
        assert_made(card, also(gen, payload=payload, size=size, seed=9), 6)


def test_the_seed_is_that_of_all_that_is_random(card: Link) -> None:
    """Its first and its largest value, and one with all bits in use."""
    for seed in (0, 1, (1 << 64) - 1, 0x123456789ABCDEF0):
        gen = Gen(proto=TCP4, payload=RANDOM, size=100, seed=seed)
        assert_made(card, gen, 3)


@pytest.mark.smoke
@pytest.mark.parametrize("proto", [UDP4, UDP6, ICMP6, RAW])
def test_the_payload_of_pktgen(card: Link, proto: int) -> None:
    """Numbers count from 1; its time is when the frame was made."""
    raw = RAW_START if proto == RAW else None
    gen = Gen(proto=proto, payload=PKTGEN, raw=raw)
    before = time.time_ns() // 1000
    got = run(card, gen, 20)[0]
    after = time.time_ns() // 1000
    start = model_of(card, gen).headers
    stamps = [before]
    for number, captured in enumerate(got, 1):
        magic, counted, seconds, micros = struct.unpack_from(
            "!IIII", captured.frame, start
        )
        assert (magic, counted) == (PKTGEN_MAGIC, number)
        assert micros < 10**6
        stamps.append(seconds * 10**6 + micros)
    stamps.append(after)
    assert stamps == sorted(stamps)


def test_pktgen_makes_the_smallest_frame_longer(card: Link) -> None:
    """Where the size was left to the generator."""
    got = run(card, Gen(proto=UDP6, payload=PKTGEN), 1)[0]
    assert len(got[0].frame) == 62 + PKTGEN_LENGTH


@pytest.mark.parametrize("length", [14, 15, 59, 60, 61, 512])
@pytest.mark.parametrize("payload", [None, PATTERN])
def test_raw_bytes_are_what_a_frame_begins_with(
    card: Link, length: int, payload: int | None
) -> None:
    """Zeros follow, up to what Ethernet has at least, or another payload."""
    raw = (RAW_START + bytes(range(255, 0, -1)) * 2)[:length]
    got = assert_made(card, Gen(proto=RAW, raw=raw, payload=payload), 3)
    assert len(got[0][0].frame) == max(60, length)


def test_raw_bytes_can_be_anything(card: Link) -> None:
    """What the stack finds in them is its own business."""
    runt = bytes.fromhex("ffffffffffff0200000000010800")
    for start in (runt, runt + b"\x4f" * 46, runt[:12] + b"\x86\xdd" + b"\x60"):
        assert_made(card, Gen(proto=RAW, raw=start), 3)


CHECKSUMS = [UDP4, UDP6, TCP4, TCP6, ICMP4, ICMP6]


@pytest.mark.parametrize("size", [None, 101])
@pytest.mark.parametrize("proto", CHECKSUMS)
def test_bad_checksums_differ_in_every_bit(
    card: Link, proto: int, size: int | None
) -> None:
    assert_made(card, Gen(proto=proto, csum=BAD, size=size), 5)


@pytest.mark.parametrize("proto", CHECKSUMS)
def test_who_has_looked_at_checksums(card: Link, proto: int) -> None:
    """Frames are as they are on the wire; the device can say it has looked."""
    for csum in (None, UNNECESSARY):
        got = assert_made(card, Gen(proto=proto, csum=csum), 3)[0]
        for captured in got:
            assert not captured.status & TP_STATUS_CSUMNOTREADY
            looked = bool(captured.status & TP_STATUS_CSUM_VALID)
            assert looked == (csum == UNNECESSARY)


def without_sum(proto: int) -> Gen:
    """Settings whose UDP frame has a checksum of zero, by its source port."""
    where = 14 + (40 if proto == UDP6 else 20) + 6
    frame = Model(Gen(proto=proto, src_port=0), "02:00:00:00:00:99").frame(0)
    gen = Gen(proto=proto, src_port=int.from_bytes(frame[where:][:2], "big"))
    frame = Model(gen, "02:00:00:00:00:99").frame(0)
    assert frame[where : where + 2] == b"\xff\xff"
    return gen


@pytest.mark.parametrize("proto", [UDP4, UDP6])
def test_a_udp_checksum_of_zero_is_sent_as_ones(
    card: Link, proto: int
) -> None:
    """Zero says that there is none; nor is a bad one zero."""
    gen = without_sum(proto)
    assert_made(card, gen, 2)
    assert_made(card, also(gen, csum=BAD), 2)


def test_the_device_can_have_another_mac(card: Link) -> None:
    """New frames go to it; ARP asks in its name."""
    for mac in ("02:00:00:00:0a:0b", "02:00:00:00:0a:0c"):
        card.change(link.address(mac))
        for proto in (ARP, UDP4):
            assert_made(card, Gen(proto=proto), 3)
