/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The options of the generator: words after "gen", each with a value.
 */
#ifndef LINK_VNET_GEN_H
#define LINK_VNET_GEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdnoreturn.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

/* room for the text of a value: 512 bytes in hex, or every other queue */
#define VNET_GEN_TEXT_MAX	1100

/* a suffix of numbers; a list of them ends with a factor of 0 */
struct vnet_unit {
	const char	*suffix;
	__u64		factor;
};

struct vnet_gen_option;

/*
 * struct vnet_gen_kind - how values of a kind are typed and printed
 * @put: adds what the word stands for to the message
 * @print: prints what there is of it among the attributes of the nest
 */
struct vnet_gen_kind {
	int	(*put)(struct nlmsghdr *n, const struct vnet_gen_option *opt,
		       const char *arg);
	void	(*print)(const struct vnet_gen_option *opt,
			 struct rtattr *tb[]);
};

/*
 * struct vnet_gen_bytes - values that are bytes, not numbers
 * @scan: what a word stands for, in VNET_GEN_RAW_MAX bytes at most; returns
 *	how many, 0 if the word is wrong
 * @text: the opposite, in VNET_GEN_TEXT_MAX bytes; false if it has none
 */
struct vnet_gen_bytes {
	size_t	(*scan)(__u8 *val, const char *arg);
	bool	(*text)(char *text, const __u8 *val, size_t len);
};

/*
 * struct vnet_gen_option - an option
 * @name: what is typed after "gen"; gen_NAME in JSON
 * @kind: what its value is
 * @limits: the same, for whoever mistyped it
 * @attr: the attribute, of a range that of the first value
 * @last: of a range, that of the last value
 * @defaults: texts that are not printed
 * @size: of a number, its bytes
 * @min: the least number
 * @max: the largest number
 * @units: suffixes of numbers; printed with the first that leaves no fraction
 * @word: a word for a number
 * @word_value: which
 * @word_in_json: whether JSON has the word, too
 * @names: of an enum's values, or of bits, up to NULL
 * @bytes: of values that are not numbers
 */
struct vnet_gen_option {
	const char			*name;
	const struct vnet_gen_kind	*kind;
	const char			*limits;
	int				attr;
	int				last;
	const char			*defaults[2];
	size_t				size;
	__u64				min;
	__u64				max;
	const struct vnet_unit		*units;
	const char			*word;
	__u64				word_value;
	bool				word_in_json;
	const char * const		*names;
	const struct vnet_gen_bytes	*bytes;
};

/* gen_options.c: all of them, up to one without a name */
extern const struct vnet_gen_option vnet_gen_options[];

/* gen_value.c */
noreturn void vnet_gen_not(const struct vnet_gen_option *opt, const char *arg);
noreturn void vnet_gen_twice(const struct vnet_gen_option *opt,
			     const char *arg);
bool vnet_gen_split(const char *arg, char *first, size_t size,
		    const char **last);
void vnet_print_gen_text(const struct vnet_gen_option *opt, const char *first,
			 const char *last);
void vnet_print_gen_string(const struct vnet_gen_option *opt,
			   const char *suffix, const char *val);
void vnet_print_gen_u64(const struct vnet_gen_option *opt, const char *suffix,
			__u64 val);
void vnet_open_gen_array(const struct vnet_gen_option *opt);

/* gen_number.c */
extern const struct vnet_unit vnet_no_units[];
extern const struct vnet_unit vnet_decimal_units[];
extern const struct vnet_unit vnet_bit_units[];
extern const struct vnet_unit vnet_time_units[];
extern const struct vnet_gen_kind vnet_gen_number;

/* gen_bytes.c */
extern const struct vnet_gen_bytes vnet_gen_mac;
extern const struct vnet_gen_bytes vnet_gen_unicast_mac;
extern const struct vnet_gen_bytes vnet_gen_address;
extern const struct vnet_gen_bytes vnet_gen_hex;
extern const struct vnet_gen_kind vnet_gen_bytes;

/* gen_word.c */
extern const struct vnet_gen_kind vnet_gen_name;
extern const struct vnet_gen_kind vnet_gen_bits;

/* gen_queues.c */
extern const struct vnet_gen_kind vnet_gen_queues;

#endif /* LINK_VNET_GEN_H */
