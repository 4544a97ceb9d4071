/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unite.c - a union worked out where surfaces meet is that of the whole
 */
#include "test.h"

#include "shapes.h"
#include "shell/grow.h"
#include "shim/igl.h"
#include "unit/shell/solid.h"

#include <stdlib.h>

static double
volume(const pp_mesh *m)
{
    pp_report r;
    pp_error err = { 0 };
    double mm3;

    ck_ok(pp_check(m, NULL, &r, &err), err);
    ck_assert_uint_eq(pp_report_ndefect(&r), 0);
    mm3 = r.volume_mm3;
    pp_report_free(&r);
    return mm3;
}

static size_t
nshell(const pp_mesh *m)
{
    uint32_t *part, n;
    pp_error err = { 0 };

    ck_ok(pp_mesh_parts(m, &part, &n, &err), err);
    free(part);
    return n;
}

/* Facets of a that are facets of b, corner by corner. */
static size_t
ncommon(const pp_mesh *a, const pp_mesh *b)
{
    size_t n = 0;

    for (size_t t = 0; t < a->ntri; t++)
        for (size_t s = 0; s < b->ntri; s++) {
            bool same = true;

            for (int k = 0; k < 3; k++)
                same &= pp_distance(a->vert[a->tri[t][k]],
                                    b->vert[b->tri[s][k]]) == 0;
            n += same;
        }
    return n;
}

START_TEST(what_stays_is_what_stays_in_the_union_of_the_whole)
{
    for (int turn = 0; turn < 6; turn++) {
        pp_mesh a = pp_shape_sphere(pp_vec(0, 0, 0), 5, 3), whole, out;
        pp_mesh b = pp_shape_sphere(pp_vec(4.1, 0.3, 0.2), 3, 3);
        pp_mesh far = pp_shape_sphere(pp_vec(40, 0, 0), 5, 2);
        pp_error err = { 0 };

        pp_shape_add(&a, far);
        pp_shape_rotate(&a, 0.1 * turn, 0.2, 0.3 * turn);
        pp_shape_rotate(&b, 0.1 * turn, 0.2, 0.3 * turn);
        ck_ok(pp_igl_mesh_union(&a, &b, &whole, &err), err);
        ck_ok(pp_shell_unite(&a, &b, &out, &err), err);
        ck_assert_uint_eq(out.ntri, whole.ntri);
        ck_assert_uint_eq(out.nvert, whole.nvert);
        ck_near(volume(&out), volume(&whole), 1e-9 * volume(&whole));
        ck_assert_uint_ge(ncommon(&out, &a), a.ntri * 4 / 5);
        pp_mesh_free(&a);
        pp_mesh_free(&b);
        pp_mesh_free(&whole);
        pp_mesh_free(&out);
    }
}
END_TEST

START_TEST(what_lies_in_the_balls_goes_and_what_lies_apart_stays)
{
    pp_mesh a = pp_shape_sphere(pp_vec(0, 0, 0), 1, 3), out;
    pp_mesh b = pp_shape_sphere(pp_vec(0, 0, 0), 3, 3);
    const double large = volume(&b), small = volume(&a);
    pp_error err = { 0 };

    ck_ok(pp_shell_unite(&a, &b, &out, &err), err);
    ck_near(volume(&out), large, 1e-9 * large);
    pp_mesh_free(&out);
    ck_ok(pp_shell_unite(&b, &a, &out, &err), err);
    ck_near(volume(&out), large, 1e-9 * large);
    pp_mesh_free(&out);
    pp_shape_move(&a, pp_vec(10, 0, 0));
    ck_ok(pp_shell_unite(&a, &b, &out, &err), err);
    ck_near(volume(&out), large + small, 1e-9 * large);
    ck_assert_uint_eq(nshell(&out), 2);
    pp_mesh_free(&a);
    pp_mesh_free(&b);
    pp_mesh_free(&out);
}
END_TEST

START_TEST(surfaces_that_lie_on_each_other_are_refused)
{
    pp_mesh a = pp_shape_box(pp_vec(0, 0, 0), pp_vec(2, 2, 2)), out;
    pp_mesh b = pp_shape_box(pp_vec(0, 0, 2), pp_vec(2, 2, 4));
    pp_error err = { 0 };

    ck_assert_int_eq(pp_shell_unite(&a, &b, &out, &err), PP_EGEOM);
    ck_assert_uint_eq(out.ntri, 0);
    pp_mesh_free(&a);
    pp_mesh_free(&b);
}
END_TEST

/* A box of 4 mm with a hollow cube of this edge in it. */
static pp_mesh
box_with_void(double edge)
{
    pp_mesh m = pp_shape_box(pp_vec(-2, -2, -2), pp_vec(2, 2, 2));
    pp_mesh hole = pp_shape_box(pp_vec(-edge / 2, -edge / 2, -edge / 2),
                                pp_vec(edge / 2, edge / 2, edge / 2));

    pp_shape_flip(&hole);
    pp_shape_add(&m, hole);
    return m;
}

START_TEST(small_voids_that_were_none_before_are_filled_and_no_others)
{
    const double gap = 0.5;
    pp_mesh solid = pp_shape_box(pp_vec(-2, -2, -2), pp_vec(2, 2, 2));
    pp_mesh had_one = box_with_void(0.3);

    for (int had = 0; had < 2; had++)
        for (int large = 0; large < 2; large++) {
            pp_mesh m = box_with_void(large ? 0.5 : 0.2);
            pp_pockets filled = { 0, 0 };
            const bool stays = had || large;
            pp_error err = { 0 };

            ck_ok(pp_shell_fill_pockets(&m, had ? &had_one : &solid, gap,
                                        &filled, &err), err);
            ck_assert_uint_eq(filled.n, stays ? 0 : 1);
            ck_near(filled.mm3, stays ? 0 : 0.008, 1e-9);
            ck_assert_uint_eq(nshell(&m), stays ? 2 : 1);
            pp_mesh_free(&m);
        }
    pp_mesh_free(&solid);
    pp_mesh_free(&had_one);
}
END_TEST

PP_TESTS("shell/unite", what_stays_is_what_stays_in_the_union_of_the_whole,
         what_lies_in_the_balls_goes_and_what_lies_apart_stays,
         surfaces_that_lie_on_each_other_are_refused,
         small_voids_that_were_none_before_are_filled_and_no_others)
