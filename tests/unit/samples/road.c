/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * road.c - one array, every road: each file gives the same voxels in the same
 * places
 */
#include "road.h"

#include "base/alloc.h"
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pp_grid
road(void)
{
    pp_error err = { 0 };
    pp_grid grid;

    ck_ok(pp_road_grid(&grid, &err), err);
    return grid;
}

/* Inside voxels as numbers, moved to the origin, sorted; the caller frees. */
static size_t
pattern(const pp_grid *g, long **out)
{
    const size_t n = g->dim[0] * g->dim[1] * g->dim[2];
    size_t low[3] = { 99, 99, 99 }, found = 0;
    long *list = malloc(n * sizeof *list);

    for (int pass = 0; pass < 2; pass++)
        for (size_t v = 0; v < n; v++) {
            const size_t at[3] = { v % g->dim[0], v / g->dim[0] % g->dim[1],
                                   v / g->dim[0] / g->dim[1] };

            if (!((const uint8_t *)g->voxel)[v])
                continue;
            for (int a = 0; a < 3 && pass == 0; a++)
                low[a] = at[a] < low[a] ? at[a] : low[a];
            if (pass == 1) /* v grows with k, j, i: sorted already */
                list[found++] = (long)(at[0] - low[0] +
                                       100 * (at[1] - low[1]) +
                                       10000 * (at[2] - low[2]));
        }
    *out = list;
    return found;
}

START_TEST(no_flip_or_turn_maps_the_array_onto_itself)
{
    pp_grid grid = road();
    long *as_is;
    const size_t n = pattern(&grid, &as_is);
    int same = 0;

    for (int order = 0; order < 6; order++)
        for (int flips = 0; flips < 8; flips++) {
            const bool flip[3] = { flips & 1, flips & 2, flips & 4 };
            pp_error err = { 0 };
            pp_grid turned;
            long *other;

            ck_ok(pp_road_reorder(&grid, pp_road_order[order], flip, &turned,
                                  &err), err);
            ck_assert_uint_eq(pattern(&turned, &other), n);
            same += memcmp(as_is, other, n * sizeof *as_is) == 0;
            free(other);
            pp_free(turned.voxel);
        }
    ck_assert_int_eq(same, 1);
    free(as_is);
    pp_free(grid.voxel);
}
END_TEST

START_TEST(reordering_moves_no_voxel)
{
    pp_grid grid = road();
    pp_random r = { 3 };

    for (int order = 0; order < 6; order++)
        for (int flips = 0; flips < 8; flips++) {
            const bool flip[3] = { flips & 1, flips & 2, flips & 4 };
            pp_error err = { 0 };
            double inverse[3][4];
            pp_grid turned;

            ck_ok(pp_road_reorder(&grid, pp_road_order[order], flip, &turned,
                                  &err), err);
            ck_ok(pp_grid_inverse(&turned, inverse, &err), err);
            for (int n = 0; n < 200; n++) {
                const size_t i = pp_random_below(&r, 14),
                             j = pp_random_below(&r, 11),
                             k = pp_random_below(&r, 9);
                const pp_vec3 p = pp_grid_position(&grid, (double)i,
                                                   (double)j, (double)k);
                size_t at[3];

                for (int row = 0; row < 3; row++)
                    at[row] = (size_t)lrint(
                        inverse[row][0] * p.x + inverse[row][1] * p.y +
                        inverse[row][2] * p.z + inverse[row][3]);
                ck_assert_int_eq(
                    ((uint8_t *)grid.voxel)[(k * 11 + j) * 14 + i],
                    ((uint8_t *)turned.voxel)[(at[2] * turned.dim[1] + at[1]) *
                                                  turned.dim[0] + at[0]]);
            }
            pp_free(turned.voxel);
        }
    pp_free(grid.voxel);
}
END_TEST

static const char *
path_of(const char *name)
{
    static char path[4096];
    const char *top = getenv("top_builddir");

    snprintf(path, sizeof path, "%s/samples/roads-data/%s",
             top != NULL ? top : ".", name);
    return path;
}

/*
 * Every inside voxel of the file lies on an inside voxel of the array, within
 * tolerance_mm, and there are as many. Grey files are cut at 500.
 */
