// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The option of the generator that says which queues get its frames: two
 * attributes, since a queue is dealt frames, or found by hash.
 */
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "utils.h"
#include "ip_common.h"
#include "link_vnet.h"
#include "link_vnet_gen.h"

#define VNET_QUEUES_LEN		(VNET_QUEUES_MAX / CHAR_BIT)

/* "0-3,7"; how many bytes of the set it takes, 0 if it is no such list */
static size_t vnet_scan_list(__u8 *set, const char *arg)
{
	__u32 first, last, end = 0;

	for (;; arg++) {
		if (!vnet_scan_queues(&arg, &first, &last))
			return 0;
		for (; first <= last; first++)
			set[first / CHAR_BIT] |= 1 << first % CHAR_BIT;
		if (end <= last)
			end = last + 1;
		if (*arg != ',')
			break;
	}
	return *arg ? 0 : (end + CHAR_BIT - 1) / CHAR_BIT;
}

static int vnet_put_list(struct nlmsghdr *n, const struct vnet_gen_option *opt,
			 const char *arg)
{
	bool hash = !strcmp(arg, "hash");
	__u8 set[VNET_QUEUES_LEN] = {};
	size_t len = 0;

	if (!hash && strcmp(arg, "all")) {
		len = vnet_scan_list(set, arg);
		if (!len)
			vnet_gen_not(opt, arg);
	}
	if (addattr8(n, VNET_MSG_MAX, IFLA_VNET_GEN_SPREAD,
		     hash ? VNET_GEN_HASH : VNET_GEN_DEAL))
		return -1;
	return addattr_l(n, VNET_MSG_MAX, opt->attr, set, len);
}

static bool vnet_in_set(const struct rtattr *rta, __u32 queue)
{
	const __u8 *set = RTA_DATA(rta);

	return queue < VNET_QUEUES_MAX &&
	       queue / CHAR_BIT < RTA_PAYLOAD(rta) &&
	       set[queue / CHAR_BIT] & 1 << queue % CHAR_BIT;
}

/* "all" if there is no set, or none in it */
static void vnet_print_set(const struct vnet_gen_option *opt,
			   const struct rtattr *rta, char *text, size_t size)
{
	__u32 first, end;
	size_t len = 0;

	vnet_open_gen_array(opt);
	for (first = 0; first < VNET_QUEUES_MAX; first = end + 1) {
		for (end = first; vnet_in_set(rta, end); end++)
			print_uint(PRINT_JSON, NULL, "%u", end);
		if (end == first)
			continue;
		len += snprintf(text + len, size - len, len ? ",%u" : "%u",
				first);
		if (first < end - 1)
			len += snprintf(text + len, size - len, "-%u", end - 1);
	}
	close_json_array(PRINT_JSON, NULL);
}

static void vnet_print_list(const struct vnet_gen_option *opt,
			    struct rtattr *tb[])
{
	static const char * const names[] = {
		[VNET_GEN_DEAL] = "deal",
		[VNET_GEN_HASH] = "hash",
	};
	char text[VNET_GEN_TEXT_MAX] = "all";
	const char *name = "unknown";
	__u8 spread = VNET_GEN_DEAL;

	if (vnet_read(tb[IFLA_VNET_GEN_SPREAD], &spread, sizeof(spread))) {
		if (spread < ARRAY_SIZE(names))
			name = names[spread];
		print_string(PRINT_JSON, "gen_spread", "%s", name);
	}
	if (tb[opt->attr])
		vnet_print_set(opt, tb[opt->attr], text, sizeof(text));
	vnet_print_gen_text(opt, spread == VNET_GEN_DEAL ? text : name, NULL);
}

const struct vnet_gen_kind vnet_gen_queues = {
	.put	= vnet_put_list,
	.print	= vnet_print_list,
};
