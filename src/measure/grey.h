/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * grey.h - for tools: a mesh against the grey image, without the mask
 */
#ifndef PP_MEASURE_GREY_H
#define PP_MEASURE_GREY_H

#include "measure/measure.h"
#include "voxel/grid.h"

typedef enum {
    PP_VERDICT_PASS,
    PP_VERDICT_FAIL,
    PP_VERDICT_INDETERMINATE
} pp_verdict;

/* A part of the surface: what lies in one cube of the mesh's box. */
#define PP_GREY_CUBES 4 /* along the longest side of the box */
#define PP_GREY_REGIONS (PP_GREY_CUBES * PP_GREY_CUBES * PP_GREY_CUBES)

typedef struct {
    pp_vec3 centre;    /* of the surface in it */
    double area_mm2;
    double supported;  /* share of that with an edge */
    pp_deviation half; /* its worst place is not told */
} pp_grey_region;

/*
 * Edges found along the mesh's normals. Deviations are mesh minus edge:
 * positive where the mesh lies outside the edge.
 */
typedef struct {
    double inside, outside;  /* median grey levels away from the surface */
    double noise;            /* standard deviation of plateaus inside */
    double blur_mm;          /* sigma of the edge, median */
    double supported;        /* share of the area with an edge */
    double unread;           /* share whose profile leaves the image */
    double thin;             /* share without room for plateaus: the wall is
                                thinner than the blur can resolve */
    double thin_mesh_mm;     /* mean wall there: of the mesh, and ... */
    double thin_grey_mm;     /* ... from the integral of the profile */
    pp_deviation half;       /* edge at half between the plateaus */
    pp_deviation gradient;   /* edge at the steepest place */
    double curvature_mm;     /* of the mean of half: what blur does to it on a
                                curved surface */
    double bias_mm;          /* the mean without that */
    double u_repeat_mm;      /* of the mean: scatter over the surface */
    double u_method_mm;      /* half maximum against steepest place */
    double u_curvature_mm;   /* of curvature_mm */
    double uncertainty_mm;   /* all of them, k = 2 (about 95 %) */
    size_t nsample, nedge;
    double region_mm;        /* edge of the cubes */
    pp_grey_region region[PP_GREY_REGIONS];
    size_t nregion;
} pp_grey_report;

/**
 * Measures the mesh against the image, at places at most spacing_mm apart.
 * deviation, unless NULL, gets that of each vertex, NaN without an edge.
 * PP_EGEOM when no place lies in the image, or nowhere is a contrast.
 */
pp_status pp_measure_grey(const pp_mesh *m, const pp_grid *image,
                          double spacing_mm, float *deviation,
                          pp_grey_report *r, pp_error *err) PP_MUST_USE;

/**
 * PASS: |bias| + uncertainty and p95 within the tolerance and an edge on at
 * least 95 % of the area. FAIL: |bias| - uncertainty beyond it. Else neither.
 */
pp_verdict pp_grey_judge(const pp_grey_report *r, double tolerance_mm);

const char *pp_verdict_name(pp_verdict v); /* "PASS" ... */

typedef enum {
    PP_GREY_NONE,    /* no edges between these points */
    PP_GREY_EDGES,   /* distance between two half-maximum edges */
    PP_GREY_INTEGRAL /* below the blur: integral over the contrast */
} pp_grey_how;

/* All that is said of a distance in the image. */
typedef struct {
    pp_grey_how how;
    double mm;
    double uncertainty_mm; /* half the interval that covers the truth in 95 %
                              of all cases, of the parts below */
    double u_fit_mm;       /* noise and sampling, from the fit's residuals */
    double u_model_mm;     /* shapes and blurs that the model has not */
    double voxel_mm;       /* a voxel's length along the caliper */
    double blur_mm;        /* the blur's sigma along it */
    double noise;          /* of the fit's residuals */
    bool biased;           /* shorter than three widths of the blur or than
                              two voxels: grey edges are biased */
} pp_grey_caliper;

/**
 * The distance between the edges near the two ends of a caliper, from the
 * image alone: r (only its levels and blur are read) says what a body too thin
 * for a level of its own would be, and where to begin. slice_mm is the
 * thickness of slices, 0: their distance.
 */
pp_status pp_measure_grey_caliper(const pp_grid *image, double slice_mm,
                                  const pp_grey_report *r,
                                  const pp_caliper *c, pp_grey_caliper *out,
                                  pp_error *err) PP_MUST_USE;

#endif
