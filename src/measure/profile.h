/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * profile.h - for measure/ only: grey values along a line
 */
#ifndef PP_MEASURE_PROFILE_H
#define PP_MEASURE_PROFILE_H

#include "voxel/grid.h"

/* An image prepared for reading between voxels. */
typedef struct {
    const pp_grid *image; /* must outlive it */
    double to_index[3][4];
    double h[3];          /* mm between voxels */
    double h_min;
    pp_vec3 axis[3];      /* unit vectors along i, j, k */
    int slice;            /* the axis through the slices */
} pp_grey;

pp_status pp_grey_prepare(const pp_grid *image, pp_grey *g,
                          pp_error *err) PP_MUST_USE;

/** Trilinear value at p; NaN beyond the outermost voxel centres. */
double pp_grey_at(const pp_grey *g, pp_vec3 p);

/** Its gradient, from values `reach` mm apart; zero beyond the image. */
pp_vec3 pp_grey_slope(const pp_grey *g, pp_vec3 p, double reach);

/** How long a voxel is in a direction (unit vector), mm. */
double pp_grey_step(const pp_grey *g, pp_vec3 direction);

#define PP_PROFILE_MAX 256

/* Values at low + n * step along a line. */
typedef struct {
    double low, step;
    int n;
    double value[PP_PROFILE_MAX];
} pp_profile;

/** Reads from low to high mm; fewer values than 5 when it leaves the image. */
void pp_profile_read(const pp_grey *g, pp_vec3 origin, pp_vec3 direction,
                     double low, double high, pp_profile *p);

/** Mean of the values between two places, by the steps; NaN without any. */
double pp_profile_mean(const pp_profile *p, double from, double to);

/**
 * The place nearest to `near` where the profile falls (sign > 0) or rises
 * (sign < 0) through a level; NaN when it does not. *slope is what it loses a
 * mm there, positive.
 */
double pp_profile_crossing(const pp_profile *p, double level, int sign,
                           double near, double *slope);

/** Where it falls (or rises) most steeply; NaN when it does not. */
double pp_profile_steepest(const pp_profile *p, int sign);

#endif
