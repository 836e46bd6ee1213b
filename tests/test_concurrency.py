# SPDX-License-Identifier: GPL-2.0-or-later
"""Everything at once: requests of several, traffic, and the module going."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from lib import genl, link, module
from lib.ethtool import stats
from lib.link import Link, Make, Options, Pair
from lib.netns import Netns
from lib.setup import PairMaker
from lib.traffic import Receiver, Sender, assert_all
from lib.wait import wait_for
from lib.worker import Worker, working


class Tools:
    """Steps to be repeated, each over sockets of its own."""

    def __init__(self) -> None:
        self._copies: list[Netns] = []

    def close(self) -> None:
        """Give back what the steps had open."""
        for copy in self._copies:
            copy.remove()

    def _netns(self, ns: Netns) -> Netns:
        copy = ns.copy()
        self._copies.append(copy)
        return copy

    def _own(self, device: Link) -> Link:
        return Link(self._netns(device.ns), device.index)

    def resizer(self, device: Link) -> Callable[[int], None]:
        """Makes the rings larger and smaller."""
        own = self._own(device)

        def step(turn: int) -> None:
            size = 64 << turn % 5
            own.set(Options(tx_ring=size, rx_ring=65536 // size))

        return step

    def toggler(self, device: Link) -> Callable[[int], None]:
        """Starts and stops the generator, at changing rates."""
        own = self._own(device)

        def step(turn: int) -> None:
            own.set(Options(gen=turn % 2 == 0, gen_rate=1000 + turn % 3))

        return step

    def reader(self, device: Link) -> Callable[[int], None]:
        """Reads all there is."""
        own = self._own(device)

        def step(_: int) -> None:
            link.vnets(own.ns)
            stats(own)
            genl.rings(own)

        return step

    def maker(self, device: Link, other: Link) -> Callable[[int], None]:
        """Makes another pair and deletes it."""
        here, there = self._netns(device.ns), self._netns(other.ns)

        def step(turn: int) -> None:
            name = f"extra{turn % 3}"
            link.create(here, Make(name=name), Make(name=name, ns=there))
            made = Link.named(here, name)
            made.up()
            made.delete()

        return step


@pytest.fixture
def tools() -> Iterator[Tools]:
    """Steps for the workers."""
    made = Tools()
    yield made
    made.close()


def test_many_requests_and_traffic_at_once(pair: Pair, tools: Tools) -> None:
    """Resized, toggled, read, joined by others: no frame is lost."""
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:

        def send(_: int) -> None:
            sender.send(20)

        with working(
            send,
            tools.resizer(pair.a),
            tools.resizer(pair.b),
            tools.toggler(pair.b),
            tools.reader(pair.a),
            tools.reader(pair.b),
            tools.maker(pair.a, pair.b),
            rounds=20,
        ):
            pass
        assert_all(receiver.take(sender.sent), range(sender.sent))


@pytest.fixture
def no_autoload() -> Iterator[None]:
    """Have nothing loaded by itself; load the module again at the end."""
    setting = Path("/proc/sys/kernel/modprobe")
    before = setting.read_text()
    setting.write_text("/bin/false")
    yield
    setting.write_text(before)
    module.reload()


def _tolerant(step: Callable[[int], None]) -> Callable[[int], None]:
    """The step, which may find its device gone."""

    def tried(turn: int) -> None:
        with suppress(OSError, IndexError):
            step(turn)

    return tried


def _begun(workers: list[Worker]) -> bool:
    """Has each worker done something?"""
    return all(worker.rounds for worker in workers)


@pytest.mark.usefixtures("no_autoload")
def test_the_module_goes_in_the_middle_of_it(
    make_pair: PairMaker, tools: Tools
) -> None:
    """Every request is carried out or refused; the module is gone."""
    for _ in range(3):
        module.reload()
        pair = make_pair()
        with Sender(pair.a) as sender:

            def send(_: int, sender: Sender = sender) -> None:
                sender.send(20)

            steps: list[Callable[[int], None]] = [
                send,
                tools.resizer(pair.a),
                tools.toggler(pair.b),
                tools.reader(pair.b),
                tools.maker(pair.a, pair.b),
                tools.maker(pair.b, pair.a),
            ]
            with working(*map(_tolerant, steps), rounds=5) as workers:
                wait_for(partial(_begun, workers), "all to have begun")
                module.unload()
        assert link.names(pair.a.ns) == link.names(pair.b.ns) == []
