// SPDX-License-Identifier: GPL-2.0-only
/*
 * The standard groups of ethtool's statistics: what a MAC counts. There is no
 * medium here that could spoil a frame, so that most errors are 0 for ever.
 */
#include <linux/ethtool.h>

#include "ethtool.h"
#include "vnet.h"

/* Sums over all queues of one side */
struct vnet_mac_side {
	u64 frames;
	u64 bytes;
	u64 by_cast[VNET_CASTS];
	u64 by_proto[VNET_PROTOS];
	u64 size[VNET_SIZES];
};

/* Of what vnet_frame_size() returns, the first that has a bucket of its own */
#define VNET_SIZE_FIRST		6

static const struct ethtool_rmon_hist_range vnet_rmon_ranges[] = {
	{ 64, 64 },
	{ 65, 127 },
	{ 128, 255 },
	{ 256, 511 },
	{ 512, 1023 },
	{ 1024, 1518 },
	{ 1519, 2047 },
	{ 2048, 4095 },
	{ 4096, 8191 },
	{ 8192, U16_MAX },
#if ETHTOOL_RMON_HIST_MAX > 10
	{}
#endif
};

#define VNET_RMON_BUCKETS	10U

static_assert(ARRAY_SIZE(vnet_rmon_ranges) <= ETHTOOL_RMON_HIST_MAX);

static void vnet_mac_add(struct vnet_mac_side *side, const u64 *frames)
{
	u32 i;

	for (i = 0; i < VNET_KINDS; i++) {
		u64 n = frames[VNET_FRAME_KIND + i];

		side->frames += n;
		side->by_cast[i / VNET_PROTOS] += n;
		side->by_proto[i % VNET_PROTOS] += n;
	}
	vnet_stats_add(side->size, &frames[VNET_FRAME_SIZE], VNET_SIZES);
}

static void vnet_mac_tx(const struct net_device *dev,
			struct vnet_mac_side *side, u64 *tx)
{
	const struct vnet_dev *vd = netdev_priv(dev);
	u64 v[VNET_TX_STATS], frames[VNET_FRAME_STATS];
	u32 i;

	memset(side, 0, sizeof(*side));
	memset(tx, 0, sizeof(v));
	for (i = 0; i < dev->num_tx_queues; i++) {
		vnet_stats_txq(&vd->txq[i], v, frames);
		vnet_stats_add(tx, v, VNET_TX_STATS);
		vnet_mac_add(side, frames);
	}
	side->bytes = tx[VNET_TX_BYTES];
}

static void vnet_mac_rx(const struct net_device *dev,
			struct vnet_mac_side *side, u64 *rx)
{
	const struct vnet_dev *vd = netdev_priv(dev);
	u64 v[VNET_RX_COUNTED], frames[VNET_FRAME_STATS];
	u32 i;

	memset(side, 0, sizeof(*side));
	memset(rx, 0, sizeof(v));
	for (i = 0; i < dev->num_rx_queues; i++) {
		vnet_stats_rxq(&vd->rxq[i], v, frames);
		vnet_stats_add(rx, v, VNET_RX_COUNTED);
		vnet_mac_add(side, frames);
	}
	side->bytes = rx[VNET_RX_BYTES];
}

/* On a wire each frame has an FCS */
static u64 vnet_mac_octets(const struct vnet_mac_side *side)
{
	return side->bytes + side->frames * ETH_FCS_LEN;
}

/**
 * vnet_get_eth_mac_stats - ethtool_ops.get_eth_mac_stats
 * @dev: the device
 * @s: to fill
 */
void vnet_get_eth_mac_stats(struct net_device *dev,
			    struct ethtool_eth_mac_stats *s)
{
	u64 tx[VNET_TX_STATS], rx[VNET_RX_COUNTED];
	struct vnet_mac_side side;

	vnet_mac_tx(dev, &side, tx);
	s->FramesTransmittedOK = side.frames;
	s->OctetsTransmittedOK = vnet_mac_octets(&side);
	s->MulticastFramesXmittedOK = side.by_cast[VNET_CAST_MULTI];
	s->BroadcastFramesXmittedOK = side.by_cast[VNET_CAST_BROAD];
	s->FramesLostDueToIntMACXmitError = tx[VNET_TX_DROP_NOMEM] +
					    tx[VNET_TX_DROP_FLUSH];
	s->SingleCollisionFrames = 0;
	s->MultipleCollisionFrames = 0;
	s->FramesWithDeferredXmissions = 0;
	s->LateCollisions = 0;
	s->FramesAbortedDueToXSColls = 0;
	s->CarrierSenseErrors = 0;
	s->FramesWithExcessiveDeferral = 0;

