// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The generator: MACs, addresses and ports of its frames.
 *
 * Each is a range, with a first and a last value. The first alone is a range of
 * one: a link that was read may hold a last value as well, to be taken out with
 * vnetnl_link_unset().
 *
 * A getter gives 0 or NULL for an attribute that is not set; limits are the
 * kernel's to check.
 */
#include <errno.h>
#include "internal.h"

/* Both or none */
static int set_ip_range(struct vnetnl_link *link,
			enum vnetnl_link_attr first_attr, const void *first,
			enum vnetnl_link_attr last_attr, const void *last,
			size_t len)
{
	if (!last)
		return -EINVAL;
	return vnetnl_set_bytes(link, first_attr, first, len) ?:
	       vnetnl_set_bytes(link, last_attr, last, len);
}

/**
 * vnetnl_link_set_gen_src_mac - first source MAC
 * @param link the link
 * @param mac six bytes, unicast, copied
 */
EXPORT void vnetnl_link_set_gen_src_mac(struct vnetnl_link *link,
					const uint8_t mac[6])
{
	vnetnl_set_bytes(link, VNETNL_LINK_GEN_SRC_MAC, mac, ETH_ALEN);
}

/**
 * vnetnl_link_get_gen_src_mac - first source MAC
 * @param link the link
 * @return six bytes, valid until they are set again or the link is freed; NULL
 *	if they are not set
 */
EXPORT const uint8_t *
vnetnl_link_get_gen_src_mac(const struct vnetnl_link *link)
{
	return vnetnl_get_bytes(link, VNETNL_LINK_GEN_SRC_MAC, NULL);
}

/**
 * vnetnl_link_set_gen_src_mac_last - last source MAC
 * @param link the link
 * @param mac six bytes, unicast, copied
 */
EXPORT void vnetnl_link_set_gen_src_mac_last(struct vnetnl_link *link,
					     const uint8_t mac[6])
{
	vnetnl_set_bytes(link, VNETNL_LINK_GEN_SRC_MAC_LAST, mac, ETH_ALEN);
}

/**
 * vnetnl_link_get_gen_src_mac_last - last source MAC
 * @param link the link
 * @return six bytes, valid until they are set again or the link is freed; NULL
 *	if they are not set
 */
EXPORT const uint8_t *
vnetnl_link_get_gen_src_mac_last(const struct vnetnl_link *link)
{
	return vnetnl_get_bytes(link, VNETNL_LINK_GEN_SRC_MAC_LAST, NULL);
}

/**
 * vnetnl_link_set_gen_dst_mac - first destination MAC
 * @param link the link
 * @param mac six bytes, copied
 */
EXPORT void vnetnl_link_set_gen_dst_mac(struct vnetnl_link *link,
					const uint8_t mac[6])
{
	vnetnl_set_bytes(link, VNETNL_LINK_GEN_DST_MAC, mac, ETH_ALEN);
}

/**
 * vnetnl_link_get_gen_dst_mac - first destination MAC
 * @param link the link
 * @return six bytes, valid until they are set again or the link is freed; NULL
 *	if they are not set
 */
EXPORT const uint8_t *
vnetnl_link_get_gen_dst_mac(const struct vnetnl_link *link)
{
	return vnetnl_get_bytes(link, VNETNL_LINK_GEN_DST_MAC, NULL);
}

/**
 * vnetnl_link_set_gen_dst_mac_last - last destination MAC
 * @param link the link
 * @param mac six bytes, copied
 */
EXPORT void vnetnl_link_set_gen_dst_mac_last(struct vnetnl_link *link,
					     const uint8_t mac[6])
{
	vnetnl_set_bytes(link, VNETNL_LINK_GEN_DST_MAC_LAST, mac, ETH_ALEN);
}

/**
 * vnetnl_link_get_gen_dst_mac_last - last destination MAC
 * @param link the link
 * @return six bytes, valid until they are set again or the link is freed; NULL
 *	if they are not set
 */
