// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bytes as the attributes of a device or its counters; the first one says whether
 * they are printed as JSON.
 */
#include "fuzz.h"

/* a nest is not longer */
#define PAYLOAD_MAX	0xfff0

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	fuzz_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size && size <= PAYLOAD_MAX)
		fuzz_print(data + 1, size - 1, data[0] & 1);
	return 0;
}
