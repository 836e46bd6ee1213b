/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * vnet: a network card whose wire is memory.
 *
 * The one source of the names, numbers, limits and defaults of the rtnetlink
 * link type "vnet". docs/uapi.md tells what each attribute does.
 */
#ifndef _UAPI_LINUX_IF_LINK_VNET_H
#define _UAPI_LINUX_IF_LINK_VNET_H

/* VNET_KIND - what IFLA_INFO_KIND holds */
#define VNET_KIND		"vnet"

/* VNET_RING_MIN - fewest entries of a TX or RX ring; sizes are powers of two */
#define VNET_RING_MIN		64
/* VNET_RING_MAX - most entries of a TX or RX ring */
#define VNET_RING_MAX		32768
/* VNET_RING_DEFAULT - entries of a ring whose size nobody chose */
#define VNET_RING_DEFAULT	512

/* VNET_QUEUES_MIN - fewest TX queues, and fewest RX queues, of a device */
#define VNET_QUEUES_MIN		1
/* VNET_QUEUES_MAX - most TX queues, and most RX queues, of a device */
#define VNET_QUEUES_MAX		256

/* VNET_MTU_MIN - smallest MTU, in bytes (RFC 791) */
#define VNET_MTU_MIN		68
/* VNET_MTU_MAX - largest MTU, in bytes */
#define VNET_MTU_MAX		65535

/* VNET_RX_PAUSE_DEFAULT - a sender heeds its peer's pause, unless told not to */
#define VNET_RX_PAUSE_DEFAULT	1
/* VNET_TX_PAUSE_DEFAULT - a full receiver pauses its peer, unless told not to */
#define VNET_TX_PAUSE_DEFAULT	1

/* VNET_TX_USECS_MAX - longest that completions of a stopped TX queue may wait */
#define VNET_TX_USECS_MAX	10000
/* VNET_TX_USECS_DEFAULT - they wait for the end of the receiver's poll */
#define VNET_TX_USECS_DEFAULT	0
/* VNET_TX_FRAMES_MIN - fewest descriptors that are completed together */
#define VNET_TX_FRAMES_MIN	1
/* VNET_TX_FRAMES_MAX - most descriptors that wait to be completed together */
#define VNET_TX_FRAMES_MAX	4096
/* VNET_TX_FRAMES_DEFAULT - descriptors completed together, unless told else */
#define VNET_TX_FRAMES_DEFAULT	16

/* VNET_RX_USECS_MAX - longest that frames may wait for more to be received */
#define VNET_RX_USECS_MAX	1000000
/* VNET_RX_USECS_DEFAULT - they are received at once */
#define VNET_RX_USECS_DEFAULT	0
/* VNET_RX_FRAMES_MAX - most frames that wait to be received together */
#define VNET_RX_FRAMES_MAX	4096
/* VNET_RX_FRAMES_DEFAULT - as many as come in time, or as the ring takes */
#define VNET_RX_FRAMES_DEFAULT	0
/* VNET_ADAPTIVE_RX_DEFAULT - nobody but the administrator says how long */
#define VNET_ADAPTIVE_RX_DEFAULT	0
/* VNET_ADAPTIVE_TX_DEFAULT - the same of completions */
#define VNET_ADAPTIVE_TX_DEFAULT	0
/* VNET_IRQ_DEFAULT - RX queues have no interrupt of Linux, unless told to */
#define VNET_IRQ_DEFAULT	0

/* VNET_CPU_ANY - the RX work of a queue runs on the CPU that raises it */
#define VNET_CPU_ANY		(-1)
/* VNET_QUEUE_RANGES_MAX - most ranges of queues that are not at their default */
#define VNET_QUEUE_RANGES_MAX	64

/* VNET_GEN_RATE_MIN - slowest generator, in frames a second */
#define VNET_GEN_RATE_MIN	1
/* VNET_GEN_RATE_MAX - fastest generator with a rate, in frames a second */
#define VNET_GEN_RATE_MAX	100000000
/* VNET_GEN_RATE_DEFAULT - rate of a generator started without one */
#define VNET_GEN_RATE_DEFAULT	1
/* VNET_GEN_RATE_UNPACED - as fast as the frames are received */
#define VNET_GEN_RATE_UNPACED	0xffffffffffffffffULL
/* VNET_GEN_BITRATE_MIN - slowest generator, in bits a second */
#define VNET_GEN_BITRATE_MIN	1
/* VNET_GEN_BITRATE_MAX - fastest generator with a bit rate, in bits a second */
#define VNET_GEN_BITRATE_MAX	1000000000000
/* VNET_GEN_DURATION_MAX - longest run, in nanoseconds: a hundred days */
#define VNET_GEN_DURATION_MAX	8640000000000000

