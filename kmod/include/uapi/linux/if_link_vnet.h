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

/* VNET_CPU_ANY - the RX work of a queue runs on the CPU that raises it */
#define VNET_CPU_ANY		(-1)
/* VNET_QUEUE_RANGES_MAX - most ranges of queues with a CPU of their own */
#define VNET_QUEUE_RANGES_MAX	96

/* VNET_GEN_RATE_MIN - slowest generator, in frames a second */
#define VNET_GEN_RATE_MIN	1
/* VNET_GEN_RATE_MAX - fastest generator, in frames a second */
#define VNET_GEN_RATE_MAX	100000000
/* VNET_GEN_RATE_DEFAULT - rate of a generator started without one */
#define VNET_GEN_RATE_DEFAULT	1

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
 */
enum vnet_queue_attrs {
	IFLA_VNET_QUEUE_UNSPEC,
	IFLA_VNET_QUEUE_INDEX,
	IFLA_VNET_QUEUE_LAST,
	IFLA_VNET_QUEUE_CPU,

	/* private: */
	__IFLA_VNET_QUEUE_MAX
};

#define IFLA_VNET_QUEUE_MAX (__IFLA_VNET_QUEUE_MAX - 1)

/**
 * enum vnet_gen_attrs - members of IFLA_VNET_GEN
 * @IFLA_VNET_GEN_UNSPEC: not used
 * @IFLA_VNET_GEN_PAD: padding in front of 64-bit members
 * @IFLA_VNET_GEN_ENABLE: u8, 1 to run, 0 to stop and keep the configuration
 * @IFLA_VNET_GEN_RATE: u64, frames a second; a new rate begins a new run
 */
enum vnet_gen_attrs {
	IFLA_VNET_GEN_UNSPEC,
	IFLA_VNET_GEN_PAD,
	IFLA_VNET_GEN_ENABLE,
	IFLA_VNET_GEN_RATE,

	/* private: */
	__IFLA_VNET_GEN_MAX
};

#define IFLA_VNET_GEN_MAX (__IFLA_VNET_GEN_MAX - 1)

/**
 * enum vnet_gen_state - values of IFLA_VNET_STATE_GEN
 * @VNET_GEN_STOPPED: off, or the device is down
 * @VNET_GEN_RUNNING: makes frames
 */
enum vnet_gen_state {
	VNET_GEN_STOPPED,
	VNET_GEN_RUNNING
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
 */
enum vnet_state_attrs {
	IFLA_VNET_STATE_UNSPEC,
	IFLA_VNET_STATE_PAD,
	IFLA_VNET_STATE_TX_QUEUED,
	IFLA_VNET_STATE_RX_QUEUED,
	IFLA_VNET_STATE_GEN,
	IFLA_VNET_STATE_GEN_FRAMES,
	IFLA_VNET_STATE_GEN_NSECS,

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
 *	receiver's rx_frames + rx_missed + rx_drop_length + rx_drop_flush +
 *	gen_missed + gen_drop_nomem + queued
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
 * @IFLA_VNET_XSTATS_RX_MISSED: frames off the wire that found the RX ring full
 *	while flow control was off
 * @IFLA_VNET_XSTATS_GEN_FRAMES: frames that the generator made
 * @IFLA_VNET_XSTATS_GEN_MISSED: of these frames, those that found the RX ring
 *	full
 * @IFLA_VNET_XSTATS_GEN_DROP_NOMEM: of these frames, those that had no memory
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
	IFLA_VNET_XSTATS_RX_MISSED,
	IFLA_VNET_XSTATS_GEN_FRAMES,
	IFLA_VNET_XSTATS_GEN_MISSED,
	IFLA_VNET_XSTATS_GEN_DROP_NOMEM,

	/* private: */
	__IFLA_VNET_XSTATS_MAX
};

#define IFLA_VNET_XSTATS_MAX (__IFLA_VNET_XSTATS_MAX - 1)

#endif /* _UAPI_LINUX_IF_LINK_VNET_H */
