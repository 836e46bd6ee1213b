// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rates of a wire: of a TX queue by queues/tx-N/tx_maxrate in sysfs and by
 * net_shaper_ops, and of all that a device sends by the latter.
 *
 * A frame may go when the wire has carried those before it. What is not due waits
 * in the TX ring, and what finds no room there, in the qdisc. Each frame that is the
 * next of its queue has its time booked with all rates: so queues that share one
 * take turns, whichever comes first.
 */
#include <linux/netdevice.h>

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

/* When a frame may go that comes next, by all rates */
static u64 vnet_rate_book(struct vnet_rate *rate, const struct vnet_skb_cb *cb,
			  u64 now)
{
	struct vnet_dev *vd = netdev_priv(rate->txq->dev);
	u64 start, own;
	u32 i;

	spin_lock(&vd->pace.lock);
	start = vnet_pace_book(&vd->pace.pace, cb->frames, cb->bytes, now);
	spin_unlock(&vd->pace.lock);
	for (i = 0; i < VNET_PACES; i++) {
		own = vnet_pace_book(&rate->pace[i], cb->frames, cb->bytes, now);
		start = max(start, own);
	}
	return start;
}

/**
 * vnet_rate_due - whether the next frame may go
 * @rate: the wire's; NULL: it may
 * @skb: the frame, labelled
 * @now: the time
 *
 * Once it has gone, vnet_rate_went() is to say so.
 *
 * Context: the wire's owner, BH disabled.
 */
bool vnet_rate_due(struct vnet_rate *rate, struct sk_buff *skb, u64 now)
{
	if (!rate)
		return true;
	if (!rate->booked) {
		rate->start = vnet_rate_book(rate, vnet_skb_cb(skb), now);
		rate->booked = true;
	}
	return rate->start <= now;
}

/**
 * vnet_rate_wait - go on with the wire when the next frame is due
 * @rate: the wire's
 *
 * Context: softirq or BH disabled.
 */
void vnet_rate_wait(struct vnet_rate *rate)
{
	u64 when = max(rate->start, ktime_get_ns() + VNET_RATE_TICK_NS);

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

static struct vnet_rate *vnet_rate_alloc(struct vnet_txq *txq)
{
	struct vnet_rate *rate = kzalloc(sizeof(*rate), VNET_GFP);

	if (!rate)
		return NULL;
	rate->txq = txq;
	hrtimer_setup(&rate->timer, vnet_rate_fire, CLOCK_MONOTONIC,
		      HRTIMER_MODE_ABS_PINNED_SOFT);
	return rate;
}

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
	if (txq->rate)
		txq->rate->booked = false;
	spin_unlock(&txq->wire_lock);
	rcu_read_lock();
	vnet_wire_resume(txq);
	rcu_read_unlock();
	__netif_tx_unlock_bh(txq->nq);
}

/* Whether a TX queue has to have a rate */
static bool vnet_rate_wanted(const struct vnet_txq *txq)
{
	const struct vnet_dev *vd = netdev_priv(txq->dev);
	u32 i;

	for (i = 0; i < VNET_PACES; i++) {
		if (txq->rate->pace[i].max)
			return true;
	}
	return vd->pace.pace.max;
}

/* Let senders know which wires are paced, before these are or after they were */
static void vnet_rate_share(const struct vnet_dev *vd)
{
	struct vnet_dev *far = vnet_far(vd);

	if (far)
		vnet_link_share(far);
}

/* Give a TX queue its rate, NULL for none, and free the one that it had */
static void vnet_rate_swap(struct vnet_txq *txq, struct vnet_rate *rate)
{
	struct vnet_rate *old;

	vnet_rate_begin(txq);
	old = txq->rate;
	txq->rate = rate;
	vnet_rate_end(txq);
	vnet_rate_cancel(old);
	kfree(old);
}

/* Take the rate from a TX queue that does not need it any more */
static void vnet_rate_drop(struct vnet_txq *txq)
{
	if (!txq->rate || vnet_rate_wanted(txq))
		return;
	vnet_rate_swap(txq, NULL);
	txq->paced = false;
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
	struct vnet_rate *rate;

	vnet_assert_locked(vd);
	if (!max && !txq->rate)
		return 0;
	if (!txq->rate) {
		rate = vnet_rate_alloc(txq);
		if (!rate)
			return -ENOMEM;
		/* From now on frames go by way of the wire */
		txq->paced = true;
		vnet_rate_share(vd);
		vnet_rate_swap(txq, rate);
	}

	vnet_rate_begin(txq);
	vnet_pace_set(&txq->rate->pace[by], max, frames, ktime_get_ns());
	vnet_rate_end(txq);
	if (!max) {
		vnet_rate_drop(txq);
		vnet_rate_share(vd);
	}
	netif_info(vd, drv, vd->dev, "TX queue %u: %llu %s/s\n", txq->idx, max,
		   frames ? "frames" : "bit");
	return 0;
}

static void vnet_rates_free(struct vnet_rate **rates, u32 n)
{
	while (n--)
		kfree(rates[n]);
	kfree(rates);
}

/* A rate for each TX queue that has none, for vnet_rates_free(); NULL: no memory */
static struct vnet_rate **vnet_rates_alloc(struct vnet_dev *vd)
{
	u32 n = vd->dev->num_tx_queues, i;
	struct vnet_rate **rates;

	rates = kcalloc(n, sizeof(*rates), GFP_KERNEL);
	for (i = 0; rates && i < n; i++) {
		if (vd->txq[i].rate)
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
 * vnet_rate_set_shared - set the rate of all that a device sends
 * @vd: the device, with a peer
 * @max: bits a second, or frames; 0: as many as there are
 * @frames: frames count, not bits
 *
 * Context: locked. May sleep.
 *
 * Return: 0, or -ENOMEM and nothing is changed.
 */
int vnet_rate_set_shared(struct vnet_dev *vd, u64 max, bool frames)
{
	u32 n = vd->dev->num_tx_queues, i;
	struct vnet_rate **rates = NULL;

	vnet_assert_locked(vd);
	if (max) {
		rates = vnet_rates_alloc(vd);
		if (!rates)
			return -ENOMEM;
		for (i = 0; i < n; i++)
			vd->txq[i].paced = true;
		vnet_rate_share(vd);
	}
	for (i = 0; rates && i < n; i++) {
		if (rates[i])
			vnet_rate_swap(&vd->txq[i], rates[i]);
	}
	kfree(rates);

	spin_lock_bh(&vd->pace.lock);
	vnet_pace_set(&vd->pace.pace, max, frames, ktime_get_ns());
	spin_unlock_bh(&vd->pace.lock);
	for (i = 0; i < n; i++) {
		/* What waits for the old rate has its time anew */
		vnet_rate_begin(&vd->txq[i]);
		vnet_rate_end(&vd->txq[i]);
		vnet_rate_drop(&vd->txq[i]);
	}
	if (!max)
		vnet_rate_share(vd);
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

/**
 * vnet_rate_free - forget the rates of a TX queue
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