/* VNET_GEN_SIZE_IMIX - the size that stands for seven frames of 60, four of 590
 * and one of 1514 bytes
 */
#define VNET_GEN_SIZE_IMIX	0
/* VNET_GEN_SIZE_MIN - fewest bytes of a frame, an Ethernet header */
#define VNET_GEN_SIZE_MIN	14
/* VNET_GEN_SIZE_MAX - most bytes of a frame, whatever the MTU: with a tag */
#define VNET_GEN_SIZE_MAX	65553
/* VNET_GEN_SIZE_DEFAULT - bytes of a frame whose size nobody chose; the length
 * of its headers if that is more
 */
#define VNET_GEN_SIZE_DEFAULT	60
/* VNET_GEN_RAW_MIN - fewest bytes of a frame's start, an Ethernet header */
#define VNET_GEN_RAW_MIN	14
/* VNET_GEN_RAW_MAX - most bytes of a frame's start */
#define VNET_GEN_RAW_MAX	512

/* VNET_GEN_VLAN_MAX - largest VLAN identifier (IEEE 802.1Q) */
#define VNET_GEN_VLAN_MAX	4094
/* VNET_GEN_VLAN_NONE - no tag */
#define VNET_GEN_VLAN_NONE	4095
/* VNET_GEN_VLAN_PRIO_MAX - highest priority of a tag */
#define VNET_GEN_VLAN_PRIO_MAX	7

/* VNET_GEN_PORT_MAX - largest port of UDP and TCP */
#define VNET_GEN_PORT_MAX	65535
/* VNET_GEN_PORT_DEFAULT - both ports of a frame whose ports nobody chose */
#define VNET_GEN_PORT_DEFAULT	9
/* VNET_GEN_FLOWS_MIN - fewest flows; one that varies does so with each frame */
#define VNET_GEN_FLOWS_MIN	1
/* VNET_GEN_FLOWS_MAX - most flows */
#define VNET_GEN_FLOWS_MAX	65536
/* VNET_GEN_FLOWS_DEFAULT - flows of a generator that was not told */
#define VNET_GEN_FLOWS_DEFAULT	1
/* VNET_GEN_BURST_MIN - fewest frames that come at a time on a queue */
#define VNET_GEN_BURST_MIN	1
/* VNET_GEN_BURST_MAX - most frames that come at a time on a queue */
#define VNET_GEN_BURST_MAX	32768
/* VNET_GEN_BURST_DEFAULT - each frame comes when it is due */
#define VNET_GEN_BURST_DEFAULT	1

/**
 * enum vnet_attrs - members of IFLA_INFO_DATA
 * @IFLA_VNET_UNSPEC: not used
 * @IFLA_VNET_PEER: nest, creation only: struct ifinfomsg, then the IFLA_*
 *	attributes of the peer, whose IFLA_LINKINFO may hold the peer's own
 *	IFLA_VNET_* attributes; without it the device stands alone
 * @IFLA_VNET_TX_RING: u32, entries of each TX ring
 * @IFLA_VNET_RX_RING: u32, entries of each RX ring
 * @IFLA_VNET_RX_PAUSE: u8, 1 to heed the pause of a full peer, 0 not to
 * @IFLA_VNET_TX_PAUSE: u8, 1 to pause the peer while an RX ring is full, 0 to
 *	drop what does not fit
 * @IFLA_VNET_GEN: nest of enum vnet_gen_attrs, the generator; members left
 *	out keep their value
 * @IFLA_VNET_STATE: nest of enum vnet_state_attrs; the kernel's to write,
 *	ignored in requests
 * @IFLA_VNET_TX_USECS: u32, microseconds that completions may wait for more
 *	once their TX queue is stopped
 * @IFLA_VNET_TX_FRAMES: u32, descriptors of a TX queue that wait to be
 *	completed together
 * @IFLA_VNET_QUEUES: nest of enum vnet_queues_attrs, RX queues and what is set
 *	of each; a request lists those that it changes, the kernel those that
 *	are not at their default
 * @IFLA_VNET_RX_USECS: u32, microseconds that frames may wait in an RX ring
 *	for more before it is polled; 0: they do not
 * @IFLA_VNET_RX_FRAMES: u32, frames in an RX ring that wait for no more; 0: as
 *	many as it takes
 * @IFLA_VNET_ADAPTIVE_RX: u8, 1 to have the kernel find out what
 *	IFLA_VNET_RX_USECS and IFLA_VNET_RX_FRAMES are best; they are kept
 * @IFLA_VNET_ADAPTIVE_TX: u8, 1 to have the kernel find out what
 *	IFLA_VNET_TX_USECS and IFLA_VNET_TX_FRAMES are best; they are kept
 * @IFLA_VNET_IRQ: u8, 1 to have each RX queue raise an interrupt of Linux, whose
 *	affinity is IFLA_VNET_QUEUE_CPU; changed while the device is down
 */
