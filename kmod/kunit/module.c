// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of what needs no device, as a module of their own: they run when it
 * is loaded. They call what vnet.ko has, which is loaded before.
 */
#include <linux/module.h>

/* MODULE_IMPORT_NS() takes a name on some kernels, a string on others */
MODULE_INFO(import_ns, "EXPORTED_FOR_KUNIT_TESTING");
MODULE_AUTHOR("The vnet authors");
MODULE_DESCRIPTION("KUnit tests of vnet");
MODULE_LICENSE("GPL");
