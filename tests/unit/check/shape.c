/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * shape.c - fragility, shape of facets, stability, units, colours
 */
#include "check/shape.h"

#include "base/alloc.h"
#include "mesh/near.h"
#include "shapes.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

#define ABOUT 1e-9

static pp_fragility
fragility(const pp_mesh *m, double limit)
{
    pp_fragility f;
    pp_report r;
    pp_error err = { 0 };

    ck_ok(pp_check(m, NULL, &r, &err), err);
    ck_ok(pp_find_fragility(m, &r, pp_requirements_print(), limit, &f, &err),
          err);
    pp_report_free(&r);
    return f;
}

static pp_stability
stability(const pp_mesh *m)
{
    pp_stability s;
    pp_error err = { 0 };

    ck_ok(pp_measure_stability(m, &s, &err), err);
    return s;
}

static pp_quality
quality(const pp_mesh *m)
{
    pp_quality q;
    pp_error err = { 0 };

    ck_ok(pp_measure_quality(m, &q, &err), err);
    return q;
}

START_TEST(near_pairs_are_those_of_all_pairs)
{
    pp_random r = { 21 };

    for (int round = 0; round < pp_test_rounds(60); round++) {
        const double limit = round % 2 ? 0.3 : 0.05;
        pp_near_pair *pair;
        size_t n, expected = 0;
        pp_mesh m;
        pp_error err = { 0 };

        ck_ok(pp_mesh_alloc(&m, 120, 40, &err), err);
        for (size_t v = 0; v < 120; v++) {
            m.vert[v] = pp_vec(pp_random_unit(&r) * 3, pp_random_unit(&r),
                               round % 3 - 1.0 + pp_random_unit(&r));
            m.tri[v / 3][v % 3] = (uint32_t)v;
        }
        ck_ok(pp_near_pairs(&m, limit, 120 * 119 / 2, &pair, &n, &err), err);
        for (uint32_t a = 0; a < 120; a++)
            for (uint32_t b = a + 1; b < 120; b++) {
                bool found = false;

                for (size_t i = 0; i < n; i++)
                    found |= pair[i].a == a && pair[i].b == b;
                ck_assert(found ==
                          (pp_distance(m.vert[a], m.vert[b]) <= limit));
                expected += found;
            }
        ck_assert_uint_eq(n, expected);
        for (size_t i = 1; i < n; i++)
            ck_assert(pair[i - 1].distance_mm <= pair[i].distance_mm);
        pp_free(pair);
        pp_mesh_free(&m);
    }
}
END_TEST

START_TEST(welding_closes_a_seam_and_drops_what_collapses)
{
    pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 10, 2);
    const size_t nvert = m.nvert, ntri = m.ntri;
    pp_report r;
    size_t njoined;
    pp_error err = { 0 };

    /* facet 7 gets vertices of its own, a little aside */
    pp_shape_add(&m, pp_shape_sphere(pp_vec(0, 0, 1e-4), 10, 2));
    memcpy(m.tri[7], m.tri[ntri + 7], sizeof *m.tri);
    m.ntri = ntri;
    ck_ok(pp_check(&m, NULL, &r, &err), err);
    ck_assert_uint_eq(r.defect[PP_DEFECT_OPEN_EDGE].count, 6);
    pp_report_free(&r);
    ck_ok(pp_mesh_weld_near(&m, 1e-3, &njoined, &err), err);
    ck_assert_uint_eq(njoined, 3);
    ck_assert_uint_eq(m.nvert, nvert);
    ck_ok(pp_check(&m, NULL, &r, &err), err);
    ck_assert_uint_eq(pp_report_ndefect(&r), 0);
    pp_report_free(&r);
    ck_ok(pp_mesh_weld_near(&m, 30, &njoined, &err), err);
    ck_assert_uint_eq(m.ntri, 0);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(two_balls_nearly_in_touch_are_fragile_at_their_distance)
{
    pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 5, 2);
    pp_mesh other = pp_shape_sphere(pp_vec(0, 0, 0), 5, 2);
    pp_fragility f;
    double top = 0;
    size_t v0 = 0;

    for (size_t v = 0; v < m.nvert; v++)
        if (m.vert[v].y > top) {
            top = m.vert[v].y;
            v0 = v;
        }
    for (size_t v = 0; v < other.nvert; v++) /* mirrored above the first */
        other.vert[v].y = 2 * top + 3e-4 - other.vert[v].y;
    pp_shape_flip(&other);
    pp_shape_add(&m, other);
    f = fragility(&m, 1e-3);
    ck_assert(f.found && f.certain);
    ck_near(f.distance_mm, 3e-4, ABOUT);
    ck_near(f.place.y, m.vert[v0].y, ABOUT);
    f = fragility(&m, 2e-4);
    ck_assert(!f.found);
    ck_near(f.distance_mm, 2e-4, 0);
    pp_mesh_free(&m);
}
END_TEST

