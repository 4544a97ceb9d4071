/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * brute.h - thickness by trying, with all facets each time
 *
 * Written from the definition in thickness.h alone: no tree, no cones, and no
 * line of the library but vectors and meshes.
 */
#ifndef PP_TESTS_THICKNESS_BRUTE_H
#define PP_TESTS_THICKNESS_BRUTE_H

#include "mesh/mesh.h"
#include "test.h"

/* A sharp convex edge. */
typedef struct {
    pp_vec3 a, b;
    pp_vec3 in;  /* between its facets */
    double sine; /* of half its opening */
} brute_edge;

typedef struct {
    const pp_mesh *mesh;
    brute_edge *edge; /* that opens by less than 150 degrees */
    size_t nedge;
} brute;

brute brute_of(const pp_mesh *m);
void brute_free(brute *b);

/* Is the ball inside the solid? */
bool brute_holds(const brute *b, pp_vec3 centre, double radius);

/* Was a ball of that diameter found that serves the point p, on facet t: as
 * near to it as it must be, or as an edge or a corner near by lets it? */
bool brute_serves(const brute *b, size_t t, pp_vec3 p, double diameter,
                  pp_random *r);

/* A random point of the surface, alike per area, and its facet. */
pp_vec3 brute_sample(const brute *b, pp_random *r, size_t *t);

#endif
