// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ip link ... type vnet: a network card whose wire is memory
 *
 * The options are called as their attributes are: tx_ring is
 * IFLA_VNET_TX_RING, in JSON too. What is printed as an option can be typed.
 */
#include <assert.h>
#include <ctype.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <linux/if_link.h>
#include <linux/if_link_vnet.h>
#include <linux/rtnetlink.h>

#include "utils.h"
#include "ip_common.h"

/* ip builds a request in a buffer of this size, and some more */
#define VNET_MSG_MAX		1024

#define VNET_STR_1(x)		#x
#define VNET_STR(x)		VNET_STR_1(x)

#define VNET_RING_LIMITS \
	"a power of two from " VNET_STR(VNET_RING_MIN) \
	" to " VNET_STR(VNET_RING_MAX)

#define VNET_TX_USECS_LIMITS \
	"a number from 0 to " VNET_STR(VNET_TX_USECS_MAX)

#define VNET_TX_FRAMES_LIMITS \
	"a number from " VNET_STR(VNET_TX_FRAMES_MIN) \
	" to " VNET_STR(VNET_TX_FRAMES_MAX)

#define VNET_QUEUE_LIMITS \
	"a number less than " VNET_STR(VNET_QUEUES_MAX) ", two of them as in" \
	" 0-3, or \"all\""

#define VNET_GEN_RATE_LIMITS \
	"a whole number from " VNET_STR(VNET_GEN_RATE_MIN) \
	" to " VNET_STR(VNET_GEN_RATE_MAX)

enum vnet_value {
	VNET_VALUE_RING,
	VNET_VALUE_ON_OFF,
	VNET_VALUE_USECS,
	VNET_VALUE_FRAMES,
};

/* group: a word for several options at once, to be typed, not printed */
static const struct vnet_option {
	const char	*name;
	const char	*group;
	int		attr;
	enum vnet_value	value;
} vnet_options[] = {
	{ "tx_ring",  NULL,	      IFLA_VNET_TX_RING,  VNET_VALUE_RING },
	{ "rx_ring",  NULL,	      IFLA_VNET_RX_RING,  VNET_VALUE_RING },
	{ "rx_pause", "flow_control", IFLA_VNET_RX_PAUSE, VNET_VALUE_ON_OFF },
	{ "tx_pause", "flow_control", IFLA_VNET_TX_PAUSE, VNET_VALUE_ON_OFF },
	{ "tx_usecs", NULL,	      IFLA_VNET_TX_USECS, VNET_VALUE_USECS },
	{ "tx_frames", NULL,	      IFLA_VNET_TX_FRAMES, VNET_VALUE_FRAMES },
};

struct vnet_counter {
	const char	*name;
	int		attr;
};

/* the left and the right column of the text */
static const struct vnet_counter vnet_tx_counters[] = {
	{ "tx_frames",		IFLA_VNET_XSTATS_TX_FRAMES },
	{ "tx_bytes",		IFLA_VNET_XSTATS_TX_BYTES },
	{ "tx_arp",		IFLA_VNET_XSTATS_TX_ARP },
	{ "tx_ipv4",		IFLA_VNET_XSTATS_TX_IPV4 },
	{ "tx_ipv6",		IFLA_VNET_XSTATS_TX_IPV6 },
	{ "tx_other",		IFLA_VNET_XSTATS_TX_OTHER },
	{ "tx_sunk",		IFLA_VNET_XSTATS_TX_SUNK },
	{ "tx_stops",		IFLA_VNET_XSTATS_TX_STOPS },
	{ "tx_drop_down",	IFLA_VNET_XSTATS_TX_DROP_DOWN },
	{ "tx_drop_ring",	IFLA_VNET_XSTATS_TX_DROP_RING },
	{ "tx_drop_runt",	IFLA_VNET_XSTATS_TX_DROP_RUNT },
	{ "tx_drop_nomem",	IFLA_VNET_XSTATS_TX_DROP_NOMEM },
	{ "tx_drop_flush",	IFLA_VNET_XSTATS_TX_DROP_FLUSH },
};

