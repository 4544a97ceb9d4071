/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * labels_cell.c - the laws of a cell with many labels
 *
 * Each label's facets close up within the cell but for its faces, have one fan
 * around each corner, and cross nothing, wherever the vertices lie on their
 * edges. On integers, without rounding.
 */
#include "surface/labels.h"
#include "test.h"
#include "unit/surface/pierce.h"

#include <string.h>

/* Of a cell; what lies on edges is a multiple of STEP, so that means of up to
   twelve and halves of those are whole numbers. */
#define STEP 55440
#define LEVELS 16
#define SIZE ((int64_t)STEP * LEVELS)

/* ---- where a cell's corners, edges, faces and inner points lie ---- */

static void
add(ipoint *sum, const ipoint *p)
{
    for (int k = 0; k < 3; k++)
        sum->x[k] += p->x[k];
}

static void
place_all(const uint16_t label[8], const int64_t t[12], ipoint at[PP_AT_ALL])
{
    ipoint middle = { { 0 } };
    int n = 0;

    memset(at, 0, PP_AT_ALL * sizeof *at);
    for (int e = 0; e < 12; e++) {
        const int p = pp_cell_edge_corner(e, 0), q = pp_cell_edge_corner(e, 1);

        for (int k = 0; k < 3; k++)
            at[e].x[k] = e >> 2 == k ? t[e] : (p >> k & 1) * SIZE;
        if (label[p] != label[q]) {
            add(&middle, &at[e]);
            n++;
        }
    }
    for (int k = 0; k < 3 && n > 0; k++)
        at[PP_AT_CENTRE].x[k] = middle.x[k] / n;
    for (int f = 0; f < 6; f++) {
        ipoint sum = { { 0 } };

        n = 0;
        for (int e = 0; e < 12; e++) {
            const int p = pp_cell_edge_corner(e, 0);
            const int q = pp_cell_edge_corner(e, 1);

            if ((p >> f / 2 & 1) == f % 2 && (q >> f / 2 & 1) == f % 2 &&
                label[p] != label[q]) {
                add(&sum, &at[e]);
                n++;
            }
        }
        for (int k = 0; k < 3 && n > 0; k++)
            at[PP_AT_FACE + f].x[k] = sum.x[k] / n;
    }
    for (int c = 0; c < PP_AT_CENTRE; c++)
        for (int k = 0; k < 3; k++)
            at[PP_AT_INNER + c].x[k] = (at[c].x[k] + SIZE / 2) / 2;
    for (int c = 0; c < 8; c++)
        for (int k = 0; k < 3; k++)
            at[PP_AT_CORNER + c].x[k] = ((c >> k & 1) * SIZE + SIZE / 2) / 2;
}

/* ---- crossings ---- */

static bool
edges_pierce(const pp_cell_facet *a, const pp_cell_facet *b,
             const ipoint at[PP_AT_ALL])
{
    const ipoint *t[3];

    for (int v = 0; v < 3; v++)
        t[v] = &at[b->v[v]];
    for (int v = 0; v < 3; v++) {
        const uint8_t p = a->v[v], q = a->v[(v + 1) % 3];

        if (memchr(b->v, p, 3) == NULL && memchr(b->v, q, 3) == NULL &&
            pierces(&at[p], &at[q], t))
            return true;
    }
    return false;
}

static bool
any_crossing(const pp_label_cell *c, const ipoint at[PP_AT_ALL])
{
    for (int a = 0; a < c->nfacet; a++)
        for (int b = 0; b < c->nfacet; b++)
            if (a != b && edges_pierce(&c->facet[a], &c->facet[b], at))
                return true;
    return false;
}

/* ---- one label's facets ---- */

typedef struct {
    uint8_t v[PP_CELL_MOST_FACETS][3];
    int n;
} facets;

static void
facets_of(const pp_label_cell *c, uint16_t label, facets *f)
{
    f->n = 0;
    for (int t = 0; t < c->nfacet; t++) {
        const pp_cell_facet *g = &c->facet[t];

        ck_assert_uint_gt(g->behind, g->before);
        if (g->behind != label && g->before != label)
            continue;
        f->v[f->n][0] = g->v[0];
        f->v[f->n][1] = g->v[g->behind == label ? 1 : 2];
        f->v[f->n++][2] = g->v[g->behind == label ? 2 : 1];
    }
}

/* Bit f: on face f of the cell. */
static int
faces_at(int at)
{
    int faces = 0;

    if (at >= PP_AT_CENTRE)
        return 0;
    if (at >= PP_AT_FACE)
        return 1 << (at - PP_AT_FACE);
    for (int f = 0; f < 6; f++)
        if ((pp_cell_edge_corner(at, 0) >> f / 2 & 1) == f % 2 &&
            (pp_cell_edge_corner(at, 1) >> f / 2 & 1) == f % 2)
            faces |= 1 << f;
    return faces;
}

