# SPDX-License-Identifier: GPL-2.0-or-later
"""Bursts of TCP segments, and what HW-GRO is to make of each."""

import random
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from lib.segments import (
    ACK,
    CWR,
    ECE,
    FIN,
    MORE_FRAGMENTS,
    PSH,
    RST,
    SYN,
    URG,
    Ip,
    Segment,
    Tcp,
    dissect,
)
from lib.traffic import (
    ETH_HLEN,
    ETH_P_8021Q,
    ETH_P_IP,
    ETH_P_IPV6,
    ethernet,
    ipv4_udp,
)

SIZE, SHORT = 100, 40
"""Bytes of data in a segment."""
PORT, FIRST_PORT = 7000, 20000
NOBODY4, NOBODY6 = "10.1.0.9", "fd00:1::9"
"""Addresses of a net's that nobody has, so that nobody answers."""


def _knows(name: bytes) -> bool:
    """Whether the kernel has a name; ours, without types, have all."""
    types = Path("/sys/kernel/btf/vmlinux")
    return not types.exists() or name in types.read_bytes()


FIXES_IDS = _knows(b"SKB_GSO_TCP_FIXEDID_INNER")
"""Segmentation can give all one identification, in any header, with DF or without."""
KEEPS_CWR = _knows(b"SKB_GSO_TCP_ACCECN")
"""Segmentation can leave CWR in all segments."""


Fields = dict[str, Any]


@dataclass(frozen=True)
class Sent:
    """A segment of a burst, and what is unusual about it.

    Its sequence number follows those before it, its identifications count up.
    """

    length: int = SIZE
    tcp: Fields = field(default_factory=dict)
    ip: Fields = field(default_factory=dict)
    outer: Fields = field(default_factory=dict)
    padding: int = 0
    source: str = "02:00:00:00:00:01"
    tag: bytes = b""


@dataclass(frozen=True)
class Case:
    """A burst of one flow, and how much data the frames have that are received."""

    sent: Sequence[Sent]
    received: Sequence[int]

    def merged(self) -> list[int]:
        """Of how many segments those frames are that are of several."""
        counts, left = [], [each.length + each.padding for each in self.sent]
        for length in self.received:
            count = 0
            while length > 0 or not count:
                length -= left.pop(0)
                count += 1
            counts.append(count)
        assert not left
        return [count for count in counts if count > 1]


def tcp(**fields: Any) -> Sent:
    """A segment with such a TCP header."""
    return Sent(tcp=fields)


def ip(**fields: Any) -> Sent:
    """A segment with such an IP header."""
    return Sent(ip=fields)


def outer(**fields: Any) -> Sent:
    """A segment within a tunnel with such an IP header."""
    return Sent(outer=fields)


def timestamps(value: int) -> bytes:
    """The option as everybody sends it."""
    return bytes([1, 1, 8, 10]) + value.to_bytes(4, "big") + bytes(4)


PLAIN = Sent()
NOTHING = Sent(length=0)
LITTLE = Sent(length=SHORT)


def between(unusual: Sent) -> Case:
    """One that is not merged, nor is what came before with what follows that."""
    return Case([PLAIN, unusual, tcp(sequence=1 + SIZE)], [SIZE] * 3)