static const struct vnet_counter vnet_rx_counters[] = {
	{ "rx_frames",		IFLA_VNET_XSTATS_RX_FRAMES },
	{ "rx_bytes",		IFLA_VNET_XSTATS_RX_BYTES },
	{ "rx_arp",		IFLA_VNET_XSTATS_RX_ARP },
	{ "rx_ipv4",		IFLA_VNET_XSTATS_RX_IPV4 },
	{ "rx_ipv6",		IFLA_VNET_XSTATS_RX_IPV6 },
	{ "rx_other",		IFLA_VNET_XSTATS_RX_OTHER },
	{ "rx_polls",		IFLA_VNET_XSTATS_RX_POLLS },
	{ "rx_drop_length",	IFLA_VNET_XSTATS_RX_DROP_LENGTH },
	{ "rx_drop_flush",	IFLA_VNET_XSTATS_RX_DROP_FLUSH },
	{ "rx_missed",		IFLA_VNET_XSTATS_RX_MISSED },
	{ "gen_frames",		IFLA_VNET_XSTATS_GEN_FRAMES },
	{ "gen_missed",		IFLA_VNET_XSTATS_GEN_MISSED },
	{ "gen_drop_nomem",	IFLA_VNET_XSTATS_GEN_DROP_NOMEM },
};

static_assert(ARRAY_SIZE(vnet_tx_counters) == ARRAY_SIZE(vnet_rx_counters),
	      "the columns of the counters differ in length");

static const char *vnet_on_off(bool on)
{
	return on ? "on" : "off";
}

static void vnet_usage(FILE *f)
{
	fprintf(f,
		"Usage: ip link add [ NAME ] type " VNET_KIND " [ OPTIONS ]\n"
		"               [ peer [ [ name ] NAME ] [ LINK-OPTIONS ]\n"
		"                      [ type " VNET_KIND " OPTIONS ] ]\n"
		"       ip link set DEVICE type " VNET_KIND " OPTIONS\n"
		"       ip [ -j ] [ -s ] -d link show DEVICE\n"
		"\n"
		"OPTIONS := [ tx_ring N ] [ rx_ring N ]\n"
		"           [ rx_pause { on | off } ] [ tx_pause { on | off } ]\n"
		"           [ flow_control { on | off } ]\n"
		"           [ tx_usecs N ] [ tx_frames N ]\n"
		"           [ queue { N | N-M | all } cpu { C | any } ] ...\n"
		"           [ gen { on | off | rate PPS } ... ]\n"
		"\n"
		"  tx_ring       entries of each TX ring, N is\n"
		"                " VNET_RING_LIMITS ", default "
		VNET_STR(VNET_RING_DEFAULT) "\n"
		"  rx_ring       entries of each RX ring, likewise\n"
		"  rx_pause      heed the pause of a full peer, default %s\n"
		"  tx_pause      pause the peer while an RX ring is full, default %s;\n"
		"                off: drop what does not fit\n"
		"  flow_control  rx_pause and tx_pause at once; one of them after it wins\n"
		"  tx_usecs      how long completions may wait for more once the TX queue is\n"
		"                stopped, in microseconds: " VNET_TX_USECS_LIMITS ",\n"
		"                default " VNET_STR(VNET_TX_USECS_DEFAULT) "\n"
		"  tx_frames     descriptors of a TX queue that are completed together, N is\n"
		"                " VNET_TX_FRAMES_LIMITS ", default "
		VNET_STR(VNET_TX_FRAMES_DEFAULT) "\n"
		"  queue         the RX queue N, those from N to M, or all of the device:\n"
		"                where its work runs, on CPU C or on any, which is the one\n"
		"                that raises it and the default\n"
		"  gen           the generator of ARP requests; PPS, frames a second, is\n"
		"                " VNET_GEN_RATE_LIMITS ", default "
		VNET_STR(VNET_GEN_RATE_DEFAULT) ",\n"
		"                and may end in k, m or g (1k is 1000, 1.5m is 1500000);\n"
		"                \"gen rate\" also turns it on, \"gen off rate\" does not\n"
		"\n"
		"What follows \"peer\" is the peer's. For LINK-OPTIONS, such as netns,\n"
		"address or mtu, see \"ip link help\". Without \"peer\" the device is alone.\n",
		vnet_on_off(VNET_RX_PAUSE_DEFAULT),
		vnet_on_off(VNET_TX_PAUSE_DEFAULT));
}

