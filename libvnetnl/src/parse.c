// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * From a netlink message to a link.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include "internal.h"

/* Attributes by type, of the message or of a nest: tb has max + 1 entries. Of
 * one sent twice the last counts, those with a higher number, of a newer
 * kernel, are ignored. Returns false if the lengths do not add up
 */
static bool collect(const struct nlattr **tb, uint16_t max,
		    const void *payload, size_t len)
{
	const struct nlattr *attr;

	memset(tb, 0, (max + 1) * sizeof(*tb));
	while ((attr = attr_next(&payload, &len)))
		if (mnl_attr_get_type(attr) <= max)
			tb[mnl_attr_get_type(attr)] = attr;
	return !len;
}

static bool collect_nest(const struct nlattr **tb, uint16_t max,
			 const struct nlattr *nest)
{
	return collect(tb, max, mnl_attr_get_payload(nest),
		       mnl_attr_get_payload_len(nest));
}

static bool parse_name(char name[ALTIFNAMSIZ], const struct nlattr *attr)
{
	const char *value = mnl_attr_get_payload(attr);
	size_t len = mnl_attr_get_payload_len(attr);

	if (len > ALTIFNAMSIZ || !memchr(value, '\0', len))
		return false;
	memcpy(name, value, strlen(value) + 1);
	return true;
}

static bool parse_u32(uint32_t *value, const struct nlattr *attr)
{
	if (mnl_attr_get_payload_len(attr) != sizeof(*value))
		return false;
	*value = mnl_attr_get_u32(attr);
	return true;
}

static bool parse_u8(uint8_t *value, const struct nlattr *attr)
{
	if (mnl_attr_get_payload_len(attr) != sizeof(*value))
		return false;
	*value = mnl_attr_get_u8(attr);
	return true;
}

static bool parse_queue(struct vnetnl_link *link, const struct nlattr *nest)
{
	const struct nlattr *tb[__IFLA_VNET_QUEUE_MAX];
	uint32_t first, last, cpu = 0;
	uint8_t failed = 0;

	if (!collect_nest(tb, IFLA_VNET_QUEUE_MAX, nest) ||
	    !tb[IFLA_VNET_QUEUE_INDEX] ||
	    !parse_u32(&first, tb[IFLA_VNET_QUEUE_INDEX]))
		return false;
	last = first;
	if (tb[IFLA_VNET_QUEUE_LAST] &&
	    !parse_u32(&last, tb[IFLA_VNET_QUEUE_LAST]))
		return false;

	/* What else a newer kernel may say of a queue is ignored */
	if ((tb[IFLA_VNET_QUEUE_CPU] &&
	     !parse_u32(&cpu, tb[IFLA_VNET_QUEUE_CPU])) ||
	    (tb[IFLA_VNET_QUEUE_FAILED] &&
	     !parse_u8(&failed, tb[IFLA_VNET_QUEUE_FAILED])))
		return false;
	for (; first <= last && first < VNET_QUEUES_MAX; first++) {
		if (tb[IFLA_VNET_QUEUE_CPU])
			vnetnl_link_set_queue_cpu(link, first, (int32_t)cpu);
		if (tb[IFLA_VNET_QUEUE_FAILED])
			vnetnl_link_set_queue_failed(link, first, failed);
	}
	return true;
}

static bool parse_queues(struct vnetnl_link *link, const struct nlattr *nest)
{
	const void *pos = mnl_attr_get_payload(nest);
	size_t len = mnl_attr_get_payload_len(nest);
	const struct nlattr *attr;

	while ((attr = attr_next(&pos, &len)))
		if (mnl_attr_get_type(attr) == IFLA_VNET_QUEUE &&
		    !parse_queue(link, attr))
			return false;
	return !len;
}

