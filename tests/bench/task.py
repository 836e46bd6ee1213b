# SPDX-License-Identifier: GPL-2.0-or-later
"""Threads: how long they ran, who comes first, where they run."""

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path


def run_time(threads: Iterable[int]) -> int:
    """Nanoseconds that this thread and others, which sleep, have run."""
    total = time.clock_gettime_ns(time.CLOCK_THREAD_CPUTIME_ID)
    for pid in threads:
        text = Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii")
        total += int(text.split()[0])
    return total


@contextmanager
def first_come() -> Iterator[None]:
    """Have this thread run whenever it wants to."""
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    try:
        yield
    finally:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


@contextmanager
def on_cpu(cpu: int) -> Iterator[None]:
    """Have this thread, and what it starts, run on one CPU."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {cpu})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
