# SPDX-License-Identifier: GPL-2.0-or-later
"""Every allocation of every operation fails once.

Each time the operation succeeds without it, or it is refused for want of memory and
has changed nothing; and then frames cross.
"""

import errno
import os
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial

import pytest

from lib import ethtool, faults, genl, libc, link, module, nl, uapi
from lib.build import product
from lib.crossing import Crossing, crosses
from lib.gen import Gen
from lib.kmsg import KernelLog
from lib.knobs import ETH_FLAG_RXHASH, Knobs
from lib.link import Link, Make, Options, Pair
from lib.marks import SMP
from lib.nl import NetlinkError
from lib.setup import B4, Namespaces, PairMaker
from lib.shaper import DEVICE, Handle, Shapers, paced, queue
from lib.wait import wait_for

pytestmark = pytest.mark.skipif(
    not faults.available(), reason="this kernel cannot fail an allocation"
)

QUEUES = 2
SHAPE = Make(tx_queues=QUEUES, rx_queues=QUEUES)
ALL = 60
"""Where one of --stride begins; what is made at the core's demand comes later."""
MOST = 5000
"""Allocations; no operation has as many."""
SOL_UDP = 17
UDP_SEGMENT = 103

Action = Callable[[], object]
Note = Callable[[str, object], None]


@pytest.fixture(autouse=True)
def counted(kernel_log: KernelLog) -> Iterator[None]:
    """Allocations count that may wait; those of what watches the kernel as well.

    The core warns where it removes an interrupt's file that it had no memory to make.
    """
    kernel_log.expect("ref_tracker: memory allocation failure, unreliable")
    kernel_log.expect("unregister_irq_proc")
    with faults.counted():
        yield


@pytest.fixture
def fail_each(request: pytest.FixtureRequest, record_property: Note) -> "FailEach":
    """Fails each allocation of an operation once."""
    return FailEach(record_property, request.config.getoption("stride"))


@dataclass
class Tally:
    """What came of the failures of an operation."""

    also: int = 0
    """An error that the core has in the place of ENOMEM."""
    refused: int = 0
    unanswered: int = 0
    """It may have been done: the answer had no memory."""
    done: int = 0
    """It has been done in spite of them."""
    errors: set[str] = field(default_factory=set)

    def count(self, attempt: faults.Attempt) -> bool:
        """Was it refused for sure? The error has to be a clean one."""
        if attempt.error is None:
            self.done += 1
            return False
        code = attempt.error.errno or 0
        self.errors.add(errno.errorcode[code])
        # a socket's word where the core cannot build a message
        if code == errno.ENOBUFS and not isinstance(attempt.error, NetlinkError):
            self.unanswered += 1
            return False
        assert code in (errno.ENOMEM, errno.ENOBUFS, self.also), attempt.error
        self.refused += 1
        return True

    def note(self, note: Note) -> None:
        """Keep the figures."""
        told = (
            f"{self.refused} refused, {self.done} done all the same, "
            f"{self.unanswered} without an answer ({', '.join(sorted(self.errors))})"
        )
        print(f"failed allocations: {told}")
        note("failed_allocations", told)


def numbers(stride: int) -> Iterator[int]:
    """Which allocations are to fail: the first ones, then one of so many."""
    yield from range(1, ALL)
    yield from range(ALL, MOST, stride)
    raise AssertionError(f"an operation with {MOST} allocations")


class FailEach:
    """Fails one allocation of an operation after the other."""

    def __init__(self, note: Note, stride: int) -> None:
        self._note = note
        self._stride = stride

    def __call__(
        self,
        action: Action,
        undo: Action,
        state: Action,
        works: Action,
        stride: int = 1,
        also: int = 0,
    ) -> Tally:
        """Do it until there is none left to fail, and it is done.

        What could not be refused, since it has been done, is undone; then the state
        is the old one, and all works. With a stride it is so many times --stride.
        """
        tally = Tally(also)
        before = state()
        for nth in numbers(self._stride * stride):
            attempt = faults.with_failure(nth, action)
            if not attempt.hit:
                break
            if not tally.count(attempt) and state() != before:
                undo()
            assert state() == before, f"after failure {nth}: {attempt.error}"
            works()
        assert attempt.error is None, attempt.error
        assert state() != before, "the operation did nothing"
        tally.note(self._note)
        return tally


