/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Steering rules, as they were set.
 */
#ifndef _VNET_NTUPLE_H
#define _VNET_NTUPLE_H

#include <linux/ethtool.h>
#include <linux/list.h>

#include "flow.h"

/* Locations for rules, a frame is compared with each */
#define VNET_NTUPLES_MAX	1024

struct vnet_dev;

/**
 * struct vnet_ntuple - a steering rule
 * @node: entry in &vnet_rss.rules
 * @fs: as it was given
 * @context: the number of the context that @fs asks for with FLOW_RSS
 * @value: what a frame's headers are to say
 * @mask: where they are to
 */
struct vnet_ntuple {
	struct list_head node;
	struct ethtool_rx_flow_spec fs;
	u32 context;
	struct vnet_flow value;
	struct vnet_flow mask;
};

int vnet_get_rxnfc(struct net_device *dev, struct ethtool_rxnfc *info,
		   u32 *rule_locs);
int vnet_set_rxnfc(struct net_device *dev, struct ethtool_rxnfc *info);
void vnet_ntuple_free(struct vnet_dev *vd);
u32 vnet_ntuple_queues(const struct vnet_dev *vd);
bool vnet_ntuple_has(const struct vnet_dev *vd, u32 context);
u32 vnet_ntuple_offset(const struct vnet_dev *vd, u32 context);

#endif /* _VNET_NTUPLE_H */