enum vnet_attrs {
	IFLA_VNET_UNSPEC,
	IFLA_VNET_PEER,
	IFLA_VNET_TX_RING,
	IFLA_VNET_RX_RING,
	IFLA_VNET_RX_PAUSE,
	IFLA_VNET_TX_PAUSE,
	IFLA_VNET_GEN,
	IFLA_VNET_STATE,
	IFLA_VNET_TX_USECS,
	IFLA_VNET_TX_FRAMES,
	IFLA_VNET_QUEUES,
	IFLA_VNET_RX_USECS,
	IFLA_VNET_RX_FRAMES,
	IFLA_VNET_ADAPTIVE_RX,
	IFLA_VNET_ADAPTIVE_TX,
	IFLA_VNET_IRQ,

	/* private: */
	__IFLA_VNET_MAX
};

#define IFLA_VNET_MAX (__IFLA_VNET_MAX - 1)

/**
 * enum vnet_queues_attrs - members of IFLA_VNET_QUEUES
 * @IFLA_VNET_QUEUES_UNSPEC: not used
 * @IFLA_VNET_QUEUE: nest of enum vnet_queue_attrs, any number of them; no
 *	queue is in two
 */
enum vnet_queues_attrs {
	IFLA_VNET_QUEUES_UNSPEC,
	IFLA_VNET_QUEUE,

	/* private: */
	__IFLA_VNET_QUEUES_MAX
};

#define IFLA_VNET_QUEUES_MAX (__IFLA_VNET_QUEUES_MAX - 1)

/**
 * enum vnet_queue_attrs - members of IFLA_VNET_QUEUE
 * @IFLA_VNET_QUEUE_UNSPEC: not used
 * @IFLA_VNET_QUEUE_INDEX: u32, an RX queue of the device; has to be there
 * @IFLA_VNET_QUEUE_LAST: u32, the last queue of a range that begins at the
 *	index, VNET_QUEUES_MAX - 1: the last that the device has; without it
 *	the range is one queue
 * @IFLA_VNET_QUEUE_CPU: s32, where the RX work of the queues runs: a CPU, or
 *	VNET_CPU_ANY; while the CPU is offline, as if it were that
 * @IFLA_VNET_QUEUE_FAILED: u8, 1: the queues have failed, others stand in for
 *	them; 0: they are healthy. One in use has to be
 */
enum vnet_queue_attrs {
	IFLA_VNET_QUEUE_UNSPEC,
	IFLA_VNET_QUEUE_INDEX,
	IFLA_VNET_QUEUE_LAST,
	IFLA_VNET_QUEUE_CPU,
	IFLA_VNET_QUEUE_FAILED,

	/* private: */
	__IFLA_VNET_QUEUE_MAX
};

#define IFLA_VNET_QUEUE_MAX (__IFLA_VNET_QUEUE_MAX - 1)

