# SPDX-License-Identifier: GPL-2.0-or-later
"""Every frame is accounted for: the sums that must hold, to the last frame."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lib import link
from lib.link import Info, Link, Options
from lib.netns import Netns
from lib.wait import HungError, wait_for

PROTOCOLS = ("arp", "ipv4", "ipv6", "other")

NOTHING: dict[str, int] = {"tx_frames": 0, "tx_drop_flush": 0}

_looped: set[tuple[str, int]] = set()
"""Devices that are, or were, looped back: the place of each."""


def note_loop(device: Link) -> None:
    """Have the frames of a pair add up together: one end is looped back."""
    _looped.add((device.ns.name, device.index))


def sent(sender: Mapping[str, int], receiver: Mapping[str, int]) -> int:
    """Frames that came to the receiver's RX rings, or were made for them."""
    return (
        sender["tx_frames"] - sender["tx_drop_flush"] + receiver["gen_frames"]
    )


def taken(receiver: Mapping[str, int]) -> int:
    """Frames that the receiver delivered or counted as dropped."""
    return (
        receiver["rx_frames"]
        + receiver["rx_missed"]
        + receiver["rx_drop_rule"]
        + receiver["rx_drop_fcs"]
        + receiver["rx_drop_length"]
        + receiver["rx_drop_flush"]
        + receiver["rx_drop_nomem"]
        + receiver["rx_drop_filter"]
        + receiver["rx_drop_vlan"]
        + receiver["gen_missed"]
        + receiver["gen_drop_nomem"]
    )


def unbalanced(
    sender: Mapping[str, int], receiver: Mapping[str, int]
) -> str | None:
    """Say what does not add up from a sender to its receiver, rings empty."""
    there, here = sent(sender, receiver), taken(receiver)
    if there == here:
        return None
    used = {
        **{k: v for k, v in sender.items() if v and k.startswith("tx_")},
        **{k: v for k, v in receiver.items() if v and not k.startswith("tx_")},
    }
    return f"{there} sent or generated, {here} accounted for: {used}"


def sunk_wrongly(alone: Mapping[str, int]) -> str | None:
    """Say what does not add up at a device whose wire ends nowhere."""
    posted = alone["tx_frames"] - alone["tx_drop_flush"]
    if posted == alone["tx_sunk"]:
        return None
    return f"{posted} frames sent, {alone['tx_sunk']} of them sunk"


def unbalanced_loop(ends: Iterable[Mapping[str, int]]) -> str | None:
    """Say what does not add up of devices that were looped back."""
    known = list(ends)
    there = sum(sent(end, end) - end["tx_sunk"] for end in known)
    here = sum(taken(end) for end in known)
    if there == here:
        return None
    return f"{there} sent or generated at all, {here} accounted for: {known}"


def generated_wrongly(receiver: Mapping[str, int]) -> str | None:
    """Say what does not add up of what the generator made, rings empty.

    What was flushed, or what a rule dropped, is not told apart by who had sent it.
    """
    left = receiver["gen_frames"] - (
        receiver["gen_delivered"]
        + receiver["gen_missed"]
        + receiver["gen_drop_nomem"]
    )
    if 0 <= left <= receiver["rx_drop_flush"] + receiver["rx_drop_rule"]:
        return None
    return f"{left} generated frames are neither delivered nor dropped"


def protocols_wrong(totals: Mapping[str, int]) -> str | None:
    """Say where the counts per protocol do not add up to the frames."""
    for side in ("tx", "rx"):
        parts = sum(totals[f"{side}_{protocol}"] for protocol in PROTOCOLS)
        if parts != totals[f"{side}_frames"]:
            return (
                f"{side}: {totals[f'{side}_frames']} frames, "
                f"{parts} by protocol"
            )
    return None


@dataclass(frozen=True)
class _Device:
    ns: Netns
    info: Info
    peer: Info | None
    places: tuple[tuple[str, int], ...]

    def looped(self) -> bool:
        """Was one of the ends ever looped back?"""
        return any(place in _looped for place in self.places)


def _find_devices(namespaces: Iterable[Netns]) -> list[_Device]:
    """All vnet devices of the namespaces, each with its peer."""
    known = list(namespaces)
    infos = [(ns, link.vnets(ns)) for ns in known]
    by_place = {
        (ns.name, info.index): info for ns, found in infos for info in found
    }
    devices = []
    for ns, found in infos:
        if not found:
            continue
        ids = {link.nsid_of(ns, other): other for other in known}
        for info in found:
            peer = None
            places = [(ns.name, info.index)]
            if info.link:
                where = (
                    ns
                    if info.link_netnsid is None
                    else ids.get(info.link_netnsid)
                )
                if where is None:
                    raise AssertionError(
                        f"the peer of {info.name} is in a namespace "
                        "that the test did not tell of"
                    )
                places.append((where.name, info.link))
                peer = by_place.get(places[-1])
                if peer is None:
                    raise AssertionError(
                        f"{info.name} of {ns.name or 'the first namespace'} "
                        f"says its peer is {info.link}: no such vnet device"
                    )
            devices.append(_Device(ns, info, peer, tuple(places)))
    return devices


def _complaints(namespaces: Iterable[Netns]) -> list[str]:
    found = []
    for device in _find_devices(namespaces):
        info = device.info
        ends = [info, device.peer] if device.peer else [info]
        sender = device.peer.xstats if device.peer else NOTHING
        looped = device.looped()
        wrong = [
            unbalanced_loop(end.xstats for end in ends)
            if looped
            else unbalanced(sender, info.xstats),
            generated_wrongly(info.xstats),
            protocols_wrong(info.xstats),
        ]
        if device.peer is None and not looped:
            wrong.append(sunk_wrongly(info.xstats))
        if info.state.rx_queued or info.state.tx_queued:
            wrong.append(
                f"still queued: tx {info.state.tx_queued} "
                f"rx {info.state.rx_queued}"
            )
        where = f"{device.ns.name or 'first namespace'}/{info.name}"
        found += [f"{where}: {text}" for text in wrong if text]
    return found


def stop_generators(namespaces: Iterable[Netns]) -> None:
    """Stop what would go on making frames."""
    for ns in namespaces:
        for info in link.vnets(ns):
            if info.options.gen:
                Link(ns, info.index).set(Options(gen=False))


def assert_conserved(
    namespaces: Iterable[Netns], deadline: float = 60.0
) -> None:
    """Every frame is delivered, counted in one named drop, or in a ring.

    Waits until the rings are empty, since frames may still be under way; a
    frame that is lost for good never comes, and that is what is reported.
    """
    known = list(namespaces)
    last: list[str] = []

    def balanced() -> bool:
        last[:] = _complaints(known)
        return not last

    try:
        wait_for(balanced, "the frame counts to add up", deadline)
    except HungError as hung:
        raise AssertionError("\n".join([str(hung), *last])) from None


def difference(
    after: Mapping[str, int], before: Mapping[str, int]
) -> dict[str, int]:
    """What was counted in between; what did not change is left out."""
    return {
        name: value - before[name]
        for name, value in after.items()
        if value != before[name]
    }
