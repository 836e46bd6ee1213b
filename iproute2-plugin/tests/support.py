# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests share: messages of rtnetlink, and the stock ip."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import generator
from netlink import NLA_F_NESTED, attr, nest, split, u32, uapi

PLUGIN = Path(__file__).resolve().parent.parent
PROJECT = PLUGIN.parent
OUT = Path(os.environ.get("VNET_PLUGIN_OUT", PLUGIN)).resolve()
IP = os.environ.get("IP", "ip")

# linux/netlink.h, linux/rtnetlink.h, linux/if_link.h, linux/if.h
NLM_F_CREATE = 0x400
RTM_NEWLINK, RTM_GETLINK = 16, 18
IFLA_ADDRESS, IFLA_IFNAME, IFLA_MTU, IFLA_TXQLEN, IFLA_LINKINFO = 1, 3, 4, 13, 18
IFLA_NET_NS_PID, IFLA_NET_NS_FD, IFLA_NUM_TX_QUEUES = 19, 28, 31
IFLA_INFO_KIND, IFLA_INFO_DATA, IFLA_INFO_XSTATS = 1, 2, 3
IFF_UP = 1
ARPHRD_ETHER = 1


@dataclass
class Request:
    """A link request, as the plugin filled it."""

    type: int
    flags: int
    index: int
    ifi_flags: int
    ifi_change: int
    attrs: list[tuple[int, bytes]]

    @classmethod
    def parse(cls, type_: int, flags: int, data: bytes) -> Request:
        index, ifi_flags, change = struct.unpack_from("=4xiII", data)
        return cls(type_, flags, index, ifi_flags, change, split(data[16:]))

    def get(self, kind: int) -> bytes | None:
        """Payload of the only attribute of this type."""
        found = [data for type_, data in self.attrs
                 if type_ & ~NLA_F_NESTED == kind]
        assert len(found) <= 1, f"attribute {kind} is there {len(found)} times"
        return found[0] if found else None

    @property
    def name(self) -> str | None:
        name = self.get(IFLA_IFNAME)
        return name.rstrip(b"\0").decode() if name is not None else None

    @property
    def mtu(self) -> int | None:
        mtu = self.get(IFLA_MTU)
        return struct.unpack("=I", mtu)[0] if mtu is not None else None

    @property
    def kind(self) -> str | None:
        info = self.get(IFLA_LINKINFO)
        if info is None:
            return None
        return dict(split(info))[IFLA_INFO_KIND].rstrip(b"\0").decode()

    @property
    def options(self) -> dict[str, Any]:
        """What is in IFLA_INFO_DATA, spelt as the vocabulary does."""
        info = self.get(IFLA_LINKINFO)
        assert info is not None
        data = {type_ & ~NLA_F_NESTED: data for type_, data in split(info)}
        return decode_options(data.get(IFLA_INFO_DATA, b""))


class Range(NamedTuple):
    """Queues from the first to the last; None is not said of them."""

    first: int
    last: int
    cpu: int | None = None
    failed: int | None = None


def decode_queue(data: bytes) -> Range:
    names = {n: name for name, n in
             uapi().names("vnet_queue_attrs", "IFLA_VNET_QUEUE_").items()}
    size = {"index": "=I", "last": "=I", "cpu": "=i", "failed": "=B"}
    found = {names[kind]: struct.unpack(size[names[kind]], payload)[0]
             for kind, payload in split(data)}
    assert found.get("last") != found["index"], "the last is the first"
    return Range(found["index"], found.get("last", found["index"]),
                 found.get("cpu"), found.get("failed"))


def decode_options(data: bytes) -> dict[str, Any]:
    names = {n: name for name, n in
             uapi().names("vnet_attrs", "IFLA_VNET_").items()}
    size = {"tx_ring": "=I", "rx_ring": "=I", "tx_usecs": "=I",
            "tx_frames": "=I", "rx_pause": "=B", "tx_pause": "=B",
            "rx_usecs": "=I", "rx_frames": "=I", "adaptive_rx": "=B",
            "adaptive_tx": "=B", "irq": "=B"}
    options: dict[str, Any] = {}

    def add(name: str, value: Any) -> None:
        assert name not in options, f"{name} is there twice"
        options[name] = value

    for kind, payload in split(data):
        name = names[kind & ~NLA_F_NESTED]
        nested = bool(kind & NLA_F_NESTED)
        assert nested == (name in ("peer", "gen", "queues")), f"flag of {name}"
        if name == "peer":
            add(name, Request.parse(0, 0, payload))
        elif name == "queues":
            queue = uapi().enums["vnet_queues_attrs"]["IFLA_VNET_QUEUE"]
            assert {sub for sub, _ in split(payload)} == {queue | NLA_F_NESTED}
            add(name, [decode_queue(value) for _, value in split(payload)])
        elif name == "gen":
            for sub_name, value in generator.members(payload):
                add(f"gen_{sub_name}", value)
        else:
            add(name, struct.unpack(size[name], payload)[0])
    return options


@dataclass
class Result:
    """What ip did."""

    status: int
    out: str
    err: str
    requests: list[Request] = field(default_factory=list)


@dataclass
class Link:
    """A device as the kernel dumps it; None leaves the attribute out."""

    data: bytes | None = None
    xstats: bytes | None = None

    def message(self) -> bytes:
        info = [attr(IFLA_INFO_KIND, b"vnet\0")]
        if self.data is not None:
            info.append(nest(IFLA_INFO_DATA, self.data))
        if self.xstats is not None:
            info.append(nest(IFLA_INFO_XSTATS, self.xstats))
        body = struct.pack("=BxHiII", socket.AF_UNSPEC, ARPHRD_ETHER, 7, 0, 0)
        body += attr(IFLA_IFNAME, b"vnet0\0") + attr(IFLA_MTU, u32(1500))
        body += attr(IFLA_TXQLEN, u32(1000))
        body += nest(IFLA_LINKINFO, *info)
        return struct.pack("=IHHII", 16 + len(body), RTM_NEWLINK, 0, 0, 0) + body


def ip(*words: str, link: Link | None = None, stdin: str = "") -> Result:
    """Run the stock ip with the plugin and a stand-in for the kernel."""
    with tempfile.TemporaryDirectory() as tmp:
        requests = Path(tmp, "requests")
        env = os.environ | {
            "LC_ALL": "C",
            "LD_BIND_NOW": "1",
            "LD_PRELOAD": str(OUT / "tests/kernel.so"),
            "IP_LIB_DIR": str(OUT),
            "VNET_TEST_REQUESTS": str(requests),
        }
        if link is not None:
            Path(tmp, "link").write_bytes(link.message())
            env["VNET_TEST_LINK"] = str(Path(tmp, "link"))
        done = subprocess.run([IP, *words], env=env, capture_output=True,
                              text=True, input=stdin, timeout=60, check=False)
        sent = requests.read_bytes() if requests.exists() else b""
    return Result(done.returncode, done.stdout, done.stderr,
                  link_requests(sent))


def link_requests(sent: bytes) -> list[Request]:
    """The requests to make or change a link, without ip's look-ups."""
    requests = []
    while sent:
        length, type_, flags = struct.unpack_from("=IHH", sent)
        # ip 6.1 asks with an empty RTM_NEWLINK whether the kernel knows it
        if type_ == RTM_NEWLINK and length > 32:
            requests.append(Request.parse(type_, flags, sent[16:length]))
        sent = sent[length + -length % 4:]
    return requests
