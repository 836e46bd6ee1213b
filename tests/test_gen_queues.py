# SPDX-License-Identifier: GPL-2.0-or-later
"""The generator's frames on several queues: which frame is on which."""

import time
from dataclasses import replace

import pytest

from lib import qstats, uapi
from lib.counters import difference
from lib.ethtool import RefusedError, ethtool, set_channels, stats
from lib.gen import Gen, fields_mask
from lib.genmodel import Model
from lib.genrun import (
    UNPACED,
    QueueReceivers,
    assert_frames,
    assert_made,
    delivered,
    model_of,
    run,
    wait_done,
    wait_made,
)
from lib.hold import Held
from lib.link import Make, Options
from lib.offload import apart
from lib.setup import B4, CardMaker, PairMaker
from lib.traffic import Receiver, Sender, assert_all
from lib.wait import wait_for

ARP, UDP4, UDP6 = (
    uapi.VNET_GEN_ARP,
    uapi.VNET_GEN_UDP4,
    uapi.VNET_GEN_UDP6,
)
TCP4, TCP6 = uapi.VNET_GEN_TCP4, uapi.VNET_GEN_TCP6
ICMP4, ICMP6 = uapi.VNET_GEN_ICMP4, uapi.VNET_GEN_ICMP6
DATA = uapi.VNET_GEN_TCP_DATA
DEAL, HASH = uapi.VNET_GEN_DEAL, uapi.VNET_GEN_HASH


@pytest.mark.smoke
@pytest.mark.parametrize("flows", [1, 2, 3, 4, 7, 100])
@pytest.mark.parametrize("queues", [1, 2, 3, 4, 8])
def test_frames_are_dealt_to_the_queues(
    make_card: CardMaker, queues: int, flows: int
) -> None:
    """One to each in turn; a flow stays where there are enough of them."""
    card = make_card(queues)
    assert_made(card, Gen(proto=UDP4, flows=flows, rate=UNPACED), 60)


@pytest.mark.parametrize("flows", [1, 2, 3, 5])
def test_data_of_flows_on_several_queues_is_in_sequence(
    make_card: CardMaker, flows: int
) -> None:
    card = make_card(3)
    apart(card)
    gen = Gen(proto=TCP4, tcp=DATA, size=64, flows=flows)
    assert_made(card, gen, 40)


def test_sizes_ranges_and_payloads_go_on_over_all_queues(
    make_card: CardMaker,
) -> None:
    """By the number of the frame, whichever queue it is on."""
    card = make_card(3)
    gen = Gen(
        proto=UDP6,
        size=100,
        size_last=109,
        payload=uapi.VNET_GEN_PAYLOAD_RANDOM,
        src="fd00::10",
        src_last="fd00::1f",
        dst_port=1,
        dst_port_last=7,
        random=fields_mask("src"),
    )
    assert_made(card, gen, 45)
    gen = Gen(proto=ICMP4, size=0, payload=uapi.VNET_GEN_PAYLOAD_PATTERN)
    assert_made(card, gen, 45)


@pytest.mark.parametrize(
    "queues", [(0,), (5,), (7,), (1, 2), (0, 7), (6, 3, 1), tuple(range(8))]
)
@pytest.mark.parametrize("flows", [1, 5])
def test_a_set_of_queues(
    make_card: CardMaker, queues: tuple[int, ...], flows: int
) -> None:
    card = make_card(8)
    chosen = tuple(sorted(queues))
    gen = Gen(proto=UDP4, queues=chosen, flows=flows)
    got = assert_made(card, gen, 40)
    assert {q for q, frames in got.items() if frames} == set(chosen)
    assert card.gen().queues == chosen


def test_no_set_is_all_queues(make_card: CardMaker) -> None:
    card = make_card(4)
    assert_made(card, Gen(proto=UDP4, queues=(2,)), 10)
    got = assert_made(card, Gen(proto=UDP4, queues=()), 10)
    assert all(got.values())
    assert card.gen().queues is None


def test_the_last_of_256_queues(make_card: CardMaker) -> None:
    card = make_card(256, rx_ring=64)
    card.generate(
        Gen(enable=True, rate=UNPACED, count=20, proto=UDP4, queues=(0, 255))
    )
    wait_done(card)
    card.wait_received()
    assert card.xstats()["gen_delivered"] == 20
    counted = stats(card)
    delivered = {
        name: value
        for name, value in counted.items()
        if value and name.endswith("_gen_delivered")
    }
    assert delivered == {"rx0_gen_delivered": 10}
    if qstats.of_device(card) is not None:
        assert counted["rx255_frames"] == 10


