// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Stand-ins for what ip exports, which look at all that they are given, and what
 * print_opt, print_xstats and parse_opt have to keep to.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <linux/if_link.h>
#include <linux/if_link_vnet.h>
#include <linux/rtnetlink.h>

#include "utils.h"
#include "ip_common.h"
#include "fuzz.h"

/* as ip has them */
#define REQUEST_SIZE \
	(NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(struct ifinfomsg)) + 1024)

unsigned long fuzz_printed, fuzz_accepted;
static unsigned long arrays, objects;
static jmp_buf ended;
static bool json;

noreturn void incomplete_command(void)
{
	longjmp(ended, 1);
}

noreturn void invarg(const char *why, const char *arg)
{
	CHECK(strlen(why) && arg);
	longjmp(ended, 1);
}

noreturn void duparg(const char *option, const char *arg)
{
	CHECK(strlen(option) && arg);
	longjmp(ended, 1);
}

int get_u32(__u32 *val, const char *arg, int base)
{
	char *end;
	unsigned long res = strtoul(arg, &end, base);

	if (!*arg || *end || res > 0xffffffff)
		return -1;
	*val = res;
	return 0;
}

int addattr_l(struct nlmsghdr *n, int maxlen, int type, const void *data,
	      int len)
{
	struct rtattr *rta = NLMSG_TAIL(n);

	if (NLMSG_ALIGN(n->nlmsg_len) + RTA_SPACE(len) > (size_t)maxlen)
		return -1;
	rta->rta_type = type;
	rta->rta_len = RTA_LENGTH(len);
	if (len)
		memcpy(RTA_DATA(rta), data, len);
	n->nlmsg_len = NLMSG_ALIGN(n->nlmsg_len) + RTA_SPACE(len);
	return 0;
}

int addattr8(struct nlmsghdr *n, int maxlen, int type, __u8 val)
{
	return addattr_l(n, maxlen, type, &val, sizeof(val));
}

int addattr32(struct nlmsghdr *n, int maxlen, int type, __u32 val)
{
	return addattr_l(n, maxlen, type, &val, sizeof(val));
}

int addattr64(struct nlmsghdr *n, int maxlen, int type, __u64 val)
{
	return addattr_l(n, maxlen, type, &val, sizeof(val));
}

int addattrstrz(struct nlmsghdr *n, int maxlen, int type, const char *str)
{
	return addattr_l(n, maxlen, type, str, strlen(str) + 1);
}

int addattr_nest_end(struct nlmsghdr *n, struct rtattr *nest)
{
	nest->rta_len = (char *)NLMSG_TAIL(n) - (char *)nest;
	return n->nlmsg_len;
}

int parse_rtattr_flags(struct rtattr *tb[], int max, struct rtattr *rta,
		       int len, unsigned short ignored_flags)
{
	memset(tb, 0, (max + 1) * sizeof(*tb));
	for (; RTA_OK(rta, len); rta = RTA_NEXT(rta, len)) {
		int type = rta->rta_type & ~ignored_flags;

		if (type <= max && !tb[type])
			tb[type] = rta;
	}
	return 0;
}

/* Takes words up to "type TYPE", with any of them for a name. */
int iplink_parse(int argc, char **argv, struct iplink_req *req, char **type)
{
	struct nlmsghdr *n = (struct nlmsghdr *)req;
	struct ifinfomsg *ifm = NLMSG_DATA(n);
	int i;

	ifm->ifi_flags = argc & 1;
	ifm->ifi_index = argc >> 1 & 1;
	for (i = 0; i < argc; i++) {
		if (!strcmp(argv[i], "type")) {
			if (i + 1 == argc)
				incomplete_command();
			*type = argv[i + 1];
			return i + 2;
		}
		if (!strcmp(argv[i], "bad"))
			return -1;
		addattrstrz(n, REQUEST_SIZE, IFLA_IFALIAS, argv[i]);
	}
	return i;
}

void print_nl(void)
{
	fuzz_printed++;
}

void open_json_array(enum output_type t, const char *delim)
{
	CHECK(t == PRINT_JSON && delim);
	arrays++;
}

void close_json_array(enum output_type t, const char *delim)
{
	CHECK(t == PRINT_JSON && !delim && arrays);
	arrays--;
}

void open_json_object(const char *key)
{
	CHECK(!key && arrays);
	objects++;
}

void close_json_object(void)
{
	CHECK(objects);
	objects--;
}

