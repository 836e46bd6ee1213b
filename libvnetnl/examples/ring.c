// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Change the rings of a device, live.
 *
 *	ring NAME TX_RING RX_RING
 */
#include "example.h"

static struct nlmsghdr buf[VNETNL_BUFFER_SIZE / sizeof(struct nlmsghdr)];

int main(int argc, char **argv)
{
	struct vnetnl_error err;
	struct vnetnl_link *link;
	struct mnl_socket *nl;
	int ret;

	if (argc != 4) {
		fprintf(stderr, "Usage: %s NAME TX_RING RX_RING\n", argv[0]);
		return EXIT_FAILURE;
	}

	/* Which sizes there can be, the kernel knows, and says */
	link = alloc_link(argv[1]);
	vnetnl_link_set_tx_ring(link, strtoul(argv[2], NULL, 0));
	vnetnl_link_set_rx_ring(link, strtoul(argv[3], NULL, 0));

	nl = open_socket();
	ret = vnetnl_change(nl, buf, sizeof(buf), link, &err);
	if (ret)
		fail(argv[1], ret, &err);

	mnl_socket_close(nl);
	vnetnl_link_free(link);
	return EXIT_SUCCESS;
}
