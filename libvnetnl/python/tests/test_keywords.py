# SPDX-License-Identifier: GPL-2.0-or-later
"""Keywords that cannot be are refused, by name, before anything is sent."""

from collections.abc import Iterator
from typing import Any

import pytest
from messages import (
    IFLA_CARRIER,
    IFLA_INFO_KIND,
    IFLA_LINKINFO,
    plain_link,
    request,
)

import pyroute2_vnet as vnet
from pyroute2_vnet.link import prepare


@pytest.fixture
def route() -> Iterator[vnet.VnetRoute]:
    with vnet.VnetRoute() as ipr:
        yield ipr


class NotReached:
    """An IPRoute that must not be asked for anything."""

    def link(self, command: str, **keywords: Any) -> None:
        raise AssertionError(f"link({command!r}, {keywords})")


@pytest.mark.parametrize(
    ("keyword", "meant"),
    [
        ("vnet_tx_rings", "vnet_tx_ring"),
        ("vnet_txring", "vnet_tx_ring"),
        ("vnet_gen_rates", "vnet_gen_rate"),
        ("IFLA_VNET_TX_RINGS", "vnet_tx_ring"),
        ("peer", "vnet_peer"),
        ("tx_ring", "vnet_tx_ring"),
        ("name", "ifname"),
        ("num_tx_queue", "num_tx_queues"),
        ("mttu", "mtu"),
    ],
)
@pytest.mark.parametrize("command", ["add", "set"])
def test_unknown_keywords(command: str, keyword: str, meant: str) -> None:
    with pytest.raises(TypeError, match=f"{keyword}.*mean '{meant}'"):
        vnet.link(
            NotReached(),
            command,
            **{"ifname": "vnet0", "vnet_rx_ring": 64, keyword: 1},
        )


def test_a_keyword_like_no_other() -> None:
    with pytest.raises(TypeError, match="unknown keyword 'xyzzy'$"):
        vnet.link(NotReached(), "add", kind="vnet", xyzzy=1)


def test_the_same_without_the_check() -> None:
    """Why there is one."""
    message = request(
        plain_link, "add", ifname="vnet0", kind="vnet", vnet_tx_rings=64
    )
    info = message.attrs[IFLA_LINKINFO].attrs()
    assert info.keys() == {IFLA_INFO_KIND}


@pytest.mark.parametrize(
    "keyword", ["vnet_tx_ring", "vnet_rx_pause", "vnet_gen_rate"]
)
@pytest.mark.parametrize("value", ["512", 5.0, None, [512], b"512"])
def test_values_of_another_type(keyword: str, value: Any) -> None:
    with pytest.raises(TypeError, match=keyword):
        vnet.link(NotReached(), "add", ifname="vnet0", **{keyword: value})


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        ("vnet_tx_ring", -1),
        ("vnet_tx_ring", 2**32),
        ("vnet_rx_pause", 256),
        ("vnet_gen_enable", -1),
        ("vnet_gen_rate", 2**64),
        ("vnet_gen_bitrate", 2**64),
        ("vnet_gen_proto", 256),
        ("vnet_gen_tcp", -1),
        ("vnet_gen_vlan_prio", 256),
        ("vnet_gen_src_port", 2**32),
    ],
)
def test_values_that_do_not_fit(keyword: str, value: int) -> None:
    with pytest.raises(ValueError, match=f"{keyword} {value}"):
        vnet.link(NotReached(), "set", ifname="vnet0", **{keyword: value})


