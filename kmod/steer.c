// SPDX-License-Identifier: GPL-2.0-only
/*
 * Steering: the rules come first, then the hash. What frames go by is made anew
 * from the settings at each change of them.
 */
#include <linux/mm.h>
#include <linux/rtnetlink.h>

#include "ntuple.h"
#include "steer.h"
#include "vnet.h"

static const struct vnet_steer_rule *
vnet_steer_match(const struct vnet_steer *steer, const struct vnet_flow *flow)
{
	const struct vnet_steer_rule *rule = steer->rule;
	const struct vnet_steer_rule *end = rule + steer->nrules;

	for (; rule != end; rule++) {
		if (vnet_flow_matches(flow, &rule->value, &rule->mask))
			return rule;
	}
	return NULL;
}

/* Hash a frame by @ctx; the stack is told where it is to know. Return: the hash. */
static u32 vnet_steer_hash_by(const struct vnet_steer *steer,
			      const struct vnet_rss_context *ctx,
			      const struct vnet_flow *flow,
			      struct sk_buff *skb)
{
	enum pkt_hash_types type;
	u32 hash;

	hash = vnet_rss_hash(ctx, flow, &type);
	if (!steer->hash)
		return hash;
	if (type == PKT_HASH_TYPE_NONE)
		skb_clear_hash(skb);
	else
		skb_set_hash(skb, hash, type);
	return hash;
}

/**
 * vnet_steer_hash - give a frame its hash that comes to a queue in any case
 * @steer: what the device steers by
 * @skb: the frame, data at the Ethernet header, which is linear
 *
 * Context: softirq or BH disabled, in an RCU read section.
 */
void vnet_steer_hash(const struct vnet_steer *steer, struct sk_buff *skb)
{
	struct vnet_flow flow;

	if (!steer->hash)
		return;
	vnet_flow_parse(&flow, skb);
	vnet_steer_hash_by(steer, steer->ctx, &flow, skb);
}

/**
 * vnet_steer_pick - the RX queue that a frame goes to
 * @steer: what it is steered by
 * @skb: the frame, labelled, data at the Ethernet header, which is linear
 * @txq: TX queue that it comes from
 *
 * Writes the hash of the frame's flow into its label, and whether a rule matched.
 * May be called again for a frame that had to wait.
 *
 * Context: softirq or BH disabled, in an RCU read section.
 *
 * Return: the RX queue, without regard to those that have failed, or
 * VNET_STEER_DROP.
 */
u32 vnet_steer_pick(const struct vnet_steer *steer, struct sk_buff *skb,
		    u32 txq)
{
	const struct vnet_rss_context *ctx = steer->spread ? steer->ctx : NULL;
	const struct vnet_steer_rule *rule;
	struct vnet_skb_cb *cb = vnet_skb_cb(skb);
	u32 queue = txq % steer->queues;
	struct vnet_flow flow;

	vnet_flow_parse(&flow, skb);
	rule = vnet_steer_match(steer, &flow);
	cb->hash = txq;
	cb->ruled = rule;
	if (rule) {
		if (rule->queue == VNET_STEER_DROP)
			return VNET_STEER_DROP;
		queue = rule->queue;
		ctx = rule->ctx;
	}
	if (!ctx && !steer->hash)
		return queue;

	cb->hash = vnet_steer_hash_by(steer, ctx ?: steer->ctx, &flow, skb);
	if (!ctx)
		return queue;
	queue = ctx->table[cb->hash % ARRAY_SIZE(ctx->table)];
	return rule ? queue + rule->queue : queue;
}

/**
 * vnet_steer_set - let a device steer by something else
 * @vd: the device that receives
 * @steer: what to steer by, the device's then; NULL: TX queues feed RX queues by
 *	their number
 *
 * No frame is lost; one of a flow that gets another queue may overtake those
 * before it.
 *
 * Context: locked. May sleep.
 */
void vnet_steer_set(struct vnet_dev *vd, struct vnet_steer *steer)
{
	struct vnet_steer *old = vnet_dereference(vd, vd->steer);

	if (steer)
		vnet_scatter(vd);
	rcu_assign_pointer(vd->steer, steer);
	if (old)
		kvfree_rcu(old, rcu);
	if (!steer)
		vnet_gather(vd);
}

