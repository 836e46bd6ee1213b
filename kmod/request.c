// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an rtnetlink request may say.
 *
 * The core parses IFLA_INFO_DATA liberally, whatever the policy, and the
 * peer's not at all. So there is no policy but the rules below, and both are
 * parsed by them, strictly, before anything is made or changed.
 */
#include <linux/etherdevice.h>
#include <net/rtnetlink.h>

#include "gen.h"
#include "request.h"
#include "rule.h"
#include "vnet.h"

#define VNET_RULE_RING(name)						\
	{								\
		.text = name ": must be a power of two from "		\
			__stringify(VNET_RING_MIN) " to "		\
			__stringify(VNET_RING_MAX),			\
		.min = VNET_RING_MIN, .max = VNET_RING_MAX,		\
		.size = sizeof(u32), .pow2 = true,			\
	}

#define VNET_RULE_QUEUES(name)						\
	VNET_RULE_U32(name, VNET_QUEUES_MIN, VNET_QUEUES_MAX)

static const struct vnet_rule vnet_rules[IFLA_VNET_MAX + 1] = {
	[IFLA_VNET_PEER]	= { .text = "peer" },
	[IFLA_VNET_TX_RING]	= VNET_RULE_RING("tx_ring"),
	[IFLA_VNET_RX_RING]	= VNET_RULE_RING("rx_ring"),
	[IFLA_VNET_RX_PAUSE]	= VNET_RULE_BOOL("rx_pause"),
	[IFLA_VNET_TX_PAUSE]	= VNET_RULE_BOOL("tx_pause"),
	[IFLA_VNET_GEN]		= { .text = "gen" },
	[IFLA_VNET_STATE]	= { .text = "state" },
	[IFLA_VNET_TX_USECS]	= VNET_RULE_U32("tx_usecs", 0,
						VNET_TX_USECS_MAX),
	[IFLA_VNET_TX_FRAMES]	= VNET_RULE_U32("tx_frames", VNET_TX_FRAMES_MIN,
						VNET_TX_FRAMES_MAX),
	[IFLA_VNET_QUEUES]	= { .text = "queues" },
	[IFLA_VNET_RX_USECS]	= VNET_RULE_U32("rx_usecs", 0,
						VNET_RX_USECS_MAX),
	[IFLA_VNET_RX_FRAMES]	= VNET_RULE_U32("rx_frames", 0,
						VNET_RX_FRAMES_MAX),
	[IFLA_VNET_ADAPTIVE_RX]	= VNET_RULE_BOOL("adaptive_rx"),
	[IFLA_VNET_ADAPTIVE_TX]	= VNET_RULE_BOOL("adaptive_tx"),
	[IFLA_VNET_IRQ]		= VNET_RULE_BOOL("irq"),
};

#define VNET_RULE_QUEUE(name)						\
	{								\
		.text = name ": must be less than "			\
			__stringify(VNET_QUEUES_MAX),			\
		.max = VNET_QUEUES_MAX - 1, .size = sizeof(u32),	\
	}

static const struct vnet_rule vnet_queue_rules[IFLA_VNET_QUEUE_MAX + 1] = {
	[IFLA_VNET_QUEUE_INDEX]	= VNET_RULE_QUEUE("queue index"),
	[IFLA_VNET_QUEUE_LAST]	= VNET_RULE_QUEUE("queue last"),
	/* signed, and its limit is the machine's: vnet_parse_queue() */
	[IFLA_VNET_QUEUE_CPU]	= {
		.text = "queue cpu", .max = U32_MAX, .size = sizeof(u32),
	},
	[IFLA_VNET_QUEUE_FAILED] = VNET_RULE_BOOL("queue failed"),
};

static const struct vnet_rule vnet_tx_queues_rule =
	VNET_RULE_QUEUES("numtxqueues");
static const struct vnet_rule vnet_rx_queues_rule =
	VNET_RULE_QUEUES("numrxqueues");

/**
 * vnet_check_option - check a value that did not come through rtnetlink
 * @type: the attribute that would hold it, IFLA_VNET_*
 * @value: the value
 * @extack: told what is wrong, as if it had
 *
 * Return: 0 or -EINVAL.
 */
