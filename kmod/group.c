// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who of a device's TX queues may send next, where they have to share a pace.
 *
 * Start-time fair queueing (Goyal, Vin and Cheng, SIGCOMM 1996), of the first frame
 * of each queue: a group has a time of its own, and each share a turn in it. Who
 * waits and has the earliest turn sends, which takes the group's time there, and puts
 * off the share's turn by the frame's size over the share's weight. Who comes after a
 * pause has its turn now, and so gets nothing for the pause. A group that is at its
 * pace's end is passed over.
 *
 * Turns are compared, and go round, as sequence numbers do.
 *
 * Nothing here takes a lock: all of it is under &vnet_shares.lock.
 */
#include <linux/math64.h>

#include "compat.h"
#include "group.h"

/* Of a frame's size, so that the largest weight makes a difference to the smallest */
#define VNET_COST_SHIFT		32

/* A turn that is over is now; it is in the future by no more than @cost */
static void vnet_share_catch_up(struct vnet_share *share)
{
	u64 time = share->group->time;

	if (share->turn - time > share->cost)
		share->turn = time;
}

static bool vnet_share_before(const struct vnet_share *a,
			      const struct vnet_share *b)
{
	return (s64)(a->turn - b->turn) < 0;
}

/* Its turn is now */
static void vnet_share_restart(struct vnet_share *share)
{
	share->turn = share->group->time;
	share->cost = 0;
}

/**
 * vnet_share_wait - let a share wait for its turn
 * @share: the share, which has a frame to send; may wait already
 */
void vnet_share_wait(struct vnet_share *share)
{
	for (; share->group && list_empty(&share->entry);
	     share = &share->group->share) {
		vnet_share_catch_up(share);
		list_add_tail(&share->entry, &share->group->waiting);
	}
}
EXPORT_SYMBOL_IF_KUNIT(vnet_share_wait);

/**
 * vnet_share_quit - let a share wait no more
 * @share: the share
 */
void vnet_share_quit(struct vnet_share *share)
{
	for (; share->group && !list_empty(&share->entry);
	     share = &share->group->share) {
		list_del_init(&share->entry);
		if (!list_empty(&share->group->waiting))
			return;
	}
}
EXPORT_SYMBOL_IF_KUNIT(vnet_share_quit);

static void vnet_share_charge(struct vnet_share *share, u32 frames, u32 bytes,
			      u64 now)
{
	struct vnet_group *group = share->group;
	u64 size = group->pace.frames ? frames : bytes;

	group->time = share->turn;
	share->cost = div_u64(size << VNET_COST_SHIFT, share->weight);
	share->turn += share->cost;
	vnet_pace_book(&group->pace, frames, bytes, now);
}

/**
 * vnet_share_send - send a frame, which ends the wait
 * @share: the share, as vnet_group_next() has said
 * @frames: as many as it is on a wire
 * @bytes: of these
 * @now: the time
 */
void vnet_share_send(struct vnet_share *share, u32 frames, u32 bytes, u64 now)
{
	struct vnet_share *part;

	for (part = share; part->group; part = &part->group->share)
		vnet_share_charge(part, frames, bytes, now);
	vnet_share_quit(share);
}
EXPORT_SYMBOL_IF_KUNIT(vnet_share_send);

/**
 * vnet_share_init - give a TX queue a part
 * @share: it is to be
 * @group: in this
 */
void vnet_share_init(struct vnet_share *share, struct vnet_group *group)
{
	*share = (struct vnet_share) { .group = group, .weight = 1 };
	vnet_share_restart(share);
	INIT_LIST_HEAD(&share->entry);
	list_add_tail(&share->member, &group->members);
}
EXPORT_SYMBOL_IF_KUNIT(vnet_share_init);

/**
 * vnet_share_exit - take the part away
 * @share: it was
 */
void vnet_share_exit(struct vnet_share *share)
{
	vnet_share_quit(share);
	list_del_init(&share->member);
}

/**
 * vnet_share_move - let it be a part of another group
 * @share: may wait, and does so there
 * @group: the group, which is not within its own
 */
void vnet_share_move(struct vnet_share *share, struct vnet_group *group)
{
	bool waits = !list_empty(&share->entry);

	vnet_share_quit(share);
	list_move_tail(&share->member, &group->members);
	share->group = group;
	vnet_share_restart(share);
	if (waits)
		vnet_share_wait(share);
}
EXPORT_SYMBOL_IF_KUNIT(vnet_share_move);

/**
 * vnet_group_init - make a group without a pace, and with nobody in it
 * @group: it is to be
 * @around: the one that it is in, NULL for the outermost
 */
void vnet_group_init(struct vnet_group *group, struct vnet_group *around)
{
	*group = (struct vnet_group) {};
	if (around)
		vnet_share_init(&group->share, around);
	group->share.inner = group;
	INIT_LIST_HEAD(&group->members);
	INIT_LIST_HEAD(&group->waiting);
}
EXPORT_SYMBOL_IF_KUNIT(vnet_group_init);

/**
 * vnet_group_exit - take a group away
 * @group: within another, to which go its members
 */
void vnet_group_exit(struct vnet_group *group)
{
	struct vnet_share *share, *next;

	list_for_each_entry_safe(share, next, &group->members, member)
		vnet_share_move(share, group->share.group);
	vnet_share_exit(&group->share);
}
EXPORT_SYMBOL_IF_KUNIT(vnet_group_exit);

/**
 * vnet_group_set_pace - set the pace of a group
 * @group: the group
 * @max: bits a second, or frames; 0: as fast as they can
 * @frames: frames count, not bits
 * @now: the time
 *
 * Where something else counts from now on, turns cannot be compared: all have theirs
 * now.
 */
void vnet_group_set_pace(struct vnet_group *group, u64 max, bool frames, u64 now)
{
	struct vnet_share *share;

	if (group->pace.frames != frames) {
		list_for_each_entry(share, &group->members, member)
			vnet_share_restart(share);
	}
	vnet_pace_set(&group->pace, max, frames, now);
}
EXPORT_SYMBOL_IF_KUNIT(vnet_group_set_pace);

/**
 * vnet_group_depth - how many groups a group is in
 * @group: the group
 */
u32 vnet_group_depth(const struct vnet_group *group)
{
	u32 depth = 0;

	while ((group = group->share.group))
		depth++;
	return depth;
}

/**
 * vnet_group_next - whose turn it is
 * @group: the group
 * @now: the time
 * @when: where it is nobody's, lowered to when that may be another
 *
 * Return: the share of a TX queue that may send, NULL for none.
 */
struct vnet_share *vnet_group_next(struct vnet_group *group, u64 now, u64 *when)
{
	struct vnet_share *share, *queue, *first = NULL, *found = NULL;

	if (vnet_pace_when(&group->pace) > now) {
		*when = min(*when, group->pace.free);
		return NULL;
	}
	list_for_each_entry(share, &group->waiting, entry) {
		/* Of one that was passed over the turn may be long past */
		vnet_share_catch_up(share);
		if (first && !vnet_share_before(share, first))
			continue;
		queue = share->inner ?
			vnet_group_next(share->inner, now, when) : share;
		if (!queue)
			continue;
		first = share;
		found = queue;
	}
	return found;
}
EXPORT_SYMBOL_IF_KUNIT(vnet_group_next);
