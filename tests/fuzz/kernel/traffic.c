// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Frames: good ones, bad ones, and such as have to be cut or summed up.
 */
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>

#include "fuzz.h"

/* Younger than the headers of Debian 12 */
#define GSO_UDP_L4	5

#define FRAME_MAX	4000
#define HEADERS		64

int open_traffic(void)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), on = 1;

	if (fd >= 0)
		setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on));
	return fd;
}

/* What is to be done to the frame: mostly nothing, else anything */
static void fill_offload(struct virtio_net_hdr *offload, size_t len)
{
	memset(offload, 0, sizeof(*offload));
	if (!one_in(3))
		return;
	offload->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	offload->csum_start = one_in(8) ? below(len + 8) : 34;
	offload->csum_offset = one_in(8) ? below(64) : one_in(2) ? 6 : 16;
	if (one_in(2))
		return;
	offload->gso_type = one_in(2) ? VIRTIO_NET_HDR_GSO_TCPV4 : GSO_UDP_L4;
	offload->gso_size = one_in(8) ? draw() : 100 + below(1000);
	offload->hdr_len = 34 + (one_in(2) ? 8 : 20);
}

static void fill_frame(uint8_t *frame, size_t len)
{
	static const uint16_t types[] = {
		ETH_P_IP, ETH_P_IP, ETH_P_IPV6, ETH_P_ARP, ETH_P_8021Q,
		ETH_P_8021AD, ETH_P_MPLS_UC,
	};
	size_t i;

	for (i = 0; i < len && i < HEADERS; i++)
		frame[i] = one_in(4) ? draw() : 0;
	frame[0] &= 0xfe;
	frame[12] = types[below(7)] >> 8;
	frame[13] = one_in(16) ? draw() : 0;
	if (frame[12] == ETH_P_IP >> 8 && !frame[13] && len > 34) {
		frame[14] = one_in(8) ? draw() : 0x45;
		frame[16] = (len - 14) >> 8;
		frame[17] = len - 14;
		frame[20] = one_in(8) ? draw() : 0;
		frame[23] = one_in(2) ? 6 : 17;
	}
}

void send_frames(int fd)
{
	static uint8_t packet[sizeof(struct virtio_net_hdr) + FRAME_MAX];
	struct virtio_net_hdr offload;
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_ifindex = (int)if_nametoindex(some_name()),
		.sll_halen = ETH_ALEN,
	};
	uint32_t n = 1 + below(one_in(16) ? 100 : 4);
	int bypass = one_in(4);
	size_t len;

	setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &bypass,
		   sizeof(bypass));
	while (n--) {
		len = within(ETH_HLEN, FRAME_MAX);
		fill_offload(&offload, len);
		memcpy(packet, &offload, sizeof(offload));
		fill_frame(packet + sizeof(offload), len);
		if (to.sll_ifindex)
			sendto(fd, packet, sizeof(offload) + len,
			       MSG_DONTWAIT, (struct sockaddr *)&to,
			       sizeof(to));
	}
}
