# SPDX-License-Identifier: GPL-2.0-or-later
"""XDP as the core runs it, for any device.

What it sends goes to the driver past every qdisc, link or no link.
"""

from lib.bpf import XDP_DROP, XDP_PASS, XDP_TX, generic_xdp
from lib.link import Link, Make, Options
from lib.setup import PairMaker
from lib.traffic import ETH_P_ARP, Receiver, Sender, assert_all
from lib.wait import wait_equal, wait_for


def _generate(device: Link, frames: int) -> int:
    """Have at least so many frames made; how many were."""
    device.set(Options(gen=True, gen_rate=2000))
    wait_for(
        lambda: device.state().gen_frames >= frames, f"{frames} frames made"
    )
    device.set(Options(gen=False))
    device.wait_received()
    totals = device.xstats()
    return totals["gen_frames"] - totals["gen_missed"]


def test_what_is_sent_while_the_link_is_down_is_counted(
    make_pair: PairMaker,
) -> None:
    """Frames of the generator are sent back over a wire that is not there."""
    pair = make_pair(up=False)
    pair.a.up()
    with generic_xdp(pair.a, XDP_TX):
        made = _generate(pair.a, 50)
        wait_equal(
            lambda: pair.a.xstats()["tx_drop_down"], made, "all to be counted"
        )
    info = pair.a.info()
    assert info.xstats["tx_frames"] == 0
    assert info.stats["tx_dropped"] == made


def test_what_comes_in_is_sent_back(make_pair: PairMaker) -> None:
    """The generator of one end is heard at the other."""
    one = Make(tx_queues=1, rx_queues=1)
    pair = make_pair(one, one)
    with Receiver(pair.b, ETH_P_ARP) as receiver, generic_xdp(pair.a, XDP_TX):
        made = _generate(pair.a, 50)
        frames = receiver.take(made)
    assert len(set(frames)) == 1
    assert pair.a.xstats()["tx_frames"] == made


def test_what_passes_and_what_is_dropped(make_pair: PairMaker) -> None:
    """The device has delivered a frame, whatever the program does to it."""
    pair = make_pair()
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        with generic_xdp(pair.b, XDP_PASS):
            numbers = sender.send(20)
            assert_all(receiver.take(20), numbers)
        with generic_xdp(pair.b, XDP_DROP):
            sender.send(20)
            wait_equal(
                lambda: pair.b.xstats()["rx_frames"], 40, "all to be counted"
            )
        numbers = sender.send(20)
        assert_all(receiver.take(20), numbers)
