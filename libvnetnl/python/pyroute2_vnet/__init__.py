# SPDX-License-Identifier: LGPL-2.1-or-later
"""The link kind "vnet" for pyroute2.

Importing the package registers the kind, so that pyroute2 itself can be used::

    import pyroute2_vnet
    from pyroute2 import IPRoute

    with IPRoute() as ipr:
        ipr.link("add", ifname="vnet0", kind="vnet", vnet_peer="vnet1",
                 vnet_tx_ring=1024, vnet_gen_rate=1000, vnet_gen_enable=1)

pyroute2 drops a keyword that it does not know without a word.  `link()` and
`VnetRoute` look at the keywords first and raise::

    import pyroute2_vnet as vnet

    with vnet.VnetRoute() as ipr:
        ipr.link("add", ifname="vnet0", vnet_peer={
            "ifname": "vnet1", "net_ns_fd": "blue", "vnet_rx_ring": 64})
        ipr.link("set", ifname="vnet0", vnet_queues=[
            {"index": 0, "cpu": 1}, {"index": 1, "last": 3, "cpu": -1}])
        ipr.link("set", ifname="vnet0", vnet_tx_rings=64)   # TypeError

`options()`, `state()` and `xstats()` read a message that pyroute2 has
received, under the names that "ip -json" has for the same things.
"""

from .link import VnetRoute, link
from .nla import register
from .read import options, state, xstats
from .uapi import (
    CPU_ANY,
    GEN_RATE_DEFAULT,
    GEN_RATE_MAX,
    GEN_RATE_MIN,
    GEN_STATES,
    KIND,
    MTU_MAX,
    MTU_MIN,
    QUEUES_MAX,
    QUEUES_MIN,
    QUEUE_RANGES_MAX,
    RING_DEFAULT,
    RING_MAX,
    RING_MIN,
    RX_PAUSE_DEFAULT,
    TX_FRAMES_DEFAULT,
    TX_FRAMES_MAX,
    TX_FRAMES_MIN,
    TX_PAUSE_DEFAULT,
    TX_USECS_DEFAULT,
    TX_USECS_MAX,
)

__all__ = [
    "CPU_ANY",
    "GEN_RATE_DEFAULT",
    "GEN_RATE_MAX",
    "GEN_RATE_MIN",
    "GEN_STATES",
    "KIND",
    "MTU_MAX",
    "MTU_MIN",
    "QUEUES_MAX",
    "QUEUES_MIN",
    "QUEUE_RANGES_MAX",
    "RING_DEFAULT",
    "RING_MAX",
    "RING_MIN",
    "RX_PAUSE_DEFAULT",
    "TX_FRAMES_DEFAULT",
    "TX_FRAMES_MAX",
    "TX_FRAMES_MIN",
    "TX_PAUSE_DEFAULT",
    "TX_USECS_DEFAULT",
    "TX_USECS_MAX",
    "VnetRoute",
    "link",
    "options",
    "register",
    "state",
    "xstats",
]

register()
