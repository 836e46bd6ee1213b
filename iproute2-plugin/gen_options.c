// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The options of the generator, in the order in which they are printed.
 */
#include <linux/if_link_vnet.h>

#include "link_vnet.h"
#include "link_vnet_gen.h"

#define NUMBERS(min, max) \
	"a number from " VNET_STR(min) " to " VNET_STR(max)

#define RANGES(min, max, example) \
	NUMBERS(min, max) ", or two of them, the smaller first, as in " example

#define MACS \
	"MAC address like 02:00:00:00:00:01, or two of them, the smaller" \
	" first, with a - between them"

#define ADDRESSES \
	"an IPv4 or IPv6 address, or two of one family, the smaller first," \
	" with a - between them; IPv6 addresses may differ in the last 64 bits"

#define PROTOCOLS \
	"arp, udp4, udp6, tcp4, tcp6, icmp4, icmp6 or raw"

#define FIELDS \
	"all, none, or some of src_mac, dst_mac, src, dst, src_port and" \
	" dst_port, with commas between them"

static const char * const protocols[] = {
	[VNET_GEN_ARP] = "arp",
	[VNET_GEN_UDP4] = "udp4",
	[VNET_GEN_UDP6] = "udp6",
	[VNET_GEN_TCP4] = "tcp4",
	[VNET_GEN_TCP6] = "tcp6",
	[VNET_GEN_ICMP4] = "icmp4",
	[VNET_GEN_ICMP6] = "icmp6",
	[VNET_GEN_RAW] = "raw",
	NULL
};

static const char * const segments[] = {
	[VNET_GEN_TCP_SYN] = "syn",
	[VNET_GEN_TCP_ACK] = "ack",
	[VNET_GEN_TCP_DATA] = "data",
	NULL
};

static const char * const fields[] = {
	[VNET_GEN_FIELD_SRC_MAC] = "src_mac",
	[VNET_GEN_FIELD_DST_MAC] = "dst_mac",
	[VNET_GEN_FIELD_SRC] = "src",
	[VNET_GEN_FIELD_DST] = "dst",
	[VNET_GEN_FIELD_SRC_PORT] = "src_port",
	[VNET_GEN_FIELD_DST_PORT] = "dst_port",
	NULL
};

static const char * const checksums[] = {
	[VNET_GEN_CSUM_VALID] = "valid",
	[VNET_GEN_CSUM_UNNECESSARY] = "unnecessary",
	[VNET_GEN_CSUM_BAD] = "bad",
	NULL
};

static const char * const payloads[] = {
	[VNET_GEN_PAYLOAD_ZEROS] = "zeros",
	[VNET_GEN_PAYLOAD_PATTERN] = "pattern",
	[VNET_GEN_PAYLOAD_RANDOM] = "random",
	[VNET_GEN_PAYLOAD_PKTGEN] = "pktgen",
	NULL
};

