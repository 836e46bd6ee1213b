# SPDX-License-Identifier: GPL-2.0-or-later
"""How fast the generator is, and when its runs end."""

import struct
import time
from contextlib import closing
from dataclasses import replace

import pytest

from lib import link, uapi
from lib.gen import Gen
from lib.genmodel import NSEC_PER_SEC, Model
from lib.genrun import (
    UNPACED,
    assert_made,
    delivered,
    model_of,
    rx_queues,
    wait_done,
    wait_made,
)
from lib.link import RTM_NEWLINK, RTNLGRP_LINK, Link, State
from lib.nl import Socket
from lib.setup import CardMaker, PairMaker
from lib.traffic import ETH_P_ALL, Receiver
from lib.wait import wait_for

UDP4, UDP6 = uapi.VNET_GEN_UDP4, uapi.VNET_GEN_UDP6
PKTGEN = uapi.VNET_GEN_PAYLOAD_PKTGEN


def assert_exact(model: Model, state: State) -> None:
    """Frames, bytes and time of one instant belong together."""
    assert state.gen_frames == model.due(state.gen_nsecs)
    assert state.gen_bytes == model.total(state.gen_frames)


PACES = [
    Gen(rate=7),
    Gen(rate=1000),
    Gen(rate=33333),
    Gen(rate=100_000),
    Gen(rate=1_000_000),
    Gen(rate=uapi.VNET_GEN_RATE_MAX),
    Gen(bitrate=10_000),
    Gen(bitrate=1_000_001, size=64, size_last=91),
    Gen(bitrate=123_456_789, size=0),
    Gen(bitrate=10**9, size=1514),
    Gen(bitrate=uapi.VNET_GEN_BITRATE_MAX),
]


@pytest.mark.smoke
@pytest.mark.parametrize("queues", [1, 3])
@pytest.mark.parametrize("pace", PACES, ids=str)
def test_what_was_made_is_exactly_what_was_due(
    make_card: CardMaker, pace: Gen, queues: int
) -> None:
    """At any moment: rounding down is all the difference."""
    card = make_card(queues)
    model = model_of(card, replace(pace, proto=UDP4))
    card.generate(replace(pace, proto=UDP4, enable=True))
    wait_made(card, 3)
    last = 0
    for _ in range(12):
        state = card.state()
        assert state.gen_running
        assert_exact(model, state)
        assert state.gen_nsecs >= last
        last = state.gen_nsecs
    card.generate(Gen(enable=False))
    assert_exact(model, card.state())
    card.wait_received()
    totals = card.xstats()
    assert totals["gen_frames"] == card.state().gen_frames
    assert totals["gen_delivered"] == delivered(totals)


@pytest.mark.parametrize(
    "pace",
    [Gen(rate=1), Gen(bitrate=480), Gen(bitrate=1), Gen(rate=3)],
    ids=str,
)
def test_the_slowest(make_card: CardMaker, pace: Gen) -> None:
    """Nothing is due yet, or one frame; the time goes on all the same."""
    card = make_card(2)
    model = model_of(card, pace)
    card.generate(replace(pace, enable=True))
    for _ in range(5):
        assert_exact(model, card.state())
    assert card.state().gen_running


@pytest.mark.smoke
@pytest.mark.parametrize("queues", [1, 3])
@pytest.mark.parametrize("count", [1, 2, 63, 64, 65, 257, 1000])
@pytest.mark.parametrize("rate", [100_000, UNPACED], ids=["paced", "max"])
def test_a_count_is_exact(
    make_card: CardMaker, rate: int, count: int, queues: int
) -> None:
    """Every frame up to it, once, and then the generator is off by itself."""
    card = make_card(queues, rx_ring=1024)
    gen = Gen(proto=UDP4, payload=PKTGEN, size=70, rate=rate)
    assert_made(card, gen, count)
    info = card.info()
    assert info.state.gen_done
    assert not info.state.gen_running
    assert info.gen.enable is False
    assert info.gen.count == count
    assert info.xstats["gen_runs"] == 1
    assert info.xstats["gen_frames"] == info.xstats["gen_delivered"] == count


def test_a_run_that_is_done_can_be_made_again(make_card: CardMaker) -> None:
    """With the same frames; runs that were ended are not counted."""
    card = make_card(2)
    gen = Gen(proto=UDP4, payload=PKTGEN, size=70)
    for runs in (1, 2, 3):
        assert_made(card, gen, 20)
        assert card.xstats()["gen_runs"] == runs
    card.generate(Gen(enable=True))
    wait_done(card)
    assert card.xstats()["gen_runs"] == 4
    card.generate(Gen(enable=True, rate=100, count=10**6))
    wait_made(card, 1)
    card.generate(Gen(enable=False))
    state = card.state()
    assert not state.gen_done
    assert not state.gen_running
    assert card.xstats()["gen_runs"] == 4
    assert card.xstats()["gen_frames"] == 80 + state.gen_frames


