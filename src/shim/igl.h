/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * igl.h - libigl's vocabulary in plain C, CGAL behind it
 *
 * CGAL 5.5 is GPL-3.0-or-later. Each function converts in, calls one thing,
 * converts out; no policy, and no promise about the result: callers check.
 * Exceptions and failed assertions come back as PP_EGEOM.
 */
#ifndef PP_SHIM_IGL_H
#define PP_SHIM_IGL_H

#include "base/status.h"
#include "mesh/mesh.h"

#ifdef __cplusplus
extern "C" {
#endif

/** CGAL's version, such as "5.5.1". */
const char *pp_igl_version(void);

/**
 * Soup to manifold: merges equal points, drops degenerate and duplicate
 * facets, orients consistently, splits what is non-manifold, stitches equal
 * borders (repair_polygon_soup, orient_polygon_soup, stitch_borders).
 */
pp_status pp_igl_repair_soup(const pp_mesh *m, pp_mesh *out,
                             pp_error *err) PP_MUST_USE;

/** Pairs of facets of a manifold mesh that intersect. The caller frees. */
pp_status pp_igl_self_intersections(const pp_mesh *m, uint32_t (**pair)[2],
                                    size_t *npair, pp_error *err) PP_MUST_USE;

/**
 * Fills every loop of open edges of a manifold mesh; faired when the loop has
 * more than planar_edges edges. The old facets stay first and in order.
 */
pp_status pp_igl_fill_holes(const pp_mesh *m, size_t planar_edges,
                            pp_mesh *out, size_t *nfilled,
                            pp_error *err) PP_MUST_USE;

/** Outward orientation of closed shells, nesting respected. */
pp_status pp_igl_orient_outward(const pp_mesh *m, pp_mesh *out,
                                pp_error *err) PP_MUST_USE;

/** Local re-triangulation of self-intersecting patches. Never to be believed. */
pp_status pp_igl_remove_self_intersections(const pp_mesh *m, pp_mesh *out,
                                           pp_error *err) PP_MUST_USE;

/**
 * autorefine_and_remove_self_intersections: the outer hull of overlapping
 * closed shells. Never to be believed.
 */
pp_status pp_igl_remesh_self_intersections(const pp_mesh *m, pp_mesh *out,
                                           pp_error *err) PP_MUST_USE;

/** Union of two closed meshes free of self-intersections (corefinement). */
pp_status pp_igl_mesh_union(const pp_mesh *a, const pp_mesh *b, pp_mesh *out,
                            pp_error *err) PP_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
