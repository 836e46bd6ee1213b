// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Statistics: the counters in a link, by number and by name.
 */
#include <string.h>
#include "internal.h"

#define XSTAT(id, text) \
	[IFLA_VNET_XSTATS_##id] = text

static const char * const xstat_names[] = {
	XSTAT(TX_FRAMES,	"tx_frames"),
	XSTAT(TX_BYTES,		"tx_bytes"),
	XSTAT(TX_ARP,		"tx_arp"),
	XSTAT(TX_IPV4,		"tx_ipv4"),
	XSTAT(TX_IPV6,		"tx_ipv6"),
	XSTAT(TX_OTHER,		"tx_other"),
	XSTAT(TX_SUNK,		"tx_sunk"),
	XSTAT(TX_STOPS,		"tx_stops"),
	XSTAT(TX_DROP_DOWN,	"tx_drop_down"),
	XSTAT(TX_DROP_RING,	"tx_drop_ring"),
	XSTAT(TX_DROP_RUNT,	"tx_drop_runt"),
	XSTAT(TX_DROP_NOMEM,	"tx_drop_nomem"),
	XSTAT(TX_DROP_FLUSH,	"tx_drop_flush"),
	XSTAT(RX_FRAMES,	"rx_frames"),
	XSTAT(RX_BYTES,		"rx_bytes"),
	XSTAT(RX_ARP,		"rx_arp"),
	XSTAT(RX_IPV4,		"rx_ipv4"),
	XSTAT(RX_IPV6,		"rx_ipv6"),
	XSTAT(RX_OTHER,		"rx_other"),
	XSTAT(RX_POLLS,		"rx_polls"),
	XSTAT(RX_DROP_LENGTH,	"rx_drop_length"),
	XSTAT(RX_DROP_FLUSH,	"rx_drop_flush"),
	XSTAT(RX_DROP_NOMEM,	"rx_drop_nomem"),
	XSTAT(RX_DROP_FILTER,	"rx_drop_filter"),
	XSTAT(RX_DROP_VLAN,	"rx_drop_vlan"),
	XSTAT(RX_MISSED,	"rx_missed"),
	XSTAT(RX_RULE_HITS,	"rx_rule_hits"),
	XSTAT(RX_DROP_RULE,	"rx_drop_rule"),
	XSTAT(RX_DROP_FCS,	"rx_drop_fcs"),
	XSTAT(RX_IRQS,		"rx_irqs"),
	XSTAT(GEN_FRAMES,	"gen_frames"),
	XSTAT(GEN_MISSED,	"gen_missed"),
	XSTAT(GEN_DROP_NOMEM,	"gen_drop_nomem"),
	XSTAT(GEN_DELIVERED,	"gen_delivered"),
	XSTAT(GEN_RUNS,		"gen_runs"),
	XSTAT(RX_REMAPS,	"rx_remaps"),
};

static_assert(ARRAY_SIZE(xstat_names) == __IFLA_VNET_XSTATS_MAX,
	      "a counter has no name");

/**
 * vnetnl_xstat_max - the highest number of a counter that the library knows
 * @return IFLA_VNET_XSTATS_MAX of the header that it was built with. Together
 *	with vnetnl_xstat_name() it lists all counters:
 *	for (i = 1; i <= max; i++) if (vnetnl_xstat_name(i)) ...
 */
EXPORT unsigned int vnetnl_xstat_max(void)
{
	return IFLA_VNET_XSTATS_MAX;
}

/**
 * vnetnl_xstat_name - the word for a counter
 * @param xstat IFLA_VNET_XSTATS_*
 * @return its name, static, as "ip" and "ethtool" print it; NULL if there is
 *	no such counter, or it is padding
 */
EXPORT const char *vnetnl_xstat_name(unsigned int xstat)
{
	if (xstat >= ARRAY_SIZE(xstat_names))
		return NULL;
	return xstat_names[xstat];
}

/**
 * vnetnl_xstat_by_name - the number of a counter
 * @param name its name
 * @return IFLA_VNET_XSTATS_*; IFLA_VNET_XSTATS_UNSPEC if there is no counter
 *	of that name
 */
EXPORT unsigned int vnetnl_xstat_by_name(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(xstat_names); i++)
		if (xstat_names[i] && !strcmp(xstat_names[i], name))
			return i;
	return IFLA_VNET_XSTATS_UNSPEC;
}

/**
 * vnetnl_link_has_xstat - whether a counter was in the message that was parsed
 * @param link the link
 * @param xstat IFLA_VNET_XSTATS_*
 * @return true if it was
 */
EXPORT bool vnetnl_link_has_xstat(const struct vnetnl_link *link,
				  unsigned int xstat)
{
	return xstat < __IFLA_VNET_XSTATS_MAX &&
	       link->xstats_set & BIT(xstat);
}

/**
 * vnetnl_link_get_xstat - value of a counter
 * @param link the link
 * @param xstat IFLA_VNET_XSTATS_*
 * @return the total over all queues since the device was made; 0 if
 *	vnetnl_link_has_xstat() is false
 */
EXPORT uint64_t vnetnl_link_get_xstat(const struct vnetnl_link *link,
				      unsigned int xstat)
{
	if (!vnetnl_link_has_xstat(link, xstat))
		return 0;
	return link->xstats[xstat];
}
