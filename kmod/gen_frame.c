// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generator's frames: a template of what all have in common, and what is
 * different in each, which follows from its number.
 */
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/checksum.h>
#include <net/ip.h>

#include "gen.h"
#include "toeplitz.h"
#include "vnet.h"

/* Room in front of a frame, as XDP wants it */
#define VNET_GEN_HEADROOM	256
/* Bytes of a frame that go into its first page, an even number */
#define VNET_GEN_LINEAR		(SKB_WITH_OVERHEAD(PAGE_SIZE) -		\
				 VNET_GEN_HEADROOM)

#define VNET_GEN_TTL		64
#define VNET_GEN_PKTGEN_MAGIC	0xbe9be955

/* The source of frames that are for this device; locally administered */
#define VNET_GEN_OTHER_MAC	0x020000000001ULL

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

/* Sum of the 16-bit words of a number, for a checksum */
static u32 vnet_gen_sum(u64 v)
{
	return (v & 0xffff) + (v >> 16 & 0xffff) + (v >> 32 & 0xffff) +
	       (v >> 48);
}

/* Sum of the 16-bit words of bytes in a header */
static u32 vnet_gen_sum_bytes(const u8 *data, u32 len)
{
	u32 sum = 0, i;

	for (i = 0; i < len; i += sizeof(u16))
		sum += get_unaligned_be16(data + i);
	return sum;
}

/* The checksum of a sum of 16-bit words */
static __sum16 vnet_gen_fold(u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (__force __sum16)htons(~sum);
}

static void vnet_gen_put(u8 *at, u8 bytes, u64 v)
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

/* What a template is made of, from the front to the back */
struct vnet_gen_writer {
	struct vnet_gen_template *t;
	const struct vnet_gen_config *cfg;
	u8 l4_proto;
};

/* Write a field's first value; note the field if it has others */
static void vnet_gen_place(struct vnet_gen_writer *w, enum vnet_gen_field field,
			   u16 at, u8 bytes)
{
	const struct vnet_gen_range *range = &w->cfg->range[field];
	struct vnet_gen_template *t = w->t;
	struct vnet_gen_field_spec *f;

	vnet_gen_put(t->head + at, bytes, range->first);
	if (range->first == range->last)
		return;

	f = &t->field[t->nfields++];
	f->first = range->first;
	f->span = range->last - range->first + 1;
	f->at = at;
	f->bytes = bytes;
	f->stream = field;
	f->random = w->cfg->random & BIT(field);
}

static void vnet_gen_own_mac(struct vnet_gen_template *t, u16 at)
{
	t->own_mac[t->own_macs++] = at;
}

static void vnet_gen_place_macs(struct vnet_gen_writer *w)
{
	const struct vnet_gen_range *range = w->cfg->range;
	bool arp = w->cfg->proto == VNET_GEN_ARP;
	struct vnet_gen_template *t = w->t;

	if (range[VNET_GEN_FIELD_DST_MAC].last)
		vnet_gen_place(w, VNET_GEN_FIELD_DST_MAC, 0, ETH_ALEN);
	else if (arp)
		eth_broadcast_addr(t->head);
	else
		vnet_gen_own_mac(t, 0);

	if (range[VNET_GEN_FIELD_SRC_MAC].last)
		vnet_gen_place(w, VNET_GEN_FIELD_SRC_MAC, ETH_ALEN, ETH_ALEN);
	else if (arp)
		vnet_gen_own_mac(t, ETH_ALEN);
	else
		u64_to_ether_addr(VNET_GEN_OTHER_MAC, t->head + ETH_ALEN);
}

static void vnet_gen_place_tag(struct vnet_gen_writer *w, u16 proto, u16 id)
{
	u8 *at = w->t->head + w->t->l3 - sizeof(u16);

	if (id == VNET_GEN_VLAN_NONE)
		return;
	put_unaligned_be16(proto, at);
	put_unaligned_be16(w->cfg->vlan_prio << VLAN_PRIO_SHIFT | id,
			   at + sizeof(u16));
	w->t->l3 += VLAN_HLEN;
}

