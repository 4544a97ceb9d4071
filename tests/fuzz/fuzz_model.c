/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any mesh file, told by content; what was read is written in every format and
 * read again.
 */
#include "fuzz.h"

#include <stdlib.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pp_model model;
    pp_error err = { 0 };
    pp_format format;

    if (pp_model_decode(data, size, &model, &format, &err) != PP_OK)
        return 0;
    fuzz_check_model(&model);
    for (const pp_format_row *row = pp_format_table(); row->name != NULL;
         row++) {
        const pp_encode_options keep = { .keep_comments = true };
        pp_bytes bytes = { 0 };
        pp_model again = { 0 };
        pp_error failed = { 0 };

        /* some formats cannot hold some meshes; what they hold is read */
        if (pp_model_encode(&model, row->format, &keep, &bytes, &failed) ==
                PP_OK &&
            pp_model_decode(bytes.data, bytes.size, &again, &format,
                            &failed) != PP_OK)
            abort();
        pp_model_free(&again);
        pp_bytes_free(&bytes);
    }
    pp_model_free(&model);
    return 0;
}
