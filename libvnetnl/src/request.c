// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Requests over a socket: send, and read what is answered up to the last
 * message of it.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include "internal.h"

/* Takes a message of the answer; what is not 0 becomes the result */
typedef int (*answer_cb)(const struct nlmsghdr *nlh, void *data);

struct request {
	struct mnl_socket *nl;
	void *buf;
	size_t size;
	struct vnetnl_error *err;
	answer_cb cb;		/* NULL if there is only an acknowledgment */
	void *data;
	bool interrupted;	/* a dump during which something changed */
	bool done;
	int ret;
};

/* Notifications have 0, so 0 is left out */
static uint32_t next_seq(void)
{
	static atomic_uint last;
	uint32_t seq;

	do {
		seq = atomic_fetch_add(&last, 1) + 1;
	} while (!seq);
	return seq;
}

static int error_set(struct vnetnl_error *err, int code, const char *msg)
{
	if (err) {
		err->code = code;
		err->offset = 0;
		snprintf(err->msg, sizeof(err->msg), "%s", msg);
	}
	return code;
}

static void request_message(struct request *req, const struct nlmsghdr *nlh)
{
	int ret;

	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		req->interrupted = true;

	switch (nlh->nlmsg_type) {
	case NLMSG_NOOP:
		break;
	case NLMSG_ERROR:
	case NLMSG_DONE:
		ret = vnetnl_error_parse(req->err, nlh);
		if (!req->ret)
			req->ret = ret;
		req->done = true;
		break;
	default:
		if (!req->cb)
			break;
		/* Once a dump has a result, the rest of it is only read off
		 * the socket
		 */
		if (!req->ret)
			req->ret = req->cb(nlh, req->data);
		req->done = !(nlh->nlmsg_flags & NLM_F_MULTI);
		break;
	}
}

/* One datagram. What belongs to an earlier request, or is an event, is left
 * aside
 */
static int request_receive(struct request *req, uint32_t seq)
{
	unsigned int portid = mnl_socket_get_portid(req->nl);
	const struct nlmsghdr *nlh = req->buf;
	ssize_t n;
	int len;

	n = mnl_socket_recvfrom(req->nl, req->buf, req->size);
	if (n < 0 && errno == EINTR)
		return 0;
	/* What libmnl says of a datagram that is longer than the buffer */
	if (n < 0 && errno == ENOSPC)
		return -EMSGSIZE;
	if (n < 0)
		return -errno;

	for (len = n; !req->done && message_ok(nlh, len);
	     nlh = mnl_nlmsg_next(nlh, &len))
		if (nlh->nlmsg_seq == seq && mnl_nlmsg_portid_ok(nlh, portid))
			request_message(req, nlh);
	return 0;
}

/* len is that of the message in req->buf, or why there is none */
static int request_run(struct request *req, int len)
{
	const struct nlmsghdr *nlh = req->buf;
	uint32_t seq;
	int ret;

	error_set(req->err, 0, "");
	if (len < 0)
		return error_set(req->err, len, "");

	/* The answer takes the place of the request */
	seq = nlh->nlmsg_seq;
	while (mnl_socket_sendto(req->nl, req->buf, len) < 0)
		if (errno != EINTR)
			return error_set(req->err, -errno, "");

	while (!req->done) {
		ret = request_receive(req, seq);
		if (ret)
			return error_set(req->err, ret, "");
	}

	if (!req->ret && req->interrupted)
		req->ret = -EINTR;
	/* A result that is not the kernel's */
	if (req->ret < 0 && req->err && req->err->code != req->ret)
		error_set(req->err, req->ret, "");
	return req->ret;
}

static int get_answer(const struct nlmsghdr *nlh, void *data)
{
	return vnetnl_link_parse(data, nlh);
}

/**
 * vnetnl_get - read a device, with its state and its statistics
 * @param nl socket
 * @param buf aligned for a struct nlmsghdr, and the library's until it
 *	returns; VNETNL_BUFFER_SIZE is enough
 * @param size its size in bytes
 * @param link which device, by VNETNL_LINK_IFINDEX or else by
 *	VNETNL_LINK_IFNAME; becomes what the kernel says of it, and stays what
 *	it was on failure
 * @param err why it failed, or NULL
 * @return 0 or -errno: -ENODEV if there is no such device, -EMEDIUMTYPE if it
 *	is of another kind, -EINVAL if it is not said which device,
 *	-EMSGSIZE if the buffer is too small, -EBADMSG if the answer makes no
 *	sense
 */
EXPORT int vnetnl_get(struct mnl_socket *nl, void *buf, size_t size,
		      struct vnetnl_link *link, struct vnetnl_error *err)
{
	struct request req = {
		.nl = nl, .buf = buf, .size = size, .err = err,
		.cb = get_answer, .data = link,
	};
	int ret;

	ret = request_run(&req, vnetnl_link_build_get(link, buf, size,
						      next_seq()));
	if (ret == -EMEDIUMTYPE)
		return error_set(err, ret, "not a vnet device");
	return ret;
}

