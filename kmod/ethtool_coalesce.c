// SPDX-License-Identifier: GPL-2.0-only
/*
 * ethtool -c, -C and --per-queue: how long frames and completions wait.
 */
#include <linux/ethtool.h>

#include "ethtool.h"
#include "request.h"
#include "vnet.h"

static void vnet_coalesce_tell(struct ethtool_coalesce *to,
			       const struct vnet_coalesce *from)
{
	to->rx_coalesce_usecs = from->rx.moder.usecs;
	to->rx_max_coalesced_frames = from->rx.moder.frames;
	to->use_adaptive_rx_coalesce = from->rx.adaptive;
	to->tx_coalesce_usecs = from->tx.moder.usecs;
	to->tx_max_coalesced_frames = from->tx.moder.frames;
	to->use_adaptive_tx_coalesce = from->tx.adaptive;
}

static void vnet_coalesce_read(struct vnet_coalesce *to,
			       const struct ethtool_coalesce *from)
{
	to->rx.moder.usecs = from->rx_coalesce_usecs;
	to->rx.moder.frames = from->rx_max_coalesced_frames;
	to->rx.adaptive = from->use_adaptive_rx_coalesce;
	to->tx.moder.usecs = from->tx_coalesce_usecs;
	to->tx.moder.frames = from->tx_max_coalesced_frames;
	to->tx.adaptive = from->use_adaptive_tx_coalesce;
}

static int vnet_coal_check(const struct vnet_coal *coal, int usecs, int frames,
			   struct netlink_ext_ack *extack)
{
	int err = vnet_check_option(usecs, coal->moder.usecs, extack);

	if (!err)
		err = vnet_check_option(frames, coal->moder.frames, extack);
	return err;
}

static int vnet_coal_check_rx(const struct vnet_coalesce *coal,
			      struct netlink_ext_ack *extack)
{
	return vnet_coal_check(&coal->rx, IFLA_VNET_RX_USECS,
			       IFLA_VNET_RX_FRAMES, extack);
}

static int vnet_coal_check_tx(const struct vnet_coalesce *coal,
			      struct netlink_ext_ack *extack)
{
	return vnet_coal_check(&coal->tx, IFLA_VNET_TX_USECS,
			       IFLA_VNET_TX_FRAMES, extack);
}

/**
 * vnet_get_coalesce - ethtool_ops.get_coalesce
 * @dev: the device
 * @coal: to fill
 * @kernel_coal: not used
 * @extack: not used
 *
 * Context: RTNL, or the instance lock.
 *
 * Return: 0.
 */
int vnet_get_coalesce(struct net_device *dev, struct ethtool_coalesce *coal,
		      struct kernel_ethtool_coalesce *kernel_coal,
		      struct netlink_ext_ack *extack)
{
	const struct vnet_dev *vd = netdev_priv(dev);

	vnet_coalesce_tell(coal, &vd->coal);
	return 0;
}

/**
 * vnet_set_coalesce_op - ethtool_ops.set_coalesce
 * @dev: the device
 * @coal: what to set
 * @kernel_coal: not used
 * @extack: told what is wrong
 *
 * Context: RTNL. May sleep.
 *
 * Return: 0, -EINVAL or -ENOMEM.
 */
int vnet_set_coalesce_op(struct net_device *dev, struct ethtool_coalesce *coal,
			 struct kernel_ethtool_coalesce *kernel_coal,
			 struct netlink_ext_ack *extack)
{
	struct vnet_dev *vd = netdev_priv(dev);
	struct vnet_coalesce new;
	int err;

	vnet_coalesce_read(&new, coal);
	err = vnet_coal_check_rx(&new, extack);
	if (!err)
		err = vnet_coal_check_tx(&new, extack);
	if (err)
		return err;

	vnet_lock(vd);
	err = vnet_coalesce_prepare(vd, &new, extack);
	if (!err)
		vnet_set_coalesce(vd, &new);
	vnet_unlock(vd);
	if (err)
		return err;
	call_netdevice_notifiers(NETDEV_CHANGEINFODATA, dev);
	return 0;
}

/**
 * vnet_get_per_queue_coalesce - ethtool_ops.get_per_queue_coalesce
 * @dev: the device
 * @queue: the queue
 * @coal: to fill
 *
 * Context: RTNL, or the instance lock.
 *
 * Return: 0, or -EINVAL where no such queue is in use.
 */
int vnet_get_per_queue_coalesce(struct net_device *dev, u32 queue,
				struct ethtool_coalesce *coal)
{
	const struct vnet_dev *vd = netdev_priv(dev);
	struct vnet_coalesce found;
	int err;

	vnet_lock(vd);
	err = vnet_queue_get_coalesce(vd, queue, &found);
	vnet_unlock(vd);
	if (!err)
		vnet_coalesce_tell(coal, &found);
	return err;
}

/**
 * vnet_set_per_queue_coalesce - ethtool_ops.set_per_queue_coalesce
 * @dev: the device
 * @queue: the queue
 * @coal: what to set
 *
 * Context: RTNL, or the instance lock. May sleep.
 *
 * Return: 0, -EINVAL or -ENOMEM.
 */
int vnet_set_per_queue_coalesce(struct net_device *dev, u32 queue,
				struct ethtool_coalesce *coal)
{
	struct vnet_dev *vd = netdev_priv(dev);
	struct vnet_coalesce new;
	int err;

	vnet_coalesce_read(&new, coal);
	err = vnet_coal_check_rx(&new, NULL);
	/* A queue that only receives has no completions, whose least is not 0 */
	if (!err && queue < dev->real_num_tx_queues)
		err = vnet_coal_check_tx(&new, NULL);
	if (!err) {
		vnet_lock(vd);
		err = vnet_queue_set_coalesce(vd, queue, &new);
		vnet_unlock(vd);
	}
	if (err)
		netif_info(vd, drv, dev, "queue %u: coalesce: no such queue, or a value out of its limits\n",
			   queue);
	return err;
}
