/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The readers of OFF and of OBJ, whatever the bytes say that they are.
 */
#include "fuzz.h"
#include "meshio/formats.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    (void)pp_off_looks(data, size);
    (void)pp_obj_looks(data, size);
    fuzz_try_reader(data, size, pp_off_read);
    fuzz_try_reader(data, size, pp_obj_read);
    return 0;
}
