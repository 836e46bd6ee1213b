# SPDX-License-Identifier: GPL-2.0-or-later
"""What is sent, byte by byte, with pyroute2's own link() and with ours."""

import os
import struct
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address
from typing import Any

import pytest
from messages import (
    IFLA_ADDRESS,
    IFLA_IFNAME,
    IFLA_INFO_DATA,
    IFLA_INFO_KIND,
    IFLA_LINKINFO,
    IFLA_MTU,
    IFLA_NET_NS_FD,
    IFLA_NUM_TX_QUEUES,
    Attr,
    Message,
)
from pyroute2_vnet import uapi

Sent = Callable[..., Message]

PEER, TX_RING, RX_RING, RX_PAUSE, TX_PAUSE, GEN = range(1, 7)
TX_USECS, TX_FRAMES, QUEUES = 8, 9, 10
RX_USECS, RX_FRAMES, ADAPTIVE_RX, ADAPTIVE_TX, IRQ = 11, 12, 13, 14, 15
GEN_ENABLE, GEN_RATE = 2, 3
U32, U64 = struct.Struct("I").pack, struct.Struct("Q").pack

RTM_NEWLINK = 16
IFINFOMSG = 16


def peer_attrs(message: Message) -> dict[int, Attr]:
    return message.data()[PEER].attrs(IFINFOMSG)


def peer_data(message: Message) -> dict[int, Attr]:
    info = peer_attrs(message)[IFLA_LINKINFO].attrs()
    assert info[IFLA_INFO_KIND].string() == "vnet"
    return info[IFLA_INFO_DATA].attrs()


def test_the_example(sent: Sent) -> None:
    message = sent(
        "add",
        ifname="vnet0",
        kind="vnet",
        vnet_peer="vnet1",
        vnet_tx_ring=1024,
        vnet_gen_rate=1000,
        vnet_gen_enable=1,
    )
    assert message.type == RTM_NEWLINK
    assert message.attrs[IFLA_IFNAME].string() == "vnet0"
    info = message.attrs[IFLA_LINKINFO].attrs()
    assert info[IFLA_INFO_KIND].string() == "vnet"
    data = message.data()
    assert data.keys() == {PEER, TX_RING, GEN}
    assert data[TX_RING].payload == struct.pack("I", 1024)
    gen = data[GEN].attrs()
    assert gen[GEN_ENABLE].payload == b"\1"
    assert gen[GEN_RATE].payload == struct.pack("Q", 1000)
    assert peer_attrs(message).keys() == {IFLA_IFNAME}
    assert peer_attrs(message)[IFLA_IFNAME].string() == "vnet1"


@pytest.mark.parametrize(
    ("keyword", "number", "value", "payload"),
    [
        ("vnet_tx_ring", TX_RING, 63, struct.pack("I", 63)),
        ("vnet_rx_ring", RX_RING, 2**32 - 1, b"\xff" * 4),
        ("vnet_rx_pause", RX_PAUSE, 0, b"\0"),
        ("vnet_tx_pause", TX_PAUSE, 255, b"\xff"),
        ("vnet_rx_pause", RX_PAUSE, True, b"\1"),
        ("vnet_tx_usecs", TX_USECS, 10, struct.pack("I", 10)),
        ("vnet_tx_frames", TX_FRAMES, 2**32 - 1, b"\xff" * 4),
        ("vnet_rx_usecs", RX_USECS, 50, struct.pack("I", 50)),
        ("vnet_rx_frames", RX_FRAMES, 2**32 - 1, b"\xff" * 4),
        ("vnet_adaptive_rx", ADAPTIVE_RX, True, b"\1"),
        ("vnet_adaptive_tx", ADAPTIVE_TX, 0, b"\0"),
        ("vnet_irq", IRQ, True, b"\1"),
    ],
)
@pytest.mark.parametrize("command", ["add", "set"])
def test_one_option(
    sent: Sent,
    command: str,
    keyword: str,
    number: int,
    value: int,
    payload: bytes,
) -> None:
    message = sent(command, ifname="vnet0", kind="vnet", **{keyword: value})
    assert message.data().keys() == {number}
    assert message.data()[number].payload == payload


