# SPDX-License-Identifier: GPL-2.0-or-later
"""What is wrong is refused, with the right errno and words that help.

The words name the attribute and its limit. A refused request changes nothing.
Every value is tried in each of the three places where it can be said: for a
new device, for its peer (whose options the core does not parse), and in a
change of a device that is up.
"""

import errno
import os
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from lib import link, nl, uapi
from lib.cpus import possible_cpus
from lib.link import RTM_NEWLINK, Link, Make, Options, Pair
from lib.nl import NetlinkError
from lib.setup import Namespaces

GEN = uapi.IFLA_VNET_GEN
ENABLE = uapi.IFLA_VNET_GEN_ENABLE
RATE = uapi.IFLA_VNET_GEN_RATE
QUEUES = uapi.IFLA_VNET_QUEUES
QUEUE = uapi.IFLA_VNET_QUEUE
PEER = uapi.IFLA_VNET_PEER
STATE = uapi.IFLA_VNET_STATE
RATE_MAX = uapi.VNET_GEN_RATE_MAX
RINGS = {"tx_ring": uapi.IFLA_VNET_TX_RING, "rx_ring": uapi.IFLA_VNET_RX_RING}
PAUSES = {
    "rx_pause": uapi.IFLA_VNET_RX_PAUSE,
    "tx_pause": uapi.IFLA_VNET_TX_PAUSE,
}
NUMBERS = {
    "tx_usecs": (uapi.IFLA_VNET_TX_USECS, 0, uapi.VNET_TX_USECS_MAX),
    "tx_frames": (
        uapi.IFLA_VNET_TX_FRAMES,
        uapi.VNET_TX_FRAMES_MIN,
        uapi.VNET_TX_FRAMES_MAX,
    ),
}
RING_LIMITS = (str(uapi.VNET_RING_MIN), str(uapi.VNET_RING_MAX))
GEN_RATE = "gen[_ ]rate"
BOOLEAN = (r"\b0\b|off", r"\b1\b|on")
FORMATS = not os.uname().release.startswith("6.1.")
WRONG_LENGTH = (errno.EINVAL, errno.ERANGE)


@dataclass(frozen=True)
class Bad:
    """Members of IFLA_INFO_DATA, and what the refusal has to be like.

    The value is named as well, where the kernel can format its messages.
    """

    what: str
    data: bytes
    words: tuple[str, ...]
    codes: tuple[int, ...] = (errno.EINVAL,)
    value: object = ""


def _bad_rings() -> Iterator[Bad]:
    for name, kind in RINGS.items():
        for value in (0, 1, 63, 65, 96, 32767, 32769, 65536, 100000, 1 << 31):
            yield Bad(
                f"{name} {value}",
                nl.u32(kind, value),
                (name, *RING_LIMITS),
                value=value,
            )
        for length in (0, 1, 2, 3, 5, 8):
            yield Bad(
                f"{name} of {length} bytes",
                nl.attr(kind, b"\0\2\0\0\0\0\0\0"[:length]),
                (name,),
                WRONG_LENGTH,
            )


def _bad_pauses() -> Iterator[Bad]:
    for name, kind in PAUSES.items():
        for value in (2, 255):
            yield Bad(
                f"{name} {value}",
                nl.u8(kind, value),
                (name, *BOOLEAN),
                value=value,
            )
        for length in (0, 2, 4):
            yield Bad(
                f"{name} of {length} bytes",
                nl.attr(kind, b"\1\0\0\0"[:length]),
                (name,),
                WRONG_LENGTH,
            )


def _bad_numbers() -> Iterator[Bad]:
    for name, (kind, least, most) in NUMBERS.items():
        for value in (least - 1, most + 1, 1 << 31, (1 << 32) - 1):
            if value < 0:
                continue
            yield Bad(
                f"{name} {value}",
                nl.u32(kind, value),
                (name, str(least), str(most)),
                value=value,
            )
        for length in (0, 1, 2, 3, 5, 8):
            yield Bad(
                f"{name} of {length} bytes",
                nl.attr(kind, b"\1\0\0\0\0\0\0\0"[:length]),
                (name,),
                WRONG_LENGTH,
            )


def _queues(*members: bytes) -> bytes:
    return nl.nest(QUEUES, *members)


