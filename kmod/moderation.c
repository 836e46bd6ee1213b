// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long frames wait to be received, and completions to be reported. Each
 * queue has settings of its own; what is set of the device, is set of all its
 * queues. The frame path reads them as it goes.
 */
#include "vnet.h"

static bool vnet_coal_is(const struct vnet_coal *a, const struct vnet_coal *b)
{
	return a->moder.usecs == b->moder.usecs &&
	       a->moder.frames == b->moder.frames && a->adaptive == b->adaptive;
}

/**
 * vnet_coalesce_is - whether a device has these settings
 * @vd: the device
 * @coal: the settings
 *
 * Return: whether it has.
 */
bool vnet_coalesce_is(const struct vnet_dev *vd,
		      const struct vnet_coalesce *coal)
{
	return vnet_coal_is(&vd->coal.rx, &coal->rx) &&
	       vnet_coal_is(&vd->coal.tx, &coal->tx);
}

static int vnet_rxq_prepare(struct vnet_rxq *rxq, const struct vnet_coal *coal)
{
	if (coal->adaptive && !rxq->vec.dim)
		rxq->vec.dim = vnet_dim_alloc_rx(rxq);
	return coal->adaptive && !rxq->vec.dim ? -ENOMEM : 0;
}

static int vnet_txq_prepare(struct vnet_txq *txq, const struct vnet_coal *coal)
{
	if (coal->adaptive && !txq->dim)
		txq->dim = vnet_dim_alloc_tx(txq);
	return coal->adaptive && !txq->dim ? -ENOMEM : 0;
}

/**
 * vnet_coalesce_prepare - get the memory that settings take
 * @vd: the device, with its queues
 * @coal: the settings
 * @extack: told what failed, may be NULL
 *
 * What is not used then is kept until the device goes.
 *
 * Context: locked. May sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int vnet_coalesce_prepare(struct vnet_dev *vd,
			  const struct vnet_coalesce *coal,
			  struct netlink_ext_ack *extack)
{
	int err = 0;
	u32 i;

	for (i = 0; i < vd->dev->num_rx_queues && !err; i++)
		err = vnet_rxq_prepare(&vd->rxq[i], &coal->rx);
	for (i = 0; i < vd->dev->num_tx_queues && !err; i++)
		err = vnet_txq_prepare(&vd->txq[i], &coal->tx);
	if (err)
		NL_SET_ERR_MSG(extack, "no memory for adaptive moderation");
	return err;
}

static void vnet_rxq_set_coal(struct vnet_rxq *rxq,
			      const struct vnet_coal *coal)
{
	struct vnet_vector *vec = &rxq->vec;
	struct vnet_moder moder = coal->moder;

	if (vnet_coal_is(&rxq->coal, coal))
		return;
	rxq->coal = *coal;
	if (coal->adaptive && vec->adaptive)
		return;

	/* DIM sets nothing any more, or nothing yet */
	WRITE_ONCE(vec->adaptive, false);
	vnet_dim_stop(vec->dim);
	if (coal->adaptive)
		vnet_dim_moder_rx(vec->dim, &moder);
	vnet_vector_set_moder(vec, coal->adaptive, &moder);
}

static void vnet_txq_set_coal(struct vnet_txq *txq,
			      const struct vnet_coal *coal)
{
	struct vnet_moder moder = coal->moder;

	if (vnet_coal_is(&txq->coal, coal))
		return;
	txq->coal = *coal;
	if (coal->adaptive && txq->adaptive)
		return;

	WRITE_ONCE(txq->adaptive, false);
	vnet_dim_stop(txq->dim);
	if (coal->adaptive)
		vnet_dim_moder_tx(txq->dim, &moder);
	WRITE_ONCE(txq->moder.usecs, moder.usecs);
	WRITE_ONCE(txq->moder.frames, moder.frames);
	WRITE_ONCE(txq->adaptive, coal->adaptive);
}

/* In the settings of a queue, change what changes from @old to @new */
static void vnet_coal_change(struct vnet_coal *coal,
			     const struct vnet_coal *old,
			     const struct vnet_coal *new)
{
	if (new->moder.usecs != old->moder.usecs)
		coal->moder.usecs = new->moder.usecs;
	if (new->moder.frames != old->moder.frames)
		coal->moder.frames = new->moder.frames;
	if (new->adaptive != old->adaptive)
		coal->adaptive = new->adaptive;
}

/**
 * vnet_set_coalesce - set how long frames and completions wait
 * @vd: the device
 * @coal: the settings, valid and prepared
 *
 * A value that is not changed stays as it is in each queue.
 *
 * Context: locked. May sleep.
 */
