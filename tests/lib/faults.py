# SPDX-License-Identifier: GPL-2.0-or-later
"""Allocations that fail, one by one (Documentation/fault-injection)."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_DEBUG = Path("/sys/kernel/debug")
_FAIL_NTH = "/proc/thread-self/fail-nth"

_ANY = hex(2**64 - 1)
"""The end of code that may be anywhere."""

_SLAB = {
    "ignore-gfp-wait": "N",  # those that may wait for memory fail as well
    "cache-filter": "N",
    "verbose": "0",
}
_PAGES = {
    "ignore-gfp-wait": "N",
    "ignore-gfp-highmem": "Y",  # the pages of the process itself
    "min-order": "0",
    "verbose": "0",
}


def available() -> bool:
    """Can this kernel fail an allocation?"""
    return (_DEBUG / "failslab").is_dir() and Path(_FAIL_NTH).exists()


def _apply(name: str, settings: dict[str, str]) -> None:
    for setting, value in settings.items():
        (_DEBUG / name / setting).write_text(value, encoding="ascii")


@contextmanager
def counted(*, pages: bool = True) -> Iterator[None]:
    """Have all allocations of a thread count, those of whole pages as well."""
    _apply("failslab", _SLAB)
    if pages:
        _apply("fail_page_alloc", _PAGES)
    try:
        yield
    finally:
        _apply("fail_page_alloc", {"ignore-gfp-wait": "Y", "min-order": "1"})
        _apply("failslab", {"ignore-gfp-wait": "Y"})


@contextmanager
def of_module(name: str, percent: int) -> Iterator[None]:
    """Of what code of a module allocates so much fails, where it cannot wait."""
    sections = Path("/sys/module") / name / "sections"
    start = int((sections / ".text").read_text(encoding="ascii"), 16)
    size = next(
        int(line.split()[1])
        for line in Path("/proc/modules").read_text(encoding="ascii").splitlines()
        if line.startswith(f"{name} ")
    )
    settings = {
        "ignore-gfp-wait": "Y",
        "require-start": hex(start),
        "require-end": hex(start + size),
        "times": "-1",
        "verbose": "0",
        "probability": str(percent),
    }
    _apply("failslab", settings)
    _apply("fail_page_alloc", {**settings, "min-order": "0"})
    try:
        yield
    finally:
        ended = {"probability": "0", "require-start": "0", "require-end": _ANY}
        _apply("failslab", ended)
        _apply("fail_page_alloc", {**ended, "min-order": "1"})


@dataclass(frozen=True)
class Attempt:
    """Something that was done while one allocation failed."""

    hit: bool
    """Were there as many allocations?"""
    error: OSError | None


def with_failure(nth: int, action: Callable[[], object]) -> Attempt:
    """Do something whose n-th allocation, counted from 1, fails."""
    error = None
    control = os.open(_FAIL_NTH, os.O_RDWR | os.O_CLOEXEC)
    try:
        os.write(control, str(nth).encode())
        try:
            action()
        except OSError as refused:
            error = refused
        left = int(os.pread(control, 16, 0))
        os.write(control, b"0")
    finally:
        os.close(control)
    return Attempt(left == 0, error)
