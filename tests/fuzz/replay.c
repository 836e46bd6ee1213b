// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * In the place of libFuzzer: gives a target each input of its saved corpus, a
 * text file with one input a line, in hex. Speaks TAP.
 *
 * usage: fuzz-TARGET [CORPUS]
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "target.h"

/* Returns false if the line is not hex */
static bool replay(const char *line, size_t len)
{
	uint8_t *data;
	size_t i;

	if (len % 2)
		return false;
	/* In memory of its own size, whose end is watched */
	data = malloc(len / 2 + !len);
	if (!data)
		return false;

	for (i = 0; i < len / 2; i++) {
		if (sscanf(line + 2 * i, "%2hhx", &data[i]) != 1) {
			free(data);
			return false;
		}
	}
	LLVMFuzzerTestOneInput(data, len / 2);
	free(data);
	return true;
}

int main(int argc, char **argv)
{
	const char *corpus = argc > 1 ? argv[1] : CORPUS;
	size_t inputs = 0, size = 0;
	char *line = NULL;
	bool ok = true;
	ssize_t len;
	FILE *f;

	LLVMFuzzerInitialize(&argc, &argv);
	f = fopen(corpus, "r");
	if (!f) {
		perror(corpus);
		return 1;
	}
	while (ok && (len = getline(&line, &size, f)) >= 0) {
		if (line[0] == '#')
			continue;
		ok = replay(line, strcspn(line, "\n"));
		inputs += ok;
	}
	free(line);
	fclose(f);

	ok = ok && inputs;
	printf("1..1\n%sok 1 - %s: %zu inputs\n", ok ? "" : "not ", corpus,
	       inputs);
	return !ok;
}
