// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Real sockets, without root: what works with no module and no privilege, and
 * namespaces of one's own.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "message.h"
#include "tap.h"

static struct nlmsghdr buf[VNETNL_BUFFER_SIZE / sizeof(struct nlmsghdr)];

static void a_socket_asks_for_text(void)
{
	struct mnl_socket *nl = NULL;
	socklen_t len = sizeof(int);
	int on = 0;

	if (!CHECK_INT(vnetnl_open(&nl), 0))
		return;
	CHECK(mnl_socket_get_portid(nl) != 0);
	CHECK_INT(mnl_socket_getsockopt(nl, NETLINK_EXT_ACK, &on, &len), 0);
	CHECK_INT(on, 1);
	CHECK_INT(mnl_socket_getsockopt(nl, NETLINK_CAP_ACK, &on, &len), 0);
	CHECK_INT(on, 1);
	CHECK_INT(fcntl(mnl_socket_get_fd(nl), F_GETFD), FD_CLOEXEC);
	mnl_socket_close(nl);
}

static void the_loopback_device_is_of_another_kind(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();
	struct mnl_socket *nl = NULL;
	struct vnetnl_error err;

	CHECK_INT(vnetnl_open(&nl), 0);
	CHECK_INT(vnetnl_link_set_ifname(link, "lo"), 0);
	CHECK_INT(vnetnl_get(nl, buf, sizeof(buf), link, &err), -EMEDIUMTYPE);
	CHECK_INT(vnetnl_delete(nl, buf, sizeof(buf), link, &err), -EMEDIUMTYPE);
	vnetnl_link_unset(link, VNETNL_LINK_IFNAME);
	vnetnl_link_set_ifindex(link, 1);
	CHECK_INT(vnetnl_get(nl, buf, sizeof(buf), link, &err), -EMEDIUMTYPE);

	/* A buffer too small for the answer: the next one is not disturbed */
	CHECK_INT(vnetnl_get(nl, buf, 64, link, &err), -EMSGSIZE);
	CHECK_INT(vnetnl_get(nl, buf, sizeof(buf), link, &err), -EMEDIUMTYPE);
	mnl_socket_close(nl);
	vnetnl_link_free(link);
}

static void a_device_that_is_not_there(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();
	struct mnl_socket *nl = NULL;
	struct vnetnl_error err;

	CHECK_INT(vnetnl_open(&nl), 0);
	CHECK_INT(vnetnl_link_set_ifname(link, "no-such-device"), 0);
	CHECK_INT(vnetnl_get(nl, buf, sizeof(buf), link, &err), -ENODEV);
	CHECK_INT(err.code, -ENODEV);
	CHECK_INT(vnetnl_link_set_ifname(link, "no-such-device-of-such-a-name"),
		  0);
	CHECK_INT(vnetnl_get(nl, buf, sizeof(buf), link, &err), -ENODEV);
	mnl_socket_close(nl);
	vnetnl_link_free(link);
}

static int no_device(const struct vnetnl_link *link, void *data)
{
	(void)link;
	(void)data;
	return 1;
}

/* Whether there are any depends on the machine: what counts is that the kernel
 * understood, and that the dump came to its end
 */
static void a_dump_comes_to_its_end(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();
	struct mnl_socket *nl = NULL;
	int ret;

	CHECK_INT(vnetnl_open(&nl), 0);
	ret = vnetnl_dump(nl, buf, sizeof(buf), no_device, NULL, NULL);
	CHECK(ret == 0 || ret == 1 || ret == -EINTR);
	CHECK_INT(vnetnl_link_set_ifname(link, "lo"), 0);
	CHECK_INT(vnetnl_get(nl, buf, sizeof(buf), link, NULL), -EMEDIUMTYPE);
	mnl_socket_close(nl);
	vnetnl_link_free(link);
}

