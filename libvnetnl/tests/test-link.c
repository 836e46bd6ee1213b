// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The link object: what is set is there, what is not is not.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "internal.h"
#include "message.h"
#include "tap.h"

static void new_link_has_no_attribute(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();
	unsigned int i;

	for (i = 0; i < __VNETNL_LINK_MAX; i++) {
		tap_about("%s", vnetnl_link_attr_name(i));
		CHECK(!vnetnl_link_is_set(link, i));
	}
	CHECK(!vnetnl_link_get_ifname(link));
	CHECK(!vnetnl_link_get_new_ifname(link));
	CHECK(!vnetnl_link_get_address(link));
	CHECK(!vnetnl_link_get_peer(link));
	CHECK_INT(vnetnl_link_get_tx_ring(link), 0);
	CHECK_INT(vnetnl_link_get_gen_rate(link), 0);
	CHECK(!vnetnl_link_has_xstat(link, IFLA_VNET_XSTATS_TX_FRAMES));
	vnetnl_link_free(link);
	vnetnl_link_free(NULL);
}

static void setters_set_one_attribute(void)
{
	struct vnetnl_link *link = full_link(100, true);
	unsigned int i, k;

	vnetnl_link_set_new_ifname(link, "new");
	vnetnl_link_set_carrier_admin(link, true);
	for (i = 0; i < __VNETNL_LINK_MAX; i++) {
		tap_about("%s", vnetnl_link_attr_name(i));
		CHECK_INT(vnetnl_link_is_set(link, i),
			  !(vnetnl_attrs[i].flags & ATTR_READ_ONLY));
	}

	CHECK_STR(vnetnl_link_get_ifname(link), "vnet100");
	CHECK_STR(vnetnl_link_get_new_ifname(link), "new");
	CHECK_INT(vnetnl_link_get_ifindex(link), 101);
	CHECK(vnetnl_link_get_up(link));
	CHECK_INT(vnetnl_link_get_netns_fd(link), 102);
	CHECK_INT(vnetnl_link_get_netns_pid(link), 103);
	CHECK(!memcmp(vnetnl_link_get_address(link), "\2\0\0\0\0\144", 6));
	CHECK_INT(vnetnl_link_get_mtu(link), 104);
	CHECK_INT(vnetnl_link_get_txqlen(link), 105);
	CHECK_INT(vnetnl_link_get_num_tx_queues(link), 106);
	CHECK_INT(vnetnl_link_get_num_rx_queues(link), 107);
	CHECK(vnetnl_link_get_carrier_admin(link));
	CHECK_INT(vnetnl_link_get_tx_ring(link), 108);
	CHECK_INT(vnetnl_link_get_rx_ring(link), 109);
	CHECK(vnetnl_link_get_rx_pause(link));
	CHECK(!vnetnl_link_get_tx_pause(link));
	CHECK_INT(vnetnl_link_get_tx_usecs(link), 110);
	CHECK_INT(vnetnl_link_get_tx_frames(link), 111);
	CHECK_INT(vnetnl_link_get_rx_usecs(link), 113);
	CHECK_INT(vnetnl_link_get_rx_frames(link), 114);
	CHECK(vnetnl_link_get_adaptive_rx(link));
	CHECK(!vnetnl_link_get_adaptive_tx(link));
	CHECK(vnetnl_link_get_irq(link));
	CHECK_INT(vnetnl_link_get_queue_cpu(link, 1), 112);
	CHECK_INT(vnetnl_link_get_queue_cpu(link, 3), 112);
	CHECK_INT(vnetnl_link_get_queue_cpu(link, 4), VNET_CPU_ANY);
	CHECK(!vnetnl_link_get_queue_failed(link, 2));
	CHECK(vnetnl_link_get_queue_failed(link, 3));
	CHECK(!vnetnl_link_get_queue_failed(link, 4));

	/* Taken out one by one, each takes only itself along */
	for (i = 0; i < __VNETNL_LINK_MAX; i++) {
		tap_about("%s", vnetnl_link_attr_name(i));
		vnetnl_link_unset(link, i);
		for (k = 0; k < __VNETNL_LINK_MAX; k++)
			CHECK_INT(vnetnl_link_is_set(link, k),
				  k > i &&
				  !(vnetnl_attrs[k].flags & ATTR_READ_ONLY));
	}
	CHECK(!vnetnl_link_get_ifname(link));
	CHECK(!vnetnl_link_get_address(link));
	CHECK(!vnetnl_link_get_peer(link));
	CHECK_INT(vnetnl_link_get_mtu(link), 0);
	vnetnl_link_free(link);
}

