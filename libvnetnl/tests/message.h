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

/* len bytes that end where memory that must not be touched begins. The start
 * is aligned for a message, so that up to three bytes may lie between. Valid
 * until the next call
 */
void *guarded(const void *data, size_t len);

#endif /* MESSAGE_H */