/* A vertex a micrometre from another one, inside a facet: its collapse gives
 * back the sphere that was there. */
START_TEST(a_small_patch_that_collapses_is_not_fragile)
{
    pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 10, 2);
    const uint32_t *v = m.tri[40];
    const uint32_t a = v[0], b = v[1], c = v[2], p = (uint32_t)m.nvert;
    const pp_vec3 middle = pp_scale(pp_add(m.vert[b], m.vert[c]), 0.5);
    pp_fragility f;

    m.vert = pp_realloc(m.vert, m.nvert + 1, sizeof *m.vert);
    m.tri = pp_realloc(m.tri, m.ntri + 2, sizeof *m.tri);
    m.vert[m.nvert++] = pp_madd(
        m.vert[a], 1e-6, pp_sub(middle, m.vert[a]));
    memcpy(m.tri[40], (uint32_t[]){ a, b, p }, sizeof *m.tri);
    memcpy(m.tri[m.ntri++], (uint32_t[]){ b, c, p }, sizeof *m.tri);
    memcpy(m.tri[m.ntri++], (uint32_t[]){ c, a, p }, sizeof *m.tri);
    f = fragility(&m, 1e-3);
    ck_assert(!f.found && f.certain);
    ck_near(f.distance_mm, 1e-3, 0);
    pp_mesh_free(&m);
}
END_TEST

/* Which of the required fail when all within `limit` are joined, by welding
 * a copy and checking it as a whole. */
static unsigned
failed_when_joined(const pp_mesh *m, double limit, unsigned required)
{
    pp_mesh copy;
    pp_report r;
    size_t njoined;
    unsigned failed;
    pp_error err = { 0 };

    ck_ok(pp_mesh_copy(m, &copy, &err), err);
    ck_ok(pp_mesh_weld_near(&copy, limit, &njoined, &err), err);
    if (copy.ntri == 0) { /* all gone: nothing is wrong with nothing */
        pp_mesh_free(&copy);
        return 0;
    }
    ck_ok(pp_check(&copy, NULL, &r, &err), err);
    failed = pp_requirements_failed(&r, required);
    pp_report_free(&r);
    pp_mesh_free(&copy);
    return failed;
}

/* Welds at every distance between two vertices, smallest first. */
static void
assert_fragile_as_by_welding(const pp_mesh *m, double limit,
                             unsigned required, size_t nchange[2])
{
    pp_near_pair *pair;
    pp_report r;
    pp_fragility f;
    double first = 0;
    unsigned after = 0;
    size_t n;
    pp_error err = { 0 };

    ck_ok(pp_check(m, NULL, &r, &err), err);
    ck_ok(pp_near_pairs(m, limit, 1000000, &pair, &n, &err), err);
    for (size_t i = 0; i < n && first == 0; i++) {
        if (i > 0 && pair[i].distance_mm == pair[i - 1].distance_mm)
            continue;
        after = failed_when_joined(m, pair[i].distance_mm, required);
        if (after != pp_requirements_failed(&r, required))
            first = pair[i].distance_mm;
    }
    ck_ok(pp_find_fragility(m, &r, required, limit, &f, &err), err);
    ck_assert_msg(f.found == (first > 0), "found at %g, is %g",
                  f.distance_mm, first);
    ck_assert(f.certain);
    if (f.found) {
        ck_assert_msg(f.distance_mm == first, "found at %g, is %g",
                      f.distance_mm, first);
        ck_assert_uint_eq(f.after, after);
        ck_assert(pp_distance(m->vert[f.a], m->vert[f.b]) == first);
    }
    nchange[f.found]++;
    pp_free(pair);
    pp_report_free(&r);
}

