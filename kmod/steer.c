// SPDX-License-Identifier: GPL-2.0-only
/*
 * Steering: which RX queue a frame goes to that comes from the wire. What it is
 * steered by is made anew with each change of it, and of the number of queues.
 */
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "steer.h"
#include "vnet.h"

/**
 * vnet_steer_pick - the RX queue of a frame
 * @steer: what the receiver steers by
 * @skb: the frame, labelled, data at the Ethernet header
 * @txq: TX queue that it comes from
 *
 * Writes the hash of the frame's flow into its label. May be called again for a
 * frame that had to wait.
 *
 * Context: softirq or BH disabled, in an RCU read section.
 *
 * Return: the RX queue, without regard to those that have failed.
 */
u32 vnet_steer_pick(const struct vnet_steer *steer, struct sk_buff *skb,
		    u32 txq)
{
	vnet_skb_cb(skb)->hash = txq;
	return txq % steer->queues;
}

/**
 * vnet_steer_set - let a device steer by something else
 * @vd: the device that receives
 * @steer: what to steer by, the device's then; NULL: TX queues feed RX queues by
 *	their number
 *
 * No frame is lost; one of a flow that gets another queue may overtake those
 * before it.
 *
 * Context: RTNL. May sleep.
 */
void vnet_steer_set(struct vnet_dev *vd, struct vnet_steer *steer)
{
	struct vnet_steer *old = rtnl_dereference(vd->steer);

	if (steer)
		vnet_scatter(vd);
	rcu_assign_pointer(vd->steer, steer);
	if (old)
		kfree_rcu(old, rcu);
	if (!steer)
		vnet_gather(vd);
}
