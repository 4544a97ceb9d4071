/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * label.c - islands: the connected components of a mask
 *
 * The voxels of a row come in runs; runs of neighbouring rows that touch are
 * joined in a forest of sets with path halving, the smaller number on top
 * (Wu, Otoo and Suzuki, Pattern Analysis and Applications 12, 2009; runs
 * instead of pixels after He, Chao and Suzuki, IEEE TIP 17, 2008). Work and
 * memory grow with the number of runs, not of voxels.
 */
#include "mask/mask.h"

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/large.h"
#include "base/sets.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Slices are worked on in so many slabs. */
#define SLABS 16

/* Voxels [first, end) of a row. */
typedef struct {
    uint32_t first, end;
} run;

typedef struct {
    run *run;
    size_t nrun;
    uint32_t *parent; /* of each run; then: its island */
    size_t *row; /* runs of row r: row[r] to row[r + 1] */
} runs;

static void
free_runs(runs *r)
{
    pp_free(r->run);
    pp_free(r->row);
    pp_free(r->parent);
}

/* Bit i is byte i of up to 64 bytes that are 0 or 1. */
static inline uint64_t
pack_bytes(const uint8_t *p, size_t n)
{
    uint64_t bits = 0;

    for (size_t i = 0; i < n; i += 8) {
        uint8_t eight[8] = { 0 };
        uint64_t x;

        memcpy(eight, p + i, n - i < 8 ? n - i : 8);
        x = pp_get_u64le(eight);
        /* the products of all bits are apart: bit 0 of byte j to bit 56 + j */
        bits |= (x * 0x0102040810204080U) >> 56 << i;
    }
    return bits;
}

/* How many runs a row of n voxels has; they are written to r unless NULL. */
static size_t
runs_of_row(const uint8_t *p, size_t n, run *r)
{
    uint64_t inside = 0; /* the voxel before */
    size_t nrun = 0;

    for (size_t i = 0; i < n; i += 64) {
        const size_t m = n - i < 64 ? n - i : 64;
        const uint64_t bits = pack_bytes(p + i, m);
        uint64_t change = bits ^ (bits << 1 | inside);

        for (; change != 0; change &= change - 1) {
            const uint32_t at = (uint32_t)(i + (size_t)__builtin_ctzll(change));

            if (at >= n)
                break;
            inside = !inside;
            if (r != NULL && inside)
                r[nrun].first = at;
            if (r != NULL && !inside)
                r[nrun].end = at;
            nrun += !inside;
        }
    }
    if (inside) {
        if (r != NULL)
            r[nrun].end = (uint32_t)n;
        nrun++;
    }
    return nrun;
}

static pp_status
find_runs(const pp_mask *m, runs *r, pp_error *err)
{
    const size_t n = m->dim[0];
    const ptrdiff_t nrow = (ptrdiff_t)(m->dim[1] * m->dim[2]);
    size_t first = 0;

    r->row = pp_alloc((size_t)nrow + 1, sizeof *r->row);
    if (r->row == NULL)
        return pp_fail_memory(err);
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t y = 0; y < nrow; y++)
        r->row[y] = runs_of_row(m->in + (size_t)y * n, n, NULL);
    for (ptrdiff_t y = 0; y < nrow; y++) {
        const size_t here = r->row[y];

        r->row[y] = first;
        first += here;
    }
    r->row[nrow] = r->nrun = first;
    if (r->nrun > PP_ISLAND_LIMIT)
        return pp_fail(err, PP_ELIMIT, "more than %u runs of voxels",
                       (unsigned)PP_ISLAND_LIMIT);
    r->run = pp_alloc(r->nrun, sizeof *r->run);
    r->parent = pp_alloc(r->nrun, sizeof *r->parent);
    if (r->run == NULL || r->parent == NULL)
        return pp_fail_memory(err);
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t y = 0; y < nrow; y++)
        runs_of_row(m->in + (size_t)y * n, n, r->run + r->row[y]);
    pp_sets_start(r->parent, r->nrun);
    return PP_OK;
}

