# SPDX-License-Identifier: GPL-2.0-or-later
"""Man page, reference, YAML spec and completion say what the header says."""

from __future__ import annotations

import os
import re
import unittest
from typing import Any

from generator import numbers, values
from netlink import limit, uapi
from support import PLUGIN, PROJECT, Link, ip

try:
    import yaml
except ImportError:
    yaml = None

MAN = PLUGIN / "ip-link-vnet.8"
REFERENCE = PROJECT / "docs/uapi.md"
GUIDE = PROJECT / "docs/generator.md"
SPEC = PROJECT / "docs/netlink/rt-link-vnet.yaml"


def plain(page: str) -> str:
    """The words of a man page, without its macros, on one line."""
    lines = [re.sub(r"^\.\w+ ?", "", line) for line in page.splitlines()]
    text = re.sub(r"\\f[BIRP]|\\%|\"", "", " ".join(lines))
    return text.replace(r"\-", "-")


class Man(unittest.TestCase):
    text = plain(MAN.read_text())

    def test_options(self) -> None:
        for name in ("tx_ring", "rx_ring", "rx_pause", "tx_pause",
                     "flow_control", "tx_usecs", "tx_frames", "rx_usecs",
                     "rx_frames", "adaptive_rx", "adaptive_tx", "irq", "queue",
                     "gen",
                     "peer"):
            self.assertRegex(MAN.read_text(), rf"\n\.TP\n\.BI?R? {name} ")

    def test_limits(self) -> None:
        ring = (f"A power of two from {limit('RING_MIN')} to "
                f"{limit('RING_MAX')}, {limit('RING_DEFAULT')} by default")
        self.assertEqual(self.text.count(ring), 2)
        self.assertIn(f"A number from 0 to {limit('TX_USECS_MAX')}, "
                      f"{limit('TX_USECS_DEFAULT')} by default", self.text)
        self.assertIn(f"A number from {limit('TX_FRAMES_MIN')} to "
                      f"{limit('TX_FRAMES_MAX')}, "
                      f"{limit('TX_FRAMES_DEFAULT')} by default", self.text)
        self.assertIn(f"A number from 0 to {limit('RX_USECS_MAX')}, "
                      f"{limit('RX_USECS_DEFAULT')} by default", self.text)
        self.assertIn(f"A number from 0 to {limit('RX_FRAMES_MAX')}, "
                      f"{limit('RX_FRAMES_DEFAULT')} by default", self.text)
        self.assertIn(f"frames a second from {limit('GEN_RATE_MIN')} to "
                      f"{limit('GEN_RATE_MAX')}, "
                      f"{limit('GEN_RATE_DEFAULT')} by default", self.text)
        self.assertIn(f"at most {limit('QUEUE_RANGES_MAX')} such ranges",
                      self.text)
        self.assertIn(f"may be from {limit('QUEUES_MIN')} to "
                      f"{limit('QUEUES_MAX')}", self.text)
        self.assertIn(f"may be from {limit('MTU_MIN')} to {limit('MTU_MAX')}",
                      self.text)
        self.assertEqual(
            [limit("RX_PAUSE_DEFAULT"), limit("TX_PAUSE_DEFAULT")], [1, 1])
        self.assertEqual(self.text.count("On by default"), 2)

    def test_options_of_the_generator(self) -> None:
        names = {name for name in numbers() if not name.endswith("_last")}
        for name in names - {"enable", "spread"}:
            self.assertRegex(MAN.read_text(), rf"\n\.TP\n\.BI?R? {name} ")
            self.assertRegex(self.text, rf"\[ +{name} |\| +{name} ")
        for enum in ("vnet_gen_proto", "vnet_gen_tcp", "vnet_gen_field",
                     "vnet_gen_csum", "vnet_gen_payload"):
            for name in values(enum):
                self.assertRegex(self.text, rf"[{{|] +{name} +[|}}]")

    def test_limits_of_the_generator(self) -> None:
        def number(name: str) -> int:
            return limit(f"GEN_{name}")

        hours = number("DURATION_MAX") // (3600 * 10**9)
        for sentence in (
                f"from {number('BITRATE_MIN')} to {number('BITRATE_MAX')}",
                f"up to {hours} hours",
                f"{number('RAW_MIN')} to {number('RAW_MAX')} bytes",
                f"A VLAN tag, from 0 to {number('VLAN_MAX')}",
                f"from 0 to {number('VLAN_PRIO_MAX')}, 0 by default",
                f"from 0 to {number('PORT_MAX')}, "
                f"{number('PORT_DEFAULT')} by default",
                f"from {number('FLOWS_MIN')} to {number('FLOWS_MAX')}, "
                f"{number('FLOWS_DEFAULT')} by default",
                f"from {number('SIZE_MIN')} to {number('SIZE_MAX')}",
                f"By default {number('SIZE_DEFAULT')}",
                f"from {number('BURST_MIN')} to {number('BURST_MAX')}, "
                f"{number('BURST_DEFAULT')} by default"):
            self.assertIn(sentence, self.text)

    def test_state_and_counters(self) -> None:
        names = [*uapi().names("vnet_state_attrs", "IFLA_VNET_STATE_"),
                 *uapi().names("vnet_xstats_attrs", "IFLA_VNET_XSTATS_")]
        for name in names:
            name = {"gen": "gen_state"}.get(name, name)
            self.assertRegex(self.text, rf"\b{name}\b")

    def test_examples(self) -> None:
        """Command lines that make or change a vnet device are taken."""
        shown = re.sub(r'^\.RB? "# " |^\.B ', "",
                       MAN.read_text().replace("\\-", "-"), flags=re.M)
        shown = re.sub(r' \\\(rs"?\n" +', " ", shown).replace('"', "")
        lines = [line for line in shown.splitlines()
                 if re.match(r"ip link (add|set) \w", line)
                 and "type vnet" in line]
        self.assertEqual(len(lines), 11, lines)
        for line in lines:
            with self.subTest(line):
                words = line.replace("blue", str(os.getpid())).split()
                result = ip(*words[1:],
                            link=Link() if "set" in words else None)
                self.assertEqual((result.status, result.err), (0, ""))
                self.assertEqual(result.requests[0].kind, "vnet")


