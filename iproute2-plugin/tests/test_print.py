# SPDX-License-Identifier: GPL-2.0-or-later
"""What the stock ip prints of a device, as text and as JSON."""

from __future__ import annotations

from netlink import attr, limit, nest, u32, u64, uapi
from printing import (
    EVERY,
    U32_MAX,
    U64_MAX,
    PrintTest,
    code,
    counters,
    gen,
    options,
    queues,
    state,
    xstats,
)
from support import Link, Range, ip


class Text(PrintTest):
    def test_all(self) -> None:
        self.assertEqual(
            self.text(Link(b"".join([*options(), state()]))),
            "vnet tx_ring 512 rx_ring 1024 rx_pause on tx_pause off "
            "tx_usecs 7 tx_frames 8 rx_usecs 9 rx_frames 10 adaptive_rx on "
            "adaptive_tx off irq off gen off rate 1 "
            "( tx_queued 3 rx_queued 4 gen_state running gen_frames 5 "
            "gen_nsecs 6 gen_bytes 7 ) \n")

    def test_largest(self) -> None:
        data = options(U32_MAX, U32_MAX, 255, 255, U32_MAX, U32_MAX, U32_MAX,
                       U32_MAX, 255, 255, 255, 255, U64_MAX - 1)
        data.append(state(U32_MAX, U32_MAX, 255, U64_MAX, U64_MAX, U64_MAX))
        self.assertEqual(
            self.text(Link(b"".join(data))),
            f"vnet tx_ring {U32_MAX} rx_ring {U32_MAX} rx_pause on "
            f"tx_pause on tx_usecs {U32_MAX} tx_frames {U32_MAX} "
            f"rx_usecs {U32_MAX} rx_frames {U32_MAX} adaptive_rx on "
            f"adaptive_tx on irq on "
            f"gen on rate {U64_MAX - 1} ( tx_queued {U32_MAX} "
            f"rx_queued {U32_MAX} gen_state unknown gen_frames {U64_MAX} "
            f"gen_nsecs {U64_MAX} gen_bytes {U64_MAX} ) \n")

    def test_one_line(self) -> None:
        data = b"".join([*options(), state()])
        link = Link(data, xstats(dict.fromkeys(counters(), 1)))
        self.assertEqual(self.text(link, "-o", "-s").count("\n"), 1)

    def test_color(self) -> None:
        link = Link(b"".join([*options(), state()]))
        self.assertEqual(self.text(link, "-c=always"), self.text(link))

    def test_not_without_details(self) -> None:
        link = Link(b"".join(options()))
        self.assertNotIn("tx_ring", ip("link", "show", link=link).out)

    def test_can_be_typed(self) -> None:
        for values in ((512, 512, 1, 1, 0, 64, 0, 0, 0, 0, 0, 0, 1),
                       (limit("RING_MIN"), limit("RING_MAX"), 0, 1,
                        limit("TX_USECS_MAX"), limit("TX_FRAMES_MIN"),
                        limit("RX_USECS_MAX"), 1, 1, 0, 1, 1,
                        limit("GEN_RATE_MAX")),
                       (limit("RING_MAX"), limit("RING_MIN"), 1, 0, 1,
                        limit("TX_FRAMES_MAX"), 1,
                        limit("RX_FRAMES_MAX"), 0, 1, 0, 0,
                        limit("GEN_RATE_MAX") - 1)):
            with self.subTest(values):
                text = self.text(Link(b"".join([*options(*values), state()])))
                words = text[:text.index("(")].split()
                result = ip("link", "add", "vnet0", "type", *words)
                self.assertEqual((result.status, result.err), (0, ""))
                (request,) = result.requests
                self.assertEqual(tuple(request.options.values()), values)


