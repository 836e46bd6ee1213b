// SPDX-License-Identifier: GPL-2.0-only
/*
 * Steering rules: what ethtool -N sets, and what frames are compared with.
 */
#include <linux/etherdevice.h>
#include <linux/in.h>

#include "ntuple.h"
#include "rss.h"
#include "steer.h"
#include "vnet.h"

#define VNET_FLOW_FLAGS	(FLOW_EXT | FLOW_MAC_EXT | FLOW_RSS)

/* What a rule says of a layer, or where that matters, as frames say it */

static void vnet_ntuple_get_ether(struct vnet_flow *flow,
				  const struct ethhdr *spec)
{
	ether_addr_copy(flow->dst, spec->h_dest);
	ether_addr_copy(flow->src, spec->h_source);
	flow->proto = spec->h_proto;
}

static void vnet_ntuple_get_tcp4(struct vnet_flow *flow,
				 const struct ethtool_tcpip4_spec *spec)
{
	flow->saddr[0] = spec->ip4src;
	flow->daddr[0] = spec->ip4dst;
	flow->tos = spec->tos;
	flow->port[0] = spec->psrc;
	flow->port[1] = spec->pdst;
}

static void vnet_ntuple_get_tcp6(struct vnet_flow *flow,
				 const struct ethtool_tcpip6_spec *spec)
{
	memcpy(flow->saddr, spec->ip6src, sizeof(flow->saddr));
	memcpy(flow->daddr, spec->ip6dst, sizeof(flow->daddr));
	flow->tos = spec->tclass;
	flow->port[0] = spec->psrc;
	flow->port[1] = spec->pdst;
}

static void vnet_ntuple_get_ip4(struct vnet_flow *flow,
				const struct ethtool_usrip4_spec *spec)
{
	flow->saddr[0] = spec->ip4src;
	flow->daddr[0] = spec->ip4dst;
	flow->tos = spec->tos;
	flow->l4_proto = spec->proto;
	flow->l4 = spec->l4_4_bytes;
}

static void vnet_ntuple_get_ip6(struct vnet_flow *flow,
				const struct ethtool_usrip6_spec *spec)
{
	memcpy(flow->saddr, spec->ip6src, sizeof(flow->saddr));
	memcpy(flow->daddr, spec->ip6dst, sizeof(flow->daddr));
	flow->tos = spec->tclass;
	flow->l4_proto = spec->l4_proto;
	flow->l4 = spec->l4_4_bytes;
}

/* Return: false for a layer that there is no rule for */
static bool vnet_ntuple_get_layer(struct vnet_flow *flow, u32 flow_type,
				  const union ethtool_flow_union *spec)
{
	switch (flow_type) {
	case ETHER_FLOW:
		vnet_ntuple_get_ether(flow, &spec->ether_spec);
		return true;
	case TCP_V4_FLOW:
	case UDP_V4_FLOW:
	case SCTP_V4_FLOW:
		vnet_ntuple_get_tcp4(flow, &spec->tcp_ip4_spec);
		return true;
	case IPV4_USER_FLOW:
		vnet_ntuple_get_ip4(flow, &spec->usr_ip4_spec);
		return true;
	case TCP_V6_FLOW:
	case UDP_V6_FLOW:
	case SCTP_V6_FLOW:
		vnet_ntuple_get_tcp6(flow, &spec->tcp_ip6_spec);
		return true;
	case IPV6_USER_FLOW:
		vnet_ntuple_get_ip6(flow, &spec->usr_ip6_spec);
		return true;
	default:
		return false;
	}
}

/* The protocols that a kind of rule is for, 0 where it is for any */
static void vnet_ntuple_protos(u32 flow_type, __be16 *proto, u8 *l4_proto)
{
	*proto = htons(ETH_P_IP);
	*l4_proto = 0;
	switch (flow_type) {
	case TCP_V6_FLOW:
		*proto = htons(ETH_P_IPV6);
		fallthrough;
	case TCP_V4_FLOW:
		*l4_proto = IPPROTO_TCP;
		break;
	case UDP_V6_FLOW:
		*proto = htons(ETH_P_IPV6);
		fallthrough;
	case UDP_V4_FLOW:
		*l4_proto = IPPROTO_UDP;
		break;
	case SCTP_V6_FLOW:
		*proto = htons(ETH_P_IPV6);
		fallthrough;
	case SCTP_V4_FLOW:
		*l4_proto = IPPROTO_SCTP;
		break;
	case IPV6_USER_FLOW:
		*proto = htons(ETH_P_IPV6);
		break;
	case ETHER_FLOW:
		*proto = 0;
		break;
	}
}

