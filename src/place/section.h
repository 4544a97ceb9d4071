/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * section.h - flat regions between closed polygons; only src/place/ includes
 * this
 */
#ifndef PP_PLACE_SECTION_H
#define PP_PLACE_SECTION_H

#include "mesh/mesh.h"
#include "place/place.h"

/* Directed edges of polygons: the region lies to their left. */
typedef struct {
    uint32_t (*edge)[2];
    size_t n, capacity;
} pp_rims;

pp_status pp_rims_add(pp_rims *r, uint32_t a, uint32_t b,
                      pp_error *err) PP_MUST_USE;

/** Order of directed edges, for qsort and bsearch. */
int pp_rims_compare(const void *a, const void *b);

/**
 * Triangles (numbers of vert) that fill the region, seen against normal:
 * counter-clockwise from its tip. The points are seen along the coordinate
 * axis that the normal is nearest to. PP_EGEOM when the polygons do not
 * bound a region, cross, or touch themselves. The caller frees *tri.
 */
pp_status pp_fill_rims(const pp_vec3 *vert, pp_vec3 normal,
                          const pp_rims *rims, pp_tri **tri, size_t *ntri,
                          pp_error *err) PP_MUST_USE;

/** The prism's corners around a peg, PP_PEG_SIDES of them, at a height. */
void pp_peg_ring(const pp_peg *peg, double radius_mm, double height_mm,
                 pp_vec3 ring[PP_PEG_SIDES]);

/** Radius of the prism's corners around a hole: its sides hold the radius. */
double pp_peg_hole_corner(const pp_peg *peg);

/** Rounds to floats, as files hold them. */
static inline pp_vec3
pp_vec_float(pp_vec3 p)
{
    return pp_vec((double)(float)p.x, (double)(float)p.y,
                  (double)(float)p.z);
}

#endif
