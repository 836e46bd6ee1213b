// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Messages that are not as they should be.
 */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include "internal.h"
#include "message.h"
#include "tap.h"

typedef void (*attr_fn)(struct nlattr *attr, void *ctx);

/* Gives each attribute to each(), and those in it if it is a nest */
static void visit_attrs(void *start, size_t len, attr_fn each, void *ctx)
{
	struct nlattr *attr;

	mnl_attr_for_each_payload(start, len) {
		each(attr, ctx);
		if (attr->nla_type & NLA_F_NESTED)
			visit_attrs(mnl_attr_get_payload(attr),
				    mnl_attr_get_payload_len(attr), each, ctx);
	}
}

static void visit_message(struct nlmsghdr *nlh, attr_fn each, void *ctx)
{
	size_t offset = sizeof(struct ifinfomsg);

	visit_attrs(mnl_nlmsg_get_payload_offset(nlh, offset),
		    mnl_nlmsg_get_payload_len(nlh) - offset, each, ctx);
}

/* Parse a copy that ends at the edge of what may be read */
static int parse(struct vnetnl_link *link, const union message *msg,
		 size_t len)
{
	struct nlmsghdr *nlh = guarded(msg, len);

	nlh->nlmsg_len = len;
	return vnetnl_link_parse(link, nlh);
}

/* Bytes at which a message can be cut and still be a whole one: behind an
 * attribute of the top level, from the link information on
 */
static bool is_whole(const union message *msg, size_t len)
{
	const struct nlattr *attr;
	bool linkinfo = false;
	size_t end;

	mnl_attr_for_each(attr, &msg->nlh, sizeof(struct ifinfomsg)) {
		linkinfo |= mnl_attr_get_type(attr) == IFLA_LINKINFO;
		end = (const char *)attr - msg->buf + attr->nla_len;
		/* The last one may lack its padding, or part of it */
		if (linkinfo && len >= end && len <= MNL_ALIGN(end))
			return true;
	}
	return false;
}

static void truncated_at_every_byte(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();
	union message msg;
	size_t len;

	kernel_message(&msg, RTM_NEWLINK);
	for (len = MNL_NLMSG_HDRLEN; len < msg.nlh.nlmsg_len; len++) {
		int ret = parse(link, &msg, len);

		tap_about("%zu of %u bytes", len, msg.nlh.nlmsg_len);
		if (is_whole(&msg, len))
			CHECK_INT(ret, 0);
		else
			CHECK(ret == -EBADMSG || ret == -EMEDIUMTYPE);
	}
	CHECK_INT(parse(link, &msg, len), 0);
	check_kernel_link(link);
	vnetnl_link_free(link);
}

static void a_request_truncated_at_every_byte(void)
{
	struct vnetnl_link *full = full_link(1, true);
	struct vnetnl_link *link = vnetnl_link_alloc();
	union message msg;
	size_t len;

	CHECK(vnetnl_link_build_new(full, &msg, sizeof(msg), 1) > 0);
	for (len = MNL_NLMSG_HDRLEN; len < msg.nlh.nlmsg_len; len++) {
		tap_about("%zu of %u bytes", len, msg.nlh.nlmsg_len);
		CHECK(parse(link, &msg, len) < 0);
	}
	CHECK_INT(parse(link, &msg, len), 0);
	vnetnl_link_free(full);
	vnetnl_link_free(link);
}

/* Nests cut short inside a message that is whole */
struct cut {
	union message msg;
	struct vnetnl_link *link;
};

static void cut_nest(struct nlattr *attr, void *ctx)
{
	struct cut *cut = ctx;
	uint16_t len = attr->nla_len;

	if (!(attr->nla_type & NLA_F_NESTED))
		return;
	for (attr->nla_len = 0; attr->nla_len < len; attr->nla_len++)
		/* Any result will do that does not read what it must not */
		CHECK(parse(cut->link, &cut->msg,
			    cut->msg.nlh.nlmsg_len) <= 0);
}

