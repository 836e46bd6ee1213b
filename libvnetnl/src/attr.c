// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The table that building and parsing go by: one row an attribute.
 */
#include <linux/if_link.h>
#include <stddef.h>
#include "internal.h"

#define ATTR(id, text, where, what, type_nla, in)			\
	[VNETNL_LINK_##id] = {						\
		.name = text, .level = LEVEL_##where, .type = TYPE_##what, \
		.nla = type_nla, .flags = in,				\
	}

/* Bytes, and the member of struct vnetnl_link that holds them */
#define ATTR_BYTES(id, member, where, what, type_nla)			\
	[VNETNL_LINK_##id] = {						\
		.name = #member, .level = LEVEL_##where, .type = TYPE_##what, \
		.nla = type_nla, .room = ROOM_##what,			\
		.offset = offsetof(struct vnetnl_link, member),		\
	}

/* Members of the generator's nest */
#define ATTR_GEN(id, text, what)					\
	ATTR(GEN_##id, text, GEN, what, IFLA_VNET_GEN_##id, 0)
#define ATTR_GEN_BYTES(id, member, what)				\
	ATTR_BYTES(GEN_##id, member, GEN, what, IFLA_VNET_GEN_##id)

/* The names are the keys that "ip -json" has for the same thing, if it has */
const struct attr vnetnl_attrs[__VNETNL_LINK_MAX] = {
	ATTR(IFINDEX,		"ifindex",	HEADER,	U32,
	     0, 0),
	ATTR(IFNAME,		"ifname",	LINK,	NAME,
	     IFLA_IFNAME, 0),
	ATTR(NEW_IFNAME,	"new_ifname",	LINK,	NAME,
	     IFLA_IFNAME, ATTR_CHANGE_ONLY),
	ATTR(UP,		"up",		HEADER,	U8,
	     0, 0),
	ATTR(NETNS_FD,		"netns_fd",	LINK,	U32,
	     IFLA_NET_NS_FD, 0),
	ATTR(NETNS_PID,		"netns_pid",	LINK,	U32,
	     IFLA_NET_NS_PID, 0),
	ATTR_BYTES(ADDRESS,	address,	LINK,	MAC,
		   IFLA_ADDRESS),
	ATTR(MTU,		"mtu",		LINK,	U32,
	     IFLA_MTU, 0),
	ATTR(TXQLEN,		"txqlen",	LINK,	U32,
	     IFLA_TXQLEN, 0),
	ATTR(NUM_TX_QUEUES,	"num_tx_queues", LINK,	U32,
	     IFLA_NUM_TX_QUEUES, ATTR_CREATE_ONLY),
	ATTR(NUM_RX_QUEUES,	"num_rx_queues", LINK,	U32,
	     IFLA_NUM_RX_QUEUES, ATTR_CREATE_ONLY),
	ATTR(CARRIER_ADMIN,	"carrier_admin", LINK,	U8,
	     IFLA_CARRIER, ATTR_CHANGE_ONLY),
	ATTR(PEER,		"peer",		DATA,	PEER,
	     IFLA_VNET_PEER, 0),
	ATTR(TX_RING,		"tx_ring",	DATA,	U32,
	     IFLA_VNET_TX_RING, 0),
	ATTR(RX_RING,		"rx_ring",	DATA,	U32,
	     IFLA_VNET_RX_RING, 0),
	ATTR(RX_PAUSE,		"rx_pause",	DATA,	U8,
	     IFLA_VNET_RX_PAUSE, 0),
	ATTR(TX_PAUSE,		"tx_pause",	DATA,	U8,
	     IFLA_VNET_TX_PAUSE, 0),
	ATTR(GEN_ENABLE,	"gen",		GEN,	U8,
	     IFLA_VNET_GEN_ENABLE, 0),
	ATTR_GEN(RATE,		"gen_rate",		U64),
	ATTR(FLAGS,		"flags",	HEADER,	U32,
	     0, ATTR_READ_ONLY),
	ATTR(OPERSTATE,		"operstate",	LINK,	U8,
	     IFLA_OPERSTATE, ATTR_READ_ONLY),
	ATTR(CARRIER,		"carrier",	LINK,	U8,
	     IFLA_CARRIER, ATTR_READ_ONLY),
	ATTR(PEER_IFINDEX,	"peer_ifindex",	LINK,	U32,
	     IFLA_LINK, ATTR_READ_ONLY),
	ATTR(PEER_NETNSID,	"peer_netnsid",	LINK,	U32,
	     IFLA_LINK_NETNSID, ATTR_READ_ONLY),
	ATTR(TX_QUEUED,		"tx_queued",	STATE,	U32,
	     IFLA_VNET_STATE_TX_QUEUED, ATTR_READ_ONLY),
	ATTR(RX_QUEUED,		"rx_queued",	STATE,	U32,
	     IFLA_VNET_STATE_RX_QUEUED, ATTR_READ_ONLY),
	ATTR(GEN_STATE,		"gen_state",	STATE,	U8,
	     IFLA_VNET_STATE_GEN, ATTR_READ_ONLY),
	ATTR(GEN_FRAMES,	"gen_frames",	STATE,	U64,
	     IFLA_VNET_STATE_GEN_FRAMES, ATTR_READ_ONLY),
	ATTR(GEN_NSECS,		"gen_nsecs",	STATE,	U64,
	     IFLA_VNET_STATE_GEN_NSECS, ATTR_READ_ONLY),
	ATTR(TX_USECS,		"tx_usecs",	DATA,	U32,
	     IFLA_VNET_TX_USECS, 0),
	ATTR(TX_FRAMES,		"tx_frames",	DATA,	U32,
	     IFLA_VNET_TX_FRAMES, 0),
	ATTR(QUEUES,		"queues",	DATA,	QUEUES,
	     IFLA_VNET_QUEUES, 0),
	ATTR_GEN(BITRATE,	"gen_bitrate",		U64),
	ATTR_GEN(COUNT,		"gen_count",		U64),
	ATTR_GEN(DURATION,	"gen_duration",		U64),
	ATTR_GEN(PROTO,		"gen_proto",		U8),
	ATTR_GEN(TCP,		"gen_tcp",		U8),
	ATTR_GEN_BYTES(RAW,	gen_raw,		RAW),
	ATTR_GEN(VLAN,		"gen_vlan",		U32),
	ATTR_GEN(VLAN_PRIO,	"gen_vlan_prio",	U8),
	ATTR_GEN(QINQ,		"gen_qinq",		U32),
	ATTR_GEN_BYTES(SRC_MAC,	gen_src_mac,		MAC),
	ATTR_GEN_BYTES(SRC_MAC_LAST, gen_src_mac_last,	MAC),
	ATTR_GEN_BYTES(DST_MAC,	gen_dst_mac,		MAC),
	ATTR_GEN_BYTES(DST_MAC_LAST, gen_dst_mac_last,	MAC),
	ATTR_GEN_BYTES(SRC,	gen_src,		IP),
	ATTR_GEN_BYTES(SRC_LAST, gen_src_last,		IP),
	ATTR_GEN_BYTES(DST,	gen_dst,		IP),
	ATTR_GEN_BYTES(DST_LAST, gen_dst_last,		IP),
	ATTR_GEN(SRC_PORT,	"gen_src_port",		U32),
	ATTR_GEN(SRC_PORT_LAST,	"gen_src_port_last",	U32),
	ATTR_GEN(DST_PORT,	"gen_dst_port",		U32),
	ATTR_GEN(DST_PORT_LAST,	"gen_dst_port_last",	U32),
	ATTR_GEN(RANDOM,	"gen_random",		U32),
	ATTR_GEN(FLOWS,		"gen_flows",		U32),
	ATTR_GEN(SIZE,		"gen_size",		U32),
	ATTR_GEN(SIZE_LAST,	"gen_size_last",	U32),
	ATTR_GEN(CSUM,		"gen_csum",		U8),
	ATTR_GEN(PAYLOAD,	"gen_payload",		U8),
	ATTR_GEN(SEED,		"gen_seed",		U64),
	ATTR_GEN(SPREAD,	"gen_spread",		U8),
	ATTR_GEN_BYTES(QUEUES,	gen_queues,		BITMAP),
	ATTR_GEN(BURST,		"gen_burst",		U32),
	ATTR(GEN_BYTES,		"gen_bytes",	STATE,	U64,
	     IFLA_VNET_STATE_GEN_BYTES, ATTR_READ_ONLY),
	ATTR(RX_USECS,		"rx_usecs",	DATA,	U32,
	     IFLA_VNET_RX_USECS, 0),
	ATTR(RX_FRAMES,		"rx_frames",	DATA,	U32,
	     IFLA_VNET_RX_FRAMES, 0),
	ATTR(ADAPTIVE_RX,	"adaptive_rx",	DATA,	U8,
	     IFLA_VNET_ADAPTIVE_RX, 0),
	ATTR(ADAPTIVE_TX,	"adaptive_tx",	DATA,	U8,
	     IFLA_VNET_ADAPTIVE_TX, 0),
	ATTR(IRQ,		"irq",		DATA,	U8,
	     IFLA_VNET_IRQ, 0),
};

/**
 * vnetnl_link_attr_name - the word for an attribute
 * @param attr attribute
 * @return its name, static; the key "ip -json" has for it if it has one. NULL
 *	if there is no such attribute
 */
EXPORT const char *vnetnl_link_attr_name(enum vnetnl_link_attr attr)
{
	if ((unsigned int)attr >= __VNETNL_LINK_MAX)
		return NULL;
	return vnetnl_attrs[attr].name;
}
