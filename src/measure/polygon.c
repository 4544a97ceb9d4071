/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * polygon.c - area, Feret diameters and circles of a polygon
 *
 * Feret diameters follow from the convex hull (Andrew 1979), the circle around
 * from Welzl's incremental construction (1991) on it; inscribed.c finds the
 * circle within.
 */
#include "measure/polygon.h"

#include "base/alloc.h"
#include "measure/inscribed.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static pp_vec2
sub(pp_vec2 a, pp_vec2 b)
{
    return (pp_vec2){ a.x - b.x, a.y - b.y };
}

static double
cross(pp_vec2 a, pp_vec2 b)
{
    return a.x * b.y - a.y * b.x;
}

static double
length(pp_vec2 a)
{
    return sqrt(a.x * a.x + a.y * a.y);
}

/* Sums are taken from the first corner, so that far origins cost nothing. */
static void
integrate(const pp_vec2 *c, size_t n, pp_polygon *p)
{
    pp_vec2 moment = { 0, 0 }, mean = { 0, 0 };
    double twice = 0;

    for (size_t i = 0; i < n; i++) {
        const pp_vec2 a = sub(c[i], c[0]), b = sub(c[(i + 1) % n], c[0]);
        const double w = cross(a, b);

        twice += w;
        moment.x += w * (a.x + b.x);
        moment.y += w * (a.y + b.y);
        mean.x += a.x / (double)n;
        mean.y += a.y / (double)n;
        p->perimeter += length(sub(b, a));
    }
    p->area = twice / 2;
    if (twice != 0)
        mean = (pp_vec2){ moment.x / (3 * twice), moment.y / (3 * twice) };
    p->centroid = (pp_vec2){ c[0].x + mean.x, c[0].y + mean.y };
}

static int
by_x_then_y(const void *a, const void *b)
{
    const pp_vec2 *p = a, *q = b;

    if (p->x != q->x)
        return p->x < q->x ? -1 : 1;
    return p->y < q->y ? -1 : p->y > q->y;
}

/*
 * Drops points inside the octagon of the extreme points of eight directions
 * (Akl and Toussaint 1978): sorting is then for few.
 */
static size_t
drop_inner(pp_vec2 *p, size_t n)
{
    static const pp_vec2 way[8] = { { 1, 0 },  { 1, 1 },   { 0, 1 },
                                    { -1, 1 }, { -1, 0 },  { -1, -1 },
                                    { 0, -1 }, { 1, -1 } };
    pp_vec2 tip[8];
    size_t kept = 0;

    for (int k = 0; k < 8; k++) {
        tip[k] = p[0];
        for (size_t i = 1; i < n; i++)
            if (p[i].x * way[k].x + p[i].y * way[k].y >
                tip[k].x * way[k].x + tip[k].y * way[k].y)
                tip[k] = p[i];
    }
    for (size_t i = 0; i < n; i++) {
        bool inside = true, edges = false;

        for (int k = 0; k < 8 && inside; k++) {
            const pp_vec2 e = sub(tip[(k + 1) % 8], tip[k]);

            if (e.x == 0 && e.y == 0)
                continue;
            edges = true;
            inside = cross(e, sub(p[i], tip[k])) > 0;
        }
        if (!(inside && edges))
            p[kept++] = p[i];
    }
    return kept;
}

size_t
pp_convex_hull(pp_vec2 *p, size_t n, pp_vec2 *hull)
{
    size_t h = 0, lower;

    if (n == 0)
        return 0;
    n = drop_inner(p, n);
    qsort(p, n, sizeof *p, by_x_then_y);
    for (size_t i = 0; i < n; i++) {
        while (h >= 2 && cross(sub(hull[h - 1], hull[h - 2]),
                               sub(p[i], hull[h - 1])) <= 0)
            h--;
        hull[h++] = p[i];
    }
    lower = h + 1;
    for (size_t i = n - 1; i-- > 0;) {
        while (h >= lower && cross(sub(hull[h - 1], hull[h - 2]),
                                   sub(p[i], hull[h - 1])) <= 0)
            h--;
        hull[h++] = p[i];
    }
    return h > 1 ? h - 1 : h; /* the first point came last again */
}

