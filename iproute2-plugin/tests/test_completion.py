# SPDX-License-Identifier: GPL-2.0-or-later
"""What <TAB> offers; | marks the cursor, at the end of a command line."""

from __future__ import annotations

import os
import subprocess
import unittest
from pathlib import Path

from generator import numbers, values
from netlink import limit
from support import PLUGIN

SCRIPT = PLUGIN / "ip-link-vnet.bash"
STOCK = Path("/usr/share/bash-completion/bash_completion")

OPTIONS = {"tx_ring", "rx_ring", "rx_pause", "tx_pause", "flow_control",
           "tx_usecs", "tx_frames", "rx_usecs", "rx_frames", "adaptive_rx",
           "adaptive_tx", "irq", "queue", "gen"}
GEN = {name for name in numbers() if not name.endswith("_last")} - {
    "enable", "spread"}
FIELDS = set(values("vnet_gen_field"))
CPUS = {path.name.removeprefix("cpu")
        for path in Path("/sys/devices/system/cpu").glob("cpu[0-9]*")}
RINGS = {str(2**n) for n in range(limit("RING_MIN").bit_length() - 1,
                                  limit("RING_MAX").bit_length())}

# completes the words that are its arguments, as bash does at the last of them
DRIVER = r"""
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_TYPE=9
COMP_POINT=${#COMP_LINE}
spec=$(complete -p ip)
spec=${spec#*-F }
"${spec%% *}" ip "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\n' "${COMPREPLY[@]}"
complete -p ip >&2
"""


