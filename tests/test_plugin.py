# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin in the stock ip of this distribution, against the kernel.

What ip says is compared with what the kernel says in netlink.
"""

import re
from dataclasses import replace

import pytest

from lib import link, uapi
from lib.ip import environment, ip, ip_refused, shown
from lib.link import Link, Options
from lib.queues import queue_counts
from lib.run import attempt
from lib.setup import Namespaces, PairMaker
from lib.traffic import Sender
from lib.wait import wait_equal

OPTIONS = [
    ("tx_ring 1024", Options(tx_ring=1024)),
    ("rx_ring 64", Options(rx_ring=64)),
    ("rx_pause off", Options(rx_pause=False)),
    ("tx_pause off", Options(tx_pause=False)),
    ("flow_control off", Options(rx_pause=False, tx_pause=False)),
    ("flow_control off rx_pause on", Options(rx_pause=True, tx_pause=False)),
    ("rx_pause on tx_pause off", Options(rx_pause=True, tx_pause=False)),
    ("gen rate 1000", Options(gen=True, gen_rate=1000)),
    ("gen rate 5k", Options(gen=True, gen_rate=5000)),
    ("gen rate 2m", Options(gen=True, gen_rate=2_000_000)),
    ("gen on", Options(gen=True)),
    ("gen off rate 70", Options(gen=False, gen_rate=70)),
    ("tx_usecs 50", Options(tx_usecs=50)),
    ("tx_frames 1", Options(tx_frames=1)),
    ("rx_usecs 50", Options(rx_usecs=50)),
    ("rx_frames 9", Options(rx_frames=9)),
    ("adaptive_rx on", Options(adaptive_rx=True)),
    ("adaptive_tx on", Options(adaptive_tx=True)),
    ("queue 0 cpu 0", Options(queues={0: 0})),
    ("queue 0 cpu 0 failed off", Options(queues={0: 0})),
    ("tx_ring 64 rx_ring 128 tx_pause off tx_frames 8 gen on rate 9",
     Options(64, 128, None, False, True, 9, None, 8)),
]  # fmt: skip
EACH = pytest.mark.parametrize(
    ("words", "options"), OPTIONS, ids=[words for words, _ in OPTIONS]
)
DEFAULTS = Options(
    uapi.VNET_RING_DEFAULT,
    uapi.VNET_RING_DEFAULT,
    bool(uapi.VNET_RX_PAUSE_DEFAULT),
    bool(uapi.VNET_TX_PAUSE_DEFAULT),
    False,
    uapi.VNET_GEN_RATE_DEFAULT,
    uapi.VNET_TX_USECS_DEFAULT,
    uapi.VNET_TX_FRAMES_DEFAULT,
    rx_usecs=uapi.VNET_RX_USECS_DEFAULT,
    rx_frames=uapi.VNET_RX_FRAMES_DEFAULT,
    adaptive_rx=bool(uapi.VNET_ADAPTIVE_RX_DEFAULT),
    adaptive_tx=bool(uapi.VNET_ADAPTIVE_TX_DEFAULT),
    irq=bool(uapi.VNET_IRQ_DEFAULT),
)


def merged(options: Options) -> Options:
    """The defaults, and over them what was said."""
    said = {k: v for k, v in vars(options).items() if v is not None}
    return replace(DEFAULTS, **said)


@pytest.mark.smoke
@EACH
def test_an_option_at_creation(
    ns: Namespaces, words: str, options: Options
) -> None:
    here = ns(quiet=True)
    ip(here, f"link add vnet0 type vnet {words} peer vnet1")
    assert Link.named(here, "vnet0").options() == merged(options)
    assert Link.named(here, "vnet1").options() == DEFAULTS


@EACH
def test_an_option_of_the_peer(
    ns: Namespaces, words: str, options: Options
) -> None:
    here = ns(quiet=True)
    ip(here, f"link add vnet0 type vnet peer name vnet1 type vnet {words}")
    assert Link.named(here, "vnet0").options() == DEFAULTS
    assert Link.named(here, "vnet1").options() == merged(options)


@EACH
def test_an_option_in_a_change(
    lone: Link, words: str, options: Options
) -> None:
    ip(lone.ns, f"link set vnet0 type vnet {words}")
    assert lone.options() == merged(options)


@pytest.mark.smoke
def test_link_options_of_the_peer(ns: Namespaces) -> None:
    """Name, namespace, address, MTU, queues; then its own type."""
    here, there = ns("here", quiet=True), ns("there", quiet=True)
    ip(
        here,
        "link add vnet0 mtu 9000 numtxqueues 2 type vnet tx_ring 128 "
        f"peer name vnet7 netns {there.name} address 02:00:00:00:00:07 "
        "mtu 1400 numtxqueues 3 numrxqueues 4 type vnet rx_ring 256",
    )
    near, far = Link.named(here, "vnet0"), Link.named(there, "vnet7")
    assert near.info().mtu == 9000
    assert near.info().num_tx_queues == 2
    assert near.options().tx_ring == 128
    info = far.info()
    assert info.address == "02:00:00:00:00:07"
    assert info.mtu == 1400
    assert queue_counts(far) == (3, 4)
    assert info.options.rx_ring == 256


def test_alone_without_a_peer(ns: Namespaces) -> None:
    here = ns(quiet=True)
    ip(here, "link add vnet0 type vnet")
    ip(here, "link add type vnet")
    assert link.names(here) == ["vnet0", "vnet1"]
    for info in link.vnets(here):
        assert info.link in (None, info.index)


def test_a_peer_needs_no_name(ns: Namespaces) -> None:
    here = ns(quiet=True)
    ip(here, "link add left type vnet peer")
    assert link.names(here) == ["left", "vnet0"]
    assert Link.named(here, "left").info().link == (
        Link.named(here, "vnet0").index
    )


@pytest.mark.smoke
def test_json_says_what_the_kernel_says(lone: Link) -> None:
    """Flat keys, numbers as numbers, switches as booleans."""
    lone.set(Options(2048, 128, False, True, False, 12, 10000, 1))
    lone.set(Options(rx_usecs=30, rx_frames=40, adaptive_tx=True))
    data = shown(lone.ns, "vnet0")["linkinfo"]["info_data"]
    assert {k: v for k, v in data.items() if not k.startswith("gen")} == {
        "tx_ring": 2048,
        "rx_ring": 128,
        "rx_pause": False,
        "tx_pause": True,
        "tx_usecs": 10000,
        "tx_frames": 1,
        "rx_usecs": 30,
        "rx_frames": 40,
        "adaptive_rx": False,
        "adaptive_tx": True,
        "irq": False,
        "queues": [],
        "tx_queued": 0,
        "rx_queued": 0,
    }
    assert data["gen"] is False
    assert data["gen_rate"] == 12
    assert data["gen_state"] == "stopped"
    lone.set(Options(gen=True, gen_rate=1000))
    data = shown(lone.ns, "vnet0")["linkinfo"]["info_data"]
    assert data["gen_state"] == "running"
    assert data["gen_frames"] == 1000 * data["gen_nsecs"] // 10**9


def test_what_is_printed_can_be_typed_back(ns: Namespaces) -> None:
    """The options in the text make a device with the same options."""
    here = ns(quiet=True)
    said = (
        "tx_ring 256 rx_ring 4096 rx_pause off tx_pause on "
        "tx_usecs 20 tx_frames 4096 rx_usecs 1000000 rx_frames 1 "
        "adaptive_rx on adaptive_tx off irq on gen on rate 1234"
    )
    ip(here, f"link add vnet0 type vnet {said}")
    text = ip(here, "-d link show vnet0")
    printed = re.search(r"\bvnet (tx_ring .*? rate \d+) ", text)
    assert printed is not None, text
    assert printed[1] == said
    ip(here, f"link add vnet1 type vnet {printed[1]}")
    assert (
        Link.named(here, "vnet1").options()
        == Link.named(here, "vnet0").options()
    )


def test_queues_are_shown_as_they_are_said(ns: Namespaces) -> None:
    """Ranges in the text, which can be typed back; each queue in JSON."""
    here = ns(quiet=True)
    ip(here, "link add vnet0 numrxqueues 5 type vnet queue all cpu 0")
    assert "queue 0-4 cpu 0 gen" in ip(here, "-d link show vnet0")
    ip(here, "link set vnet0 type vnet queue 2 cpu any")
    said = "queue 0-1 cpu 0 queue 3-4 cpu 0"
    assert f"{said} gen" in ip(here, "-d link show vnet0")
    data = shown(here, "vnet0")["linkinfo"]["info_data"]
    assert data["queues"] == [{"index": i, "cpu": 0} for i in (0, 1, 3, 4)]
    ip(here, "link set vnet0 type vnet queue all cpu any")
    assert " queue " not in ip(here, "-d link show vnet0")
    ip(here, f"link set vnet0 type vnet {said}")
    data = shown(here, "vnet0")["linkinfo"]["info_data"]
    assert len(data["queues"]) == 4


def test_failed_queues_are_shown_as_they_are_said(ns: Namespaces) -> None:
    """With their CPU and without; what is not said of a queue stays."""
    here = ns(quiet=True)
    said = "queue 0-1 cpu 0 failed on queue 3 failed on"
    ip(here, f"link add vnet0 numrxqueues 5 type vnet {said}")
    device = Link.named(here, "vnet0")
    assert device.options().queues == {0: 0, 1: 0}
    assert device.options().failed == {0: True, 1: True, 3: True}
    assert f"{said} gen" in ip(here, "-d link show vnet0")
    data = shown(here, "vnet0")["linkinfo"]["info_data"]
    assert data["queues"] == [
        {"index": 0, "cpu": 0, "failed": True},
        {"index": 1, "cpu": 0, "failed": True},
        {"index": 3, "failed": True},
    ]
    ip(here, "link set vnet0 type vnet queue all cpu any")
    assert "queue 0-1 failed on queue 3 failed on gen" in ip(
        here, "-d link show vnet0"
    )
    ip(here, "link set vnet0 type vnet queue all failed off cpu 0")
    assert "queue 0-4 cpu 0 gen" in ip(here, "-d link show vnet0")
    found = shown(here, "vnet0", "-s")["linkinfo"]["info_xstats"]
    assert found["rx_remaps"] == 6
    ip(here, "link set vnet0 type vnet queue all cpu any")
    ip(here, f"link set vnet0 type vnet {said}")
    assert f"{said} gen" in ip(here, "-d link show vnet0")


def test_statistics_are_all_counters(lone: Link) -> None:
    """ip -s: every total under its name, in text and in JSON."""
    with Sender(lone) as sender:
        sender.send(5)
    wait_equal(lambda: lone.xstats()["tx_sunk"], 5, "five frames sunk")
    found = shown(lone.ns, "vnet0", "-s")["linkinfo"]["info_xstats"]
    assert found == lone.xstats()
    text = ip(lone.ns, "-s -d link show vnet0")
    for name, value in found.items():
        assert re.search(rf"\b{name} +{value}\b", text), name


def test_without_s_there_are_no_counters(lone: Link) -> None:
    assert "info_xstats" not in shown(lone.ns, "vnet0")["linkinfo"]
    assert "tx_bytes" not in ip(lone.ns, "-d link show vnet0")


def test_help_names_every_option(ns: Namespaces) -> None:
    with ns().entered():
        done = attempt(["ip", "link", "help", "vnet"], env=environment())
    for word in ("tx_ring", "rx_ring", "rx_pause", "tx_pause",
                 "flow_control", "tx_usecs", "tx_frames", "rx_usecs", "rx_frames",
                 "adaptive_rx", "adaptive_tx", "irq", "queue", "cpu",
                 "failed", "gen", "rate", "peer"):  # fmt: skip
        assert word in done.stdout + done.stderr


@pytest.mark.parametrize(
    "words",
    ["tx_ring", "tx_ring abc", "tx_ring -1", "tx_ring 4294967296",
     "rx_pause maybe", "gen rate", "gen rate 1z", "nonsense", "gen",
     "flow_control", "rx_pause on flow_control off", "tx_ring 64 tx_ring 128"],
)  # fmt: skip
def test_a_wrong_word_is_refused_with_a_word(
    ns: Namespaces, words: str
) -> None:
    here = ns(quiet=True)
    assert ip_refused(here, f"link add vnet0 type vnet {words}")
    assert link.names(here) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("tx_ring 63", ("tx_ring", "64", "32768")),
        ("rx_ring 65536", ("rx_ring", "64", "32768")),
        ("tx_usecs 10001", ("tx_usecs", "0", "10000")),
        ("tx_frames 0", ("tx_frames", "1", "4096")),
        ("rx_usecs 1000001", ("rx_usecs", "0", "1000000")),
        ("rx_frames 4097", ("rx_frames", "0", "4096")),
        ("queue 256 cpu 0", ("queue", "256")),
        ("queue 255 cpu 0", ("queue index", "number of RX queues")),
        ("queue 0 cpu 1000000", ("queue cpu", "CPU")),
        ("queue all failed on", ("queue failed", "must not be all")),
        ("gen rate 100000001", ("rate", "100000000")),
        ("peer vnet1 type vnet rx_ring 65", ("rx_ring", "64", "32768")),
    ],
)
def test_the_kernels_words_get_through(
    ns: Namespaces, words: str, said: tuple[str, ...]
) -> None:
    here = ns(quiet=True)
    complaint = ip_refused(here, f"link add vnet0 type vnet {words}")
    for word in said:
        assert word in complaint
    assert link.names(here) == []


def test_the_peer_is_shown(make_pair: PairMaker) -> None:
    pair = make_pair(up=False)
    found = shown(pair.a.ns, "vnet0")
    assert found["linkinfo"]["info_kind"] == "vnet"
    assert found["link_index"] == pair.b.index
    assert found["link_netnsid"] == link.nsid_of(pair.a.ns, pair.b.ns)
