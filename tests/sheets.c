/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sheets.c - open surfaces by formula
 *
 * Each is a union of patches, each patch a map from a rectangle, a distance
 * in closed form (or, for the Moebius strip and the scroll, by search along
 * one parameter), and rims given as runs of parameters.
 */
#include "sheets.h"

#include "test.h"

#include <stdlib.h>
#include <string.h>

const sheet_truth sheet_truths[SHEET_NKIND] = {
    { "disk", 1, 1 },        { "hemisphere", 1, 1 }, { "cap", 1, 1 },
    { "tube", 2, 1 },        { "nested caps", 2, 2 }, { "close disks", 2, 2 },
    { "close tubes", 4, 2 }, { "annulus", 2, 1 },    { "strip", 1, 1 },
    { "pieces", 2, 2 },      { "Y", 3, 3 },          { "T", 3, 3 },
    { "Moebius", 1, 1 },     { "scroll", 1, 1 },     { "border", 1, 1 },
};

/* ---- distances ---- */

static double
disk(pp_vec3 p, double r)
{
    return hypot(fmax(hypot(p.x, p.y) - r, 0), p.z);
}

static double
annulus(pp_vec3 p, double low, double high)
{
    const double r = hypot(p.x, p.y);

    return hypot(fmax(fmax(r - high, low - r), 0), p.z);
}

/* Of a sphere the part within `half` of the -z axis. */
static double
cap(pp_vec3 p, double r, double half)
{
    const double q = hypot(p.x, p.y);

    if (atan2(q, -p.z) < half)
        return fabs(pp_norm(p) - r);
    return hypot(q - r * sin(half), p.z + r * cos(half));
}

static double
tube(pp_vec3 p, double r, double length)
{
    return hypot(hypot(p.x, p.y) - r, fmax(fabs(p.z) - length / 2, 0));
}

/* A rectangle in the plane x, y. */
static double
rectangle(pp_vec3 p, double x0, double x1, double y0, double y1)
{
    const double x = fmax(fmax(x0 - p.x, p.x - x1), 0);
    const double y = fmax(fmax(y0 - p.y, p.y - y1), 0);

    return sqrt(x * x + y * y + p.z * p.z);
}

/* About the z axis by an angle. */
static pp_vec3
turned(pp_vec3 p, double angle)
{
    return pp_vec(p.x * cos(angle) + p.y * sin(angle),
                  p.y * cos(angle) - p.x * sin(angle), p.z);
}

/* Half plane k of the Y: contains the z axis, |z| < 10, 8 wide. */
static pp_vec3
y_frame(pp_vec3 p, int k)
{
    const pp_vec3 q = turned(p, 2 * M_PI / 3 * k);

    return pp_vec(q.x, q.z, q.y);
}

#define MOEBIUS_RING 12.0
#define MOEBIUS_HALF 4.0

/* The Moebius strip's line at angle t, and the point of it nearest to p. */
static pp_vec3
moebius(double t, double w)
{
    return pp_vec((MOEBIUS_RING + w * cos(t / 2)) * cos(t),
                  (MOEBIUS_RING + w * cos(t / 2)) * sin(t), w * sin(t / 2));
}

static double
moebius_line(pp_vec3 p, double t)
{
    const pp_vec3 middle = moebius(t, 0);
    const pp_vec3 way = pp_sub(moebius(t, 1), middle);
    const double w = fmax(fmin(pp_dot(pp_sub(p, middle), way), MOEBIUS_HALF),
                          -MOEBIUS_HALF);

    return pp_distance(p, pp_madd(middle, w, way));
}

#define SCROLL_STEP 4.0
#define SCROLL_FIRST 3.0
#define SCROLL_TURNS 2.25
#define SCROLL_HALF 7.0

static pp_vec3
scroll(double t, double z)
{
    const double r = SCROLL_FIRST + SCROLL_STEP * t / (2 * M_PI);

    return pp_vec(r * cos(t), r * sin(t), z);
}

