// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is set of each RX queue: where its RX work runs, whether it has failed.
 *
 * Queues that follow each other and are set alike are told in one range, and the
 * number of ranges is bounded: what a device says of itself has to stay short,
 * since who listens has buffers of a page.
 */
#include <linux/capability.h>
#include <net/netlink.h>

#include "request.h"
#include "vnet.h"

/* What is set of a queue */
struct vnet_queue {
	int cpu;
	bool failed;
};

static const struct vnet_queue vnet_queue_default = { .cpu = VNET_CPU_ANY };

/* What is set of queue @i, by @list if there is one */
static struct vnet_queue vnet_queue_at(const struct vnet_dev *vd,
				       const struct vnet_queue *list, u32 i)
{
	struct vnet_queue queue;

	if (list)
		return list[i];
	queue.cpu = READ_ONCE(vd->rxq[i].vec.cpu);
	queue.failed = READ_ONCE(vd->rxq[i].failed);
	return queue;
}

static bool vnet_queues_alike(struct vnet_queue a, struct vnet_queue b)
{
	return a.cpu == b.cpu && a.failed == b.failed;
}

/*
 * Find the next range of queues, from @set->last + 1 on, that are set alike and
 * not at their default.
 */
static bool vnet_next_range(const struct vnet_dev *vd,
			    const struct vnet_queue *list,
			    struct vnet_queue_set *set)
{
	u32 n = vd->dev->num_rx_queues, i = set->last + 1;
	struct vnet_queue queue;

	while (i < n && vnet_queues_alike(vnet_queue_at(vd, list, i),
					  vnet_queue_default))
		i++;
	if (i >= n)
		return false;

	queue = vnet_queue_at(vd, list, i);
	set->first = i;
	set->cpu = queue.cpu;
	set->failed = queue.failed;
	while (i + 1 < n &&
	       vnet_queues_alike(vnet_queue_at(vd, list, i + 1), queue))
		i++;
	set->last = i;
	return true;
}

/* Before the first range; the sum is 0 */
#define VNET_NO_RANGE	{ .last = U32_MAX }

static u32 vnet_count_ranges(const struct vnet_dev *vd,
			     const struct vnet_queue *list)
{
	struct vnet_queue_set set = VNET_NO_RANGE;
	u32 n = 0;

	while (vnet_next_range(vd, list, &set))
		n++;
	return n;
}

static int vnet_queue_err(u32 n, u32 index, const struct nlattr *nla,
			  struct netlink_ext_ack *extack)
{
	vnet_nl_err(extack, nla,
		    "queue index: must be less than the number of RX queues",
		    "queue index: must be less than %u, the number of RX queues, not %u",
		    n, index);
	return -EINVAL;
}

/* Read a member of IFLA_VNET_QUEUES for a device of @n RX queues */
static int vnet_read_queue(struct vnet_queue_set *set, u32 n,
			   const struct nlattr *nla,
			   struct netlink_ext_ack *extack)
{
	int err;

	err = vnet_parse_queue(set, nla, extack);
	if (err)
		return err;

	if (set->first >= n)
		return vnet_queue_err(n, set->first, nla, extack);
	if (set->last == VNET_QUEUES_MAX - 1)
		set->last = n - 1;
	if (set->last >= n)
		return vnet_queue_err(n, set->last, nla, extack);
	return 0;
}

/*
 * Whether a queue's RX work may go to this CPU: as of rps_cpus, that is for who
 * administers the machine.
 */
static int vnet_check_cpu(const struct vnet_queue *queue, int cpu,
			  const struct nlattr *nla,
			  struct netlink_ext_ack *extack)
{
	if (cpu == queue->cpu || cpu == VNET_CPU_ANY || capable(CAP_NET_ADMIN))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, nla,
			    "queue cpu: wants CAP_NET_ADMIN in the initial user namespace");
	return -EPERM;
}

/* Apply @queues to a list of what is set of all queues */
static int vnet_list_queues(const struct vnet_dev *vd, struct vnet_queue *list,
			    const struct nlattr *queues, bool irq,
			    struct netlink_ext_ack *extack)
{
	u32 n = vd->dev->num_rx_queues, i;
	struct vnet_queue_set set;
	const struct nlattr *nla;
	int rem, err;

	nla_for_each_nested(nla, queues, rem) {
		err = vnet_read_queue(&set, n, nla, extack);
		if (err)
			return err;
		if (irq && set.has_cpu && set.cpu != VNET_CPU_ANY &&
		    !cpu_online(set.cpu)) {
			vnet_nl_err(extack, nla,
				    "queue cpu: must be online for a queue with an interrupt",
				    "queue cpu: must be online for a queue with an interrupt, and %d is not",
				    set.cpu);
			return -EINVAL;
		}
		for (i = set.first; i <= set.last; i++) {
			if (set.has_cpu) {
				err = vnet_check_cpu(&list[i], set.cpu, nla,
						     extack);
				if (err)
					return err;
				list[i].cpu = set.cpu;
			}
			if (set.has_failed)
				list[i].failed = set.failed;
		}
	}
	return 0;
}

/* Whether a device may be set to what @list says */
static int vnet_check_list(const struct vnet_dev *vd,
			   const struct vnet_queue *list,
			   const struct nlattr *queues,
			   struct netlink_ext_ack *extack)
{
	u32 n = vd->dev->real_num_rx_queues, ranges, i;

	ranges = vnet_count_ranges(vd, list);
	if (ranges > VNET_QUEUE_RANGES_MAX) {
		vnet_nl_err(extack, queues,
			    "queues: must be at most "
			    __stringify(VNET_QUEUE_RANGES_MAX)
			    " ranges that are not at their default",
			    "queues: must be at most %u ranges that are not at their default, not %u",
			    VNET_QUEUE_RANGES_MAX, ranges);
		return -ENOSPC;
	}

