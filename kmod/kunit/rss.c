// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a frame's headers say, and what they hash to.
 */
#include <kunit/test.h>
#include <linux/ethtool.h>
#include <linux/icmp.h>
#include <linux/if_vlan.h>
#include <linux/inet.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "compat.h"
#include "rss.h"
#include "toeplitz.h"

/* With which Microsoft verifies implementations, "Verifying the RSS Hash" */
static const struct {
	const char *src;
	const char *dst;
	u16 sport;
	u16 dport;
	u32 addrs;
	u32 ports;
} vectors[] = {
	{ "66.9.149.187", "161.142.100.80", 2794, 1766,
	  0x323e8fc2, 0x51ccc178 },
	{ "199.92.111.2", "65.69.140.83", 14230, 4739,
	  0xd718262a, 0xc626b0ea },
	{ "24.19.198.95", "12.22.207.184", 12898, 38024,
	  0xd2d0a5de, 0x5c2b394a },
	{ "38.27.205.30", "209.142.163.6", 48228, 2217,
	  0x82989176, 0xafc7327f },
	{ "153.39.163.191", "202.188.127.2", 44251, 1303,
	  0x5d1809c5, 0x10e828a2 },
	{ "3ffe:2501:200:1fff::7", "3ffe:2501:200:3::1", 2794, 1766,
	  0x2cc18cd5, 0x40207d3d },
	{ "3ffe:501:8::260:97ff:fe40:efab", "ff02::1", 14230, 4739,
	  0x0f0c461c, 0xdde51bbf },
	{ "3ffe:1900:4545:3:200:f8ff:fe21:67cf",
	  "fe80::200:f8ff:fe21:67cf", 44251, 38024,
	  0x4b61e985, 0x02d1feef },
};

#define KINDS_IP	(RXH_IP_SRC | RXH_IP_DST)
#define KINDS_L4	(KINDS_IP | RXH_L4_B_0_1 | RXH_L4_B_2_3)

static void read_address(struct kunit *test, const char *text, bool ip6,
			 __be32 *addr)
{
	KUNIT_ASSERT_EQ(test, 1, ip6 ?
			in6_pton(text, -1, (u8 *)addr, -1, NULL) :
			in4_pton(text, -1, (u8 *)addr, -1, NULL));
}

/* A flow with the addresses and ports of vector @i */
static void read_vector(struct kunit *test, u32 i, struct vnet_flow *flow)
{
	bool ip6 = strchr(vectors[i].src, ':');

	memset(flow, 0, sizeof(*flow));
	read_address(test, vectors[i].src, ip6, flow->saddr);
	read_address(test, vectors[i].dst, ip6, flow->daddr);
	flow->port[0] = htons(vectors[i].sport);
	flow->port[1] = htons(vectors[i].dport);
	flow->has_l4 = true;
	flow->kind = ip6 ? VNET_FLOW_TCP6 : VNET_FLOW_TCP4;
}

static struct vnet_rss_context *new_context(struct kunit *test, u16 fields)
{
	struct vnet_rss_context *ctx = kunit_kzalloc(test, sizeof(*ctx),
						     GFP_KERNEL);
	u32 kind;

	KUNIT_ASSERT_NOT_NULL(test, ctx);
	ctx->hfunc = ETH_RSS_HASH_TOP;
	memcpy(ctx->key, vnet_toeplitz_key, sizeof(vnet_toeplitz_key));
	for (kind = 0; kind < VNET_FLOW_KINDS; kind++)
		ctx->fields[kind] = fields;
	return ctx;
}

static void vnet_toeplitz_of_microsoft(struct kunit *test)
{
	struct vnet_rss_context *l4 = new_context(test, KINDS_L4);
	struct vnet_rss_context *ip = new_context(test, KINDS_IP);
	enum pkt_hash_types type;
	struct vnet_flow flow;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		read_vector(test, i, &flow);
		KUNIT_EXPECT_EQ(test, vnet_rss_hash(l4, &flow, &type),
				vectors[i].ports);
		KUNIT_EXPECT_EQ(test, type, PKT_HASH_TYPE_L4);
		KUNIT_EXPECT_EQ(test, vnet_rss_hash(ip, &flow, &type),
				vectors[i].addrs);
		KUNIT_EXPECT_EQ(test, type, PKT_HASH_TYPE_L3);
	}
}

/* No field, no hash */
static void vnet_toeplitz_of_nothing(struct kunit *test)
{
	struct vnet_rss_context *ctx = new_context(test, 0);
	enum pkt_hash_types type;
	struct vnet_flow flow;

	read_vector(test, 0, &flow);
	KUNIT_EXPECT_EQ(test, vnet_rss_hash(ctx, &flow, &type), 0);
	KUNIT_EXPECT_EQ(test, type, PKT_HASH_TYPE_NONE);
	KUNIT_EXPECT_EQ(test, vnet_toeplitz(ctx->key, ctx->key, 0), 0);
}

