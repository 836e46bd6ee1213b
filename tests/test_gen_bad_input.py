# SPDX-License-Identifier: GPL-2.0-or-later
"""A generator is not told what makes no sense, and says why.

A refused request changes nothing: a generator that runs goes on with its run.
"""

import errno
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from lib import link, nl, uapi
from lib.gen import Gen, fields_mask, number_of
from lib.genmodel import IPV6S, TCPS, UDPS, Model
from lib.genrun import wait_made
from lib.link import Link, Make
from lib.nl import NetlinkError
from lib.refusal import (
    EVERYWHERE,
    FORMATS,
    WRONG_LENGTH,
    Bad,
    Lab,
    Place,
)
from lib.setup import CardMaker, Namespaces

ARP, RAW = uapi.VNET_GEN_ARP, uapi.VNET_GEN_RAW
UDP4, UDP6 = uapi.VNET_GEN_UDP4, uapi.VNET_GEN_UDP6
TCP4, TCP6 = uapi.VNET_GEN_TCP4, uapi.VNET_GEN_TCP6
ICMP4, ICMP6 = uapi.VNET_GEN_ICMP4, uapi.VNET_GEN_ICMP6
DATA = uapi.VNET_GEN_TCP_DATA
PKTGEN = uapi.VNET_GEN_PAYLOAD_PKTGEN
HASH = uapi.VNET_GEN_HASH
START = bytes(12) + b"\x88\xb5"
MTU = 1500


def named(name: str) -> str:
    """How a member may be spelt in a message."""
    return rf"gen[_ ]{name}(?![_a-z])"


def bad(gen: Gen, name: str, *words: object, value: object = "") -> Bad:
    """Settings whose refusal names a member, and these words."""
    found = (named(name), *(str(word) for word in words))
    return Bad(str(gen), gen.data(), found, value=value)


def bad_here(
    gen: Gen, name: str, *words: object, value: object = ""
) -> Bad:
    """The same, where what is wrong depends on other members, or the device."""
    found = (named(rf"{name}(_last)?"), *(str(word) for word in words))
    return Bad(str(gen), gen.data(), ("gen",), value=value, formatted=found)


def _bad_numbers() -> Iterator[Bad]:
    """Of every number: one too small, and those too large."""
    u32, u64 = (1 << 32) - 1, (1 << 64) - 1
    limits = [
        ("bitrate", 1, uapi.VNET_GEN_BITRATE_MAX, u64),
        ("duration", 0, uapi.VNET_GEN_DURATION_MAX, u64),
        ("vlan", 0, uapi.VNET_GEN_VLAN_NONE, u32),
        ("vlan_prio", 0, uapi.VNET_GEN_VLAN_PRIO_MAX, 255),
        ("qinq", 0, uapi.VNET_GEN_VLAN_NONE, u32),
        ("src_port", 0, uapi.VNET_GEN_PORT_MAX, u32),
        ("src_port_last", 0, uapi.VNET_GEN_PORT_MAX, u32),
        ("dst_port", 0, uapi.VNET_GEN_PORT_MAX, u32),
        ("dst_port_last", 0, uapi.VNET_GEN_PORT_MAX, u32),
        ("flows", 1, uapi.VNET_GEN_FLOWS_MAX, u32),
        ("burst", 1, uapi.VNET_GEN_BURST_MAX, u32),
        ("proto", 0, uapi.VNET_GEN_PROTO_MAX, 255),
        ("csum", 0, uapi.VNET_GEN_CSUM_MAX, 255),
        ("payload", 0, uapi.VNET_GEN_PAYLOAD_MAX, 255),
        ("spread", 0, uapi.VNET_GEN_SPREAD_MAX, 255),
        ("tcp", 0, uapi.VNET_GEN_TCP_MAX, 255),
    ]
    for name, least, most, largest in limits:
        for value in (least - 1, most + 1, largest):
            if value < 0:
                continue
            said: dict[str, Any] = {"proto": UDP4, name: value}
            if name == "tcp":
                said["proto"] = TCP4
            limit = rf"\b({most}|less than {most + 1})\b"
            yield bad(Gen(**said), name, limit, value=value)
    for bits in (1 << 6, 1 << 31, u32):
        yield bad(Gen(proto=UDP4, random=bits), "random")


