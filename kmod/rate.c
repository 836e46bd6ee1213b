// SPDX-License-Identifier: GPL-2.0-only
/*
 * When a frame may go onto a wire that has a rate: of its own, or in common with
 * other wires of the device.
 *
 * A frame may go when the wire has carried those before it. What is not due waits
 * in the TX ring, and what finds no room there, in the qdisc. The frame that is the
 * next of its queue has its time booked with the queue's own rates. When that has
 * come, it waits for its turn among those of other queues, see group.c: a grant,
 * which the sender may find at once, or the device's timer hands out.
 */
#include <linux/netdevice.h>

#include "vnet.h"

/* Timers fire no more often than this; what is due by then goes together */
#define VNET_RATE_TICK_NS	(50 * NSEC_PER_USEC)

/* Turns that are granted before others have the CPU, and the timer fires again */
#define VNET_RATE_TURNS		1024

static ktime_t vnet_rate_tick(u64 when)
{
	return ns_to_ktime(max(when, ktime_get_ns() + VNET_RATE_TICK_NS));
}

/* Look who is next when it may be somebody's turn; under the lock */
static void vnet_shares_arm(struct vnet_shares *shares, u64 when)
{
	if (when >= shares->armed)
		return;
	shares->armed = when;
	hrtimer_start(&shares->timer, vnet_rate_tick(when),
		      HRTIMER_MODE_ABS_PINNED_SOFT);
}

/* The same when the timer has fired */
static void vnet_shares_rearm(struct vnet_shares *shares, u64 when)
{
	shares->armed = U64_MAX;
	vnet_shares_arm(shares, when);
}

/* It is the turn of a queue's next frame; under the lock */
static void vnet_rate_grant(struct vnet_rate *rate, u64 now)
{
	vnet_share_send(&rate->share, rate->frames, rate->bytes, now);
	rate->granted = true;
}

/* Grant a turn. Return: the TX queue that has it, NULL if it is nobody's. */
static struct vnet_txq *vnet_shares_grant(struct vnet_shares *shares, u64 now)
{
	struct vnet_txq *txq = NULL;
	struct vnet_share *share;
	struct vnet_rate *rate;
	u64 when = U64_MAX;

	spin_lock(&shares->lock);
	share = vnet_group_next(&shares->device, now, &when);
	if (share) {
		rate = container_of(share, struct vnet_rate, share);
		vnet_rate_grant(rate, now);
		txq = rate->txq;
	} else {
		vnet_shares_rearm(shares, when);
	}
	spin_unlock(&shares->lock);
	return txq;
}

static enum hrtimer_restart vnet_shares_fire(struct hrtimer *timer)
{
	struct vnet_shares *shares = container_of(timer, struct vnet_shares,
						  timer);
	u32 turns = VNET_RATE_TURNS;
	u64 now = ktime_get_ns();
	struct vnet_txq *txq;

	rcu_read_lock();
	do {
		txq = vnet_shares_grant(shares, now);
		if (txq)
			vnet_wire_resume(txq);
	} while (txq && --turns);
	rcu_read_unlock();
	/* There may be more */
	if (txq) {
		spin_lock(&shares->lock);
		vnet_shares_rearm(shares, now);
		spin_unlock(&shares->lock);
	}
	return HRTIMER_NORESTART;
}

/**
 * vnet_shares_init - let there be nothing that TX queues have in common
 * @shares: of a device
 */
void vnet_shares_init(struct vnet_shares *shares)
{
	spin_lock_init(&shares->lock);
	vnet_group_init(&shares->device, NULL);
	hrtimer_setup(&shares->timer, vnet_shares_fire, CLOCK_MONOTONIC,
		      HRTIMER_MODE_ABS_PINNED_SOFT);
	shares->armed = U64_MAX;
}

/**
 * vnet_shares_exit - the end of it
 * @shares: of a device that is down, with no TX queue left in it
 *
 * Context: may sleep.
 */
void vnet_shares_exit(struct vnet_shares *shares)
{
	hrtimer_cancel(&shares->timer);
}

/**
 * vnet_shares_look - look anew who is next, after a change
 * @shares: of a device
 *
 * Context: under the lock.
 */
void vnet_shares_look(struct vnet_shares *shares)
{
	lockdep_assert_held(&shares->lock);

	if (!list_empty(&shares->device.waiting))
		vnet_shares_arm(shares, 0);
}

static struct vnet_shares *vnet_rate_shares(const struct vnet_rate *rate)
{
	struct vnet_dev *vd = netdev_priv(rate->txq->dev);

