# SPDX-License-Identifier: GPL-2.0-or-later
"""Software GRO: the segments of a sender that cuts them itself are merged."""

import random
import socket

import pytest

from lib.ethtool import feature
from lib.hold import Held
from lib.link import Link, Make, Pair
from lib.offload import cut, longest, merge
from lib.setup import A4, B4, B6, PairMaker
from lib.traffic import (
    ETH_HLEN,
    ETH_P_IP,
    ETH_P_IPV6,
    PACKET_VNET_HDR,
    SOL_PACKET,
    Receiver,
    ethernet,
    ipv4_tcp,
    ipv4_udp,
    stream,
    virtio_header,
)

MTU = 1500
HEADERS = 20 + 20
SEGMENT = MTU - HEADERS
BURST = 8
BATCH = 8
"""Frames that a poll takes at once."""
PORT = 6000

FAMILIES = pytest.mark.parametrize(
    ("ethertype", "address"),
    [(ETH_P_IP, B4), (ETH_P_IPV6, B6)],
    ids=["IPv4", "IPv6"],
)


def postpone(link: Link) -> None:
    """Have NAPI come back to what it has polled, and GRO wait for it."""
    device = link.ns.sys / "class/net" / link.name
    (device / "napi_defer_hard_irqs").write_text("100")
    (device / "gro_flush_timeout").write_text("20000000")


@FAMILIES
@pytest.mark.parametrize("waits", [False, True], ids=["polls", "timeout"])
def test_segments_of_a_stream_are_merged(
    either_pair: Pair, ethertype: int, address: str, waits: bool
) -> None:
    """Within a poll, and from poll to poll where gro_flush_timeout says so."""
    merge(either_pair)
    if waits:
        postpone(either_pair.b)
    payload = random.Random(7).randbytes(1 << 19)
    with Receiver(either_pair.b, ethertype) as receiver:
        came = stream(either_pair.a.ns, either_pair.b.ns, address, payload)
        assert came == payload
        assert longest(receiver.pending()) > MTU


@FAMILIES
def test_without_gro_none_are(
    either_pair: Pair, ethertype: int, address: str
) -> None:
    """So that the other tests see GRO, and nothing else. HW-GRO is off, too."""
    merge(either_pair)
    cut(either_pair)
    feature(either_pair.b, "gro", False)
    payload = random.Random(8).randbytes(1 << 18)
    with Receiver(either_pair.b, ethertype) as receiver:
        came = stream(either_pair.a.ns, either_pair.b.ns, address, payload)
        assert came == payload
        assert longest(receiver.pending()) == MTU


def send_segments(pair: Pair, sender: socket.socket, payload: bytes) -> None:
    """Send what GRO may merge into one frame."""
    for start in range(0, len(payload), SEGMENT):
        part = payload[start : start + SEGMENT]
        packet = ipv4_tcp(A4, B4, part, PORT, 1 + start)
        frame = ethernet(pair.a.mac, pair.b.mac, ETH_P_IP, packet)
        sender.send(virtio_header() + frame)


@pytest.mark.parametrize("others", [0, BATCH - 1])
def test_a_burst_in_one_poll_becomes_one_frame(
    make_pair: PairMaker, others: int
) -> None:
    """Segments that follow each other, whoever has sent them.

    The poll ends a try of GRO with its first frames if these are none to merge;
    but not if there is one among them, the last, that others might merge with.
    """
    one = Make(tx_queues=1, rx_queues=1)
    pair = make_pair(one, one)
    payload = random.Random(9).randbytes(BURST * SEGMENT)
    other = ethernet(
        pair.a.mac, pair.b.mac, ETH_P_IP, ipv4_udp(A4, B4, b"other")
    )
    with (
        pair.a.ns.socket(socket.AF_PACKET, socket.SOCK_RAW) as sender,
        Held(pair.a, pair.b, B4) as held,
        Receiver(pair.b, ETH_P_IP) as receiver,
    ):
        sender.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
        sender.bind(("vnet0", 0))
        for _ in range(others):
            sender.send(bytes(len(virtio_header())) + other)
        send_segments(pair, sender, payload)
        assert pair.b.state().rx_queued == others + BURST
        held.poll()
        held.release()
        captured = receiver.capture(others + 1)[-1]
        assert len(captured.frame) == ETH_HLEN + HEADERS + len(payload)
        assert captured.frame[-len(payload) :] == payload
        assert not receiver.pending()