EXPORT const uint8_t *
vnetnl_link_get_gen_dst_mac_last(const struct vnetnl_link *link)
{
	return vnetnl_get_bytes(link, VNETNL_LINK_GEN_DST_MAC_LAST, NULL);
}

/**
 * vnetnl_link_set_gen_src - first source address
 * @param link the link
 * @param addr in network order, as in struct in_addr or struct in6_addr;
 *	copied
 * @param len its bytes, 4 or 16, as the protocol has it
 * @return 0; -EINVAL if it is NULL or of another length: the link is what it
 *	was
 */
EXPORT int vnetnl_link_set_gen_src(struct vnetnl_link *link, const void *addr,
				   size_t len)
{
	return vnetnl_set_bytes(link, VNETNL_LINK_GEN_SRC, addr, len);
}

/**
 * vnetnl_link_get_gen_src - first source address
 * @param link the link
 * @param len becomes its bytes, 4 or 16; or NULL
 * @return the bytes, valid until they are set again or the link is freed; NULL
 *	if they are not set
 */
EXPORT const uint8_t *vnetnl_link_get_gen_src(const struct vnetnl_link *link,
					      size_t *len)
{
	return vnetnl_get_bytes(link, VNETNL_LINK_GEN_SRC, len);
}

/**
 * vnetnl_link_set_gen_src_last - last source address
 * @param link the link
 * @param addr in network order; copied. The first 64 bits of an IPv6 address
 *	are those of the first
 * @param len its bytes, 4 or 16
 * @return 0; -EINVAL if it is NULL or of another length: the link is what it
 *	was
 */
EXPORT int vnetnl_link_set_gen_src_last(struct vnetnl_link *link,
					const void *addr, size_t len)
{
	return vnetnl_set_bytes(link, VNETNL_LINK_GEN_SRC_LAST, addr, len);
}

/**
 * vnetnl_link_get_gen_src_last - last source address
 * @param link the link
 * @param len becomes its bytes, 4 or 16; or NULL
 * @return the bytes, valid until they are set again or the link is freed; NULL
 *	if they are not set
 */
EXPORT const uint8_t *
vnetnl_link_get_gen_src_last(const struct vnetnl_link *link, size_t *len)
{
	return vnetnl_get_bytes(link, VNETNL_LINK_GEN_SRC_LAST, len);
}

/**
 * vnetnl_link_set_gen_src_range - first and last source address
 * @param link the link
 * @param first in network order; copied
 * @param last in network order; copied
 * @param len bytes of each, 4 or 16
 * @return 0; -EINVAL if one is NULL or they are of another length: the link is
 *	what it was
 */
EXPORT int vnetnl_link_set_gen_src_range(struct vnetnl_link *link,
					 const void *first, const void *last,
					 size_t len)
{
	return set_ip_range(link, VNETNL_LINK_GEN_SRC, first,
			    VNETNL_LINK_GEN_SRC_LAST, last, len);
}

/**
 * vnetnl_link_set_gen_dst - first destination address
 * @param link the link
 * @param addr in network order, as in struct in_addr or struct in6_addr;
 *	copied
 * @param len its bytes, 4 or 16, as the protocol has it
 * @return 0; -EINVAL if it is NULL or of another length: the link is what it
 *	was
 */
EXPORT int vnetnl_link_set_gen_dst(struct vnetnl_link *link, const void *addr,
				   size_t len)
{
	return vnetnl_set_bytes(link, VNETNL_LINK_GEN_DST, addr, len);
}

/**
 * vnetnl_link_get_gen_dst - first destination address
 * @param link the link
 * @param len becomes its bytes, 4 or 16; or NULL
 * @return the bytes, valid until they are set again or the link is freed; NULL
 *	if they are not set
 */
EXPORT const uint8_t *vnetnl_link_get_gen_dst(const struct vnetnl_link *link,
					      size_t *len)
{
	return vnetnl_get_bytes(link, VNETNL_LINK_GEN_DST, len);
}

