// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the generator is told: IFLA_VNET_GEN, read member by member, then checked
 * as a whole.
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>

#include "gen.h"
#include "rule.h"
#include "vnet.h"

#define VNET_RULE_U8(name, most)					\
	{								\
		.text = name ": must be from 0 to " __stringify(most),	\
		.max = most, .size = sizeof(u8),			\
	}

#define VNET_RULE_U64(name, lo, hi)					\
	{								\
		.text = name ": must be from "				\
			__stringify(lo) " to " __stringify(hi),		\
		.min = lo, .max = hi, .size = sizeof(u64),		\
	}

#define VNET_RULE_BYTES(name, lo, hi)					\
	{								\
		.text = name ": must be from "				\
			__stringify(lo) " to " __stringify(hi) " bytes",\
		.min = lo, .max = hi, .bytes = true,			\
	}

#define VNET_RULE_MAC(name)						\
	{								\
		.text = name ": must be 6 bytes",			\
		.min = ETH_ALEN, .max = ETH_ALEN, .bytes = true,	\
	}

#define VNET_RULE_ADDR(name)	VNET_RULE_BYTES(name, 4, 16)
#define VNET_RULE_PORT(name)	VNET_RULE_U32(name, 0, VNET_GEN_PORT_MAX)
#define VNET_RULE_VLAN(name)	VNET_RULE_U32(name, 0, VNET_GEN_VLAN_NONE)

static const struct vnet_rule vnet_gen_rules[IFLA_VNET_GEN_MAX + 1] = {
	[IFLA_VNET_GEN_PAD]	= { .text = "padding" },
	[IFLA_VNET_GEN_ENABLE]	= VNET_RULE_BOOL("gen_enable"),
	/* or VNET_GEN_RATE_UNPACED: vnet_gen_check() */
	[IFLA_VNET_GEN_RATE]	= {
		.text = "gen_rate: must be from "
			__stringify(VNET_GEN_RATE_MIN) " to "
			__stringify(VNET_GEN_RATE_MAX) " a second",
		.min = VNET_GEN_RATE_MIN, .max = VNET_GEN_RATE_UNPACED,
		.size = sizeof(u64),
	},
	[IFLA_VNET_GEN_BITRATE]	= {
		.text = "gen_bitrate: must be from "
			__stringify(VNET_GEN_BITRATE_MIN) " to "
			__stringify(VNET_GEN_BITRATE_MAX) " a second",
		.min = VNET_GEN_BITRATE_MIN, .max = VNET_GEN_BITRATE_MAX,
		.size = sizeof(u64),
	},
	[IFLA_VNET_GEN_COUNT]	= {
		.text = "gen_count", .max = U64_MAX, .size = sizeof(u64),
	},
	[IFLA_VNET_GEN_DURATION] = VNET_RULE_U64("gen_duration", 0,
						 VNET_GEN_DURATION_MAX),
	[IFLA_VNET_GEN_PROTO]	= VNET_RULE_U8("gen_proto", 7),
	[IFLA_VNET_GEN_TCP]	= VNET_RULE_U8("gen_tcp", 2),
	[IFLA_VNET_GEN_RAW]	= VNET_RULE_BYTES("gen_raw", VNET_GEN_RAW_MIN,
						  VNET_GEN_RAW_MAX),
	[IFLA_VNET_GEN_VLAN]	= VNET_RULE_VLAN("gen_vlan"),
	[IFLA_VNET_GEN_VLAN_PRIO] = VNET_RULE_U8("gen_vlan_prio",
						VNET_GEN_VLAN_PRIO_MAX),
	[IFLA_VNET_GEN_QINQ]	= VNET_RULE_VLAN("gen_qinq"),
	[IFLA_VNET_GEN_SRC_MAC]	= VNET_RULE_MAC("gen_src_mac"),
	[IFLA_VNET_GEN_SRC_MAC_LAST] = VNET_RULE_MAC("gen_src_mac_last"),
	[IFLA_VNET_GEN_DST_MAC]	= VNET_RULE_MAC("gen_dst_mac"),
	[IFLA_VNET_GEN_DST_MAC_LAST] = VNET_RULE_MAC("gen_dst_mac_last"),
	[IFLA_VNET_GEN_SRC]	= VNET_RULE_ADDR("gen_src"),
	[IFLA_VNET_GEN_SRC_LAST] = VNET_RULE_ADDR("gen_src_last"),
	[IFLA_VNET_GEN_DST]	= VNET_RULE_ADDR("gen_dst"),
	[IFLA_VNET_GEN_DST_LAST] = VNET_RULE_ADDR("gen_dst_last"),
	[IFLA_VNET_GEN_SRC_PORT] = VNET_RULE_PORT("gen_src_port"),
	[IFLA_VNET_GEN_SRC_PORT_LAST] = VNET_RULE_PORT("gen_src_port_last"),
	[IFLA_VNET_GEN_DST_PORT] = VNET_RULE_PORT("gen_dst_port"),
	[IFLA_VNET_GEN_DST_PORT_LAST] = VNET_RULE_PORT("gen_dst_port_last"),
	[IFLA_VNET_GEN_RANDOM]	= VNET_RULE_U32("gen_random", 0, 63),
	[IFLA_VNET_GEN_FLOWS]	= VNET_RULE_U32("gen_flows", VNET_GEN_FLOWS_MIN,
						VNET_GEN_FLOWS_MAX),
	[IFLA_VNET_GEN_SIZE]	= VNET_RULE_U32("gen_size", 0,
						VNET_GEN_SIZE_MAX),
	[IFLA_VNET_GEN_SIZE_LAST] = VNET_RULE_U32("gen_size_last", 0,
						  VNET_GEN_SIZE_MAX),
	[IFLA_VNET_GEN_CSUM]	= VNET_RULE_U8("gen_csum", 2),
	[IFLA_VNET_GEN_PAYLOAD]	= VNET_RULE_U8("gen_payload", 3),
	[IFLA_VNET_GEN_SEED]	= {
		.text = "gen_seed", .max = U64_MAX, .size = sizeof(u64),
	},
	[IFLA_VNET_GEN_SPREAD]	= VNET_RULE_U8("gen_spread", 1),
	[IFLA_VNET_GEN_QUEUES]	= VNET_RULE_BYTES("gen_queues", 0, 32),
	[IFLA_VNET_GEN_BURST]	= VNET_RULE_U32("gen_burst", VNET_GEN_BURST_MIN,
						VNET_GEN_BURST_MAX),
};