def _bad_ranges() -> Iterator[Bad]:
    """The last before the first; and what is no range."""
    for gen, name in (
        (Gen(src_mac="02:00:00:00:00:05", src_mac_last="02:00:00:00:00:04"),
         "src_mac"),
        (Gen(dst_mac="02:00:00:00:01:00", dst_mac_last="02:00:00:00:00:ff"),
         "dst_mac"),
        (Gen(src="10.0.0.5", src_last="10.0.0.4"), "src"),
        (Gen(dst="10.0.1.0", dst_last="9.255.255.255"), "dst"),
        (Gen(src_port=5, src_port_last=4), "src_port"),
        (Gen(dst_port=65535, dst_port_last=0), "dst_port"),
        (Gen(size=100, size_last=99), "size"),
        (Gen(proto=UDP6, src="fd00::5", src_last="fd00::4"), "src"),
        (Gen(proto=UDP6, dst="fd00::1:0", dst_last="fd00::ffff"), "dst"),
        (Gen(proto=UDP6, src="fd00::", src_last="fd00:0:0:1::"), "src"),
        (Gen(proto=ICMP6, dst="fd00::", dst_last="fe00::ffff"), "dst"),
        (Gen(size=0, size_last=1514), "size"),
    ):  # fmt: skip
        said = gen if gen.proto else replace(gen, proto=UDP4)
        yield bad_here(said, name)
    for text in ("01:00:5e:00:00:01", "ff:ff:ff:ff:ff:ff"):
        yield bad(Gen(proto=UDP4, src_mac=text), "src_mac", "multicast|unicast")
    gen = Gen(
        proto=UDP4,
        src_mac="02:ff:ff:ff:ff:ff",
        src_mac_last="03:00:00:00:00:00",
    )
    yield Bad(str(gen), gen.data(), (r"gen[_ ]src_mac", "multicast|unicast"))


def _bad_addresses() -> Iterator[Bad]:
    """Of the family that the protocol does not have, or of none."""
    for proto in (ARP, UDP4, UDP6, TCP4, TCP6, ICMP4, ICMP6):
        other = "192.0.2.1" if proto in IPV6S else "2001:db8::1"
        length = 16 if proto in IPV6S else 4
        for name in ("src", "src_last", "dst", "dst_last"):
            said: dict[str, Any] = {"proto": proto, name: other}
            yield bad_here(Gen(**said), name.removesuffix("_last"), length)
    for name in ("src", "dst"):
        for length in (0, 3, 5, 8, 15):
            member = nl.attr(number_of(name), bytes(length))
            yield Bad(
                f"{name} of {length} bytes",
                nl.nest(uapi.IFLA_VNET_GEN, Gen(proto=UDP4).members(), member),
                (named(name),),
                WRONG_LENGTH,
            )


def _not_of_the_protocol() -> Iterator[Bad]:
    """What some protocols have and others do not."""
    for proto in (ARP, ICMP4, ICMP6, RAW):
        raw = START if proto == RAW else None
        for name in ("src_port", "src_port_last", "dst_port", "dst_port_last"):
            port: dict[str, Any] = {name: 9}
            gen = Gen(proto=proto, raw=raw, **port)
            yield bad_here(gen, name.removesuffix("_last"))
    for proto in (ARP, UDP4, UDP6, ICMP4, ICMP6, RAW):
        raw = START if proto == RAW else None
        for kind in (uapi.VNET_GEN_TCP_SYN, DATA):
            gen = Gen(proto=proto, tcp=kind, raw=raw)
            yield bad(gen, "tcp", "tcp4", "tcp6")
    for name in ("src", "src_last", "dst", "dst_last"):
        given: dict[str, Any] = {name: "10.0.0.1"}
        gen = Gen(proto=RAW, raw=START, **given)
        yield bad_here(gen, name.removesuffix("_last"))
    for name in ("src_mac", "dst_mac"):
        given = {name: "02:00:00:00:00:01"}
        yield bad_here(Gen(proto=RAW, raw=START, **given), name)
    yield bad(Gen(proto=RAW, raw=START, vlan=5), "vlan", "raw")
    yield bad(Gen(proto=RAW, raw=START, flows=2), "flows", "raw")
    for payload in range(1, uapi.VNET_GEN_PAYLOAD_MAX + 1):
        yield bad(Gen(proto=ARP, payload=payload), "payload", "arp")
    for csum in (uapi.VNET_GEN_CSUM_UNNECESSARY, uapi.VNET_GEN_CSUM_BAD):
        yield bad(Gen(proto=ARP, csum=csum), "csum", "arp")
        yield bad(Gen(proto=RAW, raw=START, csum=csum), "csum", "raw")
    yield bad(Gen(proto=ARP, spread=HASH), "spread", "hash")
    yield bad(Gen(proto=RAW, raw=START, spread=HASH), "spread", "hash")
    for bits in ("src_port", "dst_port"):
        gen = Gen(proto=ICMP4, random=fields_mask(bits))
        yield bad(gen, "random", "protocol")


