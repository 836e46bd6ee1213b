# SPDX-License-Identifier: GPL-2.0-or-later
"""Order: what is handed to the stack leaves as it came, whichever its way.

Frames that can merge go through GRO, those that cannot go past it.
"""

import itertools
import socket

from lib.hold import Held
from lib.link import Make
from lib.setup import B4, PairMaker
from lib.wait import DEADLINE

SOL_UDP = 17
UDP_SEGMENT = 103
PORT = 6001
SIZE = 100
ONE = Make(tx_queues=1, rx_queues=1)


def test_segmented_and_single_frames_keep_their_order(
    make_pair: PairMaker,
) -> None:
    """GRO collects single datagrams to hand them on in a list."""
    pair = make_pair(ONE, ONE)
    bursts = [1, 4, 1, 1, 3, 1] * 6
    number = itertools.count()
    with (
        pair.a.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as outbox,
        pair.b.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as inbox,
        Held(pair.a, pair.b, B4) as held,
    ):
        inbox.bind((B4, PORT))
        inbox.settimeout(DEADLINE)
        outbox.connect((B4, PORT))
        for burst in bursts:
            outbox.setsockopt(SOL_UDP, UDP_SEGMENT, SIZE if burst > 1 else 0)
            outbox.send(
                b"".join(next(number).to_bytes(SIZE) for _ in range(burst))
            )
        assert pair.b.state().rx_queued == len(bursts)
        held.release()
        found = [int.from_bytes(inbox.recv(SIZE)) for _ in range(sum(bursts))]
    assert found == list(range(sum(bursts)))
