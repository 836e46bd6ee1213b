/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A descriptor ring: a power-of-two array of frames between one producer and
 * one consumer, who never write the same cache line. It knows nothing of
 * devices; who may produce and who may consume is the caller's affair.
 */
#ifndef _VNET_RING_H
#define _VNET_RING_H

#include <linux/cache.h>
#include <linux/log2.h>
#include <linux/slab.h>

struct sk_buff;

#define VNET_GFP	(GFP_KERNEL_ACCOUNT | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)

/**
 * struct vnet_ring - a descriptor ring
 * @desc: the descriptors
 * @mask: their number less one
 * @head: index of the next descriptor to fill, as the consumer may see it; runs
 *	free, the producer's
 * @fill: the same, as far as the producer has got: what lies between is filled
 *	and not yet published
 * @tail_seen: the producer's last look at @tail
 * @tail: index of the next descriptor to take; runs free, the consumer's
 */
struct vnet_ring {
	struct sk_buff **desc;
	u32 mask;

	u32 head ____cacheline_aligned_in_smp;
	u32 fill;
	u32 tail_seen;

	u32 tail ____cacheline_aligned_in_smp;
} ____cacheline_aligned_in_smp;

static_assert(offsetof(struct vnet_ring, head) / SMP_CACHE_BYTES !=
	      offsetof(struct vnet_ring, tail) / SMP_CACHE_BYTES ||
	      !IS_ENABLED(CONFIG_SMP));

/**
 * vnet_ring_alloc - get memory for a ring
 * @size: number of descriptors, a power of two
 *
 * The memory is charged to the cgroup of who asks; where there is none left,
 * the caller is told, and nobody is killed. Context: may sleep.
 *
 * Return: the descriptors, for vnet_ring_swap(), or NULL. The caller owns them
 * and frees them with kvfree().
 */
static inline struct sk_buff **vnet_ring_alloc(u32 size)
{
	return kvcalloc(size, sizeof(struct sk_buff *), VNET_GFP);
}

/**
 * vnet_ring_swap - give a ring other memory
 * @ring: the ring, all that is filled is published; the caller keeps producer
 *	and consumer away
 * @desc: descriptors from vnet_ring_alloc(), or NULL for a ring that is empty
 * @size: their number, not less than what the ring holds
 *
 * What waits in the ring moves along, in order; no index changes.
 *
 * Return: the old descriptors, now the caller's to free.
 */
static inline struct sk_buff **
vnet_ring_swap(struct vnet_ring *ring, struct sk_buff **desc, u32 size)
{
	struct sk_buff **old = ring->desc;
	u32 i;

	for (i = ring->tail; i != ring->head; i++)
		desc[i & (size - 1)] = old[i & ring->mask];

	ring->desc = desc;
	ring->mask = size - 1;
	return old;
}

/* What the ring holds; exact for who keeps one end still, a snapshot else */
static inline u32 vnet_ring_used(const struct vnet_ring *ring)
{
	return READ_ONCE(ring->head) - READ_ONCE(ring->tail);
}

static inline struct sk_buff **vnet_ring_at(struct vnet_ring *ring, u32 index)
{
	return &ring->desc[index & ring->mask];
}

/**
 * vnet_ring_room - how many descriptors the producer may fill
 * @ring: the ring
 * @limit: most descriptors that the ring may hold
 * @want: the far index is looked at only if the last look allows fewer
 *
 * Context: the producer.
 *
 * Return: the number, 0 where a lowered @limit is exceeded.
 */
static inline u32 vnet_ring_room(struct vnet_ring *ring, u32 limit, u32 want)
{
	u32 used = ring->fill - ring->tail_seen;

	if (unlikely(used >= limit || want > limit - used)) {
		/* Pairs with vnet_ring_release(): slots are empty by then */
		ring->tail_seen = smp_load_acquire(&ring->tail);
		used = ring->fill - ring->tail_seen;
	}
	return used < limit ? limit - used : 0;
}

/* Producer: the same question about one descriptor, which most ask */
static inline bool vnet_ring_has_room(struct vnet_ring *ring, u32 limit)
{
	if (likely(ring->fill - ring->tail_seen < limit))
		return true;
	return vnet_ring_room(ring, limit, 1);
}

/* Producer: fill the next descriptor, for which there is room */
static inline void vnet_ring_push(struct vnet_ring *ring, struct sk_buff *skb)
{
	*vnet_ring_at(ring, ring->fill++) = skb;
}

/* Producer: make all that was filled visible to the consumer */
static inline void vnet_ring_publish(struct vnet_ring *ring)
{
	/* Pairs with vnet_ring_ready() */
	smp_store_release(&ring->head, ring->fill);
}

/* Consumer: how many descriptors can be taken */
static inline u32 vnet_ring_ready(const struct vnet_ring *ring)
{
	/* Pairs with vnet_ring_publish() */
	return smp_load_acquire(&ring->head) - ring->tail;
}

/* Consumer: give back all that was taken below @tail */
static inline void vnet_ring_release(struct vnet_ring *ring, u32 tail)
{
	/* Pairs with vnet_ring_room() */
	smp_store_release(&ring->tail, tail);
}

#endif /* _VNET_RING_H */
