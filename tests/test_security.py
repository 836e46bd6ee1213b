# SPDX-License-Identifier: GPL-2.0-or-later
"""What docs/security.md promises: who may do what, and what nobody gets."""

import errno
import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lib import build, cpus, link, nl, uapi
from lib.actor import GUEST, NOBODY, OWNER, ROOT, WHO, Actor, acting
from lib.cgroup import Cgroup, memory_cgroup
from lib.child import user_namespace
from lib.link import Link, Make, Options
from lib.netns import Netns
from lib.nl import NetlinkError
from lib.run import attempt
from lib.setup import Namespaces
from lib.shaper import DEVICE, Shapers
from lib.wait import wait_for

CREATE = nl.NLM_F_CREATE | nl.NLM_F_EXCL
REFUSED = (errno.EPERM, errno.EACCES)
VNET0 = nl.text(link.IFLA_IFNAME, "vnet0")

EVERYBODY = frozenset(WHO)
OWNERS = frozenset({ROOT, OWNER})
ROOT_ALONE = frozenset({ROOT})
NONE: frozenset[str] = frozenset()

Attempt = Callable[[], int]
"""Returns 0, or the errno that it was refused with."""


def request(kind: int, flags: int, body: bytes) -> Attempt:
    """A netlink request."""

    def send() -> int:
        opened = nl.Socket()
        try:
            opened.request(kind, flags, body)
        except NetlinkError as error:
            return error.errno or 255
        finally:
            opened.close()
        return 0

    return send


def new(device: Make, peer: Make | None = None) -> Attempt:
    """A request for a device."""
    return request(link.RTM_NEWLINK, CREATE, device.request(peer))


def change(*attributes: bytes) -> Attempt:
    """A request to change vnet0."""
    body = link.ifinfomsg() + VNET0 + b"".join(attributes)
    return request(link.RTM_NEWLINK, 0, body)


def setting(options: Options) -> Attempt:
    """A request to change a setting of vnet0."""
    return change(link.linkinfo(options.data()))


def program(*words: str) -> Attempt:
    """A program, which says why it does not succeed."""

    def call() -> int:
        done = attempt(words)
        if "not permitted" in done.stderr:
            return errno.EPERM
        assert not done.returncode, done.stderr + done.stdout
        return 0

    return call


def ethtool(option: str, *words: str) -> Attempt:
    """The program ethtool."""
    return program("ethtool", option, "vnet0", *words)


def written(path: str, text: str) -> Attempt:
    """A file in sysfs."""

    def write() -> int:
        try:
            Path("/sys", path).write_text(text, encoding="ascii")
        except OSError as error:
            return error.errno or 255
        return 0

    return write


def shaped() -> int | None:
    """A rate of vnet0; None: the kernel has no shapers."""
    try:
        shapers = Shapers(None)
    except NetlinkError as error:
        assert error.errno == errno.ENOENT
        return None
    try:
        here = Link(Netns.current(), socket.if_nametoindex("vnet0"))
        shapers.limit(here, DEVICE, 10**9)
    except NetlinkError as error:
        return error.errno
    finally:
        shapers.close()
    return 0


def load_again() -> int:
    """Load the module; for who may, it is there."""
    done = attempt(["insmod", str(build.product("vnet.ko"))])
    if "File exists" in done.stderr:
        return 0
    assert "not permitted" in done.stderr, done.stderr
    return errno.EPERM


