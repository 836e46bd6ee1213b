# SPDX-License-Identifier: GPL-2.0-or-later
"""vnet devices: making, changing, reading and deleting them.

This speaks netlink itself, so that it does not depend on the library, the
plugin and the pyroute2 kind, which have tests of their own.
"""

import errno
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from lib import libc, nl, uapi
from lib.gen import Gen, parse_gen
from lib.netns import Netns
from lib.wait import wait_for

RTM_NEWLINK = 16
RTM_DELLINK = 17
RTM_GETLINK = 18
RTM_GETNSID = 90
RTNLGRP_LINK = 1

IFLA_ADDRESS = 1
IFLA_IFNAME = 3
IFLA_MTU = 4
IFLA_LINK = 5
IFLA_TXQLEN = 13
IFLA_OPERSTATE = 16
IFLA_LINKINFO = 18
IFLA_NET_NS_PID = 19
IFLA_STATS64 = 23
IFLA_NET_NS_FD = 28
IFLA_NUM_TX_QUEUES = 31
IFLA_NUM_RX_QUEUES = 32
IFLA_CARRIER = 33
IFLA_LINK_NETNSID = 37
IFLA_GSO_MAX_SIZE = 41
IFLA_GRO_MAX_SIZE = 58
IFLA_GSO_IPV4_MAX_SIZE = 63
IFLA_GRO_IPV4_MAX_SIZE = 64

IFLA_INFO_KIND = 1
IFLA_INFO_DATA = 2
IFLA_INFO_XSTATS = 3

VETH = "veth"
VETH_INFO_PEER = 1
_PEER_OF = {uapi.KIND: uapi.IFLA_VNET_PEER, VETH: VETH_INFO_PEER}

NETNSA_NSID = 1
NETNSA_FD = 3

IFF_UP = 0x1
IFF_PROMISC = 0x100
IFF_LOWER_UP = 0x10000
OPER_UP = 6

STATS64 = (
    "rx_packets",
    "tx_packets",
    "rx_bytes",
    "tx_bytes",
    "rx_errors",
    "tx_errors",
    "rx_dropped",
    "tx_dropped",
    "multicast",
    "collisions",
    "rx_length_errors",
    "rx_over_errors",
    "rx_crc_errors",
    "rx_frame_errors",
    "rx_fifo_errors",
    "rx_missed_errors",
    "tx_aborted_errors",
    "tx_carrier_errors",
    "tx_fifo_errors",
    "tx_heartbeat_errors",
    "tx_window_errors",
    "rx_compressed",
    "tx_compressed",
    "rx_nohandler",
)


def ifinfomsg(index: int = 0, flags: int = 0, change: int = 0) -> bytes:
    """struct ifinfomsg."""
    return struct.pack("=BxHiII", 0, 0, index, flags, change)


def queue(
    index: int,
    cpu: int | None = None,
    last: int | None = None,
    *,
    failed: bool | None = None,
) -> bytes:
    """IFLA_VNET_QUEUE; None is not said."""
    members = [nl.u32(uapi.IFLA_VNET_QUEUE_INDEX, index)]
    if last is not None:
        members.append(nl.u32(uapi.IFLA_VNET_QUEUE_LAST, last))
    if cpu is not None:
        members.append(nl.s32(uapi.IFLA_VNET_QUEUE_CPU, cpu))
    if failed is not None:
        members.append(nl.u8(uapi.IFLA_VNET_QUEUE_FAILED, failed))
    return nl.nest(uapi.IFLA_VNET_QUEUE, *members)


