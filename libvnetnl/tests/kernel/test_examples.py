# SPDX-License-Identifier: GPL-2.0-or-later
"""The examples do what they say, and with them the library."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from pyroute2 import NetNS

import pyroute2_vnet as vnet
from pyroute2_vnet import uapi
from running import HANG, Example

UP = 1


def read(ipr: Any, ifname: str) -> Any:
    (message,) = ipr.link("get", ifname=ifname)
    return message


def exists(ipr: Any, ifname: str) -> bool:
    return bool(ipr.link_lookup(ifname=ifname))


def good(result: subprocess.CompletedProcess[str]) -> str:
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


def bad(result: subprocess.CompletedProcess[str]) -> str:
    assert (result.returncode, result.stdout) == (1, "")
    return result.stderr


def test_pair(ipr: vnet.VnetRoute, example: Example) -> None:
    said = good(example("pair", "vnet0", "vnet1"))
    ends = read(ipr, "vnet0"), read(ipr, "vnet1")
    assert said == (
        f"vnet0: ifindex {ends[0]['index']}, peer {ends[1]['index']}, "
        f"tx_ring {vnet.RING_DEFAULT}, rx_ring {vnet.RING_DEFAULT}\n"
    )
    for end in ends:
        assert end["flags"] & UP
    assert ends[0].get_attr("IFLA_LINK") == ends[1]["index"]
    assert ends[1].get_attr("IFLA_LINK") == ends[0]["index"]


def test_pair_across_namespaces(
    ipr: vnet.VnetRoute, example: Example, there: str
) -> None:
    good(example("pair", "vnet0", "vnet1", there))
    assert read(ipr, "vnet0").get_attr("IFLA_LINK_NETNSID") is not None
    assert not exists(ipr, "vnet1")
    with NetNS(there) as other:
        assert read(other, "vnet1")["flags"] & UP


def test_a_name_that_is_taken(example: Example) -> None:
    good(example("pair", "vnet0", "vnet1"))
    assert "exists" in bad(example("pair", "vnet2", "vnet1"))
    assert "exists" in bad(example("pair", "vnet0", "vnet3"))


def test_a_namespace_that_is_not_there(example: Example) -> None:
    said = bad(example("pair", "vnet0", "vnet1", "no-such-namespace"))
    assert said == "no-such-namespace: No such file or directory\n"


def test_ring(ipr: vnet.VnetRoute, example: Example) -> None:
    good(example("pair", "vnet0", "vnet1"))
    before = vnet.options(read(ipr, "vnet0"))
    good(example("ring", "vnet0", 1024, 64))
    after = vnet.options(read(ipr, "vnet0"))
    assert after == {**before, "tx_ring": 1024, "rx_ring": 64}
    assert vnet.options(read(ipr, "vnet1")) == before


@pytest.mark.parametrize(
    ("sizes", "name"), [((63, 64), "tx_ring"), ((64, 65536), "rx_ring")]
)
def test_a_ring_that_cannot_be(
    ipr: vnet.VnetRoute, example: Example, sizes: tuple[int, int], name: str
) -> None:
    """The kernel's words come through."""
    good(example("pair", "vnet0", "vnet1"))
    before = vnet.options(read(ipr, "vnet0"))
    said = bad(example("ring", "vnet0", *sizes))
    for word in (name, vnet.RING_MIN, vnet.RING_MAX):
        assert str(word) in said
    assert vnet.options(read(ipr, "vnet0")) == before


@pytest.mark.skipif(
    not Path("/sys/class/net/lo/queues/rx-0/rps_cpus").exists(),
    reason="a kernel for one CPU does not tell how many RX queues there are",
)
def test_queue(ipr: vnet.VnetRoute, example: Example) -> None:
    """One after the other: what is not named stays as it is."""
    ipr.link("add", ifname="vnet0", num_rx_queues=4)
    assert good(example("queue", "vnet0", 3, 0)) == "vnet0: queue 3 cpu 0\n"
    assert good(example("queue", "vnet0", 1, 0)) == (
        "vnet0: queue 1 cpu 0\nvnet0: queue 3 cpu 0\n"
    )
    assert good(example("queue", "vnet0", 3, "any")) == (
        "vnet0: queue 1 cpu 0\n"
    )
    assert good(example("queue", "vnet0", 1, "failed")) == (
        "vnet0: queue 1 cpu 0 failed\n"
    )
    assert good(example("queue", "vnet0", 2, "failed")) == (
        "vnet0: queue 1 cpu 0 failed\nvnet0: queue 2 failed\n"
    )
    assert vnet.options(read(ipr, "vnet0"))["queues"] == [
        {"index": 1, "cpu": 0, "failed": True},
        {"index": 2, "failed": True},
    ]
    assert good(example("queue", "vnet0", 2, "healthy")) == (
        "vnet0: queue 1 cpu 0 failed\n"
    )


