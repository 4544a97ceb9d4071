/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sheet.c - open surfaces become solids whose volumes are known
 *
 * Truth: Steiner's formula, for the union of balls of radius r about a convex
 * disk, and closed forms for a hemisphere's.
 */
#include "test.h"

#include "check/check.h"
#include "shapes.h"
#include "shell/shell.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static pp_mesh
disk(double radius, int n)
{
    pp_mesh m;
    pp_error err = { 0 };

    ck_ok(pp_mesh_alloc(&m, (size_t)n + 1, (size_t)n, &err), err);
    m.vert[n] = pp_vec(3, -2, 1);
    for (int k = 0; k < n; k++) {
        m.vert[k] = pp_add(m.vert[n], pp_vec(radius * cos(2 * M_PI * k / n),
                                             radius * sin(2 * M_PI * k / n), 0));
        m.tri[k][0] = (uint32_t)n;
        m.tri[k][1] = (uint32_t)k;
        m.tri[k][2] = (uint32_t)((k + 1) % n);
    }
    pp_shape_rotate(&m, 0.4, 0.3, 0.2);
    return m;
}

/* n meridians, and a quarter as many rings down to a flat rim. */
static pp_mesh
hemisphere(double radius, int n)
{
    const int rings = n / 4;
    pp_mesh m;
    pp_error err = { 0 };
    size_t t = 0;

    ck_ok(pp_mesh_alloc(&m, (size_t)(n * rings) + 1,
                        (size_t)(n * (2 * rings - 1)), &err), err);
    m.vert[n * rings] = pp_vec(0, 0, radius);
    for (int k = 0; k < rings; k++)
        for (int j = 0; j < n; j++) {
            const double down = M_PI / 2 * (k + 1) / rings, a = 2 * M_PI * j / n;
            const uint32_t p = (uint32_t)(k * n + j);
            const uint32_t q = (uint32_t)(k * n + (j + 1) % n);
            const uint32_t top = k > 0 ? p - (uint32_t)n : (uint32_t)(n * rings);
            const pp_tri tri[2] = { { p, q, top }, { q, q - (uint32_t)n, top } };

            m.vert[p] = pp_vec(radius * sin(down) * cos(a),
                               radius * sin(down) * sin(a),
                               radius * cos(down));
            memcpy(m.tri[t++], tri[0], sizeof tri[0]);
            if (k > 0)
                memcpy(m.tri[t++], tri[1], sizeof tri[1]);
        }
    ck_assert_uint_eq(t, m.ntri);
    return m;
}

/* A band of n quads around a ring, turned over `halves` times on its way. */
static pp_mesh
band(int n, int halves)
{
    pp_mesh m;
    pp_error err = { 0 };

    ck_ok(pp_mesh_alloc(&m, 2 * (size_t)n, 2 * (size_t)n, &err), err);
    for (int k = 0; k < n; k++) {
        const double a = 2 * M_PI * k / n, turn = a * halves / 2;
        const int last = k == n - 1 && halves % 2;
        const uint32_t p = 2 * (uint32_t)k, q = p + 1;
        const uint32_t r = 2 * (uint32_t)((k + 1) % n) + (uint32_t)last;
        const uint32_t s = 2 * (uint32_t)((k + 1) % n) + !last;
        const pp_tri tri[2] = { { p, q, s }, { p, s, r } };

        for (int side = 0; side < 2; side++) {
            const double w = side ? 2 : -2, d = 6 + w * cos(turn);

            m.vert[2 * k + side] = pp_vec(d * cos(a), d * sin(a),
                                          w * sin(turn));
        }
        memcpy(m.tri + 2 * k, tri, sizeof tri);
    }
    return m;
}

/* Balls about its middle are offered, and have to fit like any other. */
static void
expect_solid(const pp_mesh *m, double t, const pp_mesh *middle)
{
    const pp_shell_options o = { .min_mm = t, .offered = middle };
    pp_report report = { 0 };
    pp_error err = { 0 };
    pp_walls walls;

    ck_ok(pp_check(m, NULL, &report, &err), err);
    ck_assert_uint_eq(pp_report_ndefect(&report), 0);
    ck_ok(pp_walls_measure(m, &o, t, &walls, &err), err);
    ck_assert_msg(walls.nthin == 0, "%g mm at %g %g %g", walls.thin[0].min_mm,
                  walls.thin[0].place.x, walls.thin[0].place.y,
                  walls.thin[0].place.z);
    pp_walls_free(&walls);
    pp_report_free(&report);
}