static void vnet_ntuple_set_protos(struct vnet_ntuple *rule, u32 flow_type)
{
	__be16 proto;
	u8 l4_proto;

	vnet_ntuple_protos(flow_type, &proto, &l4_proto);
	if (proto) {
		rule->value.proto = proto;
		rule->mask.proto = htons(0xffff);
	}
	if (l4_proto) {
		rule->value.l4_proto = l4_proto;
		rule->mask.l4_proto = 0xff;
	}
}

/* The VLAN tag, and the MAC address beside the fields of another layer */
static int vnet_ntuple_parse_ext(struct vnet_ntuple *rule, u32 flow_type)
{
	const struct ethtool_flow_ext *h = &rule->fs.h_ext;
	const struct ethtool_flow_ext *m = &rule->fs.m_ext;

	if (rule->fs.flow_type & FLOW_MAC_EXT) {
		if (flow_type == ETHER_FLOW)
			return -EINVAL;
		ether_addr_copy(rule->value.dst, h->h_dest);
		ether_addr_copy(rule->mask.dst, m->h_dest);
	}
	if (!(rule->fs.flow_type & FLOW_EXT))
		return 0;

	if (m->data[0] || m->data[1])
		return -EOPNOTSUPP;
	rule->value.vlan_proto = h->vlan_etype;
	rule->mask.vlan_proto = m->vlan_etype;
	rule->value.vlan_tci = h->vlan_tci;
	rule->mask.vlan_tci = m->vlan_tci;
	return 0;
}

/* Make of a rule as it was given what frames are compared with */
static int vnet_ntuple_parse(struct vnet_ntuple *rule)
{
	u32 flow_type = rule->fs.flow_type & ~VNET_FLOW_FLAGS, i;
	int err;

	if (!vnet_ntuple_get_layer(&rule->value, flow_type, &rule->fs.h_u))
		return -EOPNOTSUPP;
	vnet_ntuple_get_layer(&rule->mask, flow_type, &rule->fs.m_u);
	if (flow_type == IPV4_USER_FLOW &&
	    (rule->fs.h_u.usr_ip4_spec.ip_ver != ETH_RX_NFC_IP4 ||
	     rule->fs.m_u.usr_ip4_spec.ip_ver))
		return -EINVAL;
	vnet_ntuple_set_protos(rule, flow_type);
	err = vnet_ntuple_parse_ext(rule, flow_type);
	if (err)
		return err;

	/* A fragment has no ports, and no tag is none of 0 */
	if (rule->mask.l4) {
		rule->value.has_l4 = true;
		rule->mask.has_l4 = 0xff;
	}
	if (rule->mask.vlan_proto || rule->mask.vlan_tci) {
		rule->value.tagged = true;
		rule->mask.tagged = 0xff;
	}
	for (i = 0; i < ARRAY_SIZE(rule->value.word); i++)
		rule->value.word[i] &= rule->mask.word[i];
	return 0;
}

/* Whether there is where a rule sends frames to */
static int vnet_ntuple_check_action(struct vnet_dev *vd,
				    const struct vnet_ntuple *rule)
{
	u64 cookie = rule->fs.ring_cookie, queues = cookie + 1;
	const struct vnet_rss_context *ctx = NULL;

	if (rule->fs.flow_type & FLOW_RSS) {
		ctx = vnet_rss_find(vd, rule->context);
		if (!ctx) {
			netif_info(vd, drv, vd->dev, "rule: no RSS context %u\n",
				   rule->context);
			return -EINVAL;
		}
		queues += vnet_rss_table_last(ctx);
	}
	if (cookie == RX_CLS_FLOW_DISC)
		return ctx ? -EINVAL : 0;
	if (cookie == RX_CLS_FLOW_WAKE ||
	    ethtool_get_flow_spec_ring_vf(cookie))
		return -EOPNOTSUPP;
	if (cookie >= vd->dev->real_num_rx_queues ||
	    queues > vd->dev->real_num_rx_queues) {
		netif_info(vd, drv, vd->dev, "rule: queue %llu, of %u\n", queues - 1,
			   vd->dev->real_num_rx_queues);
		return -EINVAL;
	}
	return 0;
}

static struct vnet_ntuple *vnet_ntuple_at(const struct vnet_rss *rss,
					  u32 location)
{
	struct vnet_ntuple *rule;

	list_for_each_entry(rule, &rss->rules, node) {
		if (rule->fs.location == location)
			return rule;
	}
	return NULL;
}

static u32 vnet_ntuple_first_free(const struct vnet_rss *rss)
{
	const struct vnet_ntuple *rule;
	u32 location = 0;

	list_for_each_entry(rule, &rss->rules, node) {
		if (rule->fs.location != location)
			break;
		location++;
	}
	return location;
}

static u32 vnet_ntuple_last_free(const struct vnet_rss *rss)
{
	u32 location = VNET_NTUPLES_MAX - 1;
	const struct vnet_ntuple *rule;

	list_for_each_entry_reverse(rule, &rss->rules, node) {
		if (rule->fs.location != location)
			break;
		location--;
	}
	return location;
}

