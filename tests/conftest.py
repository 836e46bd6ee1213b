# SPDX-License-Identifier: GPL-2.0-or-later
"""Fixtures: the module, namespaces with devices in them, and two watchmen.

After every test the kernel log must hold no complaint, and for every vnet
device that is still there each frame must be accounted for.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib import kmemleak, kmsg, link, module, queues
from lib.link import Link, Make, Options, Pair
from lib.offload import KINDS
from lib.refusal import Lab
from lib.setup import CardMaker, Namespaces, PairMaker


def pytest_addoption(parser: pytest.Parser) -> None:
    """How long storms blow, and how many allocations fail."""
    group = parser.getgroup("vnet")
    group.addoption(
        "--storm",
        type=float,
        default=2.0,
        help="seconds of each storm (2)",
    )
    group.addoption(
        "--pairs",
        type=int,
        default=20,
        help="pairs at least that a storm makes and deletes (20)",
    )
    group.addoption(
        "--devices",
        type=int,
        default=100,
        help="devices that a storm has at once (100)",
    )
    group.addoption(
        "--stride",
        type=int,
        default=10,
        help="beyond an operation's first allocations one of so many fails (10)",
    )


def pytest_report_header() -> list[str]:
    """Say first what is tested."""
    return [
        f"kernel: {os.uname().release}",
        f"build products: {os.environ.get('VNET_BUILD', 'VNET_BUILD unset')}",
    ]


@pytest.fixture(scope="session", autouse=True)
def loaded_module() -> Iterator[None]:
    """Load the module that was built, once; unload it at the end."""
    if os.geteuid() != 0:
        pytest.exit("the tests need root, in the test VM", returncode=2)
    try:
        module.reload()
    except Exception as error:
        pytest.exit(f"cannot load the module: {error}", returncode=2)
    yield
    if module.loaded():
        module.unload()


@pytest.fixture
def reloaded(loaded_module: None) -> Iterator[None]:
    """Load the module again after a test that unloads it."""
    yield
    module.reload()


@pytest.fixture(scope="session", autouse=True)
def empty_namespaces() -> None:
    """Tunnels that a test has loaded put no devices into new namespaces."""
    name = "net/core/fb_tunnels_only_for_init_net"
    Path("/proc/sys", name).write_text("1", encoding="ascii")


@pytest.fixture(scope="session", autouse=True)
def leaks_of_all(loaded_module: None) -> Iterator[None]:
    """Leave out what leaked before the tests; look once more at the end."""
    if kmemleak.available():
        kmemleak.forget()
    yield
    if kmemleak.available():
        fail_if(kmemleak.leaks(wait=True))


@pytest.fixture(scope="module", autouse=True)
def leaks_of_file(leaks_of_all: None) -> Iterator[None]:
    """Fail a file after which memory has leaked, where the kernel can tell.

    A scan reads all memory of the kernel and takes seconds, so it is not done after
    each test. What leaked in the last five seconds comes out after the next file.
    """
    yield
    if kmemleak.available():
        fail_if(kmemleak.leaks(wait=False))


def fail_if(leaks: str) -> None:
    """Fail where memory has leaked."""
    if leaks:
        pytest.fail("memory has leaked:\n" + leaks)


@pytest.fixture(autouse=True)
def kernel_log(loaded_module: None) -> Iterator[kmsg.KernelLog]:
    """Fail the test after which the kernel log holds a complaint."""
    log = kmsg.KernelLog()
    yield log
    found = log.complaints()
    log.close()
    if found:
        pytest.fail("the kernel complained:\n" + "\n".join(found))


@pytest.fixture
def ns(kernel_log: kmsg.KernelLog) -> Iterator[Namespaces]:
    """Makes namespaces: ``ns()``, ``ns("router")``, ``ns(quiet=True)``.

    At the end the frame counts of all vnet devices have to add up.
    """
    made = Namespaces()
    try:
        yield made
        made.assert_conserved()
    finally:
        made.remove()


@pytest.fixture
def fifo() -> Iterator[None]:
    """Devices that are set up have qdiscs that only queue."""
    with queues.first_in_first_out():
        yield


@pytest.fixture
def make_pair(ns: Namespaces) -> PairMaker:
    """Makes a pair in two namespaces, set up: vnet0 with A4, vnet1 with B4."""
    return PairMaker(ns)


@pytest.fixture
def pair(make_pair: PairMaker) -> Pair:
    """A pair that is up, has IPv4 addresses, and sends nothing by itself."""
    return make_pair()


@pytest.fixture
def dual_pair(make_pair: PairMaker) -> Pair:
    """A pair that is up, with IPv4 and IPv6 addresses."""
    return make_pair(quiet=False)


@pytest.fixture(params=KINDS)
def either_pair(
    request: pytest.FixtureRequest, make_pair: PairMaker
) -> Pair:
    """A pair of vnet, and then one of veth, as dual_pair is.

    What veth does vnet does too: veth shows that the test asks for no more.
    """
    device = Make(kind=request.param)
    return make_pair(device, device, quiet=False)


@pytest.fixture
def small_pair(make_pair: PairMaker) -> Pair:
    """A pair with one queue each way and rings of 64: easily full."""
    small = Make(
        tx_queues=1, rx_queues=1, options=Options(tx_ring=64, rx_ring=64)
    )
    return make_pair(small, small)


@pytest.fixture
def lone(ns: Namespaces) -> Link:
    """A device that stands alone, up, in a namespace that is quiet."""
    device = link.make_lone(Make(name="vnet0", ns=ns("lone", quiet=True)))
    device.up()
    device.wait_carrier()
    return device


@pytest.fixture
def make_card(ns: Namespaces) -> CardMaker:
    """Makes devices that stand alone, to hold what their generator makes."""
    return CardMaker(ns)


@pytest.fixture(scope="module")
def shared_lab(loaded_module: None) -> Iterator[Lab]:
    """A pair that is up and a device alone, for all tests of a file."""
    namespaces = Namespaces()
    here = namespaces("here", quiet=True)
    there = namespaces("there", quiet=True)
    pair = link.make_pair(
        Make(name="vnet0", ns=here), Make(name="vnet1", ns=there)
    ).up()
    lone = link.make_lone(Make(name="lone", ns=here))
    yield Lab(pair, lone)
    namespaces.assert_conserved()
    namespaces.remove()


@pytest.fixture
def lab(shared_lab: Lab) -> Iterator[Lab]:
    """The shared devices; what a test made besides them is deleted."""
    yield shared_lab
    shared_lab.clean()
