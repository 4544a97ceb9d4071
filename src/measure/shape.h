/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * shape.h - for tools: axes of a body and the box that follows them
 */
#ifndef PP_MEASURE_SHAPE_H
#define PP_MEASURE_SHAPE_H

#include "mesh/mesh.h"

/* The solid's principal axes, largest spread first, right-handed. */
typedef struct {
    pp_vec3 axis[3];
    double spread_mm[3];      /* rms distance from the centroid along an axis */
    double inertia_mm5[3];    /* about that axis, for a density of 1 */
} pp_inertia;

/** PP_EGEOM for a mesh without volume; the mesh must be closed. */
pp_status pp_measure_inertia(const pp_mesh *m, pp_inertia *inertia,
                             pp_error *err) PP_MUST_USE;

/* A box of any direction around a mesh; longest side first, right-handed. */
typedef struct {
    pp_vec3 centre, axis[3];
    double side_mm[3];
} pp_oriented_box;

/**
 * A small box around the mesh: turning it about any one of its axes makes it
 * no smaller. No search for the smallest of all boxes. PP_EGEOM when there is
 * no facet.
 */
pp_status pp_measure_oriented_box(const pp_mesh *m, pp_oriented_box *box,
                                  pp_error *err) PP_MUST_USE;

#endif
