/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * labels_cell.c - the sheets within a cell of three labels or more
 *
 * Each face is cut first, by a rule that knows its four labels only, so that
 * two cells always agree on their face: around each run of equal corners goes
 * a contour, from the edge where the run ends to the edge where it began.
 * Where three runs or four meet, all contours go through one point within the
 * face. Two equal labels across a face are joined; if both pairs are equal,
 * the greater label is (or, separate, the lesser). What a label has on the
 * surface of the cell is then a set of patches, each with one contour or more
 * around it, and the cell is filled in the first of three ways that fits:
 *
 * 1. No point lies within a face, and the contours are those of a mask: of one
 *    label against all others. Each is between the same two labels all along,
 *    and is cut into facets as in extract_table.c.
 * 2. Every label has one contour. The cone from all contours to a point amid
 *    the cell: each label's facets are a disk.
 * 3. An inner cube, of half the size, is given to one label whole. Around it
 *    the cell is the product of its surface with an interval: each patch goes
 *    down to the inner cube as it is. Patches stay apart, so that no label
 *    touches itself in a point; this can be seen without looking at cases.
 *
 * In all three each label's facets close up with those of the neighbouring
 * cells, and have one fan around each vertex.
 */
#include "surface/labels.h"

#include <assert.h>
#include <string.h>

#define MOST_CONTOURS 24 /* pieces: four on each face */
#define MOST_CORNERS 8   /* of a region of a face */
#define NOWHERE 255

/* A piece of a contour; seen from outside the lesser label is on its left. */
typedef struct {
    uint8_t from, to;
    uint16_t left, right;
} piece;

/* What one label has of a face, counter-clockwise seen from outside. */
typedef struct {
    uint16_t label;
    uint8_t corner[MOST_CORNERS]; /* AT_EDGE, AT_FACE, AT_CORNER */
    int n;
} region;

typedef struct {
    const uint16_t *label;
    bool separate;
    piece piece[MOST_CONTOURS];
    int npiece;
    region region[24];
    int nregion;
    bool has_junction;
    pp_label_cell *out;
} cut;

/* ---- faces ---- */

/* The run of equal corners that begins at corner n of a face. */
typedef struct {
    int first, last;    /* corners, last counted on beyond 3 */
    uint8_t begin, end; /* edges before and behind it */
} run;

static int
find_runs(const cut *c, const int corner[4], run found[4])
{
    int n = 0;

    for (int k = 0; k < 4; k++) {
        run *r = &found[n];
        const int before = corner[(k + 3) % 4];

        if (c->label[corner[k]] == c->label[before])
            continue;
        r->first = r->last = k;
        r->begin = (uint8_t)pp_cell_edge_between(before, corner[k]);
        while (c->label[corner[(r->last + 1) % 4]] == c->label[corner[k]])
            r->last++;
        r->end = (uint8_t)pp_cell_edge_between(corner[r->last % 4],
                                               corner[(r->last + 1) % 4]);
        n++;
    }
    return n;
}

/* A piece with `label` on its left; each is kept once, from the lesser. */
static void
add_piece(cut *c, uint8_t from, uint8_t to, uint16_t label, uint16_t other)
{
    if (label < other) {
        assert(c->npiece < MOST_CONTOURS);
        c->piece[c->npiece++] = (piece){ from, to, label, other };
    }
}

static region *
begin_region(cut *c, uint16_t label)
{
    region *r = &c->region[c->nregion++];

    r->label = label;
    r->n = 0;
    return r;
}

static void
add_run(region *g, const run *r, const int corner[4])
{
    g->corner[g->n++] = r->begin;
    for (int k = r->first; k <= r->last; k++)
        g->corner[g->n++] = (uint8_t)(PP_AT_CORNER + corner[k % 4]);
    g->corner[g->n++] = r->end;
}

