// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every attribute of the UAPI header is one of the library's, and every number
 * has its word. uapi-enums.h and uapi-words.h are cut out of the header by the
 * Makefile: a new enumerator that nobody looks after makes this fail.
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include "internal.h"
#include "tap.h"

static const struct {
	const char *name;
	unsigned int number;
} enums[] = {
#define E(name)	{ #name, name },
#include "uapi-enums.h"
#undef E
};

static bool starts_with(const char *text, const char *start)
{
	return !strncmp(text, start, strlen(start));
}

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text);

	return len >= strlen(end) && !strcmp(text + len - strlen(end), end);
}

static bool has_value(const char *name)
{
	return !ends_with(name, "_UNSPEC") && !ends_with(name, "_PAD");
}

/* The word that the vocabulary has for an enumerator: what is behind prefix in
 * lower case
 */
static void word(char *buf, size_t size, const char *name, const char *prefix)
{
	size_t i;

	name += strlen(prefix);
	for (i = 0; name[i] && i < size - 1; i++)
		buf[i] = tolower((unsigned char)name[i]);
	buf[i] = '\0';
}

static int find_attr(enum attr_level level, unsigned int number)
{
	int found = -1;
	int i;

	for (i = 0; i < __VNETNL_LINK_MAX; i++) {
		if (vnetnl_attrs[i].level != level ||
		    vnetnl_attrs[i].nla != number)
			continue;
		CHECK_INT(found, -1);
		found = i;
	}
	return found;
}

static void check_attr(enum attr_level level, const char *name,
		       unsigned int number, const char *prefix)
{
	char text[64];
	int attr;

	attr = find_attr(level, number);
	if (!CHECK(attr >= 0))
		return;
	word(text, sizeof(text), name, prefix);
	CHECK_STR(vnetnl_link_attr_name(attr), text);
}

static void every_attribute_is_known(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(enums); i++) {
		const char *name = enums[i].name;
		unsigned int n = enums[i].number;

		tap_about("%s", name);
		if (!has_value(name) ||
		    starts_with(name, "IFLA_VNET_XSTATS_"))
			continue;

		/* Nests, and words that are not the enumerator's */
		if (n == IFLA_VNET_GEN && !strcmp(name, "IFLA_VNET_GEN"))
			continue;
		if (n == IFLA_VNET_STATE && !strcmp(name, "IFLA_VNET_STATE"))
			continue;
		if (!strcmp(name, "IFLA_VNET_GEN_ENABLE")) {
			CHECK_INT(find_attr(LEVEL_GEN, n),
				  VNETNL_LINK_GEN_ENABLE);
			continue;
		}
		if (!strcmp(name, "IFLA_VNET_STATE_GEN")) {
			CHECK_INT(find_attr(LEVEL_STATE, n),
				  VNETNL_LINK_GEN_STATE);
			continue;
		}

		/* Of each queue: what a list holds is not in the table */
		if (starts_with(name, "IFLA_VNET_QUEUE") &&
		    strcmp(name, "IFLA_VNET_QUEUES"))
			continue;

		if (starts_with(name, "IFLA_VNET_STATE_"))
			check_attr(LEVEL_STATE, name, n, "IFLA_VNET_STATE_");
		else if (starts_with(name, "IFLA_VNET_GEN_"))
			check_attr(LEVEL_GEN, name, n, "IFLA_VNET_");
		else
			check_attr(LEVEL_DATA, name, n, "IFLA_VNET_");
	}
}

