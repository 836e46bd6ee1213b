# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernel's tracepoints, with the time of each in nanoseconds."""

import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lib.tracing import tracefs

_LINE = re.compile(r"\[(\d+)\] \S+ +(\d+): (\w+): (.*)")
_FRAME = re.compile(r"skbaddr=(\w+)")
_MARK = "tracing_mark_write"


@dataclass(frozen=True)
class Event:
    """One tracepoint that was passed."""

    time: float
    cpu: int
    name: str
    text: str


class Trace:
    """An instance of the tracer."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._write("trace_clock", "x86-tsc")

    def _write(self, name: str, text: str) -> None:
        (self._path / name).write_text(text, encoding="ascii")

    def enable(self, event: str, *devices: str) -> None:
        """Trace an event of these devices."""
        where = f"events/{event}"
        self._write(
            f"{where}/filter", " || ".join(f'name == "{d}"' for d in devices)
        )
        self._write(f"{where}/enable", "1")

    def disable(self) -> None:
        """Trace no events."""
        self._write("events/enable", "0")

    def _raw(self) -> list[Event]:
        text = (self._path / "trace").read_text(encoding="utf-8")
        return [
            Event(float(found[2]), int(found[1]), found[3], found[4])
            for found in map(_LINE.search, text.splitlines())
            if found
        ]

    def _mark(self) -> None:
        now = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
        self._write("trace_marker", f"{now}")

    @contextmanager
    def recording(self) -> Iterator[list[Event]]:
        """Note what happens; the list is filled in the end. Marks at either
        side tell how fast the clock of the trace runs."""
        self._write("trace", "")
        events: list[Event] = []
        self._mark()
        yield events
        self._mark()
        raw = self._raw()
        marks = [e for e in raw if e.name == _MARK]
        first, last = marks[0], marks[-1]
        rate = (int(last.text) - int(first.text)) / (last.time - first.time)
        events += [
            Event(e.time * rate, e.cpu, e.name, e.text)
            for e in raw
            if e.name != _MARK
        ]


@contextmanager
def instance() -> Iterator[Trace]:
    """Have an instance for a while."""
    path = tracefs() / "instances" / f"bench-{os.getpid()}"
    path.mkdir()
    try:
        yield Trace(path)
    finally:
        (path / "events/enable").write_text("0", encoding="ascii")
        path.rmdir()


def delays(events: Sequence[Event], first: str, second: str) -> list[float]:
    """For each frame, the time from its first event to its second one."""
    found: list[float] = []
    started: dict[str, float] = {}
    for event in sorted(events, key=lambda e: e.time):
        frame = _FRAME.search(event.text)
        if not frame:
            continue
        if event.name == first:
            started[frame[1]] = event.time
        elif event.name == second and frame[1] in started:
            found.append(event.time - started.pop(frame[1]))
    return found
