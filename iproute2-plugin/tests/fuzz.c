// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Random attributes for print_opt and print_xstats, and random words for
 * parse_opt, under the sanitizers. Prints how much it did; fails by aborting.
 *
 * usage: fuzz [ROUNDS [SEED]]
 */
#include <stdlib.h>
#include <string.h>
#include <linux/if_link.h>
#include <linux/if_link_vnet.h>
#include <linux/rtnetlink.h>

#include "utils.h"
#include "fuzz.h"

#define ROUNDS_DEFAULT		100000
#define SEED_DEFAULT		1

static unsigned long long seed;
static char long_word[120], raw_word[1025], noise[20];

/* xorshift64 */
static unsigned int rnd(unsigned int below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 16) % below;
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

static void print_random(void)
{
	char buf[4096] = {};
	struct nlmsghdr *n = (struct nlmsghdr *)buf;
	unsigned int i, len;
	char *payload;

	n->nlmsg_len = NLMSG_HDRLEN;
	put_random(n, sizeof(buf), 2);
	payload = NLMSG_DATA(n);
	len = n->nlmsg_len - NLMSG_HDRLEN;
	for (i = rnd(4); i > 1 && len; i--)
		payload[rnd(len)] = rnd(256);
	if (!rnd(4))
		len -= rnd(len + 1);

	fuzz_print(payload, len, rnd(2));
}

static void fill_noise(void)
{
	static const char chars[] = "0123456789abcdef:-.,kmgst";
	unsigned int i, len = rnd(sizeof(noise));

	for (i = 0; i < len; i++)
		noise[i] = chars[rnd(sizeof(chars) - 1)];
	noise[len] = '\0';
}

static void parse_random(void)
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
	char *argv[33] = {};
	int i, argc;

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

	fuzz_parse(argc, argv);
}

int main(int argc, char **argv)
{
	unsigned long i, rounds = ROUNDS_DEFAULT;

	seed = SEED_DEFAULT;
	if (argc > 1)
		rounds = strtoul(argv[1], NULL, 0);
	if (argc > 2)
		seed = strtoull(argv[2], NULL, 0);
	fuzz_init();
	memset(long_word, 'a', sizeof(long_word) - 1);
	memset(raw_word, '0', sizeof(raw_word) - 1);

	for (i = 0; i < rounds; i++) {
		print_random();
		parse_random();
	}
	printf("%lu rounds, %lu values printed, %lu command lines accepted\n",
	       rounds, fuzz_printed, fuzz_accepted);
	return !fuzz_printed || !fuzz_accepted;
}
