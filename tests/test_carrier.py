# SPDX-License-Identifier: GPL-2.0-or-later
"""Carrier, as on a cable: both ends up, and neither says otherwise."""

import itertools

import pytest

from lib.ethtool import ethtool
from lib.link import RTM_NEWLINK, RTNLGRP_LINK, Link, Make, Pair, parse_info
from lib.setup import PairMaker
from lib.traffic import Receiver, Sender, assert_all
from lib.wait import wait_for


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("a_up", "b_up"), list(itertools.product([False, True], repeat=2))
)
def test_a_pair_has_carrier_when_both_ends_are_up(
    make_pair: PairMaker, a_up: bool, b_up: bool
) -> None:
    pair = make_pair(up=False)
    if a_up:
        pair.a.up()
    if b_up:
        pair.b.up()
    for end in pair:
        assert end.info().carrier == (a_up and b_up)


@pytest.mark.parametrize(
    ("up", "a_on", "b_on"), list(itertools.product([False, True], repeat=3))
)
def test_what_the_administrators_say_is_anded_with_that(
    make_pair: PairMaker, up: bool, a_on: bool, b_on: bool
) -> None:
    pair = make_pair(up=False)
    if up:
        pair.a.up()
        pair.b.up()
    else:
        pair.a.up()
    pair.a.set_carrier(a_on)
    pair.b.up()
    pair.b.set_carrier(b_on)
    if not up:
        pair.a.down()
    for end in pair:
        assert end.info().carrier == (up and a_on and b_on)


def test_carrier_off_survives_down_and_up(pair: Pair) -> None:
    pair.a.set_carrier(False)
    pair.a.down()
    pair.a.up()
    assert not pair.a.info().carrier
    assert not pair.b.info().carrier
    pair.a.set_carrier(True)
    pair.a.wait_carrier()
    pair.b.wait_carrier()


def test_alone_a_device_has_carrier_while_it_is_up(lone: Link) -> None:
    assert lone.info().carrier
    lone.set_carrier(False)
    assert not lone.info().carrier
    lone.set_carrier(True)
    assert lone.info().carrier
    lone.down()
    assert not lone.info().carrier


def test_a_lost_link_is_told_to_both_namespaces(pair: Pair) -> None:
    """ip monitor at the far end sees the cable go."""
    listener = pair.b.ns.rtnl_listener(RTNLGRP_LINK)
    pair.a.down()

    def told() -> bool:
        return any(
            message.kind == RTM_NEWLINK
            and (info := parse_info(message.body)).index == pair.b.index
            and not info.carrier
            for message in listener.receive(0.2)
        )

    wait_for(told, "RTM_NEWLINK without carrier at the far end")
    listener.close()


def test_ethtool_reports_the_link(pair: Pair) -> None:
    assert "Link detected: yes" in ethtool(pair.a)
    pair.b.set_carrier(False)
    assert "Link detected: no" in ethtool(pair.a)


def test_after_every_loss_traffic_flows_again(pair: Pair) -> None:
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        for _ in range(5):
            pair.a.set_carrier(False)
            pair.a.set_carrier(True)
            pair.a.wait_carrier()
            pair.b.wait_carrier()
            numbers = sender.send(20)
            assert_all(receiver.take(20), numbers)
            pair.b.down()
            pair.b.up()
            pair.a.wait_carrier()
            pair.b.wait_carrier()
            numbers = sender.send(20)
            assert_all(receiver.take(20), numbers)


def test_losing_the_carrier_keeps_what_was_accepted(
    make_pair: PairMaker,
) -> None:
    """Both ends stay up: what was posted before is delivered."""
    pair = make_pair(Make(tx_queues=1, rx_queues=1))
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        for _ in range(10):
            before = pair.a.xstats()["tx_frames"]
            sender.send(50)
            pair.b.set_carrier(False)
            accepted = pair.a.xstats()["tx_frames"] - before
            receiver.take(accepted)
            pair.b.set_carrier(True)
            pair.a.wait_carrier()
    assert pair.a.xstats()["tx_drop_flush"] == 0
    assert pair.b.xstats()["rx_drop_flush"] == 0
