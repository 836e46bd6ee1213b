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


@pytest.fixture
def message() -> ifinfmsg:
    """Everything the kernel can say, each value one of its own."""
    data = (
        u32(2, 1024)
        + u32(3, 2048)
        + u8(4, 1)
        + u8(5, 0)
        + nest(6, u8(2, 1), u64(3, 2**40, pad=1))
        + nest(
            7,
            u32(2, 3),
            u32(3, 4),
            u8(4, 1),
            u64(5, 2**41, pad=1),
            u64(6, 2**42, pad=1),
        )
        + u32(8, 30)
        + u32(9, 40)
        + nest(
            10,
            nest(1, u32(1, 2), u32(2, 4), s32(3, 7)),
            nest(1, u32(1, 255), s32(3, 0)),
        )
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
        "queues": [
            {"index": 2, "cpu": 7},
            {"index": 3, "cpu": 7},
            {"index": 4, "cpu": 7},
            {"index": 255, "cpu": 0},
        ],
        "gen": True,
        "gen_rate": 2**40,
    }


def test_state(message: ifinfmsg) -> None:
    assert vnet.state(message) == {
        "tx_queued": 3,
        "rx_queued": 4,
        "gen_state": "running",
        "gen_frames": 2**41,
        "gen_nsecs": 2**42,
    }


def test_xstats(message: ifinfmsg) -> None:
    found = vnet.xstats(message)
    assert len(found) == len(uapi.XSTATS) - 2
    assert found["tx_frames"] == 2**50 + 2
    assert found["gen_drop_nomem"] == 2**50 + len(uapi.XSTATS) - 1


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
    assert get(*info, "IFLA_VNET_STATE", "IFLA_VNET_STATE_GEN") == "running"
    assert (
        get("IFLA_LINKINFO", "IFLA_INFO_XSTATS", "IFLA_VNET_XSTATS_RX_POLLS")
        == 2**50 + 21
    )
    assert message.get_nested("linkinfo", "data", "vnet_rx_ring") == 2048


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
