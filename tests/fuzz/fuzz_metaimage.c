/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * MetaImage: what begins as such.
 */
#include "fuzz_volume.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 8 && (memcmp(data, "ObjectType", 7) == 0 || data[0] == 'N'))
        read_volume(data, size);
    return 0;
}
