# SPDX-License-Identifier: GPL-2.0-or-later
"""RX work in the sender's context: order, deep stacks, and sends within sends.

A frame is received by who sends it, where a softirq could run, and so is what the
receivers send in their turn, one after the other; what is too much is left to the
softirq.
"""

import itertools
import random
import socket
from functools import partial

import pytest

from lib import libc, napi
from lib.ethtool import feature
from lib.link import Link, Make, Options, Pair, make_pair
from lib.marks import TWO_CPUS
from lib.netns import Netns
from lib.setup import A4, B4, Namespaces, PairMaker, add_address
from lib.traffic import (
    ETH_P_IP,
    Background,
    Collector,
    Receiver,
    Sender,
    assert_all,
    checksum,
    ethernet,
    ipv4_udp,
    stream,
)
from lib.wait import DEADLINE, wait_equal, wait_for

SOL_UDP = 17
UDP_SEGMENT = 103
PORT = 6003
SIZE = 100
TTL_AT = 8
ONE = Make(tx_queues=1, rx_queues=1)


def numbers_through(
    near: Netns, far: Netns, address: str, bursts: list[int]
) -> list[int]:
    """Send numbered datagrams, alone and in bursts; those that arrived."""
    number = itertools.count()
    with (
        near.socket(socket.AF_INET, socket.SOCK_DGRAM) as outbox,
        far.socket(socket.AF_INET, socket.SOCK_DGRAM) as inbox,
    ):
        inbox.bind((address, PORT))
        inbox.settimeout(DEADLINE)
        outbox.connect((address, PORT))
        got = []
        for burst in bursts:
            outbox.setsockopt(SOL_UDP, UDP_SEGMENT, SIZE if burst > 1 else 0)
            outbox.send(
                b"".join(next(number).to_bytes(SIZE) for _ in range(burst))
            )
            got += [int.from_bytes(inbox.recv(SIZE)) for _ in range(burst)]
    return got


@pytest.mark.parametrize("gro_hw", [True, False], ids=["whole", "cut"])
@pytest.mark.parametrize("shape", [None, 64], ids=["default", "small"])
def test_frames_received_at_once_and_later_keep_their_order(
    make_pair: PairMaker, gro_hw: bool, shape: int | None
) -> None:
    """Single ones and bursts of a flow, while another keeps the softirq busy."""
    options = Options(tx_ring=shape, rx_ring=shape)
    end = Make(tx_queues=1, rx_queues=1, options=options)
    pair = make_pair(end, end)
    feature(pair.b, "rx-gro-hw", gro_hw)
    dice = random.Random(1)
    bursts = [dice.choice([1, 1, 1, 2, 9]) for _ in range(400)]
    with Receiver(pair.b), Sender(pair.a) as other:
        with Background(lambda: other.send(10)):
            got = numbers_through(pair.a.ns, pair.b.ns, B4, bursts)
    assert got == list(range(sum(bursts)))