# Keyword, number and value of each member of the generator's nest, and what is
# sent; of some more than one
GEN_MEMBERS: list[tuple[str, int, Any, bytes]] = [
    ("vnet_gen_enable", GEN_ENABLE, 0, b"\0"),
    ("vnet_gen_enable", GEN_ENABLE, True, b"\1"),
    ("vnet_gen_rate", GEN_RATE, 2**64 - 1, b"\xff" * 8),
    ("vnet_gen_rate", GEN_RATE, "max", b"\xff" * 8),
    ("vnet_gen_rate", GEN_RATE, 0, bytes(8)),
    ("vnet_gen_bitrate", 4, 10**10, U64(10**10)),
    ("vnet_gen_count", 5, 10**6, U64(10**6)),
    ("vnet_gen_duration", 6, 1, U64(1)),
    ("vnet_gen_proto", 7, "arp", b"\0"),
    ("vnet_gen_proto", 7, "udp4", b"\1"),
    ("vnet_gen_proto", 7, "raw", b"\7"),
    ("vnet_gen_proto", 7, 4, b"\4"),
    ("vnet_gen_proto", 7, 255, b"\xff"),
    ("vnet_gen_tcp", 8, "data", b"\2"),
    ("vnet_gen_raw", 9, b"\0\xff" * 7, b"\0\xff" * 7),
    ("vnet_gen_raw", 9, bytearray(512), bytes(512)),
    ("vnet_gen_raw", 9, b"", b""),
    ("vnet_gen_vlan", 10, 4095, U32(4095)),
    ("vnet_gen_vlan_prio", 11, 7, b"\7"),
    ("vnet_gen_qinq", 12, 1, U32(1)),
    ("vnet_gen_src_mac", 13, "02:00:00:00:00:AB", b"\2\0\0\0\0\xab"),
    ("vnet_gen_src_mac_last", 14, "02:00:00:00:00:ac", b"\2\0\0\0\0\xac"),
    ("vnet_gen_dst_mac", 15, "ff:ff:ff:ff:ff:ff", b"\xff" * 6),
    ("vnet_gen_dst_mac_last", 16, "00:00:00:00:00:00", bytes(6)),
    ("vnet_gen_src", 17, "10.0.0.1", b"\x0a\0\0\1"),
    ("vnet_gen_src", 17, IPv4Address("10.0.0.1"), b"\x0a\0\0\1"),
    ("vnet_gen_src_last", 18, "::", bytes(16)),
    ("vnet_gen_dst", 19, "fd00::1", b"\xfd" + bytes(14) + b"\1"),
    ("vnet_gen_dst", 19, IPv6Address("::1"), bytes(15) + b"\1"),
    ("vnet_gen_dst_last", 20, "255.255.255.255", b"\xff" * 4),
    ("vnet_gen_src_port", 21, 0, U32(0)),
    ("vnet_gen_src_port_last", 22, 65535, U32(65535)),
    ("vnet_gen_dst_port", 23, 9, U32(9)),
    ("vnet_gen_dst_port_last", 24, 2**32 - 1, b"\xff" * 4),
    ("vnet_gen_random", 25, ["src", "src_port"], U32(0b10100)),
    ("vnet_gen_random", 25, {"src_mac", "dst_port"}, U32(0b100001)),
    ("vnet_gen_random", 25, ("dst", "dst"), U32(0b1000)),
    ("vnet_gen_random", 25, ["dst_mac", 31], U32(1 << 31 | 2)),
    ("vnet_gen_random", 25, [], U32(0)),
    ("vnet_gen_flows", 26, 65536, U32(65536)),
    ("vnet_gen_size", 27, 0, U32(0)),
    ("vnet_gen_size_last", 28, 1514, U32(1514)),
    ("vnet_gen_csum", 29, "unnecessary", b"\1"),
    ("vnet_gen_payload", 30, "pktgen", b"\3"),
    ("vnet_gen_seed", 31, 2**64 - 1, b"\xff" * 8),
    ("vnet_gen_spread", 32, "hash", b"\1"),
    ("vnet_gen_queues", 33, [0, 1], b"\3"),
    ("vnet_gen_queues", 33, (8, 0, 8), b"\1\1"),
    ("vnet_gen_queues", 33, {255}, bytes(31) + b"\x80"),
    ("vnet_gen_queues", 33, range(256), b"\xff" * 32),
    ("vnet_gen_queues", 33, [], b"\0"),
    ("vnet_gen_burst", 34, 32768, U32(32768)),
]


