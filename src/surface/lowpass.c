/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lowpass.c - a low-pass that keeps every voxel centre on its side
 *
 * Taubin's lambda|mu filter (SIGGRAPH 1995) on the displacement along the
 * normal, with each vertex bound to its own lattice edge: the step is taken
 * along the edge and stops short of its ends. Normals and weights change
 * little while the filter runs. Frozen for a few pairs of steps, they make the
 * displacement a sparse linear function of the vertices' places, so that a
 * step costs one multiplication for each neighbour.
 */
#include "surface/fair.h"

#include "base/alloc.h"

#include <math.h>
#include <string.h>

#define LAMBDA 0.5f
#define MU (-0.53f)
#define FROZEN_PAIRS 10
/* Edges shorter than this do not weigh more: keeps weights finite. */
#define SHORTEST_MM 1e-3f

/*
 * In units of t: a vertex that has moved x from where the filter was set up
 * wants to move by constant + own x + sum of weight times neighbours' x.
 */
typedef struct {
    pp_fair *f;
    float *constant, *own;
    float *weight;  /* parallel to the rings */
    float *x, *next;
    float *low, *high; /* bounds of x */
} filter;

static void
free_filter(filter *p)
{
    pp_free(p->constant);
    pp_free(p->own);
    pp_free(p->weight);
    pp_free(p->x);
    pp_free(p->next);
    pp_free(p->low);
    pp_free(p->high);
}

static pp_status
make_filter(pp_fair *f, filter *p, pp_error *err)
{
    *p = (filter){ .f = f };
    p->constant = pp_alloc(f->n, sizeof *p->constant);
    p->own = pp_alloc(f->n, sizeof *p->own);
    p->weight = pp_alloc(f->first[f->n], sizeof *p->weight);
    p->x = pp_alloc(f->n, sizeof *p->x);
    p->next = pp_alloc(f->n, sizeof *p->next);
    p->low = pp_alloc(f->n, sizeof *p->low);
    p->high = pp_alloc(f->n, sizeof *p->high);
    if (p->constant == NULL || p->own == NULL || p->weight == NULL ||
        p->x == NULL || p->next == NULL || p->low == NULL || p->high == NULL)
        return pp_fail_memory(err);
    return PP_OK;
}

static void
set_up(filter *p, size_t v)
{
    const pp_fair *f = p->f;
    const float *o = f->point[v].at, t = f->l->t[v];
    const int axis = f->axis[v];
    float normal[3], total = 0, sum = 0, length, along;

    pp_fair_normal(f, v, normal);
    length = sqrtf(normal[0] * normal[0] + normal[1] * normal[1] +
                   normal[2] * normal[2]) + 1e-30f;
    along = pp_fair_along_edge(f, v, normal) / length;
    for (size_t m = f->first[v]; m < f->first[v + 1]; m++) {
        const uint32_t j = f->ring[m];
        const float *q = f->point[j].at;
        const float d[3] = { q[0] - o[0], q[1] - o[1], q[2] - o[2] };
        const float w = 1 / (sqrtf(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]) +
                             SHORTEST_MM);

        total += w;
        sum += w * (d[0] * normal[0] + d[1] * normal[1] + d[2] * normal[2]);
        p->weight[m] = w * normal[f->axis[j]] * f->mm[f->axis[j]];
    }
    for (size_t m = f->first[v]; m < f->first[v + 1]; m++)
        p->weight[m] *= along / total;
    p->constant[v] = sum * along / total;
    p->own[v] = -normal[axis] * f->mm[axis] * along;
    p->x[v] = 0;
    p->low[v] = PP_FAIR_CLEARANCE - t;
    p->high[v] = 1 - PP_FAIR_CLEARANCE - t;
}

static void
filter_step(filter *p, float factor)
{
    const pp_fair *f = p->f;
    const ptrdiff_t n = (ptrdiff_t)f->n;
    float *swap = p->x;

    #pragma omp parallel for schedule(static)
    for (ptrdiff_t v = 0; v < n; v++) {
        float wish = p->constant[v] + p->own[v] * p->x[v], x;

        for (size_t m = f->first[v]; m < f->first[v + 1]; m++)
            wish += p->weight[m] * p->x[f->ring[m]];
        x = p->x[v] + factor * wish;
        x = x > p->low[v] ? x : p->low[v];
        p->next[v] = x < p->high[v] ? x : p->high[v];
    }
    p->x = p->next;
    p->next = swap;
}

pp_status
pp_fair_lowpass(pp_fair *f, int pairs, pp_error *err)
{
    const ptrdiff_t n = (ptrdiff_t)f->n;
    filter p;

    if (make_filter(f, &p, err) != PP_OK)
        goto done;
    for (int k = 0; k < pairs; k++) {
        if (k % FROZEN_PAIRS == 0) {
            #pragma omp parallel for schedule(static)
            for (ptrdiff_t v = 0; v < n; v++)
                set_up(&p, (size_t)v);
        }
        filter_step(&p, LAMBDA);
        filter_step(&p, MU);
        if (k % FROZEN_PAIRS == FROZEN_PAIRS - 1 || k == pairs - 1) {
            #pragma omp parallel for schedule(static)
            for (ptrdiff_t v = 0; v < n; v++)
                pp_fair_move(f, (size_t)v, f->l->t[v] + p.x[v]);
        }
    }
done:
    free_filter(&p);
    return err->status;
}
