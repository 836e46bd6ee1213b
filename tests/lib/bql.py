# SPDX-License-Identifier: GPL-2.0-or-later
"""BQL as an administrator sees it."""

from pathlib import Path

from lib.link import Link


def _queues(device: Link) -> list[Path]:
    queues = device.ns.sys / "class/net" / device.name / "queues"
    return sorted(queues.glob("tx-*/byte_queue_limits"))


def unlimited(device: Link) -> None:
    """Have BQL allow any number of bytes, so that the ring is the limit."""
    for queue in _queues(device):
        (queue / "limit_min").write_text("100000000", encoding="ascii")


def limited(device: Link, limit: int) -> None:
    """Have BQL allow just so many bytes, whatever it may have learnt."""
    for queue in _queues(device):
        for name in ("limit_max", "limit_min", "limit"):
            (queue / name).write_text(str(limit), encoding="ascii")


def inflight(device: Link) -> int:
    """Bytes that are charged and not yet completed, of all queues."""
    figures = [(queue / "inflight").read_text() for queue in _queues(device)]
    return sum(int(figure) for figure in figures)


def limits(device: Link) -> list[int]:
    """Bytes that BQL lets each queue have in flight, as it has learnt."""
    return [int((queue / "limit").read_text()) for queue in _queues(device)]