def test_all_members_of_the_generator_are_here() -> None:
    assert {keyword for keyword, *_ in GEN_MEMBERS} == {
        name.removeprefix("IFLA_").lower()
        for name, _ in uapi.values(uapi.GEN)
    }


@pytest.mark.parametrize(
    ("keyword", "number", "value", "payload"), GEN_MEMBERS
)
def test_a_member_of_the_generator(
    sent: Sent, keyword: str, number: int, value: Any, payload: bytes
) -> None:
    """Members left out are not sent: the kernel keeps them."""
    message = sent("set", ifname="vnet0", kind="vnet", **{keyword: value})
    assert message.data().keys() == {GEN}
    assert message.data()[GEN].attrs().keys() == {number}
    assert message.data()[GEN].attrs()[number].payload == payload


def test_all_of_the_generator_at_once(sent: Sent) -> None:
    """The last of each in the list above, also of a peer."""
    values = {keyword: value for keyword, _, value, _ in GEN_MEMBERS}
    payloads = {number: payload for _, number, _, payload in GEN_MEMBERS}
    message = sent(
        "add", ifname="vnet0", kind="vnet", vnet_peer=values, **values
    )
    for data in (message.data(), peer_data(message)):
        gen = data[GEN].attrs()
        assert {n: attr.payload for n, attr in gen.items()} == payloads


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        ("vnet_gen_rate", "fast"),
        ("vnet_gen_proto", "udp5"),
        ("vnet_gen_raw", "00"),
        ("vnet_gen_src_mac", "02:00:00:00:00"),
        ("vnet_gen_src", "10.0.0"),
        ("vnet_gen_random", "src"),
        ("vnet_gen_queues", [256]),
    ],
)
def test_wrong_values_raise_even_unchecked(
    sent: Sent, keyword: str, value: Any
) -> None:
    with pytest.raises((TypeError, ValueError)):
        sent("set", ifname="vnet0", kind="vnet", **{keyword: value})


def test_the_generator_as_a_nest(sent: Sent) -> None:
    """pyroute2's own way, alone and with a keyword beside it."""
    nest = {"attrs": [("IFLA_VNET_GEN_RATE", 5)]}
    message = sent("set", ifname="vnet0", kind="vnet", vnet_gen=nest)
    assert message.data()[GEN].attrs()[GEN_RATE].number() == 5

    message = sent(
        "set", ifname="vnet0", kind="vnet", vnet_gen=nest, vnet_gen_enable=1
    )
    gen = message.data()[GEN].attrs()
    assert gen[GEN_RATE].number() == 5
    assert gen[GEN_ENABLE].number() == 1


def test_without_options(sent: Sent) -> None:
    message = sent("add", ifname="vnet0", kind="vnet")
    info = message.attrs[IFLA_LINKINFO].attrs()
    assert info.keys() == {IFLA_INFO_KIND}


def test_link_keywords(sent: Sent) -> None:
    message = sent(
        "add",
        ifname="vnet0",
        kind="vnet",
        address="02:00:00:00:00:AB",
        mtu=9000,
        num_tx_queues=4,
        index=77,
        state="up",
    )
    assert message.ifindex == 77
    assert (message.flags, message.change) == (1, 1)
    assert message.attrs[IFLA_ADDRESS].payload == b"\2\0\0\0\0\xab"
    assert message.attrs[IFLA_MTU].number() == 9000
    assert message.attrs[IFLA_NUM_TX_QUEUES].number() == 4


