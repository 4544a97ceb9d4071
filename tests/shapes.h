/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * shapes.h - standard bodies by formula
 *
 * Closed, outward, in millimetres. Each aborts when memory runs out: tests.
 */
#ifndef PP_TESTS_SHAPES_H
#define PP_TESTS_SHAPES_H

#include "mesh/mesh.h"

/** An axis-aligned box of 12 facets from low to high. */
pp_mesh pp_shape_box(pp_vec3 low, pp_vec3 high);

/** A sphere: an icosahedron split `levels` times (20 * 4^levels facets). */
pp_mesh pp_shape_sphere(pp_vec3 centre, double radius, int levels);

/** A torus around z: ring radius R, tube radius r, n by m quads split. */
pp_mesh pp_shape_torus(pp_vec3 centre, double ring, double tube, int n, int m);

/** A closed cylinder along z: n sides, flat caps with a centre vertex. */
pp_mesh pp_shape_cylinder(pp_vec3 base, double radius, double height, int n);

/** The volume within, by the divergence theorem: no code of the library. */
double pp_shape_volume(const pp_mesh *m);

/** Turns every facet over. */
void pp_shape_flip(pp_mesh *m);

/** Appends b to a and frees b. */
void pp_shape_add(pp_mesh *a, pp_mesh b);

/** Rotates about the origin by angles (radians) about x, then y, then z. */
void pp_shape_rotate(pp_mesh *m, double x, double y, double z);

void pp_shape_move(pp_mesh *m, pp_vec3 by);

#endif
