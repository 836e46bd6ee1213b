// SPDX-License-Identifier: GPL-2.0-only
/*
 * rtnetlink: makes and changes devices, and tells what they are.
 */
#include <linux/capability.h>
#include <linux/ethtool_netlink.h>
#include <linux/nsproxy.h>
#include <net/net_namespace.h>
#include <net/rtnetlink.h>

#include "request.h"
#include "vnet.h"

static void vnet_config_get(const struct vnet_dev *vd, struct vnet_config *cfg)
{
	cfg->tx_ring = vd->tx_ring;
	cfg->rx_ring = vd->rx_ring;
	cfg->rx_pause = vd->rx_pause;
	cfg->tx_pause = vd->tx_pause;
	cfg->coal = vd->coal;
	cfg->irq = vd->irq;
	cfg->gen = NULL;
	cfg->queues = NULL;
}

static int vnet_check_irq(const struct vnet_dev *vd, bool irq,
			  struct netlink_ext_ack *extack)
{
	if (irq == vd->irq)
		return 0;
	/* Their numbers are the machine's, and charged to nobody */
	if (irq && !capable(CAP_NET_ADMIN)) {
		NL_SET_ERR_MSG(extack,
			       "irq: wants CAP_NET_ADMIN in the initial user namespace");
		return -EPERM;
	}
	if (!vd->open)
		return 0;
	NL_SET_ERR_MSG(extack, "irq: cannot be changed while the device is up");
	return -EBUSY;
}

static int vnet_set_irq(struct vnet_dev *vd, bool irq,
			struct netlink_ext_ack *extack)
{
	if (irq == vd->irq)
		return 0;
	if (irq)
		return vnet_irqs_alloc(vd, extack);
	vnet_irqs_free(vd);
	return 0;
}

/* What a request has changed that ethtool's listeners are to be told of */
struct vnet_changes {
	bool rings;
	bool pause;
	bool coalesce;
};

/* Context: RTNL, and the instance lock where operations have it */
static void vnet_changes_tell(struct net_device *dev,
			      const struct vnet_changes *changes)
{
	if (changes->rings)
		vnet_ethtool_notify(dev, ETHTOOL_MSG_RINGS_NTF);
	if (changes->pause)
		vnet_ethtool_notify(dev, ETHTOOL_MSG_PAUSE_NTF);
	if (changes->coalesce)
		vnet_ethtool_notify(dev, ETHTOOL_MSG_COALESCE_NTF);
}

/*
 * Apply @cfg; what can fail comes first, so that an error changes nothing. Context:
 * locked.
 */
static int vnet_config_set(struct vnet_dev *vd, const struct vnet_config *cfg,
			   struct vnet_changes *changes,
			   struct netlink_ext_ack *extack)
{
	struct vnet_gen_setup *gen;
	int err;

	vnet_assert_locked(vd);
	changes->rings = cfg->tx_ring != vd->tx_ring ||
			 cfg->rx_ring != vd->rx_ring;
	changes->pause = cfg->rx_pause != vd->rx_pause ||
			 cfg->tx_pause != vd->tx_pause;
	changes->coalesce = !vnet_coalesce_is(vd, &cfg->coal);
	err = vnet_check_irq(vd, cfg->irq, extack);
	if (err)
		return err;
	err = vnet_check_queues(vd, cfg->queues, cfg->irq, extack);
	if (err)
		return err;
	err = vnet_coalesce_prepare(vd, &cfg->coal, extack);
	if (err)
		return err;
	gen = vnet_gen_prepare(vd, cfg->gen, extack);
	if (IS_ERR(gen))
		return PTR_ERR(gen);
	/* Of a device that is up, this is no change; of others, rings cannot fail */
	err = vnet_set_irq(vd, cfg->irq, extack);
	if (!err && changes->rings)
		err = vnet_set_rings(vd, cfg->tx_ring, cfg->rx_ring, extack);
	if (err) {
		vnet_gen_discard(gen);
		return err;
	}
	if (changes->pause)
		vnet_set_pause(vd, cfg->rx_pause, cfg->tx_pause);
	if (changes->coalesce)
		vnet_set_coalesce(vd, &cfg->coal);
	vnet_set_queues(vd, cfg->queues);
	vnet_gen_commit(vd, gen);
	return 0;
}

