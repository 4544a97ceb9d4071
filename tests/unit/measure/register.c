/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/register.h"
#include "shapes.h"
#include "test.h"

#include <math.h>
#include <omp.h>

/* A body with no symmetry. */
static pp_mesh
odd_body(int levels)
{
    pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 10, levels);

    for (size_t v = 0; v < m.nvert; v++) {
        const pp_vec3 p = m.vert[v];

        m.vert[v] = pp_vec(3 * p.x + 0.05 * p.y * p.y,
                           2 * p.y + 0.02 * p.x * p.z,
                           p.z + 0.03 * p.x * p.x);
    }
    return m;
}

static void
turn_and_move(pp_mesh *m, double x, double y, double z, pp_vec3 by)
{
    pp_shape_rotate(m, x, y, z);
    pp_shape_move(m, by);
}

/* The largest distance between vertices of the same number. */
static double
apart(const pp_mesh *a, const pp_mesh *b)
{
    double d = 0;

    for (size_t v = 0; v < a->nvert; v++)
        d = fmax(d, pp_distance(a->vert[v], b->vert[v]));
    return d;
}

START_TEST(a_moved_copy_comes_back_to_its_place)
{
    const double angle[4][3] = { { 0.05, -0.03, 0.04 }, { 2, 1, -2.5 },
                                 { 3.1, 0, 0 }, { -1.2, 0.7, 1.9 } };

    for (int i = 0; i < pp_test_rounds(4); i++) {
        pp_mesh fixed = odd_body(3), moving = odd_body(3);
        pp_registration r;
        pp_error err = { 0 };

        turn_and_move(&moving, angle[i][0], angle[i][1], angle[i][2],
                      pp_vec(200, -3, 40 * i));
        ck_ok(pp_measure_register(&moving, &fixed, 0, &r, &err), err);
        pp_registration_apply(&r, &moving);
        ck_assert(r.settled);
        ck_assert(apart(&moving, &fixed) < 1e-6);
        ck_assert(r.rms_after_mm < 1e-7 && r.rms_before_mm > 10);
        pp_mesh_free(&fixed);
        pp_mesh_free(&moving);
    }
}
END_TEST

START_TEST(another_triangulation_comes_to_the_same_place)
{
    pp_mesh fixed = odd_body(4), moving = odd_body(3), truth = odd_body(3);
    pp_registration r, at_rest;
    pp_error err = { 0 };

    turn_and_move(&moving, 0.3, -0.2, 0.4, pp_vec(1, 2, 3));
    ck_ok(pp_measure_register(&moving, &fixed, 1, &r, &err), err);
    pp_registration_apply(&r, &moving);
    /* facets of the coarse one cut corners, unevenly: 0.3 mm at the most */
    ck_assert(apart(&moving, &truth) < 0.15);
    ck_ok(pp_measure_register(&truth, &fixed, 1, &at_rest, &err), err);
    ck_assert(r.rms_after_mm <= at_rest.rms_before_mm);
    ck_near(r.rms_after_mm, at_rest.rms_after_mm, 1e-6);
    pp_mesh_free(&fixed);
    pp_mesh_free(&moving);
    pp_mesh_free(&truth);
}
END_TEST

START_TEST(a_part_too_many_is_left_out_of_the_fit)
{
    pp_mesh fixed = odd_body(3), moving = odd_body(3), truth = odd_body(3);
    pp_registration r;
    pp_error err = { 0 };

    pp_shape_add(&moving, pp_shape_box(pp_vec(0, 0, 30), pp_vec(9, 9, 39)));
    turn_and_move(&moving, 0.2, 0.1, -0.1, pp_vec(3, -2, 1));
    ck_ok(pp_measure_register(&moving, &fixed, 0.8, &r, &err), err);
    pp_registration_apply(&r, &moving);
    moving.nvert = truth.nvert;
    ck_assert(apart(&moving, &truth) < 1e-5);
    ck_assert(r.rms_kept_mm < 1e-5 && r.rms_after_mm > 1);
    pp_mesh_free(&fixed);
    pp_mesh_free(&moving);
    pp_mesh_free(&truth);
}
END_TEST

START_TEST(what_lies_right_stays_and_the_angle_is_told)
{
    pp_mesh fixed = odd_body(3), moving = odd_body(3);
    pp_registration r;
    pp_error err = { 0 };

    ck_ok(pp_measure_register(&moving, &fixed, 0, &r, &err), err);
    ck_assert(!r.from_axes && r.angle_deg < 1e-6 && r.shift_mm < 1e-9);
    pp_shape_rotate(&moving, 0, 0, 0.25);
    ck_ok(pp_measure_register(&moving, &fixed, 0, &r, &err), err);
    ck_near(r.angle_deg, 0.25 * 57.29577951308232, 1e-6);
    for (int i = 0; i < 3; i++) /* a rotation */
        for (int j = 0; j < 3; j++) {
            double sum = 0;

            for (int k = 0; k < 3; k++)
                sum += r.matrix[k][i] * r.matrix[k][j];
            ck_near(sum, i == j, 1e-12);
        }
    pp_mesh_free(&fixed);
    pp_mesh_free(&moving);
}
END_TEST

START_TEST(the_number_of_threads_changes_nothing)
{
    pp_mesh fixed = odd_body(3), moving = odd_body(2);
    pp_registration one, many;
    pp_error err = { 0 };

    turn_and_move(&moving, 0.5, -0.4, 0.3, pp_vec(9, 8, 7));
    omp_set_num_threads(1);
    ck_ok(pp_measure_register(&moving, &fixed, 0, &one, &err), err);
    omp_set_num_threads(4);
    ck_ok(pp_measure_register(&moving, &fixed, 0, &many, &err), err);
    omp_set_num_threads(omp_get_num_procs());
    ck_assert_mem_eq(one.matrix, many.matrix, sizeof one.matrix);
    pp_mesh_free(&fixed);
    pp_mesh_free(&moving);
}
END_TEST

PP_TESTS("measure/register", a_moved_copy_comes_back_to_its_place,
         another_triangulation_comes_to_the_same_place,
         a_part_too_many_is_left_out_of_the_fit,
         what_lies_right_stays_and_the_angle_is_told,
         the_number_of_threads_changes_nothing)
