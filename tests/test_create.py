# SPDX-License-Identifier: GPL-2.0-or-later
"""Making devices, alone and in pairs; deleting and moving them."""

import re
from pathlib import Path

import pytest

from lib import build, link, module, nl, uapi
from lib.link import (
    RTM_DELLINK,
    RTM_NEWLINK,
    RTNLGRP_LINK,
    Link,
    Make,
    Options,
)
from lib.netns import Netns
from lib.queues import queue_counts
from lib.run import run
from lib.setup import Namespaces, PairMaker
from lib.wait import wait_for

DEFAULTS = Options(
    tx_ring=uapi.VNET_RING_DEFAULT,
    rx_ring=uapi.VNET_RING_DEFAULT,
    rx_pause=bool(uapi.VNET_RX_PAUSE_DEFAULT),
    tx_pause=bool(uapi.VNET_TX_PAUSE_DEFAULT),
    gen=False,
    gen_rate=uapi.VNET_GEN_RATE_DEFAULT,
    tx_usecs=uapi.VNET_TX_USECS_DEFAULT,
    tx_frames=uapi.VNET_TX_FRAMES_DEFAULT,
    rx_usecs=uapi.VNET_RX_USECS_DEFAULT,
    rx_frames=uapi.VNET_RX_FRAMES_DEFAULT,
    adaptive_rx=bool(uapi.VNET_ADAPTIVE_RX_DEFAULT),
    adaptive_tx=bool(uapi.VNET_ADAPTIVE_TX_DEFAULT),
    irq=bool(uapi.VNET_IRQ_DEFAULT),
)


@pytest.mark.smoke
def test_a_pair_is_two_devices_that_name_each_other(ns: Namespaces) -> None:
    here = ns()
    pair = link.make_pair(
        Make(name="vnet0", ns=here), Make(name="vnet1", ns=here)
    )
    a, b = pair.a.info(), pair.b.info()
    assert (a.kind, b.kind) == ("vnet", "vnet")
    assert (a.link, b.link) == (b.index, a.index)
    assert (a.link_netnsid, b.link_netnsid) == (None, None)
    assert not a.up
    assert not b.up


def test_ip_shows_the_peer_behind_an_at_sign(ns: Namespaces) -> None:
    here = ns()
    link.create(here, Make(name="vnet0"), Make(name="vnet1"))
    shown = here.run(["ip", "-o", "link"])
    assert "vnet0@vnet1:" in shown
    assert "vnet1@vnet0:" in shown


@pytest.mark.smoke
def test_without_a_peer_a_device_stands_alone(ns: Namespaces) -> None:
    here = ns()
    device = link.make_lone(Make(name="vnet0", ns=here))
    info = device.info()
    assert info.link in (None, 0, info.index)
    assert link.names(here) == ["vnet0"]
    assert "@" not in here.run(["ip", "-o", "link", "show", "vnet0"])


def test_both_ends_start_with_the_defaults_of_the_header(
    ns: Namespaces,
) -> None:
    here = ns()
    pair = link.make_pair(
        Make(name="vnet0", ns=here), Make(name="vnet1", ns=here)
    )
    for end in pair:
        info = end.info()
        assert info.options == DEFAULTS
        assert info.state == link.State(0, 0, False, 0, 0)
        assert info.mtu == 1500
        assert not any(info.xstats.values())


def test_devices_without_a_name_are_numbered(ns: Namespaces) -> None:
    here = ns()
    link.create(here, Make())
    link.create(here, Make(), Make())
    assert link.names(here) == ["vnet0", "vnet1", "vnet2"]


def test_a_peer_may_be_left_unnamed(ns: Namespaces) -> None:
    here = ns()
    link.create(here, Make(name="left"), Make())
    assert link.names(here) == ["left", "vnet0"]


def test_a_pattern_as_a_name_is_numbered(ns: Namespaces) -> None:
    here = ns()
    link.create(here, Make(name="lan%d"), Make(name="wan%d"))
    assert link.names(here) == ["lan0", "wan0"]


