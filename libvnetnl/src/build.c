// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * From a link to a netlink message.
 */
#include <errno.h>
#include <string.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include "internal.h"

/* A message that grows in the caller's buffer */
struct msg {
	struct nlmsghdr *nlh;
	size_t size;
};

static int msg_start(struct msg *msg, void *buf, size_t size, uint16_t type,
		     uint16_t flags, uint32_t seq)
{
	if (size < MNL_NLMSG_HDRLEN)
		return -EMSGSIZE;

	msg->size = size;
	msg->nlh = mnl_nlmsg_put_header(buf);
	msg->nlh->nlmsg_type = type;
	msg->nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	msg->nlh->nlmsg_seq = seq;
	return 0;
}

/* The fixed part of the message itself, or of a peer nest. What it says of a
 * link is the index, and whether it is up if settings is true
 */
static bool put_ifinfomsg(const struct msg *msg,
			  const struct vnetnl_link *link, bool settings)
{
	struct ifinfomsg *ifm;

	if (msg->nlh->nlmsg_len + MNL_ALIGN(sizeof(*ifm)) > msg->size)
		return false;

	/* Bounded by the check above, and zeroed */
	ifm = mnl_nlmsg_put_extra_header(msg->nlh, sizeof(*ifm));
	ifm->ifi_family = AF_UNSPEC;
	if (link)
		ifm->ifi_index = vnetnl_link_get_ifindex(link);
	if (settings && vnetnl_link_is_set(link, VNETNL_LINK_UP)) {
		ifm->ifi_change = IFF_UP;
		ifm->ifi_flags = vnetnl_link_get_up(link) ? IFF_UP : 0;
	}
	return true;
}

/* Every attribute goes through here: not every libmnl clears the padding, and
 * what the buffer held before is nobody's business
 */
static bool put(const struct msg *msg, uint16_t type, size_t len,
		const void *value)
{
	size_t pad = MNL_ALIGN(len) - len;

	if (!mnl_attr_put_check(msg->nlh, msg->size, type, len, value))
		return false;
	memset((char *)mnl_nlmsg_get_payload_tail(msg->nlh) - pad, 0, pad);
	return true;
}

static bool put_string(const struct msg *msg, uint16_t type, const char *value)
{
	return put(msg, type, strlen(value) + 1, value);
}

static struct nlattr *nest_start(const struct msg *msg, uint16_t type)
{
	return mnl_attr_nest_start_check(msg->nlh, msg->size, type);
}

static bool is_listed(const struct queue *queue)
{
	return queue->has_cpu || queue->has_failed;
}

static bool are_alike(const struct queue *a, const struct queue *b)
{
	return a->has_cpu == b->has_cpu && a->cpu == b->cpu &&
	       a->has_failed == b->has_failed && a->failed == b->failed;
}

/* Of the queues from first to last the same is said */
static bool put_queue(const struct msg *msg, const struct queue *queue,
		      uint32_t first, uint32_t last)
{
	uint8_t failed = queue->failed;
	int32_t cpu = queue->cpu;
	struct nlattr *nest;

	nest = nest_start(msg, IFLA_VNET_QUEUE);
	if (!nest ||
	    !put(msg, IFLA_VNET_QUEUE_INDEX, sizeof(first), &first) ||
	    (last != first &&
	     !put(msg, IFLA_VNET_QUEUE_LAST, sizeof(last), &last)) ||
	    (queue->has_cpu &&
	     !put(msg, IFLA_VNET_QUEUE_CPU, sizeof(cpu), &cpu)) ||
	    (queue->has_failed &&
	     !put(msg, IFLA_VNET_QUEUE_FAILED, sizeof(failed), &failed)))
		return false;
	mnl_attr_nest_end(msg->nlh, nest);
	return true;
}

