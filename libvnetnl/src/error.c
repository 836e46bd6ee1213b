// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the kernel answers to a request: an error code, and its extended
 * acknowledgment.
 */
#include <errno.h>
#include <string.h>
#include <libmnl/libmnl.h>
#include "internal.h"

static void error_attr(struct vnetnl_error *err, const struct nlattr *attr)
{
	size_t len = mnl_attr_get_payload_len(attr);

	switch (mnl_attr_get_type(attr)) {
	case NLMSGERR_ATTR_MSG:
		if (len >= sizeof(err->msg))
			len = sizeof(err->msg) - 1;
		memcpy(err->msg, mnl_attr_get_payload(attr), len);
		err->msg[len] = '\0';
		break;
	case NLMSGERR_ATTR_OFFS:
		if (len == sizeof(err->offset))
			err->offset = mnl_attr_get_u32(attr);
		break;
	default:
		break;
	}
}

/* The code says what happened; text that is cut off is no reason to lose it */
static void error_attrs(struct vnetnl_error *err, const struct nlmsghdr *nlh,
			size_t offset)
{
	size_t len = mnl_nlmsg_get_payload_len(nlh);
	const struct nlattr *attr;
	const void *pos;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS) || offset > len)
		return;

	pos = (const char *)mnl_nlmsg_get_payload(nlh) + offset;
	len -= offset;
	while ((attr = attr_next(&pos, &len)))
		error_attr(err, attr);
}

/* Where the attributes of an NLMSG_ERROR begin: behind the header of the
 * request, or behind the whole request if the kernel was not told to cut it
 */
static size_t error_attrs_offset(const struct nlmsghdr *nlh,
				 const struct nlmsgerr *payload)
{
	if (nlh->nlmsg_flags & NLM_F_CAPPED)
		return sizeof(*payload);
	return sizeof(payload->error) + MNL_ALIGN((size_t)payload->msg.nlmsg_len);
}

/**
 * vnetnl_error_parse - read the answer to a request
 * @param err what the kernel said, or NULL. The text may be there although
 *	the code is 0: a warning
 * @param nlh the message, NLMSG_ERROR or NLMSG_DONE, as long as its header
 *	says (see mnl_nlmsg_ok())
 * @return 0 if the request was done; the kernel's -errno; -ENOMSG if the
 *	message is of another type; -EBADMSG if it makes no sense
 */
EXPORT int vnetnl_error_parse(struct vnetnl_error *err,
			      const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *payload = mnl_nlmsg_get_payload(nlh);
	size_t len = mnl_nlmsg_get_payload_len(nlh);
	struct vnetnl_error unused;

	if (!err)
		err = &unused;
	err->offset = 0;
	err->msg[0] = '\0';

	if (nlh->nlmsg_type == NLMSG_ERROR && len >= sizeof(*payload)) {
		err->code = payload->error;
		error_attrs(err, nlh, error_attrs_offset(nlh, payload));
	} else if (nlh->nlmsg_type == NLMSG_DONE &&
		   len >= sizeof(payload->error)) {
		err->code = payload->error;
		error_attrs(err, nlh, sizeof(payload->error));
	} else if (nlh->nlmsg_type == NLMSG_ERROR ||
		   nlh->nlmsg_type == NLMSG_DONE) {
		err->code = -EBADMSG;
	} else {
		err->code = -ENOMSG;
	}

	if (err->code > 0)
		err->code = -EBADMSG;
	return err->code;
}