/* Joins touching runs of rows y and z; reach 1 lets diagonals touch. */
static void
join_rows(runs *r, size_t y, size_t z, uint32_t reach)
{
    size_t a = r->row[y], b = r->row[z];

    while (a < r->row[y + 1] && b < r->row[z + 1]) {
        const run *p = &r->run[a], *q = &r->run[b];

        /* most runs that touch have been joined by others before */
        if (p->first < q->end + reach && q->first < p->end + reach &&
            r->parent[a] != r->parent[b])
            pp_sets_join(r->parent, (uint32_t)a, (uint32_t)b);
        if (p->end < q->end)
            a++;
        else
            b++;
    }
}

/* Joins the runs of slice z among themselves, */
static void
join_in_slice(const pp_mask *m, runs *r, size_t z, pp_connect connect)
{
    const size_t ny = m->dim[1];

    for (size_t y = 1; y < ny; y++)
        join_rows(r, z * ny + y - 1, z * ny + y, connect != PP_CONNECT_FACE);
}

/* and with those of the slice before. */
static void
join_slices(const pp_mask *m, runs *r, size_t z, pp_connect connect)
{
    const size_t ny = m->dim[1];
    const bool edge = connect != PP_CONNECT_FACE;
    const bool corner = connect == PP_CONNECT_CORNER;

    for (size_t y = 0; y < ny; y++) {
        const size_t here = z * ny + y;

        join_rows(r, here - ny, here, edge);
        if (edge && y > 0)
            join_rows(r, here - ny - 1, here, corner);
        if (edge && y + 1 < ny)
            join_rows(r, here - ny + 1, here, corner);
    }
}

/*
 * Slabs of slices at the same time, each with runs of its own; then slab with
 * slab. A set's root is its least number, whatever was joined first.
 */
static void
join_all(const pp_mask *m, runs *r, pp_connect connect)
{
    const size_t nz = m->dim[2];
    const size_t thick = (nz + SLABS - 1) / SLABS;

    if (r->nrun == 0)
        return;
    assert(r->run != NULL);
    #pragma omp parallel for schedule(dynamic)
    for (int slab = 0; slab < SLABS; slab++)
        for (size_t z = (size_t)slab * thick;
             z < nz && z < ((size_t)slab + 1) * thick; z++) {
            join_in_slice(m, r, z, connect);
            if (z > (size_t)slab * thick)
                join_slices(m, r, z, connect);
        }
    for (size_t z = thick; z < nz; z += thick)
        join_slices(m, r, z, connect);
}

/* An island while it is gathered: sums of voxel indices, exact in integers. */
typedef struct {
    size_t nvoxel;
    uint64_t sum[3];
    uint32_t number; /* in order of first voxels */
} gathered;

static int
larger_first(const void *a, const void *b)
{
    const gathered *p = a, *q = b;

    if (p->nvoxel != q->nvoxel)
        return p->nvoxel < q->nvoxel ? 1 : -1;
    return p->number < q->number ? -1 : p->number > q->number;
}

static void
gather(const pp_mask *m, runs *r, gathered *g, uint32_t *nisland)
{
    size_t row = 0;

    *nisland = 0;
    for (size_t n = 0; n < r->nrun; n++) {
        const run *p = &r->run[n];
        uint32_t *island = &r->parent[n];
        const uint64_t length = p->end - p->first;

        while (r->row[row + 1] <= n)
            row++;
        /* a parent comes before its runs and holds its island by now */
        if (*island == n) {
            g[*nisland] = (gathered){ .number = *nisland };
            *island = (*nisland)++;
        } else
            *island = r->parent[*island];
        g[*island].nvoxel += length;
        g[*island].sum[0] += length * (p->first + p->end - 1) / 2;
        g[*island].sum[1] += length * (row % m->dim[1]);
        g[*island].sum[2] += length * (row / m->dim[1]);
    }
}

