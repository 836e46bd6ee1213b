# SPDX-License-Identifier: GPL-2.0-or-later
"""NAPI threads, given to a device and taken away whatever it is doing."""

import errno
from dataclasses import replace

import pytest

from lib import ethtool
from lib.gen import Gen
from lib.genrun import UNPACED, wait_made
from lib.link import Link, Make, Options, Pair
from lib.napi import refusal, set_threaded, threads, toggled
from lib.netdev import can_set
from lib.setup import PairMaker
from lib.traffic import Receiver, Sender, assert_all
from lib.wait import wait_for

SHAPE = Make(tx_queues=2, rx_queues=2)


def assert_threads(device: Link, count: int) -> None:
    """So many threads. Older kernels keep them when they are to do nothing."""
    if count or can_set(device.ns):
        wait_for(
            lambda: len(threads(device.name)) == count, f"{count} threads"
        )


def assert_delivers(pair: Pair) -> None:
    """Both queues deliver all that is sent."""
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        numbers = sender.send(100)
        assert_all(receiver.take(100), numbers)


@pytest.fixture
def pair(make_pair: PairMaker) -> Pair:
    """Two queues each way; the receiver has a name that tells its threads."""
    return make_pair(SHAPE, replace(SHAPE, name="threads"))


@pytest.mark.smoke
def test_of_a_device_that_is_down(pair: Pair) -> None:
    """It has them when it is up; or is refused them, where it keeps what it had.

    Kernels that know what is set of each NAPI are told of none while it is down.
    """
    refused = errno.EOPNOTSUPP if can_set(pair.b.ns) else 0
    pair.b.down()
    assert [refusal(pair.b, on) for on in (True, False, True)] == [refused] * 3
    pair.b.up()
    pair.b.wait_carrier()
    assert_threads(pair.b, 0 if refused else 2)
    assert_delivers(pair)
    set_threaded(pair.b, True)
    pair.b.down()
    assert [refusal(pair.b, on) for on in (False, True, False)] == [refused] * 3
    pair.b.up()
    pair.b.wait_carrier()
    assert_threads(pair.b, 2 if refused else 0)
    assert_delivers(pair)


@pytest.mark.smoke
def test_with_queues_that_are_not_in_use(pair: Pair) -> None:
    ethtool.set_channels(pair.b, 1, 1)
    set_threaded(pair.b, True, False, True)
    assert_delivers(pair)
    ethtool.set_channels(pair.b, 2, 2)
    assert_threads(pair.b, 2)
    assert_delivers(pair)
    ethtool.set_channels(pair.b, 1, 1)
    set_threaded(pair.b, False)
    ethtool.set_channels(pair.b, 2, 2)
    assert_threads(pair.b, 0)
    assert_delivers(pair)


def test_under_traffic(pair: Pair) -> None:
    """No frame is lost, or late, or twice there."""
    with (
        Receiver(pair.b) as receiver,
        Sender(pair.a) as sender,
        toggled(pair.b),
    ):
        for _ in range(10):
            numbers = sender.send(200)
            assert_all(receiver.take(200), numbers)


def test_while_rings_and_queues_change(pair: Pair) -> None:
    """A NAPI that is disabled for a while is not waited for without end."""
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        with toggled(pair.b):
            for ring, queues in ((64, 1), (512, 2)) * 5:
                pair.b.set(Options(rx_ring=ring))
                ethtool.set_channels(pair.b, queues, queues)
                pair.b.generate(Gen(enable=True, rate=1000, count=1))
                pair.b.generate(Gen(enable=False))
                numbers = sender.send(20)
                assert_all(receiver.take(20), numbers)


def test_under_a_flood_that_does_not_end(pair: Pair) -> None:
    """A thread that always finds more to poll ends nevertheless."""
    pair.b.generate(Gen(enable=True, rate=UNPACED))
    for on in (True, False, True, False):
        wait_made(pair.b, pair.b.state().gen_frames + 1000)
        set_threaded(pair.b, on)
    assert_threads(pair.b, 0)
    wait_made(pair.b, pair.b.state().gen_frames + 1000)
    pair.b.generate(Gen(enable=False))
