/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hausdorff.c - the Hausdorff distance of meshes within a stated bound
 *
 * The distance to a facet f is a convex function, so that over a triangle it
 * is largest at a corner: the largest distance of the corners to f bounds the
 * distance of the whole triangle to the mesh from above, for any f; the
 * facets nearest to the corners are good ones to try. The distance at any
 * point bounds the answer from below. A triangle whose upper bound exceeds
 * the best lower one by more than the bound asked for is cut in two (after
 * Tang, Lee and Kim, Interactive Hausdorff distance computation for general
 * polygonal models, SIGGRAPH 2009; Kang et al., CAGD 2018).
 *
 * Where the meshes run side by side at nearly the same distance, one facet
 * says little of a triangle over several, until it is cut to crumbs. But the
 * facets below it are a graph over it there, seen along the way to the feet of
 * its corners, and that bounds it at one blow (patch.h).
 *
 * Pieces are looked into in batches, so the answer does not depend on the
 * number of threads.
 */
#include "measure/measure.h"

#include "base/alloc.h"
#include "measure/patch.h"

#include <assert.h>
#include <string.h>

#define BATCH ((size_t)1 << 16)
#define MAX_SPLITS ((size_t)1 << 31)

/* Vertices that one thread asks for in a row, each near the one before. */
#define RUN 256

typedef struct {
    pp_vec3 at, foot; /* foot: nearest to it on b */
    double d;         /* between them */
    uint32_t facet;   /* of b, with the foot */
} corner;

typedef struct {
    corner c[3];
    double upper;
} piece;

typedef struct {
    const pp_mesh *a, *b;
    pp_bvh *bvh;
    uint32_t *across; /* of b, see patch.h */
    double bound;
    corner best; /* the lower bound, and where it is attained */
    piece *stack;
    size_t n, capacity;
    size_t nsplit;
} search;

static corner
measure_corner(const search *s, pp_vec3 at, double limit)
{
    pp_nearest near = pp_bvh_nearest(s->bvh, at, limit);

    /*
     * The limit comes from another road to the same distance: where meshes
     * all but coincide, far from the origin, rounding can lie between the two.
     */
    if (near.facet == PP_NONE)
        near = pp_bvh_nearest(s->bvh, at, HUGE_VAL);

    corner c = {at, near.point, near.distance, near.facet};

    return c;
}

static double
distance_to_facet(const search *s, pp_vec3 p, uint32_t f)
{
    const uint32_t *v = s->b->tri[f];
    const pp_vec3 at[3] = {s->b->vert[v[0]], s->b->vert[v[1]],
                           s->b->vert[v[2]]};

    return pp_distance(p, pp_nearest_on_triangle(p, at));
}

/* far[k][f]: distance of corner k to the facet nearest to corner f. */
static void
measure_far(const search *s, const corner c[3], double far[3][3])
{
    for (int k = 0; k < 3; k++)
        for (int f = 0; f < 3; f++)
            far[k][f] = c[f].facet == c[k].facet
                            ? c[k].d
                            : distance_to_facet(s, c[k].at, c[f].facet);
}

static double
upper_bound(const corner c[3], double far[3][3])
{
    double best = HUGE_VAL;

    for (int k = 0; k < 3; k++) {
        const double e1 = pp_distance(c[k].at, c[(k + 1) % 3].at);
        const double e2 = pp_distance(c[k].at, c[(k + 2) % 3].at);

        best = fmin(best, fmax(far[0][k], fmax(far[1][k], far[2][k])));
        /* no point is farther from corner k than the longer edge there */
        best = fmin(best, c[k].d + fmax(e1, e2));
    }
    return best;
}

/* The mean way from the corners to their feet, of those that go as the first
 * does: between two sheets some may go the other way. */
static pp_vec3
way_to_feet(const corner c[3])
{
    const pp_vec3 first = pp_sub(c[0].foot, c[0].at);
    pp_vec3 sum = first;

    for (int k = 1; k < 3; k++) {
        const pp_vec3 way = pp_sub(c[k].foot, c[k].at);

        if (pp_dot(way, first) > 0)
            sum = pp_add(sum, way);
    }
    return pp_unit(sum);
}

/* The mean normal of the facets with the feet, chosen likewise. */
static pp_vec3
normal_at_feet(const search *s, const corner c[3])
{
    pp_vec3 sum = {0, 0, 0};

    for (int k = 0; k < 3; k++) {
        const pp_vec3 normal = pp_unit(pp_facet_normal(s->b, c[k].facet));

        if (k == 0 || pp_dot(normal, sum) > 0)
            sum = pp_add(sum, normal);
    }
    return pp_unit(sum);
}

/* By b as a graph over the piece, where it is one. */
static double
graph_bound(const search *s, const corner c[3])
{
    const pp_vec3 at[3] = {c[0].at, c[1].at, c[2].at};
    const double enough = s->best.d + s->bound;
    const double best =
        pp_patch_bound(s->b, s->across, at, way_to_feet(c), c[0].facet, enough);

    return best <= enough
               ? best
               : pp_patch_bound(s->b, s->across, at, normal_at_feet(s, c),
                                c[0].facet, enough);
}

static void
bound_piece(const search *s, piece *p)
{
    double far[3][3];

    measure_far(s, p->c, far);
    p->upper = fmin(p->upper, upper_bound(p->c, far));
    if (p->upper > s->best.d + s->bound)
        p->upper = fmin(p->upper, graph_bound(s, p->c));
}

static void
raise_best(search *s, const corner *c)
{
    if (c->d > s->best.d)
        s->best = *c;
}

