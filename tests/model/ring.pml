/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ring (ring.h): a producer and a consumer, each on a CPU of its own.
 *
 * Frames are taken once each, in order, and whole. NO_RELEASE: head is published
 * by a plain store. NO_ACQUIRE: head is read by a plain load. NO_GIVE_BACK: tail
 * is given back by a plain store.
 *
 * Broken: NO_RELEASE NO_ACQUIRE NO_GIVE_BACK
 */
#define CPUS	2
#define VARS	5

#define HEAD	0
#define TAIL	1
#define FRAME	2	/* what a frame is made of; its last byte is its number */
#define SLOT	3	/* SIZE of them */
#define SIZE	2
#define FRAMES	4

#include "memory.pml"

#define P	0
#define C	1

byte taken;

proctype producer()
{
	byte fill, seen, room;

	do
	:: fill < FRAMES ->
		/* vnet_ring_room() */
		if
		:: fill - seen < SIZE
		:: else ->
			LOAD(P, TAIL) != seen;
			load_acquire(P, TAIL, seen)
		fi;
		/* vnet_ring_push() */
		store(P, FRAME, fill + 1);
		store(P, SLOT + fill % SIZE, fill + 1);
		fill++;
		/* vnet_ring_publish(), or the burst goes on */
		if
		:: fill - seen < SIZE && fill < FRAMES
		:: true ->
#ifdef NO_RELEASE
			store(P, HEAD, fill)
#else
			store_release(P, HEAD, fill)
#endif
		fi
	:: else -> break
	od
}

proctype consumer()
{
	byte head, tail, slot, frame;

end:	do
	:: LOAD(C, HEAD) != tail ->
		/* vnet_ring_ready() */
#ifdef NO_ACQUIRE
		load(C, HEAD, head);
#else
		load_acquire(C, HEAD, head);
#endif
		do
		:: tail != head ->
#ifdef NO_GIVE_BACK
			/* nothing keeps the loads in front of the store */
			if
			:: store(C, TAIL, tail + 1);
			   load(C, SLOT + tail % SIZE, slot)
			:: load(C, SLOT + tail % SIZE, slot);
			   store(C, TAIL, tail + 1)
			fi;
#else
			load(C, SLOT + tail % SIZE, slot);
			load(C, FRAME, frame);
			assert(frame >= tail + 1);
			/* vnet_ring_release() */
			store_release(C, TAIL, tail + 1);
#endif
			assert(slot == tail + 1);
			tail++;
			taken++
		:: else -> break
		od
	od
}

init {
	atomic {
		run memory(P); run memory(C);
		run producer(); run consumer()
	}
	timeout;
	assert(taken == FRAMES)
}
