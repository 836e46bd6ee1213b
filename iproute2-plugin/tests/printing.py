# SPDX-License-Identifier: GPL-2.0-or-later
"""What tests of what is printed have in common."""

from __future__ import annotations

import json
import unittest
from typing import Any

from generator import INTEGERS, Value, encode
from netlink import attr, nest, u8, u32, u64, uapi
from support import Link, Range, ip

U32_MAX, U64_MAX = 2**32 - 1, 2**64 - 1


def code(name: str) -> int:
    """Number of an attribute, which is unique among all enums."""
    (number,) = [members[name] for members in uapi().enums.values()
                 if name in members]
    return number


# every member of the generator, none at its default
EVERY: dict[str, Value] = {
    "enable": 1, "rate": 250000, "bitrate": 10**10, "count": 1000,
    "duration": 1500 * 10**6, "proto": 4, "tcp": 2,
    "raw": "ffffffffffff02000000000188b5", "vlan": 5, "vlan_prio": 6,
    "qinq": 4094, "src_mac": "02:00:00:00:00:01",
    "src_mac_last": "02:00:00:00:00:ff", "dst_mac": "33:33:00:00:00:01",
    "dst_mac_last": "33:33:00:00:00:02", "src": "fd00::3",
    "src_last": "fd00::ffff", "dst": "fd01::1", "dst_last": "fd01::2",
    "src_port": 0, "src_port_last": 65535, "dst_port": 443,
    "dst_port_last": 444, "random": 0b010100, "flows": 1000, "size": 74,
    "size_last": 1514, "csum": 2, "payload": 3, "seed": U64_MAX, "spread": 0,
    "queues": [0, 1, 2, 3, 7], "burst": 64}


def gen(members: dict[str, Value]) -> bytes:
    """The nest, with padding as the kernel puts it in front of 64 bits."""
    data = []
    for name, value in members.items():
        if INTEGERS.get(name) == "=Q":
            data.append(attr(code("IFLA_VNET_GEN_PAD"), b""))
        data.append(encode(name, value))
    return nest(code("IFLA_VNET_GEN"), *data)


def options(tx_ring: int = 512, rx_ring: int = 1024, rx_pause: int = 1,
            tx_pause: int = 0, tx_usecs: int = 7, tx_frames: int = 8,
            rx_usecs: int = 9, rx_frames: int = 10,
            adaptive_rx: int = 1, adaptive_tx: int = 0, irq: int = 0,
            gen_enable: int = 0, gen_rate: int = 1) -> list[bytes]:
    return [
        attr(code("IFLA_VNET_TX_RING"), u32(tx_ring)),
        attr(code("IFLA_VNET_RX_RING"), u32(rx_ring)),
        attr(code("IFLA_VNET_RX_PAUSE"), u8(rx_pause)),
        attr(code("IFLA_VNET_TX_PAUSE"), u8(tx_pause)),
        attr(code("IFLA_VNET_TX_USECS"), u32(tx_usecs)),
        attr(code("IFLA_VNET_TX_FRAMES"), u32(tx_frames)),
        attr(code("IFLA_VNET_RX_USECS"), u32(rx_usecs)),
        attr(code("IFLA_VNET_RX_FRAMES"), u32(rx_frames)),
        attr(code("IFLA_VNET_ADAPTIVE_RX"), u8(adaptive_rx)),
        attr(code("IFLA_VNET_ADAPTIVE_TX"), u8(adaptive_tx)),
        attr(code("IFLA_VNET_IRQ"), u8(irq)),
        gen({"enable": gen_enable, "rate": gen_rate}),
    ]


def queue(said: Range) -> bytes:
    members = [attr(code("IFLA_VNET_QUEUE_INDEX"), u32(said.first))]
    if said.last != said.first:
        members.append(attr(code("IFLA_VNET_QUEUE_LAST"), u32(said.last)))
    if said.cpu is not None:
        members.append(attr(code("IFLA_VNET_QUEUE_CPU"),
                            u32(said.cpu % 2**32)))
    if said.failed is not None:
        members.append(attr(code("IFLA_VNET_QUEUE_FAILED"), u8(said.failed)))
    return nest(code("IFLA_VNET_QUEUE"), *members)


def queues(*ranges: Range) -> bytes:
    return nest(code("IFLA_VNET_QUEUES"), *map(queue, ranges))


def state(tx_queued: int = 3, rx_queued: int = 4, gen_state: int = 1,
          gen_frames: int = 5, gen_nsecs: int = 6, gen_bytes: int = 7) -> bytes:
    return nest(
        code("IFLA_VNET_STATE"),
        attr(code("IFLA_VNET_STATE_TX_QUEUED"), u32(tx_queued)),
        attr(code("IFLA_VNET_STATE_RX_QUEUED"), u32(rx_queued)),
        attr(code("IFLA_VNET_STATE_GEN"), u8(gen_state)),
        attr(code("IFLA_VNET_STATE_PAD"), b""),
        attr(code("IFLA_VNET_STATE_GEN_FRAMES"), u64(gen_frames)),
        attr(code("IFLA_VNET_STATE_GEN_NSECS"), u64(gen_nsecs)),
        attr(code("IFLA_VNET_STATE_GEN_BYTES"), u64(gen_bytes)))


def counters() -> dict[str, int]:
    return uapi().names("vnet_xstats_attrs", "IFLA_VNET_XSTATS_")


def xstats(values: dict[str, int]) -> bytes:
    return b"".join(attr(counters()[name], u64(value))
                    for name, value in values.items())


class PrintTest(unittest.TestCase):
    def text(self, link: Link, *flags: str) -> str:
        """What is printed from the kind on."""
        result = ip(*flags, "-d", "link", "show", "vnet0", link=link)
        self.assertEqual((result.status, result.err), (0, ""))
        return result.out[result.out.index("vnet "):]

    def json(self, link: Link, *flags: str) -> dict[str, Any]:
        """The "linkinfo"."""
        result = ip(*flags, "-d", "-j", "link", "show", "vnet0", link=link)
        self.assertEqual((result.status, result.err), (0, ""))
        (device,) = json.loads(result.out)
        self.assertEqual(device["ifname"], "vnet0")
        linkinfo: dict[str, Any] = device["linkinfo"]
        return linkinfo
