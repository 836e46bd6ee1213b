// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random attributes for print_opt and print_xstats, and random words for
 * parse_opt, under the sanitizers: stand-ins for what ip exports, which look
 * at all that they are given. Prints how much it did; fails by aborting.
 *
 * usage: fuzz [ROUNDS [SEED]]
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/if_link.h>
#include <linux/if_link_vnet.h>
#include <linux/rtnetlink.h>

#include "utils.h"
#include "ip_common.h"

/* assert() would write to stderr, which is for the complaints of parse_opt */
#define CHECK(cond) \
	do { \
		if (!(cond)) { \
			dprintf(STDERR_FILENO, "%s:%d: not so: %s\n", \
				__FILE__, __LINE__, #cond); \
			abort(); \
		} \
	} while (0)

#define ROUNDS_DEFAULT		100000
#define SEED_DEFAULT		1

/* as ip has them */
#define REQUEST_SIZE \
	(NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(struct ifinfomsg)) + 1024)

static unsigned long printed, accepted, arrays, objects;
static unsigned long long seed;
static char long_word[120], raw_word[1025], noise[20];
static jmp_buf ended;
static bool json;

/* xorshift64 */
static unsigned int rnd(unsigned int below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 16) % below;
}

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

	ifm->ifi_flags = rnd(2);
	ifm->ifi_index = rnd(2);
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
	printed++;
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
	printed++;
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

/* Attributes that may be right, of a wrong length, unknown, or nested. */
static void put_random(struct nlmsghdr *n, int size, int depth)
{
	static const unsigned int lengths[] = {
		0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 31, 32, 33, 40, 512, 513,
	};
	unsigned int i, count = rnd(12);
	struct rtattr *nest;
	char data[513];

	for (i = 0; i < sizeof(data); i++)
		data[i] = rnd(256);
	for (i = 0; i < count; i++) {
		unsigned int type = rnd(IFLA_VNET_GEN_MAX + 3);

		if (rnd(2))
			type = rnd(IFLA_VNET_MAX + 2);
		if (!rnd(4))
			type |= NLA_F_NESTED;
		if (depth && rnd(3)) {
			nest = NLMSG_TAIL(n);
			if (addattr_l(n, size, type, NULL, 0))
				return;
			put_random(n, size, depth - 1);
			addattr_nest_end(n, nest);
		} else if (addattr_l(n, size, type, data,
				     lengths[rnd(ARRAY_SIZE(lengths))])) {
			return;
		}
	}
}

