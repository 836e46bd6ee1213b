# SPDX-License-Identifier: GPL-2.0-or-later
"""What tests of command lines have in common."""

from __future__ import annotations

import unittest
from typing import Any

from support import Link, Request, Result, ip


def add(options: str) -> Result:
    return ip("link", "add", "vnet0", "type", "vnet", *options.split())


def change(options: str) -> Result:
    return ip("link", "set", "vnet0", "type", "vnet", *options.split(),
              link=Link())


class ParseTest(unittest.TestCase):
    def request(self, result: Result) -> Request:
        self.assertEqual((result.status, result.err), (0, ""))
        (request,) = result.requests
        return request

    def accepted(self, options: str) -> dict[str, Any]:
        request = self.request(add(options))
        self.assertEqual((request.name, request.kind), ("vnet0", "vnet"))
        return request.options

    def peer(self, options: str) -> Request:
        peer: Request = self.accepted(options)["peer"]
        return peer

    def refused(self, options: str, *why: str) -> None:
        """ip fails, says why in one line, and asks nothing of the kernel."""
        with self.subTest(options):
            result = add(options)
            self.assertNotEqual(result.status, 0)
            self.assertEqual(result.requests, [])
            self.assertEqual(result.out, "")
            self.assertEqual(result.err.count("\n"), 1, result.err)
            for word in why:
                self.assertIn(word, result.err)
