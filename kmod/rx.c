// SPDX-License-Identifier: GPL-2.0-only
/*
 * The receiver: NAPI takes frames from the RX ring, hands them to the stack,
 * completes them on the queue that sent them, and restarts stalled wires.
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <net/busy_poll.h>

#include "merge.h"
#include "vnet.h"
#include "trace.h"

/* Frames taken before their slots are given back and their sender is told */
#define VNET_RX_BATCH	8U

/* Most polls in which frames go past GRO before it is tried again */
#define VNET_GRO_SKIP_MAX	15U

/*
 * Descriptors of one TX queue that were taken and not yet completed, and frames
 * of the generator
 */
struct vnet_rx_done {
	struct vnet_txq *txq;
	u32 descs;
	u32 charge;
	u32 generated;
};

static void vnet_rx_complete(struct vnet_rx_done *done)
{
	if (done->descs || done->charge)
		vnet_txq_complete(done->txq, done->descs, done->charge);
	done->descs = 0;
	done->charge = 0;
}

/* Whether a frame completes; one posted before its queue was reset does not */
static bool vnet_rx_completes(const struct vnet_skb_cb *cb)
{
	return likely(cb->txq) && likely(cb->epoch == READ_ONCE(cb->txq->epoch));
}

/* What was taken last was another queue's; in line it would cost all frames */
static noinline void vnet_rx_turn(struct vnet_rx_done *done,
				  struct vnet_txq *txq)
{
	vnet_rx_complete(done);
	done->txq = txq;
}

/* Note a frame's completion */
static void vnet_rx_taken(struct vnet_rx_done *done, struct sk_buff *skb)
{
	const struct vnet_skb_cb *cb = vnet_skb_cb(skb);

	if (!vnet_rx_completes(cb)) {
		done->generated += !cb->txq;
		return;
	}

	if (unlikely(done->txq != cb->txq))
		vnet_rx_turn(done, cb->txq);
	done->descs += cb->last;
	done->charge += cb->charge;
}

/* Whether a frame that is longer than @limit is too long on the wire as well */
static noinline bool vnet_rx_gso_too_long(struct sk_buff *skb, u32 limit)
{
	if (!skb_is_gso(skb))
		return true;

	skb_reset_mac_header(skb);
	limit += vnet_gso_jumbo_len(skb);
	return !skb_gso_validate_mac_len(skb, limit);
}

static __always_inline bool vnet_rx_too_long(struct sk_buff *skb,
					     const struct net_device *dev)
{
	u32 limit = READ_ONCE(dev->mtu) + ETH_HLEN + VLAN_HLEN;

	return unlikely(skb->len > limit) && !(dev->features & NETIF_F_RXALL) &&
	       vnet_rx_gso_too_long(skb, limit);
}

/* Whether all frames have to go to GRO, or a flow might get out of order */
static bool vnet_rx_gro_must(const struct vnet_rxq *rxq)
{
	return vnet_napi_gro_holds(&rxq->napi) ||
	       vnet_napi_gro_waits(&rxq->napi);
}

/*
 * GRO costs more than all else on this path, and pays only where frames merge:
 * not for one that is alone in its poll, nor where it merged none when it was
 * last tried; then it is left out for twice as many polls as before. But while
 * it holds frames, or is told to wait for more, all have to go to it.
 */
static bool vnet_rx_gro_pays(struct vnet_rxq *rxq)
{
	if (vnet_rx_gro_must(rxq))
		return true;
	if (!(rxq->dev->features & NETIF_F_GRO))
		return false;
	if (!rxq->gro_skip)
		return true;
	rxq->gro_skip--;
	return false;
}

/* Learn whether GRO has paid in a poll */
static void vnet_rx_gro_learn(struct vnet_rxq *rxq, bool merged)
{
	if (merged)
		rxq->gro_wait = 0;
	else
		rxq->gro_wait = min(rxq->gro_wait * 2 + 1, VNET_GRO_SKIP_MAX);
	rxq->gro_skip = rxq->gro_wait;
}

/* See vnet_rx_count(); in line, for each poll */
static __always_inline void
__vnet_rx_count(struct vnet_rxq *rxq, enum vnet_rx_stat stat, u32 n)
{
	u64_stats_update_begin(&rxq->stats.syncp);
	u64_stats_add(&rxq->stats.v[stat], n);
	u64_stats_update_end(&rxq->stats.syncp);
}

/**
 * vnet_rx_count - add to a counter of the poll
 * @rxq: the RX queue
 * @stat: which
 * @n: how much
 *
 * Context: the poll of @rxq, or instead of it.
 */
void vnet_rx_count(struct vnet_rxq *rxq, enum vnet_rx_stat stat, u32 n)
{
	__vnet_rx_count(rxq, stat, n);
}

