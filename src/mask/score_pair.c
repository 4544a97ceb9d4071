/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * score_pair.c - overlap and distance of two labels
 *
 * From each boundary voxel of one the places around it are looked at, the
 * nearest first, until one is the other's; and the other way round. Where
 * surfaces are not that near, the exact distance transform of the box of both
 * tells. No point is left out and none is drawn by lot.
 */
#include "mask/score.h"

#include "base/alloc.h"
#include "mask/field.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Bits of a voxel. */
enum { IN_PRED = 1, IN_TRUTH = 2, PRED_EDGE = 4, TRUTH_EDGE = 8 };

/* How far around a voxel is looked, in least spacings: some 500 places. */
#define NEAR 5

typedef struct {
    int d[3]; /* voxels */
    float mm;
} place;

typedef struct {
    size_t low[3], dim[3], n;
    double mm[3];
    uint8_t *state;
    uint8_t *free_of;
    float *distance; /* made when it is needed */
    place *around;   /* all within NEAR, in order of distance */
    size_t naround;
    size_t *query;   /* the boundary voxels of one way, and what was found */
    float *found;
    size_t capacity, found_capacity;
} box;

static void
swap(float *a, float *b)
{
    const float c = *a;

    *a = *b;
    *b = c;
}

/* Puts the k-th smallest in its place, what is smaller before it (Hoare,
   CACM 4, 1961); the pivot is the middle of three. */
static void
select_value(float *v, size_t n, size_t k)
{
    size_t low = 0, high = n - 1;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        size_t i = low, j = high;
        float pivot;

        if (v[middle] < v[low])
            swap(&v[middle], &v[low]);
        if (v[high] < v[low])
            swap(&v[high], &v[low]);
        if (v[high] < v[middle])
            swap(&v[high], &v[middle]);
        pivot = v[middle];
        while (i <= j) {
            while (v[i] < pivot)
                i++;
            while (v[j] > pivot)
                j--;
            if (i > j)
                break;
            swap(&v[i++], &v[j]);
            if (j == 0)
                break;
            j--;
        }
        if (k <= j)
            high = j;
        else if (k >= i)
            low = i;
        else
            return;
    }
}

double
pp_percentile(float *value, size_t n, double share)
{
    const double at = share * (double)(n - 1);
    const size_t k = (size_t)at;
    float next;

    select_value(value, n, k);
    next = value[k];
    if (k + 1 < n) {
        next = value[k + 1];
        for (size_t i = k + 2; i < n; i++)
            next = value[i] < next ? value[i] : next;
    }
    return (double)value[k] + (at - (double)k) * ((double)next -
                                                  (double)value[k]);
}

static void
set_box(box *b, const pp_label_extent *p, const pp_label_extent *t)
{
    b->n = 1;
    for (int a = 0; a < 3; a++) {
        const size_t low = p->low[a] < t->low[a] ? p->low[a] : t->low[a];
        const size_t high = p->high[a] > t->high[a] ? p->high[a] : t->high[a];

        b->low[a] = low;
        b->dim[a] = high - low;
        b->n *= b->dim[a];
    }
}

static size_t
fill(box *b, const pp_label_map *pred, uint16_t i, const pp_label_map *truth,
     uint16_t j)
{
    size_t both = 0;

    #pragma omp parallel for schedule(static) reduction(+ : both)
    for (ptrdiff_t r = 0; r < (ptrdiff_t)(b->dim[1] * b->dim[2]); r++) {
        const size_t y = (size_t)r % b->dim[1] + b->low[1];
        const size_t z = (size_t)r / b->dim[1] + b->low[2];
        const size_t from =
            (z * pred->dim[1] + y) * pred->dim[0] + b->low[0];
        uint8_t *to = b->state + (size_t)r * b->dim[0];

        for (size_t x = 0; x < b->dim[0]; x++) {
            to[x] = (uint8_t)((pred->at[from + x] == i ? IN_PRED : 0) |
                              (truth->at[from + x] == j ? IN_TRUTH : 0));
            both += to[x] == (IN_PRED | IN_TRUTH);
        }
    }
    return both;
}

/* A voxel's own bits that all of its face neighbours have, too. */
static inline uint8_t
shared_bits(const box *b, size_t v, size_t x, size_t y, size_t z)
{
    const size_t row = b->dim[0], slice = row * b->dim[1];
    const uint8_t *s = b->state + v;

    if (x == 0 || x + 1 == b->dim[0] || y == 0 || y + 1 == b->dim[1] ||
        z == 0 || z + 1 == b->dim[2])
        return 0;
    return *s & s[-1] & s[1] & *(s - row) & s[row] & *(s - slice) & s[slice];
}

