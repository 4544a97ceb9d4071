/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a user can ask of a repair: openings that stay, bounds, parts that go,
 * a surface to follow, a reconstruction; and that the ledger tells it all.
 */
#include "repair/repair.h"

#include "base/alloc.h"
#include "repair/hold.h"
#include "shapes.h"
#include "surface/surface.h"
#include "test.h"

#include <math.h>
#include <string.h>

/* Drops facets of which a corner lies beyond z = z0 on the side of sign. */
static pp_mesh
cut_off(pp_mesh m, double z0, double sign)
{
    pp_error err = { 0 };
    uint8_t *keep = pp_alloc(m.ntri, 1);
    pp_mesh out;

    for (size_t t = 0; t < m.ntri; t++) {
        keep[t] = 1;
        for (int k = 0; k < 3; k++)
            keep[t] &= sign * (m.vert[m.tri[t][k]].z - z0) < 0;
    }
    ck_ok(pp_mesh_select(&m, keep, &out, &err), err);
    pp_free(keep);
    pp_mesh_free(&m);
    return out;
}

/* A vessel: open at z = 0 with a wide end and at z = 40 with a narrow one. */
static pp_mesh
vessel(void)
{
    enum { N = 40, M = 20 };
    pp_error err = { 0 };
    pp_mesh m;

    ck_ok(pp_mesh_alloc(&m, N * (M + 1), 2 * N * M, &err), err);
    for (uint32_t j = 0; j <= M; j++)
        for (uint32_t i = 0; i < N; i++) {
            const double r = 6 - 4.0 * j / M, a = 2 * M_PI * i / N;

            m.vert[j * N + i] = pp_vec(r * cos(a), r * sin(a), 40.0 * j / M);
        }
    for (uint32_t j = 0, t = 0; j < M; j++)
        for (uint32_t i = 0; i < N; i++, t += 2) {
            const uint32_t a = j * N + i, b = j * N + (i + 1) % N;

            m.tri[t][0] = a;
            m.tri[t][1] = b;
            m.tri[t][2] = b + N;
            m.tri[t + 1][0] = a;
            m.tri[t + 1][1] = b + N;
            m.tri[t + 1][2] = a + N;
        }
    return m;
}

static void
drop_facet(pp_mesh *m, size_t t)
{
    memmove(m->tri[t], m->tri[t + 1], (m->ntri - t - 1) * sizeof *m->tri);
    m->ntri--;
}

/* Open edges of the result at its ends, z = 0 and z = 40. */
static void
expect_open(pp_keep_open keep, size_t nopening, bool wide, bool narrow)
{
    const pp_repair_options o = { .round_float = true, .keep_open = keep };
    pp_error err = { 0 };
    pp_repair_ledger l;
    pp_mesh m = vessel();
    size_t low = 0, high = 0, n, nopen = 0;
    pp_half_edge *edge;
    size_t nedge;

    drop_facet(&m, 801); /* a defect in the wall */
    ck_ok(pp_repair(&m, &o, &l, &err), err);
    ck_assert_uint_eq(pp_repair_nleft(&l), 0);
    ck_assert_uint_eq(l.nopening, nopening);
    ck_ok(pp_mesh_half_edges(&m, &edge, &nedge, &err), err);
    for (size_t i = 0; i < nedge; i += n) {
        for (n = 1; i + n < nedge && edge[i + n].low == edge[i].low &&
                    edge[i + n].high == edge[i].high; n++)
            ;
        if (n != 1)
            continue;
        nopen++;
        low += m.vert[edge[i].low].z == 0;
        high += m.vert[edge[i].low].z == 40;
    }
    ck_assert_uint_eq(low, wide ? 40 : 0);
    ck_assert_uint_eq(high, narrow ? 40 : 0);
    ck_assert_uint_eq(nopen, low + high); /* the wall is whole */
    ck_assert_uint_eq(nopen, l.nkept_open);
    pp_free(edge);
    pp_repair_ledger_free(&l);
    pp_mesh_free(&m);
}

