# SPDX-License-Identifier: GPL-2.0-or-later
"""tx_usecs and tx_frames: how completions are batched."""

import os

import pytest

from lib import genl, link, uapi
from lib.ethtool import RefusedError, ethtool
from lib.genl import EthtoolMonitor
from lib.link import RTM_NEWLINK, RTNLGRP_LINK, Link, Options, Pair
from lib.setup import Namespaces, PairMaker
from lib.wait import wait_equal

USECS_MAX = uapi.VNET_TX_USECS_MAX
FRAMES_MIN, FRAMES_MAX = uapi.VNET_TX_FRAMES_MIN, uapi.VNET_TX_FRAMES_MAX
DEFAULTS = uapi.VNET_TX_USECS_DEFAULT, uapi.VNET_TX_FRAMES_DEFAULT
FORMATS = not os.uname().release.startswith("6.1.")


def said(device: Link) -> tuple[int | None, int | None]:
    """What rtnetlink says of the device."""
    options = device.options()
    return options.tx_usecs, options.tx_frames


@pytest.mark.smoke
@pytest.mark.parametrize("up", [True, False], ids=["up", "down"])
def test_rtnetlink_and_ethtool_are_two_doors_to_one_state(
    make_pair: PairMaker, up: bool
) -> None:
    """Each sets one without the other, and neither touches the peer."""
    pair = make_pair(up=up)
    assert said(pair.a) == DEFAULTS
    assert genl.coalesce(pair.a) == dict(
        zip(("tx_usecs", "tx_frames"), DEFAULTS, strict=True)
    )
    ethtool(pair.a, "-C", "tx-usecs", "50")
    assert said(pair.a) == (50, DEFAULTS[1])
    pair.a.set(Options(tx_frames=8))
    assert genl.coalesce(pair.a) == {"tx_usecs": 50, "tx_frames": 8}
    ethtool(pair.a, "-C", "tx-usecs", "7", "tx-frames", "9")
    assert said(pair.a) == (7, 9)
    pair.a.set(Options(tx_usecs=0, tx_frames=1))
    assert genl.coalesce(pair.a) == {"tx_usecs": 0, "tx_frames": 1}
    assert said(pair.b) == DEFAULTS


@pytest.mark.parametrize("usecs", [0, 1, USECS_MAX])
@pytest.mark.parametrize("frames", [FRAMES_MIN, 100, FRAMES_MAX])
def test_the_limits_are_values(lone: Link, usecs: int, frames: int) -> None:
    ethtool(lone, "-C", "tx-usecs", str(usecs), "tx-frames", str(frames))
    assert said(lone) == (usecs, frames)
    lone.set(Options(tx_usecs=5, tx_frames=5))
    lone.set(Options(tx_usecs=usecs, tx_frames=frames))
    assert genl.coalesce(lone) == {"tx_usecs": usecs, "tx_frames": frames}


@pytest.mark.parametrize(
    ("words", "name", "value", "limits"),
    [
        ("tx-usecs 10001", "tx_usecs", 10001, (0, USECS_MAX)),
        ("tx-usecs 4294967295", "tx_usecs", (1 << 32) - 1, (0, USECS_MAX)),
        ("tx-frames 0", "tx_frames", 0, (FRAMES_MIN, FRAMES_MAX)),
        ("tx-frames 4097", "tx_frames", 4097, (FRAMES_MIN, FRAMES_MAX)),
        ("tx-usecs 9 tx-frames 0", "tx_frames", 0, (FRAMES_MIN, FRAMES_MAX)),
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
    ["rx-usecs 5", "rx-frames 5", "adaptive-tx on", "tx-usecs-irq 5"],
)
def test_what_the_device_has_not_is_refused(lone: Link, words: str) -> None:
    before = lone.options()
    with pytest.raises(RefusedError):
        ethtool(lone, "-C", *words.split())
    assert lone.options() == before


def test_they_survive_down_and_up(pair: Pair) -> None:
    pair.a.set(Options(tx_usecs=20, tx_frames=30))
    pair.a.down()
    assert said(pair.a) == (20, 30)
    pair.a.set(Options(tx_frames=40))
    pair.up()
    assert said(pair.a) == (20, 40)


def test_they_move_along(make_pair: PairMaker, ns: Namespaces) -> None:
    pair = make_pair()
    pair.b.set(Options(tx_usecs=20, tx_frames=30))
    pair.b.move(ns("elsewhere", quiet=True))
    assert said(pair.b) == (20, 30)


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
    listener.close()


def test_what_is_set_already_is_told_to_nobody(pair: Pair) -> None:
    """And two values in one request are one change."""
    with EthtoolMonitor(pair.a.ns) as monitor:
        pair.a.set(pair.a.options())
        pair.a.set(Options(tx_ring=1024))
        pair.a.set(Options(tx_usecs=1, tx_frames=2))
        wait_equal(monitor.last_coalesce, (1, 2), "the one change")
        assert monitor.coalesces == [{"tx_usecs": 1, "tx_frames": 2}]
