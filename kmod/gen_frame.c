// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generator's frames: the template, and what is different in each, which
 * follows from its number.
 */
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/checksum.h>

#include "gen.h"
#include "toeplitz.h"
#include "vnet.h"

/* Room in front of a frame, as XDP wants it */
#define VNET_GEN_HEADROOM	256
/* Bytes of a frame that go into its first page, an even number */
#define VNET_GEN_LINEAR		(SKB_WITH_OVERHEAD(PAGE_SIZE) -		\
				 VNET_GEN_HEADROOM)

#define VNET_GEN_PKTGEN_MAGIC	0xbe9be955

/* Streams of random numbers; fields have those of enum vnet_gen_field */
enum {
	VNET_GEN_STREAM_SEQ	= 16,
	VNET_GEN_STREAM_ACK,
	VNET_GEN_STREAM_PAYLOAD	= 32,	/* and the number of the frame */
};

static_assert(VNET_GEN_LINEAR % 2 == 0);

/* The value of a field in flow, or frame, @n */
static u64 vnet_gen_field_value(const struct vnet_gen_field_spec *f, u64 seed,
				u64 n)
{
	if (f->random)
		n = vnet_gen_random(seed, f->stream, n);
	if (f->span)
		div64_u64_rem(n, f->span, &n);
	return (f->first + n) & GENMASK_ULL(f->bytes * BITS_PER_BYTE - 1, 0);
}

/**
 * vnet_gen_put - write a field
 * @at: where
 * @bytes: its length: 2, 4, 6 or 8
 * @v: its value
 */
void vnet_gen_put(u8 *at, u8 bytes, u64 v)
{
	switch (bytes) {
	case sizeof(u16):
		put_unaligned_be16(v, at);
		break;
	case sizeof(u32):
		put_unaligned_be32(v, at);
		break;
	case ETH_ALEN:
		u64_to_ether_addr(v, at);
		break;
	default:
		put_unaligned_be64(v, at);
	}
}

/* The checksum of a sum of 16-bit words */
static __sum16 vnet_gen_fold(u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (__force __sum16)htons(~sum);
}

/**
 * vnet_gen_put_lengths - write the lengths into the headers
 * @t: the template
 * @data: the frame, or the template's own
 * @size: bytes of the frame
 * @ip_sum: added to, for the checksum of IP
 * @l4_sum: added to, for the checksum of UDP, TCP, ICMP
 */
void vnet_gen_put_lengths(const struct vnet_gen_template *t, u8 *data,
			  u32 size, u32 *ip_sum, u32 *l4_sum)
{
	u32 l3_len = size - t->l3, l4_len = size - t->l4;

	switch (t->proto) {
	case VNET_GEN_UDP4:
	case VNET_GEN_UDP6:
		put_unaligned_be16(l4_len, data + t->l4 +
					   offsetof(struct udphdr, len));
		/* Once more: the pseudo header has it, too */
		*l4_sum += 2 * l4_len;
		break;
	case VNET_GEN_ICMP4:
		break;
	default:
		*l4_sum += l4_len;
	}

	if (t->ip6) {
		put_unaligned_be16(l4_len, data + t->l3 +
					   offsetof(struct ipv6hdr, payload_len));
	} else {
		put_unaligned_be16(l3_len, data + t->l3 +
					   offsetof(struct iphdr, tot_len));
		*ip_sum += l3_len;
	}
}

/* A checksum that is wrong, and not the one that says that there is none */
static __sum16 vnet_gen_invert(__sum16 check)
{
	u16 inverted = ~(__force u16)check;

	return inverted ? (__force __sum16)inverted : (__force __sum16)htons(1);
}

/**
 * vnet_gen_put_checks - write the checksums into the headers
 * @t: the template
 * @data: the frame, or the template's own
 * @ip_sum: sum of what the checksum of IP covers
 * @l4_sum: sum of what the checksum of UDP, TCP, ICMP covers
 */