static noreturn void vnet_not(const char *limits, const char *word,
			      const char *arg)
{
	char why[128];

	snprintf(why, sizeof(why), "%s must be %s", word, limits);
	invarg(why, arg);
}

static __u32 vnet_get_ring(const char *word, const char *arg)
{
	__u32 size;

	if (!get_u32(&size, arg, 0) && size >= VNET_RING_MIN &&
	    size <= VNET_RING_MAX && !(size & (size - 1)))
		return size;
	vnet_not(VNET_RING_LIMITS, word, arg);
}

static __u32 vnet_get_number(__u32 min, __u32 max, const char *limits,
			     const char *word, const char *arg)
{
	__u32 val;

	if (!get_u32(&val, arg, 0) && val >= min && val <= max)
		return val;
	vnet_not(limits, word, arg);
}

static __u8 vnet_get_on_off(const char *word, const char *arg)
{
	if (!strcmp(arg, "on"))
		return 1;
	if (!strcmp(arg, "off"))
		return 0;
	vnet_not("\"on\" or \"off\"", word, arg);
}

/*
 * A decimal number, which may have a fraction, and a suffix. 0 if it is none,
 * is not a whole number of frames, or is more than the limit.
 */
static __u64 vnet_scan_pps(const char *arg)
{
	static const struct {
		char	suffix;
		__u64	factor;
	} units[] = {
		{ 'k', 1000 }, { 'm', 1000 * 1000 }, { 'g', 1000 * 1000 * 1000 },
	};
	size_t i, len = strlen(arg), digits = 0;
	__u64 pps = 0, unit = 1;

	for (i = 0; len && i < ARRAY_SIZE(units); i++) {
		if (tolower((unsigned char)arg[len - 1]) == units[i].suffix) {
			unit = units[i].factor;
			len--;
			break;
		}
	}

	for (i = 0; i < len && isdigit((unsigned char)arg[i]); i++) {
		pps += (arg[i] - '0') * unit;
		if (pps > VNET_GEN_RATE_MAX)
			return 0;
		if (i + 1 < len && isdigit((unsigned char)arg[i + 1]))
			pps *= 10;
		digits++;
	}
	if (!digits)
		return 0;

	if (i < len && arg[i] == '.') {
		for (i++, digits = 0; i < len; i++, digits++) {
			if (!isdigit((unsigned char)arg[i]))
				return 0;
			unit /= 10;
			if (!unit && arg[i] != '0')
				return 0;
			pps += (arg[i] - '0') * unit;
		}
		if (!digits)
			return 0;
	}

	return i == len && pps <= VNET_GEN_RATE_MAX ? pps : 0;
}

static __u64 vnet_get_pps(const char *arg)
{
	__u64 pps = vnet_scan_pps(arg);

	if (pps < VNET_GEN_RATE_MIN)
		invarg("gen rate must be " VNET_GEN_RATE_LIMITS, arg);
	return pps;
}

static struct rtattr *vnet_nest(struct nlmsghdr *n, int type)
{
	struct rtattr *nest = NLMSG_TAIL(n);

	if (addattr_l(n, VNET_MSG_MAX, type | NLA_F_NESTED, NULL, 0))
		return NULL;
	return nest;
}

static bool vnet_is_called(const struct vnet_option *opt, const char *word)
{
	return !strcmp(opt->name, word) ||
	       (opt->group && !strcmp(opt->group, word));
}

/* of: the word that said it */
struct vnet_word {
	const char	*of;
	__u32		value;
};

struct vnet_queues {
	bool	said[VNET_QUEUES_MAX];
	int	cpu[VNET_QUEUES_MAX];
};

