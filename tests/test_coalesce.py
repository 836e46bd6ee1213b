# SPDX-License-Identifier: GPL-2.0-or-later
"""How completions are batched, and how long frames wait: the settings.

What they do is in test_completions and test_moderation.
"""

import os
import re
from contextlib import suppress

import pytest

from lib import genl, link, uapi
from lib.ethtool import RefusedError, ethtool
from lib.genl import EthtoolMonitor
from lib.link import RTM_NEWLINK, RTNLGRP_LINK, Link, Options, Pair
from lib.setup import CardMaker, Namespaces, PairMaker
from lib.wait import wait_equal

USECS_MAX = uapi.VNET_TX_USECS_MAX
FRAMES_MIN, FRAMES_MAX = uapi.VNET_TX_FRAMES_MIN, uapi.VNET_TX_FRAMES_MAX
DEFAULTS = uapi.VNET_TX_USECS_DEFAULT, uapi.VNET_TX_FRAMES_DEFAULT
ALL = {
    "rx_usecs": uapi.VNET_RX_USECS_DEFAULT,
    "rx_frames": uapi.VNET_RX_FRAMES_DEFAULT,
    "tx_usecs": uapi.VNET_TX_USECS_DEFAULT,
    "tx_frames": uapi.VNET_TX_FRAMES_DEFAULT,
    "adaptive_rx": uapi.VNET_ADAPTIVE_RX_DEFAULT,
    "adaptive_tx": uapi.VNET_ADAPTIVE_TX_DEFAULT,
}
FORMATS = not os.uname().release.startswith("6.1.")


def said(device: Link) -> tuple[int | None, int | None]:
    """What rtnetlink says of the device's completions."""
    options = device.options()
    return options.tx_usecs, options.tx_frames


def all_said(device: Link) -> dict[str, int]:
    """All that rtnetlink says of moderation."""
    options = vars(device.options())
    return {name: int(options[name]) for name in ALL}


@pytest.mark.smoke
@pytest.mark.parametrize("up", [True, False], ids=["up", "down"])
def test_rtnetlink_and_ethtool_are_two_doors_to_one_state(
    make_pair: PairMaker, up: bool
) -> None:
    """Each sets one without the other, and neither touches the peer."""
    pair = make_pair(up=up)
    wanted = dict(ALL)

    def assert_both() -> None:
        assert all_said(pair.a) == wanted
        assert genl.coalesce(pair.a) == wanted

    assert_both()
    ethtool(pair.a, "-C", "tx-usecs", "50", "rx-frames", "7")
    wanted |= {"tx_usecs": 50, "rx_frames": 7}
    assert_both()
    pair.a.set(Options(tx_frames=8, rx_usecs=9))
    wanted |= {"tx_frames": 8, "rx_usecs": 9}
    assert_both()
    ethtool(pair.a, "-C", "adaptive-rx", "on", "adaptive-tx", "on")
    wanted |= {"adaptive_rx": 1, "adaptive_tx": 1}
    assert_both()
    pair.a.set(Options(adaptive_rx=False, tx_usecs=0, tx_frames=1))
    wanted |= {"adaptive_rx": 0, "tx_usecs": 0, "tx_frames": 1}
    assert_both()
    assert all_said(pair.b) == ALL


@pytest.mark.parametrize("usecs", [0, 1, USECS_MAX])
@pytest.mark.parametrize("frames", [FRAMES_MIN, 100, FRAMES_MAX])
def test_the_limits_are_values(lone: Link, usecs: int, frames: int) -> None:
    ethtool(lone, "-C", "tx-usecs", str(usecs), "tx-frames", str(frames))
    assert said(lone) == (usecs, frames)
    lone.set(Options(tx_usecs=5, tx_frames=5))
    lone.set(Options(tx_usecs=usecs, tx_frames=frames))
    assert genl.coalesce(lone) == ALL | {
        "tx_usecs": usecs,
        "tx_frames": frames,
    }


@pytest.mark.parametrize(
    ("words", "name", "value", "limits"),
    [
        ("tx-usecs 10001", "tx_usecs", 10001, (0, USECS_MAX)),
        ("tx-usecs 4294967295", "tx_usecs", (1 << 32) - 1, (0, USECS_MAX)),
        ("tx-frames 0", "tx_frames", 0, (FRAMES_MIN, FRAMES_MAX)),
        ("tx-frames 4097", "tx_frames", 4097, (FRAMES_MIN, FRAMES_MAX)),
        ("tx-usecs 9 tx-frames 0", "tx_frames", 0, (FRAMES_MIN, FRAMES_MAX)),
        (
            "rx-usecs 1000001",
            "rx_usecs",
            1000001,
            (0, uapi.VNET_RX_USECS_MAX),
        ),
        (
            "tx-usecs 9 rx-frames 4097",
            "rx_frames",
            4097,
            (0, uapi.VNET_RX_FRAMES_MAX),
        ),
    ],
)
def test_ethtool_refuses_what_netlink_refuses(
    lone: Link, words: str, name: str, value: int, limits: tuple[int, int]
) -> None:
    """In the same words, and nothing is changed."""
    before = lone.options()
    with pytest.raises(RefusedError) as refusal:
        ethtool(lone, "-C", *words.split())
    text = f"{name}: must be from {limits[0]} to {limits[1]}"
    if FORMATS:
        text += f", not {value}"
    assert text in str(refusal.value)
    assert lone.options() == before


@pytest.mark.parametrize(
    "words",
    ["rx-usecs-irq 5", "rx-frames-low 5", "stats-block-usecs 5"],
)
def test_what_the_device_has_not_is_refused(lone: Link, words: str) -> None:
    before = lone.options()
    with pytest.raises(RefusedError):
        ethtool(lone, "-C", *words.split())
    assert lone.options() == before


