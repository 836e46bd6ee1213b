# SPDX-License-Identifier: GPL-2.0-or-later
"""Programs, and waiting, where a clock cannot be trusted to be slow.

A clock that counts instructions leaps when the guest has none to execute, as
while it waits for the host. So nothing may be given up after some seconds.
"""

from collections.abc import Callable

from lib.netns import Netns
from lib.run import run
from lib.wait import wait_for

_PATIENCE = 1e6


def run_in(ns: Netns, *command: str, stdin: str | None = None) -> str:
    """Run a program in a namespace; it has to succeed."""
    with ns.entered():
        return run(command, stdin=stdin, timeout=_PATIENCE)


def run_here(*command: str) -> str:
    """Run a program; it has to succeed."""
    return run(command, timeout=_PATIENCE)


def wait(condition: Callable[[], object], what: str) -> None:
    """Wait until something is true."""
    wait_for(condition, what, _PATIENCE)
