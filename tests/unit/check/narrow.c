/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * narrow.c - walls, gaps and holes of bodies whose measures are known
 */
#include "check/printer.h"

#include "base/alloc.h"
#include "shapes.h"
#include "test.h"

#include <string.h>

#define TURN 6.283185307179586

/* What balls are known to, on both sides. */
#define ABOUT 0.025

static pp_narrow
walls(const pp_mesh *m, double limit)
{
    pp_narrow wall;
    pp_error err = { 0 };

    ck_ok(pp_find_thin_walls(m, limit, &wall, &err), err);
    return wall;
}

static void
gaps(const pp_mesh *m, double gap_mm, double hole_mm, pp_narrow *gap,
     pp_narrow *hole)
{
    pp_error err = { 0 };

    ck_ok(pp_find_narrow_gaps(m, gap_mm, hole_mm, gap, hole, &err), err);
}

static pp_mesh
box(double x, double y, double z, double dx, double dy, double dz)
{
    return pp_shape_box(pp_vec(x, y, z), pp_vec(x + dx, y + dy, z + dz));
}

/* A block with a round hole through it, n sides; the hole's corners lie on
 * the circle, so that its flats come nearer by `sagitta`. */
static pp_mesh
washer(int n, double inner, double outer, double height)
{
    pp_mesh m;
    pp_error err = { 0 };

    ck_ok(pp_mesh_alloc(&m, 4 * (size_t)n, 8 * (size_t)n, &err), err);
    for (int i = 0; i < n; i++)
        for (int k = 0; k < 4; k++) { /* in low, in high, out low, out high */
            const double r = k < 2 ? inner : outer, a = TURN * i / n;

            m.vert[4 * i + k] =
                pp_vec(r * cos(a), r * sin(a), k % 2 ? height : 0);
        }
    for (int i = 0; i < n; i++) {
        static const int ring[4] = { 0, 1, 3, 2 }; /* against the clock */

        for (int k = 0; k < 4; k++) {
            const uint32_t a = (uint32_t)(4 * i + ring[k]);
            const uint32_t b = (uint32_t)(4 * i + ring[(k + 1) % 4]);
            const uint32_t to = (uint32_t)(4 * ((i + 1) % n));
            const uint32_t c = to + (uint32_t)ring[(k + 1) % 4];
            const uint32_t d = to + (uint32_t)ring[k];
            const size_t t = 8 * (size_t)i + 2 * (size_t)k;

            memcpy(m.tri[t], (uint32_t[]){ a, b, c }, sizeof *m.tri);
            memcpy(m.tri[t + 1], (uint32_t[]){ a, c, d }, sizeof *m.tri);
        }
    }
    return m;
}

/* A channel along y: two walls on a floor, `width` apart. */
static pp_mesh
channel(double width)
{
    const double w = width / 2;
    const double x[8] = { -5, 5, 5, w, w, -w, -w, -5 };
    const double z[8] = { 0, 0, 8, 8, 3, 3, 8, 8 };
    static const uint32_t cap[6][3] = { { 0, 1, 4 }, { 1, 2, 4 },
                                        { 2, 3, 4 }, { 0, 4, 5 },
                                        { 0, 5, 7 }, { 5, 6, 7 } };
    pp_mesh m;
    pp_error err = { 0 };

    ck_ok(pp_mesh_alloc(&m, 16, 28, &err), err);
    for (uint32_t i = 0; i < 8; i++) {
        const uint32_t j = (i + 1) % 8;

        m.vert[i] = pp_vec(x[i], 0, z[i]);
        m.vert[8 + i] = pp_vec(x[i], 20, z[i]);
        memcpy(m.tri[2 * i], (uint32_t[]){ i, 8 + i, j }, sizeof *m.tri);
        memcpy(m.tri[2 * i + 1], (uint32_t[]){ j, 8 + i, 8 + j },
               sizeof *m.tri);
    }
    for (int i = 0; i < 6; i++)
        for (int k = 0; k < 3; k++) {
            m.tri[16 + i][k] = cap[i][k];
            m.tri[22 + i][k] = 8 + cap[i][2 - k];
        }
    return m;
}

static void
assert_solid(const pp_mesh *m)
{
    pp_report r;
    pp_error err = { 0 };

    ck_ok(pp_check(m, NULL, &r, &err), err);
    ck_assert_uint_eq(pp_report_ndefect(&r), 0);
    pp_report_free(&r);
}

