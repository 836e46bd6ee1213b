# SPDX-License-Identifier: GPL-2.0-or-later
"""Real traffic, of every sort, through pairs, bridges, routers and qdiscs."""

import hashlib
import json
import os
import random
import re
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from lib import link, uapi
from lib.link import IFF_PROMISC, Link, Make, Pair
from lib.netns import Netns
from lib.setup import (
    A4,
    B4,
    B6,
    Namespaces,
    PairMaker,
    add_address,
    add_vlan,
)
from lib.traffic import (
    BROADCAST,
    ETH_HLEN,
    ETH_P_8021Q,
    ETH_P_ALL,
    ETH_P_TEST,
    VLAN_HLEN,
    Collector,
    Receiver,
    Sender,
    assert_all,
    numbered,
    stream,
)
from lib.wait import DEADLINE, wait_for

PORT = 5201


@pytest.mark.smoke
def test_frames_arrive_all_in_order_and_unchanged(pair: Pair) -> None:
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        numbers = sender.send(2000)
        assert_all(receiver.take(2000), numbers)


@pytest.mark.smoke
def test_both_directions_at_once(pair: Pair) -> None:
    with (
        Receiver(pair.a) as at_a,
        Receiver(pair.b) as at_b,
        Sender(pair.a) as from_a,
        Sender(pair.b) as from_b,
    ):
        other = threading.Thread(target=from_b.send, args=(1000,))
        other.start()
        from_a.send(1000)
        other.join(DEADLINE)
        assert_all(at_b.take(1000), range(1000))
        assert_all(at_a.take(1000), range(1000))


@pytest.mark.parametrize(
    "size", [ETH_HLEN + 8, 59, 60, 61, 64, 128, 129, 1000, 1513, 1514]
)
def test_frames_of_every_size_arrive_as_long_as_they_were(
    pair: Pair, size: int
) -> None:
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        numbers = sender.send(5, size)
        frames = receiver.take(5)
    assert_all(frames, numbers)
    assert {len(frame) for frame in frames} == {size}


@pytest.mark.smoke
@pytest.mark.parametrize("address", [B4, B6], ids=["IPv4", "IPv6"])
def test_ping(dual_pair: Pair, address: str) -> None:
    printed = dual_pair.a.ns.run(
        ["ping", "-c", "5", "-i", "0.05", "-W", "60", address]
    )
    assert "5 received, 0% packet loss" in printed


@pytest.mark.parametrize("address", [B4, B6], ids=["IPv4", "IPv6"])
@pytest.mark.parametrize("way", ["send", "reverse"])
def test_iperf3_over_tcp(dual_pair: Pair, address: str, way: str) -> None:
    """A set number of bytes, not a time."""
    extra = ["-R"] if way == "reverse" else []
    done = iperf3(dual_pair, [*extra, "-c", address, "-n", "8M"])
    assert done["end"]["sum_sent"]["bytes"] >= 8 << 20
    assert done["end"]["sum_received"]["bytes"] > 0


@pytest.fixture
def large_socket_buffers() -> Iterator[None]:
    """Let a socket hold all that a test sends."""
    limits = [Path("/proc/sys/net/core", f"{way}mem_max") for way in "rw"]
    before = [limit.read_text() for limit in limits]
    for limit in limits:
        limit.write_text(str(16 << 20))
    yield
    for limit, value in zip(limits, before, strict=True):
        limit.write_text(value)


def test_iperf3_over_udp(dual_pair: Pair, large_socket_buffers: None) -> None:
    """The receiver's socket holds all of it, and nothing is lost."""
    done = iperf3(
        dual_pair,
        ["-c", B4, "-u", "-b", "2M", "-l", "1000", "-n", "500K", "-w", "8M"],
    )
    totals = done["end"]["sum"]
    assert totals["packets"] >= 500
    assert totals["lost_packets"] == 0


def iperf3(pair: Pair, arguments: list[str]) -> dict[str, Any]:
    """Run a server for one test at b, and the client at a."""
    command = ["iperf3", "-s", "-1", "-p", str(PORT), "--forceflush"]
    with started(pair.b.ns, command, "listening") as server:
        printed = pair.a.ns.run(["iperf3", "-J", "-p", str(PORT), *arguments])
        server.communicate(timeout=DEADLINE)
    found = json.loads(printed)
    assert isinstance(found, dict)
    return found


@contextmanager
def started(
    ns: Netns, command: list[str], ready: str
) -> Iterator[subprocess.Popen[str]]:
    """Start a program and wait for it to say that it is ready."""
    with ns.entered():
        program = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    with program:
        try:
            assert program.stdout is not None
            for line in program.stdout:
                if ready in line.lower():
                    break
            yield program
        finally:
            program.kill()


