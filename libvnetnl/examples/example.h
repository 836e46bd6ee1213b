/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the examples share. The library neither prints nor exits: a program
 * does, with what it got.
 */
#ifndef EXAMPLE_H
#define EXAMPLE_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vnetnl/vnetnl.h>

/* The kernel's own words say more than the code, if there are any */
static inline void fail(const char *what, int ret,
			const struct vnetnl_error *err)
{
	fprintf(stderr, "%s: %s\n", what,
		err && *err->msg ? err->msg : strerror(-ret));
	exit(EXIT_FAILURE);
}

static inline struct mnl_socket *open_socket(void)
{
	struct mnl_socket *nl;
	int ret;

	ret = vnetnl_open(&nl);
	if (ret)
		fail("socket", ret, NULL);
	return nl;
}

static inline struct vnetnl_link *alloc_link(const char *ifname)
{
	struct vnetnl_link *link;
	int ret;

	link = vnetnl_link_alloc();
	if (!link)
		fail("link", -ENOMEM, NULL);
	if (ifname) {
		ret = vnetnl_link_set_ifname(link, ifname);
		if (ret)
			fail(ifname, ret, NULL);
	}
	return link;
}

#endif /* EXAMPLE_H */