int vnet_check_option(int type, u64 value, struct netlink_ext_ack *extack)
{
	return vnet_rule_check_value(&vnet_rules[type], value, NULL, extack);
}

/**
 * vnet_parse_queue - read a member of IFLA_VNET_QUEUES
 * @set: what it sets
 * @nest: the member
 * @extack: told what is wrong
 *
 * Return: 0 or -EINVAL.
 */
int vnet_parse_queue(struct vnet_queue_set *set, const struct nlattr *nest,
		     struct netlink_ext_ack *extack)
{
	struct nlattr *tb[IFLA_VNET_QUEUE_MAX + 1], *cpu, *failed;
	int err;

	if (nla_type(nest) != IFLA_VNET_QUEUE) {
		vnet_nl_err(extack, nest, "unknown vnet attribute",
			    "unknown vnet attribute %d", nla_type(nest));
		return -EINVAL;
	}
	err = vnet_rule_parse(tb, IFLA_VNET_QUEUE_MAX, nest, vnet_queue_rules,
			      "queue: must be a nest of attributes", extack);
	if (err)
		return err;

	if (!tb[IFLA_VNET_QUEUE_INDEX]) {
		NL_SET_ERR_MSG_ATTR(extack, nest, "queue index: must be there");
		return -EINVAL;
	}
	set->first = nla_get_u32(tb[IFLA_VNET_QUEUE_INDEX]);
	set->last = set->first;
	if (tb[IFLA_VNET_QUEUE_LAST])
		set->last = nla_get_u32(tb[IFLA_VNET_QUEUE_LAST]);
	if (set->last < set->first) {
		vnet_nl_err(extack, tb[IFLA_VNET_QUEUE_LAST],
			    "queue last: must not be less than the index",
			    "queue last: must not be less than the index %u, not %u",
			    set->first, set->last);
		return -EINVAL;
	}

	failed = tb[IFLA_VNET_QUEUE_FAILED];
	set->has_failed = failed;
	set->failed = failed && nla_get_u8(failed);

	cpu = tb[IFLA_VNET_QUEUE_CPU];
	set->has_cpu = cpu;
	set->cpu = cpu ? nla_get_s32(cpu) : VNET_CPU_ANY;
	if (set->cpu == VNET_CPU_ANY ||
	    (set->cpu >= 0 && set->cpu < nr_cpu_ids && cpu_possible(set->cpu)))
		return 0;

	vnet_nl_err(extack, cpu, "queue cpu: must be -1 or a CPU of this machine",
		    "queue cpu: must be -1 or a CPU from 0 to %u, not %d",
		    nr_cpu_ids - 1, set->cpu);
	return -EINVAL;
}

/* Look at IFLA_VNET_QUEUES as far as can be without a device */
static int vnet_parse_queues(const struct nlattr *queues,
			     struct netlink_ext_ack *extack)
{
	DECLARE_BITMAP(seen, VNET_QUEUES_MAX) = {};
	struct vnet_queue_set set;
	const struct nlattr *nla;
	int rem, err;
	u32 twice;

	nla_for_each_nested(nla, queues, rem) {
		err = vnet_parse_queue(&set, nla, extack);
		if (err)
			return err;

		twice = find_next_bit(seen, VNET_QUEUES_MAX, set.first);
		if (twice <= set.last) {
			vnet_nl_err(extack, nla, "queue index: given twice",
				    "queue index: %u given twice", twice);
			return -EINVAL;
		}
		bitmap_set(seen, set.first, set.last - set.first + 1);
	}
	if (rem) {
		NL_SET_ERR_MSG_ATTR(extack, queues,
				    "queues: must be a nest of attributes");
		return -EINVAL;
	}
	return 0;
}

