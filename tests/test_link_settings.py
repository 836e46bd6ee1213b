# SPDX-License-Identifier: GPL-2.0-or-later
"""Link settings: two ends agree on a speed, as over a cable."""

import pytest

from lib import genl
from lib.ethtool import RefusedError, ethtool
from lib.genl import EthtoolMonitor, LinkModes, link_state
from lib.kmsg import KernelLog
from lib.link import Link, Pair
from lib.setup import PairMaker
from lib.traffic import Receiver, Sender, assert_all
from lib.wait import wait_for

HALF, FULL, UNKNOWN_DUPLEX = 0, 1, 255
UNKNOWN = 0xFFFFFFFF
TP, FIBRE = 0, 3

AUTONEG_BIT, TP_BIT, FIBRE_BIT = 6, 7, 10
T10H, T10, T100H, T100, T1000, T10000 = 0, 1, 2, 3, 5, 12
T2500, T5000 = 47, 48
TWISTED = {T10H, T10, T100H, T100, T1000, T2500, T5000, T10000}

STATE_AUTONEG, STATE_NO_CABLE = 0, 4
NO_PARTNER, NO_PARTNER_FORCED, NO_HCD = 1, 4, 6

MSG_DRV, MSG_LINK = 0, 2


def settings(link: Link) -> tuple[bool, int, int]:
    """Autonegotiation, speed and duplex of a device."""
    shown = LinkModes(link)
    return shown.autoneg, shown.speed, shown.duplex


def configure(link: Link, words: str) -> None:
    """``ethtool -s DEVICE WORDS``."""
    ethtool(link, "-s", *words.split())


def carrier_changes(link: Link) -> int:
    """How often a device had and lost its carrier."""
    (found,) = link.ns.ip.get_links(link.index)
    return int(found.get_attr("IFLA_CARRIER_CHANGES"))


def assert_crosses(pair: Pair) -> None:
    """Frames cross from a to b."""
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        sent = sender.send(3)
        assert_all(receiver.take(3), sent)


@pytest.mark.smoke
def test_ends_negotiate_the_best_that_both_have(pair: Pair) -> None:
    """And each sees what the other advertises."""
    for end in pair:
        shown = LinkModes(end)
        assert settings(end) == (True, 10000, FULL)
        assert shown.port == TP
        ports = {AUTONEG_BIT, TP_BIT, FIBRE_BIT}
        assert shown.supported == TWISTED | ports
        assert shown.advertised == TWISTED | {AUTONEG_BIT, TP_BIT}
        assert shown.partner == TWISTED | {AUTONEG_BIT}


def test_a_device_alone_has_the_best_of_its_own(lone: Link) -> None:
    assert settings(lone) == (True, 10000, FULL)
    assert LinkModes(lone).partner == set()
    configure(lone, "speed 100 duplex half autoneg off")
    assert settings(lone) == (False, 100, HALF)


@pytest.mark.smoke
def test_who_advertises_less_gets_less_at_both_ends(pair: Pair) -> None:
    configure(pair.a, "advertise 0x00a")  # 10baseT/Full, 100baseT/Full
    for end in pair:
        assert settings(end) == (True, 100, FULL)
    assert LinkModes(pair.b).partner == {T10, T100, AUTONEG_BIT}
    configure(pair.b, "speed 10 duplex full")
    for end in pair:
        assert settings(end) == (True, 10, FULL)
    assert_crosses(pair)


def test_who_negotiates_takes_what_the_other_is_forced_to(pair: Pair) -> None:
    configure(pair.a, "speed 100 duplex half autoneg off")
    assert settings(pair.a) == (False, 100, HALF)
    assert settings(pair.b) == (True, 100, HALF)
    assert LinkModes(pair.b).partner == set()
    assert_crosses(pair)
    configure(pair.a, "autoneg on")
    assert settings(pair.a) == (True, 10000, FULL)
    assert settings(pair.b) == (True, 10000, FULL)


def test_ports_may_differ(pair: Pair) -> None:
    """What counts is speed and duplex, as with a converter in between."""
    configure(pair.a, "port fibre")
    for end in pair:
        assert settings(end) == (True, 10000, FULL)
    assert LinkModes(pair.a).port == FIBRE
    configure(pair.b, "port fibre")
    for end in pair:
        assert settings(end) == (True, 400000, FULL)
    assert_crosses(pair)


def test_without_a_speed_in_common_there_is_no_link(pair: Pair) -> None:
    """Nor does anything cross; the reason is told."""
    configure(pair.a, "speed 1000 duplex full")
    configure(pair.b, "speed 100 duplex full")
    for end in pair:
        assert link_state(end) == (0, STATE_AUTONEG, NO_HCD)
        assert settings(end) == (True, UNKNOWN, UNKNOWN_DUPLEX)
    configure(pair.b, "advertise 0x028")
    for end in pair:
        end.wait_carrier()
        assert settings(end) == (True, 1000, FULL)
    assert_crosses(pair)