	for (i = 0; i < n && list[i].failed; i++)
		;
	if (i == n) {
		vnet_nl_err(extack, queues,
			    "queue failed: must not be all RX queues in use",
			    "queue failed: must not be all %u RX queues in use",
			    n);
		return -EINVAL;
	}
	return 0;
}

/**
 * vnet_check_queues - whether vnet_set_queues() may set this
 * @vd: the device, registered or not yet
 * @queues: IFLA_VNET_QUEUES, parsed by vnet_parse_config(); may be NULL
 * @irq: the queues have interrupts then
 * @extack: told what is wrong
 *
 * Context: locked. May sleep.
 *
 * Return: 0; -EINVAL where the device has no such queue, or none would be left
 * that has not failed, or an interrupt cannot be where it is to; -EPERM; -ENOSPC
 * where there would be too many ranges; -ENOMEM.
 */
int vnet_check_queues(const struct vnet_dev *vd, const struct nlattr *queues,
		      bool irq, struct netlink_ext_ack *extack)
{
	u32 n = vd->dev->num_rx_queues, i;
	struct vnet_queue *list;
	int err;

	if (!queues)
		return 0;

	list = kmalloc_array(n, sizeof(*list), VNET_GFP);
	if (!list) {
		NL_SET_ERR_MSG(extack, "no memory for the queues");
		return -ENOMEM;
	}
	for (i = 0; i < n; i++)
		list[i] = vd->rxq ? vnet_queue_at(vd, NULL, i) :
				    vnet_queue_default;

	err = vnet_list_queues(vd, list, queues, irq, extack);
	if (!err)
		err = vnet_check_list(vd, list, queues, extack);
	kfree(list);
	return err;
}

/**
 * vnet_set_queues - set what there is to set of each RX queue
 * @vd: the device, registered
 * @queues: what vnet_check_queues() found good; may be NULL
 *
 * A CPU acts from the next time that a queue is raised.
 *
 * Context: locked. May sleep.
 */
void vnet_set_queues(struct vnet_dev *vd, const struct nlattr *queues)
{
	DECLARE_BITMAP(failed, VNET_QUEUES_MAX) = {};
	u32 n = vd->dev->num_rx_queues, i;
	struct vnet_queue_set set;
	const struct nlattr *nla;
	bool changed = false;
	int rem;

	vnet_assert_locked(vd);
	if (!queues)
		return;

	for (i = 0; i < n; i++)
		__assign_bit(i, failed, vd->rxq[i].failed);

	nla_for_each_nested(nla, queues, rem) {
		if (vnet_read_queue(&set, n, nla, NULL))
			continue;
		for (i = set.first; i <= set.last; i++) {
			if (set.has_cpu)
				vnet_vector_set_cpu(&vd->rxq[i].vec,
						    set.cpu);
			if (set.has_failed) {
				changed |= set.failed != vd->rxq[i].failed;
				__assign_bit(i, failed, set.failed);
			}
		}
	}
	if (changed)
		vnet_set_failed(vd, failed);
}

/**
 * vnet_queues_size - room that vnet_queues_fill() takes at most
 * @vd: the device
 *
 * Return: bytes.
 */
size_t vnet_queues_size(const struct vnet_dev *vd)
{
	size_t range = nla_total_size(0) +	/* IFLA_VNET_QUEUE */
		nla_total_size(sizeof(u32)) +	/* IFLA_VNET_QUEUE_INDEX */
		nla_total_size(sizeof(u32)) +	/* IFLA_VNET_QUEUE_LAST */
		nla_total_size(sizeof(s32)) +	/* IFLA_VNET_QUEUE_CPU */
		nla_total_size(sizeof(u8));	/* IFLA_VNET_QUEUE_FAILED */

	/* Affinities may change meanwhile, by others than who has RTNL */
	if (vd->irq)
		return nla_total_size(0) + range * VNET_QUEUE_RANGES_MAX;
	return nla_total_size(0) + range * vnet_count_ranges(vd, NULL);
}

static int vnet_queue_fill(struct sk_buff *skb,
			   const struct vnet_queue_set *set)
{
	struct nlattr *nest = nla_nest_start(skb, IFLA_VNET_QUEUE);

	if (!nest ||
	    nla_put_u32(skb, IFLA_VNET_QUEUE_INDEX, set->first) ||
	    (set->last != set->first &&
	     nla_put_u32(skb, IFLA_VNET_QUEUE_LAST, set->last)) ||
	    (set->cpu != VNET_CPU_ANY &&
	     nla_put_s32(skb, IFLA_VNET_QUEUE_CPU, set->cpu)) ||
	    (set->failed && nla_put_u8(skb, IFLA_VNET_QUEUE_FAILED, 1)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * vnet_queues_fill - tell of the queues that are not at their default
 * @skb: where to put IFLA_VNET_QUEUES
 * @vd: the device
 *
 * What affinities make more than the most ranges, is left out.
 *
 * Return: 0 or -EMSGSIZE.
 */
int vnet_queues_fill(struct sk_buff *skb, const struct vnet_dev *vd)
{
	struct nlattr *nest = nla_nest_start(skb, IFLA_VNET_QUEUES);
	struct vnet_queue_set set = VNET_NO_RANGE;
	u32 n = VNET_QUEUE_RANGES_MAX;
	int err;

	if (!nest)
		return -EMSGSIZE;

	while (n-- && vnet_next_range(vd, NULL, &set)) {
		err = vnet_queue_fill(skb, &set);
		if (err)
			return err;
	}
	nla_nest_end(skb, nest);
	return 0;
}
