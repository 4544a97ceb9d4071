/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gauge.h - bodies of known size, to measure what a scan lets one measure
 *
 * Four rows (balls, rods, plates, tubes) of six sizes, each at another offset
 * to the voxels, all oblique to them. Each has a caliper: two points of its
 * surface, opposite each other, whose distance is its size (for a tube: the
 * thickness of the wall).
 */
#ifndef PP_SAMPLES_GAUGE_H
#define PP_SAMPLES_GAUGE_H

#include "scan.h"

#define PP_GAUGE_ROWS 4
#define PP_GAUGE_SIZES 6
#define PP_GAUGE_BODIES (PP_GAUGE_ROWS * PP_GAUGE_SIZES)

extern const char *const pp_gauge_row[PP_GAUGE_ROWS];
extern const double pp_gauge_size_mm[PP_GAUGE_SIZES];

/* Bodies point to their shapes inside the gauge: it must not be copied. */
typedef struct {
    pp_sphere ball[PP_GAUGE_SIZES];
    pp_tube rod[PP_GAUGE_SIZES];
    pp_block plate[PP_GAUGE_SIZES];
    pp_tube outer[PP_GAUGE_SIZES], lumen[PP_GAUGE_SIZES];
    pp_cut cut[PP_GAUGE_SIZES][2];
    pp_vessel pipe[PP_GAUGE_SIZES];
    pp_body body[PP_GAUGE_BODIES]; /* row by row, small to large */
    pp_vec3 from[PP_GAUGE_BODIES], to[PP_GAUGE_BODIES]; /* calipers */
    pp_scan scan;
} pp_gauge;

/* How it is scanned; zero: the default in brackets. */
typedef struct {
    double fwhm_mm;     /* point spread, full width at half maximum [0.8] */
    double slice_mm;    /* thickness and distance of slices [1] */
    double voxel_mm;    /* within a slice [0.5] */
    double contrast_hu; /* of the bodies over the background [1000] */
    double noise_hu;    /* standard deviation; below zero: none [15] */
    uint64_t seed;      /* of noise and offsets */
} pp_gauge_options;

void pp_gauge_set(pp_gauge *gauge, const pp_gauge_options *options);

#endif
