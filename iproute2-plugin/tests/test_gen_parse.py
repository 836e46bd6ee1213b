# SPDX-License-Identifier: GPL-2.0-or-later
"""What the stock ip sends for "gen" and its options, and what it refuses."""

from __future__ import annotations

from typing import Any

from generator import Value, numbers, values
from netlink import limit
from parsing import ParseTest, add, change
from support import Range, ip

RATE_MIN, RATE_MAX = limit("GEN_RATE_MIN"), limit("GEN_RATE_MAX")
BITRATE_MIN, BITRATE_MAX = limit("GEN_BITRATE_MIN"), limit("GEN_BITRATE_MAX")
DURATION_MAX = limit("GEN_DURATION_MAX")
NONE = limit("GEN_VLAN_NONE")
QUEUES_MAX = limit("QUEUES_MAX")
U64_MAX = 2**64 - 1
RAW = "ffffffffffff" "020000000001" "88b5"

PROTOCOLS = values("vnet_gen_proto")
SEGMENTS = values("vnet_gen_tcp")
FIELDS = values("vnet_gen_field")
CHECKSUMS = values("vnet_gen_csum")
PAYLOADS = values("vnet_gen_payload")
WORDS = {"proto": PROTOCOLS, "tcp": SEGMENTS, "csum": CHECKSUMS,
         "payload": PAYLOADS}

# of plain numbers
NUMBERS = {
    "vlan_prio": (0, limit("GEN_VLAN_PRIO_MAX")),
    "flows": (limit("GEN_FLOWS_MIN"), limit("GEN_FLOWS_MAX")),
    "burst": (limit("GEN_BURST_MIN"), limit("GEN_BURST_MAX")),
    "vlan": (0, limit("GEN_VLAN_MAX")),
    "qinq": (0, limit("GEN_VLAN_MAX")),
    "src_port": (0, limit("GEN_PORT_MAX")),
    "dst_port": (0, limit("GEN_PORT_MAX")),
    "size": (limit("GEN_SIZE_MIN"), limit("GEN_SIZE_MAX")),
}
RANGES = {name: NUMBERS[name] for name in ("src_port", "dst_port", "size")}
NO_NUMBERS = ("-1", "+1", "1k", "0x10", "1.5", "1e3", ".", "a", "on", "60,",
              "99999999999999999999999", "18446744073709551676", "/")


class GenTest(ParseTest):
    def gen(self, options: str) -> dict[str, Value]:
        """Members of the nest; the options alone turn the generator on."""
        found = self.accepted(f"gen {options}")
        self.assertEqual(found.pop("gen_enable"), 1)
        return {name.removeprefix("gen_"): value
                for name, value in found.items()}

    def takes(self, *cases: tuple[str, dict[str, Any]]) -> None:
        for options, expected in cases:
            with self.subTest(options):
                self.assertEqual(self.gen(options), expected)

    def wrong(self, name: str, value: str, *why: str) -> None:
        self.refused(f"gen {name} {value}", f"gen {name} must be", value, *why)


