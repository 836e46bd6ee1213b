// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads netlink attributes by rules that name the attribute, the value and the
 * limit where they refuse.
 */
#include <linux/log2.h>

#include "compat.h"
#include "rule.h"

/**
 * vnet_rule_value - the number in an attribute
 * @rule: what the attribute may hold
 * @nla: the attribute, of the rule's size
 *
 * Return: the number.
 */
u64 vnet_rule_value(const struct vnet_rule *rule, const struct nlattr *nla)
{
	switch (rule->size) {
	case sizeof(u8):
		return nla_get_u8(nla);
	case sizeof(u32):
		return nla_get_u32(nla);
	default:
		return nla_get_u64(nla);
	}
}
EXPORT_SYMBOL_IF_KUNIT(vnet_rule_value);

/**
 * vnet_rule_check_value - check a number
 * @rule: what it may be
 * @v: the number
 * @nla: the attribute that holds it, or NULL
 * @extack: told what is wrong
 *
 * Return: 0 or -EINVAL.
 */
int vnet_rule_check_value(const struct vnet_rule *rule, u64 v,
			  const struct nlattr *nla,
			  struct netlink_ext_ack *extack)
{
	if (v >= rule->min && v <= rule->max &&
	    (!rule->pow2 || is_power_of_2(v)))
		return 0;

	vnet_nl_err(extack, nla, rule->text, "%s, not %llu", rule->text, v);
	return -EINVAL;
}
EXPORT_SYMBOL_IF_KUNIT(vnet_rule_check_value);

/**
 * vnet_rule_check - check what an attribute holds
 * @rule: what it may hold
 * @nla: the attribute
 * @extack: told what is wrong
 *
 * Return: 0 or -EINVAL.
 */
int vnet_rule_check(const struct vnet_rule *rule, const struct nlattr *nla,
		    struct netlink_ext_ack *extack)
{
	u64 v;

	if (rule->bytes)
		v = nla_len(nla);
	else if (rule->size)
		v = vnet_rule_value(rule, nla);
	else
		return 0;
	return vnet_rule_check_value(rule, v, nla, extack);
}

/**
 * vnet_rule_parse - parse a nest, strictly
 * @tb: set to the attributes by their type, @max + 1 of them
 * @max: the last type
 * @nest: the nest
 * @rules: for each type; one without a text does not exist
 * @cut: told where the nest does not end where an attribute does
 * @extack: told what is wrong
 *
 * Nothing may be in it that is unknown, of a wrong size, or not as its rule
 * says. Of an attribute given twice the last counts.
 *
 * Return: 0 or -EINVAL.
 */
int vnet_rule_parse(struct nlattr **tb, int max, const struct nlattr *nest,
		    const struct vnet_rule *rules, const char *cut,
		    struct netlink_ext_ack *extack)
{
	const struct vnet_rule *rule;
	struct nlattr *nla;
	int rem, type, err;

	memset(tb, 0, (max + 1) * sizeof(*tb));
	nla_for_each_nested(nla, nest, rem) {
		type = nla_type(nla);
		rule = type <= max ? &rules[type] : NULL;
		if (!rule || !rule->text) {
			vnet_nl_err(extack, nla, "unknown vnet attribute",
				    "unknown vnet attribute %d", type);
			return -EINVAL;
		}
		if (rule->size && nla_len(nla) != rule->size) {
			vnet_nl_err(extack, nla, rule->text,
				    "%s, %u bytes and not %d", rule->text,
				    rule->size, nla_len(nla));
			return -EINVAL;
		}
		tb[type] = nla;
	}
	if (rem) {
		vnet_nl_err(extack, nest, cut, "%s", cut);
		return -EINVAL;
	}

	for (type = 1; type <= max; type++) {
		if (!tb[type])
			continue;
		err = vnet_rule_check(&rules[type], tb[type], extack);
		if (err)
			return err;
	}
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(vnet_rule_parse);
