# SPDX-License-Identifier: GPL-2.0-or-later
"""ethtool -t: what the device finds out about itself."""

import re

import pytest

from lib.bpf import XDP_DROP, generic_xdp
from lib.counters import note_loop
from lib.ethtool import RefusedError, ethtool, feature
from lib.hold import Held
from lib.kmsg import KernelLog
from lib.link import Link, Make, Options, Pair
from lib.setup import B4, PairMaker
from lib.traffic import Receiver, Sender, assert_all

LOOP = "Frames in loopback (offline)"
ONLINE = {
    "Ring indices (online)",
    "Wires that wait (online)",
    "Carrier (online)",
}
FRAMES = 32
"""Sent to each ring."""


def run(link: Link, how: str) -> dict[str, int]:
    """``ethtool -t DEVICE HOW``: what each test found, 0 where nothing."""
    note_loop(link)
    try:
        printed = ethtool(link, "-t", how)
    except RefusedError as failed:  # it did, and says so by its exit status
        printed = str(failed)
    found = re.findall(r"^\s*(\S.*\))\s+(\d+)$", printed, re.MULTILINE)
    assert ("PASS" in printed) == (not any(int(v) for _, v in found))
    return {name: int(value) for name, value in found}


def assert_passes(link: Link, how: str) -> None:
    """All tests pass."""
    assert run(link, how) == dict.fromkeys([LOOP, *ONLINE], 0)


@pytest.mark.smoke
@pytest.mark.parametrize("how", ["online", "offline"])
def test_a_device_is_well(pair: Pair, how: str) -> None:
    """And is as before: frames cross."""
    assert_passes(pair.a, how)
    pair.a.wait_carrier()
    pair.b.wait_carrier()
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        sent = sender.send(10)
        assert_all(receiver.take(10), sent)


def test_frames_go_through_every_ring(make_pair: PairMaker) -> None:
    """Whichever of both there are more of, and nothing gets to the peer."""
    for tx, rx in ((3, 8), (5, 2)):
        device = Make(tx_queues=tx, rx_queues=rx)
        pair = make_pair(device)
        assert_passes(pair.a, "offline")
        totals = pair.a.xstats()
        rounds = max(-(-rx // tx), 1)
        assert totals["tx_frames"] == rounds * tx * FRAMES
        assert totals["rx_frames"] == totals["tx_frames"]
        assert pair.b.xstats()["rx_frames"] == 0


@pytest.mark.parametrize(
    "options",
    [
        Options(rx_usecs=50_000, rx_frames=4096),
        Options(rx_pause=False, tx_pause=False),
        Options(tx_ring=64, rx_ring=64),
    ],
    ids=["moderated", "lossy", "smallest"],
)
def test_whatever_is_set(pair: Pair, options: Options) -> None:
    pair.a.set(options)
    assert_passes(pair.a, "offline")
    assert pair.a.info().options.rx_pause == (options.rx_pause is not False)


@pytest.mark.parametrize("name", ["receive-hashing", "rx-fcs", "loopback"])
def test_whatever_is_switched_on(pair: Pair, name: str) -> None:
    note_loop(pair.a)
    feature(pair.a, name, True)
    assert_passes(pair.a, "offline")
    assert_passes(pair.a, "online")


def test_a_device_alone_is_well(lone: Link) -> None:
    assert_passes(lone, "offline")
    with Sender(lone) as sender:
        sender.send(5)
    assert lone.xstats()["tx_sunk"] == 5


def test_a_device_that_is_down_has_no_rings(lone: Link) -> None:
    lone.down()
    found = run(lone, "offline")
    assert found.pop(LOOP) == 100  # ENETDOWN
    assert set(found.values()) == {0}


def test_frames_that_do_not_come_are_missed(
    pair: Pair, kernel_log: KernelLog
) -> None:
    """An XDP program drops them all; the reason is in the log, if asked for."""
    ethtool(pair.a, "-s", "msglvl", "drv", "on")
    with generic_xdp(pair.a, XDP_DROP):
        found = run(pair.a, "offline")
    assert found.pop(LOOP) == 110  # ETIMEDOUT
    assert set(found.values()) == {0}
    records = [record.text for record in kernel_log.read()]
    assert any(f"self-test: {LOOP}" in text for text in records)
    assert_passes(pair.a, "offline")


def test_rings_that_are_full_are_well(small_pair: Pair) -> None:
    """A wire waits, and it is the one that is said to."""
    with (
        Held(small_pair.a, small_pair.b, B4) as held,
        Receiver(small_pair.b) as receiver,
        Sender(small_pair.a) as sender,
    ):
        sent = sender.send(100)
        for end in small_pair:
            assert_passes(end, "online")
        held.release()
        assert_all(receiver.take(100), sent)
