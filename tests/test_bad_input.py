# SPDX-License-Identifier: GPL-2.0-or-later
"""What is wrong is refused, with the right errno and words that help."""

import struct
from collections.abc import Iterator

import pytest

from lib import link, nl, uapi
from lib.link import Link, Make, Options
from lib.refusal import (
    BOOLEAN,
    EVERYWHERE,
    WRONG_LENGTH,
    Bad,
    Lab,
    Place,
)

GEN = uapi.IFLA_VNET_GEN
ENABLE = uapi.IFLA_VNET_GEN_ENABLE
RATE = uapi.IFLA_VNET_GEN_RATE
RATE_MAX = uapi.VNET_GEN_RATE_MAX
RINGS = {"tx_ring": uapi.IFLA_VNET_TX_RING, "rx_ring": uapi.IFLA_VNET_RX_RING}
PAUSES = {
    "rx_pause": uapi.IFLA_VNET_RX_PAUSE,
    "tx_pause": uapi.IFLA_VNET_TX_PAUSE,
    "adaptive_rx": uapi.IFLA_VNET_ADAPTIVE_RX,
    "adaptive_tx": uapi.IFLA_VNET_ADAPTIVE_TX,
    "irq": uapi.IFLA_VNET_IRQ,
}
NUMBERS = {
    "tx_usecs": (uapi.IFLA_VNET_TX_USECS, 0, uapi.VNET_TX_USECS_MAX),
    "tx_frames": (
        uapi.IFLA_VNET_TX_FRAMES,
        uapi.VNET_TX_FRAMES_MIN,
        uapi.VNET_TX_FRAMES_MAX,
    ),
    "rx_usecs": (uapi.IFLA_VNET_RX_USECS, 0, uapi.VNET_RX_USECS_MAX),
    "rx_frames": (uapi.IFLA_VNET_RX_FRAMES, 0, uapi.VNET_RX_FRAMES_MAX),
}
RING_LIMITS = (str(uapi.VNET_RING_MIN), str(uapi.VNET_RING_MAX))
GEN_RATE = "gen[_ ]rate"


def _bad_rings() -> Iterator[Bad]:
    for name, kind in RINGS.items():
        for value in (0, 1, 63, 65, 96, 32767, 32769, 65536, 100000, 1 << 31):
            yield Bad(
                f"{name} {value}",
                nl.u32(kind, value),
                (name, *RING_LIMITS),
                value=value,
            )
        for length in (0, 1, 2, 3, 5, 8):
            yield Bad(
                f"{name} of {length} bytes",
                nl.attr(kind, b"\0\2\0\0\0\0\0\0"[:length]),
                (name,),
                WRONG_LENGTH,
            )


def _bad_pauses() -> Iterator[Bad]:
    for name, kind in PAUSES.items():
        for value in (2, 255):
            yield Bad(
                f"{name} {value}",
                nl.u8(kind, value),
                (name, *BOOLEAN),
                value=value,
            )
        for length in (0, 2, 4):
            yield Bad(
                f"{name} of {length} bytes",
                nl.attr(kind, b"\1\0\0\0"[:length]),
                (name,),
                WRONG_LENGTH,
            )


def _bad_numbers() -> Iterator[Bad]:
    for name, (kind, least, most) in NUMBERS.items():
        for value in (least - 1, most + 1, 1 << 31, (1 << 32) - 1):
            if value < 0:
                continue
            yield Bad(
                f"{name} {value}",
                nl.u32(kind, value),
                (name, str(least), str(most)),
                value=value,
            )
        for length in (0, 1, 2, 3, 5, 8):
            yield Bad(
                f"{name} of {length} bytes",
                nl.attr(kind, b"\1\0\0\0\0\0\0\0"[:length]),
                (name,),
                WRONG_LENGTH,
            )


def _bad_generators() -> Iterator[Bad]:
    for value in (0, RATE_MAX + 1, 1 << 32, (1 << 64) - 2):
        yield Bad(
            f"gen_rate {value}",
            nl.nest(GEN, nl.u64(RATE, value)),
            (GEN_RATE, str(uapi.VNET_GEN_RATE_MIN), str(RATE_MAX)),
            value=value,
        )
    for value in (2, 255):
        yield Bad(
            f"gen {value}",
            nl.nest(GEN, nl.u8(ENABLE, value)),
            ("gen", *BOOLEAN),
            value=value,
        )
    for length in (0, 4, 7, 9):
        yield Bad(
            f"gen_rate of {length} bytes",
            nl.nest(GEN, nl.attr(RATE, b"\1\0\0\0\0\0\0\0\0"[:length])),
            (GEN_RATE,),
            WRONG_LENGTH,
        )
    yield Bad(
        "gen of 2 bytes",
        nl.nest(GEN, nl.attr(ENABLE, b"\1\0")),
        ("gen",),
        WRONG_LENGTH,
    )
    for number in (uapi.IFLA_VNET_GEN_MAX + 1, 99):
        yield Bad(
            f"unknown attribute {number} of gen",
            nl.nest(GEN, nl.u32(number, 1)),
            ("unknown",),
            value=number,
        )


