/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fit.c - a ball of given size beside a point, if there is room for one
 *
 * Two conditions hold for the centre: it lies near enough to the point for the
 * ball to touch it, and no nearer to the surface than the radius. The place of
 * the surface nearest to a centre rules out the half-space before it; of what
 * all such places leave, the next centre is the one nearest to the first one,
 * or where that fails, to the point (cutting planes: Kelley, J. SIAM 1960).
 * Where the surface near by is convex nothing that fits is ruled out, and flat
 * facets take one step each; at hollow edges planes may rule out too much, and
 * are forgotten once or twice.
 * So the verdict on a point does not hang on the one direction that its
 * facet's normal gives.
 */
#include "thickness/search.h"

/* Most steps, planes that are known at a time, and how often they may turn out
 * to leave nothing. */
enum { MOST_STEPS = 32, MOST_PLANES = 10, MOST_STARTS = 3 };

/* Planes that meet at less are one, and a centre this far behind a plane lies
 * on it: shares of a radius. */
#define LEAST_VOLUME 1e-6
#define ON_PLANE 1e-9

/* Cosine with a facet's normal below which a centre may lie on either side. */
#define ASIDE 1e-6

/* The surface may pass this near to the point before the point: its own
 * facets, met at a slant. */
#define OWN_SURFACE_MM 1e-3

bool
pp_ball_sees(const pp_bvh *bvh, pp_vec3 centre, pp_vec3 p)
{
    const double d = pp_distance(centre, p);
    double at;

    return d <= OWN_SURFACE_MM ||
           pp_bvh_ray(bvh, centre, pp_scale(pp_sub(p, centre), 1 / d), 0,
                      d - OWN_SURFACE_MM, &at) == PP_NONE;
}

/* Where centres may lie, seen from the origin: u . x >= least, u of length
 * one. */
typedef struct {
    pp_vec3 u;
    double least;
} plane;

typedef struct {
    plane plane[MOST_PLANES];
    size_t n;
    pp_vec3 x; /* of what they leave, the nearest to the origin */
    double norm;
} polytope;

/* Keeps the candidate if it is nearer and lies before all planes. */
static void
consider(polytope *c, pp_vec3 x, double radius)
{
    const double norm = pp_norm(x);

    if (!(norm < c->norm))
        return;
    for (size_t i = 0; i < c->n; i++)
        if (pp_dot(c->plane[i].u, x) < c->plane[i].least - ON_PLANE * radius)
            return;
    c->x = x;
    c->norm = norm;
}

/* The point of two planes that is nearest to the origin. */
static void
consider_two(polytope *c, const plane *a, const plane *b, double radius)
{
    const double cosine = pp_dot(a->u, b->u), sine2 = 1 - cosine * cosine;

    if (sine2 > LEAST_VOLUME)
        consider(c,
                 pp_add(pp_scale(a->u, (a->least - cosine * b->least) / sine2),
                        pp_scale(b->u, (b->least - cosine * a->least) / sine2)),
                 radius);
}

static void
consider_three(polytope *c, const plane *a, const plane *b, const plane *d,
               double radius)
{
    const pp_vec3 ab = pp_cross(a->u, b->u), bd = pp_cross(b->u, d->u),
                  da = pp_cross(d->u, a->u);
    const double volume = pp_dot(ab, d->u);

    if (fabs(volume) > LEAST_VOLUME)
        consider(c, pp_scale(pp_add(pp_add(pp_scale(bd, a->least),
                                           pp_scale(da, b->least)),
                                    pp_scale(ab, d->least)), 1 / volume),
                 radius);
}

/* One plane more, before which the nearest place so far does not lie: the new
 * one lies on it, and on two others at most. False: nothing is left. */
static bool
cut(polytope *c, plane p, double radius)
{
    if (c->n == MOST_PLANES) { /* the one that matters least goes */
        size_t idle = 0;

        for (size_t i = 1; i < c->n; i++)
            if (pp_dot(c->plane[i].u, c->x) - c->plane[i].least >
                pp_dot(c->plane[idle].u, c->x) - c->plane[idle].least)
                idle = i;
        c->plane[idle] = c->plane[--c->n];
    }
    c->norm = HUGE_VAL;
    consider(c, pp_scale(p.u, p.least), radius);
    for (size_t i = 0; i < c->n; i++) {
        consider_two(c, &p, &c->plane[i], radius);
        for (size_t j = 0; j < i; j++)
            consider_three(c, &p, &c->plane[i], &c->plane[j], radius);
    }
    c->plane[c->n++] = p;
    return c->norm < HUGE_VAL;
}

/* Away from the surface, where c lies well inside; where it may not, as the
 * facet there has it. */
static pp_vec3
inward(const pp_search *s, const pp_nearest *n, pp_vec3 c, double radius)
{
    const pp_vec3 normal = s->f->normal[n->facet], way = pp_sub(c, n->point);
    const bool sliver = pp_dot(normal, normal) == 0;

    return n->distance > ON_PLANE * radius &&
                   (sliver || pp_dot(way, normal) < -ASIDE * n->distance)
               ? pp_scale(way, 1 / n->distance)
               : pp_scale(normal, -1);
}

typedef struct {
    const pp_search *search;
    pp_vec3 p;
    double radius, least, reach;
} fit;

/* From *centre on; of what the planes leave, the place nearest to `origin`. */
static double
fit_near(const fit *f, pp_vec3 origin, pp_vec3 *centre)
{
    polytope cell = { .n = 0 };
    pp_vec3 c = *centre;
    int starts = 0;

    for (int step = 0; step < MOST_STEPS; step++) {
        const pp_nearest n = pp_bvh_nearest(f->search->bvh, c, f->radius);
        plane ahead;

        if (n.facet == PP_NONE || n.distance >= f->least) {
            *centre = c;
            return !pp_ball_sees(f->search->bvh, c, f->p) ||
                           !pp_search_inside(f->search, c,
                                             f->reach + OWN_SURFACE_MM)
                       ? 0
                   : n.facet == PP_NONE ? f->radius
                                        : n.distance;
        }
        ahead.u = inward(f->search, &n, c, f->radius);
        ahead.least = f->radius + pp_dot(ahead.u, pp_sub(n.point, origin));
        if (!cut(&cell, ahead, f->radius) ||
            pp_distance(pp_add(origin, cell.x), f->p) > f->reach) {
            if (++starts == MOST_STARTS)
                break;
            cell.n = 0;
            (void)cut(&cell, ahead, f->radius);
        }
        c = pp_add(origin, cell.x);
        if (pp_distance(c, f->p) > f->reach)
            break;
    }
    return 0;
}

double
pp_ball_fit(const pp_search *s, pp_vec3 p, double radius, double least,
            double slack, pp_vec3 *centre)
{
    const fit f = { s, p, radius, least, radius + slack };
    const double away = pp_distance(*centre, p);
    const pp_vec3 start =
        away > f.reach ? pp_madd(p, f.reach / away, pp_sub(*centre, p))
                       : *centre;
    double r;

    *centre = start;
    r = fit_near(&f, start, centre);
    if (r > 0)
        return r;
    *centre = start;
    return fit_near(&f, p, centre);
}
