// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long frames wait: for the rate of a wire, and for more of them.
 */
#include <kunit/test.h>

#include "rate.h"
#include "vnet.h"

#define NOW	(10 * NSEC_PER_SEC)

static void vnet_rate_none(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, vnet_rate_due(NULL, 0));
	vnet_rate_charge(NULL, 1500, NOW);
}

/* 125 bytes are 1000 bits: a microsecond at 1000 Mbit/s, after an idle time */
static void vnet_rate_exact(struct kunit *test)
{
	struct vnet_rate rate = { .mbps = 1000, .free = NOW };
	u32 i;

	KUNIT_EXPECT_TRUE(test, vnet_rate_due(&rate, NOW));
	for (i = 0; i < 1000; i++)
		vnet_rate_charge(&rate, 125, NOW);
	KUNIT_EXPECT_EQ(test, rate.free, NOW + NSEC_PER_MSEC);
	KUNIT_EXPECT_FALSE(test, vnet_rate_due(&rate, rate.free - 1));
	KUNIT_EXPECT_TRUE(test, vnet_rate_due(&rate, rate.free));
}

/* A frame of 1 byte at 3 Mbit/s is 2666.67 ns: thirds of them add up */
static void vnet_rate_remainder(struct kunit *test)
{
	struct vnet_rate rate = { .mbps = 3, .free = NOW };
	u32 i;

	for (i = 0; i < 3000; i++)
		vnet_rate_charge(&rate, 1, NOW);
	KUNIT_EXPECT_EQ(test, rate.free, NOW + 8 * NSEC_PER_MSEC);
	KUNIT_EXPECT_EQ(test, rate.left, 0);
}

/* Who was idle for long, catches up with a millisecond of it */
static void vnet_rate_credit(struct kunit *test)
{
	struct vnet_rate rate = { .mbps = 1000 };

	vnet_rate_charge(&rate, 125, NOW);
	KUNIT_EXPECT_EQ(test, rate.free,
			NOW - VNET_RATE_CREDIT_NS + NSEC_PER_USEC);
}

/* The largest frame at the lowest rate, and at the highest */
static void vnet_rate_limits(struct kunit *test)
{
	struct vnet_rate slow = { .mbps = 1, .free = NOW };
	struct vnet_rate fast = { .mbps = U32_MAX, .free = NOW };

	vnet_rate_charge(&slow, GSO_MAX_SIZE, NOW);
	KUNIT_EXPECT_EQ(test, slow.free - NOW, (u64)GSO_MAX_SIZE * 8 * 1000);
	vnet_rate_charge(&fast, GSO_MAX_SIZE, NOW);
	KUNIT_EXPECT_EQ(test, fast.free - NOW,
			div_u64((u64)GSO_MAX_SIZE * 8 * 1000, U32_MAX));
}

/* An RX queue with a limit, of which @frames are to come at a time; @used wait */
static struct vnet_rxq *waiting(struct kunit *test, u32 limit, u32 frames,
				u32 used)
{
	struct vnet_rxq *rxq = kunit_kzalloc(test, sizeof(*rxq), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, rxq);
	rxq->limit = limit;
	rxq->vec.moder.frames = frames;
	rxq->ring.head = used;
	return rxq;
}

/* As many as were asked for are enough, those included that are about to come */
static void vnet_moder_frames(struct kunit *test)
{
	struct vnet_vector *vec = &waiting(test, 512, 8, 5)->vec;

	KUNIT_EXPECT_FALSE(test, vnet_vector_enough(vec, 0));
	KUNIT_EXPECT_FALSE(test, vnet_vector_enough(vec, 2));
	KUNIT_EXPECT_TRUE(test, vnet_vector_enough(vec, 3));
	KUNIT_EXPECT_TRUE(test, vnet_vector_enough(vec, 100));
}

/* With no number, and with one that is larger than the ring, the ring decides */
static void vnet_moder_full_ring(struct kunit *test)
{
	struct vnet_vector *any = &waiting(test, 64, 0, 63)->vec;
	struct vnet_vector *more = &waiting(test, 64, 4096, 63)->vec;

	KUNIT_EXPECT_FALSE(test, vnet_vector_enough(any, 0));
	KUNIT_EXPECT_TRUE(test, vnet_vector_enough(any, 1));
	KUNIT_EXPECT_FALSE(test, vnet_vector_enough(more, 0));
	KUNIT_EXPECT_TRUE(test, vnet_vector_enough(more, 1));
}

/* A ring that was made smaller than what it holds waits for nothing */
static void vnet_moder_lowered_limit(struct kunit *test)
{
	struct vnet_vector *vec = &waiting(test, 64, 4096, 200)->vec;

	KUNIT_EXPECT_TRUE(test, vnet_vector_enough(vec, 0));
}

static struct kunit_case vnet_wait_cases[] = {
	KUNIT_CASE(vnet_rate_none),
	KUNIT_CASE(vnet_rate_exact),
	KUNIT_CASE(vnet_rate_remainder),
	KUNIT_CASE(vnet_rate_credit),
	KUNIT_CASE(vnet_rate_limits),
	KUNIT_CASE(vnet_moder_frames),
	KUNIT_CASE(vnet_moder_full_ring),
	KUNIT_CASE(vnet_moder_lowered_limit),
	{}
};

static struct kunit_suite vnet_wait_suite = {
	.name = "vnet_wait",
	.test_cases = vnet_wait_cases,
};

kunit_test_suite(vnet_wait_suite);
