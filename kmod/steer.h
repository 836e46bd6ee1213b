/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Steering: which RX queue a frame goes to that comes from the wire.
 */
#ifndef _VNET_STEER_H
#define _VNET_STEER_H

#include <linux/rcupdate.h>
#include <linux/types.h>

#include "flow.h"
#include "rss.h"

struct netlink_ext_ack;
struct sk_buff;
struct vnet_dev;

/* No RX queue: a rule drops the frame */
#define VNET_STEER_DROP		U32_MAX

/**
 * struct vnet_steer_rule - a steering rule as frames go by it
 * @value: what the headers are to say
 * @mask: where they are to
 * @ctx: how the frames are spread, NULL where they all go to @queue
 * @queue: the RX queue, VNET_STEER_DROP to drop; what is added to the queue that
 *	@ctx says
 */
struct vnet_steer_rule {
	struct vnet_flow value;
	struct vnet_flow mask;
	const struct vnet_rss_context *ctx;
	u32 queue;
};

/**
 * struct vnet_steer - what frames are steered by, never changed once in use
 * @rcu: to free it
 * @queues: RX queues in use
 * @spread: frames that no rule matches are spread by their hash
 * @hash: frames carry their hash
 * @nrules: number of @rule
 * @rule: the rules, those that come first in front
 * @ctx: how frames are spread, the device's own in front
 */
struct vnet_steer {
	struct rcu_head rcu;
	u32 queues;
	bool spread;
	bool hash;
	u32 nrules;
	struct vnet_steer_rule *rule;
	struct vnet_rss_context ctx[];
};

u32 vnet_steer_pick(const struct vnet_steer *steer, struct sk_buff *skb,
		    u32 txq);
void vnet_steer_hash(const struct vnet_steer *steer, struct sk_buff *skb);
int vnet_steer_build(struct vnet_dev *vd, netdev_features_t features,
		     struct netlink_ext_ack *extack);
int vnet_steer_apply(struct vnet_dev *vd, struct netlink_ext_ack *extack);
void vnet_steer_set(struct vnet_dev *vd, struct vnet_steer *steer);

#endif /* _VNET_STEER_H */