void vnet_gen_put_checks(const struct vnet_gen_template *t, u8 *data,
			 u32 ip_sum, u32 l4_sum)
{
	struct iphdr *iph = (struct iphdr *)(data + t->l3);
	__sum16 check = vnet_gen_fold(l4_sum);

	if (!t->ip6)
		iph->check = vnet_gen_fold(ip_sum);

	/* Of UDP, 0 says that there is none (RFC 768) */
	if (!check && (t->proto == VNET_GEN_UDP4 || t->proto == VNET_GEN_UDP6))
		check = CSUM_MANGLED_0;
	if (t->csum == VNET_GEN_CSUM_BAD)
		check = vnet_gen_invert(check);
	memcpy(data + t->check, &check, sizeof(check));
}

/* Write the fields that vary */
static void vnet_gen_put_fields(const struct vnet_gen_template *t, u8 *data,
				u64 n, u32 *ip_sum, u32 *l4_sum)
{
	const struct vnet_gen_field_spec *f;
	u64 v;
	u32 i;

	for (i = 0; i < t->nfields; i++) {
		f = &t->field[i];
		v = vnet_gen_field_value(f, t->seed, n);
		vnet_gen_put(data + f->at, f->bytes, v);
		if (f->also_at)
			vnet_gen_put(data + f->also_at, f->bytes, v);
		if (f->in_ip)
			*ip_sum += vnet_gen_sum(v);
		if (f->in_l4)
			*l4_sum += vnet_gen_sum(v);
	}
}

/* Write the headers but for what depends on the payload; in line, for each frame */
static __always_inline void
vnet_gen_put_head(const struct vnet_gen_template *t, u8 *data,
		  const u8 *own_mac)
{
	u32 i;

	/* A length that the compiler knows */
	memcpy(data, t->head, 64);
	if (unlikely(t->copy > 64))
		memcpy(data + 64, t->head + 64, t->copy - 64);
	for (i = 0; i < t->own_macs; i++)
		memcpy(data + t->own_mac[i], own_mac, ETH_ALEN);
}

/**
 * vnet_gen_flow_head - write the headers that all frames of a flow have
 * @t: the template, of a protocol with IP addresses
 * @flow: the flow
 * @own_mac: the device's MAC address
 * @data: where to, with room for &vnet_gen_template.copy; what the transport layer
 *	has of each frame is not there
 */
void vnet_gen_flow_head(const struct vnet_gen_template *t, u32 flow,
			const u8 *own_mac, u8 *data)
{
	u32 unused = 0;

	vnet_gen_put_head(t, data, own_mac);
	vnet_gen_put_fields(t, data, flow, &unused, &unused);
}

/**
 * vnet_gen_flow_hash - hash of a flow's addresses and ports
 * @t: the template, of a protocol with IP addresses
 * @flow: the flow
 *
 * Return: the Toeplitz hash, as receive-side scaling computes it.
 */
u32 vnet_gen_flow_hash(const struct vnet_gen_template *t, u32 flow)
{
	u32 addrs = t->ip6 ? 2 * sizeof(struct in6_addr) : 2 * sizeof(__be32);
	bool ports = t->proto != VNET_GEN_ICMP4 && t->proto != VNET_GEN_ICMP6;
	u8 head[128], tuple[36];
	u32 unused = 0;

	BUILD_BUG_ON(sizeof(head) > sizeof(t->head));
	memcpy(head, t->head, sizeof(head));
	vnet_gen_put_fields(t, head, flow, &unused, &unused);
	memcpy(tuple, head + t->l4 - addrs, addrs);
	memcpy(tuple + addrs, head + t->l4, sizeof(u32));
	return vnet_toeplitz(vnet_toeplitz_key, tuple,
			     addrs + (ports ? sizeof(u32) : 0));
}
EXPORT_SYMBOL_IF_KUNIT(vnet_gen_flow_hash);

