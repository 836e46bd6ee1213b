// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generator: makes frames for an RX ring at a set rate. When its timer
 * fires it makes all that are due by then, so that made = rate * time holds
 * whenever it has run, however late the timer came.
 */
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/math64.h>

#include "vnet.h"
#include "trace.h"

/* The timer fires no more often than this; faster rates make batches */
#define VNET_GEN_TICK_NS	(50 * NSEC_PER_USEC)
/* Frames allocated and fed at a time */
#define VNET_GEN_BATCH		32U

/* An ARP request, padded to what Ethernet carries at least (RFC 826) */
struct vnet_gen_arp {
	struct ethhdr eth;
	struct arphdr arp;
	u8 sha[ETH_ALEN];
	__be32 spa;
	u8 tha[ETH_ALEN];
	__be32 tpa;
} __packed;

static struct sk_buff *vnet_gen_frame(struct vnet_gen *gen)
{
	const u8 *mac = gen->rxq->dev->dev_addr;
	struct vnet_gen_arp *req;
	struct vnet_skb_cb *cb;
	struct sk_buff *skb;

	BUILD_BUG_ON(sizeof(*req) != 42);
	skb = napi_alloc_skb(&gen->rxq->napi, ETH_ZLEN);
	if (unlikely(!skb))
		return NULL;

	req = skb_put_zero(skb, ETH_ZLEN);
	eth_broadcast_addr(req->eth.h_dest);
	ether_addr_copy(req->eth.h_source, mac);
	req->eth.h_proto = htons(ETH_P_ARP);
	req->arp.ar_hrd = htons(ARPHRD_ETHER);
	req->arp.ar_pro = htons(ETH_P_IP);
	req->arp.ar_hln = ETH_ALEN;
	req->arp.ar_pln = sizeof(req->spa);
	req->arp.ar_op = htons(ARPOP_REQUEST);
	ether_addr_copy(req->sha, mac);
	req->spa = htonl(0x0a000001);
	req->tpa = htonl(0x0a000002);

	cb = vnet_frame_label(skb, vnet_frame_proto(skb));
	cb->txq = NULL;
	return skb;
}

/* Make @due frames. What finds the ring full is missed, as on a wire. */
static void vnet_gen_make(struct vnet_gen *gen, u64 due)
{
	struct sk_buff *batch[VNET_GEN_BATCH];
	u64 left = due, nomem = 0, missed = 0;
	u32 n, fed;

	while (left) {
		for (n = 0; n < VNET_GEN_BATCH && n < left; n++) {
			batch[n] = vnet_gen_frame(gen);
			if (unlikely(!batch[n]))
				break;
		}
		if (unlikely(!n)) {
			nomem = left;
			break;
		}

		fed = vnet_wire_feed(gen->rxq, batch, n);
		left -= fed;
		if (fed == n)
			continue;

		/* Full: the frames that are due now find it full as well */
		while (fed < n)
			consume_skb(batch[fed++]);
		missed = left;
		break;
	}

	u64_stats_update_begin(&gen->stats.syncp);
	u64_stats_add(&gen->stats.v[VNET_GEN_FRAMES], due);
	u64_stats_add(&gen->stats.v[VNET_GEN_MISSED], missed);
	u64_stats_add(&gen->stats.v[VNET_GEN_DROP_NOMEM], nomem);
	u64_stats_update_end(&gen->stats.syncp);
	trace_vnet_gen(gen->rxq, due, missed + nomem);
}

/* When the next frame is due, or the next batch */
static u64 vnet_gen_next(const struct vnet_gen *gen, u64 now)
{
	u64 due = mul_u64_u64_div_u64(gen->made + 1, NSEC_PER_SEC, gen->rate);

	/* Rounded down, the frame would not be due yet */
	return max(gen->start + due + 1, now + VNET_GEN_TICK_NS);
}

