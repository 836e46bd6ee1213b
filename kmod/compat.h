/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What older kernels lack, so that the rest is written for the newest. Kbuild
 * looks into the headers and sets VNET_HAVE_*; versions are not compared,
 * since stable kernels take backports. The in-tree driver does without.
 */
#ifndef _VNET_COMPAT_H
#define _VNET_COMPAT_H

#ifdef VNET_HAVE_KUNIT_VISIBILITY_H
#include <kunit/visibility.h>
#endif
#include <linux/dim.h>
#include <linux/ethtool.h>
#include <linux/hrtimer.h>
#include <linux/netdevice.h>
#include <linux/netlink.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/netdev_queues.h>
#ifdef VNET_HAVE_PAGE_POOL_DIR
#include <net/page_pool/helpers.h>
#else
#include <net/page_pool.h>
#endif
#include <net/rtnetlink.h>
#ifdef VNET_HAVE_UNALIGNED_H
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif
#ifdef VNET_HAVE_GSO_H
#include <net/gso.h>
#endif
#ifdef VNET_HAVE_NETDEV_LOCK_H
#include <net/netdev_lock.h>
#endif

__printf(4, 5)
void vnet_nl_err(struct netlink_ext_ack *extack, const struct nlattr *nla,
		 const char *text, const char *fmt, ...);

/* The core finds and checks the peer's netns */
#ifdef VNET_HAVE_NEWLINK_PARAMS
#define VNET_NEWLINK(newlink)	(newlink)
#define VNET_PEER_TYPE(type)	.peer_type = (type),
#else
struct rtnl_newlink_params {
	struct net *peer_net;
	struct nlattr **tb;
};

static inline struct net *
rtnl_newlink_peer_net(struct rtnl_newlink_params *params)
{
	return params->peer_net;
}

typedef int vnet_newlink_t(struct net_device *dev,
			   struct rtnl_newlink_params *params,
			   struct netlink_ext_ack *extack);

int vnet_compat_newlink(vnet_newlink_t *newlink, struct net *src_net,
			struct net_device *dev, struct nlattr *tb[],
			struct nlattr *data[], struct netlink_ext_ack *extack);

#define VNET_NEWLINK(newlink)	newlink ## _compat
#define VNET_PEER_TYPE(type)
#endif

/*
 * A NAPI that was listed anew would get another number and lose what was set of it:
 * it stays listed until vnet_napi_free(). These kernels do not wait for it.
 */
#ifndef VNET_HAVE_NAPI_ADD_CONFIG
static inline void
netif_napi_add_config_locked(struct net_device *dev, struct napi_struct *napi,
			     int (*poll)(struct napi_struct *, int), int index)
{
	if (!test_bit(NAPI_STATE_LISTED, &napi->state))
		netif_napi_add(dev, napi, poll);
}

static inline void __netif_napi_del_locked(struct napi_struct *napi)
{
}
#elif !defined VNET_HAVE_NAPI_LOCKED
#define netif_napi_add_config_locked	netif_napi_add_config
#define __netif_napi_del_locked		__netif_napi_del
#endif

/*
 * No operation has the instance lock, unless the driver takes it; with it, this is
 * the kernel's to say.
 */
#ifndef VNET_HAVE_OPS_LOCK
#define netdev_lock_ops(dev)		((void)(dev))
#define netdev_unlock_ops(dev)		((void)(dev))
#define netdev_lock_ops_to_full(dev)	netdev_lock(dev)
#define netdev_unlock_full_to_ops(dev)	netdev_unlock(dev)
#endif

/* They make operations have the instance lock, which wants all else that is new */
#if defined VNET_HAVE_OPS_LOCK && IS_ENABLED(CONFIG_NET_SHAPER)
#define VNET_HAVE_SHAPERS
#endif

static inline bool vnet_trylock_ops(struct net_device *dev)
{
#ifdef VNET_HAVE_OPS_LOCK
	return !netdev_need_ops_lock(dev) || netdev_trylock(dev);
#else
	return true;
#endif
}

