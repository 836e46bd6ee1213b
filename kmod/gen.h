/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The generator: what it is told (gen_config.c, gen_fill.c, gen_proto.c), which
 * frames are due when (gen_pace.c), what is in them (gen_template.c, gen_frame.c),
 * what a run consists of (gen_run.c), and the run itself (gen.c).
 *
 * Frames have numbers, 0, 1, 2, ... over all queues of a run. All that a frame
 * is follows from the configuration and its number, so that a run can be
 * replayed, on whatever machine.
 */
#ifndef _VNET_GEN_H
#define _VNET_GEN_H

#include <linux/atomic.h>
#include <linux/bitmap.h>
#include <linux/cache.h>
#include <linux/hrtimer.h>
#include <linux/seqlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <uapi/linux/if_link_vnet.h>

struct napi_struct;
struct netlink_ext_ack;
struct nlattr;
struct page_pool;
struct sk_buff;
struct vnet_dev;
struct vnet_gen_run;
struct vnet_rxq;
struct vnet_steer;

#define VNET_GEN_FIELDS	(VNET_GEN_FIELD_MAX + 1)

/**
 * struct vnet_gen_range - the values of a field
 * @first: the first
 * @last: the last
 */
struct vnet_gen_range {
	u64 first;
	u64 last;
};

/**
 * struct vnet_gen_member - a field's range in a message
 * @first: attribute of the first value
 * @last: attribute of the last value
 * @none: said where the protocol has no such field
 * @len: said where the value has the length of another protocol's
 * @order: said where a range ends before it begins
 * @net: said where both ends are not of one network
 * @random: said where the protocol has no such field to be random
 */
struct vnet_gen_member {
	u8 first;
	u8 last;
	const char *none;
	const char *len;
	const char *order;
	const char *net;
	const char *random;
};

/**
 * struct vnet_gen_config - what a generator is told; see enum vnet_gen_attrs
 * @rate: frames a second, 0: @bitrate counts
 * @bitrate: bits a second
 * @count: frames of a run
 * @duration: nanoseconds of a run
 * @seed: of all that is random
 * @net: upper halves of source and destination address of IPv6
 * @range: by enum vnet_gen_field; the lower halves of IPv6 addresses, and a
 *	last MAC of 0 stands for none given
 * @random: bits of enum vnet_gen_field
 * @flows: five-tuples
 * @size: bytes of the shortest frame
 * @size_last: bytes of the longest frame
 * @burst: frames of a queue that come at a time
 * @vlan: identifier of the tag
 * @qinq: identifier of the outer tag
 * @vlan_prio: priority of both
 * @proto: enum vnet_gen_proto
 * @tcp: enum vnet_gen_tcp
 * @csum: enum vnet_gen_csum
 * @payload: enum vnet_gen_payload
 * @spread: enum vnet_gen_spread
 * @enable: run while the device is up
 * @raw_len: bytes of @raw
 * @raw: how the frame begins
 * @queues: RX queues to use, none: all
 *
 * Two that are the same are so byte for byte.
 */
struct vnet_gen_config {
	u64 rate;
	u64 bitrate;
	u64 count;
	u64 duration;
	u64 seed;
	u64 net[2];
	struct vnet_gen_range range[VNET_GEN_FIELDS];
	u32 random;
	u32 flows;
	u32 size;
	u32 size_last;
	u32 burst;
	u16 vlan;
	u16 qinq;
	u8 vlan_prio;
	u8 proto;
	u8 tcp;
	u8 csum;
	u8 payload;
	u8 spread;
	bool enable;
	u16 raw_len;
	u8 raw[VNET_GEN_RAW_MAX];
	DECLARE_BITMAP(queues, VNET_QUEUES_MAX);
};

/**
 * struct vnet_gen_pace - which frames are due when
 * @rate: frames a second, VNET_GEN_RATE_UNPACED, or 0 for @bitrate
 * @bitrate: bits a second
 * @count: frames of a run, U64_MAX: no end
 * @end: nanoseconds after which a run ends, U64_MAX: none
 * @size: bytes of the first frame, VNET_GEN_SIZE_IMIX for the mix
 * @cycle: frames after which sizes come again
 * @cycle_bytes: their bytes
 */
struct vnet_gen_pace {
	u64 rate;
	u64 bitrate;
	u64 count;
	u64 end;
	u32 size;
	u32 cycle;
	u64 cycle_bytes;
};

