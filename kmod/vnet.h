/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vnet: what a device is made of.
 *
 * The way of a frame, and who may touch what, is told in docs/architecture.md:
 *
 *   tx.c (post, doorbell) -> wire.c (move) -> rx.c (poll) -> stack
 *                                             rx.c -> txq.c (complete, wake)
 */
#ifndef _VNET_H
#define _VNET_H

#include <linux/etherdevice.h>
#include <linux/hrtimer.h>
#include <linux/if_ether.h>
#include <linux/if_vlan.h>
#include <linux/llist.h>
#include <linux/netdevice.h>
#include <linux/smp.h>
#include <linux/u64_stats_sync.h>
#include <uapi/linux/if_link_vnet.h>

#include "compat.h"
#include "gen.h"
#include "mode.h"
#include "ring.h"
#include "rss.h"

#define VNET_DRV_NAME	"vnet"

struct vnet_filter;
struct vnet_rate;
struct vnet_rxq;
struct vnet_steer;
struct vnet_vlans;

/*
 * The order is that of enum vnet_xstats_attrs, which stats.c asserts. Frames, and
 * frames of a protocol, are sums of what is counted by kind.
 */
enum vnet_tx_stat {
	VNET_TX_FRAMES,
	VNET_TX_BYTES,
	VNET_TX_ARP,
	VNET_TX_IPV4,
	VNET_TX_IPV6,
	VNET_TX_OTHER,
	VNET_TX_SUNK,
	VNET_TX_STOPS,
	VNET_TX_DROP_DOWN,
	VNET_TX_DROP_RING,
	VNET_TX_DROP_RUNT,
	VNET_TX_DROP_NOMEM,
	VNET_TX_DROP_FLUSH,

	VNET_TX_STATS
};

enum vnet_rx_stat {
	VNET_RX_FRAMES,
	VNET_RX_BYTES,
	VNET_RX_ARP,
	VNET_RX_IPV4,
	VNET_RX_IPV6,
	VNET_RX_OTHER,
	VNET_RX_POLLS,
	VNET_RX_DROP_LENGTH,
	VNET_RX_DROP_FLUSH,
	VNET_RX_DROP_NOMEM,
	VNET_RX_DROP_FILTER,
	VNET_RX_DROP_VLAN,

	VNET_RX_STATS
};

enum vnet_gen_stat {
	VNET_GEN_FRAMES,
	VNET_GEN_MISSED,
	VNET_GEN_DROP_NOMEM,
	VNET_GEN_DELIVERED,

	VNET_GEN_STATS
};

/* What a frame carries; in the order of VNET_TX_ARP and so on */
enum vnet_proto {
	VNET_PROTO_ARP,
	VNET_PROTO_IPV4,
	VNET_PROTO_IPV6,
	VNET_PROTO_OTHER,
	VNET_PROTO_CTRL,
	VNET_PROTO_PAUSE,

	VNET_PROTOS
};

/* Whom it is for */
enum vnet_cast {
	VNET_CAST_UNI,
	VNET_CAST_MULTI,
	VNET_CAST_BROAD,

	VNET_CASTS
};

/* A kind of frames: &enum vnet_proto + VNET_PROTOS * &enum vnet_cast */
#define VNET_KINDS	(VNET_PROTOS * VNET_CASTS)

/* What vnet_frame_size() returns, of any length */
#define VNET_SIZES	34

/*
 * What is counted of each frame, as a wire would carry it: of which kind, of which
 * size; and of frames that are several on a wire, how many of either.
 */
enum vnet_frame_stat {
	VNET_FRAME_KIND,
	VNET_FRAME_SIZE = VNET_FRAME_KIND + VNET_KINDS,
	VNET_FRAME_LARGE = VNET_FRAME_SIZE + VNET_SIZES,
	VNET_FRAME_SEGMENTS,

	VNET_FRAME_STATS
};

/* Counters of each queue; each instance has one writer at a time */
struct vnet_tx_stats {
	u64_stats_t v[VNET_TX_STATS];
	u64_stats_t frames[VNET_FRAME_STATS];
	struct u64_stats_sync syncp;
};

struct vnet_rx_stats {
	u64_stats_t v[VNET_RX_STATS];
	u64_stats_t frames[VNET_FRAME_STATS];
	struct u64_stats_sync syncp;
};

enum vnet_feed_stat {
	VNET_FEED_MISSED,
	VNET_FEED_RULE_HITS,
	VNET_FEED_DROP_RULE,
	VNET_FEED_DROP_FCS,

	VNET_FEED_STATS
};

/*
 * What the producers of an RX ring count, under its feed_lock; pauses: how often one
 * began to wait because the ring was full
 */
