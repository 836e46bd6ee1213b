# SPDX-License-Identifier: GPL-2.0-or-later
"""Instructions of one frame, function by function."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from statistics import median
from typing import Any

from bench import device
from bench.device import Kind
from bench.profile.marks import Counted, Marks
from bench.profile.symbols import Symbols

REPEATS = 3


@dataclass(frozen=True)
class Workload:
    """Something that a device, or several in a row, does so many times."""

    what: str
    unit: str
    few: int
    many: int
    prepare: Callable[[Any], object]
    run: Callable[[Any, int], object]
    make: Callable[
        [Sequence[Kind]], AbstractContextManager[Sequence[Any]]
    ] = device.side_by_side
    """Makes what does it, one for each kind; each has a name."""


@dataclass(frozen=True)
class Profile:
    """Figures for each function: of one frame, on all CPUs together."""

    instructions: Mapping[str, float]
    locked: Mapping[str, float]
    calls: Mapping[str, float]


def _sum(counted: Counted, symbols: Symbols) -> tuple[Counter[str], ...]:
    instructions: Counter[str] = Counter()
    locked: Counter[str] = Counter()
    calls: Counter[str] = Counter()
    for insn in counted.insns:
        name = symbols.name(insn.address)
        instructions[name] += insn.count
        if insn.locked:
            locked[name] += insn.count
        if symbols.entry(insn.address):
            calls[name] += insn.count
    return instructions, locked, calls


def _medians(sums: Iterable[Counter[str]]) -> Counter[str]:
    """What else the kernel did at times is in few of the sums."""
    taken = list(sums)
    names = {name for one in taken for name in one}
    return Counter(
        {name: int(median(one[name] for one in taken)) for name in names}
    )


def take(work: Workload, subject: Any, marks: Marks) -> Profile:
    """Profile what was made: what many frames cost more than a few do."""
    work.prepare(subject)
    work.run(subject, work.many)
    symbols = Symbols()

    def counts(frames: int) -> list[Counter[str]]:
        runs = [
            _sum(marks.count(lambda: work.run(subject, frames)), symbols)
            for _ in range(REPEATS)
        ]
        return [_medians(sums) for sums in zip(*runs, strict=True)]

    figures = []
    frames = work.many - work.few
    for few, many in zip(counts(work.few), counts(work.many), strict=True):
        many.subtract(few)
        figures.append({name: n / frames for name, n in many.items() if n})
    return Profile(*figures)
