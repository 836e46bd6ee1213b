/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests in plain C that speak TAP: nothing to install, and what is tested here,
 * buffers of every size and messages cut at every byte, needs no more than a
 * loop and a check. A failed check is told and the test goes on.
 */
#ifndef TAP_H
#define TAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct test {
	const char *name;
	void (*run)(void);
};

#define TEST(fn)	{ #fn, fn }
#define TAP_ARRAY_SIZE(a) \
	(sizeof(a) / sizeof((a)[0]))

#define CHECK(cond) \
	tap_check(!!(cond), #cond, __FILE__, __LINE__)
#define CHECK_INT(is, should_be) \
	tap_check_int(is, should_be, #is, __FILE__, __LINE__)
#define CHECK_STR(is, should_be) \
	tap_check_str(is, should_be, #is, __FILE__, __LINE__)

bool tap_check(bool ok, const char *what, const char *file, int line);
bool tap_check_int(long long is, long long should_be, const char *what,
		   const char *file, int line);
bool tap_check_str(const char *is, const char *should_be, const char *what,
		   const char *file, int line);

/* What is being tested, told with a check that fails; printf-like */
#define tap_about(...) \
	snprintf(tap_about_text, sizeof(tap_about_text), __VA_ARGS__)

extern char tap_about_text[128];

/* The running test cannot be done here, because */
void tap_skip(const char *why);

/* Run them all; returns what main() is to return */
int tap_run(const struct test *tests, size_t count);

#endif /* TAP_H */
