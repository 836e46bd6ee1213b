# SPDX-License-Identifier: GPL-2.0-or-later
"""What a generator can be told, and what the kernel tells of one."""

import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from lib import nl, uapi

_PREFIX = "IFLA_VNET_GEN_"


def mac_text(number: int) -> str:
    """The usual spelling of a MAC address."""
    return number.to_bytes(6, "big").hex(":")


def mac_number(text: str) -> int:
    """A MAC address as a number."""
    return int(text.replace(":", ""), 16)


def address_bytes(text: str) -> bytes:
    """An IPv4 or IPv6 address as it is in a packet."""
    family = socket.AF_INET6 if ":" in text else socket.AF_INET
    return socket.inet_pton(family, text)


def address_text(packed: bytes) -> str:
    """The usual spelling of an address in a packet."""
    family = socket.AF_INET6 if len(packed) == 16 else socket.AF_INET
    return socket.inet_ntop(family, packed)


def bitmap(queues: Iterable[int]) -> bytes:
    """IFLA_VNET_GEN_QUEUES: a bit for each queue of the set."""
    bits = 0
    for queue in queues:
        bits |= 1 << queue
    return bits.to_bytes(max(1, -(-bits.bit_length() // 8)), "little")


def queue_set(packed: bytes) -> tuple[int, ...]:
    """The queues of a bitmap."""
    bits = nl.number(packed)
    return tuple(i for i in range(bits.bit_length()) if bits >> i & 1)


def fields_mask(*names: str) -> int:
    """Bits of enum vnet_gen_field, by the names of the fields of Gen."""
    mask = 0
    for name in names:
        mask |= 1 << getattr(uapi, f"VNET_GEN_FIELD_{name.upper()}")
    return mask


class _Codec(NamedTuple):
    write: Callable[[int, Any], bytes]
    read: Callable[[bytes], Any]


_U8 = _Codec(nl.u8, nl.number)
_U32 = _Codec(nl.u32, nl.number)
_U64 = _Codec(nl.u64, nl.number)
_MAC = _Codec(
    lambda kind, text: nl.attr(kind, mac_number(text).to_bytes(6, "big")),
    lambda packed: packed.hex(":"),
)
_ADDRESS = _Codec(
    lambda kind, text: nl.attr(kind, address_bytes(text)), address_text
)
_BINARY = _Codec(nl.attr, bytes)
_QUEUES = _Codec(
    lambda kind, queues: nl.attr(kind, bitmap(queues)), queue_set
)

_CODECS = {
    **dict.fromkeys(
        ("proto", "tcp", "vlan_prio", "csum", "payload", "spread"), _U8
    ),
    **dict.fromkeys(
        (
            "vlan", "qinq", "src_port", "src_port_last", "dst_port",
            "dst_port_last", "random", "flows", "size", "size_last", "burst",
        ),
        _U32,
    ),
    **dict.fromkeys(("rate", "bitrate", "count", "duration", "seed"), _U64),
    **dict.fromkeys(
        ("src_mac", "src_mac_last", "dst_mac", "dst_mac_last"), _MAC
    ),
    **dict.fromkeys(("src", "src_last", "dst", "dst_last"), _ADDRESS),
    "enable": _Codec(nl.u8, lambda packed: bool(nl.number(packed))),
    "raw": _BINARY,
    "queues": _QUEUES,
}  # fmt: skip


_WORDS = {
    name: {
        number: label.removeprefix("VNET_GEN_").lower()
        for label, number in uapi.ENUMS[f"vnet_gen_{name}"].items()
    }
    for name in ("proto", "tcp", "csum", "payload", "spread")
}


def _word(name: str, value: object) -> str:
    words = _WORDS.get(name, {})
    return words.get(value, str(value)) if isinstance(value, int) else str(value)


@dataclass(frozen=True)
class Gen:
    """The members of IFLA_VNET_GEN by their names; None is not said.

    Numbers of enums are those of the header: ``uapi.VNET_GEN_UDP4``.
    """

    enable: bool | None = None
    rate: int | None = None
    bitrate: int | None = None
    count: int | None = None
    duration: int | None = None
    proto: int | None = None
    tcp: int | None = None
    raw: bytes | None = None
    vlan: int | None = None
    vlan_prio: int | None = None
    qinq: int | None = None
    src_mac: str | None = None
    src_mac_last: str | None = None
    dst_mac: str | None = None
    dst_mac_last: str | None = None
    src: str | None = None
    src_last: str | None = None
    dst: str | None = None
    dst_last: str | None = None
    src_port: int | None = None
    src_port_last: int | None = None
    dst_port: int | None = None
    dst_port_last: int | None = None
    random: int | None = None
    flows: int | None = None
    size: int | None = None
    size_last: int | None = None
    csum: int | None = None
    payload: int | None = None
    seed: int | None = None
    spread: int | None = None
    queues: tuple[int, ...] | None = None
    burst: int | None = None

    def __str__(self) -> str:
        said = {f.name: getattr(self, f.name) for f in fields(self)}
        return " ".join(
            f"{name} {_word(name, value)}"
            for name, value in said.items()
            if value is not None
        )

    def members(self) -> bytes:
        """What is in the nest."""
        return b"".join(
            codec.write(number_of(name), value)
            for name, codec in _CODECS.items()
            if (value := getattr(self, name)) is not None
        )

    def data(self) -> bytes:
        """IFLA_VNET_GEN."""
        return nl.nest(uapi.IFLA_VNET_GEN, self.members())


def number_of(name: str) -> int:
    """The number of a member of IFLA_VNET_GEN."""
    return int(getattr(uapi, _PREFIX + name.upper()))


_NAMES = {number_of(name): name for name in _CODECS}


def parse_gen(nest: bytes) -> Gen:
    """Read IFLA_VNET_GEN; a member that this does not know is an error."""
    said: dict[str, Any] = {}
    for number, packed in nl.attributes(nest):
        if number == uapi.IFLA_VNET_GEN_PAD:
            continue
        name = _NAMES[number]
        assert name not in said, f"gen_{name} twice"
        said[name] = _CODECS[name].read(packed)
    return Gen(**said)
