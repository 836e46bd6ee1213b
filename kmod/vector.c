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

/**
 * vnet_vector_kick - schedule NAPI, masked or not
 * @vec: the vector
 *
 * Who gets NAPI's schedule bit owns the call to the other CPU until NAPI runs
 * there.
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
	cpu = READ_ONCE(vec->cpu);
	if (likely(cpu == VNET_CPU_ANY) || !vnet_vector_send(vec, cpu))
		__napi_schedule(vec->napi);
}
