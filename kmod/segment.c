// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads the headers of TCP segments, says which may be made one, and writes the
 * headers of what has become of them. Whatever is merged is such that segmentation
 * makes the same frames of it again.
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/jhash.h>
#include <linux/tcp.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>
#include <net/tcp.h>

#include "compat.h"
#include "segment.h"

static const void *vnet_segment_at(const struct sk_buff *skb, u32 at)
{
	return skb->data + at;
}

static struct tcphdr *vnet_segment_tcp(const struct sk_buff *skb,
				       const struct vnet_segment *seg)
{
	return (struct tcphdr *)(skb->data + seg->tcp);
}

static u32 vnet_segment_layers(const struct vnet_segment *seg)
{
	return seg->ip[VNET_SEGMENT_INNER] ? 2 : 1;
}

/* Where the IP header is that the addresses of the flow are in */
static u32 vnet_segment_ip(const struct vnet_segment *seg)
{
	return seg->ip[VNET_SEGMENT_INNER] ?: seg->ip[VNET_SEGMENT_OUTER];
}

static bool vnet_segment_is_ip6(const struct sk_buff *skb, u32 at)
{
	return ((const struct iphdr *)vnet_segment_at(skb, at))->version == 6;
}

/* The addresses of a flow, source and destination. Return: words of both. */
static u32 vnet_segment_addresses(const struct sk_buff *skb,
				  const struct vnet_segment *seg,
				  const __be32 **addr)
{
	u32 at = vnet_segment_ip(seg);
	const struct ipv6hdr *ip6 = vnet_segment_at(skb, at);
	const struct iphdr *ip = vnet_segment_at(skb, at);

	if (vnet_segment_is_ip6(skb, at)) {
		*addr = ip6->saddr.s6_addr32;
		return 2 * sizeof(ip6->saddr) / sizeof(__be32);
	}
	*addr = &ip->saddr;
	return 2;
}

static u32 vnet_segment_ports(const struct tcphdr *th)
{
	return (__force u32)th->source << 16 | (__force u32)th->dest;
}

/*
 * Read an IP header. Each returns the offset of what follows, 0 where that is not to
 * be found or no TCP can be in it, or -1 where it cannot be told; @proto is set to what
 * follows, and @plain cleared where it is no header that segmentation would make.
 */
static int vnet_segment_read_ip4(struct sk_buff *skb, u32 at, u8 *proto,
				 bool *plain)
{
	const struct iphdr *ip;

	if (!pskb_may_pull(skb, at + sizeof(*ip)))
		return -1;
	ip = vnet_segment_at(skb, at);
	if (ip->version != 4 || ip->ihl < sizeof(*ip) / 4)
		return 0;

	*proto = ip->protocol;
	/* Of a fragment, nothing tells the flow */
	if (ip_is_fragment(ip))
		return -1;
	if (ip->ihl != sizeof(*ip) / 4 || (ip->frag_off & ~htons(IP_DF)) ||
	    ntohs(ip->tot_len) != skb->len - at ||
	    ip_fast_csum(ip, sizeof(*ip) / 4))
		*plain = false;
	return at + ip->ihl * 4;
}

static int vnet_segment_read_ip6(struct sk_buff *skb, u32 at, u8 *proto,
				 bool *plain)
{
	const struct ipv6_opt_hdr *opt;
	const struct ipv6hdr *ip6;

	if (!pskb_may_pull(skb, at + sizeof(*ip6)))
		return -1;
	ip6 = vnet_segment_at(skb, at);
	if (ip6->version != 6)
		return 0;

	*proto = ip6->nexthdr;
	at += sizeof(*ip6);
	if (ntohs(ip6->payload_len) != skb->len - at)
		*plain = false;
	/* Those that segmentation finds its way through as well */
	while (*proto == NEXTHDR_HOP || *proto == NEXTHDR_ROUTING ||
	       *proto == NEXTHDR_DEST) {
		if (!pskb_may_pull(skb, at + sizeof(*opt)))
			return -1;
		opt = vnet_segment_at(skb, at);
		*proto = opt->nexthdr;
		at += ipv6_optlen(opt);
	}
	return *proto == NEXTHDR_FRAGMENT ? -1 : at;
}

