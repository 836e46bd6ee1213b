# SPDX-License-Identifier: GPL-2.0-or-later
"""Row k: what it takes to have a device."""

from pathlib import Path

from lib import libc, link, nl, uapi
from lib.netns import Netns

from bench import device
from bench.clock import Settings, elapsed_ns
from bench.device import Kind
from bench.result import Result, Series
from bench.row import Row, say

PAIRS = (1, 100, 1000)
STEPS = ("create", "set up", "delete")
ALL = "create, set up, delete"
_PEER = {"vnet": uapi.IFLA_VNET_PEER | nl.NLA_F_NESTED, "veth": 1, "netkit": 1}
"""The attribute that the peer is described in."""

KINDS = (device.VNET, device.VETH, device.NETKIT)
SMALL, LARGE, RINGED = 64, 8192, 20

_METHOD = (
    "So many pairs, both ends in one namespace, with one queue each way, are"
    " made, both ends set up, and deleted again, one netlink request after the"
    " other. The time has all waiting in it. Memory is what MemAvailable loses"
    " until all are up."
)


def _memory() -> int:
    """Bytes that are to be had, nothing being under way."""
    libc.synchronize()
    for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
        name, _, rest = line.partition(":")
        if name == "MemAvailable":
            return int(rest.split()[0]) * 1024
    raise RuntimeError("no MemAvailable in /proc/meminfo")


def _make(kind: Kind, number: int, data: list[bytes]) -> bytes:
    """The request that makes a pair with one queue each way."""
    queues = nl.u32(link.IFLA_NUM_TX_QUEUES, 1) + nl.u32(
        link.IFLA_NUM_RX_QUEUES, 1
    )
    name = kind.link[1]
    own = nl.nest(
        link.IFLA_LINKINFO,
        nl.text(link.IFLA_INFO_KIND, name),
        nl.nest(link.IFLA_INFO_DATA, *data),
    )
    peer = (
        link.ifinfomsg()
        + nl.text(link.IFLA_IFNAME, f"b{number}")
        + queues
        + own
    )
    return (
        link.ifinfomsg()
        + nl.text(link.IFLA_IFNAME, f"a{number}")
        + queues
        + link.linkinfo([*data, nl.attr(_PEER[name], peer)], name)
    )


def _indices(ns: Netns, prefix: str = "") -> list[int]:
    return [
        info.index
        for info in link.dump(ns)
        if info.name != "lo" and info.name.startswith(prefix)
    ]


def _create(
    ns: Netns, kind: Kind, count: int, data: list[bytes] | None = None
) -> int:
    """Make pairs; return how long it took."""
    requests = [_make(kind, i, data or []) for i in range(count)]
    flags = nl.NLM_F_CREATE | nl.NLM_F_EXCL

    def act() -> None:
        for request in requests:
            ns.rtnl.request(link.RTM_NEWLINK, flags, request)

    return elapsed_ns(act)


def _set_up(ns: Netns) -> int:
    """Set all ends up; return how long it took."""
    requests = [
        link.ifinfomsg(index, link.IFF_UP, link.IFF_UP)
        for index in _indices(ns)
    ]

    def act() -> None:
        for request in requests:
            ns.rtnl.request(link.RTM_NEWLINK, 0, request)

    return elapsed_ns(act)


def _delete(ns: Netns) -> int:
    """Delete all pairs, one by one; return how long it took."""
    requests = [link.ifinfomsg(index) for index in _indices(ns, "a")]

    def act() -> None:
        for request in requests:
            ns.rtnl.request(link.RTM_DELLINK, 0, request)

    return elapsed_ns(act)


def _live(kind: Kind, count: int) -> tuple[list[int], int]:
    """How long each step took, and the memory used when all are up."""
    ns = Netns.create("life", quiet=True)
    before = _memory()
    created = _create(ns, kind, count)
    up = _set_up(ns)
    used = before - _memory()
    deleted = _delete(ns)
    ns.remove()
    return [created, up, deleted], used


def _ring_entry() -> float:
    """Bytes of an entry of a vnet ring."""
    used = []
    for size in (SMALL, LARGE):
        ns = Netns.create("life", quiet=True)
        before = _memory()
        rings = link.Options(tx_ring=size, rx_ring=size)
        _create(ns, device.VNET, RINGED, rings.data())
        _set_up(ns)
        used.append(before - _memory())
        _delete(ns)
        ns.remove()
    # two ends of a pair, two rings of each
    return (used[1] - used[0]) / (RINGED * 4 * (LARGE - SMALL))


def run(settings: Settings) -> Result:
    """Take the figures."""
    result = Result(ROW.key, ROW.title, _METHOD)
    qdiscs = {}
    with device.side_by_side(KINDS) as pairs:
        for pair in pairs:
            qdiscs[pair.name] = pair.near.qdisc()
    for count in PAIRS[:-1] if settings.quick else PAIRS:
        times: dict[str, list[list[int]]] = {kind.name: [] for kind in KINDS}
        memory: dict[str, list[float]] = {kind.name: [] for kind in KINDS}
        # a thousand take their time, and repeat well
        turns = 1 if count == PAIRS[-1] else settings.repeats
        for turn in range(turns):
            for kind in KINDS:
                taken, used = _live(kind, count)
                times[kind.name].append(taken)
                memory[kind.name].append(used / count / 1024)
                say(
                    f"({ROW.key}) {turn + 1} of {turns}: {count} of"
                    f" {kind.name}: {sum(taken) / count:,.0f}"
                )
        for kind in KINDS:
            parts = list(zip(*times[kind.name], strict=True))
            parts.append(tuple(sum(run) for run in times[kind.name]))
            for step, values in zip((*STEPS, ALL), parts, strict=True):
                result.series.append(
                    Series(
                        kind.name,
                        qdiscs[kind.name],
                        f"{step}, of {count}",
                        "µs a pair",
                        [value / count / 1000 for value in values],
                    )
                )
            # one pair is less than what else comes and goes
            if count > 1:
                result.series.append(
                    Series(
                        kind.name,
                        qdiscs[kind.name],
                        f"memory, of {count}",
                        "KiB a pair",
                        memory[kind.name],
                    )
                )
        result.ratio(device.VNET.name, f"{ALL}, of {count}", 1.0)
    result.series.append(
        Series(
            device.VNET.name,
            qdiscs[device.VNET.name],
            "a ring entry",
            "bytes",
            [_ring_entry()],
        )
    )
    return result


ROW = Row(
    "k", "The life of a device", run, plots=(f"{ALL}, of 100", "memory, of 100")
)