/* The numbers in these texts are those of the UAPI */
static_assert(VNET_GEN_PROTO_MAX == 7 && VNET_GEN_TCP_MAX == 2 &&
	      VNET_GEN_CSUM_MAX == 2 && VNET_GEN_PAYLOAD_MAX == 3 && VNET_GEN_SPREAD_MAX == 1 &&
	      BIT(VNET_GEN_FIELDS) - 1 == 63 && VNET_QUEUES_MAX / 8 == 32);

/**
 * vnet_gen_check - look at each member of IFLA_VNET_GEN by itself
 * @nest: the nest
 * @extack: told what is wrong
 *
 * Return: 0 or -EINVAL.
 */
int vnet_gen_check(const struct nlattr *nest, struct netlink_ext_ack *extack)
{
	const struct vnet_rule *rule = &vnet_gen_rules[IFLA_VNET_GEN_RATE];
	struct nlattr *tb[IFLA_VNET_GEN_MAX + 1], *nla;
	u64 rate;
	int err;

	err = vnet_rule_parse(tb, IFLA_VNET_GEN_MAX, nest, vnet_gen_rules,
			      "gen: must be a nest of attributes", extack);
	if (err)
		return err;

	nla = tb[IFLA_VNET_GEN_RATE];
	if (!nla)
		return 0;
	rate = nla_get_u64(nla);
	if (rate > VNET_GEN_RATE_MAX && rate != VNET_GEN_RATE_UNPACED) {
		vnet_nl_err(extack, nla, rule->text, "%s, not %llu",
			    rule->text, rate);
		return -EINVAL;
	}
	if (tb[IFLA_VNET_GEN_BITRATE]) {
		NL_SET_ERR_MSG_ATTR(extack, tb[IFLA_VNET_GEN_BITRATE],
				    "gen_bitrate: cannot be set together with gen_rate");
		return -EINVAL;
	}
	return 0;
}

static u32 vnet_gen_size_min(const struct vnet_gen_config *cfg)
{
	u32 len = vnet_gen_head_len(cfg);

	if (cfg->payload == VNET_GEN_PAYLOAD_PKTGEN)
		len += VNET_GEN_PKTGEN_LEN;
	/* An empty segment has no place in a sequence */
	if (vnet_gen_is_tcp(cfg) && cfg->tcp == VNET_GEN_TCP_DATA &&
	    cfg->payload != VNET_GEN_PAYLOAD_PKTGEN)
		len++;
	return len;
}

