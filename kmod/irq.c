// SPDX-License-Identifier: GPL-2.0-only
/*
 * Linux interrupts for the vectors, where they were asked for: a number for each RX
 * queue, that is counted in /proc/interrupts and has an affinity. They come from
 * no hardware but from vnet_vector_special().
 *
 * The affinity of an interrupt and the CPU of its queue are one state, which is
 * the affinity's as long as there is the interrupt: vnet_irq_set_affinity() hears of
 * each change, by whomever, and has it act.
 */
#include <linux/cpumask.h>
#include <linux/interrupt.h>
#include <linux/irq.h>

#include "vnet.h"

/* How soon to try again where RTNL is taken */
#define VNET_IRQ_RETRY	1

static void vnet_irq_nothing(struct irq_data *data)
{
}

/*
 * Which CPU a mask stands for: the first, or, where all of those that are online
 * are in it, the one that raises the vector. It is called with the CPUs of the
 * mask that are online, whatever was written.
 */
static int vnet_irq_set_affinity(struct irq_data *data,
				 const struct cpumask *mask, bool force)
{
	struct vnet_vector *vec = irq_data_get_irq_chip_data(data);
	struct vnet_rxq *rxq = container_of(vec, struct vnet_rxq, vec);
	struct vnet_dev *vd = netdev_priv(rxq->dev);
	int cpu = cpumask_first(mask);

	/* Of a machine with one CPU, that may be either */
	if (cpumask_subset(cpu_online_mask, mask) &&
	    (cpumask_weight(mask) > 1 || cpu != READ_ONCE(vec->cpu)))
		cpu = VNET_CPU_ANY;
	irq_data_update_effective_affinity(data, cpu == VNET_CPU_ANY ?
					   mask : cpumask_of(cpu));
	if (cpu != READ_ONCE(vec->cpu)) {
		WRITE_ONCE(vec->cpu, cpu);
		schedule_delayed_work(&vd->irq_work, 0);
	}
	return IRQ_SET_MASK_OK;
}

static struct irq_chip vnet_irq_chip = {
	.name			= VNET_DRV_NAME,
	.irq_ack		= vnet_irq_nothing,
	.irq_mask		= vnet_irq_nothing,
	.irq_unmask		= vnet_irq_nothing,
	.irq_set_affinity	= vnet_irq_set_affinity,
	.flags			= IRQCHIP_SKIP_SET_WAKE,
};

/* NAPI's schedule bit is that of who raised the vector, if somebody did */
static irqreturn_t vnet_irq_handle(int irq, void *data)
{
	struct vnet_vector *vec = data;

	if (!READ_ONCE(vec->raised))
		return IRQ_NONE;
	WRITE_ONCE(vec->raised, false);
	__napi_schedule(vec->napi);
	return IRQ_HANDLED;
}

/* Tell those who listen that the CPU of a queue has changed */
static void vnet_irq_tell(struct work_struct *work)
{
	struct vnet_dev *vd = container_of(work, struct vnet_dev,
					   irq_work.work);

	if (!rtnl_trylock()) {
		schedule_delayed_work(&vd->irq_work, VNET_IRQ_RETRY);
		return;
	}
	if (vd->dev->reg_state == NETREG_REGISTERED)
		call_netdevice_notifiers(NETDEV_CHANGEINFODATA, vd->dev);
	rtnl_unlock();
}

/**
 * vnet_irq_move - let an interrupt have the affinity that its queue's CPU says
 * @vec: the vector, with an interrupt
 *
 * Context: RTNL. May sleep.
 */
void vnet_irq_move(struct vnet_vector *vec)
{
	int cpu = READ_ONCE(vec->cpu);

	/* A CPU that has just gone offline is as good as any */
	if (cpu != VNET_CPU_ANY && !irq_set_affinity(vec->irq, cpumask_of(cpu)))
		return;
	irq_set_affinity(vec->irq, cpu_possible_mask);
}

static void vnet_irq_setup(struct vnet_rxq *rxq, int irq)
{
	struct vnet_vector *vec = &rxq->vec;

	irq_set_chip_data(irq, vec);
	irq_set_chip_and_handler_name(irq, &vnet_irq_chip, handle_edge_irq,
				      "vector");
	irq_modify_status(irq, IRQ_NOREQUEST, IRQ_NOPROBE | VNET_IRQ_MOVES);
	vnet_vector_set_irq(vec, irq);
	if (READ_ONCE(vec->cpu) != VNET_CPU_ANY)
		vnet_irq_move(vec);
}

