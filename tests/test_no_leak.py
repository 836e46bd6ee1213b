# SPDX-License-Identifier: GPL-2.0-or-later
"""No memory of the kernel reaches userspace but what was put there for it.

On any kernel padding has to be zeros. In a guest that poisons its memory (with
``vm --append "init_on_alloc=0 page_poison=1 slub_debug=P"``, as make test does
for this file and for the generator's frames) memory that was not written
to shows as well: by bytes that come four times in a row nowhere else.
"""

import re
import struct
from typing import Any

import pytest

from lib import ethtool, genl, link, nl, uapi
from lib.gen import Gen
from lib.genl import Family
from lib.link import Link, Make, Options, Pair
from lib.nl import NetlinkError
from lib.qstats import NETDEV_CMD_QSTATS_GET
from lib.setup import Namespaces, PairMaker
from lib.traffic import ETH_P_ALL, ETH_P_TEST, Receiver, Sender, mac_bytes

POISON = re.compile(rb"([\x5a\x6b\xa5\xaa\xcc])\1{3}")
"""Of SLUB: in use, free, the end of an object; of free pages; of initdata."""

Nests = dict[int, Any]
"""Which attributes hold attributes, and which of those do."""

NESTS: Nests = {
    link.IFLA_LINKINFO: {
        link.IFLA_INFO_DATA: {
            uapi.IFLA_VNET_GEN: {},
            uapi.IFLA_VNET_STATE: {},
            uapi.IFLA_VNET_QUEUES: {uapi.IFLA_VNET_QUEUE: {}},
        },
        link.IFLA_INFO_XSTATS: {},
    }
}


def assert_no_poison(what: str, data: bytes) -> None:
    found = POISON.search(data)
    assert not found, f"{what}: at {found.start()}: {data.hex(' ')}"


def assert_clean(what: str, data: bytes, nests: Nests | None) -> None:
    """Attributes with padding of zeros; without a table, nests say that they are."""
    offset = 0
    while offset + 4 <= len(data):
        length, kind = struct.unpack_from("=HH", data, offset)
        end = offset + nl.align(length)
        padding = data[offset + length : end]
        assert not any(padding), f"{what}: {kind:#x} at {offset}: {padding!r}"
        payload = data[offset + 4 : offset + length]
        number = kind & nl.NLA_TYPE_MASK
        inner = f"{what}/{number}"
        if nests is not None and number in nests:
            assert_clean(inner, payload, nests[number])
        elif nests is None and kind & nl.NLA_F_NESTED:
            assert_clean(inner, payload, None)
        offset = end
    assert_no_poison(what, data)


FULL = Gen(
    raw=bytes(range(14)) + b"odd",
    proto=uapi.VNET_GEN_RAW,
    size=61,
    queues=(1,),
    count=3,
    duration=5,
)
RANGES = Gen(
    proto=uapi.VNET_GEN_UDP6,
    vlan=5,
    vlan_prio=3,
    qinq=6,
    src_mac="02:00:00:00:00:01",
    src_mac_last="02:00:00:00:00:09",
    src="fd00::1",
    src_last="fd00::9",
    dst_port=1,
    dst_port_last=9,
    flows=7,
)


@pytest.mark.parametrize("gen", [FULL, RANGES], ids=["raw", "ranges"])
def test_what_a_device_is_told_as(ns: Namespaces, gen: Gen) -> None:
    here = ns(quiet=True)
    shape = Make(
        tx_queues=3,
        rx_queues=3,
        options=Options(queues={0: 0}, failed={2: True}),
        gen=gen,
    )
    link.create(here, shape, Make())
    for info in link.vnets(here):
        Link(here, info.index).up()
        told = link.get_bytes(here, index=info.index)
        assert_clean(info.name, told[16:], NESTS)