DURATIONS = [
    Gen(rate=10_000, duration=20_000_000),
    Gen(rate=10_000, duration=20_099_999),
    Gen(rate=10_000, duration=20_100_000),
    Gen(rate=1_000_000, duration=1_234_567),
    Gen(rate=50, duration=1),
    Gen(rate=50, duration=20_000_000),
    Gen(bitrate=8_000_000, duration=30_000_000, size=100, size_last=110),
    Gen(rate=10_000, duration=20_000_000, count=100),
    Gen(rate=10_000, duration=20_000_000, count=10_000),
]


@pytest.mark.smoke
@pytest.mark.parametrize("queues", [1, 3])
@pytest.mark.parametrize("gen", DURATIONS, ids=str)
def test_a_duration_is_exact(
    make_card: CardMaker, gen: Gen, queues: int
) -> None:
    """What is due at its end is the last; a count may come first."""
    card = make_card(queues, rx_ring=2048)
    model = model_of(card, replace(gen, proto=UDP4))
    card.generate(replace(gen, proto=UDP4, enable=True))
    wait_done(card)
    card.wait_received()
    frames = model.due(gen.duration or 0)
    state = card.state()
    assert state.gen_frames == frames
    assert state.gen_bytes == model.total(frames)
    assert_exact(model, state)
    totals = card.xstats()
    assert totals["gen_frames"] == totals["gen_delivered"] == frames
    assert totals["gen_runs"] == 1
    assert card.gen().enable is False
    assert card.gen().duration == gen.duration


def test_a_duration_without_a_rate(make_card: CardMaker) -> None:
    """As many as NAPI takes until then."""
    card = make_card(2)
    gen = Gen(enable=True, rate=UNPACED, duration=20_000_000, proto=UDP4)
    card.generate(gen)
    wait_done(card)
    card.wait_received()
    totals, state = card.xstats(), card.state()
    assert state.gen_nsecs >= 20_000_000
    assert totals["gen_frames"] == totals["gen_delivered"] == state.gen_frames
    assert state.gen_bytes == 60 * state.gen_frames


def told(listener: Socket, card: Link) -> link.Info | None:
    """What a notification says about the device."""
    for message in listener.receive(0.05):
        if message.kind == RTM_NEWLINK:
            info = link.parse_info(message.body)
            if info.index == card.index:
                return info
    return None


@pytest.mark.smoke
@pytest.mark.parametrize(
    "gen",
    [
        Gen(rate=10_000, count=50),
        Gen(rate=UNPACED, count=50),
        Gen(rate=10_000, duration=5_000_000),
        Gen(rate=UNPACED, duration=5_000_000),
    ],
    ids=str,
)
@pytest.mark.parametrize("queues", [1, 2])
def test_the_end_of_a_run_is_told(
    make_card: CardMaker, gen: Gen, queues: int
) -> None:
    """Once, with all that there is to know about it."""
    card = make_card(queues)
    with closing(card.ns.rtnl_listener(RTNLGRP_LINK)) as listener:
        card.generate(replace(gen, proto=UDP4, enable=True))
        heard: list[link.Info] = []

        def ended() -> bool:
            info = told(listener, card)
            if info is not None:
                heard.append(info)
            return bool(heard) and heard[-1].state.gen_done

        wait_for(ended, "a notification of the end")
        last = heard[-1]
        assert last.gen.enable is False
        assert last.xstats["gen_runs"] == 1
        assert last.xstats["gen_frames"] == last.state.gen_frames
        if gen.count:
            assert last.state.gen_frames == gen.count
        else:
            assert last.state.gen_nsecs >= (gen.duration or 0)
        assert [info.state.gen_done for info in heard[:-1]] == [False] * (
            len(heard) - 1
        )
        assert told(listener, card) is None


def test_a_run_of_a_device_that_is_down_does_not_end(
    make_card: CardMaker,
) -> None:
    """It begins again when the device is up."""
    card = make_card()
    card.down()
    card.generate(Gen(enable=True, rate=UNPACED, count=100, proto=UDP4))
    state = card.state()
    assert not state.gen_running
    assert not state.gen_done
    assert card.gen().enable is True
    card.up()
    wait_done(card)
    assert card.state().gen_frames == 100
    assert card.xstats()["gen_runs"] == 1
    card.down()
    card.up()
    assert not card.state().gen_running
    assert card.xstats()["gen_frames"] == 100


BURSTS = [2, 10, 64]


@pytest.mark.parametrize("queues", [1, 3])
@pytest.mark.parametrize("burst", BURSTS)
def test_bursts(make_card: CardMaker, burst: int, queues: int) -> None:
    """So many of a queue at a time, when the last of them is due."""
    card = make_card(queues)
    gen = Gen(rate=20_000, burst=burst, proto=UDP4)
    model = model_of(card, gen)
    card.generate(replace(gen, enable=True))
    wait_made(card, burst * queues)
    for _ in range(10):
        state = card.state()
        due = model.due(state.gen_nsecs)
        assert due - burst * queues < state.gen_frames <= due
        assert state.gen_frames % burst == 0
        assert state.gen_bytes == model.total(state.gen_frames)