static void there_is_no_other_attribute(void)
{
	struct vnetnl_link *link = full_link(1, false);

	CHECK(!vnetnl_link_is_set(link, __VNETNL_LINK_MAX));
	CHECK(!vnetnl_link_is_set(link, (enum vnetnl_link_attr)-1));
	CHECK(!vnetnl_link_attr_name(__VNETNL_LINK_MAX));
	CHECK(!vnetnl_link_attr_name((enum vnetnl_link_attr)-1));
	vnetnl_link_unset(link, __VNETNL_LINK_MAX);
	vnetnl_link_unset(link, (enum vnetnl_link_attr)-1);
	CHECK(vnetnl_link_is_set(link, VNETNL_LINK_IFINDEX));
	vnetnl_link_free(link);
}

static void a_name_has_at_most_127_characters(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();
	char name[ALTIFNAMSIZ + 1];

	memset(name, 'x', sizeof(name));
	name[ALTIFNAMSIZ] = '\0';
	CHECK_INT(vnetnl_link_set_ifname(link, name), -ENAMETOOLONG);
	CHECK_INT(vnetnl_link_set_new_ifname(link, name), -ENAMETOOLONG);
	CHECK_INT(vnetnl_link_set_ifname(link, NULL), -EINVAL);
	CHECK(!vnetnl_link_is_set(link, VNETNL_LINK_IFNAME));
	CHECK(!vnetnl_link_is_set(link, VNETNL_LINK_NEW_IFNAME));

	name[ALTIFNAMSIZ - 1] = '\0';
	CHECK_INT(vnetnl_link_set_ifname(link, name), 0);
	CHECK_STR(vnetnl_link_get_ifname(link), name);

	/* One's own name again */
	CHECK_INT(vnetnl_link_set_ifname(link, vnetnl_link_get_ifname(link)),
		  0);
	CHECK_STR(vnetnl_link_get_ifname(link), name);
	vnetnl_link_free(link);
}

static void a_peer_is_copied(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();
	struct vnetnl_link *peer = full_link(10, false);
	const struct vnetnl_link *held;

	CHECK_INT(vnetnl_link_set_peer(link, peer), 0);
	vnetnl_link_set_mtu(peer, 9000);
	held = vnetnl_link_get_peer(link);
	CHECK(held != peer);
	CHECK_INT(vnetnl_link_get_mtu(held), 14);
	CHECK_STR(vnetnl_link_get_ifname(held), "vnet10");

	/* Another in its place, and the same again */
	CHECK_INT(vnetnl_link_set_peer(link, peer), 0);
	vnetnl_link_free(peer);
	CHECK_INT(vnetnl_link_get_mtu(vnetnl_link_get_peer(link)), 9000);
	CHECK_INT(vnetnl_link_set_peer(link, vnetnl_link_get_peer(link)), 0);
	CHECK_INT(vnetnl_link_get_mtu(vnetnl_link_get_peer(link)), 9000);
	vnetnl_link_free(link);
}

static void a_peer_has_no_peer(void)
{
	struct vnetnl_link *link = full_link(1, true);

	CHECK_INT(vnetnl_link_set_peer(link, link), -EINVAL);
	CHECK_STR(vnetnl_link_get_ifname(vnetnl_link_get_peer(link)),
		  "vnet51");
	vnetnl_link_free(link);
}

static void a_clone_stands_alone(void)
{
	struct vnetnl_link *link = full_link(1, true);
	struct vnetnl_link *copy = vnetnl_link_clone(link);
	unsigned int i;

	vnetnl_link_free(link);
	for (i = 0; i < __VNETNL_LINK_MAX; i++) {
		tap_about("%s", vnetnl_link_attr_name(i));
		CHECK_INT(vnetnl_link_is_set(copy, i),
			  !(vnetnl_attrs[i].flags &
			    (ATTR_READ_ONLY | ATTR_CHANGE_ONLY)));
	}
	CHECK_STR(vnetnl_link_get_ifname(copy), "vnet1");
	CHECK_STR(vnetnl_link_get_ifname(vnetnl_link_get_peer(copy)),
		  "vnet51");
	vnetnl_link_free(copy);
}

