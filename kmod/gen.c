// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generator at work: each of its queues has a timer, which raises the vector
 * when frames are due, and a poll of its own, which makes them, puts them into
 * the RX ring as a wire would, and then polls the ring.
 *
 * Frames are made in the poll, since there their memory comes from a pool that
 * needs no lock, and since there is nothing to make while nobody polls: what is
 * due by then is made then, as much as the ring takes. So made = rate * time
 * holds whenever the poll has run, however late.
 */
#include <linux/cpumask.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include "gen.h"
#include "steer.h"
#include "vnet.h"
#include "trace.h"

/* The timer fires no more often than this; faster rates make batches */
#define VNET_GEN_TICK_NS	(50 * NSEC_PER_USEC)
/* How often that doubles, as long as the poll is not over when it fires */
#define VNET_GEN_BUSY_MAX	6
/* Frames made and fed at a time */
#define VNET_GEN_BATCH		16U
/* How soon to try again where RTNL is taken */
#define VNET_GEN_RETRY		1

static bool vnet_gen_unpaced(const struct vnet_gen_run *run)
{
	return run->pace.rate == VNET_GEN_RATE_UNPACED;
}

/* Frames of a queue that are due, when those of all queues are */
static u64 vnet_gen_queue_due(const struct vnet_gen_queue *q, u64 nsecs)
{
	const struct vnet_gen_run *run = q->run;
	u64 due = vnet_gen_share_due(&q->share,
				     vnet_gen_pace_due(&run->pace, nsecs));

	/* Only the last burst may be a short one */
	if (run->burst > 1 && nsecs < run->pace.end)
		due = div_u64(due, run->burst) * run->burst;
	return due;
}

/* When the next frame of a queue is due, or the last of the next burst */
static u64 vnet_gen_queue_next(const struct vnet_gen_queue *q, u64 nsecs)
{
	const struct vnet_gen_run *run = q->run;
	struct vnet_gen_frame frame;
	u64 due, when;

	due = vnet_gen_queue_due(q, nsecs);
	vnet_gen_share_at(&q->share, due + run->burst - 1, &frame);
	when = vnet_gen_pace_when(&run->pace, frame.number + 1);
	return min(when, run->pace.end);
}

static void vnet_gen_snapshot(const struct vnet_gen_queue *q,
			      struct vnet_gen_progress *p)
{
	unsigned int seq;

	do {
		seq = read_seqcount_begin(&q->seq);
		p->made = q->made;
		p->nsecs = q->nsecs;
	} while (read_seqcount_retry(&q->seq, seq));
}

/* Frames that are due and not made, which wait as if they were in the ring */
static u32 vnet_gen_expected(const struct vnet_gen_queue *q, u64 now)
{
	u64 nsecs = min(now - q->run->start, q->run->pace.end);
	struct vnet_gen_progress p;

	if (vnet_gen_unpaced(q->run))
		return S32_MAX;
	vnet_gen_snapshot(q, &p);
	return min_t(u64, vnet_gen_queue_due(q, nsecs) - p.made, S32_MAX);
}

static enum hrtimer_restart vnet_gen_tick(struct hrtimer *timer)
{
	struct vnet_gen_queue *q = container_of(timer, struct vnet_gen_queue,
						timer);
	u64 now = ktime_get_ns(), next;

	/* A machine that does not keep up is not to be kept busy by this, too */
	if (!READ_ONCE(q->rxq->vec.masked))
		q->busy = 0;
	else if (q->busy < VNET_GEN_BUSY_MAX)
		q->busy++;

	vnet_vector_expect(&q->rxq->vec, vnet_gen_expected(q, now));
	if (vnet_gen_unpaced(q->run) || READ_ONCE(q->done))
		return HRTIMER_NORESTART;

	next = q->run->start + vnet_gen_queue_next(q, now - q->run->start);
	next = max(next, now + (VNET_GEN_TICK_NS << q->busy));
	hrtimer_set_expires(timer, ns_to_ktime(next));
	return HRTIMER_RESTART;
}