def _bad_queues() -> Iterator[Bad]:
    most = uapi.VNET_QUEUES_MAX
    for value in (most, 1 << 31, (1 << 32) - 1):
        yield Bad(
            f"queue {value}",
            _queues(link.queue(value, 0)),
            ("queue index", str(most)),
            value=value,
        )
        yield Bad(
            f"queues to {value}",
            _queues(link.queue(0, 0, value)),
            ("queue last", str(most)),
            value=value,
        )
    yield Bad(
        "a queue that the device does not have",
        _queues(link.queue(0, 0), link.queue(most - 1, 0)),
        ("queue index", "number of RX queues"),
        value=most - 1,
    )
    yield Bad(
        "a range that the device does not have",
        _queues(link.queue(0, 0, most - 2)),
        ("queue index", "number of RX queues"),
        value=most - 2,
    )
    yield Bad(
        "a range that ends before it begins",
        _queues(link.queue(5, 0, 4)),
        ("queue last", "index"),
        value=4,
    )
    for cpu in (-2, -(1 << 31), possible_cpus(), 1 << 20, (1 << 31) - 1):
        yield Bad(
            f"cpu {cpu}",
            _queues(link.queue(0, cpu)),
            ("queue cpu", "-1"),
            value=cpu,
        )
    for what, first, second in (
        ("the same queue", link.queue(0, 0), link.queue(0, 0)),
        ("a queue and its range", link.queue(0, 0), link.queue(0, -1, 3)),
        ("a range and a queue in it", link.queue(0, 0, 3), link.queue(0, 0)),
    ):
        yield Bad(
            f"{what} twice",
            _queues(first, second),
            ("queue index", "twice"),
            value=0,
        )
    yield Bad(
        "a queue without an index",
        _queues(nl.nest(QUEUE, nl.s32(uapi.IFLA_VNET_QUEUE_CPU, 0))),
        ("queue index",),
    )
    for name in ("INDEX", "LAST", "CPU"):
        kind = getattr(uapi, f"IFLA_VNET_QUEUE_{name}")
        for length in (0, 1, 3, 5, 8):
            yield Bad(
                f"a queue's {name.lower()} of {length} bytes",
                _queues(nl.nest(QUEUE, nl.attr(kind, bytes(length)))),
                (f"queue {name.lower()}",),
                WRONG_LENGTH,
            )
    unknown = uapi.IFLA_VNET_QUEUE_MAX + 1
    yield Bad(
        "an unknown attribute of a queue",
        _queues(nl.nest(QUEUE, nl.u32(unknown, 1))),
        ("unknown",),
        value=unknown,
    )
    unknown = uapi.IFLA_VNET_QUEUES_MAX + 1
    yield Bad(
        "an unknown attribute among queues",
        _queues(link.queue(0, 0), nl.nest(unknown)),
        ("unknown",),
        value=unknown,
    )
    yield Bad("queues that are a number", nl.u8(QUEUES, 1), ("queues",))
    yield Bad("a queue that is a number", _queues(nl.u8(QUEUE, 1)), ("queue",))
    yield Bad(
        "queues with bytes left over",
        nl.attr(QUEUES | nl.NLA_F_NESTED, link.queue(0, 0) + b"\xff\xff\xff"),
        ("queues",),
    )
    yield Bad(
        "a bad queue after a good ring and a good queue",
        nl.u32(RINGS["rx_ring"], 2048)
        + _queues(link.queue(0, 0), link.queue(most, 0)),
        ("queue index",),
        value=most,
    )


def _bad_generators() -> Iterator[Bad]:
    for value in (0, RATE_MAX + 1, 1 << 32, (1 << 64) - 1):
        yield Bad(
            f"gen_rate {value}",
            nl.nest(GEN, nl.u64(RATE, value)),
            (GEN_RATE, str(uapi.VNET_GEN_RATE_MIN), str(RATE_MAX)),
            value=value,
        )
    for value in (2, 255):
        yield Bad(
            f"gen {value}",
            nl.nest(GEN, nl.u8(ENABLE, value)),
            ("gen", *BOOLEAN),
            value=value,
        )
    for length in (0, 4, 7, 9):
        yield Bad(
            f"gen_rate of {length} bytes",
            nl.nest(GEN, nl.attr(RATE, b"\1\0\0\0\0\0\0\0\0"[:length])),
            (GEN_RATE,),
            WRONG_LENGTH,
        )
    yield Bad(
        "gen of 2 bytes",
        nl.nest(GEN, nl.attr(ENABLE, b"\1\0")),
        ("gen",),
        WRONG_LENGTH,
    )
    for number in (uapi.IFLA_VNET_GEN_MAX + 1, 99):
        yield Bad(
            f"unknown attribute {number} of gen",
            nl.nest(GEN, nl.u32(number, 1)),
            ("unknown",),
            value=number,
        )


