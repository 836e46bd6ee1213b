# SPDX-License-Identifier: GPL-2.0-or-later
"""Something that makes receiving slow."""

from bench.command import run_in
from bench.device import End
from bench.flood import PORT


def add(end: End, rules: int, *, drop: bool) -> None:
    """Have every frame tried against so many rules that do not match; drop
    what belongs to a flood in the end, or let it pass."""
    last = f"udp dport {PORT} drop" if drop else "accept"
    lines = [
        "table ip bench {",
        "chain slow { type filter hook prerouting priority 0;",
        *(f"ip saddr 198.18.{i >> 8}.{i & 255} drop" for i in range(rules)),
        last,
        "}",
        "}",
    ]
    run_in(end.ns, "nft", "-f", "-", stdin="\n".join(lines))
