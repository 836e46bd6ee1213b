// SPDX-License-Identifier: GPL-2.0-only
/*
 * An emulated interrupt: raised when frames wait, masked while NAPI is at
 * them. It knows nothing of frames but how many there are.
 */
#include <linux/irq.h>

#include "vnet.h"
#include "trace.h"

/* On the CPU that was set, in hard interrupt context */
static void vnet_vector_ipi(void *info)
{
	struct vnet_vector *vec = info;

	if (vec->irq)
		generic_handle_irq(vec->irq);
	else
		__napi_schedule(vec->napi);
}

/* Whether NAPI was sent to the CPU that was set for it: not if that is offline */
static bool vnet_vector_send(struct vnet_vector *vec, int cpu)
{
	if (cpu == VNET_CPU_ANY || cpu == smp_processor_id())
		return false;
	/* A thread has its own CPUs */
	if (test_bit(NAPI_STATE_THREADED, &vec->napi->state))
		return false;
	return !smp_call_function_single_async(cpu, &vec->csd);
}

/*
 * Vectors that were raised while this CPU did RX work at once, where a softirq
 * could run: it goes on with them, so that no softirq is needed for what the
 * receivers sent in their turn.
 */
struct vnet_vector_list {
	struct vnet_vector *first;
	bool active;
};

static DEFINE_PER_CPU(struct vnet_vector_list, vnet_vectors);

static void vnet_vector_defer(struct vnet_vector *vec)
{
	struct vnet_vector_list *list = this_cpu_ptr(&vnet_vectors);

	vec->next = list->first;
	list->first = vec;
}

/* Take NAPI's schedule bit, which owns all that a raise writes */
static __always_inline bool vnet_vector_claim(struct vnet_vector *vec)
{
	if (!napi_schedule_prep(vec->napi))
		return false;

	u64_stats_update_begin(&vec->syncp);
	u64_stats_inc(&vec->irqs);
	u64_stats_update_end(&vec->syncp);
	return true;
}

/* What a raise has to do beyond the plain one. Return: whether that was all. */
static noinline bool vnet_vector_special(struct vnet_vector *vec)
{
	if (READ_ONCE(vec->adaptive))
		vnet_dim_raised(vec);
	if (vec->irq)
		WRITE_ONCE(vec->raised, true);
	if (vnet_vector_send(vec, READ_ONCE(vec->cpu)))
		return true;
	if (vec->irq)
		generic_handle_irq_safe(vec->irq);
	return vec->irq;
}

static __always_inline void vnet_vector_fire(struct vnet_vector *vec,
					     bool special)
{
	if (!vnet_vector_claim(vec))
		return;

	trace_vnet_raise(vec);
	WRITE_ONCE(vec->masked, true);
	/*
	 * The mask before NAPI: a thread is told by a bit that set_bit() sets,
	 * and may have unmasked by the time that the mask is seen
	 */
	smp_mb__before_atomic();
	if (unlikely(special) && vnet_vector_special(vec))
		return;

	if (__this_cpu_read(vnet_vectors.active) &&
	    !test_bit(NAPI_STATE_THREADED, &vec->napi->state))
		vnet_vector_defer(vec);
	else
		__napi_schedule(vec->napi);
}

/**
 * vnet_vector_kick - schedule NAPI, masked or not, and at once
 * @vec: the vector
 *
 * Who gets NAPI's schedule bit owns the call to the other CPU, and the place in
 * the list, until NAPI runs.
 *
 * Context: softirq or BH disabled. NAPI that is disabled stays so.
 */
void vnet_vector_kick(struct vnet_vector *vec)
{
	vnet_vector_fire(vec, READ_ONCE(vec->special));
}

static struct vnet_rxq *vnet_vector_rxq(struct vnet_vector *vec)
{
	return container_of(vec, struct vnet_rxq, vec);
}

/* Whether there is something to poll for, or the poll has to see for itself */
static bool vnet_vector_pending(struct vnet_vector *vec)
{
	const struct vnet_rxq *rxq = vnet_vector_rxq(vec);

	return vnet_ring_used(&rxq->ring) || READ_ONCE(rxq->waiting) ||
	       READ_ONCE(rxq->gen);
}

