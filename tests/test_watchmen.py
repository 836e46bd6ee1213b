# SPDX-License-Identifier: GPL-2.0-or-later
"""The fixtures that watch every test do see what they have to see."""

import pytest

from lib import counters, kmsg, uapi
from lib.kmsg import KernelLog
from lib.link import Pair
from lib.setup import Namespaces
from lib.traffic import Receiver, Sender
from lib.wait import wait_for

SPLATS = [
    "WARNING: CPU: 1 PID: 7 at net/core/dev.c:1 x+0x1/0x2 [vnet]",
    "BUG: KASAN: slab-use-after-free in vnet_poll+0x1/0x2",
    "BUG: unable to handle page fault for address: ffff8880",
    "BUG: sleeping function called from invalid context at mm/x.c:1",
    "Oops: 0000 [#1] PREEMPT SMP NOPTI",
    "Call Trace:",
    "RIP: 0010:vnet_xmit+0x1/0x2 [vnet]",
    "general protection fault, probably for non-canonical address",
    "WARNING: possible circular locking dependency detected",
    "WARNING: possible recursive locking detected",
    "WARNING: suspicious RCU usage",
    "ODEBUG: free active (active state 0) object: 00000000 object type: work_struct",
    "refcount_t: underflow; use-after-free.",
    "ref_tracker: net notrefcnt@0 has 1/1 users at",
    "unregister_netdevice: waiting for vnet0 to become free. Usage count = 2",
    "NETDEV WATCHDOG: vnet0 (vnet): transmit queue 0 timed out 5000 ms",
    "INFO: task ip:7 blocked for more than 120 seconds.",
    "rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:",
    "UBSAN: array-index-out-of-bounds in vnet.c:1:1",
    "kmemleak: 3 new suspected memory leaks",
    "unreferenced object 0xffff888004c7a000 (size 2048):",
    "Virtual device vnet0 asks to queue packet!",
    "BUG: KCSAN: data-race in vnet_xmit / vnet_poll",
    "watchdog: BUG: soft lockup - CPU#0 stuck for 22s!",
]

ORDINARY = [
    "vnet: loading out-of-tree module taints kernel.",
    "vnet0: renamed from vnet%d",
    "IPv6: ADDRCONF(NETDEV_CHANGE): vnet0: link becomes ready",
    "device vnet0 entered promiscuous mode",
    "kmemleak: Kernel memory leak detector initialized (mem pool: 1)",
]


@pytest.mark.parametrize("line", SPLATS)
def test_a_complaint_of_the_kernel_is_recognised(line: str) -> None:
    assert kmsg.is_splat(line)


@pytest.mark.parametrize("line", ORDINARY)
def test_ordinary_lines_are_not_complaints(line: str) -> None:
    assert not kmsg.is_splat(line)


@pytest.mark.smoke
def test_a_complaint_in_the_kernel_log_is_found(kernel_log: KernelLog) -> None:
    """What is in the log is read, with the lines that follow it."""
    kmsg.write("vnet tests: an ordinary line")
    kmsg.write("vnet tests: WARNING: this one is written by a test")
    kmsg.write("vnet tests: and what follows")
    found = kmsg.splats(kernel_log.read())
    assert [line.partition(": ")[2] for line in found] == [
        "WARNING: this one is written by a test",
        "and what follows",
    ]


def test_a_complaint_that_is_expected_passes_with_all_that_it_prints(
    kernel_log: KernelLog,
) -> None:
    """Whether it is a line or a warning; nothing else passes with it."""
    lines = [
        "NETDEV WATCHDOG: a line",
        "------------[ cut here ]------------",
        "NETDEV WATCHDOG: in a warning",
        "WARNING: CPU: 0 PID: 0 at net/sched/sch_generic.c:1 dev_watchdog",
        "Call Trace:",
        "---[ end trace 0000000000000000 ]---",
        "------------[ cut here ]------------",
        "WARNING: CPU: 0 PID: 0 at net/core/dev.c:1 another",
        "---[ end trace 0000000000000000 ]---",
    ]
    for line in lines:
        kmsg.write(f"vnet tests: {line}")
    kernel_log.expect("NETDEV WATCHDOG")
    found = kernel_log.complaints()
    assert [text.partition(": ")[2] for text in found] == lines[-2:]


RULER = "=" * 66


def test_a_race_of_the_driver_is_a_complaint(kernel_log: KernelLog) -> None:
    """One of the rest of the kernel is none, nor a qdisc's look at a queue."""
    heads = [
        "BUG: KCSAN: data-race in dev_get_stats / vnet_poll",
        "BUG: KCSAN: data-race in refcount_dec / tcp_ack",
        "BUG: KCSAN: data-race in __qdisc_run / vnet_txq_report [vnet]",
    ]
    for head in heads:
        for line in (RULER, head, "", " vnet_poll+0x1/0x2 [vnet]", RULER):
            kmsg.write(f"vnet tests: {line}")
    found = kernel_log.complaints()
    assert [text.partition(": ")[2] for text in found if "BUG" in text] == heads[:1]


@pytest.mark.smoke
def test_a_lost_frame_is_found(pair: Pair, ns: Namespaces) -> None:
    """Real counts add up; the same with one frame less do not."""
    with Sender(pair.a) as sender, Receiver(pair.b) as receiver:
        sender.send(3)
        receiver.take(3)
    ns.assert_conserved()
    there, here = pair.a.xstats(), pair.b.xstats()
    assert there["tx_frames"] == 3
    assert counters.unbalanced(there, here) is None
    for name in ("rx_frames", "rx_missed", "rx_drop_length", "gen_missed"):
        wrong = {**here, name: here[name] + 1}
        assert counters.unbalanced(there, wrong) is not None, name
    wrong = {**there, "tx_drop_flush": there["tx_drop_flush"] + 1}
    assert counters.unbalanced(wrong, here) is not None
    assert counters.protocols_wrong(here) is None
    wrong = {**here, "rx_ipv4": here["rx_ipv4"] + 1}
    assert counters.protocols_wrong(wrong) is not None


def test_an_imbalance_fails_the_test(
    pair: Pair, ns: Namespaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check itself raises, and names the device and the counters."""
    with Sender(pair.a) as sender:
        sender.send(1)
        wait_for(lambda: pair.b.xstats()["rx_frames"] == 1, "the frame")
    with monkeypatch.context() as patched:
        patched.setattr(
            counters, "taken", lambda totals: totals["rx_frames"] - 1
        )
        with pytest.raises(AssertionError, match=r"vnet1.*accounted for"):
            counters.assert_conserved(ns.known(), deadline=0.1)


def test_the_header_is_read_as_the_compiler_reads_it() -> None:
    """Enumerations count up; a value that is given is kept."""
    enums = uapi.parse_enums(
        "/* enum no { X } */ enum e { A, B = 4, /* c */ C, __MAX };"
    )
    assert enums == {"e": {"A": 0, "B": 4, "C": 5, "__MAX": 6}}
    assert uapi.parse_numbers("#define A 0x10\n#define B x\n") == {"A": 16}
    assert set(uapi.XSTATS) == set(range(2, uapi.IFLA_VNET_XSTATS_MAX + 1))
