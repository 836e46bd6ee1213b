# SPDX-License-Identifier: GPL-2.0-or-later
"""What the stock ip prints of the generator, and that it can be typed."""

from __future__ import annotations

from typing import Any

from generator import INTEGERS, Value, numbers, values
from netlink import attr, limit, nest
from printing import EVERY, U64_MAX, PrintTest, code, gen, state
from support import Link, ip

FIELDS = list(values("vnet_gen_field"))
UNPACED = limit("GEN_RATE_UNPACED")
IMIX = limit("GEN_SIZE_IMIX")
NONE = limit("GEN_VLAN_NONE")

# what the kernel dumps of a generator that nobody has touched
DEFAULTS: dict[str, Value] = {
    "enable": 0, "rate": limit("GEN_RATE_DEFAULT"), "proto": 0,
    "src": "10.0.0.1", "dst": "10.0.0.2",
    "flows": limit("GEN_FLOWS_DEFAULT"), "size": limit("GEN_SIZE_DEFAULT"),
    "csum": 0, "payload": 0, "seed": 0, "spread": 0,
    "burst": limit("GEN_BURST_DEFAULT")}
UDP: dict[str, Value] = {
    **DEFAULTS, "proto": 1, "src_port": limit("GEN_PORT_DEFAULT"),
    "dst_port": limit("GEN_PORT_DEFAULT")}


class GenTest(PrintTest):
    def shown(self, members: dict[str, Value]) -> str:
        """The text from "gen" on."""
        text = self.text(Link(gen(members) + state()))
        return text[text.index("vnet ") + 5:text.index(" (")]

    def data(self, members: dict[str, Value]) -> dict[str, Any]:
        data: dict[str, Any] = self.json(Link(gen(members)))["info_data"]
        return data

    def typed(self, words: str) -> dict[str, Any]:
        """What ip sends for them."""
        result = ip("link", "add", "vnet0", "type", "vnet", *words.split())
        self.assertEqual((result.status, result.err), (0, ""))
        (request,) = result.requests
        return {name.removeprefix("gen_"): value
                for name, value in request.options.items()}


