/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * solids.c - many solids in one mesh, and one of many
 */
#include "place/place.h"

#include "base/alloc.h"
#include "check/check.h"
#include "shapes.h"
#include "test.h"

START_TEST(cavities_stay_with_what_is_around_them)
{
    pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 20, 3);
    pp_mesh hole = pp_shape_sphere(pp_vec(0, 0, 0), 15, 3);
    pp_mesh small = pp_shape_sphere(pp_vec(0, 0, 9), 1, 2);
    const double ball = pp_shape_volume(&m), inner = pp_shape_volume(&hole);
    const double tiny = pp_shape_volume(&small);
    pp_error err = { PP_OK, "" };
    pp_mesh *part;
    size_t npart;

    pp_shape_flip(&small); /* a bubble in the ball within the cavity */
    pp_shape_flip(&hole);
    pp_shape_add(&m, small);
    pp_shape_add(&m, hole);
    pp_shape_add(&m, pp_shape_sphere(pp_vec(0, 0, 5), 8, 3));
    pp_shape_add(&m, pp_shape_box(pp_vec(50, 0, 0), pp_vec(51, 1, 1)));
    ck_assert_int_eq(pp_split_solids(&m, &part, &npart, &err), PP_OK);
    ck_assert_uint_eq(npart, 3);
    ck_assert_double_eq_tol(pp_shape_volume(&part[0]), ball - inner, 1e-9);
    ck_assert_double_eq_tol(pp_shape_volume(&part[1]) + tiny,
                            ball * 8 * 8 * 8 / 8000, 1e-6);
    ck_assert_double_eq_tol(pp_shape_volume(&part[2]), 1, 1e-12);
    for (size_t i = 0; i < npart; i++)
        pp_mesh_free(&part[i]);
    pp_free(part);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_union_has_the_volume_of_what_any_holds)
{
    pp_mesh a = pp_shape_box(pp_vec(0, 0, 0), pp_vec(10, 10, 10));
    pp_mesh b = pp_shape_box(pp_vec(5, 6, 7), pp_vec(15, 16, 17));
    pp_mesh c = pp_shape_box(pp_vec(10, 0, 0), pp_vec(20, 5, 5));
    const pp_mesh *const all[] = { &a, &b, &c };
    pp_error err = { PP_OK, "" };
    pp_report r;
    pp_mesh one;

    /* c stands against a's side; the overlap of a and b is 5 x 4 x 3 */
    ck_assert_msg(pp_join_solids(all, 3, &one, &err) == PP_OK, "%s",
                  err.message);
    ck_assert_double_eq_tol(pp_shape_volume(&one), 2000 - 60 + 250, 1e-9);
    ck_assert_int_eq(pp_check(&one, NULL, &r, &err), PP_OK);
    ck_assert_uint_eq(pp_report_ndefect(&r), 0);
    ck_assert_uint_eq(r.nshell, 1);
    pp_report_free(&r);
    pp_mesh_free(&one);
    pp_mesh_free(&a);
    pp_mesh_free(&b);
    pp_mesh_free(&c);
}
END_TEST

PP_TESTS("place/solids", cavities_stay_with_what_is_around_them,
         a_union_has_the_volume_of_what_any_holds)
