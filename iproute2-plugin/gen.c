// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The option "gen": the generator.
 */
#include <ctype.h>
#include <string.h>
#include <linux/if_link_vnet.h>

#include "utils.h"
#include "ip_common.h"
#include "link_vnet.h"

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

/* "gen", then "on", "off" and "rate PPS" in any order; false without "gen" */
bool vnet_get_gen(struct vnet_gen *gen, int *argcp, char ***argvp)
{
	char **argv = *argvp;
	int argc = *argcp;
	int enable = -1;
	__u64 rate = 0;

	if (strcmp(*argv, "gen"))
		return false;
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
	return true;
}

int vnet_put_gen(struct nlmsghdr *n, const struct vnet_gen *gen)
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

void vnet_print_gen(struct rtattr *nest)
{
	struct rtattr *tb[IFLA_VNET_GEN_MAX + 1];
	__u64 rate;

	parse_rtattr_nested(tb, IFLA_VNET_GEN_MAX, nest);

	vnet_print_on_off("gen", tb[IFLA_VNET_GEN_ENABLE]);
	if (vnet_read(tb[IFLA_VNET_GEN_RATE], &rate, sizeof(rate)))
		print_lluint(PRINT_ANY, "gen_rate", "rate %llu ", rate);
}
