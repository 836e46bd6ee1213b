# SPDX-License-Identifier: LGPL-2.1-or-later
"""Names, numbers and limits of linux/if_link_vnet.h.

An attribute's number is its place in the tuple; its type is one of pyroute2's,
one of `values`, or the name of a nest in `nla`.  The tests compare all of it
with the header.
"""

KIND = "vnet"

RING_MIN = 64
RING_MAX = 32768
RING_DEFAULT = 512

QUEUES_MIN = 1
QUEUES_MAX = 256

MTU_MIN = 68
MTU_MAX = 65535

RX_PAUSE_DEFAULT = 1
TX_PAUSE_DEFAULT = 1

TX_USECS_MAX = 10000
TX_USECS_DEFAULT = 0

TX_FRAMES_MIN = 1
TX_FRAMES_MAX = 4096
TX_FRAMES_DEFAULT = 16

RX_USECS_MAX = 1000000
RX_USECS_DEFAULT = 0

RX_FRAMES_MAX = 4096
RX_FRAMES_DEFAULT = 0

ADAPTIVE_RX_DEFAULT = 0
ADAPTIVE_TX_DEFAULT = 0

IRQ_DEFAULT = 0

CPU_ANY = -1
QUEUE_RANGES_MAX = 64

GEN_RATE_MIN = 1
GEN_RATE_MAX = 100000000
GEN_RATE_DEFAULT = 1
GEN_RATE_UNPACED = 0xFFFFFFFFFFFFFFFF

GEN_BITRATE_MIN = 1
GEN_BITRATE_MAX = 1000000000000

GEN_DURATION_MAX = 8640000000000000

GEN_SIZE_IMIX = 0
GEN_SIZE_MIN = 14
GEN_SIZE_MAX = 65553
GEN_SIZE_DEFAULT = 60

GEN_RAW_MIN = 14
GEN_RAW_MAX = 512

GEN_VLAN_MAX = 4094
GEN_VLAN_NONE = 4095
GEN_VLAN_PRIO_MAX = 7

GEN_PORT_MAX = 65535
GEN_PORT_DEFAULT = 9

GEN_FLOWS_MIN = 1
GEN_FLOWS_MAX = 65536
GEN_FLOWS_DEFAULT = 1

GEN_BURST_MIN = 1
GEN_BURST_MAX = 32768
GEN_BURST_DEFAULT = 1

Attributes = tuple[tuple[str, str], ...]

# enum vnet_attrs
DATA: Attributes = (
    ("IFLA_VNET_UNSPEC", "none"),
    ("IFLA_VNET_PEER", "nest_peer"),
    ("IFLA_VNET_TX_RING", "uint32"),
    ("IFLA_VNET_RX_RING", "uint32"),
    ("IFLA_VNET_RX_PAUSE", "uint8"),
    ("IFLA_VNET_TX_PAUSE", "uint8"),
    ("IFLA_VNET_GEN", "nest_gen"),
    ("IFLA_VNET_STATE", "nest_state"),
    ("IFLA_VNET_TX_USECS", "uint32"),
    ("IFLA_VNET_TX_FRAMES", "uint32"),
    ("IFLA_VNET_QUEUES", "nest_queues"),
    ("IFLA_VNET_RX_USECS", "uint32"),
    ("IFLA_VNET_RX_FRAMES", "uint32"),
    ("IFLA_VNET_ADAPTIVE_RX", "uint8"),
    ("IFLA_VNET_ADAPTIVE_TX", "uint8"),
    ("IFLA_VNET_IRQ", "uint8"),
)

# enum vnet_queues_attrs
QUEUES: Attributes = (
    ("IFLA_VNET_QUEUES_UNSPEC", "none"),
    ("IFLA_VNET_QUEUE", "nest_queue"),
)

# enum vnet_queue_attrs
QUEUE: Attributes = (
    ("IFLA_VNET_QUEUE_UNSPEC", "none"),
    ("IFLA_VNET_QUEUE_INDEX", "uint32"),
    ("IFLA_VNET_QUEUE_LAST", "uint32"),
    ("IFLA_VNET_QUEUE_CPU", "int32"),
    ("IFLA_VNET_QUEUE_FAILED", "uint8"),
)

