# SPDX-License-Identifier: LGPL-2.1-or-later
"""link() with keywords that are looked at before pyroute2 drops them."""

from typing import Any

from pyroute2 import IPRoute

from . import uapi
from .keywords import DATA, check, keyword_of


def _is_option(keyword: str) -> bool:
    return keyword_of(keyword).startswith("vnet_")


def _check_filter(keywords: dict[str, Any]) -> None:
    """pyroute2 compares what it dumps with attributes, not with their
    members."""
    for keyword in filter(_is_option, keywords):
        if DATA.get(keyword_of(keyword)) not in ("uint8", "uint32"):
            raise TypeError(f"link dump: {keyword} cannot be filtered by")


def prepare(command: Any, keywords: dict[str, Any]) -> dict[str, Any]:
    """The keywords to give to pyroute2's link(), all of which it will send.

    Raises TypeError for a keyword that there is not, or that takes something
    else, and ValueError for a value that cannot be; either names the keyword.
    Devices of other kinds are none of our business.
    """
    about_vnet = any(map(_is_option, keywords))
    kind = keywords.get("kind")
    if kind not in (None, uapi.KIND):
        if about_vnet:
            raise ValueError(f"link {command}: a {kind!r} has no vnet options")
        return keywords
    if not isinstance(command, str):
        return keywords
    if about_vnet and command not in ("add", "set", "dump"):
        raise TypeError(f"link {command} takes no vnet options")

    if command == "dump":
        _check_filter(keywords)
    else:
        check(command, keywords)

    # pyroute2 sends what is given by the attribute's name twice
    keywords = {
        keyword_of(keyword) if _is_option(keyword) else keyword: value
        for keyword, value in keywords.items()
    }
    if about_vnet or command == "add":
        keywords["kind"] = uapi.KIND
    if "carrier" in keywords and command != "dump":
        # pyroute2 drops "carrier", but not what it does not recognise as
        # that before it makes the attribute's name of it
        keywords["ifla_carrier"] = keywords.pop("carrier")
    return keywords


def link(ipr: Any, command: Any, **keywords: Any) -> Any:
    """ipr.link(command, **keywords), with the keywords checked.

    `ipr` is an IPRoute, a NetNS, or whatever has pyroute2's RTNL API.  See
    `prepare()` for what it raises besides pyroute2's own errors.
    """
    return ipr.link(command, **prepare(command, keywords))


class VnetRoute(IPRoute):
    """An IPRoute that checks the keywords of link().

    Errors of the kernel, pyroute2's NetlinkError, come with the kernel's text
    (ext_ack).
    """

    def __init__(self, *argv: Any, **keywords: Any) -> None:
        keywords.setdefault("ext_ack", True)
        super().__init__(*argv, **keywords)

    def link(self, command: Any, **keywords: Any) -> Any:
        """IPRoute.link(), with the keywords checked as `prepare()` does."""
        # pyroute2 0.9 makes the method when it is asked for
        inherited = getattr(super(), "link", None) or self.__getattr__("link")
        return inherited(command, **prepare(command, keywords))
