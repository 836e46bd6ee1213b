// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The generator: words for what is a number in messages, the same that "ip"
 * takes and prints.
 */
#include <errno.h>
#include <string.h>
#include "internal.h"

static const char * const states[] = {
	[VNET_GEN_STOPPED] = "stopped",
	[VNET_GEN_RUNNING] = "running",
	[VNET_GEN_DONE] = "done",
};

static const char * const protos[] = {
	[VNET_GEN_ARP] = "arp",
	[VNET_GEN_UDP4] = "udp4",
	[VNET_GEN_UDP6] = "udp6",
	[VNET_GEN_TCP4] = "tcp4",
	[VNET_GEN_TCP6] = "tcp6",
	[VNET_GEN_ICMP4] = "icmp4",
	[VNET_GEN_ICMP6] = "icmp6",
	[VNET_GEN_RAW] = "raw",
};

static const char * const tcps[] = {
	[VNET_GEN_TCP_SYN] = "syn",
	[VNET_GEN_TCP_ACK] = "ack",
	[VNET_GEN_TCP_DATA] = "data",
};

static const char * const fields[] = {
	[VNET_GEN_FIELD_SRC_MAC] = "src_mac",
	[VNET_GEN_FIELD_DST_MAC] = "dst_mac",
	[VNET_GEN_FIELD_SRC] = "src",
	[VNET_GEN_FIELD_DST] = "dst",
	[VNET_GEN_FIELD_SRC_PORT] = "src_port",
	[VNET_GEN_FIELD_DST_PORT] = "dst_port",
};

static const char * const csums[] = {
	[VNET_GEN_CSUM_VALID] = "valid",
	[VNET_GEN_CSUM_UNNECESSARY] = "unnecessary",
	[VNET_GEN_CSUM_BAD] = "bad",
};

static const char * const payloads[] = {
	[VNET_GEN_PAYLOAD_ZEROS] = "zeros",
	[VNET_GEN_PAYLOAD_PATTERN] = "pattern",
	[VNET_GEN_PAYLOAD_RANDOM] = "random",
	[VNET_GEN_PAYLOAD_PKTGEN] = "pktgen",
};

static const char * const spreads[] = {
	[VNET_GEN_DEAL] = "deal",
	[VNET_GEN_HASH] = "hash",
};

#define COMPLETE(words, count) \
	static_assert(ARRAY_SIZE(words) == (count), "a word is missing")
COMPLETE(states, VNET_GEN_DONE + 1);
COMPLETE(protos, __VNET_GEN_PROTO_MAX);
COMPLETE(tcps, __VNET_GEN_TCP_MAX);
COMPLETE(fields, __VNET_GEN_FIELD_MAX);
COMPLETE(csums, __VNET_GEN_CSUM_MAX);
COMPLETE(payloads, __VNET_GEN_PAYLOAD_MAX);
COMPLETE(spreads, __VNET_GEN_SPREAD_MAX);

static const char *word(const char * const *words, size_t count,
			unsigned int number)
{
	return number < count ? words[number] : NULL;
}

static int number(const char * const *words, size_t count, const char *name)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!strcmp(words[i], name))
			return i;
	return -EINVAL;
}

/**
 * vnetnl_gen_state_name - the word for a state of the generator
 * @param state what the generator does
 * @return its name, static, as "ip" prints it; NULL if the library knows no
 *	such state
 */
EXPORT const char *vnetnl_gen_state_name(enum vnet_gen_state state)
{
	return word(states, ARRAY_SIZE(states), state);
}

/**
 * vnetnl_gen_state_by_name - the number of a state of the generator
 * @param name its name
 * @return enum vnet_gen_state; -EINVAL if the library knows no such name
 */
EXPORT int vnetnl_gen_state_by_name(const char *name)
{
	return number(states, ARRAY_SIZE(states), name);
}

/**
 * vnetnl_gen_proto_name - the word for a protocol
 * @param proto the protocol
 * @return its name, static, as "ip" prints it; NULL if the library knows no
 *	such protocol
 */