static void vnet_gen_place_arp(struct vnet_gen_writer *w)
{
	struct vnet_gen_template *t = w->t;
	struct arphdr *arp = (struct arphdr *)(t->head + t->l3);
	u16 sha = t->l3 + sizeof(*arp), spa = sha + ETH_ALEN;
	u32 i;

	arp->ar_hrd = htons(ARPHRD_ETHER);
	arp->ar_pro = htons(ETH_P_IP);
	arp->ar_hln = ETH_ALEN;
	arp->ar_pln = sizeof(__be32);
	arp->ar_op = htons(ARPOP_REQUEST);

	/* The sender is the one that the Ethernet header names */
	if (w->cfg->range[VNET_GEN_FIELD_SRC_MAC].last)
		ether_addr_copy(t->head + sha, t->head + ETH_ALEN);
	else
		vnet_gen_own_mac(t, sha);
	for (i = 0; i < t->nfields; i++) {
		if (t->field[i].stream == VNET_GEN_FIELD_SRC_MAC)
			t->field[i].also_at = sha;
	}
	vnet_gen_place(w, VNET_GEN_FIELD_SRC, spa, sizeof(__be32));
	vnet_gen_place(w, VNET_GEN_FIELD_DST, spa + sizeof(__be32) + ETH_ALEN,
		       sizeof(__be32));
}

static void vnet_gen_place_ip4(struct vnet_gen_writer *w)
{
	struct vnet_gen_template *t = w->t;
	struct iphdr *iph = (struct iphdr *)(t->head + t->l3);

	iph->version = 4;
	iph->ihl = sizeof(*iph) / sizeof(u32);
	iph->frag_off = htons(IP_DF);
	iph->ttl = VNET_GEN_TTL;
	iph->protocol = w->l4_proto;
	t->l4 = t->l3 + sizeof(*iph);
	vnet_gen_place(w, VNET_GEN_FIELD_SRC,
		       t->l3 + offsetof(struct iphdr, saddr), sizeof(__be32));
	vnet_gen_place(w, VNET_GEN_FIELD_DST,
		       t->l3 + offsetof(struct iphdr, daddr), sizeof(__be32));
}

static void vnet_gen_place_ip6(struct vnet_gen_writer *w)
{
	struct vnet_gen_template *t = w->t;
	struct ipv6hdr *ip6h = (struct ipv6hdr *)(t->head + t->l3);
	u16 saddr = t->l3 + offsetof(struct ipv6hdr, saddr);
	u16 daddr = t->l3 + offsetof(struct ipv6hdr, daddr);

	ip6h->version = 6;
	ip6h->nexthdr = w->l4_proto;
	ip6h->hop_limit = VNET_GEN_TTL;
	t->l4 = t->l3 + sizeof(*ip6h);
	put_unaligned_be64(w->cfg->net[0], t->head + saddr);
	put_unaligned_be64(w->cfg->net[1], t->head + daddr);
	vnet_gen_place(w, VNET_GEN_FIELD_SRC, saddr + sizeof(u64), sizeof(u64));
	vnet_gen_place(w, VNET_GEN_FIELD_DST, daddr + sizeof(u64), sizeof(u64));
}

static void vnet_gen_place_ports(struct vnet_gen_writer *w)
{
	vnet_gen_place(w, VNET_GEN_FIELD_SRC_PORT, w->t->l4, sizeof(u16));
	vnet_gen_place(w, VNET_GEN_FIELD_DST_PORT, w->t->l4 + sizeof(u16),
		       sizeof(u16));
}

