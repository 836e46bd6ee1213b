// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>
#include "tap.h"

char tap_about_text[128];

static struct {
	unsigned int failed;
	const char *skip;
} current;

void tap_skip(const char *why)
{
	current.skip = why;
}

/* Returns whether the failure is to be told: a loop can fail a million times */
static bool failed(const char *file, int line)
{
	if (++current.failed > 10)
		return false;
	printf("# %s:%d: ", file, line);
	if (*tap_about_text)
		printf("%s: ", tap_about_text);
	return true;
}

bool tap_check(bool ok, const char *what, const char *file, int line)
{
	if (!ok && failed(file, line))
		printf("not so: %s\n", what);
	return ok;
}

bool tap_check_int(long long is, long long should_be, const char *what,
		   const char *file, int line)
{
	if (is != should_be && failed(file, line))
		printf("%s is %lld, not %lld\n", what, is, should_be);
	return is == should_be;
}

bool tap_check_str(const char *is, const char *should_be, const char *what,
		   const char *file, int line)
{
	bool ok = is == should_be ||
		  (is && should_be && !strcmp(is, should_be));

	if (!ok && failed(file, line))
		printf("%s is \"%s\", not \"%s\"\n", what,
		       is ? is : "(null)", should_be ? should_be : "(null)");
	return ok;
}

int tap_run(const struct test *tests, size_t count)
{
	bool all_ok = true;
	size_t i;

	/* Lines in order, even if a sanitizer ends the program */
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("1..%zu\n", count);
	for (i = 0; i < count; i++) {
		memset(&current, 0, sizeof(current));
		tap_about("%s", "");
		tests[i].run();
		printf("%s %zu - %s", current.failed ? "not ok" : "ok", i + 1,
		       tests[i].name);
		if (current.skip)
			printf(" # SKIP %s", current.skip);
		printf("\n");
		if (current.failed)
			all_ok = false;
	}
	return all_ok ? 0 : 1;
}
