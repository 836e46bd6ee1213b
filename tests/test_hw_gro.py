# SPDX-License-Identifier: GPL-2.0-or-later
"""HW-GRO: the device merges the segments of a TCP stream itself.

What it merges has to be such that segmentation makes the same frames of it. The cases
are in lib/bursts.py.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest

from lib import link, qstats
from lib.bursts import (
    NOBODY4,
    NOBODY6,
    NOTHING,
    PLAIN,
    PORT,
    SIZE,
    WRAPPED,
    Cases,
    Layers,
    Sent,
    burst,
    by_case,
    flow,
    flows_of,
    lengths,
    other,
    segments_only,
    tagged,
)
from lib.ethtool import feature
from lib.hold import Held
from lib.link import Link, Make, Options, Pair
from lib.offload import as_on_a_wire, longest, merge, show
from lib.segments import dissect
from lib.setup import A4, B4, B6, Namespaces, PairMaker, add_address
from lib.traffic import (
    ETH_P_ALL,
    ETH_P_IP,
    ETH_P_IPV6,
    PACKET_VNET_HDR,
    SOL_PACKET,
    Receiver,
    Sender,
    ethernet,
    ipv4_tcp,
    packet_socket,
    stream,
    virtio_header,
)

MTU = 1500
ROUTER4, NUD_PERMANENT = "10.1.0.254", 0x80
WAIT = 512
"""Frames that may come behind the first segment of one till that takes no more."""

EACH = pytest.mark.parametrize(
    ("layers", "cases"), WRAPPED.values(), ids=WRAPPED.keys()
)


@dataclass(frozen=True)
class Merging:
    """A pair whose b merges, and holds what comes until it is told."""

    pair: Pair
    held: Held

    def send(self, sent: Sequence[bytes]) -> None:
        """Have frames wait at b."""
        before = self.pair.b.state().rx_queued
        with Sender(self.pair.a).roomy() as sender:
            for frame in sent:
                sender.send_frame(frame)
        assert self.pair.b.state().rx_queued == before + len(sent)

    def receive(self, sent: Sequence[bytes]) -> list[bytes]:
        """Send frames, and let b take them in one go; what it makes of them."""
        with Receiver(self.pair.b, ETH_P_ALL) as receiver:
            self.send(sent)
            self.held.poll()
            return [captured.whole for captured in receiver.pending()]


@pytest.fixture
def merging(make_pair: PairMaker) -> Iterator[Merging]:
    """Such a pair."""
    near = Make(tx_queues=1, rx_queues=1, options=Options(tx_ring=2048))
    far = replace(near, options=Options(rx_ring=2048))
    pair = make_pair(near, far)
    feature(pair.b, "gro", False)
    with Held(pair.a, pair.b, B4) as held:
        yield Merging(pair, held)


@contextmanager
def counted(
    link: Link, expected: Callable[[], Sequence[int]]
) -> Iterator[None]:
    """Check what is counted of frames that are several, with these numbers."""
    before = qstats.of_device(link)
    yield
    after = qstats.of_device(link)
    if before is None or after is None:
        return
    names = ("rx_hw_gro_packets", "rx_hw_gro_wire_packets")
    numbers = expected()
    assert [after[name] - before[name] for name in names] == [
        len(numbers),
        sum(numbers),
    ]


@EACH
def test_what_may_be_merged_is_and_nothing_else(
    merging: Merging, layers: Layers, cases: Cases
) -> None:
    """Each case is a flow; all come in one go, and are counted as on a wire."""
    b = merging.pair.b
    sent = list(burst(cases, layers, b.mac))
    before = b.info().xstats
    merged = [count for case in cases.values() for count in case.merged()]
    with counted(b, lambda: merged):
        captured = merging.receive(sent)
    found = by_case(cases, segments_only(captured, layers[0].ethertype))
    assert {name: lengths(got) for name, got in found.items()} == {
        name: list(case.received) for name, case in cases.items()
    }
    after = b.info().xstats
    assert after["rx_frames"] - before["rx_frames"] == len(sent)
    assert after["rx_bytes"] - before["rx_bytes"] == sum(map(len, sent))


def test_frames_come_in_the_order_of_their_last_segments(
    merging: Merging,
) -> None:
    """So none overtakes another, be it merged or not."""
    to = merging.pair.b.mac
    a = flow(0, PLAIN, PLAIN, PLAIN, destination=to)
    b = flow(1, PLAIN, PLAIN, destination=to)
    c = flow(2, NOTHING, destination=to)
    d = flow(3, PLAIN, destination=to)
    captured = merging.receive(
        [a[0], b[0], c[0], a[1], d[0], b[1], a[2], other(to)]
    )
    assert flows_of(captured[:-1]) == [
        (2, 0),
        (3, SIZE),
        (1, 2 * SIZE),
        (0, 3 * SIZE),
    ]
    assert captured[-1] == other(to)


@pytest.mark.parametrize("flows", [8, WAIT])
def test_segments_wait_while_others_come(
    merging: Merging, flows: int
) -> None:
    """As many as may, from poll to poll, and come in the same order after that."""
    to = merging.pair.b.mac
    bursts = [
        flow(number, PLAIN, PLAIN, destination=to) for number in range(flows)
    ]
    sent = [each[turn] for turn in range(2) for each in bursts]
    captured = merging.receive([*sent, other(to)])
    assert flows_of(captured[:-1]) == [
        (number, 2 * SIZE) for number in range(flows)
    ]


def test_segments_wait_for_no_more_than_that(merging: Merging) -> None:
    """Each of a flow more than these flows come too late for its first."""
    to = merging.pair.b.mac
    bursts = [
        flow(number, PLAIN, PLAIN, destination=to) for number in range(WAIT + 8)
    ]
    sent = [each[turn] for turn in range(2) for each in bursts]
    captured = merging.receive([*sent, other(to)])
    assert flows_of(captured[:-1]) == [
        (number, SIZE) for _ in range(2) for number in range(WAIT + 8)
    ]


def test_a_frame_does_not_grow_as_long_as_it_has_room(
    merging: Merging,
) -> None:
    """Of flows that take turns, each segment comes within so many frames."""
    flows, turns = 100, 10
    most = 1 + WAIT // flows
    to = merging.pair.b.mac
    bursts = [
        flow(number, *[PLAIN] * turns, destination=to)
        for number in range(flows)
    ]
    sent = [each[turn] for turn in range(turns) for each in bursts]
    captured = merging.receive([*sent, other(to)])
    assert flows_of(captured[:-1]) == [
        (number, count * SIZE)
        for count in (most, turns - most)
        for number in range(flows)
    ]


def test_a_flow_among_others_that_are_new_waits_no_longer(
    merging: Merging,
) -> None:
    """It is never the first of those that wait, and takes no more all the same."""
    turns, most = 400, 1 + WAIT // 2
    to = merging.pair.b.mac
    steady = flow(0, *[PLAIN] * turns, destination=to)
    sent = []
    for turn in range(turns):
        sent += [steady[turn], *flow(1 + turn, PLAIN, destination=to)]
    captured = merging.receive([*sent, other(to)])
    found = [size for number, size in flows_of(captured[:-1]) if not number]
    assert found == [most * SIZE, (turns - most) * SIZE]


def test_what_the_sender_keeps_is_left_as_it_is(merging: Merging) -> None:
    """As a capture does, or TCP until it is acknowledged: in the same memory."""
    a, b = merging.pair
    bursts = [Sent(length=1200)] * 40, [PLAIN] * 40
    sent = [
        frame
        for number, each in enumerate(bursts)
        for frame in flow(number, *each, destination=b.mac)
    ]
    with Receiver(a, ETH_P_ALL, outgoing=True) as capture:
        captured = merging.receive([*sent, other(b.mac)])
        kept = [each.whole for each in capture.pending()]
    assert lengths(captured[:-1]) == [40 * 1200, 40 * SIZE]
    assert kept == [*sent, other(b.mac)]


@pytest.mark.parametrize("strip", [True, False], ids=["beside", "in"])
def test_of_one_vlan(merging: Merging, strip: bool) -> None:
    """The tag beside the frame, or in it."""
    feature(merging.pair.b, "rx-vlan-offload", strip)
    to = merging.pair.b.mac
    sent = [
        *flow(0, tagged(5), tagged(5), tagged(5), destination=to),
        *flow(1, tagged(5), tagged(6), tagged(6), destination=to),
        *flow(2, PLAIN, tagged(6), destination=to),
    ]
    captured = merging.receive([*sent, other(to)])
    found = []
    for frame in captured[:-1]:
        vid = int.from_bytes(frame[14:16], "big") if frame[12] == 0x81 else 0
        bare = frame[:12] + frame[16:] if vid else frame
        found.append((*flows_of([bare])[0], vid))
    assert found == [
        (0, 3 * SIZE, 5),
        (1, SIZE, 5),
        (1, 2 * SIZE, 6),
        (2, SIZE, 0),
        (2, SIZE, 6),
    ]


def test_no_frame_is_longer_than_ip_has_room_for(merging: Merging) -> None:
    """More segments than a frame has fragments, and than its length can tell."""
    size, headers = MTU - 40, 40
    most = (65535 - headers) // size
    to = merging.pair.b.mac
    sent = flow(0, *[Sent(length=size)] * 100, destination=to)
    captured = merging.receive([*sent, other(to)])[:-1]
    assert lengths(captured) == [
        most * size,
        most * size,
        (100 - 2 * most) * size,
    ]
    data = b"".join(frame[dissect(frame)[1] :] for frame in captured)
    assert data == b"".join(frame[dissect(frame)[1] :] for frame in sent)


def test_a_gso_frame_is_not_merged_and_overtakes_nothing(
    merging: Merging,
) -> None:
    """It has crossed whole already; segments whose checksums are to be made do."""
    pair = merging.pair
    sizes = [(SIZE, 0), (SIZE, 0), (3 * SIZE, SIZE), (SIZE, 0), (SIZE, 0)]
    sequence = 1
    with (
        Receiver(pair.b, ETH_P_IP) as receiver,
        packet_socket(pair.a, 0) as sender,
        counted(pair.b, lambda: [2, 3, 2]),
    ):
        sender.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
        for length, cut in sizes:
            packet = ipv4_tcp(A4, NOBODY4, bytes(length), PORT, sequence)
            frame = ethernet(pair.a.mac, pair.b.mac, ETH_P_IP, packet)
            sender.send(virtio_header(cut) + frame)
            sequence += length
        merging.held.poll()
        captured = [each.frame for each in receiver.pending()]
    assert lengths(captured) == [2 * SIZE, 3 * SIZE, 2 * SIZE]


@pytest.mark.parametrize("change", ["down", "GRO"])
def test_what_is_held_is_delivered_before_a_change(
    merging: Merging, change: str
) -> None:
    """Frames that a poll has taken, and holds for the next."""
    pair = merging.pair
    sent = flow(0, *[PLAIN] * 64, destination=pair.b.mac)
    with Receiver(pair.b, ETH_P_IP) as receiver:
        merging.send(sent)
        merging.held.poll_a_little()
        taken = len(sent) - pair.b.state().rx_queued
        assert 0 < taken < len(sent)
        assert not receiver.pending()
        if change == "down":
            pair.b.down()
            assert pair.b.xstats()["rx_drop_flush"] == len(sent) - taken
        else:
            feature(pair.b, "gro", True)
            merging.held.poll()
            merging.held.release()
        captured = [each.frame for each in receiver.pending()]
        if change == "down":
            pair.b.up()
    assert lengths(captured)[0] == taken * SIZE
    assert sum(lengths(captured)[1:]) == (
        0 if change == "down" else (len(sent) - taken) * SIZE
    )


@pytest.mark.parametrize("off", [("rx-gro-hw",), ("rx-checksumming",)])
def test_switched_off_nothing_is_merged(
    merging: Merging, off: Sequence[str]
) -> None:
    """Nor is it without checksums."""
    for name in off:
        feature(merging.pair.b, name, False)
    to = merging.pair.b.mac
    with counted(merging.pair.b, lambda: []):
        captured = merging.receive(flow(0, PLAIN, PLAIN, destination=to))
    assert lengths(captured) == [SIZE] * 2


def test_with_gro_it_is_left_to_that(merging: Merging) -> None:
    """As by default. What software merges is not counted as the device's."""
    feature(merging.pair.b, "gro", True)
    to = merging.pair.b.mac
    with (
        Receiver(merging.pair.b, ETH_P_IP) as receiver,
        counted(merging.pair.b, lambda: []),
    ):
        merging.send(flow(0, PLAIN, PLAIN, destination=to))
        merging.held.poll()
        merging.held.release()
        captured = receiver.take(1)
    assert lengths(captured) == [2 * SIZE]