class Json(PrintTest):
    def test_all(self) -> None:
        self.assertEqual(
            self.json(Link(b"".join([*options(), state(gen_state=0)]))),
            {"info_kind": "vnet",
             "info_data": {
                 "tx_ring": 512, "rx_ring": 1024,
                 "rx_pause": True, "tx_pause": False,
                 "tx_usecs": 7, "tx_frames": 8,
                 "rx_usecs": 9, "rx_frames": 10,
                 "adaptive_rx": True, "adaptive_tx": False, "irq": False,
                 "gen": False, "gen_rate": 1,
                 "tx_queued": 3, "rx_queued": 4,
                 "gen_state": "stopped", "gen_frames": 5, "gen_nsecs": 6,
                 "gen_bytes": 7}})

    def test_order(self) -> None:
        info = self.json(Link(b"".join([state(), *reversed(options())])))
        self.assertEqual(list(info["info_data"]), [
            "tx_ring", "rx_ring", "rx_pause", "tx_pause", "tx_usecs",
            "tx_frames", "rx_usecs", "rx_frames", "adaptive_rx",
            "adaptive_tx", "irq", "gen", "gen_rate", "tx_queued",
            "rx_queued", "gen_state", "gen_frames", "gen_nsecs",
            "gen_bytes"])

    def test_keys_are_those_of_the_header(self) -> None:
        keys = set(uapi().names("vnet_attrs", "IFLA_VNET_"))
        keys |= set(uapi().names("vnet_gen_attrs", "IFLA_VNET_"))
        keys |= set(uapi().names("vnet_state_attrs", "IFLA_VNET_STATE_"))
        # nests, and what is called otherwise in the dictionaries
        keys -= {"peer", "gen", "state", "gen_enable"}
        keys |= {"gen", "gen_state"}
        info = self.json(Link(b"".join([
            *options()[:-1], queues(), gen(EVERY), state()])))
        self.assertEqual(set(info["info_data"]), keys)

    def test_largest(self) -> None:
        data = options(U32_MAX, U32_MAX, 255, 255, U32_MAX, U32_MAX, U32_MAX,
                       U32_MAX, 255, 255, 255, 255, U64_MAX - 1)
        data.append(state(U32_MAX, U32_MAX, 255, U64_MAX, U64_MAX, U64_MAX))
        info = self.json(Link(b"".join(data)))["info_data"]
        self.assertEqual(info["gen_rate"], U64_MAX - 1)
        self.assertEqual(info["gen_frames"], U64_MAX)
        self.assertEqual(info["gen_bytes"], U64_MAX)
        self.assertEqual(info["tx_queued"], U32_MAX)
        self.assertIs(info["rx_pause"], True)
        self.assertEqual(info["gen_state"], "unknown")

    def test_state_names(self) -> None:
        for name, number in uapi().enums["vnet_gen_state"].items():
            info = self.json(Link(state(gen_state=number)))["info_data"]
            self.assertEqual(info["gen_state"],
                             name.removeprefix("VNET_GEN_").lower())


