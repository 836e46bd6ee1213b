# SPDX-License-Identifier: GPL-2.0-or-later
"""Row o: what interrupt moderation spares, and what it costs."""

import json
import statistics
import time
from functools import partial

from bench import device, trace
from bench.clock import Settings
from bench.command import wait
from bench.device import End, Pair
from bench.result import Result, Series
from bench.row import Row, take_turns
from bench.rows import generator, oneway

RATE = 100_000
FRAMES = 500

INTERRUPTS = "interrupts a second"
WAITING = "one way p50"
OFF = {"rx_usecs": "0", "rx_frames": "0", "adaptive_rx": "off"}
SETTINGS: dict[str, dict[str, str]] = {
    "rx_usecs 0": {},
    "rx_usecs 20": {"rx_usecs": "20"},
    "rx_usecs 100": {"rx_usecs": "100"},
    "rx_usecs 500": {"rx_usecs": "500"},
    "rx_usecs 500 rx_frames 8": {"rx_usecs": "500", "rx_frames": "8"},
    "adaptive_rx on": {"adaptive_rx": "on"},
}

_METHOD = (
    f"`rx_irqs` of an RX queue whose generator makes {RATE:,} UDP frames a"
    " second (it looks at the clock every 50 µs at most, and what is due by"
    " then comes in one batch), and the time of row h, in nanoseconds, of"
    " single datagrams from the peer with pauses between them. With `rx_usecs"
    " 0` the sender does the RX work of such a datagram itself."
)


def _apply(end: End, chosen: dict[str, str]) -> None:
    words = [word for pair in {**OFF, **chosen}.items() for word in pair]
    end.set("type", "vnet", *words)


def _interrupts(end: End) -> int:
    listed = json.loads(end.ip("-j", "-s", "-d", "link", "show", end.name))
    return int(listed[0]["linkinfo"]["info_xstats"]["rx_irqs"])


def _rate(end: End, chosen: dict[str, str], frames: int) -> float:
    """Interrupts a second while the generator runs."""
    _apply(end, chosen)
    before = _interrupts(end)
    end.set(
        *("type", "vnet", "gen", "on", "rate", str(RATE), "count", str(frames)),
        *("proto", "udp4", "dst_mac", generator.NOBODY),
    )
    time.sleep(frames / RATE)
    wait(lambda: generator.told(end)["gen_state"] == "done", "the run to end")
    return (_interrupts(end) - before) * RATE / frames


def _one_way(
    tracer: trace.Trace, pair: Pair, chosen: dict[str, str], frames: int
) -> float:
    """How long a single frame is under way."""
    _apply(pair.far, chosen)
    events = (oneway.SENT, oneway.RECEIVED)
    return statistics.median(oneway.delays(tracer, pair, frames, events))


def run(settings: Settings) -> Result:
    """Take the figures."""
    result = Result(ROW.key, ROW.title, _METHOD)
    frames = settings.amount(RATE // 2)
    few = settings.amount(FRAMES)
    with device.side_by_side([device.VNET]) as (pair,):
        oneway.prepare(pair)
        taken = take_turns(
            settings,
            f"{ROW.key}, {INTERRUPTS}",
            {
                name: partial(_rate, pair.far, chosen, frames)
                for name, chosen in SETTINGS.items()
            },
        )
        with trace.instance() as tracer:
            waited = take_turns(
                settings,
                f"{ROW.key}, {WAITING}",
                {
                    name: partial(_one_way, tracer, pair, chosen, few)
                    for name, chosen in SETTINGS.items()
                },
            )
        qdisc = pair.near.qdisc()
    for name in SETTINGS:
        result.series += [
            Series(name, qdisc, INTERRUPTS, "", taken[name]),
            Series(name, qdisc, WAITING, "ns", waited[name]),
        ]
    return result


ROW = Row("o", "Interrupt moderation", run, plots=(INTERRUPTS, WAITING))