static void vnet_parse_coalesce(struct vnet_coalesce *coal, struct nlattr **tb)
{
	if (tb[IFLA_VNET_TX_USECS])
		coal->tx.moder.usecs = nla_get_u32(tb[IFLA_VNET_TX_USECS]);
	if (tb[IFLA_VNET_TX_FRAMES])
		coal->tx.moder.frames = nla_get_u32(tb[IFLA_VNET_TX_FRAMES]);
	if (tb[IFLA_VNET_RX_USECS])
		coal->rx.moder.usecs = nla_get_u32(tb[IFLA_VNET_RX_USECS]);
	if (tb[IFLA_VNET_RX_FRAMES])
		coal->rx.moder.frames = nla_get_u32(tb[IFLA_VNET_RX_FRAMES]);
	if (tb[IFLA_VNET_ADAPTIVE_RX])
		coal->rx.adaptive = nla_get_u8(tb[IFLA_VNET_ADAPTIVE_RX]);
	if (tb[IFLA_VNET_ADAPTIVE_TX])
		coal->tx.adaptive = nla_get_u8(tb[IFLA_VNET_ADAPTIVE_TX]);
}

/**
 * vnet_parse_config - read IFLA_INFO_DATA
 * @cfg: what it says is set here, the rest stays
 * @data: the nest, may be NULL
 * @peer: set to the nest that describes the peer, or NULL
 * @extack: told what is wrong
 *
 * Return: 0 or -EINVAL.
 */
int vnet_parse_config(struct vnet_config *cfg, const struct nlattr *data,
		      struct nlattr **peer, struct netlink_ext_ack *extack)
{
	struct nlattr *tb[IFLA_VNET_MAX + 1];
	int err;

	*peer = NULL;
	if (!data)
		return 0;

	err = vnet_rule_parse(tb, IFLA_VNET_MAX, data, vnet_rules,
			      "vnet: must be whole attributes", extack);
	if (err)
		return err;

	*peer = tb[IFLA_VNET_PEER];
	if (tb[IFLA_VNET_TX_RING])
		cfg->tx_ring = nla_get_u32(tb[IFLA_VNET_TX_RING]);
	if (tb[IFLA_VNET_RX_RING])
		cfg->rx_ring = nla_get_u32(tb[IFLA_VNET_RX_RING]);
	if (tb[IFLA_VNET_RX_PAUSE])
		cfg->rx_pause = nla_get_u8(tb[IFLA_VNET_RX_PAUSE]);
	if (tb[IFLA_VNET_TX_PAUSE])
		cfg->tx_pause = nla_get_u8(tb[IFLA_VNET_TX_PAUSE]);
	vnet_parse_coalesce(&cfg->coal, tb);
	if (tb[IFLA_VNET_IRQ])
		cfg->irq = nla_get_u8(tb[IFLA_VNET_IRQ]);
	if (tb[IFLA_VNET_QUEUES]) {
		err = vnet_parse_queues(tb[IFLA_VNET_QUEUES], extack);
		if (err)
			return err;
		cfg->queues = tb[IFLA_VNET_QUEUES];
	}
	if (tb[IFLA_VNET_GEN]) {
		err = vnet_gen_check(tb[IFLA_VNET_GEN], extack);
		if (err)
			return err;
		cfg->gen = tb[IFLA_VNET_GEN];
	}
	return 0;
}

/**
 * vnet_nla_last - find an attribute as the core's parser does: the last of its type
 * @attrs: the attributes
 * @len: their length
 * @type: the type
 *
 * Return: the attribute, or NULL if there is none.
 */
const struct nlattr *vnet_nla_last(const struct nlattr *attrs, int len,
				   int type)
{
	const struct nlattr *nla, *last = NULL;
	int rem;

	nla_for_each_attr(nla, attrs, len, rem) {
		if (nla_type(nla) == type)
			last = nla;
	}
	return last;
}

static const struct nlattr *vnet_info_find(struct nlattr *tb[], int type)
{
	const struct nlattr *info = tb[IFLA_LINKINFO];

	return info ? vnet_nla_last(nla_data(info), nla_len(info), type) : NULL;
}

/**
 * vnet_info_data - find IFLA_INFO_DATA as it came, before the core parsed it
 * @tb: a link's attributes
 *
 * Return: the nest, or NULL if there is none.
 */
const struct nlattr *vnet_info_data(struct nlattr *tb[])
{
	return vnet_info_find(tb, IFLA_INFO_DATA);
}