@dataclass(frozen=True)
class Options:
    """What can be said after ``type vnet``; None is not said."""

    tx_ring: int | None = None
    rx_ring: int | None = None
    rx_pause: bool | None = None
    tx_pause: bool | None = None
    gen: bool | None = None
    gen_rate: int | None = None
    tx_usecs: int | None = None
    tx_frames: int | None = None
    queues: dict[int, int] = field(default_factory=dict)
    """Of RX queues by their index: the CPU."""
    failed: dict[int, bool] = field(default_factory=dict)
    """Of RX queues by their index: whether it has failed."""
    rx_usecs: int | None = None
    rx_frames: int | None = None
    adaptive_rx: bool | None = None
    adaptive_tx: bool | None = None
    irq: bool | None = None

    def data(self) -> list[bytes]:
        """The attributes of IFLA_INFO_DATA."""
        made = []
        if self.tx_ring is not None:
            made.append(nl.u32(uapi.IFLA_VNET_TX_RING, self.tx_ring))
        if self.rx_ring is not None:
            made.append(nl.u32(uapi.IFLA_VNET_RX_RING, self.rx_ring))
        if self.rx_pause is not None:
            made.append(nl.u8(uapi.IFLA_VNET_RX_PAUSE, self.rx_pause))
        if self.tx_pause is not None:
            made.append(nl.u8(uapi.IFLA_VNET_TX_PAUSE, self.tx_pause))
        if self.tx_usecs is not None:
            made.append(nl.u32(uapi.IFLA_VNET_TX_USECS, self.tx_usecs))
        if self.tx_frames is not None:
            made.append(nl.u32(uapi.IFLA_VNET_TX_FRAMES, self.tx_frames))
        if self.rx_usecs is not None:
            made.append(nl.u32(uapi.IFLA_VNET_RX_USECS, self.rx_usecs))
        if self.rx_frames is not None:
            made.append(nl.u32(uapi.IFLA_VNET_RX_FRAMES, self.rx_frames))
        if self.adaptive_rx is not None:
            made.append(nl.u8(uapi.IFLA_VNET_ADAPTIVE_RX, self.adaptive_rx))
        if self.adaptive_tx is not None:
            made.append(nl.u8(uapi.IFLA_VNET_ADAPTIVE_TX, self.adaptive_tx))
        if self.irq is not None:
            made.append(nl.u8(uapi.IFLA_VNET_IRQ, self.irq))
        if self.queues or self.failed:
            made.append(
                nl.nest(
                    uapi.IFLA_VNET_QUEUES,
                    *(
                        queue(
                            index,
                            self.queues.get(index),
                            failed=self.failed.get(index),
                        )
                        for index in self.queues | self.failed
                    ),
                )
            )
        gen = []
        if self.gen is not None:
            gen.append(nl.u8(uapi.IFLA_VNET_GEN_ENABLE, self.gen))
        if self.gen_rate is not None:
            gen.append(nl.u64(uapi.IFLA_VNET_GEN_RATE, self.gen_rate))
        if gen:
            made.append(nl.nest(uapi.IFLA_VNET_GEN, *gen))
        return made


@dataclass(frozen=True)
class State:
    """IFLA_VNET_STATE."""

    tx_queued: int
    rx_queued: int
    gen_running: bool
    gen_frames: int
    gen_nsecs: int
    gen_bytes: int = 0
    gen_done: bool = False


@dataclass(frozen=True)
class Info:
    """What the kernel says about a device, at one instant."""

    index: int
    name: str
    flags: int
    address: str
    mtu: int
    txqlen: int
    link: int | None
    link_netnsid: int | None
    num_tx_queues: int
    num_rx_queues: int
    carrier: bool
    operstate: int
    kind: str
    stats: dict[str, int] = field(repr=False)
    options: Options = Options()
    gen: Gen = field(default=Gen(), repr=False)
    state: State = State(0, 0, False, 0, 0)
    xstats: dict[str, int] = field(default_factory=dict, repr=False)
    data: bytes = field(default=b"", repr=False)

    @property
    def up(self) -> bool:
        """Has the administrator set it up?"""
        return bool(self.flags & IFF_UP)

    @property
    def settings(self) -> tuple[object, ...]:
        """All that a request can change, without what runs by itself."""
        return (
            self.name,
            self.flags,
            self.address,
            self.mtu,
            self.link,
            self.link_netnsid,
            self.num_tx_queues,
            self.num_rx_queues,
            self.options,
            self.gen,
        )


def _parse_queues(data: bytes) -> tuple[dict[int, int], dict[int, bool]]:
    """The CPUs, and which have failed; what is at its default is not told."""
    cpus: dict[int, int] = {}
    failed: dict[int, bool] = {}
    for kind, payload in nl.attributes(data):
        assert kind == uapi.IFLA_VNET_QUEUE
        members = nl.parse(payload)
        first = nl.number(members[uapi.IFLA_VNET_QUEUE_INDEX])
        last = first
        if uapi.IFLA_VNET_QUEUE_LAST in members:
            last = nl.number(members[uapi.IFLA_VNET_QUEUE_LAST])
            assert last > first
        queues = range(first, last + 1)
        assert not (cpus | failed).keys() & set(queues)
        told = members.keys() & {
            uapi.IFLA_VNET_QUEUE_CPU,
            uapi.IFLA_VNET_QUEUE_FAILED,
        }
        assert told, "a queue is told of that is at its default"
        if uapi.IFLA_VNET_QUEUE_CPU in told:
            cpu = nl.signed(members[uapi.IFLA_VNET_QUEUE_CPU])
            assert cpu != uapi.VNET_CPU_ANY
            cpus |= dict.fromkeys(queues, cpu)
        if uapi.IFLA_VNET_QUEUE_FAILED in told:
            assert nl.number(members[uapi.IFLA_VNET_QUEUE_FAILED]) == 1
            failed |= dict.fromkeys(queues, True)
    return cpus, failed


