/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Output of ip, as text or, with -j, as JSON; see utils.h of this directory.
 */
#ifndef VNET_PLUGIN_JSON_PRINT_H
#define VNET_PLUGIN_JSON_PRINT_H

#include <stdbool.h>

enum output_type {
	PRINT_FP = 1,		/* text only */
	PRINT_JSON = 2,		/* JSON only */
	PRINT_ANY = 4,
};

enum color_attr {
	COLOR_NONE = 6,
};

/* a line break; a backslash with -o, nothing with -j */
void print_nl(void);

/* with -j only; delim is the key, NULL for a member of an array */
void open_json_array(enum output_type type, const char *delim);
void close_json_array(enum output_type type, const char *delim);
void open_json_object(const char *key);
void close_json_object(void);

/* key is for JSON, fmt, with one conversion, for text */
int print_color_on_off(enum output_type t, enum color_attr color,
		       const char *key, const char *fmt, bool val);
int print_color_string(enum output_type t, enum color_attr color,
		       const char *key, const char *fmt, const char *val);
int print_color_uint(enum output_type t, enum color_attr color,
		     const char *key, const char *fmt, unsigned int val);
int print_color_int(enum output_type t, enum color_attr color,
		    const char *key, const char *fmt, int val);
int print_color_lluint(enum output_type t, enum color_attr color,
		       const char *key, const char *fmt,
		       unsigned long long val);

static inline int print_on_off(enum output_type t, const char *key,
			       const char *fmt, bool val)
{
	return print_color_on_off(t, COLOR_NONE, key, fmt, val);
}

static inline int print_string(enum output_type t, const char *key,
			       const char *fmt, const char *val)
{
	return print_color_string(t, COLOR_NONE, key, fmt, val);
}

static inline int print_uint(enum output_type t, const char *key,
			     const char *fmt, unsigned int val)
{
	return print_color_uint(t, COLOR_NONE, key, fmt, val);
}

static inline int print_int(enum output_type t, const char *key,
			    const char *fmt, int val)
{
	return print_color_int(t, COLOR_NONE, key, fmt, val);
}

static inline int print_lluint(enum output_type t, const char *key,
			       const char *fmt, unsigned long long val)
{
	return print_color_lluint(t, COLOR_NONE, key, fmt, val);
}

#endif /* VNET_PLUGIN_JSON_PRINT_H */
