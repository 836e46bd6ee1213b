# SPDX-License-Identifier: GPL-2.0-or-later
"""Statistics in their standard places: what a MAC counts, and netdev-genl."""

import socket
from collections.abc import Callable

import pytest

from lib import qstats
from lib.ethtool import ethtool, groups, pause_stats, private_stats
from lib.hold import Held
from lib.link import Link, Make, Options, Pair
from lib.offload import cut
from lib.qstats import Side
from lib.queues import by_destination
from lib.setup import B4, PairMaker
from lib.traffic import (
    BROADCAST,
    ETH_P_TEST,
    Sender,
    ethernet,
    numbered,
)
from lib.wait import wait_equal

FCS = 4
SOL_UDP = 17
UDP_SEGMENT = 103
HEADERS = 14 + 20 + 8
ETH_P_MAC_CTRL = 0x8808
PAUSE_GROUP = "01:80:c2:00:00:01"
MULTICAST = "01:00:5e:00:00:09"
LARGE = 9000

EDGES = (64, 127, 255, 511, 1023, 1518, 2047, 4095, 8191)
"""The longest frame of each bucket of the histograms, with its FCS."""


@pytest.fixture
def large_pair(make_pair: PairMaker) -> Pair:
    """A pair that takes large frames."""
    return make_pair(Make(mtu=LARGE), Make(mtu=LARGE))


@pytest.fixture
def qstat_pair(make_pair: PairMaker) -> Pair:
    """A pair with four queues, where the kernel has statistics of queues."""
    pair = make_pair(Make(tx_queues=4, rx_queues=4), Make(tx_queues=4, rx_queues=4))
    if qstats.of_device(pair.a) is None:
        pytest.skip("this kernel has no statistics of queues in netdev-genl")
    pair.b.promiscuous(True)
    return pair


def device_qstats(link: Link) -> dict[str, int]:
    """The qstats of a device that has some."""
    found = qstats.of_device(link)
    assert found is not None
    return found


def histogram(link: Link, side: str) -> dict[int, int]:
    """Frames in each bucket that has any, by the longest frame of the bucket."""
    buckets = groups(link)["rmon"][f"{side}-pktsNtoM"]
    return {bucket["high"]: bucket["val"] for bucket in buckets if bucket["val"]}


def wait_received(pair: Pair, frames: int) -> None:
    """Wait until b has taken so many frames."""
    wait_equal(lambda: pair.b.xstats()["rx_frames"], frames, "all frames")


def test_the_buckets_of_the_histograms_leave_no_gap(lone: Link) -> None:
    for side in ("rx", "tx"):
        buckets = groups(lone)["rmon"][f"{side}-pktsNtoM"]
        assert [bucket["high"] for bucket in buckets[:-1]] == list(EDGES)
        assert buckets[0]["low"] == 64
        for bucket, following in zip(buckets, buckets[1:], strict=False):
            assert following["low"] == bucket["high"] + 1


@pytest.mark.smoke
def test_each_frame_is_in_the_bucket_of_its_length(large_pair: Pair) -> None:
    """On either side of each edge, FCS included; what is short is padded."""
    sizes = [22] + [size for edge in EDGES for size in (edge - FCS, edge - FCS + 1)]
    with Sender(large_pair.a) as sender:
        for size in sizes:
            sender.send(1, size)
    wait_received(large_pair, len(sizes))
    expected = {64: 2, **dict.fromkeys(EDGES[1:], 2), 65535: 1}
    assert histogram(large_pair.a, "tx") == expected
    assert histogram(large_pair.b, "rx") == expected
    assert histogram(large_pair.a, "rx") == histogram(large_pair.b, "tx") == {}


@pytest.mark.parametrize("whole", [True, False], ids=["whole", "cut"])
def test_a_frame_that_is_many_is_counted_as_a_wire_carries_it(
    pair: Pair, whole: bool
) -> None:
    """Nine datagrams of 1000 bytes and one of 100, handed over at once."""
    if not whole:
        cut(pair)
    with pair.a.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.setsockopt(SOL_UDP, UDP_SEGMENT, 1000)
        client.connect((B4, 9))
        # resolve the neighbour, so that nothing waits for it
        pair.a.ns.run(["ping", "-c", "1", B4])
        before = [(histogram(pair.a, "tx"), histogram(pair.b, "rx"))]
        taken = pair.b.xstats()["rx_frames"]
        client.send(bytes(9100))
        wait_received(pair, taken + 10)
    for then, now in zip(
        before[0], (histogram(pair.a, "tx"), histogram(pair.b, "rx")), strict=True
    ):
        grown = {high: now[high] - then.get(high, 0) for high in now}
        assert grown[1518] == 9
        assert grown[255] == 1
        assert HEADERS + 1000 + FCS <= 1518 and HEADERS + 100 + FCS > 127


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("destination", "cast"),
    [(BROADCAST, "Broadcast"), (MULTICAST, "Multicast"), (None, None)],
    ids=["broadcast", "multicast", "unicast"],
)
def test_the_mac_counts_frames_octets_and_for_whom_they_are(
    pair: Pair, destination: str | None, cast: str | None
) -> None:
    pair.b.promiscuous(True)
    with Sender(pair.a, destination or pair.b.mac) as sender:
        sender.send(5, 100)
    wait_received(pair, 5)
    there, here = groups(pair.a)["eth-mac"], groups(pair.b)["eth-mac"]
    assert there["FramesTransmittedOK"] == here["FramesReceivedOK"] == 5
    assert there["OctetsTransmittedOK"] == 5 * (100 + FCS)
    assert here["OctetsReceivedOK"] == 5 * (100 + FCS)
    for other in ("Broadcast", "Multicast"):
        own = 5 if other == cast else 0
        assert there[f"{other}FramesXmittedOK"] == own
        assert here[f"{other}FramesReceivedOK"] == own
        assert there[f"{other}FramesReceivedOK"] == 0


