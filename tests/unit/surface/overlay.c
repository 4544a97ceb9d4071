/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Meshes laid over voxels: what comes back, and what shares add up to.
 */
#include "judge.h"
#include "shapes.h"
#include "surface/overlay.h"

#include "base/alloc.h"

#include <math.h>
#include <string.h>

/* The overlay's voxels, spread out on the lattice again. */
static bool
is_mask(const pp_overlay *o, const pp_mask *m)
{
    size_t n = 0;

    for (size_t k = 0; k < o->dim[2]; k++)
        for (size_t j = 0; j < o->dim[1]; j++)
            for (size_t i = 0; i < o->dim[0]; i++) {
                const size_t at = ((o->low[2] + k) * m->dim[1] + o->low[1] +
                                   j) * m->dim[0] + o->low[0] + i;
                const uint8_t v =
                    o->value[(k * o->dim[1] + j) * o->dim[0] + i];

                if (v != m->in[at])
                    return false;
                n += v;
            }
    return n == pp_mask_count(m) && n == o->nvoxel;
}

START_TEST(any_mask_comes_back_in_any_frame)
{
    pp_random r = { 5 };
    pp_error err = { 0 };

    for (int trial = 0; trial < pp_test_rounds(200); trial++) {
        const size_t dim[3] = { 1 + pp_random_below(&r, 12),
                                1 + pp_random_below(&r, 9),
                                1 + pp_random_below(&r, 9) };
        const double mm[3] = { 0.7, 0.3 + pp_random_unit(&r), 2.5 };
        const pp_surface_options how = { .smooth = trial % 3 };
        pp_mask m = judge_random_mask(&r, dim, mm, 0.5);
        pp_overlay o;
        pp_mesh mesh;

        m.in[0] = 1;
        if (trial & 1) /* oblique, and left-handed as some files are */
            memcpy(m.to_lps, ((double[3][4]){ { 0.42, -0.56, 0, 333 },
                                              { 0.56, 0.42, 0, -1234 },
                                              { 0, 0, -2.5, 77 } }),
                   sizeof m.to_lps);
        ck_ok(pp_surface_from_mask(&m, &how, &mesh, NULL, &err), err);
        pp_mesh_round_float(&mesh);
        ck_ok(pp_overlay_mesh(&mesh, &m, 0, &o, &err), err);
        ck_assert(o.within);
        ck_assert(is_mask(&o, &m));
        ck_near(o.voxel_mm3, pp_mask_volume(&m), 1e-9 * o.voxel_mm3);
        pp_overlay_free(&o);
        pp_mesh_free(&mesh);
        pp_mask_free(&m);
    }
}
END_TEST

/* Planes in the middle between sample points: shares are exact. */
START_TEST(shares_of_a_box_are_its_volume)
{
    const double mm[3] = { 1, 1, 2 };
    const size_t dim[3] = { 20, 20, 20 };
    pp_mask like = judge_mask(dim, mm);
    const pp_vec3 low = pp_mask_position(&like, 4.5, 5.0, 6.25);
    const pp_vec3 high = pp_mask_position(&like, 9.0, 9.25, 9.75);
    pp_mesh box = pp_shape_box(low, high);
    pp_error err = { 0 };
    pp_overlay o;

    ck_ok(pp_overlay_mesh(&box, &like, 4, &o, &err), err);
    ck_assert_uint_eq(o.most, 64);
    ck_near(o.voxel_mm3, 4.5 * 4.25 * 3.5 * 2, 1e-9);
    pp_overlay_free(&o);
    pp_mesh_free(&box);
    pp_mask_free(&like);
}
END_TEST

START_TEST(more_points_come_nearer_to_the_volume_of_a_ball)
{
    const double mm[3] = { 1, 1.2, 1.7 };
    const size_t dim[3] = { 20, 20, 20 };
    pp_mask like = judge_mask(dim, mm);
    pp_mesh ball = pp_shape_sphere(pp_mask_position(&like, 9.3, 9.1, 8.8), 7,
                                   5);
    const double truth = pp_shape_volume(&ball);
    pp_error err = { 0 };

    for (size_t samples = 2; samples <= PP_OVERLAY_SAMPLES; samples++) {
        pp_overlay o;

        ck_ok(pp_overlay_mesh(&ball, &like, samples, &o, &err), err);
        /* points of a sphere's shell: their error falls faster than the
           distance between points */
        ck_near(o.voxel_mm3 / truth, 1,
                0.02 / (double)(samples * samples));
        for (size_t v = 0; v < o.dim[0] * o.dim[1] * o.dim[2]; v++)
            ck_assert_uint_le(o.value[v], o.most);
        pp_overlay_free(&o);
    }
    pp_mesh_free(&ball);
    pp_mask_free(&like);
}
END_TEST

START_TEST(a_wall_in_common_gives_each_centre_to_one_side)
{
    const double mm[3] = { 1, 1, 1 };
    const size_t dim[3] = { 12, 12, 12 };
    pp_mask like = judge_mask(dim, mm);
    pp_error err = { 0 };
    pp_overlay o[2];

    for (int axis = 0; axis < 3; axis++) {
        size_t sum = 0;

        for (int side = 0; side < 2; side++) {
            double low[3] = { 2, 2, 2 }, high[3] = { 9, 9, 9 };
            pp_mesh box;

            (side == 0 ? high : low)[axis] = 5; /* through centres */
            box = pp_shape_box(
                pp_mask_position(&like, low[0], low[1], low[2]),
                pp_mask_position(&like, high[0], high[1], high[2]));
            ck_ok(pp_overlay_mesh(&box, &like, 0, &o[side], &err), err);
            sum += o[side].nvoxel;
            pp_mesh_free(&box);
        }
        ck_assert_uint_eq(sum, 7 * 7 * 7);
        pp_overlay_free(&o[0]);
        pp_overlay_free(&o[1]);
    }
    pp_mask_free(&like);
}
END_TEST