class Guide(unittest.TestCase):
    """docs/generator.md"""

    text = GUIDE.read_text()

    def test_words(self) -> None:
        """Each is in the grammar, and explained."""
        table = [line.split("|")[1] for line in self.text.splitlines()
                 if line.startswith("| `")]
        explained = {word for cell in table
                     for word in re.findall(r"`(\w+)`", cell)}
        names = {name for name in numbers() if not name.endswith("_last")}
        for name in names - {"enable", "spread"}:
            with self.subTest(name):
                self.assertRegex(self.text, rf"[\[|] {name} ")
                self.assertIn(name, explained)

    def test_commands(self) -> None:
        """Those that make a device or change one are taken."""
        text = re.sub(r" \\\n +", " ", self.text)
        lines = re.findall(r"^    # (ip link (?:add|set) .*)$", text, flags=re.M)
        self.assertGreater(len(lines), 12)
        for line in lines:
            with self.subTest(line):
                words = line.split()
                result = ip(*words[1:],
                            link=Link() if words[2] == "set" else None)
                self.assertEqual((result.status, result.err), (0, ""))

    def test_random_numbers(self) -> None:
        """The formula gives the numbers that are there to compare."""
        mask = 2**64 - 1

        def mix(seed: int, stream: int, n: int) -> int:
            z = (seed + stream * 0xD1342543DE82EF95
                 + (n + 1) * 0x9E3779B97F4A7C15) & mask
            z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & mask
            z = (z ^ z >> 27) * 0x94D049BB133111EB & mask
            return z ^ z >> 31

        rows = re.findall(r"\| mix\((.*), (\d+), (\d+)\) \| (0x\w+) \|",
                          self.text)
        self.assertEqual(len(rows), 3)
        for seed, stream, n, expected in rows:
            number = {"2^64 - 1": mask}.get(seed) or int(seed)
            self.assertEqual(mix(number, int(stream), int(n)),
                             int(expected, 16))


