/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mended.c - thin sheets and tubes reach their wall, for certain
 *
 * A bent sheet in a thick rim, and a bent tube in thick ends: bodies whose
 * thin part is known by formula, so that what growing has to add is, too. The
 * least wall of what would be stored is bounded from below, the thick parts
 * keep their vertices bit by bit, a lumen its width.
 */
#include "test.h"

#include "check/check.h"
#include "shapes.h"
#include "shell/shell.h"
#include "unit/shell/solid.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is asked of every grown body ---- */

static int
by_place(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(pp_vec3));
}

/* Every vertex that is far from all that was thin is one of the grown mesh,
 * to the last bit. Returns how many there are. */
static size_t
must_keep(const pp_mesh *m, pp_mesh *out, bool (*is_far)(pp_vec3 p))
{
    size_t kept = 0;

    qsort(out->vert, out->nvert, sizeof *out->vert, by_place);
    for (size_t v = 0; v < m->nvert; v++) {
        if (!is_far(m->vert[v]))
            continue;
        ck_assert_msg(bsearch(&m->vert[v], out->vert, out->nvert,
                              sizeof *out->vert, by_place) != NULL,
                      "%.9g,%.9g,%.9g has moved", m->vert[v].x, m->vert[v].y,
                      m->vert[v].z);
        kept++;
    }
    return kept;
}

/* No point of the surface has a wall below t, between the samples either. */
static void
must_be_certain(const pp_mesh *out, double t)
{
    const pp_shell_options o = { .min_mm = t, .certify = true };
    pp_walls walls;
    pp_error err = { 0 };

    ck_ok(pp_walls_measure(out, &o, t, &walls, &err), err);
    ck_assert_uint_eq(walls.nthin, 0);
    ck_assert(walls.has_bounds);
    printf("# certain: [%.4f, %.4f]\n", walls.bounds.lo_mm, walls.bounds.hi_mm);
    ck_assert_msg(walls.bounds.lo_mm >= t - PP_TOUCH_MM,
                  "at least %.4f of %g mm, at %.3f,%.3f,%.3f",
                  walls.bounds.lo_mm, t, walls.bounds.place.x,
                  walls.bounds.place.y, walls.bounds.place.z);
    pp_walls_free(&walls);
}

/* As a file of floats holds it. */
static void
round_to_float(pp_mesh *m)
{
    for (size_t v = 0; v < m->nvert; v++)
        m->vert[v] = pp_vec((float)m->vert[v].x, (float)m->vert[v].y,
                            (float)m->vert[v].z);
}

/* Grows m, which goes; out is to be stored as floats. */
static pp_mesh
grow(const pp_mesh *m, double t, pp_grow_way way, pp_shell_report *r)
{
    const pp_shell_options o = { .min_mm = t, .way = way,
                                 .round_float = true };
    pp_mesh out;
    pp_error err = { 0 };

    ck_ok(pp_shell_grow(m, &o, &out, r, &err), err);
    ck_assert_int_eq(r->how, PP_SHELL_LOCAL);
    ck_assert(!pp_shell_joined(r));
    must_be_clean(&out);
    must_be_certain(&out, t);
    return out;
}

/* ---- a bent sheet in a thick rim ---- */

enum { ACROSS = 72, ALONG = 56 };
#define STEP 0.5

static double
clamped(double x, double low, double high)
{
    return fmin(fmax(x, low), high);
}

/* 0.4 to 1.2 mm from one side to the other, and 3 mm at the rim. */
static double
sheet_wall(double u, double v)
{
    const double in = fmax(fabs(u) - 10, fabs(v) - 6) / 5;
    const double thin = 0.8 + 0.4 * clamped(u / 10, -1, 1);

    return thin + (3 - thin) * clamped(in, 0, 1);
}

static pp_vec3
sheet_middle(double u, double v)
{
    return pp_vec(u, v, u * u / 60 - v * v / 80 + 0.01 * u * v);
}

static pp_vec3
sheet_normal(double u, double v)
{
    return pp_unit(pp_vec(-(u / 30 + 0.01 * v), v / 40 - 0.01 * u, 1));
}

