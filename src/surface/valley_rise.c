/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * valley_rise.c - how far beyond its rim a carried-on sheet is, at each vertex
 *
 * Beyond a rim the square of the field is that of the way across the sheet and
 * that of the way back to the rim: u^2 = z^2 + d^2. First d is read off the
 * interpolated squares on the sheet, where z is 0. Then the samples around
 * a vertex are asked, with their own z: d is linear in their place near a
 * straight rim, so a few Gauss-Newton steps fit it to the squares, which noise
 * moves to both sides alike (a fit to d itself would see noise as way). For an
 * exact field this has no error of interpolation, for a noisy one it is the
 * mean over a dozen samples.
 */
#include "surface/valley_fit.h"

#include "base/alloc.h"
#include "base/order.h"

#include <stdlib.h>
#include <string.h>

#define LOWEST 0.3  /* of a first value that is worth a fit, */
#define HIGHEST 1.9 /* and */
#define AWAY 0.25   /* samples count that lie beyond the rim by this */
#define ACROSS 1.2  /* and this near the sheet's plane */
#define ROUNDS 4
#define SHARINGS 3   /* rings of vertices that a fit speaks for */
#define MOST_CHANGE 0.6 /* of a first value by a fit */
#define NOISY 0.05
#define LEAST 2.5   /* samples that a fit needs */

/* ---- first values ---- */

static pp_status
median_of(const double *x, size_t n, double *median, pp_error *err)
{
    double *copy = pp_alloc(n + 1, sizeof *copy);

    if (copy == NULL)
        return pp_fail_memory(err);
    memcpy(copy, x, n * sizeof *copy);
    qsort(copy, n, sizeof *copy, pp_order_double);
    *median = n > 0 ? copy[n / 2] : 0;
    pp_free(copy);
    return PP_OK;
}

/* The mean of a vertex' value and those of its neighbours. */
static pp_status
average(const pp_mesh *m, double *x, pp_error *err)
{
    double *sum = pp_alloc(m->nvert, sizeof *sum);
    uint32_t *count = pp_alloc(m->nvert, sizeof *count);

    if (sum == NULL || count == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t v = 0; v < m->nvert; v++) {
        sum[v] = 2 * x[v];
        count[v] = 2;
    }
    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; k < 3; k++) {
            const uint32_t a = m->tri[t][k], b = m->tri[t][(k + 1) % 3];

            sum[a] += x[b];
            count[a]++;
        }
    for (size_t v = 0; v < m->nvert; v++)
        x[v] = sum[v] / count[v];
done:
    pp_free(sum);
    pp_free(count);
    return err->status;
}

/* ---- the fit ---- */

/* A sample as seen from a vertex: where in the plane, e = u^2 - z^2. */
typedef struct {
    double s, t, e, z, weight;
} sample;

typedef struct {
    const pp_valley_window *w;
    double floor; /* of the squares */
    sample *list;
    size_t n;
} asked;

static void
gather(asked *q, pp_vec3 p, pp_vec3 n, pp_vec3 *first, pp_vec3 *second)
{
    const pp_valley_field *f = q->w->f;
    const double narrow = -0.5 / (1.44 * q->w->wide * q->w->wide);
    const pp_vec3 any = fabs(n.x) < 0.6 ? pp_vec(1, 0, 0) : pp_vec(0, 1, 0);
    const pp_vec3 e1 = pp_unit(pp_cross(n, any)), e2 = pp_cross(n, e1);
    ptrdiff_t base[3];
    double i[3];
    pp_vec3 origin;

    *first = e1;
    *second = e2;
    pp_valley_to_index(f, p, i);
    for (int a = 0; a < 3; a++) {
        base[a] = (ptrdiff_t)floor(i[a] + 0.5);
        i[a] = (double)base[a];
    }
    origin = pp_sub(pp_valley_to_room(f, i), p);
    q->n = 0;
    for (size_t s = 0; s < q->w->n; s++) {
        const ptrdiff_t at[3] = { base[0] + q->w->offset[s][0],
                                  base[1] + q->w->offset[s][1],
                                  base[2] + q->w->offset[s][2] };

        if (at[0] < 0 || at[1] < 0 || at[2] < 0 ||
            at[0] >= (ptrdiff_t)f->dim[0] || at[1] >= (ptrdiff_t)f->dim[1] ||
            at[2] >= (ptrdiff_t)f->dim[2])
            continue;
        const pp_vec3 d = pp_add(origin, q->w->way[s]);
        const double z = pp_dot(d, n);
        const double rise = (ACROSS - fabs(z)) / 0.3;

        if (rise <= 0)
            continue;
        const double u = (double)f->u[((size_t)at[2] * f->dim[1] +
                                       (size_t)at[1]) * f->dim[0] +
                                      (size_t)at[0]];
        sample *to = &q->list[q->n++];

        to->s = pp_dot(d, e1);
        to->t = pp_dot(d, e2);
        to->e = u * u - z * z - q->floor;
        to->z = z;
        to->weight = exp(narrow * (to->s * to->s + to->t * to->t)) *
                     fmin(rise, 1);
    }
}

