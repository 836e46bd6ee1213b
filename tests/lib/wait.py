# SPDX-License-Identifier: GPL-2.0-or-later
"""Waiting for a condition, with a deadline that only a hang reaches."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

DEADLINE = 90.0
"""Seconds: an emulated machine is slow, and no test is decided by time."""

_STEP = 0.01


class HungError(AssertionError):
    """What was waited for did not come."""


def wait_for(
    condition: Callable[[], T], what: str, deadline: float = DEADLINE
) -> T:
    """Return the first true value of the condition; it is asked repeatedly."""
    end = time.monotonic() + deadline
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise HungError(f"waited {deadline:.0f} s in vain for {what}")
        time.sleep(_STEP)


def wait_equal(
    read: Callable[[], object],
    expected: object,
    what: str,
    deadline: float = DEADLINE,
) -> None:
    """Wait until what is read equals what is expected; say what it was."""
    last: list[object] = []

    def equal() -> bool:
        last[:] = [read()]
        return last[0] == expected

    try:
        wait_for(equal, what, deadline)
    except HungError as hung:
        raise HungError(f"{hung}: {last[0]!r}, not {expected!r}") from None
