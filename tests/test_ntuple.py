# SPDX-License-Identifier: GPL-2.0-or-later
"""Steering rules: to a queue, an RSS context, or nowhere."""

import re
from dataclasses import replace

import pytest

from lib.counters import difference
from lib.ethtool import (
    RefusedError,
    ethtool,
    feature,
    set_channels,
    stats,
    summed,
)
from lib.flows import ETH_P_8021AD, ICMP, SCTP, TCP, UDP, Flow, tagged
from lib.link import Link, Make, Pair
from lib.rss import queues_of, send, send_frames, show
from lib.setup import B4, PairMaker
from lib.traffic import (
    BROADCAST,
    ETH_P_ARP,
    ETH_P_TEST,
    Receiver,
    Sender,
    ethernet,
    stream,
)

QUEUES = 4
SHAPE = Make(tx_queues=QUEUES, rx_queues=QUEUES)
SRC4, DST4, SRC6, DST6 = "10.5.0.1", "10.5.0.2", "fd05::1", "fd05::2"
PROTOS = {"tcp": TCP, "udp": UDP, "sctp": SCTP}
ELSEWHERE = 0
"""Where frames go that no rule matches."""


@pytest.fixture
def wide(make_pair: PairMaker) -> Pair:
    """A pair of four queues each way; by its hash all goes to one."""
    pair = make_pair(SHAPE, SHAPE)
    ethtool(pair.b, "-X", "equal", "1")
    return pair


def add(device: Link, *words: str) -> int:
    """``ethtool -N DEVICE flow-type WORDS``; the location of the rule."""
    told = ethtool(device, "-N", "flow-type", *words)
    if "loc" in words:
        return int(words[words.index("loc") + 1])
    found = re.search(r"ID (\d+)", told)
    assert found is not None, told
    return int(found[1])


def rules(device: Link) -> list[int]:
    """The locations of all rules, as they are listed."""
    shown = ethtool(device, "-n")
    return [int(number) for number in re.findall(r"Filter: (\d+)", shown)]


def of(proto: int, *, ip6: bool = False, sport: int = 1, dport: int = 2) -> Flow:
    """A flow between the two ends."""
    ends = (SRC6, DST6) if ip6 else (SRC4, DST4)
    return Flow(*ends, sport, dport, proto)


@pytest.mark.smoke
@pytest.mark.parametrize("ip6", [False, True], ids=["ip4", "ip6"])
@pytest.mark.parametrize("name", PROTOS)
def test_each_field_of_ports_and_addresses(
    wide: Pair, name: str, ip6: bool
) -> None:
    """A frame that differs in what the rule names goes elsewhere."""
    flow = of(PROTOS[name], ip6=ip6)
    other = replace(
        flow.back, src=flow.src[:-1] + "8", dst=flow.dst[:-1] + "9"
    )
    kind = name + ("6" if ip6 else "4")
    fields = {
        "src-ip": (flow.src, replace(flow, src=other.src)),
        "dst-ip": (flow.dst, replace(flow, dst=other.dst)),
        "src-port": (str(flow.sport), replace(flow, sport=9)),
        "dst-port": (str(flow.dport), replace(flow, dport=9)),
        ("tclass" if ip6 else "tos"): ("8", replace(flow, tos=4)),
    }
    flow = replace(flow, tos=8)
    wrong = [
        replace(differs, tos=differs.tos or 8)
        for _, differs in fields.values()
    ]
    words = [word for field in fields for word in (field, fields[field][0])]
    add(wide.b, kind, *words, "action", "3")
    assert queues_of(wide, [flow]) == [3]
    assert set(queues_of(wide, wrong)) == {ELSEWHERE}


@pytest.mark.parametrize("ip6", [False, True], ids=["ip4", "ip6"])
def test_a_rule_is_for_its_protocol(wide: Pair, ip6: bool) -> None:
    six = "6" if ip6 else "4"
    for queue, name in enumerate(PROTOS, 1):
        add(wide.b, name + six, "action", str(queue))
    flows = [of(proto, ip6=ip6) for proto in (*PROTOS.values(), ICMP)]
    assert queues_of(wide, flows) == [1, 2, 3, ELSEWHERE]
    others = [of(proto, ip6=not ip6) for proto in PROTOS.values()]
    assert set(queues_of(wide, others)) == {ELSEWHERE}


