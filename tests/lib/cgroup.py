# SPDX-License-Identifier: GPL-2.0-or-later
"""A memory cgroup, and things that are done in it by a process of its own."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lib import libc
from lib.child import in_child
from lib.wait import DEADLINE, wait_for

_ROOT = Path("/sys/fs/cgroup")


class Cgroup:
    """A cgroup with the memory controller."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def used(self) -> int:
        """Bytes charged to it."""
        return int((self._path / "memory.current").read_text())

    def kernel_used(self) -> int:
        """Bytes of kernel memory charged to it, without caches of files."""
        for line in (self._path / "memory.stat").read_text().splitlines():
            name, value = line.split()
            if name == "kernel":
                return int(value)
        raise AssertionError("memory.stat has no figure for the kernel")

    def events(self) -> dict[str, int]:
        """How often the limit was reached, and what came of it."""
        lines = (self._path / "memory.events").read_text().splitlines()
        return {name: int(n) for name, n in map(str.split, lines)}

    def limit(self, size: int) -> None:
        """Have no more than this many bytes charged."""
        (self._path / "memory.max").write_text(str(size), encoding="ascii")

    def asked(self, question: Callable[[], Any]) -> Any:
        """Do something in a process of this cgroup; what it returns."""
        return in_child(question, self._enter)

    def _enter(self) -> None:
        (self._path / "cgroup.procs").write_text("0", encoding="ascii")

    def in_child(self, action: Callable[[], int]) -> int:
        """Do something in a process of this cgroup; its exit status."""
        child = os.fork()
        if child == 0:
            status = 255
            try:
                self._enter()
                status = action()
            finally:
                os._exit(status)
        return wait_child(child)


def wait_child(child: int) -> int:
    """Wait for a child; its exit status, or the negative signal."""

    def ended() -> tuple[int, int] | None:
        pid, status = os.waitpid(child, os.WNOHANG)
        return (pid, status) if pid else None

    _, status = wait_for(ended, "a child process", DEADLINE) or (0, 0)
    return os.waitstatus_to_exitcode(status)


@contextmanager
def memory_cgroup() -> Iterator[Cgroup]:
    """Make a cgroup for a while."""
    if not (_ROOT / "cgroup.controllers").exists():
        libc.mount("cgroup2", str(_ROOT), "cgroup2")
    control = _ROOT / "cgroup.subtree_control"
    control.write_text("+memory", encoding="ascii")
    path = _ROOT / f"vnet-tests-{os.getpid()}"
    path.mkdir()
    try:
        yield Cgroup(path)
    finally:
        path.rmdir()