/**
 * enum vnet_gen_attrs - members of IFLA_VNET_GEN
 *
 * What one message leaves out keeps its value. Any change begins a new run; a
 * message that changes nothing does not.
 *
 * A range is a first and a last value; a first value alone is a range of one.
 * Values count through it, or are drawn from it, see IFLA_VNET_GEN_RANDOM.
 *
 * @IFLA_VNET_GEN_UNSPEC: not used
 * @IFLA_VNET_GEN_PAD: padding in front of 64-bit members
 * @IFLA_VNET_GEN_ENABLE: u8, 1 to run, 0 to stop and keep the configuration; a
 *	run that came to its end leaves 0
 * @IFLA_VNET_GEN_RATE: u64, frames a second over all queues, or
 *	VNET_GEN_RATE_UNPACED; takes the place of a bit rate
 * @IFLA_VNET_GEN_BITRATE: u64, bits a second over all queues, of frames from
 *	the Ethernet header to the end of the payload; takes the place of a rate
 * @IFLA_VNET_GEN_COUNT: u64, frames of a run, 0: no end; not changed by the
 *	message that stops a generator
 * @IFLA_VNET_GEN_DURATION: u64, nanoseconds of a run, 0: no end
 * @IFLA_VNET_GEN_PROTO: u8, enum vnet_gen_proto; another one sets addresses,
 *	ports, IFLA_VNET_GEN_TCP, IFLA_VNET_GEN_RAW, IFLA_VNET_GEN_RANDOM,
 *	IFLA_VNET_GEN_CSUM, IFLA_VNET_GEN_PAYLOAD, IFLA_VNET_GEN_FLOWS and sizes
 *	back to their defaults; VNET_GEN_RAW, which has none of its own, MACs
 *	and tags as well
 * @IFLA_VNET_GEN_TCP: u8, enum vnet_gen_tcp; of the TCP protocols only
 * @IFLA_VNET_GEN_RAW: binary, how the frame begins, with all its headers;
 *	zeros or another payload follow. Has to be there with VNET_GEN_RAW, and
 *	with it only
 * @IFLA_VNET_GEN_VLAN: u32, identifier of a VLAN tag, or VNET_GEN_VLAN_NONE
 * @IFLA_VNET_GEN_VLAN_PRIO: u8, priority of the tags
 * @IFLA_VNET_GEN_QINQ: u32, identifier of an outer tag of IEEE 802.1ad, or
 *	VNET_GEN_VLAN_NONE; wants a VLAN tag
 * @IFLA_VNET_GEN_SRC_MAC: 6 bytes, the first source MAC, unicast; without it
 *	the device's own for ARP, or else 02:00:00:00:00:01
 * @IFLA_VNET_GEN_SRC_MAC_LAST: 6 bytes, the last source MAC
 * @IFLA_VNET_GEN_DST_MAC: 6 bytes, the first destination MAC; without it
 *	broadcast for ARP, or else the device's own
 * @IFLA_VNET_GEN_DST_MAC_LAST: 6 bytes, the last destination MAC
 * @IFLA_VNET_GEN_SRC: 4 or 16 bytes, as the protocol has it: the first source
 *	address, 10.0.0.1 or fd00::1 by default
 * @IFLA_VNET_GEN_SRC_LAST: 4 or 16 bytes, the last source address; of IPv6
 *	addresses the first 64 bits are those of the first
 * @IFLA_VNET_GEN_DST: 4 or 16 bytes, the first destination address, 10.0.0.2
 *	or fd00::2 by default
 * @IFLA_VNET_GEN_DST_LAST: 4 or 16 bytes, the last destination address
 * @IFLA_VNET_GEN_SRC_PORT: u32, the first source port
 * @IFLA_VNET_GEN_SRC_PORT_LAST: u32, the last source port
 * @IFLA_VNET_GEN_DST_PORT: u32, the first destination port
 * @IFLA_VNET_GEN_DST_PORT_LAST: u32, the last destination port
 * @IFLA_VNET_GEN_RANDOM: u32, bits of enum vnet_gen_field: whose values are
 *	drawn from their range with IFLA_VNET_GEN_SEED, not counted
 * @IFLA_VNET_GEN_FLOWS: u32, five-tuples. Ranges go on from flow to flow, and
 *	flows take turns; where no address or port has a range, the source port
 *	counts up, or the source address where there are no ports. With one flow
 *	ranges go on from frame to frame
 * @IFLA_VNET_GEN_SIZE: u32, the fewest bytes of a frame, from the Ethernet
 *	header, or VNET_GEN_SIZE_IMIX
 * @IFLA_VNET_GEN_SIZE_LAST: u32, the most bytes of a frame; sizes count from
 *	frame to frame
 * @IFLA_VNET_GEN_CSUM: u8, enum vnet_gen_csum
 * @IFLA_VNET_GEN_PAYLOAD: u8, enum vnet_gen_payload
 * @IFLA_VNET_GEN_SEED: u64, of all that is random
 * @IFLA_VNET_GEN_SPREAD: u8, enum vnet_gen_spread
 * @IFLA_VNET_GEN_QUEUES: binary, at most VNET_QUEUES_MAX / 8 bytes: bit n % 8
 *	of byte n / 8 stands for RX queue n, for VNET_GEN_DEAL; no bit set: all
 *	queues, as many as there are
 * @IFLA_VNET_GEN_BURST: u32, frames of a queue that come at a time, when the
 *	last of them is due
 */