/* Set what a device, not yet registered, is made with; context: locked */
static int vnet_config_init(struct vnet_dev *vd, const struct vnet_config *cfg,
			    struct netlink_ext_ack *extack)
{
	struct vnet_gen_setup *gen;
	int err;

	err = vnet_check_irq(vd, cfg->irq, extack);
	if (err)
		return err;
	err = vnet_check_queues(vd, cfg->queues, cfg->irq, extack);
	if (err)
		return err;
	gen = vnet_gen_prepare(vd, cfg->gen, extack);
	if (IS_ERR(gen))
		return PTR_ERR(gen);
	vnet_gen_commit(vd, gen);

	vd->tx_ring = cfg->tx_ring;
	vd->rx_ring = cfg->rx_ring;
	vd->rx_pause = cfg->rx_pause;
	vd->tx_pause = cfg->tx_pause;
	vd->coal = cfg->coal;
	vd->irq = cfg->irq;
	return 0;
}

/*
 * Register a device, after what can fail was looked at, as @cfg says; @mate is to be
 * at its other end, if it is not NULL
 */
static int vnet_register(struct net_device *dev, const struct vnet_dev *mate,
			 const struct vnet_config *cfg,
			 struct netlink_ext_ack *extack)
{
	struct vnet_dev *vd = netdev_priv(dev);
	int err;

	err = vnet_pair_get(vd, mate);
	if (!err) {
		vnet_lock(vd);
		err = vnet_config_init(vd, cfg, extack);
		vnet_unlock(vd);
	}
	if (err)
		goto put;

	err = register_netdevice(dev);
	if (err == -ENOMEM)
		NL_SET_ERR_MSG(extack, "no memory for the device");
	else if (err == -ENOSPC)
		NL_SET_ERR_MSG(extack, "irq: no numbers for the interrupts");
	if (err)
		goto put;

	vnet_lock(vd);
	vnet_set_queues(vd, cfg->queues);
	vnet_unlock(vd);
	return 0;

put:
	vnet_pair_put(vd);
	return err;
}

/*
 * Make the peer of @mate in @net from its nest and register it.
 *
 * Return: the peer, not yet configured nor tied, or an error.
 */
static struct net_device *vnet_new_peer(struct net *net,
					const struct vnet_dev *mate,
					const struct ifinfomsg *ifm,
					struct nlattr **tb,
					struct netlink_ext_ack *extack)
{
	unsigned char assign_type = NET_NAME_ENUM;
	char name[IFNAMSIZ] = VNET_DRV_NAME "%d";
	struct nlattr *unused;
	struct vnet_config cfg;
	struct net_device *dev;
	int err;

	if (tb[IFLA_IFNAME]) {
		nla_strscpy(name, tb[IFLA_IFNAME], IFNAMSIZ);
		assign_type = NET_NAME_USER;
	}

	dev = rtnl_create_link(net, name, assign_type, &vnet_link_ops, tb,
			       extack);
	if (IS_ERR(dev))
		return dev;

	vnet_config_get(netdev_priv(dev), &cfg);
	err = vnet_parse_config(&cfg, vnet_info_data(tb), &unused, extack);
	if (err)
		goto free;
	dev->ifindex = ifm->ifi_index;

	err = vnet_register(dev, mate, &cfg, extack);
	if (err) {
		if (err == -EEXIST)
			vnet_nl_err(extack, tb[IFLA_IFNAME],
				    "peer: a device of this name exists",
				    "peer: a device named %s exists", name);
		goto free;
	}
	return dev;

free:
	free_netdev(dev);
	return ERR_PTR(err);
}

/**
 * vnet_tie - make two devices the ends of one wire
 * @dev: one, registered and down; @peer was made its mate
 * @peer: the other
 *
 * Context: RTNL.
 */