static void nests_cut_at_every_byte(void)
{
	struct cut cut = { .link = vnetnl_link_alloc() };
	struct nlmsghdr *nlh = &cut.msg.nlh;

	kernel_message(&cut.msg, RTM_NEWLINK);
	visit_message(nlh, cut_nest, &cut);
	CHECK_INT(parse(cut.link, &cut.msg, nlh->nlmsg_len), 0);
	check_kernel_link(cut.link);
	vnetnl_link_free(cut.link);
}

/* A generator of numbers that are the same in every run (xorshift) */
static uint32_t random_number(void)
{
	static uint32_t state = 2463534242;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

static void damaged_messages(void)
{
	struct vnetnl_link *full = full_link(1, true);
	struct vnetnl_link *link = vnetnl_link_alloc();
	union message good[2], msg;
	unsigned int round, flips;
	size_t len;

	kernel_message(&good[0], RTM_NEWLINK);
	CHECK(vnetnl_link_build_new(full, &good[1], sizeof(good[1]), 1) > 0);

	for (round = 0; round < 200000; round++) {
		msg = good[round & 1];
		len = msg.nlh.nlmsg_len;
		for (flips = random_number() % 4; flips < 4; flips++)
			msg.buf[MNL_NLMSG_HDRLEN + random_number() %
				(len - MNL_NLMSG_HDRLEN)] = random_number();
		tap_about("round %u", round);
		CHECK(parse(link, &msg, len) <= 0);
	}
	vnetnl_link_free(full);
	vnetnl_link_free(link);
}

static void garbage(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();
	union message msg;
	unsigned int round;
	size_t len, i;

	for (round = 0; round < 20000; round++) {
		len = MNL_NLMSG_HDRLEN + random_number() % 512;
		for (i = 0; i < len; i++)
			msg.buf[i] = random_number();
		msg.nlh.nlmsg_type = RTM_NEWLINK;
		tap_about("round %u", round);
		CHECK(parse(link, &msg, len) < 0);
	}
	vnetnl_link_free(link);
}

/* The message with one attribute a byte longer or shorter than its type */
struct resize {
	union message msg;
	struct vnetnl_link *link;
	unsigned int count;
};

static bool of_fixed_length(uint16_t len)
{
	return len == 1 || len == 4 || len == 6 || len == 8 || len == 16;
}

static void resize_attr(struct nlattr *attr, void *ctx)
{
	struct resize *resize = ctx;
	uint16_t len = attr->nla_len;

	/* Names, nests and some bytes have no length of their own. None of
	 * the names and bytes in the message is as long as a number
	 */
	if (attr->nla_type & NLA_F_NESTED ||
	    !of_fixed_length(mnl_attr_get_payload_len(attr)))
		return;

	tap_about("attribute %u of %u bytes", mnl_attr_get_type(attr), len);
	resize->count++;
	attr->nla_len = len - 1;
	CHECK_INT(parse(resize->link, &resize->msg,
			resize->msg.nlh.nlmsg_len), -EBADMSG);
	/* Where there is padding, it can hold a byte more */
	if (MNL_ALIGN(len) != len) {
		attr->nla_len = len + 1;
		CHECK_INT(parse(resize->link, &resize->msg,
				resize->msg.nlh.nlmsg_len), -EBADMSG);
	}
	attr->nla_len = len;
}

static void attributes_of_a_wrong_length(void)
{
	struct resize resize = { .link = vnetnl_link_alloc() };
	struct nlmsghdr *nlh = &resize.msg.nlh;
	unsigned int i, due = 0;

	kernel_message(&resize.msg, RTM_NEWLINK);
	visit_message(nlh, resize_attr, &resize);
	CHECK_INT(parse(resize.link, &resize.msg, nlh->nlmsg_len), 0);

	/* None was left out */
	for (i = 0; i < __VNETNL_LINK_MAX; i++)
		due += vnetnl_attrs[i].nla &&
		       (vnetnl_attrs[i].type < TYPE_NAME ||
			vnetnl_attrs[i].type == TYPE_MAC ||
			vnetnl_attrs[i].type == TYPE_IP) &&
		       !(vnetnl_attrs[i].flags & ATTR_CHANGE_ONLY) &&
		       i != VNETNL_LINK_NETNS_FD &&
		       i != VNETNL_LINK_NETNS_PID;
	due += 8;	/* the queues: a range and two */
	due += IFLA_VNET_XSTATS_MAX - IFLA_VNET_XSTATS_PAD;
	CHECK_INT(resize.count, due);
	vnetnl_link_free(resize.link);
}

static void names_that_do_not_end(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();
	char name[ALTIFNAMSIZ + 1] = {};
	struct nlattr *linkinfo;
	union message msg;
	size_t len;

	for (len = 0; len <= sizeof(name); len++) {
		memset(&msg, 0, sizeof(msg));
		mnl_nlmsg_put_header(&msg);
		msg.nlh.nlmsg_type = RTM_NEWLINK;
		mnl_nlmsg_put_extra_header(&msg.nlh, sizeof(struct ifinfomsg));
		linkinfo = mnl_attr_nest_start(&msg.nlh, IFLA_LINKINFO);
		mnl_attr_put_strz(&msg.nlh, IFLA_INFO_KIND, "vnet");
		mnl_attr_nest_end(&msg.nlh, linkinfo);

		tap_about("%zu bytes", len);
		memset(name, 'x', sizeof(name));
		mnl_attr_put(&msg.nlh, IFLA_IFNAME, len, name);
		CHECK_INT(parse(link, &msg, msg.nlh.nlmsg_len), -EBADMSG);
		if (!len)
			continue;

		/* The same with an end */
		msg.nlh.nlmsg_len -= MNL_ATTR_HDRLEN + MNL_ALIGN(len);
		name[len - 1] = '\0';
		mnl_attr_put(&msg.nlh, IFLA_IFNAME, len, name);
		CHECK_INT(parse(link, &msg, msg.nlh.nlmsg_len),
			  len > ALTIFNAMSIZ ? -EBADMSG : 0);
		if (len <= ALTIFNAMSIZ)
			CHECK_STR(vnetnl_link_get_ifname(link), name);
	}
	vnetnl_link_free(link);
}

/* A member of the generator's nest, of every length up to one too many */
static void bytes_of_each_length(void)
{
	static const uint8_t bytes[VNET_GEN_RAW_MAX + 1] = { 0, 1, 0, 2 };
	struct vnetnl_link *link = vnetnl_link_alloc();
	struct nlattr *linkinfo, *data, *gen;
	unsigned int i;
	size_t len;

	for (i = 0; i < __VNETNL_LINK_MAX; i++) {
		const struct attr *attr = &vnetnl_attrs[i];

		if (attr->level != LEVEL_GEN || !attr->room)
			continue;
		for (len = 0; len <= attr->room + 1u; len++) {
			bool good = attr->type == TYPE_MAC ? len == 6 :
				    attr->type == TYPE_IP ? len == 4 ||
							    len == 16 :
				    len <= attr->room;
			size_t found = 99;
			union message msg;

			mnl_nlmsg_put_header(&msg);
			msg.nlh.nlmsg_type = RTM_NEWLINK;
			mnl_nlmsg_put_extra_header(&msg.nlh,
						   sizeof(struct ifinfomsg));
			linkinfo = mnl_attr_nest_start(&msg.nlh, IFLA_LINKINFO);
			mnl_attr_put_strz(&msg.nlh, IFLA_INFO_KIND, "vnet");
			data = mnl_attr_nest_start(&msg.nlh, IFLA_INFO_DATA);
			gen = mnl_attr_nest_start(&msg.nlh, IFLA_VNET_GEN);
			mnl_attr_put(&msg.nlh, attr->nla, len, bytes);
			mnl_attr_nest_end(&msg.nlh, gen);
			mnl_attr_nest_end(&msg.nlh, data);
			mnl_attr_nest_end(&msg.nlh, linkinfo);

			tap_about("%s of %zu bytes", attr->name, len);
			CHECK_INT(parse(link, &msg, msg.nlh.nlmsg_len),
				  good ? 0 : -EBADMSG);
			if (!good)
				continue;
			CHECK(!memcmp(vnetnl_get_bytes(link, i, &found), bytes,
				      len));
			CHECK_INT(found, len);
		}
	}
	vnetnl_link_free(link);
}

/* What a kernel ten years on might add */
static void newer_kernels_are_understood(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();
	struct nlattr *linkinfo, *data, *nest, *queue;
	union message msg;

	kernel_message(&msg, RTM_NEWLINK);
	mnl_attr_put_u32(&msg.nlh, IFLA_MAX + 1, 1);
	mnl_attr_put_u32(&msg.nlh, (uint16_t)NLA_TYPE_MASK, 1);
	CHECK_INT(parse(link, &msg, msg.nlh.nlmsg_len), 0);
	check_kernel_link(link);

	mnl_nlmsg_put_header(&msg);
	msg.nlh.nlmsg_type = RTM_NEWLINK;
	mnl_nlmsg_put_extra_header(&msg.nlh, sizeof(struct ifinfomsg));
	linkinfo = mnl_attr_nest_start(&msg.nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(&msg.nlh, IFLA_INFO_KIND, "vnet");
	mnl_attr_put_u32(&msg.nlh, IFLA_INFO_MAX + 1, 1);
	nest = mnl_attr_nest_start(&msg.nlh, IFLA_INFO_XSTATS);
	mnl_attr_put_u64(&msg.nlh, IFLA_VNET_XSTATS_RX_POLLS, 5);
	mnl_attr_put_u64(&msg.nlh, IFLA_VNET_XSTATS_MAX + 1, 1);
	mnl_attr_nest_end(&msg.nlh, nest);
	data = mnl_attr_nest_start(&msg.nlh, IFLA_INFO_DATA);
	mnl_attr_put_u32(&msg.nlh, IFLA_VNET_MAX + 1, 1);
	mnl_attr_put_u32(&msg.nlh, IFLA_VNET_TX_RING, 64);
	nest = mnl_attr_nest_start(&msg.nlh, IFLA_VNET_GEN);
	mnl_attr_put_u64(&msg.nlh, IFLA_VNET_GEN_MAX + 1, 1);
	mnl_attr_put_u8(&msg.nlh, IFLA_VNET_GEN_ENABLE, 1);
	mnl_attr_put_u8(&msg.nlh, IFLA_VNET_GEN_PROTO, 98);
	mnl_attr_put_u8(&msg.nlh, IFLA_VNET_GEN_SPREAD, 97);
	mnl_attr_nest_end(&msg.nlh, nest);
	nest = mnl_attr_nest_start(&msg.nlh, IFLA_VNET_QUEUES);
	mnl_attr_put_u64(&msg.nlh, IFLA_VNET_QUEUES_MAX + 1, 1);
	queue = mnl_attr_nest_start(&msg.nlh, IFLA_VNET_QUEUE);
	mnl_attr_put_u64(&msg.nlh, IFLA_VNET_QUEUE_MAX + 1, 1);
	mnl_attr_put_u32(&msg.nlh, IFLA_VNET_QUEUE_INDEX, 0);
	mnl_attr_nest_end(&msg.nlh, queue);
	queue = mnl_attr_nest_start(&msg.nlh, IFLA_VNET_QUEUE);
	mnl_attr_put_u32(&msg.nlh, IFLA_VNET_QUEUE_INDEX, VNET_QUEUES_MAX - 1);
	mnl_attr_put_u32(&msg.nlh, IFLA_VNET_QUEUE_LAST, UINT32_MAX);
	mnl_attr_put_u32(&msg.nlh, IFLA_VNET_QUEUE_CPU, 70000);
	mnl_attr_nest_end(&msg.nlh, queue);
	mnl_attr_nest_end(&msg.nlh, nest);
	nest = mnl_attr_nest_start(&msg.nlh, IFLA_VNET_STATE);
	mnl_attr_put_u64(&msg.nlh, IFLA_VNET_STATE_MAX + 1, 1);
	mnl_attr_put_u8(&msg.nlh, IFLA_VNET_STATE_GEN, 99);
	mnl_attr_nest_end(&msg.nlh, nest);
	mnl_attr_nest_end(&msg.nlh, data);
	mnl_attr_nest_end(&msg.nlh, linkinfo);
	CHECK_INT(parse(link, &msg, msg.nlh.nlmsg_len), 0);
	CHECK_INT(vnetnl_link_get_tx_ring(link), 64);
	CHECK(vnetnl_link_get_gen_enable(link));
	CHECK_INT(vnetnl_link_get_gen_state(link), 99);
	CHECK_INT(vnetnl_link_get_gen_proto(link), 98);
	CHECK_INT(vnetnl_link_get_gen_spread(link), 97);
	CHECK(!vnetnl_link_has_queue_cpu(link, 0));
	CHECK(!vnetnl_link_has_queue_failed(link, 0));
	CHECK_INT(vnetnl_link_get_queue_cpu(link, VNET_QUEUES_MAX - 1), 70000);
	CHECK_INT(vnetnl_link_get_xstat(link, IFLA_VNET_XSTATS_RX_POLLS), 5);
	CHECK(!vnetnl_link_has_xstat(link, IFLA_VNET_XSTATS_MAX + 1));
	vnetnl_link_free(link);
}

static void of_an_attribute_sent_twice_the_last_counts(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();
	union message msg;

	kernel_message(&msg, RTM_NEWLINK);
	mnl_attr_put_u32(&msg.nlh, IFLA_MTU, 68);
	CHECK_INT(parse(link, &msg, msg.nlh.nlmsg_len), 0);
	CHECK_INT(vnetnl_link_get_mtu(link), 68);
	vnetnl_link_free(link);
}

/* A message about something else, with an address of another length: it is no
 * bad one for that
 */
static void other_kinds_are_told_apart(void)
{
	static const uint8_t address[20];
	struct vnetnl_link *link = vnetnl_link_alloc();
	static const char * const kinds[] = { "veth", "vnets", "vne", "" };
	struct nlattr *linkinfo;
	union message msg;
	size_t i;

	for (i = 0; i <= ARRAY_SIZE(kinds); i++) {
		mnl_nlmsg_put_header(&msg);
		msg.nlh.nlmsg_type = RTM_NEWLINK;
		mnl_nlmsg_put_extra_header(&msg.nlh, sizeof(struct ifinfomsg));
		mnl_attr_put(&msg.nlh, IFLA_ADDRESS, sizeof(address), address);
		tap_about("kind %zu", i);
		CHECK_INT(parse(link, &msg, msg.nlh.nlmsg_len), -EMEDIUMTYPE);

		/* With link information, of no kind in the last round */
		linkinfo = mnl_attr_nest_start(&msg.nlh, IFLA_LINKINFO);
		if (i < ARRAY_SIZE(kinds))
			mnl_attr_put_strz(&msg.nlh, IFLA_INFO_KIND, kinds[i]);
		mnl_attr_put_u64(&msg.nlh, IFLA_INFO_DATA, 1);
		mnl_attr_nest_end(&msg.nlh, linkinfo);
		CHECK_INT(parse(link, &msg, msg.nlh.nlmsg_len), -EMEDIUMTYPE);
	}
	vnetnl_link_free(link);
}

static void other_messages_are_told_apart(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();
	struct ifinfomsg *ifm;
	union message msg;

	kernel_message(&msg, RTM_NEWADDR);
	CHECK_INT(vnetnl_link_parse(link, &msg.nlh), -ENOMSG);
	kernel_message(&msg, RTM_DELLINK);
	CHECK_INT(vnetnl_link_parse(link, &msg.nlh), 0);
	check_kernel_link(link);

	/* What a bridge says of a port that is a vnet device */
	ifm = mnl_nlmsg_get_payload(&msg.nlh);
	ifm->ifi_family = AF_BRIDGE;
	CHECK_INT(vnetnl_link_parse(link, &msg.nlh), -EMEDIUMTYPE);
	vnetnl_link_free(link);
}

static void a_failure_leaves_the_link_alone(void)
{
	struct vnetnl_link *link = full_link(1, true);
	union message msg;

	kernel_message(&msg, RTM_NEWLINK);
	CHECK_INT(parse(link, &msg, msg.nlh.nlmsg_len - 1), -EBADMSG);
	CHECK_STR(vnetnl_link_get_ifname(link), "vnet1");
	CHECK_INT(vnetnl_link_get_tx_ring(link), 9);
	CHECK_STR(vnetnl_link_get_ifname(vnetnl_link_get_peer(link)),
		  "vnet51");

	/* Success leaves nothing */
	CHECK_INT(parse(link, &msg, msg.nlh.nlmsg_len), 0);
	CHECK(!vnetnl_link_get_peer(link));
	CHECK(!vnetnl_link_is_set(link, VNETNL_LINK_NETNS_FD));
	check_kernel_link(link);
	vnetnl_link_free(link);
}

/* A peer in a peer, or of another kind, is what no one sends */
static void peers_that_cannot_be(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();
	struct nlattr *nest[6];
	union message msg;
	int kind;

	for (kind = 0; kind < 2; kind++) {
		mnl_nlmsg_put_header(&msg);
		msg.nlh.nlmsg_type = RTM_NEWLINK;
		mnl_nlmsg_put_extra_header(&msg.nlh, sizeof(struct ifinfomsg));
		nest[0] = mnl_attr_nest_start(&msg.nlh, IFLA_LINKINFO);
		mnl_attr_put_strz(&msg.nlh, IFLA_INFO_KIND, "vnet");
		nest[1] = mnl_attr_nest_start(&msg.nlh, IFLA_INFO_DATA);
		nest[2] = mnl_attr_nest_start(&msg.nlh, IFLA_VNET_PEER);
		mnl_nlmsg_put_extra_header(&msg.nlh, sizeof(struct ifinfomsg));
		nest[3] = mnl_attr_nest_start(&msg.nlh, IFLA_LINKINFO);
		mnl_attr_put_strz(&msg.nlh, IFLA_INFO_KIND,
				  kind ? "veth" : "vnet");
		nest[4] = mnl_attr_nest_start(&msg.nlh, IFLA_INFO_DATA);
		nest[5] = mnl_attr_nest_start(&msg.nlh, IFLA_VNET_PEER);
		mnl_nlmsg_put_extra_header(&msg.nlh, sizeof(struct ifinfomsg));
		mnl_attr_nest_end(&msg.nlh, nest[5]);
		mnl_attr_nest_end(&msg.nlh, nest[4]);
		mnl_attr_nest_end(&msg.nlh, nest[3]);
		mnl_attr_nest_end(&msg.nlh, nest[2]);
		mnl_attr_nest_end(&msg.nlh, nest[1]);
		mnl_attr_nest_end(&msg.nlh, nest[0]);
		CHECK_INT(parse(link, &msg, msg.nlh.nlmsg_len),
			  kind ? -EMEDIUMTYPE : -EBADMSG);
	}
	vnetnl_link_free(link);
}

static const struct test tests[] = {
	TEST(truncated_at_every_byte),
	TEST(a_request_truncated_at_every_byte),
	TEST(nests_cut_at_every_byte),
	TEST(damaged_messages),
	TEST(garbage),
	TEST(attributes_of_a_wrong_length),
	TEST(bytes_of_each_length),
	TEST(names_that_do_not_end),
	TEST(newer_kernels_are_understood),
	TEST(of_an_attribute_sent_twice_the_last_counts),
	TEST(other_kinds_are_told_apart),
	TEST(other_messages_are_told_apart),
	TEST(a_failure_leaves_the_link_alone),
	TEST(peers_that_cannot_be),
};

int main(void)
{
	return tap_run(tests, TAP_ARRAY_SIZE(tests));
}