	vnet_mac_rx(dev, &side, rx);
	s->FramesReceivedOK = side.frames;
	s->OctetsReceivedOK = vnet_mac_octets(&side);
	s->MulticastFramesReceivedOK = side.by_cast[VNET_CAST_MULTI];
	s->BroadcastFramesReceivedOK = side.by_cast[VNET_CAST_BROAD];
	s->FramesLostDueToIntMACRcvError = rx[VNET_RX_DROP_FLUSH] +
					   rx[VNET_RX_DROP_NOMEM];
	s->FrameTooLongErrors = rx[VNET_RX_DROP_LENGTH];
	s->FrameCheckSequenceErrors = rx[VNET_RX_DROP_FCS];
	s->AlignmentErrors = 0;
	s->InRangeLengthErrors = 0;
	s->OutOfRangeLengthField = 0;
}

/**
 * vnet_get_eth_ctrl_stats - ethtool_ops.get_eth_ctrl_stats
 * @dev: the device
 * @s: to fill
 */
void vnet_get_eth_ctrl_stats(struct net_device *dev,
			     struct ethtool_eth_ctrl_stats *s)
{
	u64 tx[VNET_TX_STATS], rx[VNET_RX_COUNTED];
	struct vnet_mac_side side;

	vnet_mac_tx(dev, &side, tx);
	s->MACControlFramesTransmitted = side.by_proto[VNET_PROTO_CTRL] +
					 side.by_proto[VNET_PROTO_PAUSE];

	vnet_mac_rx(dev, &side, rx);
	s->MACControlFramesReceived = side.by_proto[VNET_PROTO_CTRL] +
				      side.by_proto[VNET_PROTO_PAUSE];
	s->UnsupportedOpcodesReceived = side.by_proto[VNET_PROTO_CTRL];
}

/* How often those that feed the RX rings of @dev were told to wait */
static u64 vnet_pauses(const struct net_device *dev)
{
	const struct vnet_dev *vd = netdev_priv(dev);
	u64 pauses = 0;
	u32 i;

	for (i = 0; i < dev->num_rx_queues; i++)
		pauses += vnet_stats_pauses(&vd->rxq[i]);
	return pauses;
}

/**
 * vnet_get_pause_stats - ethtool_ops.get_pause_stats
 * @dev: the device
 * @s: to fill
 *
 * Flow control takes no frames here. What would be a pause frame is a sender that
 * has to wait for a full ring; frames that somebody else makes count as well.
 */
void vnet_get_pause_stats(struct net_device *dev,
			  struct ethtool_pause_stats *s)
{
	const struct vnet_dev *vd = netdev_priv(dev);
	u64 tx[VNET_TX_STATS], rx[VNET_RX_COUNTED];
	const struct net_device *peer;
	struct vnet_mac_side side;

	vnet_mac_tx(dev, &side, tx);
	s->tx_pause_frames = side.by_proto[VNET_PROTO_PAUSE] + vnet_pauses(dev);

	vnet_mac_rx(dev, &side, rx);
	s->rx_pause_frames = side.by_proto[VNET_PROTO_PAUSE];
	rcu_read_lock();
	peer = rcu_dereference(vd->peer);
	if (peer)
		s->rx_pause_frames += vnet_pauses(peer);
	rcu_read_unlock();
}

static void vnet_rmon_fill(const struct vnet_mac_side *side, u64 *hist)
{
	u32 i, bucket;

	memset(hist, 0, VNET_RMON_BUCKETS * sizeof(*hist));
	for (i = 0; i < VNET_SIZES; i++) {
		bucket = max_t(u32, i, VNET_SIZE_FIRST) - VNET_SIZE_FIRST;
		hist[min(bucket, VNET_RMON_BUCKETS - 1)] += side->size[i];
	}
}

/**
 * vnet_get_rmon_stats - ethtool_ops.get_rmon_stats
 * @dev: the device
 * @s: to fill
 * @ranges: set to the sizes of the histograms' buckets
 *
 * A frame shorter than 64 octets counts as one of 64: a MAC would have padded it.
 */
void vnet_get_rmon_stats(struct net_device *dev, struct ethtool_rmon_stats *s,
			 const struct ethtool_rmon_hist_range **ranges)
{
	u64 tx[VNET_TX_STATS], rx[VNET_RX_COUNTED];
	struct vnet_mac_side side;

	*ranges = vnet_rmon_ranges;
	vnet_mac_tx(dev, &side, tx);
	vnet_rmon_fill(&side, s->hist_tx);

	vnet_mac_rx(dev, &side, rx);
	vnet_rmon_fill(&side, s->hist);
	s->undersize_pkts = 0;
	s->oversize_pkts = rx[VNET_RX_DROP_LENGTH];
	s->fragments = 0;
	s->jabbers = 0;
}