void vnet_tie(struct net_device *dev, struct net_device *peer)
{
	struct vnet_dev *vd = netdev_priv(dev), *pd = netdev_priv(peer);

	vnet_lock(vd);
	rcu_assign_pointer(vd->peer, peer);
	rcu_assign_pointer(pd->peer, dev);
	vnet_link_flow(vd);
	vnet_unlock(vd);
}

static int vnet_new_pair(struct net_device *dev, const struct vnet_config *cfg,
			 struct net *peer_net, const struct nlattr *nest,
			 struct netlink_ext_ack *extack)
{
	struct net_device *peer;
	struct ifinfomsg *ifm;
	struct nlattr **tb;
	int err;

	tb = kcalloc(IFLA_MAX + 1, sizeof(*tb), GFP_KERNEL);
	if (!tb)
		return -ENOMEM;
	err = vnet_parse_peer(tb, nest, extack);
	if (err)
		goto free;

	ifm = nla_data(nest);
	if (ifm->ifi_index < 0) {
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "peer: index must not be negative");
		err = -EINVAL;
		goto free;
	}

	err = vnet_register(dev, NULL, cfg, extack);
	if (err)
		goto free;

	peer = vnet_new_peer(peer_net, netdev_priv(dev), ifm, tb, extack);
	if (IS_ERR(peer)) {
		err = PTR_ERR(peer);
		goto unregister;
	}
	vnet_tie(dev, peer);

	netdev_lock_ops(peer);
	err = rtnl_configure_link(peer, ifm, 0, NULL);
	netdev_unlock_ops(peer);
	if (err)
		goto unregister_peer;
	kfree(tb);
	return 0;

unregister_peer:
	unregister_netdevice(peer);
unregister:
	unregister_netdevice(dev);
free:
	kfree(tb);
	return err;
}

static int vnet_newlink(struct net_device *dev,
			struct rtnl_newlink_params *params,
			struct netlink_ext_ack *extack)
{
	struct vnet_config cfg;
	struct nlattr *peer;
	int err;

	vnet_config_get(netdev_priv(dev), &cfg);
	err = vnet_parse_config(&cfg, vnet_info_data(params->tb), &peer,
				extack);
	if (err)
		return err;

	if (peer)
		return vnet_new_pair(dev, &cfg, rtnl_newlink_peer_net(params),
				     peer, extack);
	return vnet_register(dev, NULL, &cfg, extack);
}

#ifndef VNET_HAVE_NEWLINK_PARAMS
static int vnet_newlink_compat(struct net *src_net, struct net_device *dev,
			       struct nlattr *tb[], struct nlattr *data[],
			       struct netlink_ext_ack *extack)
{
	return vnet_compat_newlink(vnet_newlink, src_net, dev, tb, data,
				   extack);
}
#endif

/* A request may repeat who the peer is, no more */
static int vnet_check_same_peer(const struct vnet_dev *vd,
				const struct nlattr *nest,
				struct netlink_ext_ack *extack)
{
	const struct vnet_dev *peer = vnet_peer(vd);
	const struct nlattr *name = NULL;
	int len = nla_len(nest) - (int)sizeof(struct ifinfomsg);

	if (len > 0)
		name = vnet_nla_last(nla_data(nest) + sizeof(struct ifinfomsg),
				     len, IFLA_IFNAME);
	if (peer && name && !nla_strcmp(name, peer->dev->name))
		return 0;

	NL_SET_ERR_MSG_ATTR(extack, nest,
			    "peer: cannot be changed once the device is made");
	return -EOPNOTSUPP;
}

static int vnet_changelink(struct net_device *dev, struct nlattr *tb[],
			   struct nlattr *data[],
			   struct netlink_ext_ack *extack)
{
	struct vnet_dev *vd = netdev_priv(dev);
	struct vnet_changes changes;
	struct vnet_config cfg;
	struct nlattr *peer;
	int err;

	vnet_config_get(vd, &cfg);
	err = vnet_parse_config(&cfg, vnet_info_data(tb), &peer, extack);
	if (err)
		return err;
	if (peer) {
		err = vnet_check_same_peer(vd, peer, extack);
		if (err)
			return err;
	}

