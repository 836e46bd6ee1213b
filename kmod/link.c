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
 * Context: locked, or softirq.
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
 * Context: locked, or softirq.
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
 * Context: locked. May sleep.
 */
void vnet_link_share(struct vnet_dev *vd)
{
	struct vnet_dev *far = vnet_far(vd);
	bool added = false, shared;
	u32 i, n;

	vnet_assert_locked(vd);
	for (i = 0; i < vd->dev->real_num_rx_queues; i++) {
		n = vnet_gen_feeds(vd, i);
		if (far)
			n += vnet_link_feeders(vd, i, far);
		shared = n > 1 || vd->scattered;
		added |= shared && !vd->rxq[i].shared;
		WRITE_ONCE(vd->rxq[i].shared, shared);
		WRITE_ONCE(vd->rxq[i].many, vd->scattered);
	}
	if (far)
		added |= vnet_link_many(far, vd->scattered);
	if (added && vd->open)
		synchronize_net();
}

/**
 * vnet_link_flow - apply the pause settings of both ends
 * @vd: the device
 *
 * A sender is held back when it heeds pause and its peer sends it.
 *
 * Context: locked.
 */
void vnet_link_flow(struct vnet_dev *vd)
{
	struct vnet_dev *far = vnet_far(vd);
	u32 i;

	vnet_assert_locked(vd);
	if (!far)
		return;

	for (i = 0; i < vd->dev->num_tx_queues; i++)
		WRITE_ONCE(vd->txq[i].lossy, !(vd->rx_pause && far->tx_pause));
	for (i = 0; i < far->dev->num_tx_queues; i++)
		WRITE_ONCE(far->txq[i].lossy,
			   !(far->rx_pause && vd->tx_pause));
}

/**
 * vnet_link_point - let a TX queue feed an RX queue, or nobody
 * @txq: the TX queue
 * @rxq: the RX queue, or NULL
 *
 * The TX lock is held for a whole burst: when this returns, no sender is at the old
 * one any more, nor is anything left there without a doorbell.
 *
 * Context: locked.
 */
void vnet_link_point(struct vnet_txq *txq, struct vnet_rxq *rxq)
{
	__netif_tx_lock_bh(txq->nq);
	rcu_assign_pointer(txq->dst, rxq);
	__netif_tx_unlock_bh(txq->nq);
}

/* Let the TX queues of @from feed the RX queues of @to, or none */
static void vnet_link_connect(struct vnet_dev *from, struct vnet_dev *to)
{
	struct vnet_rxq *rxq;
	u32 i;

	for (i = 0; i < from->dev->num_tx_queues; i++) {
		rxq = to ? &to->rxq[vnet_link_rxq(to, i)] : NULL;
		vnet_link_point(&from->txq[i], rxq);
	}
}

/**
 * vnet_link_leave - let a TX queue feed nobody, its posts be void
 * @txq: the queue
 *
 * What the receiver still holds completes nothing from then on, but for a poll
 * that is under way.
 *
 * Context: locked.
 */
void vnet_link_leave(struct vnet_txq *txq)
{
	__netif_tx_lock_bh(txq->nq);
	RCU_INIT_POINTER(txq->dst, NULL);
	WRITE_ONCE(txq->epoch, txq->epoch + 1);
	__netif_tx_unlock_bh(txq->nq);
}

/**
 * vnet_link_recover - give up what a dead receiver does not take
 * @txq: the queue, stopped for too long
 *
 * Context: locked. May sleep.
 */
