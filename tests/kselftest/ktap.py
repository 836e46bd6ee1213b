# SPDX-License-Identifier: GPL-2.0-or-later
"""What a test of the kernel prints: cases, and why they failed."""

import re
from dataclasses import asdict, dataclass

LINE = re.compile(
    r"^(?P<bad>not )?ok (?P<number>\d+) (?P<name>\S+)"
    r"(?: # (?P<word>SKIP|XFAIL)\b ?(?P<text>.*))?"
)
PLAN = re.compile(r"^1\.\.(\d+)$")

PREFIX = re.compile(r"^#\s*(?:(?:Defer )?Exception\||Check\|)?\s*")
"""What the tests' library puts before a line."""

TELLING = (
    re.compile(r"^Check failed .*"),
    re.compile(r"^STDERR: *(\S.*)"),
    re.compile(r"^(?:[\w.]+\.)?(\w*(?:Error|Ex|Exception|Terminate): .*)"),
    re.compile(r"^\S.* (?:is not valid|does not support) .*"),
)
"""Lines that say why a case failed, the most telling first."""


@dataclass(frozen=True)
class Case:
    """One case of a test, and how it ended."""

    name: str
    result: str
    """pass, fail, skip or xfail"""
    line: str = ""
    """The kernel's own line, unless it passed."""

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def _why(lines: list[str]) -> str:
    """The most telling of the lines that came before a result."""
    told = [PREFIX.sub("", line).strip() for line in lines]
    for pattern in TELLING:
        for line in told:
            found = pattern.match(line)
            if found:
                return found[pattern.groups]
    return next((line for line in reversed(told) if line), "")


def _case(found: re.Match[str], test: str, before: list[str]) -> Case:
    name = found["name"].removeprefix(f"{test}.")
    if found["bad"]:
        return Case(name, "fail", _why(before))
    if found["word"]:
        text = found["text"] or _why(before)
        return Case(name, found["word"].lower(), text)
    return Case(name, "pass")


def parse(output: str, test: str) -> list[Case]:
    """The cases in what a test printed; TEST is its name without a suffix."""
    cases: list[Case] = []
    before: list[str] = []
    planned = None
    for line in output.splitlines():
        plan, found = PLAN.match(line), LINE.match(line)
        if plan:
            planned = int(plan[1])
        elif found:
            cases.append(_case(found, test, before))
            before = []
        else:
            before.append(line)
    if planned is None and not cases:
        return [Case("(none)", "fail", _why(before) or "printed nothing")]
    if planned is not None and len(cases) < planned:
        missing = f"{planned - len(cases)} of {planned} cases did not come"
        cases.append(Case("(rest)", "fail", f"{missing}: {_why(before)}"))
    return cases
