/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * brute.c - thickness by trying, with all facets each time
 */
#include "brute.h"

#include <math.h>
#include <stdlib.h>

#define PI 3.14159265358979323846
#define TOUCH 0.01
#define BLUNTEST 0.9659258262890683 /* sin 75 degrees */

static pp_vec3
normal_of(const pp_mesh *m, size_t t)
{
    const pp_vec3 a = m->vert[m->tri[t][0]];

    return pp_unit(pp_cross(pp_sub(m->vert[m->tri[t][1]], a),
                            pp_sub(m->vert[m->tri[t][2]], a)));
}

/* Every pair of facets: those that share an edge run against each other. */
static void
add_edges(brute *b, size_t t, size_t u)
{
    const pp_mesh *m = b->mesh;
    const pp_vec3 n = normal_of(m, t), o = normal_of(m, u);

    for (int k = 0; k < 3; k++)
        for (int l = 0; l < 3; l++) {
            const uint32_t p = m->tri[t][k], q = m->tri[t][(k + 1) % 3];
            const double half = cos(acos(fmin(1, pp_dot(n, o))) / 2);

            if (m->tri[u][l] != q || m->tri[u][(l + 1) % 3] != p ||
                half >= BLUNTEST ||
                pp_dot(pp_cross(n, o), pp_sub(m->vert[q], m->vert[p])) <= 0)
                continue;
            b->edge = realloc(b->edge, (b->nedge + 1) * sizeof *b->edge);
            ck_assert_ptr_nonnull(b->edge);
            b->edge[b->nedge++] =
                (brute_edge){ m->vert[p], m->vert[q],
                              pp_scale(pp_unit(pp_add(n, o)), -1), half };
        }
}

brute
brute_of(const pp_mesh *m)
{
    brute b = { m, NULL, 0 };

    for (size_t t = 0; t < m->ntri; t++)
        for (size_t u = t + 1; u < m->ntri; u++)
            if (m->tri[t][0] == m->tri[u][0] || m->tri[t][0] == m->tri[u][1] ||
                m->tri[t][0] == m->tri[u][2] || m->tri[t][1] == m->tri[u][0] ||
                m->tri[t][1] == m->tri[u][1] || m->tri[t][1] == m->tri[u][2])
                add_edges(&b, t, u);
    return b;
}

void
brute_free(brute *b)
{
    free(b->edge);
    b->edge = NULL;
}

static pp_vec3
on_segment(pp_vec3 c, pp_vec3 a, pp_vec3 b)
{
    const pp_vec3 ab = pp_sub(b, a);
    const double s = pp_dot(pp_sub(c, a), ab) / pp_dot(ab, ab);

    return pp_madd(a, fmin(fmax(s, 0), 1), ab);
}

/* By the three sides and, where it lies within them, the plane. */
static double
distance_to(pp_vec3 c, pp_vec3 v0, pp_vec3 v1, pp_vec3 v2, pp_vec3 *foot)
{
    const pp_vec3 v[3] = { v0, v1, v2 };
    const pp_vec3 n = pp_unit(pp_cross(pp_sub(v1, v0), pp_sub(v2, v0)));
    const double high = pp_dot(n, pp_sub(c, v0));
    double best = HUGE_VAL;
    bool within = true;

    for (int k = 0; k < 3; k++) {
        const pp_vec3 q = on_segment(c, v[k], v[(k + 1) % 3]);

        if (pp_distance(c, q) < best) {
            best = pp_distance(c, q);
            *foot = q;
        }
        within &= pp_dot(pp_cross(n, pp_sub(v[(k + 1) % 3], v[k])),
                         pp_sub(c, v[k])) >= 0;
    }
    if (within && fabs(high) < best) {
        *foot = pp_madd(c, -high, n);
        best = fabs(high);
    }
    return best;
}

static double
nearest(const pp_mesh *m, pp_vec3 c, pp_vec3 *foot)
{
    double best = HUGE_VAL;

    for (size_t t = 0; t < m->ntri; t++) {
        const pp_vec3 a = m->vert[m->tri[t][0]];
        pp_vec3 at;
        double d;

        /* no nearer than the corner by more than the longer side */
        if (pp_distance(c, a) - fmax(pp_distance(a, m->vert[m->tri[t][1]]),
                                     pp_distance(a, m->vert[m->tri[t][2]])) >=
            best)
            continue;
        d = distance_to(c, a, m->vert[m->tri[t][1]], m->vert[m->tri[t][2]],
                        &at);
        if (d < best) {
            best = d;
            *foot = at;
        }
    }
    return best;
}

/* The angles that the facets fill, seen from c (Van Oosterom 1983). */
static bool
is_inside(const pp_mesh *m, pp_vec3 c)
{
    double sum = 0;

    for (size_t t = 0; t < m->ntri; t++) {
        const pp_vec3 p = pp_sub(m->vert[m->tri[t][0]], c),
                      q = pp_sub(m->vert[m->tri[t][1]], c),
                      r = pp_sub(m->vert[m->tri[t][2]], c);
        const double x = pp_norm(p), y = pp_norm(q), z = pp_norm(r);

        sum += 2 * atan2(pp_dot(p, pp_cross(q, r)),
                         x * y * z + pp_dot(p, q) * z + pp_dot(q, r) * x +
                             pp_dot(r, p) * y);
    }
    return sum > 2 * PI;
}

