// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The options that are a word and a value, in a table.
 */
#include <string.h>
#include <linux/if_link_vnet.h>

#include "utils.h"
#include "ip_common.h"
#include "link_vnet.h"

enum vnet_value {
	VNET_VALUE_RING,
	VNET_VALUE_ON_OFF,
	VNET_VALUE_USECS,
	VNET_VALUE_FRAMES,
};

/* group: a word for several options at once, to be typed, not printed */
struct vnet_option {
	const char	*name;
	const char	*group;
	int		attr;
	enum vnet_value	value;
};

static const struct vnet_option vnet_option_list[] = {
	{ "tx_ring",  NULL,	      IFLA_VNET_TX_RING,  VNET_VALUE_RING },
	{ "rx_ring",  NULL,	      IFLA_VNET_RX_RING,  VNET_VALUE_RING },
	{ "rx_pause", "flow_control", IFLA_VNET_RX_PAUSE, VNET_VALUE_ON_OFF },
	{ "tx_pause", "flow_control", IFLA_VNET_TX_PAUSE, VNET_VALUE_ON_OFF },
	{ "tx_usecs", NULL,	      IFLA_VNET_TX_USECS, VNET_VALUE_USECS },
	{ "tx_frames", NULL,	      IFLA_VNET_TX_FRAMES, VNET_VALUE_FRAMES },
};

static __u32 vnet_get_ring(const char *word, const char *arg)
{
	__u32 size;

	if (!get_u32(&size, arg, 0) && size >= VNET_RING_MIN &&
	    size <= VNET_RING_MAX && !(size & (size - 1)))
		return size;
	vnet_not(VNET_RING_LIMITS, word, arg);
}

static bool vnet_is_called(const struct vnet_option *opt, const char *word)
{
	return !strcmp(opt->name, word) ||
	       (opt->group && !strcmp(opt->group, word));
}

/* The word for one option may correct the word for several before it. */
static void vnet_get_value(struct vnet_word *val, const struct vnet_option *opt,
			   const char *word, const char *arg)
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

/* True if the word is an option: then it is taken, and so is its value. */
bool vnet_get_option(struct vnet_options *vals, int *argcp, char ***argvp)
{
	char **argv = *argvp;
	const char *word = *argv;
	int argc = *argcp;
	bool known = false;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(vnet_option_list); i++) {
		const struct vnet_option *opt = &vnet_option_list[i];

		if (!vnet_is_called(opt, word))
			continue;
		if (!known)
			NEXT_ARG();
		known = true;
		vnet_get_value(&vals->said[opt->attr], opt, word, *argv);
	}

	*argcp = argc;
	*argvp = argv;
	return known;
}

static int vnet_put_value(struct nlmsghdr *n, const struct vnet_option *opt,
			  const struct vnet_word *val)
{
	if (!val->of)
		return 0;
	if (opt->value == VNET_VALUE_ON_OFF)
		return addattr8(n, VNET_MSG_MAX, opt->attr, val->value);
	return addattr32(n, VNET_MSG_MAX, opt->attr, val->value);
}

int vnet_put_options(struct nlmsghdr *n, const struct vnet_options *vals)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(vnet_option_list); i++) {
		const struct vnet_option *opt = &vnet_option_list[i];

		if (vnet_put_value(n, opt, &vals->said[opt->attr]))
			return -1;
	}
	return 0;
}

void vnet_print_options(struct rtattr *tb[])
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(vnet_option_list); i++) {
		const struct vnet_option *opt = &vnet_option_list[i];

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
}
