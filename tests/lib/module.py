# SPDX-License-Identifier: GPL-2.0-or-later
"""Loading and unloading the module."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lib import build
from lib.run import run

_SYS = Path("/sys/module/vnet")


def loaded() -> bool:
    """Is the module loaded?"""
    return _SYS.exists()


def load(*parameters: str) -> None:
    """Load the built module."""
    run(["insmod", str(build.product("vnet.ko")), *parameters])


def unload() -> None:
    """Unload the module."""
    run(["rmmod", "vnet"])


def reload(*parameters: str) -> None:
    """Unload the module if it is loaded; load it with these parameters."""
    if loaded():
        unload()
    load(*parameters)


@contextmanager
def only(*names: str) -> Iterator[None]:
    """Have these modules of the kernel's, and load no other for who names it.

    That would be a process for each name of a device that is not there.
    """
    for name in names:
        run(["modprobe", name])
    helper = Path("/proc/sys/kernel/modprobe")
    before = helper.read_text(encoding="ascii")
    helper.write_text("\n", encoding="ascii")
    try:
        yield
    finally:
        helper.write_text(before, encoding="ascii")


def parameters() -> list[str]:
    """The parameters that the module takes."""
    described = run(["modinfo", "-F", "parm", str(build.product("vnet.ko"))])
    return [line.partition(":")[0] for line in described.splitlines()]