static double
scroll_line(pp_vec3 p, double t)
{
    return pp_distance(p, scroll(t, fmax(fmin(p.z, SCROLL_HALF),
                                         -SCROLL_HALF)));
}

/* The least over t: the best of many, then by thirds around it. */
static double
least(pp_vec3 p, double (*of)(pp_vec3, double), double end)
{
    enum { N = 200 };
    double best = HUGE_VAL, at = 0, low, high;

    for (int i = 0; i <= N; i++) {
        const double d = of(p, end * i / N);

        if (d < best) {
            best = d;
            at = end * i / N;
        }
    }
    low = fmax(at - end / N, 0);
    high = fmin(at + end / N, end);
    for (int i = 0; i < 40; i++) {
        const double a = low + (high - low) / 3, b = high - (high - low) / 3;

        if (of(p, a) < of(p, b))
            high = b;
        else
            low = a;
    }
    return fmin(best, of(p, (low + high) / 2));
}

static double
distance_of(sheet_kind kind, pp_vec3 p)
{
    double d = HUGE_VAL;

    switch (kind) {
    case SHEET_DISK:
        return disk(p, 12);
    case SHEET_HEMISPHERE:
        return cap(p, 10, M_PI / 2);
    case SHEET_CAP:
        return cap(p, 12, 110 * M_PI / 180);
    case SHEET_TUBE:
        return tube(p, 6, 20);
    case SHEET_NESTED:
        return fmin(cap(p, 6, 1.9), cap(p, 11, 1.7));
    case SHEET_CLOSE:
        return fmin(disk(pp_sub(p, pp_vec(0, 0, 1.5)), 10),
                    disk(pp_sub(p, pp_vec(0, 0, -1.5)), 10));
    case SHEET_CLOSE_TUBES:
        return fmin(tube(p, 6, 18), tube(p, 9, 18));
    case SHEET_ANNULUS:
        return annulus(p, 4, 12);
    case SHEET_STRIP:
        return rectangle(p, -12, 12, -2.5, 2.5);
    case SHEET_PIECES:
        return fmin(disk(pp_sub(p, pp_vec(-7, 0, 0)), 6),
                    cap(pp_sub(p, pp_vec(8, 0, 0)), 5, 1.6));
    case SHEET_Y:
        for (int k = 0; k < 3; k++)
            d = fmin(d, rectangle(y_frame(p, k), 0, 10, -10, 10));
        return d;
    case SHEET_T:
        return fmin(rectangle(p, -10, 10, -10, 10),
                    rectangle(pp_vec(p.x, p.z, p.y), -10, 10, 0, 10));
    case SHEET_MOEBIUS:
        return least(p, moebius_line, 2 * M_PI);
    case SHEET_SPIRAL:
        return least(p, scroll_line, SCROLL_TURNS * 2 * M_PI);
    case SHEET_BORDER:
        return fabs(p.z);
    case SHEET_NKIND:
        break;
    }
    return d;
}

/* ---- points ---- */

typedef struct {
    pp_vec3 *p;
    size_t n;
    bool rim;
} points;

static void
add(points *l, pp_vec3 p)
{
    l->p = realloc(l->p, (l->n + 1) * sizeof *l->p);
    if (l->p == NULL)
        abort();
    l->p[l->n++] = p;
}

/* Every half a voxel: at s of [0, 1] x [0, 1], all or those on given sides. */
typedef pp_vec3 (*patch)(const double *of, double s, double t);

/* sides: bits 0 to 3: s = 0, s = 1, t = 0, t = 1 are rims */
static void
add_patch(points *l, patch map, const double *of, double long_s, double long_t,
          unsigned sides)
{
    const int ns = (int)ceil(2 * long_s), nt = (int)ceil(2 * long_t);

    for (int i = 0; i <= ns; i++)
        for (int j = 0; j <= nt; j++) {
            const unsigned side = (i == 0 ? 1u : 0) | (i == ns ? 2u : 0) |
                                  (j == 0 ? 4u : 0) | (j == nt ? 8u : 0);

            if (!l->rim || (side & sides))
                add(l, map(of, (double)i / ns, (double)j / nt));
        }
}