@pytest.mark.parametrize(
    ("keyword", "value", "error", "words"),
    [
        ("rate", "fast", TypeError, "takes frames a second or 'max', not 'fast'"),
        ("rate", 5.0, TypeError, "takes frames a second"),
        ("proto", "udp", ValueError, "'udp' is none of arp, udp4, .*, raw$"),
        ("proto", None, TypeError, "takes a word or its number, not None"),
        ("proto", "", ValueError, "'' is none of"),
        ("tcp", "fin", ValueError, "'fin' is none of syn, ack, data"),
        ("tcp", b"syn", TypeError, "takes a word"),
        ("csum", "good", ValueError, "none of valid, unnecessary, bad"),
        ("payload", "ones", ValueError, "none of zeros, .*, pktgen"),
        ("spread", "all", ValueError, "none of deal, hash"),
        ("raw", "ff", TypeError, "takes bytes, not 'ff'"),
        ("raw", [1, 2], TypeError, "takes bytes"),
        ("raw", bytes(513), ValueError, "513 bytes is longer than 512"),
        ("src_mac", 5, TypeError, "takes a MAC as text, not 5"),
        ("src_mac", b"\2\0\0\0\0\1", TypeError, "takes a MAC as text"),
        ("src_mac_last", "02:00:00:00:00", ValueError, "no MAC like"),
        ("dst_mac", "02:00:00:00:00:01:02", ValueError, "no MAC like"),
        ("dst_mac", "2:0:0:0:0:1", ValueError, "no MAC like"),
        ("dst_mac_last", "02:00:00:00:00:0g", ValueError, "no MAC like"),
        ("dst_mac", "02:00:00:00:00:01\n", ValueError, "no MAC like"),
        ("src", 0x0A000001, TypeError, "takes an IP address, not 1677"),
        ("src", b"\x0a\0\0\1", TypeError, "takes an IP address"),
        ("src_last", "10.0.0", ValueError, "'10.0.0' is no IP address"),
        ("dst", "10.0.0.256", ValueError, "is no IP address"),
        ("dst", "10.0.0.1/8", ValueError, "is no IP address"),
        ("dst_last", "fe80::1%lo", ValueError, "'fe80::1%lo' has a scope"),
        ("src_port", "http", TypeError, "takes an integer"),
        ("random", "src", TypeError, "takes a list of fields, not 'src'"),
        ("random", 4, TypeError, "takes a list of fields, not 4"),
        ("random", ["sender"], ValueError, "'sender' is none of src_mac, "),
        ("random", [None], TypeError, "takes the name of a field"),
        ("random", [32], ValueError, "32 is not the name of a field"),
        ("queues", 3, TypeError, "takes a list of queues, not 3"),
        ("queues", "0-3", TypeError, "takes a list of queues, not '0-3'"),
        ("queues", ["0"], TypeError, "takes a queue from 0 to 255, not '0'"),
        ("queues", [0, 256], ValueError, "256 is not a queue from 0 to 255"),
        ("queues", [-1], ValueError, "-1 is not a queue"),
    ],
)
def test_values_of_the_generator_that_cannot_be(
    keyword: str, value: Any, error: type[Exception], words: str
) -> None:
    keyword = f"vnet_gen_{keyword}"
    with pytest.raises(error, match=f"^link set: {keyword} .*{words}"):
        vnet.link(NotReached(), "set", ifname="vnet0", **{keyword: value})
    with pytest.raises(error, match=f"vnet_peer: {keyword} .*{words}"):
        vnet.link(
            NotReached(), "add", ifname="vnet0", vnet_peer={keyword: value}
        )


@pytest.mark.parametrize(
    ("queues", "error", "words"),
    [
        (3, TypeError, "takes a list"),
        ({"index": 3, "cpu": 2}, TypeError, "takes a list"),
        ([3], TypeError, "with 'index', not 3"),
        ([{"cpu": 2}], TypeError, "with 'index'"),
        ([{"index": 3, "cpus": 2}], TypeError, "'cpus'.*mean 'cpu'"),
        ([{"index": "3"}], TypeError, "index takes an integer"),
        ([{"index": -1}], ValueError, "index -1 does not fit"),
        ([{"index": 0, "cpu": 2**31}], ValueError, "cpu 2147483648 does not"),
        ([{"index": 0, "failed": "on"}], TypeError, "failed takes an integer"),
        ([{"index": 0, "failed": 256}], ValueError, "failed 256 does not fit"),
    ],
)
def test_queues_that_cannot_be(
    queues: Any, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=f"vnet_queues.*{words}"):
        vnet.link(NotReached(), "set", ifname="vnet0", vnet_queues=queues)


