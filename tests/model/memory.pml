/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory as weakly ordered CPUs have it: what the models are made of.
 *
 * A store waits in its CPU's buffer and reaches memory later, after those to the
 * same variable and, if it is a release, after all before it; else in any order.
 * A load has the youngest store in the buffer, or what the CPU has seen of the
 * variable last, which may be as old as its last barrier. So loads and stores
 * without a barrier change places, but for a load with a store behind it: where
 * that matters, a model says it itself. Memory is one: all CPUs see a store at
 * the same time, as on x86, ARMv8 and RISC-V.
 *
 * Who includes this defines CPUS and VARS (VARS not more than 8), and runs
 * memory(c) for each CPU.
 */
#define DEPTH	4

typedef cpu_state {
	byte n;			/* stores in the buffer, the oldest first */
	byte var[DEPTH];
	byte val[DEPTH];
	bool rel[DEPTH];
	byte seen[VARS]
}

byte mem[VARS];
cpu_state cpu[CPUS];
hidden byte it;

#define SAME(c, i, j)	(cpu[c].var[i] == cpu[c].var[j])
#define MINE(c, i, v)	(cpu[c].n > i && cpu[c].var[i] == v)

/* What a CPU reads; an expression */
#define LOAD(c, v) \
	(MINE(c, 3, v) -> cpu[c].val[3] : (MINE(c, 2, v) -> cpu[c].val[2] : \
	 (MINE(c, 1, v) -> cpu[c].val[1] : (MINE(c, 0, v) -> cpu[c].val[0] : \
	  cpu[c].seen[v]))))

inline put(c, v, x, release)
{
	atomic {
		cpu[c].n < DEPTH;
		d_step {
			cpu[c].var[cpu[c].n] = v;
			cpu[c].val[cpu[c].n] = x;
			cpu[c].rel[cpu[c].n] = release;
			cpu[c].n++
		}
	}
}

/* READ_ONCE(), or a plain read; WRITE_ONCE(), or a plain write */
#define load(c, v, x)		x = LOAD(c, v)
#define store(c, v, x)		put(c, v, x, false)
#define store_release(c, v, x)	put(c, v, x, true)

/* Nothing that comes later is read from before this */
inline look(c)
{
	d_step {
		it = 0;
		do
		:: it < VARS -> cpu[c].seen[it] = mem[it]; it++
		:: else -> break
		od;
		it = 0
	}
}

inline load_acquire(c, v, x)
{
	atomic { x = LOAD(c, v); look(c) }
}

/* smp_mb(), and what comes before the result of an atomic operation with one */
inline barrier(c)
{
	atomic { cpu[c].n == 0; look(c) }
}

/* An atomic operation that orders nothing, as set_bit(): an expression of mem[v] */
inline relaxed(c, v, x)
{
	atomic {
		!MINE(c, 0, v) && !MINE(c, 1, v) && !MINE(c, 2, v) && !MINE(c, 3, v);
		mem[v] = x;
		cpu[c].seen[v] = mem[v]
	}
}

/* spin_lock() is an acquire, spin_unlock() a release, neither more than that */
inline lock(c, v)
{
	atomic {
		mem[v] == 0 && !MINE(c, 0, v) && !MINE(c, 1, v) && !MINE(c, 2, v) &&
			!MINE(c, 3, v);
		mem[v] = 1;
		look(c)
	}
}
#define unlock(c, v)		store_release(c, v, 0)

inline flush(c, i)
{
	d_step {
		mem[cpu[c].var[i]] = cpu[c].val[i];
		cpu[c].seen[cpu[c].var[i]] = cpu[c].val[i];
		it = i;
		do
		:: it < cpu[c].n - 1 ->
			cpu[c].var[it] = cpu[c].var[it + 1];
			cpu[c].val[it] = cpu[c].val[it + 1];
			cpu[c].rel[it] = cpu[c].rel[it + 1];
			it++
		:: else -> break
		od;
		cpu[c].n--;
		cpu[c].var[cpu[c].n] = 0;
		cpu[c].val[cpu[c].n] = 0;
		cpu[c].rel[cpu[c].n] = false;
		it = 0
	}
}

#define SEES(c, v) \
	:: atomic { cpu[c].seen[v] != mem[v] -> cpu[c].seen[v] = mem[v] }

proctype memory(byte c)
{
end:	do
	:: atomic { cpu[c].n > 0 -> flush(c, 0) }
	:: atomic { cpu[c].n > 1 && !cpu[c].rel[1] && !SAME(c, 1, 0) -> flush(c, 1) }
	:: atomic { cpu[c].n > 2 && !cpu[c].rel[2] && !SAME(c, 2, 0) &&
		    !SAME(c, 2, 1) -> flush(c, 2) }
	:: atomic { cpu[c].n > 3 && !cpu[c].rel[3] && !SAME(c, 3, 0) &&
		    !SAME(c, 3, 1) && !SAME(c, 3, 2) -> flush(c, 3) }
	SEES(c, 0)
#if VARS > 1
	SEES(c, 1)
#endif
#if VARS > 2
	SEES(c, 2)
#endif
#if VARS > 3
	SEES(c, 3)
#endif
#if VARS > 4
	SEES(c, 4)
#endif
#if VARS > 5
	SEES(c, 5)
#endif
#if VARS > 6
	SEES(c, 6)
#endif
#if VARS > 7
	SEES(c, 7)
#endif
	od
}
