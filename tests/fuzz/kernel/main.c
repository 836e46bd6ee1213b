// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * usage: fuzz-kernel [--seed N] [--messages N] [--seconds N] [--coverage FILE]
 *
 * Sends messages to the kernel, in network namespaces of its own, until there were so
 * many, or so long. Ends with the figures. Whether the kernel has survived is told
 * by its log.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <linux/genetlink.h>
#include <linux/rtnetlink.h>

#include "fuzz.h"

/* Messages that have reached something new are kept, to be changed */
#define CORPUS_MAX	4096

/* In user-mode Linux a look at the clock is a system call, as a message is */
#define STEPS_A_LOOK	16

/*
 * Messages after which all is left behind for new namespaces: devices that have got
 * another name by chance are deleted by no message, and would become ever more, as
 * would generators whose rate is so high that they leave no time for messages
 */
#define MESSAGES_A_LAB	500

struct entry {
	bool generic;
	size_t len;
	uint8_t *bytes;
};

static struct {
	unsigned long messages;
	unsigned long accepted;
	unsigned long refused;
	unsigned long unanswered;
} count;

static struct entry corpus[CORPUS_MAX];
static size_t corpus_len;

static double now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return at.tv_sec + at.tv_nsec / 1e9;
}

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static int open_netlink(int protocol)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
	int size = 1 << 20, on = 1;

	if (fd < 0)
		die("netlink");
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	return fd;
}

/* The number of a family, from what the kernel says of it */
static void read_family(const struct nlmsghdr *nlh, uint16_t *family)
{
	size_t at = NLMSG_HDRLEN + GENL_HDRLEN;
	const struct nlattr *nla;

	for (; at + NLA_HDRLEN <= nlh->nlmsg_len; at += NLA_ALIGN(nla->nla_len)) {
		nla = (const void *)((const uint8_t *)nlh + at);
		if (nla->nla_type == CTRL_ATTR_FAMILY_ID)
			memcpy(family, nla + 1, sizeof(*family));
	}
}

