/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is checked of the plugin, whatever it is given. Who calls it makes the
 * input: fuzz.c at random, fuzz-*.c from the bytes that libFuzzer finds, or that
 * tests/fuzz/replay.c has of it.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <linux/netlink.h>

#include "../../tests/fuzz/target.h"

/* assert() would write to stderr, which is for the complaints of parse_opt */
#define CHECK(cond) \
	do { \
		if (!(cond)) { \
			dprintf(STDERR_FILENO, "%s:%d: not so: %s\n", \
				__FILE__, __LINE__, #cond); \
			abort(); \
		} \
	} while (0)

/* Values printed, and command lines accepted */
extern unsigned long fuzz_printed, fuzz_accepted;

void fuzz_init(void);
void fuzz_print(const void *payload, size_t len, bool as_json);
void fuzz_parse(int argc, char **argv);

#endif /* FUZZ_H */
