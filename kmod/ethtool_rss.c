// SPDX-License-Identifier: GPL-2.0-only
/*
 * ethtool -x and -X: receive-side scaling.
 */
#include <linux/ethtool.h>

#include "ntuple.h"
#include "rss.h"
#include "steer.h"
#include "vnet.h"

/**
 * vnet_get_rxfh_key_size - ethtool_ops.get_rxfh_key_size
 * @dev: the device
 *
 * Return: bytes of a key.
 */
u32 vnet_get_rxfh_key_size(struct net_device *dev)
{
	return VNET_RSS_KEY_LEN;
}

/**
 * vnet_get_rxfh_indir_size - ethtool_ops.get_rxfh_indir_size
 * @dev: the device
 *
 * Return: entries of a table.
 */
u32 vnet_get_rxfh_indir_size(struct net_device *dev)
{
	return vnet_rss_table_size(netdev_priv(dev));
}

/**
 * vnet_get_rx_ring_count - ethtool_ops.get_rx_ring_count
 * @dev: the device
 *
 * Return: queues that a table may name.
 */
u32 vnet_get_rx_ring_count(struct net_device *dev)
{
	return dev->real_num_rx_queues;
}

/**
 * vnet_get_rxfh - ethtool_ops.get_rxfh
 * @dev: the device
 * @rxfh: to fill as far as it has room
 *
 * Context: RTNL, or the instance lock.
 *
 * Return: 0.
 */
int vnet_get_rxfh(struct net_device *dev, struct ethtool_rxfh_param *rxfh)
{
	const struct vnet_dev *vd = netdev_priv(dev);
	const struct vnet_rss_context *ctx = &vd->rss.main;

	rxfh->hfunc = ctx->hfunc;
	rxfh->input_xfrm = ctx->xfrm;
	if (rxfh->indir)
		memcpy(rxfh->indir, ctx->table,
		       vnet_get_rxfh_indir_size(dev) * sizeof(*ctx->table));
	if (rxfh->key)
		memcpy(rxfh->key, ctx->key, sizeof(ctx->key));
	return 0;
}

/* Change @ctx as @rxfh says; what is not valid changes nothing */
static int vnet_rss_update(struct net_device *dev, struct vnet_rss_context *ctx,
			   const struct ethtool_rxfh_param *rxfh,
			   struct netlink_ext_ack *extack)
{
	u32 size = vnet_get_rxfh_indir_size(dev), offset, last = 0, i;
	const struct vnet_dev *vd = netdev_priv(dev);

	if (rxfh->hfunc != ETH_RSS_HASH_NO_CHANGE &&
	    rxfh->hfunc != ETH_RSS_HASH_TOP &&
	    rxfh->hfunc != ETH_RSS_HASH_XOR) {
		NL_SET_ERR_MSG(extack, "hfunc: must be toeplitz or xor");
		return -EOPNOTSUPP;
	}
	for (i = 0; rxfh->indir && i < size; i++)
		last = max(last, rxfh->indir[i]);
	offset = vnet_ntuple_offset(vd, ctx->id);
	if (rxfh->indir && last + offset >= dev->real_num_rx_queues) {
		vnet_nl_err(extack, NULL,
			    "indir: with what a rule adds there is no such queue",
			    "indir: queue %u, to which a rule adds %u, must be below %u",
			    last, offset, dev->real_num_rx_queues);
		return -EINVAL;
	}

	for (i = 0; rxfh->indir && i < ARRAY_SIZE(ctx->table); i++)
		ctx->table[i] = rxfh->indir[i % size];
	if (rxfh->key)
		memcpy(ctx->key, rxfh->key, sizeof(ctx->key));
	if (rxfh->hfunc != ETH_RSS_HASH_NO_CHANGE)
		ctx->hfunc = rxfh->hfunc;
	if (rxfh->input_xfrm != RXH_XFRM_NO_CHANGE)
		ctx->xfrm = rxfh->input_xfrm;
	return 0;
}

/* Have @ctx be as @as is, in its place */
static void vnet_rss_assign(struct vnet_rss_context *ctx,
			    const struct vnet_rss_context *as)
{
	struct list_head node = ctx->node;

	*ctx = *as;
	ctx->node = node;
}

/* Set what @rxfh says of @ctx, and let frames go by it */
static int vnet_rss_modify(struct net_device *dev, struct vnet_rss_context *ctx,
			   const struct ethtool_rxfh_param *rxfh,
			   struct netlink_ext_ack *extack)
{
	struct vnet_rss_context *old;
	int err;

	old = kmemdup(ctx, sizeof(*ctx), GFP_KERNEL);
	if (!old)
		return -ENOMEM;

	err = vnet_rss_update(dev, ctx, rxfh, extack);
	if (!err)
		err = vnet_steer_apply(netdev_priv(dev), extack);
	if (err)
		vnet_rss_assign(ctx, old);
	kfree(old);
	return err;
}

