# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames that number themselves, so that loss, order and content are seen.

A numbered frame is Ethernet, a type of its own (local experimental), the
number, and a filling that follows from the number.
"""

import errno
import itertools
import socket
import struct
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import TracebackType

from lib import cpus, libc
from lib.link import Link
from lib.netns import Netns
from lib.wait import DEADLINE, HungError

ETH_P_ALL = 0x0003
ETH_P_IP = 0x0800
ETH_P_ARP = 0x0806
ETH_P_8021Q = 0x8100
ETH_P_IPV6 = 0x86DD
ETH_P_TEST = 0x88B5

BROADCAST = "ff:ff:ff:ff:ff:ff"
ETH_HLEN = 14
VLAN_HLEN = 4

SOL_PACKET = 263
PACKET_ADD_MEMBERSHIP = 1
PACKET_STATISTICS = 6
PACKET_AUXDATA = 8
PACKET_VNET_HDR = 15
PACKET_FANOUT = 18
PACKET_QDISC_BYPASS = 20
PACKET_MR_PROMISC = 1
PACKET_OUTGOING = 4
PACKET_FANOUT_QM = 5

TP_STATUS_CSUMNOTREADY = 1 << 3
TP_STATUS_CSUM_VALID = 1 << 7
TP_STATUS_VLAN_VALID = 1 << 4

VIRTIO_NET_HDR_F_NEEDS_CSUM = 1
VIRTIO_NET_HDR_GSO_TCPV4 = 1

SO_SNDBUFFORCE = 32
SO_RCVBUFFORCE = 33
ROOMY = 256 << 20
"""A receive buffer that no test fills."""

LONGEST = 1 << 20
"""Bytes, more than any frame has; GSO_MAX_SIZE is half of it."""

_GROUP = 1
_NUMBER = struct.Struct("!Q")
_HEADER = struct.Struct("!6s6sH")


def mac_bytes(mac: str) -> bytes:
    """A MAC address in the usual spelling, as bytes."""
    return bytes.fromhex(mac.replace(":", ""))


def filling(number: int, length: int) -> bytes:
    """Bytes that follow from the number of a frame."""
    unit = ((number * 2654435761) & 0xFFFFFFFF).to_bytes(4, "big")
    return (unit * (length // 4 + 1))[:length]


def numbered(
    number: int,
    source: str,
    destination: str = BROADCAST,
    size: int = 60,
    ethertype: int = ETH_P_TEST,
) -> bytes:
    """The frame of this number, of this many bytes."""
    head = _HEADER.pack(mac_bytes(destination), mac_bytes(source), ethertype)
    body = _NUMBER.pack(number)
    return head + body + filling(number, size - len(head) - len(body))


def number_of(frame: bytes) -> int:
    """The number of a frame; its content has to be what the number says."""
    number: int = _NUMBER.unpack_from(frame, ETH_HLEN)[0]
    rest = frame[ETH_HLEN + _NUMBER.size :]
    assert rest == filling(number, len(rest)), f"frame {number} was changed"
    return number


def assert_all(frames: Iterable[bytes], expected: Iterable[int]) -> None:
    """Every frame is there, once, in order, with its content."""
    got = [number_of(frame) for frame in frames]
    wanted = list(expected)
    if got == wanted:
        return
    missing = sorted(set(wanted) - set(got))
    twice = len(got) - len(set(got))
    same = zip(got, wanted, strict=False)
    bad = next(
        (i for i, (g, w) in enumerate(same) if g != w),
        min(len(got), len(wanted)),
    )
    raise AssertionError(
        f"{len(wanted)} frames sent, {len(got)} received, "
        f"{len(missing)} missing (first: {missing[:5]}), {twice} twice; "
        f"first difference at {bad}: {got[bad : bad + 5]}, "
        f"not {wanted[bad : bad + 5]}"
    )


def any_packet_socket(ns: Netns, ethertype: int) -> socket.socket:
    """A packet socket on all devices of a namespace that come and go.

    It has room for all that a test sends.
    """
    protocol = socket.htons(ethertype)
    opened = ns.socket(socket.AF_PACKET, socket.SOCK_RAW, protocol)
    opened.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, ROOMY // 2)
    return opened


def packet_socket(link: Link, ethertype: int) -> socket.socket:
    """A packet socket on a device, for one Ethernet type (0: only to send)."""
    opened = any_packet_socket(link.ns, 0)
    opened.bind((link.name, ethertype))
    return opened


class Sender:
    """Sends numbered frames on a device through its qdisc.

    A socket without a route goes by the queue of its CPU: a sender stays on
    one, so that its frames stay in order, and the next is on another.
    """

    _turns = itertools.count()

    def __init__(
        self,
        link: Link,
        destination: str = BROADCAST,
        size: int = 60,
        priority: int = 0,
    ) -> None:
        self._socket = packet_socket(link, 0)
        self._source = link.mac
        self._destination = destination
        self._size = size
        self._cpu = next(self._turns)
        self.sent = 0
        if priority:
            self._socket.setsockopt(
                socket.SOL_SOCKET, socket.SO_PRIORITY, priority
            )

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def __enter__(self) -> "Sender":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def roomy(self) -> "Sender":
        """Let the socket hold all that the test sends."""
        self._socket.setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE, ROOMY // 2)
        return self

    def bypass_qdisc(self) -> "Sender":
        """Hand the frames to the driver itself; what does not fit is lost."""
        self._socket.setsockopt(SOL_PACKET, PACKET_QDISC_BYPASS, 1)
        return self

    def send(self, count: int, size: int | None = None) -> range:
        """Send the next frames; return their numbers."""
        first = self.sent
        with cpus.staying_on(self._cpu):
            for number in range(first, first + count):
                self._socket.send(
                    numbered(
                        number,
                        self._source,
                        self._destination,
                        size or self._size,
                    )
                )
                self.sent += 1
        return range(first, self.sent)

    def send_frame(self, frame: bytes) -> None:
        """Send bytes as they are."""
        self._socket.send(frame)


@dataclass(frozen=True)
class Captured:
    """A frame with what the kernel says about it."""

    frame: bytes
    status: int
    tag: bytes = b""
    """Type and TCI of the outer VLAN tag, which the kernel takes out."""

    @property
    def vlan(self) -> int | None:
        """The identifier of the outer VLAN tag."""
        return self.tag[2] << 8 & 0xF00 | self.tag[3] if self.tag else None

    @property
    def whole(self) -> bytes:
        """The frame with its tag, as it came."""
        return self.frame[:12] + self.tag + self.frame[12:]


class Receiver:
    """Takes the frames of one Ethernet type that come in on a device, or go out.

    As a capture does it has the device take all frames, whomever they are for,
    unless told otherwise.
    """

    def __init__(
        self,
        link: Link,
        ethertype: int = ETH_P_TEST,
        *,
        promiscuous: bool = True,
        outgoing: bool = False,
    ) -> None:
        self._socket = packet_socket(link, ethertype)
        self._outgoing = outgoing
        if promiscuous:
            self._socket.setsockopt(
                SOL_PACKET,
                PACKET_ADD_MEMBERSHIP,
                struct.pack("=iHH8x", link.index, PACKET_MR_PROMISC, 0),
            )
        self._socket.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        self._what = f"frames of type {ethertype:#06x} on {link.name}"

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def __enter__(self) -> "Receiver":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def share_by_queue(self) -> None:
        """Share what comes with the others that said so before, and will.

        Receiver q of n has what RX queue q - 1 brings, modulo n.
        """
        self._socket.setsockopt(
            SOL_PACKET, PACKET_FANOUT, _GROUP | PACKET_FANOUT_QM << 16
        )

    def _next(self, timeout: float) -> Captured | None:
        self._socket.settimeout(timeout)
        try:
            data, ancillary, _, where = self._socket.recvmsg(LONGEST, 256)
        except (TimeoutError, BlockingIOError):
            return None
        except OSError as error:
            if error.errno != errno.ENETDOWN:  # said once when it goes down
                raise
            return self._next(timeout)
        if (where[2] == PACKET_OUTGOING) != self._outgoing:
            return self._next(timeout)
        status, tag = 0, b""
        for level, kind, payload in ancillary:
            if (level, kind) == (SOL_PACKET, PACKET_AUXDATA):
                status = struct.unpack_from("=I", payload)[0]
                if status & TP_STATUS_VLAN_VALID:
                    tci, kind = struct.unpack_from("=HH", payload, 16)
                    tag = struct.pack("!HH", kind, tci)
        return Captured(data, status, tag)

    def capture(
        self, count: int, deadline: float = DEADLINE
    ) -> list[Captured]:
        """Wait for this many frames, and for the polls that brought them.

        A poll delivers frames before it counts them.
        """
        got: list[Captured] = []
        while len(got) < count:
            captured = self._next(deadline)
            if captured is None:
                raise HungError(f"{len(got)} of {count} {self._what} came")
            got.append(captured)
        libc.synchronize()
        return got

    def take(self, count: int, deadline: float = DEADLINE) -> list[bytes]:
        """Wait for this many frames; return their bytes."""
        return [c.frame for c in self.capture(count, deadline)]

    def pending(self) -> list[Captured]:
        """The frames that are there now."""
        got = []
        while (captured := self._next(0)) is not None:
            got.append(captured)
        return got

    def dropped(self) -> int:
        """Frames that this socket had no room for, since the last call."""
        raw = self._socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8)
        return int(struct.unpack("=II", raw)[1])


class Background:
    """Runs something in a thread until told to stop; passes its error on."""

    def __init__(self, step: Callable[[], object]) -> None:
        self._step = step
        self._stop = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                self._step()
        except BaseException as error:  # handed to the test by __exit__
            self._error = error

    def __enter__(self) -> "Background":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join(DEADLINE)
        if self._thread.is_alive():
            raise HungError("a sender that does not stop")
        if self._error is not None and error is None:
            raise self._error


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071) over these bytes."""
    if len(data) % 2:
        data += b"\0"
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def transport_checksum_valid(frame: bytes) -> bool:
    """Is the UDP or TCP checksum of this IPv4 or IPv6 frame right?"""
    ethertype = struct.unpack_from("!H", frame, 12)[0]
    packet = frame[ETH_HLEN:]
    if ethertype == ETH_P_IP:
        header = (packet[0] & 15) * 4
        total = struct.unpack_from("!H", packet, 2)[0]
        protocol = packet[9]
        addresses = packet[12:20]
        segment = packet[header:total]
    else:
        length = struct.unpack_from("!H", packet, 4)[0]
        protocol = packet[6]
        addresses = packet[8:40]
        segment = packet[40 : 40 + length]
    pseudo = addresses + struct.pack("!II", len(segment), protocol)
    return checksum(pseudo + segment) == 0