@pytest.mark.smoke
@pytest.mark.parametrize("address", [B4, B6], ids=["IPv4", "IPv6"])
def test_a_tcp_stream_arrives_as_it_was_sent(
    dual_pair: Pair, address: str
) -> None:
    payload = random.Random(1).randbytes(1 << 20)
    received = stream(dual_pair.a.ns, dual_pair.b.ns, address, payload)
    assert hashlib.sha256(received).digest() == (
        hashlib.sha256(payload).digest()
    )


@pytest.mark.parametrize("size", [0, 1, 1472, 1473, 9000, 65507])
def test_udp_datagrams_arrive_whole(dual_pair: Pair, size: int) -> None:
    """Also those that IP fragments."""
    payload = random.Random(size).randbytes(size)
    with (
        dual_pair.b.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as server,
        dual_pair.a.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as client,
    ):
        server.bind((B4, PORT))
        for _ in range(5):
            client.sendto(payload, (B4, PORT))
            assert server.recv(1 << 16) == payload


def test_vlan_devices_on_top_of_a_pair(pair: Pair) -> None:
    add_vlan(pair.a, 7, "10.7.0.1")
    add_vlan(pair.b, 7, "10.7.0.2")
    add_vlan(pair.b, 8, "10.8.0.2")
    printed = pair.a.ns.run(
        ["ping", "-c", "3", "-i", "0.05", "-W", "60", "10.7.0.2"]
    )
    assert "3 received" in printed


def test_a_vlan_tag_is_seen_at_the_other_end(pair: Pair) -> None:
    """Tags of full-sized frames too: they are on top of the MTU."""
    tag = ETH_P_8021Q.to_bytes(2, "big") + (0x6005).to_bytes(2, "big")
    plain = [
        numbered(i, pair.a.mac, BROADCAST, size)
        for i, size in enumerate((60, 1514))
    ]
    with Receiver(pair.b, ETH_P_ALL) as receiver, Sender(pair.a) as sender:
        for frame in plain:
            sender.send_frame(frame[:12] + tag + frame[12:])
        captured = receiver.capture(2)
    assert [c.vlan for c in captured] == [5, 5]
    assert [c.frame for c in captured] == plain


def test_unicast_for_another_host_is_taken_and_marked_so(pair: Pair) -> None:
    """By a device that is promiscuous: the stack sorts out whose it is."""
    other_host = 3
    pair.b.promiscuous(True)
    with (
        pair.b.ns.socket(socket.AF_PACKET, socket.SOCK_RAW) as tap,
        Sender(pair.a, "02:00:00:00:00:99") as sender,
    ):
        tap.bind(("vnet1", ETH_P_TEST))
        sender.send(1)
        assert tap.recvfrom(2000)[1][2] == other_host
    assert pair.b.info().stats["rx_packets"] == 1


def test_it_can_be_promiscuous(pair: Pair) -> None:
    pair.b.promiscuous(True)
    assert pair.b.info().flags & IFF_PROMISC
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        numbers = sender.send(3)
        assert_all(receiver.take(3), numbers)
    pair.b.promiscuous(False)
    assert not pair.b.info().flags & IFF_PROMISC


@pytest.mark.parametrize(
    ("destination", "counted"),
    [
        (BROADCAST, 2),
        ("01:00:5e:01:02:03", 2),
        ("33:33:00:00:00:05", 2),
    ],
)
def test_broadcast_and_multicast_arrive(
    pair: Pair, destination: str, counted: int
) -> None:
    with Receiver(pair.b) as receiver, Sender(pair.a, destination) as sender:
        sender.send(counted)
        assert_all(receiver.take(counted), range(counted))


def test_multicast_groups_reach_their_members(pair: Pair) -> None:
    group = "239.1.2.3"
    with (
        pair.b.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as member,
        pair.a.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as source,
    ):
        member.bind((group, PORT))
        member.setsockopt(
            socket.IPPROTO_IP,
            socket.IP_ADD_MEMBERSHIP,
            socket.inet_aton(group) + socket.inet_aton(B4),
        )
        source.setsockopt(
            socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(A4)
        )
        source.sendto(b"to all", (group, PORT))
        assert member.recv(100) == b"to all"


@pytest.mark.parametrize(
    "mtu", [uapi.VNET_MTU_MIN, 1280, 1500, 9000, uapi.VNET_MTU_MAX]
)
def test_frames_as_long_as_the_mtu_allows_arrive(
    make_pair: PairMaker, mtu: int
) -> None:
    pair = make_pair(Make(mtu=mtu), Make(mtu=mtu))
    size = mtu + ETH_HLEN
    with Receiver(pair.b) as receiver, Sender(pair.a, size=size) as sender:
        numbers = sender.send(10)
        frames = receiver.take(10)
    assert_all(frames, numbers)
    assert {len(frame) for frame in frames} == {size}