@pytest.mark.parametrize("queues", [1, 3])
@pytest.mark.parametrize("burst", BURSTS)
def test_bursts_do_not_change_what_is_made(
    make_card: CardMaker, burst: int, queues: int
) -> None:
    """The last may be shorter."""
    card = make_card(queues)
    assert_made(card, Gen(burst=burst, proto=UDP6, flows=7, size=70), 75)


@pytest.mark.parametrize("queues", [1, 2])
@pytest.mark.parametrize("burst", [1, 20])
def test_no_frame_is_made_before_it_is_due(
    make_card: CardMaker, burst: int, queues: int
) -> None:
    """By the time in its payload; nor before the last of its burst is due."""
    card = make_card(queues)
    gen = Gen(
        rate=2000, burst=burst, proto=UDP4, payload=PKTGEN, size=70, count=80
    )
    start = model_of(card, gen).headers
    with Receiver(card, ETH_P_ALL) as receiver:
        begun = time.time_ns() // 1000
        card.generate(replace(gen, enable=True))
        frames = receiver.take(80)
    for frame in frames:
        number, seconds, micros = struct.unpack_from("!III", frame, start + 4)
        k, p = divmod(number - 1, queues)
        last = (k // burst * burst + burst - 1) * queues + p
        due = min(last + 1, 80) * 10**6 // 2000
        assert seconds * 10**6 + micros >= begun + due - 1


@pytest.mark.smoke
@pytest.mark.parametrize("queues", [1, 4])
def test_unpaced_the_machine_can_be_used(
    make_card: CardMaker, make_pair: PairMaker, queues: int
) -> None:
    """A ping through a pair is answered meanwhile."""
    card, pair = make_card(queues), make_pair()
    card.generate(Gen(enable=True, rate=UNPACED, proto=UDP4))
    wait_made(card, 1000)
    pair.a.ns.run(["ping", "-c", "5", "-i", "0.01", "-W", "60", "10.1.0.2"])
    state = card.state()
    assert state.gen_running
    assert card.gen().rate == UNPACED
    card.generate(Gen(enable=False))
    card.wait_received()
    totals = card.xstats()
    assert totals["gen_frames"] == totals["gen_delivered"]
    assert totals["gen_missed"] == 0
    assert totals["gen_frames"] == card.state().gen_frames


def test_unpaced_every_queue_has_its_share(make_card: CardMaker) -> None:
    """A count is dealt to all; none waits for another."""
    card = make_card(4)
    assert rx_queues(card) == 4
    got = assert_made(card, Gen(rate=UNPACED, proto=UDP4, flows=4), 400)
    assert [len(frames) for frames in got.values()] == [100] * 4


def test_from_one_pace_to_another(make_card: CardMaker) -> None:
    """A rate takes the place of a bit rate, and the other way round."""
    card = make_card(2)
    for pace in (
        Gen(rate=5000),
        Gen(bitrate=10**6),
        Gen(rate=UNPACED),
        Gen(bitrate=10**7),
        Gen(rate=100),
    ):
        card.generate(replace(pace, enable=True))
        gen = card.gen()
        assert (gen.rate, gen.bitrate) == (pace.rate, pace.bitrate)
        wait_made(card, 2)
        if pace.rate != UNPACED:
            assert_exact(model_of(card, gen), card.state())


def test_time_is_caught_up_after_a_long_while(make_card: CardMaker) -> None:
    """No drift: the last of a second's frames is due at its end."""
    card = make_card()
    gen = Gen(rate=3333, proto=UDP4, duration=NSEC_PER_SEC // 2)
    card.generate(replace(gen, enable=True))
    wait_done(card)
    assert card.state().gen_frames == 1666


@pytest.mark.parametrize(
    ("gen", "queues"),
    [
        (Gen(rate=UNPACED, size=0), 1),
        (Gen(rate=UNPACED, size=100, size_last=200), 1),
        (Gen(rate=2000, size=100, size_last=200), 3),
        (Gen(bitrate=10**7, size=0), 3),
    ],
    ids=str,
)
def test_bytes_are_those_of_the_frames_that_were_made(
    make_card: CardMaker, gen: Gen, queues: int
) -> None:
    """Also of a run that was ended in the middle."""
    card = make_card(queues, rx_ring=4096)
    card.generate(replace(gen, enable=True, proto=UDP4))
    wait_made(card, 100)
    card.generate(Gen(enable=False))
    card.wait_received()
    totals = card.xstats()
    assert totals["gen_missed"] == 0
    assert card.state().gen_bytes == totals["rx_bytes"]
    assert card.state().gen_frames == totals["rx_frames"]
