// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lines as the words of a command line.
 */
#include <string.h>

#include "fuzz.h"

#define WORDS_MAX	64

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	fuzz_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *argv[WORDS_MAX + 1] = {};
	char *rest, *word;
	int argc = 0, i;

	/* each word in memory of its own size, whose end is watched */
	rest = strndup((const char *)data, size);
	CHECK(rest);
	for (word = strtok(rest, "\n"); word && argc < WORDS_MAX;
	     word = strtok(NULL, "\n")) {
		argv[argc] = strdup(word);
		CHECK(argv[argc]);
		argc++;
	}
	free(rest);

	/* ip has at least one word for it */
	if (argc)
		fuzz_parse(argc, argv);
	for (i = 0; i < argc; i++)
		free(argv[i]);
	return 0;
}
