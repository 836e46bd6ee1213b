# SPDX-License-Identifier: GPL-2.0-or-later
"""What crosses whole is the receiver's choice, as with a virtual NIC.

rx-gro-hw: a GSO frame crosses whole, or is cut into what a wire carries.
rx-checksum: a checksum still to be made crosses so, or is completed.
Software GRO is switched off, so that a capture shows what crossed.
"""

import random
import socket
import struct

import pytest

from lib.ethtool import feature, features, stats, summed
from lib.link import Pair
from lib.setup import A4, B4, B6
from lib.traffic import (
    ETH_HLEN,
    ETH_P_IP,
    ETH_P_IPV6,
    PACKET_VNET_HDR,
    SOL_PACKET,
    TP_STATUS_CSUMNOTREADY,
    Captured,
    Receiver,
    ethernet,
    ipv4_tcp,
    stream,
    transport_checksum_valid,
    virtio_header,
)
from lib.wait import wait_for

SOL_UDP = 17
UDP_SEGMENT = 103
PORT = 6000
SEGMENT = 1000
SEGMENTS = 16
HEADERS = {ETH_P_IP: ETH_HLEN + 20 + 8, ETH_P_IPV6: ETH_HLEN + 40 + 8}
FAMILIES = {
    ETH_P_IP: (socket.AF_INET, B4),
    ETH_P_IPV6: (socket.AF_INET6, B6),
}
BOTH = pytest.mark.parametrize(
    "ethertype", [ETH_P_IP, ETH_P_IPV6], ids=["IPv4", "IPv6"]
)


@pytest.fixture
def shown(dual_pair: Pair) -> Pair:
    """A pair whose receiver shows frames as they crossed."""
    feature(dual_pair.b, "gro", False)
    return dual_pair


def send_segments(pair: Pair, ethertype: int) -> bytes:
    """Hand sixteen datagrams to the kernel as one, to be cut later."""
    family, address = FAMILIES[ethertype]
    payload = random.Random(4).randbytes(SEGMENT * SEGMENTS)
    with pair.a.ns.socket(family, socket.SOCK_DGRAM) as sender:
        sender.setsockopt(SOL_UDP, UDP_SEGMENT, SEGMENT)
        sender.sendto(payload, (address, PORT))
    return payload


def udp_frames(
    receiver: Receiver, ethertype: int, size: int
) -> list[Captured]:
    """Captured frames until so many bytes of UDP payload are there."""
    headers = HEADERS[ethertype]
    next_header = 23 if ethertype == ETH_P_IP else 20
    found: list[Captured] = []
    while sum(len(c.frame) - headers for c in found) < size:
        captured = receiver.capture(1)[0]
        if captured.frame[next_header] == socket.IPPROTO_UDP:
            found.append(captured)
    return found


@pytest.mark.smoke
@BOTH
def test_a_gso_frame_crosses_whole(shown: Pair, ethertype: int) -> None:
    """One frame in the capture; sixteen are counted, as on a wire."""
    with Receiver(shown.b, ethertype) as receiver:
        filtered = bytes_filtered(shown)
        payload = send_segments(shown, ethertype)
        captured = udp_frames(receiver, ethertype, len(payload))
        _assert_counted(shown, ethertype, len(payload), filtered)
    assert [len(c.frame) for c in captured] == (
        [len(payload) + HEADERS[ethertype]]
    )


@pytest.mark.smoke
@BOTH
def test_without_gro_hw_it_is_cut_at_the_wire(
    shown: Pair, ethertype: int
) -> None:
    """Sixteen frames, as long as the sender asked, in order, valid."""
    feature(shown.b, "rx-gro-hw", False)
    headers = HEADERS[ethertype]
    with Receiver(shown.b, ethertype) as receiver:
        filtered = bytes_filtered(shown)
        payload = send_segments(shown, ethertype)
        captured = udp_frames(receiver, ethertype, len(payload))
        _assert_counted(shown, ethertype, len(payload), filtered)
    assert [len(c.frame) for c in captured] == ([SEGMENT + headers] * SEGMENTS)
    assert b"".join(c.frame[headers:] for c in captured) == payload


def bytes_filtered(pair: Pair) -> int:
    """What the receiver has not counted as received, with nothing under way."""
    filtered = 0

    def quiet() -> bool:
        nonlocal filtered
        sent = pair.a.xstats()["tx_bytes"]
        empty = not pair.b.state().rx_queued
        filtered = sent - pair.b.xstats()["rx_bytes"]
        return empty and pair.a.xstats()["tx_bytes"] == sent

    wait_for(quiet, "nothing to be under way")
    return filtered


