# SPDX-License-Identifier: GPL-2.0-or-later
"""The UAPI header read as text: the tests have no numbers of their own.

``uapi.IFLA_VNET_TX_RING`` and ``uapi.VNET_RING_MAX`` are what the header says.
"""

import re
from pathlib import Path

HEADER = (
    Path(__file__).resolve().parents[2]
    / "kmod/include/uapi/linux/if_link_vnet.h"
)


def parse_enums(text: str) -> dict[str, dict[str, int]]:
    """Every enum of a C header: its name, and its members with their values.

    A member takes the value it is given, or one more than the member before.
    """
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    enums: dict[str, dict[str, int]] = {}
    for name, body in re.findall(r"enum\s+(\w+)\s*\{(.*?)\}", text, re.DOTALL):
        value = -1
        members: dict[str, int] = {}
        for member in filter(str.strip, body.split(",")):
            label, _, given = (part.strip() for part in member.partition("="))
            value = int(given, 0) if given else value + 1
            members[label] = value
        enums[name] = members
    return enums


def parse_numbers(text: str) -> dict[str, int]:
    """The #defines of a C header that are plain numbers."""
    found = re.findall(
        r"^#define[ \t]+(\w+)[ \t]+\(?(-?\d+|0x[0-9a-fA-F]+)U?L*\)?[ \t]*$",
        text,
        re.MULTILINE,
    )
    return {name: int(value, 0) for name, value in found}


TEXT = HEADER.read_text()
ENUMS = parse_enums(TEXT)
NUMBERS = parse_numbers(TEXT)
_MEMBERS = {k: v for members in ENUMS.values() for k, v in members.items()}
_HIGHEST = {
    label.removeprefix("__"): value - 1
    for label, value in _MEMBERS.items()
    if label.startswith("__") and label.endswith("_MAX")
}
ALL = NUMBERS | _MEMBERS | _HIGHEST

KIND = "vnet"

_XSTATS_PREFIX = "IFLA_VNET_XSTATS_"
XSTATS: dict[int, str] = {
    number: label.removeprefix(_XSTATS_PREFIX).lower()
    for label, number in ENUMS["vnet_xstats_attrs"].items()
    if label.startswith(_XSTATS_PREFIX)
    and label.removeprefix(_XSTATS_PREFIX) not in ("UNSPEC", "PAD")
}
"""Attribute number of each total in IFLA_INFO_XSTATS: its name."""


def __getattr__(name: str) -> int:
    try:
        return ALL[name]
    except KeyError:
        raise AttributeError(f"{HEADER.name} has no {name}") from None
