# SPDX-License-Identifier: GPL-2.0-or-later
"""Suspending, as far as a guest can: all tasks are frozen, and after a second it goes
on (Documentation/power/basic-pm-debugging.rst). Its file system does not outlive a
suspended bus.
"""

from pathlib import Path

_POWER = Path("/sys/power")
_DELAY = Path("/sys/module/suspend/parameters/pm_test_delay")


def available() -> bool:
    """Can this kernel try it?"""
    return (_POWER / "pm_test").exists() and _DELAY.exists()


def attempt() -> None:
    """Suspend and resume."""
    _DELAY.write_text("1", encoding="ascii")
    (_POWER / "pm_test").write_text("freezer", encoding="ascii")
    try:
        (_POWER / "state").write_text("freeze", encoding="ascii")
    finally:
        (_POWER / "pm_test").write_text("none", encoding="ascii")
