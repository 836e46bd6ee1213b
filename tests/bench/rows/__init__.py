# SPDX-License-Identifier: GPL-2.0-or-later
"""The rows of the benchmark, by their letters."""

from bench.row import Row
from bench.rows import (
    bursts,
    forwarding,
    growth,
    life,
    single,
    streams,
    transactions,
)

ROWS: tuple[Row, ...] = (
    single.ROW,
    bursts.ROW,
    transactions.ROW,
    streams.ROW,
    forwarding.ROW,
    growth.ROW,
    life.ROW,
)

BY_KEY = {row.key: row for row in ROWS}
