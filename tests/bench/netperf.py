# SPDX-License-Identifier: GPL-2.0-or-later
"""netperf: a server in one namespace, its client in another."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from lib.netns import Netns

from bench.command import run_in, wait

_PORT = 12865
_LISTEN = "0A"


def _listening(ns: Netns) -> bool:
    with ns.entered():
        text = Path("/proc/thread-self/net/tcp").read_text(encoding="ascii")
    sockets = [line.split() for line in text.splitlines()]
    return any(
        s[1].endswith(f":{_PORT:04X}") and s[3] == _LISTEN for s in sockets
    )


@contextmanager
def server(ns: Netns) -> Iterator[None]:
    """Run netserver for a while."""
    with ns.entered():
        running = subprocess.Popen(
            ["netserver", "-D", "-4", "-p", str(_PORT)],
            stdout=subprocess.DEVNULL,
        )
    try:
        wait(lambda: _listening(ns), "netserver to listen")
        yield
    finally:
        running.terminate()
        running.wait()


def client(
    ns: Netns,
    to: str,
    test: str,
    amount: int,
    outputs: Sequence[str],
    options: Sequence[str] = (),
    cpus: tuple[int, int] = (0, 0),
) -> dict[str, float]:
    """Run a test over so many transactions or bytes; return its figures,
    throughput in kbit/s. Client and server are bound to a CPU each."""
    said = run_in(
        ns,
        *("netperf", "-H", to, "-4", "-p", str(_PORT), "-t", test, "-P", "0"),
        *("-f", "k", "-T", ",".join(map(str, cpus))),
        *("-l", str(-amount), "--", "-k", ",".join(outputs), *options),
    )
    found = dict(
        line.split("=", 1) for line in said.splitlines() if "=" in line
    )
    return {name: float(found[name]) for name in outputs}