@pytest.mark.parametrize(
    ("peer", "error", "words"),
    [
        (5, TypeError, "vnet_peer takes a name or a dictionary"),
        ({"ifnam": "v"}, TypeError, "vnet_peer.*'ifnam'.*'ifname'"),
        ({"vnet_tx_rin": 64}, TypeError, "vnet_peer.*'vnet_tx_rin'"),
        ({"vnet_tx_ring": "64"}, TypeError, "vnet_peer.*vnet_tx_ring"),
        ({"vnet_tx_ring": -1}, ValueError, "vnet_peer.*vnet_tx_ring"),
        ({"vnet_peer": "v"}, TypeError, "no peer of its own"),
        ({"vnet_state": 1}, TypeError, "vnet_peer.*vnet_state"),
        ({"kind": "veth"}, ValueError, "vnet_peer.*'veth'"),
        ({"state": "on"}, ValueError, "vnet_peer.*'on'"),
        ({"carrier": 0}, TypeError, "vnet_peer.*'carrier'"),
        (
            {"attrs": [("IFLA_IFNAME", "v")], "mtu": 9000},
            TypeError,
            "vnet_peer with 'attrs'.*'mtu'",
        ),
    ],
)
def test_peers_that_cannot_be(
    peer: Any, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        vnet.link(NotReached(), "add", ifname="vnet0", vnet_peer=peer)


@pytest.mark.parametrize("keyword", ["vnet_state", "IFLA_VNET_STATE"])
def test_the_state_can_only_be_read(keyword: str) -> None:
    with pytest.raises(TypeError, match=f"{keyword} can only be read"):
        vnet.link(NotReached(), "set", ifname="vnet0", **{keyword: {}})


def test_the_generator_has_keywords_of_its_own() -> None:
    with pytest.raises(TypeError, match="vnet_gen_rate="):
        vnet.link(NotReached(), "set", ifname="vnet0", vnet_gen={"rate": 5})


def test_the_kind_goes_without_saying() -> None:
    assert prepare("add", {"ifname": "vnet0"})["kind"] == "vnet"
    assert prepare("set", {"index": 1, "vnet_tx_ring": 64})["kind"] == "vnet"
    # but for a device that may be any
    assert "kind" not in prepare("set", {"index": 1, "state": "up"})
    assert "kind" not in prepare("del", {"index": 1})
    assert "kind" not in prepare("get", {"ifname": "lo"})


@pytest.mark.parametrize(
    "keyword",
    ["vnet_tx_ring", "IFLA_VNET_TX_RING", "vnet_gen_rate", "IFLA_VNET_GEN_RATE"],
)
def test_options_by_the_names_of_their_attributes(keyword: str) -> None:
    message = request(vnet.link, "set", ifname="vnet0", **{keyword: 64})
    (attr,) = message.data().values()
    if attr.nested:
        (attr,) = attr.attrs().values()
    assert attr.number() == 64


def test_other_kinds_have_no_vnet_options() -> None:
    with pytest.raises(ValueError, match="'veth'"):
        prepare("add", {"kind": "veth", "vnet_tx_ring": 64})


def test_other_kinds_are_not_checked() -> None:
    keywords = {"ifname": "br0", "kind": "bridge", "br_stp_state": 1}
    assert prepare("add", keywords) == keywords


@pytest.mark.parametrize("command", ["del", "get", "update"])
def test_commands_without_options(command: str) -> None:
    with pytest.raises(TypeError, match=f"link {command} takes no vnet"):
        prepare(command, {"ifname": "vnet0", "vnet_tx_ring": 64})


def test_a_dump_is_filtered_by_numbers() -> None:
    keywords = {"vnet_tx_ring": 64, "vnet_rx_pause": 1}
    assert prepare("dump", keywords) == {**keywords, "kind": "vnet"}
    assert prepare("dump", {"anything": 1}) == {"anything": 1}
    for keyword in (
        "vnet_peer",
        "vnet_gen",
        "vnet_gen_enable",
        "vnet_gen_flows",
        "vnet_gen_proto",
        "vnet_gen_rate",
        "vnet_queues",
        "vnet_tx_rings",
    ):
        with pytest.raises(TypeError, match=keyword):
            prepare("dump", {keyword: 1})


def test_the_carrier_gets_through() -> None:
    """pyroute2 drops the keyword."""
    message = request(vnet.link, "set", ifname="vnet0", carrier=0)
    assert message.attrs[IFLA_CARRIER].payload == b"\0"
    with pytest.raises(TypeError, match="carrier cannot be set"):
        vnet.link(NotReached(), "add", ifname="vnet0", carrier=0)


@pytest.mark.parametrize(
    "keyword", ["carrier_changes", "info_slave_kind", "IFLA_CARRIER_CHANGES"]
)
def test_what_pyroute2_drops(keyword: str) -> None:
    with pytest.raises(TypeError, match=f"{keyword} cannot be set"):
        vnet.link(NotReached(), "set", ifname="vnet0", **{keyword: 1})


def test_the_keywords_of_the_caller_are_left_alone() -> None:
    keywords = {"ifname": "vnet0", "carrier": 0, "vnet_tx_ring": 64}
    before = dict(keywords)
    prepare("set", keywords)
    assert keywords == before


def test_a_route_checks(route: vnet.VnetRoute) -> None:
    with pytest.raises(TypeError, match="vnet_tx_rings"):
        route.link("add", ifname="vnet0", vnet_tx_rings=64)
    with pytest.raises(TypeError, match="'name'"):
        route.link("set", index=1, name="eth0")


def test_a_route_does_what_an_iproute_does(route: vnet.VnetRoute) -> None:
    (index,) = route.link_lookup(ifname="lo")
    (message,) = route.link("get", index=index)
    assert message.get_attr("IFLA_IFNAME") == "lo"
    names = [
        message.get_attr("IFLA_IFNAME") for message in route.link("dump")
    ]
    assert "lo" in names
    assert not [
        message
        for message in route.link("dump", kind="vnet", vnet_tx_ring=1)
    ]
