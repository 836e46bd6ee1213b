// SPDX-License-Identifier: GPL-2.0-only
/*
 * The link between two devices, or the open end of a device alone: who feeds
 * which RX queue, when frames may cross, and the carrier.
 */
#include "vnet.h"

/* TX queues of @peer that feed RX queue @idx of @vd: those that have a ring */
static u32 vnet_link_feeders(const struct vnet_dev *vd, u32 idx,
			     const struct vnet_dev *peer)
{
	u32 n = 0, i;

	for (i = idx; i < peer->dev->num_tx_queues;
	     i += vd->dev->real_num_rx_queues)
		n += !!peer->txq[i].ring.desc;
	return n;
}

/**
 * vnet_link_share - note which RX queues several feed
 * @vd: the device
 *
 * Call it before another begins to feed: it returns when all who feed heed it.
 * TX queue i of the peer feeds RX queue i modulo their number; the generator
 * feeds the first.
 *
 * Context: RTNL. May sleep.
 */
void vnet_link_share(struct vnet_dev *vd)
{
	struct vnet_dev *peer = vnet_peer(vd);
	bool added = false;
	u32 i, n;

	ASSERT_RTNL();
	for (i = 0; i < vd->dev->real_num_rx_queues; i++) {
		n = i == 0 && vd->gen.enable;
		if (peer)
			n += vnet_link_feeders(vd, i, peer);
		added |= n > 1 && !vd->rxq[i].shared;
		WRITE_ONCE(vd->rxq[i].shared, n > 1);
	}
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

/* Let the TX queues of @from feed the RX queues of @to, or none */
static void vnet_link_connect(struct vnet_dev *from, struct vnet_dev *to)
{
	struct vnet_rxq *rxq;
	u32 i;

	for (i = 0; i < from->dev->num_tx_queues; i++) {
		rxq = to ? &to->rxq[i % to->dev->real_num_rx_queues] : NULL;
		rcu_assign_pointer(from->txq[i].dst, rxq);
	}
}

/**
 * vnet_link_map - connect the queues of the peer to those of a device anew
 * @vd: the device, with a peer
 *
 * Wires stalled on a queue that they no longer feed wait for their new one.
 * Returns when no sender uses the old queues.
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
	synchronize_net();

	for (i = 0; i < peer->dev->num_tx_queues; i++) {
		txq = &peer->txq[i];
		rxq = &vd->rxq[i % vd->dev->real_num_rx_queues];

		spin_lock_bh(&txq->wire_lock);
		if (txq->stalled && txq->stall_rxq != rxq) {
			vnet_wire_unstall(txq);
			vnet_wire_stall(txq, rxq);
		}
		spin_unlock_bh(&txq->wire_lock);
	}
}

/*
 * What a sender posted without its doorbell, since it found the link down, has
 * nobody else to publish it, nor to move it if it @stays.
 */
static void vnet_link_settle(struct vnet_dev *from, struct vnet_dev *to,
			     bool stays)
{
	struct vnet_txq *txq;
	struct vnet_rxq *rxq;
	u32 i;

	for (i = 0; i < from->dev->num_tx_queues; i++) {
		txq = &from->txq[i];
		rxq = &to->rxq[i % to->dev->real_num_rx_queues];

		spin_lock_bh(&txq->wire_lock);
		if (txq->burst)
			vnet_xmit_publish(txq, rxq);
		if (stays && !txq->stalled && vnet_ring_used(&txq->ring)) {
			vnet_wire_stall(txq, rxq);
			vnet_vector_kick(&rxq->vec);
		}
		spin_unlock_bh(&txq->wire_lock);
	}
}

/**
 * vnet_link_down - let no more frames cross
 * @vd: the device
 *
 * Returns when no sender of either end is at it any more. What was posted
 * stays where it is; between two ends that are open it will be delivered.
 *
 * Context: RTNL. May sleep.
 */
void vnet_link_down(struct vnet_dev *vd)
{
	struct vnet_dev *peer = vnet_peer(vd);
	bool stays = peer && vd->open && peer->open;

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
	synchronize_net();

	if (peer) {
		vnet_link_settle(vd, peer, stays);
		vnet_link_settle(peer, vd, stays);
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
