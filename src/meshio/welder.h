/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * welder.h - a vertex list that grows without twins; only meshio/ includes it
 *
 * For formats whose facets bring their own corners (STL): the corners never
 * exist as a list, so memory goes with the vertices that are left.
 */
#ifndef PP_MESHIO_WELDER_H
#define PP_MESHIO_WELDER_H

#include "mesh/mesh.h"

/* All-zero is the empty list. */
typedef struct {
    pp_vec3 *vert;
    size_t nvert, capacity;
    uint32_t *slot; /* vertex numbers by hash of the coordinates */
    size_t nslot;   /* a power of two, at least twice nvert */
} pp_welder;

/**
 * Room for so many facets' worth of vertices, as a guess from the outside: a
 * closed mesh has half as many vertices as facets.
 */
pp_status pp_welder_expect(pp_welder *w, size_t nfacet,
                           pp_error *err) PP_MUST_USE;

/**
 * The numbers of n points (x y z each) in number[]: of an equal point that is
 * there already (-0 equals +0), else new. At most PP_WELDER_BATCH points.
 */
#define PP_WELDER_BATCH 768
pp_status pp_welder_add(pp_welder *w, const float (*point)[3], size_t n,
                        uint32_t *number, pp_error *err) PP_MUST_USE;

/** Hands the vertices over to the mesh, without spare room. */
void pp_welder_finish(pp_welder *w, pp_mesh *mesh);

void pp_welder_free(pp_welder *w);

#endif