/*
 * Room in the ring for the generator. While wires wait for room, it has a share
 * of the ring as each of them has.
 */
static u32 vnet_gen_room(struct vnet_rxq *rxq, u32 want)
{
	u32 share = 0, room;

	if (!READ_ONCE(rxq->shared))
		return vnet_wire_room(rxq, want);
	spin_lock(&rxq->feed_lock);
	room = vnet_wire_room(rxq, want);
	if (rxq->waiting)
		share = max(READ_ONCE(rxq->limit) / (rxq->waiting + 1), 1U);
	WRITE_ONCE(rxq->gen_share, share);
	spin_unlock(&rxq->feed_lock);

	if (share)
		room = min(room, share - min(share, rxq->gen_ring));
	return room;
}

/* Put frames into the ring; return how many found room */
static u32 vnet_gen_put_in(struct vnet_gen_queue *q, struct sk_buff **batch,
			   u32 n)
{
	u32 fed = n ? vnet_wire_feed(q->rxq, batch, n) : 0, i;

	WRITE_ONCE(q->rxq->gen_ring, q->rxq->gen_ring + fed);
	/* Somebody else has taken the room */
	for (i = fed; i < n; i++)
		consume_skb(batch[i]);
	return fed;
}

/*
 * Give a frame its hash. One whose queue is the hash's is subject to the rules as
 * well. Return: false where one drops it.
 */
static bool vnet_gen_steer(const struct vnet_gen_queue *q,
			   const struct vnet_steer *steer, struct sk_buff *skb,
			   bool *ruled)
{
	bool pass = true;

	*ruled = false;
	if (q->share.list) {
		pass = vnet_steer_pick(steer, skb, q->rxq->idx) !=
		       VNET_STEER_DROP;
		*ruled = vnet_skb_cb(skb)->ruled;
	} else {
		vnet_steer_hash(steer, skb);
	}
	return pass;
}

/*
 * Put frames into the ring of a device that steers, but those that a rule drops;
 * return how many are over and done with. What is behind one that found no room is
 * as if it had not been made.
 */
static noinline u32 vnet_gen_put_steered(struct vnet_gen_queue *q,
					 const struct vnet_steer *steer,
					 struct sk_buff **batch, u32 n)
{
	u32 left = 0, hits = 0, fed, i;
	u8 at[VNET_GEN_BATCH];
	bool ruled;

	for (i = 0; i < n; i++) {
		if (!vnet_gen_steer(q, steer, batch[i], &ruled)) {
			kfree_skb(batch[i]);
		} else {
			at[left] = i;
			batch[left++] = batch[i];
		}
		hits |= ruled << i;
	}

	fed = vnet_gen_put_in(q, batch, left);
	if (fed < left)
		n = at[fed];
	hits &= BIT(n) - 1;
	if (hits)
		vnet_wire_ruled(q->rxq, hweight32(hits), n - fed);
	return n;
}

/* Make @n frames of those from @made on; return how many are over and done with */
static u32 vnet_gen_feed(struct vnet_gen_queue *q, u64 made, u32 n, bool *nomem)
{
	const struct vnet_steer *steer = rcu_dereference_bh(q->run->vd->steer);
	struct sk_buff *batch[VNET_GEN_BATCH];
	struct vnet_gen_frame frame;
	u32 i;

	for (i = 0; i < n; i++) {
		vnet_gen_share_at(&q->share, made + i, &frame);
		batch[i] = vnet_gen_build(q, &frame);
		if (unlikely(!batch[i])) {
			*nomem = true;
			break;
		}
	}
	if (unlikely(steer))
		return vnet_gen_put_steered(q, steer, batch, i);
	return vnet_gen_put_in(q, batch, i);
}

/*
 * Make @due frames, or as many as the ring takes; the rest is missed, as on a
 * wire, or has no memory. But what a gate refuses that closes just now is to be
 * made later, and without a pace there is nothing to miss.
 *
 * Return: frames made.
 */
