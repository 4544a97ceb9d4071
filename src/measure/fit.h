/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fit.h - for measure/ only: planes, spheres and cylinders through points
 */
#ifndef PP_MEASURE_FIT_H
#define PP_MEASURE_FIT_H

#include "base/status.h"
#include "base/vec.h"

#include <stddef.h>

typedef enum { PP_FIT_PLANE, PP_FIT_SPHERE, PP_FIT_CYLINDER } pp_fit_kind;

/* A point of a surface, its normal (of any length) and the area it has. */
typedef struct {
    pp_vec3 at, normal;
    double weight;
} pp_fit_point;

typedef struct {
    pp_vec3 centre;   /* of a plane or cylinder: the point of it nearest to the
                         middle of the points */
    pp_vec3 axis;     /* normal of a plane, axis of a cylinder; unit */
    double radius_mm; /* of a sphere or cylinder */
    double rms_mm, max_mm; /* of the points' distances */
} pp_fit;

/**
 * The least squares of the points' distances, by weight. PP_EGEOM when there
 * are too few points, or when they do not hold the shape: no sphere through a
 * flat patch.
 */
pp_status pp_fit_points(pp_fit_kind kind, const pp_fit_point *p, size_t n,
                        pp_fit *fit, pp_error *err) PP_MUST_USE;

#endif
