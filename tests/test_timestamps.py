# SPDX-License-Identifier: GPL-2.0-or-later
"""Time stamps: software ones, of frames that are sent and of those that come."""

import socket
import struct
import time

import pytest

from lib.ethtool import ethtool
from lib.link import Link, Pair
from lib.setup import B4
from lib.wait import DEADLINE, wait_for

SO_TIMESTAMPING = 37
RX_SOFTWARE, SOFTWARE, RX_HARDWARE, RAW_HARDWARE = 1 << 3, 1 << 4, 1 << 2, 1 << 6
PORT = 5001
_TIMES = struct.Struct("=6q")
"""Seconds and nanoseconds: by software, nothing any more, by hardware."""


Stamp = tuple[float, float]
"""By software and by hardware."""


def _stamp(receiver: socket.socket) -> Stamp:
    _, ancillary, _, _ = receiver.recvmsg(16, 256)
    times = (0, 0, 0, 0, 0, 0)
    for level, kind, payload in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPING):
            times = _TIMES.unpack_from(payload)
    return times[0] + times[1] / 1e9, times[4] + times[5] / 1e9


def stamps(pair: Pair, wanted: int, count: int) -> list[Stamp]:
    """The times that datagrams came at.

    The kernel begins to stamp some time after somebody has asked for it.
    """
    with (
        pair.b.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver,
        pair.a.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        receiver.bind((B4, PORT))
        receiver.settimeout(DEADLINE)
        receiver.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPING, wanted)

        def next_stamp() -> Stamp:
            sender.sendto(b"when?", (B4, PORT))
            return _stamp(receiver)

        if wanted & RX_SOFTWARE:
            wait_for(lambda: next_stamp()[0] > 0, "a stamp")
        return [next_stamp() for _ in range(count)]


def test_ethtool_tells_which_there_are(lone: Link) -> None:
    shown = ethtool(lone, "-T")
    for name in (
        "software-transmit",
        "software-receive",
        "software-system-clock",
    ):
        assert name in shown
    assert "hardware-transmit" not in shown
    assert "hardware-receive" not in shown


@pytest.mark.smoke
def test_what_comes_is_stamped_in_order(pair: Pair) -> None:
    """Between when it was sent and when it was read, and one after the other."""
    before = time.time()
    software = [stamp for stamp, _ in stamps(pair, RX_SOFTWARE | SOFTWARE, 5)]
    assert before < software[0]
    assert software == sorted(set(software))
    assert software[-1] < time.time()


def test_nothing_is_stamped_that_nobody_asked_for(pair: Pair) -> None:
    assert stamps(pair, SOFTWARE, 1) == [(0.0, 0.0)]


def test_there_is_no_hardware_that_stamps(pair: Pair) -> None:
    """Who asks for both gets the one that there is."""
    wanted = RX_SOFTWARE | SOFTWARE | RX_HARDWARE | RAW_HARDWARE
    (software, hardware) = stamps(pair, wanted, 1)[0]
    assert software > 0
    assert hardware == 0
