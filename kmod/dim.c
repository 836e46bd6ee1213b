// SPDX-License-Identifier: GPL-2.0-only
/*
 * Adaptive moderation: the kernel's DIM library watches how many frames and
 * bytes come with how many events, and chooses how long to wait for more. An
 * event is a raise of an RX queue's vector, or a report of completions.
 */
#include <linux/dim.h>
#include <linux/slab.h>

#include "vnet.h"
#include "trace.h"

/**
 * struct vnet_dim - what DIM knows of a queue
 * @dim: the library's part; its priv is the queue
 * @events: reports of a TX queue
 * @frames: the descriptors of these
 * @bytes: what BQL was charged for them
 */
struct vnet_dim {
	struct dim dim;
	u16 events;
	u32 frames;
	u32 bytes;
};

/**
 * vnet_dim_moder_rx - what DIM would have an RX queue wait
 * @dim: the queue's
 * @moder: set to it
 */
void vnet_dim_moder_rx(const struct vnet_dim *dim, struct vnet_moder *moder)
{
	struct dim_cq_moder cq =
		net_dim_get_rx_moderation(dim->dim.mode, dim->dim.profile_ix);

	moder->usecs = cq.usec;
	moder->frames = cq.pkts;
}

/**
 * vnet_dim_moder_tx - what DIM would have completions of a TX queue wait
 * @dim: the queue's
 * @moder: set to it
 */
void vnet_dim_moder_tx(const struct vnet_dim *dim, struct vnet_moder *moder)
{
	struct dim_cq_moder cq =
		net_dim_get_tx_moderation(dim->dim.mode, dim->dim.profile_ix);

	moder->usecs = cq.usec;
	moder->frames = cq.pkts;
}

static void vnet_dim_apply(struct vnet_moder *to, const struct vnet_moder *from)
{
	WRITE_ONCE(to->usecs, from->usecs);
	WRITE_ONCE(to->frames, from->frames);
}

static void vnet_dim_work_rx(struct work_struct *work)
{
	struct vnet_dim *dim = container_of(work, struct vnet_dim, dim.work);
	struct vnet_rxq *rxq = dim->dim.priv;
	struct vnet_moder moder;

	/* Who ends this waits for the work, and then sets what is to act */
	if (READ_ONCE(rxq->vec.adaptive)) {
		vnet_dim_moder_rx(dim, &moder);
		vnet_dim_apply(&rxq->vec.moder, &moder);
		trace_vnet_dim(rxq->dev, rxq->idx, false, &moder);
	}
	dim->dim.state = DIM_START_MEASURE;
}

static void vnet_dim_work_tx(struct work_struct *work)
{
	struct vnet_dim *dim = container_of(work, struct vnet_dim, dim.work);
	struct vnet_txq *txq = dim->dim.priv;
	struct vnet_moder moder;

	if (READ_ONCE(txq->adaptive)) {
		vnet_dim_moder_tx(dim, &moder);
		vnet_dim_apply(&txq->moder, &moder);
		trace_vnet_dim(txq->dev, txq->idx, true, &moder);
	}
	dim->dim.state = DIM_START_MEASURE;
}

static struct vnet_dim *vnet_dim_alloc(void *queue, work_func_t work)
{
	struct vnet_dim *dim = kzalloc(sizeof(*dim), VNET_GFP);

	if (!dim)
		return NULL;
	dim->dim.priv = queue;
	dim->dim.mode = DIM_CQ_PERIOD_MODE_START_FROM_EQE;
	INIT_WORK(&dim->dim.work, work);
	return dim;
}

/**
 * vnet_dim_alloc_rx - have DIM for an RX queue
 * @rxq: the queue
 *
 * Context: may sleep.
 *
 * Return: for vnet_dim_free(), or NULL.
 */
struct vnet_dim *vnet_dim_alloc_rx(struct vnet_rxq *rxq)
{
	return vnet_dim_alloc(rxq, vnet_dim_work_rx);
}

/**
 * vnet_dim_alloc_tx - have DIM for a TX queue
 * @txq: the queue
 *
 * Context: may sleep.
 *
 * Return: for vnet_dim_free(), or NULL.
 */
struct vnet_dim *vnet_dim_alloc_tx(struct vnet_txq *txq)
{
	return vnet_dim_alloc(txq, vnet_dim_work_tx);
}

/**
 * vnet_dim_stop - wait for what DIM is about to set
 * @dim: of a queue that is not adaptive any more, or does nothing; may be NULL
 *
 * Context: may sleep.
 */
void vnet_dim_stop(struct vnet_dim *dim)
{
	/* Without its work, DIM would wait for it forever */
	if (dim && cancel_work_sync(&dim->dim.work))
		dim->dim.state = DIM_START_MEASURE;
}

/**
 * vnet_dim_free - have no DIM any more
 * @dim: may be NULL
 *
 * Context: the queue does nothing any more. May sleep.
 */
void vnet_dim_free(struct vnet_dim *dim)
{
	vnet_dim_stop(dim);
	kfree(dim);
}

/**
 * vnet_dim_raised - let DIM know that a vector is raised
 * @vec: the vector, adaptive
 *
 * Context: softirq or BH disabled; who has NAPI's schedule bit.
 */
void vnet_dim_raised(struct vnet_vector *vec)
{
	const struct vnet_rxq *rxq = container_of(vec, struct vnet_rxq, vec);
	u64 rx[VNET_RX_COUNTED], frames[VNET_FRAME_STATS];
	struct dim_sample sample = {};

	vnet_stats_rxq(rxq, rx, frames);
	dim_update_sample(rx[VNET_RX_IRQS], rx[VNET_RX_FRAMES],
			  rx[VNET_RX_BYTES], &sample);
	vnet_net_dim(&vec->dim->dim, &sample);
}

/**
 * vnet_dim_reported - let DIM know that completions are reported
 * @txq: the queue, adaptive
 * @descs: how many
 * @charge: what BQL was charged for them
 *
 * Context: any, under done_lock.
 */
void vnet_dim_reported(struct vnet_txq *txq, u32 descs, u32 charge)
{
	struct vnet_dim *dim = txq->dim;
	struct dim_sample sample = {};

	dim->events++;
	dim->frames += descs;
	dim->bytes += charge;
	dim_update_sample(dim->events, dim->frames, dim->bytes, &sample);
	vnet_net_dim(&dim->dim, &sample);
}
