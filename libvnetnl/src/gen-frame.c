// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The generator: what its frames are like. The values of their fields are in
 * gen-range.c.
 *
 * A getter gives 0 or NULL for an attribute that is not set; limits are the
 * kernel's to check.
 */
#include "internal.h"

/**
 * vnetnl_link_set_gen_proto - protocol of the frames
 * @param link the link
 * @param proto what they are. Another protocol than that of the device sets
 *	what depends on it back to the default
 */
EXPORT void vnetnl_link_set_gen_proto(struct vnetnl_link *link,
				      enum vnet_gen_proto proto)
{
	link_set_num(link, VNETNL_LINK_GEN_PROTO, proto);
}

/**
 * vnetnl_link_get_gen_proto - protocol of the frames
 * @param link the link
 * @return the protocol; a newer kernel may have some that are not in enum
 *	vnet_gen_proto
 */
EXPORT enum vnet_gen_proto
vnetnl_link_get_gen_proto(const struct vnetnl_link *link)
{
	return (enum vnet_gen_proto)link->num[VNETNL_LINK_GEN_PROTO];
}

/**
 * vnetnl_link_set_gen_tcp - what TCP frames are
 * @param link the link
 * @param tcp SYN, ACK, or data in sequence; with VNET_GEN_TCP4 and
 *	VNET_GEN_TCP6 only
 */
EXPORT void vnetnl_link_set_gen_tcp(struct vnetnl_link *link,
				    enum vnet_gen_tcp tcp)
{
	link_set_num(link, VNETNL_LINK_GEN_TCP, tcp);
}

/**
 * vnetnl_link_get_gen_tcp - what TCP frames are
 * @param link the link
 * @return what they are; a newer kernel may have kinds that are not in enum
 *	vnet_gen_tcp
 */
EXPORT enum vnet_gen_tcp vnetnl_link_get_gen_tcp(const struct vnetnl_link *link)
{
	return (enum vnet_gen_tcp)link->num[VNETNL_LINK_GEN_TCP];
}

/**
 * vnetnl_link_set_gen_raw - how a frame begins
 * @param link the link
 * @param bytes with all headers; copied. With VNET_GEN_RAW, and with it only
 * @param len how many, VNET_GEN_RAW_MIN to VNET_GEN_RAW_MAX
 * @return 0; -EINVAL if they are NULL or more than VNET_GEN_RAW_MAX: the link
 *	is what it was
 */
EXPORT int vnetnl_link_set_gen_raw(struct vnetnl_link *link, const void *bytes,
				   size_t len)
{
	return vnetnl_set_bytes(link, VNETNL_LINK_GEN_RAW, bytes, len);
}

/**
 * vnetnl_link_get_gen_raw - how a frame begins
 * @param link the link
 * @param len becomes how many there are; or NULL
 * @return the bytes, valid until they are set again or the link is freed; NULL
 *	if they are not set
 */
EXPORT const uint8_t *vnetnl_link_get_gen_raw(const struct vnetnl_link *link,
					      size_t *len)
{
	return vnetnl_get_bytes(link, VNETNL_LINK_GEN_RAW, len);
}

/**
 * vnetnl_link_set_gen_vlan - VLAN tag
 * @param link the link
 * @param id identifier, at most VNET_GEN_VLAN_MAX, or VNET_GEN_VLAN_NONE
 */
EXPORT void vnetnl_link_set_gen_vlan(struct vnetnl_link *link, uint32_t id)
{
	link_set_num(link, VNETNL_LINK_GEN_VLAN, id);
}

/**
 * vnetnl_link_get_gen_vlan - VLAN tag
 * @param link the link
 * @return identifier. The kernel does not say it if there is no tag
 */
EXPORT uint32_t vnetnl_link_get_gen_vlan(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_GEN_VLAN];
}

/**
 * vnetnl_link_set_gen_vlan_prio - priority of the tags
 * @param link the link
 * @param prio at most VNET_GEN_VLAN_PRIO_MAX
 */
