// SPDX-License-Identifier: GPL-2.0-only
/*
 * net_shaper_ops: the most that a TX queue sends, several together, and the device as
 * a whole, in bits or in frames a second; and how what is sent together is shared.
 * The core keeps what was set and tells it; here it acts.
 *
 * The core calls under the instance lock, which serialises all that is here.
 */
#include "shaper.h"
#include "vnet.h"

#ifdef VNET_HAVE_SHAPERS
#include <linux/bitmap.h>
#include <net/net_shaper.h>

/**
 * struct vnet_shaper_node - a shaper of TX queues together, or of such shapers
 * @group: what it does
 * @id: its number
 * @entry: in &vnet_dev.shaper_nodes
 */
struct vnet_shaper_node {
	struct vnet_group group;
	u32 id;
	struct list_head entry;
};

static struct vnet_dev *vnet_shaper_dev(const struct net_shaper_binding *binding)
{
	return netdev_priv(binding->netdev);
}

static struct vnet_shaper_node *vnet_shaper_node(struct vnet_dev *vd, u32 id)
{
	struct vnet_shaper_node *node;

	list_for_each_entry(node, &vd->shaper_nodes, entry) {
		if (node->id == id)
			return node;
	}
	return NULL;
}

/* The group of a handle: that of a node, NULL if there is none, or the device's */
static struct vnet_group *vnet_shaper_group(struct vnet_dev *vd,
					    const struct net_shaper_handle *handle)
{
	struct vnet_shaper_node *node;

	if (handle->scope != NET_SHAPER_SCOPE_NODE)
		return &vd->shares.device;
	node = vnet_shaper_node(vd, handle->id);
	return node ? &node->group : NULL;
}

/* A share that is not set is as large as others that are not */
static u32 vnet_shaper_weight(const struct net_shaper *shaper)
{
	return shaper->weight ?: 1;
}

static bool vnet_shaper_frames(const struct net_shaper *shaper)
{
	return shaper->metric == NET_SHAPER_METRIC_PPS;
}

static struct vnet_group *vnet_shaper_node_add(struct vnet_dev *vd,
					       struct vnet_group *around, u32 id,
					       struct netlink_ext_ack *extack)
{
	struct vnet_shaper_node *node;

	if (vnet_group_depth(around) == VNET_GROUP_DEPTH) {
		NL_SET_ERR_MSG_FMT(extack,
				   "parent: a node is in %u others at most",
				   VNET_GROUP_DEPTH - 1);
		return ERR_PTR(-EINVAL);
	}
	node = kzalloc(sizeof(*node), VNET_GFP);
	if (!node) {
		NL_SET_ERR_MSG(extack, "no memory for the node");
		return ERR_PTR(-ENOMEM);
	}
	node->id = id;
	spin_lock_bh(&vd->shares.lock);
	vnet_group_init(&node->group, around);
	spin_unlock_bh(&vd->shares.lock);
	list_add_tail(&node->entry, &vd->shaper_nodes);
	return &node->group;
}

/* What is in it is its parent's from then on */
static void vnet_shaper_node_del(struct vnet_dev *vd, u32 id)
{
	struct vnet_shaper_node *node = vnet_shaper_node(vd, id);

	if (!node)
		return;
	spin_lock_bh(&vd->shares.lock);
	vnet_group_exit(&node->group);
	vnet_shares_look(&vd->shares);
	spin_unlock_bh(&vd->shares.lock);
	list_del(&node->entry);
	kfree(node);
}

static void vnet_shaper_weigh(struct vnet_dev *vd, struct vnet_share *share,
			      u32 weight)
{
	spin_lock_bh(&vd->shares.lock);
	share->weight = weight;
	spin_unlock_bh(&vd->shares.lock);
}

