# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures where it runs: in the test VM, or on a machine of one's own."""

import argparse
import gc
import os
import sys
import traceback
from datetime import date
from pathlib import Path

from bench import store, table
from bench.clock import MODES, Settings
from bench.command import run_here
from bench.report import write
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
        command.add_argument("--mode", choices=MODES, default="native")
    measure.add_argument("--plugin-output", type=Path)
    measure.add_argument("--quick", action="store_true")
    measure.add_argument("--command", default=" ".join(sys.argv))
    measure.add_argument("--output", type=Path, required=True)
    report = commands.add_parser("report", help="write the page and plots")
    report.add_argument("--output", type=Path, required=True)
    report.add_argument("sources", type=Path, nargs="+")
    return parser.parse_args()


def plan(rows: list[Row], mode: str) -> None:
    """Print, for each machine: its CPUs, how it is run, and what in it."""

    def machine(row: Row) -> tuple[int, str, str]:
        how = "wall" if row.concurrent else mode
        return row.cpus, how, "plugin" if row.plugin else "plain"

    if mode != "icount":
        rows = [row for row in rows if not row.plugin]
    for wanted in sorted({machine(row) for row in rows}):
        keys = ",".join(row.key for row in rows if machine(row) == wanted)
        print(*wanted, keys)


def measure(
    rows: list[Row], settings: Settings, output: Path, command: str
) -> bool:
    """Measure, show, keep; say whether all rows came to their end."""
    if os.geteuid() != 0:
        sys.exit("bench: needs root")
    run_here("modprobe", "vnet")
    # a collection in the middle of a run would be counted
    gc.disable()
    complete = True
    for row in rows:
        say(f"({row.key}) {row.title}")
        try:
            result = row.run(settings)
        except Exception:
            traceback.print_exc()
            say(f"({row.key}) failed")
            complete = False
            continue
        gc.collect()
        store.keep(
            output,
            result,
            mode=settings.mode.name,
            command=command,
            day=date.today(),
        )
        print(table.show([result]), flush=True)
    return complete


def main() -> None:
    """Do what the command line says."""
    given = _arguments()
    if given.what == "plan":
        plan(given.rows, given.mode)
    elif given.what == "report":
        write(given.sources, given.output)
    else:
        settings = Settings(
            MODES[given.mode], given.quick, given.plugin_output
        )
        if not measure(given.rows, settings, given.output, given.command):
            sys.exit(1)


main()
