// SPDX-License-Identifier: GPL-2.0-only
/*
 * The net_device: its life from ndo_init to the destructor, and what the core
 * asks of it.
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>

#include "ethtool.h"
#include "merge.h"
#include "shaper.h"
#include "steer.h"
#include "vnet.h"

#define VNET_FEATURES	(NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HIGHDMA | \
			 NETIF_F_HW_CSUM | NETIF_F_SCTP_CRC | \
			 NETIF_F_RXCSUM | NETIF_F_GSO_SOFTWARE | \
			 NETIF_F_GSO_ENCAP_ALL | NETIF_F_GRO_HW)

#define VNET_VLAN_FEATURES	(NETIF_F_HW_VLAN_CTAG_TX | \
				 NETIF_F_HW_VLAN_CTAG_RX | \
				 NETIF_F_HW_VLAN_STAG_TX | \
				 NETIF_F_HW_VLAN_STAG_RX)

/* What can be switched on, and is off */
#define VNET_OFF_FEATURES	(NETIF_F_RXHASH | NETIF_F_RXALL | \
				 NETIF_F_RXFCS | NETIF_F_LOOPBACK | \
				 NETIF_F_HW_VLAN_CTAG_FILTER | \
				 NETIF_F_HW_VLAN_STAG_FILTER)

/* Twice the usual: a receiver may be held up, as any software */
#define VNET_WATCHDOG_TIMEO	(10 * HZ)

static const struct device_type vnet_type = {
	.name	= VNET_DRV_NAME,
};

static void vnet_init_rxq(struct vnet_dev *vd, u32 i)
{
	struct vnet_rxq *rxq = &vd->rxq[i];

	rxq->dev = vd->dev;
	rxq->idx = i;
	vnet_vector_init(&rxq->vec, &rxq->napi);
	spin_lock_init(&rxq->feed_lock);
	INIT_LIST_HEAD(&rxq->stalled);
	u64_stats_init(&rxq->feed_stats.syncp);
	u64_stats_init(&rxq->stats.syncp);
	u64_stats_init(&rxq->gen_stats.syncp);
}

static void vnet_free_queues(struct vnet_dev *vd)
{
	u32 i;

	if (vd->txq && vd->rxq)
		vnet_coalesce_free(vd);
	for (i = 0; vd->txq && i < vd->dev->num_tx_queues; i++)
		vnet_rate_free(vd->txq[i].rate);
	vnet_shaper_exit(vd);
	vnet_shares_exit(&vd->shares);
	vnet_rss_free(vd);
	vnet_filter_free(vd);
	vnet_merge_free(vd);
	kvfree(vd->rxq);
	kvfree(vd->txq);
	vd->rxq = NULL;
	vd->txq = NULL;
}

static int vnet_init(struct net_device *dev)
{
	struct vnet_dev *vd = netdev_priv(dev);
	int err;
	u32 i;

	vnet_rss_init(vd);
	vnet_shares_init(&vd->shares);
	INIT_LIST_HEAD(&vd->shaper_nodes);
	vd->txq = kvcalloc(dev->num_tx_queues, sizeof(*vd->txq), VNET_GFP);
	vd->rxq = kvcalloc(dev->num_rx_queues, sizeof(*vd->rxq), VNET_GFP);
	if (!vd->txq || !vd->rxq) {
		vnet_free_queues(vd);
		return -ENOMEM;
	}

	for (i = 0; i < dev->num_tx_queues; i++)
		vnet_txq_init(&vd->txq[i], dev, i);
	for (i = 0; i < dev->num_rx_queues; i++)
		vnet_init_rxq(vd, i);
	vnet_napi_init(vd);
	vnet_irqs_init(vd);
	err = vnet_coalesce_init(vd);
	if (!err && vd->irq)
		err = vnet_irqs_alloc(vd, NULL);
	if (err)
		goto free;
	vnet_gen_init(vd);
	vnet_watchdog_init(vd);
	netdev_lockdep_set_classes(dev);
	return 0;

free:
	vnet_napi_free(vd);
	vnet_free_queues(vd);
	return err;
}

static void vnet_uninit(struct net_device *dev)
{
	struct vnet_dev *vd = netdev_priv(dev);
	struct vnet_dev *peer = vnet_peer(vd);

	/* Both ends go together, and are closed by now */
	vnet_lock(vd);
	if (peer)
		RCU_INIT_POINTER(peer->peer, NULL);
	RCU_INIT_POINTER(vd->peer, NULL);
	vnet_unlock(vd);

	vnet_gen_exit(vd);
	vnet_irqs_exit(vd);
	vnet_napi_free(vd);
}

static void vnet_destruct(struct net_device *dev)
{
	vnet_free_queues(netdev_priv(dev));
	vnet_pair_put(netdev_priv(dev));
}

