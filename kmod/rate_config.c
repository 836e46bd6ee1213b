// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the rates of wires are set to: of a TX queue by queues/tx-N/tx_maxrate in
 * sysfs and by net_shaper_ops, and of queues together by the latter.
 */
#include <linux/bitmap.h>
#include <linux/netdevice.h>

#include "vnet.h"

/* Keep all others from the wire; undone by vnet_rate_end() */
static void vnet_rate_begin(struct vnet_txq *txq)
	__acquires(&txq->wire_lock)
{
	/* The TX lock keeps the sender away, wire_lock all others */
	__netif_tx_lock_bh(txq->nq);
	spin_lock(&txq->wire_lock);
}

/* Let the wire go on, by the rates as they are now */
static void vnet_rate_end(struct vnet_txq *txq)
	__releases(&txq->wire_lock)
{
	vnet_rate_reset(txq->rate);
	spin_unlock(&txq->wire_lock);
	rcu_read_lock();
	vnet_wire_resume(txq);
	rcu_read_unlock();
	__netif_tx_unlock_bh(txq->nq);
}

/* Give a TX queue its rate, NULL for none, and free the one that it had */
static void vnet_rate_swap(struct vnet_txq *txq, struct vnet_rate *rate)
{
	struct vnet_rate *old;

	vnet_rate_begin(txq);
	old = txq->rate;
	vnet_rate_reset(old);
	txq->rate = rate;
	vnet_rate_end(txq);
	vnet_rate_free(old);
}

/* Whether a TX queue has to have its rate */
static bool vnet_rate_wanted(const struct vnet_txq *txq)
{
	const struct vnet_dev *vd = netdev_priv(txq->dev);
	const struct vnet_share *share = &txq->rate->share;
	u32 i;

	for (i = 0; i < VNET_PACES; i++) {
		if (txq->rate->pace[i].max)
			return true;
	}
	return share->weight != 1 || share->group != &vd->shares.device ||
	       vd->shares.device.pace.max;
}

/* Let senders know which wires are paced, before these are or after they were */
static void vnet_rates_told(const struct vnet_dev *vd)
{
	struct vnet_dev *far = vnet_far(vd);

	if (far)
		vnet_link_share(far);
}

/**
 * vnet_rates_drop - take the rates from TX queues that need none any more
 * @vd: the device
 *
 * Context: locked. May sleep.
 */
void vnet_rates_drop(struct vnet_dev *vd)
{
	bool dropped = false;
	struct vnet_txq *txq;
	u32 i;

	vnet_assert_locked(vd);
	for (i = 0; i < vd->dev->num_tx_queues; i++) {
		txq = &vd->txq[i];
		if (!txq->rate || vnet_rate_wanted(txq))
			continue;
		vnet_rate_swap(txq, NULL);
		txq->paced = false;
		dropped = true;
	}
	if (dropped)
		vnet_rates_told(vd);
}

static void vnet_rates_free(struct vnet_rate **rates, u32 n)
{
	while (n--)
		vnet_rate_free(rates[n]);
	kfree(rates);
}

/* A rate for each of @queues that has none, for vnet_rates_free(); NULL: no memory */
static struct vnet_rate **vnet_rates_alloc(struct vnet_dev *vd,
					   const unsigned long *queues)
{
	u32 n = vd->dev->num_tx_queues, i;
	struct vnet_rate **rates;

	rates = kcalloc(n, sizeof(*rates), GFP_KERNEL);
	for (i = 0; rates && i < n; i++) {
		if (!test_bit(i, queues) || vd->txq[i].rate)
			continue;
		rates[i] = vnet_rate_alloc(&vd->txq[i]);
		if (!rates[i]) {
			vnet_rates_free(rates, i);
			return NULL;
		}
	}
	return rates;
}

/**
 * vnet_rates_need - see that TX queues have rates
 * @vd: the device, with a peer
 * @queues: which, a bit each
 *
 * What then needs none is for vnet_rates_drop().
 *
 * Context: locked. May sleep.
 *
 * Return: 0, or -ENOMEM and nothing is changed.
 */
int vnet_rates_need(struct vnet_dev *vd, const unsigned long *queues)
{
	struct vnet_rate **rates;
	bool added = false;
	u32 i;

	vnet_assert_locked(vd);
	rates = vnet_rates_alloc(vd, queues);
	if (!rates)
		return -ENOMEM;
	/* From now on their frames go by way of the wire */
	for (i = 0; i < vd->dev->num_tx_queues; i++) {
		vd->txq[i].paced |= !!rates[i];
		added |= !!rates[i];
	}
	if (added)
		vnet_rates_told(vd);
	for (i = 0; i < vd->dev->num_tx_queues; i++) {
		if (rates[i])
			vnet_rate_swap(&vd->txq[i], rates[i]);
	}
	kfree(rates);
	return 0;
}

