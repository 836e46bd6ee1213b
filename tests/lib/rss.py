# SPDX-License-Identifier: GPL-2.0-or-later
"""Receive-side scaling: what is set, and where frames of flows come in."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pytest

from lib.ethtool import RefusedError, ethtool
from lib.flows import Flow
from lib.link import Link, Pair
from lib.tracing import Handed, handed_to_the_stack
from lib.traffic import ETH_P_ALL, Receiver, Sender

KEY_LEN = 52


@dataclass(frozen=True)
class Rss:
    """What ``ethtool -x`` shows."""

    table: tuple[int, ...]
    key: bytes
    functions: dict[str, bool]

    def queue(self, number: int) -> int:
        """Where a frame of this hash goes to."""
        return self.table[number % len(self.table)]


def show(device: Link, context: int = 0) -> Rss:
    """``ethtool -x DEVICE [context N]``."""
    words = ["context", str(context)] if context else []
    text = ethtool(device, "-x", *words)
    rows = re.findall(r"^\s*\d+:((?:\s+\d+)+)$", text, re.MULTILINE)
    key = re.search(r"RSS hash key:\n([0-9a-f:]+)\n", text)
    functions = re.findall(r"^\s+([\w-]+): (on|off)$", text, re.MULTILINE)
    assert key is not None, text
    return Rss(
        tuple(int(entry) for row in rows for entry in row.split()),
        bytes.fromhex(key[1].replace(":", "")),
        {name: value == "on" for name, value in functions},
    )


def spelled(key: bytes) -> str:
    """A key as ethtool wants it, filled up with zeros."""
    return key.ljust(KEY_LEN, b"\0").hex(":")


def send(pair: Pair, flows: Iterable[Flow]) -> list[Handed]:
    """Send a frame of each flow, one by one; how b has handed each on."""
    return send_frames(pair, (flow.frame(pair.b) for flow in flows))


def send_frames(pair: Pair, frames: Iterable[bytes]) -> list[Handed]:
    """Send frames one by one; how b has handed each on."""
    with (
        handed_to_the_stack() as trace,
        Receiver(pair.b, ETH_P_ALL) as receiver,
        Sender(pair.a) as sender,
    ):
        for count, frame in enumerate(frames, 1):
            sender.send_frame(frame)
            receiver.take(1)
        handed = trace.handed(pair.b)
    assert len(handed) == count
    return handed


def queues_of(pair: Pair, flows: Iterable[Flow]) -> list[int]:
    """The RX queue of b that a frame of each flow comes in on."""
    return [handed.queue for handed in send(pair, flows)]


def new_context(device: Link, *words: str) -> int:
    """``ethtool -X DEVICE context new [WORDS]``; its number."""
    try:
        told = ethtool(device, "-X", "context", "new", *words)
    except RefusedError as refused:
        if "not supported" in str(refused):
            pytest.skip(
                "this kernel does not keep RSS contexts for the driver "
                f"(create_rxfh_context): {refused}"
            )
        raise
    return int(told.split()[-1])