class Words(GenTest):
    def test_on_and_off(self) -> None:
        for options, expected in (
                ("on", {"gen_enable": 1}),
                ("off", {"gen_enable": 0}),
                ("rate 1000", {"gen_enable": 1, "gen_rate": 1000}),
                ("on rate 1000", {"gen_enable": 1, "gen_rate": 1000}),
                ("rate 1000 on", {"gen_enable": 1, "gen_rate": 1000}),
                ("off rate 1000", {"gen_enable": 0, "gen_rate": 1000}),
                ("rate 1000 off", {"gen_enable": 0, "gen_rate": 1000}),
                ("size 64", {"gen_enable": 1, "gen_size": 64}),
                ("size 64 off count 5",
                 {"gen_enable": 0, "gen_size": 64, "gen_count": 5}),
                ("rate 5 tx_ring 64",
                 {"gen_enable": 1, "gen_rate": 5, "tx_ring": 64})):
            with self.subTest(options):
                self.assertEqual(self.accepted(f"gen {options}"), expected)

    def test_all_at_once(self) -> None:
        words = ("off rate 1m count 2g duration 1.5s proto tcp6 tcp ack "
                 "vlan 5 vlan_prio 6 qinq 7 "
                 "src_mac 02:00:00:00:00:01-02:00:00:00:00:ff "
                 "dst_mac 02:00:00:00:01:00 src fd00::1-fd00::ff dst fd00::2 "
                 "src_port 1024-2047 dst_port 443 random src,src_port "
                 "flows 1000 size 74-1514 csum bad payload pattern seed 42 "
                 "queues 0-3 burst 32").split()
        expected = {
            "enable": 0, "rate": 10**6, "count": 2 * 10**9,
            "duration": 1500 * 10**6, "proto": PROTOCOLS["tcp6"],
            "tcp": SEGMENTS["ack"], "vlan": 5, "vlan_prio": 6, "qinq": 7,
            "src_mac": "02:00:00:00:00:01", "src_mac_last": "02:00:00:00:00:ff",
            "dst_mac": "02:00:00:00:01:00", "src": "fd00::1",
            "src_last": "fd00::ff", "dst": "fd00::2", "src_port": 1024,
            "src_port_last": 2047, "dst_port": 443,
            "random": 1 << FIELDS["src"] | 1 << FIELDS["src_port"],
            "flows": 1000, "size": 74, "size_last": 1514,
            "csum": CHECKSUMS["bad"], "payload": PAYLOADS["pattern"],
            "seed": 42, "spread": 0, "queues": [0, 1, 2, 3], "burst": 32}
        # and in the opposite order
        pairs = [words[i:i + 2] for i in range(1, len(words), 2)]
        backwards = [word for pair in reversed(pairs) for word in pair]
        for options in (words, [*backwards, "off"]):
            found = self.accepted(f"gen {' '.join(options)}")
            self.assertEqual({name.removeprefix("gen_"): value
                              for name, value in found.items()}, expected)
        left = set(numbers()) - set(expected)
        self.assertEqual(left, {"bitrate", "raw", "dst_mac_last", "dst_last",
                                "dst_port_last"})

    def test_among_other_options(self) -> None:
        """Each end has its own; what comes after belongs to the device."""
        found = self.accepted("tx_ring 64 gen rate 5 size 64 queue 0 cpu 1 "
                              "peer vnet1 type vnet gen proto udp4 rx_ring 64")
        peer = found.pop("peer")
        self.assertEqual(found, {"tx_ring": 64, "queues": [Range(0, 0, 1)],
                                 "gen_enable": 1, "gen_rate": 5,
                                 "gen_size": 64})
        self.assertEqual(peer.options, {"rx_ring": 64, "gen_enable": 1,
                                        "gen_proto": PROTOCOLS["udp4"]})

    def test_batch(self) -> None:
        """Nothing of one line is left when the next is read."""
        result = ip("-batch", "-", stdin=(
            "link add vnet0 type vnet gen rate 5 size 64\n"
            "link add vnet1 type vnet gen off count 7\n"))
        self.assertEqual((result.status, result.err), (0, ""))
        self.assertEqual([request.options for request in result.requests], [
            {"gen_enable": 1, "gen_rate": 5, "gen_size": 64},
            {"gen_enable": 0, "gen_count": 7}])

    def test_change(self) -> None:
        request = self.request(change("gen size 64"))
        self.assertEqual(request.options, {"gen_enable": 1, "gen_size": 64})

    def test_none(self) -> None:
        for word in ("maybe", "1000", "tx_ring 64", "peer x", "run", "pps 5"):
            self.refused(f"gen {word}", "gen must be",
                         '"on", "off", "rate PPS"', word.split()[0])

    def test_what_follows_is_no_option(self) -> None:
        for word in ("maybe", "rates", "gen_rate", "src_ip", "tx"):
            self.refused(f"gen rate 5 {word} 7", "unknown option", word)

    def test_missing_value(self) -> None:
        for name in sorted(self.options()):
            self.refused(f"gen {name}", "not complete")
            self.refused(f"gen on {name}", "not complete")

    def test_twice(self) -> None:
        for name, value in self.options().items():
            self.refused(f"gen {name} {value} on {name} {value}",
                         f'duplicate "gen {name}"', f'"{value}"')
        for options in ("gen on gen rate 5", "gen rate 5 tx_ring 64 gen off",
                        "gen on off", "gen on rate 5 on", "gen off gen"):
            self.refused(options, 'duplicate "gen"')

    def options(self) -> dict[str, str]:
        """Every option, with a value."""
        options = {
            **{name: str(least) for name, (least, _) in NUMBERS.items()},
            **{name: next(iter(words)) for name, words in WORDS.items()},
            "rate": "5", "bitrate": "5", "count": "5", "duration": "5",
            "seed": "5", "raw": RAW, "src_mac": "2:0:0:0:0:1",
            "dst_mac": "2:0:0:0:0:1", "src": "10.0.0.1", "dst": "::1",
            "random": "src", "queues": "0"}
        names = {name for name in numbers() if not name.endswith("_last")}
        self.assertEqual(set(options), names - {"enable", "spread"})
        return options

    def test_each_alone(self) -> None:
        for name, value in self.options().items():
            with self.subTest(name):
                found = set(self.gen(f"{name} {value}"))
                self.assertEqual(found - {"spread"}, {name})
                self.assertEqual("spread" in found, name == "queues")