OF_TCP = {
    "all follow": Case([PLAIN] * 5, [5 * SIZE]),
    "one that is shorter ends it": Case(
        [PLAIN, LITTLE, PLAIN, PLAIN], [SIZE + SHORT, 2 * SIZE]
    ),
    "one that is longer does not follow": Case(
        [LITTLE, PLAIN, PLAIN], [SHORT, 2 * SIZE]
    ),
    "a gap behind one that is shorter": Case(
        [PLAIN, LITTLE, tcp(sequence=1 + 2 * SIZE)], [SIZE + SHORT, SIZE]
    ),
    "PSH ends it": Case(
        [PLAIN, tcp(flags=ACK | PSH), PLAIN, PLAIN], [2 * SIZE] * 2
    ),
    "PSH alone": Case([tcp(flags=ACK | PSH), PLAIN], [SIZE] * 2),
    "FIN ends it": Case([PLAIN, PLAIN, tcp(flags=ACK | FIN)], [3 * SIZE]),
    "no data": Case([PLAIN, NOTHING, PLAIN], [SIZE, 0, SIZE]),
    **{
        f"{name} is kept apart": between(tcp(flags=flags))
        for name, flags in (
            ("SYN", ACK | SYN),
            ("RST", ACK | RST),
            ("URG", ACK | URG),
            ("what has no ACK", 0),
            ("ECE in one", ACK | ECE),
            ("CWR in one", ACK | CWR),
        )
    },
    **{
        f"{name} in all": Case([tcp(flags=ACK | flag)] * 3, [SIZE] * 3)
        for name, flag in (("SYN", SYN), ("RST", RST), ("URG", URG))
    },
    "ECE in all": Case([tcp(flags=ACK | ECE)] * 3, [3 * SIZE]),
    "CWR in all": Case(
        [tcp(flags=ACK | CWR)] * 3, [3 * SIZE] if KEEPS_CWR else [SIZE] * 3
    ),
    "a gap": Case([PLAIN, tcp(sequence=SIZE + 2), PLAIN], [SIZE] * 3),
    "sent again": Case([PLAIN, tcp(sequence=1), PLAIN], [SIZE, SIZE, SIZE]),
    "sequence numbers that wrap": Case(
        [
            tcp(sequence=2**32 - SIZE + 1),
            tcp(sequence=1),
            tcp(sequence=SIZE + 1),
        ],
        [3 * SIZE],
    ),
    **{
        f"other {name}": between(unusual)
        for name, unusual in (
            ("acknowledgement", tcp(acknowledge=2)),
            ("window", tcp(window=999)),
            ("urgent pointer", tcp(urgent=1)),
            ("options", tcp(options=timestamps(1))),
            ("sum that is wrong", tcp(bad_sum=True)),
            ("type of service", ip(tos=4)),
            ("congestion experienced", ip(tos=3)),
            ("time to live", ip(ttl=63)),
            ("length", ip(longer=4)),
            ("source MAC", Sent(source="02:00:00:00:00:02")),
        )
    },
    "options that are the same": Case(
        [tcp(options=timestamps(7))] * 3, [3 * SIZE]
    ),
    "options that differ": Case(
        [tcp(options=timestamps(value)) for value in (7, 7, 8, 8)],
        [2 * SIZE] * 2,
    ),
    "padding": Case([PLAIN, Sent(padding=6), PLAIN], [SIZE, SIZE + 6, SIZE]),
}

FIXED_WITHOUT_DF = [3 * SIZE] if FIXES_IDS else [SIZE] * 3
OF_IPV4 = {
    "one identification": Case([ip(ident=7)] * 3, [3 * SIZE]),
    "one identification without DF": Case(
        [ip(ident=7, fragment=0)] * 3, FIXED_WITHOUT_DF
    ),
    "without DF, counting up": Case([ip(fragment=0)] * 3, [3 * SIZE]),
    "an identification that wraps": Case(
        [ip(ident=number) for number in (65534, 65535, 0)], [3 * SIZE]
    ),
    "an identification that jumps": Case(
        [ip(ident=number) for number in (1, 3, 4)], [SIZE, 2 * SIZE]
    ),
    "fixed, then counting up": Case(
        [ip(ident=number) for number in (1, 1, 2)], [2 * SIZE, SIZE]
    ),
    "counting up, then fixed": Case(
        [ip(ident=number) for number in (1, 2, 2)], [2 * SIZE, SIZE]
    ),
    "DF in some": between(ip(fragment=0)),
    "a reserved flag": Case([ip(fragment=0x8000)] * 2, [SIZE] * 2),
    "a fragment": between(ip(fragment=MORE_FRAGMENTS)),
    "options of IP": Case([ip(options=b"\1\1\1\0")] * 2, [SIZE] * 2),
    "options of IP in one": between(ip(options=b"\1\1\1\0")),
    "an IP sum that is wrong": between(ip(bad_sum=True)),
}

OF_IPV6 = {
    "other flow label": between(ip(label=5)),
    "an extension": Case([ip(extension=bytes(6))] * 3, [3 * SIZE]),
    "extensions that differ": Case(
        [ip(extension=bytes([1, 4, value, 0, 0, 0])) for value in (1, 2)],
        [SIZE] * 2,
    ),
    "the header of a fragment": between(ip(atomic=True)),
}

OF_TUNNELS = {
    "other type of service outside": between(outer(tos=4)),
    "other time to live outside": between(outer(ttl=63)),
}
OF_TUNNELS_IN_IPV4 = {
    "one identification outside": Case(
        [outer(ident=7)] * 3, [3 * SIZE] if FIXES_IDS else [SIZE] * 3
    ),
    "an identification that jumps outside": Case(
        [outer(ident=number) for number in (1, 3, 4)], [SIZE, 2 * SIZE]
    ),
}

