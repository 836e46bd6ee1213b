# SPDX-License-Identifier: GPL-2.0-or-later
"""What ethtool's ioctl sets, over a socket that is there before.

Where allocations fail one by one, those of a socket are not to be among them.
"""

import array
import socket
import struct

from lib.ethtool import buffer, channels_command, command_over
from lib.link import Link

ETHTOOL_GFLAGS = 0x25
ETHTOOL_SFLAGS = 0x26
ETHTOOL_GRXCLSRLCNT = 0x2E
ETHTOOL_SRXCLSRLDEL = 0x31
ETHTOOL_SRXCLSRLINS = 0x32
ETHTOOL_GRSSH = 0x46
ETHTOOL_SRSSH = 0x47
ETH_FLAG_RXHASH = 1 << 28
UDP_V4_FLOW = 2
_XFRM_NO_CHANGE = 0xFF

_FLAGS = struct.Struct("=II")
_RXFH = struct.Struct("=IIIIBBxxI")
"""struct ethtool_rxfh: command, context, entries of the table, bytes of the key."""
_RXNFC = struct.Struct("=IIQ")
_RULE = struct.Struct("=I72s72s4xQI4x")
"""struct ethtool_rx_flow_spec: the type, values, masks, the queue, the place."""


class Knobs:
    """What can be set of a device."""

    def __init__(self, link: Link) -> None:
        self._name = link.name
        self._control = link.ns.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def close(self) -> None:
        """Close the socket."""
        self._control.close()

    def _do(self, head: bytes, extra: int = 0) -> "array.array[int]":
        command = buffer(head, extra)
        command_over(self._control, self._name, command)
        return command

    def set_channels(self, tx: int, rx: int) -> None:
        """So many queues in use."""
        command_over(self._control, self._name, channels_command(tx, rx))

    def flags(self) -> int:
        """The offloads that have a flag of ETH_FLAG_*."""
        command = self._do(_FLAGS.pack(ETHTOOL_GFLAGS, 0))
        return int(_FLAGS.unpack_from(command)[1])

    def set_flags(self, wanted: int) -> None:
        """These offloads on, and the others off."""
        self._do(_FLAGS.pack(ETHTOOL_SFLAGS, wanted))

    def table(self) -> tuple[int, ...]:
        """The indirection table of receive-side scaling."""
        sizes = self._do(_RXFH.pack(ETHTOOL_GRSSH, 0, 0, 0, 0, 0, 0))
        _, _, entries, key, *_ = _RXFH.unpack_from(sizes)
        head = _RXFH.pack(ETHTOOL_GRSSH, 0, entries, key, 0, 0, 0)
        command = self._do(head, entries * 4 + key)
        return struct.unpack_from(f"={entries}I", command, _RXFH.size)

    def set_table(self, wanted: tuple[int, ...]) -> None:
        """That table; the key and the function stay."""
        number = len(wanted)
        head = _RXFH.pack(ETHTOOL_SRSSH, 0, number, 0, 0, _XFRM_NO_CHANGE, 0)
        self._do(head + struct.pack(f"={number}I", *wanted))

    def _rxnfc(
        self, command: int, rule: bytes = bytes(_RULE.size)
    ) -> "array.array[int]":
        return self._do(_RXNFC.pack(command, 0, 0) + rule, 8)

    def add_rule(self, place: int, port: int, queue: int) -> None:
        """Steer what comes over UDP from this port to a queue."""
        values = bytes(8) + struct.pack("!H", port)
        rule = _RULE.pack(
            UDP_V4_FLOW, values, bytes(8) + b"\xff\xff", queue, place
        )
        self._rxnfc(ETHTOOL_SRXCLSRLINS, rule)

    def delete_rule(self, place: int) -> None:
        """Delete the rule that is there."""
        self._rxnfc(ETHTOOL_SRXCLSRLDEL, _RULE.pack(0, b"", b"", 0, place))

    def number_of_rules(self) -> int:
        """How many steering rules there are."""
        command = self._rxnfc(ETHTOOL_GRXCLSRLCNT)
        return int(
            struct.unpack_from("=I", command, _RXNFC.size + _RULE.size)[0]
        )