#define N 4 /* unknowns: the way at the vertex, its slopes, the rim's bend */

/* Solves a x = b in place; false when it has no answer. */
static bool
solve(double a[N][N], double b[N])
{
    for (int c = 0; c < N; c++) {
        if (!(a[c][c] > 1e-9))
            return false;
        for (int r = c + 1; r < N; r++) {
            const double s = a[r][c] / a[c][c];

            for (int k = c; k < N; k++)
                a[r][k] -= s * a[c][k];
            b[r] -= s * b[c];
        }
    }
    for (int c = N - 1; c >= 0; c--) {
        for (int k = c + 1; k < N; k++)
            b[c] -= a[c][k] * b[k];
        b[c] /= a[c][c];
    }
    return true;
}

/* One round of the way x0 + x1 s + x2 t + x3 (along the rim)^2. first: from
 * the way itself, and straight; along: the rim's direction. */
static bool
go_round(const asked *q, double x[N], const double along[2], bool first)
{
    double a[N][N] = { { 0 } }, b[N] = { 0 }, sum = 0;

    for (size_t i = 0; i < q->n; i++) {
        const sample *o = &q->list[i];
        const double far = o->s * along[0] + o->t * along[1];
        double j[N] = { 1, o->s, o->t, far * far }, off, weight = o->weight;
        const double way = x[0] + x[1] * j[1] + x[2] * j[2] + x[3] * j[3];

        if (first)
            off = sqrt(fmax(o->e, 0)) - way;
        else {
            if (way < AWAY)
                continue;
            off = o->e - way * way;
            if (fabs(off) > 1.5 + 4 * way * q->w->f->check.noise)
                continue;
            for (int k = 0; k < N; k++)
                j[k] *= 2 * way;
            /* noise moves a square by twice the distance: the one that is
             * expected, as the one that was met goes with its noise */
            weight /= 0.2 + o->z * o->z + way * way;
        }
        sum += weight;
        for (int r = 0; r < N; r++) {
            for (int c = 0; c < N; c++)
                a[r][c] += weight * j[r] * j[c];
            b[r] += weight * j[r] * off;
        }
    }
    if (sum < LEAST / 3)
        return false;
    for (int r = 1; r < N; r++) /* bends are small */
        a[r][r] += (r < 3 ? 1e-3 : first ? 1e6 : 0.5) * sum;
    b[3] -= (first ? 1e6 : 0.5) * sum * x[3];
    if (!solve(a, b))
        return false;
    for (int k = 0; k < N; k++)
        x[k] += b[k];
    return true;
}

/* A way that is linear about a vertex; weight 0: there is none. */
typedef struct {
    double way, weight;
    pp_vec3 slope;
} model;

/* The way back to the rim about a vertex; none where no rim fits. */
static void
ask(asked *q, pp_vec3 p, pp_vec3 n, double first, model *out)
{
    double x[N] = { 0 }, along[2] = { 0 }, slope;
    pp_vec3 e1, e2;

    gather(q, p, n, &e1, &e2);
    if (!go_round(q, x, along, true))
        return;
    slope = hypot(x[1], x[2]);
    if (slope < 0.15)
        return;
    x[0] = first; /* inside of the rim the way itself is no line */
    x[1] /= slope;
    x[2] /= slope;
    for (int round = 0; round < ROUNDS; round++) {
        slope = hypot(x[1], x[2]);
        along[0] = -x[2] / slope;
        along[1] = x[1] / slope;
        if (!(slope > 0.4) || !go_round(q, x, along, false))
            return;
    }
    slope = hypot(x[1], x[2]);
    if (!(slope > 0.7 && slope < 1.4) || !(fabs(x[0] - first) < MOST_CHANGE))
        return;
    out->way = x[0];
    out->weight = 1;
    out->slope = pp_add(pp_scale(e1, x[1]), pp_scale(e2, x[2]));
}

