# SPDX-License-Identifier: GPL-2.0-or-later
"""What the netdev family tells of queues and NAPIs, and what it sets of each."""

import fcntl
import select
import socket
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lib import bql, ethtool, libc, netdev
from lib.changes import CHANGES, Change
from lib.gen import Gen
from lib.hold import SO_INCOMING_NAPI_ID
from lib.link import Make, Options, Pair
from lib.netdev import RX, TX, Napi, Netdev
from lib.queues import by_destination
from lib.setup import A4, B4, PairMaker
from lib.traffic import Receiver, Sender, assert_all
from lib.wait import wait_equal

TWO = Make(tx_queues=2, rx_queues=2)

EPIOCSPARAMS = 0x40088A01
HOURS = 10 * 3600 * 10**9


class Ends:
    """A pair, and what the kernel says of the receiver's queues."""

    def __init__(self, pair: Pair, asked: Netdev) -> None:
        self.pair = pair
        self._asked = asked

    def queues(self) -> dict[tuple[int, int], int | None]:
        """The NAPI of each queue, by type and number."""
        return self._asked.queues(self.pair.b)

    def id(self, queue: int) -> int:
        """The number of the NAPI of an RX queue."""
        return self.queues()[RX, queue] or 0

    def napi(self, queue: int) -> Napi:
        """All that is said of the NAPI of an RX queue."""
        found = {napi.id: napi for napi in self._asked.napis(self.pair.b)}
        return found[self.id(queue)]

    def set(self, queue: int, **settings: int) -> None:
        """Set something of the NAPI of an RX queue."""
        self._asked.set(self.id(queue), **settings)


@pytest.fixture
def ends(make_pair: PairMaker) -> Iterator[Ends]:
    """Two queues each way."""
    pair = make_pair(TWO, TWO)
    if not netdev.available(pair.b.ns):
        pytest.skip("this kernel tells nobody of its NAPIs")
    asked = Netdev(pair.b.ns)
    yield Ends(pair, asked)
    asked.close()


@pytest.fixture
def settable(ends: Ends) -> Ends:
    """The same where a NAPI has settings of its own."""
    if not netdev.can_set(ends.pair.b.ns):
        pytest.skip("NAPIs of this kernel have no settings of their own")
    return ends


@pytest.mark.smoke
def test_each_rx_queue_in_use_has_a_napi(ends: Ends) -> None:
    """TX queues have none: the other end completes them."""
    queues = ends.queues()
    assert set(queues) == {(RX, 0), (RX, 1), (TX, 0), (TX, 1)}
    assert queues[TX, 0] is queues[TX, 1] is None
    assert len({queues[RX, 0], queues[RX, 1]} - {None}) == 2
    ethtool.set_channels(ends.pair.b, 1, 1)
    assert ends.queues() == {(RX, 0): queues[RX, 0], (TX, 0): None}
    ends.pair.b.down()
    assert ends.queues() == {}


@CHANGES
def test_the_number_stays(ends: Ends, change: Change) -> None:
    before = ends.queues()
    change(ends.pair.b)
    assert ends.queues() == before


def of_datagram(pair: Pair, send: Callable[[], object]) -> int:
    """The NAPI that a datagram came by."""
    with pair.b.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((B4, 9))
        server.settimeout(30)
        send()
        server.recv(2000)
        return server.getsockopt(socket.SOL_SOCKET, SO_INCOMING_NAPI_ID)


def datagram(pair: Pair) -> None:
    """Send one datagram."""
    with pair.a.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendto(b"who polls me?", (B4, 9))


@pytest.mark.smoke
@pytest.mark.parametrize(
    "options",
    [Options(), Options(rx_usecs=1000), Options(queues={0: 0, 1: 0})],
    ids=["at once", "later", "elsewhere"],
)
@pytest.mark.parametrize("gro", ["on", "off"])
def test_each_frame_carries_the_number_of_its_napi(
    ends: Ends, options: Options, gro: str
) -> None:
    """Whoever delivers it."""
    pair = ends.pair
    pair.b.ns.run(["ethtool", "-K", "vnet1", "gro", gro])
    pair.b.set(options)
    datagram(pair)  # resolves the neighbour
    by_destination(pair.a, {pair.b.mac: 1})
    for _ in range(3):
        assert of_datagram(pair, lambda: datagram(pair)) == ends.id(1)