def _assert_counted(
    pair: Pair, ethertype: int, size: int, filtered: int
) -> None:
    """Both ends count the sixteen datagrams with all their headers.

    The receiver is promiscuous; it has filtered so many bytes before it was.
    """
    name = "ipv4" if ethertype == ETH_P_IP else "ipv6"
    there, here = pair.a.xstats(), pair.b.xstats()
    assert there[f"tx_{name}"] >= SEGMENTS
    assert there["tx_bytes"] >= size + SEGMENTS * HEADERS[ethertype]
    wait_for(
        lambda: bytes_filtered(pair) == filtered,
        "both ends to count the same",
    )
    assert here[f"rx_{name}"] >= SEGMENTS
    assert summed(stats(pair.a), "tx", name) >= SEGMENTS


@BOTH
def test_without_rx_checksum_every_checksum_is_complete(
    shown: Pair, ethertype: int
) -> None:
    """A capture shows what a wire carries; GSO frames are cut as well."""
    feature(shown.b, "rx-checksumming", False)
    assert not features(shown.b)["rx-gro-hw"]
    with Receiver(shown.b, ethertype) as receiver:
        payload = send_segments(shown, ethertype)
        captured = udp_frames(receiver, ethertype, len(payload))
    assert len(captured) == SEGMENTS
    for c in captured:
        assert not c.status & TP_STATUS_CSUMNOTREADY
        assert transport_checksum_valid(c.frame)


@BOTH
def test_with_rx_checksum_a_partial_one_crosses(
    shown: Pair, ethertype: int
) -> None:
    """The receiver is told that it need not look, and takes the datagram."""
    family, address = FAMILIES[ethertype]
    with (
        Receiver(shown.b, ethertype) as receiver,
        shown.b.ns.socket(family, socket.SOCK_DGRAM) as server,
        shown.a.ns.socket(family, socket.SOCK_DGRAM) as client,
    ):
        server.bind((address, PORT))
        client.sendto(b"not summed yet", (address, PORT))
        assert server.recv(100) == b"not summed yet"
        captured = udp_frames(receiver, ethertype, 14)
    assert captured[0].status & TP_STATUS_CSUMNOTREADY


@pytest.mark.parametrize("gro_hw", [True, False], ids=["whole", "cut"])
@pytest.mark.parametrize("checksum", [True, False], ids=["partial", "summed"])
def test_tcp_gets_through_whatever_the_receiver_takes(
    dual_pair: Pair, gro_hw: bool, checksum: bool
) -> None:
    feature(dual_pair.b, "rx-checksumming", checksum)
    if checksum:
        feature(dual_pair.b, "rx-gro-hw", gro_hw)
    payload = random.Random(5).randbytes(1 << 18)
    for _, address in FAMILIES.values():
        came = stream(dual_pair.a.ns, dual_pair.b.ns, address, payload)
        assert came == payload


def test_tcp_segments_cross_cut_to_the_mtu(shown: Pair) -> None:
    """With rx-gro-hw off no frame is longer than MTU and header."""
    feature(shown.b, "rx-gro-hw", False)
    payload = random.Random(6).randbytes(1 << 17)
    with Receiver(shown.b, ETH_P_IP) as receiver:
        assert stream(shown.a.ns, shown.b.ns, B4, payload) == payload
        frames = [c.frame for c in receiver.pending()]
    assert len(frames) >= len(payload) // 1460
    assert max(len(frame) for frame in frames) <= 1500 + ETH_HLEN


def test_tcp_segments_cross_whole_by_default(shown: Pair) -> None:
    payload = random.Random(7).randbytes(1 << 19)
    with Receiver(shown.b, ETH_P_IP) as receiver:
        assert stream(shown.a.ns, shown.b.ns, B4, payload) == payload
        frames = [c.frame for c in receiver.pending()]
    assert max(len(frame) for frame in frames) > 1500 + ETH_HLEN


def test_a_gso_frame_too_long_for_the_receiver_is_dropped_as_a_whole(
    shown: Pair,
) -> None:
    """Each of its segments is longer than the MTU, and each is counted."""
    shown.b.set_mtu(576)
    shown.a.ns.ip.neigh(
        "replace",
        dst=B4,
        lladdr=shown.b.mac,
        ifindex=shown.a.index,
    )
    before = shown.b.xstats()["rx_drop_length"]
    send_segments(shown, ETH_P_IP)
    wait_for(
        lambda: shown.b.xstats()["rx_drop_length"] - before == SEGMENTS,
        "sixteen frames dropped for their length",
    )