class Help(GenTest):
    def test_options(self) -> None:
        text = ip("link", "help", "vnet").out
        for name in {*NUMBERS, *WORDS, "bitrate", "count", "duration", "raw",
                     "src_mac", "dst_mac", "src", "dst", "random", "seed",
                     "queues"}:
            self.assertIn("| bitrate" if name == "bitrate" else f"[ {name} ",
                          text)
            self.assertRegex(text, rf"\n  {name}[ ,]")
        for words in (*WORDS.values(), FIELDS):
            for word in words:
                self.assertRegex(text, rf"\b{word}\b")

    def test_limits(self) -> None:
        text = " ".join(ip("link", "help", "vnet").out.split())
        for name in ("rate", "bitrate", "raw", "vlan_prio", "src_port",
                     "flows", "size", "burst"):
            least, most = {
                "rate": (RATE_MIN, RATE_MAX),
                "bitrate": (BITRATE_MIN, BITRATE_MAX),
                "raw": (limit("GEN_RAW_MIN"), limit("GEN_RAW_MAX")),
                **NUMBERS}[name]
            self.assertRegex(text, rf" {name} [^;]*\b{least} to {most}\b")
        for name in ("rate", "src_port", "flows", "size", "burst"):
            default = limit(f"GEN_{name.removeprefix('src_').upper()}_DEFAULT")
            self.assertRegex(text, rf" {name} [^;]*, default {default}\b")


