/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * edge.h - for measure/ only: blurred surfaces fitted to voxels
 */
#ifndef PP_MEASURE_EDGE_H
#define PP_MEASURE_EDGE_H

#include "measure/profile.h"

/* ---- the model (edge_model.c) ---- */

/*
 * A surface near a point, as a quadric: a plane, a cylinder or a ball exactly,
 * other surfaces to second order. `normal` leads out of the body.
 */
typedef struct {
    pp_vec3 at, normal;
    double bend[3][3]; /* curvature, 1/mm; positive for a ball */
} pp_quadric;

/* What blurs: a Gaussian, and the profile of a slice, a box. */
typedef struct {
    double sigma_mm;
    double slice_mm;
    pp_vec3 slice;  /* unit vector through the slices */
} pp_blur;

/** Curvatures along t1 and t2 (which with the normal are orthonormal) and
 *  mixed; that along the normal is chosen so that balls and cylinders are. */
void pp_quadric_set(pp_quadric *q, pp_vec3 at, pp_vec3 normal, pp_vec3 t1,
                    pp_vec3 t2, double k11, double k12, double k22);

/** The blurred body at p: 1 inside, 0 outside, half near the surface. */
double pp_quadric_blurred(const pp_quadric *q, const pp_blur *blur,
                          pp_vec3 p);

/** The blur's standard deviation in a direction. */
double pp_blur_along(const pp_blur *blur, pp_vec3 direction);

/* ---- the fit (edge_fit.c) ---- */

/* Where to look and what is known before. */
typedef struct {
    const pp_grey *grey;
    pp_vec3 origin, direction; /* the line; direction is a unit vector */
    double place[2];           /* of the edges along it: first guess */
    bool both;                 /* fit both edges together, else place[side] */
    int side;                  /* 0: the body begins there; 1: it ends */
    double room[2];            /* mm of the line: before the first edge and
                                  behind the last one */
    double within;             /* mm of the line inside the body that one
                                  edge alone may use */
    double outside[2], inside; /* grey levels: first guess */
    double inside_u;           /* > 0: `inside` is known that well */
    pp_blur blur;              /* first guess of the Gaussian; the box */
} pp_edge_task;

typedef struct {
    double place[2];           /* along the line */
    double u;                  /* standard uncertainty of the place, or of
                                  the distance of both, from the residuals */
    double sigma_mm;           /* Gaussian part of the blur */
    double inside, outside[2];
    double noise;              /* residual standard deviation */
    double curvature[2];       /* sum of both curvatures, 1/mm */
    pp_vec3 normal[2];
    size_t nvoxel;
} pp_edge_fit;

/**
 * Fits by least squares. *good is false when there are too few voxels or the
 * fit does not hold; out then means nothing.
 */
pp_status pp_edge_measure(const pp_edge_task *task, pp_edge_fit *out,
                          bool *good, pp_error *err) PP_MUST_USE;

#endif