/**
 * struct vnet_gen_share - which frames of a run a queue makes
 * @first: number of its first frame, where frames are dealt
 * @step: from one to the next, where frames are dealt
 * @flows: its flows
 * @all_flows: the flows of all queues
 * @list: its flows where the hash says which, ascending, or NULL
 * @again: how often a round of @step frames has a flow that queues share
 * @before: how often before this queue
 */
struct vnet_gen_share {
	u32 first;
	u32 step;
	u32 flows;
	u32 all_flows;
	const u32 *list;
	u32 again;
	u32 before;
};

/**
 * struct vnet_gen_frame - a frame, as far as its number tells
 * @number: its number
 * @nth: how many of its flow were before it
 * @flow: its flow
 */
struct vnet_gen_frame {
	u64 number;
	u64 nth;
	u32 flow;
};

/**
 * struct vnet_gen_field_spec - a field that is not the same in all frames
 * @first: its first value
 * @span: how many values, 0: 2^64
 * @at: where it is in the frame
 * @also_at: where else, or 0
 * @bytes: its length
 * @stream: random stream that it is drawn from
 * @random: is drawn, not counted
 * @in_ip: part of the checksum of IP
 * @in_l4: part of the checksum of UDP, TCP, ICMP
 */
struct vnet_gen_field_spec {
	u64 first;
	u64 span;
	u16 at;
	u16 also_at;
	u8 bytes;
	u8 stream;
	bool random;
	bool in_ip;
	bool in_l4;
};

/* An ARP request for IPv4 on Ethernet (RFC 826) */
#define VNET_GEN_ARP_LEN	28
/* pktgen's header in the payload */
#define VNET_GEN_PKTGEN_LEN	16

/* The shortest and the longest frame of VNET_GEN_SIZE_IMIX */
#define VNET_GEN_IMIX_MIN	60
#define VNET_GEN_IMIX_MAX	1514

/* Most bytes of headers: two tags, IPv6, TCP; raw bytes are more */
#define VNET_GEN_HEAD_MAX	VNET_GEN_RAW_MAX

/**
 * struct vnet_gen_template - what all frames of a run have in common
 * @seed: of what is random
 * @size: bytes of a frame, where all have the same
 * @head: the headers; zeros follow
 * @head_len: their bytes
 * @copy: bytes of @head to copy, a multiple of 64
 * @l3: where the IP header is
 * @l4: where the header of UDP, TCP, ICMP is
 * @check: where its checksum is, 0: there is none
 * @own_mac: where the device's own MAC belongs
 * @own_macs: in how many places
 * @nfields: fields that vary
 * @field: these
 * @ip_sum: checksum of the IP header but for fields that vary and the length
 * @l4_sum: checksum of pseudo header and header but for fields that vary, the
 *	lengths and the payload
 * @proto: enum vnet_gen_proto
 * @tcp: enum vnet_gen_tcp
 * @csum: enum vnet_gen_csum
 * @payload: enum vnet_gen_payload
 * @ip6: of IPv6
 * @by_flow: fields go on from flow to flow, not from frame to frame
 * @fixed: all frames are the same, @head is all
 */
struct vnet_gen_template {
	u64 seed;
	u32 size;
	u16 head_len;
	u16 copy;
	u16 l3;
	u16 l4;
	u16 check;
	u16 own_mac[2];
	u8 own_macs;
	u8 nfields;
	u8 proto;
	u8 tcp;
	u8 csum;
	u8 payload;
	bool ip6;
	bool by_flow;
	bool fixed;
	u32 ip_sum;
	u32 l4_sum;
	struct vnet_gen_field_spec field[VNET_GEN_FIELDS];
	u8 head[VNET_GEN_HEAD_MAX + 64];
};

/* How long a turn is at least, see &struct vnet_gen_turn */
#define VNET_GEN_TURN_NS	(10ULL * NSEC_PER_MSEC)
/* So many in a row in which a CPU is wanted, and there is a rest in each */
#define VNET_GEN_TURNS		4U

/**
 * struct vnet_gen_turn - what polls have taken of the time of a CPU
 * @start: since when, ktime_get_ns()
 * @end: until when
 * @used: nanoseconds
 * @wanted: of the turns that were judged last, how many in a row found something
 *	else that waited for the CPU
 * @judged: half of it is used up; whether to rest has been found out
 * @rest: who polls is to rest until the end
 */
struct vnet_gen_turn {
	u64 start;
	u64 end;
	u64 used;
	u32 wanted;
	bool judged;
	bool rest;
};