/* When frames have waited long enough, or the CPU had its rest */
static enum hrtimer_restart vnet_vector_expire(struct hrtimer *timer)
{
	struct vnet_vector *vec = container_of(timer, struct vnet_vector,
					       timer);
	bool rested = READ_ONCE(vec->resting);

	WRITE_ONCE(vec->resting, false);
	/* Then the ring; pairs with vnet_vector_hold() */
	smp_store_mb(vec->held, false);
	/* Who polls already has them, or looks at the ring again; or had them */
	if (rested || (!READ_ONCE(vec->masked) && vnet_vector_pending(vec)))
		vnet_vector_kick(vec);
	return HRTIMER_NORESTART;
}

/* Wait no longer for more. Who raises then, holds it anew. */
static void vnet_vector_release(struct vnet_vector *vec)
{
	hrtimer_try_to_cancel(&vec->timer);
	/* Then the ring, whose poll comes next; pairs with vnet_vector_hold() */
	smp_store_mb(vec->held, false);
}

/* Whether enough frames wait, @more of them not in the ring yet */
VISIBLE_IF_KUNIT bool vnet_vector_enough(struct vnet_vector *vec, u32 more)
{
	const struct vnet_rxq *rxq = vnet_vector_rxq(vec);
	u32 frames = READ_ONCE(vec->moder.frames);
	u32 limit = READ_ONCE(rxq->limit);

	/* A full ring waits for nothing */
	if (frames)
		limit = min(limit, frames);
	return vnet_ring_used(&rxq->ring) + more >= limit;
}
EXPORT_SYMBOL_IF_KUNIT(vnet_vector_enough);

/* Whether frames wait for more, and the timer raises the vector then */
static noinline bool vnet_vector_hold(struct vnet_vector *vec, u32 more)
{
	u32 usecs = READ_ONCE(vec->moder.usecs);

	if (!usecs)
		return false;
	if (vnet_vector_enough(vec, more)) {
		if (READ_ONCE(vec->held))
			vnet_vector_release(vec);
		return false;
	}

	/* The ring before the look; pairs with who ends the hold */
	smp_mb();
	if (!READ_ONCE(vec->held) && !xchg(&vec->held, true))
		hrtimer_start(&vec->timer, ns_to_ktime((u64)usecs * NSEC_PER_USEC),
			      HRTIMER_MODE_REL_PINNED_SOFT);
	return true;
}

/**
 * vnet_vector_signal - raise the vector, or let it wait for more frames
 * @vec: the vector, not masked
 *
 * Context: softirq or BH disabled.
 */
void vnet_vector_signal(struct vnet_vector *vec)
{
	bool special = READ_ONCE(vec->special);

	if (unlikely(special) && vnet_vector_hold(vec, 0))
		return;
	vnet_vector_fire(vec, special);
}

/**
 * vnet_vector_expect - the same for frames that the poll is going to make
 * @vec: the vector
 * @frames: how many are due
 *
 * Context: softirq or BH disabled.
 */
void vnet_vector_expect(struct vnet_vector *vec, u32 frames)
{
	bool special = READ_ONCE(vec->special);

	if (!vnet_vector_wanted(vec))
		return;
	if (special && vnet_vector_hold(vec, frames))
		return;
	vnet_vector_fire(vec, special);
}

/**
 * vnet_vector_rest - let the poll that ends here be followed by none for a while
 * @vec: the vector, which stays masked
 * @nsecs: for how long
 *
 * Call it before NAPI is complete; what waits in the ring is polled afterwards.
 *
 * Context: the poll, in softirq.
 */
void vnet_vector_rest(struct vnet_vector *vec, u64 nsecs)
{
	WRITE_ONCE(vec->resting, true);
	hrtimer_start(&vec->timer, ns_to_ktime(nsecs),
		      HRTIMER_MODE_REL_PINNED_SOFT);
}

