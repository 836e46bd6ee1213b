# SPDX-License-Identifier: GPL-2.0-or-later
"""The rows of the benchmark, by their letters."""

from bench.row import Row
from bench.rows import (
    apart,
    bursts,
    forwarding,
    generator,
    goodput,
    growth,
    life,
    moderation,
    oneway,
    queueing,
    sharing,
    single,
    streams,
    transactions,
)

ROWS: tuple[Row, ...] = (
    single.ROW,
    bursts.ROW,
    transactions.ROW,
    streams.ROW,
    goodput.ROW,
    goodput.SLOW,
    forwarding.ROW,
    queueing.ROW,
    oneway.ONE,
    oneway.TWO,
    growth.ROW,
    apart.ROW,
    life.ROW,
    sharing.LOCKED_ROW,
    sharing.LINES_ROW,
    generator.ROW,
    generator.MANY,
    moderation.ROW,
)

BY_KEY = {row.key: row for row in ROWS}