def complete(line: str, before: str = "") -> list[str]:
    """What is offered in a fresh shell that has run the commands before."""
    words = line.replace(":", " : ").split(" ")
    words = [word for word in words[:-1] if word] + [words[-1].rstrip("|")]
    done = subprocess.run(
        ["bash", "--norc", "-c", f"{before}\n. {SCRIPT}\n{DRIVER}", "bash",
         *words], capture_output=True, text=True, check=True,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"})
    if done.stderr != "complete -F _vnet_ip ip\n":
        raise AssertionError(done.stderr)
    return done.stdout.split()


class OfVnet(unittest.TestCase):
    def offered(self, line: str) -> set[str]:
        words = complete(line)
        self.assertEqual(len(words), len(set(words)), "offered twice")
        return set(words)

    def test_options(self) -> None:
        for line, expected in (
                ("ip link add vnet0 type vnet |", OPTIONS | {"peer", "help"}),
                ("ip link replace vnet0 type vnet |",
                 OPTIONS | {"peer", "help"}),
                ("ip link set vnet0 type vnet |", OPTIONS | {"help"}),
                ("ip l s vnet0 mtu 9000 type vnet |", OPTIONS | {"help"}),
                ("ip -d -n blue link add type vnet |",
                 OPTIONS | {"peer", "help"}),
                ("ip -f inet -c link add type vnet tx|",
                 {"tx_ring", "tx_pause", "tx_usecs", "tx_frames"}),
                ("ip link add vnet0 type vnet tx_ring 64 |",
                 OPTIONS - {"tx_ring"} | {"peer"}),
                ("ip link add vnet0 type vnet rx_pause on |",
                 OPTIONS - {"rx_pause", "flow_control"} | {"peer"}),
                ("ip link set vnet0 type vnet flow_control on r|",
                 {"rx_ring", "rx_pause", "rx_usecs", "rx_frames"})):
            with self.subTest(line):
                self.assertEqual(self.offered(line), expected)

    def test_values(self) -> None:
        switch = {"on", "off"}
        for line, expected in (
                ("tx_ring |", RINGS), ("rx_ring 1|",
                                       {n for n in RINGS if n[0] == "1"}),
                ("rx_pause |", switch), ("tx_pause |", switch),
                ("flow_control o|", switch),
                ("tx_usecs |", set()), ("tx_frames 6|", set()),
                ("rx_usecs |", set()), ("rx_frames 6|", set()),
                ("adaptive_rx |", switch), ("adaptive_tx o|", switch),
                ("irq |", switch),
                ("queue |", {"all"}), ("queue 3 |", {"cpu", "failed"}),
                ("queue all c|", {"cpu"}), ("queue 0-3 cpu |", CPUS | {"any"}),
                ("queue 0 cpu 0 queue 1 cpu a|", {"any"}),
                ("queue 0 failed |", switch), ("queue 0 cpu 0 f|",
                                               {"failed", "flow_control"}),
                ("queue 0 cpu 0 failed o|", switch),
                ("queue 0 failed on cpu a|", {"any"}),
                ("gen |", switch | GEN), ("gen o|", switch),
                ("gen rate |", {"max"}), ("gen off rate |", {"max"}),
                ("gen bitrate |", set()), ("gen on count |", set()),
                ("gen proto |", set(values("vnet_gen_proto"))),
                ("gen rate 5 tcp |", set(values("vnet_gen_tcp"))),
                ("gen vlan |", {"none"}), ("gen qinq |", {"none"}),
                ("gen size |", {"imix"}), ("gen queues |", {"all", "hash"}),
                ("gen csum |", set(values("vnet_gen_csum"))),
                ("gen payload |", set(values("vnet_gen_payload"))),
                ("gen random |", FIELDS | {"all", "none"}),
                ("gen random a|", {"all"}),
                ("gen random src,src_port,d|",
                 {f"src,src_port,{name}" for name in FIELDS
                  if name.startswith("d")}),
                ("gen src_mac |", set()), ("gen src_mac 02:0|", set()),
                ("gen dst fd00::|", set()), ("gen dst fd00:|", set())):
            for start in ("ip link add vnet0 type vnet ",
                          "ip link set vnet0 type vnet ",
                          "ip link add vnet0 type vnet peer x type vnet "):
                with self.subTest(start + line):
                    self.assertEqual(self.offered(start + line), expected)

    def test_words_of_gen(self) -> None:
        start = "ip link set vnet0 type vnet gen "
        rest = OPTIONS - {"gen"}
        switch = {"on", "off"}
        self.assertEqual(self.offered(start + "on |"), rest | GEN)
        self.assertEqual(self.offered(start + "rate 5 |"),
                         rest | switch | GEN - {"rate", "bitrate"})
        self.assertEqual(self.offered(start + "bitrate 5g on |"),
                         rest | GEN - {"rate", "bitrate"})
        self.assertEqual(self.offered(start + "on seed 5 |"),
                         rest | GEN - {"seed"})
        self.assertEqual(self.offered(start + "on tx_ring 64 |"),
                         rest - {"tx_ring"})
        self.assertEqual(self.offered(start + "on queue 0 cpu 1 |"),
                         rest | {"failed"})

    def test_words_of_queue(self) -> None:
        """Each once of the queues that are named, and others after them."""
        start = "ip link set vnet0 type vnet queue 0 "
        self.assertEqual(self.offered(start + "cpu 1 |"), OPTIONS | {"failed"})
        self.assertEqual(self.offered(start + "failed on |"), OPTIONS | {"cpu"})
        self.assertEqual(self.offered(start + "failed on cpu 1 |"), OPTIONS)
        self.assertEqual(self.offered(start + "cpu 1 failed on queue 1 |"),
                         {"cpu", "failed"})
        self.assertEqual(self.offered(start + "cpu 1 queue 1 failed off |"),
                         OPTIONS | {"cpu"})
        self.assertEqual(self.offered(start + "cpu 1 tx_ring 64 |"),
                         OPTIONS - {"tx_ring"})
        self.assertEqual(self.offered(start + "cpu 1 gen on |"),
                         OPTIONS - {"gen"} | GEN)

    def test_values_that_are_words_too(self) -> None:
        """Of gen, or of a device: they do not count as said."""
        start = "ip link set vnet0 type vnet gen "
        for words, said in (
                ("payload random", {"payload"}), ("random src", {"random"}),
                ("proto raw", {"proto"}),
                ("src_mac 02:00:00:00:00:01", {"src_mac"}),
                ("src fd00::1-fd00::2 size imix", {"src", "size"})):
            self.assertEqual(self.offered(f"{start}{words} |"),
                             OPTIONS - {"gen"} | {"on", "off"} | GEN - said)

    def test_every_word_of_gen(self) -> None:
        words = "".join(f"{name} 1 " for name in sorted(GEN - {"bitrate"}))
        self.assertEqual(
            self.offered(f"ip link add vnet0 type vnet gen on {words}|"),
            OPTIONS - {"gen"} | {"peer"})

    def test_peer(self) -> None:
        start = "ip link add vnet0 type vnet tx_ring 64 peer "
        link = self.offered(start + "|")
        self.assertLessEqual({"name", "netns", "address", "mtu", "type",
                              "numtxqueues", "numrxqueues"}, link)
        self.assertFalse(link & OPTIONS)
        self.assertEqual(self.offered(start + "vnet1 mtu 9000 |"),
                         link - {"mtu"})
        self.assertEqual(self.offered(start + "vnet1 address 02:01:|"), set())
        self.assertEqual(self.offered(start + "name |"), set())
        self.assertEqual(self.offered(start + "vnet1 type |"), {"vnet"})
        self.assertEqual(self.offered(start + "vnet1 type vnet |"), OPTIONS)
        self.assertEqual(self.offered(start + "type vnet tx_ring 64 |"),
                         OPTIONS - {"tx_ring"})

    def test_the_type_itself(self) -> None:
        for line in ("ip link add vnet0 type |", "ip link add type v|",
                     "ip link show type |", "ip link help |"):
            with self.subTest(line):
                self.assertEqual(self.offered(line), {"vnet"})
        self.assertEqual(self.offered("ip tunnel help |"), set())


class OfAllElse(unittest.TestCase):
    """What is there already stays."""

    other = """
        _other() { COMPREPLY=("other_$3" "$COMP_CWORD"); }
        complete -F _other ip
    """

    def test_is_asked(self) -> None:
        for line in ("ip |", "ip -|", "ip link |", "ip link add x |",
                     "ip addr add type |", "ip link add x type dummy |",
                     "ip route add vnet type vnet |"):
            with self.subTest(line):
                words = line.split()
                self.assertEqual(complete(line, self.other),
                                 [f"other_{words[-2]}", str(len(words) - 1)])

    def test_vnet_is_added_to_types(self) -> None:
        self.assertEqual(complete("ip link add x type |", self.other),
                         ["other_type", "5", "vnet"])

    def test_sourced_twice(self) -> None:
        twice = f"{self.other}\n. {SCRIPT}"
        self.assertEqual(complete("ip link |", twice), ["other_link", "2"])

    def test_bash_completion(self) -> None:
        """Its completion of ip is loaded when it is first wanted."""
        if not STOCK.exists():
            self.skipTest("bash-completion is not installed")
        before = f". {STOCK}"
        self.assertIn("show", complete("ip link |", before))
        self.assertIn("lo", complete("ip link show |", before))
        self.assertIn("link", complete("ip |", before))
        self.assertIn("vnet", complete("ip link set lo type |", before))
        self.assertEqual(set(complete("ip link set lo type vnet |", before)),
                         OPTIONS | {"help"})
