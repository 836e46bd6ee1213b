# SPDX-License-Identifier: GPL-2.0-or-later
"""Ends of devices and of the module, at any moment and in any order."""

import socket
from functools import partial

import pytest

from lib import link, module
from lib.flood import Flood
from lib.gen import Gen
from lib.hold import Held
from lib.link import Link, Make, Options, Pair
from lib.netns import Netns
from lib.setup import B4, Namespaces, PairMaker
from lib.tracing import page_pools_released
from lib.traffic import ETH_P_ALL, Receiver, Sender
from lib.wait import wait_for


def _empty(ns: Netns) -> bool:
    """Has the namespace no devices of its own?"""
    return link.names(ns) == []


ENDINGS = ["delete a", "delete b", "drop a", "drop b", "down a", "down b"]


def _end(pair: Pair, ending: str) -> None:
    action, _, which = ending.partition(" ")
    device = pair.a if which == "a" else pair.b
    if action == "delete":
        link.delete_if_there(device)
    elif action == "drop":
        device.ns.remove()
    else:
        device.down()


@pytest.mark.smoke
@pytest.mark.parametrize("ending", ENDINGS)
def test_an_end_under_traffic(make_pair: PairMaker, ending: str) -> None:
    """Deleted, its namespace deleted, or set down, while frames fly."""
    pair = make_pair()
    left = pair.b if ending.endswith("a") else pair.a
    # An open socket would keep its namespace
    ends = [left] if ending.startswith("drop") else [pair.a, pair.b]
    with Flood(*ends), Receiver(left):
        _end(pair, ending)
        if not ending.startswith("down"):
            wait_for(lambda: link.names(left.ns) == [], "the other end to go")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("delete a", "drop a"),
        ("delete a", "drop b"),
        ("drop a", "drop b"),
        ("drop b", "drop a"),
        ("drop a", "delete b"),
        ("drop b", "delete a"),
        ("down a", "delete b"),
        ("down b", "drop a"),
    ],
)
def test_two_ends_at_once(
    make_pair: PairMaker, first: str, second: str
) -> None:
    """Whoever comes second finds nothing left to do."""
    pair = make_pair()
    _end(pair, first)
    _end(pair, second)
    for end in pair:
        if end.ns.fd >= 0:
            wait_for(partial(_empty, end.ns), "both ends to go")


def _keep_elsewhere(device: Link, keep: Netns, count: int) -> Receiver:
    """Frames that the generator has made, held by a socket of another namespace."""
    out, there = link.make_pair(
        Make("out0", device.ns), Make(f"in-{device.name}", keep)
    )
    for end in (out, there):
        end.up()
    there.wait_carrier()
    receiver = Receiver(there, ETH_P_ALL)
    for command in (
        f"tc qdisc add dev {device.name} clsact",
        f"tc filter add dev {device.name} ingress matchall "
        "action mirred egress redirect dev out0",
    ):
        device.ns.run(command.split())
    device.generate(Gen(enable=True, count=count, rate=10_000))
    wait_for(lambda: there.xstats()["rx_frames"] >= count, "the generated frames")
    return receiver


def test_namespaces_that_end_at_once_leave_pages_to_nobody(
    make_pair: PairMaker, ns: Namespaces
) -> None:
    """The core looks after page pools whose pages are still on their way.

    It deletes namespaces together that end while it is at others. A device is to go
    before the loopback device of its namespace, which has its page pools after it.
    KASAN sees it if not.
    """
    count = 64
    pair, keep, others = make_pair(), ns(quiet=True), [ns(), ns()]
    with page_pools_released() as trace:
        receivers = [_keep_elsewhere(end, keep, count) for end in pair]
        for gone in (*others, pair.a.ns, pair.b.ns):
            gone.remove()
        wait_for(partial(_empty, keep), "the devices to go")
        trace.clear()
        for receiver in receivers:
            assert len(receiver.pending()) == count
            receiver.close()
        wait_for(lambda: trace.emptied() >= 2, "the pages to be given back")


@pytest.mark.parametrize("way", ["a first", "b first", "downs first"])
def test_generators_do_not_outlive_their_devices(
    make_pair: PairMaker, way: str
) -> None:
    running = Make(options=Options(gen=True, gen_rate=200))
    pair = make_pair(running, running)
    wait_for(lambda: pair.a.state().gen_frames > 10, "generated frames")
    if way == "downs first":
        pair.a.down()
        pair.b.down()
    (pair.b if way == "b first" else pair.a).delete()
    assert link.names(pair.a.ns) == link.names(pair.b.ns) == []


