# SPDX-License-Identifier: GPL-2.0-or-later
"""TCP segments whose headers a test chooses, in IPv4, IPv6 and tunnels of these.

All that a header has is a field with a usual value, so that a test names what is
unusual. Checksums are complete, and right unless said otherwise.
"""

import socket
import struct
from dataclasses import dataclass, field

from lib.traffic import ETH_HLEN, ETH_P_IP, ETH_P_IPV6, checksum

FIN, SYN, RST, PSH, ACK, URG, ECE, CWR = (1 << bit for bit in range(8))

DONT_FRAGMENT = 0x4000
MORE_FRAGMENTS = 0x2000

IPIP, IPV6_IN = 4, 41
DESTINATION_OPTIONS = 60
FRAGMENT_HEADER = 44


@dataclass(frozen=True)
class Ip:
    """An IP header: what IPv4 and IPv6 have, and what one of them does."""

    source: str
    destination: str
    tos: int = 0
    ttl: int = 64
    ident: int = 0
    fragment: int = DONT_FRAGMENT
    options: bytes = b""
    """Of IPv4, whole words."""
    label: int = 0
    extension: bytes = b""
    """Of IPv6: destination options without their first two bytes."""
    atomic: bool = False
    """IPv6 with the header of a fragment that is the whole packet."""
    longer: int = 0
    """So much more than there is, the header says."""
    bad_sum: bool = False

    @property
    def six(self) -> bool:
        """Is it IPv6?"""
        return ":" in self.source

    @property
    def ethertype(self) -> int:
        """What an Ethernet frame says of it."""
        return ETH_P_IPV6 if self.six else ETH_P_IP

    @property
    def addresses(self) -> bytes:
        """Source and destination."""
        family = socket.AF_INET6 if self.six else socket.AF_INET
        return b"".join(
            socket.inet_pton(family, address)
            for address in (self.source, self.destination)
        )

    def packet(self, protocol: int, content: bytes) -> bytes:
        """The header with what it carries."""
        if self.six:
            return self._packet6(protocol, content)
        words = 5 + len(self.options) // 4
        length = words * 4 + len(content) + self.longer
        head = struct.pack(
            "!BBHHHBBH",
            0x40 | words,
            self.tos,
            length,
            self.ident & 0xFFFF,
            self.fragment,
            self.ttl,
            protocol,
            0,
        )
        head += self.addresses + self.options
        total = checksum(head) ^ self.bad_sum
        return head[:10] + struct.pack("!H", total) + head[12:] + content

    def _packet6(self, protocol: int, content: bytes) -> bytes:
        if self.atomic:
            content = struct.pack("!BBHI", protocol, 0, 0, 7) + content
            protocol = FRAGMENT_HEADER
        if self.extension:
            assert len(self.extension) % 8 == 6
            units = len(self.extension) // 8
            content = bytes([protocol, units]) + self.extension + content
            protocol = DESTINATION_OPTIONS
        first = 6 << 28 | self.tos << 20 | self.label
        length = len(content) + self.longer
        head = struct.pack("!IHBB", first, length, protocol, self.ttl)
        return head + self.addresses + content


@dataclass(frozen=True)
class Tcp:
    """A TCP segment."""

    payload: bytes
    sequence: int = 1
    acknowledge: int = 1
    flags: int = ACK
    window: int = 1000
    urgent: int = 0
    options: bytes = b""
    """Whole words."""
    bad_sum: bool = False

    def bytes(self, ip: Ip, source: int, destination: int) -> bytes:
        """The segment with a checksum for these addresses and ports."""
        words = 5 + len(self.options) // 4
        head = struct.pack(
            "!HHIIBBHHH",
            source,
            destination,
            self.sequence & 0xFFFFFFFF,
            self.acknowledge,
            words << 4,
            self.flags,
            self.window,
            0,
            self.urgent,
        )
        head += self.options
        segment = head + self.payload
        pseudo = ip.addresses + struct.pack("!II", len(segment), 6)
        total = checksum(pseudo + segment) ^ self.bad_sum
        return segment[:16] + struct.pack("!H", total) + segment[18:]


@dataclass(frozen=True)
class Segment:
    """A TCP segment with its IP headers, the outermost first."""

    tcp: Tcp
    layers: tuple[Ip, ...] = field(default=())

    @property
    def ethertype(self) -> int:
        """What an Ethernet frame says of it."""
        return self.layers[0].ethertype

    def packet(self, source: int, destination: int) -> bytes:
        """The packet with these ports."""
        *outer, inner = self.layers
        packet = inner.packet(
            socket.IPPROTO_TCP, self.tcp.bytes(inner, source, destination)
        )
        carried = inner
        for ip in reversed(outer):
            protocol = IPV6_IN if carried.six else IPIP
            packet = ip.packet(protocol, packet)
            carried = ip
        return packet


def dissect(frame: bytes) -> tuple[int, int]:
    """The source port of a TCP frame without VLAN tags, and where its data begins."""
    protocol = IPV6_IN
    if int.from_bytes(frame[12:14], "big") == ETH_P_IP:
        protocol = IPIP
    at = ETH_HLEN
    while protocol != socket.IPPROTO_TCP:
        if protocol == IPIP:
            protocol, at = frame[at + 9], at + (frame[at] & 15) * 4
        elif protocol == IPV6_IN:
            protocol, at = frame[at + 6], at + 40
        else:
            assert protocol in (DESTINATION_OPTIONS, FRAGMENT_HEADER)
            protocol, at = frame[at], at + 8 + frame[at + 1] * 8
    port = int.from_bytes(frame[at : at + 2], "big")
    return port, at + (frame[at + 12] >> 4) * 4
