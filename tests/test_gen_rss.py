# SPDX-License-Identifier: GPL-2.0-or-later
"""Generated frames that go by the hash go where the device steers frames."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from lib import uapi
from lib.ethtool import ethtool, feature, set_channels, stats, summed
from lib.flows import ICMP, Flow
from lib.gen import Gen, fields_mask
from lib.genmodel import toeplitz
from lib.genrun import (
    QueueReceivers,
    assert_made,
    model_of,
    rx_queues,
    wait_done,
    wait_made,
)
from lib.link import Link, Make
from lib.rss import new_context, send, show, spelled
from lib.setup import CardMaker, PairMaker
from lib.tracing import Handed, handed_to_the_stack

UDP4, UDP6, TCP6 = uapi.VNET_GEN_UDP4, uapi.VNET_GEN_UDP6, uapi.VNET_GEN_TCP6
ICMP4 = uapi.VNET_GEN_ICMP4
HASH = uapi.VNET_GEN_HASH
QUEUES, FLOWS, ROUNDS, PORT = 4, 24, 2, 9
GEN = Gen(proto=UDP4, flows=FLOWS, spread=HASH)
RATE = 20_000


@pytest.fixture
def card(make_card: CardMaker) -> Link:
    """A device alone, of four queues."""
    return make_card(QUEUES)


def flow_of(number: int) -> Flow:
    """A flow of GEN as a peer would send it."""
    return Flow("10.0.0.1", "10.0.0.2", PORT + number, PORT)


def wanted(device: Link, gen: Gen, key: bytes) -> list[int]:
    """The queue of each flow, by the device's table and this key."""
    model, rss = model_of(device, gen), show(device)
    return [
        rss.queue(toeplitz(model.tuple_of(flow), key))
        for flow in range(gen.flows or 1)
    ]


def make(device: Link, gen: Gen, count: int = FLOWS, rate: int = RATE) -> None:
    """Let a run come to its end, and all of it be received."""
    device.generate(replace(gen, enable=True, count=count, rate=rate))
    wait_done(device)
    device.wait_received()


