# SPDX-License-Identifier: GPL-2.0-or-later
"""The pyroute2 kind, compared with what the kernel says in netlink."""

from dataclasses import fields

import pyroute2_vnet as vnet
import pytest
from pyroute2 import IPRoute

from lib import link
from lib.link import Link, Options
from lib.setup import Namespaces


@pytest.mark.smoke
def test_the_sentence_of_the_documentation(ns: Namespaces) -> None:
    here = ns(quiet=True)
    here.ip.link(
        "add",
        ifname="vnet0",
        kind="vnet",
        vnet_peer="vnet1",
        vnet_tx_ring=1024,
        vnet_gen_rate=1000,
        vnet_gen_enable=1,
    )
    device = Link.named(here, "vnet0")
    assert device.options().tx_ring == 1024
    assert device.options().gen_rate == 1000
    assert device.options().gen is True
    assert link.names(here) == ["vnet0", "vnet1"]


@pytest.mark.smoke
def test_everything_is_read_back(ns: Namespaces) -> None:
    here, there = ns("here", quiet=True), ns("there", quiet=True)
    mine = Options(
        256,
        64,
        False,
        True,
        False,
        7,
        10,
        32,
        queues={0: 0, 1: 0},
        failed={0: True, 1: True},
        rx_usecs=30,
        rx_frames=8,
        adaptive_rx=False,
        adaptive_tx=True,
        irq=True,
    )
    its = Options(
        64, 128, True, False, False, 9, 20, 16, queues={3: 0},
        failed={2: True}, rx_usecs=0, rx_frames=0, adaptive_rx=True,
        adaptive_tx=False, irq=False,
    )  # fmt: skip
    with here.entered(), vnet.VnetRoute() as route:
        route.link(
            "add",
            ifname="vnet0",
            vnet_tx_ring=256,
            vnet_rx_ring=64,
            vnet_rx_pause=0,
            vnet_tx_pause=1,
            vnet_gen_rate=7,
            vnet_tx_usecs=10,
            vnet_tx_frames=32,
            vnet_rx_usecs=30,
            vnet_rx_frames=8,
            vnet_adaptive_tx=1,
            vnet_irq=1,
            num_rx_queues=4,
            vnet_queues=[{"index": 0, "last": 1, "cpu": 0, "failed": 1}],
            vnet_peer={
                "ifname": "vnet1",
                "net_ns_fd": there.name,
                "vnet_tx_ring": 64,
                "vnet_rx_ring": 128,
                "vnet_tx_pause": 0,
                "vnet_gen_rate": 9,
                "vnet_tx_usecs": 20,
                "vnet_tx_frames": 16,
                "vnet_rx_usecs": 0,
                "vnet_adaptive_rx": 1,
                "num_rx_queues": 4,
                "vnet_queues": [
                    {"index": 2, "failed": 1},
                    {"index": 3, "cpu": 0, "failed": 0},
                ],
            },
        )
    for ns_, name, options in ((here, "vnet0", mine), (there, "vnet1", its)):
        device = Link.named(ns_, name)
        assert device.options() == options
        with ns_.entered(), IPRoute() as route:
            (message,) = route.link("get", index=device.index)
        found = vnet.options(message)
        queues = found["queues"]
        found["queues"] = {q["index"]: q["cpu"] for q in queues if "cpu" in q}
        found["failed"] = {
            q["index"]: q["failed"] for q in queues if "failed" in q
        }
        assert found["gen_proto"] == "arp"
        said = {field.name for field in fields(Options)}
        assert Options(**{k: found[k] for k in found if k in said}) == options
        assert vnet.xstats(message) == device.xstats()
        assert vnet.state(message) == {
            "tx_queued": 0,
            "rx_queued": 0,
            "gen_state": "stopped",
            "gen_frames": 0,
            "gen_nsecs": 0,
            "gen_bytes": 0,
        }


def test_a_change(lone: Link) -> None:
    vnet.link(
        lone.ns.ip, "set", index=lone.index, vnet_rx_ring=2048, vnet_rx_pause=0
    )
    assert lone.options().rx_ring == 2048
    assert lone.options().rx_pause is False


@pytest.mark.parametrize(
    "keywords",
    [
        {"vnet_tx_rings": 64},
        {"vnet_ring": 64},
        {"vnet_tx_ring": "many"},
        {"vnet_peer": {"ifname": "vnet1", "vnet_nonsense": 1}},
    ],
    ids=str,
)
def test_a_wrong_keyword_raises_instead_of_vanishing(
    ns: Namespaces, keywords: dict[str, object]
) -> None:
    here = ns(quiet=True)
    with pytest.raises((TypeError, ValueError)):
        vnet.link(here.ip, "add", ifname="vnet0", kind="vnet", **keywords)
    assert link.names(here) == []