def test_frames_that_are_too_long_are_counted_by_the_mac(pair: Pair) -> None:
    pair.a.set_mtu(LARGE)
    with Sender(pair.a) as sender:
        sender.send(3, 4000)
        wait_equal(lambda: pair.b.xstats()["rx_drop_length"], 3, "three drops")
    assert groups(pair.b)["eth-mac"]["FrameTooLongErrors"] == 3
    assert groups(pair.b)["rmon"]["etherStatsOversizePkts"] == 3


def test_control_frames_that_somebody_makes_are_counted(pair: Pair) -> None:
    """Pause is opcode 1; what else there may be, nobody supports.

    They are for the MAC: no list has their address.
    """
    with Sender(pair.a) as sender:
        for opcode in (1, 1, 1, 2):
            payload = opcode.to_bytes(2, "big") + bytes(44)
            sender.send_frame(
                ethernet(pair.a.mac, PAUSE_GROUP, ETH_P_MAC_CTRL, payload)
            )
    wait_received(pair, 4)
    assert groups(pair.a)["eth-ctrl"]["MACControlFramesTransmitted"] == 4
    received = groups(pair.b)["eth-ctrl"]
    assert received["MACControlFramesReceived"] == 4
    assert received["UnsupportedOpcodesReceived"] == 1
    assert pause_stats(pair.a) == {"tx_pause_frames": 3, "rx_pause_frames": 0}
    assert pause_stats(pair.b) == {"tx_pause_frames": 0, "rx_pause_frames": 3}
    assert pair.b.xstats()["rx_other"] == 4


@pytest.mark.smoke
def test_a_full_ring_is_a_pause(make_pair: PairMaker) -> None:
    """The receiver pauses its sender once, for as long as the ring is full."""
    one = Make(tx_queues=1, rx_queues=1)
    pair = make_pair(one, Make(tx_queues=1, rx_queues=1, options=Options(rx_ring=64)))
    nothing = {"tx_pause_frames": 0, "rx_pause_frames": 0}
    with (
        Sender(pair.a).roomy() as sender,
        Held(pair.a, pair.b, B4) as held,
    ):
        sender.send(64)
        assert pause_stats(pair.a) == pause_stats(pair.b) == nothing
        sender.send(36)
        assert pause_stats(pair.b) == {**nothing, "tx_pause_frames": 1}
        assert pause_stats(pair.a) == {**nothing, "rx_pause_frames": 1}
        held.poll()
        assert pause_stats(pair.b)["tx_pause_frames"] == 1


def test_without_flow_control_nobody_is_paused(make_pair: PairMaker) -> None:
    one = Make(tx_queues=1, rx_queues=1)
    lossy = Options(rx_ring=64, rx_pause=False, tx_pause=False)
    pair = make_pair(one, Make(tx_queues=1, rx_queues=1, options=lossy))
    with Sender(pair.a).roomy() as sender, Held(pair.a, pair.b, B4):
        sender.send(100)
        wait_equal(lambda: pair.b.xstats()["rx_missed"], 36, "what does not fit")
        assert pause_stats(pair.b)["tx_pause_frames"] == 0


@pytest.mark.smoke
def test_each_queue_tells_what_it_has_counted(qstat_pair: Pair) -> None:
    pair = qstat_pair
    macs = {f"02:00:00:00:00:0{queue}": queue for queue in range(4)}
    by_destination(pair.a, macs)
    with Sender(pair.a) as sender:
        for mac, queue in macs.items():
            for number in range(queue + 1):
                sender.send_frame(
                    numbered(number, pair.a.mac, mac, 60, ETH_P_TEST)
                )
    wait_received(pair, 10)
    sent, received = qstats.of_queues(pair.a), qstats.of_queues(pair.b)
    for queue in range(4):
        assert sent[Side.TX, queue]["tx_packets"] == queue + 1
        assert sent[Side.TX, queue]["tx_bytes"] == 60 * (queue + 1)
        assert received[Side.RX, queue]["rx_packets"] == queue + 1
        assert received[Side.RX, queue]["rx_bytes"] == 60 * (queue + 1)


