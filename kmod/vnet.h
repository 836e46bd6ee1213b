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

#include <linux/if_ether.h>
#include <linux/netdevice.h>
#include <uapi/linux/if_link_vnet.h>

#include "compat.h"
#include "frame.h"
#include "gen.h"
#include "lock.h"
#include "mode.h"
#include "moderation.h"
#include "rate.h"
#include "ring.h"
#include "rss.h"
#include "stats.h"
#include "vector.h"

#define VNET_DRV_NAME	"vnet"

struct vnet_filter;
struct vnet_merge;
struct vnet_rxq;
struct vnet_steer;
struct vnet_vlans;

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
 * @paced: has a @rate, or is about to; locked
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
 * @done_lock: serialises those who tell BQL, and those who complete the queue
 *	where these are several
 * @done: descriptors completed; runs free, written by the receiver's poll
 * @done_charge: what BQL was charged for them
 * @told: descriptors that BQL knows to be completed; written under @done_lock
 * @told_charge: what it was told that it had been charged for them
 * @called: @csd is under way
 * @wake_stats: counters of who tells BQL
 * @moder: how long their report waits for more
 * @adaptive: @dim says what @moder is
 * @coal: what was set
 * @dim: allocated when it is first used
 * @csd: has BQL told on the sender's CPU
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

	raw_spinlock_t done_lock ____cacheline_aligned_in_smp;
	u32 done;
	u32 done_charge;
	u32 told;
	u32 told_charge;
	bool called;
	bool adaptive;
	struct vnet_wake_stats wake_stats;
	struct vnet_moder moder;
	struct vnet_coal coal;
	struct vnet_dim *dim;
	call_single_data_t csd;
} ____cacheline_aligned_in_smp;

/**
 * struct vnet_rxq - a receive queue
 * @dev: the device
 * @limit: most descriptors in the ring
 * @idx: index of the queue
 * @shared: several feed the ring, each takes @feed_lock
 * @gate: nobody may feed the ring, as if it were full; see config.c
 * @failed: not to be fed, others stand in for it; locked
 * @many: what feeds it may be completed by several, see &vnet_txq.many
 * @unusual: frames are to be changed, or looked at, see offload.c
 * @vec: raised when frames are put into the ring
 * @coal: what was set of how long they wait
 * @irq_name: of the interrupt of @vec
 * @ring: the RX ring
 * @feed_lock: serialises those who feed a shared ring; guards @stalled
 * @waiting: number of @stalled
 * @stalled: TX queues whose wire waits for room, first come first
 * @feed_stats: counters of those who feed
 * @stats: counters of the poll
 * @gro_skip: polls that still go past GRO, see rx.c
 * @gro_wait: what @gro_skip began with
 * @merge: what HW-GRO holds back, NULL until the device was first to merge
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
	struct vnet_feed_stats feed_stats;

	struct vnet_rx_stats stats ____cacheline_aligned_in_smp;
	u32 gro_skip;
	u32 gro_wait;
	struct vnet_merge *merge;
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
	      VNET_LINE(struct vnet_txq, timer));
static_assert(VNET_LINE(struct vnet_rxq, feed_lock) >
	      VNET_LINE(struct vnet_rxq, ring.tail));
static_assert(VNET_LINE(struct vnet_rxq, stats) >
	      VNET_LINE(struct vnet_rxq, feed_stats.pauses));
#endif

/**
 * struct vnet_dev - a device, netdev_priv() of its net_device
 * @dev: the net_device
 * @pair: shared with the other end
 * @peer: the other end, NULL for a device alone; set and cleared under RTNL
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
 * @shares: what its TX queues have in common of what it sends
 * @shaper_nodes: groups of them that net_shaper_ops made, under the instance lock
 *
 * All under the pair's lock, but for what the frame path reads: @sink, @steer,
 * @filter and @vlans. What only operations under RTNL change may be read under
 * either.
 */
struct vnet_dev {
	struct net_device *dev;
	struct vnet_pair *pair;
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
	struct vnet_shares shares;
	struct list_head shaper_nodes;
	struct vnet_phy phy;
	struct vnet_speed speed;
	u32 msg_enable;
	u32 dump_without;
};

/* Descriptors posted on @txq and not completed; a snapshot, never negative */
static inline u32 vnet_txq_used(const struct vnet_txq *txq)
{
	/* What was completed was posted before; pairs with vnet_txq_add() */
	u32 done = smp_load_acquire(&txq->done);

	return READ_ONCE(txq->posted) - done;
}

