/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Steering: which RX queue a frame goes to that comes from the wire.
 */
#ifndef _VNET_STEER_H
#define _VNET_STEER_H

#include <linux/types.h>

struct sk_buff;
struct vnet_dev;

/**
 * struct vnet_steer - what frames are steered by, never changed once in use
 * @rcu: to free it
 * @queues: RX queues in use
 */
struct vnet_steer {
	struct rcu_head rcu;
	u32 queues;
};

u32 vnet_steer_pick(const struct vnet_steer *steer, struct sk_buff *skb,
		    u32 txq);
void vnet_steer_set(struct vnet_dev *vd, struct vnet_steer *steer);

#endif /* _VNET_STEER_H */
