// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Requests and events, with a kernel that says what the test wants it to say:
 * the linker puts the two functions below in the place of libmnl's.
 */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include "message.h"
#include "tap.h"
#include "wrap.h"

/* Becomes the number of the request that is answered */
#define SEQ_OF_REQUEST	0xffffffff

#define MAX_DATAGRAMS	8
#define MAX_REQUESTS	4

static struct {
	struct {
		int err;	/* receiving fails with it, if it is not 0 */
		size_t len;
		union message data;
	} datagram[MAX_DATAGRAMS];
	unsigned int datagrams, delivered;

	union message request[MAX_REQUESTS];
	unsigned int requests;
	int send_err;		/* of the next request only */
} kernel;

static struct mnl_socket *nl;
static union message buf;

ssize_t __wrap_mnl_socket_sendto(const struct mnl_socket *sock, const void *req,
				 size_t size)
{
	CHECK(sock == nl);
	if (kernel.send_err) {
		errno = kernel.send_err;
		kernel.send_err = 0;
		return -1;
	}
	if (!CHECK(kernel.requests < MAX_REQUESTS))
		abort();
	memcpy(&kernel.request[kernel.requests++], req, size);
	CHECK_INT(size, ((const struct nlmsghdr *)req)->nlmsg_len);
	return size;
}

ssize_t __wrap_mnl_socket_recvfrom(const struct mnl_socket *sock, void *data,
				   size_t size)
{
	struct nlmsghdr *nlh;
	int len;

	CHECK(sock == nl);
	/* There would be no more, ever */
	if (!CHECK(kernel.delivered < kernel.datagrams))
		abort();

	if (kernel.datagram[kernel.delivered].err) {
		errno = kernel.datagram[kernel.delivered++].err;
		return -1;
	}

	len = kernel.datagram[kernel.delivered].len;
	CHECK((size_t)len <= size);
	nlh = memcpy(data, &kernel.datagram[kernel.delivered++].data, len);
	for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len))
		if (nlh->nlmsg_seq == SEQ_OF_REQUEST)
			nlh->nlmsg_seq = kernel.requests ?
				kernel.request[kernel.requests - 1]
				.nlh.nlmsg_seq : 0;
	return kernel.datagram[kernel.delivered - 1].len;
}

static void kernel_reset(void)
{
	memset(&kernel, 0, sizeof(kernel));
}

static const struct nlmsghdr *request(unsigned int i)
{
	CHECK(i < kernel.requests);
	return &kernel.request[i].nlh;
}

/* The next datagram is a failure to receive */
static void script_failure(int err)
{
	kernel.datagram[kernel.datagrams++].err = err;
}

/* The next datagram begins with this message */
static void script(const union message *msg, uint16_t flags, uint32_t seq)
{
	union message *data = &kernel.datagram[kernel.datagrams].data;

	*data = *msg;
	data->nlh.nlmsg_flags |= flags;
	data->nlh.nlmsg_seq = seq;
	kernel.datagram[kernel.datagrams++].len =
		MNL_ALIGN(msg->nlh.nlmsg_len);
}

/* The same datagram holds this one, too */
static void script_more(const union message *msg, uint16_t flags, uint32_t seq)
{
	unsigned int last = kernel.datagrams - 1;
	size_t len = kernel.datagram[last].len;
	struct nlmsghdr *nlh;

	nlh = (struct nlmsghdr *)(kernel.datagram[last].data.buf + len);
	memcpy(nlh, msg, msg->nlh.nlmsg_len);
	nlh->nlmsg_flags |= flags;
	nlh->nlmsg_seq = seq;
	kernel.datagram[last].len += MNL_ALIGN(msg->nlh.nlmsg_len);
}

static void make_ack(union message *msg, int code, const char *text)
{
	struct nlmsgerr *error;

	memset(msg, 0, sizeof(*msg));
	mnl_nlmsg_put_header(msg);
	msg->nlh.nlmsg_type = NLMSG_ERROR;
	msg->nlh.nlmsg_flags = NLM_F_CAPPED;
	error = mnl_nlmsg_put_extra_header(&msg->nlh, sizeof(*error));
	error->error = code;
	if (text) {
		msg->nlh.nlmsg_flags |= NLM_F_ACK_TLVS;
		mnl_attr_put_strz(&msg->nlh, NLMSGERR_ATTR_MSG, text);
	}
}