def _parse_options(data: dict[int, bytes]) -> Options:
    gen = parse_gen(data[uapi.IFLA_VNET_GEN])
    queues, failed = _parse_queues(data[uapi.IFLA_VNET_QUEUES])
    return Options(
        tx_ring=nl.number(data[uapi.IFLA_VNET_TX_RING]),
        rx_ring=nl.number(data[uapi.IFLA_VNET_RX_RING]),
        rx_pause=bool(nl.number(data[uapi.IFLA_VNET_RX_PAUSE])),
        tx_pause=bool(nl.number(data[uapi.IFLA_VNET_TX_PAUSE])),
        gen=gen.enable,
        gen_rate=gen.rate,
        tx_usecs=nl.number(data[uapi.IFLA_VNET_TX_USECS]),
        tx_frames=nl.number(data[uapi.IFLA_VNET_TX_FRAMES]),
        queues=queues,
        failed=failed,
        rx_usecs=nl.number(data[uapi.IFLA_VNET_RX_USECS]),
        rx_frames=nl.number(data[uapi.IFLA_VNET_RX_FRAMES]),
        adaptive_rx=bool(nl.number(data[uapi.IFLA_VNET_ADAPTIVE_RX])),
        adaptive_tx=bool(nl.number(data[uapi.IFLA_VNET_ADAPTIVE_TX])),
        irq=bool(nl.number(data[uapi.IFLA_VNET_IRQ])),
    )


def _parse_state(data: dict[int, bytes]) -> State:
    state = nl.parse(data[uapi.IFLA_VNET_STATE])
    gen = nl.number(state[uapi.IFLA_VNET_STATE_GEN])
    return State(
        tx_queued=nl.number(state[uapi.IFLA_VNET_STATE_TX_QUEUED]),
        rx_queued=nl.number(state[uapi.IFLA_VNET_STATE_RX_QUEUED]),
        gen_running=gen == uapi.VNET_GEN_RUNNING,
        gen_frames=nl.number(state[uapi.IFLA_VNET_STATE_GEN_FRAMES]),
        gen_nsecs=nl.number(state[uapi.IFLA_VNET_STATE_GEN_NSECS]),
        gen_bytes=nl.number(state[uapi.IFLA_VNET_STATE_GEN_BYTES]),
        gen_done=gen == uapi.VNET_GEN_DONE,
    )


def parse_info(body: bytes) -> Info:
    """Read an RTM_NEWLINK message."""
    _, _, index, flags, _ = struct.unpack_from("=BxHiII", body)
    found = nl.parse(body[16:])
    info = nl.parse(found.get(IFLA_LINKINFO, b""))
    kind = info.get(IFLA_INFO_KIND, b"").rstrip(b"\0").decode()
    raw = found[IFLA_STATS64]
    numbers = struct.unpack_from(f"={len(raw) // 8}Q", raw)
    link = found.get(IFLA_LINK)
    netnsid = found.get(IFLA_LINK_NETNSID)
    common = Info(
        index=index,
        name=found[IFLA_IFNAME].rstrip(b"\0").decode(),
        flags=flags,
        address=found.get(IFLA_ADDRESS, b"").hex(":"),
        mtu=nl.number(found[IFLA_MTU]),
        txqlen=nl.number(found[IFLA_TXQLEN]),
        link=None if link is None else nl.number(link),
        link_netnsid=None if netnsid is None else nl.number(netnsid),
        num_tx_queues=nl.number(found[IFLA_NUM_TX_QUEUES]),
        # not told by a kernel for one CPU
        num_rx_queues=nl.number(found.get(IFLA_NUM_RX_QUEUES, b"\1")),
        carrier=bool(nl.number(found[IFLA_CARRIER])),
        operstate=nl.number(found[IFLA_OPERSTATE]),
        kind=kind,
        stats=dict(zip(STATS64, numbers, strict=False)),
    )
    if kind != uapi.KIND:
        return common
    raw_data = info[IFLA_INFO_DATA]
    data = nl.parse(raw_data)
    totals = nl.parse(info[IFLA_INFO_XSTATS])
    return replace(
        common,
        options=_parse_options(data),
        gen=parse_gen(data[uapi.IFLA_VNET_GEN]),
        state=_parse_state(data),
        xstats={
            name: nl.number(totals[number])
            for number, name in uapi.XSTATS.items()
        },
        data=raw_data,
    )