/* Bytes of a frame that are not the MTU's: of tags only one, as on any wire */
static u32 vnet_gen_link_len(const struct vnet_gen_config *cfg)
{
	return ETH_HLEN + (cfg->vlan == VNET_GEN_VLAN_NONE ? 0 : VLAN_HLEN);
}

static u32 vnet_gen_longest(const struct vnet_gen_config *cfg)
{
	if (cfg->size == VNET_GEN_SIZE_IMIX)
		return VNET_GEN_IMIX_MAX;
	return cfg->size_last;
}

/**
 * vnet_gen_fits - whether the generator's frames fit an MTU
 * @cfg: what the generator is told
 * @mtu: the MTU
 *
 * Return: whether none is longer.
 */
bool vnet_gen_fits(const struct vnet_gen_config *cfg, u32 mtu)
{
	return vnet_gen_longest(cfg) <= mtu + vnet_gen_link_len(cfg);
}

/* Refuse a member that does not go with another */
#define vnet_gen_refuse(extack, nla, msg)				\
	({								\
		NL_SET_ERR_MSG_ATTR(extack, nla, msg);			\
		-EINVAL;						\
	})

/* A value of a field; of an IPv6 address the lower half */
static u64 vnet_gen_value(const struct nlattr *nla, enum vnet_gen_field field)
{
	const u8 *data = nla_data(nla);

	if (field == VNET_GEN_FIELD_SRC_MAC || field == VNET_GEN_FIELD_DST_MAC)
		return ether_addr_to_u64(data);
	if (field > VNET_GEN_FIELD_DST)
		return nla_get_u32(nla);
	if (nla_len(nla) == sizeof(__be32))
		return get_unaligned_be32(data);
	return get_unaligned_be64(data + sizeof(u64));
}

/* The upper half of an IPv6 address */
static u64 vnet_gen_net(const struct nlattr *nla)
{
	return nla_len(nla) == sizeof(struct in6_addr) ?
	       get_unaligned_be64(nla_data(nla)) : 0;
}

static int vnet_gen_check_member(const struct vnet_gen_config *cfg,
				 enum vnet_gen_field field,
				 const struct nlattr *nla,
				 struct netlink_ext_ack *extack)
{
	const struct vnet_gen_member *member = &vnet_gen_members[field];
	int len = vnet_gen_addr_len(cfg, field);

	if (!vnet_gen_has(cfg, field)) {
		vnet_nl_err(extack, nla, member->none, "%s", member->none);
		return -EINVAL;
	}
	if (nla_len(nla) != len) {
		vnet_nl_err(extack, nla, member->len, "%s, %d bytes and not %d",
			    member->len, len, nla_len(nla));
		return -EINVAL;
	}
	return 0;
}

/* Set a field's range; a first value alone is a range of one */
static int vnet_gen_parse_range(struct vnet_gen_config *cfg,
				enum vnet_gen_field field, struct nlattr **tb,
				struct netlink_ext_ack *extack)
{
	const struct vnet_gen_member *member = &vnet_gen_members[field];
	const struct nlattr *first = tb[member->first];
	const struct nlattr *last = tb[member->last];
	bool has_net = field == VNET_GEN_FIELD_SRC ||
		       field == VNET_GEN_FIELD_DST;
	u64 *net = &cfg->net[field == VNET_GEN_FIELD_DST];
	struct vnet_gen_range *range = &cfg->range[field];
	int err;

	if (first) {
		err = vnet_gen_check_member(cfg, field, first, extack);
		if (err)
			return err;
		vnet_gen_set_range(cfg, field, vnet_gen_value(first, field));
		if (has_net)
			*net = vnet_gen_net(first);
	}
	if (last) {
		err = vnet_gen_check_member(cfg, field, last, extack);
		if (err)
			return err;
		range->last = vnet_gen_value(last, field);
		if (has_net && vnet_gen_net(last) != *net) {
			vnet_nl_err(extack, last, member->net, "%s",
				    member->net);
			return -EINVAL;
		}
	}
	if (range->last < range->first) {
		vnet_nl_err(extack, last ?: first, member->order, "%s",
			    member->order);
		return -EINVAL;
	}
	return 0;
}

static int vnet_gen_check_macs(const struct vnet_gen_config *cfg,
			       struct nlattr **tb,
			       struct netlink_ext_ack *extack)
{
	const struct vnet_gen_range *src = &cfg->range[VNET_GEN_FIELD_SRC_MAC];
	const struct vnet_gen_range *dst = &cfg->range[VNET_GEN_FIELD_DST_MAC];
	const u64 multicast = 1ULL << 40;