static enum hrtimer_restart vnet_gen_tick(struct hrtimer *timer)
{
	struct vnet_gen *gen = container_of(timer, struct vnet_gen, timer);
	u64 now = ktime_get_ns(), nsecs = now - gen->start, made;

	/* Behind a closed gate time goes on; the frames are due afterwards */
	if (unlikely(READ_ONCE(gen->rxq->gate)))
		goto next;

	made = mul_u64_u64_div_u64(gen->rate, nsecs, NSEC_PER_SEC);
	if (made > gen->made) {
		rcu_read_lock();
		vnet_gen_make(gen, made - gen->made);
		rcu_read_unlock();
	}

	write_seqcount_begin(&gen->run_seq);
	gen->made = made;
	gen->nsecs = nsecs;
	write_seqcount_end(&gen->run_seq);
next:
	hrtimer_set_expires(timer, ns_to_ktime(vnet_gen_next(gen, now)));
	return HRTIMER_RESTART;
}

/**
 * vnet_gen_snapshot - frames made and time run, both of one instant
 * @gen: the generator
 * @made: set to the frames made in this run, or in the last
 * @nsecs: set to the nanoseconds in which they were made
 *
 * Context: any that may be interrupted by softirqs.
 */
void vnet_gen_snapshot(const struct vnet_gen *gen, u64 *made, u64 *nsecs)
{
	unsigned int seq;

	do {
		seq = read_seqcount_begin(&gen->run_seq);
		*made = gen->made;
		*nsecs = gen->nsecs;
	} while (read_seqcount_retry(&gen->run_seq, seq));
}

/**
 * vnet_gen_start - begin a run, if the generator is enabled
 * @vd: the device, open
 *
 * Context: RTNL. May sleep.
 */
void vnet_gen_start(struct vnet_dev *vd)
{
	struct vnet_gen *gen = &vd->gen;

	ASSERT_RTNL();
	if (!gen->enable || gen->running)
		return;

	local_bh_disable();
	write_seqcount_begin(&gen->run_seq);
	gen->made = 0;
	gen->nsecs = 0;
	write_seqcount_end(&gen->run_seq);
	local_bh_enable();

	netdev_dbg(vd->dev, "generator: %llu frames a second\n", gen->rate);
	gen->running = true;
	gen->start = ktime_get_ns();
	hrtimer_start(&gen->timer, ns_to_ktime(vnet_gen_next(gen, gen->start)),
		      HRTIMER_MODE_ABS_PINNED_SOFT);
}

/**
 * vnet_gen_stop - end a run; the frames in the ring are still delivered
 * @vd: the device
 *
 * Context: RTNL. May sleep.
 */
void vnet_gen_stop(struct vnet_dev *vd)
{
	ASSERT_RTNL();
	hrtimer_cancel(&vd->gen.timer);
	vd->gen.running = false;
}

/**
 * vnet_gen_config - set what the generator does
 * @vd: the device
 * @enable: run while the device is up
 * @rate: frames a second
 *
 * A new rate begins a new run; what is set already changes nothing.
 *
 * Context: RTNL. May sleep.
 */
void vnet_gen_config(struct vnet_dev *vd, bool enable, u64 rate)
{
	struct vnet_gen *gen = &vd->gen;

	ASSERT_RTNL();
	if (gen->enable == enable && gen->rate == rate)
		return;

	vnet_gen_stop(vd);
	gen->enable = enable;
	gen->rate = rate;
	vnet_link_share(vd);
	if (vd->open)
		vnet_gen_start(vd);
}

/**
 * vnet_gen_init - set up a generator that does not run
 * @vd: the device, with its RX queues
 */
void vnet_gen_init(struct vnet_dev *vd)
{
	struct vnet_gen *gen = &vd->gen;

	gen->rxq = &vd->rxq[0];
	seqcount_init(&gen->run_seq);
	u64_stats_init(&gen->stats.syncp);
	hrtimer_setup(&gen->timer, vnet_gen_tick, CLOCK_MONOTONIC,
		      HRTIMER_MODE_ABS_PINNED_SOFT);
}