/* rate: 0 if none was said */
struct vnet_gen {
	bool	said;
	bool	enable;
	__u64	rate;
};

/* What was said of a device. */
struct vnet_said {
	struct vnet_word	options[ARRAY_SIZE(vnet_options)];
	struct vnet_queues	queues;
	struct vnet_gen		gen;
};

/* The word for one option may correct the word for several before it. */
static void vnet_get_option(struct vnet_word *val,
			    const struct vnet_option *opt, const char *word,
			    const char *arg)
{
	if (val->of && (!strcmp(val->of, opt->name) || strcmp(word, opt->name)))
		duparg(word, arg);
	val->of = word;

	switch (opt->value) {
	case VNET_VALUE_RING:
		val->value = vnet_get_ring(word, arg);
		break;
	case VNET_VALUE_ON_OFF:
		val->value = vnet_get_on_off(word, arg);
		break;
	case VNET_VALUE_USECS:
		val->value = vnet_get_number(0, VNET_TX_USECS_MAX,
					     VNET_TX_USECS_LIMITS, word, arg);
		break;
	case VNET_VALUE_FRAMES:
		val->value = vnet_get_number(VNET_TX_FRAMES_MIN,
					     VNET_TX_FRAMES_MAX,
					     VNET_TX_FRAMES_LIMITS, word, arg);
		break;
	}
}

static int vnet_put_option(struct nlmsghdr *n, const struct vnet_option *opt,
			   const struct vnet_word *val)
{
	if (!val->of)
		return 0;
	if (opt->value == VNET_VALUE_ON_OFF)
		return addattr8(n, VNET_MSG_MAX, opt->attr, val->value);
	return addattr32(n, VNET_MSG_MAX, opt->attr, val->value);
}

static bool vnet_scan_index(__u32 *index, const char *arg)
{
	return isdigit((unsigned char)*arg) && !get_u32(index, arg, 10) &&
	       *index < VNET_QUEUES_MAX;
}

/* "3", "0-3" or "all" */
static void vnet_get_range(__u32 *first, __u32 *last, const char *arg)
{
	char begin[16];
	const char *dash = strchr(arg, '-');
	size_t len = dash ? (size_t)(dash - arg) : strlen(arg);

	if (!strcmp(arg, "all")) {
		*first = 0;
		*last = VNET_QUEUES_MAX - 1;
		return;
	}
	if (len < sizeof(begin)) {
		snprintf(begin, sizeof(begin), "%.*s", (int)len, arg);
		if (vnet_scan_index(first, begin) &&
		    vnet_scan_index(last, dash ? dash + 1 : begin) &&
		    *first <= *last)
			return;
	}
	vnet_not(VNET_QUEUE_LIMITS, "queue", arg);
}

static int vnet_get_cpu(const char *arg)
{
	__u32 cpu;

	if (!strcmp(arg, "any"))
		return VNET_CPU_ANY;
	if (isdigit((unsigned char)*arg) && !get_u32(&cpu, arg, 10) &&
	    cpu <= INT_MAX)
		return cpu;
	vnet_not("the number of a CPU or \"any\"", "cpu", arg);
}

/* "queue" was said; its range, "cpu" and which one follow */
static void vnet_get_queue(struct vnet_queues *queues, int *argcp,
			   char ***argvp)
{
	char **argv = *argvp;
	__u32 first, last;
	const char *range;
	int argc = *argcp;
	int cpu;

	NEXT_ARG();
	range = *argv;
	vnet_get_range(&first, &last, range);
	NEXT_ARG();
	if (strcmp(*argv, "cpu"))
		invarg("queue must be followed by \"cpu\"", *argv);
	NEXT_ARG();
	cpu = vnet_get_cpu(*argv);

	for (; first <= last; first++) {
		if (queues->said[first])
			duparg("queue", range);
		queues->said[first] = true;
		queues->cpu[first] = cpu;
	}

	*argcp = argc;
	*argvp = argv;
}

