# SPDX-License-Identifier: GPL-2.0-or-later
"""The devices that are compared: making them, their ends, their qdiscs."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lib.netns import Netns

from bench.command import run_in, wait

NEAR4, FAR4 = "10.9.0.1", "10.9.0.2"
PREFIX = 24


@dataclass(frozen=True)
class Kind:
    """A kind of device, set up in a certain way."""

    name: str
    link: tuple[str, ...] = ()
    """What ``ip link add`` is told of either end."""
    features: tuple[str, ...] = ()
    """What ``ethtool -K`` is told for either end."""
    qdisc: str = ""
    """The qdisc; without one, the device's default."""
    napi: bool = False
    """Does what it receives pass NAPI?"""
    floor: bool = False
    """Is it there to be compared with only?"""


VNET = Kind("vnet", ("type", "vnet"), napi=True)
VNET_NOQUEUE = Kind(
    "vnet noqueue", ("type", "vnet"), qdisc="noqueue", napi=True
)
VETH = Kind("veth", ("type", "veth"))
# veth gives a frame to NAPI only if its sender does no TSO
VETH_NAPI = Kind(
    "veth NAPI",
    ("type", "veth"),
    features=("gro", "on", "tso", "off"),
    napi=True,
)
NETKIT = Kind("netkit", ("type", "netkit", "mode", "l2"))
VETH_GRO = Kind("veth GRO", ("type", "veth"), features=("gro", "on"))
LO = Kind("lo", floor=True)
DUMMY = Kind("dummy", ("type", "dummy"), floor=True)

PAIRS = (VNET, VNET_NOQUEUE, VETH, VETH_NAPI, NETKIT)
TCP_PAIRS = (VNET, VNET_NOQUEUE, VETH, VETH_GRO, NETKIT)

STEERED = (
    "by `queue all cpu` (vnet), by a NAPI thread that is bound to it (veth"
    " NAPI), or by RPS (the others)"
)
"""How the receive work of a pair is brought to a CPU."""


@dataclass(frozen=True)
class End:
    """One end of a pair."""

    ns: Netns
    name: str

    def ip(self, *words: str) -> str:
        """Run ip in its namespace."""
        return run_in(self.ns, "ip", *words)

    def set(self, *words: str) -> None:
        """Run ip link set on it."""
        self.ip("link", "set", self.name, *words)

    def up(self) -> None:
        """Set it up."""
        self.set("up")

    def features(self, *words: str) -> None:
        """Run ethtool -K on it."""
        run_in(self.ns, "ethtool", "-K", self.name, *words)

    def set_qdisc(self, *words: str) -> None:
        """Replace its root qdisc."""
        run_in(
            self.ns,
            *("tc", "qdisc", "replace", "dev", self.name, "root", *words),
        )

    def qdisc(self) -> str:
        """Its qdisc; mq with what hangs below it."""
        listed = json.loads(
            run_in(self.ns, "tc", "-j", "qdisc", "show", "dev", self.name)
        )
        kinds = [q["kind"] for q in listed if q.get("root")]
        leaves = {q["kind"] for q in listed if not q.get("root")}
        return " ".join([*kinds, *sorted(leaves)]) or "none"

    def qdisc_drops(self) -> int:
        """How many frames its qdiscs have dropped."""
        listed = json.loads(
            run_in(self.ns, "tc", "-s", "-j", "qdisc", "show", "dev", self.name)
        )
        return sum(q["drops"] for q in listed if q.get("root"))

    def add_address(self, address: str, prefix: int = PREFIX) -> None:
        """Give it an IPv4 address."""
        self.ip("addr", "add", f"{address}/{prefix}", "dev", self.name)

    def add_neighbour(self, address: str, mac: str) -> None:
        """Have it know the MAC address of a neighbour for good."""
        self.ip(
            "neigh",
            *("replace", address, "lladdr", mac),
            *("dev", self.name, "nud", "permanent"),
        )

    def mac(self) -> str:
        """Its MAC address."""
        return (
            (self.ns.sys / "class/net" / self.name / "address")
            .read_text(encoding="ascii")
            .strip()
        )

    def count(self, name: str) -> int:
        """One of its standard counters."""
        listed = json.loads(self.ip("-j", "-s", "link", "show", self.name))
        direction, _, what = name.partition("_")
        return int(listed[0]["stats64"][direction][what])

    def set_threaded(self, on: bool) -> None:
        """Have its NAPI work done by threads, or not."""
        path = self.ns.sys / "class/net" / self.name / "threaded"
        path.write_text("1" if on else "0", encoding="ascii")

    def steer(self, cpu: int) -> None:
        """Have RPS bring what it receives to a CPU."""
        for queue in (self.ns.sys / "class/net" / self.name / "queues").glob(
            "rx-*"
        ):
            (queue / "rps_cpus").write_text(f"{1 << cpu:x}", encoding="ascii")

    def napi_threads(self) -> list[int]:
        """The threads that do its NAPI work."""
        prefix = f"napi/{self.name}-"
        found = []
        for comm in Path("/proc").glob("[0-9]*/comm"):
            try:
                name = comm.read_text(encoding="ascii")
            except FileNotFoundError:
                continue
            # the kernel cuts names off
            if name.strip().startswith(prefix[:15]):
                found.append(int(comm.parent.name))
        return found

    def carrier(self) -> bool:
        """Does it have a carrier?"""
        path = self.ns.sys / "class/net" / self.name / "carrier"
        try:
            return path.read_text(encoding="ascii").strip() == "1"
        except OSError:
            return False