/* Where @ctx of the settings is in @steer; the device's own for one that is gone */
static const struct vnet_rss_context *
vnet_steer_context(const struct vnet_steer *steer, u32 n, u32 id)
{
	while (--n) {
		if (steer->ctx[n].id == id)
			break;
	}
	return &steer->ctx[n];
}

static void vnet_steer_fill_rule(struct vnet_steer_rule *to,
				 const struct vnet_ntuple *from,
				 const struct vnet_steer *steer, u32 contexts)
{
	to->value = from->value;
	to->mask = from->mask;
	if (from->fs.ring_cookie == RX_CLS_FLOW_DISC) {
		to->queue = VNET_STEER_DROP;
		return;
	}

	to->queue = from->fs.ring_cookie;
	if (from->fs.flow_type & FLOW_RSS)
		to->ctx = vnet_steer_context(steer, contexts, from->context);
}

static struct vnet_steer *vnet_steer_alloc(const struct vnet_rss *rss,
					   u32 nrules, bool spread, bool hash)
{
	u32 contexts = 1 + rss->ncontexts, n = 0;
	const struct vnet_rss_context *ctx;
	const struct vnet_ntuple *rule;
	struct vnet_steer *steer;
	size_t size;

	size = struct_size(steer, ctx, contexts);
	steer = kvzalloc(size + nrules * sizeof(*steer->rule), VNET_GFP);
	if (!steer)
		return NULL;

	steer->queues = rss->queues;
	steer->spread = spread;
	steer->hash = hash;
	steer->nrules = nrules;
	steer->rule = (void *)steer + size;
	steer->ctx[n++] = rss->main;
	list_for_each_entry(ctx, &rss->contexts, node)
		steer->ctx[n++] = *ctx;

	if (!nrules)
		return steer;
	n = 0;
	list_for_each_entry(rule, &rss->rules, node)
		vnet_steer_fill_rule(&steer->rule[n++], rule, steer, contexts);
	return steer;
}

/**
 * vnet_steer_build - let frames go by the settings as they are now
 * @vd: the device
 * @features: its features, as they are or are going to be
 * @extack: told what failed, may be NULL
 *
 * Frames are hashed only when receive hashing asks for it, or something that was
 * set of receive-side scaling. With rules alone, those that none matches go as
 * they would without. A generator whose frames go by the hash begins a new run.
 *
 * Context: locked. May sleep.
 *
 * Return: 0, or -ENOMEM and frames go as before.
 */
int vnet_steer_build(struct vnet_dev *vd, netdev_features_t features,
		     struct netlink_ext_ack *extack)
{
	const struct vnet_rss *rss = &vd->rss;
	u32 nrules = features & NETIF_F_NTUPLE ? rss->nrules : 0;
	bool hash = features & NETIF_F_RXHASH;
	bool spread = hash || rss->set || rss->table_set || rss->ncontexts;
	struct vnet_steer *steer = NULL;
	struct vnet_gen_run *run;

	vnet_assert_locked(vd);
	if (spread || nrules) {
		steer = vnet_steer_alloc(rss, nrules, spread, hash);
		if (!steer) {
			NL_SET_ERR_MSG(extack, "no memory to steer frames by");
			return -ENOMEM;
		}
	}
	if (!steer && !rcu_access_pointer(vd->steer))
		return 0;

	run = vnet_gen_resteer(vd, steer);
	if (IS_ERR(run)) {
		NL_SET_ERR_MSG(extack, "no memory for the generator's queues");
		kvfree(steer);
		return PTR_ERR(run);
	}
	if (run)
		vnet_gen_stop(vd);
	vnet_steer_set(vd, steer);
	vnet_gen_replace(vd, run);
	return 0;
}

/**
 * vnet_steer_apply - vnet_steer_build() for who does not hold the pair's lock
 * @vd: the device
 * @extack: told what failed, may be NULL
 *
 * Context: RTNL, or the instance lock. May sleep.
 *
 * Return: 0, or -ENOMEM and frames go as before.
 */
int vnet_steer_apply(struct vnet_dev *vd, struct netlink_ext_ack *extack)
{
	int err;

	vnet_lock(vd);
	err = vnet_steer_build(vd, vd->dev->features, extack);
	vnet_unlock(vd);
	return err;
}