START_TEST(a_disk_becomes_a_lens_of_steiners_volume)
{
    static const double thick[2] = { 1.2, 2 };
    const double radius = 5;

    for (int n = 0; n < 2; n++) {
        const pp_sheet_options o = { .thick_mm = thick[n] };
        const double r = thick[n] / 2;
        pp_mesh m = disk(radius, 256), out;
        pp_sheet_report report;
        pp_error err = { 0 };

        ck_ok(pp_shell_sheet(&m, &o, &out, &report, &err), err);
        ck_near(report.volume_mm3, 2 * M_PI * radius * radius * r +
                                       M_PI * M_PI * radius * r * r +
                                       4 * M_PI / 3 * r * r * r,
                0.003 * report.volume_mm3);
        ck_near(pp_shape_volume(&out), report.volume_mm3,
                1e-6 * report.volume_mm3);
        ck_assert_uint_eq(report.npart, 1);
        expect_solid(&out, thick[n], &report.middle);
        pp_sheet_report_free(&report);
        pp_mesh_free(&out);
        pp_mesh_free(&m);
    }
}
END_TEST

/* Half a shell, and half a torus that rounds its rim. */
START_TEST(a_hemisphere_becomes_half_a_shell_on_either_side)
{
    const double radius = 5, t = 1.5, r = t / 2;
    pp_mesh m = hemisphere(radius, 96);

    for (int side = PP_SHEET_BOTH; side <= PP_SHEET_BEHIND; side++) {
        const pp_sheet_options o = { .thick_mm = t,
                                     .side = (pp_sheet_side)side };
        const double middle = radius + (side == PP_SHEET_BEFORE   ? r
                                        : side == PP_SHEET_BEHIND ? -r : 0);
        const double a = middle + r, b = middle - r;
        pp_mesh out;
        pp_sheet_report report;
        pp_error err = { 0 };

        ck_ok(pp_shell_sheet(&m, &o, &out, &report, &err), err);
        ck_near(report.volume_mm3, 2 * M_PI / 3 * (a * a * a - b * b * b) +
                                       M_PI * M_PI * middle * r * r,
                0.01 * report.volume_mm3);
        expect_solid(&out, t, &report.middle);
        pp_sheet_report_free(&report);
        pp_mesh_free(&out);
    }
    pp_mesh_free(&m);
}
END_TEST

/* Area and length of the rim of an open mesh. */
static void
measure_sheet(const pp_mesh *m, double *area, double *rim)
{
    pp_half_edge *half = NULL;
    size_t nhalf;
    pp_error err = { 0 };

    *area = *rim = 0;
    for (size_t t = 0; t < m->ntri; t++)
        *area += pp_norm(pp_facet_normal(m, t)) / 2;
    ck_ok(pp_mesh_half_edges(m, &half, &nhalf, &err), err);
    for (size_t i = 0, end; i < nhalf; i = end) {
        end = pp_half_edges_end(half, nhalf, i);
        if (end == i + 1)
            *rim += pp_distance(m->vert[half[i].low], m->vert[half[i].high]);
    }
    free(half);
}

/* What lies within r of a sheet that bends gently, as a disk does: the tube of
 * Weyl (1939) and half a one around its rim; what bends cancels by Gauss and
 * Bonnet but for a ball. */
static double
volume_of_tube(const pp_mesh *m, double r)
{
    double area, rim;

    measure_sheet(m, &area, &rim);
    return 2 * r * area + M_PI / 2 * r * r * rim + 4 * M_PI / 3 * r * r * r;
}

/* z = (x^2 - y^2) / k over a disk. */
static pp_mesh
saddle(double radius, double k, int n)
{
    pp_mesh m = hemisphere(1, n);

    for (size_t v = 0; v < m.nvert; v++) {
        /* rings as far apart as on the sphere's meridians */
        const double share = acos(fmin(fmax(m.vert[v].z, -1), 1)) / (M_PI / 2);
        const double a = atan2(m.vert[v].y, m.vert[v].x);
        const double x = radius * share * cos(a), y = radius * share * sin(a);

        m.vert[v] = pp_vec(x, y, (x * x - y * y) / k);
    }
    return m;
}