/* The rule for the same frames, whose place a new one takes that may have any */
static struct vnet_ntuple *vnet_ntuple_same(const struct vnet_rss *rss,
					    const struct vnet_ntuple *as)
{
	struct vnet_ntuple *rule;

	list_for_each_entry(rule, &rss->rules, node) {
		if (!memcmp(&rule->value, &as->value, sizeof(as->value)) &&
		    !memcmp(&rule->mask, &as->mask, sizeof(as->mask)))
			return rule;
	}
	return NULL;
}

/* Find a rule its location. Return: the rule that it replaces, or NULL. */
static struct vnet_ntuple *vnet_ntuple_locate(const struct vnet_rss *rss,
					      struct vnet_ntuple *rule)
{
	u32 *location = &rule->fs.location;
	struct vnet_ntuple *old;

	switch (*location) {
	case RX_CLS_LOC_ANY:
		old = vnet_ntuple_same(rss, rule);
		*location = old ? old->fs.location :
				  vnet_ntuple_first_free(rss);
		return old;
	case RX_CLS_LOC_FIRST:
		*location = vnet_ntuple_first_free(rss);
		return NULL;
	case RX_CLS_LOC_LAST:
		*location = vnet_ntuple_last_free(rss);
		return NULL;
	default:
		return vnet_ntuple_at(rss, *location);
	}
}

static void vnet_ntuple_insert(struct vnet_rss *rss, struct vnet_ntuple *rule)
{
	struct vnet_ntuple *at;

	list_for_each_entry(at, &rss->rules, node) {
		if (at->fs.location > rule->fs.location)
			break;
	}
	list_add_tail(&rule->node, &at->node);
	rss->nrules++;
}

static void vnet_ntuple_remove(struct vnet_rss *rss, struct vnet_ntuple *rule)
{
	list_del(&rule->node);
	rss->nrules--;
}

static int vnet_ntuple_add(struct vnet_dev *vd, struct vnet_ntuple *rule)
{
	struct vnet_rss *rss = &vd->rss;
	struct vnet_ntuple *old;
	int err;

	old = vnet_ntuple_locate(rss, rule);
	if (rule->fs.location >= VNET_NTUPLES_MAX)
		return -ENOSPC;

	if (old)
		vnet_ntuple_remove(rss, old);
	vnet_ntuple_insert(rss, rule);
	err = vnet_steer_apply(vd, NULL);
	if (err) {
		vnet_ntuple_remove(rss, rule);
		if (old)
			vnet_ntuple_insert(rss, old);
		return err;
	}
	kfree(old);
	return 0;
}

static int vnet_ntuple_set(struct vnet_dev *vd, struct ethtool_rxnfc *info)
{
	struct vnet_ntuple *rule;
	int err;

	if (!(vd->dev->features & NETIF_F_NTUPLE)) {
		netif_info(vd, drv, vd->dev, "rule: ntuple-filters is off\n");
		return -EOPNOTSUPP;
	}
	if (info->fs.location >= VNET_NTUPLES_MAX &&
	    info->fs.location != RX_CLS_LOC_ANY &&
	    info->fs.location != RX_CLS_LOC_FIRST &&
	    info->fs.location != RX_CLS_LOC_LAST) {
		netif_info(vd, drv, vd->dev, "rule: location %u, must be below %u\n",
			   info->fs.location, VNET_NTUPLES_MAX);
		return -EINVAL;
	}

	rule = kzalloc(sizeof(*rule), VNET_GFP);
	if (!rule)
		return -ENOMEM;
	rule->fs = info->fs;
	if (info->fs.flow_type & FLOW_RSS)
		rule->context = info->rss_context;

	err = vnet_ntuple_parse(rule);
	if (!err)
		err = vnet_ntuple_check_action(vd, rule);
	if (!err)
		err = vnet_ntuple_add(vd, rule);
	if (err) {
		kfree(rule);
		return err;
	}
	info->fs.location = rule->fs.location;
	return 0;
}

static int vnet_ntuple_delete(struct vnet_dev *vd, u32 location)
{
	struct vnet_ntuple *rule = vnet_ntuple_at(&vd->rss, location);
	int err;

	if (!rule)
		return -ENOENT;

	vnet_ntuple_remove(&vd->rss, rule);
	err = vnet_steer_apply(vd, NULL);
	if (err)
		vnet_ntuple_insert(&vd->rss, rule);
	else
		kfree(rule);
	return err;
}

static int vnet_ntuple_get(const struct vnet_dev *vd,
			   struct ethtool_rxnfc *info)
{
	const struct vnet_ntuple *rule;