@pytest.mark.parametrize("ip6", [False, True], ids=["ip4", "ip6"])
def test_any_protocol_of_ip(wide: Pair, ip6: bool) -> None:
    """By its number, and by the first four bytes behind the IP header."""
    six = "6" if ip6 else "4"
    flows = [of(proto, ip6=ip6) for proto in (*PROTOS.values(), ICMP)]
    at = add(wide.b, "ip" + six, "action", "1")
    assert queues_of(wide, flows) == [1] * len(flows)
    ethtool(wide.b, "-N", "delete", str(at))
    at = add(wide.b, "ip" + six, "l4proto", str(ICMP), "action", "2")
    assert queues_of(wide, flows) == [*[ELSEWHERE] * 3, 2]
    ethtool(wide.b, "-N", "delete", str(at))
    add(wide.b, "ip" + six, "l4data", "0x00010002", "action", "3")
    other = of(ICMP, ip6=ip6, dport=3)
    assert queues_of(wide, [*flows, other]) == [3, 3, 3, 3, ELSEWHERE]


def test_masks_say_what_does_not_matter(wide: Pair) -> None:
    """Bits that are set in a mask are not compared."""
    add(wide.b, "udp4", "dst-ip", "10.5.0.0", "m", "0.0.0.255", "action", "1")
    inside = [replace(of(UDP), dst=f"10.5.0.{n}") for n in (0, 7, 255)]
    outside = [replace(of(UDP), dst=d) for d in ("10.5.1.0", "11.5.0.0")]
    assert queues_of(wide, inside) == [1, 1, 1]
    assert queues_of(wide, outside) == [ELSEWHERE] * 2
    add(wide.b, "udp6", "dst-port", "0x100", "m", "0xff", "action", "2")
    ports = [of(UDP, ip6=True, dport=p) for p in (0xFF, 0x100, 0x1FF, 0x200)]
    assert queues_of(wide, ports) == [ELSEWHERE, 2, 2, ELSEWHERE]


def test_addresses_and_type_of_ethernet(wide: Pair) -> None:
    src, dst = "02:00:00:00:00:77", wide.b.mac
    frames = [
        ethernet(src, dst, ETH_P_TEST, bytes(46)),
        ethernet(wide.a.mac, dst, ETH_P_TEST, bytes(46)),
        ethernet(wide.a.mac, BROADCAST, ETH_P_ARP, bytes(46)),
    ]
    add(wide.b, "ether", "src", src, "action", "1")
    add(wide.b, "ether", "proto", hex(ETH_P_ARP), "action", "2")
    add(wide.b, "ether", "dst", dst, "action", "3")
    got = [seen.queue for seen in send_frames(wide, frames)]
    assert got == [1, 3, 2]


@pytest.mark.parametrize("by_device", [True, False])
def test_the_outer_vlan_tag(wide: Pair, by_device: bool) -> None:
    """In the frame, or beside it; a frame without a tag does not match."""
    feature(wide.a, "tx-vlan-offload", by_device)
    flow = of(UDP)
    rule = ["udp4", "vlan", "5", "m", "0xf000", "action", "1", "loc", "1"]
    add(wide.b, *rule)
    flows = [
        flow,
        tagged(flow, 5),
        tagged(flow, 0x6005),
        tagged(flow, 5, 6),
        tagged(flow, 6, 5),
        tagged(flow, 5, outer=ETH_P_8021AD),
    ]
    expected = [ELSEWHERE, 1, 1, 1, ELSEWHERE, 1]
    assert queues_of(wide, flows) == expected
    rule = ["udp4", "vlan-etype", hex(ETH_P_8021AD), "action", "2", "loc", "0"]
    add(wide.b, *rule)
    assert queues_of(wide, flows) == [*expected[:5], 2]


def test_a_mac_address_beside_other_fields(wide: Pair) -> None:
    add(wide.b, "udp4", "dst-mac", wide.b.mac, "action", "1")
    other = of(UDP).frame(wide)
    frames = [other, b"\2" + bytes(5) + other[6:]]
    wide.b.promiscuous(True)
    got = [seen.queue for seen in send_frames(wide, frames)]
    assert got == [1, ELSEWHERE]


def test_a_fragment_has_no_ports(wide: Pair) -> None:
    """Not even the first, so that all go the same way."""
    add(wide.b, "udp4", "dst-port", "2", "action", "1")
    add(wide.b, "udp6", "action", "2")
    for ip6, expected in ((False, ELSEWHERE), (True, 2)):
        halves = [replace(of(UDP, ip6=ip6), fragment=n) for n in (0, 1)]
        assert queues_of(wide, halves) == [expected] * 2


