# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/kselftest.md, from the results of both devices."""

import json
from collections.abc import Sequence
from pathlib import Path

from kselftest import page
from kselftest.catalog import TESTS, Test, excuse
from kselftest.device import ROOMY_RING, ROOMY_SOCKET
from kselftest.page import Cases

HEAD = """<!-- SPDX-License-Identifier: GPL-2.0-or-later -->
<!-- made by make test-kselftest -->
# The kernel's own driver tests

`make test-kselftest` builds tools/testing/selftests/drivers/net and its directory hw
from Debian's linux-source-7.2 and runs them in a guest with Linux 7.2 and four CPUs:
each with a fresh pair, whose one end is the device under test and whose other end, in
a netns, is the remote. Both ends were made with 64 queues, of which four are in use
unless said otherwise. Beside vnet stands veth, with the same tests on the same kernel.
`make test-kselftest TESTS=drivers/net/stats.py DEVICES=vnet` runs a part of it, and
leaves this page alone, but with `UPDATE=1` puts the results in; what a test printed is
in build/kselftest.

The tests read links by the kernel's specification of rtnetlink, in which vnet is not
described; the run adds what [docs/netlink](netlink/) says. Debian's ethtool prints no
channels as JSON, which some tests want; a script before it does. IPv6 addresses stay
when a device goes down (`keep_addr_on_down`). Traffic of iperf3 has the lowest
priority, since a test's own commands have 20 seconds each. What toeplitz.py has socat
send comes eight times: it waits four seconds for ten frames, and an emulated machine
does not start so many programs in that time. What else is set up for a test before it
starts, of a vnet pair (a test sets what else it needs, and undoes it):

| test | set up |
|-|-|
{setups}

A case that vnet does not pass has the kernel's own line behind it, and a reason if it
is not expected to pass. `-`: there is no such case.

| test | vnet | veth |
|-|-|-|
{totals}
"""


def _load(directory: Path, kind: str) -> dict[str, Cases]:
    path = directory / f"{kind}.json"
    if not path.exists():
        return {}
    return {
        test: {case["name"]: case for case in cases}
        for test, cases in json.loads(path.read_text()).items()
    }


def _setup(test: Test) -> str:
    parts = []
    if test.queues != 4:
        parts.append(f"{test.queues} queues in use")
    if test.cpus:
        parts.append("`irq on`, each queue with a CPU of its own (`queue N cpu N`)")
    if test.hashing:
        parts.append("`receive-hashing on`")
    if test.together:
        parts.append(
            f"`rx-usecs {test.together}`, `rx_ring {ROOMY_RING}`, the remote's "
            f"`tx_ring {ROOMY_RING}`, no qdisc there, "
            f"`net.core.wmem_max={ROOMY_SOCKET}`"
        )
    if test.module:
        parts.append(f"the module {test.module} is loaded")
    if test.wire:
        parts.append("the remote's `rx-gro-hw off rx-checksum off`")
    return ", ".join(parts)


def _totals(cases: Cases) -> str:
    counts: dict[str, int] = {}
    for case in cases.values():
        counts[case["result"]] = counts.get(case["result"], 0) + 1
    order = ("pass", "fail", "skip", "xfail")
    found = [f"{counts[kind]} {kind}" for kind in order if kind in counts]
    return ", ".join(found) or "-"


def _line(test: Test, name: str, vnet: Cases, veth: Cases) -> str:
    mine, other = vnet.get(name), veth.get(name)
    why = ""
    if mine and mine["result"] != "pass":
        why = f"`{page.cell(mine['line'])}`" if mine["line"] else ""
        reason = excuse(test.name, name)
        if reason:
            why += f" {reason}"
    results = [case["result"] if case else "-" for case in (mine, other)]
    return f"| {name} | {results[0]} | {results[1]} | {why.strip()} |"


def _section(test: Test, vnet: Cases, veth: Cases) -> str:
    names = [*vnet, *(name for name in veth if name not in vnet)]
    lines = [f"## {test.name}", "", "| case | vnet | veth | why |", "|-|-|-|-|"]
    return "\n".join(lines + [_line(test, name, vnet, veth) for name in names])


def _unexpected(test: Test, cases: Cases) -> list[str]:
    return [
        f"{test.name}: {case['name']}: {case['line']}"
        for case in cases.values()
        if case["result"] == "fail" and not excuse(test.name, case["name"])
    ]


def _text(
    tests: Sequence[Test], vnet: dict[str, Cases], veth: dict[str, Cases]
) -> str:
    setups = [f"| {test.name} | {_setup(test)} |" for test in tests if _setup(test)]
    totals = [
        f"| {test.name} | {_totals(vnet.get(test.name, {}))} "
        f"| {_totals(veth.get(test.name, {}))} |"
        for test in tests
    ]
    head = HEAD.format(setups="\n".join(setups), totals="\n".join(totals))
    sections = [
        _section(test, vnet.get(test.name, {}), veth.get(test.name, {}))
        for test in tests
    ]
    return "\n\n".join([head.rstrip(), *sections]) + "\n"


def main(directory: Path, known: Path) -> int:
    """Make the page of the results that there are, and what KNOWN says of others."""
    vnet, veth = _load(directory, "vnet"), _load(directory, "veth")
    said = page.parse(known.read_text())
    tests = [
        test
        for test in TESTS
        if any(test.name in found for found in (vnet, veth, *said.values()))
    ]
    (directory / "kselftest.md").write_text(
        _text(tests, {**said["vnet"], **vnet}, {**said["veth"], **veth})
    )
    bad = [
        line for test in tests for line in _unexpected(test, vnet.get(test.name, {}))
    ]
    passed = sum(
        case["result"] == "pass" for cases in vnet.values() for case in cases.values()
    )
    for line in bad:
        print(f"not passed: {line}")
    print(f"vnet: {passed} passed, {len(bad)} did not and should")
    return 1 if bad else 0