START_TEST(a_saddle_becomes_a_solid_of_weyls_volume)
{
    static const double k[] = { 40, 16, 10 };
    const double t = 1.5;

    for (int n = 0; n < 3; n++) {
        const pp_sheet_options o = { .thick_mm = t, .round_float = true };
        pp_mesh m = saddle(6, k[n], 64), out;
        const double volume = volume_of_tube(&m, t / 2);
        pp_sheet_report report;
        pp_error err = { 0 };

        pp_shape_rotate(&m, 0.3 * n, 0.2 * n, 0.1 * n);
        ck_ok(pp_shell_sheet(&m, &o, &out, &report, &err), err);
        ck_near(report.volume_mm3, volume, 0.003 * volume);
        ck_assert_uint_eq(report.npart, 1);
        expect_solid(&out, t, &report.middle);
        pp_sheet_report_free(&report);
        pp_mesh_free(&out);
        pp_mesh_free(&m);
    }
}
END_TEST

/* Two rectangles that share an edge along y and open by so much. */
static pp_mesh
book(double opening, double width, double length)
{
    static const uint8_t tri[4][3] = { { 0, 1, 3 }, { 1, 4, 3 }, { 1, 2, 4 },
                                       { 2, 5, 4 } };
    pp_mesh m;
    pp_error err = { 0 };

    ck_ok(pp_mesh_alloc(&m, 6, 4, &err), err);
    for (int v = 0; v < 6; v++) {
        const double far = v % 3 == 1 ? 0 : width;
        const double a = v % 3 == 2 ? opening : 0;

        m.vert[v] = pp_vec(far * cos(a), v / 3 * length, far * sin(a));
    }
    for (int k = 0; k < 4; k++)
        for (int i = 0; i < 3; i++)
            m.tri[k][i] = tri[k][i];
    return m;
}

/* Inside the fold the two halves overlap, and meet in a crease: it has to be
 * sharp, for the balls reach no farther than that. */
START_TEST(a_fold_keeps_its_crease)
{
    const double t = 2, r = t / 2, length = 5;

    for (int n = 0; n < pp_test_rounds(4); n++) {
        const double opening = M_PI / 180 * (75 + 25 * n);
        const double half = (M_PI - opening) / 2;
        const pp_sheet_options o = { .thick_mm = t, .round_float = true };
        pp_mesh m = book(opening, 6, length), out;
        const double volume =
            volume_of_tube(&m, r) -
            (tan(half) - half) * (r * r * length + 4 / 3.0 * r * r * r);
        pp_sheet_report report;
        pp_error err = { 0 };

        pp_shape_rotate(&m, 0.3 + n, 0.5 * n, 0.7);
        ck_ok(pp_shell_sheet(&m, &o, &out, &report, &err), err);
        ck_near(report.volume_mm3, volume, 0.003 * volume);
        expect_solid(&out, t, &report.middle);
        pp_sheet_report_free(&report);
        pp_mesh_free(&out);
        pp_mesh_free(&m);
    }
}
END_TEST

/* Three squares about a corner: three creases that meet. */
START_TEST(a_corner_of_three_sheets_keeps_its_creases)
{
    static const uint8_t tri[6][3] = { { 0, 1, 4 }, { 0, 4, 2 }, { 0, 2, 5 },
                                       { 0, 5, 3 }, { 0, 3, 6 }, { 0, 6, 1 } };
    static const double at[7][3] = { { 0, 0, 0 }, { 1, 0, 0 }, { 0, 1, 0 },
                                     { 0, 0, 1 }, { 1, 1, 0 }, { 0, 1, 1 },
                                     { 1, 0, 1 } };
    const pp_sheet_options o = { .thick_mm = 1.5, .round_float = true };

    for (int n = 0; n < pp_test_rounds(2); n++) {
        pp_mesh m, out;
        pp_sheet_report report;
        pp_error err = { 0 };

        ck_ok(pp_mesh_alloc(&m, 7, 6, &err), err);
        for (int v = 0; v < 7; v++)
            m.vert[v] = pp_vec(5 * at[v][0], 5 * at[v][1], 5 * at[v][2]);
        for (int k = 0; k < 6; k++)
            for (int i = 0; i < 3; i++)
                m.tri[k][i] = tri[k][i];
        pp_shape_rotate(&m, 0.9 * n, 0.4 * n, 0.2 * n);
        ck_ok(pp_shell_sheet(&m, &o, &out, &report, &err), err);
        expect_solid(&out, 1.5, &report.middle);
        pp_sheet_report_free(&report);
        pp_mesh_free(&out);
        pp_mesh_free(&m);
    }
}
END_TEST

