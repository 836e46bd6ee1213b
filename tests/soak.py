# SPDX-License-Identifier: GPL-2.0-or-later
"""A long run: random load and reconfiguration, and a look at memory each minute.

    python3 -m soak --hours N [--seed S]

Prints a line a minute. The verdict at the end is the exit status: nothing was
complained of, every frame is accounted for, no memory is gone for good.
"""

import argparse
import errno
import os
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from lib import kmemleak, link, module
from lib.cpus import possible_cpus
from lib.ethtool import set_channels, stats
from lib.flood import Flood
from lib.gen import Gen
from lib.kmsg import KernelLog
from lib.link import Link, Make, Options, Pair
from lib.netns import Netns
from lib.setup import Namespaces

PAIRS = 4
PLACES = 3
QUEUES = 4
GROWTH = 16 << 10
"""KiB of kernel memory that may be more at the end than after the first minute."""
KEPT = 32
"""KASAN keeps as much freed memory as the whole divided by this, to catch who uses
it."""

MEMORY = ("MemAvailable", "Slab", "SUnreclaim", "VmallocUsed", "Percpu")


def memory(*names: str) -> dict[str, int]:
    """KiB of what /proc/meminfo calls that."""
    lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    told = dict(line.split(":") for line in lines)
    return {name: int(told[name].split()[0]) for name in names}


def growth() -> int:
    """KiB of kernel memory that may be more at the end."""
    kept = memory("MemTotal")["MemTotal"] // KEPT if kmemleak.available() else 0
    return GROWTH + kept


