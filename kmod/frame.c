// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a frame would be on a wire: how many frames, how many bytes, which
 * protocol. Knows nothing of queues.
 */
#include <linux/if_vlan.h>
#include <linux/sctp.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#include "vnet.h"

/* Length of all headers that each segment repeats, from skb->data */
static u32 vnet_gso_hdr_len(const struct sk_buff *skb)
{
	unsigned int type = skb_shinfo(skb)->gso_type;
	const unsigned char *th;
	u32 len;

	th = skb->encapsulation ? skb_inner_transport_header(skb) :
				  skb_transport_header(skb);
	len = th - skb->data;

	if (type & (SKB_GSO_TCPV4 | SKB_GSO_TCPV6)) {
		const struct tcphdr *tcp = (const struct tcphdr *)th;

		if (len + sizeof(*tcp) > skb_headlen(skb))
			return len + sizeof(*tcp);
		return len + __tcp_hdrlen(tcp);
	}
	if (type & SKB_GSO_SCTP)
		return len + sizeof(struct sctphdr);
	return len + sizeof(struct udphdr);
}

/**
 * vnet_frame_gso_wire - count a GSO frame as a wire would carry it
 * @skb: the frame, data at the Ethernet header
 * @bytes: the frame's length; what the headers of further frames add is added
 *
 * Return: number of frames.
 */
u32 vnet_frame_gso_wire(const struct sk_buff *skb, u32 *bytes)
{
	const struct skb_shared_info *shinfo = skb_shinfo(skb);
	u32 segs, hdr, jumbo;

	if (unlikely(!skb_transport_header_was_set(skb)))
		return 1;

	hdr = vnet_gso_hdr_len(skb);
	if (unlikely(skb->len <= hdr))
		return 1;

	segs = shinfo->gso_segs;
	/* A guest or a packet socket gives no number, or a wrong one */
	if (!segs || shinfo->gso_type & SKB_GSO_DODGY) {
		if (shinfo->gso_size == GSO_BY_FRAGS)
			return 1;
		segs = DIV_ROUND_UP(skb->len - hdr, shinfo->gso_size);
	}

	jumbo = vnet_gso_jumbo_len(skb);
	*bytes += (segs - 1) * (hdr - jumbo) - jumbo;
	return segs;
}

/**
 * vnet_frame_inner_proto - the protocol behind a frame's VLAN tags
 * @skb: the frame, data at the Ethernet header
 *
 * Return: the EtherType, that of a tag where the frame ends within it.
 */
__be16 vnet_frame_inner_proto(const struct sk_buff *skb)
{
	__be16 proto = ((const struct ethhdr *)skb->data)->h_proto;
	const struct vlan_hdr *tag;
	struct vlan_hdr copy;
	int at = ETH_HLEN;

	while (eth_type_vlan(proto)) {
		tag = skb_header_pointer(skb, at, sizeof(copy), &copy);
		if (!tag)
			break;
		proto = tag->h_vlan_encapsulated_proto;
		at += VLAN_HLEN;
	}
	return proto;
}
