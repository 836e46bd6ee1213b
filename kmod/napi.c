// SPDX-License-Identifier: GPL-2.0-only
/*
 * NAPI of the RX queues: listed with the core while its queue is in use, disabled
 * while something changes that its poll reads.
 *
 * Who tells the core that NAPIs are to have no threads, has it wait for those that
 * are listed and disabled, with the instance lock held. So one that is not in use
 * is not listed, and who disables one to enable it again holds that lock meanwhile.
 */
#include "merge.h"
#include "vnet.h"

/**
 * vnet_rxq_enable - let NAPI poll a queue
 * @rxq: the RX queue, with its ring; its NAPI is listed
 *
 * Context: locked, with the instance lock. May sleep.
 */
void vnet_rxq_enable(struct vnet_rxq *rxq)
{
	WRITE_ONCE(rxq->vec.masked, false);
	napi_enable_locked(&rxq->napi);
	netif_queue_set_napi(rxq->dev, rxq->idx, NETDEV_QUEUE_TYPE_RX,
			     &rxq->napi);
}

/**
 * vnet_rxq_disable - keep NAPI away from a queue
 * @rxq: the RX queue
 *
 * Returns when no poll is under way.
 *
 * Context: locked, with the instance lock, which is kept until the NAPI is enabled again
 * or no longer listed. May sleep.
 */
void vnet_rxq_disable(struct vnet_rxq *rxq)
{
	netif_queue_set_napi(rxq->dev, rxq->idx, NETDEV_QUEUE_TYPE_RX, NULL);
	napi_disable_locked(&rxq->napi);
	vnet_vector_stop(&rxq->vec);

	/* What was left to the next poll */
	local_bh_disable();
	vnet_merge_flush(rxq);
	local_bh_enable();
}

/**
 * vnet_rxq_resume - let NAPI poll a queue again, and what waits in it
 * @rxq: the RX queue, disabled while it was fed
 *
 * Context: locked, with the instance lock. May sleep.
 */
void vnet_rxq_resume(struct vnet_rxq *rxq)
{
	vnet_rxq_enable(rxq);
	local_bh_disable();
	vnet_vector_kick(&rxq->vec);
	local_bh_enable();
}

static void vnet_napi_list(struct vnet_rxq *rxq)
{
	int irq = rxq->vec.irq;

	netif_napi_add_config_locked(rxq->dev, &rxq->napi, vnet_poll, rxq->idx);
	netif_napi_set_irq_locked(&rxq->napi, irq ? irq : -1);
}

/**
 * vnet_napi_start - take RX queues into use
 * @vd: the device
 * @from: the first
 * @to: the first that is not
 *
 * Context: locked. May sleep.
 */
void vnet_napi_start(struct vnet_dev *vd, u32 from, u32 to)
{
	u32 i;

	vnet_assert_locked(vd);
	cond_synchronize_rcu_expedited(vd->napi_gone);
	netdev_lock_ops_to_full(vd->dev);
	for (i = from; i < to; i++) {
		vnet_napi_list(&vd->rxq[i]);
		vnet_rxq_enable(&vd->rxq[i]);
	}
	netdev_unlock_full_to_ops(vd->dev);
}

/**
 * vnet_napi_stop - take RX queues out of use
 * @vd: the device
 * @from: the first
 * @to: the first that is not
 *
 * Returns when no poll of theirs is under way. What they are called by and what was
 * set of each is kept.
 *
 * Context: locked. May sleep.
 */
void vnet_napi_stop(struct vnet_dev *vd, u32 from, u32 to)
{
	u32 i;

	vnet_assert_locked(vd);
	netdev_lock_ops_to_full(vd->dev);
	for (i = from; i < to; i++) {
		vnet_rxq_disable(&vd->rxq[i]);
		__netif_napi_del_locked(&vd->rxq[i].napi);
	}
	netdev_unlock_full_to_ops(vd->dev);
	/* Who found one before may look at it until then */
	vd->napi_gone = get_state_synchronize_rcu();
}

/**
 * vnet_napi_init - set up NAPI of all RX queues, disabled
 * @vd: the device, about to be registered
 *
 * Context: RTNL. May sleep.
 */
void vnet_napi_init(struct vnet_dev *vd)
{
	u32 i;

	netdev_lock(vd->dev);
	for (i = 0; i < vd->dev->num_rx_queues; i++) {
		vnet_napi_list(&vd->rxq[i]);
		__netif_napi_del_locked(&vd->rxq[i].napi);
	}
	netdev_unlock(vd->dev);
	vd->napi_gone = get_completed_synchronize_rcu();
}

/**
 * vnet_napi_free - have no NAPI any more
 * @vd: the device, down, about to be freed
 *
 * Context: RTNL. May sleep.
 */
void vnet_napi_free(struct vnet_dev *vd)
{
	u32 i;

	/* Older kernels have listed them all this time, see compat.h */
	for (i = 0; i < vd->dev->num_rx_queues; i++)
		__netif_napi_del(&vd->rxq[i].napi);
	/* Else the core waits for a grace period before it frees the queues */
	if (vd->dev->reg_state == NETREG_UNINITIALIZED)
		synchronize_net();
}
