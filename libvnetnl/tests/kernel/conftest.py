# SPDX-License-Identifier: GPL-2.0-or-later
"""The library's examples and the pyroute2 package against the real module.

Needs root and the module, in the test VM; VNET_BUILD names the directory that
holds libvnetnl/examples.  Each test is in a network namespace of its own.
"""

import itertools
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from pyroute2 import netns

import pyroute2_vnet as vnet
from running import HANG, Example

_numbers = itertools.count()


@pytest.fixture(scope="session", autouse=True)
def module() -> None:
    if os.geteuid() != 0:
        pytest.exit("these tests need root, in the test VM", returncode=2)
    subprocess.run(["modprobe", "vnet"], check=True)


@pytest.fixture
def make_netns() -> Iterator[Callable[[], str]]:
    """Makes a network namespace, returns its name."""
    with ExitStack() as stack:

        def make() -> str:
            name = f"libvnetnl-{os.getpid()}-{next(_numbers)}"
            netns.create(name)
            stack.callback(netns.remove, name)
            return name

        yield make


@pytest.fixture(autouse=True)
def here(make_netns: Callable[[], str]) -> Iterator[str]:
    """The name of the namespace that the test runs in."""
    name = make_netns()
    netns.pushns(name)
    yield name
    netns.popns()


@pytest.fixture
def there(make_netns: Callable[[], str]) -> str:
    """The name of another namespace."""
    return make_netns()


@pytest.fixture
def ipr() -> Iterator[vnet.VnetRoute]:
    """A socket in the namespace of the test."""
    with vnet.VnetRoute() as route:
        yield route


@pytest.fixture(scope="session")
def examples() -> Path:
    build = os.environ.get("VNET_BUILD")
    if not build:
        pytest.exit("VNET_BUILD names no build directory", returncode=2)
    return Path(build) / "libvnetnl/examples"


@pytest.fixture
def example(examples: Path) -> Example:
    """Runs an example to its end."""

    def run(name: str, *argv: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [examples / name, *map(str, argv)],
            capture_output=True,
            text=True,
            timeout=HANG,
        )

    return run