def test_a_queue_that_cannot_be(ipr: vnet.VnetRoute, example: Example) -> None:
    ipr.link("add", ifname="vnet0", num_rx_queues=4)
    assert "less than" in bad(example("queue", "vnet0", 4, 0))
    assert "cpu" in bad(example("queue", "vnet0", 0, 100000))
    ipr.link("set", ifname="vnet0", vnet_queues=[
        {"index": 1, "last": 3, "failed": 1}])
    assert "must not be all" in bad(example("queue", "vnet0", 0, "failed"))
    ipr.link("set", ifname="vnet0", vnet_queues=[
        {"index": 1, "last": 3, "failed": 0}])
    assert vnet.options(read(ipr, "vnet0"))["queues"] == []


def test_a_device_of_another_kind(ipr: vnet.VnetRoute, example: Example) -> None:
    ipr.link("add", ifname="veth0", kind="veth", peer="veth1")
    assert bad(example("delete", "veth0")) == "veth0: not a vnet device\n"
    assert bad(example("stats", "veth0")) == "veth0: not a vnet device\n"
    assert bad(example("ring", "veth0", 64, 64)).startswith("veth0: ")
    assert exists(ipr, "veth0")


def counters(said: str) -> dict[str, dict[str, int]]:
    devices: dict[str, dict[str, int]] = {}
    for line in said.splitlines():
        if line.endswith(":"):
            device = devices.setdefault(line[:-1], {})
        else:
            name, value = line.split()
            device[name] = int(value)
    return devices


def test_stats(ipr: vnet.VnetRoute, example: Example) -> None:
    """Every counter, by its name, of one device and of all, and what is
    counted is what is told: on one queue, since of several the state tells
    what was made by when the last of them had made its share."""
    ipr.link(
        "add",
        ifname="vnet0",
        vnet_peer={"ifname": "vnet1", "num_rx_queues": 1},
    )
    names = [
        name.removeprefix("IFLA_VNET_XSTATS_").lower()
        for name, _ in uapi.values(uapi.XSTATS)
    ]
    zero = dict.fromkeys(names, 0)
    assert counters(good(example("stats", "vnet0"))) == {"vnet0": zero}
    assert counters(good(example("stats"))) == {"vnet0": zero, "vnet1": zero}

    ipr.link("set", ifname="vnet0", state="up")
    ipr.link("set", ifname="vnet1", state="up", vnet_gen_rate=10**5,
             vnet_gen_enable=1)
    ipr.link("set", ifname="vnet1", vnet_gen_enable=0)
    stats = counters(good(example("stats", "vnet1")))["vnet1"]
    state = vnet.state(read(ipr, "vnet1"))
    assert stats["gen_frames"] == state["gen_frames"]


@contextmanager
def watching(examples: Path, *argv: object) -> Iterator[subprocess.Popen[str]]:
    """The example, from when it misses no event."""
    with subprocess.Popen(
        [examples / "watch", *map(str, argv)], stdout=subprocess.PIPE, text=True
    ) as watch:
        try:
            assert watch.stdout
            assert watch.stdout.readline() == "watching\n"
            yield watch
        finally:
            watch.kill()


def events(watch: subprocess.Popen[str]) -> Iterator[tuple[str, str, str]]:
    """What happens, to whom, and the size of its rings, once each: the kernel
    may tell the same twice."""
    assert watch.stdout
    last = None
    for line in watch.stdout:
        words = line.split()
        event = words[0], words[1], words[words.index("tx_ring") + 1]
        if event != last:
            yield event
        last = event