def test_the_longest_name_has_fifteen_characters(ns: Namespaces) -> None:
    here = ns()
    link.create(here, Make(name="a" * 15), Make(name="b" * 15))
    assert link.names(here) == ["a" * 15, "b" * 15]


@pytest.mark.smoke
def test_the_peer_may_be_in_another_namespace(ns: Namespaces) -> None:
    """Each end says the other's number, and the number of its namespace."""
    here, there = ns("here"), ns("there")
    link.create(here, Make(name="vnet0"), Make(name="vnet0", ns=there))
    a, b = link.get(here, name="vnet0"), link.get(there, name="vnet0")
    assert (a.link, b.link) == (b.index, a.index)
    assert a.link_netnsid == link.nsid_of(here, there)
    assert b.link_netnsid == link.nsid_of(there, here)
    shown = here.run(["ip", "-o", "link", "show", "vnet0"])
    assert "vnet0@if" in shown
    assert re.search(r"link-netnsid \d|link-netns \S", shown)


def test_the_device_itself_may_be_made_in_another_namespace(
    ns: Namespaces,
) -> None:
    """The caller is in one namespace, one end each goes to two others."""
    caller, left, right = ns("caller"), ns("left"), ns("right")
    link.create(
        caller, Make(name="vnet0", ns=left), Make(name="vnet1", ns=right)
    )
    assert link.names(caller) == []
    assert link.names(left) == ["vnet0"]
    assert link.names(right) == ["vnet1"]
    assert link.get(left, name="vnet0").link == (
        link.get(right, name="vnet1").index
    )


def test_link_options_of_both_ends_are_kept(ns: Namespaces) -> None:
    """Address, MTU and queue counts, for the device and for its peer."""
    here = ns()
    pair = link.make_pair(
        Make(
            name="vnet0",
            ns=here,
            mac="02:00:00:00:00:0a",
            mtu=9000,
            tx_queues=3,
            rx_queues=2,
        ),
        Make(
            name="vnet1",
            ns=here,
            mac="02:00:00:00:00:0b",
            mtu=1280,
            tx_queues=5,
            rx_queues=7,
        ),
    )
    a, b = pair.a.info(), pair.b.info()
    assert (a.address, a.mtu) == ("02:00:00:00:00:0a", 9000)
    assert queue_counts(pair.a) == (3, 2)
    assert (b.address, b.mtu) == ("02:00:00:00:00:0b", 1280)
    assert queue_counts(pair.b) == (5, 7)


def test_the_peers_header_says_its_index_and_that_it_is_up(
    ns: Namespaces,
) -> None:
    """struct ifinfomsg in front of the peer's attributes counts."""
    here = ns(quiet=True)
    header = link.ifinfomsg(4711, link.IFF_UP, link.IFF_UP)
    peer = nl.nest(
        uapi.IFLA_VNET_PEER, header, nl.text(link.IFLA_IFNAME, "vnet1")
    )
    here.rtnl.request(
        RTM_NEWLINK,
        nl.NLM_F_CREATE | nl.NLM_F_EXCL,
        link.ifinfomsg()
        + nl.text(link.IFLA_IFNAME, "vnet0")
        + link.linkinfo([peer]),
    )
    info = link.get(here, index=4711)
    assert info.name == "vnet1"
    assert info.up


def test_addresses_that_nobody_chose_are_local_and_differ(
    ns: Namespaces,
) -> None:
    here = ns()
    link.create(here, Make(name="vnet0"), Make(name="vnet1"))
    link.create(here, Make(name="vnet2"))
    macs = [info.address for info in link.vnets(here)]
    assert len(set(macs)) == 3
    for mac in macs:
        first = int(mac[:2], 16)
        assert first & 3 == 2, f"{mac} is not local and unicast"


