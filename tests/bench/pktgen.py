# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernel's packet generator."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.command import run_here
from bench.device import FAR4, End

_PROC = Path("/proc/net/pktgen")
_RESULT = re.compile(r"Result: OK: \d+\(c\d+\+d\d+\) usec, (\d+) \(")
_TIMES = re.compile(r"started: (\d+)us +stopped: (\d+)us")

_PORT = 9

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
    cpus: Sequence[int] = (0,),
    burst: int = 1,
) -> Run:
    """Send frames on a device, each made anew, or sent in a burst of itself;
    with mode netif_receive, have the device receive them. Several CPUs send a
    part each, with a flow and a queue of its own."""
    each = frames // len(cpus)
    with end.ns.entered():
        for cpu in cpus:
            thread = _PROC / f"kpktgend_{cpu}"
            _tell(thread, "rem_device_all")
            _tell(thread, f"add_device {end.name}@{cpu}")
            for command in (
                f"xmit_mode {mode}",
                f"count {each}",
                "clone_skb 0",
                f"burst {burst}",
                "delay 0",
                f"pkt_size {size}",
                f"dst {address}",
                f"dst_mac {to}",
                f"queue_map_min {cpu}",
                f"queue_map_max {cpu}",
                f"udp_dst_min {_PORT + cpu}",
                f"udp_dst_max {_PORT + cpu}",
            ):
                _tell(_PROC / f"{end.name}@{cpu}", command)
        _tell(_PROC / "pgctrl", "start")
        times = []
        for cpu in cpus:
            path = _PROC / f"{end.name}@{cpu}"
            times.append(_times(path.read_text(encoding="ascii"), each))
            _tell(_PROC / f"kpktgend_{cpu}", "rem_device_all")
    return Run(_busy(times) * 1000, each * len(cpus))


def _busy(times: Sequence[tuple[int, int]]) -> int:
    """How long at least one was at work: pktgen's threads begin when they
    happen to look, up to 100 ms apart."""
    total = last = 0
    for start, stop in sorted(times):
        total += max(0, stop - max(start, last))
        last = max(last, stop)
    return total


def _times(said: str, frames: int) -> tuple[int, int]:
    """When a device started and stopped, in microseconds."""
    done, times = _RESULT.search(said), _TIMES.search(said)
    if not done or not times or int(done[1]) != frames:
        raise RuntimeError(f"pktgen did not end well:\n{said}")
    return int(times[1]), int(times[2])