struct vnet_feed_stats {
	u64_stats_t v[VNET_FEED_STATS];
	u64_stats_t pauses;
	struct u64_stats_sync syncp;
};

/* What vnet_stats_rxq() reads: the poll's counters, and then the producers' */
#define VNET_RX_IRQS		(VNET_RX_STATS + VNET_FEED_STATS)
#define VNET_RX_COUNTED		(VNET_RX_IRQS + 1)
#define VNET_RX_MISSED		(VNET_RX_STATS + VNET_FEED_MISSED)
#define VNET_RX_DROP_RULE	(VNET_RX_STATS + VNET_FEED_DROP_RULE)
#define VNET_RX_DROP_FCS	(VNET_RX_STATS + VNET_FEED_DROP_FCS)

/* How often a queue whose ring had been full was woken */
struct vnet_wake_stats {
	u64_stats_t wakes;
	struct u64_stats_sync syncp;
};

struct vnet_gen_stats {
	u64_stats_t v[VNET_GEN_STATS];
	struct u64_stats_sync syncp;
};

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

struct vnet_dim;

/**
 * struct vnet_moder - how long something waits for more
 * @usecs: microseconds at most
 * @frames: unless there are so many
 */
struct vnet_moder {
	u32 usecs;
	u32 frames;
};

/**
 * struct vnet_coal - what is set of one direction
 * @moder: what acts, unless
 * @adaptive: DIM finds out what is to
 */
struct vnet_coal {
	struct vnet_moder moder;
	bool adaptive;
};

/**
 * struct vnet_coalesce - what is set of both
 * @rx: frames that wait for the poll
 * @tx: completions that wait for their report
 */
struct vnet_coalesce {
	struct vnet_coal rx;
	struct vnet_coal tx;
};

/**
 * struct vnet_vector - an emulated interrupt
 * @napi: what it schedules
 * @masked: NAPI is scheduled or polls, no need to raise
 * @special: @cpu, @moder, @adaptive or @irq is not at its default
 * @held: @timer is going to raise it
 * @adaptive: @dim says what @moder is
 * @raised: @irq is to schedule NAPI, whose schedule bit was taken
 * @cpu: where NAPI is to run, VNET_CPU_ANY: on the CPU that raises; set under
 *	RTNL, or by the affinity of @irq
 * @irq: number of a Linux interrupt, 0 where there is none; changed while the
 *	device is down
 * @irqs: times it was raised
 * @syncp: of @irqs, whose writer is who has NAPI's schedule bit
 * @moder: how long frames wait for more
 * @dim: allocated when it is first used
 * @next: the next vector of those that a CPU goes on with
 * @csd: takes NAPI to @cpu
 * @timer: raises it when frames have waited long enough
 */
struct vnet_vector {
	struct napi_struct *napi;
	bool masked;
	bool special;
	bool held;
	bool adaptive;
	bool raised;
	int cpu;
	int irq;
	u64_stats_t irqs;
	struct u64_stats_sync syncp;
	struct vnet_moder moder;
	struct vnet_dim *dim;
	struct vnet_vector *next;
	call_single_data_t csd;
	struct hrtimer timer;
};

/**
 * struct vnet_txq - a transmit queue
 *
 * A frame whose way is free goes straight into the RX ring at the other end; @ring
 * holds those that have to wait for the wire, from the post (head, the sender's)
 * to the wire (tail, the wire's). Either way a descriptor counts as used from
 * @posted to @done.
 *
 * @dev: the device
 * @nq: the core's queue
 * @dst: the RX queue at the other end, NULL while the link is down
 * @limit: most descriptors posted and not completed; the ring's size, but for
 *	a ring that is about to shrink
 * @epoch: completions of frames posted in another epoch are void
 * @timed_out: the receiver was found dead, see watchdog.c
 * @idx: index of the queue
 * @many: several may complete the queue, under @done_lock
 * @paced: has a @rate, or is about to; under RTNL
 * @lossy: no flow control towards @dst: what does not fit is missed
 * @stalled: the wire belongs to the receiver's poll, see wire.c
 * @ring: the TX ring
 * @posted: descriptors posted; runs free, written by the sender
 * @done_seen: the sender's last look at @done
 * @charge: what BQL is to be charged at the next doorbell
 * @burst: frames in the RX ring wait for the doorbell to be published
 * @stats: the sender's counters
 * @rate: what the wire is paced by, NULL where it is not
 * @wire_lock: serialises sender and receiver on a stalled wire
 * @stall_node: entry in &vnet_rxq.stalled of @stall_rxq, under its feed_lock
 * @stall_rxq: the RX queue that the wire waits for, under @wire_lock
 * @paused: the stalled wire waits for its rate, and is in no list
 * @timer: fires when completions have waited for as long as tx_usecs says
 * @due_node: entry in &vnet_rxq.due
 * @due: is in that list
 * @done_lock: serialises those who complete the queue
 * @done: descriptors completed; runs free, written by the receiver's poll
 * @bql_descs: of these, descriptors of which BQL was not told yet
 * @bql_charge: what BQL was charged for them
 * @wake_stats: counters of who completes
 * @moder: how long their report waits for more
 * @adaptive: @dim says what @moder is
 * @coal: what was set
 * @dim: allocated when it is first used
 */
