/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * labels_extract.c - all sheets between many labels, in one pass
 *
 * As extract.c, by rows: one bit for each lattice edge whose ends differ, so
 * that every row knows where its vertices, points and facets go before any is
 * made. Most cells hold two labels and are cut as a mask's, with the greater
 * label inside; labels_cell.c cuts the rest. The cost goes with the voxels
 * (which are compared once along each axis) and the facets, not with the
 * number of labels.
 */
#include "surface/labels.h"

#include "base/alloc.h"
#include "base/order.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void
pp_sheets_free(pp_sheets *s)
{
    for (int a = 0; a < 3; a++)
        pp_free(s->change[a]);
    pp_free(s->row);
    pp_free(s->point_key);
    pp_free(s->pair);
    pp_lattice_free(&s->l);
    memset(s, 0, sizeof *s);
}

/* What the passes share beside the result. */
typedef struct {
    pp_sheets *s;
    pp_cell_case table[256];
    const uint16_t *none; /* a row without labels */
    size_t *facet;        /* first one of each row */
    uint32_t *pair;       /* of each facet */
} extraction;

/* The labels of padded row (j, k), without its padding. */
static inline const uint16_t *
labels_of(const extraction *x, size_t j, size_t k)
{
    const pp_label_map *m = x->s->map;

    if (j == 0 || k == 0 || j > m->dim[1] || k > m->dim[2])
        return x->none;
    return m->at + ((k - 1) * m->dim[1] + j - 1) * m->dim[0];
}

/* Sets bit n + 1 where a[n] and b[n] differ. */
static void
mark_changes(const uint16_t *a, const uint16_t *b, size_t n, uint64_t *word)
{
    uint64_t bits = 0, carried = 0;
    size_t w = 0;

    for (size_t from = 0; from < n; from += 64, w++) {
        const size_t end = n - from < 64 ? n - from : 64;

        bits = 0;
        for (size_t i = 0; i < end; i++)
            bits |= (uint64_t)(a[from + i] != b[from + i]) << i;
        word[w] |= bits << 1 | carried;
        carried = bits >> 63;
    }
    if (carried != 0)
        word[w] |= carried;
}

static void
find_changes(const extraction *x, size_t r)
{
    pp_sheets *s = x->s;
    const size_t j = r % s->n[1], k = r / s->n[1], n = s->map->dim[0];
    const uint16_t *row = labels_of(x, j, k);
    pp_label_row *count = &s->row[r];

    if (row != x->none && memcmp(row, x->none, n * sizeof *row) != 0) {
        uint64_t *word = s->change[0] + r * s->words;

        mark_changes(row, row + 1, n - 1, word);
        word[0] |= row[0] != 0;
        word[n >> 6] |= (uint64_t)(row[n - 1] != 0) << (n & 63);
    }
    for (int a = 1; a < 3; a++) {
        const uint16_t *next = a == 1 ? labels_of(x, j + 1, k)
                                      : labels_of(x, j, k + 1);

        if (row != next && memcmp(row, next, n * sizeof *row) != 0)
            mark_changes(row, next, n, s->change[a] + r * s->words);
    }
    for (int a = 0; a < 3; a++)
        for (size_t w = 0; w < s->words; w++)
            count->vert[a] += (uint32_t)__builtin_popcountll(
                s->change[a][r * s->words + w]);
}

/* ---- cells ---- */

static inline uint16_t
label_at(const uint16_t *row, size_t i, size_t n)
{
    return i == 0 || i > n ? 0 : row[i - 1];
}

void
pp_sheets_cell(const pp_sheets *s, size_t i, size_t j, size_t k,
               uint16_t label[8])
{
    const pp_label_map *m = s->map;

    for (int c = 0; c < 8; c++) {
        const size_t at[3] = { i + (c & 1), j + (c >> 1 & 1), k + (c >> 2) };
        bool in = true;

        for (int a = 0; a < 3; a++)
            in &= at[a] > 0 && at[a] <= m->dim[a];
        label[c] = in ? m->at[((at[2] - 1) * m->dim[1] + at[1] - 1) *
                                  m->dim[0] + at[0] - 1]
                      : 0;
    }
}

