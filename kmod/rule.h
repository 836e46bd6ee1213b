/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a netlink attribute may hold, and how a nest is read by such rules.
 */
#ifndef _VNET_RULE_H
#define _VNET_RULE_H

#include <linux/stringify.h>
#include <net/netlink.h>

/**
 * struct vnet_rule - what an attribute may hold
 * @text: the attribute's name in ip, JSON and the library, and its limit
 * @min: smallest value; of bytes, the fewest
 * @max: largest value; of bytes, the most
 * @size: the attribute's size in bytes, 0 for a nest
 * @pow2: powers of two only
 * @bytes: it holds bytes and no number
 */
struct vnet_rule {
	const char *text;
	u64 min;
	u64 max;
	u8 size;
	bool pow2;
	bool bytes;
};

#define VNET_RULE_BOOL(name)						\
	{								\
		.text = name ": must be 0 or 1",			\
		.max = 1, .size = sizeof(u8),				\
	}

#define VNET_RULE_U32(name, lo, hi)					\
	{								\
		.text = name ": must be from "				\
			__stringify(lo) " to " __stringify(hi),		\
		.min = lo, .max = hi, .size = sizeof(u32),		\
	}

u64 vnet_rule_value(const struct vnet_rule *rule, const struct nlattr *nla);
int vnet_rule_check_value(const struct vnet_rule *rule, u64 v,
			  const struct nlattr *nla,
			  struct netlink_ext_ack *extack);
int vnet_rule_check(const struct vnet_rule *rule, const struct nlattr *nla,
		    struct netlink_ext_ack *extack);
int vnet_rule_parse(struct nlattr **tb, int max, const struct nlattr *nest,
		    const struct vnet_rule *rules, const char *cut,
		    struct netlink_ext_ack *extack);

#endif /* _VNET_RULE_H */