struct vnet_txq {
	struct net_device *dev;
	struct netdev_queue *nq;
	struct vnet_rxq __rcu *dst;
	u32 limit;
	u16 epoch;
	u16 idx;
	bool lossy;
	bool stalled;
	bool timed_out;
	bool many;
	bool paced;

	struct vnet_ring ring;

	u32 posted ____cacheline_aligned_in_smp;
	u32 done_seen;
	u32 charge;
	bool burst;
	struct vnet_tx_stats stats;

	spinlock_t wire_lock ____cacheline_aligned_in_smp;
	struct list_head stall_node;
	struct vnet_rxq *stall_rxq;
	struct vnet_rate *rate;
	bool paused;
	struct hrtimer timer;
	struct llist_node due_node;
	bool due;

	spinlock_t done_lock ____cacheline_aligned_in_smp;
	u32 done;
	u32 bql_descs;
	u32 bql_charge;
	struct vnet_wake_stats wake_stats;
	struct vnet_moder moder;
	bool adaptive;
	struct vnet_coal coal;
	struct vnet_dim *dim;
} ____cacheline_aligned_in_smp;

/**
 * struct vnet_rxq - a receive queue
 * @dev: the device
 * @limit: most descriptors in the ring
 * @idx: index of the queue
 * @shared: several feed the ring, each takes @feed_lock
 * @gate: nobody may feed the ring, as if it were full; see config.c
 * @failed: not to be fed, others stand in for it; under RTNL
 * @many: what feeds it may be completed by several, see &vnet_txq.many
 * @unusual: frames are to be changed, or looked at, see offload.c
 * @vec: raised when frames are put into the ring
 * @coal: what was set of how long they wait
 * @irq_name: of the interrupt of @vec
 * @ring: the RX ring
 * @feed_lock: serialises those who feed a shared ring; guards @stalled
 * @waiting: number of @stalled
 * @stalled: TX queues whose wire waits for room, first come first
 * @due: TX queues whose completions have waited long enough
 * @feed_stats: counters of those who feed
 * @stats: counters of the poll
 * @gro_skip: polls that still go past GRO, see rx.c
 * @gro_wait: what @gro_skip began with
 * @gen: the generator, while it runs on this queue; set while NAPI is disabled
 * @gen_ring: frames of the generator in the ring
 * @gen_share: how many there may be while wires wait for room, and how much room
 *	these leave it; 0 while none waits
 * @gen_stats: counters of the generator, the poll's
 * @napi: polls the ring
 */
struct vnet_rxq {
	struct net_device *dev;
	u32 limit;
	u16 idx;
	bool shared;
	bool gate;
	bool failed;
	bool many;
	bool unusual;
	struct vnet_vector vec;
	struct vnet_coal coal;
	char irq_name[IFNAMSIZ + 16];

	struct vnet_ring ring;

	spinlock_t feed_lock ____cacheline_aligned_in_smp;
	u32 waiting;
	struct list_head stalled;
	struct llist_head due;
	struct vnet_feed_stats feed_stats;

	struct vnet_rx_stats stats ____cacheline_aligned_in_smp;
	u32 gro_skip;
	u32 gro_wait;
	struct vnet_gen_queue *gen;
	u32 gen_ring;
	u32 gen_share;
	struct vnet_gen_stats gen_stats;

	struct napi_struct napi ____cacheline_aligned_in_smp;
} ____cacheline_aligned_in_smp;

/* No line is written by two CPUs on the way of a frame, but where named */
#define VNET_LINE(type, member)	(offsetof(type, member) / SMP_CACHE_BYTES)
#ifdef CONFIG_SMP
static_assert(VNET_LINE(struct vnet_txq, ring) >
	      VNET_LINE(struct vnet_txq, paced));
static_assert(VNET_LINE(struct vnet_txq, posted) >
	      VNET_LINE(struct vnet_txq, ring.tail));
static_assert(VNET_LINE(struct vnet_txq, wire_lock) >
	      VNET_LINE(struct vnet_txq, stats.syncp));
static_assert(VNET_LINE(struct vnet_txq, done_lock) >
	      VNET_LINE(struct vnet_txq, due));
