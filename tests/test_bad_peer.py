# SPDX-License-Identifier: GPL-2.0-or-later
"""A peer, and link options, that are wrong are refused in words that help."""

import errno
import os
import struct

import pytest

from lib import link, nl, uapi
from lib.link import Options
from lib.refusal import (
    CREATE,
    PEER,
    Bad,
    Lab,
    assert_refused,
    new_with,
    peer_of,
)

TX_RING = uapi.IFLA_VNET_TX_RING


def _peer(payload: bytes) -> bytes:
    return nl.attr(PEER | nl.NLA_F_NESTED, payload)


def _peer_with(*attributes: bytes) -> bytes:
    return _peer(link.ifinfomsg() + b"".join(attributes))


def _name(text: str) -> bytes:
    return nl.text(link.IFLA_IFNAME, text)


def _kind(text: str) -> bytes:
    return nl.nest(link.IFLA_LINKINFO, nl.text(link.IFLA_INFO_KIND, text))


PEERS = [
    Bad("an empty peer", _peer(b""), ("peer",)),
    Bad("a peer of 3 bytes", _peer(b"abc"), ("peer",)),
    Bad("a peer with half a header", _peer(bytes(15)), ("peer",)),
    Bad(
        "a peer with bytes left over",
        _peer(link.ifinfomsg() + b"\xff\xff\xff"),
        ("peer",),
    ),
    Bad(
        "a peer with an attribute cut short",
        _peer(link.ifinfomsg() + struct.pack("=HHI", 12, link.IFLA_MTU, 1500)),
        ("peer",),
    ),
    Bad(
        "a peer named like a device that exists",
        _peer_with(_name("vnet0")),
        ("peer", "name", "exists"),
        (errno.EEXIST,),
        "vnet0",
    ),
    Bad(
        "a peer named like the device itself",
        _peer_with(_name("new0")),
        ("peer", "name", "exists"),
        (errno.EEXIST,),
        "new0",
    ),
    Bad(
        "a peer's name of 16 characters",
        _peer_with(_name("a" * 16)),
        ("name", "15"),
        (errno.EINVAL, errno.ERANGE),
    ),
    Bad(
        "a peer's name of 200 characters",
        _peer_with(_name("a" * 200)),
        ("name", "15"),
        (errno.EINVAL, errno.ERANGE),
    ),
    Bad("a peer's name with a slash", _peer_with(_name("a/b")), ()),
    Bad("a peer's name with a blank", _peer_with(_name("a b")), ()),
    Bad("a peer named dot-dot", _peer_with(_name("..")), ()),
    Bad(
        "a peer of another kind",
        _peer_with(_name("new1"), _kind("dummy")),
        ("vnet",),
        (errno.EINVAL, errno.EOPNOTSUPP),
    ),
    Bad(
        "a peer that has a peer",
        peer_of(_peer_with(_name("new2"))),
        ("peer",),
        (errno.EINVAL, errno.EOPNOTSUPP),
    ),
    Bad(
        "a peer with a negative index",
        _peer(link.ifinfomsg(-1) + _name("new1")),
        (),
    ),
    Bad(
        "a peer with a garbage address",
        _peer_with(_name("new1"), nl.attr(link.IFLA_ADDRESS, b"abc")),
        (),
    ),
    Bad(
        "a peer with a multicast address",
        _peer_with(_name("new1"), link.address("01:00:5e:00:00:01")),
        (),
        (errno.EINVAL, errno.EADDRNOTAVAIL),
    ),
    Bad(
        "a peer with MTU 67",
        _peer_with(_name("new1"), nl.u32(link.IFLA_MTU, 67)),
        ("mtu",),
    ),
    Bad(
        "a peer with MTU 65536",
        _peer_with(_name("new1"), nl.u32(link.IFLA_MTU, 65536)),
        ("mtu",),
    ),
    Bad(
        "a peer without TX queues",
        _peer_with(_name("new1"), nl.u32(link.IFLA_NUM_TX_QUEUES, 0)),
        ("queues",),
    ),
    Bad(
        "a peer without RX queues",
        _peer_with(_name("new1"), nl.u32(link.IFLA_NUM_RX_QUEUES, 0)),
        ("queues",),
    ),
    Bad(
        "a peer with 257 TX queues",
        _peer_with(_name("new1"), nl.u32(link.IFLA_NUM_TX_QUEUES, 257)),
        ("queues", "256"),
        value=257,
    ),
    Bad(
        "a peer with 257 RX queues",
        _peer_with(_name("new1"), nl.u32(link.IFLA_NUM_RX_QUEUES, 257)),
        ("queues", "256"),
        value=257,
    ),
]


