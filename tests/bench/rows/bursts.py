# SPDX-License-Identifier: GPL-2.0-or-later
"""Row b: frames in bursts."""

import time
from collections.abc import Callable
from functools import partial

from bench import device, pktgen, task
from bench.clock import Settings, elapsed_ns
from bench.device import FAR4, NEAR4, Pair
from bench.profile.count import Workload
from bench.result import Result, Series
from bench.row import Row, take_turns
from bench.rows import single
from bench.sender import Batch

BURST = 32
PAYLOAD = 18
"""Makes a frame of 60 bytes."""
BURSTS_A_CALL = 64
FRAMES_A_CALL = BURSTS_A_CALL * BURST
CALLS = 30

BACKLOG = 128
BACKLOGS = 200
LONG_ENOUGH = 0.005
"""Seconds in which a receiver takes a backlog."""

SEGMENTED = "a frame, UDP_SEGMENT"
DRAINED = "a frame, backlog"
DIRECT = "pktgen, direct"
DUMMY = "pktgen, dummy"

_METHOD = (
    f"UDP_SEGMENT: a UDP socket sends {BURST} datagrams at once (the device's"
    " USO is off), so that the stack cuts them and hands the driver a list of"
    f" {BURST} frames of 60 bytes; the peer's ip_rcv() drops them."
    f" Backlog: a UDP socket sends {BACKLOG} datagrams with one system call,"
    " and the receiver's NAPI thread runs only after that; vnet has a TX ring"
    " of 64, so that its queue stops and half of them wait in the qdisc, from"
    " where they are dequeued in bulk. veth as it comes has no thread, and"
    " receives on the spot. Counted is what sender and NAPI thread run."
    " Floor: the same into dummy, and above that what direct reception of a"
    " frame costs more than dummy's dropping it (from pktgen, as in row a)."
    " Own cost: what is above the floor."
)


def prepare(pair: Pair) -> None:
    """Have a device cut what it is sent, and send it to nobody."""
    pair.near.features("tx-udp-segmentation", "off")
    pair.near.add_address(NEAR4)
    pair.near.add_neighbour(FAR4, pktgen.STRANGER)


def push(pair: Pair, frames: int) -> int:
    """Send so many frames (whole batches); return how long it took."""
    with Batch(
        pair.near.ns,
        (FAR4, 9),
        size=BURST * PAYLOAD,
        count=BURSTS_A_CALL,
        segment=PAYLOAD,
    ) as batch:

        def send_all() -> None:
            for _ in range(frames // FRAMES_A_CALL):
                batch.send()

        return elapsed_ns(send_all)


def send(pair: Pair, frames: int) -> float:
    """Nanoseconds a frame through a pair; all of them have to come out."""
    before = pair.far.count("rx_packets")
    taken = push(pair, frames)
    came = pair.far.count("rx_packets") - before
    if not pair.kind.floor and came != frames:
        raise RuntimeError(f"{pair.name}: {frames} sent, {came} received")
    return taken / frames


def drain(pair: Pair, frames: int) -> float:
    """Nanoseconds a frame, on all threads, when the receiver has to be waited
    for: it runs only when the sender, who comes first, sleeps."""
    threads = pair.far.napi_threads()
    before = pair.far.count("rx_packets")
    with Batch(
        pair.near.ns, (FAR4, 9), size=PAYLOAD, count=BACKLOG
    ) as batch, task.first_come():
        start = task.run_time(threads)
        for _ in range(frames // BACKLOG):
            batch.send()
            time.sleep(LONG_ENOUGH)
        taken = task.run_time(threads) - start
    came = pair.far.count("rx_packets") - before
    if not pair.kind.floor and came != frames:
        raise RuntimeError(f"{pair.name}: {frames} sent, {came} received")
    return taken / frames


def _prepare_drain(pair: Pair) -> None:
    if pair.kind.napi:
        pair.far.set_threaded(True)
    if pair.kind == device.VNET:
        pair.near.set("type", "vnet", "tx_ring", "64")


def _own(
    result: Result,
    pairs: list[Pair],
    taken: dict[str, list[float]],
    unit: str,
    what: str,
) -> None:
    """Enter a figure of all devices, the floor, and what is above it."""
    floor = [
        sent + direct - dropped
        for sent, direct, dropped in zip(
            taken[device.DUMMY.name], taken[DIRECT], taken[DUMMY], strict=True
        )
    ]
    result.series.append(Series("floor", "none", what, unit, floor, True))
    for pair in pairs:
        values, qdisc = taken[pair.name], pair.near.qdisc()
        lowest = pair.kind.floor
        result.series.append(
            Series(pair.name, qdisc, what, unit, values, lowest)
        )
        if not lowest:
            own = [a - b for a, b in zip(values, floor, strict=True)]
            result.series.append(
                Series(pair.name, qdisc, f"own cost {what}", unit, own)
            )


def run(settings: Settings) -> Result:
    """Take the figures."""
    pktgen.load()
    result = Result(ROW.key, ROW.title, _METHOD)
    unit = settings.mode.unit
    frames = settings.amount(single.FRAMES)
    in_bursts = settings.amount(CALLS) * FRAMES_A_CALL
    backlogged = settings.amount(BACKLOGS) * BACKLOG
    with device.side_by_side([*device.PAIRS, device.DUMMY]) as pairs:
        dummy = next(p for p in pairs if p.kind == device.DUMMY)
        plain = next(p for p in pairs if p.kind == device.VETH)
        for pair in pairs:
            prepare(pair)
        floors: dict[str, Callable[[], float]] = {
            DIRECT: partial(single.receive, plain, frames),
            DUMMY: partial(single.send, dummy, frames),
        }
        cut = {pair.name: partial(send, pair, in_bursts) for pair in pairs}
        taken = take_turns(settings, ROW.key, {**cut, **floors})
        _own(result, pairs, taken, unit, SEGMENTED)

        # without a queue, what is behind a stop is dropped
        pairs = [p for p in pairs if p.kind != device.VNET_NOQUEUE]
        for pair in pairs:
            _prepare_drain(pair)
        queued = {p.name: partial(drain, p, backlogged) for p in pairs}
        drained = take_turns(settings, f"{ROW.key}, drain", queued)
        _own(result, pairs, {**taken, **drained}, unit, DRAINED)
    for name in (device.VNET.name, device.VNET_NOQUEUE.name):
        result.ratio(name, f"own cost {SEGMENTED}", 0.35)
    result.ratio(device.VNET.name, f"own cost {DRAINED}", 0.35)
    result.ratio(
        device.VNET.name,
        f"own cost {DRAINED}",
        0.35,
        to=device.VETH_NAPI.name,
    )
    return result


WORKLOAD = Workload(
    f"frames in bursts of {BURST}, as in row b",
    "frame",
    few=FRAMES_A_CALL,
    many=4 * FRAMES_A_CALL,
    prepare=prepare,
    run=push,
)

ROW = Row(
    "b",
    "Frames in bursts",
    run,
    plots=(f"own cost {SEGMENTED}", f"own cost {DRAINED}"),
)
