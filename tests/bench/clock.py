# SPDX-License-Identifier: GPL-2.0-or-later
"""What a figure counts, and how often it is taken."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Mode:
    """How time passes where the benchmark runs."""

    name: str
    unit: str
    repeats: int
    quick_repeats: int


MODES = {
    # instructions repeat, so a few runs show whether these did
    "icount": Mode("icount", "instructions", 3, 2),
    "wall": Mode("wall", "ns", 5, 2),
    "native": Mode("native", "ns", 9, 3),
}


@dataclass(frozen=True)
class Settings:
    """What was asked for on the command line."""

    mode: Mode
    quick: bool
    plugin_output: Path | None = None
    """Where QEMU's plugin writes, if it has been loaded."""

    @property
    def repeats(self) -> int:
        """How often each figure is taken."""
        return self.mode.quick_repeats if self.quick else self.mode.repeats

    def amount(self, full: int) -> int:
        """So many frames, transactions, ...; fewer in a quick run."""
        return max(1, full // 5) if self.quick else full


def elapsed_ns(action: Callable[[], object]) -> int:
    """The time that something takes; with icount, in instructions."""
    start = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    action()
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC) - start
