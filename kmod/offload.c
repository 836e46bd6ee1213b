// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a receiver may have done to frames beyond the usual: their VLANs filtered,
 * their FCS shown, their tags left where a wire has them. A queue where nothing of it
 * is wanted is not marked, and its poll does not come here.
 */
#include <linux/if_vlan.h>

#include "vnet.h"

/**
 * vnet_offload_strips - whether a device takes tags out of the frame
 * @dev: the device
 * @proto: EtherType of the tag
 */
bool vnet_offload_strips(const struct net_device *dev, __be16 proto)
{
	return dev->features & (proto == htons(ETH_P_8021Q) ?
				NETIF_F_HW_VLAN_CTAG_RX :
				NETIF_F_HW_VLAN_STAG_RX);
}

/**
 * vnet_offload_mark - note whether frames are to be looked at, or changed
 * @vd: the device
 * @features: those that it has, or is about to
 *
 * What is in a ring meets either.
 *
 * Context: RTNL.
 */
void vnet_offload_mark(struct vnet_dev *vd, netdev_features_t features)
{
	netdev_features_t strip = NETIF_F_HW_VLAN_CTAG_RX |
				  NETIF_F_HW_VLAN_STAG_RX;
	netdev_features_t wanted = NETIF_F_RXFCS |
				   NETIF_F_HW_VLAN_CTAG_FILTER |
				   NETIF_F_HW_VLAN_STAG_FILTER;
	bool unusual = (features & wanted) || (features & strip) != strip;
	u32 i;

	for (i = 0; i < vd->dev->num_rx_queues; i++)
		WRITE_ONCE(vd->rxq[i].unusual, unusual);
}

/* Append its FCS to a frame: the one that it came with, or its own */
static struct sk_buff *vnet_offload_fcs(struct sk_buff *skb)
{
	__le32 fcs = skb->no_fcs ? vnet_skb_cb(skb)->fcs :
				   vnet_frame_fcs(skb, skb->len);
	struct sk_buff *copy;

	/* The data may be shared with the sender */
	copy = skb_copy_expand(skb, skb_headroom(skb), sizeof(fcs), GFP_ATOMIC);
	kfree_skb(skb);
	if (!copy)
		return NULL;
	skb_put_data(copy, &fcs, sizeof(fcs));
	if (copy->ip_summed == CHECKSUM_COMPLETE)
		copy->ip_summed = CHECKSUM_NONE;
	return copy;
}

/**
 * vnet_offload_rx - look at a frame, and change it, as the receiver wants it
 * @rxq: the RX queue, marked
 * @skb: the frame, labelled, data at the Ethernet header
 *
 * Context: the poll of @rxq.
 *
 * Return: the frame, perhaps another; NULL where it was dropped, and counted.
 */
struct sk_buff *vnet_offload_rx(struct vnet_rxq *rxq, struct sk_buff *skb)
{
	const struct net_device *dev = rxq->dev;
	u32 frames = vnet_skb_cb(skb)->frames;

	if (!(dev->flags & IFF_PROMISC) && !vnet_vlan_takes(dev, skb)) {
		vnet_rx_drop(rxq, VNET_RX_DROP_VLAN, skb);
		return NULL;
	}
	if ((dev->features & NETIF_F_RXFCS) && !skb_is_gso(skb))
		skb = vnet_offload_fcs(skb);
	if (skb && skb_vlan_tag_present(skb) &&
	    !vnet_offload_strips(dev, skb->vlan_proto))
		skb = __vlan_hwaccel_push_inside(skb);
	if (!skb)
		vnet_rx_count(rxq, VNET_RX_DROP_NOMEM, frames);
	return skb;
}
