// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Requests about devices: the ioctl of ethtool, for what has no message on all kernels.
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include <linux/ethtool.h>
#include <linux/sockios.h>

#include "fuzz.h"

#define ALL(array)	(sizeof(array) / sizeof((array)[0]))

/* The names of all counters of the most queues take less */
#define ANSWER_MAX	0x100000
#define FILLED		512
#define KEY_LEN		40

union request {
	uint32_t command;
	uint32_t words[ANSWER_MAX / 4];
	struct ethtool_rxnfc nfc;
	struct ethtool_rxfh rxfh;
	struct ethtool_per_queue_op each;
};

static const uint32_t commands[] = {
	ETHTOOL_GDRVINFO, ETHTOOL_GREGS, ETHTOOL_GMSGLVL, ETHTOOL_SMSGLVL,
	ETHTOOL_GCOALESCE, ETHTOOL_SCOALESCE, ETHTOOL_GRINGPARAM,
	ETHTOOL_GPAUSEPARAM, ETHTOOL_GSTRINGS, ETHTOOL_GSTATS,
	ETHTOOL_GSSET_INFO, ETHTOOL_SCHANNELS, ETHTOOL_SET_DUMP,
	ETHTOOL_GET_DUMP_FLAG, ETHTOOL_GET_DUMP_DATA, ETHTOOL_GET_TS_INFO,
	ETHTOOL_GLINKSETTINGS, ETHTOOL_SLINKSETTINGS, ETHTOOL_GRXFHINDIR,
	ETHTOOL_SRXFHINDIR, ETHTOOL_TEST,
};

static const uint32_t rule_commands[] = {
	ETHTOOL_SRXCLSRLINS, ETHTOOL_SRXCLSRLINS, ETHTOOL_SRXCLSRLINS,
	ETHTOOL_SRXCLSRLDEL, ETHTOOL_GRXCLSRLCNT, ETHTOOL_GRXCLSRULE,
	ETHTOOL_GRXCLSRLALL, ETHTOOL_GRXRINGS, ETHTOOL_GRXFH, ETHTOOL_SRXFH,
};

static const uint32_t flow_types[] = {
	ETHER_FLOW, TCP_V4_FLOW, UDP_V4_FLOW, SCTP_V4_FLOW, TCP_V6_FLOW,
	UDP_V6_FLOW, SCTP_V6_FLOW, IP_USER_FLOW, IPV6_USER_FLOW, IPV4_FLOW,
	IPV6_FLOW, AH_V4_FLOW, ESP_V6_FLOW,
};

static uint32_t number(void)
{
	switch (below(8)) {
	case 0:
		return draw();
	case 1:
		return UINT32_MAX;
	case 2:
		return 1U << below(32);
	default:
		return below(one_in(2) ? 2 : 130);
	}
}

/* Values, and masks that are all ones or none for the most part */
static void fill_fields(void *fields, size_t len)
{
	uint8_t *bytes = fields;
	size_t i;

	for (i = 0; i < len; i++)
		bytes[i] = one_in(6) ? 0xff : one_in(16) ? draw() : 0;
}

static void fill_rule(struct ethtool_rxnfc *nfc)
{
	struct ethtool_rx_flow_spec *fs = &nfc->fs;

	nfc->cmd = rule_commands[below(ALL(rule_commands))];
	nfc->rule_cnt = below(200);
	nfc->flow_type = flow_types[below(ALL(flow_types))];
	if (nfc->cmd == ETHTOOL_SRXFH) {
		nfc->data = draw() & (one_in(4) ? ~0ULL : 0xfc);
		return;
	}
	memset(fs, 0, sizeof(*fs));
	fs->flow_type = flow_types[below(ALL(flow_types))];
	if (one_in(4))
		fs->flow_type |= FLOW_EXT;
	if (one_in(8))
		fs->flow_type |= FLOW_MAC_EXT;
	if (one_in(8)) {
		fs->flow_type |= FLOW_RSS;
		/* in the place of rule_cnt */
		nfc->rss_context = below(3);
	}
	if (!one_in(3)) {
		fill_fields(&fs->h_u, sizeof(fs->h_u));
		fill_fields(&fs->m_u, sizeof(fs->m_u));
	}
	if (one_in(4)) {
		fill_fields(&fs->h_ext, sizeof(fs->h_ext));
		fill_fields(&fs->m_ext, sizeof(fs->m_ext));
	}
	fs->ring_cookie = one_in(3) ? RX_CLS_FLOW_DISC : below(4);
	if (one_in(16))
		fs->ring_cookie = draw();
	fs->location = one_in(3) ? RX_CLS_LOC_ANY : number();
}

static void fill_rxfh(struct ethtool_rxfh *rxfh)
{
	uint32_t i;

	memset(rxfh, 0, sizeof(*rxfh));
	rxfh->cmd = one_in(4) ? ETHTOOL_GRSSH : ETHTOOL_SRSSH;
	rxfh->rss_context = one_in(2) ? 0 :
			    one_in(2) ? ETH_RXFH_CONTEXT_ALLOC : below(4);
	rxfh->indir_size = one_in(3) ? 128 :
			   one_in(2) ? ETH_RXFH_INDIR_NO_CHANGE : number();
	rxfh->key_size = one_in(2) ? 0 : one_in(2) ? KEY_LEN : below(64);
	rxfh->hfunc = one_in(2) ? 0 : 1 << below(4);
	for (i = 0; i < FILLED; i++)
		rxfh->rss_config[i] = below(3);
}

static void fill_each(struct ethtool_per_queue_op *each)
{
	struct ethtool_coalesce *coal = (struct ethtool_coalesce *)each->data;
	uint32_t i;

	memset(each, 0, sizeof(*each));
	each->cmd = ETHTOOL_PERQUEUE;
	each->sub_command = one_in(3) ? ETHTOOL_GCOALESCE : ETHTOOL_SCOALESCE;
	each->queue_mask[0] = draw() & 0xf;
	if (one_in(8))
		each->queue_mask[below(ALL(each->queue_mask))] = draw();
	for (i = 0; i < 8; i++) {
		memset(&coal[i], 0, sizeof(coal[i]));
		coal[i].cmd = ETHTOOL_SCOALESCE;
		coal[i].rx_coalesce_usecs = number();
		coal[i].rx_max_coalesced_frames = number();
		coal[i].tx_coalesce_usecs = number();
		coal[i].tx_max_coalesced_frames = number();
		coal[i].use_adaptive_rx_coalesce = one_in(4);
	}
}

/**
 * call_ethtool - ask by ioctl for something, or to set it
 * @fd: a socket in the namespace of the devices
 *
 * Return: 0, or a negative error.
 */
int call_ethtool(int fd)
{
	static union request request;
	struct ifreq ifr = { .ifr_data = (void *)&request };
	uint32_t i;

	for (i = 0; i < FILLED; i++)
		request.words[i] = number();
	switch (below(5)) {
	case 0:
	case 1:
		fill_rule(&request.nfc);
		break;
	case 2:
		fill_rxfh(&request.rxfh);
		break;
	case 3:
		fill_each(&request.each);
		break;
	default:
		request.command = commands[below(ALL(commands))];
	}
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", some_name());
	return ioctl(fd, SIOCETHTOOL, &ifr) < 0 ? -errno : 0;
}