static void vnet_gen_place_l4(struct vnet_gen_writer *w)
{
	struct vnet_gen_template *t = w->t;
	u8 *at = t->head + t->l4;
	struct tcphdr *th = (struct tcphdr *)at;

	switch (w->l4_proto) {
	case IPPROTO_UDP:
		vnet_gen_place_ports(w);
		t->check = t->l4 + offsetof(struct udphdr, check);
		break;
	case IPPROTO_TCP:
		vnet_gen_place_ports(w);
		th->doff = sizeof(*th) / sizeof(u32);
		th->syn = t->tcp == VNET_GEN_TCP_SYN;
		th->ack = t->tcp != VNET_GEN_TCP_SYN;
		th->window = htons(U16_MAX);
		t->check = t->l4 + offsetof(struct tcphdr, check);
		break;
	case IPPROTO_ICMP:
		at[offsetof(struct icmphdr, type)] = ICMP_ECHO;
		t->check = t->l4 + offsetof(struct icmphdr, checksum);
		break;
	case IPPROTO_ICMPV6:
		at[offsetof(struct icmp6hdr, icmp6_type)] = ICMPV6_ECHO_REQUEST;
		t->check = t->l4 + offsetof(struct icmp6hdr, icmp6_cksum);
		break;
	}
}

/* Flows that are told apart by nothing else are by source port or address */
static void vnet_gen_place_flows(struct vnet_gen_writer *w)
{
	bool ports = w->l4_proto == IPPROTO_UDP || w->l4_proto == IPPROTO_TCP;
	struct vnet_gen_template *t = w->t;
	enum vnet_gen_field field;
	struct vnet_gen_field_spec *f;
	u16 at;
	u32 i;

	for (i = 0; i < t->nfields; i++) {
		if (t->field[i].stream >= VNET_GEN_FIELD_SRC)
			return;
	}
	if (w->cfg->flows == 1)
		return;

	field = ports ? VNET_GEN_FIELD_SRC_PORT : VNET_GEN_FIELD_SRC;
	f = &t->field[t->nfields++];
	f->first = w->cfg->range[field].first;
	f->stream = field;
	if (ports) {
		at = t->l4;
		f->bytes = sizeof(u16);
	} else if (w->t->ip6) {
		at = t->l3 + offsetof(struct ipv6hdr, saddr) + sizeof(u64);
		f->bytes = sizeof(u64);
	} else if (w->cfg->proto == VNET_GEN_ARP) {
		at = t->l3 + sizeof(struct arphdr) + ETH_ALEN;
		f->bytes = sizeof(u32);
	} else {
		at = t->l3 + offsetof(struct iphdr, saddr);
		f->bytes = sizeof(u32);
	}
	f->at = at;
}

/* Whether the checksum of UDP, TCP, ICMP covers the IP addresses */
static bool vnet_gen_has_pseudo(const struct vnet_gen_writer *w)
{
	return w->l4_proto != IPPROTO_ICMP;
}

/* Sum up what the checksums cover and no frame changes */
static void vnet_gen_sum_template(struct vnet_gen_writer *w)
{
	u16 saddr = w->t->ip6 ? offsetof(struct ipv6hdr, saddr) :
			     offsetof(struct iphdr, saddr);
	struct vnet_gen_template *t = w->t;
	struct vnet_gen_field_spec *f;
	u32 i;

	t->l4_sum = vnet_gen_sum_bytes(t->head + t->l4,
				       t->head_len - t->l4);
	if (vnet_gen_has_pseudo(w))
		t->l4_sum += w->l4_proto +
			     vnet_gen_sum_bytes(t->head + t->l3 + saddr,
						t->l4 - t->l3 - saddr);
	if (!w->t->ip6)
		t->ip_sum = vnet_gen_sum_bytes(t->head + t->l3,
					       t->l4 - t->l3);

	for (i = 0; i < t->nfields; i++) {
		f = &t->field[i];
		if (f->stream < VNET_GEN_FIELD_SRC)
			continue;
		f->in_ip = f->at < t->l4 && !w->t->ip6;
		f->in_l4 = f->at >= t->l4 || vnet_gen_has_pseudo(w);
		/* Its values come instead of the one in the template */
		if (f->in_ip)
			t->ip_sum -= vnet_gen_sum(f->first);
		if (f->in_l4)
			t->l4_sum -= vnet_gen_sum(f->first);
	}
}