def _bad_raw() -> Iterator[Bad]:
    yield bad(Gen(proto=RAW), "raw")
    for proto in (ARP, UDP4, TCP6):
        yield bad(Gen(proto=proto, raw=START), "raw", "proto")
    limits = (uapi.VNET_GEN_RAW_MIN, uapi.VNET_GEN_RAW_MAX)
    for length in (0, 1, 13, 513, 1000):
        yield Bad(
            f"raw of {length} bytes",
            Gen(proto=RAW, raw=bytes(length)).data(),
            (named("raw"), *(str(limit) for limit in limits)),
            WRONG_LENGTH,
        )
    gen = Gen(proto=RAW, raw=START + bytes(100), size=113)
    yield bad_here(gen, "size", 114, value=113)


def _bad_sizes() -> Iterator[Bad]:
    """Under the headers, and over what the MTU allows, each with the limit."""
    tagged: list[dict[str, Any]] = [{}, {"vlan": 5}, {"vlan": 5, "qinq": 6}]
    for proto in (ARP, UDP4, UDP6, TCP4, TCP6, ICMP4, ICMP6):
        for tags in tagged:
            gen = Gen(proto=proto, **tags)
            least = Model(gen, "").headers
            most = MTU + 14 + (4 if tags else 0)
            for size in (least - 1, most + 1):
                limit = least if size < least else most
                said = replace(gen, size=size)
                yield bad_here(said, "size", limit, value=size)
            gen = replace(gen, size=least, size_last=most + 1)
            yield bad_here(gen, "size", most, value=most + 1)
    for proto in (UDP4, UDP6, TCP4, ICMP6):
        gen = Gen(proto=proto, payload=PKTGEN)
        least = Model(gen, "").headers + 16
        gen = replace(gen, size=least - 1)
        yield bad_here(gen, "size", least, value=least - 1)
    for size in (1, 13, uapi.VNET_GEN_SIZE_MAX + 1, (1 << 32) - 1):
        yield bad(Gen(proto=UDP4, size=size), "size", value=size)
    for proto in (UDP6, TCP6, ICMP6):
        yield bad(Gen(proto=proto, size=0), "size", "headers", value=60)
    gen = Gen(proto=UDP4, payload=PKTGEN, vlan=5, size=0)
    yield bad(gen, "size", "headers", value=60)
    for gen in (
        Gen(size=100, size_last=101),
        Gen(size=0),
    ):
        gen = replace(gen, proto=TCP4, tcp=DATA)
        yield bad(gen, "tcp", "data", "size")
    for gen in (
        Gen(proto=TCP4, size=54),
        Gen(proto=TCP4, size=58, vlan=5),
        Gen(proto=TCP6, size=74),
    ):
        least = (gen.size or 0) + 1
        yield bad_here(replace(gen, tcp=DATA), "size", least, value=gen.size)


def _bad_queues() -> Iterator[Bad]:
    for queues, wrong in ((255,), 255), ((0, 255), 255), ((0, 77, 255), 77):
        gen = Gen(proto=UDP4, queues=queues)
        yield bad(gen, "queues", "RX queues", value=wrong)
    yield Bad(
        "queues of 33 bytes",
        nl.nest(
            uapi.IFLA_VNET_GEN,
            nl.attr(uapi.IFLA_VNET_GEN_QUEUES, b"\1" + bytes(32)),
        ),
        (named("queues"), "32|256"),
        WRONG_LENGTH,
    )
    gen = Gen(proto=UDP4, queues=(0,), spread=HASH)
    yield Bad(str(gen), gen.data(), ("queues|spread",))


