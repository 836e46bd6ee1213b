// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Events: what becomes of the vnet devices of a namespace.
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include "internal.h"

static int watch(struct mnl_socket *nl, int option)
{
	int group = RTNLGRP_LINK;

	if (mnl_socket_setsockopt(nl, option, &group, sizeof(group)))
		return -errno;
	return 0;
}

/**
 * vnetnl_watch_start - have events sent to a socket
 *
 * Better to a socket of its own: requests over the same one would throw away
 * the events that come while they wait. What is already there is not told:
 * start, then vnetnl_dump() over another socket.
 * @param nl socket
 * @return 0 or -errno
 */
EXPORT int vnetnl_watch_start(struct mnl_socket *nl)
{
	return watch(nl, NETLINK_ADD_MEMBERSHIP);
}

/**
 * vnetnl_watch_stop - have no more events sent to a socket
 * @param nl socket; events that are there already can still be read
 * @return 0 or -errno
 */
EXPORT int vnetnl_watch_stop(struct mnl_socket *nl)
{
	return watch(nl, NETLINK_DROP_MEMBERSHIP);
}

/**
 * vnetnl_watch_read - read the events of one datagram
 *
 * Waits for it, unless the socket does not block; mnl_socket_get_fd() can be
 * polled. Devices of other kinds are left out, so that cb may not be called at
 * all.
 * @param nl socket
 * @param buf aligned for a struct nlmsghdr, and the library's until it
 *	returns; VNETNL_BUFFER_SIZE is enough
 * @param size its size in bytes
 * @param cb called for each event
 * @param data given to cb
 * @return 0; what cb returned if that is not 0, the rest of the datagram is
 *	then lost; -errno: -ENOBUFS if events were lost because they were read
 *	too slowly (dump again), -EINTR after a signal, -EAGAIN if there is
 *	none, -EMSGSIZE if the buffer is too small, -EBADMSG if a message makes
 *	no sense
 */
EXPORT int vnetnl_watch_read(struct mnl_socket *nl, void *buf, size_t size,
			     vnetnl_event_cb cb, void *data)
{
	const struct nlmsghdr *nlh = buf;
	struct vnetnl_link link;
	int ret = 0;
	ssize_t n;
	int len;

	n = mnl_socket_recvfrom(nl, buf, size);
	/* What libmnl says of a datagram that is longer than the buffer */
	if (n < 0 && errno == ENOSPC)
		return -EMSGSIZE;
	if (n < 0)
		return -errno;

	link_init(&link);
	for (len = n; !ret && message_ok(nlh, len);
	     nlh = mnl_nlmsg_next(nlh, &len)) {
		ret = vnetnl_link_parse(&link, nlh);
		if (!ret)
			ret = cb(nlh->nlmsg_type == RTM_DELLINK ?
				 VNETNL_EVENT_DEL : VNETNL_EVENT_NEW,
				 &link, data);
		else if (ret == -EMEDIUMTYPE || ret == -ENOMSG)
			ret = 0;
	}
	link_fini(&link);
	return ret;
}