/**
 * vnet_set_rxfh - ethtool_ops.set_rxfh
 * @dev: the device
 * @rxfh: what to change
 * @extack: told what is wrong
 *
 * Context: RTNL, or the instance lock. May sleep.
 *
 * Return: 0 or an error, and nothing is changed.
 */
int vnet_set_rxfh(struct net_device *dev, struct ethtool_rxfh_param *rxfh,
		  struct netlink_ext_ack *extack)
{
	struct vnet_dev *vd = netdev_priv(dev);
	struct vnet_rss *rss = &vd->rss;
	bool table_set = rss->table_set, set = rss->set;
	int err;

	rss->table_set |= !!rxfh->indir;
	rss->set |= rxfh->key || rxfh->hfunc != ETH_RSS_HASH_NO_CHANGE ||
		    (rxfh->input_xfrm != RXH_XFRM_NO_CHANGE &&
		     rxfh->input_xfrm != rss->main.xfrm);
	err = vnet_rss_modify(dev, &rss->main, rxfh, extack);
	if (err) {
		rss->table_set = table_set;
		rss->set = set;
	}
	return err;
}

/* What can be hashed of each kind of frame, and how the core calls it */
static const struct {
	u32 flow_type;
	u32 fields;
} vnet_rss_kinds[VNET_FLOW_KINDS] = {
#define VNET_RSS_L2	(RXH_L2DA | RXH_VLAN)
#define VNET_RSS_IP4	(VNET_RSS_L2 | RXH_IP_SRC | RXH_IP_DST)
#define VNET_RSS_IP6	(VNET_RSS_IP4 | RXH_IP6_FL)
#define VNET_RSS_L4	(RXH_L4_B_0_1 | RXH_L4_B_2_3)
	[VNET_FLOW_ETHER]	= { ETHER_FLOW, VNET_RSS_L2 },
	[VNET_FLOW_IP4]		= { IPV4_FLOW, VNET_RSS_IP4 },
	[VNET_FLOW_TCP4]	= { TCP_V4_FLOW, VNET_RSS_IP4 | VNET_RSS_L4 },
	[VNET_FLOW_UDP4]	= { UDP_V4_FLOW, VNET_RSS_IP4 | VNET_RSS_L4 },
	[VNET_FLOW_SCTP4]	= { SCTP_V4_FLOW, VNET_RSS_IP4 | VNET_RSS_L4 },
	[VNET_FLOW_IP6]		= { IPV6_FLOW, VNET_RSS_IP6 },
	[VNET_FLOW_TCP6]	= { TCP_V6_FLOW, VNET_RSS_IP6 | VNET_RSS_L4 },
	[VNET_FLOW_UDP6]	= { UDP_V6_FLOW, VNET_RSS_IP6 | VNET_RSS_L4 },
	[VNET_FLOW_SCTP6]	= { SCTP_V6_FLOW, VNET_RSS_IP6 | VNET_RSS_L4 },
};

/* The kind of frame that the core means, VNET_FLOW_KINDS where there is none */
static u32 vnet_rss_kind(u32 flow_type)
{
	u32 kind;

	for (kind = 0; kind < VNET_FLOW_KINDS; kind++) {
		if (vnet_rss_kinds[kind].flow_type == flow_type)
			break;
	}
	return kind;
}

/**
 * vnet_get_rxfh_fields - ethtool_ops.get_rxfh_fields
 * @dev: the device
 * @fields: says of what kind of frame; set to what it is hashed by
 *
 * Context: RTNL, or the instance lock.
 *
 * Return: 0, -EOPNOTSUPP for a kind that is not told apart, -ENOENT for a
 * context that is not there.
 */
int vnet_get_rxfh_fields(struct net_device *dev,
			 struct ethtool_rxfh_fields *fields)
{
	const struct vnet_rss_context *ctx;
	u32 kind = vnet_rss_kind(fields->flow_type);

	if (kind == VNET_FLOW_KINDS)
		return -EOPNOTSUPP;
	ctx = vnet_rss_find(netdev_priv(dev), fields->rss_context);
	if (!ctx)
		return -ENOENT;

	fields->data = ctx->fields[kind];
	return 0;
}

/**
 * vnet_set_rxfh_fields - ethtool_ops.set_rxfh_fields
 * @dev: the device
 * @fields: what to hash which kind of frame by
 * @extack: told what is wrong
 *
 * Context: RTNL, or the instance lock. May sleep.
 *
 * Return: 0 or an error, and nothing is changed.
 */
int vnet_set_rxfh_fields(struct net_device *dev,
			 const struct ethtool_rxfh_fields *fields,
			 struct netlink_ext_ack *extack)
{
	u32 kind = vnet_rss_kind(fields->flow_type), old;
	struct vnet_dev *vd = netdev_priv(dev);
	struct vnet_rss_context *ctx;
	bool set = vd->rss.set;
	int err;

