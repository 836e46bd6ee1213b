# SPDX-License-Identifier: GPL-2.0-or-later
"""Row h: how long a frame is under way."""

import statistics
import time
from collections.abc import Sequence

from bench import device, flood, pktgen, task, trace
from bench.clock import Settings
from bench.device import FAR4, NEAR4, Pair
from bench.result import Check, Result, Series
from bench.row import Row, say
from bench.sender import Batch

FRAMES = 500
PAUSE = 0.0005
SENT, RECEIVED = "net_dev_start_xmit", "netif_receive_skb"
ENTERED, QUEUED = "netif_rx_entry", "netif_rx"

MEDIAN, P99 = "one way p50", "one way p99"
TRACING = "a tracepoint"

_METHOD = (
    "The time from the tracepoint net_dev_start_xmit, before the driver is"
    " called, to netif_receive_skb, of single datagrams with pauses between"
    " them. What it takes to write a trace record is taken off; it is the time"
    " between netif_rx_entry and netif_rx, which follow each other at once."
)


def _send(pair: Pair, frames: int) -> None:
    with task.on_cpu(flood.CPUS[0]), Batch(
        pair.near.ns, (FAR4, 9), size=18, count=1, forgiving=True
    ) as batch:
        for _ in range(frames):
            batch.send()
            time.sleep(PAUSE)


def prepare(pair: Pair) -> None:
    """Give it what its datagrams need."""
    pair.near.add_address(NEAR4)
    if pair.kind == device.LO:
        pair.near.add_address(FAR4)
    else:
        pair.near.add_neighbour(FAR4, pktgen.STRANGER)


def delays(
    tracer: trace.Trace, pair: Pair, frames: int, events: tuple[str, str]
) -> list[float]:
    """The time from one tracepoint to another, of single datagrams."""
    for event in events:
        tracer.enable(f"net/{event}", pair.near.name, pair.far.name)
    _send(pair, frames // 10)
    with tracer.recording() as recorded:
        _send(pair, frames)
    tracer.disable()
    found = trace.delays(recorded, *events)
    if len(found) < frames * 0.9:
        raise RuntimeError(
            f"{pair.name}: {len(found)} of {frames} frames were traced"
        )
    return found


def _measure(
    pairs: Sequence[Pair], settings: Settings, result: Result
) -> Result:
    frames = settings.amount(FRAMES)
    with trace.instance() as tracer:
        veth = next(p for p in pairs if p.kind == device.VETH)
        record = [
            statistics.median(
                delays(tracer, veth, frames, (ENTERED, QUEUED))
            )
            for _ in range(settings.repeats)
        ]
        cost = statistics.median(record)
        unit = settings.mode.unit
        result.series.append(
            Series("(tracing)", "none", TRACING, unit, record, True)
        )
        for pair in pairs:
            middle, most = [], []
            for _ in range(settings.repeats):
                found = delays(tracer, pair, frames, (SENT, RECEIVED))
                parts = statistics.quantiles(
                    [delay - cost for delay in found], n=100
                )
                middle.append(parts[49])
                most.append(parts[98])
            say(
                f"({result.key}) {pair.name}: p50"
                f" {statistics.median(middle):,.0f}, p99"
                f" {statistics.median(most):,.0f}"
            )
            for what, values in ((MEDIAN, middle), (P99, most)):
                result.series.append(
                    Series(
                        pair.name,
                        pair.near.qdisc(),
                        what,
                        unit,
                        values,
                        pair.kind.floor,
                    )
                )
    return result


def run_on_one(settings: Settings) -> Result:
    """Take the figures with sender and receiver on one CPU."""
    result = Result(ONE.key, ONE.title, _METHOD)
    with device.side_by_side([*device.PAIRS, device.LO]) as pairs:
        for pair in pairs:
            prepare(pair)
        _measure(pairs, settings, result)
    for kind in (device.VNET, device.VNET_NOQUEUE):
        most = result.find(kind.name, P99).median
        what = f"{P99}, {settings.mode.unit}: {kind.name}"
        result.checks.append(Check(what, most, 1000, times=False))
    return result


def run_across(settings: Settings) -> Result:
    """Take the figures with the receive work on another CPU."""
    elsewhere = (
        f" The receive work is brought to another CPU {device.STEERED}."
    )
    result = Result(TWO.key, TWO.title, _METHOD + elsewhere)
    with device.side_by_side(device.PAIRS) as pairs:
        for pair in pairs:
            prepare(pair)
            pair.receive_on(*flood.CPUS)
        return _measure(pairs, settings, result)


ONE = Row("h", "One way, on one CPU", run_on_one, plots=(P99,))
TWO = Row(
    "h2",
    "One way, across two CPUs",
    run_across,
    2,
    concurrent=True,
    plots=(MEDIAN,),
)
