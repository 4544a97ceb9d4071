/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * brute.c - thickness by trying, with all facets each time
 */
#include "brute.h"

#include <math.h>
#include <stdlib.h>

#define TOUCH 0.01
#define MOST 8 /* radii from a corner to the middle of its ball */
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

/* The angle that a triangle fills, seen from c (Van Oosterom 1983). */
static double
angle_of(pp_vec3 c, const pp_vec3 v[3])
{
    const pp_vec3 p = pp_sub(v[0], c), q = pp_sub(v[1], c),
                  r = pp_sub(v[2], c);
    const double x = pp_norm(p), y = pp_norm(q), z = pp_norm(r);

    return 2 * atan2(pp_dot(p, pp_cross(q, r)),
                     x * y * z + pp_dot(p, q) * z + pp_dot(q, r) * x +
                         pp_dot(r, p) * y);
}

/* Facets that keep balls off; and what bounds the side where balls may be: a
 * closed mesh, or a surface without end. */
typedef struct {
    pp_vec3 (*wall)[3], (*bound)[3];
    size_t nwall, nbound;
    double inside; /* angles inside come to more than that */
} obstacles;

static void
free_obstacles(obstacles *o)
{
    free(o->wall);
    free(o->bound);
}

/* None yet, with room for so many of either. */
static obstacles
no_obstacles(size_t n, double inside)
{
    obstacles o = { malloc((n + 1) * sizeof *o.wall),
                    malloc((n + 1) * sizeof *o.bound), 0, 0, inside };

    ck_assert(o.wall != NULL && o.bound != NULL);
    return o;
}

static void
add_triangle(pp_vec3 (*list)[3], size_t *n, pp_vec3 a, pp_vec3 b, pp_vec3 c)
{
    list[*n][0] = a;
    list[*n][1] = b;
    list[(*n)++][2] = c;
}

/* Of a mesh, what lies near to p; all of it bounds. */
static obstacles
obstacles_near(const pp_mesh *m, pp_vec3 p, double reach)
{
    obstacles o = no_obstacles(m->ntri, 2 * M_PI);

    for (size_t t = 0; t < m->ntri; t++) {
        const pp_vec3 a = m->vert[m->tri[t][0]], b = m->vert[m->tri[t][1]],
                      c = m->vert[m->tri[t][2]];
        pp_vec3 foot;

        if (distance_to(p, a, b, c, &foot) <= reach)
            add_triangle(o.wall, &o.nwall, a, b, c);
        add_triangle(o.bound, &o.nbound, a, b, c);
    }
    return o;
}

static double
nearest(const obstacles *o, pp_vec3 c, pp_vec3 *foot)
{
    double best = HUGE_VAL;

    for (size_t t = 0; t < o->nwall; t++) {
        const pp_vec3 *v = o->wall[t];
        pp_vec3 at;
        double d;

        /* no nearer than the corner by more than the longer side */
        if (pp_distance(c, v[0]) - fmax(pp_distance(v[0], v[1]),
                                        pp_distance(v[0], v[2])) >= best)
            continue;
        d = distance_to(c, v[0], v[1], v[2], &at);
        if (d < best) {
            best = d;
            *foot = at;
        }
    }
    return best;
}

static bool
is_inside(const obstacles *o, pp_vec3 c)
{
    double sum = 0;

    for (size_t t = 0; t < o->nbound; t++)
        sum += angle_of(c, o->bound[t]);
    return sum > o->inside;
}

bool
brute_holds(const brute *b, pp_vec3 centre, double radius)
{
    obstacles o = obstacles_near(b->mesh, centre, 2 * radius);
    pp_vec3 foot;
    const bool is = nearest(&o, centre, &foot) >= radius - 1e-9 &&
                    is_inside(&o, centre);

    free_obstacles(&o);
    return is;
}

/* A ball whose centre lies within reach of p: from somewhere there, away from
 * what is too near, as long as it helps. */
