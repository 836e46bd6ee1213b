# SPDX-License-Identifier: GPL-2.0-or-later
"""Messages that are cut short, say things twice, or say nothing."""

import errno

import pytest

from lib import link, nl, uapi
from lib.link import RTM_NEWLINK, Link, Make, Options
from lib.nl import NetlinkError
from lib.refusal import (
    CREATE,
    Bad,
    Lab,
    assert_refused,
    new_with,
    peer_of,
)

GEN = uapi.IFLA_VNET_GEN
RATE = uapi.IFLA_VNET_GEN_RATE
STATE = uapi.IFLA_VNET_STATE
TX_RING = uapi.IFLA_VNET_TX_RING
RX_RING = uapi.IFLA_VNET_RX_RING


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
                    nl.u32(TX_RING, 2048),
                    nl.nest(GEN, nl.u64(RATE, 5), nl.u64(RATE, 6)),
                    nl.u32(TX_RING, 128),
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
                nl.u32(RX_RING, 4096) + nl.u32(RX_RING, 64),
                nl.text(link.IFLA_IFNAME, "new2")
                + nl.text(link.IFLA_IFNAME, "new3"),
            )
        ),
    )
    made = Link.named(here, "new3")
    assert made.options().rx_ring == 64
    made.delete()


@pytest.mark.parametrize("last", [False, True], ids=["first", "last"])
def test_of_data_sent_twice_the_last_counts(lab: Lab, last: bool) -> None:
    """With a peer in one of them there is one, or none, and nothing between."""
    here = lab.pair.a.ns
    peer = nl.nest(
        link.IFLA_INFO_DATA,
        peer_of(b"", nl.text(link.IFLA_IFNAME, "new3")),
    )
    none = nl.nest(link.IFLA_INFO_DATA, nl.u32(TX_RING, 128))
    here.rtnl.request(
        RTM_NEWLINK,
        CREATE,
        link.ifinfomsg(0)
        + nl.text(link.IFLA_IFNAME, "new2")
        + nl.nest(
            link.IFLA_LINKINFO,
            nl.text(link.IFLA_INFO_KIND, uapi.KIND),
            *([none, peer] if last else [peer, none]),
        ),
    )
    made = Link.named(here, "new2")
    names = {info.name for info in link.dump(here)}
    assert ("new3" in names) == last
    assert made.options().tx_ring == (uapi.VNET_RING_DEFAULT if last else 128)
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
