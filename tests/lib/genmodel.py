# SPDX-License-Identifier: GPL-2.0-or-later
"""A model of the generator: which frame, on which queue, and when.

It is written from what the documentation defines, not from the module: given
the settings it says the bytes of frame g of a run, for g = 0, 1, 2, ...
"""

import itertools
import socket
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from lib import uapi
from lib.gen import Gen, address_bytes, fields_mask, mac_number
from lib.traffic import BROADCAST, checksum

NSEC_PER_SEC = 10**9
_M64 = (1 << 64) - 1

STREAM_ISN = 16
STREAM_ACK = 17
STREAM_PAYLOAD = 32

IMIX = (60, 590, 60, 60, 590, 60, 1514, 60, 590, 60, 590, 60)
PKTGEN_MAGIC = 0xBE9BE955
PKTGEN_LENGTH = 16

RSS_KEY = bytes.fromhex(
    "6d5a56da255b0ec24167253d43a38fb0d0ca2bcbae7b30b477cb2da38030f20c"
    "6a42b73bbeac01fa"
)
"""The key with which the hash is verified on all cards."""
INDIRECTION = 128

ETH, TAG, IPV4, IPV6, UDP, TCP, ICMP, ARP = 14, 4, 20, 40, 8, 20, 8, 28
_UDP4, _UDP6 = uapi.VNET_GEN_UDP4, uapi.VNET_GEN_UDP6
_TCP4, _TCP6 = uapi.VNET_GEN_TCP4, uapi.VNET_GEN_TCP6
_ICMP4, _ICMP6 = uapi.VNET_GEN_ICMP4, uapi.VNET_GEN_ICMP6
_ARP, _RAW = uapi.VNET_GEN_ARP, uapi.VNET_GEN_RAW

UDPS, TCPS = (_UDP4, _UDP6), (_TCP4, _TCP6)
ICMPS, IPV6S = (_ICMP4, _ICMP6), (_UDP6, _TCP6, _ICMP6)
_TRANSPORT = {
    _UDP4: (UDP, socket.IPPROTO_UDP, 6),
    _UDP6: (UDP, socket.IPPROTO_UDP, 6),
    _TCP4: (TCP, socket.IPPROTO_TCP, 16),
    _TCP6: (TCP, socket.IPPROTO_TCP, 16),
    _ICMP4: (ICMP, socket.IPPROTO_ICMP, 2),
    _ICMP6: (ICMP, socket.IPPROTO_ICMPV6, 2),
}
"""Of a protocol: length of its header, its number, where its checksum is."""


def mix(seed: int, stream: int, n: int) -> int:
    """Number n of a stream of random numbers of 64 bits (splitmix64)."""
    z = seed + stream * 0xD1342543DE82EF95 + (n + 1) * 0x9E3779B97F4A7C15
    z &= _M64
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & _M64
    z = (z ^ z >> 27) * 0x94D049BB133111EB & _M64
    return z ^ z >> 31


