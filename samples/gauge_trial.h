/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gauge_trial.h - one body of known size under a scanner drawn at random
 *
 * A trial is a ball, rod, plate or tube, oblique to the voxels and off their
 * centres, in a scanner whose point spread, slices, voxels and noise are drawn
 * from what clinical CT has, and a caliper on it. Nothing is written: the scan
 * is made in memory around the caliper alone.
 */
#ifndef PP_SAMPLES_GAUGE_TRIAL_H
#define PP_SAMPLES_GAUGE_TRIAL_H

#include "voxel/grid.h"

typedef enum {
    PP_TRIAL_BALL,
    PP_TRIAL_ROD,
    PP_TRIAL_PLATE,
    PP_TRIAL_TUBE, /* its wall */
    PP_NTRIAL_SHAPE
} pp_trial_shape;

typedef struct {
    pp_trial_shape shape;
    double width_mm;   /* of the blur where it is widest for this shape: point
                          spread and slice profile, full at half */
    double size_mm;    /* nominal: diameter, or thickness of wall or plate */
    double truth_mm;   /* between the surfaces, on the caliper's line */
    double fwhm_mm;    /* point spread */
    double slice_mm, pixel_mm;
    double contrast_hu, noise_hu;
    pp_vec3 end[2];    /* the caliper as a person would set it: a little off */
    pp_grid image;
} pp_trial;

/**
 * The trial of a number: a shape of so many widths of the blur. Equal
 * arguments give equal trials. noise: a factor on the noise, 0 for none. The
 * caller frees with pp_trial_free.
 */
pp_status pp_trial_make(pp_trial *trial, pp_trial_shape shape, double widths,
                        double noise, uint64_t number,
                        pp_error *err) PP_MUST_USE;

void pp_trial_free(pp_trial *trial);

#endif
