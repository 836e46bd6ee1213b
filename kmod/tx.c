// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sender: prepares a frame for who receives it, posts it on the TX ring,
 * rings the doorbell on the last frame of a burst.
 */
#include <linux/sched/task_stack.h>
#include <net/netdev_queues.h>
#include <net/sch_generic.h>
#include <net/sock.h>

#include "vnet.h"
#include "trace.h"

static void vnet_tx_count(struct vnet_txq *txq, enum vnet_tx_stat stat, u32 n)
{
	u64_stats_update_begin(&txq->stats.syncp);
	u64_stats_add(&txq->stats.v[stat], n);
	u64_stats_update_end(&txq->stats.syncp);
}

/* Descriptors that the sender may post, as far as it has to know */
static u32 vnet_xmit_room(struct vnet_txq *txq)
{
	u32 used = txq->posted - txq->done_seen;
	u32 limit = READ_ONCE(txq->limit);

	if (unlikely(used >= limit)) {
		/* Pairs with vnet_txq_add() */
		txq->done_seen = smp_load_acquire(&txq->done);
		used = txq->posted - txq->done_seen;
	}
	return used < limit ? limit - used : 0;
}

/* Whether a stopped queue holds frames back; without a qdisc the core drops */
static bool vnet_txq_has_qdisc(const struct vnet_txq *txq)
{
	return rcu_dereference_bh(txq->nq->qdisc)->enqueue;
}

/* Complete the checksums of a frame or of a list; fails without memory */
static bool vnet_xmit_sum(struct sk_buff *skb)
{
	for (; skb; skb = skb->next) {
		if (skb->ip_summed == CHECKSUM_PARTIAL &&
		    skb_csum_hwoffload_help(skb, 0))
			return false;
	}
	return true;
}

/*
 * Whether a frame is one as most are: no GSO frame, with memory of the kernel's own,
 * and nobody wants to know when it was sent. There is no PHY that might want a clone
 * of a frame without a flag.
 */
static bool vnet_xmit_is_plain(const struct sk_buff *skb)
{
	const struct skb_shared_info *shinfo = skb_shinfo(skb);

	return !(shinfo->flags | shinfo->tx_flags | shinfo->gso_size);
}

/* Cut a GSO frame into what a wire carries; on error @skb is left as it is */
static struct sk_buff *vnet_xmit_cut(struct sk_buff *skb,
				     netdev_features_t features)
{
	struct sk_buff *segs = skb_gso_segment(skb, features);

	if (IS_ERR(segs))
		return NULL;
	if (segs) {
		/* A tunnel leaves its own to the sending device, if not to us */
		if (!(features & NETIF_F_HW_CSUM) && !vnet_xmit_sum(segs)) {
			kfree_skb_list(segs);
			return NULL;
		}
		consume_skb(skb);
		return segs;
	}

	/* Fits into one frame as it is */
	skb_gso_reset(skb);
	return skb;
}

/*
 * Make the frame one that @rx, its receiver, takes: a new frame, without what
 * it carried on this side, cut and with its checksum if @rx wants it so. @plain:
 * from vnet_xmit_is_plain().
 *
 * Return: the frame, or a list of frames, or NULL without memory; @skb is
 * still the caller's then.
 */
static __always_inline struct sk_buff *
vnet_xmit_cross(struct sk_buff *skb, const struct net_device *rx, bool plain)
{
	netdev_features_t features = rx->features, keep = NETIF_F_SG;
	bool gso = !plain && skb_is_gso(skb);

	if (!plain && skb_orphan_frags(skb, GFP_ATOMIC))
		return NULL;

	skb_scrub_packet(skb, !net_eq(dev_net(skb->dev), dev_net(rx)));
	skb_clear_tstamp(skb);
	skb->priority = 0;

	/* An FCS is that of the frame as a wire would carry it */
	if (likely((features & (NETIF_F_RXCSUM | NETIF_F_RXFCS)) ==
		   NETIF_F_RXCSUM))
		keep |= NETIF_F_HW_CSUM | NETIF_F_SCTP_CRC;
	else if (!gso && !vnet_xmit_sum(skb))
		return NULL;

	if (gso && !(features & NETIF_F_GRO_HW))
		return vnet_xmit_cut(skb, keep);
	return skb;
}

