# SPDX-License-Identifier: GPL-2.0-or-later
"""Row l: what CPUs would wait for."""

import re

from bench import device, flood, pktgen
from bench.clock import Settings
from bench.device import Pair
from bench.profile.count import take
from bench.profile.marks import Marks
from bench.profile.shared import shared_lines
from bench.profile.symbols import Symbols
from bench.result import Result, Series
from bench.row import Row, say
from bench.rows import bursts, single

FRAMES = 1_000

SINGLE = "locked instructions a frame, single"
IN_BURSTS = "locked instructions a frame, in bursts"
LOCKED = {SINGLE: single.WORKLOAD, IN_BURSTS: bursts.WORKLOAD}
STEADY = "lines that both CPUs write for every frame"
OWN = "lines of a frame that both CPUs write"

_METHOD_LOCKED = (
    "QEMU counts the instructions that lock the bus (a lock prefix, or xchg"
    " with memory) on the way of a frame in rows a and b, with sender and"
    " receiver on one CPU."
)

# a function of a device's module
_DEVICE = re.compile(r"\[(?:vnet|veth)\]")

_METHOD_LINES = (
    "QEMU says which CPU wrote which cache line while frames went from CPU 0"
    f" to CPU 1; receive work is brought there {device.STEERED}."
    " Lines that both write for every frame are rings, queues and locks; the"
    " lines of a frame are what the sender fills and the receiver"
    " frees. Those of the scheduler and of timers are counted, too; listed are"
    " those that a device's module writes."
)


def _count_locked(pairs: list[Pair], marks: Marks, result: Result) -> None:
    for what, work in LOCKED.items():
        for pair in pairs:
            say(f"({result.key}) {pair.name}: {what}")
            locked = take(work, pair, marks).locked
            total = sum(locked.values())
            result.series.append(
                Series(pair.name, pair.near.qdisc(), what, "", [total])
            )
            listed = ", ".join(
                f"{name} {count:.2f}"
                for name, count in sorted(
                    locked.items(), key=lambda item: -item[1]
                )
                if count >= 0.01
            )
            result.notes.append(f"{what}, {pair.name}: {listed}")


def _count_lines(pairs: list[Pair], marks: Marks, result: Result) -> None:
    symbols = Symbols()
    for pair in pairs:
        say(f"({result.key}) {pair.name}: {STEADY}")
        pair.receive_on(*flood.CPUS)
        pktgen.send(pair.near, FRAMES)
        counted = marks.count(lambda: pktgen.send(pair.near, FRAMES))
        lines = shared_lines(counted.stores, symbols)
        steady = [line for line in lines if line.steady(FRAMES)]
        qdisc = pair.near.qdisc()
        for what, value in (
            (STEADY, float(len(steady))),
            (OWN, (len(lines) - len(steady)) / FRAMES),
        ):
            result.series.append(
                Series(pair.name, qdisc, what, "", [value])
            )
        result.notes += [
            f"{STEADY}, {pair.name}: {line.text()}"
            for line in steady
            if _DEVICE.search(line.text())
        ]


def _marks(settings: Settings) -> Marks:
    if settings.plugin_output is None:
        raise RuntimeError("this wants a guest whose QEMU has the plugin")
    return Marks(settings.plugin_output)


def _as_veth(result: Result, *figures: str) -> None:
    for kind in (device.VNET, device.VNET_NOQUEUE):
        for what in figures:
            result.ratio(kind.name, what, 1.0)


def run_locked(settings: Settings) -> Result:
    """Count instructions."""
    marks = _marks(settings)
    result = Result(LOCKED_ROW.key, LOCKED_ROW.title, _METHOD_LOCKED)
    with device.side_by_side(device.PAIRS) as pairs:
        _count_locked(pairs, marks, result)
    _as_veth(result, *LOCKED)
    return result


def run_lines(settings: Settings) -> Result:
    """Count cache lines."""
    pktgen.load()
    marks = _marks(settings)
    result = Result(LINES_ROW.key, LINES_ROW.title, _METHOD_LINES)
    with device.side_by_side(device.PAIRS) as pairs:
        _count_lines(pairs, marks, result)
    _as_veth(result, STEADY)
    return result


LOCKED_ROW = Row(
    "l",
    "Locked instructions",
    run_locked,
    plugin=True,
    plots=tuple(LOCKED),
)
LINES_ROW = Row(
    "l2", "Cache lines that two CPUs write", run_lines, 2, plugin=True
)
