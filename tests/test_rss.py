# SPDX-License-Identifier: GPL-2.0-or-later
"""Receive-side scaling: the hash of a frame, and the queue that it says."""

import itertools
import socket
import struct
from contextlib import ExitStack
from dataclasses import replace

import pytest

from lib.ethtool import RefusedError, ethtool, feature, features, set_channels
from lib.flows import ETH_P_8021AD, ICMP, SCTP, TCP, UDP, Flow, tagged, udp4
from lib.genmodel import RSS_KEY, toeplitz
from lib.link import Make, Pair
from lib.queues import frames
from lib.rss import queues_of, send, send_frames, show, spelled
from lib.setup import A4, B4, PairMaker
from lib.traffic import (
    BROADCAST,
    ETH_P_ARP,
    Background,
    ethernet,
    mac_bytes,
    stream,
)
from lib.wait import DEADLINE

QUEUES = 4
SHAPE = Make(tx_queues=QUEUES, rx_queues=QUEUES)
MANY = [udp4(number) for number in range(12)]

# As Microsoft gives them: the flow, the hash of its addresses, and with ports
VECTORS = [
    (
        Flow("66.9.149.187", "161.142.100.80", 2794, 1766),
        0x323E8FC2,
        0x51CCC178,
    ),
    (Flow("199.92.111.2", "65.69.140.83", 14230, 4739), 0xD718262A, 0xC626B0EA),
    (
        Flow("24.19.198.95", "12.22.207.184", 12898, 38024),
        0xD2D0A5DE,
        0x5C2B394A,
    ),
    (
        Flow("38.27.205.30", "209.142.163.6", 48228, 2217),
        0x82989176,
        0xAFC7327F,
    ),
    (
        Flow("153.39.163.191", "202.188.127.2", 44251, 1303),
        0x5D1809C5,
        0x10E828A2,
    ),
    (
        Flow("3ffe:2501:200:1fff::7", "3ffe:2501:200:3::1", 2794, 1766),
        0x2CC18CD5,
        0x40207D3D,
    ),
    (
        Flow("3ffe:501:8::260:97ff:fe40:efab", "ff02::1", 14230, 4739),
        0x0F0C461C,
        0xDDE51BBF,
    ),
    (
        Flow(
            "3ffe:1900:4545:3:200:f8ff:fe21:67cf",
            "fe80::200:f8ff:fe21:67cf",
            44251,
            38024,
        ),
        0x4B61E985,
        0x02D1FEEF,
    ),
]


@pytest.fixture
def wide(make_pair: PairMaker) -> Pair:
    """A pair of four queues each way."""
    return make_pair(SHAPE, SHAPE)


@pytest.fixture
def verified(wide: Pair) -> Pair:
    """With receive hashing, and the key of the verification suite."""
    ethtool(wide.b, "-X", "hkey", spelled(RSS_KEY))
    feature(wide.b, "receive-hashing", True)
    return wide


@pytest.mark.smoke
@pytest.mark.parametrize("proto", [TCP, UDP, SCTP])
def test_the_verification_suite_of_ports(verified: Pair, proto: int) -> None:
    """The hash is told with its type, and says the queue."""
    flows = [replace(flow, proto=proto) for flow, _, _ in VECTORS]
    rss = show(verified.b)
    seen = send(verified, flows)
    assert [(s.hash, s.l4_hash) for s in seen] == [
        (of_four, True) for _, _, of_four in VECTORS
    ]
    assert [s.queue for s in seen] == [
        rss.queue(of_four) for _, _, of_four in VECTORS
    ]


@pytest.mark.parametrize("how", ["no ports", "first part", "second part"])
def test_the_verification_suite_of_addresses(
    verified: Pair, how: str
) -> None:
    """All parts of a packet have the same hash: none has ports."""
    half = {"no ports": None, "first part": 0, "second part": 1}[how]
    flows = [
        replace(flow, proto=ICMP if half is None else UDP, fragment=half)
        for flow, _, _ in VECTORS
    ]
    rss = show(verified.b)
    seen = send(verified, flows)
    assert [(s.hash, s.l4_hash) for s in seen] == [
        (of_two, False) for _, of_two, _ in VECTORS
    ]
    assert [s.queue for s in seen] == [
        rss.queue(of_two) for _, of_two, _ in VECTORS
    ]


@pytest.mark.parametrize("by_device", [True, False])
def test_headers_are_found_behind_others(
    verified: Pair, by_device: bool
) -> None:
    """VLAN tags, in the frame or beside it, IP options, extension headers."""
    feature(verified.a, "tx-vlan-offload", by_device)
    flows = []
    for flow, _, _ in VECTORS:
        flows += [
            tagged(flow, 5),
            tagged(flow, 5, 6),
            tagged(flow, 5, 6, outer=ETH_P_8021AD),
            replace(flow, options=True),
            replace(tagged(flow, 7), options=True),
        ]
    seen = send(verified, flows)
    expected = [of_four for _, _, of_four in VECTORS for _ in range(5)]
    assert [s.hash for s in seen] == expected