static pp_status
fill_islands(const pp_mask *m, const gathered *g, uint32_t n,
             pp_island **island, pp_error *err)
{
    const double voxel = pp_mask_voxel_volume(m);

    *island = pp_alloc(n, sizeof **island);
    if (*island == NULL)
        return pp_fail_memory(err);
    for (uint32_t i = 0; i < n; i++) {
        const double count = (double)g[i].nvoxel;

        (*island)[i].nvoxel = g[i].nvoxel;
        (*island)[i].volume_mm3 = count * voxel;
        (*island)[i].centre = pp_mask_position(m, (double)g[i].sum[0] / count,
                                               (double)g[i].sum[1] / count,
                                               (double)g[i].sum[2] / count);
    }
    return PP_OK;
}

static pp_status
fill_labels(const pp_mask *m, const runs *r, const uint32_t *rank,
            uint32_t **label, pp_error *err)
{
    const ptrdiff_t nrow = (ptrdiff_t)(m->dim[1] * m->dim[2]);
    uint32_t *to = pp_alloc_zero(m->dim[0] * (size_t)nrow, sizeof *to);

    *label = to;
    if (to == NULL)
        return pp_fail_memory(err);
    pp_large_hint(to, m->dim[0] * (size_t)nrow, sizeof *to);
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t row = 0; row < nrow; row++)
        for (size_t n = r->row[row]; n < r->row[row + 1]; n++)
            for (uint32_t i = r->run[n].first; i < r->run[n].end; i++)
                to[(size_t)row * m->dim[0] + i] = rank[r->parent[n]] + 1;
    return PP_OK;
}

/*
 * Runs with parent = island in order of first voxels, and rank[island] = its
 * place when the largest come first; both for the caller to free.
 */
static pp_status
find_islands(const pp_mask *m, pp_connect connect, runs *r, gathered **g,
             uint32_t **rank, uint32_t *n, pp_error *err)
{
    if (find_runs(m, r, err) != PP_OK)
        return err->status;
    join_all(m, r, connect);
    pp_sets_flatten(r->parent, r->nrun);
    *g = pp_alloc(r->nrun, sizeof **g);
    *rank = pp_alloc(r->nrun, sizeof **rank);
    if (*g == NULL || *rank == NULL)
        return pp_fail_memory(err);
    gather(m, r, *g, n);
    if (*n > 1)
        qsort(*g, *n, sizeof **g, larger_first);
    for (uint32_t i = 0; i < *n; i++)
        (*rank)[(*g)[i].number] = i;
    return PP_OK;
}

pp_status
pp_mask_islands(const pp_mask *m, pp_connect connect, uint32_t **label,
                pp_island **island, size_t *nisland, pp_error *err)
{
    runs r = { 0 };
    gathered *g = NULL;
    uint32_t *rank = NULL, n = 0;

    *island = NULL;
    *nisland = 0;
    if (label != NULL)
        *label = NULL;
    if (find_islands(m, connect, &r, &g, &rank, &n, err) != PP_OK)
        goto done;
    if (fill_islands(m, g, n, island, err) != PP_OK)
        goto done;
    if (label != NULL && fill_labels(m, &r, rank, label, err) != PP_OK) {
        pp_free(*island);
        *island = NULL;
        goto done;
    }
    *nisland = n;
done:
    free_runs(&r);
    pp_free(g);
    pp_free(rank);
    return err->status;
}

/* Clears the runs of islands from `kept` on. */
static void
clear_small(pp_mask *m, const runs *r, const uint32_t *rank, uint32_t kept)
{
    const size_t nrow = m->dim[1] * m->dim[2];

    for (size_t row = 0; row < nrow; row++)
        for (size_t n = r->row[row]; n < r->row[row + 1]; n++) {
            const run *p = &r->run[n];

            if (rank[r->parent[n]] >= kept)
                memset(m->in + row * m->dim[0] + p->first, 0,
                       p->end - p->first);
        }
}

pp_status
pp_mask_keep_largest(pp_mask *m, pp_connect connect, double min_mm3,
                     size_t most, pp_island **removed, size_t *nremoved,
                     pp_error *err)
{
    runs r = { 0 };
    gathered *g = NULL;
    uint32_t *rank = NULL, n = 0, kept = 0;
    const double voxel = pp_mask_voxel_volume(m);

    *removed = NULL;
    *nremoved = 0;
    if (find_islands(m, connect, &r, &g, &rank, &n, err) != PP_OK)
        goto done;
    while (kept < n && kept < most &&
           (double)g[kept].nvoxel * voxel >= min_mm3)
        kept++;
    if (kept == n)
        goto done;
    if (fill_islands(m, g + kept, n - kept, removed, err) != PP_OK)
        goto done;
    *nremoved = n - kept;
    clear_small(m, &r, rank, kept);
done:
    free_runs(&r);
    pp_free(g);
    pp_free(rank);
    return err->status;
}

