# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs of the generator: started, waited for, and held against the model."""

from contextlib import ExitStack
from dataclasses import replace
from types import TracebackType

from lib import genl, uapi
from lib.gen import Gen
from lib.genmodel import PKTGEN_LENGTH, Model
from lib.link import Link
from lib.traffic import ETH_P_ALL, Captured, Receiver
from lib.wait import wait_for

RATE = 100_000
"""Fast enough for a test, and what a run of it makes fits into a ring."""
UNPACED = uapi.VNET_GEN_RATE_UNPACED


def rx_queues(device: Link) -> int:
    """RX queues in use."""
    found = genl.channels(device)
    return found.get("rx", 0) + found.get("combined", 0)


def model_of(device: Link, gen: Gen) -> Model:
    """What a generator of these settings makes on a device."""
    return Model(gen, device.mac, rx_queues(device))


def wait_done(device: Link) -> None:
    """Wait until the run has come to its end."""
    wait_for(lambda: device.state().gen_done, "the generator to be done")


def wait_made(device: Link, frames: int) -> None:
    """Wait until this run has made so many frames."""
    wait_for(
        lambda: device.state().gen_frames >= frames, f"{frames} frames made"
    )


def delivered(totals: dict[str, int], prefix: str = "") -> int:
    """What was made and neither missed nor without memory."""
    return (
        totals[f"{prefix}gen_frames"]
        - totals[f"{prefix}gen_missed"]
        - totals[f"{prefix}gen_drop_nomem"]
    )


class QueueReceivers:
    """Takes all frames that come in on a device, those of each queue apart."""

    def __init__(self, device: Link) -> None:
        self._queues = rx_queues(device)
        self._stack = ExitStack()
        self._receivers = [
            self._stack.enter_context(Receiver(device, ETH_P_ALL))
            for _ in range(self._queues)
        ]
        for receiver in self._receivers:
            receiver.share_by_queue()

    def __enter__(self) -> "QueueReceivers":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def _of(self, queue: int) -> Receiver:
        return self._receivers[(queue + 1) % self._queues]

    def take(self, counts: dict[int, int]) -> dict[int, list[Captured]]:
        """Wait for this many frames of each queue; there are no more."""
        got = {
            q: self._of(q).capture(n) if n else [] for q, n in counts.items()
        }
        for queue in range(self._queues):
            more = [c.whole for c in self._of(queue).pending()]
            assert not more, f"{len(more)} more on queue {queue}: {more[0]!r}"
            assert not self._of(queue).dropped()
        return got


def run(device: Link, gen: Gen, frames: int) -> dict[int, list[Captured]]:
    """Make the first frames of a run; what came of them on each queue."""
    if device.state().gen_running:
        device.generate(Gen(enable=False))
        device.wait_received()
    said = replace(gen, enable=True, count=frames)
    if said.rate is None and said.bitrate is None:
        said = replace(said, rate=RATE)
    model = model_of(device, gen)
    counts = dict.fromkeys(range(model.queues), 0)
    for g in range(frames):
        counts[model.place(g).queue] += 1
    with QueueReceivers(device) as receivers:
        device.generate(said)
        got = receivers.take(counts)
    wait_done(device)
    return got


def differing(got: bytes, wanted: bytes) -> str:
    """Where two frames differ."""
    pairs = enumerate(zip(got, wanted, strict=False))
    at = next((i for i, (g, w) in pairs if g != w), len(wanted))
    return (
        f"{len(got)} bytes, not {len(wanted)}, differ at {at}:\n"
        f"{got.hex(' ')}\n{wanted.hex(' ')}"
    )


def assert_frames(
    model: Model, got: dict[int, list[Captured]], first: int = 0
) -> None:
    """What came on each queue is what the model says, byte for byte.

    The time in pktgen's payload, which no model knows, is taken from the frame.
    """
    stamp = model.headers + PKTGEN_LENGTH - 8
    for queue, captured in got.items():
        numbers = model.of_queue(queue) if captured else iter(())
        for c in captured:
            g = next(n for n in numbers if n >= first)
            frame = c.whole
            wanted = model.frame(g, frame[stamp : stamp + 8])
            assert frame == wanted, (
                f"frame {g} on queue {queue}: {differing(frame, wanted)}"
            )


def assert_made(
    device: Link, gen: Gen, frames: int = 30
) -> dict[int, list[Captured]]:
    """A run of these settings is, to its last byte, what the model says."""
    got = run(device, gen, frames)
    model = model_of(device, gen)
    assert_frames(model, got)
    state = device.state()
    assert state.gen_frames == frames
    assert state.gen_bytes == model.total(frames)
    return got
