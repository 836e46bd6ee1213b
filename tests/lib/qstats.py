# SPDX-License-Identifier: GPL-2.0-or-later
"""What netdev-genl tells of queues, and of a device as a whole."""

import errno
from enum import IntEnum

from lib import nl
from lib.genl import Family
from lib.link import Link

NETDEV_CMD_QSTATS_GET = 12

NETDEV_A_QSTATS_IFINDEX = 1
NETDEV_A_QSTATS_QUEUE_TYPE = 2
NETDEV_A_QSTATS_QUEUE_ID = 3
NETDEV_A_QSTATS_SCOPE = 4
SCOPE_QUEUE = 1

NAMES = {
    8: "rx_packets",
    9: "rx_bytes",
    10: "tx_packets",
    11: "tx_bytes",
    12: "rx_alloc_fail",
    13: "rx_hw_drops",
    14: "rx_hw_drop_overruns",
    19: "rx_hw_gro_packets",
    21: "rx_hw_gro_wire_packets",
    24: "tx_hw_drops",
    25: "tx_hw_drop_errors",
    28: "tx_hw_gso_packets",
    30: "tx_hw_gso_wire_packets",
    33: "tx_stop",
    34: "tx_wake",
}


class Side(IntEnum):
    """Which queues."""

    RX = 0
    TX = 1


def _named(found: dict[int, bytes]) -> dict[str, int]:
    return {
        name: nl.number(found[number])
        for number, name in NAMES.items()
        if number in found
    }


def _ask(link: Link, *attributes: bytes) -> list[dict[int, bytes]]:
    netdev = Family(link.ns, "netdev")
    try:
        return netdev.ask(
            NETDEV_CMD_QSTATS_GET,
            nl.u32(NETDEV_A_QSTATS_IFINDEX, link.index),
            *attributes,
            flags=nl.NLM_F_DUMP,
        )
    finally:
        netdev.socket.close()


def of_device(link: Link) -> dict[str, int] | None:
    """All queues, those that are not in use, too; None: the kernel has none."""
    try:
        (found,) = _ask(link)
    except nl.NetlinkError as error:
        # Linux before 6.9: no such command, before 6.4 no such family
        if error.errno in (errno.EOPNOTSUPP, errno.ENOENT):
            return None
        raise
    return _named(found)


def of_queues(link: Link) -> dict[tuple[Side, int], dict[str, int]]:
    """Each queue that is in use."""
    return {
        (
            Side(nl.number(found[NETDEV_A_QSTATS_QUEUE_TYPE])),
            nl.number(found[NETDEV_A_QSTATS_QUEUE_ID]),
        ): _named(found)
        for found in _ask(link, nl.u64(NETDEV_A_QSTATS_SCOPE, SCOPE_QUEUE))
    }
