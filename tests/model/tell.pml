/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Completions of a stopped queue, of which BQL is told on another CPU (txq.c):
 * who completes asks that CPU with a flag and a call, unless a call is under way.
 *
 * BQL is told of all. NO_XCHG: what was completed and the look at the flag may
 * change places. NO_MB: so may the end of the flag and the look at what was
 * completed. LATE_CLEAR: the flag ends after that look.
 *
 * Broken: NO_XCHG NO_MB LATE_CLEAR
 */
#define CPUS	2
#define VARS	2

#define DONE	0
#define CALLED	1

#include "memory.pml"

#define P	0
#define S	1
#define FRAMES	3

byte calls;		/* interrupts that are under way */
byte told;

/* vnet_txq_tell() */
proctype poll()
{
	byte n, called;

	do
	:: n < FRAMES ->
		n++;
		/* vnet_txq_add() */
		store_release(P, DONE, n);
#ifndef NO_XCHG
		barrier(P);
#endif
		atomic { called = mem[CALLED]; mem[CALLED] = 1; cpu[P].seen[CALLED] = 1 }
		if
		:: !called -> calls++
		:: else
		fi
	:: else -> break
	od
}

/* vnet_txq_called() */
proctype interrupt()
{
end:	do
	:: atomic { calls > 0 -> calls--; look(S) }
#ifndef LATE_CLEAR
		store(S, CALLED, 0);
#endif
#ifndef NO_MB
		barrier(S);
#endif
		load_acquire(S, DONE, told);
#ifdef LATE_CLEAR
		store(S, CALLED, 0)
#endif
	od
}

init {
	atomic {
		run memory(P); run memory(S);
		run poll(); run interrupt()
	}
	timeout;
	assert(told == FRAMES)
}