class Queues(PrintTest):
    def test_none(self) -> None:
        link = Link(b"".join([*options(), queues(), state()]))
        self.assertEqual(self.json(link)["info_data"]["queues"], [])
        self.assertNotIn("queue ", self.text(link))

    def test_ranges(self) -> None:
        link = Link(queues(Range(0, 0, 2), Range(3, 5, 0),
                           Range(255, 255, 2**31 - 1)))
        self.assertEqual(
            self.text(link), "vnet queue 0 cpu 2 queue 3-5 cpu 0 "
            "queue 255 cpu 2147483647 \n")
        self.assertEqual(self.json(link)["info_data"]["queues"], [
            {"index": 0, "cpu": 2}, *({"index": i, "cpu": 0} for i in (3, 4, 5)),
            {"index": 255, "cpu": 2**31 - 1}])

    def test_any(self) -> None:
        """The kernel leaves them out; if it does not, they can be typed."""
        link = Link(queues(Range(0, 1, -1), Range(2, 2, -1, 0)))
        self.assertEqual(self.text(link), "vnet queue 0-1 cpu any "
                         "queue 2 cpu any failed off \n")
        self.assertEqual(self.json(link)["info_data"]["queues"],
                         [{"index": 0, "cpu": -1}, {"index": 1, "cpu": -1},
                          {"index": 2, "cpu": -1, "failed": False}])

    def test_failed(self) -> None:
        """What the kernel does not tell of a queue is not there."""
        link = Link(queues(Range(0, 0, 2, 1), Range(3, 4, None, 1),
                           Range(7, 7, 0)))
        self.assertEqual(
            self.text(link), "vnet queue 0 cpu 2 failed on "
            "queue 3-4 failed on queue 7 cpu 0 \n")
        self.assertEqual(self.json(link)["info_data"]["queues"], [
            {"index": 0, "cpu": 2, "failed": True},
            {"index": 3, "failed": True}, {"index": 4, "failed": True},
            {"index": 7, "cpu": 0}])

    def test_can_be_typed(self) -> None:
        ranges = [Range(0, 3, 1), Range(4, 4, 0), Range(5, 5, 0, 1),
                  Range(9, 11, None, 1), Range(200, 255, 7)]
        text = self.text(Link(b"".join([*options(), queues(*ranges), state()])))
        words = text[:text.index("(")].split()
        result = ip("link", "add", "vnet0", "type", *words)
        self.assertEqual((result.status, result.err), (0, ""))
        (request,) = result.requests
        self.assertEqual(request.options["queues"], ranges)

    def test_queues_that_make_no_sense(self) -> None:
        index = attr(code("IFLA_VNET_QUEUE_INDEX"), u32(1))
        cpu = attr(code("IFLA_VNET_QUEUE_CPU"), u32(1))
        queue = code("IFLA_VNET_QUEUE")
        for data in (b"", nest(queue), nest(queue, index), nest(queue, cpu),
                     attr(queue + 1, index + cpu),
                     nest(queue, attr(code("IFLA_VNET_QUEUE_INDEX"), b"abc"),
                          cpu),
                     nest(queue, index, attr(code("IFLA_VNET_QUEUE_CPU"), b"")),
                     nest(queue, index,
                          attr(code("IFLA_VNET_QUEUE_FAILED"), b"")),
                     nest(queue, attr(code("IFLA_VNET_QUEUE_FAILED"), b"1"))):
            with self.subTest(data):
                link = Link(nest(code("IFLA_VNET_QUEUES"), data))
                self.assertEqual(self.json(link)["info_data"]["queues"], [])
                self.assertEqual(self.text(link), "vnet \n")
        for first, last in ((5, 2**32 - 1), (256, 256), (7, 300)):
            link = Link(queues(Range(first, last, 1)))
            self.assertEqual(self.json(link)["info_data"]["queues"], [])