EXPORT const char *vnetnl_gen_proto_name(enum vnet_gen_proto proto)
{
	return word(protos, ARRAY_SIZE(protos), proto);
}

/**
 * vnetnl_gen_proto_by_name - the number of a protocol
 * @param name its name
 * @return enum vnet_gen_proto; -EINVAL if the library knows no such name
 */
EXPORT int vnetnl_gen_proto_by_name(const char *name)
{
	return number(protos, ARRAY_SIZE(protos), name);
}

/**
 * vnetnl_gen_tcp_name - the word for what TCP frames are
 * @param tcp what they are
 * @return its name, static, as "ip" prints it; NULL if the library knows no
 *	such kind
 */
EXPORT const char *vnetnl_gen_tcp_name(enum vnet_gen_tcp tcp)
{
	return word(tcps, ARRAY_SIZE(tcps), tcp);
}

/**
 * vnetnl_gen_tcp_by_name - the number of what TCP frames are
 * @param name its name
 * @return enum vnet_gen_tcp; -EINVAL if the library knows no such name
 */
EXPORT int vnetnl_gen_tcp_by_name(const char *name)
{
	return number(tcps, ARRAY_SIZE(tcps), name);
}

/**
 * vnetnl_gen_field_name - the word for a field that can have a range
 * @param field the field
 * @return its name, static, as "ip" prints it; NULL if the library knows no
 *	such field
 */
EXPORT const char *vnetnl_gen_field_name(enum vnet_gen_field field)
{
	return word(fields, ARRAY_SIZE(fields), field);
}

/**
 * vnetnl_gen_field_by_name - the number of a field that can have a range
 * @param name its name
 * @return enum vnet_gen_field; -EINVAL if the library knows no such name
 */
EXPORT int vnetnl_gen_field_by_name(const char *name)
{
	return number(fields, ARRAY_SIZE(fields), name);
}

/**
 * vnetnl_gen_csum_name - the word for what checksums are
 * @param csum what they are
 * @return its name, static, as "ip" prints it; NULL if the library knows no
 *	such kind
 */
EXPORT const char *vnetnl_gen_csum_name(enum vnet_gen_csum csum)
{
	return word(csums, ARRAY_SIZE(csums), csum);
}

/**
 * vnetnl_gen_csum_by_name - the number of what checksums are
 * @param name its name
 * @return enum vnet_gen_csum; -EINVAL if the library knows no such name
 */
EXPORT int vnetnl_gen_csum_by_name(const char *name)
{
	return number(csums, ARRAY_SIZE(csums), name);
}

/**
 * vnetnl_gen_payload_name - the word for a payload
 * @param payload the payload
 * @return its name, static, as "ip" prints it; NULL if the library knows no
 *	such payload
 */
EXPORT const char *vnetnl_gen_payload_name(enum vnet_gen_payload payload)
{
	return word(payloads, ARRAY_SIZE(payloads), payload);
}

/**
 * vnetnl_gen_payload_by_name - the number of a payload
 * @param name its name
 * @return enum vnet_gen_payload; -EINVAL if the library knows no such name
 */
EXPORT int vnetnl_gen_payload_by_name(const char *name)
{
	return number(payloads, ARRAY_SIZE(payloads), name);
}

/**
 * vnetnl_gen_spread_name - the word for how frames come to queues
 * @param spread how
 * @return its name, static, as "ip" prints it; NULL if the library knows no
 *	such way
 */
EXPORT const char *vnetnl_gen_spread_name(enum vnet_gen_spread spread)
{
	return word(spreads, ARRAY_SIZE(spreads), spread);
}

/**
 * vnetnl_gen_spread_by_name - the number of how frames come to queues
 * @param name its name
 * @return enum vnet_gen_spread; -EINVAL if the library knows no such name
 */
EXPORT int vnetnl_gen_spread_by_name(const char *name)
{
	return number(spreads, ARRAY_SIZE(spreads), name);
}
