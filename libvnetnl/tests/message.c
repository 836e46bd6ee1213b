// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "message.h"
#include "tap.h"

struct vnetnl_link *full_link(int base, bool with_peer)
{
	uint8_t address[] = { 2, 0, 0, 0, 0, base };
	struct vnetnl_link *link, *peer;
	char ifname[IFNAMSIZ];
	int i;

	link = vnetnl_link_alloc();
	if (!link)
		abort();

	snprintf(ifname, sizeof(ifname), "vnet%d", base);
	if (vnetnl_link_set_ifname(link, ifname))
		abort();
	vnetnl_link_set_ifindex(link, base + 1);
	vnetnl_link_set_up(link, true);
	vnetnl_link_set_netns_fd(link, base + 2);
	vnetnl_link_set_netns_pid(link, base + 3);
	vnetnl_link_set_address(link, address);
	vnetnl_link_set_mtu(link, base + 4);
	vnetnl_link_set_txqlen(link, base + 5);
	vnetnl_link_set_num_tx_queues(link, base + 6);
	vnetnl_link_set_num_rx_queues(link, base + 7);
	vnetnl_link_set_tx_ring(link, base + 8);
	vnetnl_link_set_rx_ring(link, base + 9);
	vnetnl_link_set_rx_pause(link, true);
	vnetnl_link_set_tx_pause(link, false);
	vnetnl_link_set_tx_usecs(link, base + 10);
	vnetnl_link_set_tx_frames(link, base + 11);
	vnetnl_link_set_rx_usecs(link, base + 13);
	vnetnl_link_set_rx_frames(link, base + 14);
	vnetnl_link_set_adaptive_rx(link, true);
	vnetnl_link_set_adaptive_tx(link, false);
	vnetnl_link_set_irq(link, true);
	for (i = 0; i < 3; i++)
		if (vnetnl_link_set_queue_cpu(link, i + 1, base + 12))
			abort();
	if (vnetnl_link_set_queue_cpu(link, VNET_QUEUES_MAX - 1, VNET_CPU_ANY))
		abort();
	/* Of one that has a CPU, and of one that has not */
	if (vnetnl_link_set_queue_failed(link, 3, true) ||
	    vnetnl_link_set_queue_failed(link, 4, false))
		abort();
	set_gen(link, base);

	if (with_peer) {
		peer = full_link(base + 50, false);
		if (vnetnl_link_set_peer(link, peer))
			abort();
		vnetnl_link_free(peer);
	}
	return link;
}

void put_u64_padded(struct nlmsghdr *nlh, uint16_t pad, uint16_t type,
		    uint64_t value)
{
	mnl_attr_put(nlh, pad, 0, NULL);
	mnl_attr_put_u64(nlh, type, value);
}