/* Write what TCP and ICMP have of the flow and the frame's place in it */
static void vnet_gen_put_sequence(const struct vnet_gen_template *t, u8 *data,
				  const struct vnet_gen_frame *frame,
				  u32 size, u32 *l4_sum)
{
	u8 *at = data + t->l4 + offsetof(struct tcphdr, seq);
	u32 seq, ack;

	if (t->proto == VNET_GEN_ICMP4 || t->proto == VNET_GEN_ICMP6) {
		at = data + t->l4 + offsetof(struct icmphdr, un);
		seq = (u32)(u16)frame->flow << 16 | (u16)frame->number;
		put_unaligned_be32(seq, at);
		*l4_sum += vnet_gen_sum(seq);
		return;
	}

	seq = vnet_gen_random(t->seed, VNET_GEN_STREAM_SEQ, frame->flow);
	ack = vnet_gen_random(t->seed, VNET_GEN_STREAM_ACK, frame->flow);
	if (t->tcp == VNET_GEN_TCP_SYN)
		ack = 0;
	else
		seq++;
	if (t->tcp == VNET_GEN_TCP_DATA)
		seq += frame->nth * (size - t->head_len);
	put_unaligned_be32(seq, at);
	put_unaligned_be32(ack, at + sizeof(seq));
	*l4_sum += vnet_gen_sum(seq) + vnet_gen_sum(ack);
}

static void vnet_gen_fill_pktgen(u8 *to, u32 len, u64 number)
{
	struct timespec64 now;
	u8 *end = to + len;

	ktime_get_real_ts64(&now);
	put_unaligned_be32(VNET_GEN_PKTGEN_MAGIC, to);
	put_unaligned_be32(number + 1, to + 4);
	put_unaligned_be32(now.tv_sec, to + 8);
	put_unaligned_be32(now.tv_nsec / NSEC_PER_USEC, to + 12);
	memset(to + VNET_GEN_PKTGEN_LEN, 0, end - to - VNET_GEN_PKTGEN_LEN);
}

static void vnet_gen_fill_random(u8 *to, u32 len, u32 offset, u64 seed,
				 u64 number)
{
	u64 stream = VNET_GEN_STREAM_PAYLOAD + number;
	u32 skip = offset % sizeof(u64), n;
	__le64 word;

	/* A part may begin and end in the middle of a word */
	for (offset /= sizeof(word); len; offset++) {
		word = cpu_to_le64(vnet_gen_random(seed, stream, offset));
		n = min_t(u32, sizeof(word) - skip, len);
		if (likely(n == sizeof(word)))
			memcpy(to, &word, sizeof(word));
		else
			memcpy(to, (u8 *)&word + skip, n);
		to += n;
		len -= n;
		skip = 0;
	}
}

/* Write the part of the payload that begins at @offset */
static void vnet_gen_fill_payload(const struct vnet_gen_template *t, u8 *to,
				  u32 len, u32 offset, u64 number)
{
	u32 i;

	switch (t->payload) {
	case VNET_GEN_PAYLOAD_PATTERN:
		for (i = 0; i < len; i++)
			to[i] = offset + i;
		break;
	case VNET_GEN_PAYLOAD_RANDOM:
		vnet_gen_fill_random(to, len, offset, t->seed, number);
		break;
	case VNET_GEN_PAYLOAD_PKTGEN:
		if (!offset) {
			vnet_gen_fill_pktgen(to, len, number);
			break;
		}
		fallthrough;
	default:
		memset(to, 0, len);
	}
}

static u32 vnet_gen_sum_payload(const struct vnet_gen_template *t,
				const u8 *from, u32 len)
{
	if (t->payload == VNET_GEN_PAYLOAD_ZEROS || !t->check)
		return 0;
	/* Headers are of an even length, and so are the parts */
	return ntohs((__force __be16)~csum_fold(csum_partial(from, len, 0)));
}

