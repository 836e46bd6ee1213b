// SPDX-License-Identifier: GPL-2.0-only
/*
 * A TX queue's accounts: descriptors posted and not completed, BQL, stop and
 * wake. Who completes is the receiver's poll, and nobody else at a time.
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
	u32 used = READ_ONCE(txq->ring.head) - READ_ONCE(txq->done);
	u32 limit = READ_ONCE(txq->limit);

	return used < limit ? limit - used : 0;
}

/**
 * vnet_txq_complete - complete descriptors, wake the queue
 * @txq: the queue
 * @descs: descriptors that the receiver took
 * @charge: what BQL was charged for them
 *
 * A stopped queue is woken when a quarter of the ring is free, so that it does
 * not stop again at the next frame.
 *
 * Context: the one that completes @txq, that is the poll of the RX queue that
 * it feeds, or whoever holds this poll still; the sender of a device alone.
 */
void vnet_txq_complete(struct vnet_txq *txq, u32 descs, u32 charge)
{
	/* Pairs with the acquire in vnet_xmit_room() */
	smp_store_release(&txq->done, txq->done + descs);
	txq_trans_cond_update(txq->nq);
	trace_vnet_complete(txq, descs, charge);

	if (!charge) {
		/* Pairs with netif_txq_try_stop(); BQL brings none then */
		smp_mb();
	}
	netif_txq_completed_wake(txq->nq, descs, charge, vnet_txq_room(txq),
				 READ_ONCE(txq->limit) / 4);
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
	u32 descs = vnet_ring_used(&txq->ring), frames = 0, bytes, i;
	struct sk_buff *skb, *next;

	*charge = 0;
	if (!descs)
		return 0;

	for (i = txq->ring.tail; i != txq->ring.head; i++) {
		skb_list_walk_safe(*vnet_ring_at(&txq->ring, i), skb, next) {
			skb_mark_not_on_list(skb);
			frames += vnet_frame_wire(skb, &bytes);
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
	txq->done = txq->ring.head;
	txq->done_seen = txq->ring.head;
	netdev_tx_reset_queue(txq->nq);
}
