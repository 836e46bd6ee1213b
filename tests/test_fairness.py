# SPDX-License-Identifier: GPL-2.0-or-later
"""Fairness: whoever feeds a full ring gets a share of it, and loses nothing.

All senders have something waiting from before the receiver begins until the first
has sent all it has: in between, what arrived of each is compared. Counts decide.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from lib import uapi
from lib.hold import Held
from lib.link import Make, Options, Pair
from lib.queues import by_destination
from lib.setup import B4, PairMaker
from lib.traffic import Receiver, Sender, assert_all

MANY = 32
EACH = 300
FULL = 900
RX_RING = 64

pytestmark = pytest.mark.usefixtures("fifo")


def queues(tx: int, rx: int) -> Make:
    """So many queues, and small rings."""
    return Make(tx_queues=tx, rx_queues=rx, options=Options(64, RX_RING))


def mac(source: int) -> str:
    """The destination that tells the frames of a source."""
    return f"02:00:00:00:00:{source:02x}"


@contextmanager
def sources(pair: Pair, number: int) -> Iterator[list[Sender]]:
    """Senders, each on a TX queue of its own."""
    by_destination(pair.a, {mac(i): i for i in range(number)})
    with ExitStack() as stack:
        yield [
            stack.enter_context(Sender(pair.a, mac(i)).roomy())
            for i in range(number)
        ]


def assert_shared(flows: list[int], number: int) -> None:
    """While all wait, none gets less than half of the mean.

    The first ring was filled by those who came first.
    """
    last = min(max(n for n, f in enumerate(flows) if f == i) for i in range(number))
    served = Counter(flows[RX_RING : last + 1])
    mean = sum(served[i] for i in range(number)) / number
    assert mean > 50, "too few to tell"
    assert min(served[i] for i in range(number)) >= mean / 2, served


@pytest.mark.parametrize("gen", [False, True], ids=["", "gen"])
def test_many_tx_queues_share_one_rx_queue(
    make_pair: PairMaker, gen: bool
) -> None:
    """The generator, which nobody holds back, does not push them out."""
    pair = make_pair(queues(MANY, 1), queues(1, 1))
    with (
        Receiver(pair.b) as receiver,
        sources(pair, MANY) as senders,
        Held(pair.a, pair.b, B4) as held,
    ):
        for sender in senders:
            sender.send(EACH)
        if gen:
            pair.b.set(Options(gen=True, gen_rate=10000))
        held.release()
        frames = receiver.take(MANY * EACH)
        assert receiver.dropped() == 0
    assert_shared([frame[5] for frame in frames], MANY)
    for i in range(MANY):
        assert_all([f for f in frames if f[5] == i], range(EACH))
    pair.b.set(Options(gen=False))
    totals = pair.b.xstats()
    assert totals["rx_missed"] == totals["rx_drop_flush"] == 0
    assert pair.a.xstats()["tx_drop_ring"] == 0


def test_the_generator_has_its_share(make_pair: PairMaker) -> None:
    """One that makes as much as it can, beside two wires that wait for room.

    With its first frame the device is polled again.
    """
    pair = make_pair(queues(2, 1), queues(1, 1))
    with (
        Receiver(pair.b) as receiver,
        sources(pair, 2) as senders,
        Held(pair.a, pair.b, B4),
    ):
        for sender in senders:
            sender.send(FULL)
        pair.b.set(Options(gen=True, gen_rate=uapi.VNET_GEN_RATE_UNPACED))
        frames = receiver.take(2 * FULL)
        made = pair.b.xstats()["gen_delivered"]
        pair.b.set(Options(gen=False))
    for i in range(2):
        assert_all([f for f in frames if f[5] == i], range(FULL))
    assert_shared([frame[5] for frame in frames], 2)
    assert made >= FULL / 2
    assert pair.b.xstats()["rx_missed"] == 0


@pytest.mark.parametrize("gen", [False, True], ids=["", "gen"])
def test_one_tx_queue_feeds_one_of_many_rx_queues(
    make_pair: PairMaker, gen: bool
) -> None:
    """The first, which the generator feeds too; the other way many feed one."""
    pair = make_pair(queues(1, MANY), queues(MANY, 1))
    back = Pair(pair.b, pair.a)
    with (
        Receiver(pair.b) as there,
        Receiver(pair.a) as here,
        Sender(pair.a).roomy() as sender,
        sources(back, MANY) as senders,
    ):
        for end in pair:
            end.set(Options(gen=gen, gen_rate=5000))
        for _ in range(10):
            sender.send(100)
            for other in senders:
                other.send(10)
        assert_all(there.take(1000), range(1000))
        frames = here.take(MANY * 100)
    for i in range(MANY):
        assert_all([f for f in frames if f[5] == i], range(100))
    for end in pair:
        end.set(Options(gen=False))
        totals = end.xstats()
        assert totals["rx_missed"] == totals["tx_drop_ring"] == 0