/* The label that is joined across a face with four runs, or 0xffff. */
static int
joined_run(const cut *c, const int corner[4])
{
    const uint16_t *l = c->label;
    const bool even = l[corner[0]] == l[corner[2]];
    const bool odd = l[corner[1]] == l[corner[3]];

    if (even && odd)
        return (l[corner[0]] > l[corner[1]]) != c->separate ? 0 : 1;
    return even ? 0 : odd ? 1 : -1;
}

static void
cut_face(cut *c, int axis, int side)
{
    const uint8_t middle = (uint8_t)(PP_AT_FACE + 2 * axis + side);
    int corner[4], nrun, joined = -1;
    run r[4];

    pp_cell_face_corners(axis, side, corner);
    nrun = find_runs(c, corner, r);
    if (nrun == 0) {
        region *g = begin_region(c, c->label[corner[0]]);

        for (int k = 0; k < 4; k++)
            g->corner[g->n++] = (uint8_t)(PP_AT_CORNER + corner[k]);
        return;
    }
    if (nrun == 4)
        joined = joined_run(c, corner);
    for (int n = 0; n < nrun; n++) {
        const uint16_t label = c->label[corner[r[n].first]];
        const uint16_t next = c->label[corner[(r[n].last + 1) % 4]];
        const uint16_t before = c->label[corner[(r[n].first + 3) % 4]];
        const bool both = joined >= 0 && n % 2 == joined;
        region *g;

        if (both && n >= 2)
            continue; /* done with its other half */
        g = begin_region(c, label);
        add_run(g, &r[n], corner);
        if (both) {
            const run *other = &r[n + 2];
            const uint16_t beyond = c->label[corner[(other->last + 1) % 4]];

            add_run(g, other, corner);
            add_piece(c, r[n].end, other->begin, label, next);
            add_piece(c, other->end, r[n].begin, label, beyond);
        } else if (nrun == 2 || joined >= 0) {
            add_piece(c, r[n].end, r[n].begin, label, next);
        } else {
            g->corner[g->n++] = middle;
            c->has_junction = true;
            add_piece(c, r[n].end, middle, label, next);
            add_piece(c, middle, r[n].begin, label, before);
        }
    }
}

static void
cut_faces(cut *c)
{
    for (int axis = 0; axis < 3; axis++)
        for (int side = 0; side < 2; side++)
            cut_face(c, axis, side);
}

/* ---- facets ---- */

/* Facing from `behind` to `before`; turned where that is not the rule. */
static void
add_facet(pp_label_cell *out, int a, int b, int c, uint16_t behind,
          uint16_t before)
{
    const bool turned = behind < before;
    pp_cell_facet *f = &out->facet[out->nfacet++];

    assert(out->nfacet <= PP_CELL_MOST_FACETS);
    f->v[0] = (uint8_t)a;
    f->v[1] = (uint8_t)(turned ? c : b);
    f->v[2] = (uint8_t)(turned ? b : c);
    f->behind = turned ? before : behind;
    f->before = turned ? behind : before;
    out->used |= (uint64_t)1 << a | (uint64_t)1 << b | (uint64_t)1 << c;
}

static bool
has_piece(const cut *c, uint8_t from, uint8_t to)
{
    for (int n = 0; n < c->npiece; n++)
        if ((c->piece[n].from == from && c->piece[n].to == to) ||
            (c->piece[n].from == to && c->piece[n].to == from))
            return true;
    return false;
}

/* Has the cell the contours of a mask, by either rule? Those never cross. */
static bool
is_like_a_mask(const cut *c)
{
    for (int n = 0; n < 16; n++) {
        uint16_t in[8];
        cut two = { .label = in, .separate = n & 1 };
        bool same = true;

        for (int k = 0; k < 8; k++)
            in[k] = c->label[k] == c->label[n >> 1];
        cut_faces(&two);
        same = two.npiece == c->npiece;
        for (int p = 0; p < c->npiece && same; p++)
            same = has_piece(&two, c->piece[p].from, c->piece[p].to);
        if (same)
            return true;
    }
    return false;
}

