# SPDX-License-Identifier: GPL-2.0-or-later
"""The plugin asks of ip only what ip exports, in each suite."""

from __future__ import annotations

import shutil
import subprocess
import unittest
from pathlib import Path

from support import IP, OUT, ip

EXPORTS = Path(__file__).resolve().parent / "exports"
PLUGIN_SO = OUT / "link_vnet.so"


def symbols(program: Path | str, which: str) -> list[tuple[str, str]]:
    """Kind and name of the dynamic symbols, without versions."""
    lines = subprocess.run(["nm", "-D", f"--{which}-only", str(program)],
                           capture_output=True, text=True, check=True).stdout
    words = [line.split()[-2:] for line in lines.splitlines()]
    return [(kind, name) for kind, name in words]


class Symbols(unittest.TestCase):
    def wanted(self) -> set[str]:
        """What the plugin takes from elsewhere, but for the C library."""
        names = {name for kind, name in symbols(PLUGIN_SO, "undefined")
                 if kind == "U" and "@GLIBC" not in name}
        self.assertIn("iplink_parse", names)
        return names

    def test_exports_of_each_suite(self) -> None:
        for suite in ("debian-12", "debian-13"):
            with self.subTest(suite):
                lines = (EXPORTS / suite).read_text().splitlines()
                self.assertLessEqual(self.wanted(), set(lines))

    def test_exports_of_this_ip(self) -> None:
        program = shutil.which(IP)
        assert program
        exported = {name for _, name in symbols(program, "defined")}
        self.assertLessEqual(self.wanted(), exported)

    def test_gives_nothing_but_itself(self) -> None:
        self.assertEqual([name for _, name in symbols(PLUGIN_SO, "defined")],
                         ["vnet_link_util"])

    def test_is_loaded(self) -> None:
        """With all symbols resolved at once; ip would go on without it."""
        self.assertIn("type vnet", ip("link", "help", "vnet").out)
