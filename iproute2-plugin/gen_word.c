// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Options of the generator that are words: one of several, or a list of them.
 */
#include <stdio.h>
#include <string.h>

#include "utils.h"
#include "ip_common.h"
#include "link_vnet.h"
#include "link_vnet_gen.h"

/* The number of a name of that length, or -1. */
static int vnet_find_name(const struct vnet_gen_option *opt, const char *name,
			  size_t len)
{
	int i;

	for (i = 0; opt->names[i]; i++)
		if (strlen(opt->names[i]) == len &&
		    !memcmp(opt->names[i], name, len))
			return i;
	return -1;
}

static int vnet_count_names(const struct vnet_gen_option *opt)
{
	int count = 0;

	while (opt->names[count])
		count++;
	return count;
}

static int vnet_put_name(struct nlmsghdr *n, const struct vnet_gen_option *opt,
			 const char *arg)
{
	int val = vnet_find_name(opt, arg, strlen(arg));

	if (val < 0)
		vnet_gen_not(opt, arg);
	return addattr8(n, VNET_MSG_MAX, opt->attr, val);
}

static void vnet_print_name(const struct vnet_gen_option *opt,
			    struct rtattr *tb[])
{
	const char *name = "unknown";
	__u8 val;

	if (!vnet_read(tb[opt->attr], &val, sizeof(val)))
		return;
	if (val < vnet_count_names(opt))
		name = opt->names[val];
	vnet_print_gen_text(opt, name, NULL);
	vnet_print_gen_string(opt, "", name);
}

const struct vnet_gen_kind vnet_gen_name = {
	.put	= vnet_put_name,
	.print	= vnet_print_name,
};

static int vnet_put_bits(struct nlmsghdr *n, const struct vnet_gen_option *opt,
			 const char *arg)
{
	const char *word = arg;
	__u32 bits = 0;
	size_t len;
	int bit;

	if (!strcmp(arg, "all"))
		bits = (1U << vnet_count_names(opt)) - 1;
	else if (strcmp(arg, "none"))
		for (;; word += len + 1) {
			len = strcspn(word, ",");
			bit = vnet_find_name(opt, word, len);
			if (bit < 0)
				vnet_gen_not(opt, arg);
			bits |= 1U << bit;
			if (!word[len])
				break;
		}
	return addattr32(n, VNET_MSG_MAX, opt->attr, bits);
}

static void vnet_print_bits(const struct vnet_gen_option *opt,
			    struct rtattr *tb[])
{
	char text[VNET_GEN_TEXT_MAX] = "none";
	size_t len = 0;
	__u32 bits;
	int i;

	if (!vnet_read(tb[opt->attr], &bits, sizeof(bits)))
		return;

	vnet_open_gen_array(opt);
	for (i = 0; opt->names[i]; i++) {
		if (!(bits & 1U << i))
			continue;
		len += snprintf(text + len, sizeof(text) - len, "%s%s",
				len ? "," : "", opt->names[i]);
		print_string(PRINT_JSON, NULL, "%s", opt->names[i]);
	}
	close_json_array(PRINT_JSON, NULL);
	vnet_print_gen_text(opt, text, NULL);
}

const struct vnet_gen_kind vnet_gen_bits = {
	.put	= vnet_put_bits,
	.print	= vnet_print_bits,
};
