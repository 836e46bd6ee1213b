/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The link object: what is known of a vnet device, or asked of it.
 *
 * Functions are documented where they are defined.
 */
#ifndef _VNETNL_LINK_H
#define _VNETNL_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/if_link_vnet.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A vnet device: a set of attributes, each set or not. Opaque; not locked, so
 * that one thread at a time may use it.
 */
struct vnetnl_link;

/**
 * Attributes of a link. The numbers are part of the ABI: new ones are added in
 * front of __VNETNL_LINK_MAX only.
 */
enum vnetnl_link_attr {
	/** int, interface index; the key of a request when it is set */
	VNETNL_LINK_IFINDEX,
	/** string, name; the key of a request without VNETNL_LINK_IFINDEX */
	VNETNL_LINK_IFNAME,
	/** string, name to be given in a change; never parsed */
	VNETNL_LINK_NEW_IFNAME,
	/** bool, administratively up */
	VNETNL_LINK_UP,
	/** int, file of the network namespace to be made in or moved to */
	VNETNL_LINK_NETNS_FD,
	/** u32, a process in the namespace to be made in or moved to */
	VNETNL_LINK_NETNS_PID,
	/** six bytes, MAC address */
	VNETNL_LINK_ADDRESS,
	/** u32, MTU in bytes */
	VNETNL_LINK_MTU,
	/** u32, frames that the default qdisc holds */
	VNETNL_LINK_TXQLEN,
	/** u32, TX queues allocated; left out of a change */
	VNETNL_LINK_NUM_TX_QUEUES,
	/** u32, RX queues allocated; left out of a change */
	VNETNL_LINK_NUM_RX_QUEUES,
	/** bool, carrier as the administrator wants it; a change only, and
	 * never parsed: the kernel tells only VNETNL_LINK_CARRIER
	 */
	VNETNL_LINK_CARRIER_ADMIN,
	/** struct vnetnl_link, the other end to be made; never dumped */
	VNETNL_LINK_PEER,
	/** u32, entries of each TX ring */
	VNETNL_LINK_TX_RING,
	/** u32, entries of each RX ring */
	VNETNL_LINK_RX_RING,
	/** bool, heed the pause of a full peer */
	VNETNL_LINK_RX_PAUSE,
	/** bool, pause the peer while an RX ring is full */
	VNETNL_LINK_TX_PAUSE,
	/** bool, the generator is to run */
	VNETNL_LINK_GEN_ENABLE,
	/** u64, frames a second of the generator */
	VNETNL_LINK_GEN_RATE,

	/* Read-only from here */

	/** u32, IFF_* */
	VNETNL_LINK_FLAGS,
	/** u8, IF_OPER_* of RFC 2863 */
	VNETNL_LINK_OPERSTATE,
	/** bool, carrier as it is */
	VNETNL_LINK_CARRIER,
	/** int, interface index of the other end, in its own namespace */
	VNETNL_LINK_PEER_IFINDEX,
	/** int, what this namespace calls the other end's namespace */
	VNETNL_LINK_PEER_NETNSID,
	/** u32, descriptors in the TX rings */
	VNETNL_LINK_TX_QUEUED,
	/** u32, descriptors in the RX rings */
	VNETNL_LINK_RX_QUEUED,
	/** enum vnet_gen_state */
	VNETNL_LINK_GEN_STATE,
	/** u64, frames made in this run of the generator */
	VNETNL_LINK_GEN_FRAMES,
	/** u64, nanoseconds in which they were made */
	VNETNL_LINK_GEN_NSECS,

	/* To be set again from here: came later */

