/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rates of a TX queue's wire, where it has any: its own, and its share of those
 * that it has in common with others of the device.
 */
#ifndef _VNET_RATE_H
#define _VNET_RATE_H

#include <linux/hrtimer.h>
#include <linux/spinlock.h>

#include "group.h"

struct net_device;
struct sk_buff;
struct vnet_dev;
struct vnet_txq;

/* Who sets a pace of a TX queue */
enum vnet_pace_by {
	VNET_PACE_MAXRATE,	/* queues/tx-N/tx_maxrate */
	VNET_PACE_SHAPER,	/* net_shaper_ops, for the queue */
	VNET_PACES
};

/**
 * struct vnet_shares - what the TX queues of a device have in common
 * @lock: guards all groups and shares, and what &struct vnet_rate says so of
 * @device: the outermost group
 * @timer: fires when it may be somebody's turn
 * @armed: when that is; U64_MAX: not running
 */
struct vnet_shares {
	/* innermost, below wire_lock */
	spinlock_t lock;
	struct vnet_group device;
	struct hrtimer timer;
	u64 armed;
};

/**
 * struct vnet_rate - what paces a wire
 * @txq: the TX queue
 * @pace: its own paces
 * @start: when the next frame may go by these, while it is @booked
 * @booked: the next frame has its time
 * @waits: it is due by that, and waits for its turn
 * @timer: fires when the next frame is due
 * @share: its part in what the device, or a group, sends; under &vnet_shares.lock
 * @frames: the next frame's, while @share waits; under the same
 * @bytes: as well
 * @granted: it is its turn, and has been charged for; set under the same
 *
 * The wire's owner reads and writes it, but for what is under the lock.
 */
struct vnet_rate {
	struct vnet_txq *txq;
	struct vnet_pace pace[VNET_PACES];
	u64 start;
	bool booked;
	bool waits;
	struct hrtimer timer;
	struct vnet_share share;
	u32 frames;
	u32 bytes;
	bool granted;
};

/* rate.c */
void vnet_shares_init(struct vnet_shares *shares);
void vnet_shares_exit(struct vnet_shares *shares);
void vnet_shares_look(struct vnet_shares *shares);
struct vnet_rate *vnet_rate_alloc(struct vnet_txq *txq);
void vnet_rate_free(struct vnet_rate *rate);
bool vnet_rate_due(struct vnet_rate *rate, struct sk_buff *skb, u64 now);
void vnet_rate_wait(struct vnet_rate *rate);
void vnet_rate_reset(struct vnet_rate *rate);
void vnet_rate_cancel(struct vnet_rate *rate);

/* rate_config.c */
int vnet_rate_set(struct vnet_txq *txq, enum vnet_pace_by by, u64 max,
		  bool frames);
void vnet_rate_share(struct vnet_txq *txq, struct vnet_group *group, u32 weight);
int vnet_rate_need(struct vnet_txq *txq);
int vnet_rates_need(struct vnet_dev *vd, const unsigned long *queues);
void vnet_rates_drop(struct vnet_dev *vd);
int vnet_rate_set_device(struct vnet_dev *vd, u64 max, bool frames);
void vnet_rate_set_group(struct vnet_dev *vd, struct vnet_group *group,
			 u64 max, bool frames);
int vnet_set_tx_maxrate(struct net_device *dev, int queue, u32 mbps);

/**
 * vnet_rate_went - the next frame has gone
 * @rate: the wire's; may be NULL
 *
 * Context: the wire's owner.
 */
static inline void vnet_rate_went(struct vnet_rate *rate)
{
	if (!rate)
		return;
	rate->booked = false;
	rate->granted = false;
}

#endif /* _VNET_RATE_H */
