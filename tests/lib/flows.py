# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames of flows, and what receive-side scaling makes of their headers."""

import socket
import struct
from dataclasses import dataclass, replace

from lib.genmodel import toeplitz
from lib.link import Link, Pair
from lib.traffic import (
    ETH_P_8021Q,
    ETH_P_IP,
    ETH_P_IPV6,
    checksum,
    ethernet,
    family_of,
)

ETH_P_8021AD = 0x88A8
TCP, UDP, SCTP, ICMP = 6, 17, 132, 1
NO_NEXT = 59
_OPTIONS, _FRAGMENT = 0, 44


@dataclass(frozen=True)
class Flow:
    """Addresses and ports, and what else a frame of the flow has."""

    src: str
    dst: str
    sport: int = 0
    dport: int = 0
    proto: int = UDP
    tags: tuple[tuple[int, int], ...] = ()
    """VLAN tags, the outer one first: EtherType and TCI."""
    tos: int = 0
    label: int = 0
    options: bool = False
    """IP options, or an extension header of IPv6."""
    fragment: int | None = None
    """Of a packet in two halves: 0 the first, 1 the second."""

    @property
    def ip6(self) -> bool:
        """Is it IPv6?"""
        return family_of(self.src) == socket.AF_INET6

    @property
    def addresses(self) -> bytes:
        """Source and destination, as they are hashed."""
        family = family_of(self.src)
        ends = (socket.inet_pton(family, end) for end in (self.src, self.dst))
        return b"".join(ends)

    @property
    def ports(self) -> bytes:
        """Source and destination port, as they are hashed."""
        return struct.pack("!HH", self.sport, self.dport)

    @property
    def back(self) -> "Flow":
        """The other direction."""
        return replace(
            self,
            src=self.dst,
            dst=self.src,
            sport=self.dport,
            dport=self.sport,
        )

    def hash(self, key: bytes) -> int:
        """Toeplitz, of addresses and ports."""
        return toeplitz(self.addresses + self.ports, key)

    def frame(self, to: Link | Pair) -> bytes:
        """A frame of it, to a device from a MAC address of no matter."""
        receiver = to.b if isinstance(to, Pair) else to
        packet = self._ip6() if self.ip6 else self._ip4()
        ethertype = ETH_P_IPV6 if self.ip6 else ETH_P_IP
        for kind, tci in reversed(self.tags):
            packet = struct.pack("!HH", tci, ethertype) + packet
            ethertype = kind
        return ethernet("02:00:00:00:00:01", receiver.mac, ethertype, packet)

    def _segment(self) -> bytes:
        if self.proto == TCP:
            return self.ports + struct.pack("!IIHHHH", 1, 1, 5 << 12, 9, 0, 0)
        if self.proto == UDP:
            return self.ports + struct.pack("!HH", 16, 0) + bytes(8)
        return self.ports + bytes(24)

    def _ip4(self) -> bytes:
        options = b"\x01\x01\x01\x00" if self.options else b""
        body = self._segment() + bytes(16)
        words = 5 + len(options) // 4
        offset = {None: 0, 0: 0x2000, 1: len(body) // 8}[self.fragment]
        head = struct.pack(
            "!BBHHHBB",
            0x40 | words,
            self.tos,
            words * 4 + len(body),
            1,
            offset,
            64,
            self.proto,
        )
        head += bytes(2) + self.addresses + options
        return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + body

    def _ip6(self) -> bytes:
        body, following = self._segment() + bytes(16), self.proto
        if self.fragment is not None:
            offset = (len(body) & ~7) if self.fragment else 1
            body = struct.pack("!BBHI", following, 0, offset, 1) + body
            following = _FRAGMENT
        if self.options:
            body = struct.pack("!BB6s", following, 0, b"\1\4") + body
            following = _OPTIONS
        first = 6 << 28 | self.tos << 20 | self.label
        head = struct.pack("!IHBB", first, len(body), following, 64)
        return head + self.addresses + body


def udp4(number: int) -> Flow:
    """One flow of many, between addresses that no device has."""
    return Flow("10.9.0.1", "10.9.0.2", 1000 + number, 2000)


def tagged(flow: Flow, *tcis: int, outer: int = ETH_P_8021Q) -> Flow:
    """The flow with VLAN tags."""
    kinds = [outer, *[ETH_P_8021Q] * (len(tcis) - 1)]
    return replace(flow, tags=tuple(zip(kinds, tcis, strict=True)))
