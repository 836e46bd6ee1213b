// SPDX-License-Identifier: GPL-2.0-only
/*
 * A TX queue's accounts: descriptors posted and not completed, BQL, stop and
 * wake. Who completes is the receiver's poll, and nobody else at a time, but where
 * the receiver steers.
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

/**
 * vnet_txq_report - tell BQL what was completed, wake the queue
 * @txq: the queue
 *
 * A queue whose ring was full is woken when a quarter of it is free, so that it
 * does not stop again at the next frame.
 *
 * Context: vnet_txq_complete()
 */
void vnet_txq_report(struct vnet_txq *txq)
{
	u32 descs = txq->bql_descs, charge = txq->bql_charge;
	bool woken;

	txq->bql_descs = 0;
	txq->bql_charge = 0;
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
 * vnet_txq_report_soon - tell BQL of completions that a stopped queue waits for
 * @txq: the queue
 *
 * At once, or within tx_usecs, so that more come together.
 *
 * Context: vnet_txq_complete()
 */
void vnet_txq_report_soon(struct vnet_txq *txq)
{
	u32 usecs = READ_ONCE(txq->moder.usecs);

	if (!usecs || !rcu_access_pointer(txq->dst))
		vnet_txq_report(txq);
	else if (!READ_ONCE(txq->due) && !hrtimer_is_queued(&txq->timer))
		hrtimer_start(&txq->timer, ns_to_ktime((u64)usecs * NSEC_PER_USEC),
			      HRTIMER_MODE_REL_PINNED_SOFT);
}

/**
 * vnet_txq_complete_locked - complete descriptors of a queue that several do
 * @txq: the queue
 * @descs: descriptors that the receiver took
 * @charge: what BQL was charged for them
 *
 * Context: softirq or BH disabled.
 */
void vnet_txq_complete_locked(struct vnet_txq *txq, u32 descs, u32 charge)
{
	spin_lock(&txq->done_lock);
	__vnet_txq_complete(txq, descs, charge);
	spin_unlock(&txq->done_lock);
}

/*
 * Let the poll that completes the queue tell BQL. While the link is down there is
 * none; what waits is looked after when it comes up.
 */
static enum hrtimer_restart vnet_txq_fire(struct hrtimer *timer)
{
	struct vnet_txq *txq = container_of(timer, struct vnet_txq, timer);
	struct vnet_rxq *rxq;

	rcu_read_lock();
	rxq = rcu_dereference(txq->dst);
	if (rxq && !xchg(&txq->due, true))
		llist_add(&txq->due_node, &rxq->due);
	if (rxq)
		vnet_vector_kick(&rxq->vec);
	rcu_read_unlock();
	return HRTIMER_NORESTART;
}

/**
 * vnet_txq_report_due - tell BQL of completions that have waited long enough
 * @due: &vnet_rxq.due
 *
 * Context: the poll, or who holds it still; softirq or BH disabled.
 */
void vnet_txq_report_due(struct llist_head *due)
{
	struct llist_node *list = llist_del_all(due);
	struct vnet_txq *txq, *next;

	llist_for_each_entry_safe(txq, next, list, due_node) {
		/* From here on it may be put into a list again */
		smp_store_release(&txq->due, false);
		spin_lock(&txq->done_lock);
		vnet_txq_report(txq);
		spin_unlock(&txq->done_lock);
	}
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
	spin_lock_init(&txq->done_lock);
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
 * Context: RTNL; nobody sends, and nobody completes @txq.
 */
void vnet_txq_reset(struct vnet_txq *txq)
{
	hrtimer_cancel(&txq->timer);
	vnet_dim_stop(txq->dim);
	txq->done = txq->posted;
	txq->done_seen = txq->posted;
	txq->bql_descs = 0;
	txq->bql_charge = 0;
	netdev_tx_reset_queue(txq->nq);
}
