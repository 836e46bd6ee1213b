# SPDX-License-Identifier: GPL-2.0-or-later
"""What the stack makes of the generator's frames."""

import socket
import struct
from collections.abc import Callable
from dataclasses import replace

import pytest

from lib import snmp, uapi
from lib.counters import difference
from lib.ethtool import feature
from lib.gen import Gen, mac_text
from lib.genrun import UNPACED, model_of, run, wait_done
from lib.link import Link
from lib.netns import Netns
from lib.setup import CardMaker, add_address, add_vlan
from lib.traffic import ETH_P_ALL, Receiver
from lib.wait import wait_equal

UDP4, UDP6 = uapi.VNET_GEN_UDP4, uapi.VNET_GEN_UDP6
TCP4, TCP6 = uapi.VNET_GEN_TCP4, uapi.VNET_GEN_TCP6
ICMP4, ICMP6 = uapi.VNET_GEN_ICMP4, uapi.VNET_GEN_ICMP6
DATA = uapi.VNET_GEN_TCP_DATA
PATTERN = uapi.VNET_GEN_PAYLOAD_PATTERN
RANDOM = uapi.VNET_GEN_PAYLOAD_RANDOM
VALID, UNNECESSARY = uapi.VNET_GEN_CSUM_VALID, uapi.VNET_GEN_CSUM_UNNECESSARY
BAD = uapi.VNET_GEN_CSUM_BAD

COUNT = 40
NEAR4, FAR4 = "10.0.0.2", "10.0.0.1"
NEAR6, FAR6 = "fd00::2", "fd00::1"
FAR_MAC = "02:00:00:00:00:01"


@pytest.fixture
def host(make_card: CardMaker) -> Link:
    """A device with the addresses to which the generator sends."""
    card = make_card(2, quiet=False)
    add_address(card, NEAR4, 24)
    add_address(card, NEAR6, 64)
    for address in (FAR4, FAR6):
        card.ns.ip.neigh(
            "add", dst=address, lladdr=FAR_MAC, ifindex=card.index, state=0x80
        )
    return card


def make(card: Link, gen: Gen, count: int = COUNT) -> None:
    """A run of so many frames, that were all taken from the rings."""
    said = replace(gen, enable=True, count=count)
    if gen.rate is None:
        said = replace(said, rate=UNPACED)
    card.generate(said)
    wait_done(card)
    card.wait_received()


def counted(ns: Netns, action: Callable[[], None]) -> dict[str, int]:
    """What the protocols of a namespace count while something is done."""
    before = snmp.counters(ns)
    action()
    after = snmp.counters(ns)
    return difference(after, dict.fromkeys(after, 0) | before)


@pytest.mark.smoke
@pytest.mark.parametrize("csum", [VALID, UNNECESSARY])
@pytest.mark.parametrize("proto", [UDP4, UDP6])
def test_udp_arrives_at_a_socket(host: Link, proto: int, csum: int) -> None:
    """With its payload and its source ports, in order on a queue."""
    family, near, far = socket.AF_INET, NEAR4, FAR4
    if proto == UDP6:
        family, near, far = socket.AF_INET6, NEAR6, FAR6
    gen = Gen(
        proto=proto,
        dst_port=7000,
        src_port=100,
        src_port_last=199,
        size=120,
        payload=RANDOM,
        csum=csum,
        queues=(1,),
    )
    model = model_of(host, gen)
    with host.ns.socket(family, socket.SOCK_DGRAM) as receiver:
        receiver.bind((near, 7000))
        make(host, gen)
        for g in range(COUNT):
            payload, source = receiver.recvfrom(2000)
            assert payload == model.frame(g)[model.headers :]
            assert source[:2] == (far, 100 + g)


PROTOCOLS = {
    UDP4: ("UdpInCsumErrors", "UdpNoPorts"),
    UDP6: ("Udp6InCsumErrors", "Udp6NoPorts"),
    TCP4: ("TcpInCsumErrors", "TcpOutRsts"),
    TCP6: ("TcpInCsumErrors", "TcpOutRsts"),
    ICMP4: ("IcmpInCsumErrors", "IcmpInEchos"),
    ICMP6: ("Icmp6InCsumErrors", "Icmp6InEchos"),
}
"""What counts a wrong checksum, and a right one where nobody listens."""


@pytest.mark.smoke
@pytest.mark.parametrize("proto", PROTOCOLS)
def test_checksums_that_are_bad_are_dropped_and_counted(
    host: Link, proto: int
) -> None:
    """By the protocol; the IP header is right."""
    wrong, right = PROTOCOLS[proto]
    gen = Gen(proto=proto, csum=BAD, size=99, payload=PATTERN)
    change = counted(host.ns, lambda: make(host, gen))
    assert change[wrong] == COUNT
    assert right not in change
    assert "IpInHdrErrors" not in change
    assert "Ip6InHdrErrors" not in change


@pytest.mark.parametrize("csum", [VALID, UNNECESSARY])
@pytest.mark.parametrize("proto", PROTOCOLS)
def test_checksums_that_are_right_are_taken(
    host: Link, proto: int, csum: int
) -> None:
    wrong, right = PROTOCOLS[proto]
    gen = Gen(proto=proto, csum=csum, size=99, payload=PATTERN)
    change = counted(host.ns, lambda: make(host, gen))
    assert change[right] == COUNT
    assert wrong not in change


