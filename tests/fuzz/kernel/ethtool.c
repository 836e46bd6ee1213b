// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Requests about devices: ethtool netlink.
 */
#include <linux/ethtool.h>
#include <linux/ethtool_netlink.h>

#include "fuzz.h"

/* Younger than the headers of Debian 12 */
enum {
	MSG_RSS_GET	= 38,
	MSG_RSS_SET	= 48,
	MSG_RSS_CREATE	= 49,
	MSG_RSS_DELETE	= 50,
	RSS_CONTEXT	= 2,
	RSS_HFUNC	= 3,
	RSS_INDIR	= 4,
	RSS_HKEY	= 5,
};

#define ALL(array)	(sizeof(array) / sizeof((array)[0]))
#define MEMBERS_MAX	8

/* What can be set, and what of it */
static const struct {
	uint8_t command;
	struct value members[MEMBERS_MAX];
} settings[] = {
	{ ETHTOOL_MSG_RINGS_SET, {
		{ ETHTOOL_A_RINGS_RX, 4, 64, 4096 },
		{ ETHTOOL_A_RINGS_TX, 4, 64, 4096 },
		{ ETHTOOL_A_RINGS_RX_MINI, 4, 0, 64 },
		{ ETHTOOL_A_RINGS_RX_BUF_LEN, 4, 0, 4096 },
	} },
	{ ETHTOOL_MSG_CHANNELS_SET, {
		{ ETHTOOL_A_CHANNELS_RX_COUNT, 4, 0, 3 },
		{ ETHTOOL_A_CHANNELS_TX_COUNT, 4, 0, 3 },
		{ ETHTOOL_A_CHANNELS_COMBINED_COUNT, 4, 0, 5 },
	} },
	{ ETHTOOL_MSG_COALESCE_SET, {
		{ ETHTOOL_A_COALESCE_RX_USECS, 4, 0, 1000000 },
		{ ETHTOOL_A_COALESCE_RX_MAX_FRAMES, 4, 0, 4096 },
		{ ETHTOOL_A_COALESCE_TX_USECS, 4, 0, 10000 },
		{ ETHTOOL_A_COALESCE_TX_MAX_FRAMES, 4, 1, 4096 },
		{ ETHTOOL_A_COALESCE_USE_ADAPTIVE_RX, 1, 0, 1 },
		{ ETHTOOL_A_COALESCE_USE_ADAPTIVE_TX, 1, 0, 1 },
	} },
	{ ETHTOOL_MSG_PAUSE_SET, {
		{ ETHTOOL_A_PAUSE_AUTONEG, 1, 0, 1 },
		{ ETHTOOL_A_PAUSE_RX, 1, 0, 1 },
		{ ETHTOOL_A_PAUSE_TX, 1, 0, 1 },
	} },
	{ ETHTOOL_MSG_LINKINFO_SET, {
		{ ETHTOOL_A_LINKINFO_PORT, 1, 0, 5 },
		{ ETHTOOL_A_LINKINFO_PHYADDR, 1, 0, 1 },
	} },
	{ ETHTOOL_MSG_LINKMODES_SET, {
		{ ETHTOOL_A_LINKMODES_AUTONEG, 1, 0, 1 },
		{ ETHTOOL_A_LINKMODES_SPEED, 4, 10, 100 },
		{ ETHTOOL_A_LINKMODES_DUPLEX, 1, 0, 1 },
	} },
};

static const uint8_t shows[] = {
	ETHTOOL_MSG_STRSET_GET, ETHTOOL_MSG_LINKINFO_GET,
	ETHTOOL_MSG_LINKMODES_GET, ETHTOOL_MSG_LINKSTATE_GET,
	ETHTOOL_MSG_FEATURES_GET, ETHTOOL_MSG_RINGS_GET,
	ETHTOOL_MSG_CHANNELS_GET, ETHTOOL_MSG_COALESCE_GET,
	ETHTOOL_MSG_PAUSE_GET, ETHTOOL_MSG_TSINFO_GET, ETHTOOL_MSG_STATS_GET,
	MSG_RSS_GET,
};

