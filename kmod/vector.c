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
