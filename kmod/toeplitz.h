/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The Toeplitz hash of receive-side scaling.
 */
#ifndef _VNET_TOEPLITZ_H
#define _VNET_TOEPLITZ_H

#include <linux/types.h>

#define VNET_TOEPLITZ_KEY_LEN	40
/* Entries of the table from hash to queue, a power of two */
#define VNET_TOEPLITZ_TABLE	128

extern const u8 vnet_toeplitz_key[VNET_TOEPLITZ_KEY_LEN];

u32 vnet_toeplitz(const u8 *key, const u8 *data, u32 len);

#endif /* _VNET_TOEPLITZ_H */
