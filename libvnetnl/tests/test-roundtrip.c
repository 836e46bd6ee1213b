// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is built is parsed again, and what was read can be sent back.
 */
#include <linux/rtnetlink.h>
#include <string.h>
#include "internal.h"
#include "message.h"
#include "tap.h"

/* Equal in all attributes but those that have one of the flags */
static void check_same(const struct vnetnl_link *is,
		       const struct vnetnl_link *should_be, uint8_t but)
{
	const uint8_t *bytes[2];
	unsigned int i;

	for (i = 0; i < __VNETNL_LINK_MAX; i++) {
		if (vnetnl_attrs[i].flags & but)
			continue;
		tap_about("%s", vnetnl_link_attr_name(i));
		CHECK_INT(vnetnl_link_is_set(is, i),
			  vnetnl_link_is_set(should_be, i));
		CHECK_INT(is->num[i], should_be->num[i]);
		if (!vnetnl_attrs[i].room)
			continue;
		bytes[0] = vnetnl_get_bytes(is, i, NULL);
		bytes[1] = vnetnl_get_bytes(should_be, i, NULL);
		CHECK_INT(!bytes[0], !bytes[1]);
		CHECK(!bytes[0] || !bytes[1] ||
		      !memcmp(bytes[0], bytes[1], vnetnl_attrs[i].room));
	}
	for (i = 0; i < VNET_QUEUES_MAX; i++) {
		tap_about("queue %u", i);
		CHECK_INT(vnetnl_link_has_queue_cpu(is, i),
			  vnetnl_link_has_queue_cpu(should_be, i));
		CHECK_INT(vnetnl_link_get_queue_cpu(is, i),
			  vnetnl_link_get_queue_cpu(should_be, i));
		CHECK_INT(vnetnl_link_has_queue_failed(is, i),
			  vnetnl_link_has_queue_failed(should_be, i));
		CHECK_INT(vnetnl_link_get_queue_failed(is, i),
			  vnetnl_link_get_queue_failed(should_be, i));
		CHECK_INT(vnetnl_link_has_gen_queue(is, i),
			  vnetnl_link_has_gen_queue(should_be, i));
	}
	tap_about("%s", "");
	CHECK_STR(vnetnl_link_get_ifname(is),
		  vnetnl_link_get_ifname(should_be));
}

#define NOT_AT_CREATION	(ATTR_READ_ONLY | ATTR_CHANGE_ONLY)

static void check_new(const struct vnetnl_link *link)
{
	struct vnetnl_link *parsed = vnetnl_link_alloc();
	union message msg;
	int len;

	len = vnetnl_link_build_new(link, &msg, sizeof(msg), 1);
	CHECK_INT(len, (long long)msg.nlh.nlmsg_len);
	CHECK_INT(vnetnl_link_parse(parsed, &msg.nlh), 0);
	/* A message always says whether the device is up */
	CHECK(vnetnl_link_is_set(parsed, VNETNL_LINK_UP));
	if (!vnetnl_link_is_set(link, VNETNL_LINK_UP))
		vnetnl_link_unset(parsed, VNETNL_LINK_UP);
	check_same(parsed, link, NOT_AT_CREATION);
	CHECK_INT(!vnetnl_link_get_peer(parsed), !vnetnl_link_get_peer(link));
	if (parsed->peer && link->peer)
		check_same(parsed->peer, link->peer, NOT_AT_CREATION);
	vnetnl_link_free(parsed);
}

static void everything_at_creation(void)
{
	struct vnetnl_link *link = full_link(3, true);
	unsigned int i;

	for (i = 0; i < __VNETNL_LINK_MAX; i++) {
		tap_about("%s", vnetnl_link_attr_name(i));
		CHECK_INT(vnetnl_link_is_set(link, i),
			  !(vnetnl_attrs[i].flags & NOT_AT_CREATION));
	}
	check_new(link);
	vnetnl_link_free(link);
}

static void each_attribute_alone(void)
{
	unsigned int i, k;

	for (i = 0; i < __VNETNL_LINK_MAX; i++) {
		struct vnetnl_link *link = full_link(3, true);

		for (k = 0; k < __VNETNL_LINK_MAX; k++)
			if (k != i)
				vnetnl_link_unset(link, k);
		check_new(link);
		vnetnl_link_free(link);
	}
}

static void each_attribute_of_the_peer_alone(void)
{
	unsigned int i, k;

	for (i = 0; i < __VNETNL_LINK_MAX; i++) {
		struct vnetnl_link *link = vnetnl_link_alloc();
		struct vnetnl_link *peer = full_link(3, false);

		for (k = 0; k < __VNETNL_LINK_MAX; k++)
			if (k != i)
				vnetnl_link_unset(peer, k);
		CHECK_INT(vnetnl_link_set_peer(link, peer), 0);
		check_new(link);
		vnetnl_link_free(peer);
		vnetnl_link_free(link);
	}
}

static void nothing_at_creation(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();

	check_new(link);
	vnetnl_link_free(link);
}