static void put_command(struct message *m, uint16_t family, uint8_t command,
			uint16_t flags)
{
	static const struct value header_flags = {
		ETHTOOL_A_HEADER_FLAGS, 4, 0, ETHTOOL_FLAG_ALL,
	};
	size_t at;

	begin_generic(m, family, command, flags);
	/* The header comes first, but for this one */
	at = nest(m, command == ETHTOOL_MSG_STATS_GET ?
		     ETHTOOL_A_STATS_HEADER : ETHTOOL_A_RINGS_HEADER);
	put_text(m, ETHTOOL_A_HEADER_DEV_NAME, some_name());
	if (one_in(4))
		put_number(m, &header_flags);
	nest_end(m, at);
}

/* Features, modes or kinds of messages by their number, some on, some off */
static void change_bits(struct message *m, uint16_t family)
{
	static const struct {
		uint8_t command;
		uint8_t member;
	} sets[] = {
		{ ETHTOOL_MSG_FEATURES_SET, ETHTOOL_A_FEATURES_WANTED },
		{ ETHTOOL_MSG_LINKMODES_SET, ETHTOOL_A_LINKMODES_OURS },
		{ ETHTOOL_MSG_DEBUG_SET, ETHTOOL_A_DEBUG_MSGMASK },
	};
	uint32_t size = 64, bits[2] = { draw(), draw() }, i = below(ALL(sets));
	size_t at;

	put_command(m, family, sets[i].command, 0);
	at = nest(m, sets[i].member);
	put(m, ETHTOOL_A_BITSET_SIZE, &size, sizeof(size));
	put(m, ETHTOOL_A_BITSET_VALUE, bits, sizeof(bits));
	/* A few at a time */
	bits[0] = draw() & draw() & draw();
	bits[1] = draw() & draw() & draw();
	put(m, ETHTOOL_A_BITSET_MASK, bits, sizeof(bits));
	nest_end(m, at);
	finish(m);
}

/* Of kernels that have it; others refuse the command */
static void change_rss(struct message *m, uint16_t family)
{
	static const struct value context = { RSS_CONTEXT, 4, 1, 3 };
	static const struct value hfunc = { RSS_HFUNC, 4, 0, 7 };
	uint8_t key[40], command = MSG_RSS_SET + below(3);
	uint32_t table[128], entries = 1 << below(8), i;

	put_command(m, family, command, 0);
	if (command == MSG_RSS_DELETE || one_in(2))
		put_number(m, &context);
	if (command == MSG_RSS_DELETE) {
		finish(m);
		return;
	}
	if (one_in(2)) {
		for (i = 0; i < entries; i++)
			table[i] = below(3);
		put(m, RSS_INDIR, table, entries * sizeof(*table));
	}
	if (one_in(3)) {
		for (i = 0; i < sizeof(key); i++)
			key[i] = draw();
		put(m, RSS_HKEY, key, sizeof(key));
	}
	if (one_in(3))
		put_number(m, &hfunc);
	finish(m);
}

void change_ethtool(struct message *m, uint16_t family)
{
	uint32_t i = below(ALL(settings) + 2), n;

	if (i == ALL(settings)) {
		change_bits(m, family);
		return;
	}
	if (i > ALL(settings)) {
		change_rss(m, family);
		return;
	}
	put_command(m, family, settings[i].command, 0);
	for (n = 0; n < MEMBERS_MAX && settings[i].members[n].type; n++) {
		if (one_in(2))
			put_number(m, &settings[i].members[n]);
	}
	finish(m);
}

void show_ethtool(struct message *m, uint16_t family)
{
	uint32_t size = 8, groups = draw();
	uint8_t command = shows[below(ALL(shows))];
	size_t at;

	put_command(m, family, command, one_in(8) ? NLM_F_DUMP : 0);
	if (command == ETHTOOL_MSG_STATS_GET) {
		at = nest(m, ETHTOOL_A_STATS_GROUPS);
		put(m, ETHTOOL_A_BITSET_NOMASK, NULL, 0);
		put(m, ETHTOOL_A_BITSET_SIZE, &size, sizeof(size));
		groups &= one_in(8) ? UINT32_MAX : 0xf;
		put(m, ETHTOOL_A_BITSET_VALUE, &groups, sizeof(groups));
		nest_end(m, at);
	}
	finish(m);
}
