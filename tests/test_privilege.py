# SPDX-License-Identifier: GPL-2.0-or-later
"""Who may: CAP_NET_ADMIN over every namespace that is touched."""

import errno
import os
from collections.abc import Callable

import pytest

from lib import genl, link, nl, uapi
from lib.child import drop_privilege, in_child, user_namespace
from lib.link import Link, Make, Options, Pair
from lib.nl import NetlinkError
from lib.run import attempt
from lib.setup import Namespaces, PairMaker


def errno_of(action: Callable[[], object]) -> int:
    """The errno that an action is refused with; 0 if it is not."""
    try:
        action()
    except NetlinkError as error:
        return error.errno or 255
    return 0


def request(kind: int, flags: int, body: bytes) -> Callable[[], int]:
    """A request over a socket that is opened where it is called."""

    def send() -> int:
        opened = nl.Socket()
        try:
            return errno_of(lambda: opened.request(kind, flags, body))
        finally:
            opened.close()

    return send


CREATE = nl.NLM_F_CREATE | nl.NLM_F_EXCL


def new(device: Make, peer: Make | None = None) -> Callable[[], int]:
    """A request for a device."""
    return request(link.RTM_NEWLINK, CREATE, device.request(peer))


def change(index: int, body: bytes) -> Callable[[], int]:
    """A request to change a device."""
    return request(link.RTM_NEWLINK, 0, link.ifinfomsg(index) + body)


@pytest.mark.smoke
@pytest.mark.parametrize(
    "what",
    [
        "create",
        "pair",
        "ring",
        "pause",
        "coalesce",
        "queue",
        "generator",
        "up",
        "delete",
        "move",
    ],
)
def test_nobody_may_do_nothing(pair: Pair, what: str) -> None:
    """Each operation on its own: EPERM, and nothing is changed."""
    index = pair.a.index
    actions = {
        "create": new(Make(name="new0")),
        "pair": new(Make(name="new0"), Make(name="new1")),
        "ring": change(index, link.linkinfo(Options(tx_ring=1024).data())),
        "pause": change(index, link.linkinfo(Options(rx_pause=False).data())),
        "coalesce": change(index, link.linkinfo(Options(tx_usecs=9).data())),
        "queue": change(index, link.linkinfo(Options(queues={0: 0}).data())),
        "generator": change(
            index, link.linkinfo(Options(gen=True, gen_rate=9).data())
        ),
        "up": request(
            link.RTM_NEWLINK, 0, link.ifinfomsg(index, 0, link.IFF_UP)
        ),
        "delete": request(link.RTM_DELLINK, 0, link.ifinfomsg(index)),
        "move": change(index, nl.u32(link.IFLA_NET_NS_FD, pair.b.ns.fd)),
    }
    before = pair.a.info().settings
    with pair.a.ns.entered():
        assert in_child(actions[what], drop_privilege) == errno.EPERM
    assert pair.a.info().settings == before
    assert link.names(pair.a.ns) == ["vnet0"]


@pytest.mark.parametrize(
    "words",
    [("-G", "tx", "1024"), ("-L", "combined", "1"), ("-A", "rx", "off")],
    ids=" ".join,
)
def test_nobody_may_change_nothing_through_ethtool(
    make_pair: PairMaker, words: tuple[str, ...]
) -> None:
    pair = make_pair(Make(tx_queues=2, rx_queues=2))
    before = pair.a.info().settings, genl.channels(pair.a)
    option, *rest = words

    def change() -> str:
        return attempt(["ethtool", option, "vnet0", *rest]).stderr

    with pair.a.ns.entered():
        assert "not permitted" in in_child(change, drop_privilege)
    assert (pair.a.info().settings, genl.channels(pair.a)) == before


def test_everybody_may_look(pair: Pair) -> None:
    def look() -> int:
        opened = nl.Socket()
        answer = opened.request(
            link.RTM_GETLINK, 0, link.ifinfomsg(pair.a.index)
        )
        return link.parse_info(answer.messages[0].body).options.tx_ring or 0

    with pair.a.ns.entered():
        assert in_child(look, drop_privilege) == 512


