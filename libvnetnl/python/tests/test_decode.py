# SPDX-License-Identifier: GPL-2.0-or-later
"""What the kernel says, decoded."""

import os
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from messages import (
    IFLA_IFNAME,
    IFLA_INFO_DATA,
    IFLA_INFO_KIND,
    IFLA_INFO_XSTATS,
    IFLA_LINKINFO,
    NLA_F_NESTED,
)
from pyroute2.netlink.rtnl.ifinfmsg import ifinfmsg

import pyroute2_vnet as vnet
from pyroute2_vnet import uapi

RTM_NEWLINK = 16


def attr(number: int, payload: bytes) -> bytes:
    padding = bytes(-len(payload) % 4)
    return struct.pack("HH", 4 + len(payload), number) + payload + padding


def nest(number: int, *members: bytes) -> bytes:
    return attr(number | NLA_F_NESTED, b"".join(members))


def u8(number: int, value: int) -> bytes:
    return attr(number, struct.pack("B", value))


def u32(number: int, value: int) -> bytes:
    return attr(number, struct.pack("I", value))


def s32(number: int, value: int) -> bytes:
    return attr(number, struct.pack("i", value))


def u64(number: int, value: int, pad: int) -> bytes:
    """With the padding that the kernel puts in front where it has to."""
    return attr(pad, b"") + attr(number, struct.pack("Q", value))


def decode(data: bytes, xstats: bytes, kind: str = "vnet") -> ifinfmsg:
    """A message as the kernel sends it: the statistics before the data."""
    attrs = attr(IFLA_IFNAME, b"vnet0\0") + nest(
        IFLA_LINKINFO,
        attr(IFLA_INFO_KIND, kind.encode() + b"\0"),
        attr(IFLA_INFO_XSTATS, xstats),
        attr(IFLA_INFO_DATA, data),
    )
    header = struct.pack("IHHII", 32 + len(attrs), RTM_NEWLINK, 0, 0, 0)
    fields = struct.pack("BxHiII", 0, 1, 77, 1, 0)
    message = ifinfmsg(header + fields + attrs)
    message.decode()
    return message


GEN = (
    u8(2, 1)
    + u64(3, 2**40, pad=1)
    + u64(4, 2**44, pad=1)
    + u64(5, 2**45, pad=1)
    + u64(6, 2**46, pad=1)
    + u8(7, 3)
    + u8(8, 2)
    + attr(9, bytes(range(18)))
    + u32(10, 5)
    + u8(11, 7)
    + u32(12, 4095)
    + attr(13, b"\2\0\0\0\0\xab")
    + attr(14, b"\2\0\0\0\0\xac")
    + attr(15, b"\2\0\0\0\0\xad")
    + attr(16, b"\2\0\0\0\0\xae")
    + attr(17, b"\x0a\0\0\1")
    + attr(18, b"\x0a\0\0\xff")
    + attr(19, b"\xfd" + bytes(14) + b"\1")
    + attr(20, b"\xfd" + bytes(14) + b"\2")
    + u32(21, 1024)
    + u32(22, 1025)
    + u32(23, 1026)
    + u32(24, 1027)
    + u32(25, 0b10100)
    + u32(26, 1000)
    + u32(27, 64)
    + u32(28, 1514)
    + u8(29, 2)
    + u8(30, 3)
    + u64(31, 2**47, pad=1)
    + u8(32, 1)
    + attr(33, b"\x01\0\x80")
    + u32(34, 32)
)
"""Every member of IFLA_VNET_GEN."""

GEN_OPTIONS = {
    "gen": True,
    "gen_rate": 2**40,
    "gen_bitrate": 2**44,
    "gen_count": 2**45,
    "gen_duration": 2**46,
    "gen_proto": "tcp4",
    "gen_tcp": "data",
    "gen_raw": bytes(range(18)),
    "gen_vlan": 5,
    "gen_vlan_prio": 7,
    "gen_qinq": 4095,
    "gen_src_mac": "02:00:00:00:00:ab",
    "gen_src_mac_last": "02:00:00:00:00:ac",
    "gen_dst_mac": "02:00:00:00:00:ad",
    "gen_dst_mac_last": "02:00:00:00:00:ae",
    "gen_src": "10.0.0.1",
    "gen_src_last": "10.0.0.255",
    "gen_dst": "fd00::1",
    "gen_dst_last": "fd00::2",
    "gen_src_port": 1024,
    "gen_src_port_last": 1025,
    "gen_dst_port": 1026,
    "gen_dst_port_last": 1027,
    "gen_random": ["src", "src_port"],
    "gen_flows": 1000,
    "gen_size": 64,
    "gen_size_last": 1514,
    "gen_csum": "bad",
    "gen_payload": "pktgen",
    "gen_seed": 2**47,
    "gen_spread": "hash",
    "gen_queues": [0, 23],
    "gen_burst": 32,
}
"""What is read of that."""