static bool put_queues(const struct msg *msg, const struct vnetnl_link *link)
{
	const struct queue *queues = link->queues;
	struct nlattr *nest;
	uint32_t i, last;

	nest = nest_start(msg, IFLA_VNET_QUEUES);
	if (!nest)
		return false;

	for (i = 0; i < VNET_QUEUES_MAX; i = last + 1) {
		last = i;
		if (!is_listed(&queues[i]))
			continue;
		while (last + 1 < VNET_QUEUES_MAX &&
		       are_alike(&queues[last + 1], &queues[i]))
			last++;
		if (!put_queue(msg, &queues[i], i, last))
			return false;
	}
	mnl_attr_nest_end(msg->nlh, nest);
	return true;
}

static bool put_attr(const struct msg *msg, const struct vnetnl_link *link,
		     enum vnetnl_link_attr i)
{
	const struct attr *attr = &vnetnl_attrs[i];
	uint64_t u64 = link->num[i];
	const uint8_t *bytes;
	uint32_t u32 = u64;
	uint8_t u8 = u64;
	size_t len;

	switch ((enum attr_type)attr->type) {
	case TYPE_U8:
		return put(msg, attr->nla, sizeof(u8), &u8);
	case TYPE_U32:
		return put(msg, attr->nla, sizeof(u32), &u32);
	case TYPE_U64:
		return put(msg, attr->nla, sizeof(u64), &u64);
	case TYPE_MAC:
	case TYPE_IP:
	case TYPE_RAW:
	case TYPE_BITMAP:
		bytes = vnetnl_get_bytes(link, i, &len);
		return put(msg, attr->nla, len, bytes);
	case TYPE_QUEUES:
		return put_queues(msg, link);
	case TYPE_NAME:
	case TYPE_PEER:
		break;
	}
	/* What a name means depends on the request, and a peer is a link: they
	 * are not put one by one
	 */
	return true;
}

/* Whether a request carries an attribute of a level */
static bool is_to_put(const struct vnetnl_link *link, enum vnetnl_link_attr i,
		      enum attr_level level, uint8_t leave_out)
{
	const struct attr *attr = &vnetnl_attrs[i];

	return vnetnl_link_is_set(link, i) && attr->level == level &&
	       !(attr->flags & (ATTR_READ_ONLY | leave_out));
}

static bool has_attrs(const struct vnetnl_link *link, enum attr_level level)
{
	unsigned int i;

	for (i = 0; i < __VNETNL_LINK_MAX; i++)
		if (is_to_put(link, i, level, 0))
			return true;
	return false;
}

static bool put_attrs(const struct msg *msg, const struct vnetnl_link *link,
		      enum attr_level level, uint8_t leave_out)
{
	unsigned int i;

	for (i = 0; i < __VNETNL_LINK_MAX; i++)
		if (is_to_put(link, i, level, leave_out) &&
		    !put_attr(msg, link, i))
			return false;
	return true;
}

static bool put_gen(const struct msg *msg, const struct vnetnl_link *link)
{
	struct nlattr *nest;

	if (!has_attrs(link, LEVEL_GEN))
		return true;

	nest = nest_start(msg, IFLA_VNET_GEN);
	if (!nest || !put_attrs(msg, link, LEVEL_GEN, 0))
		return false;
	mnl_attr_nest_end(msg->nlh, nest);
	return true;
}

static bool put_linkinfo(const struct msg *msg,
			 const struct vnetnl_link *link);

static bool put_peer(const struct msg *msg, const struct vnetnl_link *peer)
{
	bool data = has_attrs(peer, LEVEL_DATA) || has_attrs(peer, LEVEL_GEN);
	const char *ifname = vnetnl_link_get_ifname(peer);
	struct nlattr *nest;

	nest = nest_start(msg, IFLA_VNET_PEER);
	if (!nest || !put_ifinfomsg(msg, peer, true) ||
	    (ifname && !put_string(msg, IFLA_IFNAME, ifname)) ||
	    !put_attrs(msg, peer, LEVEL_LINK, 0) ||
	    (data && !put_linkinfo(msg, peer)))
		return false;
	mnl_attr_nest_end(msg->nlh, nest);
	return true;
}

