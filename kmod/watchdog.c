// SPDX-License-Identifier: GPL-2.0-only
/*
 * The TX watchdog. A receiver that is slow tells so with each completion; one
 * that completes nothing for the core's watchdog_timeo, NAPI being held up or
 * its CPU, is dead. What waits for the wire is dropped then and counted, so that
 * the sender can go on; what is in the RX ring already stays the receiver's.
 */
#include <linux/workqueue.h>

#include "vnet.h"

/* When the work finds a lock taken, by who may wait for this work */
#define VNET_WATCHDOG_RETRY	(HZ / 50)

static void vnet_watchdog_work(struct work_struct *work)
{
	struct vnet_dev *vd = container_of(work, struct vnet_dev,
					   watchdog.work);
	struct vnet_txq *txq;
	u32 i;

	if (!vnet_trylock_all(vd)) {
		schedule_delayed_work(&vd->watchdog, VNET_WATCHDOG_RETRY);
		return;
	}

	for (i = 0; i < vd->dev->num_tx_queues; i++) {
		txq = &vd->txq[i];
		if (!xchg(&txq->timed_out, false) || !vd->linked)
			continue;
		/* Meanwhile the receiver, or its end, may have freed the queue */
		if (netif_xmit_stopped(txq->nq))
			vnet_link_recover(txq);
	}
	vnet_unlock_all(vd);
	rtnl_unlock();
}

/**
 * vnet_tx_timeout - ndo_tx_timeout
 * @dev: the device
 * @queue: the TX queue that was stopped for too long
 *
 * Context: softirq, the TX queues frozen.
 */
void vnet_tx_timeout(struct net_device *dev, unsigned int queue)
{
	struct vnet_dev *vd = netdev_priv(dev);

	WRITE_ONCE(vd->txq[queue].timed_out, true);
	schedule_delayed_work(&vd->watchdog, 0);
}

/**
 * vnet_watchdog_init - set up the watchdog
 * @vd: the device
 */
void vnet_watchdog_init(struct vnet_dev *vd)
{
	INIT_DELAYED_WORK(&vd->watchdog, vnet_watchdog_work);
}

/**
 * vnet_watchdog_stop - let the watchdog do no more
 * @vd: the device, whose TX queues are disabled
 *
 * Context: locked. May sleep.
 */
void vnet_watchdog_stop(struct vnet_dev *vd)
{
	u32 i;

	cancel_delayed_work_sync(&vd->watchdog);
	for (i = 0; i < vd->dev->num_tx_queues; i++)
		WRITE_ONCE(vd->txq[i].timed_out, false);
}
