// SPDX-License-Identifier: GPL-2.0-only
/*
 * The wire: moves descriptors from a TX ring to the RX ring at its other end.
 * As a rule there are none: a frame whose way is free goes straight into the RX
 * ring, see vnet_wire_free().
 *
 * Who owns the wire of a TX queue, owns the tail of its ring, and feeds the RX
 * ring. As a rule that is the sender, under the core's TX lock, without any
 * lock of ours. When the RX ring is full, the wire stalls: from then on it is
 * moved under wire_lock only, by the receiver's poll when there is room again,
 * or by a sender who comes by. Who moves the last descriptor ends the stall,
 * and the wire is the sender's again.
 *
 * An RX ring that several feed is fed under feed_lock, which also guards the
 * list of stalled wires. Order of locks: TX lock, wire_lock, feed_lock.
 */
#include "vnet.h"
#include "trace.h"

/**
 * vnet_wire_full - whether an RX ring takes no more frames
 * @rxq: the RX queue
 *
 * Context: any; a snapshot but for who feeds @rxq.
 */
bool vnet_wire_full(const struct vnet_rxq *rxq)
{
	return READ_ONCE(rxq->gate) ||
	       vnet_ring_used(&rxq->ring) >= READ_ONCE(rxq->limit);
}

/* Move up to @quota frames; context: the owner of the wire, feeding @rxq */
static u32 vnet_wire_transfer(struct vnet_txq *txq, struct vnet_rxq *rxq,
			      u32 quota)
{
	/* Pairs with the post in vnet_xmit(), where that is another CPU's */
	u32 head = smp_load_acquire(&txq->ring.head);
	u32 from = txq->ring.tail, moved = 0, room;
	struct sk_buff *skb, *next, **slot;

	room = min(vnet_wire_room(rxq, head - from), quota);
	for (; from != head && moved < room; moved++) {
		slot = vnet_ring_at(&txq->ring, from);
		skb = *slot;
		next = skb->next;
		vnet_ring_push(&rxq->ring, skb);

		/* A frame cut for the receiver: one descriptor, many frames */
		if (unlikely(next)) {
			skb_mark_not_on_list(skb);
			*slot = next;
		} else {
			from++;
		}
	}

	vnet_ring_publish(&rxq->ring);
	vnet_ring_release(&txq->ring, from);
	return moved;
}

/* Whether the wire may be moved now, or others wait longer; under feed_lock */
static bool vnet_wire_turn(const struct vnet_txq *txq,
			   const struct vnet_rxq *rxq)
{
	return list_empty(&rxq->stalled) ||
	       list_first_entry(&rxq->stalled, struct vnet_txq,
				stall_node) == txq;
}

/* Room that the generator has not used of its share */
static u32 vnet_wire_reserve(const struct vnet_rxq *rxq)
{
	u32 share = READ_ONCE(rxq->gen_share), used = READ_ONCE(rxq->gen_ring);

	return share > used ? share - used : 0;
}

/*
 * Move up to @quota frames into a ring that several feed, under feed_lock; leave
 * the generator its share.
 */
static u32 vnet_wire_transfer_shared(struct vnet_txq *txq,
				     struct vnet_rxq *rxq, u32 quota)
{
	u32 room = vnet_wire_room(rxq, U32_MAX);
	u32 reserve = min(vnet_wire_reserve(rxq), room);

	return vnet_wire_transfer(txq, rxq, min(quota, room - reserve));
}

/*
 * Move up to @quota frames, raise the vector. Where several feed the ring, a
 * wire does not overtake those that wait already, unless @turn is set.
 *
 * Return: whether the TX ring is empty.
 */
static bool vnet_wire_move(struct vnet_txq *txq, struct vnet_rxq *rxq,
			   u32 quota, bool turn)
{
	u32 moved = 0;

	if (READ_ONCE(rxq->shared)) {
		spin_lock(&rxq->feed_lock);
		if (turn || vnet_wire_turn(txq, rxq))
			moved = vnet_wire_transfer_shared(txq, rxq, quota);
		spin_unlock(&rxq->feed_lock);
	} else {
		moved = vnet_wire_transfer(txq, rxq, quota);
	}

	trace_vnet_wire(txq, rxq, moved);
	if (moved)
		vnet_vector_raise(&rxq->vec);

	return READ_ONCE(txq->ring.head) == txq->ring.tail;
}

/**
 * vnet_wire_stall - let the wire wait for room
 * @txq: the queue, its wire not stalled, under wire_lock
 * @rxq: the RX queue that has no room
 */
void vnet_wire_stall(struct vnet_txq *txq, struct vnet_rxq *rxq)
{
	lockdep_assert_held(&txq->wire_lock);

	spin_lock(&rxq->feed_lock);
	list_add_tail(&txq->stall_node, &rxq->stalled);
	rxq->waiting++;
	spin_unlock(&rxq->feed_lock);

	txq->stall_rxq = rxq;
	WRITE_ONCE(txq->stalled, true);
	trace_vnet_stall(txq, rxq);
}

/**
 * vnet_wire_unstall - give the wire back to the sender
 * @txq: the queue, its wire stalled, under wire_lock
 */
