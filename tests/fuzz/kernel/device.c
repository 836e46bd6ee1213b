// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Requests about devices: rtnetlink.
 */
#include <net/if.h>
#include <string.h>

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_link_vnet.h>
#include <linux/rtnetlink.h>

#include "fuzz.h"

#define ALL(array)	(sizeof(array) / sizeof((array)[0]))

/* Rings of the largest size, and as many queues, would be all memory there is */
#define RING_LIKELY	2048
#define QUEUES_LIKELY	4
/* Frames that are made leave less time for messages */
#define RATE_LIKELY	200
#define BITRATE_LIKELY	100000

static const struct value options[] = {
	{ IFLA_VNET_RX_PAUSE, 1, 0, 1 },
	{ IFLA_VNET_TX_PAUSE, 1, 0, 1 },
	{ IFLA_VNET_TX_USECS, 4, 0, VNET_TX_USECS_MAX },
	{ IFLA_VNET_TX_FRAMES, 4, VNET_TX_FRAMES_MIN, VNET_TX_FRAMES_MAX },
	{ IFLA_VNET_RX_USECS, 4, 0, VNET_RX_USECS_MAX },
	{ IFLA_VNET_RX_FRAMES, 4, 0, VNET_RX_FRAMES_MAX },
	{ IFLA_VNET_ADAPTIVE_RX, 1, 0, 1 },
	{ IFLA_VNET_ADAPTIVE_TX, 1, 0, 1 },
	{ IFLA_VNET_IRQ, 1, 0, 1 },
};

static const struct value gen_options[] = {
	{ IFLA_VNET_GEN_RATE, 8, 1, RATE_LIKELY },
	{ IFLA_VNET_GEN_BITRATE, 8, 1, BITRATE_LIKELY },
	{ IFLA_VNET_GEN_COUNT, 8, 0, 10000 },
	{ IFLA_VNET_GEN_DURATION, 8, 0, VNET_GEN_DURATION_MAX },
	{ IFLA_VNET_GEN_VLAN, 4, 0, VNET_GEN_VLAN_NONE },
	{ IFLA_VNET_GEN_VLAN_PRIO, 1, 0, VNET_GEN_VLAN_PRIO_MAX },
	{ IFLA_VNET_GEN_QINQ, 4, 0, VNET_GEN_VLAN_NONE },
	{ IFLA_VNET_GEN_SRC_PORT, 4, 0, VNET_GEN_PORT_MAX },
	{ IFLA_VNET_GEN_SRC_PORT_LAST, 4, 0, VNET_GEN_PORT_MAX },
	{ IFLA_VNET_GEN_DST_PORT, 4, 0, VNET_GEN_PORT_MAX },
	{ IFLA_VNET_GEN_DST_PORT_LAST, 4, 0, VNET_GEN_PORT_MAX },
	{ IFLA_VNET_GEN_RANDOM, 4, 0, 63 },
	{ IFLA_VNET_GEN_FLOWS, 4, 1, VNET_GEN_FLOWS_MAX },
	{ IFLA_VNET_GEN_SIZE, 4, 0, 1600 },
	{ IFLA_VNET_GEN_SIZE_LAST, 4, 0, 1600 },
	{ IFLA_VNET_GEN_CSUM, 1, 0, VNET_GEN_CSUM_MAX },
	{ IFLA_VNET_GEN_PAYLOAD, 1, 0, VNET_GEN_PAYLOAD_MAX },
	{ IFLA_VNET_GEN_SEED, 8, 0, UINT64_MAX },
	{ IFLA_VNET_GEN_SPREAD, 1, 0, VNET_GEN_SPREAD_MAX },
	{ IFLA_VNET_GEN_BURST, 4, VNET_GEN_BURST_MIN, VNET_GEN_BURST_MAX },
	{ IFLA_VNET_GEN_TCP, 1, 0, VNET_GEN_TCP_MAX },
};

static const uint16_t gen_macs[] = {
	IFLA_VNET_GEN_SRC_MAC, IFLA_VNET_GEN_SRC_MAC_LAST,
	IFLA_VNET_GEN_DST_MAC, IFLA_VNET_GEN_DST_MAC_LAST,
};

