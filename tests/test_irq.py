# SPDX-License-Identifier: GPL-2.0-or-later
"""Interrupts of Linux, for who asks for them: counted, and with an affinity."""

import errno
from contextlib import suppress

import pytest

from lib import bql, cpus, ethtool, irq, link, marks, napi, tracing, uapi
from lib.changes import CHANGES, Change
from lib.gen import Gen
from lib.genrun import wait_done
from lib.link import RTM_NEWLINK, RTNLGRP_LINK, Make, Options, Pair
from lib.netdev import RX, TX, Netdev, available
from lib.netns import Netns
from lib.nl import NetlinkError
from lib.refusal import FORMATS
from lib.setup import Namespaces, PairMaker
from lib.traffic import Receiver, Sender, assert_all
from lib.wait import wait_equal, wait_for

ANY = uapi.VNET_CPU_ANY
ONE = Make(tx_queues=1, rx_queues=1)


def with_irqs(queues: int = 1) -> Make:
    """A device whose RX queues have interrupts."""
    return Make(
        name="irqs",
        tx_queues=queues,
        rx_queues=queues,
        options=Options(irq=True),
    )


def exchange(pair: Pair, count: int = 20) -> None:
    """Send frames one by one; each is received."""
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        for _ in range(count):
            numbers = sender.send(1)
            assert_all(receiver.take(1), numbers)


def polled_on(pair: Pair, sender: int) -> set[int]:
    """The CPUs that receive what is sent from one."""
    with tracing.traced() as trace, cpus.running_on(sender):
        exchange(pair)
        polls = trace.numbers("vnet_poll", pair.b)
    return {poll["cpu"] for poll in polls if poll["frames"]}


@pytest.mark.smoke
def test_each_raise_is_counted(make_pair: PairMaker) -> None:
    """By the kernel as by the device, for each queue."""
    pair = make_pair(ONE, with_irqs())
    (number,) = irq.numbers("irqs-rx-").values()
    before, raised = irq.counts(number), pair.b.xstats()["rx_irqs"]
    exchange(pair)
    after = irq.counts(number)
    assert sum(after) - sum(before) == 20
    assert pair.b.xstats()["rx_irqs"] - raised == 20
    assert pair.b.options().irq is True
    assert pair.a.options().irq is False


def test_queues_have_names_and_numbers(make_pair: PairMaker) -> None:
    """Those in use and those not, by the name that the device has."""
    pair = make_pair(ONE, with_irqs(queues=3))
    numbers = irq.numbers("irqs-rx-")
    assert list(numbers) == ["irqs-rx-0", "irqs-rx-1", "irqs-rx-2"]
    ethtool.set_channels(pair.b, 1, 1)
    assert irq.numbers("irqs-rx-") == numbers
    pair.b.down()
    assert irq.numbers("irqs-rx-") == {}
    pair.b.ns.run("ip link set irqs name other".split())
    pair.b.up()
    pair.b.wait_carrier()
    assert list(irq.numbers("other-rx-").values()) == list(numbers.values())


def test_without_them_nothing_is_there(make_pair: PairMaker) -> None:
    make_pair(ONE, Make(name="none", tx_queues=1, rx_queues=1))
    assert irq.numbers("none-rx-") == {}


def test_they_go_with_the_device(make_pair: PairMaker) -> None:
    pair = make_pair(ONE, with_irqs(queues=4))
    numbers = irq.numbers("irqs-rx-")
    assert all(irq.exists(number) for number in numbers.values())
    pair.a.delete()
    assert not any(irq.exists(number) for number in numbers.values())


def test_on_and_off_while_the_device_is_down(make_pair: PairMaker) -> None:
    pair = make_pair(ONE, with_irqs())
    (number,) = irq.numbers("irqs-rx-").values()
    for on in (False, True):
        before = pair.b.options()
        with pytest.raises(NetlinkError) as refusal:
            pair.b.set(Options(irq=not before.irq))
        assert refusal.value.errno == errno.EBUSY
        assert "irq" in refusal.value.said
        assert pair.b.options() == before
        pair.b.set(Options(irq=before.irq))
        pair.b.down()
        pair.b.set(Options(irq=on))
        assert pair.b.options().irq is on
        assert on or not irq.exists(number)
        pair.b.up()
        pair.b.wait_carrier()
        assert len(irq.numbers("irqs-rx-")) == on
        exchange(pair)
    (number,) = irq.numbers("irqs-rx-").values()
    pair.b.down()
    pair.b.set(Options(irq=False))
    assert not irq.exists(number)


