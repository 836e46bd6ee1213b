// SPDX-License-Identifier: GPL-2.0-only
/*
 * ethtool -t. Offline: frames with a pattern through every ring, the device its own
 * receiver, each byte checked. Online: what has to be true of the rings at any time.
 */
#include <linux/ethtool.h>
#include <linux/iopoll.h>

#include "ethtool.h"
#include "steer.h"
#include "vnet.h"

/* Frames to each ring, which the smallest has room for */
#define VNET_TEST_FRAMES	32U
#define VNET_TEST_LEN_MAX	ETH_FRAME_LEN
#define VNET_TEST_WAIT_US	(2 * USEC_PER_SEC)
#define VNET_TEST_STEP_US	100

enum vnet_test {
	VNET_TEST_LOOP,
	VNET_TEST_RINGS,
	VNET_TEST_WIRES,
	VNET_TEST_LINK,

	VNET_TESTS
};

static const char vnet_test_names[VNET_TESTS][ETH_GSTRING_LEN] = {
	[VNET_TEST_LOOP]	= "Frames in loopback (offline)",
	[VNET_TEST_RINGS]	= "Ring indices (online)",
	[VNET_TEST_WIRES]	= "Wires that wait (online)",
	[VNET_TEST_LINK]	= "Carrier (online)",
};

/* In front of the pattern */
struct vnet_test_head {
	__be32 number;
	__be32 queue;
};

/**
 * struct vnet_test_run - frames that are under way
 * @tap: sees them come
 * @taken: a bit for each that came as it should, once
 * @number: of frames in all
 * @came: frames that came
 * @good: of these, as they should
 */
struct vnet_test_run {
	struct packet_type tap;
	unsigned long *taken;
	u32 number;
	atomic_t came;
	atomic_t good;
};

/* Lengths from the least to the most, in an order of their own */
static u32 vnet_test_len(const struct net_device *dev, u32 number)
{
	u32 most = min_t(u32, dev->mtu + ETH_HLEN, VNET_TEST_LEN_MAX);

	return ETH_ZLEN + number * 97 % (most - ETH_ZLEN + 1);
}

/* Zeros, ones, and what differs in each byte, in turn */
static u8 vnet_test_byte(u32 number, u32 at)
{
	static const u8 flat[] = { 0x00, 0xff, 0x55, 0xaa };

	return number % 8 < ARRAY_SIZE(flat) ? flat[number % 8] :
					       number * 31 + at * 7;
}

/* Context: softirq, in an RCU read section; on several CPUs at once */
static int vnet_test_tap(struct sk_buff *skb, struct net_device *dev,
			 struct packet_type *tap, struct net_device *orig)
{
	struct vnet_test_run *run = container_of(tap, struct vnet_test_run,
						 tap);
	struct vnet_test_head head;
	u32 number, len, i;
	u8 byte;

	if (skb->protocol != htons(ETH_P_LOOPBACK) ||
	    skb->pkt_type == PACKET_OUTGOING ||
	    skb_copy_bits(skb, 0, &head, sizeof(head)))
		goto out;
	number = ntohl(head.number);
	if (number >= run->number)
		goto out;

	/* Behind it there may be an FCS */
	len = vnet_test_len(dev, number) - ETH_HLEN;
	atomic_inc(&run->came);
	if (skb->len < len || skb_get_rx_queue(skb) != ntohl(head.queue))
		goto out;
	for (i = sizeof(head); i < len; i++) {
		if (skb_copy_bits(skb, i, &byte, 1) ||
		    byte != vnet_test_byte(number, i))
			goto out;
	}
	if (!test_and_set_bit(number, run->taken))
		atomic_inc(&run->good);
out:
	consume_skb(skb);
	return NET_RX_SUCCESS;
}

static struct sk_buff *vnet_test_frame(struct net_device *dev, u32 number,
				       u32 queue)
{
	u32 len = vnet_test_len(dev, number) - ETH_HLEN, i;
	struct vnet_test_head *head;
	struct sk_buff *skb;
	u8 *byte;

	skb = alloc_skb(LL_RESERVED_SPACE(dev) + len, GFP_KERNEL);
	if (!skb)
		return NULL;
	skb_reserve(skb, LL_RESERVED_SPACE(dev));
	skb->dev = dev;
	skb->protocol = htons(ETH_P_LOOPBACK);

	byte = skb_put(skb, len);
	for (i = sizeof(*head); i < len; i++)
		byte[i] = vnet_test_byte(number, i);
	head = (struct vnet_test_head *)byte;
	head->number = htonl(number);
	head->queue = htonl(queue);
	eth_header(skb, dev, ETH_P_LOOPBACK, dev->dev_addr, dev->dev_addr, len);
	skb_reset_mac_header(skb);
	return skb;
}

