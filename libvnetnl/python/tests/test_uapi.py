# SPDX-License-Identifier: GPL-2.0-or-later
"""Names, numbers and limits are those of the UAPI header."""

import re

import pytest

import pyroute2_vnet as vnet
from pyroute2_vnet import uapi
from pyroute2_vnet.keywords import OPTIONS
from pyroute2_vnet.values import FORMS


def enumerators(header: str, enum: str) -> list[str]:
    match = re.search(rf"^enum {enum} {{\n(.*?)^}};", header, re.M | re.S)
    assert match, f"no enum {enum}"
    # Numbers are places in the list as long as none is given a value
    assert "=" not in match[1]
    names = re.findall(r"^\t(\w+),?$", match[1], re.M)
    return [name for name in names if not name.startswith("__")]


def defines(header: str) -> dict[str, int]:
    found = re.findall(
        r"^#define (VNET_\w+)\s+\(?(-?\w+?)U?L*\)?$", header, re.M
    )
    return {name: int(value, 0) for name, value in found}


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


# How the header says what an attribute of the generator is
GEN_TYPES = {
    "gen_bytes": "binary",
    "gen_queues": "binary",
    "gen_mac": "6 bytes",
    "gen_ip": "address",
}


def ctype(kind: str) -> str:
    if kind in GEN_TYPES:
        return GEN_TYPES[kind]
    if kind.startswith("nest_"):
        return "nest"
    if kind == "gen_state":
        kind = "uint8"
    if kind in FORMS:
        kind = FORMS[kind].base
    return kind.replace("uint", "u").replace("int", "s")


def test_types(uapi_header: str) -> None:
    """The kernel-doc of an attribute begins with its type, or says that it is
    an address."""
    found = re.findall(
        r"^ \* @(IFLA_VNET_\w+): (u8|u32|s32|u64|nest|binary|6 bytes|"
        r"4 or 16 bytes|the (?:first|last) \w+ address)\b",
        uapi_header,
        re.M,
    )
    types = {
        name: "address" if kind.startswith(("4 ", "the ")) else kind
        for name, kind in found
    }
    ours = dict(
        uapi.values(
            uapi.DATA + uapi.QUEUES + uapi.QUEUE + uapi.GEN + uapi.STATE
        )
    )
    assert {name: ctype(kind) for name, kind in ours.items()} == types


def test_counters_are_u64() -> None:
    assert {kind for _, kind in uapi.values(uapi.XSTATS)} == {"uint64"}


def test_every_define(uapi_header: str) -> None:
    found = defines(uapi_header)
    assert f'#define VNET_KIND\t\t"{uapi.KIND}"\n' in uapi_header
    ours = {
        f"VNET_{name}": value
        for name, value in vars(uapi).items()
        if name.isupper() and isinstance(value, int)
    }
    assert ours == found


def test_everything_is_to_be_had_from_the_package() -> None:
    for name in vars(uapi):
        if name.isupper() and not isinstance(getattr(uapi, name), tuple):
            assert getattr(vnet, name) == getattr(uapi, name)
    assert vnet.__all__ == sorted(vnet.__all__)


@pytest.mark.parametrize(
    ("enum", "words"),
    [
        ("proto", uapi.GEN_PROTOS),
        ("tcp", uapi.GEN_TCPS),
        ("field", uapi.GEN_FIELDS),
        ("csum", uapi.GEN_CSUMS),
        ("payload", uapi.GEN_PAYLOADS),
        ("spread", uapi.GEN_SPREADS),
        ("state", uapi.GEN_STATES),
    ],
)
def test_words(uapi_header: str, enum: str, words: tuple[str, ...]) -> None:
    names = enumerators(uapi_header, f"vnet_gen_{enum}")
    assert list(words) == [
        name.removeprefix("VNET_GEN_")
        .removeprefix(f"{enum.upper()}_")
        .lower()
        for name in names
    ]


def test_every_option_is_a_keyword() -> None:
    assert set(OPTIONS) == {
        name.removeprefix("IFLA_").lower()
        for name, _ in uapi.values(uapi.DATA + uapi.GEN)
    } - {"vnet_state"}
