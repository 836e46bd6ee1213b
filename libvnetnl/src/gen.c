// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The generator: how fast it runs, how long, on which queues, and how it gets
 * on. What its frames are like is in gen-frame.c.
 *
 * A getter gives 0, false or NULL for an attribute that is not set; limits are
 * the kernel's to check.
 */
#include <errno.h>
#include "internal.h"

/**
 * vnetnl_link_set_gen_enable - start or stop the generator
 * @param link the link
 * @param on true to run; false stops it and keeps its configuration
 */
EXPORT void vnetnl_link_set_gen_enable(struct vnetnl_link *link, bool on)
{
	link_set_num(link, VNETNL_LINK_GEN_ENABLE, on);
}

/**
 * vnetnl_link_get_gen_enable - whether the generator is to run
 * @param link the link
 * @return true if it is; whether it does, vnetnl_link_get_gen_state() says
 */
EXPORT bool vnetnl_link_get_gen_enable(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_GEN_ENABLE];
}

/**
 * vnetnl_link_set_gen_rate - rate of the generator
 * @param link the link
 * @param rate frames a second over all queues, VNET_GEN_RATE_MIN to
 *	VNET_GEN_RATE_MAX, or VNET_GEN_RATE_UNPACED. It takes the place of a
 *	bit rate: of the two, a request carries one. A link that was read has
 *	the one that counts; take it out with vnetnl_link_unset() before you
 *	set the other
 */
EXPORT void vnetnl_link_set_gen_rate(struct vnetnl_link *link, uint64_t rate)
{
	link_set_num(link, VNETNL_LINK_GEN_RATE, rate);
}

/**
 * vnetnl_link_get_gen_rate - rate of the generator
 * @param link the link
 * @return frames a second, or VNET_GEN_RATE_UNPACED; 0 while there is a bit
 *	rate
 */
EXPORT uint64_t vnetnl_link_get_gen_rate(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_GEN_RATE];
}

/**
 * vnetnl_link_set_gen_bitrate - bit rate of the generator
 * @param link the link
 * @param bitrate bits a second over all queues, of frames from the Ethernet
 *	header to the end of the payload, VNET_GEN_BITRATE_MIN to
 *	VNET_GEN_BITRATE_MAX. It takes the place of a rate, see
 *	vnetnl_link_set_gen_rate()
 */
EXPORT void vnetnl_link_set_gen_bitrate(struct vnetnl_link *link,
					uint64_t bitrate)
{
	link_set_num(link, VNETNL_LINK_GEN_BITRATE, bitrate);
}

/**
 * vnetnl_link_get_gen_bitrate - bit rate of the generator
 * @param link the link
 * @return bits a second; 0 while there is a rate
 */
EXPORT uint64_t vnetnl_link_get_gen_bitrate(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_GEN_BITRATE];
}

/**
 * vnetnl_link_set_gen_count - how many frames a run makes
 * @param link the link
 * @param frames after which it ends, 0: no end
 */
EXPORT void vnetnl_link_set_gen_count(struct vnetnl_link *link, uint64_t frames)
{
	link_set_num(link, VNETNL_LINK_GEN_COUNT, frames);
}

/**
 * vnetnl_link_get_gen_count - how many frames a run makes
 * @param link the link
 * @return frames, 0: no end
 */
EXPORT uint64_t vnetnl_link_get_gen_count(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_GEN_COUNT];
}

/**
 * vnetnl_link_set_gen_duration - how long a run lasts
 * @param link the link
 * @param nsecs nanoseconds after which it ends, at most VNET_GEN_DURATION_MAX,
 *	0: no end
 */
EXPORT void vnetnl_link_set_gen_duration(struct vnetnl_link *link,
					 uint64_t nsecs)
{
	link_set_num(link, VNETNL_LINK_GEN_DURATION, nsecs);
}

/**
 * vnetnl_link_get_gen_duration - how long a run lasts
 * @param link the link
 * @return nanoseconds, 0: no end
 */
EXPORT uint64_t vnetnl_link_get_gen_duration(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_GEN_DURATION];
}

/**
 * vnetnl_link_set_gen_flows - how many flows there are
 * @param link the link
 * @param flows five-tuples, VNET_GEN_FLOWS_MIN to VNET_GEN_FLOWS_MAX. With
 *	one, ranges go on from frame to frame, with more from flow to flow
 */
EXPORT void vnetnl_link_set_gen_flows(struct vnetnl_link *link, uint32_t flows)
{
	link_set_num(link, VNETNL_LINK_GEN_FLOWS, flows);
}

/**
 * vnetnl_link_get_gen_flows - how many flows there are
 * @param link the link
 * @return flows
 */
EXPORT uint32_t vnetnl_link_get_gen_flows(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_GEN_FLOWS];
}

/**
 * vnetnl_link_set_gen_random - whose values are drawn from their range, and
 *	not counted
 * @param link the link
 * @param fields bits of enum vnet_gen_field: 1 << VNET_GEN_FIELD_SRC and so
 *	on; 0: none
 */
EXPORT void vnetnl_link_set_gen_random(struct vnetnl_link *link,
				       uint32_t fields)
{
	link_set_num(link, VNETNL_LINK_GEN_RANDOM, fields);
}