def test_each_end_takes_its_own_vnet_options(ns: Namespaces) -> None:
    here = ns()
    mine = Options(
        256, 1024, False, True, False, 1000, 5, 8,
        rx_usecs=3, rx_frames=4, adaptive_rx=False, adaptive_tx=True, irq=True,
    )  # fmt: skip
    its = Options(
        2048, 128, True, False, False, 77, 9, 4096,
        rx_usecs=0, rx_frames=9, adaptive_rx=True, adaptive_tx=False, irq=False,
    )  # fmt: skip
    pair = link.make_pair(
        Make(name="vnet0", ns=here, options=mine),
        Make(name="vnet1", ns=here, options=its),
    )
    assert pair.a.options() == mine
    assert pair.b.options() == its


def test_options_of_one_end_leave_the_other_at_the_defaults(
    ns: Namespaces,
) -> None:
    here = ns()
    pair = link.make_pair(
        Make(name="vnet0", ns=here),
        Make(name="vnet1", ns=here, options=Options(tx_ring=64)),
    )
    assert pair.a.options() == DEFAULTS
    assert pair.b.options().tx_ring == 64
    assert pair.b.options().rx_ring == uapi.VNET_RING_DEFAULT


def test_what_was_dumped_makes_the_same_device(ns: Namespaces) -> None:
    """IFLA_INFO_DATA of one device, state and all, is accepted for another."""
    here = ns()
    options = Options(
        128, 4096, False, False, True, 12345, 30, 2,
        rx_usecs=3, rx_frames=4, adaptive_rx=True, adaptive_tx=True, irq=True,
    )  # fmt: skip
    first = link.make_lone(Make(name="vnet0", ns=here, options=options))
    data = first.info().data
    body = link.ifinfomsg() + nl.text(link.IFLA_IFNAME, "vnet1")
    here.rtnl.request(
        RTM_NEWLINK,
        nl.NLM_F_CREATE | nl.NLM_F_EXCL,
        body + link.linkinfo([data]),
    )
    assert Link.named(here, "vnet1").options() == options


@pytest.mark.parametrize("first", ["a", "b"])
def test_deleting_one_end_deletes_both(
    make_pair: PairMaker, first: str
) -> None:
    pair = make_pair()
    (pair.a if first == "a" else pair.b).delete()
    assert link.names(pair.a.ns) == []
    assert link.names(pair.b.ns) == []


def test_both_ends_are_told_of_as_deleted(make_pair: PairMaker) -> None:
    """Who watches either namespace sees its device go."""
    pair = make_pair(up=False)
    far = pair.b.ns.rtnl_listener(RTNLGRP_LINK)
    pair.a.delete()
    wait_for(
        lambda: any(m.kind == RTM_DELLINK for m in far.receive(1)),
        "RTM_DELLINK of the peer",
    )
    far.close()


def _drop(ns: Netns) -> None:
    """Let a namespace go by itself, with all that is in it."""
    ns.remove()


@pytest.mark.parametrize("which", ["a", "b"])
def test_deleting_the_namespace_of_one_end_deletes_both(
    make_pair: PairMaker, which: str
) -> None:
    pair = make_pair()
    gone, left = (pair.a, pair.b) if which == "a" else (pair.b, pair.a)
    _drop(gone.ns)
    wait_for(lambda: link.names(left.ns) == [], "the other end to go")


def test_deleting_both_namespaces_at_once_leaves_nothing(
    make_pair: PairMaker, ns: Namespaces
) -> None:
    """Both ends are torn down by the same work; the module stays usable."""
    pair = make_pair()
    witness = ns("witness")
    link.create(
        witness,
        Make(name="near", ns=pair.a.ns),
        Make(name="far", ns=witness),
    )
    _drop(pair.a.ns)
    _drop(pair.b.ns)
    wait_for(lambda: link.names(witness) == [], "the witness to go")
    link.create(witness, Make(name="vnet0"), Make(name="vnet1"))
    assert link.names(witness) == ["vnet0", "vnet1"]


