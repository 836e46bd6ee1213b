// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The generator's part of the link object: numbers, bytes and queues.
 */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include "internal.h"
#include "message.h"
#include "tap.h"

/* attr is set, or none if it is -1 */
static void check_only(const struct vnetnl_link *link, int attr)
{
	int i;

	for (i = 0; i < __VNETNL_LINK_MAX; i++)
		if (!CHECK_INT(vnetnl_link_is_set(link, i), i == attr))
			printf("# %s\n", vnetnl_link_attr_name(i));
}

#define CHECK_NUMBER(name, attr, value)					\
	do {								\
		uint64_t number = value;				\
									\
		tap_about("%s", #name);					\
		CHECK_INT(vnetnl_link_get_##name(link), 0);		\
		vnetnl_link_set_##name(link, number);			\
		check_only(link, VNETNL_LINK_##attr);			\
		CHECK_INT(vnetnl_link_get_##name(link), number);	\
		vnetnl_link_unset(link, VNETNL_LINK_##attr);		\
		check_only(link, -1);					\
		CHECK_INT(vnetnl_link_get_##name(link), 0);		\
	} while (0)

static void numbers_are_set_one_by_one(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();

	CHECK_NUMBER(gen_enable, GEN_ENABLE, true);
	CHECK_NUMBER(gen_rate, GEN_RATE, VNET_GEN_RATE_UNPACED);
	CHECK_NUMBER(gen_bitrate, GEN_BITRATE, VNET_GEN_BITRATE_MAX);
	CHECK_NUMBER(gen_count, GEN_COUNT, UINT64_MAX);
	CHECK_NUMBER(gen_duration, GEN_DURATION, VNET_GEN_DURATION_MAX);
	CHECK_NUMBER(gen_flows, GEN_FLOWS, VNET_GEN_FLOWS_MAX);
	CHECK_NUMBER(gen_random, GEN_RANDOM, UINT32_MAX);
	CHECK_NUMBER(gen_seed, GEN_SEED, UINT64_MAX);
	CHECK_NUMBER(gen_spread, GEN_SPREAD, VNET_GEN_HASH);
	CHECK_NUMBER(gen_burst, GEN_BURST, VNET_GEN_BURST_MAX);
	CHECK_NUMBER(gen_proto, GEN_PROTO, VNET_GEN_ICMP6);
	CHECK_NUMBER(gen_tcp, GEN_TCP, VNET_GEN_TCP_DATA);
	CHECK_NUMBER(gen_vlan, GEN_VLAN, VNET_GEN_VLAN_NONE);
	CHECK_NUMBER(gen_vlan_prio, GEN_VLAN_PRIO, VNET_GEN_VLAN_PRIO_MAX);
	CHECK_NUMBER(gen_qinq, GEN_QINQ, UINT32_MAX);
	CHECK_NUMBER(gen_size, GEN_SIZE, VNET_GEN_SIZE_MAX);
	CHECK_NUMBER(gen_size_last, GEN_SIZE_LAST, VNET_GEN_SIZE_MAX);
	CHECK_NUMBER(gen_csum, GEN_CSUM, VNET_GEN_CSUM_BAD);
	CHECK_NUMBER(gen_payload, GEN_PAYLOAD, VNET_GEN_PAYLOAD_PKTGEN);
	CHECK_NUMBER(gen_src_port, GEN_SRC_PORT, VNET_GEN_PORT_MAX);
	CHECK_NUMBER(gen_src_port_last, GEN_SRC_PORT_LAST, UINT32_MAX);
	CHECK_NUMBER(gen_dst_port, GEN_DST_PORT, VNET_GEN_PORT_MAX);
	CHECK_NUMBER(gen_dst_port_last, GEN_DST_PORT_LAST, UINT32_MAX);
	vnetnl_link_free(link);
}

/* A size and an enumerator can be 0, which is not the same as not set */
static void zero_is_a_value(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();

	vnetnl_link_set_gen_size(link, VNET_GEN_SIZE_IMIX);
	vnetnl_link_set_gen_proto(link, VNET_GEN_ARP);
	vnetnl_link_set_gen_random(link, 0);
	CHECK(vnetnl_link_is_set(link, VNETNL_LINK_GEN_SIZE));
	CHECK(vnetnl_link_is_set(link, VNETNL_LINK_GEN_PROTO));
	CHECK(vnetnl_link_is_set(link, VNETNL_LINK_GEN_RANDOM));
	vnetnl_link_free(link);
}

#define ROW(id, name) \
	{ VNETNL_LINK_##id, vnetnl_link_set_##name, vnetnl_link_get_##name }

static const struct {
	enum vnetnl_link_attr attr;
	void (*set)(struct vnetnl_link *link, const uint8_t mac[6]);
	const uint8_t *(*get)(const struct vnetnl_link *link);
} macs[] = {
	ROW(ADDRESS, address),
	ROW(GEN_SRC_MAC, gen_src_mac),
	ROW(GEN_SRC_MAC_LAST, gen_src_mac_last),
	ROW(GEN_DST_MAC, gen_dst_mac),
	ROW(GEN_DST_MAC_LAST, gen_dst_mac_last),
};

static void macs_are_copied(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(macs); i++) {
		uint8_t mac[6] = { 2, 0, 0, 0, 0, i };

		tap_about("%s", vnetnl_link_attr_name(macs[i].attr));
		CHECK(!macs[i].get(link));
		macs[i].set(link, mac);
		mac[5] = 99;
		check_only(link, macs[i].attr);
		mac[5] = i;
		CHECK(!memcmp(macs[i].get(link), mac, 6));

		/* One's own again */
		macs[i].set(link, macs[i].get(link));
		CHECK(!memcmp(macs[i].get(link), mac, 6));
		vnetnl_link_unset(link, macs[i].attr);
		check_only(link, -1);
		CHECK(!macs[i].get(link));
	}
	vnetnl_link_free(link);
}

/* Bytes whose number is given */
static const struct {
	enum vnetnl_link_attr attr;
	int (*set)(struct vnetnl_link *link, const void *value, size_t len);
	const uint8_t *(*get)(const struct vnetnl_link *link, size_t *len);
} bytes[] = {
	ROW(GEN_RAW, gen_raw),
	ROW(GEN_SRC, gen_src),
	ROW(GEN_SRC_LAST, gen_src_last),
	ROW(GEN_DST, gen_dst),
	ROW(GEN_DST_LAST, gen_dst_last),
};

static void bytes_are_copied(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();
	/* Zeros end nothing */
	const uint8_t value[16] = { 0, 1, 0, 0, 2 };
	size_t i, len;

	for (i = 0; i < ARRAY_SIZE(bytes); i++) {
		uint8_t copy[16];

		tap_about("%s", vnetnl_link_attr_name(bytes[i].attr));
		len = 99;
		CHECK(!bytes[i].get(link, &len));
		CHECK_INT(len, 0);

		memcpy(copy, value, sizeof(value));
		CHECK_INT(bytes[i].set(link, copy, sizeof(copy)), 0);
		memset(copy, 0xff, sizeof(copy));
		check_only(link, bytes[i].attr);
		CHECK(!memcmp(bytes[i].get(link, &len), value, sizeof(value)));
		CHECK_INT(len, sizeof(value));

		/* Fewer, of its own; of what was there before, none is left */
		CHECK_INT(bytes[i].set(link, bytes[i].get(link, NULL) + 1, 4),
			  0);
		CHECK(!memcmp(bytes[i].get(link, &len),
			      "\1\0\0\2\0\0\0\0\0\0\0\0\0\0\0", 16));
		CHECK_INT(len, 4);

		/* Refused: it is what it was */
		CHECK_INT(bytes[i].set(link, NULL, 4), -EINVAL);
		CHECK_INT(bytes[i].set(link, value, VNET_GEN_RAW_MAX + 1),
			  -EINVAL);
		CHECK_INT(bytes[i].set(link, value, SIZE_MAX), -EINVAL);
		CHECK(!memcmp(bytes[i].get(link, &len), "\1\0\0\2", 4));
		CHECK_INT(len, 4);

		vnetnl_link_unset(link, bytes[i].attr);
		check_only(link, -1);
		CHECK(!bytes[i].get(link, &len));
		CHECK_INT(len, 0);
	}
	vnetnl_link_free(link);
}

static void the_start_of_a_frame_is_up_to_512_bytes(void)
{
	static const uint8_t raw[VNET_GEN_RAW_MAX + 1] = { 2 };
	struct vnetnl_link *link = vnetnl_link_alloc();
	size_t len, found;

	for (len = 0; len <= VNET_GEN_RAW_MAX; len++) {
		tap_about("%zu bytes", len);
		CHECK_INT(vnetnl_link_set_gen_raw(link, raw, len), 0);
		CHECK(vnetnl_link_get_gen_raw(link, &found));
		CHECK_INT(found, len);
	}
	CHECK_INT(vnetnl_link_set_gen_raw(link, raw, len), -EINVAL);
	CHECK(vnetnl_link_get_gen_raw(link, &found));
	CHECK_INT(found, VNET_GEN_RAW_MAX);
	vnetnl_link_free(link);
}

static void an_address_has_4_or_16_bytes(void)
{
	static const uint8_t address[20] = { 10, 0, 0, 1 };
	struct vnetnl_link *link = vnetnl_link_alloc();
	size_t len, found;

	CHECK_INT(sizeof(struct in_addr), 4);
	CHECK_INT(sizeof(struct in6_addr), 16);
	for (len = 0; len <= sizeof(address); len++) {
		bool good = len == 4 || len == 16;

		tap_about("%zu bytes", len);
		vnetnl_link_unset(link, VNETNL_LINK_GEN_SRC);
		CHECK_INT(vnetnl_link_set_gen_src(link, address, len),
			  good ? 0 : -EINVAL);
		CHECK_INT(vnetnl_link_is_set(link, VNETNL_LINK_GEN_SRC), good);
		CHECK_INT(!!vnetnl_link_get_gen_src(link, &found), good);
		CHECK_INT(found, good ? len : 0);
	}
	vnetnl_link_free(link);
}

static void a_range_of_addresses_is_both_or_none(void)
{
	static const struct {
		enum vnetnl_link_attr first, last;
		int (*set)(struct vnetnl_link *link, const void *first,
			   const void *last, size_t len);
	} ranges[] = {
		{ VNETNL_LINK_GEN_SRC, VNETNL_LINK_GEN_SRC_LAST,
		  vnetnl_link_set_gen_src_range },
		{ VNETNL_LINK_GEN_DST, VNETNL_LINK_GEN_DST_LAST,
		  vnetnl_link_set_gen_dst_range },
	};
	static const uint8_t first[16] = { 10, 0, 0, 1 };
	static const uint8_t last[16] = { 10, 0, 0, 9 };
	struct vnetnl_link *link = vnetnl_link_alloc();
	size_t i, len;

	for (i = 0; i < ARRAY_SIZE(ranges); i++) {
		tap_about("%s", vnetnl_link_attr_name(ranges[i].first));
		CHECK_INT(ranges[i].set(link, first, last, 5), -EINVAL);
		CHECK_INT(ranges[i].set(link, NULL, last, 4), -EINVAL);
		CHECK_INT(ranges[i].set(link, first, NULL, 4), -EINVAL);
		check_only(link, -1);

		CHECK_INT(ranges[i].set(link, first, last, 4), 0);
		CHECK(!memcmp(vnetnl_get_bytes(link, ranges[i].first, &len),
			      first, 4));
		CHECK_INT(len, 4);
		CHECK(!memcmp(vnetnl_get_bytes(link, ranges[i].last, &len),
			      last, 4));
		CHECK_INT(len, 4);
		vnetnl_link_unset(link, ranges[i].last);
		check_only(link, ranges[i].first);
		vnetnl_link_unset(link, ranges[i].first);
	}
	vnetnl_link_free(link);
}

static void queues_are_a_set(void)
{
	static const uint32_t queues[] = { 255, 0, 9, 9 };
	static const uint32_t wrong[] = { 1, VNET_QUEUES_MAX };
	struct vnetnl_link *link = vnetnl_link_alloc();
	uint32_t i;

	for (i = 0; i <= VNET_QUEUES_MAX; i++)
		CHECK(!vnetnl_link_has_gen_queue(link, i));
	CHECK_INT(vnetnl_link_set_gen_queues(link, queues, 4), 0);
	check_only(link, VNETNL_LINK_GEN_QUEUES);
	CHECK_INT(vnetnl_link_set_gen_queues(link, wrong, 2), -EINVAL);
	for (i = 0; i <= VNET_QUEUES_MAX; i++) {
		tap_about("queue %u", i);
		CHECK_INT(vnetnl_link_has_gen_queue(link, i),
			  i == 255 || i == 0 || i == 9);
	}
	CHECK(!vnetnl_link_has_gen_queue(link, UINT32_MAX));

	/* Others take the place of these; none: all */
	CHECK_INT(vnetnl_link_set_gen_queues(link, wrong, 1), 0);
	for (i = 0; i < VNET_QUEUES_MAX; i++)
		CHECK_INT(vnetnl_link_has_gen_queue(link, i), i == 1);
	CHECK_INT(vnetnl_link_set_gen_queues(link, NULL, 0), 0);
	check_only(link, VNETNL_LINK_GEN_QUEUES);
	CHECK(!vnetnl_link_has_gen_queue(link, 1));

	CHECK_INT(vnetnl_link_set_gen_queues(link, queues, 4), 0);
	vnetnl_link_unset(link, VNETNL_LINK_GEN_QUEUES);
	CHECK(!vnetnl_link_has_gen_queue(link, 255));
	vnetnl_link_free(link);
}

static const struct test tests[] = {
	TEST(numbers_are_set_one_by_one),
	TEST(zero_is_a_value),
	TEST(macs_are_copied),
	TEST(bytes_are_copied),
	TEST(the_start_of_a_frame_is_up_to_512_bytes),
	TEST(an_address_has_4_or_16_bytes),
	TEST(a_range_of_addresses_is_both_or_none),
	TEST(queues_are_a_set),
};

int main(void)
{
	return tap_run(tests, TAP_ARRAY_SIZE(tests));
}
