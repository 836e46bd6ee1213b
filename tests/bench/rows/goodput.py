# SPDX-License-Identifier: GPL-2.0-or-later
"""Row e: a flood of small datagrams."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

from bench import device, firewall, flood
from bench.clock import Settings
from bench.device import FAR4, Pair
from bench.result import Check, Result, Series
from bench.row import Row, say

DATAGRAMS = 20_000
SIZE = 64

LOSS = "lost on the way"
GOODPUT = "goodput"
LOCAL, APART = "", ", RX elsewhere"
FEW, RULES = 5_000, 3_000

_METHOD = (
    f"{DATAGRAMS} datagrams of {SIZE} bytes, sent on CPU 0 as fast as it goes"
    " and read by a process on CPU 1. Receive work is done where the frame"
    f" was sent or, `RX elsewhere`, brought to CPU 1 {device.STEERED}."
    " With a clock that counts instructions the CPUs take turns, and the"
    " receiver can always follow; what happens where it cannot is in row e2."
)

_METHOD_SLOW = (
    f"{FEW} datagrams of {SIZE} bytes, sent on CPU 0 as fast as it goes, to a"
    f" receiver on CPU 1 with a firewall of {RULES} rules, which is slower"
    " than the sender. Lost on the way: between ndo_start_xmit() and"
    " netif_receive_skb(); what the socket has no room for is not counted"
    " there, nor what a qdisc drops before the driver."
)


def _measure(
    pairs: list[Pair],
    settings: Settings,
    result: Result,
    *,
    count: int,
    suffix: str = "",
) -> None:
    found: dict[str, list[flood.Flood]] = {pair.name: [] for pair in pairs}
    with ExitStack() as stack:
        runs: dict[str, Callable[[], flood.Flood]] = {
            pair.name: partial(
                flood.flood,
                pair,
                stack.enter_context(flood.sink(pair)),
                count,
                SIZE,
            )
            for pair in pairs
        }
        for turn in range(settings.repeats):
            for name, run in runs.items():
                got = run()
                found[name].append(got)
                say(
                    f"({result.key}) {turn + 1} of {settings.repeats}:"
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


def _acquaint(pair: Pair) -> None:
    """Addresses, and neighbours that need not be asked for: of what is sent
    meanwhile the neighbour table keeps so much and no more."""
    pair.add_addresses()
    pair.near.add_neighbour(FAR4, pair.far.mac())


def _check(result: Result, suffix: str = "") -> None:
    vnet, veth = f"{device.VNET.name}{suffix}", f"{device.VETH.name}{suffix}"
    lost = max(result.find(vnet, LOSS).values)
    result.checks.append(Check(f"{LOSS}, %: {vnet}", lost, 0, times=False))
    result.ratio(vnet, GOODPUT, 1.0, to=veth, least=True)


def run(settings: Settings) -> Result:
    """Take the figures with a receiver that can follow."""
    result = Result(ROW.key, ROW.title, _METHOD)
    count = settings.amount(DATAGRAMS)
    with device.side_by_side(device.PAIRS) as pairs:
        for pair in pairs:
            _acquaint(pair)
        _measure(pairs, settings, result, count=count)
        for pair in pairs:
            pair.receive_on(*flood.CPUS)
        _measure(pairs, settings, result, count=count, suffix=APART)
    for suffix in (LOCAL, APART):
        _check(result, suffix)
    return result


def run_slow(settings: Settings) -> Result:
    """Take the figures with a receiver that cannot."""
    result = Result(SLOW.key, SLOW.title, _METHOD_SLOW)
    with device.side_by_side(device.PAIRS) as pairs:
        for pair in pairs:
            _acquaint(pair)
            pair.receive_on(*flood.CPUS)
            firewall.add(pair.far, RULES, drop=False)
        _measure(pairs, settings, result, count=FEW)
    _check(result)
    return result


ROW = Row("e", "A flood of small datagrams", run, 2, plots=(GOODPUT,))
SLOW = Row(
    "e2",
    "A flood to a slow receiver",
    run_slow,
    2,
    concurrent=True,
    plots=(GOODPUT, LOSS),
)