/* The index of the device that a request is about */
static int find(struct mnl_socket *nl, void *buf, size_t size,
		const struct vnetnl_link *link, struct vnetnl_error *err,
		int *ifindex)
{
	struct vnetnl_link found = *link;
	int ret;

	/* The peer stays the caller's link's */
	found.peer = NULL;
	ret = vnetnl_get(nl, buf, size, &found, err);
	if (!ret)
		*ifindex = vnetnl_link_get_ifindex(&found);
	link_fini(&found);
	return ret;
}

/**
 * vnetnl_create - create a device, and its peer if it has one
 * @param nl socket
 * @param buf aligned for a struct nlmsghdr, and the library's until it
 *	returns; VNETNL_BUFFER_SIZE is enough
 * @param size its size in bytes
 * @param link what is to be created, see vnetnl_link_build_new()
 * @param err why it failed, or NULL
 * @return 0 or -errno: the kernel's, or see vnetnl_link_build_new()
 */
EXPORT int vnetnl_create(struct mnl_socket *nl, void *buf, size_t size,
			 const struct vnetnl_link *link,
			 struct vnetnl_error *err)
{
	struct request req = {
		.nl = nl, .buf = buf, .size = size, .err = err,
	};

	return request_run(&req, vnetnl_link_build_new(link, buf, size,
						       next_seq()));
}

/**
 * vnetnl_change - change a device
 * @param nl socket
 * @param buf aligned for a struct nlmsghdr, and the library's until it
 *	returns; VNETNL_BUFFER_SIZE is enough
 * @param size its size in bytes
 * @param link which device and what of it, see vnetnl_link_build_change(); to
 *	be renamed it may also be given by name
 * @param err why it failed, or NULL
 * @return 0 or -errno: the kernel's, -EOPNOTSUPP among others if the device
 *	is of another kind; or see vnetnl_link_build_change()
 */
EXPORT int vnetnl_change(struct mnl_socket *nl, void *buf, size_t size,
			 const struct vnetnl_link *link,
			 struct vnetnl_error *err)
{
	struct request req = {
		.nl = nl, .buf = buf, .size = size, .err = err,
	};
	struct vnetnl_link by_index = *link;
	int ifindex, ret;

	if (vnetnl_link_is_set(link, VNETNL_LINK_NEW_IFNAME) &&
	    !vnetnl_link_is_set(link, VNETNL_LINK_IFINDEX)) {
		ret = find(nl, buf, size, link, err, &ifindex);
		if (ret)
			return ret;
		vnetnl_link_set_ifindex(&by_index, ifindex);
	}
	return request_run(&req, vnetnl_link_build_change(&by_index, buf, size,
							  next_seq()));
}

/**
 * vnetnl_delete - delete a device, and its peer if it has one
 *
 * The kernel would delete a device of any kind: the device is read first, and
 * left alone if it is not a vnet device.
 * @param nl socket
 * @param buf aligned for a struct nlmsghdr, and the library's until it
 *	returns; VNETNL_BUFFER_SIZE is enough
 * @param size its size in bytes
 * @param link which device, by VNETNL_LINK_IFINDEX or else by
 *	VNETNL_LINK_IFNAME
 * @param err why it failed, or NULL
 * @return 0 or -errno, see vnetnl_get()
 */
EXPORT int vnetnl_delete(struct mnl_socket *nl, void *buf, size_t size,
			 const struct vnetnl_link *link,
			 struct vnetnl_error *err)
{
	struct request req = {
		.nl = nl, .buf = buf, .size = size, .err = err,
	};
	struct vnetnl_link by_index = *link;
	int ifindex, ret;

	ret = find(nl, buf, size, link, err, &ifindex);
	if (ret)
		return ret;

	vnetnl_link_set_ifindex(&by_index, ifindex);
	return request_run(&req, vnetnl_link_build_del(&by_index, buf, size,
						       next_seq()));
}

struct dump {
	struct vnetnl_link link;
	vnetnl_link_cb cb;
	void *data;
};

static int dump_answer(const struct nlmsghdr *nlh, void *data)
{
	struct dump *dump = data;
	int ret;

	ret = vnetnl_link_parse(&dump->link, nlh);
	if (ret == -EMEDIUMTYPE)
		return 0;
	if (ret)
		return ret;
	return dump->cb(&dump->link, dump->data);
}

/**
 * vnetnl_dump - read all vnet devices of the namespace
 * @param nl socket; the callback must not use it
 * @param buf aligned for a struct nlmsghdr, and the library's until it
 *	returns; VNETNL_BUFFER_SIZE is enough
 * @param size its size in bytes
 * @param cb called for each device
 * @param data given to cb
 * @param err why it failed, or NULL
 * @return 0; what cb returned if that is not 0; -errno: -EINTR if devices came,
 *	went or changed meanwhile, so that one may be missing or told twice
 *	(dump again), -EMSGSIZE if the buffer is too small, -EBADMSG if a
 *	message makes no sense
 */
EXPORT int vnetnl_dump(struct mnl_socket *nl, void *buf, size_t size,
		       vnetnl_link_cb cb, void *data,
		       struct vnetnl_error *err)
{
	struct dump dump = { .cb = cb, .data = data };
	struct request req = {
		.nl = nl, .buf = buf, .size = size, .err = err,
		.cb = dump_answer, .data = &dump,
	};
	int ret;

	ret = request_run(&req, vnetnl_link_build_dump(buf, size, next_seq()));
	link_fini(&dump.link);
	return ret;
}
