# SPDX-License-Identifier: GPL-2.0-or-later
"""The names of the kernel's functions."""

from bisect import bisect_right
from pathlib import Path


class Symbols:
    """The functions of the running kernel and its modules."""

    def __init__(self) -> None:
        found = []
        text = Path("/proc/kallsyms").read_text(encoding="ascii")
        for line in text.splitlines():
            address, kind, name, *module = line.split()
            if kind in "tTwW":
                found.append((int(address, 16), " ".join([name, *module])))
        found.sort()
        self._addresses = [address for address, _ in found]
        self._names = [name for _, name in found]

    def name(self, address: int) -> str:
        """The function that an address is in."""
        return self._names[bisect_right(self._addresses, address) - 1]

    def entry(self, address: int) -> bool:
        """Is this the first instruction of a function?"""
        at = bisect_right(self._addresses, address) - 1
        return self._addresses[at] == address
