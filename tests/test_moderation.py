# SPDX-License-Identifier: GPL-2.0-or-later
"""Interrupt moderation: frames wait for more, and are received together.

How often the vector of an RX ring was raised is counted. No test depends on how
long anything takes: a round in which the machine was too slow for the time that
frames were to wait is repeated.
"""

import socket
import time
from collections.abc import Callable, Iterator

import pytest

from lib import bql, ethtool, libc, marks, napi, tracing, uapi
from lib.gen import Gen
from lib.genrun import wait_done
from lib.hold import SO_BUSY_POLL, SO_PREFER_BUSY_POLL
from lib.link import Link, Make, Options, Pair
from lib.queues import by_destination
from lib.setup import B4, PairMaker
from lib.traffic import Background, Receiver, Sender, assert_all
from lib.wait import wait_for

ONE = Make(tx_queues=1, rx_queues=1)
LONG = uapi.VNET_RX_USECS_MAX


def irqs(device: Link) -> int:
    """How often vectors of the device were raised."""
    return device.xstats()["rx_irqs"]


def in_time(round_: Callable[[], None]) -> None:
    """Repeat what a slow machine does not do within the time of LONG."""
    last: list[AssertionError] = []

    def done() -> bool:
        began = time.monotonic()
        try:
            round_()
        except AssertionError as error:
            if time.monotonic() - began < LONG / 10**6:
                raise
            last[:] = [error]
            return False
        return True

    wait_for(done, f"a round in time: {last}")


def without_bql(pair: Pair, receiver: Receiver, sender: Sender) -> None:
    """Let no frame wait for the completion of others.

    BQL learns it with the next completion.
    """
    bql.unlimited(pair.a)
    numbers = sender.send(1)
    assert_all(receiver.take(1), numbers)


class Ends:
    """Both ends of a pair, and what is sent from one to the other."""

    def __init__(self, pair: Pair, receiver: Receiver, sender: Sender) -> None:
        self.pair = pair
        self._receiver = receiver
        self._sender = sender
        self._pending: list[int] = []
        without_bql(pair, receiver, sender)
        self.irqs = irqs(pair.b)

    def send(self, count: int) -> None:
        """Send some more."""
        self._pending += self._sender.send(count)

    def settle(self) -> None:
        """All that was sent is received, however long it takes."""
        pending, self._pending = self._pending, []
        assert_all(self._receiver.take(len(pending)), pending)
        libc.synchronize()
        self.irqs = irqs(self.pair.b)

    def assert_waiting(self, count: int) -> None:
        """So many wait, and no vector was raised since all was settled."""
        assert self.pair.b.state().rx_queued == count
        assert irqs(self.pair.b) == self.irqs

    def assert_taken(self, raises: int) -> None:
        """All were taken by so many raises."""
        pending, self._pending = self._pending, []
        assert_all(self._receiver.take(len(pending)), pending)
        libc.synchronize()
        raised, self.irqs = irqs(self.pair.b) - self.irqs, irqs(self.pair.b)
        assert raised == raises


@pytest.fixture
def ends(make_pair: PairMaker) -> Iterator[Ends]:
    """One queue each way, nothing set."""
    pair = make_pair(ONE, ONE)
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        yield Ends(pair, receiver, sender)


@pytest.mark.smoke
def test_by_default_each_frame_that_comes_alone_raises(ends: Ends) -> None:
    """And is received before the sender is told that it was sent."""
    for _ in range(20):
        ends.send(1)
        assert ends.pair.b.state().rx_queued == 0
        ends.assert_taken(1)


def test_without_a_time_nothing_waits_for_a_number(ends: Ends) -> None:
    ends.pair.b.set(Options(rx_frames=100))
    for _ in range(5):
        ends.send(1)
        ends.assert_taken(1)


@pytest.mark.smoke
def test_frames_of_one_window_raise_once(ends: Ends) -> None:
    ends.pair.b.set(Options(rx_usecs=LONG))

    def round_() -> None:
        ends.settle()
        ends.send(20)
        ends.assert_waiting(20)
        ends.assert_taken(1)

    # the window ends while the frames are waited for
    wait_for(lambda: attempt(ends, round_), "a window with 20 frames in it")


def attempt(ends: Ends, round_: Callable[[], None]) -> bool:
    """Whether a round was not cut in two by the end of the window."""
    try:
        round_()
    except AssertionError:
        ends.settle()
        return False
    return True


@pytest.mark.parametrize("usecs", [1, 1000, 50_000])
def test_a_frame_waits_at_least_so_long(ends: Ends, usecs: int) -> None:
    ends.pair.b.set(Options(rx_usecs=usecs))
    for _ in range(3):
        began = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
        ends.send(1)
        ends.assert_taken(1)
        took = time.clock_gettime_ns(time.CLOCK_MONOTONIC) - began
        assert took >= usecs * 1000


@pytest.mark.smoke
@pytest.mark.parametrize("frames", [1, 2, 16])
def test_so_many_frames_wait_for_no_more(ends: Ends, frames: int) -> None:
    ends.pair.b.set(Options(rx_usecs=LONG, rx_frames=frames))

    def round_() -> None:
        ends.settle()
        ends.send(frames - 1)
        ends.assert_waiting(frames - 1)
        ends.send(1)
        ends.assert_taken(1)

    in_time(round_)