def test_napi_tells_the_number(make_pair: PairMaker) -> None:
    """Of each RX queue in use; TX queues are completed by the other end."""
    pair = make_pair(ONE, with_irqs(queues=2))
    if not available(pair.b.ns):
        pytest.skip("this kernel tells nobody of its NAPIs")
    numbers = sorted(irq.numbers("irqs-rx-").values())
    asked = Netdev(pair.b.ns)
    napis = {napi.id: napi.irq for napi in asked.napis(pair.b)}
    assert sorted(n for n in napis.values() if n is not None) == numbers
    queues = asked.queues(pair.b)
    assert [napis[queues[RX, i] or 0] for i in range(2)] == numbers
    assert [queues[TX, i] for i in range(2)] == [None, None]
    pair.b.down()
    pair.b.set(Options(irq=False))
    pair.b.up()
    assert [napi.irq for napi in asked.napis(pair.b)] == [None, None]
    asked.close()


@marks.TWO_CPUS
@pytest.mark.smoke
@pytest.mark.parametrize("sender", [0, 1])
def test_affinity_and_cpu_are_one(make_pair: PairMaker, sender: int) -> None:
    """Whichever is set; frames are received there, and counted there."""
    pair = make_pair(ONE, with_irqs())
    (number,) = irq.numbers("irqs-rx-").values()
    assert pair.b.options().queues == {}
    assert polled_on(pair, sender) == {sender}
    for cpu in (0, 1, 0):
        irq.set_affinity(number, {cpu})
        assert pair.b.options().queues == {0: cpu}
        before = irq.counts(number)
        assert polled_on(pair, sender) == {cpu}
        after = irq.counts(number)
        assert after[1 - cpu] == before[1 - cpu]
        pair.b.set(Options(queues={0: 1 - cpu}))
        assert irq.affinity(number) == {1 - cpu}
        assert irq.effective(number) == {1 - cpu}
        assert polled_on(pair, sender) == {1 - cpu}
    pair.b.set(Options(queues={0: ANY}))
    assert irq.affinity(number) >= {0, 1}
    assert polled_on(pair, sender) == {sender}
    irq.set_affinity(number, {0})
    irq.set_affinity(number, {0, 1})
    assert pair.b.options().queues == {}
    assert polled_on(pair, sender) == {sender}


@pytest.mark.skipif(
    cpus.possible_cpus() < 3, reason="this machine has fewer than three CPUs"
)
def test_of_several_cpus_the_first_counts(make_pair: PairMaker) -> None:
    pair = make_pair(ONE, with_irqs())
    (number,) = irq.numbers("irqs-rx-").values()
    irq.set_affinity(number, {1, 2})
    assert pair.b.options().queues == {0: 1}
    assert irq.affinity(number) == {1, 2}
    assert irq.effective(number) == {1}
    assert polled_on(pair, 0) == {1}


@marks.TWO_CPUS
def test_a_cpu_that_was_set_before_is_the_affinity(
    make_pair: PairMaker,
) -> None:
    """At creation, and where interrupts are asked for later; kept without."""
    cpu = Options(irq=True, queues={0: 1})
    pair = make_pair(
        ONE, Make(name="irqs", tx_queues=1, rx_queues=1, options=cpu)
    )
    (number,) = irq.numbers("irqs-rx-").values()
    assert irq.affinity(number) == {1}
    pair.b.down()
    pair.b.set(Options(irq=False))
    assert pair.b.options().queues == {0: 1}
    pair.b.set(Options(irq=True))
    pair.b.up()
    (number,) = irq.numbers("irqs-rx-").values()
    assert irq.affinity(number) == {1}
    assert polled_on(pair, 0) == {1}