/**
 * vnet_rate_need - see that a TX queue has a rate
 * @txq: the queue of a device that has a peer
 *
 * Context: locked. May sleep.
 *
 * Return: 0, or -ENOMEM and nothing is changed.
 */
int vnet_rate_need(struct vnet_txq *txq)
{
	DECLARE_BITMAP(queues, VNET_QUEUES_MAX) = {};

	if (txq->rate)
		return 0;
	__set_bit(txq->idx, queues);
	return vnet_rates_need(netdev_priv(txq->dev), queues);
}

/**
 * vnet_rate_set - set a rate of a TX queue
 * @txq: the queue of a device that has a peer
 * @by: which
 * @max: bits a second, or frames; 0: as many as there are
 * @frames: frames count, not bits
 *
 * Context: locked. May sleep.
 *
 * Return: 0, or -ENOMEM and nothing is changed.
 */
int vnet_rate_set(struct vnet_txq *txq, enum vnet_pace_by by, u64 max,
		  bool frames)
{
	struct vnet_dev *vd = netdev_priv(txq->dev);
	int err;

	if (!max && !txq->rate)
		return 0;
	err = vnet_rate_need(txq);
	if (err)
		return err;

	vnet_rate_begin(txq);
	vnet_pace_set(&txq->rate->pace[by], max, frames, ktime_get_ns());
	vnet_rate_end(txq);
	vnet_rates_drop(vd);
	netif_info(vd, drv, vd->dev, "TX queue %u: %llu %s/s\n", txq->idx, max,
		   frames ? "frames" : "bit");
	return 0;
}

/**
 * vnet_rate_share - set which part a TX queue has in what others send
 * @txq: the queue, with a rate
 * @group: in what
 * @weight: how large a part, 1 and up
 *
 * Context: locked. May sleep.
 */
void vnet_rate_share(struct vnet_txq *txq, struct vnet_group *group, u32 weight)
{
	struct vnet_dev *vd = netdev_priv(txq->dev);

	vnet_assert_locked(vd);
	vnet_rate_begin(txq);
	spin_lock(&vd->shares.lock);
	txq->rate->share.weight = weight;
	vnet_share_move(&txq->rate->share, group);
	spin_unlock(&vd->shares.lock);
	vnet_rate_end(txq);
}

/**
 * vnet_rate_set_group - set the rate of TX queues together
 * @vd: their device
 * @group: they are in this
 * @max: bits a second, or frames; 0: as many as there are
 * @frames: frames count, not bits
 *
 * Context: process.
 */
void vnet_rate_set_group(struct vnet_dev *vd, struct vnet_group *group,
			 u64 max, bool frames)
{
	spin_lock_bh(&vd->shares.lock);
	vnet_group_set_pace(group, max, frames, ktime_get_ns());
	/* What waits for the old rate may be due by this one */
	vnet_shares_look(&vd->shares);
	spin_unlock_bh(&vd->shares.lock);
}

/**
 * vnet_rate_set_device - set the rate of all that a device sends
 * @vd: the device, with a peer
 * @max: bits a second, or frames; 0: as many as there are
 * @frames: frames count, not bits
 *
 * Context: locked. May sleep.
 *
 * Return: 0, or -ENOMEM and nothing is changed.
 */
int vnet_rate_set_device(struct vnet_dev *vd, u64 max, bool frames)
{
	DECLARE_BITMAP(queues, VNET_QUEUES_MAX);
	int err = 0;

	bitmap_fill(queues, VNET_QUEUES_MAX);
	if (max)
		err = vnet_rates_need(vd, queues);
	if (err)
		return err;
	vnet_rate_set_group(vd, &vd->shares.device, max, frames);
	vnet_rates_drop(vd);
	netif_info(vd, drv, vd->dev, "TX: %llu %s/s\n", max,
		   frames ? "frames" : "bit");
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
	int err = -EOPNOTSUPP;

	vnet_lock(vd);
	if (vnet_peer(vd))
		err = vnet_rate_set(&vd->txq[queue], VNET_PACE_MAXRATE,
				    (u64)mbps * 1000000, false);
	vnet_unlock(vd);
	return err;
}
