// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Requests and events, with a kernel that answers whatever comes: the linker puts
 * the two functions below in the place of libmnl's. The first byte says what is
 * asked for, the rest is datagrams, each behind its length in two bytes; there is
 * an error to receive where one is shorter than it says, and at the end.
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "fuzz.h"
#include "internal.h"
#include "message.h"
#include "wrap.h"

/* Of an answer that belongs to the request, whatever number that has */
#define SEQ_OF_REQUEST	0xffffffff

static struct mnl_socket *nl;
static const uint8_t *left;
static size_t left_size;
static uint32_t seq;

ssize_t __wrap_mnl_socket_sendto(const struct mnl_socket *sock, const void *req,
				 size_t size)
{
	const struct nlmsghdr *nlh = req;

	FUZZ_CHECK(sock == nl && size == nlh->nlmsg_len);
	seq = nlh->nlmsg_seq;
	return size;
}

/* The answer to the request that was sent, where the input says so */
static void answer(struct nlmsghdr *nlh, int len)
{
	for (; message_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len))
		if (nlh->nlmsg_seq == SEQ_OF_REQUEST)
			nlh->nlmsg_seq = seq;
}

ssize_t __wrap_mnl_socket_recvfrom(const struct mnl_socket *sock, void *data,
				   size_t size)
{
	static const int errors[] = { EAGAIN, EINTR, ENOBUFS, ENOSPC };
	size_t len;

	FUZZ_CHECK(sock == nl);
	if (left_size < 2) {
		errno = EAGAIN;
		return -1;
	}
	len = left[0] | left[1] << 8;
	left += 2;
	left_size -= 2;
	if (len > left_size || len > size) {
		errno = errors[len % 4];
		return -1;
	}

	memcpy(data, left, len);
	left += len;
	left_size -= len;
	answer(data, len);
	return len;
}

static int take_link(const struct vnetnl_link *link, void *data)
{
	FUZZ_CHECK(link && data == &left);
	return vnetnl_link_get_ifindex(link) == 77 ? 77 : 0;
}

static int take_event(enum vnetnl_event event, const struct vnetnl_link *link,
		      void *data)
{
	FUZZ_CHECK(event == VNETNL_EVENT_NEW || event == VNETNL_EVENT_DEL);
	return take_link(link, data);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	nl = mnl_socket_open(NETLINK_ROUTE);
	FUZZ_CHECK(nl);
	return 0;
}

static int ask(unsigned int what, union message *buf, struct vnetnl_link *link,
	       struct vnetnl_error *err)
{
	switch (what % 6) {
	case 0:
		return vnetnl_get(nl, buf, sizeof(*buf), link, err);
	case 1:
		return vnetnl_create(nl, buf, sizeof(*buf), link, err);
	case 2:
		if (vnetnl_link_set_new_ifname(link, "new"))
			abort();
		return vnetnl_change(nl, buf, sizeof(*buf), link, err);
	case 3:
		return vnetnl_delete(nl, buf, sizeof(*buf), link, err);
	case 4:
		return vnetnl_dump(nl, buf, sizeof(*buf), take_link, &left, err);
	default:
		err->code = vnetnl_watch_read(nl, buf, sizeof(*buf), take_event,
					      &left);
		return err->code;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vnetnl_link *link = vnetnl_link_alloc();
	struct vnetnl_error err = {};
	union message *buf;
	int ret;

	buf = malloc(sizeof(*buf));
	FUZZ_CHECK(link && buf);
	if (vnetnl_link_set_ifname(link, "vnet0"))
		abort();
	if (size) {
		left = data + 1;
		left_size = size - 1;
		seq = 0;
		ret = ask(data[0], buf, link, &err);
		FUZZ_CHECK(ret <= 0 || ret == 77);
		FUZZ_CHECK(ret > 0 || err.code == ret);
		FUZZ_CHECK(memchr(err.msg, '\0', sizeof(err.msg)));
	}
	free(buf);
	vnetnl_link_free(link);
	return 0;
}