def test_headers_are_found_behind_others(wide: Pair) -> None:
    add(wide.b, "udp4", "dst-port", "2", "action", "1")
    add(wide.b, "udp6", "dst-port", "2", "action", "2")
    flows = [replace(of(UDP, ip6=six), options=True) for six in (False, True)]
    assert queues_of(wide, flows) == [1, 2]


def test_the_first_location_that_matches_counts(wide: Pair) -> None:
    flow = of(TCP)
    for at, queue in (("7", "1"), ("3", "2"), ("500", "3")):
        words = ["tcp4", "src-port", "1", "action", queue, "loc", at]
        add(wide.b, *words)
    assert rules(wide.b) == [3, 7, 500]
    assert queues_of(wide, [flow]) == [2]
    ethtool(wide.b, "-N", "delete", "3")
    assert queues_of(wide, [flow]) == [1]
    ethtool(wide.b, "-N", "delete", "7")
    assert queues_of(wide, [flow]) == [3]
    ethtool(wide.b, "-N", "delete", "500")
    assert queues_of(wide, [flow]) == [ELSEWHERE]
    assert rules(wide.b) == []


def test_a_rule_finds_a_location_by_itself(wide: Pair) -> None:
    """The first that is free; or that of a rule for the same frames."""
    add(wide.b, "tcp4", "action", "1", "loc", "1")
    assert add(wide.b, "tcp6", "action", "1") == 0
    assert add(wide.b, "udp4", "action", "1") == 2
    assert add(wide.b, "tcp4", "action", "3") == 1
    assert rules(wide.b) == [0, 1, 2]
    assert queues_of(wide, [of(TCP)]) == [3]


def test_a_rule_at_a_location_is_replaced(wide: Pair) -> None:
    add(wide.b, "tcp4", "action", "1", "loc", "4")
    add(wide.b, "udp4", "action", "2", "loc", "4")
    assert rules(wide.b) == [4]
    assert queues_of(wide, [of(TCP), of(UDP)]) == [ELSEWHERE, 2]


def test_what_is_listed_is_what_was_set(wide: Pair) -> None:
    at = add(
        wide.b,
        *("udp4", "src-ip", "10.0.0.0", "m", "0.255.255.255"),
        *("dst-port", "53", "vlan", "9", "action", "2"),
    )
    shown = ethtool(wide.b, "-n", "rule", str(at))
    for text in (
        "Rule Type: UDP over IPv4",
        "Src IP addr: 10.0.0.0 mask: 0.255.255.255",
        "Dest port: 53 mask: 0x0",
        "VLAN: 0x9 mask: 0x0",
        "Action: Direct to queue 2",
    ):
        assert text in shown


def dropped(pair: Pair, flows: list[Flow]) -> None:
    """Send what is dropped, then a frame that is not."""
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        for flow in flows:
            sender.send_frame(flow.frame(pair))
        sender.send(1)
        receiver.take(1)


@pytest.mark.smoke
def test_frames_are_dropped_and_counted(wide: Pair) -> None:
    add(wide.b, "udp4", "dst-port", "2", "action", "-1")
    before, info = wide.b.xstats(), wide.b.info()
    dropped(wide, [of(UDP)] * 5)
    found = difference(wide.b.xstats(), before)
    assert found["rx_drop_rule"] == found["rx_rule_hits"] == 5
    assert found["rx_frames"] == found["rx_other"] == 1
    after = wide.b.info()
    assert after.stats["rx_dropped"] - info.stats["rx_dropped"] == 5
    assert after.stats["rx_errors"] == 0
    counted = stats(wide.b)
    assert summed(counted, "rx", "drop_rule") == 5
    assert summed(counted, "rx", "rule_hits") == 5


def test_matches_are_counted_where_they_go_to(wide: Pair) -> None:
    add(wide.b, "udp4", "action", "1")
    add(wide.b, "tcp4", "action", "3")
    before = stats(wide.b)
    send(wide, [of(UDP), of(TCP), of(UDP), of(SCTP)])
    found = difference(stats(wide.b), before)
    assert found["rx1_rule_hits"] == found["rx1_frames"] == 2
    assert found["rx3_rule_hits"] == found["rx3_frames"] == 1
    assert "rx0_rule_hits" not in found
    assert wide.b.xstats()["rx_rule_hits"] == 3


