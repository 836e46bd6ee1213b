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
	VNET_VALUE_NUMBER,
};

/*
 * group: a word for several options at once, to be typed, not printed;
 * min, max, limits: of a number
 */
struct vnet_option {
	const char	*name;
	const char	*group;
	int		attr;
	enum vnet_value	value;
	__u32		min;
	__u32		max;
	const char	*limits;
};

#define VNET_OPTION(word, val, type) \
	{ .name = word, .attr = IFLA_VNET_ ## type, .value = VNET_VALUE_ ## val }

#define VNET_PAUSE(word, type) \
	{ .name = word, .group = "flow_control", \
	  .attr = IFLA_VNET_ ## type, .value = VNET_VALUE_ON_OFF }

#define VNET_NUMBER(word, type, least) \
	{ .name = word, .attr = IFLA_VNET_ ## type, \
	  .value = VNET_VALUE_NUMBER, .min = least, \
	  .max = VNET_ ## type ## _MAX, .limits = VNET_ ## type ## _LIMITS }

static const struct vnet_option vnet_option_list[] = {
	VNET_OPTION("tx_ring", RING, TX_RING),
	VNET_OPTION("rx_ring", RING, RX_RING),
	VNET_PAUSE("rx_pause", RX_PAUSE),
	VNET_PAUSE("tx_pause", TX_PAUSE),
	VNET_NUMBER("tx_usecs", TX_USECS, 0),
	VNET_NUMBER("tx_frames", TX_FRAMES, VNET_TX_FRAMES_MIN),
	VNET_NUMBER("rx_usecs", RX_USECS, 0),
	VNET_NUMBER("rx_frames", RX_FRAMES, 0),
	VNET_OPTION("adaptive_rx", ON_OFF, ADAPTIVE_RX),
	VNET_OPTION("adaptive_tx", ON_OFF, ADAPTIVE_TX),
	VNET_OPTION("irq", ON_OFF, IRQ),
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
	case VNET_VALUE_NUMBER:
		val->value = vnet_get_number(opt->min, opt->max, opt->limits,
					     word, arg);
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
		case VNET_VALUE_NUMBER:
			vnet_print_u32(opt->name, tb[opt->attr]);
			break;
		case VNET_VALUE_ON_OFF:
			vnet_print_on_off(opt->name, tb[opt->attr]);
			break;
		}
	}
}
