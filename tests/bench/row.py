# SPDX-License-Identifier: GPL-2.0-or-later
"""A row of the benchmark, and how its figures are taken."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bench.clock import Settings
from bench.result import Result


@dataclass(frozen=True)
class Row:
    """One thing that is measured on all devices."""

    key: str
    title: str
    run: Callable[[Settings], Result]
    cpus: int = 1
    """How many CPUs the machine has to have."""
    concurrent: bool = False
    """Do CPUs have to work at the same time, which rules out icount?"""
    plugin: bool = False
    """Does it want the plugin that counts what the kernel executes?"""
    plots: tuple[str, ...] = ()
    """The figures that are plotted, device by device."""
    curve: tuple[str, ...] = ()
    """The figures that are plotted as one curve for each device."""


def say(text: str) -> None:
    """Tell how far it is."""
    print(text, file=sys.stderr, flush=True)


def take_turns(
    settings: Settings,
    key: str,
    runs: Mapping[str, Callable[[], float]],
) -> dict[str, list[float]]:
    """Take every figure several times, one device after the other each time.

    What else goes on in the machine then hits all devices alike. The first
    round warms up and is not counted.
    """
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for turn in range(settings.repeats + 1):
        for name, run in runs.items():
            value = run()
            when = f"{turn} of {settings.repeats}" if turn else "warm-up"
            say(f"({key}) {when}: {name}: {value:,.1f}")
            if turn:
                taken[name].append(value)
    return taken