uint32_t
pp_sheets_vertex(const pp_sheets *s, int axis, size_t i, size_t j, size_t k)
{
    const size_t r = k * s->n[1] + j;
    const uint64_t *word = s->change[axis] + r * s->words;
    uint32_t v = s->row[r].vert[axis];

    assert(word[i >> 6] >> (i & 63) & 1);
    for (size_t w = 0; w < i >> 6; w++)
        v += (uint32_t)__builtin_popcountll(word[w]);
    return v + (uint32_t)__builtin_popcountll(
                   word[i >> 6] & (((uint64_t)1 << (i & 63)) - 1));
}

/* Cells of word w of row (j, k), a row of cells, that a sheet passes. */
static inline uint64_t
active_cells(const pp_sheets *s, size_t r, size_t w)
{
    const size_t up = s->words, over = s->n[1] * s->words;
    const uint64_t *x = s->change[0] + r * s->words + w;
    const uint64_t *y = s->change[1] + r * s->words + w;
    const uint64_t *z = s->change[2] + r * s->words + w;
    const uint64_t along = x[0] | x[up] | x[over] | x[over + up];
    const uint64_t across = y[0] | y[over] | z[0] | z[up];
    uint64_t next = 0;

    if (w + 1 < s->words)
        next = y[1] | y[over + 1] | z[1] | z[up + 1];
    return along | across | across >> 1 | next << 63;
}

/* A cell while it is looked at. */
typedef struct {
    size_t i, j, k;
    uint16_t label[8];
    uint16_t greater, lesser; /* of two */
    bool many;                /* three labels or more */
    unsigned mask;            /* corners with the greater of two */
} cell;

static inline void
look_at(const pp_sheets *s, const uint16_t *const row[4], cell *c)
{
    const size_t n = s->map->dim[0];
    uint16_t other;

    for (int r = 0; r < 4; r++) {
        c->label[2 * r] = label_at(row[r], c->i, n);
        c->label[2 * r + 1] = label_at(row[r], c->i + 1, n);
    }
    other = c->label[0];
    c->greater = c->lesser = other;
    for (int k = 1; k < 8; k++) {
        c->greater = c->label[k] > c->greater ? c->label[k] : c->greater;
        c->lesser = c->label[k] < c->lesser ? c->label[k] : c->lesser;
    }
    c->many = false;
    c->mask = 0;
    for (int k = 0; k < 8; k++) {
        c->many |= c->label[k] != c->greater && c->label[k] != c->lesser;
        c->mask |= (unsigned)(c->label[k] == c->greater) << k;
    }
}

/* Points that the cell counts as its own: of its low faces and within. */
static int
own_points(const cell *c, const pp_label_cell *cut, uint8_t code[PP_AT_ALL])
{
    static const uint8_t around[3][4] = { { 0, 2, 6, 4 }, { 0, 1, 5, 4 },
                                          { 0, 1, 3, 2 } };
    const uint16_t *l = c->label;
    int n = 0;

    for (int a = 0; a < 3; a++) {
        const uint8_t *f = around[a];

        if (pp_face_has_junction(l[f[0]], l[f[1]], l[f[2]], l[f[3]]))
            code[n++] = (uint8_t)(PP_AT_FACE + 2 * a);
    }
    for (int at = PP_AT_CENTRE; at < PP_AT_ALL; at++)
        if (cut->used >> at & 1)
            code[n++] = (uint8_t)at;
    return n;
}

/* Calls work for each cell of a row that a sheet passes, in order. */
typedef void cell_work(const extraction *x, const cell *c, void *data);

static void
each_cell(const extraction *x, size_t r, cell_work *work, void *data)
{
    const pp_sheets *s = x->s;
    cell c = { .j = r % s->n[1], .k = r / s->n[1] };

    if (c.j + 1 == s->n[1] || c.k + 1 == s->n[2])
        return;

    const uint16_t *const row[4] = {
        labels_of(x, c.j, c.k), labels_of(x, c.j + 1, c.k),
        labels_of(x, c.j, c.k + 1), labels_of(x, c.j + 1, c.k + 1)
    };

    for (size_t w = 0; w < s->words; w++)
        for (uint64_t a = active_cells(s, r, w); a != 0; a &= a - 1) {
            c.i = w * 64 + (size_t)__builtin_ctzll(a);
            look_at(s, row, &c);
            work(x, &c, data);
        }
}