/* Frames made and fed at a time */
#define VNET_GEN_BATCH	16U

/**
 * struct vnet_gen_queue - the generator of an RX queue
 * @run: what it is part of
 * @rxq: the RX queue
 * @pool: the memory of its frames
 * @share: its frames
 * @timer: raises the queue's vector when frames are due
 * @busy: how often in turn the timer has found NAPI at it
 * @made: frames made in this run, by the queue's poll
 * @nsecs: when that was, since the run began
 * @seq: guards both for a snapshot
 * @done: has made its last
 */
struct vnet_gen_queue {
	struct vnet_gen_run *run;
	struct vnet_rxq *rxq;
	struct page_pool *pool;
	struct vnet_gen_share share;
	struct hrtimer timer;
	u32 busy;
	u64 made;
	u64 nsecs;
	seqcount_t seq;
	bool done;
} ____cacheline_aligned_in_smp;

/**
 * struct vnet_gen_run - a run
 * @vd: the device
 * @pace: which frames are due when
 * @burst: &vnet_gen_config.burst
 * @start: when it began, ktime_get_ns()
 * @stop: when it was stopped, U64_MAX: not yet
 * @left: queues that are not done
 * @lists: memory of &vnet_gen_share.list, or NULL
 * @tmpl: what the frames have in common
 * @nqueues: number of queues
 * @queue: these
 */
struct vnet_gen_run {
	struct vnet_dev *vd;
	struct vnet_gen_pace pace;
	u32 burst;
	u64 start;
	u64 stop;
	atomic_t left;
	u32 *lists;
	struct vnet_gen_template tmpl;
	u32 nqueues;
	struct vnet_gen_queue queue[];
};

/**
 * struct vnet_gen_progress - how far a run is
 * @made: frames made
 * @nsecs: nanoseconds in which they were made
 * @bytes: their bytes
 */
struct vnet_gen_progress {
	u64 made;
	u64 nsecs;
	u64 bytes;
};

/**
 * struct vnet_gen - the generator of a device
 * @cfg: what it is told
 * @run: while it runs, or NULL
 * @done: the last run came to its end
 * @last: how far the last run came
 * @runs: runs that came to their end
 * @work: ends a run
 *
 * All under the pair's lock.
 */
struct vnet_gen {
	struct vnet_gen_config cfg;
	struct vnet_gen_run *run;
	bool done;
	struct vnet_gen_progress last;
	u64 runs;
	struct delayed_work work;
};

/**
 * struct vnet_gen_setup - a configuration and its run, before they are in use
 * @cfg: what the generator is to be told
 * @run: what it is to run, NULL if nothing
 */
struct vnet_gen_setup {
	struct vnet_gen_config cfg;
	struct vnet_gen_run *run;
};

/* gen.c */
u64 vnet_gen_queue_due(const struct vnet_gen_queue *q, u64 nsecs);
u64 vnet_gen_queue_next(const struct vnet_gen_queue *q, u64 nsecs);
void vnet_gen_snapshot(const struct vnet_gen_queue *q,
		       struct vnet_gen_progress *p);
enum hrtimer_restart vnet_gen_tick(struct hrtimer *timer);
void vnet_gen_work(struct vnet_gen_queue *q, u64 now, u32 budget);
int vnet_gen_poll(struct napi_struct *napi, int budget);
void vnet_gen_left(struct vnet_rxq *rxq, u32 frames);
void vnet_gen_delivered(struct vnet_rxq *rxq, u32 frames);

/* Whether a run makes frames as fast as they are received */
static inline bool vnet_gen_unpaced(const struct vnet_gen_run *run)
{
	return run->pace.rate == VNET_GEN_RATE_UNPACED;
}

/* gen_control.c */
void vnet_gen_init(struct vnet_dev *vd);
void vnet_gen_exit(struct vnet_dev *vd);
bool vnet_gen_feeds(const struct vnet_dev *vd, u32 idx);
struct vnet_gen_setup *vnet_gen_prepare(struct vnet_dev *vd,
					const struct nlattr *nest,
					struct netlink_ext_ack *extack);
void vnet_gen_commit(struct vnet_dev *vd, struct vnet_gen_setup *setup);
void vnet_gen_discard(struct vnet_gen_setup *setup);
int vnet_gen_start(struct vnet_dev *vd);
void vnet_gen_stop(struct vnet_dev *vd);
struct vnet_gen_run *vnet_gen_renew(struct vnet_dev *vd, u32 queues,
				    struct netlink_ext_ack *extack);
