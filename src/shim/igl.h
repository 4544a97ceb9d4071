/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * igl.h - libigl's vocabulary in plain C, CGAL behind it
 *
 * CGAL 5.5 is GPL-3.0-or-later. Each function converts in, calls one thing,
 * converts out; no policy, and no promise about the result: callers check.
 * Exceptions and failed assertions come back as PP_EGEOM. CGAL's error handler
 * is process-wide and is set aside during a call: one call at a time.
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
 * borders (repair_polygon_soup, orient_polygon_soup, stitch_borders). Facets
 * may come out in another order.
 */
pp_status pp_igl_repair_soup(const pp_mesh *m, pp_mesh *out,
                             pp_error *err) PP_MUST_USE;

/** Pairs of facets of a manifold mesh that intersect. The caller frees. */
pp_status pp_igl_self_intersections(const pp_mesh *m, uint32_t (**pair)[2],
                                    size_t *npair, pp_error *err) PP_MUST_USE;

/**
 * A lid over a closed polyline of n points (triangulate_hole_polyline).
 * beyond[i] is the third point of the facet behind the edge from rim[i] to
 * rim[i+1]; the lid's facets run along the rim. flat: the rim lies in a plane.
 * refined: with new vertices, as dense as the rim (PMP::refine). The lid's
 * first n vertices are the rim's.
 */
pp_status pp_igl_triangulate_hole(const pp_vec3 *rim, const pp_vec3 *beyond,
                                  size_t n, bool flat, bool refined,
                                  pp_mesh *lid, pp_error *err) PP_MUST_USE;

/** Outward orientation of closed shells, nesting respected. */
pp_status pp_igl_orient_outward(const pp_mesh *m, pp_mesh *out,
                                pp_error *err) PP_MUST_USE;

/**
 * Local re-triangulation of self-intersecting patches
 * (experimental::remove_self_intersections). Never to be believed.
 */
pp_status pp_igl_remove_self_intersections(const pp_mesh *m, pp_mesh *out,
                                           pp_error *err) PP_MUST_USE;

/**
 * Cuts the facets of any soup along their common lines, exactly, so that
 * facets meet in shared vertices and edges only; then rounds the new points
 * to doubles, which may bring new crossings: call again on the result.
 * Facets that take part in no pair stay first, in order; pair lists those
 * that meet where they must not. birth[t] (allocated, the caller frees) is
 * the facet of m that facet t of out lies on. Equal points are one vertex.
 */
pp_status pp_igl_remesh_self_intersections(const pp_mesh *m,
                                           const uint32_t (*pair)[2],
                                           size_t npair, pp_mesh *out,
                                           uint32_t **birth,
                                           pp_error *err) PP_MUST_USE;

/** What of a closed mesh lies outside of another; both free of crossings. */
pp_status pp_igl_mesh_minus(const pp_mesh *a, const pp_mesh *b, pp_mesh *out,
                            pp_error *err) PP_MUST_USE;

/**
 * All triangles, counter-clockwise, of the convex hull of points in a plane,
 * such that each given edge is an edge of them (igl::triangle::cdt). PP_EGEOM
 * when points coincide, or edges cross or run through a point. The caller
 * frees *tri with pp_free, after a failure too.
 */
pp_status pp_igl_cdt(const double (*point)[2], size_t npoint,
                     const uint32_t (*edge)[2], size_t nedge, pp_tri **tri,
                     size_t *ntri, pp_error *err) PP_MUST_USE;

/** The convex hull of the vertices, outward. PP_EGEOM when it is flat. */
pp_status pp_igl_convex_hull(const pp_mesh *m, pp_mesh *hull,
                             pp_error *err) PP_MUST_USE;

/** Union of two closed meshes free of self-intersections (corefinement). */
pp_status pp_igl_mesh_union(const pp_mesh *a, const pp_mesh *b, pp_mesh *out,
                            pp_error *err) PP_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
