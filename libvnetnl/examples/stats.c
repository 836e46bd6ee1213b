// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Statistics of a device, or of all: one line a counter.
 *
 *	stats [NAME]
 */
#include "example.h"

static struct nlmsghdr buf[VNETNL_BUFFER_SIZE / sizeof(struct nlmsghdr)];

static int print_stats(const struct vnetnl_link *link, void *data)
{
	unsigned int i;

	(void)data;
	printf("%s:\n", vnetnl_link_get_ifname(link));
	for (i = 0; i <= vnetnl_xstat_max(); i++)
		if (vnetnl_link_has_xstat(link, i))
			printf("    %s %llu\n", vnetnl_xstat_name(i),
			       (unsigned long long)
			       vnetnl_link_get_xstat(link, i));
	return 0;
}

int main(int argc, char **argv)
{
	struct vnetnl_link *link = NULL;
	struct vnetnl_error err;
	struct mnl_socket *nl;
	int ret;

	if (argc > 2) {
		fprintf(stderr, "Usage: %s [NAME]\n", argv[0]);
		return EXIT_FAILURE;
	}

	nl = open_socket();
	if (argc == 2) {
		link = alloc_link(argv[1]);
		ret = vnetnl_get(nl, buf, sizeof(buf), link, &err);
		if (ret)
			fail(argv[1], ret, &err);
		print_stats(link, NULL);
	} else {
		ret = vnetnl_dump(nl, buf, sizeof(buf), print_stats, NULL,
				  &err);
		if (ret)
			fail("dump", ret, &err);
	}

	mnl_socket_close(nl);
	vnetnl_link_free(link);
	return EXIT_SUCCESS;
}
