// SPDX-License-Identifier: GPL-2.0-only
/*
 * A TX queue's accounts: descriptors posted and not completed, BQL, stop and
 * wake. Who completes is the receiver's poll, and nobody else at a time, but where
 * the receiver steers. Who tells BQL and wakes the queue may be another, on the
 * sender's CPU.
 */
#include <net/netdev_queues.h>

#include "vnet.h"
#include "trace.h"

/**
 * vnet_txq_room - descriptors that may still be posted
 * @txq: the queue
 *
 * Looks at both far indices, as stop and wake need it.
 *
 * Context: any.
 */
u32 vnet_txq_room(const struct vnet_txq *txq)
{
	u32 used = vnet_txq_used(txq), limit = READ_ONCE(txq->limit);

	return used < limit ? limit - used : 0;
}

/* Tell BQL what was completed, wake the queue; under done_lock */
static void __vnet_txq_report(struct vnet_txq *txq)
{
	/* Their charge as well, if not more; pairs with vnet_txq_add() */
	u32 descs = smp_load_acquire(&txq->done) - txq->told;
	u32 charge = READ_ONCE(txq->done_charge) - txq->told_charge;
	bool woken;

	WRITE_ONCE(txq->told, txq->told + descs);
	txq->told_charge += charge;
	/* A slow receiver is none that the watchdog has to know of */
	txq_trans_cond_update(txq->nq);
	trace_vnet_complete(txq, descs, charge);
	if (unlikely(READ_ONCE(txq->adaptive)))
		vnet_dim_reported(txq, descs, charge);
	woken = !netif_txq_completed_wake(txq->nq, descs, charge,
					  vnet_txq_room(txq),
					  max(READ_ONCE(txq->limit) / 4, 1U));
	if (unlikely(woken)) {
		u64_stats_update_begin(&txq->wake_stats.syncp);
		u64_stats_inc(&txq->wake_stats.wakes);
		u64_stats_update_end(&txq->wake_stats.syncp);
	}
}

/**
 * vnet_txq_report - tell BQL what was completed, wake the queue
 * @txq: the queue
 *
 * A queue whose ring was full is woken when a quarter of it is free, so that it
 * does not stop again at the next frame.
 *
 * Context: any.
 */
void vnet_txq_report(struct vnet_txq *txq)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&txq->done_lock, flags);
	__vnet_txq_report(txq);
	raw_spin_unlock_irqrestore(&txq->done_lock, flags);
}

/* On the CPU that was set, in hard interrupt context */
static void vnet_txq_called(void *info)
{
	struct vnet_txq *txq = info;

	/* The flag before what was completed; pairs with vnet_txq_tell() */
	smp_store_mb(txq->called, false);
	vnet_txq_report(txq);
}

/*
 * The CPU that a TX queue goes on to send from: that of the RX queue it shares a
 * vector with
 */
static int vnet_txq_cpu(const struct vnet_txq *txq)
{
	u32 n = READ_ONCE(txq->dev->real_num_rx_queues);
	const struct vnet_dev *vd = netdev_priv(txq->dev);

	return READ_ONCE(vd->rxq[txq->idx % n].vec.cpu);
}

/*
 * Report to a queue that is stopped. It sends again from the CPU that wakes it: on
 * the receiver's it would wait until that has polled for a while.
 */
static void vnet_txq_tell(struct vnet_txq *txq)
{
	int cpu = vnet_txq_cpu(txq);

	if (cpu == VNET_CPU_ANY || cpu == smp_processor_id()) {
		vnet_txq_report(txq);
		return;
	}
	/* What was completed before the flag; pairs with vnet_txq_called() */
	if (xchg(&txq->called, true))
		return;
	/* Not if that CPU is offline */
	if (unlikely(smp_call_function_single_async(cpu, &txq->csd)))
		vnet_txq_called(txq);
}

/**
 * vnet_txq_report_stopped - report completions that a stopped queue waits for
 * @txq: the queue
 * @enough: they are as many as tx_frames says
 *
 * At once, or within tx_usecs, so that more come together.
 *
 * Context: vnet_txq_complete()
 */
