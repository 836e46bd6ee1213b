# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures where it runs: in the test VM, or on a machine of one's own."""

import argparse
import gc
import os
import sys
from datetime import date
from pathlib import Path

from bench import store, table
from bench.clock import MODES, Settings
from bench.command import run_here
from bench.row import Row, say
from bench.rows import BY_KEY


def _rows(text: str) -> list[Row]:
    keys = text.split(",") if text else list(BY_KEY)
    unknown = [key for key in keys if key not in BY_KEY]
    if unknown:
        raise argparse.ArgumentTypeError(
            f"no row {', '.join(unknown)}; there are {', '.join(BY_KEY)}"
        )
    return [BY_KEY[key] for key in keys]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    commands = parser.add_subparsers(dest="what", required=True)
    plan = commands.add_parser("plan", help="say how many CPUs a row wants")
    measure = commands.add_parser("measure", help="measure and show")
    for command in (plan, measure):
        command.add_argument(
            "--rows", type=_rows, default="", help="letters, by commas"
        )
    measure.add_argument("--mode", choices=MODES, default="native")
    measure.add_argument("--quick", action="store_true")
    measure.add_argument("--command", default=" ".join(sys.argv))
    measure.add_argument("--output", type=Path, required=True)
    return parser.parse_args()


def plan(rows: list[Row]) -> None:
    """Print the rows that a machine of so many CPUs is for, line by line."""
    for cpus in sorted({row.cpus for row in rows}):
        keys = ",".join(row.key for row in rows if row.cpus == cpus)
        print(cpus, keys)


def measure(
    rows: list[Row], settings: Settings, output: Path, command: str
) -> None:
    """Measure, show, keep."""
    if os.geteuid() != 0:
        sys.exit("bench: needs root")
    run_here("modprobe", "vnet")
    # a collection in the middle of a run would be counted
    gc.disable()
    for row in rows:
        say(f"({row.key}) {row.title}")
        result = row.run(settings)
        gc.collect()
        store.keep(
            output,
            result,
            mode=settings.mode.name,
            command=command,
            day=date.today(),
        )
        print(table.show([result]), flush=True)


def main() -> None:
    """Do what the command line says."""
    given = _arguments()
    if given.what == "plan":
        plan(given.rows)
    else:
        settings = Settings(MODES[given.mode], given.quick)
        measure(given.rows, settings, given.output, given.command)


main()
