# SPDX-License-Identifier: GPL-2.0-or-later
"""Pairs of any kind, and what their receiver is given: whole, or cut.

veth is what vnet is compared with. With vnet the receiver says what it takes; a
veth that is to hand over what a wire carries has its sender told so.
"""

from lib import uapi
from lib.ethtool import feature
from lib.link import VETH, Link, Pair
from lib.traffic import (
    ETH_HLEN,
    ETH_P_IP,
    Captured,
    checksum,
    transport_checksum_valid,
)

KINDS = (uapi.KIND, VETH)


def is_vnet(pair: Pair) -> bool:
    """Is it the kind that is tested?"""
    return pair.a.info().kind == uapi.KIND


def show(pair: Pair) -> None:
    """Have a capture at b show frames as they crossed."""
    feature(pair.b, "gro", False)


def apart(device: Link) -> None:
    """Have a device hand over frames as they came: nobody merges them."""
    feature(device, "gro", False)
    feature(device, "rx-gro-hw", False)


def cut(pair: Pair) -> None:
    """Have GSO frames from a to b cut before b gets them."""
    if is_vnet(pair):
        feature(pair.b, "rx-gro-hw", False)
        return
    for name in ("tso", "tx-udp-segmentation", "tx-sctp-segmentation"):
        feature(pair.a, name, False)


def as_on_a_wire(pair: Pair) -> None:
    """Have frames from a to b cut, and their checksums completed."""
    if is_vnet(pair):
        feature(pair.b, "rx-checksumming", False)
    else:
        cut(pair)
        feature(pair.a, "tx-checksumming", False)


def merge(pair: Pair) -> None:
    """Have b merge frames in software, and a send none that are merged."""
    # segments of different milliseconds would stay apart
    pair.a.ns.sysctl("net/ipv4/tcp_timestamps", 0)
    feature(pair.b, "gro", True)
    feature(pair.a, "tso", False)
    feature(pair.a, "gso", False)


def longest(captured: list[Captured]) -> int:
    """Bytes of the longest frame without its Ethernet header and tag."""
    return max(len(c.frame) for c in captured) - ETH_HLEN


def on_a_wire(length: int, headers: int, mtu: int) -> tuple[int, int]:
    """How many frames, and bytes in them all, a TCP frame would be there.

    headers is the length of what each begins with, the Ethernet header too.
    """
    if length <= mtu + ETH_HLEN:
        return 1, length
    payload = length - headers
    frames = -(-payload // (mtu + ETH_HLEN - headers))
    return frames, payload + frames * headers


def assert_summed(frame: bytes) -> None:
    """The checksums of an IP packet in a frame are right, UDP and TCP too."""
    if frame[12:14] == ETH_P_IP.to_bytes(2, "big"):
        header = frame[ETH_HLEN : ETH_HLEN + 20]
        assert checksum(header) == 0, "the IPv4 header's checksum"
    assert transport_checksum_valid(frame), "the transport's checksum"