static const uint16_t gen_addrs[] = {
	IFLA_VNET_GEN_SRC, IFLA_VNET_GEN_SRC_LAST,
	IFLA_VNET_GEN_DST, IFLA_VNET_GEN_DST_LAST,
};

static void put_u32(struct message *m, uint16_t type, uint32_t v)
{
	put(m, type, &v, sizeof(v));
}

static void put_bytes(struct message *m, uint16_t type, size_t len)
{
	uint8_t bytes[VNET_GEN_RAW_MAX];
	size_t i;

	for (i = 0; i < len; i++)
		bytes[i] = one_in(2) ? 0 : draw();
	put(m, type, bytes, len);
}

static void put_gen(struct message *m)
{
	static const struct value proto = {
		IFLA_VNET_GEN_PROTO, 1, 0, VNET_GEN_PROTO_MAX,
	};
	size_t at = nest(m, IFLA_VNET_GEN);
	uint32_t n = below(5);
	uint8_t on = one_in(2);

	if (!one_in(3))
		put(m, IFLA_VNET_GEN_ENABLE, &on, sizeof(on));
	if (one_in(2))
		put_number(m, &proto);
	while (n--)
		put_number(m, &gen_options[below(ALL(gen_options))]);
	if (one_in(6))
		put_bytes(m, gen_macs[below(ALL(gen_macs))], 6);
	if (one_in(6))
		put_bytes(m, gen_addrs[below(ALL(gen_addrs))],
			  one_in(2) ? 4 : 16);
	if (one_in(8))
		put_bytes(m, IFLA_VNET_GEN_RAW,
			  within(VNET_GEN_RAW_MIN, VNET_GEN_RAW_MAX));
	if (one_in(8))
		put_bytes(m, IFLA_VNET_GEN_QUEUES, below(4));
	nest_end(m, at);
}

static void put_queues(struct message *m)
{
	static const struct value failed = { IFLA_VNET_QUEUE_FAILED, 1, 0, 1 };
	size_t at = nest(m, IFLA_VNET_QUEUES), queue;
	uint32_t n = 1 + below(3);

	while (n--) {
		queue = nest(m, IFLA_VNET_QUEUE);
		put_u32(m, IFLA_VNET_QUEUE_INDEX, below(QUEUES_LIKELY));
		if (one_in(4))
			put_u32(m, IFLA_VNET_QUEUE_LAST,
				one_in(2) ? VNET_QUEUES_MAX - 1 :
					    below(QUEUES_LIKELY));
		if (one_in(2))
			put_u32(m, IFLA_VNET_QUEUE_CPU, below(4) - 1);
		if (one_in(2))
			put_number(m, &failed);
		nest_end(m, queue);
	}
	nest_end(m, at);
}

static void put_ring(struct message *m, uint16_t type)
{
	uint32_t size = VNET_RING_MIN;

	while (size < RING_LIKELY && !one_in(3))
		size *= 2;
	put_u32(m, type, one_in(16) ? draw() >> below(32) : size);
}

static void put_options(struct message *m)
{
	uint32_t n = below(4);

	if (one_in(3))
		put_ring(m, IFLA_VNET_TX_RING);
	if (one_in(3))
		put_ring(m, IFLA_VNET_RX_RING);
	while (n--)
		put_number(m, &options[below(ALL(options))]);
	if (one_in(3))
		put_gen(m);
	if (one_in(4))
		put_queues(m);
	if (one_in(16))
		nest_end(m, nest(m, IFLA_VNET_STATE));
}

/* What any device may be told */
static void put_link(struct message *m, const char *name)
{
	static const struct value mtu = {
		IFLA_MTU, 4, VNET_MTU_MIN, VNET_MTU_MAX,
	};
	static const struct value txqlen = { IFLA_TXQLEN, 4, 0, 2000 };
	static const struct value carrier = { IFLA_CARRIER, 1, 0, 1 };

	put_text(m, IFLA_IFNAME, name);
	if (one_in(8))
		put_number(m, &mtu);
	if (one_in(12))
		put_number(m, &txqlen);
	if (one_in(12))
		put_number(m, &carrier);
	if (one_in(12))
		put_bytes(m, IFLA_ADDRESS, 6);
}

