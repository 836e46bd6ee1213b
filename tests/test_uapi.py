# SPDX-License-Identifier: GPL-2.0-or-later
"""Names and numbers are those of the UAPI header, everywhere."""

import re
from typing import Any

import pytest

from lib import build, uapi
from lib.run import run

yaml = pytest.importorskip("yaml", reason="python3-yaml is not installed")

SPEC = build.CHECKOUT / "docs/netlink/rt-link-vnet.yaml"
ATTRIBUTE_SETS = {
    "vnet_attrs": "IFLA_VNET_",
    "vnet_queues_attrs": "IFLA_VNET_",
    "vnet_queue_attrs": "IFLA_VNET_QUEUE_",
    "vnet_gen_attrs": "IFLA_VNET_GEN_",
    "vnet_state_attrs": "IFLA_VNET_STATE_",
    "vnet_xstats_attrs": "IFLA_VNET_XSTATS_",
}


def members(enum: str, prefix: str) -> dict[str, int]:
    """The members of an enumeration, as a specification spells them."""
    return {
        name.removeprefix(prefix).lower().replace("_", "-"): number
        for name, number in uapi.ENUMS[enum].items()
        if not name.startswith("__") and not name.endswith("_UNSPEC")
    }


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    """The YNL specification."""
    loaded = yaml.safe_load(SPEC.read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def spec_attributes(spec: dict[str, Any], enum: str) -> dict[str, int]:
    """The attributes of the set that is this enumeration, numbered."""
    prefix = ATTRIBUTE_SETS[enum].lower().replace("_", "-")
    (found,) = [
        attributes["attributes"]
        for attributes in spec["attribute-sets"]
        if attributes.get("enum-name", "") == enum.replace("_", "-")
        and attributes["name-prefix"] == prefix
    ]
    numbers: dict[str, int] = {}
    number = 0
    for attribute in found:
        number = attribute.get("value", number + 1)
        numbers[attribute["name"]] = number
    return numbers


@pytest.mark.parametrize("enum", ATTRIBUTE_SETS)
def test_the_specification_numbers_every_attribute(
    spec: dict[str, Any], enum: str
) -> None:
    assert spec_attributes(spec, enum) == members(enum, ATTRIBUTE_SETS[enum])


def test_the_specification_names_every_value(spec: dict[str, Any]) -> None:
    """All enumerations that are not of attributes, flags among them."""
    found = {
        entry["enum-name"].replace("-", "_"): [
            entry["name-prefix"] + value["name"] for value in entry["entries"]
        ]
        for entry in spec["definitions"]
        if entry["type"] in ("enum", "flags")
    }
    assert found == {
        enum: list(members(enum, ""))
        for enum in uapi.ENUMS.keys() - ATTRIBUTE_SETS.keys()
    }


def test_the_specification_has_the_limits_and_defaults(
    spec: dict[str, Any],
) -> None:
    constants = {
        entry["name"].replace("-", "_").upper(): entry["value"]
        for entry in spec["definitions"]
        if entry["type"] == "const"
    }
    header = {k: v for k, v in uapi.NUMBERS.items() if k.startswith("VNET_")}
    assert constants == header


def test_every_attribute_is_told_of_in_the_documentation() -> None:
    """By its name; in the table of counters without what all begin with."""
    text = (build.CHECKOUT / "docs/uapi.md").read_text(encoding="utf-8")
    wanted = [
        f"| `{name.upper()}` | `{name}` |" for name in uapi.XSTATS.values()
    ]
    for enum in ATTRIBUTE_SETS:
        if enum == "vnet_xstats_attrs":
            continue
        wanted += [
            f"`{name}`"
            for name in uapi.ENUMS[enum]
            if not name.startswith("__") and not name.endswith("_UNSPEC")
        ]
    assert [name for name in wanted if name not in text] == []


def test_every_limit_is_told_of_in_the_documentation() -> None:
    text = (build.CHECKOUT / "docs/uapi.md").read_text(encoding="utf-8")
    told = set(map(int, re.findall(r"(?<![\w-])-?\d+\b", text)))
    limits = {k: v for k, v in uapi.NUMBERS.items() if k.startswith("VNET_")}
    assert {k: v for k, v in limits.items() if v not in told} == {}


STRICT = ["-pedantic-errors", "-Wall", "-Wextra", "-Werror", "-fsyntax-only"]


@pytest.mark.parametrize(
    ("compiler", "assertion"),
    [
        (["gcc", "-std=c11", "-xc"], "_Static_assert"),
        (["g++", "-std=c++11", "-xc++"], "static_assert"),
    ],
    ids=["C", "C++"],
)
def test_the_compiler_reads_the_header_as_the_tests_do(
    compiler: list[str], assertion: str
) -> None:
    """Strictly, as C and as C++, included alone; all numbers are the same."""
    numbers = {
        name: f"{value}ULL" if value >= 1 << 63 else str(value)
        for name, value in uapi.ALL.items()
        if not name.startswith("_")
    }
    program = f'#include "{uapi.HEADER}"\n' + "".join(
        f'{assertion}({name} == {value}, "{name}");\n'
        for name, value in numbers.items()
    )
    run([*compiler, *STRICT, "-"], stdin=program)


def test_the_module_says_what_it_is() -> None:
    path = str(build.product("vnet.ko"))
    assert run(["modinfo", "-F", "license", path]).strip() == "GPL"
    assert run(["modinfo", "-F", "description", path]).strip()
    assert run(["modinfo", "-F", "author", path]).strip()
