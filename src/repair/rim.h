/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rim.h - open edges and what lies near them; only repair/ includes this
 */
#ifndef PP_REPAIR_RIM_H
#define PP_REPAIR_RIM_H

#include "repair/rung.h"

typedef struct {
    uint32_t a, b;   /* as its facet runs it */
    uint32_t corner; /* that faces it */
} pp_open_edge;

/* All-zero is empty. */
typedef struct {
    pp_open_edge *edge;
    size_t nedge, ncrowded; /* crowded: edges of three facets and more */
    uint32_t *vertex;       /* ends of open edges, ascending */
    size_t nvertex;
    double cell_mm;         /* of a grid that holds them by their place */
    uint32_t *head, *next;  /* numbers of vertex[], or PP_NONE */
    size_t mask;
} pp_rim;

/**
 * The open edges of m that are not on the seam. tolerance_mm: what the grid
 * will be asked for.
 */
pp_status pp_rim_make(const pp_mesh *m, const pp_seam *seam,
                      double tolerance_mm, pp_rim *r,
                      pp_error *err) PP_MUST_USE;
void pp_rim_free(pp_rim *r);

/**
 * Calls visit for each vertex of the rim in the cells that meet the box about
 * p of this half width: all that lie in it, and some more. Returns how many.
 */
size_t pp_rim_look(const pp_mesh *m, const pp_rim *r, pp_vec3 p,
                   double half_mm, void (*visit)(uint32_t v, void *data),
                   void *data);

#endif