void vnet_wire_unstall(struct vnet_txq *txq)
{
	struct vnet_rxq *rxq = txq->stall_rxq;

	lockdep_assert_held(&txq->wire_lock);

	spin_lock(&rxq->feed_lock);
	list_del_init(&txq->stall_node);
	rxq->waiting--;
	spin_unlock(&rxq->feed_lock);

	txq->stall_rxq = NULL;
	/* Both rings before the flag; pairs with vnet_wire_kick() */
	smp_store_release(&txq->stalled, false);
}

/**
 * vnet_wire_cancel - let the wire wait no more
 * @txq: the queue, whose sender is kept away
 *
 * What is in the TX ring stays there, and nobody moves it.
 *
 * Context: RTNL, BH enabled.
 */
void vnet_wire_cancel(struct vnet_txq *txq)
{
	spin_lock_bh(&txq->wire_lock);
	if (txq->stalled)
		vnet_wire_unstall(txq);
	spin_unlock_bh(&txq->wire_lock);
}

/**
 * vnet_wire_kick - the doorbell: move what was posted
 * @txq: the TX queue
 * @rxq: the RX queue at its other end
 *
 * Context: the sender, under the core's TX lock.
 */
void vnet_wire_kick(struct vnet_txq *txq, struct vnet_rxq *rxq)
{
	/* Pairs with vnet_wire_unstall() */
	if (likely(!smp_load_acquire(&txq->stalled)) &&
	    likely(vnet_wire_move(txq, rxq, U32_MAX, false)))
		return;

	/*
	 * The lock decides: a poll that held it before either saw the new
	 * descriptors or ended the stall, one that gets it later will see them.
	 */
	spin_lock(&txq->wire_lock);
	if (!txq->stalled)
		vnet_wire_stall(txq, rxq);
	/*
	 * The stall before the far index: the poll may have emptied the ring
	 * meanwhile and not seen the stall. Pairs with vnet_vector_unmask().
	 */
	smp_mb();
	if (vnet_wire_move(txq, txq->stall_rxq, U32_MAX, false))
		vnet_wire_unstall(txq);
	spin_unlock(&txq->wire_lock);
}

/* The wire whose turn it is, which is the last in turn from then on */
static struct vnet_txq *vnet_wire_next(struct vnet_rxq *rxq)
{
	struct vnet_txq *txq = NULL;

	spin_lock(&rxq->feed_lock);
	if (!vnet_wire_full(rxq))
		txq = list_first_entry_or_null(&rxq->stalled, struct vnet_txq,
					       stall_node);
	if (txq)
		list_rotate_left(&rxq->stalled);
	spin_unlock(&rxq->feed_lock);
	return txq;
}

/**
 * vnet_wire_restart - move what waits for room in an RX ring
 * @rxq: the RX queue
 *
 * Each stalled wire gets its share of the ring in turn; who got none because
 * the ring was full again is the first the next time.
 *
 * Context: the poll of @rxq, in an RCU read section.
 */
void vnet_wire_restart(struct vnet_rxq *rxq)
{
	u32 waiting = max(READ_ONCE(rxq->waiting), 1U), n;
	u32 quota = max(READ_ONCE(rxq->limit) / waiting, 1U);
	struct vnet_txq *txq;

	for (n = 0; n < waiting; n++) {
		txq = vnet_wire_next(rxq);
		if (!txq)
			return;

		spin_lock(&txq->wire_lock);
		if (txq->stall_rxq == rxq &&
		    vnet_wire_move(txq, rxq, quota, true))
			vnet_wire_unstall(txq);
		spin_unlock(&txq->wire_lock);
	}
}

static u32 vnet_wire_put(struct vnet_rxq *rxq, struct sk_buff **frames, u32 n)
{
	u32 i;

	n = min(n, vnet_wire_room(rxq, n));
	for (i = 0; i < n; i++)
		vnet_ring_push(&rxq->ring, frames[i]);
	vnet_ring_publish(&rxq->ring);
	return n;
}

/**
 * vnet_wire_feed - put frames into an RX ring that come from no TX queue
 * @rxq: the RX queue
 * @frames: the frames
 * @n: how many
 *
 * Context: softirq, in an RCU read section.
 *
 * Return: how many found room; these are the ring's now.
 */
u32 vnet_wire_feed(struct vnet_rxq *rxq, struct sk_buff **frames, u32 n)
{
	if (READ_ONCE(rxq->shared)) {
		spin_lock(&rxq->feed_lock);
		n = vnet_wire_put(rxq, frames, n);
		spin_unlock(&rxq->feed_lock);
	} else {
		n = vnet_wire_put(rxq, frames, n);
	}

	if (n)
		vnet_vector_raise(&rxq->vec);
	return n;
}

/**
 * vnet_wire_missed - count frames that found no room
 * @rxq: the RX queue
 * @frames: how many, as a wire carries them
 *
 * Context: softirq or BH disabled, feed_lock not held.
 */
void vnet_wire_missed(struct vnet_rxq *rxq, u32 frames)
{
	spin_lock(&rxq->feed_lock);
	u64_stats_update_begin(&rxq->feed_stats.syncp);
	u64_stats_add(&rxq->feed_stats.missed, frames);
	u64_stats_update_end(&rxq->feed_stats.syncp);
	spin_unlock(&rxq->feed_lock);
}