static bool
is_rim(pp_vec3 p)
{
    return fmax(fabs(p.x) - 10, fabs(p.y) - 6) > 5;
}

static pp_mesh
bent_sheet(void)
{
    enum { ROW = ACROSS + 1, NSIDE = ROW * (ALONG + 1) };
    pp_mesh m;
    pp_error err = { 0 };
    size_t f = 0;

    ck_ok(pp_mesh_alloc(&m, (size_t)2 * NSIDE,
                        (size_t)4 * (ACROSS * ALONG + ACROSS + ALONG), &err),
          err);
    for (int k = 0; k < NSIDE; k++) {
        const double u = (k % ROW - ACROSS / 2) * STEP;
        const double v = (k / ROW - ALONG / 2) * STEP;
        const double half = sheet_wall(u, v) / 2;

        m.vert[k] = pp_madd(sheet_middle(u, v), half, sheet_normal(u, v));
        m.vert[NSIDE + k] =
            pp_madd(sheet_middle(u, v), -half, sheet_normal(u, v));
    }
    for (int side = 0; side < 2; side++)
        for (int k = 0; k < ACROSS * ALONG; k++) {
            const uint32_t a = (uint32_t)(side * NSIDE + k / ACROSS * ROW +
                                          k % ACROSS);
            const uint32_t b = side ? a + ROW : a + 1;
            const uint32_t d = side ? a + 1 : a + ROW;
            const uint32_t c = a + ROW + 1;

            memcpy(m.tri[f++], (pp_tri){ a, b, c }, sizeof(pp_tri));
            memcpy(m.tri[f++], (pp_tri){ a, c, d }, sizeof(pp_tri));
        }
    /* once around, against the clock seen from above */
    for (int k = 0; k < 2 * (ACROSS + ALONG); k++) {
        uint32_t end[2];

        for (int e = 0; e < 2; e++) {
            const int at = (k + e) % (2 * (ACROSS + ALONG));
            const int x = at <= ACROSS ? at
                          : at <= ACROSS + ALONG ? ACROSS
                          : at <= 2 * ACROSS + ALONG
                              ? 2 * ACROSS + ALONG - at : 0;
            const int y = at <= ACROSS ? 0
                          : at <= ACROSS + ALONG ? at - ACROSS
                          : at <= 2 * ACROSS + ALONG
                              ? ALONG : 2 * (ACROSS + ALONG) - at;

            end[e] = (uint32_t)(y * ROW + x);
        }
        memcpy(m.tri[f++],
               (pp_tri){ end[0], end[0] + NSIDE, end[1] + NSIDE },
               sizeof(pp_tri));
        memcpy(m.tri[f++], (pp_tri){ end[0], end[1] + NSIDE, end[1] },
               sizeof(pp_tri));
    }
    ck_assert_uint_eq(f, m.ntri);
    round_to_float(&m);
    return m;
}

/* All within half of t of the middle, less what is there: t - wall for each
 * square millimetre of it, and a third of the halves' cubes by Gauss's
 * curvature twice (Steiner's formula). */
static double
sheet_lacks(double t)
{
    const double step = 0.05;
    double sum = 0;

    for (double u = -18 + step / 2; u < 18; u += step)
        for (double v = -14 + step / 2; v < 14; v += step) {
            const double w = sheet_wall(u, v);
            const double gu = u / 30 + 0.01 * v, gv = 0.01 * u - v / 40;
            const double g = 1 + gu * gu + gv * gv;
            const double gauss = -(1 / 30.0 / 40 + 0.0001) / (g * g);

            if (w < t)
                sum += sqrt(g) * step * step *
                       (t - w + gauss * (t * t * t - w * w * w) / 12);
        }
    return sum;
}