	netdev_lock_ops(dev);
	vnet_lock(vd);
	err = vnet_config_set(vd, &cfg, &changes, extack);
	vnet_unlock(vd);
	if (!err)
		vnet_changes_tell(dev, &changes);
	netdev_unlock_ops(dev);
	if (err)
		return err;
	/* For a device that is up the core tells */
	if (!(dev->flags & IFF_UP))
		call_netdevice_notifiers(NETDEV_CHANGEINFODATA, dev);
	return 0;
}

/*
 * Both ends go, whichever is asked to. One that goes already stays where it is: of
 * two namespaces that end at once it would come behind the loopback device of its
 * own, to which the core gives page pools that still have pages on their way.
 */
static void vnet_dellink(struct net_device *dev, struct list_head *head)
{
	struct vnet_dev *peer = vnet_peer(netdev_priv(dev));

	unregister_netdevice_queue(dev, head);
	if (peer && list_empty(&peer->dev->unreg_list))
		unregister_netdevice_queue(peer->dev, head);
}

static size_t vnet_get_size(const struct net_device *dev)
{
	const struct vnet_dev *vd = netdev_priv(dev);

	return nla_total_size(sizeof(u32)) +	/* IFLA_VNET_TX_RING */
	       nla_total_size(sizeof(u32)) +	/* IFLA_VNET_RX_RING */
	       nla_total_size(sizeof(u8)) +	/* IFLA_VNET_RX_PAUSE */
	       nla_total_size(sizeof(u8)) +	/* IFLA_VNET_TX_PAUSE */
	       nla_total_size(sizeof(u32)) +	/* IFLA_VNET_TX_USECS */
	       nla_total_size(sizeof(u32)) +	/* IFLA_VNET_TX_FRAMES */
	       nla_total_size(sizeof(u32)) +	/* IFLA_VNET_RX_USECS */
	       nla_total_size(sizeof(u32)) +	/* IFLA_VNET_RX_FRAMES */
	       nla_total_size(sizeof(u8)) +	/* IFLA_VNET_ADAPTIVE_RX */
	       nla_total_size(sizeof(u8)) +	/* IFLA_VNET_ADAPTIVE_TX */
	       nla_total_size(sizeof(u8)) +	/* IFLA_VNET_IRQ */
	       vnet_queues_size(vd) +		/* IFLA_VNET_QUEUES */
	       vnet_gen_size(&vd->gen.cfg) +	/* IFLA_VNET_GEN */
	       nla_total_size(0) +		/* IFLA_VNET_STATE */
	       nla_total_size(sizeof(u32)) +	/* IFLA_VNET_STATE_TX_QUEUED */
	       nla_total_size(sizeof(u32)) +	/* IFLA_VNET_STATE_RX_QUEUED */
	       nla_total_size(sizeof(u8)) +	/* IFLA_VNET_STATE_GEN */
	       nla_total_size_64bit(sizeof(u64)) + /* _STATE_GEN_FRAMES */
	       nla_total_size_64bit(sizeof(u64)) + /* _STATE_GEN_NSECS */
	       nla_total_size_64bit(sizeof(u64));  /* _STATE_GEN_BYTES */
}