enum vnet_gen_attrs {
	IFLA_VNET_GEN_UNSPEC,
	IFLA_VNET_GEN_PAD,
	IFLA_VNET_GEN_ENABLE,
	IFLA_VNET_GEN_RATE,
	IFLA_VNET_GEN_BITRATE,
	IFLA_VNET_GEN_COUNT,
	IFLA_VNET_GEN_DURATION,
	IFLA_VNET_GEN_PROTO,
	IFLA_VNET_GEN_TCP,
	IFLA_VNET_GEN_RAW,
	IFLA_VNET_GEN_VLAN,
	IFLA_VNET_GEN_VLAN_PRIO,
	IFLA_VNET_GEN_QINQ,
	IFLA_VNET_GEN_SRC_MAC,
	IFLA_VNET_GEN_SRC_MAC_LAST,
	IFLA_VNET_GEN_DST_MAC,
	IFLA_VNET_GEN_DST_MAC_LAST,
	IFLA_VNET_GEN_SRC,
	IFLA_VNET_GEN_SRC_LAST,
	IFLA_VNET_GEN_DST,
	IFLA_VNET_GEN_DST_LAST,
	IFLA_VNET_GEN_SRC_PORT,
	IFLA_VNET_GEN_SRC_PORT_LAST,
	IFLA_VNET_GEN_DST_PORT,
	IFLA_VNET_GEN_DST_PORT_LAST,
	IFLA_VNET_GEN_RANDOM,
	IFLA_VNET_GEN_FLOWS,
	IFLA_VNET_GEN_SIZE,
	IFLA_VNET_GEN_SIZE_LAST,
	IFLA_VNET_GEN_CSUM,
	IFLA_VNET_GEN_PAYLOAD,
	IFLA_VNET_GEN_SEED,
	IFLA_VNET_GEN_SPREAD,
	IFLA_VNET_GEN_QUEUES,
	IFLA_VNET_GEN_BURST,

	/* private: */
	__IFLA_VNET_GEN_MAX
};

#define IFLA_VNET_GEN_MAX (__IFLA_VNET_GEN_MAX - 1)

/**
 * enum vnet_gen_proto - values of IFLA_VNET_GEN_PROTO
 * @VNET_GEN_ARP: ARP requests (RFC 826), the default
 * @VNET_GEN_UDP4: UDP over IPv4
 * @VNET_GEN_UDP6: UDP over IPv6
 * @VNET_GEN_TCP4: TCP over IPv4
 * @VNET_GEN_TCP6: TCP over IPv6
 * @VNET_GEN_ICMP4: ICMP echo requests (RFC 792)
 * @VNET_GEN_ICMP6: ICMPv6 echo requests (RFC 4443)
 * @VNET_GEN_RAW: what IFLA_VNET_GEN_RAW says
 */
enum vnet_gen_proto {
	VNET_GEN_ARP,
	VNET_GEN_UDP4,
	VNET_GEN_UDP6,
	VNET_GEN_TCP4,
	VNET_GEN_TCP6,
	VNET_GEN_ICMP4,
	VNET_GEN_ICMP6,
	VNET_GEN_RAW,

	/* private: */
	__VNET_GEN_PROTO_MAX
};

#define VNET_GEN_PROTO_MAX (__VNET_GEN_PROTO_MAX - 1)

/**
 * enum vnet_gen_tcp - values of IFLA_VNET_GEN_TCP
 * @VNET_GEN_TCP_SYN: a SYN, the default
 * @VNET_GEN_TCP_ACK: an ACK
 * @VNET_GEN_TCP_DATA: segments, each in sequence after the last of its flow;
 *	wants frames of one size, with room for data
 */
enum vnet_gen_tcp {
	VNET_GEN_TCP_SYN,
	VNET_GEN_TCP_ACK,
	VNET_GEN_TCP_DATA,

	/* private: */
	__VNET_GEN_TCP_MAX
};

#define VNET_GEN_TCP_MAX (__VNET_GEN_TCP_MAX - 1)

