# SPDX-License-Identifier: GPL-2.0-or-later
"""Row j: between two CPUs."""

from contextlib import ExitStack
from functools import partial

from bench import device, flood, netperf
from bench.clock import Settings
from bench.device import FAR4, Pair
from bench.result import Result, Series
from bench.row import Row, take_turns
from bench.rows.goodput import SIZE

DATAGRAMS = 60_000
TCP_BYTES = 512 << 20

TCP, FRAMES = "TCP_STREAM", "small frames"

_METHOD = (
    "netperf TCP_STREAM, and a flood of datagrams of 64 bytes, from CPU 0 to"
    f" CPU 1. The receive work is brought there {device.STEERED}."
)


def _tcp(pair: Pair, size: int) -> float:
    found = netperf.client(
        pair.near.ns,
        FAR4,
        "TCP_STREAM",
        size,
        ["THROUGHPUT"],
        ["-m", "16384"],
        cpus=flood.CPUS,
    )
    return found["THROUGHPUT"] / 1000


def _frames(pair: Pair, reader: flood.Sink, count: int) -> float:
    return flood.flood(pair, reader, count, SIZE).goodput


def run(settings: Settings) -> Result:
    """Take the figures."""
    result = Result(ROW.key, ROW.title, _METHOD)
    with ExitStack() as stack:
        pairs = stack.enter_context(device.side_by_side(device.TCP_PAIRS))
        tcp, frames = {}, {}
        for pair in pairs:
            pair.add_addresses()
            pair.receive_on(*flood.CPUS)
            stack.enter_context(netperf.server(pair.far.ns))
            reader = stack.enter_context(flood.sink(pair))
            tcp[pair.name] = partial(_tcp, pair, settings.amount(TCP_BYTES))
            frames[pair.name] = partial(
                _frames, pair, reader, settings.amount(DATAGRAMS)
            )
        for what, unit, runs in (
            (TCP, "Mbit/s", tcp),
            (FRAMES, "datagrams/s", frames),
        ):
            taken = take_turns(settings, f"{ROW.key}, {what}", runs)
            for pair in pairs:
                values = taken[pair.name]
                result.series.append(
                    Series(pair.name, pair.near.qdisc(), what, unit, values)
                )
    for kind in (device.VNET, device.VNET_NOQUEUE):
        result.ratio(kind.name, TCP, 1.0, least=True)
        result.ratio(kind.name, FRAMES, 1.3, least=True)
    return result


ROW = Row(
    "j", "Between two CPUs", run, 2, concurrent=True, plots=(TCP, FRAMES)
)