@marks.TWO_CPUS
@CHANGES
def test_the_affinity_is_kept(
    make_pair: PairMaker, change: Change
) -> None:
    pair = make_pair(ONE, with_irqs(queues=2))
    numbers = irq.numbers("irqs-rx-")
    for number in numbers.values():
        irq.set_affinity(number, {1})
    change(pair.b)
    pair.b.wait_carrier()
    assert irq.numbers("irqs-rx-") == numbers
    assert [irq.affinity(n) for n in numbers.values()] == [{1}, {1}]
    assert polled_on(pair, 0) == {1}


@marks.TWO_CPUS
def test_as_any_interrupt_it_leaves_a_cpu_that_goes(
    make_pair: PairMaker,
) -> None:
    """And does not come back; nor can it be sent to one that is offline."""
    pair = make_pair(ONE, with_irqs())
    pair.b.set(Options(queues={0: 1}))
    with cpus.offline(1):
        wait_equal(lambda: pair.b.options().queues, {}, "the queue to be on any")
        assert polled_on(pair, 0) == {0}
        with pytest.raises(NetlinkError) as refusal:
            pair.b.set(Options(queues={0: 1}))
        assert refusal.value.errno == errno.EINVAL
        assert "online" in refusal.value.said
        assert not FORMATS or "1 is not" in refusal.value.said
        assert pair.b.options().queues == {}
    assert pair.b.options().queues == {}
    pair.b.set(Options(queues={0: 1}))
    assert polled_on(pair, 0) == {1}


@marks.TWO_CPUS
def test_an_affinity_is_told_to_listeners(make_pair: PairMaker) -> None:
    pair = make_pair(ONE, with_irqs())
    (number,) = irq.numbers("irqs-rx-").values()
    listener = pair.b.ns.rtnl_listener(RTNLGRP_LINK)

    def told() -> dict[int, int]:
        for message in listener.receive(0.05):
            if message.kind == RTM_NEWLINK:
                info = link.parse_info(message.body)
                if info.index == pair.b.index:
                    return info.options.queues
        return {}

    irq.set_affinity(number, {1})
    wait_equal(told, {0: 1}, "a message that tells the CPU")
    listener.close()


def test_frames_that_wait_raise_one(make_pair: PairMaker) -> None:
    """With moderation there are as few as it says."""
    pair = make_pair(ONE, with_irqs())
    bql.unlimited(pair.a)
    exchange(pair, 1)
    pair.b.set(Options(rx_usecs=uapi.VNET_RX_USECS_MAX, rx_frames=10))
    (number,) = irq.numbers("irqs-rx-").values()

    def raised_once() -> bool:
        with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
            before = sum(irq.counts(number))
            numbers = sender.send(10)
            assert_all(receiver.take(10), numbers)
            return sum(irq.counts(number)) - before == 1

    wait_for(raised_once, "ten frames in one window")


def test_the_generator_raises_them(make_pair: PairMaker) -> None:
    pair = make_pair(ONE, with_irqs())
    (number,) = irq.numbers("irqs-rx-").values()
    before, raised = sum(irq.counts(number)), pair.b.xstats()["rx_irqs"]
    pair.b.generate(Gen(enable=True, rate=1000, count=100))
    wait_done(pair.b)
    assert sum(irq.counts(number)) - before == (
        pair.b.xstats()["rx_irqs"] - raised
    )
    assert sum(irq.counts(number)) > before


def test_a_thread_polls_what_they_announce(make_pair: PairMaker) -> None:
    pair = make_pair(ONE, with_irqs())
    (number,) = irq.numbers("irqs-rx-").values()
    napi.set_threaded(pair.b, True)
    before = sum(irq.counts(number))
    exchange(pair)
    assert sum(irq.counts(number)) > before
    napi.set_threaded(pair.b, False)
    exchange(pair)


def test_made_and_deleted_often_nothing_is_left(ns: Namespaces) -> None:
    here = ns(quiet=True)

    def numbers() -> int:
        return len(irq.all_numbers())

    before = numbers()
    for _ in range(5):
        churn(here)
    assert numbers() == before


def churn(here: Netns) -> None:
    """Make a device with interrupts, and fail to make another."""
    made = link.make_lone(
        Make(name="irqs", ns=here, rx_queues=8, options=Options(irq=True))
    )
    made.up()
    with suppress(NetlinkError):
        link.create(
            here,
            Make(name="new0", options=Options(irq=True)),
            Make(name="irqs", options=Options(irq=True)),
        )
    made.delete()