/* of: centre, radii */
static pp_vec3
map_disk(const double *of, double s, double t)
{
    const double r = of[3] + (of[4] - of[3]) * t;

    return pp_vec(of[0] + r * cos(2 * M_PI * s), of[1] + r * sin(2 * M_PI * s),
                  of[2]);
}

/* of: centre, radius, half opening */
static pp_vec3
map_cap(const double *of, double s, double t)
{
    const double a = of[4] * t, b = 2 * M_PI * s;

    return pp_vec(of[0] + of[3] * sin(a) * cos(b),
                  of[1] + of[3] * sin(a) * sin(b), of[2] - of[3] * cos(a));
}

/* of: radius, length */
static pp_vec3
map_tube(const double *of, double s, double t)
{
    return pp_vec(of[0] * cos(2 * M_PI * s), of[0] * sin(2 * M_PI * s),
                  of[1] * (t - 0.5));
}

/* of: an origin, two ways */
static pp_vec3
map_rectangle(const double *of, double s, double t)
{
    return pp_vec(of[0] + s * of[3] + t * of[6], of[1] + s * of[4] + t * of[7],
                  of[2] + s * of[5] + t * of[8]);
}

static pp_vec3
map_moebius(const double *of, double s, double t)
{
    (void)of;
    return moebius(2 * M_PI * s, MOEBIUS_HALF * (2 * t - 1));
}

static pp_vec3
map_scroll(const double *of, double s, double t)
{
    (void)of;
    return scroll(SCROLL_TURNS * 2 * M_PI * s, SCROLL_HALF * (2 * t - 1));
}

static void
add_disk(points *l, double x, double z, double low, double high)
{
    const double of[5] = { x, 0, z, low, high };

    add_patch(l, map_disk, of, 2 * M_PI * high, high - low,
              low > 0 ? 4 | 8 : 8);
}

static void
add_cap(points *l, double x, double r, double half)
{
    const double of[5] = { x, 0, 0, r, half };

    add_patch(l, map_cap, of, 2 * M_PI * r, r * half, 8);
}

static void
add_tube(points *l, double r, double length)
{
    const double of[2] = { r, length };

    add_patch(l, map_tube, of, 2 * M_PI * r, length, 4 | 8);
}

static void
add_points(sheet_kind kind, points *l)
{
    switch (kind) {
    case SHEET_DISK:
        add_disk(l, 0, 0, 0, 12);
        break;
    case SHEET_HEMISPHERE:
        add_cap(l, 0, 10, M_PI / 2);
        break;
    case SHEET_CAP:
        add_cap(l, 0, 12, 110 * M_PI / 180);
        break;
    case SHEET_TUBE:
        add_tube(l, 6, 20);
        break;
    case SHEET_NESTED:
        add_cap(l, 0, 6, 1.9);
        add_cap(l, 0, 11, 1.7);
        break;
    case SHEET_CLOSE:
        add_disk(l, 0, 1.5, 0, 10);
        add_disk(l, 0, -1.5, 0, 10);
        break;
    case SHEET_CLOSE_TUBES:
        add_tube(l, 6, 18);
        add_tube(l, 9, 18);
        break;
    case SHEET_ANNULUS:
        add_disk(l, 0, 0, 4, 12);
        break;
    case SHEET_STRIP: {
        const double of[9] = { -12, -2.5, 0, 24, 0, 0, 0, 5, 0 };

        add_patch(l, map_rectangle, of, 24, 5, 15);
        break;
    }
    case SHEET_PIECES:
        add_disk(l, -7, 0, 0, 6);
        add_cap(l, 8, 5, 1.6);
        break;
    case SHEET_Y:
        for (int k = 0; k < 3; k++) {
            const double a = 2 * M_PI / 3 * k;
            const double of[9] = { 0, 0, -10, 10 * cos(a), 10 * sin(a), 0, 0,
                                   0, 20 };

            add_patch(l, map_rectangle, of, 10, 20, 14);
        }
        break;
    case SHEET_T: {
        const double flat[9] = { -10, -10, 0, 20, 0, 0, 0, 20, 0 };
        const double up[9] = { -10, 0, 0, 20, 0, 0, 0, 0, 10 };

        add_patch(l, map_rectangle, flat, 20, 20, 15);
        add_patch(l, map_rectangle, up, 20, 10, 11);
        break;
    }
    case SHEET_MOEBIUS:
        add_patch(l, map_moebius, NULL, 2 * M_PI * MOEBIUS_RING,
                  2 * MOEBIUS_HALF, 12);
        break;
    case SHEET_SPIRAL:
        add_patch(l, map_scroll, NULL, 110, 2 * SCROLL_HALF, 15);
        break;
    case SHEET_BORDER:
    case SHEET_NKIND:
        break;
    }
}

