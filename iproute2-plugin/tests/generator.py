# SPDX-License-Identifier: GPL-2.0-or-later
"""Members of IFLA_VNET_GEN: bytes as rtnetlink has them, values to read."""

from __future__ import annotations

import struct
from ipaddress import ip_address

from netlink import attr, limit, split, uapi

Value = int | str | list[int]

INTEGERS = {
    **dict.fromkeys(("enable", "proto", "tcp", "vlan_prio", "csum", "payload",
                     "spread"), "=B"),
    **dict.fromkeys(("vlan", "qinq", "src_port", "src_port_last", "dst_port",
                     "dst_port_last", "random", "flows", "size", "size_last",
                     "burst"), "=I"),
    **dict.fromkeys(("rate", "bitrate", "count", "duration", "seed"), "=Q"),
}
MACS = ("src_mac", "src_mac_last", "dst_mac", "dst_mac_last")
ADDRESSES = ("src", "src_last", "dst", "dst_last")


def numbers() -> dict[str, int]:
    """The members, by name."""
    return uapi().names("vnet_gen_attrs", "IFLA_VNET_GEN_")


def values(enum: str) -> dict[str, int]:
    """Values of an enum of the generator, as they are typed."""
    longest = enum.upper() + "_"
    return {name.removeprefix(longest).removeprefix("VNET_GEN_").lower(): value
            for name, value in uapi().enums[enum].items()
            if not name.startswith("__")}


def decode(name: str, data: bytes) -> Value:
    if name in INTEGERS:
        (number,) = struct.unpack(INTEGERS[name], data)
        assert isinstance(number, int)
        return number
    if name in MACS:
        assert len(data) == 6
        return data.hex(":")
    if name in ADDRESSES:
        return str(ip_address(data))
    if name == "queues":
        assert len(data) <= limit("QUEUES_MAX") // 8
        assert not data or data[-1], "longer than it has to be"
        bits = int.from_bytes(data, "little")
        return [bit for bit in range(bits.bit_length()) if bits >> bit & 1]
    assert name == "raw", name
    return data.hex()


def members(data: bytes) -> list[tuple[str, Value]]:
    """What is in the nest."""
    names = {number: name for name, number in numbers().items()}
    return [(names[kind], decode(names[kind], payload))
            for kind, payload in split(data)]


def encode(name: str, value: Value) -> bytes:
    """The attribute."""
    if isinstance(value, int):
        data = struct.pack(INTEGERS[name], value)
    elif isinstance(value, list):
        bits = sum(1 << bit for bit in value)
        data = bits.to_bytes(limit("QUEUES_MAX") // 8, "little")
    elif name in MACS:
        data = bytes.fromhex(value.replace(":", ""))
    elif name in ADDRESSES:
        data = ip_address(value).packed
    else:
        data = bytes.fromhex(value)
    return attr(numbers()[name], data)