static int
runs(const facets *f, int p, int q)
{
    int n = 0;

    for (int t = 0; t < f->n; t++)
        for (int v = 0; v < 3; v++)
            n += f->v[t][v] == p && f->v[t][(v + 1) % 3] == q;
    return n;
}

/* Facets around p that hang together over edges at p, from facet t on. */
static int
fan_size(const facets *f, int p, int t)
{
    bool seen[PP_CELL_MOST_FACETS] = { false };
    int list[PP_CELL_MOST_FACETS], n = 0;

    list[n++] = t;
    seen[t] = true;
    for (int at = 0; at < n; at++)
        for (int u = 0; u < f->n; u++) {
            int common = 0;

            for (int v = 0; v < 3; v++)
                common += f->v[u][v] != p &&
                          memchr(f->v[list[at]], f->v[u][v], 3) != NULL;
            if (!seen[u] && memchr(f->v[u], p, 3) != NULL && common > 0) {
                seen[u] = true;
                list[n++] = u;
            }
        }
    return n;
}

static void
expect_manifold(const facets *f)
{
    for (int p = 0; p < PP_AT_ALL; p++) {
        int around = 0, any = -1;

        for (int q = 0; q < PP_AT_ALL; q++) {
            const int out = runs(f, p, q), back = runs(f, q, p);

            ck_assert_int_le(out, 1);
            if ((faces_at(p) & faces_at(q)) != 0)
                ck_assert_int_le(out + back, 1);
            else
                ck_assert_int_eq(out, back);
        }
        for (int t = 0; t < f->n; t++)
            if (memchr(f->v[t], p, 3) != NULL) {
                around++;
                any = t;
            }
        if (around > 0)
            ck_assert_int_eq(fan_size(f, p, any), around);
    }
}

static void
random_labels(pp_random *r, unsigned most, uint16_t label[8])
{
    for (int c = 0; c < 8; c++)
        label[c] = (uint16_t)pp_random_below(r, most);
}

START_TEST(each_label_has_one_sheet_around_it)
{
    const int n = pp_test_rounds(6000);
    pp_random r = { 5 };
    pp_label_cell cell;
    uint16_t label[8];
    facets f;

    for (int trial = 0; trial < n; trial++) {
        random_labels(&r, 2 + (unsigned)trial % 7, label);
        pp_label_cell_cut(label, trial % 2, &cell);
        for (uint16_t l = 0; l < 8; l++) {
            facets_of(&cell, l, &f);
            expect_manifold(&f);
        }
    }
}
END_TEST

START_TEST(edges_between_two_labels_bear_facets_between_those)
{
    const int n = pp_test_rounds(6000);
    pp_random r = { 6 };
    pp_label_cell cell;
    uint16_t label[8];

    for (int trial = 0; trial < n; trial++) {
        random_labels(&r, 2 + (unsigned)trial % 7, label);
        pp_label_cell_cut(label, trial % 2, &cell);
        for (int e = 0; e < 12; e++) {
            const uint16_t p = label[pp_cell_edge_corner(e, 0)];
            const uint16_t q = label[pp_cell_edge_corner(e, 1)];
            int found = 0;

            for (int t = 0; t < cell.nfacet; t++) {
                const pp_cell_facet *g = &cell.facet[t];

                if (memchr(g->v, e, 3) == NULL)
                    continue;
                found++;
                ck_assert_uint_eq(g->behind, p > q ? p : q);
                ck_assert_uint_eq(g->before, p > q ? q : p);
            }
            ck_assert_int_eq(found > 0, p != q);
        }
    }
}
END_TEST

START_TEST(no_facets_of_a_cell_cross_wherever_the_vertices_lie)
{
    const int n = pp_test_rounds(6000);
    pp_random r = { 7 };
    pp_label_cell cell;
    uint16_t label[8];
    ipoint at[PP_AT_ALL];
    int64_t t[12];

    for (int trial = 0; trial < n; trial++) {
        random_labels(&r, 2 + (unsigned)trial % 7, label);
        pp_label_cell_cut(label, trial % 2, &cell);
        for (int k = 0; k < 4; k++) {
            for (int e = 0; e < 12; e++) {
                const unsigned kind = pp_random_below(&r, 4);

                t[e] = STEP * (kind == 0 ? 1
                               : kind == 1 ? LEVELS - 1
                               : kind == 2 ? LEVELS / 2
                                           : 1 + (int64_t)pp_random_below(
                                                     &r, LEVELS - 1));
            }
            place_all(label, t, at);
            ck_assert_msg(!any_crossing(&cell, at),
                          "%u %u %u %u %u %u %u %u, rule %d", label[0],
                          label[1], label[2], label[3], label[4], label[5],
                          label[6], label[7], trial % 2);
        }
    }
}
END_TEST

PP_TESTS("surface/labels_cell", each_label_has_one_sheet_around_it,
         edges_between_two_labels_bear_facets_between_those,
         no_facets_of_a_cell_cross_wherever_the_vertices_lie)
