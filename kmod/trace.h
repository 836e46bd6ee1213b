/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints along the way of a frame, in its order: vnet_xmit, vnet_wire
 * (vnet_stall), vnet_raise, vnet_poll, vnet_complete; and vnet_gen, vnet_dim.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM vnet

#if !defined(_VNET_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _VNET_TRACE_H

#include <linux/tracepoint.h>

#include "vnet.h"

TRACE_EVENT(vnet_xmit,
	    TP_PROTO(const struct vnet_txq *txq, const struct sk_buff *skb),
	    TP_ARGS(txq, skb),
	    TP_STRUCT__entry(__field(int, ifindex)
			     __field(u16, queue)
			     __field(u32, len)
			     __field(u32, room)
			     __field(const void *, skbaddr)
	    ),
	    TP_fast_assign(__entry->ifindex = txq->dev->ifindex;
			   __entry->queue = txq->idx;
			   __entry->len = skb->len;
			   __entry->room = vnet_txq_room(txq);
			   __entry->skbaddr = skb;
	    ),
	    TP_printk("ifindex=%d queue=%u skbaddr=%p len=%u room=%u",
		      __entry->ifindex, __entry->queue, __entry->skbaddr,
		      __entry->len, __entry->room)
);

TRACE_EVENT(vnet_wire,
	    TP_PROTO(const struct vnet_txq *txq, const struct vnet_rxq *rxq,
		     u32 frames),
	    TP_ARGS(txq, rxq, frames),
	    TP_STRUCT__entry(__field(int, ifindex)
			     __field(u16, queue)
			     __field(int, rx_ifindex)
			     __field(u16, rx_queue)
			     __field(u32, frames)
			     __field(u32, rx_queued)
	    ),
	    TP_fast_assign(__entry->ifindex = txq->dev->ifindex;
			   __entry->queue = txq->idx;
			   __entry->rx_ifindex = rxq->dev->ifindex;
			   __entry->rx_queue = rxq->idx;
			   __entry->frames = frames;
			   __entry->rx_queued = vnet_ring_used(&rxq->ring);
	    ),
	    TP_printk("ifindex=%d queue=%u rx_ifindex=%d rx_queue=%u frames=%u rx_queued=%u",
		      __entry->ifindex, __entry->queue, __entry->rx_ifindex,
		      __entry->rx_queue, __entry->frames, __entry->rx_queued)
);

TRACE_EVENT(vnet_stall,
	    TP_PROTO(const struct vnet_txq *txq, const struct vnet_rxq *rxq),
	    TP_ARGS(txq, rxq),
	    TP_STRUCT__entry(__field(int, ifindex)
			     __field(u16, queue)
			     __field(int, rx_ifindex)
			     __field(u16, rx_queue)
	    ),
	    TP_fast_assign(__entry->ifindex = txq->dev->ifindex;
			   __entry->queue = txq->idx;
			   __entry->rx_ifindex = rxq->dev->ifindex;
			   __entry->rx_queue = rxq->idx;
	    ),
	    TP_printk("ifindex=%d queue=%u rx_ifindex=%d rx_queue=%u",
		      __entry->ifindex, __entry->queue, __entry->rx_ifindex,
		      __entry->rx_queue)
);

TRACE_EVENT(vnet_raise,
	    TP_PROTO(const struct vnet_vector *vec),
	    TP_ARGS(vec),
	    TP_STRUCT__entry(__field(int, ifindex)
			     __field(unsigned int, napi_id)
	    ),
	    TP_fast_assign(__entry->ifindex = vec->napi->dev->ifindex;
			   __entry->napi_id = vec->napi->napi_id;
	    ),
	    TP_printk("ifindex=%d napi_id=%u", __entry->ifindex, __entry->napi_id)
);

TRACE_EVENT(vnet_poll,
	    TP_PROTO(const struct vnet_rxq *rxq, u32 frames, u32 budget),
	    TP_ARGS(rxq, frames, budget),
	    TP_STRUCT__entry(__field(int, ifindex)
			     __field(u16, queue)
			     __field(u32, frames)
			     __field(u32, budget)
	    ),
	    TP_fast_assign(__entry->ifindex = rxq->dev->ifindex;
			   __entry->queue = rxq->idx;
			   __entry->frames = frames;
			   __entry->budget = budget;
	    ),
	    TP_printk("ifindex=%d queue=%u frames=%u budget=%u", __entry->ifindex,
		      __entry->queue, __entry->frames, __entry->budget)
);

TRACE_EVENT(vnet_complete,
	    TP_PROTO(const struct vnet_txq *txq, u32 descs, u32 charge),
	    TP_ARGS(txq, descs, charge),
	    TP_STRUCT__entry(__field(int, ifindex)
			     __field(u16, queue)
			     __field(u32, descs)
			     __field(u32, charge)
	    ),
	    TP_fast_assign(__entry->ifindex = txq->dev->ifindex;
			   __entry->queue = txq->idx;
			   __entry->descs = descs;
			   __entry->charge = charge;
	    ),
	    TP_printk("ifindex=%d queue=%u descs=%u charge=%u", __entry->ifindex,
		      __entry->queue, __entry->descs, __entry->charge)
);

TRACE_EVENT(vnet_gen,
	    TP_PROTO(const struct vnet_rxq *rxq, u64 frames, u64 missed),
	    TP_ARGS(rxq, frames, missed),
	    TP_STRUCT__entry(__field(int, ifindex)
			     __field(u16, queue)
			     __field(u64, frames)
			     __field(u64, missed)
	    ),
	    TP_fast_assign(__entry->ifindex = rxq->dev->ifindex;
			   __entry->queue = rxq->idx;
			   __entry->frames = frames;
			   __entry->missed = missed;
	    ),
	    TP_printk("ifindex=%d queue=%u frames=%llu missed=%llu",
		      __entry->ifindex, __entry->queue, __entry->frames,
		      __entry->missed)
);

TRACE_EVENT(vnet_dim,
	    TP_PROTO(const struct net_device *dev, u16 queue, bool tx,
		     const struct vnet_moder *moder),
	    TP_ARGS(dev, queue, tx, moder),
	    TP_STRUCT__entry(__field(int, ifindex)
			     __field(u16, queue)
			     __field(bool, tx)
			     __field(u32, usecs)
			     __field(u32, frames)
	    ),
	    TP_fast_assign(__entry->ifindex = dev->ifindex;
			   __entry->queue = queue;
			   __entry->tx = tx;
			   __entry->usecs = moder->usecs;
			   __entry->frames = moder->frames;
	    ),
	    TP_printk("ifindex=%d queue=%u tx=%d usecs=%u frames=%u",
		      __entry->ifindex, __entry->queue, __entry->tx,
		      __entry->usecs, __entry->frames)
);

#endif /* _VNET_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
