// SPDX-License-Identifier: GPL-2.0-only
/*
 * HW-GRO: holds TCP segments back for a while, and puts those that follow behind
 * them. What may be merged is known to segment.c.
 *
 * All frames of a poll are in one list, each where its last segment came: so a frame
 * that nothing can be put behind overtakes none, of its flow or of another. Those that
 * still wait for their next are found by their flow. From the head of the list, frames
 * are delivered that wait no more.
 *
 * There is no timer. Frames wait for as long as polls follow each other, and till so
 * many have come since their first segment; how many come in one go is up to interrupt
 * moderation.
 */
#include <linux/hashtable.h>
#include <linux/random.h>

#include "merge.h"
#include "segment.h"
#include "vnet.h"

/*
 * Frames that may come behind the first segment of one till that takes no more. So none
 * is held till more than twice as many have come: those in front of it in the list
 * have their first segments in front of its last.
 */
#define VNET_MERGE_WAIT		512U

#define VNET_MERGE_BITS		7

/**
 * struct vnet_merge - what an RX queue holds back
 * @rxq: the queue
 * @held: its frames, each where the last segment of it came
 * @flows: those of them that wait for their next, by flow
 * @taken: frames that came; runs free
 * @seed: of the flows' hashes
 */
struct vnet_merge {
	struct vnet_rxq *rxq;
	struct list_head held;
	DECLARE_HASHTABLE(flows, VNET_MERGE_BITS);
	u32 taken;
	u32 seed;
};

/**
 * struct vnet_merge_cb - what a frame that is held carries in skb->cb
 * @node: entry in &vnet_merge.flows, while it waits for the next
 * @last: where there is a list of fragments, the last of it
 * @taken: &vnet_merge.taken when its first segment came
 * @count: segments that it is
 * @fixed: as vnet_segment_follows() has it
 * @seg: headers of its first segment
 */
struct vnet_merge_cb {
	struct hlist_node node;
	struct sk_buff *last;
	u32 taken;
	u16 count;
	u8 fixed;
	struct vnet_segment seg;
};

static struct vnet_merge_cb *vnet_merge_cb(const struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct vnet_merge_cb) > sizeof(skb->cb));
	return (struct vnet_merge_cb *)skb->cb;
}

static bool vnet_merge_waits(const struct sk_buff *skb)
{
	return !hlist_unhashed(&vnet_merge_cb(skb)->node);
}

/* Put nothing more behind a frame */
static void vnet_merge_close(struct sk_buff *skb)
{
	hash_del(&vnet_merge_cb(skb)->node);
}

static void vnet_merge_close_all(struct vnet_merge *merge)
{
	struct sk_buff *skb;

	list_for_each_entry(skb, &merge->held, list)
		vnet_merge_close(skb);
}

/* The frame of a flow that waits for the next, NULL where none does */
static struct sk_buff *vnet_merge_find(struct vnet_merge *merge,
				       const struct sk_buff *skb)
{
	const struct vnet_segment *seg = &vnet_merge_cb(skb)->seg;
	struct vnet_merge_cb *cb;
	struct sk_buff *first;

	hash_for_each_possible(merge->flows, cb, node, seg->hash) {
		first = container_of((void *)cb, struct sk_buff, cb);
		if (vnet_segment_same_flow(first, &cb->seg, skb, seg))
			return first;
	}
	return NULL;
}

/*
 * Let the data of @skb be that of @to, and free the rest of it. One that has a list
 * of fragments behind it, or is in one, has to be in fragments from its data's second
 * segment on. Return: false where that cannot be.
 */
static bool vnet_merge_coalesce(struct sk_buff *first, struct sk_buff *to,
				struct sk_buff *skb)
{
	u32 len = skb->len;
	bool stolen;
	int delta;

	/* No copy into what others take for one segment */
	if (to != first && skb_tailroom(to) >= len)
		return false;
	if (!skb_try_coalesce(to, skb, &stolen, &delta))
		return false;
	if (to != first) {
		first->len += len;
		first->data_len += len;
		first->truesize += delta;
	}
	kfree_skb_partial(skb, stolen);
	return true;
}

