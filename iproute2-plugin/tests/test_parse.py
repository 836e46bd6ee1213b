# SPDX-License-Identifier: GPL-2.0-or-later
"""What the stock ip sends for a command line, and what it refuses."""

from __future__ import annotations

import os

from netlink import limit
from parsing import ParseTest, add, change
from support import (
    IFF_UP,
    IFLA_ADDRESS,
    IFLA_NET_NS_FD,
    IFLA_NET_NS_PID,
    IFLA_NUM_TX_QUEUES,
    NLM_F_CREATE,
    Range,
    ip,
)

RING_MIN, RING_MAX = limit("RING_MIN"), limit("RING_MAX")
NUMBERS = {
    "tx_usecs": (0, limit("TX_USECS_MAX")),
    "tx_frames": (limit("TX_FRAMES_MIN"), limit("TX_FRAMES_MAX")),
    "rx_usecs": (0, limit("RX_USECS_MAX")),
    "rx_frames": (0, limit("RX_FRAMES_MAX")),
}


class Options(ParseTest):
    def test_none(self) -> None:
        self.assertEqual(self.accepted(""), {})

    def test_rings(self) -> None:
        for name in ("tx_ring", "rx_ring"):
            size = RING_MIN
            while size <= RING_MAX:
                with self.subTest(name, size=size):
                    self.assertEqual(self.accepted(f"{name} {size}"),
                                     {name: size})
                size *= 2

    def test_rings_out_of_limits(self) -> None:
        for name in ("tx_ring", "rx_ring"):
            for size in (0, RING_MIN // 2, RING_MIN - 1, RING_MIN + 1,
                         RING_MAX - 1, RING_MAX + 1, 2 * RING_MAX, 100000,
                         -RING_MIN, 2**32, 2**32 + RING_MIN, 2**64 + RING_MIN,
                         "abc", "64k", "64.0", "1e3", "on", "tx_ring"):
                self.refused(f"{name} {size}", "a power of two",
                             f"from {RING_MIN} to {RING_MAX}")

    def test_numbers(self) -> None:
        for name, numbers in NUMBERS.items():
            for number in (numbers[0], numbers[0] + 1, numbers[1]):
                with self.subTest(name, number=number):
                    self.assertEqual(self.accepted(f"{name} {number}"),
                                     {name: number})

    def test_numbers_out_of_limits(self) -> None:
        for name, (least, most) in NUMBERS.items():
            for number in (least - 1, most + 1, 2**32, 2**32 + most, 2**64,
                           "abc", "1k", "1.0", "1e3", "on", "tx_ring"):
                self.refused(f"{name} {number}", name, "must be a number",
                             f"from {least} to {most}")

    def test_switches(self) -> None:
        for name in ("rx_pause", "tx_pause"):
            for word, value in (("on", 1), ("off", 0)):
                with self.subTest(name, word=word):
                    self.assertEqual(self.accepted(f"{name} {word}"),
                                     {name: value})

    def test_switches_that_are_neither(self) -> None:
        for name in ("rx_pause", "tx_pause", "flow_control"):
            for word in ("o", "of", "ON", "1", "0", "yes", "auto", "tx_ring"):
                self.refused(f"{name} {word}", name, '"on" or "off"', word)

    def test_flow_control_is_both(self) -> None:
        self.assertEqual(self.accepted("flow_control on"),
                         {"rx_pause": 1, "tx_pause": 1})
        self.assertEqual(self.accepted("flow_control off"),
                         {"rx_pause": 0, "tx_pause": 0})

    def test_flow_control_is_corrected(self) -> None:
        """By the more precise word, if it comes later."""
        for options, rx, tx in (
                ("flow_control off rx_pause on", 1, 0),
                ("flow_control on tx_pause off tx_ring 64", 1, 0),
                ("flow_control on tx_ring 64 rx_pause off", 0, 1),
                ("flow_control off tx_pause on rx_pause on", 1, 1),
                ("flow_control on rx_pause on", 1, 1)):
            with self.subTest(options):
                found = self.accepted(options)
                self.assertEqual((found["rx_pause"], found["tx_pause"]),
                                 (rx, tx))

    def test_all_at_once(self) -> None:
        self.assertEqual(
            self.accepted("gen off rate 5 tx_pause off rx_ring 128 "
                          "tx_frames 8 rx_pause on tx_ring 64 tx_usecs 9 "
                          "adaptive_tx off rx_frames 7 rx_usecs 6 "
                          "irq on adaptive_rx on"),
            {"tx_ring": 64, "rx_ring": 128, "rx_pause": 1, "tx_pause": 0,
             "tx_usecs": 9, "tx_frames": 8, "rx_usecs": 6, "rx_frames": 7,
             "adaptive_rx": 1, "adaptive_tx": 0, "irq": 1,
             "gen_enable": 0, "gen_rate": 5})

    def test_unknown(self) -> None:
        for options in ("tx_rings 64", "ring 64", "TX_RING 64", "tx 64", "t",
                        "gen on foo", "tx_ring 64 bar", "-", "x" * 200):
            self.refused(options, "unknown option", "ip link help vnet")

    def test_missing_value(self) -> None:
        for options in ("tx_ring", "rx_ring", "rx_pause", "tx_pause",
                        "flow_control", "tx_usecs", "tx_frames", "rx_usecs",
                        "rx_frames", "adaptive_rx", "adaptive_tx", "irq", "gen",
                        "gen rate", "gen on rate",
                        "tx_ring 64 rx_ring"):
            self.refused(options, "not complete")

    def test_twice(self) -> None:
        for options, name in (
                ("tx_ring 64 tx_ring 64", "tx_ring"),
                ("rx_ring 64 rx_ring 128", "rx_ring"),
                ("rx_pause on rx_pause off", "rx_pause"),
                ("tx_pause on tx_pause off", "tx_pause"),
                ("tx_usecs 1 tx_usecs 1", "tx_usecs"),
                ("tx_frames 1 tx_frames 2", "tx_frames"),
                ("rx_usecs 1 rx_usecs 1", "rx_usecs"),
                ("adaptive_rx on adaptive_rx on", "adaptive_rx"),
                ("flow_control on flow_control on", "flow_control"),
                ("flow_control on rx_pause off rx_pause on", "rx_pause"),
                ("flow_control on rx_pause off flow_control on",
                 "flow_control"),
                ("tx_pause on flow_control off", "flow_control"),
                ("gen on gen rate 5", "gen"),
                ("gen on off", "gen"),
                ("gen on rate 5 on", "gen"),
                ("gen rate 5 rate 6", "gen rate")):
            self.refused(options, f'duplicate "{name}"')

    def test_help(self) -> None:
        for options in ("help", "tx_ring 64 help", "peer x type vnet help"):
            with self.subTest(options):
                result = add(options)
                self.assertNotEqual(result.status, 0)
                self.assertEqual(result.requests, [])
                self.assertIn("Usage: ip link add", result.err)

    def test_help_of_ip(self) -> None:
        result = ip("link", "help", "vnet")
        self.assertEqual((result.status, result.err), (0, ""))
        self.assertIn("Usage: ip link add", result.out)
        for name in ("tx_ring", "rx_ring", "rx_pause", "tx_pause",
                     "flow_control", "tx_usecs", "tx_frames", "rx_usecs",
                     "rx_frames", "adaptive_rx", "adaptive_tx", "irq", "queue",
                     "gen",
                     "peer"):
            self.assertIn(f"[ {name} ", result.out)
        for number in (f"from {RING_MIN} to {RING_MAX}",
                       f"default {limit('RING_DEFAULT')}",
                       f"from 0 to {limit('TX_USECS_MAX')}",
                       f"default {limit('TX_USECS_DEFAULT')}",
                       f"from {limit('TX_FRAMES_MIN')} to "
                       f"{limit('TX_FRAMES_MAX')}",
                       f"default {limit('TX_FRAMES_DEFAULT')}",
                       f"from 0 to {limit('RX_USECS_MAX')}",
                       f"from 0 to {limit('RX_FRAMES_MAX')}"):
            self.assertIn(number, result.out)
        for line in result.out.splitlines():
            self.assertLessEqual(len(line), 80)


