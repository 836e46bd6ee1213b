# SPDX-License-Identifier: GPL-2.0-or-later
"""UDP datagrams handed over many at a time: UDP_SEGMENT and UDP_GRO."""

import random
import socket
import struct

import pytest

from lib.ethtool import feature
from lib.link import Pair
from lib.offload import cut
from lib.setup import B4, B6
from lib.traffic import family_of
from lib.wait import DEADLINE

SOL_UDP = 17
UDP_SEGMENT = 103
UDP_GRO = 104
SIZE = 1200
SIZES = [SIZE] * 20 + [700]

ADDRESSES = pytest.mark.parametrize("address", [B4, B6], ids=["IPv4", "IPv6"])
CROSSING = pytest.mark.parametrize("whole", [True, False], ids=["whole", "cut"])


def receive(
    server: socket.socket, length: int
) -> tuple[list[bytes], list[int | None]]:
    """Take so many bytes: the messages, and the size of datagrams in each."""
    server.settimeout(DEADLINE)
    messages, sizes = [], []
    while length > 0:
        message, ancillary, _, _ = server.recvmsg(1 << 16, 64)
        size = None
        for level, kind, value in ancillary:
            if (level, kind) == (SOL_UDP, UDP_GRO):
                size = struct.unpack("=i", value)[0]
        messages.append(message)
        sizes.append(size)
        length -= len(message)
    return messages, sizes


@CROSSING
@ADDRESSES
@pytest.mark.parametrize("gro", [True, False], ids=["UDP_GRO", "plain"])
def test_datagrams_arrive_as_they_were_cut(
    either_pair: Pair, address: str, whole: bool, gro: bool
) -> None:
    """Who asks for them merged gets fewer messages, with the size told.

    What has crossed whole is one message without any GRO.
    """
    feature(either_pair.b, "gro", not whole)
    if not whole:
        cut(either_pair)
    payload = random.Random(2).randbytes(sum(SIZES))
    family = family_of(address)
    with (
        either_pair.b.ns.socket(family, socket.SOCK_DGRAM) as server,
        either_pair.a.ns.socket(family, socket.SOCK_DGRAM) as client,
    ):
        server.bind((address, 0))
        if gro:
            server.setsockopt(SOL_UDP, UDP_GRO, 1)
        client.connect(server.getsockname())
        # the neighbour is known from here on: nothing waits for it
        client.send(b"first")
        assert server.recv(100) == b"first"
        client.setsockopt(SOL_UDP, UDP_SEGMENT, SIZE)
        client.send(payload)
        messages, sizes = receive(server, len(payload))
    assert b"".join(messages) == payload
    if gro:
        assert sizes[0] == SIZE
        assert len(messages) == 1 if whole else len(messages) < len(SIZES)
    else:
        assert [len(message) for message in messages] == SIZES