def ipv4_udp(
    source: str, destination: str, payload: bytes, port: int = 7
) -> bytes:
    """An IPv4 datagram with UDP, checksums filled in."""
    addresses = socket.inet_aton(source) + socket.inet_aton(destination)
    length = 8 + len(payload)
    udp = struct.pack("!HHHH", port, port, length, 0) + payload
    pseudo = addresses + struct.pack("!II", length, socket.IPPROTO_UDP)
    udp = udp[:6] + struct.pack("!H", checksum(pseudo + udp)) + udp[8:]
    return _ipv4(addresses, socket.IPPROTO_UDP, udp)


def ipv4_tcp(
    source: str, destination: str, payload: bytes, port: int, sequence: int = 1
) -> bytes:
    """An IPv4 packet with a TCP segment, whose checksum is still to be made.

    What is there instead is the sum over the pseudo header.
    """
    addresses = socket.inet_aton(source) + socket.inet_aton(destination)
    length = 20 + len(payload)
    partial = ~checksum(addresses + struct.pack("!II", length, 6)) & 0xFFFF
    offset, acknowledge, window = 5 << 4, 0x10, 1000
    segment = struct.pack("!HHII", port, port, sequence, 1)
    segment += struct.pack("!BBHHH", offset, acknowledge, window, partial, 0)
    return _ipv4(addresses, socket.IPPROTO_TCP, segment + payload)


