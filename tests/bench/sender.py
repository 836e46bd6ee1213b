# SPDX-License-Identifier: GPL-2.0-or-later
"""Datagrams sent in batches, with as little around them as Python allows."""

import ctypes
import os
import socket
from types import TracebackType

from lib.netns import Netns

SOL_UDP = 17
UDP_SEGMENT = 103

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


class Batch:
    """A socket that sends so many equal datagrams with each system call."""

    def __init__(
        self,
        ns: Netns,
        to: tuple[str, int],
        *,
        size: int,
        count: int,
        segment: int = 0,
    ) -> None:
        self._count = count
        self._socket = ns.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.settimeout(None)
        if segment:
            self._socket.setsockopt(SOL_UDP, UDP_SEGMENT, segment)
        self._socket.connect(to)
        self._data = ctypes.create_string_buffer(size)
        self._iovec = _Iovec(ctypes.addressof(self._data), size)
        self._messages = (_Mmsghdr * count)()
        for message in self._messages:
            message.header.iov = ctypes.pointer(self._iovec)
            message.header.iovlen = 1

    def send(self) -> None:
        """Send them once."""
        sent = _libc.sendmmsg(
            self._socket.fileno(), self._messages, self._count, 0
        )
        if sent != self._count:
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