/* Every set of requirements that is followed. */
static unsigned
followed(void)
{
    unsigned set, inverted;

    ck_assert(pp_requirements_parse("print", &set));
    ck_assert(pp_requirements_parse("outward", &inverted));
    return set & ~inverted;
}

START_TEST(shaken_bodies_are_fragile_where_welding_says_so)
{
    pp_random r = { 31 };
    size_t nchange[2] = { 0 };

    for (int round = 0; round < pp_test_rounds(400); round++) {
        pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 1, 1);
        pp_mesh other = pp_shape_sphere(pp_vec(0, 0, 0), 1, 1);
        const double shake = round % 2 ? 0.02 : 0.3;

        pp_shape_move(&other, pp_vec(round % 3 ? 2 : 1.2, 0.1, 0));
        if (round % 4 > 0)
            pp_shape_add(&m, other);
        else
            pp_mesh_free(&other);
        for (size_t v = 0; v < m.nvert; v++)
            m.vert[v] = pp_add(m.vert[v],
                               pp_vec(shake * pp_random_unit(&r),
                                      shake * pp_random_unit(&r),
                                      shake * pp_random_unit(&r)));
        assert_fragile_as_by_welding(&m, 0.5, followed(), nchange);
        pp_mesh_free(&m);
    }
    ck_assert_uint_gt(nchange[1], 0);
}
END_TEST

/* Facets at random over few points near a grid: all defects at once. */
START_TEST(soups_are_fragile_where_welding_says_so)
{
    pp_random r = { 32 };
    size_t nchange[2] = { 0 };

    for (int round = 0; round < pp_test_rounds(6000); round++) {
        static const char *const wanted[] = {
            "no-self-intersection", "watertight", "manifold", "oriented",
            "no-duplicates", "no-degenerates"
        };
        const unsigned nvert = 5 + pp_random_below(&r, 10);
        unsigned required;
        pp_mesh m;
        pp_error err = { 0 };

        ck_ok(pp_mesh_alloc(&m, nvert, 1 + pp_random_below(&r, 8), &err),
              err);
        for (unsigned v = 0; v < nvert; v++)
            m.vert[v] =
                pp_vec(pp_random_below(&r, 3) + 0.2 * pp_random_unit(&r),
                       pp_random_below(&r, 3) + 0.2 * pp_random_unit(&r),
                       pp_random_below(&r, 2));
        for (size_t t = 0; t < m.ntri; t++) {
            const uint32_t a = pp_random_below(&r, nvert - 2);
            const uint32_t b = a + 1 + pp_random_below(&r, nvert - 2 - a);
            const uint32_t c = b + 1 + pp_random_below(&r, nvert - 1 - b);

            m.tri[t][0] = a;
            m.tri[t][1] = t % 2 ? b : c;
            m.tri[t][2] = t % 2 ? c : b;
        }
        ck_assert(pp_requirements_parse(wanted[round % 6], &required));
        assert_fragile_as_by_welding(&m, 1.2, required, nchange);
        pp_mesh_free(&m);
    }
    ck_assert_uint_gt(nchange[0], (size_t)pp_test_rounds(50));
    ck_assert_uint_gt(nchange[1], (size_t)pp_test_rounds(300));
}
END_TEST

/* Vertex 3 falls onto vertex 0 and takes its facet down through the tip of a
 * third one: no edge is shared before or after, nor any facet lost. */