/* The EtherType behind tags in the frame. Return: their length, -1: it ends in one. */
static int vnet_segment_read_vlan(struct sk_buff *skb, __be16 *proto)
{
	const struct vlan_hdr *tag;
	u32 at = 0;

	while (eth_type_vlan(*proto)) {
		if (!pskb_may_pull(skb, at + sizeof(*tag)))
			return -1;
		tag = vnet_segment_at(skb, at);
		*proto = tag->h_vlan_encapsulated_proto;
		at += sizeof(*tag);
	}
	return at;
}

/* Read all headers up to that of TCP. Return: its offset, 0 and -1 as above. */
static int vnet_segment_read_headers(struct sk_buff *skb,
				     struct vnet_segment *seg, bool *plain)
{
	__be16 ethertype = skb->protocol;
	int at, layer;
	u8 proto;

	at = vnet_segment_read_vlan(skb, &ethertype);
	if (at < 0)
		return 0;
	if (ethertype == htons(ETH_P_IP))
		proto = IPPROTO_IPIP;
	else if (ethertype == htons(ETH_P_IPV6))
		proto = IPPROTO_IPV6;
	else
		return 0;

	for (layer = 0; layer < VNET_SEGMENT_LAYERS; layer++) {
		seg->ip[layer] = at;
		if (proto == IPPROTO_IPIP)
			at = vnet_segment_read_ip4(skb, at, &proto, plain);
		else
			at = vnet_segment_read_ip6(skb, at, &proto, plain);
		if (at <= 0 || proto == IPPROTO_TCP)
			return at;
		if (proto != IPPROTO_IPIP && proto != IPPROTO_IPV6)
			return 0;
	}
	return 0;
}

/* A checksum with that of the pseudo header; @sum: of what else it is over */
static __sum16 vnet_segment_check(const struct sk_buff *skb,
				  const struct vnet_segment *seg, __wsum sum)
{
	u32 at = vnet_segment_ip(seg), len = skb->len - seg->tcp;
	const struct ipv6hdr *ip6 = vnet_segment_at(skb, at);
	const struct iphdr *ip = vnet_segment_at(skb, at);

	if (vnet_segment_is_ip6(skb, at))
		return tcp_v6_check(len, &ip6->saddr, &ip6->daddr, sum);
	return tcp_v4_check(len, ip->saddr, ip->daddr, sum);
}

/* Whether a segment's checksum is right, which is noted if it had to be computed */
static bool vnet_segment_sum_is_good(struct sk_buff *skb,
				     const struct vnet_segment *seg)
{
	__wsum sum;

	switch (skb->ip_summed) {
	case CHECKSUM_UNNECESSARY:
		return true;
	case CHECKSUM_PARTIAL:
		return skb_checksum_start_offset(skb) == seg->tcp &&
		       skb->csum_offset == offsetof(struct tcphdr, check);
	default:
		sum = skb_checksum(skb, seg->tcp, skb->len - seg->tcp, 0);
		if (vnet_segment_check(skb, seg, sum))
			return false;
		skb->ip_summed = CHECKSUM_UNNECESSARY;
		skb->csum_level = 0;
		return true;
	}
}

/* Whether a segment, whose IP headers are plain, has data that may be merged */
static bool vnet_segment_is_data(struct sk_buff *skb,
				 const struct vnet_segment *seg)
{
	__be32 flags = tcp_flag_word(vnet_segment_tcp(skb, seg));

	/* Without a word for it, only the first of a longer one keeps it */
	if (!VNET_GSO_TCP_ACCECN && (flags & TCP_FLAG_CWR))
		return false;
	return (flags & TCP_FLAG_ACK) &&
	       !(flags & (TCP_FLAG_SYN | TCP_FLAG_RST | TCP_FLAG_URG)) &&
	       skb->len > seg->data && skb->len - seg->data <= U16_MAX &&
	       !skb_is_gso(skb) && !skb_has_frag_list(skb) && !skb_zcopy(skb);
}

