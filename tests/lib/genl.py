# SPDX-License-Identifier: GPL-2.0-or-later
"""ethtool netlink: settings as the kernel says them, and notifications.

The program prints some of them as JSON and others not, differently from
version to version; the tests run it for what it sets and refuses.
"""

import struct
from contextlib import nullcontext
from types import TracebackType

from lib import nl
from lib.link import Link
from lib.netns import Netns

GENL_ID_CTRL = 16
CTRL_CMD_GETFAMILY = 3
CTRL_ATTR_FAMILY_ID = 1
CTRL_ATTR_FAMILY_NAME = 2
CTRL_ATTR_MCAST_GROUPS = 7
CTRL_ATTR_MCAST_GRP_NAME = 1
CTRL_ATTR_MCAST_GRP_ID = 2

ETHTOOL_MSG_STRSET_GET = 1
ETHTOOL_MSG_LINKINFO_GET = 2
ETHTOOL_MSG_LINKMODES_GET = 4
ETHTOOL_MSG_LINKSTATE_GET = 6
ETHTOOL_MSG_DEBUG_GET = 7
ETHTOOL_MSG_RINGS_GET = 15
ETHTOOL_MSG_CHANNELS_GET = 17
ETHTOOL_MSG_COALESCE_GET = 19
ETHTOOL_MSG_PAUSE_GET = 21
ETHTOOL_MSG_TSINFO_GET = 25
ETHTOOL_MSG_STATS_GET = 32
ETHTOOL_MSG_LINKINFO_NTF = 3
ETHTOOL_MSG_LINKMODES_NTF = 5
ETHTOOL_MSG_DEBUG_NTF = 8
ETHTOOL_MSG_RINGS_NTF = 17
ETHTOOL_MSG_COALESCE_NTF = 21
ETHTOOL_MSG_PAUSE_NTF = 23

ETHTOOL_A_HEADER = 1
ETHTOOL_A_HEADER_DEV_INDEX = 1
ETHTOOL_A_HEADER_FLAGS = 3

STRSET_STRINGSETS, STRINGSET_ID, STRINGSET_STRINGS, STRING_VALUE = 2, 1, 3, 2
LINKINFO = {2: "port"}
LINKMODES = {2: "autoneg", 5: "speed", 6: "duplex"}
LINKMODES_OURS, LINKMODES_PEER = 3, 4
LINKSTATE = {2: "link", 5: "ext_state", 6: "ext_substate"}
DEBUG_MSGMASK = 2
BITSET_SIZE, BITSET_VALUE, BITSET_MASK = 2, 4, 5
RINGS = {2: "rx_max", 5: "tx_max", 6: "rx", 9: "tx"}
CHANNELS = {
    2: "rx_max",
    3: "tx_max",
    5: "combined_max",
    6: "rx",
    7: "tx",
    9: "combined",
}
COALESCE = {
    2: "rx_usecs",
    3: "rx_frames",
    6: "tx_usecs",
    7: "tx_frames",
    11: "adaptive_rx",
    12: "adaptive_tx",
}
PAUSE = {2: "autoneg", 3: "rx", 4: "tx"}

_HEADER = struct.Struct("=BBH")


