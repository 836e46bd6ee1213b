// SPDX-License-Identifier: GPL-2.0-only
/*
 * The receiver: NAPI takes frames from the RX ring, hands them to the stack,
 * completes them on the queue that sent them, and restarts stalled wires.
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <net/busy_poll.h>

#include "vnet.h"
#include "trace.h"

/* Frames taken at once: their indices are given back together */
#define VNET_RX_BATCH	16U

/* Descriptors of one TX queue that were taken and not yet completed */
struct vnet_rx_done {
	struct vnet_txq *txq;
	u32 descs;
	u32 charge;
};

static void vnet_rx_complete(struct vnet_rx_done *done)
{
	if (done->descs)
		vnet_txq_complete(done->txq, done->descs, done->charge);
	done->descs = 0;
	done->charge = 0;
}

/* Note a frame's completion; one posted before its queue was reset has none */
static void vnet_rx_taken(struct vnet_rx_done *done, struct sk_buff *skb)
{
	const struct vnet_skb_cb *cb = vnet_skb_cb(skb);

	if (!cb->txq || cb->epoch != READ_ONCE(cb->txq->epoch))
		return;

	if (done->txq != cb->txq) {
		vnet_rx_complete(done);
		done->txq = cb->txq;
	}
	done->descs += cb->last;
	done->charge += cb->charge;
}

static bool vnet_rx_too_long(struct sk_buff *skb, const struct net_device *dev)
{
	u32 limit = READ_ONCE(dev->mtu) + ETH_HLEN + VLAN_HLEN;

	if (likely(skb->len <= limit))
		return false;
	if (!skb_is_gso(skb))
		return true;

	skb_reset_mac_header(skb);
	return !skb_gso_validate_mac_len(skb, limit);
}

/*
 * GRO costs more than all else on this path, and pays only for a frame that
 * can merge with another: not for one that is alone in its poll, nor for one
 * that is merged already. But while GRO holds frames, all have to follow them,
 * or a flow gets out of order.
 */
static bool vnet_rx_gro_pays(const struct napi_struct *napi,
			     const struct sk_buff *skb, bool alone)
{
	if (vnet_napi_gro_holds(napi))
		return true;
	return !alone && !skb_is_gso(skb) &&
	       (napi->dev->features & NETIF_F_GRO);
}

static void vnet_rx_count(struct vnet_rxq *rxq, enum vnet_rx_stat stat, u32 n)
{
	u64_stats_update_begin(&rxq->stats.syncp);
	u64_stats_add(&rxq->stats.v[stat], n);
	u64_stats_update_end(&rxq->stats.syncp);
}

static void vnet_rx_deliver(struct vnet_rxq *rxq, struct sk_buff *skb,
			    bool alone)
{
	struct net_device *dev = rxq->dev;
	u32 frames, bytes, proto;

	skb_orphan(skb);

	frames = vnet_frame_wire(skb, &bytes);
	if (unlikely(vnet_rx_too_long(skb, dev))) {
		vnet_rx_count(rxq, VNET_RX_DROP_LENGTH, frames);
		kfree_skb(skb);
		return;
	}

	proto = vnet_frame_proto(skb);
	u64_stats_update_begin(&rxq->stats.syncp);
	u64_stats_add(&rxq->stats.v[VNET_RX_FRAMES], frames);
	u64_stats_add(&rxq->stats.v[VNET_RX_BYTES], bytes);
	u64_stats_add(&rxq->stats.v[VNET_RX_ARP + proto], frames);
	u64_stats_update_end(&rxq->stats.syncp);

	skb->protocol = eth_type_trans(skb, dev);
	skb_postpull_rcsum(skb, eth_hdr(skb), ETH_HLEN);
	skb_record_rx_queue(skb, rxq->idx);

	/*
	 * GRO writes into what a clone shares with the sender, who may send it
	 * again. Without memory for a copy the frame does without GRO.
	 */
	if (!vnet_rx_gro_pays(&rxq->napi, skb, alone) ||
	    unlikely(skb_unclone(skb, GFP_ATOMIC))) {
		skb_mark_napi_id(skb, &rxq->napi);
		netif_receive_skb(skb);
	} else {
		napi_gro_receive(&rxq->napi, skb);
	}
}

/* Whether there is something to poll for */
static bool vnet_rx_pending(struct vnet_rxq *rxq)
{
	if (vnet_ring_ready(&rxq->ring))
		return true;
	return READ_ONCE(rxq->waiting) && !vnet_wire_full(rxq);
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
	u32 left = budget, ready, n, i, tail = rxq->ring.tail;
	struct sk_buff *batch[VNET_RX_BATCH];
	struct vnet_rx_done done = {};
	bool alone;

	rcu_read_lock();
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
		alone = ready == 1 && left == budget &&
			!vnet_napi_gro_waits(napi);

		n = min3(ready, left, VNET_RX_BATCH);
		for (i = 0; i < n; i++) {
			batch[i] = *vnet_ring_at(&rxq->ring, tail++);
			prefetch(batch[i]);
		}
		vnet_ring_release(&rxq->ring, tail);

		for (i = 0; i < n; i++) {
			vnet_rx_taken(&done, batch[i]);
			vnet_rx_deliver(rxq, batch[i], alone);
		}
		left -= n;
	}
	if (READ_ONCE(rxq->waiting))
		vnet_wire_restart(rxq);
	vnet_rx_complete(&done);
	vnet_rx_count(rxq, VNET_RX_POLLS, 1);
	rcu_read_unlock();

	n = budget - left;
	trace_vnet_poll(rxq, n, budget);
	if (left && napi_complete_done(napi, n)) {
		vnet_vector_unmask(&rxq->vec);
		if (vnet_rx_pending(rxq))
			vnet_vector_raise(&rxq->vec);
	}
	return n;
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
	u32 frames = 0, bytes, i;
	struct sk_buff *skb;

	for (i = rxq->ring.tail; i != rxq->ring.head; i++) {
		skb = *vnet_ring_at(&rxq->ring, i);
		vnet_rx_taken(&done, skb);
		frames += vnet_frame_wire(skb, &bytes);
		kfree_skb(skb);
	}
	vnet_ring_release(&rxq->ring, i);
	vnet_rx_complete(&done);

	local_bh_disable();
	vnet_rx_count(rxq, VNET_RX_DROP_FLUSH, frames);
	local_bh_enable();
}
