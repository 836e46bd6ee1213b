/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names that the linker's --wrap makes: calls of f() go to __wrap_f(), which a
 * test defines, and __real_f() is what f() was.
 */
#ifndef WRAP_H
#define WRAP_H

#include <libmnl/libmnl.h>
#include <stddef.h>

ssize_t __wrap_mnl_socket_sendto(const struct mnl_socket *sock, const void *req,
				 size_t size);
ssize_t __wrap_mnl_socket_recvfrom(const struct mnl_socket *sock, void *data,
				   size_t size);

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

#endif /* WRAP_H */
