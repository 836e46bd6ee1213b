/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How fast frames may follow each other: arithmetic.
 */
#ifndef _VNET_PACE_H
#define _VNET_PACE_H

#include <linux/bits.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/time64.h>
#include <linux/types.h>

/* What a wire that could not be moved in time may catch up with */
#define VNET_PACE_CREDIT_NS	NSEC_PER_MSEC

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
 * vnet_pace_when - when the next frame may go
 * @pace: the pace
 */
static inline u64 vnet_pace_when(const struct vnet_pace *pace)
{
	return pace->max ? pace->free : 0;
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
	start = max(pace->free, now - VNET_PACE_CREDIT_NS);
	pace->free = start + div64_u64_rem(units * NSEC_PER_SEC + pace->left,
					   pace->max, &pace->left);
	return start;
}

#endif /* _VNET_PACE_H */