/* Bit n of the input adds the 32 bits of the key that begin at bit n */
static void vnet_toeplitz_bit_by_bit(struct kunit *test)
{
	const u8 *key = vnet_toeplitz_key;
	u8 data[36] = {};
	u32 n, want, bit;

	for (n = 0; n < sizeof(data) * 8; n++) {
		for (bit = 0, want = 0; bit < 32; bit++)
			want = want << 1 |
			       (key[(n + bit) / 8] >> (7 - (n + bit) % 8) & 1);
		data[n / 8] = 0x80 >> n % 8;
		KUNIT_ASSERT_EQ(test, vnet_toeplitz(key, data, sizeof(data)),
				want);
		data[n / 8] = 0;
	}
}

/* Both directions of a flow have the same hash, if that is asked for */
static void vnet_hash_symmetric(struct kunit *test)
{
	static const u8 xfrms[] = { RXH_XFRM_SYM_XOR, RXH_XFRM_SYM_OR_XOR };
	struct vnet_rss_context *ctx = new_context(test, KINDS_L4);
	enum pkt_hash_types type;
	struct vnet_flow there, back;
	u32 i, x;

	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		read_vector(test, i, &there);
		back = there;
		memcpy(back.saddr, there.daddr, sizeof(back.saddr));
		memcpy(back.daddr, there.saddr, sizeof(back.daddr));
		swap(back.port[0], back.port[1]);

		ctx->xfrm = 0;
		KUNIT_EXPECT_NE(test, vnet_rss_hash(ctx, &there, &type),
				vnet_rss_hash(ctx, &back, &type));
		for (x = 0; x < ARRAY_SIZE(xfrms); x++) {
			ctx->xfrm = xfrms[x];
			KUNIT_EXPECT_EQ(test, vnet_rss_hash(ctx, &there, &type),
					vnet_rss_hash(ctx, &back, &type));
		}
	}
}

static struct sk_buff *new_frame(struct kunit *test, u16 proto)
{
	struct sk_buff *skb = alloc_skb(256, GFP_KERNEL);
	struct ethhdr *eth;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	eth = skb_put_zero(skb, sizeof(*eth));
	eth->h_dest[0] = 2;
	eth->h_source[5] = 7;
	eth->h_proto = htons(proto);
	return skb;
}

static struct iphdr *add_ip4(struct sk_buff *skb, u8 proto, u16 frag)
{
	struct iphdr *ip = skb_put_zero(skb, sizeof(*ip));

	ip->version = 4;
	ip->ihl = 5;
	ip->protocol = proto;
	ip->frag_off = htons(frag);
	ip->saddr = htonl(1);
	ip->daddr = htonl(2);
	return ip;
}

static struct ipv6hdr *add_ip6(struct sk_buff *skb, u8 next)
{
	struct ipv6hdr *ip = skb_put_zero(skb, sizeof(*ip));

	ip->version = 6;
	ip->nexthdr = next;
	ip->saddr.s6_addr32[3] = htonl(1);
	ip->daddr.s6_addr32[3] = htonl(2);
	return ip;
}

static void add_ports(struct sk_buff *skb)
{
	struct udphdr *uh = skb_put_zero(skb, sizeof(*uh));

	uh->source = htons(3);
	uh->dest = htons(4);
}

/* Read a frame, and free it */
static struct vnet_flow read_frame(struct sk_buff *skb)
{
	struct vnet_flow flow;

	memset(&flow, 0xff, sizeof(flow));
	vnet_flow_parse(&flow, skb);
	kfree_skb(skb);
	return flow;
}

static void vnet_flow_other(struct kunit *test)
{
	struct vnet_flow flow = read_frame(new_frame(test, ETH_P_ARP));

	KUNIT_EXPECT_EQ(test, flow.kind, VNET_FLOW_ETHER);
	KUNIT_EXPECT_EQ(test, flow.dst[0], 2);
	KUNIT_EXPECT_EQ(test, flow.src[5], 7);
	KUNIT_EXPECT_EQ(test, ntohs(flow.proto), ETH_P_ARP);
	KUNIT_EXPECT_EQ(test, flow.pad, 0);
}

