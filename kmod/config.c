// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reconfiguration of a device that runs. The new state is made first, then
 * swapped in; what fails leaves the old one.
 *
 * A gate in front of an RX ring makes it look full. The wires that feed it
 * stall, their frames wait in the TX rings, and when all senders have heeded
 * the gate, the ring has but its consumer. Nothing is lost that way, and
 * nothing overtakes.
 */
#include <linux/iopoll.h>

#include "shaper.h"
#include "steer.h"
#include "vnet.h"

/* How long a ring may take to drain, while others are locked out */
#define VNET_DRAIN_US		(USEC_PER_SEC)
#define VNET_DRAIN_STEP_US	50

/* What waits to be received with more is not waited for */
static void vnet_rx_hurry(struct vnet_dev *vd)
{
	u32 i;

	for (i = 0; vd && i < vd->dev->real_num_rx_queues; i++)
		vnet_vector_hurry(&vd->rxq[i].vec);
}

/**
 * vnet_gate_close - let nobody feed the RX rings of a device
 * @vd: the device
 *
 * Context: locked. May sleep.
 */
void vnet_gate_close(struct vnet_dev *vd)
{
	u32 i;

	for (i = 0; i < vd->dev->num_rx_queues; i++)
		WRITE_ONCE(vd->rxq[i].gate, true);
	synchronize_net();
	vnet_rx_hurry(vd);
}

/**
 * vnet_gate_open - let the RX rings of a device be fed again
 * @vd: the device
 *
 * The poll restarts the wires that stalled.
 *
 * Context: locked.
 */
void vnet_gate_open(struct vnet_dev *vd)
{
	u32 i;

	for (i = 0; i < vd->dev->num_rx_queues; i++)
		WRITE_ONCE(vd->rxq[i].gate, false);

	local_bh_disable();
	for (i = 0; i < vd->dev->real_num_rx_queues; i++)
		vnet_vector_kick(&vd->rxq[i].vec);
	local_bh_enable();
}

static void vnet_txq_set_ring(struct vnet_txq *txq, struct sk_buff **desc,
			      u32 size)
{
	struct sk_buff **old;

	/* The TX lock keeps the sender away, wire_lock a poll that restarts */
	__netif_tx_lock_bh(txq->nq);
	spin_lock(&txq->wire_lock);
	old = vnet_ring_swap(&txq->ring, desc, size);
	WRITE_ONCE(txq->limit, size);
	spin_unlock(&txq->wire_lock);
	__netif_tx_unlock_bh(txq->nq);

	if (netif_tx_queue_stopped(txq->nq) && vnet_txq_room(txq))
		netif_tx_wake_queue(txq->nq);
	kvfree(old);
}

/* Context: NAPI disabled, and gated or with nobody who feeds */
static void vnet_rxq_set_ring(struct vnet_rxq *rxq, struct sk_buff **desc,
			      u32 size)
{
	kvfree(vnet_ring_swap(&rxq->ring, desc, size));
	WRITE_ONCE(rxq->limit, size);
}

static void vnet_descs_free(struct sk_buff ***descs, u32 n)
{
	while (n--)
		kvfree(descs[n]);
	kfree(descs);
}

static struct sk_buff ***vnet_descs_alloc(u32 n, u32 size)
{
	struct sk_buff ***descs;
	u32 i;

	descs = kcalloc(n, sizeof(*descs), GFP_KERNEL);
	if (!descs)
		return NULL;

	for (i = 0; i < n; i++) {
		descs[i] = vnet_ring_alloc(size);
		if (!descs[i]) {
			vnet_descs_free(descs, i);
			return NULL;
		}
	}
	return descs;
}

/* Memory for @ntx TX and @nrx RX rings, all or nothing */
struct vnet_new_rings {
	struct sk_buff ***tx;
	struct sk_buff ***rx;
	u32 ntx;
	u32 nrx;
};

static void vnet_new_rings_free(struct vnet_new_rings *new)
{
	if (new->tx)
		vnet_descs_free(new->tx, new->ntx);
	if (new->rx)
		vnet_descs_free(new->rx, new->nrx);
}

static int vnet_new_rings_alloc(struct vnet_new_rings *new, u32 tx_ring,
				u32 rx_ring, struct netlink_ext_ack *extack)
{
	if (new->ntx) {
		new->tx = vnet_descs_alloc(new->ntx, tx_ring);
		if (!new->tx)
			goto nomem;
	}
	if (new->nrx) {
		new->rx = vnet_descs_alloc(new->nrx, rx_ring);
		if (!new->rx)
			goto nomem;
	}
	return 0;

nomem:
	vnet_new_rings_free(new);
	NL_SET_ERR_MSG(extack, "no memory for the rings");
	return -ENOMEM;
}