@dataclass(frozen=True)
class Pair:
    """A device under test; a lone one has no far end."""

    kind: Kind
    near: End
    far: End

    @property
    def name(self) -> str:
        """What the tables call it."""
        return self.kind.name

    def add_addresses(self) -> None:
        """Give NEAR4 and FAR4 to the ends."""
        self.near.add_address(NEAR4)
        self.far.add_address(FAR4)

    def receive_on(self, near: int, far: int) -> None:
        """Have the ends' receive work done on these CPUs; see STEERED."""
        for end, cpu in ((self.near, near), (self.far, far)):
            if self.kind in (VNET, VNET_NOQUEUE):
                end.set("type", "vnet", "queue", "all", "cpu", str(cpu))
            elif self.kind.napi:
                end.set_threaded(True)
                for thread in end.napi_threads():
                    os.sched_setaffinity(thread, {cpu})
            else:
                end.steer(cpu)

    def up(self) -> None:
        """Set both ends up and wait for the carrier."""
        for end in (self.near, self.far):
            end.up()
        for end in (self.near, self.far):
            wait(end.carrier, f"the carrier of {end.name}")

    def delete(self) -> None:
        """Delete it."""
        if self.kind != LO:
            self.far.ip("link", "delete", self.far.name)
        self.near.ns.remove()
        if self.far.ns is not self.near.ns:
            self.far.ns.remove()


def make(kind: Kind, number: int, queues: int = 1) -> Pair:
    """Make a device, both ends up, each in a namespace that sends nothing.

    They are promiscuous: most frames are for an address that none of them has,
    and a device that filters would drop them itself, where others let ip_rcv()
    do it.
    """
    count = ["numtxqueues", str(queues), "numrxqueues", str(queues)]
    ns = Netns.create("near", quiet=True)
    if kind == LO:
        return Pair(kind, End(ns, "lo"), End(ns, "lo"))
    near = far = End(ns, f"near{number}")
    peer: list[str] = []
    if not kind.floor:
        far = End(Netns.create("far", quiet=True), f"far{number}")
        peer = ["peer", "name", far.name, "netns", far.ns.name, *count]
    near.ip("link", "add", near.name, *count, *kind.link, *peer)
    pair = Pair(kind, near, far)
    if kind.features:
        for end in (near, far):
            end.features(*kind.features)
    for end in (near, far):
        end.set("promisc", "on")
    pair.up()
    if kind.qdisc:
        for end in (near, far):
            end.set_qdisc(kind.qdisc)
    return pair


@contextmanager
def side_by_side(
    kinds: Sequence[Kind], queues: int = 1
) -> Iterator[list[Pair]]:
    """Make all devices of a row at the same time."""
    made = []
    try:
        for number, kind in enumerate(kinds):
            made.append(make(kind, number, queues))
        yield made
    finally:
        for pair in reversed(made):
            pair.delete()
