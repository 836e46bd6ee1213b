/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interface between ip and the module of a link type; see utils.h of this
 * directory. It is the same from iproute2 6.1 to 7.1.
 */
#ifndef VNET_PLUGIN_IP_COMMON_H
#define VNET_PLUGIN_IP_COMMON_H

#include <stdio.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "json_print.h"

/*
 * struct link_util - a link type, found in link_<id>.so as <id>_link_util
 * @next: ip's own list
 * @id: IFLA_INFO_KIND
 * @maxattr: largest attribute of IFLA_INFO_DATA, for the table of print_opt
 * @parse_opt: adds what follows "type <id>" to the message; 0, or another
 *	value, after a message of its own, to make ip fail
 * @print_opt: prints IFLA_INFO_DATA; the table is NULL if there was none
 * @print_xstats: prints IFLA_INFO_XSTATS, with -s
 * @print_help: ip link help <id>
 * @parse_ifla_xstats: ip link xstats type <id>
 * @print_ifla_xstats: the answer to that
 */
struct link_util {
	struct link_util	*next;
	const char		*id;
	int			maxattr;
	int			(*parse_opt)(struct link_util *lu, int argc,
					     char **argv, struct nlmsghdr *n);
	void			(*print_opt)(struct link_util *lu, FILE *f,
					     struct rtattr *tb[]);
	void			(*print_xstats)(struct link_util *lu, FILE *f,
						struct rtattr *xstats);
	void			(*print_help)(struct link_util *lu, int argc,
					      char **argv, FILE *f);
	int			(*parse_ifla_xstats)(struct link_util *lu,
						     int argc, char **argv);
	int			(*print_ifla_xstats)(struct nlmsghdr *n,
						     void *arg);
};

/* what ip looks up; all else that the module is made of is hidden */
extern struct link_util vnet_link_util __attribute__((visibility("default")));

struct iplink_req;

/*
 * Adds the options of a link up to and with "type TYPE" to the message, and
 * its flags to the struct ifinfomsg at the start; returns how many words that
 * were, or less than 0 after a message.
 */
int iplink_parse(int argc, char **argv, struct iplink_req *req, char **type);

#endif /* VNET_PLUGIN_IP_COMMON_H */