/* The other end, NULL for a device alone. Context: locked, or RTNL. */
static inline struct vnet_dev *vnet_peer(const struct vnet_dev *vd)
{
	struct net_device *peer;

	peer = rcu_dereference_protected(vd->peer, lockdep_rtnl_is_held() ||
					 lockdep_is_held(&vd->pair->lock));

	return peer ? netdev_priv(peer) : NULL;
}

/*
 * Who receives what a device sends, and sends what it receives: the other end, or
 * the device itself where it is looped back; NULL where there is nobody. Context:
 * locked, or RTNL.
 */
static inline struct vnet_dev *vnet_far(const struct vnet_dev *vd)
{
	struct vnet_dev *peer = vnet_peer(vd);

	if (vd->loop)
		return netdev_priv(vd->dev);
	return peer && !peer->loop ? peer : NULL;
}

/* txq.c */
u32 vnet_txq_room(const struct vnet_txq *txq);
void vnet_txq_report(struct vnet_txq *txq);
void vnet_txq_report_stopped(struct vnet_txq *txq, bool enough);
void vnet_txq_add_locked(struct vnet_txq *txq, u32 descs, u32 charge);
void vnet_txq_init(struct vnet_txq *txq, struct net_device *dev, u32 idx);
u32 vnet_txq_flush(struct vnet_txq *txq, u32 *charge);
void vnet_txq_reset(struct vnet_txq *txq);

/* Note completions; who does is the only one, or under done_lock */
static inline void vnet_txq_add(struct vnet_txq *txq, u32 descs, u32 charge)
{
	WRITE_ONCE(txq->done_charge, txq->done_charge + charge);
	/* Pairs with vnet_xmit_room() and __vnet_txq_report() */
	smp_store_release(&txq->done, txq->done + descs);
}

/* Report what was completed, if that is not to wait for more */
static inline void vnet_txq_look(struct vnet_txq *txq)
{
	bool enough = READ_ONCE(txq->done) - READ_ONCE(txq->told) >=
		      READ_ONCE(txq->moder.frames);

	if (unlikely(netif_xmit_stopped(txq->nq)))
		vnet_txq_report_stopped(txq, enough);
	else if (unlikely(enough))
		vnet_txq_report(txq);
}

/* See vnet_txq_complete(); the queue is one that nobody else completes */
static inline void __vnet_txq_complete(struct vnet_txq *txq, u32 descs,
				       u32 charge)
{
	vnet_txq_add(txq, descs, charge);
	vnet_txq_look(txq);
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
		vnet_txq_add_locked(txq, descs, charge);
	else
		vnet_txq_add(txq, descs, charge);
	vnet_txq_look(txq);
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
u32 vnet_rx_rest(struct vnet_rxq *rxq, u32 budget, u64 nsecs);
int vnet_poll(struct napi_struct *napi, int budget);
void vnet_rx_flush(struct vnet_rxq *rxq);

/* filter.c */
void vnet_set_rx_mode(struct net_device *dev);
int vnet_set_rx_mode_async(struct net_device *dev,
			   struct netdev_hw_addr_list *uc,
			   struct netdev_hw_addr_list *mc);
bool vnet_filter_takes(const struct net_device *dev, const struct sk_buff *skb);
bool vnet_vlan_takes(const struct net_device *dev, const struct sk_buff *skb);
int vnet_vlan_add_vid(struct net_device *dev, __be16 proto, u16 vid);
int vnet_vlan_kill_vid(struct net_device *dev, __be16 proto, u16 vid);
void vnet_filter_free(struct vnet_dev *vd);

/* offload.c */
void vnet_offload_mark(struct vnet_dev *vd, netdev_features_t features);
bool vnet_offload_strips(const struct net_device *dev, __be16 proto);
struct sk_buff *vnet_offload_rx(struct vnet_rxq *rxq, struct sk_buff *skb);

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

/* watchdog.c */
void vnet_watchdog_init(struct vnet_dev *vd);
void vnet_watchdog_stop(struct vnet_dev *vd);
void vnet_tx_timeout(struct net_device *dev, unsigned int queue);

/* netdev.c */
void vnet_setup(struct net_device *dev);

/* netlink.c */
extern struct rtnl_link_ops vnet_link_ops;
void vnet_tie(struct net_device *dev, struct net_device *peer);

#endif /* _VNET_H */
