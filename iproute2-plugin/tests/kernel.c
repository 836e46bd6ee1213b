// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A stand-in for the kernel, preloaded into the stock ip: whatever ip sends
 * to rtnetlink is written to a file and answered from another one, so that
 * the plugin is tested in the real ip, with no module and no privilege.
 *
 * VNET_TEST_REQUESTS	file to which requests are appended, as they were sent
 * VNET_TEST_LINK	file with one RTM_NEWLINK, the answer to RTM_GETLINK
 *
 * Everything else is acknowledged, dumps of other objects are empty.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

static char reply[65536];
static size_t reply_len;

static void die(const char *what)
{
	perror(what);
	abort();
}

static bool is_rtnetlink(int fd)
{
	socklen_t len = sizeof(int);
	int domain, protocol;

	return !getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) &&
	       domain == AF_NETLINK &&
	       !getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &len) &&
	       protocol == NETLINK_ROUTE;
}

static void record(const void *msg, size_t len)
{
	const char *name = getenv("VNET_TEST_REQUESTS");
	int fd;

	if (!name)
		return;
	fd = open(name, O_WRONLY | O_APPEND | O_CREAT, 0600);
	if (fd < 0 || write(fd, msg, len) != (ssize_t)len || close(fd))
		die(name);
}

static struct nlmsghdr *next_reply(size_t len)
{
	struct nlmsghdr *n = (struct nlmsghdr *)(reply + reply_len);

	reply_len += NLMSG_ALIGN(len);
	if (reply_len > sizeof(reply)) {
		fprintf(stderr, "the answer does not fit\n");
		abort();
	}
	return n;
}

static void reply_link(void)
{
	const char *name = getenv("VNET_TEST_LINK");
	ssize_t len;
	int fd;

	if (!name)
		return;
	fd = open(name, O_RDONLY);
	if (fd < 0)
		die(name);
	len = read(fd, reply, sizeof(reply));
	if (len < (ssize_t)sizeof(struct nlmsghdr) || close(fd))
		die(name);
	next_reply(len);
}

static void reply_error(const struct nlmsghdr *request, int error)
{
	size_t len = NLMSG_LENGTH(sizeof(struct nlmsgerr));
	struct nlmsghdr *n = next_reply(len);
	struct nlmsgerr *err = NLMSG_DATA(n);

	n->nlmsg_type = NLMSG_ERROR;
	n->nlmsg_len = len;
	n->nlmsg_flags = 0;
	err->error = error;
	err->msg = *request;
}

static void reply_done(void)
{
	size_t len = NLMSG_LENGTH(sizeof(int));
	struct nlmsghdr *n = next_reply(len);

	n->nlmsg_type = NLMSG_DONE;
	n->nlmsg_len = len;
	n->nlmsg_flags = NLM_F_MULTI;
	memset(NLMSG_DATA(n), 0, sizeof(int));
}

static void answer(int fd, const struct nlmsghdr *request)
{
	bool dump = (request->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	struct sockaddr_nl self = {};
	socklen_t len = sizeof(self);
	struct nlmsghdr *n;
	size_t left;

	if (getsockname(fd, (struct sockaddr *)&self, &len))
		die("getsockname");

	reply_len = 0;
	switch (request->nlmsg_type) {
	case RTM_GETLINK:
		reply_link();
		if (!dump && !reply_len)
			reply_error(request, -ENODEV);
		break;
	case RTM_GETNSID:
		if (!dump)
			reply_error(request, -EINVAL);
		break;
	default:
		if (!dump)
			reply_error(request, 0);
		break;
	}
	if (dump)
		reply_done();

	left = reply_len;
	for (n = (struct nlmsghdr *)reply; NLMSG_OK(n, left);
	     n = NLMSG_NEXT(n, left)) {
		n->nlmsg_seq = request->nlmsg_seq;
		n->nlmsg_pid = self.nl_pid;
		if (dump)
			n->nlmsg_flags |= NLM_F_MULTI;
	}
}

ssize_t sendmsg(int fd, const struct msghdr *msg, int flags)
{
	__typeof__(sendmsg) *real;
	char request[65536];
	size_t i, len = 0;

	if (!is_rtnetlink(fd)) {
		real = dlsym(RTLD_NEXT, "sendmsg");
		return real(fd, msg, flags);
	}

	for (i = 0; i < msg->msg_iovlen; i++) {
		const struct iovec *iov = &msg->msg_iov[i];

		if (iov->iov_len > sizeof(request) - len) {
			errno = EMSGSIZE;
			return -1;
		}
		memcpy(request + len, iov->iov_base, iov->iov_len);
		len += iov->iov_len;
	}
	record(request, len);
	answer(fd, (struct nlmsghdr *)request);
	return len;
}

ssize_t send(int fd, const void *buf, size_t len, int flags)
{
	struct iovec iov = { .iov_base = (void *)buf, .iov_len = len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	__typeof__(send) *real;

	if (!is_rtnetlink(fd)) {
		real = dlsym(RTLD_NEXT, "send");
		return real(fd, buf, len, flags);
	}
	return sendmsg(fd, &msg, flags);
}

ssize_t recvmsg(int fd, struct msghdr *msg, int flags)
{
	__typeof__(recvmsg) *real;
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct iovec *iov = msg->msg_iov;
	size_t len = reply_len;

	if (!is_rtnetlink(fd)) {
		real = dlsym(RTLD_NEXT, "recvmsg");
		return real(fd, msg, flags);
	}
	if (!reply_len) {
		errno = EAGAIN;
		return -1;
	}

	if (msg->msg_name) {
		memcpy(msg->msg_name, &kernel, sizeof(kernel));
		msg->msg_namelen = sizeof(kernel);
	}
	msg->msg_controllen = 0;
	msg->msg_flags = 0;
	if (len > iov->iov_len) {
		len = iov->iov_len;
		msg->msg_flags = MSG_TRUNC;
	}
	if (len)
		memcpy(iov->iov_base, reply, len);
	len = flags & MSG_TRUNC ? reply_len : len;
	if (!(flags & MSG_PEEK))
		reply_len = 0;
	return len;
}