static void
mark_edges(box *b)
{
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t r = 0; r < (ptrdiff_t)(b->dim[1] * b->dim[2]); r++) {
        const size_t y = (size_t)r % b->dim[1], z = (size_t)r / b->dim[1];
        size_t v = (size_t)r * b->dim[0];

        for (size_t x = 0; x < b->dim[0]; x++, v++) {
            const uint8_t own = b->state[v] & (IN_PRED | IN_TRUTH);

            b->free_of[v] =
                own == 0 ? 0 : (uint8_t)(own & ~shared_bits(b, v, x, y, z));
        }
    }
    /* now that no neighbour is looked at any more */
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t v = 0; v < (ptrdiff_t)b->n; v++)
        b->state[v] |= (uint8_t)(b->free_of[v] * PRED_EDGE);
}

static int
nearest_first(const void *a, const void *b)
{
    const place *p = a, *q = b;

    if (p->mm != q->mm)
        return p->mm < q->mm ? -1 : 1;
    for (int c = 2; c >= 0; c--)
        if (p->d[c] != q->d[c])
            return p->d[c] < q->d[c] ? -1 : 1;
    return 0;
}

static pp_status
make_around(box *b, pp_error *err)
{
    const double reach = NEAR * fmin(b->mm[0], fmin(b->mm[1], b->mm[2]));
    size_t capacity = 0;

    for (int k = -NEAR; k <= NEAR; k++)
        for (int j = -NEAR; j <= NEAR; j++)
            for (int i = -NEAR; i <= NEAR; i++) {
                const double x = i * b->mm[0], y = j * b->mm[1];
                const double z = k * b->mm[2];
                const double d = sqrt(x * x + y * y + z * z);

                if (d > reach)
                    continue;
                if (pp_grow(&b->around, &capacity, b->naround + 1,
                            sizeof *b->around, err) != PP_OK)
                    return err->status;
                b->around[b->naround++] =
                    (place){ { i, j, k }, (float)d };
            }
    qsort(b->around, b->naround, sizeof *b->around, nearest_first);
    return PP_OK;
}

/* The distance of voxel v from those with a bit; below 0: none is near. */
static float
look_around(const box *b, size_t v, uint8_t bit)
{
    const size_t x = v % b->dim[0], y = v / b->dim[0] % b->dim[1];
    const size_t z = v / b->dim[0] / b->dim[1];

    for (size_t n = 0; n < b->naround; n++) {
        const place *p = &b->around[n];
        /* below zero is far beyond the other end */
        const size_t i = x + (size_t)p->d[0], j = y + (size_t)p->d[1];
        const size_t k = z + (size_t)p->d[2];

        if (i < b->dim[0] && j < b->dim[1] && k < b->dim[2] &&
            (b->state[(k * b->dim[1] + j) * b->dim[0] + i] & bit))
            return p->mm;
    }
    return -1;
}

/* By looking around; *all: every voxel found one. */
static void
look_around_all(box *b, size_t n, uint8_t to, bool *all)
{
    bool far = false;

    #pragma omp parallel for schedule(static, 1024)
    for (ptrdiff_t i = 0; i < (ptrdiff_t)n; i++) {
        bool given_up;

        #pragma omp atomic read
        given_up = far;
        if (given_up)
            continue;
        b->found[i] = look_around(b, b->query[i], to);
        if (b->found[i] < 0) {
            #pragma omp atomic write
            far = true;
        }
    }
    *all = !far;
}

static pp_status
transform(box *b, size_t n, uint8_t to, pp_error *err)
{
    pp_field_classes c = { .byte = b->free_of };

    memcpy(c.dim, b->dim, sizeof c.dim);
    memcpy(c.mm, b->mm, sizeof c.mm);
    if (b->distance == NULL)
        b->distance = pp_alloc(b->n, sizeof *b->distance);
    if (b->distance == NULL)
        return pp_fail_memory(err);
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t v = 0; v < (ptrdiff_t)b->n; v++)
        b->free_of[v] = !(b->state[v] & to);
    if (pp_field_distance(&c, b->distance, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < n; i++)
        b->found[i] = b->distance[b->query[i]];
    return PP_OK;
}

