/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * DICOM: images, segmentations and contours.
 */
#include "fuzz_volume.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 132 && memcmp(data + 128, "DICM", 4) == 0)
        read_volume(data, size);
    return 0;
}
