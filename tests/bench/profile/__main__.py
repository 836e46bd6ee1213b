# SPDX-License-Identifier: GPL-2.0-or-later
"""Shows where the instructions of a frame go, for several devices."""

import argparse
import gc
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import device
from bench.command import run_here
from bench.device import Pair
from bench.profile.marks import Counted, Marks
from bench.profile.symbols import Symbols
from bench.profile.workload import WORKLOADS, Workload
from bench.row import say
from bench.table import in_columns

KINDS = {
    kind.name.replace(" ", "-"): kind
    for kind in (*device.PAIRS, device.DUMMY)
}

REPEATS = 3


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


def take(work: Workload, pair: Pair, marks: Marks) -> Profile:
    """Profile one device: what many frames cost more than a few do."""
    work.prepare(pair)
    work.run(pair, work.many)
    symbols = Symbols()

    def counts(frames: int) -> list[Counter[str]]:
        runs = [
            _sum(marks.count(lambda: work.run(pair, frames)), symbols)
            for _ in range(REPEATS)
        ]
        return [_medians(sums) for sums in zip(*runs, strict=True)]

    figures = []
    frames = work.many - work.few
    for few, many in zip(counts(work.few), counts(work.many), strict=True):
        many.subtract(few)
        figures.append({name: n / frames for name, n in many.items() if n})
    return Profile(*figures)


def show(profiles: Mapping[str, Profile], unit: str, lines: int) -> str:
    """Functions by what they cost most; locked instructions in brackets."""
    taken = list(profiles.values())
    names = {name for p in taken for name in p.instructions}

    def most(name: str) -> float:
        return max(p.instructions.get(name, 0) for p in taken)

    def cells(name: str) -> list[str]:
        made = []
        for p in taken:
            made += [
                f"{p.instructions.get(name, 0):.1f}",
                f"{p.locked[name]:.2f}" if p.locked.get(name) else "",
                f"{p.calls.get(name, 0):.2f}",
            ]
        return [*made, name]

    totals = []
    for p in taken:
        totals += [
            f"{sum(p.instructions.values()):.1f}",
            f"{sum(p.locked.values()):.2f}",
            "",
        ]
    heads: Sequence[str] = [
        head for name in profiles for head in (name, "locked", "calls")
    ]
    ordered = sorted(names, key=most, reverse=True)[:lines]
    rows = [
        [*heads, f"a {unit}"],
        [*totals, "all"],
        *(cells(name) for name in ordered),
    ]
    return "\n".join(in_columns(rows, set(range(len(heads)))))


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="profile", description=__doc__)
    parser.add_argument("--plugin-output", type=Path, required=True)
    parser.add_argument("--row", choices=WORKLOADS, default="a")
    parser.add_argument("--devices", default="vnet,vnet-noqueue,veth")
    parser.add_argument("--lines", type=int, default=70)
    given = parser.parse_args()
    work = WORKLOADS[given.row]
    kinds = [KINDS[name] for name in given.devices.split(",")]

    run_here("modprobe", "vnet")
    marks = Marks(given.plugin_output)
    gc.disable()
    profiles = {}
    with device.side_by_side(kinds) as pairs:
        for pair in pairs:
            say(f"{pair.name}: {work.what}")
            profiles[pair.name] = take(work, pair, marks)
    print(show(profiles, work.unit, given.lines))


main()