/* Put @skb, whose data begins with that of the segment, into the list of fragments */
static bool vnet_merge_chain(struct sk_buff *first, struct sk_buff *skb)
{
	struct vnet_merge_cb *cb = vnet_merge_cb(first);

	if (skb_unclone(skb, GFP_ATOMIC))
		return false;
	if (cb->last)
		cb->last->next = skb;
	else
		skb_shinfo(first)->frag_list = skb;
	cb->last = skb;
	skb_mark_not_on_list(skb);
	__skb_header_release(skb);
	first->len += skb->len;
	first->data_len += skb->len;
	first->truesize += skb->truesize;
	return true;
}

/* Put a segment behind others, the first of which has no clone. Return: if it is. */
static bool vnet_merge_append(struct sk_buff *first, struct sk_buff *skb)
{
	const struct vnet_merge_cb *cb = vnet_merge_cb(first);
	u8 flags = skb_shinfo(skb)->flags & SKBFL_SHARED_FRAG;
	u32 hdr = vnet_merge_cb(skb)->seg.data;

	__skb_pull(skb, hdr);
	if (!vnet_merge_coalesce(first, cb->last ?: first, skb) &&
	    !vnet_merge_chain(first, skb)) {
		__skb_push(skb, hdr);
		return false;
	}
	skb_shinfo(first)->flags |= flags;
	return true;
}

/*
 * Put a segment behind those of its flow, if it is the next and there is room, and
 * memory. What a clone shares with the sender is not written to.
 */
static bool vnet_merge_join(struct vnet_merge *merge, struct sk_buff *first,
			    struct sk_buff *skb)
{
	bool ip6 = skb->protocol == htons(ETH_P_IPV6);
	u32 room = vnet_gro_max_size(merge->rxq->dev, ip6);
	struct vnet_segment seg = vnet_merge_cb(skb)->seg;
	struct vnet_merge_cb *cb = vnet_merge_cb(first);
	__be32 end = vnet_segment_end(skb, &seg);

	if (merge->taken - cb->taken > VNET_MERGE_WAIT ||
	    first->len + seg.len >= min(room, GRO_LEGACY_MAX_SIZE) ||
	    first->pp_recycle != skb->pp_recycle ||
	    !vnet_segment_follows(first, &cb->seg, cb->count, &cb->fixed, skb,
				  &seg) ||
	    skb_unclone(first, GFP_ATOMIC) || !vnet_merge_append(first, skb))
		return false;

	cb->count++;
	list_move_tail(&first->list, &merge->held);
	vnet_segment_set_end(first, &cb->seg, end);
	if (end || seg.len < cb->seg.len)
		vnet_merge_close(first);
	return true;
}

/**
 * vnet_merge_receive - take a frame
 * @merge: what is held
 * @skb: the frame, counted, data behind the Ethernet header
 *
 * Context: the poll of the queue.
 */
void vnet_merge_receive(struct vnet_merge *merge, struct sk_buff *skb)
{
	struct vnet_merge_cb *cb = vnet_merge_cb(skb);
	enum vnet_segment_kind kind;
	struct sk_buff *first = NULL;

	kind = vnet_segment_read(skb, &cb->seg, merge->seed);
	INIT_HLIST_NODE(&cb->node);
	cb->last = NULL;
	cb->taken = ++merge->taken;
	cb->count = 1;
	cb->fixed = 0;

	if (kind == VNET_SEGMENT_UNKNOWN)
		vnet_merge_close_all(merge);
	else if (kind != VNET_SEGMENT_OTHER)
		first = vnet_merge_find(merge, skb);
	if (first) {
		if (kind == VNET_SEGMENT_DATA &&
		    vnet_merge_join(merge, first, skb))
			return;
		vnet_merge_close(first);
	}

	list_add_tail(&skb->list, &merge->held);
	if (kind == VNET_SEGMENT_DATA && !vnet_segment_end(skb, &cb->seg))
		hash_add(merge->flows, &cb->node, cb->seg.hash);
}

