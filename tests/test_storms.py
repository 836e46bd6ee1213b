# SPDX-License-Identifier: GPL-2.0-or-later
"""Storms: what other tests do once, as often as the time allows (--storm SECONDS).

The log stays clean, and at the end every frame is accounted for.
"""

import itertools
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

import pytest

from lib import cpus, genl, link, module, suspend
from lib.child import repeated
from lib.crossing import crosses
from lib.ethtool import set_channels, stats
from lib.flood import Flood
from lib.link import Link, Make, Options, Pair
from lib.netns import Netns
from lib.setup import Namespaces, PairMaker
from lib.traffic import ETH_P_ALL, Receiver, Sender
from lib.wait import DEADLINE, wait_for

RATE = 200
"""Frames a second of a generator: as many as leave an emulated debug kernel time."""

Note = Callable[[str, object], None]
Step = Callable[[], None]


class Storm:
    """How long it blows, and how to tell of it."""

    def __init__(self, seconds: float, note: Note) -> None:
        self.seconds = seconds
        self._note = note

    def turns(self, least: int = 1) -> Iterator[int]:
        """Numbers from 0 on while there is time, so many at least."""
        end = time.monotonic() + self.seconds
        for turn in itertools.count():
            if turn >= least and time.monotonic() >= end:
                return
            yield turn

    def note(self, what: str, number: int) -> None:
        """Keep a figure."""
        print(f"{what}: {number}")
        self._note(what, number)


@pytest.fixture
def storm(request: pytest.FixtureRequest, record_property: Note) -> Storm:
    """A storm of as many seconds as --storm says."""
    return Storm(request.config.getoption("storm"), record_property)


def wait_empty(ns: Netns, pairs: int = 1) -> None:
    """Wait until a namespace has no devices: their peers' namespace has gone."""
    wait_for(lambda: link.names(ns) == [], "all devices to go", DEADLINE + pairs)


def wait_received(device: Link) -> None:
    """Wait until more frames have been received."""
    before = device.xstats()["rx_frames"]
    wait_for(lambda: device.xstats()["rx_frames"] > before, "frames to be received")


@dataclass
class Maker:
    """Makes pairs and deletes them, each with frames that crossed or may cross."""

    near: Netns
    far: Netns
    name: str
    turn: int = 0

    def __call__(self) -> None:
        """One pair."""
        name = f"{self.name}{self.turn % 2}"
        peer = Make(name=self.name, ns=self.far)
        link.create(self.near, Make(name=name), peer)
        made = Pair(Link.named(self.near, name), Link.named(self.far, self.name))
        made.a.up()
        made.b.up()
        with Sender(made.a) as sender:
            sender.send(3)
        (made.b if self.turn % 3 else made.a).delete()
        self.turn += 1


