/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * edge_parts.h - for edge_*.c only: a fit under way
 */
#ifndef PP_MEASURE_EDGE_PARTS_H
#define PP_MEASURE_EDGE_PARTS_H

#include "measure/edge.h"

#include <stdint.h>

/* Parameters: seven for each surface, then what both share. */
enum { PLACE, TILT1, TILT2, K11, K12, K22, LEVEL, PER_EDGE };
enum { INSIDE = 2 * PER_EDGE, LOG_SIGMA, PP_EDGE_NPARAM };

typedef struct {
    pp_vec3 p;
    double value;
    int index[3];
} pp_edge_voxel;

typedef struct {
    const pp_edge_task *task;
    pp_edge_voxel *voxel;
    size_t n, capacity;
    double (*row)[PP_EDGE_NPARAM]; /* derivatives */
    double *residual;
    uint32_t *at;          /* voxel of a place in the box, or PP_NONE */
    int low[3], size[3];
    bool is_free[PP_EDGE_NPARAM];
    double param[PP_EDGE_NPARAM];
    double expected[PP_EDGE_NPARAM]; /* before the fit, */
    double spread[PP_EDGE_NPARAM];   /* and how well; 0: anything */
    pp_vec3 frame[2][3];   /* normal and tangents that tilts refer to */
    double contrast;
    double grow;           /* of the reach */
} pp_edge_state;

/** Sigma of the blur's Gaussian, no less than a scanner's. */
double pp_edge_sigma(const pp_edge_state *f, const double *param);

/** Standard deviation of the residuals, parameters counted off. */
double pp_edge_residual(const pp_edge_state *f);

/** Fills row[]: the derivatives of the model at param. */
void pp_edge_differentiate(pp_edge_state *f);

/** A = J'J with what is expected; unit diagonal for what is fixed. */
void pp_edge_normal_matrix(const pp_edge_state *f, double noise,
                           double a[PP_EDGE_NPARAM][PP_EDGE_NPARAM]);

/** Cholesky's factor in place; false when a is not positive definite. */
bool pp_edge_factor(double a[PP_EDGE_NPARAM][PP_EDGE_NPARAM]);

/** Solves for x in place, by the factor. */
void pp_edge_solve(double a[PP_EDGE_NPARAM][PP_EDGE_NPARAM], double *x);

/**
 * The standard uncertainty of the place (or of the distance of both) and the
 * noise of the voxels, after a fit. *good is false when the parameters are not
 * determined.
 */
pp_status pp_edge_uncertainty(pp_edge_state *f, double *u, double *noise,
                              bool *good, pp_error *err) PP_MUST_USE;

#endif
