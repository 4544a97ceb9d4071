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

#include <math.h>

typedef struct {
    pp_vec3 apex, axis;
    double sine;
    double shows; /* of a corner: its facets' points as far as this, in radii,
                     may lie off every ball although they are flat there; 0:
                     as far as the ball that fits touches */
} pp_cone;

/* How far from the apex the cone shows, in radii of a ball. */
static inline double
pp_cone_shows(const pp_cone *cone)
{
    const double cosine = sqrt(fmax(1 - cone->sine * cone->sine, 1e-12));

    return fmax(cone->shows, cosine / cone->sine);
}

/* Some of the sharp edges and corners, as flat facets in a tree. */
typedef struct {
    pp_mesh mesh;
    uint32_t *number; /* of each facet: an edge, or nedge + a vertex */
    pp_bvh *bvh;
    double shows; /* none of them shows farther, in radii */
} pp_feature_index;

enum { PP_NFEATURE_GROUP = 6 }; /* by how far they show; the last: knives, of
                                   sine below half */

typedef struct {
    const pp_mesh *mesh;
    pp_vec3 *normal;     /* unit, for each facet; zero: a sliver */
    uint32_t *across;    /* for each corner: the facet beyond its edge */
    pp_cone *corner;     /* for each vertex */
    pp_cone *edge;       /* sharp edges: apex is the middle */
    uint32_t (*ends)[2]; /* their vertices */
    size_t nedge;
    pp_feature_index index[PP_NFEATURE_GROUP];
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

/* The cone that all facets within reach of p leave, as an edge does whose
 * rounding is smaller than that; sine 0 when they leave none, or less than a
 * knife's, which only an edge that is told as one may: a blade with a blunt
 * tip, or a needle of the noise, is thin. */
pp_cone pp_features_rounded(const pp_features *f, const pp_bvh *bvh,
                            pp_vec3 p, double reach);

/* Visits the cones of the sharp features that can stop a ball of this radius
 * which touches p, each at its point nearest to p. */
void pp_features_near(const pp_features *f, pp_vec3 p, double radius,
                      void (*visit)(const pp_cone *cone, void *data),
                      void *data);

/* The same of those only that open by less than 60 degrees. */
void pp_features_knives(const pp_features *f, pp_vec3 p, double radius,
                        void (*visit)(const pp_cone *cone, void *data),
                        void *data);

#endif