def _garbage() -> Iterator[Bad]:
    yield Bad("gen that is a number", nl.u8(GEN, 1), ("gen",))
    yield Bad(
        "gen with a member longer than itself",
        nl.attr(GEN | nl.NLA_F_NESTED, struct.pack("=HHI", 12, RATE, 1)),
        ("gen",),
    )
    yield Bad(
        "gen with a member shorter than its header",
        nl.attr(GEN | nl.NLA_F_NESTED, struct.pack("=HHI", 3, RATE, 1)),
        ("gen",),
    )
    yield Bad(
        "gen with bytes left over",
        nl.attr(GEN | nl.NLA_F_NESTED, nl.u8(ENABLE, 0) + b"\xff\xff\xff"),
        ("gen",),
    )
    for number in (uapi.IFLA_VNET_MAX + 1, 63, 1000):
        yield Bad(
            f"unknown attribute {number}",
            nl.u32(number, 1),
            ("unknown",),
            value=number,
        )
    yield Bad(
        "a good attribute, then an unknown one",
        nl.u32(RINGS["tx_ring"], 1024) + nl.u32(uapi.IFLA_VNET_MAX + 7, 1),
        ("unknown",),
        value=uapi.IFLA_VNET_MAX + 7,
    )
    yield Bad(
        "a good attribute, then a bad one",
        nl.u32(RINGS["tx_ring"], 1024) + nl.u32(RINGS["rx_ring"], 63),
        ("rx_ring", *RING_LIMITS),
    )
    yield Bad(
        "a good tx_usecs, then a bad tx_frames",
        nl.u32(NUMBERS["tx_usecs"][0], 5) + nl.u32(NUMBERS["tx_frames"][0], 0),
        ("tx_frames",),
        value=0,
    )
    yield Bad(
        "a bad generator after a good ring and pause",
        nl.u32(RINGS["rx_ring"], 2048)
        + nl.u8(PAUSES["tx_pause"], 0)
        + nl.nest(GEN, nl.u8(ENABLE, 1), nl.u64(RATE, 0)),
        (GEN_RATE, str(RATE_MAX)),
    )
    yield Bad(
        "an attribute cut short",
        nl.u32(RINGS["tx_ring"], 1024)
        + struct.pack("=HHH", 8, RINGS["rx_ring"], 64),
        (r".",),
    )
    yield Bad(
        "an attribute shorter than its header",
        nl.u32(RINGS["tx_ring"], 1024) + struct.pack("=HH", 2, 1),
        (r".",),
    )


EVERYWHERE = [
    *_bad_rings(),
    *_bad_pauses(),
    *_bad_numbers(),
    *_bad_queues(),
    *_bad_generators(),
    *_garbage(),
]


@dataclass(frozen=True)
class Lab:
    """A pair that is up and a device alone, for all tests of the file."""

    pair: Pair
    lone: Link

    def snapshot(self) -> list[object]:
        """All that a request could have changed."""
        return [
            sorted(info.settings for info in link.vnets(ns))
            for ns in (self.pair.a.ns, self.pair.b.ns)
        ]


@pytest.fixture(scope="module")
def shared_lab(loaded_module: None) -> Iterator[Lab]:
    """The devices of all tests of this file."""
    namespaces = Namespaces()
    here = namespaces("here", quiet=True)
    there = namespaces("there", quiet=True)
    pair = link.make_pair(
        Make(name="vnet0", ns=here), Make(name="vnet1", ns=there)
    ).up()
    lone = link.make_lone(Make(name="lone", ns=here))
    yield Lab(pair, lone)
    namespaces.assert_conserved()
    namespaces.remove()


