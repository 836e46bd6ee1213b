// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters: sums for ndo_get_stats64 and IFLA_INFO_XSTATS, per queue for
 * ethtool -S. What the kernel has a standard place for is in ethtool_stats.c and
 * qstats.c.
 */
#include <linux/ethtool.h>
#include <net/netlink.h>

#include "vnet.h"

/* Totals of a device, in the order of enum vnet_xstats_attrs */
struct vnet_totals {
	u64 tx[VNET_TX_STATS];
	u64 rx[VNET_RX_STATS];
	u64 feed[VNET_FEED_STATS];
	u64 irqs;
	u64 gen[VNET_GEN_STATS];
	u64 runs;
	u64 remaps;
};

/* ethtool -S repeats nothing that netdev-genl tells of a queue */
#ifdef VNET_HAVE_QSTATS
#define VNET_TX_STANDARD	(BIT(VNET_TX_FRAMES) | BIT(VNET_TX_BYTES) | \
				 BIT(VNET_TX_STOPS))
#define VNET_RX_STANDARD	(BIT(VNET_RX_FRAMES) | BIT(VNET_RX_BYTES) | \
				 BIT(VNET_RX_MISSED))
#else
#define VNET_TX_STANDARD	0UL
#define VNET_RX_STANDARD	0UL
#endif

/* Statistics of a queue in ethtool -S */
#define VNET_TX_PRIVATE		(VNET_TX_STATS - hweight_long(VNET_TX_STANDARD))
#define VNET_RX_PRIVATE		(VNET_RX_COUNTED - \
				 hweight_long(VNET_RX_STANDARD) + VNET_GEN_STATS)

/*
 * Most of a device. ETHTOOL_MSG_STRSET_GET has all names in one attribute, which
 * holds 64 KiB: 40 bytes for each of these, and 8 KiB left for other sets. Of what does
 * not fit the core warns, and older ones send an attribute whose length is wrong.
 */
#define VNET_PRIVATE_MAX	1433

#define VNET_TOTALS	(sizeof(struct vnet_totals) / sizeof(u64))

static_assert(IFLA_VNET_XSTATS_TX_FRAMES + VNET_TX_DROP_FLUSH ==
	      IFLA_VNET_XSTATS_TX_DROP_FLUSH);
static_assert(IFLA_VNET_XSTATS_TX_FRAMES + VNET_TX_STATS ==
	      IFLA_VNET_XSTATS_RX_FRAMES);
static_assert(IFLA_VNET_XSTATS_RX_FRAMES + VNET_RX_STATS ==
	      IFLA_VNET_XSTATS_RX_MISSED);
static_assert(IFLA_VNET_XSTATS_RX_FRAMES + VNET_RX_IRQS ==
	      IFLA_VNET_XSTATS_RX_IRQS);
static_assert(IFLA_VNET_XSTATS_RX_FRAMES + VNET_RX_COUNTED ==
	      IFLA_VNET_XSTATS_GEN_FRAMES);
static_assert(IFLA_VNET_XSTATS_TX_FRAMES + VNET_TOTALS - 1 ==
	      IFLA_VNET_XSTATS_MAX);

static const char vnet_tx_names[VNET_TX_STATS][ETH_GSTRING_LEN - 8] = {
	[VNET_TX_FRAMES]	= "frames",
	[VNET_TX_BYTES]		= "bytes",
	[VNET_TX_ARP]		= "arp",
	[VNET_TX_IPV4]		= "ipv4",
	[VNET_TX_IPV6]		= "ipv6",
	[VNET_TX_OTHER]		= "other",
	[VNET_TX_SUNK]		= "sunk",
	[VNET_TX_STOPS]		= "stops",
	[VNET_TX_DROP_DOWN]	= "drop_down",
	[VNET_TX_DROP_RING]	= "drop_ring",
	[VNET_TX_DROP_RUNT]	= "drop_runt",
	[VNET_TX_DROP_NOMEM]	= "drop_nomem",
	[VNET_TX_DROP_FLUSH]	= "drop_flush",
};

static const char vnet_rx_names[VNET_RX_STATS][ETH_GSTRING_LEN - 8] = {
	[VNET_RX_FRAMES]	= "frames",
	[VNET_RX_BYTES]		= "bytes",
	[VNET_RX_ARP]		= "arp",
	[VNET_RX_IPV4]		= "ipv4",
	[VNET_RX_IPV6]		= "ipv6",
	[VNET_RX_OTHER]		= "other",
	[VNET_RX_POLLS]		= "polls",
	[VNET_RX_DROP_LENGTH]	= "drop_length",
	[VNET_RX_DROP_FLUSH]	= "drop_flush",
	[VNET_RX_DROP_NOMEM]	= "drop_nomem",
	[VNET_RX_DROP_FILTER]	= "drop_filter",
	[VNET_RX_DROP_VLAN]	= "drop_vlan",
};