/* Post the frames of a TX queue whose receiver's ring is gated */
static int vnet_test_post(struct vnet_dev *vd, struct vnet_txq *txq, u32 queue,
			  u32 number)
{
	netdev_tx_t posted;
	struct sk_buff *skb;
	u32 i;

	for (i = 0; i < VNET_TEST_FRAMES; i++) {
		skb = vnet_test_frame(vd->dev, number + i, queue);
		if (!skb)
			return -ENOMEM;
		skb_set_queue_mapping(skb, txq->idx);
		__netif_tx_lock_bh(txq->nq);
		posted = vnet_xmit(skb, vd->dev);
		__netif_tx_unlock_bh(txq->nq);
		if (posted != NETDEV_TX_OK) {
			kfree_skb(skb);
			return -EBUSY;
		}
	}
	return 0;
}

/*
 * Send frames on all TX queues, TX queue i to RX queue i + @first, modulo their
 * number. They wait in the TX rings until all are posted.
 */
static int vnet_test_round(struct vnet_dev *vd, struct vnet_test_run *run,
			   u32 first)
{
	u32 ntx = vd->dev->real_num_tx_queues, i, queue;
	u32 nrx = vd->dev->real_num_rx_queues;
	int err = 0, came;

	run->number = ntx * VNET_TEST_FRAMES;
	bitmap_zero(run->taken, run->number);
	atomic_set(&run->came, 0);
	atomic_set(&run->good, 0);

	vnet_gate_close(vd);
	for (i = 0; i < ntx; i++) {
		queue = (i + first) % nrx;
		vnet_link_point(&vd->txq[i], &vd->rxq[queue]);
		WRITE_ONCE(vd->txq[i].lossy, false);
		if (!err)
			err = vnet_test_post(vd, &vd->txq[i], queue,
					     i * VNET_TEST_FRAMES);
	}
	vnet_gate_open(vd);
	if (err)
		return err;

	if (read_poll_timeout(atomic_read, came, came == run->number,
			      VNET_TEST_STEP_US, VNET_TEST_WAIT_US, false,
			      &run->came))
		return -ETIMEDOUT;
	return atomic_read(&run->good) == run->number ? 0 : -EIO;
}

/* Every TX ring, and every RX ring, of a device that is off the wire */
static int vnet_test_rounds(struct vnet_dev *vd)
{
	u32 ntx = vd->dev->real_num_tx_queues, first;
	u32 nrx = vd->dev->real_num_rx_queues;
	struct vnet_test_run run = {
		.tap.type = htons(ETH_P_ALL),
		.tap.dev = vd->dev,
		.tap.func = vnet_test_tap,
	};
	int err = 0;

	run.taken = bitmap_alloc(ntx * VNET_TEST_FRAMES, GFP_KERNEL);
	if (!run.taken)
		return -ENOMEM;
	dev_add_pack(&run.tap);
	for (first = 0; !err && first < nrx; first += ntx)
		err = vnet_test_round(vd, &run, first);
	dev_remove_pack(&run.tap);
	bitmap_free(run.taken);
	return err;
}

/* Frames that did not come in time complete nothing when they do */
static void vnet_test_give_up(struct vnet_dev *vd)
{
	u32 i, charge;

	for (i = 0; i < vd->dev->num_tx_queues; i++)
		vnet_link_leave(&vd->txq[i]);
	synchronize_net();
	for (i = 0; i < vd->dev->num_tx_queues; i++) {
		vnet_wire_cancel(&vd->txq[i]);
		vnet_txq_flush(&vd->txq[i], &charge);
		vnet_txq_reset(&vd->txq[i]);
		netif_tx_wake_queue(vd->txq[i].nq);
	}
}

/* The stack has no carrier meanwhile, nor has the peer */
static int vnet_test_loop(struct vnet_dev *vd)
{
	struct vnet_steer *steer = vnet_dereference(vd, vd->steer);
	struct vnet_dev *peer = vnet_peer(vd);
	bool loop = vd->loop;
	int err;

	if (!vd->open)
		return -ENETDOWN;
	err = vnet_link_off(vd);
	if (err)
		goto update;

	/* Frames go where they are sent to: nothing is steered */
	RCU_INIT_POINTER(vd->steer, NULL);
	vd->loop = true;
	vnet_link_share(vd);
	err = vnet_test_rounds(vd);
	if (vnet_link_off(vd))
		vnet_test_give_up(vd);
	vd->loop = loop;
	rcu_assign_pointer(vd->steer, steer);
	vnet_link_flow(vd);
update:
	vnet_link_update(vd);
	if (peer)
		vnet_link_update(peer);
	return err;
}

