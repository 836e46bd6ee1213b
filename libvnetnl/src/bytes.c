// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Attributes that are bytes: MACs, IP addresses, the start of a frame, a
 * bitmap.
 */
#include <errno.h>
#include <string.h>
#include "internal.h"

static bool is_length(const struct attr *attr, size_t len)
{
	switch ((enum attr_type)attr->type) {
	case TYPE_MAC:
		return len == attr->room;
	case TYPE_IP:
		return len == 4 || len == 16;
	default:
		return len <= attr->room;
	}
}

/* Returns -EINVAL if the attribute cannot have as many bytes */
int vnetnl_set_bytes(struct vnetnl_link *link, enum vnetnl_link_attr attr,
		     const void *value, size_t len)
{
	uint8_t *bytes = (uint8_t *)link + vnetnl_attrs[attr].offset;

	if (!value || !is_length(&vnetnl_attrs[attr], len))
		return -EINVAL;

	/* The value may be what the link holds already */
	memmove(bytes, value, len);
	memset(bytes + len, 0, vnetnl_attrs[attr].room - len);
	link_set_num(link, attr, len);
	return 0;
}

/* Returns NULL if the attribute is not set. len, if there is one, becomes the
 * number of bytes, or 0
 */
const uint8_t *vnetnl_get_bytes(const struct vnetnl_link *link,
				enum vnetnl_link_attr attr, size_t *len)
{
	if (len)
		*len = link->num[attr];
	if (!vnetnl_link_is_set(link, attr))
		return NULL;
	return (const uint8_t *)link + vnetnl_attrs[attr].offset;
}