/* The first queue from index on that is not as it and all in between. */
static __u32 vnet_range_end(const struct vnet_queues *queues, __u32 index)
{
	__u32 end = index + 1;

	while (end < VNET_QUEUES_MAX &&
	       queues->said[end] == queues->said[index] &&
	       queues->cpu[end] == queues->cpu[index])
		end++;
	return end;
}

static int vnet_put_queue(struct nlmsghdr *n, __u32 first, __u32 last, int cpu)
{
	struct rtattr *nest = vnet_nest(n, IFLA_VNET_QUEUE);

	if (!nest ||
	    addattr32(n, VNET_MSG_MAX, IFLA_VNET_QUEUE_INDEX, first) ||
	    (last != first &&
	     addattr32(n, VNET_MSG_MAX, IFLA_VNET_QUEUE_LAST, last)) ||
	    addattr32(n, VNET_MSG_MAX, IFLA_VNET_QUEUE_CPU, cpu))
		return -1;
	addattr_nest_end(n, nest);
	return 0;
}

/* All in one list, wherever they were said. */
static int vnet_put_queues(struct nlmsghdr *n, const struct vnet_queues *queues)
{
	struct rtattr *nest = NULL;
	__u32 i, end;

	for (i = 0; i < VNET_QUEUES_MAX; i = end) {
		end = vnet_range_end(queues, i);
		if (!queues->said[i])
			continue;
		if (!nest)
			nest = vnet_nest(n, IFLA_VNET_QUEUES);
		if (!nest || vnet_put_queue(n, i, end - 1, queues->cpu[i]))
			return -1;
	}
	if (nest)
		addattr_nest_end(n, nest);
	return 0;
}

/* "gen" was said; "on", "off" and "rate PPS" follow, in any order */
static void vnet_get_gen(struct vnet_gen *gen, int *argcp, char ***argvp)
{
	char **argv = *argvp;
	int argc = *argcp;
	int enable = -1;
	__u64 rate = 0;

	while (NEXT_ARG_OK()) {
		if (!strcmp(argv[1], "on") || !strcmp(argv[1], "off")) {
			NEXT_ARG();
			if (enable >= 0)
				duparg("gen", *argv);
			enable = !strcmp(*argv, "on");
		} else if (!strcmp(argv[1], "rate")) {
			NEXT_ARG();
			NEXT_ARG();
			if (rate)
				duparg("gen rate", *argv);
			rate = vnet_get_pps(*argv);
		} else {
			break;
		}
	}
	if (enable < 0 && !rate) {
		NEXT_ARG();
		invarg("gen must be \"on\", \"off\" or \"rate PPS\"", *argv);
	}
	if (gen->said)
		duparg("gen", *argv);

	gen->said = true;
	/* a rate alone turns it on */
	gen->enable = enable != 0;
	gen->rate = rate;

	*argcp = argc;
	*argvp = argv;
}

static int vnet_put_gen(struct nlmsghdr *n, const struct vnet_gen *gen)
{
	struct rtattr *nest;

	if (!gen->said)
		return 0;

	nest = vnet_nest(n, IFLA_VNET_GEN);
	if (!nest ||
	    addattr8(n, VNET_MSG_MAX, IFLA_VNET_GEN_ENABLE, gen->enable))
		return -1;
	if (gen->rate &&
	    addattr64(n, VNET_MSG_MAX, IFLA_VNET_GEN_RATE, gen->rate))
		return -1;
	addattr_nest_end(n, nest);
	return 0;
}

static int vnet_put_said(struct nlmsghdr *n, const struct vnet_said *said)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(vnet_options); i++)
		if (vnet_put_option(n, &vnet_options[i], &said->options[i]))
			return -1;
	if (vnet_put_queues(n, &said->queues))
		return -1;
	return vnet_put_gen(n, &said->gen);
}

