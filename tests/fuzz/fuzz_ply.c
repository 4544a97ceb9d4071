/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reader of PLY, and of a number at its vertices.
 */
#include "fuzz.h"
#include "base/alloc.h"
#include "meshio/formats.h"

#include <stdlib.h>

/* Every value that is told is there. */
static void
check_field(const uint8_t *data, size_t size)
{
    pp_error err = { 0 };
    pp_mesh mesh;
    float *value, sum = 0;

    if (pp_ply_read_field(data, size, "thickness_mm", &mesh, &value, &err) ==
            PP_OK && value != NULL)
        for (size_t v = 0; v < mesh.nvert; v++)
            sum += value[v];
    if (sum > 0 && mesh.nvert == 0)
        abort();
    pp_mesh_free(&mesh);
    pp_free(value);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pp_model model = { 0 };
    pp_error err = { 0 };
    pp_format format;

    if (size > 0 && pp_ply_read(data, size, &model, &format, &err) == PP_OK)
        fuzz_check_model(&model);
    pp_model_free(&model);
    check_field(data, size);
    return 0;
}
