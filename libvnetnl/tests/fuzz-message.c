// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A message as it may come from a socket, whatever it is: parsed as a device and
 * as an answer. What is read of a device can be asked for, and is then read again
 * as the same.
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "fuzz.h"
#include "internal.h"
#include "message.h"

/* The one request from another, which has to be the same */
static void check_again(const union message *msg, int len)
{
	struct vnetnl_link *link = vnetnl_link_alloc();
	union message again;

	FUZZ_CHECK(link);
	FUZZ_CHECK(!vnetnl_link_parse(link, &msg->nlh));
	FUZZ_CHECK(vnetnl_link_build_new(link, &again, sizeof(again), 1) == len);
	FUZZ_CHECK(!memcmp(msg, &again, len));
	vnetnl_link_free(link);
}

/* A request fits into a buffer of its length, and into no smaller one */
static void check_room(const struct vnetnl_link *link, int len, uint32_t less)
{
	union message *small;
	int size = len - 1 - less % len;

	small = malloc(len);
	FUZZ_CHECK(small);
	FUZZ_CHECK(vnetnl_link_build_new(link, small, size, 1) == -EMSGSIZE);
	FUZZ_CHECK(vnetnl_link_build_new(link, small, len, 1) == len);
	free(small);
}

static void check_requests(const struct vnetnl_link *link)
{
	union message msg;
	int len;

	len = vnetnl_link_build_get(link, &msg, sizeof(msg), 1);
	FUZZ_CHECK(len > 0 || len == -EINVAL);
	len = vnetnl_link_build_del(link, &msg, sizeof(msg), 1);
	FUZZ_CHECK(len > 0 || len == -EINVAL);
	len = vnetnl_link_build_change(link, &msg, sizeof(msg), 1);
	FUZZ_CHECK(len > 0 || len == -EINVAL || len == -EMSGSIZE);
}

static void check_link(const struct vnetnl_link *link, uint32_t seed)
{
	struct vnetnl_link *clone = vnetnl_link_clone(link);
	union message msg, of_clone;
	int len;

	FUZZ_CHECK(clone);
	len = vnetnl_link_build_new(link, &msg, sizeof(msg), 1);
	FUZZ_CHECK(len > 0 || len == -EMSGSIZE);
	if (len > 0) {
		FUZZ_CHECK(vnetnl_link_build_new(clone, &of_clone,
						 sizeof(of_clone), 1) == len);
		FUZZ_CHECK(!memcmp(&msg, &of_clone, len));
		check_again(&msg, len);
		check_room(link, len, seed);
	}
	check_requests(clone);
	vnetnl_link_free(clone);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vnetnl_link *link = vnetnl_link_alloc();
	struct vnetnl_error err;
	struct nlmsghdr *nlh;
	int ret;

	FUZZ_CHECK(link);
	if (size < sizeof(*nlh)) {
		vnetnl_link_free(link);
		return 0;
	}
	nlh = malloc(size);
	FUZZ_CHECK(nlh);
	memcpy(nlh, data, size);
	nlh->nlmsg_len = size;

	ret = vnetnl_error_parse(&err, nlh);
	FUZZ_CHECK(ret <= 0 && ret == err.code);
	FUZZ_CHECK(memchr(err.msg, '\0', sizeof(err.msg)));
	ret = vnetnl_link_parse(link, nlh);
	if (!ret)
		check_link(link, nlh->nlmsg_seq);
	else
		FUZZ_CHECK(ret == -ENOMSG || ret == -EMEDIUMTYPE ||
			   ret == -EBADMSG);

	free(nlh);
	vnetnl_link_free(link);
	return 0;
}