def operations(elsewhere: int) -> dict[str, tuple[Attempt, frozenset[str]]]:
    """What can be tried, in this order, and who may.

    A device alone, a pair, and vnet0 with its peer vnet1, up, with two queues.
    """
    outside = Make(name="intruder0")
    foreign = nl.nest(
        uapi.IFLA_VNET_PEER,
        link.ifinfomsg(),
        nl.text(link.IFLA_IFNAME, "intruder1"),
        nl.u32(link.IFLA_NET_NS_FD, elsewhere),
    )
    interrupts = Options(irq=True)
    queue = "class/net/vnet0/queues"
    of_queues = {
        "sysfs tx_maxrate": (
            written(f"{queue}/tx-0/tx_maxrate", "100"),
            ROOT_ALONE,
        ),
        "sysfs rps_cpus": (written(f"{queue}/rx-0/rps_cpus", "1"), ROOT_ALONE),
    }
    return {
        "show": (
            request(link.RTM_GETLINK, 0, link.ifinfomsg() + VNET0),
            EVERYBODY,
        ),
        "dump": (
            request(link.RTM_GETLINK, nl.NLM_F_DUMP, link.ifinfomsg()),
            EVERYBODY,
        ),
        "ethtool -n": (ethtool("-n"), EVERYBODY),
        "new": (new(Make(name="new0")), OWNERS),
        "new pair": (new(Make(name="new1"), Make(name="new2")), OWNERS),
        "new with interrupts": (
            new(Make(name="new3", options=interrupts)),
            ROOT_ALONE,
        ),
        "new with a peer that has": (
            new(Make(name="new4"), Make(name="new5", options=interrupts)),
            ROOT_ALONE,
        ),
        "new with a CPU": (
            new(Make(name="new6", options=Options(queues={0: 0}))),
            ROOT_ALONE,
        ),
        "new elsewhere": (
            request(
                link.RTM_NEWLINK,
                CREATE,
                link.ifinfomsg()
                + outside.attributes()
                + nl.u32(link.IFLA_NET_NS_FD, elsewhere)
                + link.linkinfo([]),
            ),
            ROOT_ALONE,
        ),
        "peer elsewhere": (
            request(
                link.RTM_NEWLINK,
                CREATE,
                link.ifinfomsg()
                + nl.text(link.IFLA_IFNAME, "new7")
                + link.linkinfo([foreign]),
            ),
            ROOT_ALONE,
        ),
        "ring": (setting(Options(tx_ring=1024)), OWNERS),
        "pause": (setting(Options(rx_pause=False)), OWNERS),
        "coalesce": (setting(Options(tx_usecs=9)), OWNERS),
        "adaptive": (setting(Options(adaptive_rx=True)), OWNERS),
        "generator": (setting(Options(gen=True, gen_rate=9)), OWNERS),
        "failed": (setting(Options(failed={1: True})), OWNERS),
        "CPU": (setting(Options(queues={0: 0})), ROOT_ALONE),
        "no CPU": (setting(Options(queues={0: uapi.VNET_CPU_ANY})), OWNERS),
        "ethtool -G": (ethtool("-G", "tx", "128"), OWNERS),
        "ethtool -A": (ethtool("-A", "rx", "on"), OWNERS),
        "ethtool -C": (ethtool("-C", "tx-usecs", "7"), OWNERS),
        "ethtool -K": (ethtool("-K", "rx-gro-hw", "off"), OWNERS),
        "ethtool -X": (ethtool("-X", "equal", "1"), OWNERS),
        "ethtool -N": (
            ethtool("-N", "flow-type", "udp4", "dst-port", "9", "action", "0"),
            OWNERS,
        ),
        "ethtool -L": (ethtool("-L", "combined", "1"), OWNERS),
        "sysfs mtu": (written("class/net/vnet0/mtu", "1400"), OWNERS),
        "sysfs carrier": (written("class/net/vnet0/carrier", "1"), OWNERS),
        **(of_queues if cpus.is_smp() else {}),
        "module parameter": (
            written("module/vnet/parameters/num_devices", "7"),
            NONE,
        ),
        "load": (load_again, ROOT_ALONE),
        "down": (
            request(
                link.RTM_NEWLINK,
                0,
                link.ifinfomsg(0, 0, link.IFF_UP) + VNET0,
            ),
            OWNERS,
        ),
        "interrupts": (setting(interrupts), ROOT_ALONE),
        "move elsewhere": (
            request(
                link.RTM_NEWLINK,
                0,
                link.ifinfomsg()
                + nl.text(link.IFLA_IFNAME, "vnet1")
                + nl.u32(link.IFLA_NET_NS_FD, elsewhere),
            ),
            ROOT_ALONE,
        ),
        "delete": (
            request(link.RTM_DELLINK, 0, link.ifinfomsg() + VNET0),
            OWNERS,
        ),
    }


@pytest.fixture(params=WHO)
def actor(
    request: pytest.FixtureRequest, ns: Namespaces
) -> Iterator[Actor]:
    """Everybody there is, in turn."""
    with acting(request.param, ns) as acts:
        yield acts


@pytest.mark.smoke
def test_who_may_do_what(actor: Actor, ns: Namespaces) -> None:
    """The table of docs/security.md; who is refused has changed nothing."""
    elsewhere = ns("elsewhere", quiet=True)
    table = operations(elsewhere.fd)
    before = [info.settings for info in link.vnets(actor.ns)]
    found = actor.do(lambda: {what: act() for what, (act, _) in table.items()})
    wrong = {
        what: errno.errorcode.get(found[what], found[what])
        for what, (_, who) in table.items()
        if (found[what] == 0) != (actor.who in who)
        or found[what] not in (0, *REFUSED)
    }
    assert not wrong
    if actor.who in (GUEST, NOBODY):
        assert [info.settings for info in link.vnets(actor.ns)] == before
    if actor.who != ROOT:
        assert not link.names(elsewhere)


def test_who_may_set_a_shaper(actor: Actor) -> None:
    """As the kernel's net-shaper family says."""
    found = actor.do(shaped)
    if found is None:
        pytest.skip("this kernel has no net-shaper family")
    assert found == (0 if actor.who in ROOT_ALONE else errno.EPERM)


