/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * shape.h - numbers beyond defects: what a mesh is good for
 *
 * Included by the tools. None of these is part of the verdict, unless it is
 * asked for; all want a mesh that pp_check has accepted.
 */
#ifndef PP_CHECK_SHAPE_H
#define PP_CHECK_SHAPE_H

#include "check/check.h"

/* ---- how soon a reader with a tolerance would see another mesh ---- */

typedef struct {
    bool found;
    double distance_mm; /* of the vertices; how far was searched when none */
    uint32_t a, b;      /* the two vertices */
    bool edge;          /* an edge joins them */
    pp_vec3 place;      /* of the first vertex */
    unsigned before, after; /* the requirements that fail, as a set */
    bool certain; /* false: too many near vertices, the search ended early */
} pp_fragility;

/**
 * The smallest distance such that joining all vertices that chains of at most
 * that distance connect (single linkage; each chain goes to its first vertex,
 * facets that repeat a vertex are dropped) changes which of the required
 * properties fail. Open edges, non-manifold edges and vertices, flipped,
 * duplicate and degenerate facets and crossings are followed; inverted shells
 * and the number of parts count as they were. r is the mesh's report with
 * crossings. Searched up to limit_mm.
 */
pp_status pp_find_fragility(const pp_mesh *m, const pp_report *r,
                            unsigned required, double limit_mm,
                            pp_fragility *f, pp_error *err) PP_MUST_USE;

/* ---- shape of facets (quality.c) ---- */

/* An edge below this share of the longest makes a needle. */
#define PP_NEEDLE_RATIO 0.05
/* An angle above this makes a cap. */
#define PP_CAP_DEG 170

typedef struct {
    size_t nneedle, ncap;
    double min_angle_deg, max_angle_deg;
    pp_vec3 min_angle_place;
    double min_edge_mm, max_edge_mm, mean_edge_mm, sd_edge_mm;
    double facets_per_cm2;
    /* Between neighbours: 180 is flat, less is convex, more is concave. */
    double min_dihedral_deg, max_dihedral_deg;
    pp_vec3 min_dihedral_place, max_dihedral_place;
} pp_quality;

pp_status pp_measure_quality(const pp_mesh *m, pp_quality *q,
                             pp_error *err) PP_MUST_USE;

/* ---- can it be registered? (stability.c) ---- */

/* A motion that hardly changes the distance to the surface itself. */
typedef struct {
    double share;     /* of the stiffest motion; 0: slides freely */
    pp_vec3 turn;     /* unit vector times its part in the motion, */
    pp_vec3 shift;    /* turns about the centre by one radius's worth */
} pp_motion;

/* Below this share a motion is called a slide (condition above 100). */
#define PP_SLIDE_SHARE 0.01

typedef struct {
    double condition; /* stiffest over softest; infinite when it slides */
    pp_motion motion[6]; /* softest first */
    int nslide;
    pp_vec3 centre;
    double radius_mm; /* mean distance from the centre */
} pp_stability;

pp_status pp_measure_stability(const pp_mesh *m, pp_stability *s,
                               pp_error *err) PP_MUST_USE;

/* ---- all three (shape.c) ---- */

typedef struct {
    pp_fragility fragility;
    pp_quality quality;
    pp_stability stability; /* all zero without an area */
} pp_shape;

/** Side by side; arguments as of pp_find_fragility. */
pp_status pp_measure_shape(const pp_mesh *m, const pp_report *r,
                           unsigned required, double limit_mm,
                           pp_shape *shape, pp_error *err) PP_MUST_USE;

/* ---- units (units.c) ---- */

/**
 * A unit that the coordinates may be in instead of millimetres: "m", "inch",
 * "um", or NULL when nothing speaks for it. unit is what the provenance says,
 * or NULL: what is known is not suspected.
 */
const char *pp_suspect_unit(pp_box box, const char *unit);

/* ---- colours (mark.c) ---- */

/**
 * A colour and a number for each vertex: 0 and grey where nothing was found,
 * else 1 + defect and the colour of that defect, the first in the table where
 * there are several. Wants a report with all witnesses. value and rgb have
 * room for nvert.
 */
void pp_mark_findings(const pp_mesh *m, const pp_report *r, float *value,
                      uint8_t (*rgb)[3]);

/* ---- for people and for programs (shape_report.c) ---- */

void pp_shape_tell(const pp_shape *s, pp_table *t);
void pp_shape_json(const pp_shape *s, double limit_mm, pp_json *j);

#endif
