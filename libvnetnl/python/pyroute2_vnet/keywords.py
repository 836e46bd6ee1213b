# SPDX-License-Identifier: LGPL-2.1-or-later
"""Which keywords there are, and what can be said with them.

pyroute2 makes attributes of keywords and leaves out what it cannot make one
of.  Here the keywords are looked at before that.
"""

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from pyroute2.netlink.rtnl.ifinfmsg import ifinfbase

from . import uapi, values

PREFIX = "IFLA_"

# What the form of a netlink message has, where there are no fields
_MESSAGE = {"attrs", "header", "value"}

# What fits into a type
_LIMITS = {
    "uint8": range(1 << 8),
    "uint32": range(1 << 32),
    "uint64": range(1 << 64),
    "int32": range(-1 << 31, 1 << 31),
}


def keyword_of(name: str) -> str:
    """IFLA_VNET_TX_RING -> vnet_tx_ring, which may be there already."""
    return name.removeprefix(PREFIX).lower()


def attribute_of(keyword: str) -> str:
    """vnet_tx_ring -> IFLA_VNET_TX_RING, which may be there already."""
    return PREFIX + keyword.upper().removeprefix(PREFIX)


def _of(attributes: uapi.Attributes) -> dict[str, str]:
    return {
        keyword_of(name): kind for name, kind in uapi.values(attributes)
    }


# Of a vnet device: what can be set, as keyword and type, and what of that is
# no member of a nest
DATA = _of(uapi.DATA)
del DATA["vnet_state"]
OPTIONS = DATA | _of(uapi.GEN)

# Of an RX queue: what can be set, as key and type
QUEUE = {
    name.removeprefix("IFLA_VNET_QUEUE_").lower(): kind
    for name, kind in uapi.values(uapi.QUEUE)
}

# Of any device: attributes, fields of struct ifinfomsg, and shorthands that
# pyroute2 has
FIELDS = frozenset({"family", "ifi_type", "index", "flags", "change"})
SHORTHANDS = frozenset(
    {"altname", "arp", "info_kind", "kind", "mask", "noarp", "state", "vf", "xdp_fd"}
)
ATTRIBUTES = frozenset(
    keyword_of(name) for name, kind in ifinfbase.nla_map if kind != "none"
)
LINK = FIELDS | SHORTHANDS | ATTRIBUTES

# What pyroute2 has and drops all the same, or the kernel at creation
DROPPED = frozenset({"carrier_changes", "info_slave_kind"})
DROPPED_AT_CREATION = DROPPED | {"carrier", "tso_max_segs", "tso_max_size"}

# Of the other end: what makes an attribute of its nest, or a field
PEER_LINK = FIELDS | ATTRIBUTES - DROPPED_AT_CREATION - {"linkinfo"} | {"kind", "state"}


def unknown(keyword: str, known: Iterable[str], where: str) -> TypeError:
    """The error that says that there is no such keyword, and perhaps which
    one was meant."""
    message = f"{where}: unknown keyword {keyword!r}"
    close = difflib.get_close_matches(keyword_of(keyword), known, n=1)
    if close:
        message += f", did you mean {close[0]!r}?"
    return TypeError(message)


def check_option(keyword: str, value: Any, where: str) -> None:
    """Raise TypeError or ValueError unless the value is one of the type that
    the attribute has.  Limits within the type are the kernel's to check."""
    kind = OPTIONS[keyword_of(keyword)]
    if kind == "nest_peer":
        check_peer(value, f"{where}: {keyword}")
    elif kind == "nest_gen":
        if not isinstance(value, Mapping) or "attrs" not in value:
            raise TypeError(
                f"{where}: {keyword} takes a dictionary with 'attrs'; "
                f"the members are keywords of their own, {keyword}_rate=..."
            )
    elif kind == "nest_queues":
        check_queues(value, f"{where}: {keyword}")
    elif kind in values.FORMS:
        check_form(keyword, kind, value, where)
    else:
        check_number(keyword, kind, value, where)


def check_number(keyword: str, kind: str, value: Any, where: str) -> None:
    """Raise TypeError or ValueError unless the value is an integer that fits
    into the type."""
    if not isinstance(value, int):
        raise TypeError(f"{where}: {keyword} takes an integer, not {value!r}")
    if value not in _LIMITS[kind]:
        raise ValueError(
            f"{where}: {keyword} {value} does not fit into an {kind}"
        )


def check_form(keyword: str, kind: str, value: Any, where: str) -> None:
    """Raise TypeError or ValueError unless the value is one of a form of the
    generator's."""
    try:
        values.FORMS[kind].encode(value)
    except TypeError as error:
        raise TypeError(f"{where}: {keyword} {error}") from None
    except ValueError as error:
        raise ValueError(f"{where}: {keyword} {error}") from None


def check_queues(value: Any, where: str) -> None:
    """Raise TypeError or ValueError unless the value is a list of
    dictionaries, each of a queue, or has the form of a netlink message."""
    # pyroute2 itself adds "attrs" to what is a dictionary and should not be
    if isinstance(value, Mapping) and value.keys() <= _MESSAGE:
        return
    if not isinstance(value, (list, tuple)):
        raise TypeError(
            f"{where} takes a list of dictionaries, one for each queue, "
            f"not {value!r}"
        )
    for queue in value:
        if not isinstance(queue, Mapping) or "index" not in queue:
            raise TypeError(
                f"{where}: a queue is a dictionary with 'index', not {queue!r}"
            )
        for key, member in queue.items():
            if key not in QUEUE:
                raise unknown(key, QUEUE, where)
            check_number(key, QUEUE[key], member, where)


def check_peer(value: Any, where: str) -> None:
    """Raise TypeError or ValueError unless the value is a name, or a
    dictionary of link keywords, or has the form of a netlink message."""
    if isinstance(value, str):
        return
    if not isinstance(value, Mapping):
        raise TypeError(
            f"{where} takes a name or a dictionary, not {value!r}"
        )
    # In the form of a message there are fields, and no keywords
    as_message = bool(value.get("attrs"))
    for keyword, member in value.items():
        if keyword in ("attrs", "value") or keyword in FIELDS:
            continue
        if as_message:
            raise unknown(keyword, FIELDS, f"{where} with 'attrs'")
        if keyword_of(keyword) == "vnet_peer":
            raise TypeError(f"{where}: a peer has no peer of its own")
        if keyword_of(keyword) in OPTIONS:
            check_option(keyword, member, where)
        elif keyword_of(keyword) not in PEER_LINK:
            raise unknown(keyword, PEER_LINK | OPTIONS.keys(), where)
    if value.get("kind", uapi.KIND) != uapi.KIND:
        raise ValueError(
            f"{where}: the peer of a vnet device is one, too, not a "
            f"{value['kind']!r}"
        )
    if value.get("state", "up") not in ("up", "down"):
        raise ValueError(
            f"{where}: state is 'up' or 'down', not {value['state']!r}"
        )


def check(command: str, keywords: Mapping[str, Any]) -> None:
    """Raise TypeError or ValueError unless each of the keywords of
    link(command) gets through pyroute2 to the kernel."""
    where = f"link {command}"
    dropped = DROPPED_AT_CREATION if command == "add" else DROPPED

    for keyword, value in keywords.items():
        name = keyword_of(keyword)
        if name in OPTIONS:
            check_option(keyword, value, where)
        elif name == "vnet_state":
            raise TypeError(f"{where}: {keyword} can only be read")
        elif name in dropped:
            raise TypeError(f"{where}: {keyword} cannot be set")
        elif name not in LINK:
            raise unknown(keyword, LINK - dropped | OPTIONS.keys(), where)