static bool parse_attr(struct vnetnl_link *link, enum vnetnl_link_attr i,
		       const struct nlattr *attr)
{
	size_t len = mnl_attr_get_payload_len(attr);
	bool ok = false;

	switch ((enum attr_type)vnetnl_attrs[i].type) {
	case TYPE_U8:
		ok = len == sizeof(uint8_t);
		if (ok)
			link->num[i] = mnl_attr_get_u8(attr);
		break;
	case TYPE_U32:
		ok = len == sizeof(uint32_t);
		if (ok)
			link->num[i] = mnl_attr_get_u32(attr);
		break;
	case TYPE_U64:
		ok = len == sizeof(uint64_t);
		if (ok)
			link->num[i] = mnl_attr_get_u64(attr);
		break;
	case TYPE_NAME:
		ok = parse_name(link->ifname, attr);
		break;
	case TYPE_MAC:
	case TYPE_IP:
	case TYPE_RAW:
	case TYPE_BITMAP:
		return !vnetnl_set_bytes(link, i, mnl_attr_get_payload(attr),
					 len);
	case TYPE_QUEUES:
		ok = parse_queues(link, attr);
		break;
	case TYPE_PEER:
		/* A link: the caller's to parse */
		return true;
	}
	if (ok)
		link_mark(link, i);
	return ok;
}

static bool parse_attrs(struct vnetnl_link *link, enum attr_level level,
			const struct nlattr **tb)
{
	unsigned int i;

	for (i = 0; i < __VNETNL_LINK_MAX; i++) {
		const struct attr *attr = &vnetnl_attrs[i];

		if (attr->level != level || attr->flags & ATTR_CHANGE_ONLY ||
		    !tb[attr->nla])
			continue;
		if (!parse_attr(link, i, tb[attr->nla]))
			return false;
	}
	return true;
}

static bool parse_gen(struct vnetnl_link *link, const struct nlattr *nest)
{
	const struct nlattr *tb[__IFLA_VNET_GEN_MAX];

	return collect_nest(tb, IFLA_VNET_GEN_MAX, nest) &&
	       parse_attrs(link, LEVEL_GEN, tb);
}

static bool parse_state(struct vnetnl_link *link, const struct nlattr *nest)
{
	const struct nlattr *tb[__IFLA_VNET_STATE_MAX];

	return collect_nest(tb, IFLA_VNET_STATE_MAX, nest) &&
	       parse_attrs(link, LEVEL_STATE, tb);
}

static bool parse_xstats(struct vnetnl_link *link, const struct nlattr *nest)
{
	const struct nlattr *tb[__IFLA_VNET_XSTATS_MAX];
	unsigned int i;

	if (!collect_nest(tb, IFLA_VNET_XSTATS_MAX, nest))
		return false;

	for (i = 0; i <= IFLA_VNET_XSTATS_MAX; i++) {
		if (!tb[i] || !vnetnl_xstat_name(i))
			continue;
		if (mnl_attr_get_payload_len(tb[i]) != sizeof(uint64_t))
			return false;
		link->xstats[i] = mnl_attr_get_u64(tb[i]);
		link->xstats_set |= BIT(i);
	}
	return true;
}

/* IFLA_INFO_DATA, except for the peer, which is returned in *peer */
static bool parse_data(struct vnetnl_link *link, const struct nlattr *nest,
		       const struct nlattr **peer)
{
	const struct nlattr *tb[__IFLA_VNET_MAX];

	if (!collect_nest(tb, IFLA_VNET_MAX, nest))
		return false;

	*peer = tb[IFLA_VNET_PEER];
	return parse_attrs(link, LEVEL_DATA, tb) &&
	       (!tb[IFLA_VNET_GEN] || parse_gen(link, tb[IFLA_VNET_GEN])) &&
	       (!tb[IFLA_VNET_STATE] ||
		parse_state(link, tb[IFLA_VNET_STATE]));
}

/* Some senders leave out the NUL */
static bool is_vnet(const struct nlattr *kind)
{
	size_t len = kind ? mnl_attr_get_payload_len(kind) : 0;

	return (len == strlen(VNET_KIND) || len == sizeof(VNET_KIND)) &&
	       !memcmp(mnl_attr_get_payload(kind), VNET_KIND, len);
}

/* IFLA_* attributes, except for the peer's, whose nest is returned in *peer.
 * The kind is looked at before all else: a device of another kind may have
 * attributes of another form
 */
