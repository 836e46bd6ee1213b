// SPDX-License-Identifier: GPL-2.0-only
/*
 * When completions are told to the sender. The frame path reads what is set here
 * as it goes, so that it acts on devices that run.
 */
#include "vnet.h"

/**
 * vnet_set_coalesce - set how completions are batched
 * @vd: the device
 * @tx_usecs: &vnet_dev.tx_usecs, valid
 * @tx_frames: &vnet_dev.tx_frames, valid
 *
 * Context: RTNL.
 */
void vnet_set_coalesce(struct vnet_dev *vd, u32 tx_usecs, u32 tx_frames)
{
	ASSERT_RTNL();
	WRITE_ONCE(vd->tx_usecs, tx_usecs);
	WRITE_ONCE(vd->tx_frames, tx_frames);
	netdev_dbg(vd->dev, "completions: tx_usecs %u tx_frames %u\n", tx_usecs,
		   tx_frames);
}