void kernel_message(union message *msg, uint16_t type)
{
	static const uint8_t address[] = { 2, 1, 2, 3, 4, 5 };
	struct nlattr *linkinfo, *xstats, *data, *nest, *queue;
	struct nlmsghdr *nlh = &msg->nlh;
	struct ifinfomsg *ifm;
	unsigned int i;

	memset(msg, 0, sizeof(*msg));
	mnl_nlmsg_put_header(msg);
	nlh->nlmsg_type = type;
	ifm = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifm));
	ifm->ifi_type = 1;
	ifm->ifi_index = 77;
	ifm->ifi_flags = IFF_UP | IFF_BROADCAST | IFF_LOWER_UP;

	mnl_attr_put_strz(nlh, IFLA_IFNAME, "vnet77");
	mnl_attr_put_u32(nlh, IFLA_TXQLEN, U32(1));
	mnl_attr_put_u8(nlh, IFLA_OPERSTATE, U8(2));
	mnl_attr_put_u32(nlh, IFLA_MTU, U32(3));
	mnl_attr_put_u32(nlh, IFLA_NUM_TX_QUEUES, U32(4));
	mnl_attr_put_u32(nlh, IFLA_NUM_RX_QUEUES, U32(5));
	mnl_attr_put_u8(nlh, IFLA_CARRIER, 1);
	mnl_attr_put(nlh, IFLA_ADDRESS, sizeof(address), address);
	mnl_attr_put_u32(nlh, IFLA_LINK_NETNSID, U32(6));

	linkinfo = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, "vnet");
	xstats = mnl_attr_nest_start(nlh, IFLA_INFO_XSTATS);
	for (i = IFLA_VNET_XSTATS_PAD + 1; i <= IFLA_VNET_XSTATS_MAX; i++)
		put_u64_padded(nlh, IFLA_VNET_XSTATS_PAD, i, U64(i));
	mnl_attr_nest_end(nlh, xstats);

	data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
	mnl_attr_put_u32(nlh, IFLA_VNET_TX_RING, U32(7));
	mnl_attr_put_u32(nlh, IFLA_VNET_RX_RING, U32(8));
	mnl_attr_put_u8(nlh, IFLA_VNET_RX_PAUSE, 1);
	mnl_attr_put_u8(nlh, IFLA_VNET_TX_PAUSE, 0);
	mnl_attr_put_u32(nlh, IFLA_VNET_TX_USECS, U32(15));
	mnl_attr_put_u32(nlh, IFLA_VNET_TX_FRAMES, U32(16));
	nest = mnl_attr_nest_start(nlh, IFLA_VNET_QUEUES);
	queue = mnl_attr_nest_start(nlh, IFLA_VNET_QUEUE);
	mnl_attr_put_u32(nlh, IFLA_VNET_QUEUE_INDEX, 2);
	mnl_attr_put_u32(nlh, IFLA_VNET_QUEUE_LAST, 4);
	mnl_attr_put_u32(nlh, IFLA_VNET_QUEUE_CPU, U32(17));
	mnl_attr_put_u8(nlh, IFLA_VNET_QUEUE_FAILED, 1);
	mnl_attr_nest_end(nlh, queue);
	queue = mnl_attr_nest_start(nlh, IFLA_VNET_QUEUE);
	mnl_attr_put_u32(nlh, IFLA_VNET_QUEUE_INDEX, 9);
	mnl_attr_put_u8(nlh, IFLA_VNET_QUEUE_FAILED, 1);
	mnl_attr_nest_end(nlh, queue);
	queue = mnl_attr_nest_start(nlh, IFLA_VNET_QUEUE);
	mnl_attr_put_u32(nlh, IFLA_VNET_QUEUE_INDEX, 255);
	mnl_attr_put_u32(nlh, IFLA_VNET_QUEUE_CPU, 0);
	mnl_attr_nest_end(nlh, queue);
	mnl_attr_nest_end(nlh, nest);
	mnl_attr_put_u32(nlh, IFLA_VNET_RX_USECS, U32(19));
	mnl_attr_put_u32(nlh, IFLA_VNET_RX_FRAMES, U32(20));
	mnl_attr_put_u8(nlh, IFLA_VNET_ADAPTIVE_RX, 1);
	mnl_attr_put_u8(nlh, IFLA_VNET_ADAPTIVE_TX, 0);
	mnl_attr_put_u8(nlh, IFLA_VNET_IRQ, 1);
	nest = mnl_attr_nest_start(nlh, IFLA_VNET_GEN);
	put_kernel_gen(nlh);
	mnl_attr_nest_end(nlh, nest);
	nest = mnl_attr_nest_start(nlh, IFLA_VNET_STATE);
	mnl_attr_put_u32(nlh, IFLA_VNET_STATE_TX_QUEUED, U32(10));
	mnl_attr_put_u32(nlh, IFLA_VNET_STATE_RX_QUEUED, U32(11));
	mnl_attr_put_u8(nlh, IFLA_VNET_STATE_GEN, VNET_GEN_DONE);
	put_u64_padded(nlh, IFLA_VNET_STATE_PAD, IFLA_VNET_STATE_GEN_FRAMES,
		       U64(12));
	put_u64_padded(nlh, IFLA_VNET_STATE_PAD, IFLA_VNET_STATE_GEN_NSECS,
		       U64(13));
	put_u64_padded(nlh, IFLA_VNET_STATE_PAD, IFLA_VNET_STATE_GEN_BYTES,
		       U64(18));
	mnl_attr_nest_end(nlh, nest);
	mnl_attr_nest_end(nlh, data);
	mnl_attr_nest_end(nlh, linkinfo);

	mnl_attr_put_u32(nlh, IFLA_LINK, U32(14));
}

