/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vnet: the operations of ethtool
 */
#ifndef _VNET_ETHTOOL_H
#define _VNET_ETHTOOL_H

#include <linux/ethtool.h>

/* ethtool_stats.c */
void vnet_get_pause_stats(struct net_device *dev,
			  struct ethtool_pause_stats *s);
void vnet_get_eth_mac_stats(struct net_device *dev,
			    struct ethtool_eth_mac_stats *s);
void vnet_get_eth_ctrl_stats(struct net_device *dev,
			     struct ethtool_eth_ctrl_stats *s);
void vnet_get_rmon_stats(struct net_device *dev, struct ethtool_rmon_stats *s,
			 const struct ethtool_rmon_hist_range **ranges);

/* ethtool_coalesce.c */
int vnet_get_coalesce(struct net_device *dev, struct ethtool_coalesce *coal,
		      struct kernel_ethtool_coalesce *kernel_coal,
		      struct netlink_ext_ack *extack);
int vnet_set_coalesce_op(struct net_device *dev, struct ethtool_coalesce *coal,
			 struct kernel_ethtool_coalesce *kernel_coal,
			 struct netlink_ext_ack *extack);
int vnet_get_per_queue_coalesce(struct net_device *dev, u32 queue,
				struct ethtool_coalesce *coal);
int vnet_set_per_queue_coalesce(struct net_device *dev, u32 queue,
				struct ethtool_coalesce *coal);

/* ethtool_link.c */
int vnet_get_link_ksettings(struct net_device *dev,
			    struct ethtool_link_ksettings *cmd);
int vnet_set_link_ksettings(struct net_device *dev,
			    const struct ethtool_link_ksettings *cmd);
int vnet_get_link_ext_state(struct net_device *dev,
			    struct ethtool_link_ext_state_info *info);
u32 vnet_get_msglevel(struct net_device *dev);
void vnet_set_msglevel(struct net_device *dev, u32 level);

/* ethtool_regs.c */
int vnet_get_regs_len(struct net_device *dev);
void vnet_get_regs(struct net_device *dev, struct ethtool_regs *regs, void *to);
int vnet_get_dump_flag(struct net_device *dev, struct ethtool_dump *dump);
int vnet_set_dump(struct net_device *dev, struct ethtool_dump *dump);
int vnet_get_dump_data(struct net_device *dev, struct ethtool_dump *dump,
		       void *to);

/* selftest.c */
int vnet_test_count(void);
void vnet_test_strings(u8 *data);
void vnet_self_test(struct net_device *dev, struct ethtool_test *test,
		    u64 *data);

/* ethtool.c */
extern const struct ethtool_ops vnet_ethtool_ops;

#endif /* _VNET_ETHTOOL_H */