START_TEST(a_bent_sheet_grows_to_its_wall_and_its_rim_stays)
{
    static const double min[] = { 1.0, 1.5 };

    for (int k = 0; k < pp_test_rounds(2); k++) {
        pp_mesh m = bent_sheet(), out;
        pp_shell_report r;
        double added;

        must_be_clean(&m);
        out = grow(&m, min[k], PP_GROW_BOTH, &r);
        added = r.volume_after_mm3 - r.volume_before_mm3;
        printf("# sheet at %g mm: +%.3f mm3 of %.3f, %zu facets kept\n",
               min[k], added, sheet_lacks(min[k]), r.nkept);
        ck_near(added / sheet_lacks(min[k]), 1, 0.05);
        ck_assert_uint_gt(must_keep(&m, &out, is_rim), 1000);
        pp_shell_report_free(&r);
        pp_mesh_free(&m);
        pp_mesh_free(&out);
    }
}
END_TEST

/* ---- a bent tube in thick ends ---- */

enum { AROUND = 64, BEND = 96 };
#define RING 15.0  /* radius of the bend, a quarter of a turn */
#define LUMEN 2.5  /* radius */
#define STRAIGHT 3 /* at either end */
#define LENGTH (M_PI / 2 * RING + 2 * STRAIGHT)
#define THIN_FROM 7.0  /* from the ends: where the whole wall of 2 mm... */
#define THICK_FROM 5.0 /* ...falls to half a millimetre */

static double
tube_wall(double way)
{
    const double end = fmin(way, LENGTH - way);

    return 0.5 + 1.5 * clamped((THIN_FROM - end) / (THIN_FROM - THICK_FROM), 0,
                               1);
}

/* The middle of the lumen, so far along, and which way is out of the bend. */
static pp_vec3
tube_middle(double way, pp_vec3 *out)
{
    const double bend = M_PI / 2 * RING;
    const double turn = clamped(way - STRAIGHT, 0, bend) / RING;
    const double on = fmin(way - STRAIGHT, 0) + fmax(way - STRAIGHT - bend, 0);

    *out = pp_vec(cos(turn), sin(turn), 0);
    return pp_madd(pp_scale(*out, RING), on,
                   pp_vec(-sin(turn), cos(turn), 0));
}

static bool
is_end(pp_vec3 p)
{
    const double turn = atan2(p.y, p.x) / (M_PI / 2) * (LENGTH - 2 * STRAIGHT);

    return p.x < 0 || p.y < 0 || fabs(2 * turn / (LENGTH - 2 * STRAIGHT) - 1) >
                                     1 - 2 / (LENGTH - 2 * STRAIGHT);
}

static pp_mesh
bent_tube(void)
{
    enum { NSIDE = AROUND * (BEND + 1) };
    pp_mesh m;
    pp_error err = { 0 };
    size_t f = 0;

    ck_ok(pp_mesh_alloc(&m, (size_t)2 * NSIDE,
                        (size_t)4 * AROUND * (BEND + 1), &err), err);
    for (int k = 0; k < 2 * NSIDE; k++) {
        const double way = LENGTH * (k % NSIDE / AROUND) / BEND;
        const double a = 2 * M_PI * (k % AROUND) / AROUND;
        const double r = LUMEN + (k < NSIDE ? tube_wall(way) : 0);
        pp_vec3 out;
        const pp_vec3 middle = tube_middle(way, &out);

        m.vert[k] = pp_madd(pp_madd(middle, r * cos(a), out), r * sin(a),
                            pp_vec(0, 0, 1));
    }
    /* along the outside, back along the inside, and over both ends */
    for (int j = 0; j < 2 * (BEND + 1); j++)
        for (int i = 0; i < AROUND; i++) {
            const int next = (j + 1) % (2 * (BEND + 1));
            const int row = j <= BEND ? j : 3 * BEND + 2 - j;
            const int to = next <= BEND ? next : 3 * BEND + 2 - next;
            const uint32_t a = (uint32_t)(row * AROUND + i);
            const uint32_t b = (uint32_t)(row * AROUND + (i + 1) % AROUND);
            const uint32_t c = (uint32_t)(to * AROUND + (i + 1) % AROUND);
            const uint32_t d = (uint32_t)(to * AROUND + i);

            memcpy(m.tri[f++], (pp_tri){ a, b, c }, sizeof(pp_tri));
            memcpy(m.tri[f++], (pp_tri){ a, c, d }, sizeof(pp_tri));
        }
    ck_assert_uint_eq(f, m.ntri);
    if (pp_shape_volume(&m) < 0)
        pp_shape_flip(&m);
    round_to_float(&m);
    return m;
}

