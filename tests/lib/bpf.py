# SPDX-License-Identifier: GPL-2.0-or-later
"""The smallest XDP program: the same verdict on every frame."""

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
_MOV_R0_IMMEDIATE = 0xB7
_EXIT = 0x95
_ATTRIBUTES = struct.Struct("=IIQQIIQIIQ")


def _load(verdict: int) -> int:
    program = struct.pack("=BBhi", _MOV_R0_IMMEDIATE, 0, 0, verdict)
    program += struct.pack("=BBhi", _EXIT, 0, 0, 0)
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
def generic_xdp(link: Link, verdict: int) -> Iterator[None]:
    """Have the core run the program on what a device receives."""
    fd = _load(verdict)
    try:
        _attach(link, fd)
        yield
        _attach(link, -1)
    finally:
        os.close(fd)
