/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The vector (vector.c, vnet.h): two senders who publish frames and raise it, and
 * the poll, on three CPUs.
 *
 * No frame is left in the ring with NAPI idle. NAPI is handed to its CPU in the
 * weakest way there is, that of a NAPI thread: a bit that is set by an atomic
 * operation which orders nothing. A poll ends in one of two ways, as
 * vnet_rx_end() has it: the vector is unmasked before NAPI is complete, or
 * after. NO_RAISE_MB: without the barrier of vnet_vector_raise(). NO_COMPLETE_MB,
 * NO_UNMASK_MB: were napi_complete_done() none, and without that which is needed
 * where the vector is unmasked after it. NO_KICK_MB: without that between the mask
 * and NAPI.
 *
 * Broken: NO_RAISE_MB NO_COMPLETE_MB NO_UNMASK_MB NO_KICK_MB
 */
#define CPUS	3
#define VARS	4

#define MASKED	0
#define NAPI	1	/* napi->state */
#define HEAD	2	/* of each sender */

#include "memory.pml"

/* napi->state */
#define SCHED	1
#define MISSED	2
#define RUN	4

#define SENDERS	2
#define FRAMES	1
#define POLL	2	/* its CPU */

byte taken[SENDERS];

/* napi_schedule_prep(): a barrier, whether it gets the bit or not */
inline prep(c, got)
{
	atomic {
		cpu[c].n == 0;
		got = !(mem[NAPI] & SCHED);
		mem[NAPI] = mem[NAPI] | (got -> SCHED : MISSED);
		look(c)
	}
}

/* vnet_vector_kick() */
inline kick(c, got)
{
	prep(c, got);
	if
	:: got ->
		store(c, MASKED, 1);
#ifndef NO_KICK_MB
		barrier(c);
#endif
		relaxed(c, NAPI, mem[NAPI] | RUN)
	:: else
	fi
}

/* vnet_vector_raise() */
inline raise(c, masked, got)
{
	load(c, MASKED, masked);
	if
	:: masked ->
#ifndef NO_RAISE_MB
		barrier(c);
#endif
		load(c, MASKED, masked)
	:: else
	fi;
	if
	:: !masked -> kick(c, got)
	:: else
	fi
}

proctype sender(byte c; byte frames)
{
	bool masked, got;
	byte head;

	do
	:: head < frames ->
		head++;
		store_release(c, HEAD + c, head);
		raise(c, masked, got)
	:: else -> break
	od
}

#define PENDING \
	(LOAD(POLL, HEAD) != taken[0] || LOAD(POLL, HEAD + 1) != taken[1])

proctype poll()
{
	bool late, got, missed;

end:	do
	:: LOAD(POLL, NAPI) & RUN ->
		/* vnet_poll() */
		if
		:: !LOAD(POLL, MASKED) -> store(POLL, MASKED, 1)
		:: else
		fi;
		load_acquire(POLL, HEAD, taken[0]);
		load_acquire(POLL, HEAD + 1, taken[1]);
		/* vnet_rx_end() */
		if
		:: late = true
		:: late = false;
			store(POLL, MASKED, 0)
		fi;
		/* napi_complete_done(): a barrier */
		atomic {
#ifndef NO_COMPLETE_MB
			cpu[POLL].n == 0;
#endif
			missed = (mem[NAPI] & MISSED);
			mem[NAPI] = (missed -> SCHED : 0);
			look(POLL)
		}
		if
		:: missed -> relaxed(POLL, NAPI, mem[NAPI] | RUN)
		:: else ->
			if
			:: late ->
				store(POLL, MASKED, 0);
#ifndef NO_UNMASK_MB
				barrier(POLL)
#endif
			:: else
			fi;
			if
			:: PENDING -> kick(POLL, got)
			:: else
			fi
		fi
	od
}

init {
	atomic {
		run memory(0); run memory(1); run memory(POLL);
		run sender(0, FRAMES); run sender(1, 1); run poll()
	}
	timeout;
	assert(taken[0] == FRAMES && taken[1] == 1)
}