def test_pairs_are_made_and_deleted(
    ns: Namespaces, storm: Storm, request: pytest.FixtureRequest
) -> None:
    """By two processes, in the same two namespaces."""
    here, there = ns("here", quiet=True), ns("there", quiet=True)
    wanted = request.config.getoption("pairs")
    mine = Maker(here, there, "left")
    copies = there.copy(), here.copy()
    with repeated(Maker(*copies, "right")) as rounds:
        for _ in storm.turns(wanted // 2):
            mine()
    for copy in copies:
        copy.remove()
    storm.note("pairs", mine.turn + rounds.number)
    assert link.names(here) == link.names(there) == []


def test_namespaces_are_deleted_under_traffic(
    make_pair: PairMaker, storm: Storm
) -> None:
    for turn in storm.turns():
        pair = make_pair()
        gone, left = (pair.a, pair.b) if turn % 2 else (pair.b, pair.a)
        left.set(Options(gen=True, gen_rate=RATE))
        with Flood(left), Receiver(left):
            gone.ns.remove()
            wait_empty(left.ns)
        left.ns.remove()
    storm.note("namespaces", turn + 1)


@pytest.mark.usefixtures("reloaded")
def test_the_module_is_unloaded_under_traffic(
    make_pair: PairMaker, storm: Storm
) -> None:
    """With open sockets on devices that go."""
    for turn in storm.turns():
        if not module.loaded():
            module.load(f"num_devices={turn % 4}")
        pair = make_pair()
        pair.b.set(Options(gen=True, gen_rate=RATE))
        with Receiver(pair.b, ETH_P_ALL), Flood(pair.a, pair.b):
            module.unload()
        assert link.names(pair.a.ns) == link.names(pair.b.ns) == []
        pair.a.ns.remove()
        pair.b.ns.remove()
    storm.note("unloads", turn + 1)


@contextmanager
def own(device: Link) -> Iterator[Link]:
    """The device, over sockets that nobody else uses."""
    copy = device.ns.copy()
    yield Link(copy, device.index)
    copy.remove()


def up_and_down(device: Link) -> Step:
    """Sets it down and up."""

    def step() -> None:
        device.down()
        device.up()

    return step


def resized(device: Link) -> Step:
    """Changes its rings and the queues in use."""
    turns = itertools.count()

    def step() -> None:
        turn = next(turns)
        size = 64 << turn % 5
        device.set(Options(tx_ring=size, rx_ring=65536 // size))
        set_channels(device, 1 + turn % 4, 1 + turn // 4 % 4)

    return step


def read(device: Link) -> Step:
    """Reads all there is to read."""

    def step() -> None:
        link.dump(device.ns)
        stats(device)
        genl.rings(device)
        genl.channels(device)

    return step


def sent(device: Link) -> Step:
    """Sends ten frames, or as many as a device that is down takes."""

    def step() -> None:
        with suppress(OSError), Sender(device) as sender:
            sender.send(10)

    return step


STEPS = {
    "up and down": up_and_down,
    "resized": resized,
    "read": read,
    "bursts": sent,
}


def test_set_up_and_resized_while_read(make_pair: PairMaker, storm: Storm) -> None:
    """By processes of their own, at both ends, under traffic."""
    shape = Make(tx_queues=4, rx_queues=4)
    pair = make_pair(shape, shape)
    with ExitStack() as stack:
        rounds = {
            (name, end.name): stack.enter_context(
                repeated(step(stack.enter_context(own(end))))
            )
            for name, step in STEPS.items()
            for end in pair
        }
        time.sleep(storm.seconds)
    for (name, end), done in rounds.items():
        storm.note(f"{name}, {end}", done.number)
    pair.a.wait_carrier()
    pair.b.wait_carrier()
    crosses(pair)


def test_a_peer_is_moved_while_it_is_sent_to(
    pair: Pair, ns: Namespaces, storm: Storm
) -> None:
    places = [ns(quiet=True), ns(quiet=True), pair.b.ns]
    with Flood(pair.a):
        for turn in storm.turns():
            pair.b.move(places[turn % 3])
            pair.b.up()
            pair.b.wait_carrier()
    storm.note("moves", turn + 1)
    crosses(pair)


def test_many_devices_at_once(
    ns: Namespaces, storm: Storm, request: pytest.FixtureRequest
) -> None:
    """Pairs that are all there, up, and work; one dump tells of all."""
    here, there = ns("here", quiet=True), ns("there", quiet=True)
    pairs = request.config.getoption("devices") // 2
    for i in range(pairs):
        link.create(
            here,
            Make(name=f"l{i}", tx_queues=1, rx_queues=1),
            Make(name=f"r{i}", ns=there, tx_queues=1, rx_queues=1),
        )
    for place in (here, there):
        for info in link.vnets(place):
            Link(place, info.index).up()
    assert len(link.vnets(here)) == len(link.vnets(there)) == pairs
    for i in (0, pairs // 2, pairs - 1):
        made = Pair(Link.named(here, f"l{i}"), Link.named(there, f"r{i}"))
        made.a.wait_carrier()
        crosses(made)
    storm.note("devices", 2 * pairs)
    ns.assert_conserved()
    there.remove()
    wait_empty(here, pairs)


@pytest.mark.skipif(os.cpu_count() == 1, reason="this machine has one CPU")
def test_a_CPU_goes_and_comes_under_traffic(  # noqa: N802
    make_pair: PairMaker, storm: Storm
) -> None:
    """It is the one that receives; nothing is lost."""
    shape = Make(tx_queues=2, rx_queues=2, options=Options(queues={0: 1, 1: 1}))
    pair = make_pair(shape, shape)
    with Flood(pair.a, pair.b):
        for turn in storm.turns():
            with cpus.offline(1):
                wait_received(pair.a)
                wait_received(pair.b)
    storm.note("times offline", turn + 1)
    for end in pair:
        totals = end.xstats()
        assert totals["rx_missed"] == totals["tx_drop_flush"] == 0
    crosses(pair)


@pytest.mark.skipif(
    not suspend.available(), reason="this kernel cannot suspend for a try"
)
def test_the_machine_is_suspended_under_traffic(
    make_pair: PairMaker, storm: Storm
) -> None:
    """Nothing is lost; a generator goes on."""
    pair = make_pair()
    pair.b.set(Options(gen=True, gen_rate=RATE))
    with Flood(pair.a, pair.b):
        for turn in storm.turns():
            suspend.attempt()
            wait_received(pair.a)
            wait_received(pair.b)
    storm.note("times suspended", turn + 1)
    assert pair.a.xstats()["rx_missed"] == pair.a.xstats()["tx_drop_flush"] == 0
    crosses(pair)
