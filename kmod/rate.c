// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rate of a TX queue's wire: queues/tx-N/tx_maxrate in sysfs.
 *
 * A frame may go when the wire has carried those before it. What is not due waits
 * in the TX ring, and what finds no room there, in the qdisc.
 */
#include <linux/netdevice.h>

#include "rate.h"
#include "vnet.h"

/* The timer fires no more often than this; what is due by then goes together */
#define VNET_RATE_TICK_NS	(50 * NSEC_PER_USEC)

static enum hrtimer_restart vnet_rate_fire(struct hrtimer *timer)
{
	struct vnet_rate *rate = container_of(timer, struct vnet_rate, timer);

	rcu_read_lock();
	vnet_wire_resume(rate->txq);
	rcu_read_unlock();
	return HRTIMER_NORESTART;
}

/**
 * vnet_rate_wait - go on with the wire when the next frame is due
 * @rate: the wire's
 *
 * Context: softirq or BH disabled.
 */
void vnet_rate_wait(struct vnet_rate *rate)
{
	u64 when = max(rate->free, ktime_get_ns() + VNET_RATE_TICK_NS);

	hrtimer_start(&rate->timer, ns_to_ktime(when),
		      HRTIMER_MODE_ABS_PINNED_SOFT);
}

/**
 * vnet_rate_cancel - wait for nothing any more
 * @rate: the wire's, which waits no more; may be NULL
 *
 * Context: may sleep.
 */
void vnet_rate_cancel(struct vnet_rate *rate)
{
	if (rate)
		hrtimer_cancel(&rate->timer);
}

static struct vnet_rate *vnet_rate_alloc(struct vnet_txq *txq, u32 mbps)
{
	struct vnet_rate *rate = kzalloc(sizeof(*rate), VNET_GFP);

	if (!rate)
		return NULL;
	rate->txq = txq;
	rate->mbps = mbps;
	hrtimer_setup(&rate->timer, vnet_rate_fire, CLOCK_MONOTONIC,
		      HRTIMER_MODE_ABS_PINNED_SOFT);
	return rate;
}

/* Pace the wire by @rate, or no more; what waits for the old one goes on */
static struct vnet_rate *vnet_rate_swap(struct vnet_txq *txq,
					struct vnet_rate *rate)
{
	struct vnet_rate *old;

	/* The TX lock keeps the sender away, wire_lock all others */
	__netif_tx_lock_bh(txq->nq);
	spin_lock(&txq->wire_lock);
	old = txq->rate;
	if (rate && old)
		rate->free = old->free;
	txq->rate = rate;
	spin_unlock(&txq->wire_lock);
	rcu_read_lock();
	vnet_wire_resume(txq);
	rcu_read_unlock();
	__netif_tx_unlock_bh(txq->nq);
	return old;
}

/* Pace the wire of a queue by @mbps, or not if that is 0; context: locked */
static int vnet_rate_set(struct vnet_dev *vd, struct vnet_txq *txq, u32 mbps)
{
	struct vnet_dev *far = vnet_far(vd);
	struct vnet_rate *rate = NULL;

	vnet_assert_locked(vd);
	if (!vnet_peer(vd))
		return -EOPNOTSUPP;

	if (mbps) {
		rate = vnet_rate_alloc(txq, mbps);
		if (!rate)
			return -ENOMEM;
		/* From now on frames go by way of the wire */
		txq->paced = true;
		if (far)
			vnet_link_share(far);
	}

	rate = vnet_rate_swap(txq, rate);
	vnet_rate_cancel(rate);
	kfree(rate);
	if (!mbps) {
		txq->paced = false;
		if (far)
			vnet_link_share(far);
	}
	netif_info(vd, drv, vd->dev, "TX queue %u: %u Mbit/s\n", txq->idx, mbps);
	return 0;
}

/**
 * vnet_set_tx_maxrate - ndo_set_tx_maxrate
 * @dev: the device
 * @queue: a TX queue
 * @mbps: most bits in a microsecond, 0: as many as there are
 *
 * Bytes are counted as in tx_bytes: from the Ethernet header to the end of the
 * payload, of each frame as a wire would carry it.
 *
 * Context: RTNL. May sleep.
 *
 * Return: 0, -ENOMEM, or -EOPNOTSUPP for a device alone, whose wire has no end
 * where something could arrive too early.
 */
int vnet_set_tx_maxrate(struct net_device *dev, int queue, u32 mbps)
{
	struct vnet_dev *vd = netdev_priv(dev);
	int err;

	vnet_lock(vd);
	err = vnet_rate_set(vd, &vd->txq[queue], mbps);
	vnet_unlock(vd);
	return err;
}

/**
 * vnet_rate_free - forget the rate of a TX queue
 * @txq: the queue, down
 *
 * Context: may sleep.
 */
void vnet_rate_free(struct vnet_txq *txq)
{
	vnet_rate_cancel(txq->rate);
	kfree(txq->rate);
	txq->rate = NULL;
}