static double
compare(const char *name, const pp_grid *grid, double tolerance_mm)
{
    pp_error err = { 0 };
    pp_volume volume;
    double inverse[3][4], worst = 0;
    size_t n, nin = 0, nexpected = 0;
    const pp_grid *g;

    if (pp_volume_read(path_of(name), NULL, &volume, &err) != PP_OK)
        ck_abort_msg("%s: %s", name, err.message);
    g = &volume.layer[0];
    n = g->dim[0] * g->dim[1] * g->dim[2];
    ck_ok(pp_grid_inverse(grid, inverse, &err), err);
    for (size_t v = 0; v < 14 * 11 * 9; v++)
        nexpected += ((const uint8_t *)grid->voxel)[v];
    for (size_t v = 0; v < n; v++) {
        const double value = pp_grid_value(g, v);
        size_t at[3];
        pp_vec3 p, q;

        if (!(g->type == PP_VOXEL_U8 ? value > 0 : value > 500))
            continue;
        nin++;
        p = pp_grid_position(g, (double)(v % g->dim[0]),
                             (double)(v / g->dim[0] % g->dim[1]),
                             (double)(v / g->dim[0] / g->dim[1]));
        for (int row = 0; row < 3; row++)
            at[row] = (size_t)lrint(inverse[row][0] * p.x +
                                    inverse[row][1] * p.y +
                                    inverse[row][2] * p.z + inverse[row][3]);
        ck_assert_msg(at[0] < 14 && at[1] < 11 && at[2] < 9, "%s: far off",
                      name);
        ck_assert_msg(((const uint8_t *)
                           grid->voxel)[(at[2] * 11 + at[1]) * 14 + at[0]],
                      "%s: a voxel lies where none should", name);
        q = pp_grid_position(grid, (double)at[0], (double)at[1],
                             (double)at[2]);
        worst = fmax(worst, pp_distance(p, q));
    }
    ck_assert_msg(nin == nexpected, "%s: %zu voxels instead of %zu", name,
                  nin, nexpected);
    ck_assert_msg(worst <= tolerance_mm, "%s: off by %g mm", name, worst);
    pp_volume_free(&volume);
    return worst;
}

/* A float next to 642 mm is good to 31 nm; a quaternion of floats adds the
 * size of the image, 12 mm, times 1e-7. */
START_TEST(every_nifti_gives_the_same_voxels)
{
    pp_grid grid = road();
    static const char *const name[] = { "sform.nii", "qform.nii", "both.nii",
                                        "packed.nii.gz" };

    for (size_t n = 0; n < sizeof name / sizeof *name; n++)
        printf("# %s: %.2g mm\n", name[n], compare(name[n], &grid, 1.2e-4));
    /* NIfTI-2 has doubles */
    printf("# sform2.nii: %.2g mm\n", compare("sform2.nii", &grid, 1e-9));
    printf("# qform2.nii: %.2g mm\n", compare("qform2.nii", &grid, 1e-9));
    pp_free(grid.voxel);
}
END_TEST

START_TEST(every_order_of_storage_gives_the_same_voxels)
{
    pp_grid grid = road();
    double worst = 0;

    for (int order = 0; order < 6; order++)
        for (int flips = 0; flips < 8; flips++) {
            const int *axis = pp_road_order[order];
            char name[64];

            snprintf(name, sizeof name, "ct-%d%d%d%c%c%c", axis[0], axis[1],
                     axis[2], flips & 1 ? '-' : '+', flips & 2 ? '-' : '+',
                     flips & 4 ? '-' : '+');
            worst = fmax(worst, compare(name, &grid, 1e-9));
        }
    printf("# 48 series: %.2g mm\n", worst);
    pp_free(grid.voxel);
}
END_TEST

START_TEST(every_segmentation_gives_the_same_voxels)
{
    pp_grid grid = road();
    static const char *const name[] = { "seg-binary.dcm", "seg-labelmap.dcm",
                                        "seg-probability.dcm",
                                        "seg-occupancy.dcm" };

    for (size_t n = 0; n < sizeof name / sizeof *name; n++)
        printf("# %s: %.2g mm\n", name[n], compare(name[n], &grid, 1e-9));
    pp_free(grid.voxel);
}
END_TEST

START_TEST(one_enhanced_file_gives_the_same_voxels)
{
    pp_grid grid = road();

    printf("# enhanced-ct.dcm: %.2g mm\n",
           compare("enhanced-ct.dcm", &grid, 1e-9));
    pp_free(grid.voxel);
}
END_TEST

PP_TESTS("samples/road", no_flip_or_turn_maps_the_array_onto_itself,
         reordering_moves_no_voxel, every_nifti_gives_the_same_voxels,
         every_order_of_storage_gives_the_same_voxels,
         every_segmentation_gives_the_same_voxels,
         one_enhanced_file_gives_the_same_voxels)
