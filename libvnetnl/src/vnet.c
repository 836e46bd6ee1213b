// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Attributes that a vnet device has: rings, flow control, completions,
 * queues, run-time state. Those of its generator are in gen.c.
 *
 * A getter gives 0 or false for an attribute that is not set; limits are the
 * kernel's to check.
 */
#include <errno.h>
#include "internal.h"

/**
 * vnetnl_link_set_tx_ring - size of the TX rings
 * @param link the link
 * @param entries of each ring: a power of two, VNET_RING_MIN to VNET_RING_MAX
 */
EXPORT void vnetnl_link_set_tx_ring(struct vnetnl_link *link, uint32_t entries)
{
	link_set_num(link, VNETNL_LINK_TX_RING, entries);
}

/**
 * vnetnl_link_set_rx_ring - size of the RX rings
 * @param link the link
 * @param entries of each ring: a power of two, VNET_RING_MIN to VNET_RING_MAX
 */
EXPORT void vnetnl_link_set_rx_ring(struct vnetnl_link *link, uint32_t entries)
{
	link_set_num(link, VNETNL_LINK_RX_RING, entries);
}

/**
 * vnetnl_link_set_rx_pause - heed the pause of a full peer
 * @param link the link
 * @param on true to wait, false to send on
 */
EXPORT void vnetnl_link_set_rx_pause(struct vnetnl_link *link, bool on)
{
	link_set_num(link, VNETNL_LINK_RX_PAUSE, on);
}

/**
 * vnetnl_link_set_tx_pause - pause the peer while an RX ring is full
 * @param link the link
 * @param on true to pause it, false to drop what does not fit
 */
EXPORT void vnetnl_link_set_tx_pause(struct vnetnl_link *link, bool on)
{
	link_set_num(link, VNETNL_LINK_TX_PAUSE, on);
}

/**
 * vnetnl_link_set_tx_usecs - how long completions may wait for more
 * @param link the link
 * @param usecs microseconds from when the TX queue is stopped, at most
 *	VNET_TX_USECS_MAX; 0: until the end of the receiver's poll
 */
EXPORT void vnetnl_link_set_tx_usecs(struct vnetnl_link *link, uint32_t usecs)
{
	link_set_num(link, VNETNL_LINK_TX_USECS, usecs);
}

/**
 * vnetnl_link_set_tx_frames - how many descriptors are completed together
 * @param link the link
 * @param frames descriptors of a TX queue, VNET_TX_FRAMES_MIN to
 *	VNET_TX_FRAMES_MAX
 */
EXPORT void vnetnl_link_set_tx_frames(struct vnetnl_link *link,
				      uint32_t frames)
{
	link_set_num(link, VNETNL_LINK_TX_FRAMES, frames);
}

/**
 * vnetnl_link_set_rx_usecs - how long frames may wait to be received
 * @param link the link
 * @param usecs microseconds that they wait for more in an RX ring, at most
 *	VNET_RX_USECS_MAX; 0: they do not wait
 */
EXPORT void vnetnl_link_set_rx_usecs(struct vnetnl_link *link, uint32_t usecs)
{
	link_set_num(link, VNETNL_LINK_RX_USECS, usecs);
}

/**
 * vnetnl_link_set_rx_frames - how many frames wait for no more
 * @param link the link
 * @param frames how many are in an RX ring then, at most VNET_RX_FRAMES_MAX; 0:
 *	as many as it takes
 */
EXPORT void vnetnl_link_set_rx_frames(struct vnetnl_link *link,
				      uint32_t frames)
{
	link_set_num(link, VNETNL_LINK_RX_FRAMES, frames);
}

/**
 * vnetnl_link_set_adaptive_rx - let the kernel find out how long frames wait
 * @param link the link
 * @param on true to let it, false to have it as set
 */
EXPORT void vnetnl_link_set_adaptive_rx(struct vnetnl_link *link, bool on)
{
	link_set_num(link, VNETNL_LINK_ADAPTIVE_RX, on);
}

/**
 * vnetnl_link_set_adaptive_tx - let the kernel find out how long completions
 *	wait
 * @param link the link
 * @param on true to let it, false to have it as set
 */
EXPORT void vnetnl_link_set_adaptive_tx(struct vnetnl_link *link, bool on)
{
	link_set_num(link, VNETNL_LINK_ADAPTIVE_TX, on);
}

/**
 * vnetnl_link_set_irq - have an interrupt of Linux for each RX queue
 *
 * Can be changed while the device is down.
 * @param link the link
 * @param on true to have them
 */
EXPORT void vnetnl_link_set_irq(struct vnetnl_link *link, bool on)
{
	link_set_num(link, VNETNL_LINK_IRQ, on);
}

/**
 * vnetnl_link_set_queue_cpu - where the work of an RX queue runs
 *
 * A change is one of the queues that are listed, by this call and by
 * vnetnl_link_set_queue_failed(), and of what is said of each; the others, and
 * what is not said, stay as they are. vnetnl_link_unset() of VNETNL_LINK_QUEUES
 * empties the list.
 * @param link the link
 * @param queue number of the queue, less than VNET_QUEUES_MAX
 * @param cpu a CPU, or VNET_CPU_ANY: the one that raises the queue
 * @return 0; -EINVAL if no device has such a queue
 */
EXPORT int vnetnl_link_set_queue_cpu(struct vnetnl_link *link, uint32_t queue,
				     int cpu)
{
	if (queue >= VNET_QUEUES_MAX)
		return -EINVAL;

	link->queues[queue].has_cpu = true;
	link->queues[queue].cpu = cpu;
	link_mark(link, VNETNL_LINK_QUEUES);
	return 0;
}

