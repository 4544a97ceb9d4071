/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * road.c - the array without symmetry, reordered
 */
#include "road.h"

#include "base/alloc.h"
#include "scan.h"

#include <string.h>

const int pp_road_order[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
                                  { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };

/* Boxes of voxels [from, to), put in or (the last) cut out. */
static const struct {
    size_t from[3], to[3];
    uint8_t value;
} part[] = {
    { { 2, 2, 2 }, { 12, 5, 4 }, 1 },  /* a beam along i */
    { { 2, 5, 2 }, { 5, 9, 4 }, 1 },   /* an arm along j at its start */
    { { 9, 2, 4 }, { 12, 4, 7 }, 1 },  /* a post along k at its end */
    { { 2, 7, 4 }, { 3, 9, 6 }, 1 },   /* a short post on the arm */
    { { 10, 8, 6 }, { 12, 9, 8 }, 1 }, /* an island */
    { { 5, 3, 0 }, { 6, 4, 9 }, 0 },   /* a hole through the beam */
};

static const size_t dim_of_road[3] = { 14, 11, 9 };

pp_status
pp_road_grid(pp_grid *grid, pp_error *err)
{
    static const double spacing_mm[3] = { 0.7, 0.9, 1.3 };
    static const double turn_deg[3] = { 17, -9, 26 };
    pp_scan scan = { 0 };
    uint8_t *voxel = pp_alloc_zero(14 * 11 * 9, 1);

    memset(grid, 0, sizeof *grid);
    if (voxel == NULL)
        return pp_fail_memory(err);
    for (size_t n = 0; n < sizeof part / sizeof *part; n++)
        for (size_t k = part[n].from[2]; k < part[n].to[2]; k++)
            for (size_t j = part[n].from[1]; j < part[n].to[1]; j++)
                for (size_t i = part[n].from[0]; i < part[n].to[0]; i++)
                    voxel[(k * 11 + j) * 14 + i] = part[n].value;
    memcpy(scan.dim, dim_of_road, sizeof scan.dim);
    pp_scan_place(&scan, spacing_mm, turn_deg, pp_vec(-117.3, 83.9, -641.7));
    memcpy(grid->dim, scan.dim, sizeof grid->dim);
    memcpy(grid->to_lps, scan.to_lps, sizeof grid->to_lps);
    grid->type = PP_VOXEL_U8;
    grid->slope = 1;
    grid->voxel = voxel;
    return PP_OK;
}

static pp_status
new_voxels(const pp_grid *like, pp_voxel_type type, size_t size, pp_grid *out,
           pp_error *err)
{
    *out = *like;
    out->type = type;
    out->voxel = pp_alloc(like->dim[0] * like->dim[1] * like->dim[2], size);
    if (out->voxel != NULL)
        return PP_OK;
    memset(out, 0, sizeof *out);
    return pp_fail_memory(err);
}

pp_status
pp_road_reorder(const pp_grid *grid, const int order[3], const bool flip[3],
                pp_grid *out, pp_error *err)
{
    size_t at[3];
    uint8_t *to;

    if (new_voxels(grid, PP_VOXEL_U8, 1, out, err) != PP_OK)
        return err->status;
    for (int n = 0; n < 3; n++) {
        out->dim[n] = grid->dim[order[n]];
        for (int row = 0; row < 3; row++) {
            const double step = grid->to_lps[row][order[n]];

            out->to_lps[row][n] = flip[n] ? -step : step;
            if (flip[n])
                out->to_lps[row][3] += step * (double)(out->dim[n] - 1);
        }
    }
    to = out->voxel;
    for (size_t k = 0; k < out->dim[2]; k++)
        for (size_t j = 0; j < out->dim[1]; j++)
            for (size_t i = 0; i < out->dim[0]; i++) {
                const size_t index[3] = { i, j, k };

                for (int n = 0; n < 3; n++)
                    at[order[n]] = flip[n] ? out->dim[n] - 1 - index[n]
                                           : index[n];
                *to++ = ((const uint8_t *)
                             grid->voxel)[(at[2] * grid->dim[1] + at[1]) *
                                              grid->dim[0] + at[0]];
            }
    return PP_OK;
}

pp_status
pp_road_grey(const pp_grid *grid, pp_grid *grey, pp_error *err)
{
    const size_t n = grid->dim[0] * grid->dim[1] * grid->dim[2];

    if (new_voxels(grid, PP_VOXEL_I16, 2, grey, err) != PP_OK)
        return err->status;
    for (size_t v = 0; v < n; v++)
        ((int16_t *)grey->voxel)[v] =
            ((const uint8_t *)grid->voxel)[v] != 0 ? 1000 : 0;
    return PP_OK;
}
