// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module: registers the link type, makes the devices that its parameter
 * asks for.
 */
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>
#include <net/rtnetlink.h>

#include "vnet.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

static unsigned int num_devices;
module_param(num_devices, uint, 0444);
MODULE_PARM_DESC(num_devices, "Devices to make at load, paired two by two (default 0)");

/* Make a device as "ip link add type vnet" does; @mate is to be at its other end */
static struct net_device *vnet_make_device(struct net_device *mate)
{
	struct nlattr *tb[IFLA_MAX + 1] = {};
	struct net_device *dev;
	int err;

	dev = rtnl_create_link(&init_net, VNET_DRV_NAME "%d", NET_NAME_ENUM,
			       &vnet_link_ops, tb, NULL);
	if (IS_ERR(dev))
		return dev;

	err = vnet_pair_get(netdev_priv(dev), mate ? netdev_priv(mate) : NULL);
	if (!err)
		err = register_netdevice(dev);
	if (err) {
		vnet_pair_put(netdev_priv(dev));
		free_netdev(dev);
		return ERR_PTR(err);
	}
	return dev;
}

static int vnet_make_devices(unsigned int n)
{
	struct net_device *dev, *first = NULL;
	int err = 0;

	rtnl_lock();
	while (n--) {
		dev = vnet_make_device(first);
		if (IS_ERR(dev)) {
			err = PTR_ERR(dev);
			break;
		}
		if (first)
			vnet_tie(first, dev);
		first = first ? NULL : dev;
		netdev_lock_ops(dev);
		rtnl_configure_link(dev, NULL, 0, NULL);
		netdev_unlock_ops(dev);
		cond_resched();
	}
	rtnl_unlock();
	return err;
}

static int __init vnet_module_init(void)
{
	int err;

	err = rtnl_link_register(&vnet_link_ops);
	if (err)
		return err;

	err = vnet_make_devices(num_devices);
	if (err)
		rtnl_link_unregister(&vnet_link_ops);
	return err;
}

static void __exit vnet_module_exit(void)
{
	rtnl_link_unregister(&vnet_link_ops);
}

module_init(vnet_module_init);
module_exit(vnet_module_exit);

MODULE_ALIAS_RTNL_LINK(VNET_DRV_NAME);
MODULE_AUTHOR("The vnet authors");
MODULE_DESCRIPTION("A network card whose wire is memory");
MODULE_LICENSE("GPL");
