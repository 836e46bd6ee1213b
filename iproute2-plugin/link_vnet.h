/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of the plugin know of each other.
 *
 * vnet_get_*: takes words of the command line; ends ip, with a message, if
 *	they are wrong
 * vnet_put_*: adds attributes to a message; not 0, after a message, if they do
 *	not fit
 * vnet_print_*: prints attributes; those that are not there, or too short for
 *	their value, are left out
 */
#ifndef LINK_VNET_H
#define LINK_VNET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdnoreturn.h>
#include <linux/if_link_vnet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

/* ip builds a request in a buffer of this size, and some more */
#define VNET_MSG_MAX		1024

#define VNET_STR_1(x)		#x
#define VNET_STR(x)		VNET_STR_1(x)

#define VNET_RING_LIMITS \
	"a power of two from " VNET_STR(VNET_RING_MIN) \
	" to " VNET_STR(VNET_RING_MAX)

#define VNET_TX_USECS_LIMITS \
	"a number from 0 to " VNET_STR(VNET_TX_USECS_MAX)

#define VNET_TX_FRAMES_LIMITS \
	"a number from " VNET_STR(VNET_TX_FRAMES_MIN) \
	" to " VNET_STR(VNET_TX_FRAMES_MAX)

#define VNET_RX_USECS_LIMITS \
	"a number from 0 to " VNET_STR(VNET_RX_USECS_MAX)

#define VNET_RX_FRAMES_LIMITS \
	"a number from 0 to " VNET_STR(VNET_RX_FRAMES_MAX)

#define VNET_GEN_RATE_LIMITS \
	"a whole number from " VNET_STR(VNET_GEN_RATE_MIN) \
	" to " VNET_STR(VNET_GEN_RATE_MAX) " or \"max\""

#define VNET_GEN_BITRATE_LIMITS \
	"a whole number from " VNET_STR(VNET_GEN_BITRATE_MIN) \
	" to " VNET_STR(VNET_GEN_BITRATE_MAX)

#define VNET_GEN_DURATION_LIMITS \
	"a time from 0 to 2400h, in whole nanoseconds"

#define VNET_GEN_VLAN_LIMITS \
	"a number from 0 to " VNET_STR(VNET_GEN_VLAN_MAX) " or \"none\""

/* help.c */
void vnet_usage(FILE *f);

/* value.c */
noreturn void vnet_not(const char *limits, const char *word, const char *arg);
__u32 vnet_get_number(__u32 min, __u32 max, const char *limits,
		      const char *word, const char *arg);
__u8 vnet_get_on_off(const char *word, const char *arg);
bool vnet_scan_queues(const char **arg, __u32 *first, __u32 *last);
struct rtattr *vnet_nest(struct nlmsghdr *n, int type);
bool vnet_read(const struct rtattr *rta, void *val, size_t size);
void vnet_print_u32(const char *name, const struct rtattr *rta);
void vnet_print_u64(const char *name, const struct rtattr *rta);
void vnet_print_on_off(const char *name, const struct rtattr *rta);

/* options.c */

/* of: the word that said it */
struct vnet_word {
	const char	*of;
	__u32		value;
};

/* by attribute */
struct vnet_options {
	struct vnet_word	said[IFLA_VNET_MAX + 1];
};

bool vnet_get_option(struct vnet_options *vals, int *argcp, char ***argvp);
int vnet_put_options(struct nlmsghdr *n, const struct vnet_options *vals);
void vnet_print_options(struct rtattr *tb[]);

/* queues.c */

/* what is not said is 0 */
struct vnet_queue {
	bool	has_cpu;
	bool	has_failed;
	__u8	failed;
	int	cpu;
};

struct vnet_queues {
	struct vnet_queue	said[VNET_QUEUES_MAX];
};

bool vnet_get_queue(struct vnet_queues *queues, int *argcp, char ***argvp);
int vnet_put_queues(struct nlmsghdr *n, const struct vnet_queues *queues);
void vnet_print_queues(struct rtattr *nest);

/* gen.c; words: values of options, by attribute */
struct vnet_gen {
	bool		said;
	bool		enable;
	const char	*words[IFLA_VNET_GEN_MAX + 1];
};

bool vnet_get_gen(struct vnet_gen *gen, int *argcp, char ***argvp);
int vnet_put_gen(struct nlmsghdr *n, const struct vnet_gen *gen);
void vnet_print_gen(struct rtattr *nest);

/* state.c */
void vnet_print_state(struct rtattr *nest);
void vnet_print_counters(struct rtattr *xstats);

#endif /* LINK_VNET_H */
