/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Messages: from a link object to a netlink message and back, with no socket.
 *
 * Functions are documented where they are defined.
 */
#ifndef _VNETNL_MESSAGE_H
#define _VNETNL_MESSAGE_H

#include <stddef.h>
#include <stdint.h>
#include <linux/netlink.h>
#include <vnetnl/link.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes of the text in struct vnetnl_error, with its NUL */
#define VNETNL_ERROR_MSG_SIZE	256

/**
 * Why a request failed, or what the kernel had to say of one that did not.
 * Belongs to the caller, who may leave it uninitialised.
 */
struct vnetnl_error {
	/** 0, or the -errno that was returned */
	int code;
	/** where in the request the offending attribute is, in bytes from its
	 * start; 0 if the kernel did not say
	 */
	uint32_t offset;
	/** the kernel's text, NUL-terminated; empty if there is none */
	char msg[VNETNL_ERROR_MSG_SIZE];
};

int vnetnl_link_build_new(const struct vnetnl_link *link, void *buf,
			  size_t size, uint32_t seq);
int vnetnl_link_build_change(const struct vnetnl_link *link, void *buf,
			     size_t size, uint32_t seq);
int vnetnl_link_build_del(const struct vnetnl_link *link, void *buf,
			  size_t size, uint32_t seq);
int vnetnl_link_build_get(const struct vnetnl_link *link, void *buf,
			  size_t size, uint32_t seq);
int vnetnl_link_build_dump(void *buf, size_t size, uint32_t seq);

int vnetnl_link_parse(struct vnetnl_link *link, const struct nlmsghdr *nlh);
int vnetnl_error_parse(struct vnetnl_error *err, const struct nlmsghdr *nlh);

#ifdef __cplusplus
}
#endif

#endif /* _VNETNL_MESSAGE_H */