/**
 * enum vnet_gen_field - bits of IFLA_VNET_GEN_RANDOM
 * @VNET_GEN_FIELD_SRC_MAC: source MAC
 * @VNET_GEN_FIELD_DST_MAC: destination MAC
 * @VNET_GEN_FIELD_SRC: source address
 * @VNET_GEN_FIELD_DST: destination address
 * @VNET_GEN_FIELD_SRC_PORT: source port
 * @VNET_GEN_FIELD_DST_PORT: destination port
 */
enum vnet_gen_field {
	VNET_GEN_FIELD_SRC_MAC,
	VNET_GEN_FIELD_DST_MAC,
	VNET_GEN_FIELD_SRC,
	VNET_GEN_FIELD_DST,
	VNET_GEN_FIELD_SRC_PORT,
	VNET_GEN_FIELD_DST_PORT,

	/* private: */
	__VNET_GEN_FIELD_MAX
};

#define VNET_GEN_FIELD_MAX (__VNET_GEN_FIELD_MAX - 1)

/**
 * enum vnet_gen_csum - values of IFLA_VNET_GEN_CSUM
 * @VNET_GEN_CSUM_VALID: right, and the receiver has to see for itself; the
 *	default
 * @VNET_GEN_CSUM_UNNECESSARY: right, and the device says that it has looked
 * @VNET_GEN_CSUM_BAD: the checksum of UDP, TCP or ICMP is wrong
 */
enum vnet_gen_csum {
	VNET_GEN_CSUM_VALID,
	VNET_GEN_CSUM_UNNECESSARY,
	VNET_GEN_CSUM_BAD,

	/* private: */
	__VNET_GEN_CSUM_MAX
};

#define VNET_GEN_CSUM_MAX (__VNET_GEN_CSUM_MAX - 1)

/**
 * enum vnet_gen_payload - values of IFLA_VNET_GEN_PAYLOAD
 * @VNET_GEN_PAYLOAD_ZEROS: zeros, the default
 * @VNET_GEN_PAYLOAD_PATTERN: bytes that count up from 0
 * @VNET_GEN_PAYLOAD_RANDOM: random bytes
 * @VNET_GEN_PAYLOAD_PKTGEN: pktgen's header, then zeros: four words of 32 bits
 *	in network order, 0xbe9be955, the number of the frame in its run, from
 *	1, seconds and microseconds of when it was made
 */
enum vnet_gen_payload {
	VNET_GEN_PAYLOAD_ZEROS,
	VNET_GEN_PAYLOAD_PATTERN,
	VNET_GEN_PAYLOAD_RANDOM,
	VNET_GEN_PAYLOAD_PKTGEN,

	/* private: */
	__VNET_GEN_PAYLOAD_MAX
};

#define VNET_GEN_PAYLOAD_MAX (__VNET_GEN_PAYLOAD_MAX - 1)

/**
 * enum vnet_gen_spread - values of IFLA_VNET_GEN_SPREAD
 * @VNET_GEN_DEAL: frames are dealt to the queues in turn, flows as well: a flow
 *	stays on a queue unless there are more queues than flows; the default
 * @VNET_GEN_HASH: a flow is on the queue to which the device steers such frames
 *	off the wire, or where it does not, on the one that the Toeplitz hash of
 *	its addresses and ports says; wants addresses
 */
enum vnet_gen_spread {
	VNET_GEN_DEAL,
	VNET_GEN_HASH,

	/* private: */
	__VNET_GEN_SPREAD_MAX
};

#define VNET_GEN_SPREAD_MAX (__VNET_GEN_SPREAD_MAX - 1)

/**
 * enum vnet_gen_state - values of IFLA_VNET_STATE_GEN
 * @VNET_GEN_STOPPED: off, or the device is down
 * @VNET_GEN_RUNNING: makes frames
 * @VNET_GEN_DONE: the last run came to its end
 */
enum vnet_gen_state {
	VNET_GEN_STOPPED,
	VNET_GEN_RUNNING,
	VNET_GEN_DONE
};

