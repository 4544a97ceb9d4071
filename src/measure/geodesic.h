/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * geodesic.h - for measure/ only: the shortest way along a surface
 */
#ifndef PP_MEASURE_GEODESIC_H
#define PP_MEASURE_GEODESIC_H

#include "mesh/mesh.h"

/**
 * The length of the shortest way on m between two points on facets of it:
 * *high is that of a way on the surface, and none is shorter than *low. They
 * agree to a billionth unless the search had to be cut off after 20 million
 * windows. *high is infinite when no way leads there. across: see patch.h.
 */
pp_status pp_geodesic(const pp_mesh *m, const uint32_t *across,
                      const pp_vec3 point[2], const uint32_t facet[2],
                      double *low, double *high, pp_error *err) PP_MUST_USE;

#endif
