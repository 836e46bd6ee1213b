# SPDX-License-Identifier: GPL-2.0-or-later
"""What is set of each RX queue, its CPU and whether it has failed, and what is
told of it."""

import errno
import os
from dataclasses import replace

import pytest

from lib import cpus, link, nl, uapi
from lib.ethtool import ethtool, set_channels
from lib.gen import Gen
from lib.link import RTM_NEWLINK, RTNLGRP_LINK, Link, Make, Options
from lib.nl import NetlinkError
from lib.setup import Namespaces, PairMaker
from lib.wait import wait_for

ANY = uapi.VNET_CPU_ANY
QUEUES_MAX = uapi.VNET_QUEUES_MAX
RANGES_MAX = uapi.VNET_QUEUE_RANGES_MAX
PAGE = 4096
FORMATS = not os.uname().release.startswith("6.1.")


def with_queues(ns: Namespaces, count: int) -> Link:
    """A device alone of so many RX queues, down."""
    return link.make_lone(
        Make(name="vnet0", ns=ns(quiet=True), tx_queues=1, rx_queues=count)
    )


def change(device: Link, *members: bytes) -> None:
    """Send IFLA_VNET_QUEUES with these members."""
    device.change(link.linkinfo([nl.nest(uapi.IFLA_VNET_QUEUES, *members)]))


def linkinfo(device: Link) -> bytes:
    """IFLA_LINKINFO as the kernel sends it."""
    answer = device.ns.rtnl.request(
        link.RTM_GETLINK, 0, link.ifinfomsg(device.index)
    )
    return nl.parse(answer.messages[0].body[16:])[link.IFLA_LINKINFO]


def members(device: Link) -> list[bytes]:
    """The members of IFLA_VNET_QUEUES."""
    data = nl.parse(nl.parse(linkinfo(device))[link.IFLA_INFO_DATA])
    found = list(nl.attributes(data[uapi.IFLA_VNET_QUEUES]))
    assert {kind for kind, _ in found} <= {uapi.IFLA_VNET_QUEUE}
    return [payload for _, payload in found]


@pytest.mark.smoke
@pytest.mark.parametrize("up", [True, False], ids=["up", "down"])
def test_each_queue_has_a_cpu_of_its_own(
    make_pair: PairMaker, up: bool
) -> None:
    """Set live; those that a request does not list keep theirs."""
    pair = make_pair(Make(rx_queues=4), Make(rx_queues=4), up=up)
    last = cpus.possible_cpus() - 1
    assert pair.a.options().queues == {}
    pair.a.set(Options(queues={3: last}))
    assert pair.a.options().queues == {3: last}
    pair.a.set(Options(queues={0: 0, 2: last}))
    assert pair.a.options().queues == {0: 0, 2: last, 3: last}
    pair.a.set(Options(queues={3: 0, 2: ANY}))
    assert pair.a.options().queues == {0: 0, 3: 0}
    pair.a.set(Options(queues={0: ANY, 3: ANY}))
    assert pair.a.options().queues == {}
    assert pair.b.options().queues == {}


def test_at_creation_each_end_has_its_own(make_pair: PairMaker) -> None:
    pair = make_pair(
        Make(rx_queues=4, options=Options(queues={0: 0, 3: 0})),
        Make(rx_queues=2, options=Options(queues={1: 0})),
    )
    assert pair.a.options().queues == {0: 0, 3: 0}
    assert pair.b.options().queues == {1: 0}


def test_a_range_is_all_queues_in_it(ns: Namespaces) -> None:
    device = with_queues(ns, 16)
    change(device, link.queue(2, 0, 9), link.queue(12, 0, 12))
    assert device.options().queues == dict.fromkeys([*range(2, 10), 12], 0)
    change(device, link.queue(0, ANY, 4))
    assert device.options().queues == dict.fromkeys([*range(5, 10), 12], 0)


@pytest.mark.parametrize("count", [1, 2, 100, QUEUES_MAX - 1, QUEUES_MAX])
def test_the_largest_index_stands_for_the_last_queue(
    ns: Namespaces, count: int
) -> None:
    device = with_queues(ns, count)
    change(device, link.queue(0, 0, QUEUES_MAX - 1))
    assert device.options().queues == dict.fromkeys(range(count), 0)
    change(device, link.queue(count - 1, ANY, QUEUES_MAX - 1))
    assert device.options().queues == dict.fromkeys(range(count - 1), 0)


