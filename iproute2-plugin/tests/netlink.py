# SPDX-License-Identifier: GPL-2.0-or-later
"""The UAPI header, and attributes of rtnetlink."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HEADER = (Path(__file__).resolve().parent.parent.parent /
          "kmod/include/uapi/linux/if_link_vnet.h")

# linux/netlink.h
NLA_F_NESTED = 1 << 15


@dataclass
class Uapi:
    """The UAPI header: its enums and the numbers it defines."""

    enums: dict[str, dict[str, int]]
    numbers: dict[str, int]

    def names(self, enum: str, prefix: str) -> dict[str, int]:
        """Members of an enum as the vocabulary spells them."""
        return {
            name.removeprefix(prefix).lower(): number
            for name, number in self.enums[enum].items()
            if not name.startswith("__")
            and not name.endswith(("_UNSPEC", "_PAD"))
        }


@cache
def uapi() -> Uapi:
    text = re.sub(r"/\*.*?\*/", "", HEADER.read_text(), flags=re.S)
    enums = {
        name: {member.strip(): number for number, member in
               enumerate(filter(str.strip, body.split(",")))}
        for name, body in re.findall(r"enum (\w+) \{(.*?)\};", text, flags=re.S)
    }
    numbers = {
        name: int(number, 0)
        for name, number in re.findall(
            r"#define (\w+)\s+\(?(-?\d+|0x[0-9a-f]+)(?:ULL)?\)?\s*\n", text)
    }
    return Uapi(enums, numbers)


def limit(name: str) -> int:
    return uapi().numbers[f"VNET_{name}"]


def attr(kind: int, payload: bytes) -> bytes:
    """One attribute, padded."""
    length = 4 + len(payload)
    return struct.pack("=HH", length, kind) + payload + bytes(-length % 4)


def nest(kind: int, *attrs: bytes) -> bytes:
    return attr(kind | NLA_F_NESTED, b"".join(attrs))


def u8(value: int) -> bytes:
    return struct.pack("=B", value)


def u32(value: int) -> bytes:
    return struct.pack("=I", value)


def u64(value: int) -> bytes:
    return struct.pack("=Q", value)


def split(data: bytes) -> list[tuple[int, bytes]]:
    """Type, with its flags, and payload of each attribute; no garbage."""
    attrs = []
    while data:
        length, kind = struct.unpack_from("=HH", data)
        assert 4 <= length <= len(data), "an attribute exceeds its nest"
        attrs.append((kind, data[4:length]))
        data = data[length + -length % 4:]
    return attrs
