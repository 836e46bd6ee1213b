// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which TCP segments may be made one, and what headers they have then.
 */
#include <kunit/test.h>
#include <linux/etherdevice.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/tcp.h>

#include "segment.h"

#define SIZE	100
#define SEED	7

/* A segment of one flow with @len bytes, or a datagram; checksums are complete */
static struct sk_buff *packet(struct kunit *test, u8 protocol, u32 seq, u32 len,
			      u16 id)
{
	u32 size = sizeof(struct iphdr) + sizeof(struct tcphdr) + len;
	struct sk_buff *skb = alloc_skb(ETH_HLEN + size, GFP_KERNEL);
	struct tcphdr *th;
	struct iphdr *ip;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_put_zero(skb, ETH_HLEN);
	skb_reset_mac_header(skb);
	skb_pull(skb, ETH_HLEN);
	skb->protocol = htons(ETH_P_IP);

	ip = skb_put_zero(skb, sizeof(*ip));
	ip->version = 4;
	ip->ihl = sizeof(*ip) / 4;
	ip->protocol = protocol;
	ip->tot_len = htons(size);
	ip->id = htons(id);
	ip->frag_off = htons(IP_DF);
	ip->ttl = 64;
	ip->saddr = htonl(0x0a000001);
	ip->daddr = htonl(0x0a000002);
	ip_send_check(ip);

	th = skb_put_zero(skb, sizeof(*th));
	th->source = htons(1);
	th->dest = htons(2);
	th->seq = htonl(seq);
	th->doff = sizeof(*th) / 4;
	th->ack = 1;
	memset(skb_put(skb, len), seq, len);
	th->check = tcp_v4_check(size - sizeof(*ip), ip->saddr, ip->daddr,
				 csum_partial(th, size - sizeof(*ip), 0));
	return skb;
}

static struct sk_buff *segment(struct kunit *test, u32 seq, u32 len, u16 id)
{
	return packet(test, IPPROTO_TCP, seq, len, id);
}

static enum vnet_segment_kind kind(struct sk_buff *skb)
{
	enum vnet_segment_kind found;
	struct vnet_segment seg;

	found = vnet_segment_read(skb, &seg, SEED);
	kfree_skb(skb);
	return found;
}

/* Where the headers are, and that the checksum was found to be right */
static void vnet_segment_read_data(struct kunit *test)
{
	struct sk_buff *skb = segment(test, 1, SIZE, 0);
	struct vnet_segment seg;

	KUNIT_EXPECT_EQ(test, vnet_segment_read(skb, &seg, SEED),
			VNET_SEGMENT_DATA);
	KUNIT_EXPECT_EQ(test, seg.ip[VNET_SEGMENT_OUTER], 0);
	KUNIT_EXPECT_EQ(test, seg.ip[VNET_SEGMENT_INNER], 0);
	KUNIT_EXPECT_EQ(test, seg.tcp, sizeof(struct iphdr));
	KUNIT_EXPECT_EQ(test, seg.data,
			sizeof(struct iphdr) + sizeof(struct tcphdr));
	KUNIT_EXPECT_EQ(test, seg.len, SIZE);
	KUNIT_EXPECT_TRUE(test, skb->ip_summed == CHECKSUM_UNNECESSARY);
	kfree_skb(skb);
}

static void vnet_segment_read_kinds(struct kunit *test)
{
	struct sk_buff *skb;

	KUNIT_EXPECT_EQ(test, kind(segment(test, 1, 0, 0)),
			VNET_SEGMENT_ALONE);
	KUNIT_EXPECT_EQ(test, kind(packet(test, IPPROTO_UDP, 1, SIZE, 0)),
			VNET_SEGMENT_OTHER);

	/* A byte of the data is another */
	skb = segment(test, 1, SIZE, 0);
	skb->data[skb->len - 1]++;
	KUNIT_EXPECT_EQ(test, kind(skb), VNET_SEGMENT_ALONE);

	/* A byte is missing, of the data, and of the TCP header */
	skb = segment(test, 1, SIZE, 0);
	skb_trim(skb, skb->len - 1);
	KUNIT_EXPECT_EQ(test, kind(skb), VNET_SEGMENT_ALONE);
	skb = segment(test, 1, SIZE, 0);
	skb_trim(skb, sizeof(struct iphdr) + sizeof(struct tcphdr) - 1);
	KUNIT_EXPECT_EQ(test, kind(skb), VNET_SEGMENT_UNKNOWN);

	skb = segment(test, 1, SIZE, 0);
	((struct iphdr *)skb->data)->frag_off = htons(IP_MF);
	KUNIT_EXPECT_EQ(test, kind(skb), VNET_SEGMENT_UNKNOWN);
}