void vnet_link_recover(struct vnet_txq *txq)
{
	struct vnet_dev *vd = netdev_priv(txq->dev);
	struct vnet_rxq *rxq = vnet_dereference(vd, txq->dst);
	u32 descs, charge;

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
 * Context: locked; the RX queues of @vd are gated. May sleep.
 */
void vnet_link_map(struct vnet_dev *vd)
{
	struct vnet_dev *far = vnet_far(vd);
	struct vnet_rxq *rxq;
	struct vnet_txq *txq;
	u32 i;

	vnet_assert_locked(vd);
	if (vd->linked)
		vnet_link_connect(far, vd);

	for (i = 0; i < far->dev->num_tx_queues; i++) {
		txq = &far->txq[i];
		rxq = &vd->rxq[vnet_link_rxq(vd, i)];

		spin_lock_bh(&txq->wire_lock);
		if (txq->stalled && txq->stall_rxq != rxq)
			vnet_wire_restall(txq, rxq);
		spin_unlock_bh(&txq->wire_lock);
	}
}

/**
 * vnet_link_far_phy - the link settings at the other end
 * @vd: the device
 *
 * Context: locked.
 *
 * Return: the settings, NULL for a device alone, or looped back.
 */
const struct vnet_phy *vnet_link_far_phy(const struct vnet_dev *vd)
{
	const struct vnet_dev *far = vnet_far(vd);

	return far && far != vd ? &far->phy : NULL;
}

/* Note at which speed an end runs, or that it does not */
static void vnet_link_settle(struct vnet_dev *vd)
{
	const struct vnet_phy *far = vnet_link_far_phy(vd);

	if (vd->linked)
		vnet_mode_agree(&vd->phy, far ? far : &vd->phy, &vd->speed);
	else
		vd->speed = VNET_SPEED_NONE;
}

static void vnet_link_tell(const struct vnet_dev *vd)
{
	netif_info(vd, link, vd->dev, "link up, %u Mbit/s\n", vd->speed.mbps);
}

static void vnet_link_end_down(struct vnet_dev *vd)
{
	if (vd->linked)
		netif_info(vd, link, vd->dev, "link down\n");
	netif_carrier_off(vd->dev);
	vd->linked = false;
	vnet_link_settle(vd);
	WRITE_ONCE(vd->sink, false);
	vnet_link_connect(vd, NULL);
}

/**
 * vnet_link_down - let no more frames cross
 * @vd: the device
 *
 * When this returns, no sender of either end is at it any more. What was posted
 * stays where it is; between two ends that are open it will be delivered.
 *
 * Context: locked.
 */
void vnet_link_down(struct vnet_dev *vd)
{
	struct vnet_dev *far = vnet_far(vd);

	vnet_assert_locked(vd);
	vnet_link_end_down(vd);
	if (far && far != vd)
		vnet_link_end_down(far);
}

static void vnet_link_end_up(struct vnet_dev *vd, struct vnet_dev *far)
{
	vd->linked = true;
	vnet_link_settle(vd);
	if (far)
		vnet_link_connect(vd, far);
	else
		WRITE_ONCE(vd->sink, true);
	netif_carrier_on(vd->dev);
	vnet_link_tell(vd);
}

static void vnet_link_up(struct vnet_dev *vd)
{
	struct vnet_dev *far = vnet_far(vd);

	if (far)
		vnet_link_share(vd);
	if (far && far != vd) {
		vnet_link_share(far);
		vnet_link_end_up(far, vd);
	}
	vnet_link_end_up(vd, far);
}

/**
 * vnet_link_why_down - what keeps a link from being up
 * @vd: the device
 *
 * The link of a pair is up while both ends are up, neither administrator took the
 * carrier away, and their settings have a speed in common. What is wrong at this
 * end counts first. The open end of a device alone agrees with everything, and so
 * does one that is looped back with itself.
 *
 * Context: locked.
 */
enum vnet_link_why vnet_link_why_down(const struct vnet_dev *vd)
{
	const struct vnet_dev *far = vnet_far(vd);
	struct vnet_speed speed;

	vnet_assert_locked(vd);
	if (!vd->open)
		return VNET_LINK_DOWN;
	if (!far && !vnet_peer(vd))
		far = vd;
	if (!vd->carrier || (far && !far->carrier))
		return VNET_LINK_CUT;
	if (!far || !far->open)
		return VNET_LINK_NO_PARTNER;
	if (!vnet_mode_agree(&vd->phy, &far->phy, &speed))
		return VNET_LINK_NO_SPEED;
	return VNET_LINK_OK;
}

/**
 * vnet_link_update - bring the link up or down, as both ends want it
 * @vd: the device
 *
 * Context: locked. May sleep.
 */
void vnet_link_update(struct vnet_dev *vd)
{
	bool up = vnet_link_why_down(vd) == VNET_LINK_OK;

	if (up && !vd->linked)
		vnet_link_up(vd);
	else if (!up && vd->linked)
		vnet_link_down(vd);
}

/* Settle the speed anew; a link that stays up tells if that is another */
static void vnet_link_resettle(struct vnet_dev *vd)
{
	struct vnet_speed was = vd->speed;

	vnet_link_settle(vd);
	if (!vd->linked ||
	    (vd->speed.mbps == was.mbps && vd->speed.duplex == was.duplex))
		return;
	vnet_link_tell(vd);
	/* From a work item of the core's: nobody is notified from here */
	linkwatch_fire_event(vd->dev);
}

/**
 * vnet_link_set_phy - set link settings, and what follows at both ends
 * @vd: the device
 * @phy: the settings, valid
 *
 * A link that has a speed after it as before stays up, and loses nothing.
 *
 * Context: locked. May sleep.
 */
void vnet_link_set_phy(struct vnet_dev *vd, const struct vnet_phy *phy)
{
	struct vnet_dev *peer = vnet_peer(vd);

	vnet_assert_locked(vd);
	vd->phy = *phy;
	vnet_link_update(vd);
	vnet_link_resettle(vd);
	if (peer)
		vnet_link_resettle(peer);
}
