// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * When there is no memory: said so, and nothing lost. The linker puts the
 * functions below in the place of the C library's.
 */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include "message.h"
#include "tap.h"
#include "wrap.h"

static int allocations_left = -1;	/* -1: no end of them */

static bool exhausted(void)
{
	if (!allocations_left)
		return true;
	if (allocations_left > 0)
		allocations_left--;
	return false;
}

void *__wrap_malloc(size_t size)
{
	return exhausted() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return exhausted() ? NULL : __real_calloc(count, size);
}

static void of_a_link(void)
{
	allocations_left = 0;
	CHECK(!vnetnl_link_alloc());
	allocations_left = -1;
}

static void of_a_clone(void)
{
	struct vnetnl_link *link = full_link(1, true);
	struct vnetnl_link *copy;
	int n;

	for (n = 0; n < 2; n++) {
		allocations_left = n;
		CHECK(!vnetnl_link_clone(link));
	}
	allocations_left = n;
	copy = vnetnl_link_clone(link);
	allocations_left = -1;
	CHECK(copy);
	vnetnl_link_free(copy);
	vnetnl_link_free(link);
}

static void of_a_peer(void)
{
	struct vnetnl_link *link = full_link(1, true);
	struct vnetnl_link *peer = full_link(2, false);

	allocations_left = 0;
	CHECK_INT(vnetnl_link_set_peer(link, peer), -ENOMEM);
	allocations_left = -1;
	/* The old one is still there */
	CHECK_STR(vnetnl_link_get_ifname(vnetnl_link_get_peer(link)),
		  "vnet51");
	vnetnl_link_free(peer);
	vnetnl_link_free(link);
}

static void of_a_peer_in_a_message(void)
{
	struct vnetnl_link *link = full_link(1, true);
	union message msg;

	CHECK(vnetnl_link_build_new(link, &msg, sizeof(msg), 1) > 0);
	allocations_left = 0;
	CHECK_INT(vnetnl_link_parse(link, &msg.nlh), -ENOMEM);
	allocations_left = -1;
	CHECK_STR(vnetnl_link_get_ifname(vnetnl_link_get_peer(link)),
		  "vnet51");
	vnetnl_link_free(link);
}

static const struct test tests[] = {
	TEST(of_a_link),
	TEST(of_a_clone),
	TEST(of_a_peer),
	TEST(of_a_peer_in_a_message),
};

int main(void)
{
	return tap_run(tests, TAP_ARRAY_SIZE(tests));
}
