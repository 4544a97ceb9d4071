/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * register.h - for tools: one mesh laid onto another, without a change of size
 */
#ifndef PP_MEASURE_REGISTER_H
#define PP_MEASURE_REGISTER_H

#include "mesh/mesh.h"

typedef struct {
    double matrix[3][4];   /* p goes to matrix (p, 1) */
    double rms_before_mm;  /* of the samples' distances, all of them */
    double rms_after_mm;
    double rms_kept_mm;    /* after, of those kept */
    double kept;           /* share of the samples */
    double angle_deg;      /* of the rotation */
    double shift_mm;       /* of the moving mesh's middle */
    bool from_axes;        /* started from the axes of both, not as they lie */
    bool settled;          /* the last step was far below a micrometre */
    size_t nround, nsample;
} pp_registration;

/**
 * The rotation and shift that bring area-uniform samples of `moving` closest
 * to `fixed`: least squares of the distances, of the share `kept` of samples
 * that lie nearest; 0: 0.9. It starts from how the meshes lie, and from
 * the 24 ways to lay their axes onto each other where one of those ends closer
 * by a tenth. PP_EGEOM when a mesh has no area.
 */
pp_status pp_measure_register(const pp_mesh *moving, const pp_mesh *fixed,
                              double kept, pp_registration *r,
                              pp_error *err) PP_MUST_USE;

/** Moves all vertices. */
void pp_registration_apply(const pp_registration *r, pp_mesh *m);

#endif
