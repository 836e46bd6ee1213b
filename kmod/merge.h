/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * HW-GRO: segments of a TCP stream become one frame before the stack sees them.
 */
#ifndef _VNET_MERGE_H
#define _VNET_MERGE_H

#include <linux/netdevice.h>

struct sk_buff;
struct vnet_dev;
struct vnet_merge;
struct vnet_rxq;

/*
 * Whether a device merges: where it has software GRO, too, that does the same, and no
 * frame passes through both.
 */
static inline bool vnet_merge_wanted(netdev_features_t features)
{
	return (features & (NETIF_F_GRO_HW | NETIF_F_GRO)) == NETIF_F_GRO_HW;
}

int vnet_merge_alloc(struct vnet_dev *vd);
void vnet_merge_free(struct vnet_dev *vd);
struct vnet_merge *vnet_merge_begin(struct vnet_rxq *rxq);
bool vnet_merge_holds(const struct vnet_merge *merge);
void vnet_merge_receive(struct vnet_merge *merge, struct sk_buff *skb);
void vnet_merge_deliver(struct vnet_merge *merge);
void vnet_merge_flush(struct vnet_rxq *rxq);

#endif /* _VNET_MERGE_H */
