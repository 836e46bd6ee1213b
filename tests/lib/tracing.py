# SPDX-License-Identifier: GPL-2.0-or-later
"""Tracepoints, in a tracing instance of the test's own."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
    """A tracing instance in which tracepoints are switched on."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def clear(self) -> None:
        """Forget what was traced so far."""
        (self._path / "trace").write_text("")

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


@dataclass(frozen=True)
class Handed:
    """A frame as the driver hands it to the stack."""

    queue: int
    hash: int
    l4_hash: bool
    length: int
    """Without the Ethernet header."""


class HandedTrace(Trace):
    """What drivers hand to the stack, by itself or through GRO."""

    EVENTS = ("netif_receive_skb_entry", "napi_gro_receive_entry")

    def handed(self, link: Link) -> list[Handed]:
        """What a device has handed to the stack so far."""
        told = []
        for line in self.lines():
            figures = dict(re.findall(r"(\w+)=(\w+)", line))
            if figures["dev"] == link.name:
                told.append(
                    Handed(
                        int(figures["queue_mapping"]) - 1,
                        int(figures["hash"], 16),
                        figures["l4_hash"] == "1",
                        int(figures["len"]),
                    )
                )
        return told


@contextmanager
def _instance(*events: str) -> Iterator[Path]:
    path = tracefs() / "instances" / f"vnet-tests-{os.getpid()}"
    path.mkdir()
    enable = [path / "events" / event / "enable" for event in events]
    try:
        for switch in enable:
            switch.write_text("1", encoding="ascii")
        yield path
        for switch in enable:
            switch.write_text("0", encoding="ascii")
    finally:
        path.rmdir()


@contextmanager
def traced() -> Iterator[Trace]:
    """Trace all vnet tracepoints for a while."""
    with _instance("vnet") as path:
        yield Trace(path)


@contextmanager
def handed_to_the_stack() -> Iterator[HandedTrace]:
    """Trace what all drivers hand to the stack for a while."""
    with _instance(*(f"net/{event}" for event in HandedTrace.EVENTS)) as path:
        yield HandedTrace(path)


class PoolTrace(Trace):
    """Page pools whose owner is gone, when the core looks how many pages are out."""

    EVENT = "page_pool_release"

    def emptied(self) -> int:
        """How many pools were found that had all their pages back."""
        return len({
            pool[1]
            for line in self.of(self.EVENT)
            if (pool := re.search(r"page_pool=(\S+) inflight=0\b", line))
        })


@contextmanager
def page_pools_released() -> Iterator[PoolTrace]:
    """Trace for a while what becomes of page pools without an owner."""
    with _instance(f"page_pool/{PoolTrace.EVENT}") as path:
        yield PoolTrace(path)