START_TEST(a_weld_that_only_moves_facets_is_seen_when_they_cross)
{
    static const double vert[9][3] = {
        { 0, 0, 0 },       { 9, 0, 0 },      { 9, 1, 0 },
        { 0, 0, 0.004 },   { -5, 5, 0.004 }, { -5, -5, 0.004 },
        { -0.5, 0, 0.0038 }, { -0.5, 1, -5 }, { -0.5, -1, -5 },
    };
    unsigned required;
    pp_mesh m;
    pp_report r;
    pp_fragility f;
    pp_error err = { 0 };

    ck_ok(pp_mesh_alloc(&m, 9, 3, &err), err);
    for (uint32_t v = 0; v < 9; v++) {
        m.vert[v] = pp_vec(vert[v][0], vert[v][1], vert[v][2]);
        m.tri[v / 3][v % 3] = v;
    }
    ck_assert(pp_requirements_parse("no-self-intersection", &required));
    ck_ok(pp_check(&m, NULL, &r, &err), err);
    ck_ok(pp_find_fragility(&m, &r, required, 0.003, &f, &err), err);
    ck_assert(!f.found && f.certain);
    ck_ok(pp_find_fragility(&m, &r, required, 0.005, &f, &err), err);
    ck_assert(f.found && !f.edge && f.before == 0 && f.after == required);
    ck_near(f.distance_mm, 0.004, ABOUT);
    ck_near(f.place.z, 0, ABOUT);
    pp_report_free(&r);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_box_has_right_angles)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(3, 3, 3));
    const pp_quality q = quality(&m);

    ck_near(q.min_angle_deg, 45, ABOUT);
    ck_near(q.max_angle_deg, 90, ABOUT);
    ck_near(q.min_edge_mm, 3, ABOUT);
    ck_near(q.max_edge_mm, 3 * sqrt(2), ABOUT);
    ck_near(q.mean_edge_mm, (12 * 3 + 6 * 3 * sqrt(2)) / 18, ABOUT);
    ck_near(q.min_dihedral_deg, 90, ABOUT);
    ck_near(q.max_dihedral_deg, 180, ABOUT);
    ck_near(q.facets_per_cm2, 12 / 0.54, ABOUT);
    ck_assert(q.nneedle == 0 && q.ncap == 0);
    pp_mesh_free(&m);
}
END_TEST

/* The hubs of the caps, first by number and last by number. */
START_TEST(hubs_of_many_facets_are_measured_like_others)
{
    const int n = 300;
    const double rim = 2 * sin(M_PI / n);

    for (int turned = 0; turned < 2; turned++) {
        pp_mesh m = pp_shape_cylinder(pp_vec(0, 0, 0), 1, 2, n);
        pp_quality q;

        for (size_t v = 0; turned && v < m.nvert / 2; v++) {
            const pp_vec3 p = m.vert[v];

            m.vert[v] = m.vert[m.nvert - 1 - v];
            m.vert[m.nvert - 1 - v] = p;
        }
        for (size_t t = 0; turned && t < m.ntri; t++)
            for (int k = 0; k < 3; k++)
                m.tri[t][k] = (uint32_t)m.nvert - 1 - m.tri[t][k];
        q = quality(&m);
        ck_near(q.mean_edge_mm,
                (2 * rim + 2 + sqrt(4 + rim * rim) + 2 * 1) / 6, 1e-9);
        ck_near(q.min_dihedral_deg, 90, ABOUT);
        pp_mesh_free(&m);
    }
}
END_TEST

START_TEST(seen_from_inside_a_box_is_all_concave)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(3, 3, 3));
    pp_quality q;

    pp_shape_flip(&m);
    q = quality(&m);
    ck_near(q.max_dihedral_deg, 270, ABOUT);
    ck_near(q.min_dihedral_deg, 180, ABOUT);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(needles_and_caps_are_counted)
{
    pp_mesh m;
    pp_quality q;
    pp_error err = { 0 };

    ck_ok(pp_mesh_alloc(&m, 6, 2, &err), err);
    m.vert[0] = pp_vec(0, 0, 0); /* a needle */
    m.vert[1] = pp_vec(100, 0, 0);
    m.vert[2] = pp_vec(100, 1, 0);
    m.vert[3] = pp_vec(0, 0, 9); /* a cap */
    m.vert[4] = pp_vec(100, 0, 9);
    m.vert[5] = pp_vec(50, 1, 9);
    for (uint32_t k = 0; k < 6; k++)
        m.tri[k / 3][k % 3] = k;
    q = quality(&m);
    ck_assert_uint_eq(q.nneedle, 1);
    ck_assert_uint_eq(q.ncap, 1);
    ck_near(q.max_angle_deg, 180 - 2 * 57.29577951308232 * atan(1.0 / 50),
            1e-9);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_ball_turns_about_any_axis)
{
    pp_mesh m = pp_shape_sphere(pp_vec(100, 50, -900), 10, 4);
    const pp_stability s = stability(&m);

    ck_assert_int_eq(s.nslide, 3);
    ck_near(pp_distance(s.centre, pp_vec(100, 50, -900)), 0, 1e-6);
    for (int i = 0; i < 3; i++)
        ck_near(pp_norm(s.motion[i].shift), 0, 1e-3);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_tube_slides_along_its_axis_and_turns_about_it)
{
    pp_mesh m = pp_shape_cylinder(pp_vec(0, 0, 0), 5, 100, 90);
    size_t n = 0;
    pp_stability s;

    for (size_t t = 0; t < m.ntri; t++) /* without its caps */
        if (t % 4 < 2)
            memcpy(m.tri[n++], m.tri[t], sizeof *m.tri);
    m.ntri = n;
    pp_shape_rotate(&m, 0.3, 0.7, 0.1);
    s = stability(&m);
    ck_assert_int_eq(s.nslide, 2);
    for (int i = 0; i < 2; i++) {
        const pp_vec3 axis = pp_unit(pp_norm(s.motion[i].turn) > 0.5
                                         ? s.motion[i].turn
                                         : s.motion[i].shift);
        pp_mesh a = pp_shape_box(pp_vec(0, 0, 0), pp_vec(1, 1, 1));

        pp_shape_rotate(&a, 0.3, 0.7, 0.1); /* vertex 4 is (0, 0, 1) */
        ck_near(fabs(pp_dot(axis, a.vert[4])), 1, 1e-6);
        pp_mesh_free(&a);
    }
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_box_is_pinned_wherever_it_lies)
{
    pp_mesh m = pp_shape_box(pp_vec(-3, -4, -5), pp_vec(3, 4, 5));
    const pp_stability here = stability(&m);
    pp_stability there;

    ck_assert_int_eq(here.nslide, 0);
    pp_shape_rotate(&m, 1, 2, 3);
    pp_shape_move(&m, pp_vec(500, -300, 1200));
    there = stability(&m);
    ck_near(there.condition, here.condition, 1e-6 * here.condition);
    pp_mesh_free(&m);
}
END_TEST