class Family:
    """A generic netlink socket that speaks to one family; None: from where we are."""

    def __init__(self, ns: Netns | None, family: str) -> None:
        with ns.entered() if ns else nullcontext():
            self.socket = nl.Socket(nl.NETLINK_GENERIC)
        try:
            answer = self.socket.request(
                GENL_ID_CTRL,
                0,
                _HEADER.pack(CTRL_CMD_GETFAMILY, 1, 0)
                + nl.text(CTRL_ATTR_FAMILY_NAME, family),
            )
        except nl.NetlinkError:
            self.socket.close()
            raise
        found = nl.parse(answer.messages[0].body[_HEADER.size :])
        self.family = nl.number(found[CTRL_ATTR_FAMILY_ID])
        self.groups: dict[str, int] = {}
        for _, group in nl.attributes(found.get(CTRL_ATTR_MCAST_GROUPS, b"")):
            members = nl.parse(group)
            name = members[CTRL_ATTR_MCAST_GRP_NAME].rstrip(b"\0").decode()
            self.groups[name] = nl.number(members[CTRL_ATTR_MCAST_GRP_ID])

    def ask(
        self, command: int, *members: bytes, flags: int = 0
    ) -> list[dict[int, bytes]]:
        """The attributes of each message that answers a request."""
        answer = self.socket.request(
            self.family, flags, _HEADER.pack(command, 1, 0) + b"".join(members)
        )
        return [
            nl.parse(message.body[_HEADER.size :])
            for message in answer.messages
        ]


class _Ethtool(Family):
    """The same for ethtool."""

    def __init__(self, ns: Netns) -> None:
        super().__init__(ns, "ethtool")

    def get(
        self, command: int, index: int, compact: bool = False
    ) -> dict[int, bytes]:
        """Ask for the settings of one device."""
        header = nl.nest(
            ETHTOOL_A_HEADER,
            nl.u32(ETHTOOL_A_HEADER_DEV_INDEX, index),
            nl.u32(ETHTOOL_A_HEADER_FLAGS, int(compact)),
        )
        return self.ask(command, header)[0]


def _settings(
    link: Link, command: int, names: dict[int, str]
) -> dict[str, int]:
    asked = _Ethtool(link.ns)
    try:
        found = asked.get(command, link.index)
    finally:
        asked.socket.close()
    return _named(found, names)


def _named(found: dict[int, bytes], names: dict[int, str]) -> dict[str, int]:
    return {
        name: nl.number(found[number])
        for number, name in names.items()
        if number in found
    }


def _words(bitset: dict[int, bytes], member: int) -> set[int]:
    """The bits that are set in a member of a compact bitset."""
    bits = int.from_bytes(bitset.get(member, b""), "little")
    return {n for n in range(bits.bit_length()) if bits >> n & 1}


class LinkModes:
    """What ``ethtool DEVICE`` shows of link modes, as numbers of bits."""

    def __init__(self, link: Link) -> None:
        asked = _Ethtool(link.ns)
        try:
            found = asked.get(ETHTOOL_MSG_LINKMODES_GET, link.index, True)
            info = asked.get(ETHTOOL_MSG_LINKINFO_GET, link.index)
        finally:
            asked.socket.close()
        shown = _named(found, LINKMODES)
        self.autoneg = bool(shown["autoneg"])
        self.speed = shown["speed"]
        self.duplex = shown["duplex"]
        self.port = nl.number(info[2])
        ours = nl.parse(found[LINKMODES_OURS])
        self.supported = _words(ours, BITSET_MASK)
        self.advertised = _words(ours, BITSET_VALUE)
        self.partner = (
            _words(nl.parse(found[LINKMODES_PEER]), BITSET_VALUE)
            if LINKMODES_PEER in found
            else set()
        )


def strings(link: Link, kind: int) -> list[str]:
    """The names of a set of a device (ETH_SS_STATS and so on), in order."""
    asked = _Ethtool(link.ns)
    try:
        found = asked.get(ETHTOOL_MSG_STRSET_GET, link.index)
    finally:
        asked.socket.close()
    for _, payload in nl.attributes(found[STRSET_STRINGSETS]):
        members = nl.parse(payload)
        if nl.number(members[STRINGSET_ID]) == kind:
            return [
                nl.parse(string)[STRING_VALUE].rstrip(b"\0").decode()
                for _, string in nl.attributes(members[STRINGSET_STRINGS])
            ]
    raise KeyError(kind)


def link_state(link: Link) -> tuple[int, int | None, int | None]:
    """Whether there is a link; if not, why, and why exactly."""
    shown = _settings(link, ETHTOOL_MSG_LINKSTATE_GET, LINKSTATE)
    return shown["link"], shown.get("ext_state"), shown.get("ext_substate")