/**
 * vnet_segment_read - read the headers of a frame
 * @skb: the frame, data behind the Ethernet header; headers that are in fragments
 *	are pulled, and a checksum that was found to be right is noted
 * @seg: to fill, where a flow is known
 * @seed: of the flow's hash
 *
 * Context: any.
 *
 * Return: what the frame is.
 */
enum vnet_segment_kind vnet_segment_read(struct sk_buff *skb,
					 struct vnet_segment *seg, u32 seed)
{
	const struct tcphdr *th;
	const __be32 *addr;
	bool plain = true;
	u32 words;
	int at;

	memset(seg, 0, sizeof(*seg));
	at = vnet_segment_read_headers(skb, seg, &plain);
	if (!at)
		return VNET_SEGMENT_OTHER;
	if (at < 0 || at > U16_MAX || !pskb_may_pull(skb, at + sizeof(*th)))
		return VNET_SEGMENT_UNKNOWN;

	seg->tcp = at;
	th = vnet_segment_tcp(skb, seg);
	at += __tcp_hdrlen(th);
	if (th->doff < sizeof(*th) / 4 || !pskb_may_pull(skb, at))
		plain = false;
	seg->data = at;
	words = vnet_segment_addresses(skb, seg, &addr);
	seg->hash = jhash2((__force const u32 *)addr, words,
			   vnet_segment_ports(vnet_segment_tcp(skb, seg)) ^
			   seed);

	if (!plain || !vnet_segment_is_data(skb, seg) ||
	    !vnet_segment_sum_is_good(skb, seg))
		return VNET_SEGMENT_ALONE;
	seg->len = skb->len - seg->data;
	return VNET_SEGMENT_DATA;
}
EXPORT_SYMBOL_IF_KUNIT(vnet_segment_read);

/**
 * vnet_segment_same_flow - whether two segments are of one flow
 * @a: one
 * @aseg: its headers
 * @b: another
 * @bseg: its headers
 *
 * That is all that has the same addresses and ports, whatever it is wrapped in.
 */
bool vnet_segment_same_flow(const struct sk_buff *a,
			    const struct vnet_segment *aseg,
			    const struct sk_buff *b,
			    const struct vnet_segment *bseg)
{
	const struct tcphdr *th = vnet_segment_tcp(a, aseg);
	const __be32 *aaddr, *baddr;
	u32 words;

	if (aseg->hash != bseg->hash ||
	    vnet_segment_ports(th) !=
	    vnet_segment_ports(vnet_segment_tcp(b, bseg)))
		return false;
	words = vnet_segment_addresses(a, aseg, &aaddr);
	return words == vnet_segment_addresses(b, bseg, &baddr) &&
	       !memcmp(aaddr, baddr, words * sizeof(*aaddr));
}
EXPORT_SYMBOL_IF_KUNIT(vnet_segment_same_flow);

static bool vnet_segment_same_vlan(const struct sk_buff *a,
				   const struct sk_buff *b)
{
	if (skb_vlan_tag_present(a) != skb_vlan_tag_present(b))
		return false;
	return !skb_vlan_tag_present(a) ||
	       (a->vlan_proto == b->vlan_proto && a->vlan_tci == b->vlan_tci);
}

/*
 * Whether an IPv4 header has the identification that segmentation would give it: that
 * of the first, or counted up from there. The second of all decides which, if
 * segmentation can @fix it.
 */
static bool vnet_segment_id_follows(const struct iphdr *first,
				    const struct iphdr *ip, u32 count, bool fix,
				    u8 layer, u8 *fixed)
{
	u16 step = ntohs(ip->id) - ntohs(first->id);

	if (count == 1 && !step && fix)
		*fixed |= layer;
	return step == (*fixed & layer ? 0 : (u16)count);
}

