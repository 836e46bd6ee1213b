# SPDX-License-Identifier: GPL-2.0-or-later
"""The pair of devices that a test finds: one end here, one in a netns."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kselftest.catalog import Test

REMOTE = "ksft"
LOCAL_END, REMOTE_END = "ksft0", "ksft1"
THERE = ("ip", "netns", "exec", REMOTE)
QUEUES = 64
"""As many as any of the tests asks for, and what stats.py goes up to."""

ENVIRONMENT = {
    "NETIF": LOCAL_END,
    "LOCAL_V4": "198.51.100.1",
    "REMOTE_V4": "198.51.100.2",
    "LOCAL_V6": "2001:db8:1::1",
    "REMOTE_V6": "2001:db8:1::2",
    "REMOTE_TYPE": "netns",
    "REMOTE_ARGS": REMOTE,
}
"""Not the networks that the tests give their tunnels."""

ROOMY_RING = 2048
"""Descriptors: more than what a test sends at a time."""
ROOMY_SOCKET = 8 << 20
"""Bytes that a socket may ask for, so that it holds as much."""
SOCKET_LIMIT = Path("/proc/sys/net/core/wmem_max")


class SetupError(Exception):
    """A command that prepares a device failed."""


def _run(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode:
        raise SetupError(f"{' '.join(words)}: {done.stderr.strip()}")


def _there(*words: str) -> None:
    _run(*THERE, *words)


def _make(kind: str) -> None:
    many = ["numtxqueues", str(QUEUES), "numrxqueues", str(QUEUES)]
    _run("ip", "netns", "add", REMOTE)
    _there("ip", "link", "set", "lo", "up")
    _run(
        *["ip", "link", "add", LOCAL_END, *many, "type", kind],
        *["peer", "name", REMOTE_END, *many, "netns", REMOTE],
    )
    for end, where, call in (
        (LOCAL_END, "LOCAL", _run),
        (REMOTE_END, "REMOTE", _there),
    ):
        call("sysctl", "-qw", f"net/ipv6/conf/{end}/keep_addr_on_down=1")
        call("ip", "address", "add", ENVIRONMENT[f"{where}_V4"] + "/24", "dev", end)
        call(
            *["ip", "address", "add", ENVIRONMENT[f"{where}_V6"] + "/64"],
            *["dev", end, "nodad"],
        )


def _use(kind: str, test: Test) -> None:
    """Have so many queues in use; those of veth are no pairs."""
    sides = ("rx", "tx") if kind == "veth" else ("combined",)
    words = [word for side in sides for word in (side, str(test.queues))]
    for call, end in ((_run, LOCAL_END), (_there, REMOTE_END)):
        call("ethtool", "-L", end, *words)


def _together(usecs: int) -> list[list[str]]:
    """Let frames wait for so long; neither a ring nor BQL holds them up before."""
    ring = str(ROOMY_RING)
    return [
        ["ethtool", "-C", LOCAL_END, "rx-usecs", str(usecs)],
        ["ethtool", "-G", LOCAL_END, "rx", ring],
        [*THERE, "ethtool", "-G", REMOTE_END, "tx", ring],
        [*THERE, "tc", "qdisc", "replace", "dev", REMOTE_END, "root", "noqueue"],
    ]


@contextmanager
def _roomy_sockets(wanted: bool) -> Iterator[None]:
    """Let sockets hold what is sent at a time, for a while."""
    before = SOCKET_LIMIT.read_text()
    if wanted:
        SOCKET_LIMIT.write_text(str(ROOMY_SOCKET))
    try:
        yield
    finally:
        SOCKET_LIMIT.write_text(before)


def _prepare(test: Test) -> list[str]:
    """Set a vnet pair up as a test wants it; what is refused, as text."""
    cpus = os.cpu_count() or 1
    wanted = []
    if test.cpus:
        wanted.append(["ip", "link", "set", LOCAL_END, "type", "vnet", "irq", "on"])
        for queue in range(test.queues):
            wanted.append(
                ["ip", "link", "set", LOCAL_END, "type", "vnet"]
                + ["queue", str(queue), "cpu", str(queue % cpus)]
            )
    if test.hashing:
        wanted.append(["ethtool", "-K", LOCAL_END, "receive-hashing", "on"])
    if test.wire:
        wanted.append(
            [*THERE, "ethtool", "-K", REMOTE_END]
            + ["rx-gro-hw", "off", "rx-checksum", "off"]
        )
    if test.together:
        wanted += _together(test.together)
    refused = []
    for words in wanted:
        try:
            _run(*words)
        except SetupError as error:
            refused.append(str(error))
    return refused


def _up() -> None:
    _run("ip", "link", "set", LOCAL_END, "up")
    _there("ip", "link", "set", REMOTE_END, "up")


def _clean() -> None:
    """Remove the devices, and what a test may have left of its own."""
    subprocess.run(["ip", "link", "delete", LOCAL_END], capture_output=True)
    subprocess.run(["ip", "netns", "delete", REMOTE], capture_output=True)


@contextmanager
def pair(kind: str, test: Test) -> Iterator[list[str]]:
    """Make a pair of such devices; what could not be set up for the test."""
    _clean()
    if test.module:
        _run("modprobe", test.module)
    _make(kind)
    try:
        _use(kind, test)
        refused = _prepare(test) if kind == "vnet" else []
        _up()
        with _roomy_sockets(kind == "vnet" and test.together > 0):
            yield refused
    finally:
        _clean()