@pytest.fixture
def lab(shared_lab: Lab) -> Iterator[Lab]:
    """The shared devices; what a test made besides them is deleted."""
    yield shared_lab
    for ns in (shared_lab.pair.a.ns, shared_lab.pair.b.ns):
        for info in link.vnets(ns):
            if info.name not in ("vnet0", "vnet1", "lone"):
                link.delete_if_there(Link(ns, info.index))


def assert_refused(lab: Lab, flags: int, body: bytes, bad: Bad) -> None:
    """The request is refused as described, and nothing is changed."""
    before = lab.snapshot()
    with pytest.raises(NetlinkError) as refusal:
        lab.pair.a.ns.rtnl.request(RTM_NEWLINK, flags, body)
    error = refusal.value
    names = [errno.errorcode[code] for code in bad.codes]
    assert error.errno in bad.codes, (
        f"{errno.errorcode[error.errno or 0]} ({error.said!r}), not {names}"
    )
    value = (str(bad.value),) if FORMATS else ()
    for word in (*bad.words, *value):
        assert re.search(word, error.said), f"{error.said!r}: no {word}"
    assert lab.snapshot() == before


CREATE = nl.NLM_F_CREATE | nl.NLM_F_EXCL
_ids = [bad.what for bad in EVERYWHERE]


def peer_of(inner: bytes, attributes: bytes = b"") -> bytes:
    """IFLA_VNET_PEER with these members in the peer's own options."""
    return nl.nest(
        PEER,
        link.ifinfomsg(),
        nl.text(link.IFLA_IFNAME, "new1"),
        attributes,
        link.linkinfo([inner]),
    )


def new_with(*data: bytes) -> bytes:
    """A request for a device new0 with these members of IFLA_INFO_DATA."""
    return (
        link.ifinfomsg()
        + nl.text(link.IFLA_IFNAME, "new0")
        + link.linkinfo(data)
    )


@pytest.mark.smoke
@pytest.mark.parametrize("bad", EVERYWHERE, ids=_ids)
def test_of_a_new_device(lab: Lab, bad: Bad) -> None:
    body = new_with(bad.data)
    assert_refused(lab, CREATE, body, bad)


@pytest.mark.parametrize("bad", EVERYWHERE, ids=_ids)
def test_of_the_peer_of_a_new_device(lab: Lab, bad: Bad) -> None:
    """The core does not look into the peer's options; the module does."""
    body = new_with(peer_of(bad.data))
    assert_refused(lab, CREATE, body, bad)


@pytest.mark.parametrize("bad", EVERYWHERE, ids=_ids)
def test_in_a_change(lab: Lab, bad: Bad) -> None:
    body = link.ifinfomsg(lab.pair.a.index) + link.linkinfo([bad.data])
    assert_refused(lab, 0, body, bad)


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
        [nl.u32(RINGS["tx_ring"], 1024), _peer_with(_name("other"))]
    )
    assert_refused(lab, 0, body, bad)


def test_the_present_peer_may_be_named_in_a_change(lab: Lab) -> None:
    """What cannot change is accepted when it is what it is already."""
    device = lab.pair.a
    body = link.linkinfo(
        [nl.u32(RINGS["tx_ring"], 256), _peer_with(_name("vnet1"))]
    )
    device.change(body)
    assert device.options().tx_ring == 256
    device.set(Options(tx_ring=uapi.VNET_RING_DEFAULT))


def test_a_message_longer_than_what_was_sent_is_not_heeded(lab: Lab) -> None:
    """netlink drops it; the request after it is answered as ever."""
    rtnl = lab.pair.a.ns.rtnl
    before = lab.snapshot()
    whole = new_with()
    length = nl.HEADER.size + len(whole)
    for sent in (20, 32, 40, length - 1):
        head = nl.HEADER.pack(
            length,
            RTM_NEWLINK,
            nl.NLM_F_REQUEST | nl.NLM_F_ACK | CREATE,
            rtnl.next_sequence(),
            0,
        )
        rtnl.send_bytes((head + whole)[:sent])
    assert lab.snapshot() == before


def test_a_message_without_its_whole_header_is_refused(lab: Lab) -> None:
    bad = Bad("8 of 16 bytes", b"", ())
    assert_refused(lab, CREATE, bytes(8), bad)


