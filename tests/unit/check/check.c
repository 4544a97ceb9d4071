/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * check.c - each defect has a body that shows it and nothing else
 */
#include "check/check.h"

#include "base/alloc.h"
#include "shapes.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

static pp_report
check(const pp_mesh *m)
{
    pp_report r;
    pp_error err = { 0 };

    ck_ok(pp_check(m, NULL, &r, &err), err);
    return r;
}

/* The counts of all defects, in the order of pp_defect. */
static void
assert_counts(const pp_report *r, const size_t count[PP_NDEFECT])
{
    const pp_defect_row *table = pp_defect_table();

    for (int d = 0; d < PP_NDEFECT; d++)
        ck_assert_msg(r->defect[d].count == count[d],
                      "%s: %zu, expected %zu", table[d].key,
                      r->defect[d].count, count[d]);
}

static void
assert_clean(const pp_report *r)
{
    static const size_t none[PP_NDEFECT];

    assert_counts(r, none);
    ck_assert_uint_eq(pp_report_ndefect(r), 0);
}

/* Only this defect, so many times. */
static void
assert_only(const pp_report *r, pp_defect d, size_t n)
{
    size_t count[PP_NDEFECT] = { 0 };

    count[d] = n;
    assert_counts(r, count);
    ck_assert_uint_eq(pp_report_ndefect(r), 1);
    ck_assert_uint_ge(r->defect[d].nwitness, 1);
}

static void
remove_facet(pp_mesh *m, size_t t)
{
    memmove(m->tri + t, m->tri + t + 1, (m->ntri - t - 1) * sizeof *m->tri);
    m->ntri--;
}

static void
weld(pp_mesh *m)
{
    size_t njoined;
    pp_error err = { 0 };

    ck_ok(pp_mesh_weld_exact(m, &njoined, &err), err);
}

static pp_mesh
unit_box(double x, double y, double z)
{
    return pp_shape_box(pp_vec(x, y, z), pp_vec(x + 1, y + 1, z + 1));
}

static pp_mesh
ball(double x, double radius)
{
    return pp_shape_sphere(pp_vec(x, 0, 0), radius, 3);
}

START_TEST(standard_bodies_are_clean)
{
    pp_mesh body[] = {
        pp_shape_sphere(pp_vec(100, -200, 900), 10, 4),
        pp_shape_torus(pp_vec(0, 0, 0), 10, 3, 60, 30),
        pp_shape_box(pp_vec(-1, -2, -3), pp_vec(1, 2, 3)),
        pp_shape_cylinder(pp_vec(5, 5, 5), 2, 9, 50),
    };
    static const int64_t genus[] = { 0, 1, 0, 0 };

    for (int i = 0; i < 4; i++) {
        pp_report r = check(&body[i]);

        assert_clean(&r);
        ck_assert_uint_eq(r.nshell, 1);
        ck_assert(r.shell[0].closed);
        ck_assert_int_eq(r.shell[0].genus, genus[i]);
        ck_assert_int_eq(r.shell[0].euler, 2 - 2 * genus[i]);
        ck_assert_uint_eq(r.shell[0].nvert, body[i].nvert);
        ck_assert(r.volume_mm3 > 0);
        pp_report_free(&r);
        pp_mesh_free(&body[i]);
    }
}
END_TEST

