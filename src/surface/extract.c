/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * extract.c - the lattice surface between inside and outside
 *
 * Marching cubes (Lorensen and Cline 1987) by rows, with one vertex for each
 * lattice edge that changes sign. Rows are counted first and filled then, so
 * that every row knows its place in the output: no search for a vertex, any
 * number of threads, the same bytes (the scheme of Schroeder, Maynard and
 * Geveci, Flying Edges, LDAV 2015). Here a row is a row of bits: sign changes
 * are exclusive ors of words, and what is empty costs one test for 64 samples.
 *
 * The vertices of row (j, k) are those on its edges along i, then on those to
 * row j + 1, then on those to row k + 1. Cells of a row are visited in order
 * and count along, which gives each of their twelve edges its vertex.
 */
#include "surface/lattice.h"

#include "base/alloc.h"

#include <string.h>

void
pp_lattice_free(pp_lattice *l)
{
    pp_free(l->edge);
    pp_free(l->t);
    pp_free(l->tri);
    pp_free(l->point);
    pp_free(l->sheet);
    memset(l, 0, sizeof *l);
}

/* Where the vertices of a row begin, along each axis, and its facets. */
typedef struct {
    uint32_t vert[3];
    uint32_t tri;
} row_start;

/* What the passes share. */
typedef struct {
    const pp_bits *bits;
    pp_cell_case table[256];
    row_start *row; /* of (j, k), and one behind the last */
    size_t nrow;
    pp_lattice *out;
} extraction;

/* The word w of a row, moved down one sample: bit i is sample i + 1. */
static inline uint64_t
next_sample(const uint64_t *row, size_t w, size_t words)
{
    return row[w] >> 1 | (w + 1 < words ? row[w + 1] << 63 : 0);
}

/* Sign changes along each axis in word w of row (j, k). */
static inline void
changes(const pp_bits *b, size_t j, size_t k, size_t w, uint64_t change[3])
{
    const uint64_t *row = pp_bits_row(b, j, k);

    change[0] = row[w] ^ next_sample(row, w, b->words);
    change[1] = j + 1 < b->n[1] ? row[w] ^ row[b->words + w] : 0;
    change[2] = k + 1 < b->n[2] ? row[w] ^ row[b->words * b->n[1] + w] : 0;
}

/* The four rows around a row of cells. */
typedef struct {
    const uint64_t *row[4]; /* (j, k), (j+1, k), (j, k+1), (j+1, k+1) */
    size_t words;
} cell_row;

/* Cells of word w that the surface passes. */
static inline uint64_t
active_cells(const cell_row *c, size_t w)
{
    const uint64_t low = c->row[0][w] | c->row[1][w] | c->row[2][w] |
                         c->row[3][w];
    const uint64_t all = c->row[0][w] & c->row[1][w] & c->row[2][w] &
                         c->row[3][w];
    uint64_t low_next = 0, all_next = 0;

    if (w + 1 < c->words) {
        low_next = c->row[0][w + 1] | c->row[1][w + 1] | c->row[2][w + 1] |
                   c->row[3][w + 1];
        all_next = c->row[0][w + 1] & c->row[1][w + 1] & c->row[2][w + 1] &
                   c->row[3][w + 1];
    }
    return (low | low >> 1 | low_next << 63) &
           ~(all & (all >> 1 | all_next << 63));
}

/* The case of cell i of word w. */
static inline unsigned
cell_case(const cell_row *c, size_t w, int i)
{
    unsigned m = 0;

    for (int r = 0; r < 4; r++) {
        uint64_t two = c->row[r][w] >> i;

        if (i == 63)
            two |= w + 1 < c->words ? c->row[r][w + 1] << 1 : 0;
        m |= (unsigned)(two & 3) << (2 * r);
    }
    return m;
}

static cell_row
cells_of(const pp_bits *b, size_t j, size_t k)
{
    cell_row c = { { pp_bits_row(b, j, k), pp_bits_row(b, j + 1, k),
                     pp_bits_row(b, j, k + 1), pp_bits_row(b, j + 1, k + 1) },
                   b->words };

    return c;
}

static void
count_row(const extraction *x, size_t r)
{
    const pp_bits *b = x->bits;
    const size_t j = r % b->n[1], k = r / b->n[1];
    row_start *n = &x->row[r];

    memset(n, 0, sizeof *n);
    for (size_t w = 0; w < b->words; w++) {
        uint64_t change[3];

        changes(b, j, k, w, change);
        for (int a = 0; a < 3; a++)
            n->vert[a] += (uint32_t)__builtin_popcountll(change[a]);
    }
    if (j + 1 == b->n[1] || k + 1 == b->n[2])
        return;
    {
        const cell_row c = cells_of(b, j, k);

        for (size_t w = 0; w < b->words; w++)
            for (uint64_t a = active_cells(&c, w); a != 0; a &= a - 1)
                n->tri += x->table[cell_case(&c, w,
                                             __builtin_ctzll(a))].ntri;
    }
}

