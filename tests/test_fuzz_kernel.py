# SPDX-License-Identifier: GPL-2.0-or-later
"""A dose of what make fuzz-kernel does: the same messages each time.

Bad ones among good ones, with traffic, while devices come, change and go. What is
wrong shows in the kernel's log, or as devices that do not go.
"""

import re

from lib import build, module
from lib.run import run

SEED = 6
MESSAGES = 6000
SECONDS = 30


def test_messages_good_and_bad() -> None:
    with module.only("8021q"):
        printed = run(
            [
                str(build.product("fuzz-kernel")),
                "--seed", str(SEED),
                "--messages", str(MESSAGES),
                "--seconds", str(SECONDS),
            ]
        )  # fmt: skip
    figures = re.findall(
        r"(\d+) messages: (\d+) accepted, (\d+) refused", printed
    )
    messages, accepted, refused = map(int, figures[-1])
    print(printed)
    assert messages > 100
    assert accepted > messages // 10
    assert refused > messages // 10
