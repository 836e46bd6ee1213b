/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lock of a pair: what its two ends may read and change of each other.
 *
 * The core calls a device under RTNL, its instance lock, or both, which depends on
 * the kernel and on the operation; the other end is under neither. So all that
 * concerns both, and all that is read of the other end, is under this lock.
 *
 * It is the innermost: neither RTNL nor an instance lock is taken below it, and
 * nobody is notified. Functions whose context is "locked" are called with it held.
 */
#ifndef _VNET_LOCK_H
#define _VNET_LOCK_H

#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/types.h>

struct vnet_dev;

/**
 * struct vnet_pair - what the ends of a wire share; a device alone has its own
 * @lock: guards how they are connected, and what they are set to
 * @refs: ends that are left
 */
struct vnet_pair {
	/* innermost, see above */
	struct mutex lock;
	refcount_t refs;
};

int vnet_pair_get(struct vnet_dev *vd, const struct vnet_dev *mate);
void vnet_pair_put(struct vnet_dev *vd);
void vnet_lock(const struct vnet_dev *vd);
void vnet_unlock(const struct vnet_dev *vd);
bool vnet_trylock_all(const struct vnet_dev *vd);
void vnet_unlock_all(const struct vnet_dev *vd);

#define vnet_assert_locked(vd)	lockdep_assert_held(&(vd)->pair->lock)

/* Read what is only changed under the lock; context: locked */
#define vnet_dereference(vd, p)						\
	rcu_dereference_protected(p, lockdep_is_held(&(vd)->pair->lock))

#endif /* _VNET_LOCK_H */