void vnet_txq_report_stopped(struct vnet_txq *txq, bool enough)
{
	u32 usecs = READ_ONCE(txq->moder.usecs);

	if (enough || !usecs)
		vnet_txq_tell(txq);
	else if (!hrtimer_is_queued(&txq->timer))
		hrtimer_start(&txq->timer, ns_to_ktime((u64)usecs * NSEC_PER_USEC),
			      HRTIMER_MODE_REL_PINNED_SOFT);
}

/**
 * vnet_txq_add_locked - note completions of a queue that several complete
 * @txq: the queue
 * @descs: descriptors that the receiver took
 * @charge: what BQL was charged for them
 *
 * Context: softirq or BH disabled.
 */
void vnet_txq_add_locked(struct vnet_txq *txq, u32 descs, u32 charge)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&txq->done_lock, flags);
	vnet_txq_add(txq, descs, charge);
	raw_spin_unlock_irqrestore(&txq->done_lock, flags);
}

/* When completions have waited long enough */
static enum hrtimer_restart vnet_txq_fire(struct hrtimer *timer)
{
	vnet_txq_tell(container_of(timer, struct vnet_txq, timer));
	return HRTIMER_NORESTART;
}

/**
 * vnet_txq_init - set up a queue without a ring
 * @txq: the queue
 * @dev: the device
 * @idx: index of the queue
 */
void vnet_txq_init(struct vnet_txq *txq, struct net_device *dev, u32 idx)
{
	txq->dev = dev;
	txq->nq = netdev_get_tx_queue(dev, idx);
	txq->idx = idx;
	spin_lock_init(&txq->wire_lock);
	raw_spin_lock_init(&txq->done_lock);
	INIT_CSD(&txq->csd, vnet_txq_called, txq);
	INIT_LIST_HEAD(&txq->stall_node);
	u64_stats_init(&txq->stats.syncp);
	u64_stats_init(&txq->wake_stats.syncp);
	hrtimer_setup(&txq->timer, vnet_txq_fire, CLOCK_MONOTONIC,
		      HRTIMER_MODE_REL_PINNED_SOFT);
}

/**
 * vnet_txq_flush - drop what waits in the TX ring for the wire
 * @txq: the queue
 * @charge: set to what BQL was charged for the descriptors
 *
 * The frames are counted; to complete the descriptors is left to the caller.
 *
 * Context: RTNL, BH enabled; nobody posts, and the wire is not stalled.
 *
 * Return: number of descriptors dropped.
 */
u32 vnet_txq_flush(struct vnet_txq *txq, u32 *charge)
{
	u32 descs = vnet_ring_used(&txq->ring), frames = 0, i;
	struct sk_buff *skb, *next;

	*charge = 0;
	if (!descs)
		return 0;

	for (i = txq->ring.tail; i != txq->ring.head; i++) {
		skb_list_walk_safe(*vnet_ring_at(&txq->ring, i), skb, next) {
			skb_mark_not_on_list(skb);
			frames += vnet_skb_cb(skb)->frames;
			*charge += vnet_skb_cb(skb)->charge;
			kfree_skb(skb);
		}
	}
	vnet_ring_release(&txq->ring, i);

	/* A late sender may count as well, that the link is down */
	__netif_tx_lock_bh(txq->nq);
	u64_stats_update_begin(&txq->stats.syncp);
	u64_stats_add(&txq->stats.v[VNET_TX_DROP_FLUSH], frames);
	u64_stats_update_end(&txq->stats.syncp);
	__netif_tx_unlock_bh(txq->nq);

	return descs;
}

/**
 * vnet_txq_reset - forget what is under way, start afresh
 * @txq: the queue, its ring empty
 *
 * What the receiver still holds was posted in an epoch that is over, its
 * completion is void.
 *
 * Context: RTNL; nobody sends, and nobody completes @txq. May sleep.
 */
void vnet_txq_reset(struct vnet_txq *txq)
{
	unsigned long flags;

	hrtimer_cancel(&txq->timer);
	/* A call that is under way comes as soon as its CPU has interrupts enabled */
	smp_cond_load_relaxed(&txq->called, !VAL);
	vnet_dim_stop(txq->dim);

	raw_spin_lock_irqsave(&txq->done_lock, flags);
	txq->done = txq->posted;
	txq->done_seen = txq->posted;
	txq->told = txq->done;
	txq->told_charge = txq->done_charge;
	netdev_tx_reset_queue(txq->nq);
	raw_spin_unlock_irqrestore(&txq->done_lock, flags);
}