def test_a_full_ring_waits_for_no_more(make_pair: PairMaker) -> None:
    """Though more were to come together."""
    small = Make(tx_queues=1, rx_queues=1, options=Options(rx_ring=64))
    pair = make_pair(Make(tx_queues=1, rx_queues=1), small)
    pair.b.set(Options(rx_usecs=LONG, rx_frames=uapi.VNET_RX_FRAMES_MAX))
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        ends = Ends(pair, receiver, sender)

        def round_() -> None:
            ends.settle()
            ends.send(63)
            ends.assert_waiting(63)
            ends.send(1)
            ends.assert_taken(1)

        in_time(round_)


@pytest.mark.parametrize(
    "options",
    [Options(rx_usecs=0), Options(rx_usecs=LONG - 1), Options(rx_frames=99)],
    ids=["off", "less", "frames"],
)
def test_what_waits_is_received_when_the_setting_changes(
    ends: Ends, options: Options
) -> None:
    def round_() -> None:
        ends.pair.b.set(Options(rx_usecs=LONG, rx_frames=0))
        ends.settle()
        ends.send(5)
        ends.assert_waiting(5)
        ends.pair.b.set(options)
        ends.assert_taken(1)

    in_time(round_)


@pytest.mark.parametrize("end", [0, 1], ids=["sender", "receiver"])
@pytest.mark.parametrize(
    "change",
    [
        lambda device, n, _: ethtool.set_channels(device, n, n),
        lambda device, _, ring: device.set(Options(tx_ring=ring)),
        lambda device, _, ring: device.set(Options(rx_ring=ring)),
    ],
    ids=["channels", "tx_ring", "rx_ring"],
)
def test_a_reconfiguration_does_not_wait(
    make_pair: PairMaker, change: Callable[[Link, int, int], object], end: int
) -> None:
    """It would give up after a second; nothing is lost, nothing overtakes."""
    two = Make(tx_queues=2, rx_queues=2)
    pair = make_pair(two, two)
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        without_bql(pair, receiver, sender)
        pair.b.set(Options(rx_usecs=LONG))
        for channels, ring in ((1, 64), (2, 512), (1, 128)):
            numbers = sender.send(100)
            change(list(pair)[end], channels, ring)
            numbers = range(numbers[0], sender.send(10)[-1] + 1)
            assert_all(receiver.take(110), numbers)


def test_down_and_up_nothing_is_left_waiting(ends: Ends) -> None:
    pair = ends.pair
    pair.b.set(Options(rx_usecs=LONG))
    with Receiver(pair.b), Sender(pair.a) as sender:
        sender.send(5)
    pair.b.down()
    assert pair.b.state().rx_queued == 0
    pair.up()
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        numbers = sender.send(5)
        assert_all(receiver.take(5), numbers)


def test_each_queue_has_its_own(make_pair: PairMaker) -> None:
    two = Make(tx_queues=2, rx_queues=2)
    pair = make_pair(two, two)
    macs = ["02:00:00:00:00:10", "02:00:00:00:00:11"]
    by_destination(pair.a, {mac: i for i, mac in enumerate(macs)})
    words = ["queue_mask", "0x2", "--coalesce", "rx-usecs", str(LONG)]
    ethtool.ethtool(pair.b, "--per-queue", *words)

    def raised() -> list[int]:
        found = ethtool.stats(pair.b)
        return [found["rx0_irqs"], found["rx1_irqs"]]

    with Receiver(pair.b) as receiver:
        for queue, mac in enumerate(macs):
            with Sender(pair.a, mac) as sender:
                without_bql(pair, receiver, sender)

                def round_(sender: Sender = sender, queue: int = queue) -> None:
                    receiver.pending()
                    before = raised()
                    sender.send(10)
                    receiver.take(10)
                    after = raised()
                    got = [a - b for a, b in zip(after, before, strict=True)]
                    assert got == ([10, 0] if queue == 0 else [0, 1])

                in_time_or_more(round_)
    total = pair.b.xstats()["rx_irqs"]
    assert total == sum(raised())


def in_time_or_more(round_: Callable[[], None]) -> None:
    """Repeat a round that a slow machine cut in two."""

    def done() -> bool:
        try:
            round_()
        except AssertionError:
            return False
        return True

    wait_for(done, "a round that is not cut in two", 20)


@marks.TWO_CPUS
@pytest.mark.parametrize("cpu", [0, 1])
def test_they_are_received_on_the_cpu_of_the_queue(
    ends: Ends, cpu: int
) -> None:
    ends.pair.b.set(Options(rx_usecs=2000, queues={0: cpu}))
    with tracing.traced() as trace:
        for _ in range(3):
            ends.send(5)
            ends.settle()
        polled = trace.numbers("vnet_poll", ends.pair.b)
    assert {poll["cpu"] for poll in polled if poll["frames"]} == {cpu}


