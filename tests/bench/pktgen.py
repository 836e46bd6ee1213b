# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernel's packet generator."""

import re
from dataclasses import dataclass
from pathlib import Path

from bench.command import run_here
from bench.device import FAR4, End

_PROC = Path("/proc/net/pktgen")
_RESULT = re.compile(r"Result: OK: (\d+)\(c\d+\+d\d+\) usec, (\d+) \(")

STRANGER = "02:00:00:00:00:99"
"""A MAC address that no device has: ip_rcv() drops what is sent to it."""


def load() -> None:
    """Load the module."""
    run_here("modprobe", "pktgen")


@dataclass(frozen=True)
class Run:
    """What a run did."""

    nanoseconds: int
    frames: int

    @property
    def per_frame(self) -> float:
        """Nanoseconds a frame."""
        return self.nanoseconds / self.frames


def _tell(path: Path, command: str) -> None:
    try:
        path.write_text(f"{command}\n", encoding="ascii")
    except OSError as error:
        raise RuntimeError(f"pktgen: {path.name}: {command}: {error}") from None


def send(
    end: End,
    frames: int,
    *,
    mode: str = "start_xmit",
    size: int = 60,
    to: str = STRANGER,
    address: str = FAR4,
    cpu: int = 0,
) -> Run:
    """Send frames on a device, each made anew; with mode netif_receive, have
    the device receive them."""
    with end.ns.entered():
        thread = _PROC / f"kpktgend_{cpu}"
        device = _PROC / end.name
        _tell(thread, "rem_device_all")
        _tell(thread, f"add_device {end.name}")
        for command in (
            f"xmit_mode {mode}",
            f"count {frames}",
            "clone_skb 0",
            "delay 0",
            f"pkt_size {size}",
            f"dst {address}",
            f"dst_mac {to}",
        ):
            _tell(device, command)
        _tell(_PROC / "pgctrl", "start")
        said = device.read_text(encoding="ascii")
        _tell(thread, "rem_device_all")
    found = _RESULT.search(said)
    if not found or int(found[2]) != frames:
        raise RuntimeError(f"pktgen on {end.name} did not end well:\n{said}")
    return Run(int(found[1]) * 1000, frames)
