// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What code of the module a request has reached, where the kernel has KCOV.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/kcov.h>

#include "fuzz.h"

#define PLACES		1048576
#define MODULE_MAX	(8 << 20)

static int kcov = -1;
static uint64_t *places;
static uint64_t text, text_end;
/* A bit for each byte of the module's code */
static uint8_t *seen;
static size_t reached;

static bool find_module(const char *module)
{
	char line[512], name[64];
	unsigned long long at;
	unsigned long size;
	bool found = false;
	FILE *file = fopen("/proc/modules", "re");

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%63s %lu %*s %*s %*s %llx", name, &size,
			   &at) != 3 || strcmp(name, module))
			continue;
		text = at;
		text_end = at + (size < MODULE_MAX ? size : MODULE_MAX);
		found = at;
	}
	if (file)
		fclose(file);
	return found;
}

bool kcov_open(const char *module)
{
	kcov = open("/sys/kernel/debug/kcov", O_RDWR | O_CLOEXEC);
	if (kcov < 0 || !find_module(module))
		return false;
	seen = calloc(text_end - text, 1);
	if (!seen || ioctl(kcov, KCOV_INIT_TRACE, PLACES))
		return false;
	places = mmap(NULL, PLACES * sizeof(*places), PROT_READ | PROT_WRITE,
		      MAP_SHARED, kcov, 0);
	if (places == MAP_FAILED) {
		places = NULL;
		return false;
	}
	return !ioctl(kcov, KCOV_ENABLE, KCOV_TRACE_PC);
}

void kcov_start(void)
{
	if (places)
		__atomic_store_n(&places[0], 0, __ATOMIC_RELAXED);
}

/* Returns how many places were reached for the first time. */
size_t kcov_stop(void)
{
	size_t fresh = 0, i, n;
	uint64_t at;

	if (!places)
		return 0;
	n = __atomic_load_n(&places[0], __ATOMIC_RELAXED);
	for (i = 1; i <= n && i < PLACES; i++) {
		at = places[i];
		if (at < text || at >= text_end || seen[at - text])
			continue;
		seen[at - text] = 1;
		fresh++;
	}
	reached += fresh;
	return fresh;
}

size_t kcov_reached(void)
{
	return reached;
}

/* Write the places that were reached, as they are in the module's file. */
void kcov_write(const char *path)
{
	FILE *file = fopen(path, "we");
	uint64_t at;

	if (!file)
		return;
	for (at = 0; seen && at < text_end - text; at++) {
		if (seen[at])
			fprintf(file, "%llx\n", (unsigned long long)at);
	}
	fclose(file);
}
