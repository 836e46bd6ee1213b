// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whose turn it is among TX queues that share a pace.
 */
#include <linux/sizes.h>
#include <kunit/test.h>

#include "group.h"

#define NOW	(10 * NSEC_PER_SEC)
#define SIZE	1000

/* TX queues in the outermost group, and in one within it */
struct lab {
	struct vnet_group device;
	struct vnet_group inner;
	struct vnet_share queue[4];
};

static struct lab *new_lab(struct kunit *test)
{
	struct lab *lab = kunit_kzalloc(test, sizeof(*lab), GFP_KERNEL);
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, lab);
	vnet_group_init(&lab->device, NULL);
	vnet_group_init(&lab->inner, &lab->device);
	for (i = 0; i < ARRAY_SIZE(lab->queue); i++)
		vnet_share_init(&lab->queue[i], &lab->device);
	return lab;
}

/* The TX queue whose turn it is, and which sends; -1: nobody's */
static int send(struct lab *lab, u32 bytes, u64 now, u64 *when)
{
	struct vnet_share *share;

	*when = U64_MAX;
	share = vnet_group_next(&lab->device, now, when);
	if (!share)
		return -1;
	vnet_share_send(share, 1, bytes, now);
	return share - lab->queue;
}

/* Of n turns, all queues in @waiting having frames all the time, how many each has */
static void count(struct lab *lab, unsigned long waiting, u32 n, u32 *turns)
{
	u64 when;
	u32 i;

	memset(turns, 0, ARRAY_SIZE(lab->queue) * sizeof(*turns));
	while (n--) {
		for_each_set_bit(i, &waiting, ARRAY_SIZE(lab->queue))
			vnet_share_wait(&lab->queue[i]);
		turns[send(lab, SIZE, NOW, &when)]++;
	}
}

/* Two queues that always have frames have as many turns each */
static void expect_halves(struct kunit *test, struct lab *lab)
{
	u32 turns[4];

	count(lab, 0x3, 100, turns);
	KUNIT_EXPECT_EQ(test, turns[0], 50);
	KUNIT_EXPECT_EQ(test, turns[1], 50);
}

static void vnet_group_nobody(struct kunit *test)
{
	struct lab *lab = new_lab(test);
	u64 when;

	KUNIT_EXPECT_EQ(test, send(lab, SIZE, NOW, &when), -1);
	KUNIT_EXPECT_EQ(test, when, U64_MAX);
	vnet_share_wait(&lab->queue[2]);
	vnet_share_wait(&lab->queue[2]);
	KUNIT_EXPECT_EQ(test, send(lab, SIZE, NOW, &when), 2);
	KUNIT_EXPECT_EQ(test, send(lab, SIZE, NOW, &when), -1);
	vnet_share_wait(&lab->queue[2]);
	vnet_share_quit(&lab->queue[2]);
	KUNIT_EXPECT_EQ(test, send(lab, SIZE, NOW, &when), -1);
}

static void vnet_group_equal(struct kunit *test)
{
	struct lab *lab = new_lab(test);
	u64 when;
	int i;

	for (i = 0; i < 4; i++)
		vnet_share_wait(&lab->queue[i]);
	for (i = 0; i < 100; i++) {
		KUNIT_ASSERT_EQ(test, send(lab, SIZE, NOW, &when), i % 4);
		vnet_share_wait(&lab->queue[i % 4]);
	}
}

static void vnet_group_weights(struct kunit *test)
{
	struct lab *lab = new_lab(test);
	u32 turns[4];

	lab->queue[0].weight = 1;
	lab->queue[1].weight = 2;
	lab->queue[2].weight = 3;
	lab->queue[3].weight = 4;
	count(lab, 0xf, 10000, turns);
	KUNIT_EXPECT_EQ(test, turns[0], 1000);
	KUNIT_EXPECT_EQ(test, turns[1], 2000);
	KUNIT_EXPECT_EQ(test, turns[2], 3000);
	KUNIT_EXPECT_EQ(test, turns[3], 4000);
}

/* The turns of two queues that always have frames, of which one has longer ones */
static void count_long_and_short(struct lab *lab, u32 n, u32 *turns)
{
	const struct vnet_share *next;
	u64 when;
	u32 size;

	while (n--) {
		vnet_share_wait(&lab->queue[0]);
		vnet_share_wait(&lab->queue[1]);
		next = vnet_group_next(&lab->device, NOW, &when);
		size = next == lab->queue ? 10 * SIZE : SIZE;
		turns[send(lab, size, NOW, &when)]++;
	}
}

/* A frame ten times as long has a tenth of the turns */
static void vnet_group_bytes(struct kunit *test)
{
	u32 turns[2] = {};

	count_long_and_short(new_lab(test), 1100, turns);
	KUNIT_EXPECT_EQ(test, turns[0], 100);
	KUNIT_EXPECT_EQ(test, turns[1], 1000);
}

/* Where the pace counts frames, their length does not matter */
static void vnet_group_frames(struct kunit *test)
{
	struct lab *lab = new_lab(test);
	u32 turns[2] = {};

	vnet_group_set_pace(&lab->device, NSEC_PER_SEC, true, 0);
	count_long_and_short(lab, 100, turns);
	KUNIT_EXPECT_EQ(test, turns[0], 50);
	KUNIT_EXPECT_EQ(test, turns[1], 50);
}

/* A thousand bytes are no thousand frames */
static void vnet_group_other_metric(struct kunit *test)
{
	struct lab *lab = new_lab(test);
	u32 turns[4];

	count(lab, 0x1, 1, turns);
	vnet_group_set_pace(&lab->device, NSEC_PER_SEC, true, 0);
	expect_halves(test, lab);
}

