// SPDX-License-Identifier: GPL-2.0-only
/*
 * The Toeplitz hash of receive-side scaling, as Microsoft specified it and
 * network cards compute it.
 */
#include <linux/bitops.h>

#include "compat.h"
#include "toeplitz.h"

/* The key with which Microsoft verifies implementations */
const u8 vnet_toeplitz_key[VNET_TOEPLITZ_KEY_LEN] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2,
	0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0,
	0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4,
	0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30, 0xf2, 0x0c,
	0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
};
EXPORT_SYMBOL_IF_KUNIT(vnet_toeplitz_key);

/**
 * vnet_toeplitz - hash what identifies a flow
 * @key: the key, four bytes longer than @data
 * @data: addresses, then ports, as they are in the frame
 * @len: their length
 *
 * Return: the hash.
 */
u32 vnet_toeplitz(const u8 *key, const u8 *data, u32 len)
{
	u64 window = get_unaligned_be32(key);
	unsigned long bits;
	u32 hash = 0, i;

	/* Each bit that is set adds the 32 bits of the key that begin there */
	for (i = 0; i < len; i++) {
		window = window << 8 | key[i + sizeof(u32)];
		for (bits = data[i]; bits; bits &= bits - 1)
			hash ^= window >> (__ffs(bits) + 1);
	}
	return hash;
}
EXPORT_SYMBOL_IF_KUNIT(vnet_toeplitz);