	rule = vnet_ntuple_at(&vd->rss, info->fs.location);
	if (!rule)
		return -ENOENT;

	info->fs = rule->fs;
	info->rss_context = rule->context;
	return 0;
}

static int vnet_ntuple_list(const struct vnet_dev *vd,
			    struct ethtool_rxnfc *info, u32 *locations)
{
	const struct vnet_ntuple *rule;
	u32 n = 0;

	if (info->rule_cnt < vd->rss.nrules)
		return -EMSGSIZE;

	list_for_each_entry(rule, &vd->rss.rules, node)
		locations[n++] = rule->fs.location;
	info->rule_cnt = n;
	info->data = VNET_NTUPLES_MAX;
	return 0;
}

/**
 * vnet_get_rxnfc - ethtool_ops.get_rxnfc: tell of the rules
 * @dev: the device
 * @info: what is asked, and the answer
 * @rule_locs: set to the locations of all rules
 *
 * Context: RTNL, or the instance lock.
 *
 * Return: 0, -ENOENT, -EMSGSIZE, or -EOPNOTSUPP for what is asked elsewhere.
 */
int vnet_get_rxnfc(struct net_device *dev, struct ethtool_rxnfc *info,
		   u32 *rule_locs)
{
	const struct vnet_dev *vd = netdev_priv(dev);

	switch (info->cmd) {
	case ETHTOOL_GRXCLSRLCNT:
		info->rule_cnt = vd->rss.nrules;
		info->data = VNET_NTUPLES_MAX | RX_CLS_LOC_SPECIAL;
		return 0;
	case ETHTOOL_GRXCLSRULE:
		return vnet_ntuple_get(vd, info);
	case ETHTOOL_GRXCLSRLALL:
		return vnet_ntuple_list(vd, info, rule_locs);
	default:
		return -EOPNOTSUPP;
	}
}

/**
 * vnet_set_rxnfc - ethtool_ops.set_rxnfc: add or delete a rule
 * @dev: the device
 * @info: the rule; its location is set to the one that it has
 *
 * Context: RTNL, or the instance lock. May sleep.
 *
 * Return: 0 or an error, and nothing is changed.
 */
int vnet_set_rxnfc(struct net_device *dev, struct ethtool_rxnfc *info)
{
	struct vnet_dev *vd = netdev_priv(dev);

	switch (info->cmd) {
	case ETHTOOL_SRXCLSRLINS:
		return vnet_ntuple_set(vd, info);
	case ETHTOOL_SRXCLSRLDEL:
		return vnet_ntuple_delete(vd, info->fs.location);
	default:
		return -EOPNOTSUPP;
	}
}

/**
 * vnet_ntuple_queues - RX queues that rules need which send frames to one
 * @vd: the device
 *
 * Context: RTNL, or the instance lock.
 *
 * Return: one more than the last of these queues.
 */
u32 vnet_ntuple_queues(const struct vnet_dev *vd)
{
	const struct vnet_ntuple *rule;
	u32 queues = 0;

	list_for_each_entry(rule, &vd->rss.rules, node) {
		if (!(rule->fs.flow_type & FLOW_RSS) &&
		    rule->fs.ring_cookie != RX_CLS_FLOW_DISC)
			queues = max_t(u32, queues, rule->fs.ring_cookie + 1);
	}
	return queues;
}

/**
 * vnet_ntuple_has - whether a rule names a context
 * @vd: the device
 * @context: its number
 *
 * Context: RTNL, or the instance lock.
 */
bool vnet_ntuple_has(const struct vnet_dev *vd, u32 context)
{
	const struct vnet_ntuple *rule;

	list_for_each_entry(rule, &vd->rss.rules, node) {
		if (rule->fs.flow_type & FLOW_RSS && rule->context == context)
			return true;
	}
	return false;
}

/**
 * vnet_ntuple_offset - what rules add to the queues of a context's table
 * @vd: the device
 * @context: its number
 *
 * Context: RTNL, or the instance lock.
 *
 * Return: the most that one adds.
 */
u32 vnet_ntuple_offset(const struct vnet_dev *vd, u32 context)
{
	const struct vnet_ntuple *rule;
	u32 offset = 0;

	list_for_each_entry(rule, &vd->rss.rules, node) {
		if (rule->fs.flow_type & FLOW_RSS && rule->context == context)
			offset = max_t(u32, offset, rule->fs.ring_cookie);
	}
	return offset;
}

/**
 * vnet_ntuple_free - delete all rules
 * @vd: the device, whose frames go by them no more
 */
void vnet_ntuple_free(struct vnet_dev *vd)
{
	struct vnet_ntuple *rule, *next;

	list_for_each_entry_safe(rule, next, &vd->rss.rules, node) {
		vnet_ntuple_remove(&vd->rss, rule);
		kfree(rule);
	}
}
