/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bricks.h - a signed distance, sampled only where its surface is
 *
 * The lattice is cut into bricks of PP_BRICK samples a side, and only bricks
 * near the surface hold numbers, so memory and time follow the area and not
 * the box. Distances change by at most one spacing from sample to sample: a
 * brick whose centre is farther from the surface than half its diagonal and a
 * spacing needs no number but its sign. (Sparse blocked grids: Bridson 2003;
 * Museth 2013, VDB.)
 */
#ifndef PP_SURFACE_BRICKS_H
#define PP_SURFACE_BRICKS_H

#include "mesh/mesh.h"

#define PP_BRICK 16 /* samples; a word of bits holds four */

/* All-zero is empty. */
typedef struct {
    pp_vec3 low; /* of sample 0, 0, 0 */
    double h;    /* from sample to sample, mm */
    size_t dim[3], nbrick[3];
    uint32_t *at; /* of each brick: outside, inside, or the stored one */
    float (*phi)[PP_BRICK * PP_BRICK * PP_BRICK];
    size_t nstored, room;
} pp_bricks;

/*
 * Signed distance at p, negative inside: exact when nearer than reach, else
 * the sign and any number that is not nearer than reach. Called from several
 * threads.
 */
typedef double (*pp_distance_at)(const void *data, pp_vec3 p, double reach);

/**
 * A lattice over box with three samples around it, everything outside. At
 * most PP_MASK_LIMIT samples along an axis: PP_ELIMIT.
 */
pp_status pp_bricks_alloc(pp_box box, double h, pp_bricks *b,
                          pp_error *err) PP_MUST_USE;
void pp_bricks_free(pp_bricks *b);

/**
 * Unites what is there with another solid. PP_ELIMIT when that takes more
 * bytes than limit; the bricks are as before then.
 */
pp_status pp_bricks_unite(pp_bricks *b, pp_distance_at distance,
                          const void *data, size_t limit,
                          pp_error *err) PP_MUST_USE;

typedef enum {
    PP_BRICKS_ALL,    /* facets as they come */
    PP_BRICKS_PROVED, /* fewer, no point of either surface farther from the
                         other than allowed */
    PP_BRICKS_QUICK   /* nearly the same in a third of the time: nothing is
                         proved, and facets may cross */
} pp_bricks_facets;

/**
 * The surface where the distance is zero: closed, manifold, outward. Solids
 * that leave the lattice: PP_EGEOM.
 */
pp_status pp_bricks_surface(const pp_bricks *b, pp_bricks_facets facets,
                            double max_error_mm, pp_mesh *mesh,
                            pp_error *err) PP_MUST_USE;

#endif
