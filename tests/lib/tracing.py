# SPDX-License-Identifier: GPL-2.0-or-later
"""Tracepoints, in a tracing instance of the test's own."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lib import libc
from lib.link import Link

_TRACEFS = Path("/sys/kernel/tracing")


def tracefs() -> Path:
    """tracefs, mounted."""
    if not (_TRACEFS / "events").exists():
        libc.mount("tracefs", str(_TRACEFS), "tracefs")
    return _TRACEFS


def events() -> set[str]:
    """The tracepoints that the module offers."""
    path = tracefs() / "events/vnet"
    return {entry.name for entry in path.iterdir() if entry.is_dir()}


class Trace:
    """A tracing instance in which the vnet tracepoints are switched on."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def lines(self) -> list[str]:
        """What was traced so far."""
        text = (self._path / "trace").read_text(encoding="utf-8")
        return [ln for ln in text.splitlines() if not ln.startswith("#")]

    def of(self, event: str) -> list[str]:
        """What one tracepoint wrote."""
        return [ln for ln in self.lines() if f" {event}: " in ln]

    def numbers(self, event: str, link: Link) -> list[dict[str, int]]:
        """What one tracepoint told of a device: each time its figures.

        "cpu" is where it was.
        """
        told = []
        for line in self.of(event):
            head, _, tail = line.partition(f" {event}: ")
            figures = {
                name: int(value)
                for name, value in re.findall(r"(\w+)=(\d+)\b", tail)
            }
            cpu = re.search(r"\[(\d+)\]", head)
            assert cpu is not None, line
            if figures["ifindex"] == link.index:
                told.append({**figures, "cpu": int(cpu[1])})
        return told


@contextmanager
def traced() -> Iterator[Trace]:
    """Trace all vnet tracepoints for a while."""
    path = tracefs() / "instances" / f"vnet-tests-{os.getpid()}"
    path.mkdir()
    try:
        enable = path / "events/vnet/enable"
        enable.write_text("1", encoding="ascii")
        yield Trace(path)
        enable.write_text("0", encoding="ascii")
    finally:
        path.rmdir()
