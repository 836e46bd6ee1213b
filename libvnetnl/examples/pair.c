// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Create a pair, both ends up.
 *
 *	pair NAME PEER [NETNS]
 *
 * With NETNS, a name given to "ip netns add", the peer is made there.
 */
#include <unistd.h>
#include "example.h"

static struct nlmsghdr buf[VNETNL_BUFFER_SIZE / sizeof(struct nlmsghdr)];

int main(int argc, char **argv)
{
	struct vnetnl_link *link, *peer;
	struct vnetnl_error err;
	struct mnl_socket *nl;
	int netns = -1;
	int ret;

	if (argc < 3 || argc > 4) {
		fprintf(stderr, "Usage: %s NAME PEER [NETNS]\n", argv[0]);
		return EXIT_FAILURE;
	}

	peer = alloc_link(argv[2]);
	vnetnl_link_set_up(peer, true);
	if (argc == 4) {
		netns = vnetnl_netns_fd(argv[3]);
		if (netns < 0)
			fail(argv[3], netns, NULL);
		vnetnl_link_set_netns_fd(peer, netns);
	}

	link = alloc_link(argv[1]);
	vnetnl_link_set_up(link, true);
	ret = vnetnl_link_set_peer(link, peer);
	if (ret)
		fail("peer", ret, NULL);
	vnetnl_link_free(peer);

	nl = open_socket();
	ret = vnetnl_create(nl, buf, sizeof(buf), link, &err);
	if (ret)
		fail(argv[1], ret, &err);

	/* Read back, to tell what the kernel made of it */
	ret = vnetnl_get(nl, buf, sizeof(buf), link, &err);
	if (ret)
		fail(argv[1], ret, &err);
	printf("%s: ifindex %d, peer %d, tx_ring %u, rx_ring %u\n",
	       vnetnl_link_get_ifname(link), vnetnl_link_get_ifindex(link),
	       vnetnl_link_get_peer_ifindex(link),
	       vnetnl_link_get_tx_ring(link), vnetnl_link_get_rx_ring(link));

	if (netns >= 0)
		close(netns);
	mnl_socket_close(nl);
	vnetnl_link_free(link);
	return EXIT_SUCCESS;
}