	if (tb[IFLA_VNET_GEN_SRC_MAC] && !src->first)
		return vnet_gen_refuse(extack, tb[IFLA_VNET_GEN_SRC_MAC],
				       "gen_src_mac: must not be zero");
	/* A range that spans no multicast MAC has the first byte in common */
	if (src->last && ((src->first & multicast) ||
			  src->first >> 40 != src->last >> 40))
		return vnet_gen_refuse(extack, tb[IFLA_VNET_GEN_SRC_MAC],
				       "gen_src_mac: must be unicast, up to gen_src_mac_last");
	if (tb[IFLA_VNET_GEN_DST_MAC] && !dst->first)
		return vnet_gen_refuse(extack, tb[IFLA_VNET_GEN_DST_MAC],
				       "gen_dst_mac: must not be zero");
	if ((src->last && !src->first) || (dst->last && !dst->first))
		return vnet_gen_refuse(extack, tb[src->last && !src->first ?
						  IFLA_VNET_GEN_SRC_MAC_LAST :
						  IFLA_VNET_GEN_DST_MAC_LAST],
				       "gen: the last MAC of a range wants a first");
	return 0;
}

static int vnet_gen_check_size(const struct vnet_gen_config *cfg, u32 mtu,
			       struct nlattr **tb,
			       struct netlink_ext_ack *extack)
{
	u32 min = vnet_gen_size_min(cfg), max = mtu + vnet_gen_link_len(cfg);
	bool imix = cfg->size == VNET_GEN_SIZE_IMIX;
	u32 first = imix ? VNET_GEN_IMIX_MIN : cfg->size;
	u32 last = vnet_gen_longest(cfg);
	const struct nlattr *nla = tb[IFLA_VNET_GEN_SIZE];

	if (imix && cfg->size_last)
		return vnet_gen_refuse(extack, tb[IFLA_VNET_GEN_SIZE_LAST],
				       "gen_size_last: cannot be set with a gen_size of 0, the mix");
	if (first < min || first > max) {
		vnet_nl_err(extack, nla,
			    "gen_size: does not go with the headers or the MTU",
			    "gen_size: must be from %u to %u with these headers and this MTU, not %u",
			    min, max, first);
		return -EINVAL;
	}
	if (last < first || last > max) {
		vnet_nl_err(extack, tb[IFLA_VNET_GEN_SIZE_LAST] ?: nla,
			    "gen_size_last: does not go with gen_size or the MTU",
			    "gen_size_last: must be from %u to %u with this MTU, not %u",
			    first, max, last);
		return -EINVAL;
	}
	return 0;
}

/* Whether members go together; those of @tb are new */
static int vnet_gen_check_whole(const struct vnet_gen_config *cfg,
				struct nlattr **tb,
				struct netlink_ext_ack *extack)
{
	bool raw = cfg->proto == VNET_GEN_RAW, arp = cfg->proto == VNET_GEN_ARP;
	u32 field;

