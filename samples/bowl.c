/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bowl.c - distances to an open bowl
 */
#include "bowl.h"

#include "base/alloc.h"
#include "shim/nifti.h"

#include <math.h>

#define RADIUS 9.0
#define SPACING 0.8
#define OPENING (50 * M_PI / 180)

static double
distance(double x, double y, double z)
{
    const double r = sqrt(x * x + y * y), away = sqrt(x * x + y * y + z * z);

    if (atan2(r, z) > OPENING)
        return fabs(away - RADIUS);
    return hypot(r - RADIUS * sin(OPENING), z - RADIUS * cos(OPENING));
}

pp_status
pp_bowl_write(const char *path, pp_error *err)
{
    const size_t dim[3] = { 32, 32, 30 };
    pp_grid g = { .slope = 1 };
    float *out;

    if (pp_grid_alloc(&g, dim, PP_VOXEL_F32, err) != PP_OK)
        return err->status;
    g.slope = 1;
    out = g.voxel;
    for (int a = 0; a < 3; a++) {
        g.to_lps[a][a] = SPACING;
        g.to_lps[a][3] = 40 - 10 * a;
    }
    for (size_t k = 0; k < dim[2]; k++)
        for (size_t j = 0; j < dim[1]; j++)
            for (size_t i = 0; i < dim[0]; i++)
                *out++ = (float)distance(SPACING * ((double)i - 15.3),
                                         SPACING * ((double)j - 15.7),
                                         SPACING * ((double)k - 13.6));
    (void)!pp_nifti_write(path, &g, err);
    pp_grid_free(&g);
    return err->status;
}