def _together() -> Iterator[Bad]:
    """What does not go together."""
    yield bad(Gen(rate=5, bitrate=5000), "rate", named("bitrate"))
    yield bad(Gen(rate=1, bitrate=1, enable=False), "rate", named("bitrate"))
    yield bad(Gen(qinq=5), "qinq", "vlan")
    yield bad(Gen(qinq=5, vlan=uapi.VNET_GEN_VLAN_NONE), "qinq", "vlan")


_LENGTHS = {
    "enable": 1, "proto": 1, "tcp": 1, "vlan_prio": 1, "csum": 1,
    "payload": 1, "spread": 1, "rate": 8, "bitrate": 8, "count": 8,
    "duration": 8, "seed": 8, "src_mac": 6, "src_mac_last": 6, "dst_mac": 6,
    "dst_mac_last": 6, "vlan": 4, "qinq": 4, "src_port": 4,
    "src_port_last": 4, "dst_port": 4, "dst_port_last": 4, "random": 4,
    "flows": 4, "size": 4, "size_last": 4, "burst": 4,
}  # fmt: skip


def _wrong_lengths() -> Iterator[Bad]:
    for name, right in _LENGTHS.items():
        for length in (0, right - 1, right + 1):
            member = nl.attr(number_of(name), (b"\1" * 9)[:length])
            word = "gen" if name == "enable" else named(name)
            yield Bad(
                f"{name} of {length} bytes",
                nl.nest(uapi.IFLA_VNET_GEN, member),
                (word,),
                WRONG_LENGTH,
            )


BAD = [
    *_bad_numbers(),
    *_bad_ranges(),
    *_bad_addresses(),
    *_not_of_the_protocol(),
    *_bad_raw(),
    *_bad_sizes(),
    *_bad_queues(),
    *_together(),
    *_wrong_lengths(),
]


@EVERYWHERE
@pytest.mark.parametrize("bad", BAD, ids=str)
def test_is_refused(lab: Lab, place: Place, bad: Bad) -> None:
    place(lab, bad)


@pytest.fixture(scope="module")
def shared_running(loaded_module: None) -> Iterator[Link]:
    """A device whose generator runs, for all tests of the file."""
    namespaces = Namespaces()
    device = link.make_lone(
        Make(name="vnet0", ns=namespaces("running", quiet=True))
    )
    device.up()
    device.generate(
        Gen(enable=True, rate=1000, proto=UDP4, src_port=1000, flows=4,
            payload=PKTGEN, size=100)
    )  # fmt: skip
    wait_made(device, 1)
    yield device
    namespaces.assert_conserved()
    namespaces.remove()


@pytest.mark.parametrize("bad", BAD, ids=str)
def test_a_run_goes_on(shared_running: Link, bad: Bad) -> None:
    """With what it had, and without a break."""
    device = shared_running
    before = device.info()
    with pytest.raises(NetlinkError) as refusal:
        device.change(link.linkinfo([bad.data]))
    assert refusal.value.errno in bad.codes
    after = device.info()
    assert after.gen == before.gen
    assert after.state.gen_running
    assert after.state.gen_nsecs >= before.state.gen_nsecs
    assert after.state.gen_frames == after.state.gen_nsecs // 10**6


def refused(device: Link, gen: Gen, name: str, *words: str) -> None:
    """Settings are refused, in these words where they can be formatted."""
    before = device.gen()
    with pytest.raises(NetlinkError) as refusal:
        device.generate(gen)
    assert refusal.value.errno == errno.EINVAL
    assert "gen" in refusal.value.said
    for word in (named(rf"({name})(_last)?"), *words) if FORMATS else ():
        assert re.search(word, refusal.value.said), refusal.value.said
    assert device.gen() == before


def test_the_mtu_is_that_of_the_device(make_card: CardMaker) -> None:
    card = make_card(mtu=576)
    refused(card, Gen(proto=UDP4, size=591), "size", "590")
    refused(card, Gen(proto=UDP4, size=0), "size")
    card.generate(Gen(proto=UDP4, size=590))
    card.set_mtu(1499)
    refused(card, Gen(size=0), "size", "1513", "1514")
    card.set_mtu(1500)
    card.generate(Gen(size=0))
    card = make_card(mtu=68)
    raw = Gen(proto=RAW, raw=START + bytes(69))
    refused(card, raw, "raw|size", "82")
    card.generate(Gen(proto=RAW, raw=START + bytes(68)))