HASHED = [
    Gen(proto=UDP4, flows=40),
    Gen(proto=UDP6, flows=40),
    Gen(proto=TCP4, flows=40, src="192.0.2.1", src_last="192.0.2.200"),
    Gen(proto=TCP6, flows=40, dst="fd00::", dst_last="fd00::ffff"),
    Gen(proto=ICMP4, flows=40),
    Gen(proto=ICMP6, flows=40),
    Gen(proto=UDP4, flows=1),
    Gen(proto=UDP4, flows=1, src_port=1, src_port_last=1000),
    Gen(
        proto=UDP4,
        flows=40,
        src="1.0.0.0",
        src_last="223.255.255.255",
        random=fields_mask("src"),
    ),
]


@pytest.mark.smoke
@pytest.mark.parametrize("queues", [1, 3, 4])
@pytest.mark.parametrize("gen", HASHED, ids=str)
def test_the_hash_says_the_queue(
    make_card: CardMaker, gen: Gen, queues: int
) -> None:
    """As cards have it: flows take turns, and stay on their queues."""
    card = make_card(queues)
    got = assert_made(card, replace(gen, spread=HASH), 60)
    used = sum(bool(frames) for frames in got.values())
    assert used == (1 if gen.flows == 1 else queues)


def test_hashed_data_is_in_sequence(make_card: CardMaker) -> None:
    card = make_card(4)
    apart(card)
    gen = Gen(proto=TCP6, tcp=DATA, size=80, flows=7, spread=HASH)
    assert_made(card, gen, 40)


def test_from_hash_to_deal_and_back(make_card: CardMaker) -> None:
    card = make_card(3)
    for spread in (HASH, DEAL, HASH):
        assert_made(card, Gen(proto=UDP4, flows=9, spread=spread), 30)
        assert card.gen().spread == spread


def test_each_queue_counts_its_own(make_card: CardMaker) -> None:
    """In ethtool -S, and the totals are the sums."""
    card = make_card(4)
    gen = Gen(proto=UDP4, flows=9, queues=(0, 1, 3))
    model = model_of(card, gen)
    run(card, gen, 50)
    card.wait_received()
    counted = stats(card)
    for queue in range(4):
        own = sum(model.place(g).queue == queue for g in range(50))
        assert counted[f"rx{queue}_gen_frames"] == own
        assert counted[f"rx{queue}_gen_delivered"] == own
        assert counted[f"rx{queue}_frames"] == own
        assert counted[f"rx{queue}_gen_missed"] == 0
        assert counted[f"rx{queue}_gen_drop_nomem"] == 0
    totals = card.xstats()
    assert totals["gen_frames"] == totals["gen_delivered"] == 50


def test_rings_that_are_full_miss_frames_queue_by_queue(
    make_card: CardMaker,
) -> None:
    """At the highest rate: every queue has an exact account."""
    card = make_card(3, rx_ring=64)
    card.generate(
        Gen(
            enable=True, rate=uapi.VNET_GEN_RATE_MAX, proto=UDP4, count=200_000
        )
    )
    wait_done(card)
    card.wait_received()
    counted = stats(card)
    made = [counted[f"rx{queue}_gen_frames"] for queue in range(3)]
    assert made == [66667, 66667, 66666]
    for queue in range(3):
        own = delivered(counted, f"rx{queue}_")
        assert counted[f"rx{queue}_gen_delivered"] == own
        assert counted[f"rx{queue}_frames"] == own
    totals = card.xstats()
    assert totals["gen_delivered"] == delivered(totals)
    assert totals["gen_missed"] > 0
    assert card.info().stats["rx_missed_errors"] == totals["gen_missed"]


@pytest.mark.smoke
@pytest.mark.parametrize("queues", [1, 3])
def test_a_burst_larger_than_the_ring(
    make_card: CardMaker, queues: int
) -> None:
    """Its first frames are taken, the rest finds each ring full."""
    card = make_card(queues, rx_ring=64)
    count = 100 * queues
    gen = Gen(proto=UDP4, rate=10_000 * queues, burst=100)
    model = model_of(card, gen)
    with QueueReceivers(card) as receivers:
        card.generate(replace(gen, enable=True, count=count))
        got = receivers.take(dict.fromkeys(range(queues), 64))
    assert_frames(model, got)
    wait_done(card)
    counted = stats(card)
    for queue in range(queues):
        assert counted[f"rx{queue}_gen_frames"] == 100
        assert counted[f"rx{queue}_gen_delivered"] == 64
        assert counted[f"rx{queue}_gen_missed"] == 36
    assert card.xstats()["gen_missed"] == 36 * queues


def let_pass(milliseconds: int) -> None:
    """Wait for frames to be due that nobody makes."""
    until = time.monotonic_ns() + milliseconds * 10**6
    wait_for(lambda: time.monotonic_ns() > until, "time to pass")


