// SPDX-License-Identifier: GPL-2.0-only
/*
 * net_shaper_ops: the most that a TX queue sends, and the device as a whole, in bits
 * or in frames a second. The core keeps what was set and tells it; here it acts.
 */
#include "shaper.h"
#include "vnet.h"

#ifdef VNET_HAVE_SHAPERS
#include <net/net_shaper.h>

static struct vnet_dev *vnet_shaper_dev(const struct net_shaper_binding *binding)
{
	return netdev_priv(binding->netdev);
}

static int vnet_shaper_apply(struct vnet_dev *vd,
			     const struct net_shaper_handle *handle, u64 max,
			     bool frames)
{
	int err;

	vnet_lock(vd);
	if (handle->scope == NET_SHAPER_SCOPE_QUEUE)
		err = vnet_rate_set(&vd->txq[handle->id], VNET_PACE_SHAPER,
				    max, frames);
	else
		err = vnet_rate_set_shared(vd, max, frames);
	vnet_unlock(vd);
	return err;
}

/* What the core asks for is within vnet_shaper_capabilities() */
static int vnet_shaper_set(struct net_shaper_binding *binding,
			   const struct net_shaper *shaper,
			   struct netlink_ext_ack *extack)
{
	struct vnet_dev *vd = vnet_shaper_dev(binding);
	int err;

	err = vnet_shaper_apply(vd, &shaper->handle, shaper->bw_max,
				shaper->metric == NET_SHAPER_METRIC_PPS);
	if (err)
		NL_SET_ERR_MSG(extack, "no memory for the rate");
	return err;
}

static int vnet_shaper_delete(struct net_shaper_binding *binding,
			      const struct net_shaper_handle *handle,
			      struct netlink_ext_ack *extack)
{
	return vnet_shaper_apply(vnet_shaper_dev(binding), handle, 0, false);
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
		       scope != NET_SHAPER_SCOPE_NETDEV))
		return;
	*cap = BIT(NET_SHAPER_A_CAPS_SUPPORT_METRIC_BPS) |
	       BIT(NET_SHAPER_A_CAPS_SUPPORT_METRIC_PPS) |
	       BIT(NET_SHAPER_A_CAPS_SUPPORT_BW_MAX);
}

const struct net_shaper_ops vnet_shaper_ops = {
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
		vnet_rate_set(&vd->txq[i], VNET_PACE_SHAPER, 0, false);
}
#endif /* VNET_HAVE_SHAPERS */