/* Counts become places; the totals, or PP_ELIMIT. */
static pp_status
place_rows(extraction *x, size_t *nvert, size_t *ntri, pp_error *err)
{
    *nvert = *ntri = 0;
    for (size_t r = 0; r < x->nrow; r++) {
        const row_start n = x->row[r];

        for (int a = 0; a < 3; a++) {
            x->row[r].vert[a] = (uint32_t)*nvert;
            *nvert += n.vert[a];
        }
        x->row[r].tri = (uint32_t)*ntri;
        *ntri += n.tri;
        if (*nvert > PP_MESH_LIMIT || *ntri > PP_MESH_LIMIT)
            return pp_fail(err, PP_ELIMIT, "the surface has more than %zu "
                           "facets or vertices", PP_MESH_LIMIT);
    }
    return PP_OK;
}

static void
fill_vertices(const extraction *x, size_t r)
{
    const pp_bits *b = x->bits;
    const size_t j = r % b->n[1], k = r / b->n[1];
    uint32_t at[3];

    memcpy(at, x->row[r].vert, sizeof at);
    for (size_t w = 0; w < b->words; w++) {
        uint64_t change[3];

        changes(b, j, k, w, change);
        for (int a = 0; a < 3; a++)
            for (uint64_t c = change[a]; c != 0; c &= c - 1) {
                const uint64_t i = w * 64 + (uint64_t)__builtin_ctzll(c);

                x->out->t[at[a]] = 0.5f;
                x->out->edge[at[a]++] = (uint64_t)a << 60 |
                                        (uint64_t)k << 40 |
                                        (uint64_t)j << 20 | i;
            }
    }
}

/*
 * Running vertex numbers of the edges of the next cell: along i in its four
 * rows, to j + 1 in rows k and k + 1, to k + 1 in rows j and j + 1.
 */
typedef struct {
    uint32_t along[4], up[2], over[2];
} counters;

/* Vertex numbers of the edges of a cell of case m; moves the counters on. */
static inline void
number_edges(counters *n, unsigned m, uint32_t id[12])
{
    const unsigned along = m ^ m >> 1, up = m ^ m >> 2, over = m ^ m >> 4;

    id[0] = n->along[0];
    id[1] = n->along[1];
    id[2] = n->along[2];
    id[3] = n->along[3];
    n->along[0] += along & 1;
    n->along[1] += along >> 2 & 1;
    n->along[2] += along >> 4 & 1;
    n->along[3] += along >> 6 & 1;
    id[4] = n->up[0];
    id[6] = n->up[1];
    id[5] = n->up[0] += up & 1;
    id[7] = n->up[1] += up >> 4 & 1;
    id[8] = n->over[0];
    id[10] = n->over[1];
    id[9] = n->over[0] += over & 1;
    id[11] = n->over[1] += over >> 2 & 1;
}

static void
fill_facets(const extraction *x, size_t r)
{
    const pp_bits *b = x->bits;
    const size_t j = r % b->n[1], k = r / b->n[1], slice = b->n[1];
    const row_start *s = &x->row[r];
    pp_tri *tri = x->out->tri + s->tri;
    cell_row c;
    counters n;

    if (j + 1 == b->n[1] || k + 1 == b->n[2] || s[1].tri == s->tri)
        return;
    c = cells_of(b, j, k);
    n = (counters){ { s->vert[0], s[1].vert[0], s[slice].vert[0],
                      s[slice + 1].vert[0] },
                    { s->vert[1], s[slice].vert[1] },
                    { s->vert[2], s[1].vert[2] } };
    for (size_t w = 0; w < b->words; w++)
        for (uint64_t a = active_cells(&c, w); a != 0; a &= a - 1) {
            const unsigned m = cell_case(&c, w, __builtin_ctzll(a));
            const pp_cell_case *cut = &x->table[m];
            uint32_t id[12];

            number_edges(&n, m, id);
            for (int t = 0; t < cut->ntri; t++, tri++)
                for (int v = 0; v < 3; v++)
                    (*tri)[v] = id[cut->edge[t][v]];
        }
}

static void
each_row(const extraction *x, void (*work)(const extraction *, size_t))
{
    const ptrdiff_t nrow = (ptrdiff_t)x->nrow;

    #pragma omp parallel for schedule(dynamic, 256)
    for (ptrdiff_t r = 0; r < nrow; r++)
        work(x, (size_t)r);
}

pp_status
pp_lattice_extract(const pp_bits *b, unsigned rule, pp_lattice *l,
                   pp_error *err)
{
    extraction x = { .bits = b, .out = l, .nrow = b->n[1] * b->n[2] };

    memset(l, 0, sizeof *l);
    pp_cell_table(rule, x.table);
    x.row = pp_alloc_zero(x.nrow + 1, sizeof *x.row);
    if (x.row == NULL)
        return pp_fail_memory(err);
    each_row(&x, count_row);
    if (place_rows(&x, &l->nvert, &l->ntri, err) != PP_OK)
        goto done;
    x.row[x.nrow].tri = (uint32_t)l->ntri;
    if (l->ntri == 0) {
        pp_fail(err, PP_EGEOM, "no voxel is inside");
        goto done;
    }
    l->edge = pp_alloc(l->nvert, sizeof *l->edge);
    l->t = pp_alloc(l->nvert, sizeof *l->t);
    l->tri = pp_alloc(l->ntri, sizeof *l->tri);
    if (l->edge == NULL || l->t == NULL || l->tri == NULL) {
        pp_fail_memory(err);
        goto done;
    }
    each_row(&x, fill_vertices);
    each_row(&x, fill_facets);
done:
    pp_free(x.row);
    if (err->status != PP_OK)
        pp_lattice_free(l);
    return err->status;
}