	/** u32, microseconds that completions of a stopped TX queue may wait */
	VNETNL_LINK_TX_USECS,
	/** u32, descriptors of a TX queue that are completed together */
	VNETNL_LINK_TX_FRAMES,
	/** for each RX queue that is listed, the CPU where its work runs,
	 * whether it has failed, or both
	 */
	VNETNL_LINK_QUEUES,
	/** u64, bits a second of the generator */
	VNETNL_LINK_GEN_BITRATE,
	/** u64, frames of a run of the generator */
	VNETNL_LINK_GEN_COUNT,
	/** u64, nanoseconds of a run of the generator */
	VNETNL_LINK_GEN_DURATION,
	/** enum vnet_gen_proto, protocol of the generator's frames */
	VNETNL_LINK_GEN_PROTO,
	/** enum vnet_gen_tcp, what TCP frames are */
	VNETNL_LINK_GEN_TCP,
	/** bytes, how frames begin */
	VNETNL_LINK_GEN_RAW,
	/** u32, identifier of a VLAN tag */
	VNETNL_LINK_GEN_VLAN,
	/** u8, priority of the tags */
	VNETNL_LINK_GEN_VLAN_PRIO,
	/** u32, identifier of an outer tag */
	VNETNL_LINK_GEN_QINQ,
	/** six bytes, first source MAC */
	VNETNL_LINK_GEN_SRC_MAC,
	/** six bytes, last source MAC */
	VNETNL_LINK_GEN_SRC_MAC_LAST,
	/** six bytes, first destination MAC */
	VNETNL_LINK_GEN_DST_MAC,
	/** six bytes, last destination MAC */
	VNETNL_LINK_GEN_DST_MAC_LAST,
	/** 4 or 16 bytes, first source address */
	VNETNL_LINK_GEN_SRC,
	/** 4 or 16 bytes, last source address */
	VNETNL_LINK_GEN_SRC_LAST,
	/** 4 or 16 bytes, first destination address */
	VNETNL_LINK_GEN_DST,
	/** 4 or 16 bytes, last destination address */
	VNETNL_LINK_GEN_DST_LAST,
	/** u32, first source port */
	VNETNL_LINK_GEN_SRC_PORT,
	/** u32, last source port */
	VNETNL_LINK_GEN_SRC_PORT_LAST,
	/** u32, first destination port */
	VNETNL_LINK_GEN_DST_PORT,
	/** u32, last destination port */
	VNETNL_LINK_GEN_DST_PORT_LAST,
	/** u32, bits of enum vnet_gen_field, whose values are random */
	VNETNL_LINK_GEN_RANDOM,
	/** u32, flows of the generator */
	VNETNL_LINK_GEN_FLOWS,
	/** u32, fewest bytes of a frame */
	VNETNL_LINK_GEN_SIZE,
	/** u32, most bytes of a frame */
	VNETNL_LINK_GEN_SIZE_LAST,
	/** enum vnet_gen_csum, checksums of the frames */
	VNETNL_LINK_GEN_CSUM,
	/** enum vnet_gen_payload, what comes after the headers */
	VNETNL_LINK_GEN_PAYLOAD,
	/** u64, seed of all that is random */
	VNETNL_LINK_GEN_SEED,
	/** enum vnet_gen_spread, how frames come to queues */
	VNETNL_LINK_GEN_SPREAD,
	/** set of RX queues to which frames are dealt */
	VNETNL_LINK_GEN_QUEUES,
	/** u32, frames of a queue that come at a time */
	VNETNL_LINK_GEN_BURST,
	/** u64, bytes of the frames made in this run; read-only */
	VNETNL_LINK_GEN_BYTES,
	/** u32, microseconds that frames may wait to be received */
	VNETNL_LINK_RX_USECS,
	/** u32, frames that wait for no more to be received */
	VNETNL_LINK_RX_FRAMES,
	/** bool, the kernel finds out how long frames wait */
	VNETNL_LINK_ADAPTIVE_RX,
	/** bool, the kernel finds out how long completions wait */
	VNETNL_LINK_ADAPTIVE_TX,
	/** bool, RX queues have interrupts of Linux */
	VNETNL_LINK_IRQ,

	__VNETNL_LINK_MAX
};

/* The object */
struct vnetnl_link *vnetnl_link_alloc(void);
struct vnetnl_link *vnetnl_link_clone(const struct vnetnl_link *link);
void vnetnl_link_free(struct vnetnl_link *link);
bool vnetnl_link_is_set(const struct vnetnl_link *link,
			enum vnetnl_link_attr attr);
void vnetnl_link_unset(struct vnetnl_link *link, enum vnetnl_link_attr attr);
const char *vnetnl_link_attr_name(enum vnetnl_link_attr attr);

int vnetnl_link_set_peer(struct vnetnl_link *link,
			 const struct vnetnl_link *peer);
const struct vnetnl_link *vnetnl_link_get_peer(const struct vnetnl_link *link);

/* What every network device has */
int vnetnl_link_set_ifname(struct vnetnl_link *link, const char *ifname);
int vnetnl_link_set_new_ifname(struct vnetnl_link *link, const char *ifname);
void vnetnl_link_set_ifindex(struct vnetnl_link *link, int ifindex);
void vnetnl_link_set_up(struct vnetnl_link *link, bool up);
void vnetnl_link_set_netns_fd(struct vnetnl_link *link, int fd);
void vnetnl_link_set_netns_pid(struct vnetnl_link *link, uint32_t pid);
void vnetnl_link_set_address(struct vnetnl_link *link,
			     const uint8_t address[6]);