def test_the_mtu_changes_while_traffic_may_flow(pair: Pair) -> None:
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        for mtu in (9000, 68, 65535, 1500):
            pair.a.set_mtu(mtu)
            pair.b.set_mtu(mtu)
            numbers = sender.send(2, mtu + ETH_HLEN)
            assert_all(receiver.take(2), numbers)


@pytest.mark.parametrize("mtu", [uapi.VNET_MTU_MIN, 1500, 9000])
def test_longer_than_the_receivers_mtu_is_dropped_and_counted(
    make_pair: PairMaker, mtu: int
) -> None:
    """The limit is the MTU, an Ethernet header and one VLAN tag."""
    pair = make_pair(Make(mtu=uapi.VNET_MTU_MAX), Make(mtu=mtu))
    longest = mtu + ETH_HLEN + VLAN_HLEN
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        sender.send(4, longest)
        sender.send(3, longest + 1)
        sender.send(1, longest)
        frames = receiver.take(5)
    assert_all(frames, [0, 1, 2, 3, 7])
    info = pair.b.info()
    assert info.xstats["rx_drop_length"] == 3
    assert info.xstats["rx_frames"] == 5
    assert info.stats["rx_length_errors"] == 3
    assert info.stats["rx_errors"] >= 3


def test_a_bridge_of_two_devices(ns: Namespaces) -> None:
    """left -- [br0] -- right: addresses are learnt, every frame is bridged."""
    left, middle, right = ns("left"), ns("bridge"), ns("right")
    link.create(left, Make(name="vnet0"), Make(name="port0", ns=middle))
    link.create(right, Make(name="vnet0"), Make(name="port1", ns=middle))
    middle.ip.link("add", ifname="br0", kind="bridge")
    bridge = middle.ip.link_lookup(ifname="br0")[0]
    for name in ("port0", "port1"):
        port = Link.named(middle, name)
        middle.ip.link("set", index=port.index, master=bridge)
        port.up()
    middle.ip.link("set", index=bridge, state="up")
    ends = [Link.named(left, "vnet0"), Link.named(right, "vnet0")]
    for end, address in zip(ends, (A4, B4), strict=True):
        end.up()
        add_address(end, address, 24)
    for end in ends:
        end.wait_carrier()
    printed = left.run(["ping", "-c", "3", "-i", "0.05", "-W", "60", B4])
    assert "3 received" in printed
    with Receiver(ends[1]) as receiver, Sender(ends[0], ends[1].mac) as sender:
        numbers = sender.send(500)
        assert_all(receiver.take(500), numbers)


def route_and_translate(ns: Namespaces) -> tuple[Netns, Netns, Netns]:
    """client -- router (NAT) -- server; the server knows no way back."""
    client, router, server = ns("client"), ns("router"), ns("server")
    link.create(client, Make(name="vnet0"), Make(name="inside", ns=router))
    link.create(server, Make(name="vnet0"), Make(name="outside", ns=router))
    places = (
        (client, "vnet0", "10.1.0.1"),
        (router, "inside", "10.1.0.254"),
        (router, "outside", "10.2.0.254"),
        (server, "vnet0", "10.2.0.1"),
    )
    devices = [(Link.named(n, name), address) for n, name, address in places]
    for device, address in devices:
        device.up()
        add_address(device, address, 24)
    for device, _ in devices:
        device.wait_carrier()
    client.ip.route("add", dst="default", gateway="10.1.0.254")
    router.sysctl("net/ipv4/ip_forward", 1)
    router.run(
        ["nft", "-f", "-"],
        stdin="table ip nat {\n"
        "  chain post {\n"
        "    type nat hook postrouting priority srcnat;\n"
        '    oifname "outside" masquerade\n'
        "  }\n"
        "}\n",
    )
    return client, router, server