/**
 * vnetnl_link_get_gen_random - whose values are drawn from their range, and
 *	not counted
 * @param link the link
 * @return bits of enum vnet_gen_field
 */
EXPORT uint32_t vnetnl_link_get_gen_random(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_GEN_RANDOM];
}

/**
 * vnetnl_link_set_gen_seed - seed of all that is random
 * @param link the link
 * @param seed any number; the same settings and seed make the same frames
 */
EXPORT void vnetnl_link_set_gen_seed(struct vnetnl_link *link, uint64_t seed)
{
	link_set_num(link, VNETNL_LINK_GEN_SEED, seed);
}

/**
 * vnetnl_link_get_gen_seed - seed of all that is random
 * @param link the link
 * @return the seed
 */
EXPORT uint64_t vnetnl_link_get_gen_seed(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_GEN_SEED];
}

/**
 * vnetnl_link_set_gen_spread - how frames come to queues
 * @param link the link
 * @param spread VNET_GEN_DEAL: in turn, see vnetnl_link_set_gen_queues();
 *	VNET_GEN_HASH: as the hash of their flow says
 */
EXPORT void vnetnl_link_set_gen_spread(struct vnetnl_link *link,
				       enum vnet_gen_spread spread)
{
	link_set_num(link, VNETNL_LINK_GEN_SPREAD, spread);
}

/**
 * vnetnl_link_get_gen_spread - how frames come to queues
 * @param link the link
 * @return how; a newer kernel may have ways that are not in enum
 *	vnet_gen_spread
 */
EXPORT enum vnet_gen_spread
vnetnl_link_get_gen_spread(const struct vnetnl_link *link)
{
	return (enum vnet_gen_spread)link->num[VNETNL_LINK_GEN_SPREAD];
}

/**
 * vnetnl_link_set_gen_queues - queues to which frames are dealt
 * @param link the link
 * @param queues numbers of RX queues, in any order; one that is there twice
 *	counts once
 * @param count how many, 0: all queues of the device, as many as there are
 * @return 0; -EINVAL if no device has such a queue: the link is what it was
 */
EXPORT int vnetnl_link_set_gen_queues(struct vnetnl_link *link,
				      const uint32_t *queues, size_t count)
{
	uint8_t bits[ROOM_BITMAP] = {};
	size_t i, len = 1;

	for (i = 0; i < count; i++) {
		if (queues[i] >= VNET_QUEUES_MAX)
			return -EINVAL;
		bits[queues[i] / 8] |= 1 << queues[i] % 8;
		if (len <= queues[i] / 8)
			len = queues[i] / 8 + 1;
	}
	return vnetnl_set_bytes(link, VNETNL_LINK_GEN_QUEUES, bits, len);
}

/**
 * vnetnl_link_has_gen_queue - whether frames are dealt to a queue by name
 * @param link the link
 * @param queue number of the RX queue
 * @return true if it is one of those that were chosen. Where none was, the
 *	generator uses all queues
 */
EXPORT bool vnetnl_link_has_gen_queue(const struct vnetnl_link *link,
				      uint32_t queue)
{
	return queue < VNET_QUEUES_MAX &&
	       vnetnl_link_is_set(link, VNETNL_LINK_GEN_QUEUES) &&
	       link->gen_queues[queue / 8] & 1 << queue % 8;
}

/**
 * vnetnl_link_set_gen_burst - how many frames of a queue come at a time
 * @param link the link
 * @param frames VNET_GEN_BURST_MIN to VNET_GEN_BURST_MAX; they come when the
 *	last of them is due
 */
EXPORT void vnetnl_link_set_gen_burst(struct vnetnl_link *link, uint32_t frames)
{
	link_set_num(link, VNETNL_LINK_GEN_BURST, frames);
}

/**
 * vnetnl_link_get_gen_burst - how many frames of a queue come at a time
 * @param link the link
 * @return frames
 */
EXPORT uint32_t vnetnl_link_get_gen_burst(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_GEN_BURST];
}

/**
 * vnetnl_link_get_gen_state - whether the generator runs
 * @param link the link
 * @return its state; a newer kernel may have states that are not in
 *	enum vnet_gen_state
 */
EXPORT enum vnet_gen_state
vnetnl_link_get_gen_state(const struct vnetnl_link *link)
{
	return (enum vnet_gen_state)link->num[VNETNL_LINK_GEN_STATE];
}

/**
 * vnetnl_link_get_gen_frames - what the generator has made
 * @param link the link
 * @return frames of this run, at the same instant as
 *	vnetnl_link_get_gen_nsecs() and vnetnl_link_get_gen_bytes()
 */
EXPORT uint64_t vnetnl_link_get_gen_frames(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_GEN_FRAMES];
}

/**
 * vnetnl_link_get_gen_nsecs - how long the generator has run
 * @param link the link
 * @return nanoseconds of this run
 */
EXPORT uint64_t vnetnl_link_get_gen_nsecs(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_GEN_NSECS];
}

/**
 * vnetnl_link_get_gen_bytes - what the frames amount to
 * @param link the link
 * @return bytes of the frames of this run
 */
EXPORT uint64_t vnetnl_link_get_gen_bytes(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_GEN_BYTES];
}