def test_what_is_there_counts_as_well(make_card: CardMaker) -> None:
    """A message is judged by what the generator would be told in all."""
    card = make_card(4)
    card.generate(Gen(proto=UDP4, size=60, src="10.0.0.9", src_port=100))
    refused(card, Gen(src_last="10.0.0.8"), "src")
    refused(card, Gen(src_port_last=99), "src_port")
    refused(card, Gen(size_last=59), "size")
    refused(card, Gen(src="fd00::1"), "src")
    refused(card, Gen(tcp=DATA), "tcp")
    refused(card, Gen(raw=START), "raw")
    refused(card, Gen(qinq=7), "qinq")
    card.generate(Gen(size=43, vlan=uapi.VNET_GEN_VLAN_NONE))
    refused(card, Gen(vlan=5), "size")
    refused(card, Gen(payload=PKTGEN), "size")
    card.generate(Gen(spread=HASH))
    refused(card, Gen(proto=ARP), "spread")
    refused(card, Gen(queues=(1,)), "queues|spread")
    card.generate(Gen(spread=uapi.VNET_GEN_DEAL, queues=(1,)))
    refused(card, Gen(spread=HASH), "queues|spread")
    card.generate(Gen(queues=(), proto=TCP4, tcp=DATA, size=100))
    refused(card, Gen(size_last=101), "size|tcp")
    refused(card, Gen(size=54), "size|tcp")


def test_who_stops_a_run_does_not_change_its_count(
    make_card: CardMaker,
) -> None:
    """The count may be said as it is; of one that is off it can be set."""
    card = make_card()
    card.generate(Gen(enable=True, count=10**9, rate=1000))
    before = card.state()
    for count in (0, 5, 10**9 + 1):
        refused(card, Gen(enable=False, count=count), "count", "stop")
    after = card.state()
    assert after.gen_running
    assert after.gen_nsecs >= before.gen_nsecs
    card.generate(Gen(enable=False, count=10**9))
    card.generate(Gen(enable=False, count=5))
    assert card.gen().count == 5


LIMITS = [
    Gen(bitrate=1),
    Gen(bitrate=uapi.VNET_GEN_BITRATE_MAX),
    Gen(rate=uapi.VNET_GEN_RATE_UNPACED),
    Gen(count=(1 << 64) - 1),
    Gen(duration=uapi.VNET_GEN_DURATION_MAX),
    Gen(proto=UDP4, vlan=0, vlan_prio=7),
    Gen(proto=UDP4, vlan=4094, qinq=0),
    Gen(proto=UDP4, src_port=0, src_port_last=65535, dst_port=65535),
    Gen(proto=UDP4, flows=65536, burst=32768, seed=(1 << 64) - 1),
    Gen(proto=UDP4, src="0.0.0.0", src_last="255.255.255.255"),
    Gen(proto=UDP6, dst="::", dst_last="::ffff:ffff:ffff:ffff"),
    Gen(proto=UDP4, random=fields_mask(
        "src_mac", "dst_mac", "src", "dst", "src_port", "dst_port")),
    Gen(proto=RAW, raw=bytes(14)),
    Gen(proto=RAW, raw=bytes(512), size=512),
    Gen(proto=UDP4, size=42, size_last=1514),
    Gen(proto=TCP6, tcp=DATA, size=75),
]  # fmt: skip


@pytest.mark.parametrize("gen", LIMITS, ids=str)
def test_limits_themselves_are_accepted(
    make_card: CardMaker, gen: Gen
) -> None:
    card = make_card()
    card.generate(gen)
    told = vars(card.gen())
    assert {name: told[name] for name, value in vars(gen).items()
            if value is not None} == {
        name: value for name, value in vars(gen).items() if value is not None
    }  # fmt: skip


def test_messages_name_values_where_the_kernel_can(
    make_card: CardMaker,
) -> None:
    card = make_card()
    with pytest.raises(NetlinkError) as refusal:
        card.generate(Gen(proto=UDP4, flows=70000))
    assert ("70000" in refusal.value.said) == FORMATS
    assert "65536" in refusal.value.said


def test_every_protocol_was_tried() -> None:
    """So that another one is not forgotten here."""
    known = {ARP, RAW, ICMP4, ICMP6, *UDPS, *TCPS}
    assert known == set(range(uapi.VNET_GEN_PROTO_MAX + 1))
