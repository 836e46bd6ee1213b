# SPDX-License-Identifier: GPL-2.0-or-later
"""A router between two pairs: what it forwards keeps its offloads."""

import random
import socket
from contextlib import suppress
from dataclasses import dataclass

import pytest

from lib import link
from lib.link import Link, Make, Pair
from lib.netns import Netns
from lib.offload import (
    KINDS,
    as_on_a_wire,
    assert_summed,
    cut,
    longest,
    merge,
    show,
)
from lib.setup import Namespaces, add_address
from lib.traffic import (
    ETH_P_IP,
    ETH_P_IPV6,
    Receiver,
    family_of,
    stream,
)
from lib.wait import DEADLINE, wait_for

MTU = 1500
SIZE = 1 << 18
SOL_UDP = 17
UDP_SEGMENT = 103
SEGMENT = 1000
SEGMENTS = 16
FIRST = b"first"

NEAR4, FAR4 = "10.1.0.1", "10.2.0.1"
NEAR6, FAR6 = "fd00:1::1", "fd00:2::1"
FAMILIES = pytest.mark.parametrize(
    ("ethertype", "address"),
    [(ETH_P_IP, FAR4), (ETH_P_IPV6, FAR6)],
    ids=["IPv4", "IPv6"],
)


@dataclass(frozen=True)
class Route:
    """client -- router -- server; a is the side that sends."""

    client: Netns
    server: Netns
    inside: Pair
    outside: Pair

    def send(self, address: str, size: int = SIZE) -> None:
        """Send over TCP through the router."""
        payload = random.Random(12).randbytes(size)
        assert stream(self.client, self.server, address, payload) == payload


def lay(kind: str, a: tuple[Netns, str], b: tuple[Netns, str]) -> Pair:
    """A pair of this kind from one namespace to another."""
    near = Make(name=a[1], ns=a[0], kind=kind)
    return link.make_pair(near, Make(name=b[1], ns=b[0], kind=kind))


@pytest.fixture(params=KINDS)
def route(request: pytest.FixtureRequest, ns: Namespaces) -> Route:
    """A route through a router, for IPv4 and IPv6."""
    client, router, server = ns("client"), ns("router"), ns("server")
    made = Route(
        client,
        server,
        lay(request.param, (client, "vnet0"), (router, "inside")),
        lay(request.param, (router, "outside"), (server, "vnet0")),
    )
    router.sysctl("net/ipv4/ip_forward", 1)
    router.sysctl("net/ipv6/conf/all/forwarding", 1)
    for pair in (made.inside, made.outside):
        pair.up()
    places: list[tuple[Link, str, str]] = [
        (made.inside.a, NEAR4, NEAR6),
        (made.inside.b, "10.1.0.254", "fd00:1::fe"),
        (made.outside.a, "10.2.0.254", "fd00:2::fe"),
        (made.outside.b, FAR4, FAR6),
    ]
    for device, address4, address6 in places:
        add_address(device, address4, 24)
        add_address(device, address6, 64)
    for netns, net in ((client, 1), (server, 2)):
        netns.ip.route("add", dst="default", gateway=f"10.{net}.0.254")
        netns.ip.route("add", dst="::/0", gateway=f"fd00:{net}::fe")
    return made


@FAMILIES
def test_gso_frames_are_forwarded_whole(
    route: Route, ethertype: int, address: str
) -> None:
    """Through both pairs, as the sender has made them."""
    show(route.inside)
    show(route.outside)
    with Receiver(route.outside.b, ethertype) as receiver:
        route.send(address)
        assert longest(receiver.pending()) > MTU


@FAMILIES
def test_the_second_pair_may_cut_what_the_first_did_not(
    route: Route, ethertype: int, address: str
) -> None:
    """With the checksums that the sender has left to the first device."""
    show(route.inside)
    show(route.outside)
    as_on_a_wire(route.outside)
    with (
        Receiver(route.inside.b, ethertype) as before,
        Receiver(route.outside.b, ethertype) as after,
    ):
        route.send(address)
        captured = after.pending()
        assert longest(before.pending()) > MTU
    assert longest(captured) == MTU
    full = [c.frame for c in captured if len(c.frame) > MTU]
    assert len(full) > SIZE // MTU // 2
    for frame in full:
        assert_summed(frame)


@FAMILIES
def test_the_router_merges_what_comes_cut(
    route: Route, ethertype: int, address: str
) -> None:
    """And the second pair carries it whole."""
    merge(route.inside)
    show(route.outside)
    with Receiver(route.outside.b, ethertype) as receiver:
        route.send(address, 1 << 20)
        assert longest(receiver.pending()) > MTU


@pytest.mark.parametrize("whole", [True, False], ids=["whole", "cut"])
@pytest.mark.parametrize("address", [FAR4, FAR6], ids=["IPv4", "IPv6"])
def test_datagrams_sent_as_one_are_forwarded(
    route: Route, address: str, whole: bool
) -> None:
    """Each arrives, and as long as the sender said."""
    if not whole:
        cut(route.inside)
    family = family_of(address)
    payload = random.Random(13).randbytes(SEGMENT * SEGMENTS)
    with (
        route.server.socket(family, socket.SOCK_DGRAM) as server,
        route.client.socket(family, socket.SOCK_DGRAM) as client,
    ):
        server.bind((address, 0))
        client.connect(server.getsockname())

        def known() -> bool:
            """Whether all neighbours are, so that nothing waits for them."""
            client.send(FIRST)
            server.settimeout(0.1)
            with suppress(TimeoutError):
                return server.recv(100) == FIRST
            return False

        # the router has no address of its own to ask from until it knows that
        # nobody else has it
        wait_for(known, "the first datagram to come")
        client.setsockopt(SOL_UDP, UDP_SEGMENT, SEGMENT)
        client.send(payload)
        server.settimeout(DEADLINE)
        came: list[bytes] = []
        while len(came) < SEGMENTS:
            datagram = server.recv(1 << 16)
            if datagram != FIRST:
                came.append(datagram)
    assert [len(datagram) for datagram in came] == [SEGMENT] * SEGMENTS
    assert b"".join(came) == payload
