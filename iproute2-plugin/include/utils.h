/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a link type needs of ip's helpers for the command line and netlink.
 *
 * No distribution installs iproute2's own headers. These declare, under the
 * same file names so that the plugin also builds in an iproute2 tree, only
 * what every ip from 6.1 on exports to its modules.
 */
#ifndef VNET_PLUGIN_UTILS_H
#define VNET_PLUGIN_UTILS_H

#include <stdnoreturn.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))

/* to the next word of a command line in locals "argc" and "argv" */
#define NEXT_ARG() \
	do { \
		argv++; \
		if (--argc <= 0) \
			incomplete_command(); \
	} while (0)

/* is there a word after this one? */
#define NEXT_ARG_OK()		(argc > 1)

/* where the next attribute of a message goes */
static inline struct rtattr *NLMSG_TAIL(struct nlmsghdr *n)
{
	return (struct rtattr *)((char *)n + NLMSG_ALIGN(n->nlmsg_len));
}

/* each prints why and ends ip with a status that is not zero */
noreturn void incomplete_command(void);
noreturn void invarg(const char *why, const char *arg);
noreturn void duparg(const char *option, const char *arg);

/* 0, or -1 if the word is not such a number */
int get_u32(__u32 *val, const char *arg, int base);

/* 0, or -1, with a message, if the attribute does not fit into maxlen */
int addattr_l(struct nlmsghdr *n, int maxlen, int type, const void *data,
	      int len);
int addattr8(struct nlmsghdr *n, int maxlen, int type, __u8 val);
int addattr32(struct nlmsghdr *n, int maxlen, int type, __u32 val);
int addattr64(struct nlmsghdr *n, int maxlen, int type, __u64 val);
int addattrstrz(struct nlmsghdr *n, int maxlen, int type, const char *str);

/* sets the length of a nest that ends where the message ends */
int addattr_nest_end(struct nlmsghdr *n, struct rtattr *nest);

/* an absent attribute is NULL, of one that is there twice the first counts */
int parse_rtattr_flags(struct rtattr *tb[], int max, struct rtattr *rta,
		       int len, unsigned short ignored_flags);

static inline int parse_rtattr_nested(struct rtattr *tb[], int max,
				      struct rtattr *nest)
{
	return parse_rtattr_flags(tb, max, RTA_DATA(nest), RTA_PAYLOAD(nest),
				  NLA_F_NESTED);
}

#endif /* VNET_PLUGIN_UTILS_H */
