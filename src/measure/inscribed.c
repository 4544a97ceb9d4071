/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * inscribed.c - the largest circle inside a polygon
 *
 * Squares that may hold the centre are quartered until none can beat the best
 * centre by much (Agafonkin, polylabel, 2016). From there the centre climbs:
 * the distance to an edge is a convex function of the point, so it lies above
 * its tangent plane, and the best point under the tangents of the edges around
 * (a linear program in three unknowns) is better than the last, or the step is
 * halved.
 */
#include "measure/inscribed.h"

#include "base/alloc.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* The search by squares ends at this part of the size, the climb at that. */
#define SEARCH_PART 2e-3
#define CLIMB_PART 1e-10

#define SECTORS 12               /* tangents kept, one for each direction */
#define PLANES (SECTORS + 4)     /* and the four sides of the step's box */

typedef struct {
    const pp_vec2 *corner;
    size_t n;
} shape;

/* The point of edge i nearest to p. */
static pp_vec2
nearest_on_edge(const shape *s, size_t i, pp_vec2 p)
{
    const pp_vec2 a = s->corner[i], b = s->corner[i + 1 < s->n ? i + 1 : 0];
    const double ex = b.x - a.x, ey = b.y - a.y, e2 = ex * ex + ey * ey;
    double t = e2 > 0 ? ((p.x - a.x) * ex + (p.y - a.y) * ey) / e2 : 0;

    t = fmin(fmax(t, 0), 1);
    return (pp_vec2){ a.x + t * ex, a.y + t * ey };
}

/* Distance to the outline, negative outside (crossing number). */
static double
depth(const shape *s, pp_vec2 p)
{
    double best2 = HUGE_VAL;
    bool inside = false;

    for (size_t i = 0; i < s->n; i++) {
        const pp_vec2 a = s->corner[i], b = s->corner[i + 1 < s->n ? i + 1 : 0];
        const pp_vec2 q = nearest_on_edge(s, i, p);

        best2 = fmin(best2, (p.x - q.x) * (p.x - q.x) +
                                (p.y - q.y) * (p.y - q.y));
        if ((a.y > p.y) != (b.y > p.y) &&
            p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x)
            inside = !inside;
    }
    return inside ? sqrt(best2) : -sqrt(best2);
}

/* ---- squares ---- */

typedef struct {
    pp_vec2 centre;
    double depth;
} square;

static void
consider(const shape *s, square *q, pp_circle *best)
{
    q->depth = depth(s, q->centre);
    if (q->depth > best->radius)
        *best = (pp_circle){ q->centre, q->depth };
}

static pp_status
search_squares(const shape *s, pp_vec2 middle, double half, pp_circle *best,
               pp_error *err)
{
    const double enough = half * SEARCH_PART;
    square *now = pp_alloc(1, sizeof *now), *next = NULL;
    size_t n = 1, nnext = 0, capacity = 0;

    if (now == NULL)
        return pp_fail_memory(err);
    now[0].centre = middle;
    consider(s, &now[0], best);
    for (; n > 0 && half > enough / 2; half /= 2) {
        nnext = 0;
        for (size_t i = 0; i < n; i++) {
            if (now[i].depth + half * sqrt(2) <= best->radius + enough)
                continue;
            if (pp_grow(&next, &capacity, nnext + 4, sizeof *next, err) !=
                PP_OK)
                goto done;
            for (int k = 0; k < 4; k++) {
                square *q = &next[nnext++];

                q->centre.x = now[i].centre.x + (k & 1 ? half : -half) / 2;
                q->centre.y = now[i].centre.y + (k & 2 ? half : -half) / 2;
                consider(s, q, best);
            }
        }
        pp_free(now);
        now = next;
        n = nnext;
        next = NULL;
        capacity = 0;
    }
done:
    pp_free(now);
    pp_free(next);
    return err->status;
}

/* ---- the climb ---- */

/* gx dx + gy dy - h t >= -d, with h 1 for a tangent and 0 for the box. */
typedef struct {
    double gx, gy, h, d;
} plane;