/* false is not the same as not set */
static void false_is_a_value(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();

	vnetnl_link_set_up(link, false);
	vnetnl_link_set_rx_pause(link, false);
	vnetnl_link_set_gen_enable(link, false);
	CHECK_INT(vnetnl_link_set_peer(link, link), 0);
	check_new(link);
	vnetnl_link_free(link);
}

/* All that can be said of a queue, by a number: or nothing */
static void set_queue(struct vnetnl_link *link, uint32_t queue, uint32_t what)
{
	if (what % 3)
		CHECK_INT(vnetnl_link_set_queue_cpu(link, queue,
						    (int)(what % 3) - 2), 0);
	if (what / 3 % 3)
		CHECK_INT(vnetnl_link_set_queue_failed(link, queue,
						       what / 3 % 3 == 1), 0);
}

/* All that differ from their neighbours, all of the same, and in between */
static void queues_of_each_kind(void)
{
	unsigned int group;
	uint32_t i;

	for (group = 1; group <= VNET_QUEUES_MAX; group *= 2) {
		struct vnetnl_link *link = vnetnl_link_alloc();

		for (i = 0; i < VNET_QUEUES_MAX; i++)
			set_queue(link, i, i / group + 1);
		check_new(link);
		vnetnl_link_free(link);
	}
}

static void everything_the_kernel_says(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();
	union message msg;
	unsigned int i;

	kernel_message(&msg, RTM_NEWLINK);
	CHECK_INT(vnetnl_link_parse(link, &msg.nlh), 0);
	check_kernel_link(link);
	for (i = 0; i < __VNETNL_LINK_MAX; i++) {
		tap_about("%s", vnetnl_link_attr_name(i));
		CHECK_INT(vnetnl_link_is_set(link, i),
			  i != VNETNL_LINK_NETNS_FD &&
			  i != VNETNL_LINK_NETNS_PID &&
			  i != VNETNL_LINK_PEER &&
			  !(vnetnl_attrs[i].flags & ATTR_CHANGE_ONLY));
	}
	vnetnl_link_free(link);
}

static void what_was_read_can_be_sent_back(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();
	struct vnetnl_link *sent = vnetnl_link_alloc();
	union message msg;
	unsigned int i;

	kernel_message(&msg, RTM_NEWLINK);
	CHECK_INT(vnetnl_link_parse(link, &msg.nlh), 0);
	CHECK(vnetnl_link_build_change(link, &msg, sizeof(msg), 1) > 0);
	CHECK_INT(vnetnl_link_parse(sent, &msg.nlh), 0);

	/* The name goes without saying: the index is there. Linux before 6.2
	 * would refuse it for a device that is up
	 */
	CHECK(!vnetnl_link_get_ifname(sent));
	CHECK_INT(vnetnl_link_set_ifname(sent, vnetnl_link_get_ifname(link)),
		  0);
	check_same(sent, link, ATTR_READ_ONLY | ATTR_CREATE_ONLY);
	/* A dump says whether there is carrier, not whether there should be */
	for (i = 0; i < __VNETNL_LINK_MAX; i++) {
		tap_about("%s", vnetnl_link_attr_name(i));
		if (vnetnl_attrs[i].flags & (ATTR_READ_ONLY | ATTR_CREATE_ONLY))
			CHECK_INT(vnetnl_link_is_set(sent, i),
				  i == VNETNL_LINK_FLAGS);
	}
	CHECK_INT(sent->xstats_set, 0);
	vnetnl_link_free(sent);
	vnetnl_link_free(link);
}

static void a_change_can_carry_all_but_what_creation_sets(void)
{
	struct vnetnl_link *link = full_link(3, true);
	struct vnetnl_link *sent = vnetnl_link_alloc();
	union message msg;

	vnetnl_link_set_carrier_admin(link, true);
	CHECK_INT(vnetnl_link_set_new_ifname(link, "eth0"), 0);
	CHECK(vnetnl_link_build_change(link, &msg, sizeof(msg), 1) > 0);
	CHECK_INT(vnetnl_link_parse(sent, &msg.nlh), 0);
	/* Parsed, they are what such a message says in the other direction */
	CHECK_STR(vnetnl_link_get_ifname(sent), "eth0");
	CHECK(vnetnl_link_get_carrier(sent));
	CHECK_INT(vnetnl_link_set_ifname(sent, vnetnl_link_get_ifname(link)),
		  0);
	check_same(sent, link, NOT_AT_CREATION | ATTR_CREATE_ONLY);
	vnetnl_link_free(sent);
	vnetnl_link_free(link);
}

static const struct test tests[] = {
	TEST(everything_at_creation),
	TEST(each_attribute_alone),
	TEST(each_attribute_of_the_peer_alone),
	TEST(nothing_at_creation),
	TEST(false_is_a_value),
	TEST(queues_of_each_kind),
	TEST(everything_the_kernel_says),
	TEST(what_was_read_can_be_sent_back),
	TEST(a_change_can_carry_all_but_what_creation_sets),
};

int main(void)
{
	return tap_run(tests, TAP_ARRAY_SIZE(tests));
}
