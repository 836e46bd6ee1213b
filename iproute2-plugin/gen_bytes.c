// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Options of the generator that are bytes: MACs and addresses, of which there
 * are ranges, and the start of a raw frame.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <linux/if_ether.h>

#include "utils.h"
#include "ip_common.h"
#include "link_vnet.h"
#include "link_vnet_gen.h"

#define IPV4_LEN	4
#define IPV6_LEN	16

/* The value of a hexadecimal digit, or -1. */
static int vnet_hex_digit(char c)
{
	if (!isxdigit((unsigned char)c))
		return -1;
	if (isdigit((unsigned char)c))
		return c - '0';
	return tolower((unsigned char)c) - 'a' + 10;
}

/* Two digits a byte. */
static size_t vnet_scan_hex(__u8 *val, const char *arg)
{
	size_t len;

	for (len = 0; *arg; len++, arg += 2) {
		int high = vnet_hex_digit(arg[0]);
		int low = high < 0 ? -1 : vnet_hex_digit(arg[1]);

		if (low < 0 || len == VNET_GEN_RAW_MAX)
			return 0;
		val[len] = high << 4 | low;
	}
	return len < VNET_GEN_RAW_MIN ? 0 : len;
}

static bool vnet_hex_text(char *text, const __u8 *val, size_t len)
{
	size_t i;

	if (!len || len > VNET_GEN_RAW_MAX)
		return false;
	for (i = 0; i < len; i++)
		snprintf(text + 2 * i, 3, "%02x", val[i]);
	return true;
}

const struct vnet_gen_bytes vnet_gen_hex = {
	.scan	= vnet_scan_hex,
	.text	= vnet_hex_text,
};

/* One or two digits a byte. */
static size_t vnet_scan_mac(__u8 *val, const char *arg)
{
	size_t i;

	for (i = 0; i < ETH_ALEN; i++) {
		int digit = vnet_hex_digit(*arg);

		if (digit < 0)
			return 0;
		val[i] = digit;
		digit = vnet_hex_digit(*++arg);
		if (digit >= 0) {
			val[i] = val[i] << 4 | digit;
			arg++;
		}
		if (*arg++ != (i < ETH_ALEN - 1 ? ':' : '\0'))
			return 0;
	}
	return ETH_ALEN;
}

static size_t vnet_scan_unicast_mac(__u8 *val, const char *arg)
{
	size_t len = vnet_scan_mac(val, arg);

	return len && !(val[0] & 1) ? len : 0;
}

static bool vnet_mac_text(char *text, const __u8 *val, size_t len)
{
	if (len != ETH_ALEN)
		return false;
	snprintf(text, VNET_GEN_TEXT_MAX, "%02x:%02x:%02x:%02x:%02x:%02x",
		 val[0], val[1], val[2], val[3], val[4], val[5]);
	return true;
}

const struct vnet_gen_bytes vnet_gen_mac = {
	.scan	= vnet_scan_mac,
	.text	= vnet_mac_text,
};

const struct vnet_gen_bytes vnet_gen_unicast_mac = {
	.scan	= vnet_scan_unicast_mac,
	.text	= vnet_mac_text,
};

static size_t vnet_scan_address(__u8 *val, const char *arg)
{
	if (inet_pton(AF_INET, arg, val) == 1)
		return IPV4_LEN;
	if (inet_pton(AF_INET6, arg, val) == 1)
		return IPV6_LEN;
	return 0;
}

static bool vnet_address_text(char *text, const __u8 *val, size_t len)
{
	if (len != IPV4_LEN && len != IPV6_LEN)
		return false;
	return inet_ntop(len == IPV4_LEN ? AF_INET : AF_INET6, val, text,
			 VNET_GEN_TEXT_MAX);
}

const struct vnet_gen_bytes vnet_gen_address = {
	.scan	= vnet_scan_address,
	.text	= vnet_address_text,
};

/* In network order; IPv6 addresses count in the second half. */
static bool vnet_is_range(const __u8 *first, const __u8 *last, size_t len)
{
	return memcmp(first, last, len) <= 0 &&
	       (len != IPV6_LEN || !memcmp(first, last, IPV6_LEN / 2));
}

static int vnet_put_bytes(struct nlmsghdr *n, const struct vnet_gen_option *opt,
			  const char *arg)
{
	__u8 first[VNET_GEN_RAW_MAX], last[VNET_GEN_RAW_MAX];
	char begin[INET6_ADDRSTRLEN];
	const char *end = NULL;
	size_t len;

	if (opt->last && strchr(arg, '-')) {
		len = vnet_gen_split(arg, begin, sizeof(begin), &end) ?
			opt->bytes->scan(first, begin) : 0;
		if (!len || opt->bytes->scan(last, end) != len ||
		    !vnet_is_range(first, last, len))
			vnet_gen_not(opt, arg);
	} else {
		len = opt->bytes->scan(first, arg);
		if (!len)
			vnet_gen_not(opt, arg);
	}

	if (addattr_l(n, VNET_MSG_MAX, opt->attr, first, len))
		return -1;
	return end ? addattr_l(n, VNET_MSG_MAX, opt->last, last, len) : 0;
}

static bool vnet_bytes_text(const struct vnet_gen_option *opt,
			    const struct rtattr *rta, char *text)
{
	return rta && opt->bytes->text(text, RTA_DATA(rta), RTA_PAYLOAD(rta));
}

static void vnet_print_bytes(const struct vnet_gen_option *opt,
			     struct rtattr *tb[])
{
	char first[VNET_GEN_TEXT_MAX], last[VNET_GEN_TEXT_MAX];
	bool range;

	if (!vnet_bytes_text(opt, tb[opt->attr], first))
		return;
	range = opt->last && vnet_bytes_text(opt, tb[opt->last], last);

	vnet_print_gen_text(opt, first, range ? last : NULL);
	vnet_print_gen_string(opt, "", first);
	if (range)
		vnet_print_gen_string(opt, "_last", last);
}

const struct vnet_gen_kind vnet_gen_bytes = {
	.put	= vnet_put_bytes,
	.print	= vnet_print_bytes,
};