static const char vnet_feed_names[VNET_FEED_STATS][ETH_GSTRING_LEN - 8] = {
	[VNET_FEED_MISSED]	= "missed",
	[VNET_FEED_RULE_HITS]	= "rule_hits",
	[VNET_FEED_DROP_RULE]	= "drop_rule",
	[VNET_FEED_DROP_FCS]	= "drop_fcs",
};

static const char vnet_gen_names[VNET_GEN_STATS][ETH_GSTRING_LEN - 8] = {
	[VNET_GEN_FRAMES]	= "frames",
	[VNET_GEN_MISSED]	= "missed",
	[VNET_GEN_DROP_NOMEM]	= "drop_nomem",
	[VNET_GEN_DELIVERED]	= "delivered",
};

static void vnet_stats_copy(u64 *to, const u64_stats_t *from, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++)
		to[i] = u64_stats_read(&from[i]);
}

/* Read @n counters of one writer, all of one instant */
static void vnet_stats_read(u64 *to, const u64_stats_t *from, u32 n,
			    const struct u64_stats_sync *syncp)
{
	unsigned int start;

	do {
		start = u64_stats_fetch_begin(syncp);
		vnet_stats_copy(to, from, n);
	} while (u64_stats_fetch_retry(syncp, start));
}

/* Set what is the sum of others: frames, and frames of a protocol, from @arp on */
static void vnet_stats_sum_kinds(const u64 *frames, u64 *all, u64 *arp)
{
	u32 kind, proto;
	u64 n;

	for (kind = 0; kind < VNET_KINDS; kind++) {
		n = frames[VNET_FRAME_KIND + kind];
		proto = kind % VNET_PROTOS;
		*all += n;
		arp[min_t(u32, proto, VNET_PROTO_OTHER)] += n;
	}
}

/**
 * vnet_stats_txq - read the counters of a TX queue
 * @txq: the queue
 * @to: set to them, by &enum vnet_tx_stat
 * @frames: set to what was counted of its frames, by &enum vnet_frame_stat
 *
 * All are of one instant.
 *
 * Context: any.
 */
void vnet_stats_txq(const struct vnet_txq *txq, u64 *to, u64 *frames)
{
	unsigned int start;

	do {
		start = u64_stats_fetch_begin(&txq->stats.syncp);
		vnet_stats_copy(to, txq->stats.v, VNET_TX_STATS);
		vnet_stats_copy(frames, txq->stats.frames, VNET_FRAME_STATS);
	} while (u64_stats_fetch_retry(&txq->stats.syncp, start));
	vnet_stats_sum_kinds(frames, &to[VNET_TX_FRAMES], &to[VNET_TX_ARP]);
}

/**
 * vnet_stats_rxq - read the counters of an RX queue
 * @rxq: the queue
 * @to: set to them, by &enum vnet_rx_stat, then by &enum vnet_feed_stat, then how
 *	often the vector was raised
 * @frames: set to what was counted of its frames, by &enum vnet_frame_stat
 *
 * Each part of @to is of one instant.
 *
 * Context: any.
 */
void vnet_stats_rxq(const struct vnet_rxq *rxq, u64 *to, u64 *frames)
{
	unsigned int start;

	do {
		start = u64_stats_fetch_begin(&rxq->stats.syncp);
		vnet_stats_copy(to, rxq->stats.v, VNET_RX_STATS);
		vnet_stats_copy(frames, rxq->stats.frames, VNET_FRAME_STATS);
	} while (u64_stats_fetch_retry(&rxq->stats.syncp, start));
	vnet_stats_sum_kinds(frames, &to[VNET_RX_FRAMES], &to[VNET_RX_ARP]);
	vnet_stats_read(&to[VNET_RX_STATS], rxq->feed_stats.v, VNET_FEED_STATS,
			&rxq->feed_stats.syncp);
	vnet_stats_read(&to[VNET_RX_IRQS], &rxq->vec.irqs, 1,
			&rxq->vec.syncp);
}

/**
 * vnet_stats_gen - read what the generator has counted on an RX queue
 * @rxq: the queue
 * @to: set to it, by &enum vnet_gen_stat
 *
 * Context: any.
 */
