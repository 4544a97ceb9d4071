/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * grey_speed.c - seconds that the grey check of 655,362 vertices takes
 *
 * A ball of 60 mm radius in an image of 320 x 320 x 160 voxels, int16.
 */
#include "base/alloc.h"
#include "measure/grey.h"
#include "shapes.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

static pp_grid
image_of_ball(double radius, double sigma)
{
    pp_grid g = { 0 };
    const size_t dim[3] = { 320, 320, 160 };
    const double h[3] = { 0.5, 0.5, 1 };
    pp_error err = { 0 };
    size_t n = 0;

    if (pp_grid_alloc(&g, dim, PP_VOXEL_I16, &err) != PP_OK)
        return g;
    g.slope = 1;
    for (int a = 0; a < 3; a++) {
        g.to_lps[a][a] = h[a];
        g.to_lps[a][3] = -h[a] * ((double)dim[a] - 1) / 2;
    }
    for (size_t k = 0; k < dim[2]; k++)
        for (size_t j = 0; j < dim[1]; j++)
            for (size_t i = 0; i < dim[0]; i++) {
                const double r = pp_norm(
                    pp_grid_position(&g, (double)i, (double)j, (double)k));

                ((int16_t *)g.voxel)[n++] =
                    (int16_t)(500 * erfc((r - radius) / sigma / sqrt(2)));
            }
    return g;
}

int
main(void)
{
    pp_grid g = image_of_ball(60, 0.5);
    pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 60.1, 8);
    float *deviation = pp_alloc(m.nvert, sizeof *deviation);
    pp_grey_report r;
    struct timespec from, to, cpu_from, cpu_to;
    pp_error err = { 0 };

    if (g.voxel == NULL || deviation == NULL)
        return 2;
    clock_gettime(CLOCK_MONOTONIC, &from);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu_from);
    if (pp_measure_grey(&m, &g, 0.5, deviation, &r, &err) != PP_OK) {
        fprintf(stderr, "grey_speed: %s\n", err.message);
        return 2;
    }
    clock_gettime(CLOCK_MONOTONIC, &to);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu_to);
    printf("%zu vertices, %zu edges, mean %+.4f mm: %.2f s, %.2f s of "
           "processor\n", m.nvert, r.nedge, r.half.mean_mm,
           (double)(to.tv_sec - from.tv_sec) +
               (double)(to.tv_nsec - from.tv_nsec) / 1e9,
           (double)(cpu_to.tv_sec - cpu_from.tv_sec) +
               (double)(cpu_to.tv_nsec - cpu_from.tv_nsec) / 1e9);
    pp_free(deviation);
    pp_mesh_free(&m);
    pp_grid_free(&g);
    return 0;
}
