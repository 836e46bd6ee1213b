// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sender: prepares a frame for who receives it, posts it on the TX ring,
 * rings the doorbell on the last frame of a burst.
 */
#include <net/netdev_queues.h>
#include <net/sch_generic.h>

#include "vnet.h"
#include "trace.h"

/*
 * BQL counts bytes, but what a frame costs the receiver hardly depends on its
 * length: a frame is charged for at least this many, so that a limit learnt
 * from small frames is no starvation to large ones, and the other way round.
 */
#define VNET_CHARGE_MIN		1024U

static void vnet_tx_count(struct vnet_txq *txq, enum vnet_tx_stat stat, u32 n)
{
	u64_stats_update_begin(&txq->stats.syncp);
	u64_stats_add(&txq->stats.v[stat], n);
	u64_stats_update_end(&txq->stats.syncp);
}

/* Descriptors that the sender may post, as far as it has to know */
static u32 vnet_xmit_room(struct vnet_txq *txq)
{
	u32 used = txq->ring.head - txq->done_seen;
	u32 limit = READ_ONCE(txq->limit);

	if (unlikely(used >= limit)) {
		/* Pairs with vnet_txq_complete() */
		txq->done_seen = smp_load_acquire(&txq->done);
		used = txq->ring.head - txq->done_seen;
	}
	return used < limit ? limit - used : 0;
}

/* Whether a stopped queue holds frames back; without a qdisc the core drops */
static bool vnet_txq_has_qdisc(const struct vnet_txq *txq)
{
	return rcu_dereference_bh(txq->nq->qdisc)->enqueue;
}

/* Cut a GSO frame into what a wire carries; on error @skb is left as it is */
static struct sk_buff *vnet_xmit_cut(struct sk_buff *skb,
				     netdev_features_t features)
{
	struct sk_buff *segs = skb_gso_segment(skb, features);

	if (IS_ERR(segs))
		return NULL;
	if (segs) {
		consume_skb(skb);
		return segs;
	}

	/* Fits into one frame as it is */
	skb_gso_reset(skb);
	return skb;
}

/*
 * Make the frame one that @rx, its receiver, takes: a new frame, without what
 * it carried on this side, cut and with its checksum if @rx wants it so.
 *
 * Return: the frame, or a list of frames, or NULL without memory; @skb is
 * still the caller's then.
 */
static struct sk_buff *vnet_xmit_cross(struct sk_buff *skb,
				       const struct net_device *rx)
{
	netdev_features_t features = rx->features, keep = NETIF_F_SG;

	if (skb_orphan_frags(skb, GFP_ATOMIC))
		return NULL;

	skb_scrub_packet(skb, !net_eq(dev_net(skb->dev), dev_net(rx)));
	skb_clear_tstamp(skb);
	skb->priority = 0;

	if (likely(features & NETIF_F_RXCSUM))
		keep |= NETIF_F_HW_CSUM | NETIF_F_SCTP_CRC;
	else if (skb->ip_summed == CHECKSUM_PARTIAL && !skb_is_gso(skb) &&
		 skb_csum_hwoffload_help(skb, 0))
		return NULL;

	if (skb_is_gso(skb) && !(features & NETIF_F_GRO_HW))
		return vnet_xmit_cut(skb, keep);
	return skb;
}

/* Count what crosses; skb may be a list. Return: frames on the wire. */
static u32 vnet_xmit_count(struct vnet_txq *txq, const struct sk_buff *skb,
			   bool sink)
{
	u32 proto = vnet_frame_proto(skb), frames = 0, sum = 0, bytes;

	for (; skb; skb = skb->next) {
		frames += vnet_frame_wire(skb, &bytes);
		sum += bytes;
	}

	u64_stats_update_begin(&txq->stats.syncp);
	u64_stats_add(&txq->stats.v[VNET_TX_FRAMES], frames);
	u64_stats_add(&txq->stats.v[VNET_TX_BYTES], sum);
	u64_stats_add(&txq->stats.v[VNET_TX_ARP + proto], frames);
	if (unlikely(sink))
		u64_stats_add(&txq->stats.v[VNET_TX_SUNK], frames);
	u64_stats_update_end(&txq->stats.syncp);
	return frames;
}