/**
 * vnet_rx_drop - drop a frame that came
 * @rxq: the RX queue
 * @stat: what counts it
 * @skb: the frame, labelled
 *
 * Context: the poll of @rxq.
 */
noinline void vnet_rx_drop(struct vnet_rxq *rxq, enum vnet_rx_stat stat,
			   struct sk_buff *skb)
{
	vnet_rx_count(rxq, stat, vnet_skb_cb(skb)->frames);
	/* What is filtered is no loss, nothing that a drop monitor should see */
	if (stat == VNET_RX_DROP_FILTER || stat == VNET_RX_DROP_VLAN)
		consume_skb(skb);
	else
		kfree_skb(skb);
}

/* Take a tag out of a frame. Return: NULL without memory, and it is counted. */
static noinline struct sk_buff *vnet_rx_untag(struct vnet_rxq *rxq,
					      struct sk_buff *skb)
{
	u32 frames = vnet_skb_cb(skb)->frames;

	/* One that ends within the tag is for the stack to judge */
	if (skb->len < VLAN_HLEN + sizeof(__be16) ||
	    !vnet_offload_strips(rxq->dev, skb->protocol))
		return skb;
	skb = skb_vlan_untag(skb);
	if (!skb)
		vnet_rx_count(rxq, VNET_RX_DROP_NOMEM, frames);
	return skb;
}

/*
 * Count a frame and make it the stack's. Return: the frame, NULL if it was dropped.
 */
static __always_inline struct sk_buff *vnet_rx_prepare(struct vnet_rxq *rxq,
						       struct sk_buff *skb)
{
	struct net_device *dev = rxq->dev;
	const struct vnet_skb_cb *cb;

	skb_orphan(skb);
	if (unlikely(vnet_rx_too_long(skb, dev))) {
		vnet_rx_drop(rxq, VNET_RX_DROP_LENGTH, skb);
		return NULL;
	}
	if (unlikely(READ_ONCE(rxq->unusual))) {
		skb = vnet_offload_rx(rxq, skb);
		if (!skb)
			return NULL;
	}
	skb->no_fcs = 0;

	skb->protocol = eth_type_trans(skb, dev);
	if (unlikely(skb->pkt_type != PACKET_HOST) &&
	    unlikely(!(dev->flags & IFF_PROMISC)) &&
	    unlikely(!vnet_filter_takes(dev, skb))) {
		vnet_rx_drop(rxq, VNET_RX_DROP_FILTER, skb);
		return NULL;
	}
	skb_postpull_rcsum(skb, eth_hdr(skb), ETH_HLEN);
	if (unlikely(eth_type_vlan(skb->protocol))) {
		skb = vnet_rx_untag(rxq, skb);
		if (!skb)
			return NULL;
	}

	cb = vnet_skb_cb(skb);
	u64_stats_update_begin(&rxq->stats.syncp);
	u64_stats_add(&rxq->stats.v[VNET_RX_BYTES], cb->bytes);
	vnet_frame_count(rxq->stats.frames, cb);
	u64_stats_update_end(&rxq->stats.syncp);

	skb_record_rx_queue(skb, rxq->idx);
	skb_mark_napi_id(skb, &rxq->napi);
	return skb;
}

/* Hand a frame to GRO. Return: whether it was merged. */
static bool vnet_rx_gro(struct vnet_rxq *rxq, struct sk_buff *skb)
{
	gro_result_t result;

	/*
	 * One that is merged already does without GRO, but not past what GRO
	 * holds. GRO writes into what a clone shares with the sender, who may
	 * send it again: without memory for a copy it does without GRO, too.
	 */
	if ((skb_is_gso(skb) && !vnet_napi_gro_holds(&rxq->napi)) ||
	    unlikely(skb_unclone(skb, GFP_ATOMIC))) {
		netif_receive_skb(skb);
		return false;
	}

	result = napi_gro_receive(&rxq->napi, skb);
	return result == GRO_MERGED || result == GRO_MERGED_FREE;
}

/* Take the only frame there is, of a queue that nobody else completes */
static void vnet_rx_take_one(struct vnet_rxq *rxq)
{
	u32 tail = rxq->ring.tail;
	struct sk_buff *skb = *vnet_ring_at(&rxq->ring, tail);
	const struct vnet_skb_cb *cb = vnet_skb_cb(skb);
	struct vnet_txq *txq = NULL;
	u32 charge = cb->charge;
	bool last = cb->last;

	if (vnet_rx_completes(cb))
		txq = cb->txq;
	else if (!cb->txq)
		vnet_gen_delivered(rxq, 1);

	skb = vnet_rx_prepare(rxq, skb);
	if (likely(skb))
		netif_receive_skb(skb);
	vnet_ring_release(&rxq->ring, tail + 1);
	if (likely(txq))
		__vnet_txq_complete(txq, last, charge);
}

