// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generator's arithmetic and its template.
 */
#include <kunit/test.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <net/checksum.h>

#include "gen.h"
#include "toeplitz.h"
#include "vnet.h"

static void new_config(struct vnet_gen_config *cfg, u8 proto)
{
	memset(cfg, 0, sizeof(*cfg));
	vnet_gen_defaults(cfg);
	vnet_gen_set_proto(cfg, proto);
}

static struct vnet_gen_pace new_pace(u64 rate, u64 bitrate, u32 size,
				     u32 size_last, u64 count)
{
	struct vnet_gen_pace pace = {};
	struct vnet_gen_config cfg;

	new_config(&cfg, VNET_GEN_UDP4);
	cfg.rate = rate;
	cfg.bitrate = bitrate;
	cfg.size = size;
	cfg.size_last = size_last;
	cfg.count = count;
	vnet_gen_pace_init(&pace, &cfg);
	return pace;
}

/* The formula of docs/generator.md, worked out apart from this code */
static void vnet_gen_random_is_splitmix(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, vnet_gen_random(0, 0, 0), 0xe220a8397b1dcdafULL);
	KUNIT_EXPECT_EQ(test, vnet_gen_random(0, 0, 1), 0x6e789e6aa1b965f4ULL);
	KUNIT_EXPECT_EQ(test, vnet_gen_random(0, 0, 2), 0x06c45d188009454fULL);
	KUNIT_EXPECT_NE(test, vnet_gen_random(0, 1, 0),
			vnet_gen_random(0, 0, 0));
}

/* Frame n is due at the first nanosecond by which n frames are due */
static void assert_agree(struct kunit *test, const struct vnet_gen_pace *pace,
			 u64 frames)
{
	u64 when = vnet_gen_pace_when(pace, frames);

	KUNIT_ASSERT_GE(test, vnet_gen_pace_due(pace, when), frames);
	if (when)
		KUNIT_ASSERT_LT(test, vnet_gen_pace_due(pace, when - 1),
				frames);
}

static void vnet_gen_due_and_when_agree(struct kunit *test)
{
	static const u64 rates[] = {
		1, 3, 7, 999, 1000000, 33333333, VNET_GEN_RATE_MAX,
	};
	static const u64 bitrates[] = {
		VNET_GEN_BITRATE_MIN, 12345, 1000000000, VNET_GEN_BITRATE_MAX,
	};
	static const u64 frames[] = { 1, 2, 3, 13, 1000, 999999937 };
	struct vnet_gen_pace pace;
	u32 i, f;

	for (f = 0; f < ARRAY_SIZE(frames); f++) {
		for (i = 0; i < ARRAY_SIZE(rates); i++) {
			pace = new_pace(rates[i], 0, 60, 60, 0);
			assert_agree(test, &pace, min(frames[f], rates[i] * 1000));
		}
		for (i = 0; i < ARRAY_SIZE(bitrates); i++) {
			pace = new_pace(0, bitrates[i], 60, 97, 0);
			assert_agree(test, &pace, min(frames[f], 1000ULL));
			pace = new_pace(0, bitrates[i], VNET_GEN_SIZE_IMIX, 0, 0);
			assert_agree(test, &pace, min(frames[f], 1000ULL));
		}
	}
}

static void vnet_gen_rate_is_exact(struct kunit *test)
{
	struct vnet_gen_pace pace = new_pace(1000, 0, 60, 60, 0);

	KUNIT_EXPECT_EQ(test, vnet_gen_pace_due(&pace, 0), 0);
	KUNIT_EXPECT_EQ(test, vnet_gen_pace_due(&pace, NSEC_PER_MSEC - 1), 0);
	KUNIT_EXPECT_EQ(test, vnet_gen_pace_due(&pace, NSEC_PER_MSEC), 1);
	KUNIT_EXPECT_EQ(test, vnet_gen_pace_due(&pace, NSEC_PER_SEC), 1000);
}