/* Write what the receiver has to know into the frame. Return: the charge. */
static u32 vnet_xmit_label(struct vnet_txq *txq, struct sk_buff *skb)
{
	bool charged = vnet_txq_has_qdisc(txq);
	struct vnet_skb_cb *cb;
	u32 charge = 0;

	for (; skb; skb = skb->next) {
		if (charged)
			charge += max(skb->len, VNET_CHARGE_MIN);
		cb = vnet_skb_cb(skb);
		cb->txq = txq;
		cb->epoch = txq->epoch;
		cb->last = !skb->next;
		cb->charge = cb->last ? charge : 0;
	}
	return charge;
}

/*
 * Whether an RX ring without flow control has no room for one more frame. A
 * closed gate is no full ring: it opens soon.
 */
static bool vnet_xmit_missed(const struct vnet_txq *txq,
			     const struct vnet_rxq *rxq)
{
	u32 queued = vnet_ring_used(&txq->ring) + vnet_ring_used(&rxq->ring);

	return queued >= READ_ONCE(rxq->limit) && !READ_ONCE(rxq->gate);
}

/* The end of the wire of a device alone */
static void vnet_xmit_sink(struct vnet_txq *txq)
{
	u32 head = txq->ring.head, charge = 0, i;
	struct sk_buff *skb;

	for (i = txq->ring.tail; i != head; i++) {
		skb = *vnet_ring_at(&txq->ring, i);
		charge += vnet_skb_cb(skb)->charge;
		dev_consume_skb_any(skb);
	}
	i -= txq->ring.tail;
	vnet_ring_release(&txq->ring, head);
	vnet_txq_complete(txq, i, charge);
}

static void vnet_xmit_doorbell(struct vnet_txq *txq, struct vnet_rxq *rxq)
{
	if (likely(rxq))
		vnet_wire_kick(txq, rxq);
	else if (vnet_ring_used(&txq->ring))
		vnet_xmit_sink(txq);
}

/* Put a frame, or a list of frames, into one descriptor. Return: doorbell? */
static bool vnet_xmit_post(struct vnet_txq *txq, struct sk_buff *skb)
{
	u32 charge = vnet_xmit_label(txq, skb), head = txq->ring.head;
	bool ring = !netdev_xmit_more();

	*vnet_ring_at(&txq->ring, head) = skb;
	/* BQL first: the receiver may complete the frame once it is published */
	if (charge && __netdev_tx_sent_queue(txq->nq, charge, !ring))
		ring = true;
	vnet_ring_publish(&txq->ring, head + 1);

	if (unlikely(!vnet_xmit_room(txq)) && vnet_txq_has_qdisc(txq)) {
		vnet_tx_count(txq, VNET_TX_STOPS, 1);
		netif_txq_try_stop(txq->nq, vnet_txq_room(txq), 1);
		ring = true;
	}
	return ring;
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
	enum vnet_tx_stat drop;
	struct sk_buff *frame;
	u32 frames;
	bool ring;

	trace_vnet_xmit(txq, skb);

	if (unlikely(!rxq) && !READ_ONCE(vd->sink)) {
		drop = VNET_TX_DROP_DOWN;
		goto drop;
	}
	if (unlikely(!pskb_may_pull(skb, ETH_HLEN))) {
		drop = VNET_TX_DROP_RUNT;
		goto drop;
	}
	if (unlikely(!vnet_xmit_room(txq))) {
		if (!vnet_txq_has_qdisc(txq)) {
			drop = VNET_TX_DROP_RING;
			goto drop;
		}
		if (!netif_txq_try_stop(txq->nq, vnet_txq_room(txq), 1)) {
			vnet_xmit_doorbell(txq, rxq);
			return NETDEV_TX_BUSY;
		}
	}

	skb_tx_timestamp(skb);
	frame = skb;
	if (likely(rxq)) {
		frame = vnet_xmit_cross(skb, rxq->dev);
		if (unlikely(!frame)) {
			drop = VNET_TX_DROP_NOMEM;
			goto drop;
		}
	}

	frames = vnet_xmit_count(txq, frame, !rxq);
	if (unlikely(txq->lossy) && rxq && vnet_xmit_missed(txq, rxq)) {
		vnet_wire_missed(rxq, frames);
		kfree_skb_list(frame);
		ring = !netdev_xmit_more();
	} else {
		ring = vnet_xmit_post(txq, frame);
	}

	if (ring)
		vnet_xmit_doorbell(txq, rxq);
	return NETDEV_TX_OK;

drop:
	vnet_tx_count(txq, drop, 1);
	dev_kfree_skb_any(skb);
	/* The frames posted before this one may have counted on its doorbell */
	if (!netdev_xmit_more() && vnet_ring_used(&txq->ring))
		vnet_xmit_doorbell(txq, rxq);
	return NETDEV_TX_OK;
}
