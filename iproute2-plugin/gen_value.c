// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What options of the generator of all kinds have in common.
 */
#include <stdio.h>
#include <string.h>

#include "utils.h"
#include "ip_common.h"
#include "link_vnet.h"
#include "link_vnet_gen.h"

/* room for gen_NAME and what may follow it */
#define VNET_GEN_KEY_MAX	32

noreturn void vnet_gen_not(const struct vnet_gen_option *opt, const char *arg)
{
	char word[VNET_GEN_KEY_MAX];

	snprintf(word, sizeof(word), "gen %s", opt->name);
	vnet_not(opt->limits, word, arg);
}

noreturn void vnet_gen_twice(const struct vnet_gen_option *opt,
			     const char *arg)
{
	char word[VNET_GEN_KEY_MAX];

	snprintf(word, sizeof(word), "gen %s", opt->name);
	duparg(word, arg);
}

/* "FIRST-LAST"; false if it is not that, or too long. */
bool vnet_gen_split(const char *arg, char *first, size_t size,
		    const char **last)
{
	size_t len = strcspn(arg, "-");

	if (!arg[len] || len >= size)
		return false;
	memcpy(first, arg, len);
	first[len] = '\0';
	*last = arg + len + 1;
	return true;
}

/* As it can be typed; last is NULL if there is no range. */
void vnet_print_gen_text(const struct vnet_gen_option *opt, const char *first,
			 const char *last)
{
	size_t i;

	for (i = 0; !last && i < ARRAY_SIZE(opt->defaults); i++)
		if (opt->defaults[i] && !strcmp(first, opt->defaults[i]))
			return;

	print_string(PRINT_FP, NULL, "%s ", opt->name);
	print_string(PRINT_FP, NULL, last ? "%s-" : "%s ", first);
	if (last)
		print_string(PRINT_FP, NULL, "%s ", last);
}

static const char *vnet_gen_key(const struct vnet_gen_option *opt,
				const char *suffix, char *key)
{
	snprintf(key, VNET_GEN_KEY_MAX, "gen_%s%s", opt->name, suffix);
	return key;
}

void vnet_print_gen_string(const struct vnet_gen_option *opt,
			   const char *suffix, const char *val)
{
	char key[VNET_GEN_KEY_MAX];

	print_string(PRINT_JSON, vnet_gen_key(opt, suffix, key), "%s", val);
}

void vnet_print_gen_u64(const struct vnet_gen_option *opt, const char *suffix,
			__u64 val)
{
	char key[VNET_GEN_KEY_MAX];

	print_lluint(PRINT_JSON, vnet_gen_key(opt, suffix, key), "%llu", val);
}

void vnet_open_gen_array(const struct vnet_gen_option *opt)
{
	char key[VNET_GEN_KEY_MAX];

	open_json_array(PRINT_JSON, vnet_gen_key(opt, "", key));
}
