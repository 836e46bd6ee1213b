# SPDX-License-Identifier: GPL-2.0-or-later
"""BIG TCP: frames longer than the length field of an IP header can tell."""

import os
import random
import struct
from socket import IPPROTO_TCP

import pytest

from lib import libc, nl
from lib.link import (
    IFLA_GRO_IPV4_MAX_SIZE,
    IFLA_GRO_MAX_SIZE,
    IFLA_GSO_IPV4_MAX_SIZE,
    IFLA_GSO_MAX_SIZE,
    Link,
    Pair,
)
from lib.offload import (
    as_on_a_wire,
    assert_summed,
    longest,
    merge,
    on_a_wire,
    show,
)
from lib.setup import B4, B6
from lib.traffic import (
    ETH_HLEN,
    ETH_P_ALL,
    ETH_P_IP,
    ETH_P_IPV6,
    Captured,
    Receiver,
    stream,
)

BIG = 190_000
PLAIN_MAX = 65_535
MTU = 1500
JUMBO = 60_000
IP_HLEN = {ETH_P_IP: 20, ETH_P_IPV6: 40}
TCP_HLEN = 32
JUMBO_HLEN = 8
ROOM = f"4096 {4 << 20} {8 << 20}"
PROTOCOL_AT = {ETH_P_IP: ETH_HLEN + 9, ETH_P_IPV6: ETH_HLEN + 6}

FAMILIES = pytest.mark.parametrize(
    ("ethertype", "address"),
    [(ETH_P_IP, B4), (ETH_P_IPV6, B6)],
    ids=["IPv4", "IPv6"],
)
GSO_SIZE = {ETH_P_IP: IFLA_GSO_IPV4_MAX_SIZE, ETH_P_IPV6: IFLA_GSO_MAX_SIZE}
GRO_SIZE = {ETH_P_IP: IFLA_GRO_IPV4_MAX_SIZE, ETH_P_IPV6: IFLA_GRO_MAX_SIZE}


def allow(link: Link, attribute: int) -> None:
    """Let frames be this big; Linux before 6.3 has it for IPv6 alone."""
    if attribute not in link.attributes():
        pytest.skip(f"Linux {os.uname().release}: no BIG TCP over IPv4")
    link.change(nl.u32(attribute, BIG))
    assert nl.number(link.attributes()[attribute]) == BIG


def send_big(pair: Pair, address: str) -> bytes:
    """A stream whose segments are as big as they may."""
    # neither the round trip time nor the window is to make them smaller
    pair.a.ns.sysctl("net/ipv4/tcp_tso_rtt_log", 31)
    pair.a.ns.sysctl("net/ipv4/tcp_wmem", ROOM)
    pair.b.ns.sysctl("net/ipv4/tcp_rmem", ROOM)
    payload = random.Random(1).randbytes(4 << 20)
    assert stream(pair.a.ns, pair.b.ns, address, payload) == payload
    return payload


@FAMILIES
def test_a_frame_past_64k_crosses_whole(
    either_pair: Pair, ethertype: int, address: str
) -> None:
    """As big as gso_max_size allows, and no bigger."""
    allow(either_pair.a, GSO_SIZE[ethertype])
    show(either_pair)
    with Receiver(either_pair.b, ethertype) as receiver:
        send_big(either_pair, address)
        captured = receiver.pending()
        assert receiver.dropped() == 0
    assert PLAIN_MAX < longest(captured) <= BIG


def as_segments(captured: Captured) -> tuple[int, int]:
    """How many frames, and bytes in them all, it would be on a wire."""
    frame, length = captured.frame, len(captured.frame)
    ethertype = struct.unpack_from("!H", frame, 12)[0]
    headers = ETH_HLEN + IP_HLEN.get(ethertype, 0) + TCP_HLEN
    if length > PLAIN_MAX and frame[PROTOCOL_AT[ethertype]] != IPPROTO_TCP:
        length -= JUMBO_HLEN
    return on_a_wire(length, headers, MTU)


@FAMILIES
def test_it_is_counted_as_its_segments(
    dual_pair: Pair, ethertype: int, address: str
) -> None:
    """Without the jumbo header, which no segment carries."""
    allow(dual_pair.a, GSO_SIZE[ethertype])
    show(dual_pair)
    # with the cable pulled nothing comes unseen, whoever sent it
    dual_pair.b.set_carrier(False)
    libc.synchronize()
    before = dual_pair.b.xstats()
    with Receiver(dual_pair.b, ETH_P_ALL) as receiver:
        dual_pair.b.set_carrier(True)
        dual_pair.a.wait_carrier()
        send_big(dual_pair, address)
        dual_pair.b.set_carrier(False)
        libc.synchronize()
        captured = receiver.pending()
        assert receiver.dropped() == 0
    after = dual_pair.b.xstats()
    assert longest(captured) > PLAIN_MAX
    frames, sizes = zip(*map(as_segments, captured), strict=True)
    assert after["rx_frames"] - before["rx_frames"] == sum(frames)
    assert after["rx_bytes"] - before["rx_bytes"] == sum(sizes)


@FAMILIES
def test_without_leave_none_is_longer(
    either_pair: Pair, ethertype: int, address: str
) -> None:
    show(either_pair)
    with Receiver(either_pair.b, ethertype) as receiver:
        send_big(either_pair, address)
        captured = receiver.pending()
        assert receiver.dropped() == 0
    assert MTU < longest(captured) <= PLAIN_MAX + 1


@FAMILIES
def test_cut_they_are_segments_like_any_other(
    either_pair: Pair, ethertype: int, address: str
) -> None:
    """No trace is left of the jumbo header that some kernels put there."""
    allow(either_pair.a, GSO_SIZE[ethertype])
    show(either_pair)
    as_on_a_wire(either_pair)
    with Receiver(either_pair.b, ethertype) as receiver:
        send_big(either_pair, address)
        captured = receiver.pending()
        assert receiver.dropped() == 0
    full = [c.frame for c in captured if len(c.frame) == MTU + ETH_HLEN]
    assert longest(captured) == MTU
    assert {frame[PROTOCOL_AT[ethertype]] for frame in full} == {IPPROTO_TCP}
    for frame in full[:200]:
        assert_summed(frame)


@FAMILIES
def test_gro_merges_past_64k(
    either_pair: Pair, ethertype: int, address: str
) -> None:
    """As big as gro_max_size of the receiver allows."""
    merge(either_pair)
    for end in either_pair:
        end.set_mtu(JUMBO)
    allow(either_pair.b, GRO_SIZE[ethertype])
    device = either_pair.b.ns.sys / "class/net" / either_pair.b.name
    (device / "napi_defer_hard_irqs").write_text("100")
    (device / "gro_flush_timeout").write_text("20000000")
    with Receiver(either_pair.b, ethertype) as receiver:
        send_big(either_pair, address)
        captured = receiver.pending()
        assert receiver.dropped() == 0
    assert PLAIN_MAX < longest(captured) <= BIG