def test_a_key_that_is_set_is_what_frames_go_by(wide: Pair) -> None:
    default = show(wide.b).key
    assert any(default)
    for key in (RSS_KEY + bytes(12), bytes(range(52)), default):
        ethtool(wide.b, "-X", "hkey", spelled(key))
        rss = show(wide.b)
        assert rss.key == key
        assert queues_of(wide, MANY) == [
            rss.queue(flow.hash(key)) for flow in MANY
        ]


def test_a_table_that_is_set_is_what_frames_go_by(wide: Pair) -> None:
    """Whatever they are hashed by."""
    key = show(wide.b).key
    for words, expected in (
        (["equal", "2"], {0, 1}),
        (["start", "2", "equal", "2"], {2, 3}),
        (["weight", "0", "0", "1", "0"], {2}),
        (["weight", "1", "0", "0", "7"], {0, 3}),
        (["equal", "4"], {0, 1, 2, 3}),
    ):
        ethtool(wide.b, "-X", *words)
        rss = show(wide.b)
        assert set(rss.table) == expected
        assert queues_of(wide, MANY) == [
            rss.queue(flow.hash(key)) for flow in MANY
        ]


def test_what_has_no_hash_goes_by_the_first_entry(wide: Pair) -> None:
    feature(wide.b, "receive-hashing", True)
    ethtool(wide.b, "-X", "start", "3", "equal", "1")
    frame = ethernet(wide.a.mac, BROADCAST, ETH_P_ARP, bytes(46))
    (seen,) = send_frames(wide, [frame])
    assert (seen.queue, seen.hash) == (3, 0)


def test_nothing_is_hashed_that_nobody_asks_for(wide: Pair) -> None:
    """Frames come in on the queue of the same number as they were sent on."""
    assert not features(wide.b)["receive-hashing"]
    before = frames(wide.a), frames(wide.b, "rx")
    queues = queues_of(wide, MANY)
    after = frames(wide.a), frames(wide.b, "rx")
    sent, got = (
        [b - a for a, b in zip(*counts, strict=True)]
        for counts in zip(before, after, strict=True)
    )
    assert sent == got == [queues.count(q) for q in range(QUEUES)]


def test_receive_hashing_is_switched(wide: Pair) -> None:
    """On, frames carry the hash that they went by; off, the sender's again."""
    key = show(wide.b).key
    hashes = [flow.hash(key) for flow in MANY]
    assert [s.hash for s in send(wide, MANY)] != hashes
    feature(wide.b, "receive-hashing", True)
    assert [s.hash for s in send(wide, MANY)] == hashes
    feature(wide.b, "receive-hashing", False)
    assert [s.hash for s in send(wide, MANY)] != hashes


def fields_of(flow: Flow, chosen: str) -> bytes:
    """What is hashed of a flow, by the letters of ``rx-flow-hash``."""
    half = len(flow.addresses) // 2
    parts = {
        "s": flow.addresses[:half],
        "d": flow.addresses[half:],
        "f": flow.ports[:2],
        "n": flow.ports[2:],
    }
    return b"".join(parts[letter] for letter in chosen)


@pytest.mark.parametrize("ip6", [False, True], ids=["ip4", "ip6"])
@pytest.mark.parametrize(
    ("kind", "proto"), [("tcp", TCP), ("udp", UDP), ("sctp", SCTP)]
)
def test_fields_of_each_kind_of_frame(
    verified: Pair, kind: str, proto: int, ip6: bool
) -> None:
    """The others keep theirs."""
    flow = replace(VECTORS[5 if ip6 else 0][0], proto=proto)
    other = replace(flow, proto=UDP if proto == TCP else TCP)
    name = kind + ("6" if ip6 else "4")
    for chosen in ("sd", "s", "d", "fn", "sdf", "n", "sdfn"):
        ethtool(verified.b, "-N", "rx-flow-hash", name, chosen)
        seen, same = send(verified, [flow, other])
        assert seen.hash == toeplitz(fields_of(flow, chosen), RSS_KEY), chosen
        assert seen.l4_hash == bool({"f", "n"} & set(chosen))
        assert same.hash == flow.hash(RSS_KEY)