/* The ring from the old wall to the new one, times its middle's way
 * (Pappus). */
static double
tube_lacks(double t, pp_grow_way way)
{
    const double step = LENGTH / 10000;
    double sum = 0;

    for (double at = step / 2; at < LENGTH; at += step) {
        const double w = tube_wall(at);
        const double middle = LUMEN + w / 2;
        const double high = way == PP_GROW_OUT ? LUMEN + t : middle + t / 2;
        const double low = way == PP_GROW_OUT ? LUMEN : middle - t / 2;

        if (w < t)
            sum += M_PI * step *
                   (high * high - low * low - (LUMEN + w) * (LUMEN + w) +
                    LUMEN * LUMEN);
    }
    return sum;
}

/* The lumen's half widths by rays from its middle, in all directions. */
static void
must_have_lumen(const pp_mesh *m, double least, double most)
{
    pp_bvh *bvh;
    pp_error err = { 0 };

    ck_ok(pp_bvh_build(m, &bvh, &err), err);
    for (int i = 0; i < 2000; i++) {
        const double way = LENGTH * (i + 0.5) / 2000, a = 2.399963 * i;
        pp_vec3 out;
        const pp_vec3 middle = tube_middle(way, &out);
        const double r = ray_thickness(bvh, middle,
                                       pp_madd(pp_scale(out, cos(a)), sin(a),
                                               pp_vec(0, 0, 1)));

        ck_assert_msg(r >= least && r <= most, "%.6f at %g mm", r, way);
    }
    pp_bvh_free(bvh);
}

START_TEST(a_bent_tube_grows_outward_and_its_lumen_stays)
{
    static const double min[] = { 1.0, 1.5 };

    for (int k = 0; k < pp_test_rounds(2); k++) {
        pp_mesh m = bent_tube(), out;
        pp_shell_report r;
        double added;

        must_be_clean(&m);
        out = grow(&m, min[k], PP_GROW_OUT, &r);
        added = r.volume_after_mm3 - r.volume_before_mm3;
        printf("# tube at %g mm: +%.3f mm3 of %.3f, %zu facets kept\n",
               min[k], added, tube_lacks(min[k], PP_GROW_OUT), r.nkept);
        ck_near(added / tube_lacks(min[k], PP_GROW_OUT), 1, 0.05);
        ck_assert_double_le(r.fixed_moved_mm, 1e-6);
        must_have_lumen(&out, LUMEN * cos(M_PI / AROUND) - 0.002,
                        LUMEN + 0.002);
        ck_assert_uint_gt(must_keep(&m, &out, is_end), 1000);
        pp_shell_report_free(&r);
        pp_mesh_free(&m);
        pp_mesh_free(&out);
    }
}
END_TEST

START_TEST(a_bent_tube_grows_both_ways_and_stays_open)
{
    pp_mesh m = bent_tube(), out;
    pp_shell_report r;
    double added;

    out = grow(&m, 1.0, PP_GROW_BOTH, &r);
    added = r.volume_after_mm3 - r.volume_before_mm3;
    printf("# both %g of %g\n", added, tube_lacks(1.0, PP_GROW_BOTH));
    ck_near(added / tube_lacks(1.0, PP_GROW_BOTH), 1, 0.05);
    must_have_lumen(&out, LUMEN - 0.3, LUMEN + 0.002);
    ck_assert_uint_gt(must_keep(&m, &out, is_end), 1000);
    pp_shell_report_free(&r);
    pp_mesh_free(&m);
    pp_mesh_free(&out);
}
END_TEST

PP_TESTS("shell/mended", a_bent_sheet_grows_to_its_wall_and_its_rim_stays,
         a_bent_tube_grows_outward_and_its_lumen_stays,
         a_bent_tube_grows_both_ways_and_stays_open)