void vnet_stats_gen(const struct vnet_rxq *rxq, u64 *to)
{
	vnet_stats_read(to, rxq->gen_stats.v, VNET_GEN_STATS,
			&rxq->gen_stats.syncp);
}

/**
 * vnet_stats_pauses - how often a sender was told to wait for an RX ring
 * @rxq: the queue whose ring it is
 *
 * Context: any.
 *
 * Return: the number.
 */
u64 vnet_stats_pauses(const struct vnet_rxq *rxq)
{
	u64 pauses;

	vnet_stats_read(&pauses, &rxq->feed_stats.pauses, 1,
			&rxq->feed_stats.syncp);
	return pauses;
}

/**
 * vnet_stats_wakes - how often a TX queue was woken whose ring had been full
 * @txq: the queue
 *
 * Context: any.
 *
 * Return: the number.
 */
u64 vnet_stats_wakes(const struct vnet_txq *txq)
{
	u64 wakes;

	vnet_stats_read(&wakes, &txq->wake_stats.wakes, 1,
			&txq->wake_stats.syncp);
	return wakes;
}

/**
 * vnet_stats_add - add counters to their sums
 * @sum: the sums
 * @v: the counters
 * @n: how many
 */
void vnet_stats_add(u64 *sum, const u64 *v, u32 n)
{
	while (n--)
		sum[n] += v[n];
}

static void vnet_stats_total(const struct net_device *dev,
			     struct vnet_totals *sum)
{
	const struct vnet_dev *vd = netdev_priv(dev);
	u64 rx[VNET_RX_COUNTED];
	u64 tx[VNET_TX_STATS], gen[VNET_GEN_STATS];
	u64 frames[VNET_FRAME_STATS];
	u32 i;

	memset(sum, 0, sizeof(*sum));
	for (i = 0; i < dev->num_tx_queues; i++) {
		vnet_stats_txq(&vd->txq[i], tx, frames);
		vnet_stats_add(sum->tx, tx, VNET_TX_STATS);
	}
	for (i = 0; i < dev->num_rx_queues; i++) {
		vnet_stats_rxq(&vd->rxq[i], rx, frames);
		vnet_stats_add(sum->rx, rx, VNET_RX_STATS);
		vnet_stats_add(sum->feed, &rx[VNET_RX_STATS], VNET_FEED_STATS);
		sum->irqs += rx[VNET_RX_IRQS];
		vnet_stats_gen(&vd->rxq[i], gen);
		vnet_stats_add(sum->gen, gen, VNET_GEN_STATS);
	}
	sum->runs = vd->gen.runs;
	sum->remaps = vd->remaps;
}

/**
 * vnet_get_stats64 - ndo_get_stats64
 * @dev: the device
 * @s: to fill
 *
 * Context: RTNL or RCU. May sleep, or not.
 */
void vnet_get_stats64(struct net_device *dev, struct rtnl_link_stats64 *s)
{
	struct vnet_totals sum;
	u32 i;

	vnet_stats_total(dev, &sum);
	s->tx_packets = sum.tx[VNET_TX_FRAMES];
	s->tx_bytes = sum.tx[VNET_TX_BYTES];
	for (i = VNET_TX_DROP_DOWN; i < VNET_TX_STATS; i++)
		s->tx_dropped += sum.tx[i];

	s->rx_packets = sum.rx[VNET_RX_FRAMES];
	s->rx_bytes = sum.rx[VNET_RX_BYTES];
	s->rx_dropped = sum.rx[VNET_RX_DROP_FLUSH] +
			sum.rx[VNET_RX_DROP_NOMEM] +
			sum.feed[VNET_FEED_DROP_RULE] +
			sum.gen[VNET_GEN_DROP_NOMEM];
	s->rx_missed_errors = sum.feed[VNET_FEED_MISSED] +
			      sum.gen[VNET_GEN_MISSED];
	s->rx_length_errors = sum.rx[VNET_RX_DROP_LENGTH];
	s->rx_crc_errors = sum.feed[VNET_FEED_DROP_FCS];
	s->rx_errors = s->rx_length_errors + s->rx_crc_errors;
}

/* How many queues of either side ethtool -S tells of: the first ones */
static u32 vnet_stats_queues(const struct net_device *dev)
{
	u32 most = max(dev->num_tx_queues, dev->num_rx_queues), names = 0, i;

	for (i = 0; i < most; i++) {
		if (i < dev->num_tx_queues)
			names += VNET_TX_PRIVATE;
		if (i < dev->num_rx_queues)
			names += VNET_RX_PRIVATE;
		if (names > VNET_PRIVATE_MAX)
			break;
	}
	return i;
}

