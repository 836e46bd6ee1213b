// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel's answers to requests.
 */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include "message.h"
#include "tap.h"

#define TEXT	"tx_ring 63: must be a power of two from 64 to 32768"
#define OFFSET	44

/* An NLMSG_ERROR with the request cut off, or whole and of request_len bytes */
static void error_message(union message *msg, int code, size_t request_len)
{
	struct nlmsgerr *error;

	memset(msg, 0, sizeof(*msg));
	mnl_nlmsg_put_header(msg);
	msg->nlh.nlmsg_type = NLMSG_ERROR;
	msg->nlh.nlmsg_flags = request_len ? 0 : NLM_F_CAPPED;
	error = mnl_nlmsg_put_extra_header(&msg->nlh, sizeof(*error));
	error->error = code;
	error->msg.nlmsg_len = 100;
	if (request_len) {
		error->msg.nlmsg_len = request_len;
		mnl_nlmsg_put_extra_header(&msg->nlh,
					   request_len - MNL_NLMSG_HDRLEN);
	}
}

static void done_message(union message *msg, int code)
{
	memset(msg, 0, sizeof(*msg));
	mnl_nlmsg_put_header(msg);
	msg->nlh.nlmsg_type = NLMSG_DONE;
	msg->nlh.nlmsg_flags = NLM_F_MULTI;
	*(int *)mnl_nlmsg_put_extra_header(&msg->nlh, sizeof(int)) = code;
}

static void put_extack(union message *msg)
{
	msg->nlh.nlmsg_flags |= NLM_F_ACK_TLVS;
	mnl_attr_put_strz(&msg->nlh, NLMSGERR_ATTR_MSG, TEXT);
	mnl_attr_put_u32(&msg->nlh, NLMSGERR_ATTR_OFFS, OFFSET);
}

static int parse(struct vnetnl_error *err, const union message *msg, size_t len)
{
	struct nlmsghdr *nlh = guarded(msg, len);

	/* It need not be initialised */
	memset(err, 0xa5, sizeof(*err));
	nlh->nlmsg_len = len;
	return vnetnl_error_parse(err, nlh);
}

static void check(const union message *msg, int code, const char *text,
		  uint32_t offset)
{
	struct vnetnl_error err;

	CHECK_INT(parse(&err, msg, msg->nlh.nlmsg_len), code);
	CHECK_INT(err.code, code);
	CHECK_STR(err.msg, text);
	CHECK_INT(err.offset, offset);
	CHECK_INT(vnetnl_error_parse(NULL, &msg->nlh), code);
}

static void an_acknowledgment(void)
{
	union message msg;

	error_message(&msg, 0, 0);
	check(&msg, 0, "", 0);
}

static void an_error_without_text(void)
{
	union message msg;

	error_message(&msg, -EPERM, 0);
	check(&msg, -EPERM, "", 0);
	error_message(&msg, -EPERM, 72);
	check(&msg, -EPERM, "", 0);
}

static void an_error_with_text(void)
{
	union message msg;

	error_message(&msg, -EINVAL, 0);
	put_extack(&msg);
	check(&msg, -EINVAL, TEXT, OFFSET);
}

static void an_error_with_text_behind_the_request(void)
{
	union message msg;
	size_t len;

	for (len = MNL_NLMSG_HDRLEN; len < 200; len++) {
		tap_about("request of %zu bytes", len);
		error_message(&msg, -EINVAL, len);
		put_extack(&msg);
		check(&msg, -EINVAL, TEXT, OFFSET);
	}
}

static void success_with_a_warning(void)
{
	union message msg;

	error_message(&msg, 0, 0);
	put_extack(&msg);
	check(&msg, 0, TEXT, OFFSET);
}

static void the_end_of_a_dump(void)
{
	union message msg;

	done_message(&msg, 0);
	check(&msg, 0, "", 0);
	done_message(&msg, -EMSGSIZE);
	check(&msg, -EMSGSIZE, "", 0);
	put_extack(&msg);
	check(&msg, -EMSGSIZE, TEXT, OFFSET);
}

