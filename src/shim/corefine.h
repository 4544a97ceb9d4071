/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * corefine.h - two surfaces cut along the lines in which they meet
 *
 * CGAL's corefinement as it is; see igl.h for what holds of all its functions.
 */
#ifndef PP_SHIM_COREFINE_H
#define PP_SHIM_COREFINE_H

#include "base/status.h"
#include "mesh/mesh.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Cuts the facets of two surfaces, open or closed and free of crossings, so
 * that where they meet both have the same vertices and edges, to the last bit.
 * The vertices of a and b stay, with their numbers; new ones follow.
 */
pp_status pp_igl_corefine(const pp_mesh *a, const pp_mesh *b, pp_mesh *a_cut,
                          pp_mesh *b_cut, pp_error *err) PP_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