static void fuzz_print(void)
{
	struct rtattr *tb[IFLA_VNET_MAX + 1];
	struct link_util *lu = &vnet_link_util;
	char buf[4096] = {};
	struct nlmsghdr *n = (struct nlmsghdr *)buf;
	struct rtattr *nest, *exact;
	unsigned int i, len;

	n->nlmsg_len = NLMSG_HDRLEN;
	nest = NLMSG_TAIL(n);
	addattr_l(n, sizeof(buf), 0, NULL, 0);
	put_random(n, sizeof(buf), 2);
	addattr_nest_end(n, nest);

	len = nest->rta_len;
	for (i = rnd(4); i > 1 && len > RTA_LENGTH(0); i--)
		((char *)nest)[RTA_LENGTH(0) + rnd(len - RTA_LENGTH(0))] =
			rnd(256);
	if (!rnd(4))
		len -= rnd(len - RTA_LENGTH(0) + 1);

	/* in memory of its own size, whose end is watched */
	exact = malloc(len);
	CHECK(exact);
	memcpy(exact, nest, len);
	exact->rta_len = len;

	json = rnd(2);
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

static void fill_noise(void)
{
	static const char chars[] = "0123456789abcdef:-.,kmgst";
	unsigned int i, len = rnd(sizeof(noise));

	for (i = 0; i < len; i++)
		noise[i] = chars[rnd(sizeof(chars) - 1)];
	noise[len] = '\0';
}

static void fuzz_parse(void)
{
	static const char * const words[] = {
		"tx_ring", "rx_ring", "rx_pause", "tx_pause", "flow_control",
		"tx_usecs", "tx_frames", "rx_usecs", "rx_frames", "adaptive_rx",
		"queue", "cpu", "any", "all", "0-3", "failed",
		"gen", "rate", "on", "off", "64", "1k", "0.5m", "100000000",
		"1", "peer", "name", "type", "vnet", "veth", "bad", "", ".",
		"4096", "10gbit", "1.5s", "none", "src,dst", "10.0.0.1-::f",
		"02:00:00:00:00:01", "0-3,7,255", "-", ",", "1-", "1-2",
		long_word, noise,
	};
	static const char * const gen[][2] = {
		{ "rate", "max" }, { "bitrate", "10gbit" }, { "count", "5k" },
		{ "duration", "1.5s" }, { "proto", "udp6" }, { "tcp", "data" },
		{ "raw", raw_word }, { "vlan", "none" }, { "vlan_prio", "7" },
		{ "qinq", "4094" }, { "src_mac", "02:00:00:00:00:01" },
		{ "dst_mac", "2:0:0:0:0:1-2:0:0:0:ff:ff" },
		{ "src", "::1-::f" }, { "dst", "fd00::1" },
		{ "src_port", "0-65535" }, { "dst_port", "53" },
		{ "random", "src,dst" }, { "flows", "1000" },
		{ "size", "60-1514" }, { "csum", "bad" },
		{ "payload", "pktgen" }, { "seed", "7" },
		{ "queues", "0-3,7,255" }, { "burst", "64" },
	};
	struct link_util *lu = &vnet_link_util;
	struct ifinfomsg *ifm, own;
	char *argv[33] = {};
	struct nlmsghdr *n;
	int i, argc, base;

	n = calloc(1, REQUEST_SIZE);
	CHECK(n);
	base = NLMSG_LENGTH(sizeof(*ifm));
	n->nlmsg_len = base;
	n->nlmsg_flags = NLM_F_REQUEST;
	ifm = NLMSG_DATA(n);
	ifm->ifi_index = 7;
	own = *ifm;

	fill_noise();
	argc = 1 + rnd(ARRAY_SIZE(argv) - 1);
	for (i = 0; i < argc; i++)
		argv[i] = (char *)words[rnd(ARRAY_SIZE(words))];
	/* mostly a beginning that makes sense */
	if (argc > 2 && rnd(2)) {
		argv[0] = (char *)words[rnd(2)];
		argv[1] = "64";
	}
	if (argc > 6 && rnd(2)) {
		argv[2] = "peer";
		argv[argc / 2] = "type";
		argv[argc / 2 + 1] = "vnet";
	} else if (argc > 3 && rnd(2)) {
		argv[2] = "gen";
		for (i = 3; i + 1 < argc; i += 2) {
			unsigned int option = rnd(ARRAY_SIZE(gen));

			argv[i] = (char *)gen[option][0];
			if (rnd(16))
				argv[i + 1] = (char *)gen[option][1];
		}
	}

	if (!setjmp(ended) && !lu->parse_opt(lu, argc, argv, n)) {
		accepted++;
		CHECK(!memcmp(ifm, &own, sizeof(own)));
		CHECK(n->nlmsg_flags == NLM_F_REQUEST);
		check_attrs((struct rtattr *)((char *)n + base),
			    n->nlmsg_len - base, 0);
	}
	free(n);
}

int main(int argc, char **argv)
{
	unsigned long i, rounds = ROUNDS_DEFAULT;

	seed = SEED_DEFAULT;
	if (argc > 1)
		rounds = strtoul(argv[1], NULL, 0);
	if (argc > 2)
		seed = strtoull(argv[2], NULL, 0);
	stderr = fopen("/dev/null", "w");
	CHECK(stderr);
	memset(long_word, 'a', sizeof(long_word) - 1);
	memset(raw_word, '0', sizeof(raw_word) - 1);

	for (i = 0; i < rounds; i++) {
		fuzz_print();
		fuzz_parse();
	}
	printf("%lu rounds, %lu values printed, %lu command lines accepted\n",
	       rounds, printed, accepted);
	return !printed || !accepted;
}
