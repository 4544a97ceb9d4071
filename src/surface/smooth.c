/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * smooth.c - a low-pass that keeps every voxel centre on its side
 *
 * Taubin's lambda|mu filter (SIGGRAPH 1995) on the normal displacement, with
 * each vertex bound to its own lattice edge: the step along the normal is
 * taken along the edge instead and stops short of the edge's ends. So no
 * voxel centre changes side and no facets can cross. The start is where the
 * signed distance between voxel centres changes sign, the end a uniform shift
 * along the normals, under the same bounds, until the volume is the mask's.
 *
 * A vertex's neighbours are stored in the order in which they lie around it,
 * so that one gather gives its normal and its mean alike, and every vertex is
 * moved on its own: any number of threads, the same result.
 */
#include "surface/lattice.h"

#include "base/alloc.h"

#include <math.h>
#include <string.h>

#define PAIRS 60       /* of a lambda and a mu step */
#define LAMBDA 0.5f
#define MU (-0.53f)
#define CLEARANCE 0.02f /* of an edge's length that its ends keep free */
/*
 * An edge more oblique to the surface than this cosine would have to be
 * walked far for a small step along the normal: its steps are damped instead.
 */
#define OBLIQUE 0.3f
#define VOLUME_STEPS 12
#define VOLUME_STEP_MM 1e-6 /* a shift this small ends the correction */

/* Positions in millimetres, as floats: x, y, z and room. */
typedef struct {
    float at[4];
} point;

typedef struct {
    pp_lattice *l;
    float mm[3];
    point *now, *next;
    size_t *first;      /* neighbours of v: ring[first[v] .. first[v + 1]) */
    uint32_t *ring;     /* in order around v, seen from outside */
} smoothing;

static void
free_smoothing(smoothing *s)
{
    pp_free(s->now);
    pp_free(s->next);
    pp_free(s->first);
    pp_free(s->ring);
}

/*
 * The facets around v give pairs (b, c): after b comes c. Puts their chain in
 * order, in place, from pairs as found.
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
make_rings(smoothing *s, pp_error *err)
{
    const pp_lattice *l = s->l;
    uint32_t(*pair)[2] = pp_alloc(3 * l->ntri, sizeof *pair);

    s->first = pp_alloc_zero(l->nvert + 2, sizeof *s->first);
    s->ring = pp_alloc(3 * l->ntri, sizeof *s->ring);
    if (pair == NULL || s->first == NULL || s->ring == NULL) {
        pp_free(pair);
        return pp_fail_memory(err);
    }
    for (size_t t = 0; t < l->ntri; t++)
        for (int v = 0; v < 3; v++)
            s->first[l->tri[t][v] + 2]++;
    for (size_t v = 2; v < l->nvert + 2; v++)
        s->first[v] += s->first[v - 1];
    for (size_t t = 0; t < l->ntri; t++)
        for (int v = 0; v < 3; v++) {
            uint32_t *p = pair[s->first[l->tri[t][v] + 1]++];

            p[0] = l->tri[t][(v + 1) % 3];
            p[1] = l->tri[t][(v + 2) % 3];
        }
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t v = 0; v < (ptrdiff_t)l->nvert; v++)
        order_ring(pair + s->first[v], s->first[v + 1] - s->first[v],
                   s->ring + s->first[v]);
    pp_free(pair);
    return PP_OK;
}

static float
place_on_axis(const smoothing *s, size_t v, int axis)
{
    const uint32_t low = pp_edge_index(s->l->edge[v], axis);
    const float t = pp_edge_axis(s->l->edge[v]) == axis ? s->l->t[v] : 0;

    return ((float)low + t) * s->mm[axis];
}

static pp_status
make_points(smoothing *s, pp_error *err)
{
    s->now = pp_alloc_zero(s->l->nvert, sizeof *s->now);
    s->next = pp_alloc_zero(s->l->nvert, sizeof *s->next);
    if (s->now == NULL || s->next == NULL)
        return pp_fail_memory(err);
    for (size_t v = 0; v < s->l->nvert; v++)
        for (int a = 0; a < 3; a++)
            s->now[v].at[a] = s->next[v].at[a] = place_on_axis(s, v, a);
    return PP_OK;
}

/* Normal (length: twice the area around v) and weighted mean offset. */
static inline void
look_around(const smoothing *s, size_t v, float normal[3], float mean[3])
{
    const size_t first = s->first[v], end = s->first[v + 1];
    const float *p = s->now[v].at, *before = s->now[s->ring[end - 1]].at;
    float weights = 0;
    float b[3] = { before[0] - p[0], before[1] - p[1], before[2] - p[2] };

    memset(normal, 0, 3 * sizeof *normal);
    memset(mean, 0, 3 * sizeof *mean);
    for (size_t m = first; m < end; m++) {
        const float *q = s->now[s->ring[m]].at;
        const float c[3] = { q[0] - p[0], q[1] - p[1], q[2] - p[2] };
        const float w = 1 / (sqrtf(c[0] * c[0] + c[1] * c[1] + c[2] * c[2]) +
                             1e-3f);

        normal[0] += b[1] * c[2] - b[2] * c[1];
        normal[1] += b[2] * c[0] - b[0] * c[2];
        normal[2] += b[0] * c[1] - b[1] * c[0];
        weights += w;
        for (int a = 0; a < 3; a++) {
            mean[a] += w * c[a];
            b[a] = c[a];
        }
    }
    for (int a = 0; a < 3; a++)
        mean[a] /= weights;
}

