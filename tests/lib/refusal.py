# SPDX-License-Identifier: GPL-2.0-or-later
"""Requests that are refused: what is sent, and what the kernel has to say.

The words name the attribute and its limit. A refused request changes nothing.
Every value is tried in each of the three places where it can be said: for a
new device, for its peer (whose options the core does not parse), and in a
change of a device that is up.
"""

import errno
import os
import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from lib import link, nl, uapi
from lib.link import RTM_NEWLINK, Link, Pair
from lib.nl import NetlinkError

CREATE = nl.NLM_F_CREATE | nl.NLM_F_EXCL
PEER = uapi.IFLA_VNET_PEER
BOOLEAN = (r"\b0\b|off", r"\b1\b|on")
FORMATS = not os.uname().release.startswith("6.1.")
WRONG_LENGTH = (errno.EINVAL, errno.ERANGE)


@dataclass(frozen=True)
class Bad:
    """Members of IFLA_INFO_DATA, and what the refusal has to be like.

    The value is named as well, where the kernel can format its messages, and so
    is what else follows from the device or from other members.
    """

    what: str
    data: bytes
    words: tuple[str, ...]
    codes: tuple[int, ...] = (errno.EINVAL,)
    value: object = ""
    formatted: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.what


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

    def clean(self) -> None:
        """Delete what a test has made besides these devices."""
        for ns in (self.pair.a.ns, self.pair.b.ns):
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
    more = (str(bad.value), *bad.formatted) if FORMATS else ()
    for word in (*bad.words, *more):
        assert re.search(word, error.said), f"{error.said!r}: no {word}"
    assert lab.snapshot() == before


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


def _new(lab: Lab, bad: Bad) -> None:
    assert_refused(lab, CREATE, new_with(bad.data), bad)


def _peer(lab: Lab, bad: Bad) -> None:
    assert_refused(lab, CREATE, new_with(peer_of(bad.data)), bad)


def _change(lab: Lab, bad: Bad) -> None:
    body = link.ifinfomsg(lab.pair.a.index) + link.linkinfo([bad.data])
    assert_refused(lab, 0, body, bad)


Place = Callable[[Lab, Bad], None]
"""Says something bad in one of the places where it can be said."""

EVERYWHERE = pytest.mark.parametrize(
    "place",
    [
        pytest.param(_new, id="new", marks=pytest.mark.smoke),
        pytest.param(_peer, id="peer"),
        pytest.param(_change, id="change"),
    ],
)