static void a_text_that_is_too_long_is_cut(void)
{
	char text[VNETNL_ERROR_MSG_SIZE + 10];
	struct vnetnl_error err;
	union message msg;
	size_t len;

	memset(text, 'x', sizeof(text));
	for (len = VNETNL_ERROR_MSG_SIZE - 3; len < sizeof(text); len++) {
		error_message(&msg, -EINVAL, 0);
		msg.nlh.nlmsg_flags |= NLM_F_ACK_TLVS;
		/* Without an end of its own */
		mnl_attr_put(&msg.nlh, NLMSGERR_ATTR_MSG, len, text);
		tap_about("%zu characters", len);
		CHECK_INT(parse(&err, &msg, msg.nlh.nlmsg_len), -EINVAL);
		CHECK_INT(strlen(err.msg), len < VNETNL_ERROR_MSG_SIZE ?
			  len : VNETNL_ERROR_MSG_SIZE - 1);
	}
}

static void truncated_at_every_byte(void)
{
	struct vnetnl_error err;
	union message msg;
	size_t len, whole;

	error_message(&msg, -EINVAL, 0);
	whole = msg.nlh.nlmsg_len;
	put_extack(&msg);
	for (len = MNL_NLMSG_HDRLEN; len < msg.nlh.nlmsg_len; len++) {
		tap_about("%zu of %u bytes", len, msg.nlh.nlmsg_len);
		CHECK_INT(parse(&err, &msg, len),
			  len < whole ? -EBADMSG : -EINVAL);
		CHECK(memchr(err.msg, '\0', sizeof(err.msg)));
		/* Its attribute is the last, and not whole */
		CHECK_INT(err.offset, 0);
	}

	done_message(&msg, -EINVAL);
	for (len = MNL_NLMSG_HDRLEN; len < msg.nlh.nlmsg_len; len++)
		CHECK_INT(parse(&err, &msg, len), -EBADMSG);
}

static void a_request_longer_than_the_message(void)
{
	static const uint32_t lengths[] = {
		0, 1, 15, 16, 17, 0x7fffffff, 0x80000000, 0xfffffffd,
		0xffffffff,
	};
	struct nlmsgerr *error;
	struct vnetnl_error err;
	union message msg;
	size_t i;

	for (i = 0; i < TAP_ARRAY_SIZE(lengths); i++) {
		error_message(&msg, -EINVAL, 64);
		put_extack(&msg);
		error = mnl_nlmsg_get_payload(&msg.nlh);
		error->msg.nlmsg_len = lengths[i];
		tap_about("request of %u bytes", lengths[i]);
		CHECK_INT(parse(&err, &msg, msg.nlh.nlmsg_len), -EINVAL);
		CHECK(memchr(err.msg, '\0', sizeof(err.msg)));
	}
}

static void codes_that_no_kernel_sends(void)
{
	union message msg;

	error_message(&msg, 5, 0);
	check(&msg, -EBADMSG, "", 0);
	done_message(&msg, 5);
	check(&msg, -EBADMSG, "", 0);
}

static void other_messages(void)
{
	union message msg;

	kernel_message(&msg, RTM_NEWLINK);
	check(&msg, -ENOMSG, "", 0);
}

static const struct test tests[] = {
	TEST(an_acknowledgment),
	TEST(an_error_without_text),
	TEST(an_error_with_text),
	TEST(an_error_with_text_behind_the_request),
	TEST(success_with_a_warning),
	TEST(the_end_of_a_dump),
	TEST(a_text_that_is_too_long_is_cut),
	TEST(truncated_at_every_byte),
	TEST(a_request_longer_than_the_message),
	TEST(codes_that_no_kernel_sends),
	TEST(other_messages),
};

int main(void)
{
	return tap_run(tests, TAP_ARRAY_SIZE(tests));
}