class Rates(GenTest):
    def test_rates(self) -> None:
        for rate, expected in (
                (f"{RATE_MIN}", RATE_MIN), (f"{RATE_MAX}", RATE_MAX),
                ("1k", 1000), ("1K", 1000), ("10m", 10**7), ("1M", 10**6),
                ("100m", 10**8), ("0.1g", 10**8), ("0.01G", 10**7),
                ("1.5k", 1500), ("0.001k", 1), ("1.000", 1), ("1.0k", 1000),
                ("1.234567m", 1234567), ("1.2345670000m", 1234567),
                ("0.000000001g", 1), ("99.999999m", 99999999),
                ("000001", 1), ("12.50k", 12500), ("0.0001t", 10**8),
                ("max", limit("GEN_RATE_UNPACED"))):
            self.takes((f"rate {rate}", {"rate": expected}))

    def test_rates_out_of_limits(self) -> None:
        for rate in (RATE_MIN - 1, RATE_MAX + 1, 2**64, 2**64 + 1000, 10**30,
                     U64_MAX, "0k", "0.0", "100.1m", "100.000001m", "1g",
                     "18446744073709551617k", "1.5", "0.5", "1.2345k",
                     "0.0001k", "1.2345678m", "0.0000000001g", "1.0001k",
                     "-1", "+1", "1e3", "0x10", "k", ".", ".5k", "5.k", "1.",
                     "1kk", "1km", "1k5", "1t", "1.2.3", "on", "1,5k", "1bit",
                     "MAX", "maximum", "1s"):
            self.wrong("rate", str(rate), "a whole number",
                       f"from {RATE_MIN} to {RATE_MAX}", '"max"')

    def test_bit_rates(self) -> None:
        for rate, expected in (
                (f"{BITRATE_MIN}", BITRATE_MIN),
                (f"{BITRATE_MAX}", BITRATE_MAX), ("10bit", 10),
                ("10kbit", 10**4), ("10mbit", 10**7), ("10gbit", 10**10),
                ("1tbit", 10**12), ("1t", 10**12), ("2.5Gbit", 25 * 10**8),
                ("2.5g", 25 * 10**8), ("100k", 10**5), ("1.5M", 15 * 10**5)):
            self.takes((f"bitrate {rate}", {"bitrate": expected}))

    def test_bit_rates_out_of_limits(self) -> None:
        for rate in (BITRATE_MIN - 1, BITRATE_MAX + 1, "1.1t", "1.0001tbit",
                     "0.5bit", "10bits", "10gbps", "1gibit", "bit", "max",
                     "-1", 2**64, "10Gb"):
            self.wrong("bitrate", str(rate),
                       f"from {BITRATE_MIN} to {BITRATE_MAX}")
        self.refused("gen bitrate 10g bit", "unknown option", "bit")

    def test_not_both(self) -> None:
        for options in ("rate 5 bitrate 10g", "bitrate 10g on rate max"):
            self.refused(f"gen {options}", "exclude each other", "10g")


