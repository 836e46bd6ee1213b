# SPDX-License-Identifier: GPL-2.0-or-later
"""Row a: one frame at a time."""

from functools import partial

from bench import device, pktgen
from bench.clock import Settings
from bench.device import Pair
from bench.profile.count import Workload
from bench.result import Result, Series
from bench.row import Row, take_turns

FRAMES = 60_000

PER_FRAME = "a frame"
OWN = "own cost a frame"
DIRECT = "direct"
STACKED = ", queue_xmit"

_METHOD = (
    "pktgen makes each frame of 60 bytes anew and hands it to the driver"
    " (start_xmit, which passes the qdisc by); the peer's ip_rcv() drops it,"
    " since its MAC address is nobody's; all devices are promiscuous, so that"
    " none filters it before. `direct` are the same frames, which"
    " pktgen hands to netif_receive_skb() as if the peer had received them"
    " (netif_receive). Own cost: what is above that. `queue_xmit`: pktgen"
    " gives the frames to dev_queue_xmit(), as sockets do, and so to the qdisc"
    " if there is one."
)


def send(pair: Pair, frames: int, mode: str = "start_xmit") -> float:
    """Nanoseconds a frame through a pair; all of them have to come out."""
    before = pair.far.count("rx_packets")
    sent = pktgen.send(pair.near, frames, mode=mode)
    came = pair.far.count("rx_packets") - before
    if not pair.kind.floor and came != frames:
        raise RuntimeError(f"{pair.name}: {frames} sent, {came} received")
    return sent.per_frame


def receive(pair: Pair, frames: int) -> float:
    """Nanoseconds a frame that the far end is handed directly."""
    return pktgen.send(pair.far, frames, mode="netif_receive").per_frame


def run(settings: Settings) -> Result:
    """Take the figures."""
    pktgen.load()
    result = Result(ROW.key, ROW.title, _METHOD)
    frames = settings.amount(FRAMES)
    with device.side_by_side([*device.PAIRS, device.DUMMY]) as pairs:
        plain = next(p for p in pairs if p.kind == device.VETH)
        kinds = (device.VNET, device.VNET_NOQUEUE, device.VETH)
        stacked = [p for p in pairs if p.kind in kinds]
        runs = {DIRECT: partial(receive, plain, frames)}
        for pair in pairs:
            runs[pair.name] = partial(send, pair, frames)
        for pair in stacked:
            runs[f"{pair.name}{STACKED}"] = partial(
                send, pair, frames, "queue_xmit"
            )
        qdiscs = {pair.name: pair.near.qdisc() for pair in pairs}
        taken = take_turns(settings, ROW.key, runs)

    unit = settings.mode.unit
    floors = {DIRECT, device.DUMMY.name}
    for name, values in taken.items():
        qdisc = qdiscs.get(name.removesuffix(STACKED), "none")
        floor = name in floors
        result.series.append(
            Series(name, qdisc, PER_FRAME, unit, values, floor)
        )
        if not floor:
            own = [
                value - direct
                for value, direct in zip(values, taken[DIRECT], strict=True)
            ]
            result.series.append(Series(name, qdisc, OWN, unit, own))
    for name in (device.VNET.name, device.VNET_NOQUEUE.name):
        result.ratio(name, OWN, 0.80)
    return result


WORKLOAD = Workload(
    "single frames, as in row a",
    "frame",
    few=500,
    many=4500,
    prepare=lambda pair: pktgen.load(),
    run=lambda pair, frames: pktgen.send(pair.near, frames),
)

ROW = Row("a", "Single frames", run, plots=(OWN,))
