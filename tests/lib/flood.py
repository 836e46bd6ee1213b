# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames without end, over devices that may vanish."""

import threading
from contextlib import suppress

from lib.link import Link
from lib.traffic import Sender
from lib.wait import DEADLINE, wait_for


class Flood:
    """Sends on devices, each from a thread of its own, until it is left."""

    def __init__(self, *devices: Link) -> None:
        self._stop = threading.Event()
        self._senders = [Sender(device) for device in devices]
        self._threads = [
            threading.Thread(target=self._run, args=(sender,), daemon=True)
            for sender in self._senders
        ]
        for thread in self._threads:
            thread.start()
        wait_for(
            lambda: all(sender.sent >= 20 for sender in self._senders),
            "the flood to begin",
        )

    def _run(self, sender: Sender) -> None:
        while not self._stop.is_set():
            with suppress(OSError):  # the device is down, or gone
                sender.send(1)

    def __enter__(self) -> "Flood":
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(DEADLINE)
            assert not thread.is_alive()
        for sender in self._senders:
            sender.close()
