// SPDX-License-Identifier: GPL-2.0-only
/*
 * Statistics of queues as netdev-genl tells them. What queues have counted that are
 * not in use is in the base, so that base and queues add up to the device's.
 */
#ifdef VNET_HAVE_QSTATS
#include "vnet.h"

static void vnet_qstats_add_rx(struct netdev_queue_stats_rx *s,
			       const struct vnet_rxq *rxq)
{
	u64 rx[VNET_RX_COUNTED], frames[VNET_FRAME_STATS];
	u64 gen[VNET_GEN_STATS], missed;

	vnet_stats_rxq(rxq, rx, frames);
	vnet_stats_gen(rxq, gen);
	missed = rx[VNET_RX_MISSED] + gen[VNET_GEN_MISSED];

	s->packets += rx[VNET_RX_FRAMES];
	s->bytes += rx[VNET_RX_BYTES];
	s->alloc_fail += gen[VNET_GEN_DROP_NOMEM] + rx[VNET_RX_DROP_NOMEM];
	s->hw_drop_overruns += missed;
	s->hw_drops += missed + rx[VNET_RX_DROP_LENGTH] +
		       rx[VNET_RX_DROP_FLUSH] + rx[VNET_RX_DROP_NOMEM] +
		       rx[VNET_RX_DROP_RULE] + rx[VNET_RX_DROP_FCS];
	s->hw_gro_packets += frames[VNET_FRAME_LARGE];
	s->hw_gro_wire_packets += frames[VNET_FRAME_SEGMENTS];
}

static void vnet_qstats_add_tx(struct netdev_queue_stats_tx *s,
			       const struct vnet_txq *txq)
{
	u64 tx[VNET_TX_STATS], frames[VNET_FRAME_STATS];
	u32 i;

	vnet_stats_txq(txq, tx, frames);

	s->packets += tx[VNET_TX_FRAMES];
	s->bytes += tx[VNET_TX_BYTES];
	s->hw_drop_errors += tx[VNET_TX_DROP_RUNT] + tx[VNET_TX_DROP_NOMEM];
	for (i = VNET_TX_DROP_DOWN; i < VNET_TX_STATS; i++)
		s->hw_drops += tx[i];
	s->hw_gso_packets += frames[VNET_FRAME_LARGE];
	s->hw_gso_wire_packets += frames[VNET_FRAME_SEGMENTS];
	s->stop += tx[VNET_TX_STOPS];
	s->wake += vnet_stats_wakes(txq);
}

/* What is not counted has to stay as the core has set it */
static void vnet_qstats_clear_rx(struct netdev_queue_stats_rx *s)
{
	s->packets = 0;
	s->bytes = 0;
	s->alloc_fail = 0;
	s->hw_drops = 0;
	s->hw_drop_overruns = 0;
	s->hw_gro_packets = 0;
	s->hw_gro_wire_packets = 0;
}

static void vnet_qstats_clear_tx(struct netdev_queue_stats_tx *s)
{
	s->packets = 0;
	s->bytes = 0;
	s->hw_drops = 0;
	s->hw_drop_errors = 0;
	s->hw_gso_packets = 0;
	s->hw_gso_wire_packets = 0;
	s->stop = 0;
	s->wake = 0;
}

static void vnet_qstats_rx(struct net_device *dev, int idx,
			   struct netdev_queue_stats_rx *s)
{
	const struct vnet_dev *vd = netdev_priv(dev);

	vnet_qstats_clear_rx(s);
	vnet_qstats_add_rx(s, &vd->rxq[idx]);
}

static void vnet_qstats_tx(struct net_device *dev, int idx,
			   struct netdev_queue_stats_tx *s)
{
	const struct vnet_dev *vd = netdev_priv(dev);

	vnet_qstats_clear_tx(s);
	vnet_qstats_add_tx(s, &vd->txq[idx]);
}

static void vnet_qstats_base(struct net_device *dev,
			     struct netdev_queue_stats_rx *rx,
			     struct netdev_queue_stats_tx *tx)
{
	const struct vnet_dev *vd = netdev_priv(dev);
	u32 i;

	vnet_qstats_clear_rx(rx);
	for (i = dev->real_num_rx_queues; i < dev->num_rx_queues; i++)
		vnet_qstats_add_rx(rx, &vd->rxq[i]);

	vnet_qstats_clear_tx(tx);
	for (i = dev->real_num_tx_queues; i < dev->num_tx_queues; i++)
		vnet_qstats_add_tx(tx, &vd->txq[i]);
}

const struct netdev_stat_ops vnet_stat_ops = {
	.get_queue_stats_rx	= vnet_qstats_rx,
	.get_queue_stats_tx	= vnet_qstats_tx,
	.get_base_stats		= vnet_qstats_base,
};
#endif