/* Add the pages of what does not fit into the first */
static bool vnet_gen_add_pages(struct vnet_gen_queue *q, struct sk_buff *skb,
			       u64 number, u32 left, u32 *l4_sum)
{
	const struct vnet_gen_template *t = &q->run->tmpl;
	u32 offset = skb->len - t->head_len, len, i;
	struct page *page;
	u8 *to;

	for (i = 0; left; i++) {
		page = page_pool_dev_alloc_pages(q->pool);
		if (unlikely(!page))
			return false;
		len = min_t(u32, left, PAGE_SIZE);
		to = page_address(page);
		vnet_gen_fill_payload(t, to, len, offset, number);
		*l4_sum += vnet_gen_sum_payload(t, to, len);
		skb_add_rx_frag(skb, i, page, 0, len, PAGE_SIZE);
		offset += len;
		left -= len;
	}
	return true;
}

static struct sk_buff *vnet_gen_alloc(struct vnet_gen_queue *q)
{
	struct page *page = page_pool_dev_alloc_pages(q->pool);
	struct sk_buff *skb;

	if (unlikely(!page))
		return NULL;
	skb = napi_build_skb(page_address(page), PAGE_SIZE);
	if (unlikely(!skb)) {
		page_pool_put_full_page(q->pool, page, true);
		return NULL;
	}
	skb_mark_for_recycle(skb);
	skb_reserve(skb, VNET_GEN_HEADROOM);
	return skb;
}

/**
 * vnet_gen_build - make a frame
 * @q: the queue that it is for
 * @frame: which it is
 *
 * Context: the poll of the queue.
 *
 * Return: the frame, ready for the RX ring, or NULL if there is no memory.
 */
struct sk_buff *vnet_gen_build(struct vnet_gen_queue *q,
			       const struct vnet_gen_frame *frame)
{
	const struct vnet_gen_template *t = &q->run->tmpl;
	u32 size = t->size ?: vnet_gen_pace_size(&q->run->pace, frame->number);
	u32 linear = min_t(u32, size, VNET_GEN_LINEAR);
	u32 ip_sum = t->ip_sum, l4_sum = t->l4_sum;
	struct sk_buff *skb = vnet_gen_alloc(q);
	u32 from = t->head_len;
	struct vnet_skb_cb *cb;
	u8 *data;

	if (unlikely(!skb))
		return NULL;

	data = __skb_put(skb, linear);
	vnet_gen_put_head(t, data, q->rxq->dev->dev_addr);
	/* Zeros came along with the headers */
	if (t->payload == VNET_GEN_PAYLOAD_ZEROS)
		from = t->copy;
	if (linear > from) {
		vnet_gen_fill_payload(t, data + from, linear - from,
				      from - t->head_len, frame->number);
		l4_sum += vnet_gen_sum_payload(t, data + from, linear - from);
	}
	if (unlikely(size > linear) &&
	    !vnet_gen_add_pages(q, skb, frame->number, size - linear,
				&l4_sum)) {
		kfree_skb(skb);
		return NULL;
	}

	if (!t->fixed) {
		vnet_gen_put_fields(t, data,
				    t->by_flow ? frame->flow : frame->number,
				    &ip_sum, &l4_sum);
		if (t->check) {
			if (!t->size)
				vnet_gen_put_lengths(t, data, size, &ip_sum,
						     &l4_sum);
			if (t->proto > VNET_GEN_UDP6)
				vnet_gen_put_sequence(t, data, frame, size,
						      &l4_sum);
			vnet_gen_put_checks(t, data, ip_sum, l4_sum);
		}
	}
	if (t->csum == VNET_GEN_CSUM_UNNECESSARY)
		skb->ip_summed = CHECKSUM_UNNECESSARY;

	cb = vnet_frame_label(skb, vnet_frame_kind(skb), false);
	cb->txq = NULL;
	return skb;
}
