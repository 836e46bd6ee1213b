// SPDX-License-Identifier: GPL-2.0-only
/*
 * ethtool: registers, and dumps. docs/ethtool.md says what each word is; another
 * layout has another version.
 */
#include <linux/ethtool.h>

#include "ethtool.h"
#include "vnet.h"

#define VNET_REGS_VERSION	1
#define VNET_REGS_HEAD		16U
#define VNET_REGS_QUEUE		16U

/* In the place of a queue where there is none */
#define VNET_REGS_NONE		U32_MAX

#define VNET_DUMP_VERSION	1

/* The parts that a dump may have, bits of its flag */
#define VNET_DUMP_REGS		BIT(0)
#define VNET_DUMP_FRAMES	BIT(1)
#define VNET_DUMP_ALL		(VNET_DUMP_REGS | VNET_DUMP_FRAMES)

/* In front of each part: which it is, and how many bytes it has */
struct vnet_dump_head {
	u32 part;
	u32 len;
};

/* What was counted of the frames of a queue */
struct vnet_dump_frames {
	u32 rx;
	u32 queue;
	u64 frames[VNET_FRAME_STATS];
};

static u32 vnet_flag(bool set, u32 bit)
{
	return set ? BIT(bit) : 0;
}

static void vnet_regs_head(const struct vnet_dev *vd, u32 *to)
{
	const struct net_device *dev = vd->dev;

	to[0] = dev->real_num_tx_queues;
	to[1] = dev->real_num_rx_queues;
	to[2] = dev->num_tx_queues;
	to[3] = dev->num_rx_queues;
	to[4] = VNET_REGS_QUEUE;
	to[5] = vnet_flag(vd->open, 0) |
		vnet_flag(vd->linked, 1) |
		vnet_flag(vd->carrier, 2) |
		vnet_flag(vd->loop, 3) |
		vnet_flag(vd->sink, 4) |
		vnet_flag(vd->scattered, 5) |
		vnet_flag(rcu_access_pointer(vd->steer), 6) |
		vnet_flag(vd->irq, 7);
	to[6] = vd->tx_ring;
	to[7] = vd->rx_ring;
	to[8] = vd->speed.mbps;
}

static u32 vnet_regs_ring(const struct vnet_ring *ring, u32 *to)
{
	to[0] = READ_ONCE(ring->head);
	to[1] = READ_ONCE(ring->fill);
	to[2] = READ_ONCE(ring->tail);
	return ring->desc ? ring->mask + 1 : 0;
}

static void vnet_regs_txq(const struct vnet_txq *txq, u32 *to)
{
	const struct vnet_dev *vd = netdev_priv(txq->dev);
	const struct vnet_rxq *dst = vnet_dereference(vd, txq->dst);

	to[0] = txq->idx;
	to[1] = vnet_flag(!netif_xmit_stopped(txq->nq), 0) |
		vnet_flag(READ_ONCE(txq->stalled), 1) |
		vnet_flag(READ_ONCE(txq->paused), 2) |
		vnet_flag(txq->lossy, 3) |
		vnet_flag(txq->many, 4) |
		vnet_flag(txq->paced, 5);
	to[2] = READ_ONCE(txq->limit);
	to[6] = vnet_regs_ring(&txq->ring, &to[3]);
	to[7] = dst ? dst->idx : VNET_REGS_NONE;
	to[8] = READ_ONCE(txq->posted);
	to[9] = READ_ONCE(txq->done);
	to[10] = txq->epoch;
	to[11] = READ_ONCE(txq->done) - READ_ONCE(txq->told);
	to[12] = READ_ONCE(txq->moder.usecs);
	to[13] = READ_ONCE(txq->moder.frames);
}

static void vnet_regs_rxq(const struct vnet_rxq *rxq, u32 *to)
{
	const struct vnet_vector *vec = &rxq->vec;

	to[0] = rxq->idx;
	to[1] = vnet_flag(READ_ONCE(vec->masked), 0) |
		vnet_flag(READ_ONCE(vec->held), 1) |
		vnet_flag(vec->special, 2) |
		vnet_flag(rxq->shared, 3) |
		vnet_flag(rxq->gate, 4) |
		vnet_flag(rxq->failed, 5) |
		vnet_flag(rxq->many, 6) |
		vnet_flag(rxq->unusual, 7) |
		vnet_flag(rxq->gen, 8);
	to[2] = READ_ONCE(rxq->limit);
	to[6] = vnet_regs_ring(&rxq->ring, &to[3]);
	to[7] = READ_ONCE(rxq->waiting);
	to[8] = READ_ONCE(vec->cpu);
	to[9] = vec->irq;
	to[10] = READ_ONCE(vec->moder.usecs);
	to[11] = READ_ONCE(vec->moder.frames);
	to[12] = READ_ONCE(rxq->gen_ring);
	to[13] = rxq->napi.napi_id;
}

/**
 * vnet_get_regs_len - ethtool_ops.get_regs_len
 * @dev: the device
 *
 * Return: bytes; the number does not change during the device's life.
 */