def test_a_peer_that_the_kernel_names(sent: Sent) -> None:
    message = sent("add", ifname="vnet0", kind="vnet", vnet_peer={})
    assert message.data()[PEER].payload == bytes(IFINFOMSG)


def test_a_peer_with_link_keywords(sent: Sent) -> None:
    with open("/proc/self/ns/net") as netns:
        message = sent(
            "add",
            ifname="vnet0",
            kind="vnet",
            vnet_peer={
                "ifname": "vnet1",
                "address": "02:00:00:00:00:AB",
                "mtu": 9000,
                "num_tx_queues": 4,
                "net_ns_fd": netns.fileno(),
                "index": 78,
                "state": "up",
            },
        )
        fd = netns.fileno()
    _, _, index, flags, change = struct.unpack_from(
        "HHiII", message.data()[PEER].payload
    )
    assert (index, flags, change) == (78, 1, 1)
    attrs = peer_attrs(message)
    assert attrs[IFLA_IFNAME].string() == "vnet1"
    assert attrs[IFLA_ADDRESS].payload == b"\2\0\0\0\0\xab"
    assert attrs[IFLA_MTU].number() == 9000
    assert attrs[IFLA_NUM_TX_QUEUES].number() == 4
    assert attrs[IFLA_NET_NS_FD].number() == fd
    assert IFLA_LINKINFO not in attrs


