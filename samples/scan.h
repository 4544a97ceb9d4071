/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scan.h - a scanner for bodies: partial volume, blur, noise
 */
#ifndef PP_SAMPLES_SCAN_H
#define PP_SAMPLES_SCAN_H

#include "body.h"

#include "voxel/grid.h"

typedef struct {
    size_t dim[3];
    double to_lps[3][4];  /* orthogonal axes */
    size_t fine[3];       /* parts of a voxel along each axis; 0: 2 */
    double background_hu;
    double spread_mm;     /* standard deviation of the point spread, > 0 */
    double slice_mm;      /* length of the slice profile, a box; > 0 */
    double noise_hu;      /* standard deviation in the image */
    uint64_t seed;        /* of the noise */
    double slope, intercept; /* of the stored values */
} pp_scan;

/**
 * Sets to_lps: turned about the patient's x, then y, then z axis (degrees),
 * spacing along i, j, k, and the middle of the grid at centre.
 */
void pp_scan_place(pp_scan *scan, const double spacing_mm[3],
                   const double turn_deg[3], pp_vec3 centre);

/**
 * The share of each voxel's cell inside bodies that do not overlap, [0, 1].
 * The caller frees.
 */
pp_status pp_scan_share(const pp_scan *scan, const pp_body *body,
                        size_t nbody, float **share,
                        pp_error *err) PP_MUST_USE;

/**
 * The grey image: the background and the bodies, which must not overlap,
 * blurred by the point spread in all directions and by the slice profile
 * along k, with noise of the same texture, rounded to int16. The caller frees
 * grid->voxel.
 */
pp_status pp_scan_image(const pp_scan *scan, const pp_body *body,
                        size_t nbody, pp_grid *grid,
                        pp_error *err) PP_MUST_USE;

#endif