static void vnet_shaper_set_group(struct vnet_dev *vd, struct vnet_group *group,
				  const struct net_shaper *shaper)
{
	bool frames = vnet_shaper_frames(shaper);

	if (group->pace.max != shaper->bw_max || group->pace.frames != frames)
		vnet_rate_set_group(vd, group, shaper->bw_max, frames);
	vnet_shaper_weigh(vd, &group->share, vnet_shaper_weight(shaper));
}

static int vnet_shaper_set_queue(struct vnet_dev *vd,
				 const struct net_shaper *shaper)
{
	struct vnet_txq *txq = &vd->txq[shaper->handle.id];
	int err = vnet_rate_need(txq);

	if (err)
		return err;
	vnet_shaper_weigh(vd, &txq->rate->share, vnet_shaper_weight(shaper));
	return vnet_rate_set(txq, VNET_PACE_SHAPER, shaper->bw_max,
			     vnet_shaper_frames(shaper));
}

/* What the core asks for is within vnet_shaper_capabilities() */
static int vnet_shaper_set(struct net_shaper_binding *binding,
			   const struct net_shaper *shaper,
			   struct netlink_ext_ack *extack)
{
	struct vnet_dev *vd = vnet_shaper_dev(binding);
	int err = 0;

	vnet_lock(vd);
	switch (shaper->handle.scope) {
	case NET_SHAPER_SCOPE_QUEUE:
		err = vnet_shaper_set_queue(vd, shaper);
		break;
	case NET_SHAPER_SCOPE_NODE:
		vnet_shaper_set_group(vd, vnet_shaper_group(vd, &shaper->handle),
				      shaper);
		break;
	default:
		err = vnet_rate_set_device(vd, shaper->bw_max,
					   vnet_shaper_frames(shaper));
	}
	vnet_unlock(vd);
	if (err)
		NL_SET_ERR_MSG(extack, "no memory for the rate");
	return err;
}

/* Put what is to be in a group into it, which has all that it takes */
static void vnet_shaper_nest(struct vnet_dev *vd, struct vnet_group *group,
			     const struct net_shaper *leaf)
{
	struct vnet_group *inner;

	if (leaf->handle.scope == NET_SHAPER_SCOPE_QUEUE) {
		vnet_rate_share(&vd->txq[leaf->handle.id], group,
				vnet_shaper_weight(leaf));
		return;
	}
	/* Of a node that goes, its parent gets the nodes as well */
	inner = vnet_shaper_group(vd, &leaf->handle);
	spin_lock_bh(&vd->shares.lock);
	vnet_share_move(&inner->share, group);
	vnet_shares_look(&vd->shares);
	spin_unlock_bh(&vd->shares.lock);
}

/* Context: locked */
static int vnet_shaper_link(struct vnet_dev *vd, int n,
			    const struct net_shaper *leaves,
			    const struct net_shaper *node,
			    struct netlink_ext_ack *extack)
{
	struct vnet_group *group = vnet_shaper_group(vd, &node->handle);
	DECLARE_BITMAP(queues, VNET_QUEUES_MAX) = {};
	bool added = !group;
	int err, i;

	if (added)
		group = vnet_shaper_node_add(vd,
					     vnet_shaper_group(vd, &node->parent),
					     node->handle.id, extack);
	if (IS_ERR(group))
		return PTR_ERR(group);

	for (i = 0; i < n; i++) {
		if (leaves[i].handle.scope == NET_SHAPER_SCOPE_QUEUE)
			__set_bit(leaves[i].handle.id, queues);
	}
	if (group == &vd->shares.device && node->bw_max)
		bitmap_fill(queues, VNET_QUEUES_MAX);
	err = vnet_rates_need(vd, queues);
	if (err) {
		NL_SET_ERR_MSG(extack, "no memory for the rates of the queues");
		if (added)
			vnet_shaper_node_del(vd, node->handle.id);
		return err;
	}

	vnet_shaper_set_group(vd, group, node);
	for (i = 0; i < n; i++)
		vnet_shaper_nest(vd, group, &leaves[i]);
	vnet_rates_drop(vd);
	return 0;
}

