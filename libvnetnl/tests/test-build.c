// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Messages as they are built: what is in them, what is not, and buffers that
 * are too small.
 */
#include <errno.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include "message.h"
#include "tap.h"

#define SEQ	0x12345678

typedef int (*builder)(const struct vnetnl_link *link, void *buf, size_t size,
		       uint32_t seq);

static int build_dump(const struct vnetnl_link *link, void *buf, size_t size,
		      uint32_t seq)
{
	(void)link;
	return vnetnl_link_build_dump(buf, size, seq);
}

static const struct {
	const char *name;
	builder build;
	uint16_t type;
	uint16_t flags;
} builders[] = {
	{ "new", vnetnl_link_build_new, RTM_NEWLINK,
	  NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL },
	{ "change", vnetnl_link_build_change, RTM_NEWLINK,
	  NLM_F_REQUEST | NLM_F_ACK },
	{ "del", vnetnl_link_build_del, RTM_DELLINK,
	  NLM_F_REQUEST | NLM_F_ACK },
	{ "get", vnetnl_link_build_get, RTM_GETLINK, NLM_F_REQUEST },
	{ "dump", build_dump, RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP },
};

#define N_BUILDERS	TAP_ARRAY_SIZE(builders)

/* The attribute of a type that begins offset bytes into the payload of nest,
 * or of the message if nest is NULL
 */
static const struct nlattr *find(const struct nlmsghdr *nlh,
				 const struct nlattr *nest, size_t offset,
				 uint16_t type)
{
	const struct nlattr *attr, *found = NULL;
	const void *start;
	size_t len;

	start = nest ? mnl_attr_get_payload(nest) : mnl_nlmsg_get_payload(nlh);
	len = nest ? mnl_attr_get_payload_len(nest) :
		     mnl_nlmsg_get_payload_len(nlh);
	if (len < offset)
		return NULL;

	start = (const char *)start + offset;
	mnl_attr_for_each_payload(start, len - offset)
		if (mnl_attr_get_type(attr) == type)
			found = attr;
	return found;
}

static const struct nlattr *top(const struct nlmsghdr *nlh, uint16_t type)
{
	return find(nlh, NULL, sizeof(struct ifinfomsg), type);
}

static const struct nlattr *data(const struct nlmsghdr *nlh)
{
	const struct nlattr *linkinfo = top(nlh, IFLA_LINKINFO);

	return linkinfo ? find(nlh, linkinfo, 0, IFLA_INFO_DATA) : NULL;
}

static const struct ifinfomsg *header(const struct nlmsghdr *nlh)
{
	return mnl_nlmsg_get_payload(nlh);
}

static void headers_say_what_is_asked(void)
{
	struct vnetnl_link *link = full_link(1, true);
	union message msg;
	size_t i;
	int len;

	for (i = 0; i < N_BUILDERS; i++) {
		tap_about("%s", builders[i].name);
		len = builders[i].build(link, &msg, sizeof(msg), SEQ);
		CHECK_INT(len, (long long)msg.nlh.nlmsg_len);
		CHECK_INT(msg.nlh.nlmsg_type, builders[i].type);
		CHECK_INT(msg.nlh.nlmsg_flags, builders[i].flags);
		CHECK_INT(msg.nlh.nlmsg_seq, SEQ);
		CHECK_INT(msg.nlh.nlmsg_pid, 0);
		CHECK_INT(header(&msg.nlh)->ifi_family, AF_UNSPEC);
	}
	vnetnl_link_free(link);
}

/* The buffer ends where the size says: a byte more is the sanitizer's */
static void a_buffer_too_small_by_any_number_of_bytes(void)
{
	struct vnetnl_link *link = full_link(1, true);
	union message msg;
	size_t i;
	int len, n;

	for (i = 0; i < N_BUILDERS; i++) {
		len = builders[i].build(link, &msg, sizeof(msg), SEQ);
		CHECK(len > 0);
		for (n = 0; n <= len; n++) {
			void *buf = malloc(n);

			tap_about("%s in %d of %d", builders[i].name, n, len);
			CHECK_INT(builders[i].build(link, buf, n, SEQ),
				  n < len ? -EMSGSIZE : len);
			if (n == len)
				CHECK(!memcmp(buf, &msg, len));
			free(buf);
		}
	}
	vnetnl_link_free(link);
}