static void vnet_flow_ip4(struct kunit *test)
{
	static const struct {
		u8 proto;
		u8 kind;
	} all[] = {
		{ IPPROTO_TCP, VNET_FLOW_TCP4 },
		{ IPPROTO_UDP, VNET_FLOW_UDP4 },
		{ IPPROTO_SCTP, VNET_FLOW_SCTP4 },
		{ IPPROTO_ICMP, VNET_FLOW_IP4 },
	};
	struct vnet_flow flow;
	struct sk_buff *skb;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		skb = new_frame(test, ETH_P_IP);
		add_ip4(skb, all[i].proto, 0)->tos = 9;
		add_ports(skb);
		flow = read_frame(skb);
		KUNIT_EXPECT_EQ(test, flow.kind, all[i].kind);
		KUNIT_EXPECT_EQ(test, ntohl(flow.saddr[0]), 1);
		KUNIT_EXPECT_EQ(test, ntohl(flow.daddr[0]), 2);
		KUNIT_EXPECT_EQ(test, flow.tos, 9);
		KUNIT_EXPECT_TRUE(test, flow.has_l4);
		KUNIT_EXPECT_EQ(test, ntohs(flow.port[0]), 3);
		KUNIT_EXPECT_EQ(test, ntohs(flow.port[1]), 4);
	}
}

/* Options are in front of the ports */
static void vnet_flow_ip4_options(struct kunit *test)
{
	struct sk_buff *skb = new_frame(test, ETH_P_IP);
	struct vnet_flow flow;

	add_ip4(skb, IPPROTO_UDP, 0)->ihl = 6;
	skb_put_zero(skb, sizeof(u32));
	add_ports(skb);
	flow = read_frame(skb);
	KUNIT_EXPECT_EQ(test, flow.kind, VNET_FLOW_UDP4);
	KUNIT_EXPECT_EQ(test, ntohs(flow.port[0]), 3);
}

/* No part of a datagram has ports, the first neither */
static void vnet_flow_ip4_fragments(struct kunit *test)
{
	static const u16 frags[] = { IP_MF, 8, IP_MF | 8 };
	struct vnet_flow flow;
	struct sk_buff *skb;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(frags); i++) {
		skb = new_frame(test, ETH_P_IP);
		add_ip4(skb, IPPROTO_UDP, frags[i]);
		add_ports(skb);
		flow = read_frame(skb);
		KUNIT_EXPECT_EQ(test, flow.kind, VNET_FLOW_IP4);
		KUNIT_EXPECT_FALSE(test, flow.has_l4);
		KUNIT_EXPECT_EQ(test, flow.l4, 0);
		KUNIT_EXPECT_EQ(test, flow.l4_proto, IPPROTO_UDP);
	}
}

/* Cut anywhere, a header is not there, and nothing behind the end is read */
static void vnet_flow_cut(struct kunit *test)
{
	struct vnet_flow flow;
	struct sk_buff *skb;
	u32 len, whole = ETH_HLEN + sizeof(struct iphdr);

	for (len = ETH_HLEN; len < whole + sizeof(__be32); len++) {
		skb = new_frame(test, ETH_P_IP);
		add_ip4(skb, IPPROTO_TCP, 0);
		add_ports(skb);
		skb_trim(skb, len);
		flow = read_frame(skb);
		KUNIT_EXPECT_EQ(test, flow.kind,
				len < whole ? VNET_FLOW_ETHER : VNET_FLOW_IP4);
		KUNIT_EXPECT_FALSE(test, flow.has_l4);
	}
}

static void vnet_flow_bad_version(struct kunit *test)
{
	struct sk_buff *skb = new_frame(test, ETH_P_IP);

	add_ip4(skb, IPPROTO_TCP, 0)->version = 6;
	add_ports(skb);
	KUNIT_EXPECT_EQ(test, read_frame(skb).kind, VNET_FLOW_ETHER);

	skb = new_frame(test, ETH_P_IP);
	add_ip4(skb, IPPROTO_TCP, 0)->ihl = 4;
	add_ports(skb);
	KUNIT_EXPECT_EQ(test, read_frame(skb).kind, VNET_FLOW_ETHER);
}

static void vnet_flow_ip6(struct kunit *test)
{
	struct sk_buff *skb = new_frame(test, ETH_P_IPV6);
	struct vnet_flow flow;

	ip6_flow_hdr(add_ip6(skb, IPPROTO_TCP), 0x5a, htonl(0x12345));
	add_ports(skb);
	flow = read_frame(skb);
	KUNIT_EXPECT_EQ(test, flow.kind, VNET_FLOW_TCP6);
	KUNIT_EXPECT_EQ(test, flow.tos, 0x5a);
	KUNIT_EXPECT_EQ(test, ntohl(flow.label), 0x12345);
	KUNIT_EXPECT_EQ(test, ntohl(flow.saddr[3]), 1);
	KUNIT_EXPECT_EQ(test, ntohl(flow.daddr[3]), 2);
	KUNIT_EXPECT_EQ(test, ntohs(flow.port[1]), 4);
}