/* For each direction the nearest edge's tangent, and the box of the step. */
static int
gather_planes(const shape *s, pp_vec2 p, double step, plane out[PLANES])
{
    plane sector[SECTORS];
    int n = 0;

    for (int k = 0; k < SECTORS; k++)
        sector[k].d = HUGE_VAL;
    for (size_t i = 0; i < s->n; i++) {
        const pp_vec2 q = nearest_on_edge(s, i, p);
        const double x = p.x - q.x, y = p.y - q.y, d = sqrt(x * x + y * y);
        int k = (int)((atan2(y, x) + M_PI) /
                      6.28318530717958648 * SECTORS);

        k = k < 0 ? 0 : k >= SECTORS ? SECTORS - 1 : k;
        if (d > 0 && d < sector[k].d)
            sector[k] = (plane){ x / d, y / d, 1, d };
    }
    for (int k = 0; k < SECTORS; k++)
        if (sector[k].d < HUGE_VAL)
            out[n++] = sector[k];
    out[n++] = (plane){ 1, 0, 0, step };
    out[n++] = (plane){ -1, 0, 0, step };
    out[n++] = (plane){ 0, 1, 0, step };
    out[n++] = (plane){ 0, -1, 0, step };
    return n;
}

/* Where three planes meet, as (dx, dy, t); false when they do not. */
static bool
meet(const plane *a, const plane *b, const plane *c, double at[3])
{
    const double m[3][4] = { { a->gx, a->gy, -a->h, -a->d },
                             { b->gx, b->gy, -b->h, -b->d },
                             { c->gx, c->gy, -c->h, -c->d } };
    double det[4];

    for (int skip = 0; skip < 4; skip++) {
        /* determinant with column `skip` replaced by the right side */
        int col[3] = { 0, 1, 2 };

        if (skip < 3)
            col[skip] = 3;
        det[skip] = m[0][col[0]] * (m[1][col[1]] * m[2][col[2]] -
                                    m[1][col[2]] * m[2][col[1]]) -
                    m[0][col[1]] * (m[1][col[0]] * m[2][col[2]] -
                                    m[1][col[2]] * m[2][col[0]]) +
                    m[0][col[2]] * (m[1][col[0]] * m[2][col[1]] -
                                    m[1][col[1]] * m[2][col[0]]);
    }
    if (fabs(det[3]) < 1e-12) /* of unit normals: all but parallel */
        return false;
    for (int k = 0; k < 3; k++)
        at[k] = det[k] / det[3];
    return true;
}

/* The step under all planes with the largest t; false when none is found. */
static bool
best_step(const plane *p, int n, double step, double move[2])
{
    double best = -HUGE_VAL;

    for (int a = 0; a < n; a++)
        for (int b = a + 1; b < n; b++)
            for (int c = b + 1; c < n; c++) {
                double at[3];
                bool good = meet(&p[a], &p[b], &p[c], at) && at[2] > best;

                for (int k = 0; k < n && good; k++)
                    good = p[k].gx * at[0] + p[k].gy * at[1] -
                               p[k].h * at[2] + p[k].d >=
                           -1e-9 * step;
                if (good) {
                    best = at[2];
                    move[0] = at[0];
                    move[1] = at[1];
                }
            }
    return best > -HUGE_VAL;
}

static void
climb(const shape *s, double size, pp_circle *best)
{
    double step = size * SEARCH_PART * 4;

    while (step > size * CLIMB_PART) {
        plane p[PLANES];
        double move[2] = { 0, 0 }, d;
        pp_vec2 to = best->centre;
        const int n = gather_planes(s, to, step, p);

        if (!best_step(p, n, step, move))
            return;
        to.x += move[0];
        to.y += move[1];
        d = depth(s, to);
        if (d > best->radius)
            *best = (pp_circle){ to, d };
        else
            step /= 2;
    }
}

pp_status
pp_polygon_inscribed(const pp_vec2 *corner, size_t n, pp_circle *circle,
                     pp_error *err)
{
    const shape s = { corner, n };
    pp_vec2 low = corner[0], high = corner[0], middle;
    double half;

    for (size_t i = 1; i < n; i++) {
        low.x = fmin(low.x, corner[i].x);
        low.y = fmin(low.y, corner[i].y);
        high.x = fmax(high.x, corner[i].x);
        high.y = fmax(high.y, corner[i].y);
    }
    middle = (pp_vec2){ (low.x + high.x) / 2, (low.y + high.y) / 2 };
    half = fmax(high.x - low.x, high.y - low.y) / 2;
    *circle = (pp_circle){ middle, 0 };
    if (!(half > 0))
        return PP_OK;
    if (search_squares(&s, middle, half, circle, err) != PP_OK)
        return err->status;
    if (circle->radius > 0)
        climb(&s, 2 * half, circle);
    return PP_OK;
}
