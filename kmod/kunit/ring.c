// SPDX-License-Identifier: GPL-2.0-only
/*
 * The descriptor ring, by one who is producer and consumer.
 */
#include <kunit/test.h>

#include "ring.h"

#define SIZE	8

struct vnet_ring_lab {
	struct vnet_ring ring;
	/* Numbers of the next descriptor that is put in, and taken */
	unsigned long in;
	unsigned long out;
};

/* A descriptor that is told from all others; never looked into */
static struct sk_buff *numbered(unsigned long number)
{
	return (struct sk_buff *)(number + 1);
}

static int vnet_ring_lab_init(struct kunit *test)
{
	struct vnet_ring_lab *lab = kunit_kzalloc(test, sizeof(*lab),
						  GFP_KERNEL);

	if (!lab)
		return -ENOMEM;
	test->priv = lab;
	vnet_ring_swap(&lab->ring, vnet_ring_alloc(SIZE), SIZE);
	return lab->ring.desc ? 0 : -ENOMEM;
}

static void vnet_ring_lab_exit(struct kunit *test)
{
	struct vnet_ring_lab *lab = test->priv;

	if (lab)
		kvfree(lab->ring.desc);
}

static void put(struct vnet_ring_lab *lab, u32 n)
{
	while (n--)
		vnet_ring_push(&lab->ring, numbered(lab->in++));
}

/* Take @n of the descriptors, in order, and give their slots back */
static void take(struct kunit *test, u32 n)
{
	struct vnet_ring_lab *lab = test->priv;
	u32 tail = lab->ring.tail;

	while (n--)
		KUNIT_ASSERT_PTR_EQ(test, *vnet_ring_at(&lab->ring, tail++),
				    numbered(lab->out++));
	vnet_ring_release(&lab->ring, tail);
}

/* Give the ring memory for @size descriptors */
static void resize(struct kunit *test, u32 size)
{
	struct sk_buff **desc = vnet_ring_alloc(size);
	struct vnet_ring_lab *lab = test->priv;

	KUNIT_ASSERT_NOT_NULL(test, desc);
	kvfree(vnet_ring_swap(&lab->ring, desc, size));
}

static void vnet_ring_empty(struct kunit *test)
{
	struct vnet_ring_lab *lab = test->priv;
	struct vnet_ring *ring = &lab->ring;

	KUNIT_EXPECT_EQ(test, vnet_ring_used(ring), 0);
	KUNIT_EXPECT_EQ(test, vnet_ring_ready(ring), 0);
	KUNIT_EXPECT_EQ(test, vnet_ring_room(ring, SIZE, 1), SIZE);
}

static void vnet_ring_full(struct kunit *test)
{
	struct vnet_ring_lab *lab = test->priv;
	struct vnet_ring *ring = &lab->ring;

	put(lab, SIZE);
	vnet_ring_publish(ring);
	KUNIT_EXPECT_EQ(test, vnet_ring_used(ring), SIZE);
	KUNIT_EXPECT_EQ(test, vnet_ring_room(ring, SIZE, 1), 0);
	take(test, 1);
	KUNIT_EXPECT_EQ(test, vnet_ring_room(ring, SIZE, 1), 1);
	take(test, SIZE - 1);
	KUNIT_EXPECT_EQ(test, vnet_ring_ready(ring), 0);
}

/* What is filled is not there before it is published, and takes room all the same */
static void vnet_ring_batch(struct kunit *test)
{
	struct vnet_ring_lab *lab = test->priv;
	struct vnet_ring *ring = &lab->ring;

	put(lab, 3);
	KUNIT_EXPECT_EQ(test, vnet_ring_ready(ring), 0);
	KUNIT_EXPECT_EQ(test, vnet_ring_room(ring, SIZE, 1), SIZE - 3);
	vnet_ring_publish(ring);
	KUNIT_EXPECT_EQ(test, vnet_ring_ready(ring), 3);
	take(test, 2);
	KUNIT_EXPECT_EQ(test, vnet_ring_ready(ring), 1);
}

/* The far index is looked at only when the last look allows less than is wanted */
static void vnet_ring_looks_seldom(struct kunit *test)
{
	struct vnet_ring_lab *lab = test->priv;
	struct vnet_ring *ring = &lab->ring;

	put(lab, 4);
	vnet_ring_publish(ring);
	take(test, 4);
	KUNIT_EXPECT_EQ(test, vnet_ring_room(ring, SIZE, 4), 4);
	KUNIT_EXPECT_EQ(test, ring->tail_seen, 0);
	KUNIT_EXPECT_EQ(test, vnet_ring_room(ring, SIZE, 5), SIZE);
	KUNIT_EXPECT_EQ(test, ring->tail_seen, 4);
}

