# SPDX-License-Identifier: GPL-2.0-or-later
"""Random attributes and words, under the sanitizers."""

from __future__ import annotations

import subprocess
import unittest

from support import OUT


class Fuzz(unittest.TestCase):
    def test_random_input(self) -> None:
        done = subprocess.run([OUT / "tests/fuzz"], capture_output=True,
                              text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_saved_inputs(self) -> None:
        for target in ("print", "options"):
            with self.subTest(target):
                done = subprocess.run([OUT / f"tests/fuzz-{target}"],
                                      capture_output=True, text=True,
                                      check=False)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