/* Make one frame of what was put behind another, and count it */
static void vnet_merge_finish(struct vnet_merge *merge, struct sk_buff *skb)
{
	const struct vnet_merge_cb *cb = vnet_merge_cb(skb);
	struct vnet_rx_stats *stats = &merge->rxq->stats;

	vnet_segment_finish(skb, &cb->seg, cb->count, cb->fixed);
	u64_stats_update_begin(&stats->syncp);
	u64_stats_inc(&stats->frames[VNET_FRAME_LARGE]);
	u64_stats_add(&stats->frames[VNET_FRAME_SEGMENTS], cb->count);
	u64_stats_update_end(&stats->syncp);
}

/* Hand frames to the stack, in their order: all, or those that wait no more */
static void __vnet_merge_deliver(struct vnet_merge *merge, bool all)
{
	struct sk_buff *skb, *next;
	LIST_HEAD(ready);

	list_for_each_entry_safe(skb, next, &merge->held, list) {
		if (!all && vnet_merge_waits(skb) &&
		    merge->taken - vnet_merge_cb(skb)->taken < VNET_MERGE_WAIT)
			break;
		vnet_merge_close(skb);
		if (vnet_merge_cb(skb)->count > 1)
			vnet_merge_finish(merge, skb);
		list_move_tail(&skb->list, &ready);
	}
	if (!list_empty(&ready))
		netif_receive_skb_list(&ready);
}

/**
 * vnet_merge_deliver - hand what waits no more to the stack
 * @merge: what is held
 *
 * Context: the poll of the queue.
 */
void vnet_merge_deliver(struct vnet_merge *merge)
{
	__vnet_merge_deliver(merge, false);
}

/**
 * vnet_merge_flush - hand all that is held to the stack
 * @rxq: the RX queue
 *
 * Context: the poll of the queue, or BH disabled with NAPI disabled.
 */
void vnet_merge_flush(struct vnet_rxq *rxq)
{
	if (rxq->merge)
		__vnet_merge_deliver(rxq->merge, true);
}

/**
 * vnet_merge_holds - whether any frame is held
 * @merge: what is held
 *
 * Context: the poll of the queue.
 */
bool vnet_merge_holds(const struct vnet_merge *merge)
{
	return !list_empty(&merge->held);
}

/**
 * vnet_merge_begin - find out whether a poll merges
 * @rxq: the RX queue, which did or might
 *
 * What is held of earlier polls is delivered, where it is GRO's turn.
 *
 * Context: the poll of the queue.
 *
 * Return: what is to take the frames, NULL if nothing is.
 */
struct vnet_merge *vnet_merge_begin(struct vnet_rxq *rxq)
{
	if (likely(vnet_merge_wanted(rxq->dev->features)) &&
	    likely(!vnet_napi_gro_holds(&rxq->napi)))
		return rxq->merge;
	vnet_merge_flush(rxq);
	return NULL;
}

/**
 * vnet_merge_alloc - let all RX queues merge, if they are to
 * @vd: the device
 *
 * Context: RTNL. May sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int vnet_merge_alloc(struct vnet_dev *vd)
{
	struct vnet_merge *merge;
	u32 i;

	for (i = 0; i < vd->dev->num_rx_queues; i++) {
		if (vd->rxq[i].merge)
			continue;
		merge = kzalloc(sizeof(*merge), VNET_GFP);
		if (!merge)
			return -ENOMEM;
		merge->rxq = &vd->rxq[i];
		merge->seed = get_random_u32();
		INIT_LIST_HEAD(&merge->held);
		hash_init(merge->flows);
		/* The poll may be about to look for it */
		smp_store_release(&vd->rxq[i].merge, merge);
	}
	return 0;
}

/**
 * vnet_merge_free - free what vnet_merge_alloc() has made
 * @vd: the device, which has no NAPI any more
 */
void vnet_merge_free(struct vnet_dev *vd)
{
	u32 i;

	for (i = 0; vd->rxq && i < vd->dev->num_rx_queues; i++)
		kfree(vd->rxq[i].merge);
}
