/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vnet: emulated interrupts
 */
#ifndef _VNET_VECTOR_H
#define _VNET_VECTOR_H

#include <linux/hrtimer.h>
#include <linux/netdevice.h>
#include <linux/smp.h>
#include <linux/u64_stats_sync.h>

#include "compat.h"
#include "moderation.h"

struct vnet_dev;

/**
 * struct vnet_vector - an emulated interrupt
 * @napi: what it schedules
 * @masked: NAPI is scheduled or polls, no need to raise
 * @special: @cpu, @moder, @adaptive or @irq is not at its default
 * @held: @timer is going to raise it
 * @resting: @timer is going to raise it, masked or not
 * @adaptive: @dim says what @moder is
 * @raised: @irq is to schedule NAPI, whose schedule bit was taken
 * @cpu: where NAPI is to run, VNET_CPU_ANY: on the CPU that raises; set under
 *	RTNL, or by the affinity of @irq
 * @irq: number of a Linux interrupt, 0 where there is none; changed while the
 *	device is down
 * @irqs: times it was raised
 * @syncp: of @irqs, whose writer is who has NAPI's schedule bit
 * @moder: how long frames wait for more
 * @dim: allocated when it is first used
 * @next: the next vector of those that a CPU goes on with
 * @csd: takes NAPI to @cpu
 * @timer: raises it when frames, or a CPU, have waited long enough
 */
struct vnet_vector {
	struct napi_struct *napi;
	bool masked;
	bool special;
	bool held;
	bool resting;
	bool adaptive;
	bool raised;
	int cpu;
	int irq;
	u64_stats_t irqs;
	struct u64_stats_sync syncp;
	struct vnet_moder moder;
	struct vnet_dim *dim;
	struct vnet_vector *next;
	call_single_data_t csd;
	struct hrtimer timer;
};

/* vector.c */
void vnet_vector_init(struct vnet_vector *vec, struct napi_struct *napi);
void vnet_vector_set_cpu(struct vnet_vector *vec, int cpu);
void vnet_vector_set_moder(struct vnet_vector *vec, bool adaptive,
			   const struct vnet_moder *moder);
void vnet_vector_set_irq(struct vnet_vector *vec, int irq);
void vnet_vector_hurry(struct vnet_vector *vec);
void vnet_vector_stop(struct vnet_vector *vec);
void vnet_vector_kick(struct vnet_vector *vec);
void vnet_vector_rest(struct vnet_vector *vec, u64 nsecs);
void vnet_vector_signal(struct vnet_vector *vec);
void vnet_vector_expect(struct vnet_vector *vec, u32 frames);
#if IS_ENABLED(CONFIG_KUNIT)
bool vnet_vector_enough(struct vnet_vector *vec, u32 more);
#endif
void vnet_vector_run(struct vnet_vector *vec);

/**
 * vnet_vector_wanted - whether frames that were published want a raise
 * @vec: the vector
 *
 * Where NAPI is on this CPU's list, it is going to look at the ring again in any
 * case.
 *
 * Context: softirq or BH disabled, any CPU.
 */
static inline bool vnet_vector_wanted(struct vnet_vector *vec)
{
	if (vnet_napi_is_here(vec->napi))
		return false;

	if (unlikely(READ_ONCE(vec->masked))) {
		/* The ring before the mask; pairs with vnet_rx_end() */
		smp_mb();
		if (READ_ONCE(vec->masked))
			return false;
	}
	return true;
}

/**
 * vnet_vector_raise - tell the receiver that its ring has frames
 * @vec: the vector
 *
 * Call it after the frames were published.
 *
 * Context: softirq or BH disabled, any CPU.
 */
static inline void vnet_vector_raise(struct vnet_vector *vec)
{
	if (vnet_vector_wanted(vec))
		vnet_vector_signal(vec);
}

/**
 * vnet_vector_is_plain - whether nobody asked for RX work to be done elsewhere
 * @vec: the vector
 *
 * That is on a CPU that was set, by a NAPI thread, by somebody who polls already,
 * or later, when our timer or NAPI's says so.
 */
static inline bool vnet_vector_is_plain(const struct vnet_vector *vec)
{
	return !READ_ONCE(vec->special) && !READ_ONCE(vec->masked) &&
	       !test_bit(NAPI_STATE_THREADED, &vec->napi->state) &&
	       !vnet_napi_gro_waits(vec->napi);
}

/* irq.c */
void vnet_irqs_init(struct vnet_dev *vd);
int vnet_irqs_alloc(struct vnet_dev *vd, struct netlink_ext_ack *extack);
void vnet_irqs_free(struct vnet_dev *vd);
void vnet_irqs_exit(struct vnet_dev *vd);
int vnet_irqs_request(struct vnet_dev *vd);
void vnet_irqs_release(struct vnet_dev *vd);
void vnet_irq_move(struct vnet_vector *vec);

#endif /* _VNET_VECTOR_H */
