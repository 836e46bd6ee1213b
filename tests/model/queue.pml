/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A queue that stops against the completions that wake it (tx.c, txq.c): a sender,
 * stopped by its full ring or by BQL, and the poll that completes it.
 *
 * No queue stays stopped with nothing under way. There is no barrier of its own:
 * who takes a frame (acquire) sees the stop that came before it was published
 * (release). NO_RELEASE, NO_ACQUIRE: without the one or the other. LATE_STOP: the
 * queue is stopped after its frame is published; LATE_CHARGE: BQL is.
 *
 * Broken: NO_RELEASE NO_ACQUIRE LATE_STOP LATE_CHARGE
 */
#define CPUS	2
#define VARS	6

#define HEAD	0
#define POSTED	1
#define DONE	2
#define STATE	3	/* netdev_queue->state */
#define QUEUED	4	/* BQL: what was charged, what was told to be completed */
#define TOLD	5

#include "memory.pml"

#define S	0
#define P	1
#define FRAMES	4
#define SIZE	2	/* of the ring */
#define LIMIT	1	/* BQL's, where there is one; a frame is charged for 1 */

/* netdev_queue->state */
#define DRV	1
#define STACK	2

bool bql;		/* whether BQL has a limit */
byte taken;

#define BUSY(q, t)	(bql && (q) - (t) > LIMIT)

/* netdev_tx_sent_queue() */
inline charge(n)
{
	store(S, QUEUED, n);
	if
	:: BUSY(n, LOAD(S, TOLD)) ->
		relaxed(S, STATE, mem[STATE] | STACK);
		barrier(S);
		if
		:: !BUSY(n, LOAD(S, TOLD)) -> relaxed(S, STATE, mem[STATE] & DRV)
		:: else
		fi
	:: else
	fi
}

/* vnet_xmit_stop() */
inline stop(n, done)
{
	if
	:: n - done >= SIZE ->
		load_acquire(S, DONE, done);
		if
		:: n - done >= SIZE -> relaxed(S, STATE, mem[STATE] | DRV)
		:: else
		fi
	:: else
	fi
}

proctype sender()
{
	byte n, done;

	do
	:: n < FRAMES ->
		LOAD(S, STATE) == 0;
		/* the core's TX lock is an acquire */
		look(S);
		n++;
		store(S, POSTED, n);
#if defined(NO_RELEASE)
		/* nothing keeps what orders nothing in front of the store */
		if
		:: stop(n, done); charge(n); store(S, HEAD, n)
		:: store(S, HEAD, n); stop(n, done); charge(n)
		fi
#elif defined(LATE_STOP)
		charge(n); store_release(S, HEAD, n); stop(n, done)
#elif defined(LATE_CHARGE)
		stop(n, done); store_release(S, HEAD, n); charge(n)
#else
		stop(n, done);
		charge(n);
		store_release(S, HEAD, n)
#endif
	:: else -> break
	od
}

/* vnet_txq_report(): netdev_tx_completed_queue(), then the ring */
inline report(done)
{
	store(P, TOLD, done);
	barrier(P);
	if
	:: !BUSY(LOAD(P, QUEUED), done) -> relaxed(P, STATE, mem[STATE] & DRV)
	:: else
	fi;
	if
	:: LOAD(P, POSTED) - done < SIZE && (LOAD(P, STATE) & DRV) ->
		relaxed(P, STATE, mem[STATE] & STACK)
	:: else
	fi
}

proctype poll()
{
	byte head, done;

end:	do
	:: LOAD(P, HEAD) != done ->
#ifdef NO_ACQUIRE
		load(P, HEAD, head);
#else
		load_acquire(P, HEAD, head);
#endif
		/* vnet_txq_complete() */
		done = head;
		taken = head;
		store_release(P, DONE, done);
		if
		:: LOAD(P, STATE) -> report(done)
		:: else
		fi
	od
}

init {
	atomic {
		if
		:: bql = true
		:: bql = false
		fi;
		run memory(S); run memory(P);
		run sender(); run poll()
	}
	timeout;
	assert(taken == FRAMES)
}
