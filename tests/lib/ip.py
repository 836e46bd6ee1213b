# SPDX-License-Identifier: GPL-2.0-or-later
"""The stock ip of this distribution, with the plugin."""

import json
from typing import Any

from lib import build
from lib.netns import Netns
from lib.run import attempt, run


def environment() -> dict[str, str]:
    """What makes ip find the plugin that was built."""
    return {"IP_LIB_DIR": str(build.product("link_vnet.so").parent)}


def ip(ns: Netns, words: str) -> str:
    """Run ip with the plugin in a namespace; it has to succeed."""
    with ns.entered():
        return run(["ip", *words.split()], env=environment())


def ip_refused(ns: Netns, words: str) -> str:
    """Run ip with the plugin; it has to fail. What it complained of."""
    with ns.entered():
        done = attempt(["ip", *words.split()], env=environment())
    assert done.returncode, f"ip {words} succeeded"
    return done.stderr


def shown(ns: Netns, name: str, *flags: str) -> dict[str, Any]:
    """``ip -j -d link show``, as a program reads it."""
    words = ["-j", "-d", *flags, "link", "show", name]
    (found,) = json.loads(ip(ns, " ".join(words)))
    assert isinstance(found, dict)
    return found
