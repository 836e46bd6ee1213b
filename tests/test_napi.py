# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the RX work runs is the administrator's choice."""

import socket

import pytest

from lib import napi
from lib.hold import SO_INCOMING_NAPI_ID, Held
from lib.link import Make, Pair
from lib.setup import B4, PairMaker
from lib.traffic import Receiver, Sender, assert_all
from lib.wait import wait_for

ONE = Make(tx_queues=1, rx_queues=1)


def test_in_threads_of_its_own(make_pair: PairMaker) -> None:
    """Switched on and off between frames; nothing is lost."""
    shape = Make(tx_queues=2, rx_queues=2)
    pair = make_pair(shape, Make(name="threads", tx_queues=2, rx_queues=2))
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        for on in (True, False, True, False):
            sender.send(100)
            napi.set_threaded(pair.b, on)
            numbers = sender.send(100)
            assert len(numbers) == 100
        assert_all(receiver.take(800), range(800))
        napi.set_threaded(pair.b, True)
    wait_for(
        lambda: len(napi.threads("threads")) == 2, "a thread for each queue"
    )
    pair.b.down()
    pair.up()
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        numbers = sender.send(100)
        assert_all(receiver.take(100), numbers)


@pytest.mark.parametrize("gro", ["on", "off"])
def test_frames_carry_the_id_of_their_napi(pair: Pair, gro: str) -> None:
    """A socket can tell which NAPI to busy poll, with GRO and without."""
    pair.b.ns.run(["ethtool", "-K", "vnet1", "gro", gro])
    with (
        pair.b.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as server,
        pair.a.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as client,
    ):
        server.bind((B4, 7))
        client.sendto(b"who polls me?", (B4, 7))
        server.recv(100)
        assert server.getsockopt(socket.SOL_SOCKET, SO_INCOMING_NAPI_ID) > 0


def test_by_a_socket_that_busy_polls(make_pair: PairMaker) -> None:
    """Interrupts postponed for hours: the socket fetches what waits."""
    pair = make_pair(ONE, ONE)
    with (
        Receiver(pair.b) as receiver,
        Sender(pair.a) as sender,
        Held(pair.a, pair.b, B4) as held,
    ):
        for i in range(3):
            numbers = sender.send(20)
            assert pair.b.state().rx_queued == 20, f"round {i}"
            held.poll()
            assert_all(receiver.take(20), numbers)


def test_interrupts_can_be_postponed_and_come(make_pair: PairMaker) -> None:
    """A short gro_flush_timeout delays the poll, and loses none."""
    pair = make_pair(ONE, ONE)
    device = pair.b.ns.sys / "class/net/vnet1"
    (device / "napi_defer_hard_irqs").write_text("2")
    (device / "gro_flush_timeout").write_text("200000")
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        numbers = sender.send(500)
        assert_all(receiver.take(500), numbers)
