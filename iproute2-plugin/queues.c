// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The option "queue": what is set of each RX queue.
 */
#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <linux/if_link_vnet.h>

#include "utils.h"
#include "ip_common.h"
#include "link_vnet.h"

#define QUEUE_LIMITS \
	"a number less than " VNET_STR(VNET_QUEUES_MAX) ", two of them as in" \
	" 0-3, or \"all\""

/* "3", "0-3" or "all" */
static void vnet_get_range(__u32 *first, __u32 *last, const char *arg)
{
	const char *end = arg;

	if (!strcmp(arg, "all")) {
		*first = 0;
		*last = VNET_QUEUES_MAX - 1;
	} else if (!vnet_scan_queues(&end, first, last) || *end) {
		vnet_not(QUEUE_LIMITS, "queue", arg);
	}
}

static int vnet_get_cpu(const char *arg)
{
	__u32 cpu;

	if (!strcmp(arg, "any"))
		return VNET_CPU_ANY;
	if (isdigit((unsigned char)*arg) && !get_u32(&cpu, arg, 10) &&
	    cpu <= INT_MAX)
		return cpu;
	vnet_not("the number of a CPU or \"any\"", "cpu", arg);
}

static bool vnet_queue_said(const struct vnet_queue *queue)
{
	return queue->has_cpu || queue->has_failed;
}

/* "cpu" or "failed", and its value; false if what comes next is neither */
static bool vnet_get_setting(struct vnet_queue *queue, int *argcp,
			     char ***argvp)
{
	char **argv = *argvp;
	int argc = *argcp;
	const char *word;
	bool *has;

	if (argc < 2)
		return false;
	word = argv[1];
	if (!strcmp(word, "cpu"))
		has = &queue->has_cpu;
	else if (!strcmp(word, "failed"))
		has = &queue->has_failed;
	else
		return false;
	NEXT_ARG();
	NEXT_ARG();

	if (*has)
		duparg(word, *argv);
	*has = true;
	if (has == &queue->has_cpu)
		queue->cpu = vnet_get_cpu(*argv);
	else
		queue->failed = vnet_get_on_off(word, *argv);

	*argcp = argc;
	*argvp = argv;
	return true;
}

/* "queue", its range, and what is set; false if there is no "queue" */
bool vnet_get_queue(struct vnet_queues *queues, int *argcp, char ***argvp)
{
	struct vnet_queue queue = {};
	char **argv = *argvp;
	__u32 first, last;
	const char *range;
	int argc = *argcp;

	if (strcmp(*argv, "queue"))
		return false;
	NEXT_ARG();
	range = *argv;
	vnet_get_range(&first, &last, range);
	while (vnet_get_setting(&queue, &argc, &argv))
		;
	if (!vnet_queue_said(&queue)) {
		NEXT_ARG();
		invarg("queue must be followed by \"cpu\" or \"failed\"", *argv);
	}

	for (; first <= last; first++) {
		if (vnet_queue_said(&queues->said[first]))
			duparg("queue", range);
		queues->said[first] = queue;
	}

	*argcp = argc;
	*argvp = argv;
	return true;
}

static bool vnet_queues_alike(const struct vnet_queue *a,
			      const struct vnet_queue *b)
{
	return a->has_cpu == b->has_cpu && a->cpu == b->cpu &&
	       a->has_failed == b->has_failed && a->failed == b->failed;
}

/* The first queue from index on that is not as it and all in between. */
static __u32 vnet_range_end(const struct vnet_queues *queues, __u32 index)
{
	__u32 end = index + 1;

	while (end < VNET_QUEUES_MAX &&
	       vnet_queues_alike(&queues->said[end], &queues->said[index]))
		end++;
	return end;
}

