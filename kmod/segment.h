/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a TCP segment's headers say, as far as HW-GRO asks: which flow it is of, and
 * whether it could be cut off a longer one again, bit by bit.
 */
#ifndef _VNET_SEGMENT_H
#define _VNET_SEGMENT_H

#include <linux/types.h>

struct sk_buff;

/* IP headers that a segment may have: of a tunnel, and its own */
enum vnet_segment_layer {
	VNET_SEGMENT_OUTER,
	VNET_SEGMENT_INNER,

	VNET_SEGMENT_LAYERS
};

/* What a frame is to others that are held back */
enum vnet_segment_kind {
	/* No TCP that is known of: it has nothing to do with them */
	VNET_SEGMENT_OTHER,
	/* Of any flow, for all that is known */
	VNET_SEGMENT_UNKNOWN,
	/* Of a known flow, but not to be merged */
	VNET_SEGMENT_ALONE,
	/* Of a known flow, with data, correct, and as it would be when cut */
	VNET_SEGMENT_DATA,
};

/**
 * struct vnet_segment - where the headers of a TCP segment are
 * @ip: offsets of its IP headers from skb->data; the second is 0 where there is none
 * @tcp: offset of its TCP header
 * @data: offset of its data
 * @len: bytes of data; 0 unless it is of %VNET_SEGMENT_DATA
 * @hash: of its flow, that is of the addresses and ports
 */
struct vnet_segment {
	u16 ip[VNET_SEGMENT_LAYERS];
	u16 tcp;
	u16 data;
	u16 len;
	u32 hash;
};

enum vnet_segment_kind vnet_segment_read(struct sk_buff *skb,
					 struct vnet_segment *seg, u32 seed);
bool vnet_segment_same_flow(const struct sk_buff *a,
			    const struct vnet_segment *aseg,
			    const struct sk_buff *b,
			    const struct vnet_segment *bseg);
bool vnet_segment_follows(const struct sk_buff *first,
			  const struct vnet_segment *fseg, u32 count, u8 *fixed,
			  const struct sk_buff *skb,
			  const struct vnet_segment *seg);
__be32 vnet_segment_end(const struct sk_buff *skb,
			const struct vnet_segment *seg);
void vnet_segment_set_end(struct sk_buff *skb, const struct vnet_segment *seg,
			  __be32 end);
void vnet_segment_finish(struct sk_buff *skb, const struct vnet_segment *seg,
			 u32 count, u8 fixed);

#endif /* _VNET_SEGMENT_H */