START_TEST(a_missing_facet_leaves_three_open_edges_in_one_loop)
{
    pp_mesh m = ball(0, 5);
    pp_report r;

    remove_facet(&m, 77);
    r = check(&m);
    assert_only(&r, PP_DEFECT_OPEN_EDGE, 3);
    ck_assert_uint_eq(r.nloop, 1);
    ck_assert(!r.shell[0].closed);
    ck_assert_int_eq(r.shell[0].euler, 1);
    ck_assert_int_eq(r.shell[0].genus, -1);
    pp_report_free(&r);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(loops_are_counted_and_their_length_is_measured)
{
    pp_mesh m = pp_shape_cylinder(pp_vec(0, 0, 0), 3, 10, 48);
    size_t n = 0;
    pp_report r;

    for (size_t t = 0; t < m.ntri; t++) /* the caps go */
        if (t % 4 < 2)
            memcpy(m.tri[n++], m.tri[t], sizeof *m.tri);
    m.ntri = n;
    r = check(&m);
    assert_only(&r, PP_DEFECT_OPEN_EDGE, 96);
    ck_assert_uint_eq(r.nloop, 2);
    ck_near(r.longest_loop_mm, 48 * 6 * sin(M_PI / 48), 1e-9);
    ck_assert_uint_eq(r.nloop_listed, 2);
    for (int i = 0; i < 2; i++) {
        ck_assert_uint_eq(r.loop[i].nedge, 48);
        ck_near(r.loop[i].flatness_mm, 0, 1e-12);
        ck_near(r.loop[i].middle.x, 0, 1e-9);
    }
    ck_near(r.loop[0].middle.z + r.loop[1].middle.z, 10, 1e-9);
    pp_report_free(&r);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(two_boxes_on_one_edge_have_a_nonmanifold_edge)
{
    pp_mesh m = unit_box(0, 0, 0);
    pp_report r;

    pp_shape_add(&m, unit_box(1, 1, 0));
    weld(&m);
    r = check(&m);
    assert_only(&r, PP_DEFECT_NONMANIFOLD_EDGE, 1);
    ck_near(r.defect[PP_DEFECT_NONMANIFOLD_EDGE].witness[0].place.z, 0.5, 0);
    ck_assert_uint_eq(r.nshell, 1);
    ck_assert(r.shell[0].closed);
    ck_near(r.volume_mm3, 2, 1e-12);
    pp_report_free(&r);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(two_boxes_on_one_corner_have_a_nonmanifold_vertex)
{
    pp_mesh m = unit_box(0, 0, 0);
    pp_report r;

    pp_shape_add(&m, unit_box(1, 1, 1));
    weld(&m);
    r = check(&m);
    assert_only(&r, PP_DEFECT_NONMANIFOLD_VERTEX, 1);
    ck_assert(pp_distance(
                  r.defect[PP_DEFECT_NONMANIFOLD_VERTEX].witness[0].place,
                  pp_vec(1, 1, 1)) == 0);
    ck_assert_uint_eq(r.nshell, 2);
    ck_assert_int_eq(r.shell[0].euler, 2);
    pp_report_free(&r);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_turned_facet_is_flipped_and_its_volume_is_not_lost)
{
    pp_mesh m = ball(0, 5);
    pp_report clean = check(&m), r;
    const uint32_t v = m.tri[200][1];

    m.tri[200][1] = m.tri[200][2];
    m.tri[200][2] = v;
    r = check(&m);
    assert_only(&r, PP_DEFECT_FLIPPED, 1);
    ck_assert_uint_eq(r.defect[PP_DEFECT_FLIPPED].witness[0].a, 200);
    ck_near(r.volume_mm3, clean.volume_mm3, 1e-9);
    pp_report_free(&r);
    pp_report_free(&clean);
    pp_mesh_free(&m);
}
END_TEST

/* n quads in a ring with half a turn. */
static pp_mesh
moebius(int n)
{
    pp_mesh m;
    pp_error err = { 0 };

    ck_ok(pp_mesh_alloc(&m, 2 * (size_t)n, 2 * (size_t)n, &err), err);
    for (int i = 0; i < n; i++) {
        const double a = 6.283185307179586 * i / n;
        const uint32_t p = 2 * (uint32_t)i, last = i == n - 1;
        const uint32_t q = last ? 1 : p + 2, q1 = last ? 0 : p + 3;

        for (int k = 0; k < 2; k++) {
            const double w = k ? 1 : -1, rr = 5 + w * cos(a / 2);

            m.vert[p + (uint32_t)k] =
                pp_vec(rr * cos(a), rr * sin(a), w * sin(a / 2));
        }
        memcpy(m.tri[p], (uint32_t[]){ p, q, p + 1 }, sizeof *m.tri);
        memcpy(m.tri[p + 1], (uint32_t[]){ p + 1, q, q1 }, sizeof *m.tri);
    }
    return m;
}

START_TEST(a_moebius_strip_cannot_be_oriented)
{
    pp_mesh m = moebius(40);
    pp_report r = check(&m);
    const size_t nflipped = r.defect[PP_DEFECT_FLIPPED].count;
    const size_t expected[PP_NDEFECT] = { [PP_DEFECT_OPEN_EDGE] = 80,
                                          [PP_DEFECT_FLIPPED] = nflipped };

    ck_assert_uint_gt(nflipped, 0);
    assert_counts(&r, expected);
    ck_assert_uint_eq(r.nloop, 1);
    ck_assert_int_eq(r.shell[0].euler, 0);
    pp_report_free(&r);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_shell_inside_out_is_inverted)
{
    pp_mesh m = ball(0, 5);
    pp_report r;

    pp_shape_flip(&m);
    r = check(&m);
    assert_only(&r, PP_DEFECT_INVERTED_SHELL, 1);
    ck_assert(r.shell[0].inverted);
    ck_assert(r.volume_mm3 < 0);
    pp_report_free(&r);
    pp_mesh_free(&m);
}
END_TEST

/* Four shells in each other; the second and the fourth bound cavities. */
START_TEST(a_cavity_must_face_inward)
{
    for (int turned = 0; turned < 16; turned++) {
        pp_mesh m = { 0 };
        pp_report r;
        size_t nwrong = 0, counts[PP_NDEFECT] = { 0 };

        for (int i = 0; i < 4; i++) {
            pp_mesh shell = ball(0.1 * i, 10 - 2 * i);

            if (turned >> i & 1)
                pp_shape_flip(&shell);
            nwrong += (turned >> i & 1) != i % 2;
            pp_shape_add(&m, shell);
        }
        r = check(&m);
        counts[PP_DEFECT_INVERTED_SHELL] = nwrong;
        assert_counts(&r, counts);
        ck_assert_uint_eq(r.nnested, 3);
        for (int i = 0; i < 4; i++) /* largest first */
            ck_assert_int_eq(r.shell[i].depth, i);
        pp_report_free(&r);
        pp_mesh_free(&m);
    }
}
END_TEST

/* Nothing but coordinates in common planes; rays along x graze everything. */
START_TEST(boxes_in_boxes_on_a_grid_are_nested_rightly)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(20, 20, 20));
    pp_report r;
    int ndeep = 0;

    for (int i = 0; i < 5; i++)
        for (int j = 0; j < 5; j++) {
            pp_mesh cavity = unit_box(2 + 3 * i, 2 + 3 * j, 7);

            pp_shape_flip(&cavity);
            pp_shape_add(&m, cavity);
            pp_shape_add(&m, unit_box(30 + 3 * i, 2 + 3 * j, 7));
        }
    r = check(&m);
    assert_clean(&r);
    ck_assert_uint_eq(r.nshell, 51);
    ck_assert_uint_eq(r.nnested, 25);
    for (size_t i = 0; i < r.nshell; i++)
        ndeep += r.shell[i].depth == 1;
    ck_assert_int_eq(ndeep, 25);
    ck_near(r.volume_mm3, 8000 - 25 + 25, 1e-9);
    pp_report_free(&r);
    pp_mesh_free(&m);
}
END_TEST

/* A facet twice, as a closed pocket of its own. */
START_TEST(two_facets_back_to_back_are_duplicates)
{
    pp_mesh m;
    pp_report r;
    pp_error err = { 0 };

    ck_ok(pp_mesh_alloc(&m, 3, 2, &err), err);
    m.vert[0] = pp_vec(0, 0, 0);
    m.vert[1] = pp_vec(1, 0, 0);
    m.vert[2] = pp_vec(0, 1, 0);
    memcpy(m.tri[0], (uint32_t[]){ 0, 1, 2 }, sizeof *m.tri);
    memcpy(m.tri[1], (uint32_t[]){ 0, 2, 1 }, sizeof *m.tri);
    r = check(&m);
    assert_only(&r, PP_DEFECT_DUPLICATE, 1);
    ck_assert_uint_eq(r.nopposite, 1);
    pp_report_free(&r);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(equal_facets_are_counted_once_less_than_they_are)
{
    pp_mesh m = ball(0, 5);
    pp_mesh more = ball(0, 5);
    pp_report r;

    more.ntri = 2;
    pp_shape_add(&m, more);
    pp_shape_add(&m, ball(100, 5));
    weld(&m);
    r = check(&m);
    ck_assert_uint_eq(r.defect[PP_DEFECT_DUPLICATE].count, 2);
    ck_assert_uint_eq(r.nopposite, 0);
    ck_assert_uint_eq(r.defect[PP_DEFECT_CROSSING].count, 0);
    ck_assert_uint_ge(r.defect[PP_DEFECT_NONMANIFOLD_EDGE].count, 5);
    pp_report_free(&r);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_repeated_vertex_is_degenerate_and_hides_nothing)
{
    pp_mesh m = ball(0, 5), one;
    pp_report r;
    pp_error err = { 0 };

    ck_ok(pp_mesh_alloc(&one, m.nvert, 1, &err), err);
    memcpy(one.vert, m.vert, m.nvert * sizeof *m.vert);
    memcpy(one.tri[0], (uint32_t[]){ m.tri[9][0], m.tri[9][1], m.tri[9][1] },
           sizeof *m.tri);
    pp_shape_add(&m, one);
    weld(&m);
    r = check(&m);
    assert_only(&r, PP_DEFECT_DEGENERATE, 1);
    ck_assert(r.shell[0].closed);
    pp_report_free(&r);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(three_points_on_a_line_are_degenerate_and_nearly_so_is_not)
{
    pp_mesh m;
    pp_report r;
    pp_error err = { 0 };

    ck_ok(pp_mesh_alloc(&m, 3, 1, &err), err);
    m.vert[0] = pp_vec(0.1f, 0.2f, 0.3f);
    m.vert[1] = pp_vec(2 * 0.1f, 2 * 0.2f, 2 * 0.3f);
    m.vert[2] = pp_vec(4 * 0.1f, 4 * 0.2f, 4 * 0.3f);
    memcpy(m.tri[0], (uint32_t[]){ 0, 1, 2 }, sizeof *m.tri);
    r = check(&m);
    ck_assert_uint_eq(r.defect[PP_DEFECT_DEGENERATE].count, 1);
    pp_report_free(&r);
    m.vert[2].y = nextafter(m.vert[2].y, 1);
    r = check(&m);
    ck_assert_uint_eq(r.defect[PP_DEFECT_DEGENERATE].count, 0);
    pp_report_free(&r);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(balls_that_cross_are_found_and_balls_that_nearly_do_are_not)
{
    for (int near = 0; near < 2; near++) {
        pp_mesh m = ball(0, 5);
        pp_report r;

        pp_shape_add(&m, ball(near ? 10.000001 : 9.9, 5));
        r = check(&m);
        if (near)
            assert_clean(&r);
        else
            assert_only(&r, PP_DEFECT_CROSSING,
                        r.defect[PP_DEFECT_CROSSING].count);
        ck_assert_uint_eq(r.ncontact[PP_CONTACT_CROSS] > 0, !near);
        ck_assert_uint_eq(r.nbetween, r.defect[PP_DEFECT_CROSSING].count);
        pp_report_free(&r);
        pp_mesh_free(&m);
    }
}
END_TEST

START_TEST(bodies_that_touch_have_crossings_of_that_kind)
{
    pp_mesh m = unit_box(0, 0, 0);
    pp_report r;

    pp_shape_add(&m, unit_box(0.25, 0.25, 1)); /* stands on the first */
    r = check(&m);
    ck_assert_uint_gt(r.ncontact[PP_CONTACT_OVERLAP], 0);
    ck_assert_uint_gt(r.ncontact[PP_CONTACT_TOUCH], 0);
    ck_assert_uint_eq(r.ncontact[PP_CONTACT_CROSS], 0);
    assert_only(&r, PP_DEFECT_CROSSING, r.defect[PP_DEFECT_CROSSING].count);
    pp_report_free(&r);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_folded_fan_is_found)
{
    pp_mesh m;
    pp_report r;
    pp_error err = { 0 };

    ck_ok(pp_mesh_alloc(&m, 4, 2, &err), err);
    m.vert[0] = pp_vec(0, 0, 0);
    m.vert[1] = pp_vec(2, 0, 0);
    m.vert[2] = pp_vec(0, 2, 0);
    m.vert[3] = pp_vec(1, 1, 0);
    memcpy(m.tri[0], (uint32_t[]){ 0, 1, 2 }, sizeof *m.tri);
    memcpy(m.tri[1], (uint32_t[]){ 1, 0, 3 }, sizeof *m.tri);
    r = check(&m);
    ck_assert_uint_eq(r.ncontact[PP_CONTACT_FOLD], 1);
    pp_report_free(&r);
    m.vert[3].z = 0x1p-1074;
    r = check(&m);
    ck_assert_uint_eq(r.defect[PP_DEFECT_CROSSING].count, 0);
    pp_report_free(&r);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(skipping_crossings_says_so)
{
    pp_mesh m = ball(0, 5);
    const pp_check_options options = { .skip_crossings = true };
    pp_report r;
    pp_error err = { 0 };

    pp_shape_add(&m, ball(9, 5));
    ck_ok(pp_check(&m, &options, &r, &err), err);
    assert_clean(&r);
    ck_assert(!r.crossings_checked);
    pp_report_free(&r);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(nothing_and_nonsense_are_refused)
{
    pp_mesh m = { 0 };
    pp_report r;
    pp_error err = { 0 };

    ck_assert_int_eq(pp_check(&m, NULL, &r, &err), PP_EGEOM);
    m = ball(0, 5);
    m.vert[3].y = NAN;
    err = (pp_error){ 0 };
    ck_assert_int_eq(pp_check(&m, NULL, &r, &err), PP_EGEOM);
    m.vert[3].y = 0;
    m.tri[7][2] = (uint32_t)m.nvert;
    err = (pp_error){ 0 };
    ck_assert_int_eq(pp_check(&m, NULL, &r, &err), PP_EGEOM);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(witnesses_are_as_many_as_asked_for)
{
    pp_mesh m = ball(0, 5);
    pp_check_options options = { .max_witness = 7 };
    pp_report r;
    pp_error err = { 0 };

    m.ntri = 300;
    ck_ok(pp_check(&m, &options, &r, &err), err);
    ck_assert_uint_eq(r.defect[PP_DEFECT_OPEN_EDGE].nwitness, 7);
    ck_assert_uint_gt(r.defect[PP_DEFECT_OPEN_EDGE].count, 7);
    pp_report_free(&r);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_shell_that_is_there_twice_is_a_twin_joined_or_not)
{
    for (int joined = 0; joined < 2; joined++)
        for (int copies = 1; copies < 4; copies++) {
            pp_mesh m = ball(0, 5);
            pp_report r;

            pp_shape_add(&m, ball(20, 5)); /* as many facets elsewhere */
            for (int i = 1; i < copies; i++)
                pp_shape_add(&m, ball(0, 5));
            if (joined)
                weld(&m);
            r = check(&m);
            ck_assert_uint_eq(r.ntwin, (size_t)copies - 1);
            pp_report_free(&r);
            pp_mesh_free(&m);
        }
}
END_TEST

START_TEST(a_few_facets_twice_make_no_twin)
{
    pp_mesh m = ball(0, 5), more = ball(0, 5);
    pp_report r;

    more.ntri = 7;
    pp_shape_add(&m, more);
    weld(&m);
    r = check(&m);
    ck_assert_uint_eq(r.ntwin, 0);
    ck_assert_uint_eq(r.defect[PP_DEFECT_DUPLICATE].count, 7);
    pp_report_free(&r);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(the_summary_names_what_was_found)
{
    pp_mesh m = ball(0, 5);
    pp_report r = check(&m);
    char text[80];

    pp_report_summary(&r, text, sizeof text);
    ck_assert_str_eq(text, "clean");
    pp_report_free(&r);
    remove_facet(&m, 5);
    pp_shape_flip(&m);
    r = check(&m);
    pp_report_summary(&r, text, sizeof text);
    ck_assert_str_eq(text, "3 open edges");
    pp_report_free(&r);
    pp_mesh_free(&m);
}
END_TEST

PP_TESTS("check/check", standard_bodies_are_clean,
         a_shell_that_is_there_twice_is_a_twin_joined_or_not,
         a_few_facets_twice_make_no_twin,
         a_missing_facet_leaves_three_open_edges_in_one_loop,
         loops_are_counted_and_their_length_is_measured,
         two_boxes_on_one_edge_have_a_nonmanifold_edge,
         two_boxes_on_one_corner_have_a_nonmanifold_vertex,
         a_turned_facet_is_flipped_and_its_volume_is_not_lost,
         a_moebius_strip_cannot_be_oriented,
         a_shell_inside_out_is_inverted, a_cavity_must_face_inward,
         boxes_in_boxes_on_a_grid_are_nested_rightly,
         two_facets_back_to_back_are_duplicates,
         equal_facets_are_counted_once_less_than_they_are,
         a_repeated_vertex_is_degenerate_and_hides_nothing,
         three_points_on_a_line_are_degenerate_and_nearly_so_is_not,
         balls_that_cross_are_found_and_balls_that_nearly_do_are_not,
         bodies_that_touch_have_crossings_of_that_kind,
         a_folded_fan_is_found, skipping_crossings_says_so,
         nothing_and_nonsense_are_refused,
         witnesses_are_as_many_as_asked_for,
         the_summary_names_what_was_found)
