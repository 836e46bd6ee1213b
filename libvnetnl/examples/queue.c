// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Say on which CPU the work of an RX queue is to run, and tell what is set of
 * all.
 *
 *	queue NAME QUEUE CPU|any
 */
#include "example.h"

static struct nlmsghdr buf[VNETNL_BUFFER_SIZE / sizeof(struct nlmsghdr)];

int main(int argc, char **argv)
{
	struct vnetnl_link *link;
	struct vnetnl_error err;
	struct mnl_socket *nl;
	uint32_t queue;
	int ret, cpu;

	if (argc != 4) {
		fprintf(stderr, "Usage: %s NAME QUEUE CPU|any\n", argv[0]);
		return EXIT_FAILURE;
	}

	/* The queues that are not listed stay as they are */
	link = alloc_link(argv[1]);
	queue = strtoul(argv[2], NULL, 0);
	cpu = strcmp(argv[3], "any") ? atoi(argv[3]) : VNET_CPU_ANY;
	ret = vnetnl_link_set_queue_cpu(link, queue, cpu);
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
		if (vnetnl_link_has_queue_cpu(link, queue))
			printf("%s: queue %u cpu %d\n",
			       vnetnl_link_get_ifname(link), queue,
			       vnetnl_link_get_queue_cpu(link, queue));

	mnl_socket_close(nl);
	vnetnl_link_free(link);
	return EXIT_SUCCESS;
}
