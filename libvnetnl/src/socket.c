// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Sockets, in this network namespace or in another.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "internal.h"

/* Where "ip netns" keeps its namespaces */
#define NETNS_RUN_DIR	"/var/run/netns"

/**
 * vnetnl_open - a socket for requests and events
 *
 * Nothing more than a rtnetlink socket that is bound and asks for extended
 * acknowledgments: one of the caller's own will do as well.
 * @param nl the socket, the caller's, to be given to mnl_socket_close();
 *	untouched on failure
 * @return 0 or -errno
 */
EXPORT int vnetnl_open(struct mnl_socket **nl)
{
	struct mnl_socket *sock;
	int one = 1;
	int err;

	sock = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (!sock)
		return -errno;

	/* Text for errors, and no copy of the request with them */
	if (mnl_socket_setsockopt(sock, NETLINK_EXT_ACK, &one,
				  sizeof(one)) ||
	    mnl_socket_setsockopt(sock, NETLINK_CAP_ACK, &one,
				  sizeof(one)) ||
	    mnl_socket_bind(sock, 0, MNL_SOCKET_AUTOPID)) {
		err = errno;
		mnl_socket_close(sock);
		return -err;
	}

	*nl = sock;
	return 0;
}

struct opener {
	int netns_fd;
	struct mnl_socket **nl;
	int ret;
};

static void *opener_run(void *data)
{
	struct opener *opener = data;

	if (setns(opener->netns_fd, CLONE_NEWNET))
		opener->ret = -errno;
	else
		opener->ret = vnetnl_open(opener->nl);
	return NULL;
}

/**
 * vnetnl_open_netns_fd - a socket in another network namespace
 *
 * A socket stays in the namespace it was opened in. To get there, a thread
 * that does nothing else is made and ended: the caller's own thread never
 * leaves its namespace, whatever fails.
 * @param nl the socket, the caller's, to be given to mnl_socket_close();
 *	untouched on failure
 * @param netns_fd file of the namespace; it can be closed afterwards
 * @return 0; -EPERM without CAP_SYS_ADMIN over the namespace and one's own;
 *	-EINVAL if the file is not one of a network namespace; another -errno
 */
EXPORT int vnetnl_open_netns_fd(struct mnl_socket **nl, int netns_fd)
{
	struct opener opener = { .netns_fd = netns_fd, .nl = nl };
	sigset_t all, old;
	pthread_t thread;
	int err;

	/* The caller's signal handlers have no business in the thread */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&thread, NULL, opener_run, &opener);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (err)
		return -err;

	pthread_join(thread, NULL);
	return opener.ret;
}

/**
 * vnetnl_netns_fd - open a network namespace by name
 * @param netns name given to "ip netns add", or a path if there is a / in it,
 *	such as /proc/1/ns/net
 * @return a file, the caller's, to be given to close(); -errno: -ENOENT if
 *	there is no such namespace, -EINVAL if it cannot be a name
 */
EXPORT int vnetnl_netns_fd(const char *netns)
{
	char path[PATH_MAX];
	int len, fd;

	if (!*netns || !strcmp(netns, ".") || !strcmp(netns, ".."))
		return -EINVAL;

	len = snprintf(path, sizeof(path), "%s%s",
		       strchr(netns, '/') ? "" : NETNS_RUN_DIR "/", netns);
	if (len < 0 || (size_t)len >= sizeof(path))
		return -ENAMETOOLONG;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/**
 * vnetnl_open_netns - a socket in a network namespace given by name
 * @param nl the socket, the caller's, to be given to mnl_socket_close();
 *	untouched on failure
 * @param netns name or path, see vnetnl_netns_fd()
 * @return 0 or -errno, see vnetnl_netns_fd() and vnetnl_open_netns_fd()
 */
EXPORT int vnetnl_open_netns(struct mnl_socket **nl, const char *netns)
{
	int fd, ret;

	fd = vnetnl_netns_fd(netns);
	if (fd < 0)
		return fd;

	ret = vnetnl_open_netns_fd(nl, fd);
	close(fd);
	return ret;
}
