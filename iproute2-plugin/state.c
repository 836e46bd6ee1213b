// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a device is doing, and its counters.
 */
#include <assert.h>
#include <stdio.h>
#include <linux/if_link_vnet.h>

#include "utils.h"
#include "ip_common.h"
#include "link_vnet.h"

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
	{ "rx_drop_nomem",	IFLA_VNET_XSTATS_RX_DROP_NOMEM },
	{ "rx_drop_filter",	IFLA_VNET_XSTATS_RX_DROP_FILTER },
	{ "rx_drop_vlan",	IFLA_VNET_XSTATS_RX_DROP_VLAN },
	{ "rx_missed",		IFLA_VNET_XSTATS_RX_MISSED },
	{ "rx_rule_hits",	IFLA_VNET_XSTATS_RX_RULE_HITS },
	{ "rx_drop_rule",	IFLA_VNET_XSTATS_RX_DROP_RULE },
	{ "rx_drop_fcs",	IFLA_VNET_XSTATS_RX_DROP_FCS },
	{ "rx_irqs",		IFLA_VNET_XSTATS_RX_IRQS },
	{ "rx_remaps",		IFLA_VNET_XSTATS_RX_REMAPS },
	{ "gen_frames",		IFLA_VNET_XSTATS_GEN_FRAMES },
	{ "gen_missed",		IFLA_VNET_XSTATS_GEN_MISSED },
	{ "gen_drop_nomem",	IFLA_VNET_XSTATS_GEN_DROP_NOMEM },
	{ "gen_delivered",	IFLA_VNET_XSTATS_GEN_DELIVERED },
	{ "gen_runs",		IFLA_VNET_XSTATS_GEN_RUNS },
};

static_assert(ARRAY_SIZE(vnet_tx_counters) <= ARRAY_SIZE(vnet_rx_counters),
	      "the left column of the counters is the longer one");

static void vnet_print_gen_state(const struct rtattr *rta)
{
	static const char * const names[] = {
		[VNET_GEN_STOPPED] = "stopped",
		[VNET_GEN_RUNNING] = "running",
		[VNET_GEN_DONE] = "done",
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
void vnet_print_state(struct rtattr *nest)
{
	struct rtattr *tb[IFLA_VNET_STATE_MAX + 1];

	parse_rtattr_nested(tb, IFLA_VNET_STATE_MAX, nest);

	print_string(PRINT_FP, NULL, "%s ", "(");
	vnet_print_u32("tx_queued", tb[IFLA_VNET_STATE_TX_QUEUED]);
	vnet_print_u32("rx_queued", tb[IFLA_VNET_STATE_RX_QUEUED]);
	vnet_print_gen_state(tb[IFLA_VNET_STATE_GEN]);
	vnet_print_u64("gen_frames", tb[IFLA_VNET_STATE_GEN_FRAMES]);
	vnet_print_u64("gen_nsecs", tb[IFLA_VNET_STATE_GEN_NSECS]);
	vnet_print_u64("gen_bytes", tb[IFLA_VNET_STATE_GEN_BYTES]);
	print_string(PRINT_FP, NULL, "%s ", ")");
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

void vnet_print_counters(struct rtattr *xstats)
{
	struct rtattr *tb[IFLA_VNET_XSTATS_MAX + 1];
	size_t i;

	parse_rtattr_nested(tb, IFLA_VNET_XSTATS_MAX, xstats);

	for (i = 0; i < ARRAY_SIZE(vnet_rx_counters); i++) {
		print_nl();
		print_string(PRINT_FP, NULL, "%s", "    ");
		if (i < ARRAY_SIZE(vnet_tx_counters))
			vnet_print_counter(PRINT_FP, &vnet_tx_counters[i], tb);
		else
			print_string(PRINT_FP, NULL, "%34s", "");
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