def _garbage() -> Iterator[Bad]:
    yield Bad("gen that is a number", nl.u8(GEN, 1), ("gen",))
    yield Bad(
        "gen with a member longer than itself",
        nl.attr(GEN | nl.NLA_F_NESTED, struct.pack("=HHI", 12, RATE, 1)),
        ("gen",),
    )
    yield Bad(
        "gen with a member shorter than its header",
        nl.attr(GEN | nl.NLA_F_NESTED, struct.pack("=HHI", 3, RATE, 1)),
        ("gen",),
    )
    yield Bad(
        "gen with bytes left over",
        nl.attr(GEN | nl.NLA_F_NESTED, nl.u8(ENABLE, 0) + b"\xff\xff\xff"),
        ("gen",),
    )
    for number in (uapi.IFLA_VNET_MAX + 1, 63, 1000):
        yield Bad(
            f"unknown attribute {number}",
            nl.u32(number, 1),
            ("unknown",),
            value=number,
        )
    yield Bad(
        "a good attribute, then an unknown one",
        nl.u32(RINGS["tx_ring"], 1024) + nl.u32(uapi.IFLA_VNET_MAX + 7, 1),
        ("unknown",),
        value=uapi.IFLA_VNET_MAX + 7,
    )
    yield Bad(
        "a good attribute, then a bad one",
        nl.u32(RINGS["tx_ring"], 1024) + nl.u32(RINGS["rx_ring"], 63),
        ("rx_ring", *RING_LIMITS),
    )
    yield Bad(
        "a good tx_usecs, then a bad tx_frames",
        nl.u32(NUMBERS["tx_usecs"][0], 5) + nl.u32(NUMBERS["tx_frames"][0], 0),
        ("tx_frames",),
        value=0,
    )
    yield Bad(
        "a bad generator after a good ring and pause",
        nl.u32(RINGS["rx_ring"], 2048)
        + nl.u8(PAUSES["tx_pause"], 0)
        + nl.nest(GEN, nl.u8(ENABLE, 1), nl.u64(RATE, 0)),
        (GEN_RATE, str(RATE_MAX)),
    )
    yield Bad(
        "an attribute cut short",
        nl.u32(RINGS["tx_ring"], 1024)
        + struct.pack("=HHH", 8, RINGS["rx_ring"], 64),
        (r".",),
    )
    yield Bad(
        "an attribute shorter than its header",
        nl.u32(RINGS["tx_ring"], 1024) + struct.pack("=HH", 2, 1),
        (r".",),
    )


BAD = [
    *_bad_rings(),
    *_bad_pauses(),
    *_bad_numbers(),
    *_bad_generators(),
    *_garbage(),
]


@EVERYWHERE
@pytest.mark.parametrize("bad", BAD, ids=str)
def test_is_refused(lab: Lab, place: Place, bad: Bad) -> None:
    place(lab, bad)


def test_limits_themselves_are_accepted(lab: Lab) -> None:
    """Every smallest and largest value, for the device and for its peer."""
    here = lab.pair.a.ns
    least = Options(
        64, 64, False, False, False, uapi.VNET_GEN_RATE_MIN,
        0, uapi.VNET_TX_FRAMES_MIN,
        rx_usecs=0, rx_frames=0, adaptive_rx=False, adaptive_tx=False,
        irq=False,
    )  # fmt: skip
    most = Options(
        32768, 32768, True, True, False, RATE_MAX,
        uapi.VNET_TX_USECS_MAX, uapi.VNET_TX_FRAMES_MAX,
        rx_usecs=uapi.VNET_RX_USECS_MAX, rx_frames=uapi.VNET_RX_FRAMES_MAX,
        adaptive_rx=True, adaptive_tx=True, irq=True,
    )  # fmt: skip
    link.create(
        here, Make(name="new0", options=least), Make(name="new1", options=most)
    )
    small, large = Link.named(here, "new0"), Link.named(here, "new1")
    assert small.options() == least
    assert large.options() == most
    small.set(most)
    large.set(least)
    assert small.options() == most
    assert large.options() == least
    small.delete()
