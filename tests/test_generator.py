# SPDX-License-Identifier: GPL-2.0-or-later
"""The generator: what it makes, how exactly, and how it is run."""

import socket
import struct

import pytest

from lib import link, uapi
from lib.link import Link, Make, Options, Pair
from lib.setup import Namespaces, PairMaker
from lib.traffic import (
    ETH_P_ARP,
    Receiver,
    Sender,
    assert_all,
    ethernet,
    mac_bytes,
)
from lib.wait import wait_for

NSEC_PER_SEC = 10**9


def due(rate: int, nsecs: int) -> int:
    """Frames that a generator of this rate has made after this time."""
    return rate * nsecs // NSEC_PER_SEC


def expected_frame(mac: str) -> bytes:
    """Who has 10.0.0.2? Tell 10.0.0.1: RFC 826, padded to 60 bytes."""
    request = struct.pack(
        "!HHBBH6s4s6s4s",
        1,
        0x0800,
        6,
        4,
        1,
        mac_bytes(mac),
        socket.inet_aton("10.0.0.1"),
        bytes(6),
        socket.inet_aton("10.0.0.2"),
    )
    frame = ethernet(mac, "ff:ff:ff:ff:ff:ff", ETH_P_ARP, request)
    assert len(frame) == 42
    return frame + bytes(18)


def run(device: Link, rate: int) -> None:
    """Start the generator."""
    device.set(Options(gen=True, gen_rate=rate))


def wait_made(device: Link, frames: int) -> None:
    """Wait until this run has made so many frames."""
    wait_for(
        lambda: device.state().gen_frames >= frames, f"{frames} frames made"
    )


@pytest.mark.smoke
def test_every_frame_is_the_arp_request_byte_for_byte(lone: Link) -> None:
    with Receiver(lone, ETH_P_ARP) as receiver:
        run(lone, 1000)
        frames = receiver.take(20)
    assert set(frames) == {expected_frame(lone.mac)}


def test_the_frames_carry_the_mac_of_the_run(lone: Link) -> None:
    """A new address is that of the device, and of the next run's frames."""
    mac = "02:00:00:00:0a:0b"
    lone.change(link.address(mac))
    with Receiver(lone, ETH_P_ARP) as receiver:
        run(lone, 1000)
        assert set(receiver.take(5)) == {expected_frame(mac)}


@pytest.mark.smoke
@pytest.mark.parametrize("rate", [7, 1000, 33333, 1_000_000])
def test_frames_made_are_rate_times_time_exactly(
    lone: Link, rate: int
) -> None:
    """Both come from one instant; rounding down is all the difference."""
    run(lone, rate)
    wait_made(lone, 3)
    for _ in range(20):
        state = lone.state()
        assert state.gen_running
        assert state.gen_frames == due(rate, state.gen_nsecs)


def test_frames_made_keep_up_with_the_clock(lone: Link) -> None:
    """No drift: after a while still rate times time, of the same run."""
    run(lone, 5000)
    wait_made(lone, 1000)
    first = lone.state()
    wait_made(lone, first.gen_frames + 2000)
    second = lone.state()
    assert second.gen_nsecs > first.gen_nsecs
    assert second.gen_frames == due(5000, second.gen_nsecs)


@pytest.mark.smoke
def test_what_was_made_was_delivered_or_counted(lone: Link) -> None:
    run(lone, 20000)
    wait_made(lone, 500)
    lone.set(Options(gen=False))
    made = lone.state().gen_frames
    wait_for(lambda: lone.state().rx_queued == 0, "the ring to empty")
    totals = lone.xstats()
    assert totals["gen_frames"] == made
    assert made == (
        totals["rx_frames"] + totals["gen_missed"] + totals["gen_drop_nomem"]
    )
    assert totals["rx_arp"] == totals["rx_frames"]
    assert totals["rx_bytes"] == 60 * totals["rx_frames"]
    assert lone.info().stats["rx_packets"] == totals["rx_frames"]


def test_off_keeps_the_configuration_and_the_last_figures(
    lone: Link,
) -> None:
    run(lone, 2000)
    wait_made(lone, 10)
    lone.set(Options(gen=False))
    stopped = lone.info()
    assert stopped.options.gen is False
    assert stopped.options.gen_rate == 2000
    assert not stopped.state.gen_running
    assert stopped.state.gen_frames == due(2000, stopped.state.gen_nsecs)
    assert lone.state().gen_frames == stopped.state.gen_frames
    lone.set(Options(gen=True))
    assert lone.options().gen_rate == 2000
    wait_made(lone, 1)


@pytest.mark.smoke
def test_the_rate_changes_while_it_runs(lone: Link) -> None:
    """A new rate begins a new run; the totals go on."""
    run(lone, 1000)
    wait_made(lone, 50)
    lone.set(Options(gen_rate=3000))
    wait_made(lone, 50)
    state = lone.state()
    assert state.gen_running
    assert state.gen_frames == due(3000, state.gen_nsecs)
    assert lone.xstats()["gen_frames"] >= 100