static_assert(VNET_LINE(struct vnet_rxq, feed_lock) >
	      VNET_LINE(struct vnet_rxq, ring.tail));
static_assert(VNET_LINE(struct vnet_rxq, stats) >
	      VNET_LINE(struct vnet_rxq, feed_stats.pauses));
#endif

/**
 * struct vnet_dev - a device, netdev_priv() of its net_device
 * @dev: the net_device
 * @peer: the other end, NULL for a device alone
 * @txq: the TX queues, dev->num_tx_queues of them
 * @rxq: the RX queues, dev->num_rx_queues of them
 * @open: between ndo_open and ndo_stop
 * @linked: frames may cross (or sink, for a device alone)
 * @sink: alone and linked: the wire ends nowhere
 * @steer: which RX queue a frame goes to, NULL where that follows from its TX
 *	queue
 * @filter: addresses that it receives beside its own and broadcast; NULL: all
 * @vlans: VLANs that it receives, where these are filtered; NULL: none
 * @scattered: TX queues of the peer may feed any RX queue; not cleared before
 *	their frames are taken
 * @loop: looped back: off the wire, it receives what it sends
 * @carrier: not taken away by the administrator
 * @phy: link settings
 * @speed: what came of them, while @linked: a wire that is paced to it would look
 *	here
 * @msg_enable: which messages are wanted, NETIF_MSG_DRV and so on
 * @dump_without: the parts that a dump does not have
 * @rx_pause: heeds the peer's pause
 * @tx_pause: pauses the peer while an RX ring is full
 * @tx_ring: configured size of the TX rings
 * @rx_ring: configured size of the RX rings
 * @coal: what was last set of all queues at once
 * @irq: the vectors have Linux interrupts
 * @irq_work: tells that the affinity of one was changed
 * @napi_gone: RCU's state when NAPIs were last taken out of use
 * @gen: the generator
 * @remaps: times that an RX queue was set to have failed, or not to
 * @watchdog: recovers from dead receivers
 * @rss: receive-side scaling and steering
 *
 * All under RTNL, but for what the frame path reads: @sink, @steer, @filter and
 * @vlans.
 */
struct vnet_dev {
	struct net_device *dev;
	struct net_device __rcu *peer;
	struct vnet_txq *txq;
	struct vnet_rxq *rxq;
	struct vnet_steer __rcu *steer;
	struct vnet_filter __rcu *filter;
	struct vnet_vlans *vlans;
	bool sink;
	bool scattered;
	bool open;
	bool linked;
	bool loop;
	bool carrier;
	bool rx_pause;
	bool tx_pause;
	u32 tx_ring;
	u32 rx_ring;
	struct vnet_coalesce coal;
	bool irq;
	struct delayed_work irq_work;
	unsigned long napi_gone;
	struct vnet_gen gen;
	u64 remaps;
	struct delayed_work watchdog;
	struct vnet_rss rss;
	struct vnet_phy phy;
	struct vnet_speed speed;
	u32 msg_enable;
	u32 dump_without;
};

/**
 * struct vnet_config - what a request sets
 * @tx_ring: &vnet_dev.tx_ring
 * @rx_ring: &vnet_dev.rx_ring
 * @rx_pause: &vnet_dev.rx_pause
 * @tx_pause: &vnet_dev.tx_pause
 * @coal: &vnet_dev.coal
 * @irq: &vnet_dev.irq
 * @gen: IFLA_VNET_GEN as it came, each member valid by itself; NULL sets
 *	nothing
 * @queues: IFLA_VNET_QUEUES as it came, valid but for the number of queues of
 *	the device; NULL sets nothing
 */
struct vnet_config {
	u32 tx_ring;
	u32 rx_ring;
	bool rx_pause;
	bool tx_pause;
	struct vnet_coalesce coal;
	bool irq;
	const struct nlattr *gen;
	const struct nlattr *queues;
};

/**
 * struct vnet_queue_set - what a member of IFLA_VNET_QUEUES sets
 * @first: the first queue
 * @last: the last queue
 * @has_cpu: @cpu is to be set
 * @has_failed: @failed is to be set
 * @failed: &vnet_rxq.failed
 * @cpu: &vnet_vector.cpu
 */
struct vnet_queue_set {
	u32 first;
	u32 last;
	bool has_cpu;
	bool has_failed;
	bool failed;
	int cpu;
};

/* Descriptors posted on @txq and not completed; a snapshot, never negative */
static inline u32 vnet_txq_used(const struct vnet_txq *txq)
{
	/* What was completed was posted before; pairs with vnet_txq_complete() */
	u32 done = smp_load_acquire(&txq->done);

	return READ_ONCE(txq->posted) - done;
}

