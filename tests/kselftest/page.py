# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads docs/kselftest.md, so that a run of some tests can put its results in."""

import re

Cases = dict[str, dict[str, str]]

KINDS = ("vnet", "veth")
"""The columns of a case, in their order."""

SECTION = re.compile(r"^## (?P<test>\S+)$")
CELL = re.compile(r"(?<!\\)\|")
"""What ends a cell, and is not text of it."""
LINE = re.compile(r"^`(?P<line>.*)`")
"""The kernel's own line, in front of a reason."""


def cell(text: str) -> str:
    """Make a text fit into a table."""
    return text.replace("|", "\\|").replace("<", "&lt;")[:200]


def _text(said: str) -> str:
    return said.replace("&lt;", "<").replace("\\|", "|")


def _row(row: str) -> list[str] | None:
    """What is said of a case, unless the line is no such row."""
    cells = [part.strip() for part in CELL.split(row)[1:-1]]
    if len(cells) != len(KINDS) + 2 or cells[0] in ("case", "-"):
        return None
    return cells


def parse(text: str) -> dict[str, dict[str, Cases]]:
    """The cases of each kind of device and test that a page tells of."""
    found: dict[str, dict[str, Cases]] = {kind: {} for kind in KINDS}
    test = ""
    for line in text.splitlines():
        section, row = SECTION.match(line), _row(line)
        if section:
            test = section["test"]
        elif test and row:
            name, *results, why = row
            said = LINE.match(why)
            for kind, result in zip(KINDS, results):
                if result == "-":
                    continue
                case = {"name": name, "result": result, "line": ""}
                if kind == "vnet" and said:
                    case["line"] = _text(said["line"])
                found[kind].setdefault(test, {})[name] = case
    return found