static int vnet_check_link(struct nlattr *tb[], struct netlink_ext_ack *extack)
{
	const struct nlattr *tx = tb[IFLA_NUM_TX_QUEUES];
	const struct nlattr *rx = tb[IFLA_NUM_RX_QUEUES];
	int err = 0;

	if (tb[IFLA_ADDRESS]) {
		if (nla_len(tb[IFLA_ADDRESS]) != ETH_ALEN) {
			NL_SET_ERR_MSG_ATTR(extack, tb[IFLA_ADDRESS],
					    "address: must be 6 bytes");
			return -EINVAL;
		}
		if (!is_valid_ether_addr(nla_data(tb[IFLA_ADDRESS]))) {
			NL_SET_ERR_MSG_ATTR(extack, tb[IFLA_ADDRESS],
					    "address: must be a unicast address, not zero");
			return -EADDRNOTAVAIL;
		}
	}

	if (tx)
		err = vnet_rule_check(&vnet_tx_queues_rule, tx, extack);
	if (!err && rx)
		err = vnet_rule_check(&vnet_rx_queues_rule, rx, extack);
	return err;
}

/**
 * vnet_parse_peer - parse the nest that describes the peer
 * @tb: room for IFLA_MAX + 1 attributes
 * @nest: struct ifinfomsg, then attributes as of any link
 * @extack: told what is wrong
 *
 * Return: 0 or what is wrong.
 */
int vnet_parse_peer(struct nlattr *tb[], const struct nlattr *nest,
		    struct netlink_ext_ack *extack)
{
	const struct nlattr *attrs = nla_data(nest) + sizeof(struct ifinfomsg);
	int len = nla_len(nest) - (int)sizeof(struct ifinfomsg);
	const struct nlattr *nla, *kind;
	int rem, err;

	if (len < 0) {
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "peer: must begin with struct ifinfomsg");
		return -EINVAL;
	}

	nla_for_each_attr(nla, attrs, len, rem) {
		if (nla_type(nla) == IFLA_IFNAME &&
		    strnlen(nla_data(nla), nla_len(nla)) >= IFNAMSIZ) {
			NL_SET_ERR_MSG_ATTR(extack, nla,
					    "peer: name must be at most 15 characters");
			return -ERANGE;
		}
	}
	if (rem) {
		NL_SET_ERR_MSG_ATTR(extack, nest,
				    "peer: must be whole attributes");
		return -EINVAL;
	}

	err = rtnl_nla_parse_ifinfomsg(tb, nest, extack);
	if (err)
		return err;

	if (tb[IFLA_TARGET_NETNSID]) {
		NL_SET_ERR_MSG_ATTR(extack, tb[IFLA_TARGET_NETNSID],
				    "peer: name its netns by pid or file descriptor");
		return -EOPNOTSUPP;
	}
	kind = vnet_info_find(tb, IFLA_INFO_KIND);
	if (kind && nla_strcmp(kind, VNET_KIND)) {
		NL_SET_ERR_MSG_ATTR(extack, kind, "peer: must be of type vnet");
		return -EINVAL;
	}
	return 0;
}

/**
 * vnet_validate - rtnl_link_ops.validate: look at a request, change nothing
 * @tb: the link's attributes
 * @data: its IFLA_INFO_DATA as the core parsed it, not used
 * @extack: told what is wrong
 *
 * Newer kernels call it for the peer as well; older do not, so the peer is
 * looked at from here.
 *
 * Return: 0 or what is wrong.
 */
int vnet_validate(struct nlattr *tb[], struct nlattr *data[],
		  struct netlink_ext_ack *extack)
{
	struct nlattr *peer, *unused, **peer_tb;
	struct vnet_config cfg;
	int err;

	err = vnet_check_link(tb, extack);
	if (err)
		return err;
	err = vnet_parse_config(&cfg, vnet_info_data(tb), &peer, extack);
	if (err || !peer)
		return err;

	peer_tb = kcalloc(IFLA_MAX + 1, sizeof(*peer_tb), GFP_KERNEL);
	if (!peer_tb)
		return -ENOMEM;

	err = vnet_parse_peer(peer_tb, peer, extack);
	if (!err)
		err = vnet_check_link(peer_tb, extack);
	if (!err)
		err = vnet_parse_config(&cfg, vnet_info_data(peer_tb), &unused,
					extack);
	if (!err && unused) {
		NL_SET_ERR_MSG_ATTR(extack, unused,
				    "peer: cannot have a peer of its own");
		err = -EINVAL;
	}
	kfree(peer_tb);
	return err;
}