class Reference(unittest.TestCase):
    text = REFERENCE.read_text()

    def rows(self) -> dict[str, list[str]]:
        """Rows of the tables by their first cell; of many, the first."""
        rows: dict[str, list[str]] = {}
        for line in self.text.splitlines():
            if line.startswith("| `"):
                cells = [cell.strip() for cell in line.split("|")[1:-1]]
                rows.setdefault(cells[0].strip("`"), cells[1:])
        return rows

    def test_attributes(self) -> None:
        for enum in ("vnet_attrs", "vnet_queues_attrs", "vnet_queue_attrs",
                     "vnet_gen_attrs", "vnet_state_attrs"):
            for name in uapi().enums[enum]:
                if name.startswith("__") or name.endswith("_UNSPEC"):
                    continue
                with self.subTest(name):
                    self.assertIn(f"`{name}`", self.text)
                    if not name.endswith("_PAD"):
                        self.assertIn(name, self.rows())

    def test_limits(self) -> None:
        rows = self.rows()
        rings = f"power of two, {limit('RING_MIN')} to {limit('RING_MAX')}"
        for name in ("TX_RING", "RX_RING"):
            self.assertEqual(rows[f"IFLA_VNET_{name}"][1:3],
                             [rings, str(limit("RING_DEFAULT"))])
        for name in ("RX_PAUSE", "TX_PAUSE", "ADAPTIVE_RX", "ADAPTIVE_TX",
                     "IRQ"):
            self.assertEqual(rows[f"IFLA_VNET_{name}"][1:3],
                             ["0 or 1", str(limit(f"{name}_DEFAULT"))])
        self.assertEqual(
            rows["IFLA_VNET_TX_USECS"][1:3],
            [f"0 to {limit('TX_USECS_MAX')}", str(limit("TX_USECS_DEFAULT"))])
        self.assertEqual(
            rows["IFLA_VNET_TX_FRAMES"][1:3],
            [f"{limit('TX_FRAMES_MIN')} to {limit('TX_FRAMES_MAX')}",
             str(limit("TX_FRAMES_DEFAULT"))])
        for name in ("RX_USECS", "RX_FRAMES"):
            self.assertEqual(
                rows[f"IFLA_VNET_{name}"][1:3],
                [f"0 to {limit(f'{name}_MAX')}",
                 str(limit(f"{name}_DEFAULT"))])
        self.assertEqual(
            rows["IFLA_VNET_GEN_RATE"][1:3],
            [f"{limit('GEN_RATE_MIN')} to {limit('GEN_RATE_MAX')}",
             str(limit("GEN_RATE_DEFAULT"))])
        self.assertEqual(rows["IFLA_VNET_QUEUE_CPU"][2],
                         str(limit("CPU_ANY")))
        self.assertEqual(rows["IFLA_VNET_QUEUE_FAILED"][1:3], ["0 or 1", "0"])
        self.assertIn(f"at most {limit('QUEUE_RANGES_MAX')} ranges", self.text)
        self.assertIn(f"| {limit('QUEUES_MIN')} to {limit('QUEUES_MAX')}, at",
                      self.text)
        self.assertIn(f"| {limit('MTU_MIN')} to {limit('MTU_MAX')} |",
                      self.text)

    def test_counters(self) -> None:
        counters = uapi().names("vnet_xstats_attrs", "IFLA_VNET_XSTATS_")
        rows = self.rows()
        for name in counters:
            with self.subTest(name):
                self.assertEqual(rows[name.upper()][0], f"`{name}`")

    def test_state_values(self) -> None:
        for name, number in uapi().enums["vnet_gen_state"].items():
            word = name.removeprefix("VNET_GEN_").lower()
            self.assertIn(f"{number} `{word}`", self.text)


@unittest.skipIf(yaml is None, "the Python module yaml is not installed")
class Spec(unittest.TestCase):
    spec: dict[str, Any]

    @classmethod
    def setUpClass(cls) -> None:
        cls.spec = yaml.safe_load(SPEC.read_text())

    def test_attributes(self) -> None:
        """Every enum of attributes, with names and numbers."""
        sets = {entry["enum-name"].replace("-", "_"): entry
                for entry in self.spec["attribute-sets"]
                if "enum-name" in entry}
        enums = {name: members for name, members in uapi().enums.items()
                 if name.endswith("_attrs")}
        self.assertEqual(set(sets), set(enums))
        for name, members in enums.items():
            prefix = sets[name]["name-prefix"]
            listed = {f"{prefix}{attr['name']}".upper().replace("-", "_"): n
                      for n, attr in enumerate(sets[name]["attributes"], 1)}
            expected = {member: n for member, n in members.items()
                        if n and not member.startswith("__")}
            with self.subTest(name):
                self.assertEqual(listed, expected)

    def test_definitions(self) -> None:
        numbers = {entry["name"].upper().replace("-", "_"): entry["value"]
                   for entry in self.spec["definitions"]
                   if entry["type"] == "const"}
        self.assertEqual(numbers, uapi().numbers)

    def test_values(self) -> None:
        """Every other enum, those whose values are bits among them."""
        listed = {
            entry["enum-name"].replace("-", "_"): {
                f"{entry['name-prefix']}{value['name']}".upper()
                .replace("-", "_"): number
                for number, value in enumerate(entry["entries"])}
            for entry in self.spec["definitions"]
            if entry["type"] in ("enum", "flags")}
        self.assertEqual(listed, {
            name: {member: n for member, n in members.items()
                   if not member.startswith("__")}
            for name, members in uapi().enums.items()
            if not name.endswith("_attrs")})

    def test_limits(self) -> None:
        """Limits are those of the definitions, and every option has them."""
        (options,) = [entry for entry in self.spec["attribute-sets"]
                      if entry["name"] == "linkinfo-vnet-attrs"]
        checks = {attr["name"]: attr.get("checks")
                  for attr in options["attributes"]}
        ring = {"min": "vnet-ring-min", "max": "vnet-ring-max"}
        self.assertEqual(checks["tx-ring"], ring)
        self.assertEqual(checks["rx-ring"], ring)
        self.assertEqual(checks["rx-pause"], {"max": 1})
        self.assertEqual(checks["tx-pause"], {"max": 1})
        self.assertEqual(checks["tx-usecs"], {"max": "vnet-tx-usecs-max"})
        self.assertEqual(checks["tx-frames"], {"min": "vnet-tx-frames-min",
                                               "max": "vnet-tx-frames-max"})