/* The other end, NULL for a device alone. Context: RTNL. */
static inline struct vnet_dev *vnet_peer(const struct vnet_dev *vd)
{
	struct net_device *peer = rtnl_dereference(vd->peer);

	return peer ? netdev_priv(peer) : NULL;
}

/*
 * Who receives what a device sends, and sends what it receives: the other end, or
 * the device itself where it is looped back; NULL where there is nobody. Context:
 * RTNL.
 */
static inline struct vnet_dev *vnet_far(const struct vnet_dev *vd)
{
	struct vnet_dev *peer = vnet_peer(vd);

	if (vd->loop)
		return netdev_priv(vd->dev);
	return peer && !peer->loop ? peer : NULL;
}

/* vector.c */
void vnet_vector_init(struct vnet_vector *vec, struct napi_struct *napi);
void vnet_vector_set_cpu(struct vnet_vector *vec, int cpu);
void vnet_vector_set_moder(struct vnet_vector *vec, bool adaptive,
			   const struct vnet_moder *moder);
void vnet_vector_set_irq(struct vnet_vector *vec, int irq);
void vnet_vector_hurry(struct vnet_vector *vec);
void vnet_vector_stop(struct vnet_vector *vec);
void vnet_vector_kick(struct vnet_vector *vec);
void vnet_vector_signal(struct vnet_vector *vec);
void vnet_vector_expect(struct vnet_vector *vec, u32 frames);
#if IS_ENABLED(CONFIG_KUNIT)
bool vnet_vector_enough(struct vnet_vector *vec, u32 more);
#endif
void vnet_vector_run(struct vnet_vector *vec);

/**
 * vnet_vector_wanted - whether frames that were published want a raise
 * @vec: the vector
 *
 * Where NAPI is on this CPU's list, it is going to look at the ring again in any
 * case.
 *
 * Context: softirq or BH disabled, any CPU.
 */
static inline bool vnet_vector_wanted(struct vnet_vector *vec)
{
	if (vnet_napi_is_here(vec->napi))
		return false;

	if (unlikely(READ_ONCE(vec->masked))) {
		/* The ring before the mask; pairs with vnet_rx_end() */
		smp_mb();
		if (READ_ONCE(vec->masked))
			return false;
	}
	return true;
}

/**
 * vnet_vector_raise - tell the receiver that its ring has frames
 * @vec: the vector
 *
 * Call it after the frames were published.
 *
 * Context: softirq or BH disabled, any CPU.
 */
static inline void vnet_vector_raise(struct vnet_vector *vec)
{
	if (vnet_vector_wanted(vec))
		vnet_vector_signal(vec);
}

/**
 * vnet_vector_is_plain - whether nobody asked for RX work to be done elsewhere
 * @vec: the vector
 *
 * That is on a CPU that was set, by a NAPI thread, by somebody who polls already,
 * or later, when our timer or NAPI's says so.
 */
static inline bool vnet_vector_is_plain(const struct vnet_vector *vec)
{
	return !READ_ONCE(vec->special) && !READ_ONCE(vec->masked) &&
	       !test_bit(NAPI_STATE_THREADED, &vec->napi->state) &&
	       !vnet_napi_gro_waits(vec->napi);
}

/* txq.c */
u32 vnet_txq_room(const struct vnet_txq *txq);
void vnet_txq_report(struct vnet_txq *txq);
void vnet_txq_report_soon(struct vnet_txq *txq);
void vnet_txq_complete_locked(struct vnet_txq *txq, u32 descs, u32 charge);
void vnet_txq_report_due(struct llist_head *due);
void vnet_txq_init(struct vnet_txq *txq, struct net_device *dev, u32 idx);
u32 vnet_txq_flush(struct vnet_txq *txq, u32 *charge);
void vnet_txq_reset(struct vnet_txq *txq);

/* Complete descriptors; who does is the only one, or under done_lock */
static inline void __vnet_txq_complete(struct vnet_txq *txq, u32 descs,
				       u32 charge)
{
	/* Pairs with the acquire in vnet_xmit_room() */
	smp_store_release(&txq->done, txq->done + descs);
	txq->bql_descs += descs;
	txq->bql_charge += charge;
	if (unlikely(txq->bql_descs >= READ_ONCE(txq->moder.frames)))
		vnet_txq_report(txq);
	else if (unlikely(netif_xmit_stopped(txq->nq)))
		vnet_txq_report_soon(txq);
}

/**
 * vnet_txq_complete - complete descriptors, wake the queue
 * @txq: the queue
 * @descs: descriptors that the receiver took
 * @charge: what BQL was charged for them
 *
 * BQL is told when enough have come together, or when the queue is stopped: a
 * queue that runs waits for no completion. That the queue was stopped is seen
 * here, as the sender stops it before it publishes its last frame.
 *
 * Context: softirq or BH disabled; the one that completes @txq, that is the poll
 * of the RX queue that it feeds, or whoever holds this poll still, or the sender
 * of a device alone; where the receiver steers, anybody.
 */