@pytest.mark.smoke
def test_root_of_a_user_namespace_may_all_in_its_own(ns: Namespaces) -> None:
    """Create, change, read and delete, without any privilege outside."""

    def use() -> list[str]:
        opened = nl.Socket()
        opened.request(
            link.RTM_NEWLINK,
            CREATE,
            Make(name="vnet0", options=Options(tx_ring=64)).request(
                Make(name="vnet1", options=Options(gen_rate=7))
            ),
        )
        answer = opened.request(
            link.RTM_GETLINK, nl.NLM_F_DUMP, link.ifinfomsg()
        )
        infos = {
            info.name: info
            for info in (link.parse_info(m.body) for m in answer.messages)
        }
        index = infos["vnet0"].index
        opened.request(
            link.RTM_NEWLINK,
            0,
            link.ifinfomsg(index, link.IFF_UP, link.IFF_UP)
            + link.linkinfo(Options(tx_ring=1024).data()),
        )
        opened.request(link.RTM_DELLINK, 0, link.ifinfomsg(index))
        return sorted(name for name in infos if name != "lo")

    with user_namespace() as inside:
        assert inside.do(use) == ["vnet0", "vnet1"]


@pytest.mark.smoke
@pytest.mark.parametrize("by", ["fd", "pid"])
def test_root_of_a_user_namespace_puts_no_peer_outside(
    ns: Namespaces, by: str
) -> None:
    """Before 7.2 the core does not check this; the module does."""
    outside = ns("outside")
    where = (
        nl.u32(link.IFLA_NET_NS_FD, outside.fd)
        if by == "fd"
        else nl.u32(link.IFLA_NET_NS_PID, os.getpid())
    )
    peer = nl.nest(
        uapi.IFLA_VNET_PEER,
        link.ifinfomsg(),
        nl.text(link.IFLA_IFNAME, "intruder"),
        where,
    )
    body = (
        link.ifinfomsg()
        + nl.text(link.IFLA_IFNAME, "vnet0")
        + link.linkinfo([peer])
    )
    with user_namespace() as inside:
        assert (
            inside.do(request(link.RTM_NEWLINK, CREATE, body)) == errno.EPERM
        )
    for place in (outside, ns.first):
        assert "intruder" not in link.names(place)


@pytest.mark.parametrize("by", ["fd", "pid"])
def test_root_of_a_user_namespace_makes_no_device_outside(
    ns: Namespaces, by: str
) -> None:
    outside = ns("outside")
    where = (
        nl.u32(link.IFLA_NET_NS_FD, outside.fd)
        if by == "fd"
        else nl.u32(link.IFLA_NET_NS_PID, os.getpid())
    )
    for peer in (None, Make(name="vnet1")):
        data = [peer.peer()] if peer else []
        body = (
            link.ifinfomsg()
            + nl.text(link.IFLA_IFNAME, "intruder")
            + where
            + link.linkinfo(data)
        )
        with user_namespace() as inside:
            assert (
                inside.do(request(link.RTM_NEWLINK, CREATE, body))
                == errno.EPERM
            )
    for place in (outside, ns.first):
        assert "intruder" not in link.names(place)


def test_root_outside_puts_a_peer_inside(ns: Namespaces) -> None:
    """The other way round it is allowed, and each end has its own master."""
    here = ns(quiet=True)
    with user_namespace() as inside:
        peer = nl.nest(
            uapi.IFLA_VNET_PEER,
            link.ifinfomsg(),
            nl.text(link.IFLA_IFNAME, "vnet1"),
            nl.u32(link.IFLA_NET_NS_PID, inside.pid),
        )
        here.rtnl.request(
            link.RTM_NEWLINK,
            CREATE,
            link.ifinfomsg()
            + nl.text(link.IFLA_IFNAME, "vnet0")
            + link.linkinfo([peer]),
        )
        assert link.names(here) == ["vnet0"]

        def mine() -> tuple[int, int]:
            opened = nl.Socket()
            answer = opened.request(
                link.RTM_GETLINK,
                0,
                link.ifinfomsg() + nl.text(link.IFLA_IFNAME, "vnet1"),
            )
            info = link.parse_info(answer.messages[0].body)
            own = change(
                info.index, link.linkinfo(Options(rx_ring=64).data())
            )()
            return own, info.link or 0

        changed, peer_index = inside.do(mine)
        assert changed == 0
        assert peer_index == Link.named(here, "vnet0").index
        Link.named(here, "vnet0").delete()