/* Whether a ring holds no more than it has room for, and nothing less than none */
static bool vnet_test_ring(const struct vnet_ring *ring)
{
	u32 tail, head, tries = 1000;

	do {
		/* The tail before the head, which it cannot have passed then */
		tail = smp_load_acquire(&ring->tail);
		/* And once more after it: the same, so both are of one instant */
		head = smp_load_acquire(&ring->head);
	} while (READ_ONCE(ring->tail) != tail && --tries);
	return !tries || head - tail <= (ring->desc ? ring->mask + 1 : 0);
}

static int vnet_test_rings(const struct vnet_dev *vd)
{
	const struct vnet_txq *txq;
	u32 i;

	for (i = 0; i < vd->dev->num_tx_queues; i++) {
		txq = &vd->txq[i];
		if (!vnet_test_ring(&txq->ring) ||
		    (txq->ring.desc && vnet_txq_used(txq) > txq->ring.mask + 1))
			return -EIO;
	}
	for (i = 0; i < vd->dev->num_rx_queues; i++) {
		if (!vnet_test_ring(&vd->rxq[i].ring))
			return -EIO;
	}
	return 0;
}

/* Whether as many wires wait for an RX ring as are said to, each stalled on it */
static int vnet_test_wires(struct vnet_dev *vd)
{
	struct vnet_rxq *rxq;
	struct vnet_txq *txq;
	bool wrong = false;
	u32 i, n;

	for (i = 0; i < vd->dev->num_rx_queues; i++) {
		rxq = &vd->rxq[i];
		n = 0;
		spin_lock_bh(&rxq->feed_lock);
		list_for_each_entry(txq, &rxq->stalled, stall_node)
			n++;
		wrong |= n != rxq->waiting;
		spin_unlock_bh(&rxq->feed_lock);
	}
	return wrong ? -EIO : 0;
}

/* Whether there is a carrier just where there is a link, and frames have a way */
static int vnet_test_link(const struct vnet_dev *vd)
{
	bool up = vnet_link_why_down(vd) == VNET_LINK_OK;
	u32 i;

	if (up != vd->linked || up != netif_carrier_ok(vd->dev))
		return -EIO;
	for (i = 0; i < vd->dev->real_num_tx_queues; i++) {
		if (!rcu_access_pointer(vd->txq[i].dst) !=
		    !(vd->linked && vnet_far(vd)))
			return -EIO;
	}
	return 0;
}

/**
 * vnet_test_strings - names of the tests
 * @data: room for vnet_test_count() names of ETH_GSTRING_LEN
 */
void vnet_test_strings(u8 *data)
{
	memcpy(data, vnet_test_names, sizeof(vnet_test_names));
}

/**
 * vnet_test_count - number of tests
 *
 * Return: the number.
 */
int vnet_test_count(void)
{
	return VNET_TESTS;
}

/**
 * vnet_self_test - ethtool_ops.self_test
 * @dev: the device
 * @test: says which tests to run, told whether all passed
 * @data: of each test, 0 where it passed or did not run, or an errno
 *
 * Context: RTNL. May sleep.
 */
void vnet_self_test(struct net_device *dev, struct ethtool_test *test,
		    u64 *data)
{
	struct vnet_dev *vd = netdev_priv(dev);
	int err[VNET_TESTS] = {};
	u32 i;

	vnet_lock(vd);
	if (test->flags & ETH_TEST_FL_OFFLINE)
		err[VNET_TEST_LOOP] = vnet_test_loop(vd);
	err[VNET_TEST_RINGS] = vnet_test_rings(vd);
	err[VNET_TEST_WIRES] = vnet_test_wires(vd);
	err[VNET_TEST_LINK] = vnet_test_link(vd);
	vnet_unlock(vd);

	for (i = 0; i < VNET_TESTS; i++) {
		data[i] = -err[i];
		if (!err[i])
			continue;
		test->flags |= ETH_TEST_FL_FAILED;
		netif_info(vd, drv, dev, "self-test: %s: %pe\n",
			   vnet_test_names[i], ERR_PTR(err[i]));
	}
}
