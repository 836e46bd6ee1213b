# SPDX-License-Identifier: GPL-2.0-or-later
"""Features: what a capture shows with each of them on, and with it off.

The rows of the table in docs/ethtool.md.
"""

import random
import socket
import zlib

import pytest

from lib.bpf import XDP_DROP, generic_xdp
from lib.changes import CHANGES, Change
from lib.counters import note_loop
from lib.ethtool import RefusedError, ethtool, feature, features, groups
from lib.flows import Flow, udp4
from lib.genmodel import RSS_KEY
from lib.genl import link_state
from lib.hold import Held
from lib.link import Link, Make, Pair
from lib.offload import assert_summed, longest, merge
from lib.rss import send, spelled
from lib.setup import B4, PairMaker, add_vlan
from lib.traffic import (
    ETH_HLEN,
    ETH_P_8021Q,
    ETH_P_ALL,
    ETH_P_IP,
    TP_STATUS_CSUMNOTREADY,
    Captured,
    Receiver,
    Sender,
    assert_all,
    numbered,
    packet_socket,
    stream,
)
from lib.wait import wait_equal

SOL_UDP, UDP_SEGMENT, SO_NOFCS = 17, 103, 43
OF_MICROSOFT = 0x51CCC178
HEADERS = ETH_HLEN + 20 + 8
SEGMENT, SEGMENTS = 1000, 16
MTU, LARGE = 1500, 9000
PORT = 6000

SWITCHED = pytest.mark.parametrize("on", [True, False], ids=["on", "off"])


@pytest.fixture
def shown(pair: Pair) -> Pair:
    """A pair whose receiver shows frames as they crossed."""
    feature(pair.b, "gro", False)
    return pair


def fcs(frame: bytes) -> bytes:
    """The frame check sequence of IEEE 802.3."""
    return zlib.crc32(frame).to_bytes(4, "little")


