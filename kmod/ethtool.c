// SPDX-License-Identifier: GPL-2.0-only
/*
 * ethtool: the other door to the state that rtnetlink shows. Whoever changes
 * something here tells those who listen there.
 */
#include <linux/ethtool.h>
#include <linux/net_tstamp.h>

#include "ethtool.h"
#include "ntuple.h"
#include "request.h"
#include "rss.h"
#include "vnet.h"

static void vnet_get_drvinfo(struct net_device *dev,
			     struct ethtool_drvinfo *info)
{
	strscpy(info->driver, VNET_DRV_NAME, sizeof(info->driver));
}

static void vnet_get_ringparam(struct net_device *dev,
			       struct ethtool_ringparam *ring,
			       struct kernel_ethtool_ringparam *kernel_ring,
			       struct netlink_ext_ack *extack)
{
	const struct vnet_dev *vd = netdev_priv(dev);

	ring->rx_max_pending = VNET_RING_MAX;
	ring->tx_max_pending = VNET_RING_MAX;
	ring->rx_pending = vd->rx_ring;
	ring->tx_pending = vd->tx_ring;
}

static int vnet_set_ringparam(struct net_device *dev,
			      struct ethtool_ringparam *ring,
			      struct kernel_ethtool_ringparam *kernel_ring,
			      struct netlink_ext_ack *extack)
{
	struct vnet_dev *vd = netdev_priv(dev);
	int err;

	err = vnet_check_option(IFLA_VNET_TX_RING, ring->tx_pending, extack);
	if (err)
		return err;
	err = vnet_check_option(IFLA_VNET_RX_RING, ring->rx_pending, extack);
	if (err)
		return err;

	vnet_lock(vd);
	err = vnet_set_rings(vd, ring->tx_pending, ring->rx_pending, extack);
	vnet_unlock(vd);
	if (err)
		return err;
	call_netdevice_notifiers(NETDEV_CHANGEINFODATA, dev);
	return 0;
}

static void vnet_get_channels(struct net_device *dev,
			      struct ethtool_channels *ch)
{
	ch->max_rx = dev->num_rx_queues;
	ch->max_tx = dev->num_tx_queues;
	ch->max_combined = min(ch->max_rx, ch->max_tx);
	ch->combined_count = min(dev->real_num_rx_queues,
				 dev->real_num_tx_queues);
	ch->rx_count = dev->real_num_rx_queues - ch->combined_count;
	ch->tx_count = dev->real_num_tx_queues - ch->combined_count;
}

/* The core has checked each number against its own maximum */
static int vnet_set_channels_op(struct net_device *dev,
				struct ethtool_channels *ch)
{
	u32 rx = ch->combined_count + ch->rx_count;
	u32 tx = ch->combined_count + ch->tx_count;
	struct vnet_dev *vd = netdev_priv(dev);
	int err;

	if (!rx || !tx || rx > dev->num_rx_queues || tx > dev->num_tx_queues) {
		netif_info(vd, drv, dev, "channels: %u TX and %u RX, must be from 1 to %u and %u\n",
			   tx, rx, dev->num_tx_queues, dev->num_rx_queues);
		return -EINVAL;
	}
	/* As many as there are of both are combined, and told as such */
	if (ch->rx_count && ch->tx_count) {
		netif_info(vd, drv, dev, "channels: %u RX and %u TX, one of them must be 0: pairs are combined\n",
			   ch->rx_count, ch->tx_count);
		return -EINVAL;
	}
	vnet_lock(vd);
	err = vnet_rss_channels_begin(vd, rx);
	if (err) {
		vnet_unlock(vd);
		return err;
	}
	err = vnet_set_channels(vd, tx, rx, NULL);
	vnet_rss_channels_end(vd);
	vnet_unlock(vd);
	if (err == -EBUSY)
		netif_info(vd, drv, dev, "channels: a ring does not drain, the generator was told to use a queue that would go, or all that would be left have failed\n");
	return err;
}

static void vnet_get_pauseparam(struct net_device *dev,
				struct ethtool_pauseparam *pause)
{
	const struct vnet_dev *vd = netdev_priv(dev);

	pause->rx_pause = vd->rx_pause;
	pause->tx_pause = vd->tx_pause;
}

static int vnet_set_pauseparam(struct net_device *dev,
			       struct ethtool_pauseparam *pause)
{
	struct vnet_dev *vd = netdev_priv(dev);

	if (pause->autoneg)
		return -EOPNOTSUPP;

	vnet_lock(vd);
	vnet_set_pause(vd, pause->rx_pause, pause->tx_pause);
	vnet_unlock(vd);
	call_netdevice_notifiers(NETDEV_CHANGEINFODATA, dev);
	return 0;
}

static int vnet_get_sset_count(struct net_device *dev, int sset)
{
	switch (sset) {
	case ETH_SS_STATS:
		return vnet_stats_count(dev);
	case ETH_SS_TEST:
		return vnet_test_count();
	default:
		return -EOPNOTSUPP;
	}
}

static void vnet_get_strings(struct net_device *dev, u32 sset, u8 *data)
{
	if (sset == ETH_SS_STATS)
		vnet_stats_strings(dev, data);
	else if (sset == ETH_SS_TEST)
		vnet_test_strings(data);
}