static pp_status
ask_all(const pp_valley_field *f, const pp_mesh *m, double floor,
        const double *rise, model *list, pp_error *err)
{
    const ptrdiff_t n = (ptrdiff_t)m->nvert;
    pp_vec3 *normal = pp_alloc_zero(m->nvert, sizeof *normal);
    pp_valley_window w = { 0 };
    bool failed = false;

    if (normal == NULL)
        return pp_fail_memory(err);
    if (pp_valley_window_make(f, &w, err) != PP_OK)
        goto done;
    pp_mesh_vertex_normals(m, normal);
#pragma omp parallel
    {
        asked q = { .w = &w, .floor = floor };

        q.list = pp_alloc(w.n, sizeof *q.list);
        if (q.list == NULL) {
#pragma omp atomic write
            failed = true;
        }
#pragma omp for schedule(dynamic, 64)
        for (ptrdiff_t v = 0; v < n; v++)
            if (q.list != NULL && rise[v] > LOWEST && rise[v] < HIGHEST &&
                pp_norm(normal[v]) > 0.5)
                ask(&q, m->vert[v], normal[v], rise[v], &list[v]);
        pp_free(q.list);
    }
    if (failed)
        pp_fail_memory(err);
done:
    pp_valley_window_free(&w);
    pp_free(normal);
    return err->status;
}

/* Each vertex takes the mean of what its neighbours' models, and its own, say
 * about it; with keep, those that have one keep it. */
static pp_status
share(const pp_mesh *m, model *list, bool keep, pp_error *err)
{
    model *sum = pp_alloc(m->nvert, sizeof *sum);

    if (sum == NULL)
        return pp_fail_memory(err);
    memcpy(sum, list, m->nvert * sizeof *sum);
    for (size_t t = 0; t < m->ntri; t++)
        for (int k = 0; k < 6; k++) {
            const uint32_t a = m->tri[t][k % 3], b = m->tri[t][(k + 1 + k / 3)
                                                               % 3];
            const model *from = &list[a];

            if (from->weight <= 0)
                continue;
            sum[b].weight += 1;
            sum[b].way += from->way + pp_dot(from->slope,
                                             pp_sub(m->vert[b], m->vert[a]));
            sum[b].slope = pp_add(sum[b].slope, from->slope);
        }
    for (size_t v = 0; v < m->nvert; v++) {
        if (sum[v].weight <= 0 || (keep && list[v].weight > 0))
            continue;
        list[v].way = sum[v].way / sum[v].weight;
        list[v].slope = pp_scale(sum[v].slope, 1 / sum[v].weight);
        list[v].weight = 1;
    }
    pp_free(sum);
    return PP_OK;
}

static pp_status
first_values(const pp_valley_field *f, const pp_mesh *m, double *rise,
             double *floor, pp_error *err)
{
    const ptrdiff_t n = (ptrdiff_t)m->nvert;

#pragma omp parallel for schedule(static)
    for (ptrdiff_t v = 0; v < n; v++) {
        double at[3], u;

        pp_valley_to_index(f, m->vert[v], at);
        u = pp_valley_distance(f, at);
        rise[v] = u * u;
    }
    if (f->check.noise > NOISY && average(m, rise, err) != PP_OK)
        return err->status;
    if (median_of(rise, m->nvert, floor, err) != PP_OK)
        return err->status;
    *floor = fmin(*floor, 0.25);
    for (size_t v = 0; v < m->nvert; v++)
        rise[v] = sqrt(fmax(rise[v] - *floor, 0));
    return PP_OK;
}

pp_status
pp_valley_rise(const pp_valley_field *f, const pp_mesh *m, double *rise,
               double *way, pp_error *err)
{
    model *list = pp_alloc_zero(m->nvert, sizeof *list);
    const bool noisy = f->check.noise > NOISY;
    double floor = 0;

    if (list == NULL)
        return pp_fail_memory(err);
    if (first_values(f, m, rise, &floor, err) != PP_OK ||
        ask_all(f, m, floor, rise, list, err) != PP_OK)
        goto done;
    for (int round = 0; round < SHARINGS; round++)
        if (share(m, list, !noisy || round > 1, err) != PP_OK)
            goto done;
    for (size_t v = 0; v < m->nvert; v++) {
        way[v] = list[v].weight > 0 ? list[v].way : NAN;
        /* where models speak of another rim, they are far off */
        if (list[v].weight > 0 &&
            !(fabs(fmax(way[v], 0) - rise[v]) < MOST_CHANGE))
            way[v] = NAN;
        if (list[v].weight > 0 && !isnan(way[v]))
            rise[v] = fmax(way[v], 0);
    }
done:
    pp_free(list);
    return err->status;
}