/* The smallest beside the largest: both go on, and the larger does most */
static void vnet_group_extremes(struct kunit *test)
{
	struct lab *lab = new_lab(test);
	u32 turns[4];

	lab->queue[0].weight = U32_MAX;
	count(lab, 0x3, 10000, turns);
	KUNIT_EXPECT_EQ(test, turns[0], 9999);
	KUNIT_EXPECT_EQ(test, turns[1], 1);
}

/* A pause earns nothing, even if turns have gone half round meanwhile */
static void vnet_group_pause(struct kunit *test)
{
	struct lab *lab = new_lab(test);
	u32 turns[4];

	count(lab, 0x3, 1000, turns);
	count(lab, 0x1, 1000, turns);
	expect_halves(test, lab);

	vnet_share_quit(&lab->queue[0]);
	vnet_share_quit(&lab->queue[1]);
	lab->device.time += 1ULL << 63;
	lab->queue[0].turn += 1ULL << 63;
	expect_halves(test, lab);
}

/* The queues of a group have its share, by their own weights */
static void vnet_group_nested(struct kunit *test)
{
	struct lab *lab = new_lab(test);
	u32 turns[4];

	vnet_share_move(&lab->queue[0], &lab->inner);
	vnet_share_move(&lab->queue[1], &lab->inner);
	lab->inner.share.weight = 3;
	lab->queue[0].weight = 2;
	count(lab, 0x7, 400, turns);
	KUNIT_EXPECT_EQ(test, turns[0], 200);
	KUNIT_EXPECT_EQ(test, turns[1], 100);
	KUNIT_EXPECT_EQ(test, turns[2], 100);
}

/*
 * What a group may not use is for others, and is not made up for later, even if turns
 * have gone round meanwhile
 */
static void vnet_group_limited(struct kunit *test)
{
	struct lab *lab = new_lab(test);
	u32 turns[4], i;
	u64 when;

	vnet_share_move(&lab->queue[0], &lab->inner);
	vnet_pace_set(&lab->inner.pace, 8 * SIZE, false, 0);
	lab->inner.pace.free = NOW;
	vnet_share_wait(&lab->queue[0]);
	vnet_share_wait(&lab->queue[1]);
	KUNIT_EXPECT_EQ(test, send(lab, SIZE, NOW, &when), 0);
	vnet_share_wait(&lab->queue[0]);
	count(lab, 0x3, 1000, turns);
	KUNIT_EXPECT_EQ(test, turns[1], 1000);
	for (i = 0; i < 5000; i++) {
		vnet_share_wait(&lab->queue[1]);
		KUNIT_ASSERT_EQ(test, send(lab, SZ_1M, NOW, &when), 1);
	}
	count(lab, 0x3, 10, turns);
	KUNIT_EXPECT_EQ(test, turns[1], 10);

	vnet_share_quit(&lab->queue[1]);
	KUNIT_EXPECT_EQ(test, send(lab, SIZE, NOW, &when), -1);
	KUNIT_EXPECT_EQ(test, when, NOW + NSEC_PER_SEC);
	vnet_pace_set(&lab->inner.pace, 0, false, NOW);
	expect_halves(test, lab);
}

/* All wait for the pace of the device, which says when to look again */
static void vnet_group_device(struct kunit *test)
{
	struct lab *lab = new_lab(test);
	u64 when;

	vnet_pace_set(&lab->device.pace, 8 * SIZE, false, 0);
	lab->device.pace.free = NOW;
	vnet_share_wait(&lab->queue[0]);
	vnet_share_wait(&lab->queue[1]);
	KUNIT_EXPECT_EQ(test, send(lab, SIZE, NOW, &when), 0);
	KUNIT_EXPECT_EQ(test, send(lab, SIZE, NOW, &when), -1);
	KUNIT_EXPECT_EQ(test, when, NOW + NSEC_PER_SEC);
	KUNIT_EXPECT_EQ(test, send(lab, SIZE, when, &when), 1);
}

/* Of a group that goes, the parent gets what waits */
static void vnet_group_gone(struct kunit *test)
{
	struct lab *lab = new_lab(test);
	u64 when;

	vnet_share_move(&lab->queue[0], &lab->inner);
	vnet_share_move(&lab->queue[1], &lab->inner);
	vnet_pace_set(&lab->inner.pace, 1, false, NOW);
	lab->inner.pace.free = U64_MAX;
	vnet_share_wait(&lab->queue[0]);
	KUNIT_EXPECT_EQ(test, send(lab, SIZE, NOW, &when), -1);
	vnet_group_exit(&lab->inner);
	KUNIT_EXPECT_EQ(test, send(lab, SIZE, NOW, &when), 0);
	vnet_share_wait(&lab->queue[1]);
	KUNIT_EXPECT_EQ(test, send(lab, SIZE, NOW, &when), 1);
}

static struct kunit_case vnet_group_cases[] = {
	KUNIT_CASE(vnet_group_nobody),
	KUNIT_CASE(vnet_group_equal),
	KUNIT_CASE(vnet_group_weights),
	KUNIT_CASE(vnet_group_bytes),
	KUNIT_CASE(vnet_group_frames),
	KUNIT_CASE(vnet_group_other_metric),
	KUNIT_CASE(vnet_group_extremes),
	KUNIT_CASE(vnet_group_pause),
	KUNIT_CASE(vnet_group_nested),
	KUNIT_CASE(vnet_group_limited),
	KUNIT_CASE(vnet_group_device),
	KUNIT_CASE(vnet_group_gone),
	{}
};

static struct kunit_suite vnet_group_suite = {
	.name = "vnet_group",
	.test_cases = vnet_group_cases,
};

kunit_test_suite(vnet_group_suite);
