# SPDX-License-Identifier: GPL-2.0-or-later
"""MSG_ZEROCOPY: the sender is told when it may change what it has sent."""

import random
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from lib.hold import Held
from lib.link import Make, Pair
from lib.offload import cut
from lib.setup import B4, B6, PairMaker
from lib.traffic import family_of
from lib.wait import DEADLINE, wait_for

SO_ZEROCOPY = 60
MSG_ZEROCOPY = 0x4000000
SO_EE_ORIGIN_ZEROCOPY = 5
_EXTENDED_ERROR = struct.Struct("=IBBBBII")

SIZE = 60_000
ADDRESSES = pytest.mark.parametrize("address", [B4, B6], ids=["IPv4", "IPv6"])
CROSSING = pytest.mark.parametrize("whole", [True, False], ids=["whole", "cut"])
KIND = pytest.mark.parametrize(
    "kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM], ids=["TCP", "UDP"]
)


@contextmanager
def connected(
    pair: Pair, address: str, kind: int
) -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two sockets, at a one that sends without copying, at b its peer."""
    family = family_of(address)
    with (
        pair.b.ns.socket(family, kind) as server,
        pair.a.ns.socket(family, kind) as client,
    ):
        client.setsockopt(socket.SOL_SOCKET, SO_ZEROCOPY, 1)
        server.bind((address, 0))
        if kind == socket.SOCK_DGRAM:
            client.connect(server.getsockname())
            yield client, server
            return
        server.listen(1)
        client.connect(server.getsockname())
        connection, _ = server.accept()
        with connection:
            connection.settimeout(DEADLINE)
            yield client, connection


def completed(client: socket.socket) -> int:
    """How many sends the kernel says it is done with."""
    done = 0
    client.setblocking(False)
    while True:
        try:
            _, ancillary, _, _ = client.recvmsg(1, 512, socket.MSG_ERRQUEUE)
        except BlockingIOError:
            return done
        for _, _, data in ancillary:
            number, origin, _, _, _, first, last = _EXTENDED_ERROR.unpack_from(
                data
            )
            assert (number, origin) == (0, SO_EE_ORIGIN_ZEROCOPY)
            done += last - first + 1


def take(server: socket.socket, size: int) -> bytes:
    """Receive so many bytes."""
    got = b""
    while len(got) < size:
        got += server.recv(size)
    return got


@CROSSING
@ADDRESSES
@KIND
def test_what_is_changed_after_completion_is_not_received(
    either_pair: Pair, address: str, kind: int, whole: bool
) -> None:
    """The receiver reads late, and gets what was sent."""
    if not whole:
        cut(either_pair)
    size = SIZE if kind == socket.SOCK_STREAM else 1400
    payload = random.Random(5).randbytes(size)
    buffer = bytearray(payload)
    with connected(either_pair, address, kind) as (client, server):
        assert client.send(buffer, MSG_ZEROCOPY) == size
        wait_for(lambda: completed(client), "the kernel to be done with it")
        buffer[:] = bytes(size)
        assert take(server, size) == payload


def test_what_is_in_the_ring_is_still_in_use(make_pair: PairMaker) -> None:
    """No completion before the receiver has taken the frame."""
    one = Make(tx_queues=1, rx_queues=1)
    pair = make_pair(one, one)
    payload = random.Random(6).randbytes(1400)
    with (
        connected(pair, B4, socket.SOCK_DGRAM) as (client, server),
        Held(pair.a, pair.b, B4) as held,
    ):
        client.send(payload, MSG_ZEROCOPY)
        assert pair.b.state().rx_queued == 1
        assert completed(client) == 0
        held.poll()
        wait_for(lambda: completed(client) == 1, "the sender to be told")
        assert take(server, len(payload)) == payload


def test_it_comes_back_from_a_frame_that_is_dropped(
    make_pair: PairMaker,
) -> None:
    """The device that goes down lets go of what it held."""
    one = Make(tx_queues=1, rx_queues=1)
    pair = make_pair(one, one)
    with connected(pair, B4, socket.SOCK_DGRAM) as (client, _):
        held = Held(pair.a, pair.b, B4).begin()
        client.send(bytes(1400), MSG_ZEROCOPY)
        assert completed(client) == 0
        pair.b.down()
        wait_for(lambda: completed(client) == 1, "the sender to be told")
        held.close()