START_TEST(openings_stay_by_length_by_place_or_all)
{
    const pp_vec3 top = { 1, 0, 45 };

    expect_open((pp_keep_open){ .longer_mm = 20 }, 1, true, false);
    expect_open((pp_keep_open){ .at = &top, .nat = 1 }, 1, false, true);
    expect_open((pp_keep_open){ .longer_mm = 20, .at = &top, .nat = 1 }, 2,
                true, true);
    expect_open((pp_keep_open){ 0 }, 0, false, false);
    expect_open((pp_keep_open){ .longer_mm = 1000 }, 0, false, false);
}
END_TEST

START_TEST(a_hole_that_is_kept_open_is_no_defect_and_a_crack_is_no_opening)
{
    const pp_repair_options o = { .keep_open = { .all = true } };
    pp_error err = { 0 };
    pp_repair_ledger l;
    pp_mesh whole = vessel(), m;

    /* every facet on its own, within a micrometre of its neighbours */
    ck_ok(pp_mesh_alloc(&m, 3 * whole.ntri, whole.ntri, &err), err);
    for (uint32_t c = 0; c < 3 * whole.ntri; c++) {
        m.tri[c / 3][c % 3] = c;
        m.vert[c] = pp_add(whole.vert[whole.tri[c / 3][c % 3]],
                           pp_vec(0, 0, 1e-4 * (c / 3 % 5)));
    }
    ck_ok(pp_repair(&m, &o, &l, &err), err);
    ck_assert_uint_eq(l.nopening, 2);
    ck_assert_uint_eq(l.nkept_open, 80);
    ck_assert_uint_eq(pp_repair_nleft(&l), 0);
    ck_assert_uint_eq(m.ntri, whole.ntri);
    pp_repair_ledger_free(&l);
    pp_mesh_free(&m);
    pp_mesh_free(&whole);
}
END_TEST

/* A box of 20, in it a cavity, in that a box; beside it a crumb. */
static pp_mesh
nest(void)
{
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(20, 20, 20));
    pp_mesh cavity = pp_shape_box(pp_vec(5, 5, 5), pp_vec(15, 15, 15));

    pp_shape_flip(&cavity);
    pp_shape_add(&m, cavity);
    pp_shape_add(&m, pp_shape_box(pp_vec(8, 8, 8), pp_vec(12, 12, 12)));
    pp_shape_add(&m, pp_shape_box(pp_vec(30, 0, 0), pp_vec(31, 1, 1)));
    return m;
}

static void
expect_gone(pp_repair_options o, double volume, size_t nloss,
            const char *why)
{
    pp_error err = { 0 };
    pp_repair_ledger l;
    pp_mesh m = nest();

    ck_ok(pp_repair(&m, &o, &l, &err), err);
    ck_assert_uint_eq(pp_repair_nleft(&l), 0);
    ck_near(pp_shape_volume(&m), volume, 1e-9);
    ck_near(l.volume_change_mm3, volume - (8000 - 1000 + 64 + 1), 1e-9);
    ck_assert_uint_eq(l.nloss, nloss);
    for (size_t i = 0; i < nloss; i++)
        ck_assert_str_eq(l.loss[i].why, why);
    pp_repair_ledger_free(&l);
    pp_mesh_free(&m);
}

