// SPDX-License-Identifier: GPL-2.0-only
/*
 * The link between two devices, or the open end of a device alone: who feeds
 * which RX queue, when frames may cross, and the carrier.
 */
#include "vnet.h"

/*
 * TX queues of @peer that feed RX queue @idx of @vd: those that have a ring. One
 * with a rate counts twice: it may not go past the wire.
 */
static u32 vnet_link_feeders(const struct vnet_dev *vd, u32 idx,
			     const struct vnet_dev *peer)
{
	u32 n = 0, i;

	for (i = idx; i < peer->dev->num_tx_queues;
	     i += vd->dev->real_num_rx_queues) {
		if (peer->txq[i].ring.desc)
			n += 1 + peer->txq[i].paced;
	}
	return n;
}

/* Let several complete the TX queues of @peer. Return: whether that is new. */
static bool vnet_link_many(struct vnet_dev *peer, bool many)
{
	bool added = false;
	u32 i;

	for (i = 0; i < peer->dev->num_tx_queues; i++) {
		added |= many && !peer->txq[i].many;
		WRITE_ONCE(peer->txq[i].many, many);
	}
	return added;
}

/**
 * vnet_link_stand_in - the RX queue that is fed in the place of another
 * @vd: the device
 * @idx: an RX queue in use
 * @key: the same stand-in for the same key, all of them in turn
 *
 * Context: RTNL, or softirq.
 *
 * Return: @idx, or another where that has failed.
 */
u32 vnet_link_stand_in(const struct vnet_dev *vd, u32 idx, u32 key)
{
	u32 n = vd->dev->real_num_rx_queues, healthy = 0, i;

	if (likely(!READ_ONCE(vd->rxq[idx].failed)))
		return idx;

	for (i = 0; i < n; i++)
		healthy += !READ_ONCE(vd->rxq[i].failed);
	if (!healthy)
		return idx;

	key %= healthy;
	for (i = 0; i < n; i++) {
		if (!READ_ONCE(vd->rxq[i].failed) && !key--)
			return i;
	}
	return idx;
}

/**
 * vnet_link_rxq - the RX queue that a TX queue feeds, where nothing is steered
 * @vd: the device that receives
 * @idx: TX queue of the peer
 *
 * Context: RTNL, or softirq.
 *
 * Return: the RX queue.
 */
u32 vnet_link_rxq(const struct vnet_dev *vd, u32 idx)
{
	return vnet_link_stand_in(vd, idx % vd->dev->real_num_rx_queues, idx);
}

/**
 * vnet_link_share - note which RX queues several feed
 * @vd: the device
 *
 * Call it before another begins to feed: it returns when all who feed heed it.
 * TX queue i of the peer feeds RX queue i modulo their number, or any where the
 * device is scattered; a ring that a queue with a rate feeds counts as such. The
 * generator feeds those that it was told to.
 *
 * Context: RTNL. May sleep.
 */
void vnet_link_share(struct vnet_dev *vd)
{
	struct vnet_dev *peer = vnet_peer(vd);
	bool added = false, shared;
	u32 i, n;

	ASSERT_RTNL();
	for (i = 0; i < vd->dev->real_num_rx_queues; i++) {
		n = vnet_gen_feeds(vd, i);
		if (peer)
			n += vnet_link_feeders(vd, i, peer);
		shared = n > 1 || vd->scattered;
		added |= shared && !vd->rxq[i].shared;
		WRITE_ONCE(vd->rxq[i].shared, shared);
		WRITE_ONCE(vd->rxq[i].many, vd->scattered);
	}
	if (peer)
		added |= vnet_link_many(peer, vd->scattered);
	if (added && vd->open)
		synchronize_net();
}

/**
 * vnet_link_flow - apply the pause settings of both ends
 * @vd: the device
 *
 * A sender is held back when it heeds pause and its peer sends it.
 *
 * Context: RTNL.
 */
void vnet_link_flow(struct vnet_dev *vd)
{
	struct vnet_dev *peer = vnet_peer(vd);
	u32 i;

	ASSERT_RTNL();
	if (!peer)
		return;

	for (i = 0; i < vd->dev->num_tx_queues; i++)
		WRITE_ONCE(vd->txq[i].lossy, !(vd->rx_pause && peer->tx_pause));
	for (i = 0; i < peer->dev->num_tx_queues; i++)
		WRITE_ONCE(peer->txq[i].lossy,
			   !(peer->rx_pause && vd->tx_pause));
}

/*
 * Let a TX queue feed @rxq, or nobody. The TX lock is held for a whole burst: when
 * this returns, no sender is at the old one any more, nor is anything left there
 * without a doorbell.
 */
static void vnet_link_point(struct vnet_txq *txq, struct vnet_rxq *rxq)
{
	__netif_tx_lock_bh(txq->nq);
	rcu_assign_pointer(txq->dst, rxq);
	__netif_tx_unlock_bh(txq->nq);
}