def test_in_threads_of_its_own(make_pair: PairMaker) -> None:
    pair = make_pair(ONE, Make(name="threads", tx_queues=1, rx_queues=1))
    napi.set_threaded(pair.b, True)
    pair.b.set(Options(rx_usecs=2000))
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        for _ in range(5):
            numbers = sender.send(20)
            assert_all(receiver.take(20), numbers)


def test_a_socket_that_busy_polls_does_not_wait(ends: Ends) -> None:
    """It fetches what waits, and nothing is left to be raised for."""
    pair = ends.pair
    with (
        pair.b.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as server,
        pair.a.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as client,
    ):
        server.bind((B4, 7))
        server.setsockopt(socket.SOL_SOCKET, SO_PREFER_BUSY_POLL, 1)
        server.setsockopt(socket.SOL_SOCKET, SO_BUSY_POLL, 1000)
        client.sendto(b"first", (B4, 7))
        server.recv(16)
        pair.b.set(Options(rx_usecs=LONG))

        def round_() -> None:
            before = irqs(pair.b)
            client.sendto(b"second", (B4, 7))
            server.setblocking(False)
            while True:
                try:
                    server.recv(16)
                    break
                except BlockingIOError:
                    continue
            assert irqs(pair.b) == before

        in_time(round_)


@pytest.mark.parametrize("frames", [0, 50], ids=["time", "number"])
def test_the_generators_frames_wait_too(ends: Ends, frames: int) -> None:
    """All are made and received, with fewer raises than frames."""
    usecs = LONG if frames else 20_000
    device = ends.pair.b
    device.set(Options(rx_usecs=usecs, rx_frames=frames))
    before = device.xstats()
    began = time.monotonic()
    device.generate(Gen(enable=True, rate=2000, count=1000))
    wait_done(device)
    took = time.monotonic() - began
    after = device.xstats()
    assert after["gen_frames"] - before["gen_frames"] == 1000
    assert after["gen_missed"] == before["gen_missed"]
    raised = after["rx_irqs"] - before["rx_irqs"]
    # one at the beginning of the run, one at its end, one that was under way
    most = (1000 // frames if frames else 0) + took * 10**6 / usecs + 3
    assert 1 <= raised <= most


def told(trace: tracing.Trace, device: Link, tx: bool) -> list[tuple[int, int]]:
    """What DIM has chosen for queue 0 of a side: usecs and frames."""
    return [
        (said["usecs"], said["frames"])
        for said in trace.numbers("vnet_dim", device)
        if said["tx"] == tx and said["queue"] == 0
    ]


def test_adaptive_rx_finds_out(ends: Ends) -> None:
    """It begins with a microsecond, and looks whether more is better."""
    device = ends.pair.b
    device.set(Options(rx_usecs=7, rx_frames=8, adaptive_rx=True))
    with tracing.traced() as trace:

        def step() -> None:
            ends.send(1)
            ends.settle()

        with Background(step):
            wait_for(lambda: told(trace, device, False), "DIM's first choice")
        assert all(told(trace, device, False))
    options = device.options()
    assert (options.rx_usecs, options.rx_frames) == (7, 8)
    assert options.adaptive_rx is True
    device.set(Options(adaptive_rx=False, rx_usecs=0))
    ends.send(1)
    assert device.state().rx_queued == 0
    ends.assert_taken(1)


def test_adaptive_tx_finds_out(ends: Ends) -> None:
    """From the reports of completions to BQL."""
    device = ends.pair.a
    device.set(Options(tx_usecs=7, tx_frames=4, adaptive_tx=True))
    with tracing.traced() as trace:

        def step() -> None:
            ends.send(64)
            ends.settle()

        with Background(step):
            wait_for(lambda: told(trace, device, True), "DIM's first choice")
    options = device.options()
    assert (options.tx_usecs, options.tx_frames) == (7, 4)
    device.set(Options(adaptive_tx=False))
    with tracing.traced() as trace:
        ends.send(20)
        ends.settle()
        batches = [
            done["descs"] for done in trace.numbers("vnet_complete", device)
        ]
    # the first also has what had waited for more
    assert len(batches) > 1
    assert max(batches[1:]) <= 4


def progress(device: Link) -> None:
    """Wait until the device has received some more."""
    seen = device.xstats()["rx_frames"]
    wait_for(
        lambda: device.xstats()["rx_frames"] > seen + 200, "200 more frames"
    )


def test_adaptive_goes_with_down_channels_and_the_device(
    make_pair: PairMaker,
) -> None:
    """Whatever DIM was about to do."""
    two = Make(
        tx_queues=2,
        rx_queues=2,
        options=Options(adaptive_rx=True, adaptive_tx=True),
    )
    pair = make_pair(two, two)
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:

        def step() -> None:
            numbers = sender.send(50)
            assert_all(receiver.take(50), numbers)

        with Background(step):
            for number in (1, 2, 1, 2):
                ethtool.set_channels(pair.b, number, number)
                pair.b.set(Options(adaptive_rx=number == 2))
                pair.a.set(Options(adaptive_tx=number == 2))
                progress(pair.b)
    pair.b.down()
    pair.up()
    pair.a.delete()