def gained(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """What was counted in between."""
    return {name: value - before[name] for name, value in after.items()}


def generate(device: Link, gen: Gen) -> dict[int, list[int]]:
    """Make each flow's frames; the numbers of what came, on each queue.

    The source port numbers the flows.
    """
    device.wait_received()
    before = device.xstats()
    with QueueReceivers(device) as receivers, handed_to_the_stack() as trace:
        make(device, gen, FLOWS * ROUNDS)
        assert device.xstats()["gen_missed"] == before["gen_missed"]
        queues = Counter(handed.queue for handed in trace.handed(device))
        got = receivers.take({q: queues[q] for q in range(rx_queues(device))})
    return {
        queue: [int.from_bytes(c.whole[34:36], "big") - PORT for c in captured]
        for queue, captured in got.items()
    }


def assert_steered(device: Link, gen: Gen, queues: Mapping[int, int]) -> None:
    """Each flow is on its queue, as often as the others, in order."""
    got = generate(device, gen)
    for queue in range(rx_queues(device)):
        own = [flow for flow in range(FLOWS) if queues.get(flow) == queue]
        assert got[queue] == own * ROUNDS


def numbered(queues: list[int]) -> dict[int, int]:
    """The queues by the flows."""
    return dict(enumerate(queues))


@pytest.mark.smoke
def test_the_own_key_and_table_say_the_queue(card: Link) -> None:
    """Once the device hashes what it receives; before, and after, what all cards do."""
    assert_made(card, GEN, FLOWS)
    feature(card, "receive-hashing", True)
    own = wanted(card, GEN, show(card).key)
    assert own != [model_of(card, GEN).hashed_to(flow) for flow in range(FLOWS)]
    assert_steered(card, GEN, numbered(own))
    feature(card, "receive-hashing", False)
    assert_made(card, GEN, FLOWS)


def set_key(card: Link) -> None:
    """Another key."""
    ethtool(card, "-X", "hkey", spelled(bytes(range(1, 53))))


def set_table(card: Link) -> None:
    """Another table."""
    ethtool(card, "-X", "weight", "1", "0", "2", "5")


def set_channels_3(card: Link) -> None:
    """A queue less."""
    set_channels(card, 3, 3)


@pytest.mark.parametrize("change", [set_key, set_table, set_channels_3])
def test_another_key_or_table_says_others(
    card: Link, change: Callable[[Link], None]
) -> None:
    feature(card, "receive-hashing", True)
    before = wanted(card, GEN, show(card).key)
    change(card)
    after = wanted(card, GEN, show(card).key)
    assert after != before
    assert_steered(card, GEN, numbered(after))


def test_they_come_where_those_of_a_peer_do(make_pair: PairMaker) -> None:
    """With the same hash."""
    pair = make_pair(Make(tx_queues=QUEUES, rx_queues=QUEUES))
    feature(pair.b, "receive-hashing", True)
    ethtool(pair.b, "-X", "hkey", spelled(bytes(range(7, 59))))

    def seen(handed: list[Handed]) -> list[tuple[int, int, bool]]:
        return sorted((h.hash, h.queue, h.l4_hash) for h in handed)

    sent = send(pair, [flow_of(number) for number in range(FLOWS)])
    with handed_to_the_stack() as trace:
        make(pair.b, GEN)
        made = trace.handed(pair.b)
    assert seen(made) == seen(sent)


@pytest.mark.parametrize("proto", [UDP6, TCP6, ICMP4])
def test_other_protocols(card: Link, proto: int) -> None:
    """By ports, or where there are none, by addresses; all carry their hash."""
    feature(card, "receive-hashing", True)
    gen = Gen(
        proto=proto,
        flows=FLOWS,
        spread=HASH,
        src="10.1.0.1" if proto == ICMP4 else "fd00::1",
        src_last="10.1.255.255" if proto == ICMP4 else "fd00::ffff",
        random=fields_mask("src"),
    )
    key, model = show(card).key, model_of(card, gen)
    with handed_to_the_stack() as trace:
        make(card, gen)
        made = trace.handed(card)
    hashes = [toeplitz(model.tuple_of(flow), key) for flow in range(FLOWS)]
    expected = sorted((number, show(card).queue(number)) for number in hashes)
    assert sorted((h.hash, h.queue) for h in made) == expected


def test_what_is_dealt_stays_where_it_is_told(card: Link) -> None:
    """And carries its hash as well, where the device says so."""
    gen = Gen(proto=UDP4, flows=FLOWS, queues=(1, 2))
    feature(card, "receive-hashing", True)
    ethtool(card, "-N", "flow-type", "udp4", "action", "-1")
    key = show(card).key
    with handed_to_the_stack() as trace:
        assert_made(card, gen, FLOWS)
        made = trace.handed(card)
    hashes = [flow_of(number).hash(key) for number in range(FLOWS)]
    assert sorted(h.hash for h in made) == sorted(hashes)
    feature(card, "receive-hashing", False)
    with handed_to_the_stack() as trace:
        assert_made(card, gen, FLOWS)
        assert {h.hash for h in trace.handed(card)} == {0}


def test_rules_come_before_the_hash(card: Link) -> None:
    """To a queue, or nowhere; counted as a peer's frames are."""
    rest = [model_of(card, GEN).hashed_to(flow) for flow in range(FLOWS)]
    to, drop = 5, 7
    queue = (rest[to] + 1) % QUEUES
    for flow, action in ((to, str(queue)), (drop, "-1")):
        ethtool(
            card,
            *["-N", "flow-type", "udp4", "src-port", str(PORT + flow)],
            *["action", action],
        )
    before, counted = card.xstats(), stats(card)
    expected = {**numbered(rest), to: queue}
    del expected[drop]
    assert_steered(card, GEN, expected)
    change = gained(before, card.xstats())
    assert change["gen_frames"] == FLOWS * ROUNDS
    assert change["gen_delivered"] == FLOWS * ROUNDS - ROUNDS
    assert change["rx_drop_rule"] == ROUNDS
    hits = summed(gained(counted, stats(card)), "rx", "rule_hits")
    assert hits == 2 * ROUNDS


def test_a_run_of_which_a_rule_drops_all_comes_to_its_end(card: Link) -> None:
    """Without a pace, too."""
    ethtool(card, "-N", "flow-type", "udp4", "action", "-1")
    for rate in (RATE, uapi.VNET_GEN_RATE_UNPACED):
        before = card.xstats()
        make(card, GEN, 500, rate)
        change = gained(before, card.xstats())
        assert change["gen_frames"] == change["rx_drop_rule"] == 500
        assert change["gen_delivered"] == 0


def test_a_context_of_a_rule(card: Link) -> None:
    """Has a key and a table of its own."""
    context = new_context(card, "start", "2", "equal", "2")
    ethtool(
        card,
        *["-N", "flow-type", "udp4", "dst-port", str(PORT)],
        *["context", str(context)],
    )
    rss = show(card, context)
    queues = [
        rss.queue(flow_of(flow).hash(rss.key)) for flow in range(FLOWS)
    ]
    assert set(queues) <= {2, 3}
    assert_steered(card, GEN, numbered(queues))


def test_a_change_while_frames_flow_begins_a_new_run(card: Link) -> None:
    """On other queues from then on; what is dealt runs on."""
    card.generate(replace(GEN, enable=True, rate=RATE))
    wait_made(card, 200)
    ethtool(card, "-X", "equal", "1")
    counted = stats(card)
    wait_made(card, 200)
    card.generate(Gen(enable=False))
    card.wait_received()
    change = gained(counted, stats(card))
    made = [change[f"rx{queue}_gen_frames"] for queue in range(QUEUES)]
    assert made[0] > 0
    assert made[1:] == [0] * (QUEUES - 1)

    card.generate(Gen(enable=True, spread=uapi.VNET_GEN_DEAL))
    wait_made(card, 200)
    frames = card.state().gen_frames
    ethtool(card, "-X", "default")
    assert card.state().gen_frames >= frames


def test_icmp_is_hashed_by_its_addresses(card: Link) -> None:
    """As of a peer: one pair of addresses is on one queue."""
    feature(card, "receive-hashing", True)
    echo = Flow("10.0.0.1", "10.0.0.2", proto=ICMP)
    queue = show(card).queue(toeplitz(echo.addresses, show(card).key))
    gen = Gen(proto=ICMP4, spread=HASH)
    make(card, gen, 40)
    counted = stats(card)
    made = [counted[f"rx{q}_gen_delivered"] for q in range(QUEUES)]
    assert made == [40 if q == queue else 0 for q in range(QUEUES)]