static bool
search_from(const obstacles *o, pp_vec3 p, double reach, double radius,
            pp_vec3 *centre)
{
    pp_vec3 c = *centre;

    for (int step = 0; step < 200; step++) {
        pp_vec3 foot;
        const double d = nearest(o, c, &foot);

        if (d >= radius - 1e-9) {
            *centre = c;
            return is_inside(o, c);
        }
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

/* From where one was, from deep under the surface and from anywhere. */
static bool
search_all(const obstacles *o, pp_vec3 p, pp_vec3 in, double reach,
           double radius, pp_random *r, pp_vec3 *centre)
{
    static const double share[] = { 0.5, 1, 0.1 };

    for (int k = -1; k < 23; k++) {
        pp_vec3 c = k < 0    ? *centre
                    : k >= 3 ? somewhere(p, reach, r)
                             : pp_madd(p,
                                       radius + share[k] * (reach - radius),
                                       in);

        if (pp_distance(c, p) <= reach &&
            search_from(o, p, reach, radius, &c)) {
            *centre = c;
            return true;
        }
    }
    return false;
}

/* ---- corners ---- */

static bool
has_vertex(const pp_mesh *m, size_t t, uint32_t v)
{
    return m->tri[t][0] == v || m->tri[t][1] == v || m->tri[t][2] == v;
}

/* The facets around a vertex, drawn out from it without end; they keep balls
 * off as they are, or so. */
static obstacles
cone_of(const pp_mesh *m, uint32_t v, bool drawn_out)
{
    const pp_vec3 p = m->vert[v];
    obstacles o = no_obstacles(m->ntri, 0);

    for (size_t t = 0; t < m->ntri; t++) {
        const pp_vec3 a = m->vert[m->tri[t][0]], b = m->vert[m->tri[t][1]],
                      c = m->vert[m->tri[t][2]];
        pp_vec3 to[3];

        if (!has_vertex(m, t, v))
            continue;
        for (int k = 0; k < 3; k++)
            to[k] = pp_madd(p, 1e4, pp_unit(pp_sub(m->vert[m->tri[t][k]], p)));
        add_triangle(o.bound, &o.nbound, to[0], to[1], to[2]);
        if (drawn_out)
            add_triangle(o.wall, &o.nwall, to[0], to[1], to[2]);
        else
            add_triangle(o.wall, &o.nwall, a, b, c);
    }
    return o;
}

/* How near a ball comes to p, nearly; MOST radii: no nearer. */
static double
comes_near(const obstacles *o, pp_vec3 p, pp_vec3 in, double radius,
           pp_random *r, pp_vec3 *centre)
{
    double low = radius, high = MOST * radius;

    for (int k = 0; k < 13; k++) {
        const double reach = (low + high) / 2;

        *(search_all(o, p, in, reach, radius, r, centre) ? &high
                                                         : &low) = reach;
    }
    return high;
}

/* As the corner's own ball: within reach of the corner, where its facets leave
 * one, and no farther from it than that touches. */
static bool
corner_serves(const brute *b, const obstacles *all, uint32_t v, pp_vec3 p,
              pp_vec3 in, double radius, pp_random *r)
{
    const pp_vec3 apex = b->mesh->vert[v];
    obstacles o = cone_of(b->mesh, v, true);
    pp_vec3 c = apex;
    const double away = comes_near(&o, apex, in, radius, r, &c);
    const double touch = sqrt(away * away / radius / radius - 1);
    const bool is = pp_distance(p, apex) <=
                        touch * (1.08 * radius + 2 * TOUCH) &&
                    search_all(all, apex, in, away + TOUCH, radius, r, &c);

    free_obstacles(&o);
    return is;
}

/* As far off p as the facets around a corner of p's facet keep balls in the
 * cone that they span. */
static bool
star_serves(const brute *b, const obstacles *all, uint32_t v, pp_vec3 p,
            pp_vec3 in, double radius, pp_random *r)
{
    obstacles o = cone_of(b->mesh, v, false);
    pp_vec3 c = p;
    const double away = comes_near(&o, p, in, radius, r, &c);

    free_obstacles(&o);
    return search_all(all, p, in, away + TOUCH, radius, r, &c);
}

/* ---- any of these ---- */

static bool
plain_or_edge_serves(const brute *b, const obstacles *all, pp_vec3 p,
                     pp_vec3 in, double radius, pp_random *r)
{
    pp_vec3 c = p;

    if (search_all(all, p, in, TOUCH + radius / BLUNTEST, radius, r, &c))
        return true;
    for (size_t e = 0; e < b->nedge; e++) {
        const brute_edge *g = &b->edge[e];
        const pp_vec3 foot = on_segment(p, g->a, g->b);
        const double touch = radius * sqrt(1 - g->sine * g->sine) / g->sine;

        c = pp_madd(foot, radius / g->sine + TOUCH / 2, g->in);
        if (pp_distance(p, foot) <= 1.08 * touch + 2 * TOUCH &&
            search_all(all, foot, g->in, radius / g->sine + TOUCH, radius, r,
                       &c))
            return true;
    }
    return false;
}

bool
brute_serves(const brute *b, size_t t, pp_vec3 p, double diameter,
             pp_random *r)
{
    const double radius = diameter / 2;
    const pp_mesh *m = b->mesh;
    const pp_vec3 in = pp_scale(normal_of(m, t), -1);
    obstacles all = obstacles_near(m, p, (2 * MOST + 2) * radius);
    bool is = plain_or_edge_serves(b, &all, p, in, radius, r);

    for (uint32_t v = 0; v < m->nvert && !is; v++)
        if (pp_distance(m->vert[v], p) <= MOST * radius)
            is = (has_vertex(m, t, v) &&
                  star_serves(b, &all, v, p, in, radius, r)) ||
                 corner_serves(b, &all, v, p, in, radius, r);
    free_obstacles(&all);
    return is;
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