def test_what_the_peer_has_filled_has_no_room(make_pair: PairMaker) -> None:
    """Nobody holds the generator back; the peer's frames are all there."""
    one = Make(
        tx_queues=1, rx_queues=1, options=Options(tx_ring=64, rx_ring=64)
    )
    pair = make_pair(one, one)
    pair.b.generate(Gen(enable=True, rate=5000, burst=50, proto=UDP4))
    with (
        Receiver(pair.b) as receiver,
        Sender(pair.a) as sender,
        Held(pair.a, pair.b, B4) as held,
    ):
        numbers = sender.send(64)
        assert pair.b.state().rx_queued == 64
        before = pair.b.xstats()
        let_pass(20)
        held.poll_a_little()
        after = pair.b.xstats()
        change = difference(after, before)
        assert change["gen_missed"] >= 50
        assert change["gen_missed"] == change["gen_frames"]
        held.release()
        assert_all(receiver.take(64), numbers)
    pair.b.generate(Gen(enable=False))
    pair.b.wait_received()
    totals = pair.b.xstats()
    assert totals["gen_delivered"] == delivered(totals)


def test_what_waits_in_the_ring_has_its_account_when_the_device_goes_down(
    make_pair: PairMaker,
) -> None:
    """It is delivered, or lost and counted."""
    one = Make(
        tx_queues=1, rx_queues=1, options=Options(tx_ring=64, rx_ring=4096)
    )
    pair = make_pair(one, one)
    pair.b.generate(Gen(enable=True, rate=30_000, burst=300, proto=UDP4))
    with Held(pair.a, pair.b, B4) as held:
        let_pass(20)
        held.poll_a_little()
        waiting = pair.b.state().rx_queued
        assert waiting >= 300 - 8
        pair.b.down()
        totals = pair.b.xstats()
        flushed = totals["rx_drop_flush"]
        assert delivered(totals) == totals["gen_delivered"] + flushed
        # else there is always something in the ring
        pair.b.generate(Gen(enable=False))
        pair.b.up()
        held.release()


def test_fewer_and_more_queues_begin_another_run(make_card: CardMaker) -> None:
    """All queues are those in use, at any time."""
    card = make_card(4)
    card.generate(Gen(enable=True, rate=2000, proto=UDP4, flows=8))
    wait_made(card, 10)
    for queues in (2, 3, 1, 4):
        set_channels(card, queues, queues)
        before = stats(card)
        wait_made(card, card.state().gen_frames + 20)
        state = card.state()
        assert state.gen_running
        assert state.gen_frames == 2000 * state.gen_nsecs // 10**9
        after = stats(card)
        for queue in range(4):
            name = f"rx{queue}_gen_frames"
            assert (after.get(name, 0) > before.get(name, 0)) == (
                queue < queues
            )
        assert_made(card, Gen(proto=UDP4, flows=8), 20)
        card.generate(Gen(enable=True, rate=2000, count=0))


def test_a_queue_of_the_set_is_not_taken_away(make_card: CardMaker) -> None:
    """Until it is no longer in it; the generator goes on with its run."""
    card = make_card(4)
    card.generate(Gen(enable=True, rate=2000, proto=UDP4, queues=(0, 2)))
    wait_made(card, 5)
    before = card.state()
    with pytest.raises(RefusedError, match="busy"):
        ethtool(card, "-L", "combined", "2")
    after = card.state()
    assert after.gen_running
    assert after.gen_nsecs >= before.gen_nsecs
    assert after.gen_frames >= before.gen_frames
    ethtool(card, "-L", "combined", "3")
    wait_made(card, 5)
    card.generate(Gen(enable=False))
    with pytest.raises(RefusedError, match="busy"):
        ethtool(card, "-L", "combined", "2")
    card.generate(Gen(queues=()))
    ethtool(card, "-L", "combined", "2")


def test_a_queue_that_is_not_in_use_is_not_taken(
    make_card: CardMaker,
) -> None:
    card = make_card(4)
    set_channels(card, 2, 2)
    with pytest.raises(OSError, match="queue"):
        card.generate(Gen(proto=UDP4, queues=(3,)))
    set_channels(card, 4, 4)
    assert_made(card, Gen(proto=UDP4, queues=(3,)), 5)


def test_more_receive_than_send_queues(make_pair: PairMaker) -> None:
    """The generator of a pair's end goes by the RX queues of that end."""
    pair = make_pair(
        Make(tx_queues=1, rx_queues=1), Make(tx_queues=1, rx_queues=4)
    )
    assert_made(pair.b, Gen(proto=UDP4, flows=8, spread=HASH), 40)
    assert_made(pair.a, Gen(proto=UDP4, flows=8, spread=HASH), 40)


def test_the_model_spreads_hashed_flows() -> None:
    """So that the tests of the hash do test more than one queue."""
    gen = Gen(proto=UDP4, flows=256, spread=HASH)
    queues = [Model(gen, "02:00:00:00:00:99", 4).hashed_to(flow) for flow in range(256)]
    assert min(queues.count(q) for q in range(4)) > 30