static int vnet_put_queue(struct nlmsghdr *n, __u32 first, __u32 last,
			  const struct vnet_queue *queue)
{
	struct rtattr *nest = vnet_nest(n, IFLA_VNET_QUEUE);

	if (!nest ||
	    addattr32(n, VNET_MSG_MAX, IFLA_VNET_QUEUE_INDEX, first) ||
	    (last != first &&
	     addattr32(n, VNET_MSG_MAX, IFLA_VNET_QUEUE_LAST, last)) ||
	    (queue->has_cpu &&
	     addattr32(n, VNET_MSG_MAX, IFLA_VNET_QUEUE_CPU, queue->cpu)) ||
	    (queue->has_failed &&
	     addattr8(n, VNET_MSG_MAX, IFLA_VNET_QUEUE_FAILED, queue->failed)))
		return -1;
	addattr_nest_end(n, nest);
	return 0;
}

/* All in one list, wherever they were said. */
int vnet_put_queues(struct nlmsghdr *n, const struct vnet_queues *queues)
{
	struct rtattr *nest = NULL;
	__u32 i, end;

	for (i = 0; i < VNET_QUEUES_MAX; i = end) {
		end = vnet_range_end(queues, i);
		if (!vnet_queue_said(&queues->said[i]))
			continue;
		if (!nest)
			nest = vnet_nest(n, IFLA_VNET_QUEUES);
		if (!nest || vnet_put_queue(n, i, end - 1, &queues->said[i]))
			return -1;
	}
	if (nest)
		addattr_nest_end(n, nest);
	return 0;
}

static void vnet_print_cpu(int cpu)
{
	print_string(PRINT_FP, NULL, "%s ", "cpu");
	if (cpu < 0)
		print_string(PRINT_FP, NULL, "%s ", "any");
	else
		print_int(PRINT_FP, NULL, "%d ", cpu);
}

/* JSON has an object for each queue: who reads it need not know of ranges. */
static void vnet_print_range(__u32 first, __u32 last,
			     const struct vnet_queue *queue)
{
	char text[64];

	if (first == last)
		snprintf(text, sizeof(text), "queue %u", first);
	else
		snprintf(text, sizeof(text), "queue %u-%u", first, last);
	print_string(PRINT_FP, NULL, "%s ", text);
	if (queue->has_cpu)
		vnet_print_cpu(queue->cpu);
	if (queue->has_failed) {
		print_string(PRINT_FP, NULL, "%s ", "failed");
		print_on_off(PRINT_FP, NULL, "%s ", queue->failed);
	}

	for (; first <= last; first++) {
		open_json_object(NULL);
		print_uint(PRINT_JSON, "index", "%u", first);
		if (queue->has_cpu)
			print_int(PRINT_JSON, "cpu", "%d", queue->cpu);
		if (queue->has_failed)
			print_on_off(PRINT_JSON, "failed", "%s",
				     queue->failed);
		close_json_object();
	}
}

static void vnet_print_queue(struct rtattr *nest)
{
	struct rtattr *tb[IFLA_VNET_QUEUE_MAX + 1];
	struct vnet_queue queue = {};
	__u32 first, last;

	parse_rtattr_nested(tb, IFLA_VNET_QUEUE_MAX, nest);

	queue.has_cpu = vnet_read(tb[IFLA_VNET_QUEUE_CPU], &queue.cpu,
				  sizeof(queue.cpu));
	queue.has_failed = vnet_read(tb[IFLA_VNET_QUEUE_FAILED], &queue.failed,
				     sizeof(queue.failed));
	if (!vnet_queue_said(&queue) ||
	    !vnet_read(tb[IFLA_VNET_QUEUE_INDEX], &first, sizeof(first)))
		return;
	if (!vnet_read(tb[IFLA_VNET_QUEUE_LAST], &last, sizeof(last)))
		last = first;
	if (last < VNET_QUEUES_MAX)
		vnet_print_range(first, last, &queue);
}

void vnet_print_queues(struct rtattr *nest)
{
	struct rtattr *rta = RTA_DATA(nest);
	int len = RTA_PAYLOAD(nest);

	open_json_array(PRINT_JSON, "queues");
	for (; RTA_OK(rta, len); rta = RTA_NEXT(rta, len))
		if ((rta->rta_type & NLA_TYPE_MASK) == IFLA_VNET_QUEUE)
			vnet_print_queue(rta);
	close_json_array(PRINT_JSON, NULL);
}
