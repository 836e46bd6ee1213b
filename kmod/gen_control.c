// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generator, begun and ended: by a request, with its device, or because a run
 * came to its end; and how far a run is.
 */
#include <linux/cpumask.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include "gen.h"
#include "vnet.h"

/* How soon to try again where a lock is taken */
#define VNET_GEN_RETRY		1

/**
 * vnet_gen_feeds - whether the generator is to feed an RX queue
 * @vd: the device
 * @idx: the queue
 *
 * Context: locked.
 *
 * Return: whether it is told to run, on this queue among others.
 */
bool vnet_gen_feeds(const struct vnet_dev *vd, u32 idx)
{
	const struct vnet_gen_config *cfg = &vd->gen.cfg;

	if (!cfg->enable)
		return false;
	return bitmap_empty(cfg->queues, VNET_QUEUES_MAX) ||
	       test_bit(idx, cfg->queues);
}

/* On the CPU where the generator of the queue is to work */
static void vnet_gen_start_timer(void *info)
{
	struct vnet_gen_queue *q = info;
	u64 first = 0;

	if (!vnet_gen_unpaced(q->run))
		first = vnet_gen_queue_next(q, 0);
	hrtimer_start(&q->timer, ns_to_ktime(q->run->start + first),
		      HRTIMER_MODE_ABS_PINNED_SOFT);
}

/*
 * The CPU that was set for the queue, or else each queue its own. One that has
 * just gone is as good as any.
 */
static void vnet_gen_start_queue(struct vnet_gen_queue *q)
{
	int cpu = READ_ONCE(q->rxq->vec.cpu);

	if (cpu == VNET_CPU_ANY)
		cpu = cpumask_local_spread(q->rxq->idx, NUMA_NO_NODE);
	if (smp_call_function_single(cpu, vnet_gen_start_timer, q, true))
		vnet_gen_start_timer(q);
}

/* Begin a run; its queues are open */
static void vnet_gen_install(struct vnet_dev *vd, struct vnet_gen_run *run)
{
	struct vnet_gen_queue *q;
	u32 i;

	vd->gen.run = run;
	vd->gen.done = false;
	netdev_lock_ops_to_full(vd->dev);
	for (i = 0; i < run->nqueues; i++) {
		q = &run->queue[i];
		hrtimer_setup(&q->timer, vnet_gen_tick, CLOCK_MONOTONIC,
			      HRTIMER_MODE_ABS_PINNED_SOFT);
		vnet_rxq_disable(q->rxq);
		q->rxq->gen = q;
		q->rxq->napi.poll = vnet_gen_poll;
	}
	run->start = ktime_get_ns();
	run->stop = U64_MAX;
	for (i = 0; i < run->nqueues; i++) {
		vnet_rxq_resume(run->queue[i].rxq);
		vnet_gen_start_queue(&run->queue[i]);
	}
	netdev_unlock_full_to_ops(vd->dev);
	netif_info(vd, drv, vd->dev, "generator: a run on %u queues\n", run->nqueues);
}

/*
 * Until when a queue has made all that was due. As long as its next frame is not
 * due, that goes on after its last poll.
 */
static u64 vnet_gen_queue_until(const struct vnet_gen_queue *q, u64 polled,
				u64 now)
{
	if (polled >= now)
		return polled;
	return max(polled, min(now, vnet_gen_queue_next(q, polled) - 1));
}

/*
 * How far a run is: up to when all queues have made what was due, and how many
 * frames that are. Without a pace it is what each has made when it was polled.
 */
static void vnet_gen_progress(const struct vnet_gen_run *run,
			      struct vnet_gen_progress *all)
{
	u64 now = min(ktime_get_ns(), run->stop) - run->start;
	bool unpaced = vnet_gen_unpaced(run);
	struct vnet_gen_progress p;
	u32 i;

	now = min(now, run->pace.end);
	all->made = 0;
	all->nsecs = unpaced ? 0 : now;
	for (i = 0; i < run->nqueues; i++) {
		vnet_gen_snapshot(&run->queue[i], &p);
		if (unpaced) {
			all->nsecs = max(all->nsecs, p.nsecs);
			all->made += p.made;
		} else {
			p.nsecs = vnet_gen_queue_until(&run->queue[i], p.nsecs,
						       now);
			all->nsecs = min(all->nsecs, p.nsecs);
		}
	}
	for (i = 0; i < run->nqueues && !unpaced; i++)
		all->made += vnet_gen_queue_due(&run->queue[i], all->nsecs);
	all->bytes = vnet_gen_pace_bytes(&run->pace, all->made);
}

/* Make what is due until the run ends; NAPI is disabled */
static void vnet_gen_settle(struct vnet_gen_queue *q)
{
	if (q->done || vnet_gen_unpaced(q->run))
		return;
	local_bh_disable();
	vnet_gen_work(q, q->run->stop, 0);
	local_bh_enable();
}

