# SPDX-License-Identifier: GPL-2.0-or-later
"""Netlink as bytes: attributes, requests, and what the kernel says to them.

pyroute2 refuses to build a bad message and hides the kernel's own words
(extended acknowledgements) from the caller; the tests need both.
"""

import os
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

NETLINK_ROUTE = 0
NETLINK_GENERIC = 16

SOL_NETLINK = 270
NETLINK_ADD_MEMBERSHIP = 1
NETLINK_EXT_ACK = 11

NLM_F_REQUEST = 0x1
NLM_F_ACK = 0x4
NLM_F_CAPPED = 0x100
NLM_F_ACK_TLVS = 0x200
NLM_F_DUMP = 0x300
NLM_F_EXCL = 0x200
NLM_F_CREATE = 0x400

NLMSG_ERROR = 2
NLMSG_DONE = 3

NLMSGERR_ATTR_MSG = 1
NLMSGERR_ATTR_OFFS = 2

NLA_F_NESTED = 0x8000
NLA_TYPE_MASK = 0x3FFF

HEADER = struct.Struct("=IHHII")
RECEIVE_SIZE = 1 << 18
TIMEOUT = 60.0


def align(length: int) -> int:
    """Netlink pads everything to four bytes."""
    return (length + 3) & ~3


def attr(kind: int, payload: bytes = b"") -> bytes:
    """One attribute, padded."""
    length = 4 + len(payload)
    padding = bytes(align(length) - length)
    return struct.pack("=HH", length, kind) + payload + padding


def u8(kind: int, value: int) -> bytes:
    """An attribute of one byte."""
    return attr(kind, struct.pack("=B", value))


def u16(kind: int, value: int) -> bytes:
    """An attribute of two bytes."""
    return attr(kind, struct.pack("=H", value))


def u32(kind: int, value: int) -> bytes:
    """An attribute of four bytes."""
    return attr(kind, struct.pack("=I", value))


def s32(kind: int, value: int) -> bytes:
    """An attribute of four bytes, signed."""
    return attr(kind, struct.pack("=i", value))


def u64(kind: int, value: int) -> bytes:
    """An attribute of eight bytes."""
    return attr(kind, struct.pack("=Q", value))


def text(kind: int, value: str) -> bytes:
    """An attribute that is a string with its terminating zero."""
    return attr(kind, value.encode() + b"\0")


def nest(kind: int, *members: bytes) -> bytes:
    """An attribute that holds attributes."""
    return attr(kind | NLA_F_NESTED, b"".join(members))


def attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and payload of every attribute, in order."""
    offset = 0
    while offset + 4 <= len(data):
        length, kind = struct.unpack_from("=HH", data, offset)
        if length < 4 or offset + length > len(data):
            raise ValueError(f"attribute of {length} bytes at {offset}")
        yield kind & NLA_TYPE_MASK, data[offset + 4 : offset + length]
        offset += align(length)


def parse(data: bytes) -> dict[int, bytes]:
    """The attributes by type."""
    return dict(attributes(data))


def number(payload: bytes) -> int:
    """The number that an attribute of 1, 2, 4 or 8 bytes holds."""
    return int.from_bytes(payload, "little")


def signed(payload: bytes) -> int:
    """The same with a sign."""
    return int.from_bytes(payload, "little", signed=True)


class NetlinkError(OSError):
    """The kernel refused; what it said about it."""

    def __init__(self, code: int, said: str, offset: int | None) -> None:
        super().__init__(code, said or os.strerror(code))
        self.said = said
        self.offset = offset


class Message(NamedTuple):
    """A netlink message without its header."""

    kind: int
    flags: int
    body: bytes


@dataclass
class Answer:
    """The messages that answered a request, and the kernel's words."""

    messages: list[Message] = field(default_factory=list)
    said: str = ""


def _messages(data: bytes) -> Iterator[tuple[int, Message]]:
    offset = 0
    while offset + HEADER.size <= len(data):
        length, kind, flags, sequence, _ = HEADER.unpack_from(data, offset)
        body = data[offset + HEADER.size : offset + length]
        yield sequence, Message(kind, flags, body)
        offset += align(length)


def _extack(message: Message) -> tuple[str, int | None]:
    """The text of an acknowledgement, and the attribute it points at."""
    if not message.flags & NLM_F_ACK_TLVS:
        return "", None
    if message.kind == NLMSG_DONE:
        offset = 4
    else:
        inner = HEADER.unpack_from(message.body, 4)[0]
        capped = message.flags & NLM_F_CAPPED
        offset = 4 + (HEADER.size if capped else align(inner))
    found = parse(message.body[offset:])
    said = found.get(NLMSGERR_ATTR_MSG, b"").rstrip(b"\0").decode()
    where = found.get(NLMSGERR_ATTR_OFFS)
    return said, None if where is None else number(where)


class Socket:
    """A netlink socket of the network namespace in which it was made."""

    def __init__(self, protocol: int = NETLINK_ROUTE) -> None:
        self._socket = socket.socket(
            socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, protocol
        )
        self._socket.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self._socket.settimeout(TIMEOUT)
        self._socket.bind((0, 0))
        self._sequence = 0

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def fileno(self) -> int:
        """For select()."""
        return self._socket.fileno()

    def join(self, group: int) -> None:
        """Receive what the kernel tells this multicast group."""
        self._socket.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group)

    def receive(self, timeout: float) -> list[Message]:
        """The next datagram of notifications; none if none comes in time."""
        self._socket.settimeout(timeout)
        try:
            data = self._socket.recv(RECEIVE_SIZE)
        except (TimeoutError, BlockingIOError):
            return []
        finally:
            self._socket.settimeout(TIMEOUT)
        return [message for _, message in _messages(data)]

    def send_bytes(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._socket.send(data)

    def next_sequence(self) -> int:
        """The number of the next request."""
        self._sequence += 1
        return self._sequence

    def request(self, kind: int, flags: int, body: bytes) -> Answer:
        """Send a request; return the answer, or raise what was refused."""
        sequence = self.next_sequence()
        flags |= NLM_F_REQUEST
        if flags & NLM_F_DUMP != NLM_F_DUMP:
            flags |= NLM_F_ACK
        header = HEADER.pack(HEADER.size + len(body), kind, flags, sequence, 0)
        self.send_bytes(header + body)
        return self.answer(sequence)

    def answer(self, sequence: int) -> Answer:
        """Read until the request of this number is acknowledged."""
        answer = Answer()
        while True:
            for number_, message in _messages(self._socket.recv(RECEIVE_SIZE)):
                if number_ != sequence:
                    continue
                if message.kind not in (NLMSG_ERROR, NLMSG_DONE):
                    answer.messages.append(message)
                    continue
                answer.said, offset = _extack(message)
                code = struct.unpack_from("=i", message.body)[0]
                if code:
                    raise NetlinkError(-code, answer.said, offset)
                return answer
