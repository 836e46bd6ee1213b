// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Tell what becomes of vnet devices, here or in another namespace.
 *
 *	watch COUNT [NETNS]
 *
 * Ends after COUNT events. The first line, "watching", says that no later
 * event will be missed.
 */
#include <errno.h>
#include "example.h"

static struct nlmsghdr buf[VNETNL_BUFFER_SIZE / sizeof(struct nlmsghdr)];

static int print_event(enum vnetnl_event event, const struct vnetnl_link *link,
		       void *data)
{
	unsigned long *left = data;

	printf("%s %s ifindex %d up %d carrier %d tx_ring %u rx_ring %u\n",
	       event == VNETNL_EVENT_DEL ? "del" : "new",
	       vnetnl_link_get_ifname(link), vnetnl_link_get_ifindex(link),
	       vnetnl_link_get_up(link), vnetnl_link_get_carrier(link),
	       vnetnl_link_get_tx_ring(link), vnetnl_link_get_rx_ring(link));
	return --*left ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct mnl_socket *nl;
	unsigned long left;
	int ret;

	if (argc < 2 || argc > 3) {
		fprintf(stderr, "Usage: %s COUNT [NETNS]\n", argv[0]);
		return EXIT_FAILURE;
	}
	left = strtoul(argv[1], NULL, 0);

	if (argc == 3) {
		ret = vnetnl_open_netns(&nl, argv[2]);
		if (ret)
			fail(argv[2], ret, NULL);
	} else {
		nl = open_socket();
	}

	ret = vnetnl_watch_start(nl);
	if (ret)
		fail("watch", ret, NULL);
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("watching\n");

	for (ret = 0; left && !ret;) {
		ret = vnetnl_watch_read(nl, buf, sizeof(buf), print_event,
					&left);
		/* Too slow: a program that keeps a picture of the devices
		 * would read them all again here
		 */
		if (ret == -ENOBUFS) {
			printf("lost\n");
			ret = 0;
		}
	}
	if (ret < 0)
		fail("watch", ret, NULL);

	mnl_socket_close(nl);
	return EXIT_SUCCESS;
}
