/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * report.h - for tools: all that one run of meshmeasure says
 */
#ifndef PP_MEASURE_REPORT_H
#define PP_MEASURE_REPORT_H

#include "base/json.h"
#include "measure/budget.h"
#include "measure/grey.h"
#include "measure/measure.h"
#include "measure/probe.h"
#include "measure/register.h"
#include "measure/section.h"
#include "measure/shape.h"

#include <stdio.h>

/* The mesh against a mask or another mesh. */
typedef struct {
    bool there;
    pp_deviation to, from; /* from the mesh to it, and back */
    double spacing_mm;     /* of the samples */
    double hd95_mm;        /* the larger 95th percentile of both ways */
    double assd_mm;        /* average symmetric surface distance: the mean of
                              both ways' unsigned distances, by area */
} pp_comparison;

/* All-zero: nothing measured. */
typedef struct {
    pp_body body;
    pp_component *component; /* the largest first */
    size_t ncomponent;
    pp_caliper *caliper;
    size_t ncaliper;
    pp_grey_caliper *grey_caliper; /* as many; NULL without --source */
    pp_section *section;
    size_t nsection;
    pp_probe *probe; /* angles, paths, fits and walls, as asked for */
    size_t nprobe;
    bool has_axes; /* a closed mesh with volume */
    pp_inertia inertia;
    pp_oriented_box oriented;
    pp_comparison mask;
    pp_overlap overlap;
    double mask_volume_mm3;
    bool has_registration; /* the other mesh was moved first */
    pp_registration registration;
    pp_comparison other;
    pp_hausdorff to_other, from_other; /* within hausdorff_bound_mm */
    double hausdorff_bound_mm;
    double other_volume_mm3; /* NaN when it is not closed */
    bool has_grey;
    pp_grey_report grey;
    pp_budget_step *step; /* of the editing, in order */
    size_t nstep;
    pp_told_step *told; /* by the tools of the pipe, of their own steps */
    size_t ntold;
    pp_budget_step total; /* of meshes together: the last one and the first */
    double rounding_mm;   /* of the mesh's vertices to floats, at the most */
    double tolerance_mm;     /* 0: none given */
} pp_measures;

/* What fills it. spacing_mm, the largest distance between samples, may be 0:
 * the usual one. On failure the report is still to be freed. */

/** What needs nothing but the mesh; first of all. */
pp_status pp_measures_alone(pp_measures *r, const pp_mesh *m,
                            pp_error *err) PP_MUST_USE;

/** Against a mask; deviation of each vertex too unless NULL. */
pp_status pp_measures_mask(pp_measures *r, const pp_mesh *m,
                           const pp_mask *mask, double spacing_mm,
                           float *deviation, pp_error *err) PP_MUST_USE;

/** Against another mesh; PP_EGEOM when neither has an area. */
pp_status pp_measures_mesh(pp_measures *r, const pp_mesh *m,
                           const pp_mesh *other, double spacing_mm,
                           float *deviation, pp_error *err) PP_MUST_USE;

/** Against the edges of a grey image, calipers included. slice_mm: thickness of
 *  its slices, 0: their distance. */
pp_status pp_measures_grey(pp_measures *r, const pp_mesh *m,
                           const pp_grid *image, double slice_mm,
                           double spacing_mm, float *deviation,
                           pp_error *err) PP_MUST_USE;

/** One step of the editing, at the spacing that fits the mesh of r. */
pp_status pp_measures_step(pp_measures *r, const pp_mesh *before,
                           const pp_mesh *after, double spacing_mm,
                           pp_budget_step *step, pp_error *err) PP_MUST_USE;

/**
 * The step from a mask to its surface: against the boundary of the voxels; the
 * change of area is not told. As elsewhere, samples lie spacing_mm apart.
 */
pp_status pp_measures_surface_step(const pp_mesh *surface,
                                   const pp_mask *mask, double spacing_mm,
                                   pp_budget_step *step,
                                   pp_error *err) PP_MUST_USE;

void pp_measures_free(pp_measures *r);

/** The largest distance found, either way; 0 when nothing was compared. */
double pp_measures_largest(const pp_measures *r);

/**
 * Against the tolerance: distances must all lie within it, the grey image and
 * its calipers judge with their uncertainty. PASS when none is given.
 */
pp_verdict pp_measures_verdict(const pp_measures *r);

/** What keeps the verdict from PASS, the first that does; "" of PASS. */
void pp_measures_reason(const pp_measures *r, char *text, size_t size);

/** Of caliper i: the mesh's length against the image's. */
pp_verdict pp_measures_caliper_verdict(const pp_measures *r, size_t i);

/** One screen for people. */
void pp_measures_print(const pp_measures *r, FILE *out);

/** Members of the current JSON object. */
void pp_measures_json(const pp_measures *r, pp_json *j);

/** Appends the numbers as comma separated values. */
pp_status pp_measures_csv(const pp_measures *r, pp_bytes *out,
                          pp_error *err) PP_MUST_USE;

#endif
