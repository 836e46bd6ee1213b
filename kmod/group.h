/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a device sends, shared among its TX queues: by weight, in groups, which may
 * have a pace each and be in other groups.
 */
#ifndef _VNET_GROUP_H
#define _VNET_GROUP_H

#include <linux/list.h>

#include "pace.h"

/* Groups in groups, at most: each is a call within a call for who is next */
#define VNET_GROUP_DEPTH	8

/**
 * struct vnet_share - the part that a TX queue, or a group, has in a group
 * @group: that group; NULL for the outermost
 * @inner: the group whose part it is; NULL for a TX queue's
 * @weight: how large it is beside those of others that wait, 1 and up
 * @turn: when it may send next, in the time of @group
 * @cost: how far its last frame has put off @turn
 * @member: entry in &vnet_group.members
 * @entry: entry in &vnet_group.waiting, while it has a frame to send
 */
struct vnet_share {
	struct vnet_group *group;
	struct vnet_group *inner;
	u32 weight;
	u64 turn;
	u64 cost;
	struct list_head member;
	struct list_head entry;
};

/**
 * struct vnet_group - TX queues, and groups, that have parts in one pace
 * @share: its own part in the group around it
 * @pace: the pace
 * @time: goes on as the group sends: the turn of the last that did
 * @members: the shares in it
 * @waiting: those of them that have a frame to send, first come first
 */
struct vnet_group {
	struct vnet_share share;
	struct vnet_pace pace;
	u64 time;
	struct list_head members;
	struct list_head waiting;
};

void vnet_group_init(struct vnet_group *group, struct vnet_group *around);
void vnet_group_exit(struct vnet_group *group);
void vnet_group_set_pace(struct vnet_group *group, u64 max, bool frames, u64 now);
u32 vnet_group_depth(const struct vnet_group *group);
struct vnet_share *vnet_group_next(struct vnet_group *group, u64 now, u64 *when);

void vnet_share_init(struct vnet_share *share, struct vnet_group *group);
void vnet_share_exit(struct vnet_share *share);
void vnet_share_move(struct vnet_share *share, struct vnet_group *group);
void vnet_share_wait(struct vnet_share *share);
void vnet_share_quit(struct vnet_share *share);
void vnet_share_send(struct vnet_share *share, u32 frames, u32 bytes, u64 now);

#endif /* _VNET_GROUP_H */
