# SPDX-License-Identifier: GPL-2.0-or-later
"""Plots of the results, drawn by gnuplot."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

_LICENCE = "<!-- SPDX-License-Identifier: GPL-2.0-or-later -->"
_COLOURS = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee")

_HEAD = """\
set terminal svg size {width},{height} font 'sans-serif,12' background 'white'
set output '{output}'
set title '{title}' noenhanced
set ylabel '{unit}' noenhanced
set yrange [0:*]
set grid ytics lc rgb '#dddddd'
set border 3
set tics nomirror
set key outside top right horizontal noenhanced
"""

_BARS = """\
set style data histogram
set style histogram clustered gap 1
set style fill solid 0.9
set boxwidth 0.9
set xtics rotate by -25 noenhanced
"""

_CURVES = """\
set style data linespoints
set xtics noenhanced
set pointsize 0.7
"""


def _quoted(text: str) -> str:
    return '"' + text.replace('"', "'") + '"'


def _data(
    places: Sequence[str], groups: Mapping[str, Mapping[str, float]]
) -> str:
    """Places along the x axis, with a column for each group."""
    lines = ["$data << END", " ".join(map(_quoted, ["x", *groups]))]
    for place in places:
        values = [group.get(place) for group in groups.values()]
        cells = ["NaN" if v is None else f"{v:.6g}" for v in values]
        lines.append(" ".join([_quoted(place), *cells]))
    return "\n".join([*lines, "END\n"])


def _draw(
    output: Path,
    title: str,
    unit: str,
    places: Sequence[str],
    groups: Mapping[str, Mapping[str, float]],
    style: str,
) -> None:
    columns = ", ".join(
        f"$data using {number + 2}:xtic(1) title columnheader"
        f" lc rgb '{_COLOURS[number % len(_COLOURS)]}'"
        for number in range(len(groups))
    )
    head = _HEAD.format(
        width=760,
        height=340,
        output=output,
        title=title.replace("'", "’"),
        unit=unit.replace("'", "’"),
    )
    script = f"{_data(places, groups)}{head}{style}plot {columns}\n"
    subprocess.run(["gnuplot"], input=script, text=True, check=True)
    first, rest = output.read_text(encoding="utf-8").split("\n", 1)
    output.write_text(f"{first}\n{_LICENCE}\n{rest}", encoding="utf-8")


def bars(
    output: Path,
    title: str,
    unit: str,
    places: Sequence[str],
    groups: Mapping[str, Mapping[str, float]],
) -> None:
    """Bars for each place, one for each group."""
    _draw(output, title, unit, places, groups, _BARS)


def curves(
    output: Path,
    title: str,
    unit: str,
    places: Sequence[str],
    groups: Mapping[str, Mapping[str, float]],
) -> None:
    """A curve for each group, over the places."""
    _draw(output, title, unit, places, groups, _CURVES)