class Ends(GenTest):
    def test_counts(self) -> None:
        for count, expected in (
                ("0", 0), ("1", 1), ("1k", 1000), ("2.5m", 2500000),
                ("1g", 10**9), ("1t", 10**12), (f"{U64_MAX}", U64_MAX),
                ("18446744t", 18446744 * 10**12)):
            self.takes((f"count {count}", {"count": expected}))

    def test_counts_that_cannot_be(self) -> None:
        for count in (U64_MAX + 1, "18446745t", "0.5", "1.0001k", "-1", "max",
                      "1e6", "0x10", "5frames", "18446744073709551.616k"):
            self.wrong("count", str(count), "64 bits")
        self.takes(("count 18446744073709551.615k", {"count": U64_MAX}))

    def test_durations(self) -> None:
        second = 10**9
        for duration, expected in (
                ("0", 0), ("1", second), ("1s", second), ("1.5s", 3 * second // 2),
                ("2.25", 9 * second // 4), ("1ms", 10**6), ("1us", 1000),
                ("1ns", 1), ("0.001us", 1), ("0.000000001", 1),
                ("1m", 60 * second), ("0.5m", 30 * second),
                ("1h", 3600 * second), ("1.25H", 4500 * second),
                ("100MS", second // 10), ("2400h", DURATION_MAX),
                ("144000m", DURATION_MAX), (f"{DURATION_MAX}ns", DURATION_MAX)):
            self.takes((f"duration {duration}", {"duration": expected}))

    def test_durations_that_cannot_be(self) -> None:
        self.assertEqual(DURATION_MAX, 2400 * 3600 * 10**9)
        for duration in ("2401h", f"{DURATION_MAX + 1}ns", "8640000.000000001",
                         "0.5ns", "0.0000000001", "1d", "1min", "1sec", "-1",
                         "1.5.s", "s", ".5s", "5.s", "1e3", "1k",
                         "99999999999999999999h", "max"):
            self.wrong("duration", duration, "from 0 to 2400h")

    def test_off_with_an_end(self) -> None:
        """Whether it changes the count is for the kernel to say."""
        self.assertEqual(self.accepted("gen off count 5 duration 3"),
                         {"gen_enable": 0, "gen_count": 5,
                          "gen_duration": 3 * 10**9})


class Numbers(GenTest):
    def test_limits(self) -> None:
        for name, (least, most) in NUMBERS.items():
            for number in (least, least + 1, most - 1, most):
                self.takes((f"{name} {number}", {name: number}),
                           (f"{name} 00{number}", {name: number}))

    def test_out_of_limits(self) -> None:
        for name, (least, most) in NUMBERS.items():
            for number in (least - 1, most + 1, 2**32, 2**32 + least, 2**64,
                           *NO_NUMBERS):
                if str(number) != "0" or least > 0:
                    self.wrong(name, str(number), f"from {least} to {most}")

    def test_ranges(self) -> None:
        for name, (least, most) in RANGES.items():
            self.takes(
                (f"{name} {least}-{most}",
                 {name: least, f"{name}_last": most}),
                (f"{name} 100-101", {name: 100, f"{name}_last": 101}),
                (f"{name} 100-100", {name: 100, f"{name}_last": 100}))

    def test_ranges_that_cannot_be(self) -> None:
        for name, (least, most) in RANGES.items():
            for numbers_ in ("101-100", f"{most}-{least}", f"100-{most + 1}",
                             "100-", "-100", "-", "100-200-300", "100--200",
                             "100-0x100", "100-1k", "a-b", "100-2e3", "100:200",
                             "100..200", "100-max", "0" * 40 + "-100"):
                self.wrong(name, numbers_, f"from {least} to {most}",
                           "the smaller first")
        for name in NUMBERS.keys() - RANGES.keys():
            self.wrong(name, "2-3", "must be a number from")

    def test_imix(self) -> None:
        self.takes(("size imix", {"size": limit("GEN_SIZE_IMIX")}))
        for size in ("imix-60", "60-imix", "IMIX", "imix,60"):
            self.wrong("size", size, "imix")

    def test_tags(self) -> None:
        for name in ("vlan", "qinq"):
            self.takes((f"{name} none", {name: NONE}))
            for word in ("off", "None", "no", NONE):
                self.wrong(name, str(word), "from 0 to 4094", '"none"')

    def test_seeds(self) -> None:
        for seed in (0, 1, 2**32, U64_MAX):
            self.takes((f"seed {seed}", {"seed": seed}))
        for word in (U64_MAX + 1, "-1", "0x1", "1k", "random", "1.0k"):
            self.wrong("seed", str(word), "64 bits")


class Names(GenTest):
    def test_names(self) -> None:
        for name, words in WORDS.items():
            for word, number in words.items():
                self.takes((f"{name} {word}", {name: number}))

    def test_names_that_are_none(self) -> None:
        for name, words in WORDS.items():
            for word in ("x", "0", "UDP4", "udp", "tcp", "icmp", "ipv4",
                         "synack", "ok", "none", "all", "zero", "arp,udp4"):
                self.wrong(name, word, *words)

    def test_fields(self) -> None:
        self.takes(*((f"random {field}", {"random": 1 << bit})
                     for field, bit in FIELDS.items()))
        self.takes(
            ("random none", {"random": 0}),
            ("random all", {"random": 2**len(FIELDS) - 1}),
            (f"random {','.join(FIELDS)}", {"random": 2**len(FIELDS) - 1}),
            ("random dst,src", {"random": 1 << FIELDS["src"]
                                | 1 << FIELDS["dst"]}),
            ("random src,src", {"random": 1 << FIELDS["src"]}))

    def test_fields_that_are_none(self) -> None:
        for word in ("x", ",", "src,", ",src", "src,,dst", "src,all",
                     "none,src", "SRC", "src_macs", "src-dst", "src;dst", "on",
                     "size", "sr", "srcc"):
            self.wrong("random", word, *FIELDS, "all", "none")


class Addresses(GenTest):
    def test_macs(self) -> None:
        for name in ("src_mac", "dst_mac"):
            self.takes(
                (f"{name} 02:00:00:00:00:01", {name: "02:00:00:00:00:01"}),
                (f"{name} 2:0:0:a:B:cD", {name: "02:00:00:0a:0b:cd"}),
                (f"{name} 02:00:00:00:00:01-02:00:00:00:01:00",
                 {name: "02:00:00:00:00:01",
                  f"{name}_last": "02:00:00:00:01:00"}),
                (f"{name} 00:00:00:00:00:05-fe:ff:ff:ff:ff:ff",
                 {name: "00:00:00:00:00:05",
                  f"{name}_last": "fe:ff:ff:ff:ff:ff"}))
        self.takes(
            ("dst_mac ff:ff:ff:ff:ff:ff", {"dst_mac": "ff:ff:ff:ff:ff:ff"}),
            ("dst_mac 01:00:5e:00:00:00-01:00:5e:7f:ff:ff",
             {"dst_mac": "01:00:5e:00:00:00",
              "dst_mac_last": "01:00:5e:7f:ff:ff"}))

    def test_macs_that_cannot_be(self) -> None:
        for name in ("src_mac", "dst_mac"):
            for mac in ("02:00:00:00:00", "02:00:00:00:00:01:02",
                        "02:00:00:00:00:", ":00:00:00:00:01", "002:0:0:0:0:1",
                        "02:00:00:00:00:0g", "02-00-00-00-00-01",
                        "020000000001", "0200.0000.0001", "10.0.0.1", "any",
                        "02:00:00:00:00:02-02:00:00:00:00:01",
                        "02:00:00:00:00:01-", "-02:00:00:00:00:01", "-",
                        "02:00:00:00:00:01-02", "2:0:0:0:0:1-2:0:0:0:0:2-3",
                        "02:00:00:00:00:01/48", "x" * 100):
                self.wrong(name, mac, "MAC address", "the smaller first")
        for mac in ("01:00:00:00:00:00", "ff:ff:ff:ff:ff:ff",
                    "00:00:00:00:00:01-01:00:00:00:00:00",
                    "33:33:00:00:00:01"):
            self.wrong("src_mac", mac, "unicast")

    def test_addresses(self) -> None:
        for name in ("src", "dst"):
            for first, last in (("0.0.0.0", "255.255.255.255"),
                                ("10.0.0.1", "10.0.0.1"),
                                ("10.0.0.255", "10.0.1.0"),
                                ("::", "::ffff:ffff:ffff:ffff"),
                                ("fd00::1", "fd00::1"),
                                ("fd00:1:2:3::ff", "fd00:1:2:3:1::")):
                self.takes((f"{name} {first}", {name: first}),
                           (f"{name} {first}-{last}",
                            {name: first, f"{name}_last": last}))
        longest = "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.25"
        self.takes((f"src {longest}0-{longest}5",
                    {"src": "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffa",
                     "src_last": "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}))

    def test_addresses_that_cannot_be(self) -> None:
        for name in ("src", "dst"):
            for address in ("10.0.0", "10.0.0.256", "10.0.0.0/24", "10.0.0.1.2",
                            "fd00::1::2", "fd00:::1", "g::1", "localhost",
                            "010.0.0.1", "fe80::1%lo", "[::1]",
                            "10.0.0.2-10.0.0.1", "fd00::2-fd00::1",
                            "10.0.0.1-", "-10.0.0.1", "-", "10.0.0.1-5",
                            "10.0.0.1-fd00::1", "::1-10.0.0.1",
                            "10.0.0.1-10.0.0.2-10.0.0.3", "x" * 100,
                            "02:00:00:00:00:01"):
                self.wrong(name, address, "IPv4 or IPv6 address")
            for address in ("fd00::-fd01::", "::-::1:0:0:0:0",
                            "fd00:0:0:1::ffff-fd00:0:0:2::"):
                self.wrong(name, address, "the last 64 bits")

    def test_families(self) -> None:
        """Those of a message are one, and that of its protocol."""
        for options, word, why in (
                ("src 10.0.0.1 dst fd00::1", "fd00::1", "both be IPv4"),
                ("dst 10.0.0.1-10.0.0.9 src ::1", "10.0.0.1-10.0.0.9",
                 "both be IPv6"),
                ("proto udp6 src 10.0.0.1", "10.0.0.1",
                 "gen src must be IPv6 with proto udp6"),
                ("dst ::1 proto tcp4", "::1",
                 "gen dst must be IPv4 with proto tcp4"),
                ("dst ::1 proto arp", "::1",
                 "gen dst must be IPv4 with proto arp"),
                ("proto icmp6 dst 1.2.3.4-1.2.3.5", "1.2.3.4-1.2.3.5",
                 "gen dst must be IPv6 with proto icmp6")):
            self.refused(f"gen {options}", why, f'"{word}"')
        for proto, address in (("arp", "1.2.3.4"), ("udp4", "1.2.3.4"),
                               ("udp6", "::1"), ("tcp4", "1.2.3.4"),
                               ("tcp6", "::2-::3"), ("icmp4", "1.2.3.4"),
                               ("icmp6", "::1")):
            found = self.gen(f"src {address} proto {proto} dst {address}")
            self.assertEqual(found["proto"], PROTOCOLS[proto])
        # the kernel knows more
        self.gen("proto raw src 10.0.0.1")


class Raw(GenTest):
    def test_bytes(self) -> None:
        for raw in (RAW, RAW.upper(), RAW + "00" * 498, "ab" * 512):
            self.takes((f"proto raw raw {raw}",
                        {"proto": PROTOCOLS["raw"], "raw": raw.lower()}))

    def test_bytes_that_cannot_be(self) -> None:
        least, most = limit("GEN_RAW_MIN"), limit("GEN_RAW_MAX")
        for raw in ("00", "00" * (least - 1), "00" * (most + 1), RAW + "0",
                    RAW[1:], RAW + "0g", "0x" + RAW, "g" + RAW,
                    RAW[:-1] + "-", "ff:" * 13 + "ff", "00" * 4096):
            self.wrong("raw", raw, f"{least} to {most} bytes")

    def test_room(self) -> None:
        """The longest one fits into ip's buffer, for one of the two ends."""
        raw = "ab" * limit("GEN_RAW_MAX")
        found = self.accepted(f"peer x type vnet gen proto raw raw {raw}")
        self.assertEqual(found["peer"].options["gen_raw"], raw)
        result = add(f"gen proto raw raw {raw} "
                     f"peer x type vnet gen proto raw raw {raw}")
        self.assertNotEqual(result.status, 0)
        self.assertEqual(result.requests, [])
        self.assertIn("exceeded bound", result.err)


class Queues(GenTest):
    def test_spread(self) -> None:
        deal, hashed = (values("vnet_gen_spread")[name]
                        for name in ("deal", "hash"))
        self.takes(
            ("queues all", {"spread": deal, "queues": []}),
            ("queues hash", {"spread": hashed, "queues": []}),
            ("queues 0", {"spread": deal, "queues": [0]}),
            ("queues 0-3,7", {"spread": deal, "queues": [0, 1, 2, 3, 7]}),
            ("queues 7,0-3,2", {"spread": deal, "queues": [0, 1, 2, 3, 7]}),
            ("queues 8", {"spread": deal, "queues": [8]}),
            ("queues 15-16", {"spread": deal, "queues": [15, 16]}),
            (f"queues {QUEUES_MAX - 1}",
             {"spread": deal, "queues": [QUEUES_MAX - 1]}),
            (f"queues 0-{QUEUES_MAX - 1}",
             {"spread": deal, "queues": list(range(QUEUES_MAX))}))

    def test_lists_that_cannot_be(self) -> None:
        for queues in (QUEUES_MAX, f"0-{QUEUES_MAX}", "3-1", "1-", "-1", "-",
                       ",", "1,", ",1", "1,,2", "1-2-3", "0x1", "1.0", "a",
                       "all,1", "1,all", "hash,1", "rss", "none", "1;2",
                       2**32, 2**64, "+1", "1,-2"):
            self.wrong("queues", str(queues), "all, hash",
                       f"less than {QUEUES_MAX}")
