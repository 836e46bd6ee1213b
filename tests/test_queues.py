# SPDX-License-Identifier: GPL-2.0-or-later
"""Queues: how many there are, which are used, and which feeds which."""

from pathlib import Path

import pytest

from lib import genl, link
from lib.cpus import is_smp
from lib.ethtool import RefusedError, ethtool
from lib.hold import Held
from lib.link import Link, Make, Options
from lib.queues import by_priority, queue_counts
from lib.queues import frames as frames_of
from lib.setup import B4, Namespaces, PairMaker
from lib.traffic import Receiver, Sender, assert_all
from lib.wait import wait_equal

pytestmark = pytest.mark.usefixtures("fifo")


def default_queues() -> int:
    """What netif_get_num_default_rss_queues() says: half of the cores.

    Cores, not threads; and all of them where there are one or two.
    """
    cpus = Path("/sys/devices/system/cpu")
    cores = {
        path.read_text().strip()
        for path in cpus.glob("cpu[0-9]*/topology/thread_siblings_list")
    }
    return len(cores) if len(cores) <= 2 else (len(cores) + 1) // 2


def assert_shown(end: Link, tx: int, rx: int) -> None:
    """Check the queues that sysfs shows; kernels for one CPU show none that receive."""
    queues = end.ns.sys / "class/net" / end.name / "queues"
    assert len(list(queues.glob("tx-*"))) == tx
    if is_smp():
        assert len(list(queues.glob("rx-*"))) == rx


@pytest.mark.smoke
def test_there_are_as_many_queues_as_the_kernel_advises(lone: Link) -> None:
    info = lone.info()
    assert info.num_tx_queues == default_queues()
    assert info.num_rx_queues == default_queues()
    shown = genl.channels(lone)
    assert shown["combined"] == default_queues()


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("tx", "rx"), [(1, 1), (1, 256), (256, 1), (256, 256), (3, 2), (17, 64)]
)
def test_queue_counts_from_1_to_256(
    make_pair: PairMaker, tx: int, rx: int
) -> None:
    """They come up, move frames and go down."""
    shape = Make(tx_queues=tx, rx_queues=rx, options=Options(64, 64))
    pair = make_pair(shape, shape)
    for end in pair:
        assert queue_counts(end) == (tx, rx)
        assert_shown(end, tx, rx)
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        numbers = sender.send(20)
        assert_all(receiver.take(20), numbers)


@pytest.mark.parametrize(
    ("tx", "rx"), [(4, 1), (1, 4), (3, 2), (4, 4), (2, 3), (8, 3)]
)
def test_a_tx_queue_feeds_the_rx_queue_of_its_number_modulo(
    make_pair: PairMaker, tx: int, rx: int
) -> None:
    """TX queue i feeds RX queue i modulo their number; order holds in each."""
    pair = make_pair(
        Make(tx_queues=tx, rx_queues=1), Make(tx_queues=1, rx_queues=rx)
    )
    if tx > 1:
        by_priority(pair.a, tx)
    each = 50
    before = frames_of(pair.a, "tx"), frames_of(pair.b, "rx")
    frames: dict[int, list[bytes]] = {}
    with Receiver(pair.b) as receiver:
        for i in range(tx):
            mac = f"02:00:00:00:00:{i:02x}"
            with Sender(pair.a, mac, priority=i) as sender:
                sender.send(each)
        for frame in receiver.take(each * tx):
            frames.setdefault(frame[5], []).append(frame)
    after = frames_of(pair.a, "tx"), frames_of(pair.b, "rx")
    for i in range(tx):
        assert_all(frames[i], range(each))
    sent, taken = (
        [now - then for now, then in zip(*counts, strict=True)]
        for counts in zip(after, before, strict=True)
    )
    assert sent == [each] * tx
    assert taken == [
        each * len([i for i in range(tx) if i % rx == queue])
        for queue in range(rx)
    ]


def test_several_senders_into_one_full_ring_lose_nothing(
    make_pair: PairMaker,
) -> None:
    """Four wires stall on one RX ring; each gets its turn."""
    pair = make_pair(
        Make(tx_queues=4, rx_queues=1),
        Make(tx_queues=1, rx_queues=1, options=Options(rx_ring=64)),
    )
    by_priority(pair.a, 4)
    senders = [
        Sender(pair.a, f"02:00:00:00:00:{i:02x}", priority=i).roomy()
        for i in range(4)
    ]
    with Receiver(pair.b) as receiver, Held(pair.a, pair.b, B4) as held:
        for sender in senders:
            sender.send(100)
        assert pair.b.state().rx_queued == 64
        held.release()
        frames = receiver.take(400)
    for i, sender in enumerate(senders):
        assert_all([f for f in frames if f[5] == i], range(100))
        sender.close()


