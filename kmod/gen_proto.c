// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generator's protocols: which fields their frames have, how long their
 * headers are, and what they are by default.
 */
#include <linux/if_ether.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#include "compat.h"
#include "gen.h"

#define VNET_GEN_MEMBER(NAME, field)					\
	[VNET_GEN_FIELD_ ## NAME] = {					\
		.first = IFLA_VNET_GEN_ ## NAME,			\
		.last = IFLA_VNET_GEN_ ## NAME ## _LAST,		\
		.none = "gen_" #field ": the protocol has none",	\
		.len = "gen_" #field					\
			": must be as long as the protocol has it",	\
		.order = "gen_" #field					\
			"_last: must not be less than gen_" #field,	\
		.net = "gen_" #field					\
			"_last: must have the first 64 bits of gen_" #field, \
		.random = "gen_random: the protocol has no " #field,	\
	}

/* By enum vnet_gen_field */
const struct vnet_gen_member vnet_gen_members[VNET_GEN_FIELDS] = {
	VNET_GEN_MEMBER(SRC_MAC, src_mac),
	VNET_GEN_MEMBER(DST_MAC, dst_mac),
	VNET_GEN_MEMBER(SRC, src),
	VNET_GEN_MEMBER(DST, dst),
	VNET_GEN_MEMBER(SRC_PORT, src_port),
	VNET_GEN_MEMBER(DST_PORT, dst_port),
};

/**
 * vnet_gen_is_tcp - whether frames have a TCP header
 * @cfg: what the generator is told
 *
 * Return: whether the protocol is TCP, over whatever.
 */
bool vnet_gen_is_tcp(const struct vnet_gen_config *cfg)
{
	return cfg->proto == VNET_GEN_TCP4 || cfg->proto == VNET_GEN_TCP6;
}

/**
 * vnet_gen_is_ip6 - whether frames have IPv6 addresses
 * @cfg: what the generator is told
 *
 * Return: whether the protocol is one over IPv6.
 */
bool vnet_gen_is_ip6(const struct vnet_gen_config *cfg)
{
	return cfg->proto == VNET_GEN_UDP6 || cfg->proto == VNET_GEN_TCP6 ||
	       cfg->proto == VNET_GEN_ICMP6;
}

/**
 * vnet_gen_has - whether frames have a field that can be set
 * @cfg: what the generator is told
 * @field: the field
 *
 * Return: whether frames of the protocol have it.
 */
bool vnet_gen_has(const struct vnet_gen_config *cfg,
		  enum vnet_gen_field field)
{
	switch (field) {
	case VNET_GEN_FIELD_SRC_PORT:
	case VNET_GEN_FIELD_DST_PORT:
		return vnet_gen_is_tcp(cfg) || cfg->proto == VNET_GEN_UDP4 ||
		       cfg->proto == VNET_GEN_UDP6;
	default:
		return cfg->proto != VNET_GEN_RAW;
	}
}

/**
 * vnet_gen_addr_len - bytes of a field's value in a message
 * @cfg: what the generator is told
 * @field: the field, which frames of the protocol have
 *
 * Return: bytes.
 */
int vnet_gen_addr_len(const struct vnet_gen_config *cfg,
		      enum vnet_gen_field field)
{
	if (field == VNET_GEN_FIELD_SRC_MAC || field == VNET_GEN_FIELD_DST_MAC)
		return ETH_ALEN;
	if (field > VNET_GEN_FIELD_DST)
		return sizeof(u32);
	return vnet_gen_is_ip6(cfg) ? sizeof(struct in6_addr) : sizeof(__be32);
}

/**
 * vnet_gen_head_len - bytes of a frame's headers
 * @cfg: what the generator is told
 *
 * Return: bytes, without what the payload has in front.
 */