@pytest.mark.parametrize(
    "again",
    [
        Options(gen=True, gen_rate=4000),
        Options(gen=True),
        Options(gen_rate=4000),
        Options(tx_ring=1024),
        Options(rx_pause=False),
    ],
    ids=str,
)
def test_what_is_set_already_restarts_nothing(
    lone: Link, again: Options
) -> None:
    run(lone, 4000)
    wait_made(lone, 10)
    before = lone.state()
    lone.set(again)
    after = lone.state()
    assert after.gen_frames >= before.gen_frames
    assert after.gen_nsecs >= before.gen_nsecs


def test_sending_back_what_was_dumped_restarts_nothing(lone: Link) -> None:
    run(lone, 4000)
    wait_made(lone, 10)
    before = lone.info()
    lone.change(link.linkinfo([before.data]))
    after = lone.info()
    assert after.options == before.options
    assert after.state.gen_frames >= before.state.gen_frames
    assert after.state.gen_nsecs >= before.state.gen_nsecs


def test_it_stops_with_the_device_and_starts_with_it(lone: Link) -> None:
    run(lone, 1000)
    wait_made(lone, 5)
    lone.down()
    info = lone.info()
    assert info.options.gen is True
    assert not info.state.gen_running
    total = info.xstats["gen_frames"]
    lone.up()
    wait_made(lone, 5)
    assert lone.state().gen_running
    assert lone.xstats()["gen_frames"] >= total + 5


def test_set_before_up_it_waits_for_the_device(ns: Namespaces) -> None:
    device = link.make_lone(
        Make(
            name="vnet0",
            ns=ns(quiet=True),
            options=Options(gen=True, gen_rate=1000),
        )
    )
    assert device.state() == link.State(0, 0, False, 0, 0)
    device.up()
    wait_made(device, 5)
    assert device.state().gen_running


def test_it_needs_no_carrier_of_the_peer(make_pair: PairMaker) -> None:
    """It is at the receiver's side of the wire: up is enough."""
    pair = make_pair(up=False)
    pair.a.up()
    run(pair.a, 1000)
    wait_made(pair.a, 5)


def test_rates_from_the_lowest_to_the_highest(lone: Link) -> None:
    for rate in (uapi.VNET_GEN_RATE_MIN, uapi.VNET_GEN_RATE_MAX):
        run(lone, rate)
        assert lone.options().gen_rate == rate
        wait_made(lone, 1)
        state = lone.state()
        assert state.gen_frames == due(rate, state.gen_nsecs)
    lone.set(Options(gen=False))


def test_a_machine_that_cannot_keep_up_misses_frames_and_counts(
    lone: Link,
) -> None:
    """At the highest rate the ring is full; the figures stay exact."""
    lone.set(Options(rx_ring=64, gen=True, gen_rate=uapi.VNET_GEN_RATE_MAX))
    wait_for(lambda: lone.xstats()["gen_missed"] > 0, "a missed frame")
    state = lone.state()
    assert state.gen_frames == due(uapi.VNET_GEN_RATE_MAX, state.gen_nsecs)
    lone.set(Options(gen=False))
    wait_for(lambda: lone.state().rx_queued == 0, "the ring to empty")
    totals = lone.xstats()
    assert totals["gen_frames"] == (
        totals["rx_frames"] + totals["gen_missed"] + totals["gen_drop_nomem"]
    )
    stats = lone.info().stats
    assert stats["rx_missed_errors"] >= totals["gen_missed"]


def test_a_peer_and_the_generator_feed_one_ring(
    make_pair: PairMaker,
) -> None:
    """The peer's frames all arrive, in order, among the generated ones."""
    one = Make(tx_queues=1, rx_queues=1)
    pair = make_pair(one, one)
    run(pair.b, 10000)
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        numbers = sender.send(500)
        assert_all(receiver.take(500), numbers)
    wait_made(pair.b, 100)
    pair.b.set(Options(gen=False))
    wait_for(lambda: pair.b.state().rx_queued == 0, "the ring to empty")
    there, here = pair.a.xstats(), pair.b.xstats()
    assert here["rx_frames"] == (
        there["tx_frames"]
        + here["gen_frames"]
        - here["gen_missed"]
        - here["gen_drop_nomem"]
    )


def test_resizing_the_ring_does_not_disturb_it(lone: Link) -> None:
    run(lone, 10000)
    for size in (64, 4096, 128, 512):
        seen = lone.state().gen_frames
        lone.set(Options(rx_ring=size))
        wait_made(lone, seen + 20)
    state = lone.state()
    assert state.gen_frames == due(10000, state.gen_nsecs)


def test_the_answer_to_the_request_goes_out(pair: Pair) -> None:
    """The frames reach the stack: the owner of 10.0.0.2 answers them."""
    with Receiver(pair.b, ETH_P_ARP) as receiver:
        pair.a.ns.ip.addr(
            "add", index=pair.a.index, address="10.0.0.2", prefixlen=24
        )
        run(pair.a, 10)
        reply = receiver.take(1)[0]
    assert reply[6:12] == mac_bytes(pair.a.mac)
    assert struct.unpack_from("!H", reply, 20)[0] == 2
    assert reply[28:32] == socket.inet_aton("10.0.0.2")