static inline void vnet_txq_complete(struct vnet_txq *txq, u32 descs,
				     u32 charge)
{
	if (unlikely(READ_ONCE(txq->many)))
		vnet_txq_complete_locked(txq, descs, charge);
	else
		__vnet_txq_complete(txq, descs, charge);
}

/* tx.c */
netdev_tx_t vnet_xmit(struct sk_buff *skb, struct net_device *dev);
u16 vnet_select_queue(struct net_device *dev, struct sk_buff *skb,
		      struct net_device *sb_dev);

/**
 * vnet_wire_room - frames that an RX ring takes
 * @rxq: the RX queue
 * @want: more than that need not be found
 *
 * Context: who may feed @rxq: the only one to feed it, or under feed_lock.
 */
static inline u32 vnet_wire_room(struct vnet_rxq *rxq, u32 want)
{
	if (unlikely(READ_ONCE(rxq->gate)))
		return 0;
	return vnet_ring_room(&rxq->ring, READ_ONCE(rxq->limit), want);
}

/**
 * vnet_wire_free - whether a frame may go straight into the RX ring
 * @txq: the TX queue
 * @rxq: the RX queue at its other end
 *
 * It may where nobody else feeds the ring, nothing waits in front of it, and
 * there is room.
 *
 * Context: the sender, under the core's TX lock.
 */
static inline bool vnet_wire_free(struct vnet_txq *txq, struct vnet_rxq *rxq)
{
	/* Pairs with vnet_wire_unstall() */
	return likely(!smp_load_acquire(&txq->stalled)) &&
	       likely(txq->ring.fill == txq->ring.tail) &&
	       likely(!READ_ONCE(rxq->shared)) &&
	       likely(!READ_ONCE(rxq->gate)) &&
	       likely(vnet_ring_has_room(&rxq->ring, READ_ONCE(rxq->limit)));
}

/* wire.c */
bool vnet_wire_full(const struct vnet_rxq *rxq);
void vnet_wire_kick(struct vnet_txq *txq, struct vnet_rxq *rxq);
void vnet_wire_restall(struct vnet_txq *txq, struct vnet_rxq *rxq);
void vnet_wire_cancel(struct vnet_txq *txq);
void vnet_wire_resume(struct vnet_txq *txq);
void vnet_wire_restart(struct vnet_rxq *rxq);
u32 vnet_wire_feed(struct vnet_rxq *rxq, struct sk_buff **frames, u32 n);
void vnet_wire_ruled(struct vnet_rxq *rxq, u32 hits, u32 dropped);
void vnet_wire_missed(struct vnet_rxq *rxq, u32 frames);
void vnet_wire_bad_fcs(struct vnet_rxq *rxq, u32 frames);

/* rx.c */
void vnet_rx_count(struct vnet_rxq *rxq, enum vnet_rx_stat stat, u32 n);
void vnet_rx_drop(struct vnet_rxq *rxq, enum vnet_rx_stat stat,
		  struct sk_buff *skb);
u32 vnet_rx_work(struct vnet_rxq *rxq, u32 budget);
u32 vnet_rx_done(struct vnet_rxq *rxq, u32 work, u32 budget);
int vnet_poll(struct napi_struct *napi, int budget);
void vnet_rx_flush(struct vnet_rxq *rxq);

/* filter.c */
void vnet_set_rx_mode(struct net_device *dev);
bool vnet_filter_takes(const struct net_device *dev, const struct sk_buff *skb);
bool vnet_vlan_takes(const struct net_device *dev, const struct sk_buff *skb);
int vnet_vlan_add_vid(struct net_device *dev, __be16 proto, u16 vid);
int vnet_vlan_kill_vid(struct net_device *dev, __be16 proto, u16 vid);
void vnet_filter_free(struct vnet_dev *vd);

/* offload.c */
void vnet_offload_mark(struct vnet_dev *vd, netdev_features_t features);
bool vnet_offload_strips(const struct net_device *dev, __be16 proto);
struct sk_buff *vnet_offload_rx(struct vnet_rxq *rxq, struct sk_buff *skb);

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

/* Why there is no link; what comes first is told where it is all of that */
enum vnet_link_why {
	VNET_LINK_OK,
	VNET_LINK_DOWN,
	VNET_LINK_CUT,
	VNET_LINK_NO_PARTNER,
	VNET_LINK_NO_SPEED,
};

