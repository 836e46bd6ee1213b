# SPDX-License-Identifier: GPL-2.0-or-later
"""Names, numbers and limits are those of the UAPI header."""

import re

import pytest

from pyroute2_vnet import uapi
from pyroute2_vnet.keywords import OPTIONS


def enumerators(header: str, enum: str) -> list[str]:
    match = re.search(rf"^enum {enum} {{\n(.*?)^}};", header, re.M | re.S)
    assert match, f"no enum {enum}"
    # Numbers are places in the list as long as none is given a value
    assert "=" not in match[1]
    names = re.findall(r"^\t(\w+),?$", match[1], re.M)
    return [name for name in names if not name.startswith("__")]


def defines(header: str) -> dict[str, str]:
    found = re.findall(r"^#define (VNET_\w+)\s+(\S+)$", header, re.M)
    return {name: value.strip("()") for name, value in found}


@pytest.mark.parametrize(
    ("enum", "attributes"),
    [
        ("vnet_attrs", uapi.DATA),
        ("vnet_queues_attrs", uapi.QUEUES),
        ("vnet_queue_attrs", uapi.QUEUE),
        ("vnet_gen_attrs", uapi.GEN),
        ("vnet_state_attrs", uapi.STATE),
        ("vnet_xstats_attrs", uapi.XSTATS),
    ],
)
def test_attributes(
    uapi_header: str, enum: str, attributes: uapi.Attributes
) -> None:
    names = [name for name, _ in attributes]
    assert names == enumerators(uapi_header, enum)


def test_types(uapi_header: str) -> None:
    """The kernel-doc of an attribute begins with its type."""
    types = dict(
        re.findall(r"^ \* @(IFLA_VNET_\w+): (u8|u32|s32|u64|nest)\b", uapi_header, re.M)
    )
    ours = dict(
        uapi.values(
            uapi.DATA + uapi.QUEUES + uapi.QUEUE + uapi.GEN + uapi.STATE
        )
    )
    assert ours.keys() == types.keys()
    for name, kind in ours.items():
        if kind.startswith("nest_"):
            kind = "nest"
        if kind == "gen_state":
            kind = "uint8"
        ctype = kind.replace("uint", "u").replace("int", "s")
        assert ctype == types[name], name


def test_counters_are_u64() -> None:
    assert {kind for _, kind in uapi.values(uapi.XSTATS)} == {"uint64"}


def test_every_define(uapi_header: str) -> None:
    found = defines(uapi_header)
    assert found.pop("VNET_KIND") == f'"{uapi.KIND}"'
    ours = {
        f"VNET_{name}": str(value)
        for name, value in vars(uapi).items()
        if name.isupper() and isinstance(value, int)
    }
    assert ours == found


def test_states_of_the_generator(uapi_header: str) -> None:
    names = enumerators(uapi_header, "vnet_gen_state")
    words = [name.removeprefix("VNET_GEN_").lower() for name in names]
    assert list(uapi.GEN_STATES) == words


def test_every_option_is_a_keyword() -> None:
    assert set(OPTIONS) == {
        name.removeprefix("IFLA_").lower()
        for name, _ in uapi.values(uapi.DATA + uapi.GEN)
    } - {"vnet_state"}