@pytest.fixture
def message() -> ifinfmsg:
    """Everything the kernel can say, each value one of its own."""
    data = (
        u32(2, 1024)
        + u32(3, 2048)
        + u8(4, 1)
        + u8(5, 0)
        + nest(6, GEN)
        + nest(
            7,
            u32(2, 3),
            u32(3, 4),
            u8(4, 2),
            u64(5, 2**41, pad=1),
            u64(6, 2**42, pad=1),
            u64(7, 2**43, pad=1),
        )
        + u32(8, 30)
        + u32(9, 40)
        + nest(
            10,
            nest(1, u32(1, 2), u32(2, 4), s32(3, 7)),
            nest(1, u32(1, 9), u8(4, 1)),
            nest(1, u32(1, 255), s32(3, 0), u8(4, 1)),
        )
        + u32(11, 50)
        + u32(12, 60)
        + u8(13, 1)
        + u8(14, 0)
        + u8(15, 1)
    )
    xstats = b"".join(
        u64(number, 2**50 + number, pad=1)
        for number in range(2, len(uapi.XSTATS))
    )
    return decode(data, xstats)


def test_options(message: ifinfmsg) -> None:
    assert vnet.options(message) == {
        "tx_ring": 1024,
        "rx_ring": 2048,
        "rx_pause": True,
        "tx_pause": False,
        "tx_usecs": 30,
        "tx_frames": 40,
        "rx_usecs": 50,
        "rx_frames": 60,
        "adaptive_rx": True,
        "adaptive_tx": False,
        "irq": True,
        "queues": [
            {"index": 2, "cpu": 7},
            {"index": 3, "cpu": 7},
            {"index": 4, "cpu": 7},
            {"index": 9, "failed": True},
            {"index": 255, "cpu": 0, "failed": True},
        ],
        **GEN_OPTIONS,
    }


def test_a_queue_that_is_said_to_be_healthy() -> None:
    """The kernel leaves that out; what is told is read all the same."""
    queues = nest(10, nest(1, u32(1, 3), u8(4, 0)), nest(1, u32(1, 5)))
    assert vnet.options(decode(queues, b"")) == {
        "queues": [{"index": 3, "failed": False}, {"index": 5}]
    }


def test_state(message: ifinfmsg) -> None:
    assert vnet.state(message) == {
        "tx_queued": 3,
        "rx_queued": 4,
        "gen_state": "done",
        "gen_frames": 2**41,
        "gen_nsecs": 2**42,
        "gen_bytes": 2**43,
    }


def test_xstats(message: ifinfmsg) -> None:
    found = vnet.xstats(message)
    assert len(found) == len(uapi.XSTATS) - 2
    assert found["tx_frames"] == 2**50 + 2
    assert found["gen_drop_nomem"] == 2**50 + len(uapi.XSTATS) - 4
    assert found["gen_delivered"] == 2**50 + len(uapi.XSTATS) - 3
    assert found["gen_runs"] == 2**50 + len(uapi.XSTATS) - 2
    assert found["rx_remaps"] == 2**50 + len(uapi.XSTATS) - 1


def test_pyroute2_reads_the_same(message: ifinfmsg) -> None:
    """The attributes by their names, for those who use pyroute2 alone."""

    def get(*names: str) -> Any:
        found = message
        for name in names:
            found = found.get_attr(name)
        return found

    info = ("IFLA_LINKINFO", "IFLA_INFO_DATA")
    assert get(*info, "IFLA_VNET_TX_RING") == 1024
    assert get(*info, "IFLA_VNET_GEN", "IFLA_VNET_GEN_RATE") == 2**40
    assert get(*info, "IFLA_VNET_STATE", "IFLA_VNET_STATE_GEN") == "done"
    assert get(*info, "IFLA_VNET_GEN", "IFLA_VNET_GEN_SRC") == "10.0.0.1"
    assert (
        get("IFLA_LINKINFO", "IFLA_INFO_XSTATS", "IFLA_VNET_XSTATS_RX_POLLS")
        == 2**50 + 21
    )
    assert message.get_nested("linkinfo", "data", "vnet_rx_ring") == 2048


def gen(*members: bytes) -> dict[str, Any]:
    return vnet.options(decode(nest(6, *members), b""))