static int parse_link(struct vnetnl_link *link, const void *payload,
		      size_t len, bool need_kind, const struct nlattr **peer)
{
	const struct nlattr *info[__IFLA_INFO_MAX] = {};
	const struct nlattr *tb[__IFLA_MAX];

	*peer = NULL;
	if (!collect(tb, IFLA_MAX, payload, len) ||
	    (tb[IFLA_LINKINFO] &&
	     !collect_nest(info, IFLA_INFO_MAX, tb[IFLA_LINKINFO])))
		return -EBADMSG;
	if ((need_kind || tb[IFLA_LINKINFO]) && !is_vnet(info[IFLA_INFO_KIND]))
		return -EMEDIUMTYPE;

	if (!parse_attrs(link, LEVEL_LINK, tb) ||
	    (info[IFLA_INFO_DATA] &&
	     !parse_data(link, info[IFLA_INFO_DATA], peer)) ||
	    (info[IFLA_INFO_XSTATS] &&
	     !parse_xstats(link, info[IFLA_INFO_XSTATS])))
		return -EBADMSG;
	return 0;
}

static void parse_ifindex(struct vnetnl_link *link,
			  const struct ifinfomsg *ifm)
{
	if (ifm->ifi_index)
		link_set_num(link, VNETNL_LINK_IFINDEX,
			     (uint32_t)ifm->ifi_index);
}

static int parse_peer(struct vnetnl_link *link, const struct nlattr *nest)
{
	const struct ifinfomsg *ifm = mnl_attr_get_payload(nest);
	size_t len = mnl_attr_get_payload_len(nest);
	const struct nlattr *peer_of_peer;
	int ret;

	if (len < sizeof(*ifm))
		return -EBADMSG;

	link->peer = vnetnl_link_alloc();
	if (!link->peer)
		return -ENOMEM;
	link_mark(link, VNETNL_LINK_PEER);

	parse_ifindex(link->peer, ifm);
	if (ifm->ifi_change & IFF_UP)
		link_set_num(link->peer, VNETNL_LINK_UP,
			     !!(ifm->ifi_flags & IFF_UP));

	ret = parse_link(link->peer, ifm + 1, len - sizeof(*ifm), false,
			 &peer_of_peer);
	if (!ret && peer_of_peer)
		return -EBADMSG;
	return ret;
}

/**
 * vnetnl_link_parse - read a message about a vnet device
 *
 * Attributes that the library does not know are ignored; one of a length that
 * is not its type's makes the whole message a bad one.
 * @param link becomes what the message says: whatever it held is gone. On
 *	failure it is what it was
 * @param nlh the message, RTM_NEWLINK or RTM_DELLINK, as long as its header
 *	says (see mnl_nlmsg_ok())
 * @return 0; -ENOMSG if the message is of another type; -EMEDIUMTYPE if it is
 *	about a device of another kind, or about what a bridge knows of one;
 *	-EBADMSG if its parts do not fit together; -ENOMEM
 */
EXPORT int vnetnl_link_parse(struct vnetnl_link *link,
			     const struct nlmsghdr *nlh)
{
	const struct ifinfomsg *ifm = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *peer;
	struct vnetnl_link new;
	int ret;

	if (nlh->nlmsg_type != RTM_NEWLINK && nlh->nlmsg_type != RTM_DELLINK)
		return -ENOMSG;
	if (nlh->nlmsg_len < MNL_NLMSG_HDRLEN + sizeof(*ifm))
		return -EBADMSG;
	if (ifm->ifi_family != AF_UNSPEC)
		return -EMEDIUMTYPE;

	link_init(&new);
	ret = parse_link(&new, ifm + 1,
			 mnl_nlmsg_get_payload_len(nlh) - sizeof(*ifm), true,
			 &peer);
	if (!ret && peer)
		ret = parse_peer(&new, peer);
	if (ret) {
		link_fini(&new);
		return ret;
	}

	parse_ifindex(&new, ifm);
	link_set_num(&new, VNETNL_LINK_FLAGS, ifm->ifi_flags);
	link_set_num(&new, VNETNL_LINK_UP, !!(ifm->ifi_flags & IFF_UP));

	link_fini(link);
	*link = new;
	return 0;
}