static void vnet_get_ethtool_stats(struct net_device *dev,
				   struct ethtool_stats *stats, u64 *data)
{
	vnet_stats_fetch(dev, data);
}

static int vnet_get_ts_info(struct net_device *dev,
			    struct kernel_ethtool_ts_info *info)
{
	info->so_timestamping = SOF_TIMESTAMPING_TX_SOFTWARE |
				SOF_TIMESTAMPING_RX_SOFTWARE |
				SOF_TIMESTAMPING_SOFTWARE;
	info->phc_index = -1;
	return 0;
}

#ifdef VNET_HAVE_OPS_LOCK
/* What concerns the core or the other end as well; the pair's lock does for the rest */
#define VNET_NEEDS_RTNL	(ETHTOOL_OP_NEEDS_RTNL_LINKSETTINGS |		\
			 ETHTOOL_OP_NEEDS_RTNL_SRINGPARAM |		\
			 ETHTOOL_OP_NEEDS_RTNL_SCHANNELS |		\
			 ETHTOOL_OP_NEEDS_RTNL_SCOALESCE |		\
			 ETHTOOL_OP_NEEDS_RTNL_SPAUSEPARAM |		\
			 ETHTOOL_OP_NEEDS_RTNL_GLINK |			\
			 ETHTOOL_OP_NEEDS_RTNL_TEST)
#endif

const struct ethtool_ops vnet_ethtool_ops = {
#ifdef VNET_HAVE_OPS_LOCK
	.op_needs_rtnl		= VNET_NEEDS_RTNL,
#endif
#ifdef VNET_HAVE_RXFH_CONTEXTS
	.supported_input_xfrm	= RXH_XFRM_SYM_XOR | RXH_XFRM_SYM_OR_XOR,
	.rxfh_per_ctx_fields	= true,
	.rxfh_per_ctx_key	= true,
	.cap_rss_rxnfc_adds	= true,
	.rxfh_max_num_contexts	= VNET_RSS_CONTEXTS_MAX,
#endif
	.supported_coalesce_params = ETHTOOL_COALESCE_TX_USECS |
				     ETHTOOL_COALESCE_TX_MAX_FRAMES |
				     ETHTOOL_COALESCE_RX_USECS |
				     ETHTOOL_COALESCE_RX_MAX_FRAMES |
				     ETHTOOL_COALESCE_USE_ADAPTIVE,
	.get_drvinfo		= vnet_get_drvinfo,
	.get_regs_len		= vnet_get_regs_len,
	.get_regs		= vnet_get_regs,
	.get_dump_flag		= vnet_get_dump_flag,
	.get_dump_data		= vnet_get_dump_data,
	.set_dump		= vnet_set_dump,
	.self_test		= vnet_self_test,
	.get_msglevel		= vnet_get_msglevel,
	.set_msglevel		= vnet_set_msglevel,
	.get_link		= ethtool_op_get_link,
	.get_link_ext_state	= vnet_get_link_ext_state,
	.get_link_ksettings	= vnet_get_link_ksettings,
	.set_link_ksettings	= vnet_set_link_ksettings,
	.get_ringparam		= vnet_get_ringparam,
	.set_ringparam		= vnet_set_ringparam,
	.get_channels		= vnet_get_channels,
	.set_channels		= vnet_set_channels_op,
	.get_coalesce		= vnet_get_coalesce,
	.set_coalesce		= vnet_set_coalesce_op,
	.get_per_queue_coalesce	= vnet_get_per_queue_coalesce,
	.set_per_queue_coalesce	= vnet_set_per_queue_coalesce,
	.get_pauseparam		= vnet_get_pauseparam,
	.set_pauseparam		= vnet_set_pauseparam,
	.get_sset_count		= vnet_get_sset_count,
	.get_strings		= vnet_get_strings,
	.get_ethtool_stats	= vnet_get_ethtool_stats,
	.get_pause_stats	= vnet_get_pause_stats,
	.get_eth_mac_stats	= vnet_get_eth_mac_stats,
	.get_eth_ctrl_stats	= vnet_get_eth_ctrl_stats,
	.get_rmon_stats		= vnet_get_rmon_stats,
	.get_rxnfc		= VNET_RXNFC_OP(vnet_get_rxnfc),
	.set_rxnfc		= VNET_RXNFC_OP(vnet_set_rxnfc),
#ifdef VNET_HAVE_RX_RING_COUNT
	.get_rx_ring_count	= vnet_get_rx_ring_count,
#endif
	.get_rxfh_key_size	= vnet_get_rxfh_key_size,
	.get_rxfh_indir_size	= vnet_get_rxfh_indir_size,
	.get_rxfh		= VNET_RXFH_OP(vnet_get_rxfh),
	.set_rxfh		= VNET_RXFH_OP(vnet_set_rxfh),
#ifdef VNET_HAVE_RXFH_FIELDS
	.get_rxfh_fields	= vnet_get_rxfh_fields,
	.set_rxfh_fields	= vnet_set_rxfh_fields,
#endif
#ifdef VNET_HAVE_RXFH_CONTEXTS
	.create_rxfh_context	= vnet_create_rxfh_context,
	.modify_rxfh_context	= vnet_modify_rxfh_context,
	.remove_rxfh_context	= vnet_remove_rxfh_context,
#endif
	.get_ts_info		= vnet_get_ts_info,
};
