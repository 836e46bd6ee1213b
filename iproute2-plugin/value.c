// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Words of the command line to values, values to attributes, and attributes
 * to what ip prints.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <linux/if_link_vnet.h>

#include "utils.h"
#include "ip_common.h"
#include "link_vnet.h"

noreturn void vnet_not(const char *limits, const char *word, const char *arg)
{
	char why[256];

	snprintf(why, sizeof(why), "%s must be %s", word, limits);
	invarg(why, arg);
}

__u32 vnet_get_number(__u32 min, __u32 max, const char *limits,
		      const char *word, const char *arg)
{
	__u32 val;

	if (!get_u32(&val, arg, 0) && val >= min && val <= max)
		return val;
	vnet_not(limits, word, arg);
}

__u8 vnet_get_on_off(const char *word, const char *arg)
{
	if (!strcmp(arg, "on"))
		return 1;
	if (!strcmp(arg, "off"))
		return 0;
	vnet_not("\"on\" or \"off\"", word, arg);
}

static bool vnet_scan_queue(const char **arg, __u32 *index)
{
	if (!isdigit((unsigned char)**arg))
		return false;
	for (*index = 0; isdigit((unsigned char)**arg); (*arg)++) {
		*index = *index * 10 + **arg - '0';
		if (*index >= VNET_QUEUES_MAX)
			return false;
	}
	return true;
}

/* "3" or "0-3", up to what else follows */
bool vnet_scan_queues(const char **arg, __u32 *first, __u32 *last)
{
	if (!vnet_scan_queue(arg, first))
		return false;
	*last = *first;
	if (**arg != '-')
		return true;
	(*arg)++;
	return vnet_scan_queue(arg, last) && *first <= *last;
}

struct rtattr *vnet_nest(struct nlmsghdr *n, int type)
{
	struct rtattr *nest = NLMSG_TAIL(n);

	if (addattr_l(n, VNET_MSG_MAX, type | NLA_F_NESTED, NULL, 0))
		return NULL;
	return nest;
}

/* False if the attribute is not there, or too short to hold such a value. */
bool vnet_read(const struct rtattr *rta, void *val, size_t size)
{
	if (!rta || RTA_PAYLOAD(rta) < size)
		return false;
	memcpy(val, RTA_DATA(rta), size);
	return true;
}

void vnet_print_u32(const char *name, const struct rtattr *rta)
{
	__u32 val;

	if (!vnet_read(rta, &val, sizeof(val)))
		return;
	print_string(PRINT_FP, NULL, "%s ", name);
	print_uint(PRINT_ANY, name, "%u ", val);
}

void vnet_print_u64(const char *name, const struct rtattr *rta)
{
	__u64 val;

	if (!vnet_read(rta, &val, sizeof(val)))
		return;
	print_string(PRINT_FP, NULL, "%s ", name);
	print_lluint(PRINT_ANY, name, "%llu ", val);
}

void vnet_print_on_off(const char *name, const struct rtattr *rta)
{
	__u8 val;

	if (!vnet_read(rta, &val, sizeof(val)))
		return;
	print_string(PRINT_FP, NULL, "%s ", name);
	print_on_off(PRINT_ANY, name, "%s ", val);
}
