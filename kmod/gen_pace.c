// SPDX-License-Identifier: GPL-2.0-only
/*
 * The generator's arithmetic: which frames are due when, which of them a queue
 * makes, and of which flow they are. Everything is a function of numbers, and
 * nothing has a state: who comes late finds all that is due by then.
 */
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/time64.h>

#include "compat.h"
#include "gen.h"

/* Longer than any run; the products below fit in 64 bits up to here */
#define VNET_GEN_NSECS_MAX	BIT_ULL(54)

/* The mix of sizes that VNET_GEN_SIZE_IMIX stands for */
static const u16 vnet_gen_imix[] = {
	60, 590, 60, 60, 590, 60, 1514, 60, 590, 60, 590, 60,
};

/**
 * vnet_gen_random - a number that looks as if it were random
 * @seed: the generator's seed
 * @stream: what it is for
 * @n: which of them
 *
 * The finalizer of SplitMix64 (Steele, Lea, Flood: Fast splittable
 * pseudorandom number generators, 2014) on a counter. It is vnet's own, so that
 * frames are the same on every kernel; docs/generator.md has the formula.
 *
 * Return: the number.
 */
u64 vnet_gen_random(u64 seed, u64 stream, u64 n)
{
	u64 z = seed + stream * 0xd1342543de82ef95ULL +
		(n + 1) * 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}
EXPORT_SYMBOL_IF_KUNIT(vnet_gen_random);

/* Bytes of the first @n frames of a cycle */
static u64 vnet_gen_cycle_bytes(const struct vnet_gen_pace *pace, u32 n)
{
	u64 bytes = 0;
	u32 i;

	if (pace->size != VNET_GEN_SIZE_IMIX)
		return (u64)n * pace->size + (u64)n * (n - 1) / 2;

	for (i = 0; i < n; i++)
		bytes += vnet_gen_imix[i];
	return bytes;
}

/* Frames at the beginning of a cycle that are no more than @bytes */
static u32 vnet_gen_cycle_frames(const struct vnet_gen_pace *pace, u64 bytes)
{
	u32 low = 0, high = pace->cycle - 1, mid;

	while (low < high) {
		mid = high - (high - low) / 2;
		if (vnet_gen_cycle_bytes(pace, mid) <= bytes)
			low = mid;
		else
			high = mid - 1;
	}
	return low;
}

/**
 * vnet_gen_pace_size - length of a frame
 * @pace: the pace
 * @number: the frame's number
 *
 * Return: bytes, from the Ethernet header on.
 */
u32 vnet_gen_pace_size(const struct vnet_gen_pace *pace, u64 number)
{
	u32 at;

	if (pace->cycle == 1)
		return pace->size;
	div64_u64_rem(number, pace->cycle, &number);
	at = number;
	if (pace->size == VNET_GEN_SIZE_IMIX)
		return vnet_gen_imix[at];
	return pace->size + at;
}
EXPORT_SYMBOL_IF_KUNIT(vnet_gen_pace_size);

/**
 * vnet_gen_pace_bytes - bytes of a run's first frames
 * @pace: the pace
 * @frames: how many
 *
 * Return: their bytes.
 */
u64 vnet_gen_pace_bytes(const struct vnet_gen_pace *pace, u64 frames)
{
	u64 rem, cycles = div64_u64_rem(frames, pace->cycle, &rem);

	return cycles * pace->cycle_bytes + vnet_gen_cycle_bytes(pace, rem);
}
EXPORT_SYMBOL_IF_KUNIT(vnet_gen_pace_bytes);

/**
 * vnet_gen_pace_due - frames that are due
 * @pace: the pace, not unpaced
 * @nsecs: nanoseconds since the run began
 *
 * Return: their number, over all queues.
 */
u64 vnet_gen_pace_due(const struct vnet_gen_pace *pace, u64 nsecs)
{
	u64 bytes, cycles, frames;

	nsecs = min(nsecs, VNET_GEN_NSECS_MAX);
	if (pace->rate) {
		frames = mul_u64_u64_div_u64(pace->rate, nsecs, NSEC_PER_SEC);
	} else {
		bytes = mul_u64_u64_div_u64(pace->bitrate, nsecs,
					    NSEC_PER_SEC) / BITS_PER_BYTE;
		cycles = div64_u64_rem(bytes, pace->cycle_bytes, &bytes);
		frames = cycles * pace->cycle +
			 vnet_gen_cycle_frames(pace, bytes);
	}
	return min(frames, pace->count);
}
EXPORT_SYMBOL_IF_KUNIT(vnet_gen_pace_due);

/**
 * vnet_gen_pace_when - when so many frames are due
 * @pace: the pace, not unpaced
 * @frames: their number, no more than are due within years
 *
 * Return: nanoseconds since the run began.
 */
u64 vnet_gen_pace_when(const struct vnet_gen_pace *pace, u64 frames)
{
	u64 nsecs;

	if (pace->rate)
		nsecs = mul_u64_u64_div_u64(frames, NSEC_PER_SEC, pace->rate);
	else
		nsecs = mul_u64_u64_div_u64(vnet_gen_pace_bytes(pace, frames) *
					    BITS_PER_BYTE, NSEC_PER_SEC,
					    pace->bitrate);
	/* Rounded down, they may not be due yet */
	return vnet_gen_pace_due(pace, nsecs) < frames ? nsecs + 1 : nsecs;
}
EXPORT_SYMBOL_IF_KUNIT(vnet_gen_pace_when);