int vnet_get_regs_len(struct net_device *dev)
{
	u32 queues = dev->num_tx_queues + dev->num_rx_queues;

	return (VNET_REGS_HEAD + queues * VNET_REGS_QUEUE) * sizeof(u32);
}

/**
 * vnet_get_regs - ethtool_ops.get_regs
 * @dev: the device
 * @regs: told the version
 * @to: room for vnet_get_regs_len() bytes, zero
 *
 * Each word is of its own instant.
 *
 * Context: RTNL, or the instance lock.
 */
void vnet_get_regs(struct net_device *dev, struct ethtool_regs *regs, void *to)
{
	const struct vnet_dev *vd = netdev_priv(dev);
	u32 *word = to;
	u32 i;

	regs->version = VNET_REGS_VERSION;
	vnet_lock(vd);
	vnet_regs_head(vd, word);
	word += VNET_REGS_HEAD;
	for (i = 0; i < dev->num_tx_queues; i++, word += VNET_REGS_QUEUE)
		vnet_regs_txq(&vd->txq[i], word);
	for (i = 0; i < dev->num_rx_queues; i++, word += VNET_REGS_QUEUE)
		vnet_regs_rxq(&vd->rxq[i], word);
	vnet_unlock(vd);
}

static u32 vnet_dump_frames_len(const struct net_device *dev)
{
	u32 queues = dev->num_tx_queues + dev->num_rx_queues;

	return queues * sizeof(struct vnet_dump_frames);
}

static u32 vnet_dump_len(struct net_device *dev, u32 flag)
{
	u32 len = 0;

	if (flag & VNET_DUMP_REGS)
		len += sizeof(struct vnet_dump_head) + vnet_get_regs_len(dev);
	if (flag & VNET_DUMP_FRAMES)
		len += sizeof(struct vnet_dump_head) +
		       vnet_dump_frames_len(dev);
	return len;
}

/**
 * vnet_get_dump_flag - ethtool_ops.get_dump_flag
 * @dev: the device
 * @dump: told what a dump would have
 *
 * Context: RTNL, or the instance lock.
 *
 * Return: 0.
 */
int vnet_get_dump_flag(struct net_device *dev, struct ethtool_dump *dump)
{
	const struct vnet_dev *vd = netdev_priv(dev);

	dump->flag = VNET_DUMP_ALL & ~vd->dump_without;
	dump->len = vnet_dump_len(dev, dump->flag);
	dump->version = VNET_DUMP_VERSION;
	return 0;
}

/**
 * vnet_set_dump - ethtool_ops.set_dump
 * @dev: the device
 * @dump: says what dumps are to have
 *
 * Context: RTNL, or the instance lock.
 *
 * Return: 0 or -EINVAL, and nothing is changed.
 */
int vnet_set_dump(struct net_device *dev, struct ethtool_dump *dump)
{
	struct vnet_dev *vd = netdev_priv(dev);

	if (!dump->flag || dump->flag & ~VNET_DUMP_ALL) {
		netif_info(vd, drv, dev, "dump flag %u: must be from 1 to %lu\n",
			   dump->flag, VNET_DUMP_ALL);
		return -EINVAL;
	}
	vd->dump_without = VNET_DUMP_ALL & ~dump->flag;
	return 0;
}

static void *vnet_dump_begin(void *to, u32 part, u32 len)
{
	struct vnet_dump_head *head = to;

	head->part = part;
	head->len = len;
	return head + 1;
}

static void vnet_dump_frames(const struct net_device *dev,
			     struct vnet_dump_frames *to)
{
	const struct vnet_dev *vd = netdev_priv(dev);
	u64 tx[VNET_TX_STATS], rx[VNET_RX_COUNTED];
	u32 i;

	for (i = 0; i < dev->num_tx_queues; i++, to++) {
		to->rx = 0;
		to->queue = i;
		vnet_stats_txq(&vd->txq[i], tx, to->frames);
	}
	for (i = 0; i < dev->num_rx_queues; i++, to++) {
		to->rx = 1;
		to->queue = i;
		vnet_stats_rxq(&vd->rxq[i], rx, to->frames);
	}
}

/**
 * vnet_get_dump_data - ethtool_ops.get_dump_data
 * @dev: the device
 * @dump: told what it has
 * @to: room for as many bytes as vnet_get_dump_flag() says
 *
 * Context: RTNL, or the instance lock.
 *
 * Return: 0.
 */
int vnet_get_dump_data(struct net_device *dev, struct ethtool_dump *dump,
		       void *to)
{
	struct ethtool_regs regs;

	/* Who asks for the data does not say again what it is to have */
	vnet_get_dump_flag(dev, dump);
	if (dump->flag & VNET_DUMP_REGS) {
		to = vnet_dump_begin(to, VNET_DUMP_REGS, vnet_get_regs_len(dev));
		vnet_get_regs(dev, &regs, to);
		to += vnet_get_regs_len(dev);
	}
	if (dump->flag & VNET_DUMP_FRAMES) {
		to = vnet_dump_begin(to, VNET_DUMP_FRAMES,
				     vnet_dump_frames_len(dev));
		vnet_dump_frames(dev, to);
	}
	return 0;
}