/* Goes as far as there are options that every device has, peer or not. */
static int vnet_put_options(struct nlmsghdr *n, int *argcp, char ***argvp)
{
	struct vnet_said said = {};
	char **argv = *argvp;
	int argc = *argcp;
	size_t i;

	while (argc > 0) {
		const char *word = *argv;
		bool known = false;

		for (i = 0; i < ARRAY_SIZE(vnet_options); i++) {
			if (!vnet_is_called(&vnet_options[i], word))
				continue;
			if (!known)
				NEXT_ARG();
			known = true;
			vnet_get_option(&said.options[i], &vnet_options[i],
					word, *argv);
		}
		if (!strcmp(word, "queue")) {
			known = true;
			vnet_get_queue(&said.queues, &argc, &argv);
		}
		if (!strcmp(word, "gen")) {
			known = true;
			vnet_get_gen(&said.gen, &argc, &argv);
		}
		if (!known)
			break;
		argc--;
		argv++;
	}

	*argcp = argc;
	*argvp = argv;
	return vnet_put_said(n, &said);
}

/* What is left is not an option; 0 if nothing is left. */
static int vnet_check_rest(int argc, char **argv)
{
	if (argc <= 0)
		return 0;

	if (!strcmp(*argv, "help"))
		vnet_usage(stderr);
	else
		fprintf(stderr,
			"Error: %s: unknown option \"%s\"; try \"ip link help %s\".\n",
			VNET_KIND, *argv, VNET_KIND);
	return -1;
}

/* The options that follow "type vnet" of the peer. */
static int vnet_put_peer_info(struct nlmsghdr *n, int argc, char **argv)
{
	struct rtattr *info, *data;

	info = vnet_nest(n, IFLA_LINKINFO);
	if (!info || addattrstrz(n, VNET_MSG_MAX, IFLA_INFO_KIND, VNET_KIND))
		return -1;

	data = vnet_nest(n, IFLA_INFO_DATA);
	if (!data || vnet_put_options(n, &argc, &argv))
		return -1;
	if (argc > 0 && !strcmp(*argv, "peer"))
		invarg("a peer has no peer of its own", *argv);
	if (vnet_check_rest(argc, argv))
		return -1;
	addattr_nest_end(n, data);

	addattr_nest_end(n, info);
	return 0;
}

static int vnet_put_peer(struct nlmsghdr *n, int argc, char **argv)
{
	struct ifinfomsg *ifm = NLMSG_DATA(n);
	const struct ifinfomsg none = {};
	const struct ifinfomsg own = *ifm;
	__u16 flags = n->nlmsg_flags;
	struct rtattr *peer;
	char *type = NULL;
	int used;

	peer = NLMSG_TAIL(n);
	if (addattr_l(n, VNET_MSG_MAX, IFLA_VNET_PEER | NLA_F_NESTED, &none,
		      sizeof(none)))
		return -1;

	/*
	 * iplink_parse() writes flags and index to the header of the message,
	 * and takes the name for one that is not there yet only in a request
	 * to create: in others the kernel is to say what it thinks of a peer.
	 */
	*ifm = none;
	n->nlmsg_flags |= NLM_F_CREATE;
	used = iplink_parse(argc, argv, (struct iplink_req *)n, &type);
	if (used < 0)
		return -1;
	memcpy(RTA_DATA(peer), ifm, sizeof(*ifm));
	*ifm = own;
	n->nlmsg_flags = flags;

	if (type) {
		if (strcmp(type, VNET_KIND))
			invarg("the peer's type must be " VNET_KIND, type);
		if (vnet_put_peer_info(n, argc - used, argv + used))
			return -1;
	}

	addattr_nest_end(n, peer);
	return 0;
}

static int vnet_parse_opt(struct link_util *lu, int argc, char **argv,
			  struct nlmsghdr *n)
{
	if (vnet_put_options(n, &argc, &argv))
		return -1;
	if (argc > 0 && !strcmp(*argv, "peer"))
		return vnet_put_peer(n, argc - 1, argv + 1);
	return vnet_check_rest(argc, argv);
}

/* False if the attribute is not there, or too short to hold such a value. */
static bool vnet_read(const struct rtattr *rta, void *val, size_t size)
{
	if (!rta || RTA_PAYLOAD(rta) < size)
		return false;
	memcpy(val, RTA_DATA(rta), size);
	return true;
}