/* Nothing is added beyond the outline, and nothing is missing before it. */
START_TEST(a_disk_with_a_straight_rim_is_a_plate_of_its_area_times_t)
{
    static const double thick[] = { 0.8, 1.5, 3 };

    for (int n = 0; n < 3; n++) {
        const double t = thick[n], radius = 6;
        const int sides = 48;
        const double area = sides / 2.0 * radius * radius * sin(2 * M_PI / sides);
        const pp_sheet_options o = { .thick_mm = t, .straight = true };
        pp_mesh m = disk(radius, sides), out;
        pp_sheet_report report;
        pp_error err = { 0 };

        ck_ok(pp_shell_sheet(&m, &o, &out, &report, &err), err);
        ck_near(report.volume_mm3, area * t, 1e-5 * area * t);
        for (size_t v = 0; v < out.nvert; v++)
            ck_assert(pp_distance(out.vert[v], m.vert[sides]) <=
                      hypot(radius, t / 2) + 1e-5);
        expect_solid(&out, t, &report.middle);
        pp_sheet_report_free(&report);
        pp_mesh_free(&out);
        pp_mesh_free(&m);
    }
}
END_TEST

/* It ends in the plane of its rim, where the round one goes on. The shell
 * bends away from balls in the corner between rim and outside, by more than
 * counts as touching: thin, if at all, only there. */
START_TEST(a_hemisphere_with_a_straight_rim_is_half_a_shell)
{
    const double radius = 5, t = 1.5, a = radius + t / 2, b = radius - t / 2;
    const pp_sheet_options o = { .thick_mm = t, .straight = true };
    const pp_shell_options how = { .min_mm = t };
    pp_mesh m = hemisphere(radius, 96), out;
    pp_sheet_report report;
    pp_walls walls;
    pp_error err = { 0 };

    ck_ok(pp_shell_sheet(&m, &o, &out, &report, &err), err);
    ck_assert(report.own_facets);
    ck_assert_uint_eq(out.nvert, 2 * m.nvert);
    ck_near(report.volume_mm3, 2 * M_PI / 3 * (a * a * a - b * b * b),
            0.01 * report.volume_mm3);
    for (size_t v = 0; v < out.nvert; v++) /* normals lean half a ring */
        ck_assert(out.vert[v].z > -t / 2 * sin(M_PI / 96 + 0.01));
    ck_ok(pp_walls_measure(&out, &how, t, &walls, &err), err);
    for (size_t k = 0; k < walls.nthin; k++)
        ck_assert(walls.thin[k].place.z < t);
    pp_walls_free(&walls);
    pp_sheet_report_free(&report);
    pp_mesh_free(&out);
    pp_mesh_free(&m);
}
END_TEST

/* One half 60 degrees from lying on the other: sides of its facets cross. */
START_TEST(a_sharp_fold_is_sampled_and_still_ends_straight)
{
    const double t = 1;
    const pp_sheet_options o = { .thick_mm = t, .straight = true };
    pp_mesh m = book(M_PI / 3, 4, 5), out;
    pp_sheet_report report;
    pp_report clean = { 0 };
    pp_error err = { 0 };

    ck_ok(pp_shell_sheet(&m, &o, &out, &report, &err), err);
    ck_assert(!report.own_facets);
    for (size_t v = 0; v < out.nvert; v++) {
        ck_assert(out.vert[v].y > -t / 20 && out.vert[v].y < 5 + t / 20);
        ck_assert(out.vert[v].x < 4 + t / 20);
    }
    ck_ok(pp_check(&out, NULL, &clean, &err), err);
    ck_assert_uint_eq(pp_report_ndefect(&clean), 0);
    pp_report_free(&clean);
    pp_sheet_report_free(&report);
    pp_mesh_free(&out);
    pp_mesh_free(&m);
}
END_TEST

/* On one side, the other one is the surface, vertex for vertex. */
START_TEST(a_straight_sheet_on_one_side_keeps_the_surface)
{
    pp_mesh m = hemisphere(5, 48);

    for (int side = PP_SHEET_BEFORE; side <= PP_SHEET_BEHIND; side++) {
        const pp_sheet_options o = { .thick_mm = 0.8, .straight = true,
                                     .side = (pp_sheet_side)side };
        const size_t from = side == PP_SHEET_BEFORE ? m.nvert : 0;
        pp_mesh out;
        pp_sheet_report report;
        pp_error err = { 0 };

        ck_ok(pp_shell_sheet(&m, &o, &out, &report, &err), err);
        ck_assert(memcmp(out.vert + from, m.vert, m.nvert * sizeof *m.vert) ==
                  0);
        for (size_t v = 0; v < m.nvert; v++)
            ck_assert(pp_distance(out.vert[v], out.vert[m.nvert + v]) >= 0.8);
        pp_sheet_report_free(&report);
        pp_mesh_free(&out);
    }
    pp_mesh_free(&m);
}
END_TEST

