# SPDX-License-Identifier: GPL-2.0-or-later
"""Shows where the instructions of a frame go, for several devices."""

import argparse
import gc
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench import device
from bench.command import run_here
from bench.profile.count import Profile, take
from bench.profile.marks import Marks
from bench.row import say
from bench.rows import bursts, forwarding, single
from bench.table import in_columns

WORKLOADS = {
    "a": single.WORKLOAD,
    "b": bursts.WORKLOAD,
    "f": forwarding.WORKLOAD,
}
KINDS = {
    kind.name.replace(" ", "-"): kind
    for kind in (*device.PAIRS, device.DUMMY)
}


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
    with work.make(kinds) as subjects:
        for subject in subjects:
            say(f"{subject.name}: {work.what}")
            profiles[subject.name] = take(work, subject, marks)
    print(show(profiles, work.unit, given.lines))


main()