def test_neighbours_with_one_cpu_are_told_together(ns: Namespaces) -> None:
    """Whoever set them, and however; the end of one alone is left out."""
    device = with_queues(ns, QUEUES_MAX)
    assert members(device) == []
    for index in range(0, QUEUES_MAX - 2, 2):
        change(device, link.queue(index, 0))
        if index == 126:
            assert len(members(device)) == RANGES_MAX
            for odd in range(1, 127, 2):
                change(device, link.queue(odd, 0))
    assert len(members(device)) == RANGES_MAX
    first, second = map(nl.parse, members(device)[:2])
    assert nl.number(first[uapi.IFLA_VNET_QUEUE_INDEX]) == 0
    assert nl.number(first[uapi.IFLA_VNET_QUEUE_LAST]) == 126
    assert nl.number(second[uapi.IFLA_VNET_QUEUE_INDEX]) == 128
    assert uapi.IFLA_VNET_QUEUE_LAST not in second


def test_failed_queues_have_ranges_of_their_own(ns: Namespaces) -> None:
    """What is told of a queue is in one member, and all of it is there."""
    device = with_queues(ns, 8)
    index, last = uapi.IFLA_VNET_QUEUE_INDEX, uapi.IFLA_VNET_QUEUE_LAST
    cpu, failed = uapi.IFLA_VNET_QUEUE_CPU, uapi.IFLA_VNET_QUEUE_FAILED
    device.set(Options(queues=dict.fromkeys(range(1, 5), 0)))
    device.set(Options(failed=dict.fromkeys(range(3, 7), True)))
    assert [nl.parse(payload).keys() for payload in members(device)] == [
        {index, last, cpu},
        {index, last, cpu, failed},
        {index, last, failed},
    ]
    device.set(Options(queues={3: ANY}, failed={4: False, 6: False}))
    assert device.options().queues == {1: 0, 2: 0, 4: 0}
    assert device.options().failed == {3: True, 5: True}
    device.set(Options(failed={3: False, 5: False}))
    assert device.options() == replace(
        device.options(), queues={1: 0, 2: 0, 4: 0}, failed={}
    )
    device.set(Options(queues=dict.fromkeys((1, 2, 4), ANY)))
    assert members(device) == []


def test_one_of_the_queues_in_use_has_to_be_healthy(ns: Namespaces) -> None:
    """Those that are not in use do not count; a refusal changes nothing."""
    device = with_queues(ns, 4)
    set_channels(device, 1, 2)
    device.set(Options(failed={0: True, 3: True}))
    before = device.options()
    with pytest.raises(NetlinkError) as refusal:
        device.set(Options(queues={0: 0}, failed={1: True, 3: False}))
    assert refusal.value.errno == errno.EINVAL
    assert "queue failed: must not be all " in refusal.value.said
    if FORMATS:
        assert refusal.value.said.endswith("all 2 RX queues in use")
    assert device.options() == before
    assert device.xstats()["rx_remaps"] == 2
    device.set(Options(failed={0: False, 1: True, 2: True}))
    assert device.options().failed == {1: True, 2: True, 3: True}
    assert device.xstats()["rx_remaps"] == 5


def test_what_is_told_fits_into_a_page(ns: Namespaces) -> None:
    """As many ranges as there may be, each as long as it can be told, and a
    generator that has as much to tell as any."""
    device = with_queues(ns, QUEUES_MAX)
    device.up()
    change(
        device,
        *(
            link.queue(3 * i, 0, 3 * i + 1, failed=True)
            for i in range(RANGES_MAX)
        ),
    )
    assert len(members(device)) == RANGES_MAX
    device.generate(
        Gen(
            enable=False,
            count=1,
            duration=1,
            proto=uapi.VNET_GEN_RAW,
            raw=bytes(uapi.VNET_GEN_RAW_MAX),
            size=600,
            size_last=700,
            queues=(255,),
        )
    )
    assert len(linkinfo(device)) < PAGE


