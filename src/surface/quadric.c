/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * quadric.c - the fairest surface that keeps every voxel
 *
 * Each vertex should lie on the quadric that fits its neighbours: the residual
 * vanishes on planes, spheres and tubes, so that nothing shrinks, and grows
 * with the fourth power of a wave's frequency, so that terraces go. With the
 * fits frozen, the residuals are linear in the places of the vertices on their
 * edges. The sum of their squares is minimised under the bounds of the edges
 * and the volume, by accelerated projected gradients (Beck and Teboulle, SIAM
 * J. Imaging Sciences 2, 2009; restarts after O'Donoghue and Candes, 2015)
 * scaled by the diagonal; then all is fitted anew. Early rounds stop soon,
 * since the next fit changes their goal.
 *
 * Neighbours are those within three mesh edges, never by distance in space:
 * the two walls of a thin sheet do not mix.
 */
#include "surface/quadric.h"

#include "base/alloc.h"

#include <math.h>
#include <string.h>

#define ROUNDS 3
static const int steps_of_round[ROUNDS] = { 15, 15, 90 };
static const int power_steps_of_round[ROUNDS] = { 12, 6, 6 };

#define POWER_MARGIN 1.15 /* power iterations approach from below */
/*
 * A vertex keeps at least this share of the smallest spacing from the plane
 * that touches the surface at a voxel centre: vertices pressed against one
 * centre then lie in one plane and make no needle.
 */
#define NEEDLE_SHARE 0.02f
#define MOST_CLEARANCE 0.3f /* of an edge's length */
/* An edge counts as this oblique to the surface at most. */
#define LEAST_COSINE 0.2f

static void
free_quadric(pp_quadric *q)
{
    pp_free(q->row);
    pp_free(q->col);
    pp_free(q->a);
    pp_free(q->at);
    pp_free(q->own);
    pp_free(q->normal);
    pp_free(q->fitted);
    pp_free(q->sum);
    memset(q, 0, sizeof *q);
}

#define NVECTOR 15

static pp_status
make_quadric(pp_fair *f, pp_quadric *q, pp_error *err)
{
    const size_t n = f->n, nchunk = n / PP_FAIR_CHUNK + 1;
    float *block;

    *q = (pp_quadric){ .f = f, .n = n };
    block = n < SIZE_MAX / NVECTOR ? pp_alloc_zero(n * NVECTOR,
                                                   sizeof *block) : NULL;
    q->own = block; /* one block, which own frees */
    q->normal = pp_alloc_zero(n, sizeof *q->normal);
    q->fitted = pp_alloc_zero(n, sizeof *q->fitted);
    q->sum = pp_alloc_zero(nchunk, sizeof *q->sum);
    if (block == NULL || q->normal == NULL || q->fitted == NULL ||
        q->sum == NULL)
        return pp_fail_memory(err);
    float **const vector[NVECTOR] = {
        &q->own, &q->constant, &q->anchor, &q->from, &q->scale,
        &q->low, &q->high, &q->gv, &q->step, &q->x, &q->y, &q->old,
        &q->g, &q->r, &q->started,
    };

    for (size_t v = 0; v < NVECTOR; v++)
        *vector[v] = block + v * n;
    memcpy(q->started, f->l->t, n * sizeof *q->started);
    return pp_quadric_neighbours(q, err);
}

/* ---- sums, by chunks ---- */

typedef struct {
    size_t first, end;
} range;

static inline ptrdiff_t
count_chunks(const pp_quadric *q)
{
    return (ptrdiff_t)((q->n + PP_FAIR_CHUNK - 1) / PP_FAIR_CHUNK);
}

static inline range
chunk_range(const pp_quadric *q, ptrdiff_t chunk)
{
    const size_t first = (size_t)chunk * PP_FAIR_CHUNK;
    const size_t end = first + PP_FAIR_CHUNK;

    return (range){ first, end < q->n ? end : q->n };
}

static double
total(const pp_quadric *q, int which)
{
    double sum = 0;

    for (ptrdiff_t c = 0; c < count_chunks(q); c++)
        sum += q->sum[c][which];
    return sum;
}

/* ---- one round's problem ---- */

static void
look_at_normals(pp_quadric *q, bool first_round)
{
    #pragma omp parallel for schedule(static) if (q->n > PP_FAIR_ALONE)
    for (ptrdiff_t v = 0; v < (ptrdiff_t)q->n; v++) {
        float n[3], length;

        pp_fair_normal(q->f, (size_t)v, n);
        length = sqrtf(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]) + 1e-30f;
        /* a third of the area around v, as a vector: the volume's gradient */
        q->gv[v] = n[q->f->axis[v]] / 6;
        for (int a = 0; a < 3; a++)
            q->normal[v][a] = n[a] / length;
        if (first_round)
            memcpy(q->fitted[v], q->normal[v], sizeof q->fitted[v]);
    }
}

