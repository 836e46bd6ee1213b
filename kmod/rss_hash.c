// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hash of receive-side scaling: Toeplitz or XOR over the fields of a frame
 * that were chosen for its kind.
 */
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/if_vlan.h>

#include "compat.h"
#include "rss.h"
#include "toeplitz.h"

/* The fields of a frame, one behind the other */
struct vnet_rss_input {
	u8 data[VNET_RSS_KEY_LEN - sizeof(u32)];
	u32 len;
};

static void vnet_rss_add(struct vnet_rss_input *in, const void *data, u32 len)
{
	memcpy(in->data + in->len, data, len);
	in->len += len;
}

/*
 * Add the source and the destination, as far as they are chosen. Where both
 * directions are to have the same hash, both are XORed, and either copy is added,
 * or their OR instead of the first.
 */
static void vnet_rss_add_ends(struct vnet_rss_input *in, const u8 *src,
			      const u8 *dst, u32 len, bool has_src,
			      bool has_dst, u8 xfrm)
{
	u8 both[2][sizeof(struct in6_addr)];
	u32 i;

	if (xfrm) {
		for (i = 0; i < len; i++) {
			both[1][i] = src[i] ^ dst[i];
			both[0][i] = xfrm & RXH_XFRM_SYM_OR_XOR ?
				     src[i] | dst[i] : both[1][i];
		}
		src = both[0];
		dst = both[1];
	}
	if (has_src)
		vnet_rss_add(in, src, len);
	if (has_dst)
		vnet_rss_add(in, dst, len);
}

/* XOR of all bytes, in words first, so that it is more than 8 bits */
static u32 vnet_rss_xor(const struct vnet_rss_input *in)
{
	u32 hash = 0, i;

	for (i = 0; i < in->len; i++)
		hash ^= (u32)in->data[i] << (24 - i % sizeof(hash) * 8);
	hash ^= hash >> 16;
	return hash ^ hash >> 8;
}

/**
 * vnet_rss_hash - hash a frame
 * @ctx: the fields to hash it by, and how
 * @flow: the frame's headers
 * @type: set to the highest layer that the hash tells apart
 *
 * Fields come in the order in which Microsoft has addresses and ports; what is
 * not in that specification comes behind.
 *
 * Return: the hash; 0 and PKT_HASH_TYPE_NONE where none of the frame's fields is
 * chosen.
 */
u32 vnet_rss_hash(const struct vnet_rss_context *ctx,
		  const struct vnet_flow *flow, enum pkt_hash_types *type)
{
	u32 fields = ctx->fields[flow->kind];
	u32 addr = flow->kind >= VNET_FLOW_IP6 ? sizeof(struct in6_addr) :
						 sizeof(__be32);
	struct vnet_rss_input in = {};
	__be16 vlan;

	*type = PKT_HASH_TYPE_NONE;
	if (!fields)
		return 0;

	*type = PKT_HASH_TYPE_L2;
	if (fields & (RXH_IP_SRC | RXH_IP_DST | RXH_IP6_FL))
		*type = PKT_HASH_TYPE_L3;
	if (fields & (RXH_L4_B_0_1 | RXH_L4_B_2_3))
		*type = PKT_HASH_TYPE_L4;

	vnet_rss_add_ends(&in, (const u8 *)flow->saddr, (const u8 *)flow->daddr,
			  addr, fields & RXH_IP_SRC, fields & RXH_IP_DST,
			  ctx->xfrm);
	vnet_rss_add_ends(&in, (const u8 *)&flow->port[0],
			  (const u8 *)&flow->port[1], sizeof(flow->port[0]),
			  fields & RXH_L4_B_0_1, fields & RXH_L4_B_2_3,
			  ctx->xfrm);
	if (fields & RXH_IP6_FL)
		vnet_rss_add(&in, &flow->label, sizeof(flow->label));
	if (fields & RXH_VLAN) {
		vlan = flow->vlan_tci & htons(VLAN_VID_MASK);
		vnet_rss_add(&in, &vlan, sizeof(vlan));
	}
	if (fields & RXH_L2DA)
		vnet_rss_add(&in, flow->dst, sizeof(flow->dst));

	if (ctx->hfunc == ETH_RSS_HASH_XOR)
		return vnet_rss_xor(&in);
	return vnet_toeplitz(ctx->key, in.data, in.len);
}
EXPORT_SYMBOL_IF_KUNIT(vnet_rss_hash);