/**
 * vnet_vector_run - do the RX work of a vector at once
 * @vec: the vector, in whose ring there are frames
 *
 * What is more than a poll's worth is left to the softirq.
 *
 * Context: a softirq could run here, see vnet_xmit_may_deliver().
 */
void vnet_vector_run(struct vnet_vector *vec)
{
	struct vnet_vector_list *list = this_cpu_ptr(&vnet_vectors);
	int left = NAPI_POLL_WEIGHT, work;

	if (!vnet_vector_claim(vec))
		return;

	list->active = true;
	for (;;) {
		work = left ? vec->napi->poll(vec->napi, left) : 0;
		if (unlikely(work == left))
			__napi_schedule(vec->napi);
		left -= work;

		vec = list->first;
		if (likely(!vec))
			break;
		list->first = vec->next;
	}
	list->active = false;
}

static void vnet_vector_mark(struct vnet_vector *vec)
{
	bool special = vec->cpu != VNET_CPU_ANY || vec->adaptive ||
		       vec->moder.usecs || vec->irq;

	WRITE_ONCE(vec->special, special);
}

/**
 * vnet_vector_set_cpu - set where RX work runs
 * @vec: the vector
 * @cpu: &vnet_vector.cpu
 *
 * Context: RTNL. May sleep.
 */
void vnet_vector_set_cpu(struct vnet_vector *vec, int cpu)
{
	WRITE_ONCE(vec->cpu, cpu);
	vnet_vector_mark(vec);
	if (vec->irq)
		vnet_irq_move(vec);
}

/**
 * vnet_vector_set_irq - set which interrupt a vector raises
 * @vec: the vector, whose NAPI is disabled
 * @irq: its number, 0: none
 *
 * Context: RTNL.
 */
void vnet_vector_set_irq(struct vnet_vector *vec, int irq)
{
	vec->irq = irq;
	vnet_vector_mark(vec);
}

/**
 * vnet_vector_hurry - let what waits for more frames do so no longer
 * @vec: the vector
 *
 * Context: RTNL.
 */
void vnet_vector_hurry(struct vnet_vector *vec)
{
	local_bh_disable();
	if (READ_ONCE(vec->held)) {
		vnet_vector_release(vec);
		vnet_vector_kick(vec);
	}
	local_bh_enable();
}

/**
 * vnet_vector_set_moder - set when RX work runs
 * @vec: the vector; DIM is not at it
 * @adaptive: &vnet_vector.adaptive
 * @moder: &vnet_vector.moder, with which DIM begins
 *
 * What waits for more frames does so no longer.
 *
 * Context: RTNL.
 */
void vnet_vector_set_moder(struct vnet_vector *vec, bool adaptive,
			   const struct vnet_moder *moder)
{
	WRITE_ONCE(vec->moder.usecs, moder->usecs);
	WRITE_ONCE(vec->moder.frames, moder->frames);
	WRITE_ONCE(vec->adaptive, adaptive);
	vnet_vector_mark(vec);
	vnet_vector_hurry(vec);
}

/**
 * vnet_vector_stop - let frames wait no longer
 * @vec: the vector, whose NAPI is disabled
 *
 * Context: RTNL. May sleep.
 */
void vnet_vector_stop(struct vnet_vector *vec)
{
	hrtimer_cancel(&vec->timer);
	WRITE_ONCE(vec->held, false);
	WRITE_ONCE(vec->resting, false);
	vnet_dim_stop(vec->dim);
}

/**
 * vnet_vector_init - set up a vector
 * @vec: the vector
 * @napi: what it schedules
 */
void vnet_vector_init(struct vnet_vector *vec, struct napi_struct *napi)
{
	vec->napi = napi;
	vec->cpu = VNET_CPU_ANY;
	u64_stats_init(&vec->syncp);
	INIT_CSD(&vec->csd, vnet_vector_ipi, vec);
	hrtimer_setup(&vec->timer, vnet_vector_expire, CLOCK_MONOTONIC,
		      HRTIMER_MODE_REL_PINNED_SOFT);
}