def test_waiting_senders_take_turns(make_pair: PairMaker) -> None:
    """A ring that many feed is fair: no sender is served out before another.

    While all four wait, the frames of each come in like numbers.
    """
    pair = make_pair(
        Make(tx_queues=4, rx_queues=1, options=Options(tx_ring=1024)),
        Make(tx_queues=1, rx_queues=1, options=Options(rx_ring=64)),
    )
    by_priority(pair.a, 4)
    senders = [
        Sender(pair.a, f"02:00:00:00:00:{i:02x}", priority=i).roomy()
        for i in range(4)
    ]
    with Receiver(pair.b) as receiver, Held(pair.a, pair.b, B4) as held:
        for sender in senders:
            sender.send(256)
        held.release()
        frames = receiver.take(4 * 256)
    for sender in senders:
        sender.close()
    flows = [frame[5] for frame in frames]
    for i in range(4):
        assert_all([f for f in frames if f[5] == i], range(256))
    # The first 64 found room; then all wait, until the first has no more
    last = min(max(n for n, f in enumerate(flows) if f == i) for i in range(4))
    served = [flows[64 : last + 1].count(i) for i in range(4)]
    assert min(served) >= max(served) // 2, served


@pytest.mark.smoke
def test_ethtool_changes_the_number_of_queues_in_use(
    make_pair: PairMaker,
) -> None:
    shape = Make(tx_queues=4, rx_queues=4)
    pair = make_pair(shape, shape)
    shown = genl.channels(pair.a)
    assert shown["combined_max"] == 4
    assert shown["combined"] == 4
    ethtool(pair.a, "-L", "combined", "2")
    assert genl.channels(pair.a)["combined"] == 2
    assert_shown(pair.a, 2, 2)
    for source, target in ((pair.a, pair.b), (pair.b, pair.a)):
        with Receiver(target) as receiver, Sender(source) as sender:
            numbers = sender.send(50)
            assert_all(receiver.take(50), numbers)


def test_the_number_of_queues_survives_down_and_up(
    make_pair: PairMaker,
) -> None:
    pair = make_pair(Make(tx_queues=4, rx_queues=4))
    ethtool(pair.a, "-L", "combined", "3")
    pair.a.down()
    assert genl.channels(pair.a)["combined"] == 3
    ethtool(pair.a, "-L", "combined", "1")
    pair.up()
    assert genl.channels(pair.a)["combined"] == 1


@pytest.mark.parametrize(
    "words",
    [
        ("combined", "0"),
        ("combined", "5"),
        ("other", "1"),
        ("rx", "1000"),
        ("combined", "1", "rx", "1", "tx", "1"),
    ],
    ids=" ".join,
)
def test_ethtool_refuses_impossible_numbers_of_queues(
    make_pair: PairMaker, words: tuple[str, ...]
) -> None:
    pair = make_pair(Make(tx_queues=4, rx_queues=4))
    before = genl.channels(pair.a)
    with pytest.raises(RefusedError):
        ethtool(pair.a, "-L", *words)
    assert genl.channels(pair.a) == before


def test_changing_the_receivers_queues_under_traffic_loses_nothing(
    make_pair: PairMaker,
) -> None:
    """The sender's queues stay; where their frames go changes."""
    shape = Make(tx_queues=4, rx_queues=4)
    pair = make_pair(shape, shape)
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        for queues in (1, 4, 2, 3, 4, 1):
            sender.send(100)
            ethtool(pair.b, "-L", "combined", str(queues))
        sender.send(100)
        assert_all(receiver.take(700), range(700))


def test_changing_the_senders_queues_under_traffic_loses_nothing(
    make_pair: PairMaker,
) -> None:
    """What was posted arrives, once; the core may purge its qdiscs."""
    shape = Make(tx_queues=4, rx_queues=4)
    pair = make_pair(shape, shape)
    senders = [Sender(pair.a, f"02:00:00:00:00:{i:02x}") for i in range(4)]
    with Receiver(pair.b) as receiver:
        for queues in (1, 4, 2, 3, 4, 1):
            for sender in senders:
                sender.send(25)
            ethtool(pair.a, "-L", "combined", str(queues))
        for sender in senders:
            sender.send(25)
            sender.close()
        posted = pair.a.xstats()["tx_frames"]
        frames = receiver.take(posted)
        assert not receiver.pending()
    assert len(set(frames)) == posted
    assert pair.a.xstats()["tx_drop_flush"] == 0


def test_queue_counts_of_ethtool_stats_follow_the_queues(
    make_pair: PairMaker,
) -> None:
    """Per queue and summed, what was counted stays when queues go."""
    pair = make_pair(Make(tx_queues=4, rx_queues=4))
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        sender.send(100)
        receiver.take(100)
        ethtool(pair.a, "-L", "combined", "1")
        sender.send(100)
        receiver.take(100)
    wait_equal(lambda: pair.a.xstats()["tx_frames"], 200, "all frames counted")
    assert pair.a.info().stats["tx_packets"] == 200


def test_a_thousand_queues_together(ns: Namespaces) -> None:
    """Many queues cost little while they are down."""
    here = ns(quiet=True)
    for i in range(2):
        link.create(
            here,
            Make(name=f"l{i}", tx_queues=256, rx_queues=256),
            Make(name=f"r{i}", tx_queues=256, rx_queues=256),
        )
    assert len(link.vnets(here)) == 4
