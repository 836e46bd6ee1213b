// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Attributes that every network device has: names, addresses, queues, state.
 *
 * A getter gives 0, false or NULL for an attribute that is not set; limits are
 * the kernel's to check.
 */
#include <errno.h>
#include <string.h>
#include "internal.h"

static int set_name(struct vnetnl_link *link, enum vnetnl_link_attr attr,
		    char name[ALTIFNAMSIZ], const char *value)
{
	size_t len;

	if (!value)
		return -EINVAL;

	/* The longest name the kernel knows is an alternative name */
	len = strnlen(value, ALTIFNAMSIZ);
	if (len == ALTIFNAMSIZ)
		return -ENAMETOOLONG;

	/* The value may be what the link holds already */
	memmove(name, value, len + 1);
	link_mark(link, attr);
	return 0;
}

/**
 * vnetnl_link_set_ifname - name of the device
 * @param link the link
 * @param ifname name, copied; at creation it may hold a %d. For an existing
 *	device an alternative name, up to 127 characters, will do
 * @return 0; -EINVAL if it is NULL; -ENAMETOOLONG if no name can be as long
 */
EXPORT int vnetnl_link_set_ifname(struct vnetnl_link *link, const char *ifname)
{
	return set_name(link, VNETNL_LINK_IFNAME, link->ifname, ifname);
}

/**
 * vnetnl_link_set_new_ifname - name that a change gives to the device
 * @param link the link
 * @param ifname name, copied
 * @return 0; -EINVAL if it is NULL; -ENAMETOOLONG if no name can be as long
 */
EXPORT int vnetnl_link_set_new_ifname(struct vnetnl_link *link,
				      const char *ifname)
{
	return set_name(link, VNETNL_LINK_NEW_IFNAME, link->new_ifname,
			ifname);
}

/**
 * vnetnl_link_set_ifindex - interface index
 * @param link the link
 * @param ifindex which device a request is about; at creation, the
 *	index that it is to have
 */
EXPORT void vnetnl_link_set_ifindex(struct vnetnl_link *link, int ifindex)
{
	link_set_num(link, VNETNL_LINK_IFINDEX, (uint32_t)ifindex);
}

/**
 * vnetnl_link_set_up - put the device up or down
 * @param link the link
 * @param up true for up
 */
EXPORT void vnetnl_link_set_up(struct vnetnl_link *link, bool up)
{
	link_set_num(link, VNETNL_LINK_UP, up);
}

/**
 * vnetnl_link_set_netns_fd - namespace to make the device in, or to move it to
 * @param link the link
 * @param fd file of a network namespace, see vnetnl_netns_fd(); it stays the
 *	caller's and has to be open until the request is done
 */
EXPORT void vnetnl_link_set_netns_fd(struct vnetnl_link *link, int fd)
{
	link_set_num(link, VNETNL_LINK_NETNS_FD, (uint32_t)fd);
}

/**
 * vnetnl_link_set_netns_pid - namespace to make the device in, or to move it to
 * @param link the link
 * @param pid a process in that namespace
 */
EXPORT void vnetnl_link_set_netns_pid(struct vnetnl_link *link, uint32_t pid)
{
	link_set_num(link, VNETNL_LINK_NETNS_PID, pid);
}

/**
 * vnetnl_link_set_address - MAC address
 * @param link the link
 * @param address six bytes, copied
 */
EXPORT void vnetnl_link_set_address(struct vnetnl_link *link,
				    const uint8_t address[6])
{
	vnetnl_set_bytes(link, VNETNL_LINK_ADDRESS, address, ETH_ALEN);
}

/**
 * vnetnl_link_set_mtu - MTU
 * @param link the link
 * @param mtu bytes, VNET_MTU_MIN to VNET_MTU_MAX
 */
EXPORT void vnetnl_link_set_mtu(struct vnetnl_link *link, uint32_t mtu)
{
	link_set_num(link, VNETNL_LINK_MTU, mtu);
}

/**
 * vnetnl_link_set_txqlen - length of the default qdisc
 * @param link the link
 * @param frames how many
 */
EXPORT void vnetnl_link_set_txqlen(struct vnetnl_link *link, uint32_t frames)
{
	link_set_num(link, VNETNL_LINK_TXQLEN, frames);
}

/**
 * vnetnl_link_set_num_tx_queues - TX queues to allocate
 * @param link the link
 * @param queues VNET_QUEUES_MIN to VNET_QUEUES_MAX; cannot be changed later
 */
EXPORT void vnetnl_link_set_num_tx_queues(struct vnetnl_link *link,
					  uint32_t queues)
{
	link_set_num(link, VNETNL_LINK_NUM_TX_QUEUES, queues);
}

/**
 * vnetnl_link_set_num_rx_queues - RX queues to allocate
 * @param link the link
 * @param queues VNET_QUEUES_MIN to VNET_QUEUES_MAX; cannot be changed later
 */
EXPORT void vnetnl_link_set_num_rx_queues(struct vnetnl_link *link,
					  uint32_t queues)
{
	link_set_num(link, VNETNL_LINK_NUM_RX_QUEUES, queues);
}

