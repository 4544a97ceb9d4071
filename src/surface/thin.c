/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * thin.c - where the voxels do not hold the shape
 *
 * A wall or a gap of a single voxel along some axis has no more than its place
 * in the mask: a quadric through such a neighbourhood would draw what nobody
 * has seen. There fairing is held to where the low-pass left the surface.
 */
#include "surface/fair.h"

#include "base/alloc.h"

/* So many of the nine across must be so too: a wall, not a step's tip. */
#define LEAST_ACROSS 9

/* Both neighbours along the axis are of the other kind. */
static bool
is_alone(const pp_bits *b, const size_t at[3], int axis, bool in)
{
    size_t before[3] = { at[0], at[1], at[2] };
    size_t after[3] = { at[0], at[1], at[2] };

    if (at[axis] == 0 || at[axis] + 1 >= b->n[axis] ||
        pp_bits_get(b, at[0], at[1], at[2]) != in)
        return false;
    before[axis]--;
    after[axis]++;
    return pp_bits_get(b, before[0], before[1], before[2]) != in &&
           pp_bits_get(b, after[0], after[1], after[2]) != in;
}

/* Is it in a sheet one voxel thick? */
static bool
in_sheet(const pp_bits *b, const size_t at[3])
{
    const bool in = pp_bits_get(b, at[0], at[1], at[2]);

    for (int a = 0; a < 3; a++) {
        const int u = (a + 1) % 3, w = (a + 2) % 3;
        int n = 0;

        if (!is_alone(b, at, a, in))
            continue;
        for (int s = 0; s < 9; s++) {
            size_t q[3] = { at[0], at[1], at[2] };

            q[u] += (size_t)(s % 3) - 1;
            q[w] += (size_t)(s / 3) - 1;
            if (q[u] < b->n[u] && q[w] < b->n[w])
                n += is_alone(b, q, a, in);
        }
        if (n >= LEAST_ACROSS)
            return true;
    }
    return false;
}

static bool
is_thin(const pp_lattice *l, const pp_bits *b, size_t v)
{
    size_t at[3];

    for (int a = 0; a < 3; a++)
        at[a] = pp_edge_index(l->edge[v], a);
    if (in_sheet(b, at))
        return true;
    at[pp_edge_axis(l->edge[v])]++;
    return in_sheet(b, at);
}

pp_status
pp_fair_find_thin(pp_fair *f, const pp_bits *bits, pp_error *err)
{
    uint8_t *alone = pp_alloc(f->n, 1);

    f->thin = pp_alloc_zero(f->n, sizeof *f->thin);
    if (alone == NULL || f->thin == NULL) {
        pp_free(alone);
        return pp_fail_memory(err);
    }
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t v = 0; v < (ptrdiff_t)f->n; v++)
        alone[v] = is_thin(f->l, bits, (size_t)v);
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t v = 0; v < (ptrdiff_t)f->n; v++) {
        const size_t first = f->first[v], n = f->first[v + 1] - first;
        size_t sum = alone[v];

        for (size_t m = 0; m < n; m++)
            sum += alone[f->ring[first + m]];
        f->thin[v] = (float)sum / (float)(n + 1);
    }
    pp_free(alone);
    return PP_OK;
}
