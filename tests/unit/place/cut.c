/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cut.c - halves are closed, clean and together the whole
 */
#include "place/place.h"

#include "check/check.h"
#include "shapes.h"
#include "shim/igl.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

static void
must_be_clean(const pp_mesh *m, const char *which, int n)
{
    pp_report r = { 0 };
    pp_error err = { PP_OK, "" };
    char text[200];

    if (m->ntri == 0)
        return;
    ck_assert_int_eq(pp_check(m, NULL, &r, &err), PP_OK);
    pp_report_summary(&r, text, sizeof text);
    ck_assert_msg(pp_report_ndefect(&r) == 0, "%s %d: %s", which, n, text);
    pp_report_free(&r);
}

/* Cuts, checks both halves, and returns the volume of the one below. */
static double
cut(const pp_mesh *m, pp_vec3 normal, double at, bool round, int n,
    pp_cut *section)
{
    const pp_plane plane = { pp_unit(normal), at };
    pp_mesh below, above;
    pp_error err = { PP_OK, "" };
    const double whole = pp_shape_volume(m);
    double mm3;

    ck_assert_msg(pp_cut_plane(m, &plane, NULL, 0, round, &below, &above,
                               section, &err) == PP_OK,
                  "%d: %s", n, err.message);
    if (round) {
        pp_mesh_round_float(&below);
        pp_mesh_round_float(&above);
    }
    must_be_clean(&below, "below", n);
    must_be_clean(&above, "above", n);
    mm3 = below.ntri > 0 ? pp_shape_volume(&below) : 0;
    ck_assert_msg(fabs(mm3 + (above.ntri > 0 ? pp_shape_volume(&above) : 0) -
                       whole) <= (round ? 1e-6 : 1e-9) * whole,
                  "%d: %.17g + %.17g is not %.17g", n, mm3,
                  pp_shape_volume(&above), whole);
    pp_mesh_free(&below);
    pp_mesh_free(&above);
    return mm3;
}

START_TEST(a_box_is_cut_where_the_formula_says)
{
    pp_mesh box = pp_shape_box(pp_vec(-3, 10, 5), pp_vec(7, 14, 11));
    pp_cut s;

    for (int n = 0; n <= 20; n++) {
        const double x = -3.5 + 0.55 * n;
        const double depth = fmin(fmax(x + 3, 0), 10);

        ck_assert_double_eq_tol(cut(&box, pp_vec(1, 0, 0), x, false, n, &s),
                                depth * 24, 1e-9);
        ck_assert_double_eq_tol(s.area_mm2, depth > 0 && depth < 10 ? 24 : 0,
                                1e-9);
        pp_cut_free(&s);
    }
    pp_mesh_free(&box);
}
END_TEST

START_TEST(planes_through_vertices_and_along_facets_cut_cleanly)
{
    pp_mesh box = pp_shape_box(pp_vec(0, 0, 0), pp_vec(10, 10, 10));
    pp_cut s;

    /* along two of its sides, through edges, through corners */
    ck_assert_double_eq(cut(&box, pp_vec(0, 0, 1), 0, false, 1, &s), 0);
    ck_assert_double_eq(s.area_mm2, 0);
    pp_cut_free(&s);
    ck_assert_double_eq(cut(&box, pp_vec(0, 0, 1), 10, false, 2, &s), 1000);
    ck_assert_double_eq(s.area_mm2, 0);
    pp_cut_free(&s);
    ck_assert_double_eq_tol(cut(&box, pp_vec(1, -1, 0), 0, false, 3, &s), 500,
                            1e-9);
    ck_assert_double_eq_tol(s.area_mm2, 100 * sqrt(2), 1e-9);
    pp_cut_free(&s);
    ck_assert_double_eq_tol(
        cut(&box, pp_vec(1, 1, 1), 10 / sqrt(3), false, 4, &s), 1000 / 6.0,
        1e-9);
    pp_cut_free(&s);
    cut(&box, pp_vec(1, 1, 1), 0, false, 5, &s);
    pp_cut_free(&s);
    pp_mesh_free(&box);
}
END_TEST

START_TEST(a_plane_through_a_saddle_moves_and_says_so)
{
    pp_mesh torus = pp_shape_torus(pp_vec(0, 0, 0), 20, 5, 48, 24);
    pp_cut s;

    /* x = 15 touches the inner rim in its saddle, which is a vertex */
    cut(&torus, pp_vec(1, 0, 0), 15, false, 1, &s);
    ck_assert_double_gt(fabs(s.moved_mm), 1e-3);
    ck_assert_double_le(fabs(s.moved_mm),
                        PP_PLANE_STEP_MM * PP_PLANE_STEPS / 2 + 1e-9);
    pp_cut_free(&s);
    pp_mesh_free(&torus);
}
END_TEST

