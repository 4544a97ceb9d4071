/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hausdorff.c - the Hausdorff distance of meshes within a stated bound
 *
 * The distance to a facet f is a convex function, so that over a triangle it
 * is largest at a corner: the largest distance of the corners to f bounds the
 * distance of the whole triangle to the mesh from above, for any f; the
 * facets nearest to the corners are good ones to try. The distance at any
 * point bounds the answer from below. A triangle whose upper bound exceeds
 * the best lower one by more than the bound asked for is halved across its
 * longest edge (after Tang, Lee and Kim, Interactive Hausdorff distance
 * computation for general polygonal models, SIGGRAPH 2009; Kang et al., CAGD
 * 2018). Pieces are looked into in batches, so the answer does not depend on
 * the number of threads.
 */
#include "measure/measure.h"

#include "base/alloc.h"

#include <assert.h>
#include <string.h>

#define BATCH ((size_t)1 << 16)
#define MAX_SPLITS ((size_t)1 << 31)

typedef struct {
    pp_vec3 at;
    double d;       /* distance to b */
    uint32_t facet; /* of b, nearest */
} corner;

typedef struct {
    corner c[3];
    double upper;
} piece;

typedef struct {
    const pp_mesh *a, *b;
    pp_bvh *bvh;
    double bound;
    corner best; /* the lower bound, and where it is attained */
    piece *stack;
    size_t n, capacity;
    size_t nsplit;
} search;

static corner
measure_corner(const search *s, pp_vec3 at, double limit)
{
    const pp_nearest near = pp_bvh_nearest(s->bvh, at, limit);
    corner c = { at, near.distance, near.facet };

    return c;
}

static double
distance_to_facet(const search *s, pp_vec3 p, uint32_t f)
{
    const uint32_t *v = s->b->tri[f];
    const pp_vec3 at[3] = { s->b->vert[v[0]], s->b->vert[v[1]],
                            s->b->vert[v[2]] };

    return pp_distance(p, pp_nearest_on_triangle(p, at));
}

static double
upper_bound(const search *s, const corner c[3])
{
    const double e[3] = { pp_distance(c[1].at, c[2].at),
                          pp_distance(c[2].at, c[0].at),
                          pp_distance(c[0].at, c[1].at) };
    double best = HUGE_VAL;

    for (int k = 0; k < 3; k++) {
        const int l = (k + 1) % 3, m = (k + 2) % 3;
        double worst = c[k].d;

        /* no point is farther from corner k than the longer edge there */
        best = fmin(best, c[k].d + fmax(e[l], e[m]));
        if (c[l].facet != c[k].facet)
            worst = fmax(worst, distance_to_facet(s, c[l].at, c[k].facet));
        else
            worst = fmax(worst, c[l].d);
        if (worst >= best)
            continue;
        if (c[m].facet != c[k].facet)
            worst = fmax(worst, distance_to_facet(s, c[m].at, c[k].facet));
        else
            worst = fmax(worst, c[m].d);
        best = fmin(best, worst);
    }
    return best;
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
#pragma omp parallel for schedule(dynamic, 256)
    for (size_t v = 0; v < a->nvert; v++)
        if (at[v].facet)
            at[v] = measure_corner(s, a->vert[v], HUGE_VAL);
    s->best.d = -1;
    for (size_t t = 0; t < a->ntri; t++)
        for (int k = 0; k < 3; k++)
            raise_best(s, &at[a->tri[t][k]]);
#pragma omp parallel for schedule(static)
    for (size_t t = 0; t < a->ntri; t++) {
        const corner c[3] = { at[a->tri[t][0]], at[a->tri[t][1]],
                              at[a->tri[t][2]] };

        upper[t] = upper_bound(s, c);
    }
    for (size_t t = 0; t < a->ntri; t++) {
        const piece p = { { at[a->tri[t][0]], at[a->tri[t][1]],
                            at[a->tri[t][2]] }, upper[t] };

        if (push(s, &p, err) != PP_OK)
            goto done;
    }
done:
    pp_free(at);
    pp_free(upper);
    return err->status;
}

/* The two halves of p. */
static void
split(const search *s, const piece *p, piece half[2])
{
    const double e[3] = { pp_distance(p->c[1].at, p->c[2].at),
                          pp_distance(p->c[2].at, p->c[0].at),
                          pp_distance(p->c[0].at, p->c[1].at) };
    const int k = e[0] >= e[1] && e[0] >= e[2] ? 0 : e[1] >= e[2] ? 1 : 2;
    const corner *b = &p->c[(k + 1) % 3], *c = &p->c[(k + 2) % 3];
    const pp_vec3 at = pp_scale(pp_add(b->at, c->at), 0.5);
    /* no farther than the nearer end and the way from it */
    const double reach = fmin(b->d, c->d) + e[k];
    const corner middle = measure_corner(s, at, reach * (1 + 1e-9) + 1e-300);

    half[0] = (piece){ { p->c[k], *b, middle }, 0 };
    half[1] = (piece){ { p->c[k], middle, *c }, 0 };
    for (int h = 0; h < 2; h++)
        half[h].upper = fmin(p->upper, upper_bound(s, half[h].c));
}

static pp_status
refine(search *s, pp_error *err)
{
    piece *half = pp_alloc(2 * BATCH, sizeof *half);

    if (half == NULL)
        return pp_fail_memory(err);
    while (s->n > 0) {
        const size_t n = s->n < BATCH ? s->n : BATCH;
        const piece *from = s->stack + (s->n - n);

        if (s->nsplit > MAX_SPLITS) {
            pp_fail(err, PP_ELIMIT, "a bound of %g mm takes more than %zu "
                    "pieces", s->bound, MAX_SPLITS);
            break;
        }
#pragma omp parallel for schedule(dynamic, 64)
        for (size_t i = 0; i < n; i++)
            split(s, &from[i], &half[2 * i]);
        for (size_t i = 0; i < 2 * n; i += 2)
            raise_best(s, &half[i].c[2]);
        s->n -= n;
        s->nsplit += n;
        for (size_t i = 0; i < 2 * n; i++)
            if (push(s, &half[i], err) != PP_OK)
                goto done;
    }
done:
    pp_free(half);
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
    if (pp_bvh_build(b, &s.bvh, err) != PP_OK)
        return err->status;
    if (start(&s, err) == PP_OK && refine(&s, err) == PP_OK) {
        h->mm = s.best.d;
        h->from = s.best.at;
        h->to = pp_bvh_nearest(s.bvh, s.best.at, HUGE_VAL).point;
        h->nsplit = s.nsplit;
    }
    pp_bvh_free(s.bvh);
    pp_free(s.stack);
    return err->status;
}