/* Write what the receiver has to know into a frame. Return: BQL's charge. */
static __always_inline u32 vnet_xmit_label(struct vnet_txq *txq,
					   struct sk_buff *skb, u32 kind,
					   bool gso, bool last)
{
	struct vnet_skb_cb *cb = vnet_frame_label(skb, kind, gso);
	u32 charge = 0;

	if (likely(vnet_txq_has_qdisc(txq)))
		charge = skb->len;
	cb->txq = txq;
	cb->charge = charge;
	cb->epoch = txq->epoch;
	cb->last = last;
	return charge;
}

static __always_inline void vnet_xmit_count(struct vnet_txq *txq,
					    const struct vnet_skb_cb *cb)
{
	u32 bytes = cb->bytes;

	u64_stats_update_begin(&txq->stats.syncp);
	vnet_frame_count(txq->stats.frames, cb);
	u64_stats_add(&txq->stats.v[VNET_TX_BYTES], bytes);
	u64_stats_update_end(&txq->stats.syncp);
}

/*
 * Whether an RX ring without flow control has no room for one more frame. A
 * closed gate is no full ring: it opens soon. Where frames are steered or paced, the
 * wire sees to it.
 */
static bool vnet_xmit_missed(const struct vnet_txq *txq,
			     const struct vnet_rxq *rxq)
{
	u32 queued = vnet_ring_used(&txq->ring) + vnet_ring_used(&rxq->ring);
	const struct vnet_dev *vd = netdev_priv(rxq->dev);

	if (rcu_access_pointer(vd->steer) || txq->rate)
		return false;
	return queued >= READ_ONCE(rxq->limit) && !READ_ONCE(rxq->gate);
}

/*
 * BQL comes first: the receiver may complete a frame once it is published, and
 * has to see by then that the queue was stopped.
 */
static inline void vnet_xmit_charge(struct vnet_txq *txq)
{
	u32 charge = txq->charge;

	if (charge) {
		txq->charge = 0;
		netdev_tx_sent_queue(txq->nq, charge);
	}
}

/*
 * Whether the RX work may be done right here. It is softirq work; it may be done
 * wherever a softirq could run, which is where BH are disabled by nobody but the
 * core's transmit path, that has no lock but ours: who called it holds none that
 * a softirq might want. The stack has to have room for the receiver: a softirq has
 * one of its own. Nested frames find BH disabled twice.
 */
static bool vnet_xmit_may_deliver(const struct vnet_vector *vec)
{
	unsigned long used = (unsigned long)task_stack_page(current) +
			     THREAD_SIZE -
			     (unsigned long)__builtin_frame_address(0);

	return !IS_ENABLED(CONFIG_PREEMPT_RT) &&
	       softirq_count() == SOFTIRQ_DISABLE_OFFSET && !irqs_disabled() &&
	       used < THREAD_SIZE / 2 && !(current->flags & PF_MEMALLOC) &&
	       vnet_vector_is_plain(vec);
}

/*
 * Do the RX work of what was published. The TX lock is the core's, which gets it
 * back: others may send meanwhile, and so may the receiver.
 */
static void vnet_xmit_deliver(struct vnet_txq *txq, struct vnet_rxq *rxq)
{
	__netif_tx_unlock(txq->nq);
	vnet_vector_run(&rxq->vec);
	__netif_tx_lock(txq->nq, smp_processor_id());
}

/*
 * Publish what a burst put into the RX ring, and move what waits for the wire. It
 * is the last that a sender does: with the TX lock given back, all may change.
 */
static void vnet_xmit_doorbell(struct vnet_txq *txq, struct vnet_rxq *rxq)
{
	bool waits = txq->ring.fill != READ_ONCE(txq->ring.tail);

	if (likely(txq->burst)) {
		txq->burst = false;
		vnet_xmit_charge(txq);
		trace_vnet_wire(txq, rxq, rxq->ring.fill - rxq->ring.head);
		vnet_ring_publish(&rxq->ring);
		if (likely(!waits) && vnet_xmit_may_deliver(&rxq->vec))
			vnet_xmit_deliver(txq, rxq);
		else
			vnet_vector_raise(&rxq->vec);
	}
	if (unlikely(waits))
		vnet_wire_kick(txq, rxq);
}

