// SPDX-License-Identifier: GPL-2.0-only
/*
 * What all frames of a run have in common: their headers, which fields of them
 * vary, and the sums of what their checksums cover and does not vary.
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
#include <net/ip.h>

#include "gen.h"
#include "vnet.h"

#define VNET_GEN_TTL		64

/* The source of frames that are for this device; locally administered */
#define VNET_GEN_OTHER_MAC	0x020000000001ULL

/* Sum of the 16-bit words of bytes in a header */
static u32 vnet_gen_sum_bytes(const u8 *data, u32 len)
{
	u32 sum = 0, i;

	for (i = 0; i < len; i += sizeof(u16))
		sum += get_unaligned_be16(data + i);
	return sum;
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
EXPORT_SYMBOL_IF_KUNIT(vnet_gen_template_init);
