/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rate of a TX queue's wire, where it has one.
 */
#ifndef _VNET_RATE_H
#define _VNET_RATE_H

#include <linux/hrtimer.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/timekeeping.h>

struct net_device;
struct vnet_txq;

/* What a wire that could not be moved in time may catch up with */
#define VNET_RATE_CREDIT_NS	NSEC_PER_MSEC

/**
 * struct vnet_rate - what paces a wire
 * @mbps: most bits in a microsecond
 * @left: bits of @free that make no nanosecond, times 1000
 * @free: when the wire has carried what it was given
 * @timer: fires when the next frame is due
 * @txq: the TX queue
 *
 * The wire's owner reads and writes it.
 */
struct vnet_rate {
	u32 mbps;
	u32 left;
	u64 free;
	struct hrtimer timer;
	struct vnet_txq *txq;
};

/**
 * vnet_rate_due - whether the next frame may go
 * @rate: the wire's; NULL: it may
 * @now: the time
 */
static inline bool vnet_rate_due(const struct vnet_rate *rate, u64 now)
{
	return !rate || rate->free <= now;
}

/**
 * vnet_rate_charge - a frame goes
 * @rate: the wire's; may be NULL
 * @bytes: of the frame, from the Ethernet header on
 * @now: the time
 */
static inline void vnet_rate_charge(struct vnet_rate *rate, u32 bytes, u64 now)
{
	u64 bits;

	if (!rate)
		return;
	rate->free = max(rate->free, now - VNET_RATE_CREDIT_NS);
	bits = (u64)bytes * BITS_PER_BYTE * 1000 + rate->left;
	rate->free += div_u64_rem(bits, rate->mbps, &rate->left);
}

void vnet_rate_wait(struct vnet_rate *rate);
void vnet_rate_cancel(struct vnet_rate *rate);
int vnet_set_tx_maxrate(struct net_device *dev, int queue, u32 mbps);
void vnet_rate_free(struct vnet_txq *txq);

#endif /* _VNET_RATE_H */