/* Give TX queues from @first on their new rings, which are theirs then */
static void vnet_new_rings_tx(struct vnet_dev *vd, struct vnet_new_rings *new,
			      u32 first)
{
	u32 i;

	for (i = 0; new->tx && i < new->ntx; i++) {
		vnet_txq_set_ring(&vd->txq[first + i], new->tx[i], vd->tx_ring);
		new->tx[i] = NULL;
	}
}

static void vnet_new_rings_rx(struct vnet_dev *vd, struct vnet_new_rings *new,
			      u32 first)
{
	u32 i;

	for (i = 0; new->rx && i < new->nrx; i++) {
		vnet_rxq_set_ring(&vd->rxq[first + i], new->rx[i], vd->rx_ring);
		new->rx[i] = NULL;
	}
}

/**
 * vnet_rings_alloc - give all queues in use their rings
 * @vd: the device, not open
 * @extack: told what failed, may be NULL
 *
 * Context: locked. May sleep.
 *
 * Return: 0, or -ENOMEM and nothing is changed.
 */
int vnet_rings_alloc(struct vnet_dev *vd, struct netlink_ext_ack *extack)
{
	struct vnet_new_rings new = {
		.ntx = vd->dev->real_num_tx_queues,
		.nrx = vd->dev->real_num_rx_queues,
	};
	int err;

	err = vnet_new_rings_alloc(&new, vd->tx_ring, vd->rx_ring, extack);
	if (err)
		return err;

	vnet_new_rings_tx(vd, &new, 0);
	vnet_new_rings_rx(vd, &new, 0);
	vnet_new_rings_free(&new);
	return 0;
}

/**
 * vnet_rings_free - take the rings of all queues
 * @vd: the device, not open; the rings are empty
 *
 * Context: locked. May sleep.
 */
void vnet_rings_free(struct vnet_dev *vd)
{
	u32 i;

	for (i = 0; i < vd->dev->num_tx_queues; i++)
		kvfree(vnet_ring_swap(&vd->txq[i].ring, NULL, 1));
	for (i = 0; i < vd->dev->num_rx_queues; i++)
		kvfree(vnet_ring_swap(&vd->rxq[i].ring, NULL, 1));
}

static void vnet_tx_set_limit(struct vnet_dev *vd, u32 limit)
{
	u32 i;

	for (i = 0; i < vd->dev->real_num_tx_queues; i++)
		WRITE_ONCE(vd->txq[i].limit, limit);
}

/* Let senders post again, and wake those that were refused */
static void vnet_tx_resume(struct vnet_dev *vd)
{
	vnet_tx_set_limit(vd, vd->tx_ring);
	/* The limit before the state; pairs with netif_txq_try_stop() */
	smp_mb();
	netif_tx_wake_all_queues(vd->dev);
}

static void vnet_rx_set_limit(struct vnet_dev *vd, u32 limit)
{
	u32 i;

	for (i = 0; i < vd->dev->real_num_rx_queues; i++)
		WRITE_ONCE(vd->rxq[i].limit, limit);
}

/* Whether no TX queue from @first on has more than @max descriptors posted */
static bool vnet_tx_below(const struct vnet_dev *vd, u32 first, u32 max)
{
	u32 i;

	for (i = first; i < vd->dev->num_tx_queues; i++) {
		if (vnet_txq_used(&vd->txq[i]) > max)
			return false;
	}
	return true;
}

static bool vnet_rx_below(const struct vnet_dev *vd, u32 max)
{
	u32 i;

	for (i = 0; i < vd->dev->real_num_rx_queues; i++) {
		if (vnet_ring_used(&vd->rxq[i].ring) > max)
			return false;
	}
	return true;
}

/* Wait until a ring that shrinks holds no more than it will have room for */
static int vnet_rings_shrink(struct vnet_dev *vd, u32 tx_ring, u32 rx_ring,
			     struct netlink_ext_ack *extack)
{
	bool fits;

	vnet_tx_set_limit(vd, min(tx_ring, vd->tx_ring));
	vnet_rx_set_limit(vd, min(rx_ring, vd->rx_ring));
	/* A sender that saw the old limit has posted by then */
	synchronize_net();
	vnet_rx_hurry(vd);
	vnet_rx_hurry(vnet_far(vd));