START_TEST(parts_go_only_when_asked_and_each_has_its_line)
{
    pp_error err = { 0 };
    pp_repair_ledger l;
    pp_mesh m = nest();
    const pp_repair_options inner = { .drop_inner = true };

    expect_gone((pp_repair_options){ 0 }, 7065, 0, "");
    expect_gone((pp_repair_options){ .min_part_mm3 = 2 }, 7064, 1, "small");
    expect_gone((pp_repair_options){ .min_part_mm3 = 100 }, 7000, 2, "small");
    expect_gone((pp_repair_options){ .drop_inner = true }, 8001, 2, "inner");
    ck_ok(pp_repair(&m, &inner, &l, &err), err);
    ck_near(l.loss[0].volume_mm3, -1000, 1e-9);
    ck_near(l.loss[0].area_mm2, 600, 1e-9);
    ck_near(pp_distance(l.loss[0].place, pp_vec(10, 10, 10)), 0, 1e-9);
    ck_near(l.loss[1].volume_mm3, 64, 1e-9);
    pp_repair_ledger_free(&l);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_small_solid_takes_what_lies_inside_it_along)
{
    const pp_repair_options o = { .min_part_mm3 = 1000 };
    pp_error err = { 0 };
    pp_repair_ledger l;
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(20, 20, 20));
    pp_mesh cavity = pp_shape_box(pp_vec(32, 2, 2), pp_vec(34, 4, 4));

    pp_shape_flip(&cavity);
    pp_shape_add(&m, pp_shape_box(pp_vec(30, 0, 0), pp_vec(36, 6, 6)));
    pp_shape_add(&m, cavity);
    ck_ok(pp_repair(&m, &o, &l, &err), err);
    ck_assert_uint_eq(m.ntri, 12);
    ck_assert_uint_eq(l.nloss, 2);
    ck_assert_uint_eq(pp_repair_nleft(&l), 0);
    pp_repair_ledger_free(&l);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(the_last_part_never_goes)
{
    const pp_repair_options o = { .min_part_mm3 = 1e9 };
    pp_error err = { 0 };
    pp_repair_ledger l;
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(2, 2, 2));

    ck_ok(pp_repair(&m, &o, &l, &err), err);
    ck_assert_uint_eq(m.ntri, 12);
    ck_assert(!l.changed);
    pp_repair_ledger_free(&l);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_part_buried_in_another_has_a_line)
{
    pp_error err = { 0 };
    pp_repair_ledger l;
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(10, 10, 10));

    pp_shape_add(&m, pp_shape_box(pp_vec(5, 5, 5), pp_vec(15, 15, 15)));
    /* inside both, so that it is no cavity: and touching, so that it counts */
    pp_shape_add(&m, pp_shape_box(pp_vec(6, 6, 6), pp_vec(10, 9, 9)));
    ck_ok(pp_repair(&m, NULL, &l, &err), err);
    ck_assert_uint_eq(pp_repair_nleft(&l), 0);
    ck_near(pp_shape_volume(&m), 1000 + 1000 - 125, 1e-6);
    ck_assert_uint_eq(l.nloss, 1);
    ck_near(l.loss[0].volume_mm3, 36, 1e-9);
    ck_near(pp_distance(l.loss[0].place, pp_vec(8, 7.5, 7.5)), 0, 1e-9);
    pp_repair_ledger_free(&l);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_cure_beyond_the_bound_on_volume_is_undone)
{
    pp_error err = { 0 };

    for (int within = 0; within < 2; within++) {
        /* half a ball: its lid bulges, and changes the volume */
        const pp_repair_options o = { .max_volume_part =
                                          within ? 0.9 : 0.001 };
        pp_repair_ledger l;
        pp_mesh m = cut_off(pp_shape_sphere(pp_vec(0, 0, 0), 10, 3), 3, 1);
        const size_t before = m.ntri;

        ck_ok(pp_repair(&m, &o, &l, &err), err);
        ck_assert_int_eq(pp_repair_nleft(&l) == 0, within);
        if (!within)
            ck_assert_uint_eq(m.ntri, before);
        pp_repair_ledger_free(&l);
        pp_mesh_free(&m);
    }
}
END_TEST

START_TEST(the_deviation_is_what_the_stitched_points_moved)
{
    pp_error err = { 0 };
    const pp_repair_options o = { .weld_mm = 0.004, .max_deviation_mm = 0.02 };
    pp_repair_ledger l;
    pp_mesh m = pp_shape_box(pp_vec(0, 0, 0), pp_vec(40, 40, 40));

    /* one facet of its own, 0.003 off its neighbours along x */
    m.vert = pp_realloc(m.vert, m.nvert + 3, sizeof *m.vert);
    for (int k = 0; k < 3; k++) {
        m.vert[m.nvert] = pp_add(m.vert[m.tri[8][k]], pp_vec(-0.003, 0, 0));
        m.tri[8][k] = (uint32_t)m.nvert++;
    }
    ck_ok(pp_repair(&m, &o, &l, &err), err);
    ck_assert_uint_eq(pp_repair_nleft(&l), 0);
    ck_near(l.max_deviation_mm, 0.003, 1e-6);
    ck_assert_uint_eq(l.nloss, 0); /* it lives on */
    pp_repair_ledger_free(&l);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(rungs_tell_places_and_changes_stay_near_them)
{
    pp_error err = { 0 };
    pp_repair_ledger l;
    pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 10, 4);
    const pp_vec3 at = m.vert[m.tri[700][0]];
    bool told = false;

    drop_facet(&m, 700);
    ck_ok(pp_repair(&m, NULL, &l, &err), err);
    for (size_t i = 0; i < l.nrung; i++)
        for (size_t k = 0; l.rung[i].kept && k < l.rung[i].nplace; k++) {
            ck_assert(pp_distance(l.rung[i].place[k], at) < 2);
            told = true;
        }
    ck_assert(told);
    ck_assert(l.changed_within_mm < 1);
    pp_repair_ledger_free(&l);
    pp_mesh_free(&m);
}
END_TEST