/* Corners and a notch: two squares of three, as an L. */
START_TEST(an_outline_with_a_notch_keeps_its_area)
{
    static const uint8_t tri[6][3] = { { 0, 1, 3 }, { 1, 4, 3 }, { 1, 2, 4 },
                                       { 2, 5, 4 }, { 3, 4, 6 }, { 4, 7, 6 } };
    const double t = 1;
    const pp_sheet_options o = { .thick_mm = t, .straight = true };
    pp_mesh m, out;
    pp_sheet_report report;
    pp_error err = { 0 };

    ck_ok(pp_mesh_alloc(&m, 8, 6, &err), err);
    for (int v = 0; v < 8; v++)
        m.vert[v] = pp_vec(5 * (v % 3), 5 * (v / 3), 0); /* 6, 7: 0, 5 | 10 */
    for (int k = 0; k < 6; k++)
        for (int i = 0; i < 3; i++)
            m.tri[k][i] = tri[k][i];
    pp_shape_rotate(&m, 0.3, 0.5, 0.7);
    ck_ok(pp_shell_sheet(&m, &o, &out, &report, &err), err);
    ck_near(report.volume_mm3, 75 * t, 1e-3);
    expect_solid(&out, t, &report.middle);
    pp_sheet_report_free(&report);
    pp_mesh_free(&out);
    pp_mesh_free(&m);
}
END_TEST

START_TEST(a_moebius_strip_is_refused_and_a_full_twist_is_not)
{
    const pp_sheet_options o = { .thick_mm = 1.5 };
    pp_mesh once = band(60, 1), twice = band(60, 2), out;
    pp_sheet_report report;
    pp_error err = { 0 };

    ck_assert_int_eq(pp_shell_sheet(&once, &o, &out, &report, &err), PP_EGEOM);
    ck_assert_ptr_nonnull(strstr(err.message, "one side only"));
    ck_assert_uint_eq(out.ntri, 0);
    err = (pp_error){ PP_OK, "" };
    ck_ok(pp_shell_sheet(&twice, &o, &out, &report, &err), err);
    expect_solid(&out, 1.5, &report.middle);
    pp_sheet_report_free(&report);
    pp_mesh_free(&out);
    pp_mesh_free(&once);
    pp_mesh_free(&twice);
}
END_TEST

START_TEST(facets_that_disagree_have_no_side)
{
    pp_sheet_options o = { .thick_mm = 1, .side = PP_SHEET_BEFORE };
    pp_mesh m = disk(5, 24), out;
    const uint32_t swap = m.tri[3][1];
    pp_sheet_report report;
    pp_error err = { 0 };

    m.tri[3][1] = m.tri[3][2];
    m.tri[3][2] = swap;
    ck_assert_int_eq(pp_shell_sheet(&m, &o, &out, &report, &err), PP_EGEOM);
    err = (pp_error){ PP_OK, "" };
    o.side = PP_SHEET_BOTH;
    ck_ok(pp_shell_sheet(&m, &o, &out, &report, &err), err);
    pp_sheet_report_free(&report);
    pp_mesh_free(&out);
    pp_mesh_free(&m);
}
END_TEST

PP_TESTS("shell/sheet", a_disk_becomes_a_lens_of_steiners_volume,
         a_hemisphere_becomes_half_a_shell_on_either_side,
         a_saddle_becomes_a_solid_of_weyls_volume, a_fold_keeps_its_crease,
         a_corner_of_three_sheets_keeps_its_creases,
         a_disk_with_a_straight_rim_is_a_plate_of_its_area_times_t,
         a_hemisphere_with_a_straight_rim_is_half_a_shell,
         an_outline_with_a_notch_keeps_its_area,
         a_sharp_fold_is_sampled_and_still_ends_straight,
         a_straight_sheet_on_one_side_keeps_the_surface,
         a_moebius_strip_is_refused_and_a_full_twist_is_not,
         facets_that_disagree_have_no_side)
