# SPDX-License-Identifier: GPL-2.0-or-later
"""The generator and its device: what is counted, answered and disturbed."""

import socket
import struct

import pytest

from lib.genrun import wait_made
from lib.link import Link, Options, Pair
from lib.setup import PairMaker
from lib.traffic import ETH_P_ARP, Receiver, mac_bytes


def run(device: Link, rate: int) -> None:
    """Start the generator."""
    device.set(Options(gen=True, gen_rate=rate))


@pytest.mark.smoke
def test_what_was_made_was_delivered_or_counted(lone: Link) -> None:
    run(lone, 20000)
    wait_made(lone, 500)
    lone.set(Options(gen=False))
    made = lone.state().gen_frames
    lone.wait_received()
    totals = lone.xstats()
    assert totals["gen_frames"] == made
    assert made == (
        totals["rx_frames"] + totals["gen_missed"] + totals["gen_drop_nomem"]
    )
    assert totals["rx_arp"] == totals["rx_frames"]
    assert totals["rx_bytes"] == 60 * totals["rx_frames"]
    assert lone.info().stats["rx_packets"] == totals["rx_frames"]


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


def test_it_needs_no_carrier_of_the_peer(make_pair: PairMaker) -> None:
    """It is at the receiver's side of the wire: up is enough."""
    pair = make_pair(up=False)
    pair.a.up()
    run(pair.a, 1000)
    wait_made(pair.a, 5)


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
