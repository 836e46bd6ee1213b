// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Delete a device, and its peer with it, here or in another namespace.
 *
 *	delete NAME [NETNS]
 */
#include "example.h"

static struct nlmsghdr buf[VNETNL_BUFFER_SIZE / sizeof(struct nlmsghdr)];

int main(int argc, char **argv)
{
	struct vnetnl_error err;
	struct vnetnl_link *link;
	struct mnl_socket *nl;
	int ret;

	if (argc < 2 || argc > 3) {
		fprintf(stderr, "Usage: %s NAME [NETNS]\n", argv[0]);
		return EXIT_FAILURE;
	}

	if (argc == 3) {
		ret = vnetnl_open_netns(&nl, argv[2]);
		if (ret)
			fail(argv[2], ret, NULL);
	} else {
		nl = open_socket();
	}

	link = alloc_link(argv[1]);
	ret = vnetnl_delete(nl, buf, sizeof(buf), link, &err);
	if (ret)
		fail(argv[1], ret, &err);

	mnl_socket_close(nl);
	vnetnl_link_free(link);
	return EXIT_SUCCESS;
}
