/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * near.h - vertices that lie close together
 *
 * Included by mesh/ and by the rooms to its right.
 */
#ifndef PP_MESH_NEAR_H
#define PP_MESH_NEAR_H

#include "mesh/mesh.h"

/** To the last bit, but that -0 is 0. */
static inline bool
pp_same_point(pp_vec3 a, pp_vec3 b)
{
    return a.x == b.x && a.y == b.y && a.z == b.z;
}

/** Equal for points that are the same. */
uint64_t pp_hash_point(pp_vec3 p);

typedef struct {
    uint32_t a, b; /* a < b */
    double distance_mm;
} pp_near_pair;

/* With more pairs than this a limit is no tolerance any more. */
#define PP_NEAR_LIMIT ((size_t)1 << 26)

/**
 * All pairs of vertices that facets use and that lie at most limit_mm > 0
 * apart, sorted by distance, then by number. PP_ELIMIT when there are more
 * than `most`. The caller frees *pair.
 */
pp_status pp_near_pairs(const pp_mesh *m, double limit_mm, size_t most,
                        pp_near_pair **pair, size_t *npair,
                        pp_error *err) PP_MUST_USE;

/**
 * root[v] for the clusters that the first npair pairs join: the smallest
 * number in the cluster of v. root has room for nvert.
 */
void pp_near_clusters(size_t nvert, const pp_near_pair *pair, size_t npair,
                      uint32_t *root);

/**
 * Joins vertices that chains of steps of at most limit_mm connect (single
 * linkage); each cluster goes to its first vertex. Facets that now repeat a
 * vertex are dropped, as readers with a tolerance do; vertices without facets
 * too. Works in place; *njoined counts vertices lost to others.
 */
pp_status pp_mesh_weld_near(pp_mesh *m, double limit_mm, size_t *njoined,
                            pp_error *err) PP_MUST_USE;

#endif