/* No lock of the instance that would keep others from its NAPIs */
#ifndef VNET_HAVE_NAPI_LOCKED
#define netdev_lock(dev)		((void)(dev))
#define netdev_unlock(dev)		((void)(dev))
#define napi_enable_locked		napi_enable
#define napi_disable_locked		napi_disable
#define netif_napi_set_irq_locked	netif_napi_set_irq
#endif

#ifndef VNET_HAVE_QUEUE_SET_NAPI
enum netdev_queue_type {
	NETDEV_QUEUE_TYPE_RX,
};

static inline void
netif_queue_set_napi(struct net_device *dev, unsigned int index,
		     enum netdev_queue_type type, struct napi_struct *napi)
{
}

static inline void netif_napi_set_irq(struct napi_struct *napi, int irq)
{
}
#endif

/* Without it, newer kernels take an affinity at once as well */
#ifdef VNET_HAVE_IRQ_MOVE_PCNTXT
#define VNET_IRQ_MOVES	IRQ_MOVE_PCNTXT
#else
#define VNET_IRQ_MOVES	0
#endif

/* What is set of receive-side scaling, in one */
#ifdef VNET_HAVE_RXFH_PARAM
#define VNET_RXFH_OP(op)	(op)
#else
struct ethtool_rxfh_param {
	u8 hfunc;
	u32 *indir;
	u8 *key;
	u32 rss_context;
	u8 input_xfrm;
};

#define RXH_XFRM_SYM_OR_XOR	0
#define RXH_XFRM_NO_CHANGE	0xff

int vnet_get_rxfh_compat(struct net_device *dev, u32 *indir, u8 *key,
			 u8 *hfunc);
int vnet_set_rxfh_compat(struct net_device *dev, const u32 *indir,
			 const u8 *key, const u8 hfunc);

#define VNET_RXFH_OP(op)	op ## _compat
#endif

#ifndef VNET_HAVE_RXFH_FIELDS
struct ethtool_rxfh_fields {
	u32 data;
	u32 flow_type;
	u32 rss_context;
};
#endif

#ifndef RXH_IP6_FL
#define RXH_IP6_FL	0
#endif

/* Some of what is now asked by operations of their own */
#ifdef VNET_HAVE_RX_RING_COUNT
#define VNET_RXNFC_OP(op)	(op)
#else
int vnet_get_rxnfc_compat(struct net_device *dev, struct ethtool_rxnfc *info,
			  u32 *rule_locs);
int vnet_set_rxnfc_compat(struct net_device *dev, struct ethtool_rxnfc *info);

#define VNET_RXNFC_OP(op)	op ## _compat
#endif

#ifndef VNET_HAVE_TS_INFO
#define kernel_ethtool_ts_info	ethtool_ts_info
#endif

#ifndef VNET_HAVE_HRTIMER_SETUP
static inline void
hrtimer_setup(struct hrtimer *timer,
	      enum hrtimer_restart (*function)(struct hrtimer *),
	      clockid_t clock, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock, mode);
	timer->function = function;
}
#endif

#ifndef netif_txq_completed_wake
#define netif_txq_completed_wake(txq, pkts, bytes, get_desc, start_thrs) \
	({								\
		struct netdev_queue *_nq = (txq);			\
		int _res = 1;						\
									\
		netdev_tx_completed_queue(_nq, pkts, bytes);		\
		if (unlikely(netif_tx_queue_stopped(_nq)) &&		\
		    (get_desc) >= (start_thrs)) {			\
			netif_tx_wake_queue(_nq);			\
			_res = 0;					\
		}							\
		_res;							\
	})
#endif

static inline void vnet_ethtool_notify(struct net_device *dev, unsigned int cmd)
{
#ifdef VNET_HAVE_ETHTOOL_NOTIFY_DATA
	ethtool_notify(dev, cmd, NULL);
#else
	ethtool_notify(dev, cmd);
#endif
}