def test_forced_ends_need_the_same_speed(pair: Pair) -> None:
    """And keep a duplex each: neither knows of the other's."""
    configure(pair.a, "speed 1000 duplex full autoneg off")
    configure(pair.b, "speed 100 duplex half autoneg off")
    for end in pair:
        assert link_state(end)[0] == 0
    assert settings(pair.a) == (False, 1000, FULL)
    configure(pair.a, "speed 100 duplex full autoneg off")
    for end in pair:
        end.wait_carrier()
    assert settings(pair.a) == (False, 100, FULL)
    assert settings(pair.b) == (False, 100, HALF)


def test_a_change_of_speed_loses_no_frame(pair: Pair) -> None:
    """The link stays up, and both ends tell."""
    with (
        EthtoolMonitor(pair.b.ns) as there,
        EthtoolMonitor(pair.a.ns) as here,
        Receiver(pair.b) as receiver,
        Sender(pair.a) as sender,
    ):
        changes = carrier_changes(pair.b)
        sent = sender.send(20)
        configure(pair.a, "speed 1000 duplex full autoneg off")
        sender.send(20)
        assert_all(receiver.take(40), range(sent.start, sent.start + 40))
        wait_for(lambda: here.last_speed(pair.a) == 1000, "a to tell")
        wait_for(lambda: there.last_speed(pair.b) == 1000, "b to tell")
        assert carrier_changes(pair.b) == changes


def test_settings_survive_down_and_up(pair: Pair) -> None:
    configure(pair.a, "port fibre")
    configure(pair.a, "speed 1000 duplex full autoneg off")
    pair.a.down()
    shown = LinkModes(pair.a)
    assert (shown.port, shown.autoneg, shown.speed) == (FIBRE, False, 1000)
    assert settings(pair.b) == (True, UNKNOWN, UNKNOWN_DUPLEX)
    pair.a.up()
    pair.a.wait_carrier()
    assert settings(pair.a) == (False, 1000, FULL)
    assert settings(pair.b) == (True, 1000, FULL)


@pytest.mark.parametrize(
    ("words", "port"),
    [
        ("speed 300 duplex full autoneg off", TP),
        ("speed 1000 duplex half autoneg off", TP),
        ("speed 2500 duplex full autoneg off", FIBRE),
        ("advertise 0x010", TP),  # 1000baseT/Half
        ("advertise 0x000", TP),
        ("port bnc", TP),
        ("port mii", TP),
        ("phyad 3", TP),
    ],
)
def test_what_the_port_does_not_have_is_refused(
    lone: Link, words: str, port: int
) -> None:
    """And changes nothing."""
    if port == FIBRE:
        configure(lone, "port fibre")
    before = vars(LinkModes(lone))
    with pytest.raises(RefusedError):
        configure(lone, words)
    assert vars(LinkModes(lone)) == before


def test_the_reason_for_no_link_is_told(make_pair: PairMaker) -> None:
    pair = make_pair(up=False)
    pair.a.up()
    assert link_state(pair.a) == (0, STATE_AUTONEG, NO_PARTNER)
    configure(pair.a, "speed 100 duplex full autoneg off")
    assert link_state(pair.a) == (0, STATE_AUTONEG, NO_PARTNER_FORCED)
    pair.b.up()
    pair.a.wait_carrier()
    assert link_state(pair.a) == (1, None, None)
    for end in pair:
        end.set_carrier(False)
        for shown in pair:
            assert link_state(shown) == (0, STATE_NO_CABLE, None)
        end.set_carrier(True)
    pair.a.wait_carrier()


def test_ethtool_shows_the_reason_for_no_link(pair: Pair) -> None:
    assert "Link detected: yes" in ethtool(pair.a)
    configure(pair.a, "speed 1000 duplex full")
    configure(pair.b, "speed 100 duplex full")
    assert "Link detected: no (Autoneg, No HCD)" in ethtool(pair.a)
    pair.b.down()
    shown = ethtool(pair.a)
    assert "Link detected: no (Autoneg, No partner detected)" in shown
    pair.a.set_carrier(False)
    assert "Link detected: no (No cable)" in ethtool(pair.a)


def test_the_message_level_says_what_is_logged(
    pair: Pair, kernel_log: KernelLog
) -> None:
    """Nothing at first; then changes of the link, and refusals."""

    def change_link() -> str:
        pair.a.set_carrier(False)
        pair.a.set_carrier(True)
        return "\n".join(record.text for record in kernel_log.read())

    with EthtoolMonitor(pair.a.ns) as monitor:
        assert genl.message_level(pair.a) == set()
        assert "link" not in change_link()
        configure(pair.a, "msglvl link on")
        assert genl.message_level(pair.a) == {MSG_LINK}
        wait_for(
            lambda: monitor.heard(pair.a, genl.ETHTOOL_MSG_DEBUG_NTF),
            "the change to be told",
        )
    said = change_link()
    assert "link down" in said
    assert "link up, 10000 Mbit/s" in said
    pair.a.down()
    pair.a.up()
    assert genl.message_level(pair.a) == {MSG_LINK}
    configure(pair.a, "msglvl drv on")
    assert genl.message_level(pair.a) == {MSG_DRV, MSG_LINK}
    with pytest.raises(RefusedError):
        configure(pair.a, "speed 300 duplex full autoneg off")
    records = [record.text for record in kernel_log.read()]
    assert any("speed 300 duplex 1" in text for text in records)
