/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/measure.h"
#include "shapes.h"
#include "surface/surface.h"
#include "test.h"
#include "unit/measure/box.h"

#include <math.h>

START_TEST(the_surface_of_a_mask_turns_back_into_that_mask)
{
    pp_random r = { 8 };
    pp_mask mask = box_mask(14, 10, 9);
    pp_error err = { 0 };
    const pp_surface_options lossless = { .smooth = PP_SMOOTH_LOSSLESS };
    pp_surface_report report;
    pp_mesh mesh = { 0 };
    pp_overlap o;
    pp_deviation d;

    for (size_t v = 0; v < mask.dim[0] * mask.dim[1] * mask.dim[2]; v++)
        if (mask.in[v] && pp_random_unit(&r) < 0.1)
            mask.in[v] = 0;
    ck_ok(pp_surface_from_mask(&mask, &lossless, &mesh, &report, &err), err);
    ck_ok(pp_measure_overlap(&mesh, &mask, &o, &err), err);
    ck_assert_double_eq(o.dice, 1);
    ck_assert_uint_eq(o.nboth, pp_mask_count(&mask));
    /* neither strays more than half a voxel diagonal (algorithms: LCT) */
    ck_ok(pp_measure_mesh_to_mask(&mesh, &mask, 0.2, &d, &err), err);
    ck_assert(d.max_mm <= 0.5 * sqrt(1 + 0.64 + 2.25) + 1e-9);
    ck_ok(pp_measure_mask_to_mesh(&mesh, &mask, &d, &err), err);
    ck_assert(d.max_mm <= 0.5 * sqrt(1 + 0.64 + 2.25) + 1e-9);
    pp_mesh_free(&mesh);
    pp_mask_free(&mask);
}
END_TEST

START_TEST(a_shrunken_mesh_overlaps_less)
{
    pp_mask mask = box_mask(10, 10, 10);
    pp_mesh mesh = box_of(&mask, 10, 10, 10, -1.6);
    pp_error err = { 0 };
    pp_overlap o;

    /* 1.6 mm: two voxels of 1 and of 0.8 mm, one of 1.5 mm, on both sides */
    ck_ok(pp_measure_overlap(&mesh, &mask, &o, &err), err);
    ck_assert_uint_eq(o.nmask, 1000);
    ck_assert_uint_eq(o.nmesh, 6 * 6 * 8);
    ck_assert_uint_eq(o.nboth, 6 * 6 * 8);
    ck_near(o.dice, 2.0 * 288 / 1288, 1e-12);
    ck_near(o.volume_difference_mm3,
            (10 - 3.2) * (8 - 3.2) * (15 - 3.2) - 1200, 1e-8);
    pp_mesh_free(&mesh);
    pp_mask_free(&mask);
}
END_TEST

PP_TESTS("measure/overlap", the_surface_of_a_mask_turns_back_into_that_mask,
         a_shrunken_mesh_overlaps_less)
