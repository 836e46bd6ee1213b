// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lock of a pair, see lock.h.
 */
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "vnet.h"

/**
 * vnet_pair_get - give a device what the ends of a wire share
 * @vd: the device, not yet registered
 * @mate: the device that is to be at the other end, or NULL
 *
 * Context: RTNL. May sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int vnet_pair_get(struct vnet_dev *vd, const struct vnet_dev *mate)
{
	if (mate) {
		vd->pair = mate->pair;
		refcount_inc(&vd->pair->refs);
		return 0;
	}

	vd->pair = kzalloc(sizeof(*vd->pair), VNET_GFP);
	if (!vd->pair)
		return -ENOMEM;
	mutex_init(&vd->pair->lock);
	refcount_set(&vd->pair->refs, 1);
	return 0;
}

/**
 * vnet_pair_put - take from a device what the ends of a wire share
 * @vd: the device, of which nobody knows any more; may have none
 *
 * Context: may sleep.
 */
void vnet_pair_put(struct vnet_dev *vd)
{
	if (!vd->pair)
		return;
	if (refcount_dec_and_test(&vd->pair->refs)) {
		mutex_destroy(&vd->pair->lock);
		kfree(vd->pair);
	}
	vd->pair = NULL;
}

/**
 * vnet_lock - lock the pair of a device
 * @vd: the device
 *
 * Context: RTNL, the instance lock of @vd, or both. May sleep.
 */
void vnet_lock(const struct vnet_dev *vd)
	__acquires(&vd->pair->lock)
{
	mutex_lock(&vd->pair->lock);
}

/**
 * vnet_unlock - unlock the pair of a device
 * @vd: the device
 */
void vnet_unlock(const struct vnet_dev *vd)
	__releases(&vd->pair->lock)
{
	mutex_unlock(&vd->pair->lock);
}

/**
 * vnet_trylock_all - lock all that there is, if it is free
 * @vd: the device
 *
 * For a work item: who holds one of the locks may be waiting for it.
 *
 * Context: process.
 *
 * Return: whether RTNL, the instance lock where operations have it, and the pair's
 * lock are held now.
 */
bool vnet_trylock_all(const struct vnet_dev *vd)
{
	if (!rtnl_trylock())
		return false;
	if (!vnet_trylock_ops(vd->dev))
		goto unlock;
	if (mutex_trylock(&vd->pair->lock))
		return true;

	netdev_unlock_ops(vd->dev);
unlock:
	rtnl_unlock();
	return false;
}

/**
 * vnet_unlock_all - undo vnet_trylock_all(), but keep RTNL
 * @vd: the device
 *
 * Who is to be notified of what has changed, is so after that.
 */
void vnet_unlock_all(const struct vnet_dev *vd)
{
	vnet_unlock(vd);
	netdev_unlock_ops(vd->dev);
}