/* link.c */
u32 vnet_link_stand_in(const struct vnet_dev *vd, u32 idx, u32 key);
u32 vnet_link_rxq(const struct vnet_dev *vd, u32 idx);
void vnet_link_map(struct vnet_dev *vd);
void vnet_link_point(struct vnet_txq *txq, struct vnet_rxq *rxq);
void vnet_link_share(struct vnet_dev *vd);
void vnet_link_flow(struct vnet_dev *vd);
enum vnet_link_why vnet_link_why_down(const struct vnet_dev *vd);
const struct vnet_phy *vnet_link_far_phy(const struct vnet_dev *vd);
void vnet_link_set_phy(struct vnet_dev *vd, const struct vnet_phy *phy);
void vnet_link_update(struct vnet_dev *vd);
void vnet_link_down(struct vnet_dev *vd);
void vnet_link_leave(struct vnet_txq *txq);
void vnet_link_recover(struct vnet_txq *txq);

/* napi.c */
void vnet_rxq_enable(struct vnet_rxq *rxq);
void vnet_rxq_disable(struct vnet_rxq *rxq);
void vnet_rxq_resume(struct vnet_rxq *rxq);
void vnet_napi_start(struct vnet_dev *vd, u32 from, u32 to);
void vnet_napi_stop(struct vnet_dev *vd, u32 from, u32 to);
void vnet_napi_init(struct vnet_dev *vd);
void vnet_napi_free(struct vnet_dev *vd);

/* config.c */
void vnet_gate_close(struct vnet_dev *vd);
void vnet_gate_open(struct vnet_dev *vd);
int vnet_rings_alloc(struct vnet_dev *vd, struct netlink_ext_ack *extack);
void vnet_rings_free(struct vnet_dev *vd);
int vnet_set_rings(struct vnet_dev *vd, u32 tx_ring, u32 rx_ring,
		   struct netlink_ext_ack *extack);
void vnet_scatter(struct vnet_dev *vd);
void vnet_gather(struct vnet_dev *vd);
void vnet_set_failed(struct vnet_dev *vd, const unsigned long *failed);
int vnet_set_channels(struct vnet_dev *vd, u32 tx, u32 rx,
		      struct netlink_ext_ack *extack);
void vnet_set_pause(struct vnet_dev *vd, bool rx_pause, bool tx_pause);
int vnet_link_off(struct vnet_dev *vd);
int vnet_set_loop(struct vnet_dev *vd, bool loop);

/* moderation.c */
bool vnet_coalesce_is(const struct vnet_dev *vd,
		      const struct vnet_coalesce *coal);
int vnet_coalesce_prepare(struct vnet_dev *vd,
			  const struct vnet_coalesce *coal,
			  struct netlink_ext_ack *extack);
void vnet_set_coalesce(struct vnet_dev *vd, const struct vnet_coalesce *coal);
int vnet_coalesce_init(struct vnet_dev *vd);
void vnet_coalesce_free(struct vnet_dev *vd);
int vnet_queue_get_coalesce(const struct vnet_dev *vd, u32 queue,
			    struct vnet_coalesce *coal);
int vnet_queue_set_coalesce(struct vnet_dev *vd, u32 queue,
			    const struct vnet_coalesce *coal);

/* irq.c */
void vnet_irqs_init(struct vnet_dev *vd);
int vnet_irqs_alloc(struct vnet_dev *vd, struct netlink_ext_ack *extack);
void vnet_irqs_free(struct vnet_dev *vd);
int vnet_irqs_request(struct vnet_dev *vd);
void vnet_irqs_release(struct vnet_dev *vd);
void vnet_irq_move(struct vnet_vector *vec);

/* dim.c */
struct vnet_dim *vnet_dim_alloc_rx(struct vnet_rxq *rxq);
struct vnet_dim *vnet_dim_alloc_tx(struct vnet_txq *txq);
void vnet_dim_free(struct vnet_dim *dim);
void vnet_dim_moder_rx(const struct vnet_dim *dim, struct vnet_moder *moder);
void vnet_dim_moder_tx(const struct vnet_dim *dim, struct vnet_moder *moder);
void vnet_dim_raised(struct vnet_vector *vec);
void vnet_dim_reported(struct vnet_txq *txq, u32 descs, u32 charge);
void vnet_dim_stop(struct vnet_dim *dim);

/* queues.c */
int vnet_check_queues(const struct vnet_dev *vd, const struct nlattr *queues,
		      bool irq, struct netlink_ext_ack *extack);
void vnet_set_queues(struct vnet_dev *vd, const struct nlattr *queues);
size_t vnet_queues_size(const struct vnet_dev *vd);
int vnet_queues_fill(struct sk_buff *skb, const struct vnet_dev *vd);

/* watchdog.c */
void vnet_watchdog_init(struct vnet_dev *vd);
void vnet_watchdog_stop(struct vnet_dev *vd);
void vnet_tx_timeout(struct net_device *dev, unsigned int queue);

