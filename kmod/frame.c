// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a frame would be on a wire: how many frames, how long, which protocol, for
 * whom. Knows nothing of queues.
 */
#include <linux/crc32.h>
#include <linux/if_vlan.h>
#include <linux/sctp.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#include "vnet.h"

/* The only MAC control opcode that there is a use for, IEEE 802.3 annex 31A */
#define VNET_OPCODE_PAUSE	1

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
 * vnet_frame_label_gso - write down what a GSO frame is as a wire would carry it
 * @skb: the frame, data at the Ethernet header
 * @cb: its label, written as for one frame
 *
 * All frames that it is have one length, but for the last. Those of SCTP may have
 * any; they count with their mean.
 */
void vnet_frame_label_gso(const struct sk_buff *skb, struct vnet_skb_cb *cb)
{
	const struct skb_shared_info *shinfo = skb_shinfo(skb);
	u32 segs, hdr, payload, full, jumbo;

	if (unlikely(!skb_transport_header_was_set(skb)))
		return;

	hdr = vnet_gso_hdr_len(skb);
	if (unlikely(skb->len <= hdr))
		return;

	payload = skb->len - hdr;
	full = shinfo->gso_size;
	segs = shinfo->gso_segs;
	/* A guest or a packet socket gives no number, or a wrong one */
	if (!segs || shinfo->gso_type & SKB_GSO_DODGY) {
		if (full == GSO_BY_FRAGS)
			return;
		segs = DIV_ROUND_UP(payload, full);
	}
	if (full * (segs - 1) >= payload)
		full = payload / segs;

	jumbo = vnet_gso_jumbo_len(skb);
	hdr -= jumbo;
	cb->frames = segs;
	cb->bytes += (segs - 1) * hdr - jumbo;
	cb->size_full = vnet_frame_size(hdr + full);
	cb->size = vnet_frame_size(hdr + payload - (segs - 1) * full);
}

/**
 * vnet_frame_count_gso - count what is special about a frame that is several
 * @stats: counters by &enum vnet_frame_stat
 * @cb: its label
 *
 * Context: vnet_frame_count()
 */
void vnet_frame_count_gso(u64_stats_t *stats, const struct vnet_skb_cb *cb)
{
	u32 more = cb->frames - 1;

	u64_stats_add(&stats[VNET_FRAME_KIND + cb->kind], more);
	u64_stats_add(&stats[VNET_FRAME_SIZE + cb->size_full], more);
	u64_stats_inc(&stats[VNET_FRAME_LARGE]);
	u64_stats_add(&stats[VNET_FRAME_SEGMENTS], cb->frames);
}

/* The EtherType behind VLAN tags, that of a tag where the frame ends within it */
static __be16 vnet_frame_ethertype(const struct sk_buff *skb, int *end)
{
	__be16 proto = ((const struct ethhdr *)skb->data)->h_proto;
	const struct vlan_hdr *tag;
	struct vlan_hdr copy;

	*end = ETH_HLEN;
	while (eth_type_vlan(proto)) {
		tag = skb_header_pointer(skb, *end, sizeof(copy), &copy);
		if (!tag)
			break;
		proto = tag->h_vlan_encapsulated_proto;
		*end += VLAN_HLEN;
	}
	return proto;
}

/**
 * vnet_frame_proto - what a frame carries
 * @skb: the frame, data at the Ethernet header, which is linear
 *
 * Return: of &enum vnet_proto.
 */
u32 vnet_frame_proto(const struct sk_buff *skb)
{
	const __be16 *opcode;
	__be16 copy;
	int at;

	switch (vnet_frame_ethertype(skb, &at)) {
	case htons(ETH_P_ARP):
		return VNET_PROTO_ARP;
	case htons(ETH_P_IP):
		return VNET_PROTO_IPV4;
	case htons(ETH_P_IPV6):
		return VNET_PROTO_IPV6;
	case htons(ETH_P_PAUSE):
		opcode = skb_header_pointer(skb, at, sizeof(copy), &copy);
		return opcode && *opcode == htons(VNET_OPCODE_PAUSE) ?
		       VNET_PROTO_PAUSE : VNET_PROTO_CTRL;
	default:
		return VNET_PROTO_OTHER;
	}
}

/* Go on with the CRC-32 over bytes @from to @to of a frame */
static u32 vnet_frame_crc(const struct sk_buff *skb, u32 from, u32 to, u32 crc)
{
	struct skb_seq_state state;
	u32 done = 0, n;
	const u8 *data;

	if (from == to)
		return crc;
	skb_prepare_seq_read((struct sk_buff *)skb, from, to, &state);
	while ((n = skb_seq_read(done, &data, &state))) {
		/* What is there may go on beyond the end */
		n = min(n, to - from - done);
		crc = crc32_le(crc, data, n);
		done += n;
	}
	return crc;
}

/**
 * vnet_frame_fcs - the frame check sequence that a wire would carry
 * @skb: the frame, data at the Ethernet header
 * @len: bytes of it to check
 *
 * Of a tag beside the frame as well. Nothing is padded.
 *
 * Return: what follows the frame, in the order of the bytes.
 */
__le32 vnet_frame_fcs(const struct sk_buff *skb, u32 len)
{
	u32 crc = vnet_frame_crc(skb, 0, 2 * ETH_ALEN, ~0U);
	__be16 tag[2];

	if (skb_vlan_tag_present(skb)) {
		tag[0] = skb->vlan_proto;
		tag[1] = htons(skb_vlan_tag_get(skb));
		crc = crc32_le(crc, (const u8 *)tag, sizeof(tag));
	}
	return cpu_to_le32(~vnet_frame_crc(skb, 2 * ETH_ALEN, len, crc));
}
