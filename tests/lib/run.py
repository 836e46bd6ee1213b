# SPDX-License-Identifier: GPL-2.0-or-later
"""Running programs, with their output in the error when they fail."""

import os
import subprocess
from collections.abc import Mapping, Sequence

TIMEOUT = 120.0


def attempt(
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    stdin: str | None = None,
    timeout: float = TIMEOUT,
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, whatever its exit status."""
    return subprocess.run(
        list(command),
        capture_output=True,
        text=True,
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        env={**os.environ, "LC_ALL": "C", **(env or {})},
        timeout=timeout,
        check=False,
    )


def run(
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    stdin: str | None = None,
    timeout: float = TIMEOUT,
) -> str:
    """Run a program that has to succeed; return what it printed."""
    done = attempt(command, env=env, stdin=stdin, timeout=timeout)
    if done.returncode:
        raise AssertionError(
            f"{' '.join(command)}: exit status {done.returncode}\n"
            f"{done.stdout}{done.stderr}"
        )
    return done.stdout
