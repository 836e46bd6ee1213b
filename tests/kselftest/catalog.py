# SPDX-License-Identifier: GPL-2.0-or-later
"""Which of the kernel's tests are run, on what, and what they are to say."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True)
class Test:
    """A test program of the kernel, and the device that it finds.

    ``queues`` of the 64 that the device was made with are in use. What else is
    set before the test starts is told in docs/kselftest.md.
    """

    name: str
    seconds: int = 300
    queues: int = 4
    cpus: bool = False
    """The queues take turns with the CPUs, and have interrupts of their own."""
    hashing: bool = False
    """The device hashes what it receives."""
    wire: bool = False
    """What comes to the remote end comes as on a wire: no frame that is to be
    cut, none whose checksum is to be completed."""
    together: int = 0
    """What the remote sends within so many microseconds comes in one go: the RX
    interrupt waits so long, and nothing before it has too little room."""
    module: str = ""
    """A module of the kernel that has to be there, of either device."""


TESTS = (
    Test("drivers/net/ping.py", seconds=600),
    Test("drivers/net/stats.py"),
    Test("drivers/net/queues.py"),
    Test("drivers/net/ring_reconfig.py"),
    Test("drivers/net/napi_id.py"),
    Test("drivers/net/napi_threaded.py", queues=2),
    Test("drivers/net/shaper.py"),
    Test("drivers/net/xdp.py", seconds=900),
    Test("drivers/net/hds.py"),
    Test("drivers/net/gro.py", seconds=3600, together=30_000, module="pppoe"),
    Test("drivers/net/hw/rss_api.py"),
    Test("drivers/net/hw/rss_drv.py"),
    Test("drivers/net/hw/rss_ctx.py", seconds=1200),
    Test("drivers/net/hw/rss_input_xfrm.py", seconds=600, cpus=True, hashing=True),
    Test("drivers/net/hw/toeplitz.py", seconds=600, queues=2, cpus=True, hashing=True),
    Test("drivers/net/hw/ntuple.py", seconds=600),
    Test("drivers/net/hw/csum.py", seconds=600, wire=True),
    Test("drivers/net/hw/uso.py", wire=True),
    Test("drivers/net/hw/tso.py", seconds=900),
    Test("drivers/net/hw/gro_hw.py", seconds=600, together=300_000),
    Test("drivers/net/hw/ethtool_std_stats.sh", seconds=600),
    Test("drivers/net/hw/ethtool_rmon.sh", seconds=1200),
    Test("drivers/net/hw/irq.py", cpus=True),
)

NATIVE_XDP = "native XDP comes with another issue"
LRO = "vnet has no LRO: what is merged, is merged by GRO or HW-GRO"
TWICE = "the test replaces a rule, keeping its number, and then deletes it twice"

EXCEPTIONS: Mapping[str, str] = {
    "drivers/net/xdp.py:test_xdp_native_*": NATIVE_XDP,
    "drivers/net/gro.py:*lro*": LRO,
    "drivers/net/hw/rss_ctx.py:test_rss_context_queue_reconfigure": TWICE,
}
"""Cases that vnet is not expected to pass, by pattern, and why."""


def excuse(test: str, case: str) -> str | None:
    """Say why vnet is not expected to pass a case; None: it is."""
    for pattern, reason in EXCEPTIONS.items():
        if fnmatchcase(f"{test}:{case}", pattern):
            return reason
    return None
