# SPDX-License-Identifier: GPL-2.0-or-later
"""Every option goes through pyroute2 to the kernel and comes back."""

import errno
from pathlib import Path
from typing import Any

import pytest
from pyroute2 import IPRoute, NetNS
from pyroute2.netlink.exceptions import NetlinkError

import pyroute2_vnet as vnet
from pyroute2_vnet import uapi
from pyroute2_vnet.keywords import OPTIONS

DEFAULTS = {
    "tx_ring": vnet.RING_DEFAULT,
    "rx_ring": vnet.RING_DEFAULT,
    "rx_pause": bool(vnet.RX_PAUSE_DEFAULT),
    "tx_pause": bool(vnet.TX_PAUSE_DEFAULT),
    "tx_usecs": vnet.TX_USECS_DEFAULT,
    "tx_frames": vnet.TX_FRAMES_DEFAULT,
    "rx_usecs": vnet.RX_USECS_DEFAULT,
    "rx_frames": vnet.RX_FRAMES_DEFAULT,
    "adaptive_rx": bool(vnet.ADAPTIVE_RX_DEFAULT),
    "adaptive_tx": bool(vnet.ADAPTIVE_TX_DEFAULT),
    "irq": bool(vnet.IRQ_DEFAULT),
    "queues": [],
    "gen": False,
    "gen_rate": vnet.GEN_RATE_DEFAULT,
    "gen_proto": "arp",
    "gen_src": "10.0.0.1",
    "gen_dst": "10.0.0.2",
    "gen_flows": vnet.GEN_FLOWS_DEFAULT,
    "gen_size": vnet.GEN_SIZE_DEFAULT,
    "gen_csum": "valid",
    "gen_payload": "zeros",
    "gen_seed": 0,
    "gen_spread": "deal",
    "gen_burst": vnet.GEN_BURST_DEFAULT,
}

PORTS = {
    "gen_src_port": vnet.GEN_PORT_DEFAULT,
    "gen_dst_port": vnet.GEN_PORT_DEFAULT,
}
RANGES = {
    "gen_src_port": 1,
    "gen_src_port_last": 65535,
    "gen_dst_port": 53,
    "gen_dst_port_last": 54,
}
UDP4 = {"gen_proto": "udp4", **PORTS}
RAW = bytes(range(2, 20))

# What is said, without vnet_, and what is then not as by default; None: it is
# not there
OTHERS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"tx_ring": 1024}, {"tx_ring": 1024}),
    ({"rx_ring": 64}, {"rx_ring": 64}),
    ({"rx_pause": 0}, {"rx_pause": False}),
    ({"tx_pause": False}, {"tx_pause": False}),
    ({"tx_usecs": 50}, {"tx_usecs": 50}),
    ({"tx_frames": 1}, {"tx_frames": 1}),
    ({"rx_usecs": 50}, {"rx_usecs": 50}),
    ({"rx_frames": 1}, {"rx_frames": 1}),
    ({"adaptive_rx": 1}, {"adaptive_rx": True}),
    ({"adaptive_tx": True}, {"adaptive_tx": True}),
    ({"irq": True}, {"irq": True}),
    ({"queues": [{"index": 0, "cpu": 0}]},) * 2,
    ({"gen_enable": 1}, {"gen": True}),
    ({"gen_rate": 1000},) * 2,
    ({"gen_rate": "max"},) * 2,
    (
        {"gen_bitrate": 10**10},
        {"gen_bitrate": 10**10, "gen_rate": None},
    ),
    ({"gen_count": 5},) * 2,
    ({"gen_duration": 10**9},) * 2,
    ({"gen_proto": "udp4"}, UDP4),
    (
        {"gen_proto": "udp6"},
        {
            "gen_proto": "udp6",
            "gen_src": "fd00::1",
            "gen_dst": "fd00::2",
            "gen_size": 62,
            **PORTS,
        },
    ),
    (
        {"gen_proto": "tcp4", "gen_tcp": "ack"},
        {"gen_proto": "tcp4", "gen_tcp": "ack", **PORTS},
    ),
    (
        {"gen_proto": "raw", "gen_raw": RAW},
        {
            "gen_proto": "raw",
            "gen_raw": RAW,
            "gen_src": None,
            "gen_dst": None,
        },
    ),
    (
        {"gen_vlan": 5, "gen_vlan_prio": 3, "gen_qinq": 6},
    ) * 2,
    (
        {
            "gen_src_mac": "02:00:00:00:00:01",
            "gen_src_mac_last": "02:00:00:00:00:ff",
            "gen_dst_mac": "02:00:00:00:01:01",
            "gen_dst_mac_last": "02:00:00:00:01:ff",
        },
    ) * 2,
    ({"gen_src": "192.0.2.1", "gen_dst": "192.0.2.2"},) * 2,
    ({"gen_src_last": "10.0.0.9", "gen_dst_last": "10.0.0.8"},) * 2,
    ({"gen_proto": "udp4", **RANGES}, UDP4 | RANGES),
    (
        {"gen_src_last": "10.0.0.9", "gen_random": ["src"], "gen_seed": 7},
    ) * 2,
    ({"gen_flows": 1000},) * 2,
    ({"gen_size": 64, "gen_size_last": 1514},) * 2,
    ({"gen_size": vnet.GEN_SIZE_IMIX},) * 2,
    (
        {"gen_proto": "udp4", "gen_csum": "bad", "gen_payload": "random"},
        UDP4 | {"gen_csum": "bad", "gen_payload": "random"},
    ),
    (
        {"gen_proto": "udp4", "gen_spread": "hash"},
        UDP4 | {"gen_spread": "hash"},
    ),
    ({"gen_queues": [0]},) * 2,
    ({"gen_burst": 32},) * 2,
]
CASES = [
    pytest.param(
        {f"vnet_{key}": value for key, value in said.items()},
        {
            key: value
            for key, value in {**DEFAULTS, **changed}.items()
            if value is not None
        },
        id=",".join(said),
    )
    for said, changed in OTHERS
]


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
        "gen_bytes": 0,
    }
    names = {name for name, _ in uapi.values(uapi.XSTATS)}
    assert vnet.xstats(message) == {
        name.removeprefix("IFLA_VNET_XSTATS_").lower(): 0 for name in names
    }


