/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The wire's hand-over (wire.c, vnet.h): what its owner alone reads and writes,
 * the fill of the RX ring and the tail of the TX ring, goes from the sender to the
 * poll under wire_lock, and back by the flag alone.
 *
 * All frames arrive, in order. NO_RELEASE: vnet_wire_unstall() clears the flag by
 * a plain store. NO_ACQUIRE: the sender reads it by a plain load. NO_RECHECK: who
 * finds the wire stalled leaves his frame to the poll, without wire_lock.
 *
 * Broken: NO_RELEASE NO_ACQUIRE NO_RECHECK
 */
#define CPUS	2
#define VARS	8

#define TX_HEAD	0
#define TX_TAIL	1
#define RX_HEAD	2
#define RX_TAIL	3
#define RX_FILL	4
#define RX_SLOT	5	/* the only one */
#define STALLED	6
#define WIRE	7	/* wire_lock */

#include "memory.pml"

#define S	0
#define P	1
#define FRAMES	3

/* The TX ring is never full: what is in it is told by tx */
byte tx[FRAMES];
byte taken;

#ifdef NO_ACQUIRE
#define load_stalled(x)	load(S, STALLED, x)
#else
#define load_stalled(x)	load_acquire(S, STALLED, x)
#endif

/* vnet_wire_transfer(): the owner; left: the TX ring is not empty */
inline transfer(c, head, from, fill, tail, left)
{
	load_acquire(c, TX_HEAD, head);
	load(c, TX_TAIL, from);
	load(c, RX_FILL, fill);
	load_acquire(c, RX_TAIL, tail);
	if
	:: from != head && fill == tail ->
		store(c, RX_SLOT, tx[from]);
		store(c, RX_FILL, fill + 1);
		store_release(c, RX_HEAD, fill + 1);
		from++;
		store_release(c, TX_TAIL, from)
	:: else
	fi;
	left = (from != head)
}

proctype sender()
{
	byte frame, posted, head, from, fill, tail;
	bool stalled, left;

	do
	:: frame < FRAMES ->
		frame++;
		/* vnet_wire_free() */
		load_stalled(stalled);
		load(S, TX_TAIL, from);
		if
		:: !stalled && posted == from ->
			load(S, RX_FILL, fill);
			load_acquire(S, RX_TAIL, tail)
		:: else -> fill = 1; tail = 0
		fi;
		if
		:: fill == tail ->
			store(S, RX_SLOT, frame);
			store(S, RX_FILL, fill + 1);
			store_release(S, RX_HEAD, fill + 1)
		:: else ->
			/* vnet_xmit_store(), vnet_wire_kick() */
			tx[posted] = frame;
			posted++;
			store_release(S, TX_HEAD, posted);
			load_stalled(stalled);
			left = true;
			if
			:: !stalled -> transfer(S, head, from, fill, tail, left)
			:: else
#ifdef NO_RECHECK
				-> left = false
#endif
			fi;
			if
			:: left ->
				lock(S, WIRE);
				store(S, STALLED, 1);
				barrier(S);
				transfer(S, head, from, fill, tail, left);
				if
				:: !left -> store_release(S, STALLED, 0)
				:: else
				fi;
				unlock(S, WIRE)
			:: else
			fi
		fi
	:: else -> break
	od
}

proctype poll()
{
	byte head, taken_to, slot, tx_head, from, fill, tail;
	bool left;

end:	do
	:: LOAD(P, RX_HEAD) != taken_to ->
		load_acquire(P, RX_HEAD, head);
		load(P, RX_SLOT, slot);
		taken++;
		assert(slot == taken);
		taken_to++;
		store_release(P, RX_TAIL, taken_to)
	:: LOAD(P, STALLED) && LOAD(P, RX_HEAD) == taken_to ->
		/* vnet_wire_restart() */
		lock(P, WIRE);
		if
		:: LOAD(P, STALLED) ->
			transfer(P, tx_head, from, fill, tail, left);
			if
			:: left
			:: else ->
#ifdef NO_RELEASE
				store(P, STALLED, 0)
#else
				store_release(P, STALLED, 0)
#endif
			fi
		:: else
		fi;
		unlock(P, WIRE)
	od
}

init {
	atomic {
		run memory(S); run memory(P);
		run sender(); run poll()
	}
	timeout;
	assert(taken == FRAMES)
}