	if (kind == VNET_FLOW_KINDS) {
		NL_SET_ERR_MSG(extack, "frames of this kind are not told apart");
		return -EOPNOTSUPP;
	}
	if (fields->data & ~vnet_rss_kinds[kind].fields) {
		NL_SET_ERR_MSG(extack, "frames of this kind do not have all of these fields");
		return -EINVAL;
	}
	ctx = vnet_rss_find(vd, fields->rss_context);
	if (!ctx)
		return -ENOENT;

	old = ctx->fields[kind];
	ctx->fields[kind] = fields->data;
	vd->rss.set |= !ctx->id;
	err = vnet_steer_apply(vd, extack);
	if (err) {
		ctx->fields[kind] = old;
		vd->rss.set = set;
	}
	return err;
}

#ifdef VNET_HAVE_RXFH_CONTEXTS
/* Tell the core what it has not set itself, before it shows what it was told */
static void vnet_rss_tell(struct ethtool_rxfh_context *core,
			  const struct vnet_rss_context *ctx)
{
	memcpy(ethtool_rxfh_context_indir(core), ctx->table,
	       core->indir_size * sizeof(*ctx->table));
	memcpy(ethtool_rxfh_context_key(core), ctx->key, sizeof(ctx->key));
	core->hfunc = ctx->hfunc;
	core->input_xfrm = ctx->xfrm;
}

/**
 * vnet_create_rxfh_context - ethtool_ops.create_rxfh_context
 * @dev: the device
 * @core: what the core knows of it
 * @rxfh: what to set of it; the rest is as the device spreads frames itself, but
 *	over all queues
 * @extack: told what is wrong
 *
 * Context: RTNL, or the instance lock. May sleep.
 *
 * Return: 0 or an error, and nothing is changed.
 */
int vnet_create_rxfh_context(struct net_device *dev,
			     struct ethtool_rxfh_context *core,
			     const struct ethtool_rxfh_param *rxfh,
			     struct netlink_ext_ack *extack)
{
	struct vnet_dev *vd = netdev_priv(dev);
	struct vnet_rss_context *ctx;
	int err;

	ctx = kmemdup(&vd->rss.main, sizeof(*ctx), VNET_GFP);
	if (!ctx)
		return -ENOMEM;
	ctx->id = rxfh->rss_context;
	vnet_rss_table_default(ctx, dev->real_num_rx_queues,
			       vnet_get_rxfh_indir_size(dev));
	err = vnet_rss_update(dev, ctx, rxfh, extack);
	if (err)
		goto free;

	list_add_tail(&ctx->node, &vd->rss.contexts);
	vd->rss.ncontexts++;
	err = vnet_steer_apply(vd, extack);
	if (err)
		goto remove;
	vnet_rss_tell(core, ctx);
	return 0;

remove:
	list_del(&ctx->node);
	vd->rss.ncontexts--;
free:
	kfree(ctx);
	return err;
}

/**
 * vnet_modify_rxfh_context - ethtool_ops.modify_rxfh_context
 * @dev: the device
 * @core: what the core knows of it
 * @rxfh: what to set of it
 * @extack: told what is wrong
 *
 * Context: RTNL, or the instance lock. May sleep.
 *
 * Return: 0 or an error, and nothing is changed.
 */
int vnet_modify_rxfh_context(struct net_device *dev,
			     struct ethtool_rxfh_context *core,
			     const struct ethtool_rxfh_param *rxfh,
			     struct netlink_ext_ack *extack)
{
	struct vnet_rss_context *ctx;

	ctx = vnet_rss_find(netdev_priv(dev), rxfh->rss_context);
	if (!ctx)
		return -ENOENT;
	return vnet_rss_modify(dev, ctx, rxfh, extack);
}

/**
 * vnet_remove_rxfh_context - ethtool_ops.remove_rxfh_context
 * @dev: the device
 * @core: what the core knows of it
 * @id: its number
 * @extack: told what is wrong
 *
 * Not while a rule names it, unless the device is about to go.
 *
 * Context: RTNL, or the instance lock. May sleep.
 *
 * Return: 0 or an error, and nothing is changed.
 */
int vnet_remove_rxfh_context(struct net_device *dev,
			     struct ethtool_rxfh_context *core, u32 id,
			     struct netlink_ext_ack *extack)
{
	struct vnet_dev *vd = netdev_priv(dev);
	struct vnet_rss_context *ctx;
	int err = 0;

	ctx = vnet_rss_find(vd, id);
	if (!ctx)
		return -ENOENT;
	if (dev->reg_state == NETREG_REGISTERED && vnet_ntuple_has(vd, id)) {
		NL_SET_ERR_MSG(extack, "a steering rule sends frames to this context");
		return -EBUSY;
	}

	list_del(&ctx->node);
	vd->rss.ncontexts--;
	if (dev->reg_state == NETREG_REGISTERED)
		err = vnet_steer_apply(vd, extack);
	if (err) {
		list_add_tail(&ctx->node, &vd->rss.contexts);
		vd->rss.ncontexts++;
		return err;
	}
	kfree(ctx);
	return 0;
}
#endif