static void
set_bounds(pp_quadric *q)
{
    const float *mm = q->f->mm;
    const float least = fminf(mm[0], fminf(mm[1], mm[2]));

    #pragma omp parallel for schedule(static) if (q->n > PP_FAIR_ALONE)
    for (ptrdiff_t v = 0; v < (ptrdiff_t)q->n; v++) {
        const float h = mm[q->f->axis[v]], at = q->f->l->t[v] * h;
        const float c = fabsf(q->fitted[v][q->f->axis[v]]);
        float clear = NEEDLE_SHARE * least / fmaxf(c, 1e-6f);

        clear = fmaxf(clear, PP_FAIR_CLEARANCE * h);
        clear = fminf(clear, MOST_CLEARANCE * h);
        q->scale[v] = 1 / fmaxf(LEAST_COSINE, c);
        q->low[v] = (clear - at) / q->scale[v];
        q->high[v] = (h - clear - at) / q->scale[v];
        q->from[v] = (at - q->started[v] * h) / q->scale[v];
        q->gv[v] *= q->scale[v];
    }
}

/* Four sums side by side: one would wait for each addition. */
static inline float
gather(const uint32_t *col, const float *a, const float *x, size_t n)
{
    float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    size_t k = 0;

    for (; k + 4 <= n; k += 4) {
        s0 += a[k] * x[col[k]];
        s1 += a[k + 1] * x[col[k + 1]];
        s2 += a[k + 2] * x[col[k + 2]];
        s3 += a[k + 3] * x[col[k + 3]];
    }
    for (; k < n; k++)
        s0 += a[k] * x[col[k]];
    return (s0 + s1) + (s2 + s3);
}

/* g = half the energy's gradient at x; with share 0 of its linear part. */
static void
gradient(pp_quadric *q, const float *x, float share)
{
    const ptrdiff_t n = (ptrdiff_t)q->n;

    #pragma omp parallel if (q->n > PP_FAIR_ALONE)
    {
        #pragma omp for schedule(static)
        for (ptrdiff_t v = 0; v < n; v++) {
            const size_t first = q->row[v];

            q->r[v] = q->own[v] * x[v] + share * q->constant[v] +
                      gather(q->col + first, q->a + first, x,
                             q->row[v + 1] - first);
        }
        #pragma omp for schedule(static)
        for (ptrdiff_t v = 0; v < n; v++) {
            const size_t first = q->row[v];

            q->g[v] = q->own[v] * q->r[v] +
                      q->anchor[v] * q->anchor[v] *
                          (x[v] + share * q->from[v]) +
                      gather(q->col + first, q->at + first, q->r,
                             q->row[v + 1] - first);
        }
    }
}

/*
 * The largest eigenvalue of the scaled matrix, by power iteration; q->old
 * holds the vector from round to round.
 */
static double
largest_eigenvalue(pp_quadric *q, int steps)
{
    double lambda = 1;

    for (int k = 0; k < steps; k++) {
        double before, after, scale;

        gradient(q, q->old, 0);
        #pragma omp parallel for schedule(static) if (q->n > PP_FAIR_ALONE)
        for (ptrdiff_t c = 0; c < count_chunks(q); c++) {
            const range r = chunk_range(q, c);
            double *sum = q->sum[c];

            memset(sum, 0, sizeof q->sum[c]);
            for (size_t v = r.first; v < r.end; v++) {
                const double g = (double)q->g[v], x = (double)q->old[v];
                const double step = (double)q->step[v];

                sum[0] += x * x / step;
                sum[1] += g * g * step;
            }
        }
        before = total(q, 0);
        after = total(q, 1);
        if (!(before > 0 && after > 0))
            break;
        lambda = sqrt(after / before);
        scale = 1 / sqrt(after);
        #pragma omp parallel for schedule(static) if (q->n > PP_FAIR_ALONE)
        for (ptrdiff_t v = 0; v < (ptrdiff_t)q->n; v++)
            q->old[v] = (float)scale * q->g[v] * q->step[v];
    }
    return POWER_MARGIN * lambda;
}

/* ---- the solver ---- */

static inline float
clamp(float x, float low, float high)
{
    /* low first: what is not a number stays inside */
    x = x > low ? x : low;
    return x < high ? x : high;
}

/* x = y after a gradient step and a push mu along the volume, clamped. */
static inline float
projected(const pp_quadric *q, size_t v, float rate, float mu, bool *inside)
{
    const float free = q->y[v] - rate * q->step[v] * q->g[v] +
                       mu * q->step[v] * q->gv[v];
    const float x = clamp(free, q->low[v], q->high[v]);

    *inside = x == free;
    return x;
}