@pytest.mark.smoke
def test_a_device_tells_the_sum_of_all_queues_in_use_or_not(
    qstat_pair: Pair,
) -> None:
    pair = qstat_pair
    macs = {f"02:00:00:00:00:0{queue}": queue for queue in range(4)}
    by_destination(pair.a, macs)
    with Sender(pair.a) as sender:
        for mac in macs:
            sender.send_frame(numbered(0, pair.a.mac, mac, 60, ETH_P_TEST))
    wait_received(pair, 4)

    def told() -> None:
        for end, side in ((pair.a, "tx"), (pair.b, "rx")):
            found, info = device_qstats(end), end.info()
            assert found[f"{side}_packets"] == info.stats[f"{side}_packets"] == 4
            assert found[f"{side}_bytes"] == info.stats[f"{side}_bytes"] == 240

    told()
    for end in pair:
        ethtool(end, "-L", "combined", "1")
    assert set(qstats.of_queues(pair.a)) == {(Side.RX, 0), (Side.TX, 0)}
    told()
    for end in pair:
        end.down()
    told()


def test_drops_are_told_as_what_they_are(make_pair: PairMaker) -> None:
    """Of three frames that are lost, two found no room and one is too long."""
    one = Make(tx_queues=1, rx_queues=1)
    lossy = Options(rx_ring=64, rx_pause=False, tx_pause=False)
    pair = make_pair(one, Make(tx_queues=1, rx_queues=1, options=lossy))
    if qstats.of_device(pair.a) is None:
        pytest.skip("this kernel has no statistics of queues in netdev-genl")
    pair.a.set_mtu(LARGE)
    with Sender(pair.a).roomy() as sender, Held(pair.a, pair.b, B4):
        sender.send(1, 4000)
        sender.send(65)
        wait_equal(lambda: pair.b.xstats()["rx_missed"], 2, "what does not fit")
    wait_equal(lambda: pair.b.xstats()["rx_drop_length"], 1, "the long one")
    found = qstats.of_queues(pair.b)[Side.RX, 0]
    assert found["rx_hw_drop_overruns"] == 2
    assert found["rx_hw_drops"] == 3
    assert found["rx_alloc_fail"] == 0


def test_a_full_ring_stops_the_queue_and_wakes_it(make_pair: PairMaker) -> None:
    small = Make(tx_queues=1, rx_queues=1, options=Options(tx_ring=64, rx_ring=64))
    pair = make_pair(small, small)
    if qstats.of_device(pair.a) is None:
        pytest.skip("this kernel has no statistics of queues in netdev-genl")
    with Sender(pair.a).roomy() as sender, Held(pair.a, pair.b, B4) as held:
        sender.send(200)
        found = qstats.of_queues(pair.a)[Side.TX, 0]
        assert (found["tx_stop"], found["tx_wake"]) == (1, 0)
        held.poll()
        wait_equal(lambda: pair.a.state().tx_queued, 0, "the TX ring to empty")
    found = qstats.of_queues(pair.a)[Side.TX, 0]
    assert found["tx_wake"] == found["tx_stop"] >= 1


@pytest.mark.parametrize("whole", [True, False], ids=["whole", "cut"])
def test_offloads_are_told(qstat_pair: Pair, whole: bool) -> None:
    """What a card cuts, and what it hands over merged."""
    pair = qstat_pair
    if not whole:
        cut(pair)
    pair.a.ns.run(["ping", "-c", "1", B4])
    taken = pair.b.xstats()["rx_frames"]
    with pair.a.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.setsockopt(SOL_UDP, UDP_SEGMENT, 1000)
        client.sendto(bytes(9100), (B4, 9))
        wait_received(pair, taken + 10)
    sent, received = device_qstats(pair.a), device_qstats(pair.b)
    assert sent["tx_hw_gso_packets"] == 1
    assert sent["tx_hw_gso_wire_packets"] == 10
    assert received["rx_hw_gro_packets"] == (1 if whole else 0)
    assert received["rx_hw_gro_wire_packets"] == (10 if whole else 0)


@pytest.mark.parametrize("name", ["frames", "bytes", "stops", "missed"])
def test_ethtool_repeats_nothing_that_has_a_standard_place(
    qstat_pair: Pair, name: str
) -> None:
    for found in private_stats(qstat_pair.a):
        assert found.partition("_")[2] != name


def test_counters_of_the_mac_survive_down_and_up(pair: Pair) -> None:
    pair.b.promiscuous(True)
    with Sender(pair.a, MULTICAST) as sender:
        sender.send(4, 300)
    wait_received(pair, 4)

    def told() -> tuple[object, ...]:
        return tuple(groups(end) for end in pair)

    before = told()
    looks: list[Callable[[], None]] = [pair.a.down, pair.b.down]
    for look in looks:
        look()
        assert told() == before
    pair.up()
    assert told() == before
