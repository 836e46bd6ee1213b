# SPDX-License-Identifier: GPL-2.0-or-later
"""Row e: a flood of small datagrams."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

from bench import device, firewall, flood
from bench.clock import Settings
from bench.device import Pair
from bench.result import Check, Result, Series
from bench.row import Row, say

DATAGRAMS = 60_000
SIZE = 64

LOSS = "lost on the way"
GOODPUT = "goodput"
RULES = 300
LOCAL, APART, SLOW = "", ", RX elsewhere", ", slow RX elsewhere"

_METHOD = (
    f"{DATAGRAMS} datagrams of {SIZE} bytes, sent on CPU 0 as fast as it goes"
    " and read by a process on CPU 1. Receive work is done where the frame"
    " was sent (veth, netkit) or, `RX elsewhere`, on CPU 1: by a NAPI thread"
    " (vnet, veth NAPI), or by RPS (veth, netkit). `Slow` are receivers with a"
    f" firewall of {RULES} rules that all pass. Lost on the way: between"
    " ndo_start_xmit() and netif_receive_skb(); what the socket has no room"
    " for is not counted there, nor what a qdisc drops before the driver."
)


def _measure(
    pairs: list[Pair], settings: Settings, suffix: str, result: Result
) -> None:
    found: dict[str, list[flood.Flood]] = {pair.name: [] for pair in pairs}
    with ExitStack() as stack:
        runs: dict[str, Callable[[], flood.Flood]] = {
            pair.name: partial(
                flood.flood,
                pair,
                stack.enter_context(flood.sink(pair)),
                settings.amount(DATAGRAMS),
                SIZE,
            )
            for pair in pairs
        }
        for turn in range(settings.repeats):
            for name, run in runs.items():
                got = run()
                found[name].append(got)
                say(
                    f"({ROW.key}) {turn + 1} of {settings.repeats}:"
                    f" {name}{suffix}: {got.goodput:,.0f}/s,"
                    f" {got.lost:.2f} % lost"
                )
    for pair in pairs:
        qdisc = pair.near.qdisc()
        for what, unit, values in (
            (GOODPUT, "datagrams/s", [f.goodput for f in found[pair.name]]),
            (LOSS, "%", [f.lost for f in found[pair.name]]),
        ):
            result.series.append(
                Series(f"{pair.name}{suffix}", qdisc, what, unit, values)
            )


def run(settings: Settings) -> Result:
    """Take the figures."""
    result = Result(ROW.key, ROW.title, _METHOD)
    with device.side_by_side(device.PAIRS) as pairs:
        for pair in pairs:
            pair.add_addresses()
        _measure(pairs, settings, LOCAL, result)
        for pair in pairs:
            pair.receive_on(flood.RECEIVER_CPU)
        _measure(pairs, settings, APART, result)
        for pair in pairs:
            firewall.add(pair.far, RULES, drop=False)
        _measure(pairs, settings, SLOW, result)
    vnet, veth = device.VNET.name, device.VETH.name
    for suffix in (LOCAL, APART, SLOW):
        lost = max(result.find(f"{vnet}{suffix}", LOSS).values)
        result.checks.append(
            Check(f"{LOSS}, %: {vnet}{suffix}", lost, 0, times=False)
        )
        result.ratio(
            f"{vnet}{suffix}", GOODPUT, 1.0, to=f"{veth}{suffix}", least=True
        )
    return result


ROW = Row("e", "A flood of small datagrams", run, cpus=2, concurrent=True)
