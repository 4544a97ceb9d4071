/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bvh.h - inside the tree; for src/mesh/bvh*.c only
 *
 * Nodes lie in one array, depth first: the left child of node i is i + 1, the
 * right child is node[i].right. Boxes are floats rounded outward, so that a
 * node takes half a cache line and never hides a facet. The corners of the
 * facets are copied in the order of the leaves: a leaf is one run of memory.
 */
#ifndef PP_MESH_BVH_H
#define PP_MESH_BVH_H

#include "mesh/mesh.h"

#include <math.h>

/* No path from the root is longer: splits by cost stop at half of it, and
 * halving 2^32 facets takes the other half. */
#define PP_BVH_DEPTH 96

typedef struct {
    float low[3], high[3];
    uint32_t right; /* inner node: right child; leaf: first item */
    uint32_t count; /* 0: inner node; else items of the leaf */
} pp_bvh_node;

/* Moments of the area vectors in a node, for the winding number. */
typedef struct {
    pp_vec3 centre;    /* of area */
    double radius2;    /* of a ball about the centre around all facets */
    pp_vec3 area;      /* sum of area vectors */
    double first[3][3]; /* sum of (centroid - centre) times area vector */
} pp_bvh_moment;

/* The plane of a facet: normal * x = offset, the normal of length one; zero
 * for a sliver, which has none to trust. */
typedef struct {
    pp_vec3 normal;
    double offset;
} pp_bvh_plane;

struct pp_bvh {
    pp_bvh_node *node;
    size_t nnode;
    pp_bvh_moment *moment;   /* for each node */
    pp_vec3 (*corner)[3];    /* for each item */
    pp_bvh_plane *plane;     /* for each item */
    uint32_t *facet;         /* for each item */
    double rounding;         /* of distances to planes, more than */
    size_t nitem;
};

/** Squared distance from p to a node's box: 0 inside. */
static inline double
pp_bvh_gap2(const pp_bvh_node *node, const double p[3])
{
    double sum = 0;

    for (int k = 0; k < 3; k++) {
        const double below = node->low[k] - p[k], above = p[k] - node->high[k];
        const double gap = below > above ? below : above;

        sum += gap > 0 ? gap * gap : 0;
    }
    return sum;
}

/** Does the item's plane alone keep it farther from p than this? */
static inline bool
pp_bvh_is_beyond(const pp_bvh *bvh, uint32_t item, pp_vec3 p, double distance)
{
    const pp_bvh_plane *q = &bvh->plane[item];

    return fabs(pp_dot(q->normal, p) - q->offset) > distance + bvh->rounding;
}

/** Fills moment[] of a finished tree. */
void pp_bvh_fill_moments(pp_bvh *bvh);

#endif
