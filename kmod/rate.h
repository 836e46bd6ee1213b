/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rates of a TX queue's wire, where it has any: its own, and one that it shares
 * with all others of the device.
 */
#ifndef _VNET_RATE_H
#define _VNET_RATE_H

#include <linux/bits.h>
#include <linux/hrtimer.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>

struct net_device;
struct sk_buff;
struct vnet_dev;
struct vnet_txq;

/* What a wire that could not be moved in time may catch up with */
#define VNET_RATE_CREDIT_NS	NSEC_PER_MSEC

/**
 * struct vnet_pace - how fast frames may follow each other
 * @max: bits a second, or frames; 0: as fast as they can
 * @frames: frames count, not bits
 * @left: of @free what makes no nanosecond, times @max
 * @free: when what went before has gone
 */
struct vnet_pace {
	u64 max;
	bool frames;
	u64 left;
	u64 free;
};

/* Who sets a pace of a TX queue */
enum vnet_pace_by {
	VNET_PACE_MAXRATE,	/* queues/tx-N/tx_maxrate */
	VNET_PACE_SHAPER,	/* net_shaper_ops, for the queue */
	VNET_PACES
};

/**
 * struct vnet_shared_pace - a pace that all TX queues of a device share
 * @lock: guards @pace
 * @pace: the pace
 */
struct vnet_shared_pace {
	/* innermost, below wire_lock */
	spinlock_t lock;
	struct vnet_pace pace;
};

/**
 * struct vnet_rate - what paces a wire
 * @txq: the TX queue
 * @pace: its own paces
 * @start: when the next frame may go, while it is @booked
 * @booked: the next frame has its time
 * @timer: fires when the next frame is due
 *
 * The wire's owner reads and writes it.
 */
struct vnet_rate {
	struct vnet_txq *txq;
	struct vnet_pace pace[VNET_PACES];
	u64 start;
	bool booked;
	struct hrtimer timer;
};

/**
 * vnet_pace_set - set a pace
 * @pace: the pace; what went before has gone
 * @max: bits a second, or frames; 0: as fast as they can
 * @frames: frames count
 * @now: the time
 *
 * At a low pace the last frame may have hours to go; nobody is to wait for that who
 * has set a higher one.
 */
static inline void vnet_pace_set(struct vnet_pace *pace, u64 max, bool frames,
				 u64 now)
{
	/* So that the remainder of a division can be added to a dividend */
	pace->max = min_t(u64, max, S64_MAX);
	pace->frames = frames;
	pace->left = 0;
	pace->free = min(pace->free, now);
}

/**
 * vnet_pace_book - take the time that frames need
 * @pace: the pace
 * @frames: how many go together, as a wire carries them
 * @bytes: of all of them, from the Ethernet header on
 * @now: the time
 *
 * Return: when they may go.
 */
static inline u64 vnet_pace_book(struct vnet_pace *pace, u32 frames, u32 bytes,
				 u64 now)
{
	u64 start, units;

	if (!pace->max)
		return 0;
	units = pace->frames ? frames : (u64)bytes * BITS_PER_BYTE;
	start = max(pace->free, now - VNET_RATE_CREDIT_NS);
	pace->free = start + div64_u64_rem(units * NSEC_PER_SEC + pace->left,
					   pace->max, &pace->left);
	return start;
}

bool vnet_rate_due(struct vnet_rate *rate, struct sk_buff *skb, u64 now);
void vnet_rate_wait(struct vnet_rate *rate);
void vnet_rate_cancel(struct vnet_rate *rate);
int vnet_rate_set(struct vnet_txq *txq, enum vnet_pace_by by, u64 max,
		  bool frames);
int vnet_rate_set_shared(struct vnet_dev *vd, u64 max, bool frames);
int vnet_set_tx_maxrate(struct net_device *dev, int queue, u32 mbps);
void vnet_rate_free(struct vnet_txq *txq);

/**
 * vnet_rate_went - the next frame has gone
 * @rate: the wire's; may be NULL
 *
 * Context: the wire's owner.
 */
static inline void vnet_rate_went(struct vnet_rate *rate)
{
	if (rate)
		rate->booked = false;
}

#endif /* _VNET_RATE_H */
