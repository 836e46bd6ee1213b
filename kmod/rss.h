/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Receive-side scaling: how a frame's headers become a hash, and the hash an RX
 * queue.
 */
#ifndef _VNET_RSS_H
#define _VNET_RSS_H

#include <linux/list.h>
#include <linux/skbuff.h>
#include <linux/types.h>

#include "flow.h"

/* All that can be hashed is 48 bytes, and a key is four bytes longer */
#define VNET_RSS_KEY_LEN	52

/*
 * Entries of the table from hash to queue, a power of two. One of the largest
 * size is what frames go by; where fewer are shown, it repeats these. More would
 * not fit into the core's answer to who makes a context.
 */
#define VNET_RSS_TABLE_MIN	128
#define VNET_RSS_TABLE_MAX	512

/* One more than the largest number of a context */
#define VNET_RSS_CONTEXTS_MAX	128

struct ethtool_rxfh_context;
struct ethtool_rxfh_fields;
struct ethtool_rxfh_param;
struct net_device;
struct netlink_ext_ack;
struct vnet_dev;

/**
 * struct vnet_rss_context - how frames are spread: by the device, or a context
 * @node: entry in &vnet_rss.contexts
 * @id: its number, 0 for the device's own
 * @hfunc: ETH_RSS_HASH_TOP or ETH_RSS_HASH_XOR
 * @xfrm: RXH_XFRM_*
 * @fields: RXH_* for each kind of frame
 * @key: the key
 * @table: from hash to queue
 */
struct vnet_rss_context {
	struct list_head node;
	u32 id;
	u8 hfunc;
	u8 xfrm;
	u16 fields[VNET_FLOW_KINDS];
	u8 key[VNET_RSS_KEY_LEN];
	u32 table[VNET_RSS_TABLE_MAX];
};

/**
 * struct vnet_rss - receive-side scaling and steering of a device, as it was set
 * @queues: RX queues that there are to spread frames over
 * @main: how frames are spread that no rule sends elsewhere
 * @contexts: the others, in no order
 * @ncontexts: their number
 * @table_set: somebody has set the table of @main; it is the default table again
 *	when the core says so the next time that it is looked at
 * @set: somebody has set something else of @main
 * @rules: steering rules, by location
 * @nrules: their number
 *
 * All under the pair's lock.
 */
struct vnet_rss {
	u32 queues;
	struct vnet_rss_context main;
	struct list_head contexts;
	u32 ncontexts;
	bool table_set;
	bool set;
	struct list_head rules;
	u32 nrules;
};

u32 vnet_rss_hash(const struct vnet_rss_context *ctx,
		  const struct vnet_flow *flow, enum pkt_hash_types *type);

void vnet_rss_init(struct vnet_dev *vd);
void vnet_rss_free(struct vnet_dev *vd);
void vnet_rss_settle(struct vnet_dev *vd);
u32 vnet_rss_table_size(const struct vnet_dev *vd);
u32 vnet_rss_table_last(const struct vnet_rss_context *ctx);
void vnet_rss_table_default(struct vnet_rss_context *ctx, u32 queues,
			    u32 size);
struct vnet_rss_context *vnet_rss_find(struct vnet_dev *vd, u32 id);
int vnet_rss_channels_begin(struct vnet_dev *vd, u32 queues);
void vnet_rss_channels_end(struct vnet_dev *vd);

/* ethtool_rss.c */
u32 vnet_get_rxfh_key_size(struct net_device *dev);
u32 vnet_get_rxfh_indir_size(struct net_device *dev);
u32 vnet_get_rx_ring_count(struct net_device *dev);
int vnet_get_rxfh(struct net_device *dev, struct ethtool_rxfh_param *rxfh);
int vnet_set_rxfh(struct net_device *dev, struct ethtool_rxfh_param *rxfh,
		  struct netlink_ext_ack *extack);
int vnet_get_rxfh_fields(struct net_device *dev,
			 struct ethtool_rxfh_fields *fields);
int vnet_set_rxfh_fields(struct net_device *dev,
			 const struct ethtool_rxfh_fields *fields,
			 struct netlink_ext_ack *extack);
int vnet_create_rxfh_context(struct net_device *dev,
			     struct ethtool_rxfh_context *core,
			     const struct ethtool_rxfh_param *rxfh,
			     struct netlink_ext_ack *extack);
int vnet_modify_rxfh_context(struct net_device *dev,
			     struct ethtool_rxfh_context *core,
			     const struct ethtool_rxfh_param *rxfh,
			     struct netlink_ext_ack *extack);
int vnet_remove_rxfh_context(struct net_device *dev,
			     struct ethtool_rxfh_context *core, u32 id,
			     struct netlink_ext_ack *extack);

#endif /* _VNET_RSS_H */