def test_watch(ipr: vnet.VnetRoute, examples: Path) -> None:
    """Created, changed, deleted; and a device of another kind, left out."""
    with watching(examples, 1000) as watch:
        ipr.link("add", ifname="veth0", kind="veth", peer="veth1")
        ipr.link("add", ifname="vnet0", kind="vnet")
        index = read(ipr, "vnet0")["index"]
        ipr.link("set", index=index, vnet_tx_ring=64)
        ipr.link("del", index=index)
        found = list(islice(events(watch), 3))
    assert found == [
        ("new", "vnet0", str(vnet.RING_DEFAULT)),
        ("new", "vnet0", "64"),
        ("del", "vnet0", "64"),
    ]


def test_watch_in_another_namespace(examples: Path, there: str) -> None:
    """It ends by itself after as many events as it was told."""
    with watching(examples, 1, there) as watch:
        with NetNS(there) as other:
            vnet.link(other, "add", ifname="vnet7")
        assert [event[:2] for event in events(watch)] == [("new", "vnet7")]
        assert watch.wait(HANG) == 0


def generated(said: str) -> tuple[dict[str, str], dict[str, int]]:
    """What the two lines say: of this run, and of all."""
    run, total = (line.split()[1:] for line in said.splitlines())
    return (
        dict(zip(run[::2], run[1::2], strict=True)),
        dict(zip(total[::2], map(int, total[1::2]), strict=True)),
    )


def test_generator(ipr: vnet.VnetRoute, example: Example) -> None:
    good(example("pair", "vnet0", "vnet1"))
    run, _ = generated(good(example("generator", "vnet0", 12345)))
    assert run["gen_state"] == "running"
    assert run["gen_rate"] == "12345"
    frames, nsecs = int(run["gen_frames"]), int(run["gen_nsecs"])
    assert frames == 12345 * nsecs // 10**9

    run, _ = generated(good(example("generator", "vnet0", "off")))
    assert (run["gen_state"], run["gen_rate"]) == ("stopped", "12345")
    options = vnet.options(read(ipr, "vnet0"))
    assert (options["gen"], options["gen_rate"]) == (False, 12345)


@pytest.mark.parametrize("rate", [100000, "max"])
def test_generator_to_the_end(
    ipr: vnet.VnetRoute, example: Example, rate: int | str
) -> None:
    """One run after the other: each makes what it was told to."""
    good(example("pair", "vnet0", "vnet1"))
    for number, proto in enumerate(("udp4", "tcp6"), 1):
        run, total = generated(
            good(example("generator", "vnet0", rate, proto, 50, 1000))
        )
        assert run["gen_state"] == "done"
        assert run["gen_proto"] == proto
        assert run["gen_flows"] == "50"
        assert run["gen_frames"] == "1000"
        assert total["made"] == 1000 * number
        assert total["delivered"] + total["missed"] <= total["made"]
        message = read(ipr, "vnet0")
        assert vnet.xstats(message)["gen_runs"] == number
        options = vnet.options(message)
        assert (options["gen"], options["gen_rate"]) == (False, rate)


def test_generator_of_a_device_that_is_down(
    ipr: vnet.VnetRoute, example: Example
) -> None:
    """There is no end to be waited for."""
    ipr.link("add", ifname="vnet0")
    run, total = generated(
        good(example("generator", "vnet0", 10, "icmp4", 1, 5))
    )
    assert run["gen_state"] == "stopped"
    assert set(total.values()) == {0}


def test_a_protocol_that_cannot_be(
    ipr: vnet.VnetRoute, example: Example
) -> None:
    ipr.link("add", ifname="vnet0")
    said = bad(example("generator", "vnet0", 10, "udp"))
    assert said == "udp: Invalid argument\n"


def test_a_rate_that_cannot_be(example: Example) -> None:
    good(example("pair", "vnet0", "vnet1"))
    said = bad(example("generator", "vnet0", vnet.GEN_RATE_MAX + 1))
    assert str(vnet.GEN_RATE_MAX) in said


def test_delete(ipr: vnet.VnetRoute, example: Example) -> None:
    good(example("pair", "vnet0", "vnet1"))
    good(example("delete", "vnet1"))
    assert not exists(ipr, "vnet0")
    assert not exists(ipr, "vnet1")
    assert bad(example("delete", "vnet1")) == "vnet1: No such device\n"


def test_delete_in_another_namespace(
    ipr: vnet.VnetRoute, example: Example, there: str
) -> None:
    good(example("pair", "vnet0", "vnet1", there))
    good(example("delete", "vnet1", there))
    assert not exists(ipr, "vnet0")