/**
 * enum vnet_state_attrs - members of IFLA_VNET_STATE, all read-only
 * @IFLA_VNET_STATE_UNSPEC: not used
 * @IFLA_VNET_STATE_PAD: padding in front of 64-bit members
 * @IFLA_VNET_STATE_TX_QUEUED: u32, descriptors posted on the TX rings and not
 *	yet completed
 * @IFLA_VNET_STATE_RX_QUEUED: u32, descriptors that wait in the RX rings
 * @IFLA_VNET_STATE_GEN: u8, enum vnet_gen_state
 * @IFLA_VNET_STATE_GEN_FRAMES: u64, frames made in this run of the generator
 * @IFLA_VNET_STATE_GEN_NSECS: u64, nanoseconds in which they were made; both
 *	are of one instant, so that frames = rate * nsecs / 10^9, rounded down
 * @IFLA_VNET_STATE_GEN_BYTES: u64, bytes of the first so many frames of the run
 */
enum vnet_state_attrs {
	IFLA_VNET_STATE_UNSPEC,
	IFLA_VNET_STATE_PAD,
	IFLA_VNET_STATE_TX_QUEUED,
	IFLA_VNET_STATE_RX_QUEUED,
	IFLA_VNET_STATE_GEN,
	IFLA_VNET_STATE_GEN_FRAMES,
	IFLA_VNET_STATE_GEN_NSECS,
	IFLA_VNET_STATE_GEN_BYTES,

	/* private: */
	__IFLA_VNET_STATE_MAX
};

#define IFLA_VNET_STATE_MAX (__IFLA_VNET_STATE_MAX - 1)

/**
 * enum vnet_xstats_attrs - members of IFLA_INFO_XSTATS, each a u64 total over
 *	all queues since the device was made
 *
 * Frames are counted as a wire would carry them: a segmented frame counts once
 * for each segment. Between two devices, and with "queued" for what is still
 * in the rings:
 *
 *   sender's tx_frames - tx_drop_flush + receiver's gen_frames =
 *	receiver's rx_frames + rx_missed + rx_drop_rule + rx_drop_fcs +
 *	rx_drop_length + rx_drop_flush + rx_drop_nomem + rx_drop_filter +
 *	rx_drop_vlan + gen_missed + gen_drop_nomem + queued
 *
 * Of a device that is, or was, looped back, that is true of both ends together.
 *
 * @IFLA_VNET_XSTATS_UNSPEC: not used
 * @IFLA_VNET_XSTATS_PAD: padding in front of 64-bit members
 * @IFLA_VNET_XSTATS_TX_FRAMES: frames posted on the TX rings
 * @IFLA_VNET_XSTATS_TX_BYTES: their bytes, with the Ethernet header
 * @IFLA_VNET_XSTATS_TX_ARP: of these frames, ARP
 * @IFLA_VNET_XSTATS_TX_IPV4: of these frames, IPv4
 * @IFLA_VNET_XSTATS_TX_IPV6: of these frames, IPv6
 * @IFLA_VNET_XSTATS_TX_OTHER: of these frames, all others
 * @IFLA_VNET_XSTATS_TX_SUNK: of these frames, those that a device alone sent,
 *	where the wire ends
 * @IFLA_VNET_XSTATS_TX_STOPS: times a TX queue was stopped, its ring full
 * @IFLA_VNET_XSTATS_TX_DROP_DOWN: not posted, the link was down
 * @IFLA_VNET_XSTATS_TX_DROP_RING: not posted, the ring was full and the device
 *	had no qdisc to hold the frame
 * @IFLA_VNET_XSTATS_TX_DROP_RUNT: not posted, shorter than an Ethernet header
 * @IFLA_VNET_XSTATS_TX_DROP_NOMEM: not posted, no memory to cut the frame or
 *	to complete its checksum for the receiver
 * @IFLA_VNET_XSTATS_TX_DROP_FLUSH: posted, and still in the TX ring when the
 *	link went down, or when the watchdog found the receiver dead
 * @IFLA_VNET_XSTATS_RX_FRAMES: frames handed to the stack
 * @IFLA_VNET_XSTATS_RX_BYTES: their bytes, with the Ethernet header
 * @IFLA_VNET_XSTATS_RX_ARP: of these frames, ARP
 * @IFLA_VNET_XSTATS_RX_IPV4: of these frames, IPv4
 * @IFLA_VNET_XSTATS_RX_IPV6: of these frames, IPv6
 * @IFLA_VNET_XSTATS_RX_OTHER: of these frames, all others
 * @IFLA_VNET_XSTATS_RX_POLLS: times NAPI polled an RX ring
 * @IFLA_VNET_XSTATS_RX_DROP_LENGTH: longer than the MTU with a VLAN tag
 * @IFLA_VNET_XSTATS_RX_DROP_FLUSH: in the RX ring when the device went down
 * @IFLA_VNET_XSTATS_RX_DROP_NOMEM: no memory to show the FCS, or to move a VLAN tag
 * @IFLA_VNET_XSTATS_RX_DROP_FILTER: for an address that the device does not receive
 * @IFLA_VNET_XSTATS_RX_DROP_VLAN: of a VLAN that the device does not receive
 * @IFLA_VNET_XSTATS_RX_MISSED: frames off the wire that found the RX ring full
 *	while flow control was off
 * @IFLA_VNET_XSTATS_RX_RULE_HITS: frames off the wire that a steering rule matched
 * @IFLA_VNET_XSTATS_RX_DROP_RULE: of these frames, those that the rule dropped
 * @IFLA_VNET_XSTATS_RX_DROP_FCS: frames off the wire with a wrong FCS
 * @IFLA_VNET_XSTATS_RX_IRQS: times the vector of an RX ring was raised
 * @IFLA_VNET_XSTATS_GEN_FRAMES: frames that the generator made
 * @IFLA_VNET_XSTATS_GEN_MISSED: of these frames, those that found the RX ring
 *	full
 * @IFLA_VNET_XSTATS_GEN_DROP_NOMEM: of these frames, those that had no memory
 * @IFLA_VNET_XSTATS_GEN_DELIVERED: of these frames, those that NAPI took from
 *	the RX ring
 * @IFLA_VNET_XSTATS_GEN_RUNS: runs that came to their end
 * @IFLA_VNET_XSTATS_RX_REMAPS: times that an RX queue was set to have failed, or
 *	to be healthy again
 */
