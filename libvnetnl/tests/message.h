/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Links and messages that the tests share.
 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stddef.h>
#include <stdint.h>
#include <libmnl/libmnl.h>
#include <vnetnl/vnetnl.h>

#define MESSAGE_SIZE	8192

/* An aligned buffer for a message */
union message {
	struct nlmsghdr nlh;
	char buf[MESSAGE_SIZE];
};

/* A link with every attribute that a request can carry at creation, each of a
 * value of its own, and such a peer if with_peer is true
 */
struct vnetnl_link *full_link(int base, bool with_peer);

/* A message such as the kernel answers with, every attribute in it */
void kernel_message(union message *msg, uint16_t type);
/* What kernel_message() says, bit for bit */
void check_kernel_link(const struct vnetnl_link *link);

/* The generator's part of these: its attributes of a link, the members of
 * IFLA_VNET_GEN, and what they say
 */
void set_gen(struct vnetnl_link *link, int base);
void put_kernel_gen(struct nlmsghdr *nlh);
void check_kernel_gen(const struct vnetnl_link *link);

/* Odd in every byte, so that a value read from the wrong place is seen */
#define U8(n)	((uint8_t)(0x40 + (n)))
#define U32(n)	(UINT32_C(0x81828300) + (n))
#define U64(n)	(UINT64_C(0x8182838485868700) + (n))

/* As nla_put_u64_64bit() does where it matters: behind an attribute of no
 * content
 */
void put_u64_padded(struct nlmsghdr *nlh, uint16_t pad, uint16_t type,
		    uint64_t value);

/* len bytes that end where memory that must not be touched begins. The start
 * is aligned for a message, so that up to three bytes may lie between. Valid
 * until the next call
 */
void *guarded(const void *data, size_t len);

#endif /* MESSAGE_H */