static void a_device_is_found_by_index_or_by_name(void)
{
	static const char alt[] = "a-name-of-24-characters-";
	struct vnetnl_link *link = vnetnl_link_alloc();
	const struct nlattr *attr;
	union message msg;
	size_t i;

	/* All but new and dump, which need none */
	for (i = 1; i < N_BUILDERS - 1; i++) {
		builder build = builders[i].build;

		tap_about("%s", builders[i].name);
		vnetnl_link_unset(link, VNETNL_LINK_IFINDEX);
		vnetnl_link_unset(link, VNETNL_LINK_IFNAME);
		CHECK_INT(build(link, &msg, sizeof(msg), SEQ), -EINVAL);

		CHECK_INT(vnetnl_link_set_ifname(link, "vnet0"), 0);
		CHECK(build(link, &msg, sizeof(msg), SEQ) > 0);
		attr = top(&msg.nlh, IFLA_IFNAME);
		CHECK_STR(attr ? mnl_attr_get_str(attr) : NULL, "vnet0");
		CHECK(!top(&msg.nlh, IFLA_ALT_IFNAME));
		CHECK_INT(header(&msg.nlh)->ifi_index, 0);

		CHECK_INT(vnetnl_link_set_ifname(link, alt), 0);
		CHECK(build(link, &msg, sizeof(msg), SEQ) > 0);
		attr = top(&msg.nlh, IFLA_ALT_IFNAME);
		CHECK_STR(attr ? mnl_attr_get_str(attr) : NULL, alt);
		CHECK(!top(&msg.nlh, IFLA_IFNAME));

		vnetnl_link_set_ifindex(link, 7);
		CHECK(build(link, &msg, sizeof(msg), SEQ) > 0);
		CHECK_INT(header(&msg.nlh)->ifi_index, 7);
		CHECK(!top(&msg.nlh, IFLA_IFNAME));
		CHECK(!top(&msg.nlh, IFLA_ALT_IFNAME));
	}
	vnetnl_link_free(link);
}

static void only_an_index_can_be_renamed(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();
	const struct nlattr *attr;
	union message msg;

	CHECK_INT(vnetnl_link_set_ifname(link, "vnet0"), 0);
	CHECK_INT(vnetnl_link_set_new_ifname(link, "eth0"), 0);
	CHECK_INT(vnetnl_link_build_change(link, &msg, sizeof(msg), SEQ),
		  -EINVAL);
	vnetnl_link_set_ifindex(link, 7);
	CHECK(vnetnl_link_build_change(link, &msg, sizeof(msg), SEQ) > 0);
	attr = top(&msg.nlh, IFLA_IFNAME);
	CHECK_STR(attr ? mnl_attr_get_str(attr) : NULL, "eth0");
	vnetnl_link_free(link);
}

static void creation_refuses_what_the_kernel_would_ignore(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();
	struct vnetnl_link *peer = vnetnl_link_alloc();
	union message msg;

	vnetnl_link_set_carrier_admin(peer, false);
	CHECK_INT(vnetnl_link_build_new(peer, &msg, sizeof(msg), SEQ),
		  -EINVAL);
	CHECK_INT(vnetnl_link_set_peer(link, peer), 0);
	CHECK_INT(vnetnl_link_build_new(link, &msg, sizeof(msg), SEQ),
		  -EINVAL);

	vnetnl_link_unset(link, VNETNL_LINK_PEER);
	CHECK(vnetnl_link_build_new(link, &msg, sizeof(msg), SEQ) > 0);
	CHECK_INT(vnetnl_link_set_new_ifname(link, "eth0"), 0);
	CHECK_INT(vnetnl_link_build_new(link, &msg, sizeof(msg), SEQ),
		  -EINVAL);
	vnetnl_link_free(peer);
	vnetnl_link_free(link);
}

static void a_partial_change_holds_only_that_part(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();
	const struct nlattr *gen;
	union message msg;

	CHECK_INT(vnetnl_link_set_ifname(link, "vnet0"), 0);
	vnetnl_link_set_tx_ring(link, 1024);
	CHECK(vnetnl_link_build_change(link, &msg, sizeof(msg), SEQ) > 0);
	CHECK_INT(mnl_attr_get_payload_len(data(&msg.nlh)),
		  MNL_ATTR_HDRLEN + sizeof(uint32_t));
	CHECK_INT(mnl_attr_get_u32(find(&msg.nlh, data(&msg.nlh), 0,
					IFLA_VNET_TX_RING)), 1024);
	CHECK_INT(header(&msg.nlh)->ifi_change, 0);

	vnetnl_link_unset(link, VNETNL_LINK_TX_RING);
	vnetnl_link_set_gen_rate(link, 5);
	CHECK(vnetnl_link_build_change(link, &msg, sizeof(msg), SEQ) > 0);
	gen = find(&msg.nlh, data(&msg.nlh), 0, IFLA_VNET_GEN);
	CHECK(gen && mnl_attr_get_payload_len(gen) ==
	      MNL_ATTR_HDRLEN + sizeof(uint64_t));
	CHECK(gen && find(&msg.nlh, gen, 0, IFLA_VNET_GEN_RATE));
	vnetnl_link_free(link);
}

