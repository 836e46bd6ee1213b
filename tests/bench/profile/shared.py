# SPDX-License-Identifier: GPL-2.0-or-later
"""Cache lines that two CPUs write."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from bench.profile.marks import Store
from bench.profile.symbols import Symbols


@dataclass(frozen=True)
class SharedLine:
    """A cache line, and who wrote it on each CPU."""

    counts: dict[int, int]
    writers: dict[int, list[str]]

    def steady(self, frames: int) -> bool:
        """Did two CPUs write it for every frame, or nearly?"""
        busiest = sorted(self.counts.values(), reverse=True)
        return busiest[1] >= frames / 2

    def text(self) -> str:
        """What it is, by who writes it."""
        return "; ".join(
            f"CPU {cpu}: {', '.join(names)}"
            for cpu, names in sorted(self.writers.items())
        )


def shared_lines(
    stores: Iterable[Store], symbols: Symbols
) -> list[SharedLine]:
    """The lines that several CPUs have written."""
    by_line: dict[int, list[Store]] = defaultdict(list)
    for store in stores:
        by_line[store.line].append(store)
    found = []
    for line in by_line.values():
        counts: dict[int, int] = defaultdict(int)
        writers: dict[int, list[str]] = defaultdict(list)
        for store in sorted(line, key=lambda s: -s.count):
            counts[store.cpu] += store.count
            name = symbols.name(store.address)
            if name not in writers[store.cpu]:
                writers[store.cpu].append(name)
        found.append(SharedLine(dict(counts), dict(writers)))
    return sorted(found, key=lambda s: -sum(s.counts.values()))