static bool put_linkinfo(const struct msg *msg,
			 const struct vnetnl_link *link)
{
	struct nlattr *linkinfo, *data;

	linkinfo = nest_start(msg, IFLA_LINKINFO);
	if (!linkinfo || !put_string(msg, IFLA_INFO_KIND, VNET_KIND))
		return false;

	/* Empty or not: with it, the kernel compares the kind of a device that
	 * is to be changed
	 */
	data = nest_start(msg, IFLA_INFO_DATA);
	if (!data || !put_attrs(msg, link, LEVEL_DATA, 0) ||
	    !put_gen(msg, link) ||
	    (link->peer && !put_peer(msg, link->peer)))
		return false;
	mnl_attr_nest_end(msg->nlh, data);
	mnl_attr_nest_end(msg->nlh, linkinfo);
	return true;
}

/* The name by which a request finds its device */
static bool put_key(const struct msg *msg, const struct vnetnl_link *link)
{
	const char *ifname = vnetnl_link_get_ifname(link);

	if (vnetnl_link_is_set(link, VNETNL_LINK_IFINDEX))
		return true;

	return put_string(msg, strlen(ifname) < IFNAMSIZ ? IFLA_IFNAME :
							   IFLA_ALT_IFNAME,
			  ifname);
}

static bool has_key(const struct vnetnl_link *link)
{
	return vnetnl_link_is_set(link, VNETNL_LINK_IFINDEX) ||
	       vnetnl_link_is_set(link, VNETNL_LINK_IFNAME);
}

static bool has_change_only(const struct vnetnl_link *link)
{
	return vnetnl_link_is_set(link, VNETNL_LINK_NEW_IFNAME) ||
	       vnetnl_link_is_set(link, VNETNL_LINK_CARRIER_ADMIN);
}

/**
 * vnetnl_link_build_new - a request to create a device, and its peer
 * @param link what is to be created; only what is set is asked for. Nothing
 *	has to be: a link with no attribute asks for a device alone, named by
 *	the kernel
 * @param buf the message, aligned for a struct nlmsghdr
 * @param size its size in bytes
 * @param seq sequence number for the message
 * @return length of the message; -EMSGSIZE if the buffer is too small; -EINVAL
 *	if the link or its peer has an attribute that cannot be set at
 *	creation (VNETNL_LINK_NEW_IFNAME, VNETNL_LINK_CARRIER_ADMIN)
 */
EXPORT int vnetnl_link_build_new(const struct vnetnl_link *link, void *buf,
				 size_t size, uint32_t seq)
{
	const char *ifname = vnetnl_link_get_ifname(link);
	struct msg msg;
	int ret;

	if (has_change_only(link) ||
	    (link->peer && has_change_only(link->peer)))
		return -EINVAL;

	ret = msg_start(&msg, buf, size, RTM_NEWLINK,
			NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, seq);
	if (ret)
		return ret;

	if (!put_ifinfomsg(&msg, link, true) ||
	    (ifname && !put_string(&msg, IFLA_IFNAME, ifname)) ||
	    !put_attrs(&msg, link, LEVEL_LINK, 0) || !put_linkinfo(&msg, link))
		return -EMSGSIZE;
	return msg.nlh->nlmsg_len;
}

/**
 * vnetnl_link_build_change - a request to change a device
 * @param link which device, by VNETNL_LINK_IFINDEX or else by
 *	VNETNL_LINK_IFNAME, and what of it; what is not set stays as it is.
 *	Read-only attributes and those that only creation can set are left out,
 *	so that a link that was read can be sent as it is. With
 *	VNETNL_LINK_NEW_IFNAME the device has to be given by its index
 * @param buf the message, aligned for a struct nlmsghdr
 * @param size its size in bytes
 * @param seq sequence number for the message
 * @return length of the message; -EMSGSIZE if the buffer is too small; -EINVAL
 *	if it is not said which device, or not by index where it has to be
 */