static void vnet_gen_place_ip(struct vnet_gen_writer *w, u16 *type)
{
	switch (w->cfg->proto) {
	case VNET_GEN_UDP4:
	case VNET_GEN_UDP6:
		w->l4_proto = IPPROTO_UDP;
		break;
	case VNET_GEN_TCP4:
	case VNET_GEN_TCP6:
		w->l4_proto = IPPROTO_TCP;
		break;
	case VNET_GEN_ICMP4:
		w->l4_proto = IPPROTO_ICMP;
		break;
	default:
		w->l4_proto = IPPROTO_ICMPV6;
	}
	*type = w->t->ip6 ? ETH_P_IPV6 : ETH_P_IP;
	if (w->t->ip6)
		vnet_gen_place_ip6(w);
	else
		vnet_gen_place_ip4(w);
	vnet_gen_place_l4(w);
}

/*
 * Write the lengths into the headers, and add them to the sums of the
 * checksums.
 */
static void vnet_gen_put_lengths(const struct vnet_gen_template *t, u8 *data,
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

static void vnet_gen_put_checks(const struct vnet_gen_template *t, u8 *data,
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

/**
 * vnet_gen_template_init - work out what the frames of a run have in common
 * @t: all zeros
 * @cfg: what the generator is told, valid
 */
void vnet_gen_template_init(struct vnet_gen_template *t,
			    const struct vnet_gen_config *cfg)
{
	struct vnet_gen_writer w = { .t = t, .cfg = cfg };
	u16 type = ETH_P_ARP;

	t->seed = cfg->seed;
	t->proto = cfg->proto;
	t->tcp = cfg->tcp;
	t->csum = cfg->csum;
	t->payload = cfg->payload;
	t->ip6 = vnet_gen_is_ip6(cfg);
	t->by_flow = cfg->flows > 1 || cfg->spread == VNET_GEN_HASH;
	t->size = cfg->size == cfg->size_last ? cfg->size : 0;
	t->head_len = vnet_gen_head_len(cfg);
	t->copy = ALIGN(t->head_len, 64);

	if (cfg->proto == VNET_GEN_RAW) {
		memcpy(t->head, cfg->raw, cfg->raw_len);
		t->fixed = true;
		return;
	}

	t->l3 = ETH_HLEN;
	vnet_gen_place_tag(&w, ETH_P_8021AD, cfg->qinq);
	vnet_gen_place_tag(&w, ETH_P_8021Q, cfg->vlan);
	vnet_gen_place_macs(&w);
	if (cfg->proto == VNET_GEN_ARP)
		vnet_gen_place_arp(&w);
	else
		vnet_gen_place_ip(&w, &type);
	put_unaligned_be16(type, t->head + t->l3 - sizeof(u16));
	vnet_gen_place_flows(&w);
	if (cfg->proto == VNET_GEN_ARP) {
		t->fixed = !t->nfields;
		return;
	}

	vnet_gen_sum_template(&w);
	if (t->size)
		vnet_gen_put_lengths(t, t->head, t->size, &t->ip_sum,
				     &t->l4_sum);
	t->fixed = !t->nfields && t->size && w.l4_proto == IPPROTO_UDP &&
		   t->payload == VNET_GEN_PAYLOAD_ZEROS;
	if (t->fixed)
		vnet_gen_put_checks(t, t->head, t->ip_sum, t->l4_sum);
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

/* Write the headers but for what depends on the payload */
static void vnet_gen_put_head(const struct vnet_gen_template *t, u8 *data,
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

	cb = vnet_frame_label(skb, vnet_frame_proto(skb));
	cb->txq = NULL;
	return skb;
}
