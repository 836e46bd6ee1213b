/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a received frame's headers say, as far as receive-side scaling and
 * steering rules ask.
 */
#ifndef _VNET_FLOW_H
#define _VNET_FLOW_H

#include <linux/if_ether.h>
#include <linux/skbuff.h>
#include <linux/types.h>

/* What a frame is to receive-side scaling: what fields it can be hashed by */
enum vnet_flow_kind {
	VNET_FLOW_ETHER,
	VNET_FLOW_IP4,
	VNET_FLOW_TCP4,
	VNET_FLOW_UDP4,
	VNET_FLOW_SCTP4,
	VNET_FLOW_IP6,
	VNET_FLOW_TCP6,
	VNET_FLOW_UDP6,
	VNET_FLOW_SCTP6,

	VNET_FLOW_KINDS
};

/**
 * struct vnet_flow - what a frame's headers say
 * @dst: destination MAC address
 * @src: source MAC address
 * @proto: EtherType, that behind the VLAN tags
 * @vlan_proto: EtherType of the outer VLAN tag, 0 for a frame without one
 * @vlan_tci: its tag control information
 * @l4_proto: protocol of the transport layer; of IPv6 that behind the extension
 *	headers
 * @tos: type of service, traffic class
 * @saddr: source IP address, of IPv4 in the first word
 * @daddr: destination IP address
 * @port: source and destination port, of what has any
 * @l4: first four bytes of the transport layer
 * @label: flow label of IPv6
 * @tagged: has a VLAN tag
 * @has_l4: @l4 is there: a frame that is no fragment
 * @kind: an enum vnet_flow_kind
 * @pad: 0
 * @word: all of it, to be compared
 *
 * A header that is cut short counts as not there.
 */
struct vnet_flow {
	union {
		struct {
			u8 dst[ETH_ALEN];
			u8 src[ETH_ALEN];
			__be16 proto;
			__be16 vlan_proto;
			__be16 vlan_tci;
			u8 l4_proto;
			u8 tos;
			__be32 saddr[4];
			__be32 daddr[4];
			union {
				__be16 port[2];
				__be32 l4;
			};
			__be32 label;
			u8 tagged;
			u8 has_l4;
			u8 kind;
			u8 pad;
		};
		u64 word[8];
	};
};

static_assert(sizeof(struct vnet_flow) == sizeof_field(struct vnet_flow, word));

/* Whether @flow has what @value says, where @mask has ones */
static inline bool vnet_flow_matches(const struct vnet_flow *flow,
				     const struct vnet_flow *value,
				     const struct vnet_flow *mask)
{
	u64 differs = 0;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(flow->word); i++)
		differs |= (flow->word[i] ^ value->word[i]) & mask->word[i];
	return !differs;
}

void vnet_flow_parse(struct vnet_flow *flow, const struct sk_buff *skb);

#endif /* _VNET_FLOW_H */