static void script_ack(int code, const char *text)
{
	union message msg;

	make_ack(&msg, code, text);
	script(&msg, 0, SEQ_OF_REQUEST);
}

static void make_done(union message *msg, int code)
{
	memset(msg, 0, sizeof(*msg));
	mnl_nlmsg_put_header(msg);
	msg->nlh.nlmsg_type = NLMSG_DONE;
	*(int *)mnl_nlmsg_put_extra_header(&msg->nlh, sizeof(int)) = code;
}

static void script_done(int code, uint16_t flags)
{
	union message msg;

	make_done(&msg, code);
	script(&msg, NLM_F_MULTI | flags, SEQ_OF_REQUEST);
}

static void make_other(union message *msg)
{
	struct ifinfomsg *ifm;

	memset(msg, 0, sizeof(*msg));
	mnl_nlmsg_put_header(msg);
	msg->nlh.nlmsg_type = RTM_NEWLINK;
	ifm = mnl_nlmsg_put_extra_header(&msg->nlh, sizeof(*ifm));
	ifm->ifi_index = 1;
	mnl_attr_put_strz(&msg->nlh, IFLA_IFNAME, "lo");
}

/* A vnet device of which nothing can be understood */
static void make_bad(union message *msg)
{
	kernel_message(msg, RTM_NEWLINK);
	mnl_attr_put_u8(&msg->nlh, IFLA_MTU, 1);
}

static struct vnetnl_link *named(const char *ifname)
{
	struct vnetnl_link *link = vnetnl_link_alloc();

	CHECK_INT(vnetnl_link_set_ifname(link, ifname), 0);
	return link;
}

/* The library's functions with the socket and the buffer of this test */
static int create(const struct vnetnl_link *link, struct vnetnl_error *err)
{
	return vnetnl_create(nl, &buf, sizeof(buf), link, err);
}

static int change(const struct vnetnl_link *link, struct vnetnl_error *err)
{
	return vnetnl_change(nl, &buf, sizeof(buf), link, err);
}

static int delete(const struct vnetnl_link *link, struct vnetnl_error *err)
{
	return vnetnl_delete(nl, &buf, sizeof(buf), link, err);
}

static int get(struct vnetnl_link *link, struct vnetnl_error *err)
{
	return vnetnl_get(nl, &buf, sizeof(buf), link, err);
}

static int dump(vnetnl_link_cb cb, void *data, struct vnetnl_error *err)
{
	return vnetnl_dump(nl, &buf, sizeof(buf), cb, data, err);
}

static int watch_read(vnetnl_event_cb cb, void *data)
{
	return vnetnl_watch_read(nl, &buf, sizeof(buf), cb, data);
}

static void create_sends_what_is_built(void)
{
	struct vnetnl_link *link = full_link(1, true);
	struct vnetnl_error err;
	union message built;
	int len;

	kernel_reset();
	script_ack(0, NULL);
	CHECK_INT(create(link, &err), 0);
	CHECK_INT(err.code, 0);
	CHECK_STR(err.msg, "");
	CHECK_INT(kernel.requests, 1);
	len = vnetnl_link_build_new(link, &built, sizeof(built),
				    request(0)->nlmsg_seq);
	CHECK(len > 0 && !memcmp(&built, request(0), len));
	vnetnl_link_free(link);
}

static void each_request_has_a_number_of_its_own(void)
{
	struct vnetnl_link *link = named("vnet0");

	kernel_reset();
	script_ack(0, NULL);
	script_ack(0, NULL);
	CHECK_INT(create(link, NULL), 0);
	CHECK_INT(change(link, NULL), 0);
	CHECK(request(0)->nlmsg_seq != 0);
	CHECK(request(1)->nlmsg_seq != 0);
	CHECK(request(0)->nlmsg_seq != request(1)->nlmsg_seq);
	vnetnl_link_free(link);
}

static void errors_come_with_their_text(void)
{
	struct vnetnl_link *link = named("vnet0");
	struct vnetnl_error err;

	kernel_reset();
	script_ack(-EINVAL, "tx_ring 63: no");
	CHECK_INT(create(link, &err), -EINVAL);
	CHECK_INT(err.code, -EINVAL);
	CHECK_STR(err.msg, "tx_ring 63: no");

	/* And what the last one said is gone with the next */
	script_ack(0, NULL);
	CHECK_INT(create(link, &err), 0);
	CHECK_INT(err.code, 0);
	CHECK_STR(err.msg, "");

	script_ack(-EPERM, NULL);
	CHECK_INT(create(link, NULL), -EPERM);
	vnetnl_link_free(link);
}