def message_level(link: Link) -> set[int]:
    """The bits of ``ethtool``'s message level."""
    asked = _Ethtool(link.ns)
    try:
        found = asked.get(ETHTOOL_MSG_DEBUG_GET, link.index, True)
    finally:
        asked.socket.close()
    return _words(nl.parse(found[DEBUG_MSGMASK]), BITSET_VALUE)


def rings(link: Link) -> dict[str, int]:
    """What ``ethtool -g`` shows."""
    return _settings(link, ETHTOOL_MSG_RINGS_GET, RINGS)


def channels(link: Link) -> dict[str, int]:
    """What ``ethtool -l`` shows."""
    return _settings(link, ETHTOOL_MSG_CHANNELS_GET, CHANNELS)


def coalesce(link: Link) -> dict[str, int]:
    """What ``ethtool -c`` shows, as far as the device has it."""
    return _settings(link, ETHTOOL_MSG_COALESCE_GET, COALESCE)


def pause(link: Link) -> dict[str, int]:
    """What ``ethtool -a`` shows."""
    return _settings(link, ETHTOOL_MSG_PAUSE_GET, PAUSE)


class EthtoolMonitor:
    """Listens to what ``ethtool --monitor`` hears in a namespace."""

    def __init__(self, ns: Netns) -> None:
        self._ethtool = _Ethtool(ns)
        self._ethtool.socket.join(self._ethtool.groups["monitor"])
        self.rings: list[dict[str, int]] = []
        self.coalesces: list[dict[str, int]] = []
        self.pauses: list[dict[str, int]] = []
        self.speeds: list[tuple[int, int]] = []
        self._others: list[tuple[int, int]] = []

    def __enter__(self) -> "EthtoolMonitor":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ethtool.socket.close()

    def _listen(self) -> None:
        for message in self._ethtool.socket.receive(0.05):
            if message.kind != self._ethtool.family:
                continue
            found = nl.parse(message.body[_HEADER.size :])
            header = nl.parse(found[ETHTOOL_A_HEADER])
            index = nl.number(header[ETHTOOL_A_HEADER_DEV_INDEX])
            self._others.append((index, message.body[0]))
            if message.body[0] == ETHTOOL_MSG_LINKMODES_NTF:
                speed = _named(found, LINKMODES)["speed"]
                self.speeds.append((index, speed))
            elif message.body[0] == ETHTOOL_MSG_RINGS_NTF:
                self.rings.append(_named(found, RINGS))
            elif message.body[0] == ETHTOOL_MSG_COALESCE_NTF:
                self.coalesces.append(_named(found, COALESCE))
            elif message.body[0] == ETHTOOL_MSG_PAUSE_NTF:
                self.pauses.append(_named(found, PAUSE))

    def heard(self, link: Link, kind: int) -> bool:
        """Was there a notification of this kind about a device?"""
        self._listen()
        return (link.index, kind) in self._others

    def last_speed(self, link: Link) -> int | None:
        """The speed told of last about a device."""
        self._listen()
        told = [speed for index, speed in self.speeds if index == link.index]
        return told[-1] if told else None

    def last_tx_ring(self) -> int | None:
        """The TX ring size told of last; all are in ``rings``."""
        self._listen()
        return self.rings[-1]["tx"] if self.rings else None

    def last_coalesce(self) -> tuple[int, int] | None:
        """tx-usecs and tx-frames told of last; all are in ``coalesces``."""
        self._listen()
        if not self.coalesces:
            return None
        return self.coalesces[-1]["tx_usecs"], self.coalesces[-1]["tx_frames"]

    def last_pause(self) -> tuple[int, int] | None:
        """The RX and TX pause told of last; all are in ``pauses``."""
        self._listen()
        if not self.pauses:
            return None
        return self.pauses[-1]["rx"], self.pauses[-1]["tx"]
