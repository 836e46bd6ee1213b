# SPDX-License-Identifier: GPL-2.0-or-later
"""NAPI threads."""

from pathlib import Path

from lib.link import Link


def set_threaded(device: Link, on: bool) -> None:
    """Have a device poll in threads of its own, or not."""
    control = device.ns.sys / "class/net" / device.name / "threaded"
    control.write_text(str(int(on)), encoding="ascii")


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