/* A member of the generator's nest in a change that holds nothing else */
static const struct nlattr *only_of_gen(const struct vnetnl_link *link,
					union message *msg, uint16_t type)
{
	const struct nlattr *gen, *attr;

	CHECK(vnetnl_link_build_change(link, msg, sizeof(*msg), SEQ) > 0);
	gen = find(&msg->nlh, data(&msg->nlh), 0, IFLA_VNET_GEN);
	attr = gen ? find(&msg->nlh, gen, 0, type) : NULL;
	if (!CHECK(attr))
		return NULL;
	CHECK_INT(mnl_attr_get_payload_len(gen), MNL_ALIGN(attr->nla_len));
	return attr;
}

/* What the generator's bytes look like, which ends where */
static void bytes_are_as_many_as_were_set(void)
{
	static const uint8_t zeros[VNET_GEN_RAW_MAX];
	struct vnetnl_link *link = vnetnl_link_alloc();
	const struct nlattr *attr;
	union message msg;
	size_t len;

	vnetnl_link_set_ifindex(link, 7);
	for (len = 0; len <= VNET_GEN_RAW_MAX; len++) {
		tap_about("%zu bytes", len);
		CHECK_INT(vnetnl_link_set_gen_raw(link, zeros, len), 0);
		attr = only_of_gen(link, &msg, IFLA_VNET_GEN_RAW);
		CHECK_INT(attr ? mnl_attr_get_payload_len(attr) : -1, len);
	}
	vnetnl_link_unset(link, VNETNL_LINK_GEN_RAW);
	for (len = 4; len <= 16; len += 12) {
		tap_about("an address of %zu bytes", len);
		CHECK_INT(vnetnl_link_set_gen_dst(link, zeros, len), 0);
		attr = only_of_gen(link, &msg, IFLA_VNET_GEN_DST);
		CHECK_INT(attr ? mnl_attr_get_payload_len(attr) : -1, len);
	}
	vnetnl_link_free(link);
}

static void a_set_of_queues_is_a_bitmap(void)
{
	static const struct {
		uint32_t queues[3];
		size_t count;
		const char *bits;
		size_t len;
	} sets[] = {
		{ { 0 }, 0, "\0", 1 },	/* all */
		{ { 0 }, 1, "\1", 1 },
		{ { 7, 0 }, 2, "\x81", 1 },
		{ { 8 }, 1, "\0\1", 2 },
		{ { 23, 3, 17 }, 3, "\x08\0\x82", 3 },
	};
	static const uint32_t last = VNET_QUEUES_MAX - 1;
	struct vnetnl_link *link = vnetnl_link_alloc();
	const struct nlattr *attr;
	union message msg;
	size_t i;

	vnetnl_link_set_ifindex(link, 7);
	for (i = 0; i < TAP_ARRAY_SIZE(sets); i++) {
		tap_about("set %zu", i);
		CHECK_INT(vnetnl_link_set_gen_queues(link, sets[i].queues,
						     sets[i].count), 0);
		attr = only_of_gen(link, &msg, IFLA_VNET_GEN_QUEUES);
		CHECK(attr &&
		      mnl_attr_get_payload_len(attr) == sets[i].len &&
		      !memcmp(mnl_attr_get_payload(attr), sets[i].bits,
			      sets[i].len));
	}
	tap_about("the last");
	CHECK_INT(vnetnl_link_set_gen_queues(link, &last, 1), 0);
	attr = only_of_gen(link, &msg, IFLA_VNET_GEN_QUEUES);
	if (CHECK(attr)) {
		const uint8_t *bits = mnl_attr_get_payload(attr);

		CHECK_INT(mnl_attr_get_payload_len(attr), VNET_QUEUES_MAX / 8);
		CHECK_INT(bits[last / 8], 0x80);
	}
	vnetnl_link_free(link);
}