/* Context: locked */
static int vnet_up(struct vnet_dev *vd)
{
	struct net_device *dev = vd->dev;
	int err;

	err = vnet_rings_alloc(vd, NULL);
	if (err)
		return err;
	err = vnet_irqs_request(vd);
	if (err)
		goto free;

	vnet_napi_start(vd, 0, dev->real_num_rx_queues);
	netif_tx_start_all_queues(dev);

	vnet_rss_settle(vd);
	vd->open = true;
	vnet_link_share(vd);
	err = vnet_gen_start(vd);
	if (err)
		goto disable;
	vnet_link_update(vd);
	return 0;

disable:
	vd->open = false;
	netif_tx_stop_all_queues(dev);
	vnet_napi_stop(vd, 0, dev->real_num_rx_queues);
	vnet_irqs_release(vd);
free:
	vnet_rings_free(vd);
	return err;
}

static int vnet_open(struct net_device *dev)
{
	struct vnet_dev *vd = netdev_priv(dev);
	int err;

	vnet_lock(vd);
	err = vnet_up(vd);
	vnet_unlock(vd);
	return err;
}

/* Drop what the TX queues of @vd hold, which nobody moves any more */
static void vnet_stop_tx(struct vnet_dev *vd)
{
	struct vnet_txq *txq;
	u32 i, charge;

	for (i = 0; i < vd->dev->num_tx_queues; i++) {
		txq = &vd->txq[i];

		vnet_wire_cancel(txq);
		vnet_txq_flush(txq, &charge);
		vnet_txq_reset(txq);
	}
}

/* Drop what a peer had under way to @vd, whose NAPI is disabled */
static void vnet_stop_rx(struct vnet_dev *vd, struct vnet_dev *peer)
{
	u32 i, descs, charge;
	struct vnet_txq *txq;

	/* A wire with a rate would go on by its timer, and feed what is flushed */
	for (i = 0; peer && i < peer->dev->num_tx_queues; i++)
		vnet_wire_cancel(&peer->txq[i]);

	for (i = 0; i < vd->dev->num_rx_queues; i++)
		vnet_rx_flush(&vd->rxq[i]);

	for (i = 0; peer && i < peer->dev->num_tx_queues; i++) {
		txq = &peer->txq[i];

		descs = vnet_txq_flush(txq, &charge);
		if (!descs)
			continue;
		local_bh_disable();
		vnet_txq_complete(txq, descs, charge);
		local_bh_enable();
	}
}

/* Context: locked */
static void vnet_down(struct vnet_dev *vd)
{
	struct vnet_dev *far = vnet_far(vd);
	struct net_device *dev = vd->dev;
	u32 i;

	netif_tx_disable(dev);
	vnet_watchdog_stop(vd);
	vnet_gen_stop(vd);

	vd->open = false;
	for (i = 0; i < dev->num_tx_queues; i++)
		vnet_link_leave(&vd->txq[i]);
	if (vd->linked)
		vnet_link_down(vd);
	/* The receiver may be at it to complete what was sent from here */
	if (far && far->open)
		synchronize_net();

	vnet_napi_stop(vd, 0, dev->real_num_rx_queues);
	vnet_irqs_release(vd);

	vnet_stop_tx(vd);
	vnet_stop_rx(vd, far == vd ? NULL : far);
	vnet_rings_free(vd);
	vnet_gather(vd);
}

static int vnet_stop(struct net_device *dev)
{
	struct vnet_dev *vd = netdev_priv(dev);

	vnet_lock(vd);
	vnet_down(vd);
	vnet_unlock(vd);
	return 0;
}

static int vnet_change_mtu(struct net_device *dev, int mtu)
{
	const struct vnet_dev *vd = netdev_priv(dev);
	bool fits;

	vnet_lock(vd);
	fits = vnet_gen_fits(&vd->gen.cfg, mtu);
	vnet_unlock(vd);
	if (!fits) {
		netdev_info(dev, "mtu %d: the generator's frames are longer\n",
			    mtu);
		return -EBUSY;
	}
	WRITE_ONCE(dev->mtu, mtu);
	return 0;
}

/* Context: locked */
static int vnet_apply_features(struct vnet_dev *vd, netdev_features_t features)
{
	netdev_features_t changed = vd->dev->features ^ features;
	int err;

	if (changed & NETIF_F_LOOPBACK) {
		err = vnet_set_loop(vd, features & NETIF_F_LOOPBACK);
		if (err)
			return err;
		/* It stays so, whatever becomes of the others */
		vd->dev->features ^= NETIF_F_LOOPBACK;
	}
	if (changed & (NETIF_F_NTUPLE | NETIF_F_RXHASH)) {
		err = vnet_steer_build(vd, features, NULL);
		if (err)
			return err;
	}
	if (vnet_merge_wanted(features)) {
		err = vnet_merge_alloc(vd);
		if (err)
			return err;
	}
	vnet_offload_mark(vd, features);
	return 0;
}

static int vnet_set_features(struct net_device *dev, netdev_features_t features)
{
	struct vnet_dev *vd = netdev_priv(dev);
	int err;

	vnet_lock(vd);
	err = vnet_apply_features(vd, features);
	vnet_unlock(vd);
	return err;
}