class Counters(PrintTest):
    def setUp(self) -> None:
        self.values = {name: 1000 + number
                       for number, name in enumerate(counters())}

    def test_json(self) -> None:
        info = self.json(Link(b"", xstats(self.values)), "-s")
        self.assertEqual(info["info_xstats"], self.values)

    def test_order(self) -> None:
        """In JSON, what is sent, what is received, what is generated."""
        info = self.json(Link(b"", xstats(self.values)), "-s")
        sides = [name.split("_")[0] for name in info["info_xstats"]]
        self.assertEqual([side for i, side in enumerate(sides)
                          if i == 0 or sides[i - 1] != side],
                         ["tx", "rx", "gen"])
        for side in ("tx", "rx", "gen"):
            self.assertEqual(
                [name for name in info["info_xstats"]
                 if name.startswith(side)],
                [name for name in self.values if name.startswith(side)])

    def test_text(self) -> None:
        lines = self.text(Link(b"", xstats(self.values)), "-s").splitlines()
        self.assertEqual(lines[0], "vnet ")
        words = " ".join(lines[1:]).split()
        self.assertEqual(dict(zip(words[::2], map(int, words[1::2]),
                                  strict=True)), self.values)
        table = [line for line in lines[1:] if line.strip()]
        left = [name for name in self.values if name.startswith("tx_")]
        self.assertEqual(len(table), max(len(left),
                                         len(self.values) - len(left)))
        self.assertEqual(len({len(line) for line in table}), 1, "not aligned")
        self.assertLessEqual(len(table[0]), 80)
        for i, line in enumerate(table):
            columns = line[:len(line) // 2 + 2], line[len(line) // 2 + 2:]
            self.assertEqual([len(column.split()) for column in columns],
                             [2 if i < len(left) else 0, 2])
            self.assertEqual(columns[0].split()[:1], left[i:i + 1])

    def test_largest(self) -> None:
        values = dict.fromkeys(self.values, U64_MAX)
        link = Link(b"", xstats(values))
        self.assertEqual(self.json(link, "-s")["info_xstats"], values)
        self.assertEqual(self.text(link, "-s").split().count(str(U64_MAX)),
                         len(values))

    def test_only_when_asked(self) -> None:
        link = Link(b"", xstats(self.values))
        self.assertNotIn("tx_frames", self.text(link))
        self.assertNotIn("info_xstats", self.json(link))

    def test_none(self) -> None:
        self.assertNotIn("tx_frames", self.text(Link(b""), "-s"))
        self.assertNotIn("info_xstats", self.json(Link(b""), "-s"))

    def test_some(self) -> None:
        values = {"tx_arp": 7, "gen_missed": 8}
        link = Link(b"", xstats(values))
        self.assertEqual(self.json(link, "-s")["info_xstats"], values)
        self.assertEqual(self.text(link, "-s").split(),
                         ["vnet", "tx_arp", "7", "gen_missed", "8"])


class Tolerance(PrintTest):
    """Kernels that are older or newer, and messages that make no sense."""

    def test_no_data(self) -> None:
        self.assertEqual(self.text(Link()), "vnet \n")
        self.assertEqual(self.json(Link())["info_data"], {})

    def test_empty_data(self) -> None:
        self.assertEqual(self.text(Link(b"")), "vnet \n")
        self.assertEqual(self.json(Link(b""))["info_data"], {})

    def test_each_missing(self) -> None:
        full = self.json(Link(b"".join(options())))["info_data"]
        keys = [{"tx_ring"}, {"rx_ring"}, {"rx_pause"}, {"tx_pause"},
                {"tx_usecs"}, {"tx_frames"}, {"rx_usecs"}, {"rx_frames"},
                {"adaptive_rx"}, {"adaptive_tx"}, {"irq"},
                {"gen", "gen_rate"}]
        for i, missing in enumerate(keys):
            with self.subTest(missing):
                data = options()
                del data[i]
                left = {key: value for key, value in full.items()
                        if key not in missing}
                link = Link(b"".join(data))
                self.assertEqual(self.json(link)["info_data"], left)
                for key in missing - {"gen_rate"}:
                    self.assertNotIn(f" {key} ", self.text(link))

    def test_empty_nests(self) -> None:
        data = nest(code("IFLA_VNET_GEN")) + nest(code("IFLA_VNET_STATE"))
        self.assertEqual(self.text(Link(data)), "vnet ( ) \n")
        self.assertEqual(self.json(Link(data))["info_data"], {})

    def test_unknown(self) -> None:
        data = b"".join([attr(1000, b"x" * 60), *options(),
                         attr(code("IFLA_VNET_STATE") + 1, b""), state()])
        known = Link(b"".join([*options(), state()]))
        self.assertEqual(self.json(Link(data)), self.json(known))
        self.assertEqual(self.text(Link(data)), self.text(known))

        values = {"tx_frames": 1}
        more = xstats(values) + attr(max(counters().values()) + 1, u64(2))
        self.assertEqual(self.json(Link(b"", more), "-s")["info_xstats"],
                         values)

    def test_too_short(self) -> None:
        for size in range(8):
            with self.subTest(size):
                data = (attr(code("IFLA_VNET_TX_RING"), u64(1)[:min(size, 3)]) +
                        attr(code("IFLA_VNET_RX_PAUSE"), b"") +
                        nest(code("IFLA_VNET_GEN"),
                             attr(code("IFLA_VNET_GEN_RATE"), u64(1)[:size])) +
                        nest(code("IFLA_VNET_STATE"),
                             attr(code("IFLA_VNET_STATE_GEN_FRAMES"),
                                  u64(1)[:size])))
                short = attr(counters()["tx_frames"], u64(1)[:size])
                self.assertEqual(self.json(Link(data, short), "-s"),
                                 {"info_kind": "vnet", "info_data": {},
                                  "info_xstats": {}})