/* Read all answers. Returns the first error, or 0, or 1 if there is none. */
static int read_answers(int fd, uint16_t *family)
{
	static uint8_t bytes[1 << 16];
	const struct nlmsghdr *nlh;
	int status = 1;
	ssize_t len;

	while ((len = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0) {
		nlh = (const struct nlmsghdr *)bytes;
		for (; NLMSG_OK(nlh, len); nlh = NLMSG_NEXT(nlh, len)) {
			const int *error = NLMSG_DATA(nlh);

			if (nlh->nlmsg_type == NLMSG_ERROR && status == 1)
				status = *error;
			if (family && nlh->nlmsg_type == GENL_ID_CTRL)
				read_family(nlh, family);
		}
	}
	return status;
}

static void account(int status)
{
	count.messages++;
	if (status > 0)
		count.unanswered++;
	else if (status)
		count.refused++;
	else
		count.accepted++;
}

static size_t submit(int fd, const struct message *m)
{
	size_t fresh;
	int status;

	kcov_start();
	if (send(fd, m->bytes, m->len, 0) < 0 && errno != ECONNREFUSED)
		die("send");
	status = read_answers(fd, NULL);
	fresh = kcov_stop();
	account(status);
	return fresh;
}

/* Returns 0 where the kernel has no such family */
static uint16_t find_family(int fd, const char *name)
{
	uint16_t family = 0;
	struct message m;

	begin_generic(&m, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	m.spoil = 0;
	put_text(&m, CTRL_ATTR_FAMILY_NAME, name);
	finish(&m);
	if (send(fd, m.bytes, m.len, 0) < 0)
		die("genetlink");
	read_answers(fd, &family);
	return family;
}

/* Move to a new namespace, in which devices send nothing by themselves */
static int new_namespace(void)
{
	int fd;

	if (unshare(CLONE_NEWNET))
		die("unshare");
	fd = open("/proc/sys/net/ipv6/conf/default/disable_ipv6",
		  O_WRONLY | O_CLOEXEC);
	if (fd >= 0 && write(fd, "1", 1) == 1)
		close(fd);
	fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		die("namespace");
	return fd;
}

static void keep(const struct message *m, bool generic)
{
	struct entry *entry = &corpus[corpus_len < CORPUS_MAX ?
				      corpus_len++ : below(CORPUS_MAX)];

	free(entry->bytes);
	entry->bytes = malloc(m->len);
	entry->len = entry->bytes ? m->len : 0;
	entry->generic = generic;
	if (entry->bytes)
		memcpy(entry->bytes, m->bytes, m->len);
}

struct lab {
	int route;
	int route_there;
	int generic;
	int traffic;
	int here;
	int there;
	uint16_t ethtool;
	uint16_t shaper;
	uint16_t netdev;
};

/* Make a message. Returns whether it is one of generic netlink. */
static bool make_message(struct message *m, const struct lab *lab, bool *there)
{
	uint32_t what = below(100);
	const struct entry *entry;

	*there = false;
	if (corpus_len && one_in(3)) {
		entry = &corpus[below(corpus_len)];
		memcpy(m->bytes, entry->bytes, entry->len);
		m->len = entry->len;
		mutate(m);
		return entry->generic;
	}
	if (what < 12) {
		make_device(m);
	} else if (what < 44) {
		change_device(m);
	} else if (what < 54) {
		set_flags(m);
	} else if (what < 57) {
		*there = one_in(2);
		move_device(m, *there ? lab->here : lab->there);
	} else if (what < 60) {
		delete_device(m, some_name());
	} else if (what < 61) {
		make_vlan(m);
	} else if (what < 68) {
		show_devices(m);
	} else if (what < 75 && lab->shaper) {
		ask_shaper(m, lab->shaper);
	} else if (what < 77 && lab->netdev) {
		show_queues(m, lab->netdev);
	} else if (what < 93) {
		change_ethtool(m, lab->ethtool);
	} else {
		show_ethtool(m, lab->ethtool);
	}
	return what >= 68;
}

static void step(const struct lab *lab)
{
	struct message m;
	bool generic, there;
	int status;

	if (one_in(25)) {
		kcov_start();
		send_frames(lab->traffic);
		kcov_stop();
		return;
	}
	if (one_in(10)) {
		kcov_start();
		status = call_ethtool(lab->traffic);
		kcov_stop();
		account(status);
		return;
	}
	generic = make_message(&m, lab, &there);
	if (submit(generic ? lab->generic :
		   there ? lab->route_there : lab->route, &m))
		keep(&m, generic);
}

static void delete_all(const struct lab *lab)
{
	struct message m;
	char name[NAME_LEN];
	int i;

	for (i = 0; i < DEVICES; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		delete_device(&m, name);
		m.spoil = 0;
		submit(lab->route, &m);
		submit(lab->route_there, &m);
	}
}

static void report(double since)
{
	printf("%.0f s: %lu messages: %lu accepted, %lu refused, %lu unanswered",
	       now() - since, count.messages, count.accepted, count.refused,
	       count.unanswered);
	if (kcov_reached())
		printf("; %zu places reached, %zu messages kept",
		       kcov_reached(), corpus_len);
	putchar('\n');
	fflush(stdout);
}

static void prepare(struct lab *lab)
{
	lab->there = new_namespace();
	lab->route_there = open_netlink(NETLINK_ROUTE);
	lab->here = new_namespace();
	lab->route = open_netlink(NETLINK_ROUTE);
	lab->generic = open_netlink(NETLINK_GENERIC);
	lab->traffic = open_traffic();
	if (lab->traffic < 0)
		die("packet socket");
	lab->ethtool = find_family(lab->generic, "ethtool");
	lab->shaper = find_family(lab->generic, "net-shaper");
	lab->netdev = find_family(lab->generic, "netdev");
	if (!lab->ethtool)
		die("no ethtool netlink");
}

/* What is in the namespaces goes with them */
static void leave(const struct lab *lab)
{
	close(lab->route);
	close(lab->route_there);
	close(lab->generic);
	close(lab->traffic);
	close(lab->here);
	close(lab->there);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "seed", required_argument, NULL, 's' },
		{ "messages", required_argument, NULL, 'm' },
		{ "seconds", required_argument, NULL, 't' },
		{ "coverage", required_argument, NULL, 'c' },
		{}
	};
	unsigned long seed = 1, messages = 0, seconds = 0, steps = 0;
	unsigned long next = MESSAGES_A_LAB;
	const char *coverage = NULL;
	struct lab lab = {};
	double start, told, at;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 's')
			seed = strtoul(optarg, NULL, 0);
		else if (option == 'm')
			messages = strtoul(optarg, NULL, 0);
		else if (option == 't')
			seconds = strtoul(optarg, NULL, 0);
		else if (option == 'c')
			coverage = optarg;
		else
			return 2;
	}
	if (!messages && !seconds)
		messages = 10000;

	prepare(&lab);
	seed_with(seed);
	printf("seed %lu, KCOV: %s\n", seed, kcov_open("vnet") ? "yes" : "no");
	start = now();
	told = start;
	while (!messages || count.messages < messages) {
		step(&lab);
		if (count.messages >= next) {
			leave(&lab);
			prepare(&lab);
			next += MESSAGES_A_LAB;
		}
		if (++steps % STEPS_A_LOOK)
			continue;
		at = now();
		if (seconds && at - start >= seconds)
			break;
		if (at - told >= 10) {
			report(start);
			told = at;
		}
	}
	delete_all(&lab);
	report(start);
	if (coverage)
		kcov_write(coverage);
	return 0;
}