class Queues(ParseTest):
    def test_ranges(self) -> None:
        most = limit("QUEUES_MAX") - 1
        for options, expected in (
                ("queue 0 cpu 0", [Range(0, 0, 0)]),
                ("queue 3 cpu any", [Range(3, 3, limit("CPU_ANY"))]),
                (f"queue {most} cpu 2147483647", [Range(most, most, 2**31 - 1)]),
                ("queue 0-15 cpu 3", [Range(0, 15, 3)]),
                ("queue 7-7 cpu 3", [Range(7, 7, 3)]),
                ("queue all cpu 1", [Range(0, most, 1)]),
                ("queue 1 cpu 2 queue 5 cpu 3",
                 [Range(1, 1, 2), Range(5, 5, 3)]),
                ("queue 5 cpu 3 queue 1 cpu 2",
                 [Range(1, 1, 2), Range(5, 5, 3)]),
                ("queue 0 cpu 2 queue 1 cpu 2", [Range(0, 1, 2)]),
                ("queue 0 cpu 0 queue 2 cpu 0",
                 [Range(0, 0, 0), Range(2, 2, 0)]),
                ("queue 0-3 cpu 1 queue 4-7 cpu 2",
                 [Range(0, 3, 1), Range(4, 7, 2)])):
            with self.subTest(options):
                self.assertEqual(self.accepted(options), {"queues": expected})

    def test_failed(self) -> None:
        """With a CPU or without, and what is not said is not sent."""
        most = limit("QUEUES_MAX") - 1
        for options, expected in (
                ("queue 0 failed on", [Range(0, 0, None, 1)]),
                ("queue 0 failed off", [Range(0, 0, None, 0)]),
                ("queue all failed off", [Range(0, most, None, 0)]),
                ("queue 2-5 cpu 3 failed on", [Range(2, 5, 3, 1)]),
                ("queue 2-5 failed on cpu 3", [Range(2, 5, 3, 1)]),
                ("queue 1 failed off cpu any", [Range(1, 1, -1, 0)]),
                ("queue 1 cpu 0 failed on queue 0 failed on cpu 0",
                 [Range(0, 1, 0, 1)]),
                ("queue 0 cpu 0 queue 1 cpu 0 failed off queue 2 failed off",
                 [Range(0, 0, 0), Range(1, 1, 0, 0), Range(2, 2, None, 0)]),
                ("queue 0 failed on queue 1 failed off queue 2 cpu 0",
                 [Range(0, 0, None, 1), Range(1, 1, None, 0),
                  Range(2, 2, 0)])):
            with self.subTest(options):
                self.assertEqual(self.accepted(options), {"queues": expected})

    def test_among_other_options(self) -> None:
        """One list, wherever the queues were said; each end has its own."""
        request = self.accepted("queue 0 cpu 1 tx_ring 64 gen on queue 2 cpu 1 "
                                "peer vnet1 type vnet queue 0 cpu 3")
        peer = request.pop("peer")
        self.assertEqual(request, {"tx_ring": 64, "gen_enable": 1,
                                   "queues": [Range(0, 0, 1), Range(2, 2, 1)]})
        self.assertEqual(peer.options, {"queues": [Range(0, 0, 3)]})
        request = self.accepted("queue 0 failed on gen on queue 2 cpu 1 peer "
                                "vnet1 type vnet queue 0 failed off rx_ring 64")
        peer = request.pop("peer")
        self.assertEqual(request, {"gen_enable": 1,
                                   "queues": [Range(0, 0, None, 1),
                                              Range(2, 2, 1)]})
        self.assertEqual(peer.options, {"queues": [Range(0, 0, None, 0)],
                                        "rx_ring": 64})

    def test_batch(self) -> None:
        lines = "".join(f"link add vnet{i} type vnet queue {i} cpu 0\n"
                        for i in range(2))
        result = ip("-batch", "-", stdin=lines)
        self.assertEqual((result.status, result.err), (0, ""))
        self.assertEqual([request.options for request in result.requests],
                         [{"queues": [Range(i, i, 0)]} for i in range(2)])

    def test_ranges_that_cannot_be(self) -> None:
        most = limit("QUEUES_MAX")
        for queue in (most, f"0-{most}", "3-1", "-1", "1-", "-", "1-2-3", "+1",
                      "any", "a", "0x1", "1,2", "1.0", 2**32, 2**64, "x" * 40,
                      "0-4294967296"):
            self.refused(f"queue {queue} cpu 0", "queue must be",
                         f"less than {most}")

    def test_cpus_that_cannot_be(self) -> None:
        for cpu in ("-1", "all", "a", "0x1", "0-1", 2**31, 2**32, "1.0", "+1"):
            self.refused(f"queue 0 cpu {cpu}", "cpu must be", '"any"', str(cpu))

    def test_switches_that_cannot_be(self) -> None:
        for value in ("1", "0", "yes", "On", "healthy", "cpu"):
            self.refused(f"queue 0 failed {value}", 'failed must be "on" or "off"',
                         value)

    def test_words(self) -> None:
        self.refused("queue", "not complete")
        self.refused("queue 0", "not complete")
        self.refused("queue 0 cpu", "not complete")
        self.refused("queue 0 failed", "not complete")
        self.refused("queue 0 failed on cpu", "not complete")
        self.refused("queue 0 1", '"cpu" or "failed"', "1")
        self.refused("queue 0 tx_ring 64", '"cpu" or "failed"', "tx_ring")
        self.refused("cpu 0", "unknown option")
        self.refused("failed on", "unknown option")
        self.refused("queue 0 cpu 0 tx_ring 64 failed on", "unknown option")

    def test_twice(self) -> None:
        for options, name in (
                ("queue 1 cpu 0 queue 1 cpu 0", "1"),
                ("queue 0-3 cpu 0 queue 2 cpu 1", "2"),
                ("queue 2 cpu 0 queue 0-3 cpu 1", "0-3"),
                ("queue 2 cpu 0 queue all cpu any", "all"),
                ("queue 2 cpu 0 queue 2 failed on", "2"),
                ("queue 2 failed on queue 0-3 failed on", "0-3")):
            self.refused(options, 'duplicate "queue"', f'"{name}"')
        self.refused("queue 0 cpu 0 cpu 1", 'duplicate "cpu"', '"1"')
        self.refused("queue 0 failed on cpu 0 failed on", 'duplicate "failed"',
                     '"on"')

    def test_as_many_as_there_is_room_for(self) -> None:
        """Queues that differ from each other, until ip's buffer is full."""
        outcomes = []
        for count in range(1, 60):
            options = " ".join(f"queue {i} cpu {i}" for i in range(count))
            result = add(options)
            if result.status:
                self.assertIn("exceeded bound", result.err)
                self.assertEqual(result.requests, [])
            else:
                self.assertEqual(len(self.request(result).options["queues"]),
                                 count)
            outcomes.append(not result.status)
        self.assertEqual(outcomes, sorted(outcomes, reverse=True))
        self.assertGreater(outcomes.count(True), 32)
        self.assertIn(False, outcomes)


