// SPDX-License-Identifier: GPL-2.0-only
/*
 * ethtool: link settings, why there is no link, and which messages are wanted.
 */
#include <linux/ethtool.h>
#include <linux/ethtool_netlink.h>

#include "ethtool.h"
#include "vnet.h"

/* Context: locked */
static void vnet_tell_link(const struct vnet_dev *vd,
			   struct ethtool_link_ksettings *cmd)
{
	const struct vnet_phy *phy = &vd->phy, *far = vnet_link_far_phy(vd);

	cmd->base.autoneg = phy->autoneg;
	cmd->base.port = phy->port;
	cmd->base.speed = vd->speed.mbps;
	cmd->base.duplex = vd->speed.duplex;
	if (!vd->linked && !phy->autoneg) {
		cmd->base.speed = phy->forced.mbps;
		cmd->base.duplex = phy->forced.duplex;
	}

	vnet_mode_supported(phy->port, cmd->link_modes.supported);
	ethtool_link_ksettings_add_link_mode(cmd, supported, Autoneg);
	ethtool_link_ksettings_add_link_mode(cmd, supported, TP);
	ethtool_link_ksettings_add_link_mode(cmd, supported, FIBRE);

	linkmode_copy(cmd->link_modes.advertising, phy->advertising);
	if (phy->autoneg)
		ethtool_link_ksettings_add_link_mode(cmd, advertising, Autoneg);
	if (phy->port == PORT_TP)
		ethtool_link_ksettings_add_link_mode(cmd, advertising, TP);
	else
		ethtool_link_ksettings_add_link_mode(cmd, advertising, FIBRE);

	if (vd->linked && phy->autoneg && far && far->autoneg) {
		linkmode_copy(cmd->link_modes.lp_advertising, far->advertising);
		ethtool_link_ksettings_add_link_mode(cmd, lp_advertising,
						     Autoneg);
	}
}

/**
 * vnet_get_link_ksettings - ethtool_ops.get_link_ksettings
 * @dev: the device
 * @cmd: to fill
 *
 * The speed is that of the link; without one, what it was forced to.
 *
 * Context: RTNL, or the instance lock. May sleep.
 *
 * Return: 0.
 */
int vnet_get_link_ksettings(struct net_device *dev,
			    struct ethtool_link_ksettings *cmd)
{
	const struct vnet_dev *vd = netdev_priv(dev);

	vnet_lock(vd);
	vnet_tell_link(vd, cmd);
	vnet_unlock(vd);
	return 0;
}

/* What a request asks to be advertised; the ports are no modes */
static bool vnet_parse_advertising(struct vnet_phy *phy,
				   const struct ethtool_link_ksettings *cmd)
{
	__ETHTOOL_DECLARE_LINK_MODE_MASK(supported);

	vnet_mode_supported(phy->port, supported);
	linkmode_copy(phy->advertising, cmd->link_modes.advertising);
	linkmode_clear_bit(ETHTOOL_LINK_MODE_Autoneg_BIT, phy->advertising);
	linkmode_clear_bit(ETHTOOL_LINK_MODE_TP_BIT, phy->advertising);
	linkmode_clear_bit(ETHTOOL_LINK_MODE_FIBRE_BIT, phy->advertising);
	return !linkmode_empty(phy->advertising) &&
	       linkmode_subset(phy->advertising, supported);
}

static bool vnet_parse_forced(struct vnet_phy *phy,
			      const struct ethtool_link_ksettings *cmd)
{
	__ETHTOOL_DECLARE_LINK_MODE_MASK(supported);

	vnet_mode_supported(phy->port, supported);
	phy->forced.mbps = cmd->base.speed;
	phy->forced.duplex = cmd->base.duplex;
	return vnet_mode_has(supported, cmd->base.speed, cmd->base.duplex);
}

/* Tell the listeners of the other end that its partner advertises something else */
static void vnet_tell_peer(const struct vnet_dev *vd)
{
	const struct vnet_dev *peer = vnet_peer(vd);

	if (!peer)
		return;
	/* RTNL allows for the lock of more than one device */
	netdev_lock_ops(peer->dev);
	vnet_ethtool_notify(peer->dev, ETHTOOL_MSG_LINKMODES_NTF);
	netdev_unlock_ops(peer->dev);
}

