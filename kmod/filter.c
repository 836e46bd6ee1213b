// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which frames a device receives that is not promiscuous: by destination address,
 * and by VLAN.
 */
#include <linux/hash.h>
#include <linux/if_vlan.h>
#include <linux/log2.h>

#include "vnet.h"

/**
 * struct vnet_filter - addresses beside the device's own, in a hash table
 * @rcu: to free it
 * @bits: the table has 2^bits slots, half of them empty at least
 * @count: addresses in the lists that it was made of
 * @slot: addresses as numbers, 0 where there is none
 */
struct vnet_filter {
	struct rcu_head rcu;
	u32 bits;
	u32 count;
	u64 slot[];
};

/**
 * struct vnet_vlans - VLANs that somebody is in
 * @ctag: of IEEE 802.1Q
 * @stag: of IEEE 802.1ad
 */
struct vnet_vlans {
	DECLARE_BITMAP(ctag, VLAN_N_VID);
	DECLARE_BITMAP(stag, VLAN_N_VID);
};

/* The slot of an address, or the one where it would be */
static u64 *vnet_filter_slot(struct vnet_filter *filter, u64 addr)
{
	u32 i = hash_64(addr, filter->bits);

	while (filter->slot[i] && filter->slot[i] != addr)
		i = (i + 1) & (BIT(filter->bits) - 1);
	return &filter->slot[i];
}

static void vnet_filter_add(struct vnet_filter *filter,
			    const struct netdev_hw_addr_list *list)
{
	const struct netdev_hw_addr *ha;

	netdev_hw_addr_list_for_each(ha, list) {
		u64 addr = ether_addr_to_u64(ha->addr);

		*vnet_filter_slot(filter, addr) = addr;
	}
}

/* Let through what is in the lists, instead of what was let through before */
static void vnet_filter_set(struct net_device *dev,
			    const struct netdev_hw_addr_list *uc,
			    const struct netdev_hw_addr_list *mc, gfp_t gfp)
{
	u32 n = netdev_hw_addr_list_count(uc) + netdev_hw_addr_list_count(mc);
	struct vnet_dev *vd = netdev_priv(dev);
	struct vnet_filter *filter, *old;
	u32 bits = order_base_2(2 * n + 2);

	filter = kzalloc(struct_size(filter, slot, BIT(bits)),
			 gfp | __GFP_NOWARN);
	if (filter) {
		filter->count = n;
		filter->bits = bits;
		vnet_filter_add(filter, uc);
		vnet_filter_add(filter, mc);
	}
	old = rcu_replace_pointer(vd->filter, filter,
				  lockdep_is_held(&dev->addr_list_lock) ||
				  lockdep_rtnl_is_held());
	if (old)
		kfree_rcu(old, rcu);
}

#ifdef VNET_HAVE_OPS_LOCK
/**
 * vnet_set_rx_mode_async - ndo_set_rx_mode_async
 * @dev: the device
 * @uc: unicast addresses
 * @mc: multicast addresses
 *
 * Until it is called after a change, vnet_filter_takes() filters nothing. Without
 * memory neither, as on a card that has no room for more.
 *
 * Context: RTNL. May sleep.
 *
 * Return: 0.
 */
int vnet_set_rx_mode_async(struct net_device *dev,
			   struct netdev_hw_addr_list *uc,
			   struct netdev_hw_addr_list *mc)
{
	vnet_filter_set(dev, uc, mc, GFP_KERNEL);
	return 0;
}
#else
/**
 * vnet_set_rx_mode - ndo_set_rx_mode
 * @dev: the device
 *
 * Without memory nothing is filtered, as on a card that has no room for more.
 *
 * Context: under the core's address lock.
 */
void vnet_set_rx_mode(struct net_device *dev)
{
	vnet_filter_set(dev, &dev->uc, &dev->mc, GFP_ATOMIC);
}
#endif

/**
 * vnet_filter_takes - whether a frame passes the address filter
 * @dev: the device, not promiscuous
 * @skb: the frame, not for the device's own address
 *
 * Context: the poll, in an RCU read section.
 */