static void put_queue_numbers(struct message *m)
{
	uint32_t max = one_in(32) ? VNET_QUEUES_MAX : QUEUES_LIKELY;

	put_u32(m, IFLA_NUM_TX_QUEUES, 1 + below(max));
	put_u32(m, IFLA_NUM_RX_QUEUES, 1 + below(max));
}

static void put_header(struct message *m, bool up)
{
	struct ifinfomsg ifi = {
		.ifi_flags = up ? IFF_UP : 0,
		.ifi_change = up ? IFF_UP : 0,
	};

	append(m, &ifi, sizeof(ifi));
}

static size_t put_kind(struct message *m)
{
	size_t at = nest(m, IFLA_LINKINFO);

	put_text(m, IFLA_INFO_KIND, VNET_KIND);
	return at;
}

static void put_peer(struct message *m)
{
	size_t at = nest(m, IFLA_VNET_PEER), info, data;

	put_header(m, one_in(2));
	put_link(m, some_name());
	put_queue_numbers(m);
	if (one_in(2)) {
		info = put_kind(m);
		data = nest(m, IFLA_INFO_DATA);
		put_options(m);
		nest_end(m, data);
		nest_end(m, info);
	}
	nest_end(m, at);
}

void make_device(struct message *m)
{
	size_t info, data;

	begin(m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	put_header(m, one_in(2));
	put_link(m, some_name());
	put_queue_numbers(m);
	info = put_kind(m);
	data = nest(m, IFLA_INFO_DATA);
	put_options(m);
	if (!one_in(4))
		put_peer(m);
	nest_end(m, data);
	nest_end(m, info);
	finish(m);
}

/* On top of a device, which may filter by it; in the place of one */
void make_vlan(struct message *m)
{
	static const struct value id = { IFLA_VLAN_ID, 2, 0, 4094 };
	uint32_t below_it = if_nametoindex(some_name());
	uint16_t proto = htons(one_in(2) ? ETH_P_8021Q : ETH_P_8021AD);
	size_t info, data;

	begin(m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	put_header(m, one_in(2));
	put_text(m, IFLA_IFNAME, some_name());
	put_u32(m, IFLA_LINK, below_it);
	info = nest(m, IFLA_LINKINFO);
	put_text(m, IFLA_INFO_KIND, "vlan");
	data = nest(m, IFLA_INFO_DATA);
	put_number(m, &id);
	put(m, IFLA_VLAN_PROTOCOL, &proto, sizeof(proto));
	nest_end(m, data);
	nest_end(m, info);
	finish(m);
}

void change_device(struct message *m)
{
	size_t info, data;

	begin(m, RTM_NEWLINK, 0);
	put_header(m, false);
	put_link(m, some_name());
	info = put_kind(m);
	data = nest(m, IFLA_INFO_DATA);
	put_options(m);
	if (one_in(32))
		put_peer(m);
	nest_end(m, data);
	nest_end(m, info);
	finish(m);
}

void set_flags(struct message *m)
{
	struct ifinfomsg ifi = {
		.ifi_flags = one_in(4) ? 0 : IFF_UP,
		.ifi_change = IFF_UP,
	};

	begin(m, RTM_NEWLINK, 0);
	append(m, &ifi, sizeof(ifi));
	put_text(m, IFLA_IFNAME, some_name());
	finish(m);
}

void move_device(struct message *m, uint32_t elsewhere)
{
	begin(m, RTM_NEWLINK, 0);
	put_header(m, false);
	put_text(m, IFLA_IFNAME, some_name());
	put_u32(m, IFLA_NET_NS_FD, elsewhere);
	finish(m);
}

void delete_device(struct message *m, const char *name)
{
	begin(m, RTM_DELLINK, 0);
	put_header(m, false);
	put_text(m, IFLA_IFNAME, name);
	finish(m);
}

void show_devices(struct message *m)
{
	bool one = one_in(2);

	begin(m, RTM_GETLINK, one ? 0 : NLM_F_DUMP);
	put_header(m, false);
	if (one)
		put_text(m, IFLA_IFNAME, some_name());
	finish(m);
}