const struct vnet_gen_option vnet_gen_options[] = {
	{
		.name		= "rate",
		.kind		= &vnet_gen_number,
		.limits		= VNET_GEN_RATE_LIMITS,
		.attr		= IFLA_VNET_GEN_RATE,
		.size		= sizeof(__u64),
		.min		= VNET_GEN_RATE_MIN,
		.max		= VNET_GEN_RATE_MAX,
		.units		= vnet_decimal_units,
		.word		= "max",
		.word_value	= VNET_GEN_RATE_UNPACED,
		.word_in_json	= true,
	}, {
		.name		= "bitrate",
		.kind		= &vnet_gen_number,
		.limits		= VNET_GEN_BITRATE_LIMITS,
		.attr		= IFLA_VNET_GEN_BITRATE,
		.size		= sizeof(__u64),
		.min		= VNET_GEN_BITRATE_MIN,
		.max		= VNET_GEN_BITRATE_MAX,
		.units		= vnet_bit_units,
	}, {
		.name		= "count",
		.kind		= &vnet_gen_number,
		.limits		= "a whole number of at most 64 bits",
		.attr		= IFLA_VNET_GEN_COUNT,
		.defaults	= { "0" },
		.size		= sizeof(__u64),
		.max		= ~0ULL,
		.units		= vnet_decimal_units,
	}, {
		.name		= "duration",
		.kind		= &vnet_gen_number,
		.limits		= VNET_GEN_DURATION_LIMITS,
		.attr		= IFLA_VNET_GEN_DURATION,
		.defaults	= { "0s" },
		.size		= sizeof(__u64),
		.max		= VNET_GEN_DURATION_MAX,
		.units		= vnet_time_units,
	}, {
		.name		= "proto",
		.kind		= &vnet_gen_name,
		.limits		= PROTOCOLS,
		.attr		= IFLA_VNET_GEN_PROTO,
		.defaults	= { "arp" },
		.names		= protocols,
	}, {
		.name		= "tcp",
		.kind		= &vnet_gen_name,
		.limits		= "syn, ack or data",
		.attr		= IFLA_VNET_GEN_TCP,
		.defaults	= { "syn" },
		.names		= segments,
	}, {
		.name		= "raw",
		.kind		= &vnet_gen_bytes,
		.limits		= VNET_STR(VNET_GEN_RAW_MIN) " to "
				  VNET_STR(VNET_GEN_RAW_MAX)
				  " bytes of two hexadecimal digits each",
		.attr		= IFLA_VNET_GEN_RAW,
		.bytes		= &vnet_gen_hex,
	}, {
		.name		= "vlan",
		.kind		= &vnet_gen_number,
		.limits		= VNET_GEN_VLAN_LIMITS,
		.attr		= IFLA_VNET_GEN_VLAN,
		.defaults	= { "none" },
		.size		= sizeof(__u32),
		.max		= VNET_GEN_VLAN_MAX,
		.units		= vnet_no_units,
		.word		= "none",
		.word_value	= VNET_GEN_VLAN_NONE,
	}, {
		.name		= "vlan_prio",
		.kind		= &vnet_gen_number,
		.limits		= NUMBERS(0, VNET_GEN_VLAN_PRIO_MAX),
		.attr		= IFLA_VNET_GEN_VLAN_PRIO,
		.defaults	= { "0" },
		.size		= sizeof(__u8),
		.max		= VNET_GEN_VLAN_PRIO_MAX,
		.units		= vnet_no_units,
	}, {
		.name		= "qinq",
		.kind		= &vnet_gen_number,
		.limits		= VNET_GEN_VLAN_LIMITS,
		.attr		= IFLA_VNET_GEN_QINQ,
		.defaults	= { "none" },
		.size		= sizeof(__u32),
		.max		= VNET_GEN_VLAN_MAX,
		.units		= vnet_no_units,
		.word		= "none",
		.word_value	= VNET_GEN_VLAN_NONE,
	}, {
		.name		= "src_mac",
		.kind		= &vnet_gen_bytes,
		.limits		= "a unicast " MACS,
		.attr		= IFLA_VNET_GEN_SRC_MAC,
		.last		= IFLA_VNET_GEN_SRC_MAC_LAST,
		.bytes		= &vnet_gen_unicast_mac,
	}, {
		.name		= "dst_mac",
		.kind		= &vnet_gen_bytes,
		.limits		= "a " MACS,
		.attr		= IFLA_VNET_GEN_DST_MAC,
		.last		= IFLA_VNET_GEN_DST_MAC_LAST,
		.bytes		= &vnet_gen_mac,
	}, {
		.name		= "src",
		.kind		= &vnet_gen_bytes,
		.limits		= ADDRESSES,
		.attr		= IFLA_VNET_GEN_SRC,
		.last		= IFLA_VNET_GEN_SRC_LAST,
		.defaults	= { "10.0.0.1", "fd00::1" },
		.bytes		= &vnet_gen_address,
	}, {
		.name		= "dst",
		.kind		= &vnet_gen_bytes,
		.limits		= ADDRESSES,
		.attr		= IFLA_VNET_GEN_DST,
		.last		= IFLA_VNET_GEN_DST_LAST,
		.defaults	= { "10.0.0.2", "fd00::2" },
		.bytes		= &vnet_gen_address,
	}, {
		.name		= "src_port",
		.kind		= &vnet_gen_number,
		.limits		= RANGES(0, VNET_GEN_PORT_MAX, "1024-2047"),
		.attr		= IFLA_VNET_GEN_SRC_PORT,
		.last		= IFLA_VNET_GEN_SRC_PORT_LAST,
		.defaults	= { VNET_STR(VNET_GEN_PORT_DEFAULT) },
		.size		= sizeof(__u32),
		.max		= VNET_GEN_PORT_MAX,
		.units		= vnet_no_units,
	}, {
		.name		= "dst_port",
		.kind		= &vnet_gen_number,
		.limits		= RANGES(0, VNET_GEN_PORT_MAX, "1024-2047"),
		.attr		= IFLA_VNET_GEN_DST_PORT,
		.last		= IFLA_VNET_GEN_DST_PORT_LAST,
		.defaults	= { VNET_STR(VNET_GEN_PORT_DEFAULT) },
		.size		= sizeof(__u32),
		.max		= VNET_GEN_PORT_MAX,
		.units		= vnet_no_units,
	}, {
		.name		= "random",
		.kind		= &vnet_gen_bits,
		.limits		= FIELDS,
		.attr		= IFLA_VNET_GEN_RANDOM,
		.defaults	= { "none" },
		.names		= fields,
	}, {
		.name		= "flows",
		.kind		= &vnet_gen_number,
		.limits		= NUMBERS(VNET_GEN_FLOWS_MIN,
					  VNET_GEN_FLOWS_MAX),
		.attr		= IFLA_VNET_GEN_FLOWS,
		.defaults	= { VNET_STR(VNET_GEN_FLOWS_DEFAULT) },
		.size		= sizeof(__u32),
		.min		= VNET_GEN_FLOWS_MIN,
		.max		= VNET_GEN_FLOWS_MAX,
		.units		= vnet_no_units,
	}, {
		.name		= "size",
		.kind		= &vnet_gen_number,
		.limits		= RANGES(VNET_GEN_SIZE_MIN, VNET_GEN_SIZE_MAX,
					 "60-1514") ", or imix",
		.attr		= IFLA_VNET_GEN_SIZE,
		.last		= IFLA_VNET_GEN_SIZE_LAST,
		.defaults	= { VNET_STR(VNET_GEN_SIZE_DEFAULT) },
		.size		= sizeof(__u32),
		.min		= VNET_GEN_SIZE_MIN,
		.max		= VNET_GEN_SIZE_MAX,
		.units		= vnet_no_units,
		.word		= "imix",
		.word_value	= VNET_GEN_SIZE_IMIX,
	}, {
		.name		= "csum",
		.kind		= &vnet_gen_name,
		.limits		= "valid, unnecessary or bad",
		.attr		= IFLA_VNET_GEN_CSUM,
		.defaults	= { "valid" },
		.names		= checksums,
	}, {
		.name		= "payload",
		.kind		= &vnet_gen_name,
		.limits		= "zeros, pattern, random or pktgen",
		.attr		= IFLA_VNET_GEN_PAYLOAD,
		.defaults	= { "zeros" },
		.names		= payloads,
	}, {
		.name		= "seed",
		.kind		= &vnet_gen_number,
		.limits		= "a number of at most 64 bits",
		.attr		= IFLA_VNET_GEN_SEED,
		.defaults	= { "0" },
		.size		= sizeof(__u64),
		.max		= ~0ULL,
		.units		= vnet_no_units,
	}, {
		.name		= "queues",
		.kind		= &vnet_gen_queues,
		.limits		= "all, hash, or numbers and ranges less than "
				  VNET_STR(VNET_QUEUES_MAX) " as in 0-3,7",
		.attr		= IFLA_VNET_GEN_QUEUES,
		.defaults	= { "all" },
	}, {
		.name		= "burst",
		.kind		= &vnet_gen_number,
		.limits		= NUMBERS(VNET_GEN_BURST_MIN,
					  VNET_GEN_BURST_MAX),
		.attr		= IFLA_VNET_GEN_BURST,
		.defaults	= { VNET_STR(VNET_GEN_BURST_DEFAULT) },
		.size		= sizeof(__u32),
		.min		= VNET_GEN_BURST_MIN,
		.max		= VNET_GEN_BURST_MAX,
		.units		= vnet_no_units,
	},
	{}
};
