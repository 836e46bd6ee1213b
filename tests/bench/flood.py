# SPDX-License-Identifier: GPL-2.0-or-later
"""A flood of small datagrams from one CPU to a socket on another."""

import mmap
import os
import signal
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from lib.traffic import SO_RCVBUFFORCE

from bench import task
from bench.command import wait
from bench.device import FAR4, Pair
from bench.sender import Batch, Receiver

CPUS = (0, 1)
"""The sender's and the receiver's."""

PORT = 5002
BUFFER = 32 << 20
BATCH = 64
_STATE = struct.Struct("=QQ")


class Sink:
    """A child that reads a socket, and says how much and when."""

    def __init__(self, pair: Pair, cpu: int) -> None:
        self._shared = mmap.mmap(-1, mmap.PAGESIZE)
        opened = pair.far.ns.socket(socket.AF_INET, socket.SOCK_DGRAM)
        opened.settimeout(None)
        opened.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER)
        opened.bind((FAR4, PORT))
        self._child = os.fork()
        if not self._child:
            try:
                os.sched_setaffinity(0, {cpu})
                self._read(Receiver(opened, BATCH))
            finally:
                os._exit(1)
        opened.close()

    def _read(self, receiver: Receiver) -> None:
        total = 0
        while True:
            total += receiver.receive()
            now = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
            _STATE.pack_into(self._shared, 0, total, now)

    def state(self) -> tuple[int, int]:
        """Datagrams read so far, and when the last one was."""
        total, last = _STATE.unpack_from(self._shared, 0)
        return total, last

    def close(self) -> None:
        """End the child."""
        os.kill(self._child, signal.SIGKILL)
        os.waitpid(self._child, 0)
        self._shared.close()


@contextmanager
def sink(pair: Pair) -> Iterator[Sink]:
    """Have a child read at the far end for a while."""
    made = Sink(pair, CPUS[1])
    try:
        yield made
    finally:
        made.close()


def _snmp(pair: Pair, group: str, name: str) -> int:
    """One of the protocol counters at the far end."""
    with pair.far.ns.entered(), open(
        "/proc/thread-self/net/snmp", encoding="ascii"
    ) as file:
        lines = [ln.split() for ln in file if ln.startswith(f"{group}: ")]
    return int(lines[1][lines[0].index(name)])


def _settled(read: Callable[[], object]) -> object:
    """A value, once it is the same as a while ago."""
    last = [object()]

    def same() -> bool:
        time.sleep(0.3)
        before, last[0] = last[0], read()
        return before == last[0]

    wait(same, "the flood to be over")
    return last[0]


@dataclass(frozen=True)
class Flood:
    """What became of a flood."""

    sent: int
    queue_dropped: int
    arrived: int
    read: int
    nanoseconds: int

    @property
    def lost(self) -> float:
        """Of the frames that the driver was given, the percentage that the
        receiving stack did not get."""
        given = self.sent - self.queue_dropped
        return 100 * (given - self.arrived) / given

    @property
    def goodput(self) -> float:
        """Datagrams read in a second."""
        return self.read * 1e9 / self.nanoseconds


def flood(pair: Pair, reader: Sink, count: int, size: int) -> Flood:
    """Send so many datagrams as fast as it goes; wait for what comes out."""
    calls = count // BATCH
    queue_before = pair.near.qdisc_drops()
    arrived_before = _snmp(pair, "Ip", "InReceives")
    read_before, _ = reader.state()
    with task.on_cpu(CPUS[0]), Batch(
        pair.near.ns, (FAR4, PORT), size=size, count=BATCH
    ) as batch:
        start = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
        for _ in range(calls):
            batch.send()
        _settled(lambda: (_snmp(pair, "Ip", "InReceives"), reader.state()))
    read, last = reader.state()
    return Flood(
        calls * BATCH,
        pair.near.qdisc_drops() - queue_before,
        _snmp(pair, "Ip", "InReceives") - arrived_before,
        read - read_before,
        last - start,
    )
