# SPDX-License-Identifier: GPL-2.0-or-later
"""KUnit: the cases that there are, and how they ended."""

import re
from pathlib import Path

from lib import build
from lib.run import attempt, run

SOURCES = build.CHECKOUT / "kmod/kunit"
MODULE = "vnet-kunit.ko"
RESULTS = Path("/sys/kernel/debug/kunit")


def cases() -> list[tuple[str, str]]:
    """Suite and case, as the sources have them."""
    found = []
    for source in sorted(SOURCES.glob("*.c")):
        text = source.read_text(encoding="utf-8")
        suite = re.search(r'\.name = "(\w+)"', text)
        for case in re.findall(r"KUNIT_CASE\((\w+)\)", text):
            assert suite, f"{source.name}: cases and no suite"
            found.append((suite[1], case))
    return found


def available() -> bool:
    """Does this kernel have KUnit?"""
    return attempt(["modprobe", "kunit"]).returncode == 0


def run_all() -> dict[str, str]:
    """Run all suites: what each printed, by its name."""
    run(["insmod", str(build.product(MODULE))])
    try:
        return {
            suite: (RESULTS / suite / "results").read_text(encoding="utf-8")
            for suite in {suite for suite, _ in cases()}
        }
    finally:
        run(["rmmod", "vnet_kunit"])


def result(printed: str, case: str) -> str:
    """The line of a case's result; nothing if it did not run."""
    found = re.search(rf"^ *((?:not )?ok \d+ {case}\b.*)$", printed, re.M)
    return found[1] if found else ""
