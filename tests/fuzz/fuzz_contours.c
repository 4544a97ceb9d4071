/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Contours and segmentations with the image that they were drawn on: whole,
 * as shares, and with slices filled between contours.
 */
#include "fuzz_volume.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 132 && memcmp(data + 128, "DICM", 4) == 0) {
        fuzz_options.source = getenv("PRINTPREP_FUZZ_SOURCE");
        fuzz_options.fractions = data[0] & 1; /* of the preamble */
        fuzz_options.fill_planes = data[0] & 2;
        read_volume(data, size);
    }
    return 0;
}
