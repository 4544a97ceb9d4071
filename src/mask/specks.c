/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * specks.c - bone that no front came to
 *
 * Pieces of bone without a seed. A large one is a fragment whose core was
 * missed; a small one goes to the nearest fragment, by the distance between
 * voxel centres. The distance of every voxel from all fragments is one
 * transform; whose voxel that is, is then looked up on the sphere around it.
 */
#include "mask/decode.h"

#include "base/alloc.h"
#include "mask/field.h"

#include <math.h>
#include <string.h>

/* Of a voxel's distance, which is a float's root: two steps of it each way. */
#define ROUNDING 1e-6

typedef struct {
    size_t nvoxel;
    uint64_t sum[3];
    float distance;  /* the least of its voxels */
    size_t nearest;  /* the voxel that has it */
    uint32_t label;  /* to be */
    bool own;        /* a fragment of its own */
} speck;

/* The least label of the fragments' voxels at a distance from voxel v. */
static uint32_t
label_at_distance(const pp_decode *d, size_t v, double distance)
{
    const ptrdiff_t at[3] = { (ptrdiff_t)(v % d->dim[0]),
                              (ptrdiff_t)(v / d->dim[0] % d->dim[1]),
                              (ptrdiff_t)(v / d->dim[0] / d->dim[1]) };
    const double most = distance * (1 + ROUNDING);
    ptrdiff_t low[3], high[3];
    uint32_t best = 0;

    for (int a = 0; a < 3; a++) {
        const ptrdiff_t reach = (ptrdiff_t)(most / d->mm[a]);

        low[a] = at[a] > reach ? at[a] - reach : 0;
        high[a] = at[a] + reach < (ptrdiff_t)d->dim[a]
                      ? at[a] + reach
                      : (ptrdiff_t)d->dim[a] - 1;
    }
    for (ptrdiff_t k = low[2]; k <= high[2]; k++)
        for (ptrdiff_t j = low[1]; j <= high[1]; j++) {
            const double y = d->mm[1] * (double)(j - at[1]);
            const double z = d->mm[2] * (double)(k - at[2]);
            const double rest = most * most - y * y - z * z;
            const ptrdiff_t x =
                rest < 0 ? 0 : (ptrdiff_t)(sqrt(rest) / d->mm[0]);

            /* nothing is nearer: only the sphere's own voxels can be, the
               last in reach or, for the rounding, the one before */
            for (int side = 0; rest >= 0 && side < 4; side++) {
                const ptrdiff_t off = side < 2 || x == 0 ? x : x - 1;
                const ptrdiff_t i = side % 2 ? at[0] + off : at[0] - off;
                uint32_t label;

                if (i < 0 || i >= (ptrdiff_t)d->dim[0])
                    continue;
                label = d->label[((size_t)k * d->dim[1] + (size_t)j) *
                                     d->dim[0] + (size_t)i];
                if (label != 0 && (best == 0 || label < best))
                    best = label;
            }
        }
    return best;
}

static void
gather(const pp_decode *d, const uint32_t *island, speck *s)
{
    for (size_t v = 0; v < d->n; v++)
        if (island[v] != 0) {
            speck *p = &s[island[v] - 1];

            if (p->nvoxel == 0)
                p->distance = INFINITY;
            p->nvoxel++;
            p->sum[0] += v % d->dim[0];
            p->sum[1] += v / d->dim[0] % d->dim[1];
            p->sum[2] += v / d->dim[0] / d->dim[1];
        }
}

/* Of each island the voxel nearest to a fragment. */
static pp_status
find_nearest(const pp_decode *d, const uint32_t *island, speck *s,
             pp_error *err)
{
    float *distance = pp_alloc(d->n, sizeof *distance);
    uint8_t *free_of = pp_alloc(d->n, 1);
    pp_field_classes c = { .byte = free_of };

    memcpy(c.dim, d->dim, sizeof c.dim);
    memcpy(c.mm, d->mm, sizeof c.mm);
    if (distance == NULL || free_of == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    for (size_t v = 0; v < d->n; v++)
        free_of[v] = d->label[v] == 0;
    if (pp_field_distance(&c, distance, err) != PP_OK)
        goto done;
    for (size_t v = 0; v < d->n; v++)
        if (island[v] != 0 && distance[v] < s[island[v] - 1].distance) {
            s[island[v] - 1].distance = distance[v];
            s[island[v] - 1].nearest = v;
        }
done:
    pp_free(distance);
    pp_free(free_of);
    return err->status;
}

/* Large islands become parts; all do where there is no fragment at all. */
static pp_status
make_parts(pp_decode *d, speck *s, size_t n, size_t least, pp_error *err)
{
    const bool none = d->npart == 0;
    size_t nnew = 0;
    pp_part *longer;

    for (size_t i = 0; i < n; i++)
        if (none || s[i].nvoxel >= least) {
            s[i].label = (uint32_t)(d->npart + ++nnew);
            s[i].own = true;
        }
    longer = pp_realloc(d->part, d->npart + nnew + 1, sizeof *longer);
    if (longer == NULL)
        return pp_fail_memory(err);
    d->part = longer;
    memset(longer + d->npart + 1, 0, nnew * sizeof *longer);
    d->npart += nnew;
    return PP_OK;
}

static pp_status
label_islands(pp_decode *d, const uint32_t *island, size_t n, size_t least,
              pp_error *err)
{
    speck *s = pp_alloc_zero(n, sizeof *s);
    bool far = false;

    if (s == NULL)
        return pp_fail_memory(err);
    gather(d, island, s);
    if (make_parts(d, s, n, least, err) != PP_OK)
        goto done;
    for (size_t i = 0; i < n; i++)
        far |= s[i].label == 0;
    if (far) {
        if (find_nearest(d, island, s, err) != PP_OK)
            goto done;
        #pragma omp parallel for schedule(dynamic)
        for (ptrdiff_t i = 0; i < (ptrdiff_t)n; i++)
            if (s[i].label == 0)
                s[i].label = label_at_distance(d, s[i].nearest,
                                               (double)s[i].distance);
    }
    for (size_t v = 0; v < d->n; v++)
        if (island[v] != 0)
            d->label[v] = s[island[v] - 1].label;
    for (size_t i = 0; i < n; i++) {
        if (s[i].label == 0)
            pp_fail(err, PP_EBUG, "a speck has no nearest fragment");
        else
            (void)!pp_decode_note(d, s[i].own ? PP_EVENT_NEW
                                                : PP_EVENT_SPECK,
                                  s[i].nvoxel, s[i].sum, s[i].label, 0, err);
        if (err->status != PP_OK)
            break;
    }
done:
    pp_free(s);
    return err->status;
}

pp_status
pp_decode_specks(pp_decode *d, size_t least, pp_error *err)
{
    pp_mask left = { .in = pp_alloc(d->n, 1) };
    pp_island *island = NULL;
    uint32_t *number = NULL;
    size_t n = 0;
    unsigned any = 0;

    if (left.in == NULL)
        return pp_fail_memory(err);
    memcpy(left.dim, d->dim, sizeof left.dim);
    memcpy(left.to_lps, d->in->to_lps, sizeof left.to_lps);
    for (size_t v = 0; v < d->n; v++)
        any |= left.in[v] = d->class[v] != 0 && d->label[v] == 0;
    if (any && pp_mask_islands(&left, PP_CONNECT_CORNER, &number, &island, &n,
                               err) == PP_OK)
        (void)!label_islands(d, number, n, least, err);
    pp_mask_free(&left);
    pp_free(island);
    pp_free(number);
    return err->status;
}