def toeplitz(data: bytes, key: bytes = RSS_KEY) -> int:
    """The hash of receive side scaling."""
    window = int.from_bytes(key, "big")
    bits = len(key) * 8
    result = 0
    for position in range(len(data) * 8):
        if data[position // 8] >> (7 - position % 8) & 1:
            result ^= window >> (bits - 32 - position) & 0xFFFFFFFF
    return result


def _number(text: str) -> int:
    return int.from_bytes(address_bytes(text), "big")


@dataclass(frozen=True)
class Range:
    """A field of a frame: its values, and how one is chosen."""

    stream: int
    first: int
    span: int
    random: bool

    def value(self, seed: int, i: int) -> int:
        """The value of flow i, or of frame i."""
        drawn = mix(seed, self.stream, i) if self.random else i
        return self.first + drawn % self.span


@dataclass(frozen=True)
class Place:
    """Where frame g of a run is: its queue, flow, and number in the flow."""

    queue: int
    flow: int
    nth: int


@dataclass(frozen=True)
class Model:
    """What a generator of these settings makes on this device."""

    gen: Gen
    mac: str
    queues: int = 1
    """RX queues in use."""

    @property
    def proto(self) -> int:
        """The protocol."""
        return self.gen.proto or _ARP

    @property
    def seed(self) -> int:
        """Of all that is random."""
        return self.gen.seed or 0

    @property
    def flows(self) -> int:
        """How many five-tuples."""
        return self.gen.flows or uapi.VNET_GEN_FLOWS_DEFAULT

    @property
    def hashed(self) -> bool:
        """Does a hash say the queue?"""
        return self.gen.spread == uapi.VNET_GEN_HASH

    @property
    def tags(self) -> list[tuple[int, int]]:
        """Type and TCI of each tag, the outer first."""
        found = []
        none = (None, uapi.VNET_GEN_VLAN_NONE)
        prio = (self.gen.vlan_prio or 0) << 13
        if self.gen.qinq not in none:
            found.append((0x88A8, prio | (self.gen.qinq or 0)))
        if self.gen.vlan not in none:
            found.append((0x8100, prio | (self.gen.vlan or 0)))
        return found

    @property
    def headers(self) -> int:
        """Bytes in front of the payload."""
        ethernet = ETH + TAG * len(self.tags)
        if self.proto == _RAW:
            return len(self.gen.raw or b"")
        if self.proto == _ARP:
            return ethernet + ARP
        network = IPV6 if self.proto in IPV6S else IPV4
        return ethernet + network + _TRANSPORT[self.proto][0]

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """The sizes of frames, that begin again after the last."""
        if self.gen.size == uapi.VNET_GEN_SIZE_IMIX:
            return IMIX
        pktgen = self.gen.payload == uapi.VNET_GEN_PAYLOAD_PKTGEN
        least = self.headers + (PKTGEN_LENGTH if pktgen else 0)
        first = self.gen.size or max(uapi.VNET_GEN_SIZE_DEFAULT, least)
        return tuple(range(first, (self.gen.size_last or first) + 1))

    def size(self, g: int) -> int:
        """Bytes of frame g."""
        return self.sizes[g % len(self.sizes)]

    def total(self, frames: int) -> int:
        """Bytes of the first frames of a run."""
        whole, rest = divmod(frames, len(self.sizes))
        return whole * sum(self.sizes) + sum(self.sizes[:rest])

    # When

    def _of_rate(self, nsecs: int) -> int:
        if self.gen.bitrate is None:
            rate = self.gen.rate or uapi.VNET_GEN_RATE_DEFAULT
            assert rate != uapi.VNET_GEN_RATE_UNPACED, "never due"
            return rate * nsecs // NSEC_PER_SEC
        left = self.gen.bitrate * nsecs // NSEC_PER_SEC // 8
        whole, left = divmod(left, sum(self.sizes))
        rest = 0
        while self.sizes[rest] <= left:
            left -= self.sizes[rest]
            rest += 1
        return whole * len(self.sizes) + rest

    def due(self, nsecs: int) -> int:
        """Frames that are due after this time."""
        if self.gen.duration:
            nsecs = min(nsecs, self.gen.duration)
        made = self._of_rate(nsecs)
        return min(made, self.gen.count) if self.gen.count else made

    # Where

    @property
    def dealt(self) -> tuple[int, ...]:
        """The queues that frames are dealt to."""
        return self.gen.queues or tuple(range(self.queues))

    def place(self, g: int) -> Place:
        """Where frame g is."""
        if self.hashed:
            flow = g % self.flows
            return Place(self.hashed_to(flow), flow, g // self.flows)
        dealt = self.dealt
        k, p = divmod(g, len(dealt))
        if self.flows >= len(dealt):
            own = len(range(p, self.flows, len(dealt)))
            return Place(dealt[p], p + k % own * len(dealt), k // own)
        flow = p % self.flows
        sharing = len(range(flow, len(dealt), self.flows))
        return Place(dealt[p], flow, k * sharing + p // self.flows)

    def hashed_to(self, flow: int) -> int:
        """The queue that the hash of a flow says."""
        number = toeplitz(self.tuple_of(flow))
        return number % INDIRECTION % self.queues

    def tuple_of(self, flow: int) -> bytes:
        """Addresses and ports of a flow, as they are hashed."""
        found = self._addresses(flow)
        if self.proto in (*UDPS, *TCPS):
            found += struct.pack("!HH", *self._ports(flow))
        return found

    # What

    def _range(self, field: str, default: int, number: Callable[..., int]) -> Range:
        text = getattr(self.gen, field)
        first = default if text is None else number(text)
        text = getattr(self.gen, field + "_last")
        last = first if text is None else number(text)
        bit = fields_mask(field)
        stream = bit.bit_length() - 1
        drawn = bool((self.gen.random or 0) & bit)
        return Range(stream, first, last - first + 1, drawn)

    @cached_property
    def _ranges(self) -> dict[str, Range]:
        arp, own = self.proto == _ARP, mac_number(self.mac)
        source = own if arp else mac_number("02:00:00:00:00:01")
        destination = mac_number(BROADCAST) if arp else own
        near, far = "10.0.0.1", "10.0.0.2"
        if self.proto in IPV6S:
            near, far = "fd00::1", "fd00::2"
        port = uapi.VNET_GEN_PORT_DEFAULT
        found = {
            "src_mac": self._range("src_mac", source, mac_number),
            "dst_mac": self._range("dst_mac", destination, mac_number),
            "src": self._range("src", _number(near), _number),
            "dst": self._range("dst", _number(far), _number),
            "src_port": self._range("src_port", port, int),
            "dst_port": self._range("dst_port", port, int),
        }
        tuples = [v for name, v in found.items() if "mac" not in name]
        if self.flows > 1 and all(v.span == 1 for v in tuples):
            counted = "src"
            if self.proto in (*UDPS, *TCPS):
                counted = "src_port"
            found[counted] = replace(
                found[counted], span=self.flows, random=False
            )
        return found

    def _value(self, field: str, i: int) -> int:
        return self._ranges[field].value(self.seed, i)

    def _addresses(self, i: int) -> bytes:
        packed = b""
        for field in ("src", "dst"):
            value = self._value(field, i)
            if self.proto in IPV6S:
                upper = self._ranges[field].first >> 64
                packed += struct.pack("!QQ", upper, value & _M64)
            else:
                packed += struct.pack("!I", value & 0xFFFFFFFF)
        return packed

    def _ports(self, i: int) -> tuple[int, int]:
        return (
            self._value("src_port", i) & 0xFFFF,
            self._value("dst_port", i) & 0xFFFF,
        )

    def _chosen_by(self, g: int) -> int:
        """What the values of frame g are chosen by."""
        return self.place(g).flow if self.flows > 1 or self.hashed else g

    def _ethernet(self, g: int) -> bytes:
        i = self._chosen_by(g)
        head = self._value("dst_mac", i).to_bytes(6, "big")
        head += self._value("src_mac", i).to_bytes(6, "big")
        for kind, tci in self.tags:
            head += struct.pack("!HH", kind, tci)
        kind = 0x86DD if self.proto in IPV6S else 0x0800
        return head + struct.pack("!H", 0x0806 if self.proto == _ARP else kind)

    def payload(self, g: int, length: int, stamp: bytes = b"") -> bytes:
        """The payload of frame g; pktgen's has the stamp of its time."""
        kind = self.gen.payload or uapi.VNET_GEN_PAYLOAD_ZEROS
        made = b""
        if kind == uapi.VNET_GEN_PAYLOAD_PATTERN:
            made = bytes(range(256)) * (length // 256 + 1)
        elif kind == uapi.VNET_GEN_PAYLOAD_RANDOM:
            made = b"".join(
                struct.pack("<Q", mix(self.seed, STREAM_PAYLOAD + g, n))
                for n in range(length // 8 + 1)
            )
        elif kind == uapi.VNET_GEN_PAYLOAD_PKTGEN:
            number = g + 1 & 0xFFFFFFFF
            made = struct.pack("!II", PKTGEN_MAGIC, number) + stamp
        return made[:length].ljust(length, b"\0")

    def _arp(self, g: int) -> bytes:
        i = self._chosen_by(g)
        addresses = self._addresses(i)
        return (
            struct.pack("!HHBBH", 1, 0x0800, 6, 4, 1)
            + self._value("src_mac", i).to_bytes(6, "big")
            + addresses[:4]
            + bytes(6)
            + addresses[4:]
        )

    def _transport(self, g: int, length: int) -> bytes:
        """The header of UDP, TCP or ICMP, without its checksum."""
        place = self.place(g)
        if self.proto in ICMPS:
            kind = 8 if self.proto == _ICMP4 else 128
            flow, number = place.flow & 0xFFFF, g & 0xFFFF
            return struct.pack("!BBHHH", kind, 0, 0, flow, number)
        ports = self._ports(self._chosen_by(g))
        if self.proto in UDPS:
            return struct.pack("!HHHH", *ports, UDP + length, 0)
        kind = self.gen.tcp or uapi.VNET_GEN_TCP_SYN
        sequence = mix(self.seed, STREAM_ISN, place.flow)
        acknowledged = mix(self.seed, STREAM_ACK, place.flow)
        flags = 0x10
        if kind == uapi.VNET_GEN_TCP_SYN:
            acknowledged, flags = 0, 0x02
        elif kind == uapi.VNET_GEN_TCP_ACK:
            sequence += 1
        else:
            sequence += 1 + place.nth * length
        return struct.pack(
            "!HHIIBBHHH",
            *ports,
            sequence & 0xFFFFFFFF,
            acknowledged & 0xFFFFFFFF,
            TCP // 4 << 4,
            flags,
            65535,
            0,
            0,
        )

    def _summed(self, segment: bytes, addresses: bytes) -> bytes:
        _, number, where = _TRANSPORT[self.proto]
        pseudo = addresses + struct.pack("!II", len(segment), number)
        if self.proto == _ICMP4:
            pseudo = b""
        found = checksum(pseudo + segment)
        if self.proto in UDPS:
            found = found or 0xFFFF
        if self.gen.csum == uapi.VNET_GEN_CSUM_BAD:
            found = ~found & 0xFFFF or 1
        return (
            segment[:where] + struct.pack("!H", found) + segment[where + 2 :]
        )

    def _packet(self, g: int, length: int, stamp: bytes) -> bytes:
        addresses = self._addresses(self._chosen_by(g))
        payload = self.payload(g, length, stamp)
        segment = self._transport(g, length) + payload
        segment = self._summed(segment, addresses)
        number = _TRANSPORT[self.proto][1]
        if self.proto in IPV6S:
            head = struct.pack("!IHBB", 6 << 28, len(segment), number, 64)
            return head + addresses + segment
        head = struct.pack(
            "!BBHHHBB", 0x45, 0, IPV4 + len(segment), 0, 0x4000, 64, number
        )
        found = checksum(head + bytes(2) + addresses)
        return head + struct.pack("!H", found) + addresses + segment

    def frame(self, g: int, stamp: bytes = bytes(8)) -> bytes:
        """The bytes of frame g; the stamp is that of pktgen's payload."""
        size = self.size(g)
        length = size - self.headers
        assert length >= 0, f"{size} bytes do not hold the headers"
        if self.proto == _RAW:
            return (self.gen.raw or b"") + self.payload(g, length, stamp)
        if self.proto == _ARP:
            return self._ethernet(g) + self._arp(g) + bytes(length)
        return self._ethernet(g) + self._packet(g, length, stamp)

    def frames(self, count: int) -> list[bytes]:
        """The first frames of a run."""
        return [self.frame(g) for g in range(count)]

    def of_queue(self, queue: int) -> Iterator[int]:
        """The numbers of the frames of a queue, in order."""
        return (g for g in itertools.count() if self.place(g).queue == queue)

    def by_queue(self, count: int) -> dict[int, list[bytes]]:
        """The first frames of a run, by their queues."""
        found: dict[int, list[bytes]] = {q: [] for q in range(self.queues)}
        for g in range(count):
            found[self.place(g).queue].append(self.frame(g))
        return found
