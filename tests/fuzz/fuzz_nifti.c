/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * NIfTI, packed and not.
 */
#include "fuzz_volume.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size >= 4)
        read_volume(data, size);
    return 0;
}