bool
brute_holds(const brute *b, pp_vec3 centre, double radius)
{
    pp_vec3 foot;

    return nearest(b->mesh, centre, &foot) >= radius - 1e-9 &&
           is_inside(b->mesh, centre);
}

/* A ball whose centre lies within reach of p: from somewhere there, away from
 * what is too near, as long as it helps. */
static bool
search_from(const brute *b, pp_vec3 p, double reach, double radius, pp_vec3 c)
{
    for (int step = 0; step < 40; step++) {
        pp_vec3 foot;
        const double d = nearest(b->mesh, c, &foot);

        if (d >= radius - 1e-9)
            return is_inside(b->mesh, c);
        if (d < 1e-6)
            return false;
        c = pp_madd(c, 1.02 * (radius - d) / d, pp_sub(c, foot));
        if (pp_distance(c, p) > reach)
            c = pp_madd(p, reach / pp_distance(c, p), pp_sub(c, p));
    }
    return false;
}

static pp_vec3
somewhere(pp_vec3 p, double reach, pp_random *r)
{
    pp_vec3 d;

    do
        d = pp_vec(2 * pp_random_unit(r) - 1, 2 * pp_random_unit(r) - 1,
                   2 * pp_random_unit(r) - 1);
    while (pp_norm(d) > 1);
    return pp_madd(p, reach, d);
}

/* Sharp edges that end in or beside the foot, at other places than it. */
static bool
is_corner(const brute *b, pp_vec3 p, double reach)
{
    for (size_t e = 0; e < b->nedge; e++)
        for (size_t f = 0; f < e; f++) {
            const pp_vec3 end[4] = { b->edge[e].a, b->edge[e].b,
                                     b->edge[f].a, b->edge[f].b };
            const pp_vec3 d = pp_unit(pp_sub(end[1], end[0])),
                          g = pp_unit(pp_sub(end[3], end[2]));

            if (fabs(pp_dot(d, g)) > 0.9)
                continue;
            for (int k = 0; k < 2; k++)
                for (int l = 2; l < 4; l++)
                    if (pp_distance(end[k], end[l]) == 0 &&
                        pp_distance(end[k], p) <= reach)
                        return true;
        }
    return false;
}

bool
brute_serves(const brute *b, size_t t, pp_vec3 p, double diameter,
             pp_random *r)
{
    static const double share[] = { 0.5, 1, 0.1 };
    const double radius = diameter / 2;
    const double slack = TOUCH + (1 / BLUNTEST - 1) * radius;
    const pp_vec3 n = normal_of(b->mesh, t);
    double wide = 2 * diameter;

    for (int k = 0; k < 3; k++)
        if (search_from(b, p, radius + slack, radius,
                        pp_madd(p, -radius - share[k] * slack, n)))
            return true;
    for (size_t e = 0; e < b->nedge; e++) {
        const brute_edge *g = &b->edge[e];
        const pp_vec3 foot = on_segment(p, g->a, g->b);
        const double touch = radius * sqrt(1 - g->sine * g->sine) / g->sine;
        const double reach = radius / g->sine + TOUCH;

        if (pp_distance(p, foot) > 1.08 * touch + 2 * TOUCH)
            continue;
        wide = fmax(wide, 2 * touch);
        if (search_from(b, foot, reach, radius,
                        pp_madd(foot, reach - TOUCH / 2, g->in)))
            return true;
    }
    for (int k = 0; k < 20; k++)
        if (search_from(b, p, radius + slack, radius,
                        somewhere(p, radius + slack, r)))
            return true;
    return is_corner(b, p, wide);
}

pp_vec3
brute_sample(const brute *b, pp_random *r, size_t *t)
{
    const pp_mesh *m = b->mesh;
    double total = 0, at, u, v;

    for (int pass = 0; pass < 2; pass++) {
        at = total * pp_random_unit(r);
        for (size_t i = 0; i < m->ntri; i++) {
            const pp_vec3 a = m->vert[m->tri[i][0]];
            const double area = pp_norm(
                pp_cross(pp_sub(m->vert[m->tri[i][1]], a),
                         pp_sub(m->vert[m->tri[i][2]], a)));

            if (pass == 0)
                total += area;
            else if ((at -= area) <= 0 || i + 1 == m->ntri) {
                *t = i;
                break;
            }
        }
    }
    u = pp_random_unit(r);
    v = pp_random_unit(r);
    if (u + v > 1) {
        u = 1 - u;
        v = 1 - v;
    }
    return pp_madd(pp_madd(m->vert[m->tri[*t][0]], u,
                           pp_sub(m->vert[m->tri[*t][1]],
                                  m->vert[m->tri[*t][0]])),
                   v, pp_sub(m->vert[m->tri[*t][2]],
                             m->vert[m->tri[*t][0]]));
}