static u64 vnet_gen_make(struct vnet_gen_queue *q, u64 due)
{
	u32 room = vnet_gen_room(q->rxq, min_t(u64, due, U32_MAX));
	struct vnet_gen_stats *stats = &q->rxq->gen_stats;
	u64 missed = 0, dropped = 0, left = due;
	u32 want = min_t(u64, due, room), n, fed;
	bool nomem = false;

	while (want && !nomem) {
		n = min(want, VNET_GEN_BATCH);
		fed = vnet_gen_feed(q, q->made + due - left, n, &nomem);
		left -= fed;
		if (fed < n)
			break;
		want -= n;
	}
	if (nomem)
		dropped = left;
	else if (vnet_gen_unpaced(q->run) || READ_ONCE(q->rxq->gate))
		due -= left;
	else
		missed = left;

	u64_stats_update_begin(&stats->syncp);
	u64_stats_add(&stats->v[VNET_GEN_FRAMES], due);
	u64_stats_add(&stats->v[VNET_GEN_MISSED], missed);
	u64_stats_add(&stats->v[VNET_GEN_DROP_NOMEM], dropped);
	u64_stats_update_end(&stats->syncp);
	trace_vnet_gen(q->rxq, due, missed + dropped);
	return due;
}

/* Frames of a queue without a pace that are to be made in a poll */
static u64 vnet_gen_unpaced_due(struct vnet_gen_queue *q, u32 budget)
{
	u32 room = vnet_gen_room(q->rxq, budget);
	u64 left = U64_MAX;

	if (q->run->pace.count != U64_MAX)
		left = vnet_gen_share_due(&q->share, q->run->pace.count) -
		       q->made;
	return min_t(u64, left, min(room, budget));
}

/* Whether a queue has made all frames of a run that were to be made by then */
static bool vnet_gen_is_done(const struct vnet_gen_queue *q, u64 nsecs)
{
	const struct vnet_gen_pace *pace = &q->run->pace;

	if (nsecs >= pace->end)
		return true;
	return vnet_gen_unpaced(q->run) && pace->count != U64_MAX &&
	       q->made == vnet_gen_share_due(&q->share, pace->count);
}

/* Make what is due at @now; without a pace, what a poll may take */
static void vnet_gen_work(struct vnet_gen_queue *q, u64 now, u32 budget)
{
	struct vnet_gen_run *run = q->run;
	u64 nsecs = min(now - run->start, run->pace.end), due = 0, made = 0;

	/* Behind a closed gate time goes on; the frames are due afterwards */
	if (unlikely(READ_ONCE(q->rxq->gate)))
		return;

	if (!vnet_gen_unpaced(run))
		due = vnet_gen_queue_due(q, nsecs) - q->made;
	else if (nsecs < run->pace.end)
		due = vnet_gen_unpaced_due(q, budget);
	if (due)
		made = vnet_gen_make(q, due);

	write_seqcount_begin(&q->seq);
	q->made += made;
	if (likely(made == due))
		q->nsecs = nsecs;
	write_seqcount_end(&q->seq);

	if (likely(made != due || !vnet_gen_is_done(q, nsecs)))
		return;
	WRITE_ONCE(q->done, true);
	if (atomic_dec_and_test(&run->left))
		schedule_delayed_work(&run->vd->gen.work, 0);
}

/* NAPI's poll of an RX ring that the generator feeds */
static int vnet_gen_poll(struct napi_struct *napi, int budget)
{
	struct vnet_rxq *rxq = container_of(napi, struct vnet_rxq, napi);
	struct vnet_gen_queue *q = rxq->gen;
	bool unpaced = vnet_gen_unpaced(q->run);
	u32 left = budget, n, got, work;

	/* What is fed here needs no vector */
	WRITE_ONCE(rxq->vec.masked, true);
	do {
		n = min(left, VNET_GEN_BATCH);
		if (likely(!q->done) && likely(budget))
			vnet_gen_work(q, ktime_get_ns(), n);
		got = vnet_rx_work(rxq, n);
		left -= got;
	} while (left && got == n);

	unpaced = unpaced && !q->done;
	/* When NAPI is complete, the run may be ended and freed */
	work = vnet_rx_done(rxq, budget - left, budget);
	if (unpaced && likely(!READ_ONCE(rxq->gate)) &&
	    !READ_ONCE(rxq->vec.masked))
		vnet_vector_kick(&rxq->vec);
	return work;
}