	if (raw && !cfg->raw_len)
		return vnet_gen_refuse(extack, tb[IFLA_VNET_GEN_PROTO],
				       "gen_raw: must be there with gen_proto raw");
	if (!raw && tb[IFLA_VNET_GEN_RAW])
		return vnet_gen_refuse(extack, tb[IFLA_VNET_GEN_RAW],
				       "gen_raw: wants gen_proto raw");
	if (raw && cfg->vlan != VNET_GEN_VLAN_NONE)
		return vnet_gen_refuse(extack, tb[IFLA_VNET_GEN_VLAN],
				       "gen_vlan: with gen_proto raw the tag is among the bytes");
	if (cfg->qinq != VNET_GEN_VLAN_NONE && cfg->vlan == VNET_GEN_VLAN_NONE)
		return vnet_gen_refuse(extack, tb[IFLA_VNET_GEN_QINQ],
				       "gen_qinq: wants gen_vlan");
	if (!vnet_gen_is_tcp(cfg) && tb[IFLA_VNET_GEN_TCP])
		return vnet_gen_refuse(extack, tb[IFLA_VNET_GEN_TCP],
				       "gen_tcp: wants gen_proto tcp4 or tcp6");
	if (vnet_gen_is_tcp(cfg) && cfg->tcp == VNET_GEN_TCP_DATA &&
	    (cfg->size != cfg->size_last || cfg->size == VNET_GEN_SIZE_IMIX))
		return vnet_gen_refuse(extack, tb[IFLA_VNET_GEN_TCP] ?:
					       tb[IFLA_VNET_GEN_SIZE],
				       "gen_tcp: data wants frames of one gen_size");
	if (arp && cfg->payload != VNET_GEN_PAYLOAD_ZEROS)
		return vnet_gen_refuse(extack, tb[IFLA_VNET_GEN_PAYLOAD],
				       "gen_payload: must be zeros with gen_proto arp");
	if ((arp || raw) && cfg->csum != VNET_GEN_CSUM_VALID)
		return vnet_gen_refuse(extack, tb[IFLA_VNET_GEN_CSUM],
				       "gen_csum: must be valid with gen_proto arp or raw");
	if ((arp || raw) && cfg->spread == VNET_GEN_HASH)
		return vnet_gen_refuse(extack, tb[IFLA_VNET_GEN_SPREAD],
				       "gen_spread: hash has no addresses to go by with gen_proto arp or raw");
	if (raw && cfg->flows > 1)
		return vnet_gen_refuse(extack, tb[IFLA_VNET_GEN_FLOWS],
				       "gen_flows: must be 1 with gen_proto raw");
	if (cfg->spread == VNET_GEN_HASH &&
	    !bitmap_empty(cfg->queues, VNET_QUEUES_MAX))
		return vnet_gen_refuse(extack, tb[IFLA_VNET_GEN_QUEUES],
				       "gen_queues: cannot be set with gen_spread hash");
	for (field = 0; field < VNET_GEN_FIELDS; field++) {
		if ((cfg->random & BIT(field)) && !vnet_gen_has(cfg, field)) {
			vnet_nl_err(extack, tb[IFLA_VNET_GEN_RANDOM],
				    vnet_gen_members[field].random, "%s",
				    vnet_gen_members[field].random);
			return -EINVAL;
		}
	}
	return 0;
}

static int vnet_gen_parse_queues(struct vnet_gen_config *cfg, u32 queues,
				 const struct nlattr *nla,
				 struct netlink_ext_ack *extack)
{
	const u8 *bytes = nla_data(nla);
	u32 i;

	bitmap_zero(cfg->queues, VNET_QUEUES_MAX);
	for (i = 0; i < nla_len(nla) * BITS_PER_BYTE; i++) {
		if (!(bytes[i / BITS_PER_BYTE] & BIT(i % BITS_PER_BYTE)))
			continue;
		if (i >= queues) {
			vnet_nl_err(extack, nla,
				    "gen_queues: must be less than the number of RX queues in use",
				    "gen_queues: must be less than %u, the RX queues in use, not %u",
				    queues, i);
			return -EINVAL;
		}
		__set_bit(i, cfg->queues);
	}
	return 0;
}

static u32 vnet_gen_u32(const struct nlattr *nla, u32 other)
{
	return nla ? nla_get_u32(nla) : other;
}

static u8 vnet_gen_u8(const struct nlattr *nla, u8 other)
{
	return nla ? nla_get_u8(nla) : other;
}

static u64 vnet_gen_u64(const struct nlattr *nla, u64 other)
{
	return nla ? nla_get_u64(nla) : other;
}

static void vnet_gen_parse_pace(struct vnet_gen_config *cfg,
				struct nlattr **tb)
{
	if (tb[IFLA_VNET_GEN_RATE]) {
		cfg->rate = nla_get_u64(tb[IFLA_VNET_GEN_RATE]);
		cfg->bitrate = 0;
	}
	if (tb[IFLA_VNET_GEN_BITRATE]) {
		cfg->bitrate = nla_get_u64(tb[IFLA_VNET_GEN_BITRATE]);
		cfg->rate = 0;
	}
	cfg->enable = vnet_gen_u8(tb[IFLA_VNET_GEN_ENABLE], cfg->enable);
	cfg->count = vnet_gen_u64(tb[IFLA_VNET_GEN_COUNT], cfg->count);
	cfg->duration = vnet_gen_u64(tb[IFLA_VNET_GEN_DURATION], cfg->duration);
	cfg->burst = vnet_gen_u32(tb[IFLA_VNET_GEN_BURST], cfg->burst);
}

static void vnet_gen_parse_frame(struct vnet_gen_config *cfg,
				 struct nlattr **tb)
{
	const struct nlattr *raw = tb[IFLA_VNET_GEN_RAW];

