# SPDX-License-Identifier: GPL-2.0-or-later
"""What the queues of a device go through, and come back from as they were."""

from collections.abc import Callable

import pytest

from lib import ethtool
from lib.gen import Gen
from lib.genrun import wait_done
from lib.link import Link, Options

Change = Callable[[Link], None]
"""Something that is done to a device with two queues each way."""


def _down(device: Link) -> None:
    device.down()
    device.up()


def _channels(device: Link) -> None:
    ethtool.set_channels(device, 1, 1)
    ethtool.set_channels(device, 2, 2)


def _ring(device: Link) -> None:
    device.set(Options(rx_ring=64))


def _generator(device: Link) -> None:
    device.generate(Gen(enable=True, rate=1000, count=1))
    wait_done(device)


CHANGES = pytest.mark.parametrize(
    "change",
    [_down, _channels, _ring, _generator],
    ids=["down", "channels", "ring", "generator"],
)