static int vnet_fill_state(struct sk_buff *skb, const struct net_device *dev)
{
	struct nlattr *nest = nla_nest_start(skb, IFLA_VNET_STATE);
	const struct vnet_dev *vd = netdev_priv(dev);
	struct vnet_gen_progress gen;
	u32 tx = 0, rx = 0, i;
	u8 state;

	if (!nest)
		return -EMSGSIZE;

	for (i = 0; i < dev->num_tx_queues; i++)
		tx += vnet_txq_used(&vd->txq[i]);
	for (i = 0; i < dev->num_rx_queues; i++)
		rx += vnet_ring_used(&vd->rxq[i].ring);
	state = vnet_gen_state(&vd->gen, &gen);

	if (nla_put_u32(skb, IFLA_VNET_STATE_TX_QUEUED, tx) ||
	    nla_put_u32(skb, IFLA_VNET_STATE_RX_QUEUED, rx) ||
	    nla_put_u8(skb, IFLA_VNET_STATE_GEN, state) ||
	    nla_put_u64_64bit(skb, IFLA_VNET_STATE_GEN_FRAMES, gen.made,
			      IFLA_VNET_STATE_PAD) ||
	    nla_put_u64_64bit(skb, IFLA_VNET_STATE_GEN_NSECS, gen.nsecs,
			      IFLA_VNET_STATE_PAD) ||
	    nla_put_u64_64bit(skb, IFLA_VNET_STATE_GEN_BYTES, gen.bytes,
			      IFLA_VNET_STATE_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* Context: locked */
static int vnet_fill(struct sk_buff *skb, const struct net_device *dev)
{
	const struct vnet_dev *vd = netdev_priv(dev);
	const struct vnet_coalesce *coal = &vd->coal;
	int err;

	if (nla_put_u32(skb, IFLA_VNET_TX_RING, vd->tx_ring) ||
	    nla_put_u32(skb, IFLA_VNET_RX_RING, vd->rx_ring) ||
	    nla_put_u8(skb, IFLA_VNET_RX_PAUSE, vd->rx_pause) ||
	    nla_put_u8(skb, IFLA_VNET_TX_PAUSE, vd->tx_pause) ||
	    nla_put_u32(skb, IFLA_VNET_TX_USECS, coal->tx.moder.usecs) ||
	    nla_put_u32(skb, IFLA_VNET_TX_FRAMES, coal->tx.moder.frames) ||
	    nla_put_u32(skb, IFLA_VNET_RX_USECS, coal->rx.moder.usecs) ||
	    nla_put_u32(skb, IFLA_VNET_RX_FRAMES, coal->rx.moder.frames) ||
	    nla_put_u8(skb, IFLA_VNET_ADAPTIVE_RX, coal->rx.adaptive) ||
	    nla_put_u8(skb, IFLA_VNET_ADAPTIVE_TX, coal->tx.adaptive) ||
	    nla_put_u8(skb, IFLA_VNET_IRQ, vd->irq))
		return -EMSGSIZE;

	err = vnet_queues_fill(skb, vd);
	if (err)
		return err;
	err = vnet_gen_fill(skb, &vd->gen.cfg);
	if (err)
		return err;
	return vnet_fill_state(skb, dev);
}

static int vnet_fill_info(struct sk_buff *skb, const struct net_device *dev)
{
	const struct vnet_dev *vd = netdev_priv(dev);
	int err;

	vnet_lock(vd);
	err = vnet_fill(skb, dev);
	vnet_unlock(vd);
	return err;
}

static size_t vnet_get_xstats_size(const struct net_device *dev)
{
	return vnet_stats_xsize();
}

static unsigned int vnet_get_num_queues(void)
{
	return min(netif_get_num_default_rss_queues(), VNET_QUEUES_MAX);
}

static struct net *vnet_get_link_net(const struct net_device *dev)
{
	const struct vnet_dev *vd = netdev_priv(dev);
	const struct net_device *peer = rtnl_dereference(vd->peer);

	return dev_net(peer ? peer : dev);
}

struct rtnl_link_ops vnet_link_ops = {
	.kind			= VNET_KIND,
	.priv_size		= sizeof(struct vnet_dev),
	.setup			= vnet_setup,
	.maxtype		= IFLA_VNET_MAX,
	.validate		= vnet_validate,
	.newlink		= VNET_NEWLINK(vnet_newlink),
	.changelink		= vnet_changelink,
	.dellink		= vnet_dellink,
	.get_size		= vnet_get_size,
	.fill_info		= vnet_fill_info,
	.get_xstats_size	= vnet_get_xstats_size,
	.fill_xstats		= vnet_stats_fill,
	.get_num_tx_queues	= vnet_get_num_queues,
	.get_num_rx_queues	= vnet_get_num_queues,
	.get_link_net		= vnet_get_link_net,
	VNET_PEER_TYPE(IFLA_VNET_PEER)
};