def test_they_survive_down_and_up(pair: Pair) -> None:
    pair.a.set(Options(tx_usecs=20, tx_frames=30, rx_usecs=5, rx_frames=6))
    pair.a.down()
    assert said(pair.a) == (20, 30)
    pair.a.set(Options(tx_frames=40, adaptive_rx=True))
    pair.up()
    assert all_said(pair.a) == {
        "rx_usecs": 5,
        "rx_frames": 6,
        "tx_usecs": 20,
        "tx_frames": 40,
        "adaptive_rx": 1,
        "adaptive_tx": 0,
    }


def test_they_move_along(make_pair: PairMaker, ns: Namespaces) -> None:
    pair = make_pair()
    pair.b.set(Options(tx_usecs=20, tx_frames=30, rx_usecs=7))
    pair.b.move(ns("elsewhere", quiet=True))
    assert said(pair.b) == (20, 30)
    assert pair.b.options().rx_usecs == 7


def test_a_change_is_told_of_through_both_doors(pair: Pair) -> None:
    """ip monitor and ethtool --monitor see it, whoever set it."""
    listener = pair.a.ns.rtnl_listener(RTNLGRP_LINK)

    def told() -> tuple[int | None, int | None] | None:
        for message in listener.receive(0.05):
            if message.kind == RTM_NEWLINK:
                options = link.parse_info(message.body).options
                return options.tx_usecs, options.tx_frames
        return None

    with EthtoolMonitor(pair.a.ns) as monitor:
        pair.a.set(Options(tx_usecs=30))
        new = 30, DEFAULTS[1]
        wait_equal(monitor.last_coalesce, new, "ethtool after rtnetlink")
        wait_equal(told, new, "rtnetlink after rtnetlink")
        ethtool(pair.a, "-C", "tx-frames", "5")
        wait_equal(monitor.last_coalesce, (30, 5), "ethtool after ethtool")
        wait_equal(told, (30, 5), "rtnetlink after ethtool")
        pair.a.set(Options(rx_usecs=9, tx_frames=6))
        wait_equal(monitor.last_coalesce, (30, 6), "ethtool of rx_usecs")
        assert monitor.coalesces[-1]["rx_usecs"] == 9
    listener.close()


def per_queue(device: Link, queue: int) -> dict[str, int]:
    """What ``ethtool --per-queue ... --show-coalesce`` says of a queue."""
    text = ethtool(
        device,
        "--per-queue",
        "queue_mask",
        hex(1 << queue),
        "--show-coalesce",
    )
    adaptive = re.search(r"Adaptive RX: (\w+)\s+TX: (\w+)", text)
    assert adaptive is not None, text
    found = {
        "adaptive_rx": int(adaptive[1] == "on"),
        "adaptive_tx": int(adaptive[2] == "on"),
    }
    for name in ("rx_usecs", "rx_frames", "tx_usecs", "tx_frames"):
        number = re.search(rf"^{name.replace('_', '-')}:\s*(\d+)$", text, re.M)
        assert number is not None, text
        found[name] = int(number[1])
    return found


def set_per_queue(device: Link, mask: int, words: str) -> None:
    """``ethtool --per-queue ... --coalesce``."""
    ethtool(
        device,
        "--per-queue",
        "queue_mask",
        hex(mask),
        "--coalesce",
        *words.split(),
    )


def test_queues_may_differ(make_card: CardMaker) -> None:
    """That is between ethtool and the queue; rtnetlink tells of the device."""
    card = make_card(4)
    set_per_queue(card, 0b0110, "rx-usecs 50 tx-frames 3 adaptive-rx on")
    special = ALL | {"rx_usecs": 50, "tx_frames": 3, "adaptive_rx": 1}
    assert [per_queue(card, i) for i in range(4)] == [
        ALL,
        special,
        special,
        ALL,
    ]
    assert all_said(card) == ALL
    card.down()
    card.up()
    assert per_queue(card, 2) == special


def test_what_is_set_of_the_device_is_set_of_each_queue(
    make_card: CardMaker,
) -> None:
    """Of what is changed; the rest stays as it is in each."""
    card = make_card(2)
    set_per_queue(card, 0b10, "rx-usecs 50 tx-frames 3")
    ethtool(card, "-C", "rx-usecs", "7")
    assert per_queue(card, 0) == ALL | {"rx_usecs": 7}
    assert per_queue(card, 1) == ALL | {"rx_usecs": 7, "tx_frames": 3}
    card.set(Options(tx_frames=9))
    assert per_queue(card, 1) == ALL | {"rx_usecs": 7, "tx_frames": 9}


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        (0b100, "rx-usecs 5"),
        (0b010, "rx-usecs 1000001"),
        (0b010, "rx-frames 4097"),
        (0b011, "tx-frames 0"),
        (0b101, "tx-usecs 7"),
    ],
)
def test_a_queue_is_refused_what_the_device_is(
    make_card: CardMaker, mask: int, words: str
) -> None:
    """And a queue that is not in use is refused; nothing is changed.

    Not every version of the program says by its exit status that it was.
    """
    card = make_card(2)
    with suppress(RefusedError):
        set_per_queue(card, mask, words)
    assert [per_queue(card, i) for i in range(2)] == [ALL, ALL]


def test_what_is_set_already_is_told_to_nobody(pair: Pair) -> None:
    """And two values in one request are one change."""
    with EthtoolMonitor(pair.a.ns) as monitor:
        pair.a.set(pair.a.options())
        pair.a.set(Options(tx_ring=1024))
        pair.a.set(Options(tx_usecs=1, tx_frames=2))
        wait_equal(monitor.last_coalesce, (1, 2), "the one change")
        assert monitor.coalesces == [ALL | {"tx_usecs": 1, "tx_frames": 2}]