static int vnet_change_carrier(struct net_device *dev, bool carrier)
{
	struct vnet_dev *vd = netdev_priv(dev);

	vnet_lock(vd);
	vd->carrier = carrier;
	vnet_link_update(vd);
	vnet_unlock(vd);
	return 0;
}

static int vnet_get_iflink(const struct net_device *dev)
{
	const struct vnet_dev *vd = netdev_priv(dev);
	const struct net_device *peer;
	int iflink;

	rcu_read_lock();
	peer = rcu_dereference(vd->peer);
	iflink = peer ? READ_ONCE(peer->ifindex) : READ_ONCE(dev->ifindex);
	rcu_read_unlock();
	return iflink;
}

static const struct net_device_ops vnet_netdev_ops = {
	.ndo_init		= vnet_init,
	.ndo_uninit		= vnet_uninit,
	.ndo_open		= vnet_open,
	.ndo_stop		= vnet_stop,
	.ndo_start_xmit		= vnet_xmit,
	.ndo_select_queue	= vnet_select_queue,
	.ndo_tx_timeout		= vnet_tx_timeout,
#ifdef VNET_HAVE_OPS_LOCK
	.ndo_set_rx_mode_async	= vnet_set_rx_mode_async,
#else
	.ndo_set_rx_mode	= vnet_set_rx_mode,
#endif
	.ndo_vlan_rx_add_vid	= vnet_vlan_add_vid,
	.ndo_vlan_rx_kill_vid	= vnet_vlan_kill_vid,
	.ndo_set_mac_address	= eth_mac_addr,
	.ndo_validate_addr	= eth_validate_addr,
	.ndo_change_mtu		= vnet_change_mtu,
	.ndo_set_features	= vnet_set_features,
	.ndo_change_carrier	= vnet_change_carrier,
	.ndo_set_tx_maxrate	= vnet_set_tx_maxrate,
	.ndo_get_stats64	= vnet_get_stats64,
	.ndo_get_iflink		= vnet_get_iflink,
	.ndo_features_check	= passthru_features_check,
#ifdef VNET_HAVE_SHAPERS
	.net_shaper_ops		= &vnet_shaper_ops,
#endif
};

/**
 * vnet_setup - rtnl_link_ops.setup: a device with all defaults
 * @dev: the device, just allocated
 */
void vnet_setup(struct net_device *dev)
{
	struct vnet_dev *vd = netdev_priv(dev);

	ether_setup(dev);
	dev->netdev_ops = &vnet_netdev_ops;
	dev->ethtool_ops = &vnet_ethtool_ops;
#ifdef VNET_HAVE_QSTATS
	dev->stat_ops = &vnet_stat_ops;
#endif
	SET_NETDEV_DEVTYPE(dev, &vnet_type);

	/* A frame is written to on its way, so it has to be the only one */
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	dev->priv_flags |= IFF_LIVE_ADDR_CHANGE;
	/* netpoll sends with interrupts off, our locks are not made for it */
	dev->priv_flags |= IFF_DISABLE_NETPOLL;
	dev->priv_flags |= IFF_SUPP_NOFCS | IFF_UNICAST_FLT;
	dev->watchdog_timeo = VNET_WATCHDOG_TIMEO;
	dev->needs_free_netdev = true;
	dev->priv_destructor = vnet_destruct;
	dev->min_mtu = VNET_MTU_MIN;
	dev->max_mtu = VNET_MTU_MAX;

	dev->hw_features = VNET_FEATURES | VNET_VLAN_FEATURES |
			   NETIF_F_NTUPLE | VNET_OFF_FEATURES;
	dev->features = VNET_FEATURES | VNET_VLAN_FEATURES | NETIF_F_NTUPLE;
	dev->vlan_features = VNET_FEATURES;
	dev->hw_enc_features = VNET_FEATURES;
	dev->mpls_features = NETIF_F_HW_CSUM | NETIF_F_GSO_SOFTWARE;
	netif_set_tso_max_size(dev, GSO_MAX_SIZE);

	vd->dev = dev;
	vd->carrier = true;
	vnet_mode_init(&vd->phy);
	vd->speed = VNET_SPEED_NONE;
	vd->rx_pause = VNET_RX_PAUSE_DEFAULT;
	vd->tx_pause = VNET_TX_PAUSE_DEFAULT;
	vd->tx_ring = VNET_RING_DEFAULT;
	vd->rx_ring = VNET_RING_DEFAULT;
	vd->coal = (struct vnet_coalesce) {
		.rx = {
			.moder.usecs = VNET_RX_USECS_DEFAULT,
			.moder.frames = VNET_RX_FRAMES_DEFAULT,
			.adaptive = VNET_ADAPTIVE_RX_DEFAULT,
		},
		.tx = {
			.moder.usecs = VNET_TX_USECS_DEFAULT,
			.moder.frames = VNET_TX_FRAMES_DEFAULT,
			.adaptive = VNET_ADAPTIVE_TX_DEFAULT,
		},
	};
	vd->irq = VNET_IRQ_DEFAULT;
	vnet_gen_defaults(&vd->gen.cfg);
	eth_hw_addr_random(dev);
	netif_carrier_off(dev);
}
