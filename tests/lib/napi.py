# SPDX-License-Identifier: GPL-2.0-or-later
"""NAPI threads."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from lib.child import Rounds, in_child, repeated
from lib.link import Link

DEADLINE = 60
"""Seconds in which threads are given or taken, several times over."""


def _writer(device: Link, settings: tuple[bool, ...]) -> Callable[[], None]:
    control = device.ns.sys / "class/net" / device.name / "threaded"

    def write() -> None:
        for on in settings:
            control.write_text(str(int(on)), encoding="ascii")

    return write


def set_threaded(device: Link, *settings: bool) -> None:
    """Have a device poll in threads of its own, or not, one after the other.

    The kernel waits until a NAPI can do without its thread. One that is disabled
    never can; so a child does it, which is not waited for without end.
    """
    in_child(_writer(device, settings), deadline=DEADLINE)


def refusal(device: Link, on: bool) -> int:
    """The error that the same is refused with, 0 if it is not."""
    write = _writer(device, (on,))

    def attempt() -> int:
        try:
            write()
        except OSError as error:
            return error.errno or 0
        return 0

    return int(in_child(attempt, deadline=DEADLINE))


def toggled(device: Link) -> AbstractContextManager[Rounds]:
    """Meanwhile a device gets threads and loses them, again and again."""
    return repeated(_writer(device, (True, False)), deadline=DEADLINE)


def threads(name: str) -> list[int]:
    """The process ids of the NAPI threads of a device."""
    found = []
    for comm in Path("/proc").glob("[0-9]*/comm"):
        try:
            text = comm.read_text(encoding="utf-8").strip()
        except OSError:
            continue  # it has ended meanwhile
        if text.startswith(f"napi/{name}-"):
            found.append(int(comm.parent.name))
    return found
