# SPDX-License-Identifier: GPL-2.0-or-later
"""The memory of the rings: who is charged, and what happens without it."""

import errno
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from lib import link, uapi
from lib.cgroup import Cgroup, memory_cgroup
from lib.link import Link, Make, Options
from lib.nl import NetlinkError
from lib.setup import Namespaces, PairMaker
from lib.traffic import Receiver, Sender, assert_all
from lib.wait import wait_for

POINTER = 8
MIB = 1 << 20
QUEUES = 16
SHAPE = Make(tx_queues=QUEUES, rx_queues=QUEUES)


@pytest.fixture
def cgroup() -> Iterator[Cgroup]:
    """A memory cgroup."""
    with memory_cgroup() as made:
        yield made


def _errno_of(device: Link, options: Options) -> int:
    try:
        device.set(options)
    except NetlinkError as error:
        return error.errno or 255
    return 0


def test_rings_are_charged_to_the_cgroup_of_who_asks(
    make_pair: PairMaker, cgroup: Cgroup
) -> None:
    """Sixteen TX rings of 32768 descriptors, a pointer each: four MiB."""
    pair = make_pair(SHAPE, SHAPE)
    before = cgroup.kernel_used()
    status = cgroup.in_child(
        lambda: _errno_of(pair.a, Options(tx_ring=uapi.VNET_RING_MAX))
    )
    assert status == 0
    expected = QUEUES * uapi.VNET_RING_MAX * POINTER
    assert cgroup.kernel_used() - before >= expected
    pair.a.set(Options(tx_ring=uapi.VNET_RING_MIN))
    wait_for(
        lambda: cgroup.kernel_used() - before < expected,
        "the charge to go with the rings",
    )


def test_without_memory_the_old_rings_stay(
    make_pair: PairMaker, cgroup: Cgroup
) -> None:
    """The caller gets ENOMEM, lives on, and the pair works as before."""
    pair = make_pair(SHAPE, SHAPE)
    before = pair.a.options()
    cgroup.limit(2 * MIB)
    status = cgroup.in_child(
        lambda: _errno_of(
            pair.a,
            Options(
                tx_ring=uapi.VNET_RING_MAX,
                rx_ring=uapi.VNET_RING_MAX,
            ),
        )
    )
    assert status == errno.ENOMEM, f"exit status {status}"
    assert pair.a.options() == before
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        numbers = sender.send(100)
        assert_all(receiver.take(100), numbers)


def test_without_memory_a_device_does_not_go_up(
    ns: Namespaces, cgroup: Cgroup
) -> None:
    here = ns(quiet=True)
    device = link.make_lone(
        Make(
            name="vnet0",
            ns=here,
            tx_queues=QUEUES,
            rx_queues=QUEUES,
            options=Options(tx_ring=uapi.VNET_RING_MAX),
        )
    )
    cgroup.limit(2 * MIB)

    def go_up() -> int:
        try:
            device.up()
        except NetlinkError as error:
            return error.errno or 255
        return 0

    assert cgroup.in_child(go_up) == errno.ENOMEM
    assert not device.info().up
    device.up()
    device.wait_carrier()


def test_an_idle_device_has_no_rings(ns: Namespaces, cgroup: Cgroup) -> None:
    """Rings are allocated when a device goes up, and freed when it goes down.

    Eight pairs with the largest rings cost less than one ring would.
    """
    here = ns(quiet=True)
    most = Options(tx_ring=uapi.VNET_RING_MAX, rx_ring=uapi.VNET_RING_MAX)
    before = cgroup.used()

    def make() -> int:
        for i in range(4):
            link.create(
                here,
                Make(name=f"l{i}", options=most),
                Make(name=f"r{i}", options=most),
            )
        return 0

    assert cgroup.in_child(make) == 0
    assert cgroup.kernel_used() - before < 16 * MIB


def test_a_thousand_idle_pairs_of_a_large_host_cost_less_than_a_gigabyte(
    ns: Namespaces, cgroup: Cgroup, record_property: Callable[..., None]
) -> None:
    """64 CPUs get 32 queues each way; what is idle has no rings yet.

    Counted is all kernel memory, the core's part of a device included.
    """
    here = ns(quiet=True)
    shape = Make(tx_queues=32, rx_queues=32)
    number = 8

    def make() -> int:
        for i in range(number):
            link.create(
                here,
                replace(shape, name=f"l{i}"),
                replace(shape, name=f"r{i}"),
            )
        return 0

    before = cgroup.kernel_used()
    assert cgroup.in_child(make) == 0
    each = (cgroup.kernel_used() - before) // number
    record_property("bytes_of_an_idle_pair_of_32_queues", each)
    print(f"an idle pair of 32 queues: {each} bytes")
    assert 0 < each * 1000 < 1 << 30
