/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vnet: how long frames, and completions, wait for more
 */
#ifndef _VNET_MODERATION_H
#define _VNET_MODERATION_H

#include <linux/types.h>

struct netlink_ext_ack;
struct vnet_dev;
struct vnet_dim;
struct vnet_rxq;
struct vnet_txq;
struct vnet_vector;

/**
 * struct vnet_moder - how long something waits for more
 * @usecs: microseconds at most
 * @frames: unless there are so many
 */
struct vnet_moder {
	u32 usecs;
	u32 frames;
};

/**
 * struct vnet_coal - what is set of one direction
 * @moder: what acts, unless
 * @adaptive: DIM finds out what is to
 */
struct vnet_coal {
	struct vnet_moder moder;
	bool adaptive;
};

/**
 * struct vnet_coalesce - what is set of both
 * @rx: frames that wait for the poll
 * @tx: completions that wait for their report
 */
struct vnet_coalesce {
	struct vnet_coal rx;
	struct vnet_coal tx;
};

/* moderation.c */
bool vnet_coalesce_is(const struct vnet_dev *vd,
		      const struct vnet_coalesce *coal);
int vnet_coalesce_prepare(struct vnet_dev *vd,
			  const struct vnet_coalesce *coal,
			  struct netlink_ext_ack *extack);
void vnet_set_coalesce(struct vnet_dev *vd, const struct vnet_coalesce *coal);
int vnet_coalesce_init(struct vnet_dev *vd);
void vnet_coalesce_free(struct vnet_dev *vd);
int vnet_queue_get_coalesce(const struct vnet_dev *vd, u32 queue,
			    struct vnet_coalesce *coal);
int vnet_queue_set_coalesce(struct vnet_dev *vd, u32 queue,
			    const struct vnet_coalesce *coal);

/* dim.c */
struct vnet_dim *vnet_dim_alloc_rx(struct vnet_rxq *rxq);
struct vnet_dim *vnet_dim_alloc_tx(struct vnet_txq *txq);
void vnet_dim_free(struct vnet_dim *dim);
void vnet_dim_moder_rx(const struct vnet_dim *dim, struct vnet_moder *moder);
void vnet_dim_moder_tx(const struct vnet_dim *dim, struct vnet_moder *moder);
void vnet_dim_raised(struct vnet_vector *vec);
void vnet_dim_reported(struct vnet_txq *txq, u32 descs, u32 charge);
void vnet_dim_stop(struct vnet_dim *dim);

#endif /* _VNET_MODERATION_H */