void vnetnl_link_set_mtu(struct vnetnl_link *link, uint32_t mtu);
void vnetnl_link_set_txqlen(struct vnetnl_link *link, uint32_t frames);
void vnetnl_link_set_num_tx_queues(struct vnetnl_link *link, uint32_t queues);
void vnetnl_link_set_num_rx_queues(struct vnetnl_link *link, uint32_t queues);
void vnetnl_link_set_carrier_admin(struct vnetnl_link *link, bool on);

const char *vnetnl_link_get_ifname(const struct vnetnl_link *link);
const char *vnetnl_link_get_new_ifname(const struct vnetnl_link *link);
int vnetnl_link_get_ifindex(const struct vnetnl_link *link);
bool vnetnl_link_get_up(const struct vnetnl_link *link);
int vnetnl_link_get_netns_fd(const struct vnetnl_link *link);
uint32_t vnetnl_link_get_netns_pid(const struct vnetnl_link *link);
const uint8_t *vnetnl_link_get_address(const struct vnetnl_link *link);
uint32_t vnetnl_link_get_mtu(const struct vnetnl_link *link);
uint32_t vnetnl_link_get_txqlen(const struct vnetnl_link *link);
uint32_t vnetnl_link_get_num_tx_queues(const struct vnetnl_link *link);
uint32_t vnetnl_link_get_num_rx_queues(const struct vnetnl_link *link);
bool vnetnl_link_get_carrier_admin(const struct vnetnl_link *link);

uint32_t vnetnl_link_get_flags(const struct vnetnl_link *link);
uint8_t vnetnl_link_get_operstate(const struct vnetnl_link *link);
bool vnetnl_link_get_carrier(const struct vnetnl_link *link);
int vnetnl_link_get_peer_ifindex(const struct vnetnl_link *link);
int vnetnl_link_get_peer_netnsid(const struct vnetnl_link *link);

/* What a vnet device has */
void vnetnl_link_set_tx_ring(struct vnetnl_link *link, uint32_t entries);
void vnetnl_link_set_rx_ring(struct vnetnl_link *link, uint32_t entries);
void vnetnl_link_set_rx_pause(struct vnetnl_link *link, bool on);
void vnetnl_link_set_tx_pause(struct vnetnl_link *link, bool on);
void vnetnl_link_set_tx_usecs(struct vnetnl_link *link, uint32_t usecs);
void vnetnl_link_set_tx_frames(struct vnetnl_link *link, uint32_t frames);
void vnetnl_link_set_rx_usecs(struct vnetnl_link *link, uint32_t usecs);
void vnetnl_link_set_rx_frames(struct vnetnl_link *link, uint32_t frames);
void vnetnl_link_set_adaptive_rx(struct vnetnl_link *link, bool on);
void vnetnl_link_set_adaptive_tx(struct vnetnl_link *link, bool on);
void vnetnl_link_set_irq(struct vnetnl_link *link, bool on);
int vnetnl_link_set_queue_cpu(struct vnetnl_link *link, uint32_t queue,
			      int cpu);
int vnetnl_link_set_queue_failed(struct vnetnl_link *link, uint32_t queue,
				 bool failed);

uint32_t vnetnl_link_get_tx_ring(const struct vnetnl_link *link);
uint32_t vnetnl_link_get_rx_ring(const struct vnetnl_link *link);
bool vnetnl_link_get_rx_pause(const struct vnetnl_link *link);
bool vnetnl_link_get_tx_pause(const struct vnetnl_link *link);
uint32_t vnetnl_link_get_tx_usecs(const struct vnetnl_link *link);
uint32_t vnetnl_link_get_tx_frames(const struct vnetnl_link *link);
uint32_t vnetnl_link_get_rx_usecs(const struct vnetnl_link *link);
uint32_t vnetnl_link_get_rx_frames(const struct vnetnl_link *link);
bool vnetnl_link_get_adaptive_rx(const struct vnetnl_link *link);
bool vnetnl_link_get_adaptive_tx(const struct vnetnl_link *link);
bool vnetnl_link_get_irq(const struct vnetnl_link *link);
bool vnetnl_link_has_queue_cpu(const struct vnetnl_link *link, uint32_t queue);
int vnetnl_link_get_queue_cpu(const struct vnetnl_link *link, uint32_t queue);
bool vnetnl_link_has_queue_failed(const struct vnetnl_link *link,
				  uint32_t queue);
bool vnetnl_link_get_queue_failed(const struct vnetnl_link *link,
				  uint32_t queue);

