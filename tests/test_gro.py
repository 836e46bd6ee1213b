# SPDX-License-Identifier: GPL-2.0-or-later
"""Software GRO: the segments of a sender that cuts them itself are merged."""

import random
import socket

import pytest

from lib.ethtool import feature
from lib.hold import Held
from lib.link import Link, Make, Pair
from lib.offload import longest, merge
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
    stream,
    virtio_header,
)

MTU = 1500
HEADERS = 20 + 20
SEGMENT = MTU - HEADERS
BURST = 8
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
    """So that the other tests see GRO, and nothing else."""
    merge(either_pair)
    feature(either_pair.b, "gro", False)
    payload = random.Random(8).randbytes(1 << 18)
    with Receiver(either_pair.b, ethertype) as receiver:
        came = stream(either_pair.a.ns, either_pair.b.ns, address, payload)
        assert came == payload
        assert longest(receiver.pending()) == MTU


def test_a_burst_in_one_poll_becomes_one_frame(make_pair: PairMaker) -> None:
    """Segments that follow each other, whoever has sent them."""
    one = Make(tx_queues=1, rx_queues=1)
    pair = make_pair(one, one)
    payload = random.Random(9).randbytes(BURST * SEGMENT)
    with (
        pair.a.ns.socket(socket.AF_PACKET, socket.SOCK_RAW) as sender,
        Held(pair.a, pair.b, B4) as held,
        Receiver(pair.b, ETH_P_IP) as receiver,
    ):
        sender.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
        sender.bind(("vnet0", 0))
        for start in range(0, len(payload), SEGMENT):
            part = payload[start : start + SEGMENT]
            packet = ipv4_tcp(A4, B4, part, PORT, 1 + start)
            frame = ethernet(pair.a.mac, pair.b.mac, ETH_P_IP, packet)
            sender.send(virtio_header() + frame)
        assert pair.b.state().rx_queued == BURST
        held.poll()
        held.release()
        captured = receiver.capture(1)[0]
        assert len(captured.frame) == ETH_HLEN + HEADERS + len(payload)
        assert captured.frame[-len(payload) :] == payload
        assert not receiver.pending()