/* Whether a layer's headers are what segmentation makes of those of the first */
static bool vnet_segment_ip_follows(const struct sk_buff *first, u32 count,
				    const struct sk_buff *skb,
				    const struct vnet_segment *seg, u32 layer,
				    u8 *fixed)
{
	u32 at = seg->ip[layer], next = seg->tcp;
	const struct iphdr *a = vnet_segment_at(first, at);
	const struct iphdr *b = vnet_segment_at(skb, at);
	bool tunnel = false;

	if (layer == VNET_SEGMENT_OUTER && seg->ip[VNET_SEGMENT_INNER]) {
		next = seg->ip[VNET_SEGMENT_INNER];
		tunnel = true;
	}
	if (vnet_segment_is_ip6(skb, at)) {
		const struct ipv6hdr *a6 = (const struct ipv6hdr *)a;
		const struct ipv6hdr *b6 = (const struct ipv6hdr *)b;
		u32 begin = offsetof(struct ipv6hdr, payload_len);
		u32 end = offsetof(struct ipv6hdr, nexthdr);

		/* With what there is behind it */
		return !memcmp(a6, b6, begin) &&
		       !memcmp(&a6->nexthdr, &b6->nexthdr, next - at - end);
	}
	return a->version == b->version && a->tos == b->tos &&
	       a->frag_off == b->frag_off && a->ttl == b->ttl &&
	       a->protocol == b->protocol && a->saddr == b->saddr &&
	       a->daddr == b->daddr &&
	       vnet_segment_id_follows(a, b, count,
				       vnet_gso_may_fix_id(a, tunnel),
				       BIT(layer), fixed);
}

static bool vnet_segment_tcp_follows(const struct tcphdr *first,
				     const struct tcphdr *th, u32 offset)
{
	__be32 differs = tcp_flag_word(first) ^ tcp_flag_word(th);

	return ntohl(th->seq) == ntohl(first->seq) + offset &&
	       th->ack_seq == first->ack_seq && th->urg_ptr == first->urg_ptr &&
	       !(differs & ~(TCP_FLAG_FIN | TCP_FLAG_PSH)) &&
	       !memcmp(first + 1, th + 1, __tcp_hdrlen(th) - sizeof(*th));
}

/**
 * vnet_segment_follows - whether a segment is the next of a longer one
 * @first: the first of those, with all behind it
 * @fseg: its headers
 * @count: how many there are
 * @fixed: for each IP header, whether all have one identification; updated where the
 *	segment follows
 * @skb: another of the same flow, of %VNET_SEGMENT_DATA
 * @seg: its headers
 *
 * All but the last have one length, so whoever finds one that is shorter adds none
 * behind it.
 */
bool vnet_segment_follows(const struct sk_buff *first,
			  const struct vnet_segment *fseg, u32 count, u8 *fixed,
			  const struct sk_buff *skb,
			  const struct vnet_segment *seg)
{
	u8 ids = *fixed;
	u32 layer;

	if (seg->len > fseg->len || fseg->tcp != seg->tcp ||
	    fseg->data != seg->data ||
	    memcmp(fseg->ip, seg->ip, sizeof(seg->ip)) ||
	    !vnet_segment_same_vlan(first, skb) ||
	    compare_ether_header(skb_mac_header(first), skb_mac_header(skb)) ||
	    memcmp(first->data, skb->data, seg->ip[VNET_SEGMENT_OUTER]))
		return false;

	for (layer = 0; layer < vnet_segment_layers(seg); layer++) {
		if (!vnet_segment_ip_follows(first, count, skb, seg, layer,
					     &ids))
			return false;
	}
	if (!vnet_segment_tcp_follows(vnet_segment_tcp(first, fseg),
				      vnet_segment_tcp(skb, seg),
				      count * fseg->len))
		return false;
	*fixed = ids;
	return true;
}
EXPORT_SYMBOL_IF_KUNIT(vnet_segment_follows);

/**
 * vnet_segment_end - the flags of a segment that nothing may be put behind
 * @skb: the segment
 * @seg: its headers
 *
 * Segmentation leaves them to the last.
 */
