# SPDX-License-Identifier: GPL-2.0-or-later
"""Changes while the generator runs, and what happens to its device."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, replace

import pytest

from lib import link, module, uapi
from lib.gen import Gen, fields_mask
from lib.genrun import (
    UNPACED,
    QueueReceivers,
    assert_frames,
    assert_made,
    delivered,
    model_of,
    wait_done,
    wait_made,
)
from lib.link import Link, Make, Options
from lib.marks import TWO_CPUS
from lib.setup import CardMaker, Namespaces, PairMaker
from lib.traffic import Receiver, Sender, assert_all
from lib.wait import HungError, wait_for

ARP, RAW = uapi.VNET_GEN_ARP, uapi.VNET_GEN_RAW
UDP4, UDP6 = uapi.VNET_GEN_UDP4, uapi.VNET_GEN_UDP6
TCP4, TCP6 = uapi.VNET_GEN_TCP4, uapi.VNET_GEN_TCP6
ICMP4 = uapi.VNET_GEN_ICMP4
PKTGEN = uapi.VNET_GEN_PAYLOAD_PKTGEN
RANDOM = uapi.VNET_GEN_PAYLOAD_RANDOM
HASH = uapi.VNET_GEN_HASH

DEFAULTS = Gen(
    enable=False,
    rate=uapi.VNET_GEN_RATE_DEFAULT,
    proto=ARP,
    src="10.0.0.1",
    dst="10.0.0.2",
    flows=uapi.VNET_GEN_FLOWS_DEFAULT,
    size=uapi.VNET_GEN_SIZE_DEFAULT,
    csum=uapi.VNET_GEN_CSUM_VALID,
    payload=uapi.VNET_GEN_PAYLOAD_ZEROS,
    seed=0,
    spread=uapi.VNET_GEN_DEAL,
    burst=uapi.VNET_GEN_BURST_DEFAULT,
)
"""What is told of a generator that was told nothing."""

FULL = Gen(
    enable=True,
    rate=10_000,
    count=10**12,
    duration=10**15,
    proto=UDP4,
    vlan=5,
    vlan_prio=3,
    qinq=6,
    src_mac="02:00:00:00:01:00",
    src_mac_last="02:00:00:00:01:ff",
    dst_mac="02:00:00:00:02:00",
    dst_mac_last="02:00:00:00:02:0f",
    src="10.1.0.0",
    src_last="10.1.0.99",
    dst="10.2.0.0",
    dst_last="10.2.0.9",
    src_port=1000,
    src_port_last=2000,
    dst_port=53,
    dst_port_last=54,
    random=fields_mask("src", "dst_mac"),
    flows=100,
    size=100,
    size_last=200,
    csum=uapi.VNET_GEN_CSUM_BAD,
    payload=PKTGEN,
    seed=0xFEDCBA9876543210,
    spread=uapi.VNET_GEN_DEAL,
    queues=(0, 2),
    burst=4,
)
"""Nearly all that can be told at once."""


@pytest.fixture
def card(make_card: CardMaker) -> Link:
    """A device alone with three queues."""
    return make_card(3)


def test_defaults(card: Link) -> None:
    """What nobody has set, and what is set by who says as little as can be."""
    assert card.gen() == DEFAULTS
    card.generate(Gen(enable=True))
    assert card.gen() == replace(DEFAULTS, enable=True)


PROTOCOLS = {
    UDP4: Gen(src="10.0.0.1", dst="10.0.0.2", src_port=9, dst_port=9, size=60),
    UDP6: Gen(src="fd00::1", dst="fd00::2", src_port=9, dst_port=9, size=62),
    TCP4: Gen(
        src="10.0.0.1", dst="10.0.0.2", src_port=9, dst_port=9, size=60,
        tcp=uapi.VNET_GEN_TCP_SYN,
    ),
    TCP6: Gen(
        src="fd00::1", dst="fd00::2", src_port=9, dst_port=9, size=74,
        tcp=uapi.VNET_GEN_TCP_SYN,
    ),
    ICMP4: Gen(src="10.0.0.1", dst="10.0.0.2", size=60),
    uapi.VNET_GEN_ICMP6: Gen(src="fd00::1", dst="fd00::2", size=62),
    ARP: Gen(src="10.0.0.1", dst="10.0.0.2", size=60),
}  # fmt: skip


def both(gen: Gen, more: Gen) -> Gen:
    """What one says, and the other in its place where it says something."""
    said = {k: v for k, v in vars(more).items() if v is not None}
    return replace(gen, **said)


def of_proto(gen: Gen, proto: int) -> Gen:
    """What is told when only the protocol was changed."""
    left = {
        name: None
        for name in (
            "tcp", "raw", "random", "src", "src_last", "dst", "dst_last",
            "src_port", "src_port_last", "dst_port", "dst_port_last",
            "size_last",
        )
    }  # fmt: skip
    gen = replace(
        gen,
        **left,
        proto=proto,
        flows=1,
        csum=uapi.VNET_GEN_CSUM_VALID,
        payload=uapi.VNET_GEN_PAYLOAD_ZEROS,
    )
    return both(gen, PROTOCOLS[proto])


@pytest.mark.smoke
@pytest.mark.parametrize("proto", PROTOCOLS)
def test_another_protocol_sets_back_what_depended_on_it(
    card: Link, proto: int
) -> None:
    """All else stays."""
    full = replace(FULL, vlan=None, qinq=None, vlan_prio=None)
    if proto == UDP4:
        card.generate(Gen(proto=ARP))
        full = of_proto(
            replace(full, src_mac=None, src_mac_last=None), TCP4
        )
        full = replace(full, flows=3, payload=RANDOM, size=77, size_last=78)
    card.generate(full)
    assert card.gen() == full
    card.generate(Gen(proto=proto))
    assert card.gen() == of_proto(full, proto)


def test_the_same_protocol_sets_nothing_back(card: Link) -> None:
    card.generate(FULL)
    card.generate(Gen(proto=UDP4))
    assert card.gen() == FULL


CHANGES = [
    Gen(rate=5000),
    Gen(count=7_000_000_000),
    Gen(count=0),
    Gen(duration=5 * 10**15),
    Gen(duration=0),
    Gen(vlan=9),
    Gen(vlan_prio=0),
    Gen(qinq=9),
    Gen(src_mac="02:00:00:00:01:01"),
    Gen(src_mac="02:00:00:00:05:01", src_mac_last="02:00:00:00:05:02"),
    Gen(dst_mac_last="02:00:00:00:02:0e"),
    Gen(src="10.1.0.1", src_last="10.1.0.3"),
    Gen(src_last="10.1.0.98"),
    Gen(dst_last="10.2.255.255"),
    Gen(src_port_last=2001),
    Gen(dst_port=52, dst_port_last=54),
    Gen(random=fields_mask("src")),
    Gen(random=0),
    Gen(flows=99),
    Gen(size=101, size_last=200),
    Gen(size_last=201),
    Gen(csum=uapi.VNET_GEN_CSUM_UNNECESSARY),
    Gen(payload=RANDOM),
    Gen(seed=1),
    Gen(queues=(0, 1, 2)),
    Gen(burst=5),
]


def settled(gen: Gen) -> Gen:
    """What is told of settings: neither ends nor bits that are not there."""
    if gen.src_mac_last and gen.src_mac == "02:00:00:00:01:01":
        gen = replace(gen, src_mac_last=None)
    return replace(
        gen,
        count=gen.count or None,
        duration=gen.duration or None,
        random=gen.random or None,
        queues=gen.queues or None,
    )


@pytest.mark.smoke
@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_what_is_left_out_stays(card: Link, change: Gen) -> None:
    """And what is said is what is told; a first value alone is all of it."""
    card.generate(FULL)
    assert card.gen() == FULL
    card.generate(change)
    assert card.gen() == settled(both(FULL, change))
    assert card.state().gen_running
    wait_made(card, 1)


FIRST_ALONE = [
    ("src_mac", "02:00:00:00:01:05"),
    ("dst_mac", "02:00:00:00:02:05"),
    ("src", "10.1.0.5"),
    ("dst", "10.2.0.5"),
    ("src_port", 1500),
    ("dst_port", 53),
    ("size", 150),
]


@pytest.mark.parametrize(("name", "value"), FIRST_ALONE)
def test_a_first_value_alone_is_a_range_of_one(
    card: Link, name: str, value: object
) -> None:
    card.generate(FULL)
    change = {name: value}
    card.generate(Gen(**change))  # type: ignore[arg-type]
    change[f"{name}_last"] = None
    assert card.gen() == replace(FULL, **change)  # type: ignore[arg-type]


def test_tags_can_be_taken_off_and_put_on(card: Link) -> None:
    none = uapi.VNET_GEN_VLAN_NONE
    card.generate(FULL)
    card.generate(Gen(qinq=none))
    assert card.gen() == replace(FULL, qinq=None)
    card.generate(Gen(vlan=none))
    untagged = card.gen()
    assert untagged.vlan is untagged.vlan_prio is untagged.qinq is None
    card.generate(Gen(vlan=8, vlan_prio=1, qinq=7))
    assert card.gen() == replace(FULL, vlan=8, vlan_prio=1, qinq=7)


KINDS = [
    Gen(),
    FULL,
    Gen(rate=UNPACED, proto=TCP6, tcp=uapi.VNET_GEN_TCP_DATA, size=1000),
    Gen(bitrate=123_456, proto=ICMP4, size=0),
    Gen(
        rate=10_000, proto=RAW, raw=b"\2" * 12 + b"\x88\xb5hello",
        spread=uapi.VNET_GEN_DEAL,
    ),
    Gen(rate=9000, proto=TCP4, spread=HASH, flows=9, count=10**9),
    Gen(rate=9000, proto=UDP6, src_last="fd00::ffff:ffff:ffff:ffff"),
]  # fmt: skip
IN_TURN = KINDS[2:]
"""Those that leave behind nothing that the others cannot have."""


@pytest.mark.smoke
@pytest.mark.parametrize("gen", KINDS, ids=str)
def test_what_was_dumped_sent_back_restarts_nothing(
    card: Link, gen: Gen
) -> None:
    """All of it, or any member: frames and time go on."""
    card.generate(replace(gen, enable=True))
    if gen != Gen():
        wait_made(card, 5)
    before = card.info()
    card.change(link.linkinfo([before.data]))
    for one in fields(Gen):
        value = getattr(before.gen, one.name)
        if value is None or one.name in LASTED:
            continue
        said = {one.name: value}
        if f"{one.name}_last" in vars(before.gen):
            said[f"{one.name}_last"] = getattr(before.gen, f"{one.name}_last")
        card.generate(Gen(**said))
    after = card.info()
    assert after.gen == before.gen
    assert after.state.gen_running
    assert after.state.gen_frames >= before.state.gen_frames
    assert after.state.gen_nsecs >= before.state.gen_nsecs


LASTED = tuple(f.name for f in fields(Gen) if f.name.endswith("_last"))


@pytest.mark.parametrize("gen", KINDS, ids=str)
def test_what_was_dumped_can_be_sent_to_another_device(
    card: Link, make_card: CardMaker, gen: Gen
) -> None:
    """Which then does the same."""
    other = make_card(3)
    card.generate(gen)
    told = card.gen()
    other.generate(told)
    assert other.gen() == told


@contextmanager
def another_run(card: Link) -> Iterator[None]:
    """What is done within begins a run: it is no older than that."""
    begun = time.monotonic_ns()
    yield
    wait_made(card, 1)
    state = card.state()
    assert state.gen_running
    assert state.gen_nsecs <= time.monotonic_ns() - begun


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_change_begins_another_run(card: Link, change: Gen) -> None:
    """The totals go on, and no run has come to its end."""
    card.generate(FULL)
    wait_made(card, 5)
    before = card.xstats()["gen_frames"]
    with another_run(card):
        card.generate(change)
    assert card.xstats()["gen_frames"] > before
    assert card.xstats()["gen_runs"] == 0


@pytest.mark.parametrize("mtu", [1400, 9000])
def test_the_mtu_does_not_disturb_it(card: Link, mtu: int) -> None:
    """As long as its frames fit."""
    gen = Gen(enable=True, rate=10_000, proto=UDP4, size=1000)
    card.generate(gen)
    wait_made(card, 5)
    before = card.state()
    card.set_mtu(mtu)
    after = card.state()
    assert after.gen_nsecs >= before.gen_nsecs
    assert after.gen_running


def test_an_mtu_under_its_frames_is_refused(card: Link) -> None:
    """Or else it would send what no wire carries; the run goes on."""
    gen = Gen(enable=True, rate=10_000, proto=UDP4, size=1000)
    card.generate(gen)
    wait_made(card, 5)
    before = card.state()
    with pytest.raises(OSError, match="busy"):
        card.set_mtu(985)
    after = card.state()
    assert after.gen_nsecs >= before.gen_nsecs
    assert after.gen_running
    card.set_mtu(986)
    card.generate(Gen(size=60))
    card.set_mtu(68)


def test_off_keeps_and_on_starts_again(card: Link) -> None:
    card.generate(FULL)
    wait_made(card, 5)
    card.generate(Gen(enable=False))
    stopped = card.info()
    assert stopped.gen == replace(FULL, enable=False)
    assert not stopped.state.gen_running
    assert not stopped.state.gen_done
    assert card.state().gen_frames == stopped.state.gen_frames
    assert card.state().gen_nsecs == stopped.state.gen_nsecs
    with another_run(card):
        card.generate(Gen(enable=True))
    assert card.gen() == FULL


def test_changes_while_it_is_off_are_kept(card: Link) -> None:
    card.generate(replace(FULL, enable=False, count=None))
    card.generate(Gen(proto=TCP4, seed=7, rate=50_000))
    assert not card.state().gen_running
    told = card.gen()
    assert (told.proto, told.seed, told.rate) == (TCP4, 7, 50_000)
    assert card.xstats()["gen_frames"] == 0


def test_settings_of_a_new_device(ns: Namespaces) -> None:
    """And of its peer: they run when they are up."""
    here, there = ns("here", quiet=True), ns("there", quiet=True)
    one = Gen(rate=5000, enable=True, proto=UDP4, flows=4)
    two = Gen(rate=UNPACED, enable=True, proto=UDP6, count=100, size=80)
    pair = link.make_pair(
        Make(name="vnet0", ns=here, gen=one),
        Make(name="vnet1", ns=there, gen=two),
    )
    for end, gen in zip(pair, (one, two), strict=True):
        assert both(end.gen(), gen) == end.gen()
        assert not end.state().gen_running
    pair.up()
    wait_made(pair.a, 10)
    wait_done(pair.b)
    assert pair.b.state().gen_frames == 100


def test_it_survives_down_and_up_as_configured(card: Link) -> None:
    card.generate(FULL)
    wait_made(card, 5)
    card.down()
    info = card.info()
    assert info.gen == FULL
    assert not info.state.gen_running
    assert not info.state.gen_done
    with another_run(card):
        card.up()
    assert card.gen() == FULL


@pytest.mark.parametrize("rate", [10_000, UNPACED], ids=["paced", "max"])
def test_it_works_in_another_namespace(
    card: Link, ns: Namespaces, rate: int
) -> None:
    """It stops with the move, as the device does; up, it goes on there."""
    card.generate(replace(FULL, rate=rate))
    wait_made(card, 50)
    card.move(ns("elsewhere", quiet=True))
    assert card.gen() == replace(FULL, rate=rate)
    card.up()
    wait_made(card, 50)


def test_frames_of_the_peer_and_of_the_generator_share_a_ring(
    make_pair: PairMaker,
) -> None:
    """The peer's all arrive, in order, and the generator's are what they are."""
    one = Make(tx_queues=1, rx_queues=1, options=Options(rx_ring=2048))
    pair = make_pair(one, one)
    gen = Gen(proto=UDP4, size=100, payload=RANDOM, rate=20_000)
    model = model_of(pair.b, gen)
    with (
        Receiver(pair.b) as tests,
        Receiver(pair.b, 0x0800) as generated,
        Sender(pair.a) as sender,
    ):
        pair.b.generate(replace(gen, enable=True, count=300))
        numbers = sender.send(500)
        assert_all(tests.take(500), numbers)
        assert_frames(model, {0: generated.capture(300)})
    wait_done(pair.b)
    assert pair.b.xstats()["gen_missed"] == 0


def while_running(
    card: Link, gen: Gen, count: int, disturb: Callable[[int], None]
) -> None:
    """Disturb a run, of which nothing is lost, and see that it was none."""
    model = model_of(card, gen)
    counts = dict.fromkeys(range(model.queues), 0)
    for g in range(count):
        counts[model.place(g).queue] += 1
    with QueueReceivers(card) as receivers:
        card.generate(replace(gen, enable=True, count=count))
        turn = 0
        while not card.state().gen_done:
            disturb(turn)
            turn += 1
        got = receivers.take(counts)
    assert turn, "the run was too short to be disturbed"
    assert_frames(model, got)


@pytest.mark.parametrize(
    "rate",
    [
        pytest.param(4000, id="paced"),
        # With one CPU all is made before anything else is done
        pytest.param(UNPACED, id="max", marks=TWO_CPUS),
    ],
)
def test_rings_resized_under_it_lose_nothing(
    make_card: CardMaker, rate: int
) -> None:
    """Frames in order, each once; none finds a ring full that has room."""
    card = make_card(2, rx_ring=2048)
    count = 1000 if rate != UNPACED else 4000
    gen = Gen(proto=UDP4, flows=5, seed=1, rate=rate)
    sizes = (1024, 4096, 2048, 8192)

    def resize(turn: int) -> None:
        card.set(Options(rx_ring=sizes[turn % 4]))

    while_running(card, gen, count, resize)
    assert card.xstats()["gen_missed"] == 0
    assert card.xstats()["rx_drop_flush"] == 0


def test_reading_does_not_disturb_it(make_card: CardMaker) -> None:
    card = make_card(2, rx_ring=2048)
    gen = Gen(proto=UDP4, flows=5, rate=10_000)
    while_running(card, gen, 1000, lambda _: None)


@pytest.mark.parametrize("rate", [10**6, UNPACED], ids=["paced", "max"])
@pytest.mark.parametrize("queues", [1, 4])
def test_down_and_up_again_and_again(
    make_card: CardMaker, rate: int, queues: int
) -> None:
    """Every frame has its account, whatever was in the rings."""
    card = make_card(queues)
    card.generate(Gen(enable=True, rate=rate, proto=UDP4, flows=queues))
    for _ in range(10):
        card.down()
        card.up()
    wait_made(card, 100)
    card.down()
    totals = card.xstats()
    left = delivered(totals) - totals["gen_delivered"]
    assert left == totals["rx_drop_flush"]
    card.up()


@pytest.mark.smoke
@pytest.mark.parametrize("rate", [10**6, UNPACED], ids=["paced", "max"])
def test_deleted_while_it_runs(make_card: CardMaker, rate: int) -> None:
    card = make_card(4)
    card.generate(Gen(enable=True, rate=rate, proto=UDP4, flows=100))
    wait_made(card, 100)
    card.delete()
    assert not card.exists()


def test_deleted_when_it_comes_to_its_end(make_card: CardMaker) -> None:
    """At about the time: the end is told by work that must not come late."""
    for turn in range(10):
        card = make_card(2)
        card.generate(Gen(enable=True, rate=UNPACED, count=200, proto=UDP4))
        if turn % 2:
            wait_done(card)
        card.delete()


@pytest.mark.parametrize("rate", [10**6, UNPACED], ids=["paced", "max"])
def test_the_module_unloads_while_it_runs(
    make_card: CardMaker, reloaded: None, rate: int
) -> None:
    card = make_card(4)
    card.generate(Gen(enable=True, rate=rate, proto=UDP4, size=1000))
    wait_made(card, 100)
    module.unload()
    assert link.names(card.ns) == []


@pytest.mark.parametrize("rate", [10**6, UNPACED], ids=["paced", "max"])
def test_changed_again_and_again(make_card: CardMaker, rate: int) -> None:
    """Every frame of every run has its account."""
    card = make_card(3)
    for turn in range(30):
        gen = replace(IN_TURN[turn % len(IN_TURN)], enable=True, rate=rate)
        card.generate(replace(gen, bitrate=None, count=10**9))
    wait_made(card, 10)
    card.generate(Gen(enable=False))
    card.wait_received()
    totals = card.xstats()
    assert totals["gen_delivered"] == delivered(totals)
    assert totals["gen_runs"] == 0
    with pytest.raises(HungError):
        wait_for(lambda: card.state().gen_done, "no end", 0.05)


def test_a_run_after_many_changes_is_as_if_there_were_none(
    make_card: CardMaker,
) -> None:
    card = make_card(3)
    for gen in IN_TURN:
        card.generate(gen)
    card.generate(Gen(proto=ARP, spread=uapi.VNET_GEN_DEAL))
    assert_made(card, Gen(proto=UDP6, seed=4, payload=RANDOM), 30)
