# SPDX-License-Identifier: GPL-2.0-or-later
"""Loading and unloading the module."""

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


def parameters() -> list[str]:
    """The parameters that the module takes."""
    described = run(["modinfo", "-F", "parm", str(build.product("vnet.ko"))])
    return [line.partition(":")[0] for line in described.splitlines()]