static void a_warning_is_kept(void)
{
	struct vnetnl_link *link = named("vnet0");
	struct vnetnl_error err;

	kernel_reset();
	script_ack(0, "mind the gap");
	CHECK_INT(change(link, &err), 0);
	CHECK_INT(err.code, 0);
	CHECK_STR(err.msg, "mind the gap");
	vnetnl_link_free(link);
}

static void what_cannot_be_built_is_not_sent(void)
{
	struct vnetnl_link *link = vnetnl_link_alloc();
	struct vnetnl_error err;

	kernel_reset();
	CHECK_INT(change(link, &err), -EINVAL);
	CHECK_INT(err.code, -EINVAL);
	CHECK_INT(delete(link, &err), -EINVAL);
	CHECK_INT(get(link, &err), -EINVAL);
	CHECK_INT(vnetnl_create(nl, &buf, 20, link, &err), -EMSGSIZE);
	CHECK_INT(err.code, -EMSGSIZE);
	CHECK_INT(vnetnl_dump(nl, &buf, 20, NULL, NULL, NULL), -EMSGSIZE);
	CHECK_INT(kernel.requests, 0);
	vnetnl_link_free(link);
}

static void failures_of_the_socket(void)
{
	struct vnetnl_link *link = named("vnet0");
	struct vnetnl_error err;

	kernel_reset();
	kernel.send_err = ECONNREFUSED;
	CHECK_INT(create(link, &err), -ECONNREFUSED);
	CHECK_INT(err.code, -ECONNREFUSED);

	script_failure(ENOBUFS);
	CHECK_INT(create(link, &err), -ENOBUFS);
	CHECK_INT(err.code, -ENOBUFS);

	/* libmnl's word for an answer that is longer than the buffer */
	script_failure(ENOSPC);
	CHECK_INT(get(link, &err), -EMSGSIZE);
	CHECK_STR(vnetnl_link_get_ifname(link), "vnet0");
	vnetnl_link_free(link);
}

static void signals_do_not_end_a_request(void)
{
	struct vnetnl_link *link = named("vnet0");

	kernel_reset();
	kernel.send_err = EINTR;
	script_failure(EINTR);
	script_failure(EINTR);
	script_ack(0, NULL);
	CHECK_INT(create(link, NULL), 0);
	CHECK_INT(kernel.requests, 1);
	vnetnl_link_free(link);
}

static void what_is_not_the_answer_is_left_aside(void)
{
	struct vnetnl_link *link = named("vnet0");
	union message msg;

	kernel_reset();
	/* An event, and the late answer to an earlier request */
	kernel_message(&msg, RTM_NEWLINK);
	script(&msg, 0, 0);
	make_ack(&msg, -EEXIST, "late");
	script(&msg, 0, 1234567);
	/* The answer is behind another one in its datagram */
	make_ack(&msg, -EEXIST, "late");
	script(&msg, 0, 1234567);
	make_ack(&msg, -EPERM, NULL);
	script_more(&msg, 0, SEQ_OF_REQUEST);
	CHECK_INT(create(link, NULL), -EPERM);

	/* Nothing at all, and an event with the number of the request that
	 * caused it
	 */
	mnl_nlmsg_put_header(&msg);
	msg.nlh.nlmsg_type = NLMSG_NOOP;
	script(&msg, 0, SEQ_OF_REQUEST);
	kernel_message(&msg, RTM_NEWLINK);
	script(&msg, 0, SEQ_OF_REQUEST);
	script_ack(0, NULL);
	CHECK_INT(change(link, NULL), 0);
	vnetnl_link_free(link);
}

static void get_reads_everything(void)
{
	struct vnetnl_link *link = named("vnet0");
	struct vnetnl_error err;
	union message msg;

	kernel_reset();
	kernel_message(&msg, RTM_NEWLINK);
	script(&msg, 0, SEQ_OF_REQUEST);
	CHECK_INT(get(link, &err), 0);
	CHECK_INT(err.code, 0);
	CHECK_INT(request(0)->nlmsg_type, RTM_GETLINK);
	check_kernel_link(link);
	vnetnl_link_free(link);
}

