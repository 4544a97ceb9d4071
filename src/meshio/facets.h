/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * facets.h - a mesh that grows by facets; only meshio/ includes this
 */
#ifndef PP_MESHIO_FACETS_H
#define PP_MESHIO_FACETS_H

#include "mesh/mesh.h"

typedef struct {
    pp_mesh *mesh;
    size_t capacity; /* of mesh->tri */
} pp_facets;

/** Appends one facet; the corners are not checked. */
pp_status pp_facets_add(pp_facets *f, uint32_t a, uint32_t b, uint32_t c,
                        pp_error *err) PP_MUST_USE;

/* A polygon that becomes a fan around its first corner, corner by corner. */
typedef struct {
    uint32_t first, before;
    uint32_t ncorner;
} pp_fan;

pp_status pp_fan_add(pp_fan *fan, pp_facets *f, uint32_t corner,
                     pp_error *err) PP_MUST_USE;

#endif
