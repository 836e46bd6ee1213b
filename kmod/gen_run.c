// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a run of the generator consists of: for each queue its share of the
 * frames and the memory to make them.
 */
#include <linux/slab.h>

#include "gen.h"
#include "steer.h"
#include "toeplitz.h"
#include "vnet.h"

/* The pool, which is charged to nobody, keeps no more pages, whatever the ring */
#define VNET_GEN_POOL_MAX	1024U

static struct page_pool *vnet_gen_pool(struct vnet_dev *vd,
				       struct napi_struct *napi)
{
	struct page_pool_params params = {
		.pool_size = min(vd->rx_ring, VNET_GEN_POOL_MAX),
		.nid = NUMA_NO_NODE,
	};

	vnet_page_pool_napi(&params, vd->dev, napi);
	return page_pool_create(&params);
}

/**
 * vnet_gen_queue_detach - take a generator away from its queue
 * @q: the generator, in use or not; its timer does not run
 *
 * What is in the ring is still delivered.
 *
 * Context: locked, NAPI disabled: where it runs pages are given back without a
 * lock, and their pool is destroyed here. May sleep.
 */
void vnet_gen_queue_detach(struct vnet_gen_queue *q)
{
	if (q->rxq->gen == q) {
		q->rxq->gen = NULL;
		q->rxq->napi.poll = vnet_poll;
		WRITE_ONCE(q->rxq->gen_share, 0);
	}
	page_pool_destroy(q->pool);
	q->pool = NULL;
}

/**
 * vnet_gen_run_free - free a run
 * @run: the run, used or not; its timers do not run. May be NULL
 *
 * Context: locked. May sleep.
 */
void vnet_gen_run_free(struct vnet_gen_run *run)
{
	const struct vnet_dev *vd;
	struct vnet_gen_queue *q;
	bool live;
	u32 i;

	if (!run)
		return;

	vd = run->vd;
	netdev_lock_ops_to_full(vd->dev);
	for (i = 0; i < run->nqueues; i++) {
		q = &run->queue[i];
		if (!q->pool)
			continue;
		live = vd->open && q->rxq->idx < vd->dev->real_num_rx_queues;
		if (live)
			vnet_rxq_disable(q->rxq);
		vnet_gen_queue_detach(q);
		if (live)
			vnet_rxq_resume(q->rxq);
	}
	netdev_unlock_full_to_ops(vd->dev);
	kvfree(run->lists);
	kvfree(run);
}

/* Add the generator of an RX queue to a run; NULL if there is no memory */
static struct vnet_gen_queue *vnet_gen_add_queue(struct vnet_gen_run *run,
						 u32 idx)
{
	struct vnet_gen_queue *q = &run->queue[run->nqueues++];
	struct page_pool *pool;
	struct page *page;

	q->run = run;
	q->rxq = &run->vd->rxq[idx];
	seqcount_init(&q->seq);
	pool = vnet_gen_pool(run->vd, &q->rxq->napi);
	if (IS_ERR(pool))
		return NULL;
	q->pool = pool;

	/* It gets its pages many at a time; the first frame is not to wait */
	page = page_pool_alloc_pages(pool, GFP_KERNEL | __GFP_NOWARN);
	if (!page)
		return NULL;
	page_pool_put_full_page(pool, page, false);
	return q;
}

/*
 * The RX queue of a flow: where the device steers its frames, which look like
 * @skb, or where it does not, what the hash says that all cards know. Frames that
 * a rule drops are made there, too.
 */
static u32 vnet_gen_flow_queue(const struct vnet_gen_run *run,
			       const struct vnet_steer *steer,
			       struct sk_buff *skb, u32 flow, u32 queues)
{
	u32 queue, to;

	queue = vnet_gen_flow_hash(&run->tmpl, flow) % VNET_TOEPLITZ_TABLE %
		queues;
	if (!steer)
		return queue;

	vnet_gen_flow_head(&run->tmpl, flow, run->vd->dev->dev_addr, skb->data);
	to = vnet_steer_pick(steer, skb, queue);
	return to < queues ? to : queue;
}