static void get_of_what_is_not_there(void)
{
	struct vnetnl_link *link = named("vnet9");
	struct vnetnl_error err;

	kernel_reset();
	script_ack(-ENODEV, NULL);
	CHECK_INT(get(link, &err), -ENODEV);
	CHECK_INT(err.code, -ENODEV);
	CHECK_STR(vnetnl_link_get_ifname(link), "vnet9");
	vnetnl_link_free(link);
}

static void get_of_another_kind(void)
{
	struct vnetnl_link *link = named("lo");
	struct vnetnl_error err;
	union message msg;

	kernel_reset();
	make_other(&msg);
	script(&msg, 0, SEQ_OF_REQUEST);
	CHECK_INT(get(link, &err), -EMEDIUMTYPE);
	CHECK_INT(err.code, -EMEDIUMTYPE);
	CHECK_STR(err.msg, "not a vnet device");
	CHECK_STR(vnetnl_link_get_ifname(link), "lo");
	vnetnl_link_free(link);
}

static void get_of_nonsense(void)
{
	struct vnetnl_link *link = named("vnet0");
	struct vnetnl_error err;
	union message msg;

	kernel_reset();
	make_bad(&msg);
	script(&msg, 0, SEQ_OF_REQUEST);
	CHECK_INT(get(link, &err), -EBADMSG);
	CHECK_INT(err.code, -EBADMSG);
	vnetnl_link_free(link);
}

static void delete_goes_by_the_index_of_a_vnet_device(void)
{
	struct vnetnl_link *link = named("vnet0");
	const struct ifinfomsg *ifm;
	union message msg;

	kernel_reset();
	kernel_message(&msg, RTM_NEWLINK);
	script(&msg, 0, SEQ_OF_REQUEST);
	script_ack(0, NULL);
	CHECK_INT(delete(link, NULL), 0);
	CHECK_INT(kernel.requests, 2);
	CHECK_INT(request(0)->nlmsg_type, RTM_GETLINK);
	CHECK_INT(request(1)->nlmsg_type, RTM_DELLINK);
	ifm = mnl_nlmsg_get_payload(request(1));
	CHECK_INT(ifm->ifi_index, 77);
	/* The caller's link is only read */
	CHECK(!vnetnl_link_is_set(link, VNETNL_LINK_IFINDEX));
	vnetnl_link_free(link);
}

static void delete_leaves_other_kinds_alone(void)
{
	struct vnetnl_link *link = named("lo");
	struct vnetnl_error err;
	union message msg;

	kernel_reset();
	make_other(&msg);
	script(&msg, 0, SEQ_OF_REQUEST);
	CHECK_INT(delete(link, &err), -EMEDIUMTYPE);
	CHECK_INT(err.code, -EMEDIUMTYPE);
	CHECK_INT(kernel.requests, 1);
	vnetnl_link_free(link);
}

static void a_change_of_name_finds_the_index(void)
{
	struct vnetnl_link *link = full_link(1, true);
	const struct ifinfomsg *ifm;
	union message msg;

	kernel_reset();
	vnetnl_link_unset(link, VNETNL_LINK_IFINDEX);
	CHECK_INT(vnetnl_link_set_new_ifname(link, "eth0"), 0);
	kernel_message(&msg, RTM_NEWLINK);
	script(&msg, 0, SEQ_OF_REQUEST);
	script_ack(0, NULL);
	CHECK_INT(change(link, NULL), 0);
	CHECK_INT(kernel.requests, 2);
	CHECK_INT(request(0)->nlmsg_type, RTM_GETLINK);
	CHECK_INT(request(1)->nlmsg_type, RTM_NEWLINK);
	ifm = mnl_nlmsg_get_payload(request(1));
	CHECK_INT(ifm->ifi_index, 77);

	/* It has to be there */
	script_ack(-ENODEV, NULL);
	CHECK_INT(change(link, NULL), -ENODEV);
	CHECK_INT(kernel.requests, 3);
	/* The caller's link is what it was, with its peer */
	CHECK(!vnetnl_link_is_set(link, VNETNL_LINK_IFINDEX));
	CHECK_STR(vnetnl_link_get_ifname(vnetnl_link_get_peer(link)),
		  "vnet51");
	vnetnl_link_free(link);
}

