# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/benchmarks.md, made of the results."""

import shutil
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import plot, store
from bench.result import Result, Series
from bench.row import Row
from bench.rows import ROWS
from bench.table import figure, verdict

_INTRODUCTION = """\
<!-- SPDX-License-Identifier: GPL-2.0-or-later -->
<!-- written by make bench -->
# What a frame costs

What vnet costs beside veth and netkit, with `lo`, `dummy` and direct delivery as
floors; all devices side by side in one run of a guest. `make bench` measures both
kernels and writes this page; `make bench KERNEL=7.2 ROWS=a,b` measures a part of
it, `QUICK=1` looks quickly and leaves the page alone, `MODE=wall` takes real time,
and `MODE=native` measures on the machine that it is started on, with its kernel and
its module vnet. `tests/bench/profile/profile` shows where the instructions of a
frame go, function by function.

Where the unit is *instructions*, the clock of the guest counts them, one
nanosecond each (QEMU, `-icount shift=0,sleep=off`), so that a figure is a property
of the code and not of the machine, and repeats to a part in a thousand. It says
nothing of caches; rows that need CPUs to work at the same time take real time, on
an emulated machine, and are good for ratios only.

Figures are medians; in brackets, how far the runs were apart. `vnet` has the
default qdisc, and `vnet noqueue` has none. `veth NAPI` is veth with GRO on and TSO
off, without which it does not use NAPI; `veth GRO` has GRO on only.
"""


@dataclass(frozen=True)
class Measured:
    """What is known of one kernel."""

    name: str
    kept: store.Kept

    def result(self, row: Row) -> Result | None:
        """A row, if it was measured."""
        found = self.kept["rows"].get(row.key)
        return Result.from_json(found) if found else None

    def origin(self, row: Row) -> str:
        """How a row came about."""
        found = self.kept["rows"][row.key]
        cpus = f"{found['cpus']} CPU{'s' if found['cpus'] > 1 else ''}"
        return (
            f"Linux {found['kernel']}: `{found['command']}`, {found['date']},"
            f" {found['mode']}, {cpus}"
        )


def _markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(cells)} |" for cells in lines]


def _cell(series: Series | None) -> str:
    if series is None:
        return ""
    text = figure(series.median)
    if len(series.values) < 2:
        return text
    return f"{text} ({series.spread * 100:.2g} %)"


def _figures(results: dict[str, Result]) -> list[str]:
    """The table of a row: a line for each figure, a column for each kernel."""
    found: dict[tuple[str, str, str, str], dict[str, Series]] = {}
    for kernel, result in results.items():
        for series in result.series:
            key = (series.device, series.qdisc, series.what, series.unit)
            found.setdefault(key, {})[kernel] = series
    return _markdown(
        ["device", "qdisc", "figure", "unit", *results],
        (
            [*key, *(_cell(by_kernel.get(kernel)) for kernel in results)]
            for key, by_kernel in found.items()
        ),
    )


def _targets(results: dict[str, Result]) -> list[str]:
    found: dict[tuple[str, str], dict[str, str]] = {}
    for kernel, result in results.items():
        for check in result.checks:
            what, value, limit, met = verdict(check)
            text = f"{value}, {met}"
            found.setdefault((what, limit), {})[kernel] = text
    if not found:
        return []
    return [
        "",
        *_markdown(
            ["target", "limit", *results],
            (
                [*key, *(by_kernel.get(kernel, "") for kernel in results)]
                for key, by_kernel in found.items()
            ),
        ),
    ]


def _devices(result: Result, what: str) -> dict[str, float]:
    return {s.device: s.median for s in result.series if s.what == what}


def _plots(row: Row, results: dict[str, Result], output: Path) -> list[str]:
    """Draw a row; return the lines that show the plots."""
    made = []
    first = next(iter(results.values()))
    for number, what in enumerate(row.plots):
        name = f"{row.key}{number or ''}.svg"
        groups = {k: _devices(r, what) for k, r in results.items()}
        places = list(dict.fromkeys(d for g in groups.values() for d in g))
        unit = next(s.unit for s in first.series if s.what == what)
        plot.bars(output / name, f"({row.key}) {what}", unit, places, groups)
        made += ["", f"![{what}](benchmarks/{name})"]
    if row.curve:
        for kernel, result in results.items():
            name = f"{row.key}-{kernel}.svg"
            curves = {
                device: {
                    what: result.find(device, what).median
                    for what in row.curve
                }
                for device in dict.fromkeys(s.device for s in result.series)
            }
            plot.curves(
                output / name,
                f"({row.key}) {row.title}, Linux {kernel}",
                result.series[0].unit,
                row.curve,
                curves,
            )
            made += ["", f"![{row.title}](benchmarks/{name})"]
    return made


def write(sources: Sequence[Path], output: Path) -> None:
    """Write the page, the plots and a copy of the results."""
    plots = output / "benchmarks"
    shutil.rmtree(plots, ignore_errors=True)
    plots.mkdir(parents=True)
    kernels = [Measured(path.stem, store.read(path)) for path in sources]
    for path in sources:
        shutil.copy(path, plots)
    page = [_INTRODUCTION.rstrip()]
    for row in ROWS:
        results = {
            kernel.name: found
            for kernel in kernels
            if (found := kernel.result(row)) is not None
        }
        if not results:
            continue
        method = next(iter(results.values())).method
        page += ["", f"## ({row.key}) {row.title}", ""]
        page += [*textwrap.wrap(method, 80), ""]
        page += _figures(results)
        page += _targets(results)
        page += _plots(row, results, plots)
        for kernel, result in results.items():
            if result.notes:
                page += ["", f"Linux {kernel}:", ""]
                page += [f"- {note}" for note in result.notes]
        page += ["", *(f"- {k.origin(row)}" for k in kernels if k.result(row))]
    text = "\n".join(page)
    (output / "benchmarks.md").write_text(f"{text}\n", encoding="utf-8")
