/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Link modes, and the settings that they are agreed upon by.
 */
#ifndef _VNET_MODE_H
#define _VNET_MODE_H

#include <linux/ethtool.h>
#include <linux/linkmode.h>
#include <linux/types.h>

/**
 * struct vnet_speed - how an end of a wire runs
 * @mbps: megabits a second, or SPEED_UNKNOWN
 * @duplex: DUPLEX_HALF, DUPLEX_FULL or DUPLEX_UNKNOWN
 */
struct vnet_speed {
	u32 mbps;
	u8 duplex;
};

#define VNET_SPEED_NONE							\
	((struct vnet_speed) {						\
		.mbps = SPEED_UNKNOWN,					\
		.duplex = DUPLEX_UNKNOWN,				\
	})

/**
 * struct vnet_phy - what is set of an end of a wire
 * @autoneg: it negotiates with the other, about @advertising
 * @port: PORT_TP or PORT_FIBRE
 * @forced: without negotiation
 * @advertising: modes of @port, at least one
 */
struct vnet_phy {
	bool autoneg;
	u8 port;
	struct vnet_speed forced;
	__ETHTOOL_DECLARE_LINK_MODE_MASK(advertising);
};

void vnet_mode_supported(u8 port, unsigned long *modes);
bool vnet_mode_has(const unsigned long *modes, u32 speed, u8 duplex);
bool vnet_mode_agree(const struct vnet_phy *end, const struct vnet_phy *far,
		     struct vnet_speed *speed);
void vnet_mode_init(struct vnet_phy *phy);

#endif /* _VNET_MODE_H */