	if (!read_poll_timeout(vnet_tx_below, fits, fits, VNET_DRAIN_STEP_US,
			       VNET_DRAIN_US, false, vd, 0, tx_ring) &&
	    !read_poll_timeout(vnet_rx_below, fits, fits, VNET_DRAIN_STEP_US,
			       VNET_DRAIN_US, false, vd, rx_ring))
		return 0;

	vnet_rx_set_limit(vd, vd->rx_ring);
	vnet_tx_resume(vd);
	NL_SET_ERR_MSG(extack, "a ring does not drain to its new size");
	return -EBUSY;
}

/**
 * vnet_set_rings - resize the rings
 * @vd: the device
 * @tx_ring: descriptors of each TX ring, valid
 * @rx_ring: descriptors of each RX ring, valid
 * @extack: told what failed
 *
 * No frame is lost, nor does one overtake another of its flow.
 *
 * Context: locked. May sleep.
 *
 * Return: 0, -ENOMEM, or -EBUSY where a ring did not drain to its new size in
 * time; on error nothing is changed.
 */
int vnet_set_rings(struct vnet_dev *vd, u32 tx_ring, u32 rx_ring,
		   struct netlink_ext_ack *extack)
{
	struct vnet_new_rings new = {
		.ntx = tx_ring == vd->tx_ring ? 0 : vd->dev->real_num_tx_queues,
		.nrx = rx_ring == vd->rx_ring ? 0 : vd->dev->real_num_rx_queues,
	};
	int err;
	u32 i;

	vnet_assert_locked(vd);
	if (!vd->open) {
		vd->tx_ring = tx_ring;
		vd->rx_ring = rx_ring;
		return 0;
	}

	err = vnet_new_rings_alloc(&new, tx_ring, rx_ring, extack);
	if (err)
		return err;

	if (tx_ring < vd->tx_ring || rx_ring < vd->rx_ring) {
		err = vnet_rings_shrink(vd, tx_ring, rx_ring, extack);
		if (err)
			goto free;
	}

	vd->tx_ring = tx_ring;
	vd->rx_ring = rx_ring;
	if (new.rx) {
		vnet_gate_close(vd);
		netdev_lock_ops_to_full(vd->dev);
		for (i = 0; i < new.nrx; i++)
			vnet_rxq_disable(&vd->rxq[i]);
		vnet_new_rings_rx(vd, &new, 0);
		for (i = 0; i < new.nrx; i++)
			vnet_rxq_enable(&vd->rxq[i]);
		netdev_unlock_full_to_ops(vd->dev);
		vnet_gate_open(vd);
	}
	vnet_new_rings_tx(vd, &new, 0);
	netif_info(vd, drv, vd->dev, "rings: tx %u rx %u\n", tx_ring, rx_ring);
free:
	vnet_new_rings_free(&new);
	return err;
}

/* Take RX queues @from to @to out of use; gated, and their rings are empty */
static void vnet_rx_remove(struct vnet_dev *vd, u32 from, u32 to)
{
	u32 i;

	vnet_napi_stop(vd, from, to);
	for (i = from; i < to; i++)
		kvfree(vnet_ring_swap(&vd->rxq[i].ring, NULL, 1));
}

/* Take TX queues from @from on out of use; the core uses them no more */
static void vnet_tx_remove(struct vnet_dev *vd, u32 from)
{
	u32 i;

	for (i = from; i < vd->dev->num_tx_queues; i++) {
		if (vd->txq[i].ring.desc)
			vnet_txq_set_ring(&vd->txq[i], NULL, 1);
	}
}

/*
 * Let no sender post, and wait until the receiver has taken all that was: a flow
 * that gets another queue must not overtake itself.
 */
static int vnet_tx_drain(struct vnet_dev *vd, struct netlink_ext_ack *extack)
{
	bool empty;

	vnet_tx_set_limit(vd, 0);
	/* A sender that saw the old limit has posted by then */
	synchronize_net();
	vnet_rx_hurry(vnet_far(vd));
	if (!read_poll_timeout(vnet_tx_below, empty, empty, VNET_DRAIN_STEP_US,
			       VNET_DRAIN_US, false, vd, 0, 0))
		return 0;

	vnet_tx_resume(vd);
	NL_SET_ERR_MSG(extack, "a TX ring does not drain");
	return -EBUSY;
}