class Text(GenTest):
    def test_untouched(self) -> None:
        """As short as if there were nothing else to say."""
        self.assertEqual(self.shown(DEFAULTS), "gen off rate 1")

    def test_defaults_of_protocols(self) -> None:
        self.assertEqual(self.shown(UDP), "gen off rate 1 proto udp4")
        self.assertEqual(
            self.shown({**UDP, "proto": 4, "tcp": 0, "src": "fd00::1",
                        "dst": "fd00::2", "size": 74}),
            "gen off rate 1 proto tcp6 size 74")

    def test_every_option(self) -> None:
        self.assertEqual(
            self.shown(EVERY),
            "gen on rate 250000 bitrate 10000000000 count 1000 "
            "duration 1500ms proto tcp6 tcp data "
            "raw ffffffffffff02000000000188b5 vlan 5 vlan_prio 6 qinq 4094 "
            "src_mac 02:00:00:00:00:01-02:00:00:00:00:ff "
            "dst_mac 33:33:00:00:00:01-33:33:00:00:00:02 "
            "src fd00::3-fd00::ffff dst fd01::1-fd01::2 src_port 0-65535 "
            "dst_port 443-444 random src,src_port flows 1000 size 74-1514 "
            f"csum bad payload pktgen seed {U64_MAX} queues 0-3,7 burst 64")

    def test_each_option(self) -> None:
        """That is not at its default."""
        cases: list[tuple[dict[str, Value], str]] = [
            ({"rate": UNPACED}, "rate max"),
            ({"bitrate": 1}, "bitrate 1"),
            ({"duration": 10**10}, "duration 10s"),
            ({"duration": 60 * 10**9}, "duration 60s"),
            ({"duration": 10**6}, "duration 1ms"),
            ({"duration": 1001000}, "duration 1001us"),
            ({"duration": 1}, "duration 1ns"),
            ({"duration": 10**9 + 1}, "duration 1000000001ns"),
            ({"duration": 0}, ""), ({"count": 0}, ""),
            ({"vlan": 0, "vlan_prio": 0}, "vlan 0"),
            ({"vlan": NONE, "qinq": NONE}, ""),
            ({"src_mac": "02:00:00:00:00:01"},
             "src_mac 02:00:00:00:00:01"),
            ({"dst_mac": "ff:ff:ff:ff:ff:ff"},
             "dst_mac ff:ff:ff:ff:ff:ff"),
            ({"src": "10.0.0.1", "src_last": "10.0.0.3"},
             "src 10.0.0.1-10.0.0.3"),
            ({"dst": "::"}, "dst ::"),
            ({"src_port": 9, "src_port_last": 10}, "src_port 9-10"),
            ({"dst_port": 0}, "dst_port 0"),
            ({"random": 0}, ""), ({"random": 0b100000}, "random dst_port"),
            ({"random": 0b111111}, f"random {','.join(FIELDS)}"),
            ({"size": IMIX}, "size imix"),
            ({"size": 60, "size_last": 61}, "size 60-61"),
            ({"spread": 0, "queues": []}, ""),
            ({"spread": 1}, "queues hash"),
            ({"spread": 0, "queues": [255]}, "queues 255"),
            ({"spread": 0, "queues": [0, 2, 3, 5, 6, 7]},
             "queues 0,2-3,5-7"),
            ({"spread": 0, "queues": list(range(256))}, "queues 0-255"),
            ({"spread": 0, "queues": list(range(1, 256, 2))},
             "queues " + ",".join(map(str, range(1, 256, 2)))),
            ({"burst": 2}, "burst 2"), ({"seed": 1}, "seed 1"),
        ]
        for members, expected in cases:
            with self.subTest(members):
                self.assertEqual(self.shown({"enable": 1, **members}),
                                 f"gen on {expected}".strip())

    def test_names(self) -> None:
        for name, enum in (("proto", "vnet_gen_proto"),
                           ("tcp", "vnet_gen_tcp"), ("csum", "vnet_gen_csum"),
                           ("payload", "vnet_gen_payload")):
            for word, number in values(enum).items():
                expected = f"gen on {name} {word}" if number else "gen on"
                self.assertEqual(self.shown({"enable": 1, name: number}),
                                 expected)
                self.assertEqual(self.data({name: number}),
                                 {f"gen_{name}": word})

    def test_longest_raw(self) -> None:
        raw = bytes(range(256)).hex() * 2
        self.assertEqual(self.shown({"enable": 1, "proto": 7, "raw": raw}),
                         f"gen on proto raw raw {raw}")

    def test_can_be_typed(self) -> None:
        """All that is not said is at its default."""
        either = {name: value for name, value in EVERY.items()
                  if name != "bitrate"}
        self.assertEqual(self.typed(self.shown(either)), either)
        for members in (DEFAULTS, UDP, {**UDP, "rate": UNPACED},
                        {**DEFAULTS, "size": IMIX, "count": 5},
                        {**UDP, "spread": 1, "flows": 1000, "seed": 7},
                        {**UDP, "src": "10.0.0.1", "src_last": "10.0.0.9"},
                        {**UDP, "src_port": 9, "src_port_last": 99}):
            with self.subTest(members):
                found = self.typed(self.shown(members))
                if not found.get("queues", True):
                    del found["queues"]
                self.assertEqual({**DEFAULTS, **UDP, **found,
                                  "proto": found.get("proto", 0)},
                                 {**UDP, **members})


