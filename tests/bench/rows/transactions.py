# SPDX-License-Identifier: GPL-2.0-or-later
"""Row c: TCP transactions."""

from contextlib import ExitStack
from functools import partial

from bench import device, netperf
from bench.clock import Settings
from bench.device import FAR4, Pair
from bench.result import Result, Series
from bench.row import Row, take_turns

TRANSACTIONS = 6_000

COST = "a transaction"
LATENCIES = {"P50_LATENCY": "p50", "P99_LATENCY": "p99"}

_METHOD = (
    f"netperf TCP_RR, 1 byte each way, {TRANSACTIONS} transactions on one"
    " connection; both ends on the same CPU. The percentiles come from runs of"
    " their own, in which netperf looks at the clock for each transaction."
)


def _cost(pair: Pair, count: int) -> float:
    taken = netperf.client(
        pair.near.ns, FAR4, "TCP_RR", count, ["TRANSACTION_RATE"]
    )
    return 1e9 / taken["TRANSACTION_RATE"]


def run(settings: Settings) -> Result:
    """Take the figures."""
    result = Result(ROW.key, ROW.title, _METHOD)
    count = settings.amount(TRANSACTIONS)
    with ExitStack() as stack:
        pairs = stack.enter_context(
            device.side_by_side([*device.TCP_PAIRS, device.LO])
        )
        for pair in pairs:
            pair.add_addresses()
            stack.enter_context(netperf.server(pair.far.ns))
        taken = take_turns(
            settings,
            ROW.key,
            {pair.name: partial(_cost, pair, count) for pair in pairs},
        )
        for pair in pairs:
            qdisc = pair.near.qdisc()
            result.series.append(
                Series(
                    pair.name,
                    qdisc,
                    COST,
                    settings.mode.unit,
                    taken[pair.name],
                    pair.kind.floor,
                )
            )
            found = netperf.client(
                *(pair.near.ns, FAR4, "TCP_RR", count, [*LATENCIES])
            )
            for name, what in LATENCIES.items():
                result.series.append(
                    Series(
                        pair.name,
                        qdisc,
                        what,
                        "µs",
                        [found[name]],
                        pair.kind.floor,
                    )
                )
    result.ratio(device.VNET.name, COST, 1.01, aim=1.00)
    result.ratio(device.VNET_NOQUEUE.name, COST, 0.99, aim=0.985)
    return result


ROW = Row("c", "TCP transactions", run, plots=(COST,))
