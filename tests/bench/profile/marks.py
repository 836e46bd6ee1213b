# SPDX-License-Identifier: GPL-2.0-or-later
"""Counts what the kernel executes, with the plugin that QEMU has loaded."""

import ctypes
import mmap
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

_START = 0x5649E7000000
_STOP = 0x5649E7000800
_MAP_FIXED_NOREPLACE = 0x100000
_RET = b"\xc3"

_libc = ctypes.CDLL(None, use_errno=True)
_libc.mmap.restype = ctypes.c_void_p
_libc.mmap.argtypes = [
    *(ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int),
    *(ctypes.c_int, ctypes.c_int, ctypes.c_long),
]


@dataclass(frozen=True)
class Insn:
    """How often a CPU executed an instruction."""

    address: int
    cpu: int
    count: int
    locked: bool


@dataclass(frozen=True)
class Store:
    """How often a CPU wrote a cache line from one place."""

    line: int
    cpu: int
    address: int
    count: int


@dataclass(frozen=True)
class Counted:
    """What happened between two marks."""

    insns: list[Insn]
    stores: list[Store]


class Marks:
    """Code at the addresses that the plugin waits for."""

    def __init__(self, output: Path) -> None:
        self._output = output
        protection = mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC
        flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | _MAP_FIXED_NOREPLACE
        page = _libc.mmap(_START, mmap.PAGESIZE, protection, flags, -1, 0)
        if page != _START:
            raise OSError(ctypes.get_errno(), "no room for the marks")
        for mark in (_START, _STOP):
            ctypes.memmove(mark, _RET, len(_RET))
        routine = ctypes.CFUNCTYPE(None)
        self._start, self._stop = routine(_START), routine(_STOP)
        self._start()
        # the plugin changes over when all CPUs have come to rest
        time.sleep(0.01)

    def count(self, action: Callable[[], object]) -> Counted:
        """Do something between the marks."""
        self._output.unlink(missing_ok=True)
        self._start()
        action()
        self._stop()
        lines = self._output.read_text(encoding="ascii").splitlines()
        if not lines or lines[-1] != "end":
            raise RuntimeError("the plugin did not write what it counted")
        return _parse(lines[:-1])


def _parse(lines: Iterable[str]) -> Counted:
    insns, stores = [], []
    for line in lines:
        kind, *words = line.split()
        if kind == "insn":
            address, cpu, count, locked = words
            insns.append(
                Insn(int(address, 16), int(cpu), int(count), locked == "1")
            )
        else:
            where, cpu, address, count = words
            stores.append(
                Store(int(where, 16), int(cpu), int(address, 16), int(count))
            )
    return Counted(insns, stores)
