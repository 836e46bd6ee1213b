# SPDX-License-Identifier: GPL-2.0-or-later
"""Every option goes through pyroute2 to the kernel and comes back."""

import errno
from typing import Any

import pytest
from pyroute2 import IPRoute, NetNS
from pyroute2.netlink.exceptions import NetlinkError

import pyroute2_vnet as vnet
from pyroute2_vnet import uapi

DEFAULTS = {
    "tx_ring": vnet.RING_DEFAULT,
    "rx_ring": vnet.RING_DEFAULT,
    "rx_pause": bool(vnet.RX_PAUSE_DEFAULT),
    "tx_pause": bool(vnet.TX_PAUSE_DEFAULT),
    "tx_usecs": vnet.TX_USECS_DEFAULT,
    "tx_frames": vnet.TX_FRAMES_DEFAULT,
    "queues": [],
    "gen": False,
    "gen_rate": vnet.GEN_RATE_DEFAULT,
}

# Of each option a value that is not its default, as it is said and read
OTHERS: dict[str, tuple[Any, str, Any]] = {
    "vnet_tx_ring": (1024, "tx_ring", 1024),
    "vnet_rx_ring": (64, "rx_ring", 64),
    "vnet_rx_pause": (0, "rx_pause", False),
    "vnet_tx_pause": (False, "tx_pause", False),
    "vnet_tx_usecs": (50, "tx_usecs", 50),
    "vnet_tx_frames": (1, "tx_frames", 1),
    "vnet_queues": (
        [{"index": 0, "cpu": 0}],
        "queues",
        [{"index": 0, "cpu": 0}],
    ),
    "vnet_gen_enable": (1, "gen", True),
    "vnet_gen_rate": (1000, "gen_rate", 1000),
}


def read(ipr: Any, ifname: str) -> Any:
    (message,) = ipr.link("get", ifname=ifname)
    return message


def test_the_example_of_pyroute2_alone() -> None:
    with IPRoute() as ipr:
        ipr.link(
            "add",
            ifname="vnet0",
            kind="vnet",
            vnet_peer="vnet1",
            vnet_tx_ring=1024,
            vnet_gen_rate=1000,
            vnet_gen_enable=1,
        )
        assert vnet.options(read(ipr, "vnet0")) == {
            **DEFAULTS,
            "tx_ring": 1024,
            "gen": True,
            "gen_rate": 1000,
        }
        assert vnet.options(read(ipr, "vnet1")) == DEFAULTS


def test_a_device_alone(ipr: vnet.VnetRoute) -> None:
    ipr.link("add", ifname="vnet0")
    message = read(ipr, "vnet0")
    assert vnet.options(message) == DEFAULTS
    assert vnet.state(message) == {
        "tx_queued": 0,
        "rx_queued": 0,
        "gen_state": "stopped",
        "gen_frames": 0,
        "gen_nsecs": 0,
    }
    names = {name for name, _ in uapi.values(uapi.XSTATS)}
    assert vnet.xstats(message) == {
        name.removeprefix("IFLA_VNET_XSTATS_").lower(): 0 for name in names
    }


@pytest.mark.parametrize("keyword", OTHERS)
def test_each_option_at_creation(ipr: vnet.VnetRoute, keyword: str) -> None:
    said, key, value = OTHERS[keyword]
    ipr.link("add", ifname="vnet0", vnet_peer="vnet1", **{keyword: said})
    assert vnet.options(read(ipr, "vnet0")) == {**DEFAULTS, key: value}
    assert vnet.options(read(ipr, "vnet1")) == DEFAULTS


@pytest.mark.parametrize("keyword", OTHERS)
def test_each_option_of_the_peer(ipr: vnet.VnetRoute, keyword: str) -> None:
    said, key, value = OTHERS[keyword]
    peer = {"ifname": "vnet1", keyword: said}
    ipr.link("add", ifname="vnet0", vnet_peer=peer)
    assert vnet.options(read(ipr, "vnet0")) == DEFAULTS
    assert vnet.options(read(ipr, "vnet1")) == {**DEFAULTS, key: value}


@pytest.mark.parametrize("keyword", OTHERS)
def test_each_option_live(ipr: vnet.VnetRoute, keyword: str) -> None:
    said, key, value = OTHERS[keyword]
    ipr.link("add", ifname="vnet0", vnet_peer="vnet1")
    ipr.link("set", ifname="vnet0", **{keyword: said})
    assert vnet.options(read(ipr, "vnet0")) == {**DEFAULTS, key: value}
    assert vnet.options(read(ipr, "vnet1")) == DEFAULTS