@pytest.mark.parametrize(
    "offload", ["tx-checksumming", "scatter-gather", "tso"]
)
def test_the_sender_may_do_without_its_offloads(
    dual_pair: Pair, offload: str
) -> None:
    feature(dual_pair.a, offload, False)
    payload = random.Random(8).randbytes(1 << 17)
    assert stream(dual_pair.a.ns, dual_pair.b.ns, B4, payload) == payload


def test_gro_merges_what_crossed_cut(dual_pair: Pair) -> None:
    """With rx-gro-hw off software GRO works on what was cut."""
    feature(dual_pair.b, "rx-gro-hw", False)
    feature(dual_pair.b, "rx-udp-gro-forwarding", True)
    with Receiver(dual_pair.b, ETH_P_IP) as receiver:
        payload = send_segments(dual_pair, ETH_P_IP)
        captured = udp_frames(receiver, ETH_P_IP, len(payload))
    assert max(len(c.frame) for c in captured) > SEGMENT + HEADERS[ETH_P_IP]


def test_what_crosses_is_a_new_frame(shown: Pair) -> None:
    """Mark and priority of the sender's side do not cross a namespace."""
    ns = shown.b.ns
    ns.run(
        ["nft", "-f", "-"],
        stdin="table ip t {\n"
        "  chain c {\n"
        "    type filter hook input priority 0;\n"
        "    meta mark 77 drop\n"
        "    meta priority 5 drop\n"
        "  }\n"
        "}\n",
    )
    with (
        ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as server,
        shown.a.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as client,
    ):
        server.bind((B4, PORT))
        client.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, 77)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_PRIORITY, 5)
        client.sendto(b"anew", (B4, PORT))
        assert server.recv(100) == b"anew"


@pytest.mark.parametrize("whole", [True, False], ids=["whole", "cut"])
@pytest.mark.parametrize("size", [100, 333, 999, 1000])
def test_what_a_packet_socket_or_guest_wants_cut_is_counted_alike(
    shown: Pair, whole: bool, size: int
) -> None:
    """Such a frame does not say how many it will be; both ends agree."""
    feature(shown.b, "rx-gro-hw", whole)
    payload = random.Random(9).randbytes(1000)
    frame = ethernet(
        shown.a.mac, shown.b.mac, ETH_P_IP, ipv4_tcp(A4, B4, payload, PORT)
    )
    segments = -(-len(payload) // size)
    before = shown.a.xstats()["tx_ipv4"], shown.b.xstats()["rx_ipv4"]
    with (
        shown.a.ns.socket(socket.AF_PACKET, socket.SOCK_RAW) as sender,
        Receiver(shown.b, ETH_P_IP) as receiver,
    ):
        sender.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
        sender.bind(("vnet0", 0))
        sender.send(virtio_header(size) + frame)
        captured = receiver.capture(1 if whole else segments)
    headers = ETH_HLEN + 20 + 20
    assert b"".join(c.frame[headers:] for c in captured) == payload
    if not whole:
        assert [len(c.frame) - headers for c in captured[:-1]] == (
            [size] * (segments - 1)
        )
    assert shown.a.xstats()["tx_ipv4"] - before[0] == segments
    assert shown.b.xstats()["rx_ipv4"] - before[1] == segments


def test_transmit_timestamps_are_given(shown: Pair) -> None:
    """SO_TIMESTAMPING in software, as ethtool -T says."""
    so_timestamping = 37
    tx_software, software, opt_tsonly = 1 << 1, 1 << 4, 1 << 11
    with shown.a.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.setsockopt(
            socket.SOL_SOCKET,
            so_timestamping,
            tx_software | software | opt_tsonly,
        )
        sender.sendto(b"when?", (B4, PORT))

        def stamped() -> bool:
            try:
                _, ancillary, _, _ = sender.recvmsg(
                    0, 512, socket.MSG_ERRQUEUE
                )
            except BlockingIOError:
                return False
            return any(
                level == socket.SOL_SOCKET
                and kind == so_timestamping
                and struct.unpack_from("=q", payload)[0] > 0
                for level, kind, payload in ancillary
            )

        wait_for(stamped, "a transmit time stamp")