/**
 * vnetnl_link_set_carrier_admin - carrier as the administrator wants it
 * @param link the link
 * @param on false to pull the cable, true to plug it in again
 */
EXPORT void vnetnl_link_set_carrier_admin(struct vnetnl_link *link, bool on)
{
	link_set_num(link, VNETNL_LINK_CARRIER_ADMIN, on);
}

/**
 * vnetnl_link_get_ifname - name of the device
 * @param link the link
 * @return name, valid until it is set again or the link is freed; NULL if it
 *	is not set
 */
EXPORT const char *vnetnl_link_get_ifname(const struct vnetnl_link *link)
{
	if (!vnetnl_link_is_set(link, VNETNL_LINK_IFNAME))
		return NULL;
	return link->ifname;
}

/**
 * vnetnl_link_get_new_ifname - name that a change gives to the device
 * @param link the link
 * @return name, valid until it is set again or the link is freed; NULL if it
 *	is not set
 */
EXPORT const char *vnetnl_link_get_new_ifname(const struct vnetnl_link *link)
{
	if (!vnetnl_link_is_set(link, VNETNL_LINK_NEW_IFNAME))
		return NULL;
	return link->new_ifname;
}

/**
 * vnetnl_link_get_ifindex - interface index
 * @param link the link
 * @return index
 */
EXPORT int vnetnl_link_get_ifindex(const struct vnetnl_link *link)
{
	return (int)link->num[VNETNL_LINK_IFINDEX];
}

/**
 * vnetnl_link_get_up - whether the device is administratively up
 * @param link the link
 * @return true if it is
 */
EXPORT bool vnetnl_link_get_up(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_UP];
}

/**
 * vnetnl_link_get_netns_fd - namespace to make the device in, or to move it to
 * @param link the link
 * @return file; 0 may be one, so ask vnetnl_link_is_set()
 */
EXPORT int vnetnl_link_get_netns_fd(const struct vnetnl_link *link)
{
	return (int)link->num[VNETNL_LINK_NETNS_FD];
}

/**
 * vnetnl_link_get_netns_pid - namespace to make the device in, or to move it to
 * @param link the link
 * @return a process in it
 */
EXPORT uint32_t vnetnl_link_get_netns_pid(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_NETNS_PID];
}

/**
 * vnetnl_link_get_address - MAC address
 * @param link the link
 * @return six bytes, valid until they are set again or the link is freed; NULL
 *	if they are not set
 */
EXPORT const uint8_t *vnetnl_link_get_address(const struct vnetnl_link *link)
{
	return vnetnl_get_bytes(link, VNETNL_LINK_ADDRESS, NULL);
}

/**
 * vnetnl_link_get_mtu - MTU
 * @param link the link
 * @return bytes
 */
EXPORT uint32_t vnetnl_link_get_mtu(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_MTU];
}

/**
 * vnetnl_link_get_txqlen - length of the default qdisc
 * @param link the link
 * @return frames
 */
EXPORT uint32_t vnetnl_link_get_txqlen(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_TXQLEN];
}

/**
 * vnetnl_link_get_num_tx_queues - TX queues allocated
 * @param link the link
 * @return how many
 */
EXPORT uint32_t vnetnl_link_get_num_tx_queues(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_NUM_TX_QUEUES];
}

/**
 * vnetnl_link_get_num_rx_queues - RX queues allocated
 * @param link the link
 * @return how many
 */
EXPORT uint32_t vnetnl_link_get_num_rx_queues(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_NUM_RX_QUEUES];
}

/**
 * vnetnl_link_get_carrier_admin - carrier that a change asks for
 * @param link the link
 * @return what vnetnl_link_set_carrier_admin() was given; what the carrier
 *	is, vnetnl_link_get_carrier() says
 */
EXPORT bool vnetnl_link_get_carrier_admin(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_CARRIER_ADMIN];
}

/**
 * vnetnl_link_get_flags - flags of the device
 * @param link the link
 * @return IFF_*
 */
EXPORT uint32_t vnetnl_link_get_flags(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_FLAGS];
}

/**
 * vnetnl_link_get_operstate - operational state of RFC 2863
 * @param link the link
 * @return IF_OPER_*
 */
EXPORT uint8_t vnetnl_link_get_operstate(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_OPERSTATE];
}

/**
 * vnetnl_link_get_carrier - whether there is carrier
 * @param link the link
 * @return true if there is
 */
EXPORT bool vnetnl_link_get_carrier(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_CARRIER];
}

/**
 * vnetnl_link_get_peer_ifindex - who is at the other end
 * @param link the link
 * @return interface index in the namespace of the other end; not set if the
 *	device stands alone
 */
EXPORT int vnetnl_link_get_peer_ifindex(const struct vnetnl_link *link)
{
	return (int)link->num[VNETNL_LINK_PEER_IFINDEX];
}

/**
 * vnetnl_link_get_peer_netnsid - where the other end is
 * @param link the link
 * @return id that this namespace has for that of the other end, -1 if it has
 *	none; not set if both are in this one
 */
EXPORT int vnetnl_link_get_peer_netnsid(const struct vnetnl_link *link)
{
	return (int)link->num[VNETNL_LINK_PEER_NETNSID];
}