def test_a_segmented_frame_counts_as_on_a_wire(make_pair: PairMaker) -> None:
    """Whole or cut, all its segments go by the rule."""
    pair = make_pair(SHAPE, SHAPE)
    add(pair.b, "tcp4", "action", "2")
    payload = bytes(1 << 18)
    for whole in (True, False):
        feature(pair.b, "rx-gro-hw", whole)
        before = stats(pair.b)
        assert stream(pair.a.ns, pair.b.ns, B4, payload) == payload
        found = difference(stats(pair.b), before)
        assert found["rx2_rule_hits"] == found["rx2_ipv4"]
        assert found["rx2_ipv4"] > len(payload) // 1500


def test_without_a_table_others_go_as_ever(make_pair: PairMaker) -> None:
    """A rule for a queue has nothing hashed."""
    pair = make_pair(SHAPE, SHAPE)
    others = [of(UDP, sport=port) for port in range(16)]
    before = queues_of(pair, others)
    add(pair.b, "tcp4", "action", "2")
    assert queues_of(pair, [*others, of(TCP)]) == [*before, 2]


def test_hashing_goes_on_beside_rules(wide: Pair) -> None:
    """A frame that a rule steers carries its hash, too."""
    feature(wide.b, "receive-hashing", True)
    add(wide.b, "tcp4", "action", "2")
    key = show(wide.b).key
    (seen,) = send(wide, [of(TCP)])
    assert (seen.queue, seen.hash) == (2, of(TCP).hash(key))


def test_the_feature_switches_rules(wide: Pair) -> None:
    """They are kept, and none can be added while it is off."""
    add(wide.b, "tcp4", "action", "2")
    feature(wide.b, "ntuple-filters", False)
    assert queues_of(wide, [of(TCP)]) == [ELSEWHERE]
    assert rules(wide.b) == [0]
    with pytest.raises(RefusedError, match="not supported"):
        add(wide.b, "udp4", "action", "2")
    feature(wide.b, "ntuple-filters", True)
    assert queues_of(wide, [of(TCP)]) == [2]


def test_rules_survive(wide: Pair) -> None:
    add(wide.b, "tcp4", "action", "2")
    wide.b.down()
    assert rules(wide.b) == [0]
    wide.up()
    assert queues_of(wide, [of(TCP)]) == [2]
    wide.b.down()
    add(wide.b, "udp4", "action", "3")
    wide.up()
    assert queues_of(wide, [of(TCP), of(UDP)]) == [2, 3]


def test_a_rule_holds_its_queue(wide: Pair) -> None:
    at = add(wide.b, "tcp4", "action", "2")
    with pytest.raises(RefusedError):
        ethtool(wide.b, "-L", "combined", "2")
    assert queues_of(wide, [of(TCP)]) == [2]
    set_channels(wide.b, 3, 3)
    assert queues_of(wide, [of(TCP)]) == [2]
    ethtool(wide.b, "-N", "delete", str(at))
    set_channels(wide.b, 1, 1)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("tcp4", "action", "4"), "Invalid argument"),
        (("tcp4", "action", "-2"), "not supported"),
        (("tcp4", "vf", "1", "queue", "1"), "not supported"),
        (("tcp4", "action", "1", "loc", "1024"), "Invalid argument"),
        (("tcp4", "user-def", "1", "action", "1"), "not supported"),
        (("ah4", "spi", "1", "action", "1"), "not supported"),
        (("tcp4", "context", "9"), "Invalid argument"),
    ],
)
def test_what_cannot_be_is_refused(
    wide: Pair, words: tuple[str, ...], why: str
) -> None:
    add(wide.b, "udp4", "action", "1")
    with pytest.raises(RefusedError, match=why):
        add(wide.b, *words)
    assert rules(wide.b) == [0]
    assert queues_of(wide, [of(UDP), of(TCP)]) == [1, ELSEWHERE]


def test_a_rule_that_is_not_there(wide: Pair) -> None:
    for words in (("-N", "delete", "5"), ("-n", "rule", "5")):
        with pytest.raises(RefusedError, match="No such file"):
            ethtool(wide.b, *words)


def test_the_last_location(wide: Pair) -> None:
    add(wide.b, "tcp4", "action", "1", "loc", "1023")
    assert rules(wide.b) == [1023]
    assert queues_of(wide, [of(TCP)]) == [1]