struct count {
	unsigned int links;
	unsigned int stop_at;
	int result;
};

static int count_link(const struct vnetnl_link *link, void *data)
{
	struct count *count = data;

	check_kernel_link(link);
	return ++count->links == count->stop_at ? count->result : 0;
}

/* Three devices in two datagrams, with others between, and the end */
static void script_dump(uint16_t flags)
{
	union message vnet, other;

	kernel_message(&vnet, RTM_NEWLINK);
	make_other(&other);
	script(&other, NLM_F_MULTI, SEQ_OF_REQUEST);
	script_more(&vnet, NLM_F_MULTI, SEQ_OF_REQUEST);
	script_more(&vnet, NLM_F_MULTI, SEQ_OF_REQUEST);
	script(&vnet, NLM_F_MULTI | flags, SEQ_OF_REQUEST);
	script_more(&other, NLM_F_MULTI, SEQ_OF_REQUEST);
}

static void a_dump_tells_every_vnet_device(void)
{
	struct count count = {};
	struct vnetnl_error err;

	kernel_reset();
	script_dump(0);
	script_done(0, 0);
	CHECK_INT(dump(count_link, &count, &err), 0);
	CHECK_INT(count.links, 3);
	CHECK_INT(err.code, 0);
	CHECK_INT(request(0)->nlmsg_flags, NLM_F_REQUEST | NLM_F_DUMP);
}

static void a_dump_of_nothing(void)
{
	struct count count = {};

	kernel_reset();
	script_done(0, 0);
	CHECK_INT(dump(count_link, &count, NULL), 0);
	CHECK_INT(count.links, 0);
}

/* The kernel says so on whichever message comes next, the last at the latest */
static void an_interrupted_dump_is_reported(void)
{
	struct count count = {};
	struct vnetnl_error err;

	kernel_reset();
	script_dump(NLM_F_DUMP_INTR);
	script_done(0, 0);
	CHECK_INT(dump(count_link, &count, &err), -EINTR);
	CHECK_INT(count.links, 3);
	CHECK_INT(err.code, -EINTR);

	script_dump(0);
	script_done(0, NLM_F_DUMP_INTR);
	CHECK_INT(dump(count_link, &count, NULL), -EINTR);
	CHECK_INT(kernel.delivered, kernel.datagrams);
}

/* What is left of it must not be there for the next request */
static void a_dump_that_is_stopped_is_read_to_its_end(void)
{
	struct count count = { .stop_at = 2, .result = 42 };
	struct vnetnl_link *link = named("vnet0");
	struct vnetnl_error err;

	kernel_reset();
	script_dump(0);
	script_done(0, 0);
	CHECK_INT(dump(count_link, &count, &err), 42);
	CHECK_INT(count.links, 2);
	CHECK_INT(err.code, 0);
	CHECK_INT(kernel.delivered, kernel.datagrams);
	script_ack(0, NULL);
	CHECK_INT(create(link, NULL), 0);

	count.links = 0;
	count.result = -ECANCELED;
	kernel_reset();
	script_dump(NLM_F_DUMP_INTR);
	script_done(0, 0);
	CHECK_INT(dump(count_link, &count, &err), -ECANCELED);
	CHECK_INT(err.code, -ECANCELED);
	vnetnl_link_free(link);
}

static void a_dump_that_fails(void)
{
	struct count count = {};
	struct vnetnl_error err;
	union message msg;

	kernel_reset();
	script_ack(-EOPNOTSUPP, "no");
	CHECK_INT(dump(count_link, &count, &err), -EOPNOTSUPP);
	CHECK_STR(err.msg, "no");

	script_dump(0);
	script_done(-EMSGSIZE, 0);
	CHECK_INT(dump(count_link, &count, &err), -EMSGSIZE);
	CHECK_INT(err.code, -EMSGSIZE);
	CHECK_INT(count.links, 3);

	make_bad(&msg);
	script(&msg, NLM_F_MULTI, SEQ_OF_REQUEST);
	script_dump(0);
	script_done(0, 0);
	CHECK_INT(dump(count_link, &count, &err), -EBADMSG);
	CHECK_INT(err.code, -EBADMSG);
	CHECK_INT(count.links, 3);
	CHECK_INT(kernel.delivered, kernel.datagrams);
}