/**
 * vnetnl_link_set_gen_dst_last - last destination address
 * @param link the link
 * @param addr in network order; copied. The first 64 bits of an IPv6 address
 *	are those of the first
 * @param len its bytes, 4 or 16
 * @return 0; -EINVAL if it is NULL or of another length: the link is what it
 *	was
 */
EXPORT int vnetnl_link_set_gen_dst_last(struct vnetnl_link *link,
					const void *addr, size_t len)
{
	return vnetnl_set_bytes(link, VNETNL_LINK_GEN_DST_LAST, addr, len);
}

/**
 * vnetnl_link_get_gen_dst_last - last destination address
 * @param link the link
 * @param len becomes its bytes, 4 or 16; or NULL
 * @return the bytes, valid until they are set again or the link is freed; NULL
 *	if they are not set
 */
EXPORT const uint8_t *
vnetnl_link_get_gen_dst_last(const struct vnetnl_link *link, size_t *len)
{
	return vnetnl_get_bytes(link, VNETNL_LINK_GEN_DST_LAST, len);
}

/**
 * vnetnl_link_set_gen_dst_range - first and last destination address
 * @param link the link
 * @param first in network order; copied
 * @param last in network order; copied
 * @param len bytes of each, 4 or 16
 * @return 0; -EINVAL if one is NULL or they are of another length: the link is
 *	what it was
 */
EXPORT int vnetnl_link_set_gen_dst_range(struct vnetnl_link *link,
					 const void *first, const void *last,
					 size_t len)
{
	return set_ip_range(link, VNETNL_LINK_GEN_DST, first,
			    VNETNL_LINK_GEN_DST_LAST, last, len);
}

/**
 * vnetnl_link_set_gen_src_port - first source port
 * @param link the link
 * @param port at most VNET_GEN_PORT_MAX; with UDP and TCP only
 */
EXPORT void vnetnl_link_set_gen_src_port(struct vnetnl_link *link,
					 uint32_t port)
{
	link_set_num(link, VNETNL_LINK_GEN_SRC_PORT, port);
}

/**
 * vnetnl_link_get_gen_src_port - first source port
 * @param link the link
 * @return the port
 */
EXPORT uint32_t vnetnl_link_get_gen_src_port(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_GEN_SRC_PORT];
}

/**
 * vnetnl_link_set_gen_src_port_last - last source port
 * @param link the link
 * @param port at most VNET_GEN_PORT_MAX
 */
EXPORT void vnetnl_link_set_gen_src_port_last(struct vnetnl_link *link,
					      uint32_t port)
{
	link_set_num(link, VNETNL_LINK_GEN_SRC_PORT_LAST, port);
}

/**
 * vnetnl_link_get_gen_src_port_last - last source port
 * @param link the link
 * @return the port
 */
EXPORT uint32_t
vnetnl_link_get_gen_src_port_last(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_GEN_SRC_PORT_LAST];
}

/**
 * vnetnl_link_set_gen_dst_port - first destination port
 * @param link the link
 * @param port at most VNET_GEN_PORT_MAX; with UDP and TCP only
 */
EXPORT void vnetnl_link_set_gen_dst_port(struct vnetnl_link *link,
					 uint32_t port)
{
	link_set_num(link, VNETNL_LINK_GEN_DST_PORT, port);
}

/**
 * vnetnl_link_get_gen_dst_port - first destination port
 * @param link the link
 * @return the port
 */
EXPORT uint32_t vnetnl_link_get_gen_dst_port(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_GEN_DST_PORT];
}

/**
 * vnetnl_link_set_gen_dst_port_last - last destination port
 * @param link the link
 * @param port at most VNET_GEN_PORT_MAX
 */
EXPORT void vnetnl_link_set_gen_dst_port_last(struct vnetnl_link *link,
					      uint32_t port)
{
	link_set_num(link, VNETNL_LINK_GEN_DST_PORT_LAST, port);
}

/**
 * vnetnl_link_get_gen_dst_port_last - last destination port
 * @param link the link
 * @return the port
 */
EXPORT uint32_t
vnetnl_link_get_gen_dst_port_last(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_GEN_DST_PORT_LAST];
}
