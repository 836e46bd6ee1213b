# SPDX-License-Identifier: GPL-2.0-or-later
"""Row g: how long a frame waits behind a flood."""

import os
import re
import signal
import socket
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench import device, firewall, flood, task
from bench.clock import Settings
from bench.command import run_in
from bench.device import FAR4, Kind, Pair
from bench.result import Result, Series
from bench.row import Row, say
from bench.sender import Batch

SO_TIMESTAMP = 29

RULES = 10_000
RATE = 20_000
SIZE = 64
PINGS = 100
INTERVAL = 0.05
ROUNDS = 10
"""How often pings are sent at most, until two of them have an answer."""

MEDIAN, P99, LOST = "ping p50", "ping p99", "pings lost"
_TIME = re.compile(r"time=([\d.]+) ms")

_METHOD = (
    f"{RATE:,} datagrams of {SIZE} bytes a second are sent on CPU 0, from a"
    " socket whose buffer holds none of them up, to a receiver whose work is"
    f" done on CPU 1, and slowed down by {RULES:,} netfilter rules. Meanwhile"
    " ping measures round trips through the same devices, one every"
    f" {INTERVAL * 1000:.0f} ms. All devices have fq_codel."
    f" Receive work is brought to its CPU {device.STEERED}."
)


@contextmanager
def _flooded(pair: Pair) -> Iterator[None]:
    """Have a child send datagrams at a fixed rate for a while."""
    batch = Batch(
        pair.near.ns,
        (FAR4, flood.PORT),
        size=SIZE,
        count=RATE // 100,
        forgiving=True,
        buffer=flood.BUFFER,
    )
    child = os.fork()
    if not child:
        try:
            os.sched_setaffinity(0, {flood.CPUS[0]})
            next_time = time.monotonic()
            while True:
                batch.send()
                next_time += 0.01
                time.sleep(max(0, next_time - time.monotonic()))
        finally:
            os._exit(1)
    batch.close()
    try:
        # the queues are to be as full as they get
        time.sleep(1)
        yield
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _ping(pair: Pair, count: int) -> list[float]:
    """Send pings; the round trips of those with an answer, in milliseconds."""
    script = 'ping -n -i "$1" -c "$2" -W 20 "$3" || :'
    words = (str(INTERVAL), str(count), FAR4)
    with task.on_cpu(flood.CPUS[0]):
        said = run_in(pair.near.ns, "sh", "-c", script, "ping", *words)
    return [float(found) for found in _TIME.findall(said)]


def _answered(pair: Pair, count: int) -> tuple[list[float], float]:
    """Send pings until some come back, of which a device may lose nearly all.

    Return: their round trips, and how many percent were lost.
    """
    times: list[float] = []
    for rounds in range(1, ROUNDS + 1):
        times += _ping(pair, count)
        if len(times) > 1:
            return times, 100 - 100 * len(times) / (rounds * count)
    raise RuntimeError(f"{pair.name}: no ping came back")


@contextmanager
def _stamping(pair: Pair) -> Iterator[None]:
    """Have frames stamped all the time, as they are while ping runs.

    The kernel patches its code when the first socket wants stamps and when the
    last one goes; an emulated CPU that runs through it just then may find a
    breakpoint that is gone (seen: int3 in netif_receive_skb()).
    """
    with pair.near.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as stamped:
        stamped.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMP, 1)
        yield


def _percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def run(settings: Settings) -> Result:
    """Take the figures."""
    result = Result(ROW.key, ROW.title, _METHOD)
    kinds: tuple[Kind, ...] = (
        device.VNET,
        device.VETH,
        device.VETH_NAPI,
        device.NETKIT,
    )
    count = settings.amount(PINGS)
    with device.side_by_side(kinds) as pairs, _stamping(pairs[0]):
        found: dict[str, list[tuple[float, float, float]]] = {}
        for pair in pairs:
            pair.near.set_qdisc("fq_codel")
            pair.add_addresses()
            pair.receive_on(*flood.CPUS)
            firewall.add(pair.far, RULES, drop=True)
            found[pair.name] = []
        for turn in range(settings.repeats):
            for pair in pairs:
                with _flooded(pair):
                    times, lost = _answered(pair, count)
                middle, most = _percentile(times, 50), _percentile(times, 99)
                found[pair.name].append((middle, most, lost))
                say(
                    f"({ROW.key}) {turn + 1} of {settings.repeats}:"
                    f" {pair.name}: p50 {middle:.1f} ms, p99 {most:.1f} ms,"
                    f" {lost:.0f} % lost"
                )
        for pair in pairs:
            columns = [list(c) for c in zip(*found[pair.name], strict=True)]
            for what, unit, values in zip(
                (MEDIAN, P99, LOST), ("ms", "ms", "%"), columns, strict=True
            ):
                result.series.append(
                    Series(pair.name, pair.near.qdisc(), what, unit, values)
                )
    result.ratio(device.VNET.name, P99, 0.10)
    result.ratio(device.VNET.name, P99, 0.10, to=device.VETH_NAPI.name)
    return result


ROW = Row("g", "Queueing delay", run, 2, concurrent=True, plots=(P99,))
