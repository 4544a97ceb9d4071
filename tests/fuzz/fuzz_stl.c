/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Both readers of STL, whatever the bytes say that they are.
 */
#include "fuzz.h"
#include "meshio/formats.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size >= 84)
        fuzz_try_reader(data, size, pp_stl_read);
    fuzz_try_reader(data, size, pp_stl_ascii_read);
    return 0;
}
