/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vnet: what a netlink message asks for
 */
#ifndef _VNET_REQUEST_H
#define _VNET_REQUEST_H

#include <net/netlink.h>

#include "moderation.h"

struct vnet_dev;

/**
 * struct vnet_config - what a request sets
 * @tx_ring: &vnet_dev.tx_ring
 * @rx_ring: &vnet_dev.rx_ring
 * @rx_pause: &vnet_dev.rx_pause
 * @tx_pause: &vnet_dev.tx_pause
 * @coal: &vnet_dev.coal
 * @irq: &vnet_dev.irq
 * @gen: IFLA_VNET_GEN as it came, each member valid by itself; NULL sets
 *	nothing
 * @queues: IFLA_VNET_QUEUES as it came, valid but for the number of queues of
 *	the device; NULL sets nothing
 */
struct vnet_config {
	u32 tx_ring;
	u32 rx_ring;
	bool rx_pause;
	bool tx_pause;
	struct vnet_coalesce coal;
	bool irq;
	const struct nlattr *gen;
	const struct nlattr *queues;
};

/**
 * struct vnet_queue_set - what a member of IFLA_VNET_QUEUES sets
 * @first: the first queue
 * @last: the last queue
 * @has_cpu: @cpu is to be set
 * @has_failed: @failed is to be set
 * @failed: &vnet_rxq.failed
 * @cpu: &vnet_vector.cpu
 */
struct vnet_queue_set {
	u32 first;
	u32 last;
	bool has_cpu;
	bool has_failed;
	bool failed;
	int cpu;
};

/* request.c */
int vnet_check_option(int type, u64 value, struct netlink_ext_ack *extack);
int vnet_parse_queue(struct vnet_queue_set *set, const struct nlattr *nest,
		     struct netlink_ext_ack *extack);
int vnet_parse_config(struct vnet_config *cfg, const struct nlattr *data,
		      struct nlattr **peer, struct netlink_ext_ack *extack);
const struct nlattr *vnet_nla_last(const struct nlattr *attrs, int len,
				   int type);
const struct nlattr *vnet_info_data(struct nlattr *tb[]);
int vnet_parse_peer(struct nlattr *tb[], const struct nlattr *nest,
		    struct netlink_ext_ack *extack);
int vnet_validate(struct nlattr *tb[], struct nlattr *data[],
		  struct netlink_ext_ack *extack);

/* queues.c */
int vnet_check_queues(const struct vnet_dev *vd, const struct nlattr *queues,
		      bool irq, struct netlink_ext_ack *extack);
void vnet_set_queues(struct vnet_dev *vd, const struct nlattr *queues);
size_t vnet_queues_size(const struct vnet_dev *vd);
int vnet_queues_fill(struct sk_buff *skb, const struct vnet_dev *vd);

#endif /* _VNET_REQUEST_H */
