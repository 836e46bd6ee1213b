# SPDX-License-Identifier: LGPL-2.1-or-later
"""The attributes of a vnet device as pyroute2 classes."""

from collections.abc import Iterable, Mapping
from types import FunctionType
from typing import Any

from pyroute2.netlink import NLA_F_NESTED, nla, nlmsg_atoms
from pyroute2.netlink.rtnl.ifinfmsg import IFF_UP, ifinfbase

from . import uapi, values
from .keywords import (
    ATTRIBUTES,
    FIELDS,
    OPTIONS,
    PREFIX,
    attribute_of,
    check_peer,
    check_queues,
    keyword_of,
)


class nest_gen(nla):
    """IFLA_VNET_GEN"""

    prefix = PREFIX
    nla_flags = NLA_F_NESTED
    nla_map = uapi.GEN


def _atom(name: str, form: values.Form) -> type:
    """A member of IFLA_VNET_GEN whose value has a form of its own."""
    base: Any = getattr(nlmsg_atoms, form.base)

    class atom(base):
        def setvalue(self, value: Any) -> Any:
            form.encode(value)
            return super().setvalue(value)

        def encode(self) -> None:
            self["value"] = form.encode(self.value)
            super().encode()

        def decode(self) -> None:
            super().decode()
            self.value = form.decode(self["value"])

    atom.__name__ = atom.__qualname__ = name
    return atom


for _name, _form in values.FORMS.items():
    setattr(nest_gen, _name, _atom(_name, _form))


class nest_queue(nla):
    """IFLA_VNET_QUEUE"""

    prefix = PREFIX
    nla_flags = NLA_F_NESTED
    nla_map = uapi.QUEUE


class nest_queues(nla):
    """IFLA_VNET_QUEUES.

    The value may be a list of queues as dictionaries, {"index": 3, "cpu": 2} or
    {"index": 3, "failed": 1}, or have the form of a message.
    """

    prefix = PREFIX
    nla_flags = NLA_F_NESTED
    nla_map = uapi.QUEUES

    nest_queue = nest_queue

    def setvalue(self, value: Any) -> Any:
        check_queues(value, "vnet_queues")
        if not isinstance(value, Mapping):
            value = {"attrs": [self._from_keywords(queue) for queue in value]}
        return super().setvalue(value)

    @staticmethod
    def _from_keywords(queue: Mapping[str, int]) -> tuple[str, dict[str, Any]]:
        attrs = [
            (f"IFLA_VNET_QUEUE_{keyword.upper()}", value)
            for keyword, value in queue.items()
        ]
        return "IFLA_VNET_QUEUE", {"attrs": attrs}


class nest_state(nla):
    """IFLA_VNET_STATE"""

    prefix = PREFIX
    nla_flags = NLA_F_NESTED
    nla_map = uapi.STATE

    class gen_state(nlmsg_atoms.uint8):
        """IFLA_VNET_STATE_GEN"""

        value_map = dict(enumerate(uapi.GEN_STATES))


class nest_peer(ifinfbase, nla):
    """IFLA_VNET_PEER: struct ifinfomsg and the attributes of a link.

    The value may be a name, or keywords as link() takes them, or the fields
    and "attrs" of a message.
    """

    nla_flags = NLA_F_NESTED

    def setvalue(self, value: Any) -> Any:
        check_peer(value, "vnet_peer")
        if isinstance(value, str):
            value = {"ifname": value}
        if not value.get("attrs"):
            value = self._from_keywords(value)
        return super().setvalue(value)

    @staticmethod
    def _from_keywords(keywords: Mapping[str, Any]) -> dict[str, Any]:
        message: dict[str, Any] = {"attrs": []}
        data = []
        for keyword, value in keywords.items():
            if keyword in FIELDS:
                message[keyword] = value
            elif keyword == "state":
                message["change"] = IFF_UP
                message["flags"] = IFF_UP if value == "up" else 0
            elif keyword_of(keyword) in OPTIONS:
                data.append((attribute_of(keyword), value))
            elif keyword_of(keyword) in ATTRIBUTES:
                message["attrs"].append((attribute_of(keyword), value))
        if data:
            info = [
                ("IFLA_INFO_KIND", uapi.KIND),
                ("IFLA_INFO_DATA", {"attrs": data}),
            ]
            message["attrs"].append(("IFLA_LINKINFO", {"attrs": info}))
        return message


class _NlaMap:
    """The attributes of IFLA_INFO_DATA.

    An instance is encoded and decoded by what is on the wire.  The class is
    where pyroute2 looks up keywords, and there the members of the generator's
    nest are listed along with it: vnet_gen_rate= is a keyword like any other.
    """

    def __get__(self, instance: Any, owner: Any = None) -> uapi.Attributes:
        if instance is not None:
            return uapi.DATA
        return uapi.DATA + uapi.values(uapi.GEN)


class vnet_data(nla):
    """IFLA_INFO_DATA"""

    prefix = PREFIX
    nla_flags = NLA_F_NESTED
    nla_map = _NlaMap()

    nest_gen = nest_gen
    nest_peer = nest_peer
    nest_queues = nest_queues
    nest_state = nest_state

    def setvalue(self, value: Any) -> Any:
        if isinstance(value, dict) and "attrs" in value:
            value = {**value, "attrs": self._nested(value["attrs"])}
        return super().setvalue(value)

    @staticmethod
    def _nested(attrs: Iterable[Any]) -> list[Any]:
        """Members of the generator's nest that stand beside it, put into it."""
        members = dict(uapi.GEN)
        gen = [attr for attr in attrs if attr[0] in members]
        if not gen:
            return list(attrs)
        others = [attr for attr in attrs if attr[0] not in members]
        for attr in others:
            if attr[0] == "IFLA_VNET_GEN":
                gen = [*attr[1]["attrs"], *gen]
        return [attr for attr in others if attr[0] != "IFLA_VNET_GEN"] + [
            ("IFLA_VNET_GEN", {"attrs": gen})
        ]


class vnet_xstats(nla):
    """IFLA_INFO_XSTATS"""

    prefix = PREFIX
    nla_map = uapi.XSTATS


def register() -> None:
    """Tell pyroute2 of the kind; once is enough, twice does no harm.

    There is a place to register IFLA_INFO_DATA of a kind, but none for
    IFLA_INFO_XSTATS, which is the same bytes for every kind: so its type
    becomes a function that looks at the kind, as that of IFLA_INFO_DATA is.
    """
    info = ifinfbase.ifinfo
    info.register_link_kind(module={uapi.KIND: vnet_data})
    types = dict(info.nla_map)
    if types["IFLA_INFO_XSTATS"] == "info_vnet_xstats":
        return

    others = getattr(info, types["IFLA_INFO_XSTATS"])

    def info_vnet_xstats(self: Any, *argv: Any, **kwarg: Any) -> Any:
        if self.get_attr("IFLA_INFO_KIND") == uapi.KIND:
            return vnet_xstats
        if isinstance(others, FunctionType):
            return others(self, *argv, **kwarg)
        return others

    types["IFLA_INFO_XSTATS"] = "info_vnet_xstats"
    info.info_vnet_xstats = staticmethod(info_vnet_xstats)
    info.nla_map = tuple(types.items())
    # It may have been used before: make its tables anew. The method's name
    # has changed in 0.8
    message = info()
    compile_nla = getattr(message, "compile_nla_table", None)
    (compile_nla or message.compile_nla)()
