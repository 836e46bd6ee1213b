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
            {"index": 0, "cpu": 1}, {"index": 1, "last": 3, "cpu": -1},
            {"index": 5, "failed": 1}])
        ipr.link("set", ifname="vnet0", vnet_gen_rate="max", vnet_gen_enable=1,
                 vnet_gen_proto="udp4", vnet_gen_src="10.0.0.1",
                 vnet_gen_src_last="10.0.0.99", vnet_gen_random=["src"])
        ipr.link("set", ifname="vnet0", vnet_tx_rings=64)   # TypeError

`options()`, `state()` and `xstats()` read a message that pyroute2 has
received, under the names that "ip -json" has for the same things.
"""

from .link import VnetRoute, link
from .nla import register
from .read import options, state, xstats
from .uapi import (
    ADAPTIVE_RX_DEFAULT,
    ADAPTIVE_TX_DEFAULT,
    CPU_ANY,
    GEN_BITRATE_MAX,
    GEN_BITRATE_MIN,
    GEN_BURST_DEFAULT,
    GEN_BURST_MAX,
    GEN_BURST_MIN,
    GEN_CSUMS,
    GEN_DURATION_MAX,
    GEN_FIELDS,
    GEN_FLOWS_DEFAULT,
    GEN_FLOWS_MAX,
    GEN_FLOWS_MIN,
    GEN_PAYLOADS,
    GEN_PORT_DEFAULT,
    GEN_PORT_MAX,
    GEN_PROTOS,
    GEN_RATE_DEFAULT,
    GEN_RATE_MAX,
    GEN_RATE_MIN,
    GEN_RATE_UNPACED,
    GEN_RAW_MAX,
    GEN_RAW_MIN,
    GEN_SIZE_DEFAULT,
    GEN_SIZE_IMIX,
    GEN_SIZE_MAX,
    GEN_SIZE_MIN,
    GEN_SPREADS,
    GEN_STATES,
    GEN_TCPS,
    GEN_VLAN_MAX,
    GEN_VLAN_NONE,
    GEN_VLAN_PRIO_MAX,
    IRQ_DEFAULT,
    KIND,
    MTU_MAX,
    MTU_MIN,
    QUEUES_MAX,
    QUEUES_MIN,
    QUEUE_RANGES_MAX,
    RING_DEFAULT,
    RING_MAX,
    RING_MIN,
    RX_FRAMES_DEFAULT,
    RX_FRAMES_MAX,
    RX_PAUSE_DEFAULT,
    RX_USECS_DEFAULT,
    RX_USECS_MAX,
    TX_FRAMES_DEFAULT,
    TX_FRAMES_MAX,
    TX_FRAMES_MIN,
    TX_PAUSE_DEFAULT,
    TX_USECS_DEFAULT,
    TX_USECS_MAX,
)

__all__ = [
    "ADAPTIVE_RX_DEFAULT",
    "ADAPTIVE_TX_DEFAULT",
    "CPU_ANY",
    "GEN_BITRATE_MAX",
    "GEN_BITRATE_MIN",
    "GEN_BURST_DEFAULT",
    "GEN_BURST_MAX",
    "GEN_BURST_MIN",
    "GEN_CSUMS",
    "GEN_DURATION_MAX",
    "GEN_FIELDS",
    "GEN_FLOWS_DEFAULT",
    "GEN_FLOWS_MAX",
    "GEN_FLOWS_MIN",
    "GEN_PAYLOADS",
    "GEN_PORT_DEFAULT",
    "GEN_PORT_MAX",
    "GEN_PROTOS",
    "GEN_RATE_DEFAULT",
    "GEN_RATE_MAX",
    "GEN_RATE_MIN",
    "GEN_RATE_UNPACED",
    "GEN_RAW_MAX",
    "GEN_RAW_MIN",
    "GEN_SIZE_DEFAULT",
    "GEN_SIZE_IMIX",
    "GEN_SIZE_MAX",
    "GEN_SIZE_MIN",
    "GEN_SPREADS",
    "GEN_STATES",
    "GEN_TCPS",
    "GEN_VLAN_MAX",
    "GEN_VLAN_NONE",
    "GEN_VLAN_PRIO_MAX",
    "IRQ_DEFAULT",
    "KIND",
    "MTU_MAX",
    "MTU_MIN",
    "QUEUES_MAX",
    "QUEUES_MIN",
    "QUEUE_RANGES_MAX",
    "RING_DEFAULT",
    "RING_MAX",
    "RING_MIN",
    "RX_FRAMES_DEFAULT",
    "RX_FRAMES_MAX",
    "RX_PAUSE_DEFAULT",
    "RX_USECS_DEFAULT",
    "RX_USECS_MAX",
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