/* Along an edge whose cosine to the normal is c: mm for each mm of normal. */
static inline float
along_edge(float c)
{
    const float size = fabsf(c);

    if (size >= OBLIQUE)
        return 1 / c;
    return copysignf(size * size / (OBLIQUE * OBLIQUE * OBLIQUE), c);
}

/* Moves v by `step` mm of normal, along its edge, in place `to`. */
static inline void
move_vertex(smoothing *s, size_t v, float step, point *to)
{
    const int axis = pp_edge_axis(s->l->edge[v]);
    float t = s->l->t[v] + step / s->mm[axis];

    if (!(t >= CLEARANCE)) /* also when it is not a number */
        t = CLEARANCE;
    if (t > 1 - CLEARANCE)
        t = 1 - CLEARANCE;
    s->l->t[v] = t;
    to->at[axis] = ((float)pp_edge_index(s->l->edge[v], axis) + t) *
                   s->mm[axis];
}

static void
filter_step(smoothing *s, float factor)
{
    const ptrdiff_t nvert = (ptrdiff_t)s->l->nvert;
    point *swap = s->now;

    #pragma omp parallel for schedule(static)
    for (ptrdiff_t v = 0; v < nvert; v++) {
        const int axis = pp_edge_axis(s->l->edge[v]);
        float n[3], mean[3], length;

        look_around(s, (size_t)v, n, mean);
        length = sqrtf(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]) + 1e-30f;
        move_vertex(s, (size_t)v,
                    factor * along_edge(n[axis] / length) *
                        (mean[0] * n[0] + mean[1] * n[1] + mean[2] * n[2]) /
                        length,
                    &s->next[v]);
    }
    s->now = s->next;
    s->next = swap;
}

#define CHUNK 4096 /* vertices summed alone: sums do not depend on threads */

