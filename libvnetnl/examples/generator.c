// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Start the generator of a device, or stop it, and tell what it has made.
 *
 *	generator NAME off
 *	generator NAME RATE [PROTO [FLOWS [COUNT]]]
 *
 * RATE is in frames a second, or "max". With COUNT it waits until so many
 * frames are made.
 */
#include "example.h"

static struct nlmsghdr buf[VNETNL_BUFFER_SIZE / sizeof(struct nlmsghdr)];

/* What is left out stays as it is, but for a count: this run has no end */
static void set_run(struct vnetnl_link *link, char **words, int n)
{
	int proto;

	vnetnl_link_set_gen_enable(link, true);
	vnetnl_link_set_gen_rate(link, strcmp(words[0], "max") ?
				 strtoull(words[0], NULL, 0) :
				 VNET_GEN_RATE_UNPACED);
	if (n > 1) {
		proto = vnetnl_gen_proto_by_name(words[1]);
		if (proto < 0)
			fail(words[1], proto, NULL);
		vnetnl_link_set_gen_proto(link, (enum vnet_gen_proto)proto);
	}
	if (n > 2)
		vnetnl_link_set_gen_flows(link, strtoul(words[2], NULL, 0));
	vnetnl_link_set_gen_count(link, n > 3 ? strtoull(words[3], NULL, 0) :
						0);
}

static void get(struct mnl_socket *nl, struct vnetnl_link *link)
{
	struct vnetnl_error err;
	int ret;

	ret = vnetnl_get(nl, buf, sizeof(buf), link, &err);
	if (ret)
		fail(vnetnl_link_get_ifname(link), ret, &err);
}

/* An event ends the reading, if it is about the device */
static int is_about(enum vnetnl_event event, const struct vnetnl_link *link,
		    void *data)
{
	int ifindex = *(int *)data;

	(void)event;
	return vnetnl_link_get_ifindex(link) == ifindex;
}

/* The device is looked at, and again whenever something is told of it. As the
 * events were asked for before the run began, its end cannot be missed
 */
static void wait_for_end(struct mnl_socket *nl, struct mnl_socket *events,
			 struct vnetnl_link *link)
{
	int ifindex, ret;

	for (get(nl, link);
	     vnetnl_link_get_gen_state(link) == VNET_GEN_RUNNING;
	     get(nl, link)) {
		ifindex = vnetnl_link_get_ifindex(link);
		do {
			ret = vnetnl_watch_read(events, buf, sizeof(buf),
						is_about, &ifindex);
		} while (!ret);
		/* Events that were lost may have been about it */
		if (ret < 0 && ret != -ENOBUFS)
			fail("watch", ret, NULL);
	}
}

/* Frames and nanoseconds are of this run, and of one instant; the counters are
 * of all runs
 */
static void print(const struct vnetnl_link *link)
{
	const char *state, *proto;

	state = vnetnl_gen_state_name(vnetnl_link_get_gen_state(link));
	proto = vnetnl_gen_proto_name(vnetnl_link_get_gen_proto(link));
	printf("%s: gen_state %s gen_rate %llu gen_proto %s gen_flows %u ",
	       vnetnl_link_get_ifname(link), state ? state : "unknown",
	       (unsigned long long)vnetnl_link_get_gen_rate(link),
	       proto ? proto : "unknown", vnetnl_link_get_gen_flows(link));
	printf("gen_frames %llu gen_nsecs %llu gen_bytes %llu\n",
	       (unsigned long long)vnetnl_link_get_gen_frames(link),
	       (unsigned long long)vnetnl_link_get_gen_nsecs(link),
	       (unsigned long long)vnetnl_link_get_gen_bytes(link));
	printf("%s: made %llu delivered %llu missed %llu\n",
	       vnetnl_link_get_ifname(link),
	       (unsigned long long)
	       vnetnl_link_get_xstat(link, IFLA_VNET_XSTATS_GEN_FRAMES),
	       (unsigned long long)
	       vnetnl_link_get_xstat(link, IFLA_VNET_XSTATS_GEN_DELIVERED),
	       (unsigned long long)
	       vnetnl_link_get_xstat(link, IFLA_VNET_XSTATS_GEN_MISSED));
}

int main(int argc, char **argv)
{
	struct mnl_socket *nl, *events;
	struct vnetnl_error err;
	struct vnetnl_link *link;
	int ret;

	if (argc < 3 || argc > 6) {
		fprintf(stderr,
			"Usage: %s NAME off\n"
			"       %s NAME RATE|max [PROTO [FLOWS [COUNT]]]\n",
			argv[0], argv[0]);
		return EXIT_FAILURE;
	}

	/* Stopped, it keeps how it was set */
	link = alloc_link(argv[1]);
	if (!strcmp(argv[2], "off"))
		vnetnl_link_set_gen_enable(link, false);
	else
		set_run(link, argv + 2, argc - 2);

	/* Requests over the same socket would throw events away */
	nl = open_socket();
	events = open_socket();
	ret = vnetnl_watch_start(events);
	if (ret)
		fail("watch", ret, NULL);

	ret = vnetnl_change(nl, buf, sizeof(buf), link, &err);
	if (ret)
		fail(argv[1], ret, &err);
	if (vnetnl_link_get_gen_count(link))
		wait_for_end(nl, events, link);
	else
		get(nl, link);
	print(link);

	mnl_socket_close(events);
	mnl_socket_close(nl);
	vnetnl_link_free(link);
	return EXIT_SUCCESS;
}
