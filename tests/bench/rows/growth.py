# SPDX-License-Identifier: GPL-2.0-or-later
"""Row i: many CPUs, with as many queues and flows."""

from functools import partial

from bench import device, pktgen
from bench.clock import Settings
from bench.device import Pair
from bench.result import Check, Result, Series
from bench.row import Row, take_turns

MOST = 32
CPUS = (1, 2, 4, 8, 16, MOST)
FRAMES = 32_000

_METHOD = (
    f"pktgen sends {FRAMES} frames of 60 bytes in all, from so many CPUs at"
    f" once, each with a flow and a TX queue of its own; the devices have"
    f" {MOST} queues. The CPUs take turns, so this shows how the work grows,"
    " and nothing of what CPUs do to each other's caches."
)


def _send(pair: Pair, cpus: int, frames: int) -> float:
    before = pair.far.count("rx_packets")
    sent = pktgen.send(pair.near, frames, cpus=range(cpus))
    came = pair.far.count("rx_packets") - before
    if came != frames:
        raise RuntimeError(f"{pair.name}: {frames} sent, {came} received")
    return sent.per_frame


def _what(cpus: int) -> str:
    return f"a frame, {cpus} CPU{'s' if cpus > 1 else ''}"


def run(settings: Settings) -> Result:
    """Take the figures."""
    pktgen.load()
    result = Result(ROW.key, ROW.title, _METHOD)
    frames = settings.amount(FRAMES) // MOST * MOST
    kinds = (device.VNET, device.VNET_NOQUEUE, device.VETH, device.VETH_NAPI)
    with device.side_by_side(kinds, queues=MOST) as pairs:
        for cpus in CPUS:
            runs = {p.name: partial(_send, p, cpus, frames) for p in pairs}
            taken = take_turns(settings, f"{ROW.key}, {cpus}", runs)
            for pair in pairs:
                result.series.append(
                    Series(
                        pair.name,
                        pair.near.qdisc(),
                        _what(cpus),
                        settings.mode.unit,
                        taken[pair.name],
                    )
                )
    for pair in pairs:
        one = result.find(pair.name, _what(1)).median
        most = result.find(pair.name, _what(MOST)).median
        if pair.kind in (device.VNET, device.VNET_NOQUEUE):
            grown = Check(
                f"growth from 1 to {MOST} CPUs: {pair.name}", most / one, 1.03
            )
            result.checks.append(grown)
    return result


ROW = Row(
    "i", "Many CPUs", run, cpus=MOST, curve=tuple(map(_what, CPUS))
)