/*
 * Take @n frames. Their slots are given back last: who finds the ring empty
 * finds all frames counted. Return: whether GRO merged any.
 */
static bool vnet_rx_take(struct vnet_rxq *rxq, u32 n, bool gro,
			 struct vnet_merge *merge)
{
	u32 tail = rxq->ring.tail, end = tail + n;
	struct vnet_rx_done done = {};
	bool merged = false;
	struct sk_buff *skb;

	while (tail != end) {
		skb = *vnet_ring_at(&rxq->ring, tail++);
		if (likely(tail != end))
			prefetch(*vnet_ring_at(&rxq->ring, tail));
		vnet_rx_taken(&done, skb);
		skb = vnet_rx_prepare(rxq, skb);
		if (unlikely(!skb))
			continue;
		if (gro)
			merged |= vnet_rx_gro(rxq, skb);
		else if (unlikely(merge))
			vnet_merge_receive(merge, skb);
		else
			netif_receive_skb(skb);
	}
	if (unlikely(merge))
		vnet_merge_deliver(merge);
	if (unlikely(done.generated))
		vnet_gen_delivered(rxq, done.generated);
	vnet_ring_release(&rxq->ring, end);
	vnet_rx_complete(&done);
	return merged;
}

/*
 * What takes the next @n frames, NULL if nothing is merged: one that is alone, with none
 * held, has nothing to be merged with.
 */
static struct vnet_merge *vnet_rx_merge(struct vnet_merge *merge, u32 n)
{
	return n > 1 || vnet_merge_holds(merge) ? merge : NULL;
}

/*
 * Take what there is, from stalled wires as well. Apart from the poll, since a
 * single frame would pay for its stack. Return: frames taken.
 */
static noinline u32 vnet_rx_take_all(struct vnet_rxq *rxq, u32 budget)
{
	/* Pairs with the release in vnet_merge_alloc() */
	struct vnet_merge *merge = READ_ONCE(rxq->merge);
	bool tried, gro, merged = false;
	u32 left = budget, ready, n;

	rcu_read_lock();
	if (unlikely(merge))
		merge = vnet_merge_begin(rxq);
	tried = likely(!merge) && vnet_rx_gro_pays(rxq);
	gro = tried;
	while (left) {
		ready = vnet_ring_ready(&rxq->ring);
		if (!ready) {
			if (!READ_ONCE(rxq->waiting))
				break;
			vnet_wire_restart(rxq);
			ready = vnet_ring_ready(&rxq->ring);
			if (!ready)
				break;
		}

		n = min3(ready, left, VNET_RX_BATCH);
		merged |= vnet_rx_take(rxq, n, gro,
				       unlikely(merge) ?
				       vnet_rx_merge(merge, n) : NULL);
		left -= n;
		/* It merged none, and took none that others might merge with */
		if (gro && !merged)
			gro = vnet_rx_gro_must(rxq);
	}
	if (READ_ONCE(rxq->waiting))
		vnet_wire_restart(rxq);
	/* With two in the ring the next poll comes at once, and comes here */
	if (unlikely(merge) && (left || vnet_ring_ready(&rxq->ring) < 2))
		vnet_merge_flush(rxq);
	rcu_read_unlock();

	if (tried)
		vnet_rx_gro_learn(rxq, merged);
	return budget - left;
}

/* Whether there is something to poll for */
static bool vnet_rx_pending(const struct vnet_rxq *rxq)
{
	if (vnet_ring_ready(&rxq->ring))
		return true;
	return READ_ONCE(rxq->waiting) && !vnet_wire_full(rxq);
}

/* See vnet_rx_work(); the poll of a device without a generator has it in line */
static __always_inline u32 __vnet_rx_work(struct vnet_rxq *rxq, u32 budget)
{
	u32 work = 0;

	if (vnet_ring_ready(&rxq->ring) == 1 && likely(budget) &&
	    likely(!READ_ONCE(rxq->many)) && !vnet_rx_gro_must(rxq)) {
		vnet_rx_take_one(rxq);
		work = 1;
	}
	if (unlikely(vnet_rx_pending(rxq)))
		work += vnet_rx_take_all(rxq, budget - work);
	return work;
}

/*
 * Whether a thread is to poll from now on, or no thread any more: who polls goes on
 * until NAPI is complete, and the core waits for it, whatever comes in meanwhile.
 */
static bool vnet_rx_hand_over(const struct napi_struct *napi)
{
	return test_bit(NAPI_STATE_SCHED_THREADED, &napi->state) !=
	       test_bit(NAPI_STATE_THREADED, &napi->state);
}

/*
 * End a poll, and let frames raise the vector again. What was published before does
 * not: look at the ring once more. Where NAPI's own timer may be the next to poll,
 * frames are to raise nothing until NAPI says so.
 *
 * Return: whether NAPI is complete.
 */