struct events {
	unsigned int news, dels;
	int result;
};

static int count_event(enum vnetnl_event event, const struct vnetnl_link *link,
		       void *data)
{
	struct events *events = data;

	check_kernel_link(link);
	if (event == VNETNL_EVENT_NEW)
		events->news++;
	else if (event == VNETNL_EVENT_DEL)
		events->dels++;
	else
		CHECK(false);
	return events->result;
}

static void events_of_vnet_devices(void)
{
	struct events events = {};
	struct ifinfomsg *ifm;
	union message msg;

	kernel_reset();
	kernel_message(&msg, RTM_NEWLINK);
	script(&msg, 0, 0);
	CHECK_INT(watch_read(count_event, &events), 0);
	CHECK_INT(events.news, 1);

	/* Those of others are read and not told */
	make_other(&msg);
	script(&msg, 0, 0);
	kernel_message(&msg, RTM_NEWADDR);
	script_more(&msg, 0, 0);
	kernel_message(&msg, RTM_DELLINK);
	ifm = mnl_nlmsg_get_payload(&msg.nlh);
	ifm->ifi_family = AF_BRIDGE;
	script_more(&msg, 0, 0);
	CHECK_INT(watch_read(count_event, &events), 0);
	CHECK_INT(events.news + events.dels, 1);

	/* Several in one datagram */
	kernel_message(&msg, RTM_NEWLINK);
	script(&msg, 0, 0);
	kernel_message(&msg, RTM_DELLINK);
	script_more(&msg, 0, 0);
	CHECK_INT(watch_read(count_event, &events), 0);
	CHECK_INT(events.news, 2);
	CHECK_INT(events.dels, 1);
	CHECK_INT(kernel.requests, 0);
}

static void a_callback_ends_the_reading(void)
{
	struct events events = { .result = 7 };
	union message msg;

	kernel_reset();
	kernel_message(&msg, RTM_NEWLINK);
	script(&msg, 0, 0);
	script_more(&msg, 0, 0);
	CHECK_INT(watch_read(count_event, &events), 7);
	CHECK_INT(events.news, 1);
}

static void events_that_cannot_be_read(void)
{
	struct events events = {};
	union message msg;

	kernel_reset();
	script_failure(ENOBUFS);
	CHECK_INT(watch_read(count_event, &events), -ENOBUFS);
	script_failure(EINTR);
	CHECK_INT(watch_read(count_event, &events), -EINTR);
	script_failure(EAGAIN);
	CHECK_INT(watch_read(count_event, &events), -EAGAIN);
	script_failure(ENOSPC);
	CHECK_INT(watch_read(count_event, &events), -EMSGSIZE);
	make_bad(&msg);
	script(&msg, 0, 0);
	CHECK_INT(watch_read(count_event, &events), -EBADMSG);
	CHECK_INT(events.news + events.dels, 0);
}

static const struct test tests[] = {
	TEST(create_sends_what_is_built),
	TEST(each_request_has_a_number_of_its_own),
	TEST(errors_come_with_their_text),
	TEST(a_warning_is_kept),
	TEST(what_cannot_be_built_is_not_sent),
	TEST(failures_of_the_socket),
	TEST(signals_do_not_end_a_request),
	TEST(what_is_not_the_answer_is_left_aside),
	TEST(get_reads_everything),
	TEST(get_of_what_is_not_there),
	TEST(get_of_another_kind),
	TEST(get_of_nonsense),
	TEST(delete_goes_by_the_index_of_a_vnet_device),
	TEST(delete_leaves_other_kinds_alone),
	TEST(a_change_of_name_finds_the_index),
	TEST(a_dump_tells_every_vnet_device),
	TEST(a_dump_of_nothing),
	TEST(an_interrupted_dump_is_reported),
	TEST(a_dump_that_is_stopped_is_read_to_its_end),
	TEST(a_dump_that_fails),
	TEST(events_of_vnet_devices),
	TEST(a_callback_ends_the_reading),
	TEST(events_that_cannot_be_read),
};

int main(void)
{
	int ret;

	/* Only its address is used, and its port */
	if (vnetnl_open(&nl))
		abort();
	ret = tap_run(tests, TAP_ARRAY_SIZE(tests));
	mnl_socket_close(nl);
	return ret;
}