bool vnet_filter_takes(const struct net_device *dev, const struct sk_buff *skb)
{
	const struct vnet_dev *vd = netdev_priv(dev);
	struct vnet_filter *filter;

	if (skb->pkt_type == PACKET_BROADCAST)
		return true;
	if (skb->pkt_type == PACKET_MULTICAST && dev->flags & IFF_ALLMULTI)
		return true;
	/* What is for the MAC itself is in no list: IEEE 802.3, 31B.1 */
	if (skb->protocol == htons(ETH_P_PAUSE) &&
	    is_link_local_ether_addr(eth_hdr(skb)->h_dest))
		return true;
	filter = rcu_dereference_check(vd->filter, rcu_read_lock_bh_held());
	if (!filter ||
	    *vnet_filter_slot(filter, ether_addr_to_u64(eth_hdr(skb)->h_dest)))
		return true;
	/* The core tells of other lists later: who has joined has its next frame */
	return READ_ONCE(dev->uc.count) + READ_ONCE(dev->mc.count) !=
	       filter->count;
}

/**
 * vnet_vlan_takes - whether a frame passes the VLAN filter
 * @dev: the device, not promiscuous
 * @skb: the frame, data at the Ethernet header
 *
 * What counts is the outer tag. Without one, or without a VLAN in it, it passes.
 *
 * Context: the poll.
 */
bool vnet_vlan_takes(const struct net_device *dev, const struct sk_buff *skb)
{
	const struct vnet_dev *vd = netdev_priv(dev);
	const struct vnet_vlans *vlans = READ_ONCE(vd->vlans);
	__be16 proto;
	u16 tci;

	if (skb_vlan_tag_present(skb)) {
		proto = skb->vlan_proto;
		tci = skb_vlan_tag_get(skb);
	} else {
		const struct vlan_ethhdr *eth;
		struct vlan_ethhdr copy;

		eth = skb_header_pointer(skb, 0, sizeof(copy), &copy);
		if (!eth || !eth_type_vlan(eth->h_vlan_proto))
			return true;
		proto = eth->h_vlan_proto;
		tci = ntohs(eth->h_vlan_TCI);
	}

	tci &= VLAN_VID_MASK;
	if (!tci)
		return true;
	if (proto == htons(ETH_P_8021Q))
		return !(dev->features & NETIF_F_HW_VLAN_CTAG_FILTER) ||
		       (vlans && test_bit(tci, vlans->ctag));
	return !(dev->features & NETIF_F_HW_VLAN_STAG_FILTER) ||
	       (vlans && test_bit(tci, vlans->stag));
}

static unsigned long *vnet_vlan_bits(struct vnet_vlans *vlans, __be16 proto)
{
	return proto == htons(ETH_P_8021Q) ? vlans->ctag : vlans->stag;
}

/**
 * vnet_vlan_add_vid - ndo_vlan_rx_add_vid
 * @dev: the device
 * @proto: EtherType of the tag
 * @vid: the VLAN
 *
 * Context: RTNL. May sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int vnet_vlan_add_vid(struct net_device *dev, __be16 proto, u16 vid)
{
	struct vnet_dev *vd = netdev_priv(dev);
	struct vnet_vlans *vlans = vd->vlans;

	if (!vlans) {
		vlans = kzalloc(sizeof(*vlans), GFP_KERNEL_ACCOUNT);
		if (!vlans)
			return -ENOMEM;
		/* Its zeros before its place; the poll depends on the place */
		smp_store_release(&vd->vlans, vlans);
	}
	set_bit(vid, vnet_vlan_bits(vlans, proto));
	return 0;
}

/**
 * vnet_vlan_kill_vid - ndo_vlan_rx_kill_vid
 * @dev: the device
 * @proto: EtherType of the tag
 * @vid: the VLAN
 *
 * Context: RTNL.
 *
 * Return: 0.
 */
int vnet_vlan_kill_vid(struct net_device *dev, __be16 proto, u16 vid)
{
	const struct vnet_dev *vd = netdev_priv(dev);

	if (vd->vlans)
		clear_bit(vid, vnet_vlan_bits(vd->vlans, proto));
	return 0;
}

/**
 * vnet_filter_free - forget all addresses and VLANs
 * @vd: the device, which receives nothing any more
 */
void vnet_filter_free(struct vnet_dev *vd)
{
	kfree(rcu_dereference_protected(vd->filter, true));
	kfree(vd->vlans);
	RCU_INIT_POINTER(vd->filter, NULL);
	vd->vlans = NULL;
}