/* Sort the flows by queue, @of says which; queues without any have nothing to do */
static int vnet_gen_share_flows(struct vnet_gen_run *run, const u16 *of,
				u32 queues, u32 flows)
{
	u32 end[VNET_QUEUES_MAX] = {}, begin = 0, flow, i, n;
	struct vnet_gen_queue *q;

	for (flow = 0; flow < flows; flow++)
		end[of[flow]]++;
	for (i = 0; i < queues; i++) {
		n = end[i];
		end[i] = begin;
		begin += n;
	}
	for (flow = 0; flow < flows; flow++)
		run->lists[end[of[flow]]++] = flow;

	for (i = 0, begin = 0; i < queues; begin = end[i++]) {
		if (end[i] == begin)
			continue;
		q = vnet_gen_add_queue(run, i);
		if (!q)
			return -ENOMEM;
		q->share.list = run->lists + begin;
		q->share.flows = end[i] - begin;
		q->share.all_flows = flows;
	}
	return 0;
}

static int vnet_gen_share_hash(struct vnet_gen_run *run,
			       const struct vnet_steer *steer, u32 queues,
			       u32 flows)
{
	struct sk_buff *skb = alloc_skb(run->tmpl.copy, GFP_KERNEL);
	u16 *of = kvmalloc_array(flows, sizeof(*of), GFP_KERNEL);
	int err = -ENOMEM;
	u32 flow;

	run->lists = kvmalloc_array(flows, sizeof(*run->lists), VNET_GFP);
	if (!skb || !of || !run->lists)
		goto free;

	__skb_put(skb, run->tmpl.head_len);
	for (flow = 0; flow < flows; flow++) {
		of[flow] = vnet_gen_flow_queue(run, steer, skb, flow, queues);
		cond_resched();
	}
	err = vnet_gen_share_flows(run, of, queues, flows);
free:
	kvfree(of);
	consume_skb(skb);
	return err;
}

static int vnet_gen_share_all(struct vnet_gen_run *run,
			      const struct vnet_gen_config *cfg, u32 queues)
{
	bool all = bitmap_empty(cfg->queues, VNET_QUEUES_MAX);
	u32 n = all ? queues : bitmap_weight(cfg->queues, VNET_QUEUES_MAX);
	struct vnet_gen_queue *q;
	u32 i;

	for (i = 0; i < queues; i++) {
		if (!all && !test_bit(i, cfg->queues))
			continue;
		q = vnet_gen_add_queue(run, i);
		if (!q)
			return -ENOMEM;
		vnet_gen_share_deal(&q->share, run->nqueues - 1, n, cfg->flows);
	}
	return 0;
}

/**
 * vnet_gen_run_alloc - make a run
 * @vd: the device, open
 * @cfg: what the generator is told, valid
 * @steer: what the device steers by, or is going to; may be NULL
 * @queues: RX queues that the device has, or is going to have
 *
 * Context: locked. May sleep.
 *
 * Return: the run, for vnet_gen_run_free(), or ERR_PTR(-ENOMEM).
 */
struct vnet_gen_run *vnet_gen_run_alloc(struct vnet_dev *vd,
					const struct vnet_gen_config *cfg,
					const struct vnet_steer *steer,
					u32 queues)
{
	struct vnet_gen_run *run;
	int err;

	run = kvzalloc(struct_size(run, queue, queues), VNET_GFP);
	if (!run)
		return ERR_PTR(-ENOMEM);

	run->vd = vd;
	run->burst = cfg->burst;
	vnet_gen_pace_init(&run->pace, cfg);
	vnet_gen_template_init(&run->tmpl, cfg);
	if (cfg->spread == VNET_GEN_HASH)
		err = vnet_gen_share_hash(run, steer, queues, cfg->flows);
	else
		err = vnet_gen_share_all(run, cfg, queues);
	if (err) {
		vnet_gen_run_free(run);
		return ERR_PTR(err);
	}
	atomic_set(&run->left, run->nqueues);
	return run;
}
