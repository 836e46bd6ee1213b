# SPDX-License-Identifier: GPL-2.0-or-later
"""Which TX queue a frame takes: a socket's own, which is that of its CPU.

Threads are put on CPUs, queues are seen in the counters of ``ethtool -S``.
"""

import itertools
import socket

import pytest

from lib import libc
from lib.counters import difference
from lib.cpus import running_on
from lib.link import Link, Make, Pair, make_pair
from lib.marks import TWO_CPUS
from lib.queues import by_priority, frames
from lib.setup import A4, B4, Namespaces, PairMaker, add_address
from lib.traffic import (
    ETH_P_IP,
    Background,
    Receiver,
    Sender,
    ethernet,
    ipv4_udp,
)
from lib.wait import DEADLINE, wait_equal, wait_for

QUEUES = 4
SHAPE = Make(tx_queues=QUEUES, rx_queues=QUEUES)
PORT = 6002

pytestmark = TWO_CPUS


class Counted:
    """The frames that each queue counts from now on."""

    def __init__(self, device: Link, side: str = "tx") -> None:
        self._device, self._side = device, side
        self._before = self._read()

    def _read(self) -> dict[str, int]:
        counts = frames(self._device, self._side)
        return {str(queue): count for queue, count in enumerate(counts)}

    def queues(self) -> dict[int, int]:
        """By queue; of those that counted any."""
        libc.synchronize()
        found = difference(self._read(), self._before)
        return {int(queue): count for queue, count in found.items()}


def resolve(pair: Pair) -> None:
    """Let the ends know each other, so that no ARP is counted."""
    for end, other, address in ((pair.a, pair.b, B4), (pair.b, pair.a, A4)):
        neighbour(end, address, other.mac)


def neighbour(device: Link, address: str, mac: str) -> None:
    """Know a neighbour for good."""
    device.ns.ip.neigh(
        "replace",
        ifindex=device.index,
        dst=address,
        lladdr=mac,
        state=0x80,  # NUD_PERMANENT
    )


@pytest.fixture
def wide(make_pair: PairMaker) -> Pair:
    """A pair of four queues each way, whose ends know each other."""
    pair = make_pair(SHAPE, SHAPE)
    resolve(pair)
    return pair


def udp(pair: Pair) -> tuple[socket.socket, socket.socket]:
    """A connected socket at a, and one at b that it sends to."""
    inbox = pair.b.ns.socket(socket.AF_INET, socket.SOCK_DGRAM)
    inbox.bind((B4, PORT))
    inbox.settimeout(DEADLINE)
    outbox = pair.a.ns.socket(socket.AF_INET, socket.SOCK_DGRAM)
    outbox.connect((B4, PORT))
    return outbox, inbox


@pytest.mark.smoke
@pytest.mark.parametrize("cpu", [0, 1])
def test_each_cpu_has_a_queue_of_its_own(wide: Pair, cpu: int) -> None:
    """A socket takes that of the CPU that it sends from first."""
    counted, taken = Counted(wide.a), Counted(wide.b, "rx")
    outbox, inbox = udp(wide)
    with outbox, inbox, running_on(cpu):
        for _ in range(20):
            outbox.send(b"mine")
            inbox.recv(16)
    assert counted.queues() == taken.queues() == {cpu: 20}


def test_a_sender_that_nothing_remembers_keeps_its_queue(wide: Pair) -> None:
    """A packet socket: by the hash of what it sends, on whichever CPU."""
    counted = Counted(wide.a)
    with Receiver(wide.b) as receiver, Sender(wide.a) as sender:
        for cpu in (0, 1, 0, 1):
            with running_on(cpu):
                sender.send(10)
        receiver.take(40)
    assert list(counted.queues().values()) == [40]


