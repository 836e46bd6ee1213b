#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the tests of this directory, or those named, and counts them."""

from __future__ import annotations

import sys
import unittest
from pathlib import Path
from typing import Any


class Result(unittest.TextTestResult):
    """Also counts what passed; unittest has skipped tests among those run."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.passed = 0

    def addSuccess(self, test: unittest.TestCase) -> None:  # noqa: N802
        super().addSuccess(test)
        self.passed += 1


def main() -> int:
    here = Path(__file__).resolve().parent
    loader = unittest.TestLoader()
    if sys.argv[1:]:
        sys.path.insert(0, str(here))
        suite = loader.loadTestsFromNames(sys.argv[1:])
    else:
        suite = loader.discover(str(here))
    runner = unittest.TextTestRunner(sys.stdout, resultclass=Result,
                                     verbosity=2)
    result = runner.run(suite)
    assert isinstance(result, Result)
    # a test with several parts that fail is one test
    failed = {str(getattr(test, "test_case", test))
              for test, _ in result.failures + result.errors}
    for skipped, reason in result.skipped:
        print(f"skipped {skipped}: {reason}")
    print(f"{result.passed} passed, {len(failed)} failed")
    return 1 if failed or not result.passed else 0


if __name__ == "__main__":
    sys.exit(main())
