# SPDX-License-Identifier: GPL-2.0-or-later
"""Rows m and n: the generator, on one queue and on many."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from lib.netns import Netns

from bench import pktgen
from bench.clock import Settings
from bench.command import wait
from bench.device import End
from bench.result import Check, Result, Series
from bench.row import Row, take_turns

FRAMES = 40_000
MANY_FRAMES = 320_000
MOST = 32
QUEUES = (1, 2, 4, 8, 16, MOST)
SLOWEST = 10e-6
"""Seconds that a frame takes at most."""
NOBODY = "02:00:00:00:00:99"

COST = "a frame"
PKTGEN = "pktgen, netif_receive"
REPEATED = "pktgen, netif_receive, each 64 times"
PLAIN = "UDP"
KINDS = {
    PLAIN: ("udp4",),
    "UDP, 1000 flows": ("udp4", "flows", "1000"),
    "UDP, 1514 bytes": ("udp4", "size", "1514"),
    "UDP, 1514 random bytes": ("udp4", "size", "1514", "payload", "random"),
    "TCP": ("tcp4",),
}
"""The protocol, and what else is told; another protocol forgets the rest."""

_METHOD = (
    f"`gen rate max count {FRAMES} dst_mac {NOBODY}`: frames of 60 bytes unless"
    " it says otherwise, each made anew and dropped in ip_rcv(), since its MAC"
    " address is nobody's, and the device promiscuous. For comparison pktgen,"
    " which hands its frames to netif_receive_skb() with no device in between:"
    " made anew each, and each handed on 64 times."
)
_METHOD_MANY = (
    f"The same for UDP on so many queues of {MOST}, of as many CPUs, {MANY_FRAMES}"
    " frames in all. The CPUs take turns, so this shows how the work grows,"
    " and nothing of what CPUs do to each other's caches."
)


@contextmanager
def _device(queues: int) -> Iterator[End]:
    """A device that stands alone, and is up."""
    ns = Netns.create("gen", quiet=True)
    end = End(ns, "gen0")
    try:
        count = ("numtxqueues", str(queues), "numrxqueues", str(queues))
        end.ip("link", "add", end.name, *count, "type", "vnet")
        end.set("promisc", "on")
        end.up()
        yield end
    finally:
        ns.remove()


def told(end: End) -> dict[str, int | str]:
    """What a device tells of its generator."""
    listed = json.loads(end.ip("-j", "-d", "link", "show", end.name))
    data: dict[str, int | str] = listed[0]["linkinfo"]["info_data"]
    return data


def _make(end: End, frames: int, words: tuple[str, ...]) -> float:
    """Nanoseconds a frame of a run."""
    end.set("type", "vnet", "gen", "off", "proto", "arp")
    end.set(
        *("type", "vnet", "gen", "on", "rate", "max", "count", str(frames)),
        *("proto", *words, "dst_mac", NOBODY),
    )
    # the run has the CPU for itself until it may be over
    time.sleep(frames * SLOWEST)
    wait(lambda: told(end)["gen_state"] == "done", "the run to end")
    made = told(end)
    if made["gen_frames"] != frames:
        raise RuntimeError(f"{made['gen_frames']} of {frames} frames made")
    return float(made["gen_nsecs"]) / frames


def run(settings: Settings) -> Result:
    """Take the figures of one queue."""
    pktgen.load()
    result = Result(ROW.key, ROW.title, _METHOD)
    frames = settings.amount(FRAMES)

    def handed(end: End, burst: int) -> float:
        sent = pktgen.send(end, frames, mode="netif_receive", burst=burst)
        return sent.per_frame

    with _device(1) as end:
        runs = {name: partial(_make, end, frames, w) for name, w in KINDS.items()}
        runs[PKTGEN] = partial(handed, end, 1)
        runs[REPEATED] = partial(handed, end, 64)
        taken = take_turns(settings, ROW.key, runs)
    for name, values in taken.items():
        floor = name not in KINDS
        result.series.append(
            Series(name, "none", COST, settings.mode.unit, values, floor)
        )
    cost = result.find(PLAIN, COST).median
    result.checks.append(Check(f"{COST}: {PLAIN}", cost, 800, times=False))
    return result


def _what(queues: int) -> str:
    return f"a frame, {queues} queue{'s' if queues > 1 else ''}"


def run_many(settings: Settings) -> Result:
    """Take the figures of many queues."""
    result = Result(MANY.key, MANY.title, _METHOD_MANY)
    frames = settings.amount(MANY_FRAMES) // MOST * MOST
    with _device(MOST) as end:
        for queues in QUEUES:
            words = (*KINDS[PLAIN], "queues", f"0-{queues - 1}")
            runs = {"vnet": partial(_make, end, frames, words)}
            taken = take_turns(settings, f"{MANY.key}, {queues}", runs)
            what, unit = _what(queues), settings.mode.unit
            result.series.append(
                Series("vnet", "none", what, unit, taken["vnet"])
            )
    one = result.find("vnet", _what(1)).median
    most = result.find("vnet", _what(MOST)).median
    result.checks.append(
        Check(f"growth from 1 to {MOST} queues", most / one, 1.03)
    )
    return result


ROW = Row("m", "The generator", run, plots=(COST,))
MANY = Row(
    "n",
    "The generator on many queues",
    run_many,
    cpus=MOST,
    curve=tuple(map(_what, QUEUES)),
)