/* The radius of a mesh that stands for a ball about the origin. */
static double
farthest_from_ball(const pp_mesh *m, double radius)
{
    double off = 0;

    for (size_t t = 0; t < m->ntri; t++) {
        const uint32_t *v = m->tri[t];
        const pp_vec3 middle = pp_scale(
            pp_add(pp_add(m->vert[v[0]], m->vert[v[1]]), m->vert[v[2]]),
            1.0 / 3);

        off = fmax(off, fabs(pp_norm(middle) - radius));
    }
    return off;
}

START_TEST(holes_follow_the_surface_that_is_given)
{
    pp_error err = { 0 };

    for (int two = 0; two < 2; two++) {
        pp_mesh guide = pp_shape_sphere(pp_vec(0, 0, 0), 10, 4);
        const pp_repair_options o = { .guide = &guide, .guide_reach_mm = 1,
                                      .round_float = true };
        pp_repair_ledger l;
        pp_mesh m = cut_off(pp_shape_sphere(pp_vec(0, 0, 0), 10, 4), -2, 1);
        const size_t before = m.ntri;

        if (two) /* a belt: both caps are missing */
            m = cut_off(m, -7, -1);
        ck_ok(pp_repair(&m, &o, &l, &err), err);
        ck_assert_uint_eq(pp_repair_nleft(&l), 0);
        /* without: a third of the ball guesses the rest, 3 mm off */
        ck_assert(farthest_from_ball(&m, 10) < 0.15);
        ck_near(pp_shape_volume(&m), pp_shape_volume(&guide), 5);
        if (!two)
            ck_assert_uint_eq(l.nsame, before);
        pp_repair_ledger_free(&l);
        pp_mesh_free(&m);
        pp_mesh_free(&guide);
    }
}
END_TEST

/* Five hundred facets of a ball thrown about: no rung but the last can. */
START_TEST(what_nothing_else_cures_is_rebuilt_on_demand_only)
{
    pp_error err = { 0 };

    for (int asked = 0; asked < 2; asked++) {
        const pp_repair_options o = { .rebuild_mm = asked ? 0.5 : 0,
                                      .max_deviation_mm = 2,
                                      .round_float = true };
        pp_random r = { 3 };
        pp_repair_ledger l;
        pp_mesh ball = pp_shape_sphere(pp_vec(0, 0, 0), 10, 3), m;

        ck_ok(pp_mesh_alloc(&m, 3 * ball.ntri, ball.ntri, &err), err);
        for (uint32_t c = 0; c < 3 * ball.ntri; c++) {
            m.tri[c / 3][c % 3] = c;
            m.vert[c] = pp_add(ball.vert[ball.tri[c / 3][c % 3]],
                               pp_vec(0.8 * pp_random_unit(&r) - 0.4,
                                      0.8 * pp_random_unit(&r) - 0.4,
                                      0.8 * pp_random_unit(&r) - 0.4));
        }
        ck_ok(pp_repair(&m, &o, &l, &err), err);
        if (asked) {
            ck_assert_uint_eq(pp_repair_nleft(&l), 0);
            ck_near(pp_shape_volume(&m), pp_shape_volume(&ball),
                    0.05 * pp_shape_volume(&ball));
            ck_assert(farthest_from_ball(&m, 10) < 1);
        }
        bool rebuilt = false;

        for (size_t i = 0; i < l.nrung; i++)
            rebuilt = rebuilt || (l.rung[i].kept &&
                                  strcmp(l.rung[i].name, "rebuild") == 0);
        ck_assert_int_eq(rebuilt, asked);
        pp_repair_ledger_free(&l);
        pp_mesh_free(&m);
        pp_mesh_free(&ball);
    }
}
END_TEST