def test_a_thread_on_each_cpu_uses_a_queue_each(wide: Pair) -> None:
    """At the same time."""
    counted = Counted(wide.a)
    sent = [0, 0]
    outboxes = [wide.a.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in sent]

    def step(cpu: int) -> None:
        with running_on(cpu):
            outboxes[cpu].send(b"mine")
        sent[cpu] += 1

    for outbox in outboxes:
        outbox.connect((B4, PORT))
    with wide.b.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as inbox:
        inbox.bind((B4, PORT))
        with Background(lambda: step(0)), Background(lambda: step(1)):
            wait_for(lambda: min(sent) >= 500, "both to send")
        assert counted.queues() == dict(enumerate(sent))
    for outbox in outboxes:
        outbox.close()


@pytest.mark.parametrize("cpu", [0, 1])
@pytest.mark.parametrize("out", [QUEUES, 3])
def test_a_forwarded_frame_leaves_on_the_queue_that_it_came_in_on(
    ns: Namespaces, cpu: int, out: int
) -> None:
    """Of the same number, modulo the queues that there are; on any CPU."""
    near, router, far = (
        ns(label, quiet=True) for label in ("near", "router", "far")
    )
    there = make_pair(
        Make("left", near, tx_queues=QUEUES, rx_queues=QUEUES),
        Make("left", router, tx_queues=QUEUES, rx_queues=QUEUES),
    ).up()
    on = make_pair(
        Make("right", router, tx_queues=out, rx_queues=out),
        Make("right", far, tx_queues=out, rx_queues=out),
    ).up()
    add_address(there.b, "10.1.0.1", 24)
    add_address(on.a, "10.2.0.1", 24)
    neighbour(on.a, "10.2.0.2", on.b.mac)
    router.sysctl("net/ipv4/ip_forward", 1)
    by_priority(there.a, QUEUES)
    counted = Counted(on.a)
    datagram = ipv4_udp("10.1.0.2", "10.2.0.2", b"through")
    frame = ethernet(there.a.mac, there.b.mac, ETH_P_IP, datagram)
    for queue in range(QUEUES):
        with Sender(there.a, priority=queue) as sender, running_on(cpu):
            for _ in range(10 + queue):
                sender.send_frame(frame)
    expected: dict[int, int] = {}
    for queue in range(QUEUES):
        expected[queue % out] = expected.get(queue % out, 0) + 10 + queue
    wait_equal(counted.queues, expected, "all frames to be forwarded")


@pytest.mark.parametrize("kind", ["frames", "datagrams"])
def test_xps_comes_first_where_it_is_set(wide: Pair, kind: str) -> None:
    """Both CPUs on queue 2, then on a queue each."""
    queues = wide.a.ns.sys / "class/net/vnet0/queues"
    for chosen in ({0: 2, 1: 2}, {0: 3, 1: 1}):
        for queue in range(QUEUES):
            mask = sum(1 << c for c, q in chosen.items() if q == queue)
            (queues / f"tx-{queue}/xps_cpus").write_text(f"{mask:x}")
        for cpu in (0, 1):
            counted = Counted(wide.a)
            if kind == "frames":
                with Receiver(wide.b) as receiver, Sender(wide.a) as sender:
                    with running_on(cpu):
                        sender.send(10)
                    receiver.take(10)
            else:
                outbox, inbox = udp(wide)
                with outbox, inbox:
                    for _ in range(10):
                        with running_on(cpu):
                            outbox.send(b"mine")
                        inbox.recv(16)
            assert counted.queues() == {chosen[cpu]: 10}


def test_a_flow_whose_thread_wanders_keeps_its_order(wide: Pair) -> None:
    """Among others that keep both CPUs and their queues busy."""
    outbox, inbox = udp(wide)
    with (
        outbox,
        inbox,
        Sender(wide.a) as other,
        Receiver(wide.b),
        Background(lambda: other.send(20)),
    ):
        got: list[int] = []
        number = itertools.count()
        for turn in range(60):
            with running_on(turn % 2):
                for _ in range(25):
                    outbox.send(next(number).to_bytes(8))
            got += [int.from_bytes(inbox.recv(16)) for _ in range(25)]
        assert got == list(range(len(got)))
