/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sided.h - for measure/ only: which side of a mesh, and how far
 */
#ifndef PP_MEASURE_SIDED_H
#define PP_MEASURE_SIDED_H

#include "mesh/mesh.h"

/* A mesh prepared for signed distances. */
typedef struct {
    const pp_mesh *mesh; /* must outlive it */
    pp_bvh *bvh;
    pp_vec3 *normal;     /* angle-weighted, per vertex, not of unit length */
    uint32_t *across;    /* 3t+k: facet across the edge that faces corner k */
} pp_sided;

pp_status pp_sided_build(const pp_mesh *m, pp_sided *s,
                         pp_error *err) PP_MUST_USE;

void pp_sided_free(pp_sided *s);

/**
 * Distance from p to the mesh, negative inside; *on (may be NULL) is the
 * nearest point and its facet.
 */
double pp_sided_distance(const pp_sided *s, pp_vec3 p, pp_nearest *on);

#endif
