// SPDX-License-Identifier: GPL-2.0-only
/*
 * An emulated interrupt: raised when frames wait, masked while NAPI is at
 * them. It knows nothing of frames.
 */
#include "vnet.h"
#include "trace.h"

/* On the CPU that was set, in hard interrupt context */
static void vnet_vector_ipi(void *info)
{
	struct vnet_vector *vec = info;

	__napi_schedule(vec->napi);
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
	INIT_CSD(&vec->csd, vnet_vector_ipi, vec);
}

/* Whether NAPI was sent to the CPU that was set for it: not if that is offline */
static bool vnet_vector_send(struct vnet_vector *vec, int cpu)
{
	if (cpu == smp_processor_id())
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

/**
 * vnet_vector_kick - schedule NAPI, masked or not
 * @vec: the vector
 *
 * Who gets NAPI's schedule bit owns the call to the other CPU, and the place in
 * the list, until NAPI runs.
 *
 * Context: softirq or BH disabled. NAPI that is disabled stays so.
 */
void vnet_vector_kick(struct vnet_vector *vec)
{
	int cpu;

	if (!napi_schedule_prep(vec->napi))
		return;

	trace_vnet_raise(vec);
	WRITE_ONCE(vec->masked, true);
	/*
	 * The mask before NAPI: a thread is told by a bit that set_bit() sets,
	 * and may have unmasked by the time that the mask is seen
	 */
	smp_mb__before_atomic();
	cpu = READ_ONCE(vec->cpu);
	if (unlikely(cpu != VNET_CPU_ANY) && vnet_vector_send(vec, cpu))
		return;

	if (__this_cpu_read(vnet_vectors.active) &&
	    !test_bit(NAPI_STATE_THREADED, &vec->napi->state))
		vnet_vector_defer(vec);
	else
		__napi_schedule(vec->napi);
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

	if (!napi_schedule_prep(vec->napi))
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