START_TEST(a_mesh_without_an_inside_is_refused)
{
    const double mm[3] = { 1, 1, 1 };
    const size_t dim[3] = { 8, 8, 8 };
    pp_mask like = judge_mask(dim, mm);
    pp_mesh box = pp_shape_box(pp_mask_position(&like, 1.5, 1.5, 1.5),
                               pp_mask_position(&like, 5.5, 5.5, 5.5));
    pp_error err = { 0 };
    pp_overlay o;

    box.ntri--;
    ck_assert_int_eq(pp_overlay_mesh(&box, &like, 0, &o, &err), PP_EGEOM);
    ck_assert_ptr_nonnull(strstr(err.message, "3 open edges"));
    ck_assert_ptr_null(o.value);
    err = (pp_error){ 0 };
    box.ntri++;
    ck_assert_int_eq(pp_overlay_mesh(&box, &like, 7, &o, &err), PP_ELIMIT);
    pp_mesh_free(&box);
    pp_mask_free(&like);
}
END_TEST

START_TEST(what_lies_beyond_the_lattice_is_told)
{
    const double mm[3] = { 1, 1, 1 };
    const size_t dim[3] = { 8, 8, 8 };
    pp_mask like = judge_mask(dim, mm);
    pp_error err = { 0 };

    for (int far = 0; far < 2; far++)
        for (size_t samples = 0; samples < 4; samples += 2) {
            const double x = far ? 40 : 5;
            pp_mesh box =
                pp_shape_box(pp_mask_position(&like, x, 1.5, 1.5),
                             pp_mask_position(&like, x + 6, 4.5, 4.5));
            pp_overlay o;

            ck_ok(pp_overlay_mesh(&box, &like, samples, &o, &err), err);
            ck_assert(!o.within);
            ck_assert_int_eq(o.nvoxel == 0, far);
            pp_overlay_free(&o);
            pp_mesh_free(&box);
        }
    pp_mask_free(&like);
}
END_TEST

START_TEST(a_lattice_of_cubes_holds_its_box_and_hangs_on_no_mesh)
{
    pp_random r = { 9 };
    pp_error err = { 0 };

    for (int trial = 0; trial < 200; trial++) {
        const double mm = 0.1 + pp_random_unit(&r);
        pp_box box = pp_box_empty();
        pp_mask like;

        for (int c = 0; c < 2; c++)
            pp_box_add(&box, pp_vec(100 * pp_random_unit(&r) - 50,
                                    9 * pp_random_unit(&r), -300));
        ck_ok(pp_overlay_lattice(box, mm, &like, &err), err);
        for (int a = 0; a < 3; a++) {
            const double first = like.to_lps[a][3];
            const double last = first + mm * (double)(like.dim[a] - 1);

            ck_assert(first < pp_axis(box.low, a) &&
                      last > pp_axis(box.high, a));
            ck_near(first / mm, round(first / mm), 1e-9);
        }
    }
    pp_mask none;

    ck_assert_int_eq(pp_overlay_lattice((pp_box){ { 0, 0, 0 }, { 9, 9, 9 } },
                                        1e-6, &none, &err), PP_ELIMIT);
}
END_TEST

START_TEST(the_first_of_two_objects_keeps_what_both_hold)
{
    const double mm[3] = { 1, 1, 1 };
    const size_t dim[3] = { 10, 10, 10 };
    pp_mask like = judge_mask(dim, mm);
    pp_overlay o[2];
    pp_error err = { 0 };
    pp_grid grid = { 0 };
    size_t nshared, n[3] = { 0 };

    for (int i = 0; i < 2; i++) {
        pp_mesh box =
            pp_shape_box(pp_mask_position(&like, 1.5 + 2 * i, 1.5, 1.5),
                         pp_mask_position(&like, 5.5 + 2 * i, 5.5, 5.5));

        ck_ok(pp_overlay_mesh(&box, &like, 0, &o[i], &err), err);
        pp_mesh_free(&box);
    }
    ck_ok(pp_overlay_grid(o, 2, &like, &grid, &nshared, &err), err);
    ck_assert_uint_eq(nshared, 2 * 4 * 4);
    for (size_t v = 0; v < 1000; v++)
        n[((uint8_t *)grid.voxel)[v]]++;
    ck_assert_uint_eq(n[1], 4 * 4 * 4);
    ck_assert_uint_eq(n[2], 2 * 4 * 4);
    pp_grid_free(&grid);
    pp_overlay_free(&o[0]);
    pp_overlay_free(&o[1]);
    pp_mask_free(&like);
}
END_TEST

PP_TESTS("surface/overlay", any_mask_comes_back_in_any_frame,
         shares_of_a_box_are_its_volume,
         more_points_come_nearer_to_the_volume_of_a_ball,
         a_wall_in_common_gives_each_centre_to_one_side,
         a_mesh_without_an_inside_is_refused,
         what_lies_beyond_the_lattice_is_told,
         a_lattice_of_cubes_holds_its_box_and_hangs_on_no_mesh,
         the_first_of_two_objects_keeps_what_both_hold)