static void queues_that_are_alike_are_one_range(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();
	const struct nlattr *queues, *queue;
	union message msg;
	uint32_t i;

	CHECK_INT(vnetnl_link_set_ifname(link, "vnet0"), 0);
	for (i = 0; i < VNET_QUEUES_MAX; i++)
		CHECK_INT(vnetnl_link_set_queue_cpu(link, i, 5), 0);
	CHECK(vnetnl_link_build_change(link, &msg, sizeof(msg), SEQ) > 0);
	queues = find(&msg.nlh, data(&msg.nlh), 0, IFLA_VNET_QUEUES);
	queue = queues ? find(&msg.nlh, queues, 0, IFLA_VNET_QUEUE) : NULL;
	if (CHECK(queue)) {
		CHECK_INT(mnl_attr_get_payload_len(queues), queue->nla_len);
		CHECK_INT(mnl_attr_get_u32(find(&msg.nlh, queue, 0,
						IFLA_VNET_QUEUE_INDEX)), 0);
		CHECK_INT(mnl_attr_get_u32(find(&msg.nlh, queue, 0,
						IFLA_VNET_QUEUE_LAST)),
			  VNET_QUEUES_MAX - 1);
		CHECK_INT(mnl_attr_get_u32(find(&msg.nlh, queue, 0,
						IFLA_VNET_QUEUE_CPU)), 5);
		CHECK(!find(&msg.nlh, queue, 0, IFLA_VNET_QUEUE_FAILED));
	}

	/* One alone needs no end */
	vnetnl_link_unset(link, VNETNL_LINK_QUEUES);
	CHECK_INT(vnetnl_link_set_queue_cpu(link, 9, VNET_CPU_ANY), 0);
	CHECK(vnetnl_link_build_change(link, &msg, sizeof(msg), SEQ) > 0);
	queues = find(&msg.nlh, data(&msg.nlh), 0, IFLA_VNET_QUEUES);
	queue = queues ? find(&msg.nlh, queues, 0, IFLA_VNET_QUEUE) : NULL;
	if (CHECK(queue)) {
		CHECK(!find(&msg.nlh, queue, 0, IFLA_VNET_QUEUE_LAST));
		CHECK_INT((int)mnl_attr_get_u32(find(&msg.nlh, queue, 0,
						     IFLA_VNET_QUEUE_CPU)),
			  VNET_CPU_ANY);
	}
	vnetnl_link_free(link);
}

/* A member has what was said of its queues, and what was not is left out */
static void queues_that_failed_are_told_from_others(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();
	const struct nlattr *queues, *queue, *failed;
	unsigned int members = 0;
	union message msg;

	/* 1 and 2 failed, 3 failed and has a CPU, 4 is healthy */
	CHECK_INT(vnetnl_link_set_ifname(link, "vnet0"), 0);
	CHECK_INT(vnetnl_link_set_queue_failed(link, 1, true), 0);
	CHECK_INT(vnetnl_link_set_queue_failed(link, 2, true), 0);
	CHECK_INT(vnetnl_link_set_queue_failed(link, 3, true), 0);
	CHECK_INT(vnetnl_link_set_queue_cpu(link, 3, 0), 0);
	CHECK_INT(vnetnl_link_set_queue_failed(link, 4, false), 0);
	CHECK(vnetnl_link_build_change(link, &msg, sizeof(msg), SEQ) > 0);
	queues = find(&msg.nlh, data(&msg.nlh), 0, IFLA_VNET_QUEUES);
	if (!CHECK(queues)) {
		vnetnl_link_free(link);
		return;
	}
	mnl_attr_for_each_nested(queue, queues) {
		tap_about("member %u", members);
		CHECK_INT(!find(&msg.nlh, queue, 0, IFLA_VNET_QUEUE_LAST),
			  members != 0);
		CHECK_INT(!find(&msg.nlh, queue, 0, IFLA_VNET_QUEUE_CPU),
			  members != 1);
		failed = find(&msg.nlh, queue, 0, IFLA_VNET_QUEUE_FAILED);
		if (CHECK(failed)) {
			CHECK_INT(mnl_attr_get_payload_len(failed), 1);
			CHECK_INT(mnl_attr_get_u8(failed), members < 2);
		}
		members++;
	}
	tap_about("%s", "");
	CHECK_INT(members, 3);
	vnetnl_link_free(link);
}

static void the_kind_is_always_compared(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();
	const struct nlattr *kind;
	union message msg;

	CHECK_INT(vnetnl_link_set_ifname(link, "vnet0"), 0);
	vnetnl_link_set_mtu(link, 1280);
	CHECK(vnetnl_link_build_change(link, &msg, sizeof(msg), SEQ) > 0);
	kind = find(&msg.nlh, top(&msg.nlh, IFLA_LINKINFO), 0, IFLA_INFO_KIND);
	CHECK_STR(kind ? mnl_attr_get_str(kind) : NULL, "vnet");
	CHECK(data(&msg.nlh));
	vnetnl_link_free(link);
}

