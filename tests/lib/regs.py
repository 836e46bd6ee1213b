# SPDX-License-Identifier: GPL-2.0-or-later
"""Registers and dumps of a device, decoded: what docs/ethtool.md says of them.

``ethtool -d DEVICE raw on | python3 regs.py`` prints them.
"""

import struct
import sys
from dataclasses import dataclass

VERSION = 1
HEAD = 16
NONE = 0xFFFFFFFF

DEVICE_FLAGS = (
    *("open", "linked", "carrier", "loop"),
    *("sink", "scattered", "steered", "irq"),
)
TX_FLAGS = ("running", "stalled", "paused", "lossy", "many", "paced")
RX_FLAGS = (
    *("masked", "held", "special", "shared", "gate"),
    *("failed", "many", "unusual", "gen"),
)
DEVICE = (
    *("tx_queues", "rx_queues", "tx_queues_max", "rx_queues_max"),
    *("words", "flags", "tx_ring", "rx_ring", "speed"),
)
TX = (
    *("index", "flags", "limit", "head", "fill", "tail", "size", "to"),
    *("posted", "done", "epoch", "untold", "usecs", "frames"),
)
RX = (
    *("index", "flags", "limit", "head", "fill", "tail", "size", "waiting"),
    *("cpu", "irq", "usecs", "frames", "gen_ring", "napi"),
)
SIGNED = ("cpu", "speed")

PART_REGS, PART_FRAMES = 1, 2
KINDS, SIZES = 18, 34


@dataclass(frozen=True)
class Unit:
    """The device, or a queue: words by name, and the flags that are set."""

    words: dict[str, int]
    flags: frozenset[str]

    def __getitem__(self, name: str) -> int:
        return self.words[name]

    @property
    def used(self) -> int:
        """Descriptors in the ring."""
        return (self["head"] - self["tail"]) & 0xFFFFFFFF


@dataclass(frozen=True)
class Registers:
    """All of a device."""

    device: Unit
    tx: list[Unit]
    rx: list[Unit]


def _unit(
    values: tuple[int, ...], names: tuple[str, ...], flags: tuple[str, ...]
) -> Unit:
    words = dict(zip(names, values, strict=False))
    for name in SIGNED:
        if words.get(name, 0) >> 31:
            words[name] -= 1 << 32
    bits = words.pop("flags")
    assert bits >> len(flags) == 0, f"unknown flags {bits:#x}"
    assert not any(values[len(names) :]), "words that nothing is known of"
    return Unit(
        words, frozenset(f for n, f in enumerate(flags) if bits >> n & 1)
    )


def decode(data: bytes) -> Registers:
    """What the words of version 1 say."""
    values = struct.unpack(f"={len(data) // 4}I", data)
    device = _unit(values[:HEAD], DEVICE, DEVICE_FLAGS)
    size, at = device["words"], HEAD

    def queues(
        count: int, names: tuple[str, ...], flags: tuple[str, ...]
    ) -> list[Unit]:
        nonlocal at
        first, at = at, at + count * size
        return [
            _unit(values[n : n + size], names, flags)
            for n in range(first, at, size)
        ]

    tx = queues(device["tx_queues_max"], TX, TX_FLAGS)
    rx = queues(device["rx_queues_max"], RX, RX_FLAGS)
    assert at == len(values)
    return Registers(device, tx, rx)


@dataclass(frozen=True)
class Frames:
    """What was counted of the frames of a queue."""

    kinds: tuple[int, ...]
    """By protocol (ARP, IPv4, IPv6, other, MAC control, pause), for one, then
    for a group, then for all."""
    sizes: tuple[int, ...]
    """By length with the FCS: up to 64 number 6, up to 127 number 7 and so on,
    where 1518 ends a class as well."""
    large: int
    segments: int


def parts(dump: bytes) -> dict[int, bytes]:
    """The parts of a dump."""
    found, at = {}, 0
    while at < len(dump):
        part, length = struct.unpack_from("=II", dump, at)
        found[part] = dump[at + 8 : at + 8 + length]
        at += 8 + length
    return found


def frames(part: bytes) -> dict[tuple[str, int], Frames]:
    """Of each queue, by side and number."""
    layout = struct.Struct(f"=II{KINDS + SIZES + 2}Q")
    found = {}
    for rx, queue, *counted in layout.iter_unpack(part):
        found["rx" if rx else "tx", queue] = Frames(
            tuple(counted[:KINDS]),
            tuple(counted[KINDS : KINDS + SIZES]),
            *counted[-2:],
        )
    return found


def _main() -> None:
    shown = decode(sys.stdin.buffer.read())
    for name, units in (
        ("device", [shown.device]),
        ("tx", shown.tx),
        ("rx", shown.rx),
    ):
        for unit in units:
            words = " ".join(f"{k} {v}" for k, v in unit.words.items())
            print(f"{name}: {words} {' '.join(sorted(unit.flags))}")


if __name__ == "__main__":
    _main()
