/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the files of the library share.
 */
#ifndef _VNETNL_INTERNAL_H
#define _VNETNL_INTERNAL_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <linux/if.h>
#include <linux/if_ether.h>
#include <linux/netlink.h>
#include <vnetnl/vnetnl.h>

#define EXPORT		__attribute__((visibility("default")))
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define BIT(n)		(UINT64_C(1) << (n))

/* Most bytes of an attribute, by its type */
#define ROOM_MAC	ETH_ALEN
#define ROOM_IP		16
#define ROOM_RAW	VNET_GEN_RAW_MAX
#define ROOM_BITMAP	(VNET_QUEUES_MAX / 8)

/* What is said of an RX queue; what is not is 0 */
struct queue {
	bool has_cpu;
	bool has_failed;
	bool failed;
	int cpu;
};

struct vnetnl_link {
	bool set[__VNETNL_LINK_MAX];
	/* Attributes that are numbers; of those that are bytes the length */
	uint64_t num[__VNETNL_LINK_MAX];
	char ifname[ALTIFNAMSIZ];
	char new_ifname[ALTIFNAMSIZ];
	uint8_t address[ROOM_MAC];
	uint8_t gen_raw[ROOM_RAW];
	uint8_t gen_src_mac[ROOM_MAC];
	uint8_t gen_src_mac_last[ROOM_MAC];
	uint8_t gen_dst_mac[ROOM_MAC];
	uint8_t gen_dst_mac_last[ROOM_MAC];
	uint8_t gen_src[ROOM_IP];
	uint8_t gen_src_last[ROOM_IP];
	uint8_t gen_dst[ROOM_IP];
	uint8_t gen_dst_last[ROOM_IP];
	uint8_t gen_queues[ROOM_BITMAP];
	struct queue queues[VNET_QUEUES_MAX];
	struct vnetnl_link *peer;		/* ours; has no peer itself */
	uint64_t xstats_set;			/* BIT(IFLA_VNET_XSTATS_*) */
	uint64_t xstats[__IFLA_VNET_XSTATS_MAX];
};

static_assert(__IFLA_VNET_XSTATS_MAX <= 64, "link->xstats_set is too small");

/* Where an attribute is in a message */
enum attr_level {
	LEVEL_HEADER,	/* struct ifinfomsg */
	LEVEL_LINK,	/* IFLA_* */
	LEVEL_DATA,	/* IFLA_VNET_* in IFLA_LINKINFO, IFLA_INFO_DATA */
	LEVEL_GEN,	/* IFLA_VNET_GEN_* in LEVEL_DATA, IFLA_VNET_GEN */
	LEVEL_STATE,	/* IFLA_VNET_STATE_* in LEVEL_DATA, IFLA_VNET_STATE */
};

enum attr_type {
	TYPE_U8,
	TYPE_U32,
	TYPE_U64,
	TYPE_NAME,
	TYPE_MAC,
	TYPE_IP,
	TYPE_RAW,
	TYPE_BITMAP,
	TYPE_PEER,
	TYPE_QUEUES,
};

/* In which messages an attribute is; without a flag, in all of them */
#define ATTR_READ_ONLY		1	/* parsed only */
#define ATTR_CREATE_ONLY	2	/* left out of a change */
#define ATTR_CHANGE_ONLY	4	/* refused at creation, not parsed */

struct attr {
	const char *name;
	uint16_t nla;
	/* Of one that is bytes, where in struct vnetnl_link they are and how
	 * many there can be
	 */
	uint16_t offset;
	uint16_t room;
	uint8_t level;
	uint8_t type;
	uint8_t flags;
};

extern const struct attr vnetnl_attrs[__VNETNL_LINK_MAX];

int vnetnl_set_bytes(struct vnetnl_link *link, enum vnetnl_link_attr attr,
		     const void *value, size_t len);
const uint8_t *vnetnl_get_bytes(const struct vnetnl_link *link,
				enum vnetnl_link_attr attr, size_t *len);

/* Whether a message is in what is left of a datagram. mnl_nlmsg_ok() takes one
 * of 2 GiB and more for one of less than nothing
 */
static inline bool message_ok(const struct nlmsghdr *nlh, int len)
{
	return len >= (int)sizeof(*nlh) && nlh->nlmsg_len >= sizeof(*nlh) &&
	       nlh->nlmsg_len <= (unsigned int)len;
}

/* The attribute that begins at *pos, which moves behind it. NULL at the end,
 * and where the lengths do not add up: then *len is not 0. Unlike
 * mnl_attr_for_each() it does not count on padding behind the last one
 */
static inline const struct nlattr *attr_next(const void **pos, size_t *len)
{
	const struct nlattr *attr = *pos;
	size_t step;

	if (*len < sizeof(*attr) || attr->nla_len < sizeof(*attr) ||
	    attr->nla_len > *len)
		return NULL;

	step = NLA_ALIGN(attr->nla_len);
	if (step > *len)
		step = *len;
	*len -= step;
	*pos = (const char *)attr + step;
	return attr;
}

static inline void link_init(struct vnetnl_link *link)
{
	memset(link, 0, sizeof(*link));
}

static inline void link_fini(struct vnetnl_link *link)
{
	/* A peer has no peer */
	free(link->peer);
	link->peer = NULL;
}

static inline void link_mark(struct vnetnl_link *link,
			     enum vnetnl_link_attr attr)
{
	link->set[attr] = true;
}

static inline void link_set_num(struct vnetnl_link *link,
				enum vnetnl_link_attr attr, uint64_t value)
{
	link->num[attr] = value;
	link_mark(link, attr);
}

#endif /* _VNETNL_INTERNAL_H */