@pytest.mark.parametrize(
    ("member", "key", "value"),
    [
        (u64(3, 2**64 - 1, pad=1), "gen_rate", "max"),
        (u64(3, 1, pad=1), "gen_rate", 1),
        (attr(9, b"\0" * 512), "gen_raw", bytes(512)),
        (attr(9, b"\xff\0\xff"), "gen_raw", b"\xff\0\xff"),
        (attr(9, b""), "gen_raw", b""),
        (attr(13, bytes(6)), "gen_src_mac", "00:00:00:00:00:00"),
        (attr(17, bytes(4)), "gen_src", "0.0.0.0"),
        (attr(17, bytes(16)), "gen_src", "::"),
        (u32(25, 0), "gen_random", []),
        (u32(25, 0b111111), "gen_random", list(uapi.GEN_FIELDS)),
        (u32(27, 0), "gen_size", 0),
        (attr(33, b"\0"), "gen_queues", []),
        (attr(33, b""), "gen_queues", []),
        (attr(33, b"\xff" * 32), "gen_queues", list(range(256))),
        (attr(33, bytes(31) + b"\x80"), "gen_queues", [255]),
    ],
)
def test_a_value_of_the_generator(
    member: bytes, key: str, value: Any
) -> None:
    assert gen(member) == {key: value}


@pytest.mark.parametrize(
    ("member", "key", "value"),
    [
        (u8(7, 8), "gen_proto", 8),
        (u8(8, 3), "gen_tcp", 3),
        (u8(29, 255), "gen_csum", 255),
        (u8(30, 4), "gen_payload", 4),
        (u8(32, 2), "gen_spread", 2),
        (u32(25, 1 << 31 | 4), "gen_random", ["src", 31]),
        (attr(33, bytes(32) + b"\1"), "gen_queues", [256]),
        # Of no length that there is
        (attr(13, b"\2\0\0\0\0"), "gen_src_mac", b"\2\0\0\0\0"),
        (attr(16, bytes(8)), "gen_dst_mac_last", bytes(8)),
        (attr(17, b"\x0a"), "gen_src", b"\x0a"),
        (attr(20, bytes(15)), "gen_dst_last", bytes(15)),
        (attr(19, b""), "gen_dst", b""),
    ],
)
def test_what_is_not_known_is_what_it_is(
    member: bytes, key: str, value: Any
) -> None:
    """A number or bytes, and nothing else suffers."""
    assert gen(member, u32(34, 5)) == {key: value, "gen_burst": 5}


def test_a_newer_kernel() -> None:
    """Attributes and states that are not known are left out, or as they are."""
    message = decode(
        u32(2, 64)
        + u32(200, 1)
        + nest(7, u8(4, 9), u32(99, 1))
        + nest(10, nest(1, u32(1, 0), u32(99, 1)), u32(99, 1)),
        u64(2, 5, pad=1) + u64(300, 1, pad=1),
    )
    assert vnet.options(message) == {"tx_ring": 64, "queues": [{"index": 0}]}
    assert vnet.state(message) == {"gen_state": 9}
    assert vnet.xstats(message) == {"tx_frames": 5}


def test_a_kernel_that_says_little() -> None:
    message = decode(u32(2, 64), b"")
    assert vnet.options(message) == {"tx_ring": 64}
    assert vnet.state(message) == {}
    assert vnet.xstats(message) == {}


def test_other_kinds() -> None:
    """Their statistics stay what pyroute2 makes of them, bytes in hex."""
    message = decode(b"", b"\1\2\3\4", kind="dummy")
    info = message.get_attr("IFLA_LINKINFO")
    assert info.get_attr("IFLA_INFO_XSTATS") == "01:02:03:04"
    for read in (vnet.options, vnet.state, vnet.xstats):
        with pytest.raises(ValueError, match="vnet0: not a vnet device"):
            read(message)


def test_registering_again() -> None:
    vnet.register()
    message = decode(u32(2, 64), u64(2, 5, pad=1))
    assert vnet.xstats(message) == {"tx_frames": 5}


def test_registering_late() -> None:
    """pyroute2 makes its tables at first use: the package may be imported
    after that."""
    program = """
import struct
from pyroute2 import IPRoute
from pyroute2.netlink.rtnl.ifinfmsg import ifinfmsg
with IPRoute() as ipr:
    assert ipr.link_lookup(ifname="lo")
info = struct.pack("HH5s3x", 9, 1, b"vnet") + struct.pack(
    "HHHHQ", 16, 3, 12, 2, 5)
attrs = struct.pack("HH", 4 + len(info), 18) + info
data = struct.pack("IHHIIBxHiII", 32 + len(attrs), 16, 0, 0, 0, 0, 1, 1, 0, 0)
before = ifinfmsg(data + attrs)
before.decode()
assert before.get_attr("IFLA_LINKINFO").get_attr("IFLA_INFO_XSTATS")
import pyroute2_vnet
after = ifinfmsg(data + attrs)
after.decode()
assert pyroute2_vnet.xstats(after) == {"tx_frames": 5}
"""
    package = Path(__file__).resolve().parent.parent
    subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        env=os.environ | {"PYTHONPATH": str(package)},
    )
