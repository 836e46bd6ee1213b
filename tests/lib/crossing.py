# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames that cross a pair, either way, all of them."""

from lib.link import Pair
from lib.traffic import Receiver, Sender, assert_all


class Crossing:
    """Sends frames either way, over sockets that stay open."""

    def __init__(self, pair: Pair) -> None:
        self._ways = [
            (Sender(near), Receiver(far))
            for near, far in ((pair.a, pair.b), (pair.b, pair.a))
        ]

    def close(self) -> None:
        """Close the sockets."""
        for sender, receiver in self._ways:
            sender.close()
            receiver.close()

    def __call__(self) -> None:
        """All cross."""
        for sender, receiver in self._ways:
            numbers = sender.send(2)
            assert_all(receiver.take(2), numbers)


def crosses(pair: Pair) -> None:
    """Frames cross, either way."""
    crossing = Crossing(pair)
    crossing()
    crossing.close()
