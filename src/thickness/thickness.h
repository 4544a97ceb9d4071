/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * thickness.h - how thick a solid is
 *
 * Thickness at a surface point: diameter of the largest ball inside the solid
 * that touches there (inscribed ball; shrinking-ball search of Ma, Bae and
 * Choi 2012). At a convex edge the ball shrinks to nothing for any solid; such
 * points are told apart by the opening of the edge and reported as edge zone.
 */
#ifndef PP_THICKNESS_THICKNESS_H
#define PP_THICKNESS_THICKNESS_H

#include "mesh/mesh.h"

typedef struct {
    double edge_opening_deg; /* edges sharper than this are edge zones; 0: 150 */
    double limit_mm;         /* balls are not searched beyond; 0: no limit */
} pp_thickness_options;

/* The ball found at one sample of the surface. */
typedef struct {
    pp_vec3 touch;  /* on the surface, where the search began */
    pp_vec3 other;  /* the second point that the ball touches */
    pp_vec3 centre;
    double diameter_mm;
    bool edge_zone; /* bounded by a convex edge, not by an opposite wall */
} pp_ball;

/**
 * One ball for each vertex, then one for each facet's centroid: *nball =
 * nvert + ntri, in that order. The mesh must be closed and outward. The
 * caller frees.
 */
pp_status pp_thickness_balls(const pp_mesh *m,
                             const pp_thickness_options *options,
                             pp_ball **ball, size_t *nball,
                             pp_error *err) PP_MUST_USE;

typedef struct {
    double min_mm;       /* over balls outside edge zones */
    pp_vec3 min_place;
    double p1_mm, median_mm;
    double area_below_mm2; /* outside edge zones, thinner than T */
    double area_mm2;
    size_t nedge_zone;     /* samples left out as edge zones */
} pp_thickness_summary;

void pp_thickness_summarise(const pp_mesh *m, const pp_ball *ball,
                            size_t nball, double t_mm,
                            pp_thickness_summary *s);

/* A connected region of the surface that is thinner than T. */
typedef struct {
    double area_mm2, min_mm;
    pp_vec3 place; /* where the minimum is */
} pp_thin_region;

/** Largest area first. The caller frees. */
pp_status pp_thickness_regions(const pp_mesh *m, const pp_ball *ball,
                               size_t nball, double t_mm,
                               pp_thin_region **region, size_t *nregion,
                               pp_error *err) PP_MUST_USE;

#endif