START_TEST(what_changed_is_marked_and_nothing_else)
{
    pp_error err = { 0 };
    pp_repair_ledger l;
    pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 10, 3), before;
    const uint32_t v = m.tri[200][1];
    float *value;
    uint8_t(*rgb)[3];
    size_t nturned = 0, nnew = 0;

    m.tri[200][1] = m.tri[200][2];
    m.tri[200][2] = v;
    drop_facet(&m, 900);
    ck_ok(pp_mesh_copy(&m, &before, &err), err);
    ck_ok(pp_repair(&m, NULL, &l, &err), err);
    value = pp_alloc(m.nvert, sizeof *value);
    rgb = pp_alloc(m.nvert, sizeof *rgb);
    ck_ok(pp_repair_mark(&before, &m, 1e-6, value, rgb, &err), err);
    for (size_t i = 0; i < m.nvert; i++) {
        nturned += value[i] == PP_MARK_TURNED;
        nnew += value[i] == PP_MARK_NEW;
        ck_assert_int_eq(rgb[i][0] == 200, value[i] == PP_MARK_SAME);
    }
    ck_assert_uint_eq(nturned, 3);
    ck_assert_uint_eq(nnew, 3);
    pp_free(value);
    pp_free(rgb);
    pp_repair_ledger_free(&l);
    pp_mesh_free(&m);
    pp_mesh_free(&before);
}
END_TEST

START_TEST(a_mesh_is_held_against_its_mask_voxel_by_voxel)
{
    pp_error err = { 0 };
    const size_t dim[3] = { 20, 20, 20 };
    const double to_lps[3][4] = {
        { 1, 0, 0, -5 }, { 0, 1, 0, 7 }, { 0, 0, 1, 100 } };
    pp_mask mask;
    pp_mesh m;
    pp_surface_report told;
    pp_held h;

    ck_ok(pp_mask_alloc(&mask, dim, to_lps, &err), err);
    for (size_t i = 0; i < 8000; i++) {
        const double x = (double)(i % 20) - 10, y = (double)(i / 20 % 20) - 10,
                     z = (double)(i / 400) - 10;

        mask.in[i] = x * x + y * y + z * z < 49;
    }
    ck_ok(pp_surface_from_mask(&mask, NULL, &m, &told, &err), err);
    ck_ok(pp_repair_hold(&m, &mask, &h, &err), err);
    ck_assert_uint_eq(h.ngained + h.nlost, 0);
    ck_assert_uint_eq(h.nvoxel, pp_mask_count(&mask));
    pp_held_free(&h);
    mask.in[10 + 20 * (10 + 20 * 10)] = 0; /* in the middle */
    mask.in[1 + 20 * (1 + 20 * 1)] = 1;    /* and far outside */
    ck_ok(pp_repair_hold(&m, &mask, &h, &err), err);
    ck_assert_uint_eq(h.ngained, 1);
    ck_assert_uint_eq(h.nlost, 1);
    ck_assert_uint_eq(h.nplace, 2);
    ck_assert(h.place[0].gained && !h.place[1].gained);
    ck_near(pp_distance(h.place[0].centre, pp_vec(5, 17, 110)), 0, 1e-9);
    ck_near(pp_distance(h.place[1].centre, pp_vec(-4, 8, 101)), 0, 1e-9);
    pp_held_free(&h);
    pp_mesh_free(&m);
    pp_mask_free(&mask);
}
END_TEST

PP_TESTS("repair/wishes", openings_stay_by_length_by_place_or_all,
         a_hole_that_is_kept_open_is_no_defect_and_a_crack_is_no_opening,
         parts_go_only_when_asked_and_each_has_its_line,
         a_small_solid_takes_what_lies_inside_it_along,
         the_last_part_never_goes, a_part_buried_in_another_has_a_line,
         a_cure_beyond_the_bound_on_volume_is_undone,
         the_deviation_is_what_the_stitched_points_moved,
         rungs_tell_places_and_changes_stay_near_them,
         holes_follow_the_surface_that_is_given,
         what_nothing_else_cures_is_rebuilt_on_demand_only,
         what_changed_is_marked_and_nothing_else,
         a_mesh_is_held_against_its_mask_voxel_by_voxel)