@pytest.mark.parametrize(("said", "found"), CASES)
def test_each_option_at_creation(
    ipr: vnet.VnetRoute, said: dict[str, Any], found: dict[str, Any]
) -> None:
    ipr.link("add", ifname="vnet0", vnet_peer="vnet1", **said)
    assert vnet.options(read(ipr, "vnet0")) == found
    assert vnet.options(read(ipr, "vnet1")) == DEFAULTS


@pytest.mark.parametrize(("said", "found"), CASES)
def test_each_option_of_the_peer(
    ipr: vnet.VnetRoute, said: dict[str, Any], found: dict[str, Any]
) -> None:
    ipr.link("add", ifname="vnet0", vnet_peer={"ifname": "vnet1", **said})
    assert vnet.options(read(ipr, "vnet0")) == DEFAULTS
    assert vnet.options(read(ipr, "vnet1")) == found


@pytest.mark.parametrize(("said", "found"), CASES)
def test_each_option_live(
    ipr: vnet.VnetRoute, said: dict[str, Any], found: dict[str, Any]
) -> None:
    """And what was read can be said again, and changes nothing."""
    ipr.link("add", ifname="vnet0", vnet_peer="vnet1")
    ipr.link("set", ifname="vnet0", **said)
    assert vnet.options(read(ipr, "vnet0")) == found
    assert vnet.options(read(ipr, "vnet1")) == DEFAULTS

    again = {
        f"vnet_{'gen_enable' if key == 'gen' else key}": value
        for key, value in found.items()
    }
    ipr.link("set", ifname="vnet0", **again)
    assert vnet.options(read(ipr, "vnet0")) == found


def test_all_options_are_tried() -> None:
    tried = {f"vnet_{key}" for said, _ in OTHERS for key in said}
    assert tried == OPTIONS.keys() - {"vnet_peer", "vnet_gen"}


def test_what_was_read_can_be_sent_back(ipr: vnet.VnetRoute) -> None:
    """All of it at once, to a device that is up and generates: the state,
    too, and nothing starts anew."""
    ipr.link("add", ifname="vnet0", state="up", vnet_gen_rate=10,
             vnet_gen_enable=1, vnet_tx_ring=64, num_rx_queues=4,
             vnet_queues=[{"index": 1, "last": 2, "cpu": 0}],
             vnet_gen_proto="tcp6", vnet_gen_src="fd00::5",
             vnet_gen_src_last="fd00::9", vnet_gen_random=["src"],
             vnet_gen_src_mac="02:00:00:00:00:05", vnet_gen_queues=[0, 3],
             vnet_gen_vlan=7, vnet_gen_count=10**9)
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
        # A kernel for one CPU does not tell
        smp = Path("/sys/class/net/lo/queues/rx-0/rps_cpus").exists()
        told = message.get_attr("IFLA_NUM_RX_QUEUES")
        assert told == (2 if smp else None)
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
        ("vnet_gen_bitrate", 0, (vnet.GEN_BITRATE_MIN, vnet.GEN_BITRATE_MAX)),
        ("vnet_gen_flows", 0, (vnet.GEN_FLOWS_MIN, vnet.GEN_FLOWS_MAX)),
        ("vnet_gen_burst", 0, (vnet.GEN_BURST_MIN, vnet.GEN_BURST_MAX)),
        ("vnet_rx_pause", 2, (0, 1)),
        ("vnet_tx_usecs", 10001, (0, vnet.TX_USECS_MAX)),
        ("vnet_tx_frames", 0, (vnet.TX_FRAMES_MIN, vnet.TX_FRAMES_MAX)),
        ("vnet_rx_usecs", 1000001, (0, vnet.RX_USECS_MAX)),
        ("vnet_rx_frames", 4097, (0, vnet.RX_FRAMES_MAX)),
        ("vnet_adaptive_rx", 2, (0, 1)),
        ("vnet_irq", 2, (0, 1)),
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