/**
 * vnet_stats_count - number of ethtool statistics
 * @dev: the device
 *
 * Return: the number; it does not change during the device's life.
 */
int vnet_stats_count(const struct net_device *dev)
{
	u32 queues = vnet_stats_queues(dev);

	return min(queues, dev->num_tx_queues) * VNET_TX_PRIVATE +
	       min(queues, dev->num_rx_queues) * VNET_RX_PRIVATE;
}

/**
 * vnet_stats_strings - names of the ethtool statistics
 * @dev: the device
 * @data: room for vnet_stats_count() names of ETH_GSTRING_LEN
 */
void vnet_stats_strings(const struct net_device *dev, u8 *data)
{
	u32 queues = vnet_stats_queues(dev), i, j;

	for (i = 0; i < min(queues, dev->num_tx_queues); i++) {
		for (j = 0; j < VNET_TX_STATS; j++)
			if (!(VNET_TX_STANDARD & BIT(j)))
				ethtool_sprintf(&data, "tx%u_%s", i,
						vnet_tx_names[j]);
	}
	for (i = 0; i < min(queues, dev->num_rx_queues); i++) {
		for (j = 0; j < VNET_RX_STATS; j++)
			if (!(VNET_RX_STANDARD & BIT(j)))
				ethtool_sprintf(&data, "rx%u_%s", i,
						vnet_rx_names[j]);
		for (j = 0; j < VNET_FEED_STATS; j++)
			if (!(VNET_RX_STANDARD & BIT(VNET_RX_STATS + j)))
				ethtool_sprintf(&data, "rx%u_%s", i,
						vnet_feed_names[j]);
		ethtool_sprintf(&data, "rx%u_irqs", i);
		for (j = 0; j < VNET_GEN_STATS; j++)
			ethtool_sprintf(&data, "rx%u_gen_%s", i,
					vnet_gen_names[j]);
	}
}

/**
 * vnet_stats_fetch - values of the ethtool statistics
 * @dev: the device
 * @data: room for vnet_stats_count() values
 */
void vnet_stats_fetch(const struct net_device *dev, u64 *data)
{
	const struct vnet_dev *vd = netdev_priv(dev);
	u64 tx[VNET_TX_STATS], rx[VNET_RX_COUNTED];
	u32 queues = vnet_stats_queues(dev), i, j;
	u64 frames[VNET_FRAME_STATS];

	for (i = 0; i < min(queues, dev->num_tx_queues); i++) {
		vnet_stats_txq(&vd->txq[i], tx, frames);
		for (j = 0; j < VNET_TX_STATS; j++)
			if (!(VNET_TX_STANDARD & BIT(j)))
				*data++ = tx[j];
	}
	for (i = 0; i < min(queues, dev->num_rx_queues); i++) {
		vnet_stats_rxq(&vd->rxq[i], rx, frames);
		for (j = 0; j < VNET_RX_COUNTED; j++)
			if (!(VNET_RX_STANDARD & BIT(j)))
				*data++ = rx[j];
		vnet_stats_gen(&vd->rxq[i], data);
		data += VNET_GEN_STATS;
	}
}

/**
 * vnet_stats_xsize - room that vnet_stats_fill() needs
 *
 * Return: bytes.
 */
size_t vnet_stats_xsize(void)
{
	return nla_total_size(0) +	/* IFLA_INFO_XSTATS */
	       VNET_TOTALS * nla_total_size_64bit(sizeof(u64));
}

/**
 * vnet_stats_fill - put the totals into IFLA_INFO_XSTATS
 * @skb: message
 * @dev: the device
 *
 * Context: RTNL.
 *
 * Return: 0 or -EMSGSIZE.
 */
int vnet_stats_fill(struct sk_buff *skb, const struct net_device *dev)
{
	struct nlattr *nest = nla_nest_start(skb, IFLA_INFO_XSTATS);
	struct vnet_totals sum;
	const u64 *v = (const u64 *)&sum;
	u32 i;

	if (!nest)
		return -EMSGSIZE;

	vnet_stats_total(dev, &sum);
	for (i = 0; i < VNET_TOTALS; i++)
		if (nla_put_u64_64bit(skb, IFLA_VNET_XSTATS_TX_FRAMES + i, v[i],
				      IFLA_VNET_XSTATS_PAD))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}
