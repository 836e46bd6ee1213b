# SPDX-License-Identifier: GPL-2.0-or-later
"""SCTP, whose checksum is a CRC32c, and whose GSO frames are lists."""

import random
import struct

import pytest

from lib.link import Pair
from lib.offload import as_on_a_wire, cut, longest, show
from lib.setup import B4, B6
from lib.traffic import (
    ETH_HLEN,
    ETH_P_IP,
    ETH_P_IPV6,
    TP_STATUS_CSUMNOTREADY,
    Captured,
    Receiver,
    stream,
)

MTU = 1500
IPPROTO_SCTP = 132

FAMILIES = pytest.mark.parametrize(
    ("ethertype", "address"),
    [(ETH_P_IP, B4), (ETH_P_IPV6, B6)],
    ids=["IPv4", "IPv6"],
)


def _table() -> list[int]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


_TABLE = _table()


def crc32c(data: bytes) -> int:
    """The checksum of RFC 3309 over these bytes."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def packets(captured: list[Captured]) -> list[bytes]:
    """The SCTP packets of IPv4 and IPv6 frames."""
    found = []
    for frame in (c.frame for c in captured):
        if frame[12:14] == ETH_P_IP.to_bytes(2, "big"):
            length = struct.unpack_from("!H", frame, ETH_HLEN + 2)[0]
            protocol, start, end = frame[23], 20, length
        else:
            length = struct.unpack_from("!H", frame, ETH_HLEN + 4)[0]
            protocol, start, end = frame[20], 40, 40 + length
        if protocol == IPPROTO_SCTP:
            found.append(frame[ETH_HLEN + start : ETH_HLEN + end])
    return found


def summed(packet: bytes) -> bool:
    """Is the checksum of an SCTP packet right?"""
    told = struct.unpack_from("<I", packet, 8)[0]
    return told == crc32c(packet[:8] + bytes(4) + packet[12:])


def transfer(pair: Pair, ethertype: int, address: str) -> list[Captured]:
    """Send over SCTP; return what came in at the other end."""
    payload = random.Random(3).randbytes(100_000)
    with Receiver(pair.b, ethertype) as receiver:
        came = stream(pair.a.ns, pair.b.ns, address, payload, IPPROTO_SCTP)
        assert came == payload
        return receiver.pending()


def assert_left(captured: list[Captured]) -> None:
    """Every checksum is left to the receiver, that of small packets too."""
    assert all(
        c.status & TP_STATUS_CSUMNOTREADY for c in captured if packets([c])
    )


@FAMILIES
def test_gso_frames_cross_whole(
    either_pair: Pair, ethertype: int, address: str
) -> None:
    show(either_pair)
    captured = transfer(either_pair, ethertype, address)
    assert longest(captured) > MTU
    assert_left(captured)


@FAMILIES
def test_they_can_be_cut(
    either_pair: Pair, ethertype: int, address: str
) -> None:
    """To the MTU; the checksum may still be left to the receiver."""
    show(either_pair)
    cut(either_pair)
    captured = transfer(either_pair, ethertype, address)
    assert longest(captured) <= MTU
    assert_left(captured)


@FAMILIES
def test_the_checksum_can_be_completed(
    either_pair: Pair, ethertype: int, address: str
) -> None:
    """A CRC32c, not the sum of ones that other protocols have."""
    show(either_pair)
    as_on_a_wire(either_pair)
    captured = transfer(either_pair, ethertype, address)
    assert longest(captured) <= MTU
    assert not any(c.status & TP_STATUS_CSUMNOTREADY for c in captured)
    found = packets(captured)
    assert len(found) > 100_000 // MTU
    assert all(summed(packet) for packet in found)