static void queues_are_listed_one_by_one(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();
	uint32_t i;

	CHECK_INT(vnetnl_link_set_queue_cpu(link, VNET_QUEUES_MAX, 0),
		  -EINVAL);
	CHECK_INT(vnetnl_link_set_queue_cpu(link, UINT32_MAX, 0), -EINVAL);
	CHECK(!vnetnl_link_is_set(link, VNETNL_LINK_QUEUES));
	CHECK_INT(vnetnl_link_set_queue_cpu(link, 7, 3), 0);
	CHECK_INT(vnetnl_link_set_queue_cpu(link, 8, VNET_CPU_ANY), 0);
	CHECK(vnetnl_link_is_set(link, VNETNL_LINK_QUEUES));
	for (i = 0; i <= VNET_QUEUES_MAX; i++) {
		tap_about("queue %u", i);
		CHECK_INT(vnetnl_link_has_queue_cpu(link, i), i == 7 || i == 8);
		CHECK_INT(vnetnl_link_get_queue_cpu(link, i),
			  i == 7 ? 3 : VNET_CPU_ANY);
	}

	/* Another CPU for the same; then none is left */
	CHECK_INT(vnetnl_link_set_queue_cpu(link, 7, 4), 0);
	CHECK_INT(vnetnl_link_get_queue_cpu(link, 7), 4);
	vnetnl_link_unset(link, VNETNL_LINK_QUEUES);
	for (i = 0; i < VNET_QUEUES_MAX; i++)
		CHECK(!vnetnl_link_has_queue_cpu(link, i));
	CHECK_INT(vnetnl_link_get_queue_cpu(link, 7), VNET_CPU_ANY);
	vnetnl_link_free(link);
}

/* Whether or not it has a CPU as well */
static void a_queue_has_failed_or_is_healthy(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();
	uint32_t i;

	CHECK_INT(vnetnl_link_set_queue_failed(link, VNET_QUEUES_MAX, true),
		  -EINVAL);
	CHECK_INT(vnetnl_link_set_queue_failed(link, UINT32_MAX, true),
		  -EINVAL);
	CHECK(!vnetnl_link_is_set(link, VNETNL_LINK_QUEUES));
	CHECK_INT(vnetnl_link_set_queue_failed(link, 7, true), 0);
	CHECK(vnetnl_link_is_set(link, VNETNL_LINK_QUEUES));
	CHECK_INT(vnetnl_link_set_queue_failed(link, 8, false), 0);
	CHECK_INT(vnetnl_link_set_queue_cpu(link, 8, 3), 0);
	CHECK_INT(vnetnl_link_set_queue_cpu(link, 9, 3), 0);
	for (i = 0; i <= VNET_QUEUES_MAX; i++) {
		tap_about("queue %u", i);
		CHECK_INT(vnetnl_link_has_queue_failed(link, i),
			  i == 7 || i == 8);
		CHECK_INT(vnetnl_link_get_queue_failed(link, i), i == 7);
		CHECK_INT(vnetnl_link_has_queue_cpu(link, i), i == 8 || i == 9);
	}
	tap_about("%s", "");

	/* Healthy again is not the same as never said */
	CHECK_INT(vnetnl_link_set_queue_failed(link, 7, false), 0);
	CHECK(vnetnl_link_has_queue_failed(link, 7));
	CHECK(!vnetnl_link_get_queue_failed(link, 7));
	vnetnl_link_unset(link, VNETNL_LINK_QUEUES);
	for (i = 0; i < VNET_QUEUES_MAX; i++)
		CHECK(!vnetnl_link_has_queue_failed(link, i));
	vnetnl_link_free(link);
}

static const struct test tests[] = {
	TEST(new_link_has_no_attribute),
	TEST(setters_set_one_attribute),
	TEST(there_is_no_other_attribute),
	TEST(a_name_has_at_most_127_characters),
	TEST(a_peer_is_copied),
	TEST(a_peer_has_no_peer),
	TEST(a_clone_stands_alone),
	TEST(queues_are_listed_one_by_one),
	TEST(a_queue_has_failed_or_is_healthy),
};

int main(void)
{
	return tap_run(tests, TAP_ARRAY_SIZE(tests));
}
