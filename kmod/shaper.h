/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * net_shaper_ops, on kernels that have them.
 */
#ifndef _VNET_SHAPER_H
#define _VNET_SHAPER_H

#include "compat.h"

struct vnet_dev;

#ifdef VNET_HAVE_SHAPERS
extern const struct net_shaper_ops vnet_shaper_ops;

void vnet_shaper_forget(struct vnet_dev *vd);
void vnet_shaper_exit(struct vnet_dev *vd);
#else
static inline void vnet_shaper_forget(struct vnet_dev *vd)
{
}

static inline void vnet_shaper_exit(struct vnet_dev *vd)
{
}
#endif

#endif /* _VNET_SHAPER_H */
