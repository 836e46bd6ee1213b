#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the plugin as a patch for an iproute2 source tree.

usage: make-patch.py TREE PATCH

The patch is for the version in TREE and applies with "patch -p1". It is made
of the same sources, headers and man page; TREE is not changed.
"""

from __future__ import annotations

import difflib
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
HEADER = HERE.parent / "kmod/include/uapi/linux/if_link_vnet.h"

# what becomes of link_vnet.c, and of the sources beside it
PART = "ip/iplink_vnet{}.c"

MAN_TYPE = """\
.B vnet
- Network card whose wire is memory
.sp
"""

MAN_SUPPORT = """\
.TP
VNET Type Support
For a link of type
.I VNET
see
.BR ip-link-vnet (8).

"""


class AnchorError(Exception):
    """The tree has changed where an edit is to go."""


def insert(text: str, where: str, new: str) -> str:
    """Put lines in front of the only place that matches."""
    found = list(re.finditer(where, text, flags=re.M))
    if len(found) != 1:
        raise AnchorError(f"{where!r} is there {len(found)} times, not once")
    at = found[0].start()
    return text[:at] + new + text[at:]


def parts() -> dict[str, str]:
    """The sources, by the names that they have among those of ip."""
    return {
        PART.format("" if path.stem == "link_vnet" else f"_{path.stem}"):
        path.read_text() for path in HERE.glob("*.c")
    }


def makefile(text: str) -> str:
    objects = [f"{Path(name).stem}.o " for name in sorted(parts())]
    return insert(text, r"(?<= )link_veth\.o ", "".join(objects))


def usage(text: str) -> str:
    return insert(text, r'(?<=vlan \| )vrf \| vti .*\\n"$', "vnet | ")


def man(text: str) -> str:
    text = insert(text, r'^\.BR vrf " \|"$', '.BR vnet " |"\n')
    text = insert(text, r"^\.BR vrf\n- ", MAN_TYPE)
    text = insert(text, r"^\.TP\nVXLAN Type Support$", MAN_SUPPORT)
    return insert(text, r"(?<=^\.SH SEE ALSO\n\.br\n\.BR ip \(8\),\n)",
                  ".BR ip-link-vnet (8),\n")


def header() -> str:
    """As "make headers_install" of the kernel would leave it."""
    return HEADER.read_text().replace("_UAPI_LINUX_", "_LINUX_")


def diff(name: str, old: str | None, new: str) -> str:
    lines = difflib.unified_diff(
        old.splitlines(keepends=True) if old is not None else [],
        new.splitlines(keepends=True),
        f"a/{name}" if old is not None else "/dev/null", f"b/{name}")
    return "".join(lines)


def main() -> int:
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    tree, patch = map(Path, sys.argv[1:])
    if not (tree / "ip/iplink.c").is_file():
        print(f"{tree} is not an iproute2 source tree", file=sys.stderr)
        return 1

    added = {
        "include/uapi/linux/if_link_vnet.h": header(),
        "man/man8/ip-link-vnet.8": (HERE / "ip-link-vnet.8").read_text(),
        **{f"ip/{path.name}": path.read_text() for path in HERE.glob("*.h")},
        **parts(),
    }
    edited = {
        "ip/Makefile": makefile,
        "ip/iplink.c": usage,
        "man/man8/ip-link.8.in": man,
    }
    diffs = {name: diff(name, None, text) for name, text in added.items()}
    for name, edit in edited.items():
        text = (tree / name).read_text()
        try:
            diffs[name] = diff(name, text, edit(text))
        except AnchorError as error:
            print(f"{tree / name}: {error}", file=sys.stderr)
            return 1
    patch.write_text("".join(diffs[name] for name in sorted(diffs)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