def test_fields_of_the_link_layer_come_last(wide: Pair) -> None:
    key = show(wide.b).key
    feature(wide.b, "receive-hashing", True)
    ethtool(wide.b, "-N", "rx-flow-hash", "udp4", "vm")
    (seen,) = send(wide, [tagged(MANY[0], 0x6005)])
    mac = mac_bytes(wide.b.mac)
    assert seen.hash == toeplitz(struct.pack("!H", 5) + mac, key)
    assert not seen.l4_hash
    ethtool(wide.b, "-N", "rx-flow-hash", "udp4", "vsdfn")
    (seen,) = send(wide, [tagged(MANY[0], 0x6005)])
    data = MANY[0].addresses + MANY[0].ports + struct.pack("!H", 5)
    assert seen.hash == toeplitz(data, key)


def test_fields_that_are_not_there_are_refused(wide: Pair) -> None:
    before = ethtool(wide.b, "-n", "rx-flow-hash", "tcp4")
    for words in (["tcp4", "t"], ["tcp4", "r"], ["ah4", "sd"]):
        with pytest.raises(RefusedError):
            ethtool(wide.b, "-N", "rx-flow-hash", *words)
    assert ethtool(wide.b, "-n", "rx-flow-hash", "tcp4") == before
    for word in ("IP SA", "IP DA", "bytes 0 & 1", "bytes 2 & 3"):
        assert word in before


def folded(data: bytes) -> int:
    """The hash named xor."""
    padded = data + bytes(-len(data) % 4)
    number = 0
    for (word,) in struct.iter_unpack("!I", padded):
        number ^= word
    number ^= number >> 16
    return number ^ number >> 8


def test_the_function_xor(wide: Pair) -> None:
    feature(wide.b, "receive-hashing", True)
    ethtool(wide.b, "-X", "hfunc", "xor")
    rss = show(wide.b)
    assert rss.functions["xor"]
    assert not rss.functions["toeplitz"]
    flows = MANY + [flow for flow, _, _ in VECTORS]
    expected = [folded(flow.addresses + flow.ports) for flow in flows]
    seen = send(wide, flows)
    assert [s.hash for s in seen] == expected
    assert [s.queue for s in seen] == [rss.queue(h) for h in expected]
    ethtool(wide.b, "-X", "hfunc", "toeplitz")
    assert send(wide, MANY)[0].hash == MANY[0].hash(rss.key)


def test_another_function_is_refused(wide: Pair) -> None:
    with pytest.raises(RefusedError):
        ethtool(wide.b, "-X", "hfunc", "crc32")
    assert show(wide.b).functions["toeplitz"]


def mixed(flow: Flow, either: bool) -> bytes:
    """What is hashed where both directions are to have the same hash."""

    def ends(data: bytes) -> bytes:
        half = len(data) // 2
        pairs = list(zip(data[:half], data[half:], strict=True))
        xors = bytes(a ^ b for a, b in pairs)
        ors = bytes(a | b for a, b in pairs)
        return (ors if either else xors) + xors

    return ends(flow.addresses) + ends(flow.ports)


@pytest.mark.parametrize("xfrm", ["symmetric-xor", "symmetric-or-xor"])
def test_both_directions_have_the_same_hash(verified: Pair, xfrm: str) -> None:
    try:
        ethtool(verified.b, "-X", "xfrm", xfrm)
    except RefusedError as refused:
        pytest.skip(f"this kernel or its ethtool has no {xfrm}: {refused}")
    either = xfrm == "symmetric-or-xor"
    flows = [flow for flow, _, _ in VECTORS]
    expected = [toeplitz(mixed(flow, either), RSS_KEY) for flow in flows]
    assert [s.hash for s in send(verified, flows)] == expected
    back = [flow.back for flow in flows]
    assert [s.hash for s in send(verified, back)] == expected
    with pytest.raises(RefusedError):
        ethtool(verified.b, "-N", "rx-flow-hash", "tcp4", "s")
    ethtool(verified.b, "-X", "xfrm", "none")
    assert [s.hash for s in send(verified, flows)] == [
        of_four for _, _, of_four in VECTORS
    ]


@pytest.mark.smoke
def test_the_default_table_follows_the_number_of_queues(wide: Pair) -> None:
    feature(wide.b, "receive-hashing", True)
    for queues in (3, 1, 2, 4):
        set_channels(wide.b, queues, queues)
        rss = show(wide.b)
        assert len(rss.table) >= 4 * queues
        assert rss.table == tuple(i % queues for i in range(len(rss.table)))
        assert queues_of(wide, MANY) == [
            rss.queue(flow.hash(rss.key)) for flow in MANY
        ]


