// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Messages: random numbers to make them from, attributes, and what can be wrong
 * with either.
 */
#include <stdio.h>
#include <string.h>

#include <linux/genetlink.h>

#include "fuzz.h"

static uint64_t state;

void seed_with(uint64_t seed)
{
	state = seed;
}

/* SplitMix64 */
uint64_t draw(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

uint32_t below(uint32_t n)
{
	return draw() % n;
}

bool one_in(uint32_t n)
{
	return !below(n);
}

/* Small ones as often as large ones */
uint64_t within(uint64_t min, uint64_t max)
{
	uint64_t span = max - min, v = draw() >> below(64);

	return span == UINT64_MAX ? v : min + v % (span + 1);
}

const char *some_name(void)
{
	static char names[4][NAME_LEN];
	static unsigned int turn;
	char *name = names[turn++ % 4];

	snprintf(name, NAME_LEN, "f%u", below(DEVICES));
	return name;
}

static bool spoilt(const struct message *m)
{
	return m->spoil && one_in(m->spoil);
}

void append(struct message *m, const void *data, size_t len)
{
	size_t padded = NLMSG_ALIGN(len);

	if (m->len + padded > sizeof(m->bytes))
		return;
	memset(m->bytes + m->len, 0, padded);
	if (len)
		memcpy(m->bytes + m->len, data, len);
	m->len += padded;
}

void begin(struct message *m, uint16_t type, uint16_t flags)
{
	memset(&m->header, 0, sizeof(m->header));
	m->header.nlmsg_type = type;
	m->header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	m->len = NLMSG_HDRLEN;
	/* Half of all messages are as they should be */
	m->spoil = one_in(2) ? 0 : 4U << below(4);
}

void begin_generic(struct message *m, uint16_t family, uint8_t command,
		   uint16_t flags)
{
	struct genlmsghdr head = { .cmd = command, .version = 1 };

	begin(m, family, flags);
	append(m, &head, sizeof(head));
}

static void put_plain(struct message *m, uint16_t type, const void *data,
		      size_t len)
{
	struct nlattr nla = { .nla_len = NLA_HDRLEN + len, .nla_type = type };

	append(m, &nla, sizeof(nla));
	append(m, data, len);
}

static void put_spoilt(struct message *m, uint16_t type, const void *data,
		       size_t len)
{
	uint8_t bytes[64] = {};

	memcpy(bytes, data, len < sizeof(bytes) ? len : sizeof(bytes));
	switch (below(6)) {
	case 0:	/* not there */
		return;
	case 1:	/* there twice */
		put_plain(m, type, data, len);
		put_plain(m, type, data, len);
		return;
	case 2:	/* of another size */
		put_plain(m, type, bytes, below(sizeof(bytes)));
		return;
	case 3:	/* of another type */
		put_plain(m, one_in(4) ? draw() : below(70), data, len);
		return;
	case 4:	/* a nest, or none */
		put_plain(m, type ^ NLA_F_NESTED, data, len);
		return;
	default: /* of other bytes */
		bytes[below(sizeof(bytes))] ^= 1 << below(8);
		bytes[below(4)] = draw();
		put_plain(m, type, bytes, len < sizeof(bytes) ? len :
								sizeof(bytes));
	}
}

void put(struct message *m, uint16_t type, const void *data, size_t len)
{
	if (spoilt(m))
		put_spoilt(m, type, data, len);
	else
		put_plain(m, type, data, len);
}

void put_number(struct message *m, const struct value *value)
{
	uint64_t v = within(value->min, value->max);

	if (one_in(8))
		v = one_in(2) ? value->min : value->max;
	if (spoilt(m)) {
		switch (below(4)) {
		case 0:
			v = value->min - 1;
			break;
		case 1:
			v = value->max + 1;
			break;
		case 2:
			v = 1ULL << below(64);
			break;
		default:
			v = draw();
		}
	}
	put(m, value->type, &v, value->size);
}

void put_text(struct message *m, uint16_t type, const char *text)
{
	put(m, type, text, strlen(text) + 1);
}

size_t nest(struct message *m, uint16_t type)
{
	size_t at = m->len;

	put_plain(m, type | (one_in(4) ? 0 : NLA_F_NESTED), NULL, 0);
	return at;
}

void nest_end(struct message *m, size_t at)
{
	struct nlattr *nla = (struct nlattr *)(m->bytes + at);

	if (at + NLA_HDRLEN > m->len)
		return;
	nla->nla_len = m->len - at;
	if (!spoilt(m))
		return;
	switch (below(4)) {
	case 0:	/* ends where no attribute does */
		nla->nla_len -= below(8) < nla->nla_len ? below(8) : 0;
		break;
	case 1:	/* ends behind the message */
		nla->nla_len += 1 + below(64);
		break;
	case 2:	/* shorter than its own header */
		nla->nla_len = below(NLA_HDRLEN);
		break;
	default: /* holds itself */
		put_plain(m, nla->nla_type, m->bytes + at, m->len - at < 512 ?
							  m->len - at : 512);
	}
}

void finish(struct message *m)
{
	m->header.nlmsg_len = m->len;
	if (!spoilt(m) || !one_in(4))
		return;
	switch (below(3)) {
	case 0:	/* cut short */
		m->len = NLMSG_HDRLEN + below(m->len - NLMSG_HDRLEN + 1);
		m->header.nlmsg_len = m->len;
		break;
	case 1:	/* does not say how long it is */
		m->header.nlmsg_len = draw() >> below(32);
		break;
	default:
		m->header.nlmsg_flags ^= 1 << below(16);
	}
}

/* Spoil a few bytes of a message that was of use */
void mutate(struct message *m)
{
	uint32_t n = 1 + below(4);
	size_t at;

	while (n-- && m->len > NLMSG_HDRLEN) {
		at = NLMSG_HDRLEN + below(m->len - NLMSG_HDRLEN);
		switch (below(3)) {
		case 0:
			m->bytes[at] ^= 1 << below(8);
			break;
		case 1:
			m->bytes[at] = draw();
			break;
		default:
			m->bytes[at] += one_in(2) ? 1 : -1;
		}
	}
}