/**
 * vnet_set_link_ksettings - ethtool_ops.set_link_ksettings
 * @dev: the device
 * @cmd: what is to be set
 *
 * Another port advertises all that it has. What was advertised is kept while the
 * speed is forced.
 *
 * Context: RTNL. May sleep.
 *
 * Return: 0, or -EINVAL for what the port does not have; nothing is changed then.
 */
int vnet_set_link_ksettings(struct net_device *dev,
			    const struct ethtool_link_ksettings *cmd)
{
	struct vnet_dev *vd = netdev_priv(dev);
	struct vnet_phy phy = vd->phy;

	if (cmd->base.port != PORT_TP && cmd->base.port != PORT_FIBRE) {
		netif_info(vd, drv, dev, "port %u: must be tp or fibre\n",
			   cmd->base.port);
		return -EINVAL;
	}
	if (cmd->base.phy_address || cmd->base.autoneg > AUTONEG_ENABLE) {
		netif_info(vd, drv, dev, "phyad %u, autoneg %u: must be 0, and 0 or 1\n",
			   cmd->base.phy_address, cmd->base.autoneg);
		return -EINVAL;
	}

	phy.autoneg = cmd->base.autoneg;
	phy.port = cmd->base.port;
	if (phy.port != vd->phy.port) {
		vnet_mode_supported(phy.port, phy.advertising);
	} else if (phy.autoneg && !vnet_parse_advertising(&phy, cmd)) {
		netif_info(vd, drv, dev, "advertise %*pb: must be modes that the port has, and one at least\n",
			   __ETHTOOL_LINK_MODE_MASK_NBITS,
			   cmd->link_modes.advertising);
		return -EINVAL;
	}
	if (!phy.autoneg && !vnet_parse_forced(&phy, cmd)) {
		netif_info(vd, drv, dev, "speed %u duplex %u: the port does not have that\n",
			   cmd->base.speed, cmd->base.duplex);
		return -EINVAL;
	}
	vnet_lock(vd);
	vnet_link_set_phy(vd, &phy);
	vnet_unlock(vd);
	vnet_tell_peer(vd);
	return 0;
}

/**
 * vnet_get_link_ext_state - ethtool_ops.get_link_ext_state
 * @dev: the device, up
 * @info: to fill
 *
 * Context: RTNL.
 *
 * Return: 0, or -ENODATA where there is a link.
 */
int vnet_get_link_ext_state(struct net_device *dev,
			    struct ethtool_link_ext_state_info *info)
{
	const struct vnet_dev *vd = netdev_priv(dev);
	enum vnet_link_why why;

	vnet_lock(vd);
	why = vnet_link_why_down(vd);
	vnet_unlock(vd);
	switch (why) {
	case VNET_LINK_CUT:
		info->link_ext_state = ETHTOOL_LINK_EXT_STATE_NO_CABLE;
		return 0;
	case VNET_LINK_NO_PARTNER:
		info->link_ext_state = ETHTOOL_LINK_EXT_STATE_AUTONEG;
		info->autoneg = vd->phy.autoneg ?
			ETHTOOL_LINK_EXT_SUBSTATE_AN_NO_PARTNER_DETECTED :
			ETHTOOL_LINK_EXT_SUBSTATE_AN_NO_PARTNER_DETECTED_FORCE_MODE;
		return 0;
	case VNET_LINK_NO_SPEED:
		info->link_ext_state = ETHTOOL_LINK_EXT_STATE_AUTONEG;
		info->autoneg = ETHTOOL_LINK_EXT_SUBSTATE_AN_NO_HCD;
		return 0;
	default:
		return -ENODATA;
	}
}

/**
 * vnet_get_msglevel - ethtool_ops.get_msglevel
 * @dev: the device
 *
 * Return: bits of NETIF_MSG_DRV and so on.
 */
u32 vnet_get_msglevel(struct net_device *dev)
{
	const struct vnet_dev *vd = netdev_priv(dev);

	return vd->msg_enable;
}

/**
 * vnet_set_msglevel - ethtool_ops.set_msglevel
 * @dev: the device
 * @level: bits of NETIF_MSG_DRV and so on
 */
void vnet_set_msglevel(struct net_device *dev, u32 level)
{
	struct vnet_dev *vd = netdev_priv(dev);

	vd->msg_enable = level;
}
