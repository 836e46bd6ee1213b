// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long frames wait: for the rate of a wire, and for more of them.
 */
#include <kunit/test.h>

#include "rate.h"
#include "vnet.h"

#define NOW	(10 * NSEC_PER_SEC)

/* A pace of bits a second, of which all before now is used up */
static void pace_of(struct vnet_pace *pace, u64 max)
{
	*pace = (struct vnet_pace) { .free = NOW };
	vnet_pace_set(pace, max, false, NOW);
}

static void vnet_pace_none(struct kunit *test)
{
	struct vnet_pace pace;

	pace_of(&pace, 0);
	KUNIT_EXPECT_EQ(test, vnet_pace_book(&pace, 1, 1500, NOW), 0);
	KUNIT_EXPECT_EQ(test, pace.free, NOW);
}

/* 125 bytes are 1000 bits: a microsecond at 1000 Mbit/s, after an idle time */
static void vnet_pace_exact(struct kunit *test)
{
	struct vnet_pace pace;
	u32 i;

	pace_of(&pace, NSEC_PER_SEC);
	for (i = 0; i < 1000; i++)
		KUNIT_EXPECT_EQ(test, vnet_pace_book(&pace, 1, 125, NOW),
				NOW + i * NSEC_PER_USEC);
	KUNIT_EXPECT_EQ(test, pace.free, NOW + NSEC_PER_MSEC);
}

/* Frames that go together are as many as they are on a wire, whatever their length */
static void vnet_pace_frames(struct kunit *test)
{
	struct vnet_pace pace = { .free = NOW };

	vnet_pace_set(&pace, 1000, true, NOW);
	KUNIT_EXPECT_EQ(test, vnet_pace_book(&pace, 1, 60, NOW), NOW);
	KUNIT_EXPECT_EQ(test, vnet_pace_book(&pace, 45, 64000, NOW),
			NOW + NSEC_PER_MSEC);
	KUNIT_EXPECT_EQ(test, pace.free, NOW + 46 * NSEC_PER_MSEC);
}

/* A frame that had a second to go at the old pace is over with the new one */
static void vnet_pace_changed(struct kunit *test)
{
	struct vnet_pace pace;

	pace_of(&pace, 8000);
	vnet_pace_book(&pace, 1, 1000, NOW);
	KUNIT_EXPECT_EQ(test, pace.free, NOW + NSEC_PER_SEC);
	vnet_pace_set(&pace, 8000000, false, NOW);
	KUNIT_EXPECT_EQ(test, vnet_pace_book(&pace, 1, 1000, NOW), NOW);
	KUNIT_EXPECT_EQ(test, pace.free, NOW + NSEC_PER_MSEC);
}

/* A frame of 1 byte at 3 Mbit/s is 2666.67 ns: thirds of them add up */
static void vnet_pace_remainder(struct kunit *test)
{
	struct vnet_pace pace;
	u32 i;

	pace_of(&pace, 3000000);
	for (i = 0; i < 3000; i++)
		vnet_pace_book(&pace, 1, 1, NOW);
	KUNIT_EXPECT_EQ(test, pace.free, NOW + 8 * NSEC_PER_MSEC);
	KUNIT_EXPECT_EQ(test, pace.left, 0);
}

/* Who was idle for long, catches up with a millisecond of it */
static void vnet_pace_credit(struct kunit *test)
{
	struct vnet_pace pace;

	pace_of(&pace, NSEC_PER_SEC);
	pace.free = 0;
	KUNIT_EXPECT_EQ(test, vnet_pace_book(&pace, 1, 125, NOW),
			NOW - VNET_PACE_CREDIT_NS);
	KUNIT_EXPECT_EQ(test, pace.free,
			NOW - VNET_PACE_CREDIT_NS + NSEC_PER_USEC);
}

/* The largest frame at the lowest rate, and at the highest */
static void vnet_pace_limits(struct kunit *test)
{
	const u64 nsecs = (u64)GSO_MAX_SIZE * BITS_PER_BYTE * NSEC_PER_SEC;
	struct vnet_pace slow, fast;

	pace_of(&slow, 1);
	vnet_pace_book(&slow, 1, GSO_MAX_SIZE, NOW);
	KUNIT_EXPECT_EQ(test, slow.free - NOW, nsecs);
	pace_of(&fast, U64_MAX);
	vnet_pace_book(&fast, 1, GSO_MAX_SIZE, NOW);
	vnet_pace_book(&fast, 1, GSO_MAX_SIZE, NOW);
	KUNIT_EXPECT_EQ(test, fast.free, NOW);
	KUNIT_EXPECT_EQ(test, fast.left, 2 * nsecs);
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
	KUNIT_CASE(vnet_pace_none),
	KUNIT_CASE(vnet_pace_exact),
	KUNIT_CASE(vnet_pace_frames),
	KUNIT_CASE(vnet_pace_changed),
	KUNIT_CASE(vnet_pace_remainder),
	KUNIT_CASE(vnet_pace_credit),
	KUNIT_CASE(vnet_pace_limits),
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