/* ---- in a volume ---- */

static pp_vec3
times(const double m[3][3], pp_vec3 p, bool back)
{
    const double x[3] = { p.x, p.y, p.z };
    double y[3] = { 0 };

    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 3; c++)
            y[r] += (back ? m[c][r] : m[r][c]) * x[c];
    return pp_vec(y[0], y[1], y[2]);
}

double
sheet_distance(const sheet_scene *s, pp_vec3 p)
{
    const pp_vec3 q = times((const double(*)[3])s->turn,
                            pp_sub(p, s->middle), false);

    return distance_of(s->kind, pp_scale(q, 1 / s->unit)) * s->unit;
}

pp_vec3 *
sheet_points(const sheet_scene *s, bool rim, size_t *n)
{
    points l = { .rim = rim };

    add_points(s->kind, &l);
    for (size_t i = 0; i < l.n; i++)
        l.p[i] = pp_add(s->middle,
                        times((const double(*)[3])s->turn,
                              pp_scale(l.p[i], s->unit), true));
    *n = l.n;
    return l.p;
}

static double
normal_random(pp_random *r)
{
    const double u = 1 - pp_random_unit(r), v = pp_random_unit(r);

    return sqrt(-2 * log(u)) * cos(2 * M_PI * v);
}

sheet_scene
sheet_place(sheet_kind kind, unsigned seed, pp_vec3 middle, double unit)
{
    pp_random r = { seed };
    sheet_scene s = { .kind = kind, .unit = unit, .middle = middle };
    double q[4], n = 0;

    for (int i = 0; i < 4; i++) {
        q[i] = seed == 0 ? i == 0 : normal_random(&r);
        n += q[i] * q[i];
    }
    n = sqrt(n);
    for (int i = 0; i < 4; i++)
        q[i] /= n;
    const double w = q[0], x = q[1], y = q[2], z = q[3];
    const double turn[3][3] = {
        { 1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y) },
        { 2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x) },
        { 2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y) },
    };

    memcpy(s.turn, turn, sizeof turn);
    if (seed > 0)
        s.middle = pp_add(middle, pp_scale(pp_vec(pp_random_unit(&r) - 0.5,
                                                  pp_random_unit(&r) - 0.5,
                                                  pp_random_unit(&r) - 0.5),
                                           unit));
    return s;
}

void
sheet_field(const sheet_scene *s, const size_t dim[3],
            const double to_lps[3][4], double noise, unsigned seed, pp_grid *g)
{
    pp_random r = { seed };
    pp_error err = { 0 };
    float *out;
    size_t n = 0;

    if (pp_grid_alloc(g, dim, PP_VOXEL_F32, &err) != PP_OK)
        abort();
    memcpy(g->to_lps, to_lps, sizeof g->to_lps);
    g->slope = 1;
    g->intercept = 0;
    out = g->voxel;
    for (size_t k = 0; k < dim[2]; k++)
        for (size_t j = 0; j < dim[1]; j++)
            for (size_t i = 0; i < dim[0]; i++, n++) {
                const pp_vec3 p = pp_grid_position(g, (double)i, (double)j,
                                                   (double)k);

                out[n] = (float)(sheet_distance(s, p) +
                                 (noise > 0 ? noise * s->unit *
                                                  normal_random(&r) : 0));
            }
}