u32 vnet_gen_head_len(const struct vnet_gen_config *cfg)
{
	u32 len = ETH_HLEN;

	if (cfg->vlan != VNET_GEN_VLAN_NONE)
		len += VLAN_HLEN;
	if (cfg->qinq != VNET_GEN_VLAN_NONE)
		len += VLAN_HLEN;

	switch (cfg->proto) {
	case VNET_GEN_ARP:
		return len + VNET_GEN_ARP_LEN;
	case VNET_GEN_UDP4:
		return len + sizeof(struct iphdr) + sizeof(struct udphdr);
	case VNET_GEN_UDP6:
		return len + sizeof(struct ipv6hdr) + sizeof(struct udphdr);
	case VNET_GEN_TCP4:
		return len + sizeof(struct iphdr) + sizeof(struct tcphdr);
	case VNET_GEN_TCP6:
		return len + sizeof(struct ipv6hdr) + sizeof(struct tcphdr);
	case VNET_GEN_ICMP4:
		return len + sizeof(struct iphdr) + sizeof(struct icmphdr);
	case VNET_GEN_ICMP6:
		return len + sizeof(struct ipv6hdr) + sizeof(struct icmp6hdr);
	default:
		return cfg->raw_len;
	}
}
EXPORT_SYMBOL_IF_KUNIT(vnet_gen_head_len);

/**
 * vnet_gen_set_range - set a field to one value
 * @cfg: what the generator is told
 * @field: the field
 * @value: its first value, and its last
 */
void vnet_gen_set_range(struct vnet_gen_config *cfg,
			enum vnet_gen_field field, u64 value)
{
	cfg->range[field].first = value;
	cfg->range[field].last = value;
}

/**
 * vnet_gen_set_proto - set what depends on the protocol to its defaults
 * @cfg: what the generator is told
 * @proto: the protocol
 *
 * But for the sizes, which depend on more.
 */
void vnet_gen_set_proto(struct vnet_gen_config *cfg, u8 proto)
{
	cfg->proto = proto;
	cfg->tcp = VNET_GEN_TCP_SYN;
	cfg->csum = VNET_GEN_CSUM_VALID;
	cfg->payload = VNET_GEN_PAYLOAD_ZEROS;
	cfg->random = 0;
	cfg->flows = VNET_GEN_FLOWS_DEFAULT;
	cfg->raw_len = 0;
	memset(cfg->raw, 0, sizeof(cfg->raw));
	memset(cfg->net, 0, sizeof(cfg->net));
	memset(&cfg->range[VNET_GEN_FIELD_SRC], 0,
	       sizeof(cfg->range[0]) * (VNET_GEN_FIELDS - VNET_GEN_FIELD_SRC));

	if (vnet_gen_is_ip6(cfg)) {
		cfg->net[0] = 0xfd00ULL << 48;
		cfg->net[1] = 0xfd00ULL << 48;
		vnet_gen_set_range(cfg, VNET_GEN_FIELD_SRC, 1);
		vnet_gen_set_range(cfg, VNET_GEN_FIELD_DST, 2);
	} else if (proto != VNET_GEN_RAW) {
		vnet_gen_set_range(cfg, VNET_GEN_FIELD_SRC, 0x0a000001);
		vnet_gen_set_range(cfg, VNET_GEN_FIELD_DST, 0x0a000002);
	}
	if (vnet_gen_has(cfg, VNET_GEN_FIELD_SRC_PORT)) {
		vnet_gen_set_range(cfg, VNET_GEN_FIELD_SRC_PORT,
				   VNET_GEN_PORT_DEFAULT);
		vnet_gen_set_range(cfg, VNET_GEN_FIELD_DST_PORT,
				   VNET_GEN_PORT_DEFAULT);
	}
	if (proto == VNET_GEN_RAW) {
		cfg->vlan = VNET_GEN_VLAN_NONE;
		cfg->qinq = VNET_GEN_VLAN_NONE;
		memset(cfg->range, 0, sizeof(cfg->range));
	}
}
EXPORT_SYMBOL_IF_KUNIT(vnet_gen_set_proto);

/**
 * vnet_gen_defaults - what a generator does that was told nothing
 * @cfg: all zeros
 */
void vnet_gen_defaults(struct vnet_gen_config *cfg)
{
	cfg->rate = VNET_GEN_RATE_DEFAULT;
	cfg->vlan = VNET_GEN_VLAN_NONE;
	cfg->qinq = VNET_GEN_VLAN_NONE;
	cfg->burst = VNET_GEN_BURST_DEFAULT;
	cfg->size = VNET_GEN_SIZE_DEFAULT;
	cfg->size_last = VNET_GEN_SIZE_DEFAULT;
	vnet_gen_set_proto(cfg, VNET_GEN_ARP);
}
EXPORT_SYMBOL_IF_KUNIT(vnet_gen_defaults);
