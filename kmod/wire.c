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
 *
 * Where the receiver steers, each frame has an RX queue of its own, and all its
 * rings are such as several feed. The wire stalls on the ring that the first
 * frame in turn has to go to: what is behind it waits, too, as on any wire.
 *
 * A wire with a rate pauses between frames: it is stalled, but waits for its
 * timer, and is in no list meanwhile.
 */
#include "steer.h"
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

/* In the place of an RX queue to wait for: the wire's timer */
#define VNET_WIRE_PAUSE		((struct vnet_rxq *)ERR_PTR(-EAGAIN))

/* Take the next frame out of a TX ring, whose slot is free when @from goes on */
static struct sk_buff *vnet_wire_pull(struct vnet_txq *txq, u32 *from)
{
	struct sk_buff **slot = vnet_ring_at(&txq->ring, *from);
	struct sk_buff *skb = *slot, *next = skb->next;

	/* A frame cut for the receiver: one descriptor, many frames */
	if (unlikely(next)) {
		skb_mark_not_on_list(skb);
		*slot = next;
	} else {
		(*from)++;
	}
	return skb;
}

/* Move up to @quota frames; context: the owner of the wire, feeding @rxq */
static u32 vnet_wire_transfer(struct vnet_txq *txq, struct vnet_rxq *rxq,
			      u32 quota)
{
	/* Pairs with the post in vnet_xmit(), where that is another CPU's */
	u32 head = smp_load_acquire(&txq->ring.head);
	u32 from = txq->ring.tail, moved = 0, room;

	room = min(vnet_wire_room(rxq, head - from), quota);
	for (; from != head && moved < room; moved++)
		vnet_ring_push(&rxq->ring, vnet_wire_pull(txq, &from));

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

/* Room in a ring that several feed, under feed_lock, but for the generator's */
static u32 vnet_wire_room_shared(struct vnet_rxq *rxq)
{
	u32 room = vnet_wire_room(rxq, U32_MAX);

	return room - min(vnet_wire_reserve(rxq), room);
}

/* Feed a ring that several feed. Return: frames moved. */
static u32 vnet_wire_share(struct vnet_txq *txq, struct vnet_rxq *rxq,
			   u32 quota, bool turn)
{
	u32 moved = 0;

	spin_lock(&rxq->feed_lock);
	if (turn || vnet_wire_turn(txq, rxq))
		moved = vnet_wire_transfer(txq, rxq,
					   min(quota,
					       vnet_wire_room_shared(rxq)));
	spin_unlock(&rxq->feed_lock);
	return moved;
}

/* Take the frame at @from off the wire, without anybody who receives it */
static void vnet_wire_discard(struct vnet_txq *txq, u32 *from)
{
	struct sk_buff *skb = vnet_wire_pull(txq, from);
	const struct vnet_skb_cb *cb = vnet_skb_cb(skb);

	vnet_txq_complete(txq, cb->last, cb->charge);
	kfree_skb(skb);
}

/* Context: under feed_lock */
static void vnet_feed_count(struct vnet_rxq *rxq, enum vnet_feed_stat stat,
			    u32 frames)
{
	u64_stats_update_begin(&rxq->feed_stats.syncp);
	u64_stats_add(&rxq->feed_stats.v[stat], frames);
	u64_stats_update_end(&rxq->feed_stats.syncp);
}

/**
 * vnet_wire_ruled - count what steering rules have done with frames
 * @rxq: the RX queue that they came to, or would have
 * @hits: frames that a rule matched
 * @dropped: of these, those that it dropped
 *
 * Context: softirq or BH disabled, feed_lock not held.
 */
void vnet_wire_ruled(struct vnet_rxq *rxq, u32 hits, u32 dropped)
{
	spin_lock(&rxq->feed_lock);
	vnet_feed_count(rxq, VNET_FEED_RULE_HITS, hits);
	vnet_feed_count(rxq, VNET_FEED_DROP_RULE, dropped);
	spin_unlock(&rxq->feed_lock);
}

/*
 * Move the frame at @from into @rxq, or miss it where the ring is full and there
 * is no flow control. Return: false where it has to wait.
 */
static bool vnet_wire_deliver(struct vnet_txq *txq, struct vnet_rxq *rxq,
			      u32 *from, bool turn)
{
	struct sk_buff *skb = *vnet_ring_at(&txq->ring, *from);
	const struct vnet_skb_cb *cb = vnet_skb_cb(skb);
	bool missed = false, moved = false;

	spin_lock(&rxq->feed_lock);
	if (turn || vnet_wire_turn(txq, rxq)) {
		moved = vnet_wire_room_shared(rxq);
		missed = !moved && READ_ONCE(txq->lossy) &&
			 !READ_ONCE(rxq->gate);
	}
	if (cb->ruled && (moved || missed))
		vnet_feed_count(rxq, VNET_FEED_RULE_HITS, cb->frames);
	if (missed)
		vnet_feed_count(rxq, VNET_FEED_MISSED, cb->frames);
	if (moved) {
		vnet_ring_push(&rxq->ring, vnet_wire_pull(txq, from));
		vnet_ring_publish(&rxq->ring);
	}
	spin_unlock(&rxq->feed_lock);

	if (missed)
		vnet_wire_discard(txq, from);
	return moved || missed;
}

/* Drop the frame at @from, as a rule says; counted where it would have come to */
static void vnet_wire_drop(struct vnet_txq *txq, struct vnet_rxq *rxq,
			   u32 *from)
{
	u32 frames = vnet_skb_cb(*vnet_ring_at(&txq->ring, *from))->frames;

	vnet_wire_ruled(rxq, frames, frames);
	vnet_wire_discard(txq, from);
}

/* The RX queue that the receiver steers a frame to, NULL to drop it */
static struct vnet_rxq *vnet_wire_pick(struct vnet_txq *txq,
				       struct vnet_dev *vd,
				       const struct vnet_steer *steer,
				       struct sk_buff *skb)
{
	u32 queue = vnet_steer_pick(steer, skb, txq->idx);

	if (queue == VNET_STEER_DROP)
		return NULL;
	return &vd->rxq[vnet_link_stand_in(vd, queue, vnet_skb_cb(skb)->hash)];
}

/*
 * Move up to @quota frames one by one, each when it is due by the wire's rate, and
 * to the queue that the receiver steers it to. @turn is for @rxq only, on which
 * the wire may be stalled.
 *
 * Return: as vnet_wire_move()
 */
static struct vnet_rxq *vnet_wire_move_each(struct vnet_txq *txq,
					    struct vnet_rxq *rxq,
					    const struct vnet_steer *steer,
					    u32 quota, bool turn)
{
	struct vnet_rxq *to = rxq, *fed = NULL, *wait = NULL;
	/* Pairs with the post in vnet_xmit(), where that is another CPU's */
	u32 head = smp_load_acquire(&txq->ring.head);
	struct vnet_dev *vd = netdev_priv(rxq->dev);
	u64 now = txq->rate ? ktime_get_ns() : 0;
	u32 from = txq->ring.tail;
	struct sk_buff *skb;

	for (; from != head && quota; quota--) {
		skb = *vnet_ring_at(&txq->ring, from);
		if (!vnet_rate_due(txq->rate, skb, now)) {
			wait = VNET_WIRE_PAUSE;
			break;
		}
		if (steer)
			to = vnet_wire_pick(txq, vd, steer, skb);
		else
			vnet_skb_cb(skb)->ruled = false;
		if (!to) {
			vnet_wire_drop(txq, rxq, &from);
			vnet_rate_went(txq->rate);
			continue;
		}
		if (!vnet_wire_deliver(txq, to, &from, turn && to == rxq)) {
			wait = to;
			break;
		}
		vnet_rate_went(txq->rate);
		if (fed && fed != to)
			vnet_vector_raise(&fed->vec);
		fed = to;
		trace_vnet_wire(txq, to, 1);
	}
	vnet_ring_release(&txq->ring, from);
	if (fed)
		vnet_vector_raise(&fed->vec);
	if (wait)
		return wait;
	return READ_ONCE(txq->ring.head) == from ? NULL : rxq;
}

/*
 * Move up to @quota frames, raise the vector. Where several feed the ring, a
 * wire does not overtake those that wait already, unless @turn is set.
 *
 * Return: the RX queue that the wire has to wait for, @rxq where that is but for
 * its share; VNET_WIRE_PAUSE where the next frame is not due; NULL where the TX
 * ring is empty.
 */
static struct vnet_rxq *vnet_wire_move(struct vnet_txq *txq,
				       struct vnet_rxq *rxq, u32 quota,
				       bool turn)
{
	const struct vnet_dev *vd = netdev_priv(rxq->dev);
	const struct vnet_steer *steer;
	u32 moved;

	if (READ_ONCE(rxq->shared)) {
		steer = rcu_dereference_check(vd->steer,
					      rcu_read_lock_bh_held());
		if (steer || txq->rate)
			return vnet_wire_move_each(txq, rxq, steer, quota,
						   turn);
		moved = vnet_wire_share(txq, rxq, quota, turn);
	} else {
		moved = vnet_wire_transfer(txq, rxq, quota);
	}

	trace_vnet_wire(txq, rxq, moved);
	if (moved)
		vnet_vector_raise(&rxq->vec);

	return READ_ONCE(txq->ring.head) == txq->ring.tail ? NULL : rxq;
}

/* Wait for room in @rxq, behind those that do; under wire_lock */
static void vnet_wire_join(struct vnet_txq *txq, struct vnet_rxq *rxq)
{
	spin_lock(&rxq->feed_lock);
	list_add_tail(&txq->stall_node, &rxq->stalled);
	rxq->waiting++;
	if (vnet_ring_used(&rxq->ring) >= READ_ONCE(rxq->limit)) {
		u64_stats_update_begin(&rxq->feed_stats.syncp);
		u64_stats_inc(&rxq->feed_stats.pauses);
		u64_stats_update_end(&rxq->feed_stats.syncp);
	}
	spin_unlock(&rxq->feed_lock);
	txq->stall_rxq = rxq;
}

/* Wait no more, neither for room nor for the timer; under wire_lock */
static void vnet_wire_quit(struct vnet_txq *txq)
{
	struct vnet_rxq *rxq = txq->stall_rxq;

	if (!txq->paused) {
		spin_lock(&rxq->feed_lock);
		list_del_init(&txq->stall_node);
		rxq->waiting--;
		spin_unlock(&rxq->feed_lock);
	}
	txq->paused = false;
	txq->stall_rxq = NULL;
}

/* Wait until the next frame is due, to go on with @rxq; under wire_lock */
static void vnet_wire_pause(struct vnet_txq *txq, struct vnet_rxq *rxq)
{
	txq->stall_rxq = rxq;
	txq->paused = true;
	vnet_rate_wait(txq->rate);
}

/* Let the wire wait for room in @rxq, or for its rate; under wire_lock */
static void vnet_wire_stall(struct vnet_txq *txq, struct vnet_rxq *rxq,
			    bool pause)
{
	if (pause)
		vnet_wire_pause(txq, rxq);
	else
		vnet_wire_join(txq, rxq);
	WRITE_ONCE(txq->stalled, true);
	trace_vnet_stall(txq, rxq);
}

/**
 * vnet_wire_restall - let a wire that waits do so for another RX queue
 * @txq: the queue, its wire stalled, under wire_lock
 * @rxq: the RX queue
 */
void vnet_wire_restall(struct vnet_txq *txq, struct vnet_rxq *rxq)
{
	lockdep_assert_held(&txq->wire_lock);

	if (txq->paused) {
		txq->stall_rxq = rxq;
		return;
	}
	vnet_wire_quit(txq);
	vnet_wire_join(txq, rxq);
	trace_vnet_stall(txq, rxq);
}

/* Give the wire back to the sender; under wire_lock */
static void vnet_wire_unstall(struct vnet_txq *txq)
{
	vnet_wire_quit(txq);
	/* Both rings before the flag; pairs with vnet_wire_kick() */
	smp_store_release(&txq->stalled, false);
}

/*
 * Move what a stalled wire holds, until it has to wait or is the sender's again;
 * under wire_lock.
 */
static void vnet_wire_proceed(struct vnet_txq *txq, u32 quota, bool turn)
{
	struct vnet_rxq *rxq, *wait;

	for (;;) {
		rxq = txq->stall_rxq;
		wait = vnet_wire_move(txq, rxq, quota, turn);
		if (!wait) {
			vnet_wire_unstall(txq);
			return;
		}
		if (wait == rxq && !txq->paused)
			return;

		vnet_wire_quit(txq);
		if (wait == VNET_WIRE_PAUSE) {
			vnet_wire_pause(txq, rxq);
			return;
		}
		vnet_wire_join(txq, wait);
		trace_vnet_stall(txq, wait);
		turn = false;
		/*
		 * The stall before the far index: the poll may have emptied the
		 * ring meanwhile and not seen the stall. Pairs with
		 * vnet_rx_end().
		 */
		smp_mb();
	}
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
	vnet_rate_reset(txq->rate);
	spin_unlock_bh(&txq->wire_lock);
	vnet_rate_cancel(txq->rate);
}

/**
 * vnet_wire_resume - go on with a wire that paused
 * @txq: the TX queue
 *
 * Context: softirq, in an RCU read section.
 */
void vnet_wire_resume(struct vnet_txq *txq)
{
	spin_lock(&txq->wire_lock);
	if (txq->paused)
		vnet_wire_proceed(txq, U32_MAX, false);
	spin_unlock(&txq->wire_lock);
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
	struct vnet_rxq *wait = rxq;

	/* Pairs with vnet_wire_unstall() */
	if (likely(!smp_load_acquire(&txq->stalled))) {
		wait = vnet_wire_move(txq, rxq, U32_MAX, false);
		if (likely(!wait))
			return;
	}

	/*
	 * The lock decides: a poll that held it before either saw the new
	 * descriptors or ended the stall, one that gets it later will see them.
	 */
	spin_lock(&txq->wire_lock);
	if (!txq->stalled && wait == VNET_WIRE_PAUSE)
		vnet_wire_stall(txq, rxq, true);
	else if (!txq->stalled)
		vnet_wire_stall(txq, wait, false);
	/* The stall before the far index, as in vnet_wire_proceed() */
	smp_mb();
	vnet_wire_proceed(txq, U32_MAX, false);
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
		if (txq->stall_rxq == rxq)
			vnet_wire_proceed(txq, quota, true);
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
	vnet_feed_count(rxq, VNET_FEED_MISSED, frames);
	spin_unlock(&rxq->feed_lock);
}

/**
 * vnet_wire_bad_fcs - count frames that the receiver drops for their FCS
 * @rxq: the RX queue
 * @frames: how many
 *
 * Context: as vnet_wire_missed()
 */
void vnet_wire_bad_fcs(struct vnet_rxq *rxq, u32 frames)
{
	spin_lock(&rxq->feed_lock);
	vnet_feed_count(rxq, VNET_FEED_DROP_FCS, frames);
	spin_unlock(&rxq->feed_lock);
}
