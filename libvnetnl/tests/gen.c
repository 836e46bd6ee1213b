// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include "message.h"
#include "tap.h"

/* Bytes that are all different, zeros among them */
static const uint8_t *bytes(int first)
{
	static uint8_t all[VNET_GEN_RAW_MAX];
	size_t i;

	for (i = 0; i < sizeof(all); i++)
		all[i] = first + i;
	return all;
}

static void expect(int ret)
{
	if (ret)
		abort();
}

void set_gen(struct vnetnl_link *link, int base)
{
	const uint32_t queues[] = { 200, base % 16, 17, 17 };

	vnetnl_link_set_gen_enable(link, true);
	vnetnl_link_set_gen_rate(link, UINT64_MAX - base);
	vnetnl_link_set_gen_bitrate(link, UINT64_MAX - base - 1);
	vnetnl_link_set_gen_count(link, UINT64_MAX - base - 2);
	vnetnl_link_set_gen_duration(link, UINT64_MAX - base - 3);
	vnetnl_link_set_gen_seed(link, UINT64_MAX - base - 4);
	vnetnl_link_set_gen_flows(link, base + 20);
	vnetnl_link_set_gen_random(link, base + 21);
	vnetnl_link_set_gen_spread(link, VNET_GEN_HASH);
	expect(vnetnl_link_set_gen_queues(link, queues, 4));
	vnetnl_link_set_gen_burst(link, base + 22);

	vnetnl_link_set_gen_proto(link, VNET_GEN_TCP6);
	vnetnl_link_set_gen_tcp(link, VNET_GEN_TCP_DATA);
	expect(vnetnl_link_set_gen_raw(link, bytes(-base), 65));
	vnetnl_link_set_gen_vlan(link, base + 23);
	vnetnl_link_set_gen_vlan_prio(link, base % 8);
	vnetnl_link_set_gen_qinq(link, base + 24);
	vnetnl_link_set_gen_size(link, base + 25);
	vnetnl_link_set_gen_size_last(link, base + 26);
	vnetnl_link_set_gen_csum(link, VNET_GEN_CSUM_BAD);
	vnetnl_link_set_gen_payload(link, VNET_GEN_PAYLOAD_PKTGEN);

	vnetnl_link_set_gen_src_mac(link, bytes(base));
	vnetnl_link_set_gen_src_mac_last(link, bytes(base + 1));
	vnetnl_link_set_gen_dst_mac(link, bytes(base + 2));
	vnetnl_link_set_gen_dst_mac_last(link, bytes(base + 3));
	expect(vnetnl_link_set_gen_src(link, bytes(base + 4), 4));
	expect(vnetnl_link_set_gen_src_last(link, bytes(base + 5), 16));
	expect(vnetnl_link_set_gen_dst(link, bytes(base + 6), 16));
	expect(vnetnl_link_set_gen_dst_last(link, bytes(base + 7), 4));
	vnetnl_link_set_gen_src_port(link, base + 27);
	vnetnl_link_set_gen_src_port_last(link, base + 28);
	vnetnl_link_set_gen_dst_port(link, base + 29);
	vnetnl_link_set_gen_dst_port_last(link, base + 30);
}

/* In the order of the numbers. The lengths of what is no number are none that
 * a number has
 */
void put_kernel_gen(struct nlmsghdr *nlh)
{
	mnl_attr_put_u8(nlh, IFLA_VNET_GEN_ENABLE, 1);
	put_u64_padded(nlh, IFLA_VNET_GEN_PAD, IFLA_VNET_GEN_RATE, U64(1));
	put_u64_padded(nlh, IFLA_VNET_GEN_PAD, IFLA_VNET_GEN_BITRATE, U64(2));
	put_u64_padded(nlh, IFLA_VNET_GEN_PAD, IFLA_VNET_GEN_COUNT, U64(3));
	put_u64_padded(nlh, IFLA_VNET_GEN_PAD, IFLA_VNET_GEN_DURATION, U64(4));
	mnl_attr_put_u8(nlh, IFLA_VNET_GEN_PROTO, VNET_GEN_ICMP6);
	mnl_attr_put_u8(nlh, IFLA_VNET_GEN_TCP, VNET_GEN_TCP_ACK);
	mnl_attr_put(nlh, IFLA_VNET_GEN_RAW, 65, bytes(-1));
	mnl_attr_put_u32(nlh, IFLA_VNET_GEN_VLAN, U32(5));
	mnl_attr_put_u8(nlh, IFLA_VNET_GEN_VLAN_PRIO, U8(6));
	mnl_attr_put_u32(nlh, IFLA_VNET_GEN_QINQ, U32(7));
	mnl_attr_put(nlh, IFLA_VNET_GEN_SRC_MAC, 6, bytes(10));
	mnl_attr_put(nlh, IFLA_VNET_GEN_SRC_MAC_LAST, 6, bytes(11));
	mnl_attr_put(nlh, IFLA_VNET_GEN_DST_MAC, 6, bytes(12));
	mnl_attr_put(nlh, IFLA_VNET_GEN_DST_MAC_LAST, 6, bytes(13));
	mnl_attr_put(nlh, IFLA_VNET_GEN_SRC, 4, bytes(14));
	mnl_attr_put(nlh, IFLA_VNET_GEN_SRC_LAST, 4, bytes(15));
	mnl_attr_put(nlh, IFLA_VNET_GEN_DST, 16, bytes(16));
	mnl_attr_put(nlh, IFLA_VNET_GEN_DST_LAST, 16, bytes(-17));
	mnl_attr_put_u32(nlh, IFLA_VNET_GEN_SRC_PORT, U32(18));
	mnl_attr_put_u32(nlh, IFLA_VNET_GEN_SRC_PORT_LAST, U32(19));
	mnl_attr_put_u32(nlh, IFLA_VNET_GEN_DST_PORT, U32(20));
	mnl_attr_put_u32(nlh, IFLA_VNET_GEN_DST_PORT_LAST, U32(21));
	mnl_attr_put_u32(nlh, IFLA_VNET_GEN_RANDOM, U32(22));
	mnl_attr_put_u32(nlh, IFLA_VNET_GEN_FLOWS, U32(23));
	mnl_attr_put_u32(nlh, IFLA_VNET_GEN_SIZE, U32(24));
	mnl_attr_put_u32(nlh, IFLA_VNET_GEN_SIZE_LAST, U32(25));
	mnl_attr_put_u8(nlh, IFLA_VNET_GEN_CSUM, VNET_GEN_CSUM_UNNECESSARY);
	mnl_attr_put_u8(nlh, IFLA_VNET_GEN_PAYLOAD, VNET_GEN_PAYLOAD_PATTERN);
	put_u64_padded(nlh, IFLA_VNET_GEN_PAD, IFLA_VNET_GEN_SEED, U64(26));
	mnl_attr_put_u8(nlh, IFLA_VNET_GEN_SPREAD, VNET_GEN_HASH);
	mnl_attr_put(nlh, IFLA_VNET_GEN_QUEUES, 3, "\x01\x00\x80");
	mnl_attr_put_u32(nlh, IFLA_VNET_GEN_BURST, U32(27));
}

