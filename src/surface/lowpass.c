/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lowpass.c - a low-pass that keeps every voxel centre on its side
 *
 * Taubin's lambda|mu filter (SIGGRAPH 1995) on the displacement along the
 * normal, with each vertex bound to its own lattice edge: the way is taken
 * along the edge and stops short of its ends. Normals and weights change
 * little while the filter runs: with these frozen for a few pairs of steps,
 * the displacement is a sparse linear function K of the vertices' places, and
 * all those steps together are a polynomial in K. Its Chebyshev series needs
 * less than half as many products with K as there are steps (Taubin, Zhang
 * and Golub, ECCV 1996, build filters so).
 */
#include "surface/fair.h"

#include "base/alloc.h"

#include <math.h>
#include <string.h>

#define LAMBDA 0.5
#define MU (-0.53)
#define FROZEN_PAIRS 20
#define TERMS 9 /* of the series: products with K, and one; an odd number */
#define NODES 16
/* Edges shorter than this do not weigh more: keeps weights finite. */
#define SHORTEST_MM 1e-3f

/*
 * In units of t: a vertex wants to move by constant + own x + sum of weight
 * times neighbours' x when all have moved by x. That is constant - K x.
 */
typedef struct {
    pp_fair *f;
    float *constant, *own;
    float *weight; /* parallel to the rings */
    float *one, *two;
    float term[TERMS];
} filter;

static void
free_filter(filter *p)
{
    pp_free(p->constant);
    pp_free(p->own);
    pp_free(p->weight);
    pp_free(p->one);
    pp_free(p->two);
}

/*
 * The way that the steps take, (1 - P(k)) / k of the wish at their start for
 * the share k in [0, 2] of K's spectrum, as a series in k - 1.
 */
static void
make_terms(filter *p, int pairs)
{
    /* cosine of pi / 32, by halves; the same on every machine */
    const double c = sqrt((1 + sqrt((1 + sqrt((1 + sqrt(0.5)) / 2)) / 2)) / 2);
    double turn[2 * NODES + 2] = { 1, c };

    for (int n = 2; n < 2 * NODES + 2; n++) /* cosine of n pi / 32 */
        turn[n] = 2 * c * turn[n - 1] - turn[n - 2];
    for (int t = 0; t < TERMS; t++) {
        double sum = 0;

        for (int j = 0; j < NODES; j++) {
            const int at = (2 * j + 1) * t % (4 * NODES);
            const double k = 1 + turn[2 * j + 1];
            double left = 1;

            for (int n = 0; n < pairs; n++)
                left *= (1 - LAMBDA * k) * (1 - MU * k);
            sum += (1 - left) / k *
                   (at <= 2 * NODES ? turn[at] : turn[4 * NODES - at]);
        }
        p->term[t] = (float)(sum * (t == 0 ? 1 : 2) / NODES);
    }
}

static pp_status
make_filter(pp_fair *f, filter *p, pp_error *err)
{
    *p = (filter){ .f = f };
    p->constant = pp_alloc(f->n, sizeof *p->constant);
    p->own = pp_alloc(f->n, sizeof *p->own);
    p->weight = pp_alloc(f->first[f->n], sizeof *p->weight);
    p->one = pp_alloc(f->n, sizeof *p->one);
    p->two = pp_alloc(f->n, sizeof *p->two);
    if (p->constant == NULL || p->own == NULL || p->weight == NULL ||
        p->one == NULL || p->two == NULL)
        return pp_fail_memory(err);
    return PP_OK;
}

static void
set_up(filter *p, size_t v)
{
    const pp_fair *f = p->f;
    const float *o = f->point[v].at;
    const int axis = f->axis[v];
    float normal[3], total = 0, sum = 0, length, along;

    pp_fair_normal(f, v, normal);
    length = sqrtf(normal[0] * normal[0] + normal[1] * normal[1] +
                   normal[2] * normal[2]) + 1e-30f;
    along = pp_fair_step(normal[axis] / length) / (f->mm[axis] * length);
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
    p->one[v] = p->term[TERMS - 1] * p->constant[v];
    p->two[v] = 0;
}

/*
 * Clenshaw: the series' next coefficient from the last one and the one before,
 * whose place it takes.
 */
static void
next_term(const filter *p, int t, const float *last, float *before)
{
    const pp_fair *f = p->f;
    const ptrdiff_t n = (ptrdiff_t)f->n;
    const float twice = t > 0 ? 2 : 1;

    #pragma omp for schedule(static)
    for (ptrdiff_t v = 0; v < n; v++) {
        float sum = p->own[v] * last[v];

        for (size_t m = f->first[v]; m < f->first[v + 1]; m++)
            sum += p->weight[m] * last[f->ring[m]];
        before[v] = p->term[t] * p->constant[v] - twice * (sum + last[v]) -
                    before[v];
    }
}

pp_status
pp_fair_lowpass(pp_fair *f, int pairs, pp_error *err)
{
    const ptrdiff_t n = (ptrdiff_t)f->n;
    filter p;

    if (make_filter(f, &p, err) != PP_OK)
        goto done;
    for (int k = 0; k < pairs; k += FROZEN_PAIRS) {
        const int some = pairs - k < FROZEN_PAIRS ? pairs - k : FROZEN_PAIRS;

        make_terms(&p, some);
        #pragma omp parallel if (f->n > PP_FAIR_ALONE)
        {
            #pragma omp for schedule(static)
            for (ptrdiff_t v = 0; v < n; v++)
                set_up(&p, (size_t)v);
            for (int t = TERMS - 2; t >= 0; t--)
                next_term(&p, t, t % 2 ? p.one : p.two,
                          t % 2 ? p.two : p.one);
            #pragma omp for schedule(static)
            for (ptrdiff_t v = 0; v < n; v++)
                pp_fair_move(f, (size_t)v, f->l->t[v] + p.one[v]);
        }
    }
done:
    free_filter(&p);
    return err->status;
}