@pytest.mark.parametrize(
    ("ethertype", "address"),
    [(ETH_P_IP, B4), (ETH_P_IPV6, B6)],
    ids=["IPv4", "IPv6"],
)
@pytest.mark.parametrize("threaded", [False, True], ids=["softirq", "thread"])
def test_a_stream_whose_sender_cuts_is_merged(
    dual_pair: Pair, ethertype: int, address: str, threaded: bool
) -> None:
    """Segments that the sender keeps a clone of, in case it has to send again."""
    merge(dual_pair)
    feature(dual_pair.b, "gro", False)
    dual_pair.b.set(Options(rx_usecs=100, rx_frames=32))
    if threaded:
        device = dual_pair.b.ns.sys / "class/net" / dual_pair.b.name
        (device / "threaded").write_text("1")
    payload = random.Random(7).randbytes(1 << 20)
    with Receiver(dual_pair.b, ethertype) as receiver:
        came = stream(dual_pair.a.ns, dual_pair.b.ns, address, payload)
        assert came == payload
        assert longest(receiver.pending()) > MTU


@dataclass(frozen=True)
class Route:
    """A router: from inside, where frames may be merged, to a wire outside."""

    inside: Pair
    outside: Pair

    def forward(
        self, sent: Sequence[bytes], ethertype: int, by: str = ""
    ) -> list[bytes]:
        """Send frames through it, merged by this feature; what comes out."""
        for name in ("gro", "rx-gro-hw"):
            feature(self.inside.b, name, name == by)
        with (
            Held(self.inside.a, self.inside.b, ROUTER4) as held,
            Receiver(self.outside.b, ethertype) as receiver,
        ):
            Merging(self.inside, held).send(sent)
            held.poll()
            held.release()
            self.outside.b.wait_received()
            return [captured.frame for captured in receiver.pending()]