/* Years on, the products still fit */
static void vnet_gen_no_overflow(struct kunit *test)
{
	struct vnet_gen_pace pace = new_pace(VNET_GEN_RATE_MAX, 0, 60, 60, 0);
	u64 last = vnet_gen_pace_due(&pace, U64_MAX);

	KUNIT_EXPECT_EQ(test, last, vnet_gen_pace_due(&pace, BIT_ULL(54)));
	KUNIT_EXPECT_GE(test, last, VNET_GEN_RATE_MAX * (1ULL << 23));
	pace = new_pace(0, VNET_GEN_BITRATE_MAX, 60, 60, 0);
	KUNIT_EXPECT_GT(test, vnet_gen_pace_due(&pace, U64_MAX), 1ULL << 40);
}

/* A run ends with its count, and at the time that its last frame is due */
static void vnet_gen_count_ends(struct kunit *test)
{
	struct vnet_gen_pace pace = new_pace(1000, 0, 60, 60, 5);

	KUNIT_EXPECT_EQ(test, pace.end, 5 * NSEC_PER_MSEC);
	KUNIT_EXPECT_EQ(test, vnet_gen_pace_due(&pace, NSEC_PER_SEC), 5);
	pace = new_pace(VNET_GEN_RATE_UNPACED, 0, 60, 60, 5);
	KUNIT_EXPECT_EQ(test, pace.end, U64_MAX);
}

/* Sizes sweep, and the bytes of the first frames are the sum of their sizes */
static void vnet_gen_sizes(struct kunit *test)
{
	static const u32 ranges[][2] = {
		{ 60, 60 }, { 60, 61 }, { 60, 1514 }, { VNET_GEN_SIZE_IMIX, 0 },
	};
	struct vnet_gen_pace pace;
	u64 bytes, n;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(ranges); i++) {
		pace = new_pace(1, 0, ranges[i][0], ranges[i][1], 0);
		for (n = 0, bytes = 0; n < 3000; n++) {
			KUNIT_ASSERT_EQ(test, vnet_gen_pace_bytes(&pace, n),
					bytes);
			bytes += vnet_gen_pace_size(&pace, n);
		}
	}
	pace = new_pace(1, 0, 60, 62, 0);
	KUNIT_EXPECT_EQ(test, vnet_gen_pace_size(&pace, 2), 62);
	KUNIT_EXPECT_EQ(test, vnet_gen_pace_size(&pace, 3), 60);
}

/*
 * Deal frames to queues: each number comes to one queue, in order, with the flow
 * that it has, and as the frame of that flow that it is.
 */
static void vnet_gen_deals_all(struct kunit *test)
{
	static const u32 shapes[][2] = {
		{ 1, 1 }, { 4, 1 }, { 1, 9 }, { 4, 4 }, { 4, 10 }, { 7, 3 },
	};
	struct vnet_gen_share share[8];
	struct vnet_gen_frame frame;
	u64 made[8], n, due;
	u32 i, q, queues, flows;

	for (i = 0; i < ARRAY_SIZE(shapes); i++) {
		queues = shapes[i][0];
		flows = shapes[i][1];
		memset(made, 0, sizeof(made));
		for (q = 0; q < queues; q++)
			vnet_gen_share_deal(&share[q], q, queues, flows);

		for (n = 0; n < 500; n++) {
			q = n % queues;
			vnet_gen_share_at(&share[q], made[q]++, &frame);
			KUNIT_ASSERT_EQ(test, frame.number, n);
			if (flows > 1 && flows >= queues)
				KUNIT_ASSERT_LT(test, frame.flow, flows);
			for (q = 0, due = 0; q < queues; q++) {
				KUNIT_ASSERT_EQ(test, made[q],
						vnet_gen_share_due(&share[q],
								   n + 1));
				due += made[q];
			}
			KUNIT_ASSERT_EQ(test, due, n + 1);
		}
	}
}

/* The same where the hash of a flow says which queue makes it */
static void vnet_gen_lists_all(struct kunit *test)
{
	static const u32 lists[2][3] = { { 0, 2, 3 }, { 1, 4 } };
	struct vnet_gen_share share[2] = {
		{ .list = lists[0], .flows = 3, .all_flows = 5 },
		{ .list = lists[1], .flows = 2, .all_flows = 5 },
	};
	struct vnet_gen_frame frame;
	u64 made[2] = {}, n;
	u32 q;

	for (n = 0; n < 100; n++) {
		q = n % 5 == 1 || n % 5 == 4;
		vnet_gen_share_at(&share[q], made[q]++, &frame);
		KUNIT_ASSERT_EQ(test, frame.number, n);
		KUNIT_ASSERT_EQ(test, frame.flow, n % 5);
		KUNIT_ASSERT_EQ(test, frame.nth, n / 5);
		KUNIT_ASSERT_EQ(test, vnet_gen_share_due(&share[q], n + 1),
				made[q]);
		KUNIT_ASSERT_EQ(test, made[0] + made[1], n + 1);
	}
}

