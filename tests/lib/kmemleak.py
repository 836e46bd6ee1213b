# SPDX-License-Identifier: GPL-2.0-or-later
"""kmemleak: memory that nothing in the kernel points to any more."""

import time
from pathlib import Path

_FILE = Path("/sys/kernel/debug/kmemleak")
_YOUNG = 5.0
"""Seconds: what was allocated later than that is not reported (MSECS_MIN_AGE)."""


def available() -> bool:
    """Does this kernel look for leaks?"""
    return _FILE.exists()


def _write(command: str) -> None:
    _FILE.write_text(command, encoding="ascii")


def _read() -> str:
    return _FILE.read_text(encoding="ascii", errors="replace")


def forget() -> None:
    """Leave out what has leaked until now."""
    _write("scan")
    _write("clear")


def leaks(*, wait: bool) -> str:
    """What has leaked; who does not wait misses the last five seconds.

    A pointer may be on its way from one place to the other while memory is
    scanned: what leaked is what two scans have not found.
    """
    if wait:
        time.sleep(_YOUNG)
    _write("scan")
    if not _read():
        return ""
    _write("scan")
    found = _read()
    if found:
        _write("clear")
    return found