def test_refused_for_want_of_privilege_in_the_words_of_the_attribute(
    ns: Namespaces,
) -> None:
    def words() -> list[str]:
        said = []
        opened = nl.Socket()
        for options in (Options(irq=True), Options(queues={0: 0})):
            with pytest.raises(NetlinkError) as refused:
                opened.request(
                    link.RTM_NEWLINK,
                    CREATE,
                    Make(name="vnet0", options=options).request(None),
                )
            assert refused.value.errno == errno.EPERM
            said.append(refused.value.said)
        return said

    with user_namespace() as inside:
        irq, cpu = inside.do(words)
    assert irq.startswith("irq: wants CAP_NET_ADMIN")
    assert cpu.startswith("queue cpu: wants CAP_NET_ADMIN")


def test_what_root_has_set_its_owner_may_send_back(ns: Namespaces) -> None:
    """A CPU and interrupts that are there already are no change."""
    with acting(OWNER, ns) as owner:
        device = Link.named(owner.ns, "vnet0")
        device.down()
        there = Options(irq=True, queues={0: 0})
        device.set(there)
        assert owner.do(setting(there)) == 0
        assert device.options().queues == {0: 0}
        assert device.options().irq


@pytest.fixture
def cgroup() -> Iterator[Cgroup]:
    """A memory cgroup."""
    with memory_cgroup() as made:
        yield made


def named(device: Make, prefix: str) -> list[Make]:
    """The same device four times, with names."""
    return [replace(device, name=f"{prefix}{number}") for number in range(4)]


def go_up(name: str) -> tuple[int, str]:
    """Set a device up; the errno that it was refused with, and the words."""
    opened = nl.Socket()
    try:
        opened.request(
            link.RTM_NEWLINK,
            0,
            link.ifinfomsg(0, link.IFF_UP, link.IFF_UP)
            + nl.text(link.IFLA_IFNAME, name),
        )
    except NetlinkError as error:
        return error.errno or 255, error.said
    finally:
        opened.close()
    return 0, ""


@pytest.mark.parametrize("queues", [16, 64])
def test_a_cgroup_bounds_what_one_user_takes(
    ns: Namespaces, cgroup: Cgroup, queues: int
) -> None:
    """Rings by queues by devices: refused at the limit, and nobody is killed.

    Each device is whole then: up with all its rings, or down without any. What
    goes down gives its memory back, to who was refused.
    """
    ring = 8 * uapi.VNET_RING_MAX * queues
    shape = Make(
        tx_queues=queues,
        rx_queues=queues,
        options=Options(
            tx_ring=uapi.VNET_RING_MAX, rx_ring=uapi.VNET_RING_MAX
        ),
    )
    pairs = list(zip(named(shape, "l"), named(shape, "r"), strict=True))
    names = [device.name for pair in pairs for device in pair]

    def make() -> list[int]:
        return [new(device, peer)() for device, peer in pairs]

    def up_all() -> list[int]:
        return [go_up(name)[0] for name in names]

    def up_again() -> list[int]:
        down = request(
            link.RTM_NEWLINK,
            0,
            link.ifinfomsg(0, 0, link.IFF_UP)
            + nl.text(link.IFLA_IFNAME, names[0]),
        )
        return [down(), go_up(names[-1])[0]]

    with user_namespace() as inside:
        assert cgroup.asked(lambda: inside.do(make)) == [0] * len(pairs)
        # five rings, and what else there is to go up
        cgroup.limit(cgroup.used() + 5 * ring + ring // 2)
        refused = cgroup.asked(lambda: inside.do(up_all))
        assert refused == [0, 0] + [errno.ENOMEM] * (len(names) - 2)
        assert cgroup.events()["oom_kill"] == 0
        assert inside.do(which_are_up) == sorted(names[:2])
        assert cgroup.asked(lambda: inside.do(up_again)) == [0, 0]
        assert inside.do(which_are_up) == sorted([names[1], names[-1]])
    assert cgroup.events()["oom_kill"] == 0
    wait_for(
        lambda: cgroup.kernel_used() < ring,
        "the charge to go with the namespace",
    )


def which_are_up() -> list[str]:
    """The devices of this namespace that are up."""
    opened = nl.Socket()
    answer = opened.request(link.RTM_GETLINK, nl.NLM_F_DUMP, link.ifinfomsg())
    infos = [link.parse_info(m.body) for m in answer.messages]
    return sorted(i.name for i in infos if i.kind == uapi.KIND and i.up)


def test_module_parameters_are_read_only() -> None:
    """Each of them, for root as well."""
    for parameter in Path("/sys/module/vnet/parameters").iterdir():
        assert parameter.stat().st_mode & 0o222 == 0, parameter.name
        with pytest.raises(OSError, match="Permission denied"):
            os.close(os.open(parameter, os.O_WRONLY))
