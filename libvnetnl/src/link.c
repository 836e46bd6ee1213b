// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The link object: its life, which attributes are set, and its peer.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "internal.h"

/**
 * vnetnl_link_alloc - a link with no attribute set
 * @return the link, to be given to vnetnl_link_free(); NULL if there is no
 *	memory
 */
EXPORT struct vnetnl_link *vnetnl_link_alloc(void)
{
	return calloc(1, sizeof(struct vnetnl_link));
}

/**
 * vnetnl_link_clone - a copy of a link, with its peer and its statistics
 * @param link the link to be copied
 * @return the copy, to be given to vnetnl_link_free(); NULL if there is no
 *	memory
 */
EXPORT struct vnetnl_link *vnetnl_link_clone(const struct vnetnl_link *link)
{
	struct vnetnl_link *copy;

	copy = malloc(sizeof(*copy));
	if (!copy)
		return NULL;

	*copy = *link;
	if (!link->peer)
		return copy;

	copy->peer = malloc(sizeof(*copy->peer));
	if (!copy->peer) {
		free(copy);
		return NULL;
	}
	*copy->peer = *link->peer;
	return copy;
}

/**
 * vnetnl_link_free - free a link and the peer in it
 * @param link the link, or NULL
 */
EXPORT void vnetnl_link_free(struct vnetnl_link *link)
{
	if (!link)
		return;
	link_fini(link);
	free(link);
}

/**
 * vnetnl_link_is_set - whether an attribute has a value
 * @param link the link
 * @param attr the attribute
 * @return true if it was set, or was in the message that was parsed
 */
EXPORT bool vnetnl_link_is_set(const struct vnetnl_link *link,
			       enum vnetnl_link_attr attr)
{
	return (unsigned int)attr < __VNETNL_LINK_MAX && link->set[attr];
}

/**
 * vnetnl_link_unset - take an attribute out of a link
 * @param link the link
 * @param attr the attribute; a peer is freed
 */
EXPORT void vnetnl_link_unset(struct vnetnl_link *link,
			      enum vnetnl_link_attr attr)
{
	if ((unsigned int)attr >= __VNETNL_LINK_MAX)
		return;

	link->set[attr] = false;
	link->num[attr] = 0;
	if (attr == VNETNL_LINK_PEER)
		link_fini(link);
	if (attr == VNETNL_LINK_QUEUES)
		memset(link->queues, 0, sizeof(link->queues));
}

/**
 * vnetnl_link_set_peer - say what the other end is to be
 * @param link the link
 * @param peer the other end, copied: the caller keeps it, and what is later
 *	done to it does not matter. With no attribute set it asks for a peer
 *	that the kernel names
 * @return 0; -EINVAL if the peer has a peer itself; -ENOMEM. On failure the
 *	link is what it was
 */
EXPORT int vnetnl_link_set_peer(struct vnetnl_link *link,
				const struct vnetnl_link *peer)
{
	struct vnetnl_link *copy;

	if (peer->peer)
		return -EINVAL;

	copy = vnetnl_link_clone(peer);
	if (!copy)
		return -ENOMEM;

	link_fini(link);
	link->peer = copy;
	link_mark(link, VNETNL_LINK_PEER);
	return 0;
}

/**
 * vnetnl_link_get_peer - what the other end is to be
 * @param link the link
 * @return the link's own copy, valid until the link is freed or its peer is
 *	set or unset; NULL if there is none. The kernel never tells it: who the
 *	peer of a device is, vnetnl_link_get_peer_ifindex() and
 *	vnetnl_link_get_peer_netnsid() say
 */
EXPORT const struct vnetnl_link *
vnetnl_link_get_peer(const struct vnetnl_link *link)
{
	return link->peer;
}