@pytest.fixture
def route(ns: Namespaces) -> Route:
    """Such a router; what is for nobody, it sends to the end of the outside."""
    rings = Options(tx_ring=2048, rx_ring=2048)
    one = Make(tx_queues=1, rx_queues=1, options=rings)
    client, server = ns("client", quiet=True), ns("server", quiet=True)
    router = ns("router")
    made = Route(
        link.make_pair(
            replace(one, name="vnet0", ns=client),
            replace(one, name="inside", ns=router),
        ),
        link.make_pair(
            replace(one, name="outside", ns=router),
            replace(one, name="vnet0", ns=server),
        ),
    )
    made.inside.up()
    made.outside.up()
    router.sysctl("net/ipv4/ip_forward", 1)
    router.sysctl("net/ipv6/conf/all/forwarding", 1)
    add_address(made.inside.a, A4, 24)
    add_address(made.inside.b, ROUTER4, 24)
    index = made.outside.a.index
    for address, bits in ((NOBODY4, 32), (NOBODY6, 128)):
        router.ip.route("add", dst=f"{address}/{bits}", oif=index)
        router.ip.neigh(
            "add",
            dst=address,
            lladdr=made.outside.b.mac,
            ifindex=index,
            state=NUD_PERMANENT,
        )
    show(made.outside)
    as_on_a_wire(made.outside)
    return made


@pytest.mark.usefixtures("fifo")
@EACH
def test_what_was_merged_is_forwarded_as_it_was(
    route: Route, layers: Layers, cases: Cases
) -> None:
    """Each frame leaves a router as it does if none is merged, bit by bit.

    But for what the kernel itself loses then, whoever has merged it: on 7.2 TCP
    behind extension headers, which are not in a tunnel.
    """
    sent = list(burst(cases, layers, route.inside.b.mac))
    ethertype = layers[0].ethertype
    apart, by_kernel, by_device = (
        by_case(
            cases,
            segments_only(route.forward(sent, ethertype, by), ethertype),
        )
        for by in ("", "gro", "rx-gro-hw")
    )
    assert sum(map(len, apart.values())) > len(sent) / 2
    if "an extension" in cases and not by_kernel["an extension"]:
        assert not by_device["an extension"]
        del apart["an extension"], by_device["an extension"]
    assert by_device == apart
