# SPDX-License-Identifier: GPL-2.0-or-later
"""Tunnels over a pair: what they carry crosses whole, or is cut within."""

import random
import socket
from dataclasses import dataclass

import pytest

from lib.link import Link, Pair
from lib.offload import (
    as_on_a_wire,
    assert_summed,
    cut,
    is_vnet,
    longest,
    on_a_wire,
    show,
)
from lib.setup import A4, A6, B4, B6, add_address
from lib.traffic import (
    ETH_HLEN,
    ETH_P_IP,
    ETH_P_IPV6,
    Receiver,
    checksum,
    stream,
)
from lib.wait import wait_for

MTU = 1500
SIZE = 1 << 17
NAME = "tunnel0"
TCP_HLEN = 32
GRE_HLEN = 4
GRE_HLEN_CSUM = 8
UDP_TUNNEL_HLEN = 8 + 8
IP_HLEN = {ETH_P_IP: 20, ETH_P_IPV6: 40}
PROTOCOL_AT = {ETH_P_IP: ETH_HLEN + 9, ETH_P_IPV6: ETH_HLEN + 6}


@dataclass(frozen=True)
class Tunnel:
    """A kind of tunnel, and what lies before the packet that it carries."""

    options: str
    header: int
    ethernet: bool = False
    outer: int = ETH_P_IP
    inner: int = ETH_P_IP

    @property
    def overhead(self) -> int:
        """Bytes between the outer Ethernet header and the inner packet."""
        inner = ETH_HLEN if self.ethernet else 0
        return IP_HLEN[self.outer] + self.header + inner

    @property
    def addresses(self) -> tuple[str, str]:
        """The addresses at the ends of the tunnel, inside."""
        if self.inner == ETH_P_IP:
            return "10.9.0.1", "10.9.0.2"
        return "fd00:9::1", "fd00:9::2"

    def carried(self, frame: bytes) -> bytes:
        """The inner packet of a frame, behind an Ethernet header."""
        if self.ethernet:
            return frame[self.overhead :]
        ethertype = self.inner.to_bytes(2, "big")
        return frame[:12] + ethertype + frame[ETH_HLEN + self.overhead :]

    def between(self, pair: Pair) -> None:
        """Make it, from end to end of a pair."""
        ends = (A4, B4) if self.outer == ETH_P_IP else (A6, B6)
        mtu = MTU - self.overhead
        for link, near, far, inside in (
            (pair.a, *ends, self.addresses[0]),
            (pair.b, *ends[::-1], self.addresses[1]),
        ):
            local = "" if "geneve" in self.options else f"local {near}"
            link.ns.run(
                f"ip link add {NAME} mtu {mtu} type {self.options} "
                f"{local} remote {far}".split()
            )
            made = Link.named(link.ns, NAME)
            made.up()
            add_address(made, inside, 64 if ":" in inside else 24)


TUNNELS = {
    "vxlan": Tunnel(
        "vxlan id 7 dstport 4789 udpcsum", UDP_TUNNEL_HLEN, ethernet=True
    ),
    "vxlan-unsummed": Tunnel(
        "vxlan id 7 dstport 4789 noudpcsum", UDP_TUNNEL_HLEN, ethernet=True
    ),
    "vxlan-over-IPv6": Tunnel(
        "vxlan id 7 dstport 4789",
        UDP_TUNNEL_HLEN,
        ethernet=True,
        outer=ETH_P_IPV6,
        inner=ETH_P_IPV6,
    ),
    "geneve": Tunnel("geneve id 7 udpcsum", UDP_TUNNEL_HLEN, ethernet=True),
    "gretap": Tunnel("gretap", GRE_HLEN, ethernet=True),
    "gre": Tunnel("gre", GRE_HLEN),
    "gre-summed": Tunnel("gre csum", GRE_HLEN_CSUM),
    "ipip": Tunnel("ipip", 0),
    "sit": Tunnel("sit", 0, inner=ETH_P_IPV6),
}
ALL = pytest.mark.parametrize("tunnel", TUNNELS.values(), ids=TUNNELS)


def send_through(pair: Pair, tunnel: Tunnel) -> None:
    """Send over TCP through the tunnel."""
    payload = random.Random(4).randbytes(SIZE)
    address = tunnel.addresses[1]
    assert stream(pair.a.ns, pair.b.ns, address, payload) == payload


def tcp_in(tunnel: Tunnel, frame: bytes) -> bool:
    """Does the frame carry TCP through the tunnel?"""
    inner = tunnel.carried(frame)
    at = PROTOCOL_AT[tunnel.inner]
    return (
        len(inner) > at
        and inner[12:14] == tunnel.inner.to_bytes(2, "big")
        and inner[at] == socket.IPPROTO_TCP
    )


@ALL
def test_what_it_carries_crosses_whole(
    either_pair: Pair, tunnel: Tunnel
) -> None:
    """And is counted as the frames that a wire would carry."""
    show(either_pair)
    headers = (
        ETH_HLEN + tunnel.overhead + IP_HLEN[tunnel.inner] + TCP_HLEN
    )
    with Receiver(either_pair.b, tunnel.outer) as receiver:
        tunnel.between(either_pair)
        send_through(either_pair, tunnel)
        captured = receiver.pending()
        assert longest(captured) > MTU

        def counted() -> bool:
            captured.extend(receiver.pending())
            frames = sum(
                on_a_wire(len(c.frame), headers, MTU)[0] for c in captured
            )
            return frames == either_pair.b.xstats()["rx_ipv4"]

        if is_vnet(either_pair) and tunnel.outer == ETH_P_IP:
            wait_for(counted, "the count of frames to be that of the capture")


@ALL
def test_cut_both_its_checksums_are_right(
    either_pair: Pair, tunnel: Tunnel
) -> None:
    """Those of the tunnel, and those of what it carries."""
    show(either_pair)
    as_on_a_wire(either_pair)
    tunnel.between(either_pair)
    with Receiver(either_pair.b, tunnel.outer) as receiver:
        send_through(either_pair, tunnel)
        captured = receiver.pending()
    assert longest(captured) == MTU
    frames = [c.frame for c in captured if tcp_in(tunnel, c.frame)]
    assert len(frames) > SIZE // MTU
    for frame in frames:
        assert_summed(tunnel.carried(frame))
        assert_outer_summed(tunnel, frame)


def assert_outer_summed(tunnel: Tunnel, frame: bytes) -> None:
    """The checksums outside what a tunnel carries are right, or not there."""
    start = ETH_HLEN + IP_HLEN[tunnel.outer]
    if tunnel.outer == ETH_P_IP:
        assert checksum(frame[ETH_HLEN:start]) == 0
    if tunnel.header == UDP_TUNNEL_HLEN:
        told = frame[start + 6 : start + 8]
        assert (told == b"\0\0") == ("noudpcsum" in tunnel.options)
        if told != b"\0\0":
            assert_summed(frame)
    elif tunnel.header == GRE_HLEN_CSUM:
        assert checksum(frame[start:]) == 0


@pytest.mark.parametrize("name", ["vxlan", "gre-summed", "sit"])
def test_cut_it_may_leave_the_inner_checksum(
    either_pair: Pair, name: str
) -> None:
    """To a receiver that takes such frames."""
    tunnel = TUNNELS[name]
    show(either_pair)
    cut(either_pair)
    tunnel.between(either_pair)
    with Receiver(either_pair.b, tunnel.outer) as receiver:
        send_through(either_pair, tunnel)
        assert longest(receiver.pending()) == MTU