/* Stop the queue whose last descriptor was posted, but without a qdisc */
static bool vnet_xmit_stop(struct vnet_txq *txq)
{
	if (vnet_xmit_room(txq) || !vnet_txq_has_qdisc(txq))
		return false;

	vnet_tx_count(txq, VNET_TX_STOPS, 1);
	netif_tx_stop_queue(txq->nq);
	return true;
}

/* Account for a descriptor, of @room. Return: whether to ring the doorbell. */
static __always_inline bool
vnet_xmit_account(struct vnet_txq *txq, u32 room, u32 charge)
{
	WRITE_ONCE(txq->posted, txq->posted + 1);
	txq->charge += charge;
	if (unlikely(room == 1) && vnet_xmit_stop(txq))
		return true;
	return !netdev_xmit_more();
}

/*
 * Put a frame, or a list of frames, into the TX ring. A stalled wire is moved by
 * the poll, doorbell or not, so BQL is charged now.
 *
 * Return: whether BQL stopped the queue; the core ends the burst then.
 */
static bool vnet_xmit_store(struct vnet_txq *txq, struct sk_buff *skb)
{
	vnet_xmit_charge(txq);
	vnet_ring_push(&txq->ring, skb);
	vnet_ring_publish(&txq->ring);
	return netif_xmit_stopped(txq->nq);
}

/* Post a frame, straight into the RX ring if its way is free */
static __always_inline bool
vnet_xmit_post(struct vnet_txq *txq, struct vnet_rxq *rxq, struct sk_buff *skb,
	       bool plain, u32 room)
{
	const struct vnet_skb_cb *cb = vnet_skb_cb(skb);
	bool gso = !plain && skb_is_gso(skb), ring;
	u32 charge;

	charge = vnet_xmit_label(txq, skb, vnet_frame_kind(skb), gso, true);
	vnet_xmit_count(txq, cb);
	if (unlikely(txq->lossy) && vnet_xmit_missed(txq, rxq)) {
		vnet_wire_missed(rxq, cb->frames);
		kfree_skb(skb);
		return !netdev_xmit_more();
	}

	ring = vnet_xmit_account(txq, room, charge);
	if (likely(vnet_wire_free(txq, rxq))) {
		txq->burst = true;
		vnet_ring_push(&rxq->ring, skb);
	} else {
		ring |= vnet_xmit_store(txq, skb);
	}
	return ring;
}

/* Post the frames that were one: they share a descriptor */
static bool vnet_xmit_post_list(struct vnet_txq *txq, struct vnet_rxq *rxq,
				struct sk_buff *list, u32 room)
{
	u32 kind = vnet_frame_kind(list), charge = 0, frames = 0;
	struct sk_buff *skb;
	bool ring;

	for (skb = list; skb; skb = skb->next) {
		charge += vnet_xmit_label(txq, skb, kind, false, !skb->next);
		frames += vnet_skb_cb(skb)->frames;
		vnet_xmit_count(txq, vnet_skb_cb(skb));
	}
	u64_stats_update_begin(&txq->stats.syncp);
	u64_stats_inc(&txq->stats.frames[VNET_FRAME_LARGE]);
	u64_stats_add(&txq->stats.frames[VNET_FRAME_SEGMENTS], frames);
	u64_stats_update_end(&txq->stats.syncp);
	if (unlikely(txq->lossy) && vnet_xmit_missed(txq, rxq)) {
		vnet_wire_missed(rxq, frames);
		kfree_skb_list(list);
		return !netdev_xmit_more();
	}

	ring = vnet_xmit_account(txq, room, charge);
	return vnet_xmit_store(txq, list) || ring;
}