class Peer(ParseTest):
    def test_name(self) -> None:
        for options in ("peer vnet1", "peer name vnet1"):
            with self.subTest(options):
                peer = self.peer(options)
                self.assertEqual((peer.name, peer.kind), ("vnet1", None))
                self.assertEqual(
                    (peer.index, peer.ifi_flags, peer.ifi_change), (0, 0, 0))

    def test_unnamed(self) -> None:
        self.assertEqual(self.peer("peer").attrs, [])
        self.assertIsNone(self.peer("peer type vnet").name)
        self.assertEqual(self.peer("peer mtu 100").mtu, 100)

    def test_options_of_its_own(self) -> None:
        request = self.accepted("tx_ring 64 flow_control off gen on peer vnet1 "
                                "type vnet tx_ring 128 gen rate 7")
        peer = request.pop("peer")
        self.assertEqual(request, {"tx_ring": 64, "rx_pause": 0, "tx_pause": 0,
                                   "gen_enable": 1})
        self.assertEqual((peer.name, peer.kind), ("vnet1", "vnet"))
        self.assertEqual(peer.options, {"tx_ring": 128, "gen_enable": 1,
                                        "gen_rate": 7})

    def test_kind_without_options(self) -> None:
        peer = self.peer("peer vnet1 type vnet")
        self.assertEqual((peer.kind, peer.options), ("vnet", {}))

    def test_link_options(self) -> None:
        peer = self.peer("peer vnet1 address 02:00:00:00:00:01 mtu 9000 "
                         "numtxqueues 4 type vnet rx_ring 64")
        self.assertEqual(peer.get(IFLA_ADDRESS), bytes.fromhex("020000000001"))
        self.assertEqual(peer.mtu, 9000)
        self.assertEqual(peer.get(IFLA_NUM_TX_QUEUES), b"\4\0\0\0")
        self.assertEqual(peer.options, {"rx_ring": 64})

    def test_link_options_stay_apart(self) -> None:
        request = self.request(ip(
            "link", "add", "vnet0", "up", "mtu", "1000", "index", "70",
            "type", "vnet", "peer", "vnet1", "mtu", "2000", "index", "71"))
        peer = request.options["peer"]
        self.assertEqual((request.mtu, peer.mtu), (1000, 2000))
        self.assertEqual((request.index, peer.index), (70, 71))
        self.assertEqual((request.ifi_flags, request.ifi_change),
                         (IFF_UP, IFF_UP))
        self.assertEqual((peer.ifi_flags, peer.ifi_change), (0, 0))

        request = self.request(ip("link", "add", "vnet0", "type", "vnet",
                                  "peer", "vnet1", "up"))
        peer = request.options["peer"]
        self.assertEqual((request.ifi_flags, peer.ifi_flags), (0, IFF_UP))

    def test_netns(self) -> None:
        request = self.request(ip("link", "add", "vnet0", "type", "vnet",
                                  "peer", "vnet1", "netns", str(os.getpid())))
        peer = request.options["peer"]
        self.assertIsNone(request.get(IFLA_NET_NS_FD))
        self.assertIsNone(request.get(IFLA_NET_NS_PID))
        # ip 6.1 sends the number, later ones a file of /proc
        self.assertNotEqual(peer.get(IFLA_NET_NS_FD) is None,
                            peer.get(IFLA_NET_NS_PID) is None)

    def test_refused(self) -> None:
        self.refused("peer vnet1 type veth", "must be vnet", "veth")
        self.refused("peer vnet1 type", "not complete")
        self.refused("peer vnet1 type vnet peer vnet2", "no peer of its own")
        self.refused("peer vnet1 tx_ring 64", "tx_ring")
        self.refused("peer vnet1 type vnet mtu 9", "unknown option", "mtu")
        self.refused("peer vnet1 type vnet tx_ring 65", "tx_ring", "from")
        self.refused("peer vnet1 type vnet gen rate 0", "gen rate", "from")
        self.refused("peer name " + "x" * 16, "not a valid ifname")
        self.refused("peer vnet1 address 02:xx", "xx")
        self.refused("peer vnet1 mtu 9 mtu 9", 'duplicate "mtu"')

    def test_too_long(self) -> None:
        """What does not fit into ip's buffer is an error, not less."""
        outcomes = set()
        for length in range(100, 200):
            result = add(f"peer vnet1 {3 * ('alias ' + 250 * 'x' + ' ')} "
                         f"alias {length * 'y'} type vnet tx_ring 64 gen on")
            if result.status:
                self.assertEqual(result.requests, [])
                self.assertIn("exceeded bound", result.err)
            else:
                peer = self.request(result).options["peer"]
                self.assertEqual(peer.options, {"tx_ring": 64, "gen_enable": 1})
            outcomes.add(bool(result.status))
        self.assertEqual(outcomes, {True, False})


