# SPDX-License-Identifier: GPL-2.0-or-later
"""Row f: a router between two pairs."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from bench import device, pktgen
from bench.clock import Settings
from bench.device import End, Kind, Pair
from bench.profile.count import Workload
from bench.result import Result, Series
from bench.row import Row, take_turns
from bench.rows.single import FRAMES

COST = "a forwarded frame"
SENDER, ROUTER_IN = "10.9.0.1", "10.9.0.2"
ROUTER_OUT, TARGET = "10.9.1.1", "10.9.1.2"

_METHOD = (
    "pktgen sends frames of 60 bytes over one pair to a router, a namespace"
    " with ip_forward on, which sends them over another pair of the same kind;"
    " the peer's ip_rcv() drops them there. All of it on one CPU, and all of"
    " it is counted."
)


@dataclass(frozen=True)
class Route:
    """Two pairs, with a router between them."""

    first: Pair
    second: Pair

    @property
    def name(self) -> str:
        """What the tables call it."""
        return self.first.name

    def send(self, frames: int) -> float:
        """Nanoseconds a frame; all of them have to come out."""
        before = self.second.far.count("rx_packets")
        sent = pktgen.send(
            self.first.near,
            frames,
            to=self.first.far.mac(),
            address=TARGET,
        )
        came = self.second.far.count("rx_packets") - before
        if came != frames:
            raise RuntimeError(f"{self.name}: {frames} sent, {came} received")
        return sent.per_frame


def _join(first: Pair, second: Pair) -> Route:
    """Bring the second pair's near end to where the first one's far end is."""
    router = first.far.ns
    second.near.set("netns", router.name)
    outward = End(router, second.near.name)
    outward.up()
    if second.kind.qdisc:
        outward.set_qdisc(second.kind.qdisc)
    if second.kind.features:
        outward.features(*second.kind.features)
    first.near.add_address(SENDER)
    first.far.add_address(ROUTER_IN)
    outward.add_address(ROUTER_OUT)
    outward.add_neighbour(TARGET, pktgen.STRANGER)
    router.sysctl("net/ipv4/ip_forward", 1)
    return Route(first, Pair(second.kind, outward, second.far))


@contextmanager
def routes(kinds: Sequence[Kind]) -> Iterator[list[Route]]:
    """Make a router for each kind of device."""
    with device.side_by_side([k for k in kinds for _ in range(2)]) as pairs:
        yield [
            _join(first, second)
            for first, second in zip(pairs[::2], pairs[1::2], strict=True)
        ]


def run(settings: Settings) -> Result:
    """Take the figures."""
    pktgen.load()
    result = Result(ROW.key, ROW.title, _METHOD)
    frames = settings.amount(FRAMES // 2)
    with routes(device.PAIRS) as made:
        runs = {route.name: partial(route.send, frames) for route in made}
        taken = take_turns(settings, ROW.key, runs)
        for route in made:
            result.series.append(
                Series(
                    route.name,
                    route.second.near.qdisc(),
                    COST,
                    settings.mode.unit,
                    taken[route.name],
                )
            )
    for kind in (device.VNET, device.VNET_NOQUEUE):
        result.ratio(kind.name, COST, 0.85)
    return result


WORKLOAD = Workload(
    "forwarded frames, as in row f",
    "frame",
    few=500,
    many=4500,
    prepare=lambda route: pktgen.load(),
    run=lambda route, frames: route.send(frames),
    make=routes,
)

ROW = Row("f", "Forwarding", run, plots=(COST,))