IOCTLS = {
    "ETHTOOL_GDRVINFO": (0x03,),
    "ETHTOOL_GREGS": (0x04, 0, 4096),
    "ETHTOOL_GWOL": (0x05,),
    "ETHTOOL_GEEPROM": (0x0B, 0, 0, 4096),
    "ETHTOOL_GCOALESCE": (0x0E,),
    "ETHTOOL_GRINGPARAM": (0x10,),
    "ETHTOOL_GPAUSEPARAM": (0x12,),
    "ETHTOOL_GSTRINGS": (0x1B, 1, 4096),
    "ETHTOOL_GSTATS": (0x1D, 4096),
    "ETHTOOL_GPERMADDR": (0x20, 32),
    "ETHTOOL_GRXFH": (0x29, 1),
    "ETHTOOL_GRXRINGS": (0x2D,),
    "ETHTOOL_GRXCLSRLCNT": (0x2E,),
    "ETHTOOL_GRXCLSRULE": (0x2F,),
    "ETHTOOL_GRXCLSRLALL": (0x30, *[0] * 46, 64),
    "ETHTOOL_GSSET_INFO": (0x37, 0, 0xFFFFFFFF),
    "ETHTOOL_GRXFHINDIR": (0x38, 512),
    "ETHTOOL_GFEATURES": (0x3A, 8),
    "ETHTOOL_GCHANNELS": (0x3C,),
    "ETHTOOL_GTSINFO": (0x41,),
    "ETHTOOL_GMODULEINFO": (0x42,),
    "ETHTOOL_GEEE": (0x44,),
    "ETHTOOL_GRSSH": (0x46, 0, 512, 52),
    "ETHTOOL_PERQUEUE of GCOALESCE": (0x4B, 0x0E, 3),
    "ETHTOOL_GLINKSETTINGS": (0x4C, 0, 0, 0xFF << 16),
}

LARGE = 1 << 18
"""More than any command answers, here."""


@pytest.fixture
def set_up(make_pair: PairMaker) -> Pair:
    """A pair of which much is set: rules, a table, what ethtool shows of it."""
    shape = Make(tx_queues=3, rx_queues=3)
    pair = make_pair(shape, shape)
    for words in (
        ("flow-type", "udp4", "dst-port", "9", "action", "1", "loc", "0"),
        ("flow-type", "tcp6", "src-port", "7", "action", "-1", "loc", "2"),
    ):
        ethtool.ethtool(pair.a, "-N", *words)
    ethtool.ethtool(pair.a, "-X", "equal", "2")
    return pair


def test_what_the_ioctl_of_ethtool_answers(set_up: Pair) -> None:
    """Whether a command is supported or not."""
    answered = 0
    for name, words in IOCTLS.items():
        command = ethtool.buffer(
            struct.pack(f"={len(words)}I", *words), LARGE
        )
        try:
            ethtool.ioctl(set_up.a, command)
            answered += 1
        except OSError:
            pass
        assert_no_poison(name, command.tobytes())
    assert answered >= 12


STATS_GET, STATS_GROUPS, ALL_GROUPS = 32, 3, 0x1F
GETS = (1, 2, 4, 6, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 29, 32, 33, 34, 36,
        38, 39, 41, 42, 45, 46)  # fmt: skip


def test_what_netlink_of_ethtool_answers(set_up: Pair) -> None:
    asked = Family(set_up.a.ns, "ethtool")
    device = nl.nest(
        genl.ETHTOOL_A_HEADER,
        nl.u32(genl.ETHTOOL_A_HEADER_DEV_INDEX, set_up.a.index),
    )
    groups = nl.nest(
        STATS_GROUPS,
        nl.attr(1),
        nl.u32(2, 5),
        nl.u32(4, ALL_GROUPS),
    )
    answered = 0
    for command in GETS:
        more = groups if command == STATS_GET else b""
        head = struct.pack("=BBH", command, 1, 0)
        try:
            answer = asked.socket.request(
                asked.family, 0, head + device + more
            )
        except NetlinkError:
            continue
        for message in answer.messages:
            answered += 1
            assert_clean(f"command {command}", message.body[4:], None)
    asked.socket.close()
    assert answered >= 10


def test_what_is_told_of_queues(set_up: Pair) -> None:
    try:
        asked = Family(set_up.a.ns, "netdev")
    except NetlinkError:
        pytest.skip("this kernel has no netlink family netdev")
    for command in (10, 11, NETDEV_CMD_QSTATS_GET):
        head = struct.pack("=BBH", command, 1, 0)
        try:
            answer = asked.socket.request(
                asked.family, nl.NLM_F_DUMP, head
            )
        except NetlinkError:
            continue
        for message in answer.messages:
            if message.kind == asked.family:
                assert_clean(f"command {command}", message.body[4:], None)
    asked.socket.close()


def test_short_frames_come_as_they_were_sent(pair: Pair) -> None:
    """A wire of memory pads nothing: from a header alone on."""
    head = (
        mac_bytes(pair.b.mac)
        + mac_bytes(pair.a.mac)
        + ETH_P_TEST.to_bytes(2, "big")
    )
    frames = [head + bytes([size]) * size for size in range(64)]
    with Receiver(pair.b, ETH_P_ALL) as receiver, Sender(pair.a) as sender:
        for frame in frames:
            sender.send_frame(frame)
        assert receiver.take(len(frames)) == frames
