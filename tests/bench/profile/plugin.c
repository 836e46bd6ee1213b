// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A plugin for QEMU that counts what the kernel of a guest executes, between
 * two marks that the guest sets: instructions by address, with those that lock
 * the bus, and which CPUs wrote which cache lines from where.
 *
 * Nothing is instrumented before the first mark, so a guest boots as fast as
 * ever. From then on all is, and counted between marks: QEMU 7.2 crashes when
 * what watches memory is taken away.
 *
 * The guest calls the code at MARK_START and MARK_STOP, where it has mapped
 * something that returns. At each stop, the file named by the argument out= is
 * written anew:
 *
 *	insn ADDRESS CPU COUNT LOCKED
 *	store LINE CPU ADDRESS COUNT	(lines that several CPUs wrote)
 *	end
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugin-api.h"

/* Both are also known to marks.py. */
#define MARK_START	0x5649e7000000
#define MARK_STOP	0x5649e7000800

#define MAX_CPUS	4
#define INSNS		0x40000u
#define STORES		0x200000u
#define KERNEL		0x8000000000000000ull
#define LINE_SHIFT	6

EXPORT int qemu_plugin_version = 1;

struct insn {
	uint64_t address;
	uint64_t count[MAX_CPUS];
	bool locked;
};

struct store {
	uint64_t line;
	uint64_t address;
	uint32_t count;
	uint32_t cpu;
};

static struct insn insns[INSNS];
static struct store stores[STORES];
static qemu_plugin_id_t self;
static const char *path;
static bool counting;

static void fail(const char *what)
{
	fprintf(stderr, "profile: %s\n", what);
	exit(1);
}

static uint64_t hash(uint64_t key)
{
	key *= 0x9e3779b97f4a7c15;
	return key ^ key >> 32;
}

static struct insn *find_insn(uint64_t address)
{
	uint64_t i = hash(address), tries;
	struct insn *insn;

	for (tries = 0; tries < INSNS; tries++) {
		insn = &insns[i++ % INSNS];
		if (!insn->address || insn->address == address)
			return insn;
	}
	fail("too many instructions");
	return NULL;
}

static struct store *find_store(uint64_t line, uint64_t address, uint32_t cpu)
{
	uint64_t i = hash(line ^ hash(address + cpu)), tries;
	struct store *store;

	for (tries = 0; tries < STORES; tries++) {
		store = &stores[i++ % STORES];
		if (!store->count)
			return store;
		if (store->line == line && store->address == address &&
		    store->cpu == cpu)
			return store;
	}
	fail("too many stores");
	return NULL;
}

static void on_insn(unsigned int cpu, void *data)
{
	struct insn *insn = data;

	if (counting)
		insn->count[cpu % MAX_CPUS]++;
}

static void on_store(unsigned int cpu, qemu_plugin_meminfo_t info,
		     uint64_t address, void *data)
{
	uint64_t line = address >> LINE_SHIFT;
	struct insn *insn = data;
	struct store *store;

	if (!counting || !(address & KERNEL))
		return;
	store = find_store(line, insn->address, cpu);
	store->line = line;
	store->address = insn->address;
	store->cpu = cpu;
	store->count++;
}

/* xchg with memory locks without saying so */
static bool locks(const struct qemu_plugin_insn *insn)
{
	char *text = qemu_plugin_insn_disas(insn);
	bool result;

	result = !strncmp(text, "lock", 4) ||
		 (!strncmp(text, "xchg", 4) && strchr(text, '('));
	free(text);
	return result;
}

static int by_line(const void *a, const void *b)
{
	const struct store *x = a, *y = b;

	return x->line < y->line ? -1 : x->line > y->line;
}

static void print_shared(FILE *out, size_t used)
{
	size_t i, j, k;
	bool shared;

	for (i = 0; i < used; i = j) {
		shared = false;
		for (j = i; j < used && stores[j].line == stores[i].line; j++)
			shared |= stores[j].cpu != stores[i].cpu;
		for (k = i; shared && k < j; k++)
			fprintf(out, "store %llx %u %llx %u\n",
				(unsigned long long)stores[k].line << LINE_SHIFT,
				stores[k].cpu,
				(unsigned long long)stores[k].address,
				stores[k].count);
	}
}

static void print(void)
{
	size_t i, cpu, used = 0;
	FILE *out;

	out = fopen(path, "w");
	if (!out)
		fail("cannot write what was counted");
	for (i = 0; i < INSNS; i++)
		for (cpu = 0; cpu < MAX_CPUS; cpu++)
			if (insns[i].count[cpu])
				fprintf(out, "insn %llx %zu %llu %d\n",
					(unsigned long long)insns[i].address, cpu,
					(unsigned long long)insns[i].count[cpu],
					insns[i].locked);
	for (i = 0; i < STORES; i++)
		if (stores[i].count)
			stores[used++] = stores[i];
	qsort(stores, used, sizeof(*stores), by_line);
	print_shared(out, used);
	fputs("end\n", out);
	if (fclose(out))
		fail("cannot write what was counted");
}

static void on_start(unsigned int cpu, void *data)
{
	size_t i;

	for (i = 0; i < INSNS; i++)
		memset(insns[i].count, 0, sizeof(insns[i].count));
	memset(stores, 0, sizeof(stores));
	counting = true;
}

static void on_stop(unsigned int cpu, void *data)
{
	counting = false;
	print();
}

static void instrument(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	uint64_t mark = qemu_plugin_tb_vaddr(tb);
	size_t i, n = qemu_plugin_tb_n_insns(tb);
	struct qemu_plugin_insn *handle;
	struct insn *insn;
	uint64_t address;

	if (mark == MARK_START || mark == MARK_STOP) {
		qemu_plugin_register_vcpu_tb_exec_cb(tb, mark == MARK_START ?
						     on_start : on_stop,
						     QEMU_PLUGIN_CB_NO_REGS,
						     NULL);
		return;
	}
	for (i = 0; i < n; i++) {
		handle = qemu_plugin_tb_get_insn(tb, i);
		address = qemu_plugin_insn_vaddr(handle);
		if (!(address & KERNEL))
			return;
		insn = find_insn(address);
		if (!insn->address) {
			insn->address = address;
			insn->locked = locks(handle);
		}
		qemu_plugin_register_vcpu_insn_exec_cb(handle, on_insn,
						       QEMU_PLUGIN_CB_NO_REGS,
						       insn);
		qemu_plugin_register_vcpu_mem_cb(handle, on_store,
						 QEMU_PLUGIN_CB_NO_REGS,
						 QEMU_PLUGIN_MEM_W, insn);
	}
}

static void instrument_all(qemu_plugin_id_t id)
{
	qemu_plugin_register_vcpu_tb_trans_cb(id, instrument);
}

static void on_first_start(unsigned int cpu, void *data)
{
	qemu_plugin_reset(self, instrument_all);
}

static void look_for_start(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	if (qemu_plugin_tb_vaddr(tb) == MARK_START)
		qemu_plugin_register_vcpu_tb_exec_cb(tb, on_first_start,
						     QEMU_PLUGIN_CB_NO_REGS,
						     NULL);
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info,
			       int argc, char **argv)
{
	int i;

	for (i = 0; i < argc; i++)
		if (!strncmp(argv[i], "out=", 4))
			path = argv[i] + 4;
	if (!path) {
		fprintf(stderr, "profile: wants out=FILE\n");
		return 1;
	}
	self = id;
	qemu_plugin_register_vcpu_tb_trans_cb(id, look_for_start);
	return 0;
}
