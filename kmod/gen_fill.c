// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tells what the generator was told: IFLA_VNET_GEN, as it can be sent back.
 */
#include <linux/etherdevice.h>

#include "gen.h"
#include "vnet.h"

/**
 * vnet_gen_size - room that vnet_gen_fill() takes at most
 * @cfg: what the generator is told
 *
 * Return: bytes.
 */
size_t vnet_gen_size(const struct vnet_gen_config *cfg)
{
	return nla_total_size(0) +			/* IFLA_VNET_GEN */
	       5 * nla_total_size_64bit(sizeof(u64)) +	/* pace and seed */
	       8 * nla_total_size(sizeof(u8)) +		/* kinds */
	       7 * nla_total_size(sizeof(u32)) +	/* numbers */
	       4 * nla_total_size(ETH_ALEN) +		/* MACs */
	       4 * nla_total_size(sizeof(struct in6_addr)) + /* addresses */
	       4 * nla_total_size(sizeof(u32)) +	/* ports */
	       nla_total_size(cfg->raw_len) +		/* IFLA_VNET_GEN_RAW */
	       nla_total_size(VNET_QUEUES_MAX / BITS_PER_BYTE);
}

static int vnet_gen_put_value(struct sk_buff *skb,
			      const struct vnet_gen_config *cfg, int type,
			      enum vnet_gen_field field, u64 value)
{
	int len = vnet_gen_addr_len(cfg, field);
	u8 data[sizeof(struct in6_addr)];

	if (field > VNET_GEN_FIELD_DST)
		return nla_put_u32(skb, type, value);

	switch (len) {
	case ETH_ALEN:
		u64_to_ether_addr(value, data);
		break;
	case sizeof(__be32):
		put_unaligned_be32(value, data);
		break;
	default:
		put_unaligned_be64(cfg->net[field == VNET_GEN_FIELD_DST], data);
		put_unaligned_be64(value, data + sizeof(u64));
	}
	return nla_put(skb, type, len, data);
}

static int vnet_gen_fill_range(struct sk_buff *skb,
			       const struct vnet_gen_config *cfg,
			       enum vnet_gen_field field)
{
	const struct vnet_gen_range *range = &cfg->range[field];
	bool mac = field <= VNET_GEN_FIELD_DST_MAC;

	if (!vnet_gen_has(cfg, field) || (mac && !range->last))
		return 0;
	if (vnet_gen_put_value(skb, cfg, vnet_gen_members[field].first, field,
			       range->first) ||
	    (range->last != range->first &&
	     vnet_gen_put_value(skb, cfg, vnet_gen_members[field].last, field,
				range->last)))
		return -EMSGSIZE;
	return 0;
}

static int vnet_gen_fill_queues(struct sk_buff *skb,
				const struct vnet_gen_config *cfg)
{
	u8 bytes[VNET_QUEUES_MAX / BITS_PER_BYTE] = {};
	u32 i;

	if (bitmap_empty(cfg->queues, VNET_QUEUES_MAX))
		return 0;
	for_each_set_bit(i, cfg->queues, VNET_QUEUES_MAX)
		bytes[i / BITS_PER_BYTE] |= BIT(i % BITS_PER_BYTE);
	return nla_put(skb, IFLA_VNET_GEN_QUEUES, sizeof(bytes), bytes);
}

static int vnet_gen_put_u64(struct sk_buff *skb, int type, u64 value)
{
	return nla_put_u64_64bit(skb, type, value, IFLA_VNET_GEN_PAD);
}

/**
 * vnet_gen_fill - tell what the generator was told
 * @skb: where to put IFLA_VNET_GEN
 * @cfg: what it was told
 *
 * What comes can be sent back, and changes nothing.
 *
 * Return: 0 or -EMSGSIZE.
 */
int vnet_gen_fill(struct sk_buff *skb, const struct vnet_gen_config *cfg)
{
	struct nlattr *nest = nla_nest_start(skb, IFLA_VNET_GEN);
	u32 field;

	if (!nest ||
	    nla_put_u8(skb, IFLA_VNET_GEN_ENABLE, cfg->enable) ||
	    (cfg->rate ?
	     vnet_gen_put_u64(skb, IFLA_VNET_GEN_RATE, cfg->rate) :
	     vnet_gen_put_u64(skb, IFLA_VNET_GEN_BITRATE, cfg->bitrate)) ||
	    (cfg->count &&
	     vnet_gen_put_u64(skb, IFLA_VNET_GEN_COUNT, cfg->count)) ||
	    (cfg->duration &&
	     vnet_gen_put_u64(skb, IFLA_VNET_GEN_DURATION, cfg->duration)) ||
	    nla_put_u8(skb, IFLA_VNET_GEN_PROTO, cfg->proto) ||
	    (vnet_gen_is_tcp(cfg) &&
	     nla_put_u8(skb, IFLA_VNET_GEN_TCP, cfg->tcp)) ||
	    (cfg->raw_len &&
	     nla_put(skb, IFLA_VNET_GEN_RAW, cfg->raw_len, cfg->raw)))
		return -EMSGSIZE;

	if (cfg->vlan != VNET_GEN_VLAN_NONE &&
	    (nla_put_u32(skb, IFLA_VNET_GEN_VLAN, cfg->vlan) ||
	     nla_put_u8(skb, IFLA_VNET_GEN_VLAN_PRIO, cfg->vlan_prio)))
		return -EMSGSIZE;
	if (cfg->qinq != VNET_GEN_VLAN_NONE &&
	    nla_put_u32(skb, IFLA_VNET_GEN_QINQ, cfg->qinq))
		return -EMSGSIZE;
	for (field = 0; field < VNET_GEN_FIELDS; field++) {
		if (vnet_gen_fill_range(skb, cfg, field))
			return -EMSGSIZE;
	}

	if ((cfg->random &&
	     nla_put_u32(skb, IFLA_VNET_GEN_RANDOM, cfg->random)) ||
	    nla_put_u32(skb, IFLA_VNET_GEN_FLOWS, cfg->flows) ||
	    nla_put_u32(skb, IFLA_VNET_GEN_SIZE, cfg->size) ||
	    (cfg->size_last != cfg->size &&
	     nla_put_u32(skb, IFLA_VNET_GEN_SIZE_LAST, cfg->size_last)) ||
	    nla_put_u8(skb, IFLA_VNET_GEN_CSUM, cfg->csum) ||
	    nla_put_u8(skb, IFLA_VNET_GEN_PAYLOAD, cfg->payload) ||
	    vnet_gen_put_u64(skb, IFLA_VNET_GEN_SEED, cfg->seed) ||
	    nla_put_u8(skb, IFLA_VNET_GEN_SPREAD, cfg->spread) ||
	    nla_put_u32(skb, IFLA_VNET_GEN_BURST, cfg->burst) ||
	    vnet_gen_fill_queues(skb, cfg))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}