/* What is said of a second segment behind the first @count of a flow */
static bool follows(struct kunit *test, u32 count, u8 *fixed, u32 seq, u32 len,
		    u16 id)
{
	struct sk_buff *first = segment(test, 1, SIZE, 0);
	struct sk_buff *skb = segment(test, seq, len, id);
	struct vnet_segment fseg, seg;
	bool found;

	vnet_segment_read(first, &fseg, SEED);
	vnet_segment_read(skb, &seg, SEED);
	KUNIT_EXPECT_TRUE(test,
			  vnet_segment_same_flow(first, &fseg, skb, &seg));
	found = vnet_segment_follows(first, &fseg, count, fixed, skb, &seg);
	kfree_skb(first);
	kfree_skb(skb);
	return found;
}

static void vnet_segment_sequence(struct kunit *test)
{
	u8 fixed = 0;

	KUNIT_EXPECT_TRUE(test, follows(test, 1, &fixed, 1 + SIZE, SIZE, 1));
	KUNIT_EXPECT_TRUE(test, follows(test, 1, &fixed, 1 + SIZE, 1, 1));
	KUNIT_EXPECT_FALSE(test,
			   follows(test, 1, &fixed, 1 + SIZE, SIZE + 1, 1));
	KUNIT_EXPECT_FALSE(test, follows(test, 1, &fixed, 2 + SIZE, SIZE, 1));
	KUNIT_EXPECT_TRUE(test,
			  follows(test, 3, &fixed, 1 + 3 * SIZE, SIZE, 3));
	KUNIT_EXPECT_EQ(test, fixed, 0);
}

/* The second decides, and only the second */
static void vnet_segment_identification(struct kunit *test)
{
	u8 fixed = 0;

	KUNIT_EXPECT_FALSE(test, follows(test, 1, &fixed, 1 + SIZE, SIZE, 2));
	KUNIT_EXPECT_FALSE(test,
			   follows(test, 2, &fixed, 1 + 2 * SIZE, SIZE, 0));
	KUNIT_EXPECT_EQ(test, fixed, 0);
	KUNIT_EXPECT_TRUE(test, follows(test, 1, &fixed, 1 + SIZE, SIZE, 0));
	KUNIT_EXPECT_EQ(test, fixed, BIT(VNET_SEGMENT_OUTER));
	KUNIT_EXPECT_FALSE(test,
			   follows(test, 2, &fixed, 1 + 2 * SIZE, SIZE, 2));
	KUNIT_EXPECT_TRUE(test,
			  follows(test, 2, &fixed, 1 + 2 * SIZE, SIZE, 0));
}

/* Headers of a frame of three segments */
static void vnet_segment_headers(struct kunit *test)
{
	struct sk_buff *skb = segment(test, 1, 3 * SIZE, 0);
	const struct tcphdr *th;
	const struct iphdr *ip;
	struct vnet_segment seg;

	/* As one that had the others put behind it */
	vnet_segment_read(skb, &seg, SEED);
	seg.len = SIZE;
	((struct iphdr *)skb->data)->tot_len = htons(skb->len - 2 * SIZE);
	ip_send_check((struct iphdr *)skb->data);

	vnet_segment_set_end(skb, &seg, TCP_FLAG_PSH);
	KUNIT_EXPECT_EQ(test, (__force u32)vnet_segment_end(skb, &seg),
			(__force u32)TCP_FLAG_PSH);
	vnet_segment_finish(skb, &seg, 3, 0);

	ip = (const struct iphdr *)skb->data;
	th = (const struct tcphdr *)(ip + 1);
	KUNIT_EXPECT_EQ(test, ntohs(ip->tot_len), skb->len);
	KUNIT_EXPECT_EQ(test, ip_fast_csum(ip, ip->ihl), 0);
	KUNIT_EXPECT_EQ(test, skb_shinfo(skb)->gso_size, SIZE);
	KUNIT_EXPECT_EQ(test, skb_shinfo(skb)->gso_segs, 3);
	KUNIT_EXPECT_EQ(test, skb_shinfo(skb)->gso_type, SKB_GSO_TCPV4);
	KUNIT_EXPECT_TRUE(test, skb->ip_summed == CHECKSUM_PARTIAL);
	KUNIT_EXPECT_EQ(test, skb_checksum_start_offset(skb), seg.tcp);
	KUNIT_EXPECT_EQ(test, (__force u16)th->check,
			(__force u16)~tcp_v4_check(skb->len - seg.tcp,
						   ip->saddr, ip->daddr, 0));
	kfree_skb(skb);
}

static struct kunit_case vnet_segment_cases[] = {
	KUNIT_CASE(vnet_segment_read_data),
	KUNIT_CASE(vnet_segment_read_kinds),
	KUNIT_CASE(vnet_segment_sequence),
	KUNIT_CASE(vnet_segment_identification),
	KUNIT_CASE(vnet_segment_headers),
	{}
};

static struct kunit_suite vnet_segment_suite = {
	.name = "vnet_segment",
	.test_cases = vnet_segment_cases,
};

kunit_test_suite(vnet_segment_suite);