def test_echo_requests_are_answered(host: Link) -> None:
    """One reply to each, to the address and MAC that asked."""
    for proto, replies in (
        (ICMP4, "IcmpOutEchoReps"),
        (ICMP6, "Icmp6OutEchoReplies"),
    ):
        gen = Gen(proto=proto, size=100, payload=RANDOM)
        change = counted(host.ns, lambda gen=gen: make(host, gen))  # type: ignore[misc]
        assert change[replies] == COUNT


@pytest.mark.parametrize("qinq", [None, 30])
def test_a_vlan_device_takes_what_is_tagged(
    make_card: CardMaker, qinq: int | None
) -> None:
    """One tag, or two: the outer of 802.1ad."""
    card = make_card()
    below = card if qinq is None else add_vlan(card, qinq, protocol=0x88A8)
    add_vlan(below, 5, NEAR4)
    gen = Gen(proto=UDP4, vlan=5, qinq=qinq, size=90, payload=PATTERN)
    with card.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind((NEAR4, 9))
        make(card, gen)
        payload = model_of(card, gen).payload(0, 90 - 42 - (8 if qinq else 4))
        for _ in range(COUNT):
            assert receiver.recv(2000) == payload


def test_another_vlan_does_not_take_it(make_card: CardMaker) -> None:
    card = make_card()
    own, other = add_vlan(card, 5), add_vlan(card, 6)
    make(card, Gen(proto=UDP4, vlan=5))
    assert own.info().stats["rx_packets"] == COUNT
    assert other.info().stats["rx_packets"] == 0


@pytest.mark.smoke
@pytest.mark.parametrize("csum", [VALID, UNNECESSARY])
@pytest.mark.parametrize(
    ("proto", "headers"), [(TCP4, 54), (TCP6, 74)], ids=["TCP4", "TCP6"]
)
def test_data_segments_are_merged(
    make_card: CardMaker, proto: int, headers: int, csum: int
) -> None:
    """In order: what GRO makes of them holds the payloads of all."""
    card = make_card()
    gen = Gen(
        proto=proto, tcp=DATA, size=1000, payload=RANDOM, rate=UNPACED,
        enable=True, count=320, csum=csum,
    )  # fmt: skip
    model = model_of(card, gen)
    wanted = b"".join(model.frame(g)[headers:] for g in range(320))
    merged: list[bytes] = []
    with Receiver(card, ETH_P_ALL) as receiver:
        card.generate(gen)
        while sum(len(frame) - headers for frame in merged) < len(wanted):
            merged += receiver.take(1)
    assert b"".join(frame[headers:] for frame in merged) == wanted
    assert len(merged) < 320 / 8, f"{len(merged)} frames of 320 segments"
    sequences = [
        struct.unpack_from("!I", frame, headers - 16)[0] for frame in merged
    ]
    first, length = sequences[0], 0
    for sequence, frame in zip(sequences, merged, strict=True):
        assert sequence == (first + length) & 0xFFFFFFFF
        length += len(frame) - headers


@pytest.mark.parametrize(
    "gen",
    [
        Gen(proto=TCP4, size=200, csum=BAD, tcp=DATA),
        Gen(proto=TCP4),
        Gen(proto=TCP4, tcp=DATA, size=200, flows=64),
        Gen(proto=UDP4, size=200),
    ],
    ids=str,
)
def test_what_is_no_stream_is_not_merged(
    make_card: CardMaker, gen: Gen
) -> None:
    """GRO is on: every frame comes as it was made."""
    card = make_card()
    feature(card, "gro", True)
    got = run(card, replace(gen, rate=UNPACED), 64)[0]
    model = model_of(card, gen)
    frames = sorted(c.whole for c in got)
    assert frames == sorted(model.frame(g) for g in range(64))


def test_a_router_forwards_them(make_card: CardMaker) -> None:
    """To another device: what comes in goes out, with another MAC."""
    card = make_card()
    ns = card.ns
    add_address(card, "10.0.0.3", 24)
    out = make_card(name="vnet1", ns=ns)
    add_address(out, "10.9.0.1", 24)
    ns.sysctl("net/ipv4/ip_forward", 1)
    ns.ip.neigh(
        "add", dst="10.9.0.2", lladdr=mac_text(0x020000000902),
        ifindex=out.index, state=0x80,
    )  # fmt: skip
    before = out.xstats()["tx_ipv4"]
    make(card, Gen(proto=UDP4, dst="10.9.0.2", size=300))
    wait_equal(
        lambda: out.xstats()["tx_ipv4"] - before, COUNT, "forwarded frames"
    )


def test_arp_requests_are_answered_and_learnt(make_card: CardMaker) -> None:
    """A range of hosts asks; each gets an answer."""
    card = make_card()
    add_address(card, NEAR4, 24)
    before = card.xstats()["tx_arp"]
    make(card, Gen(proto=uapi.VNET_GEN_ARP, src="10.0.0.10",
                   src_last="10.0.0.49", src_mac=FAR_MAC))  # fmt: skip
    wait_equal(
        lambda: card.xstats()["tx_arp"] - before, COUNT, "replies"
    )