static void check_mac(const uint8_t *mac, int first)
{
	CHECK(mac && !memcmp(mac, bytes(first), 6));
}

typedef const uint8_t *(*get_bytes)(const struct vnetnl_link *link,
				    size_t *len);

static void check_bytes(const struct vnetnl_link *link, get_bytes get,
			size_t should_be, int first)
{
	size_t len = 0;

	CHECK(get(link, &len) == get(link, NULL));
	CHECK_INT(len, should_be);
	CHECK(!memcmp(get(link, NULL), bytes(first), len));
}

void check_kernel_gen(const struct vnetnl_link *link)
{
	unsigned int i;

	CHECK(vnetnl_link_get_gen_enable(link));
	CHECK_INT(vnetnl_link_get_gen_rate(link), U64(1));
	CHECK_INT(vnetnl_link_get_gen_bitrate(link), U64(2));
	CHECK_INT(vnetnl_link_get_gen_count(link), U64(3));
	CHECK_INT(vnetnl_link_get_gen_duration(link), U64(4));
	CHECK_INT(vnetnl_link_get_gen_proto(link), VNET_GEN_ICMP6);
	CHECK_INT(vnetnl_link_get_gen_tcp(link), VNET_GEN_TCP_ACK);
	check_bytes(link, vnetnl_link_get_gen_raw, 65, -1);
	CHECK_INT(vnetnl_link_get_gen_vlan(link), U32(5));
	CHECK_INT(vnetnl_link_get_gen_vlan_prio(link), U8(6));
	CHECK_INT(vnetnl_link_get_gen_qinq(link), U32(7));
	check_mac(vnetnl_link_get_gen_src_mac(link), 10);
	check_mac(vnetnl_link_get_gen_src_mac_last(link), 11);
	check_mac(vnetnl_link_get_gen_dst_mac(link), 12);
	check_mac(vnetnl_link_get_gen_dst_mac_last(link), 13);
	check_bytes(link, vnetnl_link_get_gen_src, 4, 14);
	check_bytes(link, vnetnl_link_get_gen_src_last, 4, 15);
	check_bytes(link, vnetnl_link_get_gen_dst, 16, 16);
	check_bytes(link, vnetnl_link_get_gen_dst_last, 16, -17);
	CHECK_INT(vnetnl_link_get_gen_src_port(link), U32(18));
	CHECK_INT(vnetnl_link_get_gen_src_port_last(link), U32(19));
	CHECK_INT(vnetnl_link_get_gen_dst_port(link), U32(20));
	CHECK_INT(vnetnl_link_get_gen_dst_port_last(link), U32(21));
	CHECK_INT(vnetnl_link_get_gen_random(link), U32(22));
	CHECK_INT(vnetnl_link_get_gen_flows(link), U32(23));
	CHECK_INT(vnetnl_link_get_gen_size(link), U32(24));
	CHECK_INT(vnetnl_link_get_gen_size_last(link), U32(25));
	CHECK_INT(vnetnl_link_get_gen_csum(link), VNET_GEN_CSUM_UNNECESSARY);
	CHECK_INT(vnetnl_link_get_gen_payload(link), VNET_GEN_PAYLOAD_PATTERN);
	CHECK_INT(vnetnl_link_get_gen_seed(link), U64(26));
	CHECK_INT(vnetnl_link_get_gen_spread(link), VNET_GEN_HASH);
	for (i = 0; i <= VNET_QUEUES_MAX; i++) {
		tap_about("generator's queue %u", i);
		CHECK_INT(vnetnl_link_has_gen_queue(link, i),
			  i == 0 || i == 23);
	}
	tap_about("%s", "");
	CHECK_INT(vnetnl_link_get_gen_burst(link), U32(27));
}
