# SPDX-License-Identifier: GPL-2.0-or-later
"""The smallest XDP programs: a verdict on every frame, or on those of a type."""

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

_BPF_PROG_LOAD = 5
_BPF_PROG_TYPE_XDP = 6
_MOV_IMMEDIATE = 0xB7
_MOV = 0xBF
_ADD_IMMEDIATE = 0x07
_LOAD_U16 = 0x69
_LOAD_U32 = 0x61
_JUMP_GREATER = 0x2D
_JUMP_NOT_EQUAL_IMMEDIATE = 0x55
_EXIT = 0x95
_ATTRIBUTES = struct.Struct("=IIQQIIQIIQ")


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
def generic_xdp(
    link: Link, verdict: int, ethertype: int | None = None
) -> Iterator[None]:
    """Have the core run a program on what a device receives.

    It has the same verdict on all frames, or on those of a type: that is what
    stands behind the addresses in the frame itself.
    """
    fd = _load(
        _always(verdict)
        if ethertype is None
        else _on_type(ethertype, verdict)
    )
    try:
        _attach(link, fd)
        yield
        _attach(link, -1)
    finally:
        os.close(fd)
