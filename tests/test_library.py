# SPDX-License-Identifier: GPL-2.0-or-later
"""The library's examples, compared with what the kernel says in netlink."""

import subprocess

import pytest

from lib import build, link
from lib.link import Link, Options
from lib.netns import Netns
from lib.run import attempt, run
from lib.setup import Namespaces
from lib.traffic import Sender
from lib.wait import DEADLINE, wait_equal

EXAMPLES = build.CHECKOUT / "libvnetnl/examples"


def example(ns: Netns, name: str, *words: str) -> str:
    """Run an example of the library in a namespace."""
    with ns.entered():
        return run([str(build.product("examples") / name), *words])


def test_every_example_is_built() -> None:
    for source in EXAMPLES.glob("*.c"):
        assert (build.product("examples") / source.stem).exists(), source


@pytest.mark.smoke
def test_a_pair_is_made_changed_and_deleted(ns: Namespaces) -> None:
    here, there = ns("here", quiet=True), ns("there", quiet=True)
    example(here, "pair", "vnet0", "vnet1", there.name)
    near, far = Link.named(here, "vnet0"), Link.named(there, "vnet1")
    assert near.info().link == far.index
    example(here, "ring", "vnet0", "1024", "64")
    assert near.options().tx_ring == 1024
    assert near.options().rx_ring == 64
    example(here, "delete", "vnet0")
    assert link.names(here) == link.names(there) == []


def test_statistics_are_the_kernels(lone: Link) -> None:
    with Sender(lone) as sender:
        sender.send(9)
    wait_equal(lambda: lone.xstats()["tx_sunk"], 9, "nine frames sunk")
    printed = example(lone.ns, "stats", "vnet0")
    found = {
        words[0]: int(words[1])
        for line in printed.splitlines()
        if len(words := line.split()) == 2
    }
    assert found == lone.xstats()


def test_the_generator_is_run(ns: Namespaces) -> None:
    here = ns(quiet=True)
    example(here, "pair", "vnet0", "vnet1")
    example(here, "generator", "vnet0", "2500")
    device = Link.named(here, "vnet0")
    assert device.options().gen is True
    assert device.options().gen_rate == 2500
    example(here, "generator", "vnet0", "off")
    assert device.options().gen is False


def test_changes_are_watched(lone: Link) -> None:
    """Through rtnetlink and through ethtool, as they happen."""
    with lone.ns.entered():
        watch = subprocess.Popen(
            [str(build.product("examples") / "watch"), "1000"],
            stdout=subprocess.PIPE,
            text=True,
        )
    with watch:
        try:
            assert watch.stdout is not None
            assert watch.stdout.readline() == "watching\n"
            lone.set(Options(tx_ring=2048))
            for line in watch.stdout:
                if "tx_ring 2048" in line:
                    break
            lone.ns.run(["ethtool", "-G", "vnet0", "tx", "64"])
            for line in watch.stdout:
                if "tx_ring 64" in line:
                    break
        finally:
            watch.kill()
        assert watch.wait(DEADLINE) is not None


def test_the_kernels_words_get_through(lone: Link) -> None:
    """The extended acknowledgement is in the library's error."""
    with lone.ns.entered():
        done = attempt(
            [str(build.product("examples") / "ring"), "vnet0", "63", "64"]
        )
    assert done.returncode
    for word in ("tx_ring", "64", "32768"):
        assert word in done.stderr