/* Indices run free, and past the end of their 32 bits */
static void vnet_ring_wraps(struct kunit *test)
{
	struct vnet_ring_lab *lab = test->priv;
	struct vnet_ring *ring = &lab->ring;
	u32 i;

	ring->head = -3U;
	ring->fill = -3U;
	ring->tail = -3U;
	ring->tail_seen = -3U;
	for (i = 0; i < 4; i++) {
		KUNIT_ASSERT_EQ(test, vnet_ring_room(ring, SIZE, 5), SIZE);
		put(lab, 5);
		vnet_ring_publish(ring);
		KUNIT_ASSERT_EQ(test, vnet_ring_used(ring), 5);
		KUNIT_ASSERT_EQ(test, vnet_ring_room(ring, SIZE, 5), SIZE - 5);
		take(test, 5);
	}
	KUNIT_EXPECT_EQ(test, ring->head, 17);
}

static void vnet_ring_limit(struct kunit *test)
{
	struct vnet_ring_lab *lab = test->priv;
	struct vnet_ring *ring = &lab->ring;

	put(lab, 5);
	vnet_ring_publish(ring);
	KUNIT_EXPECT_EQ(test, vnet_ring_room(ring, 6, 1), 1);
	/* Below what the ring holds, and none at all */
	KUNIT_EXPECT_EQ(test, vnet_ring_room(ring, 4, 1), 0);
	KUNIT_EXPECT_EQ(test, vnet_ring_room(ring, 0, 1), 0);
	take(test, 2);
	KUNIT_EXPECT_EQ(test, vnet_ring_room(ring, 4, 1), 1);
}

/* What waits moves along, in order, whatever the sizes and where the ring is */
static void vnet_ring_resize(struct kunit *test)
{
	static const u32 sizes[] = { 4 * SIZE, SIZE, 2 * SIZE, 4, SIZE };
	struct vnet_ring_lab *lab = test->priv;
	struct vnet_ring *ring = &lab->ring;
	u32 i;

	put(lab, 6);
	vnet_ring_publish(ring);
	take(test, 3);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		resize(test, sizes[i]);
		KUNIT_ASSERT_EQ(test, vnet_ring_used(ring), 3);
		KUNIT_ASSERT_EQ(test, vnet_ring_room(ring, sizes[i], sizes[i]),
				sizes[i] - 3);
		put(lab, 1);
		vnet_ring_publish(ring);
		take(test, 1);
	}
	take(test, 3);
	KUNIT_EXPECT_EQ(test, lab->in, lab->out);
}

/* A full ring fits into one of its size, and one without descriptors into none */
static void vnet_ring_resize_limits(struct kunit *test)
{
	struct vnet_ring_lab *lab = test->priv;
	struct vnet_ring *ring = &lab->ring;

	put(lab, SIZE);
	vnet_ring_publish(ring);
	resize(test, SIZE);
	KUNIT_EXPECT_EQ(test, vnet_ring_room(ring, SIZE, 1), 0);
	take(test, SIZE);
	kvfree(vnet_ring_swap(ring, NULL, 1));
	KUNIT_EXPECT_NULL(test, ring->desc);
	KUNIT_EXPECT_EQ(test, vnet_ring_used(ring), 0);
	resize(test, SIZE);
	put(lab, SIZE);
	vnet_ring_publish(ring);
	take(test, SIZE);
}

static struct kunit_case vnet_ring_cases[] = {
	KUNIT_CASE(vnet_ring_empty),
	KUNIT_CASE(vnet_ring_full),
	KUNIT_CASE(vnet_ring_batch),
	KUNIT_CASE(vnet_ring_looks_seldom),
	KUNIT_CASE(vnet_ring_wraps),
	KUNIT_CASE(vnet_ring_limit),
	KUNIT_CASE(vnet_ring_resize),
	KUNIT_CASE(vnet_ring_resize_limits),
	{}
};

static struct kunit_suite vnet_ring_suite = {
	.name = "vnet_ring",
	.init = vnet_ring_lab_init,
	.exit = vnet_ring_lab_exit,
	.test_cases = vnet_ring_cases,
};

kunit_test_suite(vnet_ring_suite);
