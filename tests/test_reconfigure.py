# SPDX-License-Identifier: GPL-2.0-or-later
"""Reconfiguration under full load: a thousand steps at random.

Each series prints the seed of its steps; VNET_SEED in the environment sets it, and
has to be there for the test to run at all, since it takes many minutes.
Senders on several queues of both ends number their frames. Three of each end stay
on a queue of their own that is never taken away, and lose and reorder nothing as
long as the link stays up. A fourth has the last queue there is: what its qdisc holds
is purged by the core when the queue goes, and what it sends afterwards takes another
queue, so its frames are but counted.
"""

import errno
import os
import random
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest

from lib import libc
from lib.cpus import possible_cpus
from lib.ethtool import ethtool, set_channels
from lib.link import Link, Make, Options, Pair
from lib.netns import Netns
from lib.queues import by_destination
from lib.setup import Namespaces, PairMaker
from lib.traffic import (
    ETH_P_TEST,
    Background,
    any_packet_socket,
    number_of,
    numbered,
)
from lib.wait import wait_for

FRAME = 60
WINDOW = 60
"""Frames of a flow that may be under way, more than a small ring holds."""
EVERYTHING = 1 << 30
FLOWS = 4
STEADY = FLOWS - 1
"""Flows below this number have a queue that stays."""
QUEUES = 6
NAMES = ("vnet0", "vnet1")
MACS = ("02:00:00:00:00:0a", "02:00:00:00:00:0b")
SEED = int(os.environ.get("VNET_SEED", "0")) or time.time_ns() & 0xFFFFFFFF

pytestmark = [
    pytest.mark.usefixtures("fifo"),
    pytest.mark.skipif(
        "VNET_SEED" not in os.environ,
        reason="takes many minutes: VNET_SEED=N runs it, 0 for a seed of its own",
    ),
]

GONE = {errno.ENETDOWN, errno.ENXIO, errno.ENODEV, errno.ENOBUFS}


def destination(end: int, number: int) -> str:
    """The MAC address that tells a flow."""
    return f"02:00:00:00:{1 - end:02x}:{number:02x}"


class Flow:
    """Numbered frames that a thread sends on one queue of one end."""

    def __init__(self, end: int, number: int, places: list[Netns]) -> None:
        self._name = NAMES[end]
        self._source = MACS[end]
        self.destination = destination(end, number)
        self._cpu = (end + number) % possible_cpus()
        self._pinned = False
        self._sockets = [
            ns.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) for ns in places
        ]
        for opened in self._sockets:  # a hundred frames, more than a ring
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 15)
        self.sent = 0
        self.base = 0
        """What was sent before does not count for the window."""
        self.got: list[int] = []

    def close(self) -> None:
        """Close the sockets."""
        for opened in self._sockets:
            opened.close()

    def _send_one(self) -> bool:
        frame = numbered(self.sent, self._source, self.destination, FRAME)
        for opened in self._sockets:
            try:
                opened.sendto(frame, (self._name, 0))
            except OSError as error:
                if error.errno not in GONE:
                    raise
            else:
                self.sent += 1
                return True
        return False

    def step(self) -> None:
        """Send some; from one CPU, which is the queue's where none is set."""
        if not self._pinned:
            os.sched_setaffinity(0, {self._cpu})
            self._pinned = True
        newest = self.got[-1] if self.got else 0
        full = self.sent - max(newest, self.base) >= WINDOW
        if full or not self._send_one():
            time.sleep(0.001)  # until some arrive, or there is a device


