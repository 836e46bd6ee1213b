# SPDX-License-Identifier: LGPL-2.1-or-later
"""Values of the generator that are words, addresses or lists in Python and
numbers or bytes in a message.

What is decoded is what can be encoded: it can be sent back.  A value that
cannot be raises TypeError or ValueError with a text that goes on after the name
of a keyword; limits within a type are the kernel's to check.  A number or a
length that is of a newer kernel is decoded to itself.
"""

import re
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, NamedTuple

from . import uapi

_FIELDS = range(32)
_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}", re.IGNORECASE)
_MAX = "max"


class Form(NamedTuple):
    """One of pyroute2's types, and how what Python has becomes its value and
    back."""

    base: str
    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]


def _number(value: Any, numbers: range, what: str) -> int:
    if not isinstance(value, int):
        raise TypeError(f"takes {what}, not {value!r}")
    if value not in numbers:
        raise ValueError(f"{value} is not {what}")
    return value


def _index(word: str, words: tuple[str, ...]) -> int:
    if word not in words:
        raise ValueError(f"{word!r} is none of {', '.join(words)}")
    return words.index(word)


def _word(words: tuple[str, ...]) -> Form:
    def encode(value: Any) -> int:
        if isinstance(value, str):
            return _index(value, words)
        return _number(value, range(1 << 8), "a word or its number")

    def decode(number: int) -> str | int:
        return words[number] if number < len(words) else number

    return Form("uint8", encode, decode)


def _members(value: Any, what: str) -> list[Any]:
    if not isinstance(value, (list, tuple, set, frozenset, range)):
        raise TypeError(f"takes a list of {what}, not {value!r}")
    return list(value)


def _encode_fields(value: Any) -> int:
    fields = (
        _index(field, uapi.GEN_FIELDS)
        if isinstance(field, str)
        else _number(field, _FIELDS, "the name of a field or its number")
        for field in _members(value, "fields")
    )
    return sum(1 << field for field in set(fields))


def _decode_fields(bits: int) -> list[str | int]:
    return [
        uapi.GEN_FIELDS[field] if field < len(uapi.GEN_FIELDS) else field
        for field in _FIELDS
        if bits >> field & 1
    ]


def _encode_queues(value: Any) -> bytes:
    queues = {
        _number(
            queue,
            range(uapi.QUEUES_MAX),
            f"a queue from 0 to {uapi.QUEUES_MAX - 1}",
        )
        for queue in _members(value, "queues")
    }
    bits = sum(1 << queue for queue in queues)
    return bits.to_bytes(max(queues, default=0) // 8 + 1, "little")


def _decode_queues(data: bytes) -> list[int]:
    bits = int.from_bytes(data, "little")
    return [queue for queue in range(len(data) * 8) if bits >> queue & 1]


def _encode_rate(value: Any) -> int:
    if value == _MAX:
        return uapi.GEN_RATE_UNPACED
    return _number(value, range(1 << 64), f"frames a second or {_MAX!r}")


def _decode_rate(rate: int) -> int | str:
    return _MAX if rate == uapi.GEN_RATE_UNPACED else rate


def _encode_mac(value: Any) -> bytes:
    if not isinstance(value, str):
        raise TypeError(f"takes a MAC as text, not {value!r}")
    if not _MAC.fullmatch(value):
        raise ValueError(f"{value!r} is no MAC like '02:00:00:00:00:01'")
    return bytes.fromhex(value.replace(":", ""))


def _decode_mac(data: bytes) -> str | bytes:
    return data.hex(":") if len(data) == 6 else data


def _encode_ip(value: Any) -> bytes:
    if not isinstance(value, (str, IPv4Address, IPv6Address)):
        raise TypeError(f"takes an IP address, not {value!r}")
    try:
        address = ip_address(value)
    except ValueError:
        raise ValueError(f"{value!r} is no IP address") from None
    if getattr(address, "scope_id", None):
        raise ValueError(f"{str(value)!r} has a scope")
    return address.packed


def _decode_ip(data: bytes) -> str | bytes:
    return str(ip_address(data)) if len(data) in (4, 16) else data


def _encode_bytes(value: Any) -> bytes:
    if not isinstance(value, (bytes, bytearray)):
        raise TypeError(f"takes bytes, not {value!r}")
    if len(value) > uapi.GEN_RAW_MAX:
        raise ValueError(
            f"of {len(value)} bytes is longer than {uapi.GEN_RAW_MAX}"
        )
    return bytes(value)


FORMS: dict[str, Form] = {
    "gen_rate": Form("uint64", _encode_rate, _decode_rate),
    "gen_proto": _word(uapi.GEN_PROTOS),
    "gen_tcp": _word(uapi.GEN_TCPS),
    "gen_bytes": Form("cdata", _encode_bytes, bytes),
    "gen_mac": Form("cdata", _encode_mac, _decode_mac),
    "gen_ip": Form("cdata", _encode_ip, _decode_ip),
    "gen_fields": Form("uint32", _encode_fields, _decode_fields),
    "gen_csum": _word(uapi.GEN_CSUMS),
    "gen_payload": _word(uapi.GEN_PAYLOADS),
    "gen_spread": _word(uapi.GEN_SPREADS),
    "gen_queues": Form("cdata", _encode_queues, _decode_queues),
}
"""By the types that `uapi.GEN` has for them."""
