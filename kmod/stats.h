/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vnet: what is counted
 */
#ifndef _VNET_STATS_H
#define _VNET_STATS_H

#include <linux/if_link.h>
#include <linux/netdevice.h>
#include <linux/u64_stats_sync.h>

#include "compat.h"

struct vnet_rxq;
struct vnet_txq;

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

#endif /* _VNET_STATS_H */