/* A frame goes no further; those posted before it may have counted on its doorbell */
static netdev_tx_t vnet_xmit_gone(struct vnet_txq *txq, struct vnet_rxq *rxq)
{
	if (rxq && !netdev_xmit_more())
		vnet_xmit_doorbell(txq, rxq);
	return NETDEV_TX_OK;
}

static noinline netdev_tx_t
vnet_xmit_drop(struct vnet_txq *txq, struct vnet_rxq *rxq, struct sk_buff *skb,
	       enum vnet_tx_stat drop)
{
	vnet_tx_count(txq, drop, 1);
	dev_kfree_skb_any(skb);
	return vnet_xmit_gone(txq, rxq);
}

/*
 * A frame that brings an FCS: its last four bytes, which become part of the label.
 * With the right one it is a frame as any other. What has another is dropped where
 * it is received, but by who takes that as well.
 *
 * Return: false where the frame was dropped and counted.
 */
static noinline bool vnet_xmit_fcs(struct vnet_txq *txq, struct vnet_rxq *rxq,
				   struct sk_buff *skb)
{
	struct vnet_skb_cb *cb = vnet_skb_cb(skb);
	u32 len = skb->len - ETH_FCS_LEN;
	enum vnet_tx_stat drop;
	__le32 fcs;

	/* Nobody can know the FCS of frames that are yet to be made */
	skb->no_fcs = !skb_is_gso(skb);
	if (!skb->no_fcs)
		return true;

	drop = VNET_TX_DROP_RUNT;
	if (skb->len < ETH_HLEN + ETH_FCS_LEN)
		goto drop;
	skb_copy_bits(skb, len, &fcs, sizeof(fcs));
	drop = VNET_TX_DROP_NOMEM;
	if (pskb_trim(skb, len))
		goto drop;

	skb->no_fcs = fcs != vnet_frame_fcs(skb, len);
	if (skb->no_fcs && rxq && !(rxq->dev->features & NETIF_F_RXALL)) {
		vnet_xmit_label(txq, skb, vnet_frame_kind(skb), false, true);
		vnet_xmit_count(txq, cb);
		vnet_wire_bad_fcs(rxq, cb->frames);
		dev_kfree_skb_any(skb);
		return false;
	}
	cb->fcs = fcs;
	return true;

drop:
	vnet_tx_count(txq, drop, 1);
	dev_kfree_skb_any(skb);
	return false;
}

/* Without anybody at the other end: where the wire ends, or no wire at all */
static noinline netdev_tx_t vnet_xmit_alone(struct vnet_txq *txq,
					    struct sk_buff *skb, bool sink)
{
	u32 charge;

	if (!sink) {
		vnet_tx_count(txq, VNET_TX_DROP_DOWN, 1);
		dev_kfree_skb_any(skb);
		return NETDEV_TX_OK;
	}
	if (unlikely(skb->no_fcs) && !vnet_xmit_fcs(txq, NULL, skb))
		return NETDEV_TX_OK;

	if (unlikely(skb_shinfo(skb)->tx_flags))
		skb_tx_timestamp(skb);
	charge = vnet_xmit_label(txq, skb, vnet_frame_kind(skb),
				 skb_is_gso(skb), true);
	vnet_xmit_count(txq, vnet_skb_cb(skb));
	vnet_tx_count(txq, VNET_TX_SUNK, vnet_skb_cb(skb)->frames);
	vnet_xmit_account(txq, vnet_xmit_room(txq), charge);
	vnet_xmit_charge(txq);
	vnet_txq_complete(txq, 1, charge);
	dev_consume_skb_any(skb);
	return NETDEV_TX_OK;
}

/* See vnet_xmit(); @plain: from vnet_xmit_is_plain(), where it is known */
static __always_inline netdev_tx_t
vnet_xmit_frame(struct vnet_txq *txq, struct vnet_rxq *rxq,
		struct sk_buff *skb, bool plain, u32 room)
{
	struct sk_buff *frame;
	bool ring;

	if (!plain && skb_shinfo(skb)->tx_flags)
		skb_tx_timestamp(skb);
	frame = vnet_xmit_cross(skb, rxq->dev, plain);
	if (unlikely(!frame))
		return vnet_xmit_drop(txq, rxq, skb, VNET_TX_DROP_NOMEM);

