/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Both readers of STL, whatever the bytes say that they are.
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
    if (size >= 84)
        try_reader(data, size, pp_stl_read);
    try_reader(data, size, pp_stl_ascii_read);
    return 0;
}