/*
 * The push with which the step brings the volume `wanted` mm^3 further: one
 * step of Newton's method from the last push, which is nearly right.
 */
static double
find_push(pp_quadric *q, float rate, double mu, double wanted)
{
    double gain;

    #pragma omp parallel for schedule(static) if (q->n > PP_FAIR_ALONE)
    for (ptrdiff_t c = 0; c < count_chunks(q); c++) {
        const range r = chunk_range(q, c);
        double volume = 0, slope = 0;

        for (size_t v = r.first; v < r.end; v++) {
            bool inside;
            const float x = projected(q, v, rate, (float)mu, &inside);

            volume += (double)q->gv[v] * (double)x;
            if (inside)
                slope += (double)q->gv[v] * (double)q->gv[v] *
                         (double)q->step[v];
        }
        q->sum[c][0] = volume;
        q->sum[c][1] = slope;
    }
    gain = total(q, 1);
    return gain > 0 ? mu + (wanted - total(q, 0)) / gain : mu;
}

/* Takes the step; the sum that tells whether momentum leads uphill. */
static double
take_step(pp_quadric *q, float rate, float mu)
{
    #pragma omp parallel for schedule(static) if (q->n > PP_FAIR_ALONE)
    for (ptrdiff_t c = 0; c < count_chunks(q); c++) {
        const range r = chunk_range(q, c);
        double uphill = 0;

        for (size_t v = r.first; v < r.end; v++) {
            bool inside;
            const float x = projected(q, v, rate, mu, &inside);

            q->old[v] = q->x[v];
            q->x[v] = x;
            uphill += (double)((q->y[v] - x) * (x - q->old[v])) /
                      (double)q->step[v];
        }
        q->sum[c][0] = uphill;
    }
    return total(q, 0);
}

static void
minimise(pp_quadric *q, int steps, double lambda, double wanted_mm3)
{
    const ptrdiff_t n = (ptrdiff_t)q->n;
    const float rate = (float)(1 / lambda);
    double theta = 1, mu = 0;

    memset(q->x, 0, q->n * sizeof *q->x);
    memset(q->y, 0, q->n * sizeof *q->y);
    for (int k = 0; k < steps; k++) {
        double next;
        float momentum;

        gradient(q, q->y, 1);
        mu = find_push(q, rate, mu, wanted_mm3);
        if (take_step(q, rate, (float)mu) > 0)
            theta = 1;
        next = (1 + sqrt(1 + 4 * theta * theta)) / 2;
        momentum = (float)((theta - 1) / next);
        theta = next;
        #pragma omp parallel for schedule(static) if (q->n > PP_FAIR_ALONE)
        for (ptrdiff_t v = 0; v < n; v++)
            q->y[v] = q->x[v] + momentum * (q->x[v] - q->old[v]);
    }
}

static pp_status
play_round(pp_quadric *q, int round, double volume_mm3, float *power,
           pp_error *err)
{
    double volume, area, lambda;

    if (pp_fair_size(q->f, &volume, &area, err) != PP_OK)
        return err->status;
    look_at_normals(q, round == 0);
    set_bounds(q);
    if (pp_quadric_fit(q, (float)sqrt(area / (double)q->n), err) != PP_OK)
        return err->status;
    memcpy(q->old, power, q->n * sizeof *power);
    lambda = largest_eigenvalue(q, power_steps_of_round[round]);
    memcpy(power, q->old, q->n * sizeof *power);
    minimise(q, steps_of_round[round], lambda, volume_mm3 - volume);
    #pragma omp parallel for schedule(static) if (q->n > PP_FAIR_ALONE)
    for (ptrdiff_t v = 0; v < (ptrdiff_t)q->n; v++)
        pp_fair_move(q->f, (size_t)v,
                     q->f->l->t[v] + q->x[v] * q->scale[v] /
                                         q->f->mm[q->f->axis[v]]);
    return PP_OK;
}

pp_status
pp_fair_quadric(pp_fair *f, double volume_mm3, pp_error *err)
{
    pp_quadric q = { 0 };
    float *power = pp_alloc(f->n, sizeof *power);

    if (power == NULL)
        return pp_fail_memory(err);
    if (make_quadric(f, &q, err) != PP_OK)
        goto done;
    for (size_t v = 0; v < f->n; v++) /* any vector with all frequencies */
        power[v] = (v * 2654435761U >> 16 & 1) != 0 ? 1.0f : -1.0f;
    for (int round = 0; round < ROUNDS; round++)
        if (play_round(&q, round, volume_mm3, power, err) != PP_OK)
            break;
done:
    free_quadric(&q);
    pp_free(power);
    return err->status;
}