enum vnet_xstats_attrs {
	IFLA_VNET_XSTATS_UNSPEC,
	IFLA_VNET_XSTATS_PAD,
	IFLA_VNET_XSTATS_TX_FRAMES,
	IFLA_VNET_XSTATS_TX_BYTES,
	IFLA_VNET_XSTATS_TX_ARP,
	IFLA_VNET_XSTATS_TX_IPV4,
	IFLA_VNET_XSTATS_TX_IPV6,
	IFLA_VNET_XSTATS_TX_OTHER,
	IFLA_VNET_XSTATS_TX_SUNK,
	IFLA_VNET_XSTATS_TX_STOPS,
	IFLA_VNET_XSTATS_TX_DROP_DOWN,
	IFLA_VNET_XSTATS_TX_DROP_RING,
	IFLA_VNET_XSTATS_TX_DROP_RUNT,
	IFLA_VNET_XSTATS_TX_DROP_NOMEM,
	IFLA_VNET_XSTATS_TX_DROP_FLUSH,
	IFLA_VNET_XSTATS_RX_FRAMES,
	IFLA_VNET_XSTATS_RX_BYTES,
	IFLA_VNET_XSTATS_RX_ARP,
	IFLA_VNET_XSTATS_RX_IPV4,
	IFLA_VNET_XSTATS_RX_IPV6,
	IFLA_VNET_XSTATS_RX_OTHER,
	IFLA_VNET_XSTATS_RX_POLLS,
	IFLA_VNET_XSTATS_RX_DROP_LENGTH,
	IFLA_VNET_XSTATS_RX_DROP_FLUSH,
	IFLA_VNET_XSTATS_RX_DROP_NOMEM,
	IFLA_VNET_XSTATS_RX_DROP_FILTER,
	IFLA_VNET_XSTATS_RX_DROP_VLAN,
	IFLA_VNET_XSTATS_RX_MISSED,
	IFLA_VNET_XSTATS_RX_RULE_HITS,
	IFLA_VNET_XSTATS_RX_DROP_RULE,
	IFLA_VNET_XSTATS_RX_DROP_FCS,
	IFLA_VNET_XSTATS_RX_IRQS,
	IFLA_VNET_XSTATS_GEN_FRAMES,
	IFLA_VNET_XSTATS_GEN_MISSED,
	IFLA_VNET_XSTATS_GEN_DROP_NOMEM,
	IFLA_VNET_XSTATS_GEN_DELIVERED,
	IFLA_VNET_XSTATS_GEN_RUNS,
	IFLA_VNET_XSTATS_RX_REMAPS,

	/* private: */
	__IFLA_VNET_XSTATS_MAX
};

#define IFLA_VNET_XSTATS_MAX (__IFLA_VNET_XSTATS_MAX - 1)

#endif /* _UAPI_LINUX_IF_LINK_VNET_H */
