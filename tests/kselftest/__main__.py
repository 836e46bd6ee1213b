# SPDX-License-Identifier: GPL-2.0-or-later
"""usage: kselftest run DEVICE DIR [TEST...]
       kselftest table DIR PAGE

``run`` runs the kernel's tests with a pair of DEVICE (vnet or veth) and keeps logs
and results in DIR; in a guest. ``table`` makes DIR/kselftest.md of all results, of what
there are none of as PAGE tells it, and fails if vnet did not pass what it should.
"""

import sys
from pathlib import Path

from kselftest import run, table


def main(words: list[str]) -> int:
    if len(words) >= 3 and words[0] == "run":
        return run.main(words[1], Path(words[2]), words[3:])
    if len(words) == 3 and words[0] == "table":
        return table.main(Path(words[1]), Path(words[2]))
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
