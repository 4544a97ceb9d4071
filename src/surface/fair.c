/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fair.c - a lattice mesh while its vertices move
 *
 * A vertex's neighbours are stored in the order in which they lie around it:
 * one gather gives its normal, and every vertex can be treated on its own, by
 * any number of threads, with the same result.
 */
#include "surface/fair.h"

#include "base/alloc.h"

#include <math.h>
#include <string.h>

/*
 * An edge more oblique to the surface than this cosine would have to be
 * walked far for a small step along the normal: its steps are damped instead.
 */
#define OBLIQUE 0.3f
#define VOLUME_STEPS 12
#define VOLUME_STEP_MM 2e-6f /* a shift this small ends the correction */

void
pp_fair_free(pp_fair *f)
{
    pp_free(f->point);
    pp_free(f->axis);
    pp_free(f->first);
    pp_free(f->ring);
    pp_free(f->thin);
    memset(f, 0, sizeof *f);
}

/*
 * The facets around v give pairs (b, c): after b comes c. Puts their chain in
 * order.
 */
static void
order_ring(uint32_t (*pair)[2], size_t n, uint32_t *ring)
{
    for (size_t m = 0; m < n; m++) {
        ring[m] = pair[m][0];
        for (size_t q = m + 1; q < n; q++)
            if (pair[q][0] == pair[m][1]) {
                const uint32_t b = pair[q][0], c = pair[q][1];

                pair[q][0] = pair[m + 1][0];
                pair[q][1] = pair[m + 1][1];
                pair[m + 1][0] = b;
                pair[m + 1][1] = c;
                break;
            }
    }
}

static pp_status
make_rings(pp_fair *f, pp_error *err)
{
    const pp_lattice *l = f->l;
    uint32_t(*pair)[2] = pp_alloc(3 * l->ntri, sizeof *pair);

    f->first = pp_alloc_zero(l->nvert + 2, sizeof *f->first);
    f->ring = pp_alloc(3 * l->ntri, sizeof *f->ring);
    if (pair == NULL || f->first == NULL || f->ring == NULL) {
        pp_free(pair);
        return pp_fail_memory(err);
    }
    for (size_t t = 0; t < l->ntri; t++)
        for (int v = 0; v < 3; v++)
            f->first[l->tri[t][v] + 2]++;
    for (size_t v = 2; v < l->nvert + 2; v++)
        f->first[v] += f->first[v - 1];
    for (size_t t = 0; t < l->ntri; t++)
        for (int v = 0; v < 3; v++) {
            uint32_t *p = pair[f->first[l->tri[t][v] + 1]++];

            p[0] = l->tri[t][(v + 1) % 3];
            p[1] = l->tri[t][(v + 2) % 3];
        }
    #pragma omp parallel for schedule(static) if (f->n > PP_FAIR_ALONE)
    for (ptrdiff_t v = 0; v < (ptrdiff_t)l->nvert; v++)
        order_ring(pair + f->first[v], f->first[v + 1] - f->first[v],
                   f->ring + f->first[v]);
    pp_free(pair);
    return PP_OK;
}

pp_status
pp_fair_begin(pp_lattice *l, const pp_mask *mask, pp_fair *f, pp_error *err)
{
    double mm[3];

    memset(f, 0, sizeof *f);
    f->l = l;
    f->n = l->nvert;
    pp_mask_spacing(mask, mm);
    for (int a = 0; a < 3; a++)
        f->mm[a] = (float)mm[a];
    f->point = pp_alloc_zero(f->n, sizeof *f->point);
    f->axis = pp_alloc(f->n, sizeof *f->axis);
    if (f->point == NULL || f->axis == NULL)
        return pp_fail_memory(err);
    #pragma omp parallel for schedule(static) if (f->n > PP_FAIR_ALONE)
    for (ptrdiff_t v = 0; v < (ptrdiff_t)f->n; v++) {
        f->axis[v] = (uint8_t)pp_edge_axis(l->edge[v]);
        for (int a = 0; a < 3; a++)
            f->point[v].at[a] = (float)pp_edge_index(l->edge[v], a) *
                                f->mm[a];
        pp_fair_move(f, (size_t)v, l->t[v]);
    }
    return make_rings(f, err);
}

void
pp_fair_move(pp_fair *f, size_t v, float t)
{
    const int axis = f->axis[v];

    if (!(t >= PP_FAIR_CLEARANCE)) /* also when it is not a number */
        t = PP_FAIR_CLEARANCE;
    if (t > 1 - PP_FAIR_CLEARANCE)
        t = 1 - PP_FAIR_CLEARANCE;
    f->l->t[v] = t;
    f->point[v].at[axis] =
        ((float)pp_edge_index(f->l->edge[v], axis) + t) * f->mm[axis];
}