static void
count_cell(const extraction *x, const cell *c, void *data)
{
    const size_t r = c->k * x->s->n[1] + c->j;
    uint8_t code[PP_AT_ALL];
    pp_label_cell cut;

    (void)data;
    if (!c->many) {
        x->facet[r] += x->table[c->mask].ntri;
        return;
    }
    pp_label_cell_cut(c->label, x->s->separate, &cut);
    x->facet[r] += (size_t)cut.nfacet;
    x->s->row[r].point += (uint32_t)own_points(c, &cut, code);
}

static void
count_row(const extraction *x, size_t r)
{
    each_cell(x, r, count_cell, NULL);
}

/* Counts become places; PP_ELIMIT for too many. */
static pp_status
place_rows(extraction *x, size_t *npoint, pp_error *err)
{
    pp_sheets *s = x->s;
    size_t nvert = 0, ntri = 0;

    *npoint = 0;
    for (size_t r = 0; r < s->nrow; r++) {
        const pp_label_row n = s->row[r];
        const size_t nfacet = x->facet[r];

        for (int a = 0; a < 3; a++) {
            s->row[r].vert[a] = (uint32_t)nvert;
            nvert += n.vert[a];
        }
        s->row[r].point = (uint32_t)*npoint;
        *npoint += n.point;
        x->facet[r] = ntri;
        ntri += nfacet;
        if (nvert + *npoint > PP_MESH_LIMIT || ntri > PP_MESH_LIMIT)
            return pp_fail(err, PP_ELIMIT, "the surface has more than %zu "
                           "facets or vertices", PP_MESH_LIMIT);
    }
    s->row[s->nrow].point = (uint32_t)*npoint;
    s->nedge = nvert;
    s->l.nvert = nvert + *npoint;
    s->l.ntri = ntri;
    if (ntri == 0)
        return pp_fail(err, PP_EGEOM, "no voxel has a label");
    return PP_OK;
}

static void
fill_vertices(const extraction *x, size_t r)
{
    const pp_sheets *s = x->s;
    const size_t j = r % s->n[1], k = r / s->n[1];

    for (int a = 0; a < 3; a++) {
        uint32_t at = s->row[r].vert[a];

        for (size_t w = 0; w < s->words; w++)
            for (uint64_t c = s->change[a][r * s->words + w]; c != 0;
                 c &= c - 1, at++) {
                const uint64_t i = w * 64 + (uint64_t)__builtin_ctzll(c);

                s->l.t[at] = 0.5f;
                s->l.edge[at] = (uint64_t)a << 60 | (uint64_t)k << 40 |
                                (uint64_t)j << 20 | i;
            }
    }
}

static void
fill_cell_points(const extraction *x, const cell *c, void *data)
{
    uint32_t *at = data;
    uint8_t code[PP_AT_ALL];
    pp_label_cell cut;
    int n;

    if (!c->many)
        return;
    pp_label_cell_cut(c->label, x->s->separate, &cut);
    n = own_points(c, &cut, code);
    for (int p = 0; p < n; p++, (*at)++) {
        const size_t v = x->s->nedge + *at;

        x->s->point_key[*at] = (uint64_t)c->i << 8 | code[p];
        x->s->l.edge[v] = (uint64_t)PP_NO_EDGE << 60 | *at;
        x->s->l.t[v] = 0.5f;
    }
}

static void
fill_points(const extraction *x, size_t r)
{
    uint32_t at = x->s->row[r].point;

    if (x->s->row[r + 1].point > at)
        each_cell(x, r, fill_cell_points, &at);
}

uint32_t
pp_sheets_point(const pp_sheets *s, size_t i, size_t j, size_t k, int code)
{
    const size_t r = k * s->n[1] + j;
    const uint64_t key = (uint64_t)i << 8 | (uint64_t)code;
    size_t low = s->row[r].point, high = s->row[r + 1].point;

    while (low < high) {
        const size_t mid = low + (high - low) / 2;

        if (s->point_key[mid] < key)
            low = mid + 1;
        else
            high = mid;
    }
    return low < s->row[r + 1].point && s->point_key[low] == key
               ? (uint32_t)low : PP_NONE;
}