/* Let the TX queues of @from feed the RX queues of @to, or none */
static void vnet_link_connect(struct vnet_dev *from, struct vnet_dev *to)
{
	struct vnet_rxq *rxq;
	struct vnet_txq *txq;
	u32 i;

	for (i = 0; i < from->dev->num_tx_queues; i++) {
		rxq = to ? &to->rxq[vnet_link_rxq(to, i)] : NULL;
		txq = &from->txq[i];
		vnet_link_point(txq, rxq);
		/* A stopped queue may wait for completions that are due */
		if (rxq && netif_xmit_stopped(txq->nq))
			hrtimer_start(&txq->timer, 0,
				      HRTIMER_MODE_REL_PINNED_SOFT);
	}
}

/**
 * vnet_link_leave - let a TX queue feed nobody, its posts be void
 * @txq: the queue
 *
 * What the receiver still holds completes nothing from then on, but for a poll
 * that is under way.
 *
 * Context: RTNL.
 */
void vnet_link_leave(struct vnet_txq *txq)
{
	ASSERT_RTNL();
	__netif_tx_lock_bh(txq->nq);
	RCU_INIT_POINTER(txq->dst, NULL);
	WRITE_ONCE(txq->epoch, txq->epoch + 1);
	__netif_tx_unlock_bh(txq->nq);
}

/**
 * vnet_link_recover - give up what a dead receiver does not take
 * @txq: the queue, stopped for too long
 *
 * Context: RTNL. May sleep.
 */
void vnet_link_recover(struct vnet_txq *txq)
{
	struct vnet_rxq *rxq = rtnl_dereference(txq->dst);
	u32 descs, charge;

	ASSERT_RTNL();
	if (!rxq)
		return;

	vnet_link_leave(txq);
	/* The receiver may be back: wait for its poll */
	synchronize_net();
	vnet_wire_cancel(txq);
	descs = vnet_txq_flush(txq, &charge);
	vnet_txq_reset(txq);
	vnet_link_point(txq, rxq);
	netif_tx_wake_queue(txq->nq);
	/* The reset of BQL ends its stop, but schedules nothing */
	netif_schedule_queue(txq->nq);
	netdev_warn(txq->dev,
		    "TX queue %u: dropped %u descriptors that the receiver did not take\n",
		    txq->idx, descs);
}

/**
 * vnet_link_map - connect the queues of the peer to those of a device anew
 * @vd: the device, with a peer
 *
 * Wires stalled on a queue that they no longer feed wait for their new one. No
 * sender uses the old queues when this returns.
 *
 * Context: RTNL; the RX queues of @vd are gated. May sleep.
 */
void vnet_link_map(struct vnet_dev *vd)
{
	struct vnet_dev *peer = vnet_peer(vd);
	struct vnet_rxq *rxq;
	struct vnet_txq *txq;
	u32 i;

	ASSERT_RTNL();
	if (vd->linked)
		vnet_link_connect(peer, vd);

	for (i = 0; i < peer->dev->num_tx_queues; i++) {
		txq = &peer->txq[i];
		rxq = &vd->rxq[vnet_link_rxq(vd, i)];

		spin_lock_bh(&txq->wire_lock);
		if (txq->stalled && txq->stall_rxq != rxq)
			vnet_wire_restall(txq, rxq);
		spin_unlock_bh(&txq->wire_lock);
	}
}

/**
 * vnet_link_down - let no more frames cross
 * @vd: the device
 *
 * When this returns, no sender of either end is at it any more. What was posted
 * stays where it is; between two ends that are open it will be delivered.
 *
 * Context: RTNL.
 */
void vnet_link_down(struct vnet_dev *vd)
{
	struct vnet_dev *peer = vnet_peer(vd);

	ASSERT_RTNL();
	netif_carrier_off(vd->dev);
	vd->linked = false;
	WRITE_ONCE(vd->sink, false);
	vnet_link_connect(vd, NULL);
	if (peer) {
		netif_carrier_off(peer->dev);
		peer->linked = false;
		vnet_link_connect(peer, NULL);
	}
	netdev_dbg(vd->dev, "link down\n");
}

static void vnet_link_up(struct vnet_dev *vd)
{
	struct vnet_dev *peer = vnet_peer(vd);

	vd->linked = true;
	if (peer) {
		peer->linked = true;
		vnet_link_share(vd);
		vnet_link_share(peer);
		vnet_link_connect(vd, peer);
		vnet_link_connect(peer, vd);
		netif_carrier_on(peer->dev);
	} else {
		WRITE_ONCE(vd->sink, true);
	}
	netif_carrier_on(vd->dev);
	netdev_dbg(vd->dev, "link up\n");
}

/**
 * vnet_link_update - bring the link up or down, as both ends want it
 * @vd: the device
 *
 * The link of a pair is up while both ends are up and neither administrator
 * took the carrier away; a device alone has but its own say.
 *
 * Context: RTNL. May sleep.
 */
void vnet_link_update(struct vnet_dev *vd)
{
	struct vnet_dev *peer = vnet_peer(vd);
	bool up = vd->open && vd->carrier;

	ASSERT_RTNL();
	if (peer)
		up = up && peer->open && peer->carrier;

	if (up && !vd->linked)
		vnet_link_up(vd);
	else if (!up && vd->linked)
		vnet_link_down(vd);
}