class Commands(ParseTest):
    def test_add(self) -> None:
        request = self.request(add("peer vnet1"))
        self.assertTrue(request.flags & NLM_F_CREATE)

    def test_unnamed(self) -> None:
        request = self.request(ip("link", "add", "type", "vnet", "peer"))
        self.assertIsNone(request.name)
        self.assertIsNone(request.options["peer"].name)

    def test_change(self) -> None:
        request = self.request(change("tx_ring 1024 gen off"))
        self.assertFalse(request.flags & NLM_F_CREATE)
        self.assertEqual((request.index, request.kind), (7, "vnet"))
        self.assertEqual(request.options, {"tx_ring": 1024, "gen_enable": 0})

    def test_change_names_the_peer(self) -> None:
        """The peer may be in another netns: the kernel is to compare."""
        request = self.request(change("peer vnet1"))
        self.assertFalse(request.flags & NLM_F_CREATE)
        self.assertEqual((request.index, request.name), (7, None))
        peer = request.options["peer"]
        self.assertEqual((peer.index, peer.name), (0, "vnet1"))

    def test_batch(self) -> None:
        """Nothing of one line is left when the next is read."""
        lines = "".join(f"link add vnet{i} type vnet tx_ring 64 gen on "
                        f"peer type vnet rx_ring 64\n" for i in (0, 2))
        result = ip("-batch", "-", stdin=lines)
        self.assertEqual((result.status, result.err), (0, ""))
        first, second = (request.options for request in result.requests)
        self.assertEqual(first.pop("peer").options, second.pop("peer").options)
        self.assertEqual(first, second)