def test_a_table_that_is_set_holds_its_queues(wide: Pair) -> None:
    """Until it is the default again; more queues do not change it."""
    set_channels(wide.b, 3, 3)
    ethtool(wide.b, "-X", "weight", "1", "0", "2")
    set_channels(wide.b, 4, 4)
    before = show(wide.b)
    assert set(before.table) == {0, 2}
    for queues in (2, 1):
        with pytest.raises(RefusedError):
            ethtool(wide.b, "-L", "combined", str(queues))
        with pytest.raises(OSError, match="Invalid argument"):
            set_channels(wide.b, queues, queues)
    assert show(wide.b) == before
    assert queues_of(wide, MANY) == [
        before.queue(flow.hash(before.key)) for flow in MANY
    ]
    set_channels(wide.b, 3, 3)
    ethtool(wide.b, "-X", "default")
    set_channels(wide.b, 1, 1)
    assert set(show(wide.b).table) == {0}


def test_a_queue_that_is_not_there_is_refused(wide: Pair) -> None:
    before = show(wide.b)
    with pytest.raises(RefusedError):
        ethtool(wide.b, "-X", "equal", "5")
    with pytest.raises(RefusedError):
        ethtool(wide.b, "-X", "hkey", "01:02")
    assert show(wide.b) == before


def test_what_is_set_survives(wide: Pair) -> None:
    key = bytes(range(100, 152))
    ethtool(wide.b, "-X", "weight", "0", "3", "0", "1", "hkey", spelled(key))
    ethtool(wide.b, "-N", "rx-flow-hash", "udp4", "sdf")
    before = show(wide.b)
    expected = [
        before.queue(toeplitz(fields_of(flow, "sdf"), key)) for flow in MANY
    ]
    assert queues_of(wide, MANY) == expected
    wide.b.down()
    assert show(wide.b) == before
    wide.up()
    assert queues_of(wide, MANY) == expected
    wide.a.down()
    wide.up()
    assert queues_of(wide, MANY) == expected


def test_the_default_table_ends_it_when_the_device_comes_up(
    wide: Pair,
) -> None:
    """Nothing is hashed any more: frames go by their TX queue."""
    ethtool(wide.b, "-X", "start", "3", "equal", "1")
    assert set(queues_of(wide, MANY)) == {3}
    ethtool(wide.b, "-X", "default")
    wide.b.down()
    wide.up()
    test_nothing_is_hashed_that_nobody_asks_for(wide)


def test_set_while_down(make_pair: PairMaker) -> None:
    pair = make_pair(SHAPE, SHAPE, up=False)
    ethtool(pair.b, "-X", "start", "1", "equal", "1")
    pair.up()
    assert set(queues_of(pair, MANY)) == {1}


@pytest.mark.parametrize("queues", [1, 100, 256])
def test_the_table_has_room_for_all_queues(
    make_pair: PairMaker, queues: int
) -> None:
    shape = Make(tx_queues=queues, rx_queues=queues)
    pair = make_pair(Make(tx_queues=1, rx_queues=1), shape)
    assert set(show(pair.b).table) == set(range(queues))
    ethtool(pair.b, "-X", "start", str(queues - 1), "equal", "1")
    assert set(queues_of(pair, MANY)) == {queues - 1}


def test_streams_are_whole_while_all_changes(wide: Pair) -> None:
    """TCP puts in order what a change of the queue lets overtake."""
    feature(wide.b, "receive-hashing", True)
    turns = itertools.cycle(
        (
            ["hkey", spelled(RSS_KEY)],
            ["start", "2", "equal", "2"],
            ["hkey", spelled(bytes(range(52)))],
            ["default"],
        )
    )
    payload = bytes(range(256)) * 4096
    with Background(lambda: ethtool(wide.b, "-X", *next(turns))):
        for _ in range(8):
            assert stream(wide.a.ns, wide.b.ns, B4, payload) == payload
    assert stream(wide.b.ns, wide.a.ns, A4, payload) == payload
    totals = wide.b.xstats()
    assert totals["rx_missed"] == totals["rx_drop_flush"] == 0


def test_flows_keep_their_order(wide: Pair) -> None:
    """Of each all frames go to one queue."""
    feature(wide.b, "receive-hashing", True)
    inbox = wide.b.ns.socket(socket.AF_INET, socket.SOCK_DGRAM)
    outboxes = [
        wide.a.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(8)
    ]
    with ExitStack() as stack:
        for opened in (inbox, *outboxes):
            stack.enter_context(opened)
        inbox.bind((B4, 0))
        inbox.settimeout(DEADLINE)
        for outbox in outboxes:
            outbox.connect(inbox.getsockname())
        got: dict[int, list[int]] = {}
        for number in range(50):
            for outbox in outboxes:
                outbox.send(number.to_bytes(2, "big"))
            for _ in outboxes:
                data, (_, port) = inbox.recvfrom(16)
                got.setdefault(port, []).append(int.from_bytes(data, "big"))
    assert len(got) == len(outboxes)
    assert all(numbers == list(range(50)) for numbers in got.values())