@TWO_CPUS
def test_order_holds_when_the_receiver_is_put_elsewhere_and_back(
    make_pair: PairMaker,
) -> None:
    """Into a thread, onto a CPU; single frames all the time."""
    pair = make_pair(ONE, ONE)
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        got: list[bytes] = []
        with Background(lambda: sender.send(1)):
            for turn in range(30):
                if turn % 2:
                    pair.b.set(Options(queues={0: turn // 2 % 3 - 1}))
                else:
                    napi.set_threaded(pair.b, turn % 4 == 0)
                got += receiver.take(30)
        got += receiver.take(sender.sent - len(got))
        assert_all(got, range(sender.sent))


def test_what_is_received_is_sent_back_within(make_pair: PairMaker) -> None:
    """A redirect at the receiver: each frame is two, one inside the other."""
    pair = make_pair(ONE, ONE)
    pair.b.ns.run(["tc", "qdisc", "add", "dev", "vnet1", "clsact"])
    pair.b.ns.run(
        (
            "tc filter add dev vnet1 ingress matchall "
            "action mirred egress redirect dev vnet1"
        ).split()
    )
    with Receiver(pair.a) as receiver, Sender(pair.a) as sender:
        for burst in [1] * 100 + [30] * 10 + [1] * 100:
            numbers = sender.send(burst)
            assert_all(receiver.take(burst), numbers)
    for end in pair:
        totals = end.xstats()
        assert totals["tx_other"] == totals["rx_other"] == 500


def within(ns: Netns, *names: str) -> Pair:
    """A pair with both ends in one namespace, up."""
    first, second = names
    return make_pair(
        Make(first, ns, tx_queues=1, rx_queues=1),
        Make(second, ns, tx_queues=1, rx_queues=1),
    ).up()


def test_a_bridge_of_both_ends_breaks_the_loop(ns: Namespaces) -> None:
    """STP blocks one of them; until then, and after, every frame counts."""
    here = ns(quiet=True)
    here.run("ip link add br0 type bridge stp_state 1 forward_delay 200".split())
    pair = within(here, "left", "right")
    for name in ("left", "right"):
        here.run(["ip", "link", "set", name, "master", "br0"])
    bridge = Link.named(here, "br0")
    bridge.up()

    def states() -> list[int]:
        ports = here.sys / "class/net/br0/brif"
        return sorted(
            int((port / "state").read_text()) for port in ports.iterdir()
        )

    def crossed() -> int:
        """IPv4, since the bridge has frames of its own to send."""
        return sum(end.xstats()["rx_ipv4"] for end in pair)

    forwarding, blocking = 3, 4
    wait_equal(states, [forwarding, blocking], "STP to block one port")
    before = crossed()
    datagram = ipv4_udp(A4, B4, b"once")
    frame = ethernet(bridge.mac, "02:00:00:00:00:99", ETH_P_IP, datagram)
    with Sender(bridge) as sender:
        for _ in range(200):
            sender.send_frame(frame)
    wait_equal(lambda: crossed() - before, 200, "each frame to cross once")


@pytest.fixture
def ring(ns: Namespaces) -> tuple[Netns, Pair, Pair]:
    """Two pairs in one namespace, whose routes lead a packet round and round."""
    here = ns(quiet=True)
    first, second = within(here, "a0", "a1"), within(here, "b0", "b1")
    here.sysctl("net/ipv4/ip_forward", 1)
    for number, (source, out) in enumerate(
        ((first.b, second), (second.b, first)), 100
    ):
        for end in out:
            here.sysctl(f"net/ipv4/conf/{end.name}/rp_filter", 0)
            here.sysctl(f"net/ipv4/conf/{end.name}/send_redirects", 0)
        for command in (
            f"ip rule add iif {source.name} table {number}",
            f"ip route add default dev {out.a.name} table {number}",
            f"ip neigh add 192.0.2.1 lladdr {out.b.mac} dev {out.a.name}",
        ):
            here.run(command.split())
    here.sysctl("net/ipv4/conf/all/rp_filter", 0)
    return here, first, second


@pytest.mark.parametrize("ttl", [2, 64, 255])
def test_a_packet_goes_round_until_its_time_is_over(
    ring: tuple[Netns, Pair, Pair], ttl: int
) -> None:
    """However often that is: sends do not pile up on the stack."""
    _, first, second = ring
    packet = bytearray(ipv4_udp("198.51.100.1", "192.0.2.1", b"round"))
    packet[TTL_AT] = ttl
    packet[10:12] = bytes(2)
    packet[10:12] = checksum(bytes(packet[:20])).to_bytes(2)
    frame = ethernet(first.a.mac, first.b.mac, ETH_P_IP, bytes(packet))
    with Sender(first.a) as sender:
        for _ in range(50):
            sender.send_frame(frame)
    rounds = (50 * ((ttl + 1) // 2), 50 * (ttl // 2))
    for pair, expected in zip((first, second), rounds, strict=True):
        wait_equal(partial(crossed, pair), (expected, expected), "all rounds")
        assert pair.a.xstats()["tx_drop_ring"] == 0


def crossed(pair: Pair) -> tuple[int, int]:
    """IPv4 packets that left a, and that came to b."""
    return pair.a.xstats()["tx_ipv4"], pair.b.xstats()["rx_ipv4"]


def tunnel(link: Link, name: str, kind: str, ends: tuple[str, str]) -> None:
    """Make a tunnel."""
    near, far = ends
    link.ns.run(
        f"ip link add {name} type {kind} local {near} remote {far}".split()
    )
    link.ns.run(["ip", "link", "set", name, "up"])


@pytest.mark.parametrize("kinds", [("gre", "ipip"), ("gretap", "gre")])
def test_a_tunnel_within_a_tunnel(
    make_pair: PairMaker, kinds: tuple[str, str]
) -> None:
    """Each level is another layer on the stack of who sends."""
    pair = make_pair(ONE, ONE)
    below = [(A4, B4), (B4, A4)]
    for level, kind in enumerate(kinds):
        inside = (f"10.{20 + level}.0.1", f"10.{20 + level}.0.2")
        for end, ends, own in zip(pair, below, inside, strict=True):
            tunnel(end, f"tun{level}", kind, ends)
            add_address(Link.named(end.ns, f"tun{level}"), own, 24)
        below = [inside, inside[::-1]]
    near, far = below[0]
    bursts = [1] * 200
    got = numbers_through(pair.a.ns, pair.b.ns, far, bursts)
    assert got == list(range(200))
    payload = random.Random(2).randbytes(300000)
    assert stream(pair.a.ns, pair.b.ns, far, payload) == payload
    assert near != far
    for end in pair:
        totals = end.xstats()
        assert totals["rx_missed"] == totals["tx_drop_ring"] == 0


def test_a_connection_over_a_pair_within_a_namespace(ns: Namespaces) -> None:
    """Both ends and both sockets in one place, told apart by VRFs."""
    here = ns(quiet=True)
    pair = within(here, "left", "right")
    for table, (end, address) in enumerate(
        zip(pair, (A4, B4), strict=True), 10
    ):
        vrf = f"vrf{table}"
        here.run(f"ip link add {vrf} type vrf table {table}".split())
        here.run(["ip", "link", "set", vrf, "up"])
        here.run(["ip", "link", "set", end.name, "master", vrf])
        add_address(end, address, 24)
    payload = random.Random(3).randbytes(1 << 20)
    with (
        here.socket(socket.AF_INET, socket.SOCK_STREAM) as listener,
        here.socket(socket.AF_INET, socket.SOCK_STREAM) as client,
    ):
        for opened, bound in ((client, b"vrf10"), (listener, b"vrf11")):
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, bound)
        listener.bind((B4, 0))
        listener.listen(1)
        collector = Collector(listener)
        client.connect(listener.getsockname())
        for turn in range(100):  # single frames first
            client.send(payload[turn : turn + 1])
        client.sendall(payload[100:])
        client.shutdown(socket.SHUT_WR)
        assert collector.all() == payload
    assert pair.a.xstats()["tx_ipv4"] > 100
    libc.synchronize()


def test_a_packet_socket_answers_while_it_is_written_to(
    make_pair: PairMaker,
) -> None:
    """Both ends send single frames at once, each into the other's receiving."""
    pair = make_pair(ONE, ONE)
    with (
        Receiver(pair.a) as here,
        Receiver(pair.b) as there,
        Sender(pair.a) as forth,
        Sender(pair.b) as back,
    ):
        with (
            Background(lambda: forth.send(1)),
            Background(lambda: back.send(1)),
        ):
            wait_for(
                lambda: min(forth.sent, back.sent) > 2000, "2000 frames each"
            )
        assert_all(there.take(forth.sent), range(forth.sent))
        assert_all(here.take(back.sent), range(back.sent))