/* The surface's area, from a third of the facets' around each vertex. */
static pp_status
find_area(const smoothing *s, double *area, pp_error *err)
{
    const size_t nvert = s->l->nvert;
    const ptrdiff_t nchunk = (ptrdiff_t)((nvert + CHUNK - 1) / CHUNK);
    double *sum = pp_alloc_zero((size_t)nchunk, sizeof *sum);

    *area = 0;
    if (sum == NULL)
        return pp_fail_memory(err);
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t n = 0; n < nchunk; n++)
        for (size_t v = (size_t)n * CHUNK;
             v < ((size_t)n + 1) * CHUNK && v < nvert; v++) {
            float normal[3], mean[3];

            look_around(s, v, normal, mean);
            sum[n] += sqrt((double)(normal[0] * normal[0] +
                                    normal[1] * normal[1] +
                                    normal[2] * normal[2])) / 6;
        }
    for (ptrdiff_t n = 0; n < nchunk; n++)
        *area += sum[n];
    pp_free(sum);
    return PP_OK;
}

static void
shift(smoothing *s, float step)
{
    const ptrdiff_t nvert = (ptrdiff_t)s->l->nvert;
    point *swap = s->now;

    #pragma omp parallel for schedule(static)
    for (ptrdiff_t v = 0; v < nvert; v++) {
        float n[3], mean[3], length;

        look_around(s, (size_t)v, n, mean);
        length = sqrtf(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]) + 1e-30f;
        move_vertex(s, (size_t)v,
                    step * along_edge(n[pp_edge_axis(s->l->edge[v])] /
                                      length),
                    &s->next[v]);
    }
    s->now = s->next;
    s->next = swap;
}

static pp_status
correct_volume(smoothing *s, double target, pp_error *err)
{
    const double mm[3] = { (double)s->mm[0], (double)s->mm[1],
                           (double)s->mm[2] };

    for (int k = 0; k < VOLUME_STEPS; k++) {
        double volume, area, step;

        if (pp_lattice_volume(s->l, mm, &volume, err) != PP_OK ||
            find_area(s, &area, err) != PP_OK)
            return err->status;
        step = (target - volume) / area;
        if (!(fabs(step) > VOLUME_STEP_MM))
            break;
        shift(s, (float)step);
    }
    return PP_OK;
}

/* Starts each vertex where the distance between centres changes sign. */
static pp_status
start_from_distance(pp_lattice *l, const pp_mask *mask, pp_error *err)
{
    pp_mask box = { 0 };
    float *phi = NULL;
    size_t low[3], high[3];

    if (!pp_mask_box(mask, low, high))
        return pp_fail(err, PP_EGEOM, "no voxel is inside");
    if (pp_mask_crop(mask, 1, &box, err) != PP_OK)
        return err->status;
    if (pp_mask_distance(&box, &phi, err) != PP_OK)
        goto done;
    for (size_t v = 0; v < l->nvert; v++) {
        const int axis = pp_edge_axis(l->edge[v]);
        size_t at[3], stride = 1;
        float p, q;

        for (int a = 0; a < 3; a++)
            at[a] = pp_edge_index(l->edge[v], a) - low[a];
        for (int a = 0; a < axis; a++)
            stride *= box.dim[a];
        p = phi[(at[2] * box.dim[1] + at[1]) * box.dim[0] + at[0]];
        q = phi[(at[2] * box.dim[1] + at[1]) * box.dim[0] + at[0] + stride];
        l->t[v] = fminf(fmaxf(p / (p - q), CLEARANCE), 1 - CLEARANCE);
    }
done:
    pp_mask_free(&box);
    pp_free(phi);
    return err->status;
}

pp_status
pp_lattice_smooth(pp_lattice *l, const pp_mask *mask, double volume_mm3,
                  pp_error *err)
{
    smoothing s = { .l = l };
    double mm[3];

    pp_mask_spacing(mask, mm);
    for (int a = 0; a < 3; a++)
        s.mm[a] = (float)mm[a];
    if (start_from_distance(l, mask, err) != PP_OK ||
        make_rings(&s, err) != PP_OK || make_points(&s, err) != PP_OK)
        goto done;
    for (int k = 0; k < PAIRS; k++) {
        filter_step(&s, LAMBDA);
        filter_step(&s, MU);
    }
    correct_volume(&s, volume_mm3, err);
done:
    free_smoothing(&s);
    return err->status;
}
