# SPDX-License-Identifier: GPL-2.0-or-later
"""ethtool: the program for what people do, the ioctl for reading counters."""

import array
import fcntl
import json
import re
import socket
import struct
from typing import Any

from lib import qstats
from lib.link import Link
from lib.run import attempt

SIOCETHTOOL = 0x8946
ETHTOOL_GREGS = 0x04
ETHTOOL_GSTRINGS = 0x1B
ETHTOOL_GSTATS = 0x1D
ETHTOOL_GSSET_INFO = 0x37
ETHTOOL_SCHANNELS = 0x3D
ETH_SS_STATS = 1
ETH_GSTRING_LEN = 32
_MOST_REGS = 1 << 16


class RefusedError(Exception):
    """ethtool did not succeed; what it printed."""


def command_over(
    control: socket.socket, name: str, command: "array.array[int]"
) -> None:
    """A command of the ioctl; what it answers comes where it stands."""
    address, _ = command.buffer_info()
    request = struct.pack("16sP16x", name.encode(), address)
    fcntl.ioctl(control, SIOCETHTOOL, request)


def ioctl(link: Link, command: "array.array[int]") -> None:
    """The same, over a socket for this once."""
    with link.ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        command_over(control, link.name, command)


def buffer(head: bytes, extra: int) -> "array.array[int]":
    """A command, and zeros behind it."""
    return array.array("B", head + bytes(extra))


def _count(link: Link) -> int:
    asked = struct.pack("=IIQ", ETHTOOL_GSSET_INFO, 0, 1 << ETH_SS_STATS)
    command = buffer(asked, 4)
    ioctl(link, command)
    return int(struct.unpack_from("=I", command, 16)[0])


STANDARD = {
    "packets": "frames",
    "bytes": "bytes",
    "stop": "stops",
    "hw_drop_overruns": "missed",
}
"""What of a queue is told by netdev-genl, and not by ethtool -S, where there is
the former; and what we call it."""


def stats(link: Link) -> dict[str, int]:
    """All that is counted of each queue, by the names of ``ethtool -S``.

    Where the kernel has a standard place for it, it is taken from there. That
    place has nothing of queues that are not in use, and ethtool nothing of those
    for whose names there is no room.
    """
    found = private_stats(link)
    if qstats.of_device(link) is None:
        return found
    for (side, queue), counted in qstats.of_queues(link).items():
        prefix = side.name.lower()
        for standard, name in STANDARD.items():
            if f"{prefix}_{standard}" in counted:
                found[f"{prefix}{queue}_{name}"] = counted[
                    f"{prefix}_{standard}"
                ]
        if side == qstats.Side.RX and f"rx{queue}_gen_missed" in found:
            found[f"rx{queue}_missed"] -= found[f"rx{queue}_gen_missed"]
    return found


def private_stats(link: Link) -> dict[str, int]:
    """What ``ethtool -S`` shows."""
    count = _count(link)
    command = buffer(
        struct.pack("=III", ETHTOOL_GSTRINGS, ETH_SS_STATS, count),
        count * ETH_GSTRING_LEN,
    )
    ioctl(link, command)
    strings = command.tobytes()[12:]
    labels = [
        strings[i * ETH_GSTRING_LEN : (i + 1) * ETH_GSTRING_LEN]
        .split(b"\0")[0]
        .decode()
        for i in range(count)
    ]
    command = buffer(struct.pack("=II", ETHTOOL_GSTATS, count), count * 8)
    ioctl(link, command)
    values = struct.unpack_from(f"={count}Q", command, 8)
    assert len(set(labels)) == len(labels), "two counters of one name"
    return dict(zip(labels, values, strict=True))


def registers(link: Link) -> tuple[int, bytes]:
    """What ``ethtool -d DEVICE raw on`` writes, and the version of it."""
    command = buffer(struct.pack("=III", ETHTOOL_GREGS, 0, _MOST_REGS), _MOST_REGS)
    ioctl(link, command)
    _, version, length = struct.unpack_from("=III", command)
    return int(version), command.tobytes()[12 : 12 + length]


def summed(found: dict[str, int], side: str, what: str) -> int:
    """A counter of ``ethtool -S``, summed over the queues of a side."""
    pattern = re.compile(rf"{side}\d+_{what}")
    values = [v for name, v in found.items() if pattern.fullmatch(name)]
    assert values, f"no counter {side}N_{what}"
    return sum(values)


def ethtool(
    link: Link, option: str = "", *words: str, before: tuple[str, ...] = ()
) -> str:
    """Run ``ethtool [BEFORE] [OPTION] DEVICE [WORDS]``; it has to succeed.

    That of Debian 12 says that it did where a rule or fields were refused.
    """
    options = [*before, option] if option else []
    with link.ns.entered():
        done = attempt(["ethtool", *options, link.name, *words])
    if done.returncode or "Cannot " in done.stderr:
        raise RefusedError((done.stderr + done.stdout).strip())
    return done.stdout


def groups(link: Link) -> dict[str, dict[str, Any]]:
    """The standard groups of ``ethtool -S DEVICE --all-groups``, by name."""
    printed = ethtool(link, "-S", "--all-groups", before=("--json",))
    found: dict[str, dict[str, Any]] = json.loads(printed)[0]
    return {name: of for name, of in found.items() if name != "ifname"}


def pause_stats(link: Link) -> dict[str, int]:
    """What flow control did: the statistics of ``ethtool -I -a``."""
    printed = ethtool(link, "-a", before=("--json", "-I"))
    found: dict[str, int] = json.loads(printed)[0]["statistics"]
    return found


def feature(link: Link, name: str, on: bool) -> None:
    """``ethtool -K DEVICE NAME on|off``."""
    ethtool(link, "-K", name, "on" if on else "off")


def features(link: Link) -> dict[str, bool]:
    """The offloads of ``ethtool -k``, on or off."""
    found = re.findall(
        r"^\s*([\w-]+): (on|off)", ethtool(link, "-k"), re.MULTILINE
    )
    return {name: value == "on" for name, value in found}


def channels_command(tx: int, rx: int) -> "array.array[int]":
    """The command that ``ethtool -L`` gives."""
    combined = min(tx, rx)
    counts = (rx - combined, tx - combined, 0, combined)
    return buffer(struct.pack("=9I", ETHTOOL_SCHANNELS, 0, 0, 0, 0, *counts), 0)


def set_channels(link: Link, tx: int, rx: int) -> None:
    """What ``ethtool -L`` does, without a program to start."""
    ioctl(link, channels_command(tx, rx))