@pytest.mark.parametrize("cut", range(1, 40, 3))
def test_a_request_cut_short_anywhere_makes_nothing_half(
    lab: Lab, cut: int
) -> None:
    """The outer attribute is whole, what is in it ends too early."""
    data = (
        b"".join(Options(128, 128, True, True, True, 10, 5, 6).data())
        + Make(name="new1", options=Options(128, 128)).peer()
    )
    before = lab.snapshot()
    body = (
        link.ifinfomsg()
        + nl.text(link.IFLA_IFNAME, "new0")
        + nl.nest(
            link.IFLA_LINKINFO,
            nl.text(link.IFLA_INFO_KIND, "vnet"),
            nl.attr(link.IFLA_INFO_DATA | nl.NLA_F_NESTED, data[:-cut]),
        )
    )
    with pytest.raises(NetlinkError) as refusal:
        lab.pair.a.ns.rtnl.request(RTM_NEWLINK, CREATE, body)
    assert refusal.value.errno == errno.EINVAL
    assert lab.snapshot() == before


def test_of_an_attribute_sent_twice_the_last_wins(lab: Lab) -> None:
    device = lab.pair.a
    try:
        device.change(
            link.linkinfo(
                [
                    nl.u32(RINGS["tx_ring"], 2048),
                    nl.nest(GEN, nl.u64(RATE, 5), nl.u64(RATE, 6)),
                    nl.u32(RINGS["tx_ring"], 128),
                    nl.nest(GEN, nl.u64(RATE, 7), nl.u64(RATE, 8)),
                ]
            )
        )
        assert device.options().tx_ring == 128
        assert device.options().gen_rate == 8
    finally:
        device.set(
            Options(
                tx_ring=uapi.VNET_RING_DEFAULT,
                gen_rate=uapi.VNET_GEN_RATE_DEFAULT,
            )
        )


def test_of_a_peers_attribute_sent_twice_the_last_wins(lab: Lab) -> None:
    here = lab.pair.a.ns
    here.rtnl.request(
        RTM_NEWLINK,
        CREATE,
        new_with(
            peer_of(
                nl.u32(RINGS["rx_ring"], 4096) + nl.u32(RINGS["rx_ring"], 64),
                _name("new2") + _name("new3"),
            )
        ),
    )
    made = Link.named(here, "new3")
    assert made.options().rx_ring == 64
    made.delete()


def test_state_in_a_request_is_ignored(lab: Lab) -> None:
    """It is the kernel's to write; what was dumped can be sent back."""
    before = lab.snapshot()
    device = lab.pair.a
    device.change(
        link.linkinfo(
            [
                nl.nest(
                    STATE,
                    nl.u8(uapi.IFLA_VNET_STATE_GEN, uapi.VNET_GEN_RUNNING),
                    nl.u64(uapi.IFLA_VNET_STATE_GEN_FRAMES, 1 << 40),
                )
            ]
        )
    )
    device.change(link.linkinfo([device.info().data]))
    assert lab.snapshot() == before


def test_nests_need_no_flag(lab: Lab) -> None:
    """Older programs do not set NLA_F_NESTED."""
    before = lab.snapshot()
    device = lab.pair.a
    rate = nl.u64(RATE, uapi.VNET_GEN_RATE_DEFAULT)
    device.change(link.linkinfo([nl.attr(GEN, rate)]))
    assert lab.snapshot() == before


def test_an_empty_request_changes_nothing(lab: Lab) -> None:
    before = lab.snapshot()
    lab.pair.a.change(link.linkinfo([]))
    lab.pair.a.change(link.linkinfo([nl.nest(GEN)]))
    assert lab.snapshot() == before


def test_limits_themselves_are_accepted(lab: Lab) -> None:
    """Every smallest and largest value, for the device and for its peer."""
    here = lab.pair.a.ns
    least = Options(
        64, 64, False, False, False, uapi.VNET_GEN_RATE_MIN,
        0, uapi.VNET_TX_FRAMES_MIN,
    )  # fmt: skip
    most = Options(
        32768, 32768, True, True, False, RATE_MAX,
        uapi.VNET_TX_USECS_MAX, uapi.VNET_TX_FRAMES_MAX,
    )  # fmt: skip
    link.create(
        here, Make(name="new0", options=least), Make(name="new1", options=most)
    )
    small, large = Link.named(here, "new0"), Link.named(here, "new1")
    assert small.options() == least
    assert large.options() == most
    small.set(most)
    large.set(least)
    assert small.options() == most
    assert large.options() == least
    small.delete()