def test_what_was_read_can_be_sent_back(ipr: vnet.VnetRoute) -> None:
    """All of it at once, to a device that is up and generates: the state,
    too, and nothing starts anew."""
    ipr.link("add", ifname="vnet0", state="up", vnet_gen_rate=10,
             vnet_gen_enable=1, vnet_tx_ring=64, num_rx_queues=4,
             vnet_queues=[{"index": 1, "last": 2, "cpu": 0}])
    before = read(ipr, "vnet0")
    data = before.get_attr("IFLA_LINKINFO").get_attr("IFLA_INFO_DATA")
    info = [("IFLA_INFO_KIND", "vnet"), ("IFLA_INFO_DATA", data.dump())]
    ipr.link("set", index=before["index"], linkinfo={"attrs": info})
    after = read(ipr, "vnet0")
    assert vnet.options(after) == vnet.options(before)
    assert vnet.state(after)["gen_state"] == "running"
    nsecs = [vnet.state(message)["gen_nsecs"] for message in (before, after)]
    assert nsecs[0] <= nsecs[1]


def test_the_peer_in_another_namespace(
    ipr: vnet.VnetRoute, there: str
) -> None:
    ipr.link(
        "add",
        ifname="vnet0",
        vnet_peer={
            "ifname": "eth0",
            "net_ns_fd": there,
            "address": "02:00:00:00:00:ab",
            "mtu": 9000,
            "num_tx_queues": 3,
            "num_rx_queues": 2,
            "state": "up",
            "vnet_rx_ring": 128,
        },
    )
    with NetNS(there) as other:
        message = read(other, "eth0")
        assert message.get_attr("IFLA_ADDRESS") == "02:00:00:00:00:ab"
        assert message.get_attr("IFLA_MTU") == 9000
        assert message.get_attr("IFLA_NUM_TX_QUEUES") == 3
        assert message.get_attr("IFLA_NUM_RX_QUEUES") == 2
        assert message["state"] == "up"
        assert vnet.options(message) == {**DEFAULTS, "rx_ring": 128}


def test_link_in_another_namespace(there: str) -> None:
    """vnet.link() takes whatever has pyroute2's API."""
    with NetNS(there) as other:
        vnet.link(other, "add", ifname="vnet0", vnet_tx_ring=64)
        assert vnet.options(read(other, "vnet0"))["tx_ring"] == 64


@pytest.mark.parametrize(
    ("keyword", "value", "limits"),
    [
        ("vnet_tx_ring", 63, (vnet.RING_MIN, vnet.RING_MAX)),
        ("vnet_rx_ring", 100000, (vnet.RING_MIN, vnet.RING_MAX)),
        ("vnet_gen_rate", 0, (vnet.GEN_RATE_MIN, vnet.GEN_RATE_MAX)),
        ("vnet_rx_pause", 2, (0, 1)),
        ("vnet_tx_usecs", 10001, (0, vnet.TX_USECS_MAX)),
        ("vnet_tx_frames", 0, (vnet.TX_FRAMES_MIN, vnet.TX_FRAMES_MAX)),
    ],
)
@pytest.mark.parametrize("of_peer", [False, True], ids=["own", "peer"])
def test_what_the_kernel_refuses_it_explains(
    ipr: vnet.VnetRoute,
    of_peer: bool,
    keyword: str,
    value: int,
    limits: tuple[int, int],
) -> None:
    option: dict[str, Any] = {keyword: value}
    if of_peer:
        option = {"vnet_peer": option}
    with pytest.raises(NetlinkError) as caught:
        ipr.link("add", ifname="vnet0", **option)
    assert caught.value.code == errno.EINVAL
    text = caught.value.args[1]
    for word in (keyword.removeprefix("vnet_"), *limits):
        assert str(word) in text
    assert not ipr.link_lookup(ifname="vnet0")


def test_the_carrier(ipr: vnet.VnetRoute) -> None:
    ipr.link("add", ifname="vnet0", state="up")
    assert read(ipr, "vnet0").get_attr("IFLA_CARRIER") == 1
    ipr.link("set", ifname="vnet0", carrier=0)
    assert read(ipr, "vnet0").get_attr("IFLA_CARRIER") == 0
    ipr.link("set", ifname="vnet0", carrier=1)
    assert read(ipr, "vnet0").get_attr("IFLA_CARRIER") == 1


def test_dumps_are_filtered(ipr: vnet.VnetRoute) -> None:
    ipr.link("add", ifname="vnet0", vnet_tx_ring=64, vnet_peer="vnet1")
    ipr.link("add", ifname="veth0", kind="veth", peer="veth1")

    def names(**keywords: Any) -> list[str]:
        return sorted(
            message.get_attr("IFLA_IFNAME")
            for message in ipr.link("dump", **keywords)
        )

    assert names(kind="vnet") == ["vnet0", "vnet1"]
    assert names(vnet_tx_ring=64) == ["vnet0"]
    assert names(vnet_tx_ring=65) == []