uint32_t
pp_sheets_corner(const pp_sheets *s, size_t i, size_t j, size_t k, int at)
{
    size_t p[3] = { i, j, k };
    uint32_t point;

    if (at < PP_AT_FACE) {
        const int low = pp_cell_edge_corner(at, 0);

        return pp_sheets_vertex(s, at >> 2, i + (low & 1), j + (low >> 1 & 1),
                                k + (low >> 2));
    }
    if (at < PP_AT_CENTRE) { /* a high face is the next cell's low one */
        const int axis = (at - PP_AT_FACE) / 2, side = (at - PP_AT_FACE) % 2;

        p[axis] += (size_t)side;
        at -= side;
    }
    point = pp_sheets_point(s, p[0], p[1], p[2], at);
    assert(point != PP_NONE);
    return (uint32_t)(s->nedge + point);
}

/*
 * Running vertex numbers of the edges of the next cell, as in extract.c: along
 * i in its four rows, to j + 1 in rows k and k + 1, to k + 1 in j and j + 1.
 */
typedef struct {
    uint32_t along[4], up[2], over[2];
    size_t facet;
} counters;

static inline void
number_edges(counters *n, const uint16_t l[8], uint32_t id[12])
{
    for (int r = 0; r < 4; r++) {
        id[r] = n->along[r];
        n->along[r] += l[2 * r] != l[2 * r + 1];
    }
    id[4] = n->up[0];
    id[6] = n->up[1];
    id[5] = n->up[0] += l[0] != l[2];
    id[7] = n->up[1] += l[4] != l[6];
    id[8] = n->over[0];
    id[10] = n->over[1];
    id[9] = n->over[0] += l[0] != l[4];
    id[11] = n->over[1] += l[2] != l[6];
}

static void
fill_cell(const extraction *x, const cell *c, void *data)
{
    const pp_sheets *s = x->s;
    counters *n = data;
    uint32_t id[12];
    pp_label_cell cut;

    number_edges(n, c->label, id);
    if (!c->many) {
        const pp_cell_case *two = &x->table[c->mask];

        for (int t = 0; t < two->ntri; t++, n->facet++) {
            for (int v = 0; v < 3; v++)
                s->l.tri[n->facet][v] = id[two->edge[t][v]];
            x->pair[n->facet] = (uint32_t)c->greater << 16 | c->lesser;
        }
        return;
    }
    pp_label_cell_cut(c->label, s->separate, &cut);
    for (int t = 0; t < cut.nfacet; t++, n->facet++) {
        const pp_cell_facet *f = &cut.facet[t];

        for (int v = 0; v < 3; v++)
            s->l.tri[n->facet][v] = f->v[v] < PP_AT_FACE
                                        ? id[f->v[v]]
                                        : pp_sheets_corner(s, c->i, c->j, c->k,
                                                           f->v[v]);
        x->pair[n->facet] = (uint32_t)f->behind << 16 | f->before;
    }
}

static void
fill_facets(const extraction *x, size_t r)
{
    const pp_sheets *s = x->s;
    const pp_label_row *row = &s->row[r];
    const size_t slice = s->n[1];
    counters n;

    if (r % slice + 1 == slice || r / slice + 1 == s->n[2])
        return;
    n = (counters){ { row->vert[0], row[1].vert[0], row[slice].vert[0],
                      row[slice + 1].vert[0] },
                    { row->vert[1], row[slice].vert[1] },
                    { row->vert[2], row[1].vert[2] }, x->facet[r] };
    each_cell(x, r, fill_cell, &n);
}

static void
each_row(const extraction *x, void (*work)(const extraction *, size_t))
{
    const ptrdiff_t nrow = (ptrdiff_t)x->s->nrow;

    #pragma omp parallel for schedule(dynamic, 256)
    for (ptrdiff_t r = 0; r < nrow; r++)
        work(x, (size_t)r);
}

/* ---- sheets ---- */