pp_status
pp_mask_drop_islands(pp_mask *m, pp_connect connect, double min_mm3,
                     pp_island **removed, size_t *nremoved, pp_error *err)
{
    return pp_mask_keep_largest(m, connect, min_mm3, SIZE_MAX, removed,
                                nremoved, err);
}

/* Which islands (in order of first voxels) touch the border of the box. */
static void
mark_open(const pp_mask *m, const runs *r, uint8_t *open)
{
    const size_t ny = m->dim[1], nz = m->dim[2];

    for (size_t row = 0; row < ny * nz; row++) {
        const size_t j = row % ny, k = row / ny;
        const bool edge = j == 0 || j + 1 == ny || k == 0 || k + 1 == nz;

        for (size_t n = r->row[row]; n < r->row[row + 1]; n++)
            if (edge || r->run[n].first == 0 || r->run[n].end == m->dim[0])
                open[r->parent[n]] = 1;
    }
}

pp_status
pp_mask_fill_cavities(pp_mask *m, pp_connect connect, double most_mm3,
                      pp_island **filled, size_t *nfilled, pp_error *err)
{
    const size_t count = m->dim[0] * m->dim[1] * m->dim[2];
    const double voxel = pp_mask_voxel_volume(m);
    /* where the inside joins over edges, the outside does not, and turned */
    const pp_connect outside =
        connect == PP_CONNECT_FACE ? PP_CONNECT_EDGE : PP_CONNECT_FACE;
    pp_mask air = { 0 };
    runs r = { 0 };
    gathered *g = NULL, *closed = NULL;
    uint32_t *rank = NULL, n = 0, nclosed = 0;
    uint8_t *open = NULL;

    *filled = NULL;
    *nfilled = 0;
    if (pp_mask_alloc(&air, m->dim, (const double(*)[4])m->to_lps, err) !=
        PP_OK)
        return err->status;
    for (size_t v = 0; v < count; v++)
        air.in[v] = !m->in[v];
    if (find_islands(&air, outside, &r, &g, &rank, &n, err) != PP_OK)
        goto done;
    open = pp_alloc_zero(n, 1);
    closed = pp_alloc(n, sizeof *closed);
    if (open == NULL || closed == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    mark_open(&air, &r, open);
    for (uint32_t i = 0; i < n; i++)
        if (!open[g[i].number] && (double)g[i].nvoxel * voxel <= most_mm3)
            closed[nclosed++] = g[i];
        else
            open[g[i].number] = 1;
    if (nclosed == 0 || fill_islands(m, closed, nclosed, filled, err) != PP_OK)
        goto done;
    *nfilled = nclosed;
    for (size_t row = 0; row < m->dim[1] * m->dim[2]; row++)
        for (size_t k = r.row[row]; k < r.row[row + 1]; k++)
            if (!open[r.parent[k]])
                memset(m->in + row * m->dim[0] + r.run[k].first, 1,
                       r.run[k].end - r.run[k].first);
done:
    pp_mask_free(&air);
    free_runs(&r);
    pp_free(g);
    pp_free(closed);
    pp_free(rank);
    pp_free(open);
    return err->status;
}

pp_status
pp_mask_cavities(const pp_mask *m, pp_connect connect, pp_island **cavity,
                 size_t *ncavity, pp_error *err)
{
    pp_mask copy = { 0 };

    *cavity = NULL;
    *ncavity = 0;
    if (pp_mask_count(m) > 0 && pp_mask_crop(m, 1, &copy, err) == PP_OK)
        (void)!pp_mask_fill_cavities(&copy, connect, HUGE_VAL, cavity, ncavity,
                                     err);
    pp_mask_free(&copy);
    return err->status;
}