def get_bytes(ns: Netns, *, index: int = 0, name: str = "") -> bytes:
    """Read one device, by index or by name, as the kernel tells it."""
    body = ifinfomsg(index)
    if name:
        body += nl.text(IFLA_IFNAME, name)
    return ns.rtnl.request(RTM_GETLINK, 0, body).messages[0].body


def get(ns: Netns, *, index: int = 0, name: str = "") -> Info:
    """Read one device, by index or by name."""
    return parse_info(get_bytes(ns, index=index, name=name))


def dump(ns: Netns) -> list[Info]:
    """Read all devices of a namespace."""
    answer = ns.rtnl.request(RTM_GETLINK, nl.NLM_F_DUMP, ifinfomsg())
    told = [m.body for m in answer.messages if m.kind == RTM_NEWLINK]
    return [parse_info(body) for body in told]


def vnets(ns: Netns) -> list[Info]:
    """Read all vnet devices of a namespace."""
    return [info for info in dump(ns) if info.kind == uapi.KIND]


def names(ns: Netns) -> list[str]:
    """The names of all devices of a namespace but lo."""
    return sorted(info.name for info in dump(ns) if info.name != "lo")


def linkinfo(data: Iterable[bytes], kind: str = uapi.KIND) -> bytes:
    """IFLA_LINKINFO for a kind and the members of IFLA_INFO_DATA."""
    return nl.nest(
        IFLA_LINKINFO,
        nl.text(IFLA_INFO_KIND, kind),
        nl.nest(IFLA_INFO_DATA, *data),
    )


def address(text: str) -> bytes:
    """IFLA_ADDRESS for a MAC address in the usual spelling."""
    return nl.attr(IFLA_ADDRESS, bytes.fromhex(text.replace(":", "")))


@dataclass(frozen=True)
class Make:
    """A device to be made: its name, its place, and what it is to be like.

    It can be of another kind, with which vnet is compared.
    """

    name: str = ""
    ns: Netns | None = None
    options: Options = Options()
    mtu: int | None = None
    mac: str | None = None
    tx_queues: int | None = None
    rx_queues: int | None = None
    gen: Gen | None = None
    """All that the generator is told, where the options tell it nothing."""
    kind: str = uapi.KIND

    def data(self) -> list[bytes]:
        """The members of IFLA_INFO_DATA."""
        return self.options.data() + ([self.gen.data()] if self.gen else [])

    def attributes(self) -> bytes:
        """The attributes in front of IFLA_LINKINFO."""
        made = b""
        if self.name:
            made += nl.text(IFLA_IFNAME, self.name)
        if self.ns is not None:
            made += nl.u32(IFLA_NET_NS_FD, self.ns.fd)
        if self.mtu is not None:
            made += nl.u32(IFLA_MTU, self.mtu)
        if self.mac is not None:
            made += address(self.mac)
        if self.tx_queues is not None:
            made += nl.u32(IFLA_NUM_TX_QUEUES, self.tx_queues)
        if self.rx_queues is not None:
            made += nl.u32(IFLA_NUM_RX_QUEUES, self.rx_queues)
        return made

    def peer(self) -> bytes:
        """IFLA_VNET_PEER, or what the kind has in its place."""
        own = self.data()
        return nl.attr(
            _PEER_OF[self.kind] | nl.NLA_F_NESTED,
            ifinfomsg() + self.attributes() + (linkinfo(own) if own else b""),
        )

    def request(self, peer: "Make | None") -> bytes:
        """The body of the RTM_NEWLINK that makes it."""
        data = self.data()
        if peer is not None:
            data.append(peer.peer())
        return ifinfomsg() + self.attributes() + linkinfo(data, self.kind)


def create(ns: Netns, device: Make, peer: Make | None = None) -> nl.Answer:
    """Make a device alone, or a pair."""
    return ns.rtnl.request(
        RTM_NEWLINK,
        nl.NLM_F_CREATE | nl.NLM_F_EXCL,
        device.request(peer),
    )


