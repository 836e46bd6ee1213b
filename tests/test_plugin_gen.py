# SPDX-License-Identifier: GPL-2.0-or-later
"""The generator in the words of ip, against the kernel.

What ip says is compared with what the kernel says in netlink.
"""

import re
from dataclasses import replace
from typing import Any

import pytest

from lib import uapi
from lib.gen import Gen, fields_mask
from lib.ip import ip, ip_refused, shown
from lib.link import Link
from lib.refusal import FORMATS
from lib.setup import Namespaces
from lib.wait import wait_for

RAW = "ffffffffffff02000000000188b5"
UDP4 = Gen(
    proto=uapi.VNET_GEN_UDP4,
    src_port=uapi.VNET_GEN_PORT_DEFAULT,
    dst_port=uapi.VNET_GEN_PORT_DEFAULT,
)
TCP6 = replace(
    UDP4,
    proto=uapi.VNET_GEN_TCP6,
    src="fd00::1",
    dst="fd00::2",
    tcp=uapi.VNET_GEN_TCP_SYN,
    size=74,
)
UNTOUCHED = Gen(
    enable=False,
    rate=uapi.VNET_GEN_RATE_DEFAULT,
    proto=uapi.VNET_GEN_ARP,
    src="10.0.0.1",
    dst="10.0.0.2",
    flows=uapi.VNET_GEN_FLOWS_DEFAULT,
    size=uapi.VNET_GEN_SIZE_DEFAULT,
    csum=uapi.VNET_GEN_CSUM_VALID,
    payload=uapi.VNET_GEN_PAYLOAD_ZEROS,
    seed=0,
    spread=uapi.VNET_GEN_DEAL,
    burst=uapi.VNET_GEN_BURST_DEFAULT,
)

# what is typed, and what that changes of a generator that nobody touched
WORDS = [
    ("on", Gen()),
    ("rate 2k", Gen(rate=2000)),
    ("rate max", Gen(rate=uapi.VNET_GEN_RATE_UNPACED)),
    ("bitrate 1.5mbit", Gen(bitrate=1_500_000)),
    ("count 18446744073709551615", Gen(count=2**64 - 1)),
    ("duration 2400h", Gen(duration=uapi.VNET_GEN_DURATION_MAX)),
    ("duration 100001ms", Gen(duration=100_001_000_000)),
    ("proto udp4", UDP4),
    ("proto tcp6", TCP6),
    ("proto tcp6 tcp data size 1514",
     replace(TCP6, tcp=uapi.VNET_GEN_TCP_DATA, size=1514)),
    (f"proto raw raw {RAW}",
     Gen(proto=uapi.VNET_GEN_RAW, raw=bytes.fromhex(RAW))),
    ("vlan 0 vlan_prio 7", Gen(vlan=0, vlan_prio=7)),
    ("vlan 5 qinq 4094", Gen(vlan=5, vlan_prio=0, qinq=4094)),
    ("src_mac 02:00:00:00:00:01 dst_mac 33:33:00:00:00:01-33:33:00:00:00:ff",
     Gen(src_mac="02:00:00:00:00:01", dst_mac="33:33:00:00:00:01",
         dst_mac_last="33:33:00:00:00:ff")),
    ("src 192.0.2.1-192.0.2.9 dst 198.51.100.1",
     Gen(src="192.0.2.1", src_last="192.0.2.9", dst="198.51.100.1")),
    ("proto udp4 src_port 0-65535 dst_port 53 random src_port",
     replace(UDP4, src_port=0, src_port_last=65535, dst_port=53,
             random=fields_mask("src_port"))),
    ("proto udp4 random all",
     replace(UDP4, random=fields_mask("src_mac", "dst_mac", "src", "dst",
                                      "src_port", "dst_port"))),
    ("flows 65536", Gen(flows=65536)),
    ("size imix", Gen(size=uapi.VNET_GEN_SIZE_IMIX)),
    ("size 64-1514", Gen(size=64, size_last=1514)),
    ("proto udp4 csum bad payload pattern seed 18446744073709551615",
     replace(UDP4, csum=uapi.VNET_GEN_CSUM_BAD, seed=2**64 - 1,
             payload=uapi.VNET_GEN_PAYLOAD_PATTERN)),
    ("proto udp4 csum unnecessary payload random",
     replace(UDP4, csum=uapi.VNET_GEN_CSUM_UNNECESSARY,
             payload=uapi.VNET_GEN_PAYLOAD_RANDOM)),
    ("proto udp4 payload pktgen",
     replace(UDP4, payload=uapi.VNET_GEN_PAYLOAD_PKTGEN)),
    ("proto udp4 queues hash", replace(UDP4, spread=uapi.VNET_GEN_HASH)),
    ("queues 0", Gen(queues=(0,))),
    ("queues all burst 32768", Gen(burst=32768)),
]  # fmt: skip
EACH = pytest.mark.parametrize(
    ("words", "gen"), WORDS, ids=[words[:60] for words, _ in WORDS]
)


def expected(gen: Gen, *, enable: bool = True) -> Gen:
    """What nobody touched, and over it what was said."""
    said = {k: v for k, v in vars(gen).items() if v is not None}
    made = replace(UNTOUCHED, enable=enable, **said)
    if made.bitrate is not None:
        made = replace(made, rate=None)
    if made.raw is not None:
        made = replace(made, src=None, dst=None)
    return made


