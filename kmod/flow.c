// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads a frame's headers for receive-side scaling and steering rules. Of a
 * tunnel these are the outer ones.
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/dsfield.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "compat.h"
#include "flow.h"

/* Read the transport layer at @at; @kind is that of the IP layer */
static void vnet_flow_parse_l4(struct vnet_flow *flow,
			       const struct sk_buff *skb, int at,
			       enum vnet_flow_kind kind)
{
	const __be32 *l4;
	__be32 copy;

	l4 = skb_header_pointer(skb, at, sizeof(copy), &copy);
	if (!l4)
		return;

	flow->l4 = get_unaligned(l4);
	flow->has_l4 = true;
	switch (flow->l4_proto) {
	case IPPROTO_TCP:
		flow->kind = kind + VNET_FLOW_TCP4 - VNET_FLOW_IP4;
		break;
	case IPPROTO_UDP:
		flow->kind = kind + VNET_FLOW_UDP4 - VNET_FLOW_IP4;
		break;
	case IPPROTO_SCTP:
		flow->kind = kind + VNET_FLOW_SCTP4 - VNET_FLOW_IP4;
		break;
	}
}

static void vnet_flow_parse_ip4(struct vnet_flow *flow,
				const struct sk_buff *skb, int at)
{
	const struct iphdr *ip;
	struct iphdr copy;

	ip = skb_header_pointer(skb, at, sizeof(copy), &copy);
	if (!ip || ip->version != 4 || ip->ihl < sizeof(*ip) / 4)
		return;

	flow->kind = VNET_FLOW_IP4;
	flow->l4_proto = ip->protocol;
	flow->tos = ip->tos;
	flow->saddr[0] = ip->saddr;
	flow->daddr[0] = ip->daddr;
	/* Of a fragment none has ports, so that all have the same hash */
	if (!ip_is_fragment(ip))
		vnet_flow_parse_l4(flow, skb, at + ip->ihl * 4, VNET_FLOW_IP4);
}

/* Of a fragment but the first, the protocol is in the header of the fragment */
static void vnet_flow_parse_fragment(struct vnet_flow *flow,
				     const struct sk_buff *skb, int at)
{
	const struct frag_hdr *hdr;
	struct frag_hdr copy;

	hdr = skb_header_pointer(skb, at, sizeof(copy), &copy);
	if (hdr)
		flow->l4_proto = hdr->nexthdr;
}

static void vnet_flow_parse_ip6(struct vnet_flow *flow,
				const struct sk_buff *skb, int at)
{
	const struct ipv6hdr *ip;
	struct ipv6hdr copy;
	__be16 fragment = 0;

	ip = skb_header_pointer(skb, at, sizeof(copy), &copy);
	if (!ip || ip->version != 6)
		return;

	flow->kind = VNET_FLOW_IP6;
	flow->l4_proto = ip->nexthdr;
	flow->tos = ipv6_get_dsfield(ip);
	flow->label = ip6_flowlabel(ip);
	memcpy(flow->saddr, &ip->saddr, sizeof(flow->saddr));
	memcpy(flow->daddr, &ip->daddr, sizeof(flow->daddr));
	at = ipv6_skip_exthdr(skb, at + sizeof(*ip), &flow->l4_proto,
			      &fragment);
	if (at < 0)
		return;
	if (!fragment)
		vnet_flow_parse_l4(flow, skb, at, VNET_FLOW_IP6);
	else if (flow->l4_proto == NEXTHDR_FRAGMENT)
		vnet_flow_parse_fragment(flow, skb, at);
}

/* Read the VLAN tags, the outer of which may be apart. Return: what follows. */
static int vnet_flow_parse_vlan(struct vnet_flow *flow,
				const struct sk_buff *skb, __be16 *proto)
{
	const struct vlan_hdr *tag;
	struct vlan_hdr copy;
	int at = ETH_HLEN;

	if (skb_vlan_tag_present(skb)) {
		flow->tagged = true;
		flow->vlan_proto = skb->vlan_proto;
		flow->vlan_tci = htons(skb_vlan_tag_get(skb));
	}
	while (eth_type_vlan(*proto)) {
		tag = skb_header_pointer(skb, at, sizeof(copy), &copy);
		if (!tag)
			break;
		if (!flow->tagged) {
			flow->tagged = true;
			flow->vlan_proto = *proto;
			flow->vlan_tci = tag->h_vlan_TCI;
		}
		*proto = tag->h_vlan_encapsulated_proto;
		at += VLAN_HLEN;
	}
	return at;
}

/**
 * vnet_flow_parse - read a frame's headers
 * @flow: to fill
 * @skb: the frame, data at the Ethernet header, which is linear
 *
 * Context: any.
 */
void vnet_flow_parse(struct vnet_flow *flow, const struct sk_buff *skb)
{
	const struct ethhdr *eth = (const struct ethhdr *)skb->data;
	int at;

	memset(flow, 0, sizeof(*flow));
	ether_addr_copy(flow->dst, eth->h_dest);
	ether_addr_copy(flow->src, eth->h_source);
	flow->proto = eth->h_proto;
	at = vnet_flow_parse_vlan(flow, skb, &flow->proto);

	switch (flow->proto) {
	case htons(ETH_P_IP):
		vnet_flow_parse_ip4(flow, skb, at);
		break;
	case htons(ETH_P_IPV6):
		vnet_flow_parse_ip6(flow, skb, at);
		break;
	}
}
EXPORT_SYMBOL_IF_KUNIT(vnet_flow_parse);