EXPORT int vnetnl_link_build_change(const struct vnetnl_link *link, void *buf,
				    size_t size, uint32_t seq)
{
	const char *new_ifname = vnetnl_link_get_new_ifname(link);
	struct msg msg;
	int ret;

	/* Without an index, IFLA_IFNAME is the key */
	if (!has_key(link) ||
	    (new_ifname && !vnetnl_link_is_set(link, VNETNL_LINK_IFINDEX)))
		return -EINVAL;

	ret = msg_start(&msg, buf, size, RTM_NEWLINK, NLM_F_ACK, seq);
	if (ret)
		return ret;

	if (!put_ifinfomsg(&msg, link, true) || !put_key(&msg, link) ||
	    (new_ifname && !put_string(&msg, IFLA_IFNAME, new_ifname)) ||
	    !put_attrs(&msg, link, LEVEL_LINK, ATTR_CREATE_ONLY) ||
	    !put_linkinfo(&msg, link))
		return -EMSGSIZE;
	return msg.nlh->nlmsg_len;
}

/**
 * vnetnl_link_build_del - a request to delete a device, and its peer
 * @param link which device, by VNETNL_LINK_IFINDEX or else by
 *	VNETNL_LINK_IFNAME; other attributes do not matter. The kernel does not
 *	look at the kind: vnetnl_delete() does
 * @param buf the message, aligned for a struct nlmsghdr
 * @param size its size in bytes
 * @param seq sequence number for the message
 * @return length of the message; -EMSGSIZE if the buffer is too small; -EINVAL
 *	if it is not said which device
 */
EXPORT int vnetnl_link_build_del(const struct vnetnl_link *link, void *buf,
				 size_t size, uint32_t seq)
{
	struct msg msg;
	int ret;

	if (!has_key(link))
		return -EINVAL;

	ret = msg_start(&msg, buf, size, RTM_DELLINK, NLM_F_ACK, seq);
	if (ret)
		return ret;

	if (!put_ifinfomsg(&msg, link, false) || !put_key(&msg, link))
		return -EMSGSIZE;
	return msg.nlh->nlmsg_len;
}

/* Statistics that nobody asked for would make up a third of an answer */
static bool put_no_stats(const struct msg *msg)
{
	uint32_t mask = RTEXT_FILTER_SKIP_STATS;

	return put(msg, IFLA_EXT_MASK, sizeof(mask), &mask);
}

/**
 * vnetnl_link_build_get - a request to read a device
 * @param link which device, by VNETNL_LINK_IFINDEX or else by
 *	VNETNL_LINK_IFNAME; other attributes do not matter
 * @param buf the message, aligned for a struct nlmsghdr
 * @param size its size in bytes
 * @param seq sequence number for the message
 * @return length of the message; -EMSGSIZE if the buffer is too small; -EINVAL
 *	if it is not said which device
 */
EXPORT int vnetnl_link_build_get(const struct vnetnl_link *link, void *buf,
				 size_t size, uint32_t seq)
{
	struct msg msg;
	int ret;

	if (!has_key(link))
		return -EINVAL;

	ret = msg_start(&msg, buf, size, RTM_GETLINK, 0, seq);
	if (ret)
		return ret;

	if (!put_ifinfomsg(&msg, link, false) || !put_key(&msg, link) ||
	    !put_no_stats(&msg))
		return -EMSGSIZE;
	return msg.nlh->nlmsg_len;
}

/**
 * vnetnl_link_build_dump - a request to read all vnet devices
 *
 * The kernel leaves out devices of other kinds only if it knows the kind, that
 * is, while the module is loaded.
 * @param buf the message, aligned for a struct nlmsghdr
 * @param size its size in bytes
 * @param seq sequence number for the message
 * @return length of the message; -EMSGSIZE if the buffer is too small
 */
EXPORT int vnetnl_link_build_dump(void *buf, size_t size, uint32_t seq)
{
	struct nlattr *linkinfo;
	struct msg msg;
	int ret;

	ret = msg_start(&msg, buf, size, RTM_GETLINK, NLM_F_DUMP, seq);
	if (ret)
		return ret;

	if (!put_ifinfomsg(&msg, NULL, false) || !put_no_stats(&msg))
		return -EMSGSIZE;

	linkinfo = nest_start(&msg, IFLA_LINKINFO);
	if (!linkinfo || !put_string(&msg, IFLA_INFO_KIND, VNET_KIND))
		return -EMSGSIZE;
	mnl_attr_nest_end(msg.nlh, linkinfo);
	return msg.nlh->nlmsg_len;
}