static void
feret(const pp_vec2 *hull, size_t h, pp_polygon *p)
{
    p->feret_min = HUGE_VAL;
    for (size_t i = 0; i < h; i++) {
        const pp_vec2 edge = sub(hull[(i + 1) % h], hull[i]);
        const double e = length(edge);
        double width = 0;

        for (size_t k = 0; k < h; k++) {
            const pp_vec2 d = sub(hull[k], hull[i]);

            p->feret_max = fmax(p->feret_max, length(d));
            if (e > 0)
                width = fmax(width, cross(edge, d) / e);
        }
        p->feret_min = fmin(p->feret_min, width);
    }
}

static pp_circle
circle_of_two(pp_vec2 a, pp_vec2 b)
{
    const pp_vec2 m = { (a.x + b.x) / 2, (a.y + b.y) / 2 };

    return (pp_circle){ m, fmax(length(sub(a, m)), length(sub(b, m))) };
}

static pp_circle
circle_of_three(pp_vec2 a, pp_vec2 b, pp_vec2 c)
{
    const pp_vec2 u = sub(b, a), v = sub(c, a);
    const double d = 2 * cross(u, v);
    const double uu = u.x * u.x + u.y * u.y, vv = v.x * v.x + v.y * v.y;
    const pp_vec2 o = { (v.y * uu - u.y * vv) / d,
                        (u.x * vv - v.x * uu) / d };

    return (pp_circle){ { a.x + o.x, a.y + o.y }, length(o) };
}

/* A part of 1e-12 for the rounding of centre and radius. */
static int
outside(const pp_circle *c, pp_vec2 p)
{
    return length(sub(p, c->centre)) > c->radius * (1 + 1e-12);
}

static pp_circle
circle_around(const pp_vec2 *p, size_t n)
{
    pp_circle c = { p[0], 0 };

    for (size_t i = 1; i < n; i++) {
        if (!outside(&c, p[i]))
            continue;
        c = (pp_circle){ p[i], 0 };
        for (size_t j = 0; j < i; j++) {
            if (!outside(&c, p[j]))
                continue;
            c = circle_of_two(p[i], p[j]);
            for (size_t k = 0; k < j; k++)
                if (outside(&c, p[k]))
                    c = circle_of_three(p[i], p[j], p[k]);
        }
    }
    return c;
}

/* Some order that follows no curve: Welzl's construction is then linear. */
static void
scatter(pp_vec2 *p, size_t n)
{
    unsigned long long state = 1;

    for (size_t i = n; i > 1; i--) {
        size_t j;
        pp_vec2 t;

        state = state * 6364136223846793005U + 1442695040888963407U;
        j = (size_t)(state >> 33) % i;
        t = p[i - 1];
        p[i - 1] = p[j];
        p[j] = t;
    }
}

pp_status
pp_polygon_measure(const pp_vec2 *corner, size_t n, pp_polygon *polygon,
                   pp_error *err)
{
    pp_vec2 *sorted = pp_alloc(n, sizeof *sorted);
    pp_vec2 *hull = pp_alloc(n, 2 * sizeof *hull);
    size_t h;

    memset(polygon, 0, sizeof *polygon);
    if (sorted == NULL || hull == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    if (n == 0)
        goto done;
    integrate(corner, n, polygon);
    memcpy(sorted, corner, n * sizeof *sorted);
    h = pp_convex_hull(sorted, n, hull);
    feret(hull, h, polygon);
    scatter(hull, h);
    polygon->around = circle_around(hull, h);
    (void)!pp_polygon_inscribed(corner, n, &polygon->within, err);
done:
    pp_free(sorted);
    pp_free(hull);
    return err->status;
}
