/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A fuzzer for what the module is told by netlink, and by ethtool's ioctl. It makes
 * messages as they should be, from what the UAPI header says, and spoils some of them
 * on the way. All that it does follows from its seed.
 *
 * message.c makes messages and spoils them; device.c speaks rtnetlink, ethtool.c
 * ethtool netlink, family.c other generic netlink, ioctl.c the ioctl, traffic.c sends
 * frames; kcov.c sees what code of the module was reached; main.c runs it all.
 */
#ifndef FUZZ_KERNEL_H
#define FUZZ_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/netlink.h>

/* Devices are called f0, f1, ... */
#define DEVICES		6
#define NAME_LEN	16

#define MESSAGE_MAX	8192

/* A message that is made, and how much of it is to be spoiled */
struct message {
	union {
		struct nlmsghdr header;
		uint8_t bytes[MESSAGE_MAX];
	};
	size_t len;
	uint32_t spoil;
};

/* What an attribute may hold */
struct value {
	uint16_t type;
	uint8_t size;
	uint64_t min;
	uint64_t max;
};

/* random numbers */
void seed_with(uint64_t seed);
uint64_t draw(void);
uint32_t below(uint32_t n);
bool one_in(uint32_t n);
uint64_t within(uint64_t min, uint64_t max);
const char *some_name(void);

/* message.c */
void begin(struct message *m, uint16_t type, uint16_t flags);
void begin_generic(struct message *m, uint16_t family, uint8_t command,
		   uint16_t flags);
void append(struct message *m, const void *data, size_t len);
void put(struct message *m, uint16_t type, const void *data, size_t len);
void put_number(struct message *m, const struct value *value);
void put_text(struct message *m, uint16_t type, const char *text);
size_t nest(struct message *m, uint16_t type);
void nest_end(struct message *m, size_t at);
void finish(struct message *m);
void mutate(struct message *m);

/* device.c */
void make_device(struct message *m);
void change_device(struct message *m);
void set_flags(struct message *m);
void move_device(struct message *m, uint32_t elsewhere);
void delete_device(struct message *m, const char *name);
void make_vlan(struct message *m);
void show_devices(struct message *m);

/* ethtool.c */
void change_ethtool(struct message *m, uint16_t family);
void show_ethtool(struct message *m, uint16_t family);

/* family.c */
void ask_shaper(struct message *m, uint16_t family);
void show_queues(struct message *m, uint16_t family);

/* ioctl.c */
int call_ethtool(int fd);

/* traffic.c */
int open_traffic(void);
void send_frames(int fd);

/* kcov.c */
bool kcov_open(const char *module);
void kcov_start(void);
size_t kcov_stop(void);
size_t kcov_reached(void);
void kcov_write(const char *path);

#endif /* FUZZ_KERNEL_H */