static int vnet_shaper_group_op(struct net_shaper_binding *binding, int n,
				const struct net_shaper *leaves,
				const struct net_shaper *node,
				struct netlink_ext_ack *extack)
{
	struct vnet_dev *vd = vnet_shaper_dev(binding);
	int err;

	vnet_lock(vd);
	err = vnet_shaper_link(vd, n, leaves, node, extack);
	vnet_unlock(vd);
	return err;
}

/* Let a TX queue be as if no shaper had ever been set. Context: locked. */
static void vnet_shaper_clear(struct vnet_txq *txq)
{
	struct vnet_dev *vd = netdev_priv(txq->dev);

	if (!txq->rate)
		return;
	vnet_rate_share(txq, &vd->shares.device, 1);
	vnet_rate_set(txq, VNET_PACE_SHAPER, 0, false);
}

static int vnet_shaper_delete(struct net_shaper_binding *binding,
			      const struct net_shaper_handle *handle,
			      struct netlink_ext_ack *extack)
{
	struct vnet_dev *vd = vnet_shaper_dev(binding);

	/*
	 * A node also goes with the last of its queues, when the core is told that
	 * there are fewer and the pair is locked.
	 */
	if (handle->scope == NET_SHAPER_SCOPE_NODE) {
		vnet_shaper_node_del(vd, handle->id);
		return 0;
	}
	vnet_lock(vd);
	if (handle->scope == NET_SHAPER_SCOPE_QUEUE)
		vnet_shaper_clear(&vd->txq[handle->id]);
	else
		vnet_rate_set_device(vd, 0, false);
	vnet_unlock(vd);
	return 0;
}

/* The wire of a device alone has no end where something could arrive too early */
static void vnet_shaper_capabilities(struct net_shaper_binding *binding,
				     enum net_shaper_scope scope,
				     unsigned long *cap)
{
	const struct vnet_dev *vd = vnet_shaper_dev(binding);
	bool paced;

	vnet_lock(vd);
	paced = vnet_peer(vd);
	vnet_unlock(vd);
	if (!paced || (scope != NET_SHAPER_SCOPE_QUEUE &&
		       scope != NET_SHAPER_SCOPE_NODE &&
		       scope != NET_SHAPER_SCOPE_NETDEV))
		return;
	*cap = BIT(NET_SHAPER_A_CAPS_SUPPORT_METRIC_BPS) |
	       BIT(NET_SHAPER_A_CAPS_SUPPORT_METRIC_PPS) |
	       BIT(NET_SHAPER_A_CAPS_SUPPORT_BW_MAX);
	if (scope != NET_SHAPER_SCOPE_NETDEV)
		*cap |= BIT(NET_SHAPER_A_CAPS_SUPPORT_NESTING) |
			BIT(NET_SHAPER_A_CAPS_SUPPORT_WEIGHT);
}

const struct net_shaper_ops vnet_shaper_ops = {
	.group		= vnet_shaper_group_op,
	.set		= vnet_shaper_set,
	.delete		= vnet_shaper_delete,
	.capabilities	= vnet_shaper_capabilities,
};

/**
 * vnet_shaper_forget - forget the shapers of TX queues that are no longer in use
 * @vd: the device
 *
 * The core has forgotten them, too.
 *
 * Context: locked. May sleep.
 */
void vnet_shaper_forget(struct vnet_dev *vd)
{
	u32 i;

	for (i = vd->dev->real_num_tx_queues; i < vd->dev->num_tx_queues; i++)
		vnet_shaper_clear(&vd->txq[i]);
}

/**
 * vnet_shaper_exit - free what shapers there are
 * @vd: the device, of which nobody knows any more
 *
 * Context: may sleep.
 */
void vnet_shaper_exit(struct vnet_dev *vd)
{
	struct vnet_shaper_node *node, *next;

	list_for_each_entry_safe(node, next, &vd->shaper_nodes, entry)
		vnet_shaper_node_del(vd, node->id);
}
#endif /* VNET_HAVE_SHAPERS */
