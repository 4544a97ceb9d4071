/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * patch.h - for measure/ only: a piece of a surface seen from a triangle
 */
#ifndef PP_MEASURE_PATCH_H
#define PP_MEASURE_PATCH_H

#include "mesh/mesh.h"

/**
 * For each corner 3t+k the facet across the edge that faces it; PP_NONE where
 * the edge has not two facets that run against each other. The caller frees
 * *across.
 */
pp_status pp_patch_join(const pp_mesh *m, uint32_t **across,
                        pp_error *err) PP_MUST_USE;

/**
 * How far a triangle lies from m at the most: facets of m, from `seed` on
 * over their edges, are a graph over the triangle along the unit vector
 * `along`, and the bound is the largest distance between the two along it.
 * HUGE_VAL when they are no graph that covers the triangle, when that takes
 * more than 96 facets, and as soon as the bound exceeds `enough`.
 */
double pp_patch_bound(const pp_mesh *m, const uint32_t *across,
                      const pp_vec3 corner[3], pp_vec3 along, uint32_t seed,
                      double enough);

#endif
