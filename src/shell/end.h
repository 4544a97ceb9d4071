/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * end.h - where an open surface ends; for src/shell/ only
 */
#ifndef PP_SHELL_END_H
#define PP_SHELL_END_H

#include "mesh/mesh.h"

/** How many edges one facet alone has, of those of all (pp_mesh_half_edges). */
size_t pp_count_open_edges(const pp_half_edge *half, size_t nhalf);

/* An edge that one facet has. */
typedef struct {
    pp_vec3 out;       /* of length one, along the facet, away from it */
    uint32_t other[2]; /* the edge that begins where it ends, at either end;
                          or PP_NONE */
    bool hollow[2];    /* they meet as at a notch */
} pp_end_edge;

/* All-zero: a surface without an end. */
typedef struct {
    pp_mesh mesh; /* a flat facet over each edge */
    pp_end_edge *edge;
    pp_bvh *bvh;  /* NULL: none */
} pp_sheet_end;

pp_status pp_sheet_end_find(const pp_mesh *m, pp_sheet_end *rim,
                            pp_error *err) PP_MUST_USE;
void pp_sheet_end_free(pp_sheet_end *rim);

/**
 * How far a point lies beyond the end of the surface, whose nearest point it
 * is given: along the surface there. Negative before the end; meant for points
 * that are not much farther from the rim than reach.
 */
double pp_sheet_end_beyond(const pp_sheet_end *rim, pp_vec3 p,
                           const pp_nearest *on_surface, double reach);

/* ---- copies of the surface before and behind, and walls between ---- */

/**
 * The solid between the surface moved by `before` along its normals and by
 * `behind` against them, as far from each facet as that: closed by walls along
 * its rim. Empty where the surface turns too sharply for that at a vertex. It
 * may cross itself: check.
 */
pp_status pp_sheet_extrude(const pp_mesh *m, double before, double behind,
                           pp_mesh *out, pp_error *err) PP_MUST_USE;

#endif