/**
 * vnet_gen_pace_init - work out a pace
 * @pace: the pace
 * @cfg: what the generator is told, valid
 */
void vnet_gen_pace_init(struct vnet_gen_pace *pace,
			const struct vnet_gen_config *cfg)
{
	pace->rate = cfg->rate;
	pace->bitrate = cfg->bitrate;
	pace->size = cfg->size;
	pace->cycle = cfg->size == VNET_GEN_SIZE_IMIX ?
		      ARRAY_SIZE(vnet_gen_imix) :
		      cfg->size_last - cfg->size + 1;
	pace->cycle_bytes = vnet_gen_cycle_bytes(pace, pace->cycle);

	pace->count = U64_MAX;
	pace->end = cfg->duration ?: U64_MAX;
	if (!cfg->count)
		return;
	if (cfg->rate != VNET_GEN_RATE_UNPACED &&
	    cfg->count <= vnet_gen_pace_due(pace, VNET_GEN_NSECS_MAX))
		pace->end = min(pace->end,
				vnet_gen_pace_when(pace, cfg->count));
	pace->count = cfg->count;
}
EXPORT_SYMBOL_IF_KUNIT(vnet_gen_pace_init);

/**
 * vnet_gen_share_deal - work out which frames a queue makes if they are dealt
 * @share: the queue's share
 * @pos: its position among the queues
 * @queues: their number
 * @flows: flows of all of them
 */
void vnet_gen_share_deal(struct vnet_gen_share *share, u32 pos, u32 queues,
			 u32 flows)
{
	u32 flow = pos % flows;

	share->first = pos;
	share->step = queues;
	share->all_flows = flows;
	share->list = NULL;
	share->flows = flows > queues ? (flows - pos - 1) / queues + 1 : 1;
	/* With fewer flows than queues, some queues have the same flow */
	share->again = flows < queues ? (queues - flow - 1) / flows + 1 : 1;
	share->before = pos / flows;
}
EXPORT_SYMBOL_IF_KUNIT(vnet_gen_share_deal);

/* How many of a queue's flows are below @flow */
static u32 vnet_gen_share_below(const struct vnet_gen_share *share, u32 flow)
{
	u32 low = 0, high = share->flows, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (share->list[mid] < flow)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/**
 * vnet_gen_turn_rest - leave a CPU as much time as polls take of it
 * @turn: the CPU's
 * @start: when a poll of the CPU began
 * @now: when it ended
 * @wanted: something else waits for the CPU
 *
 * What waits in a few turns only is short, and has the CPU soon.
 *
 * Return: nanoseconds until whoever polled may do so again, so that all that ask on
 * this CPU have half of each of its turns together, however many they are; 0 where
 * half is not used up, or the CPU was not wanted in VNET_GEN_TURNS in a row.
 */
u64 vnet_gen_turn_rest(struct vnet_gen_turn *turn, u64 start, u64 now, bool wanted)
{
	if (start >= turn->end) {
		turn->start = start;
		turn->end = start + VNET_GEN_TURN_NS;
		turn->used = 0;
		turn->judged = false;
		turn->rest = false;
	}
	turn->used += now - start;
	if (turn->used < VNET_GEN_TURN_NS / 2)
		return 0;

	if (!turn->judged) {
		turn->judged = true;
		turn->wanted = wanted ? min(turn->wanted + 1, VNET_GEN_TURNS) : 0;
		turn->rest = turn->wanted == VNET_GEN_TURNS;
	}
	if (!turn->rest)
		return 0;
	turn->end = max(turn->end, turn->start + 2 * turn->used);
	return turn->end - min(turn->end, now);
}
EXPORT_SYMBOL_IF_KUNIT(vnet_gen_turn_rest);

/**
 * vnet_gen_share_due - frames that are due on a queue
 * @share: the queue's share
 * @due: frames that are due over all queues
 *
 * Return: their number.
 */
u64 vnet_gen_share_due(const struct vnet_gen_share *share, u64 due)
{
	u64 rounds;
	u32 rem;

	if (!share->list) {
		if (due <= share->first)
			return 0;
		return div_u64(due - share->first - 1, share->step) + 1;
	}

	rounds = div_u64_rem(due, share->all_flows, &rem);
	return rounds * share->flows + vnet_gen_share_below(share, rem);
}
EXPORT_SYMBOL_IF_KUNIT(vnet_gen_share_due);

/**
 * vnet_gen_share_at - look at a frame of a queue
 * @share: the queue's share
 * @k: which of its frames
 * @frame: told what it is
 */
void vnet_gen_share_at(const struct vnet_gen_share *share, u64 k,
		       struct vnet_gen_frame *frame)
{
	u64 round = k;
	u32 pos = 0;

	if (share->flows > 1)
		round = div_u64_rem(k, share->flows, &pos);

	if (share->list) {
		frame->flow = share->list[pos];
		frame->number = round * share->all_flows + frame->flow;
		frame->nth = round;
	} else if (share->flows > 1) {
		frame->flow = share->first + share->step * pos;
		frame->number = k * share->step + share->first;
		frame->nth = round;
	} else {
		frame->flow = share->first % share->all_flows;
		frame->number = k * share->step + share->first;
		frame->nth = k * share->again + share->before;
	}
}
EXPORT_SYMBOL_IF_KUNIT(vnet_gen_share_at);