void
pp_fair_normal(const pp_fair *f, size_t v, float normal[3])
{
    const size_t first = f->first[v], end = f->first[v + 1];
    const float *p = f->point[v].at, *q = f->point[f->ring[end - 1]].at;
    float b[3] = { q[0] - p[0], q[1] - p[1], q[2] - p[2] };

    memset(normal, 0, 3 * sizeof *normal);
    for (size_t m = first; m < end; m++) {
        const float *r = f->point[f->ring[m]].at;
        const float c[3] = { r[0] - p[0], r[1] - p[1], r[2] - p[2] };

        normal[0] += b[1] * c[2] - b[2] * c[1];
        normal[1] += b[2] * c[0] - b[0] * c[2];
        normal[2] += b[0] * c[1] - b[1] * c[0];
        memcpy(b, c, sizeof b);
    }
}

/*
 * Volume and area of one chunk of vertices: a third of their facets'. along
 * (or NULL) gets what a step along the normal is on their edges.
 */
static void
chunk_size(const pp_fair *f, size_t chunk, double sum[2], float *along)
{
    const size_t end = (chunk + 1) * PP_FAIR_CHUNK;
    const float *o = f->point[0].at;

    for (size_t v = chunk * PP_FAIR_CHUNK; v < end && v < f->n; v++) {
        const float *p = f->point[v].at;
        double n[3];
        float normal[3];

        pp_fair_normal(f, v, normal);
        for (int a = 0; a < 3; a++)
            n[a] = (double)normal[a];
        sum[0] += ((double)(p[0] - o[0]) * n[0] +
                   (double)(p[1] - o[1]) * n[1] +
                   (double)(p[2] - o[2]) * n[2]) / 18;
        sum[1] += sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]) / 6;
        if (along != NULL)
            along[v] = pp_fair_along_edge(f, v, normal);
    }
}

static pp_status
measure(const pp_fair *f, double *volume_mm3, double *area_mm2, float *along,
        pp_error *err)
{
    const ptrdiff_t nchunk =
        (ptrdiff_t)((f->n + PP_FAIR_CHUNK - 1) / PP_FAIR_CHUNK);
    double(*sum)[2] = pp_alloc_zero((size_t)nchunk, sizeof *sum);

    *volume_mm3 = *area_mm2 = 0;
    if (sum == NULL)
        return pp_fail_memory(err);
    #pragma omp parallel for schedule(static) if (f->n > PP_FAIR_ALONE)
    for (ptrdiff_t n = 0; n < nchunk; n++)
        chunk_size(f, (size_t)n, sum[n], along);
    for (ptrdiff_t n = 0; n < nchunk; n++) {
        *volume_mm3 += sum[n][0];
        *area_mm2 += sum[n][1];
    }
    pp_free(sum);
    return PP_OK;
}

pp_status
pp_fair_size(const pp_fair *f, double *volume_mm3, double *area_mm2,
             pp_error *err)
{
    return measure(f, volume_mm3, area_mm2, NULL, err);
}

float
pp_fair_step(float c)
{
    const float size = fabsf(c);

    if (size >= OBLIQUE)
        return 1 / c;
    return copysignf(size * size / (OBLIQUE * OBLIQUE * OBLIQUE), c);
}

float
pp_fair_along_edge(const pp_fair *f, size_t v, const float normal[3])
{
    const float length = sqrtf(normal[0] * normal[0] + normal[1] * normal[1] +
                               normal[2] * normal[2]) + 1e-30f;

    return pp_fair_step(normal[f->axis[v]] / length) / f->mm[f->axis[v]];
}

pp_status
pp_fair_volume(pp_fair *f, double volume_mm3, pp_error *err)
{
    const ptrdiff_t n = (ptrdiff_t)f->n;
    float *along = pp_alloc(f->n, sizeof *along);

    if (along == NULL)
        return pp_fail_memory(err);
    for (int k = 0; k < VOLUME_STEPS; k++) {
        double volume, area;
        float shift;

        /* directions change little: those of the start serve all steps */
        if (measure(f, &volume, &area, k == 0 ? along : NULL, err) != PP_OK)
            break;
        shift = (float)((volume_mm3 - volume) / area);
        if (!(fabsf(shift) > VOLUME_STEP_MM))
            break;
        #pragma omp parallel for schedule(static) if (f->n > PP_FAIR_ALONE)
        for (ptrdiff_t v = 0; v < n; v++)
            pp_fair_move(f, (size_t)v, f->l->t[v] + shift * along[v]);
    }
    pp_free(along);
    return err->status;
}
