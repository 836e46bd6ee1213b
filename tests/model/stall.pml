/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A stalled wire against the poll that empties the ring it waits for (wire.c,
 * rx.c): who moves the wire, and the poll, each on a CPU of its own. The ring is
 * full at first, and two frames wait for it.
 *
 * No frame is left behind with the poll idle. What the wire's owner alone reads
 * and writes is not modelled here but in handover.pml. The vector is one that is
 * raised without a look at the mask: vector.pml has that. NO_KICK_MB: without the
 * barrier in vnet_wire_kick(), where the sender stalls. NO_RESTALL_MB: without that
 * in vnet_wire_proceed(), where a wire that was stalled on another ring comes to
 * wait for this one.
 *
 * Broken: NO_KICK_MB NO_RESTALL_MB
 */
#define CPUS	2
#define VARS	5

#define HEAD	0
#define TAIL	1
#define WAITING	2
#define WIRE	3	/* wire_lock */
#define STALLED	4

#include "memory.pml"

#define W	0
#define P	1
#define FRAMES	2
#define SIZE	1

byte moved;		/* out of the TX ring: the wire's owner's */
bool napi;		/* scheduled; a barrier for who does, or finds it done */
byte taken;

inline raise(c)
{
	barrier(c);
	napi = true
}

/* vnet_wire_move(): all there is room for */
inline move(c, tail)
{
	do
	:: moved < FRAMES ->
		load_acquire(c, TAIL, tail);
		if
		:: SIZE + moved - tail < SIZE ->
			moved++;
			store_release(c, HEAD, SIZE + moved);
			raise(c)
		:: else -> break
		fi
	:: else -> break
	od
}

/* The rest of vnet_wire_proceed(), under wire_lock */
inline proceed(c, tail)
{
	move(c, tail);
	if
	:: moved == FRAMES ->
		store(c, WAITING, 0);
		store_release(c, STALLED, 0)
	:: else
	fi
}

proctype wire(bool elsewhere)
{
	byte tail;

	if
	:: elsewhere ->
		/* the poll of that other ring */
		lock(W, WIRE);
		move(W, tail);
		/* vnet_wire_restall() */
		store(W, WAITING, 1);
#ifndef NO_RESTALL_MB
		barrier(W);
#endif
		proceed(W, tail);
		unlock(W, WIRE)
	:: else ->
		/* vnet_wire_kick() */
		move(W, tail);
		if
		:: moved < FRAMES ->
			lock(W, WIRE);
			/* vnet_wire_stall() */
			store(W, WAITING, 1);
			store(W, STALLED, 1);
#ifndef NO_KICK_MB
			barrier(W);
#endif
			proceed(W, tail);
			unlock(W, WIRE)
		:: else
		fi
	fi
}

proctype poll()
{
	byte head, tail, far;

end:	do
	:: napi ->
		/* vnet_rx_take_all() */
		do
		:: true ->
			load_acquire(P, HEAD, head);
			if
			:: head != tail ->
				tail++;
				taken++;
				store_release(P, TAIL, tail)
			:: head == tail && LOAD(P, WAITING) ->
				/* vnet_wire_restart() */
				lock(P, WIRE);
				if
				:: LOAD(P, STALLED) && LOAD(P, WAITING) ->
					proceed(P, far)
				:: else
				fi;
				unlock(P, WIRE);
				load_acquire(P, HEAD, head);
				if
				:: head == tail -> break
				:: else
				fi
			:: else -> break
			fi
		od;
		/* vnet_rx_end(): a barrier */
		atomic { cpu[P].n == 0; napi = false; look(P) }
		/* vnet_rx_pending() */
		load_acquire(P, HEAD, head);
		if
		:: head != tail || (LOAD(P, WAITING) && head - tail < SIZE) -> raise(P)
		:: else
		fi
	od
}

init {
	bool elsewhere;

	atomic {
		if
		:: elsewhere = true
		:: elsewhere = false
		fi;
		mem[STALLED] = elsewhere;
		mem[HEAD] = SIZE;
		napi = true;
		look(W);
		look(P);
		run memory(W); run memory(P);
		run wire(elsewhere); run poll()
	}
	timeout;
	assert(taken == SIZE + FRAMES)
}