static void watching_can_be_started_and_stopped(void)
{
	struct mnl_socket *nl = NULL;

	CHECK_INT(vnetnl_open(&nl), 0);
	CHECK_INT(vnetnl_watch_start(nl), 0);
	CHECK_INT(vnetnl_watch_stop(nl), 0);
	CHECK_INT(fcntl(mnl_socket_get_fd(nl), F_SETFL, O_NONBLOCK), 0);
	CHECK_INT(vnetnl_watch_read(nl, buf, sizeof(buf), NULL, NULL), -EAGAIN);
	mnl_socket_close(nl);
}

static void names_of_namespaces(void)
{
	char path[5000];
	int fd;

	CHECK_INT(vnetnl_netns_fd("no-such-namespace"), -ENOENT);
	CHECK_INT(vnetnl_netns_fd("/no/such/namespace"), -ENOENT);
	CHECK_INT(vnetnl_netns_fd(""), -EINVAL);
	CHECK_INT(vnetnl_netns_fd("."), -EINVAL);
	CHECK_INT(vnetnl_netns_fd(".."), -EINVAL);
	memset(path, 'x', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	CHECK_INT(vnetnl_netns_fd(path), -ENAMETOOLONG);

	fd = vnetnl_netns_fd("/proc/self/ns/net");
	CHECK(fd >= 0);
	CHECK_INT(fcntl(fd, F_GETFD), FD_CLOEXEC);
	close(fd);
}

static void a_file_that_is_no_namespace(void)
{
	struct mnl_socket *nl = NULL;

	CHECK_INT(vnetnl_open_netns(&nl, "no-such-namespace"), -ENOENT);
	CHECK_INT(vnetnl_open_netns(&nl, "/dev/null"), -EINVAL);
	CHECK_INT(vnetnl_open_netns_fd(&nl, -1), -EBADF);
	CHECK(!nl);
}

static ino_t current_netns(void)
{
	struct stat st;

	return stat("/proc/thread-self/ns/net", &st) ? 0 : st.st_ino;
}

/* Whether a socket is in the namespace of this thread */
static bool in_this_netns(struct mnl_socket *nl)
{
	struct stat st = {};
	int fd;

	fd = ioctl(mnl_socket_get_fd(nl), SIOCGSKNS);
	if (fd < 0)
		return false;
	fstat(fd, &st);
	close(fd);
	return st.st_ino == current_netns();
}

/* In a child, which ends with what is to be said */
enum { SAME, DIFFERENT, NO_NAMESPACES, BROKEN };

static int open_from_another_netns(void)
{
	struct mnl_socket *there = NULL, *here = NULL;
	ino_t before;
	int fd, ret;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		return NO_NAMESPACES;
	fd = vnetnl_netns_fd("/proc/self/ns/net");
	if (fd < 0 || unshare(CLONE_NEWNET))
		return NO_NAMESPACES;

	before = current_netns();
	ret = vnetnl_open_netns_fd(&there, fd);
	if (ret || vnetnl_open(&here) || current_netns() != before)
		return BROKEN;
	if (!in_this_netns(here))
		return BROKEN;
	ret = in_this_netns(there) ? SAME : DIFFERENT;
	mnl_socket_close(there);
	mnl_socket_close(here);
	close(fd);
	return ret;
}

static void a_socket_in_another_namespace(void)
{
	int status = 0;
	pid_t pid;

	pid = fork();
	if (!pid)
		_exit(open_from_another_netns());
	if (!CHECK(pid > 0 && waitpid(pid, &status, 0) == pid &&
		   WIFEXITED(status)))
		return;
	if (WEXITSTATUS(status) == NO_NAMESPACES)
		tap_skip("this user cannot make namespaces");
	else
		CHECK_INT(WEXITSTATUS(status), DIFFERENT);
}

static const struct test tests[] = {
	TEST(a_socket_asks_for_text),
	TEST(the_loopback_device_is_of_another_kind),
	TEST(a_device_that_is_not_there),
	TEST(a_dump_comes_to_its_end),
	TEST(watching_can_be_started_and_stopped),
	TEST(names_of_namespaces),
	TEST(a_file_that_is_no_namespace),
	TEST(a_socket_in_another_namespace),
};

int main(void)
{
	return tap_run(tests, TAP_ARRAY_SIZE(tests));
}