/* 1: contours on their own. */
static void
fill_contours(const cut *c)
{
    uint8_t next[12];
    uint16_t left[12] = { 0 }, right[12] = { 0 };

    memset(next, NOWHERE, sizeof next);
    for (int n = 0; n < c->npiece; n++) {
        const piece *p = &c->piece[n];

        next[p->from] = p->to;
        left[p->from] = p->left;
        right[p->from] = p->right;
    }
    for (int e = 0; e < 12; e++) {
        pp_cell_case made = { 0, { { 0 } } };
        int loop[12], n = 0;

        for (int at = e; next[at] != NOWHERE; n++) {
            const int to = next[at];

            loop[n] = at;
            next[at] = NOWHERE;
            at = to;
        }
        if (n == 0)
            continue;
        pp_cell_fill_loop(loop, n, 0, &made);
        for (int t = 0; t < made.ntri; t++)
            add_facet(c->out, made.edge[t][0], made.edge[t][1],
                      made.edge[t][2], right[e], left[e]);
    }
}

/* Contours around what a label has of the cell's surface. */
static int
count_contours(const cut *c, uint16_t label)
{
    uint8_t next[PP_AT_CENTRE];
    int count = 0;

    memset(next, NOWHERE, sizeof next);
    for (int n = 0; n < c->npiece; n++) {
        const piece *p = &c->piece[n];

        if (p->left == label)
            next[p->from] = p->to;
        if (p->right == label)
            next[p->to] = p->from;
    }
    for (int e = 0; e < PP_AT_CENTRE; e++) {
        const bool any = next[e] != NOWHERE;

        for (int at = e; next[at] != NOWHERE;) {
            const int to = next[at];

            next[at] = NOWHERE;
            at = to;
        }
        count += any;
    }
    return count;
}

/* The label with most contours, the least of several; how many it has. */
static int
most_contours(const cut *c, uint16_t *label)
{
    int most = 0;

    for (int n = 0; n < 8; n++) {
        const int count = count_contours(c, c->label[n]);

        if (count > most || (count == most && c->label[n] < *label)) {
            most = count;
            *label = c->label[n];
        }
    }
    return most;
}

/* 2: a cone. */
static void
fill_cone(const cut *c)
{
    for (int n = 0; n < c->npiece; n++) {
        const piece *p = &c->piece[n];

        add_facet(c->out, p->from, p->to, PP_AT_CENTRE, p->right, p->left);
    }
}

/* Of the cell's surface to the same of the inner cube. */
static inline int
inner(int at)
{
    return at < PP_AT_CENTRE ? at + PP_AT_INNER : at;
}

/* 3: patches down to an inner cube that is all of one label. */
static void
fill_product(const cut *c, uint16_t owner)
{
    for (int n = 0; n < c->npiece; n++) {
        const piece *p = &c->piece[n];

        add_facet(c->out, p->from, p->to, inner(p->to), p->right, p->left);
        add_facet(c->out, p->from, inner(p->to), inner(p->from), p->right,
                  p->left);
    }
    for (int n = 0; n < c->nregion; n++) {
        const region *g = &c->region[n];

        for (int k = 2; k < g->n && g->label != owner; k++)
            add_facet(c->out, inner(g->corner[0]), inner(g->corner[k - 1]),
                      inner(g->corner[k]), owner, g->label);
    }
}

void
pp_label_cell_cut(const uint16_t label[8], bool separate, pp_label_cell *cell)
{
    cut c = { .label = label, .separate = separate, .out = cell };
    uint16_t owner = UINT16_MAX;

    cell->nfacet = 0;
    cell->used = 0;
    cut_faces(&c);
    if (!c.has_junction && is_like_a_mask(&c))
        fill_contours(&c);
    else if (most_contours(&c, &owner) == 1)
        fill_cone(&c);
    else
        fill_product(&c, owner);
}