@pytest.mark.parametrize("bad", PEERS, ids=[bad.what for bad in PEERS])
def test_of_the_peer_itself(lab: Lab, bad: Bad) -> None:
    body = new_with(bad.data)
    assert_refused(lab, CREATE, body, bad)


OWN = [
    Bad(
        "no TX queues",
        nl.u32(link.IFLA_NUM_TX_QUEUES, 0),
        ("queues",),
    ),
    Bad(
        "no RX queues",
        nl.u32(link.IFLA_NUM_RX_QUEUES, 0),
        ("queues",),
    ),
    Bad(
        "257 TX queues",
        nl.u32(link.IFLA_NUM_TX_QUEUES, 257),
        ("queues", "256"),
        value=257,
    ),
    Bad(
        "257 RX queues",
        nl.u32(link.IFLA_NUM_RX_QUEUES, 257),
        ("queues", "256"),
        value=257,
    ),
    Bad("MTU 67", nl.u32(link.IFLA_MTU, 67), ("mtu",)),
    Bad("MTU 65536", nl.u32(link.IFLA_MTU, 65536), ("mtu",)),
    Bad(
        "a multicast address",
        link.address("01:00:5e:00:00:01"),
        (),
        (errno.EINVAL, errno.EADDRNOTAVAIL),
    ),
    Bad("a garbage address", nl.attr(link.IFLA_ADDRESS, b"abc"), ()),
]


@pytest.mark.parametrize("bad", OWN, ids=[bad.what for bad in OWN])
def test_of_the_link_options(lab: Lab, bad: Bad) -> None:
    body = (
        link.ifinfomsg()
        + nl.text(link.IFLA_IFNAME, "new0")
        + bad.data
        + link.linkinfo([])
    )
    assert_refused(lab, CREATE, body, bad)


def _dead_pid() -> int:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return child


def test_a_peer_in_the_namespace_of_no_process(lab: Lab) -> None:
    bad = Bad(
        "no process",
        _peer_with(_name("new1"), nl.u32(link.IFLA_NET_NS_PID, _dead_pid())),
        (),
        (errno.ESRCH,),
    )
    assert_refused(lab, CREATE, new_with(bad.data), bad)


def test_a_peer_in_a_namespace_of_no_file(lab: Lab) -> None:
    """A descriptor that is not open, and one that is no namespace."""
    with open("/dev/null", "rb") as file:
        number = file.fileno()
        bad = Bad("/dev/null", b"", (), (errno.EINVAL,))
        body = new_with(
            _peer_with(_name("new1"), nl.u32(link.IFLA_NET_NS_FD, number))
        )
        assert_refused(lab, CREATE, body, bad)
    bad = Bad("closed", b"", (), (errno.EBADF, errno.EINVAL))
    assert_refused(lab, CREATE, body, bad)


@pytest.mark.parametrize("which", ["pair", "lone"])
def test_the_peer_cannot_be_changed(lab: Lab, which: str) -> None:
    device = lab.pair.a if which == "pair" else lab.lone
    bad = Bad("another peer", b"", ("peer",), (errno.EOPNOTSUPP,))
    body = link.ifinfomsg(device.index) + link.linkinfo(
        [nl.u32(TX_RING, 1024), _peer_with(_name("other"))]
    )
    assert_refused(lab, 0, body, bad)


def test_the_present_peer_may_be_named_in_a_change(lab: Lab) -> None:
    """What cannot change is accepted when it is what it is already."""
    device = lab.pair.a
    body = link.linkinfo(
        [nl.u32(TX_RING, 256), _peer_with(_name("vnet1"))]
    )
    device.change(body)
    assert device.options().tx_ring == 256
    device.set(Options(tx_ring=uapi.VNET_RING_DEFAULT))
