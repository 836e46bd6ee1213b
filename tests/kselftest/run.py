# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the tests in a guest, one after the other, each with a pair of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kselftest import device, ktap, specs
from kselftest.catalog import TESTS, Test
from kselftest.ktap import Case

INSTALLED = Path("/usr/lib/kselftest")
KERNEL_SPEC = INSTALLED / "net/lib/specs/rt-link.yaml"
OWN_SPEC = Path(__file__).parents[2] / "docs/netlink/rt-link-vnet.yaml"
GRACE = 20
"""Seconds that a test has to clean up after it was told to end."""


@dataclass
class Output:
    """What a test printed, and how it ended."""

    text: str
    status: int
    late: bool


def _path() -> str:
    """Where the tests find programs: newer ones than the guest's come first."""
    return f"{Path(__file__).parent / 'bin'}:{os.environ['PATH']}"


def _execute(test: Test) -> Output:
    path = INSTALLED / test.name
    log = Path("/tmp/output")
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(path)],
            cwd=path.parent,
            env={**os.environ, **device.ENVIRONMENT, "PATH": _path()},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        late = False
        try:
            process.wait(test.seconds)
        except subprocess.TimeoutExpired:
            late = True
            process.terminate()
            try:
                process.wait(GRACE)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        status = process.wait()
    return Output(log.read_text(errors="replace"), status, late)


def _cases(test: Test, output: Output) -> list[Case]:
    stem = Path(test.name).stem
    cases = ktap.parse(output.text, stem)
    if output.late:
        cases.append(
            Case("(time)", "fail", f"did not end within {test.seconds} seconds")
        )
    elif output.status and all(case.result != "fail" for case in cases):
        cases.append(Case("(status)", "fail", f"ended with status {output.status}"))
    return cases


class Results:
    """The results of a device, in a file that outlives the guest."""

    def __init__(self, kind: str, directory: Path) -> None:
        self._partial = directory / f"{kind}.partial"
        self._whole = directory / f"{kind}.json"
        self._found: dict[str, list[dict[str, str]]] = {}
        if self._partial.exists():
            self._found = json.loads(self._partial.read_text())

    def has(self, test: Test) -> bool:
        return test.name in self._found

    def put(self, test: Test, cases: Sequence[Case]) -> None:
        self._found[test.name] = [case.as_dict() for case in cases]
        self._write(self._partial, self._found)

    def finish(self) -> None:
        """Put the results of this run in the place of earlier ones."""
        whole = {}
        if self._whole.exists():
            whole = json.loads(self._whole.read_text())
        self._write(self._whole, {**whole, **self._found})

    @staticmethod
    def _write(path: Path, found: dict[str, list[dict[str, str]]]) -> None:
        new = path.with_suffix(".new")
        new.write_text(json.dumps(found, indent=1) + "\n")
        new.rename(path)


def _summary(cases: Sequence[Case]) -> str:
    kinds = ("pass", "fail", "skip", "xfail")
    counts = {kind: sum(case.result == kind for case in cases) for kind in kinds}
    return " ".join(f"{kind} {count}" for kind, count in counts.items() if count)


def _chosen(names: Sequence[str]) -> list[Test]:
    known = {test.name: test for test in TESTS}
    for name in names:
        if name not in known:
            there = " ".join(known)
            raise SystemExit(f"kselftest: there is no {name}; there are: {there}")
    return [known[name] for name in names] if names else list(TESTS)


def main(kind: str, directory: Path, names: Sequence[str]) -> int:
    tests = _chosen(names)
    results = Results(kind, directory)
    specs.add_vnet(KERNEL_SPEC, OWN_SPEC)
    for number, test in enumerate(tests, 1):
        if results.has(test):
            continue
        # stays if the guest dies
        results.put(test, [Case("(guest)", "fail", "the guest died of it")])
        print(f"[{kind} {number}/{len(tests)}] {test.name} ", end="", flush=True)
        start = time.monotonic()
        with device.pair(kind, test) as refused:
            output = _execute(test)
        cases = _cases(test, output)
        log = directory / f"{kind}-{test.name.replace('/', '-')}.log"
        said = "".join(f"# not set up: {text}\n" for text in refused)
        log.write_text(said + output.text)
        results.put(test, cases)
        seconds = time.monotonic() - start
        print(f"{_summary(cases)} ({seconds:.0f} s)", flush=True)
        for text in refused:
            print(f"    not set up: {text}", file=sys.stderr)
    results.finish()
    return 0