void vnet_set_coalesce(struct vnet_dev *vd, const struct vnet_coalesce *coal)
{
	const struct vnet_coalesce *old = &vd->coal;
	struct vnet_coal new;
	u32 i;

	vnet_assert_locked(vd);
	for (i = 0; i < vd->dev->num_rx_queues; i++) {
		new = vd->rxq[i].coal;
		vnet_coal_change(&new, &old->rx, &coal->rx);
		vnet_rxq_set_coal(&vd->rxq[i], &new);
	}
	for (i = 0; i < vd->dev->num_tx_queues; i++) {
		new = vd->txq[i].coal;
		vnet_coal_change(&new, &old->tx, &coal->tx);
		vnet_txq_set_coal(&vd->txq[i], &new);
	}
	vd->coal = *coal;
	netif_info(vd, drv, vd->dev,
		   "coalesce: rx_usecs %u rx_frames %u adaptive_rx %d tx_usecs %u tx_frames %u adaptive_tx %d\n",
		   coal->rx.moder.usecs, coal->rx.moder.frames,
		   coal->rx.adaptive, coal->tx.moder.usecs,
		   coal->tx.moder.frames, coal->tx.adaptive);
}

/**
 * vnet_coalesce_init - give new queues the settings of their device
 * @vd: the device
 *
 * Context: locked. May sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int vnet_coalesce_init(struct vnet_dev *vd)
{
	int err;
	u32 i;

	err = vnet_coalesce_prepare(vd, &vd->coal, NULL);
	if (err)
		return err;
	for (i = 0; i < vd->dev->num_rx_queues; i++)
		vnet_rxq_set_coal(&vd->rxq[i], &vd->coal.rx);
	for (i = 0; i < vd->dev->num_tx_queues; i++)
		vnet_txq_set_coal(&vd->txq[i], &vd->coal.tx);
	return 0;
}

/**
 * vnet_coalesce_free - give back what the settings took
 * @vd: the device, whose queues do nothing any more
 *
 * Context: may sleep.
 */
void vnet_coalesce_free(struct vnet_dev *vd)
{
	u32 i;

	for (i = 0; i < vd->dev->num_rx_queues; i++)
		vnet_dim_free(vd->rxq[i].vec.dim);
	for (i = 0; i < vd->dev->num_tx_queues; i++)
		vnet_dim_free(vd->txq[i].dim);
}

/**
 * vnet_queue_get_coalesce - the settings of a queue
 * @vd: the device
 * @queue: index of an RX queue, of a TX queue, or of both
 * @coal: set to the settings; zeros for a side that has no such queue
 *
 * Context: locked.
 *
 * Return: 0, or -EINVAL where no such queue is in use.
 */
int vnet_queue_get_coalesce(const struct vnet_dev *vd, u32 queue,
			    struct vnet_coalesce *coal)
{
	bool rx = queue < vd->dev->real_num_rx_queues;
	bool tx = queue < vd->dev->real_num_tx_queues;

	if (!rx && !tx)
		return -EINVAL;

	*coal = (struct vnet_coalesce) {};
	if (rx)
		coal->rx = vd->rxq[queue].coal;
	if (tx)
		coal->tx = vd->txq[queue].coal;
	return 0;
}

/**
 * vnet_queue_set_coalesce - set how long frames and completions of a queue wait
 * @vd: the device
 * @queue: index of an RX queue, of a TX queue, or of both
 * @coal: the settings, valid; zeros for a side that has no such queue
 *
 * Context: locked. May sleep.
 *
 * Return: 0, -EINVAL where no such queue is in use, or -ENOMEM; on error
 * nothing is changed.
 */
int vnet_queue_set_coalesce(struct vnet_dev *vd, u32 queue,
			    const struct vnet_coalesce *coal)
{
	bool rx = queue < vd->dev->real_num_rx_queues;
	bool tx = queue < vd->dev->real_num_tx_queues;
	const struct vnet_coal none = {};

	vnet_assert_locked(vd);
	if ((!rx && !tx) || (!rx && !vnet_coal_is(&coal->rx, &none)) ||
	    (!tx && !vnet_coal_is(&coal->tx, &none)))
		return -EINVAL;
	if ((rx && vnet_rxq_prepare(&vd->rxq[queue], &coal->rx)) ||
	    (tx && vnet_txq_prepare(&vd->txq[queue], &coal->tx)))
		return -ENOMEM;

	if (rx)
		vnet_rxq_set_coal(&vd->rxq[queue], &coal->rx);
	if (tx)
		vnet_txq_set_coal(&vd->txq[queue], &coal->tx);
	return 0;
}