/* Context: RX queues gated and empty */
static int vnet_channels_swap(struct vnet_dev *vd, struct vnet_new_rings *new,
			      u32 tx, u32 rx, struct netlink_ext_ack *extack)
{
	u32 old_tx = vd->dev->real_num_tx_queues;
	u32 old_rx = vd->dev->real_num_rx_queues;
	struct vnet_dev *far = vnet_far(vd);
	int err;

	/* The rings first, then who feeds what, then the queues */
	vnet_new_rings_tx(vd, new, old_tx);
	vnet_new_rings_rx(vd, new, old_rx);
	vnet_napi_start(vd, old_rx, rx);
	if (far)
		vnet_link_share(far);

	err = netif_set_real_num_queues(vd->dev, tx, rx);
	if (err) {
		NL_SET_ERR_MSG(extack, "the core refused the number of queues");
		vnet_rx_remove(vd, old_rx, rx);
		return err;
	}

	vnet_link_share(vd);
	if (far)
		vnet_link_map(vd);
	vnet_rx_remove(vd, rx, old_rx);
	return 0;
}

/* Whether frames may go another way than from TX queue to RX queue by number */
static bool vnet_is_steered(const struct vnet_dev *vd)
{
	u32 i;

	for (i = 0; i < vd->dev->num_rx_queues; i++) {
		if (vd->rxq[i].failed)
			return true;
	}
	return rcu_access_pointer(vd->steer);
}

/**
 * vnet_scatter - let TX queues of the peer feed any RX queue
 * @vd: the device that receives
 *
 * From then on its rings are fed, and the peer's queues completed, under locks.
 *
 * Context: locked. May sleep.
 */
void vnet_scatter(struct vnet_dev *vd)
{
	vnet_assert_locked(vd);
	vd->scattered = true;
	if (vd->open)
		vnet_link_share(vd);
}

/**
 * vnet_gather - let TX queues feed their own RX queue again, if nothing steers
 * @vd: the device that receives
 *
 * The locks are needed until all that went another way is taken. A receiver that
 * does not take it in time keeps them, until it goes down.
 *
 * Context: locked. May sleep.
 */
void vnet_gather(struct vnet_dev *vd)
{
	bool empty;

	vnet_assert_locked(vd);
	if (!vd->scattered || vnet_is_steered(vd))
		return;
	if (!vd->open) {
		vd->scattered = false;
		return;
	}

	vnet_gate_close(vd);
	if (!read_poll_timeout(vnet_rx_below, empty, empty, VNET_DRAIN_STEP_US,
			       VNET_DRAIN_US, false, vd, 0)) {
		/* A poll completes what it took before it ends */
		synchronize_net();
		if (vnet_far(vd))
			vnet_link_map(vd);
		vd->scattered = false;
		vnet_link_share(vd);
	}
	vnet_gate_open(vd);
}

/**
 * vnet_set_failed - set which RX queues have failed
 * @vd: the device, registered
 * @failed: a bit for each RX queue
 *
 * What waits in a queue that fails is still delivered; what would come there
 * goes to others, that stand in for it. A flow may overtake itself when it gets
 * another queue, no other flow is concerned.
 *
 * Context: locked. May sleep.
 */
void vnet_set_failed(struct vnet_dev *vd, const unsigned long *failed)
{
	u32 i;

	vnet_assert_locked(vd);
	vnet_scatter(vd);
	if (vd->open)
		vnet_gate_close(vd);
	for (i = 0; i < vd->dev->num_rx_queues; i++) {
		if (vd->rxq[i].failed == test_bit(i, failed))
			continue;
		WRITE_ONCE(vd->rxq[i].failed, test_bit(i, failed));
		vd->remaps++;
	}
	if (vd->open) {
		if (vnet_far(vd))
			vnet_link_map(vd);
		vnet_gate_open(vd);
	}
	vnet_gather(vd);
}

/* Whether one of the first @rx RX queues has not failed */
static bool vnet_has_healthy(const struct vnet_dev *vd, u32 rx)
{
	while (rx--) {
		if (!vd->rxq[rx].failed)
			return true;
	}
	return false;
}

/**
 * vnet_set_channels - set the number of queues in use
 * @vd: the device
 * @tx: TX queues, valid
 * @rx: RX queues, valid
 * @extack: told what failed
 *
 * No frame that was posted is lost; what the core purges from the qdiscs of
 * queues that go is the core's.
 *
 * Context: locked. May sleep.
 *
 * Return: 0, -ENOMEM, -EBUSY where a ring did not drain in time or the queues that
 * would be left cannot do with what is set, or what the core says; on error
 * nothing is changed.
 */
int vnet_set_channels(struct vnet_dev *vd, u32 tx, u32 rx,
		      struct netlink_ext_ack *extack)
{
	u32 old_tx = vd->dev->real_num_tx_queues;
	u32 old_rx = vd->dev->real_num_rx_queues;
	struct vnet_new_rings new = {
		.ntx = tx > old_tx ? tx - old_tx : 0,
		.nrx = rx > old_rx ? rx - old_rx : 0,
	};
	struct vnet_gen_run *run;
	bool empty;
	int err;