struct vnet_gen_run *vnet_gen_resteer(struct vnet_dev *vd,
				      const struct vnet_steer *steer);
void vnet_gen_replace(struct vnet_dev *vd, struct vnet_gen_run *run);
u8 vnet_gen_state(const struct vnet_gen *gen, struct vnet_gen_progress *p);

/* gen_run.c */
struct vnet_gen_run *vnet_gen_run_alloc(struct vnet_dev *vd,
					const struct vnet_gen_config *cfg,
					const struct vnet_steer *steer,
					u32 queues);
void vnet_gen_queue_detach(struct vnet_gen_queue *q);
void vnet_gen_run_free(struct vnet_gen_run *run);

/* gen_proto.c */
extern const struct vnet_gen_member vnet_gen_members[VNET_GEN_FIELDS];
bool vnet_gen_is_tcp(const struct vnet_gen_config *cfg);
bool vnet_gen_is_ip6(const struct vnet_gen_config *cfg);
bool vnet_gen_has(const struct vnet_gen_config *cfg, enum vnet_gen_field field);
int vnet_gen_addr_len(const struct vnet_gen_config *cfg,
		      enum vnet_gen_field field);
u32 vnet_gen_head_len(const struct vnet_gen_config *cfg);
void vnet_gen_set_range(struct vnet_gen_config *cfg, enum vnet_gen_field field,
			u64 value);
void vnet_gen_set_proto(struct vnet_gen_config *cfg, u8 proto);
void vnet_gen_defaults(struct vnet_gen_config *cfg);

/* gen_config.c */
int vnet_gen_check(const struct nlattr *nest, struct netlink_ext_ack *extack);
bool vnet_gen_fits(const struct vnet_gen_config *cfg, u32 mtu);
int vnet_gen_parse(struct vnet_gen_config *cfg, const struct vnet_dev *vd,
		   const struct nlattr *nest, struct netlink_ext_ack *extack);

/* gen_fill.c */
size_t vnet_gen_size(const struct vnet_gen_config *cfg);
int vnet_gen_fill(struct sk_buff *skb, const struct vnet_gen_config *cfg);

/* gen_pace.c */
u64 vnet_gen_random(u64 seed, u64 stream, u64 n);
void vnet_gen_pace_init(struct vnet_gen_pace *pace,
			const struct vnet_gen_config *cfg);
u32 vnet_gen_pace_size(const struct vnet_gen_pace *pace, u64 number);
u64 vnet_gen_pace_bytes(const struct vnet_gen_pace *pace, u64 frames);
u64 vnet_gen_pace_due(const struct vnet_gen_pace *pace, u64 nsecs);
u64 vnet_gen_pace_when(const struct vnet_gen_pace *pace, u64 frames);
u64 vnet_gen_turn_rest(struct vnet_gen_turn *turn, u64 start, u64 now, bool wanted);
void vnet_gen_share_deal(struct vnet_gen_share *share, u32 pos, u32 queues,
			 u32 flows);
u64 vnet_gen_share_due(const struct vnet_gen_share *share, u64 due);
void vnet_gen_share_at(const struct vnet_gen_share *share, u64 k,
		       struct vnet_gen_frame *frame);

/* gen_template.c */
void vnet_gen_template_init(struct vnet_gen_template *t,
			    const struct vnet_gen_config *cfg);

/* Sum of the 16-bit words of a number, for a checksum */
static inline u32 vnet_gen_sum(u64 v)
{
	return (v & 0xffff) + (v >> 16 & 0xffff) + (v >> 32 & 0xffff) +
	       (v >> 48);
}

/* gen_frame.c */
void vnet_gen_put(u8 *at, u8 bytes, u64 v);
void vnet_gen_put_lengths(const struct vnet_gen_template *t, u8 *data,
			  u32 size, u32 *ip_sum, u32 *l4_sum);
void vnet_gen_put_checks(const struct vnet_gen_template *t, u8 *data,
			 u32 ip_sum, u32 l4_sum);
void vnet_gen_flow_head(const struct vnet_gen_template *t, u32 flow,
			const u8 *own_mac, u8 *data);
u32 vnet_gen_flow_hash(const struct vnet_gen_template *t, u32 flow);
struct sk_buff *vnet_gen_build(struct vnet_gen_queue *q,
			       const struct vnet_gen_frame *frame);

#endif /* _VNET_GEN_H */
