// SPDX-License-Identifier: GPL-2.0-only
/*
 * What older kernels lack and is too large for compat.h.
 */
#include <linux/user_namespace.h>
#include <net/net_namespace.h>

#include "ntuple.h"
#include "rss.h"
#include "vnet.h"

/**
 * vnet_nl_err - set an extack message that names the value
 * @extack: to set, may be NULL
 * @nla: the attribute that is wrong, may be NULL
 * @text: the message for kernels whose extack takes no format; it names no
 *	value, the offset of @nla tells it
 * @fmt: the message
 */
void vnet_nl_err(struct netlink_ext_ack *extack, const struct nlattr *nla,
		 const char *text, const char *fmt, ...)
{
	if (!extack)
		return;
#ifdef NL_SET_ERR_MSG_FMT
	struct va_format vaf = { .fmt = fmt };
	va_list args;

	va_start(args, fmt);
	vaf.va = &args;
	NL_SET_ERR_MSG_FMT(extack, "%pV", &vaf);
	va_end(args);
#else
	extack->_msg = text;
#endif
	NL_SET_BAD_ATTR(extack, nla);
}

#ifndef VNET_HAVE_NEWLINK_PARAMS
/**
 * vnet_compat_newlink - find and check the peer's netns, as newer kernels do
 * @newlink: what to call then
 * @src_net: netns of the request
 * @dev: the device
 * @tb: its attributes
 * @data: its IFLA_INFO_DATA
 * @extack: told what failed
 *
 * Return: what @newlink returns; -EPERM where the caller may not administrate
 * the peer's netns, or why there is no such netns.
 */
int vnet_compat_newlink(vnet_newlink_t *newlink, struct net *src_net,
			struct net_device *dev, struct nlattr *tb[],
			struct nlattr *data[], struct netlink_ext_ack *extack)
{
	struct rtnl_newlink_params params = { .tb = tb };
	struct nlattr **peer_tb;
	int err;

	if (!data || !data[IFLA_VNET_PEER])
		return newlink(dev, &params, extack);

	peer_tb = kcalloc(IFLA_MAX + 1, sizeof(*peer_tb), GFP_KERNEL);
	if (!peer_tb)
		return -ENOMEM;
	err = rtnl_nla_parse_ifinfomsg(peer_tb, data[IFLA_VNET_PEER], extack);
	if (err)
		goto free;

	params.peer_net = rtnl_link_get_net(src_net, peer_tb);
	if (IS_ERR(params.peer_net)) {
		err = PTR_ERR(params.peer_net);
		NL_SET_ERR_MSG_ATTR(extack, data[IFLA_VNET_PEER],
				    "peer: there is no such netns");
		goto free;
	}

	if (ns_capable(params.peer_net->user_ns, CAP_NET_ADMIN)) {
		err = newlink(dev, &params, extack);
	} else {
		err = -EPERM;
		NL_SET_ERR_MSG_ATTR(extack, data[IFLA_VNET_PEER],
				    "peer: no right to administrate its netns");
	}
	put_net(params.peer_net);
free:
	kfree(peer_tb);
	return err;
}
#endif

#ifndef VNET_HAVE_RXFH_PARAM
/**
 * vnet_get_rxfh_compat - ethtool_ops.get_rxfh
 * @dev: the device
 * @indir: table to fill, or NULL
 * @key: key to fill, or NULL
 * @hfunc: function to set, or NULL
 *
 * Context: RTNL.
 *
 * Return: 0.
 */
int vnet_get_rxfh_compat(struct net_device *dev, u32 *indir, u8 *key,
			 u8 *hfunc)
{
	struct ethtool_rxfh_param rxfh = { .indir = indir, .key = key };
	int err;

	err = vnet_get_rxfh(dev, &rxfh);
	if (hfunc)
		*hfunc = rxfh.hfunc;
	return err;
}

/**
 * vnet_set_rxfh_compat - ethtool_ops.set_rxfh
 * @dev: the device
 * @indir: new table, or NULL
 * @key: new key, or NULL
 * @hfunc: new function, or ETH_RSS_HASH_NO_CHANGE
 *
 * Context: RTNL. May sleep.
 *
 * Return: 0 or an error, and nothing is changed.
 */
int vnet_set_rxfh_compat(struct net_device *dev, const u32 *indir,
			 const u8 *key, const u8 hfunc)
{
	struct ethtool_rxfh_param rxfh = {
		.indir = (u32 *)indir,
		.key = (u8 *)key,
		.hfunc = hfunc,
		.input_xfrm = RXH_XFRM_NO_CHANGE,
	};

	return vnet_set_rxfh(dev, &rxfh, NULL);
}
#endif

#ifndef VNET_HAVE_RX_RING_COUNT
/**
 * vnet_get_rxnfc_compat - ethtool_ops.get_rxnfc, with all that it once was for
 * @dev: the device
 * @info: what is asked, and the answer
 * @rule_locs: set to the locations of all rules
 *
 * Context: RTNL.
 *
 * Return: 0 or an error.
 */
int vnet_get_rxnfc_compat(struct net_device *dev, struct ethtool_rxnfc *info,
			  u32 *rule_locs)
{
	struct ethtool_rxfh_fields fields = { .flow_type = info->flow_type };
	int err;

	switch (info->cmd) {
	case ETHTOOL_GRXRINGS:
		info->data = vnet_get_rx_ring_count(dev);
		return 0;
	case ETHTOOL_GRXFH:
		err = vnet_get_rxfh_fields(dev, &fields);
		info->data = fields.data;
		return err;
	default:
		return vnet_get_rxnfc(dev, info, rule_locs);
	}
}

/**
 * vnet_set_rxnfc_compat - ethtool_ops.set_rxnfc, with all that it once was for
 * @dev: the device
 * @info: what is to be set
 *
 * Context: RTNL. May sleep.
 *
 * Return: 0 or an error, and nothing is changed.
 */
int vnet_set_rxnfc_compat(struct net_device *dev, struct ethtool_rxnfc *info)
{
	struct ethtool_rxfh_fields fields = {
		.flow_type = info->flow_type,
		.data = info->data,
	};

	if (info->cmd == ETHTOOL_SRXFH) {
		if (info->data > U32_MAX)
			return -EINVAL;
		return vnet_set_rxfh_fields(dev, &fields, NULL);
	}
	return vnet_set_rxnfc(dev, info);
}
#endif
