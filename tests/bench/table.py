# SPDX-License-Identifier: GPL-2.0-or-later
"""The results as a table on a terminal."""

from collections.abc import Iterable, Sequence

from bench.result import Check, Result


def figure(value: float) -> str:
    """A number with as many digits as say something."""
    size = abs(value)
    if size >= 1000 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 100 else f"{value:.3g}"


def in_columns(rows: Sequence[Sequence[str]], right: set[int]) -> list[str]:
    """Lines with the cells of all rows below each other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if number in right else cell.ljust(width)
            for number, (cell, width) in enumerate(
                zip(row, widths, strict=True)
            )
        ).rstrip()
        for row in rows
    ]


def verdict(check: Check) -> list[str]:
    """A target as cells: what, came out, has to be, met?"""
    times = " ×" if check.times else ""
    limit = f"{check.limit:g}{times}"
    if check.aim is not None:
        limit += f" (aim {check.aim:g}{times})"
    return [
        check.what,
        f"{check.value:.3f}{times}" if check.times else figure(check.value),
        f"at {'least' if check.least else 'most'} {limit}",
        "met" if check.met else "MISSED",
    ]


def lines(result: Result) -> list[str]:
    """One row of the benchmark."""
    head = ["device", "qdisc", "", "unit", "median", "spread"]
    cells = [
        [
            s.device,
            s.qdisc,
            s.what,
            s.unit,
            figure(s.median),
            f"{s.spread * 100:.2f} %",
        ]
        for s in result.series
    ]
    made = ["", f"({result.key}) {result.title}", ""]
    made += in_columns([head, *cells], {4, 5})
    if result.checks:
        made += ["", *in_columns([verdict(c) for c in result.checks], {1})]
    return [*made, "", *result.notes]


def show(results: Iterable[Result]) -> str:
    """All of it."""
    return "\n".join(line for result in results for line in lines(result))