class Load:
    """Traffic of both ends, wherever they are."""

    def __init__(self, pair: Pair, away: Netns) -> None:
        self.pair = pair
        self.home = [pair.a.ns, pair.b.ns]
        self.away = away
        self.flows = [
            Flow(end, number, [self.home[end], away])
            for end in (0, 1)
            for number in range(FLOWS)
        ]
        self._by_destination = {
            bytes.fromhex(flow.destination.replace(":", "")): flow
            for flow in self.flows
        }
        self._inboxes = [
            any_packet_socket(ns, ETH_P_TEST) for ns in (*self.home, away)
        ]
        for inbox in self._inboxes:
            inbox.setblocking(False)
        for end, device in enumerate(pair):
            classify(device, end)
            device.promiscuous(True)

    def close(self) -> None:
        """Close all sockets."""
        for flow in self.flows:
            flow.close()
        for inbox in self._inboxes:
            inbox.close()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Send all the time."""
        interval = sys.getswitchinterval()
        with ExitStack() as stack:
            sys.setswitchinterval(interval / 10)
            stack.callback(sys.setswitchinterval, interval)
            for flow in self.flows:
                stack.enter_context(Background(flow.step))
            self.goes_on()
            yield
            self.goes_on()

    def steady(self) -> list[Flow]:
        """The flows whose queue stays."""
        return self.flows[:STEADY] + self.flows[FLOWS : FLOWS + STEADY]

    def drain(self, limit: int = 500) -> None:
        """Take what has arrived, but no more than that of each namespace."""
        for inbox in self._inboxes:
            with suppress(BlockingIOError):
                for _ in range(limit):
                    frame = inbox.recv(FRAME)
                    flow = self._by_destination[frame[:6]]
                    flow.got.append(number_of(frame))

    def goes_on(self) -> None:
        """Wait until more of each flow arrives.

        It may have been under way before, but a flow that stalls does not go on
        for longer than its window is wide.
        """
        for flow in self.flows:
            flow.base = flow.sent
        self.drain()
        seen = [len(flow.got) for flow in self.flows]

        def more() -> bool:
            self.drain()
            return all(
                len(flow.got) > before
                for flow, before in zip(self.flows, seen, strict=True)
            )

        wait_for(more, "traffic to go on")

    def settle(self) -> None:
        """Wait until all that the drivers accepted is accounted for."""
        for end in self.pair:
            end.set(Options(gen=False))

        def unchanged() -> bool:
            before = totals(self.pair)
            libc.synchronize()
            self.drain(EVERYTHING)
            states = [end.state() for end in self.pair]
            queued = any(s.tx_queued or s.rx_queued for s in states)
            return not queued and totals(self.pair) == before

        wait_for(unchanged, "all frames to have arrived")


def totals(pair: Pair) -> list[dict[str, int]]:
    """What both ends have counted, without the polls and what raised them."""
    apart = ("rx_polls", "rx_irqs")
    return [
        {k: v for k, v in end.xstats().items() if k not in apart}
        for end in pair
    ]


def classify(device: Link, end: int) -> None:
    """Give each flow of an end its TX queue."""
    chosen = [*range(STEADY), QUEUES - 1]
    by_destination(
        device,
        {destination(end, number): queue for number, queue in enumerate(chosen)},
    )


def tolerant(change: Callable[[], object]) -> None:
    """Try a change again where a ring did not drain in time."""

    def tried() -> bool:
        try:
            change()
        except OSError as error:
            if error.errno != errno.EBUSY:
                raise
            return False
        return True

    wait_for(tried, "the rings to drain")


def ring(dice: random.Random) -> int:
    return 64 << dice.randrange(6)


def rings(load: Load, end: int, dice: random.Random) -> str:
    new = Options(tx_ring=ring(dice), rx_ring=ring(dice))
    device = list(load.pair)[end]
    tolerant(lambda: device.set(new))
    assert device.options().rx_ring == new.rx_ring
    return f"rings {new.tx_ring} {new.rx_ring}"


def channels(load: Load, end: int, dice: random.Random) -> str:
    tx, rx = dice.randint(STEADY, QUEUES), dice.randint(1, QUEUES)
    device = list(load.pair)[end]
    tolerant(lambda: set_channels(device, tx, rx))
    return f"channels tx {tx} rx {rx}"


def moderation(load: Load, end: int, dice: random.Random) -> str:
    usecs = dice.choice([0, 0, 20, 100, 1000])
    frames = dice.choice([1, 8, 16, 100, 1000])
    list(load.pair)[end].set(Options(tx_usecs=usecs, tx_frames=frames))
    return f"tx_usecs {usecs} tx_frames {frames}"


def queue_cpu(load: Load, end: int, dice: random.Random) -> str:
    queue = dice.randrange(QUEUES)
    cpu = dice.randint(-1, possible_cpus() - 1)
    list(load.pair)[end].set(Options(queues={queue: cpu}))
    return f"queue {queue} cpu {cpu}"


def generator(load: Load, end: int, dice: random.Random) -> str:
    on, rate = dice.random() < 0.5, dice.choice([10, 1000, 5000])
    list(load.pair)[end].set(Options(gen=on, gen_rate=rate))
    return f"gen {on} rate {rate}"


def mtu(load: Load, end: int, dice: random.Random) -> str:
    new = dice.choice([68, 576, 1280, 1500, 9000, 65535])
    list(load.pair)[end].set_mtu(new)
    return f"mtu {new}"


def offload(load: Load, end: int, dice: random.Random) -> str:
    """rx-gro-hw needs the others, and goes with them."""
    words = dice.choice(
        [
            "rx-checksum off",
            "rx-checksum on gro on rx-gro-hw on",
            "rx-checksum on gro on rx-gro-hw off",
            "rx-checksum on",
            "gro off",
        ]
    )
    ethtool(list(load.pair)[end], "-K", *words.split())
    return words


def pause(load: Load, end: int, _: random.Random) -> str:
    """What is said again changes nothing."""
    list(load.pair)[end].set(Options(rx_pause=True, tx_pause=True))
    return "flow_control on"


def carrier(load: Load, end: int, _: random.Random) -> str:
    device = list(load.pair)[end]
    device.set_carrier(False)
    device.wait_carrier(False)
    device.set_carrier(True)
    both_up(load.pair)
    return "carrier off, on"


def down(load: Load, end: int, _: random.Random) -> str:
    list(load.pair)[end].down()
    load.pair.up()
    return "down, up"


def move(load: Load, end: int, _: random.Random) -> str:
    """Away, or home again."""
    device = list(load.pair)[end]
    there = load.home[end] if device.ns is load.away else load.away
    device.move(there)
    load.drain(EVERYTHING)  # nothing arrives until both are up again
    classify(device, end)
    load.pair.up()
    return f"move to {there.name}"


def both_up(pair: Pair) -> None:
    for end in pair:
        end.wait_carrier()


Step = Callable[[Load, int, random.Random], str]

LOSSLESS: list[Step] = [
    rings, channels, moderation, queue_cpu, generator, mtu, offload, pause,
]  # fmt: skip
ALL: list[Step] = [*LOSSLESS, carrier, down, move]


@pytest.fixture
def load(ns: Namespaces, make_pair: PairMaker) -> Iterator[Load]:
    """A pair with many queues and small rings, and what sends on them."""
    shape = Make(tx_queues=QUEUES, rx_queues=QUEUES, options=Options(256, 64))
    made = Load(make_pair(shape, shape), ns("away", quiet=True))
    yield made
    made.close()


def walk(load: Load, steps: list[Step], count: int, salt: int) -> None:
    """Take so many steps; traffic goes on after each."""
    seed = SEED + salt
    print(f"VNET_SEED={SEED}: the steps of seed {seed}")
    dice = random.Random(seed)
    for number in range(count):
        step, end = dice.choice(steps), dice.randrange(2)
        print(f"{number}: {NAMES[end]} {step(load, end, dice)}", flush=True)
        load.goes_on()


def account(load: Load) -> None:
    """Both directions add up; nothing was dropped but what was flushed."""
    counted = [end.xstats() for end in load.pair]
    for end in (0, 1):
        there, here = counted[end], counted[1 - end]
        flows = load.flows[end * FLOWS : (end + 1) * FLOWS]
        arrived = [number for flow in flows for number in flow.got]
        assert len(arrived) == here["rx_other"]
        lost = there["tx_other"] - here["rx_other"]
        assert 0 <= lost <= there["tx_drop_flush"] + here["rx_drop_flush"]
        for name in ("tx_drop_ring", "tx_drop_runt", "tx_drop_nomem"):
            assert there[name] == 0, there
        for name in ("rx_missed", "rx_drop_length", "gen_drop_nomem"):
            assert here[name] == 0, here
        for flow in flows:
            assert len(set(flow.got)) == len(flow.got), flow.destination
        for flow in flows[:STEADY]:
            assert flow.got == sorted(flow.got), flow.destination


@pytest.mark.parametrize("salt", range(2))
def test_while_the_link_stays_up_nothing_is_lost(load: Load, salt: int) -> None:
    """300 steps: every frame that was sent arrives, in order."""
    with load.running():
        walk(load, LOSSLESS, 300, salt)
    load.settle()
    account(load)
    for flow in load.steady():
        assert flow.got == list(range(flow.sent)), flow.destination
    for counted in totals(load.pair):
        assert counted["tx_drop_flush"] == counted["rx_drop_flush"] == 0
        assert counted["tx_drop_down"] == 0


@pytest.mark.parametrize("salt", range(2, 4))
def test_what_goes_with_the_link_is_counted(load: Load, salt: int) -> None:
    """200 steps, also down, move and carrier: the rest arrives, in order."""
    with load.running():
        walk(load, ALL, 200, salt)
    load.settle()
    account(load)