@pytest.fixture
def wide(make_pair: PairMaker) -> Pair:
    """A pair with two queues each way."""
    return make_pair(SHAPE, SHAPE)


@pytest.fixture
def crossing(wide: Pair) -> Iterator[Crossing]:
    """Frames over that pair."""
    made = Crossing(wide)
    yield made
    made.close()


@pytest.fixture
def knobs(wide: Pair) -> Iterator[Knobs]:
    """What ethtool sets of its end b."""
    made = Knobs(wide.b)
    yield made
    made.close()


def settings(*devices: Link) -> list[object]:
    """What the kernel says that is set."""
    return [device.info().settings for device in devices]


def names(ns: Namespaces) -> list[list[str]]:
    """All devices there are."""
    return [link.names(place) for place in ns.known()]


@pytest.mark.parametrize("alone", [False, True], ids=["pair", "alone"])
def test_a_new_device(
    ns: Namespaces, wide: Pair, crossing: Crossing, alone: bool, fail_each: FailEach
) -> None:
    """netdev_register_kobject() does not look whether dev_set_name() had memory for the
    name, and device_add() finds one without invalid."""
    here, there = wide.a.ns, wide.b.ns
    made = replace(SHAPE, name="new0")
    peer = None if alone else replace(SHAPE, name="new1", ns=there)
    tally = fail_each(
        lambda: link.create(here, made, peer),
        lambda: Link.named(here, "new0").delete(),
        lambda: names(ns),
        crossing,
        also=errno.EINVAL,
    )
    assert tally.refused > 10
    if not alone:
        new = Pair(Link.named(here, "new0"), Link.named(there, "new1"))
        crosses(new.up())