def printed(device: Link) -> str:
    """The generator's part of the text, as it can be typed."""
    text = ip(device.ns, f"-d link show {device.name}")
    found = re.search(r" (gen o(?:n|ff).*?) \( ", text)
    assert found is not None, text
    return found[1]


def test_untouched_it_is_short(lone: Link) -> None:
    assert lone.gen() == UNTOUCHED
    assert printed(lone) == "gen off rate 1"


@EACH
def test_words_at_creation(ns: Namespaces, words: str, gen: Gen) -> None:
    here = ns(quiet=True)
    ip(here, f"link add vnet0 type vnet gen {words} peer vnet1")
    assert Link.named(here, "vnet0").gen() == expected(gen)
    assert Link.named(here, "vnet1").gen() == UNTOUCHED


@EACH
def test_words_in_a_change(lone: Link, words: str, gen: Gen) -> None:
    """They turn it on, or leave it off where that is said, too."""
    lone.down()
    ip(lone.ns, f"link set vnet0 type vnet gen {words}")
    assert lone.gen() == expected(gen)
    if gen.count is None and words != "on":
        ip(lone.ns, f"link set vnet0 type vnet gen off {words}")
        assert lone.gen() == expected(gen, enable=False)


@EACH
def test_what_is_printed_can_be_typed(
    ns: Namespaces, words: str, gen: Gen
) -> None:
    """It makes another device with the same generator."""
    here = ns(quiet=True)
    ip(here, f"link add vnet0 type vnet gen {words}")
    text = printed(Link.named(here, "vnet0"))
    ip(here, f"link add vnet1 type vnet {text}")
    assert Link.named(here, "vnet1").gen() == expected(gen)
    assert printed(Link.named(here, "vnet1")) == text


def test_typing_it_back_restarts_nothing(lone: Link) -> None:
    """The run that is under way goes on, and so does its clock."""
    ip(lone.ns, "link set vnet0 type vnet gen rate 1k proto udp4 flows 7")
    wait_for(lambda: lone.state().gen_frames > 20, "twenty frames")
    before = lone.state()
    ip(lone.ns, f"link set vnet0 type vnet {printed(lone)}")
    after = lone.state()
    assert after.gen_running
    assert after.gen_nsecs >= before.gen_nsecs
    assert after.gen_frames >= before.gen_frames


def test_json_says_what_the_kernel_says(lone: Link) -> None:
    ip(lone.ns,
       "link set vnet0 type vnet gen rate max count 500 proto udp4 "
       "src 192.0.2.1-192.0.2.9 random src,src_port src_port 5-6 seed 7 "
       "size 64-100 queues 0 payload pktgen vlan 3")  # fmt: skip
    wait_for(lambda: lone.state().gen_done, "the end of the run")
    data: dict[str, Any] = shown(lone.ns, "vnet0")["linkinfo"]["info_data"]
    said = {k: v for k, v in data.items() if k.startswith("gen")}
    state = lone.state()
    assert said == {
        "gen": False,
        "gen_rate": "max",
        "gen_count": 500,
        "gen_proto": "udp4",
        "gen_vlan": 3,
        "gen_vlan_prio": 0,
        "gen_src": "192.0.2.1",
        "gen_src_last": "192.0.2.9",
        "gen_dst": "10.0.0.2",
        "gen_src_port": 5,
        "gen_src_port_last": 6,
        "gen_dst_port": 9,
        "gen_random": ["src", "src_port"],
        "gen_flows": 1,
        "gen_size": 64,
        "gen_size_last": 100,
        "gen_csum": "valid",
        "gen_payload": "pktgen",
        "gen_seed": 7,
        "gen_spread": "deal",
        "gen_queues": [0],
        "gen_burst": 1,
        "gen_state": "done",
        "gen_frames": 500,
        "gen_nsecs": state.gen_nsecs,
        "gen_bytes": state.gen_bytes,
    }
    counters = shown(lone.ns, "vnet0", "-s")["linkinfo"]["info_xstats"]
    assert counters["gen_frames"] == 500
    assert counters["gen_runs"] == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("size 20", ("size", "42")),
        ("size 9000", ("size", "1514")),
        ("queues 255", ("queues",)),
        ("proto raw", ("raw",)),
        (f"raw {RAW}", ("raw",)),
        ("tcp ack", ("tcp",)),
        ("qinq 7", ("qinq", "vlan")),
        ("src_port 7", ("src_port",)),
        ("src fd00::1", ("src",)),
        ("queues hash", ("spread",)),
        ("payload pattern", ("payload",)),
        ("csum bad", ("csum",)),
        ("src_mac 02:00:00:00:00:01-04:00:00:00:00:01", ("src_mac",)),
        ("random src_port", ("random",)),
    ],
)
def test_what_only_the_kernel_knows(
    lone: Link, words: str, said: tuple[str, ...]
) -> None:
    """It refuses, and its words get through; nothing changes."""
    complaint = ip_refused(lone.ns, f"link set vnet0 type vnet gen {words}")
    for word in ("gen", *said) if FORMATS else ("gen",):
        assert word in complaint
    assert lone.gen() == UNTOUCHED