/* The different pairs of labels; runs of equal ones are looked at once. */
static pp_status
find_pairs(extraction *x, pp_error *err)
{
    pp_sheets *s = x->s;
    size_t n = 0, capacity = 0;

    for (size_t f = 0; f < s->l.ntri; f++) {
        size_t at;

        if (f > 0 && x->pair[f] == x->pair[f - 1])
            continue;
        if (n > 0 && bsearch(&x->pair[f], s->pair, n, sizeof *s->pair,
                             pp_order_u32) != NULL)
            continue;
        if (n == UINT16_MAX)
            return pp_fail(err, PP_ELIMIT, "more than %d pairs of labels "
                           "touch", UINT16_MAX);
        if (pp_grow(&s->pair, &capacity, n + 1, sizeof *s->pair, err) !=
            PP_OK)
            return err->status;
        at = n++;
        for (; at > 0 && s->pair[at - 1] > x->pair[f]; at--)
            s->pair[at] = s->pair[at - 1];
        s->pair[at] = x->pair[f];
    }
    s->nsheet = n;
    return PP_OK;
}

static pp_status
number_sheets(extraction *x, pp_error *err)
{
    pp_sheets *s = x->s;

    if (find_pairs(x, err) != PP_OK)
        return err->status;
    #pragma omp parallel for schedule(static)
    for (ptrdiff_t f = 0; f < (ptrdiff_t)s->l.ntri; f++) {
        const uint32_t *found = bsearch(&x->pair[f], s->pair, s->nsheet,
                                        sizeof *s->pair, pp_order_u32);

        s->l.sheet[f] = (uint16_t)(found - s->pair);
    }
    return PP_OK;
}

static pp_status
alloc_rows(extraction *x, pp_error *err)
{
    pp_sheets *s = x->s;

    for (int a = 0; a < 3; a++)
        s->n[a] = s->map->dim[a] + 2;
    s->words = s->n[0] / 64 + 1;
    s->nrow = s->n[1] * s->n[2];
    s->row = pp_alloc_zero(s->nrow + 1, sizeof *s->row);
    x->facet = pp_alloc_zero(s->nrow, sizeof *x->facet);
    x->none = pp_alloc_zero(s->map->dim[0], sizeof *x->none);
    for (int a = 0; a < 3 && s->nrow < SIZE_MAX / s->words; a++)
        s->change[a] = pp_alloc_zero(s->nrow * s->words,
                                     sizeof *s->change[a]);
    if (s->row == NULL || x->facet == NULL || x->none == NULL ||
        s->change[0] == NULL || s->change[1] == NULL || s->change[2] == NULL)
        return pp_fail_memory(err);
    return PP_OK;
}

static pp_status
alloc_mesh(extraction *x, size_t npoint, pp_error *err)
{
    pp_sheets *s = x->s;

    s->l.edge = pp_alloc(s->l.nvert, sizeof *s->l.edge);
    s->l.t = pp_alloc(s->l.nvert, sizeof *s->l.t);
    s->l.tri = pp_alloc(s->l.ntri, sizeof *s->l.tri);
    s->l.sheet = pp_alloc(s->l.ntri, sizeof *s->l.sheet);
    s->l.point = pp_alloc_zero(npoint + 1, sizeof *s->l.point);
    s->point_key = pp_alloc(npoint + 1, sizeof *s->point_key);
    x->pair = pp_alloc(s->l.ntri, sizeof *x->pair);
    if (s->l.edge == NULL || s->l.t == NULL || s->l.tri == NULL ||
        s->l.sheet == NULL || s->l.point == NULL || s->point_key == NULL ||
        x->pair == NULL)
        return pp_fail_memory(err);
    return PP_OK;
}

pp_status
pp_sheets_extract(const pp_label_map *map, bool separate, pp_sheets *s,
                  pp_error *err)
{
    extraction x = { .s = s };
    size_t npoint;

    *s = (pp_sheets){ .map = map, .separate = separate };
    pp_cell_table(separate, x.table);
    if (alloc_rows(&x, err) != PP_OK)
        goto done;
    each_row(&x, find_changes);
    each_row(&x, count_row);
    if (place_rows(&x, &npoint, err) != PP_OK ||
        alloc_mesh(&x, npoint, err) != PP_OK)
        goto done;
    each_row(&x, fill_vertices);
    each_row(&x, fill_points);
    each_row(&x, fill_facets);
    if (number_sheets(&x, err) == PP_OK)
        pp_sheets_place_points(s, false);
done:
    pp_free(x.facet);
    pp_free((void *)x.none);
    pp_free(x.pair);
    if (err->status != PP_OK)
        pp_sheets_free(s);
    return err->status;
}