uint32_t vnetnl_link_get_tx_queued(const struct vnetnl_link *link);
uint32_t vnetnl_link_get_rx_queued(const struct vnetnl_link *link);

/* The generator: its runs */
void vnetnl_link_set_gen_enable(struct vnetnl_link *link, bool on);
bool vnetnl_link_get_gen_enable(const struct vnetnl_link *link);
void vnetnl_link_set_gen_rate(struct vnetnl_link *link, uint64_t rate);
uint64_t vnetnl_link_get_gen_rate(const struct vnetnl_link *link);
void vnetnl_link_set_gen_bitrate(struct vnetnl_link *link, uint64_t bitrate);
uint64_t vnetnl_link_get_gen_bitrate(const struct vnetnl_link *link);
void vnetnl_link_set_gen_count(struct vnetnl_link *link, uint64_t frames);
uint64_t vnetnl_link_get_gen_count(const struct vnetnl_link *link);
void vnetnl_link_set_gen_duration(struct vnetnl_link *link, uint64_t nsecs);
uint64_t vnetnl_link_get_gen_duration(const struct vnetnl_link *link);
void vnetnl_link_set_gen_flows(struct vnetnl_link *link, uint32_t flows);
uint32_t vnetnl_link_get_gen_flows(const struct vnetnl_link *link);
void vnetnl_link_set_gen_random(struct vnetnl_link *link, uint32_t fields);
uint32_t vnetnl_link_get_gen_random(const struct vnetnl_link *link);
void vnetnl_link_set_gen_seed(struct vnetnl_link *link, uint64_t seed);
uint64_t vnetnl_link_get_gen_seed(const struct vnetnl_link *link);
void vnetnl_link_set_gen_spread(struct vnetnl_link *link,
				enum vnet_gen_spread spread);
enum vnet_gen_spread vnetnl_link_get_gen_spread(const struct vnetnl_link *link);
int vnetnl_link_set_gen_queues(struct vnetnl_link *link,
			       const uint32_t *queues, size_t count);
bool vnetnl_link_has_gen_queue(const struct vnetnl_link *link, uint32_t queue);
void vnetnl_link_set_gen_burst(struct vnetnl_link *link, uint32_t frames);
uint32_t vnetnl_link_get_gen_burst(const struct vnetnl_link *link);
enum vnet_gen_state vnetnl_link_get_gen_state(const struct vnetnl_link *link);
uint64_t vnetnl_link_get_gen_frames(const struct vnetnl_link *link);
uint64_t vnetnl_link_get_gen_nsecs(const struct vnetnl_link *link);
uint64_t vnetnl_link_get_gen_bytes(const struct vnetnl_link *link);

/* The generator: its frames */
void vnetnl_link_set_gen_proto(struct vnetnl_link *link,
			       enum vnet_gen_proto proto);
enum vnet_gen_proto vnetnl_link_get_gen_proto(const struct vnetnl_link *link);
void vnetnl_link_set_gen_tcp(struct vnetnl_link *link, enum vnet_gen_tcp tcp);
enum vnet_gen_tcp vnetnl_link_get_gen_tcp(const struct vnetnl_link *link);
int vnetnl_link_set_gen_raw(struct vnetnl_link *link, const void *bytes,
			    size_t len);
const uint8_t *vnetnl_link_get_gen_raw(const struct vnetnl_link *link,
				       size_t *len);
void vnetnl_link_set_gen_vlan(struct vnetnl_link *link, uint32_t id);
uint32_t vnetnl_link_get_gen_vlan(const struct vnetnl_link *link);
void vnetnl_link_set_gen_vlan_prio(struct vnetnl_link *link, uint8_t prio);
uint8_t vnetnl_link_get_gen_vlan_prio(const struct vnetnl_link *link);
void vnetnl_link_set_gen_qinq(struct vnetnl_link *link, uint32_t id);
uint32_t vnetnl_link_get_gen_qinq(const struct vnetnl_link *link);
void vnetnl_link_set_gen_size(struct vnetnl_link *link, uint32_t bytes);
uint32_t vnetnl_link_get_gen_size(const struct vnetnl_link *link);
void vnetnl_link_set_gen_size_last(struct vnetnl_link *link, uint32_t bytes);
uint32_t vnetnl_link_get_gen_size_last(const struct vnetnl_link *link);
void vnetnl_link_set_gen_csum(struct vnetnl_link *link,
			      enum vnet_gen_csum csum);
enum vnet_gen_csum vnetnl_link_get_gen_csum(const struct vnetnl_link *link);
void vnetnl_link_set_gen_payload(struct vnetnl_link *link,
				 enum vnet_gen_payload payload);