# enum vnet_gen_attrs; see `values` for what begins with gen_
GEN: Attributes = (
    ("IFLA_VNET_GEN_UNSPEC", "none"),
    ("IFLA_VNET_GEN_PAD", "none"),
    ("IFLA_VNET_GEN_ENABLE", "uint8"),
    ("IFLA_VNET_GEN_RATE", "gen_rate"),
    ("IFLA_VNET_GEN_BITRATE", "uint64"),
    ("IFLA_VNET_GEN_COUNT", "uint64"),
    ("IFLA_VNET_GEN_DURATION", "uint64"),
    ("IFLA_VNET_GEN_PROTO", "gen_proto"),
    ("IFLA_VNET_GEN_TCP", "gen_tcp"),
    ("IFLA_VNET_GEN_RAW", "gen_bytes"),
    ("IFLA_VNET_GEN_VLAN", "uint32"),
    ("IFLA_VNET_GEN_VLAN_PRIO", "uint8"),
    ("IFLA_VNET_GEN_QINQ", "uint32"),
    ("IFLA_VNET_GEN_SRC_MAC", "gen_mac"),
    ("IFLA_VNET_GEN_SRC_MAC_LAST", "gen_mac"),
    ("IFLA_VNET_GEN_DST_MAC", "gen_mac"),
    ("IFLA_VNET_GEN_DST_MAC_LAST", "gen_mac"),
    ("IFLA_VNET_GEN_SRC", "gen_ip"),
    ("IFLA_VNET_GEN_SRC_LAST", "gen_ip"),
    ("IFLA_VNET_GEN_DST", "gen_ip"),
    ("IFLA_VNET_GEN_DST_LAST", "gen_ip"),
    ("IFLA_VNET_GEN_SRC_PORT", "uint32"),
    ("IFLA_VNET_GEN_SRC_PORT_LAST", "uint32"),
    ("IFLA_VNET_GEN_DST_PORT", "uint32"),
    ("IFLA_VNET_GEN_DST_PORT_LAST", "uint32"),
    ("IFLA_VNET_GEN_RANDOM", "gen_fields"),
    ("IFLA_VNET_GEN_FLOWS", "uint32"),
    ("IFLA_VNET_GEN_SIZE", "uint32"),
    ("IFLA_VNET_GEN_SIZE_LAST", "uint32"),
    ("IFLA_VNET_GEN_CSUM", "gen_csum"),
    ("IFLA_VNET_GEN_PAYLOAD", "gen_payload"),
    ("IFLA_VNET_GEN_SEED", "uint64"),
    ("IFLA_VNET_GEN_SPREAD", "gen_spread"),
    ("IFLA_VNET_GEN_QUEUES", "gen_queues"),
    ("IFLA_VNET_GEN_BURST", "uint32"),
)

# enum vnet_state_attrs
STATE: Attributes = (
    ("IFLA_VNET_STATE_UNSPEC", "none"),
    ("IFLA_VNET_STATE_PAD", "none"),
    ("IFLA_VNET_STATE_TX_QUEUED", "uint32"),
    ("IFLA_VNET_STATE_RX_QUEUED", "uint32"),
    ("IFLA_VNET_STATE_GEN", "gen_state"),
    ("IFLA_VNET_STATE_GEN_FRAMES", "uint64"),
    ("IFLA_VNET_STATE_GEN_NSECS", "uint64"),
    ("IFLA_VNET_STATE_GEN_BYTES", "uint64"),
)

# enum vnet_gen_proto
GEN_PROTOS = ("arp", "udp4", "udp6", "tcp4", "tcp6", "icmp4", "icmp6", "raw")

# enum vnet_gen_tcp
GEN_TCPS = ("syn", "ack", "data")

# enum vnet_gen_field
GEN_FIELDS = ("src_mac", "dst_mac", "src", "dst", "src_port", "dst_port")