	vnet_assert_locked(vd);
	if (!vnet_has_healthy(vd, rx)) {
		NL_SET_ERR_MSG(extack, "all RX queues that would be left have failed");
		return -EBUSY;
	}
	run = rx == old_rx ? NULL : vnet_gen_renew(vd, rx, extack);
	if (IS_ERR(run))
		return PTR_ERR(run);
	if (!vd->open) {
		err = netif_set_real_num_queues(vd->dev, tx, rx);
		vnet_shaper_forget(vd);
		return err;
	}

	err = vnet_new_rings_alloc(&new, vd->tx_ring, vd->rx_ring, extack);
	if (err)
		goto forget;
	if (tx != old_tx) {
		err = vnet_tx_drain(vd, extack);
		if (err)
			goto free;
	}
	if (rx != old_rx)
		vnet_gen_stop(vd);

	vnet_gate_close(vd);
	if (read_poll_timeout(vnet_rx_below, empty, empty, VNET_DRAIN_STEP_US,
			      VNET_DRAIN_US, false, vd, 0)) {
		NL_SET_ERR_MSG(extack, "an RX ring does not drain");
		err = -EBUSY;
	} else {
		err = vnet_channels_swap(vd, &new, tx, rx, extack);
	}
	vnet_gate_open(vd);

	vnet_tx_remove(vd, vd->dev->real_num_tx_queues);
	vnet_shaper_forget(vd);
	if (vnet_far(vd))
		vnet_link_share(vnet_far(vd));
	if (tx != old_tx)
		vnet_tx_resume(vd);
	netif_info(vd, drv, vd->dev, "queues: tx %u rx %u\n", tx, rx);
	if (!err) {
		vnet_gen_replace(vd, run);
		run = NULL;
	} else if (run && vnet_gen_start(vd)) {
		netdev_warn(vd->dev, "no memory to go on generating\n");
	}
free:
	vnet_new_rings_free(&new);
forget:
	vnet_gen_run_free(run);
	return err;
}

/**
 * vnet_set_pause - set flow control
 * @vd: the device
 * @rx_pause: heed the peer's pause
 * @tx_pause: pause the peer while an RX ring is full
 *
 * Context: locked.
 */
void vnet_set_pause(struct vnet_dev *vd, bool rx_pause, bool tx_pause)
{
	vnet_assert_locked(vd);
	vd->rx_pause = rx_pause;
	vd->tx_pause = tx_pause;
	vnet_link_flow(vd);
}

/* Whether nothing is under way from a device */
static bool vnet_tx_idle(const struct vnet_dev *vd)
{
	return !vd || vnet_tx_below(vd, 0, 0);
}

/**
 * vnet_link_off - take a device off the wire
 * @vd: the device
 *
 * The link goes down, what is under way from it and to it is delivered.
 *
 * Context: locked. May sleep.
 *
 * Return: 0, or -EBUSY where some was not received in time.
 */
int vnet_link_off(struct vnet_dev *vd)
{
	struct vnet_dev *far = vnet_far(vd);
	bool idle;

	vnet_assert_locked(vd);
	vnet_link_down(vd);
	vnet_rx_hurry(vd);
	vnet_rx_hurry(far);
	if (read_poll_timeout(vnet_tx_idle, idle, idle, VNET_DRAIN_STEP_US,
			      VNET_DRAIN_US, false, vd) ||
	    read_poll_timeout(vnet_tx_idle, idle, idle, VNET_DRAIN_STEP_US,
			      VNET_DRAIN_US, false, far))
		return -EBUSY;
	/* A poll completes what it took before it ends */
	synchronize_net();
	return 0;
}

/**
 * vnet_set_loop - loop a device back, or put it on the wire again
 * @vd: the device
 * @loop: receive what it sends, and nothing else
 *
 * A device that is looped back is one that its peer cannot see.
 *
 * Context: locked. May sleep.
 *
 * Return: 0, or -EBUSY where what was under way was not received in time; nothing
 * is changed then.
 */
int vnet_set_loop(struct vnet_dev *vd, bool loop)
{
	struct vnet_dev *peer = vnet_peer(vd);
	int err;

	err = vnet_link_off(vd);
	if (!err) {
		vd->loop = loop;
		vnet_link_flow(vd);
	}
	vnet_link_update(vd);
	if (peer)
		vnet_link_update(peer);
	return err;
}
