# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames with VLAN tags have the offloads that others have."""

import random
import struct

import pytest

from lib.ethtool import feature
from lib.link import Link, Pair
from lib.offload import (
    as_on_a_wire,
    assert_summed,
    cut,
    is_vnet,
    longest,
    on_a_wire,
    show,
)
from lib.setup import add_vlan
from lib.traffic import (
    ETH_HLEN,
    ETH_P_8021Q,
    ETH_P_ALL,
    ETH_P_IP,
    VLAN_HLEN,
    Captured,
    Receiver,
    stream,
)
from lib.wait import wait_for

ETH_P_8021AD = 0x88A8
MTU = 1500
VLAN = 7
NEAR, FAR = "10.7.0.1", "10.7.0.2"
SIZE = 1 << 18
HEADERS = ETH_HLEN + 20 + 32

INSERTED = pytest.mark.parametrize(
    "by_device", [True, False], ids=["tag-by-device", "tag-by-stack"]
)


def send_tagged(pair: Pair, receiver: Receiver) -> list[Captured]:
    """Send over TCP between VLAN devices; what came in with an IPv4 packet."""
    payload = random.Random(10).randbytes(SIZE)
    assert stream(pair.a.ns, pair.b.ns, FAR, payload) == payload
    return ipv4(receiver.pending())


def ipv4(captured: list[Captured]) -> list[Captured]:
    """The frames that carry IPv4."""
    ethertype = ETH_P_IP.to_bytes(2, "big")
    return [c for c in captured if c.frame[12:14] == ethertype]


@INSERTED
def test_gso_frames_cross_whole_with_their_tag(
    either_pair: Pair, by_device: bool
) -> None:
    """And are counted as the protocol behind the tag, as many as a wire has."""
    show(either_pair)
    feature(either_pair.a, "tx-vlan-offload", by_device)
    with Receiver(either_pair.b, ETH_P_ALL) as receiver:
        add_vlan(either_pair.b, VLAN, FAR)
        add_vlan(either_pair.a, VLAN, NEAR)
        captured = send_tagged(either_pair, receiver)
        assert longest(captured) > MTU
        assert {c.vlan for c in captured} == {VLAN}

        def counted() -> bool:
            captured.extend(ipv4(receiver.pending()))
            frames = sum(
                on_a_wire(len(c.frame), HEADERS, MTU)[0] for c in captured
            )
            return frames == either_pair.b.xstats()["rx_ipv4"]

        if is_vnet(either_pair):
            wait_for(counted, "the count of frames to be that of the capture")


@INSERTED
@pytest.mark.parametrize("summed", [True, False], ids=["summed", "partial"])
def test_cut_each_segment_has_the_tag(
    either_pair: Pair, by_device: bool, summed: bool
) -> None:
    """And, if the receiver wants it, its checksum."""
    show(either_pair)
    feature(either_pair.a, "tx-vlan-offload", by_device)
    if summed:
        as_on_a_wire(either_pair)
    else:
        cut(either_pair)
    add_vlan(either_pair.b, VLAN, FAR)
    add_vlan(either_pair.a, VLAN, NEAR)
    with Receiver(either_pair.b, ETH_P_ALL) as receiver:
        captured = send_tagged(either_pair, receiver)
    assert longest(captured) == MTU
    assert len(captured) > SIZE // MTU
    assert {c.vlan for c in captured} == {VLAN}
    if summed:
        for c in captured:
            assert_summed(c.frame)


def add_double(device: Link, address: str) -> None:
    """A VLAN device on top of one whose tags are a provider's."""
    provider = add_vlan(device, 3, protocol=ETH_P_8021AD)
    add_vlan(provider, VLAN, address)


@pytest.mark.parametrize("whole", [True, False], ids=["whole", "cut"])
def test_two_tags_are_no_hindrance(either_pair: Pair, whole: bool) -> None:
    """The outer one beside the frame, the inner one within."""
    show(either_pair)
    if not whole:
        cut(either_pair)
    add_double(either_pair.b, FAR)
    add_double(either_pair.a, NEAR)
    payload = random.Random(11).randbytes(SIZE)
    with Receiver(either_pair.b, ETH_P_ALL) as receiver:
        came = stream(either_pair.a.ns, either_pair.b.ns, FAR, payload)
        assert came == payload
        captured = [c for c in receiver.pending() if c.vlan == 3]
    inner = struct.pack("!HHH", ETH_P_8021Q, VLAN, ETH_P_IP)
    tcp = [c for c in captured if c.frame[12:18] == inner]
    if whole:
        assert longest(tcp) > MTU + VLAN_HLEN
    else:
        assert longest(tcp) == MTU + VLAN_HLEN