def test_frames_of_the_generator_carry_it_too(ends: Ends) -> None:
    pair = ends.pair

    def generate() -> None:
        pair.b.generate(
            Gen(enable=True, proto=1, src=A4, dst=B4, count=1, queues=(1,))
        )

    assert of_datagram(pair, generate) == ends.id(1)


@CHANGES
def test_settings_of_a_napi_stay(settable: Ends, change: Change) -> None:
    ends = settable
    wanted = {
        "defer_hard_irqs": 3,
        "gro_flush_timeout": 20_000,
        "irq_suspend_timeout": 30_000,
    }
    other = ends.napi(0)
    ends.set(1, **wanted)
    change(ends.pair.b)
    napi = ends.napi(1)
    assert {name: getattr(napi, name) for name in wanted} == wanted
    assert ends.napi(0) == other


def comm(pid: int) -> str:
    """What a thread is called."""
    return Path(f"/proc/{pid}/comm").read_text().strip()


@CHANGES
def test_one_napi_may_have_a_thread(settable: Ends, change: Change) -> None:
    """And keeps it, and works with it."""
    ends, pair = settable, settable.pair
    assert ends.napi(0).pid is ends.napi(1).pid is None
    ends.set(1, threaded=1)
    change(pair.b)
    napi = ends.napi(1)
    assert napi.threaded == 1
    assert napi.pid is not None
    assert comm(napi.pid).startswith("napi/vnet1")
    assert ends.napi(0).pid is None
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        numbers = sender.send(50)
        assert_all(receiver.take(50), numbers)
    ends.set(1, threaded=0)
    wait_equal(lambda: ends.napi(1).pid, None, "the thread to end")


def busy_poller(server: socket.socket) -> select.epoll:
    """What waits for a socket by polling the NAPI that its frames come by."""
    poller = select.epoll()
    usecs, budget, prefer = 1000, 8, 1
    params = struct.pack("=IHBx", usecs, budget, prefer)
    fcntl.ioctl(poller, EPIOCSPARAMS, params)
    poller.register(server, select.EPOLLIN)
    return poller


@pytest.mark.parametrize("suspend", [0, 20_000_000], ids=["not", "suspended"])
def test_interrupts_are_suspended_while_somebody_polls(
    settable: Ends, suspend: int
) -> None:
    """For so long after he has found something, who polls in turns with what he
    does with it; without that they are postponed, here for hours."""
    ends, pair = settable, settable.pair
    bql.unlimited(pair.a)
    by_destination(pair.a, {pair.b.mac: 1})
    with (
        pair.b.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as server,
        pair.a.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as client,
        busy_poller(server) as poller,
    ):
        server.bind((B4, 9))
        client.connect((B4, 9))
        client.send(b"resolves the neighbour")
        server.recv(100)
        ends.set(
            1,
            defer_hard_irqs=1 << 20,
            gro_flush_timeout=HOURS,
            irq_suspend_timeout=suspend,
        )
        client.send(b"whose poll postpones the next")
        server.recv(100)
        libc.synchronize()  # and is over now
        for _ in range(40):
            client.send(b"waits for somebody who polls")
        assert pair.b.state().rx_queued == 40
        assert poller.poll(60), "he finds some of them"
        for _ in range(40):
            if not suspend:
                assert poller.poll(60), "and the others, when he comes again"
            server.recv(100)

        ends.set(
            1, defer_hard_irqs=0, gro_flush_timeout=0, irq_suspend_timeout=0
        )
        assert not poller.poll(0.01), "the last poll unmasks the vector"
        client.send(b"waits for nobody")
        server.recv(100)