	if (plain || likely(!frame->next))
		ring = vnet_xmit_post(txq, rxq, frame, plain, room);
	else
		ring = vnet_xmit_post_list(txq, rxq, frame, room);
	if (ring)
		vnet_xmit_doorbell(txq, rxq);
	return NETDEV_TX_OK;
}

/* Apart, so that plain frames do not pay for what others may need */
static noinline netdev_tx_t
vnet_xmit_special(struct vnet_txq *txq, struct vnet_rxq *rxq,
		  struct sk_buff *skb, u32 room)
{
	return vnet_xmit_frame(txq, rxq, skb, false, room);
}

/**
 * vnet_xmit - ndo_start_xmit
 * @skb: the frame
 * @dev: the device
 *
 * Context: softirq or BH disabled, under the core's TX lock.
 *
 * Return: NETDEV_TX_OK: the frame is posted, or dropped and counted.
 * NETDEV_TX_BUSY: the frame is still the caller's; only when a ring was made
 * smaller than what it holds while the queue ran.
 */
netdev_tx_t vnet_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct vnet_dev *vd = netdev_priv(dev);
	struct vnet_txq *txq = &vd->txq[skb_get_queue_mapping(skb)];
	struct vnet_rxq *rxq = rcu_dereference_bh(txq->dst);
	u32 room;

	trace_vnet_xmit(txq, skb);

	if (unlikely(!pskb_may_pull(skb, ETH_HLEN)))
		return vnet_xmit_drop(txq, rxq, skb, VNET_TX_DROP_RUNT);
	if (unlikely(!rxq))
		return vnet_xmit_alone(txq, skb, READ_ONCE(vd->sink));

	room = vnet_xmit_room(txq);
	if (unlikely(!room)) {
		if (!vnet_txq_has_qdisc(txq))
			return vnet_xmit_drop(txq, rxq, skb,
					      VNET_TX_DROP_RING);
		if (!netif_txq_try_stop(txq->nq, vnet_txq_room(txq), 1)) {
			vnet_xmit_doorbell(txq, rxq);
			return NETDEV_TX_BUSY;
		}
		room = 1;
	}

	/* Not before it is sure to be posted: it comes but once */
	if (unlikely(skb->no_fcs) && !vnet_xmit_fcs(txq, rxq, skb))
		return vnet_xmit_gone(txq, rxq);
	if (likely(vnet_xmit_is_plain(skb)))
		return vnet_xmit_frame(txq, rxq, skb, true, room);
	return vnet_xmit_special(txq, rxq, skb, room);
}

/**
 * vnet_select_queue - ndo_select_queue
 * @skb: the frame
 * @dev: the device
 * @sb_dev: its subordinate device, or NULL
 *
 * A connected socket has the queue of its CPU, for as long as frames of it may be
 * under way; a frame that is forwarded goes by the queue that it came from. So
 * each CPU has a queue of its own, and the far end's work as well, and no frame
 * is hashed for that. Where nothing can be remembered the core has its way: XPS
 * and traffic classes, where they are configured, or a hash of the flow.
 *
 * Context: BH disabled.
 *
 * Return: the queue.
 */
u16 vnet_select_queue(struct net_device *dev, struct sk_buff *skb,
		      struct net_device *sb_dev)
{
	u32 n = dev->real_num_tx_queues;
	struct sock *sk = skb->sk;
	int queue;

	if (unlikely(dev->num_tc || sb_dev || vnet_dev_has_xps(dev)))
		return netdev_pick_tx(dev, skb, sb_dev);

	if (!sk || !sk_fullsock(sk) || !rcu_access_pointer(sk->sk_dst_cache)) {
		if (!sk && skb_rx_queue_recorded(skb))
			return skb_get_rx_queue(skb) % n;
		return netdev_pick_tx(dev, skb, sb_dev);
	}

	queue = sk_tx_queue_get(sk);
	if (queue >= 0 && !skb->ooo_okay && queue < n)
		return queue;

	queue = smp_processor_id() % n;
	sk_tx_queue_set(sk, queue);
	return queue;
}
