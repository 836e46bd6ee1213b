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
#include <linux/sched.h>
#include <linux/sched/stat.h>

#include "gen.h"
#include "steer.h"
#include "vnet.h"
#include "trace.h"

/* The timer fires no more often than this; faster rates make batches */
#define VNET_GEN_TICK_NS	(50 * NSEC_PER_USEC)
/* How often that doubles, as long as the poll is not over when it fires */
#define VNET_GEN_BUSY_MAX	6
/*
 * A poll goes on to its next frames no longer than this: other queues of the CPU wait.
 * It is more than a budget takes unless something is very slow: where a tick is long, GRO
 * merges nothing across polls.
 */
#define VNET_GEN_POLL_NS	(10 * NSEC_PER_MSEC)

static DEFINE_PER_CPU(struct vnet_gen_turn, vnet_gen_turn);

/**
 * vnet_gen_queue_due - frames of a queue that are due, when those of all queues are
 * @q: the queue
 * @nsecs: nanoseconds that the run has run
 *
 * Context: any.
 *
 * Return: frames since the run began.
 */
u64 vnet_gen_queue_due(const struct vnet_gen_queue *q, u64 nsecs)
{
	const struct vnet_gen_run *run = q->run;
	u64 due = vnet_gen_share_due(&q->share,
				     vnet_gen_pace_due(&run->pace, nsecs));

	/* Only the last burst may be a short one */
	if (run->burst > 1 && nsecs < run->pace.end)
		due = div_u64(due, run->burst) * run->burst;
	return due;
}

/**
 * vnet_gen_queue_next - when the next frame of a queue is due
 * @q: the queue
 * @nsecs: nanoseconds that the run has run
 *
 * Of a burst it is the last frame that counts.
 *
 * Context: any.
 *
 * Return: nanoseconds since the run began.
 */
u64 vnet_gen_queue_next(const struct vnet_gen_queue *q, u64 nsecs)
{
	const struct vnet_gen_run *run = q->run;
	struct vnet_gen_frame frame;
	u64 due, when;

	due = vnet_gen_queue_due(q, nsecs);
	vnet_gen_share_at(&q->share, due + run->burst - 1, &frame);
	when = vnet_gen_pace_when(&run->pace, frame.number + 1);
	return min(when, run->pace.end);
}

/**
 * vnet_gen_snapshot - what a queue has made, and in which time, at one moment
 * @q: the queue
 * @p: told, but for the bytes
 *
 * Context: any but who writes it.
 */
void vnet_gen_snapshot(const struct vnet_gen_queue *q,
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

/**
 * vnet_gen_tick - raise the vector of a queue, frames are due
 * @timer: &vnet_gen_queue.timer
 *
 * Context: softirq, the timer's.
 *
 * Return: whether the timer goes on; it does not without a pace, when polls follow
 * each other, or when the run is over.
 */
enum hrtimer_restart vnet_gen_tick(struct hrtimer *timer)
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

/**
 * vnet_gen_work - make what is due
 * @q: the queue
 * @now: by then, ktime_get_ns()
 * @budget: frames at most without a pace
 *
 * Context: the poll of the RX queue, or who holds it still with BH disabled.
 */
void vnet_gen_work(struct vnet_gen_queue *q, u64 now, u32 budget)
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

/*
 * Make frames, from @now on, and take them. Return: how many were taken, @budget where
 * time was up.
 */
static u32 vnet_gen_take(struct vnet_gen_queue *q, u64 now, u32 budget)
{
	u64 end = now + VNET_GEN_POLL_NS;
	u32 left = budget, n, got;

	for (;;) {
		n = min(left, VNET_GEN_BATCH);
		if (likely(!q->done) && likely(budget))
			vnet_gen_work(q, now, n);
		got = vnet_rx_work(q->rxq, n);
		left -= got;
		if (!left || got < n)
			return budget - left;
		now = ktime_get_ns();
		if (unlikely(now >= end))
			return budget;
	}
}

/*
 * Nanoseconds to rest after a poll that began at @start and did not get through.
 *
 * Softirqs run at the end of each interrupt, so that such polls, of one queue or of
 * several in turn, may leave no time for anything else, whatever the scheduler wants.
 * Something else is a task beside the one for softirqs, which is always there then. A
 * thread, or who busy-polls, is the scheduler's to interrupt.
 */
static u64 vnet_gen_rest(const struct vnet_gen_queue *q, u64 start)
{
	struct vnet_gen_turn *turn = this_cpu_ptr(&vnet_gen_turn);
	bool wanted = !single_task_running() && !is_idle_task(current);
	u64 rest = vnet_gen_turn_rest(turn, start, ktime_get_ns(), wanted);

	if (likely(!rest) || q->done ||
	    test_bit(NAPI_STATE_SCHED_THREADED, &q->rxq->napi.state) ||
	    test_bit(NAPI_STATE_IN_BUSY_POLL, &q->rxq->napi.state))
		return 0;
	return rest;
}

/**
 * vnet_gen_poll - NAPI's poll of an RX ring that the generator feeds
 * @napi: &vnet_rxq.napi
 * @budget: frames at most
 *
 * Context: softirq or BH disabled.
 *
 * Return: frames received, as NAPI wants it.
 */
int vnet_gen_poll(struct napi_struct *napi, int budget)
{
	struct vnet_rxq *rxq = container_of(napi, struct vnet_rxq, napi);
	struct vnet_gen_queue *q = rxq->gen;
	bool unpaced = vnet_gen_unpaced(q->run);
	u64 start = ktime_get_ns(), rest;
	u32 work;

	/* What is fed here needs no vector */
	WRITE_ONCE(rxq->vec.masked, true);
	work = vnet_gen_take(q, start, budget);
	if (work == budget && work) {
		rest = vnet_gen_rest(q, start);
		if (unlikely(rest))
			return vnet_rx_rest(rxq, budget, rest);
	}
	unpaced = unpaced && !q->done;
	/* When NAPI is complete, the run may be ended and freed */
	work = vnet_rx_done(rxq, work, budget);
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