static __always_inline bool vnet_rx_end(struct vnet_rxq *rxq, u32 work)
{
	bool waits = vnet_napi_gro_waits(&rxq->napi);

	/* Who finds the mask gone before NAPI is complete has it polled once more */
	if (likely(!waits))
		WRITE_ONCE(rxq->vec.masked, false);
	/* A barrier: the mask before the ring; pairs with vnet_vector_wanted() */
	if (unlikely(!napi_complete_done(&rxq->napi, work))) {
		/* Who busy-polls keeps it, and looks at the ring by himself */
		if (test_bit(NAPI_STATE_IN_BUSY_POLL, &rxq->napi.state))
			WRITE_ONCE(rxq->vec.masked, true);
		return false;
	}
	if (unlikely(waits)) {
		/* The mask before the ring as well */
		smp_store_mb(rxq->vec.masked, false);
	}
	return true;
}

/* See vnet_rx_done() */
static __always_inline u32 __vnet_rx_done(struct vnet_rxq *rxq, u32 work,
					  u32 budget)
{
	__vnet_rx_count(rxq, VNET_RX_POLLS, 1);
	trace_vnet_poll(rxq, work, budget);
	if (unlikely(work == budget) && work && vnet_rx_hand_over(&rxq->napi))
		work--;
	/* What is pending waits for no more */
	if (likely(work < budget) &&
	    likely(vnet_rx_end(rxq, work)) &&
	    unlikely(vnet_rx_pending(rxq)))
		vnet_vector_kick(&rxq->vec);
	return work;
}

/**
 * vnet_rx_work - take frames from an RX ring
 * @rxq: the RX queue
 * @budget: most frames to take
 *
 * Context: the poll of @rxq.
 *
 * Return: frames taken.
 */
u32 vnet_rx_work(struct vnet_rxq *rxq, u32 budget)
{
	return __vnet_rx_work(rxq, budget);
}

/**
 * vnet_rx_done - end a poll
 * @rxq: the RX queue
 * @work: frames taken
 * @budget: most that were to be taken
 *
 * Context: the poll of @rxq. NAPI is complete afterwards, unless there is more.
 *
 * Return: what the poll is to return.
 */
u32 vnet_rx_done(struct vnet_rxq *rxq, u32 work, u32 budget)
{
	return __vnet_rx_done(rxq, work, budget);
}

/**
 * vnet_rx_rest - end a poll, and leave what there is to one after a rest
 * @rxq: the RX queue
 * @budget: most frames that were to be taken, as many as were
 * @nsecs: how long the rest is
 *
 * Context: the poll of @rxq, in softirq. NAPI is complete afterwards.
 *
 * Return: what the poll is to return.
 */
u32 vnet_rx_rest(struct vnet_rxq *rxq, u32 budget, u64 nsecs)
{
	__vnet_rx_count(rxq, VNET_RX_POLLS, 1);
	trace_vnet_poll(rxq, budget, budget);
	vnet_vector_rest(&rxq->vec, nsecs);
	napi_complete_done(&rxq->napi, budget - 1);
	return budget - 1;
}

/**
 * vnet_poll - NAPI's poll of an RX ring
 * @napi: in a &struct vnet_rxq
 * @budget: most frames to take
 *
 * Context: softirq, or BH disabled; one at a time for each queue.
 *
 * Return: frames taken.
 */
int vnet_poll(struct napi_struct *napi, int budget)
{
	struct vnet_rxq *rxq = container_of(napi, struct vnet_rxq, napi);
	u32 work;

	/* Who schedules NAPI otherwise than by the vector does not mask it */
	if (unlikely(!READ_ONCE(rxq->vec.masked)))
		WRITE_ONCE(rxq->vec.masked, true);

	work = __vnet_rx_work(rxq, budget);
	return __vnet_rx_done(rxq, work, budget);
}

/**
 * vnet_rx_flush - drop what waits in the RX ring
 * @rxq: the RX queue
 *
 * The frames are counted, and completed on the queues that sent them.
 *
 * Context: RTNL; NAPI is disabled and nobody feeds the ring.
 */
void vnet_rx_flush(struct vnet_rxq *rxq)
{
	struct vnet_rx_done done = {};
	struct sk_buff *skb;
	u32 frames = 0, i;

	local_bh_disable();
	for (i = rxq->ring.tail; i != rxq->ring.head; i++) {
		skb = *vnet_ring_at(&rxq->ring, i);
		vnet_rx_taken(&done, skb);
		frames += vnet_skb_cb(skb)->frames;
		kfree_skb(skb);
	}
	vnet_gen_left(rxq, done.generated);
	vnet_ring_release(&rxq->ring, i);
	vnet_rx_complete(&done);
	vnet_rx_count(rxq, VNET_RX_DROP_FLUSH, frames);
	local_bh_enable();
}
