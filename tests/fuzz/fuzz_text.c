/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The readers of OFF and of OBJ, whatever the bytes say that they are.
 */
#include "fuzz.h"
#include "meshio/formats.h"

static void
try_reader(const uint8_t *data, size_t size,
           pp_status (*read)(const unsigned char *, size_t, pp_model *,
                             pp_error *))
{
    pp_model model = { 0 };
    pp_error err = { 0 };

    if (read(data, size, &model, &err) == PP_OK)
        fuzz_check_model(&model);
    pp_model_free(&model);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    (void)pp_off_looks(data, size);
    (void)pp_obj_looks(data, size);
    try_reader(data, size, pp_off_read);
    try_reader(data, size, pp_obj_read);
    return 0;
}