/* Headers of all protocols fit, are as long as is said, and zeros follow */
static void vnet_gen_template_heads(struct kunit *test)
{
	struct vnet_gen_template *t;
	struct vnet_gen_config cfg;
	u32 i, tags;
	u8 proto;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	for (proto = 0; proto < VNET_GEN_RAW; proto++) {
		for (tags = 0; tags < 3; tags++) {
			new_config(&cfg, proto);
			cfg.vlan = tags > 0 ? 5 : VNET_GEN_VLAN_NONE;
			cfg.qinq = tags > 1 ? 6 : VNET_GEN_VLAN_NONE;
			cfg.size = 200;
			cfg.size_last = 200;
			memset(t, 0, sizeof(*t));
			vnet_gen_template_init(t, &cfg);
			KUNIT_EXPECT_EQ(test, t->head_len,
					vnet_gen_head_len(&cfg));
			KUNIT_EXPECT_EQ(test, t->l3, ETH_HLEN + 4 * tags);
			KUNIT_EXPECT_GE(test, t->copy, t->head_len);
			KUNIT_EXPECT_LE(test, t->copy, sizeof(t->head));
			for (i = t->head_len; i < sizeof(t->head); i++)
				KUNIT_ASSERT_EQ(test, t->head[i], 0);
		}
	}
}

/* The checksums of a frame that is all template are those that the core computes */
static void vnet_gen_template_checksums(struct kunit *test)
{
	struct vnet_gen_template *t;
	struct vnet_gen_config cfg;
	struct udphdr *uh;
	struct iphdr *ip;
	u32 len;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	new_config(&cfg, VNET_GEN_UDP4);
	cfg.size = 90;
	cfg.size_last = 90;
	vnet_gen_template_init(t, &cfg);
	KUNIT_ASSERT_TRUE(test, t->fixed);

	ip = (struct iphdr *)(t->head + t->l3);
	uh = (struct udphdr *)(t->head + t->l4);
	len = 90 - t->l4;
	KUNIT_EXPECT_EQ(test, ntohs(ip->tot_len), 90 - ETH_HLEN);
	KUNIT_EXPECT_EQ(test, ntohs(uh->len), len);
	KUNIT_EXPECT_EQ(test, (__force u16)ip_fast_csum(ip, ip->ihl), 0);
	KUNIT_EXPECT_EQ(test, 0, (__force u16)
			csum_tcpudp_magic(ip->saddr, ip->daddr, len,
					  IPPROTO_UDP,
					  csum_partial(uh, len, 0)));
}

/* Flows get the hash that receive-side scaling computes of their addresses */
static void vnet_gen_flows_hash(struct kunit *test)
{
	struct vnet_gen_template *t;
	struct vnet_gen_config cfg;
	__be32 tuple[3];
	u32 flow;

	t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, t);
	new_config(&cfg, VNET_GEN_UDP4);
	cfg.flows = 9;
	vnet_gen_template_init(t, &cfg);
	tuple[0] = htonl(cfg.range[VNET_GEN_FIELD_SRC].first);
	tuple[1] = htonl(cfg.range[VNET_GEN_FIELD_DST].first);
	for (flow = 0; flow < cfg.flows; flow++) {
		tuple[2] = htonl((VNET_GEN_PORT_DEFAULT + flow) << 16 |
				 VNET_GEN_PORT_DEFAULT);
		KUNIT_EXPECT_EQ(test, vnet_gen_flow_hash(t, flow),
				vnet_toeplitz(vnet_toeplitz_key, (u8 *)tuple,
					      sizeof(tuple)));
	}
}

#define BUSY_QUEUES	4