START_TEST(any_plane_through_any_body_leaves_clean_halves)
{
    pp_mesh body = pp_shape_torus(pp_vec(12, -7, 3), 20, 6, 60, 30);
    pp_mesh hole = pp_shape_sphere(pp_vec(100, 0, 0), 9, 3);

    pp_shape_rotate(&body, 0.3, 0.7, 0.1);
    pp_shape_add(&body, pp_shape_sphere(pp_vec(100, 0, 0), 15, 4));
    pp_shape_flip(&hole); /* a cavity: sections are rings */
    pp_shape_add(&body, hole);
    srand(11);
    for (int n = 0; n < pp_test_rounds(80); n++) {
        const pp_vec3 normal =
            n % 4 == 0 ? pp_vec(n % 3 == 0, n % 3 == 1, n % 3 == 2)
                       : pp_vec(rand() % 2001 - 1000, rand() % 2001 - 1000,
                                rand() % 2001 - 999.5);
        const pp_vec3 through = n % 2 == 0
                                    ? body.vert[(size_t)rand() % body.nvert]
                                    : pp_vec(rand() % 60 - 20, rand() % 40 -
                                             20, rand() % 40 - 20);
        pp_cut s;

        cut(&body, normal, pp_dot(pp_unit(normal), through), false, n, &s);
        pp_cut_free(&s);
    }
    pp_mesh_free(&body);
}
END_TEST

/* Points and planes of one coarse lattice: corners on the plane, edges and
 * sides in it. */
START_TEST(lattice_hulls_are_cut_by_lattice_planes)
{
    size_t nreal = 0;

    srand(23);
    for (int n = 0; n < pp_test_rounds(1000); n++) {
        pp_vec3 point[12];
        const pp_mesh cloud = { .vert = point, .nvert = 4 + n % 9 };
        const pp_vec3 normal = pp_vec(rand() % 3 - 1, rand() % 3 - 1,
                                      n % 2 == 0 ? 1 : rand() % 3 - 1);
        pp_error err = { PP_OK, "" };
        pp_mesh hull;
        pp_cut s;

        for (size_t v = 0; v < cloud.nvert; v++)
            point[v] = pp_vec(rand() % 4, rand() % 4, rand() % 4);
        if (pp_norm(normal) == 0 ||
            pp_igl_convex_hull(&cloud, &hull, &err) != PP_OK)
            continue;
        cut(&hull, normal, pp_dot(pp_unit(normal), point[n % 4]), n % 3 == 0,
            n, &s);
        nreal += s.area_mm2 > 0;
        pp_cut_free(&s);
        pp_mesh_free(&hull);
    }
    ck_assert_uint_gt(nreal, (size_t)pp_test_rounds(200));
}
END_TEST

START_TEST(halves_are_clean_as_floats_too)
{
    pp_mesh body = pp_shape_sphere(pp_vec(150, -200, 800), 60, 4);

    pp_mesh_round_float(&body);
    srand(5);
    for (int n = 0; n < pp_test_rounds(25); n++) {
        const pp_vec3 normal = n % 3 == 0 ? pp_vec(0, 0, 1)
                                          : pp_vec(rand() % 201 - 100,
                                                   rand() % 201 - 100,
                                                   rand() % 201 - 99.5);
        pp_cut s;

        cut(&body, normal,
            pp_dot(pp_unit(normal), pp_vec(150, -200, 800)) + rand() % 100 -
                50 + 0.123 * n,
            true, n, &s);
        pp_cut_free(&s);
    }
    pp_mesh_free(&body);
}
END_TEST

START_TEST(an_open_mesh_is_refused)
{
    pp_mesh box = pp_shape_box(pp_vec(0, 0, 0), pp_vec(1, 1, 1));
    const pp_plane plane = { { 0, 0, 1 }, 0.5 };
    pp_error err = { PP_OK, "" };
    pp_mesh below, above;
    pp_cut s;

    for (size_t t = 0; t < 12; t++) {
        pp_mesh open = pp_shape_box(pp_vec(0, 0, 0), pp_vec(1, 1, 1));
        bool across = false;

        for (int k = 0; k < 3; k++)
            across = across || open.vert[open.tri[t][k]].z !=
                                   open.vert[open.tri[t][0]].z;
        memmove(open.tri + t, open.tri + t + 1,
                (11 - t) * sizeof *open.tri);
        open.ntri--;
        err = (pp_error){ PP_OK, "" };
        ck_assert_int_eq(pp_cut_plane(&open, &plane, NULL, 0, false, &below,
                                      &above, &s, &err),
                         across ? PP_EGEOM : PP_OK);
        if (across)
            ck_assert(below.ntri == 0 && above.ntri == 0);
        pp_mesh_free(&below);
        pp_mesh_free(&above);
        pp_cut_free(&s);
        pp_mesh_free(&open);
    }
    pp_mesh_free(&box);
}
END_TEST

PP_TESTS("place/cut", a_box_is_cut_where_the_formula_says,
         planes_through_vertices_and_along_facets_cut_cleanly,
         a_plane_through_a_saddle_moves_and_says_so,
         any_plane_through_any_body_leaves_clean_halves,
         lattice_hulls_are_cut_by_lattice_planes,
         halves_are_clean_as_floats_too, an_open_mesh_is_refused)
