# SPDX-License-Identifier: GPL-2.0-or-later
"""The smallest XDP programs: a verdict on frames, or a socket for them."""

import ctypes
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager

from lib import libc, nl
from lib.link import Link

IFLA_XDP = 43
IFLA_XDP_FD = 1
IFLA_XDP_FLAGS = 3
XDP_FLAGS_SKB_MODE = 1 << 1

XDP_DROP = 1
XDP_PASS = 2
XDP_TX = 3

_BPF_MAP_CREATE = 0
_BPF_MAP_UPDATE_ELEM = 2
_BPF_PROG_LOAD = 5
_BPF_MAP_TYPE_XSKMAP = 17
_BPF_PSEUDO_MAP_FD = 1
_BPF_FUNC_REDIRECT_MAP = 51
_BPF_PROG_TYPE_XDP = 6
_MOV_IMMEDIATE = 0xB7
_MOV = 0xBF
_ADD_IMMEDIATE = 0x07
_LOAD_U16 = 0x69
_LOAD_U32 = 0x61
_LOAD_U64_IMMEDIATE = 0x18
_CALL = 0x85
_JUMP_GREATER = 0x2D
_JUMP_NOT_EQUAL_IMMEDIATE = 0x55
_EXIT = 0x95
_ATTRIBUTES = struct.Struct("=IIQQIIQIIQ")
_MAP = struct.Struct("=IIII")
_ELEMENT = struct.Struct("=IxxxxQQQ")


def _step(
    code: int, to: int = 0, of: int = 0, offset: int = 0, value: int = 0
) -> bytes:
    return struct.pack("=BBhi", code, of << 4 | to, offset, value)


def _always(verdict: int) -> bytes:
    return _step(_MOV_IMMEDIATE, value=verdict) + _step(_EXIT)


def _on_type(ethertype: int, verdict: int) -> bytes:
    """The verdict on frames of a type; others pass."""
    swapped = int.from_bytes(ethertype.to_bytes(2, "big"), "little")
    return b"".join(
        (
            _step(_MOV_IMMEDIATE, value=XDP_PASS),
            _step(_LOAD_U32, to=2, of=1, offset=0),  # where the frame begins
            _step(_LOAD_U32, to=3, of=1, offset=4),  # and ends
            _step(_MOV, to=4, of=2),
            _step(_ADD_IMMEDIATE, to=4, value=14),
            _step(_JUMP_GREATER, to=4, of=3, offset=3),
            _step(_LOAD_U16, to=5, of=2, offset=12),
            _step(_JUMP_NOT_EQUAL_IMMEDIATE, to=5, offset=1, value=swapped),
            _step(_MOV_IMMEDIATE, value=verdict),
            _step(_EXIT),
        )
    )


def _to_socket(sockets: int) -> bytes:
    """To the AF_XDP socket of the queue, by a map of them; others pass."""
    return b"".join(
        (
            _step(_LOAD_U32, to=2, of=1, offset=16),  # the number of the queue
            _step(
                _LOAD_U64_IMMEDIATE, to=1, of=_BPF_PSEUDO_MAP_FD, value=sockets
            ),
            _step(0),  # upper half of the above
            _step(_MOV_IMMEDIATE, to=3, value=XDP_PASS),
            _step(_CALL, value=_BPF_FUNC_REDIRECT_MAP),
            _step(_EXIT),
        )
    )


def _map(sockets: dict[int, int]) -> int:
    """A map of AF_XDP sockets by their queues."""
    shape = _MAP.pack(_BPF_MAP_TYPE_XSKMAP, 4, 4, max(sockets) + 1)
    fd = libc.bpf(_BPF_MAP_CREATE, shape)
    try:
        for queue, of_socket in sockets.items():
            key, value = ctypes.c_uint32(queue), ctypes.c_uint32(of_socket)
            where = ctypes.addressof(key), ctypes.addressof(value)
            libc.bpf(_BPF_MAP_UPDATE_ELEM, _ELEMENT.pack(fd, *where, 0))
    except OSError:
        os.close(fd)
        raise
    return fd


def _load(program: bytes) -> int:
    code = ctypes.create_string_buffer(program, len(program))
    license_ = ctypes.create_string_buffer(b"GPL")
    attributes = _ATTRIBUTES.pack(
        _BPF_PROG_TYPE_XDP,
        len(program) // 8,
        ctypes.addressof(code),
        ctypes.addressof(license_),
        0,
        0,
        0,
        0,
        0,
        0,
    )
    return libc.bpf(_BPF_PROG_LOAD, attributes)


def _attach(link: Link, fd: int) -> None:
    flags = nl.u32(IFLA_XDP_FLAGS, XDP_FLAGS_SKB_MODE)
    number = nl.attr(IFLA_XDP_FD, struct.pack("=i", fd))
    link.change(nl.nest(IFLA_XDP, number, flags))


@contextmanager
def _attached(link: Link, program: bytes) -> Iterator[None]:
    fd = _load(program)
    try:
        _attach(link, fd)
        yield
        _attach(link, -1)
    finally:
        os.close(fd)


@contextmanager
def generic_xdp(
    link: Link, verdict: int, ethertype: int | None = None
) -> Iterator[None]:
    """Have the core run a program on what a device receives.

    It has the same verdict on all frames, or on those of a type: that is what
    stands behind the addresses in the frame itself.
    """
    program = (
        _always(verdict)
        if ethertype is None
        else _on_type(ethertype, verdict)
    )
    with _attached(link, program):
        yield


@contextmanager
def to_sockets(link: Link, sockets: dict[int, int]) -> Iterator[None]:
    """Have the core give AF_XDP sockets what their queues receive."""
    fd = _map(sockets)
    try:
        with _attached(link, _to_socket(fd)):
            yield
    finally:
        os.close(fd)
