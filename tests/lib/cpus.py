# SPDX-License-Identifier: GPL-2.0-or-later
"""The machine's CPUs: which there can be, running on one, and one offline."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SYS = Path("/sys/devices/system/cpu")


def possible_cpus() -> int:
    """How many CPUs the kernel has room for, and will ever have."""
    first, _, last = (_SYS / "possible").read_text().strip().rpartition("-")
    assert first in ("", "0")
    return int(last) + 1


def is_smp() -> bool:
    """Whether the kernel is one for several CPUs."""
    return Path("/sys/class/net/lo/queues/rx-0/rps_cpus").exists()


@contextmanager
def running_on(cpu: int) -> Iterator[None]:
    """Within the context this thread runs on one CPU."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {cpu})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def staying_on(turn: int) -> Iterator[None]:
    """Within the context this thread runs on one of those it may run on."""
    allowed = sorted(os.sched_getaffinity(0))
    with running_on(allowed[turn % len(allowed)]):
        yield


@contextmanager
def offline(cpu: int) -> Iterator[None]:
    """Within the context the CPU is offline."""
    control = _SYS / f"cpu{cpu}/online"
    control.write_text("0")
    try:
        yield
    finally:
        control.write_text("1")