class Soak:
    """Pairs between namespaces, and what is done to them."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.done: Counter[str] = Counter()
        self.frames = 0
        self.namespaces = Namespaces()
        self.places = [self.namespaces("soak", quiet=True) for _ in range(PLACES)]
        self.pairs: dict[int, Pair] = {}
        for number in range(PAIRS):
            self.make(number)

    def place(self) -> Netns:
        """One of the namespaces."""
        return self.random.choice(self.places)

    def make(self, number: int) -> None:
        """Make a pair of this number."""
        choose = self.random.choice
        near, far = (
            Make(
                name=f"{side}{number}",
                ns=self.place(),
                tx_queues=QUEUES,
                rx_queues=QUEUES,
                options=Options(
                    tx_ring=choose((64, 512, 4096)), rx_ring=choose((64, 512, 4096))
                ),
            )
            for side in ("a", "b")
        )
        self.pairs[number] = link.make_pair(near, far).up()

    def again(self, number: int, _: Link) -> None:
        """Delete a pair and make another."""
        pair = self.pairs[number]
        self.count_frames(pair)
        self.random.choice((pair.a, pair.b)).delete()
        self.make(number)

    def count_frames(self, pair: Pair) -> None:
        """Take over how many frames a pair received before it goes."""
        self.frames += sum(end.xstats()["rx_frames"] for end in pair)

    def resize(self, _: int, device: Link) -> None:
        """Other rings."""
        sizes = self.random.choices((64, 128, 1024, 8192), k=2)
        device.set(Options(tx_ring=sizes[0], rx_ring=sizes[1]))

    def channels(self, _: int, device: Link) -> None:
        """Other queues."""
        set_channels(device, *self.random.choices(range(1, QUEUES + 1), k=2))

    def moderate(self, _: int, device: Link) -> None:
        """Other moderation and flow control."""
        choose = self.random.choice
        device.set(
            Options(
                rx_usecs=choose((0, 20, 500)),
                tx_usecs=choose((0, 20, 500)),
                adaptive_rx=choose((False, True)),
                rx_pause=choose((False, True)),
                tx_pause=choose((False, True)),
            )
        )

    def fail(self, _: int, device: Link) -> None:
        """A queue fails, or all are well; the first never, it may be the only one."""
        failed = dict.fromkeys(range(QUEUES), False)
        failed[self.random.randrange(1, QUEUES)] = self.random.choice((False, True))
        device.set(Options(failed=failed))

    def spread(self, _: int, device: Link) -> None:
        """A queue goes to a CPU, or to any."""
        queue = self.random.randrange(QUEUES)
        device.set(Options(queues={queue: self.random.randrange(-1, possible_cpus())}))

    def generate(self, _: int, device: Link) -> None:
        """The generator runs, or stops."""
        device.generate(
            Gen(
                enable=self.random.choice((False, True)),
                rate=self.random.choice((100, 5000, 100_000)),
            )
        )

    def bounce(self, _: int, device: Link) -> None:
        """Down and up."""
        device.down()
        device.up()

    def move(self, _: int, device: Link) -> None:
        """To another namespace, where it is set up."""
        device.move(self.place())
        device.up()

    def flood(self, number: int, device: Link) -> None:
        """Frames, as many as there is time for, while its rings change."""
        device.wait_carrier()
        with Flood(device):
            self.resize(number, device)

    def read(self, _: int, device: Link) -> None:
        """All there is to read."""
        link.dump(device.ns)
        stats(device)

    def step(self) -> None:
        """Do one thing to one device."""
        actions: list[Callable[[int, Link], None]] = [
            self.again, self.resize, self.channels, self.moderate, self.fail,
            self.spread, self.generate, self.bounce, self.move, self.flood,
            self.flood, self.read,
        ]  # fmt: skip
        action = self.random.choice(actions)
        number = self.random.randrange(PAIRS)
        pair = self.pairs[number]
        device = self.random.choice((pair.a, pair.b))
        try:
            action(number, device)
        except OSError as error:
            if error.errno != errno.EBUSY:  # a ring does not drain in time
                raise
            self.done[f"{action.__name__}: {error}"] += 1
        else:
            self.done[action.__name__] += 1

    def end(self) -> None:
        """Let all come to rest, account for every frame, delete all."""
        for pair in self.pairs.values():
            pair.up()
        self.namespaces.assert_conserved()
        for pair in self.pairs.values():
            self.count_frames(pair)
        self.namespaces.remove()


def look(soak: Soak, began: float, start: dict[str, int]) -> None:
    """Print the line of a minute."""
    now = memory(*MEMORY)
    figures = " ".join(
        f"{name} {kib >> 10}({kib - start[name] >> 10:+})" for name, kib in now.items()
    )
    minute = (time.monotonic() - began) / 60
    print(
        f"{minute:6.1f} min  {sum(soak.done.values()):7} done  {figures} MiB  "
        f"{len(os.listdir('/proc/self/fd'))} files",
        flush=True,
    )


def run(hours: float, seed: int) -> list[str]:
    """Soak; return what was wrong."""
    log = KernelLog()
    module.reload()
    if kmemleak.available():
        kmemleak.forget()
    soak, began = Soak(seed), time.monotonic()
    start, minute = memory(*MEMORY), 1
    wrong: list[str] = []
    while (past := time.monotonic() - began) < hours * 3600 and not wrong:
        try:
            soak.step()
        except Exception:
            wrong.append(traceback.format_exc())
        if past >= 60 * minute:
            if minute == 1:  # what is allocated once is there
                start = memory(*MEMORY)
            look(soak, began, start)
            minute += 1
            wrong += log.complaints()
    try:
        soak.end()
    except Exception:
        wrong.append(traceback.format_exc())
    module.unload()
    wrong += log.complaints()
    if kmemleak.available():
        wrong += kmemleak.leaks(wait=True).splitlines()
    left = memory(*MEMORY)
    for name in ("SUnreclaim", "VmallocUsed", "Percpu"):
        if left[name] - start[name] > growth():
            wrong.append(f"{name} has grown: {start[name]} to {left[name]} KiB")
    for action, times in sorted(soak.done.items()):
        print(f"{times:8} {action}")
    print(f"{soak.frames:8} frames received by devices that were there to the end")
    return wrong


def main() -> int:
    """Run as a program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=None)
    told = parser.parse_args()
    seed = time.time_ns() if told.seed is None else told.seed
    print(f"soak: {told.hours:g} hours, --seed {seed}, Linux {os.uname().release}")
    wrong = run(told.hours, seed)
    for line in wrong:
        print(line)
    print("soak: FAILED" if wrong else "soak: all is well", flush=True)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