static inline void vnet_net_dim(struct dim *dim, const struct dim_sample *sample)
{
#ifdef VNET_HAVE_DIM_POINTER
	net_dim(dim, sample);
#else
	net_dim(dim, *sample);
#endif
}

/* Whether GRO holds frames of this NAPI, to merge or to hand on in a list */
static inline bool vnet_napi_gro_holds(const struct napi_struct *napi)
{
#ifdef VNET_HAVE_GRO_NODE
	return napi->gro.bitmask || napi->gro.rx_count;
#else
	return napi->gro_bitmask || napi->rx_count;
#endif
}

/* Let pages that this NAPI's CPU gives back be recycled without a lock */
static inline void vnet_page_pool_napi(struct page_pool_params *params,
				       struct net_device *dev,
				       struct napi_struct *napi)
{
#ifdef VNET_HAVE_PAGE_POOL_DIR
	params->netdev = dev;
	params->napi = napi;
#endif
}

/* Whether somebody has set XPS for a device */
static inline bool vnet_dev_has_xps(const struct net_device *dev)
{
#ifdef CONFIG_XPS
	return rcu_access_pointer(dev->xps_maps[XPS_CPUS]) ||
	       rcu_access_pointer(dev->xps_maps[XPS_RXQS]);
#else
	return false;
#endif
}

/* Whether NAPI waits on this CPU's list, or is polled from it; BH disabled */
static inline bool vnet_napi_is_here(const struct napi_struct *napi)
{
#ifdef VNET_HAVE_LIST_OWNER
	return READ_ONCE(napi->list_owner) == smp_processor_id();
#else
	return false;
#endif
}

/* Whether GRO may hold frames from one poll to the next */
static inline bool vnet_napi_gro_waits(const struct napi_struct *napi)
{
#ifdef VNET_HAVE_NAPI_ADD_CONFIG
	return READ_ONCE(napi->gro_flush_timeout);
#else
	return READ_ONCE(napi->dev->gro_flush_timeout);
#endif
}

/* Length of the header that marks BIG TCP over IPv6, and that no segment has */
static inline u32 vnet_gso_jumbo_len(const struct sk_buff *skb)
{
#ifdef VNET_HAVE_HOPOPT_JUMBO
	return ipv6_has_hopopt_jumbo(skb) ? sizeof(struct hop_jumbo_hdr) : 0;
#else
	return 0;
#endif
}

/* For segments of TCP that all have the CWR flag, not but the first */
#ifdef VNET_HAVE_GSO_ACCECN
#define VNET_GSO_TCP_ACCECN	SKB_GSO_TCP_ACCECN
#else
#define VNET_GSO_TCP_ACCECN	0
#endif

/*
 * Whether segmentation can give all segments one IP identification. Older kernels do
 * so in the innermost header only, and where it is not needed.
 */
static inline bool vnet_gso_may_fix_id(const struct iphdr *ip, bool tunnel)
{
#ifdef VNET_HAVE_GSO_FIXEDID_INNER
	return true;
#else
	return !tunnel && (ip->frag_off & htons(IP_DF));
#endif
}

/* What has it do so; @fixed: a bit for each header, the outermost first */
static inline u32 vnet_gso_fixed_id(u8 fixed)
{
#ifdef VNET_HAVE_GSO_FIXEDID_INNER
	return (fixed & BIT(0) ? SKB_GSO_TCP_FIXEDID : 0) |
	       (fixed & BIT(1) ? SKB_GSO_TCP_FIXEDID_INNER : 0);
#else
	return fixed ? SKB_GSO_TCP_FIXEDID : 0;
#endif
}

/* The longest that GRO may make */
static inline u32 vnet_gro_max_size(const struct net_device *dev, bool ip6)
{
#ifdef VNET_HAVE_GRO_IPV4_MAX_SIZE
	if (!ip6)
		return READ_ONCE(dev->gro_ipv4_max_size);
#endif
	return READ_ONCE(dev->gro_max_size);
}

#endif /* _VNET_COMPAT_H */