def virtio_header(size: int = 0) -> bytes:
    """What a packet socket wants before a frame with ipv4_tcp.

    The checksum is to be made, and the frame cut where a size is given.
    """
    tcp = ETH_HLEN + 20
    return struct.pack(
        "=BBHHHH",
        VIRTIO_NET_HDR_F_NEEDS_CSUM,
        VIRTIO_NET_HDR_GSO_TCPV4 if size else 0,
        tcp + 20,
        size,
        tcp,
        16,
    )


def _ipv4(addresses: bytes, protocol: int, segment: bytes) -> bytes:
    length, whole = 20 + len(segment), 0x4000
    head = struct.pack("!BBHHHBB", 0x45, 0, length, 0, whole, 64, protocol)
    head += bytes(2) + addresses
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + segment


def ethernet(
    source: str, destination: str, ethertype: int, payload: bytes
) -> bytes:
    """An Ethernet frame."""
    head = _HEADER.pack(mac_bytes(destination), mac_bytes(source), ethertype)
    return head + payload


class Collector:
    """Takes one connection and keeps what comes over it."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._chunks: list[bytes] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection:
            connection.settimeout(DEADLINE)
            while chunk := connection.recv(1 << 16):
                self._chunks.append(chunk)

    def all(self) -> bytes:
        """What came, when the other side has closed."""
        self._thread.join(DEADLINE)
        if self._thread.is_alive():
            raise HungError("a transfer over a connection")
        return b"".join(self._chunks)


def family_of(address: str) -> int:
    """The address family of an address in the usual spelling."""
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def stream(
    sender: Netns,
    receiver: Netns,
    address: str,
    payload: bytes,
    protocol: int = socket.IPPROTO_TCP,
) -> bytes:
    """Send bytes over a connection between namespaces; return what came."""
    family = family_of(address)
    with (
        receiver.socket(family, socket.SOCK_STREAM, protocol) as listener,
        sender.socket(family, socket.SOCK_STREAM, protocol) as client,
    ):
        listener.bind((address, 0))
        listener.listen(1)
        collector = Collector(listener)
        client.connect(listener.getsockname())
        client.sendall(payload)
        client.shutdown(socket.SHUT_WR)
        return collector.all()