/**
 * vnet_irqs_init - set up what tells of affinities
 * @vd: the device
 */
void vnet_irqs_init(struct vnet_dev *vd)
{
	INIT_DELAYED_WORK(&vd->irq_work, vnet_irq_tell);
}

/**
 * vnet_irqs_alloc - have interrupts for the vectors of a device
 * @vd: the device, down
 * @extack: told what failed, may be NULL
 *
 * A queue whose CPU is offline is on any then.
 *
 * Context: RTNL. May sleep.
 *
 * Return: 0, -ENOSPC or -ENOMEM.
 */
int vnet_irqs_alloc(struct vnet_dev *vd, struct netlink_ext_ack *extack)
{
	u32 n = vd->dev->num_rx_queues, i;
	int first;

	ASSERT_RTNL();
	first = irq_alloc_descs(-1, 0, n, NUMA_NO_NODE);
	if (first < 0) {
		NL_SET_ERR_MSG(extack, "irq: no numbers, or no memory, for the interrupts");
		return first;
	}
	for (i = 0; i < n; i++)
		vnet_irq_setup(&vd->rxq[i], first + i);
	vd->irq = true;
	netif_info(vd, intr, vd->dev, "irq: %d to %d\n", first, first + (int)n - 1);
	return 0;
}

/**
 * vnet_irqs_free - have no interrupts any more
 * @vd: the device, down
 *
 * The CPU of each queue stays.
 *
 * Context: RTNL. May sleep.
 */
void vnet_irqs_free(struct vnet_dev *vd)
{
	u32 n = vd->dev->num_rx_queues, i;
	int first = vd->rxq[0].vec.irq;

	ASSERT_RTNL();
	if (!vd->irq)
		return;
	irq_free_descs(first, n);
	cancel_delayed_work(&vd->irq_work);
	for (i = 0; i < n; i++)
		vnet_vector_set_irq(&vd->rxq[i].vec, 0);
	vd->irq = false;
}

/**
 * vnet_irqs_exit - wait for what vnet_irqs_init() has set up
 * @vd: the device, down
 *
 * Context: RTNL, without the pair's lock, which the work item takes to tell how the
 *	device is. May sleep.
 */
void vnet_irqs_exit(struct vnet_dev *vd)
{
	/* When this returns, nobody sets an affinity any more */
	vnet_irqs_free(vd);
	cancel_delayed_work_sync(&vd->irq_work);
}

static void vnet_irqs_give(struct vnet_dev *vd, u32 n)
{
	while (n--)
		free_irq(vd->rxq[n].vec.irq, &vd->rxq[n].vec);
}

/**
 * vnet_irqs_request - let the vectors raise their interrupts
 * @vd: the device, about to open
 *
 * They are called by the name that the device has now.
 *
 * Context: RTNL. May sleep.
 *
 * Return: 0, also where there are no interrupts, or why they cannot.
 */
int vnet_irqs_request(struct vnet_dev *vd)
{
	struct vnet_rxq *rxq;
	int err;
	u32 i;

	for (i = 0; vd->irq && i < vd->dev->num_rx_queues; i++) {
		rxq = &vd->rxq[i];
		snprintf(rxq->irq_name, sizeof(rxq->irq_name), "%s-rx-%u",
			 vd->dev->name, i);
		err = request_irq(rxq->vec.irq, vnet_irq_handle,
				  IRQF_NO_THREAD, rxq->irq_name, &rxq->vec);
		if (err) {
			vnet_irqs_give(vd, i);
			return err;
		}
	}
	return 0;
}

/**
 * vnet_irqs_release - let the vectors raise no interrupts any more
 * @vd: the device, its NAPI disabled
 *
 * Their affinity is kept.
 *
 * Context: RTNL. May sleep.
 */
void vnet_irqs_release(struct vnet_dev *vd)
{
	if (vd->irq)
		vnet_irqs_give(vd, vd->dev->num_rx_queues);
}