/* End the run, if there is one, on all queues at one instant */
static void vnet_gen_end(struct vnet_dev *vd)
{
	struct vnet_gen_run *run = vd->gen.run;
	struct vnet_gen_queue *q;
	u32 i;

	if (!run)
		return;

	netdev_lock_ops_to_full(vd->dev);
	for (i = 0; i < run->nqueues; i++) {
		hrtimer_cancel(&run->queue[i].timer);
		vnet_rxq_disable(run->queue[i].rxq);
	}
	run->stop = ktime_get_ns();
	for (i = 0; i < run->nqueues; i++) {
		q = &run->queue[i];
		vnet_gen_settle(q);
		vnet_gen_queue_detach(q);
		vnet_rxq_resume(q->rxq);
	}
	netdev_unlock_full_to_ops(vd->dev);
	vnet_gen_progress(run, &vd->gen.last);
	vd->gen.run = NULL;
	if (!atomic_read(&run->left)) {
		vd->gen.cfg.enable = false;
		vd->gen.done = true;
		vd->gen.runs++;
	}
	vnet_gen_run_free(run);
}

/**
 * vnet_gen_stop - end a run; the frames in the ring are still delivered
 * @vd: the device, its queues open
 *
 * The work item may be about to take the lock, so it is not waited for: it finds no run
 * that has come to its end.
 *
 * Context: locked. May sleep.
 */
void vnet_gen_stop(struct vnet_dev *vd)
{
	vnet_assert_locked(vd);
	vnet_gen_end(vd);
	cancel_delayed_work(&vd->gen.work);
}

/**
 * vnet_gen_start - begin a run, if the generator is enabled
 * @vd: the device, its queues open
 *
 * Context: locked. May sleep.
 *
 * Return: 0, or -ENOMEM and it does not run.
 */
int vnet_gen_start(struct vnet_dev *vd)
{
	struct vnet_gen_run *run;

	vnet_assert_locked(vd);
	if (!vd->gen.cfg.enable)
		return 0;

	run = vnet_gen_run_alloc(vd, &vd->gen.cfg, vnet_dereference(vd, vd->steer),
				 vd->dev->real_num_rx_queues);
	if (IS_ERR(run))
		return PTR_ERR(run);
	vnet_gen_install(vd, run);
	return 0;
}

/* A run that came to its end, unless somebody has ended it, or begun another */
static void vnet_gen_ended(struct work_struct *work)
{
	struct vnet_gen *gen = container_of(work, struct vnet_gen, work.work);
	struct vnet_dev *vd = container_of(gen, struct vnet_dev, gen);
	bool ended;

	if (!vnet_trylock_all(vd)) {
		schedule_delayed_work(&gen->work, VNET_GEN_RETRY);
		return;
	}

	ended = gen->run && !atomic_read(&gen->run->left);
	if (ended) {
		vnet_gen_end(vd);
		vnet_link_share(vd);
	}
	vnet_unlock_all(vd);
	/* Takes the pair's lock, to tell how the device is */
	if (ended)
		call_netdevice_notifiers(NETDEV_CHANGEINFODATA, vd->dev);
	rtnl_unlock();
}

/**
 * vnet_gen_prepare - make ready what a request says of the generator
 * @vd: the device, registered or not yet
 * @nest: IFLA_VNET_GEN, found good by vnet_gen_check(), or NULL
 * @extack: told what is wrong
 *
 * Context: locked. May sleep.
 *
 * Return: for vnet_gen_commit() or vnet_gen_discard(); NULL if the request
 * changes nothing; ERR_PTR() of -EINVAL or -ENOMEM.
 */
struct vnet_gen_setup *vnet_gen_prepare(struct vnet_dev *vd,
					const struct nlattr *nest,
					struct netlink_ext_ack *extack)
{
	struct vnet_gen_setup *setup;
	int err;

	if (!nest)
		return NULL;
	setup = kmalloc(sizeof(*setup), VNET_GFP);
	if (!setup) {
		NL_SET_ERR_MSG_ATTR(extack, nest, "gen: no memory");
		return ERR_PTR(-ENOMEM);
	}

	setup->run = NULL;
	memcpy(&setup->cfg, &vd->gen.cfg, sizeof(setup->cfg));
	err = vnet_gen_parse(&setup->cfg, vd, nest, extack);
	if (err)
		goto free;
	if (!memcmp(&setup->cfg, &vd->gen.cfg, sizeof(setup->cfg))) {
		kfree(setup);
		return NULL;
	}

	if (vd->open && setup->cfg.enable) {
		setup->run = vnet_gen_run_alloc(vd, &setup->cfg,
						vnet_dereference(vd, vd->steer),
						vd->dev->real_num_rx_queues);
		if (IS_ERR(setup->run)) {
			NL_SET_ERR_MSG_ATTR(extack, nest,
					    "gen: no memory for its queues");
			err = PTR_ERR(setup->run);
			goto free;
		}
	}
	return setup;

free:
	kfree(setup);
	return ERR_PTR(err);
}

