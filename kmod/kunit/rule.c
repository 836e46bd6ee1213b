// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink attributes, read by rules.
 */
#include <kunit/test.h>
#include <net/netlink.h>

#include "rule.h"

enum {
	U8 = 1,
	U32,
	U64,
	RING,
	BYTES,
	NEST,
	NONE,
	LAST = NONE,
};

static const struct vnet_rule rules[LAST + 1] = {
	[U8]	= VNET_RULE_BOOL("a bool"),
	[U32]	= VNET_RULE_U32("a number", 2, 9),
	[U64]	= { .text = "a large one", .max = U64_MAX, .size = sizeof(u64) },
	[RING]	= {
		.text = "a ring", .min = 4, .max = 16, .size = sizeof(u32),
		.pow2 = true,
	},
	[BYTES]	= { .text = "bytes", .min = 1, .max = 3, .bytes = true },
	[NEST]	= { .text = "a nest" },
};

struct vnet_rule_lab {
	struct sk_buff *skb;
	struct nlattr *nest;
	struct nlattr *tb[LAST + 1];
	struct netlink_ext_ack extack;
};

static int vnet_rule_lab_init(struct kunit *test)
{
	struct vnet_rule_lab *lab = kunit_kzalloc(test, sizeof(*lab),
						  GFP_KERNEL);

	if (!lab)
		return -ENOMEM;
	test->priv = lab;
	lab->skb = nlmsg_new(512, GFP_KERNEL);
	if (!lab->skb)
		return -ENOMEM;
	lab->nest = nla_nest_start(lab->skb, 1);
	return 0;
}

static void vnet_rule_lab_exit(struct kunit *test)
{
	struct vnet_rule_lab *lab = test->priv;

	if (lab)
		nlmsg_free(lab->skb);
}

static int parse(struct vnet_rule_lab *lab)
{
	nla_nest_end(lab->skb, lab->nest);
	return vnet_rule_parse(lab->tb, LAST, lab->nest, rules, "it is cut",
			       &lab->extack);
}

/* Add an attribute */
#define ADD(test, lab, type, value)					\
	do {								\
		typeof(value) _v = value;				\
									\
		KUNIT_ASSERT_EQ(test, 0, nla_put((lab)->skb, type,	\
						 sizeof(_v), &_v));	\
	} while (0)

static void vnet_rule_all(struct kunit *test)
{
	struct vnet_rule_lab *lab = test->priv;

	ADD(test, lab, U8, (u8)1);
	ADD(test, lab, U32, (u32)9);
	ADD(test, lab, U64, U64_MAX);
	ADD(test, lab, RING, (u32)16);
	ADD(test, lab, BYTES, (u16)1);
	ADD(test, lab, NEST, (u32)0);
	KUNIT_ASSERT_EQ(test, parse(lab), 0);
	KUNIT_EXPECT_EQ(test, vnet_rule_value(&rules[U8], lab->tb[U8]), 1);
	KUNIT_EXPECT_EQ(test, vnet_rule_value(&rules[U32], lab->tb[U32]), 9);
	KUNIT_EXPECT_EQ(test, vnet_rule_value(&rules[U64], lab->tb[U64]),
			U64_MAX);
	KUNIT_EXPECT_NOT_NULL(test, lab->tb[NEST]);
	KUNIT_EXPECT_NULL(test, lab->tb[NONE]);
}

static void vnet_rule_nothing(struct kunit *test)
{
	struct vnet_rule_lab *lab = test->priv;
	int i;

	memset(lab->tb, 0xff, sizeof(lab->tb));
	KUNIT_ASSERT_EQ(test, parse(lab), 0);
	for (i = 0; i <= LAST; i++)
		KUNIT_EXPECT_NULL(test, lab->tb[i]);
}

static void vnet_rule_last_counts(struct kunit *test)
{
	struct vnet_rule_lab *lab = test->priv;

	ADD(test, lab, U32, (u32)100);
	ADD(test, lab, U32, (u32)3);
	KUNIT_ASSERT_EQ(test, parse(lab), 0);
	KUNIT_EXPECT_EQ(test, nla_get_u32(lab->tb[U32]), 3);
}

static void vnet_rule_unknown(struct kunit *test)
{
	struct vnet_rule_lab *lab = test->priv;

	ADD(test, lab, LAST + 1, (u32)0);
	KUNIT_EXPECT_EQ(test, parse(lab), -EINVAL);
	KUNIT_EXPECT_NOT_NULL(test, lab->extack._msg);
}

/* One that is numbered, but has no rule, is as unknown */
static void vnet_rule_gap(struct kunit *test)
{
	struct vnet_rule_lab *lab = test->priv;

	ADD(test, lab, NONE, (u32)0);
	KUNIT_EXPECT_EQ(test, parse(lab), -EINVAL);
}

static void vnet_rule_size(struct kunit *test)
{
	struct vnet_rule_lab *lab = test->priv;

	ADD(test, lab, U32, (u64)5);
	KUNIT_EXPECT_EQ(test, parse(lab), -EINVAL);
	KUNIT_EXPECT_PTR_EQ(test, lab->extack.bad_attr,
			    (const struct nlattr *)nla_data(lab->nest));
}

/* An attribute whose length goes past the end of its nest */
static void vnet_rule_cut(struct kunit *test)
{
	struct vnet_rule_lab *lab = test->priv;
	struct nlattr *nla;

	ADD(test, lab, U32, (u32)5);
	nla = nla_data(lab->nest);
	nla->nla_len += 1;
	KUNIT_EXPECT_EQ(test, parse(lab), -EINVAL);
	nla->nla_len = 3;
	KUNIT_EXPECT_EQ(test, parse(lab), -EINVAL);
}

static void vnet_rule_limits(struct kunit *test)
{
	static const struct {
		int type;
		u64 value;
		int err;
	} tries[] = {
		{ U8, 0, 0 }, { U8, 2, -EINVAL },
		{ U32, 2, 0 }, { U32, 1, -EINVAL }, { U32, 10, -EINVAL },
		{ U64, 0, 0 },
		{ RING, 4, 0 }, { RING, 2, -EINVAL }, { RING, 32, -EINVAL },
		{ RING, 12, -EINVAL }, { RING, 0, -EINVAL },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(tries); i++)
		KUNIT_EXPECT_EQ_MSG(test, tries[i].err,
				    vnet_rule_check_value(&rules[tries[i].type],
							  tries[i].value, NULL,
							  NULL),
				    "%s: %llu", rules[tries[i].type].text,
				    tries[i].value);
}

static void vnet_rule_bytes(struct kunit *test)
{
	struct vnet_rule_lab *lab = test->priv;

	ADD(test, lab, BYTES, (u32)0);
	KUNIT_EXPECT_EQ(test, parse(lab), -EINVAL);
}

static struct kunit_case vnet_rule_cases[] = {
	KUNIT_CASE(vnet_rule_all),
	KUNIT_CASE(vnet_rule_nothing),
	KUNIT_CASE(vnet_rule_last_counts),
	KUNIT_CASE(vnet_rule_unknown),
	KUNIT_CASE(vnet_rule_gap),
	KUNIT_CASE(vnet_rule_size),
	KUNIT_CASE(vnet_rule_cut),
	KUNIT_CASE(vnet_rule_limits),
	KUNIT_CASE(vnet_rule_bytes),
	{}
};

static struct kunit_suite vnet_rule_suite = {
	.name = "vnet_rule",
	.init = vnet_rule_lab_init,
	.exit = vnet_rule_lab_exit,
	.test_cases = vnet_rule_cases,
};

kunit_test_suite(vnet_rule_suite);
