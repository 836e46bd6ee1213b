# SPDX-License-Identifier: GPL-2.0-or-later
"""What ethtool shows of a device."""

import pytest

from lib import genl
from lib.child import drop_privilege, in_child
from lib.ethtool import ethtool, features
from lib.link import Link, Pair
from lib.run import attempt


@pytest.mark.smoke
def test_driver_information(lone: Link) -> None:
    shown = dict(
        line.split(": ", 1)
        for line in ethtool(lone, "-i").splitlines()
        if ": " in line
    )
    assert shown["driver"] == "vnet"
    assert shown["version"]
    assert shown["supports-statistics"] == "yes"


@pytest.mark.parametrize("option", ["-g", "-l", "-a", "-S", "-T", "-k", "-i"])
def test_every_view_works_up_and_down(pair: Pair, option: str) -> None:
    assert ethtool(pair.a, option)
    pair.a.down()
    assert ethtool(pair.a, option)


def test_time_stamping_is_in_software(pair: Pair) -> None:
    shown = ethtool(pair.a, "-T")
    for word in (
        "software-transmit",
        "software-receive",
        "software-system-clock",
    ):
        assert word in shown
    assert "hardware-transmit" not in shown


def test_offloads_that_make_a_pair_fast_are_on(lone: Link) -> None:
    shown = features(lone)
    for name in (
        "rx-checksumming",
        "tx-checksumming",
        "scatter-gather",
        "tcp-segmentation-offload",
        "generic-segmentation-offload",
        "generic-receive-offload",
        "tx-udp-segmentation",
        "rx-gro-hw",
    ):
        assert shown[name], name


def test_queues_are_one_group_of_combined(lone: Link) -> None:
    shown = genl.channels(lone)
    assert shown["combined"] == lone.info().num_tx_queues
    assert shown["combined_max"] == lone.info().num_tx_queues


def test_settings_are_readable_without_privilege(lone: Link) -> None:
    """ethtool -g is for everybody."""

    def look() -> int:
        return attempt(["ethtool", "-g", "vnet0"]).returncode

    with lone.ns.entered():
        assert in_child(look, drop_privilege) == 0
