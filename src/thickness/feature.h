/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * feature.h - sharp edges and corners; for src/thickness/ only
 *
 * Around a surface point the solid holds a cone: apex there, axis d, and the
 * ball of radius r about apex + (r / sine) d just fits. sine is one where the
 * surface is flat or hollow, and sin(opening / 2) at a convex edge.
 */
#ifndef PP_THICKNESS_FEATURE_H
#define PP_THICKNESS_FEATURE_H

#include "thickness/thickness.h"

typedef struct {
    pp_vec3 apex, axis;
    double sine;
} pp_cone;

typedef struct {
    const pp_mesh *mesh;
    pp_vec3 *normal;     /* unit, for each facet; zero: degenerate */
    uint32_t *across;    /* for each corner: the facet beyond its edge */
    pp_cone *corner;     /* for each vertex */
    pp_cone *edge;       /* sharp edges: apex is the middle */
    uint32_t (*ends)[2]; /* their vertices */
    size_t nedge;
    pp_mesh sharp;       /* flat facets: first the edges, then the corners */
    uint32_t *corner_of; /* vertices of the sharp corners */
    pp_bvh *bvh;         /* over sharp */
    double sine_limit;   /* below: sharp */
} pp_features;

pp_status pp_features_find(const pp_mesh *m, double edge_opening_deg,
                           pp_features *f, pp_error *err) PP_MUST_USE;
void pp_features_free(pp_features *f);

/* The cone of the edge that corner c faces; false when it is not convex. */
bool pp_features_edge(const pp_features *f, uint32_t c, pp_cone *cone);

/* Moves the cone to the point of the edge between a and b nearest to p; false
 * beyond its ends, where the corners' cones hold. */
bool pp_cone_slide(pp_cone *cone, pp_vec3 a, pp_vec3 b, pp_vec3 p);

/* Visits cones at the points of sharp features near p, nearest on each. */
void pp_features_near(const pp_features *f, pp_vec3 p, double reach,
                      void (*visit)(const pp_cone *cone, void *data),
                      void *data);

#endif
