/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vnet: what a frame is, for all who count it
 */
#ifndef _VNET_FRAME_H
#define _VNET_FRAME_H

#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/skbuff.h>

#include "stats.h"

struct vnet_txq;

/**
 * struct vnet_skb_cb - what a frame carries in skb->cb between post and poll
 * @txq: the queue that it completes on, NULL where there is none to tell
 * @charge: what BQL was charged for the frame, 0 where the device had no qdisc
 * @bytes: its bytes as a wire would carry it
 * @frames: the frames that it would be on a wire
 * @hash: of its flow, where the receiver steers
 * @fcs: the FCS that it came with, where skb->no_fcs says that it did
 * @epoch: &vnet_txq.epoch at the post
 * @kind: what it carries and for whom, from vnet_frame_kind()
 * @size: how long it is, from vnet_frame_size(); of several frames, the last
 * @size_full: of several frames, how long the others are
 * @last: the TX descriptor is complete when this frame is
 * @ruled: a rule says where it goes, where the receiver steers
 */
struct vnet_skb_cb {
	struct vnet_txq *txq;
	u32 charge;
	u32 bytes;
	u32 frames;
	u32 hash;
	__le32 fcs;
	u16 epoch;
	u8 kind;
	u8 size;
	u8 size_full;
	bool last;
	bool ruled;
};

static inline struct vnet_skb_cb *vnet_skb_cb(struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct vnet_skb_cb) > sizeof(skb->cb));
	return (struct vnet_skb_cb *)skb->cb;
}

/* frame.c */
void vnet_frame_label_gso(const struct sk_buff *skb, struct vnet_skb_cb *cb);
void vnet_frame_count_gso(u64_stats_t *stats, const struct vnet_skb_cb *cb);
u32 vnet_frame_proto(const struct sk_buff *skb);
__le32 vnet_frame_fcs(const struct sk_buff *skb, u32 len);

/**
 * vnet_frame_kind - what a frame carries, and for whom it is
 * @skb: the frame, data at the Ethernet header, which is linear
 *
 * Looks behind VLAN tags.
 *
 * Return: &enum vnet_proto + VNET_PROTOS * &enum vnet_cast.
 */
static inline u32 vnet_frame_kind(const struct sk_buff *skb)
{
	const struct ethhdr *eth = (const struct ethhdr *)skb->data;
	u32 kind;

	if (eth->h_proto == htons(ETH_P_IP))
		kind = VNET_PROTO_IPV4;
	else if (eth->h_proto == htons(ETH_P_IPV6))
		kind = VNET_PROTO_IPV6;
	else
		kind = vnet_frame_proto(skb);

	if (unlikely(is_multicast_ether_addr(eth->h_dest)))
		kind += is_broadcast_ether_addr(eth->h_dest) ?
			VNET_PROTOS * VNET_CAST_BROAD :
			VNET_PROTOS * VNET_CAST_MULTI;
	return kind;
}

/**
 * vnet_frame_size - the class of sizes that a frame belongs to
 * @len: its length without the FCS
 *
 * A class for each power of two that the length with the FCS is less than, but that
 * the shortest and the longest frame of classic Ethernet (64 and 1518) end one, too.
 * There is a class for any length, so that nobody has to look whether there is.
 *
 * Return: less than VNET_SIZES; 6 and less are frames of 64 octets and less.
 */
static inline u32 vnet_frame_size(u32 len)
{
	u32 size;

	len += ETH_FCS_LEN;
	size = __fls(len);
	size += len > ETH_ZLEN + ETH_FCS_LEN;
	if (unlikely(len > ETH_FRAME_LEN + ETH_FCS_LEN))
		size++;
	return size;
}

/**
 * vnet_frame_label - write down what a frame is, for all who count it
 * @skb: the frame, data at the Ethernet header
 * @kind: what it carries and for whom, from vnet_frame_kind()
 * @gso: whether it is a GSO frame
 *
 * Return: the label, whose other members are the caller's to fill.
 */
static inline struct vnet_skb_cb *
vnet_frame_label(struct sk_buff *skb, u32 kind, bool gso)
{
	struct vnet_skb_cb *cb = vnet_skb_cb(skb);

	cb->kind = kind;
	cb->size = vnet_frame_size(skb->len);
	cb->bytes = skb->len;
	cb->frames = 1;
	if (unlikely(gso))
		vnet_frame_label_gso(skb, cb);
	return cb;
}

/**
 * vnet_frame_count - count a frame as a wire would carry it
 * @stats: counters by &enum vnet_frame_stat
 * @cb: its label
 *
 * Context: the writer of @stats, in an update of theirs.
 */
static inline void vnet_frame_count(u64_stats_t *stats,
				    const struct vnet_skb_cb *cb)
{
	/* Read before they might be written, for all that the compiler knows */
	u8 kind = cb->kind, size = cb->size;
	u32 frames = cb->frames;

	u64_stats_inc(&stats[VNET_FRAME_KIND + kind]);
	u64_stats_inc(&stats[VNET_FRAME_SIZE + size]);
	if (unlikely(frames > 1))
		vnet_frame_count_gso(stats, cb);
}

#endif /* _VNET_FRAME_H */
