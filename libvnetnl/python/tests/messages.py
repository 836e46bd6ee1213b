# SPDX-License-Identifier: GPL-2.0-or-later
"""Messages as pyroute2 makes them, taken to pieces without pyroute2."""

import struct
from collections.abc import Callable
from typing import Any, NamedTuple

from pyroute2 import IPBatch

NLA_F_NESTED = 0x8000
NLA_TYPE_MASK = 0x3FFF

IFLA_ADDRESS = 1
IFLA_IFNAME = 3
IFLA_MTU = 4
IFLA_LINKINFO = 18
IFLA_NET_NS_FD = 28
IFLA_NUM_TX_QUEUES = 31
IFLA_CARRIER = 33
IFLA_INFO_KIND = 1
IFLA_INFO_DATA = 2
IFLA_INFO_XSTATS = 3


class Attr(NamedTuple):
    """One attribute of a message."""

    type: int
    nested: bool
    payload: bytes

    def attrs(self, skip: int = 0) -> dict[int, "Attr"]:
        return parse_attrs(self.payload[skip:])

    def number(self) -> int:
        return int.from_bytes(self.payload, "little")

    def string(self) -> str:
        return self.payload.rstrip(b"\0").decode()


class Message(NamedTuple):
    """A struct ifinfomsg with its attributes."""

    type: int
    nlmsg_flags: int
    ifindex: int
    flags: int
    change: int
    attrs: dict[int, Attr]

    def data(self) -> dict[int, Attr]:
        return self.attrs[IFLA_LINKINFO].attrs()[IFLA_INFO_DATA].attrs()


def parse_attrs(payload: bytes) -> dict[int, Attr]:
    attrs = {}
    while payload:
        length, kind = struct.unpack_from("HH", payload)
        assert 4 <= length <= len(payload)
        number = kind & NLA_TYPE_MASK
        assert number not in attrs, f"attribute {number} twice"
        attrs[number] = Attr(
            number, bool(kind & NLA_F_NESTED), payload[4:length]
        )
        payload = payload[(length + 3) & ~3 :]
    return attrs


def parse_message(data: bytes) -> Message:
    length, kind, nlmsg_flags = struct.unpack_from("IHH", data)
    assert length == len(data)
    index, flags, change = struct.unpack_from("iII", data, 20)
    return Message(
        kind, nlmsg_flags, index, flags, change, parse_attrs(data[32:])
    )


def request(
    function: Callable[..., Any], command: str, **keywords: Any
) -> Message:
    """What function(ipr, command, **keywords) would send."""
    batch = IPBatch()
    try:
        function(batch, command, **keywords)
        return parse_message(bytes(batch.batch))
    finally:
        batch.close()


def plain_link(ipr: Any, command: str, **keywords: Any) -> Any:
    """pyroute2's own link()."""
    return ipr.link(command, **keywords)