static pp_box
cube_box(double side)
{
    return (pp_box){ pp_vec(0, 0, 0), pp_vec(side, side, side) };
}

START_TEST(units_are_suspected_by_size_only_where_they_are_unknown)
{
    ck_assert_str_eq(pp_suspect_unit(cube_box(0.18), NULL), "m");
    ck_assert_str_eq(pp_suspect_unit(cube_box(4), NULL), "inch");
    ck_assert_str_eq(pp_suspect_unit(cube_box(180000), NULL), "um");
    ck_assert_ptr_null(pp_suspect_unit(cube_box(180), NULL));
    ck_assert_ptr_null(pp_suspect_unit(cube_box(0.18), "mm"));
    ck_assert_ptr_null(pp_suspect_unit(cube_box(0), NULL));
}
END_TEST

START_TEST(findings_colour_their_facets_and_no_others)
{
    pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 5, 2);
    const pp_check_options all = { .max_witness = SIZE_MAX };
    const uint32_t swap = m.tri[50][0];
    float *value = malloc(m.nvert * sizeof *value);
    uint8_t(*rgb)[3] = malloc(m.nvert * sizeof *rgb);
    pp_report r;
    pp_error err = { 0 };

    m.tri[50][0] = m.tri[50][1];
    m.tri[50][1] = swap;
    ck_ok(pp_check(&m, &all, &r, &err), err);
    pp_mark_findings(&m, &r, value, rgb);
    for (uint32_t v = 0; v < m.nvert; v++) {
        const bool mine =
            v == m.tri[50][0] || v == m.tri[50][1] || v == m.tri[50][2];

        ck_assert((value[v] > 0) == mine);
        ck_assert((rgb[v][0] != 200) == mine);
    }
    pp_report_free(&r);
    free(value);
    free(rgb);
    pp_mesh_free(&m);
}
END_TEST

PP_TESTS("check/shape", near_pairs_are_those_of_all_pairs,
         welding_closes_a_seam_and_drops_what_collapses,
         two_balls_nearly_in_touch_are_fragile_at_their_distance,
         a_small_patch_that_collapses_is_not_fragile,
         shaken_bodies_are_fragile_where_welding_says_so,
         soups_are_fragile_where_welding_says_so,
         a_weld_that_only_moves_facets_is_seen_when_they_cross,
         a_box_has_right_angles,
         hubs_of_many_facets_are_measured_like_others,
         seen_from_inside_a_box_is_all_concave, needles_and_caps_are_counted,
         a_ball_turns_about_any_axis,
         a_tube_slides_along_its_axis_and_turns_about_it,
         a_box_is_pinned_wherever_it_lies,
         units_are_suspected_by_size_only_where_they_are_unknown,
         findings_colour_their_facets_and_no_others)
