// SPDX-License-Identifier: GPL-2.0-only
/*
 * Link modes: those that a port has, and which of them two ends of a wire agree
 * upon. It knows no devices.
 */
#include "mode.h"

struct vnet_mode {
	u32 speed;
	u8 duplex;
	u8 port;
	u8 bit;
};

#define VNET_MODE(_speed, _duplex, _port, _name)			\
	{								\
		.speed = SPEED_ ## _speed,				\
		.duplex = DUPLEX_ ## _duplex,				\
		.port = PORT_ ## _port,					\
		.bit = ETHTOOL_LINK_MODE_ ## _name ## _BIT,		\
	}

/* Of each port, the best first */
static const struct vnet_mode vnet_modes[] = {
	VNET_MODE(400000, FULL, FIBRE, 400000baseSR8_Full),
	VNET_MODE(200000, FULL, FIBRE, 200000baseSR4_Full),
	VNET_MODE(100000, FULL, FIBRE, 100000baseSR4_Full),
	VNET_MODE(50000, FULL, FIBRE, 50000baseSR2_Full),
	VNET_MODE(40000, FULL, FIBRE, 40000baseSR4_Full),
	VNET_MODE(25000, FULL, FIBRE, 25000baseSR_Full),
	VNET_MODE(10000, FULL, FIBRE, 10000baseSR_Full),
	VNET_MODE(1000, FULL, FIBRE, 1000baseX_Full),
	VNET_MODE(10000, FULL, TP, 10000baseT_Full),
	VNET_MODE(5000, FULL, TP, 5000baseT_Full),
	VNET_MODE(2500, FULL, TP, 2500baseT_Full),
	VNET_MODE(1000, FULL, TP, 1000baseT_Full),
	VNET_MODE(100, FULL, TP, 100baseT_Full),
	VNET_MODE(100, HALF, TP, 100baseT_Half),
	VNET_MODE(10, FULL, TP, 10baseT_Full),
	VNET_MODE(10, HALF, TP, 10baseT_Half),
};

/**
 * vnet_mode_supported - the link modes that a port has
 * @port: PORT_TP or PORT_FIBRE
 * @modes: set to them
 */
void vnet_mode_supported(u8 port, unsigned long *modes)
{
	u32 i;

	linkmode_zero(modes);
	for (i = 0; i < ARRAY_SIZE(vnet_modes); i++)
		if (vnet_modes[i].port == port)
			linkmode_set_bit(vnet_modes[i].bit, modes);
}

/**
 * vnet_mode_has - whether there is a mode of a speed and duplex
 * @modes: link modes
 * @speed: megabits a second
 * @duplex: DUPLEX_HALF or DUPLEX_FULL
 *
 * Whatever port they are of: ends with different ports have a converter between.
 */
bool vnet_mode_has(const unsigned long *modes, u32 speed, u8 duplex)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(vnet_modes); i++)
		if (vnet_modes[i].speed == speed &&
		    vnet_modes[i].duplex == duplex &&
		    linkmode_test_bit(vnet_modes[i].bit, modes))
			return true;
	return false;
}

/* The best mode of @modes that @others has as well */
static bool vnet_mode_best(const unsigned long *modes,
			   const unsigned long *others,
			   struct vnet_speed *best)
{
	const struct vnet_mode *mode;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(vnet_modes); i++) {
		mode = &vnet_modes[i];
		if (linkmode_test_bit(mode->bit, modes) &&
		    vnet_mode_has(others, mode->speed, mode->duplex)) {
			best->mbps = mode->speed;
			best->duplex = mode->duplex;
			return true;
		}
	}
	return false;
}

/**
 * vnet_mode_agree - find out at which speed an end of a wire runs
 * @end: the settings of the end
 * @far: those of the other, or @end again where there is none
 * @speed: set to it, unknown where there is none
 *
 * Two that negotiate take the best that both advertise. One that negotiates with
 * one that does not, takes what that was set to, if it advertises it. Two that do
 * not are to be set to the same speed; of their duplex neither knows.
 *
 * Return: whether there is one, of both ends alike.
 */
bool vnet_mode_agree(const struct vnet_phy *end, const struct vnet_phy *far,
		     struct vnet_speed *speed)
{
	const struct vnet_phy *forced = end->autoneg ? far : end;
	bool agreed;

	*speed = forced->forced;
	if (end->autoneg && far->autoneg)
		agreed = vnet_mode_best(end->advertising, far->advertising,
					speed);
	else if (end->autoneg || far->autoneg)
		agreed = vnet_mode_has(end->autoneg ? end->advertising :
						      far->advertising,
				       speed->mbps, speed->duplex);
	else
		agreed = end->forced.mbps == far->forced.mbps;

	if (!agreed)
		*speed = VNET_SPEED_NONE;
	return agreed;
}

/**
 * vnet_mode_init - negotiate about all that a twisted pair carries
 * @phy: the settings of an end
 */
void vnet_mode_init(struct vnet_phy *phy)
{
	phy->autoneg = true;
	phy->port = PORT_TP;
	vnet_mode_supported(phy->port, phy->advertising);
}