def test_down_and_up_again_and_again_under_traffic(pair: Pair) -> None:
    with Flood(pair.a, pair.b):
        for end in (pair.a, pair.b, pair.b, pair.a, pair.a):
            end.down()
            end.up()
        pair.a.wait_carrier()
        pair.b.wait_carrier()
    with Receiver(pair.b) as receiver, Sender(pair.a) as sender:
        sender.send(10)
        receiver.take(10)


def test_carrier_off_and_on_again_under_traffic(pair: Pair) -> None:
    """Both ends stay up: all that was posted arrives."""
    with Flood(pair.a, pair.b):
        for end in (pair.a, pair.b, pair.b, pair.a):
            end.set_carrier(False)
            end.set_carrier(True)
        pair.a.wait_carrier()
        pair.b.wait_carrier()
    for end in pair:
        totals = end.xstats()
        assert totals["tx_drop_flush"] == totals["rx_drop_flush"] == 0


def test_moving_under_traffic(pair: Pair, ns: Namespaces) -> None:
    """The move sets it down; what was in flight is dropped and counted."""
    places = [ns(quiet=True), ns(quiet=True), pair.b.ns]
    with Flood(pair.a):
        for place in places:
            pair.b.move(place)
            pair.b.up()
            pair.b.wait_carrier()
    ns.assert_conserved()


def test_frames_outlive_the_device_they_came_from(
    make_pair: PairMaker,
) -> None:
    """Frames in a socket's queue refer to nothing that is gone."""
    pair = make_pair()
    receiver = Receiver(pair.b)
    with Sender(pair.a) as sender:
        sender.send(50)
    wait_for(lambda: pair.b.xstats()["rx_frames"] >= 50, "the frames")
    pair.a.delete()
    assert len(receiver.pending()) == 50
    receiver.close()


@pytest.mark.smoke
def test_the_module_unloads_under_traffic_with_open_sockets(
    make_pair: PairMaker, lone: Link, reloaded: None
) -> None:
    """All devices go with it, and none of their users is hurt."""
    pair = make_pair()
    lone.set(Options(gen=True, gen_rate=200))
    receiver = Receiver(pair.b, ETH_P_ALL)
    bound = pair.a.ns.socket(socket.AF_INET, socket.SOCK_DGRAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"vnet0\0")
    listener = pair.b.ns.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind((B4, 80))
    listener.listen(1)
    client = pair.a.ns.socket(socket.AF_INET, socket.SOCK_STREAM)
    client.connect((B4, 80))
    server, _ = listener.accept()
    with Flood(pair.a, pair.b):
        module.unload()
        assert not module.loaded()
        assert link.names(pair.a.ns) == link.names(pair.b.ns) == []
        assert link.names(lone.ns) == []
    for opened in (receiver, bound, listener, client, server):
        opened.close()


def test_the_module_unloads_while_a_ring_is_full(
    make_pair: PairMaker, reloaded: None
) -> None:
    one = Make(tx_queues=1, rx_queues=1, options=Options(64, 64))
    pair = make_pair(one, one)
    with Sender(pair.a).roomy() as sender:
        held = Held(pair.a, pair.b, B4).begin()
        sender.send(200)
        module.unload()
        held.close()


def _initial_devices() -> list[link.Info]:
    first = Netns.current()
    try:
        return sorted(link.vnets(first), key=lambda info: info.index)
    finally:
        first.remove()


@pytest.mark.parametrize("number", [0, 1, 2, 5])
def test_num_devices_makes_so_many_paired_two_by_two(
    number: int, ns: Namespaces, reloaded: None
) -> None:
    """An odd one stands alone."""
    module.reload(f"num_devices={number}")
    found = _initial_devices()
    assert [info.name for info in found] == [f"vnet{i}" for i in range(number)]
    by_index = {info.index: info for info in found}
    for i, info in enumerate(found):
        if i ^ 1 < number:
            assert info.link is not None
            assert by_index[info.link].name == f"vnet{i ^ 1}"
        else:
            assert info.link in (None, 0, info.index)
    for info in found:
        Link(ns.first, info.index).up()
    for info in found:
        Link(ns.first, info.index).wait_carrier()
    module.unload()
    assert _initial_devices() == []


@pytest.mark.parametrize("number", ["-1", "x"])
def test_a_senseless_num_devices_loads_nothing(
    number: str, reloaded: None
) -> None:
    module.unload()
    with pytest.raises(AssertionError):
        module.load(f"num_devices={number}")
    assert not module.loaded()
    assert _initial_devices() == []


def test_the_module_can_be_loaded_and_unloaded_many_times(
    reloaded: None,
) -> None:
    for _ in range(5):
        module.reload("num_devices=2")
    module.unload()


def test_the_only_parameter_is_num_devices() -> None:
    found = module.parameters()
    assert found == ["num_devices"]
