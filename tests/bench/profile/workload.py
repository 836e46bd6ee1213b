# SPDX-License-Identifier: GPL-2.0-or-later
"""What can be profiled, device by device."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bench import pktgen
from bench.device import Pair
from bench.rows import bursts


@dataclass(frozen=True)
class Workload:
    """Something that a device does so many times."""

    what: str
    unit: str
    few: int
    many: int
    prepare: Callable[[Pair], object]
    run: Callable[[Pair, int], object]


WORKLOADS: Mapping[str, Workload] = {
    "a": Workload(
        "single frames, as in row a",
        "frame",
        500,
        4500,
        lambda pair: pktgen.load(),
        lambda pair, frames: pktgen.send(pair.near, frames),
    ),
    "b": Workload(
        f"frames in bursts of {bursts.BURST}, as in row b",
        "frame",
        bursts.FRAMES_A_CALL,
        4 * bursts.FRAMES_A_CALL,
        bursts.prepare,
        bursts.push,
    ),
}