/* stats.c */
void vnet_stats_txq(const struct vnet_txq *txq, u64 *to, u64 *frames);
void vnet_stats_rxq(const struct vnet_rxq *rxq, u64 *to, u64 *frames);
void vnet_stats_gen(const struct vnet_rxq *rxq, u64 *to);
u64 vnet_stats_pauses(const struct vnet_rxq *rxq);
u64 vnet_stats_wakes(const struct vnet_txq *txq);
void vnet_stats_add(u64 *sum, const u64 *v, u32 n);
void vnet_get_stats64(struct net_device *dev, struct rtnl_link_stats64 *s);
int vnet_stats_count(const struct net_device *dev);
void vnet_stats_strings(const struct net_device *dev, u8 *data);
void vnet_stats_fetch(const struct net_device *dev, u64 *data);
size_t vnet_stats_xsize(void);
int vnet_stats_fill(struct sk_buff *skb, const struct net_device *dev);

/* qstats.c */
#ifdef VNET_HAVE_QSTATS
extern const struct netdev_stat_ops vnet_stat_ops;
#endif

/* netdev.c */
void vnet_setup(struct net_device *dev);

/* request.c */
int vnet_check_option(int type, u64 value, struct netlink_ext_ack *extack);
int vnet_parse_queue(struct vnet_queue_set *set, const struct nlattr *nest,
		     struct netlink_ext_ack *extack);
int vnet_parse_config(struct vnet_config *cfg, const struct nlattr *data,
		      struct nlattr **peer, struct netlink_ext_ack *extack);
const struct nlattr *vnet_nla_last(const struct nlattr *attrs, int len,
				   int type);
const struct nlattr *vnet_info_data(struct nlattr *tb[]);
int vnet_parse_peer(struct nlattr *tb[], const struct nlattr *nest,
		    struct netlink_ext_ack *extack);
int vnet_validate(struct nlattr *tb[], struct nlattr *data[],
		  struct netlink_ext_ack *extack);

/* netlink.c */
extern struct rtnl_link_ops vnet_link_ops;
void vnet_tie(struct net_device *dev, struct net_device *peer);

/* ethtool_stats.c */
void vnet_get_pause_stats(struct net_device *dev,
			  struct ethtool_pause_stats *s);
void vnet_get_eth_mac_stats(struct net_device *dev,
			    struct ethtool_eth_mac_stats *s);
void vnet_get_eth_ctrl_stats(struct net_device *dev,
			     struct ethtool_eth_ctrl_stats *s);
void vnet_get_rmon_stats(struct net_device *dev, struct ethtool_rmon_stats *s,
			 const struct ethtool_rmon_hist_range **ranges);

/* ethtool_coalesce.c */
int vnet_get_coalesce(struct net_device *dev, struct ethtool_coalesce *coal,
		      struct kernel_ethtool_coalesce *kernel_coal,
		      struct netlink_ext_ack *extack);
int vnet_set_coalesce_op(struct net_device *dev, struct ethtool_coalesce *coal,
			 struct kernel_ethtool_coalesce *kernel_coal,
			 struct netlink_ext_ack *extack);
int vnet_get_per_queue_coalesce(struct net_device *dev, u32 queue,
				struct ethtool_coalesce *coal);
int vnet_set_per_queue_coalesce(struct net_device *dev, u32 queue,
				struct ethtool_coalesce *coal);

/* selftest.c */
int vnet_test_count(void);
void vnet_test_strings(u8 *data);
void vnet_self_test(struct net_device *dev, struct ethtool_test *test,
		    u64 *data);

/* ethtool_regs.c */
int vnet_get_regs_len(struct net_device *dev);
void vnet_get_regs(struct net_device *dev, struct ethtool_regs *regs, void *to);
int vnet_get_dump_flag(struct net_device *dev, struct ethtool_dump *dump);
int vnet_set_dump(struct net_device *dev, struct ethtool_dump *dump);
int vnet_get_dump_data(struct net_device *dev, struct ethtool_dump *dump,
		       void *to);

/* ethtool_link.c */
int vnet_get_link_ksettings(struct net_device *dev,
			    struct ethtool_link_ksettings *cmd);
int vnet_set_link_ksettings(struct net_device *dev,
			    const struct ethtool_link_ksettings *cmd);
int vnet_get_link_ext_state(struct net_device *dev,
			    struct ethtool_link_ext_state_info *info);
u32 vnet_get_msglevel(struct net_device *dev);
void vnet_set_msglevel(struct net_device *dev, u32 level);

/* ethtool.c */
extern const struct ethtool_ops vnet_ethtool_ops;

#endif /* _VNET_H */