/* Let queues poll for @took ns, each as soon as it may; return what each had */
static void busy_polls(u64 took, u64 span, u64 *had)
{
	u64 next[BUSY_QUEUES] = {}, now = NSEC_PER_SEC, end = now + span, start;
	struct vnet_gen_turn turn = {};
	u32 i, q;

	while (now < end) {
		for (q = 0, i = 1; i < BUSY_QUEUES; i++)
			if (next[i] < next[q])
				q = i;
		start = max(now, next[q]);
		now = start + took;
		next[q] = now + vnet_gen_turn_rest(&turn, start, now, true);
		had[q] += took;
	}
}

/* Polls of several queues on a CPU have half of its time, and equal shares of that */
static void vnet_gen_rests(struct kunit *test)
{
	static const u64 lengths[] = {
		50 * NSEC_PER_USEC, NSEC_PER_MSEC, 30 * NSEC_PER_MSEC,
	};
	u64 span = 20ULL * NSEC_PER_SEC, share = span / 2 / BUSY_QUEUES;
	u32 i, q;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		u64 had[BUSY_QUEUES] = {};

		busy_polls(lengths[i], span, had);
		for (q = 0; q < BUSY_QUEUES; q++) {
			KUNIT_EXPECT_GE(test, had[q], share - share / 20);
			KUNIT_EXPECT_LE(test, had[q], share + share / 20);
		}
	}
}

/* A poll of a fifth of a turn; the rest after it */
static u64 poll_a_fifth(struct vnet_gen_turn *turn, u64 *now, bool wanted)
{
	u64 start = *now;

	*now += VNET_GEN_TURN_NS / 5;
	return vnet_gen_turn_rest(turn, start, *now, wanted);
}

/* Nobody rests in the first turns in which the CPU is wanted, nor before its half */
static void vnet_gen_turn_by_turn(struct kunit *test)
{
	struct vnet_gen_turn turn = {};
	u64 now = NSEC_PER_SEC;
	u32 i;

	for (i = 0; i < (VNET_GEN_TURNS - 1) * 5 + 2; i++)
		KUNIT_EXPECT_EQ(test, poll_a_fifth(&turn, &now, true), 0);
	/* Of the last turn three fifths are gone, one more than to be had */
	KUNIT_EXPECT_EQ(test, poll_a_fifth(&turn, &now, true),
			3 * VNET_GEN_TURN_NS / 5);
	/* Another queue's, in the same turn, which gets longer */
	KUNIT_EXPECT_EQ(test, poll_a_fifth(&turn, &now, true),
			4 * VNET_GEN_TURN_NS / 5);
	now += 4 * VNET_GEN_TURN_NS / 5;
	/* It is no longer wanted; wanted again, it is so for the first time */
	for (i = 0; i < 5; i++)
		KUNIT_EXPECT_EQ(test, poll_a_fifth(&turn, &now, false), 0);
	for (i = 0; i < (VNET_GEN_TURNS - 1) * 5; i++)
		KUNIT_EXPECT_EQ(test, poll_a_fifth(&turn, &now, true), 0);
	/* Who leaves the CPU alone for longer than he has it needs no rest */
	for (i = 0; i < 5; i++) {
		KUNIT_EXPECT_EQ(test, poll_a_fifth(&turn, &now, true), 0);
		now += 3 * VNET_GEN_TURN_NS / 10;
	}
}

static struct kunit_case vnet_gen_cases[] = {
	KUNIT_CASE(vnet_gen_random_is_splitmix),
	KUNIT_CASE(vnet_gen_due_and_when_agree),
	KUNIT_CASE(vnet_gen_rate_is_exact),
	KUNIT_CASE(vnet_gen_no_overflow),
	KUNIT_CASE(vnet_gen_count_ends),
	KUNIT_CASE(vnet_gen_sizes),
	KUNIT_CASE(vnet_gen_deals_all),
	KUNIT_CASE(vnet_gen_lists_all),
	KUNIT_CASE(vnet_gen_template_heads),
	KUNIT_CASE(vnet_gen_template_checksums),
	KUNIT_CASE(vnet_gen_flows_hash),
	KUNIT_CASE(vnet_gen_rests),
	KUNIT_CASE(vnet_gen_turn_by_turn),
	{}
};

static struct kunit_suite vnet_gen_suite = {
	.name = "vnet_gen",
	.test_cases = vnet_gen_cases,
};

kunit_test_suite(vnet_gen_suite);