static void up_and_down_are_flags(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();
	union message msg;

	vnetnl_link_set_ifindex(link, 7);
	vnetnl_link_set_up(link, true);
	CHECK(vnetnl_link_build_change(link, &msg, sizeof(msg), SEQ) > 0);
	CHECK_INT(header(&msg.nlh)->ifi_flags, IFF_UP);
	CHECK_INT(header(&msg.nlh)->ifi_change, IFF_UP);

	vnetnl_link_set_up(link, false);
	CHECK(vnetnl_link_build_change(link, &msg, sizeof(msg), SEQ) > 0);
	CHECK_INT(header(&msg.nlh)->ifi_flags, 0);
	CHECK_INT(header(&msg.nlh)->ifi_change, IFF_UP);
	vnetnl_link_free(link);
}

static void a_peer_is_a_header_and_attributes(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();
	struct vnetnl_link *peer = vnetnl_link_alloc();
	const struct nlattr *nest, *linkinfo;
	union message msg;

	/* One that the kernel is to name */
	CHECK_INT(vnetnl_link_set_peer(link, peer), 0);
	CHECK(vnetnl_link_build_new(link, &msg, sizeof(msg), SEQ) > 0);
	nest = find(&msg.nlh, data(&msg.nlh), 0, IFLA_VNET_PEER);
	CHECK(nest && mnl_attr_get_payload_len(nest) ==
	      sizeof(struct ifinfomsg));

	/* One with options of its own */
	CHECK_INT(vnetnl_link_set_ifname(peer, "vnet1"), 0);
	vnetnl_link_set_rx_ring(peer, 64);
	CHECK_INT(vnetnl_link_set_peer(link, peer), 0);
	CHECK(vnetnl_link_build_new(link, &msg, sizeof(msg), SEQ) > 0);
	nest = find(&msg.nlh, data(&msg.nlh), 0, IFLA_VNET_PEER);
	linkinfo = find(&msg.nlh, nest, sizeof(struct ifinfomsg),
			IFLA_LINKINFO);
	CHECK(linkinfo && find(&msg.nlh, linkinfo, 0, IFLA_INFO_KIND));
	CHECK(linkinfo && find(&msg.nlh, linkinfo, 0, IFLA_INFO_DATA));
	vnetnl_link_free(peer);
	vnetnl_link_free(link);
}

static void nests_say_that_they_are(void)
{
	struct vnetnl_link *link = full_link(1, true);
	union message msg;

	CHECK(vnetnl_link_build_new(link, &msg, sizeof(msg), SEQ) > 0);
	CHECK(top(&msg.nlh, IFLA_LINKINFO)->nla_type & NLA_F_NESTED);
	CHECK(data(&msg.nlh)->nla_type & NLA_F_NESTED);
	CHECK(find(&msg.nlh, data(&msg.nlh), 0, IFLA_VNET_GEN)->nla_type &
	      NLA_F_NESTED);
	CHECK(find(&msg.nlh, data(&msg.nlh), 0, IFLA_VNET_QUEUES)->nla_type &
	      NLA_F_NESTED);
	CHECK(find(&msg.nlh, data(&msg.nlh), 0, IFLA_VNET_PEER)->nla_type &
	      NLA_F_NESTED);
	vnetnl_link_free(link);
}

static void a_dump_asks_for_the_kind(void)
{
	const struct nlattr *linkinfo, *kind;
	union message msg;

	CHECK(vnetnl_link_build_dump(&msg, sizeof(msg), SEQ) > 0);
	linkinfo = top(&msg.nlh, IFLA_LINKINFO);
	kind = linkinfo ? find(&msg.nlh, linkinfo, 0, IFLA_INFO_KIND) : NULL;
	CHECK_STR(kind ? mnl_attr_get_str(kind) : NULL, "vnet");
}

static const struct test tests[] = {
	TEST(headers_say_what_is_asked),
	TEST(a_buffer_too_small_by_any_number_of_bytes),
	TEST(a_device_is_found_by_index_or_by_name),
	TEST(only_an_index_can_be_renamed),
	TEST(creation_refuses_what_the_kernel_would_ignore),
	TEST(a_partial_change_holds_only_that_part),
	TEST(bytes_are_as_many_as_were_set),
	TEST(a_set_of_queues_is_a_bitmap),
	TEST(queues_that_are_alike_are_one_range),
	TEST(queues_that_failed_are_told_from_others),
	TEST(the_kind_is_always_compared),
	TEST(up_and_down_are_flags),
	TEST(a_peer_is_a_header_and_attributes),
	TEST(nests_say_that_they_are),
	TEST(a_dump_asks_for_the_kind),
};

int main(void)
{
	return tap_run(tests, TAP_ARRAY_SIZE(tests));
}
