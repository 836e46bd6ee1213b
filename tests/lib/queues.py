# SPDX-License-Identifier: GPL-2.0-or-later
"""Queues: choosing one, what they have counted, and their watchdog."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lib import genl
from lib.cpus import is_smp
from lib.ethtool import stats
from lib.link import Link


def by_priority(device: Link, queues: int) -> None:
    """Have mqprio put each priority on a TX queue of its own."""
    spread = " ".join(str(min(i, queues - 1)) for i in range(16))
    sizes = " ".join(f"1@{i}" for i in range(queues))
    mqprio = f"mqprio num_tc {queues} map {spread} queues {sizes} hw 0"
    tc = f"tc qdisc replace dev {device.name} root {mqprio}"
    device.ns.run(tc.split())


def timeouts(device: Link, queue: int = 0) -> int:
    """How often the core's watchdog found a TX queue stopped for too long."""
    queues = device.ns.sys / "class/net" / device.name / "queues"
    return int((queues / f"tx-{queue}/tx_timeout").read_text())


def by_destination(device: Link, chosen: dict[str, int]) -> None:
    """Have frames to a MAC address take a TX queue; others go as ever.

    A queue that is not in use is not taken. It holds until the device is moved.
    """
    name = device.name
    commands = [f"qdisc add dev {name} clsact"]
    commands += [
        f"filter add dev {name} egress protocol all prio {number} u32 "
        f"match ether dst {mac} action skbedit queue_mapping {queue}"
        for number, (mac, queue) in enumerate(chosen.items(), 1)
    ]
    device.ns.run(["tc", "-batch", "-"], stdin="\n".join(commands) + "\n")


def queue_counts(device: Link) -> tuple[int, int]:
    """How many TX and RX queues a device can have, by its channels.

    Its attributes say the same; with kernels for one CPU, not of the latter.
    """
    shown, info = genl.channels(device), device.info()
    assert info.num_tx_queues == shown["tx_max"]
    assert info.num_rx_queues == (shown["rx_max"] if is_smp() else 1)
    return shown["tx_max"], shown["rx_max"]


def frames(device: Link, side: str = "tx") -> list[int]:
    """The frames that each queue of a side has counted."""
    counts, number = stats(device), queue_counts(device)[side == "rx"]
    return [counts.get(f"{side}{i}_frames", 0) for i in range(number)]


@contextmanager
def first_in_first_out() -> Iterator[None]:
    """Have devices that are set up get pfifo.

    A qdisc that looks after delay drops frames that a still receiver kept long, and
    one with queues or bands sends frames in another order.
    """
    setting = Path("/proc/sys/net/core/default_qdisc")
    before = setting.read_text()
    setting.write_text("pfifo")
    try:
        yield
    finally:
        setting.write_text(before)
