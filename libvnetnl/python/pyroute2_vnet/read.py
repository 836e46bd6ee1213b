# SPDX-License-Identifier: LGPL-2.1-or-later
"""A vnet device as pyroute2 has received it, in plain dictionaries.

The keys are those of "ip -json".
"""

from typing import Any

from . import uapi

_BOOLEANS = (
    "rx_pause",
    "tx_pause",
    "adaptive_rx",
    "adaptive_tx",
    "irq",
    "gen",
    "failed",
)


def _members(nest: Any, attributes: uapi.Attributes, prefix: str) -> dict[str, Any]:
    names = [name for name, _ in uapi.values(attributes)]
    return {
        name.removeprefix(prefix).lower(): nest.get_attr(name)
        for name in names
        if nest.get_attr(name) is not None
    }


def _info(message: Any, attribute: str) -> Any:
    """An attribute of IFLA_LINKINFO; ValueError if the device is of another
    kind, or the message does not have it."""
    info = message.get_attr("IFLA_LINKINFO")
    if info is None or info.get_attr("IFLA_INFO_KIND") != uapi.KIND:
        name = message.get_attr("IFLA_IFNAME")
        raise ValueError(f"{name}: not a vnet device")
    nest = info.get_attr(attribute)
    if nest is None:
        raise ValueError(f"no {attribute} in this message")
    return nest


def _booleans(found: dict[str, Any]) -> dict[str, Any]:
    return {
        key: bool(value) if key in _BOOLEANS else value
        for key, value in found.items()
    }


def _queues(nest: Any) -> list[dict[str, Any]]:
    """What is set of each queue, ranges taken apart."""
    found = []
    for queue in nest.get_attrs("IFLA_VNET_QUEUE"):
        members = _booleans(_members(queue, uapi.QUEUE, "IFLA_VNET_QUEUE_"))
        first = members.pop("index")
        last = members.pop("last", first)
        found += [
            {"index": index, **members}
            for index in range(first, min(last, uapi.QUEUES_MAX - 1) + 1)
        ]
    return found


def options(message: Any) -> dict[str, Any]:
    """What was set: tx_ring, rx_ring, rx_pause, tx_pause, tx_usecs, tx_frames,
    rx_usecs, rx_frames, adaptive_rx, adaptive_tx, irq, queues, gen, and
    gen_rate, gen_proto and so on.

    `queues` lists the RX queues that are not at their default, and of each what
    is not: [{"index": 3, "cpu": 2}, {"index": 5, "failed": True}].  What the
    generator has is as link() takes it: "udp4", "10.0.0.1", ["src", "src_port"].
    """
    data = _info(message, "IFLA_INFO_DATA")
    found = _members(data, uapi.DATA, "IFLA_VNET_")
    found.pop("state", None)
    found.pop("peer", None)
    if "queues" in found:
        found["queues"] = _queues(found["queues"])
    gen = found.pop("gen", None)
    if gen is not None:
        members = _members(gen, uapi.GEN, "IFLA_VNET_")
        if "gen_enable" in members:
            found["gen"] = members.pop("gen_enable")
        found |= members
    return _booleans(found)


def state(message: Any) -> dict[str, Any]:
    """What goes on: tx_queued, rx_queued, gen_state, gen_frames, gen_nsecs,
    gen_bytes."""
    nest = _info(message, "IFLA_INFO_DATA").get_attr("IFLA_VNET_STATE")
    if nest is None:
        return {}
    found = _members(nest, uapi.STATE, "IFLA_VNET_STATE_")
    if "gen" in found:
        found["gen_state"] = found.pop("gen")
    return found


def xstats(message: Any) -> dict[str, int]:
    """The counters: tx_frames, rx_missed and so on."""
    nest = _info(message, "IFLA_INFO_XSTATS")
    return _members(nest, uapi.XSTATS, "IFLA_VNET_XSTATS_")