/**
 * vnetnl_link_set_queue_failed - whether an RX queue has failed
 *
 * What vnetnl_link_set_queue_cpu() says of a list of queues holds here, too.
 * @param link the link
 * @param queue number of the queue, less than VNET_QUEUES_MAX
 * @param failed true: others stand in for it; false: it is healthy
 * @return 0; -EINVAL if no device has such a queue
 */
EXPORT int vnetnl_link_set_queue_failed(struct vnetnl_link *link,
					uint32_t queue, bool failed)
{
	if (queue >= VNET_QUEUES_MAX)
		return -EINVAL;

	link->queues[queue].has_failed = true;
	link->queues[queue].failed = failed;
	link_mark(link, VNETNL_LINK_QUEUES);
	return 0;
}

/**
 * vnetnl_link_get_tx_ring - size of the TX rings
 * @param link the link
 * @return entries of each
 */
EXPORT uint32_t vnetnl_link_get_tx_ring(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_TX_RING];
}

/**
 * vnetnl_link_get_rx_ring - size of the RX rings
 * @param link the link
 * @return entries of each
 */
EXPORT uint32_t vnetnl_link_get_rx_ring(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_RX_RING];
}

/**
 * vnetnl_link_get_rx_pause - whether the pause of a full peer is heeded
 * @param link the link
 * @return true if it is
 */
EXPORT bool vnetnl_link_get_rx_pause(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_RX_PAUSE];
}

/**
 * vnetnl_link_get_tx_pause - whether the peer is paused when an RX ring is full
 * @param link the link
 * @return true if it is
 */
EXPORT bool vnetnl_link_get_tx_pause(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_TX_PAUSE];
}

/**
 * vnetnl_link_get_tx_usecs - how long completions may wait for more
 * @param link the link
 * @return microseconds
 */
EXPORT uint32_t vnetnl_link_get_tx_usecs(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_TX_USECS];
}

/**
 * vnetnl_link_get_tx_frames - how many descriptors are completed together
 * @param link the link
 * @return descriptors of a TX queue
 */
EXPORT uint32_t vnetnl_link_get_tx_frames(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_TX_FRAMES];
}

/**
 * vnetnl_link_get_rx_usecs - how long frames may wait to be received
 * @param link the link
 * @return microseconds
 */
EXPORT uint32_t vnetnl_link_get_rx_usecs(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_RX_USECS];
}

/**
 * vnetnl_link_get_rx_frames - how many frames wait for no more
 * @param link the link
 * @return frames in an RX ring; 0: as many as it takes
 */
EXPORT uint32_t vnetnl_link_get_rx_frames(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_RX_FRAMES];
}

/**
 * vnetnl_link_get_adaptive_rx - whether the kernel finds out how long frames
 *	wait
 * @param link the link
 * @return true if it does
 */
EXPORT bool vnetnl_link_get_adaptive_rx(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_ADAPTIVE_RX];
}

/**
 * vnetnl_link_get_adaptive_tx - whether the kernel finds out how long
 *	completions wait
 * @param link the link
 * @return true if it does
 */
EXPORT bool vnetnl_link_get_adaptive_tx(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_ADAPTIVE_TX];
}

/**
 * vnetnl_link_get_irq - whether RX queues have interrupts of Linux
 * @param link the link
 * @return true if they have
 */
EXPORT bool vnetnl_link_get_irq(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_IRQ];
}

/**
 * vnetnl_link_has_queue_cpu - whether an RX queue is listed with a CPU
 * @param link the link
 * @param queue number of the queue
 * @return true if it is. The kernel lists those that have one of their own
 */
EXPORT bool vnetnl_link_has_queue_cpu(const struct vnetnl_link *link,
				      uint32_t queue)
{
	return queue < VNET_QUEUES_MAX && link->queues[queue].has_cpu;
}

/**
 * vnetnl_link_get_queue_cpu - where the work of an RX queue runs
 * @param link the link
 * @param queue number of the queue
 * @return a CPU; VNET_CPU_ANY, which is the default, of a queue that is not
 *	listed with one
 */
EXPORT int vnetnl_link_get_queue_cpu(const struct vnetnl_link *link,
				     uint32_t queue)
{
	return vnetnl_link_has_queue_cpu(link, queue) ?
	       link->queues[queue].cpu : VNET_CPU_ANY;
}

/**
 * vnetnl_link_has_queue_failed - whether an RX queue is listed as one that has
 *	failed, or as one that is healthy
 * @param link the link
 * @param queue number of the queue
 * @return true if it is. The kernel lists those that have failed
 */
EXPORT bool vnetnl_link_has_queue_failed(const struct vnetnl_link *link,
					 uint32_t queue)
{
	return queue < VNET_QUEUES_MAX && link->queues[queue].has_failed;
}

/**
 * vnetnl_link_get_queue_failed - whether an RX queue has failed
 * @param link the link
 * @param queue number of the queue
 * @return true if it has; false, which is the default, of a queue of which it
 *	is not said
 */
EXPORT bool vnetnl_link_get_queue_failed(const struct vnetnl_link *link,
					 uint32_t queue)
{
	return vnetnl_link_has_queue_failed(link, queue) &&
	       link->queues[queue].failed;
}

/**
 * vnetnl_link_get_tx_queued - how full the TX rings are
 * @param link the link
 * @return descriptors posted and not yet completed
 */
EXPORT uint32_t vnetnl_link_get_tx_queued(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_TX_QUEUED];
}

/**
 * vnetnl_link_get_rx_queued - how full the RX rings are
 * @param link the link
 * @return descriptors that wait to be polled
 */
EXPORT uint32_t vnetnl_link_get_rx_queued(const struct vnetnl_link *link)
{
	return link->num[VNETNL_LINK_RX_QUEUED];
}
