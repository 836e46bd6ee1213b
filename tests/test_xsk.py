# SPDX-License-Identifier: GPL-2.0-or-later
"""AF_XDP as the core has it for any device: it copies."""

import errno
from contextlib import closing

import pytest

from lib import genl
from lib.bpf import to_sockets
from lib.ethtool import RefusedError, ethtool, set_channels
from lib.link import Link, Make
from lib.queues import by_priority, frames
from lib.setup import PairMaker
from lib.traffic import Receiver, Sender, assert_all, numbered
from lib.wait import wait_for
from lib.xsk import Xsk

TWO = Make(tx_queues=2, rx_queues=2)


def _shrunk(device: Link) -> bool:
    try:
        ethtool(device, "-L", "combined", "1")
    except RefusedError:
        return False
    return True


def test_a_queue_that_a_socket_uses_does_not_go(make_pair: PairMaker) -> None:
    """It goes when the socket has."""
    device = make_pair(TWO, TWO).a
    before = genl.channels(device)
    with closing(Xsk(device, 1)):
        with pytest.raises(RefusedError, match="AF_XDP"):
            ethtool(device, "-L", "combined", "1")
        with pytest.raises(OSError) as refused:
            set_channels(device, 1, 1)
        assert refused.value.errno == errno.EINVAL
        assert genl.channels(device) == before
    wait_for(lambda: _shrunk(device), "the socket to let go of its queue")
    with closing(Xsk(device, 0)):
        ethtool(device, "-L", "combined", "2")


def test_what_a_socket_sends_goes_by_its_queue(make_pair: PairMaker) -> None:
    pair = make_pair(TWO, TWO)
    before = frames(pair.a)[1]
    with Receiver(pair.b) as receiver, closing(Xsk(pair.a, 1)) as sender:
        sender.send([numbered(n, pair.a.mac) for n in range(200)])
        assert_all(receiver.take(200), range(200))
    assert frames(pair.a)[1] - before == 200


def test_a_socket_has_what_its_queue_receives(make_pair: PairMaker) -> None:
    """The stack has what the other queue does."""
    pair = make_pair(TWO, TWO)
    by_priority(pair.a, 2)
    with (
        Receiver(pair.b) as receiver,
        closing(Xsk(pair.b, 1)) as socket,
        to_sockets(pair.b, {1: socket.fd}),
        Sender(pair.a) as first,
        Sender(pair.a, priority=1) as second,
    ):
        for _ in range(5):
            sent = first.send(20)
            assert_all(receiver.take(20), sent)
            sent = second.send(20)
            assert_all(socket.receive(20), sent)
        assert not receiver.pending()


def test_a_device_goes_under_a_socket(make_pair: PairMaker) -> None:
    device = make_pair().a
    frame = numbered(0, device.mac)
    with closing(Xsk(device, 0)) as socket:
        socket.send([frame])
        device.delete()
        with pytest.raises(OSError) as gone:
            socket.send([frame])
        assert gone.value.errno in (errno.ENXIO, errno.ENETDOWN)