def datagrams(pair: Pair) -> list[Captured]:
    """Hand the kernel sixteen datagrams as one; the frames that b gets."""
    payload = random.Random(21).randbytes(SEGMENT * SEGMENTS)
    got: list[Captured] = []
    with (
        Receiver(pair.b, ETH_P_IP) as receiver,
        pair.a.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        sender.setsockopt(SOL_UDP, UDP_SEGMENT, SEGMENT)
        sender.sendto(payload, (B4, PORT))
        while sum(len(c.frame) - HEADERS for c in got) < len(payload):
            got += receiver.capture(1)
    return got


def tcp_segments(pair: Pair, *, sent: bool = False) -> list[Captured]:
    """Send over TCP; the frames that b gets, or those that a sent."""
    payload = random.Random(22).randbytes(1 << 17)
    # What goes out is seen by who asks for all types alone
    seen, kind = (pair.a, ETH_P_ALL) if sent else (pair.b, ETH_P_IP)
    with Receiver(seen, kind, outgoing=sent) as receiver:
        assert stream(pair.a.ns, pair.b.ns, B4, payload) == payload
        return receiver.pending()


@SWITCHED
@pytest.mark.parametrize("name", ["tso", "scatter-gather"])
def test_tcp_crosses_whole_or_in_segments(
    shown: Pair, name: str, on: bool
) -> None:
    """Without scatter-gather there is no TSO.

    Segments may be merged again where they are received, and are not seen there.
    """
    feature(shown.a, name, on)
    assert (longest(tcp_segments(shown, sent=not on)) > MTU) == on


@SWITCHED
@pytest.mark.parametrize(
    ("end", "name"), [("a", "tx-udp-segmentation"), ("b", "rx-gro-hw")]
)
def test_datagrams_cross_whole_or_cut(
    shown: Pair, end: str, name: str, on: bool
) -> None:
    """Where the sender leaves them to be cut, the receiver decides."""
    feature(getattr(shown, end), name, on)
    assert len(datagrams(shown)) == (1 if on else SEGMENTS)


@SWITCHED
@pytest.mark.parametrize(
    ("end", "name"), [("a", "tx-checksumming"), ("b", "rx-checksumming")]
)
def test_checksums_cross_partial_or_complete(
    shown: Pair, end: str, name: str, on: bool
) -> None:
    feature(getattr(shown, end), name, on)
    with (
        Receiver(shown.b, ETH_P_IP) as receiver,
        shown.a.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        sender.sendto(bytes(100), (B4, PORT))
        (captured,) = receiver.capture(1)
    assert bool(captured.status & TP_STATUS_CSUMNOTREADY) == on
    if not on:
        assert_summed(captured.frame)


@SWITCHED
def test_gro_merges_segments(pair: Pair, on: bool) -> None:
    """So would the device without it."""
    merge(pair)
    feature(pair.b, "rx-gro-hw", False)
    feature(pair.b, "gro", on)
    assert (longest(tcp_segments(pair)) > MTU) == on


@SWITCHED
def test_frames_carry_a_hash(pair: Pair, on: bool) -> None:
    """That of the key; without, they carry what the sender knew, or nothing."""
    ethtool(pair.b, "-X", "hkey", spelled(RSS_KEY))
    feature(pair.b, "receive-hashing", on)
    (seen,) = send(pair, [Flow("66.9.149.187", "161.142.100.80", 2794, 1766)])
    assert (seen.hash == OF_MICROSOFT) == on


@SWITCHED
@pytest.mark.parametrize("by_device", [True, False])
def test_a_tag_is_taken_out_of_the_frame(
    pair: Pair, by_device: bool, on: bool
) -> None:
    """Who looks before the stack does finds it there, or does not.

    Packet sockets are told of it beside the frame in any case: the stack takes
    out what the device has left.
    """
    feature(pair.a, "tx-vlan-offload", by_device)
    feature(pair.b, "rx-vlan-offload", on)
    tagged = add_vlan(pair.a, 7)
    with Receiver(pair.b, ETH_P_ALL) as receiver, Sender(tagged) as sender:
        with generic_xdp(pair.b, XDP_DROP, ETH_P_8021Q):
            sent = sender.send(3)
            wait_equal(
                lambda: pair.b.xstats()["rx_frames"], 3, "all to be received"
            )
            assert len(receiver.pending()) == (3 if on else 0)
        sent = sender.send(3)
        captured = receiver.capture(3)
    assert_all([c.frame for c in captured], sent)
    assert {c.vlan for c in captured} == {7}


@SWITCHED
def test_the_fcs_is_shown(shown: Pair, on: bool) -> None:
    """Of a frame as it is on a wire: cut, summed, with its tag."""
    feature(shown.b, "rx-fcs", on)
    extra = 4 if on else 0
    tagged = add_vlan(shown.a, 7)
    with Receiver(shown.b, ETH_P_ALL) as receiver:
        with Sender(shown.a) as sender:
            sender.send(2, 64)
            sender.send(2, 1514)
        with Sender(tagged) as sender:
            sender.send(2)
        numbers = receiver.capture(6)
    sizes = [64, 64, 1514, 1514, 60, 60]
    assert [len(c.frame) - extra for c in numbers] == sizes
    assert shown.b.xstats()["rx_bytes"] == sum(sizes)
    if not on:
        return
    frames = datagrams_with_fcs(shown)
    assert len(frames) == SEGMENTS
    for captured in [*numbers, *frames]:
        assert captured.whole[-4:] == fcs(captured.whole[:-4])
    for captured in frames:
        assert not captured.status & TP_STATUS_CSUMNOTREADY
        assert_summed(captured.frame[:-4])


def datagrams_with_fcs(pair: Pair) -> list[Captured]:
    """The same as datagrams, of which each has four bytes more."""
    assert not features(pair.b)["rx-gro-hw"]
    with (
        Receiver(pair.b, ETH_P_IP) as receiver,
        pair.a.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        sender.setsockopt(SOL_UDP, UDP_SEGMENT, SEGMENT)
        sender.sendto(bytes(SEGMENT * SEGMENTS), (B4, PORT))
        return receiver.capture(SEGMENTS)


class OwnFcs:
    """Sends frames with an FCS of the sender's."""

    def __init__(self, link: Link) -> None:
        self._socket = packet_socket(link, 0)
        self._socket.setsockopt(socket.SOL_SOCKET, SO_NOFCS, 1)
        self._mac = link.mac

    def send(self, number: int, wrong: bytes = b"", size: int = 60) -> bytes:
        """Send a frame with its FCS, or another; what was sent."""
        frame = numbered(number, self._mac, size=size)
        frame += wrong or fcs(frame)
        self._socket.send(frame)
        return frame

    def send_bytes(self, frame: bytes) -> None:
        """Send bytes as they are, the last four the FCS."""
        self._socket.send(frame)

    def __enter__(self) -> "OwnFcs":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()


WRONG = b"\xde\xad\xbe\xef"


@SWITCHED
def test_frames_with_a_wrong_fcs(shown: Pair, on: bool) -> None:
    """Dropped and counted; taken with rx-all. The right one is nothing special."""
    feature(shown.b, "rx-all", on)
    with OwnFcs(shown.a) as sender, Receiver(shown.b) as receiver:
        sender.send(0)
        sender.send(1, WRONG)
        sender.send(2)
        wanted = [0, 1, 2] if on else [0, 2]
        assert_all(receiver.take(len(wanted)), wanted)
        assert not receiver.pending()
    dropped = 0 if on else 1
    info = shown.b.info()
    assert info.xstats["rx_drop_fcs"] == dropped
    assert info.xstats["rx_bytes"] == 60 * len(wanted)
    assert info.stats["rx_crc_errors"] == info.stats["rx_errors"] == dropped
    mac = groups(shown.b)["eth-mac"]
    assert mac["FrameCheckSequenceErrors"] == dropped
    assert shown.a.xstats()["tx_bytes"] == 180


def test_the_wrong_fcs_is_shown_as_it_came(shown: Pair) -> None:
    feature(shown.b, "rx-all", True)
    feature(shown.b, "rx-fcs", True)
    with OwnFcs(shown.a) as sender, Receiver(shown.b) as receiver:
        sent = [sender.send(0), sender.send(1, WRONG), sender.send(2)]
        assert receiver.take(3) == sent
    assert shown.b.xstats()["rx_bytes"] == 180


def test_a_frame_with_its_fcs_and_no_room_for_a_header(pair: Pair) -> None:
    with OwnFcs(pair.a) as sender:
        sender.send_bytes(bytes(17))
    assert pair.a.xstats()["tx_drop_runt"] == 1


@SWITCHED
def test_frames_longer_than_the_mtu(make_pair: PairMaker, on: bool) -> None:
    """Dropped and counted; taken with rx-all."""
    pair = make_pair(Make(mtu=LARGE), Make(mtu=MTU))
    feature(pair.b, "rx-all", on)
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        sent = sender.send(2, 4000)
        sender.send(1)
        frames = receiver.take(3 if on else 1)
    assert_all(frames, [*sent, 2] if on else [2])
    assert pair.b.xstats()["rx_drop_length"] == (0 if on else 2)


def loop(link: Link, on: bool) -> None:
    """Loop a device back, or put it on the wire again."""
    note_loop(link)
    feature(link, "loopback", on)


def assert_comes(sender: Link, receiver: Link) -> None:
    """What one sends, the other receives."""
    with Receiver(receiver) as there, Sender(sender) as here:
        sent = here.send(100)
        assert_all(there.take(100), sent)


def test_looped_back_a_device_hears_itself(pair: Pair) -> None:
    """And the peer nothing; it has no partner. Then all is as before."""
    with Receiver(pair.b) as far:
        loop(pair.a, True)
        assert_comes(pair.a, pair.a)
        assert not far.pending()
    assert pair.a.info().carrier
    assert link_state(pair.b)[0] == 0
    assert pair.b.xstats()["rx_frames"] == 0
    loop(pair.a, False)
    pair.a.wait_carrier()
    pair.b.wait_carrier()
    assert_comes(pair.a, pair.b)
    assert_comes(pair.b, pair.a)


def test_both_ends_may_be_looped_back(pair: Pair) -> None:
    loop(pair.a, True)
    loop(pair.b, True)
    for end in pair:
        assert_comes(end, end)
    loop(pair.a, False)
    assert not pair.a.info().carrier
    loop(pair.b, False)
    pair.a.wait_carrier()
    assert_comes(pair.a, pair.b)


def test_a_device_alone_hears_itself(lone: Link) -> None:
    loop(lone, True)
    assert_comes(lone, lone)
    assert lone.xstats()["tx_sunk"] == 0
    loop(lone, False)
    with Sender(lone) as sender:
        sender.send(5)
    assert lone.xstats()["tx_sunk"] == 5


@CHANGES
def test_looped_back_whatever_is_reconfigured(
    make_pair: PairMaker, change: Change
) -> None:
    two = Make(tx_queues=2, rx_queues=2)
    pair = make_pair(two, two)
    loop(pair.a, True)
    change(pair.a)
    pair.a.wait_carrier()
    assert_comes(pair.a, pair.a)


def test_looped_back_frames_are_steered(make_pair: PairMaker) -> None:
    """To the queue that their hash says: the receiver is the same device."""
    four = Make(tx_queues=4, rx_queues=4)
    pair = make_pair(four, four)
    loop(pair.a, True)
    feature(pair.a, "receive-hashing", True)
    seen = send(Pair(pair.a, pair.a), [udp4(number) for number in range(12)])
    assert all(handed.l4_hash for handed in seen)
    assert len({handed.queue for handed in seen}) > 1


def test_what_does_not_get_out_of_the_way_is_left_as_it_is(
    small_pair: Pair,
) -> None:
    """The receiver is held: what is under way cannot be delivered first."""
    with (
        Held(small_pair.a, small_pair.b, B4) as held,
        Receiver(small_pair.b) as receiver,
        Sender(small_pair.a) as sender,
    ):
        sent = sender.send(10)
        note_loop(small_pair.a)
        with pytest.raises(RefusedError):
            feature(small_pair.a, "loopback", True)
        assert not features(small_pair.a)["loopback"]
        small_pair.a.wait_carrier()
        held.release()
        assert_all(receiver.take(10), sent)
        sent = sender.send(10)
        assert_all(receiver.take(10), sent)


@pytest.mark.parametrize("name", ["rx-fcs", "rx-vlan-offload", "rx-all"])
def test_features_survive_down_and_up(pair: Pair, name: str) -> None:
    on = not features(pair.b)[name]
    feature(pair.b, name, on)
    pair.b.down()
    pair.b.up()
    pair.b.wait_carrier()
    assert features(pair.b)[name] == on