class Json(GenTest):
    def test_every_option(self) -> None:
        """With what is a default, too: all that was dumped."""
        self.assertEqual(self.data(EVERY), {
            "gen": True, "gen_rate": 250000, "gen_bitrate": 10**10,
            "gen_count": 1000, "gen_duration": 1500 * 10**6,
            "gen_proto": "tcp6", "gen_tcp": "data",
            "gen_raw": "ffffffffffff02000000000188b5", "gen_vlan": 5,
            "gen_vlan_prio": 6, "gen_qinq": 4094,
            "gen_src_mac": "02:00:00:00:00:01",
            "gen_src_mac_last": "02:00:00:00:00:ff",
            "gen_dst_mac": "33:33:00:00:00:01",
            "gen_dst_mac_last": "33:33:00:00:00:02", "gen_src": "fd00::3",
            "gen_src_last": "fd00::ffff", "gen_dst": "fd01::1",
            "gen_dst_last": "fd01::2", "gen_src_port": 0,
            "gen_src_port_last": 65535, "gen_dst_port": 443,
            "gen_dst_port_last": 444, "gen_random": ["src", "src_port"],
            "gen_flows": 1000, "gen_size": 74, "gen_size_last": 1514,
            "gen_csum": "bad", "gen_payload": "pktgen", "gen_seed": U64_MAX,
            "gen_spread": "deal", "gen_queues": [0, 1, 2, 3, 7],
            "gen_burst": 64})

    def test_untouched(self) -> None:
        self.assertEqual(self.data(DEFAULTS), {
            "gen": False, "gen_rate": 1, "gen_proto": "arp",
            "gen_src": "10.0.0.1", "gen_dst": "10.0.0.2", "gen_flows": 1,
            "gen_size": 60, "gen_csum": "valid", "gen_payload": "zeros",
            "gen_seed": 0, "gen_spread": "deal", "gen_burst": 1})

    def test_order(self) -> None:
        """That of the header, whatever that of the message is."""
        names = [f"gen_{name}" for name in numbers()]
        names[names.index("gen_enable")] = "gen"
        backwards = dict(reversed(EVERY.items()))
        self.assertEqual(list(self.data(backwards)), names)

    def test_values(self) -> None:
        cases: list[tuple[dict[str, Value], dict[str, Any]]] = [
            ({"rate": UNPACED}, {"gen_rate": "max"}),
            ({"size": IMIX}, {"gen_size": 0}),
            ({"spread": 1}, {"gen_spread": "hash"}),
            ({"queues": []}, {"gen_queues": []}),
            ({"random": 0}, {"gen_random": []}),
            ({"random": 0b111111}, {"gen_random": FIELDS}),
        ]
        for members, expected in cases:
            self.assertEqual(self.data(members), expected)


class Tolerance(GenTest):
    """Kernels that are older or newer, and members that make no sense."""

    def test_empty(self) -> None:
        self.assertEqual(self.data({}), {})
        self.assertEqual(self.shown({}), "")

    def test_each_missing(self) -> None:
        full = self.data(EVERY)
        for missing in EVERY:
            key = {"enable": "gen"}.get(missing, f"gen_{missing}")
            # the last value of a range says nothing alone
            keys = {key, f"{key}_last"}
            members = {name: value for name, value in EVERY.items()
                       if name != missing}
            self.assertEqual(self.data(members),
                             {name: value for name, value in full.items()
                              if name not in keys})

    def test_unknown_values(self) -> None:
        for name in ("proto", "tcp", "csum", "payload", "spread"):
            self.assertEqual(self.data({name: 255}),
                             {f"gen_{name}": "unknown"})
        self.assertEqual(self.shown({"enable": 1, "spread": 2}),
                         "gen on queues unknown")
        self.assertEqual(self.data({"random": 2**31 + 1}),
                         {"gen_random": ["src_mac"]})

    def test_unknown_members(self) -> None:
        more = attr(max(numbers().values()) + 1, b"x" * 40)
        data = nest(code("IFLA_VNET_GEN"), more) + state()
        self.assertEqual(self.text(Link(data))[:7], "vnet ( ")

    def test_lengths(self) -> None:
        """What is too short, or no address, is left out."""
        for name, number in numbers().items():
            for size in range(40):
                data = nest(code("IFLA_VNET_GEN"), attr(number, bytes(size)))
                found = self.json(Link(data))["info_data"]
                if name in INTEGERS:
                    least = {"=B": 1, "=I": 4, "=Q": 8}[INTEGERS[name]]
                    known = size >= least
                elif "mac" in name:
                    known = size == 6
                elif name.startswith(("src", "dst")):
                    known = size in (4, 16)
                else:
                    known = name == "queues" or size > 0
                key = {"enable": "gen"}.get(name, f"gen_{name}")
                known = known and not name.endswith("_last")
                self.assertEqual(set(found), {key} if known else set(),
                                 (name, size))

    def test_sets_of_more_queues(self) -> None:
        data = nest(code("IFLA_VNET_GEN"), attr(numbers()["queues"],
                                                b"\xff" * 200))
        self.assertEqual(self.json(Link(data))["info_data"]["gen_queues"],
                         list(range(limit("QUEUES_MAX"))))
