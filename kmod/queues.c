// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is set of each RX queue: where its RX work runs. The frame path reads it
 * as it goes, so that it acts on devices that run.
 *
 * Queues that follow each other and have the same CPU are told in one range,
 * and the number of ranges is bounded: what a device says of itself has to
 * stay short, since who listens has buffers of a page.
 */
#include <net/netlink.h>

#include "vnet.h"

/* The CPU of queue @i, by @cpus if there is such a list */
static int vnet_cpu_at(const struct vnet_dev *vd, const int *cpus, u32 i)
{
	return cpus ? cpus[i] : READ_ONCE(vd->rxq[i].vec.cpu);
}

/*
 * Find the next range of queues, from @set->last + 1 on, that have the same
 * CPU and not any.
 */
static bool vnet_next_range(const struct vnet_dev *vd, const int *cpus,
			    struct vnet_queue_set *set)
{
	u32 n = vd->dev->num_rx_queues, i = set->last + 1;

	while (i < n && vnet_cpu_at(vd, cpus, i) == VNET_CPU_ANY)
		i++;
	if (i >= n)
		return false;

	set->first = i;
	set->cpu = vnet_cpu_at(vd, cpus, i);
	while (i + 1 < n && vnet_cpu_at(vd, cpus, i + 1) == set->cpu)
		i++;
	set->last = i;
	return true;
}

/* Before the first range; the sum is 0 */
#define VNET_NO_RANGE	{ .last = U32_MAX }

static u32 vnet_count_ranges(const struct vnet_dev *vd, const int *cpus)
{
	struct vnet_queue_set set = VNET_NO_RANGE;
	u32 n = 0;

	while (vnet_next_range(vd, cpus, &set))
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

/* Apply @queues to a list of the CPUs of all queues */
static int vnet_list_cpus(const struct vnet_dev *vd, int *cpus,
			  const struct nlattr *queues,
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
		for (i = set.first; set.has_cpu && i <= set.last; i++)
			cpus[i] = set.cpu;
	}
	return 0;
}

/**
 * vnet_check_queues - whether vnet_set_queues() may set this
 * @vd: the device, registered or not yet
 * @queues: IFLA_VNET_QUEUES, parsed by vnet_parse_config(); may be NULL
 * @extack: told what is wrong
 *
 * Context: RTNL. May sleep.
 *
 * Return: 0; -EINVAL where the device has no such queue; -ENOSPC where there
 * would be too many ranges; -ENOMEM.
 */
int vnet_check_queues(const struct vnet_dev *vd, const struct nlattr *queues,
		      struct netlink_ext_ack *extack)
{
	u32 n = vd->dev->num_rx_queues, ranges, i;
	int *cpus, err;

	if (!queues)
		return 0;

	cpus = kmalloc_array(n, sizeof(*cpus), GFP_KERNEL);
	if (!cpus)
		return -ENOMEM;
	for (i = 0; i < n; i++)
		cpus[i] = vd->rxq ? vnet_cpu_at(vd, NULL, i) : VNET_CPU_ANY;

	err = vnet_list_cpus(vd, cpus, queues, extack);
	if (!err) {
		ranges = vnet_count_ranges(vd, cpus);
		if (ranges > VNET_QUEUE_RANGES_MAX) {
			vnet_nl_err(extack, queues,
				    "queues: must be at most "
				    __stringify(VNET_QUEUE_RANGES_MAX)
				    " ranges with a CPU of their own",
				    "queues: must be at most %u ranges with a CPU of their own, not %u",
				    VNET_QUEUE_RANGES_MAX, ranges);
			err = -ENOSPC;
		}
	}
	kfree(cpus);
	return err;
}

/**
 * vnet_set_queues - set where the RX work of queues runs
 * @vd: the device, registered
 * @queues: what vnet_check_queues() found good; may be NULL
 *
 * Acts from the next time that a queue is raised.
 *
 * Context: RTNL.
 */
void vnet_set_queues(struct vnet_dev *vd, const struct nlattr *queues)
{
	u32 n = vd->dev->num_rx_queues, i;
	struct vnet_queue_set set;
	const struct nlattr *nla;
	int rem;

	ASSERT_RTNL();
	if (!queues)
		return;

	nla_for_each_nested(nla, queues, rem) {
		if (vnet_read_queue(&set, n, nla, NULL) || !set.has_cpu)
			continue;
		for (i = set.first; i <= set.last; i++)
			WRITE_ONCE(vd->rxq[i].vec.cpu, set.cpu);
		netdev_dbg(vd->dev, "queues: %u to %u cpu %d\n", set.first,
			   set.last, set.cpu);
	}
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
		nla_total_size(sizeof(s32));	/* IFLA_VNET_QUEUE_CPU */

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
	    nla_put_s32(skb, IFLA_VNET_QUEUE_CPU, set->cpu))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * vnet_queues_fill - tell of the queues that are not at their default
 * @skb: where to put IFLA_VNET_QUEUES
 * @vd: the device
 *
 * Return: 0 or -EMSGSIZE.
 */
int vnet_queues_fill(struct sk_buff *skb, const struct vnet_dev *vd)
{
	struct nlattr *nest = nla_nest_start(skb, IFLA_VNET_QUEUES);
	struct vnet_queue_set set = VNET_NO_RANGE;
	int err;

	if (!nest)
		return -EMSGSIZE;

	while (vnet_next_range(vd, NULL, &set)) {
		err = vnet_queue_fill(skb, &set);
		if (err)
			return err;
	}
	nla_nest_end(skb, nest);
	return 0;
}
