/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * labels.h - the sheets between many labels; only for surface/
 *
 * A sheet is what two labels (or a label and none) share: one set of facets
 * for both. Its facets face from the greater label to the lesser. Sheets meet
 * in threes and more along lines; the vertices there have no lattice edge.
 */
#ifndef PP_SURFACE_LABELS_H
#define PP_SURFACE_LABELS_H

#include "surface/lattice.h"

/* ---- one cell with three labels or more (labels_cell.c) ---- */

/* What a facet's corner can be, by number from here. */
#define PP_AT_EDGE 0    /* of the cell, 12 */
#define PP_AT_FACE 12   /* where three or four sheets meet in it, 6 */
#define PP_AT_CENTRE 18 /* of the cell */
#define PP_AT_INNER 19  /* edges and faces of the inner cube, 18 */
#define PP_AT_CORNER 37 /* of the inner cube, 8 */
#define PP_AT_ALL 45

#define PP_CELL_MOST_FACETS 112

typedef struct {
    uint8_t v[3];
    uint16_t behind, before; /* labels; behind > before */
} pp_cell_facet;

typedef struct {
    int nfacet;
    pp_cell_facet facet[PP_CELL_MOST_FACETS];
    uint64_t used; /* bit n: a facet has a corner at n */
} pp_label_cell;

/** Do three or four sheets meet within a face with these labels around it? */
static inline bool
pp_face_has_junction(uint16_t a, uint16_t b, uint16_t c, uint16_t d)
{
    const int nchange = (a != b) + (b != c) + (c != d) + (d != a);

    return nchange == 3 || (nchange == 4 && a != c && b != d);
}

/** The facets of a cell whose corner c has label[c]. */
void pp_label_cell_cut(const uint16_t label[8], bool separate,
                       pp_label_cell *cell);

/* ---- all cells (labels_extract.c) ---- */

/* First vertex of a row along each axis, and its first point. */
typedef struct {
    uint32_t vert[3], point;
} pp_label_row;

/* All-zero is empty. */
typedef struct {
    const pp_label_map *map;
    bool separate;
    size_t n[3], words, nrow;
    uint64_t *change[3]; /* bit i of row (j, k): labels differ along an axis */
    pp_label_row *row;   /* and one behind the last */
    pp_lattice l;
    size_t nedge;        /* vertices on edges come first; then points, ... */
    uint64_t *point_key; /* ... rising in a row: i << 8 | what it is (AT) */
    uint32_t *pair;      /* of each sheet: behind << 16 | before; rising */
    size_t nsheet;
} pp_sheets;

void pp_sheets_free(pp_sheets *s);

/** Midpoints everywhere. PP_EGEOM without any label. */
pp_status pp_sheets_extract(const pp_label_map *map, bool separate,
                            pp_sheets *s, pp_error *err) PP_MUST_USE;

/** The labels at the corners of the cell (i, j, k), padded. */
void pp_sheets_cell(const pp_sheets *s, size_t i, size_t j, size_t k,
                    uint16_t label[8]);

/** The vertex of what a facet of cell (i, j, k) has at a corner (AT). */
uint32_t pp_sheets_corner(const pp_sheets *s, size_t i, size_t j, size_t k,
                          int at);

/** The number in l.point of what cell (i, j, k) counts as its own, or NONE. */
uint32_t pp_sheets_point(const pp_sheets *s, size_t i, size_t j, size_t k,
                         int code);

/** The vertex on an edge on which labels change. */
uint32_t pp_sheets_vertex(const pp_sheets *s, int axis, size_t i, size_t j,
                          size_t k);

/* ---- places (labels_place.c) ---- */

/**
 * Smooths the sheets: what borders on no label as the surface of all labels
 * together, walls as the mean of both labels' own. Any place on an edge is as
 * lossless as any other.
 */
pp_status pp_sheets_smooth(pp_sheets *s, const pp_label_extent *extent,
                           pp_smooth kind, pp_error *err) PP_MUST_USE;

/* ---- lines (labels_points.c) ---- */

/**
 * Puts the points without an edge where the sheets meet that come to them;
 * sliding, the lines are pulled straight as far as faces and cells let them.
 */
void pp_sheets_place_points(pp_sheets *s, bool sliding);

#endif
