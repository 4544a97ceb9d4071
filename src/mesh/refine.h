/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * refine.h - finer meshes of the same surface
 */
#ifndef PP_MESH_REFINE_H
#define PP_MESH_REFINE_H

#include "mesh/mesh.h"

/**
 * Splits edges longer than this at their middle, on both sides alike, until
 * there is none or the mesh has as many facets as limit. enough_mm: of each
 * vertex, edges as long as at both ends may stay, too; or NULL. part_of: of
 * each facet of out, in ascending order, which one of m; the caller frees.
 */
pp_status pp_refine_edges(const pp_mesh *m, double longest_mm,
                          const double *enough_mm, size_t limit, pp_mesh *out,
                          uint32_t **part_of, pp_error *err) PP_MUST_USE;

/**
 * Splits facets at vertices on their edges; middle[3 t + k]: that on the edge
 * which corner k of facet t faces, or PP_NONE. part_of: a number of each facet,
 * which its parts get; or NULL.
 */
pp_status pp_split_facets(pp_mesh *m, const uint32_t *middle,
                          uint32_t **part_of, pp_error *err) PP_MUST_USE;

#endif
