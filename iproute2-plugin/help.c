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
		"           [ queue { N | N-M | all } cpu { C | any } ] ...\n"
		"           [ gen { on | off | rate PPS } ... ]\n"
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
		"  queue         the RX queue N, those from N to M, or all of the device:\n"
		"                where its work runs, on CPU C or on any, which is the one\n"
		"                that raises it and the default\n"
		"  gen           the generator of ARP requests; PPS, frames a second, is\n"
		"                " VNET_GEN_RATE_LIMITS ", default "
		VNET_STR(VNET_GEN_RATE_DEFAULT) ",\n"
		"                and may end in k, m or g (1k is 1000, 1.5m is 1500000);\n"
		"                \"gen rate\" also turns it on, \"gen off rate\" does not\n"
		"\n"
		"What follows \"peer\" is the peer's. For LINK-OPTIONS, such as netns,\n"
		"address or mtu, see \"ip link help\". Without \"peer\" the device is alone.\n",
		vnet_on_off(VNET_RX_PAUSE_DEFAULT),
		vnet_on_off(VNET_TX_PAUSE_DEFAULT));
}