INSIDE4 = Ip("10.9.0.1", "10.9.0.2")
INSIDE6 = Ip("fd00:9::1", "fd00:9::2")
OUTSIDE4 = Ip("10.1.0.8", NOBODY4)
OUTSIDE6 = Ip("fd00:1::8", NOBODY6)

IN4 = OF_TCP | OF_IPV4
IN6 = OF_TCP | OF_IPV6
WRAPPED = {
    "IPv4": ((OUTSIDE4,), IN4),
    "IPv6": ((OUTSIDE6,), IN6),
    "IPv4 in IPv4": (
        (OUTSIDE4, INSIDE4),
        IN4 | OF_TUNNELS | OF_TUNNELS_IN_IPV4,
    ),
    "IPv6 in IPv4": (
        (OUTSIDE4, INSIDE6),
        IN6 | OF_TUNNELS | OF_TUNNELS_IN_IPV4,
    ),
    "IPv4 in IPv6": ((OUTSIDE6, INSIDE4), IN4 | OF_TUNNELS),
    "IPv6 in IPv6": ((OUTSIDE6, INSIDE6), IN6 | OF_TUNNELS),
}

Layers = tuple[Ip, ...]
Cases = dict[str, Case]


def frames(
    case: Case, layers: Layers, port: int, destination: str
) -> Iterator[bytes]:
    """The frames of a burst, in their order."""
    sequence = 1
    for number, sent in enumerate(case.sent):
        fields: Fields = {"sequence": sequence, **sent.tcp}
        payload = random.Random(sequence).randbytes(sent.length)
        sequence += sent.length
        wrapped = [
            replace(layer, **{"ident": number, **unusual})
            for layer, unusual in zip(
                layers, (sent.outer, sent.ip)[-len(layers) :], strict=True
            )
        ]
        segment = Segment(Tcp(payload, **fields), tuple(wrapped))
        packet = segment.packet(port, PORT) + bytes(sent.padding)
        ethertype = segment.ethertype.to_bytes(2, "big")
        frame = ethernet(sent.source, destination, segment.ethertype, packet)
        yield frame[:12] + sent.tag + ethertype + packet


def burst(
    cases: Cases, layers: Layers, destination: str
) -> Iterator[bytes]:
    """The frames of all cases, each a flow of its own, and one of none.

    So the last poll does not begin with the end of a case.
    """
    for number, case in enumerate(cases.values()):
        yield from frames(case, layers, FIRST_PORT + number, destination)
    yield other(destination)


def other(destination: str) -> bytes:
    """A frame that is no segment."""
    datagram = ipv4_udp("10.1.0.8", NOBODY4, b"other")
    return ethernet("02:00:00:00:00:01", destination, ETH_P_IP, datagram)


def by_case(cases: Cases, captured: Sequence[bytes]) -> dict[str, list[bytes]]:
    """What came, by the case that it is of."""
    names = list(cases)
    found: dict[str, list[bytes]] = {name: [] for name in names}
    for frame in captured:
        number = dissect(frame)[0] - FIRST_PORT
        if 0 <= number < len(names):
            found[names[number]].append(frame)
    return found


def lengths(captured: Sequence[bytes]) -> list[int]:
    """How much data the frames have."""
    return [len(frame) - dissect(frame)[1] for frame in captured]


def segments_only(captured: Sequence[bytes], ethertype: int) -> list[bytes]:
    """Frames of a type but for those of other(), and what neighbours say."""
    protocol = {ETH_P_IP: ETH_HLEN + 9, ETH_P_IPV6: ETH_HLEN + 6}[ethertype]
    noise = (socket.IPPROTO_UDP, socket.IPPROTO_ICMPV6, 0)
    return [
        frame
        for frame in captured
        if int.from_bytes(frame[12:14], "big") == ethertype
        and frame[protocol] not in noise
    ]


def flow(number: int, *sent: Sent, destination: str) -> list[bytes]:
    """The frames of a burst in IPv4."""
    case = Case(sent, [])
    return list(frames(case, (OUTSIDE4,), FIRST_PORT + number, destination))


def flows_of(captured: Sequence[bytes]) -> list[tuple[int, int]]:
    """Of each frame: which flow, how many bytes of data."""
    return [
        (dissect(frame)[0] - FIRST_PORT, length)
        for frame, length in zip(captured, lengths(captured))
    ]


def tagged(vid: int) -> Sent:
    """A segment of a VLAN."""
    tag = ETH_P_8021Q.to_bytes(2, "big") + vid.to_bytes(2, "big")
    return Sent(tag=tag)
