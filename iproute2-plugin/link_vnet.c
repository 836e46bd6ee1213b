// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ip link ... type vnet: a network card whose wire is memory
 *
 * The options are called as their attributes are: tx_ring is
 * IFLA_VNET_TX_RING, in JSON too. What is printed as an option can be typed.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <linux/if_link.h>
#include <linux/if_link_vnet.h>
#include <linux/rtnetlink.h>

#include "utils.h"
#include "ip_common.h"
#include "link_vnet.h"

/* What was said of a device. */
struct vnet_said {
	struct vnet_options	options;
	struct vnet_queues	queues;
	struct vnet_gen		gen;
};

/* Goes as far as there are options that every device has, peer or not. */
static int vnet_put_said(struct nlmsghdr *n, int *argcp, char ***argvp)
{
	struct vnet_said said = {};
	char **argv = *argvp;
	int argc = *argcp;

	while (argc > 0) {
		if (!vnet_get_option(&said.options, &argc, &argv) &&
		    !vnet_get_queue(&said.queues, &argc, &argv) &&
		    !vnet_get_gen(&said.gen, &argc, &argv))
			break;
		argc--;
		argv++;
	}

	*argcp = argc;
	*argvp = argv;
	if (vnet_put_options(n, &said.options) ||
	    vnet_put_queues(n, &said.queues))
		return -1;
	return vnet_put_gen(n, &said.gen);
}

/* What is left is not an option; 0 if nothing is left. */
static int vnet_check_rest(int argc, char **argv)
{
	if (argc <= 0)
		return 0;

	if (!strcmp(*argv, "help"))
		vnet_usage(stderr);
	else
		fprintf(stderr,
			"Error: %s: unknown option \"%s\"; try \"ip link help %s\".\n",
			VNET_KIND, *argv, VNET_KIND);
	return -1;
}

/* The options that follow "type vnet" of the peer. */
static int vnet_put_peer_info(struct nlmsghdr *n, int argc, char **argv)
{
	struct rtattr *info, *data;

	info = vnet_nest(n, IFLA_LINKINFO);
	if (!info || addattrstrz(n, VNET_MSG_MAX, IFLA_INFO_KIND, VNET_KIND))
		return -1;

	data = vnet_nest(n, IFLA_INFO_DATA);
	if (!data || vnet_put_said(n, &argc, &argv))
		return -1;
	if (argc > 0 && !strcmp(*argv, "peer"))
		invarg("a peer has no peer of its own", *argv);
	if (vnet_check_rest(argc, argv))
		return -1;
	addattr_nest_end(n, data);

	addattr_nest_end(n, info);
	return 0;
}

static int vnet_put_peer(struct nlmsghdr *n, int argc, char **argv)
{
	struct ifinfomsg *ifm = NLMSG_DATA(n);
	const struct ifinfomsg none = {};
	const struct ifinfomsg own = *ifm;
	__u16 flags = n->nlmsg_flags;
	struct rtattr *peer;
	char *type = NULL;
	int used;

	peer = NLMSG_TAIL(n);
	if (addattr_l(n, VNET_MSG_MAX, IFLA_VNET_PEER | NLA_F_NESTED, &none,
		      sizeof(none)))
		return -1;

	/*
	 * iplink_parse() writes flags and index to the header of the message,
	 * and takes the name for one that is not there yet only in a request
	 * to create: in others the kernel is to say what it thinks of a peer.
	 */
	*ifm = none;
	n->nlmsg_flags |= NLM_F_CREATE;
	used = iplink_parse(argc, argv, (struct iplink_req *)n, &type);
	if (used < 0)
		return -1;
	memcpy(RTA_DATA(peer), ifm, sizeof(*ifm));
	*ifm = own;
	n->nlmsg_flags = flags;

	if (type) {
		if (strcmp(type, VNET_KIND))
			invarg("the peer's type must be " VNET_KIND, type);
		if (vnet_put_peer_info(n, argc - used, argv + used))
			return -1;
	}

	addattr_nest_end(n, peer);
	return 0;
}

static int vnet_parse_opt(struct link_util *lu, int argc, char **argv,
			  struct nlmsghdr *n)
{
	if (vnet_put_said(n, &argc, &argv))
		return -1;
	if (argc > 0 && !strcmp(*argv, "peer"))
		return vnet_put_peer(n, argc - 1, argv + 1);
	return vnet_check_rest(argc, argv);
}

static void vnet_print_opt(struct link_util *lu, FILE *f, struct rtattr *tb[])
{
	if (!tb)
		return;

	vnet_print_options(tb);
	if (tb[IFLA_VNET_QUEUES])
		vnet_print_queues(tb[IFLA_VNET_QUEUES]);
	if (tb[IFLA_VNET_GEN])
		vnet_print_gen(tb[IFLA_VNET_GEN]);
	if (tb[IFLA_VNET_STATE])
		vnet_print_state(tb[IFLA_VNET_STATE]);
}

static void vnet_print_xstats(struct link_util *lu, FILE *f,
			      struct rtattr *xstats)
{
	if (xstats)
		vnet_print_counters(xstats);
}

static void vnet_print_help(struct link_util *lu, int argc, char **argv,
			    FILE *f)
{
	vnet_usage(f);
}

struct link_util vnet_link_util = {
	.id		= VNET_KIND,
	.maxattr	= IFLA_VNET_MAX,
	.parse_opt	= vnet_parse_opt,
	.print_opt	= vnet_print_opt,
	.print_xstats	= vnet_print_xstats,
	.print_help	= vnet_print_help,
};