CHANGES = {
    "tx_ring": Options(tx_ring=1024),
    "rx_ring": Options(rx_ring=1024),
    "both rings": Options(tx_ring=64, rx_ring=64),
    "pause": Options(rx_pause=False, tx_pause=False),
    "moderation": Options(rx_usecs=20, rx_frames=8, tx_usecs=20, tx_frames=8),
    "adaptive": Options(adaptive_rx=True, adaptive_tx=True),
    "CPU": Options(queues={1: 0}),
    "failed queue": Options(failed={1: True}),
    "generator": Options(gen=True, gen_rate=10),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change(
    wide: Pair, crossing: Crossing, change: str, fail_each: FailEach
) -> None:
    healthy = {queue: False for queue in range(QUEUES)}
    anywhere = {queue: uapi.VNET_CPU_ANY for queue in range(QUEUES)}
    before = replace(wide.b.options(), queues=anywhere, failed=healthy)
    fail_each(
        lambda: wide.b.set(CHANGES[change]),
        lambda: wide.b.set(before),
        lambda: settings(*wide),
        crossing,
    )
    crosses(wide)


@pytest.mark.parametrize("running", [False, True], ids=["plain", "generator"])
def test_going_up(wide: Pair, running: bool, fail_each: FailEach) -> None:
    """Rings, interrupts and the generator; the other end stays up."""
    if running:
        wide.b.set(Options(gen=True, gen_rate=10))
    wide.b.down()
    tally = fail_each(
        wide.b.up,
        wide.b.down,
        lambda: settings(*wide),
        lambda: None,
    )
    assert tally.refused >= 2 * QUEUES
    wide.b.wait_carrier()
    crosses(wide)


def test_going_up_with_interrupts(wide: Pair, fail_each: FailEach) -> None:
    wide.b.down()
    wide.b.set(Options(irq=True))
    fail_each(
        wide.b.up,
        wide.b.down,
        lambda: settings(*wide),
        lambda: None,
    )
    wide.b.wait_carrier()
    crosses(wide)


def test_interrupts(wide: Pair, fail_each: FailEach) -> None:
    """They are made, and taken, while a device is down."""
    wide.b.down()
    fail_each(
        lambda: wide.b.set(Options(irq=True)),
        lambda: wide.b.set(Options(irq=False)),
        lambda: settings(*wide),
        lambda: None,
    )
    wide.b.up()
    wide.b.wait_carrier()
    crosses(wide)


@pytest.mark.parametrize("number", [1, 3])
def test_channels(make_pair: PairMaker, number: int, fail_each: FailEach) -> None:
    """Fewer queues, and more of them."""
    shape = Make(tx_queues=3, rx_queues=3)
    pair = make_pair(shape, shape)
    crossing, knobs = Crossing(pair), Knobs(pair.b)
    knobs.set_channels(2, 2)
    fail_each(
        lambda: knobs.set_channels(number, number),
        lambda: knobs.set_channels(2, 2),
        lambda: genl.channels(pair.b),
        crossing,
    )
    crossing.close()
    knobs.close()


def test_the_indirection_table(
    crossing: Crossing, knobs: Knobs, fail_each: FailEach
) -> None:
    before = knobs.table()
    tally = fail_each(
        lambda: knobs.set_table(before[::-1]),
        lambda: knobs.set_table(before),
        knobs.table,
        crossing,
    )
    assert tally.refused


def test_the_table_that_a_generator_goes_by(
    wide: Pair, knobs: Knobs, fail_each: FailEach
) -> None:
    """The run begins anew with the new one, or goes on."""
    wide.b.generate(
        Gen(
            enable=True,
            rate=100,
            proto=uapi.VNET_GEN_UDP4,
            flows=24,
            spread=uapi.VNET_GEN_HASH,
        )
    )
    before = knobs.table()

    def goes_on() -> None:
        made = wide.b.xstats()["gen_frames"]
        wait_for(lambda: wide.b.xstats()["gen_frames"] > made, "a frame")

    tally = fail_each(
        lambda: knobs.set_table(before[::-1]),
        lambda: knobs.set_table(before),
        knobs.table,
        goes_on,
    )
    assert tally.refused


def test_a_steering_rule(
    crossing: Crossing, knobs: Knobs, fail_each: FailEach
) -> None:
    """The first one, which makes the receiver steer, and another."""
    for place in range(2):
        tally = fail_each(
            partial(knobs.add_rule, place, 7 + place, 1),
            partial(knobs.delete_rule, place),
            knobs.number_of_rules,
            crossing,
        )
        assert tally.refused
    fail_each(
        lambda: knobs.delete_rule(0),
        lambda: knobs.add_rule(0, 7, 1),
        knobs.number_of_rules,
        crossing,
    )


def test_receive_hashing(
    crossing: Crossing, knobs: Knobs, fail_each: FailEach
) -> None:
    before = knobs.flags()
    tally = fail_each(
        lambda: knobs.set_flags(before ^ ETH_FLAG_RXHASH),
        lambda: knobs.set_flags(before),
        knobs.flags,
        crossing,
    )
    assert tally.refused


def test_what_the_generator_is_told(
    wide: Pair, crossing: Crossing, fail_each: FailEach
) -> None:
    """It does not run; a start would tell the same and more."""
    before = Gen(proto=uapi.VNET_GEN_RAW, raw=b"before" * 10, size=600)
    wide.b.generate(before)
    fail_each(
        lambda: wide.b.generate(Gen(raw=b"after" * 100)),
        lambda: wide.b.generate(before),
        lambda: settings(*wide),
        crossing,
    )


@SMP
def test_a_rate(wide: Pair, crossing: Crossing, fail_each: FailEach) -> None:
    """tx_maxrate of a queue, in Mbit/s."""
    setting = wide.a.ns.sys / "class/net" / wide.a.name / "queues/tx-0/tx_maxrate"
    with wide.a.ns.entered():
        control = os.open(setting, os.O_WRONLY | os.O_CLOEXEC)
    fail_each(
        lambda: os.pwrite(control, b"100", 0),
        lambda: os.pwrite(control, b"0", 0),
        setting.read_text,
        crossing,
    )
    os.close(control)


@pytest.mark.parametrize("of", [DEVICE, queue(0)], ids=["device", "queue"])
def test_a_shaper(
    wide: Pair, crossing: Crossing, fail_each: FailEach, of: Handle
) -> None:
    shapers = Shapers(wide.a.ns)
    fail_each(
        lambda: shapers.limit(wide.a, of, 10**9),
        lambda: shapers.delete(wide.a, of),
        lambda: shapers.limits(wide.a),
        crossing,
    )
    shapers.close()


def test_a_group_of_shapers(
    wide: Pair, crossing: Crossing, fail_each: FailEach
) -> None:
    """A node, its queues and their rates: all or nothing."""
    shapers = Shapers(wide.a.ns)

    def undo() -> None:
        for number in range(QUEUES):
            shapers.delete(wide.a, queue(number))

    fail_each(
        lambda: shapers.group(wide.a, dict.fromkeys(range(QUEUES), 2), rate=10**9),
        undo,
        lambda: (shapers.all(wide.a), paced(wide.a)),
        crossing,
    )
    shapers.close()


def test_a_move_to_another_namespace(
    wide: Pair, ns: Namespaces, kernel_log: KernelLog, fail_each: FailEach
) -> None:
    """The core warns where it is halfway and has no memory to go on."""
    kernel_log.expect(r"net/core/dev\.c.*__dev_change_net_namespace")
    home, away = wide.b.ns, ns(quiet=True)
    index = wide.b.index

    def there() -> list[bool]:
        return ["vnet1" in link.names(place) for place in (home, away)]

    def back() -> None:
        Link.named(away, "vnet1").move(home)

    fail_each(
        lambda: Link(home, index).change(nl.u32(link.IFLA_NET_NS_FD, away.fd)),
        back,
        there,
        lambda: None,
    )
    moved = Link.named(away, "vnet1")
    moved.up()
    moved.wait_carrier()
    crosses(Pair(wide.a, moved))


def test_generated_frames_have_no_memory(pair: Pair) -> None:
    """They are counted by name; the generator goes on."""
    pair.b.set(Options(gen=True, gen_rate=200))
    with faults.of_module("vnet", 20):
        wait_for(lambda: pair.b.xstats()["gen_drop_nomem"] > 20, "frames to be dropped")
    received = pair.b.xstats()["rx_frames"]
    wait_for(lambda: pair.b.xstats()["rx_frames"] > received, "it to go on")


def test_frames_to_be_cut_have_no_memory(pair: Pair) -> None:
    """They are not posted, and counted by name; the next ones cross."""
    ethtool.feature(pair.b, "rx-gro-hw", False)
    with faults.of_module("vnet", 20), pair.a.ns.socket(
        socket.AF_INET, socket.SOCK_DGRAM
    ) as sender:
        sender.setsockopt(SOL_UDP, UDP_SEGMENT, 1000)

        def dropped() -> bool:
            with suppress(OSError):
                sender.sendto(bytes(16000), (B4, 9))
            return pair.a.xstats()["tx_drop_nomem"] > 0

        wait_for(dropped, "a frame to be dropped")
    crosses(pair)


_WRONG = re.compile(
    r"BUG|WARNING: (?!kernel/trace/)|KASAN|UBSAN|ODEBUG|refcount_t|possible .* lock"
)


@pytest.mark.usefixtures("reloaded")
def test_loading_the_module(kernel_log: KernelLog, fail_each: FailEach) -> None:
    """With devices of its own, of which one may have no name (test_a_new_device).

    The core's vmalloc() shows a call trace each time it fails, and its tracing warns of
    events that it could not make. Most allocations are the loader's.
    """
    module.unload()
    image = os.open(product("vnet.ko"), os.O_RDONLY | os.O_CLOEXEC)
    with faults.counted(pages=False):
        tally = fail_each(
            lambda: libc.finit_module(image, "num_devices=3"),
            module.unload,
            module.loaded,
            lambda: None,
            stride=5,
            also=errno.EINVAL,
        )
    os.close(image)
    assert tally.refused
    said = [record.text for record in kernel_log.read()]
    assert not [text for text in said if _WRONG.search(text)]