class Link:
    """One vnet device, wherever it is."""

    def __init__(self, ns: Netns, index: int) -> None:
        self.ns = ns
        self.index = index

    @classmethod
    def named(cls, ns: Netns, name: str) -> "Link":
        """The device of this name."""
        return cls(ns, get(ns, name=name).index)

    def info(self) -> Info:
        """Everything about it."""
        return get(self.ns, index=self.index)

    def attributes(self) -> dict[int, bytes]:
        """Its attributes, also those that Info does not hold."""
        return nl.parse(get_bytes(self.ns, index=self.index)[16:])

    @property
    def name(self) -> str:
        """Its name."""
        return self.info().name

    @property
    def mac(self) -> str:
        """Its MAC address."""
        return self.info().address

    def options(self) -> Options:
        """Its vnet attributes."""
        return self.info().options

    def state(self) -> State:
        """Its run-time state."""
        return self.info().state

    def xstats(self) -> dict[str, int]:
        """Its totals."""
        return self.info().xstats

    def change(self, body: bytes, flags: int = 0, mask: int = 0) -> nl.Answer:
        """Send RTM_NEWLINK for it, with these attributes."""
        return self.ns.rtnl.request(
            RTM_NEWLINK, 0, ifinfomsg(self.index, flags, mask) + body
        )

    def set(self, options: Options) -> nl.Answer:
        """Change vnet attributes."""
        return self.change(linkinfo(options.data()))

    def generate(self, gen: Gen) -> nl.Answer:
        """Change what the generator does."""
        return self.change(linkinfo([gen.data()]))

    def gen(self) -> Gen:
        """What the generator does."""
        return self.info().gen

    def up(self) -> None:
        """Set it up."""
        self.change(b"", IFF_UP, IFF_UP)

    def down(self) -> None:
        """Set it down."""
        self.change(b"", 0, IFF_UP)

    def promiscuous(self, on: bool) -> None:
        """Have it take every frame, or not."""
        self.change(b"", IFF_PROMISC if on else 0, IFF_PROMISC)

    def set_mtu(self, mtu: int) -> None:
        """Set its MTU."""
        self.change(nl.u32(IFLA_MTU, mtu))

    def set_carrier(self, on: bool) -> None:
        """What ``ip link set … carrier on|off`` does."""
        self.change(nl.u8(IFLA_CARRIER, on))

    def move(self, ns: Netns) -> None:
        """Move it to another namespace; the index stays when it is free."""
        name = self.name
        self.change(nl.u32(IFLA_NET_NS_FD, ns.fd))
        self.ns = ns
        self.index = get(ns, name=name).index

    def delete(self) -> None:
        """Delete it, and with it its peer."""
        self.ns.rtnl.request(RTM_DELLINK, 0, ifinfomsg(self.index))

    def exists(self) -> bool:
        """Is it there?"""
        return any(info.index == self.index for info in dump(self.ns))

    def wait_received(self) -> None:
        """Wait until the RX rings are empty, and what was in them is delivered."""
        wait_for(lambda: not self.state().rx_queued, "the RX rings to empty")
        libc.synchronize()

    def wait_carrier(self, on: bool = True) -> None:
        """Wait until the link is up and may be used, or is not."""
        wait_for(
            lambda: (
                (self.info().operstate == OPER_UP) == on
                and self.info().carrier == on
            ),
            f"carrier {'on' if on else 'off'} of {self.name}",
        )


def delete_if_there(device: Link) -> None:
    """Delete a device that may have gone with its peer."""
    try:
        device.delete()
    except nl.NetlinkError as error:
        if error.errno != errno.ENODEV:
            raise


@dataclass
class Pair:
    """Two devices, each the other's peer."""

    a: Link
    b: Link

    def __iter__(self) -> Iterator[Link]:
        return iter((self.a, self.b))

    def up(self) -> "Pair":
        """Set both up and wait for the carrier."""
        self.a.up()
        self.b.up()
        self.a.wait_carrier()
        self.b.wait_carrier()
        return self


def make_pair(a: Make, b: Make) -> Pair:
    """Make a pair, each end in the namespace that its description names."""
    assert a.ns is not None
    assert b.ns is not None
    create(a.ns, a, b)
    return Pair(Link.named(a.ns, a.name), Link.named(b.ns, b.name))


def make_lone(device: Make) -> Link:
    """Make a device that stands alone."""
    assert device.ns is not None
    create(device.ns, device)
    return Link.named(device.ns, device.name)


def nsid_of(ns: Netns, other: Netns) -> int:
    """The number that one namespace knows another by; -1 if it has none."""
    answer = ns.rtnl.request(
        RTM_GETNSID, 0, struct.pack("=Bxxx", 0) + nl.u32(NETNSA_FD, other.fd)
    )
    found = nl.parse(answer.messages[0].body[4:])
    return nl.signed(found[NETNSA_NSID])