def test_a_peer_in_a_namespace_given_by_name(
    sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: dict[int, str] = {}

    def record(path: str, flags: int) -> int:
        fd = os_open(path, flags)
        opened[fd] = path
        return fd

    os_open = os.open
    monkeypatch.setattr(os, "open", record)
    message = sent(
        "add",
        ifname="vnet0",
        kind="vnet",
        vnet_peer={"net_ns_fd": "/proc/self/ns/net"},
    )
    fd = peer_attrs(message)[IFLA_NET_NS_FD].number()
    assert opened[fd] == "/proc/self/ns/net"


def test_a_peer_with_options(sent: Sent) -> None:
    message = sent(
        "add",
        ifname="vnet0",
        kind="vnet",
        vnet_rx_ring=64,
        vnet_peer={
            "ifname": "vnet1",
            "kind": "vnet",
            "vnet_rx_ring": 128,
            "vnet_gen_rate": 5,
        },
    )
    assert message.data()[RX_RING].number() == 64
    data = peer_data(message)
    assert data.keys() == {RX_RING, GEN}
    assert data[RX_RING].number() == 128
    assert data[GEN].attrs()[GEN_RATE].number() == 5


# A queue, then a range of them with no CPU in particular
TWO_QUEUES = b"".join(
    struct.pack("HH", 4 + len(queue), 0x8000 | 1) + queue
    for queue in (
        struct.pack("HHI", 8, 1, 3) + struct.pack("HHi", 8, 3, 2),
        struct.pack("HHI", 8, 1, 4)
        + struct.pack("HHI", 8, 2, 255)
        + struct.pack("HHi", 8, 3, -1),
    )
)


@pytest.mark.parametrize(
    "queues",
    [
        [{"index": 3, "cpu": 2}, {"index": 4, "last": 255, "cpu": -1}],
        {
            "attrs": [
                (
                    "IFLA_VNET_QUEUE",
                    {
                        "attrs": [
                            ("IFLA_VNET_QUEUE_INDEX", 3),
                            ("IFLA_VNET_QUEUE_CPU", 2),
                        ]
                    },
                ),
                (
                    "IFLA_VNET_QUEUE",
                    {
                        "attrs": [
                            ("IFLA_VNET_QUEUE_INDEX", 4),
                            ("IFLA_VNET_QUEUE_LAST", 255),
                            ("IFLA_VNET_QUEUE_CPU", -1),
                        ]
                    },
                ),
            ]
        },
    ],
    ids=["keywords", "message"],
)
def test_queues(sent: Sent, queues: Any) -> None:
    message = sent("set", ifname="vnet0", kind="vnet", vnet_queues=queues)
    assert message.data().keys() == {QUEUES}
    assert message.data()[QUEUES].nested
    assert message.data()[QUEUES].payload == TWO_QUEUES


def test_queues_of_a_peer(sent: Sent) -> None:
    message = sent(
        "add",
        ifname="vnet0",
        kind="vnet",
        vnet_peer={
            "vnet_queues": [
                {"index": 3, "cpu": 2},
                {"index": 4, "last": 255, "cpu": -1},
            ]
        },
    )
    assert peer_data(message)[QUEUES].payload == TWO_QUEUES


@pytest.mark.parametrize("failed", [1, True])
def test_a_failed_queue(sent: Sent, failed: int) -> None:
    """With a CPU or without."""
    message = sent(
        "set",
        ifname="vnet0",
        kind="vnet",
        vnet_queues=[
            {"index": 3, "failed": failed},
            {"index": 4, "cpu": 2, "failed": 0},
        ],
    )
    first = struct.pack("HHI", 8, 1, 3) + struct.pack("HHI", 5, 4, 1)
    second = (
        struct.pack("HHI", 8, 1, 4)
        + struct.pack("HHi", 8, 3, 2)
        + struct.pack("HHI", 5, 4, 0)
    )
    assert message.data()[QUEUES].payload == b"".join(
        struct.pack("HH", 4 + len(queue), 0x8000 | 1) + queue
        for queue in (first, second)
    )


@pytest.mark.parametrize(
    "queues", [3, [3], {"index": 3}, [{"cpu": 3}], [{"index": 3, "cpus": 1}]]
)
def test_wrong_queues_raise_even_unchecked(sent: Sent, queues: Any) -> None:
    with pytest.raises(TypeError, match="vnet_queues"):
        sent("set", ifname="vnet0", kind="vnet", vnet_queues=queues)


def test_a_peer_as_a_message(sent: Sent) -> None:
    """pyroute2's own way, as with veth."""
    message = sent(
        "add",
        ifname="vnet0",
        kind="vnet",
        vnet_peer={"index": 78, "attrs": [("IFLA_IFNAME", "vnet1")]},
    )
    assert peer_attrs(message)[IFLA_IFNAME].string() == "vnet1"
    assert struct.unpack_from("i", message.data()[PEER].payload, 4) == (78,)


@pytest.mark.parametrize("keyword", ["ifname", "IFLA_IFNAME"])
def test_attributes_of_a_peer_by_either_name(sent: Sent, keyword: str) -> None:
    message = sent(
        "add", ifname="vnet0", kind="vnet", vnet_peer={keyword: "vnet1"}
    )
    assert peer_attrs(message)[IFLA_IFNAME].string() == "vnet1"


@pytest.mark.parametrize(
    "peer", [{"ifnam": "vnet1"}, {"vnet_tx_rings": 64}, 5, None, ["vnet1"]]
)
def test_a_wrong_peer_raises_even_unchecked(sent: Sent, peer: Any) -> None:
    """What is in the peer is made a message of by us, not by pyroute2: no
    keyword can get lost there."""
    with pytest.raises(TypeError, match="vnet_peer"):
        sent("add", ifname="vnet0", kind="vnet", vnet_peer=peer)


def test_nests_say_that_they_are(sent: Sent) -> None:
    message = sent(
        "add", ifname="vnet0", kind="vnet", vnet_peer="v", vnet_gen_rate=1
    )
    assert message.attrs[IFLA_LINKINFO].attrs()[IFLA_INFO_DATA].nested
    assert message.data()[PEER].nested
    assert message.data()[GEN].nested


def test_other_kinds_are_what_they_were(sent: Sent) -> None:
    message = sent("add", ifname="veth0", kind="veth", peer="veth1")
    info = message.attrs[IFLA_LINKINFO].attrs()
    assert info[IFLA_INFO_KIND].string() == "veth"
    peer = info[IFLA_INFO_DATA].attrs()[1].attrs(IFINFOMSG)
    assert peer[IFLA_IFNAME].string() == "veth1"