/* Distances of the voxels with bit `of` from those with bit `to`. */
static pp_status
distances(box *b, uint8_t of, uint8_t to, size_t *n, pp_error *err)
{
    bool all;

    *n = 0;
    for (size_t v = 0; v < b->n; v++) {
        if (!(b->state[v] & of))
            continue;
        if (pp_grow(&b->query, &b->capacity, *n + 1, sizeof *b->query, err) !=
            PP_OK)
            return err->status;
        b->query[(*n)++] = v;
    }
    if (pp_grow(&b->found, &b->found_capacity, *n, sizeof *b->found, err) !=
        PP_OK)
        return err->status;
    look_around_all(b, *n, to, &all);
    return all ? PP_OK : transform(b, *n, to, err);
}

/* What one way adds. */
typedef struct {
    size_t n, within;
    double sum, most, p95;
} way;

static pp_status
one_way(box *b, uint8_t of, uint8_t to, double tolerance, way *w,
        pp_error *err)
{
    *w = (way){ 0 };
    if (distances(b, of, to, &w->n, err) != PP_OK)
        return err->status;
    for (size_t i = 0; i < w->n; i++) {
        const double d = (double)b->found[i];

        w->sum += d;
        w->most = fmax(w->most, d);
        w->within += d <= tolerance;
    }
    if (w->n > 0)
        w->p95 = pp_percentile(b->found, w->n, 0.95);
    return PP_OK;
}

static pp_status
measure_box(box *b, double tolerance, pp_pair_score *s, pp_error *err)
{
    /* a tolerance of 1 mm holds at a distance of 1 mm, as floats have it */
    const double reach = tolerance * (1 + 1e-6);
    way to, from;

    mark_edges(b);
    if (make_around(b, err) != PP_OK)
        return err->status;
    if (one_way(b, PRED_EDGE, TRUTH_EDGE, reach, &to, err) != PP_OK ||
        one_way(b, TRUTH_EDGE, PRED_EDGE, reach, &from, err) != PP_OK)
        return err->status;
    s->pred_surface = to.n;
    s->truth_surface = from.n;
    s->hd_mm = fmax(to.most, from.most);
    s->hd95_mm = fmax(to.p95, from.p95);
    s->assd_mm = (to.sum + from.sum) / (double)(to.n + from.n);
    s->surface_dice =
        (double)(to.within + from.within) / (double)(to.n + from.n);
    return PP_OK;
}

static double
ratio(double a, double b)
{
    return b > 0 ? a / b : NAN;
}

pp_status
pp_score_pair(const pp_label_map *pred, uint16_t i,
              const pp_label_extent *pred_extent, const pp_label_map *truth,
              uint16_t j, const pp_label_extent *truth_extent,
              double tolerance_mm, pp_pair_score *s, pp_error *err)
{
    const double np = (double)pred_extent->nvoxel;
    const double nt = (double)truth_extent->nvoxel;
    double voxel;
    pp_mask like = { 0 };
    box b = { 0 };

    memcpy(like.to_lps, truth->to_lps, sizeof like.to_lps);
    voxel = pp_mask_voxel_volume(&like);
    pp_mask_spacing(&like, b.mm);
    *s = (pp_pair_score){
        .npred = pred_extent->nvoxel, .ntruth = truth_extent->nvoxel,
        .pred_mm3 = np * voxel, .truth_mm3 = nt * voxel, .hd_mm = NAN,
        .hd95_mm = NAN, .assd_mm = NAN, .surface_dice = NAN,
        .precision = np > 0 ? 0 : NAN, .recall = nt > 0 ? 0 : NAN,
    };
    if (s->npred == 0 || s->ntruth == 0)
        return PP_OK;
    set_box(&b, pred_extent, truth_extent);
    b.state = pp_alloc(b.n, 1);
    b.free_of = pp_alloc(b.n, 1);
    if (b.state == NULL || b.free_of == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    s->nboth = fill(&b, pred, i, truth, j);
    s->dice = ratio(2 * (double)s->nboth, np + nt);
    s->iou = ratio((double)s->nboth, np + nt - (double)s->nboth);
    s->precision = ratio((double)s->nboth, np);
    s->recall = ratio((double)s->nboth, nt);
    (void)!measure_box(&b, tolerance_mm, s, err);
done:
    pp_free(b.state);
    pp_free(b.free_of);
    pp_free(b.distance);
    pp_free(b.around);
    pp_free(b.query);
    pp_free(b.found);
    return err->status;
}