__be32 vnet_segment_end(const struct sk_buff *skb,
			const struct vnet_segment *seg)
{
	return tcp_flag_word(vnet_segment_tcp(skb, seg)) &
	       (TCP_FLAG_FIN | TCP_FLAG_PSH);
}
EXPORT_SYMBOL_IF_KUNIT(vnet_segment_end);

/**
 * vnet_segment_set_end - let a segment with others behind it end as the last of them
 * @skb: the first of them
 * @seg: its headers
 * @end: what vnet_segment_end() says of the last
 */
void vnet_segment_set_end(struct sk_buff *skb, const struct vnet_segment *seg,
			  __be32 end)
{
	tcp_flag_word(vnet_segment_tcp(skb, seg)) |= end;
}
EXPORT_SYMBOL_IF_KUNIT(vnet_segment_set_end);

/* Write the length of all into the IP header at @at */
static void vnet_segment_write_len(struct sk_buff *skb, u32 at)
{
	u32 len = skb->len - at;

	if (vnet_segment_is_ip6(skb, at)) {
		struct ipv6hdr *ip6 = (struct ipv6hdr *)(skb->data + at);

		ip6->payload_len = htons(len - sizeof(*ip6));
	} else {
		struct iphdr *ip = (struct iphdr *)(skb->data + at);

		csum_replace2(&ip->check, ip->tot_len, htons(len));
		ip->tot_len = htons(len);
	}
}

/* Leave the checksum to be completed, as a sender does */
static void vnet_segment_write_sum(struct sk_buff *skb,
				   const struct vnet_segment *seg)
{
	struct tcphdr *th = vnet_segment_tcp(skb, seg);

	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = (u8 *)th - skb->head;
	skb->csum_offset = offsetof(struct tcphdr, check);
	th->check = ~vnet_segment_check(skb, seg, 0);
}

/* Note where the inner headers are. Return: the tunnel's GSO type. */
static u32 vnet_segment_write_tunnel(struct sk_buff *skb,
				     const struct vnet_segment *seg)
{
	u32 outer = seg->ip[VNET_SEGMENT_OUTER];
	u32 inner = seg->ip[VNET_SEGMENT_INNER];

	skb->encapsulation = 1;
	skb_set_inner_network_header(skb, inner);
	skb_set_inner_transport_header(skb, seg->tcp);
	skb_set_inner_protocol(skb, vnet_segment_is_ip6(skb, inner) ?
				    htons(ETH_P_IPV6) : htons(ETH_P_IP));
	return vnet_segment_is_ip6(skb, outer) ? SKB_GSO_IPXIP6 :
						 SKB_GSO_IPXIP4;
}

/**
 * vnet_segment_finish - make a GSO frame of a segment with others behind it
 * @skb: the first of them, with the data of all
 * @seg: its headers
 * @count: how many there are, at least two
 * @fixed: from vnet_segment_follows()
 *
 * What it is then is what software GRO makes.
 */
void vnet_segment_finish(struct sk_buff *skb, const struct vnet_segment *seg,
			 u32 count, u8 fixed)
{
	struct skb_shared_info *shinfo = skb_shinfo(skb);
	u32 type = SKB_GSO_TCPV4, layer;

	if (vnet_segment_is_ip6(skb, vnet_segment_ip(seg)))
		type = SKB_GSO_TCPV6;
	for (layer = 0; layer < vnet_segment_layers(seg); layer++)
		vnet_segment_write_len(skb, seg->ip[layer]);
	vnet_segment_write_sum(skb, seg);
	skb->encapsulation = 0;
	if (seg->ip[VNET_SEGMENT_INNER])
		type |= vnet_segment_write_tunnel(skb, seg);
	if (vnet_segment_tcp(skb, seg)->cwr)
		type |= VNET_GSO_TCP_ACCECN;
	skb_set_network_header(skb, seg->ip[VNET_SEGMENT_OUTER]);
	skb_set_transport_header(skb, seg->tcp);
	shinfo->gso_size = seg->len;
	shinfo->gso_segs = count;
	shinfo->gso_type = type | vnet_gso_fixed_id(fixed);
}
EXPORT_SYMBOL_IF_KUNIT(vnet_segment_finish);