static pp_status
push(search *s, const piece *p, pp_error *err)
{
    if (p->upper <= s->best.d + s->bound)
        return PP_OK;
    if (pp_grow(&s->stack, &s->capacity, s->n + 1, sizeof *p, err) != PP_OK)
        return err->status;
    s->stack[s->n++] = *p;
    return PP_OK;
}

/* No vertex is farther than the one before it and the way from there. */
static void
measure_run(const search *s, corner *at, size_t from, size_t to)
{
    const corner *last = NULL;

    for (size_t v = from; v < to; v++) {
        const pp_vec3 p = s->a->vert[v];
        double reach = HUGE_VAL;

        if (!at[v].facet)
            continue;
        if (last != NULL)
            reach = (last->d + pp_distance(last->at, p)) * (1 + 1e-9) + 1e-300;
        at[v] = measure_corner(s, p, reach);
        last = &at[v];
    }
}

/* All vertices of a, and a piece for each facet that may hold more. */
static pp_status
start(search *s, pp_error *err)
{
    const pp_mesh *a = s->a;
    corner *at = pp_alloc_zero(a->nvert, sizeof *at);
    double *upper = pp_alloc(a->ntri, sizeof *upper);

    if (at == NULL || upper == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t t = 0; t < a->ntri; t++)
        for (int k = 0; k < 3; k++)
            at[a->tri[t][k]].facet = 1; /* used */
#pragma omp parallel for schedule(dynamic, 1)
    for (size_t run = 0; run < a->nvert; run += RUN)
        measure_run(s, at, run, run + RUN < a->nvert ? run + RUN : a->nvert);
    s->best.d = -1;
    for (size_t t = 0; t < a->ntri; t++)
        for (int k = 0; k < 3; k++)
            raise_best(s, &at[a->tri[t][k]]);
#pragma omp parallel for schedule(static)
    for (size_t t = 0; t < a->ntri; t++) {
        piece p = {{at[a->tri[t][0]], at[a->tri[t][1]], at[a->tri[t][2]]},
                   HUGE_VAL};

        bound_piece(s, &p);
        upper[t] = p.upper;
    }
    for (size_t t = 0; t < a->ntri; t++) {
        const piece p = {{at[a->tri[t][0]], at[a->tri[t][1]], at[a->tri[t][2]]},
                         upper[t]};

        if (push(s, &p, err) != PP_OK)
            goto done;
    }
done:
    pp_free(at);
    pp_free(upper);
    return err->status;
}

/* The two halves of p, cut across its longest edge. */
static void
split(const search *s, const piece *p, piece part[2])
{
    double longest = -1;
    int k = 0;

    for (int e = 0; e < 3; e++) {
        const double length =
            pp_distance(p->c[(e + 1) % 3].at, p->c[(e + 2) % 3].at);

        if (length > longest) {
            longest = length;
            k = e;
        }
    }
    const corner *b = &p->c[(k + 1) % 3], *c = &p->c[(k + 2) % 3];
    const pp_vec3 at = pp_scale(pp_add(b->at, c->at), 0.5);
    const double reach = fmin(distance_to_facet(s, at, b->facet),
                              distance_to_facet(s, at, c->facet));
    const corner new = measure_corner(s, at, reach * (1 + 1e-9) + 1e-300);

    part[0] = (piece){{p->c[k], *b, new}, p->upper};
    part[1] = (piece){{p->c[k], new, *c}, p->upper};
    bound_piece(s, &part[0]);
    bound_piece(s, &part[1]);
}

static pp_status
refine(search *s, pp_error *err)
{
    piece *part = pp_alloc(2 * BATCH, sizeof *part);

    if (part == NULL)
        return pp_fail_memory(err);
    while (s->n > 0) {
        const size_t n = s->n < BATCH ? s->n : BATCH;
        const piece *from = s->stack + (s->n - n);

        if (s->nsplit > MAX_SPLITS) {
            pp_fail(err, PP_ELIMIT,
                    "a bound of %g mm takes more than %zu "
                    "pieces",
                    s->bound, MAX_SPLITS);
            break;
        }
#pragma omp parallel for schedule(dynamic, 64)
        for (size_t i = 0; i < n; i++)
            split(s, &from[i], &part[2 * i]);
        for (size_t i = 0; i < 2 * n; i += 2)
            raise_best(s, &part[i].c[2]); /* the new corner */
        s->n -= n;
        s->nsplit += n;
        for (size_t i = 0; i < 2 * n; i++)
            if (push(s, &part[i], err) != PP_OK)
                goto done;
    }
done:
    pp_free(part);
    return err->status;
}

pp_status
pp_measure_hausdorff(const pp_mesh *a, const pp_mesh *b, double bound_mm,
                     pp_hausdorff *h, pp_error *err)
{
    search s = { 0 };

    assert(bound_mm > 0);
    memset(h, 0, sizeof *h);
    s.a = a;
    s.b = b;
    s.bound = bound_mm;
    if (a->ntri == 0 || b->ntri == 0)
        return pp_fail(err, PP_EGEOM, "no facets to measure");
    if (pp_patch_join(b, &s.across, err) == PP_OK &&
        pp_bvh_build(b, &s.bvh, err) == PP_OK && start(&s, err) == PP_OK &&
        refine(&s, err) == PP_OK) {
        h->mm = s.best.d;
        h->from = s.best.at;
        h->to = pp_bvh_nearest(s.bvh, s.best.at, HUGE_VAL).point;
        h->nsplit = s.nsplit;
    }
    if (s.bvh != NULL)
        pp_bvh_free(s.bvh);
    pp_free(s.across);
    pp_free(s.stack);
    return err->status;
}
