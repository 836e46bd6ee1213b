// SPDX-License-Identifier: GPL-2.0-only
/*
 * The settings of receive-side scaling, and what becomes of them when the number
 * of RX queues changes.
 */
#include <linux/ethtool.h>
#include <linux/in.h>
#include <linux/log2.h>

#include "ntuple.h"
#include "rss.h"
#include "steer.h"
#include "vnet.h"

/**
 * vnet_rss_table_size - entries that a table is shown with
 * @vd: the device
 *
 * Four for each queue that there may be, as far as that is possible. It does not
 * follow the number of queues in use: a context that spreads over all of them
 * holds them, so the core would never let its table become a shorter one.
 *
 * Return: the entries, a power of two.
 */
u32 vnet_rss_table_size(const struct vnet_dev *vd)
{
	return clamp(roundup_pow_of_two(4 * vd->dev->num_rx_queues),
		     VNET_RSS_TABLE_MIN, VNET_RSS_TABLE_MAX);
}

/**
 * vnet_rss_table_default - spread frames over all queues
 * @ctx: whose table to fill
 * @queues: RX queues
 * @size: entries that the table is shown with
 */
void vnet_rss_table_default(struct vnet_rss_context *ctx, u32 queues, u32 size)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(ctx->table); i++)
		ctx->table[i] = ethtool_rxfh_indir_default(i % size, queues);
}

/**
 * vnet_rss_table_last - the last queue that a table names
 * @ctx: whose table
 *
 * Return: the queue.
 */
u32 vnet_rss_table_last(const struct vnet_rss_context *ctx)
{
	u32 last = 0, i;

	for (i = 0; i < ARRAY_SIZE(ctx->table); i++)
		last = max(last, ctx->table[i]);
	return last;
}

/**
 * vnet_rss_find - find a context
 * @vd: the device
 * @id: its number, 0 for how frames are spread by default
 *
 * Context: locked.
 *
 * Return: the context, NULL where there is none.
 */
struct vnet_rss_context *vnet_rss_find(struct vnet_dev *vd, u32 id)
{
	struct vnet_rss_context *ctx;

	if (!id)
		return &vd->rss.main;
	list_for_each_entry(ctx, &vd->rss.contexts, node) {
		if (ctx->id == id)
			return ctx;
	}
	return NULL;
}

static void vnet_rss_default_fields(struct vnet_rss_context *ctx)
{
	const u32 ip = RXH_IP_SRC | RXH_IP_DST;
	const u32 l4 = ip | RXH_L4_B_0_1 | RXH_L4_B_2_3;
	u32 i;

	for (i = VNET_FLOW_IP4; i < VNET_FLOW_KINDS; i++)
		ctx->fields[i] = l4;
	ctx->fields[VNET_FLOW_IP4] = ip;
	ctx->fields[VNET_FLOW_IP6] = ip;
}

/* Have the default table follow the number of queues */
static void vnet_rss_follow(struct vnet_dev *vd, u32 queues)
{
	vd->rss.queues = queues;
	if (!netif_is_rxfh_configured(vd->dev))
		vnet_rss_table_default(&vd->rss.main, queues,
				       vnet_rss_table_size(vd));
}

/**
 * vnet_rss_init - all defaults
 * @vd: the device, not yet registered
 */
void vnet_rss_init(struct vnet_dev *vd)
{
	u32 queues = vd->dev->real_num_rx_queues;
	struct vnet_rss_context *ctx = &vd->rss.main;

	vd->rss.queues = queues;
	INIT_LIST_HEAD(&vd->rss.contexts);
	INIT_LIST_HEAD(&vd->rss.rules);
	ctx->hfunc = ETH_RSS_HASH_TOP;
	vnet_rss_default_fields(ctx);
	netdev_rss_key_fill(ctx->key, sizeof(ctx->key));
	vnet_rss_table_default(ctx, queues, vnet_rss_table_size(vd));
}

/**
 * vnet_rss_free - free what was set
 * @vd: the device, which nobody sends to any more
 */
void vnet_rss_free(struct vnet_dev *vd)
{
	struct vnet_rss_context *ctx, *next;

	kvfree(rcu_dereference_protected(vd->steer, true));
	vnet_ntuple_free(vd);
	list_for_each_entry_safe(ctx, next, &vd->rss.contexts, node)
		kfree(ctx);
}

/**
 * vnet_rss_settle - look whether the table is still one that somebody set
 * @vd: the device
 *
 * The core tells who sets a table, and who wants the default, apart only later.
 *
 * Context: locked. May sleep.
 */
void vnet_rss_settle(struct vnet_dev *vd)
{
	bool table_set = netif_is_rxfh_configured(vd->dev);

	vnet_assert_locked(vd);
	if (table_set == vd->rss.table_set)
		return;
	vd->rss.table_set = table_set;
	vnet_steer_build(vd, vd->dev->features, NULL);
}

/* Whether what was set has none but the first @queues RX queues in it */
static bool vnet_rss_fits(const struct vnet_dev *vd, u32 queues)
{
	const struct vnet_rss_context *ctx;

	if (vnet_ntuple_queues(vd) > queues)
		return false;
	if (netif_is_rxfh_configured(vd->dev) &&
	    vnet_rss_table_last(&vd->rss.main) +
	    vnet_ntuple_offset(vd, 0) >= queues)
		return false;
	list_for_each_entry(ctx, &vd->rss.contexts, node) {
		if (vnet_rss_table_last(ctx) +
		    vnet_ntuple_offset(vd, ctx->id) >= queues)
			return false;
	}
	return true;
}

/**
 * vnet_rss_channels_begin - look whether the number of RX queues may change
 * @vd: the device
 * @queues: RX queues that it is going to have
 *
 * The default table names no queue any more that is to go. In any case
 * vnet_rss_channels_end() is to follow if the answer is 0.
 *
 * Context: locked. May sleep.
 *
 * Return: 0, -ENOMEM, or -EINVAL where a table or a rule that was set does not
 * allow it; nothing is changed then.
 */
int vnet_rss_channels_begin(struct vnet_dev *vd, u32 queues)
{
	u32 old = vd->dev->real_num_rx_queues;
	int err;

	vnet_assert_locked(vd);
	if (!vnet_rss_fits(vd, queues)) {
		netif_info(vd, drv, vd->dev, "channels: a table or a rule that was set names an RX queue from %u on\n",
			   queues);
		return -EINVAL;
	}
	if (queues >= old)
		return 0;

	vnet_rss_follow(vd, queues);
	err = vnet_steer_build(vd, vd->dev->features, NULL);
	if (err)
		vnet_rss_follow(vd, old);
	return err;
}

/**
 * vnet_rss_channels_end - follow the number of RX queues
 * @vd: the device, with its new number of them, or the old where that failed
 *
 * Context: locked. May sleep.
 */
void vnet_rss_channels_end(struct vnet_dev *vd)
{
	u32 queues = vd->dev->real_num_rx_queues;

	vnet_assert_locked(vd);
	if (vd->rss.queues == queues)
		return;
	vnet_rss_follow(vd, queues);
	/* Without memory frames go by the table as it was, which is good */
	vnet_steer_build(vd, vd->dev->features, NULL);
}
