# SPDX-License-Identifier: GPL-2.0-or-later
"""Namespaces with vnet devices in them, as the fixtures hand them out."""

from dataclasses import replace

from lib import counters, link
from lib.link import Link, Make, Options, Pair
from lib.netns import Netns
from lib.wait import wait_for

A4, B4 = "10.1.0.1", "10.1.0.2"
A6, B6 = "fd00:1::1", "fd00:1::2"

_IFA_F_NODAD = 0x02
_AF_INET6 = 10
_RTN_LOCAL = 2


class Namespaces:
    """Makes namespaces; takes them down when every frame is accounted for."""

    def __init__(self) -> None:
        self.first = Netns.current()
        self._made: list[Netns] = []

    def __call__(self, label: str = "ns", *, quiet: bool = False) -> Netns:
        """Make a namespace; a quiet one sends nothing by itself."""
        made = Netns.create(label, quiet=quiet)
        self._made.append(made)
        return made

    def known(self) -> list[Netns]:
        """The namespaces that can hold devices of the test."""
        return [self.first, *(ns for ns in self._made if ns.fd >= 0)]

    def assert_conserved(self) -> None:
        """Check the frame counts of all devices that are there now."""
        counters.stop_generators(self.known())
        counters.assert_conserved(self.known())

    def remove(self) -> None:
        """Delete all vnet devices, then the namespaces."""
        for ns in self.known():
            for info in link.vnets(ns):
                link.delete_if_there(Link(ns, info.index))
        for ns in [*self._made, self.first]:
            ns.remove()
        self._made.clear()


class PairMaker:
    """Makes pairs, each end in a namespace of its own."""

    def __init__(self, namespaces: Namespaces) -> None:
        self._namespaces = namespaces

    def __call__(
        self,
        a: Make | None = None,
        b: Make | None = None,
        *,
        quiet: bool = True,
        up: bool = True,
    ) -> Pair:
        """Make vnet0 with A4 and vnet1 with B4, up unless told otherwise.

        A pair that is not quiet also has A6 and B6.
        """
        near = self._namespaces("a", quiet=quiet)
        far = self._namespaces("b", quiet=quiet)
        pair = link.make_pair(
            _placed(a or Make(), "vnet0", near),
            _placed(b or Make(), "vnet1", far),
        )
        if not up:
            return pair
        pair.up()
        add_address(pair.a, A4, 24)
        add_address(pair.b, B4, 24)
        if not quiet:
            add_address(pair.a, A6, 64)
            add_address(pair.b, B6, 64)
        return pair


class CardMaker:
    """Makes devices that stand alone, each in a namespace of its own."""

    def __init__(self, namespaces: Namespaces) -> None:
        self._namespaces = namespaces

    def __call__(
        self,
        queues: int = 1,
        *,
        name: str = "vnet0",
        ns: Netns | None = None,
        quiet: bool = True,
        mtu: int | None = None,
        rx_ring: int = 512,
    ) -> Link:
        """Make a device with so many queues each way, up."""
        device = link.make_lone(
            Make(
                name=name,
                ns=ns or self._namespaces("card", quiet=quiet),
                mtu=mtu,
                tx_queues=queues,
                rx_queues=queues,
                options=Options(rx_ring=rx_ring),
            )
        )
        device.up()
        device.wait_carrier()
        return device


def _placed(device: Make, name: str, ns: Netns) -> Make:
    return replace(device, name=device.name or name, ns=device.ns or ns)


def add_address(device: Link, address: str, prefix: int) -> None:
    """Give a device an address that can be used at once.

    One of IPv6 is there before the route is that makes it local, even if nobody looks
    for duplicates: a work item adds that.
    """
    ip, index = device.ns.ip, device.index
    if ":" not in address:
        ip.addr("add", index=index, address=address, prefixlen=prefix)
        return
    ip.addr(
        "add",
        index=index,
        address=address,
        prefixlen=prefix,
        flags=_IFA_F_NODAD,
    )
    wait_for(
        lambda: any(
            found["type"] == _RTN_LOCAL
            and found.get_attr("RTA_DST") == address
            and found.get_attr("RTA_OIF") == index
            for found in ip.get_routes(family=_AF_INET6)
        ),
        f"{address} to be usable",
    )


def add_vlan(
    device: Link, number: int, address: str = "", protocol: int = 0x8100
) -> Link:
    """A VLAN device on top of a device, up, with an address if one is given."""
    ns = device.ns
    ns.ip.link(
        "add",
        ifname=f"vlan{number}",
        kind="vlan",
        link=device.index,
        vlan_id=number,
        vlan_protocol=protocol,
    )
    made = Link.named(ns, f"vlan{number}")
    made.up()
    if address:
        add_address(made, address, 24)
    return made
