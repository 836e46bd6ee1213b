// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Say on which CPU the work of an RX queue is to run, or whether it has failed,
 * and tell what is set of all.
 *
 *	queue NAME QUEUE CPU|any|failed|healthy
 */
#include "example.h"

static struct nlmsghdr buf[VNETNL_BUFFER_SIZE / sizeof(struct nlmsghdr)];

static int set_queue(struct vnetnl_link *link, uint32_t queue, const char *to)
{
	if (!strcmp(to, "failed"))
		return vnetnl_link_set_queue_failed(link, queue, true);
	if (!strcmp(to, "healthy"))
		return vnetnl_link_set_queue_failed(link, queue, false);
	if (!strcmp(to, "any"))
		return vnetnl_link_set_queue_cpu(link, queue, VNET_CPU_ANY);
	return vnetnl_link_set_queue_cpu(link, queue, atoi(to));
}

static void print_queue(const struct vnetnl_link *link, uint32_t queue)
{
	bool failed = vnetnl_link_get_queue_failed(link, queue);
	bool bound = vnetnl_link_has_queue_cpu(link, queue);

	if (!failed && !bound)
		return;
	printf("%s: queue %u", vnetnl_link_get_ifname(link), queue);
	if (bound)
		printf(" cpu %d", vnetnl_link_get_queue_cpu(link, queue));
	printf("%s\n", failed ? " failed" : "");
}

int main(int argc, char **argv)
{
	struct vnetnl_link *link;
	struct vnetnl_error err;
	struct mnl_socket *nl;
	uint32_t queue;
	int ret;

	if (argc != 4) {
		fprintf(stderr, "Usage: %s NAME QUEUE CPU|any|failed|healthy\n",
			argv[0]);
		return EXIT_FAILURE;
	}

	/* The queues that are not listed stay as they are */
	link = alloc_link(argv[1]);
	queue = strtoul(argv[2], NULL, 0);
	ret = set_queue(link, queue, argv[3]);
	if (ret)
		fail(argv[2], ret, NULL);

	nl = open_socket();
	ret = vnetnl_change(nl, buf, sizeof(buf), link, &err);
	if (ret)
		fail(argv[1], ret, &err);

	ret = vnetnl_get(nl, buf, sizeof(buf), link, &err);
	if (ret)
		fail(argv[1], ret, &err);
	for (queue = 0; queue < vnetnl_link_get_num_rx_queues(link); queue++)
		print_queue(link, queue);

	mnl_socket_close(nl);
	vnetnl_link_free(link);
	return EXIT_SUCCESS;
}