	if (raw) {
		memset(cfg->raw, 0, sizeof(cfg->raw));
		memcpy(cfg->raw, nla_data(raw), nla_len(raw));
		cfg->raw_len = nla_len(raw);
	}
	cfg->tcp = vnet_gen_u8(tb[IFLA_VNET_GEN_TCP], cfg->tcp);
	cfg->vlan = vnet_gen_u32(tb[IFLA_VNET_GEN_VLAN], cfg->vlan);
	cfg->qinq = vnet_gen_u32(tb[IFLA_VNET_GEN_QINQ], cfg->qinq);
	cfg->vlan_prio = vnet_gen_u8(tb[IFLA_VNET_GEN_VLAN_PRIO],
				     cfg->vlan_prio);
	cfg->random = vnet_gen_u32(tb[IFLA_VNET_GEN_RANDOM], cfg->random);
	cfg->flows = vnet_gen_u32(tb[IFLA_VNET_GEN_FLOWS], cfg->flows);
	cfg->csum = vnet_gen_u8(tb[IFLA_VNET_GEN_CSUM], cfg->csum);
	cfg->payload = vnet_gen_u8(tb[IFLA_VNET_GEN_PAYLOAD], cfg->payload);
	cfg->seed = vnet_gen_u64(tb[IFLA_VNET_GEN_SEED], cfg->seed);
	cfg->spread = vnet_gen_u8(tb[IFLA_VNET_GEN_SPREAD], cfg->spread);
}

/* Sizes come last: their default is what the headers need */
static void vnet_gen_parse_size(struct vnet_gen_config *cfg, bool reset,
				struct nlattr **tb)
{
	if (tb[IFLA_VNET_GEN_SIZE])
		cfg->size = nla_get_u32(tb[IFLA_VNET_GEN_SIZE]);
	else if (reset)
		cfg->size = max_t(u32, VNET_GEN_SIZE_DEFAULT,
				  vnet_gen_size_min(cfg));
	if (tb[IFLA_VNET_GEN_SIZE] || reset)
		cfg->size_last = cfg->size;
	cfg->size_last = vnet_gen_u32(tb[IFLA_VNET_GEN_SIZE_LAST],
				      cfg->size_last);
}

/**
 * vnet_gen_parse - apply IFLA_VNET_GEN to a configuration
 * @cfg: the configuration; of no use after an error
 * @vd: the device that it is for
 * @nest: what vnet_gen_check() found good
 * @extack: told what is wrong
 *
 * Context: RTNL.
 *
 * Return: 0 or -EINVAL.
 */
int vnet_gen_parse(struct vnet_gen_config *cfg, const struct vnet_dev *vd,
		   const struct nlattr *nest, struct netlink_ext_ack *extack)
{
	struct nlattr *tb[IFLA_VNET_GEN_MAX + 1];
	bool enabled = cfg->enable, reset = false;
	u64 count = cfg->count;
	u32 field;
	int err;

	err = vnet_rule_parse(tb, IFLA_VNET_GEN_MAX, nest, vnet_gen_rules,
			      "gen: must be a nest of attributes", extack);
	if (err)
		return err;

	if (tb[IFLA_VNET_GEN_PROTO] &&
	    nla_get_u8(tb[IFLA_VNET_GEN_PROTO]) != cfg->proto) {
		vnet_gen_set_proto(cfg, nla_get_u8(tb[IFLA_VNET_GEN_PROTO]));
		reset = true;
	}
	vnet_gen_parse_pace(cfg, tb);
	if (enabled && !cfg->enable && cfg->count != count)
		return vnet_gen_refuse(extack, tb[IFLA_VNET_GEN_COUNT],
				       "gen_count: cannot be changed as the generator is stopped");
	vnet_gen_parse_frame(cfg, tb);
	vnet_gen_parse_size(cfg, reset, tb);
	for (field = 0; field < VNET_GEN_FIELDS; field++) {
		err = vnet_gen_parse_range(cfg, field, tb, extack);
		if (err)
			return err;
	}
	err = vnet_gen_check_macs(cfg, tb, extack);
	if (err)
		return err;
	if (tb[IFLA_VNET_GEN_QUEUES]) {
		err = vnet_gen_parse_queues(cfg, vd->dev->real_num_rx_queues,
					    tb[IFLA_VNET_GEN_QUEUES], extack);
		if (err)
			return err;
	}
	err = vnet_gen_check_whole(cfg, tb, extack);
	if (err)
		return err;
	return vnet_gen_check_size(cfg, vd->dev->mtu, tb, extack);
}