static void vnet_print_u32(const char *name, const struct rtattr *rta)
{
	__u32 val;

	if (!vnet_read(rta, &val, sizeof(val)))
		return;
	print_string(PRINT_FP, NULL, "%s ", name);
	print_uint(PRINT_ANY, name, "%u ", val);
}

static void vnet_print_u64(const char *name, const struct rtattr *rta)
{
	__u64 val;

	if (!vnet_read(rta, &val, sizeof(val)))
		return;
	print_string(PRINT_FP, NULL, "%s ", name);
	print_lluint(PRINT_ANY, name, "%llu ", val);
}

static void vnet_print_on_off(const char *name, const struct rtattr *rta)
{
	__u8 val;

	if (!vnet_read(rta, &val, sizeof(val)))
		return;
	print_string(PRINT_FP, NULL, "%s ", name);
	print_on_off(PRINT_ANY, name, "%s ", val);
}

/* JSON has an object for each queue: who reads it need not know of ranges. */
static void vnet_print_range(__u32 first, __u32 last, __s32 cpu)
{
	char text[64];

	if (first == last)
		snprintf(text, sizeof(text), "queue %u cpu", first);
	else
		snprintf(text, sizeof(text), "queue %u-%u cpu", first, last);
	print_string(PRINT_FP, NULL, "%s ", text);
	if (cpu < 0)
		print_string(PRINT_FP, NULL, "%s ", "any");
	else
		print_int(PRINT_FP, NULL, "%d ", cpu);

	for (; first <= last; first++) {
		open_json_object(NULL);
		print_uint(PRINT_JSON, "index", "%u", first);
		print_int(PRINT_JSON, "cpu", "%d", cpu);
		close_json_object();
	}
}

static void vnet_print_queue(struct rtattr *nest)
{
	struct rtattr *tb[IFLA_VNET_QUEUE_MAX + 1];
	__u32 first, last;
	__s32 cpu;

	parse_rtattr_nested(tb, IFLA_VNET_QUEUE_MAX, nest);

	if (!vnet_read(tb[IFLA_VNET_QUEUE_INDEX], &first, sizeof(first)) ||
	    !vnet_read(tb[IFLA_VNET_QUEUE_CPU], &cpu, sizeof(cpu)))
		return;
	if (!vnet_read(tb[IFLA_VNET_QUEUE_LAST], &last, sizeof(last)))
		last = first;
	if (last < VNET_QUEUES_MAX)
		vnet_print_range(first, last, cpu);
}

static void vnet_print_queues(struct rtattr *nest)
{
	struct rtattr *rta = RTA_DATA(nest);
	int len = RTA_PAYLOAD(nest);

	open_json_array(PRINT_JSON, "queues");
	for (; RTA_OK(rta, len); rta = RTA_NEXT(rta, len))
		if ((rta->rta_type & NLA_TYPE_MASK) == IFLA_VNET_QUEUE)
			vnet_print_queue(rta);
	close_json_array(PRINT_JSON, NULL);
}

static void vnet_print_gen(struct rtattr *nest)
{
	struct rtattr *tb[IFLA_VNET_GEN_MAX + 1];
	__u64 rate;

	parse_rtattr_nested(tb, IFLA_VNET_GEN_MAX, nest);

	vnet_print_on_off("gen", tb[IFLA_VNET_GEN_ENABLE]);
	if (vnet_read(tb[IFLA_VNET_GEN_RATE], &rate, sizeof(rate)))
		print_lluint(PRINT_ANY, "gen_rate", "rate %llu ", rate);
}

static void vnet_print_gen_state(const struct rtattr *rta)
{
	static const char * const names[] = {
		[VNET_GEN_STOPPED] = "stopped",
		[VNET_GEN_RUNNING] = "running",
	};
	const char *name = "unknown";
	__u8 state;

	if (!vnet_read(rta, &state, sizeof(state)))
		return;
	if (state < ARRAY_SIZE(names))
		name = names[state];
	print_string(PRINT_ANY, "gen_state", "gen_state %s ", name);
}