static int format(enum output_type t, const char *key, const char *fmt, ...)
{
	char text[2048];
	va_list args;
	int len;

	CHECK(t == PRINT_FP || t == PRINT_JSON || t == PRINT_ANY);
	/* members of an array have no name */
	CHECK(key || t == PRINT_FP || (t == PRINT_JSON && arrays));
	if (json && key)
		CHECK(strlen(key));
	va_start(args, fmt);
	len = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	CHECK(len > 0 && len < (int)sizeof(text));
	fuzz_printed++;
	return len;
}

int print_color_on_off(enum output_type t, enum color_attr color,
		       const char *key, const char *fmt, bool val)
{
	CHECK(color == COLOR_NONE);
	return format(t, key, fmt, val ? "on" : "off");
}

int print_color_string(enum output_type t, enum color_attr color,
		       const char *key, const char *fmt, const char *val)
{
	CHECK(color == COLOR_NONE);
	return format(t, key, fmt, val);
}

int print_color_uint(enum output_type t, enum color_attr color,
		     const char *key, const char *fmt, unsigned int val)
{
	CHECK(color == COLOR_NONE);
	return format(t, key, fmt, val);
}

int print_color_int(enum output_type t, enum color_attr color,
		    const char *key, const char *fmt, int val)
{
	CHECK(color == COLOR_NONE);
	return format(t, key, fmt, val);
}

int print_color_lluint(enum output_type t, enum color_attr color,
		       const char *key, const char *fmt,
		       unsigned long long val)
{
	CHECK(color == COLOR_NONE);
	return format(t, key, fmt, val);
}

/* What the plugin complains about is nobody's business. */
void fuzz_init(void)
{
	stderr = fopen("/dev/null", "w");
	CHECK(stderr);
}

/* Prints what a nest has for payload, as options and as counters. */
void fuzz_print(const void *payload, size_t len, bool as_json)
{
	struct rtattr *tb[IFLA_VNET_MAX + 1];
	struct link_util *lu = &vnet_link_util;
	struct rtattr *exact;

	/* in memory of its own size, whose end is watched */
	exact = malloc(RTA_LENGTH(len));
	CHECK(exact);
	memcpy(RTA_DATA(exact), payload, len);
	exact->rta_type = 0;
	exact->rta_len = RTA_LENGTH(len);

	json = as_json;
	lu->print_xstats(lu, stdout, exact);
	CHECK(lu->maxattr == IFLA_VNET_MAX);
	parse_rtattr_nested(tb, lu->maxattr, exact);
	lu->print_opt(lu, stdout, tb);
	lu->print_opt(lu, stdout, NULL);
	CHECK(!arrays && !objects);

	free(exact);
}

/* Every attribute lies within its nest, and the nests within the message. */
static void check_attrs(struct rtattr *rta, int len, int depth)
{
	for (; RTA_OK(rta, len); rta = RTA_NEXT(rta, len)) {
		char *data = RTA_DATA(rta);
		int skip = 0;

		if (!(rta->rta_type & NLA_F_NESTED))
			continue;
		if (!depth && rta->rta_type == (IFLA_VNET_PEER | NLA_F_NESTED))
			skip = sizeof(struct ifinfomsg);
		check_attrs((struct rtattr *)(data + skip),
			    RTA_PAYLOAD(rta) - skip, depth + 1);
	}
	CHECK(!len);
}

/* Parses words; argv has a NULL at its end. */
void fuzz_parse(int argc, char **argv)
{
	struct link_util *lu = &vnet_link_util;
	struct ifinfomsg *ifm, own;
	struct nlmsghdr *n;
	int base;

	n = calloc(1, REQUEST_SIZE);
	CHECK(n);
	base = NLMSG_LENGTH(sizeof(*ifm));
	n->nlmsg_len = base;
	n->nlmsg_flags = NLM_F_REQUEST;
	ifm = NLMSG_DATA(n);
	ifm->ifi_index = 7;
	own = *ifm;

	if (!setjmp(ended) && !lu->parse_opt(lu, argc, argv, n)) {
		fuzz_accepted++;
		CHECK(!memcmp(ifm, &own, sizeof(own)));
		CHECK(n->nlmsg_flags == NLM_F_REQUEST);
		check_attrs((struct rtattr *)((char *)n + base),
			    n->nlmsg_len - base, 0);
	}
	free(n);
}
