// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Requests about queues: the generic netlink families net-shaper and netdev, of kernels
 * that have them.
 */
#include <net/if.h>

#include <linux/netlink.h>

#include "fuzz.h"

/* Younger than the headers of Debian 12 */
enum {
	SHAPER_GET	= 1,
	SHAPER_SET	= 2,
	SHAPER_DELETE	= 3,
	SHAPER_GROUP	= 4,
	SHAPER_CAP_GET	= 5,

	SHAPER_HANDLE	= 1,
	SHAPER_METRIC	= 2,
	SHAPER_BW_MIN	= 3,
	SHAPER_BW_MAX	= 4,
	SHAPER_BURST	= 5,
	SHAPER_PRIORITY	= 6,
	SHAPER_WEIGHT	= 7,
	SHAPER_IFINDEX	= 8,
	SHAPER_PARENT	= 9,
	SHAPER_LEAVES	= 10,

	HANDLE_SCOPE	= 1,
	HANDLE_ID	= 2,

	SCOPE_NETDEV	= 1,
	SCOPE_QUEUE	= 2,
	SCOPE_NODE	= 3,

	QUEUE_GET	= 10,
	NAPI_GET	= 11,
	QSTATS_GET	= 12,

	QUEUE_ID	= 1,
	QUEUE_IFINDEX	= 2,
	QUEUE_TYPE	= 3,
	NAPI_IFINDEX	= 1,	/* and of QSTATS_GET */
	QSTATS_SCOPE	= 4,

	CAPS_IFINDEX	= 1,
	CAPS_SCOPE	= 2,
};

static void put_index(struct message *m, uint16_t type)
{
	uint32_t index = if_nametoindex(some_name());

	put(m, type, &index, sizeof(index));
}

static uint32_t some_scope(void)
{
	return one_in(8) ? below(5) : SCOPE_NETDEV + below(3);
}

static void put_handle(struct message *m, uint16_t type, uint32_t scope)
{
	static const struct value id = { HANDLE_ID, 4, 0, 1 };
	size_t at = nest(m, type);

	put(m, HANDLE_SCOPE, &scope, sizeof(scope));
	/* A node that has none is yet to be made */
	if (!one_in(3))
		put_number(m, &id);
	nest_end(m, at);
}

static void put_shape(struct message *m)
{
	static const struct value members[] = {
		{ SHAPER_METRIC, 4, 0, 1 },
		{ SHAPER_BW_MAX, 8, 0, 1ULL << 34 },
		{ SHAPER_BW_MIN, 8, 0, 1ULL << 34 },
		{ SHAPER_BURST, 8, 0, 1 << 20 },
		{ SHAPER_PRIORITY, 4, 0, 7 },
		{ SHAPER_WEIGHT, 4, 0, 100 },
	};
	uint32_t n = one_in(2) ? 0 : below(4);

	/* What comes first is what the driver has */
	put_number(m, &members[0]);
	put_number(m, &members[1]);
	while (n--)
		put_number(m, &members[one_in(4) ? below(6) : 5]);
}

static void put_group(struct message *m)
{
	uint32_t n = 1 + below(3);
	size_t at;

	put_handle(m, SHAPER_HANDLE, one_in(4) ? some_scope() : SCOPE_NODE);
	put_shape(m);
	if (one_in(2))
		put_handle(m, SHAPER_PARENT,
			   one_in(2) ? SCOPE_NETDEV : SCOPE_NODE);
	while (n--) {
		at = nest(m, SHAPER_LEAVES);
		put_handle(m, SHAPER_HANDLE, SCOPE_QUEUE);
		if (one_in(2))
			put_shape(m);
		nest_end(m, at);
	}
}

void ask_shaper(struct message *m, uint16_t family)
{
	static const struct value scope = { CAPS_SCOPE, 4, 0, SCOPE_NODE };
	uint8_t command = one_in(3) ? SHAPER_SET : SHAPER_GET + below(5);
	bool dump = command == SHAPER_GET && one_in(2);

	begin_generic(m, family, command, dump ? NLM_F_DUMP : 0);
	if (command == SHAPER_CAP_GET) {
		put_index(m, CAPS_IFINDEX);
		put_number(m, &scope);
	} else {
		put_index(m, SHAPER_IFINDEX);
		if (command == SHAPER_GROUP)
			put_group(m);
		else if (!dump)
			put_handle(m, SHAPER_HANDLE, some_scope());
		if (command == SHAPER_SET)
			put_shape(m);
	}
	finish(m);
}

void show_queues(struct message *m, uint16_t family)
{
	static const struct value id = { QUEUE_ID, 4, 0, 3 };
	static const struct value type = { QUEUE_TYPE, 4, 0, 1 };
	static const struct value scope = { QSTATS_SCOPE, 8, 0, 1 };
	uint8_t command = QUEUE_GET + below(3);
	bool dump = command != QUEUE_GET || one_in(2);

	begin_generic(m, family, command, dump ? NLM_F_DUMP : 0);
	put_index(m, command == QUEUE_GET ? QUEUE_IFINDEX : NAPI_IFINDEX);
	if (command == QSTATS_GET && one_in(2))
		put_number(m, &scope);
	if (!dump) {
		put_number(m, &id);
		put_number(m, &type);
	}
	finish(m);
}
