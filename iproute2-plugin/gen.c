// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The option "gen": the generator.
 */
#include <stdio.h>
#include <string.h>
#include <linux/if_link_vnet.h>

#include "utils.h"
#include "ip_common.h"
#include "link_vnet.h"
#include "link_vnet_gen.h"

#define VNET_GEN_WORDS \
	"\"on\", \"off\", \"rate PPS\" or another option of the generator"

static const struct vnet_gen_option *vnet_find_gen_option(const char *word)
{
	const struct vnet_gen_option *opt;

	for (opt = vnet_gen_options; opt->name; opt++)
		if (!strcmp(opt->name, word))
			return opt;
	return NULL;
}

/* The value of an option, whose word is the next; it is said once. */
static void vnet_get_gen_option(struct vnet_gen *gen,
				const struct vnet_gen_option *opt, int *argcp,
				char ***argvp)
{
	char **argv = *argvp;
	int argc = *argcp;

	NEXT_ARG();
	NEXT_ARG();
	if (gen->words[opt->attr])
		vnet_gen_twice(opt, *argv);
	gen->words[opt->attr] = *argv;

	*argcp = argc;
	*argvp = argv;
}

/* "gen", then "on", "off" and options in any order; false without "gen" */
bool vnet_get_gen(struct vnet_gen *gen, int *argcp, char ***argvp)
{
	const struct vnet_gen_option *opt;
	char **argv = *argvp;
	int argc = *argcp;
	bool any = false;
	int enable = -1;

	if (strcmp(*argv, "gen"))
		return false;
	if (gen->said)
		duparg("gen", NEXT_ARG_OK() ? argv[1] : "");

	while (NEXT_ARG_OK()) {
		opt = vnet_find_gen_option(argv[1]);
		if (opt) {
			vnet_get_gen_option(gen, opt, &argc, &argv);
		} else if (!strcmp(argv[1], "on") || !strcmp(argv[1], "off")) {
			NEXT_ARG();
			if (enable >= 0)
				duparg("gen", *argv);
			enable = !strcmp(*argv, "on");
		} else {
			break;
		}
		any = true;
	}
	if (!any) {
		NEXT_ARG();
		vnet_not(VNET_GEN_WORDS, "gen", *argv);
	}

	gen->said = true;
	/* options alone turn it on */
	gen->enable = enable != 0;

	*argcp = argc;
	*argvp = argv;
	return true;
}

static bool vnet_is_ipv6(const char *address)
{
	return strchr(address, ':');
}

/* Protocols of IPv6 end in 6, the others but "raw" are of IPv4. */
static void vnet_check_family(const char *proto, const char *word,
			      const char *address)
{
	bool ipv6 = proto[strlen(proto) - 1] == '6';
	char limits[64];

	if (!address || vnet_is_ipv6(address) == ipv6)
		return;
	snprintf(limits, sizeof(limits), "%s with proto %s",
		 ipv6 ? "IPv6" : "IPv4", proto);
	vnet_not(limits, word, address);
}

/* What two words make wrong though each is right; the kernel finds the rest. */
static void vnet_check_gen(const struct vnet_gen *gen)
{
	const char *proto = gen->words[IFLA_VNET_GEN_PROTO];
	const char *src = gen->words[IFLA_VNET_GEN_SRC];
	const char *dst = gen->words[IFLA_VNET_GEN_DST];

	if (gen->words[IFLA_VNET_GEN_RATE] && gen->words[IFLA_VNET_GEN_BITRATE])
		invarg("gen rate and gen bitrate exclude each other",
		       gen->words[IFLA_VNET_GEN_BITRATE]);
	if (proto && strcmp(proto, "raw")) {
		vnet_check_family(proto, "gen src", src);
		vnet_check_family(proto, "gen dst", dst);
	}
	if (src && dst && vnet_is_ipv6(src) != vnet_is_ipv6(dst))
		invarg("gen src and gen dst must both be IPv4 or both be IPv6",
		       dst);
}

int vnet_put_gen(struct nlmsghdr *n, const struct vnet_gen *gen)
{
	const struct vnet_gen_option *opt;
	struct rtattr *nest;
	const char *word;

	if (!gen->said)
		return 0;

	nest = vnet_nest(n, IFLA_VNET_GEN);
	if (!nest ||
	    addattr8(n, VNET_MSG_MAX, IFLA_VNET_GEN_ENABLE, gen->enable))
		return -1;
	for (opt = vnet_gen_options; opt->name; opt++) {
		word = gen->words[opt->attr];
		if (word && opt->kind->put(n, opt, word))
			return -1;
	}
	addattr_nest_end(n, nest);
	vnet_check_gen(gen);
	return 0;
}

void vnet_print_gen(struct rtattr *nest)
{
	struct rtattr *tb[IFLA_VNET_GEN_MAX + 1];
	const struct vnet_gen_option *opt;

	parse_rtattr_nested(tb, IFLA_VNET_GEN_MAX, nest);

	vnet_print_on_off("gen", tb[IFLA_VNET_GEN_ENABLE]);
	for (opt = vnet_gen_options; opt->name; opt++)
		opt->kind->print(opt, tb);
}