static void every_counter_has_its_name(void)
{
	unsigned int counters = 0;
	char text[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(enums); i++) {
		const char *name = enums[i].name;
		unsigned int n = enums[i].number;

		tap_about("%s", name);
		if (!starts_with(name, "IFLA_VNET_XSTATS_"))
			continue;
		if (!has_value(name)) {
			CHECK(!vnetnl_xstat_name(n));
			continue;
		}
		counters++;
		word(text, sizeof(text), name, "IFLA_VNET_XSTATS_");
		CHECK_STR(vnetnl_xstat_name(n), text);
		CHECK_INT(vnetnl_xstat_by_name(text), n);
	}
	CHECK_INT(counters, IFLA_VNET_XSTATS_MAX - IFLA_VNET_XSTATS_PAD);
	CHECK_INT(vnetnl_xstat_max(), IFLA_VNET_XSTATS_MAX);
	CHECK(!vnetnl_xstat_name(IFLA_VNET_XSTATS_MAX + 1));
	CHECK(!vnetnl_xstat_name((unsigned int)-1));
	CHECK_INT(vnetnl_xstat_by_name("no_such_counter"),
		  IFLA_VNET_XSTATS_UNSPEC);
}

#define NAME(of)						\
static const char *of##_name(unsigned int number)		\
{								\
	return vnetnl_##of##_name((enum vnet_##of)number);	\
}

NAME(gen_proto)
NAME(gen_tcp)
NAME(gen_field)
NAME(gen_csum)
NAME(gen_payload)
NAME(gen_spread)
NAME(gen_state)

static const struct {
	const char *of;
	const char *name;
	unsigned int number;
	const char *(*word)(unsigned int number);
	int (*by_name)(const char *name);
} words[] = {
#define W(of, name)	{ #of, #name, name, of##_name, vnetnl_##of##_by_name },
#include "uapi-words.h"
#undef W
};

/* VNET_GEN_TCP_SYN of gen_tcp is "syn", VNET_GEN_UDP4 of gen_proto is "udp4" */
static void every_number_of_the_generator_has_its_word(void)
{
	char prefix[32], text[64];
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		tap_about("%s", words[i].name);
		snprintf(prefix, sizeof(prefix), "VNET_%s_", words[i].of);
		for (k = 0; prefix[k]; k++)
			prefix[k] = toupper((unsigned char)prefix[k]);
		word(text, sizeof(text), words[i].name,
		     starts_with(words[i].name, prefix) ? prefix : "VNET_GEN_");

		CHECK_STR(words[i].word(words[i].number), text);
		CHECK_INT(words[i].by_name(text), words[i].number);
		CHECK_INT(words[i].by_name(""), -EINVAL);
		CHECK_INT(words[i].by_name("no such"), -EINVAL);
		CHECK(!words[i].word(99));
		CHECK(!words[i].word((unsigned int)-1));
	}
	tap_about("%s", "");
	CHECK_INT(ARRAY_SIZE(words),
		  VNET_GEN_PROTO_MAX + 1 + VNET_GEN_TCP_MAX + 1 +
		  VNET_GEN_FIELD_MAX + 1 + VNET_GEN_CSUM_MAX + 1 +
		  VNET_GEN_PAYLOAD_MAX + 1 + VNET_GEN_SPREAD_MAX + 1 +
		  VNET_GEN_DONE + 1);
}

/* The list above is of the whole header */
static void every_enumerator_was_cut_out(void)
{
	CHECK_INT(ARRAY_SIZE(enums),
		  IFLA_VNET_MAX + 1 + IFLA_VNET_GEN_MAX + 1 +
		  IFLA_VNET_QUEUES_MAX + 1 + IFLA_VNET_QUEUE_MAX + 1 +
		  IFLA_VNET_STATE_MAX + 1 + IFLA_VNET_XSTATS_MAX + 1);
}

static void every_attribute_has_a_name_of_its_own(void)
{
	unsigned int i, k;

	for (i = 0; i < __VNETNL_LINK_MAX; i++) {
		const char *name = vnetnl_link_attr_name(i);

		tap_about("attribute %u", i);
		if (!CHECK(name))
			continue;
		for (k = 0; k < i; k++)
			CHECK(strcmp(name, vnetnl_link_attr_name(k)));
	}
}

static const struct test tests[] = {
	TEST(every_attribute_is_known),
	TEST(every_counter_has_its_name),
	TEST(every_number_of_the_generator_has_its_word),
	TEST(every_enumerator_was_cut_out),
	TEST(every_attribute_has_a_name_of_its_own),
};

int main(void)
{
	return tap_run(tests, TAP_ARRAY_SIZE(tests));
}