EXPORT void vnetnl_link_set_gen_vlan_prio(struct vnetnl_link *link,
					  uint8_t prio)
{
	link_set_num(link, VNETNL_LINK_GEN_VLAN_PRIO, prio);
}

/**
 * vnetnl_link_get_gen_vlan_prio - priority of the tags
 * @param link the link
 * @return the priority
 */
EXPORT uint8_t vnetnl_link_get_gen_vlan_prio(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_GEN_VLAN_PRIO];
}

/**
 * vnetnl_link_set_gen_qinq - outer tag of IEEE 802.1ad
 * @param link the link
 * @param id identifier, at most VNET_GEN_VLAN_MAX, or VNET_GEN_VLAN_NONE;
 *	wants a VLAN tag
 */
EXPORT void vnetnl_link_set_gen_qinq(struct vnetnl_link *link, uint32_t id)
{
	link_set_num(link, VNETNL_LINK_GEN_QINQ, id);
}

/**
 * vnetnl_link_get_gen_qinq - outer tag of IEEE 802.1ad
 * @param link the link
 * @return identifier. The kernel does not say it if there is no such tag
 */
EXPORT uint32_t vnetnl_link_get_gen_qinq(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_GEN_QINQ];
}

/**
 * vnetnl_link_set_gen_size - fewest bytes of a frame
 * @param link the link
 * @param bytes from the Ethernet header, without frame check sequence, or
 *	VNET_GEN_SIZE_IMIX
 */
EXPORT void vnetnl_link_set_gen_size(struct vnetnl_link *link, uint32_t bytes)
{
	link_set_num(link, VNETNL_LINK_GEN_SIZE, bytes);
}

/**
 * vnetnl_link_get_gen_size - fewest bytes of a frame
 * @param link the link
 * @return bytes, or VNET_GEN_SIZE_IMIX
 */
EXPORT uint32_t vnetnl_link_get_gen_size(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_GEN_SIZE];
}

/**
 * vnetnl_link_set_gen_size_last - most bytes of a frame
 * @param link the link
 * @param bytes as above
 */
EXPORT void vnetnl_link_set_gen_size_last(struct vnetnl_link *link,
					  uint32_t bytes)
{
	link_set_num(link, VNETNL_LINK_GEN_SIZE_LAST, bytes);
}

/**
 * vnetnl_link_get_gen_size_last - most bytes of a frame
 * @param link the link
 * @return bytes
 */
EXPORT uint32_t vnetnl_link_get_gen_size_last(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_GEN_SIZE_LAST];
}

/**
 * vnetnl_link_set_gen_csum - checksums of the frames
 * @param link the link
 * @param csum right, right and known to be, or wrong
 */
EXPORT void vnetnl_link_set_gen_csum(struct vnetnl_link *link,
				     enum vnet_gen_csum csum)
{
	link_set_num(link, VNETNL_LINK_GEN_CSUM, csum);
}

/**
 * vnetnl_link_get_gen_csum - checksums of the frames
 * @param link the link
 * @return what they are; a newer kernel may have kinds that are not in enum
 *	vnet_gen_csum
 */
EXPORT enum vnet_gen_csum
vnetnl_link_get_gen_csum(const struct vnetnl_link *link)
{
	return (enum vnet_gen_csum)link->num[VNETNL_LINK_GEN_CSUM];
}

/**
 * vnetnl_link_set_gen_payload - what comes after the headers
 * @param link the link
 * @param payload zeros, a pattern, random bytes, or the header of pktgen
 */
EXPORT void vnetnl_link_set_gen_payload(struct vnetnl_link *link,
					enum vnet_gen_payload payload)
{
	link_set_num(link, VNETNL_LINK_GEN_PAYLOAD, payload);
}

/**
 * vnetnl_link_get_gen_payload - what comes after the headers
 * @param link the link
 * @return what; a newer kernel may have kinds that are not in enum
 *	vnet_gen_payload
 */
EXPORT enum vnet_gen_payload
vnetnl_link_get_gen_payload(const struct vnetnl_link *link)
{
	return (enum vnet_gen_payload)link->num[VNETNL_LINK_GEN_PAYLOAD];
}