@pytest.mark.parametrize("live", [True, False], ids=["live", "creation"])
def test_there_is_an_end_to_the_number_of_ranges(
    ns: Namespaces, live: bool
) -> None:
    """Refused as a whole; what takes none away from it is taken."""
    device = with_queues(ns, QUEUES_MAX)
    ranges = [link.queue(2 * i, 0) for i in range(RANGES_MAX)]
    change(device, *ranges)
    before = device.options()
    one_more = link.queue(2 * RANGES_MAX, 0)
    with pytest.raises(NetlinkError) as refusal:
        if live:
            change(device, one_more)
        else:
            device.ns.rtnl.request(
                RTM_NEWLINK,
                nl.NLM_F_CREATE | nl.NLM_F_EXCL,
                link.ifinfomsg()
                + nl.text(link.IFLA_IFNAME, "vnet1")
                + nl.u32(link.IFLA_NUM_RX_QUEUES, QUEUES_MAX)
                + link.linkinfo(
                    [nl.nest(uapi.IFLA_VNET_QUEUES, *ranges, one_more)]
                ),
            )
    assert refusal.value.errno == errno.ENOSPC
    assert f"at most {RANGES_MAX} ranges" in refusal.value.said
    if FORMATS:
        assert refusal.value.said.endswith(f"not {RANGES_MAX + 1}")
    assert device.options() == before
    assert link.names(device.ns) == ["vnet0"]
    change(device, one_more, link.queue(0, ANY))
    change(device, link.queue(3, 0))
    assert len(members(device)) == RANGES_MAX - 1


def test_a_queue_of_which_nothing_is_said_stays(ns: Namespaces) -> None:
    device = with_queues(ns, 4)
    device.set(Options(queues={1: 0}))
    index = nl.u32(uapi.IFLA_VNET_QUEUE_INDEX, 1)
    change(device, nl.nest(uapi.IFLA_VNET_QUEUE, index))
    change(device)
    assert device.options().queues == {1: 0}


def test_what_was_dumped_can_be_sent_back(ns: Namespaces) -> None:
    device = with_queues(ns, 8)
    device.up()
    device.set(Options(queues={1: 0, 2: 0, 7: 0}, failed={2: True, 4: True}))
    before = device.info()
    device.change(link.linkinfo([before.data]))
    assert device.info().data == before.data
    assert device.xstats()["rx_remaps"] == 2


def test_a_cpu_that_is_offline_is_accepted(ns: Namespaces) -> None:
    """It is set as ever; the CPU may come back."""
    cpu = cpus.possible_cpus() - 1
    if cpu == 0:
        pytest.skip("this machine has one CPU")
    device = with_queues(ns, 2)
    with cpus.offline(cpu):
        device.set(Options(queues={0: cpu}))
        assert device.options().queues == {0: cpu}
    assert device.options().queues == {0: cpu}
    with cpus.offline(cpu):
        assert device.options().queues == {0: cpu}


def test_they_survive_all_that_a_device_goes_through(
    make_pair: PairMaker, ns: Namespaces
) -> None:
    """Down and up, other rings, fewer queues in use, another namespace."""
    pair = make_pair(Make(rx_queues=4, tx_queues=4))
    device, queues, failed = pair.a, {0: 0, 3: 0}, {1: True, 3: True}
    device.set(Options(queues=queues, failed=failed))
    device.down()
    assert device.options().queues == queues
    assert device.options().failed == failed
    device.up()
    device.wait_carrier()
    assert device.options().queues == queues
    assert device.options().failed == failed
    device.set(Options(rx_ring=64))
    ethtool(device, "-L", "combined", "1")
    assert device.options().queues == queues
    device.set(Options(queues={2: 0}))
    ethtool(device, "-L", "combined", "4")
    assert device.options().queues == {0: 0, 2: 0, 3: 0}
    device.move(ns("elsewhere", quiet=True))
    assert device.options().queues == {0: 0, 2: 0, 3: 0}
    assert device.options().failed == failed
    assert device.xstats()["rx_remaps"] == 2


@pytest.mark.parametrize("up", [True, False], ids=["up", "down"])
@pytest.mark.parametrize(
    "options",
    [Options(queues={0: 0}), Options(failed={0: True})],
    ids=["cpu", "failed"],
)
def test_a_change_is_told_of(
    make_pair: PairMaker, options: Options, up: bool
) -> None:
    pair = make_pair(Make(rx_queues=2), Make(rx_queues=2), up=up)
    listener = pair.a.ns.rtnl_listener(RTNLGRP_LINK)
    pair.a.set(options)

    def is_told() -> bool:
        told = [
            link.parse_info(message.body).options
            for message in listener.receive(0.2)
            if message.kind == RTM_NEWLINK
        ]
        return any(
            (new.queues, new.failed) == (options.queues, options.failed)
            for new in told
        )

    wait_for(is_told, "RTM_NEWLINK with the new setting")
    listener.close()
