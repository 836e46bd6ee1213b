# SPDX-License-Identifier: GPL-2.0-or-later
"""Datagrams sent and read in batches, with as little around them as Python allows."""

import ctypes
import os
import socket
from types import TracebackType

from lib.netns import Netns
from lib.traffic import SO_SNDBUFFORCE

SOL_UDP = 17
UDP_SEGMENT = 103

_MSG_WAITFORONE = 0x10000

_libc = ctypes.CDLL(None, use_errno=True)


class _Iovec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


class _Msghdr(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_void_p),
        ("namelen", ctypes.c_uint32),
        ("iov", ctypes.POINTER(_Iovec)),
        ("iovlen", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("controllen", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    ]


class _Mmsghdr(ctypes.Structure):
    _fields_ = [("header", _Msghdr), ("length", ctypes.c_uint)]


_Messages = ctypes.Array[_Mmsghdr]


def _messages(data: ctypes.Array[ctypes.c_char], count: int) -> _Messages:
    """So many messages, all with the same buffer."""
    iovec = _Iovec(ctypes.addressof(data), ctypes.sizeof(data))
    made = (_Mmsghdr * count)()
    for message in made:
        message.header.iov = ctypes.pointer(iovec)
        message.header.iovlen = 1
    return made


class Receiver:
    """Reads datagrams from a socket, several with each system call."""

    def __init__(self, opened: socket.socket, count: int) -> None:
        self._socket, self._count = opened, count
        self._data = (ctypes.c_char * (1 << 16))()
        self._messages = _messages(self._data, count)

    def receive(self) -> int:
        """Wait for datagrams, forget them; return how many came."""
        came: int = _libc.recvmmsg(
            self._socket.fileno(),
            self._messages,
            self._count,
            _MSG_WAITFORONE,
            None,
        )
        if came < 0:
            code = ctypes.get_errno()
            raise OSError(code, f"recvmmsg: {os.strerror(code)}")
        return came


class Batch:
    """A socket that sends so many equal datagrams with each system call.

    One that is not forgiving tells of those that the kernel did not take.
    """

    def __init__(
        self,
        ns: Netns,
        to: tuple[str, int],
        *,
        size: int,
        count: int,
        segment: int = 0,
        forgiving: bool = False,
        buffer: int = 0,
    ) -> None:
        self._count = count
        self._forgiving = forgiving
        self._socket = ns.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.settimeout(None)
        if buffer:
            self._socket.setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE, buffer)
        if segment:
            self._socket.setsockopt(SOL_UDP, UDP_SEGMENT, segment)
        self._socket.connect(to)
        self._data = (ctypes.c_char * size)()
        self._messages = _messages(self._data, count)

    def send(self) -> None:
        """Send them once."""
        sent = _libc.sendmmsg(
            self._socket.fileno(), self._messages, self._count, 0
        )
        if sent != self._count and not self._forgiving:
            code = ctypes.get_errno()
            raise OSError(code, f"sendmmsg: {sent}: {os.strerror(code)}")

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def __enter__(self) -> "Batch":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
