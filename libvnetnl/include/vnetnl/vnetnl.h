/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libvnetnl: create, change, read and watch vnet devices over rtnetlink.
 *
 * Functions are documented where they are defined.
 */
#ifndef _VNETNL_VNETNL_H
#define _VNETNL_VNETNL_H

#include <vnetnl/link.h>
#include <vnetnl/message.h>
#include <vnetnl/io.h>

#endif /* _VNETNL_VNETNL_H */