void check_kernel_link(const struct vnetnl_link *link)
{
	const uint8_t *address = vnetnl_link_get_address(link);
	unsigned int i;

	CHECK_INT(vnetnl_link_get_ifindex(link), 77);
	CHECK_INT(vnetnl_link_get_flags(link),
		  IFF_UP | IFF_BROADCAST | IFF_LOWER_UP);
	CHECK(vnetnl_link_get_up(link));
	CHECK_STR(vnetnl_link_get_ifname(link), "vnet77");
	CHECK_INT(vnetnl_link_get_txqlen(link), U32(1));
	CHECK_INT(vnetnl_link_get_operstate(link), U8(2));
	CHECK_INT(vnetnl_link_get_mtu(link), U32(3));
	CHECK_INT(vnetnl_link_get_num_tx_queues(link), U32(4));
	CHECK_INT(vnetnl_link_get_num_rx_queues(link), U32(5));
	CHECK(vnetnl_link_get_carrier(link));
	CHECK(address && !memcmp(address, "\2\1\2\3\4\5", 6));
	CHECK_INT(vnetnl_link_get_peer_netnsid(link), (int)U32(6));
	CHECK_INT(vnetnl_link_get_tx_ring(link), U32(7));
	CHECK_INT(vnetnl_link_get_rx_ring(link), U32(8));
	CHECK(vnetnl_link_get_rx_pause(link));
	CHECK(!vnetnl_link_get_tx_pause(link));
	CHECK_INT(vnetnl_link_get_tx_usecs(link), U32(15));
	CHECK_INT(vnetnl_link_get_tx_frames(link), U32(16));
	CHECK_INT(vnetnl_link_get_rx_usecs(link), U32(19));
	CHECK_INT(vnetnl_link_get_rx_frames(link), U32(20));
	CHECK(vnetnl_link_get_adaptive_rx(link));
	CHECK(!vnetnl_link_get_adaptive_tx(link));
	CHECK(vnetnl_link_get_irq(link));
	for (i = 0; i <= VNET_QUEUES_MAX; i++) {
		bool range = i >= 2 && i <= 4;

		tap_about("queue %u", i);
		CHECK_INT(vnetnl_link_has_queue_cpu(link, i),
			  range || i == 255);
		CHECK_INT(vnetnl_link_get_queue_cpu(link, i),
			  range ? (int)U32(17) : i == 255 ? 0 : VNET_CPU_ANY);
		CHECK_INT(vnetnl_link_has_queue_failed(link, i),
			  range || i == 9);
		CHECK_INT(vnetnl_link_get_queue_failed(link, i),
			  range || i == 9);
	}
	tap_about("%s", "");
	check_kernel_gen(link);
	CHECK_INT(vnetnl_link_get_tx_queued(link), U32(10));
	CHECK_INT(vnetnl_link_get_rx_queued(link), U32(11));
	CHECK_INT(vnetnl_link_get_gen_state(link), VNET_GEN_DONE);
	CHECK_INT(vnetnl_link_get_gen_frames(link), U64(12));
	CHECK_INT(vnetnl_link_get_gen_nsecs(link), U64(13));
	CHECK_INT(vnetnl_link_get_gen_bytes(link), U64(18));
	CHECK_INT(vnetnl_link_get_peer_ifindex(link), (int)U32(14));

	for (i = 0; i <= IFLA_VNET_XSTATS_MAX + 1; i++) {
		bool counter = vnetnl_xstat_name(i);

		tap_about("counter %u", i);
		CHECK_INT(vnetnl_link_has_xstat(link, i), counter);
		CHECK_INT(vnetnl_link_get_xstat(link, i), counter ? U64(i) : 0);
	}
	tap_about("%s", "");
}

void *guarded(const void *data, size_t len)
{
	static char *map;
	static size_t size;
	char *start;

	if (!map) {
		size_t page = sysconf(_SC_PAGESIZE);

		size = (MESSAGE_SIZE + page - 1) / page * page;
		map = mmap(NULL, size + page, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (map == MAP_FAILED || mprotect(map + size, page, PROT_NONE))
			abort();
	}
	/* What lies in between is not what it was the last time */
	memset(map, 0xa5, size);
	start = map + size - MNL_ALIGN(len);
	memcpy(start, data, len);
	return start;
}