	return &vd->shares;
}

/* Whether the next frame, which is due, may go as far as others are concerned */
static bool vnet_rate_turn(struct vnet_rate *rate, const struct vnet_skb_cb *cb,
			   u64 now)
{
	struct vnet_shares *shares = vnet_rate_shares(rate);
	const struct vnet_share *next;
	u64 when = U64_MAX;
	bool granted;

	spin_lock(&shares->lock);
	if (!rate->granted) {
		rate->frames = cb->frames;
		rate->bytes = cb->bytes;
		vnet_share_wait(&rate->share);
		next = vnet_group_next(&shares->device, now, &when);
		if (next == &rate->share)
			vnet_rate_grant(rate, now);
		else
			vnet_shares_arm(shares, next ? now : when);
	}
	granted = rate->granted;
	spin_unlock(&shares->lock);
	return granted;
}

/* When a frame may go that comes next, by the queue's own rates */
static u64 vnet_rate_book(struct vnet_rate *rate, const struct vnet_skb_cb *cb,
			  u64 now)
{
	u64 start = 0, own;
	u32 i;

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
	const struct vnet_skb_cb *cb = vnet_skb_cb(skb);

	if (!rate)
		return true;
	if (!rate->booked) {
		rate->start = vnet_rate_book(rate, cb, now);
		rate->booked = true;
	}
	rate->waits = rate->start <= now && !vnet_rate_turn(rate, cb, now);
	return rate->start <= now && !rate->waits;
}

/**
 * vnet_rate_wait - go on with the wire when the next frame may go
 * @rate: the wire's
 *
 * If it waits for its turn, the device's timer sees to that.
 *
 * Context: softirq or BH disabled.
 */
void vnet_rate_wait(struct vnet_rate *rate)
{
	if (!rate->waits)
		hrtimer_start(&rate->timer, vnet_rate_tick(rate->start),
			      HRTIMER_MODE_ABS_PINNED_SOFT);
}

/**
 * vnet_rate_reset - forget when the next frame was to go
 * @rate: the wire's; may be NULL
 *
 * Context: the wire's owner, BH disabled.
 */
void vnet_rate_reset(struct vnet_rate *rate)
{
	struct vnet_shares *shares;

	if (!rate)
		return;
	shares = vnet_rate_shares(rate);
	spin_lock(&shares->lock);
	vnet_share_quit(&rate->share);
	rate->granted = false;
	spin_unlock(&shares->lock);
	rate->booked = false;
	rate->waits = false;
}

/**
 * vnet_rate_cancel - wait for nothing any more
 * @rate: the wire's, reset; may be NULL
 *
 * Context: may sleep.
 */
void vnet_rate_cancel(struct vnet_rate *rate)
{
	if (rate)
		hrtimer_cancel(&rate->timer);
}

static enum hrtimer_restart vnet_rate_fire(struct hrtimer *timer)
{
	struct vnet_rate *rate = container_of(timer, struct vnet_rate, timer);

	rcu_read_lock();
	vnet_wire_resume(rate->txq);
	rcu_read_unlock();
	return HRTIMER_NORESTART;
}

/**
 * vnet_rate_alloc - make a rate for a TX queue, which has none yet
 * @txq: the queue
 *
 * Context: locked. May sleep.
 *
 * Return: the rate, which limits nothing, for vnet_rate_free(); NULL: no memory.
 */
struct vnet_rate *vnet_rate_alloc(struct vnet_txq *txq)
{
	struct vnet_rate *rate = kzalloc(sizeof(*rate), VNET_GFP);
	struct vnet_shares *shares;

	if (!rate)
		return NULL;
	rate->txq = txq;
	hrtimer_setup(&rate->timer, vnet_rate_fire, CLOCK_MONOTONIC,
		      HRTIMER_MODE_ABS_PINNED_SOFT);
	shares = vnet_rate_shares(rate);
	spin_lock_bh(&shares->lock);
	vnet_share_init(&rate->share, &shares->device);
	spin_unlock_bh(&shares->lock);
	return rate;
}

/**
 * vnet_rate_free - free a rate
 * @rate: no wire's any more; may be NULL
 *
 * Context: may sleep.
 */
void vnet_rate_free(struct vnet_rate *rate)
{
	struct vnet_shares *shares;

	if (!rate)
		return;
	vnet_rate_cancel(rate);
	shares = vnet_rate_shares(rate);
	spin_lock_bh(&shares->lock);
	vnet_share_exit(&rate->share);
	spin_unlock_bh(&shares->lock);
	kfree(rate);
}