# enum vnet_gen_csum
GEN_CSUMS = ("valid", "unnecessary", "bad")

# enum vnet_gen_payload
GEN_PAYLOADS = ("zeros", "pattern", "random", "pktgen")

# enum vnet_gen_spread
GEN_SPREADS = ("deal", "hash")

# enum vnet_gen_state
GEN_STATES = ("stopped", "running", "done")

# enum vnet_xstats_attrs
XSTATS: Attributes = (
    ("IFLA_VNET_XSTATS_UNSPEC", "none"),
    ("IFLA_VNET_XSTATS_PAD", "none"),
    ("IFLA_VNET_XSTATS_TX_FRAMES", "uint64"),
    ("IFLA_VNET_XSTATS_TX_BYTES", "uint64"),
    ("IFLA_VNET_XSTATS_TX_ARP", "uint64"),
    ("IFLA_VNET_XSTATS_TX_IPV4", "uint64"),
    ("IFLA_VNET_XSTATS_TX_IPV6", "uint64"),
    ("IFLA_VNET_XSTATS_TX_OTHER", "uint64"),
    ("IFLA_VNET_XSTATS_TX_SUNK", "uint64"),
    ("IFLA_VNET_XSTATS_TX_STOPS", "uint64"),
    ("IFLA_VNET_XSTATS_TX_DROP_DOWN", "uint64"),
    ("IFLA_VNET_XSTATS_TX_DROP_RING", "uint64"),
    ("IFLA_VNET_XSTATS_TX_DROP_RUNT", "uint64"),
    ("IFLA_VNET_XSTATS_TX_DROP_NOMEM", "uint64"),
    ("IFLA_VNET_XSTATS_TX_DROP_FLUSH", "uint64"),
    ("IFLA_VNET_XSTATS_RX_FRAMES", "uint64"),
    ("IFLA_VNET_XSTATS_RX_BYTES", "uint64"),
    ("IFLA_VNET_XSTATS_RX_ARP", "uint64"),
    ("IFLA_VNET_XSTATS_RX_IPV4", "uint64"),
    ("IFLA_VNET_XSTATS_RX_IPV6", "uint64"),
    ("IFLA_VNET_XSTATS_RX_OTHER", "uint64"),
    ("IFLA_VNET_XSTATS_RX_POLLS", "uint64"),
    ("IFLA_VNET_XSTATS_RX_DROP_LENGTH", "uint64"),
    ("IFLA_VNET_XSTATS_RX_DROP_FLUSH", "uint64"),
    ("IFLA_VNET_XSTATS_RX_DROP_NOMEM", "uint64"),
    ("IFLA_VNET_XSTATS_RX_DROP_FILTER", "uint64"),
    ("IFLA_VNET_XSTATS_RX_DROP_VLAN", "uint64"),
    ("IFLA_VNET_XSTATS_RX_MISSED", "uint64"),
    ("IFLA_VNET_XSTATS_RX_RULE_HITS", "uint64"),
    ("IFLA_VNET_XSTATS_RX_DROP_RULE", "uint64"),
    ("IFLA_VNET_XSTATS_RX_DROP_FCS", "uint64"),
    ("IFLA_VNET_XSTATS_RX_IRQS", "uint64"),
    ("IFLA_VNET_XSTATS_GEN_FRAMES", "uint64"),
    ("IFLA_VNET_XSTATS_GEN_MISSED", "uint64"),
    ("IFLA_VNET_XSTATS_GEN_DROP_NOMEM", "uint64"),
    ("IFLA_VNET_XSTATS_GEN_DELIVERED", "uint64"),
    ("IFLA_VNET_XSTATS_GEN_RUNS", "uint64"),
    ("IFLA_VNET_XSTATS_RX_REMAPS", "uint64"),
)


def values(attributes: Attributes) -> Attributes:
    """The attributes that hold something: neither _UNSPEC nor _PAD."""
    return tuple(
        (name, kind) for name, kind in attributes if kind != "none"
    )