/**
 * vnet_gen_left - note that frames of the generator have left the ring
 * @rxq: the RX queue
 * @frames: how many
 *
 * Context: the poll of @rxq, or who holds it still.
 */
void vnet_gen_left(struct vnet_rxq *rxq, u32 frames)
{
	WRITE_ONCE(rxq->gen_ring, rxq->gen_ring - frames);
}

/**
 * vnet_gen_delivered - count frames of the generator that were taken
 * @rxq: the RX queue
 * @frames: how many
 *
 * Context: the poll of @rxq.
 */
void vnet_gen_delivered(struct vnet_rxq *rxq, u32 frames)
{
	vnet_gen_left(rxq, frames);
	u64_stats_update_begin(&rxq->gen_stats.syncp);
	u64_stats_add(&rxq->gen_stats.v[VNET_GEN_DELIVERED], frames);
	u64_stats_update_end(&rxq->gen_stats.syncp);
}

/**
 * vnet_gen_feeds - whether the generator is to feed an RX queue
 * @vd: the device
 * @idx: the queue
 *
 * Context: RTNL.
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
	netdev_lock(vd->dev);
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
	netdev_unlock(vd->dev);
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

	netdev_lock(vd->dev);
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
	netdev_unlock(vd->dev);
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
 * Context: RTNL. May sleep.
 */
void vnet_gen_stop(struct vnet_dev *vd)
{
	ASSERT_RTNL();
	vnet_gen_end(vd);
	cancel_delayed_work_sync(&vd->gen.work);
}

/**
 * vnet_gen_start - begin a run, if the generator is enabled
 * @vd: the device, its queues open
 *
 * Context: RTNL. May sleep.
 *
 * Return: 0, or -ENOMEM and it does not run.
 */
int vnet_gen_start(struct vnet_dev *vd)
{
	struct vnet_gen_run *run;

	ASSERT_RTNL();
	if (!vd->gen.cfg.enable)
		return 0;

	run = vnet_gen_run_alloc(vd, &vd->gen.cfg, rtnl_dereference(vd->steer),
				 vd->dev->real_num_rx_queues);
	if (IS_ERR(run))
		return PTR_ERR(run);
	vnet_gen_install(vd, run);
	return 0;
}

/* A run that came to its end */
static void vnet_gen_ended(struct work_struct *work)
{
	struct vnet_gen *gen = container_of(work, struct vnet_gen, work.work);
	struct vnet_dev *vd = container_of(gen, struct vnet_dev, gen);

	if (!rtnl_trylock()) {
		schedule_delayed_work(&gen->work, VNET_GEN_RETRY);
		return;
	}

	vnet_gen_end(vd);
	vnet_link_share(vd);
	call_netdevice_notifiers(NETDEV_CHANGEINFODATA, vd->dev);
	rtnl_unlock();
}

/**
 * vnet_gen_prepare - make ready what a request says of the generator
 * @vd: the device, registered or not yet
 * @nest: IFLA_VNET_GEN, found good by vnet_gen_check(), or NULL
 * @extack: told what is wrong
 *
 * Context: RTNL. May sleep.
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
						rtnl_dereference(vd->steer),
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
 * Context: RTNL. May sleep.
 */
void vnet_gen_commit(struct vnet_dev *vd, struct vnet_gen_setup *setup)
{
	ASSERT_RTNL();
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
 * Context: RTNL. May sleep.
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
 * Context: RTNL. May sleep.
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
	return vnet_gen_run_alloc(vd, cfg, rtnl_dereference(vd->steer), queues);
}

/**
 * vnet_gen_resteer - make ready a run for a device that is to steer by something else
 * @vd: the device
 * @steer: what it is to steer by, may be NULL
 *
 * Context: RTNL. May sleep.
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
 * Context: RTNL. May sleep.
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
 * Context: RTNL.
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