def test_an_end_moves_to_another_namespace_and_stays_connected(
    make_pair: PairMaker, ns: Namespaces
) -> None:
    pair = make_pair()
    options = Options(tx_ring=128, rx_ring=256)
    pair.b.set(options)
    before = pair.b.options()
    elsewhere = ns("elsewhere", quiet=True)
    pair.b.move(elsewhere)
    assert link.names(elsewhere) == ["vnet1"]
    assert pair.b.options() == before
    assert pair.a.info().link == pair.b.index
    assert pair.a.info().link_netnsid == (link.nsid_of(pair.a.ns, elsewhere))
    assert pair.b.info().link_netnsid == (link.nsid_of(elsewhere, pair.a.ns))
    pair.up()


def test_both_ends_move_into_one_namespace(
    make_pair: PairMaker, ns: Namespaces
) -> None:
    pair = make_pair()
    together = ns("together", quiet=True)
    pair.a.move(together)
    pair.b.move(together)
    a, b = pair.a.info(), pair.b.info()
    assert (a.link, b.link) == (b.index, a.index)
    assert (a.link_netnsid, b.link_netnsid) == (None, None)
    pair.up()


def test_a_device_alone_moves(lone: Link, ns: Namespaces) -> None:
    elsewhere = ns("elsewhere", quiet=True)
    lone.move(elsewhere)
    lone.up()
    lone.wait_carrier()


def test_a_device_is_renamed(lone: Link) -> None:
    lone.down()
    lone.change(nl.text(link.IFLA_IFNAME, "uplink"))
    assert lone.info().name == "uplink"


def test_an_alternative_name_finds_it(ns: Namespaces) -> None:
    here = ns()
    link.create(here, Make(name="vnet0"))
    here.run(
        ["ip", "link", "property", "add", "dev", "vnet0", "altname", "north"]
    )
    assert "vnet0" in here.run(["ip", "-o", "link", "show", "north"])


def test_the_mac_address_can_be_changed_while_up(lone: Link) -> None:
    lone.change(link.address("02:00:00:00:00:77"))
    assert lone.mac == "02:00:00:00:00:77"


def test_uevents_carry_the_device_type(ns: Namespaces) -> None:
    """DEVTYPE=vnet: udev and networkd can match it whatever its name is."""
    here = ns()
    link.create(here, Make(name="left"), Make(name="right"))
    for name in ("left", "right"):
        uevent = here.sys / "class/net" / name / "uevent"
        assert "DEVTYPE=vnet" in uevent.read_text().splitlines()


def test_the_module_names_the_link_kind_as_an_alias() -> None:
    aliases = run(["modinfo", "-F", "alias", str(build.product("vnet.ko"))])
    assert "rtnl-link-vnet" in aliases.split()


def test_making_a_device_loads_the_module(
    ns: Namespaces, tmp_path: Path
) -> None:
    """The kernel asks for rtnl-link-vnet when the kind is not there yet."""
    here = ns()
    asked = tmp_path / "asked"
    helper = tmp_path / "modprobe"
    helper.write_text(
        "#!/bin/sh\n"
        f'echo "$@" >>{asked}\n'
        'case "$*" in *rtnl-link-vnet*)\n'
        f"\texec /sbin/insmod {build.product('vnet.ko')};;\n"
        "esac\n"
    )
    helper.chmod(0o755)
    setting = Path("/proc/sys/kernel/modprobe")
    before = setting.read_text()
    module.unload()
    try:
        setting.write_text(str(helper))
        link.create(here, Make(name="vnet0"))
    finally:
        setting.write_text(before)
        if not module.loaded():
            module.load()
    assert "rtnl-link-vnet" in asked.read_text()
    assert link.names(here) == ["vnet0"]


def test_fifty_pairs_live_side_by_side(ns: Namespaces) -> None:
    """Idle pairs are cheap: their rings are allocated when they go up."""
    here = ns()
    for i in range(50):
        link.create(here, Make(name=f"l{i}"), Make(name=f"r{i}"))
    found = {info.index: info for info in link.vnets(here)}
    assert len(found) == 100
    for info in found.values():
        assert info.link is not None
        assert found[info.link].link == info.index
        assert found[info.link].name[1:] == info.name[1:]