/* In parentheses, since it cannot be typed as options can. */
static void vnet_print_state(struct rtattr *nest)
{
	struct rtattr *tb[IFLA_VNET_STATE_MAX + 1];

	parse_rtattr_nested(tb, IFLA_VNET_STATE_MAX, nest);

	print_string(PRINT_FP, NULL, "%s ", "(");
	vnet_print_u32("tx_queued", tb[IFLA_VNET_STATE_TX_QUEUED]);
	vnet_print_u32("rx_queued", tb[IFLA_VNET_STATE_RX_QUEUED]);
	vnet_print_gen_state(tb[IFLA_VNET_STATE_GEN]);
	vnet_print_u64("gen_frames", tb[IFLA_VNET_STATE_GEN_FRAMES]);
	vnet_print_u64("gen_nsecs", tb[IFLA_VNET_STATE_GEN_NSECS]);
	print_string(PRINT_FP, NULL, "%s ", ")");
}

static void vnet_print_opt(struct link_util *lu, FILE *f, struct rtattr *tb[])
{
	size_t i;

	if (!tb)
		return;

	for (i = 0; i < ARRAY_SIZE(vnet_options); i++) {
		const struct vnet_option *opt = &vnet_options[i];

		switch (opt->value) {
		case VNET_VALUE_RING:
		case VNET_VALUE_USECS:
		case VNET_VALUE_FRAMES:
			vnet_print_u32(opt->name, tb[opt->attr]);
			break;
		case VNET_VALUE_ON_OFF:
			vnet_print_on_off(opt->name, tb[opt->attr]);
			break;
		}
	}
	if (tb[IFLA_VNET_QUEUES])
		vnet_print_queues(tb[IFLA_VNET_QUEUES]);
	if (tb[IFLA_VNET_GEN])
		vnet_print_gen(tb[IFLA_VNET_GEN]);
	if (tb[IFLA_VNET_STATE])
		vnet_print_state(tb[IFLA_VNET_STATE]);
}

static void vnet_print_counter(enum output_type t,
			       const struct vnet_counter *counter,
			       struct rtattr *tb[])
{
	__u64 val;

	if (!vnet_read(tb[counter->attr], &val, sizeof(val)))
		return;
	if (t == PRINT_FP)
		print_string(t, NULL, "   %-14s ", counter->name);
	print_lluint(t, counter->name, "%16llu", val);
}

static void vnet_print_xstats(struct link_util *lu, FILE *f,
			      struct rtattr *xstats)
{
	struct rtattr *tb[IFLA_VNET_XSTATS_MAX + 1];
	size_t i;

	if (!xstats)
		return;
	parse_rtattr_nested(tb, IFLA_VNET_XSTATS_MAX, xstats);

	for (i = 0; i < ARRAY_SIZE(vnet_tx_counters); i++) {
		print_nl();
		print_string(PRINT_FP, NULL, "%s", "    ");
		vnet_print_counter(PRINT_FP, &vnet_tx_counters[i], tb);
		vnet_print_counter(PRINT_FP, &vnet_rx_counters[i], tb);
	}
	/* JSON has no columns */
	for (i = 0; i < ARRAY_SIZE(vnet_tx_counters); i++)
		vnet_print_counter(PRINT_JSON, &vnet_tx_counters[i], tb);
	for (i = 0; i < ARRAY_SIZE(vnet_rx_counters); i++)
		vnet_print_counter(PRINT_JSON, &vnet_rx_counters[i], tb);
	/* what ip prints next is on a line of its own */
	print_nl();
	print_string(PRINT_FP, NULL, "%s", "    ");
}

static void vnet_print_help(struct link_util *lu, int argc, char **argv,
			    FILE *f)
{
	vnet_usage(f);
}

struct link_util vnet_link_util = {
	.id		= VNET_KIND,
	.maxattr	= IFLA_VNET_MAX,
	.parse_opt	= vnet_parse_opt,
	.print_opt	= vnet_print_opt,
	.print_xstats	= vnet_print_xstats,
	.print_help	= vnet_print_help,
};
