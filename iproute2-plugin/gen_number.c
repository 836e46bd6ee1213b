// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Options of the generator that are numbers, or ranges of numbers.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "utils.h"
#include "ip_common.h"
#include "link_vnet.h"
#include "link_vnet_gen.h"

#define K	1000ULL

const struct vnet_unit vnet_no_units[] = { { "", 1 }, {} };

const struct vnet_unit vnet_decimal_units[] = {
	{ "", 1 },
	{ "k", K }, { "m", K * K }, { "g", K * K * K }, { "t", K * K * K * K },
	{},
};

const struct vnet_unit vnet_bit_units[] = {
	{ "", 1 },
	{ "k", K }, { "m", K * K }, { "g", K * K * K }, { "t", K * K * K * K },
	{ "bit", 1 },
	{ "kbit", K }, { "mbit", K * K }, { "gbit", K * K * K },
	{ "tbit", K * K * K * K },
	{},
};

/* in nanoseconds */
const struct vnet_unit vnet_time_units[] = {
	{ "s", K * K * K }, { "ms", K * K }, { "us", K }, { "ns", 1 },
	{ "", K * K * K }, { "m", 60 * K * K * K }, { "h", 3600 * K * K * K },
	{},
};

static const struct vnet_unit *vnet_find_unit(const struct vnet_unit *unit,
					      const char *suffix)
{
	while (unit->factor && strcasecmp(unit->suffix, suffix))
		unit++;
	return unit->factor ? unit : NULL;
}

/* Digits, perhaps a fraction, and a unit that makes a whole number of them. */
static bool vnet_scan_number(const struct vnet_gen_option *opt,
			     const char *arg, __u64 *val)
{
	const char *digits = "0123456789";
	size_t whole = strspn(arg, digits);
	const char *fraction = arg + whole;
	const struct vnet_unit *unit;
	__u64 factor;
	size_t len = 0;

	if (*fraction == '.') {
		len = strspn(++fraction, digits);
		if (!len)
			return false;
	}
	unit = vnet_find_unit(opt->units, fraction + len);
	if (!whole || !unit)
		return false;

	for (*val = 0; whole; whole--, arg++) {
		unsigned int digit = *arg - '0';

		if (digit > opt->max || *val > (opt->max - digit) / 10)
			return false;
		*val = *val * 10 + digit;
	}
	factor = unit->factor;
	if (*val > opt->max / factor)
		return false;
	*val *= factor;

	for (; len; len--, fraction++) {
		unsigned int digit = *fraction - '0';

		factor = factor % 10 ? 0 : factor / 10;
		if ((digit && !factor) || digit * factor > opt->max - *val)
			return false;
		*val += digit * factor;
	}
	return *val >= opt->min;
}

static int vnet_put_number(struct nlmsghdr *n, int attr, size_t size,
			   __u64 val)
{
	switch (size) {
	case sizeof(__u8):
		return addattr8(n, VNET_MSG_MAX, attr, val);
	case sizeof(__u32):
		return addattr32(n, VNET_MSG_MAX, attr, val);
	default:
		return addattr64(n, VNET_MSG_MAX, attr, val);
	}
}

static int vnet_put_gen_number(struct nlmsghdr *n,
			       const struct vnet_gen_option *opt,
			       const char *arg)
{
	const char *end = NULL;
	char begin[32];
	__u64 first, last;

	if (opt->word && !strcmp(arg, opt->word))
		return vnet_put_number(n, opt->attr, opt->size,
				       opt->word_value);

	if (opt->last && strchr(arg, '-')) {
		if (!vnet_gen_split(arg, begin, sizeof(begin), &end) ||
		    !vnet_scan_number(opt, begin, &first) ||
		    !vnet_scan_number(opt, end, &last) || first > last)
			vnet_gen_not(opt, arg);
	} else if (!vnet_scan_number(opt, arg, &first)) {
		vnet_gen_not(opt, arg);
	}

	if (vnet_put_number(n, opt->attr, opt->size, first))
		return -1;
	return end ? vnet_put_number(n, opt->last, opt->size, last) : 0;
}

static bool vnet_read_number(const struct rtattr *rta, size_t size, __u64 *val)
{
	__u32 val32;
	__u8 val8;

	switch (size) {
	case sizeof(__u8):
		if (!vnet_read(rta, &val8, size))
			return false;
		*val = val8;
		return true;
	case sizeof(__u32):
		if (!vnet_read(rta, &val32, size))
			return false;
		*val = val32;
		return true;
	default:
		return vnet_read(rta, val, size);
	}
}

static void vnet_number_text(const struct vnet_gen_option *opt, __u64 val,
			     char *text, size_t size)
{
	const struct vnet_unit *unit = opt->units;

	if (opt->word && val == opt->word_value) {
		snprintf(text, size, "%s", opt->word);
		return;
	}
	while (val % unit->factor)
		unit++;
	snprintf(text, size, "%llu%s", val / unit->factor, unit->suffix);
}

static void vnet_print_gen_number(const struct vnet_gen_option *opt,
				  struct rtattr *tb[])
{
	char text[64], last_text[64];
	__u64 val, last;
	bool range;

	if (!vnet_read_number(tb[opt->attr], opt->size, &val))
		return;
	range = opt->last && vnet_read_number(tb[opt->last], opt->size, &last);

	vnet_number_text(opt, val, text, sizeof(text));
	if (range)
		vnet_number_text(opt, last, last_text, sizeof(last_text));
	vnet_print_gen_text(opt, text, range ? last_text : NULL);

	if (opt->word_in_json && val == opt->word_value)
		vnet_print_gen_string(opt, "", text);
	else
		vnet_print_gen_u64(opt, "", val);
	if (range)
		vnet_print_gen_u64(opt, "_last", last);
}

const struct vnet_gen_kind vnet_gen_number = {
	.put	= vnet_put_gen_number,
	.print	= vnet_print_gen_number,
};
