/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Requests and events. The caller owns the socket and the buffer.
 *
 * Functions are documented where they are defined.
 */
#ifndef _VNETNL_IO_H
#define _VNETNL_IO_H

#include <stddef.h>
#include <libmnl/libmnl.h>
#include <vnetnl/link.h>
#include <vnetnl/message.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes of a buffer that is large enough for whatever the kernel sends */
#define VNETNL_BUFFER_SIZE	32768

/** What an event says */
enum vnetnl_event {
	/** the device is new, or something about it is */
	VNETNL_EVENT_NEW,
	/** the device is gone, or has left the namespace */
	VNETNL_EVENT_DEL
};

/**
 * Called for each device of a dump.
 * @param link the device, the library's; valid until the callback returns
 * @param data what was given to vnetnl_dump()
 * @return 0 to go on; anything else ends the dump, which returns it
 */
typedef int (*vnetnl_link_cb)(const struct vnetnl_link *link, void *data);

/**
 * Called for each event.
 * @param event what happened
 * @param link the device, the library's; valid until the callback returns
 * @param data what was given to vnetnl_watch_read()
 * @return 0 to go on; anything else ends the reading, which returns it
 */
typedef int (*vnetnl_event_cb)(enum vnetnl_event event,
			       const struct vnetnl_link *link, void *data);

/* Sockets */
int vnetnl_open(struct mnl_socket **nl);
int vnetnl_open_netns(struct mnl_socket **nl, const char *netns);
int vnetnl_open_netns_fd(struct mnl_socket **nl, int netns_fd);
int vnetnl_netns_fd(const char *netns);

/* Requests */
int vnetnl_create(struct mnl_socket *nl, void *buf, size_t size,
		  const struct vnetnl_link *link, struct vnetnl_error *err);
int vnetnl_change(struct mnl_socket *nl, void *buf, size_t size,
		  const struct vnetnl_link *link, struct vnetnl_error *err);
int vnetnl_delete(struct mnl_socket *nl, void *buf, size_t size,
		  const struct vnetnl_link *link, struct vnetnl_error *err);
int vnetnl_get(struct mnl_socket *nl, void *buf, size_t size,
	       struct vnetnl_link *link, struct vnetnl_error *err);
int vnetnl_dump(struct mnl_socket *nl, void *buf, size_t size,
		vnetnl_link_cb cb, void *data, struct vnetnl_error *err);

/* Events */
int vnetnl_watch_start(struct mnl_socket *nl);
int vnetnl_watch_stop(struct mnl_socket *nl);
int vnetnl_watch_read(struct mnl_socket *nl, void *buf, size_t size,
		      vnetnl_event_cb cb, void *data);

#ifdef __cplusplus
}
#endif

#endif /* _VNETNL_IO_H */
