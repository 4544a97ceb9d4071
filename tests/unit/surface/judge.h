/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * judge.h - what the tests of surface/ ask of a mesh, without its code
 */
#ifndef PP_TESTS_SURFACE_JUDGE_H
#define PP_TESTS_SURFACE_JUDGE_H

#include "mask/mask.h"
#include "mesh/mesh.h"
#include "test.h"

/** An empty mask of samples mm apart; aborts without memory. */
pp_mask judge_mask(const size_t dim[3], const double mm[3]);

/** Each voxel inside with probability p. */
pp_mask judge_random_mask(pp_random *r, const size_t dim[3],
                          const double mm[3], double p);

/** Voxel centres within a radius of centre, a point in the mask's space. */
pp_mask judge_ball(const size_t dim[3], const double mm[3], pp_vec3 centre,
                   double radius);

/** Fails unless every edge has two facets that run against each other, and
    the facets of every vertex form one closed fan. */
void judge_closed_manifold(const pp_mesh *m);

/** Signed volume. */
double judge_volume(const pp_mesh *m);

/** Voxels whose side differs, by the sum of solid angles: slow, exact. */
size_t judge_voxels_changed(const pp_mesh *mesh, const pp_mask *mask);

#endif
