# SPDX-License-Identifier: GPL-2.0-or-later
"""Row b: frames in bursts."""

from functools import partial

from bench import device, pktgen
from bench.clock import Settings, elapsed_ns
from bench.device import FAR4, NEAR4, Pair
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

SEGMENTED = "a frame, UDP_SEGMENT"
OWN = "own cost a frame, UDP_SEGMENT"

_METHOD = (
    f"A UDP socket sends {BURST} datagrams at once (UDP_SEGMENT, the device's"
    " USO off), so that the stack cuts them and hands the driver a list of"
    f" {BURST} frames of 60 bytes; the peer's ip_rcv() drops them."
    " Floor: the same bursts into dummy, and above that what direct reception"
    " of a frame costs more than dummy's dropping it (from pktgen, as in"
    " row a). Own cost: what is above the floor."
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


def run(settings: Settings) -> Result:
    """Take the figures."""
    pktgen.load()
    result = Result(ROW.key, ROW.title, _METHOD)
    frames = settings.amount(single.FRAMES)
    in_bursts = settings.amount(CALLS) * FRAMES_A_CALL
    with device.side_by_side([*device.PAIRS, device.DUMMY]) as pairs:
        dummy = next(p for p in pairs if p.kind == device.DUMMY)
        plain = next(p for p in pairs if p.kind == device.VETH)
        for pair in pairs:
            prepare(pair)
        runs = {pair.name: partial(send, pair, in_bursts) for pair in pairs}
        runs["pktgen direct"] = partial(single.receive, plain, frames)
        runs["pktgen dummy"] = partial(single.send, dummy, frames)
        qdiscs = {pair.name: pair.near.qdisc() for pair in pairs}
        taken = take_turns(settings, ROW.key, runs)

    unit = settings.mode.unit
    floor = [
        burst + direct - dropped
        for burst, direct, dropped in zip(
            taken[device.DUMMY.name],
            taken["pktgen direct"],
            taken["pktgen dummy"],
            strict=True,
        )
    ]
    result.series.append(Series("floor", "none", SEGMENTED, unit, floor, True))
    for name, qdisc in qdiscs.items():
        is_floor = name == device.DUMMY.name
        values = taken[name]
        result.series.append(
            Series(name, qdisc, SEGMENTED, unit, values, is_floor)
        )
        if not is_floor:
            own = [a - b for a, b in zip(values, floor, strict=True)]
            result.series.append(Series(name, qdisc, OWN, unit, own))
    for name in (device.VNET.name, device.VNET_NOQUEUE.name):
        result.ratio(name, OWN, 0.35)
    return result


ROW = Row("b", "Frames in bursts", run)
