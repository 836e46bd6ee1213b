// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ip link help vnet
 */
#include <stdbool.h>
#include <stdio.h>
#include <linux/if_link_vnet.h>

#include "link_vnet.h"

static const char *vnet_on_off(bool on)
{
	return on ? "on" : "off";
}

void vnet_usage(FILE *f)
{
	fprintf(f,
		"Usage: ip link add [ NAME ] type " VNET_KIND " [ OPTIONS ]\n"
		"               [ peer [ [ name ] NAME ] [ LINK-OPTIONS ]\n"
		"                      [ type " VNET_KIND " OPTIONS ] ]\n"
		"       ip link set DEVICE type " VNET_KIND " OPTIONS\n"
		"       ip [ -j ] [ -s ] -d link show DEVICE\n"
		"\n"
		"OPTIONS := [ tx_ring N ] [ rx_ring N ]\n"
		"           [ rx_pause { on | off } ] [ tx_pause { on | off } ]\n"
		"           [ flow_control { on | off } ]\n"
		"           [ tx_usecs N ] [ tx_frames N ]\n"
		"           [ rx_usecs N ] [ rx_frames N ]\n"
		"           [ adaptive_rx { on | off } ] [ adaptive_tx { on | off } ]\n"
		"           [ irq { on | off } ]\n"
		"           [ queue { N | N-M | all } [ cpu { C | any } ]\n"
		"                                     [ failed { on | off } ] ] ...\n"
		"           [ gen [ on | off ] [ GEN ] ]\n"
		"\n"
		"GEN := [ rate { PPS | max } | bitrate BPS ] [ count N ] [ duration TIME ]\n"
		"       [ proto { arp | udp4 | udp6 | tcp4 | tcp6 | icmp4 | icmp6 | raw } ]\n"
		"       [ tcp { syn | ack | data } ] [ raw HEX ]\n"
		"       [ vlan { ID | none } ] [ vlan_prio P ] [ qinq { ID | none } ]\n"
		"       [ src_mac MAC[-MAC] ] [ dst_mac MAC[-MAC] ]\n"
		"       [ src ADDR[-ADDR] ] [ dst ADDR[-ADDR] ]\n"
		"       [ src_port N[-N] ] [ dst_port N[-N] ]\n"
		"       [ random { FIELD[,FIELD]... | all | none } ] [ flows N ]\n"
		"       [ size { N[-N] | imix } ] [ csum { valid | unnecessary | bad } ]\n"
		"       [ payload { zeros | pattern | random | pktgen } ] [ seed N ]\n"
		"       [ queues { N[-N][,N[-N]]... | all | hash } ] [ burst N ]\n"
		"\n"
		"  tx_ring       entries of each TX ring, N is\n"
		"                " VNET_RING_LIMITS ", default "
		VNET_STR(VNET_RING_DEFAULT) "\n"
		"  rx_ring       entries of each RX ring, likewise\n"
		"  rx_pause      heed the pause of a full peer, default %s\n"
		"  tx_pause      pause the peer while an RX ring is full, default %s;\n"
		"                off: drop what does not fit\n"
		"  flow_control  rx_pause and tx_pause at once; one of them after it wins\n"
		"  tx_usecs      how long completions may wait for more once the TX queue is\n"
		"                stopped, in microseconds: " VNET_TX_USECS_LIMITS ",\n"
		"                default " VNET_STR(VNET_TX_USECS_DEFAULT) "\n"
		"  tx_frames     descriptors of a TX queue that are completed together, N is\n"
		"                " VNET_TX_FRAMES_LIMITS ", default "
		VNET_STR(VNET_TX_FRAMES_DEFAULT) "\n"
		"  rx_usecs      how long frames may wait for more before they are received,\n"
		"                in microseconds: " VNET_RX_USECS_LIMITS ",\n"
		"                default " VNET_STR(VNET_RX_USECS_DEFAULT) "\n"
		"  rx_frames     frames of an RX ring that wait for no more, N is\n"
		"                " VNET_RX_FRAMES_LIMITS ", default "
		VNET_STR(VNET_RX_FRAMES_DEFAULT) ":\n"
		"                as many as the ring takes\n"
		"  adaptive_rx   have the kernel find out the best rx_usecs and rx_frames,\n"
		"                default %s\n"
		"  adaptive_tx   the same of tx_usecs and tx_frames, default %s\n"
		"  irq           have an interrupt of Linux for each RX queue, default %s;\n"
		"                changed while the device is down\n"
		"  queue         the RX queue N, those from N to M, or all of the device:\n"
		"                where its work runs, on CPU C or on any, which is the one\n"
		"                that raises it and the default; whether it has failed and\n"
		"                other queues stand in for it, default off\n"
		"  gen           the generator of frames that the device receives; what is\n"
		"                said of it also turns it on, unless \"off\" is said, too\n"
		"  rate          frames a second, PPS is\n"
		"                " VNET_GEN_RATE_LIMITS ", default "
		VNET_STR(VNET_GEN_RATE_DEFAULT) ";\n"
		"                max: as fast as they are received\n"
		"  bitrate       bits a second, BPS is\n"
		"                " VNET_GEN_BITRATE_LIMITS "\n"
		"  count         frames of a run, which then ends; 0, the default: no end\n"
		"  duration      how long a run takes, TIME is\n"
		"                " VNET_GEN_DURATION_LIMITS ";\n"
		"                0, the default: no end\n"
		"  proto         what the frames are, default arp; another proto sets\n"
		"                addresses, ports, tcp, raw, random, payload, flows and size\n"
		"                back to their defaults\n"
		"  tcp           SYNs, ACKs or data in sequence, default syn\n"
		"  raw           how a raw frame begins, "
		VNET_STR(VNET_GEN_RAW_MIN) " to " VNET_STR(VNET_GEN_RAW_MAX)
		" bytes of two digits each\n"
		"  vlan          ID of a VLAN tag, "
		VNET_GEN_VLAN_LIMITS ", the default\n"
		"  vlan_prio     priority of the tags, 0 to "
		VNET_STR(VNET_GEN_VLAN_PRIO_MAX) ", default 0\n"
		"  qinq          ID of an outer tag, likewise\n"
		"  src_mac       source MAC, or a range; default the device's for arp, or\n"
		"                else 02:00:00:00:00:01\n"
		"  dst_mac       destination MAC, or a range; default broadcast for arp, or\n"
		"                else the device's\n"
		"  src           source address, IPv4 or IPv6, or a range; default 10.0.0.1\n"
		"                or fd00::1\n"
		"  dst           destination address, likewise; default 10.0.0.2 or fd00::2\n"
		"  src_port      source port, or a range, 0 to "
		VNET_STR(VNET_GEN_PORT_MAX) ", default "
		VNET_STR(VNET_GEN_PORT_DEFAULT) "\n"
		"  dst_port      destination port, likewise\n"
		"  random        what is drawn from its range, not counted through it; FIELD\n"
		"                is src_mac, dst_mac, src, dst, src_port or dst_port\n"
		"  flows         five-tuples, "
		VNET_STR(VNET_GEN_FLOWS_MIN) " to " VNET_STR(VNET_GEN_FLOWS_MAX)
		", default " VNET_STR(VNET_GEN_FLOWS_DEFAULT) "\n"
		"  size          bytes of a frame from the Ethernet header, without FCS: "
		VNET_STR(VNET_GEN_SIZE_MIN) "\n"
		"                to " VNET_STR(VNET_GEN_SIZE_MAX)
		", or a range, default " VNET_STR(VNET_GEN_SIZE_DEFAULT)
		"; imix: 7 of 60, 4 of 590 and\n"
		"                1 of 1514\n"
		"  csum          checksums are right, the default, or right and said to be\n"
		"                checked, or wrong\n"
		"  payload       what follows the headers, default zeros\n"
		"  seed          of all that is random, a number of 64 bits\n"
		"  queues        RX queues to deal the frames to, default all; or by the hash\n"
		"                of their flow\n"
		"  burst         frames of a queue that come at a time, "
		VNET_STR(VNET_GEN_BURST_MIN) " to " VNET_STR(VNET_GEN_BURST_MAX)
		", default " VNET_STR(VNET_GEN_BURST_DEFAULT) "\n"
		"\n"
		"PPS, BPS and N of count may end in k, m, g or t (1k is 1000, 1.5m is\n"
		"1500000), BPS also in bit, kbit, mbit, gbit or tbit; TIME in h, m, s, the\n"
		"default, ms, us or ns.\n"
		"\n"
		"What follows \"peer\" is the peer's. For LINK-OPTIONS, such as netns,\n"
		"address or mtu, see \"ip link help\". Without \"peer\" the device is alone.\n",
		vnet_on_off(VNET_RX_PAUSE_DEFAULT),
		vnet_on_off(VNET_TX_PAUSE_DEFAULT),
		vnet_on_off(VNET_ADAPTIVE_RX_DEFAULT),
		vnet_on_off(VNET_ADAPTIVE_TX_DEFAULT),
		vnet_on_off(VNET_IRQ_DEFAULT));
}
