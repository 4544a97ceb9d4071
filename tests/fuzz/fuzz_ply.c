/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reader of PLY.
 */
#include "fuzz.h"
#include "meshio/formats.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pp_model model = { 0 };
    pp_error err = { 0 };
    pp_format format;

    if (size > 0 && pp_ply_read(data, size, &model, &format, &err) == PP_OK)
        fuzz_check_model(&model);
    pp_model_free(&model);
    return 0;
}