/* The transport layer is behind the extension headers */
static void vnet_flow_ip6_extension(struct kunit *test)
{
	struct sk_buff *skb = new_frame(test, ETH_P_IPV6);
	struct ipv6_opt_hdr *opt;
	struct vnet_flow flow;

	add_ip6(skb, NEXTHDR_HOP);
	opt = skb_put_zero(skb, 16);
	opt->nexthdr = IPPROTO_UDP;
	opt->hdrlen = 1;
	add_ports(skb);
	flow = read_frame(skb);
	KUNIT_EXPECT_EQ(test, flow.kind, VNET_FLOW_UDP6);
	KUNIT_EXPECT_EQ(test, flow.l4_proto, IPPROTO_UDP);
	KUNIT_EXPECT_EQ(test, ntohs(flow.port[0]), 3);
}

static void vnet_flow_ip6_fragment(struct kunit *test)
{
	struct sk_buff *skb = new_frame(test, ETH_P_IPV6);
	struct frag_hdr *frag;
	struct vnet_flow flow;

	add_ip6(skb, NEXTHDR_FRAGMENT);
	frag = skb_put_zero(skb, sizeof(*frag));
	frag->nexthdr = IPPROTO_UDP;
	frag->frag_off = htons(8);
	add_ports(skb);
	flow = read_frame(skb);
	KUNIT_EXPECT_EQ(test, flow.kind, VNET_FLOW_IP6);
	KUNIT_EXPECT_EQ(test, flow.l4_proto, IPPROTO_UDP);
	KUNIT_EXPECT_FALSE(test, flow.has_l4);
}

/* The outer tag counts, in the frame or apart; the protocol is behind all */
static void vnet_flow_tags(struct kunit *test)
{
	struct vnet_flow flow;
	struct vlan_hdr *tag;
	struct sk_buff *skb;
	bool apart;
	u32 i;

	for (i = 0; i < 2; i++) {
		apart = i;
		skb = new_frame(test, ETH_P_8021AD);
		if (apart)
			__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021AD), 77);
		tag = skb_put_zero(skb, sizeof(*tag));
		tag->h_vlan_TCI = htons(66);
		tag->h_vlan_encapsulated_proto = htons(ETH_P_8021Q);
		tag = skb_put_zero(skb, sizeof(*tag));
		tag->h_vlan_TCI = htons(55);
		tag->h_vlan_encapsulated_proto = htons(ETH_P_IP);
		add_ip4(skb, IPPROTO_UDP, 0);
		add_ports(skb);
		flow = read_frame(skb);
		KUNIT_EXPECT_TRUE(test, flow.tagged);
		KUNIT_EXPECT_EQ(test, ntohs(flow.vlan_tci), apart ? 77 : 66);
		KUNIT_EXPECT_EQ(test, ntohs(flow.vlan_proto), ETH_P_8021AD);
		KUNIT_EXPECT_EQ(test, ntohs(flow.proto), ETH_P_IP);
		KUNIT_EXPECT_EQ(test, flow.kind, VNET_FLOW_UDP4);
	}
}

/* A rule matches what it says, where its mask has ones, and nothing else */
static void vnet_flow_match(struct kunit *test)
{
	struct vnet_flow flow, mask = {};

	read_vector(test, 0, &flow);
	KUNIT_EXPECT_TRUE(test, vnet_flow_matches(&flow, &mask, &mask));
	mask.port[1] = htons(U16_MAX);
	KUNIT_EXPECT_TRUE(test, vnet_flow_matches(&flow, &flow, &mask));
	flow.port[1] = 0;
	KUNIT_EXPECT_TRUE(test, vnet_flow_matches(&flow, &flow, &mask));
	KUNIT_EXPECT_FALSE(test, vnet_flow_matches(&flow, &mask, &mask));
}

static struct kunit_case vnet_rss_cases[] = {
	KUNIT_CASE(vnet_toeplitz_of_microsoft),
	KUNIT_CASE(vnet_toeplitz_of_nothing),
	KUNIT_CASE(vnet_toeplitz_bit_by_bit),
	KUNIT_CASE(vnet_hash_symmetric),
	KUNIT_CASE(vnet_flow_other),
	KUNIT_CASE(vnet_flow_ip4),
	KUNIT_CASE(vnet_flow_ip4_options),
	KUNIT_CASE(vnet_flow_ip4_fragments),
	KUNIT_CASE(vnet_flow_cut),
	KUNIT_CASE(vnet_flow_bad_version),
	KUNIT_CASE(vnet_flow_ip6),
	KUNIT_CASE(vnet_flow_ip6_extension),
	KUNIT_CASE(vnet_flow_ip6_fragment),
	KUNIT_CASE(vnet_flow_tags),
	KUNIT_CASE(vnet_flow_match),
	{}
};

static struct kunit_suite vnet_rss_suite = {
	.name = "vnet_rss",
	.test_cases = vnet_rss_cases,
};

kunit_test_suite(vnet_rss_suite);
