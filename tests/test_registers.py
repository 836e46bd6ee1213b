# SPDX-License-Identifier: GPL-2.0-or-later
"""ethtool -d and -w: what is inside, word for word."""

from pathlib import Path

import pytest

from lib import ethtool as door
from lib import regs
from lib.ethtool import RefusedError, ethtool
from lib.hold import Held
from lib.link import Link, Make, Options, Pair
from lib.setup import B4, PairMaker
from lib.traffic import Receiver, Sender, assert_all

ONE = Make(tx_queues=1, rx_queues=1, options=Options(tx_ring=64, rx_ring=64))


def registers(link: Link) -> regs.Registers:
    """What ``ethtool -d`` has of a device."""
    version, data = door.registers(link)
    assert version == regs.VERSION
    return regs.decode(data)


def dump(link: Link, tmp_path: Path) -> dict[int, bytes]:
    """The parts of ``ethtool -w DEVICE data FILE``."""
    file = tmp_path / "dump"
    ethtool(link, "-w", "data", str(file))
    return regs.parts(file.read_bytes())


@pytest.mark.smoke
def test_a_device_that_is_at_rest(make_pair: PairMaker) -> None:
    pair = make_pair(
        Make(tx_queues=2, rx_queues=3, options=Options(tx_ring=128)), ONE
    )
    found = registers(pair.a)
    assert found.device.flags == {"open", "linked", "carrier"}
    assert found.device["tx_ring"] == 128
    assert found.device["speed"] == 10000
    assert [q["index"] for q in found.tx] == [0, 1]
    assert [q["index"] for q in found.rx] == [0, 1, 2]
    for queue in found.tx:
        assert queue["size"] == queue["limit"] == 128
        assert queue["to"] == 0
        assert queue["posted"] == queue["done"]
        assert "running" in queue.flags
    for queue in found.rx:
        assert queue["size"] == queue["limit"] == 512
        assert queue.used == queue["waiting"] == 0
        assert queue["cpu"] == -1
        assert not queue.flags
    pair.a.down()
    found = registers(pair.a)
    assert found.device.flags == {"carrier"}
    assert found.device["speed"] == -1
    assert {q["size"] for q in [*found.tx, *found.rx]} == {0}
    assert {q["to"] for q in found.tx} == {regs.NONE}


def test_rings_that_hold_frames(make_pair: PairMaker) -> None:
    """70 descriptors of 64 fill the receiver's ring; six wait in the sender's."""
    pair = make_pair(ONE, ONE)
    with (
        Held(pair.a, pair.b, B4) as held,
        Receiver(pair.b) as receiver,
        Sender(pair.a) as sender,
    ):
        before = registers(pair.b).rx[0]
        sent = sender.send(60)
        queue = registers(pair.b).rx[0]
        assert queue.used == 60
        assert queue["head"] == before["head"] + 60
        assert queue.flags >= {"masked"}
        (from_a,) = registers(pair.a).tx
        assert from_a["posted"] - from_a["done"] == 60
        pair.a.set(Options(tx_ring=128))
        sender.send(10)
        (from_a,) = registers(pair.a).tx
        assert from_a.used == 6
        assert from_a.flags >= {"running", "stalled"}
        queue = registers(pair.b).rx[0]
        assert queue.used == 64
        assert queue["waiting"] == 1
        held.release()
        assert_all(receiver.take(70), range(sent.start, sent.start + 70))


def test_settings_of_vectors(lone: Link) -> None:
    lone.set(Options(rx_usecs=20, rx_frames=8, tx_usecs=30, tx_frames=4))
    found = registers(lone)
    assert {(q["usecs"], q["frames"]) for q in found.rx} == {(20, 8)}
    assert {(q["usecs"], q["frames"]) for q in found.tx} == {(30, 4)}
    assert all("special" in q.flags for q in found.rx)
    assert found.device.flags >= {"sink"}


def test_ethtool_shows_them(lone: Link) -> None:
    assert ethtool(lone, "-d")


def test_a_dump_has_what_it_was_told_to(pair: Pair, tmp_path: Path) -> None:
    found = dump(pair.a, tmp_path)
    assert set(found) == {regs.PART_REGS, regs.PART_FRAMES}
    regs.decode(found[regs.PART_REGS])
    ethtool(pair.a, "-W", "2")
    assert set(dump(pair.a, tmp_path)) == {regs.PART_FRAMES}
    pair.a.down()
    pair.a.up()
    assert set(dump(pair.a, tmp_path)) == {regs.PART_FRAMES}
    for flag in ("0", "4", "7"):
        with pytest.raises(RefusedError):
            ethtool(pair.a, "-W", flag)
    assert set(dump(pair.a, tmp_path)) == {regs.PART_FRAMES}


def test_frames_by_kind_and_size(make_pair: PairMaker, tmp_path: Path) -> None:
    """Eleven broadcasts of 60 bytes, of no protocol that has a name."""
    pair = make_pair(ONE, ONE)
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        sender.send(11)
        receiver.take(11)
    for end, side in ((pair.a, "tx"), (pair.b, "rx")):
        counted = regs.frames(dump(end, tmp_path)[regs.PART_FRAMES])[side, 0]
        other_for_all = 2 * 6 + 3
        assert counted.kinds[other_for_all] == 11
        assert sum(counted.kinds) == sum(counted.sizes) == 11
        assert counted.sizes[6] == 11
        assert counted.large == counted.segments == 0
