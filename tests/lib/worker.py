# SPDX-License-Identifier: GPL-2.0-or-later
"""Threads that do something again and again."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lib.wait import DEADLINE, wait_for


class Worker:
    """Does something again and again, and counts how often."""

    def __init__(self, step: Callable[[int], None]) -> None:
        self.rounds = 0
        self.error: BaseException | None = None
        self._step = step
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                self._step(self.rounds)
                self.rounds += 1
        except BaseException as error:
            self.error = error

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the present round."""
        self._stop.set()
        self._thread.join(DEADLINE)
        assert not self._thread.is_alive()


@contextmanager
def working(
    *steps: Callable[[int], None], rounds: int
) -> Iterator[list[Worker]]:
    """Have all of them work until each has done so many rounds."""
    workers = [Worker(step) for step in steps]
    for worker in workers:
        worker.start()
    try:
        yield workers
        wait_for(
            lambda: all(w.error or w.rounds >= rounds for w in workers),
            f"{rounds} rounds of each",
        )
    finally:
        for worker in workers:
            worker.stop()
    errors = [worker.error for worker in workers if worker.error]
    assert not errors, errors