START_TEST(a_plate_is_a_thin_wall_below_its_thickness_and_not_above)
{
    pp_mesh m = box(0, 0, 0, 20, 15, 0.6);
    pp_narrow wall = walls(&m, 0.8);

    ck_assert_uint_eq(wall.nplace, 1);
    ck_near(wall.min_mm, 0.6, ABOUT);
    ck_near(wall.area_mm2, 2 * 20 * 15, 0.1 * 600);
    wall = walls(&m, 0.55);
    ck_assert_uint_eq(wall.nplace, 0);
    ck_near(wall.min_mm, 0.55, 0);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(each_thin_plate_is_a_place_of_its_own)
{
    pp_mesh m = box(0, 0, 0, 10, 10, 0.4);
    pp_narrow wall;

    pp_shape_add(&m, box(0, 0, 10, 20, 10, 0.5));
    pp_shape_add(&m, box(0, 0, 20, 10, 10, 3));
    wall = walls(&m, 0.8);
    ck_assert_uint_eq(wall.nplace, 2);
    ck_near(wall.place[0].min_mm, 0.5, ABOUT); /* the larger one first */
    ck_near(wall.place[1].min_mm, 0.4, ABOUT);
    ck_assert(wall.place[0].place.z >= 10 && wall.place[1].place.z <= 0.4);
    ck_near(wall.min_place.z, wall.place[1].place.z, 0);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(between_two_plates_is_a_gap_and_no_hole)
{
    pp_mesh m = box(0, 0, 0, 20, 15, 3);
    pp_narrow gap, hole;

    pp_shape_add(&m, box(0, 0, 3.3, 20, 15, 3));
    gaps(&m, 0.5, 2, &gap, &hole);
    ck_assert_uint_ge(gap.nplace, 1);
    ck_near(gap.min_mm, 0.3, ABOUT);
    ck_near(gap.min_place.z, 3.15, 0.16);
    ck_assert_uint_eq(hole.nplace, 0);
    gaps(&m, 0.25, 0.25, &gap, &hole);
    ck_assert_uint_eq(gap.nplace + hole.nplace, 0);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_bore_is_a_hole_of_its_diameter_and_no_gap)
{
    pp_mesh m = washer(48, 0.5, 6, 10);
    const double flats = cos(TURN / 96); /* across flats, for 1 mm */
    pp_narrow gap, hole;

    assert_solid(&m);
    gaps(&m, 0.5, 2, &gap, &hole);
    ck_assert_uint_eq(hole.nplace, 1);
    ck_near(hole.min_mm, flats, ABOUT);
    ck_near(hole.area_mm2, TURN * 0.5 * 10, 0.1 * TURN * 5);
    ck_assert_uint_eq(gap.nplace, 0);
    gaps(&m, 0.5, 0.9, &gap, &hole);
    ck_assert_uint_eq(gap.nplace + hole.nplace, 0);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(the_hole_of_a_ring_is_a_hole)
{
    pp_mesh m = pp_shape_torus(pp_vec(5, -3, 80), 2, 1.5, 90, 60);
    pp_narrow gap, hole;

    gaps(&m, 0.5, 2, &gap, &hole);
    ck_assert_uint_eq(hole.nplace, 1);
    ck_near(hole.min_mm, 1, ABOUT);
    ck_near(hole.min_place.z, 80, 0.2);
    ck_assert_uint_eq(gap.nplace, 0);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_channel_is_a_gap_even_at_its_floor)
{
    pp_mesh m = channel(0.4);
    pp_narrow gap, hole;

    assert_solid(&m);
    gaps(&m, 0.5, 2, &gap, &hole);
    ck_assert_uint_ge(gap.nplace, 1);
    ck_near(gap.min_mm, 0.4, ABOUT);
    ck_assert_uint_eq(hole.nplace, 0);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_void_is_a_hole)
{
    pp_mesh m = box(0, 0, 0, 9, 9, 9);
    pp_mesh pore = pp_shape_sphere(pp_vec(4, 5, 4), 0.5, 3);
    pp_narrow gap, hole;

    pp_shape_flip(&pore);
    pp_shape_add(&m, pore);
    gaps(&m, 0.5, 2, &gap, &hole);
    ck_assert_uint_eq(hole.nplace, 1);
    ck_near(hole.min_mm, 1, ABOUT);
    ck_assert_uint_eq(gap.nplace, 0);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(turning_changes_no_verdict)
{
    pp_random r = { 77 };

    for (int i = 0; i < pp_test_rounds(3); i++) {
        pp_mesh m = washer(48, 0.5, 3.2, 6);
        pp_narrow gap, hole, wall, before;

        pp_shape_add(&m, box(10, 0, 0, 6, 6, 0.6));
        pp_shape_add(&m, box(10, 0, 0.9, 6, 6, 2));
        before = walls(&m, 0.8);
        pp_shape_rotate(&m, pp_random_unit(&r) * 6, pp_random_unit(&r) * 6,
                        pp_random_unit(&r) * 6);
        pp_shape_move(&m, pp_vec(100 * pp_random_unit(&r), 3, -900));
        wall = walls(&m, 0.8);
        ck_assert_uint_eq(wall.nplace, before.nplace);
        ck_near(wall.area_mm2, before.area_mm2, 1e-2 * before.area_mm2);
        ck_near(wall.min_mm, 0.6, ABOUT);
        gaps(&m, 0.5, 2, &gap, &hole);
        ck_near(gap.min_mm, 0.3, ABOUT);
        ck_assert_uint_eq(hole.nplace, 1);
        ck_near(hole.min_mm, cos(TURN / 96), ABOUT);
        pp_mesh_free(&m);
    }
}
END_TEST

/* In a ball all facets are near: when each sample looks at all of them, the
 * cost is their number squared, and this takes minutes. */
START_TEST(a_round_body_as_wide_as_the_limit_costs_no_more_than_another)
{
    pp_mesh m = pp_shape_sphere(pp_vec(0, 0, 0), 5, 5);
    const pp_narrow wall = walls(&m, 10.5);

    ck_assert_uint_eq(wall.nplace, 1);
    ck_near(wall.min_mm, 10, ABOUT);
    pp_mesh_free(&m);
}
END_TEST

PP_TESTS("check/narrow",
         a_plate_is_a_thin_wall_below_its_thickness_and_not_above,
         each_thin_plate_is_a_place_of_its_own,
         between_two_plates_is_a_gap_and_no_hole,
         a_bore_is_a_hole_of_its_diameter_and_no_gap,
         the_hole_of_a_ring_is_a_hole, a_channel_is_a_gap_even_at_its_floor,
         a_void_is_a_hole, turning_changes_no_verdict,
         a_round_body_as_wide_as_the_limit_costs_no_more_than_another)
