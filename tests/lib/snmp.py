# SPDX-License-Identifier: GPL-2.0-or-later
"""The counters of a namespace's protocols, as nstat shows them."""

from pathlib import Path

from lib.netns import Netns


def counters(ns: Netns) -> dict[str, int]:
    """Every counter by its name: ``UdpInCsumErrors``, ``Icmp6InEchos``."""
    found: dict[str, int] = {}
    with ns.entered():
        net = Path("/proc/thread-self/net")
        lines = (net / "snmp").read_text(encoding="ascii").splitlines()
        sixth = net / "snmp6"
        six = sixth.read_text(encoding="ascii") if sixth.exists() else ""
    for names, values in zip(lines[::2], lines[1::2], strict=True):
        prefix, *labels = names.replace(":", "").split()
        numbers = [int(value) for value in values.split()[1:]]
        found |= {
            prefix + label: number
            for label, number in zip(labels, numbers, strict=True)
        }
    for line in six.splitlines():
        name, value = line.split()
        found[name] = int(value)
    return found
