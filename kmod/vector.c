// SPDX-License-Identifier: GPL-2.0-only
/*
 * An emulated interrupt: raised when frames wait, masked while NAPI is at
 * them. It knows nothing of frames.
 */
#include "vnet.h"
#include "trace.h"

/**
 * vnet_vector_kick - schedule NAPI, masked or not
 * @vec: the vector
 *
 * Context: softirq or BH disabled. NAPI that is disabled stays so.
 */
void vnet_vector_kick(struct vnet_vector *vec)
{
	if (napi_schedule_prep(vec->napi)) {
		trace_vnet_raise(vec);
		WRITE_ONCE(vec->masked, true);
		__napi_schedule(vec->napi);
	}
}

/**
 * vnet_vector_raise - tell the receiver that its ring has frames
 * @vec: the vector
 *
 * Call it after the frames were published. Costs one barrier where the poll
 * runs already.
 *
 * Context: softirq or BH disabled, any CPU.
 */
void vnet_vector_raise(struct vnet_vector *vec)
{
	/* The ring before the mask; pairs with vnet_vector_unmask() */
	smp_mb();
	if (!READ_ONCE(vec->masked))
		vnet_vector_kick(vec);
}

/**
 * vnet_vector_unmask - let frames raise the vector again
 * @vec: the vector
 *
 * Call it when NAPI completed, then look at the ring once more: what was
 * published before the unmask did not raise the vector.
 *
 * Context: the poll.
 */
void vnet_vector_unmask(struct vnet_vector *vec)
{
	WRITE_ONCE(vec->masked, false);
	/* The mask before the ring; pairs with vnet_vector_raise() */
	smp_mb();
}