enum vnet_gen_payload
vnetnl_link_get_gen_payload(const struct vnetnl_link *link);

/* The generator: fields of its frames, first and last value */
void vnetnl_link_set_gen_src_mac(struct vnetnl_link *link,
				 const uint8_t mac[6]);
const uint8_t *vnetnl_link_get_gen_src_mac(const struct vnetnl_link *link);
void vnetnl_link_set_gen_src_mac_last(struct vnetnl_link *link,
				      const uint8_t mac[6]);
const uint8_t *vnetnl_link_get_gen_src_mac_last(const struct vnetnl_link *link);
void vnetnl_link_set_gen_dst_mac(struct vnetnl_link *link,
				 const uint8_t mac[6]);
const uint8_t *vnetnl_link_get_gen_dst_mac(const struct vnetnl_link *link);
void vnetnl_link_set_gen_dst_mac_last(struct vnetnl_link *link,
				      const uint8_t mac[6]);
const uint8_t *vnetnl_link_get_gen_dst_mac_last(const struct vnetnl_link *link);
int vnetnl_link_set_gen_src(struct vnetnl_link *link, const void *addr,
			    size_t len);
const uint8_t *vnetnl_link_get_gen_src(const struct vnetnl_link *link,
				       size_t *len);
int vnetnl_link_set_gen_src_last(struct vnetnl_link *link, const void *addr,
				 size_t len);
const uint8_t *vnetnl_link_get_gen_src_last(const struct vnetnl_link *link,
					    size_t *len);
int vnetnl_link_set_gen_src_range(struct vnetnl_link *link, const void *first,
				  const void *last, size_t len);
int vnetnl_link_set_gen_dst(struct vnetnl_link *link, const void *addr,
			    size_t len);
const uint8_t *vnetnl_link_get_gen_dst(const struct vnetnl_link *link,
				       size_t *len);
int vnetnl_link_set_gen_dst_last(struct vnetnl_link *link, const void *addr,
				 size_t len);
const uint8_t *vnetnl_link_get_gen_dst_last(const struct vnetnl_link *link,
					    size_t *len);
int vnetnl_link_set_gen_dst_range(struct vnetnl_link *link, const void *first,
				  const void *last, size_t len);
void vnetnl_link_set_gen_src_port(struct vnetnl_link *link, uint32_t port);
uint32_t vnetnl_link_get_gen_src_port(const struct vnetnl_link *link);
void vnetnl_link_set_gen_src_port_last(struct vnetnl_link *link, uint32_t port);
uint32_t vnetnl_link_get_gen_src_port_last(const struct vnetnl_link *link);
void vnetnl_link_set_gen_dst_port(struct vnetnl_link *link, uint32_t port);
uint32_t vnetnl_link_get_gen_dst_port(const struct vnetnl_link *link);
void vnetnl_link_set_gen_dst_port_last(struct vnetnl_link *link, uint32_t port);
uint32_t vnetnl_link_get_gen_dst_port_last(const struct vnetnl_link *link);

/* The generator: words for its numbers */
const char *vnetnl_gen_state_name(enum vnet_gen_state state);
int vnetnl_gen_state_by_name(const char *name);
const char *vnetnl_gen_proto_name(enum vnet_gen_proto proto);
int vnetnl_gen_proto_by_name(const char *name);
const char *vnetnl_gen_tcp_name(enum vnet_gen_tcp tcp);
int vnetnl_gen_tcp_by_name(const char *name);
const char *vnetnl_gen_field_name(enum vnet_gen_field field);
int vnetnl_gen_field_by_name(const char *name);
const char *vnetnl_gen_csum_name(enum vnet_gen_csum csum);
int vnetnl_gen_csum_by_name(const char *name);
const char *vnetnl_gen_payload_name(enum vnet_gen_payload payload);
int vnetnl_gen_payload_by_name(const char *name);
const char *vnetnl_gen_spread_name(enum vnet_gen_spread spread);
int vnetnl_gen_spread_by_name(const char *name);

/* Statistics: counters are numbered by enum vnet_xstats_attrs */
unsigned int vnetnl_xstat_max(void);
const char *vnetnl_xstat_name(unsigned int xstat);
unsigned int vnetnl_xstat_by_name(const char *name);
bool vnetnl_link_has_xstat(const struct vnetnl_link *link, unsigned int xstat);
uint64_t vnetnl_link_get_xstat(const struct vnetnl_link *link,
			       unsigned int xstat);

#ifdef __cplusplus
}
#endif

#endif /* _VNETNL_LINK_H */
