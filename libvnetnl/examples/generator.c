// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Start the generator of a device at a rate, or stop it, and tell what it has
 * made.
 *
 *	generator NAME RATE|off
 */
#include "example.h"

static struct nlmsghdr buf[VNETNL_BUFFER_SIZE / sizeof(struct nlmsghdr)];

int main(int argc, char **argv)
{
	struct vnetnl_error err;
	struct vnetnl_link *link;
	struct mnl_socket *nl;
	const char *state;
	bool off;
	int ret;

	if (argc != 3) {
		fprintf(stderr, "Usage: %s NAME RATE|off\n", argv[0]);
		return EXIT_FAILURE;
	}

	/* Stopped, it keeps its rate: what is not set stays as it is */
	link = alloc_link(argv[1]);
	off = !strcmp(argv[2], "off");
	vnetnl_link_set_gen_enable(link, !off);
	if (!off)
		vnetnl_link_set_gen_rate(link, strtoull(argv[2], NULL, 0));

	nl = open_socket();
	ret = vnetnl_change(nl, buf, sizeof(buf), link, &err);
	if (ret)
		fail(argv[1], ret, &err);

	/* Frames and nanoseconds are of one instant */
	ret = vnetnl_get(nl, buf, sizeof(buf), link, &err);
	if (ret)
		fail(argv[1], ret, &err);
	state = vnetnl_gen_state_name(vnetnl_link_get_gen_state(link));
	printf("%s: gen_state %s gen_rate %llu gen_frames %llu gen_nsecs %llu\n",
	       vnetnl_link_get_ifname(link), state ? state : "unknown",
	       (unsigned long long)vnetnl_link_get_gen_rate(link),
	       (unsigned long long)vnetnl_link_get_gen_frames(link),
	       (unsigned long long)vnetnl_link_get_gen_nsecs(link));

	mnl_socket_close(nl);
	vnetnl_link_free(link);
	return EXIT_SUCCESS;
}