def test_a_route_through_three_namespaces_with_nat(ns: Namespaces) -> None:
    client, _, server = route_and_translate(ns)
    printed = client.run(
        ["ping", "-c", "3", "-i", "0.05", "-W", "60", "10.2.0.1"]
    )
    assert "3 received" in printed
    payload = random.Random(2).randbytes(1 << 18)
    where = ("10.2.0.1", PORT)
    seen: list[str] = []
    assert stream(client, server, where[0], payload) == payload
    with (
        server.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
        client.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        datagrams.bind(where)
        sender.sendto(b"from whom?", where)
        seen.append(datagrams.recvfrom(100)[1][0])
    assert seen == ["10.2.0.254"], "the router's address, not the client's"


def test_netem_delays_duplicates_and_drops(pair: Pair) -> None:
    """What the qdisc does is what the other end sees."""
    ns = pair.a.ns
    tc = ["tc", "qdisc", "replace", "dev", "vnet0", "root", "netem"]
    with Receiver(pair.b) as receiver, Sender(pair.a).roomy() as sender:
        ns.run([*tc, "duplicate", "100%"])
        sender.send(20)
        frames = receiver.take(40)
        assert_all(frames[::2], range(20))
        assert_all(frames[1::2], range(20))
        ns.run([*tc, "loss", "100%"])
        before = pair.a.xstats()["tx_frames"]
        for _ in range(20):
            with suppress(OSError):
                sender.send(1)
        assert pair.a.xstats()["tx_frames"] == before
        ns.run([*tc, "delay", "50ms", "limit", "100"])
        numbers = sender.send(20)
        assert_all(receiver.take(20), numbers)


def test_netem_delays_a_ping(pair: Pair) -> None:
    """A round trip takes at least as long as netem says."""
    tc = ["tc", "qdisc", "add", "dev", "vnet0", "root", "netem"]
    pair.a.ns.run([*tc, "delay", "30ms"])
    printed = pair.a.ns.run(["ping", "-c", "3", "-i", "0.05", "-W", "60", B4])
    shortest = re.search(r"min/avg/max/mdev = ([\d.]+)/", printed)
    assert shortest is not None
    assert float(shortest[1]) >= 30


@pytest.mark.parametrize(
    "qdisc", ["pfifo_fast", "fq_codel", "fq", "prio", "sfq", "mq"]
)
def test_common_qdiscs_pass_every_frame(
    make_pair: PairMaker, qdisc: str
) -> None:
    """Of which mq takes more than one queue."""
    pair = make_pair(Make(tx_queues=2))
    pair.a.ns.run(["tc", "qdisc", "replace", "dev", "vnet0", "root", qdisc])
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        numbers = sender.send(300)
        assert_all(receiver.take(300), numbers)


def test_tcpdump_sees_frames_at_both_ends(pair: Pair) -> None:
    command = ["tcpdump", "-c", "4", "-nn", "-l", "--immediate-mode", "icmp"]
    ready = "listening on"
    with (
        started(pair.a.ns, [*command, "-i", "vnet0"], ready) as at_a,
        started(pair.b.ns, [*command, "-i", "vnet1"], ready) as at_b,
    ):
        pair.a.ns.run(["ping", "-c", "2", "-i", "0.05", "-W", "60", B4])
        for capture in (at_a, at_b):
            printed, _ = capture.communicate(timeout=DEADLINE)
            lines = [ln for ln in printed.splitlines() if "ICMP echo" in ln]
            assert len(lines) == 4
            assert f"{A4} > {B4}: ICMP echo request" in lines[0]
            assert f"{B4} > {A4}: ICMP echo reply" in lines[1]


@pytest.mark.smoke
def test_what_a_device_alone_sends_is_sunk(lone: Link) -> None:
    """It completes as on a real wire, and is counted."""
    with Sender(lone) as sender:
        sender.send(1000)
    wait_for(lambda: lone.xstats()["tx_sunk"] == 1000, "all frames to sink")
    info = lone.info()
    assert info.xstats["tx_frames"] == 1000
    assert info.state.tx_queued == 0
    assert info.stats["tx_packets"] == 1000
    assert info.stats["tx_dropped"] == 0


def test_many_flows_at_once_lose_nothing(make_pair: PairMaker) -> None:
    """Four senders, four TX queues, one wire: order holds within each flow."""
    shape = Make(tx_queues=4, rx_queues=4)
    pair = make_pair(shape, shape)
    macs = [f"02:00:00:00:01:0{i}" for i in range(4)]
    senders = [Sender(pair.a, mac) for mac in macs]
    with Receiver(pair.b) as receiver:
        threads = [
            threading.Thread(target=sender.send, args=(300,))
            for sender in senders
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(DEADLINE)
        frames = receiver.take(1200)
    for mac, sender in zip(macs, senders, strict=True):
        flow = bytes.fromhex(mac.replace(":", ""))
        assert_all([f for f in frames if f[:6] == flow], range(300))
        sender.close()


def test_a_payload_in_fragments_of_memory_arrives(pair: Pair) -> None:
    """sendfile() hands pages over; the frames have them as fragments."""
    payload = random.Random(3).randbytes(1 << 19)
    where = (B4, PORT)
    with (
        pair.b.ns.socket(socket.AF_INET, socket.SOCK_STREAM) as server,
        pair.a.ns.socket(socket.AF_INET, socket.SOCK_STREAM) as client,
        os.fdopen(os.memfd_create("payload"), "wb+") as file,
    ):
        file.write(payload)
        file.flush()
        file.seek(0)
        server.bind(where)
        server.listen(1)
        collector = Collector(server)
        client.connect(where)
        assert client.sendfile(file) == len(payload)
        client.shutdown(socket.SHUT_WR)
        assert collector.all() == payload
