/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * smooth.c - where smoothing starts, and its kinds
 *
 * The start is where the signed distance between voxel centres changes sign
 * along the edge. The distance from an end of an edge to the nearest voxel of
 * the other class is at most the edge's length, since the other end is one;
 * so only voxels in the plane across the edge can be nearer, and only where
 * the voxels are longer along the edge than across.
 */
#include "surface/fair.h"

#include "base/alloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * Pairs of low-pass steps: as the fast kind, and before the quadric fairing,
 * which needs no more than a surface whose normals point the right way.
 */
#define FAST_PAIRS 40
#define START_PAIRS 10

/* Voxels across an edge are looked at as far as this. */
#define REACH 12

typedef struct {
    int b, c; /* along the two axes across the edge, lower axis first */
    float mm;
} offset;

static int
nearer(const void *p, const void *q)
{
    const offset *a = p, *b = q;

    if (a->mm != b->mm)
        return a->mm < b->mm ? -1 : 1;
    return a->b != b->b ? (a->b < b->b ? -1 : 1)
                        : (a->c > b->c) - (a->c < b->c);
}

/* The offsets across `axis` that are shorter than its edges, nearest first. */
static size_t
make_offsets(const double mm[3], int axis, offset *list)
{
    const int b = axis == 0 ? 1 : 0, c = axis == 2 ? 1 : 2;
    size_t n = 0;

    for (int j = -REACH; j <= REACH; j++)
        for (int i = -REACH; i <= REACH; i++) {
            const double d = sqrt(i * i * mm[b] * mm[b] +
                                  j * j * mm[c] * mm[c]);

            if (d > 0 && d < mm[axis])
                list[n++] = (offset){ i, j, (float)d };
        }
    qsort(list, n, sizeof *list, nearer);
    return n;
}

/* From a sample to the nearest one of the other class among the offsets. */
static float
distance_across(const pp_bits *bits, const size_t at[3], int axis,
                const offset *list, size_t n, float longest)
{
    const int b = axis == 0 ? 1 : 0, c = axis == 2 ? 1 : 2;
    const bool in = pp_bits_get(bits, at[0], at[1], at[2]);

    for (size_t k = 0; k < n; k++) {
        size_t to[3] = { at[0], at[1], at[2] };
        bool other = false;

        to[b] += (size_t)list[k].b;
        to[c] += (size_t)list[k].c;
        if (to[b] < bits->n[b] && to[c] < bits->n[c])
            other = pp_bits_get(bits, to[0], to[1], to[2]);
        if (other != in)
            return list[k].mm;
    }
    return longest;
}

static pp_status
start(pp_lattice *l, const pp_bits *bits, const double mm[3], pp_error *err)
{
    const ptrdiff_t nvert = (ptrdiff_t)l->nvert;
    const size_t most = (2 * REACH + 1) * (2 * REACH + 1);
    offset *list = pp_alloc(3 * most, sizeof *list);
    size_t n[3];

    if (list == NULL)
        return pp_fail_memory(err);
    for (int a = 0; a < 3; a++)
        n[a] = make_offsets(mm, a, list + (size_t)a * most);
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t v = 0; v < nvert; v++) {
        const int a = pp_edge_axis(l->edge[v]);
        size_t at[3];
        float p, q;

        if (n[a] == 0)
            continue;
        for (int c = 0; c < 3; c++)
            at[c] = pp_edge_index(l->edge[v], c);
        p = distance_across(bits, at, a, list + (size_t)a * most, n[a],
                            (float)mm[a]);
        at[a]++;
        q = distance_across(bits, at, a, list + (size_t)a * most, n[a],
                            (float)mm[a]);
        l->t[v] = p / (p + q);
    }
    pp_free(list);
    return PP_OK;
}

/*
 * The low-pass before the quadrics: short, but as long as the fast kind where
 * the mask is one voxel thick and the quadrics have little to say.
 */
static pp_status
first_pass(pp_fair *f, const pp_bits *bits, pp_error *err)
{
    float *t = pp_alloc(f->n, sizeof *t);

    if (t == NULL)
        return pp_fail_memory(err);
    if (pp_fair_lowpass(f, START_PAIRS, err) != PP_OK ||
        pp_fair_find_thin(f, bits, err) != PP_OK)
        goto done;
    memcpy(t, f->l->t, f->n * sizeof *t);
    if (pp_fair_lowpass(f, FAST_PAIRS - START_PAIRS, err) != PP_OK)
        goto done;
    for (size_t v = 0; v < f->n; v++)
        pp_fair_move(f, v, t[v] + f->thin[v] * (f->l->t[v] - t[v]));
done:
    pp_free(t);
    return err->status;
}

pp_status
pp_lattice_smooth(pp_lattice *l, const pp_bits *bits, const pp_mask *mask,
                  pp_smooth kind, double volume_mm3, pp_error *err)
{
    const bool fast = kind == PP_SMOOTH_FAST;
    pp_fair f = { 0 };
    double mm[3];

    pp_mask_spacing(mask, mm);
    if (start(l, bits, mm, err) != PP_OK ||
        pp_fair_begin(l, mask, &f, err) != PP_OK ||
        (fast ? pp_fair_lowpass(&f, FAST_PAIRS, err)
              : first_pass(&f, bits, err)) != PP_OK ||
        pp_fair_volume(&f, volume_mm3, err) != PP_OK)
        goto done;
    if (!fast && pp_fair_quadric(&f, volume_mm3, err) == PP_OK)
        (void)!pp_fair_volume(&f, volume_mm3, err);
done:
    pp_fair_free(&f);
    return err->status;
}