/**
 * vnet_gen_commit - let the generator do what was prepared
 * @vd: the device
 * @setup: from vnet_gen_prepare(), freed here; may be NULL
 *
 * Context: locked. May sleep.
 */
void vnet_gen_commit(struct vnet_dev *vd, struct vnet_gen_setup *setup)
{
	vnet_assert_locked(vd);
	if (!setup)
		return;

	if (vd->open)
		vnet_gen_stop(vd);
	memcpy(&vd->gen.cfg, &setup->cfg, sizeof(vd->gen.cfg));
	if (vd->open)
		vnet_link_share(vd);
	if (setup->run)
		vnet_gen_install(vd, setup->run);
	kfree(setup);
}

/**
 * vnet_gen_discard - give up what was prepared
 * @setup: from vnet_gen_prepare(); may be NULL
 *
 * Context: locked. May sleep.
 */
void vnet_gen_discard(struct vnet_gen_setup *setup)
{
	if (!setup)
		return;
	vnet_gen_run_free(setup->run);
	kfree(setup);
}

/**
 * vnet_gen_renew - make ready a run for another number of queues
 * @vd: the device, open
 * @queues: RX queues that it is going to have
 * @extack: told what is wrong
 *
 * Context: locked. May sleep.
 *
 * Return: for vnet_gen_replace() or vnet_gen_run_free(), NULL where nothing runs;
 * ERR_PTR() of -EBUSY where the generator was told to use a queue that goes, or
 * of -ENOMEM.
 */
struct vnet_gen_run *vnet_gen_renew(struct vnet_dev *vd, u32 queues,
				    struct netlink_ext_ack *extack)
{
	const struct vnet_gen_config *cfg = &vd->gen.cfg;

	if (find_last_bit(cfg->queues, VNET_QUEUES_MAX) < VNET_QUEUES_MAX &&
	    find_last_bit(cfg->queues, VNET_QUEUES_MAX) >= queues) {
		NL_SET_ERR_MSG(extack,
			       "gen_queues: the generator uses a queue that would go");
		return ERR_PTR(-EBUSY);
	}
	if (!vd->gen.run)
		return NULL;
	return vnet_gen_run_alloc(vd, cfg, vnet_dereference(vd, vd->steer), queues);
}

/**
 * vnet_gen_resteer - make ready a run for a device that is to steer by something else
 * @vd: the device
 * @steer: what it is to steer by, may be NULL
 *
 * Context: locked. May sleep.
 *
 * Return: for vnet_gen_stop() and vnet_gen_replace(); NULL where nothing runs that
 * goes by the hash; ERR_PTR(-ENOMEM).
 */
struct vnet_gen_run *vnet_gen_resteer(struct vnet_dev *vd,
				      const struct vnet_steer *steer)
{
	const struct vnet_gen_config *cfg = &vd->gen.cfg;

	if (!vd->gen.run || cfg->spread != VNET_GEN_HASH)
		return NULL;
	return vnet_gen_run_alloc(vd, cfg, steer, vd->dev->real_num_rx_queues);
}

/**
 * vnet_gen_replace - begin another run in the place of the present one
 * @vd: the device, open, no longer with a run
 * @run: the run, or NULL
 *
 * Context: locked. May sleep.
 */
void vnet_gen_replace(struct vnet_dev *vd, struct vnet_gen_run *run)
{
	if (!run)
		return;
	/* It came to its end before it was replaced */
	if (vd->gen.cfg.enable)
		vnet_gen_install(vd, run);
	else
		vnet_gen_run_free(run);
}

/**
 * vnet_gen_state - what the generator is doing
 * @gen: the generator
 * @p: told how far the run is, or the last one came
 *
 * Context: locked.
 *
 * Return: enum vnet_gen_state.
 */
u8 vnet_gen_state(const struct vnet_gen *gen, struct vnet_gen_progress *p)
{
	if (!gen->run) {
		*p = gen->last;
		return gen->done ? VNET_GEN_DONE : VNET_GEN_STOPPED;
	}
	vnet_gen_progress(gen->run, p);
	return VNET_GEN_RUNNING;
}

/**
 * vnet_gen_init - set up a generator that does not run
 * @vd: the device
 */
void vnet_gen_init(struct vnet_dev *vd)
{
	INIT_DELAYED_WORK(&vd->gen.work, vnet_gen_ended);
}

/**
 * vnet_gen_exit - wait for what vnet_gen_init() has set up
 * @vd: the device, closed
 *
 * Context: RTNL, without the pair's lock, which the work item takes. May sleep.
 */
void vnet_gen_exit(struct vnet_dev *vd)
{
	cancel_delayed_work_sync(&vd->gen.work);
}
